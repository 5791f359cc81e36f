# Discounts of files without a preset. As a share of the price: 20 %, 20, 0.2, 8折, or what is left to
# pay; the rows show which, else the header and the signs behind the numbers. As an amount: whether it
# is the line's or the order's, of the goods or of the postage, before a Subtotal or in it; the
# order's total shows which. Each file is a case of its own, its article says which.
. "$(dirname "$0")/lib.sh"
HEAD="Order ID,Date,SKU,Qty,Unit price"
ZH="订单编号,下单时间,商品编码,数量,单价"

# Of two pieces at 45.00 a fifth is taken off, of one at 10.00 nothing, of one at 7.77 a half.
FILES=()
case_of() { # NAME HEADER FIFTH NONE HALF [what is left of each]
    local name=$1 header=$2 left=(${6:-})
    {
        echo "$header"
        echo "$name-1,2026-01-05 10:00,$name,2,45.00,$3${left[0]:+,${left[0]}}"
        echo "$name-2,2026-01-06 10:00,$name,1,10.00,$4${left[1]:+,${left[1]}}"
        echo "$name-3,2026-01-07 10:00,$name,1,7.77,$5${left[2]:+,${left[2]}}"
    } >"$T/$name.csv"
    FILES+=("$T/$name.csv")
}
LEFT="72.00 10.00 3.88" # the half that the shop rounds down is its own
case_of header "$HEAD,Discount %" 20 0 50
case_of header-total "$HEAD,Discount (%),Line total" 20 "" 50 "$LEFT"
case_of sign "$HEAD,Discount" 20% "" 50%
case_of sign-total "$HEAD,Discount,Line total" 20% 0% 50% "$LEFT"
case_of rows "$HEAD,Discount,Line total" 20 0 50 "$LEFT" # nothing but the rows says it
case_of rate "$HEAD,Discount rate" 0.2 0 0.5
case_of before "$HEAD,Discount %,Line total" 20 0 50 "90.00 10.00 7.77"
case_of tenths "$ZH,折扣" 8折 "" 5折
case_of tenths-two "$ZH,折扣率" 80折 "" 50折
case_of paid "$ZH,折扣" 0.8 1 0.5
case_of paid-total "$ZH,折扣率,金额" 80% 100% 50% "$LEFT"
case_of amount "$ZH,折扣,实付金额" 18.00 0 3.88 "72.00 10.00 3.89" # no share at all

by_article() {
    run kpi gross_sales,discounts,net_sales --from 2026-01-01 --to 2026-01-31 --grain total --by sku \
        --format csv
    expect_exit 0
}

begin "shares of the price in many forms"
shop forms
run import "${FILES[@]}"
expect_exit 0
expect_text '"Discount %" is a discount as a share of the price' \
    '"折扣" is the share of the price that is left to pay'
expect_no_text "not used"
by_article
for f in header sign rate before tenths tenths-two paid amount; do
    # half of 7.77 is 3.885, of which 3.89 are taken off, where no total says otherwise
    case $f in amount) want=21.8800,85.8900 ;; *) want=21.8900,85.8800 ;; esac
    expect_line "^,$f,107.7700,$want"
done
for f in header-total sign-total rows paid-total; do
    expect_line "^,$f,107.7700,21.8900,85.8800"
done
expect_green

begin "what --explain writes reads the same"
run import "$T/paid-total.csv" --explain
expect_text "discount_rate"
cp "$DIR/sources/paid-total.yaml" "$T/paid.yaml"
shop mapped
run import "$T/paid-total.csv" --map "$T/paid.yaml"
expect_exit 0
by_article
expect_line "^,paid-total,107.7700,21.8900,85.8800"

begin "a share is rounded to what its currency has"
shop whole --currency JPY
printf '%s\n' "$HEAD,Discount %,Currency" "1,2026-01-05,YEN,1,995,15," "2,2026-01-05,DINAR,1,9.995,15,KWD" \
    "3,2026-01-05,CENT,1,9.95,15,EUR" >"$T/whole.csv"
