/* Small documents as a tree in an arena: settings, API bodies. Built from the walk's events. */
#include "format/json.h"

#include "format/json_simd_priv.h"

#include <string.h>

struct json_node {
    enum json_type type;
    bool flag;
    str key;  /* as a member */
    str text; /* string content, or the number as written */
    size_t n;
    struct json_node *first;
    struct json_node *last;
    struct json_node *next;
    const struct json_node **children; /* n, when the container is closed */
};

struct builder {
    struct arena *arena;
    struct json_node *stack[JSON_SIMD_DEPTH + 1];
    size_t depth;
    struct json_node *root;
    str key;
    bool no_memory;
    str twice; /* .ptr != NULL: a key that stands twice */
};

static str keep(struct builder *b, const char *ptr, size_t len)
{
    const str copy = arena_dup(b->arena, (str){ ptr, len });
    b->no_memory = b->no_memory || copy.ptr == NULL;
    return copy.ptr != NULL ? copy : STR_EMPTY;
}

static struct json_node *add(struct builder *b, enum json_type type)
{
    struct json_node *n = ARENA_NEW(b->arena, struct json_node, 1);
    if (n == NULL) {
        b->no_memory = true;
        return NULL;
    }
    n->type = type;
    n->text = STR_EMPTY;
    n->key = b->key;
    if (b->depth == 0) {
        b->root = n;
        return n;
    }
    struct json_node *parent = b->stack[b->depth - 1];
    if (parent->last == NULL)
        parent->first = n;
    else
        parent->last->next = n;
    parent->last = n;
    parent->n++;
    return n;
}

static bool keys_are_single(struct builder *b, const struct json_node *object)
{
    struct map *seen = map_new();
    bool fine = seen != NULL;
    for (size_t i = 0; fine && i < object->n; i++) {
        const str key = object->children[i]->key;
        if (map_get(seen, key) != NULL) {
            b->twice = key;
            fine = false;
        } else if (!map_put(seen, key, i)) {
            b->no_memory = true;
            fine = false;
        }
    }
    b->no_memory = b->no_memory || seen == NULL;
    map_free(seen);
    return fine;
}

static bool close_container(struct builder *b)
{
    struct json_node *n = b->stack[--b->depth];
    size_t i = 0;
    n->children = arena_alloc(b->arena, n->n + 1, sizeof *n->children);
    if (n->children == NULL) {
        b->no_memory = true;
        return false;
    }
    for (const struct json_node *c = n->first; c != NULL; c = c->next)
        n->children[i++] = c;
    return n->type != JSON_OBJECT || n->n < 2 || keys_are_single(b, n);
}

static bool on_event(void *self, enum json_simd_event ev, const char *ptr, size_t len)
{
    static const enum json_type types[] = {
        [JSON_SIMD_OBJECT_OPEN] = JSON_OBJECT, [JSON_SIMD_ARRAY_OPEN] = JSON_ARRAY,
        [JSON_SIMD_STRING] = JSON_STRING,      [JSON_SIMD_NUMBER] = JSON_NUMBER,
        [JSON_SIMD_TRUE] = JSON_BOOL,          [JSON_SIMD_FALSE] = JSON_BOOL,
        [JSON_SIMD_NULL] = JSON_NULL,
    };
    struct builder *b = self;
    if (ev == JSON_SIMD_KEY) {
        b->key = keep(b, ptr, len);
        return !b->no_memory;
    }
    if (ev == JSON_SIMD_OBJECT_CLOSE || ev == JSON_SIMD_ARRAY_CLOSE)
        return close_container(b);
    struct json_node *n = add(b, types[ev]);
    if (n == NULL)
        return false;
    n->flag = ev == JSON_SIMD_TRUE;
    if (ev == JSON_SIMD_OBJECT_OPEN || ev == JSON_SIMD_ARRAY_OPEN)
        b->stack[b->depth++] = n;
    else if (ev == JSON_SIMD_STRING || ev == JSON_SIMD_NUMBER)
        n->text = keep(b, ptr, len);
    return !b->no_memory;
}

