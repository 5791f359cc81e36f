/* push.yaml: read with every problem at once. Addresses and secrets are quoted in none of them. */
#include "push/push_priv.h"

#include <sodium.h>

#define TARGETS_MAX     ((size_t)50)
#define NAME_MAX_BYTES  ((size_t)64)
#define TIMEOUT_DEFAULT 15
#define TIMEOUT_MAX     60
#define LATEST_DEFAULT  (12 * 60)

static const char *const kinds[] = {
#define X(id, name) [PUSH_##id] = name,
    PUSH_KIND_LIST(X)
#undef X
};

const char *push_kind_name(enum push_kind k)
{
    BUG_IF((size_t)k >= ARRAY_LEN(kinds));
    return kinds[k];
}

struct reading {
    struct arena *a;
    struct problems *p;
    struct push_target *targets;
    size_t count;
};

/* ---- Addresses and secrets ---- */

/* The three ways in which a value may be written: "url", "url_env", "url_file". */
struct value_keys {
    const char *keys[3];
};
static const struct value_keys url_keys = { { "url", "url_env", "url_file" } };
static const struct value_keys secret_keys = { { "secret", "secret_env", "secret_file" } };

static bool is_variable_name(str s)
{
    bool ok = s.len > 0 && !(s.ptr[0] >= '0' && s.ptr[0] <= '9');
    for (size_t i = 0; ok && i < s.len; i++) {
        const char c = s.ptr[i];
        ok = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    return ok;
}

/* The node that says where the value stands, or NULL; *from tells which way. */
static const struct yaml_node *value_of(const struct reading *r,
                                        const struct yaml_node *map,
                                        const struct value_keys *k,
                                        enum push_from *from)
{
    static const enum push_from ways[] = { PUSH_FROM_YAML, PUSH_FROM_VARIABLE, PUSH_FROM_FILE };
    const struct yaml_node *found = NULL;
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        const struct yaml_node *n = yaml_get(map, k->keys[i]);
        if (yaml_is_null(n))
            continue;
        if (found != NULL)
            yaml_problem(r->p,
                         n,
                         "one of %s, %s and %s is enough; take the others out",
                         k->keys[0],
                         k->keys[1],
                         k->keys[2]);
        else
            *from = ways[i];
        found = found != NULL ? found : n;
    }
    return found != NULL && found->type == YAML_SCALAR ? found : NULL;
}

static const struct yaml_node *read_value(const struct reading *r,
                                          const struct yaml_node *map,
                                          const struct value_keys *k,
                                          struct push_value *out)
{
    enum push_from from = PUSH_FROM_NOWHERE;
    const struct yaml_node *n = value_of(r, map, k, &from);
    if (n == NULL)
        return NULL;
    *out = (struct push_value){ from, str_trim(n->text) };
    if (out->text.len == 0)
        yaml_problem(r->p, n, "is empty");
    else if (from == PUSH_FROM_VARIABLE && !is_variable_name(out->text))
        yaml_problem(r->p, n, "not the name of an environment variable, such as SHOPVANE_TEAM");
    return n;
}

static void check_url(const struct reading *r,
                      const struct yaml_node *n,
                      const struct push_target *t)
{
    const struct push_service *s = push_service(t->kind);
    struct error unshown = { .lang = r->p->lang }; /* it could quote what is secret */
    if (client_url_check(t->url.text, &unshown) != STATUS_OK)
        yaml_problem(r->p,
                     n,
                     "not an address that cards may go to: https://HOST/..., without blanks, user "
                     "and password; http:// to this machine only");
    else if (s->mark != NULL && !str_contains(t->url.text, str_from(s->mark)))
        yaml_problem(r->p,
                     n,
                     "an address of %s holds \"%s\"; copy it whole from the robot's page",
                     s->name,
                     s->mark);
}

