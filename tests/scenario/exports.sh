# Every preset on the example exports: what an import says is what the file adds up to, or differs by
# a reason that has a name.
. "$(dirname "$0")/lib.sh"
EXPORTS=$(realpath "$(dirname "$0")/../../examples/exports")
FROM=2025-03-01
TO=2025-04-30

figure() { # FILE FIGURE
    awk -F'\t' -v f="$1" -v w="$2" '$1 == f && $2 == w { print $3 }' "$EXPORTS/figures.tsv"
}

# 43578.11 as the ledger prints it.
grouped() {
    sed -E ':a; s/^(-?[0-9]+)([0-9]{3})/\1,\2/; ta' <<<"$1"
}

bring() { # STORE EXIT PRESET... = FILE...
    local store=$1 status=$2 presets=() p
    shift 2
    while [ "$1" != = ]; do
        presets+=("$1")
        shift
    done
    shift
    run import --store "$store" "${@/#/$EXPORTS/}"
    expect_exit "$status"
    for p in "${presets[@]}"; do
        expect_text "read as $p ("
    done
    ! grep -F "difference to the ledger" <<<"$OUT" | grep -qvF "difference to the ledger: 0 rows"
    pass_or_fail $? "every ledger equals its file"
}

# A line of the printed ledger: class and amount.
expect_class() { # CLASS FILE FIGURE [SIGN]
    expect_line "^$1 +[0-9,]+ ${4:-}$(grouped "$(figure "$2" "$3")") "
}

begin "the generator writes these files"
if command -v node >/dev/null; then
    node "$(dirname "$0")/../../tools/make_exports.mjs" "$T/made"
    expect_file "$T/made/figures.tsv"
    expect_file "$EXPORTS/figures.tsv"
    expect_same "examples/exports and what tools/make_exports.mjs writes" \
        "$(cd "$EXPORTS" && find . -type f ! -name '*.md' -exec cksum {} + | sort -k3)" \
        "$(cd "$T/made" && find . -type f -exec cksum {} + | sort -k3)"
fi

shop all --currency CNY --timezone Asia/Shanghai
cat >"$DIR/stores.yaml" <<'YAML'
stores:
  tmall: {platform: tmall}
  douyin: {platform: douyin}
  pdd: {platform: pdd}
  jd: {platform: jd}
  woo: {platform: woocommerce, currency: EUR, timezone: Europe/Berlin}
  shopify: {platform: shopify, currency: EUR, timezone: Europe/Berlin}
YAML
run stores list
expect_exit 0

begin "taobao: orders alone say that their items are missing"
bring tmall 0 taobao-orders = tmall/taobao-orders.csv
expect_text "296 orders have no items yet" "taobao-items" "296 rows hide the buyer's name" "gb18030"
expect_class sale tmall/taobao-orders.csv net_goods
expect_class return tmall/taobao-orders.csv returned -
expect_class shipping tmall/taobao-orders.csv postage_kept
expect_line '^pre-sale, not all paid +2 '
ONLY_ORDERS=$(ledger)

begin "undoing items and refunds gives back the orders as they were alone"
bring tmall 0 taobao-items taobao-refunds = tmall/taobao-items.csv tmall/taobao-refunds.csv
ORDERS_FIRST=$(ledger)
run imports undo 3
expect_exit 0
run imports undo 2
expect_exit 0
expect_same "the ledger of the orders alone" "$ONLY_ORDERS" "$(ledger)"

begin "items split orders, refunds date what was undated; figures of the back office and ads"
bring tmall 0 taobao-items taobao-refunds shop-day alimama sycm-item-day = tmall/taobao-items.csv \
    tmall/taobao-refunds.csv tmall/shop-day.csv tmall/alimama.csv tmall/sycm-item-day.xls
expect_no_text "not there yet"
expect_text "source: 31 rows" "1 sum rows left out; what can be checked of them agrees with the rows"
expect_class ad_spend tmall/alimama.csv spend
run kpi paid_gmv gross_sales returns_amt refund_amt ad_spend units --store tmall --from $FROM --to $TO --grain total --format csv
expect_text ",$(figure tmall/taobao-orders.csv paid)00,$(figure tmall/taobao-items.csv gross)00,$(
    figure tmall/taobao-refunds.csv succeeded)00,$(figure tmall/taobao-refunds.csv succeeded)00,$(
    figure tmall/alimama.csv spend)00,$(figure tmall/taobao-orders.csv units),"

