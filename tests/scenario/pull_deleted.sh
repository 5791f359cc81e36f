# Orders that a platform deleted for good: found by a daily list of numbers, asked for one by one, booked as cancelled,
# and back when the platform has them again. Half an answer, hidden orders and an emptied shop book nothing.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/support/platform.sh"

yesterday() { # the last list was made a day ago
    sed -i 's/"done_at":[0-9]*/"done_at":1/' "$DIR/run/pull/$1/state.json"
}

platform_start
hand "generate?n=130&kind=woo" >/dev/null
for o in 5005 5006 5008 5012; do hand "status?order=$o&to=completed" >/dev/null; done
hand "refund?order=5006&lines=0&shipping" >/dev/null
shop woo --currency EUR --timezone Europe/Berlin
add_source woocommerce woo deleted_days=3650

begin "orders that were deleted are booked as cancelled, with their refunds; one that lists leave out is still there"
printf 'order_id,placed_at,sku,quantity,unit_price\nZ-1,2026-01-02 10:00:00,A,1,5.00\n' >"$T/own.csv"
run import "$T/own.csv" --as generic:order_lines
run source pull
expect_exit 0
same_as_platform "before"
hand "status?order=5012&to=trash" >/dev/null
hand "remove?order=5005" >/dev/null
hand "remove?order=5006" >/dev/null
hand "unlist?order=5008" >/dev/null
run source pull
expect_exit 0
expect_no_text "deleted"
hand "remove?order=5012" >/dev/null # emptied out of the trash
yesterday woo
run source pull
expect_exit 0
expect_text "3 orders of the last 3650 days are not among those that woo lists" "each is asked for" \
    "2 orders were deleted at woo" "difference to the ledger: 0 rows, 0.0000"
same_as_platform "after deletions"
booked=$(figures)
run kpi cancel_rate --by status --from 2024-12-01 --to 2027-01-01 --grain total --format csv
expect_exit 0
expect_green

begin "an order of another source of the same store is not looked at"
run kpi orders --where "order = 'Z-1'" --from 2026-01-01 --to 2026-01-31 --grain total --format csv
expect_text ",1,"

begin "what was deleted is listed no more, asked for no more, booked no more"
hand "unlist?order=5008" >/dev/null
hand "log" >/dev/null
yesterday woo
run source pull $(some --deletions "")
expect_exit 0
expect_no_text "deleted"
expect_no_text "asked for"
[ "$(hand log | grep -c '/orders/5005')" = 0 ]
pass_or_fail $? "it is not asked for again"
if is_full; then
    run source pull --deletions
    expect_no_text "asked for"
fi

begin "undo takes the cancellations back"
run imports list
last=$(awk '$1 ~ /^[0-9]+$/ { n = $1 } END { print n }' <<<"$OUT")
run imports undo "$last"
expect_exit 0
before=$(figures)
expect_different "figures" "$booked" "$before"
! is_full || expect_green

begin "killed or refused amid the list, nothing is booked, and it goes on"
yesterday woo
for fault in $(some "404 html" "404 truncated html json"); do
    hand "fault?kind=$fault&path=/orders&after=2&times=9" >/dev/null
    run source pull
    expect_exit 1
    expect_same "figures after $fault" "$before" "$(figures)"
    hand "clear" >/dev/null
done

begin "a 404 that is not WooCommerce's is no deletion"
hand "fault?kind=404&path=/orders/5005&times=9" >/dev/null
run source pull
expect_exit 1
expect_text "neither the order nor WooCommerce's own"
expect_same "figures" "$before" "$(figures)"
run --lang zh source pull
expect_exit 1
expect_text "没有入账"
hand "clear" >/dev/null
for o in $(seq 5100 5115); do hand "edit?order=$o" >/dev/null; done
kill_pulls "$(some "0.05 0.15" "0.05 0.1 0.15 0.2")" --deletions
run source pull
expect_exit 0
same_as_platform "after an undo, half answers and kills"

begin "orders that reappear come back, with what they were"
hand "restore?order=5005" >/dev/null
hand "restore?order=5006" >/dev/null
yesterday woo
run source pull
expect_exit 0
expect_text "2 orders that were deleted at woo are listed again"
same_as_platform "after they came back"

begin "too many at once are not believed without a word of the user"
for o in $(seq 5020 5060); do hand "remove?order=$o" >/dev/null; done
before=$(figures)
yesterday woo
run source pull
expect_exit 0
expect_text "too many to be believed" "shopvane source pull woo --deletions"
expect_same "figures" "$before" "$(figures)"
yesterday woo
run --lang zh source pull
expect_text "数量过多"
run source pull woo --deletions
expect_exit 0
expect_text " orders were deleted at woo"
same_as_platform "after the word"
expect_green

begin "0 days: never"
run source set woo deleted_days=0
expect_exit 0
hand "remove?order=5007" >/dev/null
yesterday woo
hand "log" >/dev/null
run source pull
[ "$(hand log | grep -c _fields)" = 0 ]
pass_or_fail $? "no list is made"

begin "Shopify: the same, by name and number"
kill "$PLATFORM"
platform_start
hand "generate?n=$(some 60 300)&kind=shopify" >/dev/null
shop shopify --currency EUR --timezone Europe/Berlin
add_source shopify shopify deleted_days=3650
run source pull
expect_exit 0
same_as_platform "before"
hand "remove?order=5011" >/dev/null
yesterday shopify
run source pull
expect_exit 0
expect_text "1 orders were deleted at shopify"
same_as_platform "after a deletion"
if is_full; then
    hand "restore?order=5011" >/dev/null
    yesterday shopify
    run source pull
    expect_exit 0
    same_as_platform "after it came back"
fi

begin "a token that is shown the last 60 days only takes nothing away before them"
hand "sees_all?is=no" >/dev/null
hand "remove?order=5013" >/dev/null
before=$(figures)
yesterday shopify
hand "log" >/dev/null
run source pull
expect_exit 0
expect_no_text "deleted"
expect_no_text "asked for"
expect_same "figures" "$before" "$(figures)"
expect_green
finish
