#!/usr/bin/env bash
# Rows of one file that say different things of the same key.
. "$(dirname "$0")/lib.sh"

stock() { # DAY-FILE: units on hand on 2025-04-01
    run kpi stock_units --from 2025-04-01 --to 2025-04-01 --grain total --format csv
    expect_text ",$1,"
}

begin "stock by warehouse adds up, and once"
cat >"$T/places.csv" <<'END'
sku,location,stock date,qty on hand
S1,Berlin,2025-04-01,10
S1,Hamburg,2025-04-01,5
S1,Bonn,2025-04-01,5
S2,Berlin,2025-04-01,2
END
shop places --currency EUR --timezone Europe/Berlin
run import "$T/places.csv"
expect_exit 0
expect_line '^stock_level 2 ' '^added to another row 2 '
stock 22
run import "$T/places.csv" --again
expect_exit 0
expect_line '^duplicate 2 '
stock 22
sed 's/,2$/,3/' "$T/places.csv" >"$T/places2.csv"
run import "$T/places2.csv"
stock 23
run imports undo 3
stock 22
expect_green

begin "stock that contradicts itself, and nothing tells the rows apart, waits"
printf '%s\n' "sku,stock date,qty on hand" S1,2025-04-01,10 S1,2025-04-01,5 S2,2025-04-01,2 S2,2025-04-01,2 >"$T/twice.csv"
shop twice --currency EUR --timezone Europe/Berlin
run import "$T/twice.csv"
expect_exit 3
expect_line '^stock_level 1 ' '^quarantined 2 ' '^duplicate 1 '
stock 2
run quarantine list
expect_text "rows of one article and day say different stock"
expect_green

begin "two rates of one day, two figures of a rival: the first counts, the other waits"
printf '%s\n' "from currency,to currency,date,exchange rate" USD,EUR,2025-04-01,0.92 USD,EUR,2025-04-01,0.95 >"$T/rates.csv"
printf '%s\n' "date,item,competitor,competitor price" 2025-04-01,S1,R,20 2025-04-01,S1,R,22 2025-04-01,S1,Q,22 >"$T/rivals.csv"
shop rates --currency EUR --timezone Europe/Berlin
run import "$T/rates.csv"
expect_exit 3
expect_line '^fx_rate 1 ' '^quarantined 1 '
run import "$T/rivals.csv"
expect_exit 3
expect_line '^benchmark 2 ' '^quarantined 1 '
run quarantine list
expect_text "another rate of the same currencies and day stands above" "another figure of the same thing and day"
expect_green

begin "rows whose cell for the id is empty are each a row, and the same ones in a later file are known"
HEAD='payment_id,order_id,paid_at,amount,method,status'
CASH=(',2,2025-04-03 10:00,30,cash,paid' ',3,2025-04-03 11:00,30,cash,paid')
printf '%s\n' "$HEAD" 'P1,1,2025-04-02 10:00,20,paypal,paid' "${CASH[@]}" "${CASH[1]}" >"$T/first.csv"
printf '%s\n' "$HEAD" "${CASH[@]}" 'P1,1,2025-04-02 10:00,21,paypal,paid' ',4,2025-04-04 11:00,40,cash,paid' >"$T/later.csv"
shop payments --currency EUR --timezone Europe/Berlin
run import "$T/first.csv" --as generic:payment
expect_line '^payment 4 110.00'
run import "$T/later.csv" --as generic:payment
expect_line '^payment 2 61.00' '^duplicate 2 '
run imports undo 2
expect_exit 0
run import "$T/later.csv" --as generic:payment
expect_line '^payment 2 61.00' '^duplicate 2 '
expect_green

begin "a refund without a date that a later file has, too, is one"
printf '%s\n' 'order_id,refund amount,reason' 1,5,broken >"$T/back.csv"
printf '%s\n' 'order_id,refund amount,reason' 1,5,broken 2,6,late >"$T/backs.csv"
run import "$T/back.csv"
run import "$T/backs.csv"
expect_line '^refund 1 6.00' '^duplicate 1 '

finish
