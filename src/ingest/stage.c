/* The stage: where a file's typed rows wait for the merge. */
#include "ingest/ingest_priv.h"

#include <unistd.h>

#define STAGE_FILE "run/stage.duckdb"

static const char *stage_path(struct import_job *j, const char *suffix)
{
    const str path = arena_printf(j->arena, "%s/" STAGE_FILE "%s", shop_dir(j->shop), suffix);
    return path.len > 0 ? path.ptr : NULL;
}

static void remove_files(struct import_job *j)
{
    static const char *const suffixes[] = { "", ".wal" };
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        const char *path = stage_path(j, suffixes[i]);
        if (path != NULL)
            unlink(path);
    }
}

enum status stage_open(struct import_job *j, struct error *why)
{
    struct buf sql;
    const char *path = stage_path(j, "");
    remove_files(j);
    buf_init(&sql, 16384);
    buf_adds(&sql, "ATTACH ");
    ingest_quote(&sql, path != NULL ? path : "");
    buf_adds(&sql, " AS staging");
    const enum status st = path == NULL || !buf_ok(&sql)
                               ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                               : conn_exec(j->conn, sql.data, why);
    buf_release(&sql);
    return st;
}

enum status stage_view(struct import_job *j, struct error *why)
{
    return job_exec(
        j, why, "%s", "CREATE OR REPLACE TEMP VIEW stage AS SELECT * FROM staging.stage");
}

void stage_close(struct import_job *j)
{
    static const char *const views[] = {
        "incoming", "incoming_key", "incoming_rows", "own_line", "stage"
    };
    static const char *const names[] = { "stage_order", "ord",       "new_line",     "line_share",
                                         "known",       "unpaired",  "free_sale",    "touched",
                                         "edge_new",    "edge_old",  "returned",     "left_out",
                                         "refused",     "equal_row", "product_cost", "incoming",
                                         "compose" };
    /* What stays after an error is removed by the next import. */
    for (size_t i = 0; i < ARRAY_LEN(views); i++)
        (void)!job_exec(j, NULL, "DROP VIEW IF EXISTS temp.\"%s\"", views[i]);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        (void)!job_exec(j, NULL, "DROP TABLE IF EXISTS temp.\"%s\"", names[i]);
    /* Dropped first, or detaching would write a checkpoint of it. */
    (void)!job_exec(j, NULL, "DROP TABLE IF EXISTS staging.stage");
    (void)!job_exec(j, NULL, "DETACH DATABASE IF EXISTS staging");
    remove_files(j);
}
