# Questions and their forms: grains, dimensions, filters, comparisons, formats, SQL, evidence, the
# report and the catalogue, in both languages. Figures are checked against sums by awk.
. "$(dirname "$0")/lib.sh"
generic_orders >"$T/orders.csv"
shop ask
run import "$T/orders.csv"
expect_exit 0
YEAR="--from 2024-01-01 --to 2024-12-31"

sum() { # AWK-CONDITION: net sales of the lines that fulfil it
    awk -F, "NR > 1 && ($1) { s += \$5 * \$6 } END { printf \"%.4f\", s }" "$T/orders.csv"
}
count() { # AWK-CONDITION: orders
    awk -F, "NR > 1 && ($1) { o[\$1] = 1 } END { n = 0; for (k in o) n++; print n }" "$T/orders.csv"
}
ask() { # shellcheck disable=SC2086
    run kpi "$@" --format csv
    expect_exit 0
}

begin "grains"
ask net_sales,orders $YEAR --grain total
expect_text ",$(sum 1),300,"
ask net_sales,orders $YEAR --grain month
for month in 01 02 05 09; do
    expect_line "^2024-$month[-0-9]*,$(sum "\$2 ~ /^2024-$month/"),$(count "\$2 ~ /^2024-$month/"),"
done
[ "$(grep -c '^2024-' <<<"$OUT")" -eq 12 ]
pass_or_fail $? "expected twelve months"
ask orders $YEAR --grain quarter
expect_line "^2024-(01-01|Q1),$(count '$2 < "2024-04"'),"
ask orders $YEAR --grain year
expect_line "^2024(-01-01)?,300,"
ask orders --from 2024-03-04 --to 2024-03-10 --grain day
[ "$(grep -c '^2024-03-' <<<"$OUT")" -eq 7 ]
pass_or_fail $? "expected seven days, also those without orders"
ask orders --from 2024-03-01 --to 2024-03-31 --grain week
expect_line "^2024-(03-04|W10),$(count '$2 >= "2024-03-04" && $2 < "2024-03-11"'),"
ask orders --from 2024-03-04 --to 2024-03-04 --grain hour
[ "$(grep -c '^2024-03-04' <<<"$OUT")" -eq 24 ]
pass_or_fail $? "expected 24 hours"
ask orders --period 2024-02
ask orders --period 2024

begin "dimensions, filters, the largest and the others"
ask net_sales,orders $YEAR --grain total --by country
for land in France Spain Germany Italy; do
    expect_text ",$land,$(sum "\$7 == \"$land\""),$(count "\$7 == \"$land\""),"
done
ask net_sales $YEAR --grain total --where "country = 'France' and sku in ('SKU-1', 'SKU-2')"
expect_text ",$(sum '$7 == "France" && ($4 == "SKU-1" || $4 == "SKU-2")'),"
ask net_sales $YEAR --grain total --by sku --top 3 --sort -net_sales
TOP=$(awk -F, 'NR > 1 { s[$4] += $5 * $6 } END { for (k in s) printf "%.4f %s\n", s[k], k }' "$T/orders.csv" | sort -rn | head -3)
while read -r figure sku; do
    expect_text ",$sku,$figure,"
done <<<"$TOP"
REST=$(awk -v all="$(sum 1)" '{ all -= $1 } END { printf "%.4f", all }' <<<"$TOP")
expect_text "$REST"
ask net_sales $YEAR --grain month --by country,sku
expect_exit 0
run kpi orders $YEAR --grain total --where "colour = 'red'"
expect_exit 1
expect_text "colour"

begin "raw facts and rollups agree"
for by in country sku country,sku; do
    ask net_sales,orders,aov,buyers,units $YEAR --grain month --by $by
    FAST=$OUT
    ask net_sales,orders,aov,buyers,units $YEAR --grain month --by $by --raw
    expect_same "by $by" "$FAST" "$OUT"
done

