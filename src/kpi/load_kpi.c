/* A KPI from its YAML: everything but the meaning of its formula, which resolve.c settles. */
#include "kpi/load_priv.h"

static const struct yaml_field kpi_fields[] = {
    { "formula", YAML_WANT_ANY, false },  { "measure", YAML_WANT_MAP, false },
    { "unit", YAML_WANT_STR, true },      { "direction", YAML_WANT_STR, false },
    { "name", YAML_WANT_ANY, false },     { "about", YAML_WANT_ANY, false },
    { "grain", YAML_WANT_LIST, false },   { "basis", YAML_WANT_STR, false },
    { "on_zero", YAML_WANT_STR, false },  { "owner", YAML_WANT_ANY, false },
    { "tags", YAML_WANT_LIST, false },    { "group", YAML_WANT_STR, false },
    { "needs", YAML_WANT_LIST, false },   { "aliases", YAML_WANT_LIST, false },
    { "dialects", YAML_WANT_MAP, false }, { "sources", YAML_WANT_LIST, false },
    { "without", YAML_WANT_MAP, false },  { "unknown_costs", YAML_WANT_STR, false },
};

static const struct yaml_field twin_fields[] = {
    { "en", YAML_WANT_ANY, false },
    { "zh", YAML_WANT_ANY, false },
};

static const struct yaml_field dialect_fields[] = {
    { "formula", YAML_WANT_ANY, false },
    { "note", YAML_WANT_ANY, false },
};

/* What a dialect may be called. Others are a slip of the pen. */
static const char *const dialect_names[] = { "shopify", "woo", "ga4", "taobao", "jd", "douyin" };

struct kpi_reader {
    struct loader *loader;
    const struct definition *from;
    struct kpi *kpi;
    struct pending_kpi *pending;
};

static const struct yaml_node *field(const struct kpi_reader *r, const char *key)
{
    return yaml_get(r->from->node, key);
}

/* {en: ..., zh: ...} or a text for both; one language stands in for the other. */
static void read_twins(struct kpi_reader *r, const struct yaml_node *n, str standard, str out[2])
{
    static const char *const langs[] = { [LANG_EN] = "en", [LANG_ZH] = "zh" };
    bool has[2] = { false, false };
    if (n != NULL && n->type == YAML_MAP) {
        (void)yaml_check_map(n, twin_fields, ARRAY_LEN(twin_fields), r->loader->problems);
        for (unsigned i = 0; i < 2; i++)
            has[i] = loader_text(r->loader, yaml_get(n, langs[i]), &out[i]);
    } else if (n != NULL && n->type == YAML_LIST) {
        yaml_problem(r->loader->problems, n, "expected a text, or {en: ..., zh: ...}");
    } else if (!yaml_is_null(n)) {
        has[0] = loader_text(r->loader, n, &out[0]);
    }
    for (unsigned i = 0; i < 2; i++) {
        if (!has[i])
            out[i] = has[1 - i] ? out[1 - i] : standard;
    }
}

static const str *read_list(struct kpi_reader *r, const char *key, size_t *n_out)
{
    const struct yaml_node *n = field(r, key);
    *n_out = 0;
    if (n == NULL || n->type != YAML_LIST)
        return NULL;
    if (n->n > LIST_MAX) {
        yaml_problem(r->loader->problems, n, "more than %d entries", LIST_MAX);
        return NULL;
    }
    str *items = ARENA_NEW(r->loader->arena, str, n->n + 1);
    for (size_t i = 0; items != NULL && i < n->n; i++) {
        if (loader_text(r->loader, n->items[i], &items[*n_out]))
            (*n_out)++;
    }
    return items;
}

static bool read_choice(
    struct kpi_reader *r, const char *key, const char *const *names, size_t n_names, size_t *out)
{
    return yaml_enum(field(r, key), names, n_names, r->loader->problems, out);
}

/* `needs:` names tables and models. */
static void read_needs(struct kpi_reader *r)
{
    const struct yaml_node *n = field(r, "needs");
    struct kpi *k = r->kpi;
    size_t count;
    const str *names = read_list(r, "needs", &count);
    str *models = ARENA_NEW(r->loader->arena, str, count + 1);
    const struct table **tables = ARENA_NEW(r->loader->arena, const struct table *, count + 1);
    if (models == NULL || tables == NULL) {
        r->loader->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct table *t = commerce_table(names[i]);
        if (t != NULL)
            tables[k->n_needs_tables++] = t;
        else if (r->loader->models.index != NULL &&
                 map_get(r->loader->models.index, names[i]) != NULL)
            models[k->n_needs_models++] = names[i];
        else
            yaml_problem(r->loader->problems,
                         n->items[i],
                         "unknown table or model \"%.*s\"; models are declared under models:",
                         STR_ARG(names[i]));
    }
    k->needs_models = models;
    k->needs_tables = tables;
}

