/* Combinations of dimension values: which there are, and their order, by figure or by name. */
#include "query/table_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what to sort by ---- */

bool tuples_compare(const struct asking *k)
{
    return k->other.n_buckets > 0;
}

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
    str *by = ARENA_NEW(k->arena, str, rows * k->n_by);
    if (tuple_of == NULL || by == NULL)
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
        for (size_t i = 0; i < k->n_by; i++)
            by[i] = names_text(&k->names, key.by[i]);
        t->tuples[t->n_tuples++] = (struct tuple){ .key = key, .by = by };
        by += k->n_by;
    }
    *out = (struct row_tuples){ .of = tuple_of, .n = rows };
    return STATUS_OK;
}

enum status tuples_collect(struct table_of_rows *t, struct error *why)
{
    struct asking *k = t->k;
    t->tuples = ARENA_NEW(k->arena, struct tuple, t->main.rows.rows + t->other.rows.rows + 1);
    if (t->tuples == NULL)
        return query_no_memory(why);
    if (k->n_by == 0) {
        t->n_tuples = 1;
        return STATUS_OK;
    }
    if (!matrix_init(&t->own_combinations, 0, k->n_by))
        return query_no_memory(why);
    const enum status st = add_tuples(t, &t->main.rows, &t->main_rows, why);
    return st == STATUS_OK && tuples_compare(k) ? add_tuples(t, &t->other.rows, &t->other_rows, why)
                                                : st;
}

/* ---- their order ---- */

/* A tuple being sorted: 20,000 of them are compared 280,000 times, mostly by what stands here. */
struct standing {
    double figure; /* NAN: no value */
    uint32_t tuple;
};

struct sort_rule {
    const struct table_of_rows *t;
    const uint32_t *rank_of; /* of each name: where it stands among them in order of text */
    bool is_exact; /* figures are whole numbers without a rounding, else as good as doubles are */
    bool descending;
    size_t dimension; /* SIZE_MAX: by figure */
};

#define SURELY_APART 1e-12 /* of the greater one; a double is exact to 1e-16 */
#define WHOLE_MAX    ((i128)1 << 53)

