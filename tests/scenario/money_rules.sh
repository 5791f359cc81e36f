#!/bin/bash
# Rules of money that a store sets or a file makes necessary.
. "$(dirname "$0")/lib.sh"
cat >"$T/staged.csv" <<'END'
订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量,天猫卡券抵扣,分阶段订单信息
101,ann,90.00,10.00,100.00,95.00,交易成功,2025-05-01 9:00,2025-05-01 9:05,杯子,1,5.00,
104,bob,200.00,0.00,200.00,50.00,已付定金，等待买家付尾款,2025-05-04 9:00,,锅,1,0.00,阶段1：定金已付
105,cid,300.00,0.00,300.00,300.00,交易成功,2025-05-28 9:00,2025-06-02 0:10,锅,1,0.00,阶段2：尾款已付
106,dan,80.00,0.00,80.00,0.00,等待买家付定金,2025-05-05 9:00,,锅,1,0.00,阶段1：定金未付
END
sed -i 's/已付定金，等/"已付定金，等/; s/付尾款,2025/付尾款",2025/' "$T/staged.csv"
shop rules --currency CNY --timezone Asia/Shanghai
cat >"$DIR/stores.yaml" <<'END'
stores:
  full: {platform: tmall}
  deposit: {platform: tmall, presale: deposit}
  with: {platform: shopify, currency: EUR, timezone: Europe/Berlin, tax: inclusive}
  woo: {platform: woocommerce, currency: EUR, timezone: Europe/Berlin}
END
{
    printf 'base,quote,date,rate\nUSD,CNY,2025-05-01,7\n'
    printf 'EUR,CNY,2025-%s,1\n' 05-01 05-02 05-10 08-01 08-02 08-03 08-11 08-12 08-21 08-22 08-23 08-24 08-25 08-26
} >"$T/fx.csv"
printf 'order_id,placed_at,paid_at,sku,quantity,unit_price,paid\n1,2025-05-01 10:00:00,2025-05-01 10:00:00,A,1,10.00,10.00\n' >"$T/plain.csv"
run import "$T/fx.csv" "$T/plain.csv"
expect_exit 0

begin "a currency that is given corrects the one that was assumed"
if is_full; then
    run import "$T/plain.csv" --again
    expect_text "0 changed, 1 as they were"
fi
run import "$T/plain.csv" --again --currency USD
expect_text "1 changed"
run kpi gross_sales,paid_gmv --store main --from 2025-05-01 --to 2025-05-31 --grain total --format csv
expect_text ",70.0000,70.0000,"

begin "a pre-sale counts when it is paid in full, or with its deposit where the store says so"
printf 'settlement_id,order_id,at,kind,gross,net\ns1,101,2025-05-10 10:00:00,order,100,100\n' >"$T/settled.csv"
printf '%s\n' order_id,placed_at,sku,quantity,unit_price,is_test '901,2025-07-01 10:00:00,A,1,10.00,false' \
    '902,2025-07-01 11:00:00,A,1,30.00,true' >"$T/tests.csv"
printf '%s\n' order_id,payment_id,at,amount,status '901,P1,2025-07-01 10:01:00,10.00,success' \
    '902,P2,2025-07-01 11:01:00,30.00,success' '902,P3,2025-07-01 11:02:00,30.00,failed' >"$T/payments.csv"
run import --store full "$T"/{staged,settled}.csv
expect_exit 0
run import --store deposit "$T"/{staged,tests,payments}.csv
expect_exit 0
run kpi gross_sales --by store --from 2025-05-01 --to 2025-06-30 --grain month --format csv
expect_text 2025-05-01,full,90.0000, 2025-06-01,full,300.0000, 2025-05-01,deposit,590.0000,

begin "what is due counts the platform's part, under both names of the paid amount"
run settle --store full --from 2025-05-01 --to 2025-05-01
expect_text "1 of 1 orders agree to the cent"

