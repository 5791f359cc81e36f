/* Dense keys for the names that a platform gives to orders, customers and visitors.
 *
 * What an import needs to know of `identity` is looked up once, into the temporary table
 * key_of_KIND (id, key, is_new): the names of its file that have a key already. Names are added
 * there, and written to `identity` at the end: the cost goes by the file, not by the shop's age. */
#include "ingest/ingest_priv.h"

enum status identity_look_up(struct import_job *j,
                             const char *kind,
                             const char *names,
                             struct error *why)
{
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE key_of_%s AS SELECT id, key, false AS is_new "
        "FROM identity WHERE kind = '%s' AND store = getvariable('store') AND id IN (%s)",
        kind,
        kind,
        names);
}

/* The highest key of a kind is looked for once a connection: last_key(kind, key). What was given
 * and then rolled back or undone leaves a gap, at most; keys are never given twice. */
static enum status know_last_key(struct import_job *j, const char *kind, struct error *why)
{
    int64_t known = 0;
    enum status st = job_exec(
        j, why, "%s", "CREATE TEMP TABLE IF NOT EXISTS last_key (kind VARCHAR, key UINTEGER)");
    const str count =
        arena_printf(j->arena, "SELECT count(*) FROM last_key WHERE kind = '%s'", kind);
    if (count.ptr == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = job_count(j, count.ptr, &known, why);
    if (st != STATUS_OK || known > 0)
        return st;
    return job_exec(j,
                    why,
                    "INSERT INTO last_key SELECT '%s', coalesce(max(key), 0) FROM identity "
                    "WHERE kind = '%s'",
                    kind,
                    kind);
}

static enum status give_keys(struct import_job *j, const char *kind, struct error *why)
{
    const enum status st = know_last_key(j, kind, why);
    if (st != STATUS_OK)
        return st;
    return job_exec(j,
                    why,
                    "INSERT INTO key_of_%s SELECT id, (SELECT key FROM last_key WHERE kind = '%s')"
                    " + row_number() OVER (ORDER BY first_row, id), true FROM fresh_id;"
                    "UPDATE last_key SET key = key + (SELECT count(*) FROM fresh_id) "
                    "WHERE kind = '%s'",
                    kind,
                    kind,
                    kind);
}

/* Counted first: an INSERT over a window that adds no row makes DuckDB 1.4.4 lose the next large
 * INSERT into the same table in the same transaction. */
enum status identity_number(struct import_job *j,
                            const char *kind,
                            const char *names,
                            struct error *why)
{
    int64_t fresh = 0;
    enum status st = job_exec(j,
                              why,
                              "CREATE OR REPLACE TEMP TABLE fresh_id AS SELECT n.id, "
                              "min(n.first_row) AS first_row FROM (%s) n WHERE n.id IS NOT NULL "
                              "AND n.id NOT IN (SELECT id FROM key_of_%s) GROUP BY 1",
                              names,
                              kind);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM fresh_id", &fresh, why);
    if (st == STATUS_OK && fresh > 0)
        st = give_keys(j, kind, why);
    return st == STATUS_OK ? job_exec(j, why, "%s", "DROP TABLE fresh_id") : st;
}

enum status identity_write(struct import_job *j, const char *kind, struct error *why)
{
    int64_t fresh = 0;
    const str count = arena_printf(j->arena, "SELECT count(*) FROM key_of_%s WHERE is_new", kind);
    if (count.ptr == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = job_count(j, count.ptr, &fresh, why);
    if (st == STATUS_OK && j->moves_customers && str_is(str_from(kind), "customer"))
        st = merge_move_customers(j, why);
    if (st != STATUS_OK || fresh == 0)
        return st;
    return job_exec(j,
                    why,
                    "INSERT INTO identity SELECT '%s', getvariable('store'), id, key, "
                    "getvariable('import_id') FROM key_of_%s WHERE is_new ORDER BY key",
                    kind,
                    kind);
}

enum status identity_know(struct import_job *j,
                          const char *kind,
                          const char *names,
                          struct error *why)
{
    const str ids = arena_printf(j->arena, "SELECT id FROM (%s)", names);
    if (ids.ptr == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = identity_look_up(j, kind, ids.ptr, why);
    if (st == STATUS_OK && str_is(str_from(kind), "customer"))
        return identity_number_mails(j, names, why);
    return st == STATUS_OK ? identity_number(j, kind, names, why) : st;
}

enum status identity_assign(struct import_job *j,
                            const char *kind,
                            const char *names,
                            struct error *why)
{
    const enum status st = identity_know(j, kind, names, why);
    return st == STATUS_OK ? identity_write(j, kind, why) : st;
}
