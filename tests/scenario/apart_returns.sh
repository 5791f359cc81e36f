# The sale of an order in the export of its month, its refunds in those of theirs, under the same
# number: in whatever order the files come, the figures are those of one file.
. "$(dirname "$0")/lib.sh"
HEAD='Date,Order #,Status,Customer,Product(s),Items sold,Coupon(s),Customer type,Net Sales,Attribution'
JAN=('2024-01-05 10:00:00,7,completed,X,2× a,2,,new,50.00,Direct'
    '2024-01-06 10:00:00,8,completed,X,1× b,1,,new,8.00,Direct'
    '2024-01-20 10:00:00,7,completed,X,1× a,0,,new,-5.00,Direct')
FEB=('2024-02-08 10:00:00,9,completed,X,1× a,1,,new,5.00,Direct'
    '2024-02-09 10:00:00,7,completed,X,1× a,-1,,new,-25.00,Direct'
    '2024-02-10 10:00:00,10,completed,X,1× a,1,,new,6.00,Direct')
MAR=('2024-03-01 10:00:00,7,completed,X,1× a,0,,new,-1.50,Direct'
    '2024-03-02 10:00:00,8,completed,X,1× b,0,,new,0.00,Direct'
    '2024-03-03 10:00:00,9,completed,X,1× a,-1,,new,-5.00,Direct')
printf '%s\n' "$HEAD" "${JAN[@]}" >"$T/jan.csv"
printf '%s\n' "$HEAD" "${FEB[@]}" >"$T/feb.csv"
printf '%s\n' "$HEAD" "${MAR[@]}" >"$T/mar.csv"
printf '%s\n' "$HEAD" "${JAN[@]}" "${FEB[@]}" "${MAR[@]}" >"$T/all.csv"

figures() { # by day, returns on their own and on that of their order
    local basis
    for basis in event order; do
        "$SHOPVANE_BIN" -C "$DIR" kpi gross_sales,returns_amt,net_sales,orders,units,buyers --basis $basis \
            $BY --from "$FROM" --to "$TO" --grain day --format csv 2>&1 |
            sed -E 's/,(true|false)\r?$//' | grep -v ',,,,'
    done
}
BY=

# Rows that say more than 0.
with_figures() {
    grep -vE '^[0-9-]+(,(0([.]0+)?)?)+$'
}

