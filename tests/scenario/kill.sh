# An import that is killed at any moment leaves the shop as it was or as it should be, never half;
# the same command then finishes the work.
. "$(dirname "$0")/lib.sh"
TIMES=5
is_full && TIMES=16

# 2,000 orders of 1 to 4 lines, and the same with every third order changed.
awk 'BEGIN {
    print "Order ID,Created At,Customer ID,SKU,Quantity,Unit Price,Shipping Country"
    for (o = 1; o <= 2000; o++)
        for (k = 0; k <= o % 4; k++)
            printf "%d,2024-%02d-%02d %02d:15:00,c%d,SKU-%d,%d,%d.37,France\n", o, 1 + o % 12,
                1 + o % 28, o % 24, o % 5001, (o * 7 + k * 3) % 400, 1 + (o + k) % 5,
                3 + (o * 13 + k * 29) % 90
}' >"$T/first.csv"
awk -F, -v OFS=, 'NR > 1 && $1 % 3 == 0 { $5 = $5 + 1 } { print }' "$T/first.csv" >"$T/second.csv"

begin "the reference: both files, undisturbed"
shop reference
run import "$T/first.csv"
expect_exit 0
cp -r "$DIR" "$T/start"
BEFORE=$(ledger)
START=$(date +%s%N)
run import "$T/second.csv"
expect_exit 0
TOOK=$((($(date +%s%N) - START) / 1000000)) # ms
AFTER=$(ledger)
expect_different "facts" "$BEFORE" "$AFTER"

RANDOM=$$
for i in $(seq "$TIMES"); do
    # one in each part of the time that an import takes, at a random moment of it
    after=$((TOOK * (i - 1) / TIMES + RANDOM % (TOOK / TIMES + 1)))
    begin "killed after $after of $TOOK ms"
    rm -rf "$T/killed"
    cp -r "$T/start" "$T/killed"
    DIR=$T/killed
    "$SHOPVANE_BIN" -C "$DIR" import "$T/second.csv" >"$T/.out" 2>&1 &
    pid=$!
    sleep "$((after / 1000)).$(printf %03d $((after % 1000)))"
    kill -KILL "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    now=$(ledger)
    LAST="kpi after the kill"
    RC=0
    OUT=$(diff <(echo "$BEFORE") <(echo "$now") | head -5)
    [ "$now" = "$BEFORE" ] || [ "$now" = "$AFTER" ]
    pass_or_fail $? "the shop is neither as before nor as after"
    run import "$T/second.csv"
    expect_exit 0
    expect_same "facts" "$AFTER" "$(ledger)"
    expect_green
    [ "$(ls "$DIR" | grep -c -E 'stage|tmp')" -eq 0 ]
    pass_or_fail $? "files were left behind: $(ls "$DIR")"
done
finish
