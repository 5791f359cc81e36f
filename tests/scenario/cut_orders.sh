# An order that a file holds in part: the rest comes in another file, or repaired from quarantine.
# The lines are counted once, what belongs to the order as a whole once and shared among all lines.
. "$(dirname "$0")/lib.sh"
MAP=() # options of all imports
FROM=2026-01-01
TO=2026-12-31
# What the facts say, by article and by day; an error is no figure.
asked() {
    "$SHOPVANE_BIN" -C "$DIR" kpi "$@" --from "$FROM" --to "$TO" --format csv 2>&1 |
        sed -E 's/,(true|false)\r?$//' | grep -v ',,,,'
}
figures() {
    asked gmv,gross_sales,discounts,net_sales,taxes,orders,units --by sku --grain total
    asked gross_sales,discounts,net_sales,taxes,shipping_rev,orders,paid_orders,aov --grain day
}
are_figures() {
    ! grep -q '^shopvane: ' <<<"$1"
    pass_or_fail $? "figures, not an error: $1"
}

# As the whole file, whichever part comes first; the second undone leads back to the first.
two_parts() { # NAME FIRST SECOND WANT [SETTINGS]
    local first
    shop "$1"
    [ -z "${5:-}" ] || printf '%s' "$5" >"$DIR/stores.yaml"
    run import "$2" ${MAP[@]+"${MAP[@]}"}
    expect_exit 0
    first=$(figures)
    run import "$3" ${MAP[@]+"${MAP[@]}"}
    expect_exit 0
    expect_same "figures" "$4" "$(figures)"
    expect_green
    run imports undo 2
    expect_exit 0
    expect_same "figures after undo" "$first" "$(figures)"
    expect_green
    run import "$T/all.csv" ${MAP[@]+"${MAP[@]}"}
    expect_exit 0
    expect_same "figures after the whole file as well" "$4" "$(figures)"
    expect_green
}

parts() { # NAME [SETTINGS]: $T/all.csv cut at record 5, without and with an overlap of one row
    local whole
    shop "$1-whole"
    [ -z "${2:-}" ] || printf '%s' "$2" >"$DIR/stores.yaml"
    run import "$T/all.csv" ${MAP[@]+"${MAP[@]}"}
    expect_exit 0
    whole=$(figures)
    are_figures "$whole"
    records "$T/all.csv" 1 5 >"$T/first.csv"
    records "$T/all.csv" 6 9 >"$T/next.csv"
    records "$T/all.csv" 5 9 >"$T/over.csv"
    two_parts "$1-swapped" "$T/next.csv" "$T/first.csv" "$whole" "${2:-}"
    two_parts "$1-over" "$T/first.csv" "$T/over.csv" "$whole" "${2:-}"
}

INCLUSIVE='stores:
  main:
    tax: inclusive
'

begin "an order's discount and tax stand on each of its rows"
{
    echo "order id,placed at,sku,quantity,unit price,order discount,order tax,shipping"
    for o in 1 2 3; do
        for l in A,1,10.00 B,1,20.00 C,1,30.00; do
            echo "O$o,2026-01-0$o 10:00,$l,1.00,2.50,4.90"
        done
    done
} >"$T/all.csv"
parts each
begin "and prices hold the tax"
parts held "$INCLUSIVE"

begin "and the order's total says what of it is the postage's"
sed -i '1s/$/,order total/; 2,$s/$/,63.90/' "$T/all.csv"
parts postage "$INCLUSIVE"

begin "and lines that do not count hold it as well: of an order, and one beside others"
{
    echo "order id,placed at,status,sku,quantity,unit price,order discount,order tax,shipping"
    for o in 1:paid 2:cancelled 3:paid; do
        for l in A,1,10.00 B,1,20.00 C,1,30.00; do
            echo "O${o%:*},2026-01-0${o%:*} 10:00,${o#*:},$l,1.00,2.50,4.90"
        done
    done
} >"$T/all.csv"
parts open "$INCLUSIVE"
sed -i 's/O2\(.*\),cancelled,\([AC]\),/O2\1,paid,\2,/; s/,4.90$/,0.00/' "$T/all.csv"
parts mixed "$INCLUSIVE"

