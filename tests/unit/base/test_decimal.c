/* Decimal text: what is a number, and to which integer it is rounded. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *text;
    int64_t value;
    bool inexact;
} numbers[] = {
    { "0", 0, false },
    { "-0", 0, false },
    { "1", 10000, false },
    { "+1", 10000, false },
    { "-1.5", -15000, false },
    { ".5", 5000, false },
    { "5.", 50000, false },
    { "007.50", 75000, false },
    { "759706.52", 7597065200, false },
    { "1234.5678", 12345678, false },
    { "1.23450000000000000000000000000000000000000000000000", 12345, false },
    { "0.00005", 0, true }, /* half to even */
    { "0.00015", 2, true },
    { "0.00025", 2, true },
    { "-0.00015", -2, true },
    { "0.000051", 1, true },
    { "0.000050000000000000000000000000000000000000000000001", 1, true },
    { "1.000050000000000000000000000000000000000000000000001", 10001, true },
    { "0.00004999999999999999999999999999999999999999999999999", 0, true },
    { "1e3", 10000000, false },
    { "1.5E-2", 150, false },
    { "15e-5", 2, true }, /* 0.00015 */
    { "0e9999", 0, false },
    { "1e-9999", 0, true },
    { "922337203685477.5807", INT64_MAX, false },
    { "-922337203685477.5808", INT64_MIN, false },
    { "922337203685477.58074", INT64_MAX, true },
    { "9223372036854775807e-4", INT64_MAX, false },
    { "922337203685477580700000000000000000000000e-27", INT64_MAX, false },
};

static void numbers_become_integers_of_ten_to_the_minus_four(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        int64_t value = -77;
        bool inexact = !numbers[i].inexact;
        if (!decimal_parse(str_from(numbers[i].text), '.', 0, 4, &value, &inexact))
            fail_msg("refused: %s", numbers[i].text);
        if (value != numbers[i].value || inexact != numbers[i].inexact)
            fail_msg("%s gives %lld", numbers[i].text, (long long)value);
    }
}

static void what_is_no_number_or_does_not_fit_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "-",
        "+",
        ".",
        "-.",
        "e5",
        "1e",
        "1e+",
        "1e1.5",
        "1.2.3",
        "--1",
        "+-1",
        "1-",
        "1 ",
        " 1",
        "1,000",
        "0x10",
        "1e5e5",
        "NaN",
        "inf",
        "1_000",
        "一",
        "１",
        "1e99999",
        "922337203685477.5808",
        "-922337203685477.5809",
        "922337203685477.58075",
        "1e15",
        "9999999999999999999999999999999999999999999999",
        "1e400",
        "1e-999999",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t value = -77;
        bool inexact = true;
        if (decimal_parse(str_from(bad[i]), '.', 0, 4, &value, &inexact))
            fail_msg("accepted: \"%s\" as %lld", bad[i], (long long)value);
        assert_int_equal(value, -77);
        assert_true(inexact);
    }
}

static void the_whole_text_counts_also_with_a_nul_inside(void **state)
{
    (void)state;
    int64_t value = 0;
    assert_false(decimal_parse((str){ "1\0002", 3 }, '.', 0, 4, &value, NULL));
    assert_true(decimal_parse((str){ "12345", 2 }, '.', 0, 4, &value, NULL));
    assert_int_equal(value, 120000);
}

static const struct {
    const char *text;
    char point;
    char group;
    int64_t value;
} grouped[] = {
    { "1,234.50", '.', ',', 12345000 },       { "1,234,567", '.', ',', 12345670000 },
    { "12,34,567.8", '.', ',', 12345678000 }, /* as in India */
    { "-1.234,50", ',', '.', -12345000 },     { "1 234,5", ',', ' ', 12345000 },
    { "1'234'567", '.', '\'', 12345670000 },  { "1,234e2", '.', ',', 1234000000 },
    { "123456.78", '.', ',', 1234567800 },
};

static void thousands_marks_stand_between_groups(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(grouped); i++) {
        int64_t value = 0;
        if (!decimal_parse(
                str_from(grouped[i].text), grouped[i].point, grouped[i].group, 4, &value, NULL))
            fail_msg("refused: %s", grouped[i].text);
        assert_int_equal(value, grouped[i].value);
    }
}

static void misplaced_thousands_marks_are_no_number(void **state)
{
    (void)state;
    static const char *const bad[] = { "12,50",    "1,23",   ",123",  "1,,234",  "1,234,",
                                       "1234,567", "1,2345", "1,2.5", "0.1,234", "1,234,56",
                                       "12,50e3",  "1,,",    ",",     "-,100",   "1,2,345" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t value = 0;
        if (decimal_parse(str_from(bad[i]), '.', ',', 4, &value, NULL))
            fail_msg("accepted: \"%s\" as %lld", bad[i], (long long)value);
    }
}

static void every_scale_keeps_what_it_can(void **state)
{
    (void)state;
    static const int64_t want[] = { 12, 123, 1235, 12346, 123457, 1234568, 12345679 };
    for (unsigned scale = 0; scale < ARRAY_LEN(want); scale++) {
        int64_t value = 0;
        bool inexact = false;
        assert_true(decimal_parse(STR("12.3456789"), '.', 0, scale, &value, &inexact));
        assert_int_equal(value, want[scale]);
        assert_true(inexact);
    }
}

static void printed_money_reads_back(void **state)
{
    (void)state;
    struct random r;
    struct buf b;
    random_init(&r, 5);
    buf_init(&b, 100);
    for (int i = 0; i < 5000; i++) {
        const int64_t v = (int64_t)random_u64(&r) >> random_below(&r, 63);
        int64_t back = 0;
        bool inexact = true;
        buf_clear(&b);
        buf_add_money(&b, v);
        assert_true(decimal_parse(buf_str(&b), '.', 0, 4, &back, &inexact));
        assert_true(back == v && !inexact);
        buf_clear(&b);
        buf_add_money_grouped(&b, v, 4);
        assert_true(decimal_parse(buf_str(&b), '.', ',', 4, &back, &inexact));
        assert_true(back == v && !inexact);
    }
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_become_integers_of_ten_to_the_minus_four),
        cmocka_unit_test(what_is_no_number_or_does_not_fit_is_refused),
        cmocka_unit_test(the_whole_text_counts_also_with_a_nul_inside),
        cmocka_unit_test(thousands_marks_stand_between_groups),
        cmocka_unit_test(misplaced_thousands_marks_are_no_number),
        cmocka_unit_test(every_scale_keeps_what_it_can),
        cmocka_unit_test(printed_money_reads_back),
    };
    return cmocka_run_group_tests_name("base: decimals", tests, NULL, NULL);
}
