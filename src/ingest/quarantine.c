/* Refused rows: shown, repaired outside and imported again, or dropped. */
#include "ingest/ingest_priv.h"

#include <string.h>

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
    if (st == STATUS_OK)
        *out_count = conn_changed(shop_writer(s));
    return st;
}

enum status quarantine_retry(
    struct shop *s, int64_t import_id, const char *path, int64_t *out_count, struct error *why)
{
    struct frame *f = NULL;
    struct buf text;
    const struct param params[] = { { .type = PARAM_I64, .i64 = import_id } };
    enum status st = conn_query(shop_writer(s),
                                STR("SELECT raw FROM quarantine WHERE import_id = $1 AND state = "
                                    "'waiting' AND raw IS NOT NULL ORDER BY row_no"),
                                params,
                                1,
                                &f,
                                why);
    if (st != STATUS_OK)
        return st;
    const size_t n = frame_rows(f);
    buf_init(&text, (size_t)1024 * 1024 * 1024);
    for (size_t i = 0; i < n; i++) {
        buf_add(&text, frame_str(f, 0, i));
        buf_addc(&text, '\n');
    }
    frame_free(f);
    if (n == 0)
        st = error_set(why,
                       STATUS_NOT_FOUND,
                       "no row of import #%lld waits in quarantine",
                       (long long)import_id);
    else
        st = file_write_atomic(path, buf_str(&text), why);
    if (st == STATUS_OK)
        st = conn_query(
            shop_writer(s),
            STR("UPDATE quarantine SET state = 'retried' WHERE import_id = $1 AND state = "
                "'waiting' AND raw IS NOT NULL"),
            params,
            1,
            NULL,
            why);
    buf_release(&text);
    if (st == STATUS_OK)
        *out_count = (int64_t)n;
    return st;
}
