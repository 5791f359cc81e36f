/* What assemble.c needs of its tables: combinations of dimension values and where their rows are.
 */
#ifndef SHOPVANE_QUERY_TABLE_PRIV_H
#define SHOPVANE_QUERY_TABLE_PRIV_H

#include "query/query_priv.h"

/* A combination of dimension values. */
struct tuple {
    struct matrix_key key; /* of its names; the bucket is not set */
    const str *by;         /* NULL: no dimensions */
    size_t id;             /* its row of `combinations` */
    struct number rank;
};

/* tuples.c: their order, for qsort_r() */
struct sort_rule {
    bool descending;
    size_t dimension; /* SIZE_MAX: by rank */
    size_t n_by;
};
int tuple_compare(const void *x, const void *y, void *rule_of);

/* The rows of a matrix by period and combination of dimension values: a long table goes through
 * them in order instead of looking each key up. */
struct row_index {
    const uint32_t *rows; /* row + 1 at period * width + combination; NULL: look up */
    size_t width;
};
/* `column` tells at which combination a row of `combinations` (keys without a period) stands;
 * `width` or more: nowhere. In the arena. False: out of memory. */
MUST_CHECK bool row_index_make(struct row_index *x,
                               const struct matrix *m,
                               const struct matrix *combinations,
                               const uint32_t *column,
                               size_t n_periods,
                               struct arena *a);
struct figure_place row_index_place(const struct row_index *x,
                                    const struct figures *f,
                                    const struct matrix_key *key,
                                    size_t column);

#endif
