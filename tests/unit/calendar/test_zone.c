/* Time zones: real ones with their history, and the files they are read from. */
#include "calendar/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HOUR INT64_C(3600)

static struct zone *open_zone(const char *name)
{
    struct zone *z = NULL;
    struct error why = { .lang = LANG_EN };
    if (!file_exists("/usr/share/zoneinfo/UTC")) {
        print_message("skipped: no tz database\n");
        skip();
    }
    if (zone_open(str_from(name), &z, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    return z;
}

static int64_t moment(int32_t y, int32_t mo, int32_t d, int64_t hour, int64_t minute)
{
    const struct civil c = { y, mo, d };
    return ((int64_t)civil_to_day(c) * 86400 + hour * HOUR + minute * 60) * US_PER_SECOND;
}

/* The local time of a moment as "2010-03-28 02:30 +3600". */
static const char *local_text(const struct zone *z, int64_t at_us, char out[64])
{
    struct zone_cursor cursor = { 0 };
    int32_t day = 0;
    int32_t minute = 0;
    int32_t offset = 0;
    zone_local(z, &cursor, at_us, &day, &minute, &offset);
    const struct civil c = civil_from_day(day);
    (void)snprintf(out,
                   64,
                   "%04d-%02d-%02d %02d:%02d %+d",
                   c.year,
                   c.month,
                   c.day,
                   minute / 60,
                   minute % 60,
                   offset);
    return out;
}

static const struct {
    const char *zone;
    int32_t utc[5];
    const char *local;
} moments[] = {
    { "UTC", { 2010, 12, 1, 8, 26 }, "2010-12-01 08:26 +0" },
    { "Europe/London", { 1800, 1, 1, 0, 0 }, "1799-12-31 23:58 -75" },
    { "Europe/London", { 1943, 7, 1, 0, 0 }, "1943-07-01 02:00 +7200" },
    { "Europe/London", { 1970, 1, 1, 0, 0 }, "1970-01-01 01:00 +3600" },
    { "Europe/London", { 2010, 3, 28, 0, 59 }, "2010-03-28 00:59 +0" },
    { "Europe/London", { 2010, 3, 28, 1, 0 }, "2010-03-28 02:00 +3600" },
    { "Europe/London", { 2010, 10, 31, 0, 59 }, "2010-10-31 01:59 +3600" },
    { "Europe/London", { 2010, 10, 31, 1, 0 }, "2010-10-31 01:00 +0" },
    { "Europe/London", { 2099, 7, 1, 0, 0 }, "2099-07-01 01:00 +3600" },
    { "Europe/Dublin", { 2050, 1, 1, 0, 0 }, "2050-01-01 00:00 +0" },
    { "Europe/Dublin", { 2050, 7, 1, 0, 0 }, "2050-07-01 01:00 +3600" },
    { "America/New_York", { 1850, 1, 1, 0, 0 }, "1849-12-31 19:03 -17762" },
    { "America/New_York", { 1974, 1, 15, 5, 0 }, "1974-01-15 01:00 -14400" },
    { "America/New_York", { 2006, 3, 20, 5, 0 }, "2006-03-20 00:00 -18000" },
    { "America/New_York", { 2007, 3, 20, 5, 0 }, "2007-03-20 01:00 -14400" },
    { "America/New_York", { 2080, 7, 4, 4, 0 }, "2080-07-04 00:00 -14400" },
    { "Asia/Shanghai", { 1900, 1, 1, 0, 0 }, "1900-01-01 08:05 +29143" },
    { "Asia/Shanghai", { 1988, 7, 1, 0, 0 }, "1988-07-01 09:00 +32400" },
    { "Asia/Shanghai", { 1992, 7, 1, 0, 0 }, "1992-07-01 08:00 +28800" },
    { "Asia/Shanghai", { 2026, 11, 23, 16, 0 }, "2026-11-24 00:00 +28800" },
    { "Asia/Kathmandu", { 2026, 1, 1, 0, 0 }, "2026-01-01 05:45 +20700" },
    { "Australia/Sydney", { 2050, 1, 15, 0, 0 }, "2050-01-15 11:00 +39600" },
    { "Australia/Sydney", { 2050, 7, 15, 0, 0 }, "2050-07-15 10:00 +36000" },
    { "Pacific/Apia", { 2011, 12, 30, 9, 59 }, "2011-12-29 23:59 -36000" },
    { "Pacific/Apia", { 2011, 12, 30, 10, 0 }, "2011-12-31 00:00 +50400" },
};

static void moments_have_the_local_time_that_clocks_showed(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(moments); i++) {
        char text[64];
        const int32_t *u = moments[i].utc;
        struct zone *z = open_zone(moments[i].zone);
        assert_string_equal(local_text(z, moment(u[0], u[1], u[2], u[3], u[4]), text),
                            moments[i].local);
        zone_close(z);
    }
}

static const struct {
    const char *zone;
    int32_t local[5];
    int32_t utc[5];
    enum zone_gap kind;
} locals[] = {
    { "Europe/London", { 2010, 3, 28, 0, 59 }, { 2010, 3, 28, 0, 59 }, ZONE_UNIQUE },
    { "Europe/London", { 2010, 3, 28, 1, 0 }, { 2010, 3, 28, 1, 0 }, ZONE_SKIPPED },
    { "Europe/London", { 2010, 3, 28, 1, 30 }, { 2010, 3, 28, 1, 30 }, ZONE_SKIPPED },
    { "Europe/London", { 2010, 3, 28, 2, 0 }, { 2010, 3, 28, 1, 0 }, ZONE_UNIQUE },
    { "Europe/London", { 2010, 10, 31, 0, 59 }, { 2010, 10, 30, 23, 59 }, ZONE_UNIQUE },
    { "Europe/London", { 2010, 10, 31, 1, 0 }, { 2010, 10, 31, 0, 0 }, ZONE_TWICE },
    { "Europe/London", { 2010, 10, 31, 1, 59 }, { 2010, 10, 31, 0, 59 }, ZONE_TWICE },
    { "Europe/London", { 2010, 10, 31, 2, 0 }, { 2010, 10, 31, 2, 0 }, ZONE_UNIQUE },
    { "America/New_York", { 2007, 3, 11, 2, 30 }, { 2007, 3, 11, 7, 30 }, ZONE_SKIPPED },
    { "America/New_York", { 2010, 11, 7, 1, 30 }, { 2010, 11, 7, 5, 30 }, ZONE_TWICE },
    { "America/New_York", { 2100, 11, 7, 1, 30 }, { 2100, 11, 7, 5, 30 }, ZONE_TWICE },
    { "Asia/Shanghai", { 1986, 5, 4, 2, 30 }, { 1986, 5, 3, 18, 30 }, ZONE_SKIPPED },
    { "Asia/Shanghai", { 1986, 9, 14, 1, 30 }, { 1986, 9, 13, 16, 30 }, ZONE_TWICE },
    { "Australia/Lord_Howe", { 2010, 10, 3, 2, 15 }, { 2010, 10, 2, 15, 45 }, ZONE_SKIPPED },
    { "Australia/Lord_Howe", { 2010, 4, 4, 1, 45 }, { 2010, 4, 3, 14, 45 }, ZONE_TWICE },
    { "Pacific/Apia", { 2011, 12, 30, 12, 0 }, { 2011, 12, 30, 22, 0 }, ZONE_SKIPPED },
    { "Europe/London", { -9999, 1, 1, 0, 0 }, { -9999, 1, 1, 0, 1 }, ZONE_UNIQUE },
};

static void a_moment_is_of_another_day_in_the_east(void **state)
{
    (void)state;
    struct zone *z = open_zone("Asia/Shanghai");
    const int32_t day = civil_to_day((struct civil){ 2026, 11, 25 });

    assert_int_equal(zone_day(z, moment(2026, 11, 25, 15, 59)), day);
    assert_int_equal(zone_day(z, moment(2026, 11, 25, 16, 0)), day + 1);
    assert_int_equal(zone_day(NULL, moment(2026, 11, 25, 23, 59)), day);
    zone_close(z);
}

static void local_times_in_gaps_and_overlaps_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(locals); i++) {
        const int32_t *l = locals[i].local;
        const int32_t *u = locals[i].utc;
        const struct civil day = { l[0], l[1], l[2] };
        struct zone_cursor cursor = { 0 };
        enum zone_gap kind = ZONE_UNIQUE;
        struct zone *z = open_zone(locals[i].zone);
        int64_t want = moment(u[0], u[1], u[2], u[3], u[4]);
        if (l[0] < 0)
            want += 15 * US_PER_SECOND; /* local mean time: 75 s behind */
        const int64_t got = zone_utc(z,
                                     &cursor,
                                     civil_to_day(day),
                                     (l[3] * HOUR + l[4] * INT64_C(60)) * US_PER_SECOND,
                                     &kind);
        if (got != want || kind != locals[i].kind)
            fail_msg("local time %zu: off by %lld s, kind %d",
                     i,
                     (long long)((got - want) / US_PER_SECOND),
                     (int)kind);
        zone_close(z);
    }
}

