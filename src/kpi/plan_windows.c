/* Several ranges at once: a report asks about yesterday, the day before, the same weekday and the
 * month so far. What a statement costs is mostly finding its rows, and these lie side by side; so
 * sums are read once, by day, and each range adds up its own. Different buyers do not add up, and a
 * row of several days is of no single one: those are joined with the ranges and read by range. */
#include "kpi/plan_priv.h"

/* Rows come back by day and dimensions: more days than these, and ranges are read one by one. */
#define FEW_KEYS_DAYS  PLAN_NEAR_DAYS /* by store at most */
#define MANY_KEYS_DAYS 16

struct plan_question plan_window_at(const struct plan_question *q, size_t window)
{
    struct plan_question one = *q;
    one.from = q->windows[window].from;
    one.to = q->windows[window].to;
    one.n_windows = 0;
    return one;
}

struct plan_window plan_hull(const struct plan_window *windows, size_t n)
{
    struct plan_window all = windows[0];
    for (size_t i = 1; i < n; i++) {
        all.from = windows[i].from < all.from ? windows[i].from : all.from;
        all.to = windows[i].to > all.to ? windows[i].to : all.to;
    }
    return all;
}

static bool is_near(const struct plan_group *g)
{
    const struct plan_question *q = g->q;
    const struct plan_window all = plan_hull(q->windows, q->n_windows);
    const bool few = !g->by_dims || (q->n_by == 1 && str_is(str_from(q->by[0]->name), "store"));
    return all.to - all.from < (few ? FEW_KEYS_DAYS : MANY_KEYS_DAYS);
}

static bool has_rows_of_days(const struct plan_group *g)
{
    return table_column(g->fact, STR("end_date")) != NULL;
}

/* The group as it is would be read for [from, to]. */
static bool may_share(const struct plan_group *g)
{
    const struct plan_question *q = g->q;
    return q->n_windows > 1 && q->grain == GRAIN_TOTAL && q->last_minute < 0 && !q->by_currency &&
           g->variant->by_time && g->variant->n_excluded == 0 && !g->is_whole && g->date != NULL;
}

static bool may_be_daily(const struct plan_group *g)
{
    if (has_rows_of_days(g) || !is_near(g))
        return false;
    for (size_t i = 0; i < g->n; i++) {
        if (!plan_is_exact_sum(&g->slots->items[g->slot[i]]))
            return false;
    }
    return true;
}

/* Days that cells cannot answer are left to the statements of single ranges. */
static bool has_raw_days(const struct plan_group *g)
{
    for (size_t i = 0; g->route.rollup != NULL && i < g->q->n_windows; i++) {
        const struct plan_question one = plan_window_at(g->q, i);
        struct plan_group at = *g;
        at.q = &one;
        if (plan_has_raw_days(&at))
            return true;
    }
    return false;
}

static enum status daily_group(const struct plan_group *g,
                               struct arena *a,
                               bool *fits,
                               struct plan_group *out,
                               struct error *why)
{
    if (!may_be_daily(g))
        return STATUS_OK;
    struct plan_question *q = ARENA_NEW(a, struct plan_question, 1);
    if (q == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    *q = *g->q;
    q->grain = GRAIN_DAY;
    *out = *g;
    out->q = q;
    out->is_daily = true;
    for (size_t i = 0; g->route.rollup != NULL && i < g->n; i++) {
        const struct plan_slot *s = &g->slots->items[g->slot[i]];
        const struct plan_route route = plan_route_find(q, s, g->where, g->by_dims, true);
        if (route.rollup == NULL || (i > 0 && !plan_routes_equal(&route, &out->route)))
            return STATUS_OK;
        out->route = route;
    }
    *fits = !has_raw_days(out);
    return STATUS_OK;
}

/* Cells, and the facts that have rows of several days: ad spend, few of them. */
static bool may_be_windowed(const struct plan_group *g)
{
    if (!g->by_dims)
        return false;
    if (g->route.rollup != NULL)
        return g->route.set->by_day && !has_raw_days(g);
    return has_rows_of_days(g) && is_near(g) && g->gathered == NULL && g->counted == NULL &&
           !g->last_of_period && g->trailing_days == 0;
}

enum status plan_together(const struct plan_group *g,
                          struct arena *a,
                          bool *fits,
                          struct plan_group *out,
                          struct error *why)
{
    *fits = false;
    if (!may_share(g))
        return STATUS_OK;
    const enum status st = daily_group(g, a, fits, out, why);
    if (st != STATUS_OK || *fits || !may_be_windowed(g))
        return st;
    *out = *g;
    out->is_windowed = true;
    *fits = true;
    return STATUS_OK;
}

/* Of one window, as if it were asked for alone. */
static void add_window_days(struct sql *sql, const struct plan_group *g, size_t window)
{
    const struct plan_question q = plan_window_at(g->q, window);
    struct plan_group at = *g;
    at.q = &q;
    if (g->route.rollup != NULL)
        plan_add_cells_days(sql, &at);
    else
        plan_add_range(sql, &at);
}

void plan_add_window_list(struct sql *sql, const struct plan_question *q)
{
    for (size_t i = 0; i < q->n_windows; i++) {
        sql_add(sql, i == 0 ? " JOIN (SELECT " : " UNION ALL SELECT ");
        sql_add_int(sql, (int64_t)i);
        sql_add(sql, i == 0 ? " AS \"k_window\", CAST(" : ", CAST(");
        sql_bind_day(sql, q->windows[i].from);
        sql_add(sql, i == 0 ? " AS DATE) AS \"w_from\", CAST(" : " AS DATE), CAST(");
        sql_bind_day(sql, q->windows[i].to);
        sql_add(sql, i == 0 ? " AS DATE) AS \"w_to\"" : " AS DATE)");
    }
    sql_add(sql, ") AS \"window\" ON ");
}

void plan_add_window_join(struct sql *sql, const struct plan_group *g)
{
    plan_add_window_list(sql, g->q);
    for (size_t i = 0; i < g->q->n_windows; i++) {
        sql_add(sql, i == 0 ? "(\"k_window\" = " : " OR (\"k_window\" = ");
        sql_add_int(sql, (int64_t)i);
        sql_add(sql, " AND ");
        add_window_days(sql, g, i);
        sql_add(sql, ")");
    }
}

/* By the first and the last day the engine skips rows. */
void plan_add_windows(struct sql *sql, const struct plan_group *g)
{
    const bool cells = g->route.rollup != NULL;
    const str table = str_from(cells ? g->route.rollup->table : g->fact->name);
    const str date = cells ? STR("date") : str_from(g->date->name);
    const struct plan_window all = plan_hull(g->q->windows, g->q->n_windows);
    sql_column(sql, table, date);
    sql_add(sql, " >= ");
    sql_bind_day(sql, all.from);
    sql_add(sql, " AND ");
    sql_column(sql, table, date);
    sql_add(sql, " <= ");
    sql_bind_day(sql, all.to);
    for (size_t i = 0; i < g->q->n_windows; i++) {
        sql_add(sql, i == 0 ? " AND ((" : ") OR (");
        add_window_days(sql, g, i);
    }
    sql_add(sql, "))");
}
