# shellcheck shell=bash
# A platform's API on this machine for scenario tests: tests/scenario/support/shop_server.mjs.
#
#   platform_start; hand "generate?n=100&kind=woo"; ... $URL is where it listens

command -v node >/dev/null || { echo "skipped: no node"; exit 77; }
command -v curl >/dev/null || { echo "skipped: no curl"; exit 77; }

platform_start() {
    rm -f "$T/port"
    node "$(dirname "${BASH_SOURCE[0]}")/shop_server.mjs" "$T/port" &
    PLATFORM=$!
    at_end "kill $PLATFORM 2>/dev/null"
    for _ in $(seq 100); do
        [ -s "$T/port" ] && break
        sleep 0.05
    done
    URL=http://127.0.0.1:$(cat "$T/port")
}

hand() { # VERB?QUERY: does something in the platform's shop
    curl -sf "$URL/__/$1"
}

add_source() { # KIND [NAME] [KEY=VALUE...]
    local kind=$1
    shift
    LAST="source add $kind $URL $*"
    if [ "$kind" = woocommerce ]; then printf 'ck_test\ncs_test\n'; else printf 'shpat_test\n'; fi |
        "$SHOPVANE_BIN" -C "$DIR" source add "$kind" "$URL" "$@" >"$T/.out" 2>&1
    RC=$?
    OUT=$(cat "$T/.out")
    expect_exit 0
}

# The shop's figures in the words of /__/totals.
figures() {
    "$SHOPVANE_BIN" -C "$DIR" kpi orders,units,gross_sales,discounts,shipping_rev,taxes,returns_amt,net_sales \
        --from 2024-12-01 --to 2026-01-01 --grain total --format csv 2>&1 | tr -d '\r' | awk -F, '
        BEGIN { name["orders"] = "orders"; name["units"] = "units"; name["gross_sales"] = "gross"
                name["discounts"] = "discounts"; name["shipping_rev"] = "shipping"; name["taxes"] = "taxes"
                name["returns_amt"] = "returns"; name["net_sales"] = "net" }
        NR == 1 { for (i = 1; i <= NF; i++) head[i] = $i; next }
        NR == 2 { for (i = 1; i <= NF; i++) if (head[i] in name)
                      printf(head[i] ~ /^(orders|units)$/ ? "%s=%d\n" : "%s=%.2f\n", name[head[i]], $i) }' | sort
}

same_as_platform() { # WHAT
    expect_same "$1: the shop's figures and the platform's" "$(hand totals | grep -v '^refunds=' | sort)" "$(figures)"
}

kill_pulls() { # SECONDS [OPTION...]: a pull for each, killed after so long
    local wait pull
    for wait in $1; do
        setsid "$SHOPVANE_BIN" -C "$DIR" source pull "${@:2}" >/dev/null 2>&1 &
        pull=$!
        sleep "$wait"
        kill -9 -- "-$pull" 2>/dev/null
        wait "$pull" 2>/dev/null
    done
}
