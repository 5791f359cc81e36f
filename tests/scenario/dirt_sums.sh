# Sum rows, cells with marks around them, ids that Excel has destroyed.
. "$(dirname "$0")/lib.sh"

begin "sum rows are left out, and agree with the rows"
cat >"$T/sums.csv" <<'END'
订单编号,下单时间,商品编码,数量,金额
="1001",2024-03-01 10:00:00,A-1,2,"￥1,025.00"
'1002,2024-03-02 11:00:00,B-2,1,７．２５元
小计,,,3,"1,032.25"
	1003,2024-03-03 11:00:00,B-2,4,--
1004,2024-03-03 12:00:00,B-2,1,20.00
小计,,,5,20.00
总计：,,,8,"1,052.25"
END
sed -i 's/,4,--/,4,9.00/; s/^小计,,,5,20.00/小计,,,5,29.00/; s/1,052.25/1,061.25/' "$T/sums.csv"
shop sums --currency CNY --timezone Asia/Shanghai
run import "$T/sums.csv"
expect_exit 0
expect_line "^sum row 3 0.00" "^sale 4 1,061.25 CNY 8" "^all 7 1,061.25"
expect_text "3 sum rows left out; what can be checked of them agrees with the rows" "difference to the ledger: 0 rows, 0.0000"
expect_green

begin "a sum that differs is told with both figures"
sed 's/^小计,,,3,.*/小计,,,3,"1,000.00"/; s/^总计.*/总计：,,,9,"1,061.25"/' "$T/sums.csv" >"$T/wrong.csv"
shop wrong --currency CNY --timezone Asia/Shanghai
run import "$T/wrong.csv"
expect_exit 0
expect_text "line 4 (小计): 金额 says 1,000.00, but the rows it sums give 1,032.25 (difference -32.25)" \
    "line 8 (总计：): 数量 says 9, but the rows it sums give 8 (difference 1)"
expect_no_text "agrees with the rows"
run --lang zh import "$T/wrong.csv" --again
expect_text "第 4 行（小计）：金额 写的是 1,000.00，而各行相加为 1,032.25（相差 -32.25）" "合计行"

begin "amounts that the shop makes of several columns are checked, and what columns are measures of"
H=订单号,商品ID,商品名称,订购数量,京东价,订单金额,结算金额,余额支付,应付金额,下单时间,付款确认时间,订单状态,运费金额
jd() { # ORDER GOODS SETTLED of the sum row
    printf '%s\n' "$H" 'j1,A,巾,2,10.00,50.00,45.00,5.00,40.00,2025-05-01 10:00:00,2025-05-01 10:05:00,完成,' \
        'j1,B,杯,1,30.00,50.00,45.00,5.00,40.00,2025-05-01 10:00:00,2025-05-01 10:05:00,完成,' \
        'j2,B,杯,3,30.00,90.00,90.00,0.00,90.00,2025-05-01 10:00:00,2025-05-01 10:05:00,完成,' "合计,,,6,,$1,$2,,,,,,"
}
shop columns --currency CNY --timezone Asia/Shanghai
jd 140.00 135.00 >"$T/once.csv" # each order once
jd 190.00 180.00 >"$T/lines.csv" # as they stand
jd 199.00 180.00 >"$T/off.csv"
for file in once lines; do
    run import "$T/$file.csv" --dry-run
    expect_text "1 sum rows left out; what can be checked of them agrees with the rows"
done
run import "$T/off.csv" --dry-run
expect_text "line 5 (合计): 订单金额 - 结算金额 says 19.00, but the rows it sums give 10.00 (difference 9.00)"
expect_no_text "运费金额 says"
printf '%s\n' '统计日期,商品ID,商品名称,商品访客数,商品浏览量,支付买家数,支付金额' '2025-05-01,1,帽,10,20,5,1234.50' \
    '2025-05-02,1,帽,9,18,4,1000.00' '汇总,,,15,38,7,"2,234.50"' >"$T/stat.csv"
run import "$T/stat.csv"
expect_text "1 sum rows left out; what can be checked of them agrees with the rows"
sed 's/2,234.50/2,234.00/' "$T/stat.csv" >"$T/stat-off.csv"
run import "$T/stat-off.csv" --dry-run
expect_text "line 4 (汇总): 支付金额 says 2,234.00, but the rows it sums give 2,234.50 (difference -0.50)"
expect_no_text "商品访客数 says" # people do not add up

begin "rows without the day that every row has are sums"
cat >"$T/ads.csv" <<'END'
日期,渠道,计划名字,花费
2024-03-01,直通车,a,12.50
2024-03-02,直通车,b,7.25
,直通车,,19.75
END
shop ads --currency CNY --timezone Asia/Shanghai
run import "$T/ads.csv" --as generic:ad_spend
expect_exit 0
expect_line "^ad_spend 2 19.75 CNY" "^sum row 1"
expect_text "1 sum rows left out; what can be checked of them agrees"

begin "sum rows in German"
printf 'Tag\tKampagne\tWährungscode\tKosten\tKlicks\tConv.-Wert\n2025-05-01\tMarke\tEUR\t1.234,56\t50\t3.000,10\n2025-05-02\tMarke\tEUR\t10,44\t5\t20,00\nGesamt: Konto\t\tEUR\t1.245,00\t55\t3.020,10\n' >"$T/german.csv"
shop german --currency EUR --timezone Europe/Berlin
run import "$T/german.csv"
expect_exit 0
expect_text "read as google-ads" "1 sum rows left out; what can be checked of them agrees"
expect_line "^ad_spend 2 1,245.00 EUR"

begin "an order without its time is refused, not taken for a sum"
cat >"$T/undated.csv" <<'END'
订单编号,下单时间,商品编码,数量,金额
1001,2024-03-01 10:00:00,A-1,2,10.00
1002,,A-1,1,5.00
END
shop undated --currency CNY --timezone Asia/Shanghai
run import "$T/undated.csv"
expect_exit 3
expect_line "^quarantined 1"

begin "destroyed ids are refused for the whole column"
cat >"$T/destroyed.csv" <<'END'
订单编号,下单时间,商品编码,数量,金额
1001,2024-03-01 10:00:00,A-1,2,10.00
6.91793E+18,2024-03-02 10:00:00,A-1,1,5.00
END
shop destroyed --currency CNY --timezone Asia/Shanghai
run import "$T/destroyed.csv"
expect_exit 1
expect_text 'column "订单编号", line 3: "6.91793E+18": Excel has destroyed the ids of this column' "Export the file again"
run --lang zh import "$T/destroyed.csv"
expect_text "Excel 已经破坏了这一列的编号" "请重新导出"
run imports list
expect_no_text "destroyed.csv"

begin "rows of nothing but separators are in the ledger, and reconcile adds up"
shop empty --currency EUR
printf 'order_id,created_at,sku,quantity,price\n1,2024-03-01,A,1,5.00\n,,,,\n,,,,\n' >"$T/empty.csv"
run import "$T/empty.csv"
expect_exit 0
expect_line '^empty row 2 0\.00 '
expect_green
finish
