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

import() { # NAME...
    run import $(printf "$T/%s.csv " "$@") --again
    expect_exit 0
    [ "$(grep -c "difference to the ledger: 0 rows, 0.0000" <<<"$OUT")" -eq $# ]
    pass_or_fail $? "each file should add up"
}

douyin() { # NAME: rows on standard input
    { echo "$DOUYIN" && cat; } >"$T/$1.csv"
}

DOUYIN='主订单编号,子订单编号,选购商品,商品规格,商品数量,商家编码,订单应付金额,运费,订单提交时间,商家备注,订单完成时间,订单状态,售后状态,取消原因,发货时间,平台实际承担优惠金额,商家实际承担优惠金额,达人实际承担优惠金额,商品ID,货号,商品金额,支付完成时间,订单类型'
row() { # SUB-ORDER SKU UNITS PRICE POSTAGE PLATFORM PAID DAY STATE
    echo "${1%?},$1,x,,$3,$2,$7,$5,2026-03-$8 10:00:00,,,$9,-,,,$6,0,0,1,,$4,2026-03-$8 10:05:00,普通订单"
}
# 690001: B is paid back, 30. 690002: B, 2 pieces of 15 less 4 of the platform and 6 postage: 32 go
# back to the buyer, of the goods 30. 690004: both, A with 10 of the platform.
{
    row 6900011 A 1 50.00 0 0 50.00 01 已完成
    row 6900012 B 1 30.00 0 0 30.00 01 已关闭
    row 6900021 B 2 15.00 6.00 4.00 32.00 02 已关闭
    row 6900031 A 1 50.00 0 0 50.00 31 已完成
} | douyin march
{
    tail -n +2 "$T/march.csv"
    row 6900041 A 1 50.00 0 10.00 40.00 05 已关闭
    row 6900042 B 1 30.00 0 0 30.00 05 已关闭
} | douyin more
# By hand: A 50 + 50; B 30 + 30, all of it back.
MARCH='A,100.00,0.00,100.00
B,60.00,60.00,0.00'
# And A 50 back of 150, B 30 back of 90.
MORE='A,150.00,50.00,100.00
B,90.00,90.00,0.00'

begin "Douyin: the refund of a closed sub-order is its article's"
shop douyin $CN
import march
by_sku "$MARCH"
run kpi net_sales,shipping_rev --from $FROM --to $TO --grain day --format csv
expect_text "2026-03-01,50.0000,0.0000," "2026-03-02,0.0000,0.0000," "2026-03-31,50.0000,0.0000,"
printf 'goods:\n  - {sku: A, cost: 20}\n  - {sku: B, cost: 12}\n' >"$DIR/costs.yaml"
run profit --period 2026-03 --by sku
expect_line '^A 100.00 100.00 100.00 0.00 40.00 ' '^B 60.00 0.00 0.00 0.00 0.00 ' '^total 160.00 100.00 100.00 0.00 40.00 '
run profit --period 2026-03 --by order
expect_line '^690001 80.00 50.00 50.00 0.00 20.00 ' '^690002 [0-9.]+ 0.00 0.00 0.00 0.00 '
! is_full || expect_green

begin "Douyin: the same rows again change nothing, more of them come in, and go"
import march more
expect_text "orders: 0 new, 0 changed" "orders: 1 new, 0 changed, 3 as they were"
by_sku "$MORE"
if is_full; then
    expect_green
    run imports undo 3
    expect_exit 0
    by_sku "$MARCH"
    expect_green
    import more
fi

begin "Douyin: a file of refunds dates them, and nothing counts twice, whichever file comes first"
printf '%s\n' refund_id,order_id,sku,amount,refunded_at,status \
    R1,690001,B,30.00,2026-03-10T10:00:00,succeeded R4,690004,B,30.00,2026-03-11T10:00:00,succeeded \
    R2,690002,,12.00,2026-03-10T10:00:00,succeeded >"$T/refunds.csv"
import refunds
# Of 690004 40 are left, and nobody says of what; what the platform had given stays. Of 690002, an
# order of one article, the other 20 are that article's.
BOTH=',0.00,52.00,-52.00
A,150.00,0.00,150.00
B,90.00,80.00,10.00'
by_sku "$BOTH"
expect_green
DATED=$(ledger)
if is_full; then
    import more
    expect_text "orders: 0 new, 0 changed"
    by_sku "$BOTH"
    run imports undo 6
fi
run imports undo $(some 4 5)
expect_exit 0
by_sku "$MORE"
shop refunds-first $CN
import refunds
import more
expect_same "facts" "$DATED" "$(ledger)"
! is_full || expect_green

begin "Douyin: an export of some sub-orders leaves the others where they are"
# Each order is three sub-orders, two of them alike, of articles A and B with the order's name.
sent() { # ORDER NAME SUB-ORDER...
    for sub in "${@:3}"; do
        case $sub in
        1) row "$1"1 "A$2" 1 50.00 2.00 0 52.00 01 已发货 ;;
        2) row "$1"2 "B$2" 1 30.00 1.00 4.00 27.00 01 已发货 ;;
        3) row "$1"3 "B$2" 1 30.00 0 0 30.00 01 已发货 ;;
        esac
    done
}
shut() { # ORDER NAME
    row "$1"2 "B$2" 1 30.00 1.00 4.00 27.00 01 已关闭
}
finished() { # ORDER NAME
    row "$1"3 "B$2" 1 30.00 0 0 30.00 01 已完成
}
all() { # ORDER NAME: one is shut and one is finished
    sent "$1" "$2" 1 && shut "$1" "$2" && finished "$1" "$2"
}
{
    sent 690011 -whole 1 2 3
    sent 690012 -shut-finished 1 2 3
    sent 690013 -finished-shut 1 2 3
    finished 690014 -finished-first
    sent 690015 -shut-all 1 2 3
    sent 690016 -third-first 3
    sent 690017 -undone 1 2 3
} | douyin filter1
{
    all 690011 -whole
    shut 690012 -shut-finished
    finished 690013 -finished-shut
    shut 690014 -finished-first
    shut 690015 -shut-all
    sent 690016 -third-first 1 2
} | douyin filter2
{
    finished 690012 -shut-finished
    shut 690013 -finished-shut
    sent 690014 -finished-first 1 2 3
    all 690015 -shut-all
} | douyin filter3
{
    all 690014 -finished-first
    shut 690016 -third-first
    shut 690017 -undone
} | douyin filter4
sold() { # RETURNS-OF-B NAME...
    for name in "${@:2}"; do
        printf 'A%s,50.00,0.00,50.00\nB%s,60.00,%d.00,%d.00\n' "$name" "$name" "$1" $((60 - $1))
    done
}
OTHERS=(-finished-shut -shut-all -shut-finished -whole)
shop filtered $CN
import filter1 filter2 filter3 filter4
expect_text "5 orders have sub-orders that are in already and not in this file"
by_sku "$(sold 30 "${OTHERS[@]}" -finished-first -third-first -undone | sort)"
run kpi paid_gmv,receivable,gmv --by order --from $FROM --to $TO --grain total --format csv
expect_same "what the heads say" 109.0000,113.0000,110.0000,false "$(sed '1d; s/^,[0-9]*,//; s/\r//' <<<"$OUT" | sort -u)"
run profit --period 2026-03 --by order
expect_same "profits" 1 "$(sed -n 's/^6900[0-9]*//p' <<<"$OUT" | sort -u | wc -l)"
! is_full || expect_green
printf '%s\n' refund_id,order_id,amount,refunded_at,status R8,690016,27.00,2026-03-10T10:00:00,succeeded >"$T/eighth.csv"
import eighth
by_sku "$({ echo ',0.00,27.00,-27.00' && sold 30 "${OTHERS[@]}" -finished-first -undone && sold 0 -third-first; } | sort)"
run imports undo 5
run imports undo 4
expect_exit 0
by_sku "$({ sold 30 "${OTHERS[@]}" && sold 0 -finished-first -third-first -undone; } | sort)"
expect_green

