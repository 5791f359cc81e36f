# Heads of orders in one file, their lines in another: lines of an order that was cancelled before it
# was paid, or that waits for its money, do not count, whichever file says so first.
. "$(dirname "$0")/lib.sh"
FROM=2018-01-01
TO=2018-12-31
KPIS=orders,units,gross_sales,net_sales,shipping_rev,gmv,paid_gmv

figures() { # FIGURES: those of KPIS over all days
    run kpi "$KPIS" --from $FROM --to $TO --grain total --format csv
    expect_exit 0
    expect_text "$1"
}

classes() { # LINE...: of reconcile, blanks squeezed
    run reconcile
    expect_exit 0
    expect_line "$@"
    expect_text "difference between facts and ledgers: 0.0000"
}

import() { # FILE
    run import "$1"
    expect_exit 0
    expect_text "difference to the ledger: 0 rows, 0.0000"
}

undo() { # IMPORT...
    local id
    for id in "$@"; do
        run imports undo "$id"
        expect_exit 0
    done
}

heads() { # FILE STATUS-OF-o2 PAID-OF-o2: in Olist's form
    cat >"$1" <<END
"order_id","customer_id","order_status","order_purchase_timestamp","order_approved_at","order_delivered_carrier_date","order_delivered_customer_date","order_estimated_delivery_date"
"o1","c1","delivered","2018-07-02 10:56:33","2018-07-02 11:07:15","2018-07-04 19:55:00","2018-07-10 21:25:13","2018-07-18 00:00:00"
"o2","c2","$2","2018-07-24 20:41:37","$3","","","2018-08-13 00:00:00"
"o3","c3","shipped","2018-07-30 08:00:00","2018-07-30 09:00:00","2018-07-31 10:00:00","","2018-08-20 00:00:00"
END
}

heads "$T/cancelled.csv" canceled ""
heads "$T/open.csv" created ""
heads "$T/paid.csv" approved "2018-07-26 03:24:27"
cat >"$T/items.csv" <<'END'
"order_id","order_item_id","product_id","seller_id","shipping_limit_date","price","freight_value"
"o1",1,"p1","s1","2018-07-06 11:07:15",30.00,8.00
"o2",1,"p2","s2","2018-07-30 03:24:27",100.00,20.00
"o2",2,"p3","s2","2018-07-30 03:24:27",50.00,10.00
"o3",1,"p1","s1","2018-08-03 11:07:15",30.00,9.00
END
olist() {
    shop "$1" --currency BRL --timezone America/Sao_Paulo
}
# By hand. All: 3 orders, 4 units, 30 + 150 + 30 = 210, postage 8 + 30 + 9 = 47. Without o2: 2, 2,
# 60, 17; it was placed all the same. Paid: with postage.
COUNTED=",3,4,210.0000,210.0000,47.0000,210.0000,257.0000"
LEFT=",2,2,60.0000,60.0000,17.0000,210.0000,77.0000"

begin "a cancelled order's lines, their file second"
olist second
import "$T/cancelled.csv"
import "$T/items.csv"
expect_line '^cancelled 2 150.00' '^sale 2 60.00' '^shipping 2 17.00'
figures "$LEFT"
classes '^cancelled BRL 2' '^sale BRL 2'
expect_green
WANT=$(ledger)

begin "the lines' file again changes nothing, and undoing it takes all away"
run import "$T/items.csv" --again
expect_text "0 changed, 3 as they were"
figures "$LEFT"
undo 3 2
expect_green
import "$T/items.csv"
expect_same "facts" "$WANT" "$(ledger)"

