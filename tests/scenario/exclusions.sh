#!/bin/bash
# What exclude.yaml names is in no figure: neither its sales nor what is paid back, in one file or in
# two, in any order.
. "$(dirname "$0")/lib.sh"
cat >"$T/orders.csv" <<'END'
订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,订单备注,宝贝总数量,天猫卡券抵扣,退款金额
101,ann,90.00,10.00,100.00,95.00,交易成功,2025-05-01 9:00,2025-05-01 9:05,杯子,,2,5.00,无退款申请
102,bob,60.00,6.00,66.00,66.00,交易关闭,2025-05-06 9:00,2025-05-06 9:01,杯子,,1,0.00,66.00
107,staff,40.00,8.00,48.00,48.00,交易关闭,2025-05-07 9:00,2025-05-07 9:01,样品,刷单,1,0.00,48.00
108,cid,130.00,0.00,130.00,130.00,交易成功,2025-05-08 9:00,2025-05-08 9:01,杯子,,2,0.00,无退款申请
END
cat >"$T/items.csv" <<'END'
订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码
101,杯子,50.00,2,CUP,红,,,交易成功,CUP
102,杯子,60.00,1,CUP,红,,,交易关闭,CUP
107,样品,40.00,1,SAMPLE,,,,交易关闭,SAMPLE
108,杯子,100.00,1,CUP,红,,,交易成功,CUP
108,样品,40.00,1,SAMPLE,,,,交易成功,SAMPLE
END
cat >"$T/refunds.csv" <<'END'
订单编号,退款编号,商品编码,买家退款金额,退款状态,退款的申请时间,退款完结时间,货物状态
102,R1,CUP,66.00,退款成功,2025-05-07 10:00:00,2025-05-08 10:00:00,未发货
107,R2,SAMPLE,48.00,退款成功,2025-05-08 10:00:00,2025-05-09 10:00:00,未发货
END
figures() {
    run kpi gross_sales,discounts,returns_amt,refund_amt,refund_asked_amt,paid_gmv,shipping_rev,orders --from 2025-05-01 --to 2025-05-31 \
        --grain total --format csv
}
# Sales 100 + 60 + 100 of the mixed order, whose discount of 10 is shared; 107 is nowhere.
WANTED=',260.0000,17.1429,66.0000,66.0000,66.0000,291.0000,16.0000,3,'

for rule in 'remark: 刷单' 'buyer: staff' 'sku: SAMPLE'; do
    for order in "orders items refunds" "items refunds orders" "refunds orders items"; do
        # each rule once and each order once, and each order of the rule that splits an order
        case $rule:${order%% *} in
        remark*:orders | buyer*:items | sku*) ;;
        *) is_full || continue ;;
        esac
        begin "$rule; $order"
        shop x --currency CNY --timezone Asia/Shanghai
        printf -- '- {%s, reason: no sale}\n' "$rule" >"$DIR/exclude.yaml"
        for f in $order; do
            run import "$T/$f.csv"
            expect_exit 0
        done
        figures
        if [ "$rule" = 'sku: SAMPLE' ]; then
            expect_text "$WANTED"
        else
            expect_text ',300.0000,20.0000,66.0000,66.0000,66.0000,291.0000,16.0000,3,'
        fi
        expect_green
        rm -rf "$DIR"
    done
done

begin "an order that is none any more is one again when the rule goes"
shop y --currency CNY --timezone Asia/Shanghai
echo '- {remark: 刷单, reason: no sale}' >"$DIR/exclude.yaml"
for f in refunds orders; do run import "$T/$f.csv"; done
rm "$DIR/exclude.yaml"
run import "$T/orders.csv" --again
expect_exit 0
run kpi returns_amt,refund_amt,paid_gmv --from 2025-05-01 --to 2025-05-31 --grain total --format csv
expect_text ",114.0000,114.0000,339.0000,"
expect_green

begin "an undo puts refunds back to what is left of their orders"
run imports undo 3
run kpi returns_amt,refund_amt,paid_gmv --from 2025-05-01 --to 2025-05-31 --grain total --format csv
expect_text ",66.0000,66.0000,291.0000,"
run imports undo 2
run kpi returns_amt,refund_amt --from 2025-05-01 --to 2025-05-31 --grain total --format csv
expect_text ",114.0000,114.0000,"
expect_green

