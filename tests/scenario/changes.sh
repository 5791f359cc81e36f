# Changes of articles: told by later imports of articles, by files and by hand; how an article sold before and after,
# to the unit and the cent, beside the rest of the shop and the year before.
. "$(dirname "$0")/lib.sh"

# Ten orders a day from 2023-12-01 to 2024-04-30: article A sells 1 a day before 2024-03-01 and 3 from then on; B sells 2.
orders() {
    awk 'BEGIN {
        print "Order ID,Created At,Customer ID,SKU,Quantity,Unit Price"
        split("31 31 29 31 30", days, " "); split("2023-12 2024-01 2024-02 2024-03 2024-04", months, " ")
        for (m = 1; m <= 5; m++)
            for (d = 1; d <= days[m]; d++) {
                n++
                printf "A%d,%s-%02d 10:00:00,c1,A,%d,%s\n", n, months[m], d, (m >= 4 ? 3 : 1), (m >= 4 ? "8.00" : "10.00")
                printf "B%d,%s-%02d 11:00:00,c2,B,2,5.00\n", n, months[m], d
            }
    }'
}
orders >"$T/orders.csv"
shop changes
run import "$T/orders.csv"
expect_exit 0

begin "an order names an article; that is no change of it"
printf 'sku,title,category,price,cost\nA,Lamp,Light,10.00,4.00\nB,Cup,Table,5.00,1.25\n' >"$T/products-1.csv"
run import "$T/products-1.csv" --as generic:product --as-of 2024-01-05
expect_exit 0
run changes
expect_exit 0
expect_text "no changes of articles yet"

begin "a later import tells what is another now, and nothing else"
printf 'sku,title,category,price,cost\nA,Desk lamp,Light,8.00,4.00\nB,Cup,Table,5.00,1.2575\n' >"$T/products-2.csv"
run import "$T/products-2.csv" --as generic:product --as-of 2024-03-01
expect_exit 0
run changes
expect_line "^2024-03-01 main A Desk lamp price 10.00 8.00 3" "^2024-03-01 main A Desk lamp title Lamp Desk lamp 3" \
    "^2024-03-01 main B Cup cost 1.25 1.2575 3"
expect_no_text "category"
[ "$(grep -c '^2024-' <<<"$OUT")" = 3 ]
pass_or_fail $? "three changes and no more"

begin "prices with a day follow the row before them"
printf 'sku,price,valid_from\nA,7.50,2024-04-10\nA,7.00,2024-04-20\n' >"$T/prices.csv"
run import "$T/prices.csv" --as generic:product
expect_exit 0
run changes --sku A --from 2024-04-01
expect_line "^2024-04-10 main A .*price 8.00 7.50" "^2024-04-20 main A .*price 7.50 7.00"
expect_text "Desk lamp"

begin "a list without days stands behind rows with a day, and that is said"
printf 'sku,price\nA,6.00\nB,1.00\n' >"$T/undated.csv"
run import "$T/undated.csv" --as generic:product --dry-run
expect_text "1 articles of this list have rows with valid_from in the shop; those count before the list"
printf 'sku,price,valid_from\nA,6.00,2024-04-30\nB,1.00,\n' >"$T/redated.csv"
run import "$T/redated.csv" --as generic:product --dry-run
expect_exit 0
expect_no_text "count before the list"

begin "a change by hand, and back"
run changes add B picture "on a table" --date 2024-02-01
expect_exit 0
run changes --sku B
expect_line "^2024-02-01 main B Cup picture on a table 5"
run imports undo 5
run changes --sku B
expect_no_text "on a table"
run imports undo 4
run changes --sku A
expect_no_text "2024-04-10"
run changes add B
expect_exit 2
run changes show A --date never
expect_exit 2
run changes show Z
expect_exit 1
expect_text 'no change of the article "Z" is known'

begin "before and after, to the unit and the cent"
run changes show A --format markdown
expect_exit 0
expect_text "before and after 2024-03-01" "2024-02-23..2024-02-29, then 2024-03-01..2024-03-07"
expect_line "Units sold \| 7 \| 21 \| \+200.0% \| 0.0% " "Net sales \| 70.00 \| 168.00 \| \+140.0% \| 0.0% " \
    "Units sold \| 28 \| 84 \| \+200.0% " "Net sales \| 280.00 \| 672.00 "
expect_text "no experiment" "Several things changed on this day"
run --lang zh changes
expect_line '^日期 +店铺 +商品 .* 原值 +新值 '
run --lang zh changes show A
expect_line '^指标 +之前 +之后 +变化 '
run changes show A --date 2024-04-20
expect_text "7 days" "before and after 2024-04-20"
run --lang zh changes show A
expect_text "这是对比，不是实验" "店内其他商品"

begin "markers of the week"
run report week --date 2024-03-01
expect_exit 0
expect_text "Changes of articles" "Desk lamp" "shopvane changes show"
expect_green
finish
