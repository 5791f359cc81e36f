/* Questions whose answers were computed by hand. */
#include "rig.h"

/* Two orders in December, one in January; order 1 is returned in January. */
static struct rig *small_shop(void)
{
    struct rig *r = rig_new(rig_definitions);
    rig_order(r, 1, "2010-12-01", "France");
    rig_order(r, 2, "2010-12-15", "Spain");
    rig_order(r, 3, "2011-01-10", "France");
    rig_line(r, "sale", 1, 7, "2010-12-01", "2010-12-01", 10000);
    rig_line(r, "sale", 1, 7, "2010-12-01", "2010-12-01", 2050);
    rig_line(r, "sale", 2, 8, "2010-12-15", "2010-12-15", 5000);
    rig_line(r, "sale", 3, 7, "2011-01-10", "2011-01-10", 3000);
    rig_line(r, "return", 1, 7, "2011-01-20", "2010-12-01", -2050);
    return r;
}

static void a_return_counts_on_its_own_date_or_on_its_orders(void **state)
{
    (void)state;
    struct rig *r = small_shop();
    struct kpi_question q = { KPIS(STR("net_sales")),
                              .from = STR("2010-12-01"),
                              .to = STR("2011-01-31"),
                              .grain = STR("month") };

    struct answer *event = rig_ask(r, q);
    q.basis = STR("order");
    struct answer *order = rig_ask(r, q);

    assert_int_equal(event->row_count, 2);
    assert_str(event->kpis[0].rows[0].value.text, "170.5000");
    assert_str(event->kpis[0].rows[1].value.text, "9.5000");
    assert_str(order->kpis[0].rows[0].value.text, "150.0000");
    assert_str(order->kpis[0].rows[1].value.text, "30.0000");
    assert_str(event->kpis[0].total.value.text, "180.0000");
    assert_str(order->kpis[0].total.value.text, "180.0000");
    assert_int_equal(event->data_version, 17);
    answer_free(event);
    answer_free(order);
    rig_free(r);
}

static void a_quotient_shows_its_numerator_and_denominator(void **state)
{
    (void)state;
    struct rig *r = small_shop();

    struct answer *a = rig_ask(
        r, (struct kpi_question){ KPIS(STR("aov"), STR("orders")), .period = STR("2010-12") });

    assert_str(a->kpis[0].rows[0].value.text, "85.2500");
    assert_str(a->kpis[0].rows[0].value.num, "170.5000");
    assert_str(a->kpis[0].rows[0].value.den, "2");
    assert_str(a->kpis[1].rows[0].value.text, "2");
    answer_free(a);
    rig_free(r);
}

static void a_day_without_sales_is_zero_and_a_day_without_data_has_no_value(void **state)
{
    (void)state;
    struct rig *r = small_shop();

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("net_sales"), STR("aov")),
                                                      .from = STR("2010-11-30"),
                                                      .to = STR("2010-12-02"),
                                                      .grain = STR("day") });

    assert_int_equal(a->row_count, 3);
    assert_str(a->kpis[0].rows[0].value.text, "");
    assert_str(a->kpis[0].rows[0].value.reason, "no data in order lines before 2010-12-01");
    assert_str(a->kpis[0].rows[1].value.text, "120.5000");
    assert_str(a->kpis[0].rows[2].value.text, "0.0000");
    assert_str(a->kpis[1].rows[2].value.text, "");
    assert_str(a->kpis[1].rows[2].value.reason, "Orders is 0");
    answer_free(a);
    rig_free(r);
}

static void distinct_counts_do_not_add_up_and_their_total_is_its_own(void **state)
{
    (void)state;
    struct rig *r = small_shop();

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("buyers")),
                                                      .from = STR("2010-12-01"),
                                                      .to = STR("2011-01-31"),
                                                      .grain = STR("month") });

    assert_str(a->kpis[0].rows[0].value.text, "2");
    assert_str(a->kpis[0].rows[1].value.text, "1");
    assert_str(a->kpis[0].total.value.text, "2");
    answer_free(a);
    rig_free(r);
}

