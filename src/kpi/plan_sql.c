/* The text of one statement: keys, filtered aggregates, range, scope, groups. Three shapes: raw
 * facts; cells of a rollup; both, merged by an outer aggregate when some days are dirty. */
#include "kpi/plan_priv.h"

/* Where the aggregates stand. */
enum part {
    PART_ALONE, /* finished values */
    PART_INNER, /* mergeable values: sums and sets of ids */
    PART_OUTER  /* merges those */
};

bool plan_has_time(const struct plan_group *g)
{
    return g->variant->by_time && g->q->grain != GRAIN_TOTAL && g->date != NULL;
}

static bool has_hour(const struct plan_group *g)
{
    return plan_has_time(g) && g->q->grain == GRAIN_HOUR;
}

str plan_source_table(const struct plan_group *g)
{
    return str_from(g->route.rollup != NULL ? g->route.rollup->table : g->fact->name);
}

static str date_column(const struct plan_group *g)
{
    return g->route.rollup != NULL ? STR("date") : str_from(g->date->name);
}

static void add_start(struct sql *sql, const struct plan_group *g, str table, str column)
{
    static const enum sql_period periods[] = {
        [GRAIN_HOUR] = SQL_DAY_START,        [GRAIN_DAY] = SQL_DAY_START,
        [GRAIN_WEEK] = SQL_WEEK_START,       [GRAIN_MONTH] = SQL_MONTH_START,
        [GRAIN_QUARTER] = SQL_QUARTER_START, [GRAIN_YEAR] = SQL_YEAR_START,
    };
    sql_period_start(sql, periods[g->q->grain], g->q->week_start, table, column);
}

void plan_add_period(struct sql *sql, const struct plan_group *g)
{
    if (plan_is_bucketed(g)) {
        sql_add(sql, "\"bucket\".\"k_day\"");
        return;
    }
    add_start(sql, g, plan_source_table(g), date_column(g));
}

void plan_add_dimension(struct sql *sql, const struct plan_group *g, const struct dimension *d)
{
    bool is_joined = false;
    str name = STR_EMPTY;
    sql_add(sql, "coalesce(");
    if (g->route.rollup != NULL) {
        BUG_IF(!plan_route_dimension(&g->route, d, &name));
        sql_column(sql, plan_source_table(g), name);
    } else {
        const struct column *c = kpi_dimension_column(g->fact, d, &is_joined);
        BUG_IF(c == NULL);
        if (is_joined)
            plan_add_joined_column(sql, g->fact, d, c);
        else
            sql_column(sql, str_from(g->fact->name), str_from(c->name));
    }
    sql_add(sql, ", '')");
}

static const struct column *rate_date(const struct plan_group *g)
{
    const struct column *order = g->fact->order_date_column != NULL
                                     ? table_column(g->fact, str_from(g->fact->order_date_column))
                                     : NULL;
    return order != NULL ? order : g->date;
}

static const char *const dimension_keys[PLAN_BY_MAX] = {
    "\"k_0\"", "\"k_1\"", "\"k_2\"", "\"k_3\"", "\"k_4\"", "\"k_5\"", "\"k_6\"", "\"k_7\""
};

/* Writes the key columns, or only their names. */
void plan_add_keys(struct sql *sql, const struct plan_group *g, bool names_only)
{
    const char *comma = "";
    if (g->is_windowed) {
        sql_add(sql, "\"k_window\"");
        comma = ", ";
    }
    if (plan_has_time(g)) {
        if (!names_only)
            plan_add_period(sql, g);
        sql_add(sql, names_only ? "\"k_day\"" : " AS \"k_day\"");
        comma = ", ";
    }
    if (has_hour(g)) {
        sql_add(sql, comma);
        if (!names_only) {
            sql_add(sql, "(");
            sql_column(sql, plan_source_table(g), str_from(g->minute->name));
            sql_add(sql, " - ");
            sql_column(sql, plan_source_table(g), str_from(g->minute->name));
            sql_add(sql, " % 60) AS ");
        }
        sql_add(sql, "\"k_minute\"");
        comma = ", ";
    }
    for (size_t i = 0; g->by_dims && i < g->q->n_by; i++) {
        sql_add(sql, comma);
        if (!names_only) {
            plan_add_dimension(sql, g, g->q->by[i]);
            sql_add(sql, " AS ");
        }
        sql_add(sql, dimension_keys[i]);
        comma = ", ";
    }
    if (!g->by_currency)
        return;
    sql_add(sql, comma);
    if (!names_only) {
        sql_column(sql, plan_source_table(g), str_from(g->fact->currency_column));
        sql_add(sql, " AS \"k_currency\", ");
        if (rate_date(g) != NULL)
            sql_column(sql, plan_source_table(g), str_from(rate_date(g)->name));
        else
            sql_bind_day(sql, g->q->to);
        sql_add(sql, " AS \"k_rate_day\"");
    } else {
        sql_add(sql, "\"k_currency\", \"k_rate_day\"");
    }
}

