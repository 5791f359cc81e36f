/* Changes to stores.yaml and shop.yaml as a person would make them: one line at a time, comments
 * and everything else kept. After each step the text is parsed again, so places are always those of
 * the text; at the end it is read as a settings file, and nothing is written unless that is fine.
 */
#include "shop/shop_priv.h"

#include <string.h>

#define STORES_BYTES ((size_t)1024 * 1024)
#define NAME_MAX_LEN 64

struct edit {
    struct arena *a;
    str file;
    str text;
    struct error *why;
    const struct yaml_node *root; /* of `text` */
};

static enum status no_memory(struct error *why)
{
    return error_set(why, STATUS_NO_MEMORY, "out of memory");
}

/* Every problem, in one error: the first one and how many there are. */
static enum status parse(struct edit *e)
{
    struct problems p;
    problems_init(&p, e->a, e->why != NULL ? e->why->lang : LANG_EN);
    e->root = yaml_parse(e->text, e->file, NULL, e->a, &p);
    return problems_status(&p, e->why);
}

static size_t line_start(str text, unsigned line)
{
    size_t at = 0;
    for (unsigned i = 1; i < line && at < text.len; i++) {
        const char *nl = memchr(text.ptr + at, '\n', text.len - at);
        at = nl == NULL ? text.len : (size_t)(nl - text.ptr) + 1;
    }
    return at;
}

static size_t line_end(str text, size_t at)
{
    const char *nl = memchr(text.ptr + at, '\n', text.len - at);
    return nl == NULL ? text.len : (size_t)(nl - text.ptr);
}

/* Replaces bytes from..to. */
static enum status splice(struct edit *e, size_t from, size_t to, str by)
{
    struct buf out;
    buf_init(&out, STORES_BYTES);
    buf_add(&out, str_first(e->text, from));
    buf_add(&out, by);
    buf_add(&out, str_skip(e->text, to));
    const bool ok = buf_ok(&out);
    if (ok)
        e->text = arena_dup(e->a, buf_str(&out));
    buf_release(&out);
    if (!ok || e->text.ptr == NULL)
        return no_memory(e->why);
    return parse(e);
}

/* A new line `key: value` (no value: a mapping follows) after line `line`. */
static enum status insert_line(struct edit *e, unsigned line, unsigned indent, str key, str value)
{
    struct buf out;
    const size_t begin = line_start(e->text, line);
    size_t at = line == 0 ? 0 : line_end(e->text, begin);
    buf_init(&out, STORES_BYTES);
    if (line > 0 && at < e->text.len)
        at++;
    else if (line > 0)
        buf_addc(&out, '\n');
    for (unsigned i = 0; i < indent; i++)
        buf_addc(&out, ' ');
    yaml_write_scalar(&out, key);
    buf_addc(&out, ':');
    if (value.len > 0) {
        buf_addc(&out, ' ');
        yaml_write_scalar(&out, value);
    }
    buf_addc(&out, '\n');
    const enum status st = buf_ok(&out) ? splice(e, at, at, buf_str(&out)) : no_memory(e->why);
    buf_release(&out);
    return st;
}

static const struct yaml_member *member_of(const struct yaml_node *map, str key)
{
    for (size_t i = 0; map != NULL && map->type == YAML_MAP && i < map->n; i++) {
        if (str_eq(map->members[i].key, key))
            return &map->members[i];
    }
    return NULL;
}

/* Where the value of `key:` stands on the key's own line: [from, to). */
struct place {
    size_t from;
    size_t to;
};

static size_t scalar_end(str text, size_t at, size_t end)
{
    const char first = at < end ? text.ptr[at] : '\0';
    if (first == '"' || first == '\'') {
        for (size_t i = at + 1; i < end; i++) {
            const bool escaped = first == '"' && text.ptr[i] == '\\';
            const bool doubled = text.ptr[i] == first && i + 1 < end && text.ptr[i + 1] == first;
            if (!escaped && !doubled && text.ptr[i] == first)
                return i + 1;
            i += escaped || doubled;
        }
        return end;
    }
    size_t to = end;
    for (size_t i = at; i + 1 < end && to == end; i++) {
        if (text.ptr[i] == ' ' && text.ptr[i + 1] == '#')
            to = i;
    }
    if (first == '#')
        to = at;
    while (to > at && (text.ptr[to - 1] == ' ' || text.ptr[to - 1] == '\r'))
        to--;
    return to;
}