static void read_url(const struct reading *r, const struct yaml_node *map, struct push_target *t)
{
    const struct yaml_node *n = read_value(r, map, &url_keys, &t->url);
    if (n == NULL && t->url.from == PUSH_FROM_NOWHERE && yaml_is_null(yaml_get(map, "url")) &&
        yaml_is_null(yaml_get(map, "url_env")) && yaml_is_null(yaml_get(map, "url_file")))
        yaml_problem(r->p, map, "where to is missing: url, url_env or url_file");
    if (n != NULL && t->url.from == PUSH_FROM_YAML && t->url.text.len > 0)
        check_url(r, n, t);
}

static void read_secret(const struct reading *r, const struct yaml_node *map, struct push_target *t)
{
    const struct push_service *s = push_service(t->kind);
    const struct yaml_node *n = read_value(r, map, &secret_keys, &t->secret);
    if (n == NULL) {
        if (s->needs_secret)
            yaml_problem(
                r->p, map, "%s is signed: give it secret, secret_env or secret_file", s->name);
        return;
    }
    if (!s->takes_secret)
        yaml_problem(r->p, n, "%s takes no secret: its address is one; take it out", s->name);
    else if (t->secret.from == PUSH_FROM_YAML && s->secret_start != NULL &&
             !str_starts(t->secret.text, str_from(s->secret_start)))
        yaml_problem(r->p, n, "a secret of %s begins with %s", s->name, s->secret_start);
}

/* ---- Targets ---- */

static const struct yaml_field target_fields[] = {
    { "kind", YAML_WANT_STR, true },         { "url", YAML_WANT_STR, false },
    { "url_env", YAML_WANT_STR, false },     { "url_file", YAML_WANT_STR, false },
    { "secret", YAML_WANT_STR, false },      { "secret_env", YAML_WANT_STR, false },
    { "secret_file", YAML_WANT_STR, false },
};

/* Names stand in lists with commas; "all" means all of them. */
static bool is_name(str s)
{
    bool ok = s.len > 0 && s.len <= NAME_MAX_BYTES && !str_is(s, "all");
    for (size_t i = 0; ok && i < s.len; i++)
        ok = (unsigned char)s.ptr[i] > 0x20 && s.ptr[i] != ',' && s.ptr[i] != 0x7f;
    return ok;
}

static void read_target(struct reading *r, const struct yaml_member *m, struct push_target *t)
{
    size_t kind = 0;
    *t = (struct push_target){ .name = m->key,
                               .url = { PUSH_FROM_NOWHERE, STR_EMPTY },
                               .secret = { PUSH_FROM_NOWHERE, STR_EMPTY } };
    if (!is_name(m->key))
        problem_add(r->p,
                    m->value->file,
                    m->line,
                    m->column,
                    "not a name for a target: at most %zu bytes, without blanks and commas, and "
                    "not \"all\"",
                    NAME_MAX_BYTES);
    if (yaml_is_null(m->value)) {
        problem_add(r->p, m->value->file, m->line, m->column, "the key \"%s\" is missing", "kind");
        return;
    }
    yaml_check_map(m->value, target_fields, ARRAY_LEN(target_fields), r->p);
    if (m->value->type != YAML_MAP ||
        !yaml_enum(yaml_get(m->value, "kind"), kinds, ARRAY_LEN(kinds), r->p, &kind))
        return;
    t->kind = (enum push_kind)kind;
    read_url(r, m->value, t);
    read_secret(r, m->value, t);
}

static enum status read_targets(struct reading *r, const struct yaml_node *map, struct error *why)
{
    const size_t n = map != NULL && map->type == YAML_MAP ? map->n : 0;
    if (n > TARGETS_MAX)
        return error_set(why, STATUS_TOO_LARGE, "push.yaml: more than %zu targets", TARGETS_MAX);
    r->targets = ARENA_NEW(r->a, struct push_target, n + 1);
    r->count = n;
    if (r->targets == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < n; i++)
        read_target(r, &map->members[i], &r->targets[i]);
    return STATUS_OK;
}

/* SIZE_MAX: none of this name. */
static size_t target_at(const struct push_target *targets, size_t n, str name)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(targets[i].name, name))
            return i;
    }
    return SIZE_MAX;
}

