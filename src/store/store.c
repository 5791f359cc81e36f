/* Opening DuckDB the way decisions.md 28 wants it: nothing reaches the network, memory, threads and
 * temporary space are set, and the configuration is locked before the first caller sees it. */
#include "store/store.h"

#include "store/aggregates_priv.h"
#include "store/store_priv.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* With what lies outside of it an import of any length stays below 1 GB. */
#define DEFAULT_MEMORY_MIB     576
#define DEFAULT_TEMP_LIMIT_MIB 65536
#define MAX_THREADS            8
#define ROLLBACKS_MAX          1000 /* each interrupt of a ROLLBACK leaves the transaction open */

static bool is_disk_full(const char *text)
{
    return strstr(text, "No space left") != NULL || strstr(text, "not enough space") != NULL ||
           strstr(text, "disk full") != NULL || strstr(text, "max_temp_directory_size") != NULL;
}

enum status store_fail(struct error *why, duckdb_error_type type, const char *text)
{
    const char *shown = text != NULL ? text : "unknown error";
    if (type == DUCKDB_ERROR_INTERRUPT)
        return error_set(why, STATUS_INTERRUPTED, "interrupted");
    if (is_disk_full(shown))
        return error_set(why,
                         STATUS_DISK_FULL,
                         "the disk is full: make room, then run the command again (database: %s)",
                         shown);
    if (strstr(shown, "Conflicting lock") != NULL)
        return error_set(why,
                         STATUS_CONFLICT,
                         "the database is open in another program: close it there, then run the "
                         "command again (%s)",
                         shown);
    return error_set(why,
                     type == DUCKDB_ERROR_OUT_OF_MEMORY ? STATUS_ENGINE_LIMIT : STATUS_IO,
                     "database: %s",
                     shown);
}

enum status store_fail_result(struct error *why, duckdb_result *result)
{
    return store_fail(why, duckdb_result_error_type(result), duckdb_result_error(result));
}

struct setting {
    const char *name;
    const char *value;
};

/* Their defaults: what nobody has set the engine reads from text each time it asks, some twenty
 * times a statement, a twentieth of what short statements take. */
static const struct setting defaults[] = {
    { "arrow_large_buffer_size", "false" },
    { "arrow_lossless_conversion", "false" },
    { "arrow_output_list_view", "false" },
    { "arrow_output_version", "1.0" },
    { "debug_force_no_cross_product", "false" },
    { "debug_verify_vector", "NONE" },
    { "default_collation", "" },
    { "experimental_metadata_reuse", "false" },
    { "integer_division", "false" },
    { "late_materialization_max_rows", "50" },
    { "old_implicit_casting", "false" },
    { "prefer_range_joins", "false" },
    { "preserve_identifier_case", "true" },
    { "produce_arrow_string_view", "false" },
    { "scalar_subquery_error_on_multiple_rows", "true" },
};

static enum status config_new(const struct store_options *opt,
                              duckdb_config *out,
                              struct error *why)
{
    char memory[32];
    char temp_limit[32];
    char threads[16];
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    const unsigned auto_threads = cores < 1             ? 1
                                  : cores > MAX_THREADS ? MAX_THREADS
                                                        : (unsigned)cores;
    snprintf(
        memory, sizeof memory, "%zuMiB", opt->memory_mib ? opt->memory_mib : DEFAULT_MEMORY_MIB);
    snprintf(temp_limit,
             sizeof temp_limit,
             "%zuMiB",
             opt->temp_limit_mib ? opt->temp_limit_mib : DEFAULT_TEMP_LIMIT_MIB);
    snprintf(threads, sizeof threads, "%u", opt->threads ? opt->threads : auto_threads);
    const struct setting settings[] = {
        { "memory_limit", memory },
        { "max_temp_directory_size", temp_limit },
        { "threads", threads },
        { "preserve_insertion_order", "false" }, /* parallel inserts; every order is asked for */
        { "autoinstall_known_extensions", "false" },
        { "autoload_known_extensions", "false" },
        { "allow_community_extensions", "false" },
        { "wal_autocheckpoint", "256MiB" },
        /* new files: faster to write, read and open, a third smaller than the engine's default,
         * which its version 0.10 can read */
        { "storage_compatibility_version", "v1.4.0" },
        { "temp_directory", opt->temp_dir },
    };
    duckdb_config config = NULL;
    if (duckdb_create_config(&config) != DuckDBSuccess)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        if (settings[i].value == NULL)
            continue;
        if (duckdb_set_config(config, settings[i].name, settings[i].value) != DuckDBSuccess) {
            duckdb_destroy_config(&config);
            return error_set(
                why, STATUS_IO, "database: the engine refuses the setting %s", settings[i].name);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(defaults); i++) /* an engine that has none needs none */
        (void)duckdb_set_config(config, defaults[i].name, defaults[i].value);
    *out = config;
    return STATUS_OK;
}

/* Steps on the first connection of a store that is just open. */
static enum status store_prepare(struct store *s, struct error *why)
{
    duckdb_connection con = NULL;
    if (duckdb_connect(s->db, &con) != DuckDBSuccess)
        return error_set(why, STATUS_NO_MEMORY, "database: no connection");
    enum status st = load_register(s, con, why);
    if (st == STATUS_OK)
        st = aggregates_register(con, why);
    if (st == STATUS_OK) {
        duckdb_result r;
        if (duckdb_query(con, "SET lock_configuration = true", &r) != DuckDBSuccess)
            st = store_fail_result(why, &r);
        duckdb_destroy_result(&r);
    }
    duckdb_disconnect(&con);
    return st;
}

