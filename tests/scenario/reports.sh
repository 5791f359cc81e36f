# The reports of a shop's rhythm: morning, week, month with its close, promotion; as text, Markdown,
# HTML, Excel and PDF, in both languages. Figures are checked against sums by awk.
. "$(dirname "$0")/lib.sh"
awk 'BEGIN {
    print "order_id,date,sku,product,quantity,price,customer,country,channel"
    for (day = 1; day <= 61; day++) {
        month = day <= 31 ? 10 : 11
        for (i = 1; i <= 4; i++)
            printf "%d,2024-%02d-%02d %02d:00:00,A-%d,Pot %d,%d,%d.50,c%d,France,%s\n", day * 10 + i,
                month, day <= 31 ? day : day - 31, 8 + i, i, i, day == 42 ? i + 5 : i, 10 * i, day % 9,
                i % 2 ? "search" : "mail"
    }
}' >"$T/orders.csv"
shop rep
run import "$T/orders.csv"
expect_exit 0

sum() { # FROM TO: net sales of the days, with 2 decimals and grouping
    awk -F, -v from="$1" -v to="$2" 'NR > 1 { d = substr($2, 1, 10)
        if (d >= from && d <= to) s += $5 * $6 } END { printf "%\047.2f", s }' "$T/orders.csv" |
        LC_ALL=C.UTF-8 sed -E ':a; s/^([0-9]+)([0-9]{3})/\1,\2/; ta'
}

begin "the morning card"
run report morning --date 2024-11-11
expect_exit 0
expect_text "Morning" "2024-11-11" "All stores" "same weekday" "month to date" "Articles up" "Pot 4"
expect_line "^A-4 Pot 4 364.50 162.00 202.50 9 units, then 4"
expect_line "^Unique visitors – – – –"
expect_text "Unique visitors: needs visits"
run --lang zh report morning --date 2024-11-11
expect_text "晨会" "全部店铺" "较上周同日" "月累计" "上升商品" "支付金额"
run report morning --date 2024-11-11 --store nope
expect_exit 1
run report morning --date 2999-01-01
expect_exit 2

begin "a day without data: it is said, and no article is told to have moved"
run report morning --date 2024-12-01
expect_exit 0
expect_line "^Paid amount: .+\\.$"
expect_text "late"
expect_no_text "Articles up" "Articles down" "no sale now" "against the day before"
if is_full; then
    run --lang zh report morning --date 2024-12-01
    expect_line "^支付金额：.+。$"
    expect_no_text "下降商品"
fi

begin "the week: parts make up the change"
run report week --date 2024-W46
expect_exit 0
expect_text "2024-11-11 – 2024-11-17" "Channels" "search"

begin "the month and its close"
run report month --date 2024-10
expect_exit 0
expect_line "^Net sales $(sum 2024-10-01 2024-10-31)"
expect_text "Net sales  2024-10-01 .. 2024-10-31"
expect_no_text "Most returned" # nothing was
run report month --date 2024-10 --close --note "books of October"
expect_exit 0
expect_text "closed: " "nothing differs"
run report month --date 2024-10 --close
expect_exit 1
expect_text "2024-10 is closed already"
printf '%s\n' "order_id,date,sku,product,quantity,price,customer,country,channel" \
    "9001,2024-10-05 12:00:00,A-1,Pot 1,1,100,c1,France,mail" >"$T/late.csv"
run import "$T/late.csv"
expect_exit 0
run report month --date 2024-10
expect_text "Restated since the close" "data came later" "what differs is above"
WAS=$(sum 2024-10-01 2024-10-31 | tr -d ,)
expect_line "^all stores Net sales ${WAS}00 $(awk -v w="$WAS" 'BEGIN { printf "%.4f", w + 100 }') data came"
run report month --date 2024-10 --close --again
expect_text "nothing differs"
run report morning --close
expect_exit 2
expect_text "--close goes with: report month"

begin "a promotion beside last year's"
run report promo 11.11 --date 2024
expect_exit 0
expect_text "Promotion Double 11" "Hours of the strongest day" "2024-11-11 00:00" "Hero articles"
printf 'event_id,kind,name,date,end_date\nfair,promo,Pot fair,2024-11-02,2024-11-04\n' >"$T/fair.csv"
run import "$T/fair.csv" --as generic:calendar_event
run report promo fair # the first of its name has none before it
expect_exit 0
expect_text "No earlier \"fair\" stands in calendar_event" "2024-11-04 00:00"
run --lang zh report promo fair
expect_text "没有更早的“fair”：对比上一年的相同日期"
printf 'event_id,kind,name,date,end_date\nfair,promo,Pot fair,2024-10-07,2024-10-09\n' >"$T/fair1.csv"
run import "$T/fair1.csv" --as generic:calendar_event
run report promo fair
expect_exit 0
expect_no_text "No earlier"
run report promo
expect_exit 2
run report promo nothing-like-it
expect_exit 1
run report week something
expect_exit 2

