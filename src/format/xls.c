/* Opening an old Excel file: the container, the workbook, the choice of the sheet, the shape.
 *
 * Why not a library: the packaged one (FreeXL 1.0.6) writes over its stack on damaged files (found
 * within a hundred of them) and does not tell which cells are merged. */
#include "format/xls_priv.h"

#include "format/ole_priv.h"
#include "format/readers_priv.h"
#include "format/sheet_priv.h"

static enum status read_file(struct xls *x, struct buf *out, struct error *why)
{
    char chunk[65536];
    size_t got = 1;
    buf_init(out, XLS_FILE_MAX);
    while (got > 0) {
        const enum status st = row_file_read(x->file, chunk, sizeof chunk, &got, why);
        if (st != STATUS_OK)
            return st;
        buf_add(out, (str){ chunk, got });
        if (!buf_ok(out))
            return error_set(why,
                             STATUS_TOO_LARGE,
                             "%s: an old Excel file (.xls) above %zu MB; save it as .xlsx or CSV",
                             x->name,
                             XLS_FILE_MAX >> 20);
    }
    return STATUS_OK;
}

static enum status read_container(struct xls *x, struct error *why)
{
    struct buf file;
    enum status st = read_file(x, &file, why);
    buf_init(&x->stream, XLS_FILE_MAX + 1);
    if (st == STATUS_OK) {
        const enum ole_result r = ole_workbook(buf_str(&file), &x->stream);
        if (r == OLE_NO_STREAM)
            st = error_set(why,
                           STATUS_BAD_INPUT,
                           "%s: an Office file, but not an Excel one, or one with a password",
                           x->name);
        else if (r == OLE_DAMAGED)
            st = error_set(
                why, STATUS_BAD_INPUT, "%s: the Excel file (.xls) is damaged or cut off", x->name);
        else if (r == OLE_NO_MEMORY)
            st = row_no_memory(why);
    }
    buf_release(&file);
    return st;
}

static enum status choose_sheet(struct xls *x, struct error *why)
{
    str *names = arena_alloc(x->file->arena, x->n_sheets + 1, sizeof *names);
    if (names == NULL)
        return row_no_memory(why);
    for (size_t i = 0; i < x->n_sheets; i++)
        names[i] = x->sheets[i].name;
    return sheet_choose(x->file, x->name, names, x->n_sheets, &x->sheet, why);
}

static enum status find_shape(struct xls *x, struct error *why)
{
    struct row_file *f = x->file;
    struct first_rows *first = arena_alloc(f->arena, 1, sizeof *first);
    size_t skip = 0;
    if (first == NULL)
        return row_no_memory(why);
    xls_sheet_start(x);
    enum status st = sheet_first_rows(f, first, why);
    if (st == STATUS_OK)
        st = shape_from_rows(f, first, &x->merges, &skip, why);
    if (st != STATUS_OK)
        return st;
    f->shape.is_empty = first->n == 0;
    f->next_row = 1;
    f->next_sequence = 0;
    x->rows_to_skip = skip > 0 ? first->records[skip - 1] : 0;
    xls_sheet_start(x);
    return STATUS_OK;
}

enum status xls_open_rows(struct row_file *f, const char *path, struct error *why)
{
    struct xls *x = mem_new(1, sizeof *x);
    if (x == NULL)
        return row_no_memory(why);
    f->xls = x; /* row_file_close() frees it */
    x->file = f;
    x->name = path != NULL ? path : "upload";
    buf_init(&x->pool, XLS_FILE_MAX * 3);
    buf_init(&x->text, f->opt.field_limit);
    f->shape.format = ROW_FORMAT_XLS;
    f->shape.encoding = ROW_ENCODING_UTF8;
    f->reader = &xls_reader_rows;
    enum status st = read_container(x, why);
    if (st == STATUS_OK)
        st = xls_read_globals(x, why);
    if (st == STATUS_OK)
        st = choose_sheet(x, why);
    if (st == STATUS_OK)
        st = xls_index_sheet(x, why);
    return st == STATUS_OK ? find_shape(x, why) : st;
}

void xls_close(struct xls *x)
{
    if (x == NULL)
        return;
    merges_release(&x->merges);
    buf_release(&x->stream);
    buf_release(&x->pool);
    buf_release(&x->text);
    mem_free(x->string_ends);
    mem_free(x->cell_formats);
    mem_free(x->formats);
    mem_free(x->sheets);
    mem_free(x->cells);
    mem_free(x);
}
