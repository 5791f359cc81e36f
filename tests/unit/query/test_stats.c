/* Figures that platforms have counted: which rows may answer which question. All expected figures
 * are worked out by hand beside the rows. */
#include "stats_rig.h"

/* Tmall: a week of days, one 7-day row, articles and channels of one day. */
static struct rig *rig_of_tmall(void)
{
    struct rig *r = rig_new(definitions);
    static const char *const days[] = { "2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19",
                                        "2026-11-20", "2026-11-21", "2026-11-22" };
    static const char *const visitors[] = { "100", "110", "120", "130", "140", "150", "160" };
    watermark(r, "tmall", "platform_stat");
    for (size_t i = 0; i < ARRAY_LEN(days); i++) {
        stat(r, "tmall", NULL, NULL, "visitors", days[i], NULL, visitors[i], NULL);
        stat(r, "tmall", NULL, NULL, "pageviews", days[i], days[i], "1000", NULL);
        stat(r, "tmall", NULL, NULL, "paid_amount", days[i], NULL, "50.25", "GBP");
    }
    stat(r, "tmall", NULL, NULL, "visitors", days[0], days[6], "700", NULL);
    stat(r, "tmall", "A", NULL, "product_visitors", days[6], NULL, "90", NULL);
    stat(r, "tmall", "B", NULL, "product_visitors", days[6], NULL, "80", NULL);
    stat(r, "tmall", "A", NULL, "product_views", days[6], NULL, "300", NULL);
    stat(r, "tmall", "B", NULL, "product_views", days[6], NULL, "200", NULL);
    stat(r, "tmall", NULL, "search", "visitors", days[6], NULL, "60", NULL);
    stat(r, "tmall", NULL, "live", "visitors", days[6], NULL, "110", NULL);
    return r;
}

static void assert_reason(const struct answer_row *row, const char *wanted)
{
    assert_int_equal(row->value.kind, VALUE_NONE);
    if (str_find(row->value.reason, str_from(wanted)) == row->value.reason.len)
        fail_msg("wanted \"%s\" in \"%.*s\"", wanted, STR_ARG(row->value.reason));
}

static void people_are_told_for_the_period_of_a_row_and_never_added(void **state)
{
    (void)state;
    struct rig *r = rig_of_tmall();
    /* each day has its row */
    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("visitors")),
                                                      .from = STR("2026-11-16"),
                                                      .to = STR("2026-11-22"),
                                                      .grain = STR("day") });
    assert_int_equal(a->row_count, 7);
    assert_str(a->kpis[0].rows[0].value.text, "100");
    assert_str(a->kpis[0].rows[6].value.text, "160");
    /* and the week its own: 700 different people, not 910 */
    assert_str(a->kpis[0].total.value.text, "700");
    assert_true(a->kpis[0].total.complete);
    assert_int_equal(a->kpis[0].n_origins, 1);
    assert_str(a->kpis[0].origins[0].source, "platform_stat");
    assert_str(a->kpis[0].origins[0].stores[0], "tmall");
    answer_free(a);
    /* three days have none */
    a = rig_ask(r,
                (struct kpi_question){
                    KPIS(STR("visitors")), .from = STR("2026-11-20"), .to = STR("2026-11-22") });
    assert_reason(&a->kpis[0].rows[0],
                  "tmall: needs the 3-day export of visitors (2026-11-20 to 2026-11-22): single "
                  "days do not add up");
    assert_false(a->kpis[0].rows[0].complete);
    answer_free(a);
    rig_free(r);
}

static void amounts_and_views_add_up_over_days(void **state)
{
    (void)state;
    struct rig *r = rig_of_tmall();
    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("views"), STR("paid")),
                                                      .from = STR("2026-11-20"),
                                                      .to = STR("2026-11-22") });
    assert_str(a->kpis[0].rows[0].value.text, "3000");     /* 3 x 1000 */
    assert_str(a->kpis[1].rows[0].value.text, "150.7500"); /* 3 x 50.25 */
    assert_true(a->kpis[1].rows[0].complete);
    answer_free(a);
    /* the 23rd is not there: the sum of what is, marked */
    a = rig_ask(r,
                (struct kpi_question){ KPIS(STR("views")),
                                       .from = STR("2026-11-21"),
                                       .to = STR("2026-11-23"),
                                       .now_us = rig_now("2026-11-25") });
    assert_str(a->kpis[0].rows[0].value.text, "2000");
    assert_false(a->kpis[0].rows[0].complete);
    answer_free(a);
    /* a day without a figure is missing, not 0 */
    a = rig_ask(r,
                (struct kpi_question){ KPIS(STR("views")),
                                       .from = STR("2026-11-23"),
                                       .to = STR("2026-11-23"),
                                       .now_us = rig_now("2026-11-25") });
    assert_reason(&a->kpis[0].rows[0], "tmall: the platform's page views of 2026-11-23 is not");
    answer_free(a);
    rig_free(r);
}

