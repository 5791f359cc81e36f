/* Sharing to the cent: examples, and thousands of random trees with random locks and changes. */
#include "goals/goals.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define CELLS_MAX 400
#define SPANS_MAX 40

static void the_rest_goes_by_weight_to_the_cent(void **state)
{
    const int64_t weights[] = { 1, 1, 1 };
    int64_t out[3];
    struct goal_misfit misfit;
    struct error why = { .lang = LANG_EN };
    (void)state;

    assert_int_equal(goal_share(1000000, NULL, 0, weights, 3, 100, out, &misfit, &why), STATUS_OK);

    assert_int_equal(out[0], 333400); /* 33.34 */
    assert_int_equal(out[1], 333300);
    assert_int_equal(out[2], 333300);
}

static void a_locked_day_stays_and_the_others_are_rescaled(void **state)
{
    const int64_t weights[] = { 10, 20, 30, 40 };
    const struct goal_span locked[] = { { 3, 3, 700000 } };
    int64_t out[4];
    struct goal_misfit misfit;
    struct error why = { .lang = LANG_EN };
    (void)state;

    assert_int_equal(goal_share(1000000, locked, 1, weights, 4, 100, out, &misfit, &why),
                     STATUS_OK);

    assert_int_equal(out[0], 50000);
    assert_int_equal(out[1], 100000);
    assert_int_equal(out[2], 150000);
    assert_int_equal(out[3], 700000);
}

static void what_does_not_fit_is_told_and_changes_nothing(void **state)
{
    const int64_t weights[] = { 1, 1, 1, 1 };
    const struct goal_span more[] = { { 0, 1, 600000 }, { 3, 3, 500000 } };
    const struct goal_span inner[] = { { 0, 2, 500000 }, { 1, 1, 500001 } };
    const struct goal_span less[] = { { 0, 1, 100000 }, { 2, 3, 100000 } };
    const struct goal_span cross[] = { { 0, 2, 1 }, { 1, 3, 1 } };
    int64_t out[4] = { 7, 7, 7, 7 };
    struct goal_misfit misfit;
    struct error why = { .lang = LANG_EN };
    (void)state;

    assert_int_equal(goal_share(1000000, more, 2, weights, 4, 100, out, &misfit, &why),
                     STATUS_BAD_INPUT);
    assert_int_equal(misfit.fault, GOAL_LOCKS_EXCEED);
    assert_true(misfit.span == SIZE_MAX && misfit.locked_e4 == 1100000);
    assert_int_equal(goal_share(1000000, inner, 2, weights, 4, 100, out, &misfit, &why),
                     STATUS_BAD_INPUT);
    assert_true(misfit.fault == GOAL_LOCKS_EXCEED && misfit.span == 0);
    assert_int_equal(goal_share(1000000, less, 2, weights, 4, 100, out, &misfit, &why),
                     STATUS_BAD_INPUT);
    assert_int_equal(misfit.fault, GOAL_LOCKS_LACK);
    assert_int_equal(goal_share(1000000, cross, 2, weights, 4, 100, out, &misfit, &why),
                     STATUS_BAD_INPUT);
    assert_int_equal(misfit.fault, GOAL_CROSSES);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(out[i], 7);
}

/* ---- random trees ---- */

struct tree {
    size_t n_cells;
    int64_t total;
    int64_t unit;
    struct goal_span spans[SPANS_MAX];
    size_t n;
    int64_t weights[CELLS_MAX];
};

static bool nests(const struct tree *t, size_t from, size_t to)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct goal_span *s = &t->spans[i];
        const bool apart = to < s->from || from > s->to;
        const bool inside = from >= s->from && to <= s->to;
        const bool around = from <= s->from && to >= s->to;
        if (!apart && !inside && !around)
            return false;
        if (from == s->from && to == s->to)
            return false;
    }
    return true;
}

