#!/usr/bin/env bash
# Measures Shopvane beside its peers on this machine and prints the tables of docs/benchmarks.md.
#   bench/run.sh [--copies N] [PART...]   PART: import ask start demo (default: these), ten-stores, board pages soak
#
# Input is the Online Retail file of ../shared/data (or SHOPVANE_SHARED), N times over (default 20:
# 10.8 million lines, 1 GB). Needs about 6 GB in TMPDIR. Leave the machine alone meanwhile.
# ten-stores makes ten stores x 2 years x 500 orders a day of its own (SHOPVANE_TEN_DAYS and
# SHOPVANE_TEN_ORDERS: fewer), and keeps files and shop in TMPDIR/shopvane-ten-stores for the next run.
# board, pages and soak look at a served demo shop, pages at the large one as well; they want Chromium and the packages
# of web/ (tools/web_packages all). SHOPVANE_BENCH_SECONDS, _IDLE_SECONDS and SHOPVANE_SOAK_REQUESTS: shorter.
set -euo pipefail
cd "$(dirname "$0")/.."

copies=20
parts=()
while [ $# -gt 0 ]; do
    case $1 in
    --copies) copies=$2; shift ;;
    import | ask | start | demo | ten-stores | board | pages | soak) parts+=("$1") ;;
    --help | -h) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
    shift
done
[ ${#parts[@]} -gt 0 ] || parts=(import ask start demo)

# The data set is not wanted by those that make all they look at.
makes_its_own() {
    local part
    for part in "${parts[@]}"; do
        case $part in ten-stores | board | soak) ;; *) return 1 ;; esac
    done
}
readonly SHARED=${SHOPVANE_SHARED:-$PWD/../shared}
readonly RETAIL=$SHARED/data/online_retail/online_retail_541909.csv.gz
[ -f "$RETAIL" ] || makes_its_own || { echo "skipped: no shared data"; exit 0; }

say() { printf '%s\n' "$*" >&2; }

cmake --preset gcc >/dev/null
say "building ..."
ninja -C build/gcc shopvane benches >/dev/null
readonly BIN=$PWD/build/gcc
readonly SHOPVANE=$BIN/shopvane
folder=$(mktemp -d "${TMPDIR:-/tmp}/shopvane-bench.XXXXXX")
. bench/board.sh
trap 'board_stop; rm -rf "$folder"' EXIT

wants() {
    local part
    for part in "${parts[@]}"; do
        [ "$part" = "$1" ] && return 0
    done
    return 1
}

machine() {
    echo "Measured on $(date -u +%Y-%m-%d), commit $(git rev-parse --short HEAD): $(
        sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $(
        awk '/MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo), $(uname -sr)."
}

# measure COMMAND...: sets wall, cpu (seconds) and mib
measure() {
    read -r wall cpu mib < <("$BIN/bench_measure" "$@")
}

# row NAME LINES: a line of the table of imports from wall, cpu and mib
import_row() {
    awk -v name="$1" -v n="$2" -v wall="$wall" -v cpu="$cpu" -v mib="$mib" 'BEGIN {
        printf "| %s | %.1f | %.1f | %.2f | %d |\n", name, wall, cpu, n / wall / 1e6, mib }'
}

retail_file() {
    [ -f "$folder/retail.csv" ] && return 0
    say "writing the file, $copies times over ..."
    "$BIN/bench_retail_times" "$RETAIL" "$copies" "$folder/retail.csv"
}

raw_database() {
    retail_file
    [ -f "$folder/raw.duckdb" ] && return 0
    say "DuckDB's read_csv ..."
    measure "$BIN/bench_bare" "$folder/retail.csv" "$folder/raw.duckdb"
}

retail_shop() {
    [ -d "$folder/shop" ] && return 0
    if [ -n "${SHOPVANE_BENCH_SHOP:-}" ]; then
        cp -r "$SHOPVANE_BENCH_SHOP" "$folder/shop" # a closed one of an earlier run, for questions and pages
        return 0
    fi
    retail_file
    "$SHOPVANE" init "$folder/shop" --currency GBP --timezone Europe/London >/dev/null
    say "import ..."
    measure "$SHOPVANE" -C "$folder/shop" import "$folder/retail.csv" --as-of 2035-01-01
}

