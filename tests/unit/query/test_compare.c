/* Comparisons, currencies, properties, and rollups against raw facts. */
#include "../full.h"
#include "random_rig.h"

static void months_are_compared_as_months_with_a_value_a_day(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_line(r, "sale", 1, 1, "2010-11-01", "2010-11-01", 3000);
    rig_line(r, "sale", 2, 1, "2010-12-31", "2010-12-31", 6200);
    rig_line(r, "sale", 3, 1, "2011-01-05", "2011-01-05", 1);

    struct answer *a =
        rig_ask(r,
                (struct kpi_question){
                    KPIS(STR("net_sales")), .period = STR("2010-12"), .compare = STR("prev") });

    const struct answer_compare *c = a->kpis[0].rows[0].compare;
    struct civil from = civil_from_day(a->compare_from);
    struct civil to = civil_from_day(a->compare_to);
    assert_int_equal(from.month * 100 + from.day, 1101);
    assert_int_equal(to.month * 100 + to.day, 1130);
    assert_str(c->value.text, "30.0000");
    assert_str(c->change.text, "32.0000");
    assert_str(c->relative.text, "1.06666666667");
    assert_str(c->per_day.text, "2.0000");
    assert_str(c->compared_per_day.text, "1.0000");
    answer_free(a);
    rig_free(r);
}

static void the_29th_of_february_is_compared_with_the_28th(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_line(r, "sale", 1, 1, "2011-02-28", "2011-02-28", 100);
    rig_line(r, "sale", 2, 1, "2011-03-01", "2011-03-01", 200);
    rig_line(r, "sale", 3, 1, "2012-02-29", "2012-02-29", 400);
    rig_line(r, "sale", 4, 1, "2012-03-01", "2012-03-01", 800);

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("net_sales")),
                                                      .from = STR("2012-02-28"),
                                                      .to = STR("2012-03-01"),
                                                      .grain = STR("day"),
                                                      .compare = STR("yoy") });

    assert_int_equal(a->row_count, 3);
    assert_str(a->kpis[0].rows[0].compare->value.text, "1.0000");
    assert_str(a->kpis[0].rows[1].compare->value.text, "1.0000");
    assert_str(a->kpis[0].rows[2].compare->value.text, "2.0000");
    assert_str(a->kpis[0].total.compare->value.text, "3.0000");
    answer_free(a);
    rig_free(r);
}

/* The total of a month is compared with what its row is: all of February; while it runs, with as
 * many days. */
static void whole_months_are_compared_with_whole_months_of_the_year_before(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_line(r, "sale", 1, 1, "2024-02-01", "2024-02-01", 100);
    rig_line(r, "sale", 2, 1, "2024-02-29", "2024-02-29", 200);
    rig_line(r, "sale", 3, 1, "2025-02-28", "2025-02-28", 400);
    struct kpi_question q = { KPIS(STR("net_sales")),
                              .period = STR("2025-02"),
                              .compare = STR("yoy") };

    struct answer *month = rig_ask(r, q);
    q.now_us = rig_now("2025-02-28");
    struct answer *running = rig_ask(r, q);
    q.now_us = 0;
    q.period = STR("2025-Q1");
    q.grain = STR("month");
    struct answer *rows = rig_ask(r, q);
    q.period = STR("2024-02");
    q.grain = STR_EMPTY;
    struct answer *leap = rig_ask(r, q);

    assert_str(month->kpis[0].total.compare->value.text, "3.0000");
    assert_int_equal(civil_from_day(month->compare_to).day, 29);
    assert_str(running->kpis[0].total.compare->value.text, "1.0000");
    assert_int_equal(civil_from_day(running->compare_to).day, 28);
    assert_str(rows->kpis[0].rows[1].compare->value.text, "3.0000");
    assert_int_equal(civil_from_day(leap->compare_to).day, 28);
    answer_free(month);
    answer_free(running);
    answer_free(rows);
    answer_free(leap);
    rig_free(r);
}

