/* The simulated files in a shop: nothing is refused, all adds up, what is planted shows. */
#include "demo_rig.h"

#include "derive/derive.h"
#include "ingest/ingest.h"

struct rig {
    char files[64];
    struct shop *shop;
    struct arena *arena;
};

static void import_all(struct rig *r, struct shop *shop)
{
    for (size_t i = 0; demo_target(i) != NULL; i++) {
        struct error why = { .lang = LANG_EN };
        struct import_result result;
        const str file = arena_printf(r->arena, "%s/%s.csv", r->files, demo_target(i));
        const str preset = arena_printf(r->arena, "generic:%s", demo_target(i));
        const struct import_options o = { .preset = preset.ptr,
                                          .as_of = "2026-11-22",
                                          .now_us = (RIG_UNTIL + 1) * US_PER_DAY };
        if (import_run(shop, file.ptr, &o, r->arena, &result, &why) != STATUS_OK)
            fail_msg("%s: %s", demo_target(i), why.text);
        if (result.rows_refused != 0 || result.rows_difference != 0 || result.difference_e4 != 0)
            fail_msg("%s: rows are refused or do not add up", demo_target(i));
    }
}

static struct shop *make_shop(struct rig *r, const char *name)
{
    const struct shop_settings s = { .name = STR("Demo"),
                                     .currency = STR(DEMO_CURRENCY),
                                     .timezone = STR(DEMO_TIMEZONE),
                                     .week_start = 1 };
    struct error why = { .lang = LANG_EN };
    struct shop *shop = NULL;
    const char *dir = path_join(r->arena, r->files, name);
    if (shop_init(dir, &s, &why) != STATUS_OK || shop_open(dir, NULL, &shop, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    import_all(r, shop);
    return shop;
}

static int rig_open(void **state)
{
    static struct rig r;
    struct error why = { .lang = LANG_EN };
    r = (struct rig){ .arena = arena_new((size_t)512 << 20) };
    rig_folder(r.files, sizeof r.files);
    rig_make(r.files, RIG_DAYS, RIG_ORDERS, 1);
    r.shop = make_shop(&r, "shop");
    if (derive_after_import(r.shop, shop_writer(r.shop), NULL, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    *state = &r;
    return 0;
}

static int rig_close(void **state)
{
    struct rig *r = *state;
    shop_close(r->shop);
    rig_remove(r->files);
    arena_free(r->arena);
    return 0;
}

static void figures_that_cannot_be_derived_leave_what_came_in(void **state)
{
    struct rig *r = *state;
    const struct shop_settings s = { .name = STR("Broken"),
                                     .currency = STR(DEMO_CURRENCY),
                                     .timezone = STR(DEMO_TIMEZONE),
                                     .week_start = 1 };
    struct error why = { .lang = LANG_EN };
    struct shop *shop = NULL;
    const char *dir = path_join(r->arena, r->files, "broken");
    if (shop_init(dir, &s, &why) != STATUS_OK || shop_open(dir, NULL, &shop, &why) != STATUS_OK ||
        conn_exec(shop_writer(shop), "DROP TABLE dirty", &why) != STATUS_OK)
        fail_msg("%s", why.text);

    assert_int_not_equal(derive_after_import(shop, shop_writer(shop), NULL, &why), STATUS_OK);

    assert_non_null(strstr(why.text, "what came in is kept"));
    assert_non_null(strstr(why.text, "shopvane rebuild"));
    shop_close(shop);
}

static int64_t number_in(struct shop *shop, const char *sql)
{
    struct error why = { .lang = LANG_EN };
    int64_t out = -1;
    if (conn_query_i64(shop_writer(shop), sql, &out, &why) != STATUS_OK)
        fail_msg("%s\nin %s", why.text, sql);
    return out;
}

static int64_t number(const struct rig *r, const char *sql)
{
    return number_in(r->shop, sql);
}

static void every_file_brings_its_rows_and_none_is_refused(void **state)
{
    const struct rig *r = *state;

    assert_int_equal(number(r, "SELECT count(*) FROM quarantine"), 0);
    assert_int_equal(number(r, "SELECT count(*) FROM import"), 18);
    assert_int_equal(number(r, "SELECT count(*) FROM import WHERE rows_read = 0"), 0);
    assert_int_equal(number(r, "SELECT count(*) FROM session WHERE visitor_key IS NULL"), 0);
    assert_int_equal(number(r, "SELECT count(*) FROM session WHERE is_derived"), 0);
    assert_int_equal(number(r, "SELECT count(*) FROM refund WHERE order_key IS NULL"), 0);
}

static void what_is_derived_verifies(void **state)
{
    const struct rig *r = *state;
    struct error why = { .lang = LANG_EN };
    struct derive_report report = { 0 };
    struct conn *c = NULL;

    assert_int_equal(shop_conn_new(r->shop, &c, &why), STATUS_OK);
    if (derive_verify(r->shop, c, NULL, r->arena, &report, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    conn_close(c);

    assert_int_equal(report.differences, 0);
    assert_true(report.cells > 0 && report.orders > 0);
}

static void stock_is_what_came_less_what_was_sold(void **state)
{
    const struct rig *r = *state;

    assert_int_equal(
        number(r,
               "SELECT count(*) FROM (SELECT sku, sum(quantity) AS came FROM stock_move GROUP BY "
               "sku) m LEFT JOIN (SELECT sku, sum(quantity) AS sold FROM order_line WHERE class = "
               "'sale' GROUP BY sku) s ON s.sku = m.sku JOIN (SELECT sku, arg_max(on_hand, "
               "local_date) AS left_over FROM stock_level GROUP BY sku) l ON l.sku = m.sku WHERE "
               "came - coalesce(sold, 0) <> left_over"),
        0);
    assert_int_equal(number(r, "SELECT count(*) FROM stock_level WHERE on_hand < 0"), 0);
}

static void orders_lead_to_their_sessions(void **state)
{
    const struct rig *r = *state;

    assert_int_equal(number(r,
                            "SELECT count(*) FROM orders o WHERE session_key IS NOT NULL AND NOT "
                            "EXISTS (SELECT 1 FROM session s WHERE s.session_key = o.session_key)"),
                     0);
    assert_true(number(r, "SELECT count(*) FROM orders WHERE session_key IS NULL") > 0);
}

static void reviews_follow_quality_in_both_languages(void **state)
{
    const struct rig *r = *state;

    assert_true(number(r, "SELECT count(*) FROM feedback WHERE language = 'zh'") > 0);
    assert_true(number(r, "SELECT count(*) FROM feedback WHERE language = 'en'") > 0);
    assert_true(
        number(r,
               "SELECT CASE WHEN corr(stars, back) < 0 THEN 1 ELSE 0 END FROM (SELECT sku, "
               "avg(score) AS stars FROM feedback WHERE kind = 'review' GROUP BY sku) f "
               "JOIN (SELECT sku, -sum(quantity) FILTER (class = 'return') / "
               "sum(quantity) FILTER (class = 'sale') AS back FROM order_line GROUP BY sku) "
               "l USING (sku) WHERE back IS NOT NULL") == 1);
}

static void price_mistake_stands_in_the_ledger(void **state)
{
    const struct rig *r = *state;

    assert_int_equal(number(r,
                            "SELECT count(DISTINCT l.sku) FROM order_line l JOIN product p USING "
                            "(sku) WHERE l.class = 'sale' AND l.unit_price_e4 * 10 = p.price_e4"),
                     1);
    assert_int_equal(number(r,
                            "SELECT count(*) FROM order_line l JOIN product p USING (sku) WHERE "
                            "l.class = 'sale' AND l.unit_price_e4 > p.price_e4"),
                     0);
}

static void same_files_give_the_same_ledger(void **state)
{
    static const char *const sums[] = {
        "SELECT sum(hash(class, lines, units, amount_e4) // 1000000)::BIGINT FROM import_ledger",
        ("SELECT sum(hash(order_key, sku, local_date, quantity, net_e4) // 10000000)::BIGINT "
         "FROM order_line"),
        "SELECT sum(hash(session_key, visitor_key, local_minute) // 10000000)::BIGINT FROM session",
    };
    struct rig *r = *state;
    struct shop *again = make_shop(r, "again");

    for (size_t i = 0; i < ARRAY_LEN(sums); i++)
        assert_int_equal(number(r, sums[i]), number_in(again, sums[i]));

    shop_close(again);
}

/* The engine lost a large INSERT after one of no rows; nothing was said, and no visitor counted. */
static void new_visitors_of_a_large_file_keep_their_ids_when_no_customer_is_new(void **state)
{
    const struct rig *r = *state;
    struct error why = { .lang = LANG_EN };
    struct import_result result;
    const struct import_options o = { .preset = "generic:session",
                                      .as_of = "2026-11-22",
                                      .now_us = (RIG_UNTIL + 1) * US_PER_DAY };
    const str path = arena_printf(r->arena, "%s/many.csv", r->files);
    FILE *f = fopen(path.ptr, "wb");
    assert_non_null(f);
    fprintf(f, "session_id,visitor_id,customer_id,at\n");
    for (int i = 0; i < 200000; i++)
        fprintf(f, "x%d,y%d,C0000001,2026-01-02 10:00:00\n", i, i);
    assert_int_equal(fclose(f), 0);

    if (import_run(r->shop, path.ptr, &o, r->arena, &result, &why) != STATUS_OK)
        fail_msg("%s", why.text);

    assert_int_equal(number(r, "SELECT count(*) FROM session WHERE visitor_key IS NULL"), 0);
    assert_int_equal(number(r,
                            "SELECT count(DISTINCT visitor_key) FROM session WHERE local_date "
                            "= DATE '2026-01-02'"),
                     200000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_that_cannot_be_derived_leave_what_came_in),
        cmocka_unit_test(every_file_brings_its_rows_and_none_is_refused),
        cmocka_unit_test(what_is_derived_verifies),
        cmocka_unit_test(stock_is_what_came_less_what_was_sold),
        cmocka_unit_test(orders_lead_to_their_sessions),
        cmocka_unit_test(reviews_follow_quality_in_both_languages),
        cmocka_unit_test(price_mistake_stands_in_the_ledger),
        cmocka_unit_test(same_files_give_the_same_ledger),
        cmocka_unit_test(new_visitors_of_a_large_file_keep_their_ids_when_no_customer_is_new),
    };
    return cmocka_run_group_tests_name("demo shop", tests, rig_open, rig_close);
}
