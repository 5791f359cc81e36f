#include "query/number_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static i128 rounded(struct number n, int scale)
{
    i128 out = -1;
    assert_true(number_round(n, scale, &out));
    return out;
}

static void a_quotient_of_sums_keeps_its_parts(void **state)
{
    (void)state;

    const struct number aov =
        number_divide(number_money(7597065200), number_whole(1400), STR("no orders"));

    assert_true(aov.is_quotient);
    assert_true(aov.num == 7597065200 && aov.den == 1400);
    assert_int_equal(aov.num_scale, 1);
    assert_int_equal(aov.den_scale, 0);
    assert_true(rounded(aov, 1) == 5426475);
}

static void money_by_money_has_no_scale(void **state)
{
    (void)state;

    const struct number rate = number_divide(number_money(250000), number_money(1000000), STR(""));
    const struct number rest = number_subtract(number_whole(1), rate);

    assert_true(number_to_double(rate) > 0.2499 && number_to_double(rate) < 0.2501);
    assert_true(number_to_double(rest) > 0.7499 && number_to_double(rest) < 0.7501);
    assert_int_equal(number_compare(rest, rate), 1);
}

static void half_rounds_to_even(void **state)
{
    (void)state;

    assert_true(rounded(number_divide(number_whole(5), number_whole(2), STR("")), 0) == 2);
    assert_true(rounded(number_divide(number_whole(7), number_whole(2), STR("")), 0) == 4);
    assert_true(rounded(number_divide(number_whole(-5), number_whole(2), STR("")), 0) == -2);
    assert_true(rounded(number_divide(number_whole(5), number_whole(-2), STR("")), 0) == -2);
}

static void dividing_by_zero_gives_the_reason(void **state)
{
    (void)state;

    const struct number none = number_divide(number_whole(1), number_whole(0), STR("orders is 0"));
    const struct number sum = number_add(none, number_whole(3));

    assert_int_equal(none.kind, NUMBER_NONE);
    assert_int_equal(sum.kind, NUMBER_NONE);
    assert_true(str_is(sum.reason, "orders is 0"));
}

static void what_no_longer_fits_is_reduced_before_it_becomes_a_double(void **state)
{
    (void)state;
    const i128 big = (i128)1 << 100;
    const struct number half = number_divide(number_whole(big), number_whole(big * 2), STR(""));

    const struct number whole = number_add(half, half);
    const struct number quarter = number_multiply(half, half);

    assert_int_equal(whole.kind, NUMBER_EXACT);
    assert_int_equal(number_compare(whole, number_whole(1)), 0);
    assert_int_equal(quarter.kind, NUMBER_EXACT);
    assert_true(number_to_double(quarter) > 0.2499 && number_to_double(quarter) < 0.2501);
}

static void a_count_and_a_fraction_of_money_add_at_one_scale(void **state)
{
    (void)state;

    const struct number sum = number_add(number_whole(2), number_money(5000));

    assert_true(rounded(sum, 1) == 25000);
    assert_int_equal(number_compare(number_none(STR("")), number_whole(-5)), -1);
}

/* Amounts of one kind are added by a way of their own, which gives what the general one does. */
static void amounts_of_one_kind_keep_what_they_are(void **state)
{
    (void)state;
    const i128 most = (((i128)1 << 126) - 1) * 2 + 1;
    const struct number rate = number_divide(number_money(30000), number_whole(7), STR(""));
    const struct number other = number_divide(number_money(50001), number_whole(7), STR(""));

    const struct number sum = number_add(rate, other);
    const struct number less = number_subtract(rate, other);
    const struct number mixed = number_subtract(rate, number_plain(other));
    const struct number over = number_add(number_whole(most), number_whole(1));
    const struct number under = number_subtract(number_whole(-most), number_whole(2));
    const struct number none = number_subtract(number_money(1), number_none(STR("not there")));

    assert_true(sum.num == 80001 && sum.den == 7 && sum.num_scale == 1 && sum.is_quotient);
    assert_true(less.num == -20001 && less.den == 7 && less.num_scale == 1 && less.is_quotient);
    assert_true(mixed.num == -20001 && mixed.is_quotient);
    assert_int_equal(over.kind, NUMBER_REAL);
    assert_int_equal(under.kind, NUMBER_REAL);
    assert_true(number_to_double(under) < -1.7e38);
    assert_int_equal(none.kind, NUMBER_NONE);
    assert_true(str_is(none.reason, "not there"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quotient_of_sums_keeps_its_parts),
        cmocka_unit_test(money_by_money_has_no_scale),
        cmocka_unit_test(half_rounds_to_even),
        cmocka_unit_test(dividing_by_zero_gives_the_reason),
        cmocka_unit_test(what_no_longer_fits_is_reduced_before_it_becomes_a_double),
        cmocka_unit_test(a_count_and_a_fraction_of_money_add_at_one_scale),
        cmocka_unit_test(amounts_of_one_kind_keep_what_they_are),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
