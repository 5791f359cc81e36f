# Shared by the scenario tests: they run the real program in a folder of their own and look at its
# exit status, its words and its figures.
#
#   begin "what the next checks are about"
#   shop a --currency GBP          makes the shop folder $T/a and stands in it
#   run import $T/x.csv            runs the program there; $RC and $OUT hold what came of it
#   expect_exit 3; expect_text "in quarantine"
#   finish                         last line of a script
set -u
export LC_ALL=C.UTF-8
unset SHOPVANE_LANG LANG LC_MESSAGES NO_COLOR

SHOPVANE_BIN=${SHOPVANE_BIN:-${SHOPVANE:?set SHOPVANE_BIN to the program}}
SHOPVANE_BIN=$(realpath "$SHOPVANE_BIN")
T=$(mktemp -d "${TMPDIR:-/tmp}/shopvane-scenario.XXXXXX")
DIR=$T
RC=0
OUT=
CASE=
LAST=
FAILED=0
CHECKED=0
TO_END=()

# Runs a command when the script ends, however it ends; the last given runs first.
at_end() {
    TO_END=("$1" ${TO_END[@]+"${TO_END[@]}"})
}

end_script() {
    local status=$? c
    for c in ${TO_END[@]+"${TO_END[@]}"}; do
        eval "$c"
    done
    rm -rf "$T"
    exit "$status"
}
trap end_script EXIT
trap 'exit 130' INT TERM

begin() {
    CASE=$1
}

fail() {
    FAILED=$((FAILED + 1))
    printf 'FAILED: %s: %s\n  command: %s\n  exit status %s, output:\n' "$CASE" "$1" "$LAST" "$RC"
    printf '%s\n' "$OUT" | cut -c1-300 | head -25 | sed 's/^/    /'
}

pass_or_fail() { # STATUS MESSAGE
    CHECKED=$((CHECKED + 1))
    [ "$1" -eq 0 ] || fail "$2"
}

# The long form (./check --full), which goes through all that is sampled otherwise.
is_full() {
    [ "${SHOPVANE_FULL:-}" = 1 ]
}

# The sample of a list in the short form, all of it in the long one.
some() { # SAMPLE ALL
    if is_full; then echo "$2"; else echo "$1"; fi
}

# The first and the last of a list in the short form, all of it in the long one; into LIST.
ends() {
    LIST=("$@")
    is_full || [ $# -lt 3 ] || LIST=("$1" "${!#}")
}

# Whether it is to be done: in the short form once a case.
once_a_case() { # WHAT, a word
    local done_in=DONE_$1
    ! is_full && [ "${!done_in:-}" = "$CASE" ] && return 1
    printf -v "$done_in" %s "$CASE"
}

# Makes an empty shop and works in it from now on.
shop() { # NAME [init options]
    DIR=$T/$1
    shift
    LAST="init $*"
    OUT=$("$SHOPVANE_BIN" init "$DIR" --currency GBP --timezone Europe/London "$@" 2>&1)
    RC=$?
    expect_exit 0
}

run() {
    LAST="shopvane $*"
    timeout 300 "$SHOPVANE_BIN" -C "$DIR" "$@" >"$T/.out" 2>&1
    RC=$?
    OUT=$(tr -d '\000' <"$T/.out")
    case $OUT in
    *AddressSanitizer* | *LeakSanitizer* | *'runtime error:'* | *'shopvane: bug at'*)
        CHECKED=$((CHECKED + 1))
        fail "a sanitizer or an assertion spoke"
        ;;
    esac
    return 0
}

expect_exit() {
    pass_or_fail $((RC != $1)) "expected exit status $1"
}

expect_text() {
    local want
    for want in "$@"; do
        grep -qF -- "$want" <<<"$OUT"
        pass_or_fail $? "expected the text: $want"
    done
}

# A line that matches an extended regular expression, blanks squeezed to one.
expect_line() {
    local want
    for want in "$@"; do
        tr -s ' ' <<<"$OUT" | grep -qE -- "$want"
        pass_or_fail $? "expected a line like: $want"
    done
}

expect_no_text() {
    local unwanted
    for unwanted; do
        ! grep -qF -- "$unwanted" <<<"$OUT"
        pass_or_fail $? "did not expect the text: $unwanted"
    done
}

expect_file() {
    [ -e "$1" ]
    pass_or_fail $? "expected the file $1"
}

expect_same() { # WHAT A B
    OUT=$(diff <(printf '%s\n' "$2") <(printf '%s\n' "$3"))
    pass_or_fail $? "$1 should be the same (<: first, >: second)"
}

expect_different() { # WHAT A B
    OUT=$2
    [ "$2" != "$3" ]
    pass_or_fail $? "$1 should differ"
}

# What the facts of the shop say, in a form that two shops can be compared by: KPIs by day, product
# and country, without the column that says whether the period is complete. FROM and TO span all
# data of the test.
FROM=2024-01-01
TO=2024-12-31
ledger() {
    "$SHOPVANE_BIN" -C "$DIR" kpi gross_sales,discounts,net_sales,returns_amt,shipping_rev,orders,units,buyers \
        --from "$FROM" --to "$TO" --grain day --format csv 2>&1 |
        sed -E 's/,(true|false)\r?$//' | grep -v ',,,,,,,,'
    "$SHOPVANE_BIN" -C "$DIR" kpi gross_sales,net_sales,returns_amt,orders,units --by country,sku \
        --from "$FROM" --to "$TO" --grain total --format csv 2>&1 | sed -E 's/,(true|false)\r?$//'
}

