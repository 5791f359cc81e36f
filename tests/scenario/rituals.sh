# What stands on the reports beside the KPIs: reviews and refunds that wait, prices of rivals, the age of stock. Expected
# figures are worked out by hand in the comments.
. "$(dirname "$0")/lib.sh"
shop rituals
printf '%s\n' "order_id,date,sku,product,quantity,price,customer" \
    "1,2024-10-20 12:00:00,A-1,Pot 1,2,100,c1" "2,2024-10-21 12:00:00,A-2,Pot 2,1,50,c2" \
    "3,2024-11-01 12:00:00,A-1,Pot 1,1,100,c3" "4,2024-11-11 12:00:00,A-1,Pot 1,1,100,c4" >"$T/orders.csv"
run import "$T/orders.csv"
expect_exit 0

begin "what is missing is said"
run report morning --date 2024-11-11
expect_exit 0
expect_text "Open reviews need a file of feedback" "Open refunds need a file of refunds"
run report week --date 2024-W46
expect_text "Prices of rivals need a file"
run report month --date 2024-10
expect_text "The age of stock needs counts in the month"
run --lang zh report week --date 2024-W46
expect_text "竞品价格需要含"

begin "bad reviews and refunds that wait, as of the end of the day"
cat >"$T/feedback.csv" <<'CSV'
feedback_id,kind,sku,score,text,at,replied_at
R1,review,A-1,1,broken,2024-11-05 10:00:00,2024-11-06 09:00:00
R2,review,A-1,2,too small,2024-11-08 10:00:00,
R3,review,A-2,1,never came,2024-11-11 23:30:00,
R4,review,A-1,5,fine,2024-11-11 10:00:00,
R5,review,A-1,1,later,2024-11-12 10:00:00,
R6,review,A-2,2,scratched,2024-11-10 10:00:00,2024-11-12 00:30:00
R7,nps,A-2,1,,2024-11-10 10:00:00,
CSV
cat >"$T/refunds.csv" <<'CSV'
refund_id,order_id,amount,status,requested_at,at
F1,1,10.50,requested,2024-11-01 10:00:00,
F2,2,20.00,pending,2024-11-11 10:00:00,
F3,3,30.00,succeeded,2024-11-05 10:00:00,2024-11-12 10:00:00
F4,1,40.00,succeeded,2024-11-05 10:00:00,2024-11-06 10:00:00
F5,1,50.00,withdrawn,2024-11-05 10:00:00,
F6,1,60.00,requested,2024-11-12 10:00:00,
CSV
run import "$T/feedback.csv" "$T/refunds.csv"
expect_exit 0
run report morning --date 2024-11-11
# reviews: R2, R3 and R6, which was answered half an hour after the day; refunds: F1, F2, and F3, paid a day later
expect_line "^bad reviews without an answer main 3 1 – 3 days" "^refunds asked for main 3 1 60.50 10 days" \
    "^A-2 Pot 2 1 2024-11-11 never came" "^A-2 Pot 2 2 2024-11-10 scratched" "^A-1 Pot 1 2 2024-11-08 too small"
run report morning --date 2024-11-12 # R2, R3, R5; F1, F2, F6
expect_line "^bad reviews without an answer main 3 1 – 4 days" "^refunds asked for main 3 1 90.50 11 days"
run --lang zh report morning --date 2024-11-11
expect_text "待处理" "未回复差评" "未完结退款申请" "最新差评"
printf 'feedback_id,kind,sku,score,text,at,replied_at\nR2,review,A-1,2,too small,2024-11-08 10:00:00,2024-11-11 08:00:00\nR3,review,A-2,1,never came,2024-11-11 23:30:00,2024-11-11 23:40:00\n' >"$T/replies.csv"
run import "$T/replies.csv" --as generic:feedback
expect_exit 0
run report morning --date 2024-11-11 # R6 alone, and nothing new that is open
expect_line "^bad reviews without an answer main 1 0 – 1 days"
run imports undo 4
run report morning --date 2024-11-11
expect_line "^bad reviews without an answer main 3 1 – 3 days"
run report morning --date 2024-10-25
expect_text "No bad review and no refund is open."

