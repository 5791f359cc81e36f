/* Every built-in KPI is asked at grains and by dimensions that its tables share: the statements
 * must run, whatever the definition. With SHOPVANE_FULL=1 at each grain and by each fifth
 * dimension, else at every third grain and by each fifteenth; where that begins goes on from KPI to
 * KPI. */
#include "../full.h"
#include "rig.h"

#define QUESTION_MAX 256

static struct rig *one_row_each(void)
{
    struct rig *r = rig_new(NULL);
    for (size_t i = 0; i < commerce_table_count; i++) {
        char sql[300];
        const struct table *t = &commerce_tables[i];
        if (t->view != NULL)
            continue;
        if (t->date_column == NULL)
            snprintf(sql, sizeof sql, "INSERT INTO \"%s\" (store) VALUES ('main')", t->name);
        else
            snprintf(sql,
                     sizeof sql,
                     "INSERT INTO \"%s\" (\"%s\") VALUES ('2010-12-01'), ('2011-01-31')",
                     t->name,
                     t->date_column);
        rig_exec(r, sql);
    }
    return r;
}

static void must_run(struct rig *r, const struct kpi_question *q)
{
    struct error why = { .lang = LANG_EN };
    struct answer *a = NULL;
    const enum status st = query_ask(&r->context, q, &a, &why);
    if (st == STATUS_IO || st == STATUS_NO_MEMORY || st == STATUS_ENGINE_LIMIT) {
        print_error("%.*s: %s\n", STR_ARG(q->kpis[0]), why.text);
        fail();
    }
    answer_free(a);
}

static void every_kpi_runs_at_every_grain(void **state)
{
    (void)state;
    struct rig *r = one_row_each();
    static const char *const ranges[][2] = { { "2010-12-01", "2011-01-31" },
                                             { "2010-11-20", "2010-12-05" } };

    for (size_t i = 0; i < kpi_count(r->catalog); i++) {
        const struct kpi *k = kpi_at(r->catalog, i);
        const unsigned step = (unsigned)full_step(3);
        for (unsigned g = (unsigned)i % step; g < GRAIN_COUNT; g += step) {
            const struct kpi_question q = { .kpis = &k->id,
                                            .kpi_count = 1,
                                            .grain = str_from(kpi_grain_name((enum kpi_grain)g)),
                                            .from = str_from(ranges[g % 2][0]),
                                            .to = str_from(ranges[g % 2][1]),
                                            .basis = g % 2 ? STR("order") : STR("event"),
                                            .now_us = rig_now("2026-11-23") };
            must_run(r, &q);
        }
    }
    rig_free(r);
}

static void every_kpi_runs_by_every_dimension_it_has(void **state)
{
    (void)state;
    struct rig *r = one_row_each();

    for (size_t i = 0; i < kpi_count(r->catalog); i++) {
        const struct kpi *k = kpi_at(r->catalog, i);
        const size_t step = 5 * full_step(3);
        for (size_t d = i % step; d < commerce_dimension_count; d += step) {
            const str by = str_from(commerce_dimensions[d].name);
            const struct kpi_question q = { .kpis = &k->id,
                                            .kpi_count = 1,
                                            .by = &by,
                                            .by_count = 1,
                                            .from = STR("2010-12-01"),
                                            .to = STR("2011-01-31"),
                                            .now_us = rig_now("2026-11-23") };
            must_run(r, &q);
        }
    }
    rig_free(r);
}

static void all_kpis_together_are_one_statement_a_fact(void **state)
{
    (void)state;
    struct rig *r = one_row_each();
    struct error why = { .lang = LANG_EN };
    struct answer *a = NULL;
    str ids[QUESTION_MAX];
    size_t n = 0;
    for (size_t i = 0; i < kpi_count(r->catalog) && n < QUESTION_MAX; i++) {
        if (kpi_at(r->catalog, i)->grains & GRAIN_BIT(GRAIN_TOTAL))
            ids[n++] = kpi_at(r->catalog, i)->id;
    }

    const struct kpi_question q = { .kpis = ids,
                                    .kpi_count = n,
                                    .from = STR("2010-12-01"),
                                    .to = STR("2011-01-31"),
                                    .now_us = rig_now("2026-11-23") };
    if (query_ask(&r->context, &q, &a, &why) != STATUS_OK)
        rig_fail(&why);

    assert_true(n > 100);
    assert_true(a->sql_count < 80); /* rows and totals of some 15 tables in a few shapes */
    answer_free(a);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kpi_runs_at_every_grain),
        cmocka_unit_test(every_kpi_runs_by_every_dimension_it_has),
        cmocka_unit_test(all_kpis_together_are_one_statement_a_fact),
    };
    return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
