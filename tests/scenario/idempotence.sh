# However a generic export arrives (in two parts cut in the middle of an order, parts
# swapped, overlapping, again), the facts are the same to the cent.
. "$(dirname "$0")/lib.sh"
generic_orders >"$T/orders.csv"
ways generic "$T/orders.csv" any

begin "which of two orders of one day is the customer's first does not hang on the order of import"
printf 'order id,order date,customer,sku,qty,unit price\n10,2026-01-05,c1,A,1,99.00\n' >"$T/second.csv"
printf 'order id,order date,customer,sku,qty,unit price\n9,2026-01-05,c1,A,1,10.00\n' >"$T/first.csv"
for way in "first second" "second first"; do
    shop "tie_${way% *}"
    for file in $way; do
        run import "$T/$file.csv"
        expect_exit 0
        run verify
        expect_exit 0
    done
    run kpi net_sales --by customer_type --from 2026-01-01 --to 2026-01-31 --grain total --format csv
    expect_text "new,10.0000" "returning,99.0000"
done
finish
