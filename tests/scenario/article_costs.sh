#!/bin/bash
# The cost of an article by lists of articles: in its own currency, from its valid_from on, by the day
# of the order; whichever file comes first.
. "$(dirname "$0")/lib.sh"

# The days' goods cost of April, a line each.
costs() {
    run kpi cogs --period 2025-04 --grain day --format csv
    OUT=$(awk -F, 'NR > 1 && $2 + 0 != 0 { print $1, $2 }' <<<"$OUT")
}
# Imports the files of $T in order.
bring() {
    local f
    for f in "$@"; do
        run import "$T/$f.csv" --again
        expect_exit 0
    done
}

printf 'sku,name,cost,valid_from\nA,Shirt,8.00,2025-01-01\nB,Cap,2.00,\nC,Sock,,\n' >"$T/since.csv"
printf 'sku,name,cost,valid_from\nA,Shirt,9.00,2025-04-10\nA,Shirt,15.00,2027-01-01\nC,Sock,1.00,2025-04-10\n' >"$T/later.csv"
cat >"$T/orders.csv" <<'END'
order_no,order_date,sku,qty,unit price
1,2025-04-08 10:00,A,1,20.00
2,2025-04-15 10:00,A,2,20.00
3,2025-04-15 11:00,B,1,5.00
4,2024-12-31 10:00,A,1,20.00
5,2025-04-09 10:00,C,1,3.00
6,2025-04-10 10:00,C,1,3.00
END
printf 'refund_id,order_id,sku,quantity,amount,at\nR1,1,A,1,20.00,2025-04-12 10:00:00\n' >"$T/refunds.csv"
# 2 x 9 and the cap's 2; what came back on the 12th had cost 8 when it was sold.
WANTED='2025-04-08 8.0000
2025-04-10 1.0000
2025-04-12 -8.0000
2025-04-15 20.0000'
ends "since later orders refunds" "orders refunds since later" "refunds orders later since" \
    "since later refunds orders" "orders later since refunds" "since orders refunds later" "since refunds orders later"
for order in "${LIST[@]}"; do
    begin "the cost of the day: $order"
    shop "${order// /}"
    bring $order
    costs
    expect_same "costs" "$WANTED" "$OUT"
    run kpi cogs,cost_coverage --from 2024-12-31 --to 2024-12-31
    expect_line "^Cost of goods sold –"
    expect_green
done

begin "what a newer list says of its days goes with it"
shop undone
bring since orders refunds later
run imports undo 4
expect_exit 0
costs
expect_same "costs" $'2025-04-08 8.0000\n2025-04-12 -8.0000\n2025-04-15 18.0000' "$OUT"
bring later
costs
expect_same "costs" "$WANTED" "$OUT"
printf 'sku,name,cost,valid_from\nA,Shirt,7.50,2025-01-01\n' >"$T/corrected.csv"
bring corrected
costs
expect_same "costs" "$(sed 's/8\.0000/7.5000/' <<<"$WANTED")" "$OUT"
run imports undo 6
expect_exit 0
costs
expect_same "costs" "$WANTED" "$OUT"
expect_green
# Without its order a refund has only its own day.
printf 'order_no,order_date,sku,qty,unit price\n9,2025-04-20 10:00,B,1,5.00\n' >"$T/other.csv"
bring other
run imports undo 2
expect_exit 0
costs
expect_same "costs" $'2025-04-12 -9.0000\n2025-04-20 2.0000' "$OUT"
bring orders
costs
expect_same "costs" "$WANTED"$'\n2025-04-20 2.0000' "$OUT"
expect_green

begin "a list without days is what articles cost now: orders that have a cost keep it"
shop undated
printf 'sku,name,cost\nA,Shirt,8.00\nB,Cap,2.00\n' >"$T/now.csv"
printf 'sku,name,cost\nA,Shirt,8.50\nC,Sock,1.00\n' >"$T/dearer.csv"
bring now orders dearer
costs
expect_same "costs" $'2025-04-08 8.0000\n2025-04-09 1.0000\n2025-04-10 1.0000\n2025-04-15 18.0000' "$OUT"
bring later
costs
expect_same "costs" $'2025-04-08 8.0000\n2025-04-09 1.0000\n2025-04-10 1.0000\n2025-04-15 20.0000' "$OUT"
expect_green

begin "orders and items in two files"
cat >"$T/heads.csv" <<'END'
订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,订单备注,宝贝总数量,天猫卡券抵扣,退款金额
101,ann,20.00,0.00,20.00,20.00,交易成功,2025-04-08 9:00,2025-04-08 9:05,衬衫,,1,0.00,无退款申请
102,bob,40.00,0.00,40.00,40.00,交易成功,2025-04-15 9:00,2025-04-15 9:01,衬衫,,2,0.00,无退款申请
END
cat >"$T/items.csv" <<'END'
订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码
101,衬衫,20.00,1,A,红,,,交易成功,A
102,衬衫,20.00,2,A,红,,,交易成功,A
END
ends "since later heads items" "items heads since later" "since items later heads" "heads later items since"
for order in "${LIST[@]}"; do
    shop "two${order// /}" --currency CNY --timezone Asia/Shanghai
    bring $order
    costs
    expect_same "costs, $order" $'2025-04-08 8.0000\n2025-04-15 18.0000' "$OUT"
    expect_green
