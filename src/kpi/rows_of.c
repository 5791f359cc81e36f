/* Rows behind a measure: range, scope, filters and joins are those of the planner's own statement.
 */
#include "kpi/rows_of.h"

#include "kpi/plan_priv.h"

const struct column *plan_rows_date(const struct kpi_leaf *leaf, enum kpi_basis asked)
{
    const enum kpi_basis basis = leaf->basis == BASIS_ASKED ? asked : leaf->basis;
    return basis == BASIS_ORDER ? leaf->measure->order_date : leaf->measure->date;
}

static void add_value(struct sql *sql, const struct plan_group *g, const struct kpi_measure *m)
{
    sql_add(sql, ", ");
    if (m->value != NULL)
        plan_add_row(sql, g, m->value);
    else
        sql_add(sql, "1");
    sql_add(sql, " AS \"row_value\"");
}

enum status plan_rows_write(const struct plan_rows *r,
                            struct arena *a,
                            struct sql *sql,
                            struct error *why)
{
    const struct plan_question q = { .dialect = sql->dialect,
                                     .grain = GRAIN_TOTAL,
                                     .from = r->from,
                                     .to = r->to,
                                     .last_minute = -1,
                                     .today = r->today,
                                     .stores = r->stores,
                                     .n_stores = r->n_stores };
    const struct plan_variant variant = { .by_time = false };
    struct plan_slot slot = { .measure = r->measure, .date = r->date };
    const struct plan_slots slots = { .items = &slot, .n = 1 };
    size_t index = 0;
    struct plan_group g = { .q = &q,
                            .variant = &variant,
                            .slots = &slots,
                            .fact = r->table,
                            .date = r->date,
                            .slot = &index,
                            .not_stores = r->not_stores,
                            .n_not_stores = r->n_not_stores,
                            .n = r->measure != NULL ? 1 : 0 };
    if (r->where != NULL) {
        const enum status st = kpi_where_bind(r->where, r->table, a, &g.where, why);
        if (st != STATUS_OK)
            return st;
    }
    if (r->measure != NULL) {
        g.common = r->measure->filter;
        g.last_of_period = r->measure->last_of_period;
        g.trailing_days = r->measure->trailing_days;
        g.trails_to = r->trails_to;
        g.gathered = r->measure->per != NULL ? r->measure : NULL;
    }
    sql_add(sql, "SELECT ");
    sql_name(sql, str_from(r->table->name));
    sql_add(sql, ".*");
    if (r->measure != NULL)
        add_value(sql, &g, r->measure);
    plan_add_from(sql, &g);
    plan_add_where(sql, &g, false);
    if (r->measure != NULL && r->measure->value != NULL) { /* what is null counts nowhere */
        sql_add(sql, " AND ");
        plan_add_row(sql, &g, r->measure->value);
        sql_add(sql, " IS NOT NULL");
    }
    if (g.gathered != NULL)
        plan_add_gathered_keys(sql, &g);
    return STATUS_OK;
}
