/* All targets while they are being changed: finding, nesting, and sharing one anew. */
#include "goals/goals_priv.h"

#include <stdlib.h>
#include <string.h>

enum status goal_book_add(struct goal_book *b, const struct goal *g, struct error *why)
{
    if (b->n == b->cap) {
        const size_t cap = b->cap * 2 + 64;
        struct goal *items = ARENA_NEW(b->arena, struct goal, cap);
        if (items == NULL)
            return error_set(why, STATUS_NO_MEMORY, "out of memory");
        if (b->n > 0)
            memcpy(items, b->items, b->n * sizeof *items);
        b->items = items;
        b->cap = cap;
    }
    b->items[b->n++] = *g;
    return STATUS_OK;
}

size_t goal_book_find(const struct goal_book *b, const struct goal *key)
{
    for (size_t low = 0, high = b->n_sorted; low < high;) {
        const size_t mid = low + (high - low) / 2;
        struct goal probe = *key;
        probe.revision = b->items[mid].revision;
        const int order = goal_compare(&probe, &b->items[mid]);
        if (order == 0)
            return mid;
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return SIZE_MAX;
}

void goal_book_sort(struct goal_book *b)
{
    if (b->n > 0)
        qsort(b->items, b->n, sizeof *b->items, goal_compare);
    b->n_sorted = b->n;
}

struct goal_slice goal_tree_slice(const struct goal_book *b, size_t at, size_t end)
{
    struct goal_slice s = { at, at };
    while (s.to < end && goal_same_tree(&b->items[at], &b->items[s.to]))
        s.to++;
    return s;
}

/* ---- errors ---- */

static str money_words(const struct goal_book *b, const struct goal *g, i128 v)
{
    const struct kpi *k = kpi_find(b->catalog, g->kpi);
    struct buf text;
    buf_init(&text, 64);
    buf_add_money_grouped(
        &text,
        v,
        k != NULL && kpi_unit_kind(k->unit) == UNIT_KIND_COUNT && v % MONEY_ONE == 0 ? 0 : 2);
    const str s = arena_dup(b->arena, buf_str(&text));
    buf_release(&text);
    return s.ptr != NULL ? s : STR_EMPTY;
}

static enum status crossing_error(const struct goal_book *b,
                                  const struct goal *x,
                                  const struct goal *y,
                                  struct error *why)
{
    const struct goal *first = x->from < y->from ? x : y;
    const struct goal *second = first == x ? y : x;
    const enum lang lang = why != NULL ? why->lang : LANG_EN;
    return error_set(
        why,
        STATUS_BAD_INPUT,
        "targets overlap: %.*s and %.*s share days and neither holds the other; write the "
        "one that crosses as two, cut where the other ends (FROM..TO)",
        STR_ARG(goal_words(first, b->arena, lang)),
        STR_ARG(goal_words(second, b->arena, lang)));
}

enum status goal_misfit_error(const struct goal_book *b,
                              const struct goal *root,
                              const struct goal *const *locked,
                              const struct goal_misfit *m,
                              struct error *why)
{
    const struct goal *g = m->span == SIZE_MAX ? root : locked[m->span];
    const enum lang lang = why != NULL ? why->lang : LANG_EN;
    const str words = goal_words(g, b->arena, lang);
    const str inside = money_words(b, g, m->locked_e4);
    const str value = money_words(b, g, m->value_e4);
    if (m->fault == GOAL_CROSSES)
        return crossing_error(b, g, locked[m->other], why);
    if (m->fault == GOAL_LOCKS_EXCEED)
        return error_set(
            why,
            STATUS_BAD_INPUT,
            "%.*s: what is locked inside it adds up to %.*s, more than its %.*s; unlock or "
            "lower one (shopvane goals unlock PERIOD), or raise the whole; nothing was "
            "changed",
            STR_ARG(words),
            STR_ARG(inside),
            STR_ARG(value));
    return error_set(
        why,
        STATUS_BAD_INPUT,
        "%.*s: everything inside it is locked and adds up to %.*s, not to its %.*s; unlock "
        "one (shopvane goals unlock PERIOD) or set the whole to the sum; nothing was changed",
        STR_ARG(words),
        STR_ARG(inside),
        STR_ARG(value));
}

enum status goal_check_nesting(const struct goal_book *b, struct goal_slice tree, struct error *why)
{
    size_t open[64]; /* years hold quarters hold months ...: nobody nests deeper */
    size_t depth = 0;
    for (size_t i = tree.from; i < tree.to; i++) {
        const struct goal *g = &b->items[i];
        while (depth > 0 && b->items[open[depth - 1]].to < g->from)
            depth--;
        if (depth > 0 && g->to > b->items[open[depth - 1]].to)
            return crossing_error(b, &b->items[open[depth - 1]], g, why);
        if (g->from == g->to)
            continue;
        if (depth == ARRAY_LEN(open))
            return error_set(why,
                             STATUS_BAD_INPUT,
                             "more than %zu targets lie in each other around %.*s",
                             ARRAY_LEN(open),
                             STR_ARG(g->period));
        open[depth++] = i;
    }
    return STATUS_OK;
}

/* ---- sharing one target anew ---- */

/* One target being shared: cells are its days, store by store. */
struct resharing {
    struct goal_book *book;
    struct goal root; /* a copy: the book's items move */
    struct goal_slice forest;
    const str *stores; /* of each part; the root's own for a tree of its own */
    size_t n_stores;
    bool by_store;
    size_t days;
    struct goal_span *spans;
    const struct goal **locked; /* of each span */
    size_t n_spans;
    size_t *day_item; /* of each cell; SIZE_MAX: none yet */
    int64_t *shares;
};

static size_t part_of(const struct resharing *r, str store)
{
    for (size_t i = 0; i < r->n_stores; i++) {
        if (str_eq(r->stores[i], store))
            return i;
    }
    return SIZE_MAX;
}

static bool is_inside(const struct resharing *r, const struct goal *g)
{
    return g->from >= r->root.from && g->to <= r->root.to;
}

/* The root itself, in a tree of its own. */
static bool is_root(const struct resharing *r, const struct goal *g)
{
    return goal_same_key(g, &r->root);
}

static enum status add_span(struct resharing *r, size_t part, size_t at, struct error *why)
{
    const struct goal *g = &r->book->items[at];
    const size_t first = part * r->days + (size_t)(g->from - r->root.from);
    if (g->from == g->to)
        r->day_item[first] = at;
    if (!g->locked || is_root(r, g))
        return STATUS_OK;
    if (!str_eq(g->currency, r->root.currency)) {
        const enum lang lang = why != NULL ? why->lang : LANG_EN;
        return error_set(
            why,
            STATUS_BAD_INPUT,
            "%.*s is in %.*s and the target to be split is in %.*s; give both in one currency",
            STR_ARG(goal_words(g, r->book->arena, lang)),
            STR_ARG(g->currency),
            STR_ARG(r->root.currency));
    }
    r->locked[r->n_spans] = g;
    r->spans[r->n_spans++] = (struct goal_span){ .from = first,
                                                 .to = first + (size_t)(g->to - g->from),
                                                 .value_e4 = g->value_e4 };
    return STATUS_OK;
}

/* The whole shop's locked parts would have to be shared by store as well. */
static enum status refuse_whole_lock(const struct resharing *r,
                                     const struct goal *g,
                                     struct error *why)
{
    const enum lang lang = why != NULL ? why->lang : LANG_EN;
    return error_set(
        why,
        STATUS_BAD_INPUT,
        "%.*s is locked for all stores together, but its target is split by store; give it "
        "store by store (--store NAME), unlock it, or split with --whole",
        STR_ARG(goal_words(g, r->book->arena, lang)));
}

static enum status collect(struct resharing *r, struct error *why)
{
    const struct goal_book *b = r->book;
    enum status st = STATUS_OK;
    for (size_t c = 0; c < r->n_stores * r->days; c++)
        r->day_item[c] = SIZE_MAX;
    for (size_t i = r->forest.from; i < r->forest.to && st == STATUS_OK; i++) {
        const struct goal *g = &b->items[i];
        const size_t part = part_of(r, g->store);
        if (!is_inside(r, g))
            continue;
        if (part != SIZE_MAX)
            st = add_span(r, part, i, why);
        else if (r->by_store && g->store.len == 0 && g->locked && !is_root(r, g))
            st = refuse_whole_lock(r, g, why);
    }
    return st;
}

static int64_t sum_of_cells(const struct resharing *r, size_t part, const struct goal *g)
{
    int64_t sum = 0;
    for (int32_t d = g->from; d <= g->to; d++)
        sum += r->shares[part * r->days + (size_t)(d - r->root.from)];
    return sum;
}

static int64_t sum_of_stores(const struct resharing *r, const struct goal *g)
{
    int64_t sum = 0;
    for (size_t part = 0; part < r->n_stores; part++)
        sum += sum_of_cells(r, part, g);
    return sum;
}

/* Wider targets that are not locked follow their days. */
static void follow_days(struct resharing *r)
{
    for (size_t i = r->forest.from; i < r->forest.to; i++) {
        struct goal *g = &r->book->items[i];
        const size_t part = part_of(r, g->store);
        const bool whole = r->by_store && g->store.len == 0;
        if (!is_inside(r, g) || g->locked || is_root(r, g) || (part == SIZE_MAX && !whole))
            continue;
        const int64_t sum = whole ? sum_of_stores(r, g) : sum_of_cells(r, part, g);
        g->is_split = g->is_split || g->value_e4 != sum;
        g->value_e4 = sum;
    }
}

static struct goal day_goal(const struct resharing *r, str store, size_t day, int64_t value)
{
    struct goal g = r->root;
    struct buf text;
    buf_init(&text, 16);
    g.store = store;
    g.from = g.to = r->root.from + (int32_t)day;
    buf_add_day(&text, g.from);
    g.period = arena_dup(r->book->arena, buf_str(&text));
    if (g.period.ptr == NULL)
        g.period = STR_EMPTY;
    buf_release(&text);
    g.value_e4 = value;
    g.locked = false;
    g.is_split = true;
    g.note = STR_EMPTY;
    return g;
}

static enum status add_days(struct resharing *r, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t c = 0; c < r->n_stores * r->days && st == STATUS_OK; c++) {
        const struct goal g = day_goal(r, r->stores[c / r->days], c % r->days, r->shares[c]);
        if (r->day_item[c] == SIZE_MAX)
            st = goal_book_add(r->book, &g, why);
    }
    return st;
}

