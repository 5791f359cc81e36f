/* XLS inside: records of the workbook stream (MS-XLS; BIFF8 and BIFF5). */
#ifndef SHOPVANE_FORMAT_XLS_PRIV_H
#define SHOPVANE_FORMAT_XLS_PRIV_H

#include "format/merges_priv.h"
#include "format/source_priv.h"
#include "format/xlsx_priv.h"

#define XLS_FILE_MAX   ((size_t)128 << 20) /* 65,536 rows a sheet: real ones are far smaller */
#define XLS_SHEETS_MAX 1024
#define XLS_CELLS_MAX  ((size_t)65536 * 256)

enum xls_record {
    XLS_FORMULA = 0x06,
    XLS_EOF = 0x0a,
    XLS_DATEMODE = 0x22,
    XLS_FILEPASS = 0x2f,
    XLS_CONTINUE = 0x3c,
    XLS_CODEPAGE = 0x42,
    XLS_BOUNDSHEET = 0x85,
    XLS_MULRK = 0xbd,
    XLS_RSTRING = 0xd6,
    XLS_XF = 0xe0,
    XLS_MERGEDCELLS = 0xe5,
    XLS_SST = 0xfc,
    XLS_LABELSST = 0xfd,
    XLS_NUMBER = 0x203,
    XLS_LABEL = 0x204,
    XLS_BOOLERR = 0x205,
    XLS_STRING = 0x207,
    XLS_RK = 0x27e,
    XLS_FORMAT = 0x41e,
    XLS_BOF = 0x809
};

struct xls_sheet {
    str name;
    size_t offset; /* of its first record in the stream */
};

/* Where a cell stands: its record, and within a record of several numbers which. */
struct xls_cell {
    uint32_t place; /* row << 16 | column */
    uint32_t offset;
};

struct xls {
    struct row_file *file;
    const char *name; /* for messages */
    struct buf stream;
    bool is_biff8;
    bool is_1904;
    unsigned codepage;
    struct xls_sheet *sheets;
    size_t n_sheets;
    size_t sheet;
    struct buf pool; /* shared strings, one after the other */
    size_t *string_ends;
    size_t n_strings;
    size_t strings_cap;
    unsigned short *cell_formats; /* number format by cell style */
    size_t n_styles;
    size_t styles_cap;
    struct xls_format {
        unsigned id;
        enum xlsx_style style;
    } * formats;
    size_t n_formats;
    size_t formats_cap;
    /* the sheet */
    struct xls_cell *cells; /* by row and column */
    size_t n_cells;
    size_t cells_cap;
    size_t next;
    struct merges merges;
    int64_t rows_to_skip;
    struct buf text; /* of one cell */
    bool no_memory;
};

/* A record of the stream; texts may go on in the CONTINUE records behind it. */
struct xls_reader {
    str stream;
    size_t pos;
    size_t end; /* of the record */
    unsigned id;
    bool is_bad; /* read past the end */
};
/* The record at an offset; false at the stream's end. */
MUST_CHECK bool xls_record_at(str stream, size_t offset, struct xls_reader *out);
MUST_CHECK bool xls_record_next(struct xls_reader *r);
unsigned xls_u8(struct xls_reader *r);
unsigned xls_u16(struct xls_reader *r);
uint32_t xls_u32(struct xls_reader *r);
void xls_skip(struct xls_reader *r, size_t n);
/* Characters of BIFF8 with their flags (`has_runs`: as in the string table), added as UTF-8. */
void xls_add_unicode(struct xls_reader *r, size_t count, bool has_runs, struct buf *out);
/* Bytes of BIFF5 in the workbook's code page. */
void xls_add_bytes(const struct xls *x, struct xls_reader *r, size_t count, struct buf *out);

/* xls_globals.c: sheets, strings, formats. */
MUST_CHECK enum status xls_read_globals(struct xls *x, struct error *why);
enum xlsx_style xls_style(const struct xls *x, unsigned cell_style);

/* xls_sheet.c */
extern const struct row_reader xls_reader_rows;
MUST_CHECK enum status xls_index_sheet(struct xls *x, struct error *why);
void xls_sheet_start(struct xls *x);

#endif
