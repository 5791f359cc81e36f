/* How a file would be read, as data: for people who decide which column is what.
 *
 * Threads: any; a look touches neither the facts nor the writer's connection. */
#ifndef SHOPVANE_INGEST_LOOK_H
#define SHOPVANE_INGEST_LOOK_H

#include "ingest/ingest.h"

#define LOOK_SAMPLES 5

enum look_use {
    LOOK_FIELD,   /* becomes the field */
    LOOK_KEPT,    /* kept with the row in props */
    LOOK_UNUSED,  /* not used */
    LOOK_PERSONAL /* left out: it names a person, and no field takes it */
};
struct look_column {
    str name;
    str field; /* of LOOK_FIELD */
    enum look_use use;
    str samples[LOOK_SAMPLES];
    size_t n_samples;
};
/* A field that rows of the target have. */
struct look_field {
    str name;
    str label;        /* as people call it, in the language of `why` */
    const char *kind; /* text id money quantity number flag time day status event currency */
    bool is_required;
    bool is_taken; /* some column, sum or constant gives it */
};
struct import_look {
    bool fits; /* false: `problem` stands in the way of an import as it is */
    str problem;
    str preset;
    str target; /* "order_lines" or a table; empty: nothing comes near */
    str notes;  /* what was assumed, a line each */
    str format;
    str compression;
    str encoding;
    str sheet;
    const str *sheets;
    size_t n_sheets;
    int64_t header_line; /* 0: no header */
    int64_t title_rows;
    const struct look_column *columns;
    size_t n_columns;
    const struct look_field *fields;
    size_t n_fields;
    str mapping; /* YAML: import_options.map_file takes it */
};
/* *out lives in `a`. Fails when the file cannot be read at all; what cannot be imported as it is
 * has fits == false. */
MUST_CHECK enum status import_look(struct shop *s,
                                   const char *path,
                                   const struct import_options *opt,
                                   struct arena *a,
                                   struct import_look *out,
                                   struct error *why);

/* The mapping of a look with columns assigned otherwise, checked; YAML in `a`. A field of length 0:
 * the column is not used. */
struct look_assignment {
    str column;
    str field;
};
MUST_CHECK enum status import_look_assign(str mapping,
                                          const struct look_assignment *changes,
                                          size_t n,
                                          struct arena *a,
                                          str *out,
                                          struct error *why);
/* Names of what rows can become, for generic:NAME; NULL past the end. */
const char *import_target_name(size_t i);

#endif