# In the short form of one shop a case.
expect_green() {
    once_a_case green || return 0
    run verify
    expect_exit 0
    expect_text "everything derived equals its raw facts"
    run reconcile
    expect_exit 0
    expect_text "difference between facts and ledgers: 0.0000"
}

# ---- Small order files; amounts and dates follow from the order's number --------------------------

# 300 orders of 1 to 4 lines in the form of a generic export.
generic_orders() {
    awk 'BEGIN {
        print "Order ID,Created At,Customer ID,SKU,Quantity,Unit Price,Shipping Country"
        split("France,Spain,Germany,Italy", land, ",")
        for (o = 1; o <= 300; o++) {
            for (k = 0; k <= o % 4; k++)
                printf "%d,2024-%02d-%02d %02d:15:00,c%d,SKU-%d,%d,%.2f,%s\n", 5000 + o,
                    1 + int(o / 26), 1 + o % 26, o % 24, o % 61, (o * 7 + k * 3) % 40,
                    1 + (o + k) % 5, 3 + (o * 13 + k * 29) % 90 + 0.37, land[1 + o % 4]
        }
    }'
}

# The same in the form of UCI Online Retail, with cancellations, and articles that stand in one
# order twice at the same price.
retail_orders() {
    generic_orders | awk -F, 'BEGIN {
        print "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
    }
    NR > 1 {
        printf "%s,%s,THING,%d,%s,%s,%s,%s\n", $1, $4, $5, $2, $6, $3, $7
        if (NR % 3 == 0)
            printf "%s,%s,THING,%d,%s,%s,%s,%s\n", $1, $4, $5 + 1, $2, $6, $3, $7
        if (NR % 17 == 0)
            back = back sprintf("C9%s,%s,THING,%d,%s,%s,%s,%s\n", $1, $4, -$5, $2, $6, $3, $7)
    }
    END { printf "%s", back }'
}

records() { # FILE FROM TO: its header and some of its records
    sed -n "1p;$(($2 + 1)),$(($3 + 1))p" "$1"
}

# The first record after NEAR that continues the order of the record before it; "same-article": and
# its article, so that a cut there looks like a corrected quantity.
middle_of_order() { # FILE NEAR any|same-article
    awk -F, -v near="$2" -v kind="$3" '
        NR > near && $1 == before && (kind == "any" || $2 == sku) { print NR - 1; exit }
        { before = $1; sku = $2 }' "$1"
}

# ---- The ways that one file can arrive ------------------------------------------------------------

import_two() { # SHOP FIRST SECOND WANT
    shop "$1"
    run import "$2"
    expect_exit 0
    run import "$3"
    expect_exit 0
    expect_text "difference to the ledger: 0 rows, 0.0000"
    expect_same "facts" "$4" "$(ledger)"
}

ways() { # NAME FILE
    local name=$1 file=$2 last cut near whole
    last=$(($(wc -l <"$file") - 1))

    begin "$name: the whole file"
    shop "$name-whole"
    run import "$file"
    expect_exit 0
    expect_text "difference to the ledger: 0 rows, 0.0000"
    whole=$(ledger)
    expect_green

    begin "$name: the same file again changes nothing"
    run import "$file"
    expect_exit 0
    expect_text "nothing changed"
    expect_same "facts" "$whole" "$(ledger)"
    run import "$file" --again
    expect_exit 0
    expect_text "orders: 0 new, 0 changed" "difference to the ledger: 0 rows, 0.0000"
    expect_same "facts" "$whole" "$(ledger)"
    expect_green

    for near in $((last / 2)) $((last / 3 + 1)); do
        cut=$(middle_of_order "$file" "$near" "$3")
        records "$file" 1 $((cut - 1)) >"$T/first.csv"
        records "$file" "$cut" "$last" >"$T/second.csv"
        begin "$name: split in the middle of an order, at record $cut"
        import_two "$name-split-$cut" "$T/first.csv" "$T/second.csv" "$whole"
        begin "$name: the halves of a split at record $cut swapped"
        import_two "$name-swapped-$cut" "$T/second.csv" "$T/first.csv" "$whole"
        run import "$file"
        expect_exit 0
        expect_same "facts after the whole file as well" "$whole" "$(ledger)"
        expect_green
    done

    begin "$name: parts that overlap, the later one first"
    records "$file" 1 $((cut + 40)) >"$T/long.csv"
    records "$file" $((cut - 41)) "$last" >"$T/tail.csv"
    import_two "$name-overlap" "$T/tail.csv" "$T/long.csv" "$whole"
    expect_green
}

# ---- The same four lines in many clothes -----------------------------------------------------------

plain_orders() { # writes $T/plain.csv, imports it and keeps its facts in WANT
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
}

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

need_shared() { # FILE: its path inside the shared data
    if [ -z "${SHOPVANE_SHARED:-}" ] || [ ! -e "$SHOPVANE_SHARED/data/$1" ]; then
        echo "skipped: no shared data"
        exit 77
    fi
}

skip() {
    echo "skipped: $CASE: $1"
}

finish() {
    echo "$CHECKED checks, $FAILED failed"
    [ "$FAILED" -eq 0 ]
    exit
}
