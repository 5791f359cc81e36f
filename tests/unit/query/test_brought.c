/* Figures that no platform exports and a shop brings itself: people of a team, the size of a
 * market. A store that does not tell them is in no figure; nothing is divided by another store's.
 */
#include "stats_rig.h"

static void sell(struct rig *r, const char *store, int order, int pounds)
{
    char sql[900];
    (void)snprintf(sql,
                   sizeof sql,
                   "INSERT INTO orders (store, order_key, local_date, paid_at, paid_date, paid_e4,"
                   " currency, is_test, has_sale) VALUES ('%s', %d, '2026-11-02', 1, '2026-11-02',"
                   " %d, 'GBP', false, true);"
                   "INSERT INTO order_line (store, order_key, class, sku, local_date, order_date,"
                   " currency, quantity, gross_e4, net_e4) VALUES ('%s', %d, 'sale', 'A',"
                   " '2026-11-02', '2026-11-02', 'GBP', 1, %d, %d)",
                   store,
                   order,
                   pounds * 10000,
                   store,
                   order,
                   pounds * 10000,
                   pounds * 10000);
    rig_exec(r, sql);
    watermark(r, store, "orders");
    watermark(r, store, "order_line");
}

static struct rig *three_stores(void)
{
    struct rig *r = rig_new(NULL);
    sell(r, "tmall", 1, 300);
    sell(r, "web", 2, 100);
    sell(r, "jd", 3, 5000); /* tells nothing */
    watermark(r, "tmall", "platform_stat");
    watermark(r, "web", "platform_stat");
    stat(r, "tmall", NULL, NULL, "team_heads", "2026-11-01", "2026-11-15", "9", NULL);
    stat(r, "tmall", NULL, NULL, "team_heads", "2026-11-16", "2026-11-20", "3", NULL);
    stat(r, "tmall", NULL, NULL, "market_amount", "2026-11-01", "2026-11-20", "6000", "GBP");
    return r;
}

static struct answer *ask(struct rig *r, const char *kpi)
{
    return rig_ask(r,
                   (struct kpi_question){ KPIS(str_from(kpi)),
                                          BY(STR("store")),
                                          .sort = STR("store"),
                                          .from = STR("2026-11-01"),
                                          .to = STR("2026-11-20") });
}

static void sales_per_head_count_stores_that_tell_their_people(void **state)
{
    (void)state;
    struct rig *r = three_stores();

    struct answer *one = ask(r, "sales_per_head");
    stat(r, "web", NULL, NULL, "team_heads", "2026-11-20", NULL, "1", NULL);
    struct answer *two = ask(r, "sales_per_head");

    assert_int_equal(one->row_count, 1);
    assert_str(one->kpis[0].total.value.text, "100.0000"); /* 300 by the newest, 3 */
    assert_int_equal(two->row_count, 2);
    assert_str(two->kpis[0].rows[1].value.text, "100.0000");
    assert_str(two->kpis[0].total.value.text, "100.0000"); /* 400 by 3 + 1 */
    answer_free(one);
    answer_free(two);
    rig_free(r);
}

static void a_share_of_the_market_is_that_of_its_own_store(void **state)
{
    (void)state;
    struct rig *r = three_stores();

    struct answer *one = ask(r, "market_share");
    stat(r, "web", NULL, NULL, "market_amount", "2026-11-01", "2026-11-20", "6000", "GBP");
    struct answer *two = ask(r, "market_share");

    assert_str(one->kpis[0].total.value.num, "300.0000");
    assert_str(one->kpis[0].total.value.den, "6000.0000");
    assert_str(two->kpis[0].rows[1].value.num, "100.0000");
    assert_int_equal(two->kpis[0].total.value.kind, VALUE_NONE); /* maybe the same market */
    assert_true(str_contains(two->kpis[0].total.value.reason, STR("ask by store")));
    answer_free(one);
    answer_free(two);
    rig_free(r);
}

static void the_market_of_another_period_tells_nothing(void **state)
{
    (void)state;
    struct rig *r = three_stores();

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("market_share")),
                                                      .from = STR("2026-11-01"),
                                                      .to = STR("2026-11-10") });

    assert_int_equal(a->kpis[0].total.value.kind, VALUE_NONE);
    assert_true(str_contains(a->kpis[0].total.value.reason, STR("amount paid in the market")));
    answer_free(a);
    rig_free(r);
}

static void a_task_counts_as_done_where_it_was_started(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    rig_exec(r,
             "INSERT INTO event (store, session_key, name, local_date) VALUES"
             " ('web', 1, 'task_start', '2026-11-02'), ('web', 1, 'task_done', '2026-11-02'),"
             " ('web', 1, 'task_done', '2026-11-02'), ('web', 2, 'task_start', '2026-11-02'),"
             " ('web', 3, 'task_done', '2026-11-02'), ('web', 4, 'page_view', '2026-11-20')");
    watermark(r, "web", "event");
    struct kpi_question q = { KPIS(STR("task_success")),
                              .from = STR("2026-11-01"),
                              .to = STR("2026-11-10") };

    struct answer *a = rig_ask(r, q);
    q.from = STR("2026-11-11");
    q.to = STR("2026-11-20");
    struct answer *none = rig_ask(r, q);

    assert_str(a->kpis[0].total.value.num, "1");
    assert_str(a->kpis[0].total.value.den, "2");
    assert_str(none->kpis[0].total.value.reason,
               "no event task_start: the shop's pages send task_start and task_done");
    answer_free(a);
    answer_free(none);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sales_per_head_count_stores_that_tell_their_people),
        cmocka_unit_test(a_share_of_the_market_is_that_of_its_own_store),
        cmocka_unit_test(the_market_of_another_period_tells_nothing),
        cmocka_unit_test(a_task_counts_as_done_where_it_was_started),
    };
    return cmocka_run_group_tests_name("brought by the shop", tests, NULL, NULL);
}
