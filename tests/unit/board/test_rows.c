/* Rows add up to the figure in range, filter and scope; profit's steps and lists keep to the scope.
 */
#include "../full.h"
#include "board_rig.h"

static struct board_rows_question november(str kpi)
{
    return (struct board_rows_question){
        .kpi = kpi, .range = { .from = STR("2026-11-01"), .to = STR("2026-11-22") }
    };
}

static void rows_of_a_measure_add_up_to_the_figure(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(rig_definitions);
    struct board_rows_question q = november(STR("net_sales"));

    BOARD_OK(b, board_rows(ask, &q, w, why));

    const struct json_node *measures = json_get(b->json, "measures");
    const struct json_node *sold = board_item(measures, "id", "sale_net");
    const struct json_node *back = board_item(measures, "id", "return_net");
    assert_str(board_at(b->json, "value"), "950.0000");
    assert_str(board_at(json_at(json_get(sold, "totals"), 0), "value"), "1100.0000");
    assert_str(board_at(json_at(json_get(back, "totals"), 0), "value"), "-150.0000");
    assert_int_equal(json_node_len(json_get(b->json, "items")), 3);
    assert_str(board_at(json_at(json_get(b->json, "items"), 0), "order_id"), "A-1");
    board_rig_free(b);
}

static void rows_keep_to_filter_and_scope(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(rig_definitions);
    struct board_rows_question q = november(STR("orders"));
    const str only = STR("a");
    q.range.where = STR("channel = 'ads'");

    BOARD_OK(b, board_rows(ask, &q, w, why));
    assert_str(board_at(b->json, "value"), "2");
    assert_str(board_at(json_at(json_get(b->json, "measures"), 0), "rows"), "2");

    b->ask.stores = &only;
    b->ask.store_count = 1;
    BOARD_OK(b, board_rows(ask, &q, w, why));
    assert_str(board_at(b->json, "value"), "1");
    assert_int_equal(json_node_len(json_get(b->json, "items")), 1);
    assert_str(board_at(json_at(json_get(b->json, "items"), 0), "order_id"), "A-1");
    board_rig_free(b);
}

static void an_order_and_a_customer_of_another_store_are_not_there(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(rig_definitions);
    const str only = STR("a");

    BOARD_OK(b, board_order(ask, STR("B-1"), w, why));
    assert_str(board_at(json_at(json_get(b->json, "lines"), 0), "net"), "700.0000");
    b->ask.stores = &only;
    b->ask.store_count = 1;
    BOARD(b, board_order(ask, STR("B-1"), w, why));
    assert_int_equal(b->status, STATUS_NOT_FOUND);
    BOARD(b, board_customer(ask, STR("cui"), w, why));
    assert_int_equal(b->status, STATUS_NOT_FOUND);
    BOARD_OK(b, board_customer(ask, STR("bob"), w, why));
    assert_str(board_at(b->json, "value"), "150.0000");
    board_rig_free(b);
}

static void orders_are_sorted_searched_and_paged(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(rig_definitions);
    const struct board_range range = { .from = STR("2026-11-01"), .to = STR("2026-11-22") };
    const struct board_page dear = { .limit = 1, .sort = STR("-total") };
    const struct board_page found = { .q = STR("a-2") };
    const struct board_page wrong = { .sort = STR("order_key; DROP TABLE orders") };

    BOARD_OK(b, board_orders(ask, &range, &dear, w, why));
    assert_str(board_at(json_at(json_get(b->json, "items"), 0), "id"), "B-1");
    assert_str(board_at(b->json, "total"), "3");
    assert_str(board_at(b->json, "next"), "1");
    BOARD_OK(b, board_orders(ask, &range, &found, w, why));
    assert_str(board_at(b->json, "total"), "1");
    BOARD(b, board_orders(ask, &range, &wrong, w, why));
    assert_int_equal(b->status, STATUS_BAD_USAGE);
    board_rig_free(b);
}

/* Store a has settlement files, store b has none: its payments are its cash. */
static void rows_leave_out_the_stores_that_the_figure_leaves_out(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(NULL);
    struct board_rows_question q = november(STR("cash_in"));
    q.measure = STR("unsettled_received");
    rig_exec(b->rig,
             "INSERT INTO settlement (store, settlement_id, kind, local_date, currency, net_e4)"
             " VALUES ('a', 's1', 'order', '2026-11-02', 'GBP', 700000);"
             "INSERT INTO payment (store, payment_id, status, local_date, currency, amount_e4,"
             " fee_e4) VALUES ('a', 'p1', 'success', '2026-11-02', 'GBP', 1000000, 0),"
             " ('b', 'p2', 'success', '2026-11-02', 'GBP', 500000, 0);"
             "INSERT INTO watermark VALUES ('a', 'settlement', 'test', '2026-11-22'),"
             " ('a', 'payment', 'test', '2026-11-22'), ('b', 'payment', 'test', '2026-11-22')");

    BOARD_OK(b, board_rows(ask, &q, w, why));

    const struct json_node *received =
        board_item(json_get(b->json, "measures"), "id", "unsettled_received");
    assert_str(board_at(b->json, "value"), "120.0000");
    assert_str(board_at(json_at(json_get(received, "totals"), 0), "value"), "50.0000");
    assert_int_equal(json_node_len(json_get(b->json, "items")), 1);
    assert_str(board_at(json_at(json_get(b->json, "items"), 0), "store"), "b");
    board_rig_free(b);
}