begin "the store whose prices hold the tax"
cat >"$T/taxed.csv" <<'END'
Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Refunded Amount
#1,a@x.de,paid,2025-05-01 10:00:00 +0200,EUR,100.00,0.00,15.97,100.00,0.00,2025-05-01 10:00:00 +0200,2,Cup,30.00,CUP,0.00
#1,a@x.de,,,,,,,,,2025-05-01 10:00:00 +0200,1,Pot,40.00,POT,
#2,b@x.de,partially_refunded,2025-05-02 10:00:00 +0200,EUR,50.00,0.00,7.98,50.00,0.00,2025-05-02 10:00:00 +0200,1,Pan,50.00,PAN,20.00
END
cat >"$T/voided.csv" <<'END'
Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Cancelled at,Refunded Amount
#81,a@x.de,voided,,EUR,119.00,0.00,19.00,119.00,0.00,2025-08-01 10:00:00 +0200,1,Cup,59.50,CUP,2025-08-01 11:00:00 +0200,0.00
#81,a@x.de,,,,,,,,,2025-08-01 10:00:00 +0200,1,Pot,59.50,POT,,
#82,b@x.de,pending,,EUR,119.00,0.00,19.00,119.00,0.00,2025-08-02 10:00:00 +0200,1,Pan,119.00,PAN,,0.00
#83,c@x.de,paid,2025-08-03 10:00:00 +0200,EUR,119.00,0.00,19.00,119.00,0.00,2025-08-03 10:00:00 +0200,1,Pan,119.00,PAN,,0.00
END
cat >"$T/beside.csv" <<'END'
order id,placed at,status,currency,sku,quantity,unit price,order tax
91,2025-08-11 10:00,paid,EUR,CUP,1,119.00,19.00
91,2025-08-11 10:00,cancelled,EUR,POT,1,238.00,19.00
92,2025-08-12 10:00,paid,EUR,CUP,1,119.00,19.00
END
cat >"$T/postage.csv" <<'END'
Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Cancelled at,Refunded Amount
#71,a@x.de,paid,2025-08-21 10:00:00 +0200,EUR,119.00,11.90,20.90,130.90,0.00,2025-08-21 10:00:00 +0200,1,Cup,59.50,CUP,,0.00
#71,a@x.de,,,,,,,,,2025-08-21 10:00:00 +0200,1,Pot,59.50,POT,,
#72,b@x.de,paid,2025-08-22 10:00:00 +0200,EUR,119.00,11.90,20.90,130.90,59.50,2025-08-22 10:00:00 +0200,3,Pan,59.50,PAN,,0.00
#73,c@x.de,refunded,2025-08-23 10:00:00 +0200,EUR,119.00,11.90,20.90,130.90,0.00,2025-08-23 10:00:00 +0200,1,Pan,119.00,PAN,,130.90
#74,d@x.de,voided,,EUR,119.00,11.90,20.90,130.90,0.00,2025-08-24 10:00:00 +0200,1,Pan,119.00,PAN,2025-08-24 11:00:00 +0200,0.00
#75,d@x.de,paid,2025-08-25 10:00:00 +0200,EUR,219.00,11.90,20.90,230.90,0.00,2025-08-25 10:00:00 +0200,1,Pan,119.00,PAN,,0.00
#75,d@x.de,,,,,,,,,2025-08-25 10:00:00 +0200,1,Gift card,100.00,GIFT,,
END
printf 'order id,placed at,currency,status,sku,quantity,unit price,order tax,shipping,order total\n61,2025-08-26 12:00,EUR,placed,CUP,1,119.00,20.90,11.90,130.90\n' >"$T/one.csv"
printf 'order id,placed at,currency,status\n61,2025-08-26 12:00,EUR,cancelled\n' >"$T/gone.csv"
printf 'order id,placed at,currency,status\n61,2025-08-26 12:00,EUR,paid\n' >"$T/again.csv"
run import --store with "$T"/{taxed,voided,beside,postage,one}.csv
expect_exit 0
with_taxes() { # FROM: to the end of August
    run kpi gmv,gross_sales,net_sales,shipping_rev,taxes,total_sales --store with --from $1 --to 2025-08-31 --grain day --format csv
}

begin "prices with tax: sales without it, said in the evidence, and the facts agree"
run kpi gross_sales --store with --from 2025-05-01 --to 2025-05-31 --evidence
expect_text "tax: prices hold it in these stores: with"
with_taxes 2025-05-01
expect_line '^2025-05-01,[^,]*,84.0300,[^,]*,[^,]*,15.9700,' '^2025-05-02,[^,]*,42.0200,[^,]*,[^,]*,7.9800,'
begin "what was ordered is without tax, whatever became of the order"
expect_text 2025-08-01,100.0000, 2025-08-02,100.0000, 2025-08-03,100.0000,
expect_line '^2025-08-11,300.0000,100.0000,[^,]*,[^,]*,19.0000,'
begin "postage bears its part of the order's tax, and the goods only theirs"
expect_line '^2025-08-21,100.0000,[^,]*,100.0000,10.0000,20.9000,130.9000,' \
    '^2025-08-22,159.5000,[^,]*,100.0000,10.0000,20.9000,130.9000,' '^2025-08-23,100.0000,[^,]*,0.0000,0.0000,0.0000,0.0000,' \
    '^2025-08-24,100.0000,[^,]*,0.0000,0.0000,0.0000,0.0000,' '^2025-08-25,100.0000,[^,]*,100.0000,10.0000,20.9000,130.9000,'

