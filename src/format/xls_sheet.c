/* A sheet of an XLS file as rows. Its cells are indexed first, because nothing but habit says that
 * they stand in order; the format holds at most 65,536 rows of 256, so that is bounded. */
#include "format/readers_priv.h"
#include "format/sheet_priv.h"
#include "format/xls_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool add_cell(struct xls *x, unsigned row, unsigned column, size_t offset)
{
    if (column > 255)
        return true;
    if (x->n_cells == XLS_CELLS_MAX || !MEM_GROW(x->cells, x->cells_cap, x->n_cells + 1))
        return false;
    x->cells[x->n_cells++] = (struct xls_cell){ (uint32_t)row << 16 | column, (uint32_t)offset };
    return true;
}

static bool add_merges(struct xls *x, struct xls_reader *r)
{
    for (unsigned n = xls_u16(r); n > 0 && !r->is_bad; n--) {
        const uint32_t first_row = xls_u16(r) + 1;
        const uint32_t last_row = xls_u16(r) + 1;
        const uint32_t first_column = xls_u16(r);
        const struct merge m = { first_row, last_row, first_column, xls_u16(r) };
        if (!r->is_bad && m.last_row >= m.first_row && m.last_column >= m.first_column &&
            !merges_add(&x->merges, m))
            return false;
    }
    return true;
}

static bool index_record(struct xls *x, struct xls_reader r, size_t offset)
{
    static const unsigned single[] = { XLS_FORMULA, XLS_RSTRING, XLS_LABELSST, XLS_NUMBER,
                                       XLS_LABEL,   XLS_BOOLERR, XLS_RK };
    bool is_cell = r.id == XLS_MULRK;
    for (size_t i = 0; i < ARRAY_LEN(single); i++)
        is_cell = is_cell || r.id == single[i];
    if (r.id == XLS_MERGEDCELLS)
        return add_merges(x, &r);
    if (!is_cell || r.end - r.pos < 6)
        return true;
    const size_t body = r.end - r.pos;
    const unsigned row = xls_u16(&r);
    const unsigned column = xls_u16(&r);
    const size_t count = r.id == XLS_MULRK ? (body - 6) / 6 : 1;
    bool is_fine = true;
    for (size_t i = 0; i < count && is_fine; i++)
        is_fine = add_cell(x, row, column + (unsigned)i, offset);
    return is_fine;
}

static int by_place(const void *a, const void *b)
{
    const struct xls_cell *m = a;
    const struct xls_cell *n = b;
    if (m->place != n->place)
        return m->place < n->place ? -1 : 1;
    return m->offset < n->offset ? -1 : m->offset > n->offset;
}

enum status xls_index_sheet(struct xls *x, struct error *why)
{
    struct xls_reader r;
    size_t depth = 1;
    size_t offset = x->sheets[x->sheet].offset;
    bool is_sorted = true;
    if (!xls_record_at(buf_str(&x->stream), offset, &r) || r.id != XLS_BOF)
        return error_set(why, STATUS_BAD_INPUT, "%s: the Excel file (.xls) is damaged", x->name);
    for (offset = r.end; depth > 0 && xls_record_next(&r); offset = r.end) {
        depth += r.id == XLS_BOF; /* a chart on the sheet */
        depth -= r.id == XLS_EOF;
        if (depth == 1 && !index_record(x, r, offset))
            return row_no_memory(why);
    }
    for (size_t i = 1; i < x->n_cells && is_sorted; i++)
        is_sorted = x->cells[i - 1].place <= x->cells[i].place;
    if (!is_sorted)
        qsort(x->cells, x->n_cells, sizeof *x->cells, by_place);
    merges_sort(&x->merges);
    return STATUS_OK;
}

void xls_sheet_start(struct xls *x)
{
    x->next = 0;
    merges_restart(&x->merges);
}

/* ---- values ---- */

static double f64_of(uint64_t bits)
{
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* Written with an exponent a number is shown as Excel shows it, by its 15 digits. */
static void add_number(struct xls *x, double v, unsigned cell_style)
{
    char text[40];
    const enum xlsx_style style = xls_style(x, cell_style);
    const int n = snprintf(text, sizeof text, style == XLSX_NUMBER ? "%.16e" : "%.17g", v);
    if (v - v == 0 && n > 0) /* not nan, not inf */
        xlsx_number_text(x->is_1904, (str){ text, (size_t)n }, style, &x->text);
}

static uint64_t u64(struct xls_reader *r)
{
    const uint64_t low = xls_u32(r);
    return low | (uint64_t)xls_u32(r) << 32;
}

/* 30 bits of a number: of an integer or the upper ones of a double, perhaps times 100. */
static double rk_value(uint32_t rk)
{
    const double v =
        (rk & 2) != 0 ? (double)((int32_t)rk >> 2) : f64_of((uint64_t)(rk & ~UINT32_C(3)) << 32);
    return (rk & 1) != 0 ? v / 100 : v;
}

static void add_text(struct xls *x, struct xls_reader *r)
{
    const size_t count = xls_u16(r);
    if (x->is_biff8)
        xls_add_unicode(r, count, false, &x->text);
    else
        xls_add_bytes(x, r, count, &x->text);
}

static enum row_refusal add_shared(struct xls *x, uint32_t i)
{
    if (i >= x->n_strings)
        return ROW_REFUSAL_BAD_CELL;
    const size_t start = i > 0 ? x->string_ends[i - 1] : 0;
    buf_add(&x->text, (str){ x->pool.data + start, x->string_ends[i] - start });
    return ROW_REFUSAL_NONE;
}

/* A truth, or the error that Excel shows. */
static void add_bool(struct xls *x, unsigned value, bool is_error)
{
    static const struct {
        unsigned code;
        const char *shown;
    } errors[] = { { 0x00, "#NULL!" },       { 0x07, "#DIV/0!" }, { 0x0f, "#VALUE!" },
                   { 0x17, "#REF!" },        { 0x1d, "#NAME?" },  { 0x24, "#NUM!" },
                   { 0x2b, "#GETTING_DATA" } };
    const char *shown = "#N/A";
    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        if (errors[i].code == value)
            shown = errors[i].shown;
    }
    if (!is_error)
        shown = value != 0 ? "true" : "false";
    buf_adds(&x->text, shown);
}

