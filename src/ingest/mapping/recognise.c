/* Which preset fits a file. */
#include "ingest/mapping/generic_priv.h"

#include <string.h>

static bool signature_fits(const struct mapping *m, const struct row_shape *shape)
{
    if (m->signature_count == 0 ||
        (m->rows.sheet != NULL && !str_eq_nocase(str_from(m->rows.sheet), shape->sheet)))
        return false;
    for (size_t i = 0; i < m->signature_count; i++) {
        if (mapping_column_find(shape, m->signature[i]) == NULL)
            return false;
    }
    return true;
}

static bool samples_are_words(const struct row_shape *shape,
                              size_t column,
                              const char *const *words,
                              size_t n)
{
    for (size_t i = 0; i < shape->n_samples; i++) {
        bool found = false;
        for (size_t k = 0; k < n; k++)
            found = found || str_is(shape->samples[i][column], words[k]);
        if (!found)
            return false;
    }
    return shape->n_samples > 0;
}

/* Files without a header are told by what stands in them. */
static bool headless_fits(const struct mapping *m, const struct row_shape *shape)
{
    static const char *const behaviours[] = { "pv", "buy", "cart", "fav" };
    int64_t day = 0;
    if (m->header_count == 0 || shape->has_header || shape->n_columns != m->header_count ||
        shape->n_samples == 0)
        return false;
    if (str_is(m->name, "taobao-behavior"))
        return samples_are_words(shape, 3, behaviours, ARRAY_LEN(behaviours));
    return shape->delimiter == ROW_DELIMITER_SPACES &&
           str_to_i64(str_trim(shape->samples[0][2]), &day) && day > 19000000 && day < 21000000;
}

static enum status load_map_file(const struct import_options *o,
                                 struct arena *a,
                                 struct mapping **out,
                                 struct error *why)
{
    struct problems p;
    str text = o->mapping;
    const enum status st = o->map_file != NULL
                               ? file_read(o->map_file, (size_t)1024 * 1024, a, &text, why)
                               : STATUS_OK;
    if (st != STATUS_OK)
        return st;
    problems_init(&p, a, why->lang);
    return mapping_parse(
        text, o->map_file != NULL ? str_from(o->map_file) : STR("mapping"), a, &p, out, why);
}

static enum status load_preset(const char *name,
                               const struct row_shape *shape,
                               struct arena *a,
                               struct mapping **out,
                               struct buf *notes,
                               struct error *why)
{
    if (strcmp(name, "generic") == 0)
        return mapping_generic(shape, STR_EMPTY, a, out, notes, why);
    if (strncmp(name, "generic:", 8) == 0)
        return mapping_generic(shape, str_from(name + 8), a, out, notes, why);
    for (size_t i = 0; i < preset_count(); i++) {
        struct mapping *m = NULL;
        const enum status st = preset_load(i, a, &m, why);
        if (st != STATUS_OK)
            return st;
        if (str_is(m->name, name)) {
            mapping_take_zone(shape, m, a, notes, why->lang);
            *out = m;
            return STATUS_OK;
        }
    }
    return error_set(
        why, STATUS_BAD_USAGE, "no preset \"%s\"; shopvane import --help lists them", name);
}

enum status mapping_choose(const struct row_shape *shape,
                           const struct import_options *o,
                           struct arena *a,
                           struct mapping **out,
                           struct buf *notes,
                           struct error *why)
{
    struct mapping *best = NULL;
    if (o->map_file != NULL || o->mapping.len > 0)
        return load_map_file(o, a, out, why);
    if (o->preset != NULL)
        return load_preset(o->preset, shape, a, out, notes, why);
    for (size_t i = 0; i < preset_count(); i++) {
        struct mapping *m = NULL;
        const enum status st = preset_load(i, a, &m, why);
        if (st != STATUS_OK)
            return st;
        /* what a platform's API says outranks other files: a pull names its preset itself */
        if (str_ends(m->name, STR("-api")) ||
            (!signature_fits(m, shape) && !headless_fits(m, shape)))
            continue;
        if (best == NULL || m->signature_count > best->signature_count)
            best = m;
    }
    if (best != NULL) {
        mapping_take_zone(shape, best, a, notes, why->lang);
        *out = best;
        return STATUS_OK;
    }
    return mapping_generic(shape, STR_EMPTY, a, out, notes, why);
}
