# Older exports do not take back newer ones; imports can be undone, the newest of an order first.
. "$(dirname "$0")/lib.sh"
generic_orders >"$T/orders.csv"
facts() {
    if is_full; then
        ledger
    else
        "$SHOPVANE_BIN" -C "$DIR" kpi gross_sales,orders,units --by sku --from $FROM --to $TO --grain month --format csv
    fi
}

begin "the first export"
shop first
run import "$T/orders.csv"
expect_exit 0
BEFORE=$(facts)
FIRST=$DIR

begin "an older export does not take back what a newer one brought"
awk -F, -v OFS=, 'NR == 375 { $6 = "77.77" } { print }' "$T/orders.csv" >"$T/edited.csv"
shop newer
run import "$T/edited.csv" --as-of 2024-12-31
expect_exit 0
NEWER=$(facts)
run import "$T/orders.csv" --as-of 2024-12-30
expect_exit 0
expect_text "older version" "difference to the ledger: 0 rows, 0.0000"
expect_same "facts" "$NEWER" "$(facts)"

begin "only the newest import of an order can be undone, and the message names the newer one"
DIR=$T/order
cp -r "$FIRST" "$DIR"
run import "$T/edited.csv"
run imports undo 1
expect_exit 1
expect_text "#2"
run imports undo 2
expect_exit 0
run imports undo 2
expect_exit 1
run imports undo 99
expect_exit 1
run imports undo
expect_exit 2

begin "several imports are undone at once, newest first, all of them or none"
shop several
printf 'order id,placed at,sku,quantity,unit price\nO1,2024-01-01,A,1,10.00\nO2,2024-01-02,A,1,20.00\n' >"$T/s1.csv"
sed 's/10\.00/11.00/' "$T/s1.csv" >"$T/s2.csv"
sed 's/10\.00/12.00/' "$T/s1.csv" >"$T/s3.csv"
run import "$T"/s{1,2,3}.csv
figures() {
    run kpi gross_sales --from 2024-01-01 --to 2024-01-31 --grain total --format csv
    expect_text ",$1"
}
run imports undo 1 2
expect_exit 1
expect_text "#3 has replaced rows of #2 since; undo #3 first, or both in one command; nothing was undone"
run imports undo 3 9
expect_exit 1
expect_text "no import #9"
run imports undo 3..x
expect_exit 2
figures 32.0000
run imports undo 2 3
expect_exit 0
expect_text "import #3 undone: 2 rows" "import #2 undone: 2 rows"
figures 30.0000
run imports undo 2..3
expect_exit 1
expect_text 'no import of "2..3" is in'
run import "$T"/s{2,3}.csv
figures 32.0000
run imports undo '#1-5'
expect_exit 0
figures ""
expect_green

begin "days whose rows an undo takes out are not complete any more, --as-of of what is left counts"
shop reach
sed -n 1p "$T/orders.csv" >"$T/later.csv"
cp "$T/later.csv" "$T/sooner.csv"
echo 'X1,2024-03-01 10:00:00,c1,SKU-1,1,5.00,France' >>"$T/sooner.csv"
echo 'X2,2024-05-31 10:00:00,c1,SKU-1,1,5.00,France' >>"$T/later.csv"
run import "$T/sooner.csv" "$T/later.csv"
run kpi orders --period 2024-04 --format csv
expect_text ",0,true"
run imports undo 2
run kpi orders --period 2024-04 --format csv
expect_text ",false"
sed 's/^X1,/X3,/' "$T/sooner.csv" >"$T/dated.csv"
run import "$T/dated.csv" --as-of 2024-06-01
run import "$T/later.csv" --as-of 2024-06-02
run imports undo 4
run kpi orders --period 2024-05 --format csv
expect_text ",true"
DIR=$T/order

begin "reconciling a file that is not in does not look as if it added up"
run reconcile orders.csv
expect_exit 0
run reconcile nowhere.csv
expect_exit 1
expect_text "no import of nowhere.csv is in the shop"
printf 'sku,title,cost\nSKU-7,Cup,100\n' >"$T/wrong.csv"
printf 'sku,title,cost\nSKU-7,Cup,10\n' >"$T/right.csv"
run import "$T/wrong.csv" --as generic:product
expect_exit 0
run reconcile wrong.csv
expect_exit 1
expect_text "brought no orders"

