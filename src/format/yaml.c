/* libyaml's events become nodes. Events and not its document API, because only they show anchors,
 * tags and the style of a scalar, and because the limits then hold before memory is spent. */
#include "format/yaml.h"

#include <string.h>
#include <yaml.h>

#define DEPTH_MAX 64 /* of the loader's own stack; the limit in force is smaller */

struct pending { /* a list or map that is still open */
    struct yaml_node *node;
    const struct yaml_node **items;
    struct yaml_member *members;
    size_t cap;
    bool has_key; /* a map: the key is read, its value is awaited */
    struct map *keys;
    size_t n_indexed;
};

struct loader {
    yaml_parser_t parser;
    str file;
    struct arena *arena;
    struct problems *problems;
    struct yaml_limits limits;
    struct pending stack[DEPTH_MAX];
    size_t depth;
    size_t nodes;
    const struct yaml_node *root;
    bool has_document;
    bool is_broken;
};

static void fault(struct loader *l, const yaml_mark_t *at, const char *text)
{
    problem_add(l->problems,
                l->file,
                (unsigned)at->line + 1,
                (unsigned)at->column + 1,
                "%s",
                tr(l->problems->lang, text));
}

static bool stop(struct loader *l, const yaml_mark_t *at, const char *text)
{
    fault(l, at, text);
    l->is_broken = true;
    return false;
}

static struct yaml_node *node_new(struct loader *l, enum yaml_type type, const yaml_mark_t *at)
{
    if (++l->nodes > l->limits.nodes) {
        (void)stop(l, at, "more values than the limit");
        return NULL;
    }
    struct yaml_node *n = ARENA_NEW(l->arena, struct yaml_node, 1);
    if (n == NULL) {
        (void)stop(l, at, "out of memory");
        return NULL;
    }
    n->type = type;
    n->file = l->file;
    n->line = (unsigned)at->line + 1;
    n->column = (unsigned)at->column + 1;
    n->text = STR_EMPTY;
    return n;
}

static bool pending_grow(struct loader *l, struct pending *p, const yaml_mark_t *at)
{
    if (p->node->n < p->cap)
        return true;
    const size_t cap = p->cap == 0 ? 8 : p->cap * 2;
    if (p->node->type == YAML_MAP) {
        struct yaml_member *members = ARENA_NEW(l->arena, struct yaml_member, cap);
        if (members == NULL)
            return stop(l, at, "out of memory");
        for (size_t i = 0; i < p->node->n; i++)
            members[i] = p->members[i];
        p->members = members;
    } else {
        const struct yaml_node **items = ARENA_NEW(l->arena, const struct yaml_node *, cap);
        if (items == NULL)
            return stop(l, at, "out of memory");
        for (size_t i = 0; i < p->node->n; i++)
            items[i] = p->items[i];
        p->items = items;
    }
    p->cap = cap;
    return true;
}

/* Position of an equal key, or SIZE_MAX. Long maps get an index, so that a file of 100,000 keys
 * does not take minutes. */
static size_t find_key(struct pending *p, str key)
{
    const size_t n = p->node->n;
    if (n < 32) {
        for (size_t i = 0; i < n; i++)
            if (str_eq(p->members[i].key, key))
                return i;
        return SIZE_MAX;
    }
    if (p->keys == NULL)
        p->keys = map_new();
    for (; p->keys != NULL && p->n_indexed < n; p->n_indexed++)
        if (map_get(p->keys, p->members[p->n_indexed].key) == NULL &&
            !map_put(p->keys, p->members[p->n_indexed].key, p->n_indexed))
            return SIZE_MAX;
    const uint64_t *at = p->keys != NULL ? map_get(p->keys, key) : NULL;
    return at != NULL ? (size_t)*at : SIZE_MAX;
}

static void warn_twice(struct loader *l, struct pending *p, const struct yaml_member *m)
{
    const size_t i = find_key(p, m->key);
    if (i != SIZE_MAX)
        problem_add(l->problems,
                    l->file,
                    m->line,
                    m->column,
                    "the key \"%.*s\" stands here twice (first in line %u)",
                    STR_ARG(str_first(m->key, 80)),
                    p->members[i].line);
}

