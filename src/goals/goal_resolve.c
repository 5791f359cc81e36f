/* What the target of a range of days is, and how much of it the days that are over should have
 * brought. The target of exactly that range wins; else its days are added up. */
#include "goals/goals_priv.h"

#define DAYS_MAX ((size_t)200000) /* from the first to the last day of one tree */

/* ---- days of one tree ---- */

struct hull {
    int32_t from;
    int32_t to;
};

static struct hull hull_of(const struct goal *items, size_t n)
{
    struct hull h = { INT32_MAX, INT32_MIN };
    for (size_t i = 0; i < n; i++) {
        h.from = items[i].from < h.from ? items[i].from : h.from;
        h.to = items[i].to > h.to ? items[i].to : h.to;
    }
    return h;
}

/* Evenly, to the cent, what an item has beyond those inside it. */
/* NOLINTNEXTLINE(readability-function-size): arrays and their lengths */
static bool spread(const struct goal_nest *nest,
                   const struct goal_span *spans,
                   size_t i,
                   int64_t unit_e4,
                   size_t *cells,
                   int64_t *scratch,
                   int64_t *days,
                   bool *is_off)
{
    i128 rest = (i128)spans[i].value_e4 - nest->inside_e4[i];
    size_t n = 0;
    for (size_t c = spans[i].from; c <= spans[i].to; c++) {
        if (nest->owner[c] == i)
            cells[n++] = c;
    }
    *is_off = (n == 0 && rest != 0) || (rest < 0 && nest->inside_e4[i] != 0);
    if (*is_off)
        rest = 0;
    for (size_t k = 0; k < n; k++)
        scratch[k] = 1;
    return n == 0 || goal_share_cells((int64_t)rest, unit_e4, cells, scratch, n, scratch + n, days);
}

/* Room for one tree's days, all at once. */
struct room {
    struct goal_span *spans;
    size_t *cells;
    int64_t *scratch;
    int64_t *days;
};

/* NOLINTNEXTLINE(readability-function-size): arrays and their lengths */
static enum status fill_days(const struct goal *items,
                             size_t n,
                             int64_t unit_e4,
                             struct hull h,
                             struct day_range range,
                             struct room *room,
                             int64_t *out,
                             struct goal_days *about,
                             struct error *why)
{
    struct goal_nest nest;
    const size_t n_cells = (size_t)(h.to - h.from) + 1;
    enum status st = goal_nest_make(&nest, room->spans, n, n_cells, why);
    about->is_overlap = st == STATUS_BAD_INPUT;
    for (size_t i = 0; i < n && st == STATUS_OK; i++) {
        bool is_off = false;
        if (!spread(
                &nest, room->spans, i, unit_e4, room->cells, room->scratch, room->days, &is_off))
            st = error_set(why, STATUS_NO_MEMORY, "out of memory");
        about->is_off =
            about->is_off || (is_off && items[i].from <= range.to && items[i].to >= range.from);
    }
    about->is_whole = about->has_first = st == STATUS_OK;
    for (int32_t day = range.from; day <= range.to && st == STATUS_OK; day++) {
        const bool inside = day >= h.from && day <= h.to;
        const size_t who = inside ? nest.owner[day - h.from] : SIZE_MAX;
        int64_t *to = &out[day - range.from];
        *to = who == SIZE_MAX ? GOAL_NO_DAY : room->days[day - h.from];
        about->is_any = about->is_any || who != SIZE_MAX;
        about->is_whole = about->is_whole && who != SIZE_MAX;
        const bool is_own = who != SIZE_MAX && items[who].from == items[who].to;
        about->is_even = about->is_even || (who != SIZE_MAX && !is_own);
        about->has_first = about->has_first && is_own;
        about->first_e4 += is_own ? items[who].first_e4 : 0;
        if (who != SIZE_MAX && items[who].revision > about->revision)
            about->revision = items[who].revision;
    }
    goal_nest_release(&nest);
    return st == STATUS_BAD_INPUT ? STATUS_OK : st;
}

/* NOLINTNEXTLINE(readability-function-size): arrays and their lengths */
enum status goal_days_of(const struct goal *items,
                         size_t n,
                         int64_t unit_e4,
                         struct day_range range,
                         struct arena *a,
                         int64_t *out,
                         struct goal_days *about,
                         struct error *why)
{
    *about = (struct goal_days){ .is_any = false };
    if (n == 0)
        return STATUS_OK;
    const struct hull h = hull_of(items, n);
    const size_t n_cells = (size_t)((int64_t)h.to - h.from) + 1;
    if (n_cells > DAYS_MAX)
        return error_set(why,
                         STATUS_TOO_LARGE,
                         "targets of %.*s span %zu days; `shopvane goals list` shows them",
                         STR_ARG(items[0].kpi),
                         n_cells);
    struct room room = { .spans = ARENA_NEW(a, struct goal_span, n),
                         .cells = ARENA_NEW(a, size_t, n_cells),
                         .scratch = ARENA_NEW(a, int64_t, 2 * n_cells),
                         .days = ARENA_NEW(a, int64_t, n_cells) };
    if (room.spans == NULL || room.cells == NULL || room.scratch == NULL || room.days == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < n; i++)
        room.spans[i] = (struct goal_span){ .from = (size_t)(items[i].from - h.from),
                                            .to = (size_t)(items[i].to - h.from),
                                            .value_e4 = items[i].value_e4 };
    return fill_days(items, n, unit_e4, h, range, &room, out, about, why);
}

