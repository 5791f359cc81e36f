/* What the readers of the single formats share. A format is one table row of `row_reader`. */
#ifndef SHOPVANE_FORMAT_ROWS_PRIV_H
#define SHOPVANE_FORMAT_ROWS_PRIV_H

#include "format/csv_scan_priv.h"
#include "format/source_priv.h"

#include <pthread.h>

#define RAW_SHOWN_MAX ((size_t)64 * 1024)

/* One record of a block whose borders were found at hand-out (JSON, XLSX, oversized ones). */
struct block_record {
    size_t start; /* raw text in data */
    size_t len;
    int64_t line;
    size_t first_cell; /* XLSX: in cells */
    size_t n_cells;
    enum row_refusal refusal;
    size_t column;
};
struct block_cell {
    size_t start;
    size_t len;
};

struct json_rows; /* per block: parser and cells of the current record */

struct row_block {
    const struct row_file *file;
    char *data; /* cap + SCAN_SLACK bytes */
    size_t len;
    size_t cap;
    uint64_t sequence;
    int64_t first_row;
    int64_t rows;
    /* where row_next() stands */
    int64_t row_no; /* of the next row */
    int64_t line;
    size_t pos;
    size_t at; /* in index.ends or records */
    bool has_nul;
    bool has_bad_bytes;
    struct csv_index index;
    char *scratch; /* unescaped text: never more than the raw text */
    size_t scratch_cap;
    size_t scratch_used;
    str *fields;
    size_t fields_cap; /* columns_limit */
    struct block_record *records;
    size_t n_records;
    size_t records_cap;
    struct block_cell *cells;
    size_t n_cells;
    size_t cells_cap;
    struct json_rows *json;
};

struct row_file;
struct row_reader {
    /* With the file's lock held: fills b->data and what next() needs; *got false at the end. */
    enum status (*fill)(struct row_file *f, struct row_block *b, bool *got, struct error *why);
    /* Without the lock: all memory that next() will need. */
    enum status (*prepare)(struct row_block *b, struct error *why);
    bool (*next)(struct row_block *b, struct row *out);
};

struct xlsx;
struct xls;
struct json_split;

/* Lock: `lock` protects everything below "while reading"; what is above is fixed after open. */
struct row_file {
    struct row_options opt; /* limits filled in */
    struct row_shape shape;
    struct arena *arena;
    struct csv_dialect dialect;
    const struct row_reader *reader; /* NULL: not read row by row */
    struct map *columns;             /* JSON: path to column */
    pthread_mutex_t lock;
    /* while reading */
    struct source *source;
    char *ahead; /* decoded, not handed out: ahead_pos to ahead_len */
    size_t ahead_pos;
    size_t ahead_len;
    size_t ahead_cap;
    bool source_ended;
    bool skip_line; /* the rest of a line that was too long is dropped */
    uint64_t next_sequence;
    int64_t next_row;
    int64_t next_line;
    struct json_split *split;
    struct xlsx *xlsx;
    struct xls *xls;
    str xlsx_bytes; /* borrowed, when not from a path */
};

/* rows.c */
MUST_CHECK bool row_block_reserve(struct row_block *b, size_t cap);
/* How many bytes the block is to hold after the next read. */
size_t row_block_want(const struct row_block *b, size_t block_bytes);
MUST_CHECK struct block_record *row_block_add_record(struct row_block *b);
void row_block_start(struct row_block *b, const struct row_file *f);
MUST_CHECK enum status row_block_prepare(struct row_file *f,
                                         struct row_block *b,
                                         struct error *why);
/* Decoded bytes, pushed-back ones first. */
MUST_CHECK enum status row_file_read(
    struct row_file *f, char *dst, size_t cap, size_t *got, struct error *why);
/* Gives back what was not used; it is read again first. */
MUST_CHECK enum status row_file_unread(struct row_file *f, str rest, struct error *why);
/* Reads ahead up to `want` decoded bytes and shows them. */
MUST_CHECK enum status row_file_look(struct row_file *f, size_t want, str *out, struct error *why);
enum status row_no_memory(struct error *why);
/* Refuses `out` for bytes that no row may hold: NUL, invalid UTF-8. */
void row_check_bytes(const struct row_block *b, struct row *out);

/* csv_rows.c: also NDJSON's blocks of lines */
extern const struct row_reader csv_reader;
enum status csv_fill(struct row_file *f, struct row_block *b, bool *got, struct error *why);
/* Refused records that csv_fill() made; false when the block has none. */
bool csv_next_refused(struct row_block *b, struct row *out);
bool csv_block_is_refused(const struct row_block *b);

/* sniff_encoding.c, sniff_csv.c */
enum row_encoding sniff_encoding(str head, bool is_all, size_t *bom);
void sniff_newline(str text, struct csv_dialect *d);
MUST_CHECK enum status sniff_dialect(str text,
                                     const struct row_options *opt,
                                     struct csv_dialect *out,
                                     struct error *why);
/* Is the first row a header, seen from the rows that follow it? */
bool sniff_header(const str *const *rows, const size_t *widths, size_t n);
/* A number, date, time or money amount? */
bool sniff_is_numeric(str s);
/* A header cell without what spreadsheets and platforms wrap around it. */
str sniff_clean_name(str s);
void sniff_decimal(struct row_shape *shape);

#endif
