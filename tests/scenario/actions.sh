# Actions: who does what by when; noted, done, undone, on the morning card, and in the week what became of the KPIs that
# they were to move, beside sums by awk.
. "$(dirname "$0")/lib.sh"

# Article A sells 1 a day at 10.00 before 2024-03-01 and 3 at 8.00 from then on; B sells 2 at 5.00 in the main store.
awk 'BEGIN {
    print "Order ID,Created At,Customer ID,SKU,Quantity,Unit Price"
    split("31 29 31", days, " "); split("2024-01 2024-02 2024-03", months, " ")
    for (m = 1; m <= 3; m++)
        for (d = 1; d <= days[m]; d++) {
            n++
            printf "A%d,%s-%02d 10:00:00,c1,A,%d,%s\n", n, months[m], d, (m == 3 ? 3 : 1), (m == 3 ? "8.00" : "10.00")
            printf "B%d,%s-%02d 11:00:00,c2,B,2,5.00\n", n, months[m], d
        }
}' >"$T/orders.csv"

sales() { # SKU FROM TO: net sales of the days
    awk -F, -v sku="$1" -v from="$2" -v to="$3" '$4 == sku && substr($2, 1, 10) >= from && substr($2, 1, 10) <= to {
        s += $5 * $6 } END { printf "%.2f", s }' "$T/orders.csv"
}

shop actions
run import "$T/orders.csv"
expect_exit 0

begin "nothing noted yet"
run actions
expect_exit 0
expect_text "no actions yet"
run report morning --date 2024-03-01
expect_no_text "Actions due"
run report week --date 2024-W09
expect_no_text "Results of actions"

begin "what cannot be noted"
run actions add "cut the price"
expect_exit 2
expect_text "who does it"
run actions add "cut the price" --owner Mei --kpi net_sale
expect_exit 1
expect_text 'did you mean "net_sales"?'
run actions add "cut the price" --owner Mei --due soon
expect_exit 2
run actions add "cut the price" --owner Mei --store nowhere
expect_exit 1
run actions done
expect_exit 2
run actions done 1
expect_exit 1
expect_text "there is no action 1"
run actions forget 1
expect_exit 2
run actions list
expect_text "no actions yet"

begin "noted, and listed by the day they are due"
run actions add "cut the price" --owner Mei --due 2024-03-01 --kpi net_sales --sku A --date 2024-02-26
expect_exit 0
expect_text "noted as import #2" "actions done 1"
run actions add "call the supplier" --owner Jo --due 2024-02-29 --date 2024-02-27
run actions add "new photos" --owner Mei --due 2024-03-05 --kpi units --date 2024-02-28
run actions add "sort the shelf" --owner Li --date 2024-02-28
run actions add "plan of May, with \"quotes\" and, commas" --owner Li --due 2024-04-01 --date 2024-02-28
run actions add "plan of June" --owner Li --due 2024-05-01 --date 2024-02-28
expect_exit 0
run actions list
expect_exit 0
expect_line '^2 call the supplier Jo 2024-02-29 [0-9]+ days late' '^1 cut the price Mei 2024-03-01 .* net_sales A ' \
    '^5 plan of May, with "quotes" and, commas Li 2024-04-01'
expect_same "the order" "2 1 3 5 6 4" "$(grep -oE '^[0-9]+' <<<"$OUT" | tr '\n' ' ' | sed 's/ $//')"
run actions list --owner Mei
expect_line '^1 cut' '^3 new'
expect_no_text "supplier"

begin "the morning: what was due, and the next three"
run report morning --date 2024-03-01
expect_exit 0
expect_text "Actions due" "Next actions"
expect_line "^call the supplier Jo 2024-02-29 not done, 1 days late" "^cut the price Mei 2024-03-01 not done" \
    "^new photos Mei 2024-03-05 open" "^plan of May.* Li 2024-04-01 open" "^plan of June Li 2024-05-01 open"
expect_text "1 further actions: shopvane actions list"
expect_no_text "sort the shelf"
run report morning --date 2024-02-26 # the others were not noted yet
expect_line "^cut the price Mei 2024-03-01 open"
expect_no_text "new photos"
run --lang zh report morning --date 2024-03-01
expect_text "到期行动" "接下来的行动" "未完成，逾期 1 天"

