#!/bin/bash
# Ad spend by day and as totals of periods: the same money never counts twice.
. "$(dirname "$0")/lib.sh"
META='Campaign name,Ad set name,Ad name,Attribution setting,Amount spent (EUR),Impressions,Reach,Link clicks,Purchases,Purchases conversion value'
days() { # FILE DAY:SPEND...
    echo "Reporting starts,Reporting ends,Day,$META" >"$T/$1"
    for d in "${@:2}"; do
        echo "2025-05-01,2025-05-31,${d%%:*},C1,S,A,7-day click,${d##*:},100,90,10,1,50.00" >>"$T/$1"
    done
}
total() { # FILE FROM TO SPEND
    printf '%s\n' "Reporting starts,Reporting ends,$META" "$2,$3,C1,S,A,7-day click,$4,200,150,20,2,110.00" >"$T/$1"
}
spent() { # FROM TO WANTED
    run kpi ad_spend --from "$1" --to "$2" --grain total --format csv
    expect_text ",$3,"
}
material() { # FILE SPEND
    printf '%s\n' '素材ID,素材名称,整体消耗,整体展现次数,整体点击次数,整体成交订单数,整体成交金额' "	1,视频,$2,1000,50,3,300.00" >"$T/$1"
}
days all.csv 2025-05-01:10.00 2025-05-31:12.50
total month.csv 2025-05-01 2025-05-31 22.50

begin "a total whose days are there makes way for them, whichever comes first"
shop days-first --currency EUR --timezone Europe/Berlin
run import "$T/all.csv"
run import "$T/month.csv"
expect_exit 0
expect_text "the total of 2025-05-01 .. 2025-05-31 (22.50) makes way for its days (22.50)"
expect_line '^duplicate 1 '
spent 2025-05-01 2025-05-31 22.5000
shop total-first --currency EUR --timezone Europe/Berlin
run import "$T/month.csv"
spent 2025-05-01 2025-05-31 22.5000
run import "$T/all.csv"
expect_text "makes way for its days"
spent 2025-05-01 2025-05-31 22.5000
spent 2025-05-01 2025-05-01 10.0000
expect_green

begin "undoing the days brings the total back"
run imports undo 2
spent 2025-05-01 2025-05-31 22.5000
run kpi ad_spend --from 2025-05-01 --to 2025-05-01 --grain total --format csv
expect_no_text "10.0000"

begin "days that are a part of a total are refused with the remedy, and nothing changes"
days some.csv 2025-05-30:3.00 2025-06-01:4.00
run import "$T/some.csv"
expect_exit 1
expect_text "would count twice (import #1 has one of them)" "nothing was imported"
run --lang zh import "$T/some.csv"
expect_text "会重复计算"
spent 2025-05-01 2025-05-31 22.5000

begin "periods that cross are refused"
total cross.csv 2025-05-20 2025-06-10 9.00
run import "$T/cross.csv"
expect_exit 1
expect_text "would count twice"

begin "days that sum to their total are all of them, also when its edges had no spend"
shop sums --currency EUR --timezone Europe/Berlin
days inside.csv 2025-05-03:10.00 2025-05-20:12.50
run import "$T/inside.csv"
run import "$T/month.csv"
expect_exit 0
expect_text "makes way for its days (22.50)"

begin "other campaigns are other money"
sed 's/C1/C2/' "$T/month.csv" >"$T/other.csv"
run import "$T/other.csv"
expect_exit 0
spent 2025-05-01 2025-05-31 45.0000

begin "a month to date takes the place of what it was before"
shop to-date --currency CNY --timezone Asia/Shanghai
material qianchuan_2025-05-01_2025-05-01.csv 5.00
material qianchuan_2025-05-01_2025-05-15.csv 150.50
material qianchuan_2025-05-01_2025-05-31.csv 250.50
for to in 01 15 31; do
    run import "$T/qianchuan_2025-05-01_2025-05-$to.csv"
    expect_exit 0
done
expect_text "takes the place of those of shorter periods in it (150.50)"
spent 2025-05-01 2025-05-31 250.5000
expect_green
finish
