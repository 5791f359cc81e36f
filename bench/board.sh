# Sourced by run.sh: the board and its server under many viewers, the pages in a browser, the soak.
# shellcheck shell=bash

readonly PERSON=bench
readonly PASS_PHRASE="only for the bench"
server=

# board_serve SHOP: sets server (its pid), url
board_serve() {
    printf '%s\n' "$PASS_PHRASE" >"$folder/pass"
    "$SHOPVANE" -C "$1" kpi orders --last 1d >/dev/null 2>&1 || true # an older folder is brought up to date
    "$SHOPVANE" -C "$1" users add "$PERSON" --role admin --password-file "$folder/pass" >/dev/null 2>&1 || true
    "$SHOPVANE" -C "$1" serve --listen 127.0.0.1:0 >"$folder/serve.log" 2>&1 &
    server=$!
    url=
    for _ in $(seq 300); do
        url=$(sed -n 's,.*\(http://127.0.0.1:[0-9]*\)/healthz.*,\1,p' "$folder/serve.log")
        [ -n "$url" ] && return 0
        sleep 0.1
    done
    cat "$folder/serve.log" >&2
    return 1
}

board_stop() {
    [ -n "$server" ] || return 0
    kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true
    server=
}

# Sets cookie and csrf.
board_log_in() {
    curl -s -D "$folder/head" -o "$folder/session" -H 'Content-Type: application/json' \
        -d "{\"name\":\"$PERSON\",\"password\":\"$PASS_PHRASE\"}" "$url/api/v1/session"
    cookie=$(sed -n 's/^[Ss]et-[Cc]ookie: \([^;]*\);.*/\1/p' "$folder/head")
    csrf=$(sed -n 's/.*"csrf":"\([^"]*\)".*/\1/p' "$folder/session")
    [ -n "$cookie" ] && [ -n "$csrf" ]
}

# viewers MODE LABEL MIX [option...]
viewers() {
    local mode=$1 label=$2 mix=$3
    shift 3
    "$BIN/bench_viewers" "mode=$mode" "label=$label" "mix=$mix" "url=$url" "pid=$server" "cookie=$cookie" "csrf=$csrf" \
        "name=$PERSON" "password=$PASS_PHRASE" "$@"
}

demo_shop() {
    [ -d "$folder/demo" ] && return 0
    if [ -n "${SHOPVANE_BENCH_DEMO:-}" ]; then
        cp -r "$SHOPVANE_BENCH_DEMO" "$folder/demo" # a closed demo shop that is there already
        return 0
    fi
    say "demo shop ..."
    "$SHOPVANE" demo "$folder/demo" >/dev/null
}

# A served demo shop, and what its pages ask in $folder/mix.
board_ready() {
    demo_shop
    board_serve "$folder/demo"
    say "recording what the pages ask ..."
    node bench/pages.mjs record "$url" "$PERSON" "$PASS_PHRASE" "$folder"
    board_log_in
}

bench_board() {
    local seconds=${SHOPVANE_BENCH_SECONDS:-30} idle=${SHOPVANE_BENCH_IDLE_SECONDS:-130}
    board_ready
    printf '\n### 50 viewers of the demo shop at once, %s s each, no pause between two requests\n\n' "$seconds"
    echo "$(wc -l <"$folder/mix") requests of $(cut -f 1 "$folder/mix" | uniq | wc -l) pages, $(
        wc -l <"$folder/questions") of them different KPI questions; viewers and server share the machine."
    printf '\n| | requests | requests/s | p50 ms | p99 ms | of them 304 | peak MB |\n|---|--:|--:|--:|--:|--:|--:|\n'
    say "viewers ..."
    viewers board "the board's pages, each viewer with what it has (ETags)" "$folder/mix" "seconds=$seconds"
    viewers new "the board's pages, every answer made anew" "$folder/mix" "seconds=$seconds"
    viewers new "KPI questions only, every answer made anew" "$folder/questions" "seconds=$seconds"
    say "DuckDB ..."
    board_stop # it holds the database
    "$BIN/bench_direct" "$folder/demo/shop.duckdb" "$folder/statements" 50 "$seconds" \
        "peer: the statements of the same KPI questions, straight to DuckDB"
    say "a thousand idle viewers, $idle s ..."
    printf '\n### 1,000 viewers who leave the overview open for %s s\n\n' "$idle"
    printf '| | open descriptors | MB before | MB with them | peak MB |\n|---|--:|--:|--:|--:|\n'
    board_serve "$folder/demo"
    board_log_in
    ulimit -n 8192 2>/dev/null || true
    viewers new "warm-up, one viewer (not counted)" "$folder/mix" viewers=1 requests=300 >/dev/null
    viewers idle "1,000 connections; each opens the overview, then asks it again each minute" "$folder/mix" viewers=1000 "seconds=$idle"
    board_stop
}

bench_soak() {
    local requests=${SHOPVANE_SOAK_REQUESTS:-1000000}
    local every=$((requests / 10))
    board_ready
    printf '\n### Soak: %s mixed requests of 50 viewers\n\n' "$requests"
    echo "Of 10,000 requests 1,000 are health checks, 500 the page itself, 100 wrong ones, 5 uploads (each taken back), 2 log-ins; the"
    echo "rest is what the board asks, one in twenty without its ETag."
    printf '\n| requests | seconds | resident MB | open descriptors |\n|--:|--:|--:|--:|\n'
    say "soak ..."
    viewers soak "" "$folder/mix" "requests=$requests" "every=$every"
    board_stop
}

pages_of() { # SHOP LABEL [QUERY]
    board_serve "$1"
    node bench/pages.mjs times "$url" "$PERSON" "$PASS_PHRASE" "$2" "${3:-}"
    board_stop
}

bench_pages() {
    demo_shop
    retail_shop
    printf '\n### Pages in Chromium, median and slowest of 5\n\n'
    printf '| | median ms | slowest ms |\n|---|--:|--:|\n'
    say "pages ..."
    pages_of "$folder/demo" "demo shop"
    pages_of "$folder/shop" "large shop" "?from=2011-11-01&to=2011-11-28"
}
