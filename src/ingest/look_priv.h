/* A file that is looked at before it is imported: for text (explain.c) and data (look.c). */
#ifndef SHOPVANE_INGEST_LOOK_PRIV_H
#define SHOPVANE_INGEST_LOOK_PRIV_H

#include "ingest/ingest_priv.h"

struct look_run {
    struct arena *arena;
    struct reading_source source;
    struct row_file *file;
    const struct row_shape *shape;
    struct mapping *mapping; /* with a problem: what comes nearest, or NULL */
    str problem;             /* why no mapping fits; empty: one does */
    str notes;
};
/* look_close() in any case. */
MUST_CHECK enum status look_open(struct shop *s,
                                 const char *path,
                                 const struct import_options *opt,
                                 struct arena *a,
                                 struct look_run *out,
                                 struct error *why);
void look_close(struct look_run *r);
/* The field that a column becomes; NULL: none. */
const char *look_field_of(const struct mapping *m, const struct row_shape *shape, size_t column);
/* A column without a field is kept in props. */
bool look_keeps(const struct mapping *m, str column);

#endif
