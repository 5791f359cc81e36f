# A file that comes again with one row changed updates that order, wherever the row stands; undoing
# brings back what was there.
. "$(dirname "$0")/lib.sh"
generic_orders >"$T/orders.csv"

begin "the first export"
shop first
run import "$T/orders.csv"
expect_exit 0
BEFORE=$(ledger)
FIRST=$DIR

# NAME AWK-PROGRAM: the file edited by the program, imported alone and on top of the first export
edited() {
    begin "exported again, $1"
    awk -F, -v OFS=, "$2" "$T/orders.csv" >"$T/edited.csv"
    shop alone
    run import "$T/edited.csv"
    expect_exit 0
    local want
    want=$(ledger)
    expect_different "facts of the edited file" "$want" "$BEFORE"
    rm -rf "$DIR"
    DIR=$T/again
    cp -r "$FIRST" "$DIR"
    run import "$T/edited.csv"
    expect_exit 0
    expect_text "orders: $3" "difference to the ledger: 0 rows, 0.0000"
    expect_same "facts" "$want" "$(ledger)"
    begin "undoing what was exported again, $1"
    run imports undo 2
    expect_exit 0
    expect_same "facts" "$BEFORE" "$(ledger)"
    [ "$3" = "1 new, 0 changed" ] || run verify
    expect_exit 0
    rm -rf "$DIR"
}
edited "a price in the first line changed" 'NR == 2 { $6 = "77.77" } { print }' "0 new, 1 changed"
edited "a price in the middle changed" 'NR == 375 { $6 = "77.77" } { print }' "0 new, 1 changed"
edited "a quantity in the last line changed" '{ if ($1 == 5300) $5 = 9; print }' "0 new, 1 changed"
edited "an article taken out" 'NR != 375' "0 new, 1 changed"
edited "an order added" '{ print } END { $1 = 9999; $5 = 3; print }' "1 new, 0 changed"
edited "customer and country of an order changed" \
    '$1 == 5100 { $3 = "c999"; $7 = "Malta" } { print }' "0 new, 1 changed"

begin "the same time of change and other content: the last import counts, and it is told"
printf '%s\n' order_id,created_at,updated_at,sku,quantity,unit_price \
    '1,2024-03-01 10:00:00,2024-03-02 10:00:00,CUP,2,10.00' \
    '2,2024-03-01 10:00:00,2024-03-02 10:00:00,CUP,2,10.00' \
    '3,2024-03-01 10:00:00,2024-03-02 10:00:00,CUP,2,10.00' >"$T/stamped.csv"
sed '3s/10.00$/11.00/' "$T/stamped.csv" >"$T/restamped.csv"
shop stamped
run import "$T/stamped.csv"
run import "$T/restamped.csv"
expect_exit 0
expect_text "orders: 0 new, 1 changed, 2 as they were" "1 of the changed orders say that they are as old"
run kpi net_sales --from 2024-03-01 --to 2024-03-31 --grain total --format csv
expect_text ",62.0000,"

begin "what the head of a cancelled order says changes, though its lines are the same"
printf '%s\n' order_id,created_at,sku,quantity,unit_price,discount,status,refunded \
    '1,2024-03-01 10:00:00,CUP,2,10.00,1.00,cancelled,1.50' \
    '2,2024-03-01 10:00:00,CUP,2,10.00,1.00,cancelled,1.50' \
    '3,2024-03-01 10:00:00,CUP,2,10.00,1.00,cancelled,1.50' \
    '4,2024-03-01 10:00:00,CUP,2,10.00,1.00,cancelled,1.50' >"$T/heads.csv"
sed '3s/1.50$/3.00/; 4s/,1.00,/,2.00,/' "$T/heads.csv" >"$T/heads_edited.csv"
shop heads
run import "$T/heads.csv"
expect_exit 0
run import "$T/heads_edited.csv"
expect_text "orders: 0 new, 2 changed, 2 as they were"
run import "$T/heads_edited.csv" --again
expect_text "orders: 0 new, 0 changed, 4 as they were"
expect_green

begin "rows without an order number that are corrected take the place of the old ones; new ones beside them are new"
shop sheet --currency EUR --timezone Europe/Berlin
sold() { # SALES UNITS ORDERS
    run kpi net_sales,units,orders --from 2026-03-01 --to 2026-03-31 --grain total --format csv
    expect_text ",$1,$2,$3,"
}
printf '%s\n' Date,Customer,SKU,Quantity,Amount 2026-03-01,ann,X,1,10.00 2026-03-01,bob,X,1,10.00 \
    2026-03-02,ann,X,1,10.00 2026-03-02,ann,X,1,10.00 2026-03-03,ann,Y,2,50.00 >"$T/sheet.csv"
sed '2s/10.00/12.00/; 5s/1,10.00/3,30.00/; $s/50.00/40.00/' "$T/sheet.csv" >"$T/sheet2.csv"
echo 2026-03-03,ann,Y,1,25.00 >>"$T/sheet2.csv"
run import "$T/sheet.csv"
sold 90.0000 6 5
run import "$T/sheet2.csv"
expect_text "3 rows say other figures than rows of an earlier file that this one no longer has" "orders: 1 new, 3 changed, 2 as they were"
sold 127.0000 9 6
run import "$T/sheet2.csv" --again
expect_text "orders: 0 new, 0 changed, 6 as they were"
printf '%s\n' Date,Customer,SKU,Quantity,Amount 2026-03-03,ann,Y,3,75.00 2026-03-04,bob,X,1,10.00 >"$T/rest.csv"
run import "$T/rest.csv"
expect_text "orders: 2 new, 0 changed, 0 as they were"
run imports undo 2 4
sold 90.0000 6 5
printf '%s\n' 'name: daily' 'target: order_lines' 'order_per_row: true' \
    'columns: {date: placed_at, channel: channel, amount: line_amount}' >"$T/daily.yaml"
shop daily --currency EUR --timezone Europe/Berlin
for amount in 100.00 120.00; do
    printf '%s\n' date,channel,amount "2026-03-05,web,$amount" 2026-03-05,till,30.00 >"$T/daily.csv"
    run import "$T/daily.csv" --map "$T/daily.yaml"
done
sold 150.0000 2 2
expect_green

finish
