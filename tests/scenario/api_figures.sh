# The API's figures are those of the command line, in every form, and rows add up to them.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/support/api.sh"
RANGE="from=2026-11-01&to=2026-11-30"

begin "a shop of two stores is served"
shop two
two_stores
ROOT=$(api_user root admin)
TOKEN=$ROOT
run kpi net_sales,orders,units --from 2026-11-01 --to 2026-11-30 --grain day --by channel --format csv
DIRECT_CSV=$OUT
run kpi aov,net_sales --from 2026-11-01 --to 2026-11-30 --grain total --format json
DIRECT_JSON=$OUT
run profit --from 2026-11-01 --to 2026-11-30 --by store --full --format csv
DIRECT_PROFIT=$(sed -n 's/^,b,\([0-9.]*\),.*/\1/p' <<<"$OUT")
api_serve

begin "figures as JSON, CSV, Excel and Parquet"
api GET "kpi?id=aov,net_sales&$RANGE&grain=total"
expect_code 200
expect_same "JSON" "$DIRECT_JSON" "$OUT"
api GET "kpi?id=net_sales,orders,units&$RANGE&grain=day&by=channel&format=csv"
expect_code 200
expect_same "CSV" "$(tr -d '\r' <<<"$DIRECT_CSV")" "$(sed '1s/^\xef\xbb\xbf//' "$T/body" | tr -d '\r')"
api GET "kpi?id=net_sales&$RANGE&by=channel&format=xlsx"
expect_code 200
cp "$T/body" "$T/answer.xlsx"
OUT=$(head -c 2 "$T/answer.xlsx")
expect_text "PK"
api GET "kpi?id=net_sales&$RANGE&by=product&format=csv"
expect_text "'=cmd()"
api GET "kpi?id=net_sales&$RANGE&by=channel&format=parquet"
expect_code 200
OUT=$(head -c 4 "$T/body")
expect_text "PAR1"
OUT=$(ls "$DIR/run")
expect_no_text "export-"
api GET "kpi?id=net_sales&format=tape"
expect_code 400

begin "a parameter that says one thing is given once"
api GET "kpi?id=net_sales&from=2026-11-01&from=2026-11-02&to=2026-11-30"
expect_code 400
expect_text "given twice"
api GET "kpi?id=net_sales&id=orders&$RANGE&store=a&store=b"
expect_code 200
expect_value 'a.kpis.length' 2

begin "rows add up to the figure"
for kpi in net_sales orders units gross_sales; do
    api GET "kpi?id=$kpi&$RANGE&where=channel%20%3D%20%27ads%27"
    FIGURE=$(value_of 'a.kpis[0].total.value')
    api GET "rows?kpi=$kpi&$RANGE&where=channel%20%3D%20%27ads%27"
    expect_code 200
    expect_value 'a.value' "$FIGURE"
done
api GET "rows?kpi=gross_sales&$RANGE&limit=500"
expect_value 'a.items.reduce((s, i) => s + Math.round(Number(i.value) * 1e4), 0) / 1e4 === Number(a.value)' true
expect_value 'a.measures[0].totals[0].value === a.value' true
api GET "rows?kpi=gross_sales&$RANGE&limit=2"
expect_value 'a.items.length' 2
api GET "rows?kpi=gross_sales&$RANGE&limit=2&cursor=$(value_of a.next)"
expect_value 'a.items.length' 2
api GET "rows?kpi=gross_sales&$RANGE&measure=nosuch"
expect_code 404
api GET "rows?kpi=gross_sales&$RANGE&where=%27%3B%20DROP%20TABLE%20orders"
expect_code 400

