# Files as they come in life: broken, cut, mixed, hostile. Each is told clearly, what is good in
# them comes in, and nothing is lost or half done.
. "$(dirname "$0")/lib.sh"
HEAD="Order ID,Created At,Customer ID,SKU,Product Name,Quantity,Unit Price,Currency"
GOOD="1,2024-03-01 10:00:00,c1,A,Cup,2,10.50,GBP"

file() { # NAME LINE...
    local name=$1
    shift
    printf '%s\n' "$HEAD" "$@" >"$T/$name.csv"
}

import_into_new() { # NAME [options]: imports $T/NAME.csv into a shop of its own
    local name=$1
    shift
    shop "$name"
    run import "$T/$name.csv" "$@"
}

# What the shop sold: orders, units, net sales.
expect_sales() { # ORDERS UNITS NET
    run kpi orders,units,net_sales --from 2024-01-01 --to 2024-12-31 --grain total --format csv
    expect_text ",$1,$2,$3,"
}

begin "an empty file is refused"
: >"$T/empty.csv"
import_into_new empty
expect_exit 1
expect_text "empty"
run imports list
expect_no_text "empty.csv"

begin "a file that is not there is named"
run import "$T/nowhere.csv"
expect_exit 1
expect_text "nowhere.csv" "No such file"

begin "a folder is not a file"
run import "$T"
expect_exit 1

begin "a pipe is no file: its bytes come once"
mkfifo "$T/pipe.csv"
run import "$T/pipe.csv"
expect_exit 1
expect_text "pipe.csv" "save it to the disk first"

begin "a header without rows brings nothing and says so"
file header
import_into_new header
expect_exit 0
expect_text "source: 0 rows" "orders: 0 new"

begin "one line of 64 MB is refused by a limit, not by the machine's memory"
{
    echo "$HEAD"
    head -c 67108864 /dev/zero | tr '\0' x
} >"$T/long.csv"
import_into_new long
expect_exit 3
expect_text "in quarantine: 1 of the rows"
run quarantine list
expect_line "longer|too long|limit|larger"
rm -f "$T/long.csv"

begin "64 MB without a line break and without a header"
head -c 67108864 /dev/zero | tr '\0' y >"$T/noend.csv"
import_into_new noend
expect_exit 1
rm -f "$T/noend.csv"

begin "NUL bytes go to quarantine, the other rows come in"
{
    printf '%s\n%s\n' "$HEAD" "$GOOD"
    printf '2,2024-03-02 10:00:00,c\0002,A,Cup,1,10.50,GBP\n'
    printf '3,2024-03-03 10:00:00,c3,A,Cup,1,10.50,GBP\n'
} >"$T/nul.csv"
import_into_new nul
expect_exit 3
expect_text "in quarantine: 1 of the rows" "source: 3 rows" "difference to the ledger: 0 rows, 0.0000"
run quarantine list
expect_line '3 .*NUL'
expect_sales 2 3 31.5000

begin "a quote that is never closed does not swallow the rows before it"
file quote "$GOOD" '2,2024-03-02 10:00:00,c2,A,Cup,1,10.50,GBP' \
    '3,2024-03-03 10:00:00,c3,A,"Cup,1,10.50,GBP' '4,2024-03-04 10:00:00,c3,A,Cup,1,10.50,GBP'
import_into_new quote
expect_exit 3
expect_text "difference to the ledger: 0 rows, 0.0000"
run quarantine list
expect_line 'quote'
expect_sales 2 3 31.5000

begin "rows with too few or too many fields are refused one by one"
file ragged "$GOOD" '2,2024-03-02 10:00:00,c2,A' '3,2024-03-03 10:00:00,c3,A,Cup,1,10.50,GBP,x,y' \
    '4,2024-03-04 10:00:00,c3,A,Cup,1,10.50,GBP'
import_into_new ragged
expect_exit 3
expect_text "in quarantine: 2 of the rows" "source: 4 rows"
run quarantine list
expect_line 'ragged.csv 3 ' 'ragged.csv 4 '
expect_sales 2 3 31.5000

begin "rows without any figure are told: orders without a line"
file no_line "$GOOD" '2,2024-03-02 10:00:00,c2,A,Cup,,,GBP' \
    '3,2024-03-03 10:00:00,c2,A,Cup,1,,GBP' '4,2024-03-03 10:00:00,c2,A,Cup,十十十十十十十十十十十十十十,1,GBP'
import_into_new no_line
expect_exit 3
expect_line '^order without a line 1 0.00' '^quarantined 2 ' '^all 4 21.00'
run quarantine list # a value that is cut to fit keeps whole characters
expect_line ' 十十十十十十十十十十十十十 not a number' 'retry IMPORT writes its waiting rows to a file'
run reconcile
expect_exit 0
expect_line '^order without a line 1 0.0000 0 1 0.0000'

