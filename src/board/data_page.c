/* What came in and what did not: imports with their ledgers, refused rows, sources, and whether it
 * all adds up. Imports belong to the store that they were made for. */
#include "board/board_priv.h"
#include "ingest/ingest.h"

/* ---- imports ---- */

enum {
    IMPORT_ID,
    IMPORT_AT,
    IMPORT_STORE,
    IMPORT_PRESET,
    IMPORT_TARGET,
    IMPORT_FILE,
    IMPORT_BYTES,
    IMPORT_ROWS,
    IMPORT_REFUSED,
    IMPORT_NEW,
    IMPORT_CHANGED,
    IMPORT_FROM,
    IMPORT_TO,
    IMPORT_UNDONE,
    IMPORT_REPAIRS,
    IMPORT_NOTE,
    IMPORT_COUNT
};

static void select_imports(struct sql *q)
{
    sql_add(q,
            "SELECT \"import_id\", \"at\", \"store\", \"preset\", \"target\", \"file\", \"bytes\","
            " \"rows_read\", \"rows_refused\", \"orders_new\", \"orders_changed\", \"from_date\","
            " \"to_date\", \"undone_at\", \"repairs\", \"note\", count(*) OVER () FROM \"import\"");
}

/* What kind of file it is, whose preset and target stand in these columns: for programs, and as
 * people call it. */
static void write_kind(struct json_writer *w,
                       enum lang lang,
                       const struct frame *f,
                       size_t preset,
                       size_t target,
                       size_t r)
{
    board_cell_str(w, "preset", f, preset, r);
    board_cell_str(w, "target", f, target, r);
    json_add_str(w, "preset_name", import_preset_label(frame_str(f, preset, r), lang));
    json_add_str(w, "target_name", import_target_label(frame_str(f, target, r), lang));
}

static void write_import(struct json_writer *w, enum lang lang, const struct frame *f, size_t r)
{
    board_cell_i64(w, "id", f, IMPORT_ID, r);
    board_cell_time(w, "at", f, IMPORT_AT, r);
    board_cell_str(w, "store", f, IMPORT_STORE, r);
    write_kind(w, lang, f, IMPORT_PRESET, IMPORT_TARGET, r);
    board_cell_str(w, "file", f, IMPORT_FILE, r);
    board_cell_i64(w, "bytes", f, IMPORT_BYTES, r);
    board_cell_i64(w, "rows_read", f, IMPORT_ROWS, r);
    board_cell_i64(w, "rows_refused", f, IMPORT_REFUSED, r);
    board_cell_i64(w, "orders_new", f, IMPORT_NEW, r);
    board_cell_i64(w, "orders_changed", f, IMPORT_CHANGED, r);
    board_cell_day(w, "from", f, IMPORT_FROM, r);
    board_cell_day(w, "to", f, IMPORT_TO, r);
    board_cell_time(w, "undone_at", f, IMPORT_UNDONE, r);
    board_cell_i64(w, "repairs", f, IMPORT_REPAIRS, r);
}

static void add_search(struct sql *q, str words, const char *const *columns, size_t n)
{
    for (size_t i = 0; words.len > 0 && i < n; i++) {
        sql_add(q, i == 0 ? " AND (contains(lower(coalesce(" : ", '')), lower(");
        if (i > 0) {
            sql_bind_text(q, words);
            sql_add(q, ")) OR contains(lower(coalesce(");
        }
        sql_name(q, str_from(columns[i]));
    }
    if (words.len > 0) {
        sql_add(q, ", '')), lower(");
        sql_bind_text(q, words);
        sql_add(q, ")))");
    }
}

static void add_page(struct sql *q, size_t limit, int64_t offset)
{
    sql_add(q, " LIMIT ");
    sql_add_int(q, (int64_t)limit);
    sql_add(q, " OFFSET ");
    sql_add_int(q, offset);
}

