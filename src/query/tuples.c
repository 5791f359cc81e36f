/* Combinations of dimension values: which there are, and their order, by figure or by name. */
#include "query/table_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what to sort by ---- */

enum status tuples_sort_by(struct table_of_rows *t, struct error *why)
{
    struct asking *k = t->k;
    str name = k->words->sort;
    t->descending = k->n_by > 0;
    if (name.len == 0)
        return STATUS_OK;
    t->descending = str_starts(name, STR("-"));
    if (t->descending)
        name = str_skip(name, 1);
    if (str_is(name, "time")) {
        t->by_time_sort = true;
        return STATUS_OK;
    }
    for (size_t i = 0; i < k->n_by; i++) {
        if (str_is(name, k->by[i]->name)) {
            t->sort_by = k->by[i];
            return STATUS_OK;
        }
    }
    const struct kpi *wanted = kpi_find(k->context->catalog, name);
    for (size_t i = 0; i < k->n_kpis; i++) {
        if (k->kpis[i] == wanted && wanted != NULL) {
            t->sort_kpi = i;
            return STATUS_OK;
        }
    }
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "--sort \"%.*s\" is none of the asked KPIs and dimensions",
                     STR_ARG(name));
}

/* ---- which there are ---- */

/* Each combination has one row then, so the rows of the range are the combinations. */
static bool is_one_period(const struct asking *k)
{
    return k->main.n_buckets == 1 && k->grain != GRAIN_HOUR;
}

static struct matrix *combinations(struct table_of_rows *t)
{
    return is_one_period(t->k) ? &t->main.rows : &t->own_combinations;
}

static enum status add_tuples(struct table_of_rows *t,
                              const struct matrix *m,
                              struct row_tuples *out,
                              struct error *why)
{
    struct asking *k = t->k;
    struct matrix *all = combinations(t);
    const size_t rows = m->rows;
    uint32_t *tuple_of = ARENA_NEW(k->arena, uint32_t, rows);
    if (tuple_of == NULL)
        return query_no_memory(why);
    for (size_t r = 0; r < rows; r++) {
        struct matrix_key key = m->keys[r];
        size_t at = r;
        key.bucket = 0;
        key.hour = -1;
        const enum status st = m != all ? matrix_row(all, &key, &at, why) : STATUS_OK;
        if (st != STATUS_OK)
            return st;
        tuple_of[r] = (uint32_t)at;
        if (at < t->n_tuples)
            continue;
        str *by = ARENA_NEW(k->arena, str, k->n_by);
        if (by == NULL)
            return query_no_memory(why);
        for (size_t i = 0; i < k->n_by; i++)
            by[i] = names_text(&k->names, key.by[i]);
        t->tuples[t->n_tuples++] = (struct tuple){ .key = key, .by = by };
    }
    *out = (struct row_tuples){ .of = tuple_of, .n = rows };
    return STATUS_OK;
}

enum status tuples_collect(struct table_of_rows *t, struct error *why)
{
    struct asking *k = t->k;
    struct row_tuples rank_rows;
    const size_t most = t->main.rows.rows + t->other.rows.rows + t->rank.rows.rows;
    t->tuples = ARENA_NEW(k->arena, struct tuple, most + 1);
    if (t->tuples == NULL)
        return query_no_memory(why);
    if (k->n_by == 0) {
        t->n_tuples = 1;
        return STATUS_OK;
    }
    if (!matrix_init(&t->own_combinations, 0, k->n_by))
        return query_no_memory(why);
    enum status st = add_tuples(t, &t->main.rows, &t->main_rows, why);
    if (st == STATUS_OK && ranges_are_compared(k))
        st = add_tuples(t, &t->other.rows, &t->other_rows, why);
    /* who bought twice in the range may not have in any of its weeks */
    return st == STATUS_OK && t->has_rank ? add_tuples(t, &t->rank.rows, &rank_rows, why) : st;
}

/* ---- their order ---- */

/* A tuple being sorted: by `key`, equal ones stay in place. */
struct standing {
    uint64_t key;
    uint32_t tuple;
};

