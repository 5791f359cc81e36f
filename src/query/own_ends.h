/* Rows of stores whose data of some source ends before that of others (reach.c). */
#ifndef SHOPVANE_QUERY_OWN_ENDS_H
#define SHOPVANE_QUERY_OWN_ENDS_H

#include "query/query_priv.h"

/* In the rows of each such store, the figures become those of the days that it has itself, as when
 * it is asked for alone. */
MUST_CHECK enum status own_ends_fetch(struct asking *k,
                                      const struct window *w,
                                      const struct plan_variant *variant,
                                      struct figures *out,
                                      struct error *why);

/* Rows of some store may hold other days than the total of all. */
bool own_ends_any(const struct asking *k);

#endif
