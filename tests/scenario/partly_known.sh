#!/bin/bash
# Figures whose data is not all there say so: sources that begin on different days, stores with one
# side of a ratio only, and totals of several days.
. "$(dirname "$0")/lib.sh"
day_of() { # DAYS AFTER 1 JANUARY 2026
    date -u -d "2026-01-01 + $1 days" +%F
}
orders() { # STORE FIRST LAST EACH
    echo "order_id,placed_at,customer_id,paid_at,sku,quantity,unit_price"
    for d in $(seq "$2" "$3"); do
        for n in $(seq "$4"); do
            echo "$1$d-$n,$(day_of "$d") 10:00:00,$1c$d$n,$(day_of "$d") 10:01:00,A,1,10.00"
        done
    done
}
visits() { # STORE FIRST LAST EACH
    echo "session_id,visitor_id,at,pageviews,channel"
    for d in $(seq "$2" "$3"); do
        for n in $(seq "$4"); do
            echo "$1s$d-$n,$1v$d$n,$(day_of "$d") 09:00:00,3,search"
        done
    done
}
ads() { # FIRST LAST SPEND
    echo "date,channel,spend,clicks"
    for d in $(seq "$1" "$2"); do
        echo "$(day_of "$d"),search,$3,3"
    done
}
RANGE="--from 2026-01-01 --to 2026-02-28"
orders a 0 58 2 >"$T/orders.csv"
visits a 45 58 10 >"$T/visits.csv"
ads 45 58 5.00 >"$T/ads.csv"
json() { # ARGUMENTS: one line, so that a figure and its mark can be looked for together
    # shellcheck disable=SC2086
    run kpi "$@" --format json
    expect_exit 0
    OUT=$(tr -d ' \n' <<<"$OUT")
}

begin "a ratio of sources that begin on different days is marked and said"
shop ages --currency EUR --timezone Europe/Berlin
for f in orders visits ads; do
    run import "$T/$f.csv"
    expect_exit 0
done
# shellcheck disable=SC2086
run kpi session_cr,net_sales,sessions,mer,ad_spend $RANGE
expect_line '^Online-store conversion +84\.29%\*$'
expect_line '^Net sales +1,180\.00$'
expect_line '^Sessions +140\*$'
expect_line '^Marketing efficiency +16\.8571\*$'
expect_line '^Ad spend +70\.00\*$'
expect_text "data on visits begins on 2026-02-15; the days before are not all in: Online-store conversion; Sessions"
expect_text "data on ad spend begins on 2026-02-15; the days before are not all in: Marketing efficiency; Ad spend"
# shellcheck disable=SC2086
SHOPVANE_LANG=zh run kpi session_cr $RANGE
expect_text "访问数据自 2026-02-15 起才有"
# shellcheck disable=SC2086
json session_cr $RANGE
expect_text '"complete":false'
begin "by period: only the one in which it begins"
# shellcheck disable=SC2086
run kpi session_cr $RANGE --grain month
expect_line '^2026-02 +40\.00%\*$'
run kpi session_cr,sessions --from 2026-02-15 --to 2026-02-28
expect_line '^Online-store conversion +20\.00%$'
expect_line '^Sessions +140$'
expect_no_text "not complete"
expect_no_text "begins on"
begin "the period compared with"
run kpi session_cr --from 2026-02-20 --to 2026-02-28 --compare prev
expect_line '20\.00% +36\.00%\* '

begin "the reports mark and say the same"
run report week --date 2026-02-20
expect_line '^Payment conversion 20\.00% 140\.00%\* -120\.00 points\*'
expect_text "not complete yet" "data on visits begins on 2026-02-15; the days before are not all in: Unique visitors; Payment conversion"
run report month --date 2026-02
expect_line '^Payment conversion 40\.00%\* –$'
expect_text "data on ad spend begins on 2026-02-15"
run report month --date 2026-02 --format html
expect_text "40.00%*" "data on visits begins on 2026-02-15"
run report month --date 2026-02 --format markdown
expect_text "40.00%*" "data on visits begins on 2026-02-15"
SHOPVANE_LANG=zh run report month --date 2026-02
expect_text "访问数据自 2026-02-15 起才有"
begin "a month before that is not all there is marked in the month's report"
shop late --currency EUR --timezone Europe/Berlin
orders a 20 58 2 >"$T/late.csv"
run import "$T/late.csv"
run report month --date 2026-02
expect_line '^GMV .* 560\.00 \+154\.5%\*$'
expect_text "not complete yet"
DIR=$T/ages

