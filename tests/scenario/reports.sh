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
expect_text "Unique visitors: needs session"
run --lang zh report morning --date 2024-11-11
expect_text "晨会" "全部店铺" "较上周同日" "月累计" "上升商品" "支付金额"
run report morning --date 2024-11-11 --store nope
expect_exit 1
run report morning --date 2999-01-01
expect_exit 2

begin "the week: parts make up the change"
run report week --date 2024-W46
expect_exit 0
expect_text "2024-11-11 – 2024-11-17" "Channels" "search"

begin "the month and its close"
run report month --date 2024-10
expect_exit 0
expect_line "^Net sales $(sum 2024-10-01 2024-10-31)"
expect_text "Most returned" "Net sales  2024-10-01 .. 2024-10-31"
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
expect_text "Promotion 11.11" "Hours of the strongest day" "2024-11-11 00:00" "Hero articles"
run report promo
expect_exit 2
run report promo nothing-like-it
expect_exit 1
run report week something
expect_exit 2

begin "files of every form"
for form in html md txt xlsx; do
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
expect_text 'name="Profit"' 'name="Articles' 'chart data'
run --lang zh report month --date 2024-10 --output "$T/month.pdf"
if [ "$RC" -eq 0 ]; then
    OUT=$(pdftotext -layout "$T/month.pdf" - 2>&1)
    expect_text "月报" "净销售额" "9,555.00"
else
    expect_text "fonts-noto-cjk"
fi
run report week --output /nonexistent/x.pdf
expect_exit 1

begin "a report of one store tells nothing of others"
shop stores
run stores add west
expect_exit 0
for part in 1 2; do
    awk -F, -v part=$part 'NR == 1 || (part == 1) == (substr($2, 1, 7) == "2024-10")' \
        "$T/orders.csv" >"$T/part$part.csv"
    sed 's/Pot/Vase/; s/^\([0-9]\)/9\1/' "$T/part$part.csv" >"$T/west$part.csv"
    run import "$T/part$part.csv"
    expect_exit 0
    run import "$T/west$part.csv" --store west
    expect_exit 0
done
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
