/* Tabular files of any kind as rows of borrowed text fields, with exact source positions.
 *
 *     struct row_file *f;                      // one per file, shared by the workers
 *     row_file_open(path, &(struct row_options){ 0 }, &f, why);
 *     struct row_block *b = row_block_new();   // one per worker thread
 *     for (;;) {
 *         bool got;
 *         if (row_file_next_block(f, b, &got, why) != STATUS_OK || !got) break;
 *         struct row row;
 *         while (row_next(b, &row)) ...        // row.fields: until the next row_next(); the
 *     }                                        // bytes they point to: until the next hand-out
 *
 * Reads CSV and relatives, NDJSON, JSON (an array of objects, or an object that holds one) and
 * XLSX or XLS, plain, gzip or zstd (told by content, not by name), in UTF-8, UTF-16, GB18030 or
 * Windows-1252. Fields are always UTF-8. Parquet is only recognised: the store reads it.
 *
 * A bad record is a row with a refusal, never a failure of the file. Blank lines are no rows.
 * Threads: row_file_next_block() may be called from several threads, each with its own block;
 * row_next() touches the block alone. The rest of row_file is read-only after open. */
#ifndef SHOPVANE_FORMAT_ROWS_H
#define SHOPVANE_FORMAT_ROWS_H

#include "base/base.h"

/* id, name used in mapping files and messages */
#define ROW_FORMAT_LIST(X) \
    X(AUTO, "auto")        \
    X(CSV, "csv")          \
    X(NDJSON, "ndjson")    \
    X(JSON, "json")        \
    X(XLSX, "xlsx")        \
    X(XLS, "xls")          \
    X(PARQUET, "parquet")
#define X(id, name) ROW_FORMAT_##id,
enum row_format { ROW_FORMAT_LIST(X) ROW_FORMAT_COUNT };
#undef X

#define ROW_ENCODING_LIST(X)                             \
    X(AUTO, "auto")                                      \
    X(UTF8, "utf-8")                                     \
    X(UTF16LE, "utf-16le")                               \
    X(UTF16BE, "utf-16be")                               \
    X(GB18030, "gb18030")          /* and GBK, GB2312 */ \
    X(WINDOWS1252, "windows-1252") /* and Latin-1 */
#define X(id, name) ROW_ENCODING_##id,
enum row_encoding { ROW_ENCODING_LIST(X) ROW_ENCODING_COUNT };
#undef X

#define ROW_COMPRESSION_LIST(X) \
    X(PLAIN, "plain")           \
    X(GZIP, "gzip")             \
    X(ZSTD, "zstd")
#define X(id, name) ROW_COMPRESSION_##id,
enum row_compression { ROW_COMPRESSION_LIST(X) ROW_COMPRESSION_COUNT };
#undef X

enum row_header { ROW_HEADER_AUTO, ROW_HEADER_YES, ROW_HEADER_NO };

/* Why a record is refused; the text is English for tr(). */
#define ROW_REFUSAL_LIST(X)                                         \
    X(NONE, "ok")                                                   \
    X(TOO_FEW, "the record has fewer fields than the header")       \
    X(TOO_MANY, "the record has more fields than the header")       \
    X(UNCLOSED_QUOTE, "a quote is opened and never closed")         \
    X(BAD_BYTES, "the bytes are not valid in the file's encoding")  \
    X(NUL_BYTE, "the record holds a NUL byte")                      \
    X(FIELD_TOO_LARGE, "a field is larger than 1 MiB")              \
    X(RECORD_TOO_LARGE, "the record is larger than 16 MiB")         \
    X(LONG_QUOTE, "a quote is opened and not closed within 16 MiB") \
    X(BAD_JSON, "the record is not valid JSON")                     \
    X(NOT_OBJECT, "the record is not a JSON object")                \
    X(KEY_TWICE, "the JSON object has the same key twice")          \
    X(TOO_DEEP, "the JSON is nested too deeply")                    \
    X(BAD_CELL, "the cell refers to text or a number that cannot be read")