begin "an order that its head cancels and brings again has its postage with the tax in it"
expect_line '^2025-08-26,100.0000,[^,]*,100.0000,10.0000,20.9000,'
run import --store with "$T/gone.csv"
expect_exit 0
with_taxes 2025-08-26
expect_line '^2025-08-26,100.0000,[^,]*,0.0000,0.0000,0.0000,'
run import --store with "$T/again.csv"
expect_exit 0
with_taxes 2025-08-26
expect_line '^2025-08-26,100.0000,[^,]*,100.0000,10.0000,20.9000,'

begin "refunds without a date are marked until a file dates them"
run kpi returns_amt --store with --from 2025-05-01 --to 2025-05-31
expect_text "partial: refund dates missing: 1 returns (with)"
run --lang zh kpi returns_amt --store with --from 2025-05-01 --to 2025-05-31
expect_text "缺少退款日期：1 笔退货（with）"
run kpi returns_amt --store full --from 2025-05-01 --to 2025-05-31
expect_no_text "refund dates missing"
run kpi net_sales_od --store with --from 2025-05-01 --to 2025-05-31
expect_no_text "refund dates missing"
printf 'refund_id,order_id,at,amount,status\nr1,#2,2025-06-10 10:00:00,20.00,succeeded\n' >"$T/dated.csv"
printf '%s\n' 'refund_id,order_id,at,amount,status' 'r2,#77,2025-06-11 10:00:00,5.00,succeeded' \
    'r3,#77,2025-06-12 10:00:00,7.00,requested' >"$T/orderless.csv"
run import --store with --as generic:refund "$T/dated.csv" "$T/orderless.csv"
run kpi returns_amt --store with --from 2025-05-01 --to 2025-05-31
expect_no_text "refund dates missing"

begin "a refund of an order that is not there stands on no order's day, and that is said"
run kpi refund_amt --basis order --store with --from 2025-06-01 --to 2025-06-30
expect_text "partial: 1 refunds (5.00 EUR) are of orders that are not in the shop"
run --lang zh kpi refund_amt --basis order --store with --from 2025-06-01 --to 2025-06-30
expect_text "1 笔退款（5.00 EUR）的订单不在店铺中"
run kpi refund_amt --basis order --store with --from 2025-05-01 --to 2025-05-31
expect_no_text "not in the shop"
run kpi refund_amt --basis event --store with --from 2025-06-01 --to 2025-06-30
expect_no_text "not in the shop"

begin "payments of test orders are told beside what was received"
run kpi cash_in --store deposit --from 2025-07-01 --to 2025-07-01
expect_text "1 payments (30.00 CNY) are of test orders; they count as received here"
run kpi net_sales --store deposit --from 2025-07-01 --to 2025-07-01
expect_no_text "test orders"

begin "WooCommerce: money back without goods is a return of its own day"
printf '%s\n' 'Date,Order #,Status,Customer,Product(s),Coupon(s),Items Sold,N. Revenue' '2025-05-01 10:00:00,1,completed,Ann,1× Cup,,3,100.00' '2025-05-10 10:00:00,1,completed,Ann,,,0,-10.00' >"$T/woo.csv"
run import --store woo "$T/woo.csv"
expect_exit 0
run kpi returns_amt,net_sales_od --store woo --from 2025-05-01 --to 2025-05-10 --grain day --format csv
expect_line '^2025-05-01,[^,]*,90.0000,' '^2025-05-10,10.0000,'
expect_green