static struct place value_place(str text, const struct yaml_member *m)
{
    const size_t begin = line_start(text, m->line);
    const size_t end = line_end(text, begin);
    size_t at = begin;
    while (at < end && text.ptr[at] == ' ')
        at++;
    at = scalar_end(text, at, at < end && (text.ptr[at] == '"' || text.ptr[at] == '\'') ? end : at);
    while (at < end && text.ptr[at] != ':')
        at++;
    at += at < end;
    while (at < end && text.ptr[at] == ' ')
        at++;
    return (struct place){ at, scalar_end(text, at, end) };
}

static enum status by_hand(const struct edit *e, const struct yaml_member *m)
{
    return error_set(e->why,
                     STATUS_BAD_INPUT,
                     "%.*s:%u: \"%.*s\" is written in a form that only a person can change; edit "
                     "the file by hand",
                     STR_ARG(e->file),
                     m->line,
                     STR_ARG(m->key));
}

/* `{}` becomes nothing, so that lines can follow; other braces are left to people. */
static enum status open_braces(struct edit *e, const struct yaml_member *m)
{
    const struct place at = value_place(e->text, m);
    if (at.from >= e->text.len || e->text.ptr[at.from] != '{')
        return STATUS_OK;
    if (m->value->n > 0)
        return by_hand(e, m);
    return splice(e, at.from, at.to, STR_EMPTY);
}

static unsigned last_line(const struct yaml_node *n, unsigned line)
{
    while (n != NULL && n->n > 0) {
        if (n->type == YAML_MAP) {
            line = n->members[n->n - 1].line;
            n = n->members[n->n - 1].value;
        } else {
            n = n->items[n->n - 1];
            line = n->line;
        }
    }
    return n != NULL && n->line > line ? n->line : line;
}

static unsigned lines_of(str text)
{
    unsigned n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += text.ptr[i] == '\n';
    return n + (text.len > 0 && text.ptr[text.len - 1] != '\n');
}

static enum status add_store(struct edit *e, str store)
{
    enum status st = STATUS_OK;
    const struct yaml_member *list = member_of(e->root, STR("stores"));
    if (list == NULL)
        st = insert_line(e, lines_of(e->text), 0, STR("stores"), STR_EMPTY);
    else
        st = open_braces(e, list);
    list = member_of(e->root, STR("stores"));
    if (st != STATUS_OK)
        return st;
    if (list == NULL)
        return error_set(e->why,
                         STATUS_BAD_INPUT,
                         "%.*s: no place for a store; edit the file by hand",
                         STR_ARG(e->file));
    const struct yaml_node *map = list->value;
    const bool has_some = map != NULL && map->type == YAML_MAP && map->n > 0;
    const unsigned indent = has_some ? map->members[0].column - 1 : list->column + 1;
    const unsigned after =
        has_some ? last_line(map->members[map->n - 1].value, map->members[map->n - 1].line)
                 : list->line;
    return insert_line(e, after, indent, store, STR_EMPTY);
}

static enum status replace_value(struct edit *e, const struct yaml_member *m, str value)
{
    const struct place at = value_place(e->text, m);
    const char first = at.from < e->text.len ? e->text.ptr[at.from] : '\0';
    struct buf text;
    if (!yaml_is_null(m->value) && (m->value->type != YAML_SCALAR || m->value->line != m->line ||
                                    first == '|' || first == '>' || first == '&'))
        return by_hand(e, m);
    if (value.len == 0) {
        const size_t begin = line_start(e->text, m->line);
        const size_t end = line_end(e->text, begin);
        return splice(e, begin, end < e->text.len ? end + 1 : end, STR_EMPTY);
    }
    buf_init(&text, STORES_BYTES);
    if (at.from > 0 && e->text.ptr[at.from - 1] == ':')
        buf_addc(&text, ' ');
    yaml_write_scalar(&text, value);
    if (first == '#')
        buf_addc(&text, ' ');
    const enum status st =
        buf_ok(&text) ? splice(e, at.from, at.to, buf_str(&text)) : no_memory(e->why);
    buf_release(&text);
    return st;
}

