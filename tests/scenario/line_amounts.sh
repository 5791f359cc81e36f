#!/bin/bash
# Amounts and signs of order lines that no preset explains: the rows themselves show what they mean.
. "$(dirname "$0")/lib.sh"
figures() { # of all days
    run kpi gross_sales,discounts,returns_amt,net_sales,units,net_units --from 2026-01-01 \
        --to 2026-01-31 --grain total --format csv
}
# Imports standard input into a shop of its own.
import_as() { # NAME
    shop "$1" --currency EUR --timezone Europe/Berlin
    cat >"$T/$1.csv"
    run import "$T/$1.csv"
}

begin "a discount that the line's total has in it already is taken off once"
import_as net <<'END'
Order ID,Order date,SKU,Qty,Unit price,Discount,Line total
1,2026-01-02,A,2,100.00,20.00,180.00
2,2026-01-02,B,1,50.00,5.00,45.00
3,2026-01-02,B,1,50.00,50.00,0.00
END
expect_exit 0
expect_text "less the discount in 3 rows: it is not taken off again"
expect_line "^sale 3 300.00 EUR 4" "^source: 3 rows, 300.00 .* 0 rows, 0.0000"
figures
expect_text ",300.0000,75.0000,0.0000,225.0000,4,4,"
expect_green
run --lang zh import "$T/net.csv" --again
expect_text "3 行的金额已经扣除优惠"

begin "one that it has not is taken off, and what is neither is told"
import_as gross <<'END'
Order ID,Order date,SKU,Qty,Unit price,Discount,Line total
1,2026-01-02,A,2,100.00,20.00,200.00
2,2026-01-02,B,3,33.33,9.99,90.00
3,2026-01-02,B,1,50.00,5.00,47.00
END
expect_text "less the discount in 1 rows" "1 rows with a discount have an amount that is neither"
figures
expect_text ",346.9900,34.9900,0.0000,312.0000,6,6,"

begin "a mapping that --explain writes gives the same"
run import "$T/net.csv" --explain
shop mapped --currency EUR --timezone Europe/Berlin
run import "$T/net.csv" --map "$T/gross/sources/net.yaml"
expect_exit 0
figures
expect_text ",300.0000,75.0000,0.0000,225.0000,"

begin "an order's subtotal on each of its lines is no amount of a line"
import_as subtotal <<'END'
Order,Date,SKU,Qty,Price,Subtotal,Shipping,Total
1,2026-01-02,A,2,100.00,250.00,5.00,255.00
1,2026-01-02,B,1,50.00,250.00,5.00,255.00
2,2026-01-03,B,1,50.00,50.00,5.00,55.00
END
expect_text '"Subtotal" repeats the order'"'"'s amount on each of its lines'
figures
expect_text ",300.0000,0.0000,0.0000,300.0000,4,4,"
expect_green

begin "beyond the first rows such an order is refused, not counted twice"
{
    echo "Order,Date,SKU,Qty,Price,Subtotal"
    for o in $(seq 1 250); do echo "$o,2026-01-02,A,1,2.00,2.00"; done
    printf '%s\n' "300,2026-01-03,A,2,100.00,250.00" "300,2026-01-03,B,1,50.00,250.00"
    printf '%s\n' "301,2026-01-03,A,1,7.00,7.00" "301,2026-01-03,B,1,7.00,7.00"
} >"$T/late_orders.csv"
import_as late <"$T/late_orders.csv"
expect_line "^quarantined 2 500.00" "^sale 252 514.00" "0 rows, 0.0000"
run quarantine list 1
expect_text "each line repeats the sum of the order"
expect_green

begin "a discount makes less of a sale and of a return, whichever sign it has"
import_as signs <<'END'
Order ID,Order date,SKU,Qty,Unit price,Discount,Tax,Order discount
1,2026-01-02,A,1,100.00,-10.00,0.00,0.00
2,2026-01-02,A,-1,100.00,10.00,0.00,0.00
3,2026-01-02,A,1,100.00,0.00,0.00,-4.00
3,2026-01-02,B,1,100.00,0.00,0.00,-4.00
4,2026-01-02,A,1,100.00,0.00,0.00,0.00
END
figures
expect_text ",400.0000,14.0000,90.0000,296.0000,4,3,"
expect_green

