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

# Formats, of what an order's amounts are and where they stand: each is a file of its own columns,
# $T/NAME.csv, with orders, articles and a month of its own, so that one shop takes several and its
# figures tell them apart.
MONTH=0
orders() { # NAME HEADER LINE...: three orders of these lines; @: the order's number
    local name=$1 header=$2 o l
    shift 2
    MONTH=$((MONTH + 1))
    {
        echo "$header"
        for o in 1 2 3; do
            for l; do
                l=${l//@/$o}
                echo "$name$o,2026-0$MONTH-0$o 10:00,$name-$l"
            done
        done
    } >"$T/$name.csv"
    cut_up "$name"
}
cut_up() { # NAME
    records "$T/$1.csv" 1 5 >"$T/$1-first.csv"
    records "$T/$1.csv" 6 9 >"$T/$1-next.csv"
    records "$T/$1.csv" 5 9 >"$T/$1-over.csv"
}
import_each() { # SUFFIX FORMAT...
    local suffix=$1 f
    shift
    for f; do
        MAP=()
        [ ! -e "$T/$f.yaml" ] || MAP=(--map "$T/$f.yaml")
        run import "$T/$f$suffix.csv" ${MAP[@]+"${MAP[@]}"}
        expect_exit 0
    done
    MAP=()
}
undo_last() { # HOW-MANY OF
    local n
    for ((n = $2; n > $2 - $1; n--)); do
        run imports undo "$n"
        expect_exit 0
    done
}

# As the whole files, whichever part comes first; the second undone leads back to the first.
two_parts() { # NAME SETTINGS FIRST SECOND FORMAT...
    local name=$1 settings=$2 first=$3 second=$4 before
    shift 4
    shop "$name"
    printf '%s' "$settings" >"$DIR/stores.yaml"
    import_each "$first" "$@"
    before=$(figures)
    import_each "$second" "$@"
    expect_same "figures" "$WHOLE" "$(figures)"
    expect_green
    undo_last $# $(($# * 2))
    expect_same "figures after undo" "$before" "$(figures)"
    expect_green
    case $name in
    *-over) is_full || return 0 ;;
    esac
    import_each '' "$@"
    expect_same "figures after the whole file as well" "$WHOLE" "$(figures)"
    expect_green
}
parts() { # NAME SETTINGS FORMAT...: cut at record 5, without and with an overlap of one row
    local name=$1 settings=$2
    shift 2
    shop "$name-whole"
    printf '%s' "$settings" >"$DIR/stores.yaml"
    import_each '' "$@"
    WHOLE=$(figures)
    are_figures "$WHOLE"
    two_parts "$name-swapped" "$settings" -next -first "$@"
    once_a_case over || return 0
    two_parts "$name-over" "$settings" -first -over "$@"
}

INCLUSIVE='stores:
  main:
    tax: inclusive
'
PLAIN='order id,placed at,sku,quantity,unit price'
# an order's discount and tax stand on each of its rows
orders each "$PLAIN,order discount,order tax,shipping" \
    A,1,10.00,1.00,2.50,4.90 B,1,20.00,1.00,2.50,4.90 C,1,30.00,1.00,2.50,4.90
# an order's discount beside discounts of its lines
orders beside "$PLAIN,order discount,line discount" \
    A,1,10.00,1.00,0.30 B,1,20.00,1.00,0.10 C,1,30.00,1.00,
# amounts of the order stand on its first row, beside those of its lines
orders row "$PLAIN,order discount,line discount,order tax,line tax,shipping" \
    A,1,10.00,1.00,0.30,2.50,0.20,4.90 B,1,20.00,,0.10,,, C,1,30.00,,,,0.40,
# they are sums of its rows, beside those of its lines
orders summed "$PLAIN,order discount,line discount,order tax,shipping" \
    A,1,10.00,1.00,0.30,2.50,4.90 B,1,20.00,0.50,0.10,, C,1,30.00,,0.20,0.40,1.00
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
# the discount stands on the order's first row alone, as its payment does
orders paid "$PLAIN,paid at,status,order discount,shipping" \
    "A,1,10.00,2026-05-0@ 11:00,paid,1.00,4.90" B,1,20.00,,,, C,1,30.00,,,,

