/* Rollups, order sequences and sessions, built step by step against built at once. */
#include "derive_shop.h"

static const char *const derived_tables[] = { "rollup_line",   "rollup_order", "rollup_visit",
                                              "orders",        "session",      "rollup_set",
                                              "rollup_product" };

static void keep_derived(struct rig *r)
{
    char sql[256];
    for (size_t i = 0; i < ARRAY_LEN(derived_tables); i++) {
        snprintf(sql,
                 sizeof sql,
                 "CREATE OR REPLACE TEMP TABLE kept_%s AS FROM \"%s\"",
                 derived_tables[i],
                 derived_tables[i]);
        run_sql(r, sql);
    }
}

static void assert_derived_as_kept(struct rig *r)
{
    char sql[512];
    for (size_t i = 0; i < ARRAY_LEN(derived_tables); i++) {
        const char *t = derived_tables[i];
        snprintf(sql,
                 sizeof sql,
                 "SELECT count(*) FROM ((FROM \"%s\" EXCEPT ALL FROM kept_%s) UNION ALL"
                 " (FROM kept_%s EXCEPT ALL FROM \"%s\"))",
                 t,
                 t,
                 t,
                 t);
        const int64_t differ = number(r, sql);
        if (differ != 0)
            fail_msg("%s: %lld rows differ", t, (long long)differ);
    }
}

static void late_rows_lead_to_the_same_cells_as_a_rebuild(void **state)
{
    struct rig *r = *state;
    assert_int_equal(number(r, "SELECT count(*) FROM dirty"), 0);
    assert_true(number(r, "SELECT count(*) FROM rollup_line") > 1000);
    assert_true(number(r, "SELECT count(*) FROM rollup_order") > 500);
    assert_true(number(r, "SELECT count(*) FROM rollup_visit") > 40);
    assert_true(number(r, "SELECT count(*) FROM session") > 100);
    keep_derived(r);

    derive(r, true);

    assert_derived_as_kept(r);
}

static void an_edited_cancelled_or_removed_order_moves_its_customers_sequence(void **state)
{
    struct rig *r = *state;
    run_sql(r,
            "INSERT INTO dirty SELECT DISTINCT store, unnest([local_date, paid_date]) FROM orders"
            " WHERE order_key % 10 < 2;"
            "INSERT INTO dirty SELECT DISTINCT store, unnest([local_date, order_date])"
            " FROM order_line WHERE order_key % 10 < 2;"
            "UPDATE orders SET cancelled_at = placed_at, country = 'IT' WHERE order_key % 10 = 0;"
            "DELETE FROM order_line WHERE order_key % 10 = 1;"
            "DELETE FROM orders WHERE order_key % 10 = 1");
    derive(r, false);
    keep_derived(r);

    derive(r, true);

    assert_derived_as_kept(r);
    assert_true(number(r, "SELECT count(*) FROM rollup_line WHERE v1 = 'IT'") > 0);
}

static void a_changed_category_reaches_cells_by_itself(void **state)
{
    struct rig *r = *state;
    run_sql(r,
            "UPDATE product SET category = 'new one' WHERE sku = 'S3';"
            "INSERT INTO data_version SELECT max(version) + 1, 0, 'import' FROM data_version");

    derive(r, false);

    assert_true(number(r, "SELECT count(*) FROM rollup_line WHERE v1 = 'new one'") > 0);
    keep_derived(r);
    derive(r, true);
    assert_derived_as_kept(r);
}

static void each_grouping_set_adds_up_to_the_total(void **state)
{
    struct rig *r = *state;
    static const char *const sums[] = { "lines",  "units",   "gross_e4",
                                        "net_e4", "cost_e4", "net_with_cost_e4" };
    char sql[512];
    for (size_t i = 0; i < ARRAY_LEN(sums); i++) {
        snprintf(
            sql,
            sizeof sql,
            "SELECT count(DISTINCT total) FROM (SELECT set_id, grain, b.id, sum(\"%s\") AS total"
            " FROM rollup_line c JOIN (VALUES (0), (1)) b(id) ON c.basis IN (b.id, 2)"
            " WHERE date < (SELECT max(open_month) FROM rollup_set WHERE rollup = 'rollup_line')"
            " GROUP BY set_id, grain, b.id) GROUP BY id HAVING count(DISTINCT grain) = 2",
            sums[i]);
        assert_int_equal(number(r, sql), 1);
        snprintf(sql,
                 sizeof sql,
                 "SELECT (SELECT sum(\"%s\") FROM rollup_line WHERE set_id = 0 AND grain = 0"
                 " AND basis IN (1, 2)) - (SELECT %s FROM order_line)",
                 sums[i],
                 i == 0   ? "count(*)"
                 : i == 1 ? "sum(quantity)"
                 : i == 5 ? "sum(net_e4) FILTER (WHERE cost_e4 IS NOT NULL)"
                 : i == 2 ? "sum(gross_e4)"
                 : i == 3 ? "sum(net_e4)"
                          : "sum(cost_e4)");
        assert_int_equal(number(r, sql), 0);
    }
    assert_int_equal(number(r,
                            "SELECT sum(\"rows\") FROM rollup_order WHERE set_id = 0 AND grain = 1"
                            " AND basis IN (0, 2)"),
                     number(r,
                            "SELECT count(*) FROM orders WHERE NOT is_test AND local_date <"
                            " (SELECT max(open_month) FROM rollup_set WHERE rollup ="
                            " 'rollup_order')"));
    assert_int_equal(number(r,
                            "SELECT sum(\"rows\") FROM rollup_order WHERE set_id = 3 AND grain = 0"
                            " AND basis IN (1, 2)"),
                     number(r, "SELECT count(paid_date) FROM orders WHERE NOT is_test"));
}

