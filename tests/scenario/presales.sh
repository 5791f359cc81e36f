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

import() { # NAME...
    run import $(printf "$T/%s.csv " "$@")
    expect_exit 0
    [ "$(grep -c "difference to the ledger: 0 rows, 0.0000" <<<"$OUT")" -eq $# ]
    pass_or_fail $? "each file should add up"
}

# By hand: 3005 and 3006 are 200 each, of which the platform pays 20.
WAITING=",2,400.0000,0.0000,400.0000,400.0000,360.0000,"
CLOSED=",2,400.0000,200.0000,200.0000,400.0000,"

begin "pre-sales that wait for their balance count nowhere, those that have it do on that day"
shop main --currency CNY --timezone Asia/Shanghai
import open
expect_line '^sale 2 400.00' '^pre-sale, not all paid 4 800.00'
figures "$WAITING"
run kpi gross_sales --from 2026-03-20 --to 2026-03-20 --grain total --format csv
expect_text ",400.0000,"

begin "closed without the balance they never were sales, be the deposit kept or paid back"
import closed
# 3002 paid 50; 3003 paid 100, for 买家实际支付金额 is what is left.
expect_text "2 pre-sales were closed without their balance, and their deposits not paid back"
figures "$CLOSED"
expect_green

run imports undo 2
expect_exit 0
figures "$WAITING"
! is_full || expect_green

begin "a deposit that the file of refunds pays back is no return, also before the export says that the order was closed"
printf '%s\n' '订单编号,退款编号,买家退款金额,退款状态,退款的申请时间,退款完结时间' \
    '3003,R3,50.00,退款成功,2026-03-21 10:00:00,2026-03-22 10:00:00' \
    '3006,R6,180.00,退款成功,2026-03-21 10:00:00,2026-03-22 10:00:00' >"$T/refunds.csv"
DATED=",2,400.0000,180.0000,220.0000,400.0000,"
EARLY=",2,400.0000,180.0000,220.0000,400.0000,360.0000,"
refunds() {
    run import "$T/refunds.csv" --as taobao-refunds
    expect_exit 0
}
refunded() {
    run kpi refund_amt,refund_orders_count --from $FROM --to $TO --grain total --format csv
    expect_text ",180.0000,1,"
}
refunds
figures "$EARLY"
! is_full || expect_green
import closed
figures "$DATED"
refunded
expect_green
if is_full; then
    for files in "refunds closed" "refunds open closed"; do
        shop "${files// /-}" --currency CNY --timezone Asia/Shanghai
        refunds
        if [ "$files" = "refunds open closed" ]; then
            import open
            figures "$EARLY"
            expect_green
        fi
        import closed
        figures "$DATED"
        refunded
        expect_green
    done
    run imports undo 3
    expect_exit 0
    expect_green
fi

begin "closed at once; and in a file without what was paid back: only money that is there tells the deposit from the price"
cut -d, -f1-13 "$T/closed.csv" | sed 's/^3/4/' >"$T/old.csv"
shop once --currency CNY --timezone Asia/Shanghai
import closed old
expect_line '^sale 2 400.00' '^pre-sale, not all paid 4 800.00' '^return 1 -200.00'
# 4002 and 4003 have their deposit; of 4001, 4004 and 4006 nobody says what became of the money.
expect_line '^sale 4 800.00' '^pre-sale, not all paid 2 400.00'
expect_text "3 rows are refunded by their state, and the file does not say how much"
figures ",6,1200.0000,200.0000,1000.0000,1200.0000,"
! is_full || expect_green

begin "a deposit that is paid back after all"
refunds
figures ",6,1200.0000,180.0000,1020.0000,1200.0000,"
refunded
expect_green
if is_full; then
    run imports undo 3
    expect_exit 0
    figures ",6,1200.0000,200.0000,1000.0000,1200.0000,"
fi

begin "in a store that counts deposits, closing takes the sale away"
shop deposit --currency CNY --timezone Asia/Shanghai
printf 'stores:\n  main: {presale: deposit}\n' >"$DIR/stores.yaml"
import open
figures ",6,1200.0000,0.0000,1200.0000,1200.0000,"
import closed
figures "$CLOSED"
expect_green

finish
