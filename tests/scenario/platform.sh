#!/bin/bash
# What platforms report: imported, revised, undone; mixed with a store that has visits of its own.
. "$(dirname "$0")/lib.sh"

begin "a shop of two stores"
shop p --currency CNY --timezone Asia/Shanghai
cat >"$DIR/stores.yaml" <<'END'
stores:
  tmall: {platform: tmall}
  web: {platform: woo}
END
cat >"$T/first.csv" <<'END'
date,sku,measure,value
2026-11-22,,visitors,1200
2026-11-22,,paid_amount,8800.50
2026-11-22,,paying_buyers,60
2026-11-23,,visitors,1300
2026-11-23,,paid_amount,9000
2026-11-23,CUP,product_visitors,400
2026-11-23,POT,product_visitors,300
END
cat >"$T/second.csv" <<'END'
date,sku,measure,value
2026-11-23,,visitors,1310
2026-11-23,,paid_amount,9000
END
cat >"$T/visits.csv" <<'END'
name,at,visitor_id
page_view,2026-11-23 10:00:00,a
page_view,2026-11-23 10:01:00,b
END
run import "$T/first.csv" --as generic:platform_stat --store tmall
expect_exit 0
days="--from 2026-11-22 --to 2026-11-23"

begin "people by day, never over days; amounts over days"
run kpi visitors,paid_gmv,atv_customer,visits_daily_sum $days --grain day --format csv
expect_exit 0
expect_text "2026-11-22,1200,8800.5000,146.6750,1200,"
run kpi visitors,paid_gmv,visits_daily_sum $days --format csv
expect_text ",,17800.5000,2500,"
run kpi visitors $days
expect_text "needs the 2-day export of visitors (2026-11-22 to 2026-11-23): single days do not add up"
run --lang zh kpi 访客数 $days
expect_text "tmall：需要 2 天的“访客数”导出（2026-11-22 至 2026-11-23）"

begin "articles have rows of their own, the store's total is its own row"
run kpi visitors --by sku --from 2026-11-23 --to 2026-11-23 --format json
expect_text '"by":{"sku":"CUP"},"value":"400"'
expect_text '"total":{"time":null,"by":{},"value":"1300"'
expect_text '"origins":[{"source":"platform_stat","stores":["tmall"]}]'

begin "a revised day is marked, its history told, and undone"
run import "$T/second.csv" --as generic:platform_stat --store tmall
expect_exit 0
run kpi visitors,paid_gmv $days --grain day --format json --evidence
expect_text '"value":"1310","num":null,"den":null,"compare":null,"complete":true,"restated":true'
expect_text '"before":"1300","after":"1310"'
run kpi visitors $days --grain day
expect_text "1,310†"
run imports undo 2
expect_exit 0
run kpi visitors $days --grain day --format json
expect_text '"value":"1300"'
expect_no_text restated

begin "all stores: sums mix and say so, people are asked by store"
run import "$T/visits.csv" --as generic:event --store web
expect_exit 0
run kpi visitors --from 2026-11-23 --to 2026-11-23
expect_text "figures of several stores do not add up: ask by store"
expect_text "Unique visitors: behaviour events (web), platforms' figures (tmall)"
run kpi visitors --by store --from 2026-11-23 --to 2026-11-23 --format csv
expect_text ",tmall,1300,true"
expect_text ",web,2,true"

begin "a period of several days stands in one cell or in two columns, and answers just that question"
printf '%s\n' '统计日期,访客数,支付金额,支付买家数' '2026-10-01,100,"1,000.00",5' '2026-10-02,110,1100.00,6' >"$T/days.csv"
printf '%s\n' '统计日期,访客数,支付金额,支付买家数' '2026-10-01~2026-10-07,700,8000.00,33' '2026-10-01 至 2026-10-30,2500,30000.00,120' >"$T/weeks.csv"
printf '%s\n' '开始日期,结束日期,访客数,支付金额,支付买家数' '2026/10/8,2026/10/14,800,9000.00,40' >"$T/columns.csv"
printf '%s\n' '统计日期,商品ID,商品名称,商品访客数,商品浏览量,支付买家数,支付金额' '2026-10-01~2026-10-07,680001,杯,300,900,20,4000.00' >"$T/items.csv"
for file in days weeks columns items; do
    run import "$T/$file.csv" --store tmall
    expect_exit 0
done
expect_text "read as sycm-item-day" "dates: 2026-10-01 .. 2026-10-07"
reach() { # FROM TO WANT
    run kpi visitors,paying_buyers --store tmall --from "$1" --to "$2" --grain total --format csv
    expect_text "$3"
}
reach 2026-10-01 2026-10-01 ",100,5,"
reach 2026-10-01 2026-10-07 ",700,33,"
reach 2026-10-08 2026-10-14 ",800,40,"
reach 2026-10-01 2026-10-30 ",2500,120,"
reach 2026-10-01 2026-10-06 ",,,"
run kpi visits_daily_sum,paid_gmv --store tmall --from 2026-10-01 --to 2026-10-02 --grain total --format csv
expect_text ",210,2100.0000,"
run kpi product_viewers --by sku --store tmall --from 2026-10-01 --to 2026-10-07 --format csv
expect_text ",680001,300,"
run import "$T/days.csv" --store tmall --again --period 2026-10-01..2026-10-07
expect_text "--period is not used: the file has dates of its own"

