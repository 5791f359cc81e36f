/* Fills cells down that are merged over several rows, while rows stream by. What is held is the
 * text of the merges that the current row is inside of. */
#include "format/merges_priv.h"

#include <stdlib.h>
#include <string.h>

static bool cell_parse(str *s, uint32_t *column, uint32_t *row)
{
    uint32_t c = 0;
    uint32_t r = 0;
    size_t i = 0;
    size_t letters = 0;
    for (; i < s->len && (s->ptr[i] == '$' || (s->ptr[i] >= 'A' && s->ptr[i] <= 'Z')); i++) {
        if (s->ptr[i] == '$')
            continue;
        c = c * 26 + (uint32_t)(s->ptr[i] - 'A' + 1);
        if (++letters > 3)
            return false;
    }
    for (; i < s->len && (s->ptr[i] == '$' || (s->ptr[i] >= '0' && s->ptr[i] <= '9')); i++) {
        if (s->ptr[i] == '$')
            continue;
        r = r * 10 + (uint32_t)(s->ptr[i] - '0');
        if (r > 10000000)
            return false;
    }
    *s = str_skip(*s, i);
    *column = c - 1;
    *row = r;
    return letters > 0 && r > 0;
}

bool merge_parse(str range, struct merge *out)
{
    struct merge m;
    if (!cell_parse(&range, &m.first_column, &m.first_row) || range.len == 0 || range.ptr[0] != ':')
        return false;
    range = str_skip(range, 1);
    if (!cell_parse(&range, &m.last_column, &m.last_row) || range.len > 0 ||
        m.last_row < m.first_row || m.last_column < m.first_column)
        return false;
    *out = m;
    return true;
}

bool merges_add(struct merges *m, struct merge range)
{
    if (m->n == MERGES_MAX)
        return true;
    if (!MEM_GROW(m->items, m->cap, m->n + 1))
        return false;
    m->items[m->n++] = range;
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct merge *x = a;
    const struct merge *y = b;
    if (x->first_row != y->first_row)
        return x->first_row < y->first_row ? -1 : 1;
    return x->first_column < y->first_column ? -1 : x->first_column > y->first_column;
}

void merges_sort(struct merges *m)
{
    if (m->n > 0)
        qsort(m->items, m->n, sizeof *m->items, by_place);
}

void merges_restart(struct merges *m)
{
    for (size_t i = 0; i < m->n_open; i++)
        buf_release(&m->open[i].text);
    m->n_open = 0;
    m->next = 0;
    m->row = 0;
}

void merges_release(struct merges *m)
{
    merges_restart(m);
    mem_free(m->items);
    *m = (struct merges){ 0 };
}

static str cell_text(const struct row_block *b, const struct block_record *r, size_t column)
{
    if (column >= r->n_cells)
        return STR_EMPTY;
    const struct block_cell *c = &b->cells[r->first_cell + column];
    return (str){ b->data + c->start, c->len };
}

static void close_passed(struct merges *m, int64_t row)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_open; i++) {
        if ((int64_t)m->open[i].last_row >= row)
            m->open[n++] = m->open[i];
        else
            buf_release(&m->open[i].text);
    }
    m->n_open = n;
}

/* Merges that start at the row and go on below it. */
static bool open_starting(struct merges *m,
                          const struct row_block *b,
                          const struct block_record *r,
                          size_t field_limit)
{
    for (; m->next < m->n && (int64_t)m->items[m->next].first_row <= r->line; m->next++) {
        const struct merge *item = &m->items[m->next];
        if (item->first_row != r->line || item->last_row == item->first_row ||
            m->n_open == MERGES_ACTIVE_MAX)
            continue;
        struct merge_open *o = &m->open[m->n_open];
        o->column = item->first_column;
        o->last_row = item->last_row;
        buf_init(&o->text, field_limit + 1);
        buf_add(&o->text, cell_text(b, r, item->first_column));
        if (!buf_ok(&o->text)) {
            buf_release(&o->text);
            return false;
        }
        m->n_open++;
    }
    return true;
}

static str filled_text(const struct merges *m,
                       const struct row_block *b,
                       const struct block_record *r,
                       size_t column)
{
    const str own = cell_text(b, r, column);
    for (size_t i = 0; own.len == 0 && i < m->n_open; i++)
        if (m->open[i].column == column)
            return buf_str(&m->open[i].text);
    return own;
}

/* Writes the row anew with what it takes over: its raw text shows what was read. */
static bool rewrite(struct merges *m, struct row_block *b, struct block_record *r, size_t width)
{
    struct buf text;
    const size_t limit = b->file->opt.record_limit * 2;
    bool is_fine = MEM_GROW(b->cells, b->cells_cap, r->first_cell + width);
    buf_init(&text, limit);
    for (size_t i = r->n_cells; is_fine && i < width; i++)
        b->cells[r->first_cell + i] = (struct block_cell){ r->start, 0 };
    r->n_cells = is_fine ? width : r->n_cells;
    for (size_t i = 0; is_fine && i < width; i++) {
        const str s = filled_text(m, b, r, i);
        const size_t start = r->start + text.len;
        buf_add(&text, s);
        buf_addc(&text, '\t');
        is_fine = buf_ok(&text);
        /* cells still to come keep their old places until the text is copied below */
        b->cells[r->first_cell + i] = (struct block_cell){ start, s.len };
    }
    if (is_fine && r->start + text.len > b->cap)
        is_fine = row_block_reserve(b, r->start + text.len);
    if (is_fine) {
        memcpy(b->data + r->start, text.data, text.len);
        b->len = r->start + text.len;
    }
    buf_release(&text);
    return is_fine;
}

bool merges_fill_down(struct merges *m, struct row_block *b, struct block_record *r)
{
    size_t width = r->n_cells;
    bool is_open = false;
    if (m->n == 0 || r->line <= m->row) /* a sheet whose rows go back is hostile */
        return true;
    m->row = r->line;
    close_passed(m, r->line);
    for (size_t i = 0; i < m->n_open; i++) {
        const size_t column = m->open[i].column;
        if (m->open[i].text.len == 0 || column >= b->file->opt.columns_limit ||
            cell_text(b, r, column).len > 0)
            continue;
        is_open = true;
        width = column >= width ? column + 1 : width;
    }
    if (is_open && r->refusal == ROW_REFUSAL_NONE && !rewrite(m, b, r, width))
        return false;
    return open_starting(m, b, r, b->file->opt.field_limit);
}
