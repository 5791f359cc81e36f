/* Rows of platforms beside own ones, for tests of which answers what. */
#ifndef SHOPVANE_TESTS_QUERY_STATS_RIG_H
#define SHOPVANE_TESTS_QUERY_STATS_RIG_H

#include "rig.h"

static const char definitions[] =
    "group: test\n"
    "measures:\n"
    "  visitor_count:\n"
    "    {table: session, agg: distinct, expr: visitor_key, platform: visitors}\n"
    "  view_count:\n"
    "    {table: session, agg: sum, expr: pageviews, platform: pageviews}\n"
    "  paid_amount:\n"
    "    table: orders\n    agg: sum\n    expr: paid_e4\n    filter: paid_at is not null\n"
    "    date: paid_date\n    order_date: local_date\n    platform: paid_amount\n"
    "  payers:\n"
    "    table: orders\n    agg: distinct\n    expr: customer_key\n"
    "    filter: paid_at is not null\n    date: paid_date\n    order_date: local_date\n"
    "    platform: paying_buyers\n"
    "  newcomers:\n"
    "    table: orders\n    agg: distinct\n    expr: customer_key\n"
    "    filter: \"customer_type = 'new'\"\n"
    "  stay: {platform: stay_seconds}\n"
    "  score: {platform: dsr_service}\n"
    "  daily: {platform: visitors, over_time: days}\n"
    "  ad_amount: {table: ad_spend, agg: sum, expr: spend_e4}\n"
    "kpis:\n"
    "  visitors: {name: {en: Visitors, zh: 访客数}, formula: visitor_count, unit: count}\n"
    "  views: {name: {en: Views, zh: 浏览量}, formula: view_count, unit: count}\n"
    "  paid: {name: {en: Paid, zh: 支付金额}, formula: paid_amount, unit: money}\n"
    "  paid_share: {formula: share(paid_amount), unit: percent}\n"
    "  buyers: {name: {en: Buyers, zh: 支付买家数}, formula: payers, unit: count}\n"
    "  new_buyers: {formula: newcomers, unit: count}\n"
    "  pay_cr: {formula: payers / visitor_count, unit: percent}\n"
    "  per_view: {formula: paid_amount / view_count, unit: money}\n"
    "  per_visitor: {formula: paid_amount / visitor_count, unit: money}\n"
    "  own_views: {formula: view_count, unit: count, sources: [events]}\n"
    "  reported_views:\n"
    "    {formula: view_count, unit: count, sources: [platform_stat, events]}\n"
    "  stay_time: {formula: stay, unit: s}\n"
    "  service_score: {formula: score, unit: score}\n"
    "  visits: {formula: daily, unit: count}\n"
    "  spent: {formula: ad_amount, unit: money}\n";

/* NULL sku or channel: the whole. `to` NULL: a day. */
static inline void stat(struct rig *r,
                        const char *store,
                        const char *sku,
                        const char *channel,
                        const char *measure,
                        const char *from,
                        const char *to,
                        const char *value,
                        const char *currency)
{
    char sql[700];
    (void)snprintf(sql,
                   sizeof sql,
                   "INSERT INTO platform_stat (store, sku, channel, measure, local_date, end_date,"
                   " value_e4, currency, import_id) VALUES ('%s', %s%s%s, %s%s%s, '%s', '%s',"
                   " %s%s%s, CAST(%s * 10000 AS BIGINT), %s%s%s, 1)",
                   store,
                   sku != NULL ? "'" : "",
                   sku != NULL ? sku : "NULL",
                   sku != NULL ? "'" : "",
                   channel != NULL ? "'" : "",
                   channel != NULL ? channel : "NULL",
                   channel != NULL ? "'" : "",
                   measure,
                   from,
                   to != NULL ? "DATE '" : "",
                   to != NULL ? to : "NULL",
                   to != NULL ? "'" : "",
                   value,
                   currency != NULL ? "'" : "",
                   currency != NULL ? currency : "NULL",
                   currency != NULL ? "'" : "");
    rig_exec(r, sql);
}

/* Whole pounds; `to` NULL: a day. */
static inline void ad(
    struct rig *r, const char *store, const char *from, const char *to, int pounds)
{
    char sql[300];
    (void)snprintf(sql,
                   sizeof sql,
                   "INSERT INTO ad_spend (store, local_date, end_date, spend_e4, currency) VALUES"
                   " ('%s', '%s', %s%s%s, %d, 'GBP')",
                   store,
                   from,
                   to != NULL ? "DATE '" : "",
                   to != NULL ? to : "NULL",
                   to != NULL ? "'" : "",
                   pounds * 10000);
    rig_exec(r, sql);
}

static inline void watermark(struct rig *r, const char *store, const char *table)
{
    char sql[300];
    (void)snprintf(sql,
                   sizeof sql,
                   "INSERT INTO watermark VALUES ('%s', '%s', 'test', DATE '2026-11-22')",
                   store,
                   table);
    rig_exec(r, sql);
}

static inline void visit(struct rig *r, const char *store, int visitor, const char *day, int views)
{
    char sql[300];
    (void)snprintf(sql,
                   sizeof sql,
                   "INSERT INTO session (store, session_key, visitor_key, local_date, pageviews)"
                   " VALUES ('%s', %d, %d, '%s', %d)",
                   store,
                   visitor * 100 + views,
                   visitor,
                   day,
                   views);
    rig_exec(r, sql);
}

/* An order placed and paid on that day. */
static inline void paid_order(
    struct rig *r, const char *store, int order, int buyer, const char *day, int pounds)
{
    char sql[400];
    (void)snprintf(sql,
                   sizeof sql,
                   "INSERT INTO orders (store, order_key, customer_key, local_date, paid_date,"
                   " paid_at, currency, paid_e4, customer_type) VALUES ('%s', %d, %d, '%s', '%s',"
                   " 1, 'GBP', %d, 'new')",
                   store,
                   order,
                   buyer,
                   day,
                   day,
                   pounds * 10000);
    rig_exec(r, sql);
}

#endif
