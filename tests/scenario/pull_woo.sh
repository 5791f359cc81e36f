# WooCommerce's API: what is pulled equals the shop to the cent, whatever happens between and during pulls; an export
# and the API do not count twice; keys stay where they are.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/support/platform.sh"
EXPORTS=$(realpath "$(dirname "$0")/../../examples/exports")

platform_start
hand "generate?n=350&kind=woo" >/dev/null
shop woo --currency EUR --timezone Europe/Berlin

orders_imports() { # the numbers of imports of orders, the last first
    "$SHOPVANE_BIN" -C "$DIR" imports list | awk '$4 == "orders-api" || $5 == "orders-api" { print $1 }' | sort -rn
}

begin "wrong use and missing things"
run source pull
expect_exit 1
expect_text "no sources yet"
run source add woocommerce http://shop.example
expect_exit 1
expect_text "keys would travel unprotected"
run source add magento https://shop.example
expect_exit 1
expect_text "sources.yaml:" "magento"
run source pull nobody
expect_exit 1
run --lang zh source add woocommerce http://shop.example
expect_text "密钥会以明文传输"

begin "the keys are private and in no other file"
add_source woocommerce woo
[ "$(stat -c %a "$DIR/secrets/woo")" = 600 ] && [ "$(stat -c %a "$DIR/secrets")" = 700 ]
pass_or_fail $? "secrets/woo is 0600 in a folder of 0700"
! grep -rq cs_test "$DIR" --exclude-dir=secrets
pass_or_fail $? "no other file holds a key"
chmod 644 "$DIR/secrets/woo"
run source pull
expect_exit 1
expect_text "others can read the keys"
chmod 600 "$DIR/secrets/woo"

begin "the first pull"
run source pull
expect_exit 0
expect_text "read as orders-api" "read as products-api" "difference to the ledger: 0 rows, 0.0000"
same_as_platform "all orders"
! grep -rq cs_test "$DIR" --exclude-dir=secrets
pass_or_fail $? "nor after a pull"
run imports list
expect_line "main orders-api +woo/000001-000004-orders.ndjson"
run source
expect_line "woo woocommerce http://127.0.0.1:[0-9]+ main yes"

begin "nothing new changes nothing"
before=$(ledger)
run source pull
expect_exit 0
expect_text "nothing changed"
expect_same "facts" "$before" "$(ledger)"

begin "undone imports are pulled anew, without the order that was deleted for good since"
hand "remove?order=5012" >/dev/null
for id in $(orders_imports); do
    run imports undo "$id"
    expect_exit 0
done
run source pull
expect_exit 0
expect_text "it is pulled from the beginning"
same_as_platform "after one was deleted"

begin "edits, refunds of lines, postage and a mere amount, the trash"
hand "edit?order=5000" >/dev/null
for o in 5001 5002 5003 5004; do hand "status?order=$o&to=completed" >/dev/null; done
hand "refund?order=5001&lines=0" >/dev/null
hand "refund?order=5002&lines=0&shipping" >/dev/null
hand "refund?order=5003&amount=150" >/dev/null
hand "refund?order=5003&amount=50" >/dev/null
hand "refund?order=5004&lines=0&amount=1" >/dev/null # less than the goods
hand "status?order=5010&to=trash" >/dev/null
hand "status?order=5011&to=cancelled" >/dev/null
run source pull
expect_exit 0
same_as_platform "after changes"
expect_green
run kpi returns_amt --from 2025-03-01 --to 2026-01-01 --grain day --format csv
expect_no_text "2025-03-01,0.0100"

begin "more than a page of orders changed in one second, and while it is pulled"
hand "touch_all" >/dev/null
( for o in $(seq 5020 5060); do hand "edit?order=$o"; done >/dev/null ) &
run source pull
expect_exit 0
wait $!
if is_full; then
    run source pull
    same_as_platform "after changes during a pull"
fi

