#!/bin/bash
# Amounts and signs of order lines that no preset explains: the rows themselves show what they mean.
# Each case has a month of its own in one shop; what its files say and what its month gives stands
# beside them, and is looked at when the files of all cases are in.
. "$(dirname "$0")/lib.sh"

GOODS=gross_sales,discounts,returns_amt,net_sales,units,net_units
MONEY=gross_sales,discounts,returns_amt,net_sales,shipping_rev,taxes
FILES=() SAID=() GIVEN=() AT_FIRST=() AT_LAST=()
N=9

begin() { # CASE: its orders' numbers begin with N
    CASE=$1
    N=$((N + 1))
    printf -v MONTH '20%d-%02d' $((N / 12 + 10)) $((N % 12 + 1))
}

write() { # NAME: standard input, moved to the case's month
    FILE=$1.csv
    sed -E "2,\$ { s/^[0-9]+,/$N&/; s/2026-0[12]/$MONTH/g }" >"$T/$FILE"
}
file() { # NAME: standard input, to be imported
    write "$1"
    FILES+=("$T/$FILE")
}

# To be said of the last file.
to_say() { # CHECK WANTED...
    SAID+=("$(printf '%q ' "$CASE" "$FILE" "$@")")
}
says() { to_say expect_text "$@"; }
says_line() { to_say expect_line "$@"; }
says_not() { local t; for t in "$@"; do to_say expect_no_text "$t"; done; }

# Figures of the case's month, of all articles or one; before and after refused rows are repaired, or once.
gives() { # KPIS FIGURES [SKU]
    GIVEN+=("$(printf '%q ' "$CASE" "$MONTH" "$@")")
}
gives_at_first() {
    AT_FIRST+=("$(printf '%q ' "$CASE" "$MONTH" "$@")")
}
gives_at_last() {
    AT_LAST+=("$(printf '%q ' "$CASE" "$MONTH" "$@")")
}

begin "a discount that the line's total has in it already is taken off once"
net() {
    cat <<'END'
Order ID,Order date,SKU,Qty,Unit price,Discount,Line total
1,2026-01-02,A,2,100.00,20.00,180.00
2,2026-01-02,B,1,50.00,5.00,45.00
3,2026-01-02,B,1,50.00,50.00,0.00
END
}
file net < <(net)
says "less the discount in 3 rows: it is not taken off again"
says_line "^sale 3 300.00 EUR 4" "^source: 3 rows, 300.00 .* 0 rows, 0.0000"
gives $GOODS 300.0000,75.0000,0.0000,225.0000,4,4

begin "one that it has not is taken off, and what is neither is told"
file gross <<'END'
Order ID,Order date,SKU,Qty,Unit price,Discount,Line total
1,2026-01-02,A,2,100.00,20.00,200.00
2,2026-01-02,B,3,33.33,9.99,90.00
3,2026-01-02,B,1,50.00,5.00,47.00
END
says "less the discount in 1 rows" "1 rows with a discount have an amount that is neither"
gives $GOODS 346.9900,34.9900,0.0000,312.0000,6,6

begin "a mapping that --explain writes gives the same"
write mapped < <(net)
gives $GOODS 300.0000,75.0000,0.0000,225.0000,4,4

begin "an order's subtotal on each of its lines is no amount of a line"
file subtotal <<'END'
Order,Date,SKU,Qty,Price,Subtotal,Shipping,Total
1,2026-01-02,A,2,100.00,250.00,5.00,255.00
1,2026-01-02,B,1,50.00,250.00,5.00,255.00
2,2026-01-03,B,1,50.00,50.00,5.00,55.00
END
says '"Subtotal" repeats the order'"'"'s amount on each of its lines'
gives $GOODS 300.0000,0.0000,0.0000,300.0000,4,4

begin "beyond the first rows such an order is refused, not counted twice"
file late < <(
    echo "Order,Date,SKU,Qty,Price,Subtotal"
    for o in {1..250}; do echo "$o,2026-01-02,A,1,2.00,2.00"; done
    printf '%s\n' "300,2026-01-03,A,2,100.00,250.00" "300,2026-01-03,B,1,50.00,250.00"
    printf '%s\n' "301,2026-01-03,A,1,7.00,7.00" "301,2026-01-03,B,1,7.00,7.00"
)
says_line "^quarantined 2 500.00" "^sale 252 514.00" "0 rows, 0.0000"

begin "a discount makes less of a sale and of a return, whichever sign it has"
file signs <<'END'
Order ID,Order date,SKU,Qty,Unit price,Discount,Tax,Order discount
1,2026-01-02,A,1,100.00,-10.00,0.00,0.00
2,2026-01-02,A,-1,100.00,10.00,0.00,0.00
3,2026-01-02,A,1,100.00,0.00,0.00,-4.00
3,2026-01-02,B,1,100.00,0.00,0.00,-4.00
4,2026-01-02,A,1,100.00,0.00,0.00,0.00
END
gives $GOODS 400.0000,14.0000,90.0000,296.0000,4,3