begin "stores with one side of a ratio"
run stores add b
orders b 45 58 1 >"$T/b.csv"
run import "$T/b.csv" --store b
expect_exit 0
run kpi session_cr,orders,sessions --from 2026-02-15 --to 2026-02-28
expect_line '^Online-store conversion +30\.00%\*$'
expect_line '^Orders +42$'
expect_line '^Sessions +140$'
expect_text "no data on visits of these stores: b; they are on one side only of: Online-store conversion"
run kpi session_cr --from 2026-02-15 --to 2026-02-28 --by store
expect_line ' 20\.00%$'
expect_line '^total +30\.00%\*$'
run kpi session_cr --from 2026-02-15 --to 2026-02-28 --where "store = 'main'"
expect_line '^Online-store conversion +20\.00%$'
run kpi session_cr --from 2026-02-15 --to 2026-02-28 --store main
expect_line '^Online-store conversion +20\.00%$'
expect_no_text "one side only"

begin "ad spend that is known only as a total is in no figure of some of its days"
shop totals --currency EUR --timezone Europe/Berlin
run import "$T/orders.csv"
printf '%s\n' date,end_date,channel,spend,clicks 2026-01-01,2026-01-31,search,310.00,100 2026-02-01,,search,7.00,3 \
    2026-02-02,,search,8.00,3 2026-02-02,,social,9.00,3 >"$T/totals.csv"
run import "$T/totals.csv"
expect_exit 0
run kpi ad_spend,mer,cac --from 2026-01-01 --to 2026-01-30
expect_line '^Ad spend +–$' '^Marketing efficiency +–$' '^Acquisition cost +–$'
expect_text "Acquisition cost: ad spend is known only as a total of 2026-01-01 to 2026-01-31"
run kpi ad_spend,mer --from 2026-01-01 --to 2026-01-31
expect_line '^Ad spend +310\.00$' '^Marketing efficiency +2\.0000$'
expect_no_text "known only" "not complete"
run kpi ad_spend --from 2026-01-15 --to 2026-02-02
expect_line '^Ad spend +24\.00\*$'
expect_text "partial: ad spend is known only as a total of 2026-01-01 .. 2026-01-31"
json ad_spend --from 2026-01-15 --to 2026-02-02
expect_text '"complete":false'
run kpi ad_spend --from 2026-01-15 --to 2026-02-02 --by channel
expect_line '^search +15\.00\*$' '^social +9\.00$' '^total +24\.00\*$'
run kpi ad_spend --from 2026-01-15 --to 2026-02-02 --where "channel = 'social'"
expect_line '^Ad spend +9\.00$'
expect_no_text "known only"
run kpi ad_spend --from 2026-01-30 --to 2026-02-01 --grain day
expect_line '^2026-01-30 +–$' '^2026-02-01 +7\.00$' '^total +7\.00\*$' '^\* not complete'
run kpi ad_spend --from 2026-01-01 --to 2026-02-28 --grain month
expect_line '^2026-01 +310\.00$' '^2026-02 +24\.00'
expect_no_text "known only"
run kpi ad_spend --from 2026-02-01 --to 2026-02-02 --compare prev
expect_line '^Ad spend +24\.00 +– '
SHOPVANE_LANG=zh run kpi ad_spend --from 2026-01-01 --to 2026-01-30
expect_text "推广花费只有 2026-01-01 至 2026-01-31 的合计"

begin "the note on known costs says what the KPI of it shows, also where amounts are converted"
shop costs --currency EUR --timezone Europe/Berlin
printf '%s\n' order_id,placed_at,customer_id,paid_at,sku,quantity,unit_price,currency \
    "1,2026-01-05 10:00:00,c1,2026-01-05 10:01:00,A,1,100.00,EUR" \
    "2,2026-01-05 11:00:00,c2,2026-01-05 11:01:00,B,1,1000.00,CNY" >"$T/two.csv"
printf 'date,base,quote,rate\n2026-01-05,CNY,EUR,0.125\n' >"$T/rates.csv"
printf 'goods:\n  - {sku: A, cost: 40}\n' >"$DIR/costs.yaml"
run import "$T/rates.csv" --as generic:fx_rate
expect_exit 0
run import "$T/two.csv"
expect_exit 0
run kpi contribution,cost_coverage --from 2026-01-01 --to 2026-01-31
# 100 of 100 + 125
expect_line '^Cost coverage +44\.44%'
expect_text "of what was sold: main 44.44 %; the rest"
run report month --date 2026-01
expect_text "of what was sold: main 44.44 %; the rest"
finish
