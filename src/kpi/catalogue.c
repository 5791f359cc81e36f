/* The catalogue: loading in order, and looking up. */
#include "kpi/load_priv.h"

#include "base/embedded.h"

/* ---- Settings and models --------------------------------------------------------------------- */

static void build_settings(struct loader *l)
{
    struct expr_setting *items = ARENA_NEW(l->arena, struct expr_setting, l->settings.n + 1);
    size_t n = 0;
    for (size_t i = 0; items != NULL && i < l->settings.n; i++) {
        const struct definition *d = &l->settings.items[i];
        items[n] = (struct expr_setting){ .name = d->id };
        if (yaml_i64(d->node, 0, 1000000, l->problems, &items[n].value))
            n++;
        else if (yaml_is_null(d->node))
            problem_add(l->problems,
                        d->file,
                        d->line,
                        d->column,
                        "setting \"%.*s\" has no value: expected a whole number",
                        STR_ARG(d->id));
    }
    l->setting_values = (struct expr_settings){ .items = items, .n = n };
}

static void build_models(struct loader *l)
{
    static const char *const langs[] = { [LANG_EN] = "en", [LANG_ZH] = "zh" };
    struct kpi_catalog *c = l->catalog;
    c->models = ARENA_NEW(l->arena, struct kpi_model, l->models.n + 1);
    for (size_t i = 0; c->models != NULL && i < l->models.n; i++) {
        const struct definition *d = &l->models.items[i];
        struct kpi_model *m = &c->models[c->n_models++];
        *m = (struct kpi_model){ .id = d->id, .about = { d->id, d->id } };
        if (!yaml_want_map(d->node, l->problems) || yaml_is_null(d->node))
            continue;
        for (unsigned lang = 0; lang < 2; lang++)
            (void)loader_text(l, yaml_get(d->node, langs[lang]), &m->about[lang]);
    }
}

/* ---- Names ----------------------------------------------------------------------------------- */

static void put_name(struct loader *l, str name, size_t index)
{
    if (name.len != 0 && map_get(l->catalog->names, name) == NULL &&
        !map_put(l->catalog->names, name, index))
        l->out_of_memory = true;
}

static void put_alias(struct loader *l, size_t index, size_t j)
{
    const struct kpi_catalog *c = l->catalog;
    const struct kpi *k = &c->kpis[index];
    const uint64_t *other = map_get(c->names, k->aliases[j]);
    const struct yaml_node *list = yaml_get(l->kpis.items[index].node, "aliases");
    if (other != NULL && *other != index)
        yaml_problem(l->problems,
                     list->items[j < list->n ? j : 0],
                     "alias \"%.*s\" of kpi \"%.*s\" already means \"%.*s\"",
                     STR_ARG(k->aliases[j]),
                     STR_ARG(k->id),
                     STR_ARG(c->kpis[*other].id));
    put_name(l, k->aliases[j], index);
}

static void build_names(struct loader *l)
{
    struct kpi_catalog *c = l->catalog;
    c->names = map_new();
    if (c->names == NULL) {
        l->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < c->n_kpis; i++)
        put_name(l, c->kpis[i].id, i);
    for (size_t i = 0; i < c->n_kpis; i++) {
        for (size_t j = 0; j < c->kpis[i].n_aliases; j++)
            put_alias(l, i, j);
    }
    for (size_t i = 0; i < c->n_kpis; i++) {
        for (unsigned lang = 0; lang < 2; lang++)
            put_name(l, c->kpis[i].name[lang], i);
    }
}

/* ---- Loading --------------------------------------------------------------------------------- */

static void read_path(struct loader *l, const char *path)
{
    struct error why = { .lang = l->problems->lang };
    str text;
    if (file_read(path, DEFINITION_FILE_MAX, l->arena, &text, &why) == STATUS_OK)
        loader_read_file(l, str_from(path), text, true);
    else
        problem_add_unread(l->problems, path, &why);
}

static void read_all(struct loader *l, const struct kpi_load_options *opt)
{
    for (size_t i = 0; !opt->without_builtin && i < embedded_catalogue_count; i++) {
        const struct embedded_file *f = &embedded_catalogue[i];
        const str text = { .ptr = (const char *)f->data, .len = f->size };
        if (str_starts(str_from(f->name), STR("kpis/catalogue/")))
            loader_read_file(l, str_from(f->name), text, false);
    }
    for (size_t i = 0; i < opt->n_shop_files; i++)
        loader_read_file(l, opt->shop_files[i].name, opt->shop_files[i].text, true);
    for (size_t i = 0; i < opt->n_shop_paths; i++)
        read_path(l, opt->shop_paths[i]);
}

static void release_loader(struct loader *l)
{
    struct definition_list *lists[] = { &l->measures, &l->kpis, &l->models, &l->settings };
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        mem_free(lists[i]->items);
        map_free(lists[i]->index);
    }
    map_free(l->measure_index);
}

/* The caller reads the problems when a failed catalogue and its file names are gone. */
static void keep_file_names(struct problems *p)
{
    str from = STR_EMPTY;
    str copy = STR_EMPTY;
    for (size_t i = 0; i < p->n; i++) {
        if (p->items[i].file.ptr != from.ptr) {
            from = p->items[i].file;
            copy = arena_dup(p->arena, from);
        }
        p->items[i].file = copy.ptr != NULL ? copy : STR_EMPTY;
    }
}