struct sorting {
    const struct table_of_rows *t;
    const uint32_t *rank_of; /* of each name: where it stands among them in order of text */
    struct standing *all;
    struct standing *spare; /* as many */
    size_t n;
    const double *figures; /* of each tuple, rounded */
    bool descending;
};

#define SURELY_APART 1e-12 /* of the greater one; a double is exact to 1e-16 */
#define FEW_EQUALS   16    /* are compared by text */

#define DIGIT_BITS 11u
#define DIGITS     ((size_t)1 << DIGIT_BITS)

static size_t digit_of(uint64_t key, unsigned shift)
{
    return (size_t)(key >> shift) & (DIGITS - 1);
}

/* By one digit of the keys, from `all` to `spare`. */
static void spread(struct sorting *s, unsigned shift)
{
    uint32_t from[DIGITS] = { 0 };
    for (size_t i = 0; i < s->n; i++)
        from[digit_of(s->all[i].key, shift)]++;
    uint32_t sum = 0;
    for (size_t d = 0; d < DIGITS; d++) {
        const uint32_t count = from[d];
        from[d] = sum;
        sum += count;
    }
    for (size_t i = 0; i < s->n; i++)
        s->spare[from[digit_of(s->all[i].key, shift)]++] = s->all[i];
}

/* Digit by digit from the lowest, so that equal keys keep their order. Comparing 20,000 rows took
 * half as long as making their figures. */
static void sort_by_keys(struct sorting *s)
{
    uint64_t differ = 0;
    for (size_t i = 1; i < s->n; i++)
        differ |= s->all[i].key ^ s->all[0].key;
    for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
        struct standing *spare = s->spare;
        if (digit_of(differ, shift) == 0)
            continue;
        spread(s, shift);
        s->spare = s->all;
        s->all = spare;
    }
}

/* By the name of a dimension. */
static void sort_by_dimension(struct sorting *s, size_t dimension, bool descending)
{
    for (size_t i = 0; i < s->n; i++) {
        const uint32_t rank = s->rank_of[s->t->tuples[s->all[i].tuple].key.by[dimension]];
        s->all[i].key = descending ? UINT32_MAX - rank : rank;
    }
    sort_by_keys(s);
}

/* By the names of all of them, the first before the second. */
static void sort_by_names(struct sorting *s)
{
    for (size_t d = s->t->k->n_by; d > 0; d--)
        sort_by_dimension(s, d - 1, false);
}

static int compare_name_texts(const void *x, const void *y, void *texts_of)
{
    const str *texts = texts_of;
    return str_cmp(texts[*(const uint32_t *)x], texts[*(const uint32_t *)y]);
}

static bool rank_names(struct sorting *s)
{
    const struct asking *k = s->t->k;
    const uint32_t n = (uint32_t)map_len(k->names.index);
    uint32_t *in_order = ARENA_NEW(k->arena, uint32_t, (size_t)n + 1);
    uint32_t *rank_of = ARENA_NEW(k->arena, uint32_t, (size_t)n + 1);
    if (in_order == NULL || rank_of == NULL)
        return false;
    for (uint32_t i = 0; i < n; i++)
        in_order[i] = i + 1;
    qsort_r(in_order, n, sizeof *in_order, compare_name_texts, k->names.texts);
    for (uint32_t i = 0; i < n; i++)
        rank_of[in_order[i]] = i;
    s->rank_of = rank_of;
    return true;
}

static int compare_names(const struct table_of_rows *t, uint32_t a, uint32_t b)
{
    int order = 0;
    for (size_t i = 0; i < t->k->n_by && order == 0; i++)
        order = str_cmp(t->tuples[a].by[i], t->tuples[b].by[i]);
    return order;
}

static void insert_by_name(const struct table_of_rows *t, struct standing *all, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const struct standing s = all[i];
        size_t to = i;
        for (; to > 0 && compare_names(t, all[to - 1].tuple, s.tuple) > 0; to--)
            all[to] = all[to - 1];
        all[to] = s;
    }
}

/* Those from `from` to before `to` are equal: by name. */
static bool settle(struct sorting *s, size_t from, size_t to)
{
    if (to - from <= FEW_EQUALS) {
        insert_by_name(s->t, s->all + from, to - from);
        return true;
    }
    if (s->rank_of == NULL && !rank_names(s))
        return false;
    struct sorting equals = *s;
    equals.all += from;
    equals.spare += from;
    equals.n = to - from;
    sort_by_names(&equals);
    if (equals.all != s->all + from)
        memcpy(s->all + from, equals.all, equals.n * sizeof *s->all);
    return true;
}