static bool take_key(struct loader *l,
                     struct pending *p,
                     const struct yaml_node *key,
                     const yaml_mark_t *at)
{
    if (key->type != YAML_SCALAR && key->type != YAML_NULL)
        return stop(l, at, "a key must be plain text, not a list or mapping");
    if (!pending_grow(l, p, at))
        return false;
    const struct yaml_member m = { .key = key->text, .line = key->line, .column = key->column };
    warn_twice(l, p, &m);
    p->members[p->node->n] = m;
    p->has_key = true;
    return true;
}

/* Puts a finished or just opened node where it belongs. */
static bool place(struct loader *l, const struct yaml_node *n, const yaml_mark_t *at)
{
    if (l->depth == 0) {
        l->root = n;
        return true;
    }
    struct pending *p = &l->stack[l->depth - 1];
    if (p->node->type == YAML_MAP) {
        if (!p->has_key)
            return take_key(l, p, n, at);
        p->members[p->node->n++].value = n;
        p->has_key = false;
        return true;
    }
    if (!pending_grow(l, p, at))
        return false;
    p->items[p->node->n++] = n;
    return true;
}

static bool is_null_text(str s)
{
    return s.len == 0 || str_is(s, "~") || str_is(s, "null") || str_is(s, "Null") ||
           str_is(s, "NULL");
}

static bool on_scalar(struct loader *l, const yaml_event_t *e)
{
    struct yaml_node *n = node_new(l, YAML_SCALAR, &e->start_mark);
    if (n == NULL)
        return false;
    n->is_quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    n->text =
        arena_dup(l->arena, (str){ (const char *)e->data.scalar.value, e->data.scalar.length });
    if (n->text.ptr == NULL)
        return stop(l, &e->start_mark, "out of memory");
    if (!n->is_quoted && is_null_text(n->text))
        n->type = YAML_NULL;
    return place(l, n, &e->start_mark);
}

static bool on_open(struct loader *l, const yaml_event_t *e, enum yaml_type type)
{
    if (l->depth >= l->limits.depth || l->depth >= DEPTH_MAX)
        return stop(l, &e->start_mark, "nested more deeply than the limit");
    struct yaml_node *n = node_new(l, type, &e->start_mark);
    if (n == NULL || !place(l, n, &e->start_mark))
        return false;
    l->stack[l->depth++] = (struct pending){ .node = n };
    return true;
}

static bool on_close(struct loader *l)
{
    struct pending *p = &l->stack[--l->depth];
    p->node->items = p->items;
    p->node->members = p->members;
    map_free(p->keys);
    return true;
}

static bool is_refused(struct loader *l, const yaml_event_t *e)
{
    const yaml_char_t *anchor = NULL;
    const yaml_char_t *tag = NULL;
    if (e->type == YAML_SCALAR_EVENT) {
        anchor = e->data.scalar.anchor;
        tag = e->data.scalar.tag;
    } else if (e->type == YAML_MAPPING_START_EVENT) {
        anchor = e->data.mapping_start.anchor;
        tag = e->data.mapping_start.tag;
    } else if (e->type == YAML_SEQUENCE_START_EVENT) {
        anchor = e->data.sequence_start.anchor;
        tag = e->data.sequence_start.tag;
    }
    if (e->type == YAML_ALIAS_EVENT || anchor != NULL)
        return !stop(l,
                     &e->start_mark,
                     "anchors (&) and aliases (*) are not allowed; a text that "
                     "starts with them needs quotes");
    if (tag != NULL)
        return !stop(l,
                     &e->start_mark,
                     "tags (!) are not allowed; a text that starts with one "
                     "needs quotes");
    return false;
}

static bool on_document(struct loader *l, const yaml_event_t *e)
{
    if (l->has_document)
        return stop(l, &e->start_mark, "only one document (---) per file");
    l->has_document = true;
    return true;
}