begin "done, told, and not twice"
run actions done 1 --date 2024-03-01 --note "8.00 now"
expect_exit 0
run actions done 1
expect_exit 1
expect_text "action 1 is done already, on 2024-03-01"
run report morning --date 2024-03-01
expect_line "^cut the price Mei 2024-03-01 done 2024-03-01: 8.00 now" "^call the supplier Jo 2024-02-29 not done, 1 days late"
run report morning --date 2024-03-02
expect_no_text "cut the price"
expect_line "^call the supplier Jo 2024-02-29 not done, 2 days late"
run report morning --date 2024-02-28
expect_line "^cut the price Mei 2024-03-01 done 2024-03-01: 8.00 now" # open that day, done since
run actions list --open
expect_no_text "cut the price"
expect_line "^2 call the supplier"

begin "the week: the KPI before and after, beside the rest and the year before"
BEFORE=$(sales A 2024-02-23 2024-02-29)
AFTER=$(sales A 2024-03-01 2024-03-07)
CHANGE=$(awk -v b="$BEFORE" -v a="$AFTER" 'BEGIN { printf "%+.1f%%", (a / b - 1) * 100 }')
run report week --date 2024-W09 --format markdown
expect_exit 0
expect_text "Results of actions" "no experiment"
expect_line "cut the price \| Mei \| 2024-03-01 \| Net sales, A \| $BEFORE \| $AFTER \| \\$CHANGE \| 0.0% \| – \| 8.00 now"
expect_no_text "new photos"
run report week --date 2024-W10 --format markdown # its days after end in that week
expect_text "| cut the price |"
run report week --date 2024-W11 --format markdown
expect_no_text "cut the price"
run actions done 2 --date 2024-03-02
run report week --date 2024-W09 --format markdown
expect_line "call the supplier \| Jo \| 2024-03-02 \| – \| – \| no KPI named"
run --lang zh report week --date 2024-W09
expect_text "行动效果" "这是对比，不是实验" "未指定指标"
run actions done 3
run report week --date "$(TZ=Europe/London date +%F)" --format markdown
expect_line "new photos \| Mei \| [0-9-]+ \| Units sold \| – \| not over yet"

begin "each step is an import and goes back"
run imports undo 10 # done 3
expect_exit 0
run actions list --open
expect_line "^3 new photos Mei 2024-03-05"
run imports undo 2 # its being done stands on it
expect_exit 1
run imports undo 8
run imports undo 2
expect_exit 0
run actions list
expect_no_text "cut the price"
run actions add "count the stock" --owner Jo
expect_text "actions done 7"
expect_green

begin "a file of actions is told by its columns"
printf '编号,事项,负责人,登记日期,截止日期,完成日期\nM1,换主图,小梅,2024-03-01,2024-03-04,\nM2,补货,小乔,2024-03-01,2024-03-02,2024-03-03\n' >"$T/actions.csv"
run import "$T/actions.csv"
expect_exit 0
expect_text "action"
run actions
expect_line "^M1 换主图 小梅 2024-03-04" "^M2 补货 小乔 2024-03-02 done 2024-03-03"
run actions done M1 --note 已上线
expect_exit 0
run actions list --open
expect_no_text "换主图"
expect_green

begin "an action of a store is not told in another"
run stores add west
expect_exit 0
run actions add "talk to the west" --owner Jo --store west --due 2024-03-01 --date 2024-02-28
expect_exit 0
run report morning --date 2024-03-01 --store main
expect_no_text "talk to the west"
run report morning --date 2024-03-01 --store west
expect_text "talk to the west"
run report morning --date 2024-03-01
expect_line "^talk to the west Jo 2024-03-01 not done west"
run actions list --store west
expect_text "talk to the west"
expect_no_text "count the stock"
run actions add "two at once" --owner Jo --store main,west
expect_exit 2

begin "a copy has them too"
run backup "$T/copy"
expect_exit 0
DIR=$T/again
run restore "$T/copy"
expect_exit 0
run actions list
expect_line "^M1 换主图" "talk to the west"
begin "what is noted by hand is no file that one waits for"
run actions add "look once more" --owner Mei
run actions add "and again" --owner Mei
run imports missing 2099-01-01
expect_no_text "generic:action"
finish
