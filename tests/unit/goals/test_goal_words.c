/* Amounts, levels and periods as people write them. */
#include "rig.h"

static int64_t value(struct rig *r, const char *kpi, const char *text)
{
    int64_t v = -1;
    const struct kpi *k = kpi_find(r->catalog, str_from(kpi));
    assert_non_null(k);
    return goal_value_parse(k, str_from(text), &v, &r->why) == STATUS_OK ? v : -1;
}

static void amounts_are_read_exactly(void **state)
{
    struct rig *r = *state;
    assert_int_equal(value(r, "net_sales", "1200000"), INT64_C(12000000000));
    assert_int_equal(value(r, "net_sales", " 1,200,000.50 "), INT64_C(12000005000));
    assert_int_equal(value(r, "net_sales", "120万"), INT64_C(12000000000));
    assert_int_equal(value(r, "net_sales", "1.2M"), INT64_C(12000000000));
    assert_int_equal(value(r, "net_sales", "950k"), INT64_C(9500000000));
    assert_int_equal(value(r, "net_sales", "¥1.5亿"), INT64_C(1500000000000));
    assert_int_equal(value(r, "net_sales", "€99.99"), 999900);
    assert_int_equal(value(r, "orders", "4000"), 40000000);
    assert_int_equal(value(r, "return_rate_units", "4.5%"), 450);
    assert_int_equal(value(r, "return_rate_units", "0.045"), 450);
}

static void what_is_no_target_says_why(void **state)
{
    static const struct {
        const char *kpi;
        const char *text;
        const char *says;
    } bad[] = {
        { "net_sales", "", "is no target" },
        { "net_sales", "many", "is no target" },
        { "net_sales", "99999999999万亿", "is no target" },
        { "net_sales", "0", "is 0" },
        { "net_sales", "-5", "below 0" },
        { "net_sales", "5%", "is no share" },
        { "net_sales", "1.23456", "more decimals" },
        { "orders", "4.5", "no whole number" },
        { "return_rate_units", "5", "write the % sign" },
    };
    struct rig *r = *state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(value(r, bad[i].kpi, bad[i].text), -1);
        if (strstr(r->why.text, bad[i].says) == NULL)
            fail_msg("%s: %s", bad[i].text, r->why.text);
    }
}

static void periods_have_one_spelling(void **state)
{
    static const struct {
        const char *word;
        int32_t year;
        const char *from;
        const char *to;
        const char *spelling;
    } good[] = {
        { "2026", 0, "2026-01-01", "2026-12-31", "2026" },
        { "", 2026, "2026-01-01", "2026-12-31", "2026" },
        { "全年", 2026, "2026-01-01", "2026-12-31", "2026" },
        { "Q2", 2026, "2026-04-01", "2026-06-30", "2026-Q2" },
        { "2026-Q2", 0, "2026-04-01", "2026-06-30", "2026-Q2" },
        { "第二季度", 2026, "2026-04-01", "2026-06-30", "2026-Q2" },
        { "2月", 2026, "2026-02-01", "2026-02-28", "2026-02" },
        { "2026年2月", 0, "2026-02-01", "2026-02-28", "2026-02" },
        { "3月8日", 2026, "2026-03-08", "2026-03-08", "2026-03-08" },
        { "2026-03-08 00:00:00", 0, "2026-03-08", "2026-03-08", "2026-03-08" },
        { "2026/3/8", 0, "2026-03-08", "2026-03-08", "2026-03-08" },
        { "2026-10-20..2026-10-31", 0, "2026-10-20", "2026-10-31", "2026-10-20..2026-10-31" },
        { "双11", 2026, "2026-11-11", "2026-11-11", "double-11" },
        { "618", 2026, "2026-06-01", "2026-06-20", "618" },
    };
    struct rig *r = *state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct goal_period p;
        if (goal_period_parse(shop_writer(r->shop),
                              str_from(good[i].word),
                              good[i].year,
                              r->arena,
                              &p,
                              &r->why) != STATUS_OK)
            fail_msg("%s: %s", good[i].word, r->why.text);
        assert_int_equal(p.from, rig_day(good[i].from));
        assert_int_equal(p.to, rig_day(good[i].to));
        assert_true(str_is(p.word, good[i].spelling));
    }
}

static void a_promotion_of_the_shops_calendar_wins(void **state)
{
    struct rig *r = *state;
    struct goal_period p;
    assert_int_equal(
        conn_exec(shop_writer(r->shop),
                  "INSERT INTO calendar_event (event_id, kind, name_zh, local_date, "
                  "end_date) VALUES ('618', 'promo', '年中', '2026-05-28', '2026-06-18')",
                  &r->why),
        STATUS_OK);

    assert_int_equal(
        goal_period_parse(shop_writer(r->shop), STR("年中"), 2026, r->arena, &p, &r->why),
        STATUS_OK);

    assert_int_equal(p.from, rig_day("2026-05-28"));
    assert_true(str_is(p.word, "618"));
}

static void unknown_periods_are_told(void **state)
{
    static const struct {
        const char *word;
        int32_t year;
        const char *says;
    } bad[] = { { "someday", 2026, "no period" },
                { "618", 0, "which year" },
                { "2025-03", 2026, "not in it" },
                { "", 0, "which period" },
                { "2026-02-30", 2026, "no period" },
                { "13月", 2026, "no period" },
                { "2026-03-05..2026-03-01", 0, "no period" },
                { "1900-01-01..2026-03-01", 0, "longer" } };
    struct rig *r = *state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct goal_period p;
        assert_int_equal(
            goal_period_parse(
                shop_writer(r->shop), str_from(bad[i].word), bad[i].year, r->arena, &p, &r->why),
            STATUS_BAD_INPUT);
        if (strstr(r->why.text, bad[i].says) == NULL)
            fail_msg("%s: %s", bad[i].word, r->why.text);
    }
}

static void levels_have_names_in_both_languages(void **state)
{
    enum goal_level l = GOAL_TARGET;
    (void)state;
    assert_true(goal_level_parse(STR("保底"), &l) && l == GOAL_BASE);
    assert_true(goal_level_parse(STR("Stretch"), &l) && l == GOAL_STRETCH);
    assert_false(goal_level_parse(STR("dream"), &l));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(amounts_are_read_exactly),  TEST(what_is_no_target_says_why),
        TEST(periods_have_one_spelling), TEST(a_promotion_of_the_shops_calendar_wins),
        TEST(unknown_periods_are_told),  TEST(levels_have_names_in_both_languages),
    };
    return cmocka_run_group_tests_name("goals: words", tests, NULL, NULL);
}
