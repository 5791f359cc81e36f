# Heads of orders in one file, their lines in another: lines of an order that was cancelled before it
# was paid, or that waits for its money, do not count, whichever file says so first.
. "$(dirname "$0")/lib.sh"

orders_are() { # a line an order: orders, units, gross sales, net sales, postage, GMV, what was paid
    run kpi orders,units,gross_sales,net_sales,shipping_rev,gmv,paid_gmv --by order --from 2018-01-01 \
        --to 2018-12-31 --grain total --format csv
    expect_exit 0
    expect_same "orders" "$1" "$(sed -E '1d; s/,(true|false)\r?$//; s/^,//; s/[.]0000//g; s/,/ /g' <<<"$OUT" | LC_ALL=C sort)"
}

classes() { # LINE...: of reconcile, blanks squeezed
    run reconcile
    expect_exit 0
    expect_line "$@"
    expect_text "difference between facts and ledgers: 0.0000"
}

import() { # NAME...
    run import $(printf "$T/%s.csv " "$@") --again
    expect_exit 0
    [ "$(grep -c 'difference to the ledger: 0 rows, 0.0000' <<<"$OUT")" -eq $# ]
    pass_or_fail $? "each file should add up"
}

undo() { # IMPORT...
    local id
    for id in "$@"; do
        run imports undo "$id"
        expect_exit 0
        ! is_full || expect_green
    done
}

heads() { # FILE ORDER:STATE...: in Olist's form
    local o
    {
        echo '"order_id","customer_id","order_status","order_purchase_timestamp","order_approved_at","order_delivered_carrier_date","order_delivered_customer_date","order_estimated_delivery_date"'
        for o in "${@:2}"; do
            case $o in
            *:approved | *:shipped) paid="2018-07-26 03:24:27" ;;
            *) paid= ;;
            esac
            echo "\"${o%:*}\",\"c-${o%:*}\",\"${o#*:}\",\"2018-07-24 20:41:37\",\"$paid\",\"\",\"\",\"2018-08-13 00:00:00\""
        done
    } >"$T/$1.csv"
}

items() { # FILE ORDER:LINES...: line 1 is 100 with postage of 20, line 2 50 with 10
    local o
    {
        echo '"order_id","order_item_id","product_id","seller_id","shipping_limit_date","price","freight_value"'
        for o in "${@:2}"; do
            [[ $o != *:*1* ]] || echo "\"${o%:*}\",1,\"p1\",\"s2\",\"2018-07-30 03:24:27\",100.00,20.00"
            [[ $o != *:*2* ]] || echo "\"${o%:*}\",2,\"p2\",\"s2\",\"2018-07-30 03:24:27\",50.00,10.00"
        done
    } >"$T/$1.csv"
}

# Orders are named after what becomes of them. "cut" and "tuc" are cut by the files of lines.
heads heads1 after_all:canceled cut:created early:canceled late:created never:canceled paid:approved sure:shipped tuc:created
heads heads2 after_all:canceled cut:canceled early:canceled late:canceled never:canceled paid:canceled sure:shipped tuc:canceled
heads heads3 after_all:approved cut:approved early:canceled late:approved never:canceled paid:canceled sure:shipped tuc:approved
items early early:12
items items1 tuc:2 after_all:12 late:12 never:12 paid:12 cut:1
items items2 cut:2 sure:12 tuc:1

begin "lines that came before their heads wait, and are read again with them"
shop olist --currency BRL --timezone America/Sao_Paulo
run import "$T/early.csv"
expect_exit 3
expect_text "difference to the ledger: 0 rows, 0.0000"

begin "a cancelled order's lines, their file second; again it changes nothing"
import heads1 items1 early items1
expect_line '^cancelled 4 300.00' '^sale 6 450.00' '^shipping 4 90.00'
expect_text "0 changed, 6 as they were"
FIRST='after_all 0 0 0 0 0 150 0
cut 1 1 100 100 20 100 0
early 0 0 0 0 0 150 0
late 1 2 150 150 30 150 0
never 0 0 0 0 0 150 0
paid 1 2 150 150 30 150 180
tuc 1 1 50 50 10 50 0'
orders_are "$FIRST"
expect_green