/* The cells of a month are made when a later one begins, and go when that one's days go. */
static void a_month_has_cells_once_it_is_over(void **state)
{
    struct rig *r = *state;
    static const char open_sql[] =
        "SELECT month(max(open_month)) FROM rollup_set WHERE rollup = 'rollup_line'";
    static const char cells_sql[] =
        "SELECT count(*) FROM rollup_line WHERE grain = 1 AND month(date) = ";
    static const char *const steps[] = {
        "CREATE OR REPLACE TEMP TABLE late AS SELECT * REPLACE (local_date + 62 AS local_date) FROM"
        " order_line WHERE class = 'sale' AND local_date > (SELECT max(local_date) - 9 FROM"
        " order_line WHERE class = 'sale'); INSERT INTO order_line FROM late;"
        "INSERT INTO dirty SELECT DISTINCT store, unnest([local_date, order_date]) FROM late",
        "INSERT INTO dirty SELECT DISTINCT store, unnest([local_date, order_date]) FROM late;"
        "DELETE FROM order_line WHERE local_date >= (SELECT min(local_date) FROM late)",
    };
    char sql[256];
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        const int64_t before = number(r, open_sql);
        run_sql(r, steps[i]);
        run_sql(r,
                "INSERT INTO data_version SELECT max(version) + 1, 0, 'import' FROM data_version");

        derive(r, false);

        const int64_t now = number(r, open_sql);
        assert_true(i == 0 ? now > before : now < before);
        snprintf(sql, sizeof sql, "%s%lld", cells_sql, (long long)now);
        assert_int_equal(number(r, sql), 0);
        snprintf(sql, sizeof sql, "%s%lld", cells_sql, (long long)(i == 0 ? before : now - 1));
        assert_true(number(r, sql) > 0);
        keep_derived(r);
        derive(r, true);
        assert_derived_as_kept(r);
    }
}

static void distinct_buyers_of_a_range_come_exactly_from_cells(void **state)
{
    struct rig *r = *state;
    for (int basis = 0; basis < 2; basis++) {
        char cells[512];
        char facts[512];
        const char *date = basis == 0 ? "local_date" : "order_date";
        snprintf(cells,
                 sizeof cells,
                 "SELECT ids_union_count(buyers) FROM rollup_line WHERE set_id = 1 AND grain = 0"
                 " AND basis IN (%d, 2) AND v1 = 'UK' AND class = 'sale'"
                 " AND date BETWEEN DATE '2024-02-10' AND DATE '2024-03-20'",
                 basis);
        snprintf(facts,
                 sizeof facts,
                 "SELECT count(DISTINCT l.customer_key) FROM order_line l JOIN orders o"
                 " USING (order_key) WHERE o.country = 'UK' AND l.class = 'sale'"
                 " AND l.%s BETWEEN DATE '2024-02-10' AND DATE '2024-03-20'",
                 date);
        assert_int_equal(number(r, cells), number(r, facts));
        assert_true(number(r, facts) > 5);
    }
}

static void visits_and_their_visitors_come_exactly_from_cells(void **state)
{
    struct rig *r = *state;
    static const char *const pairs[][2] = {
        { "sum(visits)", "count(*)" },
        { "sum(pageviews)", "sum(pageviews)" },
        { "sum(visits_one_page)", "count(*) FILTER (pageviews = 1)" },
        { "sum(visits_cart_left)", "count(*) FILTER (cart_adds > 0 AND purchases = 0)" },
        { "sum(visits_cart_recovered)",
          "count(*) FILTER (cart_adds > 0 AND purchases = 0 AND recovered)" },
        { "ids_union_count(visitors)", "count(DISTINCT visitor_key)" },
        { "ids_union_count(visitors_new)", "count(DISTINCT visitor_key) FILTER (is_new_visitor)" },
        { "ids_union_count(visitors_cart)", "count(DISTINCT visitor_key) FILTER (cart_adds > 0)" },
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        char cells[512];
        char facts[512];
        snprintf(cells,
                 sizeof cells,
                 "SELECT %s FROM rollup_visit WHERE set_id = 3 AND grain = 0 AND v1 = 'ads'"
                 " AND date BETWEEN DATE '2024-02-01' AND DATE '2024-02-09'",
                 pairs[i][0]);
        snprintf(facts,
                 sizeof facts,
                 "SELECT %s FROM session WHERE channel = 'ads'"
                 " AND local_date BETWEEN DATE '2024-02-01' AND DATE '2024-02-09'",
                 pairs[i][1]);
        assert_int_equal(number(r, cells), number(r, facts));
        assert_true(number(r, facts) > 0);
    }
}

