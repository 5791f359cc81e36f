# What a file says of an order on its first row only is as if each row said it: state, payment, test
# mark and pre-sale mark class all lines of the order, wherever its rows stand.
. "$(dirname "$0")/lib.sh"
KPIS=orders,units,gross_sales,discounts,returns_amt,net_sales,taxes,shipping_rev,gmv,paid_gmv,cancel_rate
SPAN="--from 2026-01-01 --to 2026-12-31"

# What the shop says: KPIs by day and state into FIGURES, the classes of its lines into LEDGER.
look() {
    run kpi "$KPIS" --by status $SPAN --grain day --format csv
    expect_exit 0
    FIGURES=$OUT
    if is_full; then
        run kpi "$KPIS" $SPAN --grain total --format csv
        FIGURES+=$'\n'$OUT
    fi
    run reconcile
    expect_text "difference between facts and ledgers: 0.0000"
    LEDGER=$(grep -E '^ *(sale|return|cancelled|unpaid|presale|excluded|shipping)' <<<"$OUT")
    ! is_full || expect_green
}

figures() { # FILE [import options]: what a shop with that file says
    SHOPS=$((${SHOPS:-0} + 1))
    shop "s$SHOPS" ${INIT:-}
    [ -z "${STORES:-}" ] || printf '%s\n' "$STORES" >"$DIR/stores.yaml"
    run import "$@"
    expect_exit 0
    expect_text "difference to the ledger: 0 rows, 0.0000"
    look
}

# FILE COLUMNS...: the file with the first COLUMNS (numbers) empty on all rows of January's orders but their first, the
# second of February's and so on; of orders of later months, the last COLUMNS. June's rows stand apart.
once() {
    local file=$1
    shift
    awk -F, -v OFS=, -v columns="$(printf '%s/' "$@")" -v date="$(head -1 "$file" | tr ',' '\n' | grep -nix -e 'placed at' -e 'created at' | cut -d: -f1)" '
        BEGIN { months = split(columns, of_month, "/") - 1 }
        NR > 1 && seen[$1]++ {
            month = substr($date, 6, 2) + 0
            n = split(of_month[month < months ? month : months], c, " ")
            for (i = 1; i <= n; i++) $c[i] = ""
        }
        { print }' "$file" >"$T/once.csv"
    awk -F, '!/,2026-06-/' "$T/once.csv"
    grep ',2026-06-' "$T/once.csv" | sort -t, -k3,3 -k1,1 -s
}

# FILE COLUMNS...: the same figures as if each row said it.
same() {
    local each
    figures "$1" ${OPTIONS:-}
    each=$FIGURES$LEDGER
    once "$@" >"$T/first.csv"
    figures "$T/first.csv" ${OPTIONS:-}
    expect_same "figures of the state on each row and on the first" "$each" "$FIGURES$LEDGER"
    expect_green
}

begin "by names: cancelled, unpaid, voided, expired, paid, returns"
{
    echo "order id,placed at,sku,quantity,unit price,status,paid at,is test"
    for month in 1 2 3 4 6; do
        for order in "1,cancelled,,0" "2,unpaid,,0" "3,voided,,0" "4,expired,,0" "5,paid,05 11:00,0" \
            "6,交易关闭,,0" "7,cancelled,07 12:00,0" "8,paid,08 12:00,1" "9,等待付款,,0" \
            "10,placed,,0" "11,refunded,12 10:00,0"; do
            IFS=, read -r id state paid test <<<"$order"
            day=$(printf '2026-%02d-%02d 10:00' $month "$id")
            paid=${paid:+2026-0$month-$paid}
            echo "$month$id,$day,A,1,10.00,$state,$paid,$test"
            echo "$month$id,$day,B,2,20.00,$state,$paid,$test"
            echo "$month$id,$day,C,-1,5.00,$state,$paid,$test"
        done
    done
} >"$T/names.csv"
same "$T/names.csv" 6 "6 7" 7 "6 7 8"
# by hand: 5, 7, 10 and 11 count; 50.00 each, less 5.00 that goes back; 8 is a test
run kpi orders,gross_sales,returns_amt $SPAN --grain month --format csv
for month in 1 2 3 4 6; do
    expect_text "2026-0$month-01,4,200.0000,20.0000"
