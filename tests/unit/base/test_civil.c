/* The calendar on integers. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int32_t day_of(int32_t year, int32_t month, int32_t day)
{
    return civil_to_day((struct civil){ year, month, day });
}

/* The days of a month are those from *at on; moves *at to the next month. */
static bool month_comes_back(int32_t year, int32_t month, int32_t *at, int32_t *weekday)
{
    for (int32_t day = 1; day <= civil_days_in_month(year, month); day++) {
        const struct civil c = civil_from_day(*at);
        if (c.year != year || c.month != month || c.day != day || civil_to_day(c) != *at ||
            day_weekday(*at) != *weekday)
            return false;
        *at += 1;
        *weekday = *weekday % 7 + 1;
    }
    return true;
}

static void every_day_of_twenty_thousand_years_comes_back(void **state)
{
    (void)state;
    int32_t at = day_of(-9999, 1, 1);
    int32_t weekday = day_weekday(at);
    for (int32_t year = -9999; year <= 9999; year++) {
        for (int32_t month = 1; month <= 12; month++) {
            if (!month_comes_back(year, month, &at, &weekday))
                fail_msg("%d-%d", year, month);
        }
    }
    assert_int_equal(at, day_of(10000, 1, 1));
}

static void known_days_have_their_number_and_weekday(void **state)
{
    (void)state;
    static const struct {
        struct civil c;
        int32_t day;
        int32_t weekday;
    } days[] = {
        { { 1970, 1, 1 }, 0, 4 },      { { 2000, 2, 29 }, 11016, 2 },
        { { 2010, 12, 1 }, 14944, 3 }, { { 2026, 11, 23 }, 20780, 1 },
        { { 1969, 12, 31 }, -1, 3 },   { { 1900, 3, 1 }, -25508, 4 },
        { { 0, 3, 1 }, -719468, 3 },   { { 1582, 10, 15 }, -141427, 5 },
    };
    for (size_t i = 0; i < ARRAY_LEN(days); i++) {
        assert_int_equal(civil_to_day(days[i].c), days[i].day);
        assert_int_equal(day_weekday(days[i].day), days[i].weekday);
    }
}

static void impossible_days_are_not_valid(void **state)
{
    (void)state;
    static const struct civil bad[] = { { 2010, 0, 1 },   { 2010, 13, 1 },       { 2010, 1, 0 },
                                        { 2010, 1, 32 },  { 2010, 2, 29 },       { 1900, 2, 29 },
                                        { 2100, 2, 29 },  { 2010, 4, 31 },       { 10000, 1, 1 },
                                        { -10000, 1, 1 }, { 2010, 1, INT32_MIN } };
    static const struct civil good[] = {
        { 2000, 2, 29 }, { -4, 2, 29 }, { 0, 2, 29 }, { 9999, 12, 31 }, { -9999, 1, 1 }
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(civil_valid(bad[i]));
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(civil_valid(good[i]));
}

static void iso_weeks_belong_to_the_year_of_their_thursday(void **state)
{
    (void)state;
    static const struct {
        struct civil c;
        int32_t year;
        int32_t week;
    } weeks[] = {
        { { 2010, 1, 3 }, 2009, 53 },   { { 2010, 1, 4 }, 2010, 1 },
        { { 2010, 12, 1 }, 2010, 48 },  { { 2018, 12, 31 }, 2019, 1 },
        { { 2020, 12, 31 }, 2020, 53 }, { { 2021, 1, 3 }, 2020, 53 },
        { { 2023, 1, 1 }, 2022, 52 },   { { 2026, 12, 28 }, 2026, 53 },
    };
    for (size_t i = 0; i < ARRAY_LEN(weeks); i++) {
        int32_t year = 0;
        int32_t week = 0;
        day_iso_week(civil_to_day(weeks[i].c), &year, &week);
        assert_int_equal(year, weeks[i].year);
        assert_int_equal(week, weeks[i].week);
    }
}

static void adding_months_clamps_to_the_months_end(void **state)
{
    (void)state;
    assert_int_equal(day_add_months(day_of(2011, 1, 31), 1), day_of(2011, 2, 28));
    assert_int_equal(day_add_months(day_of(2012, 1, 31), 1), day_of(2012, 2, 29));
    assert_int_equal(day_add_months(day_of(2012, 2, 29), -12), day_of(2011, 2, 28));
    assert_int_equal(day_add_months(day_of(2012, 2, 29), 48), day_of(2016, 2, 29));
    assert_int_equal(day_add_months(day_of(2010, 12, 15), 1), day_of(2011, 1, 15));
    assert_int_equal(day_add_months(day_of(2010, 1, 15), -1), day_of(2009, 12, 15));
    assert_int_equal(day_add_months(day_of(0, 1, 15), -1), day_of(-1, 12, 15));
    assert_int_equal(day_add_months(day_of(2010, 5, 5), 0), day_of(2010, 5, 5));
}

static void dates_are_written_and_read_as_iso_8601(void **state)
{
    (void)state;
    static const int32_t years[] = { 0, 1, 999, 1970, 2010, 9999 };
    struct buf b;
    buf_init(&b, 64);
    for (size_t i = 0; i < ARRAY_LEN(years); i++) {
        int32_t day = 0;
        buf_clear(&b);
        buf_add_day(&b, day_of(years[i], 2, 3));
        assert_int_equal(buf_str(&b).len, 10);
        assert_true(day_parse(buf_str(&b), &day));
        assert_int_equal(day, day_of(years[i], 2, 3));
    }
    buf_clear(&b);
    buf_add_day(&b, day_of(-1, 12, 31));
    buf_addc(&b, ' ');
    buf_add_day(&b, day_of(-9999, 1, 1));
    assert_true(str_is(buf_str(&b), "-0001-12-31 -9999-01-01"));
    buf_release(&b);
}

static void what_is_no_date_is_not_read(void **state)
{
    (void)state;
    static const char *const bad[] = { "",           "2010-12-1",  "2010-12-001", "2010/12/01",
                                       "2010-13-01", "2010-02-29", "2010-00-10",  "2010-10-00",
                                       "20101201",   " 2010-12-0", "2010-12-01 ", "-010-12-01",
                                       "2010-1 -01", "+010-12-01", "201０-12-1" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int32_t day = 77;
        if (day_parse(str_from(bad[i]), &day))
            fail_msg("accepted: %s", bad[i]);
        assert_int_equal(day, 77);
    }
}

static void division_rounds_down_also_below_zero(void **state)
{
    (void)state;
    assert_int_equal(i64_floor_div(7, 2), 3);
    assert_int_equal(i64_floor_div(-7, 2), -4);
    assert_int_equal(i64_floor_div(-8, 2), -4);
    assert_int_equal(i64_floor_div(INT64_MIN, 1), INT64_MIN);
    assert_int_equal(i64_floor_div(INT64_MIN, INT64_MAX), -2);
    assert_int_equal(i64_floor_div(-1, INT64_MAX), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_twenty_thousand_years_comes_back),
        cmocka_unit_test(known_days_have_their_number_and_weekday),
        cmocka_unit_test(impossible_days_are_not_valid),
        cmocka_unit_test(iso_weeks_belong_to_the_year_of_their_thursday),
        cmocka_unit_test(adding_months_clamps_to_the_months_end),
        cmocka_unit_test(dates_are_written_and_read_as_iso_8601),
        cmocka_unit_test(what_is_no_date_is_not_read),
        cmocka_unit_test(division_rounds_down_also_below_zero),
    };
    return cmocka_run_group_tests_name("base: civil dates", tests, NULL, NULL);
}