static int32_t offset_at(const struct zone *z, struct zone_cursor *cursor, int64_t t)
{
    int32_t offset = 0;
    zone_local(z, cursor, t * US_PER_SECOND, NULL, NULL, &offset);
    return offset;
}

/* There and back: the moment itself, or the earlier one of two with the same local time. */
static bool comes_back(const struct zone *z, struct zone_cursor *cursor, int64_t t)
{
    enum zone_gap kind = ZONE_UNIQUE;
    const int64_t local = t + offset_at(z, cursor, t);
    const int64_t day = i64_floor_div(local, 86400);
    const int64_t us = (local - day * 86400) * US_PER_SECOND + 7;
    const int64_t back = zone_utc(z, cursor, (int32_t)day, us, &kind);
    const int64_t at = i64_floor_div(back, US_PER_SECOND);
    if (back - at * US_PER_SECOND != 7 || kind == ZONE_SKIPPED)
        return false;
    if (kind == ZONE_UNIQUE)
        return at == t;
    return at <= t && at + offset_at(z, cursor, at) == local;
}

static const char *const round_zones[] = {
    "Europe/London",     "America/New_York", "Asia/Shanghai",       "Pacific/Apia",
    "Africa/Monrovia",   "Europe/Dublin",    "Australia/Lord_Howe", "Africa/Casablanca",
    "America/Sao_Paulo", "Antarctica/Troll", "Asia/Gaza",           "Asia/Pyongyang",
};