enum status store_open(const char *path,
                       const struct store_options *opt,
                       struct store **out,
                       struct error *why)
{
    const struct store_options none = { 0 };
    const struct store_options *o = opt != NULL ? opt : &none;
    duckdb_config config = NULL;
    char *text = NULL;
    struct store *s = mem_new(1, sizeof *s);
    if (s == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    pthread_mutex_init(&s->load_mutex, NULL);
    s->memory_mib = o->memory_mib != 0 ? o->memory_mib : DEFAULT_MEMORY_MIB;
    s->is_small = s->memory_mib < DEFAULT_MEMORY_MIB;
    if (s->is_small)
        store_memory_shorten();
    enum status st = config_new(o, &config, why);
    if (st != STATUS_OK)
        goto out;
    if (duckdb_open_ext(o->in_memory ? ":memory:" : path, &s->db, config, &text) != DuckDBSuccess) {
        st = store_fail(why, DUCKDB_ERROR_IO, text);
        s->db = NULL;
        goto out;
    }
    st = store_prepare(s, why);
out:
    duckdb_free(text);
    duckdb_destroy_config(&config);
    if (st != STATUS_OK) {
        store_close(s);
        return st;
    }
    *out = s;
    return STATUS_OK;
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    if (s->db != NULL)
        duckdb_close(&s->db);
    pthread_mutex_destroy(&s->load_mutex);
    mem_free(s);
}

const char *store_engine_version(void)
{
    return duckdb_library_version();
}

enum status conn_open(struct store *s, struct conn **out, struct error *why)
{
    struct conn *c = mem_new(1, sizeof *c);
    if (c == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    c->store = s;
    if (duckdb_connect(s->db, &c->con) != DuckDBSuccess) {
        mem_free(c);
        return error_set(why, STATUS_NO_MEMORY, "database: no connection");
    }
    *out = c;
    return STATUS_OK;
}

void conn_close(struct conn *c)
{
    if (c == NULL)
        return;
    conn_rollback(c);
    conn_kept_release(c);
    duckdb_disconnect(&c->con);
    mem_free(c);
}

void conn_interrupt(struct conn *c)
{
    atomic_store(&c->is_interrupted, true);
    duckdb_interrupt(c->con);
}

void conn_resume(struct conn *c)
{
    duckdb_result nothing;
    if (!atomic_load(&c->is_interrupted))
        return;
    /* the engine forgets an interrupt when a statement begins; this one may still meet it */
    (void)duckdb_query(c->con, "SELECT 1", &nothing);
    duckdb_destroy_result(&nothing);
    atomic_store(&c->is_interrupted, false);
}

enum status conn_check(const struct conn *c, struct error *why)
{
    return atomic_load(&c->is_interrupted) ? error_set(why, STATUS_INTERRUPTED, "interrupted")
                                           : STATUS_OK;
}

/* Statements that steer a transaction. */
static enum status steer(struct conn *c, const char *sql, struct error *why)
{
    duckdb_result r = { 0 };
    const enum status st = conn_kept_run(c, sql, &r, why);
    duckdb_destroy_result(&r);
    return st;
}

size_t conn_memory_mib(const struct conn *c)
{
    const size_t mib = c->store->memory_mib;
    return mib < DEFAULT_MEMORY_MIB ? mib : DEFAULT_MEMORY_MIB;
}

int64_t conn_changed(const struct conn *c)
{
    return c->changed;
}

static enum status begin(struct conn *c, const char *sql, struct error *why)
{
    const enum status st = steer(c, sql, why);
    if (st != STATUS_OK && st != STATUS_INTERRUPTED)
        return st;
    c->in_transaction = true;
    if (st == STATUS_INTERRUPTED) /* it may have begun */
        conn_rollback(c);
    return st;
}

enum status conn_begin(struct conn *c, struct error *why)
{
    return begin(c, "BEGIN TRANSACTION", why);
}

enum status conn_begin_read(struct conn *c, struct error *why)
{
    return begin(c, "BEGIN TRANSACTION READ ONLY", why);
}

/* A commit may write a lot, on another thread: it is waited for like a query, asleep. */
enum status conn_commit(struct conn *c, struct error *why)
{
    duckdb_prepared_statement ps = NULL;
    duckdb_result r = { 0 };
    enum status st = STATUS_OK;
    if (duckdb_prepare(c->con, "COMMIT", &ps) != DuckDBSuccess)
        st = store_fail(why, DUCKDB_ERROR_TRANSACTION, duckdb_prepare_error(ps));
    else
        st = store_execute(c, ps, &r, why);
    c->in_transaction = st != STATUS_OK; /* an interrupted one has still to be left */
    duckdb_destroy_result(&r);
    duckdb_destroy_prepare(&ps);
    return st;
}

void conn_rollback(struct conn *c)
{
    if (!c->in_transaction)
        return;
    c->in_transaction = false;
    struct error ignored = { .lang = LANG_EN };
    enum status st = STATUS_INTERRUPTED;
    for (unsigned i = 0; i < ROLLBACKS_MAX && st == STATUS_INTERRUPTED; i++)
        st = steer(c, "ROLLBACK", &ignored);
    /* the engine has rolled back by itself when this fails for another reason */
}
