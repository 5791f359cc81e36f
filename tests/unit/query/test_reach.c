/* A KPI counts the days that its own facts have, and is compared with as many, when another source
 * reaches further. */
#include "query/left_out.h"
#include "reach_rig.h"

static void each_kpi_is_compared_over_the_days_that_its_facts_have(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    static const char *const grains[] = { "total", "day" };

    for (size_t i = 0; i < 2 * ARRAY_LEN(grains); i++) {
        struct kpi_question q = WEEK(ALL);
        q.raw_only = i % 2 == 1;
        q.grain = str_from(grains[i / 2]);
        struct answer *a = rig_ask(r, q);
        const int32_t last = a->to - 1;
        check_total(a, 0, "60.0000", "60.0000");
        check_total(a, 1, "6", "6");
        check_total(a, 2, "70", "70");
        check_total(a, 3, "0.100000000000", "0.100000000000");
        assert_int_equal(a->kpis[0].until, last);
        assert_int_equal(a->kpis[1].until, last);
        assert_int_equal(a->kpis[2].until, DAY_NONE);
        assert_int_equal(a->kpis[3].until, last);
        assert_int_equal(a->kpis[0].total.compare->end, a->from - 2);
        assert_int_equal(a->kpis[2].total.compare->end, a->from - 1);
        answer_free(a);
    }
    rig_free(r);
}

static void rows_by_a_dimension_are_compared_alike(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    struct kpi_question q = WEEK(ALL);
    const str by = STR("channel");
    q.by = &by;
    q.by_count = 1;

    struct answer *a = rig_ask(r, q);

    assert_int_equal(a->row_count, 1);
    assert_true(str_is(a->kpis[1].rows[0].value.text, "6"));
    assert_true(str_is(a->kpis[1].rows[0].compare->value.text, "6"));
    assert_true(str_is(a->kpis[3].rows[0].value.text, "0.100000000000"));
    answer_free(a);
    rig_free(r);
}

/* Nobody read what the 19th had: it is no 0 that the 26th, for which no orders are there, would be
 * set beside. */
static void a_day_beyond_what_counts_is_compared_with_nothing(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    struct kpi_question q = WEEK(ALL);
    q.grain = STR("day");

    struct answer *a = rig_ask(r, q);

    assert_int_equal(a->row_count, 7);
    assert_non_null(a->kpis[1].rows[5].compare);
    assert_true(str_is(a->kpis[1].rows[5].compare->value.text, "1"));
    assert_null(a->kpis[1].rows[6].compare);
    assert_true(str_is(a->kpis[2].rows[6].compare->value.text, "10"));
    answer_free(a);
    rig_free(r);
}

/* Both sources end before the clock does; what is entered for the next day is no day of the shop.
 */
static void rates_targets_and_articles_do_not_tell_how_far_days_are_known(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    struct kpi_question q = WEEK(ALL);
    q.to = STR("2026-11-27");
    q.now_us = rig_now("2026-11-28");
    struct answer *before = rig_ask(r, q);
    rig_exec(r,
             "INSERT INTO watermark VALUES ('main', 'fx_rate', 'generic', '2026-11-27'),"
             " ('main', 'product', 'generic', '2026-11-27'),"
             " ('main', 'target', 'goals', '2026-12-31')");

    struct answer *after = rig_ask(r, q);

    assert_int_equal(after->compare_from, before->compare_from);
    assert_int_equal(after->compare_to, before->compare_to);
    assert_int_equal(after->compare_to - after->compare_from, 6); /* seven days, as visits have */
    check_total(after, 2, "70", "70");
    answer_free(before);
    answer_free(after);
    rig_free(r);
}

/* The last refund tells nothing of how far refunds are known, and those that are paid after the
 * last order count; what is compared with is of as many days as there are orders. */