static str near(
    const struct push_target *targets, size_t n, str name, struct arena *a, enum lang lang)
{
    const char **names = ARENA_NEW(a, const char *, n + 1);
    size_t kept = 0;
    for (size_t i = 0; names != NULL && i < n; i++) {
        const char *one = arena_cstr(a, targets[i].name);
        if (one != NULL)
            names[kept++] = one;
    }
    return names != NULL ? name_suggestion(a, lang, name, names, kept) : STR_EMPTY;
}

/* ---- The daily card ---- */

/* 9:00, 09:00 */
static bool minute_of(str s, int32_t *out)
{
    str rest = s;
    int64_t hour = 0;
    int64_t minute = 0;
    const str h = str_take_until(&rest, ':');
    const bool ok = (h.len == 1 || h.len == 2) && rest.len == 2 && str_to_i64(h, &hour) &&
                    str_to_i64(rest, &minute) && hour >= 0 && hour < 24 && minute >= 0 &&
                    minute < 60 && rest.ptr[0] != '+' && rest.ptr[0] != '-';
    if (ok)
        *out = (int32_t)(hour * 60 + minute);
    return ok;
}

static void read_when(const struct reading *r, const struct yaml_node *n, struct push_morning *out)
{
    static const char *const words[] = { "arrived" };
    str text = STR_EMPTY;
    if (!yaml_str(n, r->p, &text))
        return;
    out->when_arrived = str_is(text, "arrived");
    if (out->when_arrived || minute_of(text, &out->minute))
        return;
    yaml_problem(r->p,
                 n,
                 "expected a time of the day such as \"09:00\", or arrived, found \"%.*s\"%.*s",
                 STR_ARG(str_first(text, 40)),
                 STR_ARG(name_suggestion(r->a, r->p->lang, text, words, ARRAY_LEN(words))));
}

static void read_latest(const struct reading *r,
                        const struct yaml_node *n,
                        struct push_morning *out)
{
    str text = STR_EMPTY;
    if (out->when_arrived)
        out->minute = LATEST_DEFAULT;
    if (!yaml_str(n, r->p, &text))
        return;
    if (!out->when_arrived)
        yaml_problem(r->p, n, "latest goes with: when: arrived");
    else if (!minute_of(text, &out->minute))
        yaml_problem(r->p,
                     n,
                     "expected a time of the day such as \"12:00\", found \"%.*s\"",
                     STR_ARG(str_first(text, 40)));
}

static bool is_listed(const size_t *list, size_t n, size_t at)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i] == at)
            return true;
    }
    return false;
}

