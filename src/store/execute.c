/* Running a statement without burning a core. Left to itself, the thread that asks spins while the
 * engine's other threads finish what cannot be split: on two cores a fifth of an import's processor
 * time. Here it helps as long as there is work for it, and sleeps when there is none. */
#include "store/store_priv.h"

#include <sched.h>
#include <string.h>
#include <time.h>

#define LOOKS_BEFORE_YIELD 20  /* most waits are over at once */
#define LOOKS_BEFORE_SLEEP 400 /* or soon: the shortest sleep takes as long as all these */
#define SHORTEST_SLEEP_US  20
#define LONGEST_SLEEP_US   500

/* What such a statement has freed would otherwise stand beside what the next one takes. */
#define LONG_SECONDS 0.3

static void pause_a_little(unsigned idle)
{
    if (idle < LOOKS_BEFORE_YIELD)
        return;
    if (idle < LOOKS_BEFORE_SLEEP) {
        sched_yield();
        return;
    }
    const unsigned turns = idle - LOOKS_BEFORE_SLEEP;
    const long us = turns < 5 ? (long)SHORTEST_SLEEP_US << turns : LONGEST_SLEEP_US;
    const struct timespec t = { .tv_nsec = us * 1000 };
    nanosleep(&t, NULL);
}

static double seconds_now(void)
{
    struct timespec t = { 0 };
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A pending statement tells its error as text only. */
static enum status fail_pending(struct error *why, duckdb_pending_result pending)
{
    static const struct {
        const char *head;
        duckdb_error_type type;
    } kinds[] = { { "INTERRUPT", DUCKDB_ERROR_INTERRUPT },
                  { "Out of Memory", DUCKDB_ERROR_OUT_OF_MEMORY } };
    const char *text = duckdb_pending_error(pending);
    duckdb_error_type type = DUCKDB_ERROR_INVALID;
    for (size_t i = 0; text != NULL && i < ARRAY_LEN(kinds); i++) {
        if (strncmp(text, kinds[i].head, strlen(kinds[i].head)) == 0)
            type = kinds[i].type;
    }
    return store_fail(why, type, text);
}

enum status store_execute(struct conn *c,
                          duckdb_prepared_statement ps,
                          duckdb_result *out,
                          struct error *why)
{
    const double began = seconds_now();
    duckdb_pending_result pending = NULL;
    bool ok = duckdb_pending_prepared(ps, &pending) == DuckDBSuccess;
    bool done = false;
    unsigned idle = 0;
    while (ok && !done) {
        const duckdb_pending_state now = duckdb_pending_execute_task(pending);
        ok = now != DUCKDB_PENDING_ERROR;
        done = ok && duckdb_pending_execution_is_finished(now);
        idle = now == DUCKDB_PENDING_NO_TASKS_AVAILABLE ? idle + 1 : 0;
        pause_a_little(idle);
    }
    enum status st = STATUS_OK;
    if (!ok)
        st = fail_pending(why, pending);
    else if (duckdb_execute_pending(pending, out) != DuckDBSuccess)
        st = store_fail_result(why, out);
    duckdb_destroy_pending(&pending);
    if (c->store->is_small || seconds_now() - began >= LONG_SECONDS)
        store_memory_purge();
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
        st = store_execute(c, ps, &r, why);
        if (st == STATUS_OK)
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