# all of it was paid back: goods, tax and postage each as what they are
orders back "$PLAIN,order discount,order tax,shipping,order total,refunded" \
    A,1,10.00,1.00,2.50,4.90,66.40,66.40 B,1,20.00,1.00,2.50,4.90,66.40,66.40 \
    C,1,30.00,1.00,2.50,4.90,66.40,66.40

# the order's total says what of the tax is the postage's, where prices hold it
orders postage "$PLAIN,order discount,order tax,shipping,order total" \
    A,1,10.00,1.00,2.50,4.90,63.90 B,1,20.00,1.00,2.50,4.90,63.90 C,1,30.00,1.00,2.50,4.90,63.90
# lines that do not count hold tax as well: of an order, and one beside others
orders open "$PLAIN,order discount,order tax,shipping,status" \
    A,1,10.00,1.00,2.50,4.90,paid B,1,20.00,1.00,2.50,4.90,paid C,1,30.00,1.00,2.50,4.90,paid
sed -i '/^open2,/s/,paid$/,cancelled/' "$T/open.csv"
cut_up open
orders amid "$PLAIN,order discount,order tax,shipping,status" \
    A,1,10.00,1.00,2.50,0.00,paid B,1,20.00,1.00,2.50,0.00,paid C,1,30.00,1.00,2.50,0.00,paid
sed -i '/^amid2,.*-B,/s/,paid$/,cancelled/' "$T/amid.csv"
cut_up amid

begin "an order's amounts count once, and are shared among all its lines"
# shellcheck disable=SC2046
parts plain '' $(some 'each row paid' 'each beside row summed paid back')
begin "and prices hold the tax"
# shellcheck disable=SC2046
parts held "$INCLUSIVE" $(some 'each postage amid' 'each row postage open amid')

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
for k in $(some "1 8" "1 2 3 4 5 6 7 8"); do
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

repaired() { # NAME GOOD SED-THAT-SPOILS SED-THAT-REPAIRS
    local whole bad
    shop "$1-whole"
    run import "$2" ${MAP[@]+"${MAP[@]}"}
    expect_exit 0
    whole=$(figures)
    are_figures "$whole"
    shop "$1"
    sed "$3" "$2" >"$T/$1-bad.csv"
    run import "$T/$1-bad.csv" ${MAP[@]+"${MAP[@]}"}
    expect_exit 3
    bad=$(figures)
    run quarantine retry 1
    expect_exit 0
    sed -i "$4" "$DIR/quarantine/import-1.csv"
    cp "$DIR/quarantine/import-1.csv" "$T/$1-mended.csv"
    run import "$DIR/quarantine/import-1.csv" ${MAP[@]+"${MAP[@]}"}
    expect_exit 0
    expect_same "figures" "$whole" "$(figures)"
    expect_green
    run imports undo 2
    expect_exit 0
    expect_same "figures after undo" "$bad" "$(figures)"
}

begin "a repaired row does not bring its order's discount again, nor turn it round"
cat >"$T/good.csv" <<'END'
order id,placed at,sku,quantity,unit price,order discount
O1,2026-01-01 10:00,A,1,10.00,0
O2,2026-01-02 10:00,A,1,10.00,3.00
O2,2026-01-02 10:00,B,1,20.00,3.00
O2,2026-01-02 10:00,C,1,30.00,3.00
M1,2026-02-02 10:00,M,1,10.00,2.00
M1,2026-02-02 10:00,M-back,-1,2.50,2.00
M2,2026-02-03 10:00,N,1,10.00,2.00
M2,2026-02-03 10:00,N-back,-1,2.50,2.00
R2,2026-03-02 10:00,R,-1,2.50,2.00
R2,2026-03-02 10:00,S,-2,3.00,2.00
O3,2026-01-03 10:00,A,1,10.00,0
END
repaired lines "$T/good.csv" 's/B,1,/B,x1,/; s/M-back,-1,/M-back,x-1,/; s/N,1,/N,x1,/; s/S,-2,/S,x-2,/' \
    's/,x/,/'

