/* Rows of one file that say different things of the same key.
 *
 *   stock   S1  Berlin   10      a list by warehouse: the rows are parts of one count, and add up
 *           S1  Hamburg   5      (the first of them holds the sum, the others stand in the ledger)
 *   stock   S1  10               no column tells them apart: which one holds is not known, and both
 *           S1   5               wait in quarantine
 *   figures 1 March  700         so do figures of a day by device, of which no column is read
 *           1 March  500
 *   rates   USD EUR  0.92        the first one counts, the other waits
 *           USD EUR  0.95
 *
 * Rows that are equal stay: they are duplicates, which the merge tells. */
#include "ingest/look_priv.h"
#include "ingest/merge/merge_table_priv.h"

#include <string.h>

static const struct repeated {
    const char *table;
    const char *keys[6]; /* fields */
    const char *values[4];
    const char *reason;
    bool none_counts;  /* of rows that contradict each other; else the first does */
    const char *shown; /* field of which the quarantine has the value; NULL: the first value */
} tables[] = {
    { "stock_level",
      { "sku", "date" },
      { "on_hand", "value", "lost_units", "currency" },
      "rows of one article and day say different stock, and no column says of which warehouse",
      true,
      NULL },
    { "fx_rate",
      { "base", "quote", "date" },
      { "rate" },
      "another rate of the same currencies and day stands above, which counts",
      false,
      NULL },
    { "benchmark",
      { "date", "market", "metric", "competitor", "item" },
      { "value", "price", "currency" },
      "another figure of the same thing and day stands above, which counts",
      false,
      NULL },
    { "platform_stat",
      { "sku", "channel", "measure", "date", "end_date", "grain" },
      { "value", "currency" },
      "rows of one day say different figures, and no column that is read tells them apart",
      true,
      "measure" },
};

static void add_fields(struct buf *sql,
                       const struct import_job *j,
                       const char *const *fields,
                       size_t n,
                       const char *head)
{
    for (size_t i = 0; i < n && fields[i] != NULL; i++) {
        if (reading_has(j->reading, fields[i]))
            buf_addf(sql, "%s\"%s\"", head, fields[i]);
    }
}

/* A column that no field takes and that says where goods lie, or of which lot they are. */
static bool says_place(const struct import_job *j)
{
    static const char *const words[] = { "warehouse", "location", "depot", "仓",  "库位",
                                         "货位",      "批次",     "门店",  "网点" };
    static const char *const names[] = { "bin",   "batch", "lot",         "site", "branch",
                                         "place", "shop",  "fulfillment", "hub",  "outlet" };
    const struct row_shape *shape = reading_shape(j->reading);
    bool says = false;
    for (size_t i = 0; i < shape->n_columns; i++) {
        const str name = shape->columns[i];
        if (look_field_of(j->mapping, shape, i) != NULL)
            continue;
        for (size_t k = 0; k < ARRAY_LEN(words); k++) {
            const size_t len = strlen(words[k]);
            for (size_t at = 0; at + len <= name.len; at++)
                says = says || str_eq_nocase((str){ name.ptr + at, len }, (str){ words[k], len });
        }
        for (size_t k = 0; k < ARRAY_LEN(names); k++)
            says = says || mapping_column_fits(str_from(names[k]), name, NULL);
    }
    return says;
}

/* repeated_row: the rows (a row of a file has one a measure) of keys that stand in the file more
 * than once; nth of its key, and whether it says something else than the first. Zero: there are
 * none. */
static enum status list_repeated(struct import_job *j,
                                 const struct repeated *r,
                                 int64_t *rows,
                                 struct error *why)
{
    struct buf sql;
    buf_init(&sql, 8192);
    buf_adds(&sql,
             "CREATE OR REPLACE TEMP TABLE repeated_row AS SELECT * FROM (SELECT rowid AS place, "
             "row_no, "
             "min(row_no) OVER k AS first_row, count(*) OVER k AS n, row_number() OVER (k ORDER BY "
             "row_no) AS nth, hash(0");
    add_fields(&sql, j, r->values, ARRAY_LEN(r->values), ", ");
    buf_adds(&sql, ") AS content, first_value(hash(0");
    add_fields(&sql, j, r->values, ARRAY_LEN(r->values), ", ");
    buf_adds(&sql,
             ")) OVER (k ORDER BY row_no) <> content AS differs FROM staging.stage WINDOW k AS "
             "(PARTITION BY 0");
    add_fields(&sql, j, r->keys, ARRAY_LEN(r->keys), ", ");
    buf_adds(&sql, ")) WHERE n > 1");
    const enum status st = job_run(j, &sql, why);
    return st == STATUS_OK ? job_count(j, "SELECT count(*) FROM repeated_row", rows, why) : st;
}

