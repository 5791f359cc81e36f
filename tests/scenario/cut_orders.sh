# An order that a file holds in part: the rest comes in another file, or repaired from quarantine.
# The lines are counted once, what belongs to the order as a whole once and shared among all lines.
. "$(dirname "$0")/lib.sh"
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
SETTINGS= # of the shop's store
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
import_all() { # NAME...: $T/NAME.csv; those that have a mapping, $T/FORMAT.yaml, come last
    local name plain=() mapped=()
    for name; do
        if [ -e "$T/${name%%-*}.yaml" ]; then mapped+=("$name"); else plain+=("$T/$name.csv"); fi
    done
    if [ ${#plain[@]} -gt 0 ]; then
        run import "${plain[@]}"
        expect_exit 0
    fi
    for name in ${mapped[@]+"${mapped[@]}"}; do
        run import "$T/$name.csv" --map "$T/${name%%-*}.yaml"
        expect_exit 0
    done
}
undo_last() { # HOW-MANY OF WANT: the figures afterwards
    local n
    for ((n = $2; n > $2 - $1; n--)); do
        run imports undo "$n"
        expect_exit 0
    done
    expect_same "figures after undo" "$3" "$(figures)"
    expect_green
}
whole_of() { # SHOP NAME...: WHOLE becomes the figures of a shop that has nothing else
    shop "$1"
    shift
    printf '%s' "$SETTINGS" >"$DIR/stores.yaml"
    import_all "$@"
    WHOLE=$(figures)
    are_figures "$WHOLE"
}

# As the whole files, whichever part comes first; the second undone leads back to the first.
WAS=() # what the shop had of them before
two_parts() { # SHOP FIRST SECOND FORMAT...: FIRST and SECOND are lists of files
    local shop=$1 first second was before
    read -ra first <<<"$2"
    read -ra second <<<"$3"
    shift 3
    shop "$shop"
    printf '%s' "$SETTINGS" >"$DIR/stores.yaml"
    [ ${#WAS[@]} -eq 0 ] || import_all "${WAS[@]}"
    ! is_full || was=$(figures)
    import_all "${first[@]}"
    before=$(figures)
    import_all "${second[@]}"
    expect_same "figures" "$WHOLE" "$(figures)"
    expect_green
    undo_last $# $((${#WAS[@]} + 2 * $#)) "$before"
    is_full || return 0
    [ ${#WAS[@]} -eq 0 ] || undo_last $# $((${#WAS[@]} + $#)) "$was"
    import_all "$@"
    expect_same "figures after the whole file as well" "$WHOLE" "$(figures)"
    expect_green
}
parts() { # NAME FORMAT...: cut at record 5, without and with an overlap of one row
    local name=$1 others
    shift
    others=("${@:2}")
    whole_of "$name-whole" "$@"
    if is_full; then
        two_parts "$name-swapped" "${*/%/-next}" "${*/%/-first}" "$@"
        two_parts "$name-over" "${*/%/-first}" "${*/%/-over}" "$@"
    else
        two_parts "$name" "$1-first ${others[*]/%/-next}" "$1-over ${others[*]/%/-first}" "$@"
    fi
}

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
parts plain $(some 'each row paid' 'each beside row summed paid back')
begin "and prices hold the tax"
SETTINGS='stores:
  main:
    tax: inclusive
'
# shellcheck disable=SC2046
parts held $(some 'each postage amid' 'each row postage open amid')

begin "cut at any line, in either order, with and without an overlap"
CUTS=0
EARLIER=()
LATER=()
echo "order id,placed at,sku,quantity,unit price,order discount,line discount,order discount platform,platform discount,order tax,line tax,shipping" >"$T/all.csv"
any_cut() { # NAME TO FROM EARLIER LATER: three orders cut up to record TO, and from record FROM
    local file=$T/$1 o at
    head -1 "$T/all.csv" >"$file.csv"
    for o in 1 2 3; do
        printf -v at '2026-%02d-%02d 10:00' $((1 + CUTS / 9)) $((CUTS % 9 * 3 + o))
        printf "$1-$o,$at,$1-%s\n" "A,1,1$o.37,1.01,0.30,0.77,,2.5$o,0.20,4.90" \
            "B,3,2.99,,0.11,,0.05,,," "C,2,30.0$o,,,,0.50,,0.40,"
    done >>"$file.csv"
    CUTS=$((CUTS + 1))
    sed 1d "$file.csv" >>"$T/all.csv"
    records "$file.csv" 1 "$2" >"$file-first.csv"
    records "$file.csv" "$3" 9 >"$file-next.csv"
    EARLIER+=("$file-$4.csv")
    LATER+=("$file-$5.csv")
}
for k in $(some "1 8" "1 2 3 4 5 6 7 8"); do
    if [ "$k" = 1 ] || is_full; then
        any_cut "cut-$k" "$k" $((k + 1)) first next
        any_cut "overlap-$k" "$k" "$k" first next
    fi
    [ "$k" -gt 2 ] || continue # the beginning of one order alone replaces it: README
    any_cut "swapped-$k" "$k" $((k + 1)) next first
    any_cut "swapped-overlap-$k" "$k" "$k" next first
done
whole_of any-whole all
shop any
printf '%s' "$SETTINGS" >"$DIR/stores.yaml"
run import "${EARLIER[@]}"
expect_exit 0
run import "${LATER[@]}"
expect_exit 0
expect_same "figures" "$WHOLE" "$(figures)"
SETTINGS=

begin "orders whose lines are alike, or go back, are cut"
# Two files that meet at both ends, within an order each: record FROM to record TO, and from record
# AGAIN round to the one before FROM.
ring() { # NAME FROM TO AGAIN
    records "$T/$1.csv" "$2" "$3" >"$T/$1-middle.csv"
    records "$T/$1.csv" "$4" 99 >"$T/$1-ends.csv"
    records "$T/$1.csv" 1 $(($2 - 1)) | sed 1d >>"$T/$1-ends.csv"
}
# an order that repeats an article loses none of its lines at a cut (S);
# a short overlap of equal lines goes before a longer one of lines that differ (T)
cat >"$T/alike.csv" <<'END'
order id,placed at,sku,quantity,unit price
S1,2026-01-01 10:00,X,1,5.00
S2,2026-01-02 10:00,S,1,10.00
S2,2026-01-02 10:00,S,1,12.00
S2,2026-01-02 10:00,S,2,10.00
S2,2026-01-02 10:00,S,1,12.00
S3,2026-01-03 10:00,Y,1,7.00
T1,2026-02-01 10:00,X,1,5.00
T2,2026-02-02 10:00,T,1,10.00
T2,2026-02-02 10:00,T,3,99.00
T2,2026-02-02 10:00,T,1,12.00
T2,2026-02-02 10:00,T,1,12.00
T3,2026-02-03 10:00,Y,1,7.00
END
ring alike 4 10 10
# a part that holds an order's returns alone does not turn its discount round (M);
# an order of returns only takes its discount back once, cut or not (R)
cat >"$T/back.csv" <<'END'
order id,placed at,sku,quantity,unit price,order discount
M1,2026-03-01 10:00,Z,1,1.00,0
M2,2026-03-02 10:00,B,1,10.00,2.00
M2,2026-03-02 10:00,A,-1,2.50,2.00
M3,2026-03-03 10:00,Z,1,1.00,0
R1,2026-04-01 10:00,Z,1,100.00,0
R2,2026-04-02 10:00,C,-1,2.50,2.00
R2,2026-04-02 10:00,D,-2,3.00,2.00
R3,2026-04-03 10:00,Z,1,1.00,0
END
ring back 3 6 7
whole_of rings alike back
for way in "middle ends" "ends middle"; do
    shop "${way% *}"
    import_all {alike,back}-${way% *}
    import_all {back,alike}-${way#* }
    expect_text "1 of its lines were taken for the equal ones that are in already"
    expect_same "figures, $way" "$WHOLE" "$(figures)"
    expect_green
done

cut_at() { # NAME TO FROM: $T/NAME.csv up to record TO and from record FROM
    records "$T/$1.csv" 1 "$2" >"$T/$1-first.csv"
    records "$T/$1.csv" "$3" 9 >"$T/$1-next.csv"
}
# edited since: A is 3 now, C was taken out, N came in
cat >"$T/now-was.csv" <<'END'
order id,placed at,sku,quantity,unit price,order discount
N1,2026-05-01 10:00,X,1,5.00,0
N2,2026-05-02 10:00,A,1,10.00,3.00
N2,2026-05-02 10:00,B,1,20.00,3.00
N2,2026-05-02 10:00,C,2,30.00,3.00
N2,2026-05-02 10:00,D,1,40.00,3.00
N3,2026-05-03 10:00,Y,1,7.00,0
END
sed 's/,A,1/,A,3/; s/,C,2,30.00/,N,1,35.00/' "$T/now-was.csv" >"$T/now.csv"
cut_at now 3 4
# what its first row alone says of the order is another state
cat >"$T/voided-was.csv" <<'END'
order id,placed at,sku,quantity,unit price,shipping,status
V1,2026-06-01 10:00,X,1,5.00,,paid
V2,2026-06-02 10:00,A,1,10.00,4.90,paid
V2,2026-06-02 10:00,B,1,20.00,,
V2,2026-06-02 10:00,C,2,30.00,,
V3,2026-06-03 10:00,Y,1,7.00,,paid
END
sed '/,A,/s/paid/voided/' "$T/voided-was.csv" >"$T/voided.csv"
cut_at voided 3 4
# a payment makes the sale and stands on the order's first row only; the shop had nothing of these
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
cat >"$T/pays.csv" <<'END'
order id,placed at,sku,quantity,unit price,bezahlt
P1,2026-07-01 10:00,X,1,5.00,
P2,2026-07-02 10:00,A,1,10.00,2026-07-02 11:00
P2,2026-07-02 10:00,B,1,20.00,
P2,2026-07-02 10:00,C,2,30.00,
P3,2026-07-03 10:00,Y,1,7.00,2026-07-03 12:00
END
cut_at pays 2 3

begin "orders that were edited, or are paid now, come in two parts that are cut within them"
WAS=(now-was voided-was)
whole_of edited-whole now voided pays
if is_full; then
    two_parts edited "now-first voided-first pays-first" "now-next voided-next pays-next" now voided pays
    two_parts edited-swapped "now-next voided-next pays-next" "now-first voided-first pays-first" now voided pays
else
    two_parts edited "now-next voided-first pays-next" "now-first voided-next pays-first" now voided pays
fi

begin "a beginning alone of a file's first order"
sed '2,3d' "$T/now-was.csv" >"$T/rest.csv"
sed -n '1p;3p' "$T/now-was.csv" >"$T/begin.csv"
shop begin-alone
run import "$T/rest.csv" "$T/begin.csv"
expect_exit 0
run kpi gross_sales,discounts,units --by sku --from $FROM --to $TO --grain total --format csv
expect_text ",A,10.0000,0.2308,1," ",B,20.0000,0.4615,1," ",C,60.0000,1.3846,2," ",D,40.0000,0.9231,1," \
    ",Y,7.0000,0.0000,1,"

# a repaired row does not bring its order's discount again, nor turn it round
cat >"$T/lines.csv" <<'END'
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
sed 's/B,1,/B,x1,/; s/M-back,-1,/M-back,x-1,/; s/N,1,/N,x1,/; s/S,-2,/S,x-2,/' "$T/lines.csv" >"$T/lines-bad.csv"
# a repaired first row brings what stands on it alone
cat >"$T/head.csv" <<'END'
Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Cancelled at,Refunded Amount,Id,Tip,Duties
#1001,b1001@x.com,paid,2026-04-01 10:05:00 +0000,GBP,22.50,4.90,0.00,27.40,,2.50,2026-04-01 10:00:00 +0000,2,A,10.00,A,,0.00,5000000001001,,
#1001,b1001@x.com,,,,,,,,,,2026-04-01 10:00:00 +0000,1,B,5.00,B,,,,,
#1002,b1002@x.com,paid,2026-04-01 10:05:00 +0000,GBP,10.00,0.00,0.00,10.00,,0.00,2026-04-01 10:00:00 +0000,1,A,10.00,A,,0.00,5000000001002,,
END
sed 's/,2,A,/,x2,A,/' "$T/head.csv" >"$T/head-bad.csv"
# and the payment that makes the sale
sed 's/A,1,/A,x1,/' "$T/pays.csv" >"$T/pays-bad.csv"

begin "repaired rows join their orders, of lines, with a first row of its own and of payments"
whole_of repaired-whole lines head pays
shop repaired
run import "$T/lines-bad.csv" "$T/head-bad.csv"
expect_exit 3
run import "$T/pays-bad.csv" --map "$T/pays.yaml"
expect_exit 3
bad=$(figures)
for n in 1 2 3; do
    run quarantine retry "$n"
    expect_exit 0
    sed -i 's/,x/,/' "$DIR/quarantine/import-$n.csv"
done
run import "$DIR"/quarantine/import-[12].csv
expect_exit 0
run import "$DIR/quarantine/import-3.csv" --map "$T/pays.yaml"
expect_exit 0
expect_same "figures" "$WHOLE" "$(figures)"
expect_green
undo_last 3 6 "$bad"

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
sed 's/,1,12.00/,2,12.00/' "$T/lines.csv" >"$T/edited.csv"
run import "$T/edited.csv"
expect_text "1 changed"
expect_no_text "lose lines"
before=$(figures)
sed -n '1p;3p' "$T/lines.csv" >"$T/first-line.csv" # of O2 its first line alone
run import "$T/first-line.csv"
expect_exit 0
expect_text "1 orders lose lines" "(the first: O2)" "shopvane imports undo 3"
expect_green
undo_last 1 3 "$before"
sed '/,T,/d' "$T/lines.csv" >"$T/amid.csv"
run --lang zh import "$T/amid.csv"
expect_text "1 个订单少了明细行" "（第一个：O2）" "shopvane imports undo 4"
expect_green

finish