#define X(id, text) ROW_REFUSAL_##id,
enum row_refusal { ROW_REFUSAL_LIST(X) ROW_REFUSAL_COUNT };
#undef X
const char *row_refusal_text(enum row_refusal r);

const char *row_format_name(enum row_format f);
const char *row_encoding_name(enum row_encoding e);
const char *row_compression_name(enum row_compression c);
/* Names as in a mapping file ("gbk", "latin1", "utf8" are known too). */
MUST_CHECK bool row_format_parse(str name, enum row_format *out);
MUST_CHECK bool row_encoding_parse(str name, enum row_encoding *out);

#define ROW_DELIMITER_SPACES ' ' /* any run of blanks; leading blanks do not count */
#define ROW_QUOTE_NONE       '\1'

struct row_options { /* zeroes mean: find out, usual limits */
    enum row_format format;
    enum row_encoding encoding;
    enum row_header header;
    char delimiter;   /* 0: find out */
    char quote;       /* 0: find out; ROW_QUOTE_NONE: quotes are text */
    bool pad_short;   /* a record with too few fields gets empty ones; else it is refused */
    bool want_sha256; /* row_file_sha256() */
    /* Is it a name that columns have? Helps to find the header below a block of titles. */
    bool (*is_known)(const void *self, str name);
    const void *known_self;
    const char *sheet;       /* XLSX, XLS: name or 1-based number; NULL: first */
    const char *records;     /* JSON: member that holds the records ("orders"); NULL: find out */
    const char *expand;      /* JSON: array that gives one row per element ("line_items"); "": none;
                                NULL: find out */
    size_t block_bytes;      /* 0: 1 MiB */
    size_t field_limit;      /* 0: 1 MiB */
    size_t record_limit;     /* 0: 16 MiB */
    size_t columns_limit;    /* 0: 4096 */
    uint64_t unpacked_limit; /* 0: 1 TiB (XLSX: 4 GiB) after decompression */
};

/* What was found out; lives as long as the file. */
struct row_shape {
    enum row_format format;
    enum row_compression compression;
    enum row_encoding encoding;
    bool has_bom;
    bool has_header;
    bool pads_short;   /* as asked for */
    char delimiter;    /* CSV; ROW_DELIMITER_SPACES for blanks */
    char quote;        /* CSV; 0 when quotes are text */
    char decimal_mark; /* '.' or ',' as most sample numbers have it; '.' when none tell */
    char group_mark;   /* ',' '.' ' ' '\'' when sample numbers show thousands marks, else 0 */
    bool is_empty;     /* no record at all, not even a header */
    size_t n_columns;
    const str *columns;  /* header names as written, trimmed; without header "column1"..., of a
                            header of two rows "A / B" */
    size_t header_rows;  /* 0, 1 or 2 */
    int64_t header_line; /* line of the source where the header starts */
    int64_t title_rows;  /* records above the header: no data, no part of row_no */
    const str *titles;   /* their first texts, at most 30 of them */
    size_t n_titles;
    const bool *merged; /* XLSX, XLS: columns with data cells merged over rows; NULL: none */
    size_t n_samples;   /* first good data rows, at most 200, each n_columns fields */
    const str *const *samples;
    const int64_t *sample_lines; /* where they start; NULL: not known (JSON) */
    uint64_t bytes_total;        /* of the file on disk; 0 when unknown (pipe) */
    size_t n_sheets;             /* XLSX, XLS */
    const str *sheets;
    str sheet;   /* XLSX: the one that is read */
    str records; /* JSON: member that holds the records, "" for a bare array */
    str expand;  /* JSON: array that is expanded, "" for none */
};

struct row_file;
MUST_CHECK enum status row_file_open(const char *path,
                                     const struct row_options *opt,
                                     struct row_file **out,
                                     struct error *why);