/* The stores' own totals, and the whole's days. */
static enum status add_totals(struct resharing *r, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t part = 0; part < r->n_stores && st == STATUS_OK; part++) {
        struct goal g = r->root;
        g.store = r->stores[part];
        if (goal_book_find(r->book, &g) != SIZE_MAX)
            continue;
        g.value_e4 = sum_of_cells(r, part, &g);
        g.locked = false;
        g.is_split = true;
        g.note = STR_EMPTY;
        st = goal_book_add(r->book, &g, why);
    }
    for (size_t d = 0; d < r->days && st == STATUS_OK; d++) {
        struct goal g = day_goal(r, STR_EMPTY, d, 0);
        g.value_e4 = sum_of_stores(r, &g);
        if (goal_book_find(r->book, &g) == SIZE_MAX)
            st = goal_book_add(r->book, &g, why);
    }
    return st;
}

static enum status reshare(struct resharing *r, const int64_t *weights, struct error *why)
{
    struct goal_misfit misfit = { .fault = GOAL_FITS };
    const struct kpi *k = kpi_find(r->book->catalog, r->root.kpi);
    enum status st = collect(r, why);
    if (st != STATUS_OK)
        return st;
    st = goal_share(r->root.value_e4,
                    r->spans,
                    r->n_spans,
                    weights,
                    r->n_stores * r->days,
                    k != NULL ? goal_unit_e4(k) : 1,
                    r->shares,
                    &misfit,
                    why);
    if (st == STATUS_BAD_INPUT)
        return goal_misfit_error(r->book, &r->root, r->locked, &misfit, why);
    if (st != STATUS_OK)
        return st;
    follow_days(r);
    st = add_days(r, why);
    return st == STATUS_OK && r->by_store ? add_totals(r, why) : st;
}

/* NOLINTNEXTLINE(readability-function-size): arrays and their lengths */
enum status goal_reshare(struct goal_book *b,
                         struct goal_slice forest,
                         size_t root,
                         const str *stores,
                         size_t n_stores,
                         const int64_t *weights,
                         struct error *why)
{
    struct resharing r = { .book = b,
                           .root = b->items[root],
                           .forest = forest,
                           .stores = stores,
                           .n_stores = n_stores,
                           .by_store = n_stores > 0 };
    const size_t room = forest.to - forest.from + 1;
    if (!r.by_store) {
        r.stores = &r.root.store;
        r.n_stores = 1;
    }
    r.days = (size_t)(r.root.to - r.root.from) + 1;
    r.spans = ARENA_NEW(b->arena, struct goal_span, room);
    r.locked = ARENA_NEW(b->arena, const struct goal *, room);
    r.day_item = ARENA_NEW(b->arena, size_t, r.n_stores * r.days);
    r.shares = ARENA_NEW(b->arena, int64_t, r.n_stores * r.days);
    if (r.spans == NULL || r.locked == NULL || r.day_item == NULL || r.shares == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    return reshare(&r, weights, why);
}
