# Starting: the engine's library is bound to itself, and what is no such library is left as it is.
. "$(dirname "$0")/lib.sh"
BIND_OWN=$(dirname "$SHOPVANE_BIN")/bind_own
ENGINE=$(ldd "$SHOPVANE_BIN" | sed -n 's/.*libduckdb.so => \([^ ]*\) .*/\1/p')
[ -x "$BIND_OWN" ] || { echo "skipped: the system's own DuckDB"; exit 77; }

# What the loader looked up by name when the program started.
looked_up() {
    LD_DEBUG=statistics LD_BIND_NOW='' "$SHOPVANE_BIN" --version 2>&1 |
        sed -n 's/.* number of relocations: *\([0-9]*\).*/\1/p' | head -n 1
}

same() { # FILE
    LAST="bind_own $1"
    OUT=$("$BIND_OWN" "$1" "$T/out" 2>&1)
    RC=$?
    expect_exit 0
    expect_text "0 references bound"
    cmp -s "$1" "$T/out"
    pass_or_fail $? "the copy differs"
}

begin "the loader has little to look up"
LAST="LD_DEBUG=statistics shopvane --version"
OUT=$(looked_up)
[ "${OUT:-999999}" -lt 25000 ]
pass_or_fail $? "fewer than 25000 relocations"

begin "bound once, nothing is left to bind"
same "$ENGINE"

begin "other files are copied as they are"
printf 'no library' >"$T/text"
same "$T/text"
: >"$T/empty"
same "$T/empty"
head -c 5000 "$ENGINE" >"$T/torn"
same "$T/torn"

begin "a file that cannot be read or written"
OUT=$("$BIND_OWN" "$T/none" "$T/out" 2>&1)
RC=$?
expect_exit 1
expect_text "cannot read $T/none"
OUT=$("$BIND_OWN" "$T/text" "$T/none/out" 2>&1)
RC=$?
expect_exit 1
expect_text "cannot write $T/none/out"
finish
