# The real orders of a gift shop (UCI Online Retail): every line in its class, KPIs that agree with
# sums made apart from the program, nothing counted twice.
. "$(dirname "$0")/lib.sh"
need_shared online_retail/online_retail_541909.csv.gz
FILE=$SHOPVANE_SHARED/data/online_retail/online_retail_541909.csv.gz

begin "every line of the file is in the class of the issue's table"
shop retail
run import "$FILE"
expect_exit 0
expect_text "read as online-retail" "541,909 rows, 9,747,747.9340 summed while reading"
expect_text "difference to the ledger: 0 rows, 0.0000" "orders: 25900 new, 0 changed"
expect_text "dates: 2010-12-01 .. 2011-12-09"
expect_line '^sale 527,792 10,272,118\.8730 GBP 5,577,136$' \
    '^return 8,704 -478,724\.18 GBP -272,030$' \
    '^shipping 2,110 279,462\.12 GBP' \
    '^discount 77 -5,696\.22 GBP' \
    '^fee 87 -236,629\.5690 GBP' \
    '^adjustment 638 -82,783\.09 GBP' \
    '^giveaway 1,165 0\.00 GBP 68,095$' \
    '^stock movement 1,336 0\.00 GBP -206,957$' \
    '^all 541,909 9,747,747\.9340 *$' \
    '^returns: 2835 matched to the sale they undo, 5869 could not be$'

begin "monthly figures agree with sums made apart"
run kpi gross_sales,net_sales,orders,units --from 2010-12-01 --to 2011-12-09 --grain month --format csv
expect_exit 0
MONTHS=$(tr -d '\r' <<<"$OUT")
while read -r month gross net orders units; do
    OUT=$MONTHS
    expect_line "^$month[-0-9]*,$gross,$net,$orders,$units(,|\$)"
done <<'END'
2010-12 778008\.3600 759706\.5200 1550 358751
2011-01 671992\.4100 580443\.1400 1081 387427
2011-02 508952\.8700 500292\.0100 1093 283251
2011-03 691265\.9400 680366\.4300 1440 377110
2011-04 516309\.7910 480993\.2610 1235 308518
2011-05 741275\.7400 732233\.0900 1668 395394
2011-06 738876\.8800 724803\.5600 1525 388831
2011-07 689397\.7410 677824\.5010 1452 401358
2011-08 725605\.1600 701662\.6000 1339 421451
2011-09 1030500\.3610 1013128\.8110 1818 569949
2011-10 1106686\.4900 1062638\.2500 2005 621730
2011-11 1457745\.5300 1432260\.1400 2751 750082
2011-12 615501\.6000 441346\.1600 816 313284
END
run kpi orders,buyers,net_sales,aov --from 2010-12-01 --to 2011-12-09 --grain total --format csv
expect_exit 0
expect_text ",19773,4334,9787698.4730,"

run kpi gross_sales,discounts,returns_amt,net_sales --period 2010-12 --format csv
expect_text ",778008.3600,693.9800,17607.8600,759706.5200,true"

begin "buyers who come twice, who come back, and the ten best articles"
run kpi repeat_buyer_rate,reorder_rate,top10_share --period 2011-03 --format json
expect_text '"value":"0.203494347379","num":"198","den":"973"' \
    '"value":"0.310119047619","num":"521","den":"1680"' \
    '"value":"0.104538461723","num":"71124.4600","den":"680366.4300"'
run kpi repeat_buyer_rate,reorder_rate,top10_share --from 2011-06-01 --to 2011-12-09 --format json
expect_text '"num":"2082","den":"3541"' '"num":"1923","den":"2716"' \
    '"num":"493556.8200","den":"6053664.0220"'
run kpi repeat_buyer_rate,reorder_rate --period 2011-03 --where "country = 'Germany'" --format json
expect_text '"num":"7","den":"24"' '"num":"19","den":"41"'

begin "the JSON of an answer is as the documents have it"
run kpi net_sales --period 2010-12 --grain month --format json
OUT=$(sed -E 's/"definition":"[0-9a-f]{16}"/"definition":"HASH"/; s/"data_version":[0-9]+/"data_version":N/' <<<"$OUT")
expect_same "JSON" '{"version":1,"currency":"GBP","timezone":"Europe/London","from":"2010-12-01","to":"2010-12-31","grain":"month","kpis":[{"id":"net_sales","name":"Net sales","unit":"money","definition":"HASH","basis":"event","origins":[{"source":"orders"}],"rows":[{"time":"2010-12-01","by":{},"value":"759706.5200","num":null,"den":null,"compare":null,"complete":true}],"total":{"time":null,"by":{},"value":"759706.5200","num":null,"den":null,"compare":null,"complete":true}}],"notes":[],"data_version":N}' "$OUT"
run kpi return_rate_units,session_cr --period 2010-12 --format json
expect_text '"value":"0.0471636315996"' '"value":null,"num":null,"den":null,"compare":null,"complete":false,"reason":"needs visits' '"needs":"needs visits'

begin "an answer from rollups equals the answer from raw facts"
run kpi net_sales,orders,aov,return_rate_units,repeat_rate_n --period 2011 --grain month --by country --format csv
FAST=$OUT
run kpi net_sales,orders,aov,return_rate_units,repeat_rate_n --period 2011 --grain month --by country --format csv --raw
expect_same "rollups and raw facts" "$FAST" "$OUT"

begin "the documents show what the program prints"
ROOT=$(dirname "$0")/../..
plain() { sed 's/ *$//'; }
awk -v out="$T/example" '/^\$ shopvane -C gifts kpi /{n++; sub(/^.* gifts /, ""); print >(out n); on = 1; next}
    /^```/{on = 0} on{print >(out n ".printed")}' "$ROOT/docs/calendar.md"
for example in "$T"/example?; do
    run $(cat "$example")
    expect_same "$(cat "$example")" "$(plain <"$example.printed")" "$(plain <<<"$OUT")"
done
expect_same "examples of docs/calendar.md" 3 "$(ls "$T"/example? | wc -l)"
run kpi net_sales orders aov return_rate_units repeat_rate --from 2010-12-01 --to 2011-12-09 --grain month
EN=$(plain <<<"$OUT")
run --lang zh kpi 净销售额 订单数 单均净销售额 退货率 复购率 --from 2010-12-01 --to 2011-12-09 --grain month
ZH=$(plain <<<"$OUT")
OUT=$(cat "$ROOT/README.md")
expect_text "$EN"
OUT=$(cat "$ROOT/README.zh-CN.md")
expect_text "$ZH"

expect_green

begin "the same file again changes nothing and says so"
run import "$FILE"
expect_exit 0
expect_text "the same bytes are in already as import #1; nothing changed"
run kpi gross_sales,net_sales,orders,units --from 2010-12-01 --to 2011-12-09 --grain month --format csv
expect_same "monthly figures" "$MONTHS" "$(tr -d '\r' <<<"$OUT")"
run reconcile online_retail_541909.csv.gz
expect_exit 0
expect_line '^sale GBP 527,792 10,272,118\.8730 5,577,136 527,792 10,272,118\.8730$'
finish
