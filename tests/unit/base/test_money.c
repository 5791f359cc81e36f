/* Money and exact numbers at their limits. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define I128_MAX ((i128)(((u128)1 << 127) - 1))
#define I128_MIN (-I128_MAX - 1)
#define MAX_TEXT "170141183460469231731687303715884105727"
#define MIN_TEXT "-170141183460469231731687303715884105728"

static int set_up(void **state)
{
    struct buf *b = mem_new(1, sizeof *b);
    assert_non_null(b);
    buf_init(b, 4096);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    buf_release(*state);
    mem_free(*state);
    return 0;
}

/* What was added since the last call. */
static const char *taken(struct buf *b)
{
    static char text[4096];
    const str s = buf_str(b);
    assert_true(buf_ok(b) && s.len < sizeof text);
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    buf_clear(b);
    return text;
}

static void sums_and_products_beyond_64_bits_are_refused(void **state)
{
    (void)state;
    int64_t out = 5;
    assert_true(i64_add(INT64_MAX - 1, 1, &out));
    assert_int_equal(out, INT64_MAX);
    assert_false(i64_add(INT64_MAX, 1, &out));
    assert_false(i64_add(INT64_MIN, -1, &out));
    assert_true(i64_mul(INT64_MIN, 1, &out));
    assert_int_equal(out, INT64_MIN);
    assert_false(i64_mul(INT64_MIN, -1, &out));
    assert_false(i64_mul(INT64_C(3037000500), INT64_C(3037000500), &out));
    assert_true(i64_mul(INT64_C(3037000499), INT64_C(3037000499), &out));
    assert_int_equal(out, INT64_C(9223372030926249001));
}

static void narrowing_keeps_the_value_or_says_no(void **state)
{
    (void)state;
    int64_t out = 5;
    assert_false(i128_to_i64((i128)INT64_MAX + 1, &out));
    assert_false(i128_to_i64((i128)INT64_MIN - 1, &out));
    assert_false(i128_to_i64(I128_MAX, &out));
    assert_int_equal(out, 5);
    assert_true(i128_to_i64(INT64_MIN, &out));
    assert_int_equal(out, INT64_MIN);
    assert_true(i128_to_i64(INT64_MAX, &out));
    assert_int_equal(out, INT64_MAX);
}

static const struct {
    int64_t num;
    int64_t den;
    int64_t quotient;
} halves[] = {
    { 5, 2, 2 },
    { 7, 2, 4 },
    { -5, 2, -2 },
    { -7, 2, -4 },
    { 5, -2, -2 },
    { -7, -2, 4 },
    { 1, 3, 0 },
    { 2, 3, 1 },
    { -2, 3, -1 },
    { 0, 7, 0 },
    { 1, 2, 0 },
    { 3, 2, 2 },
    { 6, 3, 2 },
    { 25, 10, 2 },
    { 35, 10, 4 },
    { 251, 100, 3 },
    { 249, 100, 2 },
    { INT64_MIN, 1, INT64_MIN },
    { INT64_MAX, INT64_MAX, 1 },
};

static void halves_round_to_the_even_neighbour(void **state)
{
    struct buf *b = *state;
    for (size_t i = 0; i < ARRAY_LEN(halves); i++) {
        if (i128_div_half_even(halves[i].num, halves[i].den) != halves[i].quotient)
            fail_msg("row %zu", i);
    }
    buf_add_i128(b, i128_div_half_even(I128_MIN, 1));
    assert_string_equal(taken(b), MIN_TEXT);
    buf_add_i128(b, i128_div_half_even(I128_MIN, 2));
    assert_string_equal(taken(b), "-85070591730234615865843651857942052864");
    assert_true(i128_div_half_even(I128_MIN, I128_MIN) == 1);
    assert_true(i128_div_half_even(I128_MAX, I128_MIN) == -1);
}

