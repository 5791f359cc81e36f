/* Files that people really have, by their headers: which table they are taken for, and which column
 * for which field. */
#include "ingest/mapping/generic_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

struct match {
    struct arena *arena;
    struct row_file *file;
    struct mapping *mapping;
    struct buf notes;
    struct error why;
    enum status status;
};

static void match_text(struct match *m, str text, const char *target)
{
    *m = (struct match){ .arena = arena_new(0) };
    buf_init(&m->notes, 4096);
    assert_non_null(m->arena);
    assert_int_equal(row_file_open_bytes(text, &(struct row_options){ 0 }, &m->file, &m->why),
                     STATUS_OK);
    m->status = mapping_generic(
        row_file_shape(m->file), str_from(target), m->arena, &m->mapping, &m->notes, &m->why);
}

static void match_free(struct match *m)
{
    row_file_close(m->file);
    buf_release(&m->notes);
    arena_free(m->arena);
}

/* A row of ones below the header: names alone decide. */
static void match_header(struct match *m, const char *header)
{
    char text[1024];
    size_t n = strlen(header);
    memcpy(text, header, n);
    text[n++] = '\n';
    text[n++] = '1';
    for (const char *p = header; *p != '\0'; p++) {
        if (*p == ',') {
            text[n++] = ',';
            text[n++] = '1';
        }
    }
    text[n++] = '\n';
    match_text(m, (str){ text, n }, "");
}

static const char *field_of(const struct match *m, const char *column)
{
    for (size_t i = 0; m->status == STATUS_OK && i < m->mapping->column_count; i++) {
        if (str_is(m->mapping->columns[i].source, column))
            return m->mapping->columns[i].field.ptr;
    }
    return "";
}