begin "an order paid back as a whole leaves nothing: the platform takes its part back, postage is postage"
shop back --currency CNY --timezone Asia/Shanghai
printf 'stores:\n' >"$DIR/stores.yaml"
printf '  %s: {platform: %s}\n' douyin douyin pdd pdd jd jd shopify shopify placed taobao >>"$DIR/stores.yaml"
# 2 x 50 less 20 of the shop's and 8 of others' = 72, postage 6; its second sub-order, 30 less 2 of the platform's, stays
printf '%s\n' '主订单编号,子订单编号,选购商品,商品数量,商品金额,订单应付金额,运费,订单提交时间,支付完成时间,订单状态,平台实际承担优惠金额,商家实际承担优惠金额,达人实际承担优惠金额' '1,11,杯子,2,50.00,78.00,6.00,2025-05-14 9:00,2025-05-14 9:01,已关闭,5.00,20.00,3.00' '1,12,碗,1,30.00,28.00,0.00,2025-05-14 9:00,2025-05-14 9:01,已完成,2.00,0.00,0.00' '2,21,杯子,1,50.00,47.00,0.00,2025-05-14 9:00,2025-05-14 9:01,已关闭,3.00,0.00,0.00' '9,91,杯子,2,50.00,78.00,6.00,2025-06-14 9:00,2025-06-14 9:01,已完成,5.00,20.00,3.00' >"$T/douyin.csv"
printf '%s\n' '商品,订单号,订单状态,商品总价(元),邮费(元),店铺优惠折扣(元),平台优惠折扣(元),多多支付立减金额(元),用户实付金额(元),商家实收金额(元),商品数量(件),商家编码-规格维度,订单成交时间' '杯,p1,未发货，退款成功,100.00,6.00,10.00,3.00,2.00,91.00,96.00,2,CUP,2025-05-14 9:00' >"$T/pdd.csv"
printf '%s\n' '订单号,商品ID,商品名称,订购数量,京东价,订单金额,结算金额,余额支付,应付金额,运费金额,下单时间,付款确认时间,订单状态' 'j1,a,甲,1,10.00,30.00,25.00,0,28.00,6.00,2025-05-14 10:00:00,2025-05-14 10:01:00,(删除)取消' 'j1,b,乙,1,20.00,30.00,25.00,0,28.00,6.00,2025-05-14 10:00:00,2025-05-14 10:01:00,(删除)取消' >"$T/jd.csv"
printf '%s\n' 'Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Refunded Amount,Tip' '#1,a@example.com,refunded,2025-05-14 10:00:00 +0800,CNY,90.00,5.00,9.50,106.50,10.00,2025-05-14 10:00:00 +0800,1,Cup,100.00,CUP,106.50,2.00' >"$T/shopify.csv"
for store in douyin pdd jd shopify; do
    run import --store $store "$T/$store.csv"
    expect_exit 0
    [ $store != douyin ] || expect_text "read as douyin-orders"
done
FIGURES=net_sales,shipping_rev,taxes,total_sales,returns_amt
run kpi $FIGURES --by store --from 2025-05-14 --to 2025-05-14 --grain total --format csv
expect_text ",douyin,30.0000,0.0000,0.0000,30.0000,130.0000," ",pdd,0.0000,0.0000,0.0000,0.0000,90.0000," \
    ",jd,0.0000,0.0000,0.0000,0.0000,25.0000," ",shopify,0.0000,0.0000,0.0000,0.0000,90.0000,"
for store in $(some shopify "douyin pdd jd shopify"); do
    run import --store $store "$T/$store.csv" --again
    expect_text "orders: 0 new, 0 changed"
done
printf '%s\n' '动账时间,动帐流水号,动账方向,动账金额,动账场景,子订单号,订单号,订单实付应结,运费实付,实际平台补贴,订单退款,平台服务费' '2025-05-20 10:00:00,6,入账,30.00,货款结算入账,12,1,28.00,0,2.00,0,0' >"$T/booked.csv"
printf '%s\n' '动账时间,动帐流水号,动账方向,动账金额,动账场景,子订单号,订单号,订单实付应结,订单退款,平台服务费' '2025-06-14 10:00:00,	7,出账,12.34,违规扣款,	,	,0,0,0' >"$T/penalty.csv"
run import --store douyin "$T/booked.csv" "$T/penalty.csv"
expect_text "read as douyin-settlement"
run settle --store douyin --from 2025-05-01 --to 2025-05-31
expect_line '^expected: .* 2 30.00' '^booked by the platform 30.00'
expect_text "2 of 2 orders agree to the cent"

