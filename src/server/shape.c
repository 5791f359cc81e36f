/* Shapes read by advancing over their text; they are short, so nothing is kept between uses. */
#include "server/shape_priv.h"

#include <string.h>

#define SHAPE_DEPTH 16
#define NAMES_MAX   64

/* One type, without what follows it. */
struct shape_type {
    str text;  /* word, words|with|bars, inside of brackets, or name after '@' */
    char kind; /* '{' '[' '@', 'w' for words, '!' torn */
    bool is_nullable;
};

static size_t closing(str s)
{
    size_t depth = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '{' || s.ptr[i] == '[')
            depth++;
        else if (s.ptr[i] == '}' || s.ptr[i] == ']')
            depth--;
        if (depth == 0)
            return i;
    }
    return s.len;
}

static struct shape_type take_type(str *rest)
{
    struct shape_type t = { .kind = 'w' };
    size_t end = 0;
    if (rest->len > 0 && (rest->ptr[0] == '{' || rest->ptr[0] == '[')) {
        t.kind = rest->ptr[0];
        end = closing(*rest);
        t.text = str_skip(str_first(*rest, end), 1);
        if (end == rest->len)
            t.kind = '!'; /* its closing bracket is missing */
        else
            end++;
    } else {
        while (end < rest->len && rest->ptr[end] != ',' && rest->ptr[end] != '?')
            end++;
        t.text = str_first(*rest, end);
        if (t.text.len > 0 && t.text.ptr[0] == '@') {
            t.kind = '@';
            t.text = str_skip(t.text, 1);
        }
    }
    *rest = str_skip(*rest, end);
    t.is_nullable = rest->len > 0 && rest->ptr[0] == '?';
    *rest = str_skip(*rest, t.is_nullable ? 1 : 0);
    return t;
}

bool shape_next(str *members, struct shape_member *out)
{
    if (members->len == 0)
        return false;
    str key = str_take_until(members, ':');
    out->is_optional = str_ends(key, STR("?"));
    out->key = str_first(key, key.len - (out->is_optional ? 1 : 0));
    const str before = *members;
    (void)take_type(members);
    out->type = str_first(before, before.len - members->len);
    if (members->len > 0 && members->ptr[0] == ',')
        *members = str_skip(*members, 1);
    return true;
}

static str named(str name)
{
    for (size_t i = 0; i < shape_name_count; i++) {
        if (str_is(name, shape_names[i].name))
            return str_from(shape_names[i].shape);
    }
    return STR_EMPTY;
}

/* ---- Words: what a value is, its check as text, its schema. --------------------------------- */

static bool is_any_text(str s)
{
    return str_is_utf8(s);
}

static bool is_text(str s)
{
    return s.len > 0 && str_is_utf8(s);
}

static bool is_count(str s)
{
    int64_t v;
    return str_to_i64(s, &v) && v >= 0;
}

static bool is_integer(str s)
{
    int64_t v;
    return str_to_i64(s, &v);
}

static bool is_number(str s)
{
    double v;
    return str_to_double(s, &v);
}

static bool is_boolean(str s)
{
    return str_is(s, "true") || str_is(s, "false") || str_is(s, "1") || str_is(s, "0");
}

static bool is_day(str s)
{
    int32_t day;
    return day_parse(s, &day);
}

static bool is_time(str s)
{
    return s.len >= 20 && s.ptr[10] == 'T' && is_day(str_first(s, 10));
}

static bool is_figure(str s)
{
    return s.len > 0 && is_number(s);
}