enum status board_imports(const struct board_ask *ask,
                          const struct board_page *page,
                          struct json_writer *w,
                          struct error *why)
{
    static const char *const searched[] = { "file", "preset", "store" };
    struct sql q;
    struct frame *f = NULL;
    size_t limit = 0;
    int64_t offset = 0;
    enum status st = board_page_read(page, &limit, &offset, why);
    if (st != STATUS_OK)
        return st;
    sql_init(&q, SQL_DUCKDB);
    select_imports(&q);
    sql_add(&q, " WHERE TRUE");
    board_add_scope(&q, ask, " AND ", STR_EMPTY);
    add_search(&q, page->q, searched, ARRAY_LEN(searched));
    sql_add(&q, " ORDER BY \"import_id\" DESC");
    add_page(&q, limit, offset);
    st = board_run(ask, &q, &f, why);
    if (st != STATUS_OK)
        return st;
    json_object_open(w);
    json_key(w, "items");
    json_array_open(w);
    for (size_t r = 0; r < frame_rows(f); r++) {
        json_object_open(w);
        write_import(w, ask->lang, f, r);
        json_object_close(w);
    }
    json_array_close(w);
    board_page_end(w, frame_rows(f) > 0 ? frame_i64(f, IMPORT_COUNT, 0) : 0, offset, frame_rows(f));
    json_object_close(w);
    frame_free(f);
    return STATUS_OK;
}

static str class_label(str name, enum lang lang)
{
    const struct table *t = commerce_table(name);
    return t != NULL ? str_from(table_label(t, lang)) : ledger_class_label(name, lang);
}

static enum status write_ledger(const struct board_ask *ask,
                                int64_t id,
                                struct json_writer *w,
                                struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    sql_init(&q, SQL_DUCKDB);
    sql_add(&q,
            "SELECT \"class\", \"currency\", \"lines\", \"units\", \"amount_e4\" FROM"
            " \"import_ledger\" WHERE \"import_id\" = ");
    sql_bind_i64(&q, id);
    sql_add(&q, " ORDER BY \"lines\" DESC, \"class\"");
    const enum status st = board_run(ask, &q, &f, why);
    int64_t lines = 0;
    i128 amount = 0;
    json_key(w, "ledger");
    json_array_open(w);
    for (size_t r = 0; st == STATUS_OK && r < frame_rows(f); r++) {
        json_object_open(w);
        board_cell_str(w, "class", f, 0, r);
        json_add_str(w, "label", class_label(frame_str(f, 0, r), ask->lang));
        board_cell_str(w, "currency", f, 1, r);
        board_cell_i64(w, "lines", f, 2, r);
        board_cell_i64(w, "units", f, 3, r);
        board_cell_money(w, "amount", f, 4, r);
        json_object_close(w);
        lines += frame_is_null(f, 2, r) ? 0 : frame_i64(f, 2, r);
        amount += frame_is_null(f, 4, r) ? 0 : frame_i128(f, 4, r);
    }
    json_array_close(w);
    json_key(w, "sums");
    json_object_open(w);
    json_add_i64(w, "lines", lines);
    json_key(w, "amount");
    json_money(w, amount);
    json_object_close(w);
    frame_free(f);
    return st;
}

enum status board_import(const struct board_ask *ask,
                         int64_t id,
                         struct json_writer *w,
                         struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    sql_init(&q, SQL_DUCKDB);
    select_imports(&q);
    sql_add(&q, " WHERE \"import_id\" = ");
    sql_bind_i64(&q, id);
    board_add_scope(&q, ask, " AND ", STR_EMPTY);
    enum status st = board_run(ask, &q, &f, why);
    if (st == STATUS_OK && frame_rows(f) == 0)
        st = error_set(why, STATUS_NOT_FOUND, "there is no import #%lld", (long long)id);
    if (st == STATUS_OK) {
        json_object_open(w);
        write_import(w, ask->lang, f, 0);
        board_cell_str(w, "notes", f, IMPORT_NOTE, 0);
        st = write_ledger(ask, id, w, why);
        json_object_close(w);
    }
    frame_free(f);
    return st;
}

/* ---- quarantine ---- */

enum {
    REFUSED_ID,
    REFUSED_IMPORT,
    REFUSED_STORE,
    REFUSED_FILE,
    REFUSED_LINE,
    REFUSED_COLUMN,
    REFUSED_VALUE,
    REFUSED_REASON,
    REFUSED_RAW,
    REFUSED_STATE,
    REFUSED_COUNT
};