done

begin "a cancellation costs what its sale has cost, whichever comes first"
HEAD=InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
printf '%s\n536001,A,Shirt,3,2025-04-08 10:00,20.00,17850,France\n' "$HEAD" >"$T/sold.csv"
printf '%s\nC536009,A,Shirt,-3,2025-04-15 10:00,20.00,17850,France\n' "$HEAD" >"$T/cancelled.csv"
ends "since later sold cancelled" "since later cancelled sold" "cancelled sold later since"
for order in "${LIST[@]}"; do
    shop "matched${order// /}"
    bring $order
    costs
    expect_same "costs, $order" $'2025-04-08 24.0000\n2025-04-15 -24.0000' "$OUT"
    expect_green
done

begin "what the buyer kept costs nothing back, whatever list comes"
cat >"$T/kept.csv" <<'END'
refund_id,order_id,sku,quantity,amount,stage,at
R1,1,A,1,20.00,post_ship_keep,2025-04-12 10:00:00
R2,2,A,1,20.00,post_ship_return,2025-04-14 10:00:00
END
ends "since orders kept later" "orders kept later since" "kept later since orders"
for order in "${LIST[@]}"; do
    shop "kept${order// /}"
    bring $order
    costs
    expect_same "costs, $order" $'2025-04-08 8.0000\n2025-04-10 1.0000\n2025-04-14 -9.0000\n2025-04-15 20.0000' "$OUT"
    expect_green
done

begin "a cost is none of orders in another currency"
printf 'sku,name,cost,currency\nA,Shirt,20.00,EUR\n' >"$T/euro.csv"
printf 'sku,name,cost,currency,valid_from\nA,Shirt,3000,JPY,2025-04-03\n' >"$T/yen.csv"
cat >"$T/mixed.csv" <<'END'
order_no,order_date,sku,qty,unit price,currency
1,2025-04-01 10:00,A,1,50.00,EUR
2,2025-04-02 11:00,A,1,8000,JPY
3,2025-04-03 11:00,A,1,8000,JPY
4,2025-04-04 11:00,A,1,50.00,EUR
END
printf 'base,quote,date,rate\nJPY,EUR,2025-04-02,0.006\nJPY,EUR,2025-04-03,0.006\n' >"$T/fx.csv"
for order in "euro mixed" "mixed euro"; do
    shop "${order// /}" --currency EUR --timezone Europe/Berlin
    bring fx $order
    expect_text "1 articles have a cost in another currency than that of their orders"
    costs
    expect_same "costs, $order" $'2025-04-01 20.0000\n2025-04-04 20.0000' "$OUT"
    run kpi cost_coverage --period 2025-04 --grain total --format csv
    expect_text ",0.510204"
    bring yen
    costs
    expect_same "costs, $order" $'2025-04-01 20.0000\n2025-04-03 18.0000\n2025-04-04 20.0000' "$OUT"
    expect_green
done

begin "an article's amounts are of one currency: a list of titles leaves it, one of amounts in another takes those known away"
shop kept --currency EUR --timezone Europe/Berlin
printf 'sku,name,cost,currency\nA,Shirt,3000,JPY\n' >"$T/dear.csv"
printf 'sku,name\nA,Long shirt\n' >"$T/titles.csv"
printf 'sku,price\nA,50.00\n' >"$T/prices.csv"
bring fx dear titles mixed
costs
expect_same "costs" $'2025-04-02 18.0000\n2025-04-03 18.0000' "$OUT"
shop taken --currency EUR --timezone Europe/Berlin
bring fx dear prices
expect_text "1 articles had a price or cost in another currency than the amounts of this list"
bring mixed
costs
expect_same "costs" "" "$OUT"
run import "$T/dear.csv" --again --as-of 2025-01-01
costs
expect_same "costs, of an older list" "" "$OUT"

begin "what a list does not say of an article stays"
printf 'sku,name,price\nA,Long shirt,50.00\n' >"$T/named.csv"
printf 'sku,cost\nA,8.00\n' >"$T/priced.csv"
ends "now titles named orders" "titles priced named orders" "priced titles orders named"
for order in "${LIST[@]}"; do
    shop "stays${order// /}"
    bring $order
    run kpi cogs --from 2025-04-08 --to 2025-04-08
    expect_line "^Cost of goods sold 8.00"
    expect_green
done

finish