done

begin "a mapping where only a payment makes a sale"
cat >"$T/map.yaml" <<'END'
name: our-orders
target: order_lines
fill_down: true
orders_complete: true
sale_when_paid: true
columns:
  order id: order_id
  placed at: placed_at
  sku: sku
  quantity: quantity
  unit price: unit_price
  status: status
  paid at: paid_at
  is test: is_test
classes:
  - class: tip
    sku: [C]
END
OPTIONS="--map $T/map.yaml"
same "$T/names.csv" 7 "6 7"
OPTIONS=

begin "pre-sales"
{
    echo "order id,placed at,sku,quantity,unit price,status,paid at,is staged,paid,deposit"
    for month in 1 6; do
        for order in "1,placed,,1,,20" "2,placed,12 09:00,1,50,20" "3,placed,,0,," "4,unpaid,,1,,"; do
            IFS=, read -r id state paid staged money deposit <<<"$order"
            day=$(printf '2026-%02d-%02d 10:00' $month "$id")
            paid=${paid:+2026-0$month-$paid}
            echo "$month$id,$day,A,1,10.00,$state,$paid,$staged,$money,$deposit"
            echo "$month$id,$day,B,2,20.00,$state,$paid,$staged,$money,$deposit"
        done
    done
} >"$T/staged.csv"
sed 's/^  is test: is_test/  is staged: is_staged\n  paid: paid\n  deposit: deposit/; s/^sale_when_paid: true/sale_when_paid: false/' \
    "$T/map.yaml" >"$T/staged.yaml"
OPTIONS="--map $T/staged.yaml"
same "$T/staged.csv" "6 7 8 9 10"
STORES='stores:
  main:
    presale: deposit'
same "$T/staged.csv" "6 7 8 9 10"
STORES=
OPTIONS=

begin "Shopify's orders"
INIT="--currency USD --timezone America/New_York"
{
    echo "Name,Created at,Lineitem sku,Lineitem quantity,Lineitem price,Lineitem name,Financial Status,Paid at,Cancelled at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Refunded Amount"
    for month in 1 6; do
        for order in "1,voided,,x" "2,expired,,x" "3,paid,03 10:00:00 -0500," "4,pending,," \
            "5,refunded,05 10:00:00 -0500,x" "6,unpaid,,"; do
            IFS=, read -r id state paid cancelled <<<"$order"
            at="2026-0$month-0$id 10:00:00 -0500"
            paid=${paid:+2026-0$month-$paid}
            for line in "A,1,20.00" "B,2,15.00" "C,1,1.00"; do
                echo "#$month$id,$at,$line,Thing,$state,$paid,${cancelled:+$at},USD,51.00,5.00,4.00,60.00,0.00,0.00"
            done
        done
    done
} >"$T/shopify.csv"
same "$T/shopify.csv" "7 8 9 10 11 12 13 14 15 16"
WHOLE=$FIGURES
# by hand: 3, 4 and 5 count
run kpi orders,gross_sales $SPAN --grain month --format csv
expect_text "2026-01-01,3,153.0000" "2026-06-01,3,153.0000"

# The file of first rows with wrong prices in some of its LINES; the figures are WHOLE again when they are repaired.
repaired() { # FILE LINES PRICES
    local lines prices n
    IFS=, read -ra lines <<<"$2"
    IFS=, read -ra prices <<<"$3"
    cp "$1" "$T/bad.csv"
    for n in "${!lines[@]}"; do sed -i "${lines[n]}s/,${prices[n]},/,wrong$n,/" "$T/bad.csv"; done
    shop "bad$2" $INIT
    run import "$T/bad.csv"
    expect_exit 3
    run quarantine retry 1
    expect_exit 0
    for n in "${!lines[@]}"; do sed -i "s/,wrong$n,/,${prices[n]},/" "$DIR/quarantine/import-1.csv"; done
    run import "$DIR/quarantine/import-1.csv"
    expect_exit 0
    look
    expect_same "figures after line $2 was repaired" "$WHOLE" "$FIGURES"
    expect_green
}

