/* One variant of the question over one window: statements out, frames in, cells filled. */
#include "query/table_priv.h"
#include "query/together_priv.h"

struct plan_question query_plan_of(const struct asking *k, const struct window *w)
{
    const bool together = k->grain == GRAIN_TOTAL && together_find(k->together, w) != SIZE_MAX;
    return (struct plan_question){
        .dialect = k->words->dialect,
        .kpis = k->answerable,
        .n_kpis = k->n_answerable,
        .is_other = w == &k->other,
        .basis = k->basis,
        .grain = k->grain,
        .week_start = k->rules.week_start,
        .is_retail = k->rules.calendar == CALENDAR_RETAIL && k->grain >= GRAIN_MONTH &&
                     k->grain <= GRAIN_YEAR,
        .from = w->from,
        .to = w->to,
        .last_minute = w->last_minute,
        .today = k->order_day,
        .buckets = w->buckets,
        .n_buckets = w->n_buckets,
        .windows = together ? k->together->windows : NULL,
        .n_windows = together ? k->together->n_windows : 0,
        .by = k->by,
        .n_by = k->n_by,
        .where = k->where,
        .stores = k->words->stores,
        .n_stores = k->words->store_count,
        .currency = k->context->settings->currency,
        .by_currency = k->by_currency,
        .cells = k->words->raw_only ? NULL : &k->cells,
        .counts_values = k->counts_values,
        .counts_joined = !k->has_strays && !k->dry, /* what is printed is right for any shop */
    };
}

static uint32_t bucket_of(const struct window *w, int32_t day)
{
    size_t low = 0;
    size_t high = w->n_buckets;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (w->buckets[middle].from <= day)
            low = middle + 1;
        else
            high = middle;
    }
    BUG_IF(low == 0);
    return (uint32_t)low - 1;
}

/* A frame being read. */
struct reading {
    struct asking *k;
    const struct window *window;
    const struct plan_variant *variant;
    const struct plan_query *query;
    const struct frame *frame;
    struct figures *out;
    struct figures *total; /* where totals that come along go; NULL: none do */
    struct figures *rank;  /* and combinations over the whole range */
    bool *has_rank;        /* each statement brings them */
    size_t total_row;      /* of what adds up from the rows (plan_query.adds_up) */
};

/* Columns before the values: day or window, hour, dims, currency and its day. */
static size_t dims_end(const struct plan_query *q)
{
    return (size_t)q->has_time + q->is_windowed + q->has_hour + q->n_dims;
}

static size_t keys_end(const struct plan_query *q)
{
    return dims_end(q) + (q->has_currency ? 2 : 0);
}

/* Amounts are converted day by day, after the engine has compared them. */
static struct cell not_comparable(const struct reading *in, const struct plan_slot *s)
{
    const str currency = in->k->context->settings->currency;
    const str reason =
        s->measure->top > 0
            ? arena_printf(in->k->arena,
                           tr(in->k->lang,
                              "the greatest are found before amounts are converted, and some of "
                              "the amounts are not in %.*s"),
                           STR_ARG(currency))
            : arena_printf(in->k->arena,
                           tr(in->k->lang,
                              "medians and extremes are found before amounts are converted, and "
                              "some of the amounts are not in %.*s"),
                           STR_ARG(currency));
    return (struct cell){ .kind = CELL_FAILED, .reason = reason.ptr };
}

static enum status take_value(const struct reading *in,
                              size_t row,
                              size_t slot,
                              size_t column,
                              struct cell *cell,
                              struct error *why)
{
    const struct frame *f = in->frame;
    const struct plan_query *q = in->query;
    if (frame_is_null(f, column, row))
        return STATUS_OK;
    if (q->has_currency) {
        const size_t at = dims_end(q);
        const str currency = frame_is_null(f, at, row) ? STR_EMPTY : frame_str(f, at, row);
        const int32_t day =
            frame_is_null(f, at + 1, row) ? in->window->to : (int32_t)frame_i64(f, at + 1, row);
        return fx_add(in->k, cell, frame_i128(f, column, row), currency, day, why);
    }
    const struct plan_slot *s = &in->k->slots.items[slot];
    if (in->k->by_currency && s->is_money) {
        *cell = not_comparable(in, s);
        return STATUS_OK;
    }
    if (frame_type(f, column) == FRAME_F64) {
        const double v = frame_f64(f, column, row);
        cell->real = cell->kind == CELL_REAL ? cell->real + v : v;
        cell->kind = CELL_REAL;
        return STATUS_OK;
    }
    const i128 v = frame_i128(f, column, row);
    cell->exact = cell->kind == CELL_EXACT ? cell->exact + v : v;
    cell->kind = CELL_EXACT;
    return STATUS_OK;
}

