#include "rows_rig.h"

struct rig {
    struct arena *arena;
    struct problems problems;
    const struct yaml_node *root;
};

static struct rig parse(const char *text)
{
    struct rig r = { .arena = arena_new(0) };
    problems_init(&r.problems, r.arena, LANG_EN);
    r.root = yaml_parse(str_from(text), STR("t.yaml"), NULL, r.arena, &r.problems);
    return r;
}

static void check_problems(struct rig *r, const char *expected)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    problems_sort(&r->problems);
    problems_print(&r->problems, &b);
    buf_addc(&b, 0);
    assert_string_equal(b.data, expected);
    buf_release(&b);
    arena_free(r->arena);
}

static void nodes_know_their_places(void **state)
{
    (void)state;
    struct rig r = parse("a: 1\nb:\n  - x\n  - \"y\"\n  - {c: ~}\n");
    assert_int_equal(r.problems.n_total, 0);
    assert_int_equal(r.root->type, YAML_MAP);
    const struct yaml_node *b = yaml_get(r.root, "b");
    assert_int_equal(b->n, 3);
    assert_int_equal(b->items[1]->line, 4);
    assert_int_equal(b->items[1]->column, 5);
    assert_true(b->items[1]->is_quoted);
    assert_true(yaml_is_null(yaml_get(b->items[2], "c")));
    assert_null(yaml_get(r.root, "zz"));
    assert_int_equal(r.root->members[1].line, 2);
    arena_free(r.arena);
}

static void typed_values(void **state)
{
    (void)state;
    struct rig r = parse("i: 12\nf: 2.5\nb: yes\nd: 2010-12-01\ns: text\nq: \"12\"\n");
    int64_t i;
    double f;
    bool b;
    int32_t d;
    str s;
    assert_true(yaml_i64(yaml_get(r.root, "i"), 0, 20, &r.problems, &i) && i == 12);
    assert_true(yaml_double(yaml_get(r.root, "f"), &r.problems, &f) && f == 2.5);
    assert_true(yaml_bool(yaml_get(r.root, "b"), &r.problems, &b) && b);
    assert_true(yaml_day(yaml_get(r.root, "d"), &r.problems, &d) && d == 14944);
    assert_true(yaml_str(yaml_get(r.root, "s"), &r.problems, &s) && str_is(s, "text"));
    assert_int_equal(r.problems.n_total, 0);
    assert_false(yaml_i64(yaml_get(r.root, "absent"), 0, 1, &r.problems, &i));
    assert_int_equal(r.problems.n_total, 0);
    assert_false(yaml_i64(yaml_get(r.root, "q"), 0, 99, &r.problems, &i));
    assert_false(yaml_i64(yaml_get(r.root, "i"), 0, 5, &r.problems, &i));
    assert_false(yaml_str(r.root, &r.problems, &s));
    check_problems(&r,
                   "t.yaml:1:1: expected text, found a mapping\n"
                   "t.yaml:1:4: expected a number from 0 to 5, found 12\n"
                   "t.yaml:6:4: expected a whole number, found \"12\"\n");
}

static void a_schema_reports_all_problems_at_once(void **state)
{
    static const struct yaml_field fields[] = {
        { "name", YAML_WANT_STR, true },
        { "measures", YAML_WANT_MAP, true },
        { "window", YAML_WANT_INT, false },
        { "tags", YAML_WANT_LIST, false },
    };
    (void)state;
    struct rig r = parse("name: [a]\nwndow: 3\nwindow: x\ntags: a\n");
    assert_false(yaml_check_map(r.root, fields, ARRAY_LEN(fields), &r.problems));
    check_problems(&r,
                   "t.yaml:1:1: the key \"measures\" is missing\n"
                   "t.yaml:1:7: expected text, found a list\n"
                   "t.yaml:2:1: unknown key \"wndow\" (did you mean \"window\"?)\n"
                   "t.yaml:3:9: expected a whole number, found \"x\"\n"
                   "t.yaml:4:7: expected a list, found a value\n");
}

