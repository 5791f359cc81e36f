#!/usr/bin/env bash
# Targets: a file in either language, its mistakes, a split that adds up to the cent, locks,
# revisions, and how figures stand to them.
. "$(dirname "$0")/lib.sh"

# Two orders a day in store one, one in store two; the 11th of November is worth ten.
year_of_orders() { # STORE TIMES
    awk -v store="$1" -v times="$2" 'BEGIN {
        print "Order ID,Created At,Customer ID,SKU,Quantity,Unit Price"
        split("31,28,31,30,31,30,31,31,30,31,30,31", days, ",")
        for (y = 2023; y <= 2024; y++)
            for (m = 1; m <= (y == 2023 ? 12 : 6); m++)
                for (d = 1; d <= days[m] && !(y == 2024 && m == 6 && d > 15); d++) {
                    n = times * (m == 11 && d == 11 ? 10 : 1)
                    for (i = 1; i <= n; i++)
                        printf "%s-%d%02d%02d-%d,%d-%02d-%02d 10:00:00,c%d,A,1,%d.5%d\n",
                               store, y, m, d, i, y, m, d, d, 20 + m, d % 10
                }
    }'
}

begin "a shop with two stores and a year of figures"
shop a --currency CNY --timezone Asia/Shanghai
printf 'stores:\n  one: {}\n  two: {}\n' >"$DIR/stores.yaml"
for s in one two; do
    year_of_orders $s $([ $s = one ] && echo 2 || echo 1) >"$T/$s.csv"
    run import "$T/$s.csv" --store $s
    expect_exit 0
done

begin "every mistake of a file is told by line and column, and nothing comes in"
cat >"$T/bad.csv" <<'CSV'
year,period,store,category,owner,kpi,level,target,locked,note
2024,year,,,,net_sale,target,100000,,
2024,Q5,thre,,,net_sales,best,0,maybe,
2024,year,,,,return_rate_units,target,5,,
2024,year,,,,orders,target,10.5,,
2024,2024,,,,orders,target,10,,
2024,year,,,,orders,target,10,,
CSV
run goals import "$T/bad.csv"
expect_exit 1
expect_text 'bad.csv:2:6: kpi: unknown KPI "net_sale" (did you mean "net_sales"?)' \
    'bad.csv:3:2: period: no period "Q5"' 'bad.csv:3:3: store: no store "thre"' \
    'bad.csv:3:7: level: is none of base, target, stretch' 'bad.csv:3:8: target: the target of "net_sales" is 0' \
    'bad.csv:3:9: locked: is yes or no' 'write the % sign' 'no whole number' \
    'the same target stands in line 6' 'nothing was changed'
run --lang zh goals import "$T/bad.csv"
expect_exit 1
expect_text 'bad.csv:3:8: 目标: “net_sales”的目标为 0' '未做任何改动'

begin "a file with Chinese headers"
run goals
expect_text "no targets yet"
cat >"$T/targets.csv" <<'CSV'
年份,周期,店铺,类目,负责人,指标,级别,目标,锁定,备注
2024,全年,,,老王,净销售额,保底,3万,,
2024,全年,,,老王,净销售额,目标,40007.77,,年度目标
2024,全年,,,老王,净销售额,挑战,5万,,
2024,全年,,,,return_rate_units,目标,4.5%,,
CSV
run goals import "$T/targets.csv"
expect_exit 0
expect_line '2024 all stores Net sales target – 40,007.77 yes'

begin "a dry run shows the split and writes nothing"
run goals split 2024 --dry-run
expect_exit 0
expect_text "last year's days, aligned by promotion, lunar feast and weekday" "dry run: nothing was written"
expect_line '^2024-11 ' '^one .* 6[0-9]\.[0-9]%'

begin "a split adds up to the cent, by store and by day"
run goals split 2024 --note "first split"
expect_exit 0
# Per store: cents of the year, cents of its days. STORES: cents of both stores' years.
sums() {
    "$SHOPVANE_BIN" -C "$DIR" goals list --days --kpi net_sales --level target |
        awk '{ v = ""
               for (i = 2; i <= NF; i++) if ($i ~ /^[0-9,]+[.][0-9][0-9]$/) v = $i
               gsub(",", "", v); c = int(v * 100 + 0.5); s = $2 == "all" ? "all" : $2 }
             $1 == "2024" { year[s] = c }
             $1 ~ /^2024-..-..$/ || $1 == "double-11" { days[s] += c }
             END { for (s in year) print s, year[s] - days[s]; print "stores", year["one"] + year["two"] }' |
        sort | tr '\n' ' '
}
expect_same "sums" "all 0 one 0 stores 4000777 two 0 " "$(sums)"

