# Definitions of KPIs that are wrong: all problems at once with their places, limits instead of
# endless work, and a shop that still opens for everything else.
. "$(dirname "$0")/lib.sh"
generic_orders >"$T/orders.csv"
shop defs
run import "$T/orders.csv"
expect_exit 0

kpi() { # ID FORMULA: four lines, the formula on the last
    printf '  %s:\n    name: {en: %s, zh: %s}\n    unit: count\n    formula: %s\n' "$1" "$1" "$1" "$2"
}

begin "the built-in catalogue has no problem"
run kpis check
expect_exit 0
expect_text "no problem"

begin "200 errors in one file are all told, each with its place"
{
    echo "kpis:"
    for i in $(seq 200); do
        kpi "wrong_$i" "no_such_measure_$i + 1"
    done
} >"$DIR/kpis/wrong.yaml"
run kpis check
expect_exit 1
expect_line 'wrong.yaml:5:[0-9]+: .*no_such_measure_1' 'wrong.yaml:801:[0-9]+: .*no_such_measure_200'
[ "$(grep -c 'wrong.yaml:[0-9]*:[0-9]*' <<<"$OUT")" -ge 200 ]
pass_or_fail $? "expected 200 places"
run kpi orders --from 2024-01-01 --to 2024-12-31 --grain total
expect_exit 1
expect_text "wrong.yaml"
rm "$DIR/kpis/wrong.yaml"

begin "a cycle of five KPIs is shown as a cycle"
{
    echo "kpis:"
    kpi a_1 a_2
    kpi a_2 a_3
    kpi a_3 a_4
    kpi a_4 a_5
    kpi a_5 a_1
} >"$DIR/kpis/cycle.yaml"
run kpis check
expect_exit 1
expect_text "a_1" "a_5"
expect_line 'cycle.yaml:[0-9]+:[0-9]+: .*(cycle|itself)'
rm "$DIR/kpis/cycle.yaml"

begin "10 MB of nested YAML are refused by a limit"
awk 'BEGIN { for (i = 0; i < 5242880; i++) printf "["; for (i = 0; i < 5242880; i++) printf "]" }' \
    >"$DIR/kpis/deep.yaml"
run kpis check
expect_exit 1
expect_text "deep.yaml"
expect_line 'deep|limit|large|nest'
expect_no_text "deep.yaml: $DIR"
run --lang zh kpis check
expect_text "deep.yaml: 超过 1048576 字节"
{
    for i in $(seq 1000); do
        printf '%*sa:\n' "$i" ''
    done
} >"$DIR/kpis/deep.yaml"
run kpis check
expect_exit 1
expect_line 'deep.yaml:[0-9]+:[0-9]+'
rm "$DIR/kpis/deep.yaml"

begin "aliases that multiply are refused"
{
    echo 'a: &a [x, x, x, x, x, x, x, x, x]'
    before=a
    for name in b c d e f g h i; do
        echo "$name: &$name [*$before, *$before, *$before, *$before, *$before, *$before, *$before, *$before]"
        before=$name
    done
} >"$DIR/kpis/bomb.yaml"
run kpis check
expect_exit 1
expect_text "bomb.yaml"
rm "$DIR/kpis/bomb.yaml"

begin "units that do not fit, unknown names with a suggestion, unlike grains"
{
    echo "kpis:"
    kpi money_and_count "net_sales + orders"
    kpi misspelt "net_sale * 2"
    kpi broken "net_sales + ("
    kpi orders_twice "orders * 2"
    kpi orders_twice "orders * 3"
} >"$DIR/kpis/mixed.yaml"
run kpis check
expect_exit 1
expect_line 'mixed.yaml:5:.*money' 'mixed.yaml:9:.*net_sales' 'mixed.yaml:13:' 'orders_twice'
printf 'measures:\n  lines_sold:\n    table: order_line\n    agg: count\n    filter: "%s"\n' \
    "class = 'sales' and quantity > 0" >"$DIR/kpis/mixed.yaml"
run kpis check
expect_exit 1
expect_line 'mixed.yaml:5:.*class is never "sales" \(did you mean "sale"\?\); it is one of sale, return, '
rm "$DIR/kpis/mixed.yaml"

begin "a shop's own KPI is answered, an override shows in diff"
{
    echo "kpis:"
    kpi orders_twice "orders * 2"
} >"$DIR/kpis/own.yaml"
run kpis check
expect_exit 0
run kpi orders,orders_twice --from 2024-01-01 --to 2024-12-31 --grain total --format csv
expect_exit 0
expect_text ",300,600,"
run kpis diff
expect_exit 0
expect_text "orders_twice: added"

begin "questions that cannot be answered say why"
run kpi nett_sales --last 7d
expect_exit 1
expect_text "net_sales"
run kpi net_sales --by colour --last 7d
expect_exit 1
expect_text "colour"
run kpi net_sales --where "country = " --last 7d
expect_exit 1
run kpi net_sales --where "customer_type in ('new', 'return')" --last 7d
expect_exit 1
expect_text 'customer_type is never "return"'
run kpi net_sales --where "country = 'x'; DROP TABLE orders" --last 7d
expect_exit 1
run kpi net_sales --from 2024-13-01
expect_exit 2
run kpi net_sales --from 2024-12-31 --to 2024-01-01
expect_exit 2
run kpi net_sales --grain fortnight
expect_exit 2
run kpi net_sales --no-such-option
expect_exit 2
run kpi
expect_exit 2
run nosuchcommand
expect_exit 2
run kpi clv_12 --last 7d
expect_text "needs"

begin "all mistakes of the settings are told at once"
printf 'stores:\n  west: {platform: jd, tx: inclusive}\n  east: {timezone: Mars/X}\n' >"$DIR/stores.yaml"
run stores list
expect_exit 1
expect_text 'stores.yaml:2:24: unknown key "tx" (did you mean "tax"?); ' 'stores.yaml:3:20: unknown time zone "Mars/X"'
finish
