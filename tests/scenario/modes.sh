# Who else on the machine may read what: the shop is its owner's alone, files that a user names follow
# his own umask.
. "$(dirname "$0")/lib.sh"
umask 022
generic_orders >"$T/orders.csv"

begin "a shop and all in it are its owner's alone"
shop mine
run import "$T/orders.csv"
expect_exit 0
run users add mei --role viewer
expect_exit 0
OUT=$(find "$DIR" -perm /077)
expect_same "what others may touch" "" "$OUT"
expect_same "mode of the folder" 700 "$(stat -c %a "$DIR")"

begin "while it serves as well"
"$SHOPVANE_BIN" -C "$DIR" serve --listen 127.0.0.1:0 >"$T/serve.log" 2>&1 &
SERVER=$!
at_end 'kill $SERVER 2>/dev/null'
for _ in $(seq 200); do
    grep -q healthz "$T/serve.log" && break
    sleep 0.1
done
run report month --date 2024-10 --output "$T/served.html"
expect_exit 0
expect_same "mode" 644 "$(stat -c %a "$T/served.html")"
OUT=$(find "$DIR" -perm /077 ! -type s)
expect_same "what others may touch" "" "$OUT"
kill -TERM "$SERVER"
wait "$SERVER"

begin "files that the user names have his own umask, those that are there keep their rights"
run report month --date 2024-10 --output "$T/a.html"
expect_same "mode" 644 "$(stat -c %a "$T/a.html")"
(umask 027 && "$SHOPVANE_BIN" -C "$DIR" report month --date 2024-10 --output "$T/b.xlsx" >/dev/null)
expect_same "mode" 640 "$(stat -c %a "$T/b.xlsx")"
chmod 604 "$T/a.html"
run report month --date 2024-10 --output "$T/a.html"
expect_same "mode" 604 "$(stat -c %a "$T/a.html")"

begin "a folder that was there keeps its rights"
mkdir -m 750 "$T/made"
shop made
expect_same "mode" 750 "$(stat -c %a "$T/made")"
OUT=$(find "$DIR" -mindepth 1 -perm /077)
expect_same "what others may touch" "" "$OUT"
finish