begin "a promotion day by hand is locked and the rest rescaled; the sums stay"
run goals set double-11 --year 2024 --kpi net_sales --store one --target 5000
expect_exit 0
expect_line 'double-11 one Net sales target [0-9,.]+ 5,000.00 yes'
expect_same "sums" "all 0 one 0 stores 4000777 two 0 " "$(sums)"

begin "what is locked beyond the whole is refused with the remedy"
run goals set 2024-11 --kpi net_sales --store one --target 4000
expect_exit 1
expect_text "adds up to 5,000.00, more than its 4,000.00" "unlock" "nothing was changed"
run --lang zh goals set 2024-11 --kpi net_sales --store one --target 4000
expect_exit 1
expect_text "超过了它的 4,000.00" "未做任何改动"
run goals lock 2024-06 --kpi net_sales --store one --level target
expect_exit 0
run goals unlock 2024-06 --kpi net_sales --store one --level target
expect_exit 0

begin "a revision needs a note and keeps what was"
run goals set 2024 --kpi net_sales --target 45000
expect_exit 1
expect_text "--note"
run goals set 2024 --kpi net_sales --target 45000 --note "board decision" --author "Wang"
expect_exit 0
run goals history 2024 --kpi net_sales --level target
expect_exit 0
expect_text "40,007.77" "45,000.00" "board decision" "Wang"

begin "rates are not split, KPIs and levels are checked"
run goals split 2024 --kpi return_rate_units
expect_exit 1
expect_text "does not add up over days"
run goals set 2024 --kpi net_sales --base 46000 --note "x"
expect_exit 1
expect_text "the order is base, target, stretch"
run goals set 2024-10-20..2024-12-05 --kpi net_sales --store one --target 9000
expect_exit 0
run goals set 2024-12 --kpi net_sales --store one --target 100
expect_exit 1
expect_text "targets overlap" "FROM..TO"

begin "figures beside their targets"
run kpi net_sales return_rate_units --period 2024-05 --store one --target target
expect_exit 0
expect_text "completion" "time progress" "gap" "needed a day"
expect_line 'Net sales .* 100.0%'
run --lang zh kpi net_sales --period 2024-06 --target target
expect_text "完成率" "时间进度" "进度差" "日均还需" "年初目标" "已过天数计至 2024-06-15"
run kpi net_sales --period 2024-06 --target target --format json
expect_text '"goal":{"level":"target","target":"' '"first_target":"' '"progress":"0.' '"needed_per_day":null' '"as_of":"2024-06-15"'
run report --period 2024 --format json
expect_text '"goal":{"level":"target","target":"45000.0000"'
run report month --date 2024-05
expect_text "Targets of the month"
run goals show 2024-05 --store one --kpi net_sales
expect_line '^2024-05-01 Net sales'

begin "where only one store has a target it is shown by itself, and a reason is said once"
run kpi goal_attain --period 2024-06
expect_exit 0
expect_line '^Net sales .* [0-9.]+%'
expect_no_text "Orders"
run goals set 2024-06 --kpi orders --store two --target 40
expect_exit 0
run goals show 2024-06
expect_exit 0
expect_line '^2024-06-01 Net sales' '^two$' '^2024-06-01 Orders' '^total Orders [0-9]+ 40 '
expect_same "times that the reason is said" 1 "$(grep -c 'not every store has a target' <<<"$OUT")"
run kpi pace_gap --period 2024-06 --by store
expect_line '^two Orders [0-9]+ 40 ' '^two Net sales '

begin "undo takes the newest revision back"
run goals set 2024 --kpi net_sales --target 50000 --note "too much"
expect_exit 0
run imports undo "$(grep -oE 'undo [0-9]+' <<<"$OUT" | grep -oE '[0-9]+')"
expect_exit 0
expect_same "sums" "all 0 one 0 stores 4500000 two 0 " "$(sums)"

begin "wrong use"
run goals sett 2024
expect_exit 2
run goals set 618 --kpi net_sales --target 1
expect_exit 1
expect_text "of which year"

finish
