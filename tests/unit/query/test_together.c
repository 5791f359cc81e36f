/* Several ranges in one question: the figures of each alone. */
#include "../full.h"
#include "random_rig.h"

/* Statements that answer for several ranges. */
struct shared {
    size_t daily;
    size_t windowed;
};

static void count_shared(const struct answer *a, struct shared *n)
{
    for (size_t i = 0; i < a->sql_count; i++) {
        n->daily += str_contains(a->sql[i].text, STR("AS \"k_day\""));
        n->windowed += str_contains(a->sql[i].text, STR("AS \"k_window\""));
    }
}

/* Alone and with evidence, each range has statements of its own. */
static struct shared assert_as_alone(
    struct rig *r, const str *kpis, size_t n_kpis, const char *dim, const char *where)
{
    const struct question_range ranges[] = {
        { .from = STR("2010-12-24"), .to = STR("2010-12-24"), .compare = STR("prev") },
        { .from = STR("2010-12-24"), .to = STR("2010-12-24"), .compare = STR("weekday") },
        { .from = STR("2010-12-01"), .to = STR("2010-12-24") },
        { .from = STR("2010-12-27"), .to = STR("2010-12-27"), .compare = STR("prev") },
        { .from = STR("2010-12-20"), .to = STR("2010-12-24"), .compare = STR("prev") },
        { .from = STR("2010-12-01"), .to = STR("2010-12-31") }, /* a cell of its month */
    };
    struct answer *together[ARRAY_LEN(ranges)];
    struct shared none = { .daily = 0 };
    struct shared n = { .daily = 0 };
    const str by = str_from(dim);
    struct kpi_question q = { .kpis = kpis,
                              .kpi_count = n_kpis,
                              .by = &by,
                              .by_count = by.len > 0 ? 1 : 0,
                              .where = str_from(where),
                              .now_us = rig_now("2026-11-23") };

    rig_ask_ranges(r, &q, ranges, ARRAY_LEN(ranges), together);

    for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
        struct answer *alone = rig_ask_alone(r, q, &ranges[i]);
        assert_same_rows(together[i], alone);
        count_shared(alone, &none);
        count_shared(together[i], &n);
        answer_free(alone);
        answer_free(together[i]);
    }
    assert_int_equal(none.daily + none.windowed, 0);
    return n;
}

static void ranges_asked_together_have_the_figures_of_each_alone(void **state)
{
    (void)state;
    static const char *const dims[] = { "", "store", "country", "sku" };
    static const char *const filters[] = { "", "store in ('b')" };
    static const char *const steps[] = {
        NULL, "derive", "INSERT INTO dirty VALUES ('a', '2010-12-23'), ('b', '2010-12-23')"
    };
    const str sums[] = { STR("net_sales"), STR("lines"), STR("returns_amt") };
    const str mixed[] = {
        STR("net_sales"), STR("buyers"), STR("aov"), STR("median_line"), STR("sales_share")
    };
    struct rig *r = rig_new(rig_definitions);
    random_shop(r);
    for (size_t s = 0; s < ARRAY_LEN(steps); s++) {
        if (s == 1)
            derive(r);
        else if (steps[s] != NULL)
            rig_exec(r, steps[s]);
        /* each second case; where that begins goes on from step to step */
        const size_t step = full_step(2);
        for (size_t i = s % step; i < ARRAY_LEN(dims) * ARRAY_LEN(filters); i += step) {
            const char *dim = dims[i % ARRAY_LEN(dims)];
            const char *where = filters[i / ARRAY_LEN(dims)];
            struct shared n = assert_as_alone(r, sums, ARRAY_LEN(sums), dim, where);
            /* few keys and clean days: one statement for six ranges and four compared with */
            assert_int_equal(n.daily, i % ARRAY_LEN(dims) < 2 && s < 2 ? 10 : 0);
            n = assert_as_alone(r, mixed, ARRAY_LEN(mixed), dim, where);
            const bool has_cells = i % ARRAY_LEN(dims) == 1 || i % ARRAY_LEN(dims) == 2;
            assert_int_equal(n.windowed, has_cells && s == 1 ? 10 : 0); /* buyers */
        }
    }
    rig_free(r);
}