static void what_orders_have_caused_counts_after_the_last_of_them(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    rig_exec(r,
             "INSERT INTO refund (store, refund_id, local_date, order_date, currency) VALUES"
             " ('main', 'r2', '2026-11-25', '2026-11-01', 'GBP'),"
             " ('main', 'r3', '2026-11-26', '2026-11-01', 'GBP'),"
             " ('main', 'r4', '2026-11-18', '2026-11-01', 'GBP'),"
             " ('main', 'r5', '2026-11-19', '2026-11-01', 'GBP')");

    struct answer *a = rig_ask(r, WEEK(STR("refund_rate"), STR("orders")));

    check_total(a, 0, "0.333333333333", "0.166666666667"); /* 2 of 6; 1 of 6 */
    assert_int_equal(a->kpis[0].until, DAY_NONE);
    assert_int_equal(a->kpis[0].total.compare->end, a->from - 2);
    assert_int_equal(a->note_count, 0);
    answer_free(a);
    rig_free(r);
}

static void check_day(const struct answer *a, size_t kpi, size_t row, const char *value)
{
    assert_true(str_is(a->kpis[kpi].rows[row].value.text, value));
}

/* The day has its refund only. */
static void check_no_day(const struct answer *a, size_t kpi, size_t row)
{
    const struct answer_value *v = &a->kpis[kpi].rows[row].value;
    assert_int_equal(v->text.len, 0);
    assert_true(str_is(v->reason,
                       "no data in order lines after 2026-11-25; what came back since stands in "
                       "the total"));
}

/* A file of refunds has written a return of the 26th into the ledger; the orders of that day are
 * still to come. In an export of orders a credit note says that the export reaches its day. */
static void a_refund_does_not_tell_that_the_orders_of_its_day_are_there(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    struct kpi_question q = WEEK(STR("sold"), STR("orders"), STR("returned"), STR("sold_daily"));
    rig_exec(r,
             "INSERT INTO order_line (store, order_key, class, sku, local_date, local_minute, "
             "order_date, currency, quantity, gross_e4, net_e4) VALUES ('main', 20, 'return', 's', "
             "'2026-11-26', 5, '2026-11-20', 'GBP', -1, -30000, -30000)");
    derive(r);
    for (int raw = 0; raw < 2; raw++) {
        q.raw_only = raw != 0;
        q.grain = STR("total");
        struct answer *a = rig_ask(r, q);
        check_total(a, 0, "57.0000", "60.0000"); /* six days with six; the refund is in it */
        check_total(a, 1, "6", "6");
        check_total(a, 2, "-3.0000", "0.0000");
        check_total(a, 3, "9.5000", "10.0000"); /* of six days */
        assert_int_equal(a->kpis[1].total.compare->end, a->from - 2);
        answer_free(a);
        q.grain = STR("day");
        a = rig_ask(r, q);
        check_day(a, 0, 5, "10.0000");
        check_no_day(a, 0, 6);
        check_no_day(a, 1, 6);
        check_day(a, 2, 6, "-3.0000");
        answer_free(a);
    }
    rig_exec(r, "UPDATE watermark SET complete_until = '2026-11-26' WHERE source = 'shop'");
    struct answer *a = rig_ask(r, q);
    check_day(a, 0, 6, "-3.0000");
    check_total(a, 0, "57.0000", "70.0000");
    answer_free(a);
    rig_free(r);
}

/* 60.00 of the orders less 2.00 and 5.00 of costs, the last booked the day after the last order. */
static void costs_that_are_booked_after_the_last_order_are_in_the_profit(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    rig_exec(r,
             "INSERT INTO cost_line (store, class, channel, local_date, order_date, currency, "
             "ads_e4) VALUES ('main', 'ads', 'web', '2026-11-21', '2026-11-21', 'GBP', 20000),"
             " ('main', 'ads', 'web', '2026-11-26', '2026-11-26', 'GBP', 50000)");

    struct answer *a = rig_ask(r, WEEK(STR("profit"), STR("margin")));

    check_total(a, 0, "53.0000", "60.0000");
    check_total(a, 1, "0.883333333333", "1.00000000000");
    answer_free(a);
    rig_free(r);
}

