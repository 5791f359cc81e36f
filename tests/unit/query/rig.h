/* A shop in memory with a small catalogue of its own, for tests of questions and answers. */
#ifndef SHOPVANE_TESTS_QUERY_RIG_H
#define SHOPVANE_TESTS_QUERY_RIG_H

#include "query/query.h"
#include "query/together.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct rig {
    struct store *store;
    struct conn *conn;
    struct kpi_catalog *catalog;
    struct shop_settings settings;
    struct query_context context;
    struct zone *zone;
};

static const char rig_definitions[] =
    "group: test\n"
    "measures:\n"
    "  sale_net:\n"
    "    table: order_line\n    agg: sum\n    expr: net_e4\n    filter: \"class = 'sale'\"\n"
    "  return_net:\n"
    "    table: order_line\n    agg: sum\n    expr: net_e4\n    filter: \"class = 'return'\"\n"
    "  order_count:\n"
    "    table: order_line\n    agg: distinct\n    expr: order_key\n    filter: \"class = "
    "'sale'\"\n"
    "  buyer_count:\n"
    "    table: order_line\n    agg: distinct\n    expr: customer_key\n    filter: \"class = "
    "'sale'\"\n"
    "  line_count:\n"
    "    table: order_line\n    agg: count\n"
    "  median_net:\n"
    "    table: order_line\n    agg: median\n    expr: net_e4\n    filter: \"class = 'sale'\"\n"
    "  visit_count:\n"
    "    table: session\n    agg: count\n"
    "  buyers_3_days:\n"
    "    table: order_line\n    agg: distinct\n    expr: customer_key\n"
    "    filter: \"class = 'sale'\"\n    trailing_days: 3\n"
    "  stock_units:\n"
    "    table: stock_level\n    agg: sum\n    expr: on_hand\n    over_time: last\n"
    "kpis:\n"
    "  net_sales:\n    name: {en: Net sales, zh: 净销售额}\n    about: {en: Net sales., zh: "
    "净销售额。}\n"
    "    formula: sale_net + return_net\n    unit: money\n    direction: up\n"
    "  returns_amt:\n    name: {en: Returns, zh: 退货金额}\n    about: {en: Returns., zh: 退货。}\n"
    "    formula: \"-return_net\"\n    unit: money\n    direction: down\n"
    "  orders:\n    name: {en: Orders, zh: 订单数}\n    about: {en: Orders., zh: 订单。}\n"
    "    formula: order_count\n    unit: count\n    direction: up\n"
    "  buyers:\n    name: {en: Buyers, zh: 买家数}\n    about: {en: Buyers., zh: 买家。}\n"
    "    formula: buyer_count\n    unit: count\n    direction: up\n"
    "  lines:\n    name: {en: Lines, zh: 明细数}\n    about: {en: Lines., zh: 明细。}\n"
    "    formula: line_count\n    unit: count\n    direction: up\n"
    "  aov:\n    name: {en: Average order value, zh: 笔单价}\n    about: {en: Average., zh: "
    "平均。}\n"
    "    formula: net_sales / orders\n    unit: money\n    direction: up\n"
    "  session_cr:\n    name: {en: Conversion, zh: 转化率}\n    about: {en: Conversion., zh: "
    "转化。}\n"
    "    formula: order_count / visit_count\n    unit: percent\n    direction: up\n"
    "  median_line:\n    name: {en: Median line, zh: 中位数}\n    about: {en: Median., zh: "
    "中位数。}\n"
    "    formula: median_net\n    unit: money\n    direction: up\n"
    "  sales_share:\n    name: {en: Share of sales, zh: 销售占比}\n    about: {en: Share., zh: "
    "占比。}\n"
    "    formula: share(net_sales)\n    unit: percent\n    direction: neutral\n"
    "  active:\n    name: {en: Active, zh: 活跃}\n    about: {en: Active., zh: 活跃。}\n"
    "    formula: buyers_3_days\n    unit: count\n    direction: up\n"
    "  stock:\n    name: {en: Stock, zh: 库存}\n    about: {en: Stock., zh: 库存。}\n"
    "    formula: stock_units\n    unit: count\n    direction: neutral\n";

