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

bring() { # STORE FILE PRESET EXIT
    run import --store "$1" "$EXPORTS/$2"
    expect_exit "$4"
    expect_text "read as $3 (" "difference to the ledger: 0 rows, 0.0000"
}

# A line of the printed ledger: class and amount.
expect_class() { # CLASS FILE FIGURE [SIGN]
    expect_line "^$1 +[0-9,]+ ${4:-}$(grouped "$(figure "$2" "$3")") "
}

expect_kpi() { # STORE KPI AMOUNT
    run kpi "$2" --store "$1" --from $FROM --to $TO --grain total --format csv
    expect_text ",$(sed -E 's/^(.*\..*)$/\100/' <<<"$3"),"
}

begin "the generator writes these files"
if command -v node >/dev/null; then
    node "$(dirname "$0")/../../tools/make_exports.mjs" "$T/made"
    expect_same "examples/exports and what tools/make_exports.mjs writes" \
        "$(cd "$EXPORTS" && find . -type f ! -name '*.md' -exec cksum {} + | sort -k3)" \
        "$(cd "$T/made" && find . -type f -exec cksum {} + | sort -k3)"
fi

shop all --currency CNY --timezone Asia/Shanghai
for s in tmall douyin pdd jd; do
    run stores add $s platform=$s currency=CNY timezone=Asia/Shanghai
done
run stores add woo platform=woocommerce currency=EUR timezone=Europe/Berlin
run stores add shopify platform=shopify currency=EUR timezone=Europe/Berlin
expect_exit 0

begin "taobao: orders alone say that their items are missing; items split them; refunds date what was undated"
bring tmall tmall/taobao-orders.csv taobao-orders 0
expect_text "296 orders have no items yet" "taobao-items" "296 rows hide the buyer's name" "gb18030"
expect_class sale tmall/taobao-orders.csv net_goods
expect_class return tmall/taobao-refunds.csv succeeded -
expect_line '^not paid yet +2 '
bring tmall tmall/taobao-items.csv taobao-items 0
expect_no_text "not there yet"
bring tmall tmall/taobao-refunds.csv taobao-refunds 0
expect_kpi tmall paid_gmv "$(figure tmall/taobao-orders.csv paid)"
expect_kpi tmall gross_sales "$(figure tmall/taobao-items.csv gross)"
expect_kpi tmall returns_amt "$(figure tmall/taobao-refunds.csv succeeded)"
expect_kpi tmall refund_amt "$(figure tmall/taobao-refunds.csv succeeded)"
run kpi units --store tmall --from $FROM --to $TO --grain total --format csv
expect_text ",$(figure tmall/taobao-orders.csv units),"
ORDERS_FIRST=$(ledger)

begin "the same orders again are duplicates, although their lines are the items'"
run import --store tmall --again "$EXPORTS/tmall/taobao-orders.csv"
expect_exit 0
expect_text "orders: 0 new, 0 changed, 296 as they were"

begin "back offices' days and articles"
bring tmall tmall/shop-day.csv shop-day 0
expect_text "source: 31 rows"
bring tmall tmall/alimama.csv alimama 0
expect_class ad_spend tmall/alimama.csv spend
expect_text "1 sum rows left out; all their figures agree with the rows"
expect_kpi tmall ad_spend "$(figure tmall/alimama.csv spend)"

begin "douyin: the price is of one unit; amounts are the row's; settled to the cent"
bring douyin douyin/douyin-orders.csv douyin-orders 0
expect_class sale douyin/douyin-orders.csv gross
expect_kpi douyin paid_gmv "$(figure douyin/douyin-orders.csv paid)"
bring douyin douyin/douyin-settlement.csv douyin-settlement 0
expect_class settlement douyin/douyin-settlement.csv net
run kpi platform_fee_rate --store douyin --from $FROM --to $TO --grain total --format csv
expect_exit 0
expect_no_text ",,"
bring douyin douyin/qianchuan_2025-03-01_2025-03-31.csv qianchuan 0
expect_text "its days: 2025-03-01 .. 2025-03-31" "dates: 2025-03-01 .. 2025-03-31"
expect_class ad_spend douyin/qianchuan_2025-03-01_2025-03-31.csv spend
bring douyin douyin/shop-day.csv shop-day 0

begin "a file without dates and without days in its name asks for them"
cp "$EXPORTS/douyin/qianchuan_2025-03-01_2025-03-31.csv" "$T/ads.csv"
run import --store douyin "$T/ads.csv"
expect_exit 1
expect_text "--period 2025-03-01..2025-03-31"
run import --store douyin "$T/ads.csv" --period 2025-03
expect_exit 2

