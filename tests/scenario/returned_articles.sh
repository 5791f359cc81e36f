# Refunds that an order's own file tells, without a date, name the articles that they are of wherever
# that is certain; the sums are those of the order.
. "$(dirname "$0")/lib.sh"
FROM=2026-03-01
TO=2026-03-31
CN='--currency CNY --timezone Asia/Shanghai'

by_sku() { # WANT: gross sales, returns and net sales of each article, over all days
    run kpi gross_sales,returns_amt,net_sales --by sku --from $FROM --to $TO --grain total --format csv
    expect_exit 0
    expect_same "articles" "$1" "$(sed -E '1d;s/,(true|false)\r?$//;s/^[^,]*,//;s/0000\b/00/g' <<<"$OUT" |
        grep -vE ',0.00,0.00,0.00$|^(partial|–|".*:)' | sort)"
}

import() { # FILE [OPTION...]
    run import "$@"
    expect_exit 0
    expect_text "difference to the ledger: 0 rows, 0.0000"
}

DOUYIN='主订单编号,子订单编号,选购商品,商品规格,商品数量,商家编码,订单应付金额,运费,订单提交时间,商家备注,订单完成时间,订单状态,售后状态,取消原因,发货时间,平台实际承担优惠金额,商家实际承担优惠金额,达人实际承担优惠金额,商品ID,货号,商品金额,支付完成时间,订单类型'
row() { # SUB-ORDER SKU UNITS PRICE POSTAGE PLATFORM PAID DAY STATE
    echo "${1%?},$1,x,,$3,$2,$7,$5,2026-03-$8 10:00:00,,,$9,-,,,$6,0,0,1,,$4,2026-03-$8 10:05:00,普通订单"
}
# 690001: B is paid back, 30. 690002: B, 2 pieces of 15 less 4 of the platform and 6 postage: 32 go
# back to the buyer, of the goods 30. 690004: both, A with 10 of the platform.
{
    echo "$DOUYIN"
    row 6900011 A 1 50.00 0 0 50.00 01 已完成
    row 6900012 B 1 30.00 0 0 30.00 01 已关闭
    row 6900021 B 2 15.00 6.00 4.00 32.00 02 已关闭
    row 6900031 A 1 50.00 0 0 50.00 31 已完成
} >"$T/march.csv"
{
    cat "$T/march.csv"
    row 6900041 A 1 50.00 0 10.00 40.00 05 已关闭
    row 6900042 B 1 30.00 0 0 30.00 05 已关闭
} >"$T/more.csv"
# By hand: A 50 + 50; B 30 + 30, all of it back.
MARCH='A,100.00,0.00,100.00
B,60.00,60.00,0.00'
# And A 50 back of 150, B 30 back of 90.
MORE='A,150.00,50.00,100.00
B,90.00,90.00,0.00'

begin "Douyin: the refund of a closed sub-order is its article's"
shop douyin $CN
import "$T/march.csv"
by_sku "$MARCH"
run kpi net_sales,shipping_rev --from $FROM --to $TO --grain day --format csv
expect_text "2026-03-01,50.0000,0.0000," "2026-03-02,0.0000,0.0000," "2026-03-31,50.0000,0.0000,"
printf 'goods:\n  - {sku: A, cost: 20}\n  - {sku: B, cost: 12}\n' >"$DIR/costs.yaml"
run profit --period 2026-03 --by sku
expect_line '^A 100.00 100.00 100.00 0.00 40.00 ' '^B 60.00 0.00 0.00 0.00 0.00 ' '^total 160.00 100.00 100.00 0.00 40.00 '
run profit --period 2026-03 --by order
expect_line '^690001 80.00 50.00 50.00 0.00 20.00 ' '^690002 [0-9.]+ 0.00 0.00 0.00 0.00 '
expect_green

begin "Douyin: the same rows again change nothing, more of them come in, and go"
import "$T/march.csv" --again
expect_text "orders: 0 new, 0 changed"
import "$T/more.csv"
expect_text "orders: 1 new, 0 changed, 3 as they were"
by_sku "$MORE"
expect_green
run imports undo 3
expect_exit 0
by_sku "$MARCH"
expect_green

begin "Douyin: a file of refunds dates them, and nothing counts twice, whichever file comes first"
printf '%s\n' refund_id,order_id,sku,amount,refunded_at,status \
    R1,690001,B,30.00,2026-03-10T10:00:00,succeeded R4,690004,B,30.00,2026-03-11T10:00:00,succeeded >"$T/refunds.csv"
