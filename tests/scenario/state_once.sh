# What a file says of an order on its first row only is as if each row said it: state, payment, test
# mark and pre-sale mark class all lines of the order, wherever its rows stand.
. "$(dirname "$0")/lib.sh"
KPIS=orders,units,gross_sales,discounts,returns_amt,net_sales,taxes,shipping_rev,gmv,paid_gmv,cancel_rate

# FILE COLUMN...: the file with these columns (numbers) empty on all rows of an order but its first.
once() {
    local file=$1
    shift
    awk -F, -v OFS=, -v columns="$*" '
        BEGIN { n = split(columns, c, " ") }
        NR > 1 && seen[$1]++ { for (i = 1; i <= n; i++) $c[i] = "" }
        { print }' "$file"
}

# What the shop says of the file in FILE: figures by day and ledger.
figures() { # FILE [import options]
    SHOPS=$((${SHOPS:-0} + 1))
    shop "s$SHOPS" ${INIT:-}
    [ -z "${STORES:-}" ] || printf '%s\n' "$STORES" >"$DIR/stores.yaml"
    run import "$@"
    expect_exit 0
    expect_text "difference to the ledger: 0 rows, 0.0000"
    if once_a_case verify; then
        run verify
        expect_exit 0
    fi
    for by in day $(some '' total); do
        run kpi "$KPIS" --from 2026-01-01 --to 2026-01-31 --grain $by --format csv
        expect_exit 0
        printf '%s\n' "$OUT" | grep -v '^#'
    done >"$T/figures"
    run kpi orders,net_sales --by status --from 2026-01-01 --to 2026-01-31 --format csv
    printf '%s\n' "$OUT" >>"$T/figures"
    run reconcile
    printf '%s\n' "$OUT" | grep -E '^ *(sale|return|cancelled|unpaid|presale|excluded|shipping)' >>"$T/figures"
    FIGURES=$(cat "$T/figures")
}

# FILE COLUMN...: the same figures as if each row said it, in file order and with the rows mixed.
same() {
    local file=$1 each
    shift
    figures "$file" ${OPTIONS:-}
    each=$FIGURES
    once "$file" "$@" >"$T/first.csv"
    figures "$T/first.csv" ${OPTIONS:-}
    [ "$each" = "$FIGURES" ]
    pass_or_fail $? "on the first row only: $(diff <(printf '%s\n' "$each") <(printf '%s\n' "$FIGURES"))"
    once_a_case mixed || return 0
    { head -1 "$T/first.csv" && tail -n +2 "$T/first.csv" | sort -t, -k3,3 -k1,1 -s; } >"$T/mixed.csv"
    figures "$T/mixed.csv" ${OPTIONS:-}
    [ "$each" = "$FIGURES" ]
    pass_or_fail $? "rows apart: $(diff <(printf '%s\n' "$each") <(printf '%s\n' "$FIGURES"))"
}

begin "by names: cancelled, unpaid, voided, expired, paid, returns"
{
    echo "order id,placed at,sku,quantity,unit price,status,paid at,is test"
    for order in "1,cancelled,,0" "2,unpaid,,0" "3,voided,,0" "4,expired,,0" "5,paid,2026-01-05 11:00,0" \
        "6,交易关闭,,0" "7,cancelled,2026-01-07 12:00,0" "8,paid,2026-01-08 12:00,1" "9,等待付款,,0" \
        "10,placed,,0" "11,refunded,2026-01-12 10:00,0"; do
        IFS=, read -r id state paid test <<<"$order"
        day=$(printf '2026-01-%02d 10:00' "$id")
        echo "$id,$day,A,1,10.00,$state,$paid,$test"
        echo "$id,$day,B,2,20.00,$state,$paid,$test"
        echo "$id,$day,C,-1,5.00,$state,$paid,$test"
    done
} >"$T/names.csv"
same "$T/names.csv" 6
same "$T/names.csv" 6 7
same "$T/names.csv" 6 7 8
same "$T/names.csv" 7
# by hand: 5, 7, 10 and 11 count; 50.00 each, less 5.00 that goes back; 8 is a test
figures "$T/first.csv"
run kpi orders,gross_sales,returns_amt --from 2026-01-01 --to 2026-01-31 --grain total --format csv
expect_text ",4,200.0000,20.0000"

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
same "$T/names.csv" 6 7
same "$T/names.csv" 7
OPTIONS=

