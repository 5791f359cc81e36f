/* The file as a row source of the store: blocks of the file, converted on the engine's threads.
 *
 * Threads: each worker has its own block and counts; `mutex` is taken once a block, and for each
 * refused row. */
#include "ingest/reading/reading_priv.h"

#include <string.h>

#define REPORT_EVERY 200000

static enum status worker_open(void *self, void **worker, struct error *why)
{
    struct reading_worker *w = mem_new(1, sizeof *w);
    if (w != NULL)
        w->block = row_block_new();
    if (w == NULL || w->block == NULL) {
        mem_free(w);
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    w->reading = self;
    buf_init(&w->props, PROPS_MAX);
    *worker = w;
    return STATUS_OK;
}

/* Adds the worker's counts to the file's, once a block and at its end. */
static void worker_report(struct reading_worker *w)
{
    struct reading *r = w->reading;
    int64_t tell = 0;
    pthread_mutex_lock(&r->mutex);
    r->rows += w->rows;
    r->extra += w->extra;
    r->masked += w->masked;
    r->net += w->net;
    r->odd += w->odd;
    r->pictures += w->pictures;
    r->says |= w->says;
    r->lacks |= w->lacks;
    r->either += w->either;
    r->removed += w->removed;
    r->odd_totals += w->odd_totals;
    r->empty += w->empty;
    r->filled += w->filled;
    r->amount_e4 += w->amount_e4;
    if (r->rows >= r->next_report) {
        r->next_report = r->rows + REPORT_EVERY;
        tell = r->rows;
    }
    pthread_mutex_unlock(&r->mutex);
    w->rows = w->extra = w->masked = w->net = w->odd = w->either = 0;
    w->pictures = w->removed = w->odd_totals = w->empty = w->filled = 0;
    w->amount_e4 = 0;
    if (tell > 0 && r->progress != NULL)
        r->progress->step(r->progress->self,
                          "reading",
                          (int64_t)row_file_bytes_done(r->file),
                          (int64_t)r->shape->bytes_total);
}

static void worker_close(void *worker)
{
    struct reading_worker *w = worker;
    if (w == NULL)
        return;
    worker_report(w);
    row_block_free(w->block);
    buf_release(&w->props);
    mem_free(w->above.fields);
    mem_free(w);
}

/* A text (an id) of a row whose cells were not all converted; nothing where it can't be told. */
static str text_of_refused(struct reading_worker *w, const struct row *row, size_t part)
{
    const struct reading *r = w->reading;
    const struct reading_column *c = part != NO_COLUMN ? &r->columns[part] : NULL;
    struct cell cell = { .is_null = true };
    if (c == NULL || r->mapping->target.table != NULL || row->refusal != ROW_REFUSAL_NONE ||
        c->sum.n > 0)
        return STR_EMPTY;
    const char *reason =
        value_read(c->field->kind, &c->rules, &c->date, w->cursors, w->texts[part], &cell);
    return reason == NULL && !cell.is_null ? cell.text : STR_EMPTY;
}

/* A row as text that can be read again: all its cells, for a sheet's rows end at their last filled
 * one. */
static str text_of_cells(const struct row *row, char delimiter, struct arena *a)
{
    struct buf text;
    struct csv_writer w;
    buf_init(&text, (size_t)16 * 1024 * 1024);
    csv_writer_init(&w, &text, delimiter);
    for (size_t i = 0; i < row->n; i++)
        csv_value(&w, row->fields[i]);
    const str out = arena_dup(a, buf_ok(&text) ? buf_str(&text) : row->raw);
    buf_release(&text);
    return out;
}

/* In the reading's arena. Of rows that are refused before they are cut into cells as they stand. */
static str raw_text(const struct reading_worker *w, const struct row *row)
{
    const struct reading *r = w->reading;
    const enum row_format format = r->shape->format;
    const bool is_sheet = format == ROW_FORMAT_XLSX || format == ROW_FORMAT_XLS;
    if (row->refusal != ROW_REFUSAL_NONE || (!is_sheet && !w->above.is_filled))
        return arena_dup(r->arena, row->raw);
    return text_of_cells(row, is_sheet ? '\t' : r->shape->delimiter, r->arena);
}

/* Keeps a refused row; texts are copied because the block moves on. */
static enum status refuse(struct reading_worker *w,
                          const struct row *row,
                          str column,
                          str value,
                          const char *reason,
                          struct error *why)
{
    struct reading *r = w->reading;
    const str order_id = text_of_refused(w, row, r->parts.order_id);
    const str sku = text_of_refused(w, row, r->parts.sku);
    enum status st = STATUS_OK;
    pthread_mutex_lock(&r->mutex);
    const struct refusal one = { .row_no = row->row_no,
                                 .line = row->line,
                                 .column = column,
                                 .value = arena_dup(r->arena, str_first(value, 1000)),
                                 .raw = raw_text(w, row),
                                 .reason = reason,
                                 .order_id = arena_dup(r->arena, order_id),
                                 .sku = arena_dup(r->arena, sku) };
    if (r->refusal_count == REFUSALS_MAX)
        st = error_set(why,
                       STATUS_TOO_LARGE,
                       "more than %zu rows do not fit the mapping (the last: line %lld, %s); is it "
                       "the right preset?",
                       REFUSALS_MAX,
                       (long long)row->line,
                       tr(why->lang, reason));
    else if (one.value.ptr == NULL || one.raw.ptr == NULL || one.order_id.ptr == NULL ||
             one.sku.ptr == NULL || !MEM_GROW(r->refusals, r->refusal_cap, r->refusal_count + 1))
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    else
        r->refusals[r->refusal_count++] = one;
    pthread_mutex_unlock(&r->mutex);
    return st;
}

static void put_cell(
    struct batch *b, size_t col, size_t row, const struct cell *cell, enum source_type type)
{
    if (cell->is_null)
        batch_set_null(b, col, row);
    else if (type == SOURCE_TEXT)
        batch_set_str(b, col, row, cell->text);
    else if (type == SOURCE_F64)
        batch_set_f64(b, col, row, cell->f64);
    else
        batch_set_i64(b, col, row, cell->i64);
}

static void put_time_parts(struct batch *b, size_t col, size_t row, const struct cell *cell)
{
    if (cell->is_null) {
        batch_set_null(b, col, row);
        batch_set_null(b, col + 1, row);
        return;
    }
    batch_set_i64(b, col, row, cell->day);
    batch_set_i64(b, col + 1, row, cell->minute);
}

static void put_row(struct reading_worker *w, struct batch *b, size_t at, const struct row *row)
{
    const struct reading *r = w->reading;
    batch_set_i64(b, 0, at, row->row_no);
    batch_set_i64(b, 1, at, row->line);
    for (size_t i = 0; i < r->count; i++) {
        const struct reading_column *c = &r->columns[i];
        put_cell(b, c->stage, at, &w->cells[i], r->stage[c->stage].type);
        if (c->field->kind == FIELD_TIME)
            put_time_parts(b, c->stage + 1, at, &w->cells[i]);
    }
    if (r->stage_class != NO_COLUMN) {
        put_cell(b, r->stage_class, at, &w->line_class, SOURCE_TEXT);
        put_cell(b, r->stage_class + 1, at, &w->gross, SOURCE_I64);
    }
    if (r->stage_counted != NO_COLUMN)
        put_cell(b, r->stage_counted, at, &w->counted_class, SOURCE_TEXT);
    if (r->stage_order != NO_COLUMN)
        batch_set_str(b, r->stage_order, at, str_from(w->order_id));
}

/* The worker's next row of the file, across blocks; *got false when there is none for it. */
static enum status next_row(struct reading_worker *w, struct row *row, bool *got, struct error *why)
{
    *got = false;
    while (!w->is_done) {
        if (w->has_block && row_next(w->block, row)) {
            *got = true;
            return STATUS_OK;
        }
        worker_report(w);
        const enum status st = reading_next_block(w, why);
        if (st != STATUS_OK)
            return st;
    }
    return STATUS_OK;
}

/* A row of the stage for each measure that has a value. */
static const char *put_measures(
    struct reading_worker *w, struct batch *b, size_t *n, const struct row *row, size_t *column)
{
    const struct reading_unpivot *u = &w->reading->unpivot;
    const size_t first = *n;
    for (size_t i = 0; i < u->n; i++) {
        bool has_value = false;
        const char *reason = reading_measure_cell(w, row, i, &has_value);
        if (reason != NULL) {
            *column = u->items[i].source;
            *n = first;
            return reason;
        }
        if (has_value)
            put_row(w, b, (*n)++, row);
    }
    return NULL;
}

/* Nothing but separators, as spreadsheets write them below their last row. */
static bool is_empty(const struct reading *r, const struct row *row)
{
    const enum row_format format = r->shape->format;
    if (format == ROW_FORMAT_JSON || format == ROW_FORMAT_NDJSON ||
        (row->refusal != ROW_REFUSAL_NONE && row->refusal != ROW_REFUSAL_TOO_FEW &&
         row->refusal != ROW_REFUSAL_TOO_MANY))
        return false;
    for (size_t i = 0; i < row->n; i++) {
        if (str_trim(row->fields[i]).len > 0)
            return false;
    }
    return row->n > 0;
}

/* "12 record(s) downloaded", "Seller ID : ...": what the platform writes below its table. */
static bool is_footer(const struct reading *r, const struct row *row)
{
    for (size_t i = 0; i < r->mapping->footer_count * 2; i++) {
        if (i / 2 < r->mapping->footer_count && i % 2 < row->n &&
            mapping_pattern_fits(r->mapping->footer[i / 2], value_unwrap(row->fields[i % 2])))
            return true;
    }
    return false;
}

static enum status take_row(
    struct reading_worker *w, struct batch *b, size_t *n, struct row *row, struct error *why)
{
    const struct reading *r = w->reading;
    const size_t before = *n;
    size_t column = row->column;
    str label = STR_EMPTY;
    w->rows++;
    if (is_empty(r, row) || is_footer(r, row)) {
        w->empty++;
        reading_end_order(w);
        return STATUS_OK;
    }
    if (row_is_summary(w, row, &label)) {
        reading_end_order(w);
        return reading_keep_summary(w, row, label, why);
    }
    if (!reading_fill_id(w, row))
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (reading_is_picture(r, row)) {
        w->pictures++;
        return STATUS_OK;
    }
    const char *reason = row->refusal != ROW_REFUSAL_NONE ? row_refusal_text(row->refusal)
                                                          : row_convert(w, row, &column);
    if (reason == NULL && r->unpivot.n > 0)
        reason = put_measures(w, b, n, row, &column);
    else if (reason == NULL)
        put_row(w, b, (*n)++, row);
    if (reason == NULL) {
        w->extra += (int64_t)(*n - before) - 1;
        return STATUS_OK;
    }
    if (row->refusal == ROW_REFUSAL_NONE && w->broken != NULL)
        return refuse(w, row, w->broken->name, str_from(w->broken_by), reason, why);
    const str name = column < r->shape->n_columns ? r->shape->columns[column] : STR_EMPTY;
    const str value = column < row->n ? row->fields[column] : STR_EMPTY;
    return refuse(w, row, name, value, reason, why);
}

static enum status fill(void *self, void *worker, struct batch *b, size_t *rows, struct error *why)
{
    struct reading_worker *w = worker;
    const size_t capacity = batch_capacity();
    const size_t measures = w->reading->unpivot.n;
    const size_t of_row = measures > 0 ? measures : 1;
    size_t n = 0;
    (void)self;
    BUG_IF(of_row > capacity);
    if (!w->has_begun)
        reading_lot_begin(w);
    while (n + of_row <= capacity && !w->is_done) {
        struct row row;
        bool got = false;
        enum status st = next_row(w, &row, &got, why);
        if (st == STATUS_OK && got)
            st = take_row(w, b, &n, &row, why);
        if (st != STATUS_OK)
            return st;
    }
    reading_lot_took(w, n);
    *rows = n;
    return STATUS_OK;
}

/* The stage is written once and read a few times: compressing it costs more than it saves
 * (10.8 M lines: 19 s against 9 s). */
static void write_stage_sql(const struct reading *r, struct buf *sql)
{
    static const char *const types[] = {
        [SOURCE_I64] = "BIGINT",   [SOURCE_I32] = "INTEGER",  [SOURCE_U32] = "UINTEGER",
        [SOURCE_I16] = "SMALLINT", [SOURCE_DAY] = "DATE",     [SOURCE_F64] = "DOUBLE",
        [SOURCE_TEXT] = "VARCHAR", [SOURCE_BOOL] = "BOOLEAN", [SOURCE_BLOB] = "BLOB",
    };
    buf_init(sql, (size_t)64 * 1024);
    buf_adds(sql, "CREATE TABLE staging.stage (");
    for (size_t i = 0; i < r->stage_count; i++)
        buf_addf(sql,
                 "%s\"%s\" %s USING COMPRESSION uncompressed",
                 i > 0 ? ", " : "",
                 r->stage[i].name,
                 types[r->stage[i].type]);
    buf_adds(sql, "); INSERT INTO staging.stage SELECT * FROM rows()");
    buf_addc(sql, '\0');
}

enum status reading_stage(struct reading *r,
                          struct conn *c,
                          const struct import_progress *p,
                          struct error *why)
{
    const struct row_source src = { .columns = r->stage,
                                    .column_count = r->stage_count,
                                    .threads = r->mapping->fill_ids ? 1 : 8, /* in order */
                                    .self = r,
                                    .worker_open = worker_open,
                                    .worker_close = worker_close,
                                    .fill = fill };
    struct buf sql;
    r->progress = p;
    r->next_report = REPORT_EVERY;
    write_stage_sql(r, &sql);
    const enum status st = buf_ok(&sql) ? conn_load(c, sql.data, &src, why)
                                        : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&sql);
    return st;
}