begin "cancelled when its lines are there, and undone"
olist later
import "$T/open.csv"
import "$T/items.csv"
BEFORE=$(ledger)
expect_line '^sale 4 210.00'
figures ",3,4,210.0000,210.0000,47.0000,210.0000,77.0000"
import "$T/cancelled.csv"
expect_same "facts" "$WANT" "$(ledger)"
figures "$LEFT"
classes '^cancelled BRL 2' '^sale BRL 2'
expect_green
run imports undo 2
expect_exit 1
expect_text "undo #3 first"
undo 3
expect_same "facts" "$BEFORE" "$(ledger)"
classes '^sale BRL 4'
expect_green
import "$T/paid.csv"
figures "$COUNTED"
undo 4
figures ",3,4,210.0000,210.0000,47.0000,210.0000,77.0000"

begin "cancelled, then paid after all; undone; and cancelled when it was paid"
DIR=$T/second
import "$T/paid.csv"
figures "$COUNTED"
classes '^sale BRL 4'
expect_green
PAID=$(ledger)
undo 5
figures "$LEFT"
classes '^cancelled BRL 2' '^shipping BRL 2'
expect_same "facts" "$WANT" "$(ledger)"
expect_green
olist whole
import "$T/paid.csv"
import "$T/items.csv"
figures "$COUNTED"
expect_same "facts" "$PAID" "$(ledger)"
import "$T/cancelled.csv"
expect_same "facts of an order that was paid" "$PAID" "$(ledger)"
figures "$COUNTED"
expect_green

begin "an order that is cut by the files, its state changing between them"
sed -n 1,3p "$T/items.csv" >"$T/part-1.csv"
sed -n '1p;4,5p' "$T/items.csv" >"$T/part-2.csv"
for way in 1-2 2-1; do
    olist "cut-$way"
    import "$T/open.csv"
    import "$T/part-${way%-*}.csv"
    import "$T/cancelled.csv"
    import "$T/part-${way#*-}.csv"
    figures "$LEFT"
    expect_green
    import "$T/paid.csv"
    run kpi units,net_sales --from $FROM --to $TO --grain total --format csv
    expect_text ",4,210.0000"
    expect_green
    for id in 5 4 3; do
        undo $id
        expect_green
    done
done

begin "where only a payment makes a sale: heads with a discount of the order"
cat >"$T/heads.yaml" <<'END'
name: own-heads
target: order_lines
sale_when_paid: true
columns:
  no: order_id
  day: placed_at
  paid: paid_at
  state: status
  off: order_discount
  post: shipping
END
cat >"$T/lines.yaml" <<'END'
name: own-lines
target: order_lines
columns:
  no: order_id
  article: sku
  pieces: quantity
  price: unit_price
END
own() { # FILE PAID-OF-A2 STATE
    printf 'no,day,paid,state,off,post\nA1,2018-05-01,2018-05-01,paid,3.00,5.00\nA2,2018-05-02,%s,%s,10.00,4.00\n' \
        "$2" "$3" >"$T/$1"
}
own waiting.csv "" placed
own settled.csv 2018-05-03 paid
printf 'no,article,pieces,price\nA1,x,2,20.00\nA2,x,1,20.00\nA2,y,1,40.00\nA2,free,1,0.00\n' >"$T/lines.csv"
use() { # FILE MAP
    run import "$T/$1" --map "$T/$2.yaml"
    expect_exit 0
    expect_text "difference to the ledger: 0 rows, 0.0000"
}
# A1: 40 - 3 = 37, postage 5. A2: 60 - 10 = 50, postage 4; while it waits it counts as placed only.
WAITS=",1,2,40.0000,37.0000,5.0000,100.0000,42.0000"
SETTLED=",2,4,100.0000,87.0000,9.0000,100.0000,96.0000"
shop own
use waiting.csv heads
run kpi shipping_rev --from $FROM --to $TO --grain total --format csv
expect_text ",5.0000"
use lines.csv lines
expect_line '^not paid yet 3 60.00' '^sale 1 40.00'
figures "$WAITS"
expect_green
use settled.csv heads
figures "$SETTLED"
expect_green
classes '^giveaway GBP 1' '^sale GBP 3'
BOTH=$(ledger)
undo 3
figures "$WAITS"
expect_green
shop own-paid
use settled.csv heads
run kpi shipping_rev --from $FROM --to $TO --grain total --format csv
expect_text ",9.0000"
use lines.csv lines
figures "$SETTLED"
expect_same "facts" "$BOTH" "$(ledger)"
expect_green

