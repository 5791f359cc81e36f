/* Whether a KPI's figures of days, and of a dimension's values, add up to the figure of them all.
 */
#include "kpi/kpi.h"

#include <string.h>

#define NODES_MAX 256 /* of one formula; a longer one is taken for no sum */

static bool counts_orders(const struct kpi_measure *m)
{
    return m->agg == AGG_DISTINCT && m->value != NULL && m->value->op == ROW_COLUMN &&
           m->value->column != NULL && strcmp(m->value->column->name, "order_key") == 0;
}

/* The condition lets rows of some of the classes through and no others. */
static bool is_of_classes(const struct row_expr *e, const char *const *classes, size_t n)
{
    bool all = e != NULL && (e->op == ROW_EQ || e->op == ROW_IN) && e->n_args > 1 &&
               e->args[0]->op == ROW_COLUMN && e->args[0]->column != NULL &&
               !e->args[0]->is_joined && strcmp(e->args[0]->column->name, "class") == 0;
    for (size_t i = 1; all && i < e->n_args; i++) {
        size_t at = 0;
        while (at < n && !str_is(e->args[i]->text, classes[at]))
            at++;
        all = at < n;
    }
    return all;
}

bool kpi_measure_is_of(const struct kpi_measure *m, const char *const *classes, size_t n)
{
    const struct row_expr *e = m->filter;
    if (e == NULL || e->op != ROW_AND)
        return is_of_classes(e, classes, n);
    for (size_t i = 0; i < e->n_args; i++) {
        if (is_of_classes(e->args[i], classes, n))
            return true;
    }
    return false;
}

/* An order stands on its own day, and on one only; refunds, parcels and payments of it may be of
 * several. */
static bool is_on_one_day(const struct kpi_leaf *leaf)
{
    static const char *const placed[] = { "sale", "unpaid", "cancelled", "giveaway" };
    const struct kpi_measure *m = leaf->measure;
    if (leaf->basis == BASIS_ORDER && m->order_date != m->date)
        return true;
    return strcmp(m->table->name, "orders") == 0 ||
           (strcmp(m->table->name, "order_line") == 0 &&
            kpi_measure_is_of(m, placed, ARRAY_LEN(placed)));
}

static bool leaf_adds_up(const struct kpi_leaf *leaf, bool over_days)
{
    const struct kpi_measure *m = leaf->measure;
    if (leaf->is_whole || m->last_of_period || m->trailing_days > 0 || m->per != NULL)
        return false;
    return m->agg == AGG_SUM || m->agg == AGG_COUNT ||
           (counts_orders(m) && (!over_days || is_on_one_day(leaf)));
}

static bool is_number(const struct formula *f)
{
    while (f->op == FORMULA_NEGATE)
        f = f->args[0];
    return f->op == FORMULA_NUMBER;
}

/* What must add up below a node: how many of its arguments, from which on; false: none can. */
static bool parts_of(const struct formula *f, size_t *from, size_t *n)
{
    *from = 0;
    *n = f->n_args;
    switch (f->op) {
    case FORMULA_NEGATE:
    case FORMULA_ADD:
    case FORMULA_SUBTRACT:
        return true;
    case FORMULA_MULTIPLY:
        *from = f->n_args == 2 && is_number(f->args[0]) ? 1 : 0;
        *n = 1;
        return f->n_args == 2 && (is_number(f->args[0]) || is_number(f->args[1]));
    case FORMULA_DIVIDE:
        *n = 1;
        return f->n_args == 2 && is_number(f->args[1]);
    default:
        return false;
    }
}

static bool is_sum(const struct kpi *k, bool over_days)
{
    const struct formula *open[NODES_MAX] = { k->formula };
    size_t n_open = 1;
    if (k->formula == NULL)
        return false;
    while (n_open > 0) {
        const struct formula *f = open[--n_open];
        size_t from = 0;
        size_t n = 0;
        if (f->op == FORMULA_LEAF) {
            if (!leaf_adds_up(&k->leaves[f->leaf], over_days))
                return false;
            continue;
        }
        if (!parts_of(f, &from, &n) || n_open + n > NODES_MAX)
            return false;
        for (size_t i = 0; i < n; i++)
            open[n_open++] = f->args[from + i];
    }
    return true;
}

bool kpi_adds_up(const struct kpi *k)
{
    return is_sum(k, true);
}

/* All rows of one order have the same value: it is of the order, of its buyer, or of its store. */
static bool is_of_whole_order(const struct table *t, const struct dimension *d)
{
    bool is_joined = false;
    if (kpi_dimension_column(t, d, &is_joined) == NULL)
        return false;
    return strcmp(t->name, "orders") == 0 || strcmp(d->name, "store") == 0 ||
           (is_joined && (strcmp(d->via, "order_key") == 0 || strcmp(d->via, "customer_key") == 0));
}

static bool leaf_adds_up_by(const struct kpi_measure *m, const struct dimension *d)
{
    bool is_joined = false;
    if (kpi_dimension_column(m->table, d, &is_joined) == NULL)
        return false;
    if (m->is_platform) /* what a platform reports of parts is not the whole in parts */
        return strcmp(d->name, "store") == 0;
    return !counts_orders(m) || is_of_whole_order(m->table, d);
}

bool kpi_adds_up_by(const struct kpi *k, const struct dimension *d)
{
    for (size_t i = 0; i < k->n_leaves; i++) {
        if (!leaf_adds_up_by(k->leaves[i].measure, d))
            return false;
    }
    return is_sum(k, false);
}