struct reading_counts reading_counts(const struct reading *r)
{
    const int64_t title = r->shape->title_rows;
    return (struct reading_counts){ .rows = r->rows + title,
                                    .title = title,
                                    .refused = (int64_t)r->refusal_count,
                                    .extra = r->extra,
                                    .masked = r->masked,
                                    .net = r->net,
                                    .odd = r->odd,
                                    .pictures = r->pictures,
                                    .filled = r->filled,
                                    .has_state_gaps = (r->says & r->lacks) != 0,
                                    .removed = r->removed,
                                    .odd_totals = r->odd_totals,
                                    .empty = r->empty,
                                    .open = r->totals == TOTALS_OPEN ? r->either : 0,
                                    .as_others = r->totals == TOTALS_AFTER ? r->either : 0,
                                    .amount_e4 = r->amount_e4,
                                    .refusals = r->refusals,
                                    .refusal_count = r->refusal_count };
}

const struct row_shape *reading_shape(const struct reading *r)
{
    return r->shape;
}

str reading_currency(const struct reading *r)
{
    return r->currency;
}

str reading_header_currency(const struct reading *r)
{
    return r->header_currency;
}

bool reading_has(const struct reading *r, const char *field)
{
    if (strcmp(field, "order_id") == 0 && r->stage_order != NO_COLUMN)
        return true;
    for (size_t i = 0; i < r->count; i++) {
        if (strcmp(r->columns[i].field->name, field) == 0)
            return true;
    }
    return false;
}

void reading_close(struct reading *r)
{
    if (r == NULL)
        return;
    row_block_free(r->left_block);
    row_file_close(r->file);
    pthread_mutex_destroy(&r->mutex);
    mem_free(r->refusals);
    mem_free(r->summaries);
    arena_free(r->arena);
    mem_free(r);
}

str reading_header(const struct reading *r, struct arena *a)
{
    const struct row_shape *shape = r->shape;
    const bool is_xlsx = shape->format == ROW_FORMAT_XLSX || shape->format == ROW_FORMAT_XLS;
    struct buf text;
    struct csv_writer w;
    if (!shape->has_header || (shape->format != ROW_FORMAT_CSV && !is_xlsx))
        return STR_EMPTY;
    buf_init(&text, (size_t)1024 * 1024);
    csv_writer_init(&w, &text, is_xlsx ? '\t' : shape->delimiter);
    for (size_t i = 0; i < shape->n_columns; i++)
        csv_value(&w, shape->columns[i]);
    const str header = arena_dup(a, buf_str(&text));
    buf_release(&text);
    return header;
}
