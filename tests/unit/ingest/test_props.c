#include "ingest/reading/reading_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

static void columns_without_a_field_become_json(void **state)
{
    const str columns[] = { STR("订单编号"), STR("店铺Id"), STR("备注\"x\""), STR("空") };
    const str fields[] = { STR("1001"), STR("=\"0012\""), STR("红色, \"大\""), STR("--") };
    const struct row_shape shape = { .n_columns = 4, .columns = columns };
    const struct row row = { .fields = fields, .n = 4 };
    size_t unknown[] = { 1, 2, 3, 9 };
    struct reading *r = mem_new(1, sizeof *r);
    struct reading_worker *w = mem_new(1, sizeof *w);
    (void)state;
    assert_non_null(r);
    assert_non_null(w);
    r->shape = &shape;
    r->unknown = unknown;
    r->unknown_count = 3;
    w->reading = r;
    buf_init(&w->props, 4096);

    assert_null(props_convert(w, &row));
    assert_true(
        str_is(w->cells[0].text, "{\"店铺Id\":\"0012\",\"备注\\\"x\\\"\":\"红色, \\\"大\\\"\"}"));

    r->unknown[0] = 3;
    r->unknown_count = 1;
    assert_null(props_convert(w, &row));
    assert_true(w->cells[0].is_null);

    buf_release(&w->props);
    buf_init(&w->props, 8);
    r->unknown[0] = 2;
    assert_non_null(props_convert(w, &row));
    buf_release(&w->props);
    mem_free(w);
    mem_free(r);
}

static void what_names_or_reaches_a_person_is_personal(void **state)
{
    static const char *const personal[] = { "收货人姓名",    "联系手机",       "收货地址",
                                            "Billing Phone", "买家支付宝账号", "E-mail" };
    static const char *const plain[] = { "店铺Id", "物流公司", "Campaign name", "定金排名" };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(personal); i++)
        assert_true(props_is_personal(str_from(personal[i])));
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        assert_false(props_is_personal(str_from(plain[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_without_a_field_become_json),
        cmocka_unit_test(what_names_or_reaches_a_person_is_personal),
    };
    return cmocka_run_group_tests_name("ingest/props", tests, NULL, NULL);
}
