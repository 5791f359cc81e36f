/* What an article costs, by the lists of articles: SQL and steps of an import (article_costs.c). */
#ifndef SHOPVANE_INGEST_ARTICLE_COSTS_PRIV_H
#define SHOPVANE_INGEST_ARTICLE_COSTS_PRIV_H

#include "ingest/ingest_priv.h"

/* Costs of a piece, each with the days from from_date to before until_date that it holds on: of an
 * article and currency one on any day, since a line that met two would be there twice. */
#define COSTS_OF_ARTICLES                                                                        \
    "(SELECT store, sku, currency, cost_e4, valid_from IS NOT NULL AS is_dated, "                \
    "coalesce(valid_from, DATE '0001-01-01') AS from_date, coalesce(lead(valid_from) OVER "      \
    "(PARTITION BY store, sku, currency ORDER BY valid_from NULLS FIRST), DATE '9999-12-31') "   \
    "AS until_date FROM (SELECT store, sku, currency, valid_from, arg_max(cost_e4, (import_id, " \
    "row_no)) AS cost_e4 FROM product WHERE cost_e4 IS NOT NULL GROUP BY ALL))"

/* Where such a cost, p, is that of a line: by the day of its order. A line that has no day yet
 * takes what costs always. */
#define COST_HOLDS_ON(day)                                     \
    "coalesce(" day ", DATE '0001-01-01') >= p.from_date AND " \
    "coalesce(" day ", DATE '0001-01-01') < p.until_date"
#define COST_HOLDS(line, currency, day)                                            \
    "p.store = " line ".store AND p.sku = " line ".sku AND p.currency = " currency \
    " AND " COST_HOLDS_ON(day)
/* Of a line of order_line, l. */
#define LINE_ORDER_DATE "coalesce(l.order_date, l.local_date)"
/* Of a row of the stage, s, of an order o that comes in. */
#define STAGED_ORDER_DATE "CASE WHEN s.class = 'return' THEN o.local_date ELSE s.placed_at_date END"

/* What the buyer of a refund kept costs nothing back, and a refund of no pieces tells no goods. */
#define BRINGS_GOODS                                                                   \
    "((l.import_id, l.row_no) IN (SELECT import_id, row_no FROM refund WHERE stage = " \
    "'post_ship_keep')) IS NOT TRUE AND (l.quantity <> 0 OR l.origin_key IS DISTINCT " \
    "FROM l.order_key)"

/* The table product_cost, and how rows of the stage join it as p; NULL: no row has a cost. */
MUST_CHECK enum status merge_make_costs(struct import_job *j, const char **join, struct error *why);
/* Once the days of their orders are known: returns cost what their sale has cost. */
MUST_CHECK enum status merge_cost_returns(struct import_job *j, struct error *why);
/* After a list of articles: lines that came before it. */
MUST_CHECK enum status merge_costs_to_lines(struct import_job *j, struct error *why);
/* A note of costs that are of another currency than the lines that came in. */
MUST_CHECK enum status merge_tell_foreign_costs(struct import_job *j, struct error *why);

#endif
