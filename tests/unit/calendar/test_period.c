/* Periods, their labels and the ranges that people name. */
#include "calendar/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    if (!day_parse(str_from(text), &day))
        fail_msg("no date: %s", text);
    return day;
}

static const char *text_of(int32_t day, char out[32])
{
    const struct civil c = civil_from_day(day);
    (void)snprintf(out, 32, "%04d-%02d-%02d", c.year, c.month, c.day);
    return out;
}

static const struct period_rules sunday = { .week_start = 7 };
static const struct period_rules saturday = { .week_start = 6 };
static const struct period_rules iso = { .week_start = 7, .calendar = CALENDAR_ISO };
static const struct period_rules retail = { .week_start = 7, .calendar = CALENDAR_RETAIL };
static const struct period_rules retail_april = { .calendar = CALENDAR_RETAIL, .retail_month = 4 };

static const struct {
    const char *day;
    enum period_grain grain;
    const struct period_rules *rules;
    const char *start;
    const char *next;
    const char *label;
    const char *label_zh;
} periods[] = {
    { "2010-12-01", PERIOD_DAY, NULL, "2010-12-01", "2010-12-02", "2010-12-01", "2010年12月1日" },
    { "2010-12-01", PERIOD_WEEK, NULL, "2010-11-29", "2010-12-06", "2010-W48", "2010年第48周" },
    { "2010-12-05", PERIOD_WEEK, NULL, "2010-11-29", "2010-12-06", "2010-W48", "2010年第48周" },
    { "2010-12-06", PERIOD_WEEK, NULL, "2010-12-06", "2010-12-13", "2010-W49", "2010年第49周" },
    { "2010-12-01",
      PERIOD_WEEK,
      &sunday,
      "2010-11-28",
      "2010-12-05",
      "week of 2010-11-28",
      "该周始于 2010-11-28" },
    { "2010-12-04",
      PERIOD_WEEK,
      &saturday,
      "2010-12-04",
      "2010-12-11",
      "week of 2010-12-04",
      "该周始于 2010-12-04" },
    { "2021-01-03", PERIOD_WEEK, NULL, "2020-12-28", "2021-01-04", "2020-W53", "2020年第53周" },
    { "2018-12-31", PERIOD_WEEK, NULL, "2018-12-31", "2019-01-07", "2019-W01", "2019年第1周" },
    { "2012-02-29", PERIOD_MONTH, NULL, "2012-02-01", "2012-03-01", "2012-02", "2012年2月" },
    { "2010-12-31", PERIOD_MONTH, NULL, "2010-12-01", "2011-01-01", "2010-12", "2010年12月" },
    { "2010-12-31", PERIOD_QUARTER, NULL, "2010-10-01", "2011-01-01", "2010-Q4", "2010年第4季度" },
    { "2010-03-31", PERIOD_QUARTER, NULL, "2010-01-01", "2010-04-01", "2010-Q1", "2010年第1季度" },
    { "2010-03-31", PERIOD_YEAR, NULL, "2010-01-01", "2011-01-01", "2010", "2010年" },
    { "2024-02-03",
      PERIOD_MONTH,
      &retail,
      "2023-12-24",
      "2024-02-04",
      "FY2023-P12",
      "2023零售年第12月" },
    { "2024-02-04",
      PERIOD_MONTH,
      &retail,
      "2024-02-04",
      "2024-03-03",
      "FY2024-P01",
      "2024零售年第1月" },
    { "2024-04-07",
      PERIOD_MONTH,
      &retail,
      "2024-03-31",
      "2024-05-05",
      "FY2024-P03",
      "2024零售年第3月" },
    { "2024-05-05",
      PERIOD_QUARTER,
      &retail,
      "2024-05-05",
      "2024-08-04",
      "FY2024-Q2",
      "2024零售年第2季" },
    { "2023-11-01",
      PERIOD_QUARTER,
      &retail,
      "2023-10-29",
      "2024-02-04",
      "FY2023-Q4",
      "2023零售年第4季" },
    { "2024-01-01", PERIOD_YEAR, &retail, "2023-01-29", "2024-02-04", "FY2023", "2023零售年" },
    { "2010-04-04",
      PERIOD_YEAR,
      &retail_april,
      "2010-03-29",
      "2011-04-04",
      "FY2010",
      "2010零售年" },
};

