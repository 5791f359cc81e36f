/* Opening an XLSX: the zip, its parts, the choice of the sheet, the shape.
 * Hostile files: sizes are counted as they come out, not as the zip claims them; a document type
 * at a part's start is refused (later ones meet expat's own limit on entities); every table has a
 * ceiling. */
#include "format/xlsx_priv.h"

#include "format/readers_priv.h"
#include "format/sheet_priv.h"

#include <string.h>

const char *xlsx_local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon != NULL ? colon + 1 : name;
}

const char *xlsx_attribute(const char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i] != NULL; i += 2)
        if (strcmp(attributes[i], name) == 0)
            return attributes[i + 1];
    return NULL;
}

static enum status damaged(const struct xlsx *x, const char *path, struct error *why)
{
    return error_set(
        why, STATUS_BAD_INPUT, "%s: the part %s of the Excel file is damaged", x->name, path);
}

enum status xlsx_part_open(struct xlsx *x,
                           const char *path,
                           const struct xlsx_handlers *h,
                           struct xlsx_part *out,
                           struct error *why)
{
    zip_stat_t info;
    struct xlsx_part p = { 0 };
    zip_stat_init(&info);
    if (zip_stat(x->zip, path, ZIP_FL_NOCASE, &info) != 0)
        return error_set(why, STATUS_NOT_FOUND, "%s: the Excel file has no part %s", x->name, path);
    p.size = info.size;
    p.packed = info.comp_size > 0 ? info.comp_size : 1;
    p.file = zip_fopen_index(x->zip, info.index, 0);
    if (p.file == NULL)
        return damaged(x, path, why);
    p.parser = XML_ParserCreate(NULL);
    if (p.parser == NULL) {
        zip_fclose(p.file);
        return row_no_memory(why);
    }
    XML_SetElementHandler(p.parser, h->start, h->end);
    XML_SetCharacterDataHandler(p.parser, h->chars);
    XML_SetUserData(p.parser, h->user);
    *out = p;
    return STATUS_OK;
}

void xlsx_part_close(struct xlsx_part *p)
{
    if (p->parser != NULL)
        XML_ParserFree(p->parser);
    if (p->file != NULL)
        zip_fclose(p->file);
    *p = (struct xlsx_part){ 0 };
}

enum status xlsx_check_bomb(struct xlsx *x, const struct xlsx_part *p, struct error *why)
{
    const bool is_dense = p->read > (UINT64_C(64) << 20) && p->read / XLSX_RATIO_MAX > p->packed;
    if (!is_dense && x->unpacked <= x->file->opt.unpacked_limit)
        return STATUS_OK;
    return error_set(why,
                     STATUS_TOO_LARGE,
                     "%s: unpacks to far more than an Excel file of this size holds",
                     x->name);
}

static enum status parse_result(struct xlsx *x,
                                struct xlsx_part *p,
                                enum XML_Status r,
                                struct error *why)
{
    p->is_suspended = r == XML_STATUS_SUSPENDED;
    if (x->no_memory)
        return row_no_memory(why);
    if (r != XML_STATUS_ERROR)
        return STATUS_OK;
    return error_set(why,
                     STATUS_BAD_INPUT,
                     "%s: the Excel file is damaged: %s in line %lu",
                     x->name,
                     XML_ErrorString(XML_GetErrorCode(p->parser)),
                     (unsigned long)XML_GetCurrentLineNumber(p->parser));
}

enum status xlsx_part_step(struct xlsx *x, struct xlsx_part *p, bool *more, struct error *why)
{
    if (p->is_suspended) {
        const enum status st = parse_result(x, p, XML_ResumeParser(p->parser), why);
        *more = p->is_suspended || !p->is_last;
        return st;
    }
    char chunk[XLSX_CHUNK];
    const zip_int64_t n = zip_fread(p->file, chunk, sizeof chunk);
    if (n < 0)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "%s: the Excel file is damaged: %s",
                         x->name,
                         zip_file_strerror(p->file));
    if (p->read == 0 && n > 0 && memmem(chunk, (size_t)n, "<!DOCTYPE", 9) != NULL)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "%s: the Excel file declares entities, which no real one does",
                         x->name);
    p->read += (uint64_t)n;
    x->unpacked += (uint64_t)n;
    p->is_last = n == 0;
    enum status st = xlsx_check_bomb(x, p, why);
    if (st == STATUS_OK)
        st = parse_result(x, p, XML_Parse(p->parser, chunk, (int)n, p->is_last), why);
    *more = p->is_suspended || !p->is_last;
    return st;
}