static struct tree random_tree(struct random *r)
{
    static const int64_t units[] = { 1, 100, 10000 };
    struct tree t = { .n_cells = 1 + random_below(r, CELLS_MAX),
                      .unit = units[random_below(r, 3)],
                      .n = 0 };
    t.total = (int64_t)random_below(r, UINT64_C(1) << (10 + random_below(r, 50)));
    for (size_t c = 0; c < t.n_cells; c++)
        t.weights[c] = random_below(r, 5) == 0 ? 0 : (int64_t)random_below(r, UINT64_C(1) << 40);
    const size_t tries = random_below(r, SPANS_MAX);
    for (size_t i = 0; i < tries; i++) {
        const size_t from = random_below(r, t.n_cells);
        const size_t to = from + random_below(r, t.n_cells - from);
        if (nests(&t, from, to))
            t.spans[t.n++] = (struct goal_span){
                from,
                to,
                (int64_t)random_below(r, (uint64_t)t.total / (1 + random_below(r, 50)) + 1)
            };
    }
    return t;
}

static i128 sum_of(const int64_t *cells, size_t from, size_t to)
{
    i128 sum = 0;
    for (size_t c = from; c <= to; c++) {
        assert_true(cells[c] >= 0);
        sum += cells[c];
    }
    return sum;
}

/* Everything adds up, or it says why not and nothing was touched. Returns whether it fitted. */
static bool check_share(const struct tree *t, int64_t *out)
{
    int64_t before[CELLS_MAX];
    struct goal_misfit misfit = { .fault = GOAL_FITS };
    struct error why = { .lang = LANG_EN };
    memcpy(before, out, t->n_cells * sizeof *out);
    const enum status st =
        goal_share(t->total, t->spans, t->n, t->weights, t->n_cells, t->unit, out, &misfit, &why);
    if (st != STATUS_OK) {
        assert_int_equal(st, STATUS_BAD_INPUT);
        assert_true(misfit.fault == GOAL_LOCKS_EXCEED || misfit.fault == GOAL_LOCKS_LACK);
        assert_memory_equal(before, out, t->n_cells * sizeof *out);
        return false;
    }
    assert_true(sum_of(out, 0, t->n_cells - 1) == t->total);
    for (size_t i = 0; i < t->n; i++)
        assert_true(sum_of(out, t->spans[i].from, t->spans[i].to) == t->spans[i].value_e4);
    return true;
}

static void any_sequence_of_locks_and_changes_adds_up_exactly(void **state)
{
    struct random r;
    size_t fitted = 0;
    size_t refused = 0;
    (void)state;
    random_init(&r, 20261125);
    for (int round = 0; round < 3000; round++) {
        struct tree t = random_tree(&r);
        int64_t out[CELLS_MAX] = { 0 };
        for (int step = 0; step < 8; step++) {
            const bool fits = check_share(&t, out);
            fitted += fits;
            refused += !fits;
            if (fits) /* what was shared is how the next change is weighed */
                memcpy(t.weights, out, t.n_cells * sizeof *out);
            if (t.n > 0 && random_below(&r, 2) == 0) { /* unlock one, or change it */
                const struct goal_span last = t.spans[--t.n];
                t.spans[random_below(&r, t.n + 1)] = last;
            }
            if (t.n > 0 && random_below(&r, 3) == 0)
                t.spans[random_below(&r, t.n)].value_e4 = (int64_t)random_below(&r, 1000000);
            if (random_below(&r, 3) == 0)
                t.total = t.total / 2 + (int64_t)random_below(&r, 1000000);
        }
    }
    assert_true(fitted > 5000); /* both happened, and often */
    assert_true(refused > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rest_goes_by_weight_to_the_cent),
        cmocka_unit_test(a_locked_day_stays_and_the_others_are_rescaled),
        cmocka_unit_test(what_does_not_fit_is_told_and_changes_nothing),
        cmocka_unit_test(any_sequence_of_locks_and_changes_adds_up_exactly),
    };
    return cmocka_run_group_tests_name("goals: sharing", tests, NULL, NULL);
}
