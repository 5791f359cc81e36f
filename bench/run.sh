#!/usr/bin/env bash
# Measures Shopvane beside its peers on this machine and prints the tables of docs/benchmarks.md.
#   bench/run.sh [--copies N] [PART...]   PART: import ask start demo (default: all)
#
# Input is the Online Retail file of ../shared/data (or SHOPVANE_SHARED), N times over (default 20:
# 10.8 million lines, 1 GB). Needs about 6 GB in TMPDIR. Leave the machine alone meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

copies=20
parts=()
while [ $# -gt 0 ]; do
    case $1 in
    --copies) copies=$2; shift ;;
    import | ask | start | demo) parts+=("$1") ;;
    --help | -h) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
    shift
done
[ ${#parts[@]} -gt 0 ] || parts=(import ask start demo)

readonly SHARED=${SHOPVANE_SHARED:-$PWD/../shared}
readonly RETAIL=$SHARED/data/online_retail/online_retail_541909.csv.gz
[ -f "$RETAIL" ] || { echo "skipped: no shared data"; exit 0; }

say() { printf '%s\n' "$*" >&2; }

cmake --preset gcc >/dev/null
say "building ..."
ninja -C build/gcc shopvane benches >/dev/null
readonly BIN=$PWD/build/gcc
readonly SHOPVANE=$BIN/shopvane
folder=$(mktemp -d "${TMPDIR:-/tmp}/shopvane-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT

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
    retail_file
    [ -d "$folder/shop" ] && return 0
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

machine
for part in import ask start demo; do
    if wants $part; then "bench_$part"; fi
done
