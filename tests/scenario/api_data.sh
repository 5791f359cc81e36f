# Files by the API: an upload, its columns, the import as a job, refused rows repaired, undo.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/support/api.sh"
RANGE="from=2026-11-01&to=2026-11-30"

upload() { # FILE NAME
    LAST="POST uploads?name=$2"
    CODE=$(curl -s --max-time 60 -o "$T/body" -w '%{http_code}' -H "Authorization: Bearer $TOKEN" --data-binary @"$1" "$URL/uploads?name=$2")
    OUT=$(cat "$T/body")
}

begin "a shop is served"
shop data
two_stores
TOKEN=$(api_user root admin)
api_serve

begin "imports and what did not come in"
api GET "imports"
expect_value 'a.total + " " + a.items.map(i => i.file).join()' "3 products.csv,b.csv,a.csv"
api GET "imports/1"
expect_value 'a.sums.lines + " " + a.sums.amount' "4 60.5000"
api GET "reconcile"
expect_value 'a.difference + " " + a.classes_that_differ' "0.0000 0"
api GET "quarantine?state=waiting"
expect_value 'a.items.map(r => r.line + r.column + r.value).join()' "5unit_pricewrong"

begin "a refused row is repaired and comes in"
ROW=$(value_of 'a.items[0].id')
api PATCH "quarantine/$ROW" '{"fields":{"unit_price":"9.50"}}'
expect_code 200
expect_value 'a.fields.find(f => f.name === "unit_price").value' 9.50
api PATCH "quarantine/$ROW" '{"fields":{"nosuch":"1"}}'
expect_code 400
api POST "quarantine/retry" "{\"ids\":[$ROW]}"
expect_code 202
api_job
expect_value 'a.state + " " + a.imports[0].rows_read + " " + a.imports[0].rows_refused' "done 1 0"
api GET "kpi?id=net_sales&$RANGE&store=a"
expect_value 'a.kpis[0].total.value' 70.0000
api GET "quarantine?state=waiting"
expect_value 'a.total' 0
OUT=$(ls "$DIR/quarantine")
expect_no_text "import-"

begin "an upload says how it would be read, and its columns are assigned"
cat >"$T/odd.csv" <<'CSV'
no;when;who;thing;n;each
C1;2026-11-10 10:00:00;gil;X;2;5,50
C2;2026-11-10 11:00:00;hal;Y;1;7,00
CSV
upload "$T/odd.csv" "..%2F..%2Fshop.yaml"
expect_code 200
ID=$(value_of a.id)
expect_value 'a.name' shop.yaml
expect_value 'a.explain === null || a.explain.fits' false
api PATCH "uploads/$ID" '{"preset":"generic:order_lines","store":"b"}'
expect_code 200
api PATCH "uploads/$ID" '{"mapping":{"columns":{"no":"order_id","when":"placed_at","who":"customer_id","thing":"sku","n":"quantity","each":"unit_price"}}}'
expect_code 200
expect_value 'a.explain.fits + " " + a.explain.columns.map(c => c.target).join()' \
    "true order_id,placed_at,customer_id,sku,quantity,unit_price"
api PATCH "uploads/$ID" '{"mapping":{"columns":{"no":"nosuch"}}}'
expect_code 400
api POST "uploads/$ID/import" '{}'
expect_code 202
api_job
expect_value 'a.state + " " + a.rows' "done 2"
IMPORT=$(value_of 'a.imports[0].import_id')
api GET "uploads"
expect_value 'a.total' 0
api GET "kpi?id=net_sales&$RANGE&store=b"
expect_value 'a.kpis[0].total.value' 305.0000
api GET "uploads/$ID"
expect_code 404
api GET "uploads/..%2F..%2Frun"
expect_code 400
api GET "uploads/0123456789abcdef0123456789abcdeg"
expect_code 404

begin "an import is taken back"
api DELETE "imports/$IMPORT"
expect_code 200
api GET "kpi?id=net_sales&$RANGE&store=b"
expect_value 'a.kpis[0].total.value' 287.0000
api DELETE "imports/$IMPORT"
expect_code 409

begin "an upload says which mark is the decimal one, and whether the day stands first"
printf '%s\n' 'Order ID;Created At;SKU;Quantity;Unit Price' 'D1;3/11/2026;A;10;1,200' >"$T/marks.csv"
upload "$T/marks.csv" marks.csv
ID=$(value_of a.id)
expect_value 'a.decimal_mark + " " + a.date_order' "null null"
for body in '{"decimal_mark":"semicolon"}' '{"date_order":"ydm"}'; do
    api PATCH "uploads/$ID" "$body"
    expect_code 400