begin "pdd: the row that breaks the identity is named and waits; the rest adds up"
bring pdd pdd/pdd-orders.csv pdd-orders 3
expect_class return pdd/pdd-orders.csv refunded -
run quarantine list
expect_text "商品总价 + 邮费 - 店铺优惠 - 平台优惠 - 立减 = 用户实付" "these amounts do not add up"
expect_kpi pdd paid_gmv "$(figure pdd/pdd-orders.csv paid)"
bring pdd pdd/shop-day.csv shop-day 0

begin "jd: an order's amounts stand on each of its lines and count once"
bring jd jd/jd-orders.csv jd-orders 0
expect_no_text "give other amounts"
expect_class return jd/jd-orders.csv refunded -
expect_kpi jd paid_gmv "$(figure jd/jd-orders.csv paid)"
bring jd jd/jd-bill.csv jd-bill 0
expect_class settlement jd/jd-bill.csv net
bring jd jd/jd-ads.csv jd-ads 0
expect_class ad_spend jd/jd-ads.csv spend
bring jd jd/shop-day.csv shop-day 0

begin "jd: amounts that differ between an order's lines are told"
cat >"$T/differ.csv" <<'CSV'
订单号,商品ID,商品名称,订购数量,京东价,订单金额,结算金额,余额支付,应付金额,运费金额,下单时间,付款确认时间,订单状态
1,a,甲,1,10.00,30.00,30.00,0,30.00,0,2025-03-01 10:00:00,2025-03-01 10:01:00,完成
1,b,乙,1,20.00,30.00,30.00,0,31.00,0,2025-03-01 10:00:00,2025-03-01 10:01:00,完成
CSV
run import --store jd "$T/differ.csv" --dry-run
expect_text "1 orders give other amounts of the order from line to line"

begin "woocommerce: both generations of headers and the e-mailed file"
for f in n-revenue emailed net-sales; do
    bring woo woo/woocommerce-orders-$f.csv woocommerce-orders 0
    expect_class sale woo/woocommerce-orders-$f.csv net
done
run kpi buyers --store woo --from $FROM --to $TO --grain total --format csv
expect_no_text ",Anna"

begin "google: titles, sums, UTF-16; the Chinese file is the same rows"
bring woo woo/google-ads.csv google-ads 0
expect_class ad_spend woo/google-ads.csv spend
expect_text "utf-16le" "1 sum rows left out; all their figures agree with the rows"
bring woo woo/google-ads-zh.csv google-ads 0
expect_line '^duplicate +62 '
expect_no_text "ad_spend"

begin "shopify: refunds without a date, gift cards and duties in classes of their own"
bring shopify shopify/shopify-orders.csv shopify-orders 0
expect_class sale shopify/shopify-orders.csv gross
expect_class return shopify/shopify-orders.csv refunded -
expect_class "gift card sold" shopify/shopify-orders.csv gift_cards
expect_class duty shopify/shopify-orders.csv duties

begin "meta: the currency stands in the header; without days it is one total"
bring shopify shopify/meta-ads.csv meta-ads 0
expect_class ad_spend shopify/meta-ads.csv spend
expect_text "EUR"
run import --store shopify "$EXPORTS/shopify/meta-ads-period.csv" --dry-run
expect_text "read as meta-ads-period (" "dates: 2025-03-01 .. 2025-03-31"
expect_class ad_spend shopify/meta-ads-period.csv spend

begin "everything derived is right"
expect_green

begin "items and refunds before their orders: the same ledger"
shop items --currency CNY --timezone Asia/Shanghai
run import "$EXPORTS/tmall/taobao-items.csv"
expect_text "296 orders of these items are not there yet" "taobao-orders"
run import "$EXPORTS/tmall/taobao-refunds.csv"
run import "$EXPORTS/tmall/taobao-orders.csv"
expect_exit 0
expect_no_text "no items yet"
ITEMS_FIRST=$(ledger)
shop orders --currency CNY --timezone Asia/Shanghai
run import "$EXPORTS/tmall/taobao-orders.csv"
ONLY_ORDERS=$(ledger)
run import "$EXPORTS/tmall/taobao-items.csv"
run import "$EXPORTS/tmall/taobao-refunds.csv"
expect_same "the ledger" "$ITEMS_FIRST" "$(ledger)"
expect_green

begin "undoing items and refunds gives back the orders as they were alone"
run imports undo 3
expect_exit 0
run imports undo 2
expect_exit 0
expect_same "the ledger of the orders alone" "$ONLY_ORDERS" "$(ledger)"

begin "items that lines were made of can only be undone after the orders"
DIR=$T/items
run imports undo 1
expect_exit 1
expect_text "undo #3 first"
finish
