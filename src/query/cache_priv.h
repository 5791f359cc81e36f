/* Rows of statements about the store itself, from the cache where the context has one. */
#ifndef SHOPVANE_QUERY_CACHE_PRIV_H
#define SHOPVANE_QUERY_CACHE_PRIV_H

#include "query/query_priv.h"

struct kept;
struct state_rows {
    const struct frame *frame;
    struct frame *own; /* without a cache */
    struct kept *kept;
};
/* k->data_version is known already. state_rows_drop() in the end, after an error too. */
MUST_CHECK enum status state_query(struct asking *k,
                                   const struct sql *sql,
                                   struct state_rows *out,
                                   struct error *why);
/* Settles k->counts_values; the slots are known. */
MUST_CHECK enum status state_sizes(struct asking *k, struct error *why);
void state_rows_drop(struct asking *k, struct state_rows *rows);
/* " AND "store" IN (...)", where the question is about some stores; `before`: " AND " or the like.
 */
void state_add_scope(const struct asking *k, struct sql *sql, const char *before);

#endif