bool plan_has_keys(const struct plan_group *g)
{
    return plan_has_time(g) || (g->by_dims && g->q->n_by > 0) || g->by_currency;
}

bool plan_is_exact_sum(const struct plan_slot *s)
{
    const struct row_expr *value = s->measure->value;
    const bool whole =
        value == NULL || value->type == ROW_TYPE_INTEGER || value->type == ROW_TYPE_MONEY;
    return s->is_additive && (whole || s->measure->agg == AGG_COUNT);
}

bool plan_slot_adds_up(const struct plan_slot *s)
{
    return plan_is_exact_sum(s) && s->date != NULL &&
           table_column(s->measure->table, STR("end_date")) == NULL;
}

/* Each row of the facts or cells counts once in the rows and once in the total: one of several days
 * may lie in no period of a series. */
static bool counts_once(const struct plan_group *g)
{
    const bool spans_days = table_column(g->fact, STR("end_date")) != NULL;
    return plan_has_keys(g) && !g->is_whole && !g->by_currency && g->variant->n_excluded == 0 &&
           !plan_is_bucketed(g) && !g->last_of_period && !(plan_has_time(g) && spans_days);
}

static bool has_sums_only(const struct plan_group *g)
{
    for (size_t i = 0; i < g->n; i++) {
        if (!plan_is_exact_sum(&g->slots->items[g->slot[i]]))
            return false;
    }
    return true;
}

/* Where a row counts in one period exactly when it counts in the whole range, and some value does
 * not add up; cells that stand in other periods than those asked for, too. */
bool plan_shares_total(const struct plan_group *g)
{
    if (!plan_has_keys(g) || g->is_whole || g->is_daily || g->gathered != NULL ||
        g->variant->n_excluded > 0 || g->q->dialect != SQL_DUCKDB)
        return false;
    if (g->is_windowed)
        return true;
    if (counts_once(g))
        return !has_sums_only(g) &&
               (g->route.rollup != NULL || table_column(g->fact, STR("end_date")) == NULL);
    return g->route.rollup != NULL;
}

/* Of cells only: distinct values of facts, held for both at once, take twice the memory. */
bool plan_shares_rank(const struct plan_group *g)
{
    return g->variant->with_total && g->variant->with_rank && g->route.rollup != NULL &&
           plan_shares_total(g) && plan_has_time(g) && g->by_dims;
}

bool plan_adds_up(const struct plan_group *g, const struct plan_slot *s)
{
    return plan_is_exact_sum(s) && (g->is_daily || (counts_once(g) && !plan_shares_total(g)));
}

static void add_group_by(struct sql *sql, const struct plan_group *g, bool with_total)
{
    if (!plan_has_keys(g))
        return;
    sql_add(sql, with_total ? " GROUP BY GROUPING SETS ((" : " GROUP BY ");
    plan_add_keys(sql, g, true);
    for (size_t i = 0; with_total && plan_shares_rank(g) && i < g->q->n_by; i++) {
        sql_add(sql, i == 0 ? "), (" : ", ");
        sql_add(sql, dimension_keys[i]);
    }
    sql_add(sql, with_total ? g->is_windowed ? "), (\"k_window\"))" : "), ())" : "");
    if (g->by_currency) /* where a rate is missing, the first such day is told */
        sql_add(sql, " ORDER BY \"k_rate_day\", \"k_currency\"");
}