static void a_ratio_that_lacks_days_of_one_source_says_which(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    struct kpi_question q = WEEK(ALL);

    struct answer *a = rig_ask(r, q);
    q.lang = LANG_ZH;
    struct answer *zh = rig_ask(r, q);

    assert_int_equal(a->note_count, 1);
    assert_true(str_is(a->notes[0],
                       "partial: data on orders ends on 2026-11-25; the days after it are not "
                       "counted in: cr"));
    assert_int_equal(zh->note_count, 1);
    assert_true(str_is(zh->notes[0], "不完整：订单数据截至 2026-11-25；此后的日子未计入：cr"));
    answer_free(a);
    answer_free(zh);
    rig_free(r);
}

/* One that ended two months before another of the store; a day later it may still come. */
static void a_source_that_is_over_makes_no_period_incomplete(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    const struct kpi_question q = { KPIS(STR("sold")),
                                    .from = STR("2026-11-01"),
                                    .to = STR("2026-11-10"),
                                    .now_us = rig_now("2026-11-27") };
    rig_exec(r, "INSERT INTO watermark VALUES ('main', 'order_line', 'old', '2026-09-23')");

    struct answer *over = rig_ask(r, q);
    rig_exec(r, "UPDATE watermark SET complete_until = '2026-09-24' WHERE source = 'old'");
    struct answer *late = rig_ask(r, q);

    assert_true(over->kpis[0].total.complete);
    assert_false(late->kpis[0].total.complete);
    answer_free(over);
    answer_free(late);
    rig_free(r);
}

static void a_past_range_is_whole(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    struct kpi_question q = WEEK(ALL);
    q.from = STR("2026-11-10");
    q.to = STR("2026-11-16");

    struct answer *a = rig_ask(r, q);

    check_total(a, 1, "7", "7");
    assert_int_equal(a->kpis[1].until, DAY_NONE);
    answer_free(a);
    rig_free(r);
}

/* Orders reach the 25th, visits the 26th, the clock says the 27th: settled are those up to the
 * 22nd, whatever else is asked, and the rows of the list by the same day. */
static void today_in_a_filter_is_the_last_day_that_orders_tell_of(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    int32_t day = DAY_NONE;
    const struct kpi_question scope = { .now_us = rig_now("2026-11-27") };
    const struct kpi_question early = { .now_us = rig_now("2026-11-20") };

    struct answer *alone = rig_ask(r, WEEK(STR("settled_orders")));
    struct answer *beside = rig_ask(r, WEEK(STR("settled_orders"), STR("visits")));

    assert_true(str_is(alone->kpis[0].total.value.text, "3"));
    assert_true(str_is(beside->kpis[0].total.value.text, "3"));
    assert_int_equal(query_order_day(&r->context, &scope, &day, NULL), STATUS_OK);
    assert_int_equal(day, civil_to_day((struct civil){ 2026, 11, 25 }));
    assert_int_equal(query_order_day(&r->context, &early, &day, NULL), STATUS_OK);
    assert_int_equal(day, civil_to_day((struct civil){ 2026, 11, 20 }));
    answer_free(alone);
    answer_free(beside);
    rig_free(r);
}

/* One piece a day, 70 in stock on the 26th: it lasts 70 days, whatever period is asked for, and
 * those to come, and the 26th without orders, are no days without sales. */
static void windows_that_look_back_end_on_the_last_day_that_is_known(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    static const char *const periods[] = { "this-month", "this-year", "2026-11-26" };
    rig_exec(r,
             "INSERT INTO stock_level (store, sku, local_date, on_hand) VALUES"
             " ('main', 's', '2026-11-26', 70)");

    for (size_t i = 0; i < ARRAY_LEN(periods); i++) {
        struct answer *a = rig_ask(r,
                                   (struct kpi_question){ KPIS(STR("units_7"), STR("cover_7")),
                                                          .period = str_from(periods[i]),
                                                          .now_us = rig_now("2026-11-27") });
        assert_int_equal(a->kpis[0].trails_to, civil_to_day((struct civil){ 2026, 11, 25 }));
        if (i < 2) {
            assert_true(str_is(a->kpis[0].total.value.text, "7"));
            assert_true(a->kpis[1].total.value.real == 70);
        } else { /* of the 26th no order is there */
            assert_int_equal(a->kpis[0].total.value.kind, VALUE_NONE);
            assert_int_equal(a->kpis[1].total.value.kind, VALUE_NONE);
        }
        answer_free(a);
    }
    rig_free(r);
}

