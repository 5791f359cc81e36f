/* Sums that a formula only adds and subtracts come out of one column (kpi/plan_fold.c), and long
 * tables are sorted by figures and by ranks of names: the same figures and order as one by one. */
#include "random_rig.h"

#include "../full.h"

static bool is_folded(const struct answer *a)
{
    return str_find(a->sql[0].text, STR("CASE WHEN")) < a->sql[0].text.len;
}

/* Beside another KPI that reads one of its sums, net sales has a column for each. */
static void assert_folds(struct rig *r, struct kpi_question q)
{
    q.kpis = (const str[]){ STR("net_sales"), STR("returns_amt") };
    q.kpi_count = 1;
    struct answer *alone = rig_ask(r, q);
    q.kpi_count = 2;
    struct answer *both = rig_ask(r, q);

    /* the range and that before it are read together, by day, where it has one period */
    assert_true(!q.raw_only || is_folded(alone) || str_is(q.grain, "total"));
    assert_false(is_folded(both));
    assert_same_rows(alone, both);
    answer_free(alone);
    answer_free(both);
}

static void assert_folds_everywhere(struct rig *r, struct kpi_question q)
{
    static const char *const by[] = { "country", "sku", "channel" };
    static const char *const grains[] = { "hour", "day", "week", "month", "quarter", "total" };
    static const char *const calendars[] = { "gregorian", "4-4-5" };
    for (size_t i = 0; i < ARRAY_LEN(grains) * ARRAY_LEN(calendars) * (ARRAY_LEN(by) + 1);
         i += full_step(5)) {
        str dims[ARRAY_LEN(by)];
        for (size_t d = 0; d < ARRAY_LEN(by); d++)
            dims[d] = str_from(by[d]);
        q.by = dims;
        q.by_count = i % (ARRAY_LEN(by) + 1);
        q.grain = str_from(grains[i / (ARRAY_LEN(by) + 1) % ARRAY_LEN(grains)]);
        q.calendar = str_from(calendars[i / (ARRAY_LEN(by) + 1) / ARRAY_LEN(grains)]);
        const bool is_hour = str_is(q.grain, "hour");
        if (is_hour && (q.by_count > 0 || q.basis.len > 0))
            continue; /* long, or there is none */
        q.top = 0;
        q.where = STR_EMPTY;
        if (i % 2 == 0)
            assert_folds(r, q);
        q.top = 7;
        if (i % 3 == 0)
            q.where = STR("channel = 'web'");
        assert_folds(r, q);
    }
}

/* In rows and in totals, which may come from cells beside folded rows. */
static void a_folded_sum_is_the_sum_of_its_parts(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    struct kpi_question q = {
        .from = STR("2010-12-10"), .to = STR("2011-01-08"), .compare = STR("prev"), .raw_only = true
    };
    random_shop(r);
    rig_exec(r, "UPDATE order_line SET net_e4 = NULL WHERE sku IN ('s3', 's4')");
    rig_exec(r, "UPDATE order_line SET class = 'fee' WHERE sku = 's5'");

    assert_folds_everywhere(r, q);
    q.raw_only = false;
    derive(r);
    assert_folds_everywhere(r, q);
    rig_exec(r, "INSERT INTO dirty VALUES ('main', '2010-12-05'), ('b', '2011-01-07')");
    assert_folds_everywhere(r, q);
    q.basis = STR("order");
    assert_folds_everywhere(r, q);
    rig_free(r);
}

/* Amounts are converted sum by sum, as they are rounded. */
static void amounts_of_another_currency_are_not_folded(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    random_shop(r);
    rig_exec(r, "UPDATE order_line SET currency = 'USD' WHERE order_key % 7 = 0");
    rig_exec(r,
             "INSERT INTO fx_rate (base, quote, local_date, rate_e9) SELECT 'USD', 'GBP',"
             " DATE '2010-11-01' + i::INTEGER, 654321987 + i FROM range(150) AS t(i)");
    struct kpi_question q = { .kpis = (const str[]){ STR("net_sales"), STR("returns_amt") },
                              .kpi_count = 1,
                              BY(STR("country")),
                              .from = STR("2010-11-01"),
                              .to = STR("2011-03-31"),
                              .raw_only = true };
    struct answer *alone = rig_ask(r, q);
    q.kpi_count = 2;
    struct answer *both = rig_ask(r, q);

    assert_true(alone->converted);
    assert_false(is_folded(alone));
    assert_same_rows(alone, both);
    answer_free(alone);
    answer_free(both);
    rig_free(r);
}

