# Exports of platforms are recognised by their columns: Olist's set of files in any order,
# WooCommerce's two layouts, Shopify's products, Chinese ones in GBK; and tables beside orders.
. "$(dirname "$0")/lib.sh"

total() { # KPIS
    run kpi "$1" --from 2017-01-01 --to 2024-12-31 --grain total --format csv
    expect_exit 0
}

begin "Olist: the whole set in one command, files in the wrong order"
O=$T/olist
mkdir "$O"
cat >"$O/olist_order_items_dataset.csv" <<'END'
"order_id","order_item_id","product_id","seller_id","shipping_limit_date","price","freight_value"
"o1",1,"p1","s1","2017-10-06 11:07:15",29.99,8.72
"o2",1,"p2","s2","2018-07-30 03:24:27",118.70,22.76
"o2",2,"p2","s2","2018-07-30 03:24:27",118.70,22.76
END
cat >"$O/olist_orders_dataset.csv" <<'END'
"order_id","customer_id","order_status","order_purchase_timestamp","order_approved_at","order_delivered_carrier_date","order_delivered_customer_date","order_estimated_delivery_date"
"o1","c1","delivered","2017-10-02 10:56:33","2017-10-02 11:07:15","2017-10-04 19:55:00","2017-10-10 21:25:13","2017-10-18 00:00:00"
"o2","c2","delivered","2018-07-24 20:41:37","2018-07-26 03:24:27","2018-07-26 14:31:00","2018-08-07 15:27:45","2018-08-13 00:00:00"
END
cat >"$O/olist_order_payments_dataset.csv" <<'END'
"order_id","payment_sequential","payment_type","payment_installments","payment_value"
"o1",1,"credit_card",1,38.71
"o2",1,"boleto",1,282.92
END
cat >"$O/olist_customers_dataset.csv" <<'END'
"customer_id","customer_unique_id","customer_zip_code_prefix","customer_city","customer_state"
"c1","u1","03149","sao paulo","SP"
"c2","u2","47813","barreiras","BA"
END
cat >"$O/olist_products_dataset.csv" <<'END'
"product_id","product_category_name","product_name_lenght","product_description_lenght","product_photos_qty","product_weight_g","product_length_cm","product_height_cm","product_width_cm"
"p1","utilidades_domesticas",40,268,4,500,19,8,13
"p2","perfumaria",29,178,1,400,19,13,19
END
cat >"$O/olist_order_reviews_dataset.csv" <<'END'
"review_id","order_id","review_score","review_comment_title","review_comment_message","review_creation_date","review_answer_timestamp"
"r1","o1",4,"","Não testei o produto ainda, mas ele veio correto e em boas condições.
Apenas a caixa veio amassada.","2017-10-11 00:00:00","2017-10-12 03:43:48"
"r2","o2",5,"Muito boa a loja","Muito bom o produto.","2018-08-08 00:00:00","2018-08-08 18:37:50"
END
shop olist --currency BRL --timezone America/Sao_Paulo
run import "$O"/*.csv
expect_exit 0
for preset in orders order-items payments customers products reviews; do
    expect_text "read as olist-$preset"
done
total orders,net_sales,shipping_rev,units
expect_text ",2,267.3900,54.2400,3,"
run kpi rating --from 2017-01-01 --to 2018-12-31 --grain total --format csv
expect_text ",4.5"
run kpi net_sales --by category --from 2017-01-01 --to 2018-12-31 --grain total --format csv
expect_text "perfumaria,237.4000" "utilidades_domesticas,29.9900"
expect_green
BEFORE=$(FROM=2017-01-01 TO=2018-12-31 ledger)
run import "$O"/*.csv --again
expect_exit 0
expect_same "facts after the same files again" "$BEFORE" "$(FROM=2017-01-01 TO=2018-12-31 ledger)"

begin "one review of Olist's for two orders is a row of each; again, and after an undo"
shop two_reviews --currency BRL --timezone America/Sao_Paulo
R=$T/olist_order_reviews_dataset.csv
{ cat "$O/olist_order_reviews_dataset.csv"; echo '"r2","o1",2,"","","2018-08-08 00:00:00","2018-08-08 18:37:50"'; } >"$R"
rating() {
    run kpi rating --from 2017-01-01 --to 2018-12-31 --grain total --format csv
}
run import "$O/olist_orders_dataset.csv" "$O/olist_order_items_dataset.csv" "$R"
rating
expect_text ",3.66"
{ head -1 "$R"; tail -1 "$R"; echo '"r3","o2",5,"","","2018-08-09 00:00:00","2018-08-09 18:37:50"'; } >"$T/olist_order_reviews_more.csv"
run import "$T/olist_order_reviews_more.csv"
expect_line "^feedback 1 " "^duplicate 1 "
run imports undo 4
rating
expect_text ",3.66"
run import "$T/olist_order_reviews_more.csv"
rating
expect_text ",4"

begin "Olist's payments before their orders wait in quarantine"
shop early --currency BRL --timezone America/Sao_Paulo
run import "$O/olist_order_payments_dataset.csv"
expect_exit 3
run quarantine list
expect_line 'import the orders file first'

begin "WooCommerce's orders as the server exports them"
cat >"$T/woo-server.csv" <<'END'
Date,"Order #","N. Revenue (formatted)","N. Revenue",Status,Customer,"Customer type","Product(s)","Items sold","Coupon(s)",Attribution
"2024-04-16 09:30:11",101,$45.50,45.5,completed,"Ann Lee",new,"2× Cup, 1× Plate",3,WELCOME10,"Organic: Google"
"2024-04-16 11:02:45",102,"$1,020.00",1020,processing,"Bob Ray",returning,"1× Table",1,,Direct
"2024-04-17 08:00:00",103,$12.00,12,cancelled,"Ann Lee",returning,"1× Cup",1,,Direct
END
shop woo --currency USD
run import "$T/woo-server.csv"
expect_exit 0
expect_text "read as woocommerce-orders" "orders: 3 new" "difference to the ledger: 0 rows, 0.0000"
total orders,net_sales,units
expect_text ",2,1065.5000,4,"
run kpi net_sales --by channel --from 2024-01-01 --to 2024-12-31 --grain total --format csv
expect_text "Direct,1020.0000"
expect_green

begin "and as the browser exports them; the orders are the same ones"
cat >"$T/woo-browser.csv" <<'END'
Date,"Order #",Status,Customer,"Customer type","Product(s)","Items sold","Coupon(s)","Net sales",Attribution
"2024-04-16 09:30:11",101,completed,"Ann Lee",new,"2× Cup, 1× Plate",3,WELCOME10,45.5,"Organic: Google"
"2024-04-16 11:02:45",102,completed,"Bob Ray",returning,"1× Table",1,,1020,Direct
END
run import "$T/woo-browser.csv"
expect_exit 0
expect_text "read as woocommerce-orders" "orders: 0 new, 1 changed, 1 as they were"
total orders,net_sales,units
expect_text ",2,1065.5000,4,"

begin "Shopify's products"
cat >"$T/products.csv" <<'END'
Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,Cost per item
cup,Cup,<p>A cup</p>,Potter,Kitchen,"a,b",true,Colour,Blue,CUP-B,10.50,4.00
cup,,,,,,,,Red,CUP-R,10.50,4.20
END
run import "$T/products.csv"
expect_exit 0
expect_text "read as shopify-products"

begin "Shopify's products: what stands on the first variant's row is of all; rows of pictures are none"
shop pictures --currency USD --timezone America/New_York
cat >"$T/pictures.csv" <<'END'
Handle,Title,Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Cost per item
tee,Tee,ACME,Shirts,Size,S,TEE-S,20.00,1.jpg,8.00
tee,,,,,M,TEE-M,20.00,2.jpg,8.00
tee,,,,,,,,3.jpg,
cap,Cap,,Hats,,,CAP,9.00,4.jpg,
END
cat >"$T/shirts.csv" <<'END'
Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku
#1,a@x.com,paid,2025-05-01 10:00:00 -0400,USD,69.00,0,0,69.00,0.00,2025-05-01 10:00:00 -0400,1,Tee - S,20.00,TEE-S
#1,a@x.com,,,,,,,,,2025-05-01 10:00:00 -0400,2,Tee - M,20.00,TEE-M
#1,a@x.com,,,,,,,,,2025-05-01 10:00:00 -0400,1,Cap,9.00,CAP
END
run import "$T/pictures.csv" "$T/shirts.csv"
expect_exit 0
expect_text "row without an article" "difference to the ledger: 0 rows, 0.0000"
run kpi net_sales --by category --period 2025-05 --grain total --format csv
expect_text "Shirts,60.0000" "Hats,9.0000"
# a variant that is sold, but has no article number, waits
printf 'tee,,,,,L,,20.00,,8.00\n' >>"$T/pictures.csv"
run import "$T/pictures.csv"
expect_exit 3

begin "a Chinese order export in GBK, with its own words for columns and states"
cat >"$T/utf8.csv" <<'END'
订单编号,买家会员名,订单创建时间,订单付款时间,商品编码,宝贝标题,数量,单价,实付金额,订单状态,收货省份
="6917931234567890123",小明,2024-06-18 00:00:01,2024-06-18 00:03:00,SP-01,青花瓷杯,2,￥88.00,176.00,交易成功,浙江省
="6917931234567890124",小红,2024-06-18 20:15:30,2024-06-18 20:16:00,SP-02,竹编篮子,1,"1,299.00","1,299.00",卖家已发货,广东省
="6917931234567890125",小红,2024-06-19 09:00:00,,SP-01,青花瓷杯,1,88.00,0.00,交易关闭,广东省
END
iconv -f UTF-8 -t GBK "$T/utf8.csv" >"$T/订单.csv"
shop dian --currency CNY --timezone Asia/Shanghai --lang zh
run import "$T/订单.csv"
expect_exit 0
expect_text "gb18030" "销售" "已取消" "订单：新增 3"
run kpi orders,net_sales,units --period 2024-06 --grain total --format csv
expect_text ",2,1475.0000,3,"
run kpi net_sales --by region --period 2024-06 --grain total --format csv
expect_text "浙江省,176.0000" "广东省,1299.0000"
run kpi 支付金额 --period 2024-06 --grain total --format csv
expect_exit 0
expect_text "1475.0000"
run kpi orders,net_sales --period 2024-06 --grain total --format table
expect_text "订单" "销售"
run verify
expect_exit 0
expect_text "所有派生数据均与原始事实一致"

begin "tables beside orders: ad spend, stock, refunds, FX rates, calendar events, feedback"
shop tables
run import "$T/woo-server.csv"
table() { # TARGET KPIS FIRST-FIGURE LINE...
    local target=$1
    shift
    printf '%s\n' "$@" >"$T/$target.csv"
    run import "$T/$target.csv" --as "generic:$target"
    expect_exit 0
    expect_text "difference to the ledger: 0 rows"
}
table ad_spend 'date,channel,campaign,spend,impressions,clicks' '2024-04-16,google,brand,12.50,1000,40' \
    '2024-04-17,meta,sale,7.50,2000,10'
total ad_spend,cpc,ctr
expect_text ",20.0000,0.4000,0.0166666666667,"
printf 'date,sku\n2024-04-16,CUP\n' >"$T/short.csv"
run import "$T/short.csv" --as generic:stock_level
expect_exit 1
expect_text "known as on_hand"
table stock_level 'date,sku,on_hand' '2024-04-16,CUP,12' '2024-04-16,PLATE,0'
table refund 'refund_id,order_id,at,amount,status,reason' 'r1,101,2024-04-18 10:00:00,5.50,succeeded,broken'
total refund_amt
expect_text ",5.5000,"
table fx_rate 'date,base,quote,rate' '2024-04-16,USD,GBP,0.80' '2024-04-17,USD,GBP,0.81'
table calendar_event 'event,date,kind,name_en' 'spring,2024-04-16,promo,Spring sale'
table feedback 'feedback_id,order_id,kind,at,score,text,language' 'f1,101,review,2024-04-20 10:00:00,4,"Good, ""really""",en'
# feedback that does not say its kind: reviews, unless a column's name tells another
printf 'sku,rating,comment,reviewed at\nCUP,2,small,2024-04-21 10:00:00\nCUP,5,nice,2024-04-21 11:00:00\n' >"$T/ratings.csv"
printf 'submitted at,NPS score,comment\n2024-04-21 10:00:00,9,yes\n2024-04-21 10:00:00,3,no\n2024-04-21 12:00:00,10,oh yes\n' >"$T/nps.csv"
run import "$T/ratings.csv"
expect_text "read as kind review"
run import "$T/nps.csv"
expect_text "read as kind nps"
run kpi rating nps --from 2024-04-21 --to 2024-04-21 --format csv
expect_text "3.50000000000" "33.3333333333"
table payment 'payment_id,order_id,at,payment_method,status,amount' 'p1,101,2024-04-16 09:31:00,card,success,45.50'
table shipment 'shipment_id,order_id,shipped_at,delivered_at,carrier' 's1,101,2024-04-17 10:00:00,2024-04-19 10:00:00,DHL'
table customer 'customer_id,segment,country' 'Ann Lee,vip,France'
table product 'sku,title,category,price,cost' 'CUP,Cup,Kitchen,10.50,4.00'
table platform_stat 'date,channel,measure,value' '2024-04-16,tmall,visitors,1200'
table benchmark 'date,market,metric,value' '2024-04-01,uk,conversion,0.031'
run imports list
for target in ad_spend stock_level refund fx_rate calendar_event feedback payment shipment customer product; do
    expect_text "$target.csv"
done
for target in ad_spend stock_level refund payment product customer; do
    run import "$T/$target.csv" --as "generic:$target" --again
    expect_exit 0
    expect_line '^(all|duplicate) [12] '
done
total ad_spend,refund_amt
expect_text ",20.0000,5.5000,"
expect_green
finish
