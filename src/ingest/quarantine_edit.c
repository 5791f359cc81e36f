/* A refused row by its columns, and written anew with other values: the text that waits is the text
 * of a file with the same header, delimiter and quotes. */
#include "format/format.h"
#include "ingest/ingest_priv.h"

#include <string.h>

#define ROW_TEXT_MAX ((size_t)16 * 1024 * 1024)

struct refused_text {
    str raw; /* .len 0: not kept */
    str header;
    str state;
};

static str cell(struct arena *a, const struct frame *f, size_t col)
{
    const str copy = frame_is_null(f, col, 0) ? STR_EMPTY : arena_dup(a, frame_str(f, col, 0));
    return copy.ptr != NULL ? copy : STR_EMPTY;
}

static enum status read_text(
    struct conn *c, int64_t id, struct arena *a, struct refused_text *out, struct error *why)
{
    const struct param param = { .type = PARAM_I64, .i64 = id };
    struct frame *f = NULL;
    enum status st = conn_query(c,
                                STR("SELECT q.raw, i.header, q.state FROM quarantine q JOIN import"
                                    " i USING (import_id) WHERE q.quarantine_id = $1"),
                                &param,
                                1,
                                &f,
                                why);
    if (st == STATUS_OK && frame_rows(f) == 0)
        st = error_set(why, STATUS_NOT_FOUND, "no row #%lld in quarantine", (long long)id);
    if (st == STATUS_OK)
        *out = (struct refused_text){ cell(a, f, 0), cell(a, f, 1), cell(a, f, 2) };
    frame_free(f);
    return st;
}

/* ---- reading ---- */

static enum status read_json(str raw,
                             struct arena *a,
                             struct quarantine_fields *out,
                             struct error *why)
{
    const struct json_node *root = NULL;
    const enum status st = json_parse(raw, a, &root, why);
    if (st != STATUS_OK)
        return STATUS_OK; /* refused for that: only its text can be shown */
    str *names = ARENA_NEW(a, str, json_node_len(root) + 1);
    str *values = ARENA_NEW(a, str, json_node_len(root) + 1);
    if (names == NULL || values == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < json_node_len(root); i++) {
        if (!json_as_raw(json_at(root, i), &values[out->n]))
            continue; /* a list, an object, null: edited as text */
        names[out->n++] = json_member_key(root, i);
    }
    out->names = names;
    out->values = values;
    out->is_json = true;
    return STATUS_OK;
}

static enum status take_row(const struct row_shape *shape,
                            const struct row *row,
                            struct arena *a,
                            struct quarantine_fields *out,
                            struct error *why)
{
    str *names = ARENA_NEW(a, str, shape->n_columns + 1);
    str *values = ARENA_NEW(a, str, shape->n_columns + 1);
    if (names == NULL || values == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < shape->n_columns; i++) {
        names[i] = arena_dup(a, shape->columns[i]);
        values[i] = i < row->n ? arena_dup(a, row->fields[i]) : STR_EMPTY;
    }
    out->names = names;
    out->values = values;
    out->n = shape->n_columns;
    out->delimiter = shape->delimiter;
    return STATUS_OK;
}

static enum status read_csv(const struct refused_text *t,
                            struct arena *a,
                            struct quarantine_fields *out,
                            struct error *why)
{
    const struct row_options options = { .format = ROW_FORMAT_CSV,
                                         .encoding = ROW_ENCODING_UTF8,
                                         .header =
                                             t->header.len > 0 ? ROW_HEADER_YES : ROW_HEADER_NO,
                                         .pad_short = true };
    struct row_file *file = NULL;
    struct row_block *block = row_block_new();
    struct row row;
    struct buf text;
    bool got = false;
    buf_init(&text, ROW_TEXT_MAX);
    if (t->header.len > 0) {
        buf_add(&text, t->header);
        buf_addc(&text, '\n');
    }
    buf_add(&text, t->raw);
    buf_addc(&text, '\n');
    enum status st = block != NULL && buf_ok(&text)
                         ? row_file_open_bytes(buf_str(&text), &options, &file, why)
                         : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = row_file_next_block(file, block, &got, why);
    if (st == STATUS_OK && got && row_next(block, &row))
        st = take_row(row_file_shape(file), &row, a, out, why);
    row_block_free(block);
    row_file_close(file);
    buf_release(&text);
    return st;
}

static bool is_json(str raw)
{
    return str_starts(str_trim(raw), STR("{"));
}

enum status quarantine_fields_read(
    struct conn *c, int64_t id, struct arena *a, struct quarantine_fields *out, struct error *why)
{
    struct refused_text t = { .raw = STR_EMPTY };
    *out = (struct quarantine_fields){ .n = 0 };
    const enum status st = read_text(c, id, a, &t, why);
    if (st != STATUS_OK || t.raw.len == 0)
        return st;
    return is_json(t.raw) ? read_json(t.raw, a, out, why) : read_csv(&t, a, out, why);
}

