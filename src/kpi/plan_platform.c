/* The statement over platform_stat: figures that platforms have counted already, one level of it at
 * a time: whole stores, articles, channels. Nothing is decided here about which rows may become one
 * figure: rows come back by store, measure and period, and query/stats.c chooses. */
#include "kpi/plan_priv.h"

#define FACT "platform_stat"

const char *plan_platform_name(const struct platform_measure *m, bool by_article)
{
    return by_article && m->of_item != NULL ? m->of_item : m->name;
}

static void find_need(void *arg, const struct row_expr *e)
{
    struct plan_platform_need *need = arg;
    if (e->op != ROW_COLUMN)
        return;
    const str name = str_from(e->column->name);
    need->article = need->article || e->is_joined || str_is(name, "sku");
    need->channel = need->channel || (!e->is_joined && str_is(name, "channel"));
    need->store_filter = need->store_filter || (!e->is_joined && str_is(name, "store"));
}

static enum status bind_where(const struct plan_question *q,
                              struct arena *a,
                              const struct row_expr **out,
                              struct error *why)
{
    *out = NULL;
    return q->where == NULL ? STATUS_OK
                            : kpi_where_bind(q->where, commerce_table(STR(FACT)), a, out, why);
}

static enum status lacks(const struct dimension *d, struct error *why)
{
    struct buf has;
    buf_init(&has, 2048);
    plan_add_dimensions(commerce_table(STR(FACT)), &has);
    const enum status st = error_set(why,
                                     STATUS_NOT_FOUND,
                                     "table \"%s\" has no dimension \"%s\" (it has: %.*s)",
                                     FACT,
                                     d->name,
                                     STR_ARG(buf_str(&has)));
    buf_release(&has);
    return st;
}

enum status plan_platform_needs(const struct plan_question *q,
                                bool by_dims,
                                struct arena *a,
                                struct plan_platform_need *out,
                                struct error *why)
{
    const struct row_expr *where;
    const struct table *t = commerce_table(STR(FACT));
    *out = (struct plan_platform_need){ .article = false };
    const enum status st = bind_where(q, a, &where, why);
    if (st != STATUS_OK)
        return st;
    plan_walk(where, find_need, out);
    for (size_t i = 0; by_dims && i < q->n_by; i++) {
        bool is_joined;
        const struct column *c = kpi_dimension_column(t, q->by[i], &is_joined);
        if (c == NULL)
            return lacks(q->by[i], why);
        out->article = out->article || is_joined || str_is(str_from(c->name), "sku");
        out->channel = out->channel || (!is_joined && str_is(str_from(c->name), "channel"));
    }
    return STATUS_OK;
}

/* One statement being written. */
struct writing {
    struct sql *sql;
    const struct plan_group *g;
    const struct plan_platform_wish *wish;
    const struct plan_platform *shape;
    struct plan_platform_need need;
};

static void add_texts(struct sql *sql, const char *column, const str *texts, size_t n)
{
    sql_column(sql, STR(FACT), str_from(column));
    sql_add(sql, " IN (");
    for (size_t i = 0; i < n; i++) {
        sql_add(sql, i > 0 ? ", " : "");
        sql_bind_text(sql, texts[i]);
    }
    sql_add(sql, n > 0 ? ")" : "NULL)");
}

static void add_measures(const struct writing *w)
{
    sql_column(w->sql, STR(FACT), STR("measure"));
    sql_add(w->sql, " IN (");
    for (size_t i = 0; i < w->wish->n_slots; i++) {
        const struct plan_slot *s = &w->g->slots->items[w->wish->slots[i]];
        sql_add(w->sql, i > 0 ? ", " : "");
        sql_bind_text(w->sql,
                      str_from(plan_platform_name(s->measure->platform, w->shape->by_article)));
    }
    sql_add(w->sql, ")");
}

/* Rows that the platform has revised: an older version of the same row says something else. */
static void add_restated(const struct writing *w)
{
    static const char *const key[] = { "store",    "measure", "local_date",
                                       "end_date", "sku",     "channel" };
    struct sql *sql = w->sql;
    if (!w->wish->any_revised) {
        sql_add(sql, "FALSE");
        return;
    }
    sql_add(sql, "EXISTS (SELECT 1 FROM \"platform_stat_old\" AS \"old\" WHERE ");
    for (size_t i = 0; i < ARRAY_LEN(key); i++) {
        sql_add(sql, i > 0 ? " AND " : "");
        sql_column(sql, STR("old"), str_from(key[i]));
        sql_add(sql, " IS NOT DISTINCT FROM ");
        sql_column(sql, STR(FACT), str_from(key[i]));
    }
    sql_add(sql, " AND \"old\".\"value_e4\" IS DISTINCT FROM ");
    sql_column(sql, STR(FACT), STR("value_e4"));
    sql_add(sql, ")");
}

