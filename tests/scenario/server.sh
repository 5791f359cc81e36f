# The live server: its JSON API, commands of other processes that go through it, and its end.
. "$(dirname "$0")/lib.sh"
generic_orders >"$T/orders.csv"
records "$T/orders.csv" 1 400 >"$T/first.csv"

SERVER=
serve() {
    "$SHOPVANE_BIN" -C "$DIR" serve --listen 127.0.0.1:0 >"$T/serve.log" 2>&1 &
    SERVER=$!
    PORT=
    for _ in $(seq 200); do
        PORT=$(sed -n 's,.*http://127.0.0.1:\([0-9]*\)/healthz.*,\1,p' "$T/serve.log")
        [ -n "$PORT" ] && break
        sleep 0.1
    done
    LAST="serve"
    OUT=$(cat "$T/serve.log")
    [ -n "$PORT" ]
    pass_or_fail $? "the server did not start"
}
at_end 'kill $SERVER 2>/dev/null'

get() { # PATH [method]: status line, headers and body in OUT
    LAST="${2:-GET} $1"
    exec 3<>"/dev/tcp/127.0.0.1/$PORT" || return 1
    printf '%s %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n' \
        "${2:-GET}" "$1" "$PORT" "$TOKEN" >&3
    OUT=$(timeout 60 cat <&3 | tr -d '\000\r')
    exec 3<&- 3>&-
}

begin "the server starts and answers /healthz"
shop live
run import "$T/first.csv"
expect_exit 0
run kpi orders,net_sales --from 2024-01-01 --to 2024-12-31 --grain month --format json
DIRECT=$OUT
run users add mei --role analyst
expect_exit 0
TOKEN=$("$SHOPVANE_BIN" -C "$DIR" tokens add mei test 2>/dev/null)
serve
get /healthz
expect_text "200 OK" "ok"

begin "/api/v1/kpi answers as the command line does"
get "/api/v1/kpi?id=orders,net_sales&from=2024-01-01&to=2024-12-31&grain=month"
expect_text "200 OK" "application/json" '"version":1'
expect_same "JSON" "$DIRECT" "$(sed '1,/^$/d' <<<"$OUT")"
get "/api/v1/kpi?id=nett_sales"
expect_text "404" "net_sales"
get "/api/v1/kpi"
expect_text "400"
get "/api/v1/nothing"
expect_text "404"
get "/healthz" DELETE
expect_text "405"
get "/api/v1/kpi?id=orders&where=%27%3B%20DROP%20TABLE%20orders"
expect_text "400"
get "/../../etc/passwd"
expect_no_text "root:"

begin "commands go through the live server"
run kpi orders,net_sales --from 2024-01-01 --to 2024-12-31 --grain month --format json
expect_exit 0
expect_same "answer" "$DIRECT" "$OUT"
run import "$T/orders.csv"
expect_exit 0
expect_text "difference to the ledger: 0 rows, 0.0000"
run imports list
expect_text "orders.csv" "first.csv"
run kpi nosuch
expect_exit 1
run kpi orders --grain never
expect_exit 2
run serve --listen 127.0.0.1:0
expect_exit 1
expect_text "open already"
(cd "$T" && cp orders.csv relative.csv && sed -i '2s/SKU-/NEW-/' relative.csv &&
    "$SHOPVANE_BIN" -C live import relative.csv >"$T/rel.out" 2>&1)
RC=$?
OUT=$(cat "$T/rel.out")
expect_exit 0
expect_text "relative.csv: import #3"
run imports undo 3
expect_exit 0
expect_green

begin "a store that was added while serving takes an import at once"
run stores add outlet platform=woocommerce
expect_exit 0
expect_text "the running server has taken it over"
run import "$T/relative.csv" --store outlet --again
expect_exit 0
run kpi orders --store outlet --from 2024-01-01 --to 2024-12-31 --grain total --format csv
expect_text ",300,"
run imports undo 4
expect_exit 0
run stores undo
expect_exit 0

begin "changed costs reach the figures of the running server"
get "/api/v1/kpi?id=parcel_amt&from=2024-01-01&to=2024-12-31"
expect_text '"value":"0.0000"'
printf 'parcel:\n  - {per_order: 2.5}\n' >"$DIR/costs.yaml"
for _ in $(seq 100); do
    get "/api/v1/kpi?id=parcel_amt,orders&from=2024-01-01&to=2024-12-31"
    grep -q '"value":"0.0000"' <<<"$OUT" || break
    sleep 0.1
done
run kpi parcel_amt --from 2024-01-01 --to 2024-12-31 --format csv
AMOUNT=$(tail -n 1 <<<"$OUT" | cut -d, -f2)
[ "$AMOUNT" != 0.0000 ]
pass_or_fail $? "no parcel costs: $AMOUNT"
get "/api/v1/kpi?id=parcel_amt&from=2024-01-01&to=2024-12-31"
expect_text "\"value\":\"$AMOUNT\""
printf 'parcel:\n  - {per_order: much}\n' >"$DIR/costs.yaml"
sleep 2.5
grep -q 'costs.yaml\|cost files' "$T/serve.log"
pass_or_fail $? "the server does not tell of problems in the cost files"
get "/api/v1/kpi?id=parcel_amt&from=2024-01-01&to=2024-12-31"
expect_text "\"value\":\"$AMOUNT\""
rm "$DIR/costs.yaml"

begin "the answer of the server follows the import"
LIVE=$(ledger)
get "/api/v1/kpi?id=orders&from=2024-01-01&to=2024-12-31&grain=total"
expect_text '"value":"300"'

begin "several questions at once while a file comes in"
sed 's/^\([0-9]\)/X\1/' "$T/orders.csv" >"$T/more.csv"
"$SHOPVANE_BIN" -C "$DIR" import "$T/more.csv" >"$T/more.out" 2>&1 &
IMPORT=$!
for i in 1 2 3 4; do
    "$SHOPVANE_BIN" -C "$DIR" kpi orders --from 2024-01-01 --to 2024-12-31 --grain total \
        --format csv >"$T/q$i" 2>&1 &
done
wait "$IMPORT"
RC=$?
OUT=$(cat "$T/more.out")
expect_exit 0
wait $(jobs -p | grep -v "^$SERVER$") 2>/dev/null
for i in 1 2 3 4; do
    OUT=$(cat "$T/q$i")
    expect_line ',(300|600),'
done
run imports undo 5
expect_exit 0

begin "SIGTERM ends the server cleanly"
kill -TERM "$SERVER"
wait "$SERVER"
RC=$?
OUT=$(cat "$T/serve.log")
expect_exit 0
expect_no_text "Sanitizer"
expect_same "facts after the server" "$LIVE" "$(ledger)"
expect_green

begin "a server that was killed does not block the folder"
serve
kill -KILL "$SERVER"
wait "$SERVER" 2>/dev/null
run kpi orders --from 2024-01-01 --to 2024-12-31 --grain total --format csv
expect_exit 0
expect_text ",300,"

begin "a port that is taken is named"
serve
mkdir "$T/other" && cp "$DIR"/shop.* "$T/other/"
DIR=$T/other
run serve --listen "127.0.0.1:$PORT"
expect_exit 1
expect_text "$PORT"
run serve --listen "nonsense"
expect_exit 2
kill -INT "$SERVER"
wait "$SERVER"
RC=$?
expect_exit 0
finish