begin "postage in heads whose lines have not come goes with the state, and comes back"
shop own-later
use waiting.csv heads
use settled.csv heads
run kpi shipping_rev --from $FROM --to $TO --grain total --format csv
expect_text ",9.0000"
undo 2
run kpi shipping_rev --from $FROM --to $TO --grain total --format csv
expect_text ",5.0000"
use settled.csv heads
use lines.csv lines
figures "$SETTLED"
expect_same "facts" "$BOTH" "$(ledger)"
expect_green

begin "lines that have a date themselves may come first"
cat >"$T/dated.csv" <<'END'
Order ID,Created At,SKU,Quantity,Unit Price
C1,2018-03-01 10:00:00,x,1,10.00
C2,2018-03-02 10:00:00,x,2,10.00
END
cat >"$T/states.csv" <<'END'
Order ID,Created At,Status,Customer ID
C1,2018-03-01 10:00:00,completed,c1
C2,2018-03-02 10:00:00,cancelled,c2
END
shop dated
import "$T/dated.csv"
classes '^sale GBP 2 30.0000'
import "$T/states.csv"
classes '^cancelled GBP 1 20.0000' '^sale GBP 1 10.0000'
figures ",1,1,10.0000,10.0000,0.0000,30.0000"
expect_green
run import "$T/dated.csv" --again
expect_text "difference to the ledger: 0 rows, 0.0000"
figures ",1,1,10.0000,10.0000,0.0000,30.0000"
expect_green
shop dated-last
import "$T/states.csv"
import "$T/dated.csv"
figures ",1,1,10.0000,10.0000,0.0000,30.0000"
expect_green
DIR=$T/dated
undo 3 2
classes '^sale GBP 2 30.0000'
expect_green

begin "rows that bring a state each keep it, also where a newer import is undone"
cat >"$T/rows.csv" <<'END'
Order ID,Created At,Paid At,Status,SKU,Quantity,Unit Price
B1,2018-04-01 10:00:00,,cancelled,x,1,10.00
B1,2018-04-01 10:00:00,2018-04-01 11:00:00,paid,y,1,20.00
END
sed 's/20.00/25.00/' "$T/rows.csv" >"$T/rows-2.csv"
shop rows
import "$T/rows.csv"
import "$T/rows-2.csv"
undo 2
classes '^cancelled GBP 1 10.00' '^sale GBP 1 20.00'
expect_green

begin "lines that came before their heads wait, and are read again with them"
olist early
run import "$T/items.csv"
expect_exit 3
expect_text "difference to the ledger: 0 rows, 0.0000"
import "$T/cancelled.csv"
run import "$T/items.csv" --again
expect_exit 0
expect_same "facts" "$WANT" "$(ledger)"
figures "$LEFT"
expect_green

begin "states that are surely no sale count as none, in whatever words; the others are told"
states() { # NAME STATE...: an order of 10 each
    local n=$1 i=0 s
    shift
    echo "order id,placed at,sku,quantity,unit price,status"
    for s in "$@"; do i=$((i + 1)); echo "$n$i,2018-03-01,A,1,10.00,$s"; done
}
shop states --currency EUR --timezone Europe/Berlin
states c "Payment failed" Declined Void Voided Abandoned "Canceled by customer" cancelled_by_user Draft \
    checkout-draft 交易关闭 已关闭 关闭 支付失败 >"$T/no_sale.csv"
