/* The rollup specification: which sums of orders, their lines and visits are kept ready, by which
 * dimensions, in which columns. derive/ builds and verifies from it, query/ plans on it; the tables
 * are generated from it. Everything here is const and safe for any thread.
 *
 * One row of a rollup is a cell:
 *   basis     SMALLINT  which date of the fact counts (struct rollup_basis), or, where it has two,
 *                       ROLLUP_BASIS_BOTH: cells that agree are kept once. Ask IN (id, both)
 *   grain     SMALLINT  enum rollup_grain: a day, or the month that starts at `date`
 *   store     VARCHAR
 *   date      DATE      first day of the cell
 *   set_id    SMALLINT  struct rollup_set
 *   v1, v2    VARCHAR   values of the set's dimensions in the set's order; NULL: the fact has none
 *   <keys>              struct rollup_key: part of every cell, so that filters on them are served
 *   <measures>          struct rollup_measure: BIGINT sums and counts, BLOB id sets
 * Rows whose date is null are in no cell, and so are rows that `exclude` names.
 *
 * A cell serves a question when its dimensions and filters name only keys, `store` and the
 * dimensions of one materialised set (table rollup_set lists those), and each measure is one of
 * `measures`. Sums add up over cells; distinct counts are ids_union_count(column).
 * A (store, date) in table `dirty` has stale cells in its day and its month: ask raw there. */
#ifndef SHOPVANE_COMMERCE_ROLLUP_H
#define SHOPVANE_COMMERCE_ROLLUP_H

#include "commerce/commerce.h"

/* Raised when sets, keys or measures change; rollup_set.version tells which one built the cells. */
#define ROLLUP_VERSION 2
/* rollup_set.set_id of a row that says: looked at, whatever sets are kept. */
#define ROLLUP_NO_SET (-1)

enum rollup_grain { ROLLUP_DAY, ROLLUP_MONTH };

/* What a measure column holds. Sums over no known value are NULL, as in SQL. */
enum rollup_aggregate {
    ROLLUP_ROWS,  /* count(*); column is NULL */
    ROLLUP_KNOWN, /* count(column) */
    ROLLUP_SUM,   /* sum(column) */
    ROLLUP_IDS    /* ids_build(column): count(DISTINCT column) without re-reading the facts */
};

/* What a measure may ask of the rows that it counts.
 *      name       SQL behind the column */
#define ROLLUP_TEST_LIST(X)  \
    X(KNOWN, " IS NOT NULL") \
    X(TRUE, " IS TRUE")      \
    X(POSITIVE, " > 0")      \
    X(ZERO, " = 0")          \
    X(ONE, " = 1")

#define X(id, sql) ROLLUP_IS_##id,
enum rollup_test { ROLLUP_TEST_LIST(X) ROLLUP_TEST_COUNT };
#undef X
const char *rollup_test_sql(enum rollup_test t); /* " > 0" */

struct rollup_condition {
    const char *column; /* of the fact; NULL: none */
    enum rollup_test test;
};

#define ROLLUP_CONDITIONS 3

/* Which rows a measure counts: those with all of the conditions; none: every row. */
struct rollup_rows {
    struct rollup_condition items[ROLLUP_CONDITIONS];
};
size_t rollup_rows_count(const struct rollup_rows *rows); /* of its conditions */

struct rollup_measure {
    const char *name; /* column of the rollup */
    enum rollup_aggregate aggregate;
    const char *column; /* column of the fact */
    struct rollup_rows rows;
};

enum rollup_key_kind {
    ROLLUP_KEY_VALUE, /* VARCHAR: the fact's column itself, null kept */
    ROLLUP_KEY_TRUE,  /* BOOLEAN: column IS TRUE */
    ROLLUP_KEY_KNOWN  /* BOOLEAN: column IS NOT NULL */
};

struct rollup_key {
    const char *name; /* column of the rollup */
    enum rollup_key_kind kind;
    const char *column; /* column of the fact */
};

struct rollup_basis {
    int id;
    const char *name;
    const char *date_column;
};

#define ROLLUP_DIMS 2

#define ROLLUP_BASIS_BOTH 2

struct rollup_set {
    int id;                        /* never reused for another meaning within one ROLLUP_VERSION */
    const char *dims[ROLLUP_DIMS]; /* names of commerce_dimensions; NULL: none */
    bool by_day;                   /* else only months are kept */
    /* A set that would have very many cells is kept only when the fact has at least this many rows
     * for each of them; else raw facts are as fast. 0: always. */
    unsigned min_rows_per_cell;
};

struct rollup {
    const char *table;   /* "rollup_line" */
    const char *fact;    /* name of the commerce table */
    const char *exclude; /* BOOLEAN column of the fact: such rows are in no cell; or NULL */
    const struct rollup_basis *bases;
    size_t basis_count;
    const struct rollup_key *keys;
    size_t key_count;
    const struct rollup_measure *measures;
    size_t measure_count;
    const struct rollup_set *sets; /* sets[0] is {}, the total */
    size_t set_count;
};

extern const struct rollup commerce_rollups[];
extern const size_t commerce_rollup_count;

const struct rollup *commerce_rollup(str fact); /* by the fact's name; NULL: none */
/* The set with exactly these dimensions in any order (*swapped: v1 and v2 change places); NULL when
 * there is none. n is 0, 1 or 2. */
const struct rollup_set *rollup_set_find(const struct rollup *r,
                                         const str *dims,
                                         size_t n,
                                         bool *swapped);
size_t rollup_set_dims(const struct rollup_set *s); /* how many */
const struct rollup_basis *rollup_basis_find(const struct rollup *r, str date_column);
const struct rollup_key *rollup_key_find(const struct rollup *r, str column);
/* The measure with this aggregate of this column (ROLLUP_ROWS: column is ignored) over the same
 * rows (conditions in any order); NULL when there is none. */
const struct rollup_measure *rollup_measure_find(const struct rollup *r,
                                                 enum rollup_aggregate a,
                                                 str column,
                                                 const struct rollup_rows *rows);

/* Where a dimension's column comes from: 'f' the fact itself, 'o' its order, 'p' its product; 0:
 * the fact does not have it. */
char rollup_dimension_source(const struct rollup *r, const struct dimension *d);

/* CREATE TABLE statements of the rollups, of rollup_set and of what derive keeps beside them.
 * Appends to `out`; part of commerce_ddl(). */
void rollup_ddl(struct buf *out);
/* That of one rollup. */
void rollup_table_ddl(struct buf *out, const struct rollup *r);

#endif
