/* Slices of text: comparing, cutting, numbers, distance, UTF-8 and its width. */
#include "base/base.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void slices_compare_by_their_bytes(void **state)
{
    (void)state;
    assert_true(str_eq(STR("a\0b"), (str){ "a\0b", 3 }));
    assert_false(str_eq(STR("a\0b"), STR("a\0c")));
    assert_true(str_eq(STR_EMPTY, str_from(NULL)));
    assert_false(str_eq(STR("a"), STR("ab")));
    assert_true(str_eq_nocase(STR("Europe/LONDON"), STR("europe/london")));
    assert_false(str_eq_nocase(STR("É"), STR("é"))); /* ASCII only */
    assert_false(str_eq_nocase(STR("@"), STR("`")));
    assert_true(str_cmp(STR("a"), STR("ab")) < 0);
    assert_true(str_cmp(STR("b"), STR("ab")) > 0);
    assert_true(str_cmp(STR("\x80"), STR("a")) > 0); /* bytes have no sign */
    assert_int_equal(str_cmp(STR_EMPTY, STR_EMPTY), 0);
    assert_true(str_cmp(STR_EMPTY, STR("a")) < 0);
}

static void cutting_stops_at_the_ends(void **state)
{
    (void)state;
    assert_true(str_is(str_skip(STR("abc"), 1), "bc"));
    assert_int_equal(str_skip(STR("abc"), 99).len, 0);
    assert_int_equal(str_skip((str){ 0 }, 0).len,
                     0); /* also without a place, and without a word of the sanitizer */
    assert_true(str_is(str_first(STR("abc"), 2), "ab"));
    assert_true(str_is(str_first(STR("abc"), SIZE_MAX), "abc"));
    assert_true(str_is(str_trim(STR(" \t\r\n\v\fa b ")), "a b"));
    assert_int_equal(str_trim(STR("  ")).len, 0);
    assert_true(str_starts(STR("festival:x"), STR("festival:")));
    assert_false(str_starts(STR("fest"), STR("festival:")));
    assert_true(str_starts(STR("x"), STR_EMPTY));
    assert_true(str_ends(STR("a.yaml"), STR(".yaml")));
    assert_false(str_ends(STR("yaml"), STR(".yaml")));
}

static void separators_are_taken_one_by_one(void **state)
{
    (void)state;
    str rest = STR("a,,b");
    assert_true(str_is(str_take_until(&rest, ','), "a"));
    assert_true(str_is(str_take_until(&rest, ','), ""));
    assert_true(str_is(str_take_until(&rest, ','), "b"));
    assert_int_equal(rest.len, 0);
    assert_true(str_is(str_take_until(&rest, ','), ""));
    rest = STR("a,");
    assert_true(str_is(str_take_until(&rest, ','), "a"));
    assert_int_equal(rest.len, 0);
}

static void needles_are_found_at_their_first_place(void **state)
{
    (void)state;
    assert_int_equal(str_find(STR("abcabc"), STR("ca")), 2);
    assert_int_equal(str_find(STR("abc"), STR("x")), 3);
    assert_int_equal(str_find(STR("abc"), STR("abcd")), 3);
    assert_int_equal(str_find(STR("abc"), STR_EMPTY), 0);
    assert_int_equal(str_find(STR("a\0b"), STR("\0b")), 1);
    assert_true(str_contains(STR_EMPTY, STR_EMPTY));
    assert_false(str_contains(STR_EMPTY, STR("a")));
}

static void whole_numbers_are_read_to_the_last_value(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = { { "0", 0 },
                 { "-0", 0 },
                 { "+7", 7 },
                 { "007", 7 },
                 { "9223372036854775807", INT64_MAX },
                 { "-9223372036854775808", INT64_MIN } };
    static const char *const bad[] = { "",
                                       "-",
                                       "+",
                                       "1 ",
                                       " 1",
                                       "1.0",
                                       "--1",
                                       "+-1",
                                       "0x1",
                                       "9223372036854775808",
                                       "1e3",
                                       "１",
                                       "1_000",
                                       "99999999999999999999",
                                       "-9223372036854775809" };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        int64_t v = 77;
        assert_true(str_to_i64(str_from(good[i].text), &v));
        assert_int_equal(v, good[i].value);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t v = 77;
        if (str_to_i64(str_from(bad[i]), &v))
            fail_msg("accepted: %s", bad[i]);
        assert_int_equal(v, 77);
    }
}

