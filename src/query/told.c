/* Which rows show how far a table's source has come. A refund that comes in its own file writes a
 * return into the ledger of orders, and so do fees and postage that is paid back: that one of them
 * is of the 26th does not say that the orders of the 26th are there. The last day of orders is that
 * of the newest row that is no such thing, or the newest that a file of orders has told of (its
 * watermark: credit notes are rows of such a file). A shop that has nothing else reaches to them.
 * Without a watermark all rows tell.
 */
#include "query/query_priv.h"

#include "sql/sql.h"

/* What may come after the order, and not in a file of orders (ingest/merge/merge_derived.c). */
static const char *const caused[] = { "return", "shipping", "fee", "tip", "duty", "gift_card" };

static bool is_ledger(const struct table *t)
{
    const str name = str_from(t->name);
    return str_is(name, "order_line") || str_is(name, "cost_line");
}

void coverage_add_told(struct sql *sql, const struct table *t, str day)
{
    if (!is_ledger(t)) {
        sql_add(sql, ", CAST(NULL AS DATE)");
        return;
    }
    sql_add(sql, ", max(");
    sql_name(sql, day);
    sql_add(sql, ") FILTER (WHERE \"class\" NOT IN (");
    for (size_t i = 0; i < ARRAY_LEN(caused); i++) {
        sql_add(sql, i > 0 ? ", " : "");
        sql_bind_text(sql, str_from(caused[i]));
    }
    sql_add(sql, "))");
}

void coverage_settle_told(struct asking *k)
{
    for (size_t i = 0; i < k->n_coverage; i++) {
        struct coverage *c = &k->coverage[i];
        if (c->told == DAY_NONE)
            c->told = c->last;
        c->complete_to = c->told;
        for (size_t s = 0; s < c->n_stores; s++) {
            struct store_reach *at = &c->stores[s];
            at->told = at->told != DAY_NONE ? at->told : at->rows_to;
            at->last = at->told;
            at->complete_to = at->told;
        }
    }
}

void coverage_settle_untold(struct asking *k)
{
    for (size_t i = 0; i < k->n_coverage; i++) {
        struct coverage *c = &k->coverage[i];
        if (c->is_told || c->table->beside != NULL)
            continue;
        c->told = c->last;
        c->complete_to = c->last;
        for (size_t s = 0; s < c->n_stores; s++) {
            struct store_reach *at = &c->stores[s];
            at->told = at->rows_to;
            at->last = at->rows_to;
            at->complete_to = at->rows_to;
        }
    }
}

struct coverage_reach coverage_reach_in(const struct asking *k, const struct coverage *c, str store)
{
    const struct coverage *base = c->stores != NULL ? c : coverage_base(k, c);
    if (store.len == 0 || base->stores == NULL)
        return (struct coverage_reach){ c->first, c->last, c->told, c->complete_to };
    const struct store_reach *of = coverage_in_store(base, store);
    return of != NULL ? (struct coverage_reach){ of->first, of->rows_to, of->told, of->complete_to }
                      : (struct coverage_reach){ DAY_NONE, DAY_NONE, DAY_NONE, DAY_NONE };
}

bool coverage_is_effect(const struct kpi_measure *m)
{
    static const char *const returns[] = { "return" };
    if (m->table->beside != NULL)
        return m->table->view == NULL;
    return is_ledger(m->table) && kpi_measure_is_of(m, returns, ARRAY_LEN(returns));
}

bool coverage_has_effects(const struct coverage *c, str store)
{
    const struct store_reach *of = store.len > 0 ? coverage_in_store(c, store) : NULL;
    if (store.len > 0)
        return of != NULL && of->rows_to > of->last;
    return c->last > (c->newest > c->told ? c->newest : c->told);
}
