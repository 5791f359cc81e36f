/* First walk over the definition files: who defines what, and who replaces whom. */
#include "kpi/load_priv.h"

static const struct yaml_field file_fields[] = {
    { "group", YAML_WANT_STR, false },  { "settings", YAML_WANT_MAP, false },
    { "models", YAML_WANT_MAP, false }, { "measures", YAML_WANT_MAP, false },
    { "kpis", YAML_WANT_MAP, false },
};

bool name_is_valid(str s)
{
    if (s.len == 0 || s.len > DEFINITION_NAME_MAX || s.ptr[0] < 'a' || s.ptr[0] > 'z')
        return false;
    for (size_t i = 1; i < s.len; i++) {
        const char c = s.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return true;
}

bool loader_text(struct loader *l, const struct yaml_node *n, str *out)
{
    if (n == NULL || n->type == YAML_NULL)
        return false;
    if (n->type != YAML_SCALAR) {
        yaml_problem(l->problems, n, "expected text");
        return false;
    }
    *out = n->text;
    return true;
}

struct expr_place loader_place(struct loader *l,
                               const struct definition *d,
                               const struct yaml_node *n)
{
    return (struct expr_place){ .problems = l->problems,
                                .file = d->file,
                                .source = d->source,
                                .line = n->line,
                                .column = n->column,
                                .text = n->text };
}

unsigned loader_grains(struct loader *l, const struct yaml_node *n)
{
    if (n == NULL || !yaml_want_list(n, l->problems))
        return 0;
    unsigned grains = 0;
    for (size_t i = 0; i < n->n; i++) {
        size_t grain;
        if (yaml_enum(n->items[i], kpi_grain_names, GRAIN_COUNT, l->problems, &grain))
            grains |= GRAIN_BIT(grain);
    }
    return grains;
}

static struct definition *list_add(struct loader *l, struct definition_list *list, str id)
{
    if (list->index == NULL)
        list->index = map_new();
    const uint64_t *known = list->index == NULL ? NULL : map_get(list->index, id);
    if (known != NULL)
        return &list->items[*known];
    if (list->index == NULL || !map_put(list->index, id, list->n) ||
        !MEM_GROW(list->items, list->cap, list->n + 1)) {
        l->out_of_memory = true;
        return NULL;
    }
    struct definition *d = &list->items[list->n++];
    *d = (struct definition){ .id = id };
    return d;
}

static void add_definition(struct loader *l,
                           struct definition_list *list,
                           const struct definition *d)
{
    if (!name_is_valid(d->id)) {
        problem_add(l->problems,
                    d->file,
                    d->line,
                    d->column,
                    "\"%.*s\" is not a name: use lower case letters, digits and _, a letter "
                    "first, at most %d characters",
                    STR_ARG(d->id),
                    DEFINITION_NAME_MAX);
        return;
    }
    if (list->n >= DEFINITIONS_MAX) {
        if (list->n == DEFINITIONS_MAX)
            problem_add(l->problems,
                        d->file,
                        d->line,
                        d->column,
                        "more than %d definitions of one kind",
                        DEFINITIONS_MAX);
        return;
    }
    struct definition *slot = list_add(l, list, d->id);
    if (slot == NULL)
        return;
    if (slot->node != NULL && slot->is_shop == d->is_shop) {
        problem_add(l->problems,
                    d->file,
                    d->line,
                    d->column,
                    "\"%.*s\" is already defined in %.*s line %u",
                    STR_ARG(d->id),
                    STR_ARG(slot->file),
                    slot->line);
        return;
    }
    *slot = *d;
}

static void add_section(struct loader *l,
                        struct definition_list *list,
                        const struct yaml_node *map,
                        const struct definition *common)
{
    if (map == NULL || map->type != YAML_MAP)
        return;
    for (size_t i = 0; i < map->n; i++) {
        const struct yaml_member *m = &map->members[i];
        struct definition d = *common;
        d.id = m->key;
        d.node = m->value;
        d.line = m->line;
        d.column = m->column;
        add_definition(l, list, &d);
    }
}

void loader_read_file(struct loader *l, str name, str text, bool is_shop)
{
    const struct yaml_limits limits = { .bytes = DEFINITION_FILE_MAX };
    const str file = arena_dup(l->arena, name);
    const struct yaml_node *root = yaml_parse(text, file, &limits, l->arena, l->problems);
    if (root == NULL || !yaml_want_map(root, l->problems))
        return;
    (void)yaml_check_map(root, file_fields, ARRAY_LEN(file_fields), l->problems);
    struct definition common = {
        .file = file, .source = text, .is_shop = is_shop, .group = STR("own")
    };
    str group;
    if (loader_text(l, yaml_get(root, "group"), &group))
        common.group = group;
    add_section(l, &l->settings, yaml_get(root, "settings"), &common);
    add_section(l, &l->models, yaml_get(root, "models"), &common);
    add_section(l, &l->measures, yaml_get(root, "measures"), &common);
    add_section(l, &l->kpis, yaml_get(root, "kpis"), &common);
}
