/* Sharing a target among days to the cent: locked spans keep their values, the rest goes by weight.
 * Spans are nested or apart. Each cell belongs to the narrowest span that holds it; each span's
 * rest (its value less the spans directly inside) is shared among its own cells, so every sum is
 * exact by construction. */
#include "goals/goals_priv.h"

#include <stdlib.h>

static int compare_spans(const void *x, const void *y, void *spans_of)
{
    const struct goal_span *spans = spans_of;
    const struct goal_span *a = &spans[*(const size_t *)x];
    const struct goal_span *b = &spans[*(const size_t *)y];
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (a->to != b->to)
        return a->to > b->to ? -1 : 1;
    return *(const size_t *)x < *(const size_t *)y ? -1 : 1;
}

/* Parents by a stack: the spans that are still open, outermost first. */
static bool find_parents(struct goal_nest *nest, const struct goal_span *spans, size_t n)
{
    size_t depth = 0;
    for (size_t k = 0; k < n; k++) {
        const size_t i = nest->order[k];
        while (depth > 0 && spans[nest->stack[depth - 1]].to < spans[i].from)
            depth--;
        nest->parent[i] = depth > 0 ? nest->stack[depth - 1] : SIZE_MAX;
        if (depth > 0 && spans[i].to > spans[nest->stack[depth - 1]].to) {
            nest->crossing = i;
            nest->crossed = nest->stack[depth - 1];
            return false;
        }
        nest->stack[depth++] = i;
    }
    return true;
}

enum status goal_nest_make(struct goal_nest *nest,
                           const struct goal_span *spans,
                           size_t n,
                           size_t n_cells,
                           struct error *why)
{
    *nest = (struct goal_nest){ .crossing = SIZE_MAX };
    nest->order = mem_new(n + 1, sizeof *nest->order);
    nest->stack = mem_new(n + 1, sizeof *nest->stack);
    nest->parent = mem_new(n + 1, sizeof *nest->parent);
    nest->inside_e4 = mem_new(n + 1, sizeof *nest->inside_e4);
    nest->owner = mem_new(n_cells + 1, sizeof *nest->owner);
    if (nest->order == NULL || nest->stack == NULL || nest->parent == NULL ||
        nest->inside_e4 == NULL || nest->owner == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < n; i++) {
        BUG_IF(spans[i].from > spans[i].to || spans[i].to >= n_cells);
        nest->order[i] = i;
    }
    qsort_r(nest->order,
            n,
            sizeof *nest->order,
            compare_spans,
            (void *)(uintptr_t)spans); /* the comparison only reads */
    if (!find_parents(nest, spans, n))
        return error_set(why, STATUS_BAD_INPUT, "two targets overlap");
    for (size_t c = 0; c < n_cells; c++)
        nest->owner[c] = SIZE_MAX;
    for (size_t k = 0; k < n; k++) {
        const size_t i = nest->order[k];
        for (size_t c = spans[i].from; c <= spans[i].to; c++)
            nest->owner[c] = i;
        const size_t above = nest->parent[i] == SIZE_MAX ? n : nest->parent[i];
        nest->inside_e4[above] += spans[i].value_e4;
    }
    return STATUS_OK;
}

void goal_nest_release(struct goal_nest *nest)
{
    mem_free(nest->order);
    mem_free(nest->stack);
    mem_free(nest->parent);
    mem_free(nest->inside_e4);
    mem_free(nest->owner);
}

/* The heaviest of the cells takes what is no whole step. */
static size_t heaviest(const int64_t *weights, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++) {
        if (weights[i] > weights[best])
            best = i;
    }
    return best;
}

/* NOLINTNEXTLINE(readability-function-size): arrays and their lengths */
bool goal_share_cells(int64_t rest_e4,
                      int64_t unit_e4,
                      const size_t *cells,
                      int64_t *weights,
                      size_t n,
                      int64_t *shares,
                      int64_t *out)
{
    bool any = false;
    for (size_t i = 0; i < n; i++)
        any = any || weights[i] > 0;
    for (size_t i = 0; i < n && !any; i++)
        weights[i] = 1;
    if (!money_allocate(rest_e4 / unit_e4, weights, n, shares))
        return false;
    for (size_t i = 0; i < n; i++)
        out[cells[i]] = shares[i] * unit_e4;
    out[cells[heaviest(weights, n)]] += rest_e4 % unit_e4;
    return true;
}

