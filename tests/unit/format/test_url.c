#include "rows_rig.h"

static void queries_are_decoded(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct url_param *p = NULL;
    size_t n = 0;
    assert_int_equal(
        url_query_parse(STR("?kpi=net_sales&by=a%2Cb&q=x+y&q=%E4%B8%AD&flag&&e="), a, &p, &n, NULL),
        STATUS_OK);
    assert_int_equal(n, 6);
    assert_true(str_is(*url_param_get(p, n, "by"), "a,b"));
    assert_true(str_is(*url_param_get(p, n, "q"), "x y"));
    assert_true(str_is(p[3].value, "中"));
    assert_true(str_is(*url_param_get(p, n, "flag"), ""));
    assert_null(url_param_get(p, n, "none"));
    arena_free(a);
}

static void broken_queries_are_refused(void **state)
{
    static const char *const queries[] = { "a=%", "a=%2", "a=%zz", "a=%00", "a=%ff", "%C3=1" };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        struct arena *a = arena_new(0);
        struct url_param *p = NULL;
        size_t n = 0;
        struct error why = { 0 };
        assert_int_equal(url_query_parse(str_from(queries[i]), a, &p, &n, &why), STATUS_BAD_INPUT);
        arena_free(a);
    }
}

static void encoding_decodes_back(void **state)
{
    (void)state;
    struct buf b;
    struct buf back;
    buf_init(&b, 4096);
    buf_init(&back, 4096);
    url_encode(STR("a b&c=中/~.-_%+\"\0z"), &b);
    assert_true(str_is(buf_str(&b), "a%20b%26c%3D%E4%B8%AD%2F~.-_%25%2B%22%00z"));
    assert_true(url_decode(buf_str(&b), true, &back));
    assert_true(str_eq(buf_str(&back), STR("a b&c=中/~.-_%+\"\0z")));
    buf_release(&b);
    buf_release(&back);
}

static void csv_cells_cannot_run_in_a_spreadsheet(void **state)
{
    (void)state;
    struct buf b;
    struct csv_writer w;
    buf_init(&b, 4096);
    csv_writer_init(&w, &b, 0);
    csv_text(&w, STR("=cmd()"));
    csv_text(&w, STR("+1"));
    csv_text(&w, STR("＝1"));
    csv_text(&w, STR("@x, \"y\""));
    csv_value(&w, STR("-12.50"));
    csv_i64(&w, -3);
    csv_text(&w, STR("two\nlines"));
    csv_text(&w, STR(""));
    csv_end_row(&w);
    csv_text(&w, STR("plain"));
    csv_end_row(&w);
    buf_addc(&b, 0);
    assert_string_equal(b.data,
                        "'=cmd(),'+1,'＝1,\"'@x, \"\"y\"\"\",-12.50,-3,\"two\nlines\",\nplain\n");
    buf_release(&b);
}

static void written_csv_reads_back(void **state)
{
    (void)state;
    struct buf b;
    struct csv_writer w;
    buf_init(&b, 4096);
    csv_writer_init(&w, &b, ';');
    csv_text(&w, STR("id"));
    csv_text(&w, STR("text"));
    csv_end_row(&w);
    csv_i64(&w, 1);
    csv_text(&w, STR(" a;\"b\"\r\nc "));
    csv_end_row(&w);
    rig_check(buf_str(&b), NULL, "id|text", "1@2: 1| a;\"b\"\r\nc \n");
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_are_decoded),
        cmocka_unit_test(broken_queries_are_refused),
        cmocka_unit_test(encoding_decodes_back),
        cmocka_unit_test(csv_cells_cannot_run_in_a_spreadsheet),
        cmocka_unit_test(written_csv_reads_back),
    };
    return cmocka_run_group_tests_name("format: url and csv out", tests, NULL, NULL);
}
