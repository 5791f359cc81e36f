/* Rows of a matrix by period and combination. A table of fifty thousand rows that looks each of its
 * keys up in the whole matrix spends most of its time waiting for memory; the combinations alone
 * are few enough to stay near. */
#include "query/table_priv.h"

struct figure_place figures_place(const struct figures *f, const struct matrix_key *key)
{
    return (struct figure_place){ .key = *key,
                                  .row = matrix_find(&f->rows, key),
                                  .whole = matrix_find(&f->whole, key) };
}

bool row_index_make(struct row_index *x,
                    const struct matrix *m,
                    const struct row_tuples *tuples,
                    const uint32_t *column,
                    size_t n_periods,
                    struct arena *a)
{
    if (n_periods > QUERY_ROWS_MAX / x->width)
        return true;
    uint32_t *rows = ARENA_NEW(a, uint32_t, n_periods * x->width);
    if (rows == NULL)
        return false;
    for (size_t r = 0; r < tuples->n; r++) {
        const size_t period = m->keys[r].bucket;
        const size_t at = column[tuples->of[r]];
        if (period < n_periods && at < x->width)
            rows[period * x->width + at] = (uint32_t)r + 1;
    }
    x->rows = rows;
    return true;
}

struct figure_place row_index_place(const struct row_index *x,
                                    const struct figures *f,
                                    const struct matrix_key *key,
                                    size_t column)
{
    if (x->rows == NULL || column >= x->width || key->bucket == BUCKET_TOTAL)
        return figures_place(f, key);
    const uint32_t row = x->rows[key->bucket * x->width + column];
    return (struct figure_place){ .key = *key,
                                  .row = row > 0 ? row - 1 : SIZE_MAX,
                                  .whole = matrix_find(&f->whole, key) };
}
