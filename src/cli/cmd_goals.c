/* shopvane goals: targets - bring them in, set, split, lock, look at them and at their versions. */
#include "cli/cmd_goals_priv.h"
#include "goals/goal_request.h"

#include <pwd.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX     ((size_t)16 * 1024 * 1024)
#define ARENA_BUDGET ((size_t)1 << 30) /* ten stores' days, several levels and their versions */

#define AT(field) offsetof(struct goals_options, field)

static const struct option goals_option_rows[] = {
    { "kpi", OPTION_TEXT, "KPI", "which KPI", AT(kpi) },
    { "store", OPTION_TEXT, "NAME", "which store (default: all stores together)", AT(store) },
    { "category", OPTION_TEXT, "NAME", "which category", AT(category) },
    { "level", OPTION_CHOICE, "base|target|stretch", "which level (default: all)", AT(level) },
    { "year", OPTION_COUNT, "YEAR", "of a promotion's name: double-11 --year 2026", AT(year) },
    { "target", OPTION_TEXT, "N", "set: the target", AT(target) },
    { "base", OPTION_TEXT, "N", "set: the base target (at least)", AT(base) },
    { "stretch", OPTION_TEXT, "N", "set: the stretch target", AT(stretch) },
    { "owner", OPTION_TEXT, "NAME", "set: who answers for it", AT(owner) },
    { "note", OPTION_TEXT, "TEXT", "why; needed when a target is revised", AT(note) },
    { "author", OPTION_TEXT, "NAME", "who writes (default: your login)", AT(author) },
    { "unlocked", OPTION_FLAG, NULL, "set: a split may change it", AT(unlocked) },
    { "whole", OPTION_FLAG, NULL, "split: do not split by store", AT(whole) },
    { "days", OPTION_FLAG, NULL, "list, history: daily targets of splits too", AT(days) },
    { "dry-run",
      OPTION_FLAG,
      NULL,
      "import, set, split, lock: show what would change, write nothing",
      AT(dry_run) },
};

