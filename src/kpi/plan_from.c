/* FROM: the fact, the tables that its dimensions live in, and lists of periods where the calendar
 * is not the Gregorian one or a measure looks back over several days. */
#include "kpi/plan_priv.h"

#include <string.h>

#define JOIN_MAX ((size_t)8)
#define LONG_AGO (-25567) /* 1900-01-01: the earliest day of both dialects */

/* Columns wanted of one joined table. */
struct join {
    const struct dimension *first; /* tells table and via */
    const char *columns[32];
    size_t n;
};
struct joins {
    struct join items[JOIN_MAX];
    size_t n;
};

static void add_join(struct joins *j, const struct dimension *d, const char *column)
{
    struct join *at = NULL;
    for (size_t i = 0; i < j->n; i++) {
        if (str_is(str_from(j->items[i].first->table), d->table))
            at = &j->items[i];
    }
    if (at == NULL) {
        BUG_IF(j->n == JOIN_MAX);
        at = &j->items[j->n++];
        at->first = d;
    }
    for (size_t i = 0; i < at->n; i++) {
        if (str_is(str_from(at->columns[i]), column))
            return;
    }
    BUG_IF(at->n == ARRAY_LEN(at->columns));
    at->columns[at->n++] = column;
}

static void visit(void *arg, const struct row_expr *e)
{
    if (e->op == ROW_COLUMN && e->is_joined)
        add_join(arg, e->dimension, e->column->name);
}

static struct joins joins_of(const struct plan_group *g)
{
    struct joins j = { .n = 0 };
    bool is_joined;
    plan_walk(g->where, visit, &j);
    for (size_t i = 0; i < g->n; i++) {
        const struct kpi_measure *m = g->slots->items[g->slot[i]].measure;
        plan_walk(m->value, visit, &j);
        plan_walk(m->filter, visit, &j);
        plan_walk(m->per, visit, &j);
        plan_walk(m->having, visit, &j);
    }
    const bool dims = g->by_dims || (g->variant->n_excluded > 0 && !g->is_whole);
    for (size_t i = 0; dims && i < g->q->n_by; i++) {
        const struct column *c = kpi_dimension_column(g->fact, g->q->by[i], &is_joined);
        if (is_joined)
            add_join(&j, g->q->by[i], c->name);
    }
    return j;
}

/* A table with a history has several rows of one key: the latest counts, as in derive/. */
static void add_latest(struct sql *sql, const struct join *j)
{
    sql_add(sql, "(SELECT \"store\", ");
    sql_name(sql, str_from(j->first->via));
    for (size_t i = 0; i < j->n; i++) {
        sql_add(sql, ", nullif("); /* arg_max would pass over a row whose text is null */
        sql_aggregate(sql, &(struct sql_aggregate){ .kind = SQL_ARG_MAX });
        sql_add(sql, "coalesce(");
        sql_name(sql, str_from(j->columns[i]));
        sql_add(sql, ", ''), (coalesce(\"valid_from\", ");
        sql_bind_day(sql, LONG_AGO);
        sql_add(sql, "), \"import_id\", \"row_no\")");
        sql_aggregate_end(sql);
        sql_add(sql, ", '') AS ");
        sql_name(sql, str_from(j->columns[i]));
    }
    sql_add(sql, " FROM ");
    sql_name(sql, str_from(j->first->table));
    sql_add(sql, " GROUP BY \"store\", ");
    sql_name(sql, str_from(j->first->via));
    sql_add(sql, ") AS ");
    sql_name(sql, str_from(j->first->table));
}

/* Orders of lines: only those between the first and the last that the range's lines name, so that a
 * question about a year does not lay out the orders of twenty. Order keys rise with the imports.
 * Buckets may reach beyond the range; statements of several ranges have one text without a span,
 * and run once. */
static bool has_span(const struct plan_group *g, const struct join *j)
{
    return strcmp(g->fact->name, "order_line") == 0 && strcmp(j->first->table, "orders") == 0 &&
           g->date != NULL && !plan_is_bucketed(g) && !g->is_daily && !g->is_windowed;
}

static void note_joined(void *arg, const struct row_expr *e)
{
    bool *any = arg;
    *any = *any || (e->op == ROW_COLUMN && e->is_joined);
}

/* What is asked of the orders may not decide which lines count: they are counted without them. */
bool plan_is_checked(const struct plan_group *g)
{
    bool is_by_order = false;
    bool has_orders = false;
    if (!g->q->counts_joined || g->q->dialect != SQL_DUCKDB || g->route.rollup != NULL ||
        g->gathered != NULL || g->counted != NULL || g->last_of_period || g->by_currency ||
        g->variant->n_excluded > 0)
        return false;
    plan_walk(g->where, note_joined, &is_by_order);
    plan_walk(g->common, note_joined, &is_by_order);
    const struct joins j = joins_of(g);
    for (size_t i = 0; i < j.n; i++)
        has_orders = has_orders || has_span(g, &j.items[i]);
    return has_orders && !is_by_order;
}