begin "bytes that are not UTF-8 late in a UTF-8 file refuse that row only"
{
    echo "$HEAD"
    awk 'BEGIN { for (i = 1; i <= 40000; i++)
        printf "%d,2024-03-01 10:00:00,c%d,A,Thé,1,1.00,GBP\n", i, i % 100 }'
    printf '40001,2024-03-01 10:00:00,c1,A,Th\351,1,1.00,GBP\n'
    printf '40002,2024-03-01 10:00:00,c1,A,Thé,1,1.00,GBP\n'
} >"$T/encoding.csv"
import_into_new encoding
expect_exit 3
expect_text "in quarantine: 1 of the rows" "utf-8" "difference to the ledger: 0 rows, 0.0000"
run quarantine list
expect_line 'encoding.csv 40002 .*Th.xE9.*not valid in the file.s encoding'
run quarantine show 1 # nothing of the row is lost
expect_text '40001,2024-03-01 10:00:00,c1,A,Th\xE9,1,1.00,GBP'
expect_sales 40001 40001 40001.0000

begin "two files with the same order and different amounts: the last one counts, and it is told"
file first "$GOOD" '2,2024-03-02 10:00:00,c2,A,Cup,1,10.50,GBP' "3${GOOD:1}"
file second "0${GOOD}" '2,2024-03-02 10:00:00,c2,A,Cup,1,99.00,GBP' "9${GOOD:1}"
import_into_new first
run import "$T/second.csv"
expect_exit 0
expect_text "1 changed" "2 new"
expect_sales 5 9 183.0000
run imports undo 2
expect_sales 3 5 52.5000

begin "dates in 1970 and in the future"
file dates "$GOOD" '2,1970-01-01 00:00:00,c2,A,Cup,1,10.50,GBP' \
    '3,2124-01-01 00:00:00,c3,A,Cup,1,10.50,GBP' '4,0000-00-00 00:00:00,c3,A,Cup,1,10.50,GBP' \
    '5,2024-02-30 00:00:00,c3,A,Cup,1,10.50,GBP' '6,,c3,A,Cup,1,10.50,GBP'
import_into_new dates
expect_exit 3
expect_text "in quarantine: 5 of the rows" "difference to the ledger: 0 rows, 0.0000"
run quarantine list
expect_line '1970-01-01' '2124-01-01' '0000-00-00' '2024-02-30'
expect_sales 1 2 21.0000

begin "amounts beyond what money holds are refused, large ones are exact"
file amounts "$GOOD" '2,2024-03-02 10:00:00,c2,A,Cup,1,1000000000000000000,GBP' \
    '3,2024-03-02 10:00:00,c2,A,Cup,1000000000000000000,1,GBP' \
    '4,2024-03-02 10:00:00,c2,A,Cup,1000000,922337203685.4775,GBP' \
    '5,2024-03-02 10:00:00,c2,A,Cup,1,99999999999999999999999999999999,GBP' \
    '6,2024-03-02 10:00:00,c2,A,Cup,1,90000000000000.1234,GBP' \
    '7,2024-03-02 10:00:00,c2,A,Cup,1,1e400,GBP' '8,2024-03-02 10:00:00,c2,A,Cup,1,NaN,GBP' \
    '9,2024-03-02 10:00:00,c2,A,Cup,1,abc,GBP' '10,2024-03-02 10:00:00,c2,A,Cup,1.5e0x,1,GBP'
import_into_new amounts
expect_exit 3
expect_text "in quarantine: 8 of the rows" "difference to the ledger: 0 rows, 0.0000"
expect_sales 2 3 90000000000021.1234
expect_green

begin "amounts whose sum leaves 64 bits are refused as a whole, before anything is kept"
{
    echo "$HEAD"
    awk 'BEGIN { for (i = 1; i <= 50; i++)
        printf "%d,2024-03-02 10:00:00,c2,A,Cup,1,90000000000000.0001,GBP\n", i }'
} >"$T/sums.csv"
import_into_new sums
expect_exit 1
expect_text "add up to more than"
run imports list
expect_no_text "sums.csv"
expect_green

begin "quantity 0 is told apart from a sale"
file zero "$GOOD" '2,2024-03-02 10:00:00,c2,A,Cup,0,10.50,GBP'
import_into_new zero
expect_text "source: 2 rows" "difference to the ledger: 0 rows, 0.0000"
expect_sales 1 2 21.0000
expect_green