static void names_are_suggested(void **state)
{
    static const char *const names[] = { "sum", "count", "median" };
    (void)state;
    struct rig r = parse("agg: medan\n");
    size_t i;
    assert_false(yaml_enum(yaml_get(r.root, "agg"), names, 3, &r.problems, &i));
    check_problems(&r,
                   "t.yaml:1:6: unknown name \"medan\" (did you mean \"median\"?), expected one "
                   "of: sum, count, median\n");
}

static void what_may_not_stand_in_a_file(void **state)
{
    static const struct {
        const char *text;
        const char *problem;
    } cases[] = {
        { "a: 1\nb: 2\na: 3\n", "t.yaml:3:1: the key \"a\" stands here twice (first in line 1)\n" },
        { "a: &x 1\n",
          "t.yaml:1:4: anchors (&) and aliases (*) are not allowed; a text that starts "
          "with them needs quotes\n" },
        { "a: *x\n",
          "t.yaml:1:4: anchors (&) and aliases (*) are not allowed; a text that starts "
          "with them needs quotes\n" },
        { "a: !!str 1\n",
          "t.yaml:1:4: tags (!) are not allowed; a text that starts with one needs "
          "quotes\n" },
        { "a: 1\n---\nb: 2\n", "t.yaml:2:1: only one document (---) per file\n" },
        { "? [a]\n: 1\n", "t.yaml:1:3: a key must be plain text, not a list or mapping\n" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct rig r = parse(cases[i].text);
        check_problems(&r, cases[i].problem);
    }
    struct rig r = parse("a: [1\nb: 2\n");
    assert_null(r.root);
    assert_int_equal(r.problems.n_total, 1);
    assert_int_equal(r.problems.items[0].line, 2);
    arena_free(r.arena);
    r = parse("a: 1\nb: \xff\n");
    assert_null(r.root);
    assert_int_equal(r.problems.items[0].line, 2);
    assert_int_equal(r.problems.items[0].column, 4);
    arena_free(r.arena);
    r = parse("");
    assert_null(r.root);
    assert_int_equal(r.problems.n_total, 0);
    arena_free(r.arena);
}

static void limits_hold(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1 << 25);
    for (int i = 0; i < 200; i++)
        buf_addc(&b, '[');
    struct rig r = { .arena = arena_new(0) };
    problems_init(&r.problems, r.arena, LANG_EN);
    assert_null(yaml_parse(buf_str(&b), STR("t"), NULL, r.arena, &r.problems));
    assert_non_null(strstr(r.problems.items[0].text.ptr, "deeply"));
    buf_clear(&b);
    for (int i = 0; i < 300000; i++)
        buf_adds(&b, "- a\n");
    const struct yaml_limits wide = { .bytes = 10 << 20 };
    assert_null(yaml_parse(buf_str(&b), STR("t"), NULL, r.arena, &r.problems));
    assert_non_null(strstr(r.problems.items[1].text.ptr, "larger"));
    assert_null(yaml_parse(buf_str(&b), STR("t"), &wide, r.arena, &r.problems));
    assert_non_null(strstr(r.problems.items[2].text.ptr, "more values"));
    arena_free(r.arena);
    buf_release(&b);
}

static void many_keys_are_checked_quickly_for_repetition(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1 << 22);
    for (int i = 0; i < 50000; i++)
        buf_addf(&b, "k%d: 1\n", i);
    buf_adds(&b, "k49999: 2\n");
    struct rig r = { .arena = arena_new(0) };
    problems_init(&r.problems, r.arena, LANG_EN);
    assert_non_null(yaml_parse(buf_str(&b), STR("t"), NULL, r.arena, &r.problems));
    assert_int_equal(r.problems.n_total, 1);
    assert_int_equal(r.problems.items[0].line, 50001);
    arena_free(r.arena);
    buf_release(&b);
}

