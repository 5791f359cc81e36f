/* Every file that can be brought in has a name that people know, in both languages. */
#include "ingest/ingest.h"
#include "ingest/look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

static void assert_str(str got, const char *wanted)
{
    if (!str_is(got, wanted))
        fail_msg("\"%.*s\", not \"%s\"", STR_ARG(got), wanted);
}

static void expect_named(str id, str label)
{
    if (label.len == 0 || str_eq(id, label) || !str_is_utf8(label) ||
        str_find(label, STR("_")) < label.len)
        fail_msg("%.*s: %.*s", STR_ARG(id), STR_ARG(label));
}

static void presets_and_targets_have_names(void **state)
{
    (void)state;
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
        for (size_t i = 0; import_preset_name(i) != NULL; i++) {
            const str id = str_from(import_preset_name(i));
            expect_named(id, import_preset_label(id, lang));
        }
        for (size_t i = 0; import_target_name(i) != NULL; i++) {
            const str id = str_from(import_target_name(i));
            const str label = import_target_label(id, lang);
            assert_int_not_equal(label.len, 0);
            assert_int_equal(str_find(label, STR("_")), label.len);
        }
    }
}

static void a_table_read_by_its_columns_goes_by_its_name(void **state)
{
    (void)state;
    assert_str(import_preset_label(STR("generic:session"), LANG_EN), "visits");
    assert_str(import_preset_label(STR("generic:order_lines"), LANG_ZH), "订单明细");
    assert_str(import_preset_label(STR("goals"), LANG_ZH), "在此设定的目标");
}

static void what_has_no_other_name_goes_by_its_own(void **state)
{
    (void)state;
    assert_str(import_preset_label(STR("till.yaml"), LANG_EN), "till.yaml");
    assert_str(import_target_label(STR("no such"), LANG_ZH), "no such");
    assert_str(import_preset_label(STR_EMPTY, LANG_EN), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_and_targets_have_names),
        cmocka_unit_test(a_table_read_by_its_columns_goes_by_its_name),
        cmocka_unit_test(what_has_no_other_name_goes_by_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