begin "killed at any moment, nothing is lost and nothing counts twice"
hand "generate?n=$(some 400 1200)&kind=woo" >/dev/null
kill_pulls "$(some "0.05 0.2 0.6" "0.02 0.05 0.1 0.15 0.2 0.3 0.4 0.6 0.8")"
run source pull
expect_exit 0
same_as_platform "after changes during a pull, and kills"
expect_green

broken() { # FAULT TEXT...
    local fault=$1
    shift
    begin "the platform answers with $fault"
    hand "clear" >/dev/null
    hand "edit?order=5006" >/dev/null
    hand "fault?kind=$fault&path=/orders&times=9" >/dev/null
    run source pull
    expect_exit 1
    expect_text "$@"
    expect_no_text "cs_test"
}
broken 401 'source "woo", orders: answered 401 (no such key); the keys are refused'
broken 403 "answered 403 (not allowed); the keys may not read this"
broken 404 "answered 404" "permalinks"
broken html "a web page came in place of data"
broken json "the answer is not whole" "nothing of it was kept"
broken object "the answer is no list"
! is_full || broken truncated "no whole answer in 5 tries"
broken 502 "answered 502 in 5 tries"
broken huge "larger than 64 MiB"
broken elsewhere "redirects to http://127.0.0.1:1/wp-json/wc/v3/orders, another server"
broken to_http "redirects to http://shop.example" "another server"
broken no_money 'the field total says "many"'
hand "clear" >/dev/null
hand "fault?kind=html&path=/orders&times=9" >/dev/null
run --lang zh source pull
expect_text "收到的是网页而不是数据"

begin "passing trouble is borne, and keys that may not read customers are no reason to stop"
hand "clear" >/dev/null
hand "edit?order=5005" >/dev/null
for f in $(some "429 truncated" "429 500 502 truncated"); do hand "fault?kind=$f&path=/orders" >/dev/null; done
hand "fault?kind=403&path=/customers" >/dev/null
run source pull
expect_exit 0
expect_text "the keys may not read customers"
same_as_platform "after faults"

begin "watch pulls by its timer, also with keys in the query, for servers that drop the header"
run source set woo every_minutes=1 keys=query
expect_exit 0
! is_full || run imports undo "$(orders_imports | head -1)"
hand "log" >/dev/null
hand "edit?order=5008" >/dev/null
touch -d '1 hour ago' "$DIR/run/pull/woo/state.json"
sed -i 's/"pulled_at":[0-9]*/"pulled_at":1/' "$DIR/run/pull/woo/state.json"
run watch --once
expect_exit 0
expect_text "read as orders-api"
same_as_platform "after a watch"
grep -q "consumer_key=ck_test" <<<"$(hand log)"
pass_or_fail $? "the key goes into the query"
! grep -rq cs_test "$DIR" --exclude-dir=secrets
pass_or_fail $? "and is still in no other file"

begin "the source goes with its keys, its data stays"
before=$(figures)
run source remove woo
expect_exit 0
[ ! -e "$DIR/secrets/woo" ] && [ ! -e "$DIR/run/pull/woo/state.json" ]
pass_or_fail $? "keys and place are gone"
expect_same "figures" "$before" "$(figures)"

begin "the same shop by its export and by its API"
kill "$PLATFORM"
platform_start
file=$EXPORTS/woo/woocommerce-orders-net-sales.csv
hand "load?kind=woo&file=$file" >/dev/null
shop export --currency EUR --timezone UTC
run import "$file"
expect_exit 0
net=$(figures | grep -E '^(net|orders)=')
expect_same "net sales of the export and the platform's" "$(hand totals | grep -E '^(net|orders)=' | sort)" "$net"
add_source woocommerce woo
run source pull
expect_exit 0
expect_same "net sales after the API brought the same orders" "$net" "$(figures | grep -E '^(net|orders)=')"
begin "an export does not overwrite what the API brought"
run import "$file" --again
expect_exit 0
expect_text "orders came from the platform's API, which counts more than an export"
expect_same "figures" "$net" "$(figures | grep -E '^(net|orders)=')"
expect_green
finish
