/* Cells are kept until printed. Control characters in a cell (a name from a hostile file) become
 * blanks, so that nobody can write escape sequences to the terminal. */
#include "document/grid.h"

#define CELL_MAX ((size_t)400)

bool grid_init(struct grid *g, struct arena *a, size_t columns)
{
    *g = (struct grid){ .arena = a, .columns = columns };
    g->right = mem_new(columns, sizeof *g->right);
    return g->right != NULL;
}

void grid_release(struct grid *g)
{
    mem_free(g->cells);
    mem_free(g->right);
    *g = (struct grid){ .columns = 0 };
}

void grid_right(struct grid *g, size_t column)
{
    BUG_IF(column >= g->columns);
    g->right[column] = true;
}

/* At most CELL_MAX bytes without cutting a UTF-8 character. */
static str cut(str s)
{
    if (s.len <= CELL_MAX)
        return s;
    size_t n = CELL_MAX;
    while (n > 0 && ((unsigned char)s.ptr[n] & 0xC0) == 0x80)
        n--;
    return str_first(s, n);
}

void grid_cell(struct grid *g, str text, enum grid_tone tone)
{
    char *copy = arena_cstr(g->arena, cut(text));
    if (copy == NULL || !MEM_GROW(g->cells, g->cap, g->count + 1)) {
        g->failed = true;
        return;
    }
    const size_t len = cut(text).len;
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)copy[i] < 0x20 || copy[i] == 0x7f)
            copy[i] = ' ';
    }
    g->cells[g->count++] = (struct grid_cell){ { copy, len }, tone };
}

void grid_end_row(struct grid *g)
{
    while (!g->failed && g->count % g->columns != 0)
        grid_cell(g, STR_EMPTY, TONE_PLAIN);
}

void tone_add(struct buf *out, str text, enum grid_tone tone, bool colour)
{
    static const char *const codes[] = {
        [TONE_PLAIN] = "",        [TONE_GOOD] = "\033[32m", [TONE_BAD] = "\033[31m",
        [TONE_WARN] = "\033[33m", [TONE_DIM] = "\033[2m",   [TONE_BOLD] = "\033[1m",
    };
    const bool wrap = colour && tone != TONE_PLAIN && text.len > 0;
    if (wrap)
        buf_adds(out, codes[tone]);
    buf_add(out, text);
    if (wrap)
        buf_adds(out, "\033[0m");
}

static void add_spaces(struct buf *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_addc(out, ' ');
}

static void add_table_row(
    const struct grid *g, size_t row, const size_t *widths, bool colour, struct buf *out)
{
    size_t owed = 0; /* spaces, written only when something follows: no blanks at a line's end */
    for (size_t c = 0; c < g->columns; c++) {
        const struct grid_cell *cell = &g->cells[row * g->columns + c];
        const size_t pad = widths[c] - str_width(cell->text);
        if (c > 0)
            owed += 2;
        if (g->right[c])
            owed += pad;
        if (cell->text.len > 0) {
            add_spaces(out, owed);
            owed = 0;
            tone_add(out, cell->text, row == 0 ? TONE_BOLD : cell->tone, colour);
        }
        if (!g->right[c])
            owed += pad;
    }
    buf_addc(out, '\n');
}

size_t grid_width(const struct grid *g)
{
    size_t width = 0;
    for (size_t c = 0; c < g->columns; c++) {
        size_t widest = 0;
        for (size_t i = c; i < g->count; i += g->columns) {
            const size_t w = str_width(g->cells[i].text);
            widest = w > widest ? w : widest;
        }
        width += widest + (c > 0 ? 2 : 0);
    }
    return width;
}

void grid_table(const struct grid *g, bool colour, struct buf *out)
{
    const size_t rows = g->count / g->columns;
    size_t *widths = mem_new(g->columns, sizeof *widths);
    if (widths == NULL) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < rows * g->columns; i++) {
        const size_t w = str_width(g->cells[i].text);
        if (w > widths[i % g->columns])
            widths[i % g->columns] = w;
    }
    for (size_t r = 0; r < rows; r++) {
        add_table_row(g, r, widths, colour, out);
        for (size_t c = 0; r == 0 && c < g->columns; c++) {
            if (c > 0)
                buf_adds(out, "  ");
            for (size_t k = 0; k < widths[c]; k++)
                buf_addc(out, '-');
        }
        if (r == 0)
            buf_addc(out, '\n');
    }
    mem_free(widths);
}

static void add_markdown_cell(struct buf *out, str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '|' || text.ptr[i] == '\\')
            buf_addc(out, '\\');
        if (text.ptr[i] == '<')
            buf_adds(out, "&lt;");
        else
            buf_addc(out, text.ptr[i]);
    }
}

void grid_markdown(const struct grid *g, struct buf *out)
{
    const size_t rows = g->count / g->columns;
    for (size_t r = 0; r < rows; r++) {
        buf_addc(out, '|');
        for (size_t c = 0; c < g->columns; c++) {
            buf_addc(out, ' ');
            add_markdown_cell(out, g->cells[r * g->columns + c].text);
            buf_adds(out, " |");
        }
        buf_addc(out, '\n');
        if (r > 0)
            continue;
        buf_addc(out, '|');
        for (size_t c = 0; c < g->columns; c++)
            buf_adds(out, g->right[c] ? "---:|" : "---|");
        buf_addc(out, '\n');
    }
}
