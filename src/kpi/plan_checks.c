/* Columns that tell whether the answer has to be asked for in another way: rows in another
 * currency, lines without an order. */
#include "kpi/plan_priv.h"

bool plan_wants_foreign(const struct plan_group *g)
{
    /* asked by currency already: what cannot be split by it has no value, and nothing to count */
    if (g->q->by_currency || g->fact->currency_column == NULL || g->q->currency.len == 0)
        return false;
    for (size_t i = 0; i < g->n; i++) {
        if (g->slots->items[g->slot[i]].is_money)
            return true;
    }
    return false;
}

static void add_is_foreign(struct sql *sql, const struct plan_group *g)
{
    sql_column(sql, plan_source_table(g), str_from(g->fact->currency_column));
    sql_add(sql, " <> ");
    sql_bind_text(sql, g->q->currency);
}

static void add_row_count(struct sql *sql)
{
    const struct sql_aggregate rows = { .kind = SQL_COUNT_ROWS };
    sql_aggregate(sql, &rows);
    sql_aggregate_end(sql);
}

void plan_add_foreign(struct sql *sql, const struct plan_group *g)
{
    const struct sql_aggregate rows = { .kind = SQL_COUNT_ROWS, .filtered = true };
    sql_add(sql, ", ");
    sql_aggregate(sql, &rows);
    sql_aggregate_where(sql);
    add_is_foreign(sql, g);
    sql_aggregate_end(sql);
    sql_add(sql, " AS \"m_foreign\"");
}

/* How many lines of the range there are, whether they have an order or not. */
static void add_line_count(struct sql *sql, const struct plan_group *g, bool foreign)
{
    sql_add(sql, "(SELECT ");
    add_row_count(sql);
    sql_add(sql, " FROM ");
    sql_name(sql, str_from(g->fact->name));
    plan_add_where(sql, g, false);
    if (foreign) {
        sql_add(sql, " AND ");
        add_is_foreign(sql, g);
    }
    sql_add(sql, ")");
}

void plan_add_checks(struct sql *sql, const struct plan_group *g)
{
    sql_add(sql, ", ");
    add_row_count(sql);
    sql_add(sql, " AS \"m_rows\", ");
    add_line_count(sql, g, false);
    sql_add(sql, " AS \"m_lines\"");
    if (!plan_wants_foreign(g))
        return;
    sql_add(sql, ", "); /* once for all rows: the engine passes over groups of one currency */
    add_line_count(sql, g, true);
    sql_add(sql, " AS \"m_foreign\"");
}
