# Many questions at once: equal ones run once, those that nobody waits for end, answers that are known
# are not sent again, a thousand idle connections cost little, and the end is clean amid work.
. "$(dirname "$0")/lib.sh"
command -v curl >/dev/null || { echo "skipped: no curl"; exit 77; }
SERVER=
at_end 'kill -KILL $SERVER 2>/dev/null'

begin "a shop is served, of so many articles in so many countries that answers are long"
shop busy
printf -v NOW '%(%s)T' -1
for d in $(seq 120); do printf '%(%F)T\n' $((NOW - 86400 * d)); done |
    awk 'BEGIN { print "Order ID,Created At,Customer ID,SKU,Quantity,Unit Price,Shipping Country,Channel" }
    {
        for (k = 0; k < 500; k++) {
            o++
            printf "%d,%s %02d:15:00,c%d,SKU-%d,%d,%d.37,%s,way %d\n", o, $1, k % 24, o % 4001, (o * 7) % 300,
                1 + o % 3, 3 + o % 90, substr("ATFRDEIT", 1 + o % 4 * 2, 2), o % 9
        }
    }' >"$T/orders.csv"
run import "$T/orders.csv"
expect_exit 0
run users add mei --role analyst
run users add bo --role analyst
TOKEN=$("$SHOPVANE_BIN" -C "$DIR" tokens add mei test 2>/dev/null)
serve() { # options of serve
    "$SHOPVANE_BIN" -C "$DIR" serve --listen 127.0.0.1:0 "$@" >"$T/serve.log" 2>&1 &
    SERVER=$!
    for _ in $(seq 200); do
        PORT=$(sed -n 's,.*http://127.0.0.1:\([0-9]*\)/healthz.*,\1,p' "$T/serve.log")
        [ -n "$PORT" ] && break
        sleep 0.1
    done
    URL=http://127.0.0.1:$PORT
}
serve
A="Authorization: Bearer $TOKEN"
counter() { curl -s "$URL/metrics" | sed -n "s/^shopvane_$1 //p"; }
MANY_ROWS="/api/v1/kpi?id=net_sales,orders,buyers,aov,units&last=400d&by=sku,country&grain=day"
HEAVY=$URL$MANY_ROWS

begin "equal questions at the same time run once"
RUNS=$(counter 'lane_runs_total{lane="query"}')
for i in 1 2 3 4 5 6 7 8; do
    curl -s -o "$T/answer$i" -w '%{http_code}\n' -H "$A" "$HEAVY" >"$T/code$i" &
done
wait $(jobs -p | grep -v "^$SERVER$")
OUT=$(cat "$T"/code*; curl -s "$URL/metrics")
RAN=$(($(counter 'lane_runs_total{lane="query"}') - RUNS))
JOINED=$(counter 'lane_joined_total{lane="query"}')
LAST="8 equal questions: $RAN ran, $JOINED joined"
[ $((RAN + JOINED)) -eq 8 ] && [ "$RAN" -lt 8 ]
pass_or_fail $? "they did not share an answer"
for i in 2 3 4 5 6 7 8; do
    cmp -s "$T/answer1" "$T/answer$i" || [ "$(head -c 30 "$T/answer$i")" = "$(head -c 30 "$T/answer1")" ]
    pass_or_fail $? "answer $i is another one"
done

begin "questions that differ do not share"
JOINED=$(counter 'lane_joined_total{lane="query"}')
curl -s -o "$T/a" -H "$A" "$URL/api/v1/kpi?id=orders&last=60d" &
P=$!
curl -s -o "$T/b" -H "$A" "$URL/api/v1/kpi?id=orders&last=60d&lang=zh" &
wait $P $!
expect_same "joined" "$JOINED" "$(counter 'lane_joined_total{lane="query"}')"

begin "a question whose client has gone is ended"
timeout 0.15 curl -s -o /dev/null -H "$A" "$HEAVY&top=3"
for _ in $(seq 50); do
    [ "$(counter 'lane_running{lane="query"}')" = 0 ] && break
    sleep 0.2
done
expect_same "running" 0 "$(counter 'lane_running{lane="query"}')"

