/* What sheets of any Excel format share: rows whose borders were found at hand-out, with their
 * cells one after another and a tab between them, which is the row's raw text too. */
#include "format/sheet_priv.h"

#include "format/readers_priv.h"

#include <string.h>

bool sheet_block_is_full(const struct row_file *f, const struct row_block *b)
{
    return b->len >= f->opt.block_bytes || b->n_records >= SHEET_ROWS_PER_BLOCK;
}

void sheet_row_refuse(struct block_record *r, enum row_refusal why, size_t column)
{
    if (r->refusal != ROW_REFUSAL_NONE)
        return;
    r->refusal = why;
    r->column = column;
}

bool sheet_place(
    const struct row_file *f, struct row_block *b, struct block_record *r, size_t column, str text)
{
    const size_t limit = f->opt.columns_limit;
    if (column >= limit) {
        sheet_row_refuse(r, ROW_REFUSAL_TOO_MANY, limit);
        return true;
    }
    if (text.len > f->opt.field_limit) {
        sheet_row_refuse(r, ROW_REFUSAL_FIELD_TOO_LARGE, column);
        return true;
    }
    if (b->len - r->start + text.len > f->opt.record_limit) {
        sheet_row_refuse(r, ROW_REFUSAL_RECORD_TOO_LARGE, column);
        return true;
    }
    const size_t need = b->len + text.len + 1;
    if ((need > b->cap && !row_block_reserve(b, need + need / 2)) ||
        !MEM_GROW(b->cells, b->cells_cap, r->first_cell + column + 1))
        return false;
    for (; r->n_cells <= column; r->n_cells++)
        b->cells[r->first_cell + r->n_cells] = (struct block_cell){ b->len, 0 };
    b->cells[r->first_cell + column] = (struct block_cell){ b->len, text.len };
    if (text.len > 0)
        memcpy(b->data + b->len, text.ptr, text.len);
    b->len += text.len;
    b->data[b->len++] = '\t';
    return true;
}

void sheet_row_drop(struct row_block *b, const struct block_record *r)
{
    b->len = r->start;
    b->n_cells = r->first_cell;
}

bool sheet_row_keep(struct row_block *b, struct block_record *r)
{
    if (!row_block_reserve(b, b->len + 1)) /* a refused row may hold nothing */
        return false;
    b->n_cells = r->first_cell + r->n_cells;
    r->len = b->len - r->start - (b->len > r->start);
    struct block_record *kept = row_block_add_record(b);
    if (kept != NULL)
        *kept = *r;
    return kept != NULL;
}

enum status sheet_choose(struct row_file *f,
                         const char *file,
                         const str *names,
                         size_t n,
                         size_t *out,
                         struct error *why)
{
    const char *wanted = f->opt.sheet;
    int64_t number = 1;
    size_t at = 0;
    if (n == 0)
        return error_set(why, STATUS_BAD_INPUT, "%s: the Excel file has no sheet", file);
    while (wanted != NULL && at < n && !str_eq_nocase(names[at], str_from(wanted)))
        at++;
    if (at == n) {
        if (!str_to_i64(str_from(wanted), &number) || number < 1 || (uint64_t)number > n)
            return error_set(why,
                             STATUS_NOT_FOUND,
                             "%s: no sheet \"%s\" (the first of %zu is \"%.*s\")",
                             file,
                             wanted,
                             n,
                             STR_ARG(names[0]));
        at = (size_t)number - 1;
    }
    f->shape.sheets = names;
    f->shape.n_sheets = n;
    f->shape.sheet = names[at];
    *out = at;
    return STATUS_OK;
}

enum status sheet_prepare(struct row_block *b, struct error *why)
{
    (void)b;
    (void)why;
    return STATUS_OK;
}

/* Rows end at their last filled cell: shorter ones are filled up with empty fields. */
bool sheet_next(struct row_block *b, struct row *out)
{
    const size_t want = b->file->shape.n_columns;
    if (b->at >= b->n_records)
        return false;
    const struct block_record *r = &b->records[b->at++];
    *out = (struct row){ .fields = b->fields,
                         .row_no = b->row_no++,
                         .line = r->line,
                         .parts = 1,
                         .refusal = r->refusal,
                         .column = r->column,
                         .raw = { b->data + r->start, r->len } };
    size_t n = r->n_cells;
    for (size_t i = 0; i < n; i++) {
        const struct block_cell *c = &b->cells[r->first_cell + i];
        b->fields[i] = (str){ b->data + c->start, c->len };
    }
    while (n < want)
        b->fields[n++] = STR_EMPTY;
    while (want > 0 && n > want && b->fields[n - 1].len == 0)
        n--;
    out->n = n;
    if (want > 0 && n > want && out->refusal == ROW_REFUSAL_NONE) {
        out->refusal = ROW_REFUSAL_TOO_MANY;
        out->column = want;
    }
    if (out->refusal != ROW_REFUSAL_NONE && out->raw.len > RAW_SHOWN_MAX)
        out->raw.len = RAW_SHOWN_MAX;
    return true;
}

/* The hash of the raw file needs all its bytes. */
enum status sheet_read_rest(struct row_file *f, struct row_block *b, struct error *why)
{
    size_t got = f->opt.want_sha256 ? 1 : 0;
    enum status st = STATUS_OK;
    while (st == STATUS_OK && got > 0)
        st = row_block_reserve(b, f->opt.block_bytes)
                 ? row_file_read(f, b->data, f->opt.block_bytes, &got, why)
                 : row_no_memory(why);
    return st;
}

/* Rows end at their last filled cell: all get the widest one's width. */
static enum status widen(struct row_file *f, struct first_rows *r, struct error *why)
{
    size_t width = 0;
    for (size_t i = 0; i < r->n; i++)
        width = r->widths[i] > width ? r->widths[i] : width;
    for (size_t i = 0; i < r->n; i++) {
        str *wide = arena_alloc(f->arena, width + 1, sizeof *wide);
        if (wide == NULL)
            return row_no_memory(why);
        for (size_t k = 0; k < width; k++)
            wide[k] = k < r->widths[i] ? r->rows[i][k] : STR_EMPTY;
        r->rows[i] = wide;
        r->widths[i] = width;
    }
    return STATUS_OK;
}

enum status sheet_first_rows(struct row_file *f, struct first_rows *out, struct error *why)
{
    struct row_block *b = row_block_new();
    bool got = true;
    enum status st = b != NULL ? STATUS_OK : row_no_memory(why);
    while (b != NULL && st == STATUS_OK && got && out->n < FIRST_ROWS_MAX) {
        st = row_file_next_block(f, b, &got, why);
        struct row row;
        while (st == STATUS_OK && got && out->n < FIRST_ROWS_MAX && row_next(b, &row))
            if (row.refusal == ROW_REFUSAL_NONE && !first_rows_add(out, f->arena, &row, 0))
                st = row_no_memory(why);
    }
    row_block_free(b);
    return st == STATUS_OK ? widen(f, out, why) : st;
}