begin "a price that has the discount in it makes way for the one before it"
file price_after <<'END'
订单编号,下单时间,商家编码,下单数量,标价,成交价,优惠
1,2026-01-02 10:00:00,A,2,60.00,50.00,20.00
1,2026-01-02 10:00:00,B,3,10.00,6.67,10.00
2,2026-01-03 10:00:00,B,1,10.00,10.00,0.00
END
says '"成交价" is "标价" less the discount'
gives $GOODS 160.0000,30.0000,0.0000,130.0000,6,6

begin "what a document or a class calls a return goes back, whatever its sign"
file documents <<'END'
单据编号,单据日期,单据类型,往来单位,商品编号,数量,单价,税额
1,2026-01-02,销售单,x,A,10件,10.00,13.00
2,2026-01-03,销售退货单,x,A,2 件,10.00,2.60
END
says '"单据类型" says which rows are returns'
file classes <<'END'
Order ID,Order date,SKU,Qty,Unit price,Line class
4,2026-01-02,C,3,10.00,sale
5,2026-01-03,C,2,10.00,return
6,2026-01-03,C,1,10.00,cancelled
END
gives $GOODS 130.0000,0.0000,40.0000,90.0000,13,9

begin "a refund that is asked for or refused is none"
file not_back <<'END'
线上订单号,下单时间,付款时间,状态,商品编码,商品名称,数量,商品单价,商品已退款金额,退款状态
1,2026-01-02 10:00:00,2026-01-02 10:01:00,已完成,A,x,1,50.00,50.00,退款成功
2,2026-01-02 10:00:00,2026-01-02 10:01:00,已完成,A,x,1,50.00,20.00,部分退款
3,2026-01-02 10:00:00,2026-01-02 10:01:00,已完成,A,x,1,50.00,50.00,退款关闭
4,2026-01-02 10:00:00,2026-01-02 10:01:00,已发货,A,x,1,50.00,50.00,买家申请退款
5,2026-01-02 10:00:00,,交易失败,A,x,1,50.00,0.00,
END
says 'refunds that "退款状态" calls open, refused or closed are not counted'
gives $GOODS 200.0000,0.0000,70.0000,130.0000,4,

begin "lines of postage and discounts are no goods"
file beside_goods <<'END'
订单号,下单时间,商品名称,数量,单价
1,2026-01-02 10:00:00,衣服,1,100.00
1,2026-01-02 10:00:00,邮费,1,8.00
1,2026-01-02 10:00:00,优惠券,1,-10.00
2,2026-01-02 10:00:00,邮费模板,1,5.00
END
gives $MONEY 105.0000,10.0000,0.0000,95.0000,8.0000,0.0000

begin "what an order comes to is what its lines come to, returns less their discount"
file total <<'END'
Order ID,Order date,Paid at,SKU,Qty,Unit price,Discount,Line tax
1,2026-01-02 10:00,2026-01-02 10:05,A,2,100.00,20.00,6.00
1,2026-01-02 10:00,2026-01-02 10:05,B,-1,100.00,10.00,3.00
END
gives paid_gmv,net_sales 93.0000,90.0000

begin "a surcharge that the amount proves stays one"
file surcharge <<'END'
Order ID,Order date,SKU,Qty,Unit price,Discount,Line total
1,2026-01-02,A,1,100.00,-10.00,110.00
2,2026-01-02,A,1,100.00,-10.00,90.00
END
gives $GOODS 200.0000,0.0000,0.0000,200.0000,2,2

begin "a return is negative in amount and units, however its row is written"
file returns <<'END'
order id,placed at,sku,quantity,unit price,amount
1,2026-01-02,A,10,10.00,100.00
2,2026-01-02,A,-1,10.00,10.00
3,2026-01-02,A,1,-10.00,-10.00
4,2026-01-02,A,-1,-10.00,
5,2026-01-02,A,-1,10.00,
6,2026-01-02,A,,,-10.00
END
says_line "^return 5 -50.00 EUR -5" "^sale 1 100.00 EUR 10"
gives $GOODS 100.0000,0.0000,50.0000,50.0000,10,5
begin "also where the file has no quantity"
file uncounted <<'END'
order id,placed at,sku,amount
1,2026-01-02,A,10.00
2,2026-01-02,A,-10.00
END
says_line "^return 1 -10.00 EUR -1"

begin "an order of returns only gives back its goods less the order's discount, with its tax"
file returned_whole <<'END'
Order ID,Order date,SKU,Qty,Unit price,Order discount,Order tax
1,2026-01-02,A,-1,60.00,10.00,9.50
1,2026-01-02,B,-1,40.00,10.00,9.50
2,2026-01-02,A,1,100.00,10.00,19.00
2,2026-01-02,C,-1,20.00,10.00,19.00
END
gives $GOODS,total_sales 100.0000,10.0000,110.0000,-20.0000,1,-2,-10.5000
gives returns_amt 54.0000 A
gives returns_amt 36.0000 B
gives returns_amt 20.0000 C

begin "what was paid is each line's own where the rows show it, also of equal lines"
paid_by_line() {
    cat <<'END'
order id,placed at,paid at,sku,quantity,unit price,discount,paid amount
1,2026-01-02,2026-01-02,A,1,10.00,1.00,9.00
1,2026-01-02,2026-01-02,B,1,15.00,0.00,15.00
2,2026-01-03,2026-01-03,A,2,10.00,2.00,18.00
3,2026-01-04,2026-01-04,A,1,10.00,0,10.00
3,2026-01-04,2026-01-04,C,1,10.00,0,10.00
END
}
file paid_by_line < <(paid_by_line)
says '"paid amount" is each line'"'"'s own, as 2 orders of several lines show'
gives paid_gmv 62.0000

