/* shopvane kpis: read, check and compare definitions. */
#include "cli/command_priv.h"
#include "format/format.h"

#include <stddef.h>
#include <string.h>

#define TEXT_MAX ((size_t)16 * 1024 * 1024)

struct kpis_options {
    const char *dialect;
    const char *group;
    const char *against;
};

static const struct option kpis_option_rows[] = {
    { "dialect",
      OPTION_CHOICE,
      "taobao|shopify|woo|ga4|jd|douyin|own",
      "definitions as that platform has them (own: as the catalogue has them)",
      offsetof(struct kpis_options, dialect) },
    { "group", OPTION_TEXT, "NAME", "list: only this group", offsetof(struct kpis_options, group) },
    { "against",
      OPTION_TEXT,
      "DIR",
      "diff: another shop folder (default: the built-in catalogue)",
      offsetof(struct kpis_options, against) },
};

/* Loads the shop's catalogue and prints all problems when there are any. */
static enum status load(struct command_env *env,
                        const char *dir,
                        str dialect,
                        struct kpi_catalog **out,
                        struct error *why)
{
    struct problems p;
    struct buf text;
    struct arena *a = arena_new(0);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    problems_init(&p, a, env->lang);
    enum status st = shop_catalog(dir, dialect, &p, out, why);
    if (p.n > 0) {
        buf_init(&text, TEXT_MAX);
        problems_print(&p, &text);
        fwrite(text.data, 1, text.len, env->err);
        buf_release(&text);
    }
    if (p.n > 0 && st != STATUS_OK)
        st = error_set(why, st, "%zu problems in the definitions", p.n_total);
    arena_free(a);
    return st;
}

static const char *needs_of(const struct kpi *k, enum lang lang)
{
    if (kpi_is_of_targets(k))
        return tr(lang, "of each KPI with a target");
    return k->n_needs_models > 0 ? tr(lang, "needs a model") : "";
}

static enum status kpis_list(struct command_env *env,
                             const struct kpi_catalog *c,
                             const struct kpis_options *o,
                             struct error *why)
{
    struct text_table *t = text_table_new(5);
    if (t == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const char *const heads[] = { "id", "name", "unit", "group", "" };
    size_t shown = 0;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        text_table_cell(t, str_from(heads[i][0] != '\0' ? tr(env->lang, heads[i]) : ""));
    for (size_t i = 0; i < kpi_count(c); i++) {
        const struct kpi *k = kpi_at(c, i);
        if (o->group != NULL && !str_is(k->group, o->group))
            continue;
        text_table_cell(t, k->id);
        text_table_cell(t, k->name[env->lang]);
        text_table_cell(t, str_from(kpi_unit_name(k->unit)));
        text_table_cell(t, k->group);
        text_table_cell(t, str_from(needs_of(k, env->lang)));
        shown++;
    }
    if (shown > 0)
        text_table_print(t, env->out, true);
    text_table_free(t);
    if (shown == 0)
        return error_set(why, STATUS_NOT_FOUND, "no KPI in the group \"%s\"", o->group);
    fprintf(
        env->out, tr(env->lang, "\n%zu KPIs; shopvane kpis show ID tells all about one\n"), shown);
    return STATUS_OK;
}

static enum status kpis_show(struct command_env *env,
                             const struct kpi_catalog *c,
                             const char *id,
                             struct error *why)
{
    const struct kpi *k = NULL;
    struct buf text;
    enum status st = kpi_lookup(c, str_from(id), &k, why);
    if (st != STATUS_OK)
        return st;
    buf_init(&text, TEXT_MAX);
    kpi_show(c, k, env->lang, &text);
    fwrite(text.data, 1, text.len, env->out);
    buf_release(&text);
    return STATUS_OK;
}

static enum status print_changes(struct command_env *env,
                                 const struct kpi_catalog *before,
                                 const struct kpi_catalog *after,
                                 struct error *why)
{
    static const char *const kinds[] = { [KPI_ADDED] = "added",
                                         [KPI_REMOVED] = "removed",
                                         [KPI_FIGURE_CHANGED] = "figures change",
                                         [KPI_TEXT_CHANGED] = "only texts change" };
    const struct kpi_change *changes = NULL;
    size_t n = 0;
    struct arena *a = arena_new(0);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = kpi_diff(before, after, a, &changes, &n, why);
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        fprintf(env->out,
                "%.*s: %s\n%.*s",
                STR_ARG(changes[i].id),
                tr(env->lang, kinds[changes[i].kind]),
                STR_ARG(changes[i].what));
    if (st == STATUS_OK && n == 0)
        fprintf(env->out, "%s", tr(env->lang, "no difference\n"));
    arena_free(a);
    return st;
}

static enum status kpis_diff(struct command_env *env,
                             const struct kpi_catalog *c,
                             const struct kpis_options *o,
                             struct error *why)
{
    struct kpi_catalog *other = NULL;
    struct kpi_load_options builtin = { .dialect = str_from(o->dialect) };
    enum status st = o->against != NULL ? load(env, o->against, str_from(o->dialect), &other, why)
                                        : kpi_catalog_load(&builtin, NULL, &other, why);
    if (st == STATUS_OK)
        st = print_changes(env, other, c, why);
    kpi_catalog_free(other);
    return st;
}

static enum status kpis_run(struct command_env *env,
                            const void *options,
                            const struct arguments *args,
                            struct error *why)
{
    const struct kpis_options *o = options;
    const char *verb = args->count > 0 ? args->items[0] : "list";
    const char *dir = env->shop != NULL ? shop_dir(env->shop) : env->dir;
    struct kpi_catalog *c = NULL;
    enum status st = load(env, dir, str_from(o->dialect), &c, why);
    if (st != STATUS_OK)
        return st;
    if (strcmp(verb, "list") == 0)
        st = kpis_list(env, c, o, why);
    else if (strcmp(verb, "show") == 0 && args->count == 2)
        st = kpis_show(env, c, args->items[1], why);
    else if (strcmp(verb, "check") == 0)
        fprintf(env->out,
                tr(env->lang, "%zu KPIs and %zu measures: no problem\n"),
                kpi_count(c),
                kpi_measure_count(c));
    else if (strcmp(verb, "diff") == 0)
        st = kpis_diff(env, c, o, why);
    else
        st = error_set(
            why, STATUS_BAD_USAGE, "kpis: say list, show ID, check or diff, not \"%s\"", verb);
    kpi_catalog_free(c);
    return st;
}

const struct command command_kpis = {
    .name = "kpis",
    .summary = "list, show, check and compare KPI definitions",
    .usage = "[list | show ID | check | diff] [OPTIONS]",
    .examples = "shopvane kpis list --group order\n"
                "shopvane kpis show net_sales\n"
                "shopvane kpis check\n"
                "shopvane kpis diff --against ../other-shop",
    .options = kpis_option_rows,
    .option_count = ARRAY_LEN(kpis_option_rows),
    .options_size = sizeof(struct kpis_options),
    .run = kpis_run,
    .most_arguments = 2,
};