begin "pages of the board hold the same figures"
api GET "overview?$RANGE"
expect_code 200
expect_value 'a.cards.find(c => c.id === "net_sales").value' 347.5000
expect_value 'a.stores.map(s => s.store + " " + s.values.net_sales.value).join()' "b 287.0000,a 60.5000"
ROW_OF_A=$(value_of 'JSON.stringify(a.stores.find(s => s.store === "a"))')
api GET "overview?$RANGE&store=a"
expect_value 'JSON.stringify(a.stores[0])' "$ROW_OF_A"
expect_value 'a.stores.length' 1
expect_value 'a.cards.slice(0, 4).every(c => c.chosen)' true
api GET "overview?$RANGE&kpis=net_sales,aov"
expect_value 'a.cards.slice(0, 2).map(c => c.id).join()' "net_sales,aov"
api GET "profit?$RANGE&by=store"
expect_code 200
expect_value 'a.rows.find(r => r.by === "b").values.placed_amt' "$DIRECT_PROFIT"
expect_value '(() => { const sign = { start: 1, plus: 1, minus: -1, subtotal: 0, end: 0 }; const e4 = s => Math.round(Number(s.value) * 1e4); const sum = a.steps.reduce((t, s) => t + sign[s.role] * e4(s), 0); return sum === e4(a.steps.at(-1)); })()' true
api GET "kpis"
expect_value 'a.kpis.find(k => k.id === "net_sales").available' true
expect_value 'a.kpis.find(k => k.id === "sessions").available' false
expect_value 'a.kpis.find(k => k.id === "aov").drivers.includes("net_sales")' true
api GET "calendar?$RANGE"
expect_value 'a.bands.find(b => b.id === "double-11").from' 2026-11-11
api GET "periods?lang=zh"
expect_value 'a.items.find(p => p.id === "yesterday").name' 昨天
api GET "dimensions/sku/values?q=cup"
expect_value 'a.items.map(i => i.value + " " + i.label).join()' "X Red cup"
api GET "orders?$RANGE&limit=2&sort=-total"
expect_value 'a.total + " " + a.items.map(o => o.id).join()' "5 B1,B2"
api GET "orders/A2"
expect_value 'a.lines.map(l => l.sku + " " + l.net).join()' "Y 30.0000"
api GET "customers?limit=1"
expect_value 'a.items[0].id + " " + a.items[0].value' "cui 210.0000"
api GET "customers/ann"
expect_value 'a.order_list.map(o => o.id).join() + " " + a.value' "A3,A1 30.5000"
api GET "products?$RANGE&q=red"
expect_value 'a.items.map(p => p.sku + " " + p.values.net_sales.value).join()' "X 30.5000"
expect_value 'a.sales_currency + " " + a.items[0].price_currency + " " + a.items[0].currency' "GBP GBP GBP"
api GET "products/X"
expect_value 'a.months.reduce((s, m) => s + Number(m.net_sales ?? 0), 0)' 30.5
api GET "orders/nosuch"
expect_code 404

begin "lists as files: all rows, the same figures, no formulas"
csv_of() { # PATH: the file's rows without its head
    api GET "$1"
    expect_code 200
    OUT=$(sed '1s/^\xef\xbb\xbf//' "$T/body" | tr -d '\r')
}
csv_of "orders?$RANGE&format=csv&sort=-total"
expect_line "^b,B1,.*,2026-11-02,.*,cui,.*,210\.0000,"
expect_same "orders" "id B1 B2 A2 A3 A1" "$(cut -d, -f2 <<<"$OUT" | xargs)"
csv_of "orders?$RANGE&format=csv&q=ann"
expect_same "of one customer" "id A3 A1" "$(cut -d, -f2 <<<"$OUT" | xargs)"
csv_of "products?$RANGE&format=csv&compare=prev"
expect_line "^sku,title,category,brand,variant,price_currency,price,sales_currency,net_sales,net_sales_compared,net_sales_relative,"
expect_line "^X,Red cup,cups,,,GBP,10\.0000,GBP,30\.5000,"
expect_line "^Y,'=cmd\(\),cups,"
csv_of "customers?format=csv"
expect_same "customers" "id cui dan ann bob" "$(cut -d, -f2 <<<"$OUT" | xargs)"
csv_of "profit?$RANGE&format=csv&by=store"
expect_same "profit by store" "store b a" "$(cut -d, -f1 <<<"$OUT" | xargs)"
csv_of "profit?$RANGE&format=csv"
expect_line "^placed_amt,[^,]+,start,347\.5000,1\.0"
for path in orders products customers profit; do
    api GET "$path?format=xlsx&lang=zh"
    expect_code 200
    OUT=$(head -c 2 "$T/body")
    expect_text "PK"
done
api GET "products?$RANGE&format=xlsx"
expect_same "a name as a text in the workbook" "=cmd()" \
    "$(unzip -p "$T/body" xl/worksheets/sheet1.xml | grep -o "<is><t>=cmd()</t></is>" | sed "s/<[^>]*>//g")"
expect_same "formulas in it" 0 "$(unzip -p "$T/body" xl/worksheets/sheet1.xml | grep -c '<f>')"
for path in "orders?format=csv&limit=3" "customers?format=xlsx&cursor=2" "profit?format=csv&top=5" "orders?format=parquet"; do
    api GET "$path"
    expect_code 400