/* What is shared, while it is. */
struct sharing {
    const struct goal_span *spans;
    size_t n_spans;
    const int64_t *weights;
    size_t n_cells;
    int64_t unit_e4;
    size_t *cells; /* scratch */
    int64_t *own;
    int64_t *shares;
    int64_t *result;
};

/* The rest of span i (n_spans: of the whole) to its own cells. */
static enum status share_rest(struct sharing *s,
                              const struct goal_nest *nest,
                              size_t i,
                              int64_t value_e4,
                              struct goal_misfit *misfit,
                              struct error *why)
{
    const bool is_whole = i == s->n_spans;
    const size_t first = is_whole ? 0 : s->spans[i].from;
    const size_t last = is_whole ? s->n_cells - 1 : s->spans[i].to;
    const i128 rest = (i128)value_e4 - nest->inside_e4[i];
    size_t n = 0;
    for (size_t c = first; c <= last; c++) {
        if (nest->owner[c] == (is_whole ? SIZE_MAX : i)) {
            s->own[n] = s->weights[c];
            s->cells[n++] = c;
        }
    }
    *misfit = (struct goal_misfit){ .fault = rest < 0             ? GOAL_LOCKS_EXCEED
                                             : n == 0 && rest > 0 ? GOAL_LOCKS_LACK
                                                                  : GOAL_FITS,
                                    .span = is_whole ? SIZE_MAX : i,
                                    .other = SIZE_MAX,
                                    .locked_e4 = nest->inside_e4[i],
                                    .value_e4 = value_e4 };
    if (misfit->fault != GOAL_FITS)
        return error_set(why, STATUS_BAD_INPUT, "locked targets and their whole do not fit");
    if (n > 0 &&
        !goal_share_cells((int64_t)rest, s->unit_e4, s->cells, s->own, n, s->shares, s->result))
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    return STATUS_OK;
}

static enum status share_all(struct sharing *s,
                             int64_t total_e4,
                             struct goal_misfit *misfit,
                             struct error *why)
{
    struct goal_nest nest;
    enum status st = goal_nest_make(&nest, s->spans, s->n_spans, s->n_cells, why);
    if (st == STATUS_BAD_INPUT)
        *misfit = (struct goal_misfit){ .fault = GOAL_CROSSES,
                                        .span = nest.crossing,
                                        .other = nest.crossed };
    if (st == STATUS_OK)
        st = share_rest(s, &nest, s->n_spans, total_e4, misfit, why);
    for (size_t i = 0; i < s->n_spans && st == STATUS_OK; i++)
        st = share_rest(s, &nest, i, s->spans[i].value_e4, misfit, why);
    goal_nest_release(&nest);
    return st;
}

/* NOLINTNEXTLINE(readability-function-size): arrays and their lengths */
enum status goal_share(int64_t total_e4,
                       const struct goal_span *spans,
                       size_t n_spans,
                       const int64_t *weights,
                       size_t n_cells,
                       int64_t unit_e4,
                       int64_t *out,
                       struct goal_misfit *misfit,
                       struct error *why)
{
    struct sharing s = { .spans = spans,
                         .n_spans = n_spans,
                         .weights = weights,
                         .n_cells = n_cells,
                         .unit_e4 = unit_e4,
                         .cells = mem_new(n_cells + 1, sizeof *s.cells),
                         .own = mem_new(n_cells + 1, sizeof *s.own),
                         .shares = mem_new(n_cells + 1, sizeof *s.shares),
                         .result = mem_new(n_cells + 1, sizeof *s.result) };
    BUG_IF(n_cells == 0 || unit_e4 < 1 || total_e4 < 0);
    enum status st = s.cells == NULL || s.own == NULL || s.shares == NULL || s.result == NULL
                         ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                         : share_all(&s, total_e4, misfit, why);
    for (size_t c = 0; c < n_cells && st == STATUS_OK; c++)
        out[c] = s.result[c];
    mem_free(s.cells);
    mem_free(s.own);
    mem_free(s.shares);
    mem_free(s.result);
    return st;
}

int64_t goal_unit_e4(const struct kpi *k)
{
    switch (kpi_unit_kind(k->unit)) {
    case UNIT_KIND_MONEY:
        return 100;
    case UNIT_KIND_COUNT:
        return MONEY_ONE;
    default:
        return 1;
    }
}