begin "a source that tells no answers leaves open what is open"
run stores add west
cut -d, -f1-6 "$T/feedback.csv" >"$T/untold.csv"
run import "$T/untold.csv" --as generic:feedback --store west
expect_exit 0
run report morning --date 2024-11-12 --store west # the 7 days up to the 12th: R2, R3, R5 and R6
expect_line "^bad reviews of 7 days west 4 1 – –"
expect_text "4 bad reviews of the last 7 days" "Open refunds need a file of refunds"
expect_no_text "broken" # R1 is 7 days old

begin "prices of rivals: cheapest now, and what it was a week before"
printf 'sku,title,price\nA-1,Pot 1,100.00\nA-2,Pot 2,45.00\n' >"$T/articles.csv"
cat >"$T/rivals.csv" <<'CSV'
date,item,competitor,price
2024-11-08,A-1,Kiln,90.00
2024-11-08,A-1,Oven,99.00
2024-11-14,A-1,Kiln,96.00
2024-11-15,A-1,Oven,80.00
2024-11-20,A-1,Kiln,10.00
2024-11-10,A-2,Kiln,50.00
2024-09-01,A-2,Oven,1.00
2024-11-12,A-9,Kiln,12.34
2024-11-12,A-9,Oven,
CSV
run import "$T/articles.csv" "$T/rivals.csv"
expect_exit 3
run quarantine list
expect_text "neither a value nor a price"
run report week --date 2024-W46 # 11 to 17 November
expect_exit 0
# A-1: Oven 80 on the 15th, before the week Kiln 90: 20 dearer, +25 %; the rival fell by 11.1 %.
# A-2: Kiln 50 also before the week; Oven's price of September is stale.
expect_line "^A-1 Pot 1 100.00 Oven 80.00 20.00 \+25.0% -11.1% 2024-11-15 2" \
    "^A-2 Pot 2 45.00 Kiln 50.00 -5.00 -10.0% 0.0% 2024-11-10 1" "^A-9 – Kiln 12.34 – – – 2024-11-12 1"
expect_text "1 articles have no own price"
printf 'sku,price,valid_from\nA-1,78.00,2024-11-18\n' >"$T/cheaper.csv"
run import "$T/cheaper.csv" --as generic:product
run report week --date 2024-W46
expect_line "^A-1 Pot 1 100.00 Oven 80.00 20.00"
expect_text "own prices over those of all rivals: 1.1364, against the week before +10.9%"
run report week --date 2024-W47 # Kiln 10 on the 20th; before the week Oven 80
expect_line "^A-1 Pot 1 78.00 Kiln 10.00 68.00 \+680.0% -87.5% 2024-11-20 2"
run --lang zh report week --date 2024-W46
expect_text "竞品价格" "最低价竞品" "竞品价较上周" "价格指数（本周"
# KPI price_index of W46: A-1 100 over 96 and 80, no other rival was seen of an article of ours; of 8 to 10 November:
# 100 + 100 + 45 over 90 + 99 + 50; of the 20th the new price over 10
index() { # FROM TO WANT
    run kpi price_index --from "$1" --to "$2" --grain total --format csv
    expect_text ",$3"
}
index 2024-11-11 2024-11-17 "$(awk 'BEGIN { printf "%.11f", 200 / 176 }')"
index 2024-11-08 2024-11-10 "$(awk 'BEGIN { printf "%.11f", 245 / 239 }')"
index 2024-11-20 2024-11-20 7.8
run imports undo 8 # the new price
index 2024-11-20 2024-11-20 10
run verify
expect_exit 0
run import "$T/cheaper.csv" --as generic:product --again
is_full && index 2024-11-20 2024-11-20 7.8
run rebuild
expect_exit 0
index 2024-11-20 2024-11-20 7.8

