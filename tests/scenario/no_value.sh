#!/bin/bash
# What is not known is no 0, and says why.
. "$(dirname "$0")/lib.sh"
export SHOPVANE_LANG=en

begin "a missing exchange rate leaves no cost of goods, and says why"
shop rate --currency CNY --timezone Asia/Shanghai
run stores add cn platform=tmall
run stores add eu platform=shopify currency=EUR timezone=Europe/Berlin
printf '店铺,商家编码,主SKU,单位成本\ncn,A,M-A,20.00\neu,A,M-A,3.00\n' >"$DIR/sku-map.csv"
head='订单编号,下单时间,付款时间,商品编码,数量,单价,实付金额'
printf '%s\nA1,2026-03-09 12:00:00,2026-03-09 12:00:30,A,1,100.00,100.00\n' "$head" >"$T/cn.csv"
printf '%s\nE1,2026-03-09 12:00:00,2026-03-09 12:00:30,A,1,10.00,10.00\n' "$head" >"$T/eu.csv"
run import --store cn "$T/cn.csv"
run import --store eu "$T/eu.csv"
run kpi goods_cost,cogs,contribution --by store --from 2026-03-09 --to 2026-03-09
for name in Goods "Cost of goods sold" "Contribution profit"; do
    expect_text "– $name: no exchange rate EUR to CNY on 2026-03-09"
done
expect_text "cn     20.00               20.00                80.00"
expect_no_text "no cost is known"

begin "ads without clicks, impressions and claims have no value, not 0, and leave those of others as they are"
shop untold --currency EUR --timezone Europe/Berlin
told() { # WANT...
    run kpi ad_clicks_total,ad_impressions_total,cpc,cpm,ctr,roas_claimed --from 2026-03-01 --to 2026-03-02 --grain total "$@"
}
printf '%s\n' Date,Channel,Campaign,Cost 2026-03-01,radio,A,50.00 2026-03-02,radio,A,60.00 >"$T/radio.csv"
printf '%s\n' 'Day,Campaign,Cost,Impr.,Clicks,Conv. value' 2026-03-01,B,20.00,1000,40,60.00 2026-03-02,B,10.00,500,0, >"$T/google.csv"
run import "$T/radio.csv"
told
expect_text "– Ad clicks: the ad files tell no clicks" "– Ad impressions: the ad files tell no impressions" \
    "– Click-through rate: the ad files do not tell clicks and impressions" "– Cost per click: the ad files tell no clicks"
expect_no_text "0.00%"
run import "$T/google.csv"
told --format csv
expect_text ",40,1500,0.7500,20.0000,0.0266666666667,2.00000000000,"
run kpi roas_claimed --from 2026-03-02 --to 2026-03-02 --grain total --format csv
expect_text ",0,true"

begin "ads without claimed orders convert to no value, not to 0"
shop claims --currency CNY --timezone Asia/Shanghai
printf 'date,channel,cost,impressions,clicks\n2026-03-01,google,100.00,1000,50\n' >"$T/ads.csv"
run import --as generic:ad_spend "$T/ads.csv"
expect_exit 0
run kpi cvr_ad,roas_claimed --from 2026-03-01 --to 2026-03-01
expect_text "– Ad conversion rate: the ad files do not tell orders and clicks"
expect_text "– ROAS claimed by platforms: the ad files claim no sales"
printf 'date,channel,cost,impressions,clicks,claimed_orders\n2026-03-02,google,100.00,1000,50,0\n' >"$T/ads.csv"
run import --as generic:ad_spend "$T/ads.csv"
run kpi cvr_ad --from 2026-03-02 --to 2026-03-02
expect_text "0.00%"

begin "those who ordered are not those who bought"
shop buyers --currency CNY --timezone Asia/Shanghai
printf '统计日期,访客数,支付金额,下单买家数,支付买家数\n2026-03-01,100,900,13,11\n' >"$T/d.csv"
run import "$T/d.csv"
run --lang zh kpi 下单买家数 --from 2026-03-01 --to 2026-03-01
expect_text "下单人数    13"

begin "a store whose files name no buyer has no buyers, instead of 0"
shop nobody --currency CNY --timezone Asia/Shanghai
run stores add some platform=shopify
printf '%s\nN1,2026-03-09 12:00:00,2026-03-09 12:00:30,A,1,100.00,100.00\n' "$head" >"$T/nobody.csv"
printf '%s,买家会员名\nS1,2026-03-09 12:00:00,2026-03-09 12:00:30,A,1,100.00,100.00,ann\n' "$head" >"$T/somebody.csv"
run import --store main "$T/nobody.csv"
run kpi buyers,orders,paying_buyers --from 2026-03-09 --to 2026-03-09
expect_text "– Buyers: no buyer id in the exports of store main"
expect_text "– Paying buyers: no buyer id in the exports of store main"
run import --store some "$T/somebody.csv"
run kpi buyers,orders --store some --from 2026-03-09 --to 2026-03-09 --grain total --format csv
expect_text ",1,1,"
run kpi buyers,orders --by store --from 2026-03-09 --to 2026-03-09
expect_line '^some +1 +1$' '^main +– +1$'

begin "in a report, a 0 of days that are there is not late, and costs that nobody knows are not either"
shop report --currency CNY --timezone Asia/Shanghai
{
    echo "$head"
    for d in 05 06 07 08 09 10 11; do
        echo "R$d,2024-11-$d 10:00:00,2024-11-$d 10:01:00,A,1,100.00,100.00"
    done
} >"$T/feast.csv"
run import "$T/feast.csv"
run report promo 11.11 --date 2024
expect_line '^Discount rate +0.00%\* '
expect_no_text "late"
run report month --date 2024-11
expect_line '^Cost of goods sold +not known ' '^Gross profit +not known ' \
    '^KPI +all stores +change on the month before' '^category .* change on last year '
run --lang zh report month --date 2024-11
expect_line '^销售成本 +未知 ' '^指标 +全部店铺 +较上月变化'

begin "orders of days of which only a refund has come are late, and not 0"
shop refunded --currency CNY --timezone Asia/Shanghai
{
    echo "order_id,placed_at,paid_at,status,sku,quantity,unit_price"
    for d in 01 02 03 04 05; do
        echo "F$d,2026-03-$d 10:00:00,2026-03-$d 10:01:00,paid,A,1,100.00"
    done
} >"$T/placed.csv"
printf 'refund_id,order_id,amount,status,at\nr1,F05,30.00,succeeded,2026-03-07 10:00:00\n' >"$T/back.csv"
run import "$T/placed.csv" --as generic
run import "$T/back.csv" --as generic:refund
run kpi orders,net_sales,returns_amt --from 2026-03-05 --to 2026-03-07 --grain day
expect_line '^2026-03-05 +1 +100.00 +0.00$' '^2026-03-06 +– +– +0.00\*$' '^2026-03-07 +– +– +30.00\*$' \
    '^total +1\* +70.00\* +30.00\*$'
expect_text "– Net sales: no data in order lines after 2026-03-05" "after 2026-03-05; what came back since stands in the total"
run kpi orders,net_sales --from 2026-03-04 --to 2026-03-07 --compare 2026-03-01..2026-03-04
expect_line '^Orders +2\* +2 ' '^Net sales +170.00\* +200.00 '
run kpi net_sales --from 2026-03-05 --to 2026-03-07 --evidence
expect_text "newest record: 2026-03-07"
finish