/* The greatest amounts that an import takes, nine of a row: they add up within 64 bits. */
static void the_greatest_amounts_fold(void **state)
{
    (void)state;
    char sql[512];
    struct rig *r = rig_new(NULL);
    rig_order(r, 1, "2010-12-01", "France");
    snprintf(sql,
             sizeof sql,
             "INSERT INTO order_line (store, order_key, class, local_date, order_date, currency,"
             " gross_e4, net_e4, discount_merchant_e4, discount_creator_e4) SELECT 'main', 1,"
             " 'sale', DATE '2010-12-01', DATE '2010-12-01', 'GBP', %lld, %lld, -%lld, -%lld"
             " FROM range(20)",
             (long long)MONEY_MAX_E4,
             (long long)MONEY_MAX_E4,
             (long long)MONEY_MAX_E4,
             (long long)MONEY_MAX_E4);
    rig_exec(r, sql);
    const struct kpi_question q = { KPIS(STR("net_sales")),
                                    .from = STR("2010-12-01"),
                                    .to = STR("2010-12-31") };

    struct answer *a = rig_ask(r, q);

    assert_true(is_folded(a));
    assert_str(a->kpis[0].total.value.text, "6000000000000000.0000");
    answer_free(a);
    rig_free(r);
}

/* By the exact figure, the greatest first; equals by name; no value last. */
static void assert_sorted(const struct answer *a, bool descending)
{
    for (size_t i = 1; i < a->row_count; i++) {
        const struct answer_row *x = &a->kpis[0].rows[i - 1];
        const struct answer_row *y = &a->kpis[0].rows[i];
        const bool x_none = x->value.kind == VALUE_NONE;
        const bool y_none = y->value.kind == VALUE_NONE;
        assert_false(x_none && !y_none);
        if (!x_none && !y_none && !str_eq(x->value.text, y->value.text)) {
            assert_true(descending ? x->value.real >= y->value.real
                                   : x->value.real <= y->value.real);
            continue;
        }
        if (x_none != y_none)
            continue;
        int order = 0;
        for (size_t d = 0; d < a->by_count && order == 0; d++)
            order = str_cmp(x->by[d], y->by[d]);
        assert_true(order < 0);
    }
}

static void long_tables_stand_in_order_of_figure_then_name(void **state)
{
    static const char *const kpis[] = { "net_sales", "orders", "aov", "median_line", "lines" };
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    random_shop(r);
    rig_exec(r, "UPDATE order_line SET net_e4 = net_e4 // 200000 * 200000");
    for (size_t i = 0; i < ARRAY_LEN(kpis); i++) {
        for (int descending = 0; descending < 2; descending++) {
            char sort[32];
            snprintf(sort, sizeof sort, "%s%s", descending ? "-" : "", kpis[i]);
            const str kpi = str_from(kpis[i]);
            const struct kpi_question q = { .kpis = &kpi,
                                            .kpi_count = 1,
                                            BY(STR("country"), STR("sku")),
                                            .from = STR("2010-11-01"),
                                            .to = STR("2011-03-31"),
                                            .grain = STR("total"),
                                            .sort = str_from(sort),
                                            .compare = STR("prev") };
            struct answer *a = rig_ask(r, q);
            assert_true(a->row_count > 200);
            assert_sorted(a, descending != 0);
            answer_free(a);
        }
    }
    rig_free(r);
}

/* The order of a table by month, and its top, are those of the whole range, whether its figures are
 * added up from the months or asked for. */
static void rows_by_period_stand_in_the_order_of_the_range(void **state)
{
    static const char *const kpis[] = { "net_sales", "orders", "aov", "lines", "-net_sales" };
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    random_shop(r);
    derive(r);
    for (size_t i = 0; i < ARRAY_LEN(kpis) * 4; i++) {
        const str sort = str_from(kpis[i / 4]);
        const str kpi = str_starts(sort, STR("-")) ? str_skip(sort, 1) : sort;
        struct kpi_question q = { .kpis = &kpi,
                                  .kpi_count = 1,
                                  BY(STR("country"), STR("sku")),
                                  .from = STR("2010-12-10"),
                                  .to = STR("2011-01-20"),
                                  .sort = sort,
                                  .raw_only = i % 2 == 1,
                                  .top = i % 4 < 2 ? 9 : 0,
                                  .grain = STR("total") };
        struct answer *whole = rig_ask(r, q);
        q.grain = STR("month");
        struct answer *months = rig_ask(r, q);
        assert_int_equal(months->row_count, 2 * whole->row_count);
        for (size_t row = 0; row < whole->row_count; row++) {
            const struct answer_row *x = &whole->kpis[0].rows[row];
            const struct answer_row *y = &months->kpis[0].rows[row];
            assert_int_equal(x->is_others, y->is_others);
            for (size_t d = 0; d < 2 && !x->is_others; d++)
                assert_true(str_eq(x->by[d], y->by[d]));
        }
        answer_free(whole);
        answer_free(months);
    }
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folded_sum_is_the_sum_of_its_parts),
        cmocka_unit_test(amounts_of_another_currency_are_not_folded),
        cmocka_unit_test(the_greatest_amounts_fold),
        cmocka_unit_test(rows_by_period_stand_in_the_order_of_the_range),
        cmocka_unit_test(long_tables_stand_in_order_of_figure_then_name),
    };
    return cmocka_run_group_tests_name("folded", tests, NULL, NULL);
}