/* What a formula gave; a text stands in the next record. */
static void add_result(struct xls *x, struct xls_reader *r, unsigned style)
{
    const uint64_t bits = u64(r);
    if (bits >> 48 != 0xffff) {
        add_number(x, f64_of(bits), style);
        return;
    }
    const unsigned kind = bits & 0xff;
    if (kind == 1 || kind == 2)
        add_bool(x, (unsigned)(bits >> 16) & 0xff, kind == 2);
    while (kind == 0 && xls_record_next(r)) { /* an array's or a shared formula may be between */
        if (r->id == XLS_STRING) {
            add_text(x, r);
            return;
        }
        if (r->id != 0x221 && r->id != 0x4bc && r->id != 0x236 && r->id != XLS_CONTINUE)
            return;
    }
}

static enum row_refusal read_cell(struct xls *x, const struct xls_cell *c)
{
    struct xls_reader r;
    buf_clear(&x->text);
    if (!xls_record_at(buf_str(&x->stream), c->offset, &r))
        return ROW_REFUSAL_BAD_CELL;
    xls_u16(&r);
    const unsigned first = xls_u16(&r);
    if (r.id == XLS_MULRK)
        xls_skip(&r, ((c->place & 0xffff) - first) * (size_t)6);
    const unsigned style = xls_u16(&r);
    enum row_refusal refusal = ROW_REFUSAL_NONE;
    if (r.id == XLS_RK || r.id == XLS_MULRK)
        add_number(x, rk_value(xls_u32(&r)), style);
    else if (r.id == XLS_NUMBER)
        add_number(x, f64_of(u64(&r)), style);
    else if (r.id == XLS_LABELSST)
        refusal = add_shared(x, xls_u32(&r));
    else if (r.id == XLS_LABEL || r.id == XLS_RSTRING)
        add_text(x, &r);
    else if (r.id == XLS_FORMULA)
        add_result(x, &r, style);
    else if (r.id == XLS_BOOLERR) {
        const unsigned value = xls_u8(&r);
        add_bool(x, value, xls_u8(&r) != 0);
    }
    if (!buf_ok(&x->text))
        return ROW_REFUSAL_FIELD_TOO_LARGE;
    return r.is_bad ? ROW_REFUSAL_BAD_CELL : refusal;
}

/* ---- rows ---- */

/* The cells of the next row into the block. False: out of memory. */
static bool read_row(struct xls *x, struct row_block *b)
{
    const uint32_t row = x->cells[x->next].place >> 16;
    struct block_record r = { .start = b->len, .line = (int64_t)row + 1, .first_cell = b->n_cells };
    bool has_text = false;
    for (; x->next < x->n_cells && x->cells[x->next].place >> 16 == row; x->next++) {
        const size_t column = x->cells[x->next].place & 0xffff;
        const enum row_refusal refusal = read_cell(x, &x->cells[x->next]);
        if (refusal != ROW_REFUSAL_NONE)
            sheet_row_refuse(&r, refusal, column);
        const str text = buf_ok(&x->text) ? buf_str(&x->text) : STR_EMPTY;
        has_text = has_text || text.len > 0;
        if (text.len > 0 && !sheet_place(x->file, b, &r, column, text))
            return false;
    }
    if (!has_text && r.refusal == ROW_REFUSAL_NONE) {
        sheet_row_drop(b, &r);
        return true;
    }
    if (!merges_fill_down(&x->merges, b, &r))
        return false;
    if (x->rows_to_skip > 0) {
        x->rows_to_skip--;
        sheet_row_drop(b, &r);
        return true;
    }
    return sheet_row_keep(b, &r);
}

static enum status xls_fill(struct row_file *f, struct row_block *b, bool *got, struct error *why)
{
    struct xls *x = f->xls;
    row_block_start(b, f);
    b->len = 0;
    while (x->next < x->n_cells && !sheet_block_is_full(f, b)) {
        if (!read_row(x, b))
            return row_no_memory(why);
    }
    b->rows = (int64_t)b->n_records;
    f->next_row += b->rows;
    *got = b->n_records > 0;
    return STATUS_OK;
}

const struct row_reader xls_reader_rows = {
    .fill = xls_fill,
    .prepare = sheet_prepare,
    .next = sheet_next,
};