/* Slots over all dimension values have rows of their own. */
static struct matrix *target(const struct reading *in)
{
    const bool whole = in->k->slots.items[in->query->slots[0]].is_whole;
    return whole ? &in->out->whole : &in->out->rows;
}

static enum status take_at(const struct reading *in,
                           size_t row,
                           const struct matrix_key *key,
                           struct error *why)
{
    const struct plan_query *q = in->query;
    const size_t keys = keys_end(q);
    struct matrix *m = target(in);
    size_t at = 0;
    enum status st = matrix_row(m, key, &at, why);
    for (size_t i = 0; i < q->n_slots && st == STATUS_OK; i++) {
        st = take_value(in, row, q->slots[i], keys + i, matrix_cell(m, at, q->slots[i]), why);
    }
    for (size_t i = 0; i < q->n_folded && st == STATUS_OK; i++)
        matrix_cell(m, at, q->folded[i].slot)->kind = CELL_FOLDED;
    return st;
}

static const struct matrix_key total_key = { .bucket = BUCKET_TOTAL, .hour = -1 };

/* Counts of no row of the facts are 0, as the engine says without GROUP BY; sums, as cells keep
 * counts too, have no value. */
static enum status start_total(struct reading *in, struct error *why)
{
    const struct plan_query *q = in->query;
    for (size_t i = 0; in->total != NULL && i < q->n_slots; i++) {
        if (!q->adds_up[i])
            continue;
        const enum status st = matrix_row(&in->total->rows, &total_key, &in->total_row, why);
        if (st != STATUS_OK)
            return st;
        if (q->served == PLAN_RAW && in->k->slots.items[q->slots[i]].measure->agg == AGG_COUNT)
            *matrix_cell(&in->total->rows, in->total_row, q->slots[i]) =
                (struct cell){ .kind = CELL_EXACT, .exact = 0 };
    }
    return STATUS_OK;
}

/* What of the row's values adds up to the total. */
static enum status add_to_total(const struct reading *in, size_t row, struct error *why)
{
    const struct plan_query *q = in->query;
    const size_t keys = keys_end(q);
    enum status st = STATUS_OK;
    for (size_t i = 0; in->total != NULL && i < q->n_folded; i++) {
        if (q->adds_up[q->folded[i].column])
            matrix_cell(&in->total->rows, in->total_row, q->folded[i].slot)->kind = CELL_FOLDED;
    }
    for (size_t i = 0; in->total != NULL && i < q->n_slots && st == STATUS_OK; i++) {
        if (q->adds_up[i])
            st = take_value(in,
                            row,
                            q->slots[i],
                            keys + i,
                            matrix_cell(&in->total->rows, in->total_row, q->slots[i]),
                            why);
    }
    return st;
}

/* A row of this window, where those of several come along. */
static bool is_in_window(const struct reading *in, size_t row)
{
    const struct plan_query *q = in->query;
    if (!q->is_daily && !q->is_windowed)
        return true;
    if (frame_is_null(in->frame, 0, row))
        return false;
    const int64_t at = frame_i64(in->frame, 0, row);
    if (q->is_windowed)
        return (size_t)at == together_find(in->k->together, in->window);
    return at >= in->window->from && at <= in->window->to;
}

/* The total's row: all keys null, which no other row has (texts are '' where they are not set). */
static bool is_total_row(const struct reading *in, size_t row)
{
    const struct plan_query *q = in->query;
    const size_t keys = dims_end(q);
    if (!q->has_total)
        return false;
    for (size_t i = q->is_windowed; i < keys; i++) {
        if (!frame_is_null(in->frame, i, row))
            return false;
    }
    return true;
}

/* A combination over the whole range, beside those of each period. */
static bool is_rank_row(const struct reading *in, size_t row)
{
    return in->query->has_rank && frame_is_null(in->frame, 0, row);
}

/* Period and hour of the row, and how many columns they are. False: it lies in no period. */
static bool take_period(const struct reading *in,
                        size_t row,
                        struct matrix_key *key,
                        size_t *columns)
{
    const struct plan_query *q = in->query;
    const struct frame *f = in->frame;
    const bool is_rank = is_rank_row(in, row);
    const bool has_period = q->has_time && !q->is_daily && !q->is_windowed;
    *columns = (size_t)q->has_time + q->is_windowed + q->has_hour;
    *key = (struct matrix_key){ .bucket = in->variant->by_time ? 0 : BUCKET_TOTAL, .hour = -1 };
    if (is_rank)
        key->bucket = BUCKET_TOTAL;
    else if (has_period && frame_is_null(f, 0, row))
        return false;
    else if (has_period)
        key->bucket = bucket_of(in->window, (int32_t)frame_i64(f, 0, row));
    if (q->has_hour && !is_rank)
        key->hour = frame_is_null(f, 1, row) ? 0 : (int)(frame_i64(f, 1, row) / 60);
    return true;
}

