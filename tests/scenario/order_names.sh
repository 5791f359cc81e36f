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
run import "$T/export.csv" "$T/numbers.csv"
expect_exit 0
expect_text "orders: 1 new, 1 changed, 1 as they were"
figures 3 3 60.0000
run import "$T/refund.csv"
expect_exit 0
run kpi net_sales,refund_amt --by country --from 2024-03-01 --to 2024-04-30 --grain total --format csv
expect_text "Spain,30.0000," # a file without countries does not take them away
expect_line "France,.*,4.0000," # its number leads to the order with that name
expect_green

begin "names that an undone import gave are forgotten"
run imports undo 3
run imports undo 2
expect_exit 0
figures 2 2 30.0000
run import "$T/refund.csv"
expect_no_text "Internal"
expect_green

begin "first by number, then by name"
shop bynumber
run import "$T/numbers.csv" "$T/export.csv"
expect_exit 0
expect_text "orders: 0 new, 2 changed, 0 as they were"
figures 3 3 40.0000

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

amounts() { # MONTH GROSS DISCOUNTS NET SHIPPING PAID: of the orders below
  run kpi gross_sales,discounts,net_sales,shipping_rev,paid_gmv --from 2025-04-01 --to 2025-05-31 --grain month --format csv
  expect_text "2025-$1-01,$2,$3,$4,$5,${6-},"
}
whole="47.5000 4.0000 43.5000 5.0000 48.5000"
cat >"$T/orders.csv" <<'END'
order_id,customer_id,order_date,status,shipping,order_discount,total
1,c1,2025-04-01 10:00,completed,5.00,4.00,41.00
2,c2,2025-04-02 10:00,completed,0.00,0.00,7.50
END
printf 'order_id,sku,quantity,unit_price\n2,M1,1,3.50\n2,M2,1,4.00\n1,S1,2,20.00\n' >"$T/of.csv"
printf 'order_id,order_date,sku,quantity,unit_price\n1,2025-04-01,S1,2,20.00\n2,2025-04-02,M1,1,7.50\n' >"$T/dated.csv"
cut -d, -f1-6 "$T/orders.csv" >"$T/untold.csv"
sed 's/41.00/41.0/' "$T/orders.csv" >"$T/orders2.csv"
sed 's/20.00/20.0/' "$T/of.csv" >"$T/of2.csv"

begin "what orders say of themselves is kept when their lines come, and told again"
shop whole
run import "$T/orders.csv"
expect_exit 0
amounts 04 $whole
run import "$T/of.csv" "$T/of2.csv"
expect_exit 0
run import "$T/orders2.csv"
expect_exit 0
expect_text "2 orders have their lines already"
amounts 04 $whole
run kpi discounts --by sku --from 2025-04-01 --to 2025-04-30 --grain total --format csv
expect_text "S1,4.0000"
expect_green
run imports undo 4
run imports undo 3
run imports undo 2
expect_exit 0
amounts 04 $whole
expect_green

begin "and added to lines that came first, with the order's total and without"
may() { # in May, under other numbers
  sed 's/^\([12]\),/3\1,/; s/2025-04/2025-05/' "$T/$1.csv"
}
may dated | sed 1d | cat "$T/dated.csv" - >"$T/all.csv"
may orders | cut -d, -f1-6 >"$T/untold.csv"
cut -d, -f1,3-5 "$T/all.csv" >"$T/undated.csv"
shop later
run import "$T/all.csv"
run import "$T/orders.csv" "$T/untold.csv"
expect_exit 0
amounts 04 $whole
expect_text "2025-05-01,${whole// /,}"
run import "$T/undated.csv"
amounts 04 $whole
expect_text "2025-05-01,${whole// /,}"
expect_green
for n in 4 3 2; do
  run imports undo "$n"
  expect_exit 0
done
amounts 04 47.5000 0.0000 47.5000 0.0000
expect_text "2025-05-01,47.5000,0.0000,47.5000,0.0000,,"
expect_green