static void select_refused(struct sql *q)
{
    sql_add(q,
            "SELECT \"q\".\"quarantine_id\", \"q\".\"import_id\", \"i\".\"store\", \"q\".\"file\","
            " \"q\".\"line_no\", \"q\".\"column_name\", \"q\".\"value\", \"q\".\"reason\","
            " \"q\".\"raw\", \"q\".\"state\", count(*) OVER () FROM \"quarantine\" AS \"q\" JOIN"
            " \"import\" AS \"i\" USING (\"import_id\") WHERE TRUE");
}

static void write_refused(struct json_writer *w, const struct frame *f, size_t r, enum lang lang)
{
    struct buf reason;
    buf_init(&reason, 4096);
    if (!frame_is_null(f, REFUSED_REASON, r))
        buf_add(&reason, frame_str(f, REFUSED_REASON, r));
    buf_addc(&reason, '\0');
    board_cell_i64(w, "id", f, REFUSED_ID, r);
    board_cell_i64(w, "import", f, REFUSED_IMPORT, r);
    board_cell_str(w, "store", f, REFUSED_STORE, r);
    board_cell_str(w, "file", f, REFUSED_FILE, r);
    board_cell_i64(w, "line", f, REFUSED_LINE, r);
    board_cell_str(w, "column", f, REFUSED_COLUMN, r);
    board_cell_str(w, "value", f, REFUSED_VALUE, r);
    json_add_text(w, "reason", buf_ok(&reason) ? tr(lang, reason.data) : "");
    board_cell_str(w, "raw", f, REFUSED_RAW, r);
    board_cell_str(w, "state", f, REFUSED_STATE, r);
    buf_release(&reason);
}

/* How many wait for each reason, for the filter. */
static enum status write_reasons(const struct board_ask *ask,
                                 struct json_writer *w,
                                 struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    sql_init(&q, SQL_DUCKDB);
    sql_add(&q,
            "SELECT coalesce(\"q\".\"reason\", ''), count(*) FROM \"quarantine\" AS \"q\" JOIN"
            " \"import\" AS \"i\" USING (\"import_id\") WHERE \"q\".\"state\" = 'waiting'");
    board_add_scope(&q, ask, " AND ", STR("i"));
    sql_add(&q, " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100");
    const enum status st = board_run(ask, &q, &f, why);
    json_key(w, "reasons");
    json_array_open(w);
    for (size_t r = 0; st == STATUS_OK && r < frame_rows(f); r++) {
        struct buf text;
        buf_init(&text, 4096);
        buf_add(&text, frame_str(f, 0, r));
        buf_addc(&text, '\0');
        json_object_open(w);
        board_cell_str(w, "id", f, 0, r);
        json_add_text(w, "name", buf_ok(&text) ? tr(ask->lang, text.data) : "");
        board_cell_i64(w, "rows", f, 1, r);
        json_object_close(w);
        buf_release(&text);
    }
    json_array_close(w);
    frame_free(f);
    return st;
}

static void filter_refused(struct sql *q,
                           const struct board_ask *ask,
                           const struct board_refused_filter *filter)
{
    static const char *const searched[] = { "file", "column_name", "value", "raw" };
    board_add_scope(q, ask, " AND ", STR("i"));
    if (filter->import_id > 0) {
        sql_add(q, " AND \"q\".\"import_id\" = ");
        sql_bind_i64(q, filter->import_id);
    }
    if (filter->reason.len > 0) {
        sql_add(q, " AND \"q\".\"reason\" = ");
        sql_bind_text(q, filter->reason);
    }
    if (filter->state.len > 0) {
        sql_add(q, " AND \"q\".\"state\" = ");
        sql_bind_text(q, filter->state);
    }
    for (size_t i = 0; filter->page.q.len > 0 && i < ARRAY_LEN(searched); i++) {
        sql_add(q, i == 0 ? " AND (contains(lower(coalesce(" : " OR contains(lower(coalesce(");
        sql_column(q, STR("q"), str_from(searched[i]));
        sql_add(q, ", '')), lower(");
        sql_bind_text(q, filter->page.q);
        sql_add(q, i + 1 == ARRAY_LEN(searched) ? ")))" : "))");
    }
}