begin "a repaired first row brings what stands on it alone"
cat >"$T/shopify.csv" <<'END'
Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Cancelled at,Refunded Amount,Id,Tip,Duties
#1001,b1001@x.com,paid,2026-03-01 10:05:00 +0000,GBP,22.50,4.90,0.00,27.40,,2.50,2026-03-01 10:00:00 +0000,2,A,10.00,A,,0.00,5000000001001,,
#1001,b1001@x.com,,,,,,,,,,2026-03-01 10:00:00 +0000,1,B,5.00,B,,,,,
#1002,b1002@x.com,paid,2026-03-01 10:05:00 +0000,GBP,10.00,0.00,0.00,10.00,,0.00,2026-03-01 10:00:00 +0000,1,A,10.00,A,,0.00,5000000001002,,
END
repaired head "$T/shopify.csv" 's/,2,A,/,x2,A,/' 's/,x2,/,2,/'

# Each file is cut where its own lines say; they share a shop for each way round.
MEETS=()
meets() { # NAME TO FROM: $T/NAME.csv up to record TO and from record FROM
    records "$T/$1.csv" 1 "$2" >"$T/$1-first.csv"
    records "$T/$1.csv" "$3" 9 >"$T/$1-next.csv"
    MEETS+=("$1")
}

# an order that repeats an article loses none of its lines at a cut
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
# a part that holds an order's returns alone does not turn its discount round
cat >"$T/mixed.csv" <<'END'
order id,placed at,sku,quantity,unit price,order discount
M1,2026-03-01 10:00,Z,1,1.00,0
M2,2026-03-02 10:00,B,1,10.00,2.00
M2,2026-03-02 10:00,A,-1,2.50,2.00
M3,2026-03-03 10:00,Z,1,1.00,0
END
meets mixed 2 3
# an order of returns only takes its discount back once, cut or not
cat >"$T/back.csv" <<'END'
order id,placed at,sku,quantity,unit price,order discount
R1,2026-04-01 10:00,Z,1,100.00,0
R2,2026-04-02 10:00,A,-1,2.50,2.00
R2,2026-04-02 10:00,B,-2,3.00,2.00
R3,2026-04-03 10:00,Z,1,1.00,0
END
meets back 2 3
# a short overlap of equal lines goes before a longer one of lines that differ
cat >"$T/equal.csv" <<'END'
order id,placed at,sku,quantity,unit price
E1,2026-02-01 10:00,X,1,5.00
E2,2026-02-02 10:00,S,1,10.00
E2,2026-02-02 10:00,S,3,99.00
E2,2026-02-02 10:00,S,1,12.00
E2,2026-02-02 10:00,S,1,12.00
E3,2026-02-03 10:00,Y,1,7.00
END
meets equal 4 4

begin "orders whose lines are alike, or go back, are cut: ${MEETS[*]}"
shop meets-whole
import_each '' "${MEETS[@]}"
WHOLE=$(figures)
are_figures "$WHOLE"
for way in "-first -next" "-next -first"; do
    shop "meets$way"
    for part in $way; do
        import_each "$part" "${MEETS[@]}"
    done
    expect_text "1 of its lines were taken for the equal ones that are in already"
    expect_same "figures of$way" "$WHOLE" "$(figures)"
    expect_green
done

begin "an order that loses lines by a file is told, with its number and the way back"
cat >"$T/lines.csv" <<'END'
order id,placed at,sku,quantity,unit price
O1,2026-01-01 10:00,X,1,5.00
O2,2026-01-02 10:00,S,1,10.00
O2,2026-01-02 10:00,T,1,12.00
O2,2026-01-02 10:00,U,1,14.00
O3,2026-01-03 10:00,Y,1,7.00
END
shop loses
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

