/* Medians and percentiles by counting values are those of the engine's own aggregate, to the last
 * digit. */
#include "../full.h"
#include "random_rig.h"

#define MEASURE(id, agg, expr, more) \
    "  " id "_of:\n    table: order_line\n    agg: " agg "\n    expr: " expr "\n" more
#define KPI(id, unit)                                                                \
    "  " id ":\n    name: {en: " id ", zh: " id "}\n    about: {en: x., zh: x。}\n" \
    "    formula: " id "_of\n    unit: " unit "\n    direction: up\n"

static const char definitions[] =
    "group: quantiles\n"
    "measures:\n" MEASURE("median_sale", "median", "net_e4", "    filter: \"class = 'sale'\"\n")
        MEASURE("high_line", "percentile", "gross_e4", "    p: 0.9\n")
            MEASURE("odd_line", "percentile", "net_e4", "    p: 0.333\n")
                MEASURE("low_wait", "percentile", "order_date - local_date", "    p: 0.05\n")
                    MEASURE("units", "median", "quantity", "") MEASURE(
                        "lines", "count", "quantity", "") "kpis:\n" KPI("median_sale", "money")
                        KPI("high_line", "money") KPI("odd_line", "money") KPI("low_wait", "days")
                            KPI("units", "count") KPI("lines", "count");

static size_t counted_statements(const struct answer *a)
{
    size_t n = 0;
    for (size_t i = 0; i < a->sql_count; i++)
        n += strstr(a->sql[i].text.ptr, "\"q_value\"") != NULL;
    return n;
}

static void counted_values_give_the_same_quantiles(void **state)
{
    (void)state;
    struct rig *r = rig_new(definitions);
    random_shop(r);
    /* values that are missing, that tie, and a country that has none at all */
    rig_exec(r,
             "UPDATE order_line SET gross_e4 = NULL WHERE order_key % 7 = 0;"
             "UPDATE order_line SET net_e4 = net_e4 // 50000 * 50000 WHERE order_key % 3 = 0;"
             "UPDATE order_line SET gross_e4 = NULL WHERE order_key IN"
             " (SELECT order_key FROM orders WHERE country = 'c2');");
    derive(r);
    static const char *const grains[] = { "day", "week", "month", "total", "hour" };
    static const char *const dims[] = { "country", "channel", "store", "sku" };
    static const char *const filters[] = { "", "country = 'c1'", "store in ('b')" };
    const int64_t most = INT64_MAX;

    const size_t step = full_step(7);
    for (size_t i = 0; i < 60; i += step) {
        struct kpi_question q = { KPIS(STR("median_sale"),
                                       STR("high_line"),
                                       STR("odd_line"),
                                       STR("units"),
                                       STR("lines"),
                                       STR("low_wait")),
                                  .from = STR("2010-11-20"),
                                  .to = STR("2010-12-24"),
                                  .compare = STR("prev") };
        const str by[] = { str_from(dims[i % 4]), str_from(dims[(i + 1) % 4]) };
        q.by = by;
        q.grain = str_from(grains[i / 3 % 5]);
        q.by_count = str_is(q.grain, "hour") ? i % 2 : i % 3;
        q.where = str_from(filters[i / 5 % 3]);
        q.top = i % 2 == 0 ? 3 : 0;
        q.counted_from = most;
        struct answer *own = rig_ask(r, q);
        q.counted_from = 1;
        struct answer *counted = rig_ask(r, q);
        assert_int_equal(counted_statements(own), 0);
        assert_true(counted_statements(counted) >= 5);
        assert_same_rows(own, counted);
        answer_free(own);
        answer_free(counted);
    }
    rig_free(r);
}

static void few_facts_are_not_counted(void **state)
{
    (void)state;
    struct rig *r = rig_new(definitions);
    random_shop(r);
    struct answer *a =
        rig_ask(r,
                (struct kpi_question){
                    KPIS(STR("median_sale")), .from = STR("2010-11-20"), .to = STR("2011-02-10") });

    assert_int_equal(counted_statements(a), 0);
    answer_free(a);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counted_values_give_the_same_quantiles),
        cmocka_unit_test(few_facts_are_not_counted),
    };
    return cmocka_run_group_tests_name("query/counted", tests, NULL, NULL);
}
