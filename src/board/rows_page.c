/* The rows behind a figure: for each measure of the KPI how many there are and what they add up to,
 * and those of one measure, with their order and article. The same range, scope and filter go into
 * the question and into the rows, in one snapshot. */
#include "board/board_priv.h"
#include "kpi/rows_of.h"
#include "query/left_out.h"

struct page {
    const struct board_ask *ask;
    const struct kpi *kpi;
    const struct row_expr *where;
    struct day_range range;
    int32_t trails_to; /* of windows that look back from the range's end */
    enum kpi_basis basis;
    int32_t today; /* of its filters */
    struct arena *arena;
};

static enum status rows_of(const struct page *p,
                           const struct kpi_leaf *leaf,
                           struct plan_rows *out,
                           struct error *why)
{
    struct store_names left;
    const enum status st =
        query_stores_left_out(p->ask->context->conn, leaf->measure, p->arena, &left, why);
    *out = (struct plan_rows){ .table = leaf->measure->table,
                               .measure = leaf->measure,
                               .date = plan_rows_date(leaf, p->basis),
                               .from = p->range.from,
                               .to = p->range.to,
                               .trails_to = p->trails_to,
                               .today = p->today,
                               .where = p->where,
                               .stores = p->ask->stores,
                               .n_stores = p->ask->store_count,
                               .not_stores = left.items,
                               .n_not_stores = left.n };
    return st;
}

static bool is_quantile(const struct kpi_measure *m)
{
    return m->agg == AGG_MEDIAN || m->agg == AGG_PERCENTILE;
}

/* How the rows of a measure become its figure: what stands before the rows. Values of a quantile
 * are counted: there may be millions of rows, and the engine's own aggregate keeps all of them in
 * memory. `currency`: a total of each; NULL: one of all. */
static void open_totals(struct sql *q, const struct kpi_measure *m, const char *currency)
{
    static const char *const totals[] = {
        [AGG_SUM] = "sum(\"row_value\")",
        [AGG_COUNT] = "count(*)",
        [AGG_DISTINCT] = "count(DISTINCT \"row_value\")",
        [AGG_MIN] = "min(\"row_value\")",
        [AGG_MAX] = "max(\"row_value\")",
    };
    if (is_quantile(m)) {
        sql_add(q, "SELECT CAST(coalesce(sum(\"q_rows\"), 0) AS BIGINT), (");
        sql_ranked_value(q);
        sql_add(q, m->unit == UNIT_MONEY ? ") / 10000" : ")"); /* from e4, as a real number */
        sql_add(q, ", NULL FROM (SELECT \"q_rows\", ");
        sql_ranks(q, m->permille);
        sql_add(q,
                " FROM (SELECT \"row_value\" AS \"q_value\", count(\"row_value\") AS \"q_n\","
                " count(*) AS \"q_rows\" FROM (");
        return;
    }
    sql_add(q, "SELECT count(*), ");
    sql_add(q, totals[m->agg]);
    sql_add(q, ", ");
    if (currency != NULL)
        sql_name(q, str_from(currency));
    else
        sql_add(q, "NULL");
    sql_add(q, " FROM (");
}

static void close_totals(struct sql *q, const struct kpi_measure *m, const char *currency)
{
    if (is_quantile(m))
        sql_add(q,
                ") AS \"r\" GROUP BY \"q_value\") AS \"counted\" WINDOW"
                " \"q_up\" AS (ORDER BY \"q_value\"), \"q_all\" AS (ORDER BY \"q_value\""
                " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS \"ranked\"");
    else
        sql_add(q, currency != NULL ? ") AS \"r\" GROUP BY 3 ORDER BY 3" : ") AS \"r\"");
}

static bool is_money(const struct kpi_measure *m)
{
    return m->unit == UNIT_MONEY && !m->is_real &&
           (m->agg == AGG_SUM || m->agg == AGG_MIN || m->agg == AGG_MAX);
}