static const struct {
    const char *target; /* NULL: nothing fits */
    const char *header;
} known[] = {
    { "order_lines", "订单编号,付款时间,商品编码,数量,实付金额" },
    { "order_lines", "订单编号,付款时间,商品编码,数量,实付金额,退款金额" },
    { "order_lines", "Order Number,Email,Payment Date,SKU,Qty,Amount" },
    { "order_lines", "Order No,Customer,Payment Date,Total" },
    { "order_lines", "Transaction ID,Date,Time,Product,Quantity,Price,Total" },
    { "order_lines", "Sale Date,Sale ID,Customer Name,Total Amount" },
    { "order_lines", "id,date,item,qty,price" },
    { "product", "id,sku,title,price,created_at" },
    { "customer", "id,email,first_name,created_at,state" },
    { NULL, "id,created_at,note" },
    { "order_lines",
      "Date,Order "
      "ID,Status,Fulfilment,SKU,Category,Size,Qty,currency,Amount,ship-city,ship-state,ship-"
      "country" },
    { "order_lines",
      "transaction_id,date,customer_id,gender,age,product_category,quantity,price_per_unit,total_"
      "amount" },
    { "order_lines", "订单号,下单时间,商品名称,数量,单价,收货人,收货地址" },
    { "order_lines",
      "子订单编号,主订单编号,买家会员名,订单付款时间,商品标题,购买数量,买家实付金额,退款状态,"
      "退款金额" },
    { "order_lines", "order_id,sku,quantity,price" },
    { "order_lines",
      "Order ID,Order Date,Ship Date,Ship Mode,Customer ID,Customer "
      "Name,Segment,Country,City,State,Region,Product ID,Category,Sub-Category,Product "
      "Name,Sales,Quantity,Discount,Profit" },
    { "order_lines",
      "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country" },
    { "order_lines", "id,created_at,total_price,customer_email,financial_status" },
    { "order_lines",
      "order_number,order_date,sku,item_name,qty_ordered,grand_total,status,customer_id" },
    { "order_lines", "order_id,customer_id,order_date,status" },
    { "order_lines",
      "订单编号,买家会员名,支付时间,商品名称,商品数量,订单金额,运费,收货省份,物流单号,物流公司" },
    { "order_lines", "订单编号,商品编码,数量,单价,成交时间,发货时间,快递单号" },
    { "order_lines",
      "Order ID,Purchase Date,Payment Date,Buyer,Item,Price,Shipping Cost,Tracking Number" },
    { "customer", "Name,Email,Created At,Country" },
    { "customer", "customer_id,name,email,created_at" },
    { "customer", "会员ID,会员等级,注册时间,省份" },
    { "refund", "售后单号,订单号,商品编码,退款金额,申请时间,退款时间,退款原因" },
    { "refund", "订单编号,退款编号,退款金额,退款完结时间" },
    { "refund",
      "订单编号,退款编号,订单付款时间,商品编码,退款完结时间,买家实际支付金额,宝贝标题,买家退款金额,"
      "退款状态,买家退款原因" },
    { "refund", "order_id,refund_date,amount,reason" },
    { "refund", "Return ID,Order Number,SKU,Quantity,Return Date,Refund Amount,Return Reason" },
    { "payment", "支付流水号,订单编号,支付方式,支付金额,支付时间" },
    { "payment", "order id,payment method,amount,date" },
    { "payment", "payment_id,order_id,paid_at,method,amount,fee" },
    { "fee", "费用类型,金额,发生时间,订单编号" },
    { "fee", "Order Id,Fee Type,Amount,Date" },
    { "fee", "date,type,fee,order_id" },
    { "settlement", "Settlement ID,Order ID,Net Amount,Settlement Date" },
    { "settlement", "结算单号,订单编号,结算金额,结算时间" },
    { "feedback", "Order,Date,Rating,Comment" },
    { "feedback", "商品ID,评分,评价内容,评价时间" },
    { "shipment", "order_id,carrier,shipped_at,tracking_number" },
    { "shipment", "Order Number,Tracking Number,Carrier,Shipped Date,Delivered Date" },
    { "calendar_event", "event_id,name,start date,end date" },
    { "shipment", "快递单号,订单编号,快递公司,发货时间" },
    { "stock_level", "商品编码,商品名称,库存数量,日期" },
    { "stock_level", "sku,date,stock,cost" },
    { "stock_level", "日期,仓库,商品编码,期末库存" },
    { "stock_move", "date,sku,quantity,reason" },
    { "stock_move", "商品编码,变动时间,变动数量,出入库原因" },
    { "product", "SKU,Product Name,Category,Price,Cost" },
    { "product", "商品编码,商品名称,成本价,售价,分类" },
    { "ad_spend", "日期,渠道,花费,展现量,点击量" },
    { "ad_spend", "Day,Campaign name,Amount spent,Impressions,Link clicks" },
    { "event", "user_id,event_type,timestamp,product_id" },
    { "fx_rate", "date,base,quote,rate" },
    { "ticket", "工单号,订单编号,创建时间,首次响应时间,问题类型,客服" },
    { "ticket", "ticket_id,created_at,first_reply_at,channel" },
    { "calendar_event", "活动名称,日期,结束日期" },
    { "benchmark", "date,item,competitor,price" },
    { "benchmark", "date,market,metric,percentile,value" },
    { "benchmark", "采集日期,商家编码,竞店,竞品价格" },
    { "action", "id,task,owner,created at,due" },
    { "action", "编号,事项,负责人,登记日期,截止日期" },
    { "platform_stat", "date,visitors,orders,revenue" },
    { "platform_stat", "日期,访客数,支付金额,支付买家数" },
    { NULL, "date,channel,orders,revenue" },
    { NULL, "日期,商品编码,访客数,支付金额" },
    { NULL, "date,revenue" },
    { NULL, "日期,商品编码,数量,金额" },
    { NULL, "date,amount" },
    { NULL, "name,phone,address" },
    { NULL, "会员名,手机号" },
};

static void files_are_taken_for_what_they_are(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        struct match m;

        match_header(&m, known[i].header);

        if (known[i].target == NULL && m.status != STATUS_NOT_FOUND)
            fail_msg("%s: taken for %s", known[i].header, m.mapping->target.name);
        if (known[i].target != NULL && m.status != STATUS_OK)
            fail_msg("%s: %s", known[i].header, m.why.text);
        if (known[i].target != NULL && strcmp(m.mapping->target.name, known[i].target) != 0)
            fail_msg("%s: taken for %s", known[i].header, m.mapping->target.name);
        match_free(&m);
    }
}

static void payment_time_serves_as_time_of_the_order_and_is_told(void **state)
{
    struct match m;
    (void)state;

    match_header(&m, "订单编号,付款时间,商品编码,数量,单价,实付金额");

    assert_string_equal(field_of(&m, "付款时间"), "placed_at");
    assert_string_equal(field_of(&m, "实付金额"), "paid");
    assert_true(m.mapping->paid_when_placed);
    assert_true(str_contains(buf_str(&m.notes), STR("\"付款时间\" serves as its time")));
    match_free(&m);
}

static void order_time_is_preferred_to_payment_time(void **state)
{
    struct match m;
    (void)state;

    match_header(&m, "订单编号,付款时间,下单时间,数量,单价");

    assert_string_equal(field_of(&m, "下单时间"), "placed_at");
    assert_string_equal(field_of(&m, "付款时间"), "paid_at");
    assert_false(m.mapping->paid_when_placed);
    match_free(&m);
}