static void a_dimension_of_the_order_reaches_its_lines(void **state)
{
    (void)state;
    struct rig *r = small_shop();

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("net_sales"), STR("sales_share")),
                                                      BY(STR("country")),
                                                      .period = STR("2010-12") });

    assert_int_equal(a->row_count, 2);
    assert_str(a->kpis[0].rows[0].by[0], "France");
    assert_str(a->kpis[0].rows[0].value.text, "120.5000");
    assert_str(a->kpis[0].rows[1].by[0], "Spain");
    assert_str(a->kpis[0].rows[1].value.text, "50.0000");
    assert_str(a->kpis[0].total.value.text, "170.5000");
    assert_str(a->kpis[1].rows[0].value.text, "0.706744868035");
    assert_str(a->kpis[1].total.value.text, "1.00000000000");
    answer_free(a);
    rig_free(r);
}

static void a_product_has_its_latest_category(void **state)
{
    (void)state;
    struct rig *r = small_shop();
    rig_exec(r,
             "INSERT INTO product (store, sku, category, valid_from, import_id, row_no) VALUES"
             " ('main', 'A', 'old', NULL, 1, 1), ('main', 'A', 'older', '2009-01-01', 1, 2),"
             " ('main', 'A', 'new', '2010-06-01', 1, 3), ('b', 'A', 'other', '2020-06-01', 1, 4)");

    struct answer *a =
        rig_ask(r,
                (struct kpi_question){
                    KPIS(STR("net_sales")), BY(STR("category")), .period = STR("2010-12") });

    assert_int_equal(a->row_count, 1);
    assert_str(a->kpis[0].rows[0].by[0], "new");
    assert_str(a->kpis[0].rows[0].value.text, "170.5000");
    answer_free(a);
    rig_free(r);
}

static void a_missing_dimension_is_an_error_that_names_fact_and_dimension(void **state)
{
    (void)state;
    struct rig *r = small_shop();
    rig_exec(r,
             "INSERT INTO session (store, session_key, local_date) VALUES"
             " ('main', 1, '2010-12-01')");

    rig_refused(
        r,
        (struct kpi_question){ KPIS(STR("session_cr")), BY(STR("sku")), .period = STR("2010-12") },
        "table \"session\" has no dimension \"sku\"");
    rig_refused(
        r,
        (struct kpi_question){ KPIS(STR("net_sales")), BY(STR("agent")), .period = STR("2010-12") },
        "order_line");
    rig_refused(r,
                (struct kpi_question){
                    KPIS(STR("session_cr")), .where = STR("sku = 'A'"), .period = STR("2010-12") },
                "session");
    rig_refused(r, (struct kpi_question){ KPIS(STR("net_sale")) }, "net_sales");
    rig_refused(r, (struct kpi_question){ KPIS(STR("net_sales")), .grain = STR("moon") }, "moon");
    rig_refused(
        r,
        (struct kpi_question){ KPIS(STR("net_sales")), .last = STR("7d"), .period = STR("2010") },
        "only one");
    rig_free(r);
}

static void two_facts_meet_by_their_shared_dimension(void **state)
{
    (void)state;
    struct rig *r = small_shop();
    rig_exec(r,
             "INSERT INTO session (store, session_key, local_date, country) VALUES"
             " ('main', 1, '2010-12-01', 'France'), ('main', 2, '2010-12-01', 'France'),"
             " ('main', 3, '2010-12-02', 'Spain'), ('main', 4, '2010-12-02', 'Italy')");

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("session_cr")),
                                                      BY(STR("country")),
                                                      .from = STR("2010-12-01"),
                                                      .to = STR("2010-12-02") });

    assert_int_equal(a->row_count, 3);
    assert_str(a->kpis[0].rows[0].by[0], "France");
    assert_str(a->kpis[0].rows[0].value.text, "0.500000000000");
    assert_str(a->kpis[0].rows[1].value.text, "0");
    assert_str(a->kpis[0].total.value.text, "0.250000000000");
    assert_str(a->kpis[0].total.value.num, "1");
    assert_str(a->kpis[0].total.value.den, "4");
    answer_free(a);
    rig_free(r);
}

