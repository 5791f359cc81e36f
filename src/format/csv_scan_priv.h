/* Where records and fields end in CSV bytes: 64 bytes at a time, as bit masks. */
#ifndef SHOPVANE_FORMAT_CSV_SCAN_PRIV_H
#define SHOPVANE_FORMAT_CSV_SCAN_PRIV_H

#include "base/base.h"

/* Readable (not meaningful) bytes that must follow every scanned text. */
#define SCAN_SLACK ((size_t)128)

struct csv_dialect {
    char delimiter; /* ' ': runs of blanks */
    char quote;     /* 0: none */
    char newline;   /* LF, or CR for old Mac files */
};

/* Resumable: finds the end of the last whole record. The text must start at a record's start. */
struct csv_scan {
    size_t pos;         /* scanned so far, a multiple of 64 until the end */
    bool in_quote;      /* at pos */
    bool may_open;      /* a quote at pos would open a field */
    uint64_t past_ends; /* record ends of the chunk before, for blank lines */
    int64_t rows_seen;
    int64_t lines_seen;
    size_t end;    /* behind the last whole record */
    int64_t rows;  /* records that are not blank in [0, end) */
    int64_t lines; /* physical lines in [0, end) */
};
void csv_scan_init(struct csv_scan *s);
/* text.len may have grown since the last call, its bytes may have moved. `last`: the text ends
 * here, so that an unfinished line counts as a record. */
void csv_scan_run(struct csv_scan *s, const struct csv_dialect *d, str text, bool last);

struct csv_index {
    uint32_t *ends; /* position of every field's end (delimiter or newline), ascending */
    size_t n;
    size_t cap;
    bool has_quoted_newline;
    bool ends_in_quote;
};
/* The text (under 4 GiB, whole records) in one go; a last field without line end gets the end
 * text.len. False: out of memory. */
MUST_CHECK bool csv_index_build(struct csv_index *x, const struct csv_dialect *d, str text);

size_t count_byte(str s, char c);
/* True when the line (without its end) holds nothing, or only blanks in a file of blanks. */
bool csv_line_is_blank(const struct csv_dialect *d, str line);

#endif