import "$T/more.csv" --again
run import "$T/refunds.csv"
expect_exit 0
# Of 690004 40 are left, and nobody says of what; what the platform had given stays.
by_sku ',0.00,40.00,-40.00
A,150.00,0.00,150.00
B,90.00,90.00,0.00'
BOTH=$(ledger)
expect_green
import "$T/more.csv" --again
expect_text "orders: 0 new, 0 changed"
expect_same "facts" "$BOTH" "$(ledger)"
run imports undo 5
expect_exit 0
by_sku "$MORE"
expect_green
shop refunds-first $CN
run import "$T/refunds.csv"
expect_exit 0
import "$T/more.csv"
expect_same "facts" "$BOTH" "$(ledger)"
expect_green

begin "Douyin: of an order of one article the rest is that article's too"
printf '%s\n' refund_id,order_id,amount,refunded_at,status R2,690002,12.00,2026-03-10T10:00:00,succeeded >"$T/part.csv"
shop part $CN
import "$T/march.csv"
run import "$T/part.csv"
expect_exit 0
ONE='A,100.00,0.00,100.00
B,60.00,50.00,10.00
,0.00,12.00,-12.00'
by_sku "$(sort <<<"$ONE")"
import "$T/march.csv" --again
expect_text "orders: 0 new, 0 changed"
by_sku "$(sort <<<"$ONE")"
expect_green