begin "an undone list of articles takes its costs out of the ledger"
units=$(awk -F, '$4 == "SKU-7" { n += $5 } END { print n }' "$T/orders.csv")
cogs() {
    run kpi cogs --from "$FROM" --to "$TO" --grain total --format csv
    expect_exit 0
}
cogs
expect_text ",$((units * 100)).0000"
run imports undo 3
expect_exit 0
cogs
expect_no_text "$((units * 100)).0000"
run import "$T/right.csv" --as generic:product
expect_exit 0
cogs
expect_text ",$((units * 10)).0000"
expect_green
run imports undo 4
expect_exit 0

begin "a store where nobody ever cancelled has 0 cancellations"
run kpi orders cancelled_orders --from "$FROM" --to "$TO" --by store --grain total --format csv
expect_text ",300,0,"

begin "rows and refunds that a later file shared with an undone one come back with that file, nothing twice"
shop shared
HEAD='order id,placed at,sku,quantity,unit price'
printf '%s\nO1,2026-01-01,A,1,10.00\nO2,2026-01-02,A,1,20.00\n' "$HEAD" >"$T/a.csv"
printf '%s\nO2,2026-01-02,A,1,20.00\nO3,2026-01-03,A,1,30.00\nO4,2026-01-04,A,1,1.00\n' "$HEAD" >"$T/b.csv"
printf '%s\nO3,2026-01-03,A,1,33.00\nO5,2026-01-05,A,1,5.00\n' "$HEAD" >"$T/c.csv"
# Refunds likewise, and what a newer file says of one stays.
HEAD='refund id,order id,refund amount,refund time,status'
printf '%s\nR1,O2,1.00,2026-01-10,success\n' "$HEAD" >"$T/ra.csv"
printf '%s\nR1,O2,1.00,2026-01-10,success\nR2,O3,2.00,2026-01-11,success\n' "$HEAD" >"$T/rb.csv"
printf '%s\nR2,O3,3.00,2026-01-11,success\n' "$HEAD" >"$T/rc.csv"
# And an order without a number forgets the order of its customer that was undone.
HEAD='order id,placed at,customer id,sku,quantity,unit price,status'
printf '%s\nN1,2026-01-25,c2,B,1,2.55,cancelled\n' "$HEAD" >"$T/cancelled.csv"
printf '%s\nN2,2026-01-09,c2,C,1,1.00,paid\n' "$HEAD" >"$T/sold.csv"
run import "$T"/{a,b,c,cancelled,sold,ra,rb,rc}.csv # of one command, the later is the newer
expect_exit 0
run imports undo 5
expect_exit 0
! is_full || expect_green
run imports undo 6
expect_exit 0
expect_text "1 rows of import #7 (rb.csv)"
run imports undo 1
expect_exit 0
expect_text "1 rows of import #2 (b.csv) were left out there since #1 had brought them"
expect_no_text "import #3"
run import "$T/c.csv"
expect_text "the same bytes are in already"
run import "$T"/{b,rb}.csv
expect_exit 0
expect_text "the file is in as import #2" "orders: 1 new, 0 changed"
run import "$T/b.csv"
expect_text "the same bytes are in already as import #9"
run kpi gross_sales,orders,returns_amt --from 2026-01-01 --to 2026-01-31 --grain total --format csv
expect_text "59.0000,4,4.0000"
expect_green
DIR=$T/order

begin "undoing the only import leaves nothing, and the file comes in anew"
run imports undo 1
expect_exit 0
run kpi orders --from "$FROM" --to "$TO" --grain total --format csv
expect_no_text "300"
run imports list
expect_text "undone"
run import "$T/orders.csv"
expect_exit 0
expect_text "orders: 300 new"
expect_same "facts" "$BEFORE" "$(facts)"
expect_green
finish