begin "comparisons name both ranges"
run kpi net_sales --from 2024-03-01 --to 2024-03-31 --grain total --compare prev
expect_exit 0
expect_text "2024-03-01 to 2024-03-31" "2024-02-01 to 2024-02-29" "$(awk -F, '$2 ~ /^2024-02/ { s += $5 * $6 } END { printf "%d,%06.2f", s / 1000, s % 1000 }' "$T/orders.csv")"
run kpi net_sales --from 2024-03-01 --to 2024-03-31 --grain total --compare 2024-02-01..2024-02-29 --format json
expect_exit 0
expect_text "\"$(sum '$2 ~ /^2024-03/')\"" "$(sum '$2 ~ /^2024-02/')"
run kpi net_sales --from 2024-03-01 --to 2024-03-31 --grain day --compare yoy
expect_exit 0
run kpi net_sales --from 2024-03-04 --to 2024-03-10 --grain day --compare weekday
expect_exit 0
run kpi net_sales --from 2024-02-01 --to 2024-02-20 --grain day --compare festival:chinese-new-year
[ "$RC" -eq 0 ] || expect_text "chinese" # the name may differ: then the message lists them
run kpi net_sales --from 2024-02-01 --to 2024-02-20 --compare festival:nosuch
expect_exit 1

run kpi net_sales --from 2024-01-01 --to 2024-01-31 --compare prev
expect_text "(compared): no data in order lines before 2024-01-02"
run kpi net_sales --from 2024-01-29 --to 2024-03-15 --compare 2023-12-01..2024-01-20
expect_line '\* .*not' ' [0-9,.]+\* '

begin "calendars: the shop's, or the question's"
ask orders --period FY2024-Q1 --calendar 4-4-5 --grain month
expect_line "^2024-01-29,$(count '$2 >= "2024-01-29" && $2 < "2024-02-26"')," \
    "^2024-02-26,$(count '$2 >= "2024-02-26" && $2 < "2024-03-25"')," \
    "^2024-03-25,$(count '$2 >= "2024-03-25" && $2 < "2024-04-29"'),"
run kpi orders --from 2024-03-04 --to 2024-03-17 --calendar 4-4-5 --grain quarter --format json
expect_text '"calendar":"4-4-5"' '"time":"2024-01-29"'
printf 'calendar: 4-4-5\nweek_start: sun\n' >>"$DIR/shop.yaml"
sed -i '0,/^week_start: mon$/{//d}' "$DIR/shop.yaml"
run kpi orders --period FY2024-P01 --grain month
expect_text "2024-02-04 to 2024-03-02" "· 4-4-5" "FY2024-P01"
run report --period FY2024-P02
expect_exit 0
expect_text "2024-03-03 to 2024-03-30" "compared with 2024-02-04 to 2024-03-02"
run kpi orders --period 2024-03 --grain week --calendar iso --format csv
expect_line "^2024-03-04,$(count '$2 >= "2024-03-04" && $2 < "2024-03-11"'),"
sed -i 's/^calendar: .*/calendar: 4-5-4/' "$DIR/shop.yaml"
run kpi orders --last 7d
expect_exit 1
expect_text "shop.yaml" "4-4-5"
sed -i '/^calendar: /d; s/^week_start: sun/week_start: mon/' "$DIR/shop.yaml"
run kpi orders --calendar julian
expect_exit 2

begin "rows gathered by a key: the sum of no rows is 0"
printf 'kpis:
  %s: {name: %s, unit: count, measure: {table: order_line, agg: distinct, expr: order_key, having: "%s"}}
' without_sku without "sum(quantity where sku = 'SKU-1') = 0" >"$DIR/kpis/own.yaml"
ask without_sku,orders $YEAR --grain total
expect_text ",$(awk -F, 'NR > 1 { all[$1] = 1 } NR > 1 && $4 == "SKU-1" { has[$1] = 1 }
    END { for (o in all) n += !(o in has); print n }' "$T/orders.csv"),300,"
rm "$DIR/kpis/own.yaml"