static void a_kpi_whose_table_is_empty_says_what_it_needs(void **state)
{
    (void)state;
    struct rig *r = small_shop();

    struct answer *a = rig_ask(
        r, (struct kpi_question){ KPIS(STR("stock"), STR("orders")), .period = STR("2010-12") });

    assert_str(a->kpis[0].rows[0].value.text, "");
    assert_str(a->kpis[0].needs, "needs stock: bring in such a file (Data, or shopvane import)");
    assert_str(a->kpis[1].rows[0].value.text, "2");
    answer_free(a);
    rig_free(r);
}

static void the_last_day_of_the_data_makes_a_period_incomplete(void **state)
{
    (void)state;
    struct rig *r = small_shop();
    const struct kpi_question q = { KPIS(STR("net_sales")),
                                    .from = STR("2010-12-01"),
                                    .to = STR("2011-01-31"),
                                    .grain = STR("month") };

    struct answer *without = rig_ask(r, q);
    rig_exec(r, "INSERT INTO watermark VALUES ('main', 'order_line', 'test', '2011-02-15')");
    struct answer *with = rig_ask(r, q);
    struct kpi_question early = q;
    early.now_us = rig_now("2011-01-31");
    struct answer *running = rig_ask(r, early);

    assert_true(without->kpis[0].rows[0].complete);
    assert_false(without->kpis[0].rows[1].complete);
    assert_true(with->kpis[0].rows[1].complete);
    assert_false(running->kpis[0].rows[1].complete);
    answer_free(without);
    answer_free(with);
    answer_free(running);
    rig_free(r);
}

static void top_and_others_add_up_to_the_total(void **state)
{
    (void)state;
    struct rig *r = small_shop();
    rig_order(r, 4, "2010-12-20", NULL);
    rig_line(r, "sale", 4, 7, "2010-12-20", "2010-12-20", 100);

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("net_sales"), STR("buyers")),
                                                      BY(STR("country")),
                                                      .from = STR("2010-12-01"),
                                                      .to = STR("2010-12-31"),
                                                      .top = 1 });

    assert_int_equal(a->row_count, 2);
    assert_true(a->kpis[0].rows[1].is_others);
    assert_str(a->kpis[0].rows[0].value.text, "120.5000");
    assert_str(a->kpis[0].rows[1].value.text, "51.0000");
    assert_str(a->kpis[0].total.value.text, "171.5000");
    assert_str(a->kpis[1].rows[0].value.text, "1");
    assert_str(a->kpis[1].rows[1].value.text, "2");
    assert_str(a->kpis[1].total.value.text, "2");
    answer_free(a);
    rig_free(r);
}

static void a_count_of_nothing_is_no_value_where_the_measure_says_so(void **state)
{
    (void)state;
    struct rig *r = rig_new("group: own\n"
                            "measures:\n"
                            "  fees: {table: order_line, agg: count, filter: \"class = 'fee'\","
                            " empty: none}\n"
                            "kpis:\n"
                            "  fee_lines:\n    name: {en: Fees, zh: 费用}\n"
                            "    about: {en: Fees., zh: 费用。}\n"
                            "    formula: fees\n    unit: count\n    direction: down\n");
    rig_order(r, 1, "2010-12-20", "France");
    rig_line(r, "sale", 1, 7, "2010-12-20", "2010-12-20", 100);
    struct kpi_question q = { KPIS(STR("fee_lines")), .period = STR("2010-12") };

    struct answer *total = rig_ask(r, q);
    q.by = (const str[]){ STR("country") };
    q.by_count = 1;
    struct answer *by = rig_ask(r, q);

    assert_int_equal(total->kpis[0].total.value.kind, VALUE_NONE);
    assert_int_equal(by->kpis[0].total.value.kind, VALUE_NONE);
    answer_free(total);
    answer_free(by);
    rig_free(r);
}

static void an_order_without_a_dimension_is_shown_as_not_set(void **state)
{
    (void)state;
    struct rig *r = small_shop();
    rig_order(r, 4, "2010-12-20", NULL);
    rig_line(r, "sale", 4, 7, "2010-12-20", "2010-12-20", 100);

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("net_sales")),
                                                      BY(STR("country")),
                                                      .period = STR("2010-12"),
                                                      .sort = STR("country") });
    struct answer *filtered = rig_ask(r,
                                      (struct kpi_question){ KPIS(STR("net_sales")),
                                                             .period = STR("2010-12"),
                                                             .where = STR("country != 'France'") });

    assert_int_equal(a->row_count, 3);
    assert_str(a->kpis[0].rows[0].by[0], "");
    assert_str(a->kpis[0].rows[0].value.text, "1.0000");
    assert_str(a->kpis[0].rows[1].by[0], "France");
    assert_str(filtered->kpis[0].rows[0].value.text, "51.0000");
    answer_free(a);
    answer_free(filtered);
    rig_free(r);
}