begin "pre-sales"
{
    echo "order id,placed at,sku,quantity,unit price,status,paid at,is staged,paid,deposit"
    for order in "1,placed,,1,,20" "2,placed,2026-01-12 09:00,1,50,20" "3,placed,,0,," "4,unpaid,,1,,"; do
        IFS=, read -r id state paid staged money deposit <<<"$order"
        day=$(printf '2026-01-%02d 10:00' "$id")
        echo "$id,$day,A,1,10.00,$state,$paid,$staged,$money,$deposit"
        echo "$id,$day,B,2,20.00,$state,$paid,$staged,$money,$deposit"
    done
} >"$T/staged.csv"
sed 's/^  is test: is_test/  is staged: is_staged\n  paid: paid\n  deposit: deposit/; s/^sale_when_paid: true/sale_when_paid: false/' \
    "$T/map.yaml" >"$T/staged.yaml"
OPTIONS="--map $T/staged.yaml"
same "$T/staged.csv" 6 7 8 9 10
STORES='stores:
  main:
    presale: deposit'
same "$T/staged.csv" 6 7 8 9 10
STORES=
OPTIONS=

begin "Shopify's orders"
INIT="--currency USD --timezone America/New_York"
{
    echo "Name,Created at,Lineitem sku,Lineitem quantity,Lineitem price,Lineitem name,Financial Status,Paid at,Cancelled at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Refunded Amount"
    for order in "1,voided,,x" "2,expired,,x" "3,paid,2026-01-03 10:00:00 -0500," "4,pending,," \
        "5,refunded,2026-01-05 10:00:00 -0500,x" "6,unpaid,,"; do
        IFS=, read -r id state paid cancelled <<<"$order"
        at="2026-01-0$id 10:00:00 -0500"
        for line in "A,1,20.00" "B,2,15.00" "C,1,1.00"; do
            echo "#$id,$at,$line,Thing,$state,$paid,${cancelled:+$at},USD,51.00,5.00,4.00,60.00,0.00,0.00"
        done
    done
} >"$T/shopify.csv"
same "$T/shopify.csv" 7 8 9 10 11 12 13 14 15 16
# by hand: 3, 4 and 5 count
figures "$T/first.csv"
run kpi orders,gross_sales --from 2026-01-01 --to 2026-01-31 --grain total --format csv
expect_text ",3,153.0000"

begin "rows that say different states are classed each by its own"
INIT=
cat >"$T/each.csv" <<'END'
order id,placed at,sku,quantity,unit price,status
1,2026-01-02 10:00,A,1,10.00,cancelled
1,2026-01-02 10:00,B,1,20.00,paid
2,2026-01-03 10:00,A,1,10.00,paid
2,2026-01-03 10:00,B,1,40.00,cancelled
END
figures "$T/each.csv"
run kpi orders,gross_sales --from 2026-01-01 --to 2026-01-31 --grain total --format csv
expect_text ",2,30.0000"

look() {
    run verify
    expect_exit 0
    run reconcile
    expect_text "difference between facts and ledgers: 0.0000"
    run kpi "$KPIS" --from 2026-01-01 --to 2026-01-31 --grain total --format csv
    FIGURES=$(printf '%s\n' "$OUT" | grep -v '^#')
    run kpi orders,net_sales --by status --from 2026-01-01 --to 2026-01-31 --format csv
    FIGURES="$FIGURES $OUT"
}