enum status xlsx_part_all(struct xlsx *x,
                          const char *path,
                          const struct xlsx_handlers *h,
                          struct error *why)
{
    struct xlsx_part p = { 0 };
    bool more = true;
    enum status st = xlsx_part_open(x, path, h, &p, why);
    if (st != STATUS_OK)
        return st;
    while (st == STATUS_OK && more)
        st = xlsx_part_step(x, &p, &more, why);
    xlsx_part_close(&p);
    return st;
}

static enum status zip_start(struct xlsx *x, const char *path, struct error *why)
{
    zip_error_t e;
    zip_error_init(&e);
    zip_source_t *src =
        path != NULL
            ? zip_source_file_create(path, 0, -1, &e)
            : zip_source_buffer_create(x->file->xlsx_bytes.ptr, x->file->xlsx_bytes.len, 0, &e);
    x->zip = src != NULL ? zip_open_from_source(src, ZIP_RDONLY, &e) : NULL;
    enum status st = STATUS_OK;
    if (x->zip == NULL) {
        zip_source_free(src);
        st = error_set(why,
                       STATUS_BAD_INPUT,
                       "%s: not a readable zip or Excel file: %s",
                       x->name,
                       zip_error_strerror(&e));
    }
    zip_error_fini(&e);
    return st;
}

static enum status choose_sheet(struct xlsx *x, struct error *why)
{
    size_t at = 0;
    str *names = arena_alloc(x->file->arena, x->n_sheets + 1, sizeof *names);
    if (names == NULL)
        return row_no_memory(why);
    for (size_t i = 0; i < x->n_sheets; i++)
        names[i] = x->sheets[i].name;
    const enum status st = sheet_choose(x->file, x->name, names, x->n_sheets, &at, why);
    x->sheet = &x->sheets[at];
    return st;
}

/* The first rows are read once to see the shape, then the sheet is started anew. */
static enum status find_shape(struct xlsx *x, struct error *why)
{
    struct row_file *f = x->file;
    struct first_rows *first = arena_alloc(f->arena, 1, sizeof *first);
    if (first == NULL)
        return row_no_memory(why);
    size_t skip = 0;
    enum status st = xlsx_read_merges(x, why);
    if (st == STATUS_OK)
        st = xlsx_sheet_start(x, why);
    if (st == STATUS_OK)
        st = sheet_first_rows(f, first, why);
    if (st == STATUS_OK)
        st = shape_from_rows(f, first, &x->merges, &skip, why);
    if (st != STATUS_OK)
        return st;
    f->shape.is_empty = first->n == 0;
    f->next_row = 1;
    f->next_sequence = 0;
    x->rows_to_skip = skip > 0 ? first->records[skip - 1] : 0;
    return xlsx_sheet_start(x, why);
}

enum status xlsx_open_rows(struct row_file *f, const char *path, struct error *why)
{
    if (f->shape.compression != ROW_COMPRESSION_PLAIN)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "a compressed Excel file: unpack it first (.xlsx is compressed already)");
    struct xlsx *x = mem_new(1, sizeof *x);
    if (x == NULL)
        return row_no_memory(why);
    f->xlsx = x; /* row_file_close() frees it */
    x->file = f;
    x->name = path != NULL ? path : "upload";
    if (f->opt.unpacked_limit == 0)
        f->opt.unpacked_limit = UINT64_C(4) << 30;
    buf_init(&x->text, f->opt.record_limit);
    f->shape.format = ROW_FORMAT_XLSX;
    f->shape.encoding = ROW_ENCODING_UTF8;
    f->reader = &xlsx_reader;
    enum status st = zip_start(x, path, why);
    if (st == STATUS_OK)
        st = xlsx_read_workbook(x, why);
    if (st == STATUS_OK)
        st = choose_sheet(x, why);
    if (st == STATUS_OK)
        st = xlsx_read_styles(x, why);
    if (st == STATUS_OK)
        st = xlsx_read_strings(x, why);
    if (st == STATUS_OK)
        st = find_shape(x, why);
    return st;
}

void xlsx_close(struct xlsx *x)
{
    if (x == NULL)
        return;
    xlsx_part_close(&x->part);
    if (x->zip != NULL)
        zip_discard(x->zip);
    buf_release(&x->text);
    merges_release(&x->merges);
    mem_free(x->pool);
    mem_free(x->string_ends);
    mem_free(x->styles);
    mem_free(x->sheets);
    mem_free(x);
}

uint64_t xlsx_bytes_done(const struct xlsx *x)
{
    const uint64_t read = atomic_load_explicit(&x->sheet_read, memory_order_relaxed);
    const uint64_t total = x->file->shape.bytes_total;
    const double share = x->part.size > 0 ? (double)read / (double)x->part.size : 1.0;
    return x->is_done || share >= 1.0 ? total : (uint64_t)((double)total * share);
}
