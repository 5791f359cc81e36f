# Text files of many forms hold the same orders: encodings, compressions, marks, dates.
. "$(dirname "$0")/lib.sh"
plain_orders
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
tr ',' '\037' <"$T/plain.csv" >"$T/separators.csv"
same_as_plain separators.csv "orders: 3 new"
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

finish
