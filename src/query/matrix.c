/* Rows by key, cells by slot: where frames of several facts meet (an outer merge). Texts of
 * dimension values are numbered once, so that a key is a few integers. */
#include "query/query_priv.h"

enum status query_no_memory(struct error *why)
{
    return error_set(why, STATUS_NO_MEMORY, "out of memory");
}

/* ---- names ---- */

bool names_init(struct names *n, struct arena *a)
{
    *n = (struct names){ .arena = a, .index = map_new() };
    return n->index != NULL && MEM_GROW(n->texts, n->cap, 1);
}

void names_release(struct names *n)
{
    map_free(n->index);
    mem_free(n->texts);
    *n = (struct names){ .index = NULL };
}

uint32_t names_number(struct names *n, str text)
{
    const uint64_t *found = map_get(n->index, text);
    if (found != NULL)
        return (uint32_t)*found;
    const uint64_t next = (uint64_t)map_len(n->index) + 1;
    const str copy = arena_dup(n->arena, text);
    if (next >= UINT32_MAX || copy.ptr == NULL || !MEM_GROW(n->texts, n->cap, (size_t)next + 1) ||
        !map_put(n->index, text, next))
        return NAME_ALL;
    n->texts[next] = copy;
    return (uint32_t)next;
}

str names_text(const struct names *n, uint32_t number)
{
    BUG_IF(number == NAME_ALL || number > map_len(n->index));
    return n->texts[number];
}

/* ---- matrix ---- */

#define SLOTS_FIRST ((size_t)64)

bool matrix_init(struct matrix *m, size_t n_slots, size_t n_by)
{
    *m = (struct matrix){ .n_slots = n_slots, .n_by = n_by, .index_size = SLOTS_FIRST };
    m->index = mem_new(m->index_size, sizeof *m->index);
    return m->index != NULL;
}

void matrix_release(struct matrix *m)
{
    mem_free(m->index);
    mem_free(m->keys);
    mem_free(m->cells);
    *m = (struct matrix){ .rows = 0 };
}

/* Multiplying by odd numbers and folding the upper half in: keys differ in their low bits. */
static size_t hash_key(const struct matrix *m, const struct matrix_key *key)
{
    const uint64_t odd = 0x9E3779B97F4A7C15u;
    uint64_t h = ((uint64_t)key->bucket << 32 | (uint32_t)key->hour) * odd;
    for (size_t i = 0; i < m->n_by; i++)
        h = (h ^ h >> 32 ^ key->by[i]) * odd;
    return (size_t)(h ^ h >> 32);
}

static bool same_key(const struct matrix *m, const struct matrix_key *a, const struct matrix_key *b)
{
    bool same = a->bucket == b->bucket && a->hour == b->hour;
    for (size_t i = 0; i < m->n_by && same; i++)
        same = a->by[i] == b->by[i];
    return same;
}

/* Where the key's row number + 1 stands in the index, or the free place where it belongs. */
static size_t place_of(const struct matrix *m, const struct matrix_key *key)
{
    size_t i = hash_key(m, key) & (m->index_size - 1);
    while (m->index[i] != 0 && !same_key(m, &m->keys[m->index[i] - 1], key))
        i = (i + 1) & (m->index_size - 1);
    return i;
}

static bool widen(struct matrix *m, size_t size)
{
    uint32_t *wider = mem_new(size, sizeof *wider);
    if (wider == NULL)
        return false;
    mem_free(m->index);
    m->index = wider;
    m->index_size = size;
    for (size_t r = 0; r < m->rows; r++)
        m->index[place_of(m, &m->keys[r])] = (uint32_t)r + 1;
    return true;
}

bool matrix_reserve(struct matrix *m, size_t rows)
{
    size_t size = m->index_size;
    while (rows > size / 2)
        size *= 2;
    return MEM_GROW(m->keys, m->keys_cap, rows) &&
           MEM_GROW(m->cells, m->cells_cap, rows * m->n_slots + 1) &&
           (size == m->index_size || widen(m, size));
}

enum status matrix_row(struct matrix *m,
                       const struct matrix_key *key,
                       size_t *out,
                       struct error *why)
{
    size_t place = place_of(m, key);
    *out = m->index[place] != 0 ? m->index[place] - 1 : m->rows;
    if (*out < m->rows)
        return STATUS_OK;
    if (m->rows >= QUERY_ROWS_MAX) {
        return error_set(why,
                         STATUS_TOO_LARGE,
                         "the answer has more than %zu rows: ask for fewer dimensions, a longer "
                         "grain or a shorter range",
                         QUERY_ROWS_MAX);
    }
    const size_t size = m->index_size;
    if (!matrix_reserve(m, m->rows + 1))
        return query_no_memory(why);
    if (size != m->index_size)
        place = place_of(m, key);
    m->keys[m->rows] = *key;
    for (size_t i = 0; i < m->n_slots; i++)
        m->cells[m->rows * m->n_slots + i] = (struct cell){ .kind = CELL_ABSENT };
    m->index[place] = (uint32_t)++m->rows;
    return STATUS_OK;
}

size_t matrix_find(const struct matrix *m, const struct matrix_key *key)
{
    if (m->rows == 0)
        return SIZE_MAX;
    const uint32_t row = m->index[place_of(m, key)];
    return row != 0 ? row - 1 : SIZE_MAX;
}

struct cell *matrix_cell(struct matrix *m, size_t row, size_t slot)
{
    BUG_IF(row >= m->rows || slot >= m->n_slots);
    return &m->cells[row * m->n_slots + slot];
}

enum status figures_init(struct figures *f, const struct asking *k, size_t n_by, struct error *why)
{
    *f = (struct figures){ .rows = { .rows = 0 } };
    if (!matrix_init(&f->rows, k->slots.n, n_by) || !matrix_init(&f->whole, k->slots.n, 0))
        return query_no_memory(why);
    f->is_plain = !k->by_currency;
    for (size_t i = 0; i < k->slots.n; i++)
        f->is_plain = f->is_plain && k->sources[i].n_stores == 0;
    return STATUS_OK;
}

void figures_release(struct figures *f)
{
    matrix_release(&f->rows);
    matrix_release(&f->whole);
    mem_free(f->platform_rows);
    f->platform_rows = NULL;
}
