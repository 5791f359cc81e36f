/* Rows of a table that the shop has already. With an id that the file brings, a row with a known id
 * replaces the old one, which goes to <table>_old; where an id has parts (the articles of a
 * return), a part replaces that part, and the whole, as which another list told it. Without, and
 * where a row's cell for it is empty, rows that are equal in every column are real as often as the
 * fullest file has them: the nth equal row of a file is the nth that is in already. */
#include "ingest/merge/merge_table_priv.h"

#include <string.h>

/* "a.x IS NOT DISTINCT FROM b.x AND ..." over a comma list of columns. */
static void add_same(struct buf *sql, const char *columns, const char *a, const char *b)
{
    str rest = str_from(columns);
    bool first = true;
    while (rest.len > 0) {
        const str column = str_trim(str_take_until(&rest, ','));
        buf_addf(sql,
                 "%s%s.%.*s IS NOT DISTINCT FROM %s.%.*s",
                 first ? "" : " AND ",
                 a,
                 STR_ARG(column),
                 b,
                 STR_ARG(column));
        first = false;
    }
}

/* All columns but who brought the row and what derive computes. */
void merge_content_columns(const struct table *t, struct buf *out)
{
    for (size_t i = 0; i < t->column_count; i++) {
        const struct column *c = &t->columns[i];
        if (c->role != ROLE_PROVENANCE && c->role != ROLE_DERIVED)
            buf_addf(out, "%s\"%s\"", out->len > 0 ? "," : "", c->name);
    }
}

/* " AND (a.x = b.x OR one of them is null) ...": what a row says as a whole is what its parts say.
 */
static void add_part_of(struct buf *sql, const char *parts, const char *a, const char *b)
{
    str rest = str_from(parts);
    while (rest.len > 0) {
        const str column = str_trim(str_take_until(&rest, ','));
        buf_addf(sql,
                 " AND (%s.%.*s = %s.%.*s OR %s.%.*s IS NULL OR %s.%.*s IS NULL)",
                 a,
                 STR_ARG(column),
                 b,
                 STR_ARG(column),
                 a,
                 STR_ARG(column),
                 b,
                 STR_ARG(column));
    }
}

str merge_key_columns(struct import_job *j, struct row_key key)
{
    return key.parts == NULL ? str_from(key.columns)
                             : arena_printf(j->arena, "%s, %s", key.columns, key.parts);
}

/* Rows of one id that say different things: a charge and what went back of it, under one number. */
static enum status tell_differing(struct import_job *j, str columns, str rows, struct error *why)
{
    int64_t ids = 0;
    struct buf content;
    buf_init(&content, 8192);
    merge_content_columns(j->mapping->target.table, &content);
    const str sql = arena_printf(j->arena,
                                 "SELECT count(*) FROM (SELECT 1 FROM incoming WHERE row_no IN "
                                 "(SELECT row_no FROM (SELECT row_no, count(*) OVER (PARTITION BY "
                                 "%.*s) AS n FROM %.*s) WHERE n > 1) GROUP BY %.*s HAVING "
                                 "count(DISTINCT hash(%.*s)) > 1)",
                                 STR_ARG(columns),
                                 STR_ARG(rows),
                                 STR_ARG(columns),
                                 STR_ARG(buf_str(&content)));
    buf_release(&content);
    if (sql.len == 0)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = job_count(j, sql.ptr, &ids, why);
    if (st == STATUS_OK && ids > 0)
        buf_addf(j->notes,
                 tr(why->lang,
                    "%lld ids stand in several rows that say different things: the last row of "
                    "each counts, the others are duplicates\n"),
                 (long long)ids);
    return st;
}

/* The same id (and part) twice in one file: the last row counts, the others are duplicates. */
enum status merge_drop_repeated_ids(struct import_job *j, struct row_key key, struct error *why)
{
    int64_t repeated = 0;
    const str columns = merge_key_columns(j, key);
    const str rows = key.id == NULL
                         ? STR("incoming_key")
                         : arena_printf(j->arena, "incoming_key WHERE %s IS NOT NULL", key.id);
    const str sql = arena_printf(j->arena,
                                 "SELECT (SELECT count(*) FROM %.*s) - (SELECT count(*) FROM "
                                 "(SELECT DISTINCT %.*s FROM %.*s))",
                                 STR_ARG(rows),
                                 STR_ARG(columns),
                                 STR_ARG(rows));
    if (sql.len == 0)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = job_count(j, sql.ptr, &repeated, why);
    if (st == STATUS_OK && repeated > 0)
        st = tell_differing(j, columns, rows, why);
    if (st != STATUS_OK || repeated == 0)
        return st;
    return job_exec(
        j,
        why,
        "INSERT INTO left_out SELECT 'duplicate', NULL, NULL, NULL, row_no FROM (SELECT row_no, "
        "row_number() OVER (PARTITION BY %.*s ORDER BY row_no DESC) AS nth FROM %.*s) WHERE nth > "
        "1",
        STR_ARG(columns),
        STR_ARG(rows));
}

/* Which of the rows with a known id say the same as the stored one. */
static enum status compare_known(struct import_job *j, struct error *why)
{
    struct buf content;
    struct buf sql;
    buf_init(&content, 8192);
    buf_init(&sql, (size_t)64 * 1024);
    merge_content_columns(j->mapping->target.table, &content);
    buf_addf(&sql,
             "CREATE OR REPLACE TEMP TABLE equal_row AS SELECT k.row_no, k.old_id FROM known k "
             "JOIN incoming n ON n.row_no = k.row_no JOIN \"%s\" o ON o.rowid = k.old_id WHERE ",
             j->mapping->target.table->name);
    add_same(&sql, content.data, "n", "o");
    buf_release(&content);
    return job_run(j, &sql, why);
}