printf 'base,quote,date,rate\nKWD,JPY,2026-01-05,1\nEUR,JPY,2026-01-05,1\n' >"$T/rates.csv"
run import "$T/whole.csv" "$T/rates.csv"
expect_exit 0
by_article
expect_line "^,YEN,995.0000,149.0000,846.0000" "^,DINAR,9.9950,1.4990,8.4960" "^,CENT,9.9500,1.4900,8.4600"

begin "a column that may be either is told, not guessed"
printf '%s\n' "$ZH,折扣率" "1,2026-01-05,A,1,10.00,80%" >"$T/either.csv"
run import "$T/either.csv"
expect_text 'not used: "折扣率"'

begin "what is no share waits in quarantine, and a return gives its discount back"
cat >"$T/odd.csv" <<END
$HEAD,Discount
1,2026-02-05,A,1,10.00,120%
2,2026-02-05,A,1,10.00,10%
3,2026-02-05,A,-1,10.00,10%
END
for i in $(seq 201); do echo "$((i + 3)),2026-02-06,B,1,1.00,1%"; done >>"$T/odd.csv"
echo "300,2026-02-07,B,1,10.00,5.00" >>"$T/odd.csv" # behind the rows that a file is judged by
shop odd
run import "$T/odd.csv"
expect_exit 3
run quarantine list 1
expect_text "a discount of more than 100 %" "a number without a sign in a column of percentages"
run kpi gross_sales,discounts,returns_amt,net_sales --from 2026-02-01 --to 2026-02-05 --grain total \
    --format csv
expect_text ",10.0000,1.0000,9.0000,0.0000,"
expect_green

begin "an order's total shows what a discount lies on"
HEAD="Order ID,Date,SKU,Qty,Price,Order Subtotal,Discount Amount,Shipping,Taxes,Total"
orders() { # NAME LINE...
    printf '%s\n' "$HEAD" "${@:2}" | sed "s/ART/$1/" >"$T/$1.csv"
    FILES+=("$T/$1.csv")
}
FILES=()
orders before r1,2026-01-04,ART,2,15.00,50.00,4.40,5.00,7.92,58.52 \
    r1,2026-01-04,ART,1,20.00,50.00,4.40,5.00,7.92,58.52 r2,2026-01-05,ART,1,15.00,15.00,0,5.00,3.00,23.00
orders after s1,2026-01-04,ART,2,15.00,45.60,4.40,5.00,7.92,58.52 \
    s1,2026-01-04,ART,1,20.00,45.60,4.40,5.00,7.92,58.52 s2,2026-01-05,ART,1,15.00,15.00,5.00,5.00,3.00,18.00
HEAD="Order ID,Date,SKU,Qty,Price,Discount Amount,Shipping,Taxes,Total"
orders order t1,2026-01-04,ART,2,25.00,5.00,4.00,9.80,68.80 t1,2026-01-04,ART,1,10.00,5.00,4.00,9.80,68.80 \
    t2,2026-01-05,ART,1,25.00,0,4.00,5.00,34.00
orders line u1,2026-01-04,ART,2,25.00,5.00,4.00,9.80,63.80 u1,2026-01-04,ART,1,10.00,5.00,4.00,9.80,63.80 \
    u2,2026-01-05,ART,1,25.00,0,4.00,5.00,34.00
shop lies_on
run import "${FILES[@]}"
expect_exit 0
expect_text "in 1 orders the discount or a part of it lies on shipping"
expect_no_text "have a total that is not" "have a Subtotal that is not"
by_article
expect_line "^,before,65.0000,4.4000,60.6000" "^,after,65.0000,4.4000,60.6000" \
    "^,order,85.0000,5.0000,80.0000" "^,line,85.0000,10.0000,75.0000"
run kpi shipping_rev --from 2026-01-01 --to 2026-01-31 --grain total --format csv
expect_text ",31.0000," # 10 before, 5 after, 8 and 8
expect_green
finish
