# Who may do what: every endpoint as every kind of user, and what attackers try.
. "$(dirname "$0")/lib.sh"
command -v node >/dev/null || { echo "skipped: no node"; exit 77; }
command -v curl >/dev/null || { echo "skipped: no curl"; exit 77; }
command -v openssl >/dev/null || { echo "skipped: no openssl"; exit 77; }
trap '' PIPE # a server that refuses early closes while we still write
SUPPORT=$(realpath "$(dirname "$0")/support")
SERVER=
at_end 'kill $SERVER 2>/dev/null'

serve() { # [options]
    "$SHOPVANE_BIN" -C "$DIR" serve --listen 127.0.0.1:0 "$@" >"$T/serve.log" 2>&1 &
    SERVER=$!
    PORT=
    for _ in $(seq 200); do
        PORT=$(sed -n 's,.*http://[^:/]*:\([0-9]*\)/healthz.*,\1,p' "$T/serve.log")
        [ -n "$PORT" ] && break
        sleep 0.1
    done
    LAST="serve $*"
    OUT=$(cat "$T/serve.log")
    [ -n "$PORT" ]
    pass_or_fail $? "the server did not start"
    URL=http://127.0.0.1:$PORT
}

api() { # METHOD PATH [curl options]: status line and body in OUT, status in CODE
    local method=$1 path=$2
    shift 2
    LAST="$method $path"
    OUT=$(curl -s -i --max-time 60 -X "$method" "$URL$path" "$@" | tr -d '\000\r')
    CODE=$(sed -n 's,^HTTP/1.1 \([0-9]*\).*,\1,p' <<<"$OUT" | grep -v '^1' | head -1)
}

expect_code() {
    [ "$CODE" = "$1" ]
    pass_or_fail $? "expected status $1, not ${CODE:-none}"
}

J=(-H 'Content-Type: application/json')
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<<"$OUT" | head -1; }
cookie_of() { sed -n 's/^[Ss]et-[Cc]ookie: \([^;]*\);.*/\1/p' <<<"$OUT" | head -1; }

begin "a shop with two stores"
generic_orders >"$T/orders.csv"
sed 's/SKU-/WEST-/; s/^\([0-9]\)/9\1/' "$T/orders.csv" >"$T/west.csv"
shop two
run stores add west team=w
expect_exit 0
run import "$T/orders.csv"
expect_exit 0
run import "$T/west.csv" --store west
expect_exit 0