static void longer_periods_tile_a_range_of_sums(void **state)
{
    (void)state;
    struct rig *r = rig_new(definitions);
    watermark(r, "tmall", "platform_stat");
    stat(r, "tmall", NULL, NULL, "pageviews", "2026-07-01", "2026-07-31", "310", NULL);
    stat(r, "tmall", NULL, NULL, "pageviews", "2026-08-01", "2026-08-31", "320", NULL);
    stat(r, "tmall", NULL, NULL, "pageviews", "2026-09-01", "2026-09-30", "330", NULL);
    stat(r, "tmall", NULL, NULL, "pageviews", "2026-09-20", "2026-10-19", "999", NULL);
    stat(r, "tmall", NULL, NULL, "visitors", "2026-07-01", "2026-07-31", "31", NULL);
    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("views"), STR("visitors")),
                                                      .from = STR("2026-07-01"),
                                                      .to = STR("2026-09-30"),
                                                      .grain = STR("month") });
    assert_str(a->kpis[0].rows[1].value.text, "320");
    assert_str(a->kpis[0].total.value.text, "960"); /* 310 + 320 + 330 */
    assert_str(a->kpis[1].rows[0].value.text, "31");
    assert_reason(&a->kpis[1].rows[1], "needs the 31-day export of visitors");
    assert_reason(&a->kpis[1].total, "needs the 92-day export of visitors");
    answer_free(a);
    /* half a month is not told by a whole one */
    a = rig_ask(r,
                (struct kpi_question){
                    KPIS(STR("views")), .from = STR("2026-07-01"), .to = STR("2026-07-15") });
    assert_reason(&a->kpis[0].rows[0], "needs the 15-day export of page views");
    answer_free(a);
    rig_free(r);
}

static void articles_and_channels_have_rows_of_their_own(void **state)
{
    (void)state;
    struct rig *r = rig_of_tmall();
    const struct kpi_question day = { .from = STR("2026-11-22"), .to = STR("2026-11-22") };
    struct kpi_question q = day;
    q.kpis = (const str[]){ STR("visitors"), STR("views") };
    q.kpi_count = 2;
    q.by = (const str[]){ STR("sku") };
    q.by_count = 1;
    struct answer *a = rig_ask(r, q);
    assert_int_equal(a->row_count, 2);
    assert_str(a->kpis[0].rows[0].by[0], "A");
    assert_str(a->kpis[0].rows[0].value.text, "90");
    assert_str(a->kpis[0].rows[1].value.text, "80");
    assert_str(a->kpis[1].rows[0].value.text, "300");
    assert_str(a->kpis[0].total.value.text, "160");  /* the store's row, not 90 + 80 */
    assert_str(a->kpis[1].total.value.text, "1000"); /* the store's row, not 300 + 200 */
    answer_free(a);
    q.by = (const str[]){ STR("channel") };
    q.kpi_count = 1;
    a = rig_ask(r, q);
    assert_int_equal(a->row_count, 2);
    assert_str(a->kpis[0].rows[0].by[0], "live");
    assert_str(a->kpis[0].rows[0].value.text, "110");
    assert_str(a->kpis[0].total.value.text, "160");
    answer_free(a);
    /* one article by a filter; two are two sets of people */
    q = day;
    q.kpis = (const str[]){ STR("visitors") };
    q.kpi_count = 1;
    q.where = STR("sku = 'A'");
    a = rig_ask(r, q);
    assert_str(a->kpis[0].rows[0].value.text, "90");
    answer_free(a);
    q.where = STR("sku in ('A', 'B')");
    a = rig_ask(r, q);
    assert_reason(&a->kpis[0].rows[0], "figures of several articles or channels do not add up");
    answer_free(a);
    q.where = STR_EMPTY;
    q.by = (const str[]){ STR("country") };
    q.by_count = 1;
    rig_refused(r, q, "table \"platform_stat\" has no dimension \"country\"");
    rig_free(r);
}