static void total_without_prices_serves_as_amount_and_is_taken_apart(void **state)
{
    struct match m;
    (void)state;

    match_text(&m,
               STR("order id,order date,shipping,discount,total\n"
                   "1,2024-03-01,5,1,24\n2,2024-03-02,5,0,20\n"),
               "");

    assert_string_equal(field_of(&m, "total"), "line_amount");
    assert_true(m.mapping->amount_is_total);
    assert_string_equal(field_of(&m, "shipping"), "shipping");
    assert_string_equal(field_of(&m, "discount"), "order_discount");
    assert_true(str_contains(buf_str(&m.notes),
                             STR("the goods of an order are its \"total\" before the discount")));
    match_free(&m);
}

static void total_of_rows_with_articles_swallows_its_parts(void **state)
{
    struct match m;
    (void)state;

    match_text(&m,
               STR("order id,order date,sku,quantity,shipping,discount,total\n"
                   "1,2024-03-01,a,1,5,1,24\n2,2024-03-02,b,1,5,0,20\n"),
               "");

    assert_string_equal(field_of(&m, "total"), "line_amount");
    assert_false(m.mapping->amount_is_total);
    assert_string_equal(field_of(&m, "shipping"), "");
    assert_string_equal(field_of(&m, "discount"), "");
    assert_true(str_contains(buf_str(&m.notes), STR("\"total\" serves as the amount of a row")));
    match_free(&m);
}

static void total_that_repeats_on_each_line_of_an_order_is_not_added_up(void **state)
{
    struct match m;
    (void)state;

    match_text(&m,
               STR("order id,order date,sku,quantity,total\n"
                   "1,2024-03-01,a,1,24\n1,2024-03-01,b,2,24\n2,2024-03-02,a,1,20\n"),
               "");

    assert_int_equal(m.status, STATUS_NOT_FOUND);
    assert_non_null(strstr(m.why.text, "order_lines, which also needs unit_price or line_amount"));
    match_free(&m);
}

static void amounts_that_differ_within_an_order_are_those_of_lines(void **state)
{
    struct match m;
    (void)state;

    match_text(&m,
               STR("订单编号,付款时间,商品编码,数量,实付金额\n"
                   "1,2024-03-01 10:00:00,a,1,24\n1,2024-03-01 10:00:00,b,2,30\n"),
               "");

    assert_string_equal(field_of(&m, "实付金额"), "line_amount");
    match_free(&m);
}

static void lines_without_a_time_join_orders_that_are_there(void **state)
{
    struct match m;
    (void)state;

    match_header(&m, "order_id,sku,quantity,price");

    assert_true(str_contains(buf_str(&m.notes), STR("the lines join orders")));
    match_free(&m);
}

/* Whether the column stays the line's amount. */
static bool is_of_lines(const char *rows)
{
    char text[1024];
    struct match m;
    const int n =
        snprintf(text, sizeof text, "order id,order date,sku,quantity,price,subtotal\n%s", rows);

    match_text(&m, (str){ text, (size_t)n }, "");

    const bool stays = strcmp(field_of(&m, "subtotal"), "line_amount") == 0;
    assert_int_equal(m.mapping->told_apart.len > 0, !stays);
    match_free(&m);
    return stays;
}

#define LINE(order, quantity, price, subtotal) \
    order ",2024-03-01,a," quantity "," price "," subtotal "\n"

static void an_orders_sum_on_each_line_is_no_amount_of_the_line(void **state)
{
    (void)state;
    assert_false(is_of_lines(LINE("1", "2", "100", "250") LINE("1", "1", "50", "250")));
    assert_false(is_of_lines(LINE("1", "1", "50", "100") LINE("1", "1", "50", "100")));
    assert_false(is_of_lines(LINE("1", "2", "100", "240") LINE("1", "1", "50", "240")));
    assert_false(is_of_lines(LINE("1", "2", "100", "200") LINE("1", "1", "0", "200")));
}

static void amounts_of_lines_that_happen_to_be_equal_stay(void **state)
{
    (void)state;
    assert_true(is_of_lines(LINE("1", "2", "100", "200") LINE("2", "1", "50", "50")));
    assert_true(is_of_lines(LINE("1", "2", "50", "100") LINE("1", "1", "100", "100")));
    assert_true(is_of_lines(LINE("1", "1", "50", "45") LINE("1", "1", "50", "45")));
    assert_true(is_of_lines(LINE("1", "2", "5", "10") LINE("1", "1", "12", "10")));
    assert_true(is_of_lines(LINE("1", "2", "100", "0") LINE("1", "1", "50", "0")));
    assert_true(is_of_lines(LINE("1", "2", "100", "250") LINE("1", "1", "50", "250")
                                LINE("2", "2", "10", "20") LINE("2", "1", "10", "10")));
}