begin "one order in two currencies is refused, orders of several currencies come in apart"
file currency "$GOOD" '2,2024-03-02 10:00:00,c2,A,Cup,1,10.50,GBP' \
    '2,2024-03-02 10:00:00,c2,B,Cup,1,10.50,EUR' '3,2024-03-03 10:00:00,c2,A,Cup,1,7.00,EUR' \
    '4,2024-03-03 10:00:00,c2,A,Cup,1,7.00,XX1'
import_into_new currency
expect_exit 3
expect_text "in quarantine: 3 of the rows" "difference to the ledger: 0 rows, 0.0000"
expect_line '^sale 1 21\.00 GBP 2$' '^sale 1 7\.00 EUR 1$'
run quarantine list
expect_line 'currenc' 'XX1'

begin "a currency that is none is refused before anything comes in"
printf 'Order ID,Created At,SKU,Quantity,Unit Price\n1,2024-03-01,A,1,2\n' >"$T/bare.csv"
import_into_new bare --currency EURO
expect_exit 2
expect_text 'currency "EURO"'
run import "$T/bare.csv" --explain
sed -i 's/^currency:.*//' "$DIR"/sources/bare.yaml
echo 'currency: pounds' >>"$DIR/sources/bare.yaml"
run import "$T/bare.csv" --map "$DIR/sources/bare.yaml"
expect_exit 2
run imports list
expect_no_text "bare.csv"
run import "$T/bare.csv" --currency EUR
expect_line '^sale 1 2\.00 EUR 1$'

begin "a table that is none is named, with those that are"
run import "$T/bare.csv" --as generic:nosuch
expect_exit 2
expect_text 'no table "nosuch" to import into' "order_lines" "fx_rate"

begin "cells that a spreadsheet would run stay text and are made harmless in CSV"
file formula "1,2024-03-01 10:00:00,c1,=cmd(),=cmd|' /C calc'!A0,2,10.50,GBP" \
    '2,2024-03-02 10:00:00,c2,@SUM(A1),+1+1,1,10.50,GBP'
import_into_new formula
expect_exit 0
run kpi net_sales --by sku --from 2024-01-01 --to 2024-12-31 --grain total --format csv
expect_exit 0
! grep -qE '(^|,|")[=@]' <<<"$OUT"
pass_or_fail $? "a cell of the CSV begins with = or @"
run kpi net_sales --by sku --from 2024-01-01 --to 2024-12-31 --grain total --format json
expect_text '"=cmd()"'

begin "names with ../, quotes and control characters stay names"
NAME="$T/na'me; \"x\" %s"$'\e[31m..csv'
printf '%s\n' "$HEAD" "1,2024-03-01 10:00:00,c1,../../etc/passwd,'; DROP TABLE orders; --,2,10.50,GBP" \
    '2,2024-03-02 10:00:00,"c""2","O'\''Neil ""x""",Cup,1,10.50,gbp' >"$NAME"
shop names
run import "$NAME"
expect_exit 0
expect_text '%s [31m..csv: import #1, read as generic'
expect_no_text $'\e'
expect_sales 2 3 31.5000
run import "$NAME.csv"
expect_exit 1
expect_no_text $'\e'
run kpi net_sales --by sku --where "sku = 'O''Neil \"x\"'" --from 2024-01-01 --to 2024-12-31 --grain total --format json
expect_exit 0
expect_text '"10.5000"'
run import "$NAME" --explain
expect_exit 0
ls "$DIR"/sources/*.yaml >/dev/null
pass_or_fail $? "expected a mapping inside sources/"
run import "$T/first.csv" --store "../evil'; --"
expect_exit 1
expect_green

begin "a file that no preset and no column name fits says what to do"
printf 'foo;bar\n1;2\n' >"$T/foreign.csv"
import_into_new foreign
expect_exit 1
expect_text "--map" "--as"
run import "$T/first.csv" --as nonsense
expect_exit 2
begin "columns that a mapping names and the file lacks are told, with a suggestion; needed ones are an error"
printf 'Nr,Date,Article,Qty,Price,Postage\n1,2024-03-01,A,1,10.00,5.00\n' >"$T/post.csv"
printf '%s\n' 'name: my' 'target: order_lines' 'columns:' '  Nr: order_id' '  Date: placed_at' '  Article: sku' \
    '  Qty: quantity' '  Price: unit_price' '  Postge: shipping' >"$T/post.yaml"
shop lacking
run import "$T/post.csv" --map "$T/post.yaml"
expect_exit 0
expect_text 'post.yaml:9:3: the file has no column "Postge" (did you mean "Postage"?); shipping stays empty'
sed -i 's/Postge/Postage/; s/Nr:/Nrr:/' "$T/post.yaml"
run import "$T/post.csv" --map "$T/post.yaml" --again
expect_exit 1
expect_text 'post.yaml:4:3: the file has no column "Nrr" (did you mean "Nr"?) for order_id, which order_lines needs'

finish