enum status board_quarantine(const struct board_ask *ask,
                             const struct board_refused_filter *filter,
                             struct json_writer *w,
                             struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    size_t limit = 0;
    int64_t offset = 0;
    enum status st = board_page_read(&filter->page, &limit, &offset, why);
    if (st != STATUS_OK)
        return st;
    sql_init(&q, SQL_DUCKDB);
    select_refused(&q);
    filter_refused(&q, ask, filter);
    sql_add(&q, " ORDER BY \"q\".\"quarantine_id\"");
    add_page(&q, limit, offset);
    st = board_run(ask, &q, &f, why);
    if (st != STATUS_OK)
        return st;
    json_object_open(w);
    json_key(w, "items");
    json_array_open(w);
    for (size_t r = 0; r < frame_rows(f); r++) {
        json_object_open(w);
        write_refused(w, f, r, ask->lang);
        json_object_close(w);
    }
    json_array_close(w);
    st = write_reasons(ask, w, why);
    board_page_end(
        w, frame_rows(f) > 0 ? frame_i64(f, REFUSED_COUNT, 0) : 0, offset, frame_rows(f));
    json_object_close(w);
    frame_free(f);
    return st;
}

enum status board_refused(const struct board_ask *ask,
                          int64_t id,
                          struct json_writer *w,
                          struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    struct quarantine_fields fields = { .n = 0 };
    struct arena *a = arena_new(0);
    if (a == NULL)
        return board_no_memory(why);
    sql_init(&q, SQL_DUCKDB);
    select_refused(&q);
    sql_add(&q, " AND \"q\".\"quarantine_id\" = ");
    sql_bind_i64(&q, id);
    board_add_scope(&q, ask, " AND ", STR("i"));
    enum status st = board_run(ask, &q, &f, why);
    if (st == STATUS_OK && frame_rows(f) == 0)
        st = error_set(why, STATUS_NOT_FOUND, "no row #%lld in quarantine", (long long)id);
    if (st == STATUS_OK)
        st = quarantine_fields_read(ask->context->conn, id, a, &fields, why);
    if (st == STATUS_OK) {
        json_object_open(w);
        write_refused(w, f, 0, ask->lang);
        json_key(w, "fields");
        json_array_open(w);
        for (size_t i = 0; i < fields.n; i++) {
            json_object_open(w);
            json_add_str(w, "name", fields.names[i]);
            json_add_str(w, "value", fields.values[i]);
            json_object_close(w);
        }
        json_array_close(w);
        json_object_close(w);
    }
    frame_free(f);
    arena_free(a);
    return st;
}

/* ---- sources ---- */

enum {
    SOURCE_STORE,
    SOURCE_PRESET,
    SOURCE_TARGET,
    SOURCE_IMPORTS,
    SOURCE_AT,
    SOURCE_FROM,
    SOURCE_TO,
    SOURCE_ROWS,
    SOURCE_REFUSED
};

static void write_source(struct json_writer *w, enum lang lang, const struct frame *f, size_t r)
{
    board_cell_str(w, "store", f, SOURCE_STORE, r);
    write_kind(w, lang, f, SOURCE_PRESET, SOURCE_TARGET, r);
    board_cell_i64(w, "imports", f, SOURCE_IMPORTS, r);
    board_cell_time(w, "last_at", f, SOURCE_AT, r);
    board_cell_day(w, "from", f, SOURCE_FROM, r);
    board_cell_day(w, "to", f, SOURCE_TO, r);
    board_cell_i64(w, "rows_read", f, SOURCE_ROWS, r);
    board_cell_i64(w, "rows_refused", f, SOURCE_REFUSED, r);
}

static enum status write_sources(const struct board_ask *ask,
                                 struct json_writer *w,
                                 struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    sql_init(&q, SQL_DUCKDB);
    sql_add(&q,
            "SELECT \"store\", \"preset\", \"target\", count(*), max(\"at\"),"
            " min(\"from_date\"), max(\"to_date\"), sum(\"rows_read\"), sum(\"rows_refused\") FROM"
            " \"import\" WHERE \"undone_at\" IS NULL");
    board_add_scope(&q, ask, " AND ", STR_EMPTY);
    sql_add(&q, " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3");
    const enum status st = board_run(ask, &q, &f, why);
    json_key(w, "items");
    json_array_open(w);
    for (size_t r = 0; st == STATUS_OK && r < frame_rows(f); r++) {
        json_object_open(w);
        write_source(w, ask->lang, f, r);
        json_object_close(w);
    }
    json_array_close(w);
    frame_free(f);
    return st;
}

