/* sources.yaml: read with every problem at once, changed by commands. */
#include "shop/shop_priv.h"
#include "shop/sources.h"

#define SOURCES_FILE     "sources.yaml"
#define SOURCES_MAX      200
#define MINUTES_MAX      ((int64_t)7 * 24 * 60)
#define DELETED_DAYS     90
#define DELETED_DAYS_MAX 3660

static const char *const kinds[] = {
#define X(id, name) [SOURCE_##id] = name,
    SOURCE_KIND_LIST(X)
#undef X
};

static const char *const key_places[] = { "header", "query" };

static const struct yaml_field source_fields[] = {
    { "kind", YAML_WANT_STR, true },          { "url", YAML_WANT_STR, true },
    { "store", YAML_WANT_STR, false },        { "since", YAML_WANT_DAY, false },
    { "api_version", YAML_WANT_STR, false },  { "keys", YAML_WANT_STR, false },
    { "ca_file", YAML_WANT_STR, false },      { "every_minutes", YAML_WANT_INT, false },
    { "deleted_days", YAML_WANT_INT, false },
};

static const struct yaml_field root_fields[] = { { "sources", YAML_WANT_MAP, false } };

const char *shop_source_kind_name(enum source_kind k)
{
    BUG_IF((size_t)k >= ARRAY_LEN(kinds));
    return kinds[k];
}

/* Year and month, as Shopify names its versions. */
static bool is_version(str s)
{
    bool ok = s.len == 7 && s.ptr[4] == '-';
    for (size_t i = 0; ok && i < s.len; i++)
        ok = i == 4 || (s.ptr[i] >= '0' && s.ptr[i] <= '9');
    return ok;
}

static void read_source(const struct yaml_node *map, struct shop_source *out, struct problems *p)
{
    size_t kind = 0;
    size_t place = 0;
    yaml_check_map(map, source_fields, ARRAY_LEN(source_fields), p);
    yaml_enum(yaml_get(map, "kind"), kinds, ARRAY_LEN(kinds), p, &kind);
    out->kind = (enum source_kind)kind;
    yaml_str(yaml_get(map, "url"), p, &out->url);
    yaml_str(yaml_get(map, "store"), p, &out->store);
    yaml_day(yaml_get(map, "since"), p, &out->since);
    const struct yaml_node *version = yaml_get(map, "api_version");
    if (yaml_str(version, p, &out->api_version) && !is_version(out->api_version))
        yaml_problem(p, version, "not a version of the API, such as 2025-01");
    yaml_enum(yaml_get(map, "keys"), key_places, ARRAY_LEN(key_places), p, &place);
    out->keys_in_query = place == 1;
    yaml_str(yaml_get(map, "ca_file"), p, &out->ca_file);
    yaml_i64(yaml_get(map, "every_minutes"), 0, MINUTES_MAX, p, &out->every_minutes);
    yaml_i64(yaml_get(map, "deleted_days"), 0, DELETED_DAYS_MAX, p, &out->deleted_days);
    while (out->url.len > 0 && out->url.ptr[out->url.len - 1] == '/')
        out->url.len--;
}

struct source_list {
    struct shop_source *items;
    size_t count;
};

static enum status read_list(const struct yaml_node *root,
                             struct arena *a,
                             struct problems *p,
                             struct source_list *out,
                             struct error *why)
{
    if (root != NULL)
        yaml_check_map(root, root_fields, ARRAY_LEN(root_fields), p);
    const struct yaml_node *map = yaml_get(root, "sources");
    const size_t n = map != NULL && map->type == YAML_MAP ? map->n : 0;
    if (n > SOURCES_MAX)
        return error_set(why, STATUS_TOO_LARGE, "sources.yaml: more than %d sources", SOURCES_MAX);
    out->items = ARENA_NEW(a, struct shop_source, n + 1);
    out->count = n;
    if (out->items == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < n; i++) {
        out->items[i] = (struct shop_source){ .name = map->members[i].key,
                                              .url = STR_EMPTY,
                                              .store = STR("main"),
                                              .since = DAY_NONE,
                                              .api_version = STR_EMPTY,
                                              .ca_file = STR_EMPTY,
                                              .deleted_days = DELETED_DAYS };
        read_source(map->members[i].value, &out->items[i], p);
    }
    return STATUS_OK;
}

