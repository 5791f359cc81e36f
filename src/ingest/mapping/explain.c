/* How a file would be read: its shape, each column with its field and samples, and the mapping as a
 * file to edit. */
#include "ingest/look_priv.h"
#include "ingest/mapping/generic_priv.h"
#include "ingest/mapping/known_names_priv.h"
#include "ingest/reading/reading_priv.h"

#include <string.h>

#define SAMPLE_WIDTH 28

/* The field that the column is, is a term of, or the measure of it; empty: none. */
static str field_with(const struct mapping *m, const struct row_shape *shape, size_t column)
{
    const str name = shape->columns[column];
    const char *field = look_field_of(m, shape, column);
    if (field != NULL)
        return str_from(field);
    for (size_t i = 0; i < m->column_count; i++) {
        if (m->columns[i].constant.ptr == NULL &&
            mapping_column_fits(m->columns[i].source, name, NULL))
            return m->columns[i].field;
    }
    for (size_t i = 0; i < m->sum_count; i++) {
        for (size_t k = 0; k < m->sums[i].terms.n; k++) {
            if (mapping_column_fits(m->sums[i].terms.items[k].column, name, NULL))
                return m->sums[i].field;
        }
    }
    for (size_t i = 0; i < m->unpivot_count; i++) {
        if (mapping_column_fits(m->unpivot[i].key, name, NULL))
            return m->unpivot[i].value;
    }
    return STR_EMPTY;
}

static void add_column(struct buf *out,
                       const struct mapping *m,
                       const struct row_shape *shape,
                       size_t column,
                       enum lang lang)
{
    const str field = field_with(m, shape, column);
    buf_adds(out, "  ");
    buf_pad(out, shape->columns[column], 30, false);
    buf_adds(out, field.len > 0 ? " -> " : "    ");
    const char *unused = look_keeps(m, shape->columns[column]) ? tr(lang, "(kept in props)")
                                                               : tr(lang, "(not used)");
    buf_pad(out, field.len > 0 ? field : str_from(unused), 20, false);
    buf_adds(out, "  ");
    for (size_t i = 0; i < 3 && i < shape->n_samples; i++) {
        const str sample = shape->samples[i][column];
        buf_addf(out, "%s%.*s", i > 0 ? " | " : "", STR_ARG(str_first(sample, SAMPLE_WIDTH)));
    }
    buf_addc(out, '\n');
}

static void add_shape(struct buf *out,
                      const struct row_shape *shape,
                      bool is_parquet,
                      enum lang lang)
{
    if (is_parquet) {
        buf_adds(out, tr(lang, "format parquet\n"));
        return;
    }
    buf_addf(out,
             tr(lang, "format %s, compression %s, encoding %s%s, decimal mark \"%c\"\n"),
             row_format_name(shape->format),
             tr(lang, row_compression_name(shape->compression)),
             row_encoding_name(shape->encoding),
             shape->has_bom ? " (BOM)" : "",
             shape->decimal_mark);
    if (shape->n_sheets > 1)
        buf_addf(out, tr(lang, "sheet \"%.*s\" of %zu\n"), STR_ARG(shape->sheet), shape->n_sheets);
    if (shape->format == ROW_FORMAT_CSV && shape->delimiter == '\t')
        buf_adds(out, tr(lang, "fields are separated by tabs\n"));
    else if (shape->format == ROW_FORMAT_CSV && (unsigned char)shape->delimiter < ' ')
        buf_addf(out,
                 tr(lang, "fields are separated by the byte 0x%02x\n"),
                 (unsigned)(unsigned char)shape->delimiter);
    else if (shape->format == ROW_FORMAT_CSV)
        buf_addf(out, tr(lang, "fields are separated by \"%c\"\n"), shape->delimiter);
}