static void doubles_are_read_without_locale_and_only_finite(void **state)
{
    (void)state;
    static const char *const bad[] = { "",   ".",     "e5",  "1e",  "1e999", "inf",   "nan",
                                       "1 ", "0x1p3", "1,5", "1-2", "--1",   "1e5e5", "-1e400" };
    double v = 0;
    assert_true(str_to_double(STR("-1.25e2"), &v));
    assert_true(v == -125.0);
    assert_true(str_to_double((str){ "0.5garbage", 3 }, &v));
    assert_true(v == 0.5);
    assert_true(str_to_double(STR("1e-320"), &v));
    assert_true(v > 0 && v < 1e-300);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        v = 77;
        if (str_to_double(str_from(bad[i]), &v))
            fail_msg("accepted: %s", bad[i]);
        assert_true(v == 77);
    }
}

/* Digits of all lengths, with the point anywhere: the same bits as strtod(). */
static void doubles_are_those_of_strtod(void **state)
{
    uint64_t seed = 20261126;
    (void)state;
    for (int i = 0; i < 200000; i++) {
        char text[32];
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        const int n =
            snprintf(text, sizeof text, "%s%llu", i % 3 == 0 ? "-" : "", (unsigned long long)seed);
        const size_t sign = i % 3 == 0;
        const size_t len = sign + 1 + (size_t)(seed >> 33) % ((size_t)n - sign);
        const size_t point = sign + (size_t)(seed >> 20) % (len - sign + 1);
        double v = 77;
        memmove(text + point + 1, text + point, len - point);
        text[point] = '.';
        text[len + 1] = '\0';
        const double expected = strtod(text, NULL);

        assert_true(str_to_double((str){ text, len + 1 }, &v));

        assert_memory_equal(&v, &expected, sizeof v);
    }
    double zero = 1;
    assert_true(str_to_double(STR("-0.0"), &zero));
    assert_true(zero == 0 && signbit(zero));
}

/* They stand in shops' files: a change makes old files unreadable. */
static void hashes_never_change(void **state)
{
    (void)state;
    assert_true(str_hash(STR("a"), 0) == UINT64_C(0x511bc6be53f3b765));
    assert_true(str_hash(STR("shopvane"), 0) == UINT64_C(0xaf1f90681c68fc15));
    assert_true(str_hash(STR("shopvane"), 1) == UINT64_C(0xd3333df62ba13929));
    assert_true(str_hash(STR("the quick brown fox"), 1) == UINT64_C(0xf29b0fb37a9ebd66));
    assert_true(str_hash(STR("客单价"), 0) == UINT64_C(0x64e9024e4e1ac648));
    assert_true(str_hash(STR_EMPTY, 1) == UINT64_C(0x1cc140088f3b6bec));
}

static void hashes_tell_short_texts_apart(void **state)
{
    (void)state;
    enum { TEXTS = 20000 };
    struct map *seen = map_new();
    assert_non_null(seen);
    for (int i = 0; i < TEXTS; i++) {
        char text[32];
        const int n = snprintf(text, sizeof text, "%d", i);
        const uint64_t h = str_hash((str){ text, (size_t)n }, 0);
        assert_true(map_put(seen, (str){ (const char *)&h, sizeof h }, 1));
    }
    assert_int_equal(map_len(seen), TEXTS);
    map_free(seen);
}