begin "cancelled when its lines are there, or when some are; and when it was paid"
import heads2 items2
SECOND='after_all 0 0 0 0 0 150 0
cut 0 0 0 0 0 150 0
early 0 0 0 0 0 150 0
late 0 0 0 0 0 150 0
never 0 0 0 0 0 150 0
paid 1 2 150 150 30 150 180
sure 1 2 150 150 30 150 180
tuc 0 0 0 0 0 150 0'
orders_are "$SECOND"
! is_full || expect_green

begin "cancelled, then paid after all"
import heads3
orders_are 'after_all 1 2 150 150 30 150 180
cut 1 2 150 150 30 150 180
early 0 0 0 0 0 150 0
late 1 2 150 150 30 150 180
never 0 0 0 0 0 150 0
paid 1 2 150 150 30 150 180
sure 1 2 150 150 30 150 180
tuc 1 2 150 150 30 150 180'
classes '^cancelled BRL 4' '^sale BRL 12'
expect_green

begin "undone, step by step"
run imports undo 7
expect_exit 1
expect_text "undo #8 first"
undo 8
orders_are "$SECOND"
undo 7 6
orders_are "$FIRST"
if is_full; then
    undo 5 4 3 2
    orders_are ""
    import heads1 items1 early
    orders_are "$FIRST"
