/* What the state of an order makes of its lines, as SQL: of heads that are stored and of rows of a
 * file. The same as is_unpaid (convert.c) has it of a row. */
#ifndef SHOPVANE_INGEST_ORDER_STATE_PRIV_H
#define SHOPVANE_INGEST_ORDER_STATE_PRIV_H

#include "ingest/ingest_priv.h"

#define HEADS_WAIT "('unpaid', 'presale')"

/* lines_as of an order, a row named o; %s: whether a state that is not known tells no payment, and
 * whether the order waits for its money by this mapping. */
#define LINES_AS                                                                                  \
    "CASE WHEN o.paid_at IS NOT NULL THEN NULL WHEN o.status = 'cancelled' THEN CASE WHEN "       \
    "o.is_staged IS TRUE THEN 'presale' ELSE 'cancelled' END WHEN (coalesce(o.status, 'placed') " \
    "IN ('placed', 'unpaid') OR %s) AND (%s OR "                                                  \
    "coalesce(o.lines_as IN " HEADS_WAIT ", false)) THEN CASE WHEN o.is_staged IS TRUE "          \
    "THEN 'presale' ELSE 'unpaid' END END"

/* Of a pre-sale where deposits count: some money is there. Rows of orders, and of `ord`. */
#define PAID_IN_PART(paid, deposit) \
    "(o.is_staged IS TRUE AND (coalesce(o." paid ", 0) > 0 OR coalesce(o." deposit ", 0) > 0))"
#define STORED_PAID_IN_PART PAID_IN_PART("paid_e4", "deposit_e4")

/* Of `ord`, a row named o: whether the file says which state the order is in, which has s.n lines
 * that count now; or that, or its
 * payment where only a payment makes a sale. */
const char *merge_says_status(const struct import_job *j);
const char *merge_says_state(const struct import_job *j);
/* For LINES_AS: states that are not known, where a payment makes the sale and would stand in the
 * file. */
const char *merge_state_unknown(const struct import_job *j);
/* For LINES_AS: whether an order waits for its money; `if_deposit_counts` where deposits do. */
const char *merge_state_waits(const struct import_job *j, const char *if_deposit_counts);

/* Stored lines of the orders in `state_order`, by orders.lines_as; *n of them: `restated`. */
enum status merge_restate(struct conn *c, int64_t *n, struct error *why);

/* Gives the lines in `restated` the class that they have now; of imports that are done their
 * ledgers go with it. */
enum status merge_apply_restated(struct conn *c, struct error *why);

/* Returns of orders that do not count, in place; of the orders in a table (void_returns.c). */
enum status merge_void_returns_of(struct conn *c, const char *table, struct error *why);

/* A return that its order keeps from counting is one by itself; l: what the row's columns begin
 * with. */
#define CLASS_BY_ITSELF(l) "CASE WHEN " l "own_class = 'return' THEN 'return' ELSE " l "class END"

/* After merge_restate(): rows of these orders as a whole (postage, tips ...), by
 * state_order.counted (before) and .counts (now). */
enum status merge_restate_order_rows(struct import_job *j, struct error *why);

#endif