begin "files of every form"
for form in $(some "html xlsx" "html md txt xlsx"); do
    run report month --date 2024-10 --output "$T/month.$form"
    expect_exit 0
    expect_file "$T/month.$form"
done
run report month --date 2024-10 --format pdf
expect_exit 2
expect_text "add --output report.pdf"
run report week --output "$T/week.doc"
expect_exit 2
expect_text "its ending tells no form"
OUT=$(cat "$T/month.html")
expect_text '<svg viewBox' 'Net sales</text>' '<h1>The month'
expect_no_text '<script'
OUT=$(unzip -p "$T/month.xlsx" xl/workbook.xml)
expect_text 'name="Profit"' 'chart data'
expect_no_text 'name="Articles up' # nothing is known of the month before
run report month --date 2024-11 --output "$T/november.xlsx"
OUT=$(unzip -p "$T/november.xlsx" xl/workbook.xml)
expect_text 'name="Articles'
run --lang zh report month --date 2024-10 --output "$T/month.pdf"
if [ "$RC" -eq 0 ]; then
    OUT=$(pdftotext -layout "$T/month.pdf" - 2>&1)
    expect_text "月报" "净销售额" "9,555.00"
else
    expect_text "fonts-noto-cjk"
fi
SHOP=$DIR
shop alone
printf 'order id,order date,sku,quantity,price\n1,2024-10-05,A,1,15.00\n' >"$T/alone.csv"
run import "$T/alone.csv"
run report month --date 2024-10 --output "$T/alone.pdf"
expect_exit 0
OUT=$(for page in 1 2 3; do pdftocairo -svg -f $page -l $page "$T/alone.pdf" -; done | grep -o 'fill:rgb(0%,44.* d="M[^"]*')
expect_text " C " # the one day with a figure is a point,
expect_no_text " L " # and no line leads to it
DIR=$SHOP
run report week --output /nonexistent/x.pdf
expect_exit 1

begin "new articles and the quadrant of goods"
printf 'sku,title,launched_date\nA-4,Pot 4,2024-11-11\nA-3,Pot 3,2024-10-01\n' >"$T/launched.csv"
run report week --date 2024-W46
expect_text "No article was launched in the 3 weeks" "Needs visits of articles"
run import "$T/launched.csv" --as generic:product
expect_exit 0
run report week --date 2024-W46
expect_line "^A-4 Pot 4 2024-11-11 9 17 33 – 1,336.50" # 9, then 4 a day; day 14 is not over
expect_no_text "A-3 Pot 3 2024-10-01"
awk 'BEGIN {
    print "at,name,visitor_id,sku"
    # A-1: 8 see, 4 buy; A-2: 8 see, 1 buys; A-3: 2 see, 2 buy; A-4: 2 see, none buys
    split("8 8 2 2", seen, " "); split("4 1 2 0", bought, " ")
    for (a = 1; a <= 4; a++)
        for (v = 1; v <= seen[a]; v++) {
            printf "2024-11-12 10:%02d:00,product_view,v%d,A-%d\n", v, v, a
            if (v <= bought[a])
                printf "2024-11-12 11:%02d:00,purchase,v%d,A-%d\n", v, v, a
        }
}' >"$T/visits.csv"
run import "$T/visits.csv" --as generic:event
expect_exit 0
run report week --date 2024-W46
expect_line "^much traffic, sells well 1 .* A-1 Pot 1 keep in stock and in front"
expect_line "^much traffic, sells badly 1 .* A-2 Pot 2 look at page"
expect_line "^little traffic, sells well 1 .* A-3 Pot 3 bring visitors"
expect_line "^little traffic, sells badly 1 .* A-4 Pot 4 change or drop"
expect_text "(2 visitors, 12.50% of them bought)"
run --lang zh report week --date 2024-W46
expect_text "流量高、转化高" "新品" "3 日累计"