begin "the same of an order that two files cut"
file paid_cut1 < <(paid_by_line | head -2)
file paid_cut2 < <(paid_by_line | sed 2d)
gives paid_gmv 62.0000

for row in 3 6; do
    begin "and of row $row that was repaired, also of equal lines"
    file "paid_refused_$row" < <(paid_by_line | sed "${row}s/,1,1/,x,1/")
    says_line "^quarantined 1"
    gives_at_last paid_gmv 62.0000
done

begin "it is the order's where each line repeats what all come to"
file paid_by_order <<'END'
order id,placed at,paid at,sku,quantity,unit price,shipping,paid amount
1,2026-01-02,2026-01-02,A,1,10.00,5.00,30.00
1,2026-01-02,2026-01-02,B,1,15.00,5.00,30.00
2,2026-01-03,2026-01-03,A,1,10.00,0,20.00
2,2026-01-03,2026-01-03,C,1,10.00,0,20.00
END
says_not "each line's own"
gives paid_gmv 50.0000

begin "where nothing shows whose it is, that is told"
file paid_open <<'END'
order id,placed at,paid at,sku,quantity,unit price,paid amount
1,2026-01-02,2026-01-02,A,1,10.00,8.00
1,2026-01-02,2026-01-02,B,1,10.00,8.00
END
says "no order of several lines shows whether it is the order's or each line's own; read as the order's"
begin "where orders contradict, how many"
file paid_both <<'END'
order id,placed at,paid at,sku,quantity,unit price,paid amount
1,2026-01-02,2026-01-02,A,1,10.00,10.00
1,2026-01-02,2026-01-02,B,1,12.00,12.00
2,2026-01-02,2026-01-02,A,1,10.00,22.00
2,2026-01-02,2026-01-02,B,1,12.00,22.00
END
says "1 orders show it as each line's own, 1 as the order's; read as the order's"

begin "what is no amount is refused with its reason"
file refused <<'END'
Order ID,Order date,SKU,Qty,Unit price,Discount
1,2026-01-02,A,2,100.00,10%
2,2026-01-02,A,1,(-10.00),
3,2026-01-02,A,1,--10.00,
4,2026-01-02,A,1,10.00,1.00
END
says_line "^quarantined 3 0.00" "^sale 1 10.00 EUR 1"

begin "a number that tells nothing does not outvote those that tell the column's mark"
file marks <<'END'
order id,placed at,sku,quantity,unit price,shipping
1,2026-01-02,A,2,"12,50",4.90
2,2026-01-02,A,1,"1.234",4.90
3,2026-01-02,A,2,"12,50",4.90
END
says_line "^sale 3 1,284.00 EUR"
gives gross_sales 1284.0000
begin "nor where thousands are grouped"
file groups <<'END'
order id,placed at,sku,quantity,unit price,shipping
1,2026-01-02,A,1,"1,234",4.90
2,2026-01-02,A,1,10.50,4.90
END
says_line "^sale 2 1,244.50 EUR"

begin "where a column's samples tell nothing, its later rows are asked, whatever other columns tell"
file late_marks < <(
    echo "order id,placed at,sku,quantity,unit price,shipping"
    for i in {1..250}; do echo "$i,2026-01-02,A,1,1.234,4.90"; done
    echo '251,2026-01-02,A,1,"12,50",4.90'
)
says_line "^sale 251 308,512.50 EUR"

begin "where a rounded price fits a total before and after the discount, the file's other rows decide: after"
file rounded_after <<'END'
order id,placed at,sku,quantity,unit price,discount,line total
1,2026-01-02,A,1000,0.33,5,328
2,2026-01-02,A,10,10,5,95
END
says "in 1 rows the rounded price leaves open" "as other rows of the file show"
gives $GOODS 433.0000,10.0000,0.0000,423.0000,1010,1010
begin "they decide: before"
file rounded_before <<'END'
order id,placed at,sku,quantity,unit price,discount,line total
1,2026-01-02,A,1000,0.33,5,328
2,2026-01-02,A,10,10,5,100
END
gives $GOODS 428.0000,10.0000,0.0000,418.0000,1010,1010
begin "there are no others"
file rounded_open <<'END'
order id,placed at,sku,quantity,unit price,discount,line total
1,2026-01-02,A,1000,0.33,5,328
END
says "in 1 rows the rounded price leaves open" "no row of the file shows it; read as before"

begin "prices that are called net are without tax, whatever the store's are"
write called_net <<'END'
Order #,Date,SKU,Qty,Price (NET),Line tax,Refund amount
1,2026-01-02,A,2,10.00,3.80,
END
gives gross_sales,taxes,net_sales 20.0000,3.8000,20.0000

begin "a line's amount is rounded once, after quantity x price as written"
file prices <<'END'
order id,placed at,sku,quantity,unit price
1,2026-01-02,A,1000,1.23456
2,2026-01-02,A,3,0.333333
3,2026-01-02,A,-1000,1.23456
4,2026-01-02,A,1000000,0.00004
END
says_line "^sale 3 1,275.56 EUR" "^return 1 -1,234.56 EUR" "^source: 4 rows, 41.00 .* 0 rows, 0.0000"