static enum status write_tables(const struct board_ask *ask,
                                struct json_writer *w,
                                struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    sql_init(&q, SQL_DUCKDB);
    sql_add(&q,
            "SELECT \"store\", \"table_name\", max(\"until\"), min(\"until\") FROM (SELECT"
            " \"store\", \"table_name\", \"source\", max(\"complete_until\") AS \"until\" FROM"
            " \"watermark\"");
    board_add_scope(&q, ask, " WHERE ", STR_EMPTY);
    sql_add(&q,
            " GROUP BY 1, 2, 3) AS \"w\" WHERE \"until\" IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2");
    const enum status st = board_run(ask, &q, &f, why);
    json_key(w, "tables");
    json_array_open(w);
    for (size_t r = 0; st == STATUS_OK && r < frame_rows(f); r++) {
        json_object_open(w);
        board_cell_str(w, "store", f, 0, r);
        board_cell_str(w, "table", f, 1, r);
        board_table_name(w, frame_str(f, 1, r), ask->lang);
        board_cell_day(w, "newest", f, 2, r);
        board_cell_day(w, "complete_until", f, 3, r);
        json_object_close(w);
    }
    json_array_close(w);
    frame_free(f);
    return st;
}

/* Files that come regularly and have not come for yesterday. */
static enum status write_missing(const struct board_ask *ask,
                                 struct json_writer *w,
                                 struct error *why)
{
    struct arrivals late = { .count = 0 };
    struct arena *a = arena_new(0);
    const int32_t day = board_today(ask) - 1;
    if (a == NULL)
        return board_no_memory(why);
    const enum status st = arrivals_missing(ask->context->conn, day, ask->now_us, a, &late, why);
    json_key(w, "missing");
    json_array_open(w);
    for (size_t i = 0; st == STATUS_OK && i < late.count; i++) {
        bool is_in = ask->store_count == 0;
        for (size_t s = 0; s < ask->store_count; s++)
            is_in = is_in || str_eq(ask->stores[s], late.items[i].store);
        if (!is_in)
            continue;
        json_object_open(w);
        json_add_str(w, "store", late.items[i].store);
        json_add_str(w, "preset", late.items[i].preset);
        json_add_str(w, "preset_name", import_preset_label(late.items[i].preset, ask->lang));
        board_day(w, "last", late.items[i].last);
        board_day(w, "expected", day);
        json_object_close(w);
    }
    json_array_close(w);
    arena_free(a);
    return st;
}

enum status board_sources(const struct board_ask *ask, struct json_writer *w, struct error *why)
{
    json_object_open(w);
    enum status st = write_sources(ask, w, why);
    if (st == STATUS_OK)
        st = write_tables(ask, w, why);
    if (st == STATUS_OK)
        st = write_missing(ask, w, why);
    json_object_close(w);
    return st;
}

/* ---- reconcile ---- */

enum status board_reconcile(const struct board_ask *ask,
                            int64_t import_id,
                            const char *file,
                            struct json_writer *w,
                            struct error *why)
{
    struct reconciliation found = { 0 };
    struct arena *a = arena_new(0);
    if (a == NULL)
        return board_no_memory(why);
    const enum status st = reconcile(ask->context->conn, import_id, file, a, &found, why);
    i128 difference = 0;
    if (st == STATUS_OK) {
        json_object_open(w);
        json_key(w, "items");
        json_array_open(w);
        for (size_t i = 0; i < found.count; i++) {
            const struct reconcile_line *line = &found.lines[i];
            json_object_open(w);
            json_add_str(w, "class", line->class_name);
            json_add_str(w, "label", class_label(line->class_name, ask->lang));
            json_add_str_or_null(w, "currency", line->currency);
            json_add_i64(w, "lines", line->lines);
            json_add_i64(w, "units", line->units);
            json_key(w, "amount");
            json_money(w, line->amount_e4);
            json_add_i64(w, "recorded_lines", line->recorded_lines);
            json_key(w, "recorded_amount");
            json_money(w, line->recorded_e4);
            json_object_close(w);
            difference += line->amount_e4 - line->recorded_e4;
        }
        json_array_close(w);
        json_key(w, "difference");
        json_money(w, difference);
        json_add_i64(w, "classes_that_differ", found.differences);
        json_object_close(w);
    }
    arena_free(a);
    return st;
}