begin "what an order comes to is what its lines come to, returns less their discount"
import_as total <<'END'
Order ID,Order date,Paid at,SKU,Qty,Unit price,Discount,Line tax
1,2026-01-02 10:00,2026-01-02 10:05,A,2,100.00,20.00,6.00
1,2026-01-02 10:00,2026-01-02 10:05,B,-1,100.00,10.00,3.00
END
run kpi paid_gmv,net_sales --from 2026-01-01 --to 2026-01-31 --grain total --format csv
expect_text ",93.0000,90.0000,"
expect_green

begin "a surcharge that the amount proves stays one"
import_as surcharge <<'END'
Order ID,Order date,SKU,Qty,Unit price,Discount,Line total
1,2026-01-02,A,1,100.00,-10.00,110.00
2,2026-01-02,A,1,100.00,-10.00,90.00
END
figures
expect_text ",200.0000,0.0000,0.0000,200.0000,"

begin "a return is negative in amount and units, however its row is written"
import_as returns <<'END'
order id,placed at,sku,quantity,unit price,amount
1,2026-01-02,A,10,10.00,100.00
2,2026-01-02,A,-1,10.00,10.00
3,2026-01-02,A,1,-10.00,-10.00
4,2026-01-02,A,-1,-10.00,
5,2026-01-02,A,-1,10.00,
6,2026-01-02,A,,,-10.00
END
expect_line "^return 5 -50.00 EUR -5" "^sale 1 100.00 EUR 10"
figures
expect_text ",100.0000,0.0000,50.0000,50.0000,10,5,"
expect_green
import_as uncounted <<'END'
order id,placed at,sku,amount
1,2026-01-02,A,10.00
2,2026-01-02,A,-10.00
END
expect_line "^return 1 -10.00 EUR -1"

begin "an order of returns only gives back its goods less the order's discount, with its tax"
import_as returned_whole <<'END'
Order ID,Order date,SKU,Qty,Unit price,Order discount,Order tax
1,2026-01-02,A,-1,60.00,10.00,9.50
1,2026-01-02,B,-1,40.00,10.00,9.50
2,2026-01-02,A,1,100.00,10.00,19.00
2,2026-01-02,C,-1,20.00,10.00,19.00
END
figures
expect_text ",100.0000,10.0000,110.0000,-20.0000,1,-2,"
run kpi returns_amt --by sku --from 2026-01-01 --to 2026-01-31 --grain total --format csv
expect_line "A,54.0000," "B,36.0000," "C,20.0000,"
run kpi total_sales --from 2026-01-01 --to 2026-01-31 --grain total --format csv
expect_line ",-10.5000,"
expect_green

paid() { # what was paid in January, of all orders
    run kpi paid_gmv --from 2026-01-01 --to 2026-01-31 --grain total --format csv
}

begin "what was paid is each line's own where the rows show it, also of equal lines"
import_as paid_line <<'END'
order id,placed at,paid at,sku,quantity,unit price,discount,paid amount
1,2026-01-02,2026-01-02,A,1,10.00,1.00,9.00
1,2026-01-02,2026-01-02,B,1,15.00,0.00,15.00
2,2026-01-03,2026-01-03,A,2,10.00,2.00,18.00
3,2026-01-04,2026-01-04,A,1,10.00,0,10.00
3,2026-01-04,2026-01-04,C,1,10.00,0,10.00
END
expect_text '"paid amount" is each line'"'"'s own, as 2 orders of several lines show'
paid
expect_text ",62.0000,"
expect_green
run --lang zh import "$T/paid_line.csv" --again
expect_text "“paid amount”是每行自己的金额"

begin "the same of an order that two files cut"
shop paid_cut --currency EUR --timezone Europe/Berlin
head -2 "$T/paid_line.csv" >"$T/cut1.csv"
{ head -1 "$T/paid_line.csv"; tail -n +3 "$T/paid_line.csv"; } >"$T/cut2.csv"
run import "$T/cut1.csv"
run import "$T/cut2.csv"
paid
expect_text ",62.0000,"
expect_green

begin "and of a row that was repaired, also of equal lines"
for row in 3 6; do
    shop "paid_repaired_$row" --currency EUR --timezone Europe/Berlin
    sed "${row}s/,1,1/,x,1/" "$T/paid_line.csv" >"$T/spoilt.csv"
    run import "$T/spoilt.csv"
    expect_exit 3
    run quarantine retry 1
    sed -i 's/,x,1/,1,1/' "$DIR/quarantine/import-1.csv"
    run import "$DIR/quarantine/import-1.csv"
    expect_exit 0
    paid
    expect_text ",62.0000,"
    expect_green
