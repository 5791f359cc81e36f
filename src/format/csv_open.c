/* Opening a CSV file: finds the dialect, reads the first rows with the ordinary reader, takes the
 * header off. Then the shape from first rows, which XLSX uses too. */
#include "format/readers_priv.h"

#include <string.h>

#define SAMPLES_MAX 200

struct first_rows {
    const str *rows[SAMPLES_MAX + 1];
    size_t widths[SAMPLES_MAX + 1];
    size_t n;
    size_t header_bytes; /* up to behind the first row */
    enum row_refusal first_refusal;
    bool has_more; /* records were there, though none may have been good */
};

const str *row_copy_fields(struct arena *a, const str *fields, size_t n)
{
    str *copy = arena_alloc(a, n > 0 ? n : 1, sizeof *copy);
    for (size_t i = 0; copy != NULL && i < n; i++) {
        copy[i] = arena_dup(a, fields[i]);
        if (copy[i].ptr == NULL)
            return NULL;
    }
    return copy;
}

/* The first rows of the text by the ordinary reader, in a block of its own. */
static enum status read_first_rows(struct row_file *f,
                                   str text,
                                   struct first_rows *out,
                                   struct error *why)
{
    struct row_block *b = row_block_new();
    struct csv_scan scan;
    enum status st = STATUS_OK;
    if (b == NULL || !row_block_reserve(b, text.len)) {
        st = row_no_memory(why);
        goto out;
    }
    csv_scan_init(&scan);
    if (text.len > 0)
        memcpy(b->data, text.ptr, text.len);
    csv_scan_run(&scan, &f->dialect, (str){ b->data, text.len }, f->source_ended);
    row_block_start(b, f);
    b->len = scan.end;
    st = row_block_prepare(f, b, why);
    struct row row;
    for (size_t i = 0; st == STATUS_OK && out->n <= SAMPLES_MAX && csv_reader.next(b, &row); i++) {
        if (i == 0) {
            out->header_bytes = b->pos;
            out->first_refusal = row.refusal;
            out->has_more = true;
        }
        if (row.refusal != ROW_REFUSAL_NONE)
            continue;
        out->rows[out->n] = row_copy_fields(f->arena, row.fields, row.n);
        out->widths[out->n] = row.n;
        if (out->rows[out->n++] == NULL)
            st = row_no_memory(why);
    }
out:
    row_block_free(b);
    return st;
}

static size_t modal_width(const size_t *widths, size_t n)
{
    size_t best = 0;
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        size_t same = 0;
        for (size_t j = 0; j < n; j++)
            same += widths[j] == widths[i];
        if (same > count) {
            count = same;
            best = widths[i];
        }
    }
    return best;
}

static enum status set_columns(struct row_file *f, const str *header, struct error *why)
{
    str *names = arena_alloc(f->arena, f->shape.n_columns + 1, sizeof *names);
    if (names == NULL)
        return row_no_memory(why);
    for (size_t i = 0; i < f->shape.n_columns; i++)
        names[i] =
            header != NULL ? str_trim(header[i]) : arena_printf(f->arena, "column%zu", i + 1);
    f->shape.columns = names;
    return STATUS_OK;
}

enum status shape_from_rows(
    struct row_file *f, const str *const *rows, const size_t *widths, size_t n, struct error *why)
{
    struct row_shape *shape = &f->shape;
    shape->has_header =
        n > 0 && (f->opt.header == ROW_HEADER_YES ||
                  (f->opt.header == ROW_HEADER_AUTO && sniff_header(rows, widths, n)));
    const size_t skip = shape->has_header ? 1 : 0;
    shape->n_columns = skip > 0 ? widths[0] : modal_width(widths, n);
    const str **samples = arena_alloc(f->arena, n + 1, sizeof *samples);
    if (samples == NULL)
        return row_no_memory(why);
    for (size_t i = skip; i < n; i++)
        if (widths[i] == shape->n_columns && shape->n_samples < SAMPLES_MAX)
            samples[shape->n_samples++] = rows[i];
    shape->samples = samples;
    return set_columns(f, skip > 0 ? rows[0] : NULL, why);
}

static enum status header_refused(const struct first_rows *first, struct error *why)
{
    const enum lang lang = why != NULL ? why->lang : LANG_EN;
    return error_set(why,
                     STATUS_BAD_INPUT,
                     "the header line cannot be read: %s",
                     tr(lang, row_refusal_text(first->first_refusal)));
}

static void drop_header(struct row_file *f, size_t bytes)
{
    const str text = { f->ahead + f->ahead_pos, bytes };
    f->next_line += (int64_t)count_byte(text, f->dialect.newline);
    f->ahead_pos += bytes;
}

enum status csv_open_rows(struct row_file *f, str text, struct error *why)
{
    struct first_rows *first = arena_alloc(f->arena, 1, sizeof *first);
    if (first == NULL)
        return row_no_memory(why);
    enum status st = sniff_dialect(text, &f->opt, &f->dialect, why);
    if (st != STATUS_OK)
        return st;
    f->reader = &csv_reader;
    f->shape.delimiter = f->dialect.delimiter;
    f->shape.quote = f->dialect.quote;
    st = read_first_rows(f, text, first, why);
    if (st != STATUS_OK)
        return st;
    f->shape.is_empty = !first->has_more && f->source_ended;
    if (first->has_more && first->first_refusal != ROW_REFUSAL_NONE &&
        f->opt.header == ROW_HEADER_YES)
        return header_refused(first, why);
    st = shape_from_rows(f, first->rows, first->widths, first->n, why);
    if (st == STATUS_OK && f->shape.has_header && first->first_refusal != ROW_REFUSAL_NONE)
        return header_refused(first, why);
    if (st == STATUS_OK && f->shape.has_header)
        drop_header(f, first->header_bytes);
    return st;
}
