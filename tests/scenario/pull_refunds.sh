# Money that a platform tells in several steps, twice, in another currency or of orders that are none: refunds, tips,
# postage. The figures stay the platform's.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/support/platform.sh"

pull_same() { # WHAT
    run source pull
    expect_exit 0
    same_as_platform "$1"
}

platform_start
hand "generate?n=60&kind=shopify" >/dev/null
shop shopify --currency EUR --timezone Europe/Berlin
add_source shopify

begin "Shopify: paid back in the buyer's currency"
hand "refund?order=5001&lines=0" >/dev/null
hand "refund?order=5003&lines=0&amount=1" >/dev/null
hand "refund?order=5005&amount=150" >/dev/null
pull_same "the shop's own amounts"

begin "Shopify: a payment that is under way counts when it went through"
hand "refund?order=5014&lines=0&pending" >/dev/null
hand "refund?order=5015&lines=0&pending" >/dev/null
hand "refund?order=5016&amount=70&pending" >/dev/null
pull_same "under way"
hand "settle?order=5014" >/dev/null
hand "settle?order=5016" >/dev/null
pull_same "through"
hand "settle?order=5015&amount=1" >/dev/null
pull_same "through, with a difference"
hand "settle?order=5015&amount=$(hand "told?order=5015")" >/dev/null
pull_same "a difference that is none any more"
expect_green

begin "Shopify: lines taken off an order that was never paid"
for o in 5020 5021 5022 5023; do hand "status?order=$o&to=pending" >/dev/null; done
hand "refund?order=5020&lines=0&unpaid" >/dev/null
pull_same "it still waits for its payment"
hand "cancel?order=5020&financial=voided" >/dev/null
hand "cancel?order=5021&financial=pending" >/dev/null
hand "cancel?order=5022&financial=authorized" >/dev/null
pull_same "it has ended unpaid"
expect_green

begin "Shopify: a tip among the lines, postage that a coupon pays"
hand "tip?order=5024&amount=300" >/dev/null
hand "postage?order=5025&amount=490&off=490" >/dev/null
hand "postage?order=5026&amount=990&off=490" >/dev/null
pull_same "tips and postage"
expect_green

begin "Shopify: a shop that comes later"
shop late --currency EUR --timezone Europe/Berlin
add_source shopify
pull_same "first seen afterwards"

begin "WooCommerce: thrown away after its refund was seen"
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
pull_same "refunds of orders that stand"
hand "status?order=5001&to=trash" >/dev/null
hand "status?order=5002&to=trash&hidden" >/dev/null # where orders are posts, their refunds are thrown away too
hand "status?order=5004&to=cancelled" >/dev/null
pull_same "in the trash"
expect_green
shop late_woo --currency EUR --timezone Europe/Berlin
add_source woocommerce woo
pull_same "first seen in the trash"
DIR=$T/woo
hand "status?order=5001&to=completed" >/dev/null
hand "status?order=5002&to=completed" >/dev/null
pull_same "taken out of the trash"
expect_green

begin "a file of refunds and the API tell of the same orders"
shop both --currency EUR --timezone Europe/Berlin
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
returns() {
    figures | grep '^returns='
}
expect_same "returns of the file alone" "returns=5.00" "$(returns)"
run source pull
expect_exit 0
expect_text "1 refunds that a file had told make way for those of the platform's API"
of_api=$(hand totals | grep '^returns=' | cut -d= -f2)
expect_same "the API's, and of 5008 the file's" "returns=$(awk "BEGIN { printf \"%.2f\", $of_api + 3 }")" "$(returns)"
expect_green
before=$(figures)
begin "the file once more"
run import "$T/refunds.csv" --map "$T/refunds.yaml" --again
expect_exit 0
expect_text "1 refunds are of orders whose refunds came from the platform's API" "older version"
expect_same "figures" "$before" "$(figures)"
expect_green
twice() { # KIND ORDERS WHAT
    kill "$PLATFORM"
    platform_start
    hand "generate?n=$2&kind=$1" >/dev/null
    shop "twice_$1_$2" --currency EUR --timezone Europe/Berlin
    add_source "${1/woo/woocommerce}"
    for o in 5001 5002 5003 5004; do hand "status?order=$o&to=completed" >/dev/null; done
    hand "refund?order=5004&lines=0" >/dev/null
    for o in 5001 5002 5003 5004; do hand "twice?order=$o" >/dev/null; done
    hand "edit?order=5002" >/dev/null
    hand "refund?order=5003&lines=0" >/dev/null
    pull_same "$3"
    expect_green
}
begin "an order named twice counts once, as it was changed last"
twice shopify 60 "Shopify, in one page"
twice shopify 300 "Shopify, in two pages"
twice woo 60 "WooCommerce, in one page"
finish
