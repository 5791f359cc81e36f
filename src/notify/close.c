/* A month's close: the figures of its report, kept with the versions of data and definitions, so
 * that what comes later shows as a restatement. Closes are never changed; a further one is a
 * revision. */
#include "notify/rhythm_priv.h"

#define ALL_STORES STR_EMPTY
/* Targets are kept beside the figures, as "target:net_sales": one that is revised later restates
 * the month, too. A close without any has the mark alone, so that it is told from closes that kept
 * none. */
#define TARGET_MARK STR("target:")

static str month_text(struct arena *a, int32_t day)
{
    const struct civil c = civil_from_day(day);
    return arena_printf(a, "%04d-%02d", (int)c.year, (int)c.month);
}

/* ---- closing ---- */

struct closing {
    struct conn *conn;
    const struct month_close *words;
    str month;
    int64_t revision;
    int64_t data_version;
    int64_t figures;
};

static enum status keep_row(struct closing *c,
                            str kpi,
                            str definition,
                            str store,
                            const struct answer_value *v,
                            struct error *why)
{
    const struct param params[] = {
        { .type = PARAM_TEXT, .text = c->month },
        { .type = PARAM_I64, .i64 = c->revision },
        { .type = PARAM_TEXT, .text = store },
        { .type = PARAM_TEXT, .text = kpi },
        { .type = v->kind == VALUE_NONE ? PARAM_NULL : PARAM_TEXT, .text = v->text },
        { .type = PARAM_TEXT, .text = definition },
        { .type = PARAM_I64, .i64 = c->data_version },
        { .type = PARAM_I64, .i64 = c->words->now_us },
        { .type = PARAM_TEXT, .text = c->words->note },
    };
    c->figures++;
    return conn_query(
        c->conn,
        STR("INSERT INTO \"month_close\" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
        params,
        ARRAY_LEN(params),
        NULL,
        why);
}

static enum status keep_all(struct closing *c, const struct answer *a, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < a->kpi_count && st == STATUS_OK; i++) {
        const struct answer_kpi *k = &a->kpis[i];
        for (size_t row = 0; row < a->row_count && st == STATUS_OK; row++)
            st = keep_row(c, k->id, k->definition, k->rows[row].by[0], &k->rows[row].value, why);
        if (st == STATUS_OK)
            st = keep_row(c, k->id, k->definition, ALL_STORES, &k->total.value, why);
    }
    return st;
}

/* NULL: the row has no target. */
static const struct answer_value *target_of(const struct answer_row *row)
{
    const bool has = row != NULL && row->goal != NULL && row->goal->target.kind != VALUE_NONE;
    return has ? &row->goal->target : NULL;
}

static enum status keep_target(
    struct closing *c, str kpi, str store, const struct answer_row *row, struct error *why)
{
    const struct answer_value *target = target_of(row);
    return target != NULL ? keep_row(c, kpi, STR("target"), store, target, why) : STATUS_OK;
}

/* `pace` == NULL: there are no targets. */
static enum status keep_targets(struct closing *c,
                                const struct answer *pace,
                                struct arena *a,
                                struct error *why)
{
    const struct answer_value none = { .kind = VALUE_NONE };
    enum status st = keep_row(c, TARGET_MARK, STR("target"), ALL_STORES, &none, why);
    c->figures--; /* the mark is none */
    for (size_t i = 0; pace != NULL && i < pace->kpi_count && st == STATUS_OK; i++) {
        const struct answer_kpi *k = &pace->kpis[i];
        const str kpi = arena_printf(a, "target:%.*s", STR_ARG(k->id));
        if (kpi.len == 0)
            return error_set(why, STATUS_NO_MEMORY, "out of memory");
        for (size_t row = 0; row < pace->row_count && st == STATUS_OK; row++)
            st = keep_target(c, kpi, k->rows[row].by[0], &k->rows[row], why);
        if (st == STATUS_OK)
            st = keep_target(c, kpi, ALL_STORES, &k->total, why);
    }
    return st;
}