static void a_day_lies_in_the_period_of_each_grain(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(periods); i++) {
        char text[32];
        struct buf b;
        const int32_t start =
            period_start(day_of(periods[i].day), periods[i].grain, periods[i].rules);
        buf_init(&b, 200);
        assert_string_equal(text_of(start, text), periods[i].start);
        assert_string_equal(text_of(period_next(start, periods[i].grain, periods[i].rules), text),
                            periods[i].next);
        period_label(&b, start, periods[i].grain, periods[i].rules, LANG_EN);
        buf_addc(&b, '|');
        period_label(&b, start, periods[i].grain, periods[i].rules, LANG_ZH);
        buf_addc(&b, '\0');
        char want[128];
        (void)snprintf(want, sizeof want, "%s|%s", periods[i].label, periods[i].label_zh);
        assert_string_equal(b.data, want);
        buf_release(&b);
    }
}

/* Sundays nearest to the first of February, as the National Retail Federation prints them. */
static const char *const retail_years[] = { "2009-02-01", "2010-01-31", "2011-01-30", "2012-01-29",
                                            "2013-02-03", "2014-02-02", "2015-02-01", "2016-01-31",
                                            "2017-01-29", "2018-02-04", "2019-02-03", "2020-02-02",
                                            "2021-01-31", "2022-01-30", "2023-01-29", "2024-02-04",
                                            "2025-02-02", "2026-02-01" };

static void retail_years_start_where_the_trade_has_them(void **state)
{
    (void)state;
    for (size_t i = 0; i + 1 < ARRAY_LEN(retail_years); i++) {
        char text[32];
        const int32_t start = day_of(retail_years[i]);
        const int32_t next = day_of(retail_years[i + 1]);
        assert_int_equal(period_start(next - 1, PERIOD_YEAR, &retail), start);
        assert_string_equal(text_of(period_next(start, PERIOD_YEAR, &retail), text),
                            retail_years[i + 1]);
    }
}

static void a_retail_year_is_4_4_5_weeks_four_times(void **state)
{
    (void)state;
    static const int32_t weeks[] = { 4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5 };
    for (size_t i = 0; i + 1 < ARRAY_LEN(retail_years); i++) {
        int32_t at = day_of(retail_years[i]);
        const int32_t year_end = day_of(retail_years[i + 1]);
        const int32_t extra = (year_end - at) / 7 - 52;
        assert_true(extra == 0 || extra == 1);
        for (size_t m = 0; m < 12; m++) {
            const int32_t next = period_next(at, PERIOD_MONTH, &retail);
            assert_int_equal((next - at) / 7, weeks[m] + (m == 11 ? extra : 0));
            assert_int_equal(day_weekday(next), 7);
            at = next;
        }
        assert_int_equal(at, year_end);
    }
}

static void periods_cover_all_days_without_gap_or_overlap(void **state)
{
    (void)state;
    const struct period_rules *all[] = { NULL, &sunday, &saturday, &retail, &retail_april };
    for (size_t r = 0; r < ARRAY_LEN(all); r++) {
        for (unsigned g = 0; g < PERIOD_GRAIN_COUNT; g++) {
            const enum period_grain grain = (enum period_grain)g;
            int32_t at = period_start(day_of("2007-06-15"), grain, all[r]);
            while (at < day_of("2013-06-15")) {
                const int32_t next = period_next(at, grain, all[r]);
                assert_true(next > at && next - at <= 371);
                for (int32_t day = at; day < next; day++)
                    assert_int_equal(period_start(day, grain, all[r]), at);
                at = next;
            }
        }
    }
}

/* First and last day of a range, and the same weeks of the 4-4-5 year before. */
static const char *const years_before[][4] = {
    { "2024-02-04", "2024-03-02", "2023-01-29", "2023-02-25" }, /* FY2024-P01 */
    { "2023-12-24", "2024-02-03", "2022-12-25", "2023-01-28" }, /* 6 weeks: the 53rd has none */
    { "2023-01-29", "2024-02-03", "2022-01-30", "2023-01-28" }, /* a year of 53 weeks */
    { "2024-02-04", "2025-02-01", "2023-01-29", "2024-01-27" }, /* the year after it */
    { "2024-01-28", "2024-02-03", "2023-01-29", "2023-02-04" }, /* only the 53rd week */
    { "2024-01-01", "2024-02-10", "2023-01-02", "2023-02-04" }, /* over the turn of the year */
};

static void a_retail_year_is_compared_week_by_week(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(years_before); i++) {
        char text[32];
        const struct day_range now = { day_of(years_before[i][0]), day_of(years_before[i][1]) };
        const struct day_range then = range_retail_year_before(now, &retail);
        assert_string_equal(text_of(then.from, text), years_before[i][2]);
        assert_string_equal(text_of(then.to, text), years_before[i][3]);
    }
}