begin "the week: the parts shown add up to the change shown, to the cent"
shop parts
awk 'BEGIN {
    print "order_id,date,paid_at,customer,sku,quantity,price"
    for (i = 2; i <= 9; i++) # 3 x 10.00, then 5 x 11.10
        printf "%d,2026-03-%02d 10:00,2026-03-%02d 10:00,c%d,A,1,%s\n", i, (i > 4 ? i + 6 : i), (i > 4 ? i + 6 : i), i,
            (i > 4 ? "11.10" : "10.00")
}' >"$T/paid.csv"
awk 'BEGIN {
    print "at,name,visitor_id,sku"
    for (i = 1; i <= 16; i++)
        printf "2026-03-%02d 10:%02d,product_view,v%d,A\n", (i > 7 ? 12 : 3), i, i
}' >"$T/seen.csv"
run import "$T/paid.csv"
run import "$T/seen.csv" --as generic:event
expect_exit 0
run report week --date 2026-03-12
expect_exit 0
expect_text "25.50"
expect_same "the parts' sum" "25.50" "$(sed -n '/makes up/,/^$/p' <<<"$OUT" | awk 'NR > 3 && NF { s += $NF } END { printf "%.2f", s }')"

begin "cohorts, scorecards and the month to come"
shop cohorts
run stores add west
printf '%s\n' "order_id,date,sku,product,quantity,price,customer,country,channel" \
    "1,2023-10-01 12:00:00,A-1,Pot 1,1,100,old,France,mail" \
    "2,2023-11-20 12:00:00,A-1,Pot 1,1,150,old,France,mail" \
    "3,2024-08-02 12:00:00,A-1,Pot 1,1,10,a,France,mail" \
    "4,2024-08-20 12:00:00,A-1,Pot 1,1,10,a,France,mail" \
    "5,2024-09-02 12:00:00,A-1,Pot 1,1,10,a,France,mail" \
    "6,2024-08-03 12:00:00,A-1,Pot 1,1,10,b,France,mail" \
    "7,2024-10-31 12:00:00,A-1,Pot 1,1,990,b,France,mail" \
    "8,2024-09-03 12:00:00,A-1,Pot 1,1,10,c,France,mail" \
    "9,2024-10-03 12:00:00,A-1,Pot 1,1,10,,France,mail" >"$T/main.csv"
printf '%s\n' "order_id,date,sku,product,quantity,price,customer,country,channel" \
    "w1,2024-10-31 12:00:00,A-1,Vase 1,1,950,d,France,mail" >"$T/west.csv"
run import "$T/main.csv" --store main
expect_exit 0
run import "$T/west.csv" --store west
expect_exit 0
run report month --date 2024-10
expect_exit 0
expect_line "^2024-08 2 50.0% 50.0% 50.0% – – –"
expect_line "^2024-09 1 0.0% 0.0% – – – –"
expect_line "^2024-10 1 0.0% – – – – –"
expect_no_text "2024-07 0"
expect_text "1 orders of these months have no known buyer" "Scorecards need targets of the month"
expect_text "A naive proposal of net sales, no plan"
expect_line "^all stores 1,950.00 100.00 150.00 2,925.00"
run report month --date 2024-10 --store west
expect_line "^2024-10 1 0.0% – – – – –"
expect_no_text "2024-08 2"
run report month --date 2024-06
expect_text "Cohorts need orders whose buyers are known" "a proposal needs sales of the same two months"
printf '%s\n' period,kpi,store,target 2024-10,net_sales,main,900 2024-10,net_sales,west,1000 2024-10,orders,main,4 \
    2024-11,net_sales,,3000 >"$T/targets.csv"
run goals import "$T/targets.csv"
expect_exit 0
run report month --date 2024-10
expect_line "^main ● 111.1% ○ 50.0% 1 / 2|^main ○ 50.0% ● 111.1% 1 / 2"
expect_line "^west ◐ 95.0% – 0 / 1|^west – ◐ 95.0% 0 / 1"
expect_line "^all stores ● 102.6% – 1 / 1|^all stores – ● 102.6% 1 / 1"
expect_line "^2024-W44 300.00" # 3 of November's 30 days
expect_line "^whole month 3,000.00"
expect_text "share the month's evenly"
expect_no_text "naive proposal"
run --lang zh report month --date 2024-10
expect_text "记分卡" "首购月同期群复购" "下月计划" "全月"

begin "a target that is revised after the close restates the month"
shop closed
run import "$T/orders.csv"
run goals set 2024-10 --kpi net_sales --target 9000
run report month --date 2024-10 --close
expect_exit 0
expect_text "nothing differs"
run goals set 2024-10 --kpi net_sales --target 9400.50 --note "asked for more"
run goals set 2024-10 --kpi orders --target 120
run report month --date 2024-10
expect_line '^all stores target of Net sales 9000\.0000 9400\.5000 the target was revised' \
    '^all stores target of Orders – 120 the target was revised'
