/* Which stores a measure does not count, for who shows its rows. Threads: as query.h. */
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

#endif