static void a_running_day_is_compared_up_to_the_same_minute(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_line(r, "sale", 1, 1, "2026-11-22", "2026-11-22", 100); /* at 10:00 */
    rig_exec(r,
             "INSERT INTO order_line (store, order_key, class, local_date, local_minute,"
             " order_date, currency, net_e4) VALUES ('main', 2, 'sale', '2026-11-22', 1200,"
             " '2026-11-22', 'GBP', 50000)");
    rig_line(r, "sale", 3, 1, "2026-11-23", "2026-11-23", 300);

    struct answer *a =
        rig_ask(r,
                (struct kpi_question){
                    KPIS(STR("net_sales")), .period = STR("today"), .compare = STR("prev") });

    assert_str(a->kpis[0].rows[0].value.text, "3.0000");
    assert_str(a->kpis[0].rows[0].compare->value.text, "1.0000");
    assert_false(a->kpis[0].rows[0].complete);
    answer_free(a);
    rig_free(r);
}

/* Files come at night: of today nothing is there, so yesterday is the last day on both sides. */
static void days_that_no_source_tells_of_are_compared_with_nothing(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_line(r, "sale", 1, 1, "2026-10-20", "2026-10-20", 100);
    rig_line(r, "sale", 2, 1, "2026-10-22", "2026-10-22", 200);
    rig_line(r, "sale", 3, 1, "2026-10-23", "2026-10-23", 400);
    rig_line(r, "sale", 4, 1, "2026-11-20", "2026-11-20", 800);
    rig_exec(r, "INSERT INTO watermark VALUES ('main', 'order_line', 'test', '2026-11-22')");
    struct kpi_question q = { KPIS(STR("net_sales")),
                              .period = STR("2026-11"),
                              .grain = STR("total"),
                              .compare = STR("prev") };

    struct answer *until_yesterday = rig_ask(r, q); /* it is the 23rd, 12:00 */
    rig_exec(r, "INSERT INTO watermark VALUES ('main', 'session', 'live', '2026-11-23')");
    struct answer *of_today = rig_ask(r, q);
    q.period = STR("2027-03");
    struct answer *of_nothing = rig_ask(r, q);
    q.period = STR_EMPTY;
    q.from = STR("2026-11-01");
    q.to = STR("2026-11-23");
    struct answer *as_days = rig_ask(r, q);

    assert_str(until_yesterday->kpis[0].total.compare->value.text, "3.0000");
    assert_int_equal(civil_from_day(until_yesterday->compare_to).day, 22);
    assert_int_equal(civil_from_day(of_today->compare_to).day, 23);
    assert_int_equal(civil_from_day(of_nothing->compare_to).day, 28);
    assert_int_equal(as_days->compare_from, of_today->compare_from);
    assert_int_equal(as_days->compare_to, of_today->compare_to);
    answer_free(as_days);
    answer_free(until_yesterday);
    answer_free(of_today);
    answer_free(of_nothing);
    rig_free(r);
}

static void a_promotion_is_compared_with_its_last_edition(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_exec(r,
             "INSERT INTO calendar_event (event_id, kind, name_en, local_date, end_date) VALUES"
             " ('sale-24', 'promo', 'Summer sale', '2024-06-03', '2024-06-05'),"
             " ('sale-25', 'promo', 'Summer sale', '2025-06-10', '2025-06-12')");
    rig_line(r, "sale", 1, 1, "2024-06-04", "2024-06-04", 100);
    rig_line(r, "sale", 2, 1, "2025-06-11", "2025-06-11", 300);

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("net_sales")),
                                                      .from = STR("2025-06-10"),
                                                      .to = STR("2025-06-12"),
                                                      .grain = STR("day"),
                                                      .compare = STR("promo:Summer sale") });

    assert_str(a->kpis[0].rows[1].value.text, "3.0000");
    assert_str(a->kpis[0].rows[1].compare->value.text, "1.0000");
    answer_free(a);
    rig_free(r);
}

static void a_feast_is_compared_with_the_feast_of_the_year_before(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_line(r, "sale", 1, 1, "2025-01-28", "2025-01-28", 100); /* eve of 29 January 2025 */
    rig_line(r, "sale", 2, 1, "2025-02-16", "2025-02-16", 999);
    rig_line(r, "sale", 3, 1, "2026-02-16", "2026-02-16", 300); /* eve of 17 February 2026 */

    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("net_sales")),
                                                      .from = STR("2026-02-16"),
                                                      .to = STR("2026-02-18"),
                                                      .grain = STR("day"),
                                                      .compare = STR("festival:spring-festival") });

    assert_str(a->kpis[0].rows[0].value.text, "3.0000");
    assert_str(a->kpis[0].rows[0].compare->value.text, "1.0000");
    assert_str(a->kpis[0].total.compare->value.text, "1.0000");
    answer_free(a);
    rig_free(r);
}

