/* Verify finds what it is there to find. */
#include "../full.h"
#include "derive_shop.h"

static struct derive_report verify(struct rig *r, struct arena *a)
{
    struct error why = { .lang = LANG_EN };
    struct derive_report report = { 0 };
    if (derive_verify_run(&r->settings, r->c, NULL, a, &report, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    return report;
}

static void what_was_derived_verifies(void **state)
{
    struct arena *a = arena_new(0);

    const struct derive_report report = verify(*state, a);

    for (size_t i = 0; i < report.count; i++)
        print_message("%.*s %.*s %.*s: %.*s, rebuilt %.*s\n",
                      STR_ARG(report.items[i].table),
                      STR_ARG(report.items[i].key),
                      STR_ARG(report.items[i].column),
                      STR_ARG(report.items[i].stored),
                      STR_ARG(report.items[i].rebuilt));
    assert_int_equal(report.differences, 0);
    assert_true(report.cells > 5000);
    assert_int_equal(report.orders, 400);
    assert_true(report.sessions > 100);
    assert_true(report.checks >= 5);
    arena_free(a);
}

/* One corruption, and where verify must find it. */
struct damage {
    const char *sql;
    const char *table;
    const char *column;
};

static const struct damage damages[] = {
    { "UPDATE rollup_line SET net_e4 = net_e4 + 1 WHERE rowid = (SELECT max(rowid) FROM rollup_line"
      " WHERE set_id = 9 AND grain = 0)",
      "rollup_line",
      "net_e4" },
    { "UPDATE rollup_line SET gross_e4 = gross_e4 - 1 WHERE rowid = (SELECT min(rowid) FROM"
      " rollup_line WHERE set_id = 0 AND grain = 1)",
      "rollup_line",
      "gross_e4" },
    { "UPDATE rollup_line SET orders = (SELECT ids_build(k::UINTEGER) FROM range(5) t(k)) WHERE "
      "rowid ="
      " (SELECT max(rowid) FROM rollup_line WHERE set_id = 1)",
      "rollup_line",
      "orders" },
    { "UPDATE rollup_order SET buyers = 'broken'::BLOB WHERE rowid = (SELECT max(rowid) FROM"
      " rollup_order WHERE set_id = 3)",
      "rollup_order",
      "buyers" },
    { "DELETE FROM rollup_order WHERE rowid = (SELECT max(rowid) FROM rollup_order)",
      "rollup_order",
      "row" },
    { "INSERT INTO rollup_line SELECT * REPLACE ('ZZ' AS v1) FROM rollup_line WHERE set_id = 1 AND"
      " grain = 0 AND basis = 2 LIMIT 1",
      "rollup_line",
      "row" },
    /* each of the two finds its partner, and sums count both */
    { "INSERT INTO rollup_line SELECT * FROM rollup_line WHERE rowid = (SELECT max(rowid) FROM"
      " rollup_line WHERE set_id = 0)",
      "rollup_line",
      "row" },
    { "INSERT INTO session SELECT * FROM session WHERE session_key = (SELECT max(session_key) FROM"
      " session)",
      "session",
      "row" },
    /* a month that still runs has none */
    { "INSERT INTO rollup_order SELECT * REPLACE (1 AS grain, date_trunc('month', date)::DATE AS"
      " date) FROM rollup_order WHERE set_id = 0 AND date = (SELECT max(date) FROM rollup_order)",
      "rollup_order",
      "row" },
    { "UPDATE orders SET order_seq = order_seq + 1 WHERE order_key = (SELECT max(order_key) FROM "
      "orders"
      " WHERE order_seq IS NOT NULL)",
      "orders",
      "order_seq" },
    { "UPDATE orders SET next_order_date = NULL WHERE order_key = (SELECT max(order_key) FROM "
      "orders"
      " WHERE next_order_date IS NOT NULL)",
      "orders",
      "next_order_date" },
    { "UPDATE session SET cart_adds = cart_adds + 1 WHERE session_key = (SELECT max(session_key) "
      "FROM"
      " session)",
      "session",
      "cart_adds" },
    { "DELETE FROM session WHERE session_key = (SELECT max(session_key) FROM session)",
      "session",
      "row" },
    { "UPDATE rollup_visit SET visits_cart = visits_cart + 1 WHERE rowid = (SELECT max(rowid) FROM"
      " rollup_visit WHERE set_id = 3)",
      "rollup_visit",
      "visits_cart" },
    { "UPDATE rollup_visit SET visitors = (SELECT ids_build(k::UINTEGER) FROM range(50, 55) t(k))"
      " WHERE rowid = (SELECT min(rowid) FROM rollup_visit WHERE set_id = 0 AND grain = 0)",
      "rollup_visit",
      "visitors" },
    { "DELETE FROM rollup_visit WHERE rowid = (SELECT min(rowid) FROM rollup_visit)",
      "rollup_visit",
      "row" },
    { "UPDATE orders SET units = units + 1 WHERE order_key = (SELECT max(order_key) FROM orders "
      "WHERE"
      " has_sale AND cancelled_at IS NULL AND paid_date IS NULL AND is_test)",
      "orders",
      "units" },
    { "UPDATE orders SET has_placed = NOT has_placed WHERE order_key = (SELECT max(order_key) FROM "
      "orders WHERE is_test)",
      "orders",
      "has_placed" },
    { "INSERT INTO order_line BY NAME SELECT 'main' AS store, 9999::UINTEGER AS order_key, 'fee' AS"
      " class",
      "order_line",
      "rows" },
};

static bool is_found(const struct derive_report *report, const struct damage *d)
{
    for (size_t i = 0; i < report->count; i++) {
        if (str_is(report->items[i].table, d->table) && str_is(report->items[i].column, d->column))
            return true;
    }
    return false;
}

/* A session that is not right takes the cells of its day and month along, set by set: they would
 * hide what else a report has to show. */
static bool stands_alone(const struct damage *d)
{
    return is_full() || strcmp(d->table, "session") == 0;
}

/* Damages the shop at one place a table, so that each is found by its own; how many. */
static size_t damage_a_round(struct rig *r,
                             bool done[ARRAY_LEN(damages)],
                             bool in_round[ARRAY_LEN(damages)])
{
    size_t n = 0;
    bool is_open = true;
    for (size_t i = 0; i < ARRAY_LEN(damages) && is_open; i++) {
        bool fits = !done[i] && !(n > 0 && stands_alone(&damages[i]));
        for (size_t k = 0; k < i; k++)
            fits = fits && !(in_round[k] && strcmp(damages[k].table, damages[i].table) == 0);
        if (!fits)
            continue;
        run_sql(r, "BEGIN");
        run_sql(r, damages[i].sql);
        run_sql(r, "COMMIT");
        done[i] = true;
        in_round[i] = true;
        is_open = !stands_alone(&damages[i]);
        n++;
    }
    return n;
}

static void assert_round_is_found(const struct derive_report *report,
                                  const bool in_round[ARRAY_LEN(damages)])
{
    int64_t most = 0;
    for (size_t i = 0; i < ARRAY_LEN(damages); i++) {
        if (!in_round[i])
            continue;
        if (!is_found(report, &damages[i]))
            fail_msg("not found: %s", damages[i].sql);
        most += strcmp(damages[i].table, "session") == 0 ? 200 : 3;
    }
    assert_in_range(report->differences, 1, most);
}

static void every_corruption_is_found_where_it_is(void **state)
{
    bool done[ARRAY_LEN(damages)] = { false };
    size_t found = 0;
    assert_int_equal(number(*state, "SELECT count(*) FROM dirty"), 0);
    while (found < ARRAY_LEN(damages)) {
        bool in_round[ARRAY_LEN(damages)] = { false };
        struct arena *a = arena_new(0);
        const size_t n = damage_a_round(*state, done, in_round);
        assert_true(n > 0);

        const struct derive_report report = verify(*state, a);

        assert_round_is_found(&report, in_round);
        found += n;
        arena_free(a);
        rig_close(state);
        assert_int_equal(rig_filled(state), 0);
    }
}

static void partitions_that_wait_are_not_blamed(void **state)
{
    struct rig *r = *state;
    struct arena *a = arena_new(0);
    run_sql(
        r,
        "INSERT INTO dirty SELECT DISTINCT store, local_date FROM order_line WHERE order_key = 7;"
        "INSERT INTO dirty SELECT DISTINCT store, order_date FROM order_line WHERE order_key = 7;"
        "UPDATE order_line SET net_e4 = net_e4 + 5 WHERE order_key = 7");

    const struct derive_report waiting = verify(r, a);

    assert_int_equal(waiting.differences, 0);
    assert_true(waiting.pending > 0);
    run_sql(r, "DELETE FROM dirty");
    assert_true(verify(r, a).differences > 0);
    arena_free(a);
}

static void a_ledger_that_facts_do_not_bear_out_is_found(void **state)
{
    struct rig *r = *state;
    struct arena *a = arena_new(0);
    run_sql(r,
            "UPDATE order_line SET import_id = 1, source = 'generic';"
            "INSERT INTO \"import\" (import_id, preset, target) VALUES (1, 'generic', "
            "'order_lines');"
            "INSERT INTO import_ledger SELECT 1, class, currency, count(*), sum(quantity),"
            " sum(gross_e4) FROM order_line GROUP BY ALL");
    assert_int_equal(verify(r, a).differences, 0);
    run_sql(r, "UPDATE import_ledger SET lines = lines + 1 WHERE class = 'sale'");

    const struct derive_report report = verify(r, a);

    assert_int_equal(report.differences, 1);
    assert_true(str_is(report.items[0].table, "import_ledger"));
    assert_true(str_is(report.items[0].column, "lines"));
    arena_free(a);
}

int main(void)
{
#define SHOP_TEST(name) cmocka_unit_test_setup_teardown(name, rig_filled, rig_close)
    const struct CMUnitTest tests[] = {
        SHOP_TEST(what_was_derived_verifies),
        SHOP_TEST(every_corruption_is_found_where_it_is),
        SHOP_TEST(partitions_that_wait_are_not_blamed),
        SHOP_TEST(a_ledger_that_facts_do_not_bear_out_is_found),
    };
    return cmocka_run_group_tests_name("derive/verify", tests, rig_fill, rig_remove);
}
