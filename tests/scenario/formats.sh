# Text files of many forms hold the same orders: encodings, compressions, marks, dates.
. "$(dirname "$0")/lib.sh"
plain() { # NAME: four lines of three orders; orders and articles are called after it
    cat <<END
Order ID,Created At,Customer ID,SKU,Product Name,Quantity,Unit Price,Shipping Country
$1-1,2024-03-01 10:00:00,0017,A-$1,Café crème,2,1234.50,France
$1-1,2024-03-01 10:00:00,0017,B-$1,Naïve plate,1,7.25,France
$1-2,2024-03-02 23:59:59,c2,A-$1,Café crème,1,10.50,España
$1-3,2024-04-13 08:00:00,c2,B-$1,Naïve plate,3,7.25,España
END
}

begin "the same orders in files of many forms"
cd "$T" || exit
plain plain >plain.csv
plain gz | gzip -c >gz.csv.gz
! command -v zstd >/dev/null || plain zst | zstd -q -o zst.csv.zst
{ printf '\357\273\277' && plain bom; } >bom.csv
{ printf '\377\376' && plain utf16le | iconv -f UTF-8 -t UTF-16LE; } >utf16le.csv
{ printf '\376\377' && plain utf16be | iconv -f UTF-8 -t UTF-16BE; } >utf16be.csv
plain latin1 | iconv -f UTF-8 -t ISO-8859-1 >latin1.csv
plain crlf | sed 's/$/\r/' >crlf.csv
plain tabs | tr ',' '\t' >tabs.tsv
plain separators | tr ',' '\037' >separators.csv
plain pipes | tr ',' '|' >pipes.csv
plain decimal | sed 's/,/;/g; s/1234\.50/1.234,50/; s/\([0-9]\)\.\([0-9][0-9]\);/\1,\2;/g' >decimal.csv
plain quoted | sed -E 's/([^,]+)/"\1"/g' >quoted.csv
plain american | sed -E 's/2024-0([0-9])-0?([0-9]+) ([0-9:]+):00,/\1\/\2\/2024 \3,/; s/23:59:59/23:59/; s,2024-03-02,3/2/2024,' \
    >american.csv
plain slashes | sed -E 's/2024-0([0-9])-0?([0-9]+) 0?([0-9]+):/2024\/\1\/\2 \3:/' >slashes.csv
if date -d '2024-03-01 10:00:00 UTC' +%s >/dev/null 2>&1; then
    seconds() { # NAME
        plain "$1" | while IFS=, read -r order at rest; do
            [ "$order" = "Order ID" ] || at=$(TZ=Europe/London date -d "$at" +%s)
            echo "$order,$at,$rest"
        done
    }
    seconds unix >unix.csv
    seconds millis | sed -E 's/^([^,]+),([0-9]+),/\1,\2000,/' >millis.csv
fi
FORMS=(*.csv *.tsv *.gz *.zst)
shop forms
run import "${FORMS[@]/#/$T/}"
expect_exit 0
expect_line '^plain\.csv: .*read as generic .*utf-8' '^bom\.csv: .*utf-8' '^utf16le\.csv: .*utf-16le' \
    '^utf16be\.csv: .*utf-16be' '^latin1\.csv: .*1252'
expect_same "files with 3 new orders" "${#FORMS[@]}" "$(grep -c '^orders: 3 new' <<<"$OUT")"
run kpi gross_sales,net_sales,orders,units,buyers --by country,sku --from 2024-01-01 --to 2024-12-31 --grain day --format csv
ALL=$OUT
facts() { # NAME
    grep -F -- "-$1," <<<"$ALL" | awk -F, '$4 > 0' | sed "s/-$1,/,/"
}
expect_same "lines of an article, a country and a day" 4 "$(facts plain | wc -l)"
for file in "${FORMS[@]}"; do
    expect_same "facts of plain.csv and $file" "$(facts plain)" "$(facts "${file%%.*}")"
done

begin "dates whose form the first rows leave open are asked of the whole file"
long_file() { # SEPARATOR DATE PRICE [OTHER-LINE...]: 250 rows that tell nothing, then the others
    local s=$1 d=$2 p=$3 i
    shift 3
    echo "order id${s}order date${s}sku${s}qty${s}unit price${s}tip"
    for i in $(seq 250); do echo "$i${s}$d${s}A${s}1${s}$p${s}0"; done
    printf '%s\n' "$@"
}
asked() { # NAME: imports $T/NAME.csv into a shop of its own
    shop "$1" --currency EUR --timezone Europe/Berlin
    run import "$T/$1.csv"
}
long_file , "12/1/2010 8:26" 1.00 300,12/13/2010,A,1,1.00,0 301,12/14/2010,A,1,1.00,0 >"$T/month_first.csv"
asked month_first
expect_exit 0
expect_line '^sale 252 252.00' '^dates: 2010-12-01 .. 2010-12-14'
expect_no_text "no date tells"
long_file , 12/1/2010 1.00 300,12/13/2010,A,1,1.00,0 301,13/12/2010,A,1,1.00,0 302,12/14/2010,A,1,1.00,0 \
    >"$T/against.csv"