static void each_period_looks_back_from_its_own_end_and_so_does_the_one_compared_with(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    struct kpi_question q = WEEK(STR("units_7"));
    q.from = STR("2026-11-09");
    q.to = STR("2026-12-05"); /* no whole weeks */
    q.grain = STR("week");

    struct answer *a = rig_ask(r, q);

    const struct answer_row *rows = a->kpis[0].rows;
    assert_int_equal(a->row_count, 4);
    for (size_t i = 0; i < 3; i++) /* the third ends on the 25th, a Wednesday */
        assert_true(str_is(rows[i].value.text, "7"));
    assert_int_equal(rows[3].value.kind, VALUE_NONE);
    assert_true(str_is(a->kpis[0].total.value.text, "7"));
    /* to the 26th there are 18 days, of which 17 count: 22 October to 7 November */
    assert_int_equal(a->compare_from, civil_to_day((struct civil){ 2026, 10, 22 }));
    assert_int_equal(a->kpis[0].total.compare->end, civil_to_day((struct civil){ 2026, 11, 7 }));
    assert_true(str_is(a->kpis[0].total.compare->value.text, "7"));
    answer_free(a);
    rig_free(r);
}

static void a_value_a_day_is_of_the_days_that_count(void **state)
{
    (void)state;
    struct rig *r = rig_of_two_sources();
    struct kpi_question q = { KPIS(STR("sold"), STR("visits"), STR("sold_daily")),
                              .period = STR("this-month"),
                              .compare = STR("prev"),
                              .now_us = rig_now("2026-11-27") };
    rig_exec(r,
             "INSERT INTO order_line (store, order_key, class, sku, local_date, local_minute, "
             "order_date, currency, quantity, gross_e4, net_e4) SELECT 'main', 90 + i, 'sale', "
             "'s', DATE '2026-10-22' + i::INTEGER, 5, DATE '2026-10-22' + i::INTEGER, 'GBP', 1, "
             "100000, 100000 FROM range(1, 10) t(i)"); /* 23 to 31 October */
    derive(r);

    struct answer *running = rig_ask(r, q);
    q.period = STR("last-month");
    struct answer *begun = rig_ask(r, q);

    const struct answer_row *sold = &running->kpis[0].total;
    assert_true(str_is(sold->value.text, "250.0000")); /* 25 days; visits have 26; it is the 27th */
    assert_true(str_is(sold->compare->value.text, "30.0000"));
    assert_true(str_is(sold->compare->per_day.text, "10.0000"));
    assert_true(str_is(sold->compare->compared_per_day.text, "10.0000")); /* 23 to 25 October */
    assert_true(str_is(running->kpis[1].total.compare->per_day.text, "10"));
    assert_true(str_is(running->kpis[2].total.value.text, "10.0000"));
    assert_true(str_is(running->kpis[2].total.compare->value.text, "10.0000"));
    assert_true(str_is(begun->kpis[0].total.value.text, "90.0000"));
    assert_true(str_is(begun->kpis[0].total.compare->per_day.text, "10.0000"));
    assert_true(str_is(begun->kpis[2].total.value.text, "10.0000"));
    answer_free(running);
    answer_free(begun);
    rig_free(r);
}