static struct sql_aggregate raw_aggregate(const struct kpi_measure *m, enum part part)
{
    static const enum sql_aggregate_kind kinds[] = {
        [AGG_SUM] = SQL_SUM,
        [AGG_COUNT] = SQL_COUNT,
        [AGG_DISTINCT] = SQL_COUNT_DISTINCT,
        [AGG_MIN] = SQL_MIN,
        [AGG_MAX] = SQL_MAX,
        [AGG_MEDIAN] = SQL_QUANTILE,
        [AGG_PERCENTILE] = SQL_QUANTILE,
    };
    struct sql_aggregate a = { .kind = kinds[m->agg] };
    if (m->agg == AGG_COUNT && m->value == NULL)
        a.kind = SQL_COUNT_ROWS;
    if (m->agg == AGG_DISTINCT && part == PART_INNER)
        a.kind = SQL_IDS_BUILD;
    if (a.kind == SQL_QUANTILE)
        a.permille = m->permille;
    return a;
}

/* One value over raw facts. */
static void add_raw_value(struct sql *sql, const struct plan_group *g, size_t i, enum part part)
{
    const struct kpi_measure *m = g->slots->items[g->slot[i]].measure;
    const bool has_parts = plan_has_parts(g, i);
    struct sql_aggregate a = raw_aggregate(m, part);
    a.filtered = m->filter != NULL && g->common == NULL && !has_parts;
    sql_aggregate(sql, &a);
    if (has_parts)
        plan_add_parts(sql, g, i);
    else if (m->value != NULL)
        plan_add_row(sql, g, m->value);
    if (a.filtered) {
        sql_aggregate_where(sql);
        plan_add_row(sql, g, m->filter);
    }
    sql_aggregate_end(sql);
}

static enum sql_aggregate_kind cell_aggregate(const struct rollup_measure *m, enum part part)
{
    if (m->aggregate != ROLLUP_IDS)
        return SQL_SUM;
    return part == PART_ALONE ? SQL_IDS_UNION_COUNT : SQL_IDS_UNION;
}

/* One value over cells. */
static void add_cell_value(struct sql *sql,
                           const struct plan_group *g,
                           const struct kpi_measure *m,
                           enum part part)
{
    bool negative = false;
    const struct rollup_measure *column = plan_route_measure(&g->route, m, &negative);
    BUG_IF(column == NULL);
    const struct sql_aggregate a = { .kind = cell_aggregate(column, part),
                                     .filtered =
                                         g->common == NULL && plan_route_has_filter(&g->route, m) };
    sql_add(sql, negative ? "-" : "");
    sql_aggregate(sql, &a);
    sql_column(sql, plan_source_table(g), str_from(column->name));
    if (a.filtered) {
        sql_aggregate_where(sql);
        plan_route_add_filter(sql, g, m);
    }
    sql_aggregate_end(sql);
}

static void add_alias(struct sql *sql, size_t i)
{
    sql_add(sql, "\"m_");
    sql_add_int(sql, (int64_t)i);
    sql_add(sql, "\"");
}

static void add_outer_value(struct sql *sql, const struct kpi_measure *m, size_t i)
{
    const bool ids = m->agg == AGG_DISTINCT;
    const struct sql_aggregate a = { .kind = ids ? SQL_IDS_UNION_COUNT : SQL_SUM };
    sql_aggregate(sql, &a);
    add_alias(sql, i);
    sql_aggregate_end(sql);
}

static void add_values(struct sql *sql, const struct plan_group *g, enum part part)
{
    const char *comma = plan_has_keys(g) ? ", " : "";
    for (size_t i = 0; i < g->n; i++) {
        const struct kpi_measure *m = g->slots->items[g->slot[i]].measure;
        if (g->fold != NULL && g->fold[i].is_folded)
            continue;
        sql_add(sql, comma);
        comma = ", ";
        if (part == PART_OUTER)
            add_outer_value(sql, m, i);
        else if (g->route.rollup != NULL)
            add_cell_value(sql, g, m, part);
        else
            add_raw_value(sql, g, i, part);
        sql_add(sql, " AS ");
        add_alias(sql, i);
    }
    if (part == PART_ALONE && plan_is_checked(g))
        plan_add_checks(sql, g);
    else if (plan_wants_foreign(g) && part == PART_OUTER)
        sql_add(sql, ", sum(\"m_foreign\") AS \"m_foreign\"");
    else if (plan_wants_foreign(g))
        plan_add_foreign(sql, g);
}

/* A row that is one total of several days counts where all of them are in the question, and in a
 * series where one period holds them all: it is of no single day. */