static void sums_without_a_row_of_the_store_are_those_of_its_articles(void **state)
{
    (void)state;
    struct rig *r = rig_new(definitions);
    watermark(r, "tmall", "platform_stat");
    stat(r, "tmall", "A", NULL, "paid_amount", "2026-11-21", NULL, "10.10", "GBP");
    stat(r, "tmall", "B", NULL, "paid_amount", "2026-11-21", NULL, "20.20", "GBP");
    stat(r, "tmall", "A", NULL, "paid_amount", "2026-11-22", NULL, "1.00", "GBP");
    stat(r, "tmall", NULL, NULL, "paid_amount", "2026-11-22", NULL, "7.00", "GBP");
    stat(r, "tmall", "A", NULL, "product_visitors", "2026-11-21", NULL, "5", NULL);
    rig_exec(r,
             "INSERT INTO product (store, sku, category) VALUES ('tmall', 'A', 'tea'),"
             " ('tmall', 'B', 'cups')");
    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("paid"), STR("visitors")),
                                                      .from = STR("2026-11-21"),
                                                      .to = STR("2026-11-22"),
                                                      .grain = STR("day") });
    assert_str(a->kpis[0].rows[0].value.text, "30.3000"); /* 10.10 + 20.20 */
    assert_str(a->kpis[0].rows[1].value.text, "7.0000");  /* the store's own row wins */
    assert_reason(&a->kpis[1].rows[0], "the platform's visitors of 2026-11-21 is not there yet");
    answer_free(a);
    a = rig_ask(r,
                (struct kpi_question){ KPIS(STR("paid")),
                                       BY(STR("category")),
                                       .from = STR("2026-11-21"),
                                       .to = STR("2026-11-22") });
    assert_int_equal(a->row_count, 2);
    assert_str(a->kpis[0].rows[0].by[0], "cups");
    assert_str(a->kpis[0].rows[0].value.text, "20.2000");
    assert_str(a->kpis[0].rows[1].value.text, "11.1000"); /* 10.10 + 1.00 */
    answer_free(a);
    rig_free(r);
}

static void an_export_of_a_period_may_leave_articles_out(void **state)
{
    (void)state;
    struct rig *r = rig_new(definitions);
    watermark(r, "tmall", "platform_stat");
    stat(r, "tmall", "A", NULL, "product_views", "2026-11-16", "2026-11-22", "70", NULL);
    stat(r, "tmall", "A", NULL, "product_views", "2026-11-22", NULL, "8", NULL);
    stat(r, "tmall", "B", NULL, "product_views", "2026-11-21", NULL, "3", NULL);
    stat(r, "tmall", "B", NULL, "product_views", "2026-11-22", NULL, "4", NULL);
    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("views")),
                                                      BY(STR("sku")),
                                                      .from = STR("2026-11-16"),
                                                      .to = STR("2026-11-22") });
    assert_str(a->kpis[0].rows[0].by[0], "A");
    assert_str(a->kpis[0].rows[0].value.text, "70");
    assert_true(a->kpis[0].rows[0].complete);
    assert_str(a->kpis[0].rows[1].value.text, "7"); /* 3 + 4, as far as days go */
    assert_false(a->kpis[0].rows[1].complete);
    answer_free(a);
    rig_free(r);
}

/* web has visits of its own, tmall what its platform counts. */
static struct rig *rig_of_two(void)
{
    struct rig *r = rig_of_tmall();
    watermark(r, "web", "session");
    watermark(r, "web", "orders");
    visit(r, "web", 1, "2026-11-21", 3);
    visit(r, "web", 1, "2026-11-22", 4);
    visit(r, "web", 2, "2026-11-22", 5);
    stat(r, "web", NULL, NULL, "pageviews", "2026-11-22", NULL, "77", NULL);
    paid_order(r, "web", 1, 1, "2026-11-22", 30);
    return r;
}

