/* What a range is compared with. */
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

static const char *range_text(struct day_range r, int32_t shift, char out[96])
{
    const struct civil a = civil_from_day(r.from);
    const struct civil b = civil_from_day(r.to);
    (void)snprintf(out,
                   96,
                   "%04d-%02d-%02d..%04d-%02d-%02d by %d",
                   a.year,
                   a.month,
                   a.day,
                   b.year,
                   b.month,
                   b.day,
                   shift);
    return out;
}

static const struct {
    const char *compare;
    const char *from;
    const char *to;
    const char *then;
} shifts[] = {
    { "prev", "2010-12-01", "2010-12-01", "2010-11-30..2010-11-30 by 1" },
    { "prev", "2010-12-01", "2010-12-31", "2010-10-31..2010-11-30 by 31" },
    { "weekday", "2010-12-01", "2010-12-01", "2010-11-24..2010-11-24 by 7" },
    { "weekday", "2010-12-01", "2010-12-07", "2010-11-24..2010-11-30 by 7" },
    { "weekday", "2010-12-01", "2010-12-08", "2010-11-17..2010-11-24 by 14" },
    { "yoy", "2010-12-01", "2010-12-31", "2009-12-01..2009-12-31 by 365" },
    { "yoy", "2012-02-29", "2012-02-29", "2011-02-28..2011-02-28 by 366" },
    { "yoy", "2013-03-01", "2013-03-31", "2012-03-01..2012-03-31 by 365" },
    { "festival:spring-festival", "2026-02-10", "2026-02-24", "2025-01-22..2025-02-05 by 384" },
    { "festival:春节", "2011-01-20", "2011-02-10", "2010-01-31..2010-02-21 by 354" },
    { "festival:Black Friday", "2010-11-22", "2010-11-30", "2009-11-23..2009-12-01 by 364" },
    { "festival:christmas", "2010-12-20", "2010-12-31", "2009-12-20..2009-12-31 by 365" },
    { "festival:mid-autumn", "2026-09-20", "2026-09-27", "2025-10-01..2025-10-08 by 354" },
    { "festival:new-year-goods", "2027-12-29", "2027-12-31", "2027-01-09..2027-01-11 by 354" },
    /* two Ramadans began in 2030 */
    { "festival:ramadan", "2030-12-20", "2031-01-10", "2029-12-31..2030-01-21 by 354" },
    { "festival:ramadan", "2031-12-10", "2031-12-20", "2030-12-21..2030-12-31 by 354" },
    { "2010-11-01..2010-11-30", "2010-12-01", "2010-12-31", "2010-11-01..2010-11-30 by 30" },
    { "2011-01-01..2011-01-01", "2010-12-01", "2010-12-01", "2011-01-01..2011-01-01 by -31" },
    { "2010-12-01..2010-12-31", "2010-12-01", "2010-12-31", "2010-12-01..2010-12-31 by 0" },
};

static void each_comparison_gives_its_range_and_shift(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shifts); i++) {
        const struct day_range now = { day_of(shifts[i].from), day_of(shifts[i].to) };
        struct error why = { .lang = LANG_EN };
        struct day_range then;
        int32_t shift = 0;
        char text[96];
        if (range_compare(str_from(shifts[i].compare), now, NULL, 0, &then, &shift, &why) !=
            STATUS_OK)
            fail_msg("%s: %s", shifts[i].compare, why.text);
        assert_string_equal(range_text(then, shift, text), shifts[i].then);
        assert_int_equal(shift, now.from - then.from);
    }
}

static const struct {
    const char *compare;
    const char *day;
    enum status status;
    const char *message;
} refused[] = {
    { "", "2010-12-01", STATUS_BAD_USAGE, "no comparison \"\"" },
    { "previous", "2010-12-01", STATUS_BAD_USAGE, "no comparison \"previous\"" },
    { "2010-12-31..2010-12-01", "2010-12-01", STATUS_BAD_USAGE, "no comparison" },
    { "2010-12-01..", "2010-12-01", STATUS_BAD_USAGE, "no comparison" },
    { "2010-02-29..2010-03-01", "2010-12-01", STATUS_BAD_USAGE, "no comparison" },
    { "festival:", "2010-12-01", STATUS_NOT_FOUND, "no festival \"\"; there are" },
    { "festival:chrismas", "2010-12-01", STATUS_NOT_FOUND, "did you mean \"christmas\"?" },
    { "festival:qixi", "1989-08-01", STATUS_NOT_FOUND, "has no date in 1989" },
    { "festival:qixi", "1990-08-26", STATUS_NOT_FOUND, "has no date in 1990" },
    { "festival:qixi", "2051-08-01", STATUS_NOT_FOUND, "has no date in 2051" },
    { "promo:summer", "2010-12-01", STATUS_NOT_FOUND, "promotion \"summer\": need two" },
};

static void comparisons_that_cannot_be_are_refused_with_their_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        const int32_t day = day_of(refused[i].day);
        struct error why = { .lang = LANG_EN };
        struct day_range then = { 1, 2 };
        int32_t shift = 77;
        assert_int_equal(range_compare(str_from(refused[i].compare),
                                       (struct day_range){ day, day },
                                       NULL,
                                       0,
                                       &then,
                                       &shift,
                                       &why),
                         refused[i].status);
        if (strstr(why.text, refused[i].message) == NULL)
            fail_msg("%s: %s", refused[i].compare, why.text);
        assert_true(then.from == 1 && then.to == 2 && shift == 77);
    }
}

static enum status promo(const char *from, struct day_range *then, int32_t *shift)
{
    const struct moving_event events[] = {
        { STR("members"), day_of("2010-06-10"), day_of("2010-06-12") },
        { STR("summer"), day_of("2010-06-20"), day_of("2010-06-27") },
        { STR("summer"), day_of("2008-06-01"), day_of("2008-06-10") },
        { STR("summer"), day_of("2009-06-11"), day_of("2009-06-18") },
    };
    struct error why = { .lang = LANG_EN };
    const int32_t day = day_of(from);
    return range_compare(STR("promo:summer"),
                         (struct day_range){ day, day + 3 },
                         events,
                         ARRAY_LEN(events),
                         then,
                         shift,
                         &why);
}

static void a_promotion_is_compared_with_the_one_of_its_name_before_it(void **state)
{
    (void)state;
    struct day_range then;
    int32_t shift = 0;
    char text[96];
    assert_int_equal(promo("2010-06-21", &then, &shift), STATUS_OK);
    assert_string_equal(range_text(then, shift, text), "2009-06-12..2009-06-15 by 374");
    assert_int_equal(promo("2009-06-11", &then, &shift), STATUS_OK);
    assert_string_equal(range_text(then, shift, text), "2008-06-01..2008-06-04 by 375");
    assert_int_equal(promo("2008-06-02", &then, &shift), STATUS_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_comparison_gives_its_range_and_shift),
        cmocka_unit_test(comparisons_that_cannot_be_are_refused_with_their_reason),
        cmocka_unit_test(a_promotion_is_compared_with_the_one_of_its_name_before_it),
    };
    return cmocka_run_group_tests_name("calendar: comparisons", tests, NULL, NULL);
}
