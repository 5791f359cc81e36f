# Money that a platform tells in several steps, twice, in another currency or of orders that are none: refunds, tips,
# postage. The figures stay the platform's.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/support/platform.sh"

pull_same() { # WHAT
    run source pull
    expect_exit 0
    same_as_platform "$1"
}

pull_step() { # WHAT: in the long form each step is pulled by itself
    ! is_full || pull_same "$1"
}

twice() { # A B C D: old copies of these orders are named as well; B and C have changed since
    for o in "$@"; do hand "status?order=$o&to=completed" >/dev/null; done
    hand "refund?order=$4&lines=0" >/dev/null
    for o in "$@"; do hand "twice?order=$o" >/dev/null; done
    hand "edit?order=$2" >/dev/null
    hand "refund?order=$3&lines=0" >/dev/null
}

platform_start
hand "generate?n=300&kind=shopify" >/dev/null
shop shopify --currency EUR --timezone Europe/Berlin
add_source shopify

begin "Shopify: paid back in the buyer's currency; payments under way; a line taken off an order that waits for its payment"
hand "refund?order=5001&lines=0" >/dev/null
hand "refund?order=5003&lines=0&amount=1" >/dev/null
hand "refund?order=5005&amount=150" >/dev/null
pull_step "the shop's own amounts"
hand "refund?order=5014&lines=0&pending" >/dev/null
hand "refund?order=5015&lines=0&pending" >/dev/null
hand "refund?order=5016&amount=70&pending" >/dev/null
pull_step "under way"
for o in 5020 5021 5022 5023; do hand "status?order=$o&to=pending" >/dev/null; done
hand "refund?order=5020&lines=0&unpaid" >/dev/null
pull_same "refunds, payments under way, orders that wait"

begin "Shopify: a payment counts when it went through; orders ended unpaid; a tip among the lines, postage that a coupon pays"
hand "settle?order=5014" >/dev/null
hand "settle?order=5016" >/dev/null
pull_step "through"
hand "settle?order=5015&amount=1" >/dev/null
pull_step "through, with a difference"
hand "cancel?order=5020&financial=voided" >/dev/null
hand "cancel?order=5021&financial=pending" >/dev/null
hand "cancel?order=5022&financial=authorized" >/dev/null
pull_step "ended unpaid"
hand "tip?order=5024&amount=300" >/dev/null
hand "postage?order=5025&amount=490&off=490" >/dev/null
hand "postage?order=5026&amount=990&off=490" >/dev/null
pull_same "payments through, ended unpaid, tips and postage"

begin "Shopify: a difference that is none any more"
hand "settle?order=5015&amount=$(hand "told?order=5015")" >/dev/null
pull_same "the refund as it was told"
expect_green

begin "Shopify: a shop that comes later; orders named twice, in two pages, count once, as they were changed last"
twice 5031 5032 5033 5034
shop late --currency EUR --timezone Europe/Berlin
add_source shopify
pull_same "first seen afterwards"
expect_green

begin "WooCommerce: refunds; an order named twice counts once, as it was changed last"
kill "$PLATFORM"
platform_start
hand "generate?n=40&kind=woo" >/dev/null
shop woo --currency EUR --timezone Europe/Berlin
add_source woocommerce woo
for o in 5001 5002 5003 5004; do hand "status?order=$o&to=completed" >/dev/null; done
hand "refund?order=5001&lines=0" >/dev/null
hand "refund?order=5002&amount=100" >/dev/null
hand "refund?order=5003&lines=0&shipping" >/dev/null
hand "refund?order=5004&lines=0" >/dev/null
twice 5011 5012 5013 5014
pull_same "refunds of orders that stand"

begin "WooCommerce: thrown away after its refund was seen"
hand "status?order=5001&to=trash" >/dev/null
hand "status?order=5002&to=trash&hidden" >/dev/null # where orders are posts, their refunds are thrown away too
hand "status?order=5004&to=cancelled" >/dev/null
pull_same "in the trash"
expect_green

begin "a shop that comes later: a file of refunds and the API tell of the same orders"
shop late_woo --currency EUR --timezone Europe/Berlin
add_source woocommerce woo
hand "refund?order=5007&amount=200" >/dev/null
hand "status?order=5007&to=completed" >/dev/null
hand "status?order=5008&to=completed" >/dev/null
cat >"$T/refunds.csv" <<'END'
refund_id,order_id,amount,refunded_at,status
R-1,5007,2.00,2025-03-05 10:00:00,succeeded
R-2,5008,3.00,2025-03-05 11:00:00,succeeded
END
cat >"$T/refunds.yaml" <<'END'
name: own-refunds
target: refund
timezone: UTC
date: ymd
columns:
  refund_id: refund_id
  order_id: order_id
  amount: amount
  refunded_at: at
  status: status
END
run import "$T/refunds.csv" --map "$T/refunds.yaml"
expect_exit 0
expect_same "returns of the file alone" "returns=5.00" "$(figures | grep '^returns=')"
run source pull
expect_exit 0
expect_text "1 refunds that a file had told make way for those of the platform's API"
with_own() { # the platform's totals and 3.00 that the file says of 5008
    hand totals | grep -v '^refunds=' | sort |
        awk -F= -v OFS== '{ own = ($1 == "returns") * 3 - ($1 == "net") * 3 }
            own { $2 = sprintf("%.2f", $2 + own) } { print }'
}
before=$(figures)
expect_same "the API's, and of 5008 the file's" "$(with_own)" "$before"
expect_green

begin "the file once more"
run import "$T/refunds.csv" --map "$T/refunds.yaml" --again
expect_exit 0
expect_text "1 refunds are of orders whose refunds came from the platform's API" "older version"
expect_same "figures" "$before" "$(figures)"
! is_full || expect_green

begin "WooCommerce: taken out of the trash"
DIR=$T/woo
hand "status?order=5001&to=completed" >/dev/null
hand "status?order=5002&to=completed" >/dev/null
pull_same "as before it was thrown away"
expect_green

if is_full; then
    begin "Shopify: an order named twice, in one page"
    kill "$PLATFORM"
    platform_start
    hand "generate?n=60&kind=shopify" >/dev/null
    shop one_page --currency EUR --timezone Europe/Berlin
    add_source shopify
    twice 5001 5002 5003 5004
    pull_same "each counts once"
    expect_green
fi
finish
