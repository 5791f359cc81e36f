/* Festivals, shopping events and the working days of China against published dates. */
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

static const struct festival *find(const char *name)
{
    const struct festival *f = NULL;
    struct error why = { .lang = LANG_EN };
    if (festival_find(str_from(name), &f, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    return f;
}

/* Dates as calendars print them, one festival a row. */
static const struct {
    const char *id;
    const char *dates; /* separated by a space */
} known[] = {
    { "spring-festival",
      "2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 "
      "2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03" },
    { "qingming",
      "1991-04-05 1992-04-04 1993-04-05 1995-04-05 1996-04-04 2000-04-04 2008-04-04 2011-04-05 "
      "2024-04-04 2025-04-04 2026-04-05 2027-04-05 2028-04-04" },
    { "mid-autumn", "2010-09-22 2024-09-17 2025-10-06 2026-09-25 2027-09-15 2028-10-03" },
    { "dragon-boat",
      "2010-06-16 2023-06-22 2024-06-10 2025-05-31 2026-06-19 2027-06-09 "
      "2028-05-28" },
    { "qixi", "2024-08-10 2025-08-29 2026-08-19 2027-08-08" },
    { "lantern", "2010-02-28 2024-02-24 2025-02-12 2026-03-03" },
    { "new-year-goods", "2025-01-01 2026-01-20 2027-01-09" },
    { "black-friday", "2009-11-27 2010-11-26 2011-11-25 2019-11-29 2024-11-29 2026-11-27" },
    { "cyber-monday", "2009-11-30 2010-11-29 2019-12-02 2024-12-02 2026-11-30" },
    { "mothers-day", "2010-05-09 2024-05-12 2026-05-10" },
    { "fathers-day", "2010-06-20 2024-06-16 2026-06-21" },
    { "618", "2010-06-01 2026-06-01" },
    { "double-11", "2010-11-11 2026-11-11" },
    { "double-12", "2026-12-12" },
    { "national-day", "2026-10-01" },
    { "christmas", "2010-12-25" },
    { "boxing-day", "2010-12-26" },
    { "valentine", "2027-02-14" },
    { "womens-day", "2026-03-01" },
    { "99", "2026-09-09" },
    /* tabular; Saudi Arabia had these very days */
    { "ramadan", "2010-08-11 2011-08-01 2024-03-11 2025-03-01 2026-02-18" },
    { "eid-al-fitr", "2010-09-10 2024-04-10 2026-03-20" },
    { "eid-al-adha", "2010-11-17 2026-05-27" },
};

static void festivals_fall_on_their_published_dates(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        str rest = str_from(known[i].dates);
        while (rest.len > 0) {
            const str text = str_take_until(&rest, ' ');
            int32_t want = 0;
            int32_t got = 0;
            assert_true(day_parse(text, &want));
            assert_true(festival_date(find(known[i].id), civil_from_day(want).year, &got));
            if (got != want)
                fail_msg("%s: %.*s is off by %d", known[i].id, STR_ARG(text), (int)(got - want));
        }
    }
}

static void every_festival_is_found_by_its_three_names(void **state)
{
    (void)state;
    assert_int_equal(festival_count(), ARRAY_LEN(known));
    for (size_t i = 0; i < festival_count(); i++) {
        const struct festival *f = festival_at(i);
        assert_ptr_equal(find(f->id), f);
        assert_ptr_equal(find(f->name_en), f);
        assert_ptr_equal(find(f->name_zh), f);
        assert_true(f->length >= 1 && f->before_days >= 0 && f->after_days >= 0);
        assert_true(str_is_utf8(str_from(f->name_zh)));
    }
}

static void unknown_festivals_get_a_suggestion_when_one_is_near(void **state)
{
    (void)state;
    const struct festival *f = NULL;
    struct error why = { .lang = LANG_EN };
    assert_int_equal(festival_find(STR("black-fryday"), &f, &why), STATUS_NOT_FOUND);
    assert_string_equal(why.text, "no festival \"black-fryday\" (did you mean \"black-friday\"?)");
    assert_int_equal(festival_find(STR("xy"), &f, &why), STATUS_NOT_FOUND);
    assert_string_equal(why.text,
                        "no festival \"xy\"; there are spring-festival, mid-autumn, 618, "
                        "double-11, black-friday, christmas and more (docs/calendar.md)");
    why.lang = LANG_ZH;
    assert_int_equal(festival_find(STR("双十"), &f, &why), STATUS_NOT_FOUND);
    assert_true(str_starts(str_from(why.text), STR("没有名为“双十”的节日")));
    assert_null(f);
}

static void lunar_dates_end_with_their_table(void **state)
{
    (void)state;
    int32_t day = -5;
    assert_false(festival_date(find("spring-festival"), 1989, &day));
    assert_false(festival_date(find("mid-autumn"), 2051, &day));
    assert_int_equal(day, -5);
    assert_true(festival_date(find("spring-festival"), 1990, &day));
    assert_int_equal(day, day_of("1990-01-27"));
    assert_true(festival_date(find("spring-festival"), 2050, &day));
    assert_int_equal(day, day_of("2050-01-23"));
}

/* Rules of the lunar calendar that any table must keep. */
static void lunar_dates_stay_in_their_season(void **state)
{
    (void)state;
    for (int32_t year = 1990; year <= 2050; year++) {
        const int32_t before = civil_to_day((struct civil){ year, 1, 1 }) - 1;
        int32_t day = 0;
        int32_t first = 0;
        assert_true(festival_date(find("spring-festival"), year, &first));
        assert_true(first - before >= 21 && first - before <= 51); /* 21 January to 20 February */
        assert_true(festival_date(find("dragon-boat"), year, &day));
        assert_true(day - first >= 120 && day - first <= 153); /* day 5 of month 5 */
        assert_true(festival_date(find("mid-autumn"), year, &day));
        assert_true(day - first >= 219 && day - first <= 252); /* day 15 of month 8 */
        assert_true(festival_date(find("qingming"), year, &day));
        assert_true(civil_from_day(day).month == 4 && civil_from_day(day).day >= 4 &&
                    civil_from_day(day).day <= 5);
        if (year < 2050) {
            int32_t next = 0;
            assert_true(festival_date(find("spring-festival"), year + 1, &next));
            assert_true((next - first >= 353 && next - first <= 355) ||
                        (next - first >= 383 && next - first <= 385));
        }
    }
}

static void listed(const char *from, const char *to, char *out, size_t size)
{
    struct festival_day found[16];
    const size_t n = festivals_between(day_of(from), day_of(to), found, ARRAY_LEN(found));
    size_t len = 0;
    out[0] = '\0';
    assert_true(n <= ARRAY_LEN(found));
    for (size_t i = 0; i < n; i++) {
        const struct civil c = civil_from_day(found[i].day);
        len += (size_t)snprintf(out + len,
                                size - len,
                                "%s %04d-%02d-%02d, ",
                                found[i].festival->id,
                                c.year,
                                c.month,
                                c.day);
        assert_true(len < size);
    }
}

static const struct {
    const char *from;
    const char *to;
    const char *festivals;
} between[] = {
    { "2010-11-01",
      "2010-11-30",
      "double-11 2010-11-11, eid-al-adha 2010-11-17, black-friday 2010-11-26, cyber-monday "
      "2010-11-29, " },
    { "2026-06-20", "2026-06-20", "618 2026-06-01, dragon-boat 2026-06-19, " },
    { "2026-06-22", "2026-06-30", "" },
    { "2026-10-07", "2026-10-07", "national-day 2026-10-01, " },
    { "2026-10-08", "2026-10-08", "" },
    { "2011-01-01", "2011-01-03", "" },
    /* the sale before the New Year of January 2023 began in December */
    { "2022-12-20",
      "2022-12-31",
      "new-year-goods 2022-12-25, christmas 2022-12-25, boxing-day 2022-12-26, " },
    { "2023-01-10", "2023-01-10", "new-year-goods 2022-12-25, " },
    /* the second Ramadan of 2030 */
    { "2030-12-27", "2030-12-31", "new-year-goods 2030-12-26, ramadan 2030-12-26, " },
};

static void festivals_of_a_range_are_listed_by_date(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(between); i++) {
        char text[512];
        listed(between[i].from, between[i].to, text, sizeof text);
        assert_string_equal(text, between[i].festivals);
    }
}