static enum status load(struct loader *l, const struct kpi_load_options *opt, struct error *why)
{
    read_all(l, opt);
    build_settings(l);
    build_models(l);
    loader_build_measures(l);
    if (!l->out_of_memory)
        loader_build_kpis(l);
    if (!l->out_of_memory)
        loader_resolve(l);
    if (!l->out_of_memory)
        build_names(l);
    if (l->out_of_memory)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    problems_sort(l->problems);
    const enum status st = problems_status(l->problems, why);
    keep_file_names(l->problems);
    return st;
}

enum status kpi_catalog_load(const struct kpi_load_options *opt,
                             struct problems *p,
                             struct kpi_catalog **out,
                             struct error *why)
{
    static const struct kpi_load_options plain = { 0 };
    struct arena *arena = arena_new(CATALOGUE_BYTES_MAX);
    struct kpi_catalog *c = mem_new(1, sizeof *c);
    if (arena == NULL || c == NULL) {
        arena_free(arena);
        mem_free(c);
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    c->arena = arena;
    struct problems own;
    problems_init(&own, arena, why == NULL ? LANG_EN : why->lang);
    struct loader l = { .arena = arena, .problems = p == NULL ? &own : p, .catalog = c };
    if (opt != NULL)
        l.dialect = opt->dialect;
    if (l.dialect.ptr == NULL)
        l.dialect = STR_EMPTY;
    const enum status st = load(&l, opt == NULL ? &plain : opt, why);
    release_loader(&l);
    if (st == STATUS_OK)
        *out = c;
    else
        kpi_catalog_free(c);
    return st;
}

void kpi_catalog_free(struct kpi_catalog *c)
{
    if (c == NULL)
        return;
    map_free(c->names);
    arena_free(c->arena);
    mem_free(c);
}

/* ---- Looking up ------------------------------------------------------------------------------ */

size_t kpi_count(const struct kpi_catalog *c)
{
    return c->n_kpis;
}

const struct kpi *kpi_at(const struct kpi_catalog *c, size_t i)
{
    BUG_IF(i >= c->n_kpis);
    return &c->kpis[i];
}

size_t kpi_measure_count(const struct kpi_catalog *c)
{
    return c->n_measures;
}

const struct kpi_measure *kpi_measure_at(const struct kpi_catalog *c, size_t i)
{
    BUG_IF(i >= c->n_measures);
    return &c->measures[i];
}

const struct kpi_measure *kpi_measure_find(const struct kpi_catalog *c, str id)
{
    for (size_t i = 0; i < c->n_measures; i++) {
        if (str_eq(c->measures[i].id, id))
            return &c->measures[i];
    }
    return NULL;
}

const struct kpi_model *kpi_model_find(const struct kpi_catalog *c, str id)
{
    for (size_t i = 0; i < c->n_models; i++) {
        if (str_eq(c->models[i].id, id))
            return &c->models[i];
    }
    return NULL;
}

bool kpi_is_of_targets(const struct kpi *k)
{
    return k->n_needs_models == 1 && str_is(k->needs_models[0], "goals");
}

const struct kpi *kpi_find(const struct kpi_catalog *c, str name)
{
    const str wanted = str_trim(name);
    const uint64_t *index = map_get(c->names, wanted);
    if (index != NULL)
        return &c->kpis[*index];
    for (size_t i = 0; i < c->n_kpis; i++) {
        if (str_eq_nocase(c->kpis[i].name[LANG_EN], wanted) || str_eq_nocase(c->kpis[i].id, wanted))
            return &c->kpis[i];
    }
    return NULL;
}

/* Written as ids are: without blanks, in ASCII. */
static bool looks_like_id(str word)
{
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] == ' ' || (unsigned char)word.ptr[i] >= 0x80)
            return false;
    }
    return true;
}

/* The nearest id, alias or name by edits, or else the first name that contains the word. Who writes
 * an id is told one. */
static str nearest_kpi(const struct kpi_catalog *c, str wrong)
{
    str best = STR_EMPTY;
    const unsigned limit = wrong.len < 5 ? 1 : wrong.len < 9 ? 2 : 3;
    unsigned best_distance = limit + 1;
    size_t i = 0;
    str name;
    uint64_t index;
    while (map_next(c->names, &i, &name, &index)) {
        const unsigned distance = str_distance(name, wrong, limit);
        if (distance < best_distance) {
            best_distance = distance;
            best = looks_like_id(wrong) ? kpi_at(c, (size_t)index)->id : name;
        }
    }
    i = 0;
    while (best.len == 0 && wrong.len > 2 && map_next(c->names, &i, &name, &index)) {
        if (str_contains(name, wrong))
            best = kpi_at(c, (size_t)index)->id;
    }
    return best;
}

enum status kpi_lookup(const struct kpi_catalog *c,
                       str name,
                       const struct kpi **out,
                       struct error *why)
{
    const struct kpi *k = kpi_find(c, name);
    if (k != NULL) {
        *out = k;
        return STATUS_OK;
    }
    const str hint = nearest_kpi(c, name);
    if (hint.len != 0)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "unknown KPI \"%.*s\" (did you mean \"%.*s\"?)",
                         STR_ARG(str_first(name, 80)),
                         STR_ARG(hint));
    return error_set(
        why,
        STATUS_NOT_FOUND,
        "unknown KPI \"%.*s\"; the catalogue shows all of them (on the board: Definitions; "
        "in a terminal: kpis list)",
        STR_ARG(str_first(name, 80)));
}

str kpi_canonical_text(const struct kpi *k)
{
    return k->canonical;
}
