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

begin "a return of several articles has a row each under one number: all count, and restate what they are parts of"
printf '%s\n' 'order,date,sku,qty,price' A1,2026-03-01,KX,1,19.90 A1,2026-03-01,KY,2,20 A2,2026-03-02,KY,2,20 >"$T/sold.csv"
printf '%s\n' 'return id,order,date,sku,quantity,refund amount' R1,A1,2026-03-05,KX,1,10 R1,A1,2026-03-05,KY,2,20 \
    R1,A1,2026-03-05,,,4 R2,A2,2026-03-06,KY,1,5 >"$T/parts.csv"
sed 's/KY,2,20/KY,2,22/' "$T/parts.csv" >"$T/parts2.csv"
printf '%s\n' 'return id,order,date,refund amount' R1,A1,2026-03-05,34 R3,A2,2026-03-06,1 >"$T/whole.csv"
returned() { # WANT
    run kpi returns_amt --period 2026-03 --grain total --format csv
    expect_text ",$1,"
}
shop returns --currency EUR --timezone Europe/Berlin
run import "$T/sold.csv"
run import "$T/parts.csv"
expect_line '^refund 4 39.00'
returned 39.0000
run import "$T/parts.csv" --again
expect_line '^duplicate 4 '
run import "$T/parts2.csv"
expect_line '^refund 1 22.00' '^duplicate 3 '
returned 41.0000
run imports undo 4
returned 39.0000
run import "$T/whole.csv"
expect_line '^refund 2 35.00'
returned 40.0000
run import "$T/parts.csv" --again
returned 40.0000
expect_green

begin "a payout of several orders has a row each; one payment that a file has twice is the last one, and told"
printf '%s\n' 'payout id,payout date,order id,net amount' S1,2026-03-05,A1,18 S1,2026-03-05,A2,38 S2,2026-03-12,A3,8 >"$T/payouts.csv"
printf '%s\n' 'payment id,order id,date,amount,payment method,status' P1,A1,2026-03-01,20,card,pending P1,A1,2026-03-05,20,card,paid >"$T/paid.csv"
run import "$T/payouts.csv"
expect_line '^settlement 3 64.00'
run import "$T/paid.csv"
expect_line '^payment 1 20.00' '^duplicate 1 '
expect_text "1 ids stand in several rows that say different things"

finish
