/* Medians and percentiles of many rows. The engine's own aggregate holds each value in memory that
 * its limit does not know of. Here rows of one value are counted first, which may use temporary
 * files, and the value is found where the counts reach it: the same number, interpolated alike.
 *
 *   SELECT keys, value
 *   FROM (SELECT keys, q_value, q_to, q_at            -- how many rows up to it; where to stand
 *         FROM (SELECT keys, x AS q_value, count(x) AS q_n FROM fact WHERE ... GROUP BY keys, x)
 *         WINDOW ...)
 *   GROUP BY keys */
#include "kpi/plan_priv.h"

static void add_names(struct sql *sql, const struct plan_group *g)
{
    plan_add_keys(sql, g, true);
    sql_add(sql, plan_has_keys(g) ? ", " : "");
}

/* Rows without a value stay, with a count of 0, so that their keys do. */
static void add_counted(struct sql *sql, const struct plan_group *g, bool with_total)
{
    const struct kpi_measure *m = g->counted;
    sql_add(sql, "(SELECT ");
    plan_add_keys(sql, g, false);
    sql_add(sql, plan_has_keys(g) ? ", " : "");
    plan_add_row(sql, g, m->value);
    sql_add(sql, " AS \"q_value\", ");
    sql_aggregate(sql, &(struct sql_aggregate){ .kind = SQL_COUNT });
    plan_add_row(sql, g, m->value);
    sql_aggregate_end(sql);
    sql_add(sql, " AS \"q_n\"");
    if (plan_wants_foreign(g))
        plan_add_foreign(sql, g);
    plan_add_from(sql, g);
    plan_add_where(sql, g, false);
    sql_add(sql, with_total ? " GROUP BY GROUPING SETS ((" : " GROUP BY ");
    add_names(sql, g);
    sql_add(sql, with_total ? "\"q_value\"), (\"q_value\"))" : "\"q_value\"");
    sql_add(sql, ") AS \"counted\"");
}

static void add_window(struct sql *sql, const struct plan_group *g, const char *rows)
{
    if (plan_has_keys(g)) {
        sql_add(sql, "PARTITION BY ");
        plan_add_keys(sql, g, true);
        sql_add(sql, " ");
    }
    sql_add(sql, "ORDER BY \"q_value\"");
    sql_add(sql, rows);
}

void plan_write_counted(struct sql *sql, const struct plan_group *g, bool with_total)
{
    const bool foreign = plan_wants_foreign(g);
    sql_add(sql, "SELECT ");
    add_names(sql, g);
    sql_ranked_value(sql);
    sql_add(sql, " AS \"m_0\"");
    sql_add(sql, foreign ? ", sum(\"m_foreign\") AS \"m_foreign\"" : "");
    sql_add(sql, " FROM (SELECT ");
    add_names(sql, g);
    sql_add(sql, foreign ? "\"m_foreign\", " : "");
    sql_ranks(sql, g->counted->permille);
    sql_add(sql, " FROM ");
    add_counted(sql, g, with_total);
    sql_add(sql, " WINDOW \"q_up\" AS (");
    add_window(sql, g, "");
    sql_add(sql, "), \"q_all\" AS (");
    add_window(sql, g, " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING");
    sql_add(sql, ")) AS \"ranked\"");
    if (plan_has_keys(g)) {
        sql_add(sql, " GROUP BY ");
        plan_add_keys(sql, g, true);
    }
}