begin "a question is taken back by its owner, and by nobody else"
OTHER=$("$SHOPVANE_BIN" -C "$DIR" tokens add bo test --write 2>/dev/null)
OWN=$("$SHOPVANE_BIN" -C "$DIR" tokens add mei writes --write 2>/dev/null)
for i in 21 22 23 24 25 26; do # two run, so that the last ones wait
    curl -s -o "$T/taken$i" -w '%{http_code}\n' -H "$A" "$HEAVY&top=$i" >"$T/taken-code$i" &
done
ID=
for _ in $(seq 50); do
    OUT=$(curl -s -H "$A" "$URL/api/v1/queries")
    ID=$(grep -o '{"id":[0-9]*,"state":"[a-z]*","for_ms":[0-9]*,"path":"/api/v1/kpi","query":"[^"]*top=26"' <<<"$OUT" | sed 's/{"id":\([0-9]*\).*/\1/')
    [ -n "$ID" ] && break
    sleep 0.02
done
LAST="GET queries"
[ -n "$ID" ]
pass_or_fail $? "the question is not in the list"
expect_same "of another user" '{"items":[],"total":0,"next":null}' "$(curl -s -H "Authorization: Bearer $OTHER" "$URL/api/v1/queries")"
expect_same "taken back by another" 404 "$(curl -s -o /dev/null -w '%{http_code}' -X DELETE -H "Authorization: Bearer $OTHER" "$URL/api/v1/queries/$ID")"
expect_same "taken back by who may only read" 403 "$(curl -s -o /dev/null -w '%{http_code}' -X DELETE -H "$A" "$URL/api/v1/queries/$ID")"
expect_same "taken back" 200 "$(curl -s -o /dev/null -w '%{http_code}' -X DELETE -H "Authorization: Bearer $OWN" "$URL/api/v1/queries/$ID")"
wait $(jobs -p | grep -v "^$SERVER$")
expect_same "answer of the one taken back" 409 "$(cat "$T/taken-code26")"
OUT=$(cat "$T/taken26")
expect_text '"code":"cancelled"' 'this question was cancelled'
expect_same "answer of another" 200 "$(cat "$T/taken-code21")"
expect_same "counted" 1 "$(counter 'lane_cancelled_total{lane="query"}')"

begin "an answer that the client has is not sent again"
ETAG=$(curl -s -D - -o /dev/null -H "$A" "$URL/api/v1/kpi?id=net_sales&last=7d" | tr -d '\r' | sed -n 's/^ETag: //p')
CODE=$(curl -s -o /dev/null -w '%{http_code}' -H "$A" -H "If-None-Match: $ETAG" "$URL/api/v1/kpi?id=net_sales&last=7d")
SECOND=$(curl -s -D - -o /dev/null -H "$A" "$URL/api/v1/kpi?id=net_sales&last=7d" | tr -d '\r' | sed -n 's/^ETag: //p')
[ "$ETAG" = "$SECOND" ] && expect_same "status" 304 "$CODE" # else a minute has passed between the two
CODE=$(curl -s -o /dev/null -w '%{http_code}' -H "$A" -H "If-None-Match: $ETAG" "$URL/api/v1/kpi?id=net_sales&last=8d")
expect_same "status of another question" 200 "$CODE"
state_of() { curl -s -D - -o /dev/null -H "$A" "$URL/api/v1/$1" | tr -d '\r' | sed -n 's/^X-Shop-State: //p'; }
STATE=$(state_of "kpi?id=net_sales&last=7d")
[ -n "$STATE" ]
pass_or_fail $? "an answer does not tell the state of the shop"
expect_same "state told by another question" "$STATE" "$(state_of "reports/morning?lang=zh")"
"$SHOPVANE_BIN" -C "$DIR" goals set 2031 --kpi net_sales --base 1 >/dev/null
expect_same "state after a target was set" different "$(
    [ "$(state_of "kpi?id=net_sales&last=7d")" = "$STATE" ] && echo same || echo different)"

begin "a thousand idle connections cost little, and the server goes on answering"
ulimit -n 4096 2>/dev/null
BEFORE=$(counter resident_bytes)
for i in $(seq 20 1019); do
    eval "exec $i<>/dev/tcp/127.0.0.1/$PORT" 2>/dev/null || break