static void add_whole_periods(struct sql *sql, const struct plan_group *g)
{
    const str fact = str_from(g->fact->name);
    const str end = STR("end_date");
    if (table_column(g->fact, end) == NULL)
        return;
    sql_add(sql, " AND (");
    sql_column(sql, fact, end);
    sql_add(sql, " IS NULL OR (");
    sql_column(sql, fact, end);
    sql_add(sql, " <= ");
    sql_bind_day(sql, g->q->to);
    if (plan_is_bucketed(g)) {
        sql_add(sql, " AND ");
        sql_column(sql, fact, end);
        sql_add(sql, " <= \"bucket\".\"b_to\"");
    } else if (plan_has_time(g)) {
        sql_add(sql, " AND ");
        add_start(sql, g, fact, end);
        sql_add(sql, " = ");
        add_start(sql, g, fact, str_from(g->date->name));
    }
    sql_add(sql, "))");
}

void plan_add_range(struct sql *sql, const struct plan_group *g)
{
    const str fact = str_from(g->fact->name);
    const str date = str_from(g->date->name);
    const bool until = g->q->last_minute >= 0 && g->minute != NULL;
    sql_column(sql, fact, date);
    sql_add(sql, " >= ");
    sql_bind_day(sql, g->q->from);
    sql_add(sql, until ? " AND (" : " AND ");
    sql_column(sql, fact, date);
    sql_add(sql, until ? " < " : " <= ");
    sql_bind_day(sql, g->q->to);
    if (!until) {
        add_whole_periods(sql, g);
        return;
    }
    sql_add(sql, " OR (");
    sql_column(sql, fact, date);
    sql_add(sql, " = ");
    sql_bind_day(sql, g->q->to);
    sql_add(sql, " AND ");
    sql_column(sql, fact, str_from(g->minute->name));
    sql_add(sql, " <= ");
    sql_add_int(sql, g->q->last_minute);
    sql_add(sql, "))");
}

static void add_store_list(
    struct sql *sql, const struct plan_group *g, const char *word, const str *stores, size_t n)
{
    if (n == 0 || table_column(g->fact, STR("store")) == NULL)
        return;
    sql_add(sql, " AND ");
    sql_column(sql, plan_source_table(g), STR("store"));
    sql_add(sql, word);
    for (size_t i = 0; i < n; i++) {
        sql_add(sql, i > 0 ? ", " : "");
        sql_bind_text(sql, stores[i]);
    }
    sql_add(sql, ")");
}

void plan_add_stores(struct sql *sql, const struct plan_group *g)
{
    add_store_list(sql, g, " IN (", g->q->stores, g->q->n_stores);
    add_store_list(sql, g, " NOT IN (", g->not_stores, g->n_not_stores);
}

/* The filter that all values of the group share; of cells, what they have not taken into account
 * already. */
static void add_common(struct sql *sql, const struct plan_group *g)
{
    const struct kpi_measure *first = g->slots->items[g->slot[0]].measure;
    if (g->common == NULL || (g->route.rollup != NULL && !plan_route_has_filter(&g->route, first)))
        return;
    sql_add(sql, " AND ");
    if (g->route.rollup != NULL)
        plan_route_add_filter(sql, g, first);
    else
        plan_add_row(sql, g, g->common);
}

/* Only rows of the last day of each period that has any, store by store. */
static void add_last_of_period(struct sql *sql, const struct plan_group *g)
{
    const str fact = str_from(g->fact->name);
    const bool by_store = table_column(g->fact, STR("store")) != NULL;
    sql_add(sql, " AND (");
    if (by_store) {
        sql_column(sql, fact, STR("store"));
        sql_add(sql, ", ");
    }
    sql_column(sql, fact, str_from(g->date->name));
    sql_add(sql, by_store ? ") IN (SELECT \"store\", max(" : ") IN (SELECT max(");
    sql_name(sql, str_from(g->date->name));
    sql_add(sql, ") FROM ");
    if (plan_is_bucketed(g))
        plan_add_bucket_list(sql, g);
    else
        sql_name(sql, fact);
    sql_add(sql, " WHERE ");
    plan_add_range(sql, g);
    plan_add_stores(sql, g);
    sql_add(sql, by_store || plan_has_time(g) ? " GROUP BY " : "");
    sql_add(sql, by_store ? "\"store\"" : "");
    if (plan_has_time(g)) {
        sql_add(sql, by_store ? ", " : "");
        plan_add_period(sql, g);
    }
    sql_add(sql, ")");
}

