/* The formats' doors inside the module. */
#ifndef SHOPVANE_FORMAT_READERS_PRIV_H
#define SHOPVANE_FORMAT_READERS_PRIV_H

#include "format/header_priv.h"

/* csv_open.c. `text`: the decoded first MiB. */
MUST_CHECK enum status csv_open_rows(struct row_file *f, str text, struct error *why);
/* Header, names and samples of the shape from the file's first rows; of sheets too, with their
 * merged cells. *skip: rows of `first` (an index) that are title and header. */
MUST_CHECK enum status shape_from_rows(struct row_file *f,
                                       const struct first_rows *first,
                                       const struct merges *merges,
                                       size_t *skip,
                                       struct error *why);
/* A sheet's first rows, all as wide as the widest. */
MUST_CHECK enum status sheet_first_rows(struct row_file *f,
                                        struct first_rows *out,
                                        struct error *why);

/* In the arena; NULL: out of memory. */
const str *row_copy_fields(struct arena *a, const str *fields, size_t n);

/* json_rows.c, json_split.c */
enum row_format json_sniff_format(str text, bool is_all, const char *records);
MUST_CHECK enum status json_open_rows(struct row_file *f, str text, struct error *why);
void json_split_free(struct json_split *s);
void json_rows_free(struct json_rows *j);
uint64_t json_rows_unseen(const struct json_rows *j, str *first);

/* xlsx.c; path NULL: f->xlsx_bytes */
MUST_CHECK enum status xlsx_open_rows(struct row_file *f, const char *path, struct error *why);
void xlsx_close(struct xlsx *x);
/* xls.c: the bytes come from the source */
MUST_CHECK enum status xls_open_rows(struct row_file *f, const char *path, struct error *why);
void xls_close(struct xls *x);
uint64_t xlsx_bytes_done(const struct xlsx *x);

#endif
