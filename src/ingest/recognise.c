/* Which preset fits a file, and the generic mapping by column names. */
#include "ingest/known_names_priv.h"

#include "base/embedded.h"

#include <string.h>

#define SYNONYMS "src/ingest/presets/synonyms.yaml"

/* Compares names without ASCII case, blanks and underscores. */
static bool names_match(str a, str b)
{
    size_t i = 0;
    size_t k = 0;
    for (;;) {
        while (i < a.len && strchr(" _-", a.ptr[i]) != NULL)
            i++;
        while (k < b.len && strchr(" _-", b.ptr[k]) != NULL)
            k++;
        if (i == a.len || k == b.len)
            return i == a.len && k == b.len;
        if (!str_eq_nocase((str){ a.ptr + i, 1 }, (str){ b.ptr + k, 1 }))
            return false;
        i++;
        k++;
    }
}

static const str *column_find(const struct row_shape *shape, str name)
{
    for (size_t i = 0; i < shape->n_columns; i++) {
        if (names_match(shape->columns[i], name))
            return &shape->columns[i];
    }
    return NULL;
}

static bool signature_fits(const struct mapping *m, const struct row_shape *shape)
{
    if (m->signature_count == 0)
        return false;
    for (size_t i = 0; i < m->signature_count; i++) {
        if (column_find(shape, m->signature[i]) == NULL)
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
    str text = STR_EMPTY;
    const enum status st = file_read(o->map_file, (size_t)1024 * 1024, a, &text, why);
    if (st != STATUS_OK)
        return st;
    problems_init(&p, a, why->lang);
    return mapping_parse(text, str_from(o->map_file), a, &p, out, why);
}

static enum status load_preset(const char *name,
                               const struct row_shape *shape,
                               struct arena *a,
                               struct mapping **out,
                               struct error *why)
{
    if (strcmp(name, "generic") == 0)
        return mapping_generic(shape, STR_EMPTY, a, out, why);
    if (strncmp(name, "generic:", 8) == 0)
        return mapping_generic(shape, str_from(name + 8), a, out, why);
    for (size_t i = 0; i < preset_count(); i++) {
        struct mapping *m = NULL;
        const enum status st = preset_load(i, a, &m, why);
        if (st != STATUS_OK)
            return st;
        if (str_is(m->name, name)) {
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
    if (o->map_file != NULL)
        return load_map_file(o, a, out, why);
    if (o->preset != NULL)
        return load_preset(o->preset, shape, a, out, why);
    for (size_t i = 0; i < preset_count(); i++) {
        struct mapping *m = NULL;
        const enum status st = preset_load(i, a, &m, why);
        if (st != STATUS_OK)
            return st;
        if (!signature_fits(m, shape) && !headless_fits(m, shape))
            continue;
        if (best == NULL || m->signature_count > best->signature_count)
            best = m;
    }
    if (best != NULL) {
        *out = best;
        return STATUS_OK;
    }
    const enum status st = mapping_generic(shape, STR_EMPTY, a, out, why);
    if (st == STATUS_OK)
        buf_addf(notes,
                 tr(why->lang, "no preset fits; columns matched by name as %s\n"),
                 (*out)->target.name);
    return st;
}

/* ---- generic --------------------------------------------------------------------------------- */

const struct yaml_node *synonyms_load(struct arena *a)
{
    struct problems p;
    problems_init(&p, a, LANG_EN);
    for (size_t i = 0; i < embedded_catalogue_count; i++) {
        const struct embedded_file *f = &embedded_catalogue[i];
        if (strcmp(f->name, SYNONYMS) == 0)
            return yaml_parse((str){ (const char *)f->data, f->size }, STR(SYNONYMS), NULL, a, &p);
    }
    return NULL;
}

/* The column for a field: its own name first, then its synonyms in their order. */
static const str *column_for(const struct row_shape *shape,
                             const struct field *f,
                             const struct yaml_node *synonyms)
{
    const str *found = column_find(shape, str_from(f->name));
    const struct yaml_node *list = yaml_get(synonyms, f->name);
    for (size_t i = 0; found == NULL && list != NULL && i < list->n; i++)
        found = column_find(shape, list->items[i]->text);
    return found;
}

static bool column_is_used(const struct mapping *m, str column)
{
    for (size_t i = 0; i < m->column_count; i++) {
        if (str_eq(m->columns[i].source, column))
            return true;
    }
    return false;
}

/* The name is copied: the file is closed before the mapping is used. */
static void generic_take(struct mapping *m,
                         const struct field *f,
                         const str *column,
                         struct arena *a)
{
    if (column == NULL || column_is_used(m, *column) || m->column_count == MAPPING_COLUMNS_MAX)
        return;
    const str copy = arena_dup(a, *column);
    if (copy.ptr != NULL)
        m->columns[m->column_count++] =
            (struct mapping_column){ .source = copy, .field = str_from(f->name) };
}

static bool has_field(const struct mapping *m, const char *field)
{
    for (size_t i = 0; i < m->column_count; i++) {
        if (str_is(m->columns[i].field, field))
            return true;
    }
    return false;
}

static size_t exact_names(const struct mapping *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->column_count; i++)
        n += names_match(m->columns[i].source, m->columns[i].field);
    return n;
}

/* Maps the file onto one target; false when a required field has no column. */
static bool generic_try(const struct row_shape *shape,
                        const struct yaml_node *synonyms,
                        struct mapping *m,
                        struct arena *a)
{
    for (size_t i = 0; i < m->target.count; i++)
        generic_take(
            m, &m->target.fields[i], column_find(shape, str_from(m->target.fields[i].name)), a);
    for (size_t i = 0; i < m->target.count; i++) {
        const struct field *f = &m->target.fields[i];
        if (!has_field(m, f->name))
            generic_take(m, f, column_for(shape, f, synonyms), a);
    }
    for (size_t i = 0; i < m->target.count; i++) {
        if (m->target.fields[i].is_required && !has_field(m, m->target.fields[i].name))
            return false;
    }
    const bool is_orders = m->target.table == NULL;
    return !is_orders || has_field(m, "quantity") || has_field(m, "unit_price") ||
           has_field(m, "line_amount") || has_field(m, "order_total") || has_field(m, "paid");
}

static struct mapping *generic_new(const char *target, struct arena *a)
{
    struct mapping *m = ARENA_NEW(a, struct mapping, 1);
    if (m == NULL || !target_find(str_from(target), &m->target))
        return NULL;
    m->currency = m->timezone = m->date = STR_EMPTY;
    m->name = STR("generic"); /* says nothing of whole orders: a cut one must not be lost */
    return m;
}

static str required_fields(str target, struct arena *a)
{
    struct target t;
    str names = STR_EMPTY;
    if (!target_find(target, &t))
        return names;
    for (size_t i = 0; i < t.count; i++) {
        if (t.fields[i].is_required)
            names = arena_printf(
                a, "%.*s%s%s", STR_ARG(names), names.len > 0 ? ", " : "", t.fields[i].name);
    }
    return names;
}

enum status mapping_generic(const struct row_shape *shape,
                            str target,
                            struct arena *a,
                            struct mapping **out,
                            struct error *why)
{
    const struct yaml_node *synonyms = synonyms_load(a);
    struct mapping *best = NULL;
    size_t best_score = 0;
    for (size_t i = 0; target_name(i) != NULL; i++) {
        if (target.len > 0 && !str_is(target, target_name(i)))
            continue;
        struct mapping *m = generic_new(target_name(i), a);
        if (m == NULL)
            return error_set(why, STATUS_NO_MEMORY, "out of memory");
        if (!generic_try(shape, synonyms, m, a))
            continue;
        const size_t score = m->column_count * 2 + exact_names(m) * 3;
        if (best == NULL || score > best_score) {
            best = m;
            best_score = score;
        }
    }
    if (best == NULL && target.len > 0)
        return error_set(
            why,
            STATUS_NOT_FOUND,
            "%.*s needs the columns %.*s, by these or usual other names; not all are in the file. "
            "Map columns by hand with --map (shopvane import FILE --explain writes an example)",
            STR_ARG(target),
            STR_ARG(required_fields(target, a)));
    if (best == NULL)
        return error_set(
            why,
            STATUS_NOT_FOUND,
            "no preset fits this file and its columns are not known; name the target "
            "(--as generic:order_lines, generic:ad_spend ...) or map them by hand (--map)");
    *out = best;
    return STATUS_OK;
}

const char *import_preset_name(size_t i)
{
    static const char *const names[] = {
        "online-retail",  "shopify-orders",    "shopify-products", "woocommerce-orders",
        "olist-orders",   "olist-order-items", "olist-payments",   "olist-reviews",
        "olist-products", "olist-customers",   "cdnow-master",     "cdnow-sample",
        "rees46",         "taobao-behavior",   "generic"
    };
    return i < ARRAY_LEN(names) ? names[i] : NULL;
}