/* ---- currency ---- */

static void euro_line(
    struct rig *r, int order, const char *class, const char *day, const char *order_day, int cents)
{
    char sql[400];
    snprintf(sql,
             sizeof sql,
             "INSERT INTO order_line (store, order_key, class, customer_key, local_date,"
             " order_date, currency, net_e4) VALUES ('main', %d, '%s', 1, '%s', '%s', 'EUR', %d)",
             order,
             class,
             day,
             order_day,
             cents * 100);
    rig_exec(r, sql);
}

static void other_currencies_are_converted_at_the_rate_of_the_order(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_exec(r,
             "INSERT INTO fx_rate (base, quote, local_date, rate_e9) VALUES"
             " ('EUR', 'GBP', '2010-12-01', 850000000), ('EUR', 'GBP', '2010-12-02', 900000000)");
    rig_line(r, "sale", 1, 1, "2010-12-01", "2010-12-01", 1000);
    euro_line(r, 2, "sale", "2010-12-01", "2010-12-01", 10001); /* 100.01 EUR = 85.0085 GBP */
    euro_line(r, 2, "return", "2010-12-02", "2010-12-01", -10000);

    struct answer *a =
        rig_ask(r,
                (struct kpi_question){ KPIS(STR("net_sales"), STR("orders"), STR("aov")),
                                       .from = STR("2010-12-01"),
                                       .to = STR("2010-12-02"),
                                       .grain = STR("day") });

    assert_true(a->converted);
    assert_str(a->kpis[0].rows[0].value.text, "95.0085");
    assert_str(a->kpis[0].rows[1].value.text, "-85.0000");
    assert_str(a->kpis[0].total.value.text, "10.0085");
    assert_str(a->kpis[1].total.value.text, "2");
    assert_str(a->kpis[2].total.value.text, "5.0042");
    answer_free(a);
    rig_free(r);
}

static void a_missing_rate_is_no_value_and_names_currency_and_day(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_exec(r,
             "INSERT INTO fx_rate (base, quote, local_date, rate_e9) VALUES"
             " ('EUR', 'GBP', '2010-12-01', 850000000)");
    euro_line(r, 2, "sale", "2010-12-03", "2010-12-03", 10000);
    for (int i = 0; i < 25; i++) { /* of many missing days the first one is told */
        char day[32];
        snprintf(day, sizeof day, "2010-11-%02d", 30 - i);
        euro_line(r, 100 + i, "sale", day, day, 10000);
    }
    struct kpi_question q = { KPIS(STR("net_sales"), STR("orders")), .period = STR("2010-11") };
    struct answer *many = rig_ask(r, q);
    assert_str(many->kpis[0].rows[0].value.reason, "no exchange rate EUR to GBP on 2010-11-06");
    answer_free(many);
    q.period = STR("2010-12-03");

    struct answer *strict = rig_ask(r, q);
    r->settings.fx_max_age_days = 2;
    struct answer *lenient = rig_ask(r, q);

    assert_str(strict->kpis[0].rows[0].value.text, "");
    assert_str(strict->kpis[0].rows[0].value.reason, "no exchange rate EUR to GBP on 2010-12-03");
    assert_str(strict->kpis[1].rows[0].value.text, "1");
    assert_str(lenient->kpis[0].rows[0].value.text, "85.0000");
    answer_free(strict);
    answer_free(lenient);
    rig_free(r);
}

/* ---- properties on random data ---- */

static i128 sum_of_rows(const struct answer *a, size_t kpi)
{
    i128 sum = 0;
    for (size_t i = 0; i < a->row_count; i++) {
        if (a->kpis[kpi].rows[i].value.kind != VALUE_NONE)
            sum += a->kpis[kpi].rows[i].value.exact;
    }
    return sum;
}