begin "what an excluded refund was of is what it is of again when the rule goes"
shop v --currency EUR --timezone UTC
cat >"$T/o.csv" <<'END'
order_id,placed_at,paid_at,sku,quantity,unit_price,shipping,remark
1,2025-05-01 10:00:00,2025-05-01 10:01:00,A,1,50.00,5.00,internal
2,2025-05-01 11:00:00,2025-05-01 11:01:00,A,1,50.00,5.00,
END
cat >"$T/r.csv" <<'END'
refund_id,order_id,at,amount,class,reason
1,1,2025-05-03 10:00:00,20.00,,late
2,1,2025-05-03 10:00:00,5.00,shipping,late
END
echo '- {remark: internal, reason: no sale}' >"$DIR/exclude.yaml"
asked() {
    run kpi net_sales,returns_amt,shipping_rev,refund_amt --from 2025-05-01 --to 2025-05-31 --grain total --format csv
}
for f in o r; do run import "$T/$f.csv" --as generic:$([ $f = o ] && echo order_lines || echo refund); done
expect_exit 0
asked
expect_text ",50.0000,0.0000,5.0000,"
rm "$DIR/exclude.yaml"
run import "$T/o.csv" --as generic:order_lines --again
expect_exit 0
asked
expect_text ",80.0000,20.0000,5.0000,25.0000,"
expect_green
# and back: the rule, then an undo of the import under it
echo '- {remark: internal, reason: no sale}' >"$DIR/exclude.yaml"
run import "$T/o.csv" --as generic:order_lines --again
asked
expect_text ",50.0000,0.0000,5.0000,"
run imports undo 4
expect_exit 0
asked
expect_text ",80.0000,20.0000,5.0000,25.0000,"
expect_green

begin "items again with a gift among them: the order stays a sale"
shop z --currency CNY --timezone Asia/Shanghai
printf '%s\n' "$(head -1 "$T/items.csv")" '101,杯子,90.00,1,CUP,,,,交易成功,CUP' '101,赠品,0.00,1,GIFT,,,,交易成功,GIFT' >"$T/gift.csv"
sed 's/杯子,90/大杯子,90/' "$T/gift.csv" >"$T/gift2.csv"
for f in orders gift gift2; do run import "$T/$f.csv"; done
run kpi gross_sales,units --from 2025-05-01 --to 2025-05-01 --grain total --format csv
expect_text ",90.0000,1,"
expect_green
cat >"$T/o.csv" <<'END'
order_id,placed_at,customer_id,paid_at,sku,quantity,unit_price,shipping,is_test
A1,2026-03-02 10:00:00,c1,2026-03-02 10:01:00,X,1,10.00,1.00,false
A2,2026-03-02 11:00:00,c2,2026-03-02 11:01:00,X,3,1000.00,5.00,true
A2,2026-03-02 11:00:00,c2,2026-03-02 11:01:00,Y,1,1.00,5.00,
END
cat >"$T/r.csv" <<'END'
order_id,refund_id,sku,quantity,amount,at,requested_at,status
A2,R1,X,1,1000.00,2026-03-03 12:00:00,2026-03-03 10:00:00,succeeded
END
for order in "o r" "r o"; do
    begin "a test order is in no figure; $order"
    shop "test${order%% *}" --currency EUR --timezone Europe/Berlin
    for f in $order; do
        run import "$T/$f.csv"
        expect_exit 0
    done
    run kpi orders,placed_orders,net_sales,gmv,units,buyers,paid_gmv,returns_amt,refund_amt,shipping_rev,contribution,new_buyers \
        --period 2026-03 --grain total --format csv
    expect_text ",1,1,10.0000,10.0000,1,1,11.0000,0.0000,0.0000,1.0000,11.0000,1,"
    expect_green
done
run import "$T/o.csv" --again
expect_text "is_test excludes 2 lines: test order"

begin "a test order that becomes a real one, and an undo of that"
sed 's/true$/false/' "$T/o.csv" >"$T/o2.csv"
sed -i 's/^A1,.*//; /^$/d' "$T/o2.csv"
run import "$T/o2.csv"
run kpi orders,net_sales,returns_amt,shipping_rev --period 2026-03 --grain total --format csv
expect_text ",2,2011.0000,1000.0000,6.0000,"
expect_green
run imports undo 4
expect_exit 0
run kpi orders,net_sales,returns_amt,shipping_rev --period 2026-03 --grain total --format csv
expect_text ",1,10.0000,0.0000,1.0000,"
expect_green

begin "orders that wait for their money are placed, and so are their buyers"
shop waits --currency EUR --timezone Europe/Berlin
cat >"$T/map.yaml" <<'END'
name: own
target: order_lines
sale_when_paid: true
columns: {order_id: order_id, placed_at: placed_at, customer_id: customer_id, paid_at: paid_at, sku: sku, quantity: quantity, unit_price: unit_price, status: status}
END
cat >"$T/p.csv" <<'END'
order_id,placed_at,customer_id,paid_at,status,sku,quantity,unit_price
B1,2026-03-02 10:00:00,c1,2026-03-02 10:01:00,paid,X,1,10.00
B2,2026-03-02 10:00:00,c2,,placed,X,1,10.00
B3,2026-03-02 10:00:00,c3,,placed,X,1,10.00
B4,2026-03-02 10:00:00,c4,,cancelled,X,1,10.00
END
run import "$T/p.csv" --map "$T/map.yaml"
expect_exit 0
run kpi gmv,orders,placed_orders,pay_rate,cancel_rate,ordering_buyers,order_pay_cr,ret_buyers --period 2026-03 --grain total --format csv
expect_text ",40.0000,1,4,0.250000000000,0.250000000000,4,0.250000000000,0,"
expect_green
finish