static int compare_ranks(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare_names(const struct sort_rule *rule,
                         const struct standing *a,
                         const struct standing *b)
{
    const uint32_t *x = rule->t->tuples[a->tuple].key.by;
    const uint32_t *y = rule->t->tuples[b->tuple].key.by;
    int order = 0;
    for (size_t i = 0; i < rule->t->k->n_by && order == 0; i++)
        order = compare_ranks(rule->rank_of[x[i]], rule->rank_of[y[i]]);
    return order;
}

/* Names decide between equals. */
static int by_name(const void *x, const void *y, void *rule_of)
{
    const struct standing *a = x;
    const struct standing *b = y;
    const struct sort_rule *rule = rule_of;
    const size_t d = rule->dimension;
    const int order = compare_ranks(rule->rank_of[rule->t->tuples[a->tuple].key.by[d]],
                                    rule->rank_of[rule->t->tuples[b->tuple].key.by[d]]);
    if (order == 0)
        return compare_names(rule, a, b);
    return rule->descending ? -order : order;
}

/* No value stands last, whichever way. */
static int by_figure(const void *x, const void *y, void *rule_of)
{
    const struct standing *a = x;
    const struct standing *b = y;
    const struct sort_rule *rule = rule_of;
    if (isnan(a->figure) || isnan(b->figure)) {
        const int missing = (isnan(a->figure) != 0) - (isnan(b->figure) != 0);
        return missing != 0 ? missing : compare_names(rule, a, b);
    }
    const double difference = a->figure - b->figure;
    int order = (difference > 0) - (difference < 0);
    if (!rule->is_exact &&
        !(fabs(difference) > SURELY_APART * fmax(fabs(a->figure), fabs(b->figure))))
        order = number_compare(rule->t->ranks[a->tuple], rule->t->ranks[b->tuple]);
    if (order == 0)
        return compare_names(rule, a, b);
    return rule->descending ? -order : order;
}

/* Sets the figures of `all`; true: they are exact, all amounts or all whole numbers. */
static bool set_figures(const struct table_of_rows *t, struct standing *all)
{
    bool is_exact = true;
    for (size_t i = 0; i < t->n_tuples && is_exact; i++) {
        const struct number *n = &t->ranks[i];
        is_exact =
            n->kind == NUMBER_NONE ||
            (n->kind == NUMBER_EXACT && n->den == 1 && n->den_scale == 0 &&
             n->num_scale == t->ranks[0].num_scale && n->num < WHOLE_MAX && n->num > -WHOLE_MAX);
    }
    for (size_t i = 0; i < t->n_tuples; i++) {
        const struct number *n = &t->ranks[i];
        all[i] = (struct standing){ .figure = is_exact && n->kind == NUMBER_EXACT
                                                  ? (double)(int64_t)n->num
                                                  : number_to_double(*n),
                                    .tuple = (uint32_t)i };
    }
    return is_exact;
}

static int compare_name_texts(const void *x, const void *y, void *texts_of)
{
    const str *texts = texts_of;
    return str_cmp(texts[*(const uint32_t *)x], texts[*(const uint32_t *)y]);
}

/* NULL: out of memory. */
static const uint32_t *rank_names(const struct asking *k)
{
    const uint32_t n = (uint32_t)map_len(k->names.index);
    uint32_t *in_order = ARENA_NEW(k->arena, uint32_t, (size_t)n + 1);
    uint32_t *rank_of = ARENA_NEW(k->arena, uint32_t, (size_t)n + 1);
    if (in_order == NULL || rank_of == NULL)
        return NULL;
    for (uint32_t i = 0; i < n; i++)
        in_order[i] = i + 1;
    qsort_r(in_order, n, sizeof *in_order, compare_name_texts, k->names.texts);
    for (uint32_t i = 0; i < n; i++)
        rank_of[in_order[i]] = i;
    return rank_of;
}

/* The figure that each tuple stands by: of the whole range. */
static enum status rank_tuples(struct table_of_rows *t, struct error *why)
{
    struct asking *k = t->k;
    const bool is_total = k->grain == GRAIN_TOTAL;
    const struct plan_variant whole_range = { .by_dims = true };
    if (!is_total) {
        const enum status st = fetch_window(k, &k->main, &whole_range, &t->rank, why);
        if (st != STATUS_OK)
            return st;
    }
    const struct figures *rank = is_total ? &t->main : &t->rank;
    for (size_t i = 0; i < t->n_tuples; i++) {
        struct matrix_key key = t->tuples[i].key;
        key.bucket = is_total ? 0 : BUCKET_TOTAL;
        const struct figure_place at = figures_place(rank, &key);
        t->ranks[i] = figures_evaluate(k, t->sort_kpi, &k->main, rank, &at);
    }
    return STATUS_OK;
}

static void sort_tuples(struct table_of_rows *t, struct standing *all, const uint32_t *rank_of)
{
    const size_t top = t->k->words->top;
    struct sort_rule rule = { .t = t,
                              .rank_of = rank_of,
                              .is_exact = set_figures(t, all),
                              .descending = t->descending,
                              .dimension = SIZE_MAX };
    /* which rows are the top is a matter of the figure even when they are shown by name */
    if (t->sort_by == NULL || top > 0) {
        rule.descending = t->sort_by != NULL || t->descending;
        qsort_r(all, t->n_tuples, sizeof *all, by_figure, &rule);
    }
    for (size_t i = 0; i < t->k->n_by; i++) {
        if (t->k->by[i] == t->sort_by)
            rule.dimension = i;
    }
    rule.descending = t->descending;
    if (rule.dimension != SIZE_MAX)
        qsort_r(all, top > 0 ? t->n_shown : t->n_tuples, sizeof *all, by_name, &rule);
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
    struct standing *all = ARENA_NEW(k->arena, struct standing, t->n_tuples);
    t->ranks = ARENA_NEW(k->arena, struct number, t->n_tuples);
    const uint32_t *rank_of = rank_names(k);
    if (all == NULL || t->ranks == NULL || rank_of == NULL)
        return query_no_memory(why);
    const enum status st = rank_tuples(t, why);
    if (st != STATUS_OK)
        return st;
    if (k->words->top > 0 && k->words->top < t->n_tuples)
        t->n_shown = k->words->top;
    sort_tuples(t, all, rank_of);
    for (size_t i = 0; i < t->n_tuples; i++)
        order[i] = all[i].tuple;
    return STATUS_OK;
}