begin "repaired rows: one without the state's row, and the row of the state itself"
repaired "$T/first.csv" 2,6 20.00,15.00 # the first of order 11, which is voided, the second of order 12, which has expired
if is_full; then
    repaired "$T/first.csv" 2 20.00
    repaired "$T/first.csv" 3 15.00
fi

begin "rows that say different states are classed each by its own"
INIT=
cat >"$T/each.csv" <<'END'
order id,placed at,sku,quantity,unit price,status
1,2026-01-02 10:00,A,1,10.00,cancelled
1,2026-01-02 10:00,B,1,20.00,paid
2,2026-01-03 10:00,A,1,10.00,paid
2,2026-01-03 10:00,B,1,40.00,cancelled
END
shop each
run import "$T/each.csv"
run kpi orders,gross_sales $SPAN --grain total --format csv
expect_text ",2,30.0000"

begin "halves of a file: the half without the state's row asks the other, whichever comes first; so do postage and tips"
HEAD="order id,placed at,sku,quantity,unit price,status,paid at,shipping,tip"
echo "$HEAD" >"$T/whole.csv"
cat >"$T/orders.csv" <<'END'
1,2026-MM-02 10:00,A,1,10.00,paid,2026-MM-02 10:05,0,0
1,2026-MM-02 10:00,B,1,20.00,,,0,0
2,2026-MM-03 10:00,A,1,10.00,cancelled,,0,0
2,2026-MM-03 10:00,B,2,20.00,,,0,0
2,2026-MM-03 10:00,C,1,7.00,,,0,0
2,2026-MM-03 10:00,D,1,3.00,,,0,0
3,2026-MM-04 10:00,A,1,10.00,unpaid,,0,0
3,2026-MM-04 10:00,B,1,20.00,,,0,0
3,2026-MM-04 10:00,C,-1,5.00,,,0,0
4,2026-MM-05 10:00,A,1,10.00,paid,2026-MM-05 11:00,0,0
4,2026-MM-05 10:00,B,1,20.00,,,0,0
END
cat >"$T/charged.csv" <<'END'
5,2026-MM-06 10:00,A,1,10.00,paid,,0,0
6,2026-MM-07 10:00,A,2,10.00,voided,,4.90,1.00
6,2026-MM-07 10:00,B,1,5.00,,,4.90,1.00
7,2026-MM-08 10:00,A,1,10.00,paid,,3.00,0
END
# The rows of the first half of a month's file, and how many of them the second has, too. Of months 1 to 5 the first half
# comes first, of 6 to 10 the second.
MONTH=0
for cut in orders:3:0 orders:4:1 orders:5:0 orders:8:0 charged:2:0 orders:3:0 orders:4:1 orders:5:0 orders:8:0 charged:2:0; do
    IFS=: read -r kind first both <<<"$cut"
    MONTH=$((MONTH + 1))
    sed "s/^/$MONTH/; s/MM/$(printf %02d $MONTH)/g" "$T/$kind.csv" >"$T/month.csv"
    { echo "$HEAD"; head -"$first" "$T/month.csv"; } >"$T/a$MONTH.csv"
    { echo "$HEAD"; tail -n +$((first + 1 - both)) "$T/month.csv"; } >"$T/b$MONTH.csv"
    cat "$T/month.csv" >>"$T/whole.csv"
done
figures "$T/whole.csv"
WHOLE=$FIGURES
run kpi orders,gross_sales,returns_amt,net_sales,shipping_rev,total_sales $SPAN --grain month --format csv
for month in 01 02 03 04 06 07 08 09; do
    expect_text "2026-$month-01,2,60.0000,0.0000,60.0000,0.0000,60.0000"
done
expect_text "2026-05-01,2,20.0000,0.0000,20.0000,3.0000,23.0000" "2026-10-01,2,20.0000,0.0000,20.0000,3.0000,23.0000"
shop halves
run import "$T"/a{1,2,3,4,5}.csv "$T"/b{6,7,8,9,10}.csv
expect_exit 0
look
HALF=$FIGURES
run import "$T"/b{1,2,3,4,5}.csv "$T"/a{6,7,8,9,10}.csv
expect_exit 0
look
expect_same "figures of all halves and of the whole file" "$WHOLE" "$FIGURES"
expect_green