static void a_short_list_holds_the_earliest_and_counts_all(void **state)
{
    (void)state;
    struct festival_day two[3] = { 0 };
    assert_int_equal(festivals_between(day_of("2010-11-01"), day_of("2010-11-30"), two, 2), 4);
    assert_string_equal(two[0].festival->id, "double-11");
    assert_string_equal(two[1].festival->id, "eid-al-adha");
    assert_null(two[2].festival);
    assert_int_equal(festivals_between(day_of("2010-11-01"), day_of("2010-11-30"), NULL, 0), 4);
}

static const struct {
    const char *day;
    enum workday kind;
} workdays[] = {
    { "2023-12-29", WORKDAY_UNKNOWN }, { "2027-01-04", WORKDAY_UNKNOWN },
    { "2024-02-04", WORKDAY_WORK }, /* a Sunday */
    { "2024-02-09", WORKDAY_WORK },    { "2024-02-10", WORKDAY_REST },
    { "2024-02-16", WORKDAY_REST },    { "2024-02-18", WORKDAY_WORK },
    { "2024-02-24", WORKDAY_REST },    { "2024-10-12", WORKDAY_WORK },
    { "2025-01-26", WORKDAY_WORK },    { "2025-01-28", WORKDAY_REST },
    { "2025-02-04", WORKDAY_REST },    { "2025-02-05", WORKDAY_WORK },
    { "2025-02-08", WORKDAY_WORK },    { "2025-06-02", WORKDAY_REST },
    { "2025-09-28", WORKDAY_WORK },    { "2025-10-08", WORKDAY_REST },
    { "2025-10-09", WORKDAY_WORK },    { "2025-10-11", WORKDAY_WORK },
    { "2025-10-12", WORKDAY_REST },    { "2026-01-02", WORKDAY_REST },
    { "2026-01-04", WORKDAY_WORK },    { "2026-02-14", WORKDAY_WORK },
    { "2026-02-23", WORKDAY_REST },    { "2026-02-24", WORKDAY_WORK },
    { "2026-02-28", WORKDAY_WORK },    { "2026-09-20", WORKDAY_WORK },
    { "2026-09-25", WORKDAY_REST },    { "2026-10-10", WORKDAY_WORK },
};