begin "douyin: the price is of one unit; amounts are the row's; settled to the cent; days in a file's name"
bring douyin 0 douyin-orders douyin-settlement qianchuan shop-day = douyin/douyin-orders.csv \
    douyin/douyin-settlement.csv douyin/qianchuan_2025-03-01_2025-03-31.csv douyin/shop-day.csv
expect_class sale douyin/douyin-orders.csv gross
expect_class return douyin/douyin-orders.csv returned -
expect_class shipping douyin/douyin-orders.csv postage_kept
expect_class settlement douyin/douyin-settlement.csv net
expect_class ad_spend douyin/qianchuan_2025-03-01_2025-03-31.csv spend
expect_text "its days: 2025-03-01 .. 2025-03-31" "dates: 2025-03-01 .. 2025-03-31"

begin "douyin: orders that were paid back before anything was booked agree"
run settle --store douyin --period 2025-03
expect_line '^not settled yet 36 ' '^15 of 226 orders agree'

begin "the evidence of a profit names the files that its costs come from, and no other"
run kpi contribution --store douyin --period 2025-03 --evidence
expect_text "douyin-orders.csv (" "douyin-settlement.csv (" "qianchuan_2025-03-01_2025-03-31.csv (" \
    "and 1 other files, which have no row in it"
run kpi contribution --store douyin --from 2025-03-01 --to 2025-03-30 --evidence # the ads' total is of no such day
expect_text "douyin-settlement.csv (" "and 2 other files, which have no row in it"

begin "a total of a month is of no single day: it counts where the question holds all its days"
for grain in $(some month "total month"); do
    run kpi ad_spend --store douyin --from 2025-03-01 --to 2025-03-31 --grain $grain --format csv
    expect_text ",$(figure douyin/qianchuan_2025-03-01_2025-03-31.csv spend)00,"
done
run kpi ad_spend --store douyin --from 2025-03-01 --to 2025-03-30 --grain total --format csv
expect_no_text "$(figure douyin/qianchuan_2025-03-01_2025-03-31.csv spend)"
run kpi ad_spend --store douyin --from 2025-03-01 --to 2025-03-31 --grain day --format csv
expect_no_text "$(figure douyin/qianchuan_2025-03-01_2025-03-31.csv spend)"

begin "a file without dates and without days in its name asks for them"
cp "$EXPORTS/douyin/qianchuan_2025-03-01_2025-03-31.csv" "$T/ads.csv"
run import --store douyin "$T/ads.csv"
expect_exit 1
expect_text "--period 2025-03-01..2025-03-31"
run import --store douyin "$T/ads.csv" --period 2025-03
expect_exit 2

begin "pdd: the row that breaks the identity is named and waits; the rest adds up"
bring pdd 3 pdd-orders shop-day = pdd/pdd-orders.csv pdd/shop-day.csv
expect_class return pdd/pdd-orders.csv returned -
expect_class shipping pdd/pdd-orders.csv postage_kept
run quarantine list
expect_text "商品总价 + 邮费 - 店铺优惠 - 平台优惠 - 立减 = 用户实付" "these amounts do not add up"

begin "jd: an order's amounts stand on each of its lines and count once"
bring jd 0 jd-orders jd-bill jd-ads shop-day = jd/jd-orders.csv jd/jd-bill.csv jd/jd-ads.csv jd/shop-day.csv
expect_no_text "give other amounts"
expect_class return jd/jd-orders.csv returned -
expect_class shipping jd/jd-orders.csv postage_kept
expect_class settlement jd/jd-bill.csv net
expect_class ad_spend jd/jd-ads.csv spend
run kpi paid_gmv --by store --from $FROM --to $TO --grain total --format csv
for s in douyin pdd jd; do expect_text ",$s,$(figure $s/$s-orders.csv paid)00,"; done

begin "jd: the shop is due goods and postage, and the bill pays both"
run kpi receivable,platform_discounts --store jd --period 2025-03 --grain total --format csv
DUE=$(awk -F, -v back="$(figure jd/jd-orders.csv refunded)" -v part="$(figure jd/jd-orders.csv platform_back)" \
    'END { printf "%.2f", $2 - back - part }' <<<"$OUT")