static void all_stores_mix_sums_and_say_so(void **state)
{
    (void)state;
    struct rig *r = rig_of_two();
    const str none = STR_EMPTY;
    struct kpi_question q = { KPIS(STR("views"), STR("paid"), STR("visitors")),
                              .from = STR("2026-11-22"),
                              .to = STR("2026-11-22") };
    struct answer *a = rig_ask(r, q);
    assert_str(a->kpis[0].rows[0].value.text, "1009");    /* 1000 + 4 + 5: events before reports */
    assert_str(a->kpis[1].rows[0].value.text, "80.2500"); /* 50.25 + 30 */
    assert_reason(&a->kpis[2].rows[0], "figures of several stores do not add up: ask by store");
    assert_int_equal(a->kpis[0].n_origins, 2);
    assert_str(a->kpis[0].origins[0].source, "events");
    assert_str(a->kpis[0].origins[0].stores[0], "web");
    assert_str(a->kpis[0].origins[1].source, "platform_stat");
    bool told = false;
    for (size_t i = 0; i < a->note_count; i++)
        told =
            told || str_is(a->notes[i],
                           "Views, Visitors: behaviour events (web), platforms' figures (tmall)");
    assert_true(told);
    answer_free(a);
    q.by = (const str[]){ STR("store") };
    q.by_count = 1;
    q.sort = STR("store");
    a = rig_ask(r, q);
    assert_int_equal(a->row_count, 2);
    assert_str(a->kpis[2].rows[0].by[0], "tmall");
    assert_str(a->kpis[2].rows[0].value.text, "160");
    assert_str(a->kpis[2].rows[1].value.text, "2");
    assert_str(a->kpis[0].rows[1].value.text, "9");
    answer_free(a);
    /* a store with neither is not 0 */
    q.kpis = (const str[]){ STR("reported_views"), STR("stay_time") };
    q.kpi_count = 2;
    stat(r, "tmall", NULL, NULL, "stay_seconds", "2026-11-22", NULL, "30", NULL);
    a = rig_ask(r, q);
    assert_reason(&a->kpis[1].rows[1], "neither rows nor figures of a platform: web");
    answer_free(a);
    q.kpis = (const str[]){ STR("views"), STR("paid"), STR("visitors") };
    q.kpi_count = 3;
    q.by_count = 0;
    q.sort = none;
    const str web = STR("web");
    q.stores = &web;
    q.store_count = 1;
    a = rig_ask(r, q);
    assert_str(a->kpis[0].rows[0].value.text, "9");
    assert_str(a->kpis[2].rows[0].value.text, "2");
    answer_free(a);
    /* the order of sources is the definition's */
    q.kpis = (const str[]){ STR("own_views"), STR("reported_views") };
    q.kpi_count = 2;
    a = rig_ask(r, q);
    assert_str(a->kpis[0].rows[0].value.text, "9");
    assert_str(a->kpis[1].rows[0].value.text, "77");
    answer_free(a);
    rig_free(r);
}

static void a_store_that_has_not_reported_leaves_the_sum_incomplete(void **state)
{
    (void)state;
    struct rig *r = rig_of_two();
    struct answer *a =
        rig_ask(r,
                (struct kpi_question){
                    KPIS(STR("views")), .from = STR("2026-11-21"), .to = STR("2026-11-21") });
    assert_str(a->kpis[0].rows[0].value.text, "1003");
    assert_true(a->kpis[0].rows[0].complete);
    answer_free(a);
    rig_exec(r,
             "DELETE FROM platform_stat WHERE measure = 'pageviews' AND local_date ="
             " '2026-11-21'");
    a = rig_ask(r,
                (struct kpi_question){
                    KPIS(STR("views")), .from = STR("2026-11-21"), .to = STR("2026-11-21") });
    assert_str(a->kpis[0].rows[0].value.text, "3");
    assert_false(a->kpis[0].rows[0].complete);
    answer_free(a);
    rig_free(r);
}

static void ratios_take_each_part_from_where_it_is_known(void **state)
{
    (void)state;
    struct rig *r = rig_of_tmall();
    stat(r, "tmall", NULL, NULL, "paying_buyers", "2026-11-22", NULL, "8", NULL);
    struct answer *a =
        rig_ask(r,
                (struct kpi_question){
                    KPIS(STR("pay_cr")), .from = STR("2026-11-22"), .to = STR("2026-11-22") });
    assert_str(a->kpis[0].rows[0].value.text, "0.0500000000000"); /* 8 / 160 */
    assert_str(a->kpis[0].rows[0].value.num, "8");
    assert_str(a->kpis[0].rows[0].value.den, "160");
    answer_free(a);
    /* the share's denominator is the store's row, its parts the articles' */
    stat(r, "tmall", "A", NULL, "paid_amount", "2026-11-22", NULL, "20.10", "GBP");
    a = rig_ask(r,
                (struct kpi_question){ KPIS(STR("paid_share")),
                                       BY(STR("sku")),
                                       .from = STR("2026-11-22"),
                                       .to = STR("2026-11-22") });
    assert_str(a->kpis[0].rows[0].value.text, "0.400000000000"); /* 20.10 / 50.25 */
    answer_free(a);
    rig_free(r);
}

