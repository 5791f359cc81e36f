/* What the store said is kept until its data version changes, and never longer. */
#include "rig.h"

static struct rig *cached_shop(void)
{
    struct rig *r = rig_new(rig_definitions);
    r->context.cache = query_cache_new();
    assert_non_null(r->context.cache);
    rig_order(r, 1, "2010-12-01", "France");
    rig_line(r, "sale", 1, 7, "2010-12-01", "2010-12-01", 10000);
    return r;
}

static void cached_free(struct rig *r)
{
    query_cache_free(r->context.cache);
    rig_free(r);
}

static struct answer *december(struct rig *r)
{
    return rig_ask(r,
                   (struct kpi_question){ KPIS(STR("net_sales"), STR("session_cr")),
                                          .from = STR("2010-12-01"),
                                          .to = STR("2010-12-31") });
}

static void facts_are_read_anew_and_the_reach_of_tables_when_the_version_changes(void **state)
{
    (void)state;
    struct rig *r = cached_shop();
    struct answer *first = december(r);
    rig_line(r, "sale", 1, 7, "2010-12-02", "2010-12-02", 500);
    rig_exec(r,
             "INSERT INTO session (store, session_key, local_date, local_minute)"
             " VALUES ('main', 1, '2010-12-01', 1)");

    struct answer *same_version = december(r);
    rig_exec(r, "INSERT INTO data_version VALUES (18, 0, 'test')");
    struct answer *next_version = december(r);

    assert_str(first->kpis[0].total.value.text, "100.0000");
    assert_str(same_version->kpis[0].total.value.text, "105.0000");
    assert_int_equal(same_version->kpis[1].total.value.kind, VALUE_NONE); /* as it was kept */
    assert_str(next_version->kpis[1].total.value.text, "1.00000000000");
    answer_free(first);
    answer_free(same_version);
    answer_free(next_version);
    cached_free(r);
}

static void a_reader_of_an_older_snapshot_takes_nothing_of_a_newer_one(void **state)
{
    (void)state;
    struct rig *r = cached_shop();
    rig_exec(r,
             "INSERT INTO session (store, session_key, local_date, local_minute)"
             " VALUES ('main', 1, '2010-12-01', 1)");
    struct answer *newer = december(r);
    rig_exec(r, "UPDATE data_version SET version = 16");
    rig_exec(r, "DELETE FROM session");

    struct answer *older = december(r);

    assert_str(newer->kpis[1].total.value.text, "1.00000000000");
    assert_int_equal(older->kpis[1].total.value.kind, VALUE_NONE);
    answer_free(newer);
    answer_free(older);
    cached_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_read_anew_and_the_reach_of_tables_when_the_version_changes),
        cmocka_unit_test(a_reader_of_an_older_snapshot_takes_nothing_of_a_newer_one),
    };
    return cmocka_run_group_tests_name("query/cache", tests, NULL, NULL);
}
