# Archives of exports, and workbooks of several sheets: each part is a file of its own.
. "$(dirname "$0")/lib.sh"
command -v zip >/dev/null || { echo "skipped: no zip"; exit 77; }
cat >"$T/orders.csv" <<'END'
订单编号,下单时间,商品编码,数量,单价
1001,2024-03-01 10:00:00,A-1,2,12.50
1002,2024-03-02 11:00:00,B-2,1,7.25
END
cat >"$T/products.csv" <<'END'
商品编码,商品名称,成本价
A-1,茶杯,5.00
B-2,盘子,3.00
END
echo "see the manual" >"$T/readme.txt"
(cd "$T" && zip -q exports.zip orders.csv products.csv readme.txt)

begin "each member of an archive is a file of its own"
shop archive --currency CNY --timezone Asia/Shanghai
run import "$T/exports.zip"
expect_exit 0
expect_text "exports.zip/readme.txt: left out:" "exports.zip/orders.csv: import #" \
    "exports.zip/products.csv: import #1" "difference to the ledger: 0 rows, 0.0000"
run imports list
expect_text "exports.zip/orders.csv" "exports.zip/products.csv"
begin "the same members again, packed or not"
run import "$T/exports.zip"
expect_exit 0
expect_text "exports.zip/orders.csv: the same bytes are in already" \
    "exports.zip/products.csv: the same bytes are in already"
run import "$T/orders.csv"
expect_text "the same bytes are in already"
expect_green
[ -z "$(ls "$DIR/run" | grep unpacked)" ]
pass_or_fail $? "nothing unpacked stays behind"
begin "an archive is explained member by member, also in Chinese"
run --lang zh import "$T/exports.zip" --explain
expect_exit 0
expect_text "未导入" "order_id"

begin "an archive without data, a damaged one"
(cd "$T" && zip -q none.zip readme.txt)
run import "$T/none.zip"
expect_exit 1
expect_text "nothing in the archive can be imported"
head -c 150 "$T/exports.zip" >"$T/cut.zip"
run import "$T/cut.zip"
expect_exit 1
expect_text "cut.zip"

if command -v node >/dev/null; then
    tr ',' '\t' <"$T/orders.csv" >"$T/orders.tsv"
    printf '填表说明\n请勿修改\n' >"$T/notes.tsv"
    node "$(dirname "$0")/../../tools/make_xls.mjs" "$T/book.xls" "说明=$T/notes.tsv" "明细=$T/orders.tsv"
    begin "the sheet with known data is found, the other is said"
    shop sheets --currency CNY --timezone Asia/Shanghai
    run import "$T/book.xls"
    expect_exit 0
    expect_text "book.xls/说明: left out:" "book.xls/明细: import #1" "orders: 2 new"
    expect_green

    begin "two sheets that presets know are both imported"
    printf 'InvoiceNo\tStockCode\tQuantity\tInvoiceDate\tUnitPrice\tCustomerID\n%s\tA-1\t2\t2024-03-01 10:00:00\t2.50\tc1\n' 1 >"$T/one.tsv"
    sed 's/^1\t/2\t/' "$T/one.tsv" >"$T/two.tsv"
    node "$(dirname "$0")/../../tools/make_xls.mjs" "$T/two.xls" "A=$T/one.tsv" "B=$T/two.tsv"
    shop both
    run import "$T/two.xls"
    expect_exit 0
    expect_text "two.xls/A: import #1, read as online-retail" "two.xls/B: import #2, read as online-retail"
    run import "$T/two.xls"
    expect_text "two.xls/B: the same bytes are in already as import #2"
    run import "$T/two.xls" --sheet B --dry-run --again
    expect_text "orders: 0 new, 0 changed, 1 as they were"
fi

finish
