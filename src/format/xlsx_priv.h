/* XLSX inside: a zip of XML parts. */
#ifndef SHOPVANE_FORMAT_XLSX_PRIV_H
#define SHOPVANE_FORMAT_XLSX_PRIV_H

#include "format/merges_priv.h"

#include <expat.h>
#include <stdatomic.h>
#include <zip.h>

#define XLSX_CHUNK       ((size_t)16 * 1024)
#define XLSX_SHEETS_MAX  1024
#define XLSX_STYLES_MAX  65536
#define XLSX_STRINGS_MAX ((size_t)64 << 20) /* number of shared strings */
#define XLSX_POOL_BYTES  ((size_t)1 << 30)
#define XLSX_RATIO_MAX   400 /* unpacked : packed, above 64 MiB */
#define XLSX_CELLS_MAX   INT64_C(2000000000)

enum xlsx_style { XLSX_NUMBER, XLSX_DATE, XLSX_DATE_TIME, XLSX_TIME, XLSX_PERCENT };

struct xlsx_sheet {
    str name;
    str relation;
    str path;
};

/* One open part being parsed. */
struct xlsx_part {
    zip_file_t *file;
    XML_Parser parser;
    uint64_t size;
    uint64_t packed;
    uint64_t read;
    bool is_last;
    bool is_suspended;
};

enum xlsx_text_in { XLSX_TEXT_NONE, XLSX_TEXT_VALUE, XLSX_TEXT_INLINE };

struct xlsx {
    zip_t *zip;
    struct row_file *file;
    const char *name;  /* for messages */
    uint64_t unpacked; /* all parts together */
    bool is_1904;
    struct xlsx_sheet *sheets;
    size_t n_sheets;
    char *pool; /* shared strings, one after the other */
    size_t pool_len;
    size_t pool_cap;
    size_t *string_ends;
    size_t n_strings;
    size_t strings_cap;
    unsigned char *styles; /* enum xlsx_style by cell style */
    size_t n_styles;
    size_t styles_cap;
    /* the sheet */
    const struct xlsx_sheet *sheet;
    struct xlsx_part part;
    struct row_block *block; /* being filled */
    int64_t rows_to_skip;    /* title and header */
    struct merges merges;
    bool is_done;
    int64_t cells_seen;
    int64_t row_number;
    bool in_row;
    bool in_cell;
    bool has_formula; /* the cell; has_value: also an empty one */
    bool has_value;
    bool row_has_text;
    size_t column;
    size_t next_column;
    char cell_type; /* n s i b e d t(ext) */
    size_t cell_style;
    enum xlsx_text_in text_in;
    struct buf text;
    bool in_phonetic;
    bool no_memory;
    struct block_record row;
    _Atomic uint64_t sheet_read; /* relaxed: only shown to people */
};

/* The element's name without its namespace prefix. */
const char *xlsx_local(const char *name);
const char *xlsx_attribute(const char **attributes, const char *name); /* or NULL */

typedef void (*xlsx_start)(void *user, const char *name, const char **attributes);
typedef void (*xlsx_end)(void *user, const char *name);
typedef void (*xlsx_chars)(void *user, const char *text, int len);
struct xlsx_handlers {
    xlsx_start start;
    xlsx_end end;
    xlsx_chars chars;
    void *user;
};
/* NOT_FOUND when the zip has no such part. */
MUST_CHECK enum status xlsx_part_open(struct xlsx *x,
                                      const char *path,
                                      const struct xlsx_handlers *h,
                                      struct xlsx_part *out,
                                      struct error *why);
/* Parses one chunk; *more false at the end. */
MUST_CHECK enum status xlsx_part_step(struct xlsx *x,
                                      struct xlsx_part *p,
                                      bool *more,
                                      struct error *why);
void xlsx_part_close(struct xlsx_part *p);
MUST_CHECK enum status xlsx_part_all(struct xlsx *x,
                                     const char *path,
                                     const struct xlsx_handlers *h,
                                     struct error *why);

/* xlsx_parts.c */
MUST_CHECK enum status xlsx_read_workbook(struct xlsx *x, struct error *why);
MUST_CHECK enum status xlsx_read_styles(struct xlsx *x, struct error *why);
MUST_CHECK enum status xlsx_read_strings(struct xlsx *x, struct error *why);
/* Adds with _x000D_ escapes undone. */
void xlsx_add_text(struct buf *out, str s);
enum xlsx_style xlsx_format_style(str code);
enum xlsx_style xlsx_builtin_style(int64_t id);

/* xlsx_merges.c: the sheet's merged cells stand behind its rows, so it is looked through first. */
MUST_CHECK enum status xlsx_read_merges(struct xlsx *x, struct error *why);
MUST_CHECK enum status xlsx_check_bomb(struct xlsx *x,
                                       const struct xlsx_part *p,
                                       struct error *why);

/* xlsx_sheet.c */
extern const struct row_reader xlsx_reader;
MUST_CHECK enum status xlsx_sheet_start(struct xlsx *x, struct error *why);
/* Text of a number cell in its style. */
void xlsx_number_text(bool is_1904, str value, enum xlsx_style style, struct buf *out);

#endif