named() { # COLUMN OF THE DISCOUNT, OF THE REFUND
    printf '%s\n' "Order ID,Date,SKU,Qty,Unit Price,$1,Shipping Fee,Sales Tax,Total,Status,$2" \
        '1,2026-02-01 10:00,S1,1,50.00,0.00,0.00,0.00,50.00,completed,0.00' \
        '2,2026-02-02 10:00,S1,1,100.00,10.00,5.00,17.10,112.10,completed,0.00' \
        '3,2026-02-03 10:00,S1,1,100.00,0.00,5.00,19.00,124.00,partially refunded,20.00' \
        '4,2026-02-04 10:00,S1,1,100.00,0.00,5.00,20.00,125.00,refunded,125.00' \
        '5,2026-02-05 10:00,S1,1,50.00,0.00,0.00,0.00,50.00,completed,0.00'
}
begin "money columns by their usual names"
file named < <(named Discounts "Refund Amount")
says_not "not used" "have a total"
gives $MONEY 400.0000,10.0000,120.0000,270.0000,10.0000,36.1000 # 4 undoes itself, its tax and postage too
begin "what is not known is told, and so is a total that differs"
file unnamed < <(named "Shop Rebate" "Paid Back")
says 'columns with amounts that are not used: "Shop Rebate", "Paid Back"'
says "1 orders have a total that is not what their lines come to" "${N}2 says 112.10, read are 122.10 (difference -10.00)"