/* Counts are 0 where the range has no row, sums have no value, in both ways of asking. */
static void a_range_without_rows_has_none_of_its_neighbours(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    const struct question_range ranges[] = {
        { .from = STR("2010-12-24"), .to = STR("2010-12-24") },
        { .from = STR("2010-12-25"), .to = STR("2010-12-26") },
    };
    struct answer *a[2];
    const str by = STR("sku");
    const struct kpi_question q = { KPIS(STR("net_sales"), STR("lines")),
                                    .by = &by,
                                    .by_count = 1,
                                    .now_us = rig_now("2010-12-28") };
    rig_line(r, "sale", 1, 1, "2010-12-24", "2010-12-24", 3000);
    rig_line(r, "sale", 2, 1, "2010-12-28", "2010-12-28", 3000);

    rig_ask_ranges(r, &q, ranges, ARRAY_LEN(ranges), a);

    assert_int_equal(a[0]->row_count, 1);
    assert_str(a[0]->kpis[0].total.value.text, "30.0000");
    assert_int_equal(a[1]->row_count, 0);
    assert_str(a[1]->kpis[1].total.value.text, "0");
    answer_free(a[0]);
    answer_free(a[1]);
    rig_free(r);
}

/* The same of cells, where buyers of all ranges come together. */
static void a_range_without_cells_has_the_totals_of_one_alone(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    const struct question_range ranges[] = {
        { .from = STR("2010-12-24"), .to = STR("2010-12-24") },
        { .from = STR("2010-12-25"), .to = STR("2010-12-26") },
    };
    struct answer *a[2];
    const str by = STR("store");
    const struct kpi_question q = { KPIS(STR("net_sales"), STR("lines"), STR("buyers"), STR("aov")),
                                    .by = &by,
                                    .by_count = 1,
                                    .now_us = rig_now("2010-12-28") };
    rig_line(r, "sale", 1, 1, "2010-12-24", "2010-12-24", 3000);
    rig_line(r, "sale", 2, 1, "2010-12-28", "2010-12-28", 3000);
    derive(r);

    rig_ask_ranges(r, &q, ranges, ARRAY_LEN(ranges), a);
    struct answer *alone = rig_ask_alone(r, q, &ranges[1]);

    struct shared n = { .daily = 0 };
    count_shared(a[1], &n);
    assert_int_equal(n.windowed, 1);
    assert_int_equal(a[0]->row_count, 1);
    assert_same_rows(a[1], alone);
    answer_free(alone);
    answer_free(a[0]);
    answer_free(a[1]);
    rig_free(r);
}

static void ranges_with_another_currency_are_converted_each(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    const struct question_range ranges[] = {
        { .from = STR("2010-12-24"), .to = STR("2010-12-24"), .compare = STR("prev") },
        { .from = STR("2010-12-01"), .to = STR("2010-12-24") },
    };
    struct answer *a[2];
    const struct kpi_question q = { KPIS(STR("net_sales")), .now_us = rig_now("2010-12-28") };
    rig_line(r, "sale", 1, 1, "2010-12-24", "2010-12-24", 3000);
    rig_line(r, "sale", 2, 1, "2010-12-23", "2010-12-23", 1000);
    rig_exec(r,
             "INSERT INTO order_line (store, order_key, class, sku, local_date, local_minute,"
             " order_date, currency, net_e4) VALUES ('main', 3, 'sale', 'A', '2010-12-03', 600,"
             " '2010-12-03', 'EUR', 100000)");
    rig_exec(r,
             "INSERT INTO fx_rate (base, quote, local_date, rate_e9) VALUES"
             " ('EUR', 'GBP', '2010-12-03', 850000000)");

    rig_ask_ranges(r, &q, ranges, ARRAY_LEN(ranges), a);

    assert_str(a[0]->kpis[0].rows[0].value.text, "30.0000");
    assert_str(a[0]->kpis[0].rows[0].compare->value.text, "10.0000");
    assert_false(a[0]->converted);
    assert_str(a[1]->kpis[0].rows[0].value.text, "48.5000");
    assert_true(a[1]->converted);
    answer_free(a[0]);
    answer_free(a[1]);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_asked_together_have_the_figures_of_each_alone),
        cmocka_unit_test(a_range_without_rows_has_none_of_its_neighbours),
        cmocka_unit_test(a_range_without_cells_has_the_totals_of_one_alone),
        cmocka_unit_test(ranges_with_another_currency_are_converted_each),
    };
    return cmocka_run_group_tests_name("together", tests, NULL, NULL);
}