begin "what platforms do not report is refused with the reason"
run kpi visitors --by country --store tmall $days
expect_exit 1
expect_text 'table "platform_stat" has no dimension "country"'
run kpi visitors --grain hour --store tmall $days
expect_text "platforms report no figures by hour: ask by day"

begin "dialects: of the question, of the shop"
run kpis show new_buyers --dialect taobao
expect_text "local_date - prev_order_date > 365"
run kpis show new_buyers
expect_no_text "prev_order_date > 365"
echo "dialect: taobao" >>"$DIR/shop.yaml"
run kpis show new_buyers
expect_text "local_date - prev_order_date > 365"
run kpis show new_buyers --dialect own
expect_no_text "prev_order_date > 365"
run kpis check
expect_exit 0
expect_green

begin "a list of the shop's sales by day is platform figures; in parts of a day it is not"
shop daily --currency EUR --timezone Europe/Berlin
printf '%s\n' 'Date,Orders,Revenue (EUR),Visitors,Sessions,Conversion Rate' \
    '2026-03-01,10,"1,000.50",500,700,1.43%' '2026-03-02,12,1200.00,600,800,1.50%' 'Total,22,2200.50,1100,1500,1.47%' >"$T/daily.csv"
printf '%s\n' 'Date,Orders,Revenue (EUR),Visitors' 2026-03-02,12,1250.00,600 2026-03-03,5,500.00,300 >"$T/later.csv"
daily() { # WANT
    run kpi paid_orders,paid_gmv --from 2026-03-01 --to 2026-03-03 --grain total --format csv
    expect_text "$1"
}
run import "$T/daily.csv"
expect_exit 0
expect_line '^platform_stat 6 ' '^sum row 1 '
expect_text '"Orders" is read as orders paid; "Revenue (EUR)" is read as amount paid' 'not used: "Sessions", "Conversion Rate"'
daily ",22,2200.5000,"
run kpi visitors,uv_value --from 2026-03-01 --to 2026-03-01 --grain total --format csv
expect_text ",500,2.0010,"
run import "$T/later.csv"
expect_line '^platform_stat 4 ' '^duplicate 2 '
daily ",27,2750.5000,"
run imports undo 2
daily ",22,2200.5000,"
printf 'date,measure,value\n2026-03-02,paid_orders,14\n' >"$T/own.csv"
run import "$T/own.csv" --as generic:platform_stat
daily ",24,2200.5000,"
printf '%s\n' Date,Orders,Revenue,Visitors 2026-01-01,310,31000.00,9000 2026-02-01,280,28000.00,8000 >"$T/months.csv"
run import "$T/months.csv"
expect_exit 1
expect_text "a week or more apart"
for part in Channel SKU Device; do
    printf '%s\n' "Date,$part,Orders,Revenue,Visitors" 2026-03-01,A,10,1000.50,500 2026-03-01,B,4,100.00,300 >"$T/$part.csv"
    run import "$T/$part.csv"
    expect_exit 1
    expect_text "others need --map with target: platform_stat"
done
printf '%s\n' '日期,终端,访客数,支付金额' 2026-03-05,PC,100,500 2026-03-05,无线,100,700 2026-03-06,PC,100,500 >"$T/devices.csv"
run import "$T/devices.csv"
expect_exit 3
expect_line '^platform_stat 2 ' '^quarantined 4 '
expect_green

begin "a figure of a month, a week or 30 days is none of its first day"
shop grains --currency EUR --timezone Europe/Berlin
printf '%s\n' 'name: months' 'target: platform_stat' 'columns: {date: date, measure: measure, value: value}' \
    'constants: {grain: month}' >"$T/months.yaml"
sed 's/months/grains/; s/value: value}/value: value, grain: grain}/; /constants/d' "$T/months.yaml" >"$T/grains.yaml"
printf '%s\n' date,measure,value 2026-01-01,paid_amount,31000 2026-02-01,paid_amount,28000 2026-01-31,visitors,900 >"$T/months.csv"
printf '%s\n' date,measure,grain,value 2026-04-06,visitors,周,70 "2026-04-01,visitors,30 days,300" 2026-04-01,visitors,day,9 \
    2026-01-01,visitors,Quarterly,2000 2026-04-01,visitors,sometimes,1 >"$T/grains.csv"
run import "$T/months.csv" --map "$T/months.yaml"
expect_text "dates: 2026-01-01 .. 2026-02-28"
run import "$T/grains.csv" --map "$T/grains.yaml"
expect_exit 3
run quarantine list
expect_text "not the length of a period: day, week, month, quarter, year, 7d, 30d"
of_days() { # FROM TO WANT
    run kpi paid_gmv,visitors --from "$1" --to "$2" --grain total --format csv
    expect_text "$3"
}
of_days 2026-01-01 2026-01-01 ",,,"
of_days 2026-01-01 2026-01-31 ",31000.0000,900,"
of_days 2026-01-01 2026-02-28 ",59000.0000,,"
of_days 2026-01-01 2026-03-31 ",,2000,"
of_days 2026-04-06 2026-04-12 ",,70,"
of_days 2026-04-01 2026-04-30 ",,300,"
of_days 2026-04-01 2026-04-01 ",,9,"
run kpi paid_gmv,visitors --from 2026-01-01 --to 2026-01-02 --grain day
expect_line '^2026-01-01 +– +–$'
finish