import "$T/no_sale.csv"
expect_line '^cancelled 13 130.00' '^all 13 '
expect_no_text "not known"
states u Unpaid "Awaiting payment" "Pending payment" 待付款 等待买家付款 >"$T/unpaid.csv"
import "$T/unpaid.csv"
expect_line '^not paid yet 5 50.00' '^all 5 '
figures ",0,0,0.0000,0.0000,0.0000,180.0000,"
states r Refunded "Fully refunded" Returned 退款成功 "Partially refunded" "On hold" Complete >"$T/sold.csv"
import "$T/sold.csv"
expect_line '^sale 7 70.00' '^all 7 '
expect_text "4 rows are refunded by their state, and the file does not say how much"
expect_no_text "not known"
states k Mystery Mystery Odd 1 2 3 4 5 6 7 8 9 >"$T/unknown.csv"
import "$T/unknown.csv"
expect_line '^sale 12 120.00'
expect_text '12 rows have a state that is not known: "Mystery" (2), "1" (1), "2" (1), ' ' and 1 more words; they count as placed orders'
printf '%s\n' 'name: mine' 'target: order_lines' 'columns:' '  order id: order_id' '  placed at: placed_at' '  sku: sku' \
    '  quantity: quantity' '  unit price: unit_price' '  status: status' 'words:' '  status: {Mystery: cancelled, Odd: unpaid}' \
    >"$T/mine.yaml"
states m Mystery Odd paid >"$T/told.csv"
run import "$T/told.csv" --map "$T/mine.yaml"
expect_exit 0
expect_line '^cancelled 1 10.00' '^not paid yet 1 10.00' '^sale 1 10.00'
expect_no_text "not known"
expect_green

begin "orders that are paid by their state, in a file without times of payment"
paid() {
    run kpi pay_rate,paid_orders,paid_gmv --from 2026-03-01 --to 2026-03-31 --grain "${1:-total}" --format csv
}
printf '%s\n' order_id,placed_at,status,sku,quantity,unit_price '1,2026-03-02 10:00:00,paid,A,1,10.00' \
    '2,2026-03-02 11:00:00,completed,A,1,20.00' '3,2026-03-03 12:00:00,已付款,A,1,30.00' \
    '4,2026-03-03 12:00:00,pending,A,1,40.00' '5,2026-03-03 12:00:00,cancelled,A,1,50.00' \
    >"$T/states.csv"
shop timeless --currency EUR --timezone Europe/Berlin
run import "$T/states.csv"
expect_text "no column says when orders were paid: the 3 that are paid by their state"
paid
expect_text ",0.600000000000,3,60.0000,"
run import "$T/states.csv" --again
expect_text "orders: 0 new, 0 changed, 5 as they were"
begin "a state that becomes paid, and a day that was wrong"
sed 's/pending/paid/; s/03 12:00:00,已/04 12:00:00,已/' "$T/states.csv" >"$T/states2.csv"
run import "$T/states2.csv"
expect_text "orders: 0 new, 2 changed"
paid day
expect_line "2026-03-02,.*,2,30[.]0000," "2026-03-03,.*,1,40[.]0000," "2026-03-04,.*,1,30[.]0000,"
expect_green
begin "a time of payment that is known stays"
printf '%s\n' order_id,placed_at,paid_at,sku,quantity,unit_price \
    '1,2026-03-02 10:00:00,2026-03-05 10:00:00,A,1,10.00' >"$T/timed.csv"
shop timed --currency EUR --timezone Europe/Berlin
run import "$T/timed.csv"
run import "$T/states.csv"
paid day
expect_line "2026-03-02,.*,1,20[.]0000," "2026-03-05,.*,1,10[.]0000,"

begin "an order that was paid and then cancelled is told; a time of cancellation alone cancels"
printf '%s\n' order_id,placed_at,paid_at,status,sku,quantity,unit_price \
    '1,2018-03-01 10:00,2018-03-01 10:05,Cancelled,A,1,10.00' '2,2018-03-02 10:00,,Cancelled,A,1,20.00' \
    '3,2018-03-03 10:00,2018-03-03 10:05,Completed,A,1,40.00' >"$T/paid_cancelled.csv"
