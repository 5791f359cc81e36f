/* The row of all combinations that are not shown. What adds up is added up from the rows that are
 * here already; anything else is asked for, without those that are shown. */
#include "query/own_ends.h"
#include "query/table_priv.h"

#include <string.h>

#define OTHER_VALUES ((size_t)64) /* bound in a statement beside those that are left out */

bool query_slots_add_up(const struct asking *k, const size_t *slots, size_t n)
{
    bool all = !k->by_currency;
    for (size_t i = 0; all && i < n; i++) {
        const size_t slot = slots != NULL ? slots[i] : i;
        const struct plan_slot *s = &k->slots.items[slot];
        all = plan_slot_adds_up(s) && !s->is_whole && !s->is_foreign &&
              k->sources[slot].n_stores == 0;
    }
    return all;
}

void query_add_cell(struct cell *sum, const struct cell *c)
{
    if (c->kind == CELL_FOLDED)
        sum->kind = CELL_FOLDED;
    if (c->kind != CELL_EXACT)
        return;
    sum->kind = CELL_EXACT;
    sum->exact += c->exact;
}

static enum status add_up(const struct table_of_rows *t,
                          const struct matrix *rows,
                          const struct row_tuples *tuples,
                          const bool *is_shown,
                          struct figures *out,
                          struct error *why)
{
    enum status st = figures_init(out, t->k, 0, why);
    for (size_t r = 0; r < tuples->n && st == STATUS_OK; r++) {
        const struct matrix_key key = { .bucket = rows->keys[r].bucket,
                                        .hour = rows->keys[r].hour };
        size_t at = 0;
        if (is_shown[tuples->of[r]])
            continue;
        st = matrix_row(&out->rows, &key, &at, why);
        for (size_t s = 0; s < rows->n_slots && st == STATUS_OK; s++)
            query_add_cell(matrix_cell(&out->rows, at, s), &rows->cells[r * rows->n_slots + s]);
    }
    return st;
}

static enum status add_up_both(struct table_of_rows *t, struct error *why)
{
    bool *is_shown = ARENA_NEW(t->k->arena, bool, t->n_tuples);
    if (is_shown == NULL)
        return query_no_memory(why);
    for (size_t i = 0; i < t->n_shown; i++)
        is_shown[t->order[i]] = true;
    const enum status st = add_up(t, &t->main.rows, &t->main_rows, is_shown, &t->main_others, why);
    return st == STATUS_OK && ranges_are_compared(t->k)
               ? add_up(t, &t->other.rows, &t->other_rows, is_shown, &t->other_others, why)
               : st;
}

static enum status ask_both(struct table_of_rows *t, struct error *why)
{
    struct asking *k = t->k;
    const size_t most = (SQL_VALUES_MAX - OTHER_VALUES) / k->n_by;
    if (t->n_shown > most)
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "--top %zu is too many rows to leave out of \"others\" where figures do "
                         "not add up: at most %zu here",
                         k->words->top,
                         most);
    str *excluded = ARENA_NEW(k->arena, str, t->n_shown * k->n_by);
    if (excluded == NULL)
        return query_no_memory(why);
    for (size_t i = 0; i < t->n_shown; i++)
        memcpy(&excluded[i * k->n_by], t->tuples[t->order[i]].by, k->n_by * sizeof *excluded);
    const struct plan_variant v = { .by_time = true,
                                    .excluded = excluded,
                                    .n_excluded = t->n_shown };
    const enum status st = fetch_window(k, &k->main, &v, &t->main_others, why);
    return st == STATUS_OK && ranges_are_compared(k)
               ? fetch_window(k, &k->other, &v, &t->other_others, why)
               : st;
}

enum status others_fetch(struct table_of_rows *t, struct error *why)
{
    if (t->k->n_by == 0 || t->n_shown == t->n_tuples)
        return STATUS_OK;
    /* others are of several stores: they end where the total does */
    const bool adds_up = query_slots_add_up(t->k, NULL, t->k->slots.n) && !own_ends_any(t->k);
    return adds_up ? add_up_both(t, why) : ask_both(t, why);
}
