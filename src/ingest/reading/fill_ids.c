/* The number of an order on its first row only, as merged cells become when a sheet is saved as
 * CSV: a row below it that names an article, has no number and says nothing else of its order is
 * its line. Rows are filled as they are read, in the file's order, so that whatever looks at a row
 * sees the number, and quarantine keeps it. */
#include "ingest/reading/reading_priv.h"

#include <string.h>

enum follows reading_follows(const struct order_texts *above, const struct order_texts *row)
{
    const bool has_clock = str_contains(row->placed_at, STR(":"));
    if (above->id.len == 0 ||
        (row->placed_at.len > 0 && !str_eq(row->placed_at, above->placed_at)) ||
        (row->customer_id.len > 0 && !str_eq(row->customer_id, above->customer_id)))
        return FOLLOWS_NOT;
    if (above->placed_at.len + above->customer_id.len == 0)
        return FOLLOWS_SURE; /* the file says no more of an order than its number */
    return row->placed_at.len < above->placed_at.len ||
                   row->customer_id.len < above->customer_id.len || has_clock ||
                   row->customer_id.len > 0
               ? FOLLOWS_SURE
               : FOLLOWS_MAYBE;
}

static size_t source_of(const struct reading *r, size_t part)
{
    return part == NO_COLUMN ? NO_COLUMN : r->columns[part].source;
}

static str text_of(const struct reading *r, const struct row *row, size_t part)
{
    const size_t at = source_of(r, part);
    return at < row->n ? value_unwrap(row->fields[at]) : STR_EMPTY;
}

static void open_order(struct order_above *a, const struct order_texts *texts)
{
    const str parts[] = { texts->id, texts->placed_at, texts->customer_id };
    str *const out[] = { &a->texts.id, &a->texts.placed_at, &a->texts.customer_id };
    size_t used = 0;
    a->texts = (struct order_texts){ STR_EMPTY, STR_EMPTY, STR_EMPTY };
    if (texts->id.len + texts->placed_at.len + texts->customer_id.len > sizeof a->kept)
        return;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        memcpy(a->kept + used, parts[i].len > 0 ? parts[i].ptr : "", parts[i].len);
        *out[i] = (str){ a->kept + used, parts[i].len };
        used += parts[i].len;
    }
}

void reading_end_order(struct reading_worker *w)
{
    w->above.texts.id = STR_EMPTY;
}

bool reading_fill_id(struct reading_worker *w, struct row *row)
{
    const struct reading *r = w->reading;
    const size_t id = source_of(r, r->parts.order_id);
    struct order_above *a = &w->above;
    a->is_filled = false;
    if (row->refusal != ROW_REFUSAL_NONE)
        reading_end_order(w);
    if (row->refusal != ROW_REFUSAL_NONE || !r->mapping->fill_ids || id >= row->n)
        return true;
    const struct order_texts texts = { text_of(r, row, r->parts.order_id),
                                       text_of(r, row, r->parts.placed_at),
                                       text_of(r, row, r->parts.customer_id) };
    if (texts.id.len > 0) {
        open_order(a, &texts);
        return true;
    }
    if (text_of(r, row, r->parts.sku).len + text_of(r, row, r->parts.title).len == 0 ||
        reading_follows(&a->texts, &texts) == FOLLOWS_NOT) {
        reading_end_order(w);
        return true;
    }
    if (!MEM_GROW(a->fields, a->fields_cap, row->n))
        return false;
    memcpy(a->fields, row->fields, row->n * sizeof *a->fields);
    a->fields[id] = a->texts.id;
    row->fields = a->fields;
    a->is_filled = true;
    w->filled++;
    return true;
}
