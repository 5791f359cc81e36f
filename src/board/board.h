/* What the pages of the board show, as JSON (docs/http-api.md has the shapes): the catalogue, the
 * calendar, the overview, profits, lists and pages of orders, articles and customers, the rows
 * behind a figure. Figures come from query; lists are read from the facts, by bound values only.
 *
 *     struct board_ask ask = { .context = &context, .stores = scope, .store_count = n,
 *                              .lang = LANG_ZH, .now_us = clock_now_us() };
 *     struct json_writer w;
 *     json_writer_init(&w, &body);
 *     st = board_overview(&ask, &question, &w, &why);
 *
 * Row scope: `stores` is all that is shown, whatever a question says; none: all stores. Callers
 * have checked that the principal may see them.
 * Each function writes one value. On an error the text is to be thrown away.
 * Threads: as query's: a context belongs to one thread at a time. */
#ifndef SHOPVANE_BOARD_BOARD_H
#define SHOPVANE_BOARD_BOARD_H

#include "format/format.h"
#include "query/query.h"

struct board_ask {
    const struct query_context *context; /* outside a transaction */
    const str *stores;
    size_t store_count;
    enum lang lang;
    int64_t now_us;
};

/* A range as the API's parameters say it; empty: not given. */
struct board_range {
    str from;
    str to;
    str last;
    str period;
    str compare;
    str calendar;
    str basis;
    str where;
};

/* Part of a long list. */
struct board_page {
    size_t limit; /* 0: 50; at most BOARD_PAGE_MAX */
    str cursor;   /* what `next` said; empty: from the start */
    str q;        /* search words; empty: all */
    str sort;     /* field, '-' before it: descending; empty: the list's own */
};
#define BOARD_PAGE_MAX ((size_t)500)

/* A list as a file: all that the range, the filter and the search words let through, whatever page
 * is looked at. Texts are never formulas. */
enum board_form { BOARD_CSV, BOARD_XLSX };
struct board_target {
    enum board_form form;
    const char *path; /* a file of the caller's, written over */
    str title;        /* of the workbook */
};

/* ---- Catalogue ------------------------------------------------------------------------------- */

/* {"version":1,"kpis":[...]}: definition, stage, direction, whether the shop's data can answer it,
 * what drives it, by what it can be broken down. */
MUST_CHECK enum status board_kpis(const struct board_ask *ask,
                                  struct json_writer *w,
                                  struct error *why);
MUST_CHECK enum status board_dimensions(const struct board_ask *ask,
                                        struct json_writer *w,
                                        struct error *why);
/* Values of a dimension, those with most rows first; `page->q` is part of a value or its label. */
MUST_CHECK enum status board_dimension_values(const struct board_ask *ask,
                                              str dimension,
                                              const struct board_page *page,
                                              struct json_writer *w,
                                              struct error *why);

/* ---- Calendar -------------------------------------------------------------------------------- */

/* Festivals, promotions and the shop's own events that touch the days, and days on which a KPI's
 * definition changed. */
MUST_CHECK enum status board_calendar(
    const struct board_ask *ask, str from, str to, struct json_writer *w, struct error *why);
/* Ranges that shops ask for, resolved to today's date of the shop. */
MUST_CHECK enum status board_periods(const struct board_ask *ask,
                                     struct json_writer *w,
                                     struct error *why);
/* First and last day of a range that is given in words; the last 28 days without any. */
MUST_CHECK enum status board_range_resolve(const struct board_ask *ask,
                                           const struct board_range *range,
                                           struct day_range *out,
                                           struct error *why);

/* ---- Overview -------------------------------------------------------------------------------- */

/* `chosen`: the shop's own first cards, by KPI id; none: traffic, conversion, order value, returns.
 */
MUST_CHECK enum status board_overview(const struct board_ask *ask,
                                      const struct board_range *range,
                                      const str *chosen,
                                      size_t chosen_count,
                                      struct json_writer *w,
                                      struct error *why);

/* ---- Profit ---------------------------------------------------------------------------------- */

/* The steps from GMV to contribution; with `by` (store sku category channel order) a row for each,
 * at most `page->limit` (0: 50) and the others as one, by `page->sort` (contribution). */
MUST_CHECK enum status board_profit(const struct board_ask *ask,
                                    const struct board_range *range,
                                    str by,
                                    const struct board_page *page,
                                    struct json_writer *w,
                                    struct error *why);

/* The same as a file: a row for each of `by`, without `by` a row for each step; none is left out.
 */
MUST_CHECK enum status board_profit_file(const struct board_ask *ask,
                                         const struct board_range *range,
                                         str by,
                                         str sort,
                                         const struct board_target *to,
                                         struct error *why);