done
OUT=$(ls "$DIR/run")
expect_no_text "export-"
api GET "reports/morning?date=2026-11-03&lang=zh"
expect_value 'a.parts[0].kind' sentence
api GET "reports/month?date=2026-11&format=markdown"
expect_code 200
expect_text "# "

begin "the answer follows definitions, settings and costs at once"
api GET "definitions/aov"
expect_value 'a.origin' built-in
NEW=$(node -e 'const a = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")); console.log(JSON.stringify({ yaml: a.yaml.replace("net_sales / orders", "net_sales / units"), note: "per unit" }))' "$T/body")
api POST "definitions/check" "$(node -e 'const b = JSON.parse(process.argv[1]); console.log(JSON.stringify({ id: "aov", yaml: b.yaml, from: "2026-11-01", to: "2026-11-30", grain: "total" }))' "$NEW")"
expect_value 'a.problems.length + " " + a.old.kpis[0].total.value + " " + a.new.kpis[0].total.value' "0 69.5000 43.4375"
api PUT "definitions/aov" "$NEW"
expect_code 200
api GET "kpi?id=aov&$RANGE"
expect_value 'a.kpis[0].total.value' 43.4375
run kpi aov --from 2026-11-01 --to 2026-11-30 --grain total --format csv
expect_text ",43.4375,"
api PUT "definitions/aov" '{"yaml":"group: sales\nkpis:\n  aov:\n    formula: nosuch\n"}'
expect_code 422
expect_value 'a.problems.length > 0' true
api GET "definitions/aov"
FIRST=$(value_of 'a.versions[0].hash')
expect_value 'a.versions[0].note + " " + a.versions[0].who' "per unit root"
api DELETE "definitions/aov"
expect_code 200
api GET "kpi?id=aov&$RANGE"
expect_value 'a.kpis[0].total.value' 69.5000
api POST "definitions/aov/revert" "{\"hash\":\"$FIRST\",\"note\":\"again\"}"
expect_code 200
api GET "kpi?id=aov&$RANGE"
expect_value 'a.kpis[0].total.value' 43.4375
api PUT "definitions/..%2fx" "$NEW"
expect_code 400
api PUT "settings" '{"overview_kpis":["orders"],"name":"Two # stores"}'
expect_value 'a.name' "Two # stores"
api GET "overview?$RANGE"
expect_value 'a.cards[0].id' orders
api PUT "settings" '{"currency":"pounds"}'
expect_code 400
api POST "settings/undo" '{}'
expect_value 'a.overview_kpis.length' 0
printf 'payment_fee:\n  - percent: 10\n' >"$DIR/costs.yaml"
for _ in $(seq 60); do
    api GET "profit?$RANGE"
    [ "$(value_of 'a.steps.find(s => s.id === "payment_fee_amt").value')" = 34.7500 ] && break
    sleep 0.1
done
expect_value 'a.steps.find(s => s.id === "payment_fee_amt").value' 34.7500

begin "targets are set, split and shown"
api POST "goals" '{"kpi":"net_sales","period":"2026-11","target":"600"}'
expect_code 200
api POST "goals/split" '{"kpi":"net_sales","period":"2026-11","whole":true,"note":"by day"}'
expect_code 200
api GET "goals?period=2026-11&kpi=net_sales"
expect_value 'a.items[0].actual + " " + a.items[0].goal.completion' "347.5000 0.579166666667"
expect_value 'a.days.length + " " + a.days.reduce((s, d) => s + Math.round(Number(d.target) * 1e4), 0) / 1e4' "30 600"
run goals list 2026-11
expect_text "600.00"

begin "one number in two stores is two orders and two customers"
printf 'order_id,placed_at,customer_id,sku,quantity,unit_price\nA2,2026-11-04 10:00:00,ann,X,1,999.00\n' >"$T/same.csv"
run import "$T/same.csv" --store b --as generic:order_lines
expect_exit 0
for store in a b; do
    api GET "orders/A2?store=$store"
    expect_value 'a.store + " " + a.lines.map(l => l.net).join()' "$store $([ $store = a ] && echo 30.0000 || echo 999.0000)"
    api GET "customers/ann?store=$store"
    expect_value 'a.store + " " + a.value' "$store $([ $store = a ] && echo 30.5000 || echo 999.0000)"
done

begin "the server ends cleanly"
kill -TERM "$SERVER"
wait "$SERVER"
RC=$?
OUT=$(cat "$T/serve.log")
expect_exit 0
expect_no_text "Sanitizer"
expect_no_text "bug at"
expect_green
finish