static const struct word {
    const char *name;
    enum json_type json; /* JSON_NULL: any */
    bool (*fits)(str text);
    const char *wants; /* for the error; its Chinese twin stands in lang/zh/server.po */
    const char *schema;
} words[] = {
    { "string", JSON_STRING, is_any_text, "a text", "\"type\":\"string\"" },
    { "text",
      JSON_STRING,
      is_text,
      "a text that is not empty",
      "\"type\":\"string\",\"minLength\":1" },
    { "count", JSON_NUMBER, is_count, "a whole number", "\"type\":\"integer\",\"minimum\":0" },
    { "integer", JSON_NUMBER, is_integer, "a whole number", "\"type\":\"integer\"" },
    { "number", JSON_NUMBER, is_number, "a number", "\"type\":\"number\"" },
    { "boolean", JSON_BOOL, is_boolean, "true or false", "\"type\":\"boolean\"" },
    { "day",
      JSON_STRING,
      is_day,
      "a date such as 2010-12-01",
      "\"type\":\"string\",\"format\":\"date\"" },
    { "time",
      JSON_STRING,
      is_time,
      "an instant such as 2010-12-01T08:00:00Z",
      "\"type\":\"string\",\"format\":\"date-time\"" },
    { "figure",
      JSON_STRING,
      is_figure,
      "a decimal number as a text",
      "\"type\":\"string\",\"pattern\":\"^-?[0-9]+([.][0-9]+)?$\"" },
    { "object", JSON_OBJECT, NULL, "an object", "\"type\":\"object\"" },
    { "any", JSON_NULL, NULL, "anything", "" },
};

static const struct word *word_find(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_is(name, words[i].name))
            return &words[i];
    }
    return NULL;
}

static bool is_choice(str text)
{
    return memchr(text.ptr, '|', text.len) != NULL;
}

static bool choice_has(str choices, str value)
{
    while (choices.len > 0) {
        if (str_eq(str_take_until(&choices, '|'), value))
            return true;
    }
    return false;
}

static enum status wants(struct error *why, str key, const char *what)
{
    return error_set(why, STATUS_BAD_USAGE, "\"%.*s\" wants %s", STR_ARG(key), tr(why->lang, what));
}

static enum status wants_choice(struct error *why, str key, str choices, str given)
{
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "\"%.*s\" is one of %.*s, not \"%.*s\"",
                     STR_ARG(key),
                     STR_ARG(choices),
                     STR_ARG(str_first(given, 80)));
}

/* ---- Unknown members. ----------------------------------------------------------------------- */

static enum status unknown_member(str key, str members, struct error *why)
{
    char text[NAMES_MAX][48];
    const char *names[NAMES_MAX];
    size_t n = 0;
    struct shape_member m;
    while (n < NAMES_MAX && shape_next(&members, &m)) {
        if (m.key.len >= sizeof text[0])
            continue;
        memcpy(text[n], m.key.ptr, m.key.len);
        text[n][m.key.len] = '\0';
        names[n] = text[n];
        n++;
    }
    const char *near = name_nearest(key, names, n);
    if (near != NULL)
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "unknown parameter \"%.*s\" (did you mean \"%s\"?)",
                         STR_ARG(str_first(key, 80)),
                         near);
    return error_set(
        why, STATUS_BAD_USAGE, "unknown parameter \"%.*s\"", STR_ARG(str_first(key, 80)));
}

static bool member_find(str members, str key, struct shape_member *out)
{
    while (shape_next(&members, out)) {
        if (str_eq(out->key, key) || str_is(out->key, "*"))
            return true;
    }
    return false;
}

/* ---- JSON. ---------------------------------------------------------------------------------- */

/* What is being checked: the member's name for errors, and how deep. */
struct place {
    str key;
    unsigned depth;
};

static enum status check_value(str *rest,
                               const struct json_node *n,
                               struct place at,
                               struct error *why);

static enum status check_word(str text, const struct json_node *n, str key, struct error *why)
{
    str value = STR_EMPTY;
    if (is_choice(text)) {
        if (!json_as_str(n, &value) || !choice_has(text, value))
            return wants_choice(why, key, text, value);
        return STATUS_OK;
    }
    const struct word *w = word_find(text);
    BUG_IF(w == NULL);
    if (w->json == JSON_NULL)
        return STATUS_OK;
    if (json_node_type(n) != w->json)
        return wants(why, key, w->wants);
    if (w->fits != NULL && json_as_raw(n, &value) && !w->fits(value))
        return wants(why, key, w->wants);
    return STATUS_OK;
}