begin "formats"
run kpi net_sales,aov --from 2024-03-01 --to 2024-03-31 --grain month --format json
expect_exit 0
expect_text '"version":1' '"currency":"GBP"' '"timezone":"Europe/London"' '"grain":"month"' \
    '"id":"net_sales"' '"definition":"' "\"value\":\"$(sum '$2 ~ /^2024-03/')\"" '"num":' '"den":' '"data_version":'
run kpi net_sales,orders --from 2024-03-01 --to 2024-03-31 --grain month --format markdown
expect_exit 0
expect_line '^\|.*\|$' '^\| ?:?-+'
run kpi net_sales --from 2024-03-01 --to 2024-03-31 --grain month --format table
expect_text "Net sales" "GBP" "Europe/London"
run kpi orders --from 2025-01-01 --to 2025-01-31 --grain total --format json
expect_text '"value":null'
run kpi net_sales --format xml
expect_exit 2

begin "words that are not there, and options that ask for nothing"
run kpi orders --from 2024-03-01 --to 2024-03-31 --by nothing_like_it
expect_exit 1
expect_text "unknown dimension" "there are store, " "country"
run kpi orders --from 2024-03-01 --to 2024-03-31 --top 3
expect_exit 2
expect_text "--top wants a breakdown"

run kpi stock_units --from 2024-03-01 --to 2024-03-31 --sql
expect_exit 0
expect_text "-- stock_units: needs stock"

begin "more figures than fit at once are refused before they take the memory"
run kpi net_sales orders aov units gross_sales --from 2000-01-01 --to 2024-12-31 --grain day --by country,sku --compare yoy
expect_exit 1
expect_text "of 5 figures, too many at once: ask for fewer KPIs or dimensions"
run kpi net_sales --from 2000-01-01 --to 2024-12-31 --grain month --by country,sku --compare yoy
expect_exit 0

begin "SQL and evidence"
LAST_DAY=$(awk -F, 'NR > 1 { print substr($2, 1, 10) }' "$T/orders.csv" | sort | tail -1)
run kpi net_sales $YEAR --grain month --sql
expect_exit 0
expect_text "SELECT"
run kpi net_sales $YEAR --grain month --evidence
expect_exit 0
expect_text "SELECT" "orders.csv" "net_sales" "newest record: $LAST_DAY" "complete up to: $LAST_DAY" "rows in the range:"
expect_line '[0-9a-f]{8,}'

begin "sessions are not there: conversion says what it needs"
run kpi session_cr $YEAR --grain total
expect_line '[Ss]ession|needs'

begin "the report"
run report --from 2024-03-01 --to 2024-03-31 --compare prev
expect_exit 0
expect_text "Net sales" "Orders"
run report --period 2024-03 --format json
expect_exit 0
run report --period 2024-03 --format markdown
expect_exit 0
OUT=$("$SHOPVANE_BIN" -C "$DIR" report --period 2024-03 2>&1 | cat -v)
expect_no_text '^['

begin "the catalogue"
run kpis list
expect_exit 0
[ "$(grep -cE '^[a-z_0-9]+ ' <<<"$OUT")" -ge 135 ]
pass_or_fail $? "expected at least 135 KPIs"
run kpis list --group sales
expect_text "net_sales"
expect_no_text "bounce_rate"
run kpis list --group nosuch
expect_exit 1
run kpis show net_sales
expect_exit 0
expect_text "net_sales" "gross_sales"
run kpis show nett_sales
expect_exit 1
expect_text "net_sales"
run kpis check
expect_exit 0
run kpis diff
expect_text "no difference"

