/* Figures over keys instead of rows: buyers who came twice, styles whose articles are all there,
 * the ten best. Totals are gathered over all rows that they cover. */
#include "kpi/rows_of.h"
#include "rig.h"

static void order_of(struct rig *r, const char *store, int order, int customer, const char *day)
{
    char sql[512];
    snprintf(sql,
             sizeof sql,
             "INSERT INTO orders (store, order_key, customer_key, local_date, paid_at, paid_date,"
             " currency, is_test, has_sale) VALUES ('%s', %d, %d, '%s', 1, '%s', 'GBP', false,"
             " true)",
             store,
             order,
             customer,
             day,
             day);
    rig_exec(r, sql);
}

/* Buyer 1: once in each store. Buyer 2: twice in the web shop. Buyer 3: before and now. */
static struct rig *two_stores(void)
{
    struct rig *r = rig_new(NULL);
    order_of(r, "web", 1, 1, "2026-11-02");
    order_of(r, "tmall", 2, 1, "2026-11-03");
    order_of(r, "web", 3, 2, "2026-11-02");
    order_of(r, "web", 4, 2, "2026-11-09");
    order_of(r, "web", 5, 3, "2026-10-01");
    order_of(r, "tmall", 6, 3, "2026-11-05");
    order_of(r, "tmall", 7, 4, "2026-10-02");
    return r;
}

static struct kpi_question november(void)
{
    return (struct kpi_question){ .from = STR("2026-11-01"), .to = STR("2026-11-20") };
}

static void a_buyer_who_came_once_to_each_store_came_twice_to_the_shop(void **state)
{
    (void)state;
    struct rig *r = two_stores();
    struct kpi_question q = november();
    q.kpis = (const str[]){ STR("repeat_buyer_rate") };
    q.kpi_count = 1;
    q.by = (const str[]){ STR("store") };
    q.by_count = 1;
    q.sort = STR("store");

    struct answer *a = rig_ask(r, q);

    assert_int_equal(a->row_count, 2);
    assert_str(a->kpis[0].rows[0].value.num, "0"); /* tmall: 1 and 3, once each */
    assert_str(a->kpis[0].rows[0].value.den, "2");
    assert_str(a->kpis[0].rows[1].value.num, "1"); /* web: 2 of 1 and 2 */
    assert_str(a->kpis[0].rows[1].value.den, "2");
    assert_str(a->kpis[0].total.value.num, "2"); /* 1 and 2 of 1, 2, 3 */
    assert_str(a->kpis[0].total.value.den, "3");
    answer_free(a);
    rig_free(r);
}

static void who_bought_before_the_period_and_in_it_has_come_back(void **state)
{
    (void)state;
    struct rig *r = two_stores();
    struct kpi_question q = { KPIS(STR("reorder_rate")),
                              .from = STR("2026-10-01"),
                              .to = STR("2026-11-20"),
                              .grain = STR("month") };

    struct answer *a = rig_ask(r, q);
    q.from = STR("2026-11-01");
    q.stores = (const str[]){ STR("tmall") };
    q.store_count = 1;
    struct answer *tmall = rig_ask(r, q);

    assert_true(a->kpis[0].rows[0].value.text.len == 0); /* nobody before October */
    assert_str(a->kpis[0].rows[1].value.num, "1");       /* 3 of 3 and 4 */
    assert_str(a->kpis[0].rows[1].value.den, "2");
    assert_str(tmall->kpis[0].total.value.num, "0"); /* 3 bought before, but not there */
    assert_str(tmall->kpis[0].total.value.den, "1");
    answer_free(a);
    answer_free(tmall);
    rig_free(r);
}

/* Web: buyer 2 came twice, in two weeks. */
static void a_group_that_gathers_in_no_period_is_still_one_of_the_top(void **state)
{
    (void)state;
    struct rig *r = rig_new("kpis:\n"
                            "  twice: {unit: count, measure: {table: orders, agg: distinct,"
                            " expr: customer_key, having: count() >= 2}}\n");
    order_of(r, "web", 3, 2, "2026-11-02");
    order_of(r, "web", 4, 2, "2026-11-09");
    order_of(r, "web", 5, 3, "2026-11-09");
    order_of(r, "web", 6, 3, "2026-11-16");
    order_of(r, "tmall", 7, 4, "2026-11-02");
    order_of(r, "tmall", 8, 4, "2026-11-03");
    struct kpi_question q = november();
    q.kpis = (const str[]){ STR("twice") };
    q.kpi_count = 1;
    q.by = (const str[]){ STR("store") };
    q.by_count = 1;
    q.grain = STR("week");
    q.top = 1;

    struct answer *a = rig_ask(r, q);

    assert_str(a->kpis[0].rows[0].by[0], "web");
    assert_true(a->kpis[0].rows[1].is_others);
    assert_str(a->kpis[0].total.value.text, "3");
    answer_free(a);
    rig_free(r);
}