static enum status run_open(struct goals_run *r, struct error *why)
{
    r->arena = arena_new(ARENA_BUDGET);
    if (r->arena == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = env_shop(r->env, &r->shop, why);
    if (st == STATUS_OK)
        st = shop_catalog(shop_dir(r->shop), STR_EMPTY, NULL, &r->catalog, why);
    if (st == STATUS_OK)
        st = shop_conn_new(r->shop, &r->conn, why);
    if (st == STATUS_OK)
        r->context = (struct query_context){ .conn = r->conn,
                                             .catalog = r->catalog,
                                             .settings = shop_settings(r->shop),
                                             .zone = shop_zone(r->shop) };
    return st;
}

static void run_close(struct goals_run *r)
{
    conn_close(r->conn);
    kpi_catalog_free(r->catalog);
    if (r->shop != NULL)
        env_shop_done(r->env, r->shop);
    arena_free(r->arena);
}

/* Looks a login up by its number: no environment is read. */
static str login(struct arena *a)
{
    char text[1024];
    struct passwd entry;
    struct passwd *found = NULL;
    if (getpwuid_r(geteuid(), &entry, text, sizeof text, &found) != 0 || found == NULL)
        return arena_printf(a, "uid %u", (unsigned)geteuid());
    return arena_printf(a, "%s", found->pw_name);
}

static struct goal_edit edit_of(const struct goals_run *r, const char *verb, const char *what)
{
    const struct goals_options *o = r->options;
    return (struct goal_edit){ .note = str_from(o->note),
                               .author = o->author != NULL ? str_from(o->author) : login(r->arena),
                               .source = arena_printf(r->arena, "goals %s %s", verb, what),
                               .now_us = clock_now_us(),
                               .dry_run = o->dry_run };
}

static enum status period_of(const struct goals_run *r,
                             const char *word,
                             struct goal_period *out,
                             struct error *why)
{
    return goal_period_parse(
        r->conn, str_from(word), (int32_t)r->options->year, r->arena, out, why);
}

/* The target that the options name, without its amount. */
static enum status goal_of_options(const struct goals_run *r,
                                   const char *period,
                                   struct goal *out,
                                   const struct kpi **kpi,
                                   struct error *why)
{
    const struct goals_options *o = r->options;
    const struct goal_place where = {
        .shop = r->shop, .catalog = r->catalog, .conn = r->conn, .arena = r->arena
    };
    const struct goal_words words = { .kpi = str_from(o->kpi),
                                      .store = str_from(o->store),
                                      .category = str_from(o->category),
                                      .period = str_from(period),
                                      .year = (int32_t)o->year,
                                      .owner = str_from(o->owner),
                                      .note = str_from(o->note),
                                      .unlocked = o->unlocked };
    if (o->kpi == NULL)
        return error_set(
            why, STATUS_BAD_USAGE, "which KPI? say --kpi KPI, such as --kpi net_sales");
    return goal_from_words(&where, &words, out, kpi, why);
}

/* ---- verbs ---- */

static enum status run_import(struct goals_run *r, const char *file, struct error *why)
{
    struct problems problems;
    struct goal_list rows = { .n = 0 };
    struct goal_changes changes = { .n = 0 };
    struct buf text;
    const char *path = env_path(r->env, r->arena, file);
    if (path == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    problems_init(&problems, r->arena, r->env->lang);
    enum status st = goals_read(r->shop, r->catalog, path, r->arena, &rows, &problems, why);
    if (problems.n > 0) {
        buf_init(&text, TEXT_MAX);
        problems_print(&problems, &text);
        fwrite(text.data, 1, text.len, r->env->err);
        buf_release(&text);
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "%zu problems in %s (line:column); nothing was changed",
                         problems.n_total,
                         file);
    }
    const struct goal_edit edit = edit_of(r, "import", file);
    if (st == STATUS_OK)
        st = goals_set(r->shop, r->catalog, rows.items, rows.n, &edit, r->arena, &changes, why);
    if (st == STATUS_OK)
        command_goals_changes(r, &changes);
    return st;
}

static enum status run_set(struct goals_run *r, const char *period, struct error *why)
{
    const struct goals_options *o = r->options;
    const char *const values[GOAL_LEVEL_COUNT] = {
        [GOAL_BASE] = o->base, [GOAL_TARGET] = o->target, [GOAL_STRETCH] = o->stretch
    };
    struct goal wanted[GOAL_LEVEL_COUNT];
    struct goal one;
    struct goal_changes changes = { .n = 0 };
    const struct kpi *kpi = NULL;
    size_t n = 0;
    enum status st = goal_of_options(r, period, &one, &kpi, why);
    for (unsigned i = 0; i < GOAL_LEVEL_COUNT && st == STATUS_OK; i++) {
        if (values[i] == NULL)
            continue;
        one.level = (enum goal_level)i;
        st = goal_value_parse(kpi, str_from(values[i]), &one.value_e4, why);
        wanted[n++] = one;
    }
    if (st == STATUS_OK && n == 0)
        st = error_set(why,
                       STATUS_BAD_USAGE,
                       "how much? say --target N (and --base N, --stretch N if you use them)");
    const struct goal_edit edit = edit_of(r, "set", period);
    if (st == STATUS_OK)
        st = goals_set(r->shop, r->catalog, wanted, n, &edit, r->arena, &changes, why);
    if (st == STATUS_OK)
        command_goals_changes(r, &changes);
    return st;
}

static enum status lock_levels(struct goals_run *r,
                               const char *period,
                               bool locked,
                               struct error *why)
{
    const struct goal_edit edit = edit_of(r, locked ? "lock" : "unlock", period);
    const struct kpi *kpi = NULL;
    struct goal which;
    size_t done = 0;
    enum status st = goal_of_options(r, period, &which, &kpi, why);
    for (unsigned i = 0; i < GOAL_LEVEL_COUNT && st == STATUS_OK; i++) {
        struct goal_changes changes = { .n = 0 };
        which.level = (enum goal_level)i;
        if (r->options->level != NULL &&
            strcmp(goal_level_name(which.level), r->options->level) != 0)
            continue;
        st = goals_lock(r->shop, r->catalog, &which, locked, &edit, r->arena, &changes, why);
        if (st == STATUS_NOT_FOUND && r->options->level == NULL) {
            st = STATUS_OK; /* this level has none; another may */
            continue;
        }
        if (st == STATUS_OK)
            command_goals_changes(r, &changes);
        done += st == STATUS_OK;
    }
    if (st == STATUS_OK && done == 0)
        return STATUS_NOT_FOUND; /* `why` holds what the last level said */
    if (st == STATUS_OK && why != NULL)
        why->text[0] = '\0';
    return st;
}

static enum status run_lock(struct goals_run *r, const char *period, struct error *why)
{
    return lock_levels(r, period, true, why);
}

static enum status run_unlock(struct goals_run *r, const char *period, struct error *why)
{
    return lock_levels(r, period, false, why);
}

static enum status run_split(struct goals_run *r, const char *period, struct error *why)
{
    const struct goals_options *o = r->options;
    const struct goal_edit edit = edit_of(r, "split", period);
    struct split_result result;
    struct goal_period p;
    enum status st = period_of(r, period, &p, why);
    const struct shop_store *store = NULL;
    if (st == STATUS_OK && o->store != NULL)
        st = shop_store_get(r->shop, str_from(o->store), &store, why);
    const str from = command_goals_day(r, st == STATUS_OK ? p.from : 0);
    const str to = command_goals_day(r, st == STATUS_OK ? p.to : 0);
    const struct split_question q = { .kpi = str_from(o->kpi),
                                      .level = str_from(o->level),
                                      .store = str_from(o->store),
                                      .category = str_from(o->category),
                                      .period = arena_printf(
                                          r->arena, "%.*s..%.*s", STR_ARG(from), STR_ARG(to)),
                                      .whole = o->whole };
    if (st == STATUS_OK)
        st = people_split(r->shop, &r->context, &q, &edit, r->arena, &result, why);
    if (st != STATUS_OK)
        return st;
    result.period.word = p.word;
    st = command_goals_split(r, &result, why);
    if (st == STATUS_OK)
        command_goals_changes(r, &result.changes);
    return st;
}

static enum status run_list(struct goals_run *r, const char *period, struct error *why)
{
    struct goal_period p;
    const enum status st = period != NULL ? period_of(r, period, &p, why) : STATUS_OK;
    return st == STATUS_OK ? command_goals_list(r, period != NULL ? &p : NULL, why) : st;
}

static enum status run_history(struct goals_run *r, const char *period, struct error *why)
{
    struct goal_period p;
    const enum status st = period != NULL ? period_of(r, period, &p, why) : STATUS_OK;
    return st == STATUS_OK ? command_goals_history(r, period != NULL ? &p : NULL, why) : st;
}

/* The KPIs that have targets touching the period, or the one asked for. */
static enum status kpis_with_targets(
    const struct goals_run *r, const struct goal_period *p, str **ids, size_t *n, struct error *why)
{
    const struct day_range days = { .from = p->from, .to = p->to };
    size_t all = 0;
    enum status st = goals_kpis(r->conn, days, r->arena, ids, &all, why);
    *n = 0;
    if (st == STATUS_OK && r->options->kpi != NULL) {
        const struct kpi *k = NULL;
        st = kpi_lookup(r->catalog, str_from(r->options->kpi), &k, why);
        if (st == STATUS_OK)
            (*ids)[(*n)++] = k->id; /* there is room for one more */
        return st;
    }
    for (size_t i = 0; st == STATUS_OK && i < all; i++) {
        if (kpi_find(r->catalog, (*ids)[i]) != NULL)
            (*ids)[(*n)++] = (*ids)[i];
    }
    if (st == STATUS_OK && *n == 0)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "no target touches %.*s; shopvane goals list shows those there are",
                         STR_ARG(p->word));
    return st;
}

