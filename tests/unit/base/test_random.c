/* Random streams: the published numbers of the generator, and the shape of what is drawn. */
#include "base/base.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void streams_give_the_published_numbers(void **state)
{
    (void)state;
    /* xoshiro256** seeded by splitmix64(0) */
    static const uint64_t want[] = { UINT64_C(11091344671253066420),
                                     UINT64_C(13793997310169335082),
                                     UINT64_C(1900383378846508768),
                                     UINT64_C(7684712102626143532) };
    struct random r;
    random_init(&r, 0);
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        assert_true(random_u64(&r) == want[i]);
    random_init(&r, 20101201);
    assert_true(random_u64(&r) == UINT64_C(0x95bc2fe6caf9c99b));
    assert_true(random_u64(&r) == UINT64_C(0x68843f11bb17b2f8));
}

static void forks_are_reproducible_and_do_not_disturb_their_parent(void **state)
{
    (void)state;
    struct random parent;
    struct random plain;
    random_init(&parent, 9);
    random_init(&plain, 9);
    struct random a = random_fork(&parent, 1);
    struct random b = random_fork(&parent, 2);
    struct random again = random_fork(&plain, 1);
    int same = 0;
    for (int i = 0; i < 100; i++) {
        const uint64_t x = random_u64(&a);
        assert_true(x == random_u64(&again));
        same += x == random_u64(&b);
        assert_true(random_u64(&parent) == random_u64(&plain));
    }
    assert_int_equal(same, 0);
}

static void numbers_below_a_bound_fall_evenly(void **state)
{
    (void)state;
    struct random r;
    int count[7] = { 0 };
    random_init(&r, 3);
    for (int i = 0; i < 70000; i++) {
        const uint64_t v = random_below(&r, 7);
        assert_true(v < 7);
        count[v]++;
    }
    for (int i = 0; i < 7; i++)
        assert_true(count[i] > 9600 && count[i] < 10400); /* 4 sd */
    assert_int_equal(random_below(&r, 1), 0);
    for (int i = 0; i < 100; i++)
        assert_true(random_below(&r, (UINT64_C(1) << 63) + 1) <= UINT64_C(1) << 63);
}

enum shape { UNIT, NORMAL, EXPONENTIAL, GAMMA_SMALL, GAMMA_LARGE, BETA, POISSON, POISSON_LARGE };

static double draw(struct random *r, enum shape shape)
{
    switch (shape) {
    case UNIT:
        return random_unit(r);
    case NORMAL:
        return random_normal(r);
    case EXPONENTIAL:
        return random_exponential(r, 5);
    case GAMMA_SMALL:
        return random_gamma(r, 0.5, 2);
    case GAMMA_LARGE:
        return random_gamma(r, 9, 0.5);
    case BETA:
        return random_beta(r, 2, 3);
    case POISSON:
        return random_poisson(r, 3.5);
    default:
        return random_poisson(r, 250);
    }
}

static const struct {
    enum shape shape;
    double mean;
    double variance;
    double least;
    double most;
} shapes[] = {
    { UNIT, 0.5, 1.0 / 12, 0, 1 },     { NORMAL, 0, 1, -7, 7 },
    { EXPONENTIAL, 5, 25, 0, 200 },    { GAMMA_SMALL, 1, 2, 0, 60 },
    { GAMMA_LARGE, 4.5, 2.25, 0, 30 }, { BETA, 0.4, 0.04, 0, 1 },
    { POISSON, 3.5, 3.5, 0, 40 },      { POISSON_LARGE, 250, 250, 100, 450 },
};

static void distributions_have_their_mean_and_variance(void **state)
{
    (void)state;
    enum { DRAWS = 60000 };
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        struct random r;
        double sum = 0;
        double squares = 0;
        random_init(&r, 100 + i);
        for (int k = 0; k < DRAWS; k++) {
            const double x = draw(&r, shapes[i].shape);
            if (!(x >= shapes[i].least && x <= shapes[i].most))
                fail_msg("shape %zu: %g", i, x);
            sum += x;
            squares += (x - shapes[i].mean) * (x - shapes[i].mean);
        }
        const double error = fabs(sum / DRAWS - shapes[i].mean) / sqrt(shapes[i].variance / DRAWS);
        if (error > 4 || fabs(squares / DRAWS / shapes[i].variance - 1) > 0.06)
            fail_msg("shape %zu: mean %g, variance %g", i, sum / DRAWS, squares / DRAWS);
    }
}

static void a_poisson_of_nothing_is_nothing(void **state)
{
    (void)state;
    struct random r;
    random_init(&r, 1);
    for (int i = 0; i < 100; i++)
        assert_int_equal(random_poisson(&r, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_give_the_published_numbers),
        cmocka_unit_test(forks_are_reproducible_and_do_not_disturb_their_parent),
        cmocka_unit_test(numbers_below_a_bound_fall_evenly),
        cmocka_unit_test(distributions_have_their_mean_and_variance),
        cmocka_unit_test(a_poisson_of_nothing_is_nothing),
    };
    return cmocka_run_group_tests_name("base: random streams", tests, NULL, NULL);
}
