#!/bin/bash
# Pre-sales of Taobao and Tmall: deposit first, balance later. One that is closed without its balance
# was no sale, whatever became of the deposit; one that was paid in full and then paid back was one.
. "$(dirname "$0")/lib.sh"
FROM=2026-03-01
TO=2026-04-30
HEAD='订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量,天猫卡券抵扣,分阶段订单信息,退款金额'
# In full: ordered on the 1st, the balance on the 20th.
OPEN='"已付定金，等待买家付尾款",2026-03-01 10:00:00,,x,1,0.00,阶段1：定金已付；阶段2：尾款未付'
SHUT='交易关闭,2026-03-01 10:00:00,2026-03-01 10:05:00,x,1,0.00,阶段1：定金已付；阶段2：尾款未付'
DONE='2026-03-01 10:00:00,2026-03-20 10:05:00,x,1,20.00,阶段1：定金已付；阶段2：尾款已付'
{
    echo "$HEAD"
    for id in 1 2 3 4; do echo "300$id,a$id,200,0,200,50.00,$OPEN,无退款申请"; done
    echo "3005,a5,200,0,200,180.00,交易成功,$DONE,无退款申请"
    echo "3006,a6,200,0,200,180.00,卖家已发货，等待买家确认,$DONE,无退款申请"
} | sed 's/,卖家已发货，等待买家确认,/,"卖家已发货，等待买家确认",/' >"$T/open.csv"
{
    echo "$HEAD"
    echo "3001,a1,200,0,200,0.00,$SHUT,无退款申请"
    echo "3002,a2,200,0,200,50.00,$SHUT,无退款申请"
    echo "3003,a3,200,0,200,50.00,$SHUT,50.00"
    echo "3004,a4,200,0,200,0.00,$SHUT,50.00"
    echo "3005,a5,200,0,200,180.00,交易成功,$DONE,无退款申请"
    echo "3006,a6,200,0,200,0.00,交易关闭,$DONE,180.00"
} >"$T/closed.csv"

figures() { # orders, gross sales, returns, net sales, GMV, paid
    run kpi orders,gross_sales,returns_amt,net_sales,gmv,paid_gmv --from $FROM --to $TO --grain total \
        --format csv
    expect_exit 0
    expect_text "$1"
}

import() { # FILE
    run import "$@"
    expect_exit 0
    expect_text "difference to the ledger: 0 rows, 0.0000"
}

# By hand: 3005 and 3006 are 200 each, of which the platform pays 20.
WAITING=",2,400.0000,0.0000,400.0000,400.0000,360.0000,"
CLOSED=",2,400.0000,200.0000,200.0000,400.0000,"

begin "pre-sales that wait for their balance count nowhere, those that have it do on that day"
shop main --currency CNY --timezone Asia/Shanghai
import "$T/open.csv"
expect_line '^sale 2 400.00' '^pre-sale, not all paid 4 800.00'
figures "$WAITING"
run kpi gross_sales --from 2026-03-20 --to 2026-03-20 --grain total --format csv
expect_text ",400.0000,"

begin "closed without the balance they never were sales, be the deposit kept or paid back"
import "$T/closed.csv"
# 3002 paid 50; 3003 paid 100, for 买家实际支付金额 is what is left.
expect_text "2 pre-sales were closed without their balance, and their deposits not paid back"
figures "$CLOSED"
expect_green
run imports undo 2
expect_exit 0
figures "$WAITING"
expect_green

begin "so they are at once"
shop once --currency CNY --timezone Asia/Shanghai
import "$T/closed.csv"
expect_line '^sale 2 400.00' '^pre-sale, not all paid 4 800.00' '^return 1 -200.00'
figures "$CLOSED"
expect_green

begin "a deposit that the file of refunds pays back is no return, whichever file comes first"
printf '%s\n' '订单编号,退款编号,买家退款金额,退款状态,退款的申请时间,退款完结时间' \
    '3003,R3,50.00,退款成功,2026-03-21 10:00:00,2026-03-22 10:00:00' \
    '3006,R6,180.00,退款成功,2026-03-21 10:00:00,2026-03-22 10:00:00' >"$T/refunds.csv"
DATED=",2,400.0000,180.0000,220.0000,400.0000,"
BACK=",180.0000,1,"
run import "$T/refunds.csv" --as taobao-refunds
expect_exit 0
figures "$DATED"
run kpi refund_amt,refund_orders_count --from $FROM --to $TO --grain total --format csv
expect_text "$BACK"
expect_green
run imports undo 2
expect_exit 0
figures "$CLOSED"
shop refunds-first --currency CNY --timezone Asia/Shanghai
run import "$T/refunds.csv" --as taobao-refunds
expect_exit 0
import "$T/closed.csv"
figures "$DATED"
run kpi refund_amt,refund_orders_count --from $FROM --to $TO --grain total --format csv
expect_text "$BACK"
expect_green
run imports undo 2
expect_exit 0
expect_green

begin "nor is it before the export says that the order was closed"
for order in "open refunds" "refunds open"; do
    shop "early-${order%% *}" --currency CNY --timezone Asia/Shanghai
    for file in $order; do
        run import "$T/$file.csv"
        expect_exit 0
    done
    figures ",2,400.0000,180.0000,220.0000,400.0000,360.0000,"
    expect_green
    import "$T/closed.csv"
    figures "$DATED"
    expect_green
done

begin "a file without what was paid back: only money that is there tells the deposit from the price"
cut -d, -f1-13 "$T/closed.csv" >"$T/old.csv"
shop old --currency CNY --timezone Asia/Shanghai
import "$T/old.csv"
# 3002 and 3003 have their deposit; of 3001, 3004 and 3006 nobody says what became of the money.
expect_line '^sale 4 800.00' '^pre-sale, not all paid 2 400.00'
expect_text "3 rows are refunded by their state, and the file does not say how much"
expect_green

begin "in a store that counts deposits, closing takes the sale away"
shop deposit --currency CNY --timezone Asia/Shanghai
printf 'stores:\n  main: {presale: deposit}\n' >"$DIR/stores.yaml"
import "$T/open.csv"
figures ",6,1200.0000,0.0000,1200.0000,1200.0000,"
import "$T/closed.csv"
figures "$CLOSED"
expect_green

finish
