/* Lists of what a whole shop came to on each day (Date, Orders, Revenue, Visitors): neither orders
 * nor lines, but figures that a platform has counted. They are taken where the file fits nothing
 * else and each row is a day of the whole shop; figures by channel or article are not, for nobody
 * says that their rows add up, nor are lists of weeks and months. */
#include "ingest/mapping/generic_priv.h"

#include "commerce/platform.h"

#include <stdlib.h>

static size_t index_of(const struct row_shape *shape, str name)
{
    size_t i = 0;
    while (i < shape->n_columns && !str_eq(shape->columns[i], name))
        i++;
    return i;
}

/* A column that says whose figures a row holds: of an article, a channel, a country ... */
static bool has_parts(const struct row_shape *shape,
                      const struct yaml_node *synonyms,
                      const struct mapping *m)
{
    struct target orders;
    if (!target_find(STR("order_lines"), &orders))
        return false;
    for (size_t i = 0; i < orders.count; i++) {
        const struct field *f = &orders.fields[i];
        const str *column = f->kind == FIELD_TEXT || f->kind == FIELD_ID
                                ? mapping_column_for(shape, &orders, f, synonyms)
                                : NULL;
        if (column != NULL && !mapping_uses(m, *column))
            return true;
    }
    return false;
}

static bool repeats_days(const struct row_shape *shape, size_t date)
{
    for (size_t i = 1; i < shape->n_samples; i++) {
        for (size_t k = 0; k < i && shape->samples[i][date].len > 0; k++) {
            if (str_eq(shape->samples[i][date], shape->samples[k][date]))
                return true;
        }
    }
    return false;
}

#define WEEK 7

/* No two neighbours are of days nearer than a week: a month's sales on its first day are none of
 * that day. */
static bool is_long_apart(const struct row_shape *shape, size_t date, struct arena *a)
{
    struct date_pattern pattern;
    struct error why = { .lang = LANG_EN };
    struct stamp before;
    struct stamp now;
    str *samples = ARENA_NEW(a, str, shape->n_samples + 1);
    bool is_long = samples != NULL && shape->n_samples > 1;
    for (size_t i = 0; samples != NULL && i < shape->n_samples; i++)
        samples[i] = shape->samples[i][date];
    if (!is_long ||
        date_pattern_detect(samples, shape->n_samples, DATE_FORM_NONE, &pattern, &why) != STATUS_OK)
        return false;
    for (size_t i = 1; i < shape->n_samples && is_long; i++)
        is_long = !date_parse(&pattern, samples[i - 1], &before) ||
                  !date_parse(&pattern, samples[i], &now) || abs(now.day - before.day) >= WEEK;
    return is_long;
}

static bool is_measure(const struct mapping *m, str column)
{
    for (size_t i = 0; i < m->unpivot_count; i++) {
        if (str_eq(m->unpivot[i].key, column))
            return true;
    }
    return false;
}

static void take_measures(const struct row_shape *shape,
                          const struct yaml_node *names,
                          struct mapping *m,
                          struct arena *a)
{
    for (size_t i = 0; names != NULL && i < names->n; i++) {
        const struct yaml_member *member = &names->members[i];
        const struct platform_measure *measure = platform_measure(member->key);
        const str *column = mapping_column_find(shape, member->key);
        if (column == NULL)
            column = mapping_column_named(shape, member->value);
        if (measure == NULL || column == NULL || m->unpivot_count == MAPPING_UNPIVOT_MAX)
            continue;
        const str copy = arena_dup(a, *column);
        if (copy.ptr != NULL)
            m->unpivot[m->unpivot_count++] = (struct mapping_pair){ copy, str_from(measure->name) };
        if (measure->unit == PLATFORM_MONEY && m->currency.len == 0)
            m->currency = mapping_currency_of(copy);
    }
}

enum day_figures mapping_day_figures(const struct row_shape *shape,
                                     const struct yaml_node *synonyms,
                                     struct mapping *m,
                                     struct arena *a)
{
    static const char *const fields[] = { "date", "end_date", "currency" };
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        const struct field *f = target_field(&m->target, str_from(fields[i]));
        mapping_take(m, f, mapping_column_for(shape, &m->target, f, synonyms), a);
    }
    take_measures(shape, yaml_get(synonyms, "measures"), m, a);
    const struct mapping_column *date = mapping_field(m, "date");
    if (date == NULL || m->unpivot_count < 2 || shape->expand.len > 0)
        return DAY_FIGURES_NONE;
    if (has_parts(shape, synonyms, m) || repeats_days(shape, index_of(shape, date->source)))
        return DAY_FIGURES_PARTS;
    if (is_long_apart(shape, index_of(shape, date->source), a))
        return DAY_FIGURES_LONG;
    m->columns[m->column_count++] =
        (struct mapping_column){ .field = STR("grain"), .constant = STR("day") };
    return DAY_FIGURES_FIT;
}

void mapping_tell_day_figures(const struct row_shape *shape,
                              const struct mapping *m,
                              struct buf *notes,
                              enum lang lang)
{
    size_t unused = 0;
    buf_adds(notes, tr(lang, "the rows are figures of the whole shop by day: "));
    for (size_t i = 0; i < m->unpivot_count; i++)
        buf_addf(notes,
                 tr(lang, "%s\"%.*s\" is read as %s"),
                 i > 0 ? "; " : "",
                 STR_ARG(m->unpivot[i].key),
                 platform_label(platform_measure(m->unpivot[i].value), lang));
    for (size_t i = 0; i < shape->n_columns; i++) {
        if (mapping_uses(m, shape->columns[i]) || is_measure(m, shape->columns[i]))
            continue;
        buf_addf(notes,
                 "%s\"%.*s\"",
                 unused++ == 0 ? tr(lang, "; not used: ") : ", ",
                 STR_ARG(shape->columns[i]));
    }
    buf_adds(notes, "\n");
}