static enum status check_members(str members,
                                 const struct json_node *n,
                                 struct place at,
                                 struct error *why)
{
    struct shape_member m;
    enum status st = STATUS_OK;
    if (json_node_type(n) != JSON_OBJECT)
        return wants(why, at.key, "an object");
    for (size_t i = 0; st == STATUS_OK && i < json_node_len(n); i++) {
        const str key = json_member_key(n, i);
        if (!member_find(members, key, &m))
            return unknown_member(key, members, why);
        st = check_value(
            &m.type, json_at(n, i), (struct place){ .key = key, .depth = at.depth + 1 }, why);
    }
    for (str rest = members; st == STATUS_OK && shape_next(&rest, &m);) {
        char key[64];
        const size_t len = m.key.len < sizeof key ? m.key.len : sizeof key - 1;
        memcpy(key, m.key.ptr, len);
        key[len] = '\0';
        if (!m.is_optional && !str_is(m.key, "*") && json_get(n, key) == NULL)
            st = error_set(why, STATUS_BAD_USAGE, "\"%s\" is missing", key);
    }
    return st;
}

static enum status check_items(str type,
                               const struct json_node *n,
                               struct place at,
                               struct error *why)
{
    enum status st = STATUS_OK;
    if (json_node_type(n) != JSON_ARRAY)
        return wants(why, at.key, "a list");
    for (size_t i = 0; st == STATUS_OK && i < json_node_len(n); i++) {
        str rest = type;
        st = check_value(
            &rest, json_at(n, i), (struct place){ .key = at.key, .depth = at.depth + 1 }, why);
    }
    return st;
}

static enum status check_value(str *rest,
                               const struct json_node *n,
                               struct place at,
                               struct error *why)
{
    const struct shape_type t = take_type(rest);
    BUG_IF(at.depth > SHAPE_DEPTH);
    if (t.is_nullable && n != NULL && json_node_type(n) == JSON_NULL)
        return STATUS_OK;
    switch (t.kind) {
    case '{':
        return check_members(t.text, n, at, why);
    case '[':
        return check_items(t.text, n, at, why);
    case '@': {
        str shape = named(t.text);
        return check_value(&shape, n, at, why);
    }
    default:
        return check_word(t.text, n, at.key, why);
    }
}

enum status shape_check_json(str shape, const struct json_node *n, struct error *why)
{
    return check_value(&shape, n, (struct place){ .key = STR("body") }, why);
}

/* ---- Parameters. ---------------------------------------------------------------------------- */

static enum status check_param(const struct shape_member *m, str value, struct error *why)
{
    str rest = m->type;
    const struct shape_type t = take_type(&rest);
    if (is_choice(t.text))
        return choice_has(t.text, value) ? STATUS_OK : wants_choice(why, m->key, t.text, value);
    const struct word *w = word_find(t.text);
    BUG_IF(w == NULL);
    if (w->fits == NULL || w->fits(value))
        return STATUS_OK;
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "%.*s wants %s, not \"%.*s\"",
                     STR_ARG(m->key),
                     tr(why->lang, w->wants),
                     STR_ARG(str_first(value, 80)));
}

enum status shape_check_params(str members,
                               const struct url_param *params,
                               size_t n,
                               struct error *why)
{
    struct shape_member m;
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < n; i++) {
        if (!member_find(members, params[i].key, &m))
            return unknown_member(params[i].key, members, why);
        st = check_param(&m, params[i].value, why);
    }
    while (st == STATUS_OK && shape_next(&members, &m)) {
        bool is_there = m.is_optional;
        for (size_t i = 0; !is_there && i < n; i++)
            is_there = str_eq(params[i].key, m.key);
        if (!is_there)
            st = error_set(
                why, STATUS_BAD_USAGE, "the parameter \"%.*s\" is missing", STR_ARG(m.key));
    }
    return st;
}

