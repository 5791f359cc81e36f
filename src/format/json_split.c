/* Records of a JSON file: elements of the root array, of an array that the root object holds
 * ({"orders": [...]}), or bare values one after another. Only strings and brackets are looked at;
 * whether a record is valid is found out when it is parsed. */
#include "format/json_split_priv.h"

#include "format/readers_priv.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Inside a string: to behind its closing quote. False: the text ends before. */
static bool split_string(struct json_split *s, str text, size_t *pos)
{
    for (size_t i = *pos; i < text.len; i++) {
        if (s->is_escaped) {
            s->is_escaped = false;
        } else if (text.ptr[i] == '\\') {
            s->is_escaped = true;
        } else if (text.ptr[i] == '"') {
            s->in_string = false;
            *pos = i + 1;
            return true;
        }
    }
    *pos = text.len;
    return false;
}

static void split_end(struct json_split *s)
{
    s->in_record = false;
    s->is_scalar = false;
    s->depth = 0;
    s->is_done = s->place.is_single;
}

bool json_split_record(struct json_split *s, str text, size_t *pos)
{
    while (*pos < text.len) {
        if (s->in_string) {
            if (!split_string(s, text, pos))
                return false;
            if (s->depth > 0 || !s->is_scalar)
                continue;
            split_end(s);
            return true;
        }
        const char c = text.ptr[*pos];
        if (s->is_scalar && (is_blank(c) || c == ',' || c == ']' || c == '}')) {
            split_end(s);
            return true;
        }
        ++*pos;
        s->in_string = c == '"';
        if (c == '{' || c == '[')
            s->depth++;
        if ((c == '}' || c == ']') && --s->depth == 0) {
            split_end(s);
            return true;
        }
    }
    return false;
}

bool json_split_start(struct json_split *s, str text, size_t *pos)
{
    while (*pos < text.len && !s->is_done) {
        const char c = text.ptr[*pos];
        if (!is_blank(c) && c != ',') {
            if (c == ']' && s->place.in_array) {
                s->is_done = true;
                return false;
            }
            s->in_record = true;
            s->is_scalar = c != '{' && c != '[';
            if (c == '}' || c == ']') /* a stray one is a record of its own, refused later */
                ++*pos;
            return true;
        }
        ++*pos;
    }
    return false;
}

static size_t skip_blanks(str text, size_t pos)
{
    while (pos < text.len && is_blank(text.ptr[pos]))
        pos++;
    return pos;
}

/* One value; returns the position behind it, text.len when it does not end. */
static size_t skip_value(str text, size_t pos)
{
    struct json_split s = { 0 };
    if (json_split_start(&s, text, &pos))
        (void)json_split_record(&s, text, &pos);
    return pos;
}

static bool is_wrapper_name(str name)
{
    static const char *const names[] = {
        "orders",    "products", "customers", "checkouts", "refunds",  "transactions",
        "events",    "data",     "records",   "rows",      "results",  "inventory_levels",
        "inventory", "list",     "order",     "product",   "customer", "checkout",
        "refund",    "variants", "payouts",   "trades",    "payments", "shipments",
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_is(name, names[i]))
            return true;
    return false;
}

/* Is the member's value what holds the records? An array of objects or nothing; one object only
 * when it is the root's sole member. */
static bool member_holds(str text, size_t value, bool is_only, struct json_place *out)
{
    const size_t inner = skip_blanks(text, value + 1);
    if (text.ptr[value] == '[' && inner < text.len &&
        (text.ptr[inner] == '{' || text.ptr[inner] == ']')) {
        out->in_array = true;
        out->offset = value + 1;
        return true;
    }
    out->is_single = true;
    out->offset = value;
    return text.ptr[value] == '{' && is_only;
}

static struct json_place find_in_object(str text, size_t root, const char *records)
{
    size_t pos = skip_blanks(text, root + 1);
    for (size_t n = 0; pos < text.len && text.ptr[pos] == '"'; n++) {
        const size_t key = pos;
        pos = skip_value(text, pos);
        const str name = { text.ptr + key + 1, pos - key >= 2 ? pos - key - 2 : 0 };
        pos = skip_blanks(text, pos);
        if (pos >= text.len || text.ptr[pos] != ':')
            break;
        const size_t value = skip_blanks(text, pos + 1);
        if (value >= text.len)
            break;
        pos = skip_blanks(text, skip_value(text, value));
        const bool is_only = n == 0 && (pos >= text.len || text.ptr[pos] == '}');
        struct json_place found = { .member = name, .is_found = true };
        const bool is_wanted = records != NULL ? str_is(name, records) : is_wrapper_name(name);
        if (is_wanted && member_holds(text, value, is_only, &found))
            return found;
        if (pos < text.len && text.ptr[pos] == ',')
            pos = skip_blanks(text, pos + 1);
    }
    return (struct json_place){ .offset = root, .member = STR_EMPTY, .is_found = records == NULL };
}

struct json_place json_find_records(str text, const char *records)
{
    const size_t root = skip_blanks(text, 0);
    if (root < text.len && text.ptr[root] == '[')
        return (struct json_place){
            .offset = root + 1, .member = STR_EMPTY, .in_array = true, .is_found = true
        };
    if (root < text.len && text.ptr[root] == '{')
        return find_in_object(text, root, records);
    return (struct json_place){ .offset = root, .member = STR_EMPTY, .is_found = true };
}

/* Does a first line like {"a": 1} or [{"a": 1}] look like JSON at all? */
static bool starts_like_json(str text, size_t root)
{
    const size_t next = skip_blanks(text, root + 1);
    const char c = next < text.len ? text.ptr[next] : 0;
    if (text.ptr[root] == '{')
        return c == '"' || c == '}';
    return text.ptr[root] == '[' && (c == '{' || c == '[' || c == ']');
}

enum row_format json_sniff_format(str text, bool is_all, const char *records)
{
    const size_t root = skip_blanks(text, 0);
    if (root >= text.len || !starts_like_json(text, root))
        return ROW_FORMAT_CSV;
    if (text.ptr[root] == '[' || records != NULL)
        return ROW_FORMAT_JSON;
    const size_t end = skip_value(text, root);
    const str first = { text.ptr + root, end - root };
    if (memchr(first.ptr, '\n', first.len) != NULL || (end == text.len && !is_all))
        return ROW_FORMAT_JSON;
    const size_t next = skip_blanks(text, end);
    const bool is_alone = next == text.len;
    if (is_alone && json_find_records(text, NULL).member.len > 0)
        return ROW_FORMAT_JSON;
    return ROW_FORMAT_NDJSON;
}

void json_split_free(struct json_split *s)
{
    mem_free(s);
}