begin "an order's discount and tax beside lines that tell theirs: the same, whichever comes first"
both() { # TOTAL OF THE ORDER
  printf 'order_id,order_date,order discount,total tax,shipping,total\n1,2025-04-01 10:00,4.00,7.20,5.00,%s\n2,2025-04-02 10:00,0.00,1.50,0.00,9.00\n' "$1" >"$T/of_order.csv"
}
printf 'order_id,order_date,sku,quantity,unit_price,line discount,line tax\n1,2025-04-01 10:00,S1,1,20.00,4.00,3.20\n1,2025-04-01 10:00,S2,1,20.00,0.00,4.00\n2,2025-04-02 10:00,M1,1,7.50,0.00,1.50\n' >"$T/of_lines.csv"
cut -d, -f1,3- "$T/of_lines.csv" >"$T/of_lines_undated.csv"
for shape in "48.20 4.0000 43.5000" "44.20 8.0000 39.5000"; do # theirs, and on top of theirs
  read -r total off net <<<"$shape"
  both "$total"
  ends "of_order of_lines" "of_order of_lines_undated" "of_lines of_order"
  for order in "${LIST[@]}"; do
    shop "both-$total-${order// /-}"
    for file in $(some "$order" "$order $order"); do
      run import "$T/$file.csv" --again
      expect_exit 0
    done
    run kpi gross_sales,discounts,net_sales,taxes,shipping_rev --from 2025-04-01 --to 2025-04-30 --grain total --format csv
    expect_text ",47.5000,$off,$net,8.7000,5.0000,"
    expect_green
  done
done

begin "a refund whose file names no currency is in its order's, whichever comes first"
printf 'base,quote,date,rate\nUSD,EUR,2025-04-01,0.50\nUSD,EUR,2025-04-02,0.50\n' >"$T/fx.csv"
printf 'order_no,order_date,sku,qty,unit price,currency\n2,2025-04-01 10:00,S1,1,100.00,USD\n' >"$T/usd.csv"
printf 'refund_id,order_no,refund date,amount\nr1,2,2025-04-01,40.00\n' >"$T/back.csv"
sed 's/^2,2025-04-01/3,2025-04-02/' "$T/usd.csv" >"$T/usd3.csv"
sed 's/^r1,2,2025-04-01/r3,3,2025-04-02/' "$T/back.csv" >"$T/back3.csv"
shop in --currency EUR
run import "$T/fx.csv" "$T/usd.csv" "$T/back3.csv"
expect_exit 0
run import "$T/usd3.csv" "$T/back.csv"
expect_exit 0
run kpi gross_sales,returns_amt --from 2025-04-01 --to 2025-04-02 --grain day --format csv
expect_text "2025-04-01,50.0000,20.0000," "2025-04-02,50.0000,20.0000,"
expect_green

begin "an order whose one line names no article is corrected by the same file, with its total"
printf 'order_id,customer_id,order_date,sku,status,amount\n1,c1,2025-04-01,,paid,10.00\n2,c2,2025-04-02,A,paid,5.00\n3,c3,2025-04-03,A,paid,5.00\n' >"$T/blank.csv"
sed 's/,10.00/,12.00/' "$T/blank.csv" >"$T/blank2.csv"
shop blank
run import "$T/blank.csv" "$T/blank2.csv"
expect_exit 0
amounts 04 22.0000 0.0000 22.0000 0.0000 22.0000

begin "a total that is less than the shipping beside it counts as it is"
printf 'order_id,customer_id,order_date,status,shipping,total\nf1,c1,2025-05-01,completed,5.00,25.00\nf2,c2,2025-05-02,completed,5.00,0.00\n' >"$T/free.csv"
run import "$T/free.csv"
expect_text "1 totals are less than the shipping and tax beside them"
amounts 05 20.0000 0.0000 20.0000 5.0000 25.0000
expect_green
finish
