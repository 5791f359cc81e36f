/* Whether the number of an order stands on its first row only: all of the first rows without one
 * that name an article lie below a row with one, and say nothing else of their order. */
#include "ingest/mapping/generic_samples_priv.h"
#include "ingest/reading/fill_ids_priv.h"

#include <string.h>

struct id_columns {
    const struct row_shape *shape;
    size_t id, placed_at, customer_id, sku, title;
};

static str sample_text(const struct id_columns *c, size_t row, size_t column)
{
    return column < c->shape->n_columns ? value_unwrap(c->shape->samples[row][column]) : STR_EMPTY;
}

static struct order_texts order_texts_of(const struct id_columns *c, size_t row)
{
    return (struct order_texts){ sample_text(c, row, c->id),
                                 sample_text(c, row, c->placed_at),
                                 sample_text(c, row, c->customer_id) };
}

/* By row the number that it takes over, where it has none of its own. */
static bool stands_once(const struct id_columns *c, str *taken)
{
    struct order_texts above = { STR_EMPTY, STR_EMPTY, STR_EMPTY };
    bool is_sure = false;
    for (size_t i = 0; i < c->shape->n_samples; i++) {
        const struct order_texts texts = order_texts_of(c, i);
        const bool has_article =
            sample_text(c, i, c->sku).len + sample_text(c, i, c->title).len > 0;
        if (texts.id.len > 0)
            above = texts;
        else if (!has_article)
            above.id = STR_EMPTY;
        if (texts.id.len > 0 || above.id.len == 0)
            continue;
        const enum follows follows = reading_follows(&above, &texts);
        if (follows == FOLLOWS_NOT)
            return false;
        is_sure = is_sure || follows == FOLLOWS_SURE;
        taken[i] = above.id;
    }
    return is_sure;
}

const struct row_shape *mapping_fill_ids(const struct row_shape *shape,
                                         struct mapping *m,
                                         struct arena *a)
{
    const struct id_columns c = { .shape = shape,
                                  .id = samples_column(shape, m, "order_id"),
                                  .placed_at = samples_column(shape, m, "placed_at"),
                                  .customer_id = samples_column(shape, m, "customer_id"),
                                  .sku = samples_column(shape, m, "sku"),
                                  .title = samples_column(shape, m, "title") };
    str *taken = ARENA_NEW(a, str, shape->n_samples + 1);
    const str **rows = ARENA_NEW(a, const str *, shape->n_samples + 1);
    struct row_shape *filled = ARENA_NEW(a, struct row_shape, 1);
    if (m->target.table != NULL || shape->expand.len > 0 || c.id == shape->n_columns ||
        taken == NULL || rows == NULL || filled == NULL || !stands_once(&c, taken))
        return shape;
    for (size_t i = 0; i < shape->n_samples; i++) {
        str *row = taken[i].len > 0 ? ARENA_NEW(a, str, shape->n_columns) : NULL;
        rows[i] = shape->samples[i];
        if (row == NULL)
            continue;
        memcpy(row, shape->samples[i], shape->n_columns * sizeof *row);
        row[c.id] = taken[i];
        rows[i] = row;
    }
    *filled = *shape;
    filled->samples = rows;
    m->fill_ids = true;
    return filled;
}
