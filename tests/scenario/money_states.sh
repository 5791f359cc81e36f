# States of refunds and payments, in the words of many shops: the ledger and every figure go by the
# one word that they are stored as, and words that mean nothing here are told with their rows.
. "$(dirname "$0")/lib.sh"

orders() { # FILE ORDER...: of 100 each
    {
        echo 订单编号,下单时间,付款时间,商品编码,数量,单价,实付金额
        printf '%s,2026-03-01 10:00:00,2026-03-01 10:05:00,A,1,100.00,100.00\n' "${@:2}"
    } >"$1"
}
refunds() { # FILE, lines of ORDER STATE on standard input: of 40 each
    awk 'BEGIN { print "退款编号,订单编号,商品编码,退款金额,退款状态,退款原因,退款完结时间" }
        { print "R-" $1 "," $1 ",A,40.00," $2 ",质量问题,2026-03-06 10:00:00" }' >"$1"
}
payments() { # FILE, lines of ORDER STATE on standard input
    awk 'BEGIN { print "支付流水号,订单编号,支付时间,支付方式,支付金额,手续费,支付状态" }
        { print "P-" $1 "," $1 ",2026-03-01 10:05:00,支付宝,100.00,0.60," $2 }' >"$1"
}
figures() { # KPIS: of each order
    run kpi "$1" --by order --period 2026-03 --grain total --format csv
    expect_exit 0
}
OF_REFUNDS=refund_amt,returns_amt,net_sales
BACK=40.0000,40.0000,60.0000,
NOT_BACK=0.0000,0.0000,100.0000,
OF_PAYMENTS=cash_in,payment_fee_amt
each() { # KIND FIGURES STATE...: of the orders that are named after their states
    local state
    for state in "${@:3}"; do
        expect_text ",$1-$state,$2"
    done
}

REFUNDED=(succeeded 退款成功 refunded 已退款 退款完成 成功 Completed)
NOT_REFUNDED=(退款中 退款关闭 卖家拒绝退款 pending)
PAID=(success 支付成功 已支付 paid succeeded Success TRADE_SUCCESS)
NOT_PAID=(支付失败 待支付 cancelled)
shop words --currency CNY --timezone Asia/Shanghai
orders "$T/orders.csv" r-{none,unknown,taobao} "${REFUNDED[@]/#/r-}" "${NOT_REFUNDED[@]/#/r-}" \
    p-{none,back,back2,unknown,unknown2} "${PAID[@]/#/p-}" "${NOT_PAID[@]/#/p-}"
{ printf 'r-%s\n' "${REFUNDED[@]}" "${NOT_REFUNDED[@]}" | sed 's/r-\(.*\)/& \1/'; echo r-unknown 钱款两清; } |
    refunds "$T/refunds.csv"
refunds "$T/refunds_none.csv" <<<r-none
{
    printf 'p-%s\n' "${PAID[@]}" "${NOT_PAID[@]}" | sed 's/p-\(.*\)/& \1/'
    printf '%s\n' "p-back 已退款" "p-back2 已退款" "p-unknown TRADE_CLOSED" "p-unknown2 TRADE_CLOSED"
} | payments "$T/payments.csv"
payments "$T/payments_none.csv" <<<p-none

begin "a word that nobody knows is told, and no other"
run import "$T"/{orders,refunds,refunds_none,payments,payments_none}.csv
expect_exit 0
expect_text '1 rows have a state that is not known: "钱款两清" (1); they count as refunds whose money has not gone back' \
    '2 rows have a state that is not known: "TRADE_CLOSED" (2); they count as payments whose money has not come in' \
    "2 payments are refunded by their state: they count as received"
expect_same "files with words that are not known" 2 "$(grep -c "is not known" <<<"$OUT")"
figures $OF_REFUNDS
begin "a refund that went back"
each r $BACK "${REFUNDED[@]}" none
begin "a refund that did not, or in a word that nobody knows"
each r $NOT_BACK "${NOT_REFUNDED[@]}" unknown
figures $OF_PAYMENTS
begin "a payment that came in; one that was refunded was received"
each p 99.4000,0.6000, "${PAID[@]}" none back
begin "a payment that did not, or in a word that nobody knows"
each p 0.0000, "${NOT_PAID[@]}" unknown

begin "the same row with a state that is known replaces it"
refunds "$T/r2.csv" <<<"r-unknown 退款完成"
cat >"$T/t.csv" <<'END'
订单编号,退款编号,买家退款金额,退款状态,退款的申请时间,退款完结时间
r-taobao,R1,40.00,退款完成,2026-03-05 10:00:00,2026-03-09 10:00:00
END
refunds "$T/back.csv" <<<"p-back 已退款"
run import "$T"/{r2,t,back}.csv
expect_exit 0
figures $OF_REFUNDS
each r $BACK unknown
begin "the form of a platform: 退款完成"
each r $BACK taobao
begin "the refund of a payment that is refunded takes it back"
figures $OF_PAYMENTS
each p 59.4000,0.6000, back