static void two_hundred_problems_are_all_kept(void **state)
{
    (void)state;
    struct rig r = parse("a: 1\n");
    struct error why = { 0 };
    for (unsigned i = 200; i > 0; i--)
        problem_add(&r.problems, STR("x.yaml"), i, 1, "problem %u", i);
    problems_sort(&r.problems);
    assert_int_equal(r.problems.n, 200);
    assert_int_equal(r.problems.items[0].line, 1);
    assert_int_equal(r.problems.items[199].line, 200);
    assert_int_equal(problems_status(&r.problems, &why), STATUS_BAD_INPUT);
    assert_int_equal(
        strncmp(why.text, "x.yaml:1:1: problem 1; x.yaml:2:1: problem 2; x.yaml:3:1: ", 57), 0);
    assert_non_null(strstr(why.text, " (the first 17 of 200 problems)"));
    for (unsigned i = 0; i < 1000; i++)
        problem_add(&r.problems, STR("x.yaml"), i, 1, "problem %u", i);
    struct buf b;
    buf_init(&b, 1 << 20);
    problems_print(&r.problems, &b);
    assert_non_null(memmem(b.data, b.len, "and 200 more problems", 21));
    buf_release(&b);
    arena_free(r.arena);
}

static const char *const written_texts[] = { "plain",     "two words",
                                             "",          "yes",
                                             "null",      "~",
                                             "12",        "0012",
                                             "-5",        "a: b",
                                             "a #b",      "#x",
                                             "- x",       "[a]",
                                             "it's",      "\"q\"",
                                             "tab\there", "line\nbreak",
                                             "中文 名称", "trailing ",
                                             " x",        "key:",
                                             "a\\b",      "@x",
                                             "%x",        "*x",
                                             "&x",        "!x",
                                             "? x",       "1e5",
                                             "=cmd()",    "\xe2\x80\xa8",
                                             "\xc2\x85",  "\xef\xbb\xbf\x62om",
                                             "null ",     "2010-12-01",
                                             "a,b",       "{",
                                             "---",       "...",
                                             "\x7f",      "<<",
                                             "0x1F" };

static void what_is_written_reads_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(written_texts); i++) {
        struct buf b;
        str value;
        buf_init(&b, 4096);
        yaml_write_comment(&b, 0, STR("two\nlines"));
        yaml_write_key(&b, 0, STR("outer"));
        yaml_write_pair(&b, 1, str_from(written_texts[i]), str_from(written_texts[i]));
        yaml_write_key(&b, 1, STR("list"));
        yaml_write_item(&b, 2, str_from(written_texts[i]));
        buf_addc(&b, 0);
        struct rig r = parse(b.data);
        if (r.problems.n_total > 0)
            fail_msg("%s: %s", written_texts[i], r.problems.items[0].text.ptr);
        const struct yaml_node *outer = yaml_get(r.root, "outer");
        assert_true(str_is(outer->members[0].key, written_texts[i]));
        assert_true(yaml_str(outer->members[0].value, &r.problems, &value));
        assert_true(str_is(value, written_texts[i]));
        assert_true(yaml_str(outer->members[1].value->items[0], &r.problems, &value));
        assert_true(str_is(value, written_texts[i]));
        arena_free(r.arena);
        buf_release(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_know_their_places),
        cmocka_unit_test(typed_values),
        cmocka_unit_test(a_schema_reports_all_problems_at_once),
        cmocka_unit_test(names_are_suggested),
        cmocka_unit_test(what_may_not_stand_in_a_file),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(many_keys_are_checked_quickly_for_repetition),
        cmocka_unit_test(two_hundred_problems_are_all_kept),
        cmocka_unit_test(what_is_written_reads_back),
    };
    return cmocka_run_group_tests_name("format: yaml", tests, NULL, NULL);
}
