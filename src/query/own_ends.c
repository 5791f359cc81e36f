/* A ratio of two sources counts the days that both have, a window that looks back ends on the last
 * day that is known, and what is compared counts as many days as there are: in a row of one store,
 * those of that store. Statements cut all stores alike, so stores that end earlier are asked for
 * once more, those of the same days together, and their cells take the place of those that are
 * there. Totals are not touched: a note tells what they lack (reach.c). */
#include "query/own_ends.h"
#include "query/table_priv.h"

/* The KPI's slots are its own (plan_slot.apart_of). */
static bool is_apart(const struct asking *k, size_t kpi)
{
    return k->place[kpi] != SIZE_MAX && k->own_ends[kpi].n > 0;
}

/* The slots with the days of one store; NULL: no memory. */
static struct plan_slot *slots_of(const struct asking *k, str store)
{
    struct plan_slot *items = ARENA_NEW(k->arena, struct plan_slot, k->slots.n + 1);
    for (size_t i = 0; items != NULL && i < k->slots.n; i++)
        items[i] = k->slots.items[i];
    for (size_t i = 0; items != NULL && i < k->n_kpis; i++) {
        const struct own_end *own = ranges_own_end(k, i, store);
        for (size_t l = 0; own != NULL && is_apart(k, i) && l < k->kpis[i]->n_leaves; l++) {
            struct plan_slot *slot = &items[k->slots.of_leaf[k->place[i]][l]];
            slot->days = own->days;
            if (slot->measure->trailing_days > 0)
                slot->trail = own->trail;
        }
    }
    return items;
}

/* Cells of the KPI in the row become those of `from`; SIZE_MAX: there are none. */
static void copy_cells(const struct asking *k,
                       size_t kpi,
                       struct matrix *to,
                       size_t row,
                       struct matrix *from,
                       size_t at)
{
    for (size_t l = 0; l < k->kpis[kpi]->n_leaves; l++) {
        const size_t slot = k->slots.of_leaf[k->place[kpi]][l];
        if (!k->slots.items[slot].is_whole)
            *matrix_cell(to, row, slot) = at != SIZE_MAX ? *matrix_cell(from, at, slot)
                                                         : (struct cell){ .kind = CELL_ABSENT };
    }
}

/* Rows that only the store's own question has are added. */
static enum status add_rows(struct matrix *to, const struct matrix *from, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t r = 0; st == STATUS_OK && r < from->rows; r++) {
        size_t row;
        st = matrix_row(to, &from->keys[r], &row, why);
    }
    return st;
}

static enum status replace(
    const struct asking *k, str store, struct matrix *to, struct matrix *from, struct error *why)
{
    const enum status st = add_rows(to, from, why);
    for (size_t r = 0; st == STATUS_OK && r < to->rows; r++) {
        if (!str_eq(names_text(&k->names, to->keys[r].by[k->store_by]), store))
            continue;
        const size_t at = matrix_find(from, &to->keys[r]);
        for (size_t i = 0; i < k->n_kpis; i++) {
            if (is_apart(k, i) && ranges_own_end(k, i, store) != NULL)
                copy_cells(k, i, to, r, from, at);
        }
    }
    return st;
}

/* A window of stores that all end on the same days. */
struct apart {
    const str *stores;
    size_t n;
    const struct window *window;
    const struct plan_variant *variant;
};

/* As these stores alone would ask for it. */
static enum status fetch_alone(struct asking *k,
                               const struct apart *apart,
                               struct plan_slot *slots,
                               struct figures *out,
                               struct error *why)
{
    const struct kpi_question *words = k->words;
    struct plan_slot *const items = k->slots.items;
    struct together *const together = k->together;
    const int32_t order_day = k->order_day;
    struct kpi_question alone = *words;
    alone.stores = apart->stores;
    alone.store_count = apart->n;
    k->slots.items = slots;
    k->words = &alone;
    k->together = NULL;
    k->order_day = ranges_order_day(k, apart->stores[0]);
    const enum status st = fetch_window(k, apart->window, apart->variant, out, why);
    k->words = words;
    k->together = together;
    k->order_day = order_day;
    k->slots.items = items;
    return st;
}

