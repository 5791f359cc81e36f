/* Names that columns have, and what a file shows of itself above its rows. */
#ifndef SHOPVANE_INGEST_KNOWN_NAMES_PRIV_H
#define SHOPVANE_INGEST_KNOWN_NAMES_PRIV_H

#include "ingest/ingest_priv.h"

/* Names that columns have, for row_options.is_known. Lives in `a`. */
struct known_names;
struct yaml_node;
MUST_CHECK enum status known_names_new(struct arena *a,
                                       struct known_names **out,
                                       struct error *why);
void known_names_add(struct known_names *k, const struct mapping *m);
bool known_names_has(const void *self, str name);
const struct yaml_node *synonyms_load(struct arena *a); /* NULL: none */
/* What stands above the rows of a file, for people; nothing when that is one header line. */
void header_note(const struct row_shape *shape, enum lang lang, struct buf *out);

#endif
