/* Cuts a stream of JSON into records without building anything. */
#ifndef SHOPVANE_FORMAT_JSON_SPLIT_PRIV_H
#define SHOPVANE_FORMAT_JSON_SPLIT_PRIV_H

#include "format/rows_priv.h"

/* Where the records are, found in the first MiB. */
struct json_place {
    size_t offset;  /* of the first byte to read records from */
    str member;     /* of the root object; "" when none */
    bool in_array;  /* records end at ']' */
    bool is_single; /* one record, then the end */
    bool is_found;
};

struct json_split {
    struct json_place place;
    /* scanning one record; all zero between records */
    bool in_record;
    bool is_scalar;
    bool in_string;
    bool is_escaped;
    unsigned depth;
    bool is_dropping; /* the record is too long, its end is looked for */
    bool is_done;     /* ']' or the single record was seen */
};

/* Moves *pos to behind the record that is being scanned, or to the text's end. True: the record
 * has ended. */
bool json_split_record(struct json_split *s, str text, size_t *pos);
/* Skips blanks and commas between records; true when a record starts at *pos. */
bool json_split_start(struct json_split *s, str text, size_t *pos);
/* `records`: name asked for, or NULL. */
struct json_place json_find_records(str text, const char *records);

/* json_fill.c */
extern const struct row_reader json_reader;
extern const struct row_reader ndjson_reader;
/* The whole records of the first MiB, in a block of their own. */
MUST_CHECK enum status json_cut_head(struct row_file *f,
                                     struct row_block *b,
                                     str text,
                                     struct error *why);
/* json_rows.c */
MUST_CHECK enum status json_rows_prepare(struct row_block *b, struct error *why);
bool json_rows_next(struct row_block *b, struct row *out);

#endif
