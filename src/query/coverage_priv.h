/* How far the data reaches that a question reads (state.c). */
#ifndef SHOPVANE_QUERY_COVERAGE_PRIV_H
#define SHOPVANE_QUERY_COVERAGE_PRIV_H

#include "commerce/commerce.h"

/* How far a table reaches, by one of its dates. */
struct coverage {
    const struct table *table;
    const struct column *date; /* NULL: not dated */
    bool has_rows;
    int32_t first; /* DAY_NONE: no row */
    int32_t last;
    int32_t complete_to; /* watermark of the slowest source, else `last` */
    /* In a question by store, where each begins: one that is not there has no data. NULL: not asked
     * by store, or the table does not tell. */
    struct store_begin {
        str store;
        int32_t first;
    } * stores;
    size_t n_stores;
};

#endif
