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

GOOGLE='Currency code,Cost,Impr.,Clicks,Conversions,Conv. value'
by_campaign() { # FILE SPEND
    printf '%s\n' "Day,Campaign,$GOOGLE" "2025-03-01,A,USD,$2,100,10,1.00,50.00" \
        "2025-03-01,B,USD,7.00,70,7,0.00,0.00" >"$T/$1"
}
by_id() { # FILE
    printf '%s\n' "Day,Campaign,Campaign ID,$GOOGLE" "2025-03-01,A,777,USD,10.00,100,10,1.00,50.00" >"$T/$1"
}
by_group() { # FILE SPEND
    printf '%s\n' "Day,Campaign,Ad group,$GOOGLE" "2025-03-01,A,G1,USD,$2,60,6,1.00,50.00" \
        "2025-03-01,A,G2,USD,4.00,40,4,0.00,0.00" >"$T/$1"
}
google() { # a shop NAME
    shop "$1" --currency USD --timezone America/New_York
}
by_campaign a.csv 10.00
by_id b.csv
by_group c.csv 6.00

begin "reports of one day in other detail are the same money: the later one counts"
google detail
run import "$T/a.csv"
spent 2025-03-01 2025-03-01 17.0000
run import "$T/b.csv"
expect_exit 0
expect_text "in other detail (USD 10.00) makes way for this one (10.00)"
spent 2025-03-01 2025-03-01 17.0000
run import "$T/c.csv"
expect_exit 0
spent 2025-03-01 2025-03-01 17.0000
run reconcile
expect_text "difference between facts and ledgers: 0.0000"
expect_green

begin "undoing it brings the earlier report back"
run imports undo 3
expect_exit 0
spent 2025-03-01 2025-03-01 17.0000
run imports undo 2
expect_exit 0
spent 2025-03-01 2025-03-01 17.0000

begin "a coarser report that says the same is left out, another sum counts"
google coarser
run import "$T/c.csv"
run import "$T/a.csv"
expect_exit 0
expect_line '^duplicate 1 '
spent 2025-03-01 2025-03-01 17.0000
by_campaign later.csv 11.00
run import "$T/later.csv"
expect_exit 0
expect_text "in other detail (USD 10.00) makes way for this one (11.00)"
spent 2025-03-01 2025-03-01 18.0000
run imports undo 3
expect_exit 0
spent 2025-03-01 2025-03-01 17.0000

begin "what was left out comes back when the finer report is undone and the coarser one imported again"
run imports undo 1
expect_exit 0
run import "$T/a.csv"
expect_exit 0
spent 2025-03-01 2025-03-01 17.0000

begin "an older report in other detail is left out"
google older
run import "$T/c.csv" --as-of 2025-03-10
by_campaign stale.csv 9.00
run import "$T/stale.csv" --as-of 2025-03-02
expect_exit 0
expect_line '^older version 1 '
spent 2025-03-01 2025-03-01 17.0000

begin "rows of one file in several details all count"
google mixed
printf '%s\n' "Day,Campaign,Ad group,$GOOGLE" "2025-03-01,A,,USD,2.00,60,6,1.00,50.00" \
    "2025-03-01,A,G1,USD,4.00,40,4,0.00,0.00" >"$T/mixed.csv"
run import "$T/mixed.csv"
spent 2025-03-01 2025-03-01 6.0000
sed 's/4.00/5.00/' "$T/mixed.csv" >"$T/mixed2.csv"
run import "$T/mixed2.csv"
expect_exit 0
spent 2025-03-01 2025-03-01 7.0000

begin "without a channel only one campaign is the same money"
google nameless
printf 'date,campaign,spend,clicks\n2025-03-01,A,10.00,5\n' >"$T/n1.csv"
printf 'date,spend,clicks\n2025-03-01,4.00,5\n' >"$T/n2.csv"
run import "$T/n1.csv" --as generic:ad_spend
run import "$T/n2.csv" --as generic:ad_spend
expect_exit 0
spent 2025-03-01 2025-03-01 14.0000
begin "千川: the row of all, 全部 or -, is a sum row and counts once; what is nobody's and no sum is spend"
HEAD='素材ID,素材名称,整体消耗,整体展现次数,整体点击次数,整体成交订单数,整体成交金额,净成交金额,净成交订单数'
spend_of_all() { # FIRST CELL, SPEND
    shop "all_$3" --currency CNY --timezone Asia/Shanghai
    printf '%s\n' "$HEAD" "$1,,$2,2000,20,2,600,500,2" "741,a,100.00,1000,10,1,300.00,250.00,1" \
        "742,b,50.00,1000,10,1,300.00,250.00,1" >"$T/qianchuan_2026-03-01_2026-03-31.csv"
    run import "$T/qianchuan_2026-03-01_2026-03-31.csv"
    expect_exit 0
    run kpi ad_spend --period 2026-03 --grain total --format csv
}
spend_of_all 全部 150.00 a
expect_text ",150.0000,"
spend_of_all - 150.00 b
expect_text ",150.0000,"
run import "$T/qianchuan_2026-03-01_2026-03-31.csv" --again --dry-run
expect_text "1 sum rows left out; what can be checked of them agrees with the rows"
spend_of_all - 20.00 c
expect_text ",170.0000,"

begin "ads read by names: clicks and values in the words of platforms, a total of so many results, and what is not used is told"
printf '%s\n' 'Date,Campaign name,Cost,CPC (Destination),Impressions,Clicks (Destination),Purchases,Purchase value,Video clicks' \
    2026-03-01,T1,100.00,0.50,20000,200,5,320.00,7 2026-03-02,T1,50.00,0.50,10000,100,2,130.00,8 \
    'Total of 2 results,-,150.00,0.50,30000,300,7,450.00,15' >"$T/tiktok.csv"
shop tiktok --currency EUR --timezone Europe/Berlin
run import "$T/tiktok.csv"
expect_exit 0
expect_line '^ad_spend 2 150.00 ' '^sum row 1 '
expect_text 'columns with amounts that are not used: "Video clicks";'
run kpi ad_spend,ad_clicks_total,ctr,roas_claimed --period 2026-03 --grain total --format csv
expect_text ",150.0000,300,0.0100000000000,3.00000000000,"
printf '%s\n' 'By Day,Campaign name,Cost,Impressions,Purchases (website)' 2026-04-01,T1,12.00,500,1 2026-04-02,T1,8.00,300,- \
    'Total of 2 results,-,20.00,800,1' >"$T/by_day.csv"
run import "$T/by_day.csv"
expect_line '^ad_spend 2 20.00 ' '^sum row 1 '
printf '%s\n' 'Date,Currency,Campaign Name,Impressions,Clicks,Spend,7 Day Total Sales,7 Day Total Orders (#)' \
    '"May 01, 2026",EUR,SP1,1000,10,€5.00,€50.00,2' '"May 02, 2026",EUR,SP1,500,5,€5.00,€0.00,' >"$T/amazon.csv"
run import "$T/amazon.csv"
run kpi ad_spend,roas_claimed,cvr_ad --period 2026-05 --grain total --format csv
expect_text ",10.0000,5.00000000000,0.133333333333,"

finish