/* Three sales of 100, 300 and 700: the middle one. */
static void the_median_of_rows_is_that_of_the_figure(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(rig_definitions);
    struct board_rows_question q = november(STR("median_line"));

    BOARD_OK(b, board_rows(ask, &q, w, why));

    const struct json_node *sold = board_item(json_get(b->json, "measures"), "id", "median_net");
    assert_str(board_at(b->json, "value"), "300.0000");
    assert_str(board_at(sold, "rows"), "3");
    assert_str(board_at(json_at(json_get(sold, "totals"), 0), "value"), "300.000000000");
    board_rig_free(b);
}

static void a_median_of_no_rows_is_none(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(rig_definitions);
    struct board_rows_question q = november(STR("median_line"));
    q.range.where = STR("channel = 'nowhere'");

    BOARD_OK(b, board_rows(ask, &q, w, why));

    const struct json_node *sold = board_item(json_get(b->json, "measures"), "id", "median_net");
    assert_str(board_at(sold, "rows"), "0");
    const struct json_node *value = json_get(json_at(json_get(sold, "totals"), 0), "value");
    assert_int_equal(json_node_type(value), JSON_NULL);
    board_rig_free(b);
}

/* Articles are texts: what is counted is shown, whatever its type. */
static void articles_that_are_counted_are_shown_by_their_names(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(NULL);
    struct board_rows_question q = november(STR("sku_active_rate"));
    rig_exec(b->rig,
             "INSERT INTO stock_level (store, sku, local_date, on_hand) VALUES"
             " ('a', 'X', '2026-11-22', 4), ('b', 'Z', '2026-11-22', 1);"
             "INSERT INTO watermark VALUES ('a', 'stock_level', 'test', '2026-11-22'),"
             " ('b', 'stock_level', 'test', '2026-11-22')");

    BOARD_OK(b, board_rows(ask, &q, w, why));
    const struct json_node *measures = json_get(b->json, "measures");
    for (size_t i = 0; i < json_node_len(measures); i++) {
        q.measure = board_at(json_at(measures, i), "id");
        BOARD_OK(b, board_rows(ask, &q, w, why));
        measures = json_get(b->json, "measures");
        const str value = board_at(json_at(json_get(b->json, "items"), 0), "value");
        assert_true(str_is(value, "X") || str_is(value, "Y") || str_is(value, "Z"));
    }
    board_rig_free(b);
}

/* Here nothing is known of most of them; that none is refused, nor stops the program, is the point.
 */
static void rows_of_every_kpi_of_the_catalogue_can_be_asked_for(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(NULL);
    const struct kpi_catalog *c = b->ask.context->catalog;

    for (size_t i = 0; i < kpi_count(c); i += full_step(4)) {
        const struct kpi *k = kpi_at(c, i);
        struct board_rows_question q = november(k->id);
        for (size_t m = 0; m < k->n_leaves; m++) {
            q.measure = k->leaves[m].measure->id;
            BOARD_OK(b, board_rows(ask, &q, w, why));
        }
    }
    board_rig_free(b);
}

/* 300 dollars are 150 pounds here, and one that came back a day later is taken off at the rate of
 * its order; of yen no rate is known. */
static void customers_of_several_currencies_are_ranked_in_the_shops_own(void **state)
{
    (void)state;
    static const char *const down[] = { "cui", "dee", "ann", "kei" };
    struct board_rig *b = board_rig_new(rig_definitions);
    const struct board_page page = { .limit = 10 };
    b->rig->settings.fx_max_age_days = 2;
    rig_exec(b->rig,
             "INSERT INTO fx_rate (base, quote, local_date, rate_e9) VALUES"
             " ('GBP', 'USD', '2026-11-06', 2000000000), ('GBP', 'USD', '2026-11-08', 1000000);"
             "INSERT INTO customer (store, customer_key, customer_id) VALUES ('a', 8, 'dee'),"
             " ('a', 9, 'kei');"
             "INSERT INTO order_line (store, order_key, class, customer_key, sku, local_date,"
             " order_date, currency, quantity, net_e4, import_id, row_no) VALUES"
             " ('a', 8, 'sale', 8, 'X', '2026-11-07', '2026-11-07', 'USD', 1, 3000000, 1, 8),"
             " ('a', 8, 'return', 8, 'X', '2026-11-08', '2026-11-07', 'USD', 0, -10000, 1, 10),"
             " ('a', 9, 'sale', 9, 'X', '2026-11-07', '2026-11-07', 'JPY', 1, 90000000, 1, 9)");

    BOARD_OK(b, board_customers(ask, &page, w, why));
    const struct json_node *items = json_get(b->json, "items");
    size_t at = 0;
    for (size_t i = 0; i < json_node_len(items) && at < ARRAY_LEN(down); i++)
        at += str_is(board_at(json_at(items, i), "id"), down[at]);
    assert_int_equal(at, ARRAY_LEN(down));
    assert_str(board_at(json_at(items, json_node_len(items) - 1), "id"), "kei");
    assert_str(board_at(board_item(items, "id", "dee"), "value"), "299.0000");
    board_rig_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_a_measure_add_up_to_the_figure),
        cmocka_unit_test(rows_keep_to_filter_and_scope),
        cmocka_unit_test(an_order_and_a_customer_of_another_store_are_not_there),
        cmocka_unit_test(orders_are_sorted_searched_and_paged),
        cmocka_unit_test(rows_leave_out_the_stores_that_the_figure_leaves_out),
        cmocka_unit_test(the_median_of_rows_is_that_of_the_figure),
        cmocka_unit_test(a_median_of_no_rows_is_none),
        cmocka_unit_test(articles_that_are_counted_are_shown_by_their_names),
        cmocka_unit_test(customers_of_several_currencies_are_ranked_in_the_shops_own),
        cmocka_unit_test(rows_of_every_kpi_of_the_catalogue_can_be_asked_for),
    };
    return cmocka_run_group_tests_name("board/rows", tests, NULL, NULL);
}