done

begin "it is the order's where each line repeats what all come to"
import_as paid_order <<'END'
order id,placed at,paid at,sku,quantity,unit price,shipping,paid amount
1,2026-01-02,2026-01-02,A,1,10.00,5.00,30.00
1,2026-01-02,2026-01-02,B,1,15.00,5.00,30.00
2,2026-01-03,2026-01-03,A,1,10.00,0,20.00
2,2026-01-03,2026-01-03,C,1,10.00,0,20.00
END
expect_exit 0
expect_no_text "each line's own"
paid
expect_text ",50.0000,"

begin "where nothing shows whose it is, that is told; where orders contradict, how many"
import_as paid_open <<'END'
order id,placed at,paid at,sku,quantity,unit price,paid amount
1,2026-01-02,2026-01-02,A,1,10.00,8.00
1,2026-01-02,2026-01-02,B,1,10.00,8.00
END
expect_text "no order of several lines shows whether it is the order's or each line's own; read as the order's"
import_as paid_both <<'END'
order id,placed at,paid at,sku,quantity,unit price,paid amount
1,2026-01-02,2026-01-02,A,1,10.00,10.00
1,2026-01-02,2026-01-02,B,1,12.00,12.00
2,2026-01-02,2026-01-02,A,1,10.00,22.00
2,2026-01-02,2026-01-02,B,1,12.00,22.00
END
expect_text "1 orders show it as each line's own, 1 as the order's; read as the order's"

begin "what is no amount is refused with its reason"
import_as refused <<'END'
Order ID,Order date,SKU,Qty,Unit price,Discount
1,2026-01-02,A,2,100.00,10%
2,2026-01-02,A,1,(-10.00),
3,2026-01-02,A,1,--10.00,
4,2026-01-02,A,1,10.00,1.00
END
expect_line "^quarantined 3 0.00" "^sale 1 10.00 EUR 1"
run quarantine list 1
expect_text "a percentage where an amount should be" "not a number, or too large"
run --lang zh quarantine list 1
expect_text "应为金额，却是百分比"

begin "a number that tells nothing does not outvote those that tell the column's mark"
import_as marks <<'END'
order id,placed at,sku,quantity,unit price,shipping
1,2026-01-02,A,2,"12,50",4.90
2,2026-01-02,A,1,"1.234",4.90
3,2026-01-02,A,2,"12,50",4.90
END
expect_exit 0
expect_line "^sale 3 1,284.00 EUR"
figures
expect_text ",1284.0000,"
import_as groups <<'END'
order id,placed at,sku,quantity,unit price,shipping
1,2026-01-02,A,1,"1,234",4.90
2,2026-01-02,A,1,10.50,4.90
END
expect_line "^sale 2 1,244.50 EUR"

begin "where a column's samples tell nothing, its later rows are asked, whatever other columns tell"
import_as late_marks < <(
    echo "order id,placed at,sku,quantity,unit price,shipping"
    for i in $(seq 1 250); do echo "$i,2026-01-02,A,1,1.234,4.90"; done
    echo '251,2026-01-02,A,1,"12,50",4.90'
)
expect_exit 0
expect_line "^sale 251 308,512.50 EUR"

begin "where a rounded price fits a total before and after the discount, the file's other rows decide"
import_as rounded <<'END'
order id,placed at,sku,quantity,unit price,discount,line total
1,2026-01-02,A,1000,0.33,5,328
2,2026-01-02,A,10,10,5,95
END
expect_text "in 1 rows the rounded price leaves open" "as other rows of the file show"
figures
expect_text ",433.0000,10.0000,0.0000,423.0000,"
import_as rounded_before <<'END'
order id,placed at,sku,quantity,unit price,discount,line total
1,2026-01-02,A,1000,0.33,5,328
2,2026-01-02,A,10,10,5,100
END
figures
expect_text ",428.0000,10.0000,0.0000,418.0000,"
expect_green
import_as rounded_open <<'END'
order id,placed at,sku,quantity,unit price,discount,line total
1,2026-01-02,A,1000,0.33,5,328
END
expect_text "in 1 rows the rounded price leaves open" "no row of the file shows it; read as before"
run --lang zh import "$T/rounded_open.csv" --again
expect_text "有 1 行因单价取整"

