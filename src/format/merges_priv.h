/* Merged cells of a sheet: only their first cell holds the text. */
#ifndef SHOPVANE_FORMAT_MERGES_PRIV_H
#define SHOPVANE_FORMAT_MERGES_PRIV_H

#include "format/rows_priv.h"

#define MERGES_MAX        ((size_t)1 << 20)
#define MERGES_ACTIVE_MAX 512 /* at one row */

/* Inclusive; rows as people count them, from 1, columns from 0. */
struct merge {
    uint32_t first_row;
    uint32_t last_row;
    uint32_t first_column;
    uint32_t last_column;
};

/* A merge over several rows while the reader is inside of it. */
struct merge_open {
    uint32_t column;
    uint32_t last_row;
    struct buf text;
};

struct merges {
    struct merge *items; /* by first row, then column, after merges_sort() */
    size_t n;
    size_t cap;
    size_t next; /* of items: the first that starts behind the row read last */
    int64_t row;
    struct merge_open open[MERGES_ACTIVE_MAX];
    size_t n_open;
};
/* "B2:C5", or with marks. False: not a range. */
MUST_CHECK bool merge_parse(str range, struct merge *out);
/* False: out of memory. Ranges beyond MERGES_MAX are left out, and counted by no one: the reader
 * refuses such a file before. */
MUST_CHECK bool merges_add(struct merges *m, struct merge range);
void merges_sort(struct merges *m);
void merges_restart(struct merges *m); /* before the sheet is read from its start */
void merges_release(struct merges *m);
/* The block's last row, r (not yet counted): cells under a merged one get its text. False: out of
 * memory. */
MUST_CHECK bool merges_fill_down(struct merges *m, struct row_block *b, struct block_record *r);

#endif
