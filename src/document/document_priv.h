/* The parts of a document, for those that write it down. */
#ifndef SHOPVANE_DOCUMENT_DOCUMENT_PRIV_H
#define SHOPVANE_DOCUMENT_DOCUMENT_PRIV_H

#include "document/document.h"

#define DOCUMENT_TEXT_MAX ((size_t)64 << 20)
#define CHART_WIDTH       720.0 /* of the drawing, in its own units */
#define CHART_HEIGHT      220.0

enum part_kind { PART_HEADING, PART_SENTENCE, PART_TABLE, PART_CHART };

struct part_table {
    const str *heads;
    size_t columns;
    struct figure *cells;
    size_t count;
    size_t cap;
};

struct part {
    enum part_kind kind;
    str text; /* heading, sentence */
    struct part_table table;
    const struct chart *chart;
};

struct document {
    struct arena *arena;
    enum lang lang;
    str title;
    struct part *parts;
    size_t count;
    size_t cap;
    bool failed;
};

size_t table_rows(const struct part_table *t);
const struct figure *table_at(const struct part_table *t, size_t row, size_t column);
/* Figures stand right when the column has a figure at all. */
bool table_is_right(const struct part_table *t, size_t column);

/* ---- charts: drawn once, by whatever pen --------------------------------------------------- */

enum chart_ink { INK_SERIES, INK_COMPARISON, INK_AXIS, INK_BAND, INK_TEXT };
enum chart_anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };

struct chart_point {
    double x;
    double y;
};
struct pen {
    void (*rectangle)(
        void *self, struct chart_point at, double width, double height, enum chart_ink ink);
    /* `series`: which colour of the palette, for INK_SERIES */
    void (*line)(void *self,
                 const struct chart_point *points,
                 size_t n,
                 enum chart_ink ink,
                 size_t series,
                 bool dashed);
    void (*text)(void *self,
                 struct chart_point at,
                 str text,
                 enum chart_anchor anchor,
                 enum chart_ink ink,
                 size_t series);
    void *self;
};
/* "#0072b2": Okabe and Ito's colours, which the colour-blind can tell. */
const char *chart_colour(size_t series);
/* Draws into CHART_WIDTH x CHART_HEIGHT, y down. */
MUST_CHECK bool chart_draw(const struct chart *c, const struct pen *pen);

/* ---- writers --------------------------------------------------------------------------------- */

void write_text(const struct document *d, bool markdown, bool colour, struct buf *out);
void write_html(const struct document *d, struct buf *out);
void write_svg(const struct chart *c, struct buf *out);
void write_escaped(struct buf *out, str text); /* for HTML and SVG */
#define EXCEL_STRING_MAX 32767
const char *document_number_format(enum figure_kind kind); /* Excel's */
/* libxlsxwriter complains on the terminal: whether the file can be made is tried first. */
MUST_CHECK enum status document_can_write(const char *path, struct error *why);
MUST_CHECK enum status write_xlsx(const struct document *d, const char *path, struct error *why);
MUST_CHECK enum status write_pdf(const struct document *d, struct buf *out, struct error *why);

#endif