begin "halves of a file: the half without the state's row asks the other, whichever comes first"
cat >"$T/whole.csv" <<'END'
order id,placed at,sku,quantity,unit price,status,paid at
1,2026-01-02 10:00,A,1,10.00,paid,2026-01-02 10:05
1,2026-01-02 10:00,B,1,20.00,,
2,2026-01-03 10:00,A,1,10.00,cancelled,
2,2026-01-03 10:00,B,2,20.00,,
2,2026-01-03 10:00,C,1,7.00,,
2,2026-01-03 10:00,D,1,3.00,,
3,2026-01-04 10:00,A,1,10.00,unpaid,
3,2026-01-04 10:00,B,1,20.00,,
3,2026-01-04 10:00,C,-1,5.00,,
4,2026-01-05 10:00,A,1,10.00,paid,2026-01-05 11:00
4,2026-01-05 10:00,B,1,20.00,,
END
shop whole
run import "$T/whole.csv"
look
WHOLE=$FIGURES
run kpi orders,gross_sales,returns_amt --from 2026-01-01 --to 2026-01-31 --grain total --format csv
expect_text ",2,60.0000,0.0000"
for cut in 4:0 5:1 6:0 9:0; do # lines of the first half, and how many of them the second has, too
    head -"${cut%:*}" "$T/whole.csv" >"$T/a.csv"
    { head -1 "$T/whole.csv" && tail -n +$((${cut%:*} + 1 - ${cut#*:})) "$T/whole.csv"; } >"$T/b.csv"
    for way in "a b" "b a"; do
        shop "h$cut${way% *}"
        run import "$T/${way% *}.csv"
        look
        half=$FIGURES
        run import "$T/${way#* }.csv"
        expect_exit 0
        look
        [ "$FIGURES" = "$WHOLE" ]
        pass_or_fail $? "cut $cut, $way: $FIGURES"
        run imports undo 2
        expect_exit 0
        look
        [ "$FIGURES" = "$half" ]
        pass_or_fail $? "cut $cut, $way, undone: $FIGURES"
    done
done

begin "repaired rows: one without the state's row, and the row of the state itself"
INIT="--currency USD --timezone America/New_York"
once "$T/shopify.csv" 7 8 9 10 11 12 13 14 15 16 >"$T/first.csv"
shop good $INIT
run import "$T/first.csv"
look
WHOLE=$FIGURES
for bad in 2 3; do # the file's lines: row 1 and row 2 of order #1, which is voided
    sed "${bad}s/,[0-9]*\.00,Thing/,abc,Thing/" "$T/first.csv" >"$T/bad.csv"
    shop "bad$bad" $INIT
    run import "$T/bad.csv"
    expect_exit 3
    run quarantine retry 1
    expect_exit 0
    price=$(sed -n "${bad}s/.*,\([0-9]*\.00\),Thing.*/\1/p" "$T/first.csv")
    sed -i "s/,abc,/,$price,/" "$DIR/quarantine/import-1.csv"
    run import "$DIR/quarantine/import-1.csv"
    expect_exit 0
    look
    [ "$FIGURES" = "$WHOLE" ]
    pass_or_fail $? "line $bad repaired: $(diff <(printf '%s\n' "$WHOLE") <(printf '%s\n' "$FIGURES"))"
done

begin "postage and tips of a cancelled order go with its lines, whichever part of it comes first"
charged() { # KPIs as a line of numbers
    run kpi net_sales,shipping_rev,total_sales --from 2026-01-01 --to 2026-01-31 --grain total --format csv
    FIGURES=$(printf '%s\n' "$OUT" | grep -v '^#' | tail -1)
    expect_green
}
cat >"$T/charged.csv" <<'END'
order id,placed at,status,sku,quantity,unit price,shipping,tip
0,2026-01-02 10:00,paid,A,1,10.00,0,0
1,2026-01-03 10:00,voided,A,2,10.00,4.90,1.00
1,2026-01-03 10:00,,B,1,5.00,4.90,1.00
2,2026-01-04 10:00,paid,A,1,10.00,3.00,0
END
INIT="--currency EUR --timezone Europe/Berlin"
shop charged $INIT
run import "$T/charged.csv"
charged
WHOLE=$FIGURES
case $WHOLE in *20.0000*3.0000*23.0000*) true ;; *) false ;; esac
pass_or_fail $? "by hand 20, 3, 23: $WHOLE"
head -3 "$T/charged.csv" >"$T/a.csv"
{ head -1 "$T/charged.csv" && tail -2 "$T/charged.csv"; } >"$T/b.csv"
for way in "a b" "b a"; do
    shop "charged${way% *}" $INIT
    run import "$T/${way% *}.csv"
    charged
    half=$FIGURES
    run import "$T/${way#* }.csv"
    charged
    expect_same "$way" "$WHOLE" "$FIGURES"
    run imports undo 2
    charged
    expect_same "$way, undone" "$half" "$FIGURES"
done
sed 's/A,2,/A,oops,/' "$T/charged.csv" >"$T/bad.csv"
shop chargedbad $INIT
run import "$T/bad.csv"
run quarantine retry 1
sed -i 's/oops/2/' "$DIR/quarantine/import-1.csv"
run import "$DIR/quarantine/import-1.csv"
charged
expect_same "repaired" "$WHOLE" "$FIGURES"

begin "a file of orders that comes after their lines cancels them without a date, too"
cat >"$T/lines.csv" <<'END'
order id,placed at,sku,quantity,unit price
1,2026-01-03 10:00,A,2,10.00
2,2026-01-04 10:00,A,1,10.00
END
printf 'order id,placed at,status\n1,2026-01-03 10:00,cancelled\n' >"$T/heads.csv"
for way in "lines heads" "heads lines"; do
    shop "undated${way% *}" $INIT
    for file in $way; do
        run import "$T/$file.csv"
        expect_exit 0
    done
    run kpi orders,cancelled_orders,net_sales --from 2026-01-01 --to 2026-01-31 --grain total --format csv
    expect_text ",1,1,10.0000"
    expect_green
done
finish
