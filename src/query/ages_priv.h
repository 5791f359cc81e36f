/* Sources of different age (ages.c). */
#ifndef SHOPVANE_QUERY_AGES_PRIV_H
#define SHOPVANE_QUERY_AGES_PRIV_H

#include "query/query_priv.h"

#define AGES_NOTES_MAX ((size_t)8)

/* Days of a store on which a source of a KPI has not begun, though others have data. */
struct age_gap {
    str store; /* empty: all stores that the question is about */
    int32_t from;
    int32_t to;
    int32_t first; /* of the source; DAY_NONE: it has no data of the store at all */
    int source;
};

/* The table tells when a source begins. */
bool ages_has(const struct table *t);
/* It is held against the shop's orders and visits, too. */
bool ages_need_others(const struct table *t);
/* Finds the gaps of each KPI, when coverage and sources are known. */
MUST_CHECK enum status ages_settle(struct asking *k, struct error *why);
/* All sources of the KPI had begun in the period, in the store or (empty) in each. */
bool ages_agree(const struct asking *k, size_t kpi, str store, int32_t start, int32_t end);
/* What begins late, and whose figures that are; out->notes has room for AGES_NOTES_MAX more. */
void ages_notes(const struct asking *k, struct answer *out);

#endif
