/* Typed reading of YAML nodes, and schemas of maps as tables. */
#include "format/yaml.h"

#include <stdarg.h>
#include <stdio.h>

void yaml_problem(struct problems *p, const struct yaml_node *n, const char *fmt, ...)
{
    char text[1024];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, tr(p->lang, fmt), args);
    va_end(args);
    problem_add(p, n->file, n->line, n->column, "%s", text);
}

static const char *type_text(enum lang lang, const struct yaml_node *n)
{
    static const char *const names[] = {
        [YAML_NULL] = "nothing",
        [YAML_SCALAR] = "a value",
        [YAML_LIST] = "a list",
        [YAML_MAP] = "a mapping",
    };
    return tr(lang, names[n->type]);
}

/* The scalar's text; a problem when the node is a list or map. */
static bool scalar(const struct yaml_node *n, struct problems *p, const char *expected, str *out)
{
    if (yaml_is_null(n))
        return false;
    if (n->type != YAML_SCALAR) {
        yaml_problem(p, n, "expected %s, found %s", tr(p->lang, expected), type_text(p->lang, n));
        return false;
    }
    *out = n->text;
    return true;
}

static bool wrong(const struct yaml_node *n, struct problems *p, const char *expected)
{
    yaml_problem(p,
                 n,
                 "expected %s, found \"%.*s\"",
                 tr(p->lang, expected),
                 STR_ARG(str_first(n->text, 80)));
    return false;
}

bool yaml_str(const struct yaml_node *n, struct problems *p, str *out)
{
    return scalar(n, p, "text", out);
}

bool yaml_i64(const struct yaml_node *n, int64_t min, int64_t max, struct problems *p, int64_t *out)
{
    str s;
    int64_t v;
    if (!scalar(n, p, "a whole number", &s))
        return false;
    if (n->is_quoted || !str_to_i64(s, &v))
        return wrong(n, p, "a whole number");
    if (v < min || v > max) {
        yaml_problem(p,
                     n,
                     "expected a number from %lld to %lld, found %lld",
                     (long long)min,
                     (long long)max,
                     (long long)v);
        return false;
    }
    *out = v;
    return true;
}

bool yaml_double(const struct yaml_node *n, struct problems *p, double *out)
{
    str s;
    if (!scalar(n, p, "a number", &s))
        return false;
    return (!n->is_quoted && str_to_double(s, out)) || wrong(n, p, "a number");
}

bool yaml_bool(const struct yaml_node *n, struct problems *p, bool *out)
{
    static const struct {
        const char *text;
        bool value;
    } words[] = {
        { "true", true },   { "yes", true }, { "on", true },
        { "false", false }, { "no", false }, { "off", false },
    };
    str s;
    if (!scalar(n, p, "yes or no", &s))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(words) && !n->is_quoted; i++)
        if (str_eq_nocase(s, str_from(words[i].text))) {
            *out = words[i].value;
            return true;
        }
    return wrong(n, p, "yes or no");
}

bool yaml_day(const struct yaml_node *n, struct problems *p, int32_t *out)
{
    str s;
    if (!scalar(n, p, "a date like 2010-12-01", &s))
        return false;
    return day_parse(s, out) || wrong(n, p, "a date like 2010-12-01");
}

bool yaml_enum(const struct yaml_node *n,
               const char *const *names,
               size_t n_names,
               struct problems *p,
               size_t *out)
{
    str s;
    if (!scalar(n, p, "a name", &s))
        return false;
    for (size_t i = 0; i < n_names; i++)
        if (str_is(s, names[i])) {
            *out = i;
            return true;
        }
    struct buf all;
    buf_init(&all, 400);
    for (size_t i = 0; i < n_names; i++) {
        buf_adds(&all, i > 0 ? ", " : "");
        buf_adds(&all, names[i]);
    }
    const str hint = name_suggestion(p->arena, p->lang, s, names, n_names);
    yaml_problem(p,
                 n,
                 "unknown name \"%.*s\"%.*s, expected one of: %.*s",
                 STR_ARG(str_first(s, 80)),
                 STR_ARG(hint),
                 STR_ARG(buf_str(&all)));
    buf_release(&all);
    return false;
}

static bool want_type(const struct yaml_node *n,
                      enum yaml_type type,
                      const char *expected,
                      struct problems *p)
{
    if (yaml_is_null(n))
        return false;
    if (n->type == type)
        return true;
    yaml_problem(p, n, "expected %s, found %s", tr(p->lang, expected), type_text(p->lang, n));
    return false;
}

bool yaml_want_map(const struct yaml_node *n, struct problems *p)
{
    return want_type(n, YAML_MAP, "a mapping", p);
}

bool yaml_want_list(const struct yaml_node *n, struct problems *p)
{
    return want_type(n, YAML_LIST, "a list", p);
}

static bool value_fits(const struct yaml_node *n, enum yaml_want want, struct problems *p)
{
    str text;
    int64_t i64;
    double f64;
    bool flag;
    int32_t day;
    if (yaml_is_null(n))
        return true;
    switch (want) {
    case YAML_WANT_STR:
        return yaml_str(n, p, &text);
    case YAML_WANT_INT:
        return yaml_i64(n, INT64_MIN, INT64_MAX, p, &i64);
    case YAML_WANT_NUMBER:
        return yaml_double(n, p, &f64);
    case YAML_WANT_BOOL:
        return yaml_bool(n, p, &flag);
    case YAML_WANT_DAY:
        return yaml_day(n, p, &day);
    case YAML_WANT_LIST:
        return yaml_want_list(n, p);
    case YAML_WANT_MAP:
        return yaml_want_map(n, p);
    case YAML_WANT_ANY:
        return true;
    }
    return true;
}

static const struct yaml_field *field_find(const struct yaml_field *fields, size_t n, str key)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(key, fields[i].key))
            return &fields[i];
    return NULL;
}

static void unknown_key(const struct yaml_node *map,
                        const struct yaml_member *m,
                        const struct yaml_field *fields,
                        size_t n,
                        struct problems *p)
{
    const char **names = ARENA_NEW(p->arena, const char *, n + 1);
    for (size_t i = 0; names != NULL && i < n; i++)
        names[i] = fields[i].key;
    const str hint = name_suggestion(p->arena, p->lang, m->key, names, names != NULL ? n : 0);
    problem_add(p,
                map->file,
                m->line,
                m->column,
                "unknown key \"%.*s\"%.*s",
                STR_ARG(str_first(m->key, 80)),
                STR_ARG(hint));
}

bool yaml_check_map(const struct yaml_node *map,
                    const struct yaml_field *fields,
                    size_t n,
                    struct problems *p)
{
    const size_t before = p->n_total;
    if (!yaml_want_map(map, p))
        return p->n_total == before && map == NULL;
    for (size_t i = 0; i < map->n; i++) {
        const struct yaml_member *m = &map->members[i];
        const struct yaml_field *f = field_find(fields, n, m->key);
        if (f == NULL)
            unknown_key(map, m, fields, n, p);
        else
            (void)value_fits(m->value, f->want, p);
    }
    for (size_t i = 0; i < n; i++)
        if (fields[i].is_required && yaml_is_null(yaml_get(map, fields[i].key)))
            yaml_problem(p, map, "the key \"%s\" is missing", fields[i].key);
    return p->n_total == before;
}
