#include "rows_rig.h"

static void the_writer_places_commas_and_escapes(void **state)
{
    (void)state;
    struct buf b;
    struct json_writer w;
    buf_init(&b, 4096);
    json_writer_init(&w, &b);
    json_object_open(&w);
    json_key(&w, "a");
    json_array_open(&w);
    json_i64(&w, -1);
    json_str(&w, STR("q\"\\\n\x01\xe4\xb8\xad\xff"));
    json_array_open(&w);
    json_array_close(&w);
    json_null(&w);
    json_array_close(&w);
    json_key(&w, "b");
    json_object_open(&w);
    json_key(&w, "m");
    json_money(&w, 7597065200);
    json_object_close(&w);
    json_key(&w, "c");
    json_bool(&w, true);
    json_key(&w, "d");
    json_raw(&w, STR("1.50"));
    json_object_close(&w);
    buf_addc(&b, 0);
    assert_string_equal(b.data,
                        "{\"a\":[-1,\"q\\\"\\\\\\n\\u0001\xe4\xb8\xad\xef\xbf\xbd\",[],null],"
                        "\"b\":{\"m\":\"759706.5200\"},\"c\":true,\"d\":1.50}");
    buf_release(&b);
}

static void members_are_written_with_their_key(void **state)
{
    (void)state;
    struct buf b;
    struct json_writer w;
    buf_init(&b, 1024);
    json_writer_init(&w, &b);
    json_object_open(&w);
    json_add_str(&w, "s", STR("a\"b"));
    json_add_str(&w, "empty", STR_EMPTY);
    json_add_str_or_null(&w, "t", STR("x"));
    json_add_str_or_null(&w, "none", STR_EMPTY);
    json_add_text(&w, "u", NULL);
    json_add_i64(&w, "i", -7);
    json_add_bool(&w, "b", true);
    json_add_null(&w, "n");
    json_object_close(&w);
    assert_true(str_is(buf_str(&b),
                       "{\"s\":\"a\\\"b\",\"empty\":\"\",\"t\":\"x\",\"none\":null,\"u\":null,"
                       "\"i\":-7,\"b\":true,\"n\":null}"));
    buf_release(&b);
}

static void documents_are_read_as_trees(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    const struct json_node *root = NULL;
    const str text =
        STR("{\"a\": {\"b\": [1, 2.50, \"x\\u4e2d\", true, null]}, \"n\": -12, \"e\": {}}");
    str s;
    int64_t v;
    bool flag;
    double d;
    assert_int_equal(json_parse(text, a, &root, NULL), STATUS_OK);
    assert_int_equal(json_node_type(root), JSON_OBJECT);
    assert_int_equal(json_node_len(root), 3);
    assert_true(str_is(json_member_key(root, 1), "n"));
    const struct json_node *list = json_path(root, "a.b");
    assert_int_equal(json_node_len(list), 5);
    assert_true(json_as_i64(json_at(list, 0), &v) && v == 1);
    assert_true(json_as_raw(json_at(list, 1), &s) && str_is(s, "2.50"));
    assert_true(json_as_double(json_at(list, 1), &d) && d == 2.5);
    assert_true(json_as_str(json_at(list, 2), &s) && str_is(s, "x中"));
    assert_true(json_as_bool(json_at(list, 3), &flag) && flag);
    assert_int_equal(json_node_type(json_at(list, 4)), JSON_NULL);
    assert_null(json_at(list, 5));
    assert_null(json_path(root, "a.c.d"));
    assert_false(json_as_str(json_get(root, "n"), &s));
    arena_free(a);
}

static void what_is_not_json_is_refused(void **state)
{
    static const char *const texts[] = {
        "",           "{",
        "{\"a\":1,}", "[1,]",
        "[1 2]",      "{\"a\" 1}",
        "nul",        "1 2",
        "01",         "[1]x",
        "{\"a\":1}}", "\"a",
        "+1",         "1.",
        ".5",         "[1e]",
        "tru",        "'a'",
        "[\"\t\"]",   "[\"\\x\"]",
        "[\xff]",     "{\"a\":1}{\"a\":2}",
        "\"a\"\"b\"", "true false",
        "[truex]",    "[--1]",
        "{1:2}",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct arena *a = arena_new(0);
        const struct json_node *root = NULL;
        struct error why = { 0 };
        if (json_parse(str_from(texts[i]), a, &root, &why) != STATUS_BAD_INPUT)
            fail_msg("accepted: %s", texts[i]);
        assert_null(root);
        arena_free(a);
    }
}

static void duplicate_keys_and_depth_are_refused(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    const struct json_node *root = NULL;
    struct error why = { 0 };
    char deep[400] = { 0 };
    assert_int_equal(json_parse(STR("{\"a\":1,\"b\":2,\"a\":3}"), a, &root, &why),
                     STATUS_BAD_INPUT);
    assert_non_null(strstr(why.text, "\"a\" twice"));
    memset(deep, '[', 100);
    memset(deep + 100, ']', 100);
    assert_int_equal(json_parse(str_from(deep), a, &root, &why), STATUS_TOO_LARGE);
    assert_int_equal(json_parse(STR(" 12 "), a, &root, &why), STATUS_OK);
    assert_int_equal(json_parse(STR("\"x\""), a, &root, &why), STATUS_OK);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_writer_places_commas_and_escapes),
        cmocka_unit_test(members_are_written_with_their_key),
        cmocka_unit_test(documents_are_read_as_trees),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(duplicate_keys_and_depth_are_refused),
    };
    return cmocka_run_group_tests_name("format: json", tests, NULL, NULL);
}
