/* What the files of this module share. Never included from outside. */
#ifndef SHOPVANE_DERIVE_DERIVE_PRIV_H
#define SHOPVANE_DERIVE_DERIVE_PRIV_H

#include "commerce/rollup.h"
#include "derive/derive.h"

#define SQL_MAX ((size_t)64 * 1024)

/* One run of the builder or of verify. */
struct derive {
    const struct derive_settings *settings;
    struct conn *c;
    const struct derive_progress *progress;
    struct error *why;
};

void derive_tell(const struct derive *d, const char *what, int64_t done, int64_t total);
/* Runs the text and empties it. */
MUST_CHECK enum status derive_exec(struct derive *d, struct buf *sql);
MUST_CHECK enum status derive_execf(struct derive *d, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* First cell of the text's result; empties the text. */
MUST_CHECK enum status derive_number_of(struct derive *d, struct buf *sql, int64_t *out);

/* ---- Cells as SQL (cells.c; pure) --------------------------------------------------------------
 * Days from..to are whole months. Unless `is_whole`, only partitions of the temporary tables
 * derive_day(store, date) and derive_month(store, date) are meant. */
struct cell_scope {
    int32_t from;
    int32_t to;
    bool is_whole;
};

struct set_list {
    const struct rollup_set **items; /* sets that are kept, in the order of the specification */
    size_t count;
    bool is_noted;      /* this program has looked at the rollup already */
    int32_t open_month; /* of the newest day: from here on no month has cells; DAY_NONE: none */
};

/* Temporary table derive_cube: the facts added up as far as sets without product dimensions allow;
 * and derive_split(store, keys, date): where the bases differ. */
void cells_cube(struct buf *out,
                const struct rollup *r,
                const struct set_list *sets,
                const struct cell_scope *scope);
/* derive_split of months, out of the day cells of the scope. */
void cells_split_months(struct buf *out, const struct rollup *r, const struct cell_scope *scope);
/* A fact with two dates, whose cells may be of either or of both, is cubed. One with a single date
 * has neither a cube nor derive_split: each of its rows is in one day only. */
bool cells_have_cube(const struct rollup *r);
/* True when derive_cube can serve the set. */
bool cells_from_cube(const struct rollup *r, const struct rollup_set *set);

/* Where cells come from. */
enum cell_source {
    CELLS_CUBE, /* days, out of derive_cube */
    CELLS_FACT, /* days or months, straight from the facts */
    CELLS_DAYS  /* months, out of the rollup's own days of the set */
};
/* Which part of the cells: where the bases agree, a cell is written once. */
enum cell_part {
    CELLS_FIRST,  /* of the first basis, marked ROLLUP_BASIS_BOTH where derive_split lacks them */
    CELLS_SECOND, /* of the second basis, only where derive_split has them */
    CELLS_PLAIN   /* of `basis`, all (verify; facts with a single date) */
};
struct cells {
    const struct rollup *rollup;
    const struct rollup_set *set;
    enum cell_source source;
    enum cell_part part;
    enum rollup_grain grain;
    int basis;           /* index */
    int32_t open_month;  /* of months only those before it; DAY_NONE: all */
    const char *product; /* table with one row a product */
    const char *into;
};
/* INSERT INTO `into` of the cells. */
void cells_insert(struct buf *out, const struct cells *cells, const struct cell_scope *scope);
/* Removes day cells and months of the scope. */
void cells_delete(struct buf *out, const struct rollup *r, const struct cell_scope *scope);
void cells_add_date(struct buf *out, int32_t day); /* DATE '2010-12-01' */

/* ---- Steps ------------------------------------------------------------------------------------
 */

/* One row a product, the latest version, as temporary table or view `name`. */
MUST_CHECK enum status products_current(struct derive *d, const char *name);

/* Which sets the shop's data wants now: those of `stored` and new ones that are worth it. `items`
 * live in the arena. */
MUST_CHECK enum status sets_wanted(struct derive *d,
                                   const struct rollup *r,
                                   const struct set_list *stored,
                                   struct arena *a,
                                   struct set_list *out);
/* Which sets the cells were built with; sets of another ROLLUP_VERSION do not count. */
MUST_CHECK enum status sets_stored(struct derive *d,
                                   const struct rollup *r,
                                   struct arena *a,
                                   struct set_list *out);

bool sets_have_new(const struct set_list *before, const struct set_list *now);

/* The months of temporary table derive_months(date), cut into chunks whose facts fit. `whole` is
 * noted in them. */
struct chunk_list {
    struct cell_scope *items;
    size_t count;
};
MUST_CHECK enum status chunks_cut(
    struct derive *d, const struct rollup *r, struct arena *a, bool whole, struct chunk_list *out);

/* Temporary views near_line and near_order: order_line and orders, or the part of them whose keys
 * lie near those of `keys`, a table of order_key. Who reads them still joins with `keys`. */
MUST_CHECK enum status near_views(struct derive *d, const char *keys);

/* Marks the days of products whose dimensions changed. */
MUST_CHECK enum status products_mark_dirty(struct derive *d);
/* Rollups of all partitions in `dirty`; from_nothing: of all there are. */
MUST_CHECK enum status rollups_build(struct derive *d, bool from_nothing);

/* Temporary table derive_seq(rid, order_key, order_seq, ...): the sequences of part `part` of
 * `parts` of the customers that `which` (" AND ..." on orders, or "") picks. */
MUST_CHECK enum status order_seq_compute(struct derive *d,
                                         const char *which,
                                         int64_t part,
                                         int64_t parts);
/* In how many parts, none of customers without orders. */
MUST_CHECK enum status order_seq_parts(struct derive *d, const char *which, int64_t *out);
/* Temporary table derive_customer: those whose sequence may have changed. */
MUST_CHECK enum status order_seq_touched(struct derive *d, bool from_nothing);
/* Brings derived columns of orders up to date and marks days whose new/returning changed. */
MUST_CHECK enum status order_seq_update(struct derive *d, bool from_nothing);

/* Temporary tables derive_visitor(store, visitor_key): those whose sessions may have changed, and
 * derive_shared, which sessions_compute() reads. */
MUST_CHECK enum status sessions_touched(struct derive *d, bool from_nothing);
/* Temporary table derive_session, shaped like session: part `part` of `parts` of the visitors that
 * `which` (a condition, may be empty) picks. */
MUST_CHECK enum status sessions_compute(struct derive *d,
                                        const char *which,
                                        int64_t part,
                                        int64_t parts);
MUST_CHECK enum status sessions_parts(struct derive *d, int64_t *out);
MUST_CHECK enum status sessions_update(struct derive *d, bool from_nothing);

/* article, and cost_line of what changed, or of all. */
MUST_CHECK enum status profit_update(struct derive *d, bool from_nothing);

#endif