static bool is_source(str name)
{
    for (size_t i = 0; i < commerce_table_count; i++) {
        if (str_is(name, kpi_source_of(&commerce_tables[i])))
            return true;
    }
    return false;
}

/* Names of sources in the order in which they are asked. */
static void read_sources(struct kpi_reader *r)
{
    const struct yaml_node *n = field(r, "sources");
    struct kpi *k = r->kpi;
    k->sources = read_list(r, "sources", &k->n_sources);
    for (size_t i = 0; i < k->n_sources && k->n_sources == n->n; i++) {
        if (is_source(k->sources[i]))
            continue;
        const char **names = ARENA_NEW(r->loader->arena, const char *, commerce_table_count);
        for (size_t t = 0; names != NULL && t < commerce_table_count; t++)
            names[t] = kpi_source_of(&commerce_tables[t]);
        const str hint = names == NULL ? STR_EMPTY
                                       : name_suggestion(r->loader->arena,
                                                         r->loader->problems->lang,
                                                         k->sources[i],
                                                         names,
                                                         commerce_table_count);
        yaml_problem(r->loader->problems,
                     n->items[i],
                     "unknown source \"%.*s\"%.*s",
                     STR_ARG(k->sources[i]),
                     STR_ARG(hint));
    }
}

static const struct raw_formula *read_formula(struct kpi_reader *r,
                                              const struct yaml_node *n,
                                              struct expr_place *place)
{
    str text;
    if (!loader_text(r->loader, n, &text))
        return NULL;
    *place = loader_place(r->loader, r->from, n);
    return formula_parse(place, &r->loader->setting_values, r->loader->arena);
}

bool kpi_dialect_is_known(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(dialect_names); i++) {
        if (str_is(name, dialect_names[i]))
            return true;
    }
    return false;
}

static void read_dialect(struct kpi_reader *r, const struct yaml_member *m, struct kpi_dialect *out)
{
    struct loader *l = r->loader;
    if (!kpi_dialect_is_known(m->key)) {
        const str hint = name_suggestion(
            l->arena, l->problems->lang, m->key, dialect_names, ARRAY_LEN(dialect_names));
        problem_add(l->problems,
                    r->from->file,
                    m->line,
                    m->column,
                    "unknown dialect \"%.*s\"%.*s",
                    STR_ARG(m->key),
                    STR_ARG(hint));
    }
    if (!yaml_want_map(m->value, l->problems) || yaml_is_null(m->value) ||
        !yaml_check_map(m->value, dialect_fields, ARRAY_LEN(dialect_fields), l->problems))
        return;
    struct expr_place place = { .text = STR_EMPTY };
    const struct yaml_node *formula = yaml_get(m->value, "formula");
    const struct yaml_node *note = yaml_get(m->value, "note");
    if (formula == NULL && note == NULL)
        yaml_problem(l->problems, m->value, "a dialect has a formula:, a note: or both");
    const struct raw_formula *raw = formula != NULL ? read_formula(r, formula, &place) : NULL;
    *out = (struct kpi_dialect){ .name = m->key, .formula_text = place.text };
    read_twins(r, note, STR_EMPTY, out->note);
    if (raw == NULL || !str_eq(m->key, l->dialect))
        return;
    r->pending->raw = raw;
    r->pending->place = place;
    r->kpi->formula_text = place.text;
    r->kpi->dialect = m->key;
}

/* Every dialect is parsed, so that a mistake shows whichever is in force. */
static void read_dialects(struct kpi_reader *r)
{
    const struct yaml_node *n = field(r, "dialects");
    if (n == NULL || n->type != YAML_MAP)
        return;
    struct kpi_dialect *all = ARENA_NEW(r->loader->arena, struct kpi_dialect, n->n + 1);
    if (all == NULL) {
        r->loader->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < n->n; i++)
        read_dialect(r, &n->members[i], &all[i]);
    r->kpi->dialects = all;
    r->kpi->n_dialects = n->n;
}

