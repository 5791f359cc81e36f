# JSON and Excel hold the same orders as a plain CSV file.
. "$(dirname "$0")/lib.sh"
plain_orders

as_json() { # separator between records
    awk -F, -v sep="$1" 'NR == 1 { for (i = 1; i <= NF; i++) name[i] = $i; next }
    {
        if (NR > 2) printf "%s", sep
        printf "{"
        for (i = 1; i <= NF; i++)
            printf "%s\"%s\": %s", (i > 1 ? ", " : ""), name[i],
                (i == 6 || i == 7 ? $i : "\"" $i "\"")
        printf "}"
    }
    END { print "" }' "$T/plain.csv"
}
as_json '\n' >"$T/lines.ndjson"
same_as_plain lines.ndjson "json" "orders: 3 new"
{ echo '['; as_json ',\n'; echo ']'; } >"$T/array.json"
same_as_plain array.json "json" "orders: 3 new"
{ echo '{"orders": ['; as_json ','; echo ']}'; } >"$T/inside.json"
begin "JSON records inside a member"
shop inside
run import "$T/inside.json"
expect_exit 0
expect_same "facts" "$WANT" "$(ledger)"

begin "JSON records that hold their lines: a line's words from the line, an order's from the record"
cat >"$T/lists.json" <<'END'
[{"id": 1001, "created_at": "2024-03-01 10:00:00", "customer": {"id": "0017"}, "total_price": "2476.25",
  "shipping_address": {"country": "France"}, "items": [
    {"sku": "A-1", "title": "Café crème", "quantity": 2, "price": "1234.50"},
    {"sku": "B-2", "title": "Naïve plate", "quantity": 1, "price": "7.25"}]},
 {"id": 1002, "created_at": "2024-03-02 23:59:59", "customer": {"id": "c2"}, "total_price": "10.50",
  "shipping_address": {"country": "España"}, "items": [
    {"sku": "A-1", "title": "Café crème", "quantity": 1, "price": "10.50"}]},
 {"id": 1003, "created_at": "2024-04-13 08:00:00", "customer": {"id": "c2"}, "total_price": "21.75",
  "shipping_address": {"country": "España"}, "items": [
    {"sku": "B-2", "title": "Naïve plate", "quantity": 3, "price": "7.25"}]}]
END
same_as_plain lists.json "json" "orders: 3 new"

begin "an amount of the record is shared among its lines once; the record is the whole order"
shop lists
cat >"$T/shared.json" <<'END'
[{"order_id": "A1", "created_at": "2024-03-01 10:00:00", "total_discounts": "3.00", "items": [
    {"sku": "X", "quantity": 1, "price": "10.00"}, {"sku": "X", "quantity": 1, "price": "10.00"},
    {"sku": "Y", "quantity": 2, "price": "5.00"}]},
 {"order_id": "A2", "created_at": "2024-03-02 10:00:00", "total_discounts": "1", "items": [
    {"sku": "X", "quantity": 1, "price": "10.00"}, {"sku": "Z", "quantity": 1, "price": "1.00"}]}]
END
run import "$T/shared.json"
expect_exit 0
run kpi gross_sales,discounts,units --from 2024-03-01 --to 2024-03-31 --format csv
expect_text "41.0000,4.0000,6"
sed 's/, {"sku": "Z", "quantity": 1, "price": "1.00"}//' "$T/shared.json" >"$T/fewer.json"
run import "$T/fewer.json"
expect_exit 0
expect_text "1 changed, 1 as they were"
run kpi gross_sales,discounts,units --from 2024-03-01 --to 2024-03-31 --format csv
expect_text "40.0000,4.0000,5"
expect_green

begin "so is a record's discount and tax by their short names"
shop short
sed 's/"total_discounts"/"tax": "2.00", "discount"/' "$T/shared.json" >"$T/short.json"
run import "$T/short.json"
expect_no_text "not used"
run kpi gross_sales,discounts,taxes --from 2024-03-01 --to 2024-03-31 --format csv
expect_text "41.0000,4.0000,4.0000"

begin "a repaired record says what its order is"
shop repaired
sed 's/"Y", "quantity": 2/"Y", "quantity": "two"/' "$T/shared.json" >"$T/two.json"
run import "$T/two.json"
expect_exit 3
run quarantine retry 1
sed 's/"two"/2/' "$DIR/quarantine/import-1.ndjson" >"$T/.repaired" && cp "$T/.repaired" "$DIR/quarantine/import-1.ndjson"
run import "$DIR/quarantine/import-1.ndjson"
expect_exit 0
run kpi gross_sales,discounts,units --from 2024-03-01 --to 2024-03-31 --format csv
expect_text "41.0000,4.0000,6"
expect_green
run imports undo 2
run kpi gross_sales,discounts,units --from 2024-03-01 --to 2024-03-31 --format csv
expect_text "31.0000,4.0000,4"
expect_green

begin "articles in a list, one told twice"
shop articles
cat >"$T/articles.json" <<'END'
[{"id": 1, "title": "Pot", "variants": [{"sku": "P1", "price": "1.00"}, {"sku": "P2", "price": "2.00"}]},
 {"id": 2, "title": "Cup", "variants": [{"sku": "C1", "price": "3.00"}, {"sku": "C1", "price": "2.50"}]}]
END
run import "$T/articles.json"
expect_exit 0
expect_text "columns matched by name as product"
expect_line "^product +3 "
expect_line "^duplicate +1 "