/* How many days of 1805 to 2101 hold a change, having tried the hours around each. */
static size_t round_trips(const struct zone *z, const char *name)
{
    struct zone_cursor cursor = { 0 };
    size_t changes = 0;
    for (int64_t t = -86400 * INT64_C(60000); t < 86400 * INT64_C(48000); t += 86400) {
        if (offset_at(z, &cursor, t) == offset_at(z, &cursor, t + 86400))
            continue;
        changes++;
        for (int64_t s = t - 30 * HOUR; s < t + 54 * HOUR; s += 887) {
            if (!comes_back(z, &cursor, s))
                fail_msg("%s: %lld", name, (long long)s);
        }
    }
    return changes;
}

static void every_moment_around_a_change_comes_back_from_its_local_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(round_zones); i++) {
        struct zone *z = open_zone(round_zones[i]);
        assert_true(round_trips(z, round_zones[i]) >= 2);
        zone_close(z);
    }
}

static void a_cursor_never_changes_an_answer(void **state)
{
    (void)state;
    struct zone *z = open_zone("Europe/London");
    struct zone_cursor kept = { 0 };
    struct random r;
    random_init(&r, 7);
    for (int i = 0; i < 20000; i++) {
        struct zone_cursor fresh = { 0 };
        const int64_t t = (int64_t)random_below(&r, UINT64_C(8000000000)) - INT64_C(4000000000);
        assert_int_equal(offset_at(z, &kept, t), offset_at(z, &fresh, t));
    }
    zone_close(z);
}

static void the_farthest_moments_have_a_local_time(void **state)
{
    (void)state;
    struct zone *z = open_zone("Asia/Shanghai");
    struct zone_cursor cursor = { 0 };
    int32_t day = 0;
    int32_t minute = -1;
    zone_local(z, &cursor, INT64_MAX, &day, &minute, NULL);
    assert_int_equal(day, 106751991);
    assert_int_equal(minute, 12 * 60); /* 04:00:54 UTC */
    zone_local(z, &cursor, INT64_MIN, &day, &minute, NULL);
    assert_int_equal(day, -106751991);
    assert_int_equal(minute, 4 * 60 + 4); /* day before, 19:59:05 UTC, 8:05:43 ahead */
    zone_close(z);
}

static const struct {
    const char *name;
    const char *message;
} unknown[] = {
    { "Europe/Lundon", "unknown time zone \"Europe/Lundon\" (did you mean \"Europe/London\"?)" },
    { "Shanghai", "unknown time zone \"Shanghai\" (did you mean \"Asia/Shanghai\"?)" },
    { "europe/paris", "unknown time zone \"europe/paris\" (did you mean \"Europe/Paris\"?)" },
    { "nowhere at all",
      "unknown time zone \"nowhere at all\"; use a tz database name such as "
      "Europe/London" },
    { "right/Europe/London",
      "unknown time zone \"right/Europe/London\"; use a tz database name "
      "such as Europe/London" },
    { "", "unknown time zone \"\"; use a tz database name such as Europe/London" },
};