shop paid_cancelled --currency EUR --timezone Europe/Berlin
import "$T/paid_cancelled.csv"
expect_text "1 orders were paid before they were cancelled"
figures ",2,2,50.0000,50.0000,0.0000,"
printf '%s\n' order_id,placed_at,cancelled_at,sku,quantity,unit_price '0,2018-03-01 10:00,,A,1,10.00' \
    '1,2018-03-02 10:00,2018-03-02 12:00,A,2,10.00' '1,2018-03-02 10:00,,B,1,5.00' \
    '2,2018-03-03 10:00,,A,1,10.00' >"$T/cancel_time.csv"
shop cancel_time --currency EUR --timezone Europe/Berlin
import "$T/cancel_time.csv"
expect_line '^cancelled 2 25.00'
figures ",2,2,20.0000,20.0000,0.0000,"
expect_green

begin "an order of which a line was cancelled keeps its postage"
printf '%s\n' order_id,placed_at,status,sku,quantity,unit_price,shipping '0,2018-03-01 10:00,paid,A,1,10.00,0' \
    '1,2018-03-02 10:00,paid,A,1,20.00,4.90' '1,2018-03-02 10:00,cancelled,B,1,5.00,4.90' \
    '2,2018-03-02 10:00,cancelled,B,1,5.00,4.90' '3,2018-03-03 10:00,paid,A,1,10.00,0' >"$T/part_cancelled.csv"
shop part_cancelled --currency EUR --timezone Europe/Berlin
import "$T/part_cancelled.csv"
figures ",3,3,40.0000,40.0000,4.9000,"
expect_green

begin "what an order has paid is what it comes to when it is paid, not what it was before"
waiting() { # STATE PAID_AT QUANTITY
    printf '%s\n' order_id,placed_at,paid_at,status,sku,quantity,unit_price,discount \
        "0,2026-03-01 10:00,2026-03-01 10:00,paid,A,1,10," "1,2026-03-02 10:00,$2,$1,A,$3,10,2" \
        "2,2026-03-03 10:00,2026-03-03 10:00,paid,A,1,10,"
}
waiting "pending payment" "" 2 >"$T/waits.csv"
waiting paid "2026-03-04 10:00" 3 >"$T/comes.csv"
shop came --currency EUR --timezone Europe/Berlin
run import "$T/waits.csv"
run import "$T/comes.csv"
expect_text "1 changed"
paid
expect_text ",3,48.0000,"
expect_green

begin "a head that waits for its money holds its lines back, and lets them go when it is paid"
unpaid_head() { # FILE STATE
    printf '%s\n' "order id,placed at,customer id,status" "w1,2018-03-02,c1,$2" >"$1"
}
printf '%s\n' "order id,sku,quantity,unit price" "w1,A,2,10.00" >"$T/w_lines.csv"
shop head --currency EUR --timezone Europe/Berlin
unpaid_head "$T/w1.csv" "Awaiting payment"
unpaid_head "$T/w2.csv" Paid
import "$T/w1.csv"
import "$T/w_lines.csv"
expect_line '^not paid yet 1 20.00'
import "$T/w2.csv"
figures ",1,2,20.0000,20.0000,0.0000,20.0000,"
expect_green

