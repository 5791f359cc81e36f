/* Names that columns of exports have: of presets, of fields and their synonyms, of the mapping in
 * use. They tell a header from the titles above it. */
#include "ingest/mapping/known_names_priv.h"

#include <string.h>

#define NAME_MAX_BYTES 200

struct known_names {
    struct map *names;
    bool no_memory;
};

/* Without ASCII case, blanks, underscores and dashes, as names are compared everywhere here. */
static str plain_name(str name, char out[NAME_MAX_BYTES])
{
    size_t n = 0;
    for (size_t i = 0; i < name.len && n < NAME_MAX_BYTES; i++) {
        const char c = name.ptr[i];
        if (c == ' ' || c == '_' || c == '-')
            continue;
        out[n++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    return (str){ out, n };
}

static void add_name(struct known_names *k, str name)
{
    char plain[NAME_MAX_BYTES];
    const str key = plain_name(name, plain);
    if (key.len > 0 && !map_put(k->names, key, 1))
        k->no_memory = true;
    const size_t or_else = str_find(name, STR(" | "));
    if (or_else < name.len) {
        add_name(k, str_first(name, or_else));
        add_name(k, str_skip(name, or_else + 3));
    }
    str day = STR_EMPTY;
    str time_of_day = STR_EMPTY;
    if (mapping_joined_columns(name, &day, &time_of_day)) {
        add_name(k, day);
        add_name(k, time_of_day);
    }
    /* the lower row of a header of two */
    const size_t at = str_find(name, STR(" / "));
    if (at < name.len)
        add_name(k, str_skip(name, at + 3));
}

static void add_list(struct known_names *k, const str *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        add_name(k, names[i]);
}

static void add_words(struct known_names *k, const struct yaml_node *map)
{
    for (size_t i = 0; map != NULL && i < map->n; i++) {
        const struct yaml_node *list = map->members[i].value;
        for (size_t j = 0; list->type == YAML_LIST && j < list->n; j++)
            add_name(k, list->items[j]->text);
    }
}

static void add_synonyms(struct known_names *k, struct arena *a)
{
    const struct yaml_node *root = synonyms_load(a);
    const struct yaml_node *tables = yaml_get(root, "tables");
    add_words(k, root);
    add_words(k, yaml_get(root, "measures"));
    for (size_t i = 0; tables != NULL && i < tables->n; i++)
        add_words(k, tables->members[i].value);
}

static void add_fields(struct known_names *k)
{
    struct target t;
    for (size_t i = 0; target_name(i) != NULL; i++) {
        if (!target_find(str_from(target_name(i)), &t))
            continue;
        for (size_t f = 0; f < t.count; f++)
            add_name(k, str_from(t.fields[f].name));
    }
}

static void free_names(void *self)
{
    struct known_names *k = self;
    map_free(k->names);
}

enum status known_names_new(struct arena *a, struct known_names **out, struct error *why)
{
    struct known_names *k = ARENA_NEW(a, struct known_names, 1);
    if (k == NULL || (k->names = map_new()) == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (!arena_at_reset(a, free_names, k)) {
        map_free(k->names);
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    add_fields(k);
    add_synonyms(k, a);
    for (size_t i = 0; i < preset_count(); i++) {
        struct mapping *m = NULL;
        const enum status st = preset_load(i, a, &m, why);
        if (st != STATUS_OK)
            return st;
        known_names_add(k, m);
    }
    *out = k;
    return k->no_memory ? error_set(why, STATUS_NO_MEMORY, "out of memory") : STATUS_OK;
}

void known_names_add(struct known_names *k, const struct mapping *m)
{
    for (size_t i = 0; i < m->column_count; i++)
        add_name(k, m->columns[i].source);
    for (size_t i = 0; i < m->unpivot_count; i++)
        add_name(k, m->unpivot[i].key);
    for (size_t i = 0; i < m->sum_count; i++) {
        for (size_t t = 0; t < m->sums[i].terms.n; t++)
            add_name(k, m->sums[i].terms.items[t].column);
    }
    add_list(k, m->signature, m->signature_count);
}

bool known_names_has(const void *self, str name)
{
    const struct known_names *k = self;
    char plain[NAME_MAX_BYTES];
    const str key = plain_name(name, plain);
    return key.len > 0 && map_get(k->names, key) != NULL;
}