static inline void rig_fail(const struct error *why)
{
    print_error("%s\n", why->text);
    fail();
}

static inline void rig_exec(struct rig *r, const char *sql)
{
    struct error why = { .lang = LANG_EN };
    if (conn_exec(r->conn, sql, &why) != STATUS_OK) {
        print_error("%s\n", sql);
        rig_fail(&why);
    }
}

static inline void rig_catalogue(struct rig *r, const char *definitions)
{
    struct error why = { .lang = LANG_EN };
    const struct kpi_file file = { STR("test.yaml"), str_from(definitions) };
    struct kpi_load_options opt = { .without_builtin = definitions != NULL };
    if (definitions != NULL) {
        opt.shop_files = &file;
        opt.n_shop_files = 1;
    }
    if (kpi_catalog_load(&opt, NULL, &r->catalog, &why) != STATUS_OK)
        rig_fail(&why);
    r->context.catalog = r->catalog;
}

static inline struct rig *rig_new(const char *definitions)
{
    struct error why = { .lang = LANG_EN };
    struct rig *r = mem_new(1, sizeof *r);
    struct buf ddl;
    assert_non_null(r);
    const struct store_options opt = { .in_memory = true, .threads = 1, .memory_mib = 512 };
    if (store_open("", &opt, &r->store, &why) != STATUS_OK ||
        conn_open(r->store, &r->conn, &why) != STATUS_OK)
        rig_fail(&why);
    buf_init(&ddl, (size_t)1 << 20);
    commerce_ddl(&ddl);
    buf_addc(&ddl, '\0');
    rig_exec(r, ddl.data);
    buf_release(&ddl);
    rig_exec(r, "INSERT INTO data_version VALUES (17, 0, 'test')");
    r->settings = (struct shop_settings){
        .name = STR("test"), .currency = STR("GBP"), .timezone = STR("UTC"), .week_start = 1
    };
    r->context = (struct query_context){ .conn = r->conn, .settings = &r->settings };
    rig_catalogue(r, definitions);
    return r;
}

static inline void rig_free(struct rig *r)
{
    kpi_catalog_free(r->catalog);
    conn_close(r->conn);
    store_close(r->store);
    zone_close(r->zone);
    mem_free(r);
}

/* A line of the ledger: amounts in pence. */
static inline void rig_line(struct rig *r,
                            const char *class,
                            int order,
                            int customer,
                            const char *day,
                            const char *order_day,
                            int pence)
{
    char sql[512];
    snprintf(sql,
             sizeof sql,
             "INSERT INTO order_line (store, order_key, class, customer_key, sku,"
             " local_date, local_minute, order_date, currency, quantity, gross_e4, net_e4)"
             " VALUES ('main', %d, '%s', %d, 'A', '%s', 600, '%s', 'GBP', 1, %lld, %lld)",
             order,
             class,
             customer,
             day,
             order_day,
             pence * 100LL,
             pence * 100LL);
    rig_exec(r, sql);
}

static inline void rig_order(struct rig *r, int order, const char *day, const char *country)
{
    char sql[512];
    snprintf(sql,
             sizeof sql,
             "INSERT INTO orders (store, order_key, local_date, currency, country, is_test,"
             " has_sale) VALUES ('main', %d, '%s', 'GBP', %s%s%s, false, true)",
             order,
             day,
             country ? "'" : "",
             country ? country : "NULL",
             country ? "'" : "");
    rig_exec(r, sql);
}

static inline int64_t rig_now(const char *day)
{
    int32_t d = 0;
    assert_true(day_parse(str_from(day), &d));
    return d * US_PER_DAY + 12 * 3600 * US_PER_SECOND;
}