static bool take_names(const struct reading *in, size_t row, size_t column, struct matrix_key *key)
{
    const struct frame *f = in->frame;
    bool ok = true;
    for (size_t i = 0; i < in->query->n_dims && ok; i++, column++) {
        const str text = frame_is_null(f, column, row) ? STR_EMPTY : frame_str(f, column, row);
        key->by[i] = names_number(&in->k->names, text);
        ok = key->by[i] != NAME_ALL;
    }
    return ok;
}

static enum status take_row(const struct reading *in, size_t row, struct error *why)
{
    const struct plan_query *q = in->query;
    struct reading elsewhere = *in;
    struct matrix_key key;
    size_t column = 0;
    if (!is_in_window(in, row))
        return STATUS_OK;
    if (is_total_row(in, row)) {
        elsewhere.out = in->total;
        return take_at(&elsewhere, row, &total_key, why);
    }
    if (!take_period(in, row, &key, &column))
        return STATUS_OK;
    if (!take_names(in, row, column, &key))
        return query_no_memory(why);
    if (is_rank_row(in, row)) {
        elsewhere.out = in->rank;
        return take_at(&elsewhere, row, &key, why);
    }
    enum status st = add_to_total(in, row, why);
    if (st == STATUS_OK && ((q->has_time && !q->is_daily) || !in->variant->by_time))
        return take_at(in, row, &key, why);
    /* not dated, or one period: the same in each period */
    for (uint32_t b = 0; b < in->window->n_buckets && st == STATUS_OK; b++) {
        key.bucket = b;
        st = take_at(in, row, &key, why);
    }
    return st;
}

static bool has_foreign_rows(const struct reading *in)
{
    const struct frame *f = in->frame;
    if (!in->query->has_foreign)
        return false;
    const size_t column = frame_columns(f) - 1;
    for (size_t r = 0; r < frame_rows(f); r++) {
        if (is_in_window(in, r) && !frame_is_null(f, column, r) && frame_i128(f, column, r) > 0)
            return true;
    }
    return false;
}

/* Some line of the range is not among the rows, because its order is not there. */
static bool has_strays(const struct reading *in)
{
    const struct frame *f = in->frame;
    if (!in->query->has_check)
        return false;
    const size_t column = frame_columns(f) - (in->query->has_foreign ? 3 : 2);
    i128 missing = 0;
    bool any = false;
    for (size_t r = 0; r < frame_rows(f); r++) {
        if (is_total_row(in, r) || is_rank_row(in, r))
            continue;
        missing += any ? 0 : frame_i128(f, column + 1, r);
        missing -= frame_i128(f, column, r);
        any = true;
    }
    return !any || missing != 0;
}

static enum status note_sql(const struct reading *in, int64_t elapsed_us, struct error *why)
{
    struct asking *k = in->k;
    const struct plan_query *q = in->query;
    struct buf text;
    if (!MEM_GROW(k->sql, k->sql_cap, k->n_sql + 1))
        return query_no_memory(why);
    buf_init(&text, (size_t)4 << 20);
    sql_describe(&q->sql, &text);
    k->sql[k->n_sql++] = (struct answer_sql){ .fact = str_from(q->fact->name),
                                              .text = arena_dup(k->arena, buf_str(&text)),
                                              .served_by = plan_served_name(q->served),
                                              .rows_read = -1,
                                              .from = in->window->from,
                                              .to = in->window->to,
                                              .newest = DAY_NONE,
                                              .complete_to = DAY_NONE,
                                              .elapsed_us = elapsed_us };
    buf_release(&text);
    return k->sql[k->n_sql - 1].text.ptr != NULL ? STATUS_OK : query_no_memory(why);
}

/* Most often each row of the frame is a row of its own. */
static bool reserve(const struct reading *in)
{
    struct matrix *m = target(in);
    const size_t rows = m->rows + frame_rows(in->frame);
    return matrix_reserve(m, rows < QUERY_ROWS_MAX ? rows : QUERY_ROWS_MAX);
}

static enum status run_query(struct reading *in, bool *again, struct error *why)
{
    struct asking *k = in->k;
    struct together_rows rows;
    if (k->dry)
        return note_sql(in, 0, why);
    enum status st = together_query(k, &in->query->sql, &rows, why);
    if (st == STATUS_OK)
        st = note_sql(in, rows.elapsed_us, why);
    in->frame = rows.frame;
    k->has_strays = k->has_strays || (st == STATUS_OK && has_strays(in));
    *again = st == STATUS_OK && (has_foreign_rows(in) || (in->query->has_check && k->has_strays));
    if (st == STATUS_OK && !reserve(in))
        st = query_no_memory(why);
    if (st == STATUS_OK && !*again)
        st = start_total(in, why);
    for (size_t r = 0; st == STATUS_OK && !*again && r < frame_rows(rows.frame); r++) {
        st = conn_check(k->context->conn, why);
        if (st == STATUS_OK)
            st = take_row(in, r, why);
    }
    together_drop(&rows);
    return st;
}