/* ---- a range ---- */

/* The items of one tree, which stand together in a list. */
static const struct goal *tree_of(const struct goal_list *list,
                                  const struct goal_range *r,
                                  str store,
                                  size_t *n)
{
    const struct goal *first = NULL;
    *n = 0;
    for (size_t i = 0; i < list->n; i++) {
        const struct goal *g = &list->items[i];
        if (g->replaced_by != 0 || g->level != r->level || !str_eq(g->store, store) ||
            !str_eq(g->category, r->category) || !str_eq(g->kpi, r->kpi->id))
            continue;
        first = first == NULL ? g : first;
        (*n)++;
    }
    return first;
}

static bool other_currency(const struct goal *items, size_t n, const struct goal_range *r)
{
    for (size_t i = 0; i < n; i++) {
        if (kpi_unit_kind(r->kpi->unit) == UNIT_KIND_MONEY && items[i].currency.len > 0 &&
            items[i].from <= r->to && items[i].to >= r->from &&
            !str_eq(items[i].currency, r->currency))
            return true;
    }
    return false;
}

/* A rate's target holds for each day as it is: the narrowest that covers the range. */
static void rate_of(const struct goal *items,
                    size_t n,
                    const struct goal_range *r,
                    struct goal_sum *out)
{
    const struct goal *best = NULL;
    bool touches = false;
    for (size_t i = 0; i < n; i++) {
        touches = touches || (items[i].from <= r->to && items[i].to >= r->from);
        if (items[i].from <= r->from && items[i].to >= r->to &&
            (best == NULL || items[i].to - items[i].from <= best->to - best->from))
            best = &items[i];
    }
    out->gap = best != NULL ? GOAL_FOUND : touches ? GOAL_PARTLY : GOAL_NONE;
    if (best == NULL)
        return;
    out->value_e4 = best->value_e4;
    out->has_first = true;
    out->first_e4 = best->first_e4;
    out->revision = best->revision;
}

/* As far as the days are over; of a day that runs, by its minutes. */
static void add_expected(const struct goal_range *r, const int64_t *days, struct goal_sum *out)
{
    for (int32_t day = r->from; day <= r->to && day <= r->as_of; day++)
        out->expected_e4 += days[day - r->from];
    const int32_t next = (r->as_of < r->from ? r->from - 1 : r->as_of) + 1;
    if (r->part_minute > 0 && next == r->as_of + 1 && next >= r->from && next <= r->to)
        out->expected_e4 +=
            i128_div_half_even((i128)days[next - r->from] * r->part_minute, (i128)24 * 60);
}

