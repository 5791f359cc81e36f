/* The order of the rows of a table: by figure, equal ones by name; by name; no value last. */
#include "rig.h"

#include <math.h>

/* 3,000 orders of 41 countries (one not set) and 97 articles; an article costs one of `prices`
 * pence, so that most sums have equals: some a few, some more than a hundred. Every seventh
 * article has returns only, so that it has no average order. */
static struct rig *shop_of_equals(int prices)
{
    struct rig *r = rig_new(rig_definitions);
    char sql[1024];
    rig_exec(r,
             "INSERT INTO orders (store, order_key, local_date, currency, country, is_test,"
             " has_sale) SELECT 'main', i, DATE '2010-12-01' + CAST(i % 30 AS INTEGER), 'GBP',"
             " CASE WHEN i % 41 = 0 THEN NULL ELSE 'land ' || (i * 7) % 41 END, false, true"
             " FROM range(3000) t(i)");
    snprintf(sql,
             sizeof sql,
             "INSERT INTO order_line (store, order_key, class, customer_key, sku, local_date,"
             " local_minute, order_date, currency, quantity, gross_e4, net_e4)"
             " SELECT 'main', i, CASE WHEN sku %% 7 = 0 THEN 'return' ELSE 'sale' END, i %% 300,"
             " 'A' || sku, DATE '2010-12-01' + CAST(i %% 30 AS INTEGER), 600,"
             " DATE '2010-12-01' + CAST(i %% 30 AS INTEGER), 'GBP', 1, pence * 100, pence * 100"
             " FROM (SELECT i, (i * 31) %% 97 AS sku, (i * 31) %% 97 %% %d - 2 AS pence"
             " FROM range(3000) t(i))",
             prices);
    rig_exec(r, sql);
    return r;
}

static int compare_names(const struct answer_row *a, const struct answer_row *b, size_t n)
{
    int order = 0;
    for (size_t i = 0; i < n && order == 0; i++)
        order = str_cmp(a->by[i], b->by[i]);
    return order;
}

/* Figures go down (or up), equals by name, rows without a figure last. */
static void assert_ordered(const struct answer *a, bool up)
{
    const struct answer_row *rows = a->kpis[0].rows;
    size_t equals = 0;
    assert_true(a->row_count > 1000);
    for (size_t i = 1; i < a->row_count; i++) {
        const double x = rows[i - 1].value.real;
        const double y = rows[i].value.real;
        if (rows[i - 1].value.kind == VALUE_NONE || rows[i].value.kind == VALUE_NONE) {
            assert_int_equal(rows[i].value.kind, VALUE_NONE);
            assert_true(rows[i - 1].value.kind != VALUE_NONE ||
                        compare_names(&rows[i - 1], &rows[i], 2) < 0);
            continue;
        }
        assert_true(up ? x <= y : x >= y);
        equals += x == y;
        if (x == y && compare_names(&rows[i - 1], &rows[i], 2) >= 0)
            fail_msg("row %zu stands after an equal one of a later name", i);
    }
    assert_true(equals > 100);
}

static struct answer *by_country_and_article(struct rig *r, const char *kpi, const char *sort)
{
    return rig_ask(r,
                   (struct kpi_question){ KPIS(str_from(kpi)),
                                          BY(STR("country"), STR("sku")),
                                          .period = STR("2010-12"),
                                          .sort = str_from(sort) });
}

static void equal_figures_stand_by_name(void **state)
{
    (void)state;
    static const char *const kpis[] = { "net_sales", "aov", "orders" };
    static const char *const ways[] = { "", "-", NULL };
    for (size_t i = 0; i < ARRAY_LEN(kpis); i++) {
        for (size_t w = 0; w < ARRAY_LEN(ways); w++) {
            struct rig *r = shop_of_equals(i == 0 ? 50 : 7);
            char sort[32] = "";
            if (ways[w] != NULL)
                snprintf(sort, sizeof sort, "%s%s", ways[w], kpis[i]);
            struct answer *a = by_country_and_article(r, kpis[i], sort);
            assert_ordered(a, ways[w] != NULL && ways[w][0] == '\0');
            answer_free(a);
            rig_free(r);
        }
    }
}

