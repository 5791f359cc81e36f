# Old Excel files: the same orders as the CSV, title, merged cells, what cannot be read.
. "$(dirname "$0")/lib.sh"
command -v node >/dev/null || { echo "skipped: no node"; exit 77; }
make_xls() {
    node "$(dirname "$0")/../../tools/make_xls.mjs" "$@"
}
plain_orders
tr ',' '\t' <"$T/plain.csv" | sed 's/\t0017\t/\t'"'"'0017\t/' >"$T/plain.tsv"
make_xls "$T/plain.xls" "Orders=$T/plain.tsv"
same_as_plain plain.xls "orders: 3 new" "(xls, utf-8)"
gzip -k "$T/plain.xls"
same_as_plain plain.xls.gz "orders: 3 new"

begin "a title block, an order's merged cells and a sum row"
cat >"$T/dirty.json" <<'END'
{ "rows": [["店铺订单报表"], [],
  ["订单编号", "下单时间", "商品编码", "数量", "金额", "邮费"],
  ["6917930123456789012", { "date": "2024-03-01 10:00:00" }, "A-1", 2, 25, 8],
  [null, null, "B-2", 1, 7.25, null],
  ["0012", { "date": "2024-03-02" }, "B-2", 1, 7.25, 0],
  ["合计", null, null, 4, 39.5, 8]],
  "merges": ["A1:F1", "A4:A5", "B4:B5", "F4:F5", "A7:C7"] }
END
make_xls "$T/dirty.xls" "三月=$T/dirty.json"
shop dirty --currency CNY --timezone Asia/Shanghai
run import "$T/dirty.xls"
expect_exit 0
expect_line "^title above the header 1" "^sum row 1" "^sale 3 39.50 CNY 4"
expect_text "the header is line 3" "what can be checked of them agrees with the rows" "orders: 2 new" \
    "difference to the ledger: 0 rows, 0.0000"
run kpi shipping_rev --from 2024-03-01 --to 2024-03-31 --format csv
expect_text "8.0000"
expect_green

begin "ids that Excel has destroyed"
sed 's/"6917930123456789012"/6917930123456789012/; s/"0012"/6917930199996785555/; s/"merges".*"A4:A5", /"merges": [/' \
    "$T/dirty.json" >"$T/destroyed.json"
make_xls "$T/destroyed.xls" "S=$T/destroyed.json"
shop destroyed --currency CNY --timezone Asia/Shanghai
run import "$T/destroyed.xls"
expect_exit 1
expect_text 'line 4: "6917930123456790000": Excel has destroyed the ids'

begin "a file cut off, a Word document"
head -c 3000 "$T/plain.xls" >"$T/cut.xls"
run import "$T/cut.xls"
expect_exit 1
expect_text "damaged or cut off"
run --lang zh import "$T/cut.xls"
expect_text "已损坏或不完整"

finish