static void distances_count_edits_and_swaps(void **state)
{
    (void)state;
    static const struct {
        const char *a;
        const char *b;
        unsigned limit;
        unsigned distance;
    } rows[] = {
        { "", "", 3, 0 },
        { "abc", "abc", 3, 0 },
        { "abc", "", 3, 3 },
        { "", "abc", 2, 3 },
        { "kitten", "sitting", 5, 3 },
        { "ab", "ba", 3, 1 },
        { "revenue", "revnue", 3, 1 },
        { "revenue", "revneue", 3, 1 },
        { "abc", "xyz", 2, 3 },
        { "a", "abcdefgh", 3, 4 },
        { "ca", "abc", 5, 3 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const str a = str_from(rows[i].a);
        const str b = str_from(rows[i].b);
        assert_int_equal(str_distance(a, b, rows[i].limit), rows[i].distance);
        assert_int_equal(str_distance(b, a, rows[i].limit), rows[i].distance);
    }
    char lengthy[200];
    memset(lengthy, 'a', sizeof lengthy);
    assert_int_equal(str_distance((str){ lengthy, 200 }, (str){ lengthy, 200 }, 3), 4);
}

static void chinese_is_two_columns_wide(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t width;
    } rows[] = {
        { "", 0 },           { "net revenue", 11 }, { "支付金额", 8 }, { "客单价（元）", 12 },
        { "￥1.00", 6 },     { "¥1.00", 5 },        { "£5", 2 },       { "カナ", 4 },
        { "ｶﾅ", 2 },         { "한국어", 6 },       { "café", 4 },     { "cafe\u0301", 4 },
        { "😀", 2 },          { "a\u200Bb", 2 },     { "\t", 0 },       { "\x80", 1 },
        { "支\xE6\x94", 4 }, { "𠮷", 2 },           { "…", 1 },        { "“”", 2 },
        { "，。", 4 },       { "\u2764\uFE0F", 1 }, { "→", 1 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (str_width(str_from(rows[i].text)) != rows[i].width)
            fail_msg("\"%s\" is %zu wide", rows[i].text, str_width(str_from(rows[i].text)));
    }
}

static void utf8_is_checked_to_the_letter(void **state)
{
    (void)state;
    static const char *const good[] = {
        "",         "plain",       "支付", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xC2\x80", "\xE0\xA0\x80"
    };
    static const char *const bad[] = {
        "\x80",             /* continuation alone */
        "\xC0\x80",         /* overlong NUL */
        "\xC1\xBF",         /* overlong */
        "\xE0\x9F\xBF",     /* overlong */
        "\xF0\x8F\xBF\xBF", /* overlong */
        "\xED\xA0\x80",     /* surrogate */
        "\xF4\x90\x80\x80", /* above U+10FFFF */
        "\xF8\x88\x80\x80\x80",
        "\xFF",
        "\xE6\x94",
        "\xE6",
        "\xE6\x94x",
        "good\xC3",
        "\2435.00", /* a pound sign in Latin-1 */
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(str_is_utf8(str_from(good[i])));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (str_is_utf8(str_from(bad[i])))
            fail_msg("row %zu is no UTF-8", i);
    }
    assert_true(str_is_utf8((str){ "a\0b", 3 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_compare_by_their_bytes),
        cmocka_unit_test(cutting_stops_at_the_ends),
        cmocka_unit_test(separators_are_taken_one_by_one),
        cmocka_unit_test(needles_are_found_at_their_first_place),
        cmocka_unit_test(whole_numbers_are_read_to_the_last_value),
        cmocka_unit_test(doubles_are_read_without_locale_and_only_finite),
        cmocka_unit_test(doubles_are_those_of_strtod),
        cmocka_unit_test(hashes_never_change),
        cmocka_unit_test(hashes_tell_short_texts_apart),
        cmocka_unit_test(distances_count_edits_and_swaps),
        cmocka_unit_test(chinese_is_two_columns_wide),
        cmocka_unit_test(utf8_is_checked_to_the_letter),
    };
    return cmocka_run_group_tests_name("base: text", tests, NULL, NULL);
}