/* ---- Schema. -------------------------------------------------------------------------------- */

static void write_value(struct json_writer *w, str *rest, unsigned depth);

static void write_members(struct json_writer *w, str members, unsigned depth)
{
    struct shape_member m;
    json_add_text(w, "type", "object");
    json_key(w, "properties");
    json_object_open(w);
    for (str rest = members; shape_next(&rest, &m);) {
        if (str_is(m.key, "*"))
            continue;
        json_key_str(w, m.key);
        write_value(w, &m.type, depth + 1);
    }
    json_object_close(w);
    json_key(w, "required");
    json_array_open(w);
    for (str rest = members; shape_next(&rest, &m);) {
        if (!m.is_optional && !str_is(m.key, "*"))
            json_str(w, m.key);
    }
    json_array_close(w);
    json_key(w, "additionalProperties");
    if (member_find(members, STR("*"), &m) && str_is(m.key, "*"))
        write_value(w, &m.type, depth + 1);
    else
        json_bool(w, false);
}

static void write_choice(struct json_writer *w, str choices)
{
    json_add_text(w, "type", "string");
    json_key(w, "enum");
    json_array_open(w);
    while (choices.len > 0)
        json_str(w, str_take_until(&choices, '|'));
    json_array_close(w);
}

static void write_word(struct json_writer *w, str text)
{
    struct buf all;
    const struct word *word = word_find(text);
    BUG_IF(word == NULL);
    buf_init(&all, 256);
    buf_addf(&all, "{%s}", word->schema);
    json_raw(w, buf_str(&all));
    buf_release(&all);
}

static void write_object(struct json_writer *w, const struct shape_type *t, unsigned depth)
{
    json_object_open(w);
    if (t->kind == '@') {
        struct buf ref;
        buf_init(&ref, 256);
        buf_addf(&ref, "#/components/schemas/%.*s", STR_ARG(t->text));
        json_add_str(w, "$ref", buf_str(&ref));
        buf_release(&ref);
    } else if (t->kind == '{') {
        write_members(w, t->text, depth);
    } else if (t->kind == '[') {
        str item = t->text;
        json_add_text(w, "type", "array");
        json_key(w, "items");
        write_value(w, &item, depth + 1);
    } else {
        write_choice(w, t->text);
    }
    json_object_close(w);
}

static void write_value(struct json_writer *w, str *rest, unsigned depth)
{
    const struct shape_type t = take_type(rest);
    BUG_IF(depth > SHAPE_DEPTH);
    if (t.is_nullable) {
        json_object_open(w);
        json_key(w, "anyOf");
        json_array_open(w);
    }
    if (t.kind == 'w' && !is_choice(t.text))
        write_word(w, t.text);
    else
        write_object(w, &t, depth);
    if (t.is_nullable) {
        json_raw(w, STR("{\"type\":\"null\"}"));
        json_array_close(w);
        json_object_close(w);
    }
}

void shape_write_schema(struct json_writer *w, str shape)
{
    write_value(w, &shape, 0);
}

/* ---- Validity. ------------------------------------------------------------------------------ */

static bool type_is_valid(str *rest, unsigned depth)
{
    const struct shape_type t = take_type(rest);
    struct shape_member m;
    if (depth > SHAPE_DEPTH || t.kind == '!')
        return false;
    if (t.kind == '[') {
        str item = t.text;
        return type_is_valid(&item, depth + 1) && item.len == 0;
    }
    if (t.kind == '@') {
        str shape = named(t.text);
        return shape.len > 0 && type_is_valid(&shape, depth + 1);
    }
    if (t.kind == 'w')
        return is_choice(t.text) || word_find(t.text) != NULL;
    for (str members = t.text; shape_next(&members, &m);) {
        if (m.key.len == 0 || !type_is_valid(&m.type, depth + 1) || m.type.len > 0)
            return false;
    }
    return true;
}

bool shape_is_valid(str shape)
{
    return type_is_valid(&shape, 0) && shape.len == 0;
}