begin "what is paid back of an excluded article counts as little as its sale"
cat >"$T/jd2.csv" <<'CSV'
订单号,商品ID,商品名称,订购数量,京东价,订单金额,结算金额,余额支付,应付金额,运费金额,下单时间,付款确认时间,订单状态
1,a,甲,1,10.00,30.00,27.00,0,30.00,5.00,2026-03-01 10:00:00,2026-03-01 10:01:00,(删除)等待出库
1,b,乙,1,20.00,30.00,27.00,0,30.00,5.00,2026-03-01 10:00:00,2026-03-01 10:01:00,(删除)等待出库
CSV
shop excluded $CN
printf -- '- {sku: B, reason: gift}\n- {sku: b, reason: gift}\n' >"$DIR/exclude.yaml"
import more jd2 $(some "" more)
by_sku 'A,150.00,50.00,100.00
a,10.00,7.00,0.00'
run kpi net_sales,shipping_rev --from 2026-03-02 --to $TO --grain total --format csv
expect_text ",50.0000,0.0000,"
expect_green

begin "Douyin, Pinduoduo, Taobao: a refund without its amount is told, until a file of refunds has it"
shop told $CN
{
    row 6900051 A 1 50.00 0 0 50.00 01 已完成 | sed 's/,-,/,退款成功,/'
    row 6900052 B 1 30.00 0 0 30.00 01 已完成
    row 6900061 B 1 30.00 0 0 30.00 02 已关闭 | sed 's/,-,/,退款成功,/'
    row 6900071 B 1 30.00 0 0 30.00 03 已完成 | sed 's/,-,/,售后关闭,/'
} | douyin done
{
    row 6900041 C 1 50.00 0 10.00 40.00 05 已发货
    row 6900042 D 1 30.00 0 0 30.00 05 已发货
} | douyin sent
# An order that was paid and closed, and no refund stands in the file.
printf '%s\n' '订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量,退款金额' \
    '1,a,50,0,50,0,交易关闭,2026-03-01 10:00:00,2026-03-01 10:05:00,x,1,无退款申请' \
    '2,a,50,0,50,0,交易关闭,2026-03-01 10:00:00,2026-03-01 10:05:00,x,1,50' >"$T/closed.csv"
