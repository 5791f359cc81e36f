/* Typed columns with validity: the one shape of query results and model inputs.
 *
 * A frame is filled once and then read; readers may be many threads, the writer one.
 * Values are int64 (counts, money_e4, days, microseconds), 128-bit sums, doubles, or text/blobs
 * that the frame owns. A missing value is not zero: ask frame_is_null() first. */
#ifndef SHOPVANE_FRAME_FRAME_H
#define SHOPVANE_FRAME_FRAME_H

#include "base/base.h"

/*      name  C type of a cell */
#define FRAME_TYPE_LIST(X) \
    X(I64, int64_t)        \
    X(I128, i128)          \
    X(F64, double)         \
    X(TEXT, str)           \
    X(BLOB, str)

#define X(id, ctype) FRAME_##id,
enum frame_type { FRAME_TYPE_LIST(X) FRAME_TYPE_COUNT };
#undef X

struct frame;

MUST_CHECK struct frame *frame_new(void); /* NULL when out of memory */
/* Adds a column; all columns before the first row. Returns its index, or -1 when out of memory. */
MUST_CHECK int frame_add_column(struct frame *f, str name, enum frame_type type);
/* Adds `n` rows, all null; false when out of memory. */
MUST_CHECK bool frame_add_rows(struct frame *f, size_t n);

size_t frame_rows(const struct frame *f);
size_t frame_columns(const struct frame *f);
str frame_name(const struct frame *f, size_t col);
enum frame_type frame_type(const struct frame *f, size_t col);
int frame_find(const struct frame *f, str name); /* column index or -1 */

bool frame_is_null(const struct frame *f, size_t col, size_t row);
/* Getters want the column's own type (BUG otherwise) except frame_i128, which also reads I64. */
int64_t frame_i64(const struct frame *f, size_t col, size_t row);
i128 frame_i128(const struct frame *f, size_t col, size_t row);
double frame_f64(const struct frame *f, size_t col, size_t row);
str frame_str(const struct frame *f, size_t col, size_t row); /* lives as long as the frame */

void frame_set_i64(struct frame *f, size_t col, size_t row, int64_t v);
void frame_set_i128(struct frame *f, size_t col, size_t row, i128 v);
void frame_set_f64(struct frame *f, size_t col, size_t row, double v);
MUST_CHECK bool frame_set_str(struct frame *f, size_t col, size_t row, str v); /* copies */
void frame_free(struct frame *f);                                              /* NULL is fine */

#endif