static void standings_are_the_last_and_averages_only_their_own_period(void **state)
{
    (void)state;
    struct rig *r = rig_new(definitions);
    watermark(r, "tmall", "platform_stat");
    stat(r, "tmall", NULL, NULL, "dsr_service", "2026-11-20", NULL, "4.7", NULL);
    stat(r, "tmall", NULL, NULL, "dsr_service", "2026-11-21", NULL, "4.81", NULL);
    stat(r, "tmall", NULL, NULL, "stay_seconds", "2026-11-20", NULL, "31.5", NULL);
    stat(r, "tmall", NULL, NULL, "stay_seconds", "2026-11-21", NULL, "33", NULL);
    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("service_score"), STR("stay_time")),
                                                      .from = STR("2026-11-20"),
                                                      .to = STR("2026-11-21"),
                                                      .grain = STR("day") });
    assert_str(a->kpis[0].rows[0].value.text, "4.70000000000");
    assert_str(a->kpis[0].total.value.text, "4.81000000000");
    assert_str(a->kpis[1].rows[0].value.text, "31.5000000000");
    assert_reason(&a->kpis[1].total, "needs the 2-day export of seconds stayed, on average");
    answer_free(a);
    rig_free(r);
}

static void buyers_without_ids_come_from_the_platform_or_not_at_all(void **state)
{
    (void)state;
    struct rig *r = rig_new(definitions);
    const struct shop_store stores[] = {
        { .name = STR("main") },
        { .name = STR("tmall"), .customer_key_quality = BUYERS_MASKED },
        { .name = STR("pdd"), .customer_key_quality = BUYERS_NONE },
    };
    r->settings.stores = stores;
    r->settings.store_count = ARRAY_LEN(stores);
    static const char *const names[] = { "main", "tmall", "pdd" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        watermark(r, names[i], "orders");
        paid_order(r, names[i], (int)i * 10 + 1, 7, "2026-11-22", 10);
        paid_order(r, names[i], (int)i * 10 + 2, 7, "2026-11-22", 20);
    }
    watermark(r, "tmall", "platform_stat");
    stat(r, "tmall", NULL, NULL, "paying_buyers", "2026-11-22", NULL, "2", NULL);
    struct kpi_question q = { KPIS(STR("buyers"), STR("paid"), STR("new_buyers")),
                              BY(STR("store")),
                              .sort = STR("store"),
                              .from = STR("2026-11-22"),
                              .to = STR("2026-11-22") };
    struct answer *a = rig_ask(r, q);
    assert_int_equal(a->row_count, 3);
    assert_str(a->kpis[0].rows[0].value.text, "1"); /* main: one customer bought twice */
    assert_reason(&a->kpis[0].rows[1], "no buyer id in the exports of store pdd");
    assert_str(a->kpis[0].rows[2].value.text, "2"); /* tmall: as its platform counts them */
    assert_reason(&a->kpis[0].total, "no buyer id in the exports of store pdd");
    assert_str(a->kpis[1].total.value.text, "90.0000"); /* amounts need no buyers */
    assert_reason(&a->kpis[2].rows[2], "no buyer id in the exports of store tmall");
    answer_free(a);
    rig_free(r);
}