HEAD='订单编号,退款编号,买家退款金额,退款状态,退款的申请时间,退款完结时间'
shop versions --currency CNY --timezone Asia/Shanghai
orders "$T/orders.csv" older newer later payment
for order in older newer later; do
    printf "$HEAD\n$order,R-$order,40.00,退款成功,2026-03-05 10:00:00,2026-03-09 10:00:00\n" >"$T/$order-new.csv"
    printf "$HEAD\n$order,R-$order,40.00,买家已经申请退款，等待卖家同意,2026-03-05 10:00:00,\n" >"$T/$order-old.csv"
done
payments "$T/paid.csv" <<<"payment 支付成功"
payments "$T/waiting.csv" <<<"payment 待支付"
printf 'sku,title,cost\nA,new,30\n' >"$T/a-new.csv"
printf 'sku,title,cost,category\nA,old,10,lamps\n' >"$T/a-old.csv"

begin "an older export of refunds leaves what a newer one says, and so of payments"
run import "$T"/{orders,older-new,paid,a-new}.csv --as-of 2026-04-01
expect_exit 0
figures $OF_REFUNDS
expect_text ",older,$BACK"
run import "$T"/{older-old,waiting,newer-old,a-old}.csv --as-of 2026-03-06
expect_exit 0
expect_same "files with older rows" 2 "$(grep -c "older version" <<<"$OUT")"
figures $OF_REFUNDS
expect_text ",older,$BACK" ",newer,$NOT_BACK"
figures $OF_PAYMENTS
expect_text ",payment,99.4000,0.6000,"

begin "an older list of articles fills what is not known, and changes nothing"
run kpi cogs,units --by category --period 2026-03 --grain total --format csv
expect_text ",lamps,120.0000,4,"

begin "in the order of their days the newer one counts, and without days the later import"
run import "$T/newer-new.csv" --as-of 2026-04-01
expect_exit 0
run import "$T"/later-{new,old}.csv
expect_exit 0
figures $OF_REFUNDS
expect_text ",older,$BACK" ",newer,$BACK" ",later,$NOT_BACK"
run reconcile
expect_text "difference between facts and ledgers: 0.0000"

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
cat >"$T/ao.csv" <<'END'
order_id,order_alias,placed_at,paid_at,updated_at,status,currency,customer_id,order_tax,order_total,paid,sub_order_id,class,sku,quantity,unit_price,line_amount,discount_merchant,line_tax
#9,9001,2025-06-01T10:00:00Z,2025-06-01T10:00:00Z,2025-06-01T10:00:00Z,paid,USD,a@x,0,150.00,150.00,L1,gift_card,GC,1,50,50,0,0
#9,9001,2025-06-01T10:00:00Z,2025-06-01T10:00:00Z,2025-06-01T10:00:00Z,paid,USD,,,,,L2,,L,1,100,100,0,0
END
cat >"$T/ar.csv" <<'END'
refund_id,order_id,sub_order_id,class,sku,quantity,amount,tax,currency,status,stage,reason,at
R1,#9,L1,,GC,1,50,0,USD,succeeded,post_ship_return,,2025-06-03T10:00:00Z
R2,#9,L2,,L,1,100,0,USD,succeeded,post_ship_return,,2025-06-03T10:00:00Z
END
gift_figures() { # OF-MAY
    run kpi gross_sales,returns_amt,net_sales,orders,units,net_units --from 2025-05-01 --to 2025-06-30 --grain month --format csv
    expect_text "2025-05-01,$1" "2025-06-01,100.0000,100.0000,0.0000,1,1,0,"
}

begin "gift cards and tips of orders that are paid back go back as what they are, by lines that refunds name, too"
shop gifts --currency USD --timezone America/New_York
gifts "$T/g.csv" refunded 150.00
run import "$T/g.csv"
expect_exit 0
expect_line '^return 2 -200.00 USD' '^gift card sold 4 0.00 USD' '^tip 2 0.00 USD' '^shipping 2 0.00 USD'
run import "$T/ao.csv" --as orders-api
run import "$T/ar.csv" --as refunds-api
expect_exit 0
gift_figures 200.0000,200.0000,0.0000,2,
run reconcile
expect_text "difference between facts and ledgers: 0.0000"

begin "once more the same, and of a part of the money nobody says what it was for"
run import "$T/ar.csv" --as refunds-api --again
expect_line '^duplicate 2 '
echo >>"$T/g.csv"
run import "$T/g.csv"
gift_figures 200.0000,200.0000,0.0000,2,
gifts "$T/g2.csv" partially_refunded 20.00
run import "$T/g2.csv"
expect_exit 0
gift_figures 200.0000,120.0000,80.0000,2,
run imports undo 6
expect_exit 0
gift_figures 200.0000,200.0000,0.0000,2,
run reconcile
expect_text "difference between facts and ledgers: 0.0000"