static void sums_over_dimensions_and_periods_are_the_total(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    random_shop(r);
    static const char *const grains[] = { "day", "week", "month", "quarter", "year", "total" };
    static const char *const dims[] = { "country", "channel", "store", "sku" };

    for (size_t g = 0; g < ARRAY_LEN(grains); g++) {
        for (size_t d = 0; d < ARRAY_LEN(dims); d++) {
            struct answer *a =
                rig_ask(r,
                        (struct kpi_question){ KPIS(STR("net_sales"), STR("lines")),
                                               .by = (const str[]){ str_from(dims[d]) },
                                               .by_count = 1,
                                               .from = STR("2010-11-20"),
                                               .to = STR("2011-02-10"),
                                               .grain = str_from(grains[g]),
                                               .top = d == 3 ? 7 : 0 });
            assert_true(sum_of_rows(a, 0) == a->kpis[0].total.value.exact);
            assert_true(sum_of_rows(a, 1) == a->kpis[1].total.value.exact);
            answer_free(a);
        }
    }
    rig_free(r);
}

static void both_bases_have_the_same_total_over_all_time(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    random_shop(r);
    struct kpi_question q = { KPIS(STR("net_sales"), STR("returns_amt")),
                              .from = STR("2010-01-01"),
                              .to = STR("2012-01-01"),
                              .grain = STR("month") };

    struct answer *event = rig_ask(r, q);
    q.basis = STR("order");
    struct answer *order = rig_ask(r, q);

    assert_true(event->kpis[0].total.value.exact == order->kpis[0].total.value.exact);
    assert_true(event->kpis[1].total.value.exact == order->kpis[1].total.value.exact);
    bool differs = false;
    for (size_t i = 0; i < event->row_count; i++)
        differs =
            differs || event->kpis[0].rows[i].value.exact != order->kpis[0].rows[i].value.exact;
    assert_true(differs);
    answer_free(event);
    answer_free(order);
    rig_free(r);
}

static bool any_served_by(const struct answer *a, const char *how)
{
    for (size_t i = 0; i < a->sql_count; i++) {
        if (str_is(str_from(a->sql[i].served_by), how))
            return true;
    }
    return false;
}

static void rollups_give_the_figures_of_raw_facts(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    random_shop(r);
    derive(r);
    static const char *const grains[] = { "day", "week", "month", "total" };
    static const char *const dims[] = { "country", "channel", "store" };
    static const char *const filters[] = {
        "", "country = 'c1'", "channel != 'web'", "store in ('b')"
    };

    const size_t step = full_step(5);
    for (size_t i = 0; i < 96; i += step) {
        struct kpi_question q = { KPIS(STR("net_sales"), STR("orders"), STR("buyers"), STR("aov")),
                                  .from = STR("2010-11-20"),
                                  .to = STR("2011-02-10"),
                                  .compare = STR("prev") };
        const str by = str_from(dims[i % 3]);
        q.by = &by;
        q.by_count = i % 2;
        q.grain = str_from(grains[i / 2 % 4]);
        q.where = str_from(filters[i / 8 % 4]);
        q.basis = i / 32 % 2 ? STR("order") : STR_EMPTY;
        struct answer *cells = rig_ask(r, q);
        q.raw_only = true;
        struct answer *raw = rig_ask(r, q);
        assert_true(any_served_by(cells, "rollup"));
        assert_false(any_served_by(raw, "rollup"));
        assert_same_rows(cells, raw);
        answer_free(cells);
        answer_free(raw);
    }
    rig_free(r);
}

/* A group of rows without any return is no row of an answer about returns. */
static void cells_and_facts_list_the_same_groups(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    random_shop(r);
    derive(r);
    static const char *const dims[] = { "country", "channel", "store" };
    size_t fewer = 0;

    for (int day = 1; day <= 28; day++) {
        char date[16];
        (void)snprintf(date, sizeof date, "2010-12-%02d", day);
        const str by = str_from(dims[day % 3]);
        struct kpi_question q = { KPIS(STR("returns_amt")),
                                  .by = &by,
                                  .by_count = 1,
                                  .from = str_from(date),
                                  .to = str_from(date),
                                  .grain = STR("total") };
        struct answer *cells = rig_ask(r, q);
        q.raw_only = true;
        struct answer *raw = rig_ask(r, q);
        q.kpis = (const str[]){ STR("net_sales") };
        struct answer *sales = rig_ask(r, q);
        assert_true(any_served_by(cells, "rollup"));
        assert_int_equal(cells->row_count, raw->row_count);
        assert_same_rows(cells, raw);
        fewer += raw->row_count < sales->row_count;
        answer_free(cells);
        answer_free(raw);
        answer_free(sales);
    }
    assert_true(fewer > 0);
    rig_free(r);
}

