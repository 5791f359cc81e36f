/* Which days of the range cells answer by month, which by day, and which raw facts must: dirty
 * days, a last day that counts only up to a minute, and the running month where a set has cells by
 * month only. */
#include "kpi/plan_priv.h"

enum segment_kind { SEGMENT_MONTHS, SEGMENT_DAYS, SEGMENT_RAW };

struct segment {
    enum segment_kind kind;
    int32_t from;
    int32_t to;
};

static bool is_dirty(const struct plan_cells *cells, int32_t day)
{
    size_t low = 0;
    size_t high = cells->n_dirty;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (cells->dirty[middle] < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low < cells->n_dirty && cells->dirty[low] == day;
}

static bool is_raw_day(const struct plan_group *g, int32_t day)
{
    return is_dirty(g->q->cells, day) || day >= g->raw_from ||
           (day == g->q->to && g->q->last_minute >= 0 && g->minute != NULL);
}

/* Last day of the month when its cell may answer, else DAY_NONE. */
static int32_t month_cell_end(const struct plan_group *g, int32_t day)
{
    const bool by_month = !plan_has_time(g) || g->q->grain >= GRAIN_MONTH;
    const int32_t open = g->route.open_month;
    if (!by_month || civil_from_day(day).day != 1 || (open != DAY_NONE && day >= open))
        return DAY_NONE;
    const int32_t end = day_add_months(day, 1) - 1;
    if (end > g->q->to)
        return DAY_NONE;
    for (int32_t d = day; d <= end; d++) {
        if (is_raw_day(g, d))
            return DAY_NONE;
    }
    return end;
}

/* The segment that starts at `day`. */
static struct segment segment_at(const struct plan_group *g, int32_t day)
{
    struct segment s = { SEGMENT_RAW, day, day };
    if (is_raw_day(g, day)) {
        while (s.to < g->q->to && is_raw_day(g, s.to + 1))
            s.to++;
        return s;
    }
    int32_t end = month_cell_end(g, day);
    if (end != DAY_NONE) {
        s.kind = SEGMENT_MONTHS;
        while (end != DAY_NONE) {
            s.to = end;
            end = s.to < g->q->to ? month_cell_end(g, s.to + 1) : DAY_NONE;
        }
        return s;
    }
    s.kind = SEGMENT_DAYS;
    while (s.to < g->q->to && !is_raw_day(g, s.to + 1) && month_cell_end(g, s.to + 1) == DAY_NONE)
        s.to++;
    return s;
}

bool plan_has_raw_days(const struct plan_group *g)
{
    if ((g->q->last_minute >= 0 && g->minute != NULL) || g->q->to >= g->raw_from)
        return true;
    for (size_t i = 0; i < g->q->cells->n_dirty; i++) {
        const int32_t day = g->q->cells->dirty[i];
        if (day >= g->q->from && day <= g->q->to)
            return true;
    }
    return false;
}

static void add_between(struct sql *sql, str table, str column, const struct segment *s)
{
    sql_column(sql, table, column);
    sql_add(sql, " >= ");
    sql_bind_day(sql, s->from);
    sql_add(sql, " AND ");
    sql_column(sql, table, column);
    sql_add(sql, " <= ");
    sql_bind_day(sql, s->to);
}

static void add_cell_key(struct sql *sql, str table, const char *name, int64_t value)
{
    sql_column(sql, table, str_from(name));
    sql_add(sql, " = ");
    sql_add_int(sql, value);
    sql_add(sql, " AND ");
}

void plan_add_cells_set(struct sql *sql, const struct plan_group *g)
{
    const str table = str_from(g->route.rollup->table);
    sql_column(sql, table, STR("basis"));
    sql_add(sql, " IN (");
    sql_add_int(sql, g->route.basis->id);
    sql_add(sql, ", ");
    sql_add_int(sql, ROLLUP_BASIS_BOTH);
    sql_add(sql, ") AND ");
    add_cell_key(sql, table, "set_id", g->route.set->id);
}

/* By the first and the last day the engine skips rows, as it cannot by an OR: cells are written by
 * date within a set. */
void plan_add_cells_days(struct sql *sql, const struct plan_group *g)
{
    const str table = str_from(g->route.rollup->table);
    const struct segment all = { SEGMENT_DAYS, g->q->from, g->q->to };
    bool any = false;
    add_between(sql, table, STR("date"), &all);
    sql_add(sql, " AND (");
    for (int32_t day = g->q->from; day <= g->q->to;) {
        const struct segment s = segment_at(g, day);
        day = s.to + 1;
        if (s.kind == SEGMENT_RAW)
            continue;
        sql_add(sql, any ? " OR (" : "(");
        add_cell_key(sql, table, "grain", s.kind == SEGMENT_MONTHS ? ROLLUP_MONTH : ROLLUP_DAY);
        add_between(sql, table, STR("date"), &s);
        sql_add(sql, ")");
        any = true;
    }
    sql_add(sql, any ? ")" : "FALSE)");
}

void plan_add_raw_days(struct sql *sql, const struct plan_group *g)
{
    bool any = false;
    sql_add(sql, " AND (");
    for (int32_t day = g->q->from; day <= g->q->to;) {
        const struct segment s = segment_at(g, day);
        day = s.to + 1;
        if (s.kind != SEGMENT_RAW)
            continue;
        sql_add(sql, any ? " OR (" : "(");
        add_between(sql, str_from(g->fact->name), str_from(g->date->name), &s);
        sql_add(sql, ")");
        any = true;
    }
    sql_add(sql, any ? ")" : "FALSE)");
}
