/* Refused rows: shown, repaired outside and imported again, or dropped. */
#include "ingest/ingest_priv.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static str cell(struct arena *a, const struct frame *f, size_t col, size_t row)
{
    const str copy = frame_is_null(f, col, row) ? STR_EMPTY : arena_dup(a, frame_str(f, col, row));
    return copy.ptr != NULL ? copy : STR_EMPTY;
}

enum status quarantine_list(struct shop *s,
                            int64_t id,
                            struct arena *a,
                            struct quarantine_row **out,
                            size_t *count,
                            struct error *why)
{
    struct frame *f = NULL;
    const struct param params[] = { { .type = PARAM_I64, .i64 = id } };
    const enum status st = conn_query(
        shop_writer(s),
        STR("SELECT quarantine_id, import_id, file, coalesce(line_no, 0), column_name, value, "
            "reason, "
            "raw, state FROM quarantine WHERE $1 = 0 OR quarantine_id = $1 ORDER BY 1 LIMIT 10000"),
        params,
        1,
        &f,
        why);
    if (st != STATUS_OK)
        return st;
    const size_t n = frame_rows(f);
    struct quarantine_row *rows = ARENA_NEW(a, struct quarantine_row, n + 1);
    for (size_t i = 0; rows != NULL && i < n; i++) {
        rows[i] = (struct quarantine_row){
            .id = frame_i64(f, 0, i),
            .import_id = frame_i64(f, 1, i),
            .file = cell(a, f, 2, i),
            .line_no = frame_i64(f, 3, i),
            .column = cell(a, f, 4, i),
            .value = cell(a, f, 5, i),
            .reason = cell(a, f, 6, i),
            .raw = cell(a, f, 7, i),
            .state = cell(a, f, 8, i),
        };
    }
    frame_free(f);
    if (rows == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    *out = rows;
    *count = n;
    return STATUS_OK;
}

/* Whatever has become of it. */
static enum status is_there(struct shop *s, int64_t id, struct error *why)
{
    char sql[96];
    int64_t n = 0;
    snprintf(sql,
             sizeof sql,
             "SELECT count(*) FROM quarantine WHERE quarantine_id = %lld",
             (long long)id);
    const enum status st = conn_query_i64(shop_writer(s), sql, &n, why);
    return st == STATUS_OK && n == 0
               ? error_set(why, STATUS_NOT_FOUND, "no row #%lld in quarantine", (long long)id)
               : st;
}

enum status quarantine_drop(struct shop *s, int64_t id, int64_t *out_count, struct error *why)
{
    const struct param params[] = { { .type = PARAM_I64, .i64 = id } };
    const enum status st = conn_query(
        shop_writer(s),
        STR("UPDATE quarantine SET state = 'dropped' WHERE state = 'waiting' AND ($1 = 0 OR "
            "quarantine_id = $1)"),
        params,
        1,
        NULL,
        why);
    if (st != STATUS_OK)
        return st;
    *out_count = conn_changed(shop_writer(s));
    return id != 0 && *out_count == 0 ? is_there(s, id, why) : STATUS_OK;
}

#define PICKED                                                                            \
    "($2 = '' OR (q.line_no, q.raw) IN (SELECT p.line_no, p.raw FROM quarantine p WHERE " \
    "p.import_id = $1 AND list_contains(string_split($2, ','), p.quarantine_id::VARCHAR)))"

/* The parameters of PICKED: the import, and the ids as a list. */
static enum status pick_params(const struct quarantine_pick *pick,
                               struct arena *a,
                               struct param *out,
                               struct error *why)
{
    struct buf ids;
    buf_init(&ids, (size_t)16 * 1024 * 1024);
    for (size_t i = 0; i < pick->n; i++)
        buf_addf(&ids, "%s%lld", i > 0 ? "," : "", (long long)pick->ids[i]);
    const str list = buf_ok(&ids) ? arena_dup(a, buf_str(&ids)) : (str){ NULL, 0 };
    buf_release(&ids);
    if (list.ptr == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    out[0] = (struct param){ .type = PARAM_I64, .i64 = pick->import_id };
    out[1] = (struct param){ .type = PARAM_TEXT, .text = list };
    return STATUS_OK;
}

/* What waits of an import, with the header of its file: frames of (raw, header). Picked rows: not
 * those that are out for repair already. */
static enum status read_waiting(struct shop *s,
                                const struct param *params,
                                struct frame **out,
                                struct error *why)
{
    return conn_query(
        shop_writer(s),
        STR("SELECT DISTINCT ON (q.line_no, q.raw) q.raw, i.header FROM quarantine q JOIN "
            "import i USING (import_id) WHERE q.import_id = $1 AND (q.state = 'waiting' OR "
            "(q.state = 'retried' AND $2 = '')) AND q.raw IS NOT NULL AND " PICKED
            " ORDER BY q.line_no, q.raw, q.row_no"),
        params,
        2,
        out,
        why);
}

static void add_rows(struct buf *text, const struct frame *f)
{
    if (!frame_is_null(f, 1, 0)) {
        buf_add(text, frame_str(f, 1, 0));
        buf_addc(text, '\n');
    }
    for (size_t i = 0; i < frame_rows(f); i++) {
        buf_add(text, frame_str(f, 0, i));
        buf_addc(text, '\n');
    }
}

static str path_for(struct shop *s, int64_t import_id, const struct frame *f, struct arena *a)
{
    const bool is_json = str_starts(str_trim(frame_str(f, 0, 0)), STR("{"));
    return arena_printf(a,
                        "%s/quarantine/import-%lld.%s",
                        shop_dir(s),
                        (long long)import_id,
                        is_json ? "ndjson" : "csv");
}

static enum status count_textless(struct shop *s,
                                  int64_t import_id,
                                  int64_t *out,
                                  struct error *why)
{
    char sql[160];
    snprintf(sql,
             sizeof sql,
             "SELECT count(*) FROM quarantine WHERE import_id = %lld AND state = 'waiting' AND raw "
             "IS NULL",
             (long long)import_id);
    return conn_query_i64(shop_writer(s), sql, out, why);
}

static enum status write_rows(str path, const struct frame *f, struct error *why)
{
    struct buf text;
    buf_init(&text, (size_t)1024 * 1024 * 1024);
    add_rows(&text, f);
    const enum status st = buf_ok(&text) ? file_write_atomic(path.ptr, buf_str(&text), why)
                                         : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&text);
    return st;
}

enum status quarantine_retry(struct shop *s,
                             const struct quarantine_pick *pick,
                             struct arena *a,
                             struct quarantine_file *out,
                             struct error *why)
{
    const int64_t import_id = pick->import_id;
    struct param params[2];
    struct frame *f = NULL;
    enum status st = pick_params(pick, a, params, why);
    if (st == STATUS_OK)
        st = count_textless(s, import_id, &out->textless, why);
    if (st == STATUS_OK)
        st = read_waiting(s, params, &f, why);
    if (st != STATUS_OK)
        return st;
    out->rows = (int64_t)frame_rows(f);
    if (out->rows == 0) {
        frame_free(f);
        return error_set(why,
                         STATUS_NOT_FOUND,
                         out->textless > 0
                             ? "the rows of import #%lld that wait are right by themselves: when "
                               "what they lack is there, import their file once more with --again"
                             : "no row of import #%lld waits in quarantine",
                         (long long)import_id);
    }
    out->path = path_for(s, import_id, f, a);
    if (out->path.ptr == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    else if (access(out->path.ptr, F_OK) == 0)
        st = error_set(why,
                       STATUS_CONFLICT,
                       "%s is there already: import it, or delete it to have it written anew",
                       out->path.ptr);
    else
        st = write_rows(out->path, f, why);
    frame_free(f);
    if (st != STATUS_OK)
        return st;
    return conn_query(
        shop_writer(s),
        STR("UPDATE quarantine q SET state = 'retried' WHERE q.import_id = $1 AND q.state = "
            "'waiting' AND q.raw IS NOT NULL AND " PICKED),
        params,
        ARRAY_LEN(params),
        NULL,
        why);
}
