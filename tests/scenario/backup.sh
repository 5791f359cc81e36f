# Backups while the shop is used, bringing them back, and what a kill leaves.
. "$(dirname "$0")/lib.sh"
SERVER=
at_end 'kill -KILL $SERVER 2>/dev/null'
generic_orders >"$T/orders.csv"
records "$T/orders.csv" 1 400 >"$T/first.csv"

serve() {
    "$SHOPVANE_BIN" -C "$DIR" serve --listen 127.0.0.1:0 >"$T/serve.log" 2>&1 &
    SERVER=$!
    for _ in $(seq 200); do
        grep -q healthz "$T/serve.log" && return
        sleep 0.1
    done
    fail "the server did not start"
}

begin "a backup of a shop that nobody serves"
shop shop
run import "$T/first.csv"
expect_exit 0
run users add mei --role admin
expect_exit 0
FIRST=$(ledger)
run backup "$T/one"
expect_exit 0
expect_text "backup in $T/one" "data version"
expect_file "$T/one/manifest.json"
[ "$(stat -c %a "$T/one")" = 700 ] && [ "$(stat -c %a "$T/one/state.sqlite")" = 600 ]
pass_or_fail $? "others can read it"
run backup "$T/one" --check
expect_exit 0
expect_text "is whole"

begin "what is there is not written over, nor is the shop's own folder a place for it"
run backup "$T/one"
expect_exit 1
expect_text "is there already"
run backup "$DIR/inside"
expect_exit 1
expect_text "inside the shop's folder"
run backup "$T/no/such/place"
expect_exit 1

begin "a backup while serving"
serve
run import "$T/orders.csv"
expect_exit 0
SECOND=$(ledger)
run backup "$T/two"
expect_exit 0
run kpi orders --from 2024-01-01 --to 2024-12-31 --grain total --format csv
expect_text ",300,"
run restore "$T/one" --replace
expect_exit 1
expect_text "stop the server first"
kill -TERM $SERVER
wait $SERVER

begin "restored beside, it is the same shop with the same people"
DIR=$T/again
run restore "$T/two"
expect_exit 0
expect_same "facts" "$SECOND" "$(ledger)"
expect_green
run users
expect_line '^mei +admin'
expect_file "$DIR/inbox"

begin "restored in place, the shop of before is kept"
DIR=$T/shop
run restore "$T/one"
expect_exit 1
expect_text "--replace"
run restore "$T/one" --replace
expect_exit 0
expect_text "is kept in $T/shop.before-"
expect_same "facts" "$FIRST" "$(ledger)"
expect_green
DIR=$(ls -d "$T"/shop.before-*)
expect_same "facts of before" "$SECOND" "$(ledger)"
DIR=$T/shop

begin "a damaged backup is told, and nothing is touched"
cp -r "$T/two" "$T/bad"
printf 'x' | dd of="$T/bad/shop.duckdb" bs=1 seek=5000 conv=notrunc 2>/dev/null
run backup "$T/bad" --check
expect_exit 1
expect_text "shop.duckdb is not as it was"
run restore "$T/bad" --replace
expect_exit 1
expect_same "facts" "$FIRST" "$(ledger)"
cp -r "$T/two" "$T/more" && touch "$T/more/extra"
run backup "$T/more" --check
expect_exit 1
expect_text "extra is not of this backup"
cp -r "$T/two" "$T/less" && rm "$T/less/shop.yaml"
run backup "$T/less" --check
expect_exit 1
expect_text "shop.yaml"
mkdir "$T/evil" && printf '{"format":1,"version":"x","made_at":"x","shop":"x","data_version":1,"files":[{"path":"../shop/shop.yaml","bytes":1,"sha256":"%064d"}]}' 0 >"$T/evil/manifest.json"
run restore "$T/evil" --replace
expect_exit 1
expect_text "damaged"
printf '{"format":99}' >"$T/evil/manifest.json"
run backup "$T/evil" --check
expect_exit 1
expect_text "newer"
run backup "$T" --check
expect_exit 1
expect_text "is no backup"

begin "a backup that is killed leaves none, and the next one is whole"
for pause in 0.01 0.03 0.06 0.1 0.15; do
    rm -rf "$T/cut"
    "$SHOPVANE_BIN" -C "$DIR" backup "$T/cut" >/dev/null 2>&1 &
    P=$!
    sleep $pause
    kill -KILL $P 2>/dev/null
    wait $P 2>/dev/null
    if [ -e "$T/cut" ]; then
        run backup "$T/cut" --check
        expect_exit 0
    fi
done
rm -rf "$T/cut"
run backup "$T/cut"
expect_exit 0
run backup "$T/cut" --check
expect_exit 0
expect_same "facts" "$FIRST" "$(ledger)"

begin "a server killed while it backs up starts again, and its shop is whole"
serve
"$SHOPVANE_BIN" -C "$DIR" backup "$T/cut2" >/dev/null 2>&1 &
P=$!
sleep 0.05
kill -KILL $SERVER
wait $P $SERVER 2>/dev/null
expect_same "facts" "$FIRST" "$(ledger)"
expect_green

begin "a restore that is killed leaves the shop of before or the restored one"
for pause in 0.02 0.05 0.1 0.2 0.3; do
    "$SHOPVANE_BIN" -C "$DIR" restore "$T/two" --replace >/dev/null 2>&1 &
    P=$!
    sleep $pause
    kill -KILL $P 2>/dev/null
    wait $P 2>/dev/null
    NOW=$(ledger)
    [ "$NOW" = "$FIRST" ] || [ "$NOW" = "$SECOND" ]
    pass_or_fail $? "after a kill at $pause s it is neither"
done
run restore "$T/two" --replace
expect_exit 0
expect_same "facts" "$SECOND" "$(ledger)"
expect_green
finish