static bool settle_equals(struct sorting *s)
{
    bool ok = true;
    size_t from = 0;
    for (size_t i = 1; i <= s->n && ok; i++) {
        if (i < s->n && s->all[i].key == s->all[from].key)
            continue;
        ok = i - from < 2 || settle(s, from, i);
        from = i;
    }
    return ok;
}

/* All are amounts, or all whole numbers, within 64 bits: the numerators tell their order. */
static bool are_integers(const struct table_of_rows *t)
{
    const struct number *first = NULL;
    bool all = true;
    for (size_t i = 0; i < t->n_tuples && all; i++) {
        const struct number *n = &t->ranks[i];
        if (n->kind == NUMBER_NONE)
            continue;
        first = first != NULL ? first : n;
        all = n->kind == NUMBER_EXACT && n->den == 1 && n->den_scale == 0 &&
              n->num_scale == first->num_scale && n->num > INT64_MIN && n->num < INT64_MAX;
    }
    return all;
}

/* Most are told apart by their doubles. */
static int compare_values(const struct sorting *s, uint32_t a, uint32_t b)
{
    const double difference = s->figures[a] - s->figures[b];
    const double greater = fmax(fabs(s->figures[a]), fabs(s->figures[b]));
    if (fabs(difference) > SURELY_APART * greater)
        return difference > 0 ? 1 : -1;
    return number_compare(s->t->ranks[a], s->t->ranks[b]);
}

static int compare_figures(const void *x, const void *y, void *sorting_of)
{
    const uint32_t a = ((const struct standing *)x)->tuple;
    const uint32_t b = ((const struct standing *)y)->tuple;
    const struct sorting *s = sorting_of;
    const bool a_none = isnan(s->figures[a]);
    const bool b_none = isnan(s->figures[b]);
    int order = 0;
    if (a_none || b_none) /* no value stands last, whichever way */
        order = (int)a_none - (int)b_none;
    else
        order = compare_values(s, a, b) * (s->descending ? -1 : 1);
    return order != 0 ? order : compare_names(s->t, a, b);
}

/* Equals stand by name. */
static bool sort_by_figure(struct sorting *s)
{
    const struct number *ranks = s->t->ranks;
    if (are_integers(s->t)) {
        for (size_t i = 0; i < s->n; i++) {
            const struct number *n = &ranks[s->all[i].tuple];
            const uint64_t key = (uint64_t)n->num ^ (uint64_t)1 << 63; /* the smallest is 0 */
            s->all[i].key = n->kind == NUMBER_NONE ? UINT64_MAX : s->descending ? ~key : key;
        }
        sort_by_keys(s);
        return settle_equals(s);
    }
    double *figures = ARENA_NEW(s->t->k->arena, double, s->n);
    if (figures == NULL)
        return false;
    s->figures = figures;
    for (size_t i = 0; i < s->n; i++)
        figures[i] = number_to_double(ranks[i]);
    qsort_r(s->all, s->n, sizeof *s->all, compare_figures, s);
    return true;
}

/* Whether the figures of the whole range are the sums of those of its periods. */
static bool ranks_add_up(const struct table_of_rows *t)
{
    const struct asking *k = t->k;
    const size_t place = k->place[t->sort_kpi];
    return place != SIZE_MAX &&
           query_slots_add_up(k, k->slots.of_leaf[place], k->kpis[t->sort_kpi]->n_leaves);
}

/* The order is by figures, or they decide what is the top. */
static bool is_by_figure(const struct table_of_rows *t)
{
    return t->sort_by == NULL || t->k->words->top > 0;
}

bool tuples_need_rank(const struct table_of_rows *t)
{
    return t->k->n_by > 0 && t->k->grain != GRAIN_TOTAL && is_by_figure(t) && !ranks_add_up(t);
}