/* One list, which the engine looks values up in: two thousand conditions took it nine seconds. */
void plan_add_excluded(struct sql *sql, const struct plan_group *g)
{
    const size_t n_by = g->q->n_by;
    const char *open = n_by > 1 ? "(" : "";
    const char *close = n_by > 1 ? ")" : "";
    if (g->is_whole || g->variant->n_excluded == 0)
        return;
    sql_add(sql, " AND ");
    sql_add(sql, open);
    for (size_t d = 0; d < n_by; d++) {
        sql_add(sql, d > 0 ? ", " : "");
        plan_add_dimension(sql, g, g->q->by[d]);
    }
    sql_add(sql, close);
    for (size_t i = 0; i < g->variant->n_excluded; i++) {
        sql_add(sql, i > 0 ? ", " : " NOT IN (");
        sql_add(sql, open);
        for (size_t d = 0; d < n_by; d++) {
            sql_add(sql, d > 0 ? ", " : "");
            sql_bind_text(sql, g->variant->excluded[i * n_by + d]);
        }
        sql_add(sql, close);
    }
    sql_add(sql, ")");
}

/* Range, scope and filters. `raw_days`: only the days that cells cannot answer. */
void plan_add_where(struct sql *sql, const struct plan_group *g, bool raw_days)
{
    sql_add(sql, " WHERE ");
    if (g->route.rollup != NULL)
        plan_add_cells_set(sql, g);
    if (g->is_daily || g->is_windowed)
        plan_add_windows(sql, g);
    else if (g->route.rollup != NULL)
        plan_add_cells_days(sql, g);
    else if (g->date == NULL || g->trailing_days > 0)
        sql_add(sql, "TRUE"); /* undated, or the buckets' join has the range */
    else
        plan_add_range(sql, g);
    if (raw_days)
        plan_add_raw_days(sql, g);
    plan_add_stores(sql, g);
    if (g->where != NULL) {
        sql_add(sql, " AND ");
        plan_add_row(sql, g, g->where);
    }
    add_common(sql, g);
    if (g->last_of_period)
        add_last_of_period(sql, g);
    plan_add_excluded(sql, g);
}

static void add_select(struct sql *sql, const struct plan_group *g, enum part part, bool raw_days)
{
    sql_add(sql, "SELECT ");
    plan_add_keys(sql, g, false);
    add_values(sql, g, part);
    if (g->route.rollup != NULL) {
        sql_add(sql, " FROM ");
        sql_name(sql, plan_source_table(g));
    } else {
        plan_add_from(sql, g);
    }
    if (g->is_windowed)
        plan_add_window_join(sql, g);
    plan_add_where(sql, g, raw_days);
    add_group_by(sql, g, part == PART_ALONE && g->variant->with_total && plan_shares_total(g));
}

void plan_write(struct sql *sql, const struct plan_group *g, struct plan_query *out)
{
    out->has_time = plan_has_time(g);
    out->has_hour = has_hour(g);
    out->n_dims = g->by_dims ? g->q->n_by : 0;
    out->has_currency = g->by_currency;
    out->has_foreign = plan_wants_foreign(g);
    out->is_daily = g->is_daily;
    out->is_windowed = g->is_windowed;
    out->has_total = g->variant->with_total && plan_shares_total(g);
    out->has_rank = plan_shares_rank(g);
    out->has_check = plan_is_checked(g);
    out->served = g->route.rollup != NULL ? PLAN_ROLLUP : PLAN_RAW;
    if (g->gathered != NULL) {
        plan_write_gathered(sql, g);
        return;
    }
    if (g->counted != NULL) {
        plan_write_counted(sql, g, out->has_total);
        return;
    }
    if (g->route.rollup == NULL || g->is_daily || g->is_windowed || !plan_has_raw_days(g)) {
        add_select(sql, g, PART_ALONE, false);
        return;
    }
    struct plan_question unchecked = *g->q; /* beside cells nobody counts the lines */
    struct plan_group raw = *g;
    unchecked.counts_joined = false;
    raw.q = &unchecked;
    raw.route = (struct plan_route){ .rollup = NULL };
    out->served = PLAN_ROLLUP_AND_RAW;
    sql_add(sql, "SELECT ");
    plan_add_keys(sql, g, true);
    add_values(sql, g, PART_OUTER);
    sql_add(sql, " FROM (");
    add_select(sql, g, PART_INNER, false);
    sql_add(sql, " UNION ALL ");
    add_select(sql, &raw, PART_INNER, true);
    sql_add(sql, ") AS \"part\"");
    add_group_by(sql, g, out->has_total);
}
