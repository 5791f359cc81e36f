/* Measures over keys instead of rows: rows are gathered by a key, keys whose rows together meet
 * `having` count, and of those the `top`. A total is gathered anew over all rows that it covers,
 * never made of those of groups: who bought once here and once there has bought twice.
 *
 *   SELECT keys, count(*) | sum(value) | sum of the n greatest
 *   FROM (SELECT keys, key, sum(value) FROM fact WHERE ... GROUP BY keys, key HAVING ...)
 *   GROUP BY keys */
#include "kpi/plan_priv.h"

/* FROM, WHERE and the condition on rows that have a key. */
static void add_source(struct sql *sql, const struct plan_group *g)
{
    plan_add_from(sql, g);
    plan_add_where(sql, g, false);
    sql_add(sql, " AND ");
    plan_add_row(sql, g, g->gathered->per);
    sql_add(sql, " IS NOT NULL");
}

/* The first day of the period is one and the same in all rows of a group. */
static void add_having(struct sql *sql, const struct plan_group *g)
{
    const struct row_expr *having = g->gathered->having;
    if (having == NULL)
        return;
    if (row_expr_period_start(having) != NULL)
        sql_add(sql, ", \"bucket\".\"b_start\"");
    sql_add(sql, " HAVING ");
    plan_add_row(sql, g, having);
}

static void add_sum(struct sql *sql, const struct plan_group *g)
{
    sql_aggregate(sql, &(struct sql_aggregate){ .kind = SQL_SUM });
    plan_add_row(sql, g, g->gathered->value);
    sql_aggregate_end(sql);
}

static void add_gathered(struct sql *sql, const struct plan_group *g)
{
    sql_add(sql, "(SELECT ");
    plan_add_keys(sql, g, false);
    sql_add(sql, plan_has_keys(g) ? ", " : "");
    plan_add_row(sql, g, g->gathered->per);
    sql_add(sql, " AS \"g_key\"");
    if (g->gathered->agg == AGG_SUM) {
        sql_add(sql, ", ");
        add_sum(sql, g);
        sql_add(sql, " AS \"g_value\"");
    }
    if (plan_wants_foreign(g))
        plan_add_foreign(sql, g);
    add_source(sql, g);
    sql_add(sql, " GROUP BY ");
    plan_add_keys(sql, g, true);
    sql_add(sql, plan_has_keys(g) ? ", \"g_key\"" : "\"g_key\"");
    add_having(sql, g);
    sql_add(sql, ") AS \"gathered\"");
}

static void add_value(struct sql *sql, const struct kpi_measure *m)
{
    const bool adds = m->agg == AGG_SUM;
    if (adds && m->top > 0) {
        sql_top_sum_open(sql);
        sql_add(sql, "\"g_value\"");
        sql_top_sum_close(sql, m->top);
        return;
    }
    sql_aggregate(sql, &(struct sql_aggregate){ .kind = adds ? SQL_SUM : SQL_COUNT_ROWS });
    sql_add(sql, adds ? "\"g_value\"" : "");
    sql_aggregate_end(sql);
}

void plan_write_gathered(struct sql *sql, const struct plan_group *g)
{
    sql_add(sql, "SELECT ");
    plan_add_keys(sql, g, true);
    sql_add(sql, plan_has_keys(g) ? ", " : "");
    add_value(sql, g->gathered);
    sql_add(sql, " AS \"m_0\"");
    if (plan_wants_foreign(g))
        sql_add(sql, ", sum(\"m_foreign\") AS \"m_foreign\"");
    sql_add(sql, " FROM ");
    add_gathered(sql, g);
    if (plan_has_keys(g)) {
        sql_add(sql, " GROUP BY ");
        plan_add_keys(sql, g, true);
    }
}

void plan_add_gathered_keys(struct sql *sql, const struct plan_group *g)
{
    sql_add(sql, " AND ");
    plan_add_row(sql, g, g->gathered->per);
    sql_add(sql, " IN (SELECT ");
    plan_add_row(sql, g, g->gathered->per);
    sql_add(sql, " AS \"g_key\"");
    add_source(sql, g);
    sql_add(sql, " GROUP BY \"g_key\"");
    add_having(sql, g);
    if (g->gathered->top > 0) { /* of equal sums any gives the same total */
        sql_add(sql, " ORDER BY ");
        add_sum(sql, g);
        sql_add(sql, " DESC NULLS LAST, \"g_key\" LIMIT ");
        sql_add_int(sql, g->gathered->top);
    }
    sql_add(sql, ")");
}