static enum status next_revision(struct closing *c, struct error *why)
{
    const struct param month = { .type = PARAM_TEXT, .text = c->month };
    struct frame *f = NULL;
    const enum status st = conn_query(
        c->conn,
        STR("SELECT coalesce(max(\"revision\"), 0) FROM \"month_close\" WHERE \"month\" = $1"),
        &month,
        1,
        &f,
        why);
    if (st != STATUS_OK)
        return st;
    c->revision = frame_i64(f, 0, 0) + 1;
    frame_free(f);
    if (c->revision > 1 && !c->words->again)
        return error_set(why,
                         STATUS_CONFLICT,
                         "%.*s is closed already; --again closes it as it is now and keeps the "
                         "earlier close",
                         STR_ARG(c->month));
    return STATUS_OK;
}

static enum status write_close(struct closing *c,
                               const struct answer *a,
                               const struct answer *pace,
                               struct arena *arena,
                               struct error *why)
{
    enum status st = conn_begin(c->conn, why);
    if (st != STATUS_OK)
        return st;
    st = next_revision(c, why);
    if (st == STATUS_OK)
        st = keep_all(c, a, why);
    if (st == STATUS_OK)
        st = keep_targets(c, pace, arena, why);
    if (st == STATUS_OK)
        st = conn_commit(c->conn, why);
    conn_rollback(c->conn);
    return st;
}