begin "an order's discount beside discounts of its lines"
{
    echo "order id,placed at,sku,quantity,unit price,order discount,line discount"
    for o in 1 2 3; do
        for l in A,1,10.00,1.00,0.30 B,1,20.00,1.00,0.10 C,1,30.00,1.00,; do
            echo "O$o,2026-01-0$o 10:00,$l"
        done
    done
} >"$T/all.csv"
parts beside

begin "amounts of the order stand on its first row, beside those of its lines"
{
    echo "order id,placed at,sku,quantity,unit price,order discount,line discount,order tax,line tax,shipping"
    for o in 1 2 3; do
        echo "O$o,2026-01-0$o 10:00,A,1,10.00,1.00,0.30,2.50,0.20,4.90"
        echo "O$o,2026-01-0$o 10:00,B,1,20.00,,0.10,,,"
        echo "O$o,2026-01-0$o 10:00,C,1,30.00,,,,0.40,"
    done
} >"$T/all.csv"
parts beside-first
begin "and prices hold the tax"
parts beside-held "$INCLUSIVE"

begin "cut at any line, in either order, with and without an overlap"
{
    echo "order id,placed at,sku,quantity,unit price,order discount,line discount,order discount platform,platform discount,order tax,line tax,shipping"
    for o in 1 2 3; do
        echo "O$o,2026-01-0$o 10:00,A,1,1$o.37,1.01,0.30,0.77,,2.5$o,0.20,4.90"
        echo "O$o,2026-01-0$o 10:00,B,3,2.99,,0.11,,0.05,,,"
        echo "O$o,2026-01-0$o 10:00,C,2,30.0$o,,,,0.50,,0.40,"
    done
} >"$T/all.csv"
shop any-whole
printf '%s' "$INCLUSIVE" >"$DIR/stores.yaml"
run import "$T/all.csv"
WHOLE=$(figures)
are_figures "$WHOLE"
any_cut() { # NAME FIRST SECOND
    shop "$1"
    printf '%s' "$INCLUSIVE" >"$DIR/stores.yaml"
    run import "$2"
    run import "$3"
    expect_exit 0
    expect_same "figures of $1" "$WHOLE" "$(figures)"
}
CUTS="1 8"
is_full && CUTS="1 2 3 4 5 6 7 8"
for k in $CUTS; do
    records "$T/all.csv" 1 "$k" >"$T/k1.csv"
    records "$T/all.csv" $((k + 1)) 9 >"$T/k2.csv"
    records "$T/all.csv" "$k" 9 >"$T/k3.csv"
    any_cut "cut-$k" "$T/k1.csv" "$T/k2.csv"
    any_cut "overlap-$k" "$T/k1.csv" "$T/k3.csv"
    if [ "$k" -gt 2 ]; then # the beginning of one order alone replaces it: README
        any_cut "swapped-$k" "$T/k2.csv" "$T/k1.csv"
        any_cut "swapped-overlap-$k" "$T/k3.csv" "$T/k1.csv"
    fi
done

begin "amounts of an order are sums of its rows, beside those of its lines"
cat >"$T/summed.yaml" <<'END'
name: summed
target: order_lines
sum_amounts: true
columns:
  order id: order_id
  placed at: placed_at
  sku: sku
  quantity: quantity
  unit price: unit_price
  order discount: order_discount
  line discount: discount_merchant
  order tax: order_tax
  shipping: shipping
END
{
    echo "order id,placed at,sku,quantity,unit price,order discount,line discount,order tax,shipping"
    for o in 1 2 3; do
        echo "O$o,2026-01-0$o 10:00,A,1,10.00,1.00,0.30,2.50,4.90"
        echo "O$o,2026-01-0$o 10:00,B,1,20.00,0.50,0.10,,"
        echo "O$o,2026-01-0$o 10:00,C,1,30.00,,0.20,0.40,1.00"
    done
} >"$T/all.csv"
MAP=(--map "$T/summed.yaml")
parts summed
MAP=()

