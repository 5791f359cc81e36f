/* Roles and row scope. */
#include "access/access.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void roles_have_names_both_ways(void **state)
{
    struct error why = { .lang = LANG_EN };
    enum role r = ROLE_NONE;
    (void)state;
    for (unsigned i = ROLE_VIEWER; i < ROLE_COUNT; i++) {
        assert_int_equal(role_parse(str_from(role_name((enum role)i)), &r, &why), STATUS_OK);
        assert_int_equal(r, i);
    }
    assert_int_equal(role_parse(STR("none"), &r, &why), STATUS_BAD_USAGE);
    assert_int_equal(role_parse(STR("root"), &r, &why), STATUS_BAD_USAGE);
}

static void scope_is_never_widened(void **state)
{
    static const str own[] = { { "a", 1 }, { "b", 1 } };
    static const str foreign[] = { { "a", 1 }, { "c", 1 } };
    const struct principal p = { .role = ROLE_VIEWER, .stores = own, .store_count = 2 };
    struct error why = { .lang = LANG_EN };
    const str *out = NULL;
    size_t n = 99;
    (void)state;
    assert_int_equal(principal_stores(&p, NULL, 0, &out, &n, &why), STATUS_OK);
    assert_int_equal(n, 2);
    assert_ptr_equal(out, own);
    assert_int_equal(principal_stores(&p, own, 1, &out, &n, &why), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(principal_stores(&p, foreign, 2, &out, &n, &why), STATUS_FORBIDDEN);
    assert_true(principal_sees_store(&p, STR("b")));
    assert_false(principal_sees_store(&p, STR("c")));
}

static void a_scope_without_stores_sees_nothing(void **state)
{
    const struct principal p = { .role = ROLE_VIEWER };
    struct error why = { .lang = LANG_EN };
    const str *out = NULL;
    size_t n = 99;
    (void)state;
    assert_int_equal(principal_stores(&p, NULL, 0, &out, &n, &why), STATUS_FORBIDDEN);
    assert_int_equal(n, 99);
    assert_false(principal_sees_store(&p, STR("a")));
}

static void who_has_no_scope_sees_all_and_may_narrow(void **state)
{
    static const str asked[] = { { "c", 1 } };
    const struct principal p = { .role = ROLE_VIEWER, .all_stores = true };
    struct error why = { .lang = LANG_EN };
    const str *out = NULL;
    size_t n = 99;
    (void)state;
    assert_int_equal(principal_stores(&p, NULL, 0, &out, &n, &why), STATUS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(principal_stores(&p, asked, 1, &out, &n, &why), STATUS_OK);
    assert_int_equal(n, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_have_names_both_ways),
        cmocka_unit_test(scope_is_never_widened),
        cmocka_unit_test(a_scope_without_stores_sees_nothing),
        cmocka_unit_test(who_has_no_scope_sees_all_and_may_narrow),
    };
    return cmocka_run_group_tests_name("access/principal", tests, NULL, NULL);
}
