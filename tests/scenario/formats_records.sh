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
