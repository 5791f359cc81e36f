/* What the files of profits share. Never included from outside. */
#ifndef SHOPVANE_DERIVE_PROFIT_PRIV_H
#define SHOPVANE_DERIVE_PROFIT_PRIV_H

#include "derive/derive_priv.h"

/* SELECT: store, sku, master_sku of the table article. */
extern const char profit_articles_sql[];
/* From ledger lines to what each side of an order costs, as SQL over temporary tables
 * (profit_sql.c): the steps in order, then derive_profit_amount. */
struct profit_way {
    const char *const *steps;
    size_t step_count;
    void (*add_amounts)(struct buf *sql);
};
extern const struct profit_way profit_by_costs; /* by the rules, and as booked */
/* Where no rule says a cost and none is booked: postage moves to what was sold, and that is all. */
extern const struct profit_way profit_by_postage;

/* The amounts of a side of an order, columns of derive_profit_amount, that its lines share. */
#define PROFIT_AMOUNTS 14
extern const char *const profit_amounts[PROFIT_AMOUNTS];
/* What a line l weighs when costs are shared: what it comes to. */
#define PROFIT_OWN "greatest(CASE l.side WHEN 'r' THEN -l.base_e4 ELSE l.base_e4 END, 0)::HUGEINT"
/* Shares those amounts, and writes the rows of all lines that bear any into `into`, which has the
 * columns of cost_line (profit_rows.c). */
MUST_CHECK enum status profit_write_rows(struct derive *d, const char *into);

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