done
for _ in $(seq 50); do # the system has them all; the server takes the last ones a little later
    OPEN=$(counter connections)
    [ "$OPEN" -ge 1000 ] && break
    sleep 0.1
done
AFTER=$(counter resident_bytes)
LAST="$OPEN connections, $(((AFTER - BEFORE) / 1048576)) MiB more"
[ "$OPEN" -ge 1000 ] && [ $((AFTER - BEFORE)) -lt 104857600 ]
pass_or_fail $? "too few connections or too much memory"
expect_same "health" '{"status":"ok"}' "$(curl -s "$URL/healthz")"
for i in $(seq 20 1019); do eval "exec $i<&- $i>&-"; done

begin "the server ends cleanly amid questions"
for i in 1 2 3; do
    curl -s -o /dev/null -w '%{http_code}\n' -H "$A" "$HEAVY&top=$i" >"$T/end$i" &
done
sleep 0.3
kill -TERM $SERVER
wait $SERVER
RC=$?
OUT=$(cat "$T/serve.log")
expect_exit 0
expect_no_text "Sanitizer"
wait
OUT=$(cat "$T"/end*)
LAST="status of what was asked: $(tr '\n' ' ' <<<"$OUT")"
! grep -qvE '^(200|503)$' <<<"$OUT"
pass_or_fail $? "an answer was cut off"

# What was asked last: its status in CODE, its body in OUT.
ask() {
    LAST="GET $1"
    CODE=$(curl -s -o "$T/asked" -w '%{http_code}' -H "$A" "$URL$1")
    OUT=$(cat "$T/asked")
}
SMALL="/api/v1/kpi?id=net_sales&last=7d"

begin "a running question is ended at its deadline, and its place is free again"
serve --deadline 1
BEGAN=$(date +%s%N)
ask "$MANY_ROWS"
TOOK=$((($(date +%s%N) - BEGAN) / 1000000))
expect_text '"code":"deadline"' 'took longer than 1 s and was ended' 'ask for a shorter range' '--deadline'
expect_same "status" 503 "$CODE"
LAST="a deadline of 1000 ms, ended after $TOOK ms"
[ "$TOOK" -ge 1000 ] && [ "$TOOK" -lt 3000 ]
pass_or_fail $? "not at its deadline"
ask "$MANY_ROWS&lang=zh"
expect_text '"code":"deadline"' '超过 1 秒' '请缩短时间范围' '--deadline'
expect_same "status in Chinese" 503 "$CODE"
expect_same "ended late" 2 "$(counter 'lane_late_total{lane="query"}')"
expect_same "running" 0 "$(counter 'lane_running{lane="query"}')"
ask "$SMALL"
expect_same "status of the next question" 200 "$CODE"
kill -TERM $SERVER
wait $SERVER

begin "a question that needs more memory than the engine has is told so, and the next one is answered"
serve --memory 32
WIDE="/api/v1/kpi?id=buyers,units,orders,net_sales&last=400d&by=sku,city,order,channel&top=3&grain=day"
ask "$WIDE"
expect_text '"code":"memory"' 'more memory than the engine may use' 'ask for a shorter range' '--memory'
expect_same "status" 503 "$CODE"
ask "$WIDE&lang=zh"
expect_text '"code":"memory"' '超过引擎的上限' '请缩短时间范围' '--memory'
expect_same "status in Chinese" 503 "$CODE"
ask "$SMALL"
expect_same "status of the next question" 200 "$CODE"
ask "/api/v1/overview?last=28d"
expect_same "status of a page" 200 "$CODE"
kill -TERM $SERVER
wait $SERVER
serve
ask "$WIDE"
expect_same "status with the usual memory" 200 "$CODE"

begin "an answer that is too long is told as that, not as a lack of memory"
ask "/api/v1/kpi?id=buyers,units,orders,net_sales&last=400d&by=sku,city&grain=day"
expect_text '"code":"too_large"' 'larger than 64 MiB'
expect_same "status" 413 "$CODE"
kill -TERM $SERVER
wait $SERVER

begin "limits that make no sense are refused"
run serve --deadline 3601
expect_exit 2
expect_text "at most 3600 seconds"
run serve --memory 5
expect_exit 2
expect_text "from 32 to"
finish
