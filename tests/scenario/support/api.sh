# For scenarios of the API: a server over the shop, tokens, answers. Sourced after lib.sh.
command -v node >/dev/null || { echo "skipped: no node"; exit 77; }
command -v curl >/dev/null || { echo "skipped: no curl"; exit 77; }
SERVER=
at_end 'kill $SERVER 2>/dev/null'

api_user() { # NAME ROLE [options]: the token of a new user is printed
    local name=$1 role=$2
    shift 2
    "$SHOPVANE_BIN" -C "$DIR" users add "$name" --role "$role" "$@" >/dev/null 2>&1
    "$SHOPVANE_BIN" -C "$DIR" tokens add "$name" test --write 2>/dev/null
}

api_serve() {
    "$SHOPVANE_BIN" -C "$DIR" serve --listen 127.0.0.1:0 >"$T/serve.log" 2>&1 &
    SERVER=$!
    PORT=
    for _ in $(seq 200); do
        PORT=$(sed -n 's,.*http://[^:/]*:\([0-9]*\)/healthz.*,\1,p' "$T/serve.log")
        [ -n "$PORT" ] && break
        sleep 0.1
    done
    LAST="serve"
    OUT=$(cat "$T/serve.log")
    [ -n "$PORT" ]
    pass_or_fail $? "the server did not start"
    URL=http://127.0.0.1:$PORT/api/v1
}

# The body in OUT and in $T/body, the status in CODE; TOKEN says who asks.
api() { # METHOD PATH [JSON]
    LAST="$1 $2 ${3:-}"
    if [ $# -gt 2 ]; then
        CODE=$(curl -s --max-time 60 -X "$1" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
            -o "$T/body" -w '%{http_code}' -d "$3" "$URL/$2")
    else
        CODE=$(curl -s --max-time 60 -X "$1" -H "Authorization: Bearer $TOKEN" -o "$T/body" -w '%{http_code}' "$URL/$2")
    fi
    OUT=$(tr -d '\000' <"$T/body")
}

expect_code() {
    [ "$CODE" = "$1" ]
    pass_or_fail $? "expected status $1, not $CODE"
}

# An expression of JavaScript over the last answer, as `a`; its value as text.
value_of() {
    node -e 'const a = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
        const v = eval(process.argv[2]); console.log(typeof v === "string" ? v : JSON.stringify(v))' "$T/body" "$1"
}

expect_value() { # EXPRESSION WANTED
    local got
    got=$(value_of "$1" 2>&1)
    [ "$got" = "$2" ]
    pass_or_fail $? "$1 is $got, not $2"
}

# Waits for the job of the last answer; its view is the last answer then.
api_job() {
    local id
    id=$(value_of a.job)
    for _ in $(seq 100); do
        api GET "jobs/$id"
        case $(value_of a.state) in queued | running) sleep 0.1 ;; *) return ;; esac
    done
}

# Two stores with orders in November 2026: a has three, b has two; one row of a is refused.
two_stores() {
    cat >"$T/a.csv" <<'CSV'
order_id,placed_at,customer_id,sku,quantity,unit_price,currency,channel,country
A1,2026-11-02 10:00:00,ann,X,1,10.00,GBP,ads,FR
A2,2026-11-03 10:00:00,bob,Y,2,15.00,GBP,mail,DE
A3,2026-11-04 10:00:00,ann,X,1,20.50,GBP,ads,FR
A4,2026-11-05 10:00:00,eve,Z,1,wrong,GBP,ads,FR
CSV
    cat >"$T/b.csv" <<'CSV'
order_id,placed_at,customer_id,sku,quantity,unit_price,currency,channel,country
B1,2026-11-02 11:00:00,cui,bottle-b,3,70.00,GBP,shop-b,CN
B2,2026-11-06 11:00:00,dan,bottle-b,1,77.00,GBP,shop-b,CN
CSV
    cat >"$T/products.csv" <<'CSV'
sku,title,category,price,currency
X,Red cup,cups,10.00,GBP
Y,=cmd(),cups,15.00,GBP
CSV
    run stores add a
    run stores add b
    run import "$T/a.csv" --store a
    expect_exit 3
    run import "$T/b.csv" --store b
    expect_exit 0
    run import "$T/products.csv" --store a --as generic:product
}
