# States of refunds and payments, in the words of many shops: the ledger and every figure go by the
# one word that they are stored as, and words that mean nothing here are told with their rows.
. "$(dirname "$0")/lib.sh"

orders() { # a shop NAME with two orders of 100
    shop "$1" --currency CNY --timezone Asia/Shanghai
    cat >"$T/o.csv" <<'END'
订单编号,下单时间,付款时间,商品编码,数量,单价,实付金额
1001,2026-03-01 10:00:00,2026-03-01 10:05:00,A,1,100.00,100.00
1002,2026-03-31 10:00:00,2026-03-31 10:05:00,A,1,100.00,100.00
END
    run import "$T/o.csv"
    expect_exit 0
}

figures() { # KPIS FIGURES
    run kpi "$1" --period 2026-03 --grain total --format csv
    expect_exit 0
    expect_text "$2"
}

refunds() { # FILE STATE
    cat >"$1" <<END
退款编号,订单编号,商品编码,退款金额,退款状态,退款原因,退款完结时间
R1,1001,A,40.00,$2,质量问题,2026-03-06 10:00:00
END
}

payments() { # FILE STATE
    cat >"$1" <<END
支付流水号,订单编号,支付时间,支付方式,支付金额,手续费,支付状态
P1,1001,2026-03-01 10:05:00,支付宝,100.00,0.60,$2
P2,1002,2026-03-31 10:05:00,支付宝,100.00,0.60,$2
END
}

OF_REFUNDS=refund_amt,returns_amt,net_sales
n=0
ends succeeded 退款成功 refunded 已退款 退款完成 成功 Completed ""
for state in "${LIST[@]}"; do
    begin "a refund is $state"
    n=$((n + 1))
    orders "r$n"
    refunds "$T/r.csv" "$state"
    run import "$T/r.csv"
    expect_exit 0
    expect_no_text "is not known"
    figures $OF_REFUNDS ",40.0000,40.0000,160.0000"
done
ends 退款中 退款关闭 卖家拒绝退款 pending
for state in "${LIST[@]}"; do
    begin "a refund is $state"
    n=$((n + 1))
    orders "r$n"
    refunds "$T/r.csv" "$state"
    run import "$T/r.csv"
    expect_exit 0
    expect_no_text "is not known"
    figures $OF_REFUNDS ",0.0000,0.0000,200.0000"
done

begin "a word that nobody knows is no refund yet, and is told"
orders unknown
refunds "$T/r.csv" "钱款两清"
run import "$T/r.csv"
expect_exit 0
expect_text 'rows have a state that is not known: "钱款两清" (1); they count as refunds whose money has not gone back'
figures $OF_REFUNDS ",0.0000,0.0000,200.0000"

begin "the same row with a state that is known replaces it"
refunds "$T/r2.csv" "退款完成"
run import "$T/r2.csv"
expect_exit 0
figures $OF_REFUNDS ",40.0000,40.0000,160.0000"

begin "the form of a platform: 退款完成"
orders taobao
cat >"$T/t.csv" <<'END'
订单编号,退款编号,买家退款金额,退款状态,退款的申请时间,退款完结时间
1001,R1,40.00,退款完成,2026-03-05 10:00:00,2026-03-09 10:00:00
END
run import "$T/t.csv"
expect_exit 0
expect_text "taobao-refunds"
figures $OF_REFUNDS ",40.0000,40.0000,160.0000"

OF_PAYMENTS=cash_in,payment_fee_amt
ends success 支付成功 已支付 paid succeeded Success TRADE_SUCCESS ""
for state in "${LIST[@]}"; do
    begin "a payment is $state"
    n=$((n + 1))
    orders "p$n"
    payments "$T/p.csv" "$state"
    run import "$T/p.csv"
    expect_exit 0
    expect_no_text "is not known"
    figures $OF_PAYMENTS ",198.8000,1.2000"
done
ends 支付失败 待支付 cancelled
for state in "${LIST[@]}"; do
    begin "a payment is $state"
    n=$((n + 1))
    orders "p$n"
    payments "$T/p.csv" "$state"
    run import "$T/p.csv"
    expect_exit 0
    expect_no_text "is not known"
    figures $OF_PAYMENTS ",0.0000,"
done

begin "a payment that was refunded was received, and its refund takes it back"
orders refunded
payments "$T/p.csv" 已退款
run import "$T/p.csv"
expect_exit 0
expect_text "2 payments are refunded by their state: they count as received"
figures cash_in ",198.8000"
refunds "$T/r.csv" 已退款
run import "$T/r.csv"
expect_exit 0
figures cash_in ",158.8000"