begin "a state that is not known does not make a sale of an order that was never paid"
shop jd --currency CNY --timezone Asia/Shanghai
cat >"$T/jd.csv" <<'END'
订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,应付金额,订单状态,下单帐号,运费金额,付款确认时间,货号
3031001,1,x,1,在线支付,2018-03-01 10:00:00,79,79,79,0,79,等待付款,a,0,,A
3031002,1,x,1,在线支付,2018-03-01 10:00:00,79,79,79,0,79,待确认,a,0,,A
3031003,1,x,1,在线支付,2018-03-01 10:00:00,79,79,79,0,79,(锁定)等待付款,a,0,,A
3031004,1,x,1,在线支付,2018-03-01 10:00:00,79,79,79,0,79,完成,a,0,2018-03-01 10:01:00,A
3031005,1,x,1,货到付款,2018-03-01 10:00:00,79,79,79,0,79,已出库,a,0,,A
3031006,1,x,1,在线支付,2018-03-01 10:00:00,79,79,79,0,79,(锁定)等待出库,a,0,2018-03-01 10:01:00,A
END
import "$T/jd.csv"
expect_text '(锁定)等待付款'
figures ",3,3,237.0000,237.0000,0.0000,474.0000,"
shop taobao --currency CNY --timezone Asia/Shanghai
cat >"$T/taobao.csv" <<'END'
订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量
3001,a,200,0,200,0,没有创建支付宝交易,2018-03-01 10:00:00,,x,1
3002,a,100,0,100,100,交易成功,2018-03-31 10:00:00,2018-03-31 10:05:00,x,1
END
import "$T/taobao.csv"
figures ",1,1,100.0000,100.0000,0.0000,300.0000,100.0000"

begin "WooCommerce's orders: pending awaits its payment, and a refund in the file says how much"
shop woo --currency USD --timezone America/New_York
cat >"$T/woo.csv" <<'END'
Date,Order #,Status,Customer,Product(s),Items sold,Coupon(s),Customer type,Net Sales,N. Revenue (formatted),Attribution
2018-05-01 10:00:00,107,pending,Bob,1x Mug,1,,new,20.00,$20.00,Direct
2018-05-02 10:00:00,104,refunded,Bob,1x Mug,1,,new,30.00,$30.00,Direct
2018-05-03 10:00:00,104,refunded,Bob,1x Mug,-1,,new,-30.00,-$30.00,Direct
2018-05-04 10:00:00,108,on-hold,Bob,1x Mug,1,,new,20.00,$20.00,Direct
END
import "$T/woo.csv"
expect_no_text "does not say how much"
expect_no_text "orders give other amounts"
figures ",2,2,50.0000,20.0000,0.0000,70.0000,"
sed '/-30.00/d' "$T/woo.csv" >"$T/woo2.csv"
shop woo2 --currency USD --timezone America/New_York
import "$T/woo2.csv"
expect_text "1 rows are refunded by their state, and the file does not say how much"

rates() { # STORE-LINES: each below 1 or without a value
    run kpi cancel_rate --from 2018-07-01 --to 2018-07-31 --grain total --format csv --by store
    expect_line "$@"
}

begin "the cancellation rate of orders without lines: their own file may tell of none"
olist lineless
cat >"$T/unavailable.csv" <<'END'
"order_id","customer_id","order_status","order_purchase_timestamp","order_approved_at","order_delivered_carrier_date","order_delivered_customer_date","order_estimated_delivery_date"
"u1","d1","unavailable","2018-07-24 20:41:37","2018-07-24 20:41:37","","","2018-08-13 00:00:00"
"u2","d2","unavailable","2018-07-24 20:41:37","2018-07-24 20:41:37","","","2018-08-13 00:00:00"
END
run stores add other platform=olist
run import "$T/unavailable.csv" --store other
rates '^,other,1[.0]*,'
import "$T/cancelled.csv"
import "$T/items.csv"
rates '^,main,0.333333333333[0-9]*,' '^,other,1[.0]*,'
expect_green
run import "$T/unavailable.csv"
rates '^,main,0.60*,' '^,other,1[.0]*,'
run kpi cancel_rate --from 2018-07-24 --to 2018-07-24 --grain total --format csv
expect_line '^,1[.0]*,'
undo 4
rates '^,main,0.333333333333[0-9]*,' '^,other,1[.0]*,'
expect_green

finish
