/* Sets of 32-bit ids that merge exactly: roaring bitmaps (Lemire et al. 2018) over CRoaring.
 *
 * A set is a plain struct that the owner initialises and releases. Few ids live inside it, some
 * thousand in a list that is sorted late, more in a bitmap: a group-by over a million little cells
 * must not build a million bitmaps (measured: README.md).
 * Blobs are CRoaring's portable format, written in one canonical form: two equal sets give equal
 * bytes, however they came to be. Blobs are read as hostile input.
 * Threads: a set belongs to one thread at a time, also for reading (reading may tidy it). */
#ifndef SHOPVANE_NUMERICS_IDS_H
#define SHOPVANE_NUMERICS_IDS_H

#include "base/base.h"

#define IDS_SMALL 6

/* Fields are private. All bytes zero is the empty set, so zeroed memory needs no ids_init(). */
struct ids {
    struct roaring_bitmap_s *bitmap; /* NULL while there are few */
    union {
        uint32_t small[IDS_SMALL]; /* cap == 0 */
        uint32_t *list;            /* cap > 0 */
    } few;
    uint32_t len; /* of few; may count an id twice until tidied */
    uint32_t cap;
};

void ids_init(struct ids *s);
void ids_release(struct ids *s); /* the set is empty afterwards */

/* These give false only when out of memory; the set may then hold a part of what was added. */
MUST_CHECK bool ids_add(struct ids *s, uint32_t id);
MUST_CHECK bool ids_add_many(struct ids *s, const uint32_t *ids, size_t n);
MUST_CHECK bool ids_merge(struct ids *into, struct ids *from);

uint64_t ids_count(struct ids *s);
bool ids_has(const struct ids *s, uint32_t id);
/* Calls `visit` in ascending order until it gives false. */
void ids_each(struct ids *s, bool (*visit)(uint32_t id, void *self), void *self);

/* Appends the canonical blob; a failure sticks in `out`. */
void ids_write(struct ids *s, struct buf *out);

/* Adds a blob's ids. STATUS_BAD_INPUT when it is not a well-formed blob (the set is as before). */
MUST_CHECK enum status ids_merge_blob(struct ids *into, str blob);
/* True when `blob` is exactly one well-formed set. */
bool ids_blob_valid(str blob);
/* How many ids, from the blob's header alone; false when the header does not hold together. */
MUST_CHECK bool ids_blob_count(str blob, uint64_t *out);

#endif