begin "halves of a file: the second to come is undone"
UNDONE=$(some "10 6 2" "10 9 8 7 6 5 4 3 2 1")
for month in $UNDONE; do
    run imports undo $((10 + month))
    expect_exit 0
done
look
of_undone() { # FIGURES: those of the undone months
    grep -E "^2026-($(printf '|%02d' $UNDONE | cut -c2-))" <<<"$1"
}
expect_same "figures of halves" "$(of_undone "$HALF")" "$(of_undone "$FIGURES")"
expect_green

begin "the voided order's row of postage and tip is repaired"
line=$(grep -n '^56.*,voided' "$T/whole.csv" | cut -d: -f1)
repaired "$T/whole.csv" "$line" 10.00

begin "a file of orders that comes after their lines, or before them, cancels them without a date, too"
INIT="--currency EUR --timezone Europe/Berlin"
cat >"$T/lines.csv" <<'END'
order id,placed at,sku,quantity,unit price
1,2026-01-03 10:00,A,2,10.00
2,2026-01-04 10:00,A,1,10.00
3,2026-01-05 10:00,A,2,10.00
END
printf 'order id,placed at,status\n1,2026-01-03 10:00,cancelled\n' >"$T/after.csv"
printf 'order id,placed at,status\n3,2026-01-05 10:00,cancelled\n' >"$T/before.csv"
shop undated $INIT
for file in before lines after; do
    run import "$T/$file.csv"
    expect_exit 0
done
run kpi orders,cancelled_orders,net_sales --from 2026-01-01 --to 2026-01-31 --grain day --format csv
expect_text "2026-01-03,0,1,0.0000" "2026-01-04,1,0,10.0000" "2026-01-05,0,1,0.0000"
expect_green

begin "an order's number on its first row only is that of the lines below it"
numbered() {
    cat <<'END'
Order ID,Order date,Customer,SKU,Qty,Unit price,Shipping,Paid amount
7,2026-03-01,ann,A,2,10.00,5.00,28.00
7,2026-03-01,ann,B,1,3.00,5.00,28.00
8,2026-03-02,bob,A,1,10.00,0.00,30.00
8,2026-03-02,bob,C,2,10.00,0.00,30.00
9,2026-03-02,bob,A,1,10.00,4.00,14.00
END
}
numbered >"$T/numbered.csv"
# a file that was cut within an order, with a bad line and a sum
{
    numbered | awk -F, -v OFS=, 'NR > 1 && seen[$1]++ { $1 = $2 = $3 = $7 = $8 = "" } { print } NR == 1 { print ",,,A,1,10.00,," }' |
        sed 's/^,,,C,2/,,,C,x/'
    echo ",,,,5,,9.00,72.00"
} >"$T/merged.csv"
figures "$T/numbered.csv"
WHOLE=$FIGURES
shop merged $INIT
run import "$T/merged.csv"
expect_exit 3
expect_text "2 rows without an order's number are lines of the order above them"
expect_line "^quarantined 2" "^sum row 1" "^shipping 2 9.00 EUR"
run quarantine retry 1
expect_same "refused rows" ",,,A,1,10.00,, 8,,,C,x,10.00,," "$(sed 1d "$DIR/quarantine/import-1.csv" | paste -sd' ')"
sed -i '/^,/d; s/,x,/,2,/' "$DIR/quarantine/import-1.csv"
run import "$DIR/quarantine/import-1.csv"
expect_exit 0
look
expect_same "figures of orders numbered on each row and once" "$WHOLE" "$FIGURES"
printf '%s\n' 'Order ID,Order date,Customer,SKU,Qty,Unit price' '1,2026-04-01,ann,A,1,10.00' ',2026-04-01,bob,B,1,3.00' >"$T/nobodys.csv"
run import "$T/nobodys.csv"
expect_exit 3
expect_line "^quarantined 1" "^sale 1 10.00"
expect_green
finish