begin "a payment's state that nobody knows is told"
orders unpaid
payments "$T/p.csv" TRADE_CLOSED
run import "$T/p.csv"
expect_exit 0
expect_text '2 rows have a state that is not known: "TRADE_CLOSED" (2); they count as payments whose money has not come in'
figures cash_in ",0.0000"

begin "an older export of refunds leaves what a newer one says"
orders older
HEAD='订单编号,退款编号,买家退款金额,退款状态,退款的申请时间,退款完结时间'
printf "$HEAD\n1001,R1,40.00,退款成功,2026-03-05 10:00:00,2026-03-09 10:00:00\n" >"$T/new.csv"
printf "$HEAD\n1001,R1,40.00,买家已经申请退款，等待卖家同意,2026-03-05 10:00:00,\n" >"$T/old.csv"
run import "$T/new.csv" --as-of 2026-04-01
expect_exit 0
figures $OF_REFUNDS ",40.0000,40.0000,160.0000"
run import "$T/old.csv" --as-of 2026-03-06
expect_exit 0
expect_text "older version"
figures $OF_REFUNDS ",40.0000,40.0000,160.0000"
run reconcile
expect_text "difference between facts and ledgers: 0.0000"

begin "in the order of their days the newer one counts, and without days the later import"
orders newer
run import "$T/old.csv" --as-of 2026-03-06
expect_exit 0
figures returns_amt,net_sales ",0.0000,200.0000"
run import "$T/new.csv" --as-of 2026-04-01
expect_exit 0
figures $OF_REFUNDS ",40.0000,40.0000,160.0000"
orders later
run import "$T/new.csv"
run import "$T/old.csv"
expect_exit 0
figures returns_amt,net_sales ",0.0000,200.0000"

begin "of payments too"
orders payments
payments "$T/paid.csv" 支付成功
payments "$T/waiting.csv" 待支付
run import "$T/paid.csv" --as-of 2026-04-01
run import "$T/waiting.csv" --as-of 2026-03-31
expect_exit 0
expect_text "older version"
figures cash_in ",198.8000"

begin "an older list of articles fills what is not known, and changes nothing"
orders articles
printf 'sku,title,cost\nA,new,30\n' >"$T/a-new.csv"
printf 'sku,title,cost,category\nA,old,10,lamps\n' >"$T/a-old.csv"
run import "$T/a-new.csv" --as generic:product --as-of 2026-04-01
expect_exit 0
run import "$T/a-old.csv" --as generic:product --as-of 2026-03-01
expect_exit 0
figures cogs ",60.0000"
run kpi units --period 2026-03 --grain total --by category --format csv
expect_text "lamps"

# Gift cards, a tip and postage as lines: an order that is paid back as a whole leaves nothing of any.
HEAD="Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Cancelled at,Refunded Amount,Id"
AT="2025-05-01 10:00:00 -0400"
gifts() { # FILE STATE REFUNDED-OF-#1
    cat >"$1" <<END
$HEAD
#1,a@x.com,$2,$AT,USD,150.00,0.00,0.00,150.00,,0.00,$AT,1,Gift Card - 50,50.00,,,$3,901
#1,a@x.com,,,,,,,,,,$AT,1,Lamp,100.00,L,,,
#2,a@x.com,refunded,$AT,USD,100.00,5.00,0.00,108.00,,0.00,$AT,1,Lamp,100.00,L,,108.00,902
#2,a@x.com,,,,,,,,,,$AT,1,Tip,3.00,,,,
#3,a@x.com,refunded,$AT,USD,50.00,0.00,0.00,50.00,,0.00,$AT,1,Gift Card - 50,50.00,,,50.00,903
END
}
OF_GIFTS="gross_sales,returns_amt,net_sales,orders --from 2025-05-01 --to 2025-05-01 --grain total --format csv"

begin "gift cards and tips of orders that are paid back go back as what they are"
shop gifts --currency USD --timezone America/New_York
gifts "$T/g.csv" refunded 150.00
run import "$T/g.csv"
expect_exit 0
expect_line '^return 2 -200.00 USD' '^gift card sold 4 0.00 USD' '^tip 2 0.00 USD' '^shipping 2 0.00 USD'
run kpi $OF_GIFTS
expect_text ",200.0000,200.0000,0.0000,2,"
run reconcile
expect_text "difference between facts and ledgers: 0.0000"

