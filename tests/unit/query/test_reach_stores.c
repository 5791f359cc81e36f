/* A row of one store ends where its own data does, and is what the store says alone. */
#include "reach_rig.h"

/* What a late file has not brought is missing, not 0, and a store's day has its own days. */
static void a_row_of_a_store_ends_where_its_own_data_does(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    const str by = STR("store");
    struct kpi_question q = { KPIS(STR("sold"), STR("sold_daily")),
                              .from = STR("2026-11-01"),
                              .to = STR("2026-11-25"),
                              .by = &by,
                              .by_count = 1,
                              .now_us = rig_now("2026-11-27") };
    add_late_store(r);

    struct answer *a = rig_ask(r, q);
    assert_int_equal(a->row_count, 2);
    for (size_t i = 0; i < 2; i++)
        assert_true(str_is(a->kpis[1].rows[i].value.text, "10.0000"));
    answer_free(a);
    q.from = STR("2026-11-10");
    q.grain = STR("day");
    a = rig_ask(r, q);
    for (size_t i = 0; i < a->row_count; i++) {
        const struct answer_row *row = &a->kpis[0].rows[i];
        if (str_is(row->by[0], "late")) {
            assert_int_equal(row->value.kind, VALUE_NONE);
            assert_true(str_is(row->value.reason, "no data in order lines after 2026-11-09"));
        } else {
            assert_true(str_is(row->value.text, "10.0000"));
        }
    }
    answer_free(a);
    rig_exec(r, "UPDATE watermark SET complete_until = '2026-11-12' WHERE store = 'late'");
    q.from = STR("2026-11-09");
    a = rig_ask(r, q);
    for (size_t i = 0; i < a->row_count; i++) {
        const struct answer_row *row = &a->kpis[0].rows[i];
        if (str_is(row->by[0], "late") && i > 1 && i < 8) /* told of, and nothing sold */
            assert_true(str_is(row->value.text, "0.0000"));
        else if (str_is(row->by[0], "late") && i > 1)
            assert_int_equal(row->value.kind, VALUE_NONE);
    }
    answer_free(a);
    rig_free(r);
}

/* Another store: an order a day to the 23rd, five visits a day to the 22nd. */
static void add_store_with_fewer_visits(struct rig *r)
{
    rig_exec(
        r,
        "INSERT INTO orders (store, order_key, local_date, currency, channel, is_test, has_sale)"
        " SELECT 'b', 200 + i, DATE '2026-10-31' + i::INTEGER, 'GBP', 'web', false, true"
        " FROM range(1, 24) t(i);"
        "INSERT INTO order_line (store, order_key, class, sku, local_date, local_minute, "
        "order_date, currency, quantity, gross_e4, net_e4) SELECT store, order_key, 'sale', 's', "
        "local_date, 5, local_date, currency, 1, 100000, 100000 FROM orders WHERE store = 'b';"
        "INSERT INTO session (store, session_key, visitor_key, local_date, channel)"
        " SELECT 'b', 1000 + i, 1000 + i, DATE '2026-11-01' + (i // 5)::INTEGER, 'web'"
        " FROM range(110) t(i);"
        "INSERT INTO stock_level (store, sku, local_date, on_hand) VALUES"
        " ('b', 's', '2026-11-26', 70), ('main', 's', '2026-11-26', 140);"
        "INSERT INTO watermark VALUES ('b', 'order_line', 'shop', '2026-11-23'),"
        " ('b', 'orders', 'shop', '2026-11-23'), ('b', 'session', 'tracker', '2026-11-22')");
    derive(r);
}

/* A row of one store is complete where that store is, whoever else is late. */
static void a_row_of_a_store_is_complete_where_the_store_is(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    const str by = STR("store");
    struct kpi_question q = { KPIS(STR("sold")),
                              .from = STR("2026-11-08"),
                              .to = STR("2026-11-11"),
                              .grain = STR("day"),
                              .by = &by,
                              .by_count = 1,
                              .now_us = rig_now("2026-11-27") };
    add_late_store(r);

    struct answer *a = rig_ask(r, q);

    for (size_t i = 0; i < a->row_count; i++) {
        const struct answer_row *row = &a->kpis[0].rows[i];
        const bool is_late = str_is(row->by[0], "late");
        assert_int_equal(row->complete, !is_late || row->end <= a->from + 1);
    }
    assert_false(a->kpis[0].total.complete);
    answer_free(a);
    rig_free(r);
}