static enum status add_ranks(struct table_of_rows *t, struct error *why)
{
    const struct asking *k = t->k;
    const struct matrix *rows = &t->main.rows;
    enum status st = figures_init(&t->rank, k, k->n_by, why);
    if (st == STATUS_OK && !matrix_reserve(&t->rank.rows, t->n_tuples))
        st = query_no_memory(why);
    for (size_t i = 0; i < t->n_tuples && st == STATUS_OK; i++) {
        struct matrix_key key = t->tuples[i].key;
        size_t at = 0;
        key.bucket = BUCKET_TOTAL;
        st = matrix_row(&t->rank.rows, &key, &at, why);
    }
    for (size_t r = 0; r < t->main_rows.n && st == STATUS_OK; r++) {
        for (size_t s = 0; s < rows->n_slots; s++)
            query_add_cell(matrix_cell(&t->rank.rows, t->main_rows.of[r], s),
                           &rows->cells[r * rows->n_slots + s]);
    }
    return st;
}

/* The figure that each tuple stands by: of the whole range. */
static enum status rank_tuples(struct table_of_rows *t, struct error *why)
{
    struct asking *k = t->k;
    const bool is_total = k->grain == GRAIN_TOTAL;
    const enum status st = is_total || t->has_rank ? STATUS_OK : add_ranks(t, why);
    if (st != STATUS_OK)
        return st;
    const struct figures *rank = is_total ? &t->main : &t->rank;
    for (size_t i = 0; i < t->n_tuples; i++) {
        struct matrix_key key = t->tuples[i].key;
        key.bucket = is_total ? 0 : BUCKET_TOTAL;
        struct figure_place at = { .key = key, .row = i, .whole = matrix_find(&rank->whole, &key) };
        if (!(is_total && is_one_period(k))) /* then the combinations are the rows */
            at = figures_place(rank, &key);
        t->ranks[i] = figures_evaluate(k, t->sort_kpi, &k->main, rank, &at);
    }
    return STATUS_OK;
}

static size_t dimension_at(const struct asking *k, const struct dimension *d)
{
    size_t i = 0;
    while (i < k->n_by && k->by[i] != d)
        i++;
    return i;
}

static void take_order(const struct sorting *s, uint32_t *order)
{
    for (size_t i = 0; i < s->n; i++)
        order[i] = s->all[i].tuple;
}

static bool sort_tuples(struct table_of_rows *t, struct sorting *s, uint32_t *order)
{
    const bool is_named = t->sort_by != NULL;
    for (size_t i = 0; i < s->n; i++)
        s->all[i].tuple = (uint32_t)i;
    /* which rows are the top is a matter of the figure even when they are shown by name */
    s->descending = is_named || t->descending;
    if (is_by_figure(t) && !sort_by_figure(s))
        return false;
    take_order(s, order);
    s->n = t->n_shown;
    if (is_named) {
        if (s->rank_of == NULL && !rank_names(s))
            return false;
        sort_by_names(s);
        sort_by_dimension(s, dimension_at(t->k, t->sort_by), t->descending);
        take_order(s, order);
    }
    return true;
}

enum status tuples_order(struct table_of_rows *t, struct error *why)
{
    struct asking *k = t->k;
    uint32_t *order = ARENA_NEW(k->arena, uint32_t, t->n_tuples);
    if (order == NULL)
        return query_no_memory(why);
    t->order = order;
    t->n_shown = t->n_tuples;
    if (k->n_by == 0)
        return STATUS_OK;
    struct sorting s = { .t = t,
                         .all = ARENA_NEW(k->arena, struct standing, t->n_tuples),
                         .spare = ARENA_NEW(k->arena, struct standing, t->n_tuples),
                         .n = t->n_tuples };
    t->ranks = ARENA_NEW(k->arena, struct number, t->n_tuples);
    if (s.all == NULL || s.spare == NULL || t->ranks == NULL)
        return query_no_memory(why);
    const bool is_ranked = k->grain == GRAIN_TOTAL || is_by_figure(t);
    const enum status st = is_ranked ? rank_tuples(t, why) : STATUS_OK;
    if (st != STATUS_OK)
        return st;
    if (k->words->top > 0 && k->words->top < t->n_tuples)
        t->n_shown = k->words->top;
    return sort_tuples(t, &s, order) ? STATUS_OK : query_no_memory(why);
}