static void months_are_counted_in_their_calendar(void **state)
{
    (void)state;
    char text[32];
    const int32_t start = day_of("2023-12-24"); /* FY2023-P12 */
    assert_string_equal(text_of(period_add_months(start, -1, &retail), text), "2023-11-26");
    assert_string_equal(text_of(period_add_months(start, 1, &retail), text), "2024-02-04");
    assert_string_equal(text_of(period_add_months(start, -23, &retail), text), "2022-01-30");
    assert_string_equal(text_of(period_add_months(day_of("2023-12-01"), -1, &sunday), text),
                        "2023-11-01");
    assert_true(period_is_months(start, day_of("2024-02-03"), &retail));
    assert_false(period_is_months(start, day_of("2024-01-31"), &retail));
    assert_true(period_is_months(day_of("2024-01-01"), day_of("2024-02-29"), &iso));
    assert_false(period_is_months(day_of("2024-01-01"), day_of("2024-02-28"), &iso));
}

#define TODAY "2026-11-23" /* a Monday */

static const struct {
    const char *name;
    const char *from;
    const char *to;
} ranges[] = {
    { "today", "2026-11-23", "2026-11-23" },        { "yesterday", "2026-11-22", "2026-11-22" },
    { "this-week", "2026-11-23", "2026-11-29" },    { "last-week", "2026-11-16", "2026-11-22" },
    { "this-month", "2026-11-01", "2026-11-30" },   { "last-month", "2026-10-01", "2026-10-31" },
    { "this-quarter", "2026-10-01", "2026-12-31" }, { "last-quarter", "2026-07-01", "2026-09-30" },
    { "this-year", "2026-01-01", "2026-12-31" },    { "last-year", "2025-01-01", "2025-12-31" },
    { "2010", "2010-01-01", "2010-12-31" },         { "2012-02", "2012-02-01", "2012-02-29" },
    { "2100-02", "2100-02-01", "2100-02-28" },      { "2010-Q1", "2010-01-01", "2010-03-31" },
    { "2010-Q4", "2010-10-01", "2010-12-31" },      { "2010-W01", "2010-01-04", "2010-01-10" },
    { "2010-W48", "2010-11-29", "2010-12-05" },     { "2009-W53", "2009-12-28", "2010-01-03" },
    { "2015-W53", "2015-12-28", "2016-01-03" },     { "2010-12-01", "2010-12-01", "2010-12-01" },
    { "9999", "9999-01-01", "9999-12-31" },         { "FY2023", "2023-01-30", "2024-01-28" },
    { "FY2023-Q4", "2023-10-30", "2024-01-28" },    { "FY2023-P03", "2023-03-27", "2023-04-30" },
};

static void named_ranges_are_what_people_mean(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
        struct day_range r;
        char text[32];
        struct error why = { .lang = LANG_EN };
        if (range_named(str_from(ranges[i].name), day_of(TODAY), NULL, &r, &why) != STATUS_OK)
            fail_msg("%s: %s", ranges[i].name, why.text);
        assert_string_equal(text_of(r.from, text), ranges[i].from);
        assert_string_equal(text_of(r.to, text), ranges[i].to);
    }
}

static void named_weeks_and_months_follow_the_shops_rules(void **state)
{
    (void)state;
    struct day_range r;
    char text[32];
    struct error why = { .lang = LANG_EN };
    assert_int_equal(range_named(STR("last-week"), day_of(TODAY), &sunday, &r, &why), STATUS_OK);
    assert_string_equal(text_of(r.from, text), "2026-11-15");
    assert_string_equal(text_of(r.to, text), "2026-11-21");
    assert_int_equal(range_named(STR("this-month"), day_of(TODAY), &retail, &r, &why), STATUS_OK);
    assert_string_equal(text_of(r.from, text), "2026-11-01");
    assert_string_equal(text_of(r.to, text), "2026-11-28");
    assert_int_equal(range_named(STR("last-month"), day_of(TODAY), &retail, &r, &why), STATUS_OK);
    assert_string_equal(text_of(r.from, text), "2026-09-27");
    assert_string_equal(text_of(r.to, text), "2026-10-31");
    assert_int_equal(range_named(STR("this-year"), day_of(TODAY), &retail, &r, &why), STATUS_OK);
    assert_string_equal(text_of(r.from, text), "2026-02-01");
    assert_string_equal(text_of(r.to, text), "2027-01-30");
    assert_int_equal(range_named(STR("FY2023"), day_of(TODAY), &retail, &r, &why), STATUS_OK);
    assert_string_equal(text_of(r.from, text), "2023-01-29");
    assert_string_equal(text_of(r.to, text), "2024-02-03");
    assert_int_equal(range_named(STR("FY2010"), day_of(TODAY), &retail_april, &r, &why), STATUS_OK);
    assert_string_equal(text_of(r.from, text), "2010-03-29");
    assert_string_equal(text_of(r.to, text), "2011-04-03");
    assert_int_equal(range_named(STR("this-week"), day_of(TODAY), &iso, &r, &why), STATUS_OK);
    assert_string_equal(text_of(r.from, text), "2026-11-23");
}