/* What `goals show` asks and prints: KPIs of one store, or of all stores together. */
struct showing {
    struct goals_run *run;
    const struct goal_period *period;
    const str *kpis;
    size_t n_kpis;
    str store; /* empty: all */
};

/* A long period by months, a short one by days, both with figures. */
static enum status show_ask(const struct showing *s, struct answer **out, struct error *why)
{
    const struct goals_run *r = s->run;
    const int32_t days = s->period->to - s->period->from + 1;
    const struct kpi_question q = {
        .kpis = s->kpis,
        .kpi_count = s->n_kpis,
        .from = command_goals_day(r, s->period->from),
        .to = command_goals_day(r, s->period->to),
        .grain = days > 62  ? STR("month")
                 : days > 1 ? STR("day")
                            : STR("total"),
        .stores = &s->store,
        .store_count = s->store.len > 0 ? 1 : 0,
        .target = r->options->level != NULL ? str_from(r->options->level) : STR("target"),
        .lang = r->env->lang,
        .now_us = clock_now_us(),
    };
    return query_ask(&r->context, &q, out, why);
}

static enum status show_print(const struct showing *s, const struct answer *a, struct error *why)
{
    const struct command_env *env = s->run->env;
    const struct answer_look look = { .colour = env->out_is_terminal, .width = env->width };
    struct buf out;
    buf_init(&out, TEXT_MAX);
    if (s->store.len > 0)
        buf_addf(&out, "%.*s\n", STR_ARG(s->store));
    const enum status st = answer_render_goals(a, &look, &out, why);
    if (st == STATUS_OK)
        fwrite(out.data, 1, out.len, env->out);
    buf_release(&out);
    return st;
}