static void unknown_zones_are_refused_with_a_suggestion(void **state)
{
    (void)state;
    zone_close(open_zone("UTC"));
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++) {
        struct zone *z = NULL;
        struct error why = { .lang = LANG_EN };
        assert_int_equal(zone_open(str_from(unknown[i].name), &z, &why), STATUS_NOT_FOUND);
        assert_string_equal(why.text, unknown[i].message);
        assert_null(z);
    }
}

static void names_that_are_no_zones_are_never_opened_nor_suggested(void **state)
{
    (void)state;
    static const char *const names[] = { "../../../etc/passwd",
                                         "/usr/share/zoneinfo/UTC",
                                         "Europe/../UTC",
                                         "Europe//London",
                                         "Europe/",
                                         "Europe",
                                         "zone.tab",
                                         "leapseconds" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char self[128];
        struct zone *z = NULL;
        struct error why = { .lang = LANG_EN };
        assert_int_equal(zone_open(str_from(names[i]), &z, &why), STATUS_NOT_FOUND);
        (void)snprintf(self, sizeof self, "did you mean \"%s\"", names[i]);
        assert_null(strstr(why.text, self));
    }
}

#define BYTES_MAX 512

/* A TZif file with one type (`offset`), no changes and this footer. */
static str tzif(char out[BYTES_MAX], int32_t offset, const char *footer)
{
    char *p = out;
    for (int block = 0; block < 2; block++) {
        memset(p, 0, 44);
        (void)snprintf(p, 44, "TZif2");
        p[39] = 1; /* types */
        p[43] = 4; /* characters */
        p += 44;
        for (int shift = 24; shift >= 0; shift -= 8)
            *p++ = (char)(unsigned char)((uint32_t)offset >> shift & 255);
        memcpy(p, "\0\0XXX", 6);
        p += 6;
    }
    p += snprintf(p, BYTES_MAX - 108, "\n%s", footer);
    return (str){ out, (size_t)(p - out) };
}

static enum status parse(const char *footer, struct zone **out)
{
    char bytes[BYTES_MAX];
    struct error why = { .lang = LANG_EN };
    *out = NULL;
    return zone_parse(tzif(bytes, 3600, footer), STR("Test"), out, &why);
}

static const struct {
    const char *footer;
    int32_t utc[5];
    const char *local;
} rules[] = {
    { "XXX-1\n", { 2030, 1, 1, 0, 0 }, "2030-01-01 01:00 +3600" },
    { "<+0330>-3:30\n", { 2030, 1, 1, 0, 0 }, "2030-01-01 03:30 +12600" },
    { "XXX0YYY,J60/0,J300/0\n", { 2028, 2, 29, 23, 0 }, "2028-02-29 23:00 +0" },
    { "XXX0YYY,J60/0,J300/0\n", { 2028, 3, 1, 0, 0 }, "2028-03-01 01:00 +3600" },
    { "XXX0YYY,59/0,299/0\n", { 2028, 2, 29, 0, 0 }, "2028-02-29 01:00 +3600" },
    { "XXX0YYY,59/0,299/0\n", { 2027, 2, 28, 23, 0 }, "2027-02-28 23:00 +0" },
    { "XXX3YYY2,M3.5.0/-2,M10.5.0/-1\n", { 2027, 3, 28, 0, 59 }, "2027-03-27 21:59 -10800" },
    { "XXX3YYY2,M3.5.0/-2,M10.5.0/-1\n", { 2027, 3, 28, 1, 0 }, "2027-03-27 23:00 -7200" },
    { "XXX-2YYY,M3.4.4/50,M10.4.4/50\n", { 2027, 3, 26, 23, 59 }, "2027-03-27 01:59 +7200" },
    { "XXX-2YYY,M3.4.4/50,M10.4.4/50\n", { 2027, 3, 27, 0, 0 }, "2027-03-27 03:00 +10800" },
    { "XXX5YYY,0/0,J365/25\n", { 2027, 1, 1, 4, 59 }, "2027-01-01 00:59 -14400" },
    { "XXX5YYY,0/0,J365/25\n", { 2027, 7, 1, 4, 59 }, "2027-07-01 00:59 -14400" },
    { "XXX5YYY,0/0,J365/25\n", { 2028, 1, 1, 5, 0 }, "2028-01-01 01:00 -14400" },
};

static void the_rule_at_the_end_of_a_file_gives_the_years_after_its_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        char text[64];
        struct zone *z = NULL;
        const int32_t *u = rules[i].utc;
        assert_int_equal(parse(rules[i].footer, &z), STATUS_OK);
        assert_string_equal(local_text(z, moment(u[0], u[1], u[2], u[3], u[4]), text),
                            rules[i].local);
        zone_close(z);
    }
}