/* Without a list: to all of them. */
static enum status read_to(const struct reading *r,
                           const struct yaml_node *list,
                           struct push_morning *out,
                           struct error *why)
{
    const bool is_all = yaml_is_null(list) || list->type != YAML_LIST;
    const size_t n = is_all ? r->count : list->n;
    size_t *to = ARENA_NEW(r->a, size_t, n + 1);
    if (to == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    out->to = to;
    if (!is_all && n == 0)
        yaml_problem(r->p, list, "names no target; take \"to\" out to send to all of them");
    for (size_t i = 0; i < n; i++) {
        str name = STR_EMPTY;
        size_t at = i;
        if (!is_all && !yaml_str(list->items[i], r->p, &name))
            continue;
        if (!is_all)
            at = target_at(r->targets, r->count, name);
        if (at == SIZE_MAX)
            yaml_problem(r->p,
                         list->items[i],
                         "no target \"%.*s\" in this file%.*s",
                         STR_ARG(str_first(name, NAME_MAX_BYTES)),
                         STR_ARG(near(r->targets, r->count, name, r->a, r->p->lang)));
        else if (!is_listed(to, out->count, at))
            to[out->count++] = at;
    }
    return STATUS_OK;
}

/* "09:00", "arrived", or a mapping of when, latest and to. */
static enum status read_morning(const struct reading *r,
                                const struct yaml_node *n,
                                struct push_morning *out,
                                struct error *why)
{
    static const struct yaml_field fields[] = { { "when", YAML_WANT_STR, true },
                                                { "latest", YAML_WANT_STR, false },
                                                { "to", YAML_WANT_LIST, false } };
    if (yaml_is_null(n))
        return STATUS_OK;
    out->is_set = true;
    if (n->type != YAML_SCALAR)
        yaml_check_map(n, fields, ARRAY_LEN(fields), r->p);
    const struct yaml_node *map = n->type == YAML_MAP ? n : NULL;
    read_when(r, n->type == YAML_SCALAR ? n : yaml_get(map, "when"), out);
    read_latest(r, yaml_get(map, "latest"), out);
    if (r->count == 0)
        yaml_problem(r->p, n, "there are no targets that a card could go to");
    return read_to(r, yaml_get(map, "to"), out, why);
}

/* ---- The file ---- */

enum status push_read_text(
    str yaml, struct arena *a, struct problems *p, struct push_config *out, struct error *why)
{
    static const struct yaml_field fields[] = { { "targets", YAML_WANT_MAP, true },
                                                { "morning", YAML_WANT_ANY, false },
                                                { "timeout", YAML_WANT_INT, false } };
    struct push_config c = { .timeout_s = TIMEOUT_DEFAULT };
    struct reading r = { .a = a, .p = p };
    const struct yaml_node *root = yaml_parse(yaml, STR(PUSH_FILE), NULL, a, p);
    if (root != NULL)
        yaml_check_map(root, fields, ARRAY_LEN(fields), p);
    const struct yaml_node *map = root != NULL && root->type == YAML_MAP ? root : NULL;
    enum status st = read_targets(&r, yaml_get(map, "targets"), why);
    if (st == STATUS_OK)
        st = read_morning(&r, yaml_get(map, "morning"), &c.morning, why);
    yaml_i64(yaml_get(map, "timeout"), 1, TIMEOUT_MAX, p, &c.timeout_s);
    c.targets = r.targets;
    c.count = r.count;
    if (st == STATUS_OK)
        *out = c;
    return st;
}

enum status push_read(const char *dir,
                      struct arena *a,
                      struct problems *p,
                      struct push_config *out,
                      struct error *why)
{
    str text = STR_EMPTY;
    const char *path = path_join(a, dir, PUSH_FILE);
    enum status st = path != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK && !file_exists(path)) {
        *out = (struct push_config){ .timeout_s = TIMEOUT_DEFAULT };
        return STATUS_OK;
    }
    if (st == STATUS_OK)
        st = file_read(path, PUSH_FILE_BYTES, a, &text, why);
    return st == STATUS_OK ? push_read_text(text, a, p, out, why) : st;
}

enum status push_get(const struct push_config *c,
                     str name,
                     struct arena *a,
                     const struct push_target **out,
                     struct error *why)
{
    const size_t at = target_at(c->targets, c->count, name);
    if (at == SIZE_MAX)
        return error_set(
            why,
            STATUS_NOT_FOUND,
            "no target \"%.*s\" in push.yaml%.*s; shopvane push lists them",
            STR_ARG(name),
            STR_ARG(near(c->targets, c->count, name, a, why != NULL ? why->lang : LANG_EN)));
    *out = &c->targets[at];
    return STATUS_OK;
}

str push_mark(const struct push_target *t, struct arena *a)
{
    unsigned char hash[16];
    char hex[2 * sizeof hash + 1];
    const str texts[] = { t->url.text, t->secret.text };
    const int64_t numbers[] = {
        (int64_t)t->kind, (int64_t)t->url.from, (int64_t)t->secret.from, (int64_t)t->url.text.len
    };
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    crypto_generichash_update(&state, (const unsigned char *)numbers, sizeof numbers);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        crypto_generichash_update(&state, (const unsigned char *)texts[i].ptr, texts[i].len);
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    const str mark = arena_dup(a, str_from(hex));
    return mark.ptr != NULL ? mark : STR_EMPTY;
}