/* Costs of a store end where its orders do, or with the last of its costs, as they do alone. */
static void costs_of_a_store_after_its_last_day_are_no_zeros(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    const str by = STR("store");
    const str store = STR("late");
    struct kpi_question q = { KPIS(STR("sold"), STR("ads")),
                              .from = STR("2026-11-08"),
                              .to = STR("2026-11-20"),
                              .grain = STR("day"),
                              .now_us = rig_now("2026-11-27") };
    add_late_store(r);

    for (int later = 0; later < 2; later++) { /* nothing after the last order, then a cost */
        q.by = &by;
        q.by_count = 1;
        q.store_count = 0;
        struct answer *a = rig_ask(r, q);
        q.by_count = 0;
        q.stores = &store;
        q.store_count = 1;
        struct answer *alone = rig_ask(r, q);
        size_t seen = 0;
        for (size_t i = 0; i < a->row_count; i++) {
            const struct answer_row *row = &a->kpis[1].rows[i];
            if (!str_is(row->by[0], "late"))
                continue;
            assert_true(str_eq(row->value.text, alone->kpis[1].rows[seen].value.text));
            assert_true(str_eq(row->value.reason, alone->kpis[1].rows[seen].value.reason));
            assert_int_equal(row->value.kind == VALUE_NONE, row->end > a->from + (later ? 4 : 1));
            seen++;
        }
        assert_int_equal(seen, 13);
        answer_free(a);
        answer_free(alone);
        rig_exec(r,
                 "INSERT INTO cost_line (store, class, channel, local_date, order_date, currency, "
                 "ads_e4) VALUES ('late', 'ads', 'web', '2026-11-12', '2026-11-12', 'GBP', 20000)");
    }
    rig_free(r);
}

/* The filter leaves out the late store, however it is written; it is none of the question's. */
static void a_store_that_the_filter_leaves_out_is_not_told_of(void **state)
{
    (void)state;
    static const struct {
        const char *where;
        bool is_told;
    } filters[] = {
        { "store = 'main' or store = 'b'", false },
        { "(store = 'main' or store = 'b') and channel = 'web'", false },
        { "store in ('b') or (store = 'main' and channel = 'web')", false },
        { "store = 'main' or store = 'late'", true },
        { "store = 'main' or channel = 'web'", true },
    };
    struct rig *r = rig_of_two_sources();
    add_store_with_fewer_visits(r);
    add_late_store(r);
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        struct answer *a = rig_ask(r,
                                   (struct kpi_question){ KPIS(STR("sold")),
                                                          .from = STR("2026-11-08"),
                                                          .to = STR("2026-11-25"),
                                                          .where = str_from(filters[i].where),
                                                          .now_us = rig_now("2026-11-27") });
        bool is_told = false;
        for (size_t n = 0; n < a->note_count; n++)
            is_told = is_told || str_contains(a->notes[n], STR("(late)"));
        assert_int_equal(is_told, filters[i].is_told);
        answer_free(a);
    }
    rig_free(r);
}

static const struct answer_row *row_of(const struct answer *a, size_t kpi, const char *store)
{
    for (size_t i = 0; i < a->row_count; i++) {
        if (str_is(a->kpis[kpi].rows[i].by[0], store))
            return &a->kpis[kpi].rows[i];
    }
    fail();
    return NULL;
}

/* Stores that sell the same each day are compared over the days that each of them has; stores of
 * the same last day come in one statement. */
