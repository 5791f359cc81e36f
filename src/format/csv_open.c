/* Opening a CSV file: finds the dialect, reads the first rows with the ordinary reader, takes the
 * header off. Then the shape from first rows, which XLSX uses too. */
#include "format/readers_priv.h"

#include <string.h>

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
    for (size_t i = 0; st == STATUS_OK && out->n < FIRST_ROWS_MAX && csv_reader.next(b, &row);
         i++) {
        if (i == 0) {
            out->first_refusal = row.refusal;
            out->has_more = true;
        }
        if (row.refusal == ROW_REFUSAL_NONE && !first_rows_add(out, f->arena, &row, b->pos))
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
    str *names = NULL;
    f->shape.columns = header;
    if (header == NULL)
        f->shape.columns = names = arena_alloc(f->arena, f->shape.n_columns + 1, sizeof *names);
    for (size_t i = 0; names != NULL && i < f->shape.n_columns; i++)
        names[i] = arena_printf(f->arena, "column%zu", i + 1);
    return f->shape.columns != NULL ? STATUS_OK : row_no_memory(why);
}

/* The first text of each row above the header. */
static enum status keep_titles(struct row_file *f,
                               const struct first_rows *first,
                               size_t at,
                               struct error *why)
{
    str *titles = arena_alloc(f->arena, at + 1, sizeof *titles);
    if (titles == NULL)
        return row_no_memory(why);
    for (size_t i = 0; i < at; i++)
        for (size_t k = 0; k < first->widths[i] && titles[i].len == 0; k++)
            titles[i] = sniff_clean_name(first->rows[i][k]);
    f->shape.titles = titles;
    f->shape.n_titles = at;
    return STATUS_OK;
}

static enum status keep_samples(struct row_file *f,
                                const struct first_rows *first,
                                size_t from,
                                struct error *why)
{
    struct row_shape *shape = &f->shape;
    const str **samples = arena_alloc(f->arena, first->n + 1, sizeof *samples);
    int64_t *lines = arena_alloc(f->arena, first->n + 1, sizeof *lines);
    if (samples == NULL || lines == NULL)
        return row_no_memory(why);
    for (size_t i = from; i < first->n && shape->n_samples < ROW_SAMPLES_MAX; i++) {
        if (first->widths[i] != shape->n_columns)
            continue;
        lines[shape->n_samples] = first->lines[i];
        samples[shape->n_samples++] = first->rows[i];
    }
    shape->samples = samples;
    shape->sample_lines = lines;
    return STATUS_OK;
}

/* Which columns have data cells that are merged over rows. */
static enum status mark_merged(struct row_file *f,
                               const struct merges *m,
                               int64_t header_end,
                               struct error *why)
{
    bool *merged = NULL;
    for (size_t i = 0; m != NULL && i < m->n; i++) {
        const struct merge *x = &m->items[i];
        if (x->first_row <= header_end || x->last_row == x->first_row ||
            x->first_column >= f->shape.n_columns)
            continue;
        if (merged == NULL)
            merged = arena_alloc(f->arena, f->shape.n_columns + 1, sizeof *merged);
        if (merged == NULL)
            return row_no_memory(why);
        merged[x->first_column] = true;
    }
    f->shape.merged = merged;
    return STATUS_OK;
}

static size_t header_width(const struct first_rows *first, struct header_place place)
{
    size_t width = 0;
    for (size_t i = place.at; i < place.at + place.count; i++)
        width = first->widths[i] > width ? first->widths[i] : width;
    return width;
}

enum status shape_from_rows(struct row_file *f,
                            const struct first_rows *first,
                            const struct merges *merges,
                            size_t *skip,
                            struct error *why)
{
    struct row_shape *shape = &f->shape;
    const struct merges *known = merges != NULL && merges->n > 0 ? merges : NULL;
    const struct header_place place = header_find(&f->opt, first, known);
    const size_t data = place.at + place.count;
    const str *names = NULL;
    shape->has_header = place.count > 0;
    shape->header_rows = place.count;
    shape->n_columns =
        place.count > 0 ? header_width(first, place) : modal_width(first->widths, first->n);
    if (place.count > 0) {
        shape->header_line = first->lines[place.at];
        shape->title_rows = first->records[place.at] - 1;
        names = header_names(first, place, known, shape->n_columns, f->arena);
        if (names == NULL)
            return row_no_memory(why);
    }
    *skip = data;
    enum status st = keep_samples(f, first, data, why);
    if (st == STATUS_OK)
        st = keep_titles(f, first, place.at, why);
    if (st == STATUS_OK)
        st = mark_merged(f, known, data > 0 ? first->lines[data - 1] : 0, why);
    return st == STATUS_OK ? set_columns(f, names, why) : st;
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
    size_t skip = 0;
    st = shape_from_rows(f, first, NULL, &skip, why);
    if (st == STATUS_OK && f->shape.has_header && first->first_refusal != ROW_REFUSAL_NONE &&
        f->shape.n_titles == 0)
        return header_refused(first, why);
    if (st == STATUS_OK && skip > 0)
        drop_header(f, first->ends[skip - 1]);
    return st;
}