static enum status parse_failed(
    const struct builder *b, enum json_simd_end end, str text, size_t at, struct error *why)
{
    unsigned line = 1;
    unsigned column = 1;
    for (size_t i = 0; i < at && i < text.len; i++) {
        column = text.ptr[i] == '\n' ? 1 : column + 1;
        line += text.ptr[i] == '\n';
    }
    if (b->no_memory || end == JSON_SIMD_NO_MEMORY)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (b->twice.ptr != NULL)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "the JSON object has the key \"%.*s\" twice",
                         STR_ARG(str_first(b->twice, 80)));
    if (end == JSON_SIMD_TOO_DEEP)
        return error_set(
            why, STATUS_TOO_LARGE, "the JSON is nested more than %d levels deep", JSON_SIMD_DEPTH);
    return error_set(why, STATUS_BAD_INPUT, "not valid JSON near line %u, column %u", line, column);
}

enum status json_parse(str text, struct arena *a, const struct json_node **out, struct error *why)
{
    struct builder b = { .arena = a, .key = STR_EMPTY, .twice = { NULL, 0 } };
    size_t at = 0;
    char *padded = mem_new(1, text.len + JSON_SIMD_SLACK);
    struct json_simd *simd = json_simd_new();
    enum json_simd_end end = JSON_SIMD_NO_MEMORY;
    if (padded != NULL && simd != NULL) {
        memcpy(padded, text.ptr, text.len);
        end = json_simd_walk(simd, padded, text.len, on_event, &b, &at);
    }
    json_simd_free(simd);
    mem_free(padded);
    if (end != JSON_SIMD_OK || b.no_memory || b.root == NULL)
        return parse_failed(&b, end, text, at, why);
    *out = b.root;
    return STATUS_OK;
}

enum json_type json_node_type(const struct json_node *n)
{
    return n != NULL ? n->type : JSON_NULL;
}

size_t json_node_len(const struct json_node *n)
{
    return n != NULL ? n->n : 0;
}

const struct json_node *json_at(const struct json_node *n, size_t i)
{
    return n != NULL && i < n->n ? n->children[i] : NULL;
}

str json_member_key(const struct json_node *n, size_t i)
{
    const struct json_node *m = json_at(n, i);
    return m != NULL ? m->key : STR_EMPTY;
}

static const struct json_node *get(const struct json_node *n, str key)
{
    if (n == NULL || n->type != JSON_OBJECT)
        return NULL;
    for (size_t i = 0; i < n->n; i++)
        if (str_eq(n->children[i]->key, key))
            return n->children[i];
    return NULL;
}

const struct json_node *json_get(const struct json_node *n, const char *key)
{
    return get(n, str_from(key));
}

const struct json_node *json_path(const struct json_node *n, const char *dotted)
{
    str rest = str_from(dotted);
    while (n != NULL && rest.len > 0)
        n = get(n, str_take_until(&rest, '.'));
    return n;
}

bool json_as_str(const struct json_node *n, str *out)
{
    if (n == NULL || n->type != JSON_STRING)
        return false;
    *out = n->text;
    return true;
}

bool json_as_bool(const struct json_node *n, bool *out)
{
    if (n == NULL || n->type != JSON_BOOL)
        return false;
    *out = n->flag;
    return true;
}

bool json_as_i64(const struct json_node *n, int64_t *out)
{
    return n != NULL && n->type == JSON_NUMBER && str_to_i64(n->text, out);
}

bool json_as_double(const struct json_node *n, double *out)
{
    return n != NULL && n->type == JSON_NUMBER && str_to_double(n->text, out);
}

bool json_as_raw(const struct json_node *n, str *out)
{
    if (n == NULL || (n->type != JSON_STRING && n->type != JSON_NUMBER))
        return false;
    *out = n->text;
    return true;
}
