/* What the files of profits share. Never included from outside. */
#ifndef SHOPVANE_DERIVE_PROFIT_PRIV_H
#define SHOPVANE_DERIVE_PROFIT_PRIV_H

#include "derive/derive_priv.h"

/* SELECT: store, sku, master_sku of the table article. */
extern const char profit_articles_sql[];
/* Steps from ledger lines to cost_line, as SQL over temporary tables (profit_sql.c). In order:
 * lines, goods, rates, what an order comes to, what was booked. */
extern const char *const profit_order_steps[];
extern const size_t profit_order_step_count;
/* Costs of an order by the rules and as booked: derive_profit_amount. Appends. */
void profit_add_amounts(struct buf *sql);
/* Shares of each amount among the lines that bear it: derive_profit_share. */
MUST_CHECK enum status profit_share_amounts(struct derive *d);
/* The rows, from all of the above: derive_profit. */
extern const char *const profit_row_steps[];
extern const size_t profit_row_step_count;
/* Costs of no order, into derive_profit_rest: the first step ads and booked fees, the others fixed
 * costs, which need a rule; then what is unsaid becomes 0. */
extern const char *const profit_rest_steps[];
extern const size_t profit_rest_step_count;
extern const char *const profit_rest_last;

/* Rules of the settings' cost book into cost_rule and cost_article, when they are other ones than
 * profits were derived with. */
MUST_CHECK enum status profit_rules_store(struct derive *d, bool *changed);
/* False too when there is no book. */
MUST_CHECK enum status profit_rules_differ(struct conn *c,
                                           const struct cost_book *book,
                                           bool *out,
                                           struct error *why);

#endif