/* ---- Targets --------------------------------------------------------------------------------- */

struct board_goals_question {
    str period; /* as goal_period_parse() reads it; empty: this year */
    str kpi;    /* empty: all; else with its days */
    str level;  /* empty: all */
};
/* Targets of the period and how each stands; a scope of stores shows theirs alone, not those of all
 * stores together. */
MUST_CHECK enum status board_goals(const struct board_ask *ask,
                                   const struct board_goals_question *q,
                                   struct json_writer *w,
                                   struct error *why);
/* All revisions, newest first. */
MUST_CHECK enum status board_goals_history(const struct board_ask *ask,
                                           const struct board_page *page,
                                           struct json_writer *w,
                                           struct error *why);
/* Members of one target, into an open object. */
void board_goal(struct json_writer *w,
                const struct kpi_catalog *c,
                const struct goal *g,
                enum lang lang);

/* ---- Data (data_page.c) ---------------------------------------------------------------------- */

/* Newest first; one of them with its ledger and notes. */
MUST_CHECK enum status board_imports(const struct board_ask *ask,
                                     const struct board_page *page,
                                     struct json_writer *w,
                                     struct error *why);
MUST_CHECK enum status board_import(const struct board_ask *ask,
                                    int64_t id,
                                    struct json_writer *w,
                                    struct error *why);

struct board_refused_filter {
    int64_t import_id; /* 0: any */
    str reason;        /* as stored: English */
    str state;         /* waiting retried resolved dropped; empty: any */
    struct board_page page;
};
/* Refused rows; one of them with its fields by the file's header. */
MUST_CHECK enum status board_quarantine(const struct board_ask *ask,
                                        const struct board_refused_filter *filter,
                                        struct json_writer *w,
                                        struct error *why);
MUST_CHECK enum status board_refused(const struct board_ask *ask,
                                     int64_t id,
                                     struct json_writer *w,
                                     struct error *why);
/* What arrived by store and kind, how far tables reach, what has not come yet. */
MUST_CHECK enum status board_sources(const struct board_ask *ask,
                                     struct json_writer *w,
                                     struct error *why);
/* Facts beside what imports recorded; of the whole shop: not for a scope of stores. */
MUST_CHECK enum status board_reconcile(const struct board_ask *ask,
                                       int64_t import_id,
                                       const char *file,
                                       struct json_writer *w,
                                       struct error *why);

/* ---- Rows ------------------------------------------------------------------------------------ */

struct board_rows_question {
    str kpi;
    str measure; /* whose rows are listed; empty: the first of the KPI */
    struct board_range range;
    struct board_page page;
};
/* The figure, what the rows of each of its measures add up to, and the rows of one of them. */
MUST_CHECK enum status board_rows(const struct board_ask *ask,
                                  const struct board_rows_question *q,
                                  struct json_writer *w,
                                  struct error *why);

/* Orders by day, newest first (sort: total, units, day); one of them with its lines, payments,
 * refunds and parcels. `id` is the platform's; the first of several stores unless one is in scope.
 */
MUST_CHECK enum status board_orders(const struct board_ask *ask,
                                    const struct board_range *range,
                                    const struct board_page *page,
                                    struct json_writer *w,
                                    struct error *why);
MUST_CHECK enum status board_orders_file(const struct board_ask *ask,
                                         const struct board_range *range,
                                         const struct board_page *page,
                                         const struct board_target *to,
                                         struct error *why);
MUST_CHECK enum status board_order(const struct board_ask *ask,
                                   str id,
                                   struct json_writer *w,
                                   struct error *why);
/* Articles by what they sold in the range; one with its months, stock, returns and reviews. */
MUST_CHECK enum status board_products(const struct board_ask *ask,
                                      const struct board_range *range,
                                      const struct board_page *page,
                                      struct json_writer *w,
                                      struct error *why);
MUST_CHECK enum status board_products_file(const struct board_ask *ask,
                                           const struct board_range *range,
                                           const struct board_page *page,
                                           const struct board_target *to,
                                           struct error *why);
MUST_CHECK enum status board_product(const struct board_ask *ask,
                                     str sku,
                                     struct json_writer *w,
                                     struct error *why);
/* Customers by value to date; one with its orders. */
MUST_CHECK enum status board_customers(const struct board_ask *ask,
                                       const struct board_page *page,
                                       struct json_writer *w,
                                       struct error *why);
MUST_CHECK enum status board_customers_file(const struct board_ask *ask,
                                            const struct board_page *page,
                                            const struct board_target *to,
                                            struct error *why);
MUST_CHECK enum status board_customer(const struct board_ask *ask,
                                      str id,
                                      struct json_writer *w,
                                      struct error *why);

#endif
