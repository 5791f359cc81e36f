#!/bin/bash
# Costs, profit, settlement and exclusions as an operator meets them: files beside the shop, no YAML
# of columns.
. "$(dirname "$0")/lib.sh"

cat >"$T/orders.csv" <<'END'
order_id,placed_at,paid_at,customer_id,sku,quantity,unit_price,paid,shipping,channel,status,remark
1001,2026-03-01 10:00:00,2026-03-01 10:01:00,c1,A-1,2,100.00,243.33,10.00,live,completed,
1001,2026-03-01 10:00:00,2026-03-01 10:01:00,c1,B-2,1,33.33,243.33,10.00,live,completed,
1002,2026-03-02 11:00:00,2026-03-02 11:01:00,c2,A-1,1,100.00,100.00,0,search,completed,
1003,2026-04-02 11:00:00,2026-04-02 11:01:00,c3,C-3,3,50.00,155.00,5.00,search,completed,
1004,2026-04-03 11:00:00,,c3,C-3,1,50.00,0,5.00,search,cancelled,
1005,2026-04-04 11:00:00,2026-04-04 11:01:00,staff,A-1,1,100.00,105.00,5.00,search,completed,
1006,2026-04-05 11:00:00,2026-04-05 11:01:00,c4,A-1,1,1.00,1.00,0,search,completed,补差价一元
END
printf 'date,channel,spend\n2026-03-01,live,20\n' >"$T/ads.csv"

begin "exclusions are in the ledger with their reason, and in no figure"
shop profit --currency CNY --timezone Asia/Shanghai
cat >"$DIR/exclude.yaml" <<'END'
- {buyer: staff, reason: own staff}
- {remark: 补差价, reason: price difference}
END
run import "$T/orders.csv" --as generic:order_lines
expect_exit 0
expect_text "difference to the ledger: 0 rows" "exclude.yaml:1 excludes 1 lines: own staff" \
    "exclude.yaml:2 excludes 1 lines: price difference"
expect_line '^excluded 3 106.00'
run kpi orders,net_sales,shipping_rev --from 2026-03-01 --to 2026-04-30 --grain total --format csv
expect_text ",3,483.3300,15.0000,"

begin "a mistake in exclude.yaml stops the import, and says where"
printf -- '- {buyr: staff, reason: x}\n' >"$DIR/exclude.yaml"
cp "$T/orders.csv" "$T/again.csv"
echo >>"$T/again.csv"
run import "$T/again.csv" --as generic:order_lines
expect_exit 1
expect_text 'exclude.yaml:1:4: unknown key "buyr" (did you mean "buyer"?)' "nothing was imported"
rm "$DIR/exclude.yaml"

begin "mistakes in costs are told all at once; figures stay by what was before"
cat >"$DIR/costs.yaml" <<'END'
platform_fee:
  - {percent: 5, stor: main}
parcels: []
END
run costs check
expect_exit 1
expect_text 'unknown key "stor" (did you mean "store"?)' 'unknown key "parcels" (did you mean "parcel"?)' "2 problems"
run profit --from 2026-03-01 --to 2026-04-30
expect_exit 1
run kpi net_sales --from 2026-03-01 --to 2026-04-30
expect_exit 0
expect_text "note: 2 problems in the cost files"

begin "profit by the rules of their days, to the cent"
cat >"$DIR/costs.yaml" <<'END'
goods:
  - {sku: A, cost: 40}
  - {sku: A, cost: 45, valid_from: 2026-03-02}
  - {sku: B-2, cost: 10.5}
platform_fee:
  - {percent: 5}
  - {percent: 5.5, valid_from: 2026-04-01}
commission:
  - {percent: 20, channel: live}
payment_fee:
  - {percent: 0.6}
parcel:
  - {per_order: 3.2}
packaging:
  - {per_order: 0.8, per_unit: 0.1}
fixed:
  - {name: rent, per_month: 3100}
