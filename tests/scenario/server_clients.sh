# Programs that hand a command to the live server and do not wait for its end: stopped by Ctrl-C,
# killed, or tired of waiting for another one's command. What they asked for is as if it had been
# stopped at home: nothing of it is kept.
. "$(dirname "$0")/lib.sh"
generic_orders >"$T/orders.csv"
many_orders() { # NAME COUNT
    awk -v name="$1" -v count="$2" 'BEGIN {
        print "Order ID,Created At,Customer ID,SKU,Quantity,Unit Price,Shipping Country"
        for (o = 1; o <= count; o++)
            printf "%s%d,2024-02-%02d 10:00:00,c%d,S%d,1,2.5,France\n", name, o, 1 + o % 28, o % 9973, o % 997
    }' >"$T/$1.csv"
}
shop live
run import "$T/orders.csv"
expect_exit 0
BEFORE=$(ledger)
"$SHOPVANE_BIN" -C "$DIR" serve --listen 127.0.0.1:0 >"$T/serve.log" 2>&1 &
SERVER=$!
at_end 'kill $SERVER 2>/dev/null'
for _ in $(seq 300); do
    grep -q healthz "$T/serve.log" && break
    sleep 0.1
done

client() { # ARGUMENT...: a client of the server in the background; returns when it waits for the answer
    "$SHOPVANE_BIN" -C "$DIR" "$@" >"$T/client.out" 2>&1 &
    CLIENT=$!
    for _ in $(seq 300); do # it waits from when it holds back SIGTERM
        grep -qE '^SigBlk:.*[4-7c-f]...$' "/proc/$CLIENT/status" 2>/dev/null && break
        sleep 0.02
    done
    LAST="client: $*"
}

client_ended() {
    wait "$CLIENT" 2>/dev/null
    RC=$?
    OUT=$(cat "$T/client.out")
}

begin "Ctrl-C while the server works: the import ends, nothing of it is kept"
many_orders stopped 400000
client import "$T/stopped.csv"
sleep 1 # it has its turn at once; the file takes seconds
kill -TERM "$CLIENT"
client_ended
expect_exit 1
expect_text "stopping" "stopped.csv: interrupted"
expect_no_text "database"
run imports list
expect_text "orders.csv"
expect_no_text "stopped.csv"
expect_same "facts" "$BEFORE" "$(ledger)"
expect_green

begin "a client that was killed takes its import along"
client import "$T/stopped.csv"
sleep 0.5
kill -KILL "$CLIENT"
client_ended
run imports list
expect_no_text "stopped.csv"
expect_same "facts" "$BEFORE" "$(ledger)"

begin "a rebuild that was stopped leaves every figure right"
client rebuild
kill -TERM "$CLIENT"
client_ended
expect_same "facts" "$BEFORE" "$(ledger)"

begin "one that waits for another's command says so, and gives up without running its own"
many_orders long 300000
client import "$T/long.csv"
WORKS=$CLIENT
cp "$T/client.out" "$T/works.out"
printf 'Order ID,Created At,SKU,Quantity,Unit Price\nW1,2024-02-01,A,1,1\n' >"$T/waits.csv"
client import "$T/waits.csv"
kill -TERM "$CLIENT"
client_ended
expect_exit 1
expect_text "gave up waiting for the server"
if command -v script >/dev/null; then
    OUT=$(timeout 100 script -qec "'$SHOPVANE_BIN' -C '$DIR' imports list" /dev/null 2>&1)
    LAST="imports list, in a terminal"
    expect_text "waiting: the server works on something else"
fi
wait "$WORKS"
RC=$?
LAST="import long.csv"
expect_exit 0
run imports list
expect_text "long.csv"
expect_no_text "waits.csv"
expect_green
kill -TERM "$SERVER"
wait "$SERVER"
RC=$?
OUT=$(cat "$T/serve.log")
expect_exit 0
finish
