/* Ratios of platforms' figures: both sides are of the same days, or there is no value. */
#include "stats_rig.h"

static struct answer *ask_ratio(struct rig *r, const char *kpi)
{
    return rig_ask(r,
                   (struct kpi_question){
                       KPIS(str_from(kpi)), .from = STR("2026-11-16"), .to = STR("2026-11-22") });
}

static void a_whole_period_is_not_divided_by_some_of_its_days(void **state)
{
    (void)state;
    struct rig *r = rig_new(definitions);
    watermark(r, "tmall", "platform_stat");
    stat(r, "tmall", NULL, NULL, "paid_amount", "2026-11-16", "2026-11-22", "700", "GBP");
    stat(r, "tmall", NULL, NULL, "pageviews", "2026-11-16", NULL, "10", NULL);
    stat(r, "tmall", NULL, NULL, "pageviews", "2026-11-17", NULL, "10", NULL);
    struct answer *a = ask_ratio(r, "per_view");
    assert_int_equal(a->kpis[0].rows[0].value.kind, VALUE_NONE);
    assert_true(
        str_contains(a->kpis[0].rows[0].value.reason, STR("the other lacks some of its days")));
    answer_free(a);
    /* once the days are all there it has a value */
    static const char *const others[] = {
        "2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"
    };
    for (size_t n = 0; n < ARRAY_LEN(others); n++)
        stat(r, "tmall", NULL, NULL, "pageviews", others[n], NULL, "10", NULL);
    a = ask_ratio(r, "per_view");
    assert_str(a->kpis[0].rows[0].value.text, "10.0000");
    answer_free(a);
    rig_free(r);
}

static void days_that_both_sides_lack_are_marked(void **state)
{
    (void)state;
    struct rig *r = rig_new(definitions);
    watermark(r, "tmall", "platform_stat");
    stat(r, "tmall", NULL, NULL, "paid_amount", "2026-11-16", NULL, "100", "GBP");
    stat(r, "tmall", NULL, NULL, "pageviews", "2026-11-16", NULL, "10", NULL);
    struct answer *a = ask_ratio(r, "per_view");
    assert_str(a->kpis[0].rows[0].value.text, "10.0000");
    assert_false(a->kpis[0].rows[0].complete);
    answer_free(a);
    rig_free(r);
}

/* People and averages do not add up, so one row of the whole period is all there is of them. */
static void nor_are_people_of_a_whole_period_divided_into_some_of_its_days(void **state)
{
    (void)state;
    struct rig *r = rig_new(definitions);
    watermark(r, "tmall", "platform_stat");
    stat(r, "tmall", NULL, NULL, "visitors", "2026-11-16", "2026-11-22", "100", NULL);
    stat(r, "tmall", NULL, NULL, "paid_amount", "2026-11-16", NULL, "100", "GBP");
    struct answer *a = ask_ratio(r, "per_visitor");
    assert_int_equal(a->kpis[0].rows[0].value.kind, VALUE_NONE);
    assert_true(
        str_contains(a->kpis[0].rows[0].value.reason, STR("the other lacks some of its days")));
    answer_free(a);
    /* two figures of the whole period */
    stat(r, "tmall", NULL, NULL, "paying_buyers", "2026-11-16", "2026-11-22", "25", NULL);
    a = ask_ratio(r, "pay_cr");
    assert_str(a->kpis[0].rows[0].value.text, "0.250000000000");
    answer_free(a);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_period_is_not_divided_by_some_of_its_days),
        cmocka_unit_test(nor_are_people_of_a_whole_period_divided_into_some_of_its_days),
        cmocka_unit_test(days_that_both_sides_lack_are_marked),
    };
    return cmocka_run_group_tests_name("query/stats_ratio", tests, NULL, NULL);
}