begin "prices that are called net are without tax, whatever the store's are"
shop called_net --currency EUR --timezone Europe/Berlin
printf 'stores:\n  main:\n    tax: inclusive\n' >"$DIR/stores.yaml"
printf 'Order #,Date,SKU,Qty,Price (NET),Line tax,Refund amount\n1,2026-01-02,A,2,10.00,3.80,\n' >"$T/called_net.csv"
run import "$T/called_net.csv"
expect_exit 0
expect_line "^sale 1 20.00 EUR 2"
run kpi gross_sales,taxes,net_sales --from 2026-01-01 --to 2026-01-31 --grain total --format csv
expect_text ",20.0000,3.8000,20.0000,"

begin "a line's amount is rounded once, after quantity x price as written"
import_as prices <<'END'
order id,placed at,sku,quantity,unit price
1,2026-01-02,A,1000,1.23456
2,2026-01-02,A,3,0.333333
3,2026-01-02,A,-1000,1.23456
4,2026-01-02,A,1000000,0.00004
END
expect_line "^sale 3 1,275.56 EUR" "^return 1 -1,234.56 EUR" "^source: 4 rows, 41.00 .* 0 rows, 0.0000"
expect_green
begin "money columns by their usual names; what is not known is told, and so is a total that differs"
named() { # COLUMN OF THE DISCOUNT, OF THE REFUND
    printf '%s\n' "Order ID,Date,SKU,Qty,Unit Price,$1,Shipping Fee,Sales Tax,Total,Status,$2" \
        '1,2026-02-01 10:00,S1,1,50.00,0.00,0.00,0.00,50.00,completed,0.00' \
        '2,2026-02-02 10:00,S1,1,100.00,10.00,5.00,17.10,112.10,completed,0.00' \
        '3,2026-02-03 10:00,S1,1,100.00,0.00,5.00,19.00,124.00,partially refunded,20.00' \
        '4,2026-02-04 10:00,S1,1,100.00,0.00,5.00,20.00,125.00,refunded,125.00' \
        '5,2026-02-05 10:00,S1,1,50.00,0.00,0.00,0.00,50.00,completed,0.00'
}
named Discounts "Refund Amount" >"$T/named.csv"
shop named --currency EUR --timezone Europe/Berlin
run import "$T/named.csv"
expect_no_text "not used" "have a total"
kpis() {
    run kpi gross_sales,discounts,returns_amt,net_sales,shipping_rev,taxes --from 2026-02-01 --to 2026-02-28 --grain total --format csv
}
kpis
expect_text ",400.0000,10.0000,120.0000,270.0000,10.0000,36.1000," # 4 undoes itself, its tax and postage too
named "Shop Rebate" "Paid Back" >"$T/unnamed.csv"
shop unnamed --currency EUR --timezone Europe/Berlin
run import "$T/unnamed.csv"
expect_text 'columns with amounts that are not used: "Shop Rebate", "Paid Back"'
expect_text "1 orders have a total that is not what their lines come to" "2 says 112.10, read are 122.10 (difference -10.00)"

begin "postage, discounts, tax and refunds that differ from line to line are the lines' own"
own_amounts() {
    cat <<'END'
Order ID,Date,SKU,Quantity,Unit Price,Discounts,Shipping Fee,Taxes,Refund Amount
1,2026-02-10,A,1,10.00,1.00,5.00,0.90,0.00
1,2026-02-10,B,1,20.00,2.00,3.00,1.80,18.00
2,2026-02-11,A,2,10.00,0.00,5.00,2.00,0.00
3,2026-02-12,A,2,10.00,0.00,5.00,2.00,10.00
3,2026-02-12,B,1,20.00,0.00,2.00,2.00,20.00
3,2026-02-12,C,1,5.00,0.00,5.00,0.50,0.00
END
}
shop own --currency EUR --timezone Europe/Berlin
own_amounts >"$T/own.csv"
run import "$T/own.csv"
expect_text '"Shipping Fee" is each line'"'"'s own, as 2 orders' '"Refund Amount" is each line'"'"'s own, as 1 orders'
expect_no_text "from line to line"
kpis
expect_text ",95.0000,3.0000,48.0000,44.0000,25.0000,9.2000,"
run kpi net_sales --by sku --from 2026-02-01 --to 2026-02-28 --grain total --format csv
expect_text ",A,49.0000," ",B,38.0000," ",C,5.0000,"
expect_green
run import "$T/own.csv" --again
expect_text "0 new, 0 changed, 3 as they were"