import done sent closed
expect_text "1 orders have a refund that went through, and this file does not say how much" \
    "1 rows are refunded by their state, and the file does not say how much"
by_sku ',100.00,50.00,50.00
A,50.00,0.00,50.00
B,90.00,30.00,60.00
C,50.00,0.00,50.00
D,30.00,0.00,30.00'
printf '%s\n' 售后单号,订单号,商家编码,售后状态,退款金额,售后申请时间,退款时间 \
    '501,690005,A,退款成功,12.00,2026-03-04 10:00:00,2026-03-05 10:00:00' >"$T/after.csv"
cat >"$T/pdd.csv" <<'CSV'
商品,订单号,订单状态,商品总价(元),邮费(元),店铺优惠折扣(元),平台优惠折扣(元),多多支付立减金额(元),用户实付金额(元),商家实收金额(元),商品数量(件),商家编码-规格维度,售后状态,订单成交时间
x,11,已发货，退款成功,100.00,0.00,0.00,0.00,0.00,100.00,100.00,1,P,退款成功,2026-03-01 10:00:00
x,12,已收货,90.00,0.00,0.00,0.00,0.00,90.00,90.00,1,P,退款成功,2026-03-01 10:00:00
x,13,已收货,80.00,0.00,0.00,0.00,0.00,80.00,80.00,1,P,无售后或售后取消,2026-03-01 10:00:00
CSV
import after
run --lang zh import "$T/done.csv" "$T/pdd.csv" --again
expect_exit 0
expect_text "1 个订单已退款成功，但本文件没有退款金额"
[ "$(grep -c "退款成功，但" <<<"$OUT")" = 1 ]
pass_or_fail $? "Pinduoduo's file alone tells of refunds without amount"