/* A column is '' where nothing stands: rows of the whole are those. */
static void add_level(const struct writing *w, const char *column, bool is_set)
{
    sql_add(w->sql, " AND coalesce(");
    sql_column(w->sql, STR(FACT), str_from(column));
    sql_add(w->sql, is_set ? ", '') <> ''" : ", '') = ''");
}

/* FROM (the rows of the level with their last day and mark) under the table's own name. */
static void add_rows(const struct writing *w)
{
    struct sql *sql = w->sql;
    const bool channel = w->wish->level == PLAN_PLATFORM_ASKED && w->need.channel;
    const struct plan_window days = w->shape->is_windowed
                                        ? plan_hull(w->g->q->windows, w->g->q->n_windows)
                                        : (struct plan_window){ w->g->q->from, w->g->q->to };
    sql_add(sql, " FROM (SELECT *, coalesce(\"end_date\", \"local_date\") AS \"p_to\", ");
    add_restated(w);
    sql_add(sql, " AS \"p_restated\" FROM \"platform_stat\" WHERE ");
    add_texts(sql, "store", w->wish->stores, w->wish->n_stores);
    sql_add(sql, " AND ");
    add_measures(w);
    sql_add(sql, " AND \"local_date\" >= ");
    sql_bind_day(sql, days.from);
    sql_add(sql, " AND coalesce(\"end_date\", \"local_date\") <= ");
    sql_bind_day(sql, days.to);
    add_level(w, "sku", w->shape->by_article);
    add_level(w, "channel", channel);
    sql_add(sql, ") AS \"platform_stat\"");
}

static void add_bucket_join(const struct writing *w)
{
    struct sql *sql = w->sql;
    sql_add(sql, " JOIN (");
    for (size_t i = 0; i < w->g->q->n_buckets; i++) {
        const struct plan_bucket *b = &w->g->q->buckets[i];
        sql_add(sql, i == 0 ? "SELECT CAST(" : " UNION ALL SELECT CAST(");
        sql_bind_day(sql, b->from);
        sql_add(sql, i == 0 ? " AS DATE) AS \"k_day\", CAST(" : " AS DATE), CAST(");
        sql_bind_day(sql, b->start);
        sql_add(sql, i == 0 ? " AS DATE) AS \"b_from\", CAST(" : " AS DATE), CAST(");
        sql_bind_day(sql, b->end);
        sql_add(sql, i == 0 ? " AS DATE) AS \"b_to\"" : " AS DATE)");
    }
    sql_add(sql,
            ") AS \"bucket\" ON \"platform_stat\".\"local_date\" >= \"bucket\".\"b_from\""
            " AND \"platform_stat\".\"p_to\" <= \"bucket\".\"b_to\"");
}

/* Periods that lie in two of the question's periods answer neither. */
static void add_within(const struct writing *w)
{
    static const enum sql_period periods[] = {
        [GRAIN_DAY] = SQL_DAY_START,     [GRAIN_WEEK] = SQL_WEEK_START,
        [GRAIN_MONTH] = SQL_MONTH_START, [GRAIN_QUARTER] = SQL_QUARTER_START,
        [GRAIN_YEAR] = SQL_YEAR_START,
    };
    const struct plan_question *q = w->g->q;
    if (!w->shape->has_time || q->is_retail)
        return;
    sql_add(w->sql, " AND ");
    sql_period_start(w->sql, periods[q->grain], q->week_start, STR(FACT), STR("local_date"));
    sql_add(w->sql, " = ");
    sql_period_start(w->sql, periods[q->grain], q->week_start, STR(FACT), STR("p_to"));
}

static void add_key_columns(const struct writing *w)
{
    static const char *const dims[] = { "\"k_0\"", "\"k_1\"", "\"k_2\"", "\"k_3\"",
                                        "\"k_4\"", "\"k_5\"", "\"k_6\"", "\"k_7\"" };
    struct sql *sql = w->sql;
    sql_add(sql, w->shape->is_windowed ? "\"k_window\", " : "");
    if (w->shape->has_time) {
        plan_add_period(sql, w->g);
        sql_add(sql, " AS \"k_day\", ");
    }
    for (size_t i = 0; i < w->shape->n_dims; i++) {
        plan_add_dimension(sql, w->g, w->g->q->by[i]);
        sql_add(sql, " AS ");
        sql_add(sql, dims[i]);
        sql_add(sql, ", ");
    }
    sql_add(sql,
            "\"platform_stat\".\"store\" AS \"k_store\", \"platform_stat\".\"measure\" AS "
            "\"k_measure\", CASE WHEN \"platform_stat\".\"p_to\" > "
            "\"platform_stat\".\"local_date\" THEN \"platform_stat\".\"local_date\" END AS "
            "\"k_from\", CASE WHEN \"platform_stat\".\"p_to\" > \"platform_stat\".\"local_date\" "
            "THEN \"platform_stat\".\"p_to\" END AS \"k_to\", "
            "coalesce(\"platform_stat\".\"currency\", '') AS \"k_currency\"");
    if (w->shape->has_rate_day)
        sql_add(sql, ", \"platform_stat\".\"local_date\" AS \"k_rate_day\"");
}

