/* Imports that overlap: rows that an import leaves out because another one has brought them.
 *
 * `left_for` names, for each such row, the imports that its rows are of; their number is kept in
 * import_overlap. When one of them is undone, the later import is listed as before, but what it
 * shared is gone. So the undo names it, and its file may be imported again: rows that are missing
 * come in, at the version of the import that had them left out, so that nothing newer makes way. */
#include "ingest/merge_table_priv.h"

#define LEFT_BY_OTHERS "class IN ('duplicate', 'stale')"

/* Of an order the rows that it is made of, but for the returns of refunds' own files. */
static enum status list_orders(struct import_job *j, struct error *why)
{
    int64_t rows = 0;
    const enum status st =
        job_count(j, "SELECT count(*) FROM left_out WHERE " LEFT_BY_OTHERS, &rows, why);
    if (st != STATUS_OK || rows == 0)
        return st;
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE left_order AS SELECT DISTINCT s.row_no, o.order_key FROM "
        "  left_out l JOIN stage s ON s.row_no = l.row_no JOIN ord o ON o.order_id = s.order_id "
        "  WHERE l." LEFT_BY_OTHERS ";"
        "INSERT INTO left_for SELECT o.row_no, b.import_id FROM left_order o JOIN ("
        "  SELECT order_key, import_id FROM orders WHERE order_key IN (SELECT order_key FROM "
        "  left_order) UNION SELECT order_key, import_id FROM order_line WHERE origin_key IS NULL "
        "  AND order_key IN (SELECT order_key FROM left_order)) b ON b.order_key = o.order_key;"
        "DROP TABLE left_order");
}

enum status merge_overlap_store(struct import_job *j, struct error *why)
{
    const enum status st = j->mapping->target.table == NULL ? list_orders(j, why) : STATUS_OK;
    return st != STATUS_OK
               ? st
               : job_exec(j,
                          why,
                          "%s",
                          "INSERT INTO import_overlap SELECT getvariable('import_id'), import_id, "
                          "count(DISTINCT row_no) FROM left_for WHERE import_id <> "
                          "getvariable('import_id') GROUP BY import_id");
}

enum status merge_overlap_fills(struct import_job *j, bool *out, struct error *why)
{
    struct frame *f = NULL;
    const struct param id = { .type = PARAM_I64, .i64 = j->result->already };
    *out = false;
    if (j->result->already == 0)
        return STATUS_OK;
    const enum status st =
        conn_query(j->conn,
                   STR("SELECT any_value(i.as_of) FROM import i JOIN import_overlap v USING "
                       "(import_id) JOIN import o ON o.import_id = v.of_import WHERE i.import_id = "
                       "$1 AND o.undone_at IS NOT NULL HAVING count(*) > 0"),
                   &id,
                   1,
                   &f,
                   why);
    if (st != STATUS_OK)
        return st;
    *out = frame_rows(f) > 0;
    /* What an API's page says it says now; a file is as old as when it came first. */
    if (*out && !mapping_is_api(j->mapping)) {
        j->fills = j->result->already;
        if (j->options->as_of == NULL && j->options->repairs == 0)
            j->version = frame_i64(f, 0, 0);
    }
    frame_free(f);
    return STATUS_OK;
}

enum status imports_sharing(struct conn *c,
                            int64_t import_id,
                            struct arena *a,
                            struct import_shared **out,
                            size_t *count,
                            struct error *why)
{
    struct frame *f = NULL;
    const struct param id = { .type = PARAM_I64, .i64 = import_id };
    const enum status st = conn_query(
        c,
        STR("SELECT max(import_id)::BIGINT, arg_max(file, import_id), arg_max(lines, import_id) "
            "FROM import_overlap JOIN import USING (import_id) WHERE of_import = $1 AND undone_at "
            "IS NULL GROUP BY store, target, sha256 ORDER BY 1"),
        &id,
        1,
        &f,
        why);
    if (st != STATUS_OK)
        return st;
    const size_t n = frame_rows(f);
    struct import_shared *items = ARENA_NEW(a, struct import_shared, n + 1);
    for (size_t i = 0; items != NULL && i < n; i++)
        items[i] = (struct import_shared){ .import_id = frame_i64(f, 0, i),
                                           .file = arena_dup(a, frame_str(f, 1, i)),
                                           .rows = frame_i64(f, 2, i) };
    frame_free(f);
    if (items == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    *out = items;
    *count = n;
    return STATUS_OK;
}