static void a_unit_behind_a_name_does_not_matter_and_a_currency_is_the_files(void **state)
{
    struct match m;
    (void)state;

    match_header(&m,
                 "order id,order date,sku,quantity(件),Unit price (EUR),商家优惠（元）,tax (x)");

    assert_string_equal(field_of(&m, "quantity(件)"), "quantity");
    assert_string_equal(field_of(&m, "Unit price (EUR)"), "unit_price");
    assert_string_equal(field_of(&m, "商家优惠（元）"), "discount_merchant");
    assert_string_equal(field_of(&m, "tax (x)"), "");
    assert_true(str_is(m.mapping->currency, "EUR"));
    match_free(&m);

    match_header(&m, "order id,order date,sku,quantity,Unit price (NET),amount (RMB)");
    assert_string_equal(field_of(&m, "Unit price (NET)"), "unit_price");
    assert_true(str_is(m.mapping->currency, "CNY"));
    assert_true(m.mapping->amounts_without_tax);
    match_free(&m);
}

static void a_sheet_of_sales_needs_no_order_number_but_a_customer(void **state)
{
    struct match m;
    (void)state;

    match_header(&m, "date,customer,item,qty,price,total");
    assert_int_equal(m.status, STATUS_OK);
    assert_string_equal(m.mapping->target.name, "order_lines");
    assert_true(m.mapping->order_per_row);
    assert_true(str_contains(buf_str(&m.notes), STR("an order of its own")));
    match_free(&m);

    match_header(&m, "date,item,qty,revenue");
    assert_int_equal(m.status, STATUS_NOT_FOUND);
    match_free(&m);
}

static void words_are_no_amounts_whatever_their_column_is_called(void **state)
{
    struct match m;
    (void)state;

    match_text(&m,
               STR("Order #,order date,sku,quantity,price,shipping,refunded,paid\n"
                   "1,2024-03-01,a,1,10,Express,No,Yes\n2,2024-03-01,b,１,20,,No,Yes\n"),
               "");
    assert_string_equal(field_of(&m, "Order #"), "order_id");
    assert_string_equal(field_of(&m, "shipping"), "");
    assert_string_equal(field_of(&m, "refunded"), "");
    assert_string_equal(field_of(&m, "paid"), "");
    match_free(&m);

    match_header(&m, "order id,order date,sku,quantity,Unit price incl. VAT,VAT,Shipping (net)");
    assert_string_equal(field_of(&m, "Unit price incl. VAT"), "unit_price");
    assert_true(m.mapping->amounts_with_tax && !m.mapping->amounts_without_tax);
    match_free(&m);

    /* the amount counts, and no price that says something else */
    match_header(&m, "单据日期,单据编号,存货编码,数量,不含税单价,价税合计,税额");
    assert_string_equal(field_of(&m, "不含税单价"), "");
    assert_string_equal(field_of(&m, "价税合计"), "line_amount");
    assert_true(m.mapping->amounts_with_tax);
    match_free(&m);

    match_header(&m, "order id,order date,sku,quantity,Unit price (EUR),Shipping (net)");
    assert_string_equal(field_of(&m, "Shipping (net)"), "");
    assert_false(m.mapping->amounts_without_tax);
    match_free(&m);

    match_text(&m, STR("order id,order date,sku,price\n1,never,a,10\n"), "");
    assert_string_equal(field_of(&m, "order date"), "placed_at");
    match_free(&m);
}

static void discounts_and_taxes_that_differ_within_an_order_are_those_of_lines(void **state)
{
    struct match m;
    (void)state;

    match_text(&m,
               STR("order id,order date,sku,quantity,price,discounts,taxes\n"
                   "1,2024-03-01,a,1,10,1.00,0.90\n1,2024-03-01,b,1,20,2.00,1.80\n"),
               "");
    assert_string_equal(field_of(&m, "discounts"), "discount_merchant");
    assert_string_equal(field_of(&m, "taxes"), "line_tax");
    match_free(&m);

    match_text(&m,
               STR("order id,order date,sku,quantity,price,discounts,taxes\n"
                   "1,2024-03-01,a,1,10,3.00,2.70\n1,2024-03-01,b,1,20,3.00,2.70\n"
                   "2,2024-03-01,a,1,10,1.00,0.90\n2,2024-03-01,b,1,20,,\n"),
               "");
    assert_string_equal(field_of(&m, "discounts"), "order_discount");
    assert_string_equal(field_of(&m, "taxes"), "order_tax");
    match_free(&m);
}