static void add_group(const struct writing *w)
{
    static const char *const dims[] = { "\"k_0\", ", "\"k_1\", ", "\"k_2\", ", "\"k_3\", ",
                                        "\"k_4\", ", "\"k_5\", ", "\"k_6\", ", "\"k_7\", " };
    sql_add(w->sql, " GROUP BY ");
    sql_add(w->sql, w->shape->is_windowed ? "\"k_window\", " : "");
    sql_add(w->sql, w->shape->has_time ? "\"k_day\", " : "");
    for (size_t i = 0; i < w->shape->n_dims; i++)
        sql_add(w->sql, dims[i]);
    sql_add(w->sql, "\"k_store\", \"k_measure\", \"k_from\", \"k_to\", \"k_currency\"");
    sql_add(w->sql, w->shape->has_rate_day ? ", \"k_rate_day\"" : "");
}

static void write_statement(const struct writing *w)
{
    struct sql *sql = w->sql;
    sql_add(sql, "SELECT ");
    add_key_columns(w);
    sql_add(sql,
            ", count(*) AS \"n\", count(DISTINCT \"platform_stat\".\"local_date\") AS \"days\", "
            "sum(\"platform_stat\".\"value_e4\") AS \"value\", ");
    sql_aggregate(sql, &(struct sql_aggregate){ .kind = SQL_ARG_MAX });
    sql_add(sql, "\"platform_stat\".\"value_e4\", \"platform_stat\".\"p_to\"");
    sql_aggregate_end(sql);
    sql_add(sql, " AS \"last\", max(\"platform_stat\".\"p_to\") AS \"last_to\", ");
    sql_aggregate(sql, &(struct sql_aggregate){ .kind = SQL_COUNT_ROWS, .filtered = true });
    sql_aggregate_where(sql);
    sql_add(sql, "\"platform_stat\".\"p_restated\"");
    sql_aggregate_end(sql);
    sql_add(sql, " AS \"restated\"");
    add_rows(w);
    if (w->shape->has_time && w->g->q->is_retail)
        add_bucket_join(w);
    if (w->shape->is_windowed) {
        plan_add_window_list(sql, w->g->q);
        sql_add(sql,
                "\"platform_stat\".\"local_date\" >= \"w_from\" AND "
                "\"platform_stat\".\"p_to\" <= \"w_to\"");
    }
    plan_add_joins(sql, w->g);
    sql_add(sql, " WHERE \"platform_stat\".\"value_e4\" IS NOT NULL");
    add_within(w);
    plan_add_stores(sql, w->g);
    if (w->g->where != NULL) {
        sql_add(sql, " AND ");
        plan_add_row(sql, w->g, w->g->where);
    }
    plan_add_excluded(sql, w->g);
    add_group(w);
}

/* NOLINTNEXTLINE(readability-function-size): the planner's usual six and the wish */
enum status plan_platform_build(const struct plan_question *q,
                                const struct plan_slots *slots,
                                const struct plan_variant *variant,
                                const struct plan_platform_wish *wish,
                                struct arena *a,
                                struct plan_platform *out,
                                struct error *why)
{
    const struct table *t = commerce_table(STR(FACT));
    struct plan_platform shape = { .has_time = variant->by_time && q->grain != GRAIN_TOTAL,
                                   .is_windowed = q->n_windows > 1 && q->grain == GRAIN_TOTAL &&
                                                  !q->by_currency && variant->n_excluded == 0,
                                   .has_rate_day = q->by_currency };
    struct plan_group g = { .q = q,
                            .variant = variant,
                            .slots = slots,
                            .fact = t,
                            .date = table_column(t, STR("local_date")),
                            .is_whole = wish->is_whole,
                            .by_dims = variant->by_dims && !wish->is_whole && q->n_by > 0 };
    struct plan_platform_need need;
    const bool by_dims = g.by_dims || (variant->n_excluded > 0 && !wish->is_whole);
    enum status st = plan_platform_needs(q, by_dims, a, &need, why);
    if (st == STATUS_OK)
        st = bind_where(q, a, &g.where, why);
    if (st != STATUS_OK)
        return st;
    if (q->grain == GRAIN_HOUR)
        return error_set(why, STATUS_BAD_USAGE, "platforms report no figures by hour: ask by day");
    shape.is_by_store = g.by_dims && q->n_by == 1 && str_is(str_from(q->by[0]->name), "store");
    shape.n_dims = g.by_dims && !shape.is_by_store ? q->n_by : 0;
    shape.by_article = wish->level == PLAN_PLATFORM_ARTICLE ||
                       (wish->level == PLAN_PLATFORM_ASKED && need.article);
    sql_init(&shape.sql, q->dialect);
    write_statement(&(struct writing){
        .sql = &shape.sql, .g = &g, .wish = wish, .shape = &shape, .need = need });
    st = sql_finish(&shape.sql, why);
    if (st != STATUS_OK)
        sql_release(&shape.sql);
    else
        *out = shape;
    return st;
}
