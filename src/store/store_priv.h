/* What the files of this module share. Never included from outside. */
#ifndef SHOPVANE_STORE_STORE_PRIV_H
#define SHOPVANE_STORE_STORE_PRIV_H

#include "store/store.h"

#include <duckdb.h>
#include <pthread.h>
#include <stdatomic.h>

/* One load at a time: the table function rows() finds its source here while it is bound. */
struct store {
    size_t memory_mib; /* the engine's limit */
    bool is_small;     /* it is less than usual: what is freed goes back to the system soon */
    duckdb_database db;
    pthread_mutex_t load_mutex; /* protects `load` */
    struct load *load;
};

/* A statement that a conn runs again and again, prepared once: to parse, bind and plan one takes
 * longer than to run it. */
struct kept {
    const char *sql; /* a literal */
    duckdb_prepared_statement ps;
};
#define CONN_KEPT 5 /* three of transactions, two of callers */

struct conn {
    struct store *store;
    duckdb_connection con;
    struct kept kept[CONN_KEPT];
    int64_t changed;
    bool in_transaction;
    atomic_bool is_interrupted; /* set by any thread, read by the conn's own */
};

/* Status and text of a failed result; `what` names the step for the reader. */
enum status store_fail(struct error *why, duckdb_error_type type, const char *text);
enum status store_fail_result(struct error *why, duckdb_result *result);

/* Runs a prepared statement to its end. The caller destroys `out`, also after a failure. */
enum status store_execute(struct conn *c,
                          duckdb_prepared_statement ps,
                          duckdb_result *out,
                          struct error *why);

/* Runs a statement that is kept from then on (kept.c): at once, by the calling thread, since there
 * is nothing in it worth sharing. The caller destroys `out`, also after a failure. */
enum status conn_kept_run(struct conn *c, const char *sql, duckdb_result *out, struct error *why);
void conn_kept_release(struct conn *c);

/* What the engine's allocator has freed goes back to the system (store_memory.c): from now on
 * soon, and all of it at once. Of this process; without effect where the engine has another
 * allocator. Any thread. */
void store_memory_shorten(void);
void store_memory_purge(void);

/* All rows of a result as a new frame. */
enum status frame_from_result(duckdb_result *result, struct frame **out, struct error *why);

/* Registers the table function rows() on a connection of the store. */
enum status load_register(struct store *s, duckdb_connection con, struct error *why);

#endif