fi
expect_green

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
own() { # FILE ORDER:PAID-AT...
    local o
    {
        echo no,day,paid,state,off,post
        for o in "${@:2}"; do
            echo "${o%:*},2018-05-02,${o#*:},$([ -z "${o#*:}" ] && echo placed || echo paid),10.00,4.00"
        done
    } >"$T/$1.csv"
}
own_lines() { # FILE ORDER...
    printf 'no,article,pieces,price\n' >"$T/$1.csv"
    printf '%s,x,1,20.00\n%s,y,1,40.00\n%s,free,1,0.00\n' $(printf '%s\n' "${@:2}" | sed 'p;p') >>"$T/$1.csv"
}
own waiting waits: paid:2018-05-02 no_lines:
own settled waits:2018-05-03 no_lines:2018-05-03
own_lines lines waits paid
own_lines rest no_lines
use() { # FILE MAP
    run import "$T/$1.csv" --map "$T/$2.yaml"
    expect_exit 0
    expect_text "difference to the ledger: 0 rows, 0.0000"
}
# 60 - 10 = 50, postage 4; while an order waits it counts as placed only.
shop own
use waiting heads
orders_are 'paid 0 0 0 0 4 0 0'
use lines lines
expect_line '^not paid yet 3 60.00' '^sale 2 60.00'
WAITS='paid 1 2 60 50 4 60 54
waits 0 0 0 0 0 60 0'
orders_are "$WAITS"
use settled heads
HEADS='no_lines 0 0 0 0 4 0 0
paid 1 2 60 50 4 60 54
waits 1 2 60 50 4 60 54'
orders_are "$HEADS"

begin "postage in heads whose lines have not come goes with the state, and comes back"
use rest lines
LINES=${HEADS/0 0 0 0 4 0 0/1 2 60 50 4 60 54}
orders_are "$LINES"
expect_green
classes '^giveaway GBP 3' '^sale GBP 6'
undo 4
! is_full || orders_are "$HEADS"
undo 3
orders_are "$WAITS"
if is_full; then
    use settled heads
    use rest lines
    orders_are "$LINES"
    expect_green
fi

begin "rows that bring a state each keep it; lines that have a date themselves may come first"
cat >"$T/rows.csv" <<'END'
Order ID,Created At,Paid At,Status,SKU,Quantity,Unit Price
B1,2018-04-01 10:00:00,,cancelled,x,1,10.00
B1,2018-04-01 10:00:00,2018-04-01 11:00:00,paid,y,1,20.00
END
sed 's/20.00/25.00/' "$T/rows.csv" >"$T/rows2.csv"
cat >"$T/dated.csv" <<'END'
Order ID,Created At,SKU,Quantity,Unit Price
C1,2018-03-01 10:00:00,x,1,10.00
C2,2018-03-02 10:00:00,x,2,10.00
END
sed 's/^C/D/' "$T/dated.csv" >"$T/dated_last.csv"
cat >"$T/states.csv" <<'END'
Order ID,Created At,Status,Customer ID
C1,2018-03-01 10:00:00,completed,c1
C2,2018-03-02 10:00:00,cancelled,c2
D1,2018-03-01 10:00:00,completed,c1
D2,2018-03-02 10:00:00,cancelled,c2
END
shop dated
import rows rows2 dated states dated_last $(some "" dated)
orders_are 'B1 1 1 25 25 0 35 25
C1 1 1 10 10 0 10 10
C2 0 0 0 0 0 20 0
D1 1 1 10 10 0 10 10
D2 0 0 0 0 0 20 0'
classes '^cancelled GBP 4 60.0000' '^sale GBP 4 65.0000'
expect_green
undo $(some "" 6) 5 4 2
orders_are 'B1 1 1 20 20 0 30 20
C1 1 1 10 10 0 10 0
C2 1 2 20 20 0 20 0'
classes '^cancelled GBP 1 10.0000' '^sale GBP 3 50.0000'
! is_full || expect_green

begin "states that are surely no sale count as none, in whatever words; the others are told"
states() { # NAME STATE...: an order of 10 each
    local n=$1 i=0 s
    shift
    echo "order id,placed at,sku,quantity,unit price,status"
    for s in "$@"; do i=$((i + 1)); echo "$n$i,2018-03-01,$n,1,10.00,$s"; done
}
shop states --currency EUR --timezone Europe/Berlin
states c "Payment failed" Declined Void Voided Abandoned "Canceled by customer" cancelled_by_user Draft \
    checkout-draft 交易关闭 已关闭 关闭 支付失败 >"$T/no_sale.csv"
states u Unpaid "Awaiting payment" "Pending payment" 待付款 等待买家付款 >"$T/unpaid.csv"
states r Refunded "Fully refunded" Returned 退款成功 "Partially refunded" "On hold" Complete >"$T/sold.csv"
states k Mystery Mystery Odd 1 2 3 4 5 6 7 8 9 >"$T/unknown.csv"
import no_sale unpaid sold unknown
expect_line '^cancelled 13 130.00' '^all 13 ' '^not paid yet 5 50.00' '^all 5 ' '^sale 7 70.00' '^all 7 ' '^sale 12 120.00'
expect_text "4 rows are refunded by their state, and the file does not say how much" \
    '12 rows have a state that is not known: "Mystery" (2), "1" (1), "2" (1), ' ' and 1 more words; they count as placed orders'
[ "$(grep -c "not known" <<<"$OUT")" = 1 ]
pass_or_fail $? "only one file has states that are not known"
printf '%s\n' 'name: mine' 'target: order_lines' 'columns:' '  order id: order_id' '  placed at: placed_at' '  sku: sku' \
    '  quantity: quantity' '  unit price: unit_price' '  status: status' 'words:' '  status: {Mystery: cancelled, Odd: unpaid}' \
    >"$T/mine.yaml"
states m Mystery Odd paid >"$T/told.csv"
run import "$T/told.csv" --map "$T/mine.yaml"
expect_exit 0
expect_line '^cancelled 1 10.00' '^not paid yet 1 10.00' '^sale 1 10.00'
expect_no_text "not known"
run kpi orders,gmv --by sku --from 2018-03-01 --to 2018-03-01 --grain total --format csv
expect_text ",c,0,130.0000," ",u,0,50.0000," ",r,7,70.0000," ",k,12,120.0000," ",m,1,30.0000,"
expect_green

begin "orders that are paid by their state, in a file without times of payment"
paid() {
    run kpi pay_rate,paid_orders,paid_gmv --from 2026-03-01 --to 2026-03-31 --grain "$1" --format csv
}
printf '%s\n' order_id,placed_at,status,sku,quantity,unit_price '1,2026-03-02 10:00:00,paid,A,1,10.00' \
    '2,2026-03-02 11:00:00,completed,A,1,20.00' '3,2026-03-03 12:00:00,已付款,A,1,30.00' \
    '4,2026-03-03 12:00:00,pending,A,1,40.00' '5,2026-03-03 12:00:00,cancelled,A,1,50.00' \
    '6,2026-03-02 10:00:00,paid,A,1,5.00' >"$T/timeless.csv"
# A time of payment that is known stays.
printf '%s\n' order_id,placed_at,paid_at,sku,quantity,unit_price \
    '6,2026-03-02 10:00:00,2026-03-05 10:00:00,A,1,5.00' >"$T/timed.csv"
shop timeless --currency EUR --timezone Europe/Berlin
import timed timeless timeless
expect_text "no column says when orders were paid: the 3 that are paid by their state" "orders: 0 new, 0 changed, 6 as they were"
paid total
expect_text ",0.666666666667,4,65.0000,"
begin "a state that becomes paid, and a day that was wrong"
sed 's/pending/paid/; s/03 12:00:00,已/04 12:00:00,已/' "$T/timeless.csv" >"$T/timeless2.csv"
import timeless2
expect_text "orders: 0 new, 2 changed"
paid day
expect_line "2026-03-02,.*,2,30[.]0000," "2026-03-03,.*,1,40[.]0000," "2026-03-04,.*,1,30[.]0000," "2026-03-05,.*,1,5[.]0000,"
expect_green

# Orders of these cases lie between others, so that none is cut by the edge of its file.
begin "an order that was paid and then cancelled is told; a time of cancellation alone cancels"
printf '%s\n' order_id,placed_at,paid_at,status,sku,quantity,unit_price \
    'paid1,2018-03-01 10:00,2018-03-01 10:05,Cancelled,A,1,10.00' 'paid2,2018-03-02 10:00,,Cancelled,A,1,20.00' \
    'paid3,2018-03-03 10:00,2018-03-03 10:05,Completed,A,1,40.00' >"$T/paid_cancelled.csv"
printf '%s\n' order_id,placed_at,cancelled_at,sku,quantity,unit_price 'time0,2018-03-01 10:00,,A,1,10.00' \
    'time1,2018-03-02 10:00,2018-03-02 12:00,A,2,10.00' 'time1,2018-03-02 10:00,,B,1,5.00' \
    'time2,2018-03-03 10:00,,A,1,10.00' >"$T/cancel_time.csv"
shop parts --currency EUR --timezone Europe/Berlin

begin "a head that waits for its money holds its lines back, and lets them go when it is paid"
unpaid_head() { # FILE STATE
    printf '%s\n' "order id,placed at,customer id,status" "head,2018-03-02,c1,$2" >"$1"
}
printf '%s\n' "order id,sku,quantity,unit price" "head,A,2,10.00" >"$T/head_lines.csv"
unpaid_head "$T/head1.csv" "Awaiting payment"
unpaid_head "$T/head2.csv" Paid
import paid_cancelled cancel_time head1 head_lines
expect_text "1 orders were paid before they were cancelled"
expect_line '^cancelled 2 25.00' '^not paid yet 1 20.00'

begin "what an order has paid is what it comes to when it is paid, not what it was before"
waiting() { # STATE PAID_AT QUANTITY
    printf '%s\n' order_id,placed_at,paid_at,status,sku,quantity,unit_price,discount \
        "wait0,2018-03-01 10:00,2018-03-01 10:00,paid,A,1,10," "wait1,2018-03-02 10:00,$2,$1,A,$3,10,2" \
        "wait2,2018-03-03 10:00,2018-03-03 10:00,paid,A,1,10,"
}
waiting "pending payment" "" 2 >"$T/waits.csv"
waiting paid "2018-03-04 10:00" 3 >"$T/comes.csv"
# An order of which a line was cancelled keeps its postage.
printf '%s\n' order_id,placed_at,status,sku,quantity,unit_price,shipping 'post0,2018-03-01 10:00,paid,A,1,10.00,0' \
    'post1,2018-03-02 10:00,paid,A,1,20.00,4.90' 'post1,2018-03-02 10:00,cancelled,B,1,5.00,4.90' \
    'post2,2018-03-02 10:00,cancelled,B,1,5.00,4.90' 'post3,2018-03-03 10:00,paid,A,1,10.00,0' >"$T/part_cancelled.csv"
import waits comes part_cancelled head2
expect_text "orders: 0 new, 1 changed, 2 as they were"
orders_are 'head 1 2 20 20 0 20 20
paid1 1 1 10 10 0 10 10
paid2 0 0 0 0 0 20 0
paid3 1 1 40 40 0 40 40
post0 1 1 10 10 0 10 10
post1 1 1 20 20 4.9000 25 24.9000
post2 0 0 0 0 0 5 0
post3 1 1 10 10 0 10 10
time0 1 1 10 10 0 10 0
time1 0 0 0 0 0 25 0
time2 1 1 10 10 0 10 0
wait0 1 1 10 10 0 10 10
wait1 1 3 30 28 0 30 28
wait2 1 1 10 10 0 10 10'
expect_green

begin "a state that is not known does not make a sale of an order that was never paid"
shop cn --currency CNY --timezone Asia/Shanghai
cat >"$T/jd.csv" <<'END'
订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,应付金额,订单状态,下单帐号,运费金额,付款确认时间,货号
3031001,1,x,1,在线支付,2018-03-01 10:00:00,79,79,79,0,79,等待付款,a,0,,A
3031002,1,x,1,在线支付,2018-03-01 10:00:00,79,79,79,0,79,待确认,a,0,,A
3031003,1,x,1,在线支付,2018-03-01 10:00:00,79,79,79,0,79,(锁定)等待付款,a,0,,A
3031004,1,x,1,在线支付,2018-03-01 10:00:00,79,79,79,0,79,完成,a,0,2018-03-01 10:01:00,A
3031005,1,x,1,货到付款,2018-03-01 10:00:00,79,79,79,0,79,已出库,a,0,,A
3031006,1,x,1,在线支付,2018-03-01 10:00:00,79,79,79,0,79,(锁定)等待出库,a,0,2018-03-01 10:01:00,A
END
cat >"$T/taobao.csv" <<'END'
订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量
3001,a,200,0,200,0,没有创建支付宝交易,2018-03-01 10:00:00,,x,1
3002,a,100,0,100,100,交易成功,2018-03-31 10:00:00,2018-03-31 10:05:00,x,1
END
import jd taobao
expect_text '(锁定)等待付款'
orders_are '3001 0 0 0 0 0 200 0
3002 1 1 100 100 0 100 100
3031001 0 0 0 0 0 79 0
3031002 0 0 0 0 0 79 0
3031003 0 0 0 0 0 79 0
3031004 1 1 79 79 0 79 79
3031005 1 1 79 79 0 79 0
3031006 1 1 79 79 0 79 79'

begin "WooCommerce's orders: pending awaits its payment, and a refund in the file says how much"
shop woo --currency USD --timezone America/New_York
cat >"$T/woo.csv" <<'END'
Date,Order #,Status,Customer,Product(s),Items sold,Coupon(s),Customer type,Net Sales,N. Revenue (formatted),Attribution
2018-05-01 10:00:00,107,pending,Bob,1x Mug,1,,new,20.00,$20.00,Direct
2018-05-02 10:00:00,104,refunded,Bob,1x Mug,1,,new,30.00,$30.00,Direct
2018-05-02 10:00:00,105,refunded,Bob,1x Mug,1,,new,35.00,$35.00,Direct
2018-05-03 10:00:00,104,refunded,Bob,1x Mug,-1,,new,-30.00,-$30.00,Direct
2018-05-04 10:00:00,108,on-hold,Bob,1x Mug,1,,new,20.00,$20.00,Direct
END
import woo
expect_text "1 rows are refunded by their state, and the file does not say how much"
expect_no_text "orders give other amounts"
orders_are '104 1 1 30 0 0 30 30
105 1 1 35 35 0 35 35
107 0 0 0 0 0 20 0
108 1 1 20 20 0 20 0'

begin "the cancellation rate of orders without lines: their own file may tell of none"
rates() { # STORE-LINES: each below 1 or without a value
    run kpi cancel_rate --from 2018-07-01 --to 2018-07-31 --grain total --format csv --by store
    expect_line "$@"
}
heads unavailable u1:unavailable u2:unavailable
heads three sure:shipped sent:shipped never:canceled
items six sure:12 sent:12 never:12
shop lineless --currency BRL --timezone America/Sao_Paulo
run stores add other platform=olist
run import "$T/unavailable.csv" --store other
import three six $(some unavailable "")
if is_full; then
    rates '^,main,0.333333333333[0-9]*,' '^,other,1[.0]*,'
    import unavailable
fi
rates '^,main,0.60*,' '^,other,1[.0]*,'
run kpi cancel_rate --from 2018-07-24 --to 2018-07-24 --grain total --format csv
expect_line '^,0.714285714286,'
expect_green
if is_full; then
    undo 4
    rates '^,main,0.333333333333[0-9]*,' '^,other,1[.0]*,'
fi

finish