begin "every KPI of the catalogue answers: a figure, or what it needs"
IDS=$("$SHOPVANE_BIN" -C "$DIR" kpis list | awk '/^[a-z_0-9]+ / && $1 != "id" && $2 != "KPIs;" { print $1 }')
for chunk in $(xargs -n 32 <<<"$IDS" | tr ' ' ','); do
    run kpi "$chunk" --from 2024-03-01 --to 2024-03-31 --grain total --format csv
    [ "$RC" -eq 0 ] && continue
    for id in ${chunk//,/ }; do # one of them needs data: ask one by one
        run kpi "$id" --from 2024-03-01 --to 2024-03-31 --grain total --format csv
        [ "$RC" -eq 0 ] || expect_line 'need'
    done
done

begin "Chinese, by environment, by option and by the KPI's Chinese name"
SHOPVANE_LANG=zh run kpi net_sales,orders --from 2024-03-01 --to 2024-03-31 --grain month
expect_exit 0
expect_text "订单"
run kpi net_sales --period 2024-03 --lang zh
expect_text "净销售额"
run kpi nosuch --lang=zh
expect_text "未知指标"
run kpi --help --lang zh
expect_text "选项"
run kpi orders --lang fr
expect_exit 2
run kpi orders -C elsewhere
expect_exit 2
expect_text "stands before the command"
run --lang zh report --period 2024-03
expect_exit 0
expect_text "订单"
run --lang zh kpis show net_sales
expect_exit 0
expect_line '[销净]'
run --lang zh kpi nosuch
expect_exit 1
expect_text "未知指标"
run kpi 支付金额 --from 2024-03-01 --to 2024-03-31 --grain total --format csv
expect_exit 0
run --lang zh --help
expect_exit 0
for command in init demo import imports quarantine reconcile kpis kpi report verify rebuild serve; do
    expect_text "$command"
done
for command in init demo import imports quarantine reconcile kpis kpi report verify rebuild serve; do
    run $command --help
    expect_exit 0
    expect_text "shopvane $command"
done
run --version
expect_exit 0

begin "what makes figures of one name differ stands above them"
run kpi net_sales --period 2024-03 --basis order
expect_text "Europe/London · by date of order"
run kpi visitors,aov --period 2024-03 --dialect shopify
expect_text "Europe/London · dialect shopify"
run kpi aov --period 2024-03 --dialect shopify --format json
expect_text '"dialect":"shopify"'
run kpi aov --period 2024-03
expect_no_text "dialect"
expect_no_text "by date of order"

begin "options before the command: in any order, the last one counts"
run --lang=zh kpi nosuch
expect_text "未知指标"
run -C "$T/nowhere" -C "$DIR" kpi orders --period 2024-03
expect_exit 0
LAST="--lang=zh -C DIR kpi"
OUT=$("$SHOPVANE_BIN" --lang=zh -C "$DIR" kpi orders --period 2024-03 2>&1)
expect_text "订单"

begin "a Chinese shop speaks Chinese, also where no shop need be opened"
printf 'Order ID,Created At,SKU,Quantity,Unit Price\nA,2024-03-01,x,1,2\nB,2024-13-01,x,1,2\n' >"$T/two.csv"
shop dian --lang zh
run import "$T/two.csv"
run kpis list
expect_line '^net_sales 净销售额 '
run kpis show net_sales
expect_text "净销售额"
run kpi net_sales --grain never
expect_exit 2
expect_text "只能是"
run reconcile
expect_line '^销售 GBP 1 2\.0000 1 1 2\.0000$' '^已隔离 1 '
run imports missing
expect_text "还说不上缺什么"
run backup "$T/dian-backup"
run backup "$T/dian-backup" --check
expect_text "完整无误"
run init
expect_exit 1
expect_text "已经是"
run nosuch
expect_exit 2
expect_text "没有"
run kpi net_sales --period 2024-03 --grain total --evidence
expect_text "取数自 明细"
run import "$T/nowhere.csv"
expect_exit 1
expect_text "没有这个文件"
run kpis list --group nosuch
expect_exit 1
expect_same "lines of the answer" 1 "$(wc -l <<<"$OUT")"

begin "a source whose keys were not given says how they are"
run --lang en source add woocommerce https://shop.example woo </dev/null
expect_exit 2
expect_text "shopvane source keys woo"
finish