static void an_amount_after_the_discount_makes_way_for_that_before_it(void **state)
{
    struct match m;
    (void)state;

    match_text(&m,
               STR("order id,order date,sku,quantity,before,discount,amount\n"
                   "1,2024-03-01,a,1,10.00,-1.00,9.00\n2,2024-03-01,b,-1,-20.00,2.00,-18.00\n"),
               "");
    assert_string_equal(field_of(&m, "before"), "line_amount");
    assert_string_equal(field_of(&m, "amount"), "");
    match_free(&m);

    match_text(&m,
               STR("order id,order date,sku,quantity,before,discount,amount\n"
                   "1,2024-03-01,a,1,10.00,-1.00,9.00\n2,2024-03-01,b,1,20.00,2.00,19.00\n"),
               "");
    assert_string_equal(field_of(&m, "amount"), "line_amount");
    match_free(&m);
}

static void an_order_may_be_dated_on_its_first_row_only(void **state)
{
    struct match m;
    (void)state;

    match_text(&m,
               STR("order id,order date,sku,quantity,price,subtotal\n"
                   "1,2024-03-01,a,1,10,30\n1,,b,1,20,\n2,2024-03-01,a,1,10,10\n"),
               "");
    assert_true(m.mapping->fill_down);
    assert_string_equal(field_of(&m, "subtotal"), "");
    match_free(&m);

    match_text(
        &m, STR("order id,order date,sku,quantity,price\n1,2024-03-01,a,1,10\n2,,b,1,20\n"), "");
    assert_false(m.mapping->fill_down);
    match_free(&m);
}

static void error_names_the_nearest_table_and_what_it_lacks(void **state)
{
    struct match m;
    struct mapping *near = NULL;
    (void)state;

    match_header(&m, "日期,商品编码,数量,金额");

    assert_int_equal(m.status, STATUS_NOT_FOUND);
    assert_non_null(strstr(m.why.text, "nearest to order_lines, which also needs order_id"));
    assert_int_equal(mapping_nearest(row_file_shape(m.file), STR_EMPTY, m.arena, &near, &m.why),
                     STATUS_OK);
    assert_non_null(near);
    assert_string_equal(near->target.name, "order_lines");
    assert_int_equal(near->column_count, 4);
    match_free(&m);
}

static void a_named_table_needs_no_sign(void **state)
{
    struct match m;
    (void)state;

    match_text(&m, STR("date,sku,quantity\n2024-03-01,a,1\n"), "stock_move");

    assert_int_equal(m.status, STATUS_OK);
    assert_int_equal(m.notes.len, 0);
    match_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_taken_for_what_they_are),
        cmocka_unit_test(payment_time_serves_as_time_of_the_order_and_is_told),
        cmocka_unit_test(order_time_is_preferred_to_payment_time),
        cmocka_unit_test(total_without_prices_serves_as_amount_and_is_taken_apart),
        cmocka_unit_test(total_of_rows_with_articles_swallows_its_parts),
        cmocka_unit_test(total_that_repeats_on_each_line_of_an_order_is_not_added_up),
        cmocka_unit_test(amounts_that_differ_within_an_order_are_those_of_lines),
        cmocka_unit_test(lines_without_a_time_join_orders_that_are_there),
        cmocka_unit_test(an_orders_sum_on_each_line_is_no_amount_of_the_line),
        cmocka_unit_test(amounts_of_lines_that_happen_to_be_equal_stay),
        cmocka_unit_test(a_unit_behind_a_name_does_not_matter_and_a_currency_is_the_files),
        cmocka_unit_test(a_sheet_of_sales_needs_no_order_number_but_a_customer),
        cmocka_unit_test(words_are_no_amounts_whatever_their_column_is_called),
        cmocka_unit_test(discounts_and_taxes_that_differ_within_an_order_are_those_of_lines),
        cmocka_unit_test(an_amount_after_the_discount_makes_way_for_that_before_it),
        cmocka_unit_test(an_order_may_be_dated_on_its_first_row_only),
        cmocka_unit_test(error_names_the_nearest_table_and_what_it_lacks),
        cmocka_unit_test(a_named_table_needs_no_sign),
    };
    return cmocka_run_group_tests_name("generic mapping", tests, NULL, NULL);
}
