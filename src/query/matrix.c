/* Rows by key, cells by slot: where frames of several facts meet (an outer merge). */
#include "query/query_priv.h"

#include <string.h>

enum status query_no_memory(struct error *why)
{
    return error_set(why, STATUS_NO_MEMORY, "out of memory");
}

enum status matrix_init(
    struct matrix *m, struct arena *a, size_t n_slots, size_t n_by, struct error *why)
{
    *m = (struct matrix){ .arena = a, .n_slots = n_slots, .n_by = n_by };
    m->index = map_new();
    return m->index != NULL ? STATUS_OK : query_no_memory(why);
}

void matrix_release(struct matrix *m)
{
    map_free(m->index);
    mem_free(m->keys);
    mem_free(m->cells);
    *m = (struct matrix){ .rows = 0 };
}

/* Lengths stand before the texts, so that no two keys spell alike. */
static void spell(struct buf *b, const struct matrix *m, const struct matrix_key *key)
{
    buf_addf(b, "%zu/%d", key->bucket, key->hour);
    for (size_t i = 0; key->by != NULL && i < m->n_by; i++) {
        buf_addf(b, "/%zu:", key->by[i].len);
        buf_add(b, key->by[i]);
    }
}

static enum status add_row(struct matrix *m, const struct matrix_key *key, struct error *why)
{
    struct matrix_key kept = *key;
    if (m->rows >= QUERY_ROWS_MAX) {
        return error_set(why,
                         STATUS_TOO_LARGE,
                         "the answer has more than %zu rows: ask for fewer dimensions, a longer "
                         "grain or a shorter range",
                         QUERY_ROWS_MAX);
    }
    if (key->by != NULL) {
        str *by = ARENA_NEW(m->arena, str, m->n_by + 1);
        if (by == NULL)
            return query_no_memory(why);
        for (size_t i = 0; i < m->n_by; i++) {
            by[i] = arena_dup(m->arena, key->by[i]);
            if (by[i].ptr == NULL)
                return query_no_memory(why);
        }
        kept.by = by;
    }
    const size_t need = (m->rows + 1) * m->n_slots;
    if (!MEM_GROW(m->keys, m->keys_cap, m->rows + 1) || !MEM_GROW(m->cells, m->cells_cap, need + 1))
        return query_no_memory(why);
    m->keys[m->rows] = kept;
    for (size_t i = 0; i < m->n_slots; i++)
        m->cells[m->rows * m->n_slots + i] = (struct cell){ .kind = CELL_ABSENT };
    m->rows++;
    return STATUS_OK;
}

enum status matrix_row(struct matrix *m,
                       const struct matrix_key *key,
                       size_t *out,
                       struct error *why)
{
    struct buf name;
    buf_init(&name, (size_t)1 << 20);
    spell(&name, m, key);
    enum status st = buf_ok(&name) ? STATUS_OK : query_no_memory(why);
    const uint64_t *found = st == STATUS_OK ? map_get(m->index, buf_str(&name)) : NULL;
    if (found != NULL) {
        *out = (size_t)*found;
    } else if (st == STATUS_OK) {
        st = add_row(m, key, why);
        if (st == STATUS_OK && !map_put(m->index, buf_str(&name), m->rows - 1))
            st = query_no_memory(why);
        if (st == STATUS_OK)
            *out = m->rows - 1;
    }
    buf_release(&name);
    return st;
}

size_t matrix_find(const struct matrix *m, const struct matrix_key *key)
{
    struct buf name;
    buf_init(&name, (size_t)1 << 20);
    spell(&name, m, key);
    const uint64_t *found = buf_ok(&name) ? map_get(m->index, buf_str(&name)) : NULL;
    const size_t row = found != NULL ? (size_t)*found : SIZE_MAX;
    buf_release(&name);
    return row;
}

struct cell *matrix_cell(struct matrix *m, size_t row, size_t slot)
{
    BUG_IF(row >= m->rows || slot >= m->n_slots);
    return &m->cells[row * m->n_slots + slot];
}

enum status figures_init(struct figures *f, const struct asking *k, size_t n_by, struct error *why)
{
    *f = (struct figures){ .rows = { .rows = 0 } };
    const enum status st = matrix_init(&f->rows, k->arena, k->slots.n, n_by, why);
    return st != STATUS_OK ? st : matrix_init(&f->whole, k->arena, k->slots.n, 0, why);
}

void figures_release(struct figures *f)
{
    matrix_release(&f->rows);
    matrix_release(&f->whole);
}
