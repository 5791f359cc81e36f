#include "frame/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct frame *frame_of_all_types(void)
{
    struct frame *f = frame_new();

    assert_non_null(f);
    assert_int_equal(frame_add_column(f, STR("day"), FRAME_I64), 0);
    assert_int_equal(frame_add_column(f, STR("sum"), FRAME_I128), 1);
    assert_int_equal(frame_add_column(f, STR("score"), FRAME_F64), 2);
    assert_int_equal(frame_add_column(f, STR("country"), FRAME_TEXT), 3);
    assert_int_equal(frame_add_column(f, STR("ids"), FRAME_BLOB), 4);
    return f;
}

static void new_rows_are_all_missing(void **state)
{
    (void)state;
    struct frame *f = frame_of_all_types();

    assert_true(frame_add_rows(f, 3));

    assert_int_equal(frame_rows(f), 3);
    assert_int_equal(frame_columns(f), 5);
    for (size_t col = 0; col < 5; col++) {
        for (size_t row = 0; row < 3; row++)
            assert_true(frame_is_null(f, col, row));
    }
    frame_free(f);
}

static void values_come_back_as_they_were_set(void **state)
{
    (void)state;
    struct frame *f = frame_of_all_types();
    const i128 huge = (i128)INT64_MAX * 1000;
    char country[] = "中国";

    assert_true(frame_add_rows(f, 2));
    frame_set_i64(f, 0, 1, -5);
    frame_set_i128(f, 1, 1, huge);
    frame_set_f64(f, 2, 0, 4.5);
    assert_true(frame_set_str(f, 3, 0, str_from(country)));
    assert_true(frame_set_str(f, 4, 1, (str){ "\0\1", 2 }));
    country[0] = 'x';

    assert_int_equal(frame_i64(f, 0, 1), -5);
    assert_true(frame_i128(f, 0, 1) == -5);
    assert_true(frame_i128(f, 1, 1) == huge);
    assert_true(frame_f64(f, 2, 0) > 4.4 && frame_f64(f, 2, 0) < 4.6);
    assert_true(str_is(frame_str(f, 3, 0), "中国"));
    assert_int_equal(frame_str(f, 4, 1).len, 2);
    assert_true(frame_is_null(f, 0, 0));
    assert_true(frame_is_null(f, 3, 1));
    frame_free(f);
}

static void rows_added_later_keep_the_earlier_ones(void **state)
{
    (void)state;
    struct frame *f = frame_new();

    assert_int_equal(frame_add_column(f, STR("n"), FRAME_I64), 0);
    for (int64_t i = 0; i < 5000; i++) {
        assert_true(frame_add_rows(f, 1));
        if (i % 3 != 0)
            frame_set_i64(f, 0, (size_t)i, i * i);
    }

    for (int64_t i = 0; i < 5000; i++) {
        assert_int_equal(frame_is_null(f, 0, (size_t)i), i % 3 == 0);
        if (i % 3 != 0)
            assert_int_equal(frame_i64(f, 0, (size_t)i), i * i);
    }
    frame_free(f);
}

static void columns_are_found_by_name(void **state)
{
    (void)state;
    struct frame *f = frame_of_all_types();

    assert_int_equal(frame_find(f, STR("country")), 3);
    assert_int_equal(frame_find(f, STR("Country")), -1);
    assert_true(str_is(frame_name(f, 2), "score"));
    assert_int_equal(frame_type(f, 4), FRAME_BLOB);
    assert_int_equal(frame_rows(f), 0);
    frame_free(f);
    frame_free(NULL);
}

static void an_impossible_number_of_rows_is_refused(void **state)
{
    (void)state;
    struct frame *f = frame_of_all_types();

    assert_true(frame_add_rows(f, 1));
    assert_false(frame_add_rows(f, SIZE_MAX));
    assert_false(frame_add_rows(f, SIZE_MAX / 4));

    assert_int_equal(frame_rows(f), 1);
    assert_true(frame_is_null(f, 0, 0));
    frame_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_rows_are_all_missing),
        cmocka_unit_test(values_come_back_as_they_were_set),
        cmocka_unit_test(rows_added_later_keep_the_earlier_ones),
        cmocka_unit_test(columns_are_found_by_name),
        cmocka_unit_test(an_impossible_number_of_rows_is_refused),
    };
    return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