static enum status fetch_stores(struct asking *k,
                                const struct apart *apart,
                                struct figures *out,
                                struct error *why)
{
    struct plan_slot *slots = slots_of(k, apart->stores[0]);
    struct figures figures = { .n_periods = 0 };
    if (slots == NULL)
        return query_no_memory(why);
    enum status st = fetch_alone(k, apart, slots, &figures, why);
    if (st == STATUS_OK)
        out->is_plain = out->is_plain && figures.is_plain;
    for (size_t i = 0; st == STATUS_OK && i < apart->n; i++)
        st = replace(k, apart->stores[i], &out->rows, &figures.rows, why);
    figures_release(&figures);
    return st;
}

/* The store's days of the window are other than what was asked for, of some KPI. */
static bool has_own_days(const struct asking *k, str store, const struct window *w)
{
    for (size_t i = 0; i < k->n_kpis; i++) {
        const struct own_end *own = is_apart(k, i) ? ranges_own_end(k, i, store) : NULL;
        if (own == NULL)
            continue;
        if (own->today != k->order_day && ranges_asks_for_today(k, i))
            return true;
        const bool trails = ranges_trail(k, i);
        if (w == &k->other ? own->days.other != k->days[i].other ||
                                 (trails && own->trail.other != k->trails[i].other)
                           : own->days.main != k->days[i].main ||
                                 (trails && own->trail.main != k->trails[i].main))
            return true;
    }
    return false;
}

/* Both stores end on the same days, whatever the KPI. */
static bool end_alike(const struct asking *k, str a, str b)
{
    for (size_t i = 0; i < k->n_kpis; i++) {
        const struct own_end *x = is_apart(k, i) ? ranges_own_end(k, i, a) : NULL;
        const struct own_end *y = is_apart(k, i) ? ranges_own_end(k, i, b) : NULL;
        if ((x == NULL) != (y == NULL) || (x != NULL && !ranges_is_same_end(x, y)))
            return false;
    }
    return true;
}

static bool is_listed(const str *stores, size_t n, str store)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(stores[i], store))
            return true;
    }
    return false;
}

/* Each store with days of its own in the window, once; NULL: no memory. */
static str *list_stores(const struct asking *k, const struct window *w, size_t *n)
{
    size_t most = 0;
    for (size_t i = 0; i < k->n_kpis; i++)
        most += k->own_ends[i].n;
    str *stores = ARENA_NEW(k->arena, str, most + 1);
    *n = 0;
    for (size_t i = 0; stores != NULL && i < k->n_kpis; i++) {
        for (size_t j = 0; is_apart(k, i) && j < k->own_ends[i].n; j++) {
            const str store = k->own_ends[i].items[j].store;
            if (!is_listed(stores, *n, store) && has_own_days(k, store, w))
                stores[(*n)++] = store;
        }
    }
    return stores;
}

bool own_ends_any(const struct asking *k)
{
    bool any = false;
    for (size_t i = 0; k->store_by != SIZE_MAX && i < k->n_kpis; i++)
        any = any || is_apart(k, i);
    return any;
}

enum status own_ends_fetch(struct asking *k,
                           const struct window *w,
                           const struct plan_variant *variant,
                           struct figures *out,
                           struct error *why)
{
    enum status st = STATUS_OK;
    size_t n = 0;
    if (!own_ends_any(k) || !variant->by_dims || k->dry || k->words->only_total)
        return STATUS_OK;
    str *left = list_stores(k, w, &n);
    str *group = ARENA_NEW(k->arena, str, n + 1);
    if (left == NULL || group == NULL)
        return query_no_memory(why);
    while (st == STATUS_OK && n > 0) {
        const str first = left[0];
        size_t n_group = 0;
        size_t rest = 0;
        for (size_t i = 0; i < n; i++) {
            if (end_alike(k, first, left[i]))
                group[n_group++] = left[i];
            else
                left[rest++] = left[i];
        }
        n = rest;
        const struct apart apart = {
            .stores = group, .n = n_group, .window = w, .variant = variant
        };
        st = fetch_stores(k, &apart, out, why);
    }
    return st;
}