begin "once more the same, and of a part of the money nobody says what it was for"
echo >>"$T/g.csv"
run import "$T/g.csv"
run kpi $OF_GIFTS
expect_text ",200.0000,200.0000,0.0000,2,"
gifts "$T/g2.csv" partially_refunded 20.00
run import "$T/g2.csv"
expect_exit 0
run kpi $OF_GIFTS
expect_text ",200.0000,120.0000,80.0000,2,"
run imports undo 3
expect_exit 0
run kpi $OF_GIFTS
expect_text ",200.0000,200.0000,0.0000,2,"
begin "a refund that names its line is of that line's class"
shop named --currency USD --timezone America/New_York
cat >"$T/ao.csv" <<'END'
order_id,order_alias,placed_at,paid_at,updated_at,status,currency,customer_id,order_tax,order_total,paid,sub_order_id,class,sku,quantity,unit_price,line_amount,discount_merchant,line_tax
#1,9001,2025-05-01T10:00:00Z,2025-05-01T10:00:00Z,2025-05-01T10:00:00Z,paid,USD,a@x,0,150.00,150.00,L1,gift_card,GC,1,50,50,0,0
#1,9001,2025-05-01T10:00:00Z,2025-05-01T10:00:00Z,2025-05-01T10:00:00Z,paid,USD,,,,,L2,,L,1,100,100,0,0
END
cat >"$T/ar.csv" <<'END'
refund_id,order_id,sub_order_id,class,sku,quantity,amount,tax,currency,status,stage,reason,at
R1,#1,L1,,GC,1,50,0,USD,succeeded,post_ship_return,,2025-05-03T10:00:00Z
R2,#1,L2,,L,1,100,0,USD,succeeded,post_ship_return,,2025-05-03T10:00:00Z
END
OF_NAMED="gross_sales,returns_amt,net_sales,units,net_units --from 2025-05-01 --to 2025-05-03 --grain total --format csv"
run import "$T/ao.csv" --as orders-api
run import "$T/ar.csv" --as refunds-api
expect_exit 0
run kpi $OF_NAMED
expect_text ",100.0000,100.0000,0.0000,1,0,"
run import "$T/ar.csv" --as refunds-api --again
expect_line '^duplicate 2 '
run kpi $OF_NAMED
expect_text ",100.0000,100.0000,0.0000,1,0,"
run reconcile
expect_text "difference between facts and ledgers: 0.0000"

begin "a refund of a cancelled order that is no sale counts as little as the order, whichever comes first"
printf '%s\n' order_id,date,status,sku,quantity,unit_price "1,2026-03-01 10:00,paid,A,2,10.00" \
    "2,2026-03-01 11:00,cancelled,A,1,10.00" "2,2026-03-01 11:00,cancelled,B,1,5.00" \
    "3,2026-03-02 11:00,paid,B,4,5.00" >"$T/void.csv"
sed 's/cancelled/paid/' "$T/void.csv" >"$T/unvoid.csv"
printf '%s\n' refund_id,order_id,refunded_at,refund_amount "r1,1,2026-03-03 10:00,5.00" \
    "r2,2,2026-03-03 11:00,15.00" >"$T/voidr.csv"
VOID="refund_amt,returns_amt,net_sales,gmv"
for way in "void voidr" "voidr void"; do
    shop "way${way% *}" --currency EUR --timezone Europe/Berlin
    run import "$T/${way% *}.csv"
    run kpi $VOID --period 2026-03 --grain total --format csv
    half=$OUT
    run import "$T/${way#* }.csv"
    expect_exit 0
    expect_text "1 refunds are of orders that are no sales, cancelled or not paid in full"
    figures $VOID ",5.0000,5.0000,35.0000,55.0000"
    expect_green
    run imports undo 2
    run kpi $VOID --period 2026-03 --grain total --format csv
    expect_same "undone" "$half" "$OUT"
done
begin "the order is cancelled by a later export, and a sale again by another one"
shop turns --currency EUR --timezone Europe/Berlin
run import "$T/unvoid.csv"
run import "$T/voidr.csv"
figures $VOID ",20.0000,20.0000,35.0000,55.0000"
run import "$T/void.csv"
figures $VOID ",5.0000,5.0000,35.0000,55.0000"
expect_green
run imports undo 3
figures $VOID ",20.0000,20.0000,35.0000,55.0000"
run import "$T/void.csv" --again
run import "$T/voidr.csv" --again
figures $VOID ",5.0000,5.0000,35.0000,55.0000"
sed 's/^9.*//; $a 9,2026-03-07 10:00,paid,A,1,1.00' "$T/unvoid.csv" >"$T/more.csv"
run import "$T/more.csv"
figures $VOID ",20.0000,20.0000,36.0000,56.0000"
expect_green
finish
