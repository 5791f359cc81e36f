/* What the target of a range is, and how much of it the days that are over should have brought. */
#include "rig.h"

static struct goal_sum asked(struct rig *r, const struct goal_list *l, struct goal_range range)
{
    struct goal_sum sum;
    if (range.kpi == NULL)
        range.kpi = kpi_find(r->catalog, STR("net_sales"));
    range.level = GOAL_TARGET;
    range.currency = STR("CNY");
    if (goal_of_range(l, &range, r->arena, &sum, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
    return sum;
}

static struct goal_range range(const char *from, const char *to, const char *as_of)
{
    return (struct goal_range){
        .from = rig_day(from), .to = rig_day(to), .as_of = rig_day(as_of), .known_stores = 2
    };
}

static void progress_follows_daily_targets_not_the_calendar(void **state)
{
    struct rig *r = *state;
    struct goal items[31];
    for (int d = 0; d < 30; d++) {
        items[d + 1] = rig_goal("", "2026-11-01", "2026-11-01", d == 10 ? 7100 : 100);
        items[d + 1].from += d;
        items[d + 1].to += d;
    }
    items[0] = rig_goal("", "2026-11-01", "2026-11-30", 10000);
    const struct goal_list l = { items, 31 };

    const struct goal_sum ten = asked(r, &l, range("2026-11-01", "2026-11-30", "2026-11-10"));
    const struct goal_sum twelve = asked(r, &l, range("2026-11-01", "2026-11-30", "2026-11-12"));

    assert_int_equal(ten.gap, GOAL_FOUND);
    assert_true(ten.value_e4 == 10000 * MONEY_ONE && !ten.is_even && !ten.is_off);
    assert_true(ten.expected_e4 == 1000 * MONEY_ONE); /* 10 %, not a third */
    assert_true(twelve.expected_e4 == 8200 * MONEY_ONE);
    assert_int_equal(ten.days_left, 20);
}

static void a_running_day_counts_by_its_minutes(void **state)
{
    struct rig *r = *state;
    struct goal day = rig_goal("", "2026-11-11", "2026-11-11", 1440);
    const struct goal_list l = { &day, 1 };
    struct goal_range q = range("2026-11-11", "2026-11-11", "2026-11-10");
    q.part_minute = 360;

    const struct goal_sum sum = asked(r, &l, q);

    assert_true(sum.expected_e4 == 360 * MONEY_ONE);
    assert_int_equal(sum.days_left, 1);
}

static void what_was_not_split_is_even_and_says_so(void **state)
{
    struct rig *r = *state;
    struct goal year = rig_goal("", "2026-01-01", "2026-12-31", 365);
    const struct goal_list l = { &year, 1 };

    const struct goal_sum month = asked(r, &l, range("2026-03-01", "2026-03-31", "2026-03-31"));

    assert_true(month.value_e4 == 31 * MONEY_ONE);
    assert_true(month.is_even && !month.has_first);
}

static void a_part_of_the_range_is_no_target(void **state)
{
    struct rig *r = *state;
    struct goal month = rig_goal("", "2026-03-01", "2026-03-31", 31);
    const struct goal_list l = { &month, 1 };

    assert_int_equal(asked(r, &l, range("2026-03-30", "2026-04-01", "2026-04-01")).gap,
                     GOAL_PARTLY);
    assert_int_equal(asked(r, &l, range("2026-05-01", "2026-05-02", "2026-05-02")).gap, GOAL_NONE);
}

static void stores_add_up_only_when_each_has_a_target(void **state)
{
    struct rig *r = *state;
    struct goal both[] = { rig_goal("a", "2026-03-01", "2026-03-31", 100),
                           rig_goal("b", "2026-03-01", "2026-03-31", 50) };
    const struct goal_list one = { both, 1 };
    const struct goal_list two = { both, 2 };
    const str a[] = { STR("a") };
    struct goal_range of_a = range("2026-03-01", "2026-03-31", "2026-03-10");
    of_a.stores = a;
    of_a.n_stores = 1;

    assert_int_equal(asked(r, &one, range("2026-03-01", "2026-03-31", "2026-03-10")).gap,
                     GOAL_SOME_STORES);
    assert_true(asked(r, &two, range("2026-03-01", "2026-03-31", "2026-03-10")).value_e4 ==
                150 * MONEY_ONE);
    assert_true(asked(r, &two, of_a).value_e4 == 100 * MONEY_ONE);
}

static void another_currency_is_no_target(void **state)
{
    struct rig *r = *state;
    struct goal month = rig_goal("", "2026-03-01", "2026-03-31", 31);
    month.currency = STR("EUR");
    const struct goal_list l = { &month, 1 };

    assert_int_equal(asked(r, &l, range("2026-03-01", "2026-03-31", "2026-03-10")).gap,
                     GOAL_CURRENCY);
}

static void a_rate_holds_as_it_is_for_each_day(void **state)
{
    struct rig *r = *state;
    struct goal items[] = { rig_goal("", "2026-01-01", "2026-12-31", 1),
                            rig_goal("", "2026-11-01", "2026-11-30", 1) };
    for (size_t i = 0; i < 2; i++) {
        items[i].kpi = STR("return_rate_units");
        items[i].value_e4 = i == 0 ? 500 : 800;
    }
    const struct goal_list l = { items, 2 };
    struct goal_range june = range("2026-06-03", "2026-06-03", "2026-06-03");
    struct goal_range november = range("2026-11-02", "2026-11-08", "2026-11-08");
    struct goal_range across = range("2026-10-30", "2026-11-02", "2026-11-02");
    june.kpi = november.kpi = across.kpi = kpi_find(r->catalog, STR("return_rate_units"));

    assert_true(asked(r, &l, june).value_e4 == 500);
    assert_true(asked(r, &l, november).value_e4 == 800);
    assert_true(asked(r, &l, across).value_e4 == 500);
    assert_false(asked(r, &l, june).has_progress);
}

static void which_kpis_add_up_over_days(void **state)
{
    struct rig *r = *state;
    static const char *const sums[] = { "net_sales",   "gross_sales", "orders",       "units",
                                        "returns_amt", "paid_orders", "placed_orders" };
    static const char *const others[] = { "aov",
                                          "return_rate_units",
                                          "visitors",
                                          "buyers",
                                          "rating",
                                          "stock_units",
                                          "refund_orders_count",
                                          "refund_asked_order_count" };

    for (size_t i = 0; i < ARRAY_LEN(sums); i++)
        assert_true(kpi_adds_up(kpi_find(r->catalog, str_from(sums[i]))));
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_false(kpi_adds_up(kpi_find(r->catalog, str_from(others[i]))));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(progress_follows_daily_targets_not_the_calendar),
        TEST(a_running_day_counts_by_its_minutes),
        TEST(what_was_not_split_is_even_and_says_so),
        TEST(a_part_of_the_range_is_no_target),
        TEST(stores_add_up_only_when_each_has_a_target),
        TEST(another_currency_is_no_target),
        TEST(a_rate_holds_as_it_is_for_each_day),
        TEST(which_kpis_add_up_over_days),
    };
    return cmocka_run_group_tests_name("goals: ranges", tests, NULL, NULL);
}
