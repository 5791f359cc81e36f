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
    printf '%s\n' "$OUT" | cut -c1-300 | head -60 | sed 's/^/    /'
}

pass_or_fail() { # STATUS MESSAGE
    CHECKED=$((CHECKED + 1))
    [ "$1" -eq 0 ] || fail "$2"
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
    OUT=$(timeout 300 "$SHOPVANE_BIN" -C "$DIR" "$@" 2>&1 | tr -d '\000')
    RC=${PIPESTATUS[0]}
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
    ! grep -qF -- "$1" <<<"$OUT"
    pass_or_fail $? "did not expect the text: $1"
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

# Everything that the facts of the shop say, in a form that two shops can be compared by: sums by
# class, and KPIs by day, product and customer country. FROM and TO span all data of the test.
FROM=2024-01-01
TO=2024-12-31
ledger() {
    "$SHOPVANE_BIN" -C "$DIR" reconcile 2>&1 | awk '!/^difference/ { print $1, $2, $3, $4, $5 }'
    "$SHOPVANE_BIN" -C "$DIR" kpi gross_sales,net_sales,returns_amt,orders,units,discounts \
        --from "$FROM" --to "$TO" --grain day --format csv 2>&1
    "$SHOPVANE_BIN" -C "$DIR" kpi gross_sales,net_sales,units --by sku \
        --from "$FROM" --to "$TO" --grain total --format csv 2>&1
    "$SHOPVANE_BIN" -C "$DIR" kpi repeat_rate_n,orders --by country \
        --from "$FROM" --to "$TO" --grain total --format csv 2>&1
}

expect_green() {
    run verify
    expect_exit 0
    expect_text "everything derived equals its raw facts"
    run reconcile
    expect_exit 0
    expect_text "difference between facts and ledgers: 0.0000"
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
