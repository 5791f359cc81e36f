/* What a question leaves out of a measure, for who shows its rows. Threads: as query.h. */
#ifndef SHOPVANE_QUERY_LEFT_OUT_H
#define SHOPVANE_QUERY_LEFT_OUT_H

#include "query/query.h"

/* Stores that a measure with stores_with or stores_without leaves out, whatever the scope; none of
 * another measure. Allocated from `a`. */
struct store_names {
    const str *items;
    size_t n;
};
MUST_CHECK enum status query_stores_left_out(struct conn *c,
                                             const struct kpi_measure *m,
                                             struct arena *a,
                                             struct store_names *out,
                                             struct error *why);

/* "today" of a filter: the last day that the orders of the scope's stores tell of, at most the
 * local day of its now_us; that day where there is no order. Of `scope` only stores and now_us are
 * read. */
MUST_CHECK enum status query_order_day(const struct query_context *c,
                                       const struct kpi_question *scope,
                                       int32_t *out,
                                       struct error *why);

#endif
