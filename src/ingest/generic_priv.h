/* The generic mapping: columns by their names. */
#ifndef SHOPVANE_INGEST_GENERIC_PRIV_H
#define SHOPVANE_INGEST_GENERIC_PRIV_H

#include "ingest/ingest_priv.h"

/* The column of that name, without case, blanks, underscores and hyphens; else NULL. */
const str *mapping_column_find(const struct row_shape *shape, str name);
/* generic: columns by their names, in English and Chinese; empty `target`: the table that fits
 * best. NOT_FOUND when too little matches. */
MUST_CHECK enum status mapping_generic(const struct row_shape *shape,
                                       str target,
                                       struct arena *a,
                                       struct mapping **out,
                                       struct buf *notes,
                                       struct error *why);
/* The same, also when fields that are needed have no column; *out NULL: no column is known. */
MUST_CHECK enum status mapping_nearest(const struct row_shape *shape,
                                       str target,
                                       struct arena *a,
                                       struct mapping **out,
                                       struct error *why);

#endif