static void a_median_comes_from_the_rows_and_not_from_groups(void **state)
{
    (void)state;
    struct rig *r = small_shop();

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("median_line")),
                                                      BY(STR("country")),
                                                      .from = STR("2010-12-01"),
                                                      .to = STR("2011-01-31") });

    assert_str(a->kpis[0].total.value.text, "40.0000");
    assert_str(a->kpis[0].rows[0].value.text, "50.0000");
    assert_str(a->kpis[0].rows[1].value.text, "30.0000");
    answer_free(a);
    rig_free(r);
}

static void hours_of_a_day_are_all_there(void **state)
{
    (void)state;
    struct rig *r = small_shop();

    struct answer *a =
        rig_ask(r,
                (struct kpi_question){
                    KPIS(STR("net_sales")), .period = STR("2010-12-01"), .grain = STR("hour") });

    assert_int_equal(a->row_count, 24);
    assert_int_equal(a->kpis[0].rows[10].hour, 10);
    assert_str(a->kpis[0].rows[10].value.text, "120.5000");
    assert_str(a->kpis[0].rows[11].value.text, "0.0000");
    answer_free(a);
    rig_free(r);
}

static void line_at(struct rig *r, int order, const char *day, int minute)
{
    char sql[256];
    rig_line(r, "sale", order, 7, day, day, 100);
    snprintf(sql,
             sizeof sql,
             "UPDATE order_line SET local_minute = %d WHERE order_key = %d",
             minute,
             order);
    rig_exec(r, sql);
}

static void days_on_which_the_clock_changes_have_23_and_25_hours(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    struct error why = { .lang = LANG_EN };
    struct kpi_question q = { KPIS(STR("net_sales")),
                              .from = STR("2024-03-31"),
                              .to = STR("2024-03-31"),
                              .grain = STR("hour") };
    assert_int_equal(zone_open(STR("Europe/London"), &r->zone, &why), STATUS_OK);
    r->context.zone = r->zone;
    line_at(r, 1, "2024-03-31", 150);
    line_at(r, 2, "2024-10-27", 70); /* 01:10, once in summer time, */
    line_at(r, 3, "2024-10-27", 75); /* and once more in winter time */

    struct answer *spring = rig_ask(r, q);
    q.from = q.to = STR("2024-10-27");
    struct answer *autumn = rig_ask(r, q);

    const struct answer_row *rows = spring->kpis[0].rows;
    assert_str(rows[0].value.text, "0.0000");
    assert_int_equal(rows[1].value.kind, VALUE_NONE);
    assert_str(rows[1].value.reason, "the clock skipped this hour");
    assert_str(rows[2].value.text, "1.0000");
    assert_int_equal(spring->note_count, 0);
    assert_str(autumn->kpis[0].rows[1].value.text, "2.0000");
    assert_int_equal(autumn->note_count, 1);
    assert_str(autumn->notes[0],
               "the clock was set back, the row holds both hours: 2024-10-27 01:00");
    answer_free(spring);
    answer_free(autumn);
    rig_free(r);
}

static void hours_still_to_come_have_no_value(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    line_at(r, 1, "2026-11-23", 600);

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("net_sales")),
                                                      .period = STR("today"),
                                                      .grain = STR("hour"),
                                                      .now_us = rig_now("2026-11-23") }); /* noon */

    assert_str(a->kpis[0].rows[10].value.text, "1.0000");
    assert_str(a->kpis[0].rows[12].value.text, "0.0000");
    assert_str(a->kpis[0].rows[13].value.reason, "the hour is still to come");
    answer_free(a);
    rig_free(r);
}