begin "the first start prints a link, and only it makes an administrator"
serve
LINK=$(sed -n 's,.*/first-admin#\(.*\),\1,p' "$T/serve.log")
OUT=$(cat "$T/serve.log")
[ ${#LINK} -eq 43 ]
pass_or_fail $? "no link"
api GET /api/v1/session
expect_code 200
expect_text '"needs_admin":true' '"user":null'
expect_no_text '"name"'
api GET /api/v1/kpis
expect_code 401
api POST /api/v1/first-admin "${J[@]}" -d '{"token":"'"$(tr A-Za-z B-ZAb-za <<<"$LINK")"'","name":"root","password":"a long pass phrase"}'
expect_code 403
api POST /api/v1/first-admin "${J[@]}" -d '{"token":"'"$LINK"'","name":"root","password":"short"}'
expect_code 422
api POST /api/v1/first-admin "${J[@]}" -d '{"token":"'"$LINK"'","name":"root","password":"a long pass phrase"}'
expect_code 200
expect_text 'HttpOnly' 'SameSite=Strict' '"role":"admin"' '"needs_admin":false'
api POST /api/v1/first-admin "${J[@]}" -d '{"token":"'"$LINK"'","name":"other","password":"a long pass phrase"}'
expect_code 409

# A head that never ends, a line a second; it goes on beside the rest, and must be cut off before 110 s.
(
    exec 3<>"/dev/tcp/127.0.0.1/$PORT"
    printf 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n' >&3
    for i in $(seq 110); do
        printf 'X-%s: a\r\n' "$i" >&3 2>/dev/null || exit 0
        sleep 1
    done
    exit 1
) 2>/dev/null &
SLOW_HEAD=$!

begin "users and tokens by the command line, through the running server"
for u in viewer:viewer analyst:analyst editor:editor; do
    printf 'the pass phrase of %s\n' "${u%%:*}" >"$T/password"
    run users add "${u%%:*}" --role "${u#*:}" --password-file "$T/password"
    expect_exit 0
done
run users add scoped --role editor --team w
expect_exit 0
expect_line 'password \(shown this once\): .{20}'
run users add ghost --role editor --team nosuch
expect_exit 1
expect_text 'team "nosuch"'
run users add ghost --role editor --store moon
expect_exit 1
run users
expect_line '^viewer +viewer +every store +active' '^scoped +editor +w +active'
token() { "$SHOPVANE_BIN" -C "$DIR" tokens add "$@" 2>/dev/null; }
ADMIN=$(token root t --write)
run tokens add viewer t
expect_exit 2
run tokens
expect_line '^1 +root +t +read and write'

begin "log-in, and the session it makes"
api POST /api/v1/session "${J[@]}" -d '{"name":"viewer","password":"the pass phrase of viewer"}'
expect_code 200
COOKIE=$(cookie_of)
CSRF=$(field csrf)
api GET /api/v1/session -H "Cookie: $COOKIE"
expect_text '"name":"viewer"' "$CSRF"

begin "a session that somebody planted does not become the user's (fixation)"
PLANTED="shopvane_$PORT=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
api POST /api/v1/session "${J[@]}" -H "Cookie: $PLANTED" -d '{"name":"viewer","password":"the pass phrase of viewer"}'
expect_code 200
[ "$(cookie_of)" != "$PLANTED" ]
pass_or_fail $? "the planted secret was taken over"
NEW=$(cookie_of)
api GET /api/v1/session -H "Cookie: $PLANTED"
expect_text '"user":null'
api POST /api/v1/session "${J[@]}" -H "Cookie: $NEW" -d '{"name":"viewer","password":"the pass phrase of viewer"}'
api GET /api/v1/session -H "Cookie: $NEW"
expect_text '"user":null'

begin "logging in needs JSON from our own page"
api POST /api/v1/session -d 'name=viewer&password=x'
expect_code 415
api POST /api/v1/session "${J[@]}" -H 'Origin: https://evil.example' -d '{"name":"viewer","password":"the pass phrase of viewer"}'
expect_code 403

begin "a share link reads, and dies with its maker"
api POST /api/v1/shares "${J[@]}" -H "Authorization: Bearer $ADMIN" -d '{"path":"//evil.example/"}'
expect_code 422
SHARER=$(token editor s --write)
api POST /api/v1/shares "${J[@]}" -H "Authorization: Bearer $SHARER" -d '{"path":"/kpi/aov?last=28d","expires_days":3}'
expect_code 403
expect_text "outlive"
api POST /api/v1/session "${J[@]}" -d '{"name":"editor","password":"the pass phrase of editor"}'
MAKER=(-H "Cookie: $(cookie_of)" -H "X-CSRF-Token: $(field csrf)")
api POST /api/v1/shares "${J[@]}" "${MAKER[@]}" -d '{"path":"/kpi/aov?last=28d","expires_days":3}'
expect_code 201
S=$(field url)
api GET "$S"
expect_code 303
expect_text 'Location: /kpi/aov?last=28d' 'HttpOnly'
SHARE=$(cookie_of)
api GET "/api/v1/kpi?id=orders&from=2024-01-01&to=2024-12-31" -H "Cookie: $SHARE"
expect_code 200

begin "a token makes no users, roles and passwords; one's own password needs the old one"
api POST /api/v1/users "${J[@]}" -H "Authorization: Bearer $ADMIN" -d '{"name":"eve","role":"admin","password":"a long pass phrase"}'
expect_code 403
api PATCH /api/v1/users/5 "${J[@]}" -H "Authorization: Bearer $ADMIN" -d '{"password":"a new long phrase"}'
expect_code 403
api PATCH /api/v1/users/5 "${J[@]}" -H "Authorization: Bearer $ADMIN" -d '{"role":"analyst"}'
expect_code 403
api PATCH /api/v1/users/5 "${J[@]}" -H "Authorization: Bearer $ADMIN" -d '{"disabled":false}'
expect_code 200
api POST /api/v1/session "${J[@]}" -d '{"name":"root","password":"a long pass phrase"}'
ROOT=(-H "Cookie: $(cookie_of)" -H "X-CSRF-Token: $(field csrf)")
api PATCH /api/v1/users/5 "${J[@]}" "${ROOT[@]}" -d '{"password":"a new long phrase"}'
expect_code 200
api PATCH /api/v1/users/1 "${J[@]}" "${ROOT[@]}" -d '{"password":"a new long phrase"}'
expect_code 403
expect_text "with the old one"

begin "every endpoint as every kind of user, its answer as described"
cat >"$T/secrets.json" <<END
{"viewer":{"cookie":"$COOKIE","csrf":"$CSRF"},"share":"$SHARE","admin":"$ADMIN",
 "analyst":"$(token analyst t --write)","editor":"$SHARER","reader":"$(token editor r)",
 "scoped":"$(token scoped t --write)","foreign":["SKU-"]}
END
LAST="api_rights.mjs"
OUT=$(node "$SUPPORT/api_rights.mjs" "$PORT" "$T/secrets.json" 2>&1)
RC=$?
expect_exit 0
[ $RC -eq 0 ] || printf '%s\n' "$OUT" | head -70
tail -1 <<<"$OUT"

begin "the log tells who did what"
api GET "/api/v1/audit?q=share.add" -H "Authorization: Bearer $ADMIN"
expect_code 200
expect_text '"who":"editor"' '/kpi/aov?last=28d'
api GET "/api/v1/audit?q=user.first" -H "Authorization: Bearer $ADMIN"
expect_text '"who":"root"'
expect_no_text 'pass phrase'

begin "the log tells which figures and lists left as files, and nothing of those that were only looked at"
for path in "orders?format=csv&from=2010-12-01&to=2010-12-31" "kpi?id=orders&last=7d&format=xlsx" "products?last=7d"; do
    api GET "/api/v1/$path" -H "Authorization: Bearer $ADMIN"
    expect_code 200
done
api GET "/api/v1/audit?q=export" -H "Authorization: Bearer $ADMIN"
expect_text '"action":"export","what":"/api/v1/orders?format=csv&from=2010-12-01&to=2010-12-31"' \
    '"action":"export","what":"/api/v1/kpi?id=orders&last=7d&format=xlsx"'
expect_no_text '/api/v1/products?last=7d"'

begin "rights end at once"
run users set editor --role viewer
expect_exit 0
api GET "/api/v1/kpi?id=orders&last=7d" -H "Cookie: $SHARE"
expect_code 401
api GET "$S"
expect_text 'Location: /?notice=share-ended'
api GET /api/v1/kpis -H "Authorization: Bearer $SHARER"
expect_code 401
run users disable viewer
expect_exit 0
api GET /api/v1/kpis -H "Cookie: $COOKIE"
expect_code 401
run users disable root
expect_exit 1
expect_text "last administrator"

begin "guessing passwords is slowed down"
for i in 1 2 3 4 5; do
    api POST /api/v1/session "${J[@]}" -d '{"name":"analyst","password":"not the password"}'
    expect_code 401
done
for i in $(seq 12); do # until the wait is long enough for a slow machine to meet it
    api POST /api/v1/session "${J[@]}" -d '{"name":"analyst","password":"not the password"}'
    [ "$CODE" = 429 ] || continue
    WAIT=$(sed -n 's/^Retry-After: //p' <<<"$OUT")
    [ "$WAIT" -ge 4 ] && break
    sleep "$WAIT"
done
api POST /api/v1/session "${J[@]}" -d '{"name":"analyst","password":"the pass phrase of analyst"}'
expect_code 429
expect_line '^Retry-After: [1-9]'
api POST /api/v1/session "${J[@]}" -d '{"name":"nobody","password":"not the password"}'
expect_code 401

raw() { # TEXT (printf): what comes back, at most 5 s
    LAST=$(head -c 80 <<<"$1")
    exec 3<>"/dev/tcp/127.0.0.1/$PORT"
    printf "$1" >&3 2>/dev/null
    OUT=$(timeout "${2:-5}" cat <&3 | tr -d '\000\r')
    exec 3<&- 3>&-
    CODE=$(sed -n '1s,^HTTP/1.1 \([0-9]*\).*,\1,p' <<<"$OUT")
}

begin "requests that two programs would read differently are refused (smuggling)"
H="Host: 127.0.0.1\r\nConnection: close\r\n"
raw "POST /api/v1/session HTTP/1.1\r\n${H}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG"
expect_code 400
raw "POST /api/v1/session HTTP/1.1\r\n${H}Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}"
expect_code 400
raw "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n"
expect_code 400
raw "GET /healthz HTTP/1.1\r\n${H}Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n"
expect_code 400
raw "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-Forwarded-For: 10.1.1.1\r\n\r\n"
expect_code 200
raw "GET /api/v1%%2f..%%2fkpis HTTP/1.1\r\n${H}\r\n"
expect_code 400
raw "GET /../../../../etc/passwd HTTP/1.1\r\n${H}\r\n"
expect_code 400
raw "GET /api/v1/kpis HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
expect_code 421
raw "GET http://evil.example/api/v1/kpis HTTP/1.1\r\n${H}\r\n"
expect_code 400

begin "bodies have their limits"
for path in session first-admin; do
    api POST /api/v1/$path "${J[@]}" -d "{\"name\":\"$(printf '%09000d' 0)\"}"
    expect_code 413
done
head -c 3000000 /dev/zero | tr '\000' ' ' >"$T/big"
api POST /api/v1/session "${J[@]}" --data-binary "@$T/big"
expect_code 413
api POST /api/v1/session "${J[@]}" -H 'Transfer-Encoding: chunked' --data-binary "@$T/big"
expect_code 413
api POST /api/v1/session "${J[@]}" -d '{"name":"a","password":"b","more":1}'
expect_code 400
expect_text 'unknown parameter \"more\"'
api POST /api/v1/session "${J[@]}" -d "$(printf '[%.0s' $(seq 1 500))"
expect_code 400

begin "a body that trickles in is cut off"
LAST="a byte every second"
(
    trap '' PIPE
    exec 3<>"/dev/tcp/127.0.0.1/$PORT"
    printf 'POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n' >&3
    for _ in $(seq 60); do
        printf ' ' >&3 2>/dev/null || exit 0
        sleep 1
    done
    exit 1
) 2>/dev/null
pass_or_fail $? "it was kept for a minute"
LAST="a line of the head every second"
wait "$SLOW_HEAD"
pass_or_fail $? "it was kept for 110 s"
api GET /healthz
expect_code 200

begin "SIGHUP reads the settings anew, SIGTERM ends cleanly"
sed -i 's/^name:.*/name: "Renamed"/' "$DIR/shop.yaml"
kill -HUP $SERVER
sleep 1
api GET /api/v1/session -H "Authorization: Bearer $ADMIN"
expect_text '"name":"Renamed"'
kill -TERM $SERVER
wait $SERVER
RC=$?
OUT=$(cat "$T/serve.log")
expect_exit 0
expect_text "read anew"

begin "behind a proxy the cookie is for TLS only, and the client's address is the proxy's word"
serve --behind-proxy --host kpi.example.com
api POST /api/v1/session "${J[@]}" -H 'Host: kpi.example.com' -H 'X-Forwarded-Proto: https' -H 'X-Forwarded-For: 6.6.6.6, 203.0.113.9' \
    -H 'Origin: https://kpi.example.com' -d '{"name":"root","password":"a long pass phrase"}'
expect_code 200
expect_text '__Host-shopvane_' 'Secure'
api GET "/api/v1/audit?q=203.0.113.9" -H "Authorization: Bearer $ADMIN"
expect_text '"who":"root","address":"203.0.113.9","action":"login"'
api GET /metrics -H 'X-Forwarded-For: 203.0.113.9'
expect_code 403
api GET /metrics -H 'X-Forwarded-For: 127.0.0.1'
expect_code 403
api GET /metrics
expect_code 200
kill -TERM $SERVER
wait $SERVER

begin "one address holds a share of the connections, but for this machine's own"
LAST="700 connections"
serve
expect_same "kept on loopback" 700 "$(node "$SUPPORT/connections.mjs" "$PORT" 700)"
kill -TERM $SERVER
wait $SERVER
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/key.pem" -out "$T/cert.pem" -days 2 -subj /CN=localhost 2>/dev/null
"$SHOPVANE_BIN" -C "$DIR" serve --listen 0.0.0.0:0 --tls-cert "$T/cert.pem" --tls-key "$T/key.pem" >"$T/serve.log" 2>&1 &
SERVER=$!
for _ in $(seq 200); do
    PORT=$(sed -n 's,.*https://[^:/]*:\([0-9]*\)/healthz.*,\1,p' "$T/serve.log")
    [ -n "$PORT" ] && break
    sleep 0.1
done
expect_same "kept of those from elsewhere" 512 "$(node "$SUPPORT/connections.mjs" "${PORT:-1}" 700)"
kill -TERM $SERVER
wait $SERVER
finish