begin "an order that was edited comes again in two parts that are cut within it"
edited() { # NAME FILE WANT: after the shop had $T/was.csv; cut behind record 3, either way round
    local before way
    records "$T/$2.csv" 1 3 >"$T/part-first.csv"
    records "$T/$2.csv" 4 9 >"$T/part-next.csv"
    for way in "first next" "next first"; do
        [ "$2 $way" != "voided next first" ] || is_full || continue
        shop "$1-${way% *}"
        run import "$T/$1.csv" ${MAP[@]+"${MAP[@]}"}
        before=$(figures)
        for part in $way; do
            run import "$T/part-$part.csv" ${MAP[@]+"${MAP[@]}"}
            expect_exit 0
        done
        expect_same "figures of $1, $way" "$3" "$(figures)"
        expect_green
        undo_last 2 3
        expect_same "figures of $1 after undo" "$before" "$(figures)"
        expect_green
    done
}
whole_of() { # NAME: the figures of a shop that has nothing else
    shop "$1-whole"
    run import "$T/$1.csv" ${MAP[@]+"${MAP[@]}"}
    figures
}
cat >"$T/was.csv" <<'END'
order id,placed at,sku,quantity,unit price,order discount
O1,2026-01-01 10:00,X,1,5.00,0
O2,2026-01-02 10:00,A,1,10.00,3.00
O2,2026-01-02 10:00,B,1,20.00,3.00
O2,2026-01-02 10:00,C,2,30.00,3.00
O2,2026-01-02 10:00,D,1,40.00,3.00
O3,2026-01-03 10:00,Y,1,7.00,0
END
# A is 3 now, C was taken out, N came in
sed 's/,A,1/,A,3/; s/,C,2,30.00/,N,1,35.00/' "$T/was.csv" >"$T/now.csv"
edited was now "$(whole_of now)"
cat >"$T/paid.csv" <<'END'
order id,placed at,sku,quantity,unit price,shipping,status
O1,2026-01-01 10:00,X,1,5.00,,paid
O2,2026-01-02 10:00,A,1,10.00,4.90,paid
O2,2026-01-02 10:00,B,1,20.00,,
O2,2026-01-02 10:00,C,2,30.00,,
O3,2026-01-03 10:00,Y,1,7.00,,paid
END
sed '/,A,/s/paid/voided/' "$T/paid.csv" >"$T/voided.csv"
edited paid voided "$(whole_of voided)"

begin "a beginning alone of a file's first order"
records "$T/was.csv" 3 6 >"$T/rest.csv"
records "$T/was.csv" 1 2 >"$T/begin.csv"
sed -i '/^O1/d' "$T/begin.csv"
shop begin-alone
run import "$T/rest.csv"
run import "$T/begin.csv"
sed '/^O1/d' "$T/was.csv" >"$T/without-first.csv"
expect_same "figures" "$(
    shop begin-whole
    run import "$T/without-first.csv"
    figures
)" "$(figures)"

begin "where a payment makes the sale and stands on the order's first row only"
cat >"$T/pays.yaml" <<'END'
name: pays
target: order_lines
sale_when_paid: true
columns:
  order id: order_id
  placed at: placed_at
  sku: sku
  quantity: quantity
  unit price: unit_price
  bezahlt: paid_at
END
MAP=(--map "$T/pays.yaml")
cat >"$T/pays.csv" <<'END'
order id,placed at,sku,quantity,unit price,bezahlt
O1,2026-01-01 10:00,X,1,5.00,
O2,2026-01-02 10:00,A,1,10.00,2026-01-02 11:00
O2,2026-01-02 10:00,B,1,20.00,
O2,2026-01-02 10:00,C,2,30.00,
O3,2026-01-03 10:00,Y,1,7.00,2026-01-03 12:00
END
WHOLE=$(whole_of pays)
cut_up_pays() { records "$T/pays.csv" 1 2 >"$T/pays-first.csv" && records "$T/pays.csv" 3 5 >"$T/pays-next.csv"; }
cut_up_pays
for way in "first next" "next first"; do
    shop "pays-${way% *}"
    run import "$T/pays-${way% *}.csv" "${MAP[@]}"
    before=$(figures)
    run import "$T/pays-${way#* }.csv" "${MAP[@]}"
    expect_same "figures, $way" "$WHOLE" "$(figures)"
    expect_green
    run imports undo 2
    expect_same "figures after undo" "$before" "$(figures)"
    expect_green
done
repaired pays-repaired "$T/pays.csv" 's/A,1,/A,x1,/' 's/,x1,/,1,/'
MAP=()

finish
