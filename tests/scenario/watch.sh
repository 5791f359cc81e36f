# A watched folder: files go in once and are put away, half-copied ones wait, what cannot be read is
# set aside, a kill loses nothing, and what has not come is said.
. "$(dirname "$0")/lib.sh"
generic_orders >"$T/orders.csv"
half=$((($(wc -l <"$T/orders.csv") + 1) / 2))
old() { touch -d '1 minute ago' "$1"; }
shop box
printf 'stores:\n  tmall:\n    platform: taobao\n' >"$DIR/stores.yaml"
mkdir -p "$DIR/inbox/tmall"

begin "ready files go in once and are put away"
head -n "$half" "$T/orders.csv" >"$DIR/inbox/one.csv"
cp "$T/orders.csv" "$DIR/inbox/tmall/two.csv"
old "$DIR/inbox/one.csv"; old "$DIR/inbox/tmall/two.csv"
run watch --once
expect_exit 0
expect_text "one.csv: import #1" "two.csv: import #2" "moved to $DIR/inbox/archive/"
[ -z "$(find "$DIR/inbox" -maxdepth 2 -name '*.csv' -not -path '*/archive/*')" ]
pass_or_fail $? "the inboxes are empty"
run kpi orders --from 2024-01-01 --to 2024-12-31 --by store --format csv
expect_line ",tmall,300,"

begin "the same again changes nothing, and the archive keeps both"
head -n "$half" "$T/orders.csv" >"$DIR/inbox/one.csv"; old "$DIR/inbox/one.csv"
run watch --once
expect_text "the same bytes are in already"
[ "$(find "$DIR/inbox/archive" -name 'one*.csv' | wc -l)" -eq 2 ]
pass_or_fail $? "both copies are kept"

begin "a file that is still written waits"
cp "$T/orders.csv" "$DIR/inbox/three.csv"; old "$DIR/inbox/three.csv"
exec 7>>"$DIR/inbox/three.csv"
cp "$T/orders.csv" "$DIR/inbox/four.csv.part"
run watch --once
expect_exit 0
expect_no_text "three.csv"
exec 7>&-
expect_file "$DIR/inbox/three.csv"
expect_file "$DIR/inbox/four.csv.part"
run watch --once
expect_text "three.csv: import"

begin "what cannot be read is set aside with its reason"
printf '\001\002\003\000\000' >"$DIR/inbox/bad.xlsx"; old "$DIR/inbox/bad.xlsx"
run watch --once
expect_exit 1
expect_text "bad.xlsx" "1 files could not be imported"
expect_file "$DIR/inbox/failed/bad.xlsx"

begin "a link is told of, and not followed"
ln -s "$T/orders.csv" "$DIR/inbox/link.csv"
run watch --once
expect_exit 0
expect_text "link.csv is a link, which is not followed"
rm "$DIR/inbox/link.csv"

begin "a watch that is killed during an import loses nothing"
big_orders() { awk -F, -v OFS=, 'NR == 1 { print; next } { for (i = 0; i < 40; i++) { r = $0; sub(/^[^,]*/, "k" i "-&", r); print r } }' "$T/orders.csv"; }
big_orders >"$DIR/inbox/big.csv"; old "$DIR/inbox/big.csv"
"$SHOPVANE_BIN" -C "$DIR" watch >"$T/.watch" 2>&1 &
W=$!
sleep 0.4
CHILDREN=$(pgrep -P $W)
kill -9 $W 2>/dev/null
# shellcheck disable=SC2086
[ $((RANDOM % 2)) = 0 ] && kill -9 $CHILDREN 2>/dev/null # else the import goes on alone, and the next look waits
wait $W 2>/dev/null
run watch --once
expect_exit 0
[ ! -e "$DIR/inbox/big.csv" ]
pass_or_fail $? "the file is put away in the end"
run kpi orders --from 2024-01-01 --to 2024-12-31 --store main --format csv
expect_line ",12300,"
run verify
expect_exit 0

