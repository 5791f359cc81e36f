/* Cohorts: buyers by the month of their first order, and how many of them ordered again in each
 * month after. Threads: as query.h. */
#ifndef SHOPVANE_QUERY_COHORTS_H
#define SHOPVANE_QUERY_COHORTS_H

#include "query/query.h"

#define COHORT_MONTHS ((size_t)12)

struct cohort {
    int32_t month;                /* its first day */
    int64_t buyers;               /* different buyers whose first order is in it */
    int64_t again[COHORT_MONTHS]; /* of them, who ordered again in the month k after it; k = 0: in
                                     the same month */
};
struct cohort_question {
    const str *stores; /* none: all */
    size_t store_count;
    int32_t last;  /* later orders count nowhere */
    size_t months; /* up to the one of `last`; at most COHORT_MONTHS */
};
struct cohorts {
    struct cohort *items; /* oldest first, as many as months; in the arena */
    int64_t unknown;      /* orders of these months without a known buyer */
};
/* A buyer's first order is the shop's first: who came from another store than those asked about
 * belongs to no cohort. */
MUST_CHECK enum status query_cohorts(const struct query_context *c,
                                     const struct cohort_question *q,
                                     struct arena *a,
                                     struct cohorts *out,
                                     struct error *why);

#endif
