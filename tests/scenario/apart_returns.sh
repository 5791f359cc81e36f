# The sale of an order in the export of its month, its refunds in those of theirs, under the same
# number: in whatever order the files come, the figures are those of one file.
. "$(dirname "$0")/lib.sh"
HEAD='Date,Order #,Status,Customer,Product(s),Items sold,Coupon(s),Customer type,Net Sales,Attribution'
JAN=('2024-01-05 10:00:00,7,completed,X,2× a,2,,new,50.00,Direct'
    '2024-01-06 10:00:00,8,completed,X,1× b,1,,new,8.00,Direct'
    '2024-01-20 10:00:00,7,completed,X,1× a,0,,new,-5.00,Direct')
FEB=('2024-02-08 10:00:00,9,completed,X,1× a,1,,new,5.00,Direct'
    '2024-02-09 10:00:00,7,completed,X,1× a,-1,,new,-25.00,Direct'
    '2024-02-10 10:00:00,10,completed,X,1× a,1,,new,6.00,Direct')
MAR=('2024-03-01 10:00:00,7,completed,X,1× a,0,,new,-1.50,Direct'
    '2024-03-02 10:00:00,8,completed,X,1× b,0,,new,0.00,Direct'
    '2024-03-03 10:00:00,9,completed,X,1× a,-1,,new,-5.00,Direct')
printf '%s\n' "$HEAD" "${JAN[@]}" >"$T/jan.csv"
printf '%s\n' "$HEAD" "${FEB[@]}" >"$T/feb.csv"
printf '%s\n' "$HEAD" "${MAR[@]}" >"$T/mar.csv"
printf '%s\n' "$HEAD" "${JAN[@]}" "${FEB[@]}" "${MAR[@]}" >"$T/all.csv"

figures() {
    ledger
    "$SHOPVANE_BIN" -C "$DIR" kpi net_sales,returns_amt,orders,units --basis order --from "$FROM" \
        --to "$TO" --grain day --format csv 2>&1 | sed -E 's/,(true|false)\r?$//' | grep -v ',,,,'
}

# Rows that say more than 0.
with_figures() {
    grep -vE '^[0-9-]+(,(0([.]0+)?)?)+$'
}

begin "all in one file"
shop all
run import "$T/all.csv"
expect_exit 0
WANT=$(figures)
expect_different "the order's day bears its returns" "$WANT" "$(ledger)"

for files in "jan feb mar" "feb mar jan" "mar feb jan" "jan feb mar feb jan"; do
    begin "$files"
    shop "in-${files// /-}"
    n=0
    for f in $files; do
        n=$((n + 1))
        run import "$T/$f.csv" --again
        expect_exit 0
        expect_text "difference to the ledger: 0 rows, 0.0000"
        STEP[n]=$(figures)
    done
    expect_same "figures" "$WANT" "$(figures)"
    expect_green
    for (( ; n > 1; n--)); do
        run imports undo "$n"
        expect_exit 0
        expect_same "figures after the undo" "${STEP[n - 1]}" "$(figures)"
    done
    expect_green
done

begin "the sale of returns that came first is told, and goes with them"
shop told
run import "$T/jan.csv"
run import "$T/feb.csv"
expect_text "1 orders have only returns in this file" "orders: 2 new, 1 changed, 0 as they were"
run imports undo 1
expect_exit 1
expect_text "undo #2 first"

begin "an order that its own month tells anew keeps the returns of other months"
sed 's/50.00/49.00/' "$T/jan.csv" >"$T/jan2.csv"
sed 's/50.00/49.00/' "$T/all.csv" >"$T/all2.csv"
run import "$T/mar.csv"
run import "$T/jan2.csv"
expect_exit 0
shop edited
run import "$T/all2.csv"
WANT=$(figures)
DIR=$T/told
expect_same "figures" "$WANT" "$(figures)"
expect_green

begin "a return whose day was wrong is corrected, not doubled"
sed 's/2024-01-20/2024-04-20/' "$T/jan.csv" >"$T/wrong.csv"
shop wrong
run import "$T/wrong.csv"
run import "$T/jan.csv"
expect_exit 0
GOT=$(figures | with_figures)
shop right
run import "$T/jan.csv"
expect_same "figures" "$(figures | with_figures)" "$GOT"

CSV='order_id,placed_at,customer_id,sku,quantity,unit_price'
small() { # NAME ROW...
    local name=$1
    shift
    printf '%s\n' "$CSV" "$@" >"$T/$name.csv"
}

# The order's own figures: by event day, in force.
of_order() { # FILE...
    shop "small-$((++SHOPS))"
    [ -z "$STORES" ] || echo "$STORES" >"$DIR/stores.yaml"
    local f
    for f; do
        run import "$T/$f.csv"
        expect_exit 0
        expect_text "difference to the ledger: 0 rows, 0.00"
    done
    FIGURES=$(own_figures)
    run verify
    expect_text "everything derived equals its raw facts"
}
own_figures() {
    "$SHOPVANE_BIN" -C "$DIR" kpi gross_sales,discounts,returns_amt,net_sales,taxes \
        --from 2026-03-01 --to 2026-03-31 --grain day --where "sku in ('X', 'Y')" --format csv |
        sed -E 's/,(true|false)\r?$//' | with_figures
}
SHOPS=0
STORES=

