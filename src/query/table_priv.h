/* What assemble.c needs of its tables: their figures (fetch.c), combinations of dimension values
 * (tuples.c) and where their rows are (row_index.c). */
#ifndef SHOPVANE_QUERY_TABLE_PRIV_H
#define SHOPVANE_QUERY_TABLE_PRIV_H

#include "query/query_priv.h"

/* fetch.c: the rows of a variant over a window. */
MUST_CHECK enum status fetch_window(struct asking *k,
                                    const struct window *w,
                                    const struct plan_variant *variant,
                                    struct figures *out,
                                    struct error *why);

/* Of the whole range, as far as possible in the same statements as the rows; NULL: not wanted. */
struct fetch_extras {
    struct figures *total;
    struct figures *rank; /* combinations of dimension values without periods */
    bool has_rank;        /* they came along; else they have to be asked for */
};
MUST_CHECK enum status fetch_with(struct asking *k,
                                  const struct window *w,
                                  const struct plan_variant *variant,
                                  struct figures *out,
                                  struct fetch_extras *extras,
                                  struct error *why);

/* A combination of dimension values. */
struct tuple {
    struct matrix_key key; /* of its names; bucket 0, no hour */
    const str *by;         /* NULL: no dimensions */
};

/* The rows of a matrix by period and combination of dimension values: a long table goes through
 * them in order instead of looking each key up. */
struct row_index {
    const uint32_t *rows; /* row + 1 at period * width + column; NULL: look up */
    size_t width;
};

/* The tuple of each of a matrix's first n rows. */
struct row_tuples {
    const uint32_t *of;
    size_t n;
};

struct table_of_rows {
    struct asking *k;
    struct answer *out;
    struct figures main;
    struct figures other;
    struct figures rank; /* by dimensions, over the whole range */
    bool has_rank;       /* it is here before the rows are put in order */
    struct figures main_others;
    struct figures other_others;
    struct figures main_total;
    struct figures other_total;
    struct matrix own_combinations; /* of dimension values, without periods */
    struct tuple *tuples;           /* one a combination */
    struct number *ranks;           /* of each tuple: the figure that they stand by */
    size_t n_tuples;
    const uint32_t *order;       /* tuples as they are shown; those after n_shown are "others" */
    struct row_tuples main_rows; /* of main.rows, other.rows */
    struct row_tuples other_rows;
    size_t n_shown;
    struct row_index main_index; /* of the shown ones */
    struct row_index other_index;
    size_t sort_kpi;
    const struct dimension *sort_by;
    bool descending;
    bool by_time_sort;
};

/* What --sort asks for. */
MUST_CHECK enum status tuples_sort_by(struct table_of_rows *t, struct error *why);
/* Their order needs figures of the whole range that no sum of periods gives. */
bool tuples_need_rank(const struct table_of_rows *t);
/* The tuples of the main and the compared rows, and of the whole range where that was asked. */
MUST_CHECK enum status tuples_collect(struct table_of_rows *t, struct error *why);
/* Their ranks and order, and how many are shown. */
MUST_CHECK enum status tuples_order(struct table_of_rows *t, struct error *why);

/* others.c: what the tuples that are not shown have together. */
MUST_CHECK enum status others_fetch(struct table_of_rows *t, struct error *why);
/* Whether the values of these slots (NULL: of the first n) add up, over periods and over dimension
 * values. */
bool query_slots_add_up(const struct asking *k, const size_t *slots, size_t n);
void query_add_cell(struct cell *sum, const struct cell *c);

/* `column` tells at which column a tuple stands; `width` or more: nowhere. In the arena. False: out
 * of memory. */
MUST_CHECK bool row_index_make(struct row_index *x,
                               const struct matrix *m,
                               const struct row_tuples *tuples,
                               const uint32_t *column,
                               size_t n_periods,
                               struct arena *a);
struct figure_place row_index_place(const struct row_index *x,
                                    const struct figures *f,
                                    const struct matrix_key *key,
                                    size_t column);

#endif