/* ---- writing ---- */

static enum status apply(struct quarantine_fields *f,
                         const struct quarantine_change *changes,
                         size_t n,
                         struct arena *a,
                         struct error *why)
{
    str *values = ARENA_NEW(a, str, f->n + 1);
    if (values == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    memcpy(values, f->values, f->n * sizeof *values);
    for (size_t i = 0; i < n; i++) {
        bool found = false;
        for (size_t k = 0; k < f->n; k++) {
            if (!str_eq(f->names[k], changes[i].name))
                continue;
            values[k] = changes[i].value;
            found = true;
        }
        if (!found)
            return error_set(why,
                             STATUS_BAD_INPUT,
                             "the row's file has no column \"%.*s\"",
                             STR_ARG(str_first(changes[i].name, 80)));
    }
    f->values = values;
    return STATUS_OK;
}

static void add_field(struct buf *out, str value, char delimiter)
{
    bool quote = value.len > 0 && (value.ptr[0] == ' ' || value.ptr[value.len - 1] == ' ');
    for (size_t i = 0; i < value.len && !quote; i++)
        quote = value.ptr[i] == delimiter || strchr("\"\r\n", value.ptr[i]) != NULL;
    if (!quote) {
        buf_add(out, value);
        return;
    }
    buf_addc(out, '"');
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, value.ptr[i]);
    }
    buf_addc(out, '"');
}

static void write_record(const struct quarantine_fields *f, struct buf *out)
{
    for (size_t i = 0; i < f->n; i++) {
        if (i > 0)
            buf_addc(out, f->delimiter != 0 ? f->delimiter : ',');
        add_field(out, f->values[i], f->delimiter);
    }
}

/* All rows of the same record: one may wait for several reasons. */
static enum status store_text(
    struct conn *c, int64_t id, const struct refused_text *old, str raw, struct error *why)
{
    const struct param params[] = { { .type = PARAM_I64, .i64 = id },
                                    { .type = PARAM_TEXT, .text = raw } };
    if (!str_is(old->state, "waiting"))
        return error_set(why,
                         STATUS_CONFLICT,
                         "row #%lld does not wait any more; import its file again to repair it",
                         (long long)id);
    return conn_query(c,
                      STR("UPDATE quarantine SET raw = $2 WHERE state = 'waiting' AND (import_id,"
                          " line_no, raw) IN (SELECT import_id, line_no, raw FROM quarantine WHERE"
                          " quarantine_id = $1)"),
                      params,
                      ARRAY_LEN(params),
                      NULL,
                      why);
}

enum status quarantine_edit(struct shop *s,
                            int64_t id,
                            const struct quarantine_change *changes,
                            size_t n,
                            struct error *why)
{
    struct quarantine_fields f = { .n = 0 };
    struct refused_text t = { .raw = STR_EMPTY };
    struct buf out;
    struct arena *a = arena_new(0);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_init(&out, ROW_TEXT_MAX);
    enum status st = read_text(shop_writer(s), id, a, &t, why);
    if (st == STATUS_OK)
        st = quarantine_fields_read(shop_writer(s), id, a, &f, why);
    if (st == STATUS_OK && (f.n == 0 || f.is_json))
        st = error_set(why,
                       STATUS_BAD_INPUT,
                       "row #%lld has no columns to be changed one by one; change its text",
                       (long long)id);
    if (st == STATUS_OK)
        st = apply(&f, changes, n, a, why);
    if (st == STATUS_OK) {
        write_record(&f, &out);
        st = store_text(shop_writer(s), id, &t, buf_str(&out), why);
    }
    buf_release(&out);
    arena_free(a);
    return st;
}

enum status quarantine_edit_text(struct shop *s, int64_t id, str raw, struct error *why)
{
    struct refused_text t = { .raw = STR_EMPTY };
    struct arena *a = arena_new(0);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = read_text(shop_writer(s), id, a, &t, why);
    if (st == STATUS_OK && t.raw.len == 0)
        st = error_set(why,
                       STATUS_BAD_INPUT,
                       "row #%lld is right by itself: when what it lacks is there, import its file "
                       "once more",
                       (long long)id);
    if (st == STATUS_OK && (raw.len == 0 || raw.len > ROW_TEXT_MAX || !str_is_utf8(raw)))
        st = error_set(why, STATUS_BAD_INPUT, "the text of a row is not empty and in UTF-8");
    if (st == STATUS_OK)
        st = store_text(shop_writer(s), id, &t, raw, why);
    arena_free(a);
    return st;
}
