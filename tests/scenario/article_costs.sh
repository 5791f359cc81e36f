#!/bin/bash
# The cost of an article by lists of articles: in its own currency, from its valid_from on, by the day
# of the order; whichever file comes first.
. "$(dirname "$0")/lib.sh"

# The articles' goods costs by day, a line each.
costs() {
    run kpi cogs --from 2024-12-31 --to 2025-04-30 --by sku --grain day --format csv
    OUT=$(awk -F, 'NR > 1 && $3 + 0 != 0 { print $2, $1, $3 }' <<<"$OUT" | sort)
}
# Imports the files of $T, those of a word joined by + in one command.
bring() { # FILE+FILE... ...
    local step
    for step in "$@"; do
        step=$T/${step//+/.csv $T/}.csv
        run import $step --again
        expect_exit 0
        IMPORTED+=$OUT$'\n'
    done
}
undo() { # FILE
    run imports undo "$(sed -n "s/^$1\.csv: import #\([0-9]*\),.*/\1/p" <<<"$IMPORTED" | tail -1)"
    expect_exit 0
}

cat >"$T/since.csv" <<'END'
sku,name,cost,valid_from,currency
A,Shirt,8.00,2025-01-01,
B,Cap,2.00,,
C,Sock,,,
KEPT,Shirt,8.00,2025-01-01,
CANCELLED,Shirt,8.00,2025-01-01,
ITEM,Shirt,8.00,2025-01-01,CNY
END
cat >"$T/later.csv" <<'END'
sku,name,cost,valid_from,currency
A,Shirt,9.00,2025-04-10,
A,Shirt,15.00,2027-01-01,
C,Sock,1.00,2025-04-10,
KEPT,Shirt,9.00,2025-04-10,
CANCELLED,Shirt,9.00,2025-04-10,
ITEM,Shirt,9.00,2025-04-10,CNY
END
cat >"$T/orders.csv" <<'END'
order_no,order_date,sku,qty,unit price
1,2025-04-08 10:00,A,1,20.00
2,2025-04-15 10:00,A,2,20.00
3,2025-04-15 11:00,B,1,5.00
4,2024-12-31 10:00,A,1,20.00
5,2025-04-09 10:00,C,1,3.00
6,2025-04-10 10:00,C,1,3.00
7,2025-04-08 10:00,KEPT,1,20.00
8,2025-04-15 10:00,KEPT,2,20.00
END
printf 'order_no,order_date,sku,qty,unit price\n9,2025-04-20 10:00,B,1,5.00\n' >"$T/other.csv"
printf 'refund_id,order_id,sku,quantity,amount,at\nR1,1,A,1,20.00,2025-04-12 10:00:00\n' >"$T/refunds.csv"
cat >"$T/kept.csv" <<'END'
refund_id,order_id,sku,quantity,amount,stage,at
R2,7,KEPT,1,20.00,post_ship_keep,2025-04-12 10:00:00
R3,8,KEPT,1,20.00,post_ship_return,2025-04-14 10:00:00
END
printf 'base,quote,date,rate\nCNY,GBP,2025-04-08,1\nCNY,GBP,2025-04-15,1\n' >"$T/fx.csv"
HEAD=InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
printf '%s\n536001,CANCELLED,Shirt,3,2025-04-08 10:00,20.00,17850,France\n' "$HEAD" >"$T/sold.csv"
printf '%s\nC536009,CANCELLED,Shirt,-3,2025-04-15 10:00,20.00,17850,France\n' "$HEAD" >"$T/cancelled.csv"
cat >"$T/heads.csv" <<'END'
订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,订单备注,宝贝总数量,天猫卡券抵扣,退款金额
101,ann,20.00,0.00,20.00,20.00,交易成功,2025-04-08 9:00,2025-04-08 9:05,衬衫,,1,0.00,无退款申请
102,bob,40.00,0.00,40.00,40.00,交易成功,2025-04-15 9:00,2025-04-15 9:01,衬衫,,2,0.00,无退款申请
END
cat >"$T/items.csv" <<'END'
订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码
101,衬衫,20.00,1,ITEM,红,,,交易成功,ITEM
102,衬衫,20.00,2,ITEM,红,,,交易成功,ITEM
END
# What came back on the 12th had cost 8 when it was sold; what the buyer kept costs nothing back; a
# cancellation costs what its sale has cost.
WANTED='A 2025-04-08 8.0000
A 2025-04-12 -8.0000
A 2025-04-15 18.0000
B 2025-04-15 2.0000
B 2025-04-20 2.0000
C 2025-04-10 1.0000
CANCELLED 2025-04-08 24.0000
CANCELLED 2025-04-15 -24.0000
ITEM 2025-04-08 8.0000
ITEM 2025-04-15 18.0000
KEPT 2025-04-08 8.0000
KEPT 2025-04-14 -9.0000
KEPT 2025-04-15 18.0000'

way() { # NAME STEP...: files in this order
    begin "the cost of the day: ${*:2}"
    shop "$1"
    IMPORTED=
    bring "${@:2}"
    costs
    expect_same "costs" "$WANTED" "$OUT"
    expect_green
}
way first fx+since+later+orders+other+heads+sold+refunds+items+cancelled+kept
run kpi cogs,cost_coverage --from 2024-12-31 --to 2024-12-31
expect_line "^Cost of goods sold –"
begin "what a newer list says of its days goes with it"
undo later
costs
expect_same "costs" "$(sed '/^C /d; s/18\.0000/16.0000/; s/-9\.0000/-8.0000/' <<<"$WANTED")" "$OUT"
printf 'sku,name,cost,valid_from\nA,Shirt,7.50,2025-01-01\n' >"$T/corrected.csv"
bring later+corrected
costs
expect_same "costs" "$(sed '/^A/s/8\.0000$/7.5000/; s/17\.5000/18.0000/' <<<"$WANTED")" "$OUT"
undo corrected
costs
expect_same "costs" "$WANTED" "$OUT"
# Without its order a refund has only its own day.
undo orders
costs
expect_same "costs" "A 2025-04-12 -9.0000
$(sed -E '/^(A|C) |^B.*04-15|^KEPT.*(-08|-15)/d' <<<"$WANTED")" "$OUT"
bring orders
costs
expect_same "costs" "$WANTED" "$OUT"
expect_green

if is_full; then
    way second fx+items orders+other+sold heads refunds+cancelled since later kept
    way third fx+since later refunds+cancelled orders+other+sold items+heads kept
    way fourth fx+orders+other+sold later since refunds+kept+cancelled+items heads
    way fifth fx+since orders+other+sold+items refunds+kept+cancelled later heads
    way sixth fx+since refunds+cancelled heads orders+other+sold+items+kept later
    way seventh fx+kept+refunds+cancelled later since orders+other+sold items+heads
    way eighth fx+orders+other+sold kept+refunds+cancelled later items since heads
fi
way last fx+refunds+cancelled+heads+kept orders+other+sold later items since


begin "a list without days is what articles cost now: orders that have a cost keep it; what it does not say stays"
shop undated
printf 'sku,name,cost\nA,Shirt,8.00\nB,Cap,2.00\nFIRST,Shirt,8.00\n' >"$T/now.csv"
printf 'sku,name,cost\nA,Shirt,8.50\nC,Sock,1.00\n' >"$T/dearer.csv"
printf 'sku,cost\nTHIRD,8.00\n' >"$T/priced_third.csv"
printf 'sku,cost\nSECOND,8.00\n' >"$T/priced_second.csv"
printf 'sku,name\nFIRST,Long shirt\nSECOND,Long shirt\n' >"$T/titles.csv"
printf 'sku,name\nTHIRD,Long shirt\n' >"$T/titles_third.csv"
printf 'sku,name,price\nFIRST,Long shirt,50.00\nSECOND,Long shirt,50.00\n' >"$T/named.csv"
printf 'sku,name,price\nTHIRD,Long shirt,50.00\n' >"$T/named_third.csv"
printf 'order_no,order_date,sku,qty,unit price\n' >"$T/stays.csv"
printf '%s,2025-04-08 10:00,%s,1,20.00\n' 11 FIRST 12 SECOND 13 THIRD >>"$T/stays.csv"
bring now+priced_third+titles+titles_third+priced_second+named+orders+stays dearer+named_third
costs
UNDATED='A 2024-12-31 8.0000
A 2025-04-08 8.0000
A 2025-04-15 16.0000
B 2025-04-15 2.0000
C 2025-04-09 1.0000
C 2025-04-10 1.0000
FIRST 2025-04-08 8.0000
SECOND 2025-04-08 8.0000
THIRD 2025-04-08 8.0000'
expect_same "costs" "$UNDATED" "$OUT"
bring later
costs
expect_same "costs" "$(sed 's/16\.0000/18.0000/; /^FIRST/a KEPT 2025-04-15 18.0000' <<<"$UNDATED")" "$OUT"
expect_green

# An article's amounts are of one currency: a list of titles leaves it, one of amounts in another takes
# those known away.
begin "a cost is none of orders in another currency, whichever comes first"
shop currencies --currency EUR --timezone Europe/Berlin
printf 'sku,name,cost,currency\nFIRST,Shirt,20.00,EUR\n' >"$T/euro.csv"
printf 'sku,name,cost,currency\nTHEN,Shirt,20.00,EUR\n' >"$T/euro_then.csv"
printf 'sku,name,cost,currency,valid_from\nFIRST,Shirt,3000,JPY,2025-04-03\nTHEN,Shirt,3000,JPY,2025-04-03\n' >"$T/yen.csv"
printf 'sku,name,cost,currency\nTITLED,Shirt,3000,JPY\nPRICED,Shirt,3000,JPY\n' >"$T/dear.csv"
printf 'sku,name\nTITLED,Long shirt\n' >"$T/titles.csv"
printf 'sku,price\nPRICED,50.00\n' >"$T/prices.csv"
echo order_no,order_date,sku,qty,unit price,currency >"$T/mixed.csv"
for sku in FIRST THEN TITLED PRICED; do
    printf "$sku-%s 10:00,$sku,1,%s\n" 1,2025-04-01 50.00,EUR 2,2025-04-02 8000,JPY \
        3,2025-04-03 8000,JPY 4,2025-04-04 50.00,EUR >>"$T/mixed.csv"
done
printf 'base,quote,date,rate\nJPY,EUR,2025-04-02,0.006\nJPY,EUR,2025-04-03,0.006\n' >"$T/fx.csv"
bring fx+euro+dear+titles+prices+mixed
expect_text "1 articles had a price or cost in another currency than the amounts of this list" \
    "2 articles have a cost in another currency than that of their orders"
bring euro_then
expect_text "1 articles have a cost in another currency than that of their orders"
TITLED=$'\nTITLED 2025-04-02 18.0000\nTITLED 2025-04-03 18.0000'
costs
expect_same "costs" "FIRST 2025-04-01 20.0000
FIRST 2025-04-04 20.0000
THEN 2025-04-01 20.0000
THEN 2025-04-04 20.0000$TITLED" "$OUT"
run kpi cost_coverage --period 2025-04 --by sku --grain total --format csv
expect_text ",FIRST,0.510204" ",THEN,0.510204" ",PRICED,0,"
bring yen
run import "$T/dear.csv" --again --as-of 2025-01-01
costs
expect_same "costs, also after an older list" "FIRST 2025-04-01 20.0000
FIRST 2025-04-03 18.0000
FIRST 2025-04-04 20.0000
THEN 2025-04-01 20.0000
THEN 2025-04-03 18.0000
THEN 2025-04-04 20.0000$TITLED" "$OUT"
expect_green

finish
