# quickstart without its build: what it does to folders that are there, and its options. The steps
# that need a network are played by programs that do nothing.
. "$(dirname "$0")/lib.sh"
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
TREE=$T/tree
mkdir -p "$TREE/tools" "$TREE/build" "$T/bin"
cp "$ROOT/quickstart" "$TREE/"
cp "$ROOT/tools/steps.sh" "$TREE/tools/"
for file in "$TREE/tools/fetch_duckdb" "$TREE/tools/web_packages" "$T/bin/cmake" "$T/bin/ninja"; do
    printf '#!/bin/sh\n' >"$file"
    chmod +x "$file"
done
cat >"$TREE/build/shopvane" <<'END'
#!/bin/sh
case $1 in
demo) mkdir "$2" || exit 1
    [ ! -e fail ] || exit 1
    echo made >>made
    : >"$2/truth.json" ;;
*) echo "ran $*" ;;
esac
END
chmod +x "$TREE/build/shopvane"
quickstart() {
    LAST="quickstart $*"
    OUT=$(PATH=$T/bin:$PATH "$TREE/quickstart" --no-install "$@" 2>&1)
    RC=$?
}

begin "options"
quickstart --help
expect_exit 0
expect_text "--build-only" "--no-serve" "--no-install"
quickstart --colour
expect_exit 2
expect_text "usage:"
quickstart --build-only
expect_exit 0
expect_text "built build/shopvane"
expect_no_text "ran "

begin "a folder of somebody's own stays"
mkdir "$TREE/demo-shop"
echo mine >"$TREE/demo-shop/shop.yaml"
quickstart --no-serve
expect_exit 1
expect_text "is not the demo shop: move it away"
expect_file "$TREE/demo-shop/shop.yaml"
rm -r "$TREE/demo-shop"

begin "what was interrupted is made again, what is done is not"
touch "$TREE/fail"
quickstart --no-serve
expect_exit 1
rm "$TREE/fail"
quickstart --no-serve
expect_exit 0
expect_text "is unfinished: making it again" "ran -C demo-shop report"
expect_no_text "ran -C demo-shop serve"
quickstart
expect_exit 0
expect_text "ran -C demo-shop serve"
expect_same "how often the shop was made" "made" "$(cat "$TREE/made")"
finish