static void a_row_of_a_store_is_compared_with_as_many_days_as_the_store_has(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    const str by = STR("store");
    struct kpi_question q = {
        KPIS(STR("sold"), STR("orders"), STR("sold_daily"), STR("sold_a_piece")),
        .from = STR("2026-11-08"),
        .to = STR("2026-11-25"),
        .compare = STR("yoy"),
        .by = &by,
        .by_count = 1,
        .evidence = true,
        .now_us = rig_now("2026-11-27")
    };
    add_late_store(r);
    rig_exec(r,
             "INSERT INTO order_line SELECT * REPLACE (store || '2' AS store, order_key + 1000 AS "
             "order_key) FROM order_line WHERE store = 'late';"
             "INSERT INTO watermark VALUES ('late2', 'order_line', 'shop', '2026-11-09');"
             "INSERT INTO order_line SELECT * REPLACE (order_key + 5000 AS order_key, local_date - "
             "365 AS local_date, order_date - 365 AS order_date) FROM order_line;"
             "INSERT INTO order_line SELECT * REPLACE (order_key + 9000 AS order_key, local_date + "
             "9 AS local_date, order_date + 9 AS order_date) FROM order_line WHERE store <> 'main' "
             "AND local_date < DATE '2026-01-01'");
    derive(r);

    struct answer *a = rig_ask(r, q);

    for (size_t i = 0; i < 2; i++) {
        const char *const late = i == 0 ? "late" : "late2";
        assert_true(str_is(row_of(a, 0, late)->value.text, "20.0000"));
        assert_true(str_is(row_of(a, 0, late)->compare->value.text, "20.0000"));
        assert_int_equal(row_of(a, 0, late)->compare->end, a->compare_from + 1);
        assert_true(str_is(row_of(a, 1, late)->compare->value.text, "2"));
        assert_true(str_is(row_of(a, 2, late)->compare->value.text, "10.0000"));
        assert_true(str_is(row_of(a, 3, late)->compare->value.text, "10.0000"));
    }
    assert_true(str_is(row_of(a, 0, "main")->value.text, "180.0000"));
    assert_true(str_is(row_of(a, 0, "main")->compare->value.text, "180.0000"));
    assert_true(str_starts(a->notes[a->note_count - 1],
                           STR("partial: data on orders ends on 2026-11-09 (late), 2026-11-09 "
                               "(late2); a row of one store")));

    q.only_total = true;
    struct answer *total = rig_ask(r, q);
    assert_true(total->sql_count < a->sql_count);
    for (size_t i = 0; i < a->kpi_count; i++) {
        const struct answer_row *all = &a->kpis[i].total;
        assert_true(str_eq(total->kpis[i].total.value.text, all->value.text));
        assert_true(str_eq(total->kpis[i].total.compare->value.text, all->compare->value.text));
    }
    answer_free(total);
    answer_free(a);
    rig_free(r);
}

/* "today" of a row's filters is the last day of its store's orders. */
static void orders_of_a_store_are_as_old_as_its_own_orders_tell(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    const str by = STR("store");
    const str store = STR("b");
    struct kpi_question q = { KPIS(STR("settled_orders")),
                              .from = STR("2026-11-18"),
                              .to = STR("2026-11-22"),
                              .compare = STR("prev"),
                              .now_us = rig_now("2026-11-27") };
    add_store_with_fewer_visits(r);

    q.by = &by;
    q.by_count = 1;
    struct answer *a = rig_ask(r, q);
    q.by_count = 0;
    q.stores = &store;
    q.store_count = 1;
    struct answer *alone = rig_ask(r, q);

    assert_true(str_is(row_of(a, 0, "main")->value.text, "5")); /* to the 22nd: 25 less 3 */
    assert_true(str_is(row_of(a, 0, "b")->value.text, "3"));    /* to the 20th: 23 less 3 */
    assert_true(str_is(alone->kpis[0].total.value.text, "3"));
    assert_true(str_is(row_of(a, 0, "b")->compare->value.text, "5"));
    assert_true(str_is(alone->kpis[0].total.compare->value.text, "5"));
    answer_free(a);
    answer_free(alone);
    rig_free(r);
}

#define OF_STORES STR("cr"), STR("units_7"), STR("cover_7"), STR("sold"), STR("visits")