static enum status sum_of_tree(const struct goal *items,
                               size_t n,
                               const struct goal_range *r,
                               struct arena *a,
                               struct goal_sum *out,
                               struct error *why)
{
    struct goal_days about;
    const size_t n_days = (size_t)(r->to - r->from) + 1;
    int64_t *days = ARENA_NEW(a, int64_t, n_days);
    const struct goal *exact = NULL;
    i128 sum = 0;
    if (days == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = goal_days_of(
        items, n, goal_unit_e4(r->kpi), (struct day_range){ r->from, r->to }, a, days, &about, why);
    if (st != STATUS_OK)
        return st;
    out->gap = about.is_overlap ? GOAL_OVERLAP
               : about.is_whole ? GOAL_FOUND
               : about.is_any   ? GOAL_PARTLY
                                : GOAL_NONE;
    if (out->gap != GOAL_FOUND)
        return STATUS_OK;
    for (size_t i = 0; i < n_days; i++)
        sum += days[i];
    for (size_t i = 0; i < n && exact == NULL; i++) {
        if (items[i].from == r->from && items[i].to == r->to)
            exact = &items[i];
    }
    out->value_e4 = exact != NULL ? exact->value_e4 : sum;
    out->is_off = about.is_off || out->value_e4 != sum;
    out->is_even = about.is_even && n_days > 1;
    out->has_progress = true;
    out->has_first = exact != NULL || about.has_first;
    out->first_e4 = exact != NULL ? exact->first_e4 : about.first_e4;
    out->revision = about.revision;
    if (exact != NULL && exact->revision > out->revision)
        out->revision = exact->revision;
    add_expected(r, days, out);
    return STATUS_OK;
}

static enum status one_store(const struct goal_list *list,
                             const struct goal_range *r,
                             str store,
                             struct arena *a,
                             struct goal_sum *out,
                             struct error *why)
{
    size_t n = 0;
    const struct goal *items = tree_of(list, r, store, &n);
    *out = (struct goal_sum){ .gap = GOAL_NONE };
    if (other_currency(items, n, r)) {
        out->gap = GOAL_CURRENCY;
        return STATUS_OK;
    }
    if (kpi_adds_up(r->kpi))
        return sum_of_tree(items, n, r, a, out, why);
    rate_of(items, n, r, out);
    return STATUS_OK;
}

/* Adds a store's part to that of several; the first gap stays. */
static void add_sum(struct goal_sum *to, const struct goal_sum *one)
{
    if (to->gap == GOAL_FOUND && one->gap != GOAL_FOUND)
        to->gap = one->gap == GOAL_NONE ? GOAL_SOME_STORES : one->gap;
    to->value_e4 += one->value_e4;
    to->first_e4 += one->first_e4;
    to->expected_e4 += one->expected_e4;
    to->has_first = to->has_first && one->has_first;
    to->has_progress = to->has_progress && one->has_progress;
    to->is_even = to->is_even || one->is_even;
    to->is_off = to->is_off || one->is_off;
    to->revision = one->revision > to->revision ? one->revision : to->revision;
}

/* NOLINTNEXTLINE(readability-function-size): arrays and their lengths */
static enum status several_stores(const struct goal_list *list,
                                  const struct goal_range *r,
                                  const str *stores,
                                  size_t n,
                                  struct arena *a,
                                  struct goal_sum *out,
                                  struct error *why)
{
    struct goal_sum sum = { .gap = GOAL_FOUND, .has_first = true, .has_progress = true };
    enum status st = STATUS_OK;
    bool any = false;
    for (size_t i = 0; i < n && st == STATUS_OK; i++) {
        struct goal_sum one;
        st = one_store(list, r, stores[i], a, &one, why);
        if (st != STATUS_OK)
            return st;
        any = any || one.gap != GOAL_NONE;
        add_sum(&sum, &one);
    }
    if (!any || n == 0 || (n > 1 && !kpi_adds_up(r->kpi)))
        sum = (struct goal_sum){ .gap = GOAL_NONE };
    *out = sum;
    return STATUS_OK;
}

/* The stores that have targets of this KPI, level and category, each once. */
static const str *stores_of(const struct goal_list *list,
                            const struct goal_range *r,
                            struct arena *a,
                            size_t *n)
{
    str *stores = ARENA_NEW(a, str, list->n + 1);
    *n = 0;
    for (size_t i = 0; i < list->n && stores != NULL; i++) {
        const struct goal *g = &list->items[i];
        if (g->store.len == 0 || g->replaced_by != 0 || g->level != r->level ||
            !str_eq(g->kpi, r->kpi->id) || !str_eq(g->category, r->category))
            continue;
        if (*n == 0 || !str_eq(stores[*n - 1], g->store)) /* a list is in order */
            stores[(*n)++] = g->store;
    }
    return stores;
}

enum status goal_of_range(const struct goal_list *list,
                          const struct goal_range *r,
                          struct arena *a,
                          struct goal_sum *out,
                          struct error *why)
{
    struct goal_sum sum = { .gap = GOAL_NONE };
    size_t n = 0;
    enum status st = STATUS_OK;
    const bool is_single = r->known_stores <= 1;
    if (r->n_stores > 0)
        st = several_stores(list, r, r->stores, r->n_stores, a, &sum, why);
    if (st == STATUS_OK && sum.gap == GOAL_NONE && (r->n_stores == 0 || is_single))
        st = one_store(list, r, STR_EMPTY, a, &sum, why);
    if (st == STATUS_OK && r->n_stores == 0 && (sum.gap == GOAL_NONE || sum.gap == GOAL_PARTLY)) {
        const str *stores = stores_of(list, r, a, &n);
        struct goal_sum by_store = { .gap = GOAL_NONE };
        if (stores == NULL)
            return error_set(why, STATUS_NO_MEMORY, "out of memory");
        st = several_stores(list, r, stores, n, a, &by_store, why);
        if (by_store.gap == GOAL_FOUND && n < r->known_stores)
            by_store.gap = GOAL_SOME_STORES;
        if (by_store.gap != GOAL_NONE && (sum.gap == GOAL_NONE || by_store.gap == GOAL_FOUND))
            sum = by_store;
    }
    if (st != STATUS_OK)
        return st;
    const int32_t begun = r->as_of < r->from ? r->from - 1 : r->as_of;
    sum.days_left = begun >= r->to ? 0 : r->to - begun;
    *out = sum;
    return STATUS_OK;
}
