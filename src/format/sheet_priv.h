/* What sheets of any Excel format share. */
#ifndef SHOPVANE_FORMAT_SHEET_PRIV_H
#define SHOPVANE_FORMAT_SHEET_PRIV_H

#include "format/rows_priv.h"

#define SHEET_ROWS_PER_BLOCK 8192

/* With r the block's unfinished row: appends a cell. Too much of anything refuses the row; false:
 * out of memory. Columns ascend. */
MUST_CHECK bool sheet_place(
    const struct row_file *f, struct row_block *b, struct block_record *r, size_t column, str text);
void sheet_row_refuse(struct block_record *r, enum row_refusal why, size_t column);
void sheet_row_drop(struct row_block *b, const struct block_record *r);
MUST_CHECK bool sheet_row_keep(struct row_block *b, struct block_record *r);
bool sheet_block_is_full(const struct row_file *f, const struct row_block *b);
/* Which sheet is read: as asked for by name or number, else the first. Fills the shape's list. */
MUST_CHECK enum status sheet_choose(struct row_file *f,
                                    const char *file,
                                    const str *names,
                                    size_t n,
                                    size_t *out,
                                    struct error *why);
/* For struct row_reader. */
enum status sheet_prepare(struct row_block *b, struct error *why);
bool sheet_next(struct row_block *b, struct row *out);
MUST_CHECK enum status sheet_read_rest(struct row_file *f, struct row_block *b, struct error *why);

#endif
