/* A shop whose orders end a day before its visits, and other stores of it. */
#ifndef SHOPVANE_TESTS_QUERY_REACH_RIG_H
#define SHOPVANE_TESTS_QUERY_REACH_RIG_H

#include "random_rig.h"

#define KPI(id, formula, unit)                                                       \
    "  " id ":\n    name: {en: " id ", zh: " id "}\n    about: {en: x., zh: x。}\n" \
    "    formula: " formula "\n    unit: " unit "\n    direction: up\n"

static const char definitions[] =
    "group: reach\n"
    "measures:\n"
    "  sold_of:\n    table: order_line\n    agg: sum\n    expr: net_e4\n"
    "  orders_of:\n    table: order_line\n    agg: distinct\n    expr: order_key\n"
    "  returned_of:\n    table: order_line\n    agg: sum\n    expr: net_e4\n"
    "    filter: \"class = 'return'\"\n"
    "  visits_of:\n    table: session\n    agg: count\n"
    "  settled:\n    table: orders\n    agg: count\n    filter: local_date <= today - 3\n"
    "  refunds_of:\n    table: refund\n    agg: count\n"
    "  week_of:\n    table: order_line\n    agg: sum\n    expr: quantity\n    trailing_days: 7\n"
    "  ads_of:\n    table: cost_line\n    agg: sum\n    expr: ads_e4\n"
    "  stock_of:\n    table: stock_level\n    agg: sum\n    expr: on_hand\n    over_time: last\n"
    "kpis:\n" KPI("sold", "sold_of", "money") KPI("orders", "orders_of", "count")
        KPI("visits", "visits_of", "count") KPI("settled_orders", "settled", "count")
            KPI("cr", "orders_of / visits_of", "percent")
                KPI("refund_rate", "refunds_of / orders_of", "percent")
                    KPI("profit", "sold_of - coalesce(ads_of, 0)", "money")
                        KPI("margin", "profit / sold_of", "percent")
                            KPI("units_7", "week_of", "count")
                                KPI("cover_7", "stock_of / (week_of / 7)", "days")
                                    KPI("sold_daily", "per_day(sold_of)", "money")
                                        KPI("returned", "returned_of", "money")
                                            KPI("sold_a_piece", "sold_of / orders_of", "money")
                                                KPI("ads", "ads_of", "money");

/* Each day one order of 10.00 and ten visits, from 1 November on; orders to the 25th, visits to the
 * 26th; one refund long ago. */
static inline struct rig *rig_of_two_sources(void)
{
    struct rig *r = rig_new(definitions);
    rig_exec(
        r,
        "INSERT INTO orders (store, order_key, local_date, currency, channel, is_test, has_sale)"
        " SELECT 'main', i, DATE '2026-10-31' + i::INTEGER, 'GBP', 'web', false, true"
        " FROM range(1, 26) t(i);"
        "INSERT INTO order_line (store, order_key, class, sku, local_date, local_minute, "
        "order_date,"
        " currency, quantity, gross_e4, net_e4) SELECT store, order_key, 'sale', 's', local_date, "
        "5,"
        " local_date, currency, 1, 100000, 100000 FROM orders;"
        "INSERT INTO session (store, session_key, visitor_key, local_date, channel)"
        " SELECT 'main', i, i, DATE '2026-11-01' + (i // 10)::INTEGER, 'web'"
        " FROM range(260) t(i);"
        "INSERT INTO refund (store, refund_id, local_date, order_date, currency) VALUES"
        " ('main', 'r', '2026-11-02', '2026-11-01', 'GBP');"
        "INSERT INTO watermark VALUES ('main', 'order_line', 'shop', '2026-11-25'),"
        " ('main', 'orders', 'shop', '2026-11-25'), ('main', 'refund', 'shop', '2026-11-02'),"
        " ('main', 'session', 'tracker', '2026-11-26')");
    derive(r);
    return r;
}

/* The last seven days, with the seven before. */
#define WEEK(...)                                                              \
    (struct kpi_question)                                                      \
    {                                                                          \
        KPIS(__VA_ARGS__), .from = STR("2026-11-20"), .to = STR("2026-11-26"), \
                           .grain = STR("total"), .compare = STR("prev"),      \
                           .now_us = rig_now("2026-11-27")                     \
    }
#define ALL STR("sold"), STR("orders"), STR("visits"), STR("cr")

static inline void check_total(const struct answer *a,
                               size_t kpi,
                               const char *now,
                               const char *then)
{
    const struct answer_row *total = &a->kpis[kpi].total;
    assert_true(str_is(total->value.text, now));
    assert_true(str_is(total->compare->value.text, then));
}

/* Another store, whose file ends on the 9th. */
static inline void add_late_store(struct rig *r)
{
    rig_exec(r,
             "INSERT INTO order_line (store, order_key, class, sku, local_date, local_minute, "
             "order_date, currency, quantity, gross_e4, net_e4) SELECT 'late', 100 + i, 'sale', "
             "'s', DATE '2026-10-31' + i::INTEGER, 5, DATE '2026-10-31' + i::INTEGER, 'GBP', 1, "
             "100000, 100000 FROM range(1, 10) t(i);"
             "INSERT INTO watermark VALUES ('late', 'order_line', 'shop', '2026-11-09')");
    derive(r);
}

#endif