enum status notify_close_month(const struct query_context *c,
                               const struct month_close *q,
                               int64_t *out_figures,
                               struct error *why)
{
    const struct rhythm_question words = { .rhythm = RHYTHM_MONTH,
                                           .date = q->month,
                                           .stores = q->stores,
                                           .store_count = q->store_count,
                                           .lang = why->lang,
                                           .now_us = q->now_us };
    struct rhythm_run r = {
        .context = c, .question = &words, .lang = why->lang, .arena = arena_new(0)
    };
    const struct answer *a = NULL;
    const struct answer *pace = NULL;
    if (r.arena == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = rhythm_range(&r, why);
    const int32_t next = period_next(r.range.from, PERIOD_MONTH, NULL);
    if (st == STATUS_OK && next > r.today)
        st = error_set(why, STATUS_BAD_USAGE, "the month is not over yet: it cannot be closed");
    const struct rhythm_ask ask = {
        .kpis = month_lines, .kpi_count = month_line_count, .range = r.range, .by = "store"
    };
    if (st == STATUS_OK)
        st = rhythm_ask(&r, &ask, &a, why);
    if (st == STATUS_OK)
        st = pace_ask(&r, r.range, r.range.to, &pace, why);
    if (st == STATUS_OK) {
        struct closing closing = { .conn = c->writer,
                                   .words = q,
                                   .month = month_text(r.arena, r.range.from),
                                   .data_version = a->data_version };
        st = write_close(&closing, a, pace, r.arena, why);
        *out_figures = closing.figures;
    }
    rhythm_release(&r);
    return st;
}

enum status notify_closes(
    struct conn *c, struct arena *a, struct closed_month **out, size_t *n, struct error *why)
{
    struct frame *f = NULL;
    const enum status st = conn_query(
        c,
        STR("SELECT \"month\", \"revision\", max(\"data_version\"), max(\"at\"), count(*),"
            " coalesce(max(\"note\"), '') FROM \"month_close\" AS \"c\" WHERE \"revision\" ="
            " (SELECT max(\"revision\") FROM \"month_close\" AS \"d\" WHERE \"d\".\"month\" ="
            " \"c\".\"month\") GROUP BY 1, 2 ORDER BY 1 DESC"),
        NULL,
        0,
        &f,
        why);
    if (st != STATUS_OK)
        return st;
    struct closed_month *items = ARENA_NEW(a, struct closed_month, frame_rows(f) + 1);
    for (size_t i = 0; items != NULL && i < frame_rows(f); i++)
        items[i] = (struct closed_month){ .month = arena_dup(a, frame_str(f, 0, i)),
                                          .revision = frame_i64(f, 1, i),
                                          .data_version = frame_i64(f, 2, i),
                                          .at_us = frame_i64(f, 3, i),
                                          .figures = frame_i64(f, 4, i),
                                          .note = arena_dup(a, frame_str(f, 5, i)) };
    *n = frame_rows(f);
    frame_free(f);
    if (items == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    *out = items;
    return STATUS_OK;
}

/* ---- comparing ---- */

enum { CLOSED_STORE, CLOSED_KPI, CLOSED_VALUE, CLOSED_DEFINITION, CLOSED_VERSION, CLOSED_AT };

static enum status read_close(struct rhythm_run *r, struct frame **out, struct error *why)
{
    const struct param month = { .type = PARAM_TEXT, .text = month_text(r->arena, r->range.from) };
    return conn_query(
        r->context->conn,
        STR("SELECT \"store\", \"kpi\", \"value\", \"definition\", \"data_version\", \"at\""
            " FROM \"month_close\" WHERE \"month\" = $1 AND \"revision\" = (SELECT"
            " max(\"revision\") FROM \"month_close\" WHERE \"month\" = $1) ORDER BY ALL"),
        &month,
        1,
        out,
        why);
}

static const struct answer_kpi *kpi_of(const struct answer *a, str id)
{
    for (size_t i = 0; i < a->kpi_count; i++) {
        if (str_eq(a->kpis[i].id, id))
            return &a->kpis[i];
    }
    return NULL;
}

/* A stored value with all its digits, so that what differs is seen: a share as per cent. */
static str exact_text(struct rhythm_run *r, const struct answer_kpi *k, str value)
{
    double share = 0;
    if (value.len == 0)
        return STR("–");
    if (k->unit_id != UNIT_PERCENT || !str_to_double(value, &share))
        return value;
    return arena_printf(r->arena, "%.4f%%", share * 100);
}

static void write_difference(struct rhythm_run *r,
                             const struct frame *f,
                             size_t row,
                             const struct answer_kpi *k,
                             const struct answer_value *now)
{
    const str store = frame_str(f, CLOSED_STORE, row);
    const bool same_definition = str_eq(frame_str(f, CLOSED_DEFINITION, row), k->definition);
    const struct figure cells[] = {
        store.len > 0 ? rhythm_words(store) : WORDS(r, "all stores"),
        rhythm_words(k->name),
        rhythm_words(exact_text(
            r,
            k,
            frame_is_null(f, CLOSED_VALUE, row) ? STR_EMPTY : frame_str(f, CLOSED_VALUE, row))),
        rhythm_words(exact_text(r, k, now->kind == VALUE_NONE ? STR_EMPTY : now->text)),
        same_definition ? WORDS(r, "data came later") : WORDS(r, "the definition changed"),
    };
    rhythm_cells(r, cells, ARRAY_LEN(cells));
}

/* The table begins with its first row. */
static void begin_difference(struct rhythm_run *r, size_t *count)
{
    static const char *const heads[] = { "store", "KPI", "at the close", "now", "because" };
    if ((*count)++ > 0)
        return;
    rhythm_heading(r, "Restated since the close");
    rhythm_table(r, heads, ARRAY_LEN(heads));
}

static size_t write_differences(struct rhythm_run *r,
                                const struct frame *f,
                                const struct answer *now)
{
    const struct answer_value none = { .kind = VALUE_NONE, .text = STR_EMPTY };
    size_t count = 0;
    for (size_t row = 0; row < frame_rows(f); row++) {
        const str store = frame_str(f, CLOSED_STORE, row);
        const struct answer_kpi *k = kpi_of(now, frame_str(f, CLOSED_KPI, row));
        if (k == NULL || (store.len == 0 && r->question->store_count > 0))
            continue;
        const struct answer_row *at = store.len == 0 ? &k->total : rhythm_row(now, k, store);
        if (at == NULL && r->question->store_count > 0)
            continue;
        const struct answer_value *v = at != NULL ? &at->value : &none;
        if (str_eq(v->text,
                   frame_is_null(f, CLOSED_VALUE, row) ? STR_EMPTY
                                                       : frame_str(f, CLOSED_VALUE, row)))
            continue;
        begin_difference(r, &count);
        write_difference(r, f, row, k, v);
    }
    return count;
}

/* What the KPI's target in the store was at the close; false: there was none. */
static bool closed_target(const struct frame *f, str kpi, str store, str *out)
{
    for (size_t row = 0; row < frame_rows(f); row++) {
        const str name = frame_str(f, CLOSED_KPI, row);
        if (!str_starts(name, TARGET_MARK) || !str_eq(str_skip(name, TARGET_MARK.len), kpi) ||
            !str_eq(frame_str(f, CLOSED_STORE, row), store))
            continue;
        *out = frame_is_null(f, CLOSED_VALUE, row) ? STR_EMPTY : frame_str(f, CLOSED_VALUE, row);
        return true;
    }
    return false;
}

static void write_target(
    struct rhythm_run *r, const struct answer_kpi *k, str store, str then, str now)
{
    const str name = arena_printf(r->arena, tr(r->lang, "target of %.*s"), STR_ARG(k->name));
    const struct figure cells[] = {
        store.len > 0 ? rhythm_words(store) : WORDS(r, "all stores"),
        rhythm_words(name),
        rhythm_words(exact_text(r, k, then)),
        rhythm_words(exact_text(r, k, now)),
        WORDS(r, "the target was revised"),
    };
    rhythm_cells(r, cells, ARRAY_LEN(cells));
}

static void compare_target(struct rhythm_run *r,
                           const struct frame *f,
                           const struct answer_kpi *k,
                           str store,
                           const struct answer_row *row,
                           size_t *count)
{
    const struct answer_value *now = target_of(row);
    const str is = now != NULL ? now->text : STR_EMPTY;
    str was = STR_EMPTY;
    (void)closed_target(f, k->id, store, &was);
    if (str_eq(is, was))
        return;
    begin_difference(r, count);
    write_target(r, k, store, was, is);
}

/* Targets of the close whose KPI has none any more. */
static void write_targets_gone(struct rhythm_run *r,
                               const struct frame *f,
                               const struct answer *pace,
                               size_t *count)
{
    for (size_t row = 0; row < frame_rows(f); row++) {
        const str name = frame_str(f, CLOSED_KPI, row);
        const str store = frame_str(f, CLOSED_STORE, row);
        if (!str_starts(name, TARGET_MARK) || name.len == TARGET_MARK.len ||
            (store.len == 0 && r->question->store_count > 0) ||
            !(store.len == 0 ||
              rhythm_has_store(r->question->stores, r->question->store_count, store)))
            continue;
        const str id = str_skip(name, TARGET_MARK.len);
        const struct kpi *kpi = kpi_find(r->context->catalog, id);
        if ((pace != NULL && kpi_of(pace, id) != NULL) || frame_is_null(f, CLOSED_VALUE, row))
            continue;
        const struct answer_kpi k = { .name = kpi != NULL ? kpi->name[r->lang] : id,
                                      .unit_id = kpi != NULL ? kpi->unit : UNIT_COUNT };
        begin_difference(r, count);
        write_target(r, &k, store, frame_str(f, CLOSED_VALUE, row), STR_EMPTY);
    }
}

/* `pace` is of all KPIs that have a target now; NULL: none has. */
static void write_target_differences(struct rhythm_run *r,
                                     const struct frame *f,
                                     const struct answer *pace,
                                     size_t *count)
{
    str mark = STR_EMPTY;
    if (!closed_target(f, STR_EMPTY, ALL_STORES, &mark))
        return; /* a close that kept no targets */
    write_targets_gone(r, f, pace, count);
    for (size_t i = 0; pace != NULL && i < pace->kpi_count; i++) {
        const struct answer_kpi *k = &pace->kpis[i];
        for (size_t row = 0; row < pace->row_count; row++)
            compare_target(r, f, k, k->rows[row].by[0], &k->rows[row], count);
        if (r->question->store_count == 0)
            compare_target(r, f, k, ALL_STORES, &k->total, count);
    }
}

enum status close_differences(struct rhythm_run *r,
                              const struct answer *now,
                              const struct answer *pace,
                              struct error *why)
{
    struct frame *f = NULL;
    const enum status st = read_close(r, &f, why);
    if (st != STATUS_OK || frame_rows(f) == 0) {
        frame_free(f);
        return st;
    }
    size_t restated = write_differences(r, f, now);
    write_target_differences(r, f, pace, &restated);
    struct buf day;
    buf_init(&day, 32);
    buf_add_day(&day, (int32_t)i64_floor_div(frame_i64(f, CLOSED_AT, 0), US_PER_DAY));
    const long long version = (long long)frame_i64(f, CLOSED_VERSION, 0);
    if (restated > 0)
        rhythm_sentencef(r,
                         "Closed on %.*s with data version %lld; what differs is above.",
                         STR_ARG(buf_str(&day)),
                         version);
    else
        rhythm_sentencef(r,
                         "Closed on %.*s with data version %lld; nothing differs.",
                         STR_ARG(buf_str(&day)),
                         version);
    buf_release(&day);
    frame_free(f);
    return STATUS_OK;
}