static void names_stand_in_the_order_of_their_bytes(void **state)
{
    (void)state;
    struct rig *r = shop_of_equals(7);
    struct answer *up = by_country_and_article(r, "net_sales", "sku");
    struct answer *down = by_country_and_article(r, "net_sales", "-sku");

    for (size_t i = 1; i < up->row_count; i++) {
        const struct answer_row *a = &up->kpis[0].rows[i - 1];
        const int by_sku = str_cmp(a[0].by[1], a[1].by[1]);
        assert_true(by_sku < 0 || (by_sku == 0 && str_cmp(a[0].by[0], a[1].by[0]) < 0));
    }
    for (size_t i = 1; i < down->row_count; i++) {
        const struct answer_row *a = &down->kpis[0].rows[i - 1];
        const int by_sku = str_cmp(a[0].by[1], a[1].by[1]);
        assert_true(by_sku > 0 || (by_sku == 0 && str_cmp(a[0].by[0], a[1].by[0]) < 0));
    }
    answer_free(up);
    answer_free(down);
    rig_free(r);
}

/* The top is what stands first by figure, also where it is shown by name. */
static void the_top_by_name_are_those_of_the_greatest_figures(void **state)
{
    (void)state;
    struct rig *r = shop_of_equals(7);
    struct answer *all = by_country_and_article(r, "net_sales", "");
    struct answer *top = rig_ask(r,
                                 (struct kpi_question){ KPIS(STR("net_sales")),
                                                        BY(STR("country"), STR("sku")),
                                                        .period = STR("2010-12"),
                                                        .sort = STR("sku"),
                                                        .top = 100 });
    assert_int_equal(top->row_count, 101);
    assert_true(top->kpis[0].rows[100].is_others);
    for (size_t i = 0; i < 100; i++) {
        size_t found = 0;
        for (size_t j = 0; j < 100; j++)
            found += compare_names(&all->kpis[0].rows[i], &top->kpis[0].rows[j], 2) == 0;
        assert_int_equal(found, 1);
    }
    answer_free(all);
    answer_free(top);
    rig_free(r);
}

static double sum_of_rows(const struct answer *a)
{
    double sum = 0;
    for (size_t i = 0; i < a->row_count; i++)
        sum += a->kpis[0].rows[i].value.kind == VALUE_NONE ? 0 : a->kpis[0].rows[i].value.real;
    return sum;
}

/* Of sums others are added up here, of sums beside a count of orders they are asked for: the same
 * figures, in the periods asked about and in those they are compared with. */
static void others_are_the_same_added_up_and_asked_for(void **state)
{
    (void)state;
    struct rig *r = shop_of_equals(7);
    static const char *const grains[] = { "total", "week", "day" };
    for (size_t g = 0; g < ARRAY_LEN(grains); g++) {
        struct kpi_question q = { KPIS(STR("net_sales"), STR("orders")),
                                  BY(STR("country"), STR("sku")),
                                  .from = STR("2010-12-10"),
                                  .to = STR("2010-12-29"),
                                  .compare = STR("prev"),
                                  .grain = str_from(grains[g]),
                                  .top = 20 };
        struct answer *asked = rig_ask(r, q);
        q.kpi_count = 1;
        struct answer *added = rig_ask(r, q);
        size_t others = 0;

        assert_true(added->sql_count < asked->sql_count);
        assert_int_equal(added->row_count, asked->row_count);
        for (size_t i = 0; i < added->row_count; i++) {
            const struct answer_row *a = &added->kpis[0].rows[i];
            const struct answer_row *b = &asked->kpis[0].rows[i];
            others += a->is_others;
            assert_true(str_eq(a->value.text, b->value.text));
            assert_true((a->compare == NULL) == (b->compare == NULL));
            if (a->compare != NULL)
                assert_true(str_eq(a->compare->value.text, b->compare->value.text));
        }
        assert_true(others > 0);
        assert_true(fabs(sum_of_rows(added) - added->kpis[0].total.value.real) < 0.00005);
        answer_free(asked);
        answer_free(added);
    }
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_figures_stand_by_name),
        cmocka_unit_test(names_stand_in_the_order_of_their_bytes),
        cmocka_unit_test(the_top_by_name_are_those_of_the_greatest_figures),
        cmocka_unit_test(others_are_the_same_added_up_and_asked_for),
    };
    return cmocka_run_group_tests_name("query: the order of rows", tests, NULL, NULL);
}
