/* The stage: where a file's typed rows wait for the merge: a database in memory, whose pages go to
 * the engine's temporary file when memory is short. Nothing of it is synced, and nothing is left by
 * an import that is killed. */
#include "ingest/ingest_priv.h"

enum status stage_open(struct import_job *j, struct error *why)
{
    return job_exec(j, why, "%s", "ATTACH ':memory:' AS staging");
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
    static const char *const names[] = { "stage_order",    "ord",          "new_line",
                                         "line_share",     "known",        "unpaired",
                                         "free_sale",      "touched",      "edge_new",
                                         "edge_old",       "returned",     "order_share",
                                         "left_out",       "refused",      "equal_row",
                                         "left_for",       "product_cost", "incoming",
                                         "compose",        "key_of_order", "key_of_customer",
                                         "key_of_visitor", "spread_state", "cut_state",
                                         "known_product" };
    /* What stays after an error is removed by the next import. */
    for (size_t i = 0; i < ARRAY_LEN(views); i++)
        (void)!job_exec(j, NULL, "DROP VIEW IF EXISTS temp.\"%s\"", views[i]);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        (void)!job_exec(j, NULL, "DROP TABLE IF EXISTS temp.\"%s\"", names[i]);
    (void)!job_exec(j, NULL, "DETACH DATABASE IF EXISTS staging");
}