begin "postage, discounts, tax and refunds that differ from line to line are the lines' own"
own() {
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
file own < <(own)
says '"Shipping Fee" is each line'"'"'s own, as 2 orders' '"Refund Amount" is each line'"'"'s own, as 1 orders'
says_not "from line to line"
gives $MONEY 95.0000,3.0000,48.0000,44.0000,25.0000,9.2000
gives net_sales 49.0000 A
gives net_sales 38.0000 B
gives net_sales 5.0000 C

for order in "two one" "one two"; do
    [ "$order" = "two one" ] || is_full || continue
    begin "so in the halves of such a file: $order"
    for half in $order; do
        file "own_${order% *}_$half" < <(own | if [ $half = one ]; then head -3; else sed 2,3d; fi)
    done
    gives $MONEY 95.0000,3.0000,48.0000,44.0000,25.0000,9.2000
done

begin "and in a row that is repaired"
file own_refused < <(own | sed 's/^3,2026-02-12,C,1,5.00/3,2026-02-12,C,x,5.00/')
says_line "^quarantined 1"
gives_at_first $MONEY 90.0000,3.0000,48.0000,39.0000,20.0000,8.7000
gives_at_last $MONEY 95.0000,3.0000,48.0000,44.0000,25.0000,9.2000

begin "an amount that all rows repeat, or the first alone has, is the order's"
file repeated <<'END'
Order ID,Date,SKU,Quantity,Unit Price,Discounts,Shipping Fee,Taxes,Refund Amount
1,2026-02-10,A,1,10.00,0.00,5.00,2.70,0.00
1,2026-02-10,B,1,20.00,3.00,5.00,2.70,18.00
2,2026-02-11,A,1,10.00,1.00,4.00,0.90,0.00
END
says_not "line's own" "from line to line"
gives $MONEY 40.0000,4.0000,18.0000,18.0000,9.0000,3.6000

begin "a header that names the zone of its times is believed; payments that failed are no orders"
file zone <<'END'
id,Created date (UTC),Amount,Amount Refunded,Currency,Status
1,2026-01-01 23:30:00,49.00,0.00,eur,Paid
2,2026-01-02 10:00:00,20.00,5.00,eur,Paid
3,2026-01-03 10:00:00,15.00,0.00,eur,Failed
END
says 'times are those of UTC, as "Created date (UTC)" says'
gives net_sales 64.0000

begin "an amount that another column shows to be after the discount is not lowered again"
file after <<'END'
Date,Item,Qty,SKU,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Event Type
2026-02-24,Mug,2,M,€30.00,-€3.00,€27.00,€2.16,T1,Payment
2026-02-24,Plate,1,P,€20.00,€0.00,€20.00,€1.60,T1,Payment
2026-02-24,Plate,-1,P,-€20.00,€1.00,-€19.00,-€1.52,T2,Refund
END
says '"Net Sales" is "Gross Sales" less the discount: the latter is the amount of a line'
says_not "not used"
gives $MONEY 50.0000,3.0000,19.0000,28.0000,0.0000,2.2400
gives net_sales 27.0000 M
gives net_sales 1.0000 P

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
file once < <(once)
says_not "quarantine" "not used"
gives $MONEY 140.0000,5.0000,20.0000,115.0000,5.0000,4.0000
gives units 3 PLT
gives units 4 MUG
for order in "two one" "one two"; do
    [ "$order" = "two one" ] || is_full || continue
    begin "so in two files: $order; a line whose order comes later waits for it"
    for half in $order; do
        file "once_${order% *}_$half" < <(once | if [ $half = one ]; then head -5; else sed 2,5d; fi)
    done
    gives_at_last $MONEY 140.0000,5.0000,20.0000,115.0000,5.0000,4.0000
done

begin "an order that is paid back as a whole undoes itself where each line has its tax and discounts, too"
file each_back <<'END'
order_id,date,status,sku,quantity,price,discount,platform_discount,line_tax,order_discount,shipping,order_total,refunded
1,2026-02-02,refunded,A,1,100,5,10,19,2,5,121,121
1,2026-02-02,refunded,B,1,20,0,10,4,2,5,121,121
2,2026-02-02,paid,B,1,20,0,0,4,0,5,29,0
3,2026-02-02,paid,B,1,20,0,0,4,0,5,29,10
END
gives $MONEY 160.0000,7.0000,123.0000,30.0000,10.0000,8.0000

told() { # DISCOUNT OF ORDER 1, ITS TOTAL, THAT OF ORDER 2
    printf '%s\n' 'order id,placed at,sku,quantity,unit price,line discount,order discount,line tax,order tax,shipping,order total' \
        "1,2026-02-01 10:00,A,1,20.00,3.00,$1,3.23,7.79,5.00,$2" \
        "1,2026-02-01 10:00,B,1,20.00,1.00,$1,3.61,7.79,5.00,$2" \
        "2,2026-02-02 10:00,C,2,5.00,1.00,1.00,1.90,1.90,0.00,$3"
}
# The tax of order 1 has 0.95 of the postage in it.
while read -r name discount total1 total2 off net total; do
    begin "an order's discount and tax that hold what its lines tell count once: $name"
    file "told_$name" < <(told $discount $total1 $total2)
    says '"order tax" holds what "line tax" tells of the lines, as 2 orders show (0 do not): it counts once'
    says_not "have a total"
    gives gross_sales,discounts,net_sales,taxes,total_sales 50.0000,$off,$net,9.6900,$total
    [ $name = more ] || is_full || continue
    begin "so in parts: $name"
    file "told_${name}_part1" < <(told $discount $total1 $total2 | head -2)
    file "told_${name}_part2" < <(told $discount $total1 $total2 | sed 2d)
    gives gross_sales,discounts,net_sales,taxes,total_sales 50.0000,$off,$net,9.6900,$total
done <<'END'
held 4.00 48.79 10.90 5.0000 45.0000 59.6900
more 6.00 46.79 10.90 7.0000 43.0000 57.6900
on_top 4.00 44.79 9.90 10.0000 40.0000 54.6900
END

begin "rows that a column tells to be returns go back, though nothing has a sign"
receipts() {
    printf '%s\n' 'Receipt number,Date,Receipt type,SKU,Quantity,Gross sales,Discounts,Net sales,Taxes' \
        '1,2026-02-02 10:00,Sale,MUG,2.000,20.00,2.00,18.00,3.00' '1,2026-02-02 10:00,Sale,BOWL,1.000,15.00,0.00,15.00,2.50'
    for i in {1..250}; do [ -z "${1:-}" ] || echo "9$i,2026-02-02 10:00,Sale,CUP,1.000,1.00,0.00,1.00,0.00"; done
    echo '2,2026-02-03 11:00,Refund,MUG,1.000,10.00,1.00,9.00,1.50'
}
file receipts < <(receipts)
says '"Receipt type" says which rows are returns: their amounts go back'
says_line "^return 1 -10.00 EUR -1"
gives $MONEY 35.0000,2.0000,9.0000,24.0000,0.0000,4.0000
gives units 2 MUG
begin "so where the first rows have no return"
file receipts_late < <(receipts late)
says_line "^return 1 -10.00 EUR -1"
gives $MONEY 285.0000,2.0000,9.0000,274.0000,0.0000,4.0000

begin "returns of whole receipts, with postage, tax and total; what a bill says is no sale"
file credited <<'END'
InvoiceNumber,Date,Type,SKU,Quantity,UnitAmount,Shipping,TaxTotal,Total
1,2026-02-02,Sales invoice,MUG,2,10.00,5.00,5.00,30.00
2,2026-02-03,Sales credit note,MUG,2,10.00,5.00,5.00,30.00
3,2026-02-03,Bill payment,CLAY,1,400.00,0.00,80.00,480.00
END
says '"Type" says which rows are no sales: they count nowhere'
gives $MONEY 20.0000,0.0000,20.0000,0.0000,0.0000,0.0000

begin "two columns of kinds say the same return; a till that calls its sales bills sells"
file twice_told <<'END'
单据编号,单据日期,单据类型,业务类型,商品编号,数量,单价
1,2026-01-02,销售单,销售,A,2,10.00
2,2026-01-03,销售退货单,退货,A,1,10.00
END
file bills <<'END'
Bill No,Order No,Num,Date,Document Type,SKU,Qty,Price
7,3,1,2026-01-04,Bill,A,2,10.00
7,3,2,2026-01-04,Bill,B,1,5.00
END
gives $MONEY,orders 45.0000,0.0000,10.0000,35.0000,0.0000,0.0000,2
begin "lines that are no goods by their names: postage, discounts, tips, gift cards; goods of such names stay goods"
file no_goods <<'END'
Order ID,Date,SKU,Item,Qty,Unit Price,VAT,Total
1,2026-02-02,MUG,Mug,2,10.00,4.00,27.60
1,2026-02-02,,Postage,1,5.00,1.00,27.60
1,2026-02-02,,Discount 10%,1,-2.00,-0.40,27.60
2,2026-02-03,,Gift card,1,50.00,0.00,54.00
2,2026-02-03,,Tip,1,4.00,0.00,54.00
3,2026-02-03,BOX,Shipping box,1,3.00,0.60,13.20
3,2026-02-03,MUG,Mug with a discount,1,8.00,1.60,13.20
4,2026-02-04,MUG,Mug,-1,10.00,-2.00,-16.80
4,2026-02-04,,Discount,-1,-1.00,0.20,-16.80
4,2026-02-04,,Shipping,-1,5.00,-1.00,-16.80
END
says_not "have a total"
says_line "^gift card sold 1 50.00" "^tip 1 4.00"
gives $MONEY,units,net_units 31.0000,1.0000,10.0000,20.0000,0.0000,4.0000,4,3
file no_goods_by_article <<'END'
Num,Date,Item,Qty,Amount
5,2026-03-02,Mug,2,20.00
5,2026-03-02,Discount,1,-2.00
5,2026-03-02,Delivery,1,5.00
END
says_line "^sale 1 20.00" "^discount 1 -2.00" "^shipping 1 5.00"

begin "what the rows of an order repeat stays the order's beside its return"
file beside_return <<'END'
Order ID,Date,Type,SKU,Quantity,Unit Price,Shipping
1,2026-02-02,Sale,MUG,2,10.00,5.00
1,2026-02-02,Return,MUG,1,10.00,5.00
END
gives $MONEY 20.0000,0.0000,10.0000,10.0000,5.0000,0.0000

begin "where returns have their sign it counts; payments beside sales are none"
file listed <<'END'
Num,Date,Transaction Type,Product/Service,SKU,Qty,Sales Price,Amount
1,2026-02-02,Invoice,Mug,MUG,2,10.00,20.00
2,2026-02-04,Payment,,,,,20.00
3,2026-02-05,Credit Memo,Mug,MUG,-1,10.00,-10.00
3,2026-02-05,Credit Memo,Restocking,FEE,1,2.00,2.00
END
says '"Transaction Type" says which rows are no sales: they count nowhere'
gives $GOODS 22.0000,0.0000,10.0000,12.0000,3,2

begin "rows of whole orders and of payments do not count beside the lines"
file heads_and_lines <<'END'
Receipt Number,Date,Line Type,Customer,Sku,Quantity,Subtotal,Sales Tax,Shipping,Total,Paid
1,2026-02-02,Sale,Ann,,3,25.00,5.00,4.00,34.00,34.00
1,2026-02-02,Sale Line,,MUG,2,16.67,3.33,,20.00,
1,2026-02-02,Sale Line,,BOWL,1,8.33,1.67,,10.00,
1,2026-02-02,Payment,,,,,,,34.00,34.00
2,2026-02-03,Sale,Ann,,1,8.33,1.67,0.00,10.00,10.00
2,2026-02-03,Sale Line,,BOWL,1,8.33,1.67,,10.00,
2,2026-02-03,Payment,,,,,,,10.00,10.00
END
says '"Line Type" says which rows are lines: amounts of the others do not count beside theirs'
gives $MONEY,units 33.3300,0.0000,0.0000,33.3300,4.0000,6.6700,4

begin "a Net is the amount without tax, or after the discount, as the rows show"
file net_of_tax <<'END'
Invoice Number,Date,SKU,Qty,Price,Net,VAT,Gross
1,2026-02-02,MUG,2,12.00,20.00,4.00,24.00
2,2026-02-03,BOWL,1,18.00,15.00,3.00,18.00
END
says_not '"Gross"'
gives $MONEY 35.0000,0.0000,0.0000,35.0000,0.0000,7.0000
begin "after the discount"
file net_of_discount <<'END'
Receipt #,Date,Item,Qty Sold,Gross,Discount,Net,Tax
3,2026-02-02,MUG,2,20.00,2.00,18.00,3.60
4,2026-02-03,BOWL,1,15.00,0.00,15.00,3.00
END
says_not "not used"
gives $MONEY 35.0000,2.0000,0.0000,33.0000,0.0000,6.6000
begin "also where the price holds the tax and the discount is off the net"
file net_discounted <<'END'
Invoice Number,Date,SKU,Qty,Price,Discount,Net,VAT,Gross
1,2026-02-02,MUG,2,12.00,1.20,19.00,3.80,22.80
2,2026-02-03,BOWL,1,12.00,0.00,10.00,2.00,12.00
END
gives $MONEY 29.0000,0.0000,0.0000,29.0000,0.0000,5.8000
begin "Gross less fees is no amount of a line"
write net_of_fees <<'END'
Transaction ID,Date,Item,Qty,Gross,Fee,Net
1,2026-02-02,MUG,2,20.00,1.00,19.00
END

begin "of amounts with and without tax those without count, with the total that holds it"
file both_ways <<'END'
Order ID,Order Date,Subtotal (inc tax),Subtotal (ex tax),Tax Total,Shipping Cost (inc tax),Shipping Cost (ex tax),Refund Amount,Order Total (inc tax),Order Total (ex tax),Order Status,Total Quantity
1,2026-02-02,42.00,35.00,8.00,6.00,5.00,0.00,48.00,40.00,Completed,3
2,2026-02-03,12.00,10.00,2.50,3.00,2.50,15.00,15.00,12.50,Refunded,1
END
says_not "have a total"
gives $MONEY 45.0000,0.0000,10.0000,35.0000,5.0000,8.0000

begin "a total that is the amount of its row is taken without tax where a column has it so"
file totals_both <<'END'
Order ID,Order Date,Customer,Total (incl. VAT),Total (excl. VAT)
1,2026-02-02,ann,24.00,20.00
2,2026-02-03,bob,12.00,10.00
END
gives $MONEY 30.0000,0.0000,0.0000,30.0000,0.0000,0.0000

begin "marketplaces' columns by their names: Shopee, TikTok Shop"
file shopee <<'END'
Order ID,Order Status,Order Creation Date,Product Name,SKU Reference No.,Original Price,Deal Price,Quantity,Product Subtotal,Seller Voucher,Buyer Paid Shipping Fee,Total Amount
1,Completed,2026-02-02 10:00,Mug,MUG,12.00,10.00,2,20.00,1.00,3.80,32.80
1,Completed,2026-02-02 10:00,Bowl,BOWL,10.00,10.00,1,10.00,1.00,3.80,32.80
END
says_not "have a total"
gives $MONEY 30.0000,1.0000,0.0000,29.0000,3.8000,0.0000
begin "TikTok Shop"
file tiktok <<'END'
Order ID,Order Status,Seller SKU,Product Name,Quantity,SKU Unit Original Price,SKU Subtotal Before Discount,SKU Platform Discount,SKU Seller Discount,SKU Subtotal After Discount,Shipping Fee After Discount,Order Amount,Order Refund Amount,Created Time,Paid Time
1,Completed,MUG,Mug,2,10.00,20.00,1.00,2.00,17.00,3.00,30.00,0,2026-02-02 10:00,2026-02-02 10:01
1,Completed,BOWL,Bowl,1,10.00,10.00,0.00,0.00,10.00,3.00,30.00,0,2026-02-02 10:00,2026-02-02 10:01
END
says_not "have a total"
gives $MONEY,paid_gmv 30.0000,2.0000,0.0000,28.0000,3.0000,0.0000,30.0000

begin "what was paid shows that prices hold the tax beside them, where the store's do not"
file paid_with_tax <<'END'
Order ID,Date,SKU,Qty,Unit Price,VAT,Paid
1,2026-02-02,MUG,2,12.00,4.00,24.00
2,2026-02-03,BOWL,1,18.00,3.00,18.00
END
says "what was paid shows that prices hold their tax"
gives $MONEY 35.0000,0.0000,0.0000,35.0000,0.0000,7.0000
begin "a total before the tax shows nothing"
file total_before_tax <<'END'
Order ID,Date,SKU,Qty,Unit Price,Tax,Total
1,2026-02-02,MUG,2,12.00,2.00,24.00
END
gives $MONEY 24.0000,0.0000,0.0000,24.0000,0.0000,2.0000
begin "totals show that prices are without tax, where the store's hold it"
write shown_net <<'END'
Invoice Number,Date,Customer,Subtotal,VAT,Total
1,2026-02-02,Ann,35.00,7.00,42.00
2,2026-02-03,Bob,10.00,2.00,12.00
END
gives $MONEY 45.0000,0.0000,0.0000,45.0000,0.0000,9.0000

begin "columns of discounts that all came off, as what was paid shows, count together, by their payers"
file parts <<'END'
订单编号,下单时间,商品编码,数量,单价,店铺优惠,优惠券,满减,平台券,实付金额
1,2026-01-02,A,1,100.00,-10.00,3.00,2.00,5.00,80.00
1,2026-01-02,B,1,50.00,0.00,5.00,0.00,1.00,44.00
2,2026-01-03,A,-1,100.00,-10.00,3.00,0.00,0.00,-87.00
END
says '"优惠券" is a discount as well, of the shop' '"满减" is a discount as well, of the shop' \
    '"平台券" is a discount as well, of the platform'
says_not "not used"
gives $GOODS 150.0000,20.0000,87.0000,43.0000,2,1

begin "one that what was paid does not show is told and not used"
file apart <<'END'
订单编号,下单时间,商品编码,数量,单价,店铺优惠,优惠券,实付金额
1,2026-01-02,A,1,100.00,10.00,3.00,90.00
END
says 'not used: "优惠券"'
gives $GOODS 100.0000,10.0000,0.0000,90.0000,1,1

# ---- All cases' files come in ----------------------------------------------------------------------

shop all --currency EUR --timezone Europe/Berlin
printf 'stores:\n  taxed: {tax: inclusive}\n' >"$DIR/stores.yaml"
IMPORTED=
import_all() { # FILE...
    run import "$@"
    expect_line "^done in"
    IMPORTED+=$OUT$'\n'
}
if is_full; then
    for f in "${FILES[@]}"; do import_all "$f"; done
else
    import_all "${FILES[@]}"
fi

look_at_words() { # CASE FILE CHECK WANTED...
    CASE=$1
    OUT=$(awk -v file="$2:" '/: import #/ { on = $1 == file } on' <<<"$IMPORTED")
    "${@:3}"
}
look_at_figures() { # CASE MONTH KPIS FIGURES [SKU]
    CASE=$1
    expect_same "$3 of $2 ${5:-}" "$4" "$(awk -F, -v kpis="$3" -v row="$2-01,${5:+$5,}" '
        FNR == 1 { n = split(kpis, kpi); for (i = 1; i <= NF; i++) column[$i] = i }
        index($0, row) == 1 { for (i = 1; i <= n; i++) printf "%s%s", $column[kpi[i]], i < n ? "," : "\n" }
    ' "$T/figures${5:+_by_sku}.csv")"
}
figures() { # KPIS [DIMENSION]: of all months
    run kpi "$1" ${2:+--by $2} --from 2010-11-01 --to "$MONTH-28" --grain month --format csv
    expect_exit 0
    tr -d '\r' <<<"$OUT"
}
look_at_all_figures() { # LINE OF GIVEN...
    figures $GOODS,shipping_rev,taxes,paid_gmv,total_sales,orders >"$T/figures.csv"
    figures returns_amt,net_sales,units sku >"$T/figures_by_sku.csv"
    local given
    for given in "$@"; do eval "look_at_figures $given"; done
}
number() { # NAME: of its file's import
    sed -n "s/^$1\.csv: import #\([0-9]*\),.*/\1/p" <<<"$IMPORTED"
}

for said in "${SAID[@]}"; do eval "look_at_words $said"; done

begin "every ledger equals its file, and no rows wait but those refused"
expect_same "ledgers" ${#FILES[@]} "$(grep -c 'difference to the ledger: 0 rows, 0.0000' <<<"$IMPORTED")"
expect_same "files with refused rows" "late paid_refused_3 paid_refused_6 refused own_refused once_two_two" \
    "$(awk '/: import #/ { sub(/\.csv:$/, "", $1); file = $1 } /^quarantined/ { print file }' <<<"$IMPORTED" | paste -sd' ')"
run quarantine list "$(number late)"
expect_text "each line repeats the sum of the order"
run quarantine list "$(number refused)"
expect_text "a percentage where an amount should be" "not a number, or too large"
run --lang zh quarantine list "$(number refused)"
expect_text "应为金额，却是百分比"

begin "the files of a store with taxed prices and of a mapping come in"
run import "$T/called_net.csv" --store taxed
expect_exit 0
expect_line "^sale 1 20.00 EUR 2"
run import "$T/shown_net.csv" --store taxed
expect_text "totals show that prices are without tax"
run import "$T/net_of_fees.csv" --as generic:order_lines
expect_text "known as unit_price or line_amount"
run import "$T/mapped.csv" --explain
run import "$T/mapped.csv" --map "$DIR/sources/mapped.yaml"
expect_exit 0

look_at_all_figures "${GIVEN[@]}" "${AT_FIRST[@]}"
expect_green

begin "files that come again change nothing"
run import $(some "$T/own.csv $T/told_more.csv" "$T/own.csv $T/told_more.csv $T/told_held.csv $T/told_on_top.csv") --again
expect_text "0 new, 0 changed, 3 as they were" "0 new, 0 changed, 2 as they were"
expect_no_text " 1 changed"

begin "repaired rows and lines whose order came later come in"
REPAIRS=()
for name in paid_refused_3 paid_refused_6 own_refused; do
    run quarantine retry "$(number $name)"
    REPAIRS+=("$DIR/quarantine/import-$(number $name).csv")
done
sed -i 's/,x,/,1,/' "${REPAIRS[@]}"
run import "${REPAIRS[@]}" "$T/once_two_two.csv" --again
expect_exit 0
look_at_all_figures "${GIVEN[@]}" "${AT_LAST[@]}"
expect_green

shop dry --currency EUR --timezone Europe/Berlin
begin "what is told of rows is told in Chinese, too"
run --lang zh import "$T"/{net,paid_by_line,rounded_open,after,told_more,documents,not_back}.csv --dry-run
expect_text "3 行的金额已经扣除优惠" "“paid amount”是每行自己的金额" "有 1 行因单价取整" \
    "“单据类型”说明哪些行是退货" "“退款状态”注明未完成、被拒绝或已关闭的退款不计入" \
    "“Net Sales”是“Gross Sales”减去优惠后的金额" "“order tax”已包含“line tax”各行的金额"

begin "signs of another currency are told, where no column tells it"
printf '%s\n' 'Order ID,Date,SKU,Quantity,Unit Price' '1,2026-02-10,A,1,$10.00' >"$T/signs_foreign.csv"
printf '%s\n' 'Order ID,Date,SKU,Quantity,Unit Price (GBP)' '1,2026-02-10,A,1,£10.00' >"$T/signs_header.csv"
run import "$T/signs_foreign.csv" --dry-run
expect_text '"Unit Price" is written with $, but no column tells the currency: read as EUR'
run import "$T/signs_foreign.csv" --dry-run --currency USD
expect_no_text "is written with"
run import "$T/signs_header.csv" --dry-run
expect_no_text "is written with"
expect_line "^sale 1 10.00 GBP"

finish