static void a_week_starts_on_sunday_when_the_shop_says_so(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    r->settings.week_start = 7;
    rig_line(r, "sale", 1, 7, "2010-12-04", "2010-12-04", 100); /* a Saturday */
    rig_line(r, "sale", 2, 7, "2010-12-05", "2010-12-05", 200);

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("net_sales")),
                                                      .from = STR("2010-12-03"),
                                                      .to = STR("2010-12-06"),
                                                      .grain = STR("week") });

    assert_int_equal(a->row_count, 2);
    assert_str(a->kpis[0].rows[0].value.text, "1.0000");
    assert_str(a->kpis[0].rows[1].value.text, "2.0000");
    assert_int_equal(day_weekday(a->kpis[0].rows[1].time), 7);
    answer_free(a);
    rig_free(r);
}

static void retail_months_are_of_four_four_and_five_weeks(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    r->settings.week_start = 7; /* as the National Retail Federation has it: 2012 had 53 weeks */
    rig_line(r, "sale", 1, 7, "2011-01-30", "2011-01-30", 100);
    rig_line(r, "sale", 2, 7, "2012-01-29", "2012-01-29", 200); /* first day of FY2012 */
    rig_line(r, "sale", 3, 7, "2012-02-25", "2012-02-25", 300); /* last of its 4 weeks */
    rig_line(r, "sale", 4, 7, "2012-03-25", "2012-03-25", 500); /* first of the 5 of P03 */
    rig_line(r, "sale", 5, 7, "2013-02-02", "2013-02-02", 700); /* last of the 53rd week */
    rig_line(r, "sale", 6, 7, "2013-02-03", "2013-02-03", 900);

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("net_sales")),
                                                      .period = STR("FY2012"),
                                                      .calendar = STR("4-4-5"),
                                                      .compare = STR("yoy"),
                                                      .grain = STR("month") });

    static const char *const want[] = {
        "5.0000", "0.0000", "5.0000", "0.0000", "0.0000", "0.0000",
        "0.0000", "0.0000", "0.0000", "0.0000", "0.0000", "7.0000"
    };
    assert_int_equal(a->row_count, ARRAY_LEN(want));
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        const struct answer_row *row = &a->kpis[0].rows[i];
        const int32_t next = i + 1 < a->row_count ? row[1].time : a->to + 1;
        assert_str(row->value.text, want[i]);
        assert_int_equal(next - row->time, i % 3 == 2 ? i == 11 ? 42 : 35 : 28);
    }
    assert_str(a->kpis[0].total.value.text, "17.0000");
    assert_str(a->kpis[0].rows[0].compare->value.text, "1.0000"); /* FY2011-P01 */
    assert_int_equal(a->compare_to - a->compare_from + 1, 52 * 7);
    assert_int_equal(a->kpis[0].rows[0].compare->time, a->compare_from);
    answer_free(a);

    r->settings.calendar = CALENDAR_RETAIL; /* the shop's, when the question says nothing */
    a = rig_ask(r,
                (struct kpi_question){ KPIS(STR("net_sales")),
                                       .period = STR("FY2012-P12"),
                                       .grain = STR("month"),
                                       .compare = STR("prev") });
    assert_int_equal(a->row_count, 1);
    assert_str(a->kpis[0].rows[0].value.text, "7.0000");
    assert_int_equal(a->compare_to - a->compare_from + 1, 28); /* FY2012-P11 */
    assert_str(a->kpis[0].rows[0].compare->value.text, "0.0000");
    answer_free(a);
    rig_free(r);
}

static void the_iso_calendar_has_weeks_from_monday_whatever_the_shop_says(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    r->settings.week_start = 7;
    rig_line(r, "sale", 1, 7, "2010-12-05", "2010-12-05", 100); /* a Sunday */
    rig_line(r, "sale", 2, 7, "2010-12-06", "2010-12-06", 200);

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("net_sales")),
                                                      .from = STR("2010-12-05"),
                                                      .to = STR("2010-12-06"),
                                                      .grain = STR("week"),
                                                      .calendar = STR("iso") });

    assert_int_equal(a->row_count, 2);
    assert_str(a->kpis[0].rows[0].value.text, "1.0000");
    assert_str(a->kpis[0].rows[1].value.text, "2.0000");
    answer_free(a);
    rig_refused(r,
                (struct kpi_question){ KPIS(STR("net_sales")), .calendar = STR("5-4-4") },
                "there are gregorian, iso and 4-4-5");
    rig_free(r);
}