begin "Douyin: what platform and creator bear of a price is revenue, and due to the shop"
run kpi net_sales,discounts,platform_discounts,receivable --store douyin --period 2025-06 --grain total --format csv
expect_text ",80.0000,20.0000,8.0000,86.0000,"

begin "Douyin: what is taken for no order is a cost"
run settle --store douyin --period 2025-06
expect_line '^booked for no order 1 -12.34'
run kpi other_fee_amt --store douyin --period 2025-06 --grain total --format csv
expect_text ",12.3400,"

begin "GMV holds what is not paid yet, but a pre-sale only when it is paid in full; GSV holds neither"
printf '%s\n' '订单编号,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量,分阶段订单信息' 'g1,100.00,0,100.00,100.00,交易成功,2025-05-14 9:00,2025-05-14 9:10,杯,1,' 'g2,30.00,0,30.00,0,等待买家付款,2025-05-14 9:00,,杯,1,' 'g3,7.00,0,7.00,0,交易关闭,2025-05-14 9:00,,杯,1,' 'g4,500.00,0,500.00,0,已付定金，等待买家付尾款,2025-05-14 9:00,,杯,1,阶段1：定金已付' >"$T/placed.csv"
run import --store placed "$T/placed.csv"
expect_text "read as taobao-orders"
expect_line '^not paid yet +1 +30.00' '^pre-sale, not all paid +1 +500.00' '^cancelled +1 +7.00'
run kpi gmv,ordered_units,placed_amt,cancelled_amt,gsv,net_sales --store placed --from 2025-05-14 --to 2025-05-14 --grain total --format csv
expect_text ",137.0000,3,137.0000,37.0000,100.0000,100.0000,"
sed '5s/,0,已付定金，等待买家付尾款,2025-05-14 9:00,,/,500.00,交易成功,2025-05-14 9:00,2025-05-20 20:00,/' "$T/placed.csv" >"$T/settled.csv"
run import --store placed "$T/settled.csv"
run kpi gmv,gsv --store placed --from 2025-05-14 --to 2025-05-20 --grain day --format csv
expect_text 2025-05-14,137.0000,100.0000, 2025-05-20,500.0000,500.0000,

begin "refunds that a file dates say themselves what they are; without it the order undoes itself again"
printf 'refund_id,order_id,at,amount,status\nr1,p1,2025-05-20 10:00:00,90.00,succeeded\n' >"$T/part.csv"
run import --store pdd --as generic:refund "$T/part.csv"
expect_exit 0
PART=$(sed -n 's/^part\.csv: import #\([0-9]*\),.*/\1/p' <<<"$OUT")
run kpi net_sales,shipping_rev,returns_amt --store pdd --from 2025-05-14 --to 2025-05-14 --grain total --format csv
expect_text ",89.0000,6.0000,1.0000," # 1 of the 91 has no date still
expect_green
run import --store pdd "$T/pdd.csv" --again
expect_text "orders: 0 new, 0 changed"
run imports undo $PART
expect_exit 0
run kpi $FIGURES --store pdd --from 2025-05-14 --to 2025-05-14 --grain total --format csv
expect_text ",0.0000,0.0000,0.0000,0.0000,90.0000,"
expect_green

begin "a parcel list replaces an estimate, but is no fee of the platform"
shop parcels --currency CNY --timezone Asia/Shanghai
printf 'platform_fee:\n  - {percent: 5}\nparcel:\n  - {per_order: 3.2}\n' >"$DIR/costs.yaml"
printf 'settlement_id,order_id,at,kind,gross,fee_platform,net\ns1,1,2025-05-10 10:00:00,order,10,0.50,9.50\n' >"$T/booked.csv"
printf 'shipment_id,order_id,shipped_at,cost\np1,1,2025-05-02 10:00:00,4.44\n' >"$T/parcels.csv"
run import "$T"/{plain,booked,parcels}.csv
expect_exit 0
run settle --from 2025-05-01 --to 2025-05-31
expect_text "1 of 1 orders agree to the cent"
run kpi parcel_amt,platform_fee_amt,fee_estimate_gap --from 2025-05-01 --to 2025-05-31 --grain total --format csv
expect_text ",4.4400,0.5000,1.2400,"
expect_green

begin "a platform's name that is misspelt is told"
run stores add x platform=taobaoo
expect_exit 1
expect_text 'unknown platform "taobaoo" (did you mean "taobao"?)'
run stores add y platform=weidian
expect_exit 0
finish