END
printf '商品ID,主SKU\nA-1,A\n' >"$DIR/sku-map.csv"
run import "$T/ads.csv" --as generic:ad_spend
expect_exit 0
run profit --from 2026-03-01 --to 2026-04-30 --format csv
expect_exit 0
expect_text ",533.3300,50.0000,0.0000,483.3300,0.0000,483.3300,15.0000,135.5000,25.6900,48.6700,2.9900,9.6000,3.1000,0.0000,0.0000,20.0000,252.7800,"
for by in store sku category channel order; do
    run profit --by "$by" --full --from 2026-03-01 --to 2026-04-30 --format csv
    expect_exit 0
    # rows: contribution = net + postage - everything else, and all rows add up to the whole
    OUT=$(tail -n +2 <<<"$OUT" | awk -F, -v by="$by" '
        { row = $8 + $9 - $10 - $11 - $12 - $13 - $14 - $15 - $16 - $17 - $18
          if (row - $19 > 0.00001 || $19 - row > 0.00001) bad++
          sum += $19 }
        END { printf "%s %d %.4f\n", by, bad, sum }')
    expect_text "$by 0 252.7800"
done
run kpi net_profit_est fixed_cost_amt --from 2026-03-01 --to 2026-03-31 --grain total --format csv
expect_text ",3100.0000,"

begin "a change in costs.yaml is seen by the next question"
sed -i 's/per_order: 3.2/per_order: 4.2/' "$DIR/costs.yaml"
run kpi contribution --from 2026-03-01 --to 2026-04-30 --grain total --format csv
expect_text ",249.7800,"
sed -i 's/per_order: 4.2/per_order: 3.2/' "$DIR/costs.yaml"

begin "booked fees replace the rules of their orders, and the gap is shown"
cat >"$T/fees.csv" <<'END'
fee_id,order_id,kind,amount,at
f1,1001,platform,13.00,2026-03-10 10:00:00
f2,1002,platform,5.00,2026-03-10 10:00:00
END
run import "$T/fees.csv" --as generic:fee
expect_exit 0
run kpi platform_fee_amt,fee_estimate_gap --from 2026-03-01 --to 2026-04-30 --grain total --format csv
expect_text ",26.5200,0.8300,"
expect_green
WHOLE=$("$SHOPVANE_BIN" -C "$DIR" profit --by order --full --from 2026-03-01 --to 2026-04-30 --format csv)
run rebuild
expect_exit 0
expect_same "profits after a rebuild" "$WHOLE" \
    "$("$SHOPVANE_BIN" -C "$DIR" profit --by order --full --from 2026-03-01 --to 2026-04-30 --format csv)"
run imports undo 3
expect_exit 0
run kpi platform_fee_amt --from 2026-03-01 --to 2026-04-30 --grain total --format csv
expect_text ",25.6900,"
expect_green

begin "settlement files against orders, each difference with its reason"
run settle --from 2026-03-01 --to 2026-04-30
expect_exit 1
expect_text "no settlement file"
cat >"$T/settlement.csv" <<'END'
settlement_id,order_id,sub_order_id,at,kind,gross,shipping,refund,net,scene
s1,1001,1,2026-03-10 10:00:00,order,233.33,10,0,243.33,sale
s2,1002,1,2026-03-10 10:00:00,order,100,0,0,100,sale
s3,1002,1,2026-03-11 10:00:00,order,100,0,0,100,sale
s4,1004,1,2026-04-11 10:00:00,order,50,5,0,55,sale
s5,9999,1,2026-04-11 10:00:00,order,10,0,0,10,sale
s6,,,2026-04-12 10:00:00,transfer,,,,-300,withdrawal
END
run import "$T/settlement.csv" --as generic:settlement
expect_exit 0
run settle --from 2026-03-01 --to 2026-04-30
expect_exit 0
expect_line '^not settled yet 3 -261.00' '^settled twice 1 100.00' \
    '^cancelled here, settled by the platform 1 55.00' '^order unknown here 1 10.00' \
    '^payout or deposit, no income 1 -300.00' '^not accounted for 0.00' '1 of 7 orders agree'
run --lang zh settle --from 2026-03-01 --to 2026-04-30
expect_text "重复结算" "尚未结算"
printf 'settlement_id,order_id,at,kind,gross,net\ns7,1003,2026-04-20 10:00:00,order,155,154.99\n' >"$T/odd.csv"
run import "$T/odd.csv" --as generic:settlement
run settle --from 2026-03-01 --to 2026-04-30
expect_exit 1
expect_text "NO REASON" "1 bookings have no reason"

begin "stores are added and changed beside their comments"
run stores add douyin platform=douyin platform_fee=5 customer_key_quality=masked
expect_exit 0
run stores
expect_line '^douyin douyin CNY'
run stores set douyin platform_fee=500
expect_exit 1
run stores undo
expect_exit 0
run stores
expect_no_text "douyin"
begin "gross profit is that of goods whose cost is known, and its rows add up"
shop known --currency EUR --timezone Europe/Berlin
printf 'stores:\n  a: {currency: EUR}\n  b: {currency: EUR}\n  c: {currency: EUR}\n' >"$DIR/stores.yaml"
printf 'sku,title,unit_cost\nX,Cup,30\nY,Bowl,20\n' >"$T/articles.csv"
HEAD='order_id,placed_at,paid_at,sku,quantity,unit_price'
printf '%s\na1,2026-03-01 10:00,2026-03-01 10:01,X,2,100\na2,2026-03-02 10:00,2026-03-02 10:01,Y,1,50\n' "$HEAD" >"$T/a.csv"
printf '%s\nb1,2026-03-01 10:00,2026-03-01 10:01,Z,1,1000,L\n' "$HEAD,customer_id" >"$T/b.csv"
printf '%s\nc1,2026-03-01 10:00,2026-03-01 10:01,X,1,100,K\nc1,2026-03-01 10:00,2026-03-01 10:01,W,1,300,K\nc2,2026-03-02 10:00,2026-03-02 10:01,W,1,300,K\n' "$HEAD,customer_id" >"$T/c.csv"
# amounts paid back, of no article: of a1, of b1, of an order half of whose cost is known, of c2
REFUND='refund_id,order_id,at,amount'
printf '%s\nr1,a1,2026-03-05 10:00,10\n' "$REFUND" >"$T/ra.csv"
printf '%s\nr2,b1,2026-03-05 10:00,100\n' "$REFUND" >"$T/rb.csv"
printf '%s\nr3,c1,2026-03-05 10:00,40\nr4,c2,2026-03-05 10:00,30\n' "$REFUND" >"$T/rc.csv"
# later orders, so that the days of the refunds are there
printf 'order_id,placed_at,status,sku,quantity,unit_price\nz1,2026-03-06 10:00,cancelled,X,1,100\n' >"$T/later.csv"
for s in a b c; do
    run import "$T/$s.csv" "$T/later.csv" "$T/r$s.csv" $([ $s = b ] || echo "$T/articles.csv") --store "$s"
    expect_exit 0
done
run kpi gross_profit,cost_coverage --period 2026-03 --by store --sort store
expect_line '^a 160\.00\*? 100\.00%\*?' '^b – 0\.00%\*?' '^c 60\.00\*? 14\.29%\*?' '^total 220\.00\*? 17\.95%\*?'
expect_text "no cost is known of what these stores sold, so they are in no gross profit: b" \
    "no cost is known of what was sold: see costs.yaml"
run kpi gross_profit --period 2026-03 --by sku --sort sku
expect_line '^X 210\.00\*?' '^Y 30\.00\*?' '^W –' '^Z –' '^\(not set\) -20\.00\*?' '^total 220\.00\*?'
run kpi gross_profit --period 2026-03 --grain day --format csv
expect_line '^2026-03-01,210\.0000' '^2026-03-02,30\.0000' '^2026-03-05,-20\.0000'
run verify
expect_exit 0

begin "profits that count unknown costs as nothing say of how much a cost is known; the LTV leaves those goods out"
run kpi contribution,contrib_margin --period 2026-03
expect_text "partial: a cost is known only of this share of what was sold: b 0.00 %, c 14.29 %; the rest counts as costing nothing"
run kpi net_profit_est --period 2026-03 --store a
expect_no_text "partial: a cost"
run --lang zh kpi contribution --period 2026-03 --store c
expect_text "所售商品中成本已知的比例为：c 14.29 %"
# c's buyer K: 100 - 30 of X less what was paid back for it (60, as above); b knows no cost: its buyer is none of them
run kpi clv_hist --period 2026-03 --store b,c
expect_line '^Historic LTV 60\.00'

begin "a rule for the other articles brings their stores in"
printf 'goods:\n  - {sku: Z, cost: 400}\n  - {sku: W, cost: 100}\n' >"$DIR/costs.yaml"
run kpi gross_profit,net_sales,cogs,cost_coverage --period 2026-03 --by store --sort store
expect_line '^a 160\.00\*? 240\.00\*? 80\.00\*? 100\.00%\*?' '^b 500\.00\*? 900\.00\*? 400\.00\*? 100\.00%\*?' \
    '^c 400\.00\*? 630\.00\*? 230\.00\*? 100\.00%\*?' '^total 1,060\.00\*? 1,770\.00\*? 710\.00\*? 100\.00%\*?'
run kpi clv_hist --period 2026-03 --store b # 1000 - 400 by the rule, 100 paid back
expect_line '^Historic LTV 500\.00'
run kpi contribution --period 2026-03
expect_no_text "partial: a cost"
run verify
expect_exit 0

begin "goods come back with all of the money: of an order, of an article; kept or in part they do not"
shop back --currency CNY --timezone Asia/Shanghai
printf 'sku,title,unit_cost\nX,Cup,30\nY,Bowl,20\n' >"$T/goods.csv"
cat >"$T/sold.csv" <<'END'
order_id,placed_at,paid_at,sku,quantity,unit_price,discount_platform,shipping,paid
whole,2026-03-01 10:00,2026-03-01 10:01,X,2,100,10,5,195
kept,2026-03-01 10:00,2026-03-01 10:01,X,1,100,0,0,100
part,2026-03-01 10:00,2026-03-01 10:01,X,1,100,0,0,100
article,2026-03-01 10:00,2026-03-01 10:01,X,1,100,0,0,150
article,2026-03-01 10:00,2026-03-01 10:01,Y,1,50,0,0,150
END
cat >"$T/backs.csv" <<'END'
refund_id,order_id,sku,at,amount,stage
r1,whole,,2026-03-04 10:00,95,
r2,whole,,2026-03-06 10:00,100,
r3,kept,,2026-03-05 10:00,100,post_ship_keep
r4,part,X,2026-03-05 10:00,99.99,
r5,article,Y,2026-03-07 10:00,50,pre_ship
END
run import "$T/sold.csv" "$T/backs.csv"
expect_exit 0
run import "$T/goods.csv" # after what it costs
expect_exit 0
WANT='2026-03-01,170.0000 2026-03-06,-60.0000 2026-03-07,-20.0000'
goods_back() {
    run kpi cogs --period 2026-03 --grain day --format csv
    for line in $WANT; do
        expect_line "^$line,"
    done
    ! grep -qE '^2026-03-0[45],-' <<<"$OUT"
    pass_or_fail $? "no goods came back on the other days"
    run kpi cogs --period 2026-03 --by sku --format csv --grain total
    expect_line '^,X,90\.0000,' '^,Y,0\.0000,'
}
goods_back
run kpi cogs --period 2026-03 --basis order --grain day --format csv
expect_line '^2026-03-01,90\.0000,'
run verify
expect_exit 0
printf 'goods:\n  - {sku: X, cost: 30}\n  - {sku: Y, cost: 20}\n' >"$DIR/costs.yaml"
goods_back
run verify
expect_exit 0
begin "a refund that is taken out leaves the goods sold"
run imports undo 2
expect_exit 0
run kpi cogs --period 2026-03 --grain total --format csv
expect_line '^,170\.0000,'
run verify
expect_exit 0

begin "the way back is paid for goods that came back"
shop freight --currency CNY --timezone Asia/Shanghai
printf 'return_freight:\n  - {per_return: 8}\n' >"$T/freight/costs.yaml"
HEAD='订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量,退款金额'
PAID='2026-03-01 10:00:00,2026-03-01 10:05:00,x,1'
printf '%s\n' "$HEAD" "3001,a,100,0,100,100,交易关闭,$PAID,100" "3002,b,100,0,100,100,交易成功,$PAID,5" \
    "3003,c,100,0,100,100,交易关闭,$PAID,100" "3004,d,100,0,100,100,交易关闭,$PAID,100" >"$T/o.csv"
HEAD='订单编号,退款编号,买家退款金额,退款状态,退款的申请时间,退款完结时间,是否需要退货,货物状态'
printf '%s\n' "$HEAD" "3001,R1,100,退款成功,2026-03-01 11:00:00,2026-03-01 12:00:00,否,未发货" \
    "3002,R2,5,退款成功,2026-03-05 11:00:00,2026-03-05 12:00:00,否,买家已收到货" \
    "3003,R3,100,退款成功,2026-03-05 11:00:00,2026-03-09 12:00:00,是,买家已收到货" \
    "3004,R4,100,退款成功,2026-03-05 11:00:00,2026-03-09 12:00:00,," >"$T/r.csv"
run import "$T/o.csv" "$T/r.csv"
expect_exit 0
run kpi return_cost_amt --period 2026-03 --by order --format csv
expect_exit 0
expect_text "3003,8.0000" "3004,8.0000"
expect_no_text "3001,8" "3002,8"

begin "fees are known by their words, whatever their case; what is booked is a fee by its word only"
FEES=platform_fee_amt,commission_amt,payment_fee_amt,other_fee_amt,net_profit_est,cash_in
HEAD='Order ID,Order date,Customer,SKU,Qty,Unit price'
printf '%s\n' "$HEAD" 'A1,2026-02-01,ann,X,1,100.00' 'A2,2026-02-01,bob,X,1,50.00' >"$T/sold.csv"
booked() { # FIGURES; standard input: a file beside the two sales
    cat >"$T/booked.csv"
    BOOKED=$((${BOOKED:-0} + 1))
    shop "booked$BOOKED" --currency EUR --timezone UTC
    run import "$T/sold.csv" "$T/booked.csv"
    expect_exit 0
    expect_no_text "not used"
    local said=$OUT
    run kpi $FEES --period 2026-02 --grain total --format csv
    expect_text ",$1,"
    expect_green
    OUT=$said
}
booked 2.0000,5.0000,1.5000,3.0000,138.5000, <<'END'
Date,Order ID,Fee type,Amount
2026-02-03,A1,COMMISSION,5.00
2026-02-03,A1,FBA FEE,3.00
2026-02-03,A2,Payment processing fee,1.00
2026-02-03,A2,平台服务费,2.00
2026-02-03,A2,支付手续费,0.50
END
booked 0.0000,0.0000,0.0000,4.9500,145.0500,145.0500 <<'END'
Payout ID,Payout date,Gross,Fees,Net amount
P1,2026-02-03,100.00,3.20,96.80
P2,2026-02-05,50.00,1.75,48.25
END
booked 0.0000,5.0000,0.0000,0.0000,145.0000,81.8000 <<'END'
Settlement ID,Settlement date,Order ID,Kind,Net amount
P1,2026-02-03,A1,Order,96.80
P1,2026-02-03,A2,Refund,-10.00
P1,2026-02-03,A1,Commission,-5.00
P1,2026-02-03,,Transfer,-81.80
END
booked 0.0000,0.0000,0.0000,2.0000,148.0000,84.8000 <<'END'
Settlement ID,Settlement date,Order ID,Type,Net amount
P1,2026-02-03,A1,Charge,96.80
P2,2026-02-03,A2,Refund,-10.00
P3,2026-02-03,,Refund fee,-2.00
P4,2026-02-03,,Payout,-84.80
END
expect_text '"Type" says which rows are refunds, fees and transfers'

begin "PayPal: what moves within the account is no payment; refunds and fees have their signs"
PAYPAL='Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,Transaction ID,Item Title,Invoice Number,Quantity'
booked 0.0000,0.0000,2.6100,0.0000,147.3900,77.3900 <<END
$PAYPAL
02/01/2026,23:30:00,PST,Ann,Express Checkout Payment,Completed,EUR,100.00,-3.20,96.80,T1,Mug,A1,1
02/14/2026,08:05:00,PST,Ann,Payment Refund,Completed,EUR,-20.00,0.59,-19.41,T2,,A1,1
02/15/2026,08:05:00,PST,,General Withdrawal,Completed,EUR,-77.39,0.00,-77.39,T3,,,
02/16/2026,08:06:00,PST,Boxes,Express Checkout Payment,Completed,EUR,-50.00,0.00,-50.00,T4,,,
END
expect_text "read as paypal-activity" 'times are those of America/Los_Angeles, as "TimeZone" says'
expect_no_text "not known"
run kpi cash_in --from 2026-02-02 --to 2026-02-02 --format csv
expect_text ",96.8000,"

begin "Stripe: payouts are no payments, and a payment in both of its files counts once"
cat >"$T/stripe.csv" <<'END'
id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Description,Fee,Customer Email,Status,order_id (metadata)
ch_1,2026-02-01 10:00:00,100.00,20.00,eur,true,Mug,3.20,a@x.com,Partially Refunded,A1
ch_3,2026-02-01 10:00:00,70.00,0.00,eur,false,Mug,0.00,b@x.com,Failed,
END
booked 0.0000,0.0000,3.2000,0.0000,146.8000,76.8000 <<'END'
id,Type,Source,Amount,Fee,Destination Platform Fee,Net,Currency,Created (UTC),Available On (UTC),Description,order_id (metadata)
txn_1,charge,ch_1,100.00,3.20,,96.80,eur,2026-02-01 10:00,2026-02-03 00:00,Mug,A1
txn_2,refund,re_1,-20.00,0.00,,-20.00,eur,2026-02-05 10:00,2026-02-05 00:00,Mug,A1
txn_3,payout,po_1,-76.80,0.00,,-76.80,eur,2026-02-06 10:00,2026-02-06 00:00,STRIPE PAYOUT,
END
expect_text "read as stripe-balance"
run import "$T/stripe.csv"
expect_text "read as stripe-payments"
run kpi $FEES --period 2026-02 --grain total --format csv
expect_text ",0.0000,0.0000,3.2000,0.0000,146.8000,76.8000,"

begin "Etsy's statement: sales and deposits are no fees"
booked 6.5000,0.0000,4.3000,0.0000,139.2000,89.2000 <<'END'
Date,Type,Title,Info,Currency,Amount,Fees & Taxes,Net,Tax Details
"February 1, 2026",Sale,Payment for Order #1,,EUR,€120.00,--,€120.00,--
"February 1, 2026",Fee,Transaction fee: Mug,Order #1,EUR,--,-€6.50,-€6.50,--
"February 1, 2026",Fee,Processing fee,Order #1,EUR,--,-€4.30,-€4.30,--
"February 3, 2026",Refund,Refund for Order #1,,EUR,-€20.00,--,-€20.00,--
"February 5, 2026",Deposit,€89.20 sent to your bank account,,EUR,--,--,--,--
END
expect_text "read as etsy-statement"

begin "a day and a time of day in two columns are one time, in the zone that a third names"
booked 0.0000,0.0000,4.9500,0.0000,145.0500,145.0500 <<'END'
Date,Time,Time zone,Payment ID,Order ID,Payment method,Amount,Fee,Status
2026-02-02,00:30:00,Asia/Shanghai,p1,A1,card,100.00,-3.20,paid
2026-02-02,11:05 PM,Asia/Shanghai,p2,A2,card,50.00,-1.75,paid
END
expect_text '"Date" and "Time" are one time' 'times are those of Asia/Shanghai, as "Time zone" says' "2026-02-01 .. 2026-02-02"
finish
