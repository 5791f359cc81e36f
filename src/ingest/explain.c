/* How a file would be read: its shape, each column with its field and samples, and the mapping as a
 * file to edit. */
#include "ingest/generic_priv.h"
#include "ingest/known_names_priv.h"
#include "ingest/reading_priv.h"

#include <string.h>

#define SAMPLE_WIDTH 28

static const char *field_of(const struct mapping *m, const struct row_shape *shape, size_t column)
{
    for (size_t i = 0; i < m->column_count; i++) {
        const struct mapping_column *c = &m->columns[i];
        if (c->constant.ptr != NULL)
            continue;
        const str name = m->header_count > column && m->header_count > 0 ? m->header[column]
                                                                         : shape->columns[column];
        if (str_eq_nocase(str_trim(name), str_trim(c->source)))
            return c->field.ptr;
    }
    return NULL;
}

static void add_column(struct buf *out,
                       const struct mapping *m,
                       const struct row_shape *shape,
                       size_t column,
                       enum lang lang)
{
    const char *field = field_of(m, shape, column);
    buf_adds(out, "  ");
    buf_pad(out, shape->columns[column], 30, false);
    buf_adds(out, field != NULL ? " -> " : "    ");
    const bool is_kept = m->keep_unknown && target_field(&m->target, STR("props")) != NULL &&
                         !props_is_personal(shape->columns[column]);
    const char *unused = is_kept ? tr(lang, "(kept in props)") : tr(lang, "(not used)");
    buf_pad(out, str_from(field != NULL ? field : unused), 20, false);
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
             row_compression_name(shape->compression),
             row_encoding_name(shape->encoding),
             shape->has_bom ? " (BOM)" : "",
             shape->decimal_mark);
    if (shape->n_sheets > 1)
        buf_addf(out, tr(lang, "sheet \"%.*s\" of %zu\n"), STR_ARG(shape->sheet), shape->n_sheets);
    if (shape->format == ROW_FORMAT_CSV && shape->delimiter == '\t')
        buf_adds(out, tr(lang, "fields are separated by tabs\n"));
    else if (shape->format == ROW_FORMAT_CSV)
        buf_addf(out, tr(lang, "fields are separated by \"%c\"\n"), shape->delimiter);
}

void header_note(const struct row_shape *shape, enum lang lang, struct buf *out)
{
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

static enum status write_mapping(struct shop *s,
                                 const char *path,
                                 const struct mapping *m,
                                 struct buf *out,
                                 enum lang lang,
                                 struct error *why)
{
    struct arena *a = arena_new(0);
    struct buf text;
    str base = path_base(str_from(path));
    const str name = str_take_until(&base, '.');
    buf_init(&text, (size_t)1024 * 1024);
    mapping_write(m, &text);
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
    for (size_t i = 0; i < shape->n_columns; i++)
        add_column(out, m, shape, i, why->lang);
    return write_mapping(s, path, m, out, why->lang, why);
}

/* A file that fits nothing is explained by what comes nearest, with what that lacks, so that there
 * is a mapping to edit. */
static enum status explain_nearest(struct shop *s,
                                   const char *path,
                                   const struct import_options *opt,
                                   const struct row_shape *shape,
                                   struct buf *out,
                                   struct error *why)
{
    struct mapping *near = NULL;
    struct error other = { .lang = why->lang };
    struct arena *a = arena_new(0);
    const str preset = str_from(opt->preset != NULL ? opt->preset : "");
    const str target = str_starts(preset, STR("generic:")) ? str_skip(preset, 8) : STR_EMPTY;
    enum status st = STATUS_NOT_FOUND;
    if (a != NULL && mapping_nearest(shape, target, a, &near, &other) == STATUS_OK &&
        near != NULL) {
        buf_addf(out, tr(why->lang, "fits no table; nearest is %s\n"), near->target.name);
        if (explain_mapping(s, path, near, shape, out, &other) != STATUS_OK)
            st = error_set(why, other.status, "%s", other.text);
    }
    arena_free(a);
    return st;
}

enum status import_explain(struct shop *s,
                           const char *path,
                           const struct import_options *opt,
                           enum lang lang,
                           struct buf *out,
                           struct error *why)
{
    struct row_file *f = NULL;
    struct mapping *m = NULL;
    struct reading_source source = { 0 };
    struct known_names *names = NULL;
    struct row_options ro = { .is_known = known_names_has };
    struct buf notes;
    struct arena *a = arena_new(0);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_init(&notes, (size_t)64 * 1024);
    enum status st = reading_source_open(s, path, HEAD_ROWS, a, &source, why);
    if (st == STATUS_OK)
        st = known_names_new(a, &names, why);
    ro.known_self = names;
    ro.sheet = opt->sheet;
    if (st == STATUS_OK)
        st = row_file_open(source.path, &ro, &f, why);
    const struct row_shape *shape = st == STATUS_OK ? row_file_shape(f) : NULL;
    if (st == STATUS_OK)
        add_shape(out, shape, source.is_parquet, lang);
    if (st == STATUS_OK && shape->is_empty)
        st = error_set(why, STATUS_BAD_INPUT, "%s: the file is empty", path);
    if (st == STATUS_OK)
        st = mapping_choose(shape, opt, a, &m, &notes, why);
    if (st == STATUS_OK) {
        if (opt->sheet != NULL)
            m->rows.sheet = opt->sheet;
        buf_addf(out, tr(lang, "read as %.*s; rows become %s\n"), STR_ARG(m->name), m->target.name);
        buf_add(out, buf_str(&notes));
        header_note(shape, lang, out);
        st = explain_mapping(s, path, m, shape, out, why);
    } else if (st == STATUS_NOT_FOUND && shape != NULL && opt->map_file == NULL) {
        st = explain_nearest(s, path, opt, shape, out, why);
    }
    row_file_close(f);
    reading_source_close(&source);
    buf_release(&notes);
    arena_free(a);
    return import_names_file(why, st, path);
}