/* A number, or what a measure counts different ones of: articles and styles are texts. */
static void write_value(struct json_writer *w,
                        const char *key,
                        const struct frame *f,
                        size_t col,
                        size_t row,
                        bool money)
{
    struct buf text;
    if (frame_is_null(f, col, row)) {
        json_add_null(w, key);
    } else if (frame_type(f, col) == FRAME_TEXT) {
        json_add_str(w, key, frame_str(f, col, row));
    } else if (frame_type(f, col) == FRAME_F64) {
        board_cell_real(w, key, f, col, row);
    } else if (money) {
        board_cell_money(w, key, f, col, row);
    } else {
        buf_init(&text, 64);
        buf_add_i128(&text, frame_i128(f, col, row));
        json_add_str(w, key, buf_str(&text));
        buf_release(&text);
    }
}

/* Rows and totals by currency: amounts of two currencies do not add up. */
static enum status write_measure(const struct page *p,
                                 const struct kpi_leaf *leaf,
                                 struct json_writer *w,
                                 struct error *why)
{
    const struct kpi_measure *m = leaf->measure;
    const char *currency = is_money(m) ? m->table->currency_column : NULL;
    struct plan_rows rows;
    struct sql q;
    struct frame *f = NULL;
    enum status st = rows_of(p, leaf, &rows, why);
    if (st != STATUS_OK)
        return st;
    sql_init(&q, SQL_DUCKDB);
    open_totals(&q, m, currency);
    st = plan_rows_write(&rows, p->arena, &q, why);
    close_totals(&q, m, currency);
    if (st == STATUS_OK)
        st = board_run(p->ask, &q, &f, why);
    else
        sql_release(&q);
    if (st != STATUS_OK)
        return st;
    int64_t n = 0;
    for (size_t i = 0; i < frame_rows(f); i++)
        n += frame_i64(f, 0, i);
    json_object_open(w);
    json_add_str(w, "id", m->id);
    json_add_text(w, "table", m->table->name);
    json_add_text(w, "table_name", table_label(m->table, p->ask->lang));
    json_add_text(w, "agg", kpi_agg_name(m->agg));
    json_add_i64(w, "rows", n);
    json_key(w, "totals");
    json_array_open(w);
    for (size_t i = 0; i < frame_rows(f); i++) {
        json_object_open(w);
        board_cell_str(w, "currency", f, 2, i);
        write_value(w, "value", f, 1, i, is_money(m));
        json_object_close(w);
    }
    json_array_close(w);
    json_object_close(w);
    frame_free(f);
    return STATUS_OK;
}

/* ---- the rows of one measure ---- */

/* Columns that a table may have, in the order of the answer. */
static const struct shown {
    const char *column;
    enum { SHOWN_TEXT, SHOWN_DAY, SHOWN_TIME, SHOWN_COUNT, SHOWN_MONEY } kind;
    const char *key;
} shown[] = {
    { "store", SHOWN_TEXT, "store" },       { "at", SHOWN_TIME, "at" },
    { "local_date", SHOWN_DAY, "day" },     { "order_date", SHOWN_DAY, "order_day" },
    { "class", SHOWN_TEXT, "class" },       { "kind", SHOWN_TEXT, "kind" },
    { "name", SHOWN_TEXT, "name" },         { "sku", SHOWN_TEXT, "sku" },
    { "title", SHOWN_TEXT, "title" },       { "channel", SHOWN_TEXT, "channel" },
    { "campaign", SHOWN_TEXT, "campaign" }, { "status", SHOWN_TEXT, "status" },
    { "reason", SHOWN_TEXT, "reason" },     { "quantity", SHOWN_COUNT, "quantity" },
    { "units", SHOWN_COUNT, "units" },      { "gross_e4", SHOWN_MONEY, "gross" },
    { "net_e4", SHOWN_MONEY, "net" },       { "spend_e4", SHOWN_MONEY, "spend" },
    { "currency", SHOWN_TEXT, "currency" },
};

static bool shows(const struct table *t, const struct shown *s)
{
    return table_column(t, str_from(s->column)) != NULL;
}

static void select_shown(struct sql *q, const struct table *t)
{
    const bool has_order = table_column(t, STR("order_key")) != NULL;
    const bool is_orders = str_is(str_from("orders"), t->name);
    sql_add(q, "SELECT \"row_value\"");
    sql_add(q,
            has_order && !is_orders ? ", \"o\".\"order_id\""
            : is_orders             ? ", \"r\".\"order_id\""
                                    : ", NULL");
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        if (!shows(t, &shown[i]))
            continue;
        sql_add(q, ", ");
        sql_column(q, STR("r"), str_from(shown[i].column));
    }
}

