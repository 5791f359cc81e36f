# Olist gives a customer another id with each order and tells the persons in a file of its own: they
# count once, whichever file comes first, and stay one through undo and repeated files.
. "$(dirname "$0")/lib.sh"

# Orders of two years, one line each; order n is of person n % persons, so that some come back.
ORDERS=$(some 900 3000)
awk -v last="$ORDERS" -v persons=$((ORDERS * 7 / 30)) -v orders="$T/orders.csv" -v items="$T/items.csv" -v customers="$T/customers.csv" 'BEGIN {
    print "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date" >orders
    print "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value" >items
    print "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state" >customers
    for (n = 1; n <= last; n++) {
        month = (n * 7) % 24
        at = sprintf("%d-%02d-%02d 10:%02d:00", 2017 + int(month / 12), month % 12 + 1, n % 28 + 1, n % 60)
        printf "o%d,c%d,delivered,%s,%s,,,\n", n, n, at, at >orders
        printf "o%d,1,p%d,s1,%s,%d.50,1.25\n", n, n % 9, at, 10 + n % 50 >items
        printf "c%d,u%d,01000,x,%s\n", n, n % persons, n % persons < persons / 2 ? "SP" : "BA" >customers
    }
}'

# Buyers and those who buy for the first time, by month, as the files have them.
by_month() {
    paste -d, "$T/orders.csv" "$T/customers.csv" | tail -n +2 |
        awk -F, '{ split($4, d, "-"); print d[1] "-" d[2] "-01", $10 }' | sort -u |
        awk '{ buyers[$1]++; if (!seen[$2]++) fresh[$1]++ }
            END { for (m in buyers) print m "," buyers[m] "," fresh[m] + 0 }' | sort
}

persons() {
    run kpi buyers,new_buyers --from 2017-01-01 --to 2018-12-31 --grain month --format csv
    expect_exit 0
    OUT=$(printf '%s\n' "$OUT" | grep '^201' | cut -d, -f1-3)
}

figures() {
    run kpi buyers,new_buyers,orders,net_sales,ret_rate,freq,repeat_rate --from 2017-01-01 \
        --to 2018-12-31 --grain month --by segment --format csv
    printf '%s\n' "$OUT"
}

import_in() { # SHOP FILE...
    local file
    shop "$1" --currency BRL --timezone America/Sao_Paulo
    shift
    for file; do
        run import "$T/$file.csv"
        expect_exit 0
    done
}

begin "persons count once"
import_in first customers orders items
persons
expect_same "buyers and new buyers by month" "$(by_month)" "$OUT"
WHOLE=$(figures)
expect_green

begin "the customers again, and in two halves that overlap, one before and one behind the orders"
run import "$T/customers.csv" --again
expect_exit 0
expect_same "figures" "$WHOLE" "$(figures)"
head -$((ORDERS * 2 / 3 + 1)) "$T/customers.csv" >"$T/one.csv"
(head -1 "$T/customers.csv" && tail -$((ORDERS * 2 / 3)) "$T/customers.csv") >"$T/two.csv"
import_in halves one orders items two
expect_same "figures" "$WHOLE" "$(figures)"
expect_green

if is_full; then
    begin "the same whichever file comes first"
    import_in last orders items customers
    expect_same "figures" "$WHOLE" "$(figures)"
    expect_green
    import_in between orders customers items
    expect_same "figures" "$WHOLE" "$(figures)"
    expect_green
    DIR=$T/halves
fi

begin "without the file of customers what was one stays one"
ID=$("$SHOPVANE_BIN" -C "$DIR" imports list | awk '/two.csv/ { print $1 }')
run imports undo "$ID"
expect_exit 0
expect_green
persons
expect_same "buyers and new buyers by month" "$(by_month)" "$OUT"
run import "$T/orders.csv" --again
expect_exit 0
run import "$T/two.csv" --again
expect_exit 0
expect_same "figures" "$WHOLE" "$(figures)"
expect_green

begin "orders that an undo brings back are their person's"
sed 's/^o\([0-9]*\)7,\(.*\),delivered,/o\17,\2,shipped,/' "$T/orders.csv" >"$T/changed.csv"
import_in undone orders items changed
expect_text "$((ORDERS / 10)) changed"
run import "$T/customers.csv"
run imports undo 3
expect_exit 0
expect_same "figures" "$WHOLE" "$(figures)"
expect_green

begin "spellings of one e-mail address are one buyer, in one file and in later ones; other names are not"
shop mails
cat >"$T/first.csv" <<'X'
order_id,date,email,sku,quantity,price
1,2026-01-02,Ann@X.com,A,1,10
2,2026-01-03,ann@x.com,A,1,10
3,2026-01-03,bob,A,1,10
4,2026-01-03,Bob,A,1,10
X
cat >"$T/second.csv" <<'X'
order_id,date,email,sku,quantity,price
5,2026-02-02,ANN@X.COM,A,1,10
6,2026-02-02,carl@x.com,A,1,10
X
printf 'customer_id,segment,created_at\nCarl@x.com,vip,2026-01-01\nCARL@x.com,vip,2026-01-01\n' >"$T/list.csv"
run import "$T/first.csv" "$T/second.csv"
run import "$T/list.csv" --as generic:customer
expect_line "^customer 1" "^duplicate 1"
run kpi buyers,new_buyers,orders --from 2026-01-01 --to 2026-02-28 --grain month --format csv
expect_text "2026-01-01,3,3,4,"
expect_text "2026-02-01,2,1,2,"
expect_green
run kpi orders --by segment --from 2026-01-01 --to 2026-02-28 --grain total --format csv
expect_text ",vip,1,"

finish