begin "so in the halves of such a file, and in a row that is repaired"
for order in "two one" "one two"; do
    [ "$order" = "two one" ] || is_full || continue
    shop "own_$order" --currency EUR --timezone Europe/Berlin
    own_amounts | head -3 >"$T/one.csv"
    own_amounts | sed '2,3d' >"$T/two.csv"
    for half in $order; do run import "$T/$half.csv"; done
    kpis
    expect_text ",95.0000,3.0000,48.0000,44.0000,25.0000,9.2000,"
    expect_green
done
shop own_repaired --currency EUR --timezone Europe/Berlin
own_amounts | sed 's/^3,2026-02-12,C,1,5.00/3,2026-02-12,C,one,5.00/' >"$T/own_refused.csv"
run import "$T/own_refused.csv"
expect_line "^quarantined 1"
kpis
expect_text ",90.0000,3.0000,48.0000,39.0000,20.0000,8.7000,"
run quarantine retry 1
sed -i 's/,one,/,1,/' "$DIR"/quarantine/import-1.csv
run import "$DIR"/quarantine/import-1.csv
kpis
expect_text ",95.0000,3.0000,48.0000,44.0000,25.0000,9.2000,"
expect_green

begin "an amount that all rows repeat, or the first alone has, is the order's"
import_as repeated <<'END'
Order ID,Date,SKU,Quantity,Unit Price,Discounts,Shipping Fee,Taxes,Refund Amount
1,2026-02-10,A,1,10.00,0.00,5.00,2.70,0.00
1,2026-02-10,B,1,20.00,3.00,5.00,2.70,18.00
2,2026-02-11,A,1,10.00,1.00,4.00,0.90,0.00
END
expect_no_text "line's own" "from line to line"
kpis
expect_text ",40.0000,4.0000,18.0000,18.0000,9.0000,3.6000,"
expect_green

begin "signs of another currency are told, where no column tells it"
import_as signs_foreign <<'END'
Order ID,Date,SKU,Quantity,Unit Price
1,2026-02-10,A,1,$10.00
END
expect_text '"Unit Price" is written with $, but no column tells the currency: read as EUR'
run import "$T/signs_foreign.csv" --again --currency USD
expect_no_text "is written with"
import_as signs_header <<'END'
Order ID,Date,SKU,Quantity,Unit Price (GBP)
1,2026-02-10,A,1,£10.00
END
expect_no_text "is written with"
expect_line "^sale 1 10.00 GBP"

begin "an amount that another column shows to be after the discount is not lowered again"
import_as after <<'END'
Date,Item,Qty,SKU,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Event Type
2026-02-24,Mug,2,M,€30.00,-€3.00,€27.00,€2.16,T1,Payment
2026-02-24,Plate,1,P,€20.00,€0.00,€20.00,€1.60,T1,Payment
2026-02-24,Plate,-1,P,-€20.00,€1.00,-€19.00,-€1.52,T2,Refund
END
expect_text '"Net Sales" is "Gross Sales" less the discount: the latter is the amount of a line'
expect_no_text "not used"
kpis
expect_text ",50.0000,3.0000,19.0000,28.0000,0.0000,2.2400,"
run kpi net_sales --by sku --from 2026-02-01 --to 2026-02-28 --grain total --format csv
expect_text ",M,27.0000," ",P,1.0000,"
expect_green
run --lang zh import "$T/after.csv" --again
expect_text "“Net Sales”是“Gross Sales”减去优惠后的金额"