static enum status read_rows(const struct page *p,
                             const struct kpi_leaf *leaf,
                             size_t limit,
                             int64_t offset,
                             struct frame **out,
                             struct error *why)
{
    const struct table *t = leaf->measure->table;
    const bool joins =
        table_column(t, STR("order_key")) != NULL && !str_is(str_from("orders"), t->name);
    struct plan_rows rows;
    struct sql q;
    enum status st = rows_of(p, leaf, &rows, why);
    if (st != STATUS_OK)
        return st;
    sql_init(&q, SQL_DUCKDB);
    select_shown(&q, t);
    sql_add(&q, " FROM (");
    st = plan_rows_write(&rows, p->arena, &q, why);
    if (st != STATUS_OK) {
        sql_release(&q);
        return st;
    }
    sql_add(&q, ") AS \"r\"");
    if (joins)
        sql_add(&q, " LEFT JOIN \"orders\" AS \"o\" ON \"o\".\"order_key\" = \"r\".\"order_key\"");
    sql_add(&q, " ORDER BY ");
    if (rows.date != NULL) {
        sql_column(&q, STR("r"), str_from(rows.date->name));
        sql_add(&q, ", ");
    }
    sql_add(&q,
            table_column(t, STR("import_id")) != NULL ? "\"r\".\"import_id\", \"r\".\"row_no\", 1"
                                                      : "1, 2");
    sql_add(&q, " LIMIT ");
    sql_add_int(&q, (int64_t)limit);
    sql_add(&q, " OFFSET ");
    sql_add_int(&q, offset);
    return board_run(p->ask, &q, out, why);
}

static void write_cell(
    struct json_writer *w, const struct shown *s, const struct frame *f, size_t col, size_t row)
{
    switch (s->kind) {
    case SHOWN_DAY:
        board_cell_day(w, s->key, f, col, row);
        break;
    case SHOWN_TIME:
        board_cell_time(w, s->key, f, col, row);
        break;
    case SHOWN_COUNT:
        board_cell_i64(w, s->key, f, col, row);
        break;
    case SHOWN_MONEY:
        board_cell_money(w, s->key, f, col, row);
        break;
    default:
        board_cell_str(w, s->key, f, col, row);
    }
}

static enum status write_rows(const struct page *p,
                              const struct kpi_leaf *leaf,
                              size_t limit,
                              int64_t offset,
                              struct json_writer *w,
                              struct error *why)
{
    const struct table *t = leaf->measure->table;
    struct frame *f = NULL;
    const enum status st = read_rows(p, leaf, limit + 1, offset, &f, why);
    if (st != STATUS_OK)
        return st;
    const size_t n = frame_rows(f) < limit ? frame_rows(f) : limit;
    json_key(w, "items");
    json_array_open(w);
    for (size_t r = 0; r < n; r++) {
        json_object_open(w);
        write_value(w, "value", f, 0, r, is_money(leaf->measure));
        board_cell_str(w, "order_id", f, 1, r);
        size_t col = 2;
        for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
            if (shows(t, &shown[i]))
                write_cell(w, &shown[i], f, col++, r);
        }
        json_object_close(w);
    }
    json_array_close(w);
    struct buf next;
    buf_init(&next, 64);
    if (frame_rows(f) > limit)
        buf_add_i128(&next, (i128)offset + (i128)n);
    json_add_str_or_null(w, "next", buf_str(&next));
    buf_release(&next);
    frame_free(f);
    return STATUS_OK;
}

static enum status find_leaf(const struct kpi *k,
                             str measure,
                             const struct kpi_leaf **out,
                             struct error *why)
{
    for (size_t i = 0; i < k->n_leaves; i++) {
        if (measure.len == 0 || str_eq(k->leaves[i].measure->id, measure)) {
            *out = &k->leaves[i];
            return STATUS_OK;
        }
    }
    return error_set(why,
                     STATUS_NOT_FOUND,
                     "KPI \"%.*s\" has no measure \"%.*s\"",
                     STR_ARG(k->id),
                     STR_ARG(str_first(measure, 80)));
}