asked against
expect_exit 3
expect_line '^sale 252 252.00' '^quarantined 1 ' '^dates: 2010-12-01 .. 2010-12-14'
long_file , 12/1/2010 1.00 >"$T/open.csv"
asked open
expect_text 'column "order date": no date tells day from month'
long_file , 12/1/2010 1.00 300,12/13/2010,A,1,1.00,0 301,13/12/2010,A,1,1.00,0 >"$T/both.csv"
asked both
expect_text 'column "order date": as many dates begin with the day as with the month'

begin "where no date tells, a shop in the United States has the month first"
printf '%s\n' "order id,placed at,sku,quantity,unit price" 1,10/05/2026,A,1,5.00 2,10/06/2026,A,1,7.00 >"$T/october.csv"
shop american --currency USD --timezone America/Chicago
run import "$T/october.csv"
expect_text 'column "placed at": no date tells day from month; read as 12/31/2010'
expect_line "^dates: 2026-10-05 .. 2026-10-06"
run import "$T/october.csv" --date-order dmy --again
expect_line "^dates: 2026-05-10 .. 2026-06-10"

begin "a column of dates that tells nothing itself is read as the file's other columns show"
printf '%s\n' "order no,order date,payment date,sku,qty,unit price" 1,03/31/2026,04/01/2026,S1,1,10.00 \
    2,04/01/2026,04/02/2026,S1,1,20.00 3,04/13/2026,,S1,1,30.00 >"$T/others.csv"
asked others
expect_exit 0
expect_text 'column "payment date": no date of its own tells day from month; read as 12/31/2010'
run kpi paid_gmv --grain month --from 2026-01-01 --to 2026-05-31 --format csv
expect_text "2026-01-01,," "2026-04-01,30.0000"
printf '%s\n' "order no,order date,payment date,due date,sku,qty,unit price" \
    1,03/31/2026,04/01/2026,31/03/2026,S1,1,10.00 >"$T/quarrel.csv"
asked quarrel
expect_text 'column "payment date": no date tells day from month'

begin "dates that contradict each other among few: the more frequent form counts, the others wait"
printf '%s\n' "order id,placed at,sku,quantity,unit price" 1,1/2/2026,A,1,1 2,13/2/2026,A,1,1 \
    3,14/2/2026,A,1,1 4,2/14/2026,A,1,1 >"$T/few.csv"
shop few
run import "$T/few.csv"
expect_exit 3
expect_line '^sale 3 3.00' '^quarantined 1 ' '^dates: 2026-02-01 .. 2026-02-14'
expect_text "some dates begin with the day, others with the month"
run --lang zh import "$T/few.csv" --again
expect_text "有的日期日在前，有的月在前"

begin "so are numbers whose comma or point may be a decimal mark"
UNKNOWN='column "unit price": no number tells whether its comma or point is a decimal mark;'
long_file ';' 01.12.2010 19 '300;02.12.2010;A;1;2,500;0' >"$T/thousand.csv"
asked thousand
expect_line '^sale 251 7,250.00'
expect_text "$UNKNOWN \"2,500\" read as 2500"
long_file ';' 01.12.2010 19 '300;02.12.2010;A;1;2.500;0' >"$T/points.csv"
asked points
expect_line '^sale 251 7,250.00'
expect_text "$UNKNOWN \"2.500\" read as 2500"
long_file ';' 01.12.2010 19 '300;02.12.2010;A;1;2,500;0' '301;02.12.2010;A;1;2,75;0' >"$T/comma.csv"
asked comma
expect_line '^sale 252 4,755.25'
expect_no_text "no number tells"
long_file ';' 01.12.2010 19 '300;02.12.2010;A;1;2,500;0,50' >"$T/beside.csv"
asked beside
expect_line '^sale 251 4,752.50'
expect_text "$UNKNOWN \"2,500\" read as 2.5"
long_file , 2010-12-01 19 '300,2010-12-02,A,1,"2,500",0' '301,2010-12-02,A,1,2.75,0' >"$T/point.csv"
asked point
expect_line '^sale 252 7,252.75'
expect_no_text "no number tells"

finish