begin "columns that are not known stand in the explained mapping, to be filled in"
shop unknown
printf 'Bestellnr;Tag;Art;Anz;Summe\nA1;03.02.2024;KX;2;20,00\n' >"$T/german.csv"
run import "$T/german.csv"
expect_exit 1
expect_text "--explain writes a start"
run import "$T/german.csv" --explain
expect_exit 1
expect_text "nearest is order_lines"
OUT=$(cat "$DIR/sources/german.yaml")
expect_text "target: order_lines" "# Bestellnr" "# Summe"

begin "Excel"
X=$T/xlsx
mkdir -p "$X/_rels" "$X/xl/_rels" "$X/xl/worksheets"
cat >"$X/[Content_Types].xml" <<'END'
<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>
END
cat >"$X/_rels/.rels" <<'END'
<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>
END
cat >"$X/xl/workbook.xml" <<'END'
<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Orders" sheetId="1" r:id="r1"/></sheets></workbook>
END
cat >"$X/xl/_rels/workbook.xml.rels" <<'END'
<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>
END
awk -F, 'BEGIN { print "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>" }
{
    printf "<row r=\"%d\">", NR
    for (i = 1; i <= NF; i++) {
        if (NR > 1 && (i == 6 || i == 7))
            printf "<c r=\"%c%d\"><v>%s</v></c>", 64 + i, NR, $i
        else
            printf "<c r=\"%c%d\" t=\"inlineStr\"><is><t>%s</t></is></c>", 64 + i, NR, $i
    }
    print "</row>"
}
END { print "</sheetData></worksheet>" }' "$T/plain.csv" >"$X/xl/worksheets/sheet1.xml"
pack() { # FILE: of the parts in $X
    if command -v zip >/dev/null; then
        (cd "$X" && zip -q -r "$1" .)
    elif command -v cmake >/dev/null; then
        (cd "$X" && cmake -E tar cf "$1" --format=zip .)
    fi
}
pack "$T/plain.xlsx"
if [ -e "$T/plain.xlsx" ]; then
    same_as_plain plain.xlsx "xlsx" "orders: 3 new"
    begin "a formula without a value refuses its row: an empty discount would be a wrong one"
    cat >"$X/xl/worksheets/sheet1.xml" <<'END'
<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>order id</t></is></c><c r="B1" t="inlineStr"><is><t>placed at</t></is></c><c r="C1" t="inlineStr"><is><t>sku</t></is></c><c r="D1" t="inlineStr"><is><t>quantity</t></is></c><c r="E1" t="inlineStr"><is><t>unit price</t></is></c><c r="F1" t="inlineStr"><is><t>discount</t></is></c></row>
<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>2026-01-02</t></is></c><c r="C2" t="inlineStr"><is><t>A</t></is></c><c r="D2"><v>2</v></c><c r="E2"><v>10</v></c><c r="F2"><f>E2*0.1</f><v>1</v></c></row>
<row r="3"><c r="A3"><v>2</v></c><c r="B3" t="inlineStr"><is><t>2026-01-02</t></is></c><c r="C3" t="inlineStr"><is><t>A</t></is></c><c r="D3"><v>2</v></c><c r="E3"><v>10</v></c><c r="F3"><f>E3*0.1</f><v/></c></row>
</sheetData></worksheet>
END
    rm -f "$T/formula.xlsx"
    pack "$T/formula.xlsx"
    shop formula
    run import "$T/formula.xlsx"
    expect_exit 3
    expect_line '^sale 1 20.00' '^quarantined 1 '
    run quarantine list 1
    expect_text "discount" "a formula without a value: open the file in Excel and save it"
    begin "an error in place of a value refuses its row, in Excel as in CSV; a text stays empty"
    sed -i 's|<c r="F3"><f>E3\*0.1</f><v/></c>|<c r="F3" t="e"><f>E3*B9</f><v>#REF!</v></c>|' "$X/xl/worksheets/sheet1.xml"
    pack "$T/errors.xlsx"
    shop errors
    run import "$T/errors.xlsx"
    expect_exit 3
    expect_line '^sale 1 20.00' '^quarantined 1 '
    begin "a refused row whose last cells are blank is repaired and comes in"
    sed -i 's|<c r="D3"><v>2</v></c>|<c r="D3" t="inlineStr"><is><t>two</t></is></c>|; s|<c r="F3".*</c></row>|</row>|' \
        "$X/xl/worksheets/sheet1.xml"
    pack "$T/blank.xlsx"
    shop blank
    run import "$T/blank.xlsx"
    expect_exit 3
    run quarantine retry 1
    sed -i 's/two/2/' "$DIR/quarantine/import-1.csv"
    run import "$DIR/quarantine/import-1.csv"
    expect_exit 0
    expect_line '^sale 1 20.00'
else
    skip "neither zip nor cmake is here"
fi
printf '%s\n' 'order id,placed at,sku,quantity,unit price,discount,title' '1,2026-01-02,A,2,10,1,#N/A' \
    '2,2026-01-02,A,2,10,#N/A,Cup' '3,2026-01-02,A,2,#VALUE!,1,Cup' '4,#REF!,A,2,10,1,Cup' \
    '5,2026-01-02,A,2,10,#n/a,Cup' '6,2026-01-02,A,2,#GETTING_DATA,1,Cup' >"$T/errors.csv"
shop errors-csv
run import "$T/errors.csv"
expect_exit 3
expect_line '^sale 1 20.00' '^quarantined 5 '
run quarantine list 1
expect_line "3 discount #N/A an error of a spreadsheet" "4 unit price #VALUE! an error" "5 placed at #REF! an error" \
    "6 discount #n/a an error" "7 unit price #GETTING_DATA an error"
finish