static void read_meaning(struct kpi_reader *r)
{
    const struct yaml_node *formula = field(r, "formula");
    const struct yaml_node *measure = field(r, "measure");
    struct loader *l = r->loader;
    if (formula != NULL && measure != NULL) {
        yaml_problem(l->problems, measure, "a KPI has formula: or measure:, not both");
        return;
    }
    r->pending->has_formula = !yaml_is_null(formula) || measure != NULL;
    if (measure != NULL && measure->type == YAML_MAP) {
        struct kpi_measure *m = &l->catalog->measures[l->catalog->n_measures];
        r->pending->place = loader_place(l, r->from, measure);
        if (loader_build_measure(l, r->from, measure, m)) {
            l->catalog->n_measures++;
            r->pending->own_measure = m;
        }
    } else if (!yaml_is_null(formula)) {
        r->pending->raw = read_formula(r, formula, &r->pending->place);
        r->kpi->formula_text = r->pending->raw == NULL ? STR_EMPTY : r->pending->place.text;
    }
    read_dialects(r);
    if (!r->pending->has_formula && r->kpi->n_needs_models == 0)
        problem_add(l->problems,
                    r->from->file,
                    r->from->line,
                    r->from->column,
                    "kpi \"%.*s\" has neither formula: nor measure:, and no model under needs:",
                    STR_ARG(r->from->id));
}

static void build_kpi(struct loader *l,
                      const struct definition *d,
                      struct kpi *k,
                      struct pending_kpi *pending)
{
    struct kpi_reader r = { .loader = l, .from = d, .kpi = k, .pending = pending };
    static const char *const on_zero[] = { "none", "zero" };
    static const char *const unknown_costs[] = { "left_out", "zero" };
    *k = (struct kpi){ .id = d->id,
                       .file = d->file,
                       .line = d->line,
                       .is_shop = d->is_shop,
                       .group = d->group,
                       .owner = STR_EMPTY,
                       .formula_text = STR_EMPTY,
                       .dialect = STR_EMPTY,
                       .direction = DIRECTION_NEUTRAL };
    *pending = (struct pending_kpi){ .from = d };
    if (yaml_is_null(d->node)) {
        problem_add(
            l->problems, d->file, d->line, d->column, "kpi \"%.*s\" is empty", STR_ARG(d->id));
        return;
    }
    if (!yaml_want_map(d->node, l->problems))
        return;
    (void)yaml_check_map(d->node, kpi_fields, ARRAY_LEN(kpi_fields), l->problems);
    size_t choice;
    if (read_choice(&r, "unit", kpi_unit_names, UNIT_COUNT_OF, &choice))
        k->unit = (enum kpi_unit)choice;
    else
        k->unit = UNIT_COUNT_OF; /* a problem was reported: nothing is said about its use */
    if (read_choice(&r, "direction", kpi_direction_names, 3, &choice))
        k->direction = (enum kpi_direction)choice;
    if (read_choice(&r, "basis", kpi_basis_names, 3, &choice))
        pending->basis = (enum kpi_basis)choice;
    if (read_choice(&r, "on_zero", on_zero, 2, &choice))
        pending->zero_when_empty = choice == 1;
    if (read_choice(&r, "unknown_costs", unknown_costs, 2, &choice))
        k->counts_unknown_costs = choice == 1;
    read_twins(&r, field(&r, "name"), d->id, k->name);
    read_twins(&r, field(&r, "about"), STR_EMPTY, k->about);
    read_twins(&r, field(&r, "without"), STR_EMPTY, k->without);
    (void)loader_text(l, field(&r, "owner"), &k->owner);
    (void)loader_text(l, field(&r, "group"), &k->group);
    k->tags = read_list(&r, "tags", &k->n_tags);
    k->aliases = read_list(&r, "aliases", &k->n_aliases);
    read_sources(&r);
    pending->grain_node = field(&r, "grain");
    pending->wanted_grains = loader_grains(l, pending->grain_node);
    read_needs(&r);
    read_meaning(&r);
}

void loader_build_kpis(struct loader *l)
{
    struct kpi_catalog *c = l->catalog;
    c->kpis = ARENA_NEW(l->arena, struct kpi, l->kpis.n + 1);
    l->pending = ARENA_NEW(l->arena, struct pending_kpi, l->kpis.n + 1);
    if (c->kpis == NULL || l->pending == NULL) {
        l->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < l->kpis.n; i++) {
        build_kpi(l, &l->kpis.items[i], &c->kpis[i], &l->pending[i]);
        const uint64_t *measure =
            l->measures.index == NULL ? NULL : map_get(l->measures.index, l->kpis.items[i].id);
        if (measure != NULL) {
            const struct definition *d = &l->measures.items[*measure];
            problem_add(l->problems,
                        d->file,
                        d->line,
                        d->column,
                        "measure \"%.*s\" has the name of a KPI: formulas could not tell them "
                        "apart",
                        STR_ARG(d->id));
        }
    }
    c->n_kpis = l->kpis.n;
}