# Orders 1 and 3 are sales, 2 is cancelled; 1 and 2 are paid back, wholly or in part.
void() { # FILE WAY STATE-OF-2
    printf '%s\n' order_id,date,status,sku,quantity,unit_price "$2-1,2026-03-01 10:00,paid,A,2,10.00" \
        "$2-2,2026-03-01 11:00,$3,A,1,10.00" "$2-2,2026-03-01 11:00,$3,B,1,5.00" "$2-3,2026-03-02 11:00,paid,B,4,5.00" >"$1"
}
for way in first then turns; do
    void "$T/$way-void.csv" $way cancelled
    printf '%s\n' refund_id,order_id,refunded_at,refund_amount "$way-r1,$way-1,2026-03-03 10:00,5.00" \
        "$way-r2,$way-2,2026-03-03 11:00,15.00" >"$T/$way-refunds.csv"
done
void "$T/turns-sold.csv" turns paid
VOID=refund_amt,returns_amt,net_sales,gmv
void_figures() { # REFUNDS, RETURNS, NET SALES AND GMV OF 2, WAY...
    local way
    figures $VOID
    for way in "${@:2}"; do
        expect_text ",$way-1,5.0000,5.0000,15.0000,20.0000," ",$way-2,$1," ",$way-3,0.0000,0.0000,20.0000,20.0000,"
    done
}

begin "a refund of a cancelled order that is no sale counts as little as the order, whichever comes first"
shop voids --currency EUR --timezone Europe/Berlin
run import "$T"/{first-void,then-refunds,turns-sold,turns-refunds}.csv
figures $VOID
HALF=$(sort <<<"$OUT")
run import "$T"/{first-refunds,then-void,turns-void}.csv
expect_exit 0
expect_same "files that tell of it" 3 \
    "$(grep -c "1 refunds are of orders that are no sales, cancelled or not paid in full" <<<"$OUT")"
void_figures 0.0000,0.0000,0.0000,15.0000 first then
begin "the order is cancelled by a later export"
void_figures 0.0000,0.0000,0.0000,15.0000 turns
expect_green
begin "an undo makes of each what it was"
for import in 7 6 5; do run imports undo $import; done
figures $VOID
expect_text ",turns-2,15.0000,15.0000,0.0000,15.0000,"
expect_same "figures" "$HALF" "$(sort <<<"$OUT")"
begin "the order is cancelled once more, and a sale again by another export"
run import "$T"/turns-{void,refunds}.csv --again
void_figures 0.0000,0.0000,0.0000,15.0000 turns
echo "turns-9,2026-03-07 10:00,paid,A,1,1.00" >>"$T/turns-sold.csv"
run import "$T/turns-sold.csv"
void_figures 15.0000,15.0000,0.0000,15.0000 turns
expect_text ",turns-9,0.0000,0.0000,1.0000,1.0000,"
expect_green
begin "refunds and fees that are written with a minus went out all the same"
printf '%s\n' 'order,date,sku,qty,price' A1,2026-03-01,KX,1,19.90 A2,2026-03-02,KY,2,20 >"$T/sold.csv"
printf '%s\n' 'Refund date,Order number,SKU,Quantity,Amount' '2026-03-05,A1,KX,-1,-19.90' '2026-03-06,A2,KY,-1,(20.00)' \
    '2026-03-07,A2,KY,1,20.00' 'Total,,,-1,-19.90' >"$T/minus.csv"
printf '%s\n' 'Date,Order ID,Fee type,Amount' 2026-03-01,A1,payment,-2.00 2026-03-02,A2,payment,-3.50 2026-03-03,A1,payment,1.00 >"$T/fees.csv"
printf '%s\n' 'Payment ID,Order ID,Date,Amount,Fee,Status' P1,A1,2026-03-01,19.90,-0.72,paid P2,A2,2026-03-02,40.00,-1.10,paid >"$T/paid.csv"
shop minus --currency EUR --timezone Europe/Berlin
run import "$T/sold.csv"
run import "$T/minus.csv"
expect_exit 0
expect_line '^refund 3 19.90 EUR 1'
expect_text '"Amount" is written with a minus' "1 sum rows left out; what can be checked of them agrees with the rows"
run kpi returns_amt,net_sales --period 2026-03 --grain total --format csv
expect_text ",19.9000,40.0000,"
run import "$T/fees.csv"
run kpi payment_fee_amt --period 2026-03 --grain total --format csv
expect_text ",4.5000,"
run imports undo 3
run import "$T/paid.csv"
run kpi payment_fee_amt --period 2026-03 --grain total --format csv
expect_text ",1.8200,"
expect_green

finish
