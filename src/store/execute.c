/* Running a statement without burning a core. Left to itself, the thread that asks spins while the
 * engine's other threads finish what cannot be split: on two cores a fifth of an import's processor
 * time. Here it helps as long as there is work for it, and sleeps when there is none. */
#include "store/store_priv.h"

#include <time.h>

#define LOOKS_BEFORE_SLEEP 20 /* most waits are over at once */
#define SHORTEST_SLEEP_US  20
#define LONGEST_SLEEP_US   500

static void pause_a_little(unsigned idle)
{
    if (idle < LOOKS_BEFORE_SLEEP)
        return;
    const unsigned turns = idle - LOOKS_BEFORE_SLEEP;
    const long us = turns < 5 ? (long)SHORTEST_SLEEP_US << turns : LONGEST_SLEEP_US;
    const struct timespec t = { .tv_nsec = us * 1000 };
    nanosleep(&t, NULL);
}

duckdb_state store_execute(duckdb_prepared_statement ps, duckdb_result *out)
{
    duckdb_pending_result pending = NULL;
    duckdb_state st = duckdb_pending_prepared(ps, &pending);
    unsigned idle = 0;
    while (st == DuckDBSuccess) {
        const duckdb_pending_state now = duckdb_pending_execute_task(pending);
        if (now == DUCKDB_PENDING_ERROR || duckdb_pending_execution_is_finished(now))
            break;
        idle = now == DUCKDB_PENDING_NO_TASKS_AVAILABLE ? idle + 1 : 0;
        pause_a_little(idle);
    }
    st = duckdb_execute_pending(pending, out); /* gives an error its kind, too */
    duckdb_destroy_pending(&pending);
    return st;
}

static enum status run_one(struct conn *c,
                           duckdb_extracted_statements all,
                           idx_t i,
                           struct error *why)
{
    duckdb_prepared_statement ps = NULL;
    duckdb_result r = { 0 };
    enum status st = STATUS_OK;
    if (duckdb_prepare_extracted_statement(c->con, all, i, &ps) != DuckDBSuccess) {
        st = store_fail(why, DUCKDB_ERROR_PARSER, duckdb_prepare_error(ps));
    } else {
        if (store_execute(ps, &r) != DuckDBSuccess)
            st = store_fail_result(why, &r);
        else
            c->changed = (int64_t)duckdb_rows_changed(&r);
        duckdb_destroy_result(&r);
    }
    duckdb_destroy_prepare(&ps);
    return st;
}

enum status conn_exec(struct conn *c, const char *sql, struct error *why)
{
    duckdb_extracted_statements all = NULL;
    const idx_t n = duckdb_extract_statements(c->con, sql, &all);
    enum status st =
        n > 0 ? STATUS_OK
              : store_fail(why, DUCKDB_ERROR_PARSER, duckdb_extract_statements_error(all));
    for (idx_t i = 0; i < n && st == STATUS_OK; i++)
        st = run_one(c, all, i, why);
    duckdb_destroy_extracted(&all);
    return st;
}
