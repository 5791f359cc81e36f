/* Totals of several days (spans.c). */
#ifndef SHOPVANE_QUERY_SPANS_PRIV_H
#define SHOPVANE_QUERY_SPANS_PRIV_H

#include "query/query_priv.h"

/* Days of which only one total is known, of the question's rows. */
struct span_total {
    int32_t from;
    int32_t to;
    str by[PLAN_BY_MAX]; /* its dimension values, as far as .len or the dimension is its own */
};

/* Where a figure stands: its days, and its dimension values (n_by of them; NULL: over all). */
struct span_place {
    int32_t start;
    int32_t end;
    const uint32_t *by; /* numbers of names */
};

/* The slot's rows may be totals of several days. */
bool spans_has(const struct plan_slot *slot);
/* Reads those that touch the question's ranges, where it reads such a table. */
MUST_CHECK enum status spans_load(struct asking *k, struct error *why);
/* A total that touches the figure's days without lying inside them: it is in no part of them. NULL:
 * there is none. */
const struct span_total *spans_cut(const struct asking *k, const struct span_place *p);
/* The same of any slot that the KPI reads. */
bool spans_agree(const struct asking *k, size_t kpi, const struct span_place *p);
/* Which totals are left out of figures; empty: none. */
str spans_note(const struct asking *k);

#endif