#define VISIT_KPI(id, measure)                                                       \
    "  " id ":\n    name: {en: " id ", zh: " id "}\n    about: {en: x., zh: x。}\n" \
    "    formula: " measure "\n    unit: count\n    direction: up\n"

static const char visit_definitions[] =
    "group: visits\n"
    "measures:\n"
    "  all_visits:\n    table: session\n    agg: count\n"
    "  all_pages:\n    table: session\n    agg: sum\n    expr: pageviews\n"
    "  all_people:\n    table: session\n    agg: distinct\n    expr: visitor_key\n"
    "  new_people:\n    table: session\n    agg: distinct\n    expr: visitor_key\n"
    "    filter: is_new_visitor\n"
    "  cart_people:\n    table: session\n    agg: distinct\n    expr: visitor_key\n"
    "    filter: \"cart_adds > 0\"\n"
    "  one_page:\n    table: session\n    agg: count\n    filter: pageviews = 1\n"
    "  left_carts:\n    table: session\n    agg: count\n"
    "    filter: \"purchases = 0 and cart_adds > 0\"\n"
    "  mail_carts:\n    table: session\n    agg: count\n"
    "    filter: \"cart_adds > 0 and channel in ('mail')\"\n"
    "  two_pages:\n    table: session\n    agg: count\n    filter: pageviews = 2\n"
    "kpis:\n" VISIT_KPI("visits", "all_visits") VISIT_KPI("pages", "all_pages")
        VISIT_KPI("people", "all_people") VISIT_KPI("new", "new_people")
            VISIT_KPI("cart_people_all", "cart_people") VISIT_KPI("bounces", "one_page")
                VISIT_KPI("left", "left_carts") VISIT_KPI("mail", "mail_carts")
                    VISIT_KPI("two", "two_pages");

static const char visits_sql[] =
    "INSERT INTO session BY NAME SELECT ['main', 'b'][h % 2 + 1] AS store, k AS session_key,"
    " (h // 2 % 60)::UINTEGER AS visitor_key, DATE '2010-11-15' + (h // 120 % 90)::INT AS"
    " local_date, h // 7 % 4 AS pageviews, CASE WHEN h % 5 > 0 THEN h // 11 % 2 END AS cart_adds,"
    " h // 13 % 3 AS purchases, h // 17 % 4 = 0 AS is_new_visitor,"
    " ['web', 'mail', NULL][h // 19 % 3 + 1] AS channel, ['c1', 'c2'][h // 23 % 2 + 1] AS country"
    " FROM (SELECT k, (hash(k * 29) // 2)::BIGINT AS h FROM range(3000) t(k))";

static bool is_served(const struct answer *a, const char *how)
{
    return a->sql_count > 0 && str_is(str_from(a->sql[0].served_by), how);
}

static void visits_from_cells_are_those_of_raw_facts(void **state)
{
    (void)state;
    struct rig *r = rig_new(visit_definitions);
    rig_exec(r, visits_sql);
    derive(r);
    static const char *const kpis[] = { "visits",  "pages", "people", "new", "cart_people_all",
                                        "bounces", "left",  "mail",   "two" };
    static const char *const grains[] = { "day", "week", "month", "total" };
    static const char *const dims[] = { "country", "channel", "store" };
    static const char *const filters[] = { "", "channel != 'web'", "store in ('b')" };
    rig_exec(r, "INSERT INTO dirty SELECT DISTINCT store, DATE '2010-12-24' FROM session");
    rig_exec(r, "DELETE FROM session WHERE local_date = '2010-12-24' AND session_key % 3 = 0");

    const size_t step = full_step(5);
    for (size_t i = 0; i < ARRAY_LEN(kpis) * 24; i += step) {
        const str kpi = str_from(kpis[i / 24]);
        const str by = str_from(dims[i % 3]);
        struct kpi_question q = { .kpis = &kpi,
                                  .kpi_count = 1,
                                  .from = i % 2 ? STR("2010-11-20") : STR("2010-12-01"),
                                  .to = i % 2 ? STR("2011-02-10") : STR("2010-12-31"),
                                  .by = &by,
                                  .by_count = i % 2,
                                  .grain = str_from(grains[i / 2 % 4]),
                                  .where = str_from(filters[i % 3]) };
        /* no measure of the cells counts visits of two pages, or those of one channel */
        const bool has_cells = !str_is(kpi, "two") && !str_is(kpi, "mail");
        struct answer *cells = rig_ask(r, q);
        q.raw_only = true;
        struct answer *raw = rig_ask(r, q);
        assert_int_equal(is_served(cells, "rollup+raw"), has_cells);
        assert_true(is_served(raw, "raw"));
        assert_same_rows(cells, raw);
        answer_free(cells);
        answer_free(raw);
    }
    rig_free(r);
}

