/* Libraries that are opened when they are needed. */
#include "base/base.h"
#include "base/late.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define MATH_CALLS(CALL) CALL(cos) CALL(floor)

struct maths {
    MATH_CALLS(LATE_POINTER)
};
#define MATH_CALL(name) LATE_CALL(struct maths, name)
static const struct late_call math_calls[] = { MATH_CALLS(MATH_CALL) };

static void calls_reach_the_library(void **state)
{
    struct error why = { .lang = LANG_EN };
    struct maths lib = { 0 };
    (void)state;
    assert_int_equal(late_open("libm.so.6", math_calls, ARRAY_LEN(math_calls), &lib, &why),
                     STATUS_OK);
    assert_true(lib.floor(2.5) == 2.0);
    assert_true(lib.cos(0.0) == 1.0);
}

static void what_is_not_there_is_named(void **state)
{
    static const struct late_call other[] = { { "no_such_function", 0 } };
    struct error why = { .lang = LANG_EN };
    void *address = NULL;
    (void)state;
    assert_int_equal(late_open("libnothing.so.1", other, 1, &address, &why), STATUS_IO);
    assert_non_null(strstr(why.text, "libnothing.so.1"));
    assert_int_equal(late_open("libm.so.6", other, 1, &address, &why), STATUS_IO);
    assert_non_null(strstr(why.text, "no_such_function"));
    assert_null(address);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_reach_the_library),
        cmocka_unit_test(what_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
