/* Changes to a file of settings (shop.yaml), or of named entries (stores.yaml, sources.yaml), as a
 * person would make them: one line at a time, comments and everything else kept. After each step
 * the text is parsed again, so places are always those of the text; at the end it is read as a
 * settings file, and nothing is written unless that is fine. What stood there is kept as FILE.old.
 */
#include "shop/shop_priv.h"

#include <string.h>

#define LIST_BYTES   ((size_t)1024 * 1024)
#define NAME_MAX_LEN 64

struct edit {
    const struct list_file *list;
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
    buf_init(&out, LIST_BYTES);
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
    buf_init(&out, LIST_BYTES);
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

static enum status add_entry(struct edit *e, str entry)
{
    enum status st = STATUS_OK;
    const str key = str_from(e->list->key);
    const struct yaml_member *list = member_of(e->root, key);
    if (list == NULL)
        st = insert_line(e, lines_of(e->text), 0, key, STR_EMPTY);
    else
        st = open_braces(e, list);
    list = member_of(e->root, key);
    if (st != STATUS_OK)
        return st;
    if (list == NULL)
        return error_set(e->why,
                         STATUS_BAD_INPUT,
                         "%.*s: no place for a new entry; edit the file by hand",
                         STR_ARG(e->file));
    const struct yaml_node *map = list->value;
    const bool has_some = map != NULL && map->type == YAML_MAP && map->n > 0;
    const unsigned indent = has_some ? map->members[0].column - 1 : list->column + 1;
    const unsigned after =
        has_some ? last_line(map->members[map->n - 1].value, map->members[map->n - 1].line)
                 : list->line;
    return insert_line(e, after, indent, entry, STR_EMPTY);
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
    buf_init(&text, LIST_BYTES);
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

static const struct yaml_member *entry_of(const struct edit *e, str entry)
{
    const struct yaml_member *list = member_of(e->root, str_from(e->list->key));
    return list != NULL ? member_of(list->value, entry) : NULL;
}

static enum status no_entry(const struct edit *e, str entry)
{
    return error_set(e->why,
                     STATUS_NOT_FOUND,
                     "%.*s: there is no \"%.*s\"; shopvane %s add makes one",
                     STR_ARG(e->file),
                     STR_ARG(entry),
                     e->list->command);
}

static enum status change_key(struct edit *e, str entry, const struct store_change *c)
{
    const struct yaml_member *m = entry_of(e, entry);
    if (m == NULL)
        return no_entry(e, entry);
    const struct yaml_member *key = member_of(m->value, c->key);
    if (key != NULL)
        return replace_value(e, key, c->value);
    if (c->value.len == 0)
        return STATUS_OK;
    const enum status st = open_braces(e, m);
    if (st != STATUS_OK)
        return st;
    m = entry_of(e, entry);
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
    problems_init(&p, e->a, e->why != NULL ? e->why->lang : LANG_EN);
    const enum status st = e->list->check(dir, e->root, e->a, &p, e->why);
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
                     "such a name has 1 to %d bytes, without blanks, commas, slashes, quotes "
                     "and brackets, and no dot at its beginning",
                     NAME_MAX_LEN);
}

static enum status apply(
    struct edit *e, str entry, bool is_new, const struct store_change *changes, size_t n)
{
    enum status st = parse(e);
    const char *always = e->list->always;
    const bool is_always = always != NULL && str_is(entry, always);
    const bool is_there = st == STATUS_OK && entry_of(e, entry) != NULL;
    if (st == STATUS_OK && is_new && (is_there || is_always))
        st = error_set(e->why,
                       STATUS_CONFLICT,
                       "%.*s: \"%.*s\" is there already; shopvane %s set changes it",
                       STR_ARG(e->file),
                       STR_ARG(entry),
                       e->list->command);
    if (st == STATUS_OK && !is_new && !is_there && !is_always)
        st = no_entry(e, entry);
    if (st == STATUS_OK && (is_new || !is_there))
        st = add_entry(e, entry);
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        st = change_key(e, entry, &changes[i]);
    return st;
}

/* The entry's lines, with the comments between them. */
static enum status take_out(struct edit *e, str entry)
{
    const enum status st = parse(e);
    if (st != STATUS_OK)
        return st;
    const struct yaml_member *m = entry_of(e, entry);
    if (m == NULL)
        return no_entry(e, entry);
    const struct place at = value_place(e->text, m);
    if (at.from < e->text.len && e->text.ptr[at.from] == '{' && m->value->n > 0)
        return by_hand(e, m);
    const size_t from = line_start(e->text, m->line);
    const size_t to = line_end(e->text, line_start(e->text, last_line(m->value, m->line)));
    return splice(e, from, to < e->text.len ? to + 1 : to, STR_EMPTY);
}

static enum status read_old(struct edit *e, const char *path)
{
    e->text = STR_EMPTY;
    if (!file_exists(path))
        return STATUS_OK;
    return file_read(path, LIST_BYTES, e->a, &e->text, e->why);
}

/* A file without entries: the keys stand right in it. */
static enum status change_settings(struct edit *e, const struct store_change *changes, size_t n)
{
    enum status st = parse(e);
    for (size_t i = 0; st == STATUS_OK && i < n; i++) {
        const struct store_change *c = &changes[i];
        const struct yaml_member *key = member_of(e->root, c->key);
        if (key != NULL)
            st = replace_value(e, key, c->value);
        else if (c->value.len > 0)
            st = insert_line(e, lines_of(e->text), 0, c->key, c->value);
    }
    return st;
}

struct paths {
    char *now;
    char *old;
};

static enum status open_edit(struct edit *e, const char *dir, struct paths *paths)
{
    const str old = e->a != NULL ? arena_printf(e->a, "%s.old", e->list->file) : STR_EMPTY;
    e->file = str_from(e->list->file);
    paths->now = e->a != NULL ? path_join(e->a, dir, e->list->file) : NULL;
    paths->old = paths->now != NULL && old.len > 0 ? path_join(e->a, dir, old.ptr) : NULL;
    return paths->old != NULL ? read_old(e, paths->now) : no_memory(e->why);
}

static enum status close_edit(
    struct edit *e, const char *dir, const struct paths *paths, str before, enum status st)
{
    if (st == STATUS_OK)
        st = check_result(e, dir);
    if (st == STATUS_OK)
        st = file_write_atomic(paths->old, before, e->why);
    if (st == STATUS_OK)
        st = file_write_atomic(paths->now, e->text, e->why);
    arena_free(e->a);
    return st;
}

enum status settings_list_edit(const char *dir,
                               const struct list_file *list,
                               const struct list_change *c,
                               struct error *why)
{
    struct edit e = { .list = list, .a = arena_new(0), .why = why };
    struct paths paths = { NULL, NULL };
    enum status st = list->key != NULL ? check_name(c->entry, why) : STATUS_OK;
    if (st == STATUS_OK)
        st = open_edit(&e, dir, &paths);
    const str before = e.text;
    if (st == STATUS_OK && list->key == NULL)
        st = change_settings(&e, c->changes, c->n);
    else if (st == STATUS_OK)
        st = c->is_removed ? take_out(&e, c->entry)
                           : apply(&e, c->entry, c->is_new, c->changes, c->n);
    return close_edit(&e, dir, &paths, before, st);
}

enum status settings_list_undo(const char *dir, const struct list_file *list, struct error *why)
{
    struct edit e = { .list = list, .a = arena_new(0), .why = why };
    struct paths paths = { NULL, NULL };
    enum status st = open_edit(&e, dir, &paths);
    const str now = e.text;
    if (st == STATUS_OK && !file_exists(paths.old))
        st = error_set(
            why, STATUS_NOT_FOUND, "%s: there is no older %s to go back to", dir, list->file);
    if (st == STATUS_OK)
        st = read_old(&e, paths.old);
    if (st == STATUS_OK)
        st = parse(&e);
    return close_edit(&e, dir, &paths, now, st);
}
