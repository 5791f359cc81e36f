/* Tables of text for the terminal. Cells are kept until printed; widths follow the terminal's
 * columns, so Chinese lines up. */
#include "cli/command_priv.h"

#include <stdarg.h>

#define CELL_MAX ((size_t)4096)

struct text_table {
    size_t columns;
    size_t count; /* cells */
    str *cells;
    size_t cap;
    bool *right;
    struct arena *arena;
};

struct text_table *text_table_new(size_t columns)
{
    struct text_table *t = mem_new(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->columns = columns;
    t->arena = arena_new(0);
    t->right = mem_new(columns, sizeof *t->right);
    if (t->arena == NULL || t->right == NULL) {
        text_table_free(t);
        return NULL;
    }
    return t;
}

void text_table_right(struct text_table *t, size_t column)
{
    BUG_IF(column >= t->columns);
    t->right[column] = true;
}

/* Text that was cut to fit may end amid a character. */
static str whole_characters(str s)
{
    size_t tail = 0;
    while (tail < 3 && tail < s.len && (s.ptr[s.len - 1 - tail] & 0xC0) == 0x80)
        tail++;
    if (tail == s.len)
        return s;
    const unsigned char lead = (unsigned char)s.ptr[s.len - 1 - tail];
    const size_t follow = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    return tail < follow ? str_first(s, s.len - 1 - tail) : s;
}

void text_table_cell(struct text_table *t, str cell)
{
    if (!MEM_GROW(t->cells, t->cap, t->count + 1))
        return;
    const str whole = whole_characters(str_first(cell, CELL_MAX));
    char *copy = arena_cstr(t->arena, whole);
    const str kept = copy != NULL ? (str){ copy, whole.len } : STR_EMPTY;
    for (size_t i = 0; i < kept.len; i++) { /* a file's text must not steer the terminal */
        if ((unsigned char)copy[i] < 0x20 || copy[i] == 0x7F)
            copy[i] = ' ';
    }
    t->cells[t->count++] = kept;
}

void text_table_cellf(struct text_table *t, const char *fmt, ...)
{
    char text[CELL_MAX];
    va_list ap;
    va_start(ap, fmt);
    const int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    text_table_cell(t, n < 0 ? STR_EMPTY : str_from(text));
}

static void print_row(const struct text_table *t, size_t row, const size_t *widths, FILE *out)
{
    struct buf line;
    buf_init(&line, t->columns * (CELL_MAX + 2));
    for (size_t c = 0; c < t->columns; c++) {
        const size_t at = row * t->columns + c;
        const str cell = at < t->count ? t->cells[at] : STR_EMPTY;
        const bool last = c + 1 == t->columns;
        if (c > 0)
            buf_adds(&line, "  ");
        if (last && !t->right[c])
            buf_add(&line, cell);
        else
            buf_pad(&line, cell, widths[c], t->right[c]);
    }
    fprintf(out, "%.*s\n", STR_ARG(buf_str(&line)));
    buf_release(&line);
}

void text_table_count(struct text_table *t, int64_t n)
{
    struct buf text;
    buf_init(&text, 64);
    buf_add_i128_grouped(&text, n);
    text_table_cell(t, buf_str(&text));
    buf_release(&text);
}

void text_table_print(struct text_table *t, FILE *out, bool header)
{
    const size_t rows = (t->count + t->columns - 1) / t->columns;
    size_t *widths = mem_new(t->columns, sizeof *widths);
    if (widths == NULL)
        return;
    for (size_t i = 0; i < t->count; i++) {
        const size_t w = str_width(t->cells[i]);
        if (w > widths[i % t->columns])
            widths[i % t->columns] = w;
    }
    for (size_t r = 0; r < rows; r++) {
        print_row(t, r, widths, out);
        if (r > 0 || !header)
            continue;
        for (size_t c = 0; c < t->columns; c++) {
            for (size_t k = 0; k < widths[c] + (c > 0 ? 2 : 0); k++)
                fputs(k < 2 && c > 0 ? " " : "-", out);
        }
        fputc('\n', out);
    }
    mem_free(widths);
}

void text_table_free(struct text_table *t)
{
    if (t == NULL)
        return;
    arena_free(t->arena);
    mem_free(t->cells);
    mem_free(t->right);
    mem_free(t);
}