static void stock_is_that_of_the_last_counted_day_of_each_store(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_exec(r,
             "INSERT INTO stock_level (store, sku, local_date, on_hand) VALUES"
             " ('main', 'A', '2010-12-01', 5), ('main', 'A', '2010-12-30', 7),"
             " ('main', 'B', '2010-12-30', 2), ('north', 'A', '2010-12-28', 100),"
             " ('main', 'A', '2011-01-05', 1)");

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("stock")),
                                                      .from = STR("2010-12-01"),
                                                      .to = STR("2011-01-31"),
                                                      .grain = STR("month") });
    struct answer *by = rig_ask(
        r, (struct kpi_question){ KPIS(STR("stock")), BY(STR("sku")), .period = STR("2010-12") });

    assert_str(a->kpis[0].rows[0].value.text, "109");
    assert_str(a->kpis[0].rows[1].value.text, "1");
    assert_str(a->kpis[0].total.value.text, "101");
    assert_str(by->kpis[0].rows[0].value.text, "107");
    assert_str(by->kpis[0].rows[1].value.text, "2");
    answer_free(a);
    answer_free(by);
    rig_free(r);
}

static void a_trailing_measure_looks_back_from_the_end_of_each_period(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_line(r, "sale", 1, 1, "2010-12-01", "2010-12-01", 100);
    rig_line(r, "sale", 2, 2, "2010-12-03", "2010-12-03", 100);
    rig_line(r, "sale", 3, 1, "2010-12-06", "2010-12-06", 100);

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("active"), STR("buyers")),
                                                      .from = STR("2010-12-03"),
                                                      .to = STR("2010-12-06"),
                                                      .grain = STR("day") });

    assert_str(a->kpis[0].rows[0].value.text, "2"); /* 1st to 3rd */
    assert_str(a->kpis[0].rows[1].value.text, "1");
    assert_str(a->kpis[0].rows[2].value.text, "1");
    assert_str(a->kpis[0].rows[3].value.text, "1");
    assert_str(a->kpis[0].total.value.text, "1"); /* 4th to 6th */
    assert_str(a->kpis[1].rows[1].value.text, "0");
    assert_str(a->kpis[1].total.value.text, "2");
    answer_free(a);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_return_counts_on_its_own_date_or_on_its_orders),
        cmocka_unit_test(a_quotient_shows_its_numerator_and_denominator),
        cmocka_unit_test(a_day_without_sales_is_zero_and_a_day_without_data_has_no_value),
        cmocka_unit_test(distinct_counts_do_not_add_up_and_their_total_is_its_own),
        cmocka_unit_test(a_dimension_of_the_order_reaches_its_lines),
        cmocka_unit_test(a_product_has_its_latest_category),
        cmocka_unit_test(a_missing_dimension_is_an_error_that_names_fact_and_dimension),
        cmocka_unit_test(two_facts_meet_by_their_shared_dimension),
        cmocka_unit_test(a_kpi_whose_table_is_empty_says_what_it_needs),
        cmocka_unit_test(the_last_day_of_the_data_makes_a_period_incomplete),
        cmocka_unit_test(top_and_others_add_up_to_the_total),
        cmocka_unit_test(a_count_of_nothing_is_no_value_where_the_measure_says_so),
        cmocka_unit_test(an_order_without_a_dimension_is_shown_as_not_set),
        cmocka_unit_test(a_median_comes_from_the_rows_and_not_from_groups),
        cmocka_unit_test(stock_is_that_of_the_last_counted_day_of_each_store),
        cmocka_unit_test(a_trailing_measure_looks_back_from_the_end_of_each_period),
        cmocka_unit_test(hours_of_a_day_are_all_there),
        cmocka_unit_test(days_on_which_the_clock_changes_have_23_and_25_hours),
        cmocka_unit_test(hours_still_to_come_have_no_value),
        cmocka_unit_test(a_week_starts_on_sunday_when_the_shop_says_so),
        cmocka_unit_test(retail_months_are_of_four_four_and_five_weeks),
        cmocka_unit_test(the_iso_calendar_has_weeks_from_monday_whatever_the_shop_says),
    };
    return cmocka_run_group_tests_name("ask", tests, NULL, NULL);
}