static void working_days_follow_the_state_councils_notices(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(workdays); i++) {
        if (china_workday(day_of(workdays[i].day)) != workdays[i].kind)
            fail_msg("%s is not %d", workdays[i].day, (int)workdays[i].kind);
    }
}

/* The law gives 11 days of holiday up to 2024, 13 from 2025; swaps move days but add none. */
static void swaps_add_no_days_off_beyond_the_law(void **state)
{
    (void)state;
    static const struct {
        int32_t year;
        int32_t holidays;
    } years[] = { { 2024, 11 }, { 2025, 13 }, { 2026, 13 } };
    for (size_t i = 0; i < ARRAY_LEN(years); i++) {
        int32_t rest = 0;
        int32_t weekend = 0;
        const int32_t next = civil_to_day((struct civil){ years[i].year + 1, 1, 1 });
        for (int32_t d = civil_to_day((struct civil){ years[i].year, 1, 1 }); d < next; d++) {
            rest += china_workday(d) == WORKDAY_REST;
            weekend += day_weekday(d) >= 6;
        }
        assert_int_equal(rest - weekend, years[i].holidays);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(festivals_fall_on_their_published_dates),
        cmocka_unit_test(every_festival_is_found_by_its_three_names),
        cmocka_unit_test(unknown_festivals_get_a_suggestion_when_one_is_near),
        cmocka_unit_test(lunar_dates_end_with_their_table),
        cmocka_unit_test(lunar_dates_stay_in_their_season),
        cmocka_unit_test(festivals_of_a_range_are_listed_by_date),
        cmocka_unit_test(a_short_list_holds_the_earliest_and_counts_all),
        cmocka_unit_test(working_days_follow_the_state_councils_notices),
        cmocka_unit_test(swaps_add_no_days_off_beyond_the_law),
    };
    return cmocka_run_group_tests_name("calendar: festivals", tests, NULL, NULL);
}