begin "Douyin: a refused row of a known order, and its repair"
shop refused $CN
{
    echo "$DOUYIN"
    row 6900041 A 1 50.00 0 10.00 40.00 05 已发货
    row 6900042 B 1 30.00 0 0 30.00 05 已发货
} >"$T/sent.csv"
import "$T/sent.csv"
{
    echo "$DOUYIN"
    row 6900041 A 1 50.00 0 10.00 40.00 05 已关闭
    row 6900042 B 1 oops 0 0 30.00 05 已关闭
} >"$T/broken.csv"
run import "$T/broken.csv"
expect_exit 3
by_sku 'A,50.00,50.00,0.00
B,30.00,0.00,30.00'
run quarantine retry 2
sed -i 's/oops/30.00/' "$DIR"/quarantine/*.csv
run import "$DIR"/quarantine/*.csv
expect_exit 0
by_sku 'A,50.00,50.00,0.00
B,30.00,30.00,0.00'
expect_green

begin "Douyin: an export of some sub-orders leaves the others where they are"
# Three of one order, two of them alike; then exports of one state each.
{
    echo "$DOUYIN"
    row 6900081 A 1 50.00 2.00 0 52.00 01 已发货
    row 6900082 B 1 30.00 1.00 4.00 27.00 01 已发货
    row 6900083 B 1 30.00 0 0 30.00 01 已发货
} >"$T/three.csv"
{
    echo "$DOUYIN"
    row 6900083 B 1 30.00 0 0 30.00 01 已完成
} >"$T/finished.csv"
{
    echo "$DOUYIN"
    row 6900082 B 1 30.00 1.00 4.00 27.00 01 已关闭
} >"$T/shut.csv"
{
    head -2 "$T/three.csv"
    tail -1 "$T/shut.csv"
    tail -1 "$T/finished.csv"
} >"$T/all.csv"
filtered() { # WANTED-FACTS: and what the heads say
    expect_same "facts" "$1" "$(ledger; heads)"
    expect_green
}
heads() {
    "$SHOPVANE_BIN" -C "$DIR" kpi paid_gmv,receivable,gmv --from $FROM --to $TO --grain total --format csv
    "$SHOPVANE_BIN" -C "$DIR" profit --period 2026-03 --by order
}
shop whole $CN
import "$T/three.csv"
SENT=$(ledger; heads)
import "$T/all.csv"
WHOLE=$(ledger; heads)
by_sku 'A,50.00,0.00,50.00
B,60.00,30.00,30.00'
for files in "three shut finished" "three finished shut" "finished shut three all" "three shut all"; do
    case $files in
    "three "*) is_full || continue ;;
    esac
    shop "some-${files// /-}" $CN
    for f in $files; do import "$T/$f.csv" --again; done
    filtered "$WHOLE"
done
shop undo $CN
import "$T/three.csv"
import "$T/shut.csv"
expect_text "1 orders have sub-orders that are in already and not in this file"
run imports undo 2
expect_exit 0
filtered "$SENT"
shop apart $CN
{
    echo "$DOUYIN"
    tail -1 "$T/three.csv"
} >"$T/third.csv"
{
    echo "$DOUYIN"
    sed -n 2,3p "$T/three.csv"
} >"$T/first.csv"
import "$T/third.csv"
import "$T/first.csv"
filtered "$SENT"
printf '%s\n' refund_id,order_id,amount,refunded_at,status R8,690008,27.00,2026-03-10T10:00:00,succeeded >"$T/eighth.csv"
import "$T/shut.csv"
run import "$T/eighth.csv"
expect_exit 0
by_sku ',0.00,27.00,-27.00
A,50.00,0.00,50.00
B,60.00,0.00,60.00'
expect_green

begin "what is paid back of an excluded article counts as little as its sale"
shop excluded $CN
printf -- '- {sku: B, reason: gift}\n- {sku: b, reason: gift}\n' >"$DIR/exclude.yaml"
import "$T/more.csv"
by_sku 'A,150.00,50.00,100.00'
run kpi net_sales,shipping_rev --from $FROM --to $TO --grain total --format csv
expect_text ",100.0000,0.0000,"
import "$T/more.csv" --again
by_sku 'A,150.00,50.00,100.00'
expect_green
cat >"$T/jd2.csv" <<'CSV'
订单号,商品ID,商品名称,订购数量,京东价,订单金额,结算金额,余额支付,应付金额,运费金额,下单时间,付款确认时间,订单状态
1,a,甲,1,10.00,30.00,27.00,0,30.00,5.00,2026-03-01 10:00:00,2026-03-01 10:01:00,(删除)等待出库
1,b,乙,1,20.00,30.00,27.00,0,30.00,5.00,2026-03-01 10:00:00,2026-03-01 10:01:00,(删除)等待出库
CSV
import "$T/jd2.csv"
by_sku 'A,150.00,50.00,100.00
a,10.00,7.00,0.00'
expect_green

begin "Douyin, Pinduoduo: a refund without its amount is told, until a file of refunds has it"
shop told $CN
{
    echo "$DOUYIN"
    row 6900051 A 1 50.00 0 0 50.00 01 已完成 | sed 's/,-,/,退款成功,/'
    row 6900052 B 1 30.00 0 0 30.00 01 已完成
    row 6900061 B 1 30.00 0 0 30.00 02 已关闭 | sed 's/,-,/,退款成功,/'
    row 6900071 B 1 30.00 0 0 30.00 03 已完成 | sed 's/,-,/,售后关闭,/'
} >"$T/done.csv"
import "$T/done.csv"
expect_text "1 orders have a refund that went through, and this file does not say how much"
by_sku 'A,50.00,0.00,50.00
B,90.00,30.00,60.00'
printf '%s\n' 售后单号,订单号,商家编码,售后状态,退款金额,售后申请时间,退款时间 \
    '501,690005,A,退款成功,12.00,2026-03-04 10:00:00,2026-03-05 10:00:00' >"$T/after.csv"
run import "$T/after.csv"
expect_exit 0
by_sku 'A,50.00,12.00,38.00
B,90.00,30.00,60.00'
run --lang zh import "$T/done.csv" --again
expect_exit 0
expect_no_text "退款成功，但"
expect_green
cat >"$T/pdd.csv" <<'CSV'
商品,订单号,订单状态,商品总价(元),邮费(元),店铺优惠折扣(元),平台优惠折扣(元),多多支付立减金额(元),用户实付金额(元),商家实收金额(元),商品数量(件),商家编码-规格维度,售后状态,订单成交时间
x,11,已发货，退款成功,100.00,0.00,0.00,0.00,0.00,100.00,100.00,1,A,退款成功,2026-03-01 10:00:00
x,12,已收货,90.00,0.00,0.00,0.00,0.00,90.00,90.00,1,A,退款成功,2026-03-01 10:00:00
x,13,已收货,80.00,0.00,0.00,0.00,0.00,80.00,80.00,1,A,无售后或售后取消,2026-03-01 10:00:00
CSV
run --lang zh import "$T/pdd.csv"
expect_exit 0
expect_text "1 个订单已退款成功，但本文件没有退款金额"

begin "Taobao: an order that was paid and closed, and no refund stands in the file, is told"
shop closed $CN
printf '%s\n' '订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量,退款金额' \
    '1,a,50,0,50,0,交易关闭,2026-03-01 10:00:00,2026-03-01 10:05:00,x,1,无退款申请' \
    '2,a,50,0,50,0,交易关闭,2026-03-01 10:00:00,2026-03-01 10:05:00,x,1,50' >"$T/closed.csv"
import "$T/closed.csv"
expect_text "1 rows are refunded by their state, and the file does not say how much"

begin "JD: an order that was paid and then cancelled gives back all its articles"
shop jd $CN
cat >"$T/jd.csv" <<'CSV'
订单号,商品ID,商品名称,订购数量,京东价,订单金额,结算金额,余额支付,应付金额,运费金额,下单时间,付款确认时间,订单状态
1,a,甲,1,10.00,30.00,27.00,0,30.00,5.00,2026-03-01 10:00:00,2026-03-01 10:01:00,(删除)等待出库
1,b,乙,1,20.00,30.00,27.00,0,30.00,5.00,2026-03-01 10:00:00,2026-03-01 10:01:00,(删除)等待出库
2,b,乙,1,20.00,20.00,20.00,0,20.00,0,2026-03-02 10:00:00,2026-03-02 10:01:00,完成
CSV
import "$T/jd.csv"
# The shop bears 3 of 30: 1 and 2. The platform 2 of 32. All of it is back.
by_sku 'a,10.00,9.00,0.00
b,40.00,18.00,20.00'
import "$T/jd.csv" --again
expect_text "orders: 0 new, 0 changed"
expect_green

begin "Pinduoduo: an order is an article"
shop pdd $CN
cat >"$T/pdd.csv" <<'CSV'
商品,订单号,订单状态,商品总价(元),邮费(元),店铺优惠折扣(元),平台优惠折扣(元),多多支付立减金额(元),用户实付金额(元),商家实收金额(元),商品数量(件),商家编码-规格维度,订单成交时间
x,1,已发货，退款成功,100.00,5.00,10.00,3.00,2.00,90.00,95.00,1,A,2026-03-01 10:00:00
x,2,已收货,100.00,0.00,10.00,0.00,0.00,90.00,90.00,1,A,2026-03-01 10:00:00
CSV
import "$T/pdd.csv"
by_sku 'A,200.00,90.00,90.00'
expect_green

TAOBAO='订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量,退款金额'
cat >"$T/taobao.csv" <<END
$TAOBAO
1,a,90,10,100,100,交易关闭,2026-03-01 10:00:00,2026-03-01 10:05:00,x,2,100.00
2,b,50,0,50,50,交易成功,2026-03-02 10:00:00,2026-03-02 10:05:00,x,1,20.00
3,c,60,0,60,60,交易成功,2026-03-03 10:00:00,2026-03-03 10:05:00,x,2,15.00
END
cat >"$T/items.csv" <<'END'
订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,订单状态
1,x,60.00,1,A,,,交易关闭
1,y,40.00,1,B,,,交易关闭
2,x,60.00,1,A,,,交易成功
3,x,30.00,1,A,,,交易成功
3,y,30.00,1,B,,,交易成功
END
# 1: 100 for 90, A 54, B 36. 2: 20 of 50. 3: 15, of A or B.
ITEMS=',0.00,15.00,-15.00
A,150.00,74.00,60.00
B,70.00,36.00,30.00'
for first in taobao items; do
    begin "Taobao: the items' file tells the articles, $first first"
    shop "taobao-$first" $CN
    run import "$T/$first.csv"
    expect_exit 0
    FIRST=$(ledger)
    [ $first = taobao ] && second=items || second=taobao
    run import "$T/$second.csv"
    expect_exit 0
    by_sku "$ITEMS"
    expect_green
    run import "$T/taobao.csv" --again
    expect_exit 0
    by_sku "$ITEMS"
    expect_green
    run imports undo 3
    run imports undo 2
    expect_exit 0
    expect_same "facts" "$FIRST" "$(ledger)"
    expect_green
done

begin "Taobao: a refund that a newer export tells of an order with items"
shop newer $CN
run import "$T/taobao.csv"
run import "$T/items.csv"
sed 's/,20.00$/,35.00/' "$T/taobao.csv" >"$T/newer.csv"
import "$T/newer.csv"
expect_text "1 changed"
by_sku "${ITEMS/A,150.00,74.00,60.00/A,150.00,89.00,45.00}"
expect_green

begin "Taobao: what was paid is told less what was paid back; what the buyer had paid counts"
shop less $CN
cat >"$T/less.csv" <<'CSV'
订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量,天猫卡券抵扣,退款金额
1,a,92.00,10.00,102.00,32.00,交易成功,2026-03-01 10:00:00,2026-03-01 10:05:00,x,2,0.00,70.00
2,b,90.00,10.00,100.00,0.00,交易关闭,2026-03-02 10:00:00,2026-03-02 10:05:00,x,1,5.00,95.00
3,c,64.80,0.00,64.80,64.80,交易成功,2026-03-03 10:00:00,2026-03-03 10:05:00,x,1,0.00,无退款申请
4,d,50.00,0.00,50.00,45.00,交易关闭,2026-03-04 10:00:00,2026-03-04 10:05:00,x,1,5.00,45.00
CSV
import "$T/less.csv"
# 1: 102 paid, of the goods' 92 come 70 back. 2: 95 and 5 of the platform, all back, postage too. 4: a
# file that tells what was paid whole.
run kpi gross_sales,returns_amt,net_sales,shipping_rev,paid_gmv,receivable --from $FROM --to $TO \
    --grain total --format csv
expect_text ",296.8000,210.0000,86.8000,10.0000,306.8000,316.8000,"
expect_green

finish