expect_text "what differs is above"
run --lang zh report month --date 2024-10
expect_line '^全部店铺 净销售额的目标 9000\.0000 9400\.5000 目标已修订'
run report month --date 2024-10 --close --again
expect_text "nothing differs"

run imports undo 5
run imports undo 4
run imports undo 3
run imports undo 2
run report month --date 2024-10
expect_line '^all stores target of Net sales 9400\.5000 – the target was revised' '^all stores target of Orders 120 – the target was revised'

begin "every target is on the reports, not the first so many"
KPIS="gross_sales discounts returns_amt net_sales_od shipping_rev taxes total_sales paid_gmv paid_orders
    placed_orders cancelled_orders units aov pay_per_order upt asp net_asp disc_rate markdown_ratio receivable
    gsv contribution gross_profit cogs gross_margin refund_amt buyers new_buyers ret_buyers ad_spend"
MISSING="visitors pageviews sessions product_viewers ipv cart_visitors fav_visitors cart_units exposures
    refund_asked_amt refund_orders_count stock_units stock_value ad_impressions_total ad_clicks_total cash_in
    deposit_amt deposit_orders new_paying_buyers ret_paying_buyers paid_suborders paid_unit_count
    search_visitors visits_daily_sum abandoned_value"
WITHOUT_DATA="$MISSING refund_amt ad_spend paid_gmv paid_orders"
targets() { # PERIOD KPI...
    local period=$1 kpi
    shift
    for kpi in "$@"; do
        case $kpi in
        *rate | *margin | *ratio) echo "$period,$kpi,5%" ;;
        *) echo "$period,$kpi,100" ;;
        esac
    done
}
names() { # KPI...: as the catalogue has them
    "$SHOPVANE_BIN" -C "$DIR" kpis list | awk -F '  +' -v wanted=" $(tr -s ' \n' ' ' <<<"$*") " '/^[a-z]/ && index(wanted, " " $1 " ") { print $2 }'
}
shop targets
run import "$T/orders.csv"
{ echo "period,kpi,target"; targets 2024-10 $KPIS $MISSING; targets 2024-11 $KPIS; } >"$T/targets.csv"
run goals import "$T/targets.csv"
expect_exit 0
run report month --date 2024-10 --output "$T/targets.md"
expect_exit 0
mapfile -t NAMES < <(names $KPIS)
expect_same "the number of KPIs" "$(wc -w <<<"$KPIS")" "${#NAMES[@]}"
for part in "Targets of the month" "Scorecards" "Plan of the next month"; do
    OUT=$(awk -v part="## $part" '/^## / { on = $0 == part } on' "$T/targets.md")
    expect_text "${NAMES[@]}"
done

begin "every reason stands at the end, however many there are"
mapfile -t NAMES < <(names $WITHOUT_DATA)
expect_same "the number of KPIs" "$(wc -w <<<"$WITHOUT_DATA")" "${#NAMES[@]}"
run report month --date 2024-10
expect_exit 0
NAMES=("${NAMES[@]/#/– }")
expect_text "${NAMES[@]/%/: }"

begin "a report of one store tells nothing of others"
shop stores
run stores add west
expect_exit 0
for part in 1 2; do
    awk -F, -v part=$part 'NR == 1 || (part == 1) == (substr($2, 1, 7) == "2024-10")' \
        "$T/orders.csv" >"$T/part$part.csv"
    sed 's/Pot/Vase/; s/^\([0-9]\)/9\1/' "$T/part$part.csv" >"$T/west$part.csv"
done
run import "$T"/part{1,2}.csv
expect_exit 0
run import "$T"/west{1,2}.csv --store west
expect_exit 0
printf 'sku,title\nA-4,Pot 4\n' >"$T/articles.csv"
printf 'sku,title\nA-4,Vase 4\n' >"$T/west-articles.csv"
run import "$T/articles.csv" --as generic:product
expect_exit 0
run import "$T/west-articles.csv" --as generic:product --store west
expect_exit 0
run report morning --date 2024-12-01
expect_text "of the store main" "of the store west"
run report morning --date 2024-12-01 --store main
expect_text "of the store main"
expect_no_text "west"
run report morning --date 2024-11-11 --store main
expect_text "A-4 Pot 4"
run report morning --date 2024-11-11 --store west
expect_text "A-4 Vase 4"
finish