static void a_row_of_a_store_is_what_the_store_says_alone(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    const str by[] = { STR("store"), STR("channel") };
    const str store = STR("b");
    add_store_with_fewer_visits(r);

    for (size_t i = 0; i < 4; i++) { /* with and without another dimension, cells and facts */
        struct kpi_question q = WEEK(OF_STORES);
        q.raw_only = i % 2 == 1;
        q.kpi_count = i < 2 ? 5 : 1; /* stock has no channel */
        q.by = by;
        q.by_count = 1 + i / 2;
        struct answer *rows = rig_ask(r, q);
        q.by_count = 0;
        q.stores = &store;
        q.store_count = 1;
        struct answer *alone = rig_ask(r, q);
        q.stores = NULL;
        q.store_count = 0;
        q.where = STR("store = 'b'");
        struct answer *where = rig_ask(r, q);
        for (size_t k = 0; k < q.kpi_count; k++) {
            assert_true(str_eq(row_of(rows, k, "b")->value.text, alone->kpis[k].total.value.text));
            assert_true(str_eq(where->kpis[k].total.value.text, alone->kpis[k].total.value.text));
        }
        /* 3 orders on 15 visits, to the 22nd; 6 on 60 of the store whose data all ends later */
        assert_true(str_is(row_of(rows, 0, "b")->value.text, "0.200000000000"));
        assert_true(str_is(row_of(rows, 0, "main")->value.text, "0.100000000000"));
        assert_int_equal(row_of(rows, 0, "b")->compare->end, rows->from - 5);
        assert_true(str_is(row_of(rows, 0, "b")->compare->value.text, "0.200000000000"));
        answer_free(rows);
        answer_free(alone);
        answer_free(where);
    }
    rig_free(r);
}

/* Alone or beside a count, which does not add up: both ask for others as for a total. */
static void others_of_stores_end_where_the_total_does(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    const str by = STR("store");
    struct kpi_question q = { KPIS(STR("sold"), STR("orders")),
                              .from = STR("2026-11-15"),
                              .to = STR("2026-11-25"),
                              .compare = STR("2026-11-04..2026-11-14"),
                              .by = &by,
                              .by_count = 1,
                              .top = 1,
                              .now_us = rig_now("2026-11-27") };
    add_store_with_fewer_visits(r);

    for (q.kpi_count = 1; q.kpi_count <= 2; q.kpi_count++) {
        struct answer *a = rig_ask(r, q);
        const struct answer_row *others = &a->kpis[0].rows[1];
        assert_true(others->is_others);
        assert_true(str_is(others->value.text, "90.0000"));
        assert_true(str_is(others->compare->value.text, "110.0000"));
        answer_free(a);
    }
    rig_free(r);
}

static void a_total_of_stores_says_which_of_them_ends_early(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    add_store_with_fewer_visits(r);

    struct answer *a = rig_ask(r, WEEK(STR("cr"), STR("cover_7"), STR("sold")));

    assert_int_equal(a->note_count, 4); /* all stores; orders end, in all and in b; visits in b */
    assert_true(str_is(a->notes[2],
                       "partial: data on orders ends on 2026-11-23 (b); a row of one store ends "
                       "where its data does, a total of several stores lacks the days after it: "
                       "cover_7; sold"));
    assert_true(str_is(a->notes[3],
                       "partial: data on visits ends on 2026-11-22 (b); a row of one store ends "
                       "where its data does, a total of several stores lacks the days after it: "
                       "cr"));
    answer_free(a);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_of_a_store_ends_where_its_own_data_does),
        cmocka_unit_test(a_row_of_a_store_is_complete_where_the_store_is),
        cmocka_unit_test(a_row_of_a_store_is_what_the_store_says_alone),
        cmocka_unit_test(others_of_stores_end_where_the_total_does),
        cmocka_unit_test(a_row_of_a_store_is_compared_with_as_many_days_as_the_store_has),
        cmocka_unit_test(costs_of_a_store_after_its_last_day_are_no_zeros),
        cmocka_unit_test(orders_of_a_store_are_as_old_as_its_own_orders_tell),
        cmocka_unit_test(a_store_that_the_filter_leaves_out_is_not_told_of),
        cmocka_unit_test(a_total_of_stores_says_which_of_them_ends_early),
    };
    return cmocka_run_group_tests_name("query/reach_stores", tests, NULL, NULL);
}