begin "a return at the edge of its file stands for no sale"
SALE=('A1,2026-03-02 10:00,c,X,2,10.00' 'A1,2026-03-02 10:00,c,Y,1,30.00')
small sale 'P1,2026-03-02 00:01,p,PAD,1,1.00' "${SALE[@]}" 'P2,2026-03-02 23:00,p,PAD,1,1.00'
for back in 'A1,2026-03-09 10:00,c,Y,-1,30.00' 'A1,2026-03-09 10:00,c,X,-2,10.00'; do
    small whole "${SALE[@]}" "$back"
    small first "$back" 'P4,2026-03-09 11:00,p,PAD,1,1.00'
    small last 'P4,2026-03-09 09:00,p,PAD,1,1.00' "$back"
    of_order whole
    WANT=$FIGURES
    for edge in first last; do
        of_order sale $edge
        expect_same "$edge row" "$WANT" "$FIGURES"
        run imports undo 2
        expect_exit 0
        run verify
        expect_text "everything derived equals its raw facts"
        of_order $edge sale
        expect_same "$edge row, returns first" "$WANT" "$FIGURES"
    done
done

begin "returns of other days are other returns, however equal"
small day2 'P1,2026-03-02 00:01,p,PAD,1,1.00' 'A3,2026-03-02 10:00,c,X,3,20.00' \
    'A3,2026-03-02 18:00,c,X,-1,20.00' 'P2,2026-03-02 23:00,p,PAD,1,1.00'
grep -v 18:00 "$T/day2.csv" >"$T/noon.csv"
small day9 'P4,2026-03-09 00:01,p,PAD,1,1.00' 'A3,2026-03-09 10:00,c,X,-1,20.00' \
    'P5,2026-03-09 23:00,p,PAD,1,1.00'
of_order day2 day9
WANT=$FIGURES
expect_different "both days bear a return" "$(grep 2026-03-09 <<<"$WANT")" ""
of_order day9 day2
expect_same "newer first" "$WANT" "$FIGURES"
of_order noon day9 day2
expect_same "told anew" "$WANT" "$FIGURES"

begin "a return that its day's export tells anew is corrected, not doubled"
for right in -2,20.00 -1,15.00; do
    sed "s/-1,20.00/$right/" "$T/day9.csv" >"$T/day9-right.csv"
    of_order noon day9-right
    WANT=$FIGURES
    of_order noon day9 day9-right
    expect_same "corrected" "$WANT" "$FIGURES"
    run imports undo 3
    expect_exit 0
    run verify
    expect_text "everything derived equals its raw facts"
    of_order day9 day9-right noon
    expect_same "returns first" "$WANT" "$FIGURES"
done

begin "an order's discount and tax on each of its rows are its sale's, whichever file comes first"
PLAIN=$CSV
CSV=$CSV,order_discount,order_tax,line_discount
X2='A5,2026-03-02 10:00,c,X,2,10.00,2.00,3.80,0'
Y2='A5,2026-03-02 10:00,c,Y,1,30.00,2.00,3.80,0.50'
X9='A5,2026-03-09 10:00,c,X,-1,10.00,2.00,3.80,0'
Y16='A5,2026-03-16 10:00,c,Y,-1,30.00,2.00,3.80,0.50'
PAD() { echo "P$1,2026-03-$1,p,PAD,1,1.00,0,0,0"; }
small whole "$(PAD '01 10:00')" "$X2" "$Y2" "$X9" "$Y16" "$(PAD '17 10:00')"
small sale "$(PAD '02 00:01')" "$X2" "$Y2" "$(PAD '02 23:00')"
small day9 "$(PAD '09 00:01')" "$X9" "$(PAD '09 23:00')"
small day16 "$(PAD '16 00:01')" "$Y16" "$(PAD '16 23:00')"
small days "$(PAD '09 00:01')" "$X9" "$Y16" "$(PAD '16 23:00')"
for tax in exclusive inclusive; do
    STORES="stores: {main: {tax: $tax}}"
    of_order whole
    WANT=$FIGURES
    OUT=$FIGURES
    expect_line '^2026-03-02,[0-9.]+,2.5000,0.0000,[0-9.]+,3.8000$'
    of_order sale day9 day16
    expect_same "sale first" "$WANT" "$FIGURES"
    run import "$T/day9.csv" --again
    expect_text "difference to the ledger: 0 rows, 0.00" "3 as they were"
    of_order days
    BACK=$FIGURES
    of_order day16 day9 sale
    expect_same "returns first" "$WANT" "$FIGURES"
    run imports undo 3
    expect_same "returns alone share them" "$BACK" "$(own_figures)"
    expect_green
done
STORES=
CSV=$PLAIN

begin "returns of a generic file under the order's number, by itself"
generic_orders >"$T/orders.csv"
{
    head -1 "$T/orders.csv"
    awk -F, -v OFS=, '$1 ~ /^51[0-4]0$/ && !seen[$1]++ { $2 = "2024-12-24 12:00:00"; $5 = -1; print }' "$T/orders.csv"
} >"$T/returns.csv"
{ cat "$T/orders.csv"; tail -n +2 "$T/returns.csv"; } >"$T/both.csv"
shop generic
run import "$T/both.csv"
expect_exit 0
WANT=$(figures)
import_two generic-two "$T/orders.csv" "$T/returns.csv" "$(ledger)"
expect_same "figures" "$WANT" "$(figures)"
import_two generic-back "$T/returns.csv" "$T/orders.csv" "$(ledger)"
expect_same "figures" "$WANT" "$(figures)"
finish