void header_note(const struct row_shape *shape, enum lang lang, struct buf *out)
{
    BUG_IF(shape == NULL); /* an open file has one */
    const long long line = (long long)shape->header_line;
    if (shape->header_rows == 2)
        buf_addf(out,
                 tr(lang, "the header takes lines %lld and %lld, joined as \"upper / lower\"\n"),
                 line,
                 line + 1);
    else if (shape->title_rows > 0)
        buf_addf(out, tr(lang, "the header is line %lld\n"), line);
    if (shape->title_rows > 0)
        buf_addf(out,
                 tr(lang, "%lld rows above it are a title (\"%.*s\"): no data\n"),
                 (long long)shape->title_rows,
                 STR_ARG(str_first(shape->titles[0], 60)));
}

/* Columns without a field, as comments: to be moved up under `columns`. */
static void list_unused(const struct row_shape *shape, const struct mapping *m, struct buf *out)
{
    bool any = false;
    for (size_t i = 0; i < shape->n_columns; i++) {
        if (field_with(m, shape, i).len > 0)
            continue;
        if (!any)
            yaml_write_comment(
                out, 0, STR("not used yet, to be written under columns as COLUMN: field"));
        any = true;
        yaml_write_comment(out, 1, shape->columns[i]);
    }
}

static enum status write_mapping(struct shop *s,
                                 const char *path,
                                 const struct mapping *m,
                                 const struct row_shape *shape,
                                 struct buf *out,
                                 struct error *why)
{
    const enum lang lang = why->lang;
    struct arena *a = arena_new(0);
    struct buf text;
    str base = path_base(str_from(path));
    const str name = str_take_until(&base, '.');
    buf_init(&text, (size_t)1024 * 1024);
    mapping_write(m, &text);
    list_unused(shape, m, &text);
    const str file =
        a != NULL ? arena_printf(a, "%s/sources/%.*s.yaml", shop_dir(s), STR_ARG(name)) : STR_EMPTY;
    enum status st = file.len == 0 ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                                   : file_write_atomic(file.ptr, buf_str(&text), why);
    if (st == STATUS_OK)
        buf_addf(out, tr(lang, "wrote %s; edit it and import with --map %s\n"), file.ptr, file.ptr);
    buf_release(&text);
    arena_free(a);
    return st;
}

/* Columns with their fields, and the mapping as a file. */
static enum status explain_mapping(struct shop *s,
                                   const char *path,
                                   const struct mapping *m,
                                   const struct row_shape *shape,
                                   struct buf *out,
                                   struct error *why)
{
    BUG_IF(shape == NULL); /* an open file has one */
    for (size_t i = 0; i < shape->n_columns; i++)
        add_column(out, m, shape, i, why->lang);
    return write_mapping(s, path, m, shape, out, why);
}

/* A file that fits nothing is explained by what comes nearest, with what that lacks, so that there
 * is a mapping to edit. */
static enum status explain_nearest(
    struct shop *s, const char *path, const struct look_run *r, struct buf *out, struct error *why)
{
    if (r->mapping == NULL)
        return error_set(why, STATUS_NOT_FOUND, "%.*s", STR_ARG(r->problem));
    buf_addf(out, tr(why->lang, "fits no table; nearest is %s\n"), r->mapping->target.name);
    const enum status st = explain_mapping(s, path, r->mapping, r->shape, out, why);
    return st != STATUS_OK ? st : error_set(why, STATUS_NOT_FOUND, "%.*s", STR_ARG(r->problem));
}

enum status import_explain(struct shop *s,
                           const char *path,
                           const struct import_options *opt,
                           enum lang lang,
                           struct buf *out,
                           struct error *why)
{
    struct look_run r;
    struct arena *a = arena_new(0);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = look_open(s, path, opt, a, &r, why);
    if (r.shape != NULL)
        add_shape(out, r.shape, r.source.is_parquet, lang);
    if (st == STATUS_OK && r.problem.len == 0) {
        buf_addf(out,
                 tr(lang, "read as %.*s; rows become %s\n"),
                 STR_ARG(r.mapping->name),
                 r.mapping->target.name);
        buf_add(out, r.notes);
        header_note(r.shape, lang, out);
        st = explain_mapping(s, path, r.mapping, r.shape, out, why);
    } else if (st == STATUS_OK) {
        st = explain_nearest(s, path, &r, out, why);
    }
    look_close(&r);
    arena_free(a);
    return import_names_file(why, st, path);
}
