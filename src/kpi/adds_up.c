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

static bool leaf_adds_up(const struct kpi_leaf *leaf)
{
    const struct kpi_measure *m = leaf->measure;
    if (leaf->is_whole || m->last_of_period || m->trailing_days > 0 || m->per != NULL)
        return false;
    return m->agg == AGG_SUM || m->agg == AGG_COUNT || counts_orders(m);
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

bool kpi_adds_up(const struct kpi *k)
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
            if (!leaf_adds_up(&k->leaves[f->leaf]))
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
    return kpi_adds_up(k);
}
