/* Between the files that turn a platform's rows into cells. */
#ifndef SHOPVANE_QUERY_STATS_PRIV_H
#define SHOPVANE_QUERY_STATS_PRIV_H

#include "query/query_priv.h"

/* Rows of one key and period, as the statement gives them. */
struct stat_row {
    size_t slot;
    struct matrix_key key;
    uint32_t store;
    int32_t from; /* DAY_NONE: days, taken together */
    int32_t to;
    int64_t n;
    int64_t days;
    i128 value;
    i128 last;
    int32_t last_to;
    uint32_t currency;
    int32_t rate_day;
    bool is_restated;
};

struct collecting {
    struct asking *k;
    const struct window *w;
    const struct plan_variant *variant;
    struct figures *out;
    struct plan_question q;
    struct plan_platform_need need;
    struct stat_row *rows;
    size_t n;
    size_t cap;
    bool by_store;   /* each row of the answer belongs to one store */
    bool only_whole; /* no dimension but the store: every store is expected in every period */
    bool *foreign;
};

/* How the measure's rows become one figure; days that are added are additive. */
enum platform_kind stats_kind(const struct kpi_measure *m);
/* First and last day of a period that the question covers. */
struct plan_bucket stats_period(const struct window *w, uint32_t bucket);
/* Why there is no figure of the measure; in the arena. */
const char *stats_missing(const struct collecting *c,
                          const struct kpi_measure *m,
                          uint32_t store,
                          struct plan_bucket period);
void stats_fail(struct cell *cell, const char *reason);
/* Finds or adds the cell. */
MUST_CHECK enum status stats_cell(struct collecting *c,
                                  size_t slot,
                                  const struct matrix_key *key,
                                  struct cell **out,
                                  struct error *why);
/* Sorted rows of one slot, period and store become figures. */
MUST_CHECK enum status stats_fold(struct collecting *c,
                                  const struct stat_row *rows,
                                  size_t n,
                                  struct error *why);

#endif