begin "it stands on the order's first row alone, as its payment does"
{
    echo "order id,placed at,paid at,status,sku,quantity,unit price,order discount,shipping"
    for o in 1 2 3; do
        echo "O$o,2026-01-0$o 10:00,2026-01-0$o 11:00,paid,A,1,10.00,1.00,4.90"
        echo "O$o,2026-01-0$o 10:00,,,B,1,20.00,,"
        echo "O$o,2026-01-0$o 10:00,,,C,1,30.00,,"
    done
} >"$T/all.csv"
parts first

repaired() { # NAME GOOD SED-THAT-SPOILS SED-THAT-REPAIRS
    local whole bad
    shop "$1-whole"
    run import "$2" ${MAP[@]+"${MAP[@]}"}
    expect_exit 0
    whole=$(figures)
    are_figures "$whole"
    shop "$1"
    sed "$3" "$2" >"$T/$1-bad.csv"
    run import "$T/$1-bad.csv"
    expect_exit 3
    bad=$(figures)
    run quarantine retry 1
    expect_exit 0
    sed -i "$4" "$DIR/quarantine/import-1.csv"
    cp "$DIR/quarantine/import-1.csv" "$T/$1-mended.csv"
    run import "$DIR/quarantine/import-1.csv"
    expect_exit 0
    expect_same "figures" "$whole" "$(figures)"
    expect_green
    run imports undo 2
    expect_exit 0
    expect_same "figures after undo" "$bad" "$(figures)"
}

begin "a repaired row does not bring its order's discount again"
cat >"$T/good.csv" <<'END'
order id,placed at,sku,quantity,unit price,order discount
O1,2026-01-01 10:00,A,1,10.00,0
O2,2026-01-02 10:00,A,1,10.00,3.00
O2,2026-01-02 10:00,B,1,20.00,3.00
O2,2026-01-02 10:00,C,1,30.00,3.00
O3,2026-01-03 10:00,A,1,10.00,0
END
repaired discount "$T/good.csv" 's/B,1,/B,one,/' 's/,one,/,1,/'

begin "a repaired first row brings what stands on it alone"
cat >"$T/shopify.csv" <<'END'
Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Cancelled at,Refunded Amount,Id,Tip,Duties
#1001,b1001@x.com,paid,2026-03-01 10:05:00 +0000,GBP,22.50,4.90,0.00,27.40,,2.50,2026-03-01 10:00:00 +0000,2,A,10.00,A,,0.00,5000000001001,,
#1001,b1001@x.com,,,,,,,,,,2026-03-01 10:00:00 +0000,1,B,5.00,B,,,,,
#1002,b1002@x.com,paid,2026-03-01 10:05:00 +0000,GBP,10.00,0.00,0.00,10.00,,0.00,2026-03-01 10:00:00 +0000,1,A,10.00,A,,0.00,5000000001002,,
END
repaired head "$T/shopify.csv" 's/,2,A,/,x2,A,/' 's/,x2,/,2,/'

meets() { # NAME TO FROM: $T/NAME.csv up to record TO and from record FROM, both ways
    local whole
    shop "$1-whole"
    run import "$T/$1.csv"
    expect_exit 0
    whole=$(figures)
    are_figures "$whole"
    records "$T/$1.csv" 1 "$2" >"$T/$1-1.csv"
    records "$T/$1.csv" "$3" 9 >"$T/$1-2.csv"
    import_parts "$1-12" "$T/$1-1.csv" "$T/$1-2.csv" "$whole"
    import_parts "$1-21" "$T/$1-2.csv" "$T/$1-1.csv" "$whole"
}