static const struct yaml_member *store_of(const struct edit *e, str store)
{
    const struct yaml_member *list = member_of(e->root, STR("stores"));
    return list != NULL ? member_of(list->value, store) : NULL;
}

static enum status change_key(struct edit *e, str store, const struct store_change *c)
{
    const struct yaml_member *m = store_of(e, store);
    if (m == NULL)
        return error_set(e->why,
                         STATUS_NOT_FOUND,
                         "%.*s: no store \"%.*s\"; shopvane stores add makes one",
                         STR_ARG(e->file),
                         STR_ARG(store));
    const struct yaml_member *key = member_of(m->value, c->key);
    if (key != NULL)
        return replace_value(e, key, c->value);
    if (c->value.len == 0)
        return STATUS_OK;
    const enum status st = open_braces(e, m);
    if (st != STATUS_OK)
        return st;
    m = store_of(e, store);
    BUG_IF(m == NULL);
    const struct yaml_node *map = m->value;
    const bool has_some = map != NULL && map->type == YAML_MAP && map->n > 0;
    const unsigned indent = has_some ? map->members[0].column - 1 : m->column + 1;
    return insert_line(e, has_some ? last_line(map, m->line) : m->line, indent, c->key, c->value);
}

/* The result as a settings file: what the next command will say of it. */
static enum status check_result(struct edit *e, const char *dir)
{
    struct problems p;
    struct shop_settings settings = { .name = STR_EMPTY };
    struct store_list list = { .items = NULL };
    problems_init(&p, e->a, e->why != NULL ? e->why->lang : LANG_EN);
    enum status st = settings_read_shop(dir, e->a, &settings, &p, e->why);
    if (st == STATUS_OK)
        st = stores_read(e->root, &settings, e->a, &p, &list, e->why);
    return st == STATUS_OK ? problems_status(&p, e->why) : st;
}

static enum status check_name(str name, struct error *why)
{
    bool ok = name.len > 0 && name.len <= NAME_MAX_LEN && name.ptr[0] != '.' && str_is_utf8(name);
    for (size_t i = 0; i < name.len; i++)
        ok = ok && (unsigned char)name.ptr[i] > 0x20 && strchr("/\\,\"'{}[]", name.ptr[i]) == NULL;
    if (ok)
        return STATUS_OK;
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "a store's name has 1 to %d bytes, without blanks, commas, slashes, quotes "
                     "and brackets, and no dot at its beginning",
                     NAME_MAX_LEN);
}

static enum status apply(
    struct edit *e, str store, bool is_new, const struct store_change *changes, size_t n)
{
    enum status st = parse(e);
    const bool is_there = st == STATUS_OK && store_of(e, store) != NULL;
    if (st == STATUS_OK && is_new && (is_there || str_is(store, "main")))
        st = error_set(e->why,
                       STATUS_CONFLICT,
                       "there is a store \"%.*s\" already; shopvane stores set changes it",
                       STR_ARG(store));
    /* `main` is a store of every shop, written or not */
    if (st == STATUS_OK && (is_new || (!is_there && str_is(store, "main"))))
        st = add_store(e, store);
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        st = change_key(e, store, &changes[i]);
    return st;
}

/* ---- files and their older version ---- */

static enum status read_old(struct edit *e, const char *path)
{
    e->text = STR_EMPTY;
    if (!file_exists(path))
        return STATUS_OK;
    return file_read(path, STORES_BYTES, e->a, &e->text, e->why);
}

/* A file of settings being changed: what its text must be, and how it changes. */
struct file_edit {
    const char *name;
    const char *old;
    enum status (*check)(struct edit *e, const char *dir);
};

