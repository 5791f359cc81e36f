/* Shapes: what they accept, what they refuse and how they are described. */
#include "server/shape_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static enum status check(struct arena *a, const char *shape, const char *json, struct error *why)
{
    const struct json_node *n = NULL;
    assert_int_equal(json_parse(str_from(json), a, &n, why), STATUS_OK);
    return shape_check_json(str_from(shape), n, why);
}

#define SHAPE \
    "{name:text,role:viewer|admin,age?:count?,tags?:[string],deep?:{a:day},map?:{*:count}}"

static const struct {
    const char *json;
    const char *message; /* NULL: accepted */
} bodies[] = {
    { "{\"name\":\"x\",\"role\":\"admin\"}", NULL },
    { "{\"name\":\"x\",\"role\":\"admin\",\"age\":null}", NULL },
    { "{\"name\":\"x\",\"role\":\"admin\",\"age\":3,\"tags\":[],\"deep\":{\"a\":\"2010-12-01\"}}",
      NULL },
    { "{\"name\":\"x\",\"role\":\"admin\",\"map\":{\"any\":1,\"thing\":2}}", NULL },
    { "{\"name\":\"x\",\"role\":\"admin\",\"map\":{\"any\":\"1\"}}",
      "\"any\" wants a whole number" },
    { "{\"name\":\"\",\"role\":\"admin\"}", "\"name\" wants a text that is not empty" },
    { "{\"name\":7,\"role\":\"admin\"}", "\"name\" wants a text" },
    { "{\"role\":\"admin\"}", "\"name\" is missing" },
    { "{\"name\":\"x\",\"role\":\"root\"}", "\"role\" is one of viewer|admin, not \"root\"" },
    { "{\"name\":\"x\",\"role\":null}", "\"role\" is one of" },
    { "{\"name\":\"x\",\"role\":\"admin\",\"age\":-1}", "\"age\" wants a whole number" },
    { "{\"name\":\"x\",\"role\":\"admin\",\"age\":1.5}", "\"age\" wants a whole number" },
    { "{\"name\":\"x\",\"role\":\"admin\",\"tags\":[1]}", "\"tags\" wants a text" },
    { "{\"name\":\"x\",\"role\":\"admin\",\"tags\":{}}", "\"tags\" wants a list" },
    { "{\"name\":\"x\",\"role\":\"admin\",\"deep\":{}}", "\"a\" is missing" },
    { "{\"name\":\"x\",\"role\":\"admin\",\"deep\":{\"a\":\"2010-13-01\"}}", "\"a\" wants a date" },
    { "{\"nmae\":\"x\",\"role\":\"admin\"}",
      "unknown parameter \"nmae\" (did you mean \"name\"?)" },
    { "[]", "\"body\" wants an object" },
    { "null", "\"body\" wants an object" },
};

static void bodies_are_held_against_their_shape(void **state)
{
    struct arena *a = arena_new(0);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        struct error why = { .lang = LANG_EN };
        const enum status st = check(a, SHAPE, bodies[i].json, &why);
        const bool fits = bodies[i].message == NULL
                              ? st == STATUS_OK
                              : st == STATUS_BAD_USAGE && strstr(why.text, bodies[i].message);
        if (!fits)
            fail_msg("%s: %s", bodies[i].json, why.text);
    }
    arena_free(a);
}

static void every_error_speaks_chinese(void **state)
{
    struct arena *a = arena_new(0);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        struct error why = { .lang = LANG_ZH };
        if (bodies[i].message == NULL)
            continue;
        assert_int_equal(check(a, SHAPE, bodies[i].json, &why), STATUS_BAD_USAGE);
        if (strstr(why.text, "wants") != NULL || strstr(why.text, " a ") != NULL)
            fail_msg("%s", why.text);
    }
    arena_free(a);
}

static void parameters_are_held_against_theirs(void **state)
{
    static const struct url_param good[] = { { { "id", 2 }, { "aov", 3 } },
                                             { { "top", 3 }, { "5", 1 } } };
    static const struct url_param bad[] = { { { "id", 2 }, { "aov", 3 } },
                                            { { "top", 3 }, { "-5", 2 } } };
    struct error why = { .lang = LANG_EN };
    (void)state;
    assert_int_equal(shape_check_params(STR("id:string,top?:count"), good, 2, &why), STATUS_OK);
    assert_int_equal(shape_check_params(STR("id:string,top?:count"), bad, 2, &why),
                     STATUS_BAD_USAGE);
    assert_string_equal(why.text, "top wants a whole number, not \"-5\"");
    assert_int_equal(shape_check_params(STR("id:string,q:text"), good, 1, &why), STATUS_BAD_USAGE);
    assert_string_equal(why.text, "the parameter \"q\" is missing");
}

static void a_shape_describes_itself(void **state)
{
    struct buf b;
    struct json_writer w;
    (void)state;
    buf_init(&b, 4096);
    json_writer_init(&w, &b);
    shape_write_schema(&w, STR("{a:count?,b?:[x|y],c:@error}"));
    assert_true(
        str_is(buf_str(&b),
               "{\"type\":\"object\",\"properties\":{\"a\":{\"anyOf\":[{\"type\":\"integer\","
               "\"minimum\":0},{\"type\":\"null\"}]},\"b\":{\"type\":\"array\",\"items\":"
               "{\"type\":\"string\",\"enum\":[\"x\",\"y\"]}},\"c\":{\"$ref\":"
               "\"#/components/schemas/error\"}},\"required\":[\"a\",\"c\"],"
               "\"additionalProperties\":false}"));
    buf_release(&b);
}

static void malformed_shapes_are_noticed(void **state)
{
    static const char *const bad[] = { "",      "{a}",     "{a:}",  "{a:strng}", "[",
                                       "[text", "{a:text", "@none", "{a:text,}x" };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (shape_is_valid(str_from(bad[i])))
            fail_msg("%s", bad[i]);
    }
    for (size_t i = 0; i < shape_name_count; i++) {
        if (!shape_is_valid(str_from(shape_names[i].shape)))
            fail_msg("%s", shape_names[i].name);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_are_held_against_their_shape),
        cmocka_unit_test(every_error_speaks_chinese),
        cmocka_unit_test(parameters_are_held_against_theirs),
        cmocka_unit_test(a_shape_describes_itself),
        cmocka_unit_test(malformed_shapes_are_noticed),
    };
    return cmocka_run_group_tests_name("server/shape", tests, NULL, NULL);
}
