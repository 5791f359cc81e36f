/* Orders that come twice: one that changes while pages are fetched, one that stands where two pages
 * meet, one that a cache or a replica names twice in one answer. A file has an order and its
 * refunds once, so of all copies only one counts: the one that the platform changed last, of equal
 * or unknown times the one that came last. Its refunds are that copy's too. */
#include "ingest/pull/pull_priv.h"

#include <string.h>

/* ---- In one answer ---- */

/* Whether a copy with the time `now` counts in place of an earlier one with `before`. */
static bool counts_more(str before, str now)
{
    const bool is_known = pull_time_is_later(now, STR_EMPTY);
    return !is_known || !pull_time_is_later(before, now);
}

struct map *pull_latest(const struct json_node *list, const char *time)
{
    struct map *latest = map_new();
    for (size_t i = 0; latest != NULL && i < json_node_len(list); i++) {
        const struct json_node *n = json_at(list, i);
        const str id = pull_text(n, "id");
        const uint64_t *before = map_get(latest, id);
        if (id.len == 0 ||
            (before != NULL &&
             !counts_more(pull_text(json_at(list, (size_t)*before), time), pull_text(n, time))))
            continue;
        if (!map_put(latest, id, i)) {
            map_free(latest);
            return NULL;
        }
    }
    return latest;
}

bool pull_is_latest(const struct map *latest, const struct json_node *list, size_t i)
{
    const uint64_t *at = map_get(latest, pull_text(json_at(list, i), "id"));
    return at == NULL || *at == i;
}

/* ---- In pages that have landed ---- */

#define TIME_MAX ((size_t)40)

struct copy {
    int64_t page;
    bool is_orders; /* told by a row of the order itself, not by one of its refunds */
    size_t time_len;
    char time[TIME_MAX];
};

struct pull_copies {
    struct map *by_order; /* at which place of `items` */
    struct copy *items;
    size_t count;
    size_t capacity;
};

struct pull_copies *pull_copies_new(void)
{
    struct pull_copies *c = mem_new(1, sizeof *c);
    if (c != NULL)
        c->by_order = map_new();
    if (c == NULL || c->by_order == NULL) {
        pull_copies_free(c);
        return NULL;
    }
    return c;
}

void pull_copies_free(struct pull_copies *c)
{
    if (c == NULL)
        return;
    map_free(c->by_order);
    mem_free(c->items);
    mem_free(c);
}

/* Where a row says of which order it is; the text between is a JSON value as it stands, which holds
 * no bare quotation mark. NULL: rows of this kind are of no order. */
static const struct {
    const char *from;
    const char *to;
} order_ids[PULL_FILE_COUNT] = {
    [PULL_ORDERS] = { "{\"order_id\":", ",\"order_alias\":" },
    [PULL_REFUNDS] = { ",\"order_id\":", ",\"sub_order_id\":" },
};

bool pull_has_copies(enum pull_file f)
{
    return order_ids[f].from != NULL;
}

static str between(str row, const char *from, const char *to)
{
    const size_t at = str_find(row, str_from(from));
    if (at >= row.len)
        return STR_EMPTY;
    const str rest = str_skip(row, at + str_from(from).len);
    return str_first(rest, str_find(rest, str_from(to)));
}

static str order_of(enum pull_file f, str row)
{
    return between(row, order_ids[f].from, order_ids[f].to);
}

/* An order's first row has the time, the others need not. */
static str time_of(str row)
{
    return str_first(between(row, ",\"updated_at\":\"", "\""), TIME_MAX);
}

static struct copy *copy_of(const struct pull_copies *c, str order)
{
    const uint64_t *at = map_get(c->by_order, order);
    return at != NULL ? &c->items[*at] : NULL;
}

static void set_copy(struct copy *one, enum pull_file f, int64_t page, str time)
{
    *one = (struct copy){ .page = page, .is_orders = f == PULL_ORDERS, .time_len = time.len };
    if (time.len > 0)
        memcpy(one->time, time.ptr, time.len);
}

static bool note_row(struct pull_copies *c, enum pull_file f, int64_t page, str row)
{
    const str order = order_of(f, row);
    const str time = f == PULL_ORDERS ? time_of(row) : STR_EMPTY;
    struct copy *known = copy_of(c, order);
    if (known == NULL) {
        if (!MEM_GROW(c->items, c->capacity, c->count + 1) ||
            !map_put(c->by_order, order, c->count))
            return false;
        set_copy(&c->items[c->count++], f, page, time);
        return true;
    }
    if (known->page == page || (known->is_orders && f != PULL_ORDERS))
        return true;
    if (counts_more((str){ known->time, known->time_len }, time))
        set_copy(known, f, page, time);
    return true;
}

bool pull_copies_note(struct pull_copies *c, enum pull_file f, int64_t page, str rows)
{
    while (rows.len > 0) {
        if (!note_row(c, f, page, str_take_until(&rows, '\n')))
            return false;
    }
    return true;
}

void pull_copies_keep(
    const struct pull_copies *c, enum pull_file f, int64_t page, str rows, struct buf *out)
{
    while (rows.len > 0) {
        const str row = str_take_until(&rows, '\n');
        const struct copy *counts = copy_of(c, order_of(f, row));
        if (counts != NULL && counts->page == page) {
            buf_add(out, row);
            buf_addc(out, '\n');
        }
    }
}