run settle --store jd --period 2025-03
expect_line "^expected: receivable less refunds and fees by the rules 246 $(grouped "$DUE")\$"
expect_no_text "settled in part"

begin "jd: amounts that differ between an order's lines are told, and lines that do not come to 结算金额"
cat >"$T/differ.csv" <<'CSV'
订单号,商品ID,商品名称,订购数量,京东价,订单金额,结算金额,余额支付,应付金额,运费金额,下单时间,付款确认时间,订单状态
1,a,甲,1,10.00,30.00,30.00,0,30.00,0,2025-03-01 10:00:00,2025-03-01 10:01:00,完成
1,b,乙,1,20.00,30.00,30.00,0,31.00,0,2025-03-01 10:00:00,2025-03-01 10:01:00,完成
CSV
sed 's/10.00,30.00,30.00,0,30.00/10.00,28.00,27.00,0,27.00/; s/20.00,30.00,30.00,0,31.00/20.00,28.00,27.00,0,27.00/' \
    "$T/differ.csv" >"$T/settled.csv"
run import --store jd "$T/differ.csv" "$T/settled.csv" --dry-run
expect_text "1 orders give other amounts of the order from line to line" "1 orders have a Subtotal that is not what their lines come to" "1 says 27.00, its lines give 29.00"

begin "woocommerce: both generations of headers and the e-mailed file; google: titles, sums, UTF-16, in Chinese the same rows"
bring woo 0 woocommerce-orders google-ads = woo/woocommerce-orders-n-revenue.csv \
    woo/woocommerce-orders-emailed.csv woo/woocommerce-orders-net-sales.csv woo/google-ads.csv woo/google-ads-zh.csv
for f in n-revenue emailed net-sales; do
    expect_class sale woo/woocommerce-orders-$f.csv net
