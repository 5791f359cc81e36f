/* The first rows of a file, and where among them the header stands. */
#ifndef SHOPVANE_FORMAT_HEADER_PRIV_H
#define SHOPVANE_FORMAT_HEADER_PRIV_H

#include "format/merges_priv.h"

#define ROW_SAMPLES_MAX 200
#define HEADER_ROWS_MAX 30 /* the header is looked for among these */
#define FIRST_ROWS_MAX  (ROW_SAMPLES_MAX + HEADER_ROWS_MAX + 2)

struct first_rows {
    const str *rows[FIRST_ROWS_MAX]; /* good ones */
    size_t widths[FIRST_ROWS_MAX];
    int64_t lines[FIRST_ROWS_MAX];   /* of the source */
    int64_t records[FIRST_ROWS_MAX]; /* records up to and with this one, refused ones too */
    size_t ends[FIRST_ROWS_MAX];     /* CSV: bytes up to behind it */
    size_t n;
    enum row_refusal first_refusal; /* of the first record, good or not */
    bool has_more;                  /* records were there, though none may have been good */
};
/* Copies a row; false: out of memory. At most FIRST_ROWS_MAX. */
MUST_CHECK bool first_rows_add(struct first_rows *out,
                               struct arena *a,
                               const struct row *row,
                               size_t end);

/* The header's rows: `count` from `at`, 0: no header. */
struct header_place {
    size_t at;
    size_t count;
};
/* `merges` may be NULL: then two rows of a header are told by their blank cells. */
struct header_place header_find(const struct row_options *opt,
                                const struct first_rows *r,
                                const struct merges *merges);
/* Names of the columns in the arena: of two rows "A / B"; NULL: out of memory. */
const str *header_names(const struct first_rows *r,
                        struct header_place place,
                        const struct merges *merges,
                        size_t width,
                        struct arena *a);

#endif