/* The store after that of `s` in the order of the alphabet, with its KPIs in `kpis`; false: none.
 */
static bool next_store(const struct goal_list *list, struct showing *s, str *kpis)
{
    const str before = s->store;
    s->store = STR_EMPTY;
    s->kpis = kpis;
    s->n_kpis = 0;
    for (size_t i = 0; i < list->n; i++) {
        const struct goal *g = &list->items[i]; /* those of one KPI stand together */
        if (g->from > s->period->to || g->to < s->period->from || str_cmp(g->store, before) <= 0)
            continue;
        const int order = s->n_kpis == 0 ? -1 : str_cmp(g->store, s->store);
        if (order > 0 || (order == 0 && str_eq(kpis[s->n_kpis - 1], g->kpi)))
            continue;
        s->n_kpis = order < 0 ? 0 : s->n_kpis;
        s->store = g->store;
        kpis[s->n_kpis++] = g->kpi;
    }
    return s->n_kpis > 0;
}

/* Of these KPIs some stores have targets, and not all do: each store that has one by itself. */
static enum status show_stores(const struct showing *s, size_t *shown, struct error *why)
{
    const struct goal_filter filter = { .kpis = s->kpis, .n_kpis = s->n_kpis };
    struct showing one = *s;
    struct goal_list list = { .n = 0 };
    str *kpis = ARENA_NEW(s->run->arena, str, s->n_kpis + 1);
    if (kpis == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = goals_load(s->run->conn, &filter, s->run->arena, &list, why);
    while (st == STATUS_OK && next_store(&list, &one, kpis)) {
        struct answer *a = NULL;
        st = show_ask(&one, &a, why);
        if (*shown > 0)
            fputc('\n', s->run->env->out);
        if (st == STATUS_OK)
            st = show_print(&one, a, why);
        answer_free(a);
        ++*shown;
    }
    return st;
}

/* Those of the KPIs that have no target of all stores, in what was asked of all. */
static void take_partial(const struct answer *all, struct showing *s, str *ids)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_kpis && s->store.len == 0; i++) {
        const struct answer_goal *g = all->kpis[i].total.goal;
        if (g != NULL && g->target.kind == VALUE_NONE)
            ids[n++] = s->kpis[i];
    }
    s->kpis = ids;
    s->n_kpis = n;
}

