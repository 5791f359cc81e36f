/* Weights of days from the year before. */
#include "people/people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct rig {
    int64_t values[1200];
    bool known[1200];
    struct season_past past;
    struct arena *arena;
    int64_t out[366];
    struct season about;
};

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    assert_true(day_parse(str_from(text), &day));
    return day;
}

/* Every day 100, weekends 200, from `from` to `to`. */
static void fill(struct rig *r, const char *from, const char *to)
{
    r->past = (struct season_past){
        .from = day_of(from), .to = day_of(to), .values_e4 = r->values, .known = r->known
    };
    for (int32_t d = r->past.from; d <= r->past.to; d++) {
        r->values[d - r->past.from] = day_weekday(d) >= 6 ? 200 : 100;
        r->known[d - r->past.from] = true;
    }
}

static void put(struct rig *r, const char *day, int64_t value)
{
    r->values[day_of(day) - r->past.from] = value;
}

static void weigh(
    struct rig *r, const struct season_event *events, size_t n, const char *from, const char *to)
{
    struct error why = { .lang = LANG_EN };
    const struct day_range days = { day_of(from), day_of(to) };
    if (season_weights(&r->past, events, n, days, r->arena, r->out, &r->about, &why) != STATUS_OK)
        fail_msg("%s", why.text);
}

static int64_t weight(const struct rig *r, const char *from, const char *day)
{
    return r->out[day_of(day) - day_of(from)];
}

static int set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    assert_non_null(r);
    r->arena = arena_new(0);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    arena_free(r->arena);
    mem_free(r);
    return 0;
}

static void an_ordinary_day_is_weighed_by_the_same_weekday(void **state)
{
    struct rig *r = *state;
    fill(r, "2024-11-01", "2025-12-31");

    weigh(r, NULL, 0, "2026-01-01", "2026-12-31");

    assert_int_equal(r->about.rule, SEASON_LAST_YEAR);
    assert_int_equal(weight(r, "2026-01-01", "2026-08-01"), 200); /* a Saturday */
    assert_int_equal(weight(r, "2026-01-01", "2026-08-03"), 100); /* a Monday */
}

static void double_11_follows_double_11_and_its_weekday(void **state)
{
    struct rig *r = *state;
    fill(r, "2024-11-01", "2025-12-31");
    put(r, "2025-11-11", 5000); /* a Tuesday; 2026: a Wednesday */

    weigh(r, NULL, 0, "2026-01-01", "2026-12-31");

    assert_int_equal(weight(r, "2026-01-01", "2026-11-11"), 5000);
    assert_int_equal(weight(r, "2026-01-01", "2026-11-10"), 100);
    assert_true(r->about.aligned > 30);
}

static void chinese_new_year_follows_the_moon(void **state)
{
    struct rig *r = *state;
    fill(r, "2024-11-01", "2025-12-31");
    put(r, "2025-01-28", 7); /* New Year's Eve of 2025, a Tuesday */

    weigh(r, NULL, 0, "2026-01-01", "2026-12-31");

    assert_int_equal(weight(r, "2026-01-01", "2026-02-16"), 7); /* the Eve of 2026, a Monday */
    assert_int_equal(weight(r, "2026-01-01", "2026-01-28"), 100);
}

static void a_promotion_of_the_shop_follows_its_own_days(void **state)
{
    struct rig *r = *state;
    const struct season_event events[] = {
        { STR("birthday"), day_of("2025-04-10"), day_of("2025-04-12") },
        { STR("birthday"), day_of("2026-04-22"), day_of("2026-04-24") },
    };
    fill(r, "2024-11-01", "2025-12-31");
    put(r, "2025-04-11", 900); /* a Friday, the second day */

    weigh(r, events, 2, "2026-01-01", "2026-12-31");

    assert_int_equal(weight(r, "2026-01-01", "2026-04-23"), 900); /* a Thursday, the second day */
    assert_int_equal(weight(r, "2026-01-01", "2026-04-10"), 100); /* no promotion there this year */
}

static void a_one_off_is_replaced_by_what_is_usual(void **state)
{
    struct rig *r = *state;
    fill(r, "2024-11-01", "2025-12-31");
    put(r, "2025-08-05", 90000); /* a big order */
    put(r, "2025-08-12", 1);     /* the shop was closed */

    weigh(r, NULL, 0, "2026-01-01", "2026-12-31");

    assert_int_equal(r->about.one_offs, 2);
    assert_int_equal(weight(r, "2026-01-01", "2026-08-04"), 100);
    assert_int_equal(weight(r, "2026-01-01", "2026-08-11"), 100);
}

static void what_has_not_come_yet_is_taken_from_two_years_before(void **state)
{
    struct rig *r = *state;
    fill(r, "2024-11-01", "2026-11-24");
    for (int32_t d = r->past.from; d < day_of("2026-01-01"); d++)
        r->values[d - r->past.from] /= 2; /* the shop has doubled since */
    put(r, "2025-12-12", 1000);

    weigh(r, NULL, 0, "2027-01-01", "2027-12-31");

    assert_int_equal(r->about.rule, SEASON_LAST_YEAR);
    assert_true(weight(r, "2027-01-01", "2027-12-12") > 1900); /* at the level of 2026 */
    assert_int_equal(weight(r, "2027-01-01", "2027-05-04"), 100);
}

static void without_a_year_before_weekdays_of_what_there_is(void **state)
{
    struct rig *r = *state;
    fill(r, "2026-03-01", "2026-03-31");

    weigh(r, NULL, 0, "2026-01-01", "2026-12-31");

    assert_int_equal(r->about.rule, SEASON_WEEKDAY);
    assert_int_equal(weight(r, "2026-01-01", "2026-08-01"), 200);
    assert_int_equal(weight(r, "2026-01-01", "2026-08-03"), 100);
}

static void without_anything_it_is_even(void **state)
{
    struct rig *r = *state;
    r->past = (struct season_past){ .from = 1, .to = 0 };

    weigh(r, NULL, 0, "2026-01-01", "2026-12-31");

    assert_int_equal(r->about.rule, SEASON_EVEN);
    for (size_t i = 0; i < 365; i++)
        assert_int_equal(r->out[i], 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_ordinary_day_is_weighed_by_the_same_weekday),
        TEST(double_11_follows_double_11_and_its_weekday),
        TEST(chinese_new_year_follows_the_moon),
        TEST(a_promotion_of_the_shop_follows_its_own_days),
        TEST(a_one_off_is_replaced_by_what_is_usual),
        TEST(what_has_not_come_yet_is_taken_from_two_years_before),
        TEST(without_a_year_before_weekdays_of_what_there_is),
        TEST(without_anything_it_is_even),
    };
    return cmocka_run_group_tests_name("people: seasons", tests, NULL, NULL);
}