static void days_are_added_under_a_name_of_their_own(void **state)
{
    (void)state;
    struct rig *r = rig_of_tmall();
    stat(r, "jd", NULL, NULL, "visitors", "2026-11-22", NULL, "40", NULL);
    stat(r, "tmall", "A", NULL, "product_visitors", "2026-11-15", NULL, "9", NULL);
    struct kpi_question q = { KPIS(STR("visits"), STR("visitors")),
                              .from = STR("2026-11-16"),
                              .to = STR("2026-11-22"),
                              .stores = &(const str){ "tmall", 5 },
                              .store_count = 1 };
    struct answer *a = rig_ask(r, q);
    assert_str(a->kpis[0].rows[0].value.text, "910"); /* 100 + 110 + ... + 160 */
    assert_str(a->kpis[1].rows[0].value.text, "700");
    assert_true(a->kpis[0].rows[0].complete);
    answer_free(a);
    q.store_count = 0;
    q.from = STR("2026-11-22");
    a = rig_ask(r, q);
    assert_str(a->kpis[0].rows[0].value.text, "200"); /* 160 + 40 */
    answer_free(a);
    /* people of articles are not added to those of a store */
    q.from = STR("2026-11-15");
    q.to = STR("2026-11-15");
    a = rig_ask(r, q);
    assert_int_equal(a->kpis[0].rows[0].value.kind, VALUE_NONE);
    answer_free(a);
    rig_free(r);
}

static void amounts_of_other_currencies_are_converted_by_day(void **state)
{
    (void)state;
    struct rig *r = rig_new(definitions);
    watermark(r, "tmall", "platform_stat");
    stat(r, "tmall", NULL, NULL, "paid_amount", "2026-11-21", NULL, "100", "CNY");
    stat(r, "tmall", NULL, NULL, "paid_amount", "2026-11-22", NULL, "200", "CNY");
    rig_exec(r,
             "INSERT INTO fx_rate (base, quote, local_date, rate_e9) VALUES ('CNY', 'GBP',"
             " '2026-11-21', 100000000), ('CNY', 'GBP', '2026-11-22', 110000000)");
    struct answer *a =
        rig_ask(r,
                (struct kpi_question){
                    KPIS(STR("paid")), .from = STR("2026-11-21"), .to = STR("2026-11-22") });
    assert_str(a->kpis[0].rows[0].value.text, "32.0000"); /* 100 x 0.10 + 200 x 0.11 */
    assert_true(a->converted && a->kpis[0].rows[0].complete);
    answer_free(a);
    rig_free(r);
}

static void a_revised_figure_is_marked_and_its_history_told(void **state)
{
    (void)state;
    struct rig *r = rig_of_tmall();
    rig_exec(r,
             "INSERT INTO platform_stat_old (store, measure, local_date, value_e4, import_id,"
             " superseded_by) VALUES ('tmall', 'visitors', '2026-11-21', 1450000, 1, 2),"
             " ('tmall', 'visitors', '2026-11-20', 1400000, 1, 2)");
    rig_exec(r,
             "INSERT INTO import (import_id, \"at\", store, preset, file) VALUES"
             " (2, 1795338720000000, 'tmall', 'test', 'later.xlsx')");
    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("visitors")),
                                                      .from = STR("2026-11-20"),
                                                      .to = STR("2026-11-22"),
                                                      .grain = STR("day"),
                                                      .evidence = true });
    assert_str(a->kpis[0].rows[1].value.text, "150"); /* the newest counts */
    assert_true(a->kpis[0].rows[1].restated);
    assert_false(a->kpis[0].rows[0].restated); /* the same figure came again */
    assert_false(a->kpis[0].rows[2].restated);
    assert_int_equal(a->restatement_count, 1);
    assert_str(a->restatements[0].before, "145");
    assert_str(a->restatements[0].after, "150");
    assert_str(a->restatements[0].at, "2026-11-22 09:12 UTC");
    assert_str(a->restatements[0].file, "later.xlsx");
    struct buf out;
    struct error why = { .lang = LANG_EN };
    const struct answer_look look = { .evidence = true };
    buf_init(&out, (size_t)1 << 20);
    assert_int_equal(answer_render(a, ANSWER_TABLE, &look, &out, &why), STATUS_OK);
    assert_true(str_find(buf_str(&out), STR("150†\n")) < out.len);
    assert_true(str_find(buf_str(&out),
                         STR("tmall visitors 2026-11-21: 145 -> 150 (2026-11-22 09:12 UTC, #2 "
                             "later.xlsx)")) < out.len);
    buf_clear(&out);
    assert_int_equal(answer_render(a, ANSWER_JSON, &look, &out, &why), STATUS_OK);
    assert_true(str_find(buf_str(&out), STR("\"restated\":true")) < out.len);
    assert_true(str_find(buf_str(&out), STR("\"before\":\"145\",\"after\":\"150\"")) < out.len);
    buf_release(&out);
    answer_free(a);
    rig_free(r);
}