/* The purchase makes the cart of the day before a recovered one, and an earlier visit takes "new"
 * from a later one: neither day had an event of its own. */
static void a_late_event_moves_the_cells_of_other_days(void **state)
{
    struct rig *r = *state;
    run_sql(r,
            "INSERT INTO event BY NAME SELECT 'main' AS store, id AS event_id, 77::UINTEGER AS"
            " visitor_key, name, epoch_us(t) AS \"at\", t::DATE AS local_date, 600::SMALLINT AS"
            " local_minute FROM (VALUES ('x1', 'add_to_cart', TIMESTAMP '2024-03-05 10:00'),"
            " ('x2', 'page_view', TIMESTAMP '2024-03-09 10:00')) v(id, name, t);"
            "INSERT INTO dirty VALUES ('main', '2024-03-05'), ('main', '2024-03-09')");
    derive(r, false);
    assert_int_equal(number(r,
                            "SELECT sum(visits_cart_recovered) FROM rollup_visit WHERE set_id = 0"
                            " AND grain = 0 AND date = DATE '2024-03-05'"),
                     0);
    run_sql(r,
            "INSERT INTO event BY NAME SELECT 'main' AS store, id AS event_id, 77::UINTEGER AS"
            " visitor_key, name, epoch_us(t) AS \"at\", t::DATE AS local_date, 600::SMALLINT AS"
            " local_minute FROM (VALUES ('x3', 'purchase', TIMESTAMP '2024-03-06 10:00'),"
            " ('x4', 'page_view', TIMESTAMP '2024-03-01 10:00')) v(id, name, t);"
            "INSERT INTO dirty VALUES ('main', '2024-03-06'), ('main', '2024-03-01')");

    derive(r, false);

    assert_int_equal(number(r,
                            "SELECT sum(visits_cart_recovered) FROM rollup_visit WHERE set_id = 0"
                            " AND grain = 0 AND date = DATE '2024-03-05'"),
                     1);
    assert_int_equal(number(r,
                            "SELECT ids_union_count(visitors_new) FROM rollup_visit WHERE"
                            " set_id = 0 AND grain = 0 AND date = DATE '2024-03-05'"),
                     0);
    keep_derived(r);
    derive(r, true);
    assert_derived_as_kept(r);
}

/* As it is when a newer program has added a rollup, or changed one. */
static void cells_that_an_older_program_lacks_are_built(void **state)
{
    struct rig *r = *state;
    keep_derived(r);
    run_sql(r,
            "DELETE FROM rollup_visit; DELETE FROM rollup_set WHERE rollup = 'rollup_visit';"
            "INSERT INTO data_version SELECT max(version) + 1, 0, 'schema' FROM data_version");

    derive(r, false);

    assert_derived_as_kept(r);
}

static void a_small_shop_has_no_cells_until_it_grows(void **state)
{
    struct rig *r = *state;
    const int64_t lines = number(r, "SELECT count(*) FROM order_line");
    r->settings.cells_from = lines + 1;
    derive(r, true);
    assert_int_equal(number(r, "SELECT count(*) FROM rollup_line"), 0);
    assert_int_equal(number(r, "SELECT count(*) FROM rollup_set WHERE set_id >= 0"), 0);
    const int64_t before = number(r, "SELECT max(version) FROM data_version");
    derive(r, false); /* and knows that there is nothing to do */
    assert_int_equal(number(r, "SELECT max(version) FROM data_version"), before);

    run_sql(
        r,
        "INSERT INTO dirty SELECT store, local_date FROM order_line LIMIT 1;"
        "INSERT INTO order_line SELECT l.* FROM order_line l JOIN dirty USING (store, local_date)"
        " WHERE class = 'sale' LIMIT 1;"
        "INSERT INTO data_version SELECT max(version) + 1, 0, 'import' FROM data_version");
    derive(r, false);

    assert_true(number(r, "SELECT count(*) FROM rollup_line") > 1000);
    assert_true(number(r, "SELECT count(*) FROM rollup_order") == 0); /* has fewer facts */
    keep_derived(r);
    derive(r, true);
    assert_derived_as_kept(r);
}