bench_import() {
    local lines
    retail_file
    lines=$(($(wc -l <"$folder/retail.csv") - 1))
    printf '\n### Import of %s lines (%s MB of CSV)\n\n' "$lines" \
        $(($(stat -c %s "$folder/retail.csv") / 1000000))
    echo "| | seconds | CPU seconds | million lines/s | peak MB |"
    echo "|---|--:|--:|--:|--:|"
    rm -rf "$folder/raw.duckdb" "$folder/shop"
    raw_database
    import_row "DuckDB \`read_csv\` into a table" "$lines"
    retail_shop
    import_row "\`shopvane import\`: facts, ledger, proof, sequences, rollups" "$lines"
    say "verify, rebuild ..."
    measure "$SHOPVANE" -C "$folder/shop" verify
    import_row "\`shopvane verify\`" "$lines"
    measure "$SHOPVANE" -C "$folder/shop" rebuild
    import_row "\`shopvane rebuild\`" "$lines"
}

bench_ask() {
    raw_database
    retail_shop
    printf '\n### Questions to that shop, in a warm process\n\n'
    say "questions ..."
    "$BIN/bench_ask" "$folder/shop" "$folder/raw.duckdb"
}

# runs NAME COMMAND...: median and slowest of 20 runs in milliseconds
runs() {
    local name=$1 i
    shift
    "$@" >/dev/null
    for ((i = 0; i < 20; i++)); do
        "$BIN/bench_measure" "$@"
    done | sort -n | awk -v name="$name" '{ wall[NR] = $1; cpu[NR] = $2; if ($3 > mib) mib = $3 }
        END { printf "| %s | %.0f | %.0f | %d |\n", name, wall[10] * 1000, wall[20] * 1000, mib }'
}

bench_start() {
    local small=$folder/small
    "$SHOPVANE" demo "$small" --days 120 --orders-per-day 20 >/dev/null
    printf '\n### From the start of the program to the answer\n\n'
    echo "A small shop: 120 days, 20 orders a day. Binary: $(
        stat -c %s "$SHOPVANE" | awk '{ printf "%.1f MB", $1 / 1e6 }') without libduckdb.so."
    printf '\n| command | median ms | slowest of 20 | peak MB |\n|---|--:|--:|--:|\n'
    say "start ..."
    runs "\`kpi net_sales\`" "$SHOPVANE" -C "$small" kpi net_sales
    runs "\`kpi net_sales orders aov --by channel --last 28d\`" \
        "$SHOPVANE" -C "$small" kpi net_sales orders aov --by channel --last 28d
    runs "\`report\`" "$SHOPVANE" -C "$small" report
}

bench_demo() {
    printf '\n### The demo shop: 730 days, 120 orders a day\n\n'
    printf '| command | seconds | CPU seconds | peak MB |\n|---|--:|--:|--:|\n'
    say "demo ..."
    measure "$SHOPVANE" demo "$folder/demo"
    echo "| \`demo\` | $wall | $cpu | $mib |"
    measure "$SHOPVANE" -C "$folder/demo" report
    echo "| \`report\` | $wall | $cpu | $mib |"
    measure "$SHOPVANE" -C "$folder/demo" verify
    echo "| \`verify\` | $wall | $cpu | $mib |"
    measure "$SHOPVANE" -C "$folder/demo" rebuild
    echo "| \`rebuild\` | $wall | $cpu | $mib |"
}

# ---- Ten stores -------------------------------------------------------------------------------

readonly TEN=${TMPDIR:-/tmp}/shopvane-ten-stores
readonly TEN_DAYS=${SHOPVANE_TEN_DAYS:-730}
readonly TEN_ORDERS=${SHOPVANE_TEN_ORDERS:-500}

