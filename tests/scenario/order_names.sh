# An order keeps one identity under both of its names, and what a file has no column for stays as it
# was: two files of one platform do not double a figure nor take a field away.
. "$(dirname "$0")/lib.sh"

figures() { # ORDERS BUYERS NET
    run kpi orders,buyers,net_sales --from 2024-03-01 --to 2024-04-30 --grain total --format csv
    expect_text ",$1,$2,$3,"
}

cat >"$T/export.csv" <<'END'
order_id,created_at,customer_id,sku,quantity,unit_price,country
#1001,2024-03-01 10:00:00,ann,CUP,2,10.00,France
#1002,2024-03-02 10:00:00,bob,CUP,1,10.00,Spain
END
cat >"$T/numbers.csv" <<'END'
order_id,order_name,created_at,customer_id,sku,quantity,unit_price
4500001,#1001,2024-03-01 10:00:00,ann,CUP,2,10.00
4500002,#1002,2024-03-02 10:00:00,bob,CUP,3,10.00
4500003,#1003,2024-03-03 10:00:00,cid,CUP,1,10.00
END
printf 'refund_id,order_id,at,amount,status\nr1,4500001,2024-03-05 10:00:00,4.00,succeeded\n' >"$T/refund.csv"

begin "the same orders, first by name, then by number"
shop byname
run import "$T/export.csv"
expect_exit 0
run import "$T/numbers.csv"
expect_exit 0
expect_text "orders: 1 new, 1 changed, 1 as they were"
figures 3 3 60.0000
run kpi net_sales --by country --from 2024-03-01 --to 2024-04-30 --grain total --format csv
expect_text "Spain,30.0000" # a file without countries does not take them away
run import "$T/refund.csv"
expect_exit 0
run kpi refund_amt --by country --from 2024-03-01 --to 2024-04-30 --grain total --format csv
expect_text "France,4.0000" # its number leads to the order with that name
expect_green

begin "first by number, then by name"
shop bynumber
run import "$T/numbers.csv"
expect_exit 0
run import "$T/export.csv"
expect_exit 0
expect_text "orders: 0 new, 2 changed, 0 as they were"
figures 3 3 40.0000
expect_green

begin "an order of another day that has the number of an old one's name is not mixed into it"
printf 'order_id,created_at,sku,quantity,unit_price\n%s\n%s\n' '#1001,2024-04-20 10:00:00,CUP,1,10.00' \
    '#1009,2024-04-21 10:00:00,CUP,1,10.00' >"$T/clash.csv"
run import "$T/clash.csv"
expect_exit 3
expect_text "in quarantine: 1 of the rows" "difference to the ledger: 0 rows, 0.0000"
run quarantine list
expect_line '#1001 .*another name'
figures 4 3 50.0000
expect_green

begin "names that an undone import gave are forgotten"
shop undone
run import "$T/export.csv"
run import "$T/numbers.csv"
run imports undo 2
expect_exit 0
figures 2 2 30.0000
run import "$T/refund.csv"
expect_no_text "Internal"
expect_green

begin "heads of orders and their lines in two files, in the wrong order"
cat >"$T/heads.csv" <<'END'
order_id,customer_id,order_date,status,country
1,ann,2024-03-05 10:00:00,paid,France
2,bob,2024-03-06 10:00:00,paid,Spain
3,ann,2024-03-07 10:00:00,paid,Spain
END
cat >"$T/lines.csv" <<'END'
order_id,sku,quantity,price
1,CUP,1,10
1,PLATE,2,5
2,CUP,1,10
3,PLATE,3,5
END
shop two
run import "$T/lines.csv" "$T/heads.csv"
expect_exit 0
figures 3 2 45.0000
run kpi net_sales --by country --from 2024-03-01 --to 2024-04-30 --grain total --format csv
expect_text "France,20.0000" "Spain,25.0000"
run import "$T/lines.csv" "$T/heads.csv" --again
expect_exit 0
figures 3 2 45.0000
expect_green

begin "totals of orders first, their lines later: not counted twice"
printf 'order_id,customer_id,order_date,total\n1,ann,2024-03-05,20\n2,bob,2024-03-06,10\n3,ann,2024-03-07,15\n' >"$T/totals.csv"
shop totals
run import "$T/totals.csv"
expect_exit 0
expect_text 'no column has a price; "total" serves as the amount of a row'
figures 3 2 45.0000
run import "$T/lines.csv"
expect_exit 0
figures 3 2 45.0000
run kpi units --by sku --from 2024-03-01 --to 2024-04-30 --grain total --format csv
expect_text "PLATE,5" "CUP,2"
expect_green
finish
