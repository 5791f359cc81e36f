/* Compares two relations row by row and column by column, and keeps the first differences as text.
 *
 * `stored` and `rebuilt` are FROM items whose rows carry a column "one" that is never null; `match`
 * joins them (aliases s and r). A row that only one side has differs in the column "row", and so
 * does one that stands twice: each of the two finds its partner, and sums count both. */
#include "derive/verify_priv.h"

static void add_columns(struct buf *sql, const struct comparison *k)
{
    for (size_t i = 0; i < k->column_count; i++) {
        const char *name = k->columns[i].name;
        for (unsigned side = 0; side < 2; side++) {
            const char alias = side == 0 ? 's' : 'r';
            /* a blob may be damaged, so it is shown without being read */
            if (k->columns[i].is_blob)
                buf_addf(sql,
                         ", octet_length(%c.\"%s\") || ' bytes, md5 ' || md5(%c.\"%s\")",
                         alias,
                         name,
                         alias,
                         name);
            else
                buf_addf(sql, ", %c.\"%s\"::VARCHAR", alias, name);
            buf_addf(sql, " AS \"%c%zu\"", alias, i);
        }
        buf_addf(sql, ", s.\"%s\" IS DISTINCT FROM r.\"%s\" AS \"d%zu\"", name, name, i);
    }
}

static void add_difference_table(struct buf *sql, const struct comparison *k)
{
    buf_adds(sql, "CREATE OR REPLACE TEMP TABLE derive_diff AS SELECT ");
    buf_addf(
        sql, "%s AS \"key\", s.one IS NOT NULL AS stored, r.one IS NOT NULL AS rebuilt", k->key);
    add_columns(sql, k);
    buf_addf(sql,
             " FROM (%s) s FULL JOIN (%s) r ON %s WHERE s.one IS NULL OR r.one IS NULL",
             k->stored,
             k->rebuilt,
             k->match);
    for (size_t i = 0; i < k->column_count; i++)
        buf_addf(
            sql, " OR s.\"%s\" IS DISTINCT FROM r.\"%s\"", k->columns[i].name, k->columns[i].name);
}

static str text_or(const struct frame *f, size_t col, size_t row, const char *otherwise)
{
    return frame_is_null(f, col, row) ? str_from(otherwise) : frame_str(f, col, row);
}

static enum status keep_one(struct verify *v, const struct derive_difference *item)
{
    struct derive_report *r = v->report;
    if (r->count >= DERIVE_DIFFERENCES)
        return STATUS_OK;
    if (r->items == NULL)
        r->items = ARENA_NEW(v->arena, struct derive_difference, DERIVE_DIFFERENCES);
    if (r->items == NULL)
        return error_set(v->d.why, STATUS_NO_MEMORY, "out of memory");
    const str *from[] = { &item->table, &item->key, &item->column, &item->stored, &item->rebuilt };
    struct derive_difference *to = &r->items[r->count];
    str *into[] = { &to->table, &to->key, &to->column, &to->stored, &to->rebuilt };
    for (size_t i = 0; i < ARRAY_LEN(from); i++) {
        *into[i] = arena_dup(v->arena, *from[i]);
        if (into[i]->ptr == NULL)
            return error_set(v->d.why, STATUS_NO_MEMORY, "out of memory");
    }
    r->count++;
    return STATUS_OK;
}

enum { COL_KEY, COL_STORED, COL_REBUILT, COL_FIRST };

static enum status keep_row(struct verify *v,
                            const struct comparison *k,
                            const struct frame *f,
                            size_t row)
{
    struct derive_difference item = { .table = str_from(k->table),
                                      .key = text_or(f, COL_KEY, row, "-") };
    const bool stored = frame_i64(f, COL_STORED, row) != 0;
    const bool rebuilt = frame_i64(f, COL_REBUILT, row) != 0;
    if (!stored || !rebuilt) {
        item.column = STR("row");
        item.stored = stored ? STR("there") : STR("-");
        item.rebuilt = rebuilt ? STR("there") : STR("-");
        return keep_one(v, &item);
    }
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < k->column_count; i++) {
        const size_t at = COL_FIRST + i * 3;
        if (frame_i64(f, at + 2, row) == 0)
            continue;
        item.column = str_from(k->columns[i].name);
        item.stored = text_or(f, at, row, "null");
        item.rebuilt = text_or(f, at + 1, row, "null");
        st = keep_one(v, &item);
    }
    return st;
}

static enum status keep_differences(struct verify *v, const struct comparison *k)
{
    struct frame *f = NULL;
    enum status st = conn_query(
        v->d.c, STR("FROM derive_diff ORDER BY \"key\" LIMIT 20"), NULL, 0, &f, v->d.why);
    if (st != STATUS_OK)
        return st;
    for (size_t row = 0; st == STATUS_OK && row < frame_rows(f); row++)
        st = keep_row(v, k, f, row);
    frame_free(f);
    return st;
}

/* How many rows stand in the table beside those that found a partner or are told already. */
static enum status count_repeated(struct verify *v, const struct comparison *k, int64_t *out)
{
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_addf(&sql,
             "SELECT (SELECT count(*) FROM (%s)) - (SELECT count(*) FROM (%s))"
             " - (SELECT count(*) FILTER (stored AND NOT rebuilt)"
             " - count(*) FILTER (rebuilt AND NOT stored) FROM derive_diff)",
             k->stored,
             k->rebuilt);
    const enum status st = buf_ok(&sql) ? conn_query_i64(v->d.c, sql.data, out, v->d.why)
                                        : error_set(v->d.why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&sql);
    return st;
}

static enum status keep_repeated(struct verify *v, const struct comparison *k)
{
    struct buf sql;
    struct frame *f = NULL;
    buf_init(&sql, SQL_MAX);
    buf_addf(&sql,
             "SELECT \"key\", count(*) || ' times' AS n FROM (SELECT %s AS \"key\" FROM (%s) s"
             " JOIN (%s) r ON %s) GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 20",
             k->key,
             k->stored,
             k->rebuilt,
             k->match);
    enum status st = buf_ok(&sql) ? conn_query(v->d.c, buf_str(&sql), NULL, 0, &f, v->d.why)
                                  : error_set(v->d.why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&sql);
    for (size_t row = 0; st == STATUS_OK && row < frame_rows(f); row++) {
        const struct derive_difference item = { .table = str_from(k->table),
                                                .key = text_or(f, COL_KEY, row, "-"),
                                                .column = STR("row"),
                                                .stored = frame_str(f, 1, row),
                                                .rebuilt = STR("there") };
        st = keep_one(v, &item);
    }
    frame_free(f);
    return st;
}

enum status compare_rows(struct verify *v, const struct comparison *k)
{
    struct buf sql;
    int64_t found = 0;
    int64_t repeated = 0;
    buf_init(&sql, SQL_MAX);
    add_difference_table(&sql, k);
    enum status st = derive_exec(&v->d, &sql);
    if (st == STATUS_OK)
        st = conn_query_i64(v->d.c, "SELECT count(*) FROM derive_diff", &found, v->d.why);
    if (st == STATUS_OK && k->is_table)
        st = count_repeated(v, k, &repeated);
    v->report->differences += found + (repeated > 0 ? repeated : 0);
    if (st == STATUS_OK && found > 0)
        st = keep_differences(v, k);
    if (st == STATUS_OK && repeated > 0)
        st = keep_repeated(v, k);
    return st;
}