# The exports, and a shop that holds all of them but the last day.
ten_shop() {
    local key last store n=0
    last=$(date -u -d yesterday +%Y-%m-%d)
    key="$last $TEN_DAYS $TEN_ORDERS $(sed -n 's/.*SCHEMA_VERSION //p' src/commerce/commerce.h)"
    [ "$(cat "$TEN/made" 2>/dev/null)" = "$key" ] && return 0
    rm -rf "$TEN"
    mkdir -p "$TEN"
    say "writing exports ..."
    "$BIN/bench_ten_stores" "$TEN/files" "$last" "$TEN_DAYS" "$TEN_ORDERS"
    "$SHOPVANE" init "$TEN/shop" --currency CNY --timezone Asia/Shanghai >/dev/null
    for store in "$TEN"/files/s*; do
        "$SHOPVANE" -C "$TEN/shop" stores add "$(basename "$store")" platform=shopify >/dev/null
    done
    for store in "$TEN"/files/s*; do
        n=$((n + 1))
        say "importing store $n of 10 ..."
        measure "$SHOPVANE" -C "$TEN/shop" import --store "$(basename "$store")" "$store"/*.csv
        echo "$wall $cpu $mib" >>"$TEN/imports"
    done
    echo "$key" >"$TEN/made"
}

# ten_row WHAT AIM: a line of the table from wall, cpu and mib
ten_row() {
    echo "| $1 | $wall | $cpu | $mib | $2 |"
}

# The orders of one day, a file a store: each into the inbox of its store.
drop_day() {
    local file store
    for file in "$TEN"/files/day/*.csv; do
        store=$(basename "$file" .csv)
        mkdir -p "$1/inbox/$store"
        cp "$file" "$1/inbox/$store/"
        touch -d '1 minute ago' "$1/inbox/$store/$store.csv" # else it may still be written
    done
}

day_of_ten() {
    local file peer=$folder/peer.csv
    cp -r "$TEN/shop" "$folder/ten" # so that the day is new each time
    "$SHOPVANE" -C "$folder/ten" kpi orders --last 1d >/dev/null # brings a folder of an older program up to date
    drop_day "$folder/ten"
    measure "$SHOPVANE" -C "$folder/ten" watch --once
    ten_row "a day's ten files, dropped into the inboxes" "< 5 s"
    "$SHOPVANE" -C "$folder/ten" serve --listen 127.0.0.1:0 >"$folder/serve.log" 2>&1 &
    server=$!
    for _ in $(seq 100); do [ -S "$folder/ten/run/control.sock" ] && break; sleep 0.1; done
    for file in "$TEN"/files/day/*.csv; do "$SHOPVANE" -C "$folder/ten" imports undo \
        "$("$SHOPVANE" -C "$folder/ten" imports list | awk '$NF != "undone" { n = $1 } END { print n }')" >/dev/null; done
    drop_day "$folder/ten"
    measure "$SHOPVANE" -C "$folder/ten" watch --once
    ten_row "the same while the server runs" "< 5 s"
    kill "$server" && wait "$server" 2>/dev/null || true
    head -n 1 "$TEN/files/day/s01.csv" >"$peer"
    for file in "$TEN"/files/day/*.csv; do tail -n +2 "$file" >>"$peer"; done
    measure "$BIN/bench_bare" "$peer" "$folder/peer.duckdb" plain
    ten_row "peer: DuckDB \`read_csv\` of the ten files into a bare table" ""
}

bench_ten_stores() {
    local month
    ten_shop
    month=$(date -u -d "$(date -u +%Y-%m-01) -1 day" +%Y-%m)
    printf '\n### Ten stores, %s days, %s orders a day each\n\n' "$TEN_DAYS" "$TEN_ORDERS"
    echo "$(cat "$TEN"/files/s*/orders.csv | wc -l) order lines in the shop, $(
        du -sm "$TEN/shop" | cut -f 1) MB; imported in $(
        awk '{ s += $1; if ($3 > m) m = $3 } END { printf "%.0f s, %d MB at most", s, m }' "$TEN/imports")."
    printf '\n| | seconds | CPU seconds | peak MB | aim |\n|---|--:|--:|--:|--:|\n'
    say "a day ..."
    day_of_ten
    say "reports ..."
    "$SHOPVANE" -C "$folder/ten" report morning >/dev/null # derives what the day has left
    measure "$SHOPVANE" -C "$folder/ten" report morning
    ten_row "\`report morning\`" "< 0.3 s"
    measure "$SHOPVANE" -C "$folder/ten" kpi net_sales --last 1d
    ten_row "floor: one figure of one day, the program's start included" ""
    measure "$SHOPVANE" -C "$folder/ten" report month --date "$month"
    ten_row "\`report month\`" ""
    measure "$SHOPVANE" -C "$folder/ten" report month --date "$month" --close --note bench
    ten_row "\`report month --close\`" "< 5 s"
}

machine
for part in import ask start demo ten-stores board pages soak; do
    if wants $part; then "bench_${part//-/_}"; fi
done