static enum status check_shop(struct edit *e, const char *dir)
{
    struct problems p;
    struct shop_settings settings = { .name = STR_EMPTY };
    (void)dir;
    problems_init(&p, e->a, e->why != NULL ? e->why->lang : LANG_EN);
    settings_from(e->root, e->a, &settings, &p);
    return problems_status(&p, e->why);
}

static const struct file_edit stores_file = { STORES_FILE, STORES_FILE ".old", check_result };
static const struct file_edit shop_file = { SHOP_FILE, SHOP_FILE ".old", check_shop };

static enum status write_both(
    struct edit *e, const struct file_edit *f, const char *dir, str before, str after)
{
    const char *path = path_join(e->a, dir, f->name);
    const char *old = path_join(e->a, dir, f->old);
    if (path == NULL || old == NULL)
        return no_memory(e->why);
    const enum status st = file_write_atomic(old, before, e->why);
    return st == STATUS_OK ? file_write_atomic(path, after, e->why) : st;
}

static enum status begin(struct edit *e, const struct file_edit *f, const char *dir)
{
    const char *path = e->a != NULL ? path_join(e->a, dir, f->name) : NULL;
    e->file = str_from(f->name);
    return path != NULL ? read_old(e, path) : no_memory(e->why);
}

enum status shop_stores_edit(const char *dir,
                             str store,
                             bool is_new,
                             const struct store_change *changes,
                             size_t n,
                             struct error *why)
{
    struct edit e = { .a = arena_new(0), .why = why };
    enum status st = check_name(store, why);
    if (st == STATUS_OK)
        st = begin(&e, &stores_file, dir);
    const str before = e.text;
    if (st == STATUS_OK)
        st = apply(&e, store, is_new, changes, n);
    if (st == STATUS_OK)
        st = check_result(&e, dir);
    if (st == STATUS_OK)
        st = write_both(&e, &stores_file, dir, before, e.text);
    arena_free(e.a);
    return st;
}

static enum status change_setting(struct edit *e, const struct store_change *c)
{
    const struct yaml_member *key = member_of(e->root, c->key);
    if (key != NULL)
        return replace_value(e, key, c->value);
    return c->value.len > 0 ? insert_line(e, lines_of(e->text), 0, c->key, c->value) : STATUS_OK;
}

enum status shop_settings_edit(const char *dir,
                               const struct store_change *changes,
                               size_t n,
                               struct error *why)
{
    struct edit e = { .a = arena_new(0), .why = why };
    enum status st = begin(&e, &shop_file, dir);
    const str before = e.text;
    if (st == STATUS_OK)
        st = parse(&e);
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        st = change_setting(&e, &changes[i]);
    if (st == STATUS_OK)
        st = check_shop(&e, dir);
    if (st == STATUS_OK)
        st = write_both(&e, &shop_file, dir, before, e.text);
    arena_free(e.a);
    return st;
}

/* The file and its older version change places. */
static enum status undo(const struct file_edit *f, const char *dir, struct error *why)
{
    struct edit e = { .a = arena_new(0), .why = why };
    const char *old = e.a != NULL ? path_join(e.a, dir, f->old) : NULL;
    enum status st = old != NULL ? STATUS_OK : no_memory(why);
    if (st == STATUS_OK && !file_exists(old))
        st = error_set(
            why, STATUS_NOT_FOUND, "%s: there is no older %s to go back to", dir, f->name);
    if (st == STATUS_OK)
        st = begin(&e, f, dir);
    const str now = e.text;
    e.file = str_from(f->old);
    if (st == STATUS_OK)
        st = read_old(&e, old);
    if (st == STATUS_OK)
        st = parse(&e);
    if (st == STATUS_OK)
        st = f->check(&e, dir);
    if (st == STATUS_OK)
        st = write_both(&e, f, dir, now, e.text);
    arena_free(e.a);
    return st;
}

enum status shop_stores_undo(const char *dir, struct error *why)
{
    return undo(&stores_file, dir, why);
}

enum status shop_settings_undo(const char *dir, struct error *why)
{
    return undo(&shop_file, dir, why);
}
