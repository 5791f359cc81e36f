# Files of many forms hold the same orders: encodings, compressions, marks, dates, JSON, Excel.
. "$(dirname "$0")/lib.sh"
FROM=2024-01-01
TO=2024-12-31

cat >"$T/plain.csv" <<'END'
Order ID,Created At,Customer ID,SKU,Product Name,Quantity,Unit Price,Shipping Country
1001,2024-03-01 10:00:00,0017,A-1,Café crème,2,1234.50,France
1001,2024-03-01 10:00:00,0017,B-2,Naïve plate,1,7.25,France
1002,2024-03-02 23:59:59,c2,A-1,Café crème,1,10.50,España
1003,2024-04-13 08:00:00,c2,B-2,Naïve plate,3,7.25,España
END
begin "the plain file"
shop plain
run import "$T/plain.csv"
expect_exit 0
expect_text "utf-8" "read as generic"
WANT=$(ledger)
expect_different "facts" "$WANT" ""

same_as_plain() { # FILE TEXT... : TEXT is said by the import
    local file=$1
    shift
    begin "the same orders in $file"
    shop "shop-$file"
    run import "$T/$file"
    expect_exit 0
    expect_text "$@"
    expect_same "facts" "$WANT" "$(ledger)"
}
gzip -c "$T/plain.csv" >"$T/plain.csv.gz"
same_as_plain plain.csv.gz "orders: 3 new"
if command -v zstd >/dev/null; then
    zstd -q "$T/plain.csv" -o "$T/plain.csv.zst"
    same_as_plain plain.csv.zst "orders: 3 new"
fi
{ printf '\357\273\277' && cat "$T/plain.csv"; } >"$T/bom.csv"
same_as_plain bom.csv "utf-8"
{ printf '\377\376' && iconv -f UTF-8 -t UTF-16LE "$T/plain.csv"; } >"$T/utf16le.csv"
same_as_plain utf16le.csv "utf-16le"
{ printf '\376\377' && iconv -f UTF-8 -t UTF-16BE "$T/plain.csv"; } >"$T/utf16be.csv"
same_as_plain utf16be.csv "utf-16be"
iconv -f UTF-8 -t ISO-8859-1 "$T/plain.csv" >"$T/latin1.csv"
same_as_plain latin1.csv "1252"
sed 's/$/\r/' "$T/plain.csv" >"$T/crlf.csv"
same_as_plain crlf.csv "orders: 3 new"
tr ',' '\t' <"$T/plain.csv" >"$T/tabs.tsv"
same_as_plain tabs.tsv "orders: 3 new"
tr ',' '|' <"$T/plain.csv" >"$T/pipes.csv"
same_as_plain pipes.csv "orders: 3 new"
sed 's/,/;/g; s/1234\.50/1.234,50/; s/\([0-9]\)\.\([0-9][0-9]\);/\1,\2;/g' "$T/plain.csv" >"$T/decimal.csv"
same_as_plain decimal.csv "orders: 3 new"
sed -E 's/([^,]+)/"\1"/g' "$T/plain.csv" >"$T/quoted.csv"
same_as_plain quoted.csv "orders: 3 new"
sed -E 's/2024-0([0-9])-0?([0-9]+) ([0-9:]+):00,/\1\/\2\/2024 \3,/; s/23:59:59/23:59/; s,2024-03-02,3/2/2024,' \
    "$T/plain.csv" >"$T/american.csv"
same_as_plain american.csv "orders: 3 new"
sed -E 's/2024-0([0-9])-0?([0-9]+) 0?([0-9]+):/2024\/\1\/\2 \3:/' "$T/plain.csv" >"$T/slashes.csv"
same_as_plain slashes.csv "orders: 3 new"
if date -d '2024-03-01 10:00:00 UTC' +%s >/dev/null 2>&1; then
    { head -1 "$T/plain.csv"; tail -n +2 "$T/plain.csv" | while IFS=, read -r o t rest; do
        echo "$o,$(TZ=Europe/London date -d "$t" +%s),$rest"
    done; } >"$T/unix.csv"
    same_as_plain unix.csv "orders: 3 new"
    sed -E 's/^([0-9]+),([0-9]+),/\1,\2000,/' "$T/unix.csv" >"$T/millis.csv"
    same_as_plain millis.csv "orders: 3 new"
fi

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
if command -v zip >/dev/null; then
    (cd "$X" && zip -q -r "$T/plain.xlsx" .)
elif command -v cmake >/dev/null; then
    (cd "$X" && cmake -E tar cf "$T/plain.xlsx" --format=zip .)
fi
if [ -e "$T/plain.xlsx" ]; then
    same_as_plain plain.xlsx "xlsx" "orders: 3 new"
else
    skip "neither zip nor cmake is here"
fi
finish