begin "Douyin: a refused row of a known order, and its repair"
{
    row 6900041 C 1 50.00 0 10.00 40.00 05 已关闭
    row 6900042 D 1 oops 0 0 30.00 05 已关闭
} | douyin broken
run import "$T/broken.csv"
expect_exit 3
run kpi returns_amt --by sku --from $FROM --to $TO --grain total --format csv
expect_text ",A,12.0000," ",C,50.0000,"
expect_no_text ",D,"
run quarantine retry 7
sed -i 's/oops/30.00/' "$DIR"/quarantine/*.csv
run import "$DIR"/quarantine/*.csv
expect_exit 0
by_sku ',100.00,50.00,50.00
A,50.00,12.00,38.00
B,90.00,30.00,60.00
C,50.00,50.00,0.00
D,30.00,30.00,0.00
P,270.00,100.00,170.00'
expect_green

begin "JD: an order that was paid and then cancelled gives back all its articles; Pinduoduo: an order is an article"
cat >"$T/jd.csv" <<'CSV'
订单号,商品ID,商品名称,订购数量,京东价,订单金额,结算金额,余额支付,应付金额,运费金额,下单时间,付款确认时间,订单状态
1,a,甲,1,10.00,30.00,27.00,0,30.00,5.00,2026-03-01 10:00:00,2026-03-01 10:01:00,(删除)等待出库
1,b,乙,1,20.00,30.00,27.00,0,30.00,5.00,2026-03-01 10:00:00,2026-03-01 10:01:00,(删除)等待出库
2,b,乙,1,20.00,20.00,20.00,0,20.00,0,2026-03-02 10:00:00,2026-03-02 10:01:00,完成
CSV
cat >"$T/article.csv" <<'CSV'
商品,订单号,订单状态,商品总价(元),邮费(元),店铺优惠折扣(元),平台优惠折扣(元),多多支付立减金额(元),用户实付金额(元),商家实收金额(元),商品数量(件),商家编码-规格维度,订单成交时间
x,11,已发货，退款成功,100.00,5.00,10.00,3.00,2.00,90.00,95.00,1,P,2026-03-01 10:00:00
x,12,已收货,100.00,0.00,10.00,0.00,0.00,90.00,90.00,1,P,2026-03-01 10:00:00
CSV
shop platforms $CN
import jd article $(some "" jd)
! is_full || expect_text "orders: 0 new, 0 changed"
# JD: the shop bears 3 of 30: 1 and 2. The platform 2 of 32. All of it is back.
PLATFORMS='P,200.00,90.00,90.00
a,10.00,9.00,0.00
b,40.00,18.00,20.00'
by_sku "$PLATFORMS"

begin "Taobao: what was paid is told less what was paid back; what the buyer had paid counts"
HEAD='订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量'
cat >"$T/less.csv" <<CSV
$HEAD,天猫卡券抵扣,退款金额
4001,a,92.00,10.00,102.00,32.00,交易成功,2026-03-01 10:00:00,2026-03-01 10:05:00,x,2,0.00,70.00
4002,b,90.00,10.00,100.00,0.00,交易关闭,2026-03-02 10:00:00,2026-03-02 10:05:00,x,1,5.00,95.00
4003,c,64.80,0.00,64.80,64.80,交易成功,2026-03-03 10:00:00,2026-03-03 10:05:00,x,1,0.00,无退款申请
4004,d,50.00,0.00,50.00,45.00,交易关闭,2026-03-04 10:00:00,2026-03-04 10:05:00,x,1,5.00,45.00
CSV
begin "Taobao: the items' file tells the articles, before or after that of the orders, and a newer one tells of refunds"
orders() { # FIRST-DIGITS [REFUND-OF-2]
    echo "${1}1,a,90,10,100,100,交易关闭,2026-03-01 10:00:00,2026-03-01 10:05:00,x,2,100.00"
    echo "${1}2,b,50,0,50,50,交易成功,2026-03-02 10:00:00,2026-03-02 10:05:00,x,1,${2:-20.00}"
    echo "${1}3,c,60,0,60,60,交易成功,2026-03-03 10:00:00,2026-03-03 10:05:00,x,2,15.00"
}
items() { # FIRST-DIGITS NAME
    echo "${1}1,x,60.00,1,A$2,,,交易关闭"
    echo "${1}1,y,40.00,1,B$2,,,交易关闭"
    echo "${1}2,x,60.00,1,A$2,,,交易成功"
    echo "${1}3,x,30.00,1,A$2,,,交易成功"
    echo "${1}3,y,30.00,1,B$2,,,交易成功"
}
{ echo "$HEAD,退款金额" && orders 10 && orders 20; } >"$T/orders1.csv"
{ echo "$HEAD,退款金额" && orders 20 35.00 && orders 30; } >"$T/orders2.csv"
{ echo 订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,订单状态 && items 10 -after && items 20 -newer &&
    items 30 -before; } >"$T/items.csv"
import less orders1
# 4001: 102 paid, of the goods' 92 come 70 back. 4002: 95 and 5 of the platform, all back, postage too.
# 4004: a file that tells what was paid whole.
run kpi gross_sales,returns_amt,net_sales,shipping_rev,paid_gmv,receivable --by order --from $FROM --to $TO \
    --grain total --format csv
expect_text ",4001,92.0000,70.0000,22.0000,10.0000,102.0000,102.0000," ",4002,90.0000,90.0000,0.0000,0.0000,95.0000,100.0000," \
    ",4003,64.8000,0.0000,64.8000,0.0000,64.8000,64.8000," ",4004,50.0000,50.0000,0.0000,0.0000,45.0000,50.0000,"
! is_full || ORDERS=$(ledger)
import items
FIRST=$(ledger)
import $(some "" orders1) orders2
# 1: 100 for 90, A 54, B 36. 2: 20 of 50, and 35 in the newer one. 3: 15, of A or B.
by_sku ",296.8000,255.00,41.8000
A-after,150.00,74.00,60.00
A-before,150.00,74.00,60.00
A-newer,150.00,89.00,45.00
B-after,70.00,36.00,30.00
B-before,70.00,36.00,30.00
B-newer,70.00,36.00,30.00
$PLATFORMS"
expect_green
! is_full || run imports undo 8
run imports undo $(some 6 7)
expect_exit 0
expect_same "facts" "$FIRST" "$(ledger)"
if is_full; then
    run imports undo 6
    expect_exit 0
    expect_same "facts" "$ORDERS" "$(ledger)"
    expect_green
fi

finish
