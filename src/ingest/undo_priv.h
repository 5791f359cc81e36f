/* Private to ingest: parts of an undo. */
#ifndef SHOPVANE_INGEST_UNDO_PRIV_H
#define SHOPVANE_INGEST_UNDO_PRIV_H

#include "store/store.h"

/* Before the rows go: lists the orders that the import brought or replaced, and marks their days.
 */
MUST_CHECK enum status imports_undo_refunds_list(struct conn *c,
                                                 int64_t import_id,
                                                 struct arena *a,
                                                 struct error *why);
/* After it: refunds of those orders, brought by other imports, stand to what is left of them. */
MUST_CHECK enum status imports_undo_refunds(struct conn *c, struct error *why);

/* A part of it: returns of these orders count for the day that the order has now
 * (apart_returns.c). */
MUST_CHECK enum status imports_undo_return_days(struct conn *c, struct error *why);

/* A part of it: returns cost what their article cost on that day (article_costs.c). */
MUST_CHECK enum status imports_undo_return_costs(struct conn *c, struct error *why);

/* A part of it: lines in a file of their own are classed by what is left of their orders
 * (order_state.c). */
MUST_CHECK enum status imports_undo_states(struct conn *c, struct error *why);

/* A part of it: refunds of orders that are cancelled, and of those that no longer are
 * (void_refunds.c). */
MUST_CHECK enum status imports_undo_voids(struct conn *c, struct error *why);

/* Before the tables: lines of other imports that the import gave other shares of their order's
 * amounts get theirs back (edge_orders.c). */
MUST_CHECK enum status imports_undo_shares(struct conn *c,
                                           int64_t import_id,
                                           struct arena *a,
                                           struct error *why);

#endif
