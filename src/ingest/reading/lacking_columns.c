/* Columns that a mapping of the user's names and the file does not have: a misspelt name must not
 * read as a shop without postage. */
#include "ingest/reading/reading_priv.h"

#include "format/problems.h"

static str suggest(const struct reading *r, str wrong, enum lang lang)
{
    const struct row_shape *shape = r->shape;
    const char **names = ARENA_NEW(r->arena, const char *, shape->n_columns + 1);
    for (size_t i = 0; names != NULL && i < shape->n_columns; i++)
        names[i] = arena_cstr(r->arena, shape->columns[i]);
    return names == NULL ? STR_EMPTY
                         : name_suggestion(r->arena, lang, wrong, names, shape->n_columns);
}

static const struct mapping_column *column_of(const struct mapping *m, const char *field)
{
    for (size_t i = 0; i < m->column_count; i++) {
        if (m->columns[i].constant.ptr == NULL && str_is(m->columns[i].field, field))
            return &m->columns[i];
    }
    return NULL;
}

enum status reading_lacks_needed(const struct reading *r,
                                 const struct reading_from *from,
                                 const char *field,
                                 struct error *why)
{
    const struct target *t = &r->mapping->target;
    const char *file = from->options->map_file;
    const struct mapping_column *c = column_of(r->mapping, field);
    if (file == NULL || c == NULL)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "%.*s: the file has no column for %s, which %s needs",
                         STR_ARG(r->mapping->name),
                         field,
                         t->name);
    const str near = suggest(r, c->source, why != NULL ? why->lang : LANG_EN);
    return error_set(why,
                     STATUS_BAD_INPUT,
                     "%s:%u:%u: the file has no column \"%.*s\"%.*s for %s, which %s needs",
                     file,
                     c->line,
                     c->column,
                     STR_ARG(c->source),
                     STR_ARG(near),
                     field,
                     t->name);
}

void reading_tell_lacking(const struct reading *r,
                          const struct reading_from *from,
                          struct buf *notes,
                          enum lang lang)
{
    for (size_t i = 0; i < r->mapping->column_count && from->options->map_file != NULL; i++) {
        const struct mapping_column *c = &r->mapping->columns[i];
        const char *field = target_field(&r->mapping->target, c->field)->name;
        if (c->constant.ptr != NULL || reading_has(r, field))
            continue;
        const str near = suggest(r, c->source, lang);
        buf_addf(notes,
                 tr(lang, "%s:%u:%u: the file has no column \"%.*s\"%.*s; %s stays empty\n"),
                 from->options->map_file,
                 c->line,
                 c->column,
                 STR_ARG(c->source),
                 STR_ARG(near),
                 field);
    }
}
