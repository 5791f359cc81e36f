#!/bin/bash
# Figures whose data is not all there say so: sources that begin on different days, stores with one
# side of a ratio only.
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
expect_text "data on visits begins on 2026-02-15; the days before are not all in: Online-store conversion, Sessions"
expect_text "data on ad spend begins on 2026-02-15; the days before are not all in: Marketing efficiency, Ad spend"
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
expect_text "not complete yet" "data on visits begins on 2026-02-15; the days before are not all in: Unique visitors, Payment conversion"
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
cd "$T/ages" || exit 1

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
finish