/* KPIs that all stores together have a target of; then the others, store by store. */
static enum status show_all(const struct showing *s, struct error *why)
{
    struct showing partial = *s;
    struct answer *all = NULL;
    size_t shown = 0;
    str *ids = ARENA_NEW(s->run->arena, str, s->n_kpis + 1);
    if (ids == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = show_ask(s, &all, why);
    if (st == STATUS_OK)
        take_partial(all, &partial, ids);
    const bool any = partial.n_kpis < s->n_kpis;
    if (st == STATUS_OK && any)
        st = show_print(s, all, why);
    if (st == STATUS_OK && partial.n_kpis > 0)
        st = show_stores(&partial, &shown, why);
    if (st == STATUS_OK && !any && shown == 0)
        st = show_print(s, all, why);
    answer_free(all);
    return st;
}

static enum status run_show(struct goals_run *r, const char *period, struct error *why)
{
    struct goal_period p;
    str *ids = NULL;
    enum status st = period_of(r, period, &p, why);
    struct showing s = { .run = r, .period = &p, .store = str_from(r->options->store) };
    if (st == STATUS_OK && s.store.len > 0)
        st = shop_stores_check(r->shop, &s.store, 1, why);
    if (st == STATUS_OK)
        st = kpis_with_targets(r, &p, &ids, &s.n_kpis, why);
    s.kpis = ids;
    return st == STATUS_OK ? show_all(&s, why) : st;
}

static enum status goals_run_command(struct command_env *env,
                                     const void *options,
                                     const struct arguments *args,
                                     struct error *why)
{
    static const struct {
        const char *verb;
        bool needs_word;
        enum status (*run)(struct goals_run *r, const char *word, struct error *why);
    } verbs[] = { { "list", false, run_list },    { "import", true, run_import },
                  { "set", true, run_set },       { "split", true, run_split },
                  { "show", true, run_show },     { "lock", true, run_lock },
                  { "unlock", true, run_unlock }, { "history", false, run_history } };
    struct goals_run r = { .env = env, .options = options };
    const char *verb = args->count > 0 ? args->items[0] : "list";
    const char *word = args->count > 1 ? args->items[1] : NULL;
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        if (strcmp(verb, verbs[i].verb) != 0)
            continue;
        if (verbs[i].needs_word && word == NULL)
            return error_set(why,
                             STATUS_BAD_USAGE,
                             "goals %s: say %s",
                             verb,
                             strcmp(verb, "import") == 0
                                 ? tr(env->lang, "which file")
                                 : tr(env->lang, "which period, such as 2026, 2026-Q1 or 2026-11"));
        enum status st = run_open(&r, why);
        if (st == STATUS_OK)
            st = verbs[i].run(&r, word, why);
        run_close(&r);
        return st;
    }
    return error_set(
        why,
        STATUS_BAD_USAGE,
        "goals: say list, import FILE, set, split, show, lock, unlock PERIOD or history, not "
        "\"%s\"",
        verb);
}

const struct command command_goals = {
    .name = "goals",
    .summary = "targets: bring in, set, split by store and day, lock, and their versions",
    .usage = "[list | import FILE | set PERIOD | split PERIOD | show PERIOD | lock PERIOD | unlock "
             "PERIOD | history] [OPTIONS]",
    .examples =
        "shopvane goals import targets.xlsx\n"
        "shopvane goals set 2026 --kpi net_sales --base 1000万 --target 1200万 --stretch 1500万\n"
        "shopvane goals split 2026 --dry-run\n"
        "shopvane goals split 2026 --note \"first split\"\n"
        "shopvane goals set double-11 --year 2026 --kpi net_sales --target 800000 --note \"more "
        "stock\"\n"
        "shopvane goals lock 2026-06 --kpi net_sales\n"
        "shopvane goals show 2026-11 --store main\n"
        "shopvane goals history 2026\n"
        "shopvane kpi net_sales --period this-month --target target",
    .options = goals_option_rows,
    .option_count = ARRAY_LEN(goals_option_rows),
    .options_size = sizeof(struct goals_options),
    .run = goals_run_command,
    .most_arguments = 2,
};