static inline struct answer *rig_ask(struct rig *r, struct kpi_question q)
{
    struct error why = { .lang = LANG_EN };
    struct answer *a = NULL;
    if (q.now_us == 0)
        q.now_us = rig_now("2026-11-23");
    if (query_ask(&r->context, &q, &a, &why) != STATUS_OK)
        rig_fail(&why);
    return a;
}

/* The error text of a question that must fail. */
static inline void rig_refused(struct rig *r, struct kpi_question q, const char *wanted)
{
    struct error why = { .lang = LANG_EN };
    struct answer *a = NULL;
    if (q.now_us == 0)
        q.now_us = rig_now("2026-11-23");
    assert_int_not_equal(query_ask(&r->context, &q, &a, &why), STATUS_OK);
    if (strstr(why.text, wanted) == NULL) {
        print_error("wanted \"%s\" in \"%s\"\n", wanted, why.text);
        fail();
    }
}

#define assert_str(got, wanted)                                                  \
    do {                                                                         \
        const str got_ = (got);                                                  \
        if (!str_is(got_, wanted)) {                                             \
            print_error("got \"%.*s\", wanted \"%s\"\n", STR_ARG(got_), wanted); \
            fail();                                                              \
        }                                                                        \
    } while (0)

#define KPIS(...)                         \
    .kpis = (const str[]){ __VA_ARGS__ }, \
    .kpi_count = sizeof((const str[]){ __VA_ARGS__ }) / sizeof(str)
#define BY(...)                         \
    .by = (const str[]){ __VA_ARGS__ }, \
    .by_count = sizeof((const str[]){ __VA_ARGS__ }) / sizeof(str)

/* The question over n ranges at once; answers are the caller's. */
static inline void rig_ask_ranges(struct rig *r,
                                  const struct kpi_question *q,
                                  const struct question_range *ranges,
                                  size_t n,
                                  struct answer **out)
{
    struct error why = { .lang = LANG_EN };
    if (query_ask_ranges(&r->context, q, ranges, n, out, &why) != STATUS_OK)
        rig_fail(&why);
}

/* Over one of them; with evidence each figure has a statement of its own. */
static inline struct answer *rig_ask_alone(struct rig *r,
                                           struct kpi_question q,
                                           const struct question_range *range)
{
    q.from = range->from;
    q.to = range->to;
    q.compare = range->compare;
    q.evidence = true;
    return rig_ask(r, q);
}

static inline void assert_same_rows(const struct answer *a, const struct answer *b)
{
    assert_int_equal(a->row_count, b->row_count);
    for (size_t k = 0; k < a->kpi_count; k++) {
        for (size_t i = 0; i < a->row_count; i++) {
            const struct answer_row *x = &a->kpis[k].rows[i];
            const struct answer_row *y = &b->kpis[k].rows[i];
            if (!str_eq(x->value.text, y->value.text))
                print_error("%.*s row %zu: %.*s and %.*s\n",
                            STR_ARG(a->kpis[k].id),
                            i,
                            STR_ARG(x->value.text),
                            STR_ARG(y->value.text));
            assert_true(str_eq(x->value.text, y->value.text));
            assert_true((x->compare == NULL) == (y->compare == NULL));
            if (x->compare != NULL && !str_eq(x->compare->value.text, y->compare->value.text))
                print_error("compared %.*s row %zu: %.*s%.*s and %.*s%.*s\n",
                            STR_ARG(a->kpis[k].id),
                            i,
                            STR_ARG(x->compare->value.text),
                            STR_ARG(x->compare->value.reason),
                            STR_ARG(y->compare->value.text),
                            STR_ARG(y->compare->value.reason));
            if (x->compare != NULL)
                assert_true(str_eq(x->compare->value.text, y->compare->value.text));
        }
        assert_true(str_eq(a->kpis[k].total.value.text, b->kpis[k].total.value.text));
    }
}

#endif
