/* One goal's course: completion, time progress, gap and what is needed a day. */
#include "people/people.h"

#include "../query/rig.h"

static void target_row(
    struct rig *r, const char *kpi, const char *from, const char *to, long long e4)
{
    char sql[400];
    snprintf(
        sql,
        sizeof sql,
        "INSERT INTO target (store, kpi, level, local_date, end_date, value_e4, currency, source) "
        "VALUES ('', '%s', 'target', '%s', '%s', %lld, 'GBP', 'goals')",
        kpi,
        from,
        to,
        e4);
    rig_exec(r, sql);
}

/* November: the 11th is worth 700, every other day 10; sales of 10 a day up to the 12th. */
static void november(struct rig *r)
{
    for (int d = 1; d <= 30; d++) {
        char day[16];
        snprintf(day, sizeof day, "2010-11-%02d", d);
        target_row(r, "net_sales", day, day, d == 11 ? 7000000 : 100000);
        if (d <= 12)
            rig_line(r, "sale", d, d, day, day, 1000);
    }
    target_row(r, "net_sales", "2010-11-01", "2010-11-30", 9900000);
}

static struct course asked(struct rig *r, const char *kpi, int32_t as_of, const char *period)
{
    struct error why = { .lang = LANG_EN };
    struct course c = { .answer = NULL };
    const struct course_question q = { .kpi = str_from(kpi),
                                       .period = str_from(period),
                                       .as_of = as_of,
                                       .now_us = rig_now("2010-11-20") };
    if (people_course(&r->context, &q, &c, &why) != STATUS_OK)
        rig_fail(&why);
    return c;
}

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    assert_true(day_parse(str_from(text), &day));
    return day;
}

static void a_month_under_way_has_all_of_them(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    november(r);

    struct course c = asked(r, "net_sales", day_of("2010-11-10"), "2010-11");

    assert_true(str_is(c.actual->text, "100.0000")); /* the 11th and 12th do not count yet */
    assert_true(str_is(c.goal->target.text, "990.0000"));
    assert_true(str_is(c.goal->completion.text, "0.101010101010"));
    assert_true(str_is(c.goal->progress.text, "0.101010101010")); /* 10 of 30 days are 10 % */
    assert_true(str_is(c.goal->expected.text, "100.0000"));
    assert_true(c.goal->gap.kind == VALUE_MONEY && c.goal->gap.exact == 0);
    assert_true(str_is(c.goal->needed.text, "44.5000")); /* 890 in 20 days */
    assert_int_equal(c.goal->days_left, 20);
    assert_int_equal(c.goal->as_of, day_of("2010-11-10"));
    assert_int_equal(c.goal->on_course, 1);
    people_course_done(&c);

    c = asked(r, "net_sales", day_of("2010-11-12"), "this-month");
    assert_true(str_is(c.goal->gap.text, "-690.0000"));
    assert_int_equal(c.goal->on_course, -1);
    people_course_done(&c);
    rig_free(r);
}

static void a_rate_has_no_time_progress_and_a_low_one_is_better(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    november(r);
    rig_line(r, "return", 5, 5, "2010-11-05", "2010-11-05", -1000);
    rig_exec(r, "UPDATE order_line SET quantity = -1 WHERE class = 'return'");
    target_row(r, "aov", "2010-01-01", "2010-12-31", 80000);
    target_row(r, "return_rate_units", "2010-11-01", "2010-11-30", 1000); /* 10 % */

    struct course c = asked(r, "aov", day_of("2010-11-12"), "2010-11");
    assert_true(c.goal->completion.kind == VALUE_NUMBER && c.goal->completion.real > 1.0);
    assert_true(c.goal->progress.kind == VALUE_NONE && c.goal->progress.reason.len > 0);
    assert_true(c.goal->needed.kind == VALUE_NONE && c.goal->needed.reason.len > 0);
    people_course_done(&c);

    c = asked(r, "return_rate_units", day_of("2010-11-12"), "2010-11");
    assert_true(c.actual->real > 0 && c.actual->real < 0.1);
    assert_true(c.goal->completion.real > 1.0 && c.goal->gap.real < 0);
    assert_int_equal(c.goal->on_course, 1);
    people_course_done(&c);
    rig_free(r);
}

static void without_a_target_it_says_so(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_line(r, "sale", 1, 1, "2010-11-05", "2010-11-05", 1000);

    struct course c = asked(r, "net_sales", 0, "2010-11");

    assert_true(c.goal->target.kind == VALUE_NONE);
    assert_true(str_is(c.goal->reason, "no target"));
    people_course_done(&c);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_month_under_way_has_all_of_them),
        cmocka_unit_test(a_rate_has_no_time_progress_and_a_low_one_is_better),
        cmocka_unit_test(without_a_target_it_says_so),
    };
    return cmocka_run_group_tests_name("people: a goal's course", tests, NULL, NULL);
}