/* 2025-01-05 is a Sunday. */
static void weeks_stand_beside_weeks_a_year_before(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_line(r, "sale", 1, 1, "2025-01-05", "2025-01-05", 100);
    rig_line(r, "sale", 2, 1, "2025-01-08", "2025-01-08", 200);
    rig_line(r, "sale", 3, 1, "2025-01-19", "2025-01-19", 400);
    rig_line(r, "sale", 4, 1, "2026-01-05", "2026-01-05", 800);

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("net_sales")),
                                                      .from = STR("2026-01-05"),
                                                      .to = STR("2026-01-18"),
                                                      .grain = STR("week"),
                                                      .compare = STR("yoy") });

    assert_str(a->kpis[0].rows[0].compare->value.text, "2.0000");
    assert_str(a->kpis[0].rows[1].compare->value.text, "4.0000");
    assert_str(a->kpis[0].total.compare->value.text, "6.0000");
    answer_free(a);
    rig_free(r);
}

/* Thursday, with files up to the day before. */
static void a_running_range_is_compared_with_as_much_of_the_one_before(void **state)
{
    (void)state;
    static const struct {
        const char *now;
        const char *last;
        const char *period;
        const char *from; /* compared with */
        const char *to;
    } cases[] = {
        { "2026-11-26", "", "this-week", "2026-11-16", "2026-11-18" },
        { "2026-11-26", "7d", "", "2026-11-13", "2026-11-18" },
        { "2026-11-26", "5d", "", "2026-11-18", "2026-11-21" },
        { "2026-11-26", "", "2026-W47", "2026-11-09", "2026-11-15" },
        { "2026-11-26", "", "this-month", "2026-10-01", "2026-10-25" },
        { "2026-11-26", "", "this-quarter", "2026-07-01", "2026-08-25" },
        { "2026-11-01", "", "today", "2026-10-31", "2026-10-31" },
    };
    struct rig *r = rig_new(rig_definitions);
    rig_line(r, "sale", 1, 1, "2026-06-01", "2026-06-01", 100);
    rig_line(r, "sale", 2, 1, "2026-11-25", "2026-11-25", 200);
    rig_exec(r, "INSERT INTO watermark VALUES ('main', 'order_line', 'test', '2026-11-25')");

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int32_t from = 0;
        int32_t to = 0;
        struct answer *a = rig_ask(r,
                                   (struct kpi_question){ KPIS(STR("net_sales")),
                                                          .last = str_from(cases[i].last),
                                                          .period = str_from(cases[i].period),
                                                          .compare = STR("prev"),
                                                          .now_us = rig_now(cases[i].now) });
        assert_true(day_parse(str_from(cases[i].from), &from));
        assert_true(day_parse(str_from(cases[i].to), &to));
        assert_int_equal(a->compare_from, from);
        assert_int_equal(a->compare_to, to);
        answer_free(a);
    }
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weeks_stand_beside_weeks_a_year_before),
        cmocka_unit_test(a_running_range_is_compared_with_as_much_of_the_one_before),
        cmocka_unit_test(a_value_a_day_is_of_the_days_that_count),
        cmocka_unit_test(windows_that_look_back_end_on_the_last_day_that_is_known),
        cmocka_unit_test(each_period_looks_back_from_its_own_end_and_so_does_the_one_compared_with),
        cmocka_unit_test(each_kpi_is_compared_over_the_days_that_its_facts_have),
        cmocka_unit_test(rows_by_a_dimension_are_compared_alike),
        cmocka_unit_test(a_day_beyond_what_counts_is_compared_with_nothing),
        cmocka_unit_test(rates_targets_and_articles_do_not_tell_how_far_days_are_known),
        cmocka_unit_test(what_orders_have_caused_counts_after_the_last_of_them),
        cmocka_unit_test(a_refund_does_not_tell_that_the_orders_of_its_day_are_there),
        cmocka_unit_test(costs_that_are_booked_after_the_last_order_are_in_the_profit),
        cmocka_unit_test(a_ratio_that_lacks_days_of_one_source_says_which),
        cmocka_unit_test(a_source_that_is_over_makes_no_period_incomplete),
        cmocka_unit_test(a_past_range_is_whole),
        cmocka_unit_test(today_in_a_filter_is_the_last_day_that_orders_tell_of),
    };
    return cmocka_run_group_tests_name("query/reach", tests, NULL, NULL);
}