begin "the age of stock: first in, first out"
cat >"$T/moves.csv" <<'CSV'
sku,at,quantity,reason
A-1,2024-03-01 08:00:00,100,receipt
A-1,2024-07-01 08:00:00,40,receipt
A-1,2024-10-20 08:00:00,30,receipt
A-1,2024-10-22 08:00:00,5,return
A-1,2024-11-02 08:00:00,999,receipt
A-2,2024-09-01 08:00:00,10,receipt
A-2,2024-10-01 08:00:00,10,receipt
CSV
cat >"$T/stock.csv" <<'CSV'
sku,date,on_hand,value
A-1,2024-10-30,500,5000.00
A-1,2024-10-31,80,800.00
A-2,2024-10-31,33,100.00
A-3,2024-10-31,-2,0
CSV
run import "$T/moves.csv" "$T/stock.csv"
expect_exit 0
run report month --date 2024-10
expect_exit 0
# On 31 October A-1 has 80: 30 of 11 days, 40 of 122, 10 of 244 days, at 10.00 each. A-2 has 33: 10 of 30 days,
# 10 of 60, 13 of no receipt, at 100/33: 30.3030, 30.3030 and what is left of 100, to 10^-4.
expect_line "^0–30 days 40 36.0% 330.30 36.7%" "^31–60 days 10 9.0% 30.30 3.4%" "^61–90 days 0 0.0% 0.00 0.0%" \
    "^91–180 days 40 36.0% 400.00 44.4%" "^over 180 days 10 9.0% 100.00 11.1%" \
    "^no receipt known 13 11.7% 39.39 4.4%" "^counts of 0 and less -2 -1.8% 0.00 0.0%" "^all 111 100.0% 900.00 100.0%" \
    "^A-1 Pot 1 10 100.00 244 days"
expect_text "13 units have no known receipt"
run kpi stock_units,stock_value --from 2024-10-01 --to 2024-10-31 --grain total --format csv
expect_text ",111,900.0000"
# the KPI answers from the same layers: 330.30, 30.30, 400, 100, 39.39 of 900
run kpi stock_age_mix --by age --from 2024-10-01 --to 2024-10-31 --grain total --format csv
expect_text ",0-30,0.3670" ",31-60,0.0336" ",91-180,0.4444" ",181+,0.1111" ",no receipt,0.0437" ",none left,0,"
run --lang zh kpi stock_age_mix --by age --from 2024-10-01 --to 2024-10-31
expect_text "库龄结构"
run --lang zh report month --date 2024-10
expect_text "库龄结构" "180 天以上" "无入库记录"
run report month --date 2024-09
expect_text "The age of stock needs counts in the month"

begin "stores side by side, each in its currency, sum to the KPI"
run stores add euro currency=EUR
printf 'base,quote,date,rate\nEUR,GBP,2024-10-31,0.8\n' >"$T/rates.csv"
run import "$T/rates.csv" --as generic:fx_rate
printf 'sku,date,on_hand,value\nE-1,2024-10-31,3,100.00\n' >"$T/euro.csv"
printf 'sku,at,quantity,reason\nE-1,2024-10-01 08:00:00,1,receipt\nE-1,2024-08-01 08:00:00,1,receipt\n' >"$T/euro-moves.csv"
run import "$T/euro.csv" "$T/euro-moves.csv" --store euro
expect_exit 0
run report month --date 2024-10
# 80.00 in pounds, a third each: 30 days, 91 days, none known
expect_line "^all 114 100.0% 980.00 100.0%" "^0–30 days 41 36.0% 356.97 36.4%" "^main 330.30 30.30 0.00 400.00 100.00 39.39" \
    "^euro 26.67 0.00 0.00 26.67 0.00 26.67"
run kpi stock_value --from 2024-10-01 --to 2024-10-31 --grain total --format csv
expect_text "980.0000"
run report month --date 2024-10 --store euro
expect_line "^all 3 100.0% 80.00 100.0%"
expect_no_text "A-1 Pot 1 10 100.00 244 days"
run report month --date 2024-10 --output "$T/month.xlsx"
expect_exit 0

