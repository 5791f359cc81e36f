/* A ratio of two sources counts the days that both have, and a window that looks back ends on the
 * last day that is known: in a row of one store, those of that store. Statements cut all stores
 * alike, so each store that ends earlier is asked for once more, alone, and its cells take the
 * place of those that are there. Totals are not touched: a note tells what they lack (reach.c). */
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

static enum status fetch_store(struct asking *k,
                               str store,
                               const struct window *w,
                               const struct plan_variant *variant,
                               struct figures *out,
                               struct error *why)
{
    const struct kpi_question *words = k->words;
    struct plan_slot *const items = k->slots.items;
    struct together *const together = k->together;
    struct kpi_question alone = *words;
    struct figures figures = { .n_periods = 0 };
    alone.stores = &store;
    alone.store_count = 1;
    k->slots.items = slots_of(k, store);
    if (k->slots.items == NULL) {
        k->slots.items = items;
        return query_no_memory(why);
    }
    k->words = &alone;
    k->together = NULL;
    enum status st = fetch_window(k, w, variant, &figures, why);
    k->words = words;
    k->together = together;
    k->slots.items = items;
    if (st == STATUS_OK) {
        out->is_plain = out->is_plain && figures.is_plain;
        st = replace(k, store, &out->rows, &figures.rows, why);
    }
    figures_release(&figures);
    return st;
}

/* Some KPI before that one has an end of its own in the store. */
static bool is_done(const struct asking *k, size_t kpi, str store)
{
    for (size_t i = 0; i < kpi; i++) {
        if (is_apart(k, i) && ranges_own_end(k, i, store) != NULL)
            return true;
    }
    return false;
}

enum status own_ends_fetch(struct asking *k,
                           const struct window *w,
                           const struct plan_variant *variant,
                           struct figures *out,
                           struct error *why)
{
    enum status st = STATUS_OK;
    if (k->store_by == SIZE_MAX || !variant->by_dims || k->dry)
        return STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < k->n_kpis; i++) {
        for (size_t j = 0; st == STATUS_OK && is_apart(k, i) && j < k->own_ends[i].n; j++) {
            const str store = k->own_ends[i].items[j].store;
            if (!is_done(k, i, store))
                st = fetch_store(k, store, w, variant, out, why);
        }
    }
    return st;
}