# N files are in the shop; STEP[n] are the figures that FIGURES asked after n of them.
FIGURES=figures
come() { # FILE...: in one command
    run import $(printf "$T/%s.csv " "$@") --again
    expect_exit 0
    expect_same "files that add up" $# "$(grep -c 'difference to the ledger: 0 rows, 0.0000' <<<"$OUT")"
    N=$((N + $#))
    STEP[N]=$($FIGURES)
}
of_files() { # NAME FILE...: in the long form in commands of their own
    shop "$1"
    [ -z "$STORES" ] || echo "$STORES" >"$DIR/stores.yaml"
    shift
    local f
    N=0
    STEP=()
    if is_full; then
        for f; do come "$f"; done
    else
        come "$@"
    fi
}
undo_to() { # N [FIGURES of so many]
    [ $# -lt 2 ] || STEP[$1]=$2
    for (( ; N > $1; N--)); do
        run imports undo "$N"
        expect_exit 0
        [ -z "${STEP[N - 1]:-}" ] || expect_same "figures after the undo of $N" "${STEP[N - 1]}" "$($FIGURES)"
    done
    expect_green
}
STORES=

begin "all in one file"
of_files all all
WANT=${STEP[1]}
OUT=$WANT
expect_line '^2024-01-05,50.0000,0.0000,50.0000,' '^2024-02-09,0.0000,25.0000,-25.0000,' \
    '^2024-01-05,50.0000,31.5000,18.5000,'

ORDERS=("feb mar jan")
! is_full || ORDERS+=("mar feb jan" "jan feb mar feb jan")
for files in "${ORDERS[@]}"; do
    begin "$files"
    of_files "in-${files// /-}" $files
    for step in "${STEP[@]:3}"; do
        expect_same "figures" "$WANT" "$step"
    done
    expect_green
    ! is_full || undo_to 1
done

begin "the sale of returns that came first is told, and goes with them"
of_files told jan
JAN=${STEP[1]}
run import "$T/feb.csv"
expect_text "1 orders have only returns in this file" "orders: 2 new, 1 changed, 0 as they were"
run imports undo 1
expect_exit 1
expect_text "undo #2 first"

begin "an order that its own month tells anew keeps the returns of other months"
sed 's/50.00/49.00/' "$T/jan.csv" >"$T/jan2.csv"
N=2
STEP[2]=$(figures)
come mar
expect_same "figures" "$WANT" "${STEP[3]}"
come jan2
expect_same "figures" "$(sed '/^2024-01-05/ s/50.0000/49.0000/g; s/,18.5000/,17.5000/' <<<"$WANT")" "${STEP[4]}"
expect_green
undo_to 2

begin "a return whose day was wrong is corrected, not doubled"
sed 's/2024-01-20/2024-04-20/' "$T/jan.csv" >"$T/wrong.csv"
of_files wrong wrong jan
expect_same "figures" "$(with_figures <<<"$JAN")" "$(with_figures <<<"${STEP[2]}")"

# What no platform's preset says: orders of a generic file, each a case of its own with articles of
# its own, in the exports of the days 2, 9 and 16.
CSV='order_id,placed_at,status,customer_id,sku,quantity,unit_price,order_discount,order_tax,line_discount'
row() { # ORDER DAY HOUR SKU QUANTITY PRICE [STATUS DISCOUNT TAX LINE-DISCOUNT]
    echo "$1,2026-03-$2 $3:00,${7:-paid},c,$4,$5,$6,${8:-0},${9:-0},${10:-0}"
}
amounts() { # as row, of an order whose discount and tax stand on each of its rows
    row "$1" "$2" "$3" "$4" "$5" "$6" paid 2.00 3.80 "${7:-0}"
}
day2() { # STATUS of the order that is cancelled
    row P1 02 00 PAD 1 1.00
    for o in E F G H; do # returns at the edge of their file stand for no sale
        row "$o" 02 10 "${o}1" 2 10.00
        row "$o" 02 10 "${o}2" 1 30.00
    done
    row R 02 10 R1 3 20.00 # returns of other days are other returns, however equal
    row R 02 18 R1 -1 20.00
    row Q 02 10 Q1 3 20.00 # corrected in the file of their day
    row S 02 10 S1 3 20.00
    amounts D 02 10 D1 2 10.00
    amounts D 02 10 D2 1 30.00 0.50
    row C 02 10 C1 3 10.00 "$1" # cancelled, and its return's row says that it is paid
    row U 02 10 U1 3 10.00 unpaid
    row P2 02 23 PAD 1 1.00
}
day9() { # QUANTITY PRICE: of the returns that are corrected
    row E 09 00 E2 -1 30.00
    row R 09 10 R1 -1 20.00
    row Q 09 10 Q1 "$1" 20.00
    row S 09 10 S1 -1 "$2"
    amounts D 09 10 D1 -1 10.00
    row C 09 10 C1 -1 10.00
    row U 09 10 U1 -1 10.00
    row F 09 23 F1 -2 10.00
}
day16() {
    row G 16 00 G1 -2 10.00
    amounts D 16 10 D2 -1 30.00 0.50
    row H 16 23 H2 -1 30.00
}
file() { # NAME: rows on standard input
    { echo "$CSV" && cat; } >"$T/$1.csv"
}
day2 cancelled | file day2
day2 paid | file day2-paid
day9 -1 20.00 | file day9
day9 -2 15.00 | file day9-right
day16 | file day16
{ day2 cancelled && day9 -2 15.00 && day16; } | file whole
{ day2 paid && day9 -2 15.00 && day16; } | file whole-paid
{ day9 -2 15.00 && day16; } | file returns

own_figures() {
    "$SHOPVANE_BIN" -C "$DIR" kpi gross_sales,discounts,returns_amt,net_sales,taxes,gmv --by sku \
        --from 2026-03-01 --to 2026-03-31 --grain day --format csv |
        sed -E '1d; s/,(true|false)\r?$//' | grep -v ',PAD,' |
        grep -vE '^[^,]*,[^,]*(,(0([.]0+)?)?)+$' | sort
}
FIGURES=own_figures

begin "generic files of days, in one"
of_files whole whole
PLAIN=${STEP[1]}
OUT=$PLAIN
expect_line '^2026-03-02,D1,20.0000,0.8000,0.0000,19.2000,1.5200,' '^2026-03-09,D1,0.0000,0.0000,10.0000,-10.0000,0.0000,' \
    '^2026-03-16,D2,0.0000,0.0000,29.5000,-29.5000,0.0000,' '^2026-03-02,C1,0.0000,0.0000,0.0000,0.0000,0.0000,30.0000$'
expect_no_text "2026-03-09,C1"
expect_no_text "2026-03-09,U1"
expect_text "2026-03-02,R1" "2026-03-09,R1"
# 1.52 of D1's price is tax, and 2.28 of D2's
TAXED=$(sed -E 's/(02,D1),20.0000,(.*),19.2000,(.*),20.0000/\1,18.4800,\2,17.6800,\3,18.4800/
    s/(02,D2),30.0000,(.*),28.3000,(.*),30.0000/\1,27.7200,\2,26.0200,\3,27.7200/' <<<"$PLAIN")

for STORES in '' 'stores: {main: {tax: inclusive}}'; do
    begin "generic files of days, in any order $STORES"
    WANT=$PLAIN
    [ -z "$STORES" ] || WANT=$TAXED
    RETURNS=
    if is_full || [ -n "$STORES" ]; then
        of_files "returns$STORES" returns
        RETURNS=${STEP[1]}
    fi
    of_files "back$STORES" day16 day9-right day2 $(some "" day16)
    expect_same "newer files first" "$WANT" "${STEP[N]}"
    expect_green
    # returns alone share what is their order's
    [ -z "$RETURNS" ] || undo_to 2 "$RETURNS"
    if is_full; then
        undo_to 1
        of_files "one$STORES" whole
        expect_same "in one" "$WANT" "${STEP[1]}"
    fi
done
STORES=

begin "an order that is no longer cancelled bears its return, and one that is does not"
PAID=$({
    grep -v ',C1,' <<<"$PLAIN"
    echo 2026-03-02,C1,30.0000,0.0000,0.0000,30.0000,0.0000,30.0000
    echo 2026-03-09,C1,0.0000,0.0000,10.0000,-10.0000,0.0000,0.0000
} | sort)
of_files turns day9 day2-paid day16 day2 day9-right
expect_same "cancelled in the end" "$PLAIN" "${STEP[5]}"
come day2-paid
expect_same "paid in the end" "$PAID" "${STEP[6]}"
undo_to 5
if is_full; then
    undo_to 3
    of_files paid-last day2 day9 day16 day9-right day2-paid
    expect_same "paid in the end" "$PAID" "${STEP[5]}"
    undo_to 4 "$PLAIN"
    of_files whole-paid whole-paid
    expect_same "paid in one file" "$PAID" "${STEP[1]}"
fi

begin "a return that is all of its file is corrected there, and joined by those of other times"
row_of() { # FILE ORDER HOUR QUANTITY: a return that is all of its file
    row "$2" 09 "$3" "$2" "$4" 10.00 | file "$1"
}
for o in A B C D; do
    row $o 02 10 $o 3 10.00 | file $o-sale
    row_of $o-one $o 10 -1
    row_of $o-two $o 10 -2
done
row_of C-last C 15 -1
{ row D 02 10 D 3 10.00 && row D 09 10 D -1 10.00; } | file D-both
went_back() { # ARTICLE=AMOUNT...: figures when so much went back of what was sold for 30
    local a
    for a; do
        echo "2026-03-02,${a%=*},30.0000,0.0000,0.0000,30.0000,0.0000,30.0000"
        echo "2026-03-09,${a%=*},0.0000,0.0000,${a#*=}.0000,-${a#*=}.0000,0.0000,0.0000"
    done | sort
}
of_files one-by-one C-sale C-one C-two C-last D-one D-sale D-both \
    $(some "" "A-sale A-one A-two A-two B-one B-two B-sale")
AB=$(some "" "A=20 B=20")
expect_same "figures" "$(went_back $AB C=30 D=10)" "${STEP[N]}"
if is_full; then
    { for o in A B C D; do row $o 02 10 $o 3 10.00; done && row A 09 10 A -2 10.00 && row B 09 10 B -2 10.00 &&
        row C 09 10 C -2 10.00 && row C 09 15 C -1 10.00 && row D 09 10 D -1 10.00; } | file four
    come four
    expect_same "figures" "$(went_back $AB C=30 D=10)" "${STEP[N]}"
    undo_to 14
fi
run imports undo 4
expect_exit 0
expect_same "figures" "$(went_back $AB C=20 D=10)" "$(own_figures)"
if is_full; then
    for i in 14 13 11 10 7 3; do
        run imports undo $i
        expect_exit 0
    done
    OUT=$(own_figures)
    expect_line '^2026-03-09,A,0.0000,0.0000,10.0000,' '^2026-03-09,B,0.0000,0.0000,10.0000,' '^2026-03-09,C,0.0000,0.0000,10.0000,'
    of_files four four
    expect_same "figures" "$(went_back $AB C=30 D=10)" "${STEP[1]}"
fi
expect_green

begin "returns of a generic file under the order's number, by itself"
generic_orders >"$T/orders.csv"
{
    head -1 "$T/orders.csv"
    awk -F, -v OFS=, '$1 ~ /^51[0-4]0$/ && !seen[$1]++ { $2 = "2024-12-24 12:00:00"; $5 = -1; print }' "$T/orders.csv"
} >"$T/returns.csv"
{ cat "$T/orders.csv"; tail -n +2 "$T/returns.csv"; } >"$T/both.csv"
FIGURES=figures
BY='--by country,sku'
of_files generic both
WANT=${STEP[1]}
for files in "returns orders" $(some "" orders+returns); do
    of_files "generic-${files% *}" ${files/+/ }
    expect_same "figures" "$WANT" "${STEP[2]}"
done
expect_green

begin "a return at the end of a file and of the one before, whose first row is its sale, is one"
head=order_id,placed_at,sku,quantity,unit_price
printf '%s\n' $head "1,2026-03-10 09:00,E,2,16" "2,2026-03-12 09:00,G,3,20" "1,2026-03-16 15:00,E,-1,16" >"$T/to16.csv"
printf '%s\n' $head "3,2026-03-15 09:00,K,1,5" "1,2026-03-16 15:00,E,-1,16" >"$T/from15.csv"
# and a later return of an article that went back before is another one, alone in its file as it is
printf '%s\n' $head "5,2026-03-15 09:00,A,1,9" "7,2026-03-16 09:07,B,3,14.71" "7,2026-03-18 15:54,B,-1,14.71" \
    "8,2026-03-19 09:00,A,1,9" >"$T/goes.csv"
printf '%s\n' $head "7,2026-03-24 15:20,B,-1,14.71" >"$T/again.csv"
shop twice --currency EUR --timezone Europe/Berlin
run import "$T"/{to16,from15,goes,again}.csv
run kpi gross_sales,returns_amt --by sku --from 2026-03-10 --to 2026-03-31 --grain total --format csv
expect_line ',E,32.0000,16.0000,' ',G,60.0000,0.0000,' ',K,5.0000,0.0000,' ',A,18.0000,0.0000,' ',B,44.1300,29.4200,'
expect_green

finish
