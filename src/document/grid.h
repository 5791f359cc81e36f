/* A grid of text cells for terminal and markdown: right widths for Chinese too. */
#ifndef SHOPVANE_DOCUMENT_GRID_H
#define SHOPVANE_DOCUMENT_GRID_H

#include "base/base.h"

/* Good and bad are red or green by the reader's country; a warning is neither. */
enum grid_tone { TONE_PLAIN, TONE_GOOD, TONE_BAD, TONE_WARN, TONE_DIM, TONE_BOLD };

struct grid_cell {
    str text;
    enum grid_tone tone;
};

struct grid {
    struct arena *arena; /* borrowed: holds the texts */
    size_t columns;
    struct grid_cell *cells;
    size_t count;
    size_t cap;
    bool *right; /* columns of figures */
    bool failed;
};

MUST_CHECK bool grid_init(struct grid *g, struct arena *a, size_t columns);
void grid_release(struct grid *g);
void grid_right(struct grid *g, size_t column);
/* Row by row; the first row is the header. The text is copied. */
void grid_cell(struct grid *g, str text, enum grid_tone tone);
/* Completes the row with empty cells. */
void grid_end_row(struct grid *g);
size_t grid_width(const struct grid *g); /* terminal columns that grid_table() takes */
void grid_table(const struct grid *g, bool colour, struct buf *out);
void grid_markdown(const struct grid *g, struct buf *out);
/* A series as at most `width` blocks, lowest to highest; NAN: a gap. More points share a block. */
void spark_add(struct buf *out, const double *values, size_t n, size_t width);
/* Text in a tone's colour. */
void tone_add(struct buf *out, str text, enum grid_tone tone, bool colour);

#endif