/* The rows are those of the days that the figure counts. */
static enum status write_figure(struct page *p,
                                const struct board_range *range,
                                struct json_writer *w,
                                struct error *why)
{
    struct answer *a = NULL;
    const struct kpi_question q = { .kpis = &p->kpi->id,
                                    .kpi_count = 1,
                                    .from = day_text(p->arena, p->range.from),
                                    .to = day_text(p->arena, p->range.to),
                                    .grain = STR("total"),
                                    .where = range->where,
                                    .basis = range->basis,
                                    .stores = p->ask->stores,
                                    .store_count = p->ask->store_count,
                                    .lang = p->ask->lang,
                                    .now_us = p->ask->now_us };
    const enum status st = query_ask(p->ask->context, &q, &a, why);
    if (st == STATUS_OK) {
        const struct answer_kpi *k = &a->kpis[0];
        json_add_str(w, "kpi", k->id);
        json_add_str(w, "name", k->name);
        json_add_str(w, "unit", k->unit);
        json_add_str(w, "formula", p->kpi->formula_text);
        board_value(w, "value", &k->total.value);
        json_add_str_or_null(w, "reason", k->needs.len > 0 ? k->needs : k->total.value.reason);
        json_key(w, "origins");
        json_array_open(w);
        for (size_t i = 0; i < k->n_origins; i++)
            json_str(w, k->origins[i].source);
        json_array_close(w);
        board_answer_range(w, a);
        if (k->until != DAY_NONE)
            p->range.to = k->until;
        p->trails_to = k->trails_to;
    }
    answer_free(a);
    return st;
}

static enum status write_page(struct page *p,
                              const struct board_range *range,
                              str measure,
                              const struct board_page *page,
                              struct json_writer *w,
                              struct error *why)
{
    const struct kpi_leaf *leaf = NULL;
    size_t limit = 0;
    int64_t offset = 0;
    enum status st = find_leaf(p->kpi, measure, &leaf, why);
    if (st == STATUS_OK)
        st = board_page_read(page, &limit, &offset, why);
    if (st != STATUS_OK)
        return st;
    json_object_open(w);
    st = write_figure(p, range, w, why);
    json_key(w, "measures");
    json_array_open(w);
    for (size_t i = 0; i < p->kpi->n_leaves && st == STATUS_OK; i++)
        st = write_measure(p, &p->kpi->leaves[i], w, why);
    json_array_close(w);
    json_add_str(w, "measure", leaf->measure->id);
    if (st == STATUS_OK)
        st = write_rows(p, leaf, limit, offset, w, why);
    json_object_close(w);
    return st;
}

enum status board_rows(const struct board_ask *ask,
                       const struct board_rows_question *q,
                       struct json_writer *w,
                       struct error *why)
{
    struct page p = { .basis = str_is(q->range.basis, "order") ? BASIS_ORDER : BASIS_EVENT,
                      .arena = arena_new(0) };
    struct query_context context;
    struct board_ask inside;
    enum status st = p.arena != NULL ? STATUS_OK : board_no_memory(why);
    if (st == STATUS_OK)
        st = kpi_lookup(ask->context->catalog, q->kpi, &p.kpi, why);
    if (st == STATUS_OK && p.kpi->n_leaves == 0)
        st = error_set(why,
                       STATUS_BAD_INPUT,
                       "\"%.*s\" comes from a model: there are no rows behind it",
                       STR_ARG(p.kpi->id));
    if (st == STATUS_OK)
        st = board_range_resolve(ask, &q->range, &p.range, why);
    if (st == STATUS_OK && q->range.where.len > 0)
        st = kpi_where_parse(q->range.where, p.arena, &p.where, why);
    if (st == STATUS_OK)
        st = board_snapshot_begin(ask, &context, &inside, why);
    if (st == STATUS_OK) {
        p.ask = &inside;
        st = board_order_day(&inside, &p.today, why);
        if (st == STATUS_OK)
            st = write_page(&p, &q->range, q->measure, &q->page, w, why);
        board_snapshot_end(&inside);
    }
    arena_free(p.arena);
    return st;
}
