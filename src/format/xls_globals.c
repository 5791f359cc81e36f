/* The part of an XLS stream that holds for the workbook: sheets, shared strings, number formats,
 * date system, code page. */
#include "format/xls_priv.h"

#include "format/readers_priv.h"

static enum status damaged(const struct xls *x, struct error *why)
{
    return error_set(why, STATUS_BAD_INPUT, "%s: the Excel file (.xls) is damaged", x->name);
}

static bool add_sheet(struct xls *x, struct xls_reader *r)
{
    struct buf name;
    const size_t offset = xls_u32(r);
    xls_u8(r); /* hidden or not */
    const unsigned type = xls_u8(r);
    const size_t count = xls_u8(r);
    if (type != 0 || x->n_sheets == XLS_SHEETS_MAX) /* a chart or macros */
        return true;
    buf_init(&name, 4096);
    if (x->is_biff8)
        xls_add_unicode(r, count, false, &name);
    else
        xls_add_bytes(x, r, count, &name);
    const str copy = arena_dup(x->file->arena, buf_str(&name));
    const bool is_fine = buf_ok(&name) && copy.ptr != NULL;
    buf_release(&name);
    if (is_fine && !r->is_bad)
        x->sheets[x->n_sheets++] = (struct xls_sheet){ copy, offset };
    return is_fine;
}

static bool add_format(struct xls *x, struct xls_reader *r)
{
    struct buf code;
    const unsigned id = xls_u16(r);
    const size_t count = x->is_biff8 ? xls_u16(r) : xls_u8(r);
    buf_init(&code, (size_t)65536 * 4);
    if (x->is_biff8)
        xls_add_unicode(r, count, false, &code);
    else
        xls_add_bytes(x, r, count, &code);
    const bool is_fine = buf_ok(&code) && x->n_formats < XLSX_STYLES_MAX &&
                         MEM_GROW(x->formats, x->formats_cap, x->n_formats + 1);
    if (is_fine)
        x->formats[x->n_formats++] = (struct xls_format){ id, xlsx_format_style(buf_str(&code)) };
    buf_release(&code);
    return is_fine;
}

static bool add_style(struct xls *x, struct xls_reader *r)
{
    xls_u16(r); /* font */
    const unsigned format = xls_u16(r);
    if (x->n_styles == XLSX_STYLES_MAX ||
        !MEM_GROW(x->cell_formats, x->styles_cap, x->n_styles + 1))
        return false;
    x->cell_formats[x->n_styles++] = (unsigned short)format;
    return true;
}

static bool add_strings(struct xls *x, struct xls_reader *r)
{
    xls_u32(r); /* how often they are used */
    const uint32_t count = xls_u32(r);
    for (uint32_t i = 0; i < count; i++) {
        const size_t len = xls_u16(r);
        xls_add_unicode(r, len, true, &x->pool);
        if (r->is_bad)
            return true; /* cells that refer to what is missing are refused */
        if (!buf_ok(&x->pool) || !MEM_GROW(x->string_ends, x->strings_cap, x->n_strings + 1))
            return false;
        x->string_ends[x->n_strings++] = x->pool.len;
    }
    return true;
}

static bool take_record(struct xls *x, struct xls_reader *r)
{
    switch (r->id) {
    case XLS_DATEMODE:
        x->is_1904 = xls_u16(r) != 0;
        return true;
    case XLS_CODEPAGE:
        x->codepage = xls_u16(r);
        return true;
    case XLS_BOUNDSHEET:
        return add_sheet(x, r);
    case XLS_FORMAT:
        return add_format(x, r);
    case XLS_XF:
        return add_style(x, r);
    case XLS_SST:
        return add_strings(x, r);
    default:
        return true;
    }
}

enum status xls_read_globals(struct xls *x, struct error *why)
{
    struct xls_reader r;
    if (!xls_record_at(buf_str(&x->stream), 0, &r) || r.id != XLS_BOF)
        return damaged(x, why);
    const unsigned version = xls_u16(&r);
    if (version != 0x600 && version != 0x500)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "%s: an Excel file of before 1993: save it as .xlsx or CSV",
                         x->name);
    x->is_biff8 = version == 0x600;
    x->codepage = 1252;
    x->sheets = mem_new(XLS_SHEETS_MAX, sizeof *x->sheets);
    if (x->sheets == NULL)
        return row_no_memory(why);
    while (xls_record_next(&r) && r.id != XLS_EOF) {
        struct xls_reader record = r;
        if (r.id == XLS_FILEPASS)
            return error_set(why,
                             STATUS_BAD_INPUT,
                             "%s: the Excel file is protected by a password; save it without one",
                             x->name);
        if (!take_record(x, &record))
            return row_no_memory(why);
    }
    return x->n_sheets > 0
               ? STATUS_OK
               : error_set(why, STATUS_BAD_INPUT, "%s: the Excel file has no sheet", x->name);
}

enum xlsx_style xls_style(const struct xls *x, unsigned cell_style)
{
    if (cell_style >= x->n_styles)
        return XLSX_NUMBER;
    const unsigned id = x->cell_formats[cell_style];
    for (size_t i = 0; i < x->n_formats; i++)
        if (x->formats[i].id == id)
            return x->formats[i].style;
    return xlsx_builtin_style(id);
}