import_parts() { # SHOP FIRST SECOND WANT
    shop "$1"
    run import "$2" ${MAP[@]+"${MAP[@]}"}
    run import "$3" ${MAP[@]+"${MAP[@]}"}
    expect_exit 0
    NOTE=$OUT
    expect_same "figures" "$4" "$(figures)"
    expect_green
}

begin "an order that repeats an article loses none of its lines at a cut"
cat >"$T/repeats.csv" <<'END'
order id,placed at,sku,quantity,unit price
O1,2026-01-01 10:00,X,1,5.00
O2,2026-01-02 10:00,S,1,10.00
O2,2026-01-02 10:00,S,1,12.00
O2,2026-01-02 10:00,S,2,10.00
O2,2026-01-02 10:00,S,1,12.00
O3,2026-01-03 10:00,Y,1,7.00
END
meets repeats 3 4

begin "a short overlap of equal lines goes before a longer one of lines that differ"
cat >"$T/equal.csv" <<'END'
order id,placed at,sku,quantity,unit price
O1,2026-01-01 10:00,X,1,5.00
O2,2026-01-02 10:00,S,1,10.00
O2,2026-01-02 10:00,S,3,99.00
O2,2026-01-02 10:00,S,1,12.00
O2,2026-01-02 10:00,S,1,12.00
O3,2026-01-03 10:00,Y,1,7.00
END
meets equal 4 4
OUT=$NOTE
expect_text "1 of its lines were taken for the equal ones that are in already"

begin "a part that holds an order's returns alone does not turn its discount round"
cat >"$T/mixed.csv" <<'END'
order id,placed at,sku,quantity,unit price,order discount
O1,2026-01-01 10:00,Z,1,1.00,0
O2,2026-01-02 10:00,B,1,10.00,2.00
O2,2026-01-02 10:00,A,-1,2.50,2.00
O3,2026-01-03 10:00,Z,1,1.00,0
END
meets mixed 2 3
repaired mixed_return "$T/mixed.csv" 's/A,-1,/A,x-1,/' 's/,x-1,/,-1,/'
repaired mixed_sale "$T/mixed.csv" 's/B,1,/B,x1,/' 's/,x1,/,1,/'

begin "an order of returns only takes its discount back once, cut or not"
cat >"$T/back.csv" <<'END'
order id,placed at,sku,quantity,unit price,order discount
O1,2026-01-01 10:00,Z,1,100.00,0
O2,2026-01-02 10:00,A,-1,2.50,2.00
O2,2026-01-02 10:00,B,-2,3.00,2.00
O3,2026-01-03 10:00,Z,1,1.00,0
END
meets back 2 3
repaired back_line "$T/back.csv" 's/B,-2,/B,x-2,/' 's/,x-2,/,-2,/'

begin "an order that loses lines by a file is told, with its number and the way back"
cat >"$T/lines.csv" <<'END'
order id,placed at,sku,quantity,unit price
O1,2026-01-01 10:00,X,1,5.00
O2,2026-01-02 10:00,S,1,10.00
O2,2026-01-02 10:00,T,1,12.00
O2,2026-01-02 10:00,U,1,14.00
O3,2026-01-03 10:00,Y,1,7.00
END
shop lines
run import "$T/lines.csv"
expect_no_text "lose lines"
before=$(figures)
sed -n 1,3p "$T/lines.csv" | sed '/^O1/d' >"$T/first-line.csv" # of O2 its first line alone
run import "$T/first-line.csv"
expect_exit 0
expect_text "1 orders lose lines" "(the first: O2)" "shopvane imports undo 2"
expect_green
run imports undo 2
expect_same "figures after undo" "$before" "$(figures)"
sed '/,T,/d' "$T/lines.csv" >"$T/amid.csv"
run --lang zh import "$T/amid.csv"
expect_text "1 个订单少了明细行" "（第一个：O2）" "shopvane imports undo 3"
expect_green
run imports undo 3
sed 's/,1,12.00/,2,12.00/' "$T/lines.csv" >"$T/edited.csv"
run import "$T/edited.csv"
expect_text "1 changed"
expect_no_text "lose lines"

finish