static void add_span(struct sql *sql, const struct plan_group *g, const struct join *j)
{
    const str fact = str_from(g->fact->name);
    const str other = str_from(j->first->table);
    const str via = str_from(j->first->via);
    sql_add(sql, "(SELECT ");
    sql_name(sql, other);
    sql_add(sql, ".* FROM ");
    sql_name(sql, other);
    sql_add(sql, " CROSS JOIN (SELECT min(");
    sql_name(sql, via);
    sql_add(sql, ") AS \"low\", max(");
    sql_name(sql, via);
    sql_add(sql, ") AS \"high\" FROM ");
    sql_name(sql, fact);
    sql_add(sql, " WHERE ");
    plan_add_range(sql, g);
    sql_add(sql, ") AS \"span\" WHERE ");
    sql_column(sql, other, via);
    sql_add(sql, " BETWEEN \"low\" AND \"high\") AS ");
    sql_name(sql, other);
}

static void add_one_join(struct sql *sql, const struct plan_group *g, const struct join *j)
{
    const str fact = str_from(g->fact->name);
    const str other = str_from(j->first->table);
    const str via = str_from(j->first->via);
    const struct table *t = commerce_table(other);
    BUG_IF(t == NULL);
    sql_add(sql, has_span(g, j) && plan_is_checked(g) ? " JOIN " : " LEFT JOIN ");
    const bool history = table_column(t, STR("valid_from")) != NULL;
    if (history)
        add_latest(sql, j);
    else if (has_span(g, j))
        add_span(sql, g, j);
    else
        sql_name(sql, other);
    sql_add(sql, " ON ");
    sql_column(sql, fact, via);
    sql_add(sql, " = ");
    sql_column(sql, other, via);
    const struct column *key = table_column(t, via);
    /* dense ids are unique over stores, article numbers are not */
    if (key != NULL && key->type == COLUMN_TEXT && table_column(g->fact, STR("store")) != NULL) {
        sql_add(sql, " AND ");
        sql_column(sql, fact, STR("store"));
        sql_add(sql, " = ");
        sql_column(sql, other, STR("store"));
    }
}

bool plan_is_bucketed(const struct plan_group *g)
{
    return g->trailing_days > 0 || (g->q->is_retail && plan_has_time(g));
}

/* The days that count for a period. A window ends on the last day of the period that counts: the
 * days to come are no days without sales. Where none has come yet, there is nothing to look back
 * from, and the period's own days have no rows either. */
static struct plan_window days_of(const struct plan_group *g, const struct plan_bucket *b)
{
    struct plan_window days = { b->start, b->end };
    if (g->trailing_days > 0 && b->start <= g->trails_to) {
        days.to = b->end < g->trails_to ? b->end : g->trails_to;
        days.from = days.to - g->trailing_days + 1;
    }
    return days;
}

static void add_bucket(struct sql *sql,
                       const struct plan_group *g,
                       const struct plan_bucket *b,
                       bool first)
{
    const struct plan_window days = days_of(g, b);
    sql_add(sql, first ? "SELECT " : " UNION ALL SELECT ");
    sql_add(sql, "CAST(");
    sql_bind_day(sql, b->from);
    sql_add(sql, first ? " AS DATE) AS \"k_day\", CAST(" : " AS DATE), CAST(");
    sql_bind_day(sql, days.from);
    sql_add(sql, first ? " AS DATE) AS \"b_from\", CAST(" : " AS DATE), CAST(");
    sql_bind_day(sql, days.to);
    sql_add(sql, first ? " AS DATE) AS \"b_to\"" : " AS DATE)");
    if (g->gathered == NULL || row_expr_period_start(g->gathered->having) == NULL)
        return;
    sql_add(sql, ", CAST(");
    sql_bind_day(sql, b->start);
    sql_add(sql, first ? " AS DATE) AS \"b_start\"" : " AS DATE)");
}

void plan_add_bucket_list(struct sql *sql, const struct plan_group *g)
{
    const struct plan_bucket whole = { g->q->from, g->q->from, g->q->to };
    const bool one = !plan_has_time(g);
    sql_add(sql, "(");
    for (size_t i = 0; i < (one ? 1 : g->q->n_buckets); i++)
        add_bucket(sql, g, one ? &whole : &g->q->buckets[i], i == 0);
    sql_add(sql, ") AS \"bucket\" JOIN ");
    sql_name(sql, str_from(g->fact->name));
    sql_add(sql, " ON ");
    sql_column(sql, str_from(g->fact->name), str_from(g->date->name));
    sql_add(sql, " >= \"bucket\".\"b_from\" AND ");
    sql_column(sql, str_from(g->fact->name), str_from(g->date->name));
    sql_add(sql, " <= \"bucket\".\"b_to\"");
}

void plan_add_from(struct sql *sql, const struct plan_group *g)
{
    const struct joins j = joins_of(g);
    sql_add(sql, " FROM ");
    if (plan_is_bucketed(g))
        plan_add_bucket_list(sql, g);
    else
        sql_name(sql, str_from(g->fact->name));
    for (size_t i = 0; i < j.n; i++)
        add_one_join(sql, g, &j.items[i]);
}

void plan_add_joins(struct sql *sql, const struct plan_group *g)
{
    const struct joins j = joins_of(g);
    for (size_t i = 0; i < j.n; i++)
        add_one_join(sql, g, &j.items[i]);
}