begin "files of one look go in together, a bad one among them is set aside"
numbered() { awk -F, -v OFS=, -v p="$1" 'NR > 1 { sub(/^[^,]*/, p "-&") } { print }' "$T/orders.csv"; }
for n in a c d; do numbered $n >"$DIR/inbox/tmall/$n.csv"; done
printf '\001\002\003\000\000' >"$DIR/inbox/tmall/b.xlsx"
for n in a.csv b.xlsx c.csv d.csv; do old "$DIR/inbox/tmall/$n"; done
run watch --once
expect_exit 1
expect_text "a.csv: import #" "c.csv: import #" "d.csv: import #" "b.xlsx" "1 files could not be imported"
expect_no_text "the same bytes are in already"
expect_file "$DIR/inbox/tmall/failed/b.xlsx"
run kpi orders --from 2024-01-01 --to 2024-12-31 --store tmall --format csv
expect_line ",1200,"

begin "a batch that is killed amid goes on, nothing twice"
numbered e >"$DIR/inbox/tmall/e.csv"
for i in 1 2 3 4 5 6 7 8; do numbered f$i; done | awk 'NR == 1 || !/^Order ID/' >"$DIR/inbox/tmall/f.csv"
numbered g >"$DIR/inbox/tmall/g.csv"
for n in e f g; do old "$DIR/inbox/tmall/$n.csv"; done
"$SHOPVANE_BIN" -C "$DIR" watch --once >"$T/.watch" 2>&1 &
W=$!
for _ in $(seq 200); do [ -e "$DIR/inbox/tmall/e.csv" ] || break; sleep 0.02; done
kill -9 $(pgrep -P $W)
wait $W
pass_or_fail $? "the watch ends well all the same"
run kpi orders --from 2024-01-01 --to 2024-12-31 --store tmall --format csv
expect_line ",4200,"
run verify
expect_exit 0

begin "a second watch on the same folder is told to go"
mkdir -p "$T/drop"
"$SHOPVANE_BIN" -C "$DIR" watch "$T/drop" >"$T/.first" 2>&1 &
W=$!
for _ in $(seq 100); do
    grep -q watching "$T/.first" && break
    sleep 0.1
done
run watch "$T/drop" --once
expect_exit 1
expect_text "$T/drop is watched already"
kill $W
wait $W
run watch "$T/drop" --once
expect_exit 0

begin "what has not come yet"
shop fresh
run imports missing
expect_text "no file comes regularly yet"
run --lang zh imports missing
expect_text "还说不上缺什么"
DIR=$T/box
run imports missing 2025-06-01
expect_exit 0
expect_text "not in yet for 2025-06-01: generic:order_lines of the store main (up to 2024-"
run --lang zh imports missing 2025-06-01
expect_text "数据未到" "店铺 main"
run imports missing soon
expect_exit 2

begin "a store whose inbox would be where files are put away"
for name in archive failed Archive; do
    run stores add $name platform=shopify
    expect_exit 1
    expect_text "\"$name\" cannot be a store's name: inbox/archive/ and inbox/failed/ are where files"
done
run --lang zh import "$T/orders.csv" --store archive
expect_exit 1
expect_text "“archive”不能作店铺名"
run stores add 天猫旗舰店 platform=taobao
expect_exit 0
mkdir -p "$DIR/inbox/天猫旗舰店"
cp "$T/orders.csv" "$DIR/inbox/天猫旗舰店/订单.csv"
old "$DIR/inbox/天猫旗舰店/订单.csv"
run watch --once
expect_text "订单.csv: import #"
run kpi orders --from 2024-01-01 --to 2024-12-31 --by store --format csv
expect_line ",天猫旗舰店,300,"

begin "wrong use"
run watch --store tmall
expect_exit 2
run watch /nonexistent/folder
expect_exit 1
finish
