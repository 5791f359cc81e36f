# However a file arrives (in two parts cut in the middle of an order, parts swapped, overlapping,
# again), the facts are the same to the cent.
. "$(dirname "$0")/lib.sh"

import_two() { # SHOP FIRST SECOND WANT
    shop "$1"
    run import "$2"
    expect_exit 0
    run import "$3"
    expect_exit 0
    expect_text "difference to the ledger: 0 rows, 0.0000"
    expect_same "facts" "$4" "$(ledger)"
}

ways() { # NAME FILE
    local name=$1 file=$2 last cut near whole
    last=$(($(wc -l <"$file") - 1))

    begin "$name: the whole file"
    shop "$name-whole"
    run import "$file"
    expect_exit 0
    expect_text "difference to the ledger: 0 rows, 0.0000"
    whole=$(ledger)
    expect_green

    begin "$name: the same file again changes nothing"
    run import "$file"
    expect_exit 0
    expect_text "nothing changed"
    expect_same "facts" "$whole" "$(ledger)"
    run import "$file" --again
    expect_exit 0
    expect_text "orders: 0 new, 0 changed" "difference to the ledger: 0 rows, 0.0000"
    expect_same "facts" "$whole" "$(ledger)"
    expect_green

    for near in $((last / 2)) $((last / 3 + 1)); do
        cut=$(middle_of_order "$file" "$near" "$3")
        records "$file" 1 $((cut - 1)) >"$T/first.csv"
        records "$file" "$cut" "$last" >"$T/second.csv"
        begin "$name: split in the middle of an order, at record $cut"
        import_two "$name-split-$cut" "$T/first.csv" "$T/second.csv" "$whole"
        begin "$name: the halves of a split at record $cut swapped"
        import_two "$name-swapped-$cut" "$T/second.csv" "$T/first.csv" "$whole"
        run import "$file"
        expect_exit 0
        expect_same "facts after the whole file as well" "$whole" "$(ledger)"
        expect_green
    done

    begin "$name: parts that overlap, the later one first"
    records "$file" 1 $((cut + 40)) >"$T/long.csv"
    records "$file" $((cut - 41)) "$last" >"$T/tail.csv"
    import_two "$name-overlap" "$T/tail.csv" "$T/long.csv" "$whole"
    expect_green
}

generic_orders >"$T/orders.csv"
ways generic "$T/orders.csv" any
retail_orders >"$T/retail.csv"
ways retail "$T/retail.csv" same-article
finish
