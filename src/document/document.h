/* A document for people: headings, sentences, tables, charts over time; written as text, Markdown,
 * HTML, Excel or PDF. It knows nothing of shops: whoever has figures brings them as text and value.
 *
 *     struct document *d = document_new(LANG_ZH, STR("晨会"));
 *     document_heading(d, STR("全部店铺"));
 *     document_table(d, heads, 3);
 *     document_cell(d, (struct figure){ .text = STR("支付金额") });
 *     document_cell(d, figure_of_money(...)) ...
 *     st = document_save(d, DOCUMENT_PDF, path, &why);
 *     document_free(d);
 *
 * Building never fails at once: the first failure sticks and the writing step tells it. Texts are
 * copied; rows and columns count from 0. Threads: one document belongs to one thread. */
#ifndef SHOPVANE_DOCUMENT_DOCUMENT_H
#define SHOPVANE_DOCUMENT_DOCUMENT_H

#include "base/base.h"
#include "document/grid.h"

enum document_format {
    DOCUMENT_TEXT,
    DOCUMENT_MARKDOWN,
    DOCUMENT_HTML,
    DOCUMENT_XLSX,
    DOCUMENT_PDF,
    DOCUMENT_FORMAT_COUNT
};
/* "text" "markdown" "html" "xlsx" "pdf"; STATUS_BAD_USAGE otherwise. */
MUST_CHECK enum status document_format_parse(str s, enum document_format *out, struct error *why);
/* By the end of a file's name (.txt .md .html .xlsx .pdf); false: it tells nothing. */
MUST_CHECK bool document_format_of_name(str name, enum document_format *out);
/* Excel and PDF are bytes: they go to a file, never to a terminal. */
bool document_format_is_binary(enum document_format f);

/* ---- Figures --------------------------------------------------------------------------------- */

enum figure_kind {
    FIGURE_TEXT,    /* words; also the reason where there is no value */
    FIGURE_MONEY,   /* value in units of the currency */
    FIGURE_COUNT,   /* whole number */
    FIGURE_NUMBER,  /* any number */
    FIGURE_PERCENT, /* value 0.05 is 5 % */
};

/* How a figure follows from others of its table, for Excel: live formulas. Cells that a formula
 * names must be figures; where one is words the value is written instead. */
enum live_kind {
    LIVE_NONE,
    LIVE_SUM, /* of all figures from cell a to cell b; where they sum to the value, to the cent */
    LIVE_DIFFERENCE, /* a - b */
    LIVE_QUOTIENT,   /* a / b */
    LIVE_CHANGE,     /* a / b - 1 */
};
struct live_formula {
    enum live_kind kind;
    size_t a_row;
    size_t a_column;
    size_t b_row;
    size_t b_column;
};

struct figure {
    enum figure_kind kind;
    str text;     /* as people read it, in their language */
    double value; /* not for FIGURE_TEXT */
    enum grid_tone tone;
    struct live_formula formula;
};

/* ---- Building -------------------------------------------------------------------------------- */

struct document;
MUST_CHECK struct document *document_new(enum lang lang, str title); /* NULL: out of memory */
void document_free(struct document *d);                              /* NULL is fine */
void document_heading(struct document *d, str text);
void document_sentence(struct document *d, str text);
/* A new table with its head; cells follow row by row until the next part. No heads: memory ran
 * out, which rendering will say. */
void document_table(struct document *d, const str *heads, size_t columns);
void document_cell(struct document *d, const struct figure *f);
/* The row that the next cell stands in, for formulas. */
size_t document_row(const struct document *d);

struct chart_series {
    str name;
    const double *values; /* NAN: none, a gap */
    bool is_comparison;   /* a thin grey line behind */
};
struct chart_band {
    size_t from; /* first and last point */
    size_t to;
    str name;
};
struct chart {
    str title;
    const str *labels; /* of the points */
    size_t points;
    const struct chart_series *series;
    size_t series_count; /* at most CHART_SERIES_MAX */
    const struct chart_band *bands;
    size_t band_count;
    bool is_running; /* the last point is not complete: its line is dashed */
};
#define CHART_SERIES_MAX ((size_t)6)
void document_chart(struct document *d, const struct chart *c);

/* ---- Writing --------------------------------------------------------------------------------- */

struct document_look {
    bool colour; /* DOCUMENT_TEXT on a terminal */
};
/* Text, Markdown, HTML. Appends. */
MUST_CHECK enum status document_print(const struct document *d,
                                      enum document_format format,
                                      const struct document_look *look,
                                      struct buf *out,
                                      struct error *why);
/* Its parts as data: {"title","parts":[{"kind":"heading|sentence","text"} |
 * {"kind":"table","heads", "rows":[[{"text","kind","value","tone"}]]} |
 * {"kind":"chart","title","labels","series","bands", "running"}]}. Figures here are for drawing;
 * exact ones are those of the text. */
struct json_writer;
MUST_CHECK enum status document_json(const struct document *d,
                                     struct json_writer *w,
                                     struct error *why);
/* Any format into a file, whole or not at all: it is written aside and renamed. PDF: fails with the
 * remedy when no font of the machine has the document's characters. */
MUST_CHECK enum status document_save(const struct document *d,
                                     enum document_format format,
                                     const char *path,
                                     struct error *why);

/* ---- A long table ---------------------------------------------------------------------------- */

/* One table as an Excel file, written row by row: any number of rows in the same memory, up to what
 * Excel holds. Nothing of it is kept; formulas and tones are not for it. */
#define DOCUMENT_SHEET_ROWS ((size_t)1048573) /* 1,048,576 less title, gap and heads */
struct document_sheet;
struct document_sheet_head {
    str title;
    const str *heads;
    size_t columns;
};
/* `path` stays the caller's, until the end. */
MUST_CHECK enum status document_sheet_open(const char *path,
                                           const struct document_sheet_head *head,
                                           struct document_sheet **out,
                                           struct error *why);
void document_sheet_cell(struct document_sheet *s, const struct figure *f);
/* False: there are more rows than Excel holds; those are not written. */
MUST_CHECK bool document_sheet_row(struct document_sheet *s);
/* Writes the file and frees; `st`: how it went so far, given back unless the end goes wrong. NULL
 * is fine. */
MUST_CHECK enum status document_sheet_close(struct document_sheet *s,
                                            enum status st,
                                            struct error *why);

#endif