/* Ranges asked together share the statement over platform_stat, and that over ad spend. */
static void ranges_asked_together_have_the_figures_of_each_alone(void **state)
{
    (void)state;
    static const struct question_range ranges[] = {
        { .from = { "2026-11-22", 10 }, .to = { "2026-11-22", 10 }, .compare = { "prev", 4 } },
        { .from = { "2026-11-16", 10 }, .to = { "2026-11-22", 10 }, .compare = { "prev", 4 } },
        { .from = { "2026-11-20", 10 }, .to = { "2026-11-22", 10 } },
        { .from = { "2026-11-12", 10 }, .to = { "2026-11-13", 10 } },
    };
    static const char *const dims[] = { "", "store", "sku", "channel" };
    const str kpis[] = { STR("visitors"), STR("views"), STR("paid"), STR("visits"), STR("spent") };
    struct rig *r = rig_of_tmall();
    struct answer *together[ARRAY_LEN(ranges)];
    stat(r, "jd", NULL, NULL, "visitors", "2026-11-22", NULL, "40", NULL);
    stat(r, "jd", NULL, NULL, "pageviews", "2026-11-22", NULL, "400", NULL);
    ad(r, "tmall", "2026-11-21", NULL, 5);
    ad(r, "tmall", "2026-11-16", "2026-11-22", 70); /* a week's: of no single day */
    ad(r, "jd", "2026-11-22", NULL, 3);
    for (size_t d = 0; d < ARRAY_LEN(dims); d++) {
        const str by = str_from(dims[d]);
        struct kpi_question q = { .kpis = kpis,
                                  .kpi_count = d < 2 ? ARRAY_LEN(kpis) : 2,
                                  .by = &by,
                                  .by_count = by.len > 0 ? 1 : 0,
                                  .now_us = rig_now("2026-11-25") };
        rig_ask_ranges(r, &q, ranges, ARRAY_LEN(ranges), together);
        for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
            struct answer *alone = rig_ask_alone(r, q, &ranges[i]);
            assert_same_rows(together[i], alone);
            answer_free(alone);
            answer_free(together[i]);
        }
    }
    rig_free(r);
}

static void a_kpi_says_which_figures_of_a_platform_it_needs(void **state)
{
    (void)state;
    struct rig *r = rig_new(definitions);
    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("visitors"), STR("service_score")),
                                                      .from = STR("2026-11-22"),
                                                      .to = STR("2026-11-22") });
    assert_str(a->kpis[0].needs,
               "needs visits or platforms' figures (visitors): bring in such a file (Data, or "
               "shopvane import)");
    assert_str(a->kpis[1].needs,
               "needs platforms' figures (score: service): bring in the platform's export, or a "
               "file of your "
               "own with measure, date and value (docs/import.md)");
    answer_free(a);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_are_told_for_the_period_of_a_row_and_never_added),
        cmocka_unit_test(amounts_and_views_add_up_over_days),
        cmocka_unit_test(longer_periods_tile_a_range_of_sums),
        cmocka_unit_test(articles_and_channels_have_rows_of_their_own),
        cmocka_unit_test(sums_without_a_row_of_the_store_are_those_of_its_articles),
        cmocka_unit_test(an_export_of_a_period_may_leave_articles_out),
        cmocka_unit_test(all_stores_mix_sums_and_say_so),
        cmocka_unit_test(a_store_that_has_not_reported_leaves_the_sum_incomplete),
        cmocka_unit_test(ratios_take_each_part_from_where_it_is_known),
        cmocka_unit_test(standings_are_the_last_and_averages_only_their_own_period),
        cmocka_unit_test(buyers_without_ids_come_from_the_platform_or_not_at_all),
        cmocka_unit_test(days_are_added_under_a_name_of_their_own),
        cmocka_unit_test(amounts_of_other_currencies_are_converted_by_day),
        cmocka_unit_test(a_revised_figure_is_marked_and_its_history_told),
        cmocka_unit_test(ranges_asked_together_have_the_figures_of_each_alone),
        cmocka_unit_test(a_kpi_says_which_figures_of_a_platform_it_needs),
    };
    return cmocka_run_group_tests_name("query: platforms' figures", tests, NULL, NULL);
}