static void rows_behind_a_gathered_figure_are_those_of_its_keys(void **state)
{
    (void)state;
    struct rig *r = two_stores();
    struct error why = { .lang = LANG_EN };
    struct frame *rows = NULL;
    struct arena *arena = arena_new(0);
    const struct kpi *k = kpi_find(r->catalog, STR("repeat_buyer_rate"));
    struct plan_rows wanted = { .measure = k->leaves[0].measure,
                                .table = k->leaves[0].measure->table,
                                .date = k->leaves[0].measure->date };
    struct sql sql;
    assert_non_null(arena);
    assert_true(day_parse(STR("2026-11-01"), &wanted.from));
    assert_true(day_parse(STR("2026-11-20"), &wanted.to));
    sql_init(&sql, SQL_DUCKDB);

    assert_int_equal(plan_rows_write(&wanted, arena, &sql, &why), STATUS_OK);
    if (conn_run(r->conn, &sql, &rows, &why) != STATUS_OK)
        rig_fail(&why);

    assert_int_equal(frame_rows(rows), 4); /* both orders of 1 and of 2 */
    frame_free(rows);
    sql_release(&sql);
    arena_free(arena);
    rig_free(r);
}

static void a_style_is_full_when_each_of_its_articles_is_somewhere(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    rig_exec(r,
             "INSERT INTO product (store, sku, product_id) VALUES ('web', 'a-s', 'a'),"
             " ('web', 'a-m', 'a'), ('web', 'b-s', 'b'), ('web', 'b-m', 'b'), ('web', 'c-s', 'c'),"
             " ('web', 'd', NULL)");
    rig_exec(r,
             "INSERT INTO stock_level (store, sku, local_date, on_hand) VALUES"
             " ('web', 'a-s', '2026-11-02', 0), ('web', 'a-s', '2026-11-09', 1),"
             " ('web', 'a-m', '2026-11-09', 4), ('web', 'b-s', '2026-11-09', 0),"
             " ('web', 'b-m', '2026-11-09', 2), ('web', 'c-s', '2026-11-09', 0),"
             " ('web', 'd', '2026-11-09', 7)");
    struct kpi_question q = november();
    q.kpis = (const str[]){ STR("size_full_rate"), STR("size_gap_rate") };
    q.kpi_count = 2;

    struct answer *a = rig_ask(r, q);
    q.where = STR("style = 'b'");
    struct answer *broken = rig_ask(r, q);

    assert_str(a->kpis[0].total.value.num, "1"); /* a; c has no stock at all, d is no style */
    assert_str(a->kpis[0].total.value.den, "2");
    assert_str(a->kpis[1].total.value.text, "0.500000000000");
    assert_str(broken->kpis[0].total.value.text, "0"); /* none is full, which is known */
    assert_str(broken->kpis[1].total.value.text, "1.00000000000");
    answer_free(a);
    answer_free(broken);
    rig_free(r);
}

/* Articles 1 to 12 with 1.00 to 12.00; 13 is sold and returned. */
static void sell_twelve_articles(struct rig *r, const char *currency)
{
    char sql[640];
    snprintf(sql,
             sizeof sql,
             "INSERT INTO order_line (store, order_key, class, sku, local_date, order_date,"
             " currency, quantity, gross_e4, net_e4) SELECT 'web', n, 'sale', 'A' || n,"
             " DATE '2026-11-02', DATE '2026-11-02', '%s', 1, n * 10000, n * 10000"
             " FROM range(1, 13) AS t(n) UNION ALL SELECT 'web', 13, class, 'A13', DATE"
             " '2026-11-03', DATE '2026-11-02', '%s', 1, v, v FROM (VALUES ('sale', 900000),"
             " ('return', -900000)) AS r(class, v)",
             currency,
             currency);
    rig_exec(r, sql);
}

static struct answer *ask_top(struct rig *r)
{
    struct kpi_question q = november();
    q.kpis = (const str[]){ STR("top10_share"), STR("net_sales") };
    q.kpi_count = 2;
    return rig_ask(r, q);
}

static void the_ten_best_are_those_of_the_whole_range(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    sell_twelve_articles(r, "GBP");

    struct answer *a = ask_top(r);

    assert_str(a->kpis[0].total.value.num, "75.0000"); /* 3 to 12 */
    assert_str(a->kpis[0].total.value.den, "78.0000");
    answer_free(a);
    rig_free(r);
}

static void articles_in_several_currencies_have_no_order(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    sell_twelve_articles(r, "EUR");
    rig_exec(r,
             "INSERT INTO fx_rate (base, quote, local_date, rate_e9) VALUES"
             " ('EUR', 'GBP', '2026-11-02', 850000000), ('EUR', 'GBP', '2026-11-03', 850000000)");

    struct answer *a = ask_top(r);

    assert_int_equal(a->kpis[0].total.value.text.len, 0);
    assert_true(str_contains(a->kpis[0].total.value.reason, STR("the greatest are found before")));
    assert_true(str_contains(a->kpis[0].total.value.reason, STR("not in GBP")));
    assert_str(a->kpis[1].total.value.text, "66.3000"); /* 78.00 at 0.85 */
    answer_free(a);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buyer_who_came_once_to_each_store_came_twice_to_the_shop),
        cmocka_unit_test(who_bought_before_the_period_and_in_it_has_come_back),
        cmocka_unit_test(a_group_that_gathers_in_no_period_is_still_one_of_the_top),
        cmocka_unit_test(rows_behind_a_gathered_figure_are_those_of_its_keys),
        cmocka_unit_test(a_style_is_full_when_each_of_its_articles_is_somewhere),
        cmocka_unit_test(the_ten_best_are_those_of_the_whole_range),
        cmocka_unit_test(articles_in_several_currencies_have_no_order),
    };
    return cmocka_run_group_tests_name("gathered", tests, NULL, NULL);
}