static void order_sequence_is_the_obvious_one(void **state)
{
    struct rig *r = *state;
    /* the slow way: count earlier orders of the same customer one by one */
    assert_int_equal(
        number(r,
               "SELECT count(*) FROM orders o WHERE customer_key IS NOT NULL AND order_seq IS"
               " DISTINCT FROM (SELECT CASE WHEN o.has_sale AND o.cancelled_at IS NULL AND NOT"
               " o.is_test THEN count(*) + 1 END FROM orders e WHERE e.customer_key ="
               " o.customer_key AND e.has_sale AND e.cancelled_at IS NULL AND NOT e.is_test AND"
               " (e.placed_at, e.order_key) < (o.placed_at, o.order_key))"),
        0);
    assert_int_equal(number(r,
                            "SELECT count(*) FROM orders WHERE (order_seq = 1) AND customer_type"
                            " <> 'new' OR order_seq > 1 AND customer_type <> 'returning'"
                            " OR customer_key IS NULL AND customer_type <> 'unknown'"),
                     0);
    assert_true(number(r, "SELECT max(order_seq) FROM orders") > 4);
}

static void a_returning_window_forgets_old_customers(void **state)
{
    struct rig *r = *state;
    r->settings.returning_window_days = 10;

    derive(r, true);

    assert_int_equal(number(r,
                            "SELECT count(*) FROM orders WHERE order_seq > 1 AND (customer_type ="
                            " 'new') <> (placed_at - prev_order_at > 10 * 86400000000)"),
                     0);
    assert_true(
        number(r, "SELECT count(*) FROM orders WHERE order_seq > 1 AND customer_type = 'new'") > 0);
}

static void sessions_end_after_thirty_minutes_and_are_never_built_twice(void **state)
{
    struct rig *r = *state;
    /* built ones hold every event once */
    assert_int_equal(number(r, "SELECT sum(events) FROM session WHERE is_derived"),
                     number(r, "SELECT count(*) FROM event"));
    assert_int_equal(number(r,
                            "SELECT count(*) FROM (SELECT session_key FROM session GROUP BY 1"
                            " HAVING count(*) > 1)"),
                     0);
    /* session 900 arrives from its source, which has it on a day without events of the session:
     * the built one makes room */
    run_sql(
        r,
        "INSERT INTO session BY NAME SELECT 'main' AS store, 900 AS session_key, visitor_key,"
        " (local_date + 400)::DATE AS local_date, 77 AS pageviews, false AS is_derived FROM event"
        " WHERE session_key = 900 LIMIT 1;"
        "INSERT INTO dirty SELECT DISTINCT store, local_date FROM session WHERE NOT is_derived");

    derive(r, false);

    assert_int_equal(number(r, "SELECT count(*) FROM session WHERE session_key = 900"), 1);
    assert_int_equal(number(r, "SELECT pageviews FROM session WHERE session_key = 900"), 77);
    keep_derived(r);
    derive(r, true);
    assert_derived_as_kept(r);
}

static void nothing_to_do_changes_nothing(void **state)
{
    struct rig *r = *state;
    const int64_t before = number(r, "SELECT coalesce(max(version), 0) FROM data_version");

    derive(r, false);

    assert_int_equal(number(r, "SELECT coalesce(max(version), 0) FROM data_version"), before);
}

int main(void)
{
#define SHOP_TEST(name) cmocka_unit_test_setup_teardown(name, rig_filled, rig_close)
    const struct CMUnitTest tests[] = {
        SHOP_TEST(late_rows_lead_to_the_same_cells_as_a_rebuild),
        SHOP_TEST(an_edited_cancelled_or_removed_order_moves_its_customers_sequence),
        SHOP_TEST(a_changed_category_reaches_cells_by_itself),
        SHOP_TEST(each_grouping_set_adds_up_to_the_total),
        SHOP_TEST(a_month_has_cells_once_it_is_over),
        SHOP_TEST(distinct_buyers_of_a_range_come_exactly_from_cells),
        SHOP_TEST(visits_and_their_visitors_come_exactly_from_cells),
        SHOP_TEST(a_late_event_moves_the_cells_of_other_days),
        SHOP_TEST(cells_that_an_older_program_lacks_are_built),
        SHOP_TEST(a_small_shop_has_no_cells_until_it_grows),
        SHOP_TEST(order_sequence_is_the_obvious_one),
        SHOP_TEST(a_returning_window_forgets_old_customers),
        SHOP_TEST(sessions_end_after_thirty_minutes_and_are_never_built_twice),
        SHOP_TEST(nothing_to_do_changes_nothing),
    };
    return cmocka_run_group_tests_name("derive/rollups", tests, rig_fill, rig_remove);
}
