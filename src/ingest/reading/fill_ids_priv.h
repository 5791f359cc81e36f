/* Lines whose order's number stands on the row above them (mapping: fill_ids). */
#ifndef SHOPVANE_INGEST_FILL_IDS_PRIV_H
#define SHOPVANE_INGEST_FILL_IDS_PRIV_H

#include "ingest/mapping/mapping_priv.h"

/* What a row says of its order, unwrapped. */
struct order_texts {
    str id, placed_at, customer_id;
};
/* How sure it is that a row without a number belongs to the order above it. */
enum follows {
    FOLLOWS_NOT,   /* it says something else of its order */
    FOLLOWS_MAYBE, /* it says the same, which other orders may say as well */
    FOLLOWS_SURE
};
enum follows reading_follows(const struct order_texts *above, const struct order_texts *row);

/* A worker's last order; all fields are zero before its first row. */
struct order_above {
    struct order_texts texts; /* in `kept`; an empty id: no order is open */
    char kept[512];
    str *fields; /* of the row that was filled; in the worker */
    size_t fields_cap;
    bool is_filled; /* the row that was read last */
};

struct reading_worker;
/* Where the row is a line of the order above it, it gets its number. False: out of memory. */
MUST_CHECK bool reading_fill_id(struct reading_worker *w, struct row *row);
/* No row follows what was above: a sum, nothing, or a record that is cut wrong. */
void reading_end_order(struct reading_worker *w);

#endif