begin "what an order says stands on its first row only, its date and subtotal too"
once() {
    cat <<'END'
Order ID,Financial Status,Created at,Subtotal,Shipping,Taxes,Discount Amount,Amount Refunded,Total,Lineitem quantity,Lineitem sku,Lineitem price
12,PAID,2026-02-24 10:00,50.00,5.00,4.00,5.00,0.00,54.00,2,MUG,15.00
12,,,,,,,,,1,PLT,20.00
13,REFUNDED,2026-02-24 11:00,20.00,5.00,0.00,0.00,25.00,25.00,1,PLT,20.00
14,PAID,2026-02-25 11:00,40.00,0.00,0.00,0.00,0.00,40.00,1,PLT,20.00
14,,,,,,,,,1,CUP,20.00
15,PAID,2026-02-26 11:00,30.00,0.00,0.00,0.00,0.00,30.00,1,MUG,15.00
15,,,,,,,,,1,MUG,15.00
END
}
shop once --currency EUR --timezone Europe/Berlin
once >"$T/once.csv"
run import "$T/once.csv"
expect_exit 0
expect_no_text "quarantine" "not used"
kpis
expect_text ",140.0000,5.0000,20.0000,115.0000,5.0000,4.0000,"
run kpi units --by sku --from 2026-02-01 --to 2026-02-28 --grain total --format csv
expect_text ",PLT,3," ",MUG,4,"
expect_green
for order in "two one" "one two"; do
    [ "$order" = "two one" ] || is_full || continue
    shop "once_$order" --currency EUR --timezone Europe/Berlin
    once | head -5 >"$T/one.csv"
    once | sed 2,5d >"$T/two.csv"
    for half in $order; do run import "$T/$half.csv"; done
    [ "$order" = "one two" ] || run import "$T/two.csv" --again # a line whose order came later
    kpis
    expect_text ",140.0000,5.0000,20.0000,115.0000,5.0000,4.0000,"
    expect_green
done

begin "an order that is paid back as a whole undoes itself where each line has its tax and discounts, too"
cat >"$T/each.csv" <<'X'
order_id,date,status,sku,quantity,price,discount,platform_discount,line_tax,order_discount,shipping,order_total,refunded
1,2026-02-02,refunded,A,1,100,5,10,19,2,5,121,121
1,2026-02-02,refunded,B,1,20,0,10,4,2,5,121,121
2,2026-02-02,paid,B,1,20,0,0,4,0,5,29,0
3,2026-02-02,paid,B,1,20,0,0,4,0,5,29,10
X
shop each_back --currency EUR --timezone Europe/Berlin
run import "$T/each.csv"
kpis
expect_text ",160.0000,7.0000,123.0000,30.0000,10.0000,8.0000,"
expect_green
begin "an order's discount and tax that hold what its lines tell count once"
told() { # DISCOUNT OF ORDER 1, ITS TOTAL, THAT OF ORDER 2
    printf '%s\n' 'order id,placed at,sku,quantity,unit price,line discount,order discount,line tax,order tax,shipping,order total' \
        "1,2026-02-01 10:00,A,1,20.00,3.00,$1,3.23,7.79,5.00,$2" \
        "1,2026-02-01 10:00,B,1,20.00,1.00,$1,3.61,7.79,5.00,$2" \
        "2,2026-02-02 10:00,C,2,5.00,1.00,1.00,1.90,1.90,0.00,$3"
}
told 4.00 48.79 10.90 >"$T/held.csv" # its tax has 0.95 of the postage in it
told 6.00 46.79 10.90 >"$T/more.csv"
told 4.00 44.79 9.90 >"$T/on_top.csv"
twice() { # DISCOUNTS NET TAXES TOTAL
    run kpi gross_sales,discounts,net_sales,taxes,total_sales --from 2026-02-01 --to 2026-02-28 --grain total --format csv
    expect_text ",50.0000,$1,$2,9.6900,$3,"
}
for shape in "held 5.0000 45.0000 59.6900" "more 7.0000 43.0000 57.6900" "on_top 10.0000 40.0000 54.6900"; do
    read -r name off net total <<<"$shape"
    import_as "told_$name" <"$T/$name.csv"
    expect_exit 0
    expect_text '"order tax" holds what "line tax" tells of the lines, as 2 orders show (0 do not): it counts once'
    expect_no_text "have a total"
    twice $off $net $total
    run import "$T/$name.csv" --again
    twice $off $net $total
    expect_green
    shop "told_parts_$name" --currency EUR --timezone Europe/Berlin
    { head -1 "$T/$name.csv"; tail -n +3 "$T/$name.csv"; } >"$T/part2.csv"
    head -2 "$T/$name.csv" >"$T/part1.csv"
    run import "$T/part1.csv"
    run import "$T/part2.csv"
    twice $off $net $total
    expect_green
done
run --lang zh import "$T/more.csv" --again
expect_text "“order tax”已包含“line tax”各行的金额"

finish