/* False: the end, or a fault. */
static bool on_event(struct loader *l, const yaml_event_t *e)
{
    if (is_refused(l, e))
        return false;
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        return on_document(l, e);
    case YAML_SCALAR_EVENT:
        return on_scalar(l, e);
    case YAML_SEQUENCE_START_EVENT:
        return on_open(l, e, YAML_LIST);
    case YAML_MAPPING_START_EVENT:
        return on_open(l, e, YAML_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return on_close(l);
    case YAML_STREAM_END_EVENT:
        return false;
    default:
        return true;
    }
}

/* Where the reader met bytes that are no text: it only counts bytes. */
static yaml_mark_t mark_of_offset(str text, size_t offset)
{
    yaml_mark_t at = { 0 };
    for (size_t i = 0; i < offset && i < text.len; i++) {
        at.column = text.ptr[i] == '\n' ? 0 : at.column + 1;
        at.line += text.ptr[i] == '\n';
    }
    return at;
}

static void syntax_fault(struct loader *l, str text)
{
    const yaml_parser_t *p = &l->parser;
    const bool has_mark = p->error == YAML_SCANNER_ERROR || p->error == YAML_PARSER_ERROR;
    const yaml_mark_t at = has_mark ? p->problem_mark : mark_of_offset(text, p->problem_offset);
    const char *what = p->problem != NULL ? p->problem : "not valid YAML";
    l->is_broken = true;
    problem_add(l->problems,
                l->file,
                (unsigned)at.line + 1,
                (unsigned)at.column + 1,
                "not valid YAML: %s",
                tr(l->problems->lang, what));
}

static void load(struct loader *l, str text)
{
    bool more = true;
    while (more) {
        yaml_event_t e;
        if (!yaml_parser_parse(&l->parser, &e)) {
            syntax_fault(l, text);
            return;
        }
        more = on_event(l, &e);
        yaml_event_delete(&e);
    }
}

static struct yaml_limits limits_of(const struct yaml_limits *given)
{
    struct yaml_limits l = given != NULL ? *given : (struct yaml_limits){ 0 };
    if (l.bytes == 0)
        l.bytes = (size_t)1 << 20;
    if (l.nodes == 0)
        l.nodes = 200000;
    if (l.depth == 0)
        l.depth = 32;
    return l;
}

const struct yaml_node *yaml_parse(
    str text, str file, const struct yaml_limits *limits, struct arena *a, struct problems *p)
{
    struct loader *l = ARENA_NEW(a, struct loader, 1);
    if (l == NULL || !yaml_parser_initialize(&l->parser)) {
        problem_add(p, file, 0, 0, "out of memory");
        return NULL;
    }
    l->file = arena_dup(a, file);
    if (l->file.ptr == NULL)
        l->file = STR_EMPTY;
    l->arena = a;
    l->problems = p;
    l->limits = limits_of(limits);
    if (text.len > l->limits.bytes) {
        problem_add(p, l->file, 0, 0, "larger than the limit of %zu bytes", l->limits.bytes);
        l->is_broken = true;
    } else {
        yaml_parser_set_encoding(&l->parser, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&l->parser, (const unsigned char *)text.ptr, text.len);
        load(l, text);
    }
    yaml_parser_delete(&l->parser);
    while (l->depth > 0) /* left open by a fault */
        map_free(l->stack[--l->depth].keys);
    return l->is_broken ? NULL : l->root;
}

const struct yaml_node *yaml_parse_file(const char *path,
                                        const struct yaml_limits *limits,
                                        struct arena *a,
                                        struct problems *p)
{
    struct error why = { .lang = p->lang };
    str text = STR_EMPTY;
    const struct yaml_limits l = limits_of(limits);
    if (file_read(path, l.bytes, a, &text, &why) != STATUS_OK) {
        problem_add_unread(p, path, &why);
        return NULL;
    }
    return yaml_parse(text, str_from(path), limits, a, p);
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    if (map == NULL || map->type != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->n; i++)
        if (str_is(map->members[i].key, key))
            return map->members[i].value;
    return NULL;
}

bool yaml_is_null(const struct yaml_node *n)
{
    return n == NULL || n->type == YAML_NULL;
}