done
expect_class ad_spend woo/google-ads.csv spend
expect_text "utf-16le" "1 sum rows left out; what can be checked of them agrees with the rows"
OUT=${OUT#*google-ads-zh.csv: import}
expect_line '^duplicate +62 '
expect_no_text "ad_spend"

begin "woocommerce: the formatted total of a German shop beside a plain net revenue"
printf '%s\n' 'Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,Coupon(s),N. Revenue' \
    '2025-05-01 09:00:00,500,"1.234,56 €",completed,Max,new,1× Mug,1,,1037.45' \
    '2025-05-02 09:00:00,501,"45,00 €",completed,Eva,new,1× Mug,1,,37.82' '2025-05-03 09:00:00,502,"1.190,00 €",completed,Eva,returning,1× Mug,1,,1000.00' >"$T/german.csv"
run import --store woo "$T/german.csv" --dry-run
expect_exit 0
expect_line '^sale 3 2,075.27 EUR 3'

begin "shopify: refunds without a date, gift cards and duties; meta: the currency stands in the header"
bring shopify 0 shopify-orders meta-ads = shopify/shopify-orders.csv shopify/meta-ads.csv
expect_class sale shopify/shopify-orders.csv gross
expect_class return shopify/shopify-orders.csv refunded -
expect_class "gift card sold" shopify/shopify-orders.csv gift_cards
expect_class duty shopify/shopify-orders.csv duties
expect_class ad_spend shopify/meta-ads.csv spend
expect_text "EUR"

begin "meta without days is one total; beside its days it counts nothing"
run import --store woo "$EXPORTS/shopify/meta-ads-period.csv" --dry-run
expect_text "read as meta-ads-period (" "dates: 2025-03-01 .. 2025-03-31"
expect_class ad_spend shopify/meta-ads-period.csv spend
run import --store shopify "$EXPORTS/shopify/meta-ads-period.csv"
expect_exit 0
expect_text "makes way for its days"
expect_line '^duplicate +2 '

begin "the same orders again are duplicates, although their lines are the items'"
run import --store tmall --again "$EXPORTS"/{products,rivals,tmall/taobao-orders}.csv
expect_exit 0
expect_text "orders: 0 new, 0 changed, 296 as they were"
begin "prices of rivals stand beside the shop's own in the week's report"
expect_text "matched by name as market figures" "source: $(figure rivals.csv rows) rows"
run --lang zh report week --date 2025-03-17 --store tmall
price() { # SKU DAY: the lowest one seen on the day
    awk -F, -v s="$1" -v d="$2" '$1 == d && $2 == s && (!p || $4 < p) { p = $4 + 0 } END { printf "%.2f", p }' \
        <(tr -d '\357\273\277"\r' <"$EXPORTS/rivals.csv")
}
for sku in QY-TEE-WH QY-TEE-BK QY-BAG-01; do
    own=$(awk -F, -v s=$sku '$1 == s { print $4 }' <(tr -d '"\r' <"$EXPORTS/products.csv"))
    want=$(awk -v o="$own" -v p="$(price $sku 2025-03-17)" -v b="$(price $sku 2025-03-10)" 'BEGIN {
        printf "%.2f %.2f \\+%.1f%% %.1f%%", p, o - p, (o / p - 1) * 100, (p / b - 1) * 100 }')
    expect_line "^$sku .* $own 山前杂货 $want 2025-03-17 2"
done

begin "returns that tell amounts only are no returned units: no value, not 0"
run kpi return_rate_units net_units --store tmall --period 2025-03 --grain total
expect_line '^Return rate \(units\) –' '^Net units –'
expect_text "the returns tell amounts, not units"
run kpi return_rate_units net_units --store woo --period 2025-03 --grain total
expect_line '^Return rate \(units\) 0.00%' '^Net units [1-9]'

begin "a refund that comes after the close restates it, shares as per cent with all their digits"
run report month --date 2025-03 --close
expect_exit 0
expect_text "nothing differs"
printf '%s\n' '订单编号,退款编号,买家退款金额,退款状态,退款的申请时间,退款完结时间' \
    '240823425100296,R99,10.00,退款成功,2025-03-20 10:00:00,2025-03-21 10:00:00' >"$T/late.csv"
run import --store tmall "$T/late.csv" --as taobao-refunds
expect_exit 0
run report month --date 2025-03
expect_line '^tmall Net sales 39948\.8400 39938\.8400 data came later' \
    '^tmall Refund rate \(amount\) 9\.[0-9]{4}% 9\.[0-9]{4}% data came later'

begin "everything derived is right"
expect_green

begin "items and refunds before their orders: the same ledger"
shop items --currency CNY --timezone Asia/Shanghai
run import "$EXPORTS/tmall/taobao-items.csv" "$EXPORTS/tmall/taobao-refunds.csv"
expect_text "296 orders of these items are not there yet" "taobao-orders"
run import "$EXPORTS/tmall/taobao-orders.csv"
expect_exit 0
expect_no_text "no items yet"
expect_same "the ledger" "$ORDERS_FIRST" "$(ledger)"

begin "items that lines were made of can only be undone after the orders"
run imports undo 1
expect_exit 1
expect_text "undo #3 first"
begin "a platform's content form is no paid medium: no value, not 0"
DIR=$T/all
run kpi roas --store douyin --period 2025-03 --grain total
expect_text "no order tells where it came from"

# Orders of Shopify, each of a day of May that is its number.
SHOPIFY='Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Id'
order() { # DAY STATE SUBTOTAL SHIPPING TAXES TOTAL DISCOUNT QUANTITY NAME PRICE [REFUNDED]
    local at="2025-05-$1 10:00:00 -0400" code=
    [ "$7" = 0.00 ] || code=CODE
    echo "#$1,a@x.com,$2,$at,USD,$3,$4,$5,$6,$code,$7,$at,$8,$9,${10},$9,9$1${11+,${11}}"
}
line() { # DAY QUANTITY NAME PRICE [,]: one more of the order
    echo "#$1,,,,,,,,,,,2025-05-$1 10:00:00 -0400,$2,$3,$4,$3,${5:-}"
}
shop shopify --currency USD --timezone America/New_York
{
    echo "$SHOPIFY"
    # discounts on the shipping that Shipping does not hold, and holds; in part; and on the goods
    order 01 paid 20.00 0.00 1.60 21.60 5.00 1 Mug 20.00
    order 02 paid 20.00 5.00 1.60 21.60 5.00 1 Mug 20.00
    order 03 paid 27.00 5.00 1.60 28.60 8.00 1 Mug 20.00
    line 03 1 Cup 10.00
    order 04 paid 15.00 4.00 0.00 19.00 5.00 1 Mug 20.00
    order 05 paid 20.00 0.00 0.00 20.00 0.00 0 Cup 10.00
    line 05 1 Mug 20.00
} >"$T/agrees.csv"
{
    echo "$SHOPIFY"
    order 06 paid 25.00 0.00 0.00 25.00 0.00 1 Mug 20.00
    order 07 paid 20.00 0.00 0.00 15.00 5.00 1 Mug 20.00
} >"$T/differs.csv"
{
    echo "$SHOPIFY,Refunded Amount"
    order 11 partially_refunded 20.00 0.00 0.00 20.00 0.00 1 Mug 20.00 10.00
    line 11 0 Cup 10.00 ,
    order 12 partially_refunded 20.00 0.00 0.00 20.00 0.00 1 Mug 20.00 30.00
    line 12 0 Cup 10.00 ,
    order 13 partially_refunded 20.00 0.00 0.00 20.00 0.00 1 Mug 20.00 15.00
    line 13 0 Cup 10.00 ,
    order 14 partially_refunded 20.00 5.00 1.60 26.60 0.00 1 Mug 20.00 10.80
    line 14 0 Cup 10.00 ,
    order 15 partially_refunded 45.00 0.00 0.00 45.00 0.00 1 Mug 20.00 25.00
    line 15 0 Cup 10.00 ,
    line 15 0 Pen 5.00 ,
    order 16 refunded 0.00 0.00 0.00 0.00 0.00 0 Mug 20.00 21.60
    order 17 refunded 20.00 5.00 0.00 25.00 0.00 1 Mug 20.00 35.00
    line 17 0 Cup 10.00 ,
} >"$T/back.csv"

begin "shopify: what is told of orders whose figures lie on shipping, differ, or are of lines that were taken out"
run import "$T/agrees.csv"
expect_exit 0
expect_text "in 3 orders the discount or a part of it lies on shipping" \
    "1 lines were taken out of their orders (quantity 0)"
expect_no_text "Subtotal that"
expect_line "^sale 6 110.00 USD 6" "^source: 7 rows, 110.00 .* 0 rows, 0.0000"
run import "$T/differs.csv" "$T/back.csv"
expect_exit 0
expect_text "2 orders have a Subtotal that is not what their lines come to after the discount; the first: #06 says 25.00, its lines give 20.00 (difference 5.00)" \
    "in 7 orders money went back for lines that were taken out of them"
run --lang zh import "$T/agrees.csv" "$T/differs.csv" --again --dry-run
expect_text "有 1 行已从订单中移除" "有 2 个订单的小计不等于各行减优惠"

run kpi discounts,returns_amt,net_sales,postage_amt,taxes,orders,units --period 2025-05 --grain day --format csv
begin "shopify: a discount that Subtotal and Total show to lie on shipping lowers no sales"
expect_text 05-01,0.0000,0.0000,20.0000,0.0000,1.6000,1,1, 05-02,0.0000,0.0000,20.0000,0.0000,1.6000,1,1, \
    05-03,3.0000,0.0000,27.0000,0.0000,1.6000,1,2, 05-04,5.0000,0.0000,15.0000,4.0000,0.0000,1,1,
begin "shopify: a line that was taken out of its order counts nowhere, also where it stands first"
expect_text 05-05,0.0000,0.0000,20.0000,0.0000,0.0000,1,1,
begin "shopify: a Subtotal that differs from the lines changes nothing"
expect_text 05-06,0.0000,0.0000,20.0000,0.0000,0.0000,1,1, 05-07,5.0000,0.0000,15.0000,0.0000,0.0000,1,1,
begin "shopify: what went back for a line that was taken out lowers no sales; what went back beside it does"
expect_text 05-11,0.0000,0.0000,20.0000,0.0000,0.0000,1,1, 05-12,0.0000,0.0000,20.0000,0.0000,0.0000,1,1, \
    05-13,0.0000,5.0000,15.0000,0.0000,0.0000,1,1, 05-14,0.0000,0.0000,20.0000,5.0000,1.6000,1,1, \
    05-15,0.0000,0.0000,20.0000,0.0000,0.0000,1,1, 05-16,0.0000,0.0000,0.0000,0.0000,0.0000,0,0, \
    05-17,0.0000,20.0000,0.0000,0.0000,0.0000,1,1,
expect_green

finish