static bool has_store(const struct shop_config *c, str name)
{
    for (size_t i = 0; i < c->store_count; i++) {
        if (str_eq(c->stores[i].name, name))
            return true;
    }
    return false;
}

/* A source's store is one of the shop's. */
static enum status check_stores(const char *dir,
                                const struct source_list *list,
                                const struct yaml_node *root,
                                struct problems *p,
                                struct error *why)
{
    struct shop_config *c = NULL;
    const enum status st = config_read(dir, &c, why);
    for (size_t i = 0; st == STATUS_OK && i < list->count; i++) {
        const struct yaml_node *at = yaml_get(yaml_get(root, "sources")->members[i].value, "store");
        if (at != NULL && !has_store(c, list->items[i].store))
            yaml_problem(p,
                         at,
                         "no store \"%.*s\" in this shop; shopvane stores add makes one",
                         STR_ARG(list->items[i].store));
    }
    config_free(c);
    return st;
}

static enum status check(const char *dir,
                         const struct yaml_node *root,
                         struct arena *a,
                         struct problems *p,
                         struct error *why)
{
    struct source_list list = { .items = NULL };
    const enum status st = read_list(root, a, p, &list, why);
    return st == STATUS_OK ? check_stores(dir, &list, root, p, why) : st;
}

static const struct list_file sources_file = {
    .file = SOURCES_FILE, .key = "sources", .command = "source", .check = check
};

enum status shop_sources_read(const char *dir,
                              struct arena *a,
                              const struct shop_source **out,
                              size_t *count,
                              struct error *why)
{
    struct problems p;
    struct source_list list = { .items = NULL };
    const char *path = path_join(a, dir, SOURCES_FILE);
    const char *shop = path_join(a, dir, "shop.yaml");
    if (path == NULL || shop == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (!file_exists(shop))
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "%s is no shop folder (no shop.yaml); name yours with -C DIR, or make one "
                         "with: shopvane init %s",
                         dir,
                         dir);
    problems_init(&p, a, why != NULL ? why->lang : LANG_EN);
    const struct yaml_node *root = file_exists(path) ? yaml_parse_file(path, NULL, a, &p) : NULL;
    enum status st = read_list(root, a, &p, &list, why);
    if (st == STATUS_OK && root != NULL)
        st = check_stores(dir, &list, root, &p, why);
    if (st == STATUS_OK)
        st = problems_status(&p, why);
    if (st == STATUS_OK) {
        *out = list.items;
        *count = list.count;
    }
    return st;
}

static enum status no_source(
    const struct shop_source *items, size_t n, str name, struct arena *a, struct error *why)
{
    const char **names = ARENA_NEW(a, const char *, n + 1);
    for (size_t i = 0; names != NULL && i < n; i++)
        names[i] = arena_cstr(a, items[i].name);
    const str near = names != NULL
                         ? name_suggestion(a, why != NULL ? why->lang : LANG_EN, name, names, n)
                         : STR_EMPTY;
    return error_set(why,
                     STATUS_NOT_FOUND,
                     "no source \"%.*s\"%.*s; shopvane source list shows them",
                     STR_ARG(name),
                     STR_ARG(near));
}

enum status shop_source_get(
    const char *dir, str name, struct arena *a, struct shop_source *out, struct error *why)
{
    const struct shop_source *items = NULL;
    size_t n = 0;
    const enum status st = shop_sources_read(dir, a, &items, &n, why);
    for (size_t i = 0; st == STATUS_OK && i < n; i++) {
        if (str_eq(items[i].name, name)) {
            *out = items[i];
            return STATUS_OK;
        }
    }
    return st == STATUS_OK ? no_source(items, n, name, a, why) : st;
}

enum status shop_sources_edit(const char *dir,
                              str name,
                              bool is_new,
                              const struct store_change *changes,
                              size_t n,
                              struct error *why)
{
    const struct list_change c = { .entry = name, .is_new = is_new, .changes = changes, .n = n };
    return settings_list_edit(dir, &sources_file, &c, why);
}

enum status shop_sources_remove(const char *dir, str name, struct error *why)
{
    const struct list_change c = { .entry = name, .is_removed = true };
    return settings_list_edit(dir, &sources_file, &c, why);
}

enum status shop_sources_undo(const char *dir, struct error *why)
{
    return settings_list_undo(dir, &sources_file, why);
}
