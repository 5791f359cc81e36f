# Folders that are read-only, full, or open in another program: a clear message, no half import.
. "$(dirname "$0")/lib.sh"
generic_orders >"$T/orders.csv"
chmod 755 "$T"

begin "a folder that is no shop"
DIR=$T
run kpi orders
expect_exit 1
expect_text "$T"
run import "$T/orders.csv"
expect_exit 1
run init "$T/orders.csv"
expect_exit 1

begin "init does not overwrite a shop"
shop here
run import "$T/orders.csv"
BEFORE=$(ledger)
run init "$DIR"
expect_exit 1
expect_same "facts" "$BEFORE" "$(ledger)"

begin "a demo that cannot be is refused before its folder is made"
for wrong in "--days 0" "--days 3" "--orders-per-day 0" "--until 1990-01-05"; do
    # shellcheck disable=SC2086
    run demo "$T/no-demo" $wrong
    expect_exit 2
    [ ! -e "$T/no-demo" ]
    pass_or_fail $? "a folder was made for $wrong"
done

begin "a folder that may not be written to"
if [ "$(id -u)" -ne 0 ] || ! setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null; then
    AS_NOBODY=
else # root may write anywhere: ask as somebody else
    AS_NOBODY="setpriv --reuid 65534 --regid 65534 --clear-groups"
fi
cp "$SHOPVANE_BIN" "$T/shopvane" # nobody may not be able to reach the build folder
LIBS=$(ldd "$SHOPVANE_BIN" | awk '/duckdb/ { print $3 }')
[ -n "$LIBS" ] && cp "$LIBS" "$T/"
chmod -R a-w,a+rX "$DIR"
if [ "$(id -u)" -eq 0 ] && [ -z "$AS_NOBODY" ]; then
    skip "root may write anywhere and setpriv is not there"
else
    LAST="import as nobody into a read-only folder"
    OUT=$(LD_LIBRARY_PATH=$T $AS_NOBODY "$T/shopvane" -C "$DIR" import "$T/orders.csv" --again 2>&1)
    RC=$?
    expect_exit 1
    expect_text "Permission denied" "run this as its owner"
    expect_no_text "AddressSanitizer"
    OUT=$(LD_LIBRARY_PATH=$T $AS_NOBODY "$T/shopvane" init "$T/newshop" 2>&1)
    RC=$?
    expect_exit 1
    expect_text "Permission denied"
fi
chmod -R u+w "$DIR"
rm -f "$T/shopvane"
expect_same "facts" "$BEFORE" "$(ledger)"
expect_green

begin "a limit on the size of files, met while staging and while committing"
awk 'BEGIN {
    print "Order ID,Created At,Customer ID,SKU,Quantity,Unit Price,Shipping Country"
    for (o = 1; o <= 40000; o++)
        printf "L%d,2024-02-03 10:00:00,c%d,S%d,1,2.5,France\n", o, o * 7919 % 1000003, o
}' >"$T/long.csv"
for blocks in 2000 12000; do # of 1 KB
    LAST="import under ulimit -f $blocks"
    OUT=$( (ulimit -f $blocks && "$SHOPVANE_BIN" -C "$DIR" import "$T/long.csv") 2>&1)
    RC=$?
    expect_exit 1
    expect_text "File too large"
    expect_same "facts" "$BEFORE" "$(ledger)"
done
expect_green

begin "a disk that is full during an import"
mkdir "$T/small"
if [ "$(id -u)" -ne 0 ] || ! mount -t tmpfs -o size=12m shopvane-test "$T/small" 2>/dev/null; then
    skip "cannot mount a small file system here"
else
    at_end "umount '$T/small'"
    DIR=$T/small/shop
    "$SHOPVANE_BIN" init "$DIR" --currency GBP --timezone Europe/London >/dev/null
    run import "$T/orders.csv"
    expect_exit 0
    awk 'BEGIN {
        print "Order ID,Created At,Customer ID,SKU,Quantity,Unit Price,Shipping Country"
        srand(7)
        for (o = 1; o <= 150000; o++)
            printf "%d-%d,2024-02-03 10:00:00,c%d-%d,S%d-%d,1,%d.5,France\n", o, rand() * 1e9, o,
                rand() * 1e9, o, rand() * 1e9, rand() * 1e6
    }' >"$T/large.csv"
    run import "$T/large.csv"
    expect_exit 1
    expect_line "[Dd]isk.*full|No space left"
    expect_same "facts after the disk was full" "$BEFORE" "$(ledger)"
    expect_green
    begin "the same import once there is room"
    if mount -o remount,size=300m "$T/small" 2>/dev/null; then
        run import "$T/large.csv"
        expect_exit 0
        expect_text "orders: 150000 new"
        expect_green
    fi
    rm -f "$T/large.csv"
fi

begin "a folder that another program has open"
DIR=$T/here
: >"$T/fifo-ready"
flock --exclusive "$DIR/run/lock" sleep 30 &
HOLDER=$!
at_end "kill $HOLDER 2>/dev/null"
sleep 0.3
run kpi orders --from 2024-01-01 --to 2024-12-31
expect_exit 1
expect_text "is open in another program"
run import "$T/orders.csv"
expect_exit 1
expect_text "is open in another program"
pkill -P "$HOLDER" 2>/dev/null
kill "$HOLDER" 2>/dev/null
wait "$HOLDER" 2>/dev/null
expect_same "facts" "$BEFORE" "$(ledger)"

begin "one that is on its way out is waited for"
flock --exclusive "$DIR/run/lock" sleep 0.8 &
HOLDER=$!
sleep 0.3
run kpi orders --from 2024-01-01 --to 2024-12-31
expect_exit 0
wait "$HOLDER" 2>/dev/null
finish