begin "aged stock and new articles, of what sales and launches tell"
shop idle --currency GBP
cat >"$T/sold.csv" <<'CSV'
order_id,placed_at,sku,quantity,unit_price
1,2024-01-02 10:00:00,OLD,1,5.00
2,2024-09-20 10:00:00,NEW-1,1,5.00
3,2024-10-31 10:00:00,NEW-2,1,5.00
4,2024-07-03 10:00:00,EDGE,1,5.00
5,2024-08-01 10:00:00,FRESH,1,5.00
CSV
cat >"$T/list.csv" <<'CSV'
sku,title,category,launched_date,retired_date
NEW-1,Sold while new but before the month,A,2024-09-10,
NEW-2,Sold while new,A,2024-10-20,
NEW-3,Not sold,B,2024-10-02,
GONE,Retired before it was new in the month,B,2024-09-15,2024-09-30
LATER,Not yet,B,2024-11-05,
OLD,Long there,B,2024-01-01,
CSV
cat >"$T/counts.csv" <<'CSV'
sku,date,on_hand,value
OLD,2024-10-01,1,30.00
EDGE,2024-10-01,1,20.00
FRESH,2024-10-01,1,40.00
NEVER,2024-10-01,1,10.00
CSV
printf 'sku,date,on_hand,value\nOLD,2024-03-01,1,30.00\n' >"$T/march.csv"
run import "$T"/{sold,list,counts,march}.csv
expect_exit 0
# OLD, NEVER, and EDGE, whose last sale is 90 days before the count: 60 of 100
# new in October and on sale: NEW-1 (to 9 October), NEW-2, NEW-3; a sale in October while new: NEW-2
run kpi aged_stock,new_active_rate --from 2024-10-01 --to 2024-10-31 --grain total --format csv
expect_text ",0.600000000000,0.333333333333,"
run kpi new_active_rate --by category --from 2024-10-01 --to 2024-10-31 --grain total --format csv
expect_text ",A,0.500000000000," ",B,0,"
run --lang zh kpi new_active_rate --from 2024-03-01 --to 2024-03-31
expect_text "统计期内没有新品"
# sales since January: in March nobody knows what was not sold for 90 days
run kpi aged_stock --from 2024-03-01 --to 2024-03-31
expect_text "90 days before the count"
expect_green
begin "average stock of stores that are counted on different days"
shop counted
printf 'stores:\n  a: {currency: GBP}\n  b: {currency: GBP}\n  closed: {currency: GBP}\n' >"$DIR/stores.yaml"
counts() { # STORE DAY:VALUE...
    { echo sku,date,on_hand,value; for c in "${@:2}"; do echo "X,2026-${c%:*},10,${c#*:}"; done; } >"$T/counts.csv"
    printf 'sku,cost\nX,10\n' >"$T/cost.csv"
    printf 'order id,placed at,sku,quantity,unit price\n%s1,2026-03-02 10:00,X,1,20\n%s2,2026-03-04 10:00,X,1,20\n' "$1" "$1" >"$T/sold.csv"
    run import "$T"/{counts,cost,sold}.csv --store "$1"
    expect_exit 0
}
gmroi() { # WANT OPTIONS: profit over average stock
    run kpi gmroi --from 2026-03-01 --to 2026-03-04 --grain total --format csv "${@:2}"
    expect_text "$1"
}
counts a 03-01:100 03-02:100 03-03:100 03-04:100
gmroi 0.200000000000 # 20 of profit over 100
counts b 02-27:100 03-03:200
gmroi 0.160000000000 # 40 over 100 + (2 x 100 + 2 x 200) / 4
gmroi a,0.200000000000 --by store
expect_text b,0.133333333333
is_full && gmroi 0.133333333333 --store b
counts closed 01-02:5000 01-29:5000 # gone since: it stood for 31 days, to the first of March
gmroi 0.0400000000000

finish
