# Shopify's Admin API: pages by link, a bucket that runs over, taxes in prices, money of the shop and not of the buyer.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/support/platform.sh"
EXPORTS=$(realpath "$(dirname "$0")/../../examples/exports")

platform_start
hand "generate?n=700&kind=shopify" >/dev/null
shop net --currency EUR --timezone Europe/Berlin
add_source shopify

begin "the first pull"
run source pull
expect_exit 0
same_as_platform "all orders"
run kpi gross_sales --by sku --from 2025-03-01 --to 2025-12-31 --format csv
expect_text "SKU-7"

begin "refunds, edits, a bucket of four requests"
hand "bucket?size=4&leak=8" >/dev/null
hand "edit?order=5000" >/dev/null
hand "refund?order=5001&lines=0" >/dev/null
hand "refund?order=5002&lines=0&shipping" >/dev/null
hand "refund?order=5003&amount=150" >/dev/null
hand "refund?order=5005&lines=0&amount=1" >/dev/null
hand "touch_all" >/dev/null
run source pull
expect_exit 0
same_as_platform "after changes"
expect_green

broken() { # FAULT TEXT...
    local fault=$1
    shift
    begin "the platform answers with $fault"
    hand "clear" >/dev/null
    hand "edit?order=5006" >/dev/null
    hand "fault?kind=$fault&path=orders.json&times=9" >/dev/null
    run source pull
    expect_exit 1
    expect_text "$@"
    expect_no_text "shpat_test"
}
broken 401 "the access token is refused"
broken html "a web page came in place of data"
broken object 'the answer has no list "orders"'
broken link_elsewhere "the next page is said to be at https://evil.example/admin, another server"
! is_full || broken 429 "answered 429 in 5 tries"
hand "clear" >/dev/null

begin "a link to the next page that has expired"
hand "generate?n=600&kind=shopify" >/dev/null
hand "fault?kind=403&path=orders.json&after=1&times=1" >/dev/null
run source pull --fetch-only
expect_exit 1
expect_text "answered 403" "read_all_orders"
hand "expire" >/dev/null
run source pull
expect_exit 0
same_as_platform "after broken answers and an expired link"

begin "killed at any moment"
hand "generate?n=$(some 500 1500)&kind=shopify" >/dev/null
hand "bucket?size=40&leak=100" >/dev/null
kill_pulls "$(some "0.05 0.2 0.5" "0.05 0.1 0.2 0.3 0.5 0.8")"
run source pull
expect_exit 0
same_as_platform "after kills"

begin "taxes in the prices, in a store whose prices hold them"
kill "$PLATFORM"
platform_start
hand "generate?n=120&kind=shopify&included=yes" >/dev/null
shop gross --currency EUR --timezone Europe/Berlin
run stores set main tax=inclusive
add_source shopify eu
hand "refund?order=5001&lines=0&shipping" >/dev/null
run source pull
expect_exit 0
same_as_platform "amounts without tax"
expect_green

begin "the same shop by its export and by its API"
kill "$PLATFORM"
platform_start
file=$EXPORTS/shopify/shopify-orders.csv
hand "load?kind=shopify&file=$file" >/dev/null
shop export --currency EUR --timezone UTC
run import "$file"
keep='^(orders|units|gross|discounts|shipping)='
of_export=$(figures | grep -E "$keep")
returns=$("$SHOPVANE_BIN" -C "$DIR" kpi returns_amt --from 2025-01-01 --to 2025-12-31 --grain total --format csv)
add_source shopify
run source pull
expect_exit 0
expect_same "figures before and after the API brought the same orders" "$of_export" "$(figures | grep -E "$keep")"
expect_same "what was refunded in all" "$returns" \
    "$("$SHOPVANE_BIN" -C "$DIR" kpi returns_amt --from 2025-01-01 --to 2025-12-31 --grain total --format csv)"
begin "refunds have their days now"
run kpi returns_amt --from 2025-03-01 --to 2025-03-03 --grain total --format csv
first=$OUT
run kpi returns_amt --from 2025-03-01 --to 2025-03-03 --grain total --format csv --basis order
expect_different "returns by their own day and by the order's" "$first" "$OUT"
expect_green
finish