/* Articles have cells by month only, and none of the month that still runs. */
static void articles_of_the_open_month_come_from_raw_facts(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    struct error why = { .lang = LANG_EN };
    struct arena *a = arena_new(0);
    int64_t open = 0;
    random_shop(r);
    derive(r);
    assert_int_equal(conn_query_i64(r->conn,
                                    "SELECT max(open_month) - DATE '1970-01-01' FROM rollup_set"
                                    " WHERE rollup = 'rollup_line'",
                                    &open,
                                    &why),
                     STATUS_OK);
    const int32_t month = (int32_t)open;
    const struct {
        int32_t from, to;
        const char *served;
    } ranges[] = {
        { day_add_months(month, -1), month - 1, "rollup" },
        { day_add_months(month, -1), day_add_months(month, 1) - 1, "rollup+raw" },
        { month, day_add_months(month, 1) - 1, "rollup+raw" },
    };
    const str by = STR("sku");
    for (size_t i = 0; i < 2 * ARRAY_LEN(ranges); i++) {
        struct kpi_question q = { KPIS(STR("net_sales"), STR("orders"), STR("buyers")),
                                  .from = day_text(a, ranges[i / 2].from),
                                  .to = day_text(a, ranges[i / 2].to),
                                  .by = &by,
                                  .by_count = 1,
                                  .grain = i % 2 ? STR("month") : STR("total") };
        struct answer *cells = rig_ask(r, q);
        q.raw_only = true;
        struct answer *raw = rig_ask(r, q);
        assert_true(cells->row_count > 1);
        assert_true(any_served_by(cells, ranges[i / 2].served));
        assert_same_rows(cells, raw);
        answer_free(cells);
        answer_free(raw);
    }
    arena_free(a);
    rig_free(r);
}

static void dirty_days_come_from_raw_facts(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    random_shop(r);
    derive(r);
    rig_line(r, "sale", 5, 9, "2010-12-24", "2010-12-24", 123456);
    rig_exec(r, "INSERT INTO dirty VALUES ('main', '2010-12-24')");
    struct kpi_question q = { KPIS(STR("net_sales"), STR("orders"), STR("buyers")),
                              .from = STR("2010-11-20"),
                              .to = STR("2011-02-10"),
                              .grain = STR("month") };

    struct answer *cells = rig_ask(r, q);
    q.raw_only = true;
    struct answer *raw = rig_ask(r, q);

    assert_true(any_served_by(cells, "rollup+raw"));
    assert_same_rows(cells, raw);
    answer_free(cells);
    answer_free(raw);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(months_are_compared_as_months_with_a_value_a_day),
        cmocka_unit_test(the_29th_of_february_is_compared_with_the_28th),
        cmocka_unit_test(whole_months_are_compared_with_whole_months_of_the_year_before),
        cmocka_unit_test(a_running_day_is_compared_up_to_the_same_minute),
        cmocka_unit_test(days_that_no_source_tells_of_are_compared_with_nothing),
        cmocka_unit_test(a_promotion_is_compared_with_its_last_edition),
        cmocka_unit_test(a_feast_is_compared_with_the_feast_of_the_year_before),
        cmocka_unit_test(other_currencies_are_converted_at_the_rate_of_the_order),
        cmocka_unit_test(a_missing_rate_is_no_value_and_names_currency_and_day),
        cmocka_unit_test(sums_over_dimensions_and_periods_are_the_total),
        cmocka_unit_test(both_bases_have_the_same_total_over_all_time),
        cmocka_unit_test(rollups_give_the_figures_of_raw_facts),
        cmocka_unit_test(cells_and_facts_list_the_same_groups),
        cmocka_unit_test(visits_from_cells_are_those_of_raw_facts),
        cmocka_unit_test(articles_of_the_open_month_come_from_raw_facts),
        cmocka_unit_test(dirty_days_come_from_raw_facts),
    };
    return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