/* Known rows that stay as they are: those of a newer version than the file, and of a file that only
 * brings what is missing those that an import after its first one has brought. A row of an article
 * joins what is known, whichever is older. */
static enum status leave_newer(struct import_job *j, struct error *why)
{
    const struct table *t = j->mapping->target.table;
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE newer AS SELECT k.row_no, k.old_id, o.import_id FROM known k "
        "  JOIN \"%s\" o ON o.rowid = k.old_id WHERE (%s AND o.version > %lld) OR (%lld > 0 AND "
        "  o.import_id > %lld);"
        "INSERT INTO left_for SELECT row_no, import_id FROM newer;"
        "INSERT INTO left_out SELECT DISTINCT 'stale', NULL, NULL, NULL, row_no FROM newer;"
        "DELETE FROM known WHERE old_id IN (SELECT old_id FROM newer);"
        "DROP TABLE newer",
        t->name,
        strcmp(t->name, "product") == 0 ? "false" : "true",
        (long long)j->version,
        (long long)j->fills,
        (long long)j->fills);
}

/* Rows with a known id: equal ones leave, changed ones replace. First the ids alone, since most
 * files bring new rows only; what the rows say is read when there is something to compare. */
static enum status replace_by_id(struct import_job *j, struct row_key key, struct error *why)
{
    const char *table = j->mapping->target.table->name;
    int64_t known = 0;
    struct buf sql;
    buf_init(&sql, (size_t)64 * 1024);
    buf_addf(&sql,
             "CREATE OR REPLACE TEMP TABLE known AS SELECT n.row_no, o.rowid AS old_id FROM "
             "incoming_key n JOIN \"%s\" o ON ",
             table);
    add_same(&sql, key.columns, "n", "o");
    if (key.parts != NULL)
        add_part_of(&sql, key.parts, "n", "o");
    if (key.id != NULL)
        buf_addf(&sql, " AND n.%s IS NOT NULL", key.id);
    enum status st = job_run(j, &sql, why);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM known", &known, why);
    if (st != STATUS_OK || known == 0)
        return st;
    st = compare_known(j, why);
    if (st == STATUS_OK)
        st = job_exec(
            j,
            why,
            "INSERT INTO left_for SELECT e.row_no, o.import_id FROM equal_row e JOIN \"%s\" o ON "
            "o.rowid = e.old_id;"
            "INSERT INTO left_out SELECT DISTINCT 'duplicate', NULL, NULL, NULL, row_no FROM "
            "equal_row;"
            "DELETE FROM known WHERE old_id IN (SELECT old_id FROM equal_row) OR row_no IN (SELECT "
            "row_no FROM equal_row)",
            table);
    if (st == STATUS_OK)
        st = leave_newer(j, why);
    if (st == STATUS_OK)
        st = job_exec(j,
                      why,
                      "INSERT INTO \"%s_old\" SELECT o.*, getvariable('import_id') FROM \"%s\" o "
                      "WHERE rowid IN (SELECT old_id FROM known);"
                      "DELETE FROM \"%s\" WHERE rowid IN (SELECT old_id FROM known)",
                      table,
                      table,
                      table);
    return st;
}

/* Without ids (rows `only`): the nth equal row of the file is the nth equal row that is in already.
 */
static enum status drop_known_content(struct import_job *j, const char *only, struct error *why)
{
    const char *table = j->mapping->target.table->name;
    struct buf content;
    struct buf sql;
    buf_init(&content, 8192);
    buf_init(&sql, (size_t)64 * 1024);
    merge_content_columns(j->mapping->target.table, &content);
    buf_addf(&sql,
             "CREATE OR REPLACE TEMP TABLE known AS SELECT n.row_no, o.import_id FROM (SELECT *, "
             "row_number() OVER (PARTITION BY %s ORDER BY row_no) AS nth FROM incoming WHERE %s) n "
             "JOIN (SELECT *, row_number() OVER (PARTITION BY %s) AS nth FROM \"%s\" WHERE %s AND "
             "(local_date IS NULL OR local_date BETWEEN (SELECT min(local_date) FROM incoming) AND "
             "(SELECT max(local_date) FROM incoming))) o ON n.nth = o.nth AND ",
             content.data,
             only,
             content.data,
             table,
             only);
    add_same(&sql, content.data, "n", "o");
    buf_release(&content);
    enum status st = job_run(j, &sql, why);
    if (st == STATUS_OK)
        st = job_exec(
            j,
            why,
            "%s",
            "INSERT INTO left_for SELECT row_no, import_id FROM known;"
            "INSERT INTO left_out SELECT 'duplicate', NULL, NULL, NULL, row_no FROM known");
    return st;
}

/* Rows whose cell for the id is empty are told as those of a file without ids are. */
static enum status drop_known_without_id(struct import_job *j, const char *id, struct error *why)
{
    int64_t n = 0;
    const str only = arena_printf(j->arena, "%s IS NULL", id);
    const str count =
        arena_printf(j->arena, "SELECT count(*) FROM incoming_key WHERE %s IS NULL", id);
    if (only.ptr == NULL || count.ptr == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = job_count(j, count.ptr, &n, why);
    return st == STATUS_OK && n > 0 ? drop_known_content(j, only.ptr, why) : st;
}

enum status merge_drop_known(struct import_job *j, struct row_key key, struct error *why)
{
    if (key.columns == NULL)
        return drop_known_content(j, "true", why);
    const enum status st = replace_by_id(j, key, why);
    return st == STATUS_OK && key.id != NULL ? drop_known_without_id(j, key.id, why) : st;
}
