# Public files of well-known shops are recognised by themselves, and their figures are the known ones.
. "$(dirname "$0")/lib.sh"
need_shared cdnow/CDNOW_master.txt.gz
D=$SHOPVANE_SHARED/data

total() { # KPIS FROM TO
    run kpi "$1" --from "$2" --to "$3" --grain total --format csv
    expect_exit 0
}

begin "CDNOW master"
shop master --currency USD --timezone America/New_York
run import "$D/cdnow/CDNOW_master.txt.gz"
expect_exit 0
expect_text "read as cdnow-master" "source: 69,659 rows, 2,500,315.63 summed" "orders: 69659 new"
expect_text "difference to the ledger: 0 rows, 0.0000" "dates: 1997-01-01 .. 1998-06-30"
run import "$D/cdnow/CDNOW_master.txt.gz" --again
expect_exit 0
expect_text "orders: 0 new, 0 changed, 69659 as they were"
total buyers,net_sales 1997-01-01 1998-06-30
expect_text ",23502,2500315.6300," # 68 of the 23,570 bought nothing that had a price

begin "CDNOW sample"
shop sample --currency USD --timezone America/New_York
run import "$D/cdnow/CDNOW_sample.txt.gz"
expect_exit 0
expect_text "read as cdnow-sample" "source: 6,919 rows" "orders: 6919 new"
expect_green

begin "a list of customers is not what an API says of them, whatever its columns: local times, any date"
shop customers --currency USD --timezone America/New_York
printf 'customer_id,country,created_at,segment\nc1,US,12/31/2025 23:30,gold\n' >"$T/customers.csv"
run import "$T/customers.csv"
expect_exit 0
expect_text "read as generic"

begin "Shopify's orders export"
shop shopify --currency EUR
run import "$D/shopify/orders_export_sample.csv"
expect_exit 0
expect_text "read as shopify-orders" "orders: 7 new" "difference to the ledger: 0 rows, 0.0000"
expect_line '^sale 13 7,521\.84 EUR 13$' '^gift card sold 5 142\.00 EUR 5$'
total orders,gross_sales 2025-05-01 2025-05-31
expect_text ",6,7521.8400,"
expect_green

begin "REES46 behaviour; its last record is cut off and goes to quarantine"
shop rees46 --currency USD --timezone UTC
run import "$D/rees46/2019-Oct_head.csv.gz"
expect_exit 3
expect_text "read as rees46" "source: 17,435 rows" "in quarantine: 1 of the rows"
run quarantine list
expect_line '17436 .*fewer fields'
total sessions,pageviews,visitors 2019-10-01 2019-10-01
expect_text ",5066,17055,4504,"
run import "$D/rees46/2019-Oct_head.csv.gz" --again
expect_line '^duplicate 17,434 '
total sessions,pageviews,visitors 2019-10-01 2019-10-01
expect_text ",5066,17055,4504,"
expect_green

begin "Taobao behaviour, which has no header"
shop taobao --currency CNY --timezone Asia/Shanghai
run import "$D/taobao/UserBehavior_head.csv"
expect_exit 0
expect_text "read as taobao-behavior" "source: 4,321 rows"
total pageviews 2017-09-01 2017-12-31
expect_text ",3926,"
expect_green
finish
