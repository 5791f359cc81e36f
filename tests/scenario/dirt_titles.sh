# Title blocks above the header, headers of two rows: found, said, accounted for.
. "$(dirname "$0")/lib.sh"
cat >"$T/titled.csv" <<'END'
店铺订单报表
店铺：某某旗舰店
导出时间：2024-03-05 10:00:00

订单编号,下单时间,商品编码,数量,单价,收货省份
1001,2024-03-01 10:00:00,A-1,2,12.50,浙江
1002,2024-03-02 11:00:00,B-2,1,7.25,江苏
END
begin "a title block is explained"
shop titled --currency CNY --timezone Asia/Shanghai
run import "$T/titled.csv" --explain
expect_exit 0
expect_text "the header is line 5" '3 rows above it are a title ("店铺订单报表")'
expect_line "订单编号 -> order_id"
begin "its rows are in the ledger, and the ledger adds up"
run import "$T/titled.csv"
expect_exit 0
expect_line "^title above the header 3 0.00" "^sale 2 32.25 CNY 3" "^all 5 32.25"
expect_text "source: 5 rows, 32.25 summed while reading; difference to the ledger: 0 rows, 0.0000"
run --lang zh import "$T/titled.csv" --again
expect_exit 0
expect_text "表头在第 5 行" "表头上方的标题行" "新增 0，变更 0，未变 2"
expect_green

begin "the encoding of such a file is found too"
iconv -f UTF-8 -t GB18030 "$T/titled.csv" >"$T/titled-gb.csv"
shop titled-gb --currency CNY --timezone Asia/Shanghai
run import "$T/titled-gb.csv"
expect_exit 0
expect_text "gb18030" "difference to the ledger: 0 rows, 0.0000"

begin "a header of two rows"
cat >"$T/two.csv" <<'END'
经营日报,,,,
日期,渠道,推广,,备注
,,花费,点击量,
2024-03-01,直通车,12.50,30,a
2024-03-02,直通车,7.25,11,b
END
cat >"$T/two.yaml" <<'END'
name: two
target: ad_spend
columns:
  日期: date
  渠道: channel
  推广 / 花费: spend
  推广 / 点击量: clicks
END
shop two --currency CNY --timezone Asia/Shanghai
run import "$T/two.csv" --map "$T/two.yaml" --explain
expect_exit 0
expect_text 'the header takes lines 2 and 3, joined as "upper / lower"'
expect_line "推广 / 花费 -> spend"
run import "$T/two.csv" --map "$T/two.yaml"
expect_exit 0
expect_line "^title above the header 1" "^ad_spend 2 19.75 CNY"

begin "joined names are known by their lower part, where only one column has it"
run import "$T/two.csv" --again --dry-run
expect_exit 0
expect_text "columns matched by name as ad spend"
expect_line "^duplicate 2 " # the same as by the mapping
cat >"$T/plans.csv" <<'END'
日期,场景名字,计划ID,计划名字,推广,,,总成交,
,,,,展现量,点击量,花费,总成交金额,总成交笔数
2024-03-01,关键词推广,1,甲,100,30,12.50,99.00,2
2024-03-02,关键词推广,1,甲,90,11,7.25,0,0
END
run import "$T/plans.csv"
expect_text "read as alimama (" 'the header takes lines 1 and 2'
expect_line "^ad_spend 2 19.75 CNY"
sed '2s/总成交金额/花费/' "$T/plans.csv" >"$T/twice.csv" # whose 花费?
run import "$T/twice.csv" --as alimama
expect_exit 1
expect_text "spend"

begin "columns without a field are kept when the mapping asks for it"
cat >"$T/keep.yaml" <<'END'
name: keep
target: order_lines
keep_unknown: true
columns:
  订单编号: order_id
  下单时间: placed_at
  数量: quantity
  单价: unit_price
END
shop keep --currency CNY --timezone Asia/Shanghai
sed 's/收货省份/收货人/' "$T/titled.csv" >"$T/kept.csv"
run import "$T/kept.csv" --map "$T/keep.yaml" --explain
expect_exit 0
expect_line "商品编码 .kept in props." "收货人 .not used."
run import "$T/kept.csv" --map "$T/keep.yaml"
expect_exit 0
expect_text "orders: 2 new" "difference to the ledger: 0 rows, 0.0000"
run import "$T/kept.csv" --map "$T/keep.yaml" --again
expect_text "0 new, 0 changed, 2 as they were"
expect_green

finish