done
api PATCH "uploads/$ID" '{"decimal_mark":"comma","date_order":"mdy","store":"b"}'
expect_value 'a.decimal_mark + " " + a.date_order' "comma mdy"
api PATCH "uploads/$ID" '{"date_order":"dmy"}'
api POST "uploads/$ID/import" '{}'
api_job
IMPORT=$(value_of 'a.imports[0].import_id')
api GET "kpi?id=gross_sales&from=2026-11-03&to=2026-11-03&store=b"
expect_value 'a.kpis[0].total.value' 12.0000
api DELETE "imports/$IMPORT"
expect_code 200

begin "the same file twice changes nothing, an unreadable one fails with its reason"
upload "$T/b.csv" b2.csv
api PATCH "uploads/$(value_of a.id)" '{"store":"b"}'
api POST "uploads/$(value_of a.id)/import" '{}'
api_job
expect_value 'a.state + " " + a.imports[0].already' "done true"
head -c 3000 /dev/urandom >"$T/noise.bin"
upload "$T/noise.bin" noise.xlsx
expect_code 200
expect_value 'a.explain === null || !a.explain.fits' true
NOISE=$(value_of a.id)
api POST "uploads/$NOISE/import" '{}'
api_job
expect_value 'a.state' failed
expect_value 'a.message.length > 0' true
api DELETE "uploads/$NOISE"
expect_code 200

begin "a compressed file and an archive come in"
sed 's/^B/G/' "$T/b.csv" | gzip >"$T/g.csv.gz"
upload "$T/g.csv.gz" g.csv.gz
expect_value 'a.explain.compression + " " + a.explain.fits' "gzip true"
PACKED=$(value_of a.id)
api PATCH "uploads/$PACKED" '{"store":"b"}'
api POST "uploads/$PACKED/import" '{}'
api_job
expect_value 'a.state + " " + a.imports[0].rows_read' "done 2"
GZ=$(value_of 'a.imports[0].import_id')
mkdir "$T/packed"
sed 's/^B/H/' "$T/b.csv" >"$T/packed/h.csv"
sed 's/^B/I/' "$T/b.csv" >"$T/packed/i.csv"
(cd "$T/packed" && zip -q ../both.zip h.csv i.csv)
upload "$T/both.zip" both.zip
PACKED=$(value_of a.id)
api PATCH "uploads/$PACKED" '{"store":"b"}'
api POST "uploads/$PACKED/import" '{}'
api_job
expect_value 'a.state + " " + a.imports.map(i => i.rows_read).join()' "done 2,2"
api GET "kpi?id=net_sales&$RANGE&store=b"
expect_value 'a.kpis[0].total.value' 1148.0000
for i in $((GZ + 2)) $((GZ + 1)) "$GZ"; do
    api DELETE "imports/$i"
    expect_code 200
done
api GET "kpi?id=net_sales&$RANGE&store=b"
expect_value 'a.kpis[0].total.value' 287.0000

begin "a job is cancelled, and its file of over 20 MB can be imported again"
node -e 'console.log("order_id,placed_at,sku,quantity,unit_price,currency,note");
    const note = "a note of some words ".repeat(20);
    for (let i = 0; i < 50000; i++) console.log(`D${i},2026-11-${String(1 + i % 28).padStart(2, "0")} 10:00:00,X${i % 50},1,1.00,GBP,"${note}"`)' >"$T/large.csv"
upload "$T/large.csv" large.csv
expect_code 200
expect_value 'a.bytes > 20e6 && a.bytes' "$(stat -c %s "$T/large.csv")"
LARGE=$(value_of a.id)
api PATCH "uploads/$LARGE" '{"store":"a"}'
api POST "uploads/$LARGE/import" '{}'
JOB=$(value_of a.job)
api DELETE "jobs/$JOB"
expect_code 200
OUT="{\"job\":$JOB}"
printf '%s' "$OUT" >"$T/body"
api_job
expect_value 'a.state' cancelled
api GET "kpi?id=net_sales&$RANGE&store=a"
expect_value 'a.kpis[0].total.value' 70.0000
api DELETE "jobs/$JOB"
expect_code 409
api GET "uploads"
expect_value 'a.items.map(u => u.name).join()' large.csv

begin "commands and jobs take turns"
api POST "uploads/$LARGE/import" '{}'
run imports list
expect_exit 0
api_job
expect_value 'a.state' done
expect_green

begin "the server ends cleanly while a job runs"
upload "$T/large.csv" again.csv
AGAIN=$(value_of a.id)
api POST "uploads/$AGAIN/import" '{"again":true}'
kill -TERM "$SERVER"
wait "$SERVER"
RC=$?
OUT=$(cat "$T/serve.log")
expect_exit 0
expect_no_text "Sanitizer"
expect_no_text "bug at"
expect_green
finish
