/* Imports that overlap: rows that an import leaves out because another one has brought them.
 *
 * `left_for` names, for each such row, the imports that its rows are of; their number is kept in
 * import_overlap. When one of them is undone, the later import is listed as before, but what it
 * shared is gone. So the undo names it, and its file may be imported again: rows that are missing
 * come in, at the version of the import that had them left out, so that nothing newer makes way. */
#include "ingest/merge/merge_table_priv.h"

#define LEFT_BY_OTHERS "class IN ('duplicate', 'stale')"

/* Of an order the imports that its rows are of, but for the returns of refunds' own files. Counted
 * by order: of a file that is in already all rows are left out. */
static enum status store_orders(struct import_job *j, struct error *why)
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
        "CREATE OR REPLACE TEMP TABLE left_order AS SELECT order_key, count(*) AS n FROM (SELECT "
        "  order_key, row_no FROM new_line UNION ALL SELECT o.order_key, s.row_no FROM stage s "
        "JOIN "
        "  ord o ON o.order_id = s.order_id WHERE o.is_stale) WHERE row_no IN (SELECT row_no FROM "
        "  left_out WHERE " LEFT_BY_OTHERS ") GROUP BY 1;"
        "INSERT INTO import_overlap SELECT getvariable('import_id'), import_id, sum(n) FROM ("
        "  SELECT l.order_key, o.import_id, l.n FROM left_order l JOIN orders o ON o.order_key = "
        "  l.order_key UNION SELECT l.order_key, x.import_id, l.n FROM left_order l JOIN orders o "
        "  ON o.order_key = l.order_key JOIN order_line x ON x.order_key = l.order_key AND "
        "  x.origin_key IS NULL AND x.import_id <> o.import_id) WHERE import_id <> "
        "  getvariable('import_id') GROUP BY import_id;"
        "DROP TABLE left_order");
}

enum status merge_overlap_store(struct import_job *j, struct error *why)
{
    return j->mapping->target.table == NULL
               ? store_orders(j, why)
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