/* Statements of one variant; `base` says where they go. */
static enum status run_statements(const struct reading *base,
                                  const struct plan_variant *variant,
                                  bool *again,
                                  struct error *why)
{
    const struct plan_question q = query_plan_of(base->k, base->window);
    struct plan *plan = NULL;
    enum status st = plan_build(&q, &base->k->slots, variant, base->k->arena, &plan, why);
    for (size_t i = 0; st == STATUS_OK && !*again && i < plan->n; i++) {
        struct reading in = *base;
        in.query = &plan->queries[i];
        if (in.has_rank != NULL)
            *in.has_rank = *in.has_rank && in.query->has_rank;
        st = run_query(&in, again, why);
    }
    plan_release(plan);
    return st;
}

/* The same; what windows can share is asked for all of them at once. */
static enum status run_plan(const struct reading *base,
                            const struct plan_variant *variant,
                            bool *again,
                            struct error *why)
{
    struct plan_variant some = *variant;
    if (query_plan_of(base->k, base->window).n_windows < 2)
        return run_statements(base, variant, again, why);
    some.windows = PLAN_WINDOWS_TOGETHER;
    enum status st = STATUS_OK;
    if (!variant->skip_shared)
        st = run_statements(base, &some, again, why);
    if (st != STATUS_OK || *again)
        return st;
    some.windows = PLAN_WINDOW_REST;
    return run_statements(base, &some, again, why);
}

static const struct plan_variant totals = { .by_time = false };

static enum status add_platform(const struct reading *base,
                                const struct plan_variant *variant,
                                bool *again,
                                struct error *why)
{
    return *again ? STATUS_OK : stats_fetch(base->k, base->window, variant, base->out, again, why);
}

static enum status init_figures(const struct reading *base, struct error *why)
{
    const size_t n_by = base->variant->by_dims ? base->k->n_by : 0;
    enum status st = figures_init(base->out, base->k, n_by, why);
    if (st == STATUS_OK && base->total != NULL)
        st = figures_init(base->total, base->k, 0, why);
    return st == STATUS_OK && base->rank != NULL ? figures_init(base->rank, base->k, n_by, why)
                                                 : st;
}

static void release_figures(const struct reading *base)
{
    figures_release(base->out);
    if (base->total != NULL)
        figures_release(base->total);
    if (base->rank != NULL)
        figures_release(base->rank);
}

static enum status fetch_once(const struct reading *base, bool *again, struct error *why)
{
    enum status st = init_figures(base, why);
    if (st == STATUS_OK && base->total == NULL)
        st = run_plan(base, base->variant, again, why);
    if (st != STATUS_OK || base->total == NULL)
        return st == STATUS_OK ? add_platform(base, base->variant, again, why) : st;
    struct plan_variant rows = *base->variant;
    struct plan_variant rest = *base->variant;
    rows.with_total = true;
    rows.with_rank = base->rank != NULL;
    rest.skip_shared = true;
    st = run_plan(base, &rows, again, why);
    struct reading total = *base;
    total.variant = &totals;
    total.out = base->total;
    total.total = NULL;
    total.has_rank = NULL;
    if (st == STATUS_OK && !*again)
        st = run_plan(&total, &rest, again, why);
    if (st == STATUS_OK)
        st = add_platform(base, base->variant, again, why);
    return st == STATUS_OK ? add_platform(&total, &totals, again, why) : st;
}

/* Asks again where that turns out to be needed: lines that have no order; then by currency and day
 * of the rate, when some amounts are in another currency. */
enum status fetch_with(struct asking *k,
                       const struct window *w,
                       const struct plan_variant *variant,
                       struct figures *out,
                       struct fetch_extras *extras,
                       struct error *why)
{
    const struct reading base = { .k = k,
                                  .window = w,
                                  .variant = variant,
                                  .out = out,
                                  .total = extras->total,
                                  .rank = extras->rank,
                                  .has_rank = extras->rank != NULL ? &extras->has_rank : NULL };
    const size_t statements = k->n_sql;
    for (;;) {
        const bool had_strays = k->has_strays;
        bool again = false;
        extras->has_rank = extras->rank != NULL;
        const enum status st = fetch_once(&base, &again, why);
        if (st != STATUS_OK || !again)
            return st;
        release_figures(&base);
        k->n_sql = statements;
        if (k->has_strays == had_strays)
            k->by_currency = true;
    }
}

enum status fetch_window(struct asking *k,
                         const struct window *w,
                         const struct plan_variant *variant,
                         struct figures *out,
                         struct error *why)
{
    struct fetch_extras none = { .total = NULL };
    return fetch_with(k, w, variant, out, &none, why);
}