static void amounts_are_converted_with_one_rounding(void **state)
{
    struct buf *b = *state;
    i128 out = 0;
    assert_true(money_convert(123456, INT64_C(1500000000), &out));
    assert_true(out == 185184);
    assert_true(money_convert(1, INT64_C(500000000), &out)); /* 0.5 -> 0 */
    assert_true(out == 0);
    assert_true(money_convert(3, INT64_C(500000000), &out)); /* 1.5 -> 2 */
    assert_true(out == 2);
    assert_true(money_convert(-3, INT64_C(500000000), &out));
    assert_true(out == -2);
    assert_true(money_convert(MONEY_MAX_E4, INT64_C(1000000000000000), &out));
    buf_add_i128(b, out);
    assert_string_equal(taken(b), "1000000000000000000000000");
    assert_false(money_convert(I128_MAX, 2, &out));
    assert_false(money_convert(I128_MIN, -1, &out));
}

static void amounts_are_printed_with_four_decimals(void **state)
{
    struct buf *b = *state;
    static const struct {
        int64_t value;
        const char *text;
    } rows[] = {
        { 0, "0.0000" },
        { 1, "0.0001" },
        { -1, "-0.0001" },
        { 7597065200, "759706.5200" },
        { -10000, "-1.0000" },
        { INT64_MAX, "922337203685477.5807" },
        { INT64_MIN, "-922337203685477.5808" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        buf_add_money(b, rows[i].value);
        assert_string_equal(taken(b), rows[i].text);
    }
    buf_add_money(b, I128_MIN);
    assert_string_equal(taken(b), "-17014118346046923173168730371588410.5728");
}

static void grouped_amounts_are_rounded_to_their_decimals(void **state)
{
    struct buf *b = *state;
    static const struct {
        int64_t value;
        unsigned decimals;
        const char *text;
    } rows[] = {
        { 7597065200, 2, "759,706.52" },
        { 7597065250, 2, "759,706.52" },
        { 7597065350, 2, "759,706.54" },
        { 7597065251, 2, "759,706.53" },
        { 9999995, 2, "1,000.00" },
        { 9999995, 0, "1,000" },
        { 9990000, 0, "999" },
        { -9999999, 3, "-1,000.000" },
        { -49, 2, "0.00" },
        { 12345678, 4, "1,234.5678" },
        { 12345678, 9, "1,234.5678" },
        { INT64_MIN, 4, "-922,337,203,685,477.5808" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        buf_add_money_grouped(b, rows[i].value, rows[i].decimals);
        assert_string_equal(taken(b), rows[i].text);
    }
    buf_add_money_grouped(b, I128_MIN, 4);
    assert_string_equal(taken(b), "-17,014,118,346,046,923,173,168,730,371,588,410.5728");
}

static void the_widest_integers_are_printed_whole(void **state)
{
    struct buf *b = *state;
    buf_add_i128(b, I128_MAX);
    assert_string_equal(taken(b), MAX_TEXT);
    buf_add_i128(b, I128_MIN);
    assert_string_equal(taken(b), MIN_TEXT);
    buf_add_i128_grouped(b, I128_MIN);
    assert_string_equal(taken(b), "-170,141,183,460,469,231,731,687,303,715,884,105,728");
    buf_add_i128_grouped(b, 0);
    buf_addc(b, ' ');
    buf_add_i128_grouped(b, 999);
    buf_addc(b, ' ');
    buf_add_i128_grouped(b, -1000);
    assert_string_equal(taken(b), "0 999 -1,000");
}

static const struct {
    int64_t num;
    int64_t den;
    const char *text;
} ratios[] = {
    { 0, 7, "0" },
    { 1, 3, "0.333333333333" },
    { 2, 3, "0.666666666667" },
    { -1, 3, "-0.333333333333" },
    { 1, -3, "-0.333333333333" },
    { -2, -3, "0.666666666667" },
    { 1, 1, "1.00000000000" },
    { 10, 1, "10.0000000000" },
    { 7, 200, "0.0350000000000" },
    { 231768532890, 10000000000000, "0.0231768532890" },
    { 123456789012, 1, "123456789012" },
    { 1234567890125, 10, "123456789012" },       /* half to even */
    { 1234567890135, 10, "123456789014" },       /* half to even */
    { 1234567890125001, 10000, "123456789013" }, /* more than half */
    { 999999999999500000, 1000000, "1000000000000" },
    { 9999999999995, 10000000000000, "1.00000000000" },
    { 99999999999949, 100000000000000, "0.999999999999" },
    { 1, 1000000000000000000, "0.00000000000000000100000000000" },
    { INT64_MIN, INT64_MAX, "-1.00000000000" },
};

static void ratios_have_twelve_digits_exactly_rounded(void **state)
{
    struct buf *b = *state;
    for (size_t i = 0; i < ARRAY_LEN(ratios); i++) {
        buf_add_ratio(b, ratios[i].num, ratios[i].den);
        assert_string_equal(taken(b), ratios[i].text);
    }
    buf_add_ratio(b, I128_MIN, 1);
    assert_string_equal(taken(b), "-170141183460000000000000000000000000000");
    buf_add_ratio(b, 1, I128_MAX);
    assert_string_equal(taken(b), "0.00000000000000000000000000000000000000587747175411");
    buf_add_ratio(b, I128_MAX, I128_MIN);
    assert_string_equal(taken(b), "-1.00000000000");
}

static void doubles_have_twelve_digits_in_plain_notation(void **state)
{
    struct buf *b = *state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        { 0.0, "0.00000000000" },
        { -0.0, "0.00000000000" },
        { 1.0, "1.00000000000" },
        { -0.1, "-0.100000000000" },
        { 1234567.891, "1234567.89100" },
        { 9.9999999999999, "10.0000000000" },
        { 0.09999999999999, "0.100000000000" },
        { 1e-7, "0.000000100000000000" },
        { 123456789012.0, "123456789012" },
        { 1e15, "1000000000000000" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        buf_add_double12(b, rows[i].value);
        assert_string_equal(taken(b), rows[i].text);
    }
    buf_add_double12(b, __builtin_nan(""));
    buf_add_double12(b, __builtin_inf());
    buf_add_double12(b, -__builtin_inf());
    assert_string_equal(taken(b), "nullnullnull");
    buf_add_double12(b, 1e-300);
    assert_int_equal(buf_str(b).len, 2 + 299 + 12);
}

static void shares_add_up_to_the_total(void **state)
{
    (void)state;
    static const struct {
        int64_t total;
        int64_t weights[4];
        int64_t shares[4];
    } rows[] = {
        { 100, { 1, 1, 1, 0 }, { 34, 33, 33, 0 } },
        { -100, { 1, 1, 1, 0 }, { -34, -33, -33, 0 } },
        { 10, { 1, 2, 3, 4 }, { 1, 2, 3, 4 } },
        { 1, { 1, 1, 1, 1 }, { 1, 0, 0, 0 } },
        { 5, { 0, 0, 0, 9 }, { 0, 0, 0, 5 } },
        { 0, { 3, 3, 3, 3 }, { 0, 0, 0, 0 } },
        { 101, { 2, 3, 0, 5 }, { 20, 30, 0, 51 } },
        { INT64_MAX, { INT64_MAX, 0, 0, 0 }, { INT64_MAX, 0, 0, 0 } },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t out[4];
        assert_true(money_allocate(rows[i].total, rows[i].weights, 4, out));
        assert_memory_equal(out, rows[i].shares, sizeof out);
    }
}

static void any_shares_are_within_one_unit_of_their_weight(void **state)
{
    (void)state;
    struct random r;
    random_init(&r, 42);
    for (int round = 0; round < 2000; round++) {
        int64_t weights[9];
        int64_t out[9];
        i128 sum = 0;
        i128 weight = 0;
        const size_t n = 1 + (size_t)random_below(&r, 9);
        const int64_t total = (int64_t)(random_u64(&r) >> random_below(&r, 63)) / 2;
        for (size_t i = 0; i < n; i++) {
            weights[i] = (int64_t)(random_u64(&r) >> (1 + random_below(&r, 62)));
            weight += weights[i];
        }
        if (weight == 0)
            continue;
        assert_true(money_allocate(total, weights, n, out));
        for (size_t i = 0; i < n; i++) {
            const i128 exact = (i128)total * weights[i];
            sum += out[i];
            assert_true((i128)out[i] * weight - exact <= weight);
            assert_true(exact - (i128)out[i] * weight <= weight);
        }
        assert_true(sum == total);
    }
}

/* As many lines as a careless file may put into one order. */
static void many_equal_lines_share_from_the_first(void **state)
{
    enum { N = 100000, MORE = 49999 };
    int64_t *weights = mem_new(2 * N, sizeof *weights);
    (void)state;
    assert_non_null(weights);
    int64_t *out = weights + N;
    for (size_t i = 0; i < N; i++)
        weights[i] = 7;
    assert_true(money_allocate(3 * N + MORE, weights, N, out));
    for (size_t i = 0; i < N; i++)
        assert_int_equal(out[i], i < MORE ? 4 : 3);
    mem_free(weights);
}

static void shares_without_weights_are_refused(void **state)
{
    (void)state;
    int64_t out[2] = { 7, 7 };
    assert_false(money_allocate(5, (int64_t[]){ 0, 0 }, 2, out));
    assert_false(money_allocate(5, (int64_t[]){ 3, -1 }, 2, out));
    assert_false(money_allocate(5, (int64_t[]){ 1 }, 0, out));
    assert_false(money_allocate(INT64_MIN, (int64_t[]){ 1, 0 }, 2, out));
    assert_true(out[0] == 7 && out[1] == 7);
}

/* The same list that the board's tests go through. */
static void shown_decimals_are_those_that_the_board_shows(void **state)
{
    struct buf *b = *state;
    FILE *f = fopen("tests/golden/rounding.txt", "r");
    char line[256];
    int n = 0;
    assert_non_null(f);
    while (fgets(line, sizeof line, f) != NULL) {
        char *rest = line;
        const char *text = strtok_r(rest, " \n", &rest);
        if (line[0] == '#')
            continue;
        const unsigned shift = (unsigned)strtoul(strtok_r(NULL, " \n", &rest), NULL, 10);
        const unsigned decimals = (unsigned)strtoul(strtok_r(NULL, " \n", &rest), NULL, 10);
        buf_add_rounded(b, str_from(text), shift, decimals);
        assert_string_equal(taken(b), strtok_r(NULL, " \n", &rest));
        n++;
    }
    assert_int_equal(fclose(f), 0);
    assert_true(n > 300);
}

static void what_is_no_number_is_shown_as_it_is(void **state)
{
    struct buf *b = *state;
    buf_add_rounded(b, STR("null"), 2, 2);
    assert_string_equal(taken(b), "null");
    buf_add_rounded(b, STR("123456789012345678901234"), 0, 2);
    assert_string_equal(taken(b), "123456789012345678901234");
}

static void currencies_have_their_decimals(void **state)
{
    (void)state;
    assert_int_equal(money_decimals(STR("GBP")), 2);
    assert_int_equal(money_decimals(STR("JPY")), 0);
    assert_int_equal(money_decimals(STR("XPF")), 0);
    assert_int_equal(money_decimals(STR("KWD")), 3);
    assert_int_equal(money_decimals(STR("")), 2);
    assert_int_equal(money_smallest(STR("JPY")), MONEY_ONE);
    assert_int_equal(money_smallest(STR("EUR")), 100);
    assert_int_equal(money_smallest(STR("TND")), 10);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(sums_and_products_beyond_64_bits_are_refused),
        TEST(narrowing_keeps_the_value_or_says_no),
        TEST(halves_round_to_the_even_neighbour),
        TEST(amounts_are_converted_with_one_rounding),
        TEST(amounts_are_printed_with_four_decimals),
        TEST(grouped_amounts_are_rounded_to_their_decimals),
        TEST(currencies_have_their_decimals),
        TEST(shown_decimals_are_those_that_the_board_shows),
        TEST(what_is_no_number_is_shown_as_it_is),
        TEST(the_widest_integers_are_printed_whole),
        TEST(ratios_have_twelve_digits_exactly_rounded),
        TEST(doubles_have_twelve_digits_in_plain_notation),
        TEST(shares_add_up_to_the_total),
        TEST(any_shares_are_within_one_unit_of_their_weight),
        TEST(many_equal_lines_share_from_the_first),
        TEST(shares_without_weights_are_refused),
    };
    return cmocka_run_group_tests_name("base: money", tests, NULL, NULL);
}