/* The same on bytes in memory (borrowed until close); for tests, uploads and fuzzing. */
MUST_CHECK enum status row_file_open_bytes(str bytes,
                                           const struct row_options *opt,
                                           struct row_file **out,
                                           struct error *why);
void row_file_close(struct row_file *f); /* NULL is fine; after all blocks are done with */
const struct row_shape *row_file_shape(const struct row_file *f);
/* What numbers tell of their marks. */
struct row_marks {
    size_t comma;         /* a decimal comma: 3,50 and 1.234,50 */
    size_t point;         /* 3.50 and 1,234.50 */
    size_t grouped_comma; /* 1,234.50 */
    size_t grouped_point; /* 1.234,50 */
    size_t unclear;       /* the next four together: they do not count above */
    size_t single_comma;  /* 1,234: either of the two */
    size_t single_point;
    size_t many_commas; /* 1,234,567 in a column of numbers; 01.12.2010 looks so too */
    size_t many_points;
};
void row_marks_add(struct row_marks *m, str s); /* no number: nothing changes */
/* The marks of one column's numbers: the file's, unless all samples of the column that tell speak
 * for the other one; those that tell nothing (1.234) have no say. */
void row_shape_column_marks(const struct row_shape *shape,
                            size_t column,
                            char *decimal_mark,
                            char *group_mark);
/* Bytes of the file on disk read so far; any thread. */
uint64_t row_file_bytes_done(const struct row_file *f);
/* Of the raw file, when want_sha256 and all blocks are taken; else false. `hex` gets 64 digits
 * and a NUL. file_sha256() does it without parsing. */
MUST_CHECK bool row_file_sha256(const struct row_file *f, char hex[65]);
MUST_CHECK enum status file_sha256(const char *path,
                                   char hex[65],
                                   uint64_t *bytes,
                                   struct error *why);

/* Rows of expanded JSON are numbered record * ROW_ITEMS + element from 1, so that each has a number
 * of its own before anybody knows how many rows the records before it give. A record within the
 * limit has fewer elements. */
#define ROW_ITEMS 10000000

struct row {
    const str *fields; /* n of them; n equals n_columns when refusal is NONE, may differ else */
    size_t n;
    int64_t row_no; /* records after the header, from 1, refused ones included; see ROW_ITEMS */
    int64_t line;   /* physical line of the source where the record starts, from 1; XLSX: row */
    uint32_t part;  /* JSON with expansion: element of the record, from 0 */
    uint32_t parts; /* and how many; 1 otherwise */
    enum row_refusal refusal;
    size_t column; /* of the refusal, from 0 */
    str raw;       /* the record's text without its line end; an undecodable byte b of a
                      GB18030 or UTF-16 file stands as FF b; cut at 64 KiB when too large */
};

/* XLSX: the text of a cell whose formula has no value in the file, as programs other than Excel
 * write it. It is no value and not an empty cell either: who takes the column must refuse it. */
#define ROW_FORMULA_ONLY "#FORMULA!"

struct row_block;
MUST_CHECK struct row_block *row_block_new(void); /* NULL: out of memory */
void row_block_free(struct row_block *b);

/* Hands out the next block of whole records (about block_bytes). *got false: end of the file. A
 * damaged archive or disk error is a status; what was handed out before stays good. */
MUST_CHECK enum status row_file_next_block(struct row_file *f,
                                           struct row_block *b,
                                           bool *got,
                                           struct error *why);
/* Next row, refused ones included; false at the block's end. */
MUST_CHECK bool row_next(struct row_block *b, struct row *out);
uint64_t row_block_sequence(const struct row_block *b); /* 0, 1, 2 ... in file order */
int64_t row_block_first_row(const struct row_block *b); /* row_no of its first row */
int64_t row_block_rows(const struct row_block *b);      /* records in it (before expansion) */
/* JSON: keys that the first records did not have and that are not in the columns: how many values
 * were left out of this block's rows so far, and the first such name. */
uint64_t row_block_unseen(const struct row_block *b, str *first);

#endif