static enum status refuse(struct import_job *j, const struct repeated *r, struct error *why)
{
    const char *which = r->none_counts
                            ? "first_row IN (SELECT first_row FROM repeated_row WHERE differs)"
                            : "differs";
    const char *value = reading_has(j->reading, r->values[0]) ? r->values[0] : r->values[1];
    const char *column = r->shown != NULL ? r->shown : value;
    return job_exec(j,
                    why,
                    "INSERT INTO refused_later SELECT s.row_no, s.line_no, '%s', s.\"%s\"::VARCHAR,"
                    " '%s', NULL FROM staging.stage s JOIN repeated_row r ON r.place = s.rowid "
                    "WHERE %s;"
                    "DELETE FROM staging.stage WHERE rowid IN (SELECT place FROM repeated_row "
                    "WHERE %s)",
                    column,
                    column,
                    r->reason,
                    which,
                    which);
}

/* The first row of each key takes what all come to. */
static enum status add_up(struct import_job *j, struct error *why)
{
    static const char *const sums[] = { "on_hand", "value", "lost_units" };
    struct buf sql;
    buf_init(&sql, 8192);
    buf_adds(&sql, "UPDATE staging.stage SET row_no = stage.row_no");
    for (size_t i = 0; i < ARRAY_LEN(sums); i++) {
        if (reading_has(j->reading, sums[i]))
            buf_addf(&sql, ", \"%s\" = t.\"%s\"", sums[i], sums[i]);
    }
    buf_adds(&sql, " FROM (SELECT r.first_row");
    for (size_t i = 0; i < ARRAY_LEN(sums); i++) {
        if (reading_has(j->reading, sums[i]))
            buf_addf(&sql, ", sum(s.\"%s\")::BIGINT AS \"%s\"", sums[i], sums[i]);
    }
    buf_adds(&sql,
             " FROM staging.stage s JOIN repeated_row r ON r.row_no = s.row_no GROUP BY 1) t WHERE "
             "t.first_row = stage.row_no;"
             "INSERT INTO left_out SELECT 'added_up', NULL, NULL, NULL, row_no FROM repeated_row "
             "WHERE nth > 1;"
             "DELETE FROM staging.stage WHERE row_no IN (SELECT row_no FROM repeated_row WHERE nth "
             "> 1)");
    return job_run(j, &sql, why);
}

/* Values of several currencies do not add up. */
static enum status add_up_places(struct import_job *j, struct error *why)
{
    static const struct repeated currencies = {
        "stock_level",  { "sku", "date" },
        { "currency" }, "rows of one article and day value their stock in several currencies",
        true,           NULL
    };
    int64_t rows = 0;
    enum status st = STATUS_OK;
    if (reading_has(j->reading, "currency")) {
        st = list_repeated(j, &currencies, &rows, why);
        if (st == STATUS_OK && rows > 0)
            st = refuse(j, &currencies, why);
    }
    if (st == STATUS_OK)
        st = list_repeated(j, &tables[0], &rows, why);
    return st == STATUS_OK && rows > 0 ? add_up(j, why) : st;
}

enum status merge_prepare_repeats(struct import_job *j, struct error *why)
{
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        int64_t rows = 0;
        if (strcmp(tables[i].table, j->mapping->target.table->name) != 0)
            continue;
        if (i == 0 && says_place(j))
            return add_up_places(j, why);
        const enum status st = list_repeated(j, &tables[i], &rows, why);
        return st == STATUS_OK && rows > 0 ? refuse(j, &tables[i], why) : st;
    }
    return STATUS_OK;
}