static void names_that_are_no_range_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",           "tomorrow",   "this-day-x",  "this-",      "last-decade", "2010-13",
        "2010-00",    "2010-Q0",    "2010-Q5",     "2010-W00",   "2010-W54",    "2010-W53",
        "2010-W",     "2010-",      "210",         "20100",      "2010-02-29",  "2010-1",
        "2010-+1",    "2010-W+5",   "+201",        "2010-Q",     "10-12",       "2010/12",
        "2010-12-1",  "1899",       "Today",       "2010-Q44",   "FY",          "FY2010-",
        "FY2010-P13", "FY2010-P1",  "FY2010-Q5",   "FY2010-Q",   "FY210",       "FY2010P3",
        "-2010",      "2010 ",      "2010-12-01 ", "0000-13-01", "2010-w48",    "2010-W048",
        "FY9999",     "FY9999-P12", "9999-W52",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct day_range r = { 1, 2 };
        struct error why = { .lang = LANG_EN };
        if (range_named(str_from(bad[i]), day_of(TODAY), NULL, &r, &why) != STATUS_BAD_USAGE)
            fail_msg("accepted: \"%s\"", bad[i]);
        assert_true(r.from == 1 && r.to == 2);
        assert_non_null(strstr(why.text, "no period"));
    }
}

static const struct {
    const char *last;
    const char *today;
    const char *from;
} lasts[] = {
    { "1d", "2026-11-23", "2026-11-23" },  { "28d", "2026-11-23", "2026-10-27" },
    { "8w", "2026-11-23", "2026-09-29" },  { "1m", "2026-11-23", "2026-10-24" },
    { "1m", "2026-03-31", "2026-03-01" },  { "12m", "2026-11-23", "2025-11-24" },
    { "12m", "2024-02-29", "2023-03-01" }, { "2y", "2026-11-23", "2024-11-24" },
    { "1y", "2025-02-28", "2024-02-29" },  { "365d", "2025-12-31", "2025-01-01" },
};

static void the_last_days_weeks_months_and_years_end_today(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lasts); i++) {
        struct day_range r;
        char text[32];
        struct error why = { .lang = LANG_EN };
        assert_int_equal(range_last(str_from(lasts[i].last), day_of(lasts[i].today), &r, &why),
                         STATUS_OK);
        assert_string_equal(text_of(r.from, text), lasts[i].from);
        assert_string_equal(text_of(r.to, text), lasts[i].today);
    }
}

static void a_last_without_number_or_unit_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "",    "d",   "28",   "0d",  "-1d", "+1d", "1.5d",
                                       "28D", "1dd", " 28d", "28h", "x",   "1 d", "99999999999d" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct day_range r = { 1, 2 };
        struct error why = { .lang = LANG_EN };
        if (range_last(str_from(bad[i]), day_of(TODAY), &r, &why) != STATUS_BAD_USAGE)
            fail_msg("accepted: \"%s\"", bad[i]);
        assert_true(r.from == 1 && r.to == 2);
        assert_non_null(strstr(why.text, "--last wants a number"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_lies_in_the_period_of_each_grain),
        cmocka_unit_test(retail_years_start_where_the_trade_has_them),
        cmocka_unit_test(a_retail_year_is_4_4_5_weeks_four_times),
        cmocka_unit_test(periods_cover_all_days_without_gap_or_overlap),
        cmocka_unit_test(a_retail_year_is_compared_week_by_week),
        cmocka_unit_test(months_are_counted_in_their_calendar),
        cmocka_unit_test(named_ranges_are_what_people_mean),
        cmocka_unit_test(named_weeks_and_months_follow_the_shops_rules),
        cmocka_unit_test(names_that_are_no_range_are_refused),
        cmocka_unit_test(the_last_days_weeks_months_and_years_end_today),
        cmocka_unit_test(a_last_without_number_or_unit_is_refused),
    };
    return cmocka_run_group_tests_name("calendar: periods", tests, NULL, NULL);
}