static void rules_that_are_none_make_the_file_damaged(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "XXX-1",
        "X1\n",
        "XXX\n",
        "XXX25\n",
        "XXX1:60\n",
        "<+03>3x\n",
        "<+03\n",
        "XXX0YYY\n",
        "XXX0YYY,J0,J300\n",
        "XXX0YYY,366,1\n",
        "XXX0YYY,M13.1.0,M11.1.0\n",
        "XXX0YYY,M3.6.0,M11.1.0\n",
        "XXX0YYY,M3.1.7,M11.1.0\n",
        "XXX0YYY,M3.1.0\n",
        "XXX0YYY,M3.1.0,M11.1.0,\n",
        "XXX0YYY,M3.1.0/168,M11.1.0\n",
        "XXX99999999999999999999\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct zone *z = NULL;
        if (parse(bad[i], &z) != STATUS_BAD_INPUT)
            fail_msg("accepted: %s", bad[i]);
        assert_null(z);
    }
}

static void a_file_cut_off_anywhere_is_damaged(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    str whole = STR_EMPTY;
    zone_close(open_zone("America/New_York"));
    assert_int_equal(
        file_read("/usr/share/zoneinfo/America/New_York", (size_t)1024 * 1024, a, &whole, NULL),
        STATUS_OK);
    for (size_t n = 0; n <= whole.len; n++) {
        struct zone *z = NULL;
        struct error why = { .lang = LANG_EN };
        const enum status st = zone_parse(str_first(whole, n), STR("Cut"), &z, &why);
        assert_int_equal(st, n < whole.len ? STATUS_BAD_INPUT : STATUS_OK);
        if (n < whole.len)
            assert_string_equal(why.text, "time zone Cut: its file is damaged");
        zone_close(z);
    }
    arena_free(a);
}

static void absurd_offsets_and_leap_seconds_are_refused(void **state)
{
    (void)state;
    char bytes[BYTES_MAX];
    struct zone *z = NULL;
    struct error why = { .lang = LANG_EN };
    assert_int_equal(zone_parse(tzif(bytes, 27 * 3600, "XXX-1\n"), STR("T"), &z, &why),
                     STATUS_BAD_INPUT);
    assert_int_equal(zone_parse(tzif(bytes, INT32_MIN, "XXX-1\n"), STR("T"), &z, &why),
                     STATUS_BAD_INPUT);
    if (file_exists("/usr/share/zoneinfo/right/UTC")) {
        struct arena *a = arena_new(0);
        str right = STR_EMPTY;
        assert_int_equal(file_read("/usr/share/zoneinfo/right/UTC", 65536, a, &right, NULL),
                         STATUS_OK);
        assert_int_equal(zone_parse(right, STR("right/UTC"), &z, &why), STATUS_BAD_INPUT);
        arena_free(a);
    }
    assert_null(z);
}

static void the_database_says_its_version(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    const str v = zone_database_version(a);
    if (file_exists("/usr/share/zoneinfo/tzdata.zi")) {
        assert_true(v.len >= 5 && v.len <= 12);
        assert_true(str_starts(v, STR("20")));
        assert_true(v.ptr[4] >= 'a' && v.ptr[4] <= 'z');
    } else {
        assert_true(str_is(v, "unknown"));
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_have_the_local_time_that_clocks_showed),
        cmocka_unit_test(a_moment_is_of_another_day_in_the_east),
        cmocka_unit_test(local_times_in_gaps_and_overlaps_are_told),
        cmocka_unit_test(every_moment_around_a_change_comes_back_from_its_local_time),
        cmocka_unit_test(a_cursor_never_changes_an_answer),
        cmocka_unit_test(the_farthest_moments_have_a_local_time),
        cmocka_unit_test(unknown_zones_are_refused_with_a_suggestion),
        cmocka_unit_test(names_that_are_no_zones_are_never_opened_nor_suggested),
        cmocka_unit_test(the_rule_at_the_end_of_a_file_gives_the_years_after_its_table),
        cmocka_unit_test(rules_that_are_none_make_the_file_damaged),
        cmocka_unit_test(a_file_cut_off_anywhere_is_damaged),
        cmocka_unit_test(absurd_offsets_and_leap_seconds_are_refused),
        cmocka_unit_test(the_database_says_its_version),
    };
    return cmocka_run_group_tests_name("calendar: zones", tests, NULL, NULL);
}
