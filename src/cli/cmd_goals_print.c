/* What the command `goals` prints: lists, versions, what a change did, and a split before it is
 * written. */
#include "cli/cmd_goals_priv.h"

#include <stdlib.h>
#include <string.h>

str command_goals_value(const struct goals_run *r, str kpi, i128 value_e4)
{
    const struct kpi *k = kpi_find(r->catalog, kpi);
    const enum kpi_unit unit = k != NULL ? k->unit : UNIT_MONEY;
    const char *label = kpi_unit_label(unit, r->env->lang);
    struct buf text;
    buf_init(&text, 128);
    if (unit == UNIT_PERCENT)
        buf_add_money_grouped(&text, value_e4 * 100, 2);
    else if (kpi_unit_kind(unit) == UNIT_KIND_COUNT)
        buf_add_money_grouped(&text, value_e4, value_e4 % MONEY_ONE == 0 ? 0 : 2);
    else
        buf_add_money_grouped(&text, value_e4, value_e4 % 100 == 0 ? 2 : 4);
    if (label[0] != '\0')
        buf_addf(&text, "%s%s", unit == UNIT_PERCENT ? "" : " ", label);
    const str s = arena_dup(r->arena, buf_str(&text));
    buf_release(&text);
    return s.ptr != NULL ? s : STR_EMPTY;
}

str command_goals_day(const struct goals_run *r, int32_t day)
{
    struct buf text;
    buf_init(&text, 32);
    buf_add_day(&text, day);
    const str s = arena_dup(r->arena, buf_str(&text));
    buf_release(&text);
    return s.ptr != NULL ? s : STR_EMPTY;
}

static str time_text(const struct goals_run *r, int64_t at_us)
{
    int32_t day = 0;
    int32_t minute = 0;
    struct zone_cursor cursor = { .from_s = 0 };
    if (at_us == 0)
        return STR("–");
    zone_local(shop_zone(r->shop), &cursor, at_us, &day, &minute, NULL);
    const str date = command_goals_day(r, day);
    return arena_printf(r->arena, "%.*s %02d:%02d", STR_ARG(date), minute / 60, minute % 60);
}

static str store_text(const struct goals_run *r, str store)
{
    return store.len > 0 ? store : str_from(tr(r->env->lang, "all stores"));
}

static str name_of(const struct goals_run *r, str kpi)
{
    const struct kpi *k = kpi_find(r->catalog, kpi);
    return k != NULL ? k->name[r->env->lang] : kpi;
}

/* What a period is called; older rows have no word of their own. */
static str period_text(const struct goals_run *r, const struct goal *g)
{
    if (g->period.len > 0)
        return g->period;
    const str from = command_goals_day(r, g->from);
    const str to = command_goals_day(r, g->to);
    return arena_printf(r->arena, "%.*s..%.*s", STR_ARG(from), STR_ARG(to));
}

static bool is_split_day(const struct goal *g)
{
    return g->is_split && g->from == g->to;
}

static void heads(const struct goals_run *r,
                  struct text_table *t,
                  const char *const *names,
                  size_t n)
{
    for (size_t i = 0; i < n; i++)
        text_table_cell(t, str_from(names[i][0] != '\0' ? tr(r->env->lang, names[i]) : ""));
}

/* ---- changes ---- */

void command_goals_changes(const struct goals_run *r, const struct goal_changes *c)
{
    static const char *const names[] = { "period", "store",  "KPI",   "level",
                                         "before", "target", "locked" };
    const enum lang lang = r->env->lang;
    struct text_table *t = text_table_new(ARRAY_LEN(names));
    size_t days = 0;
    size_t shown = 0;
    if (t == NULL)
        return;
    heads(r, t, names, ARRAY_LEN(names));
    text_table_right(t, 4);
    text_table_right(t, 5);
    for (size_t i = 0; i < c->n; i++) {
        const struct goal *g = &c->items[i].after;
        const bool is_new = c->items[i].before.kpi.len == 0;
        days += is_split_day(g);
        if (is_split_day(g))
            continue;
        shown++;
        text_table_cell(t, period_text(r, g));
        text_table_cell(t, store_text(r, g->store));
        text_table_cell(t, name_of(r, g->kpi));
        text_table_cell(t, str_from(goal_level_label(g->level, lang)));
        text_table_cell(
            t, is_new ? STR("–") : command_goals_value(r, g->kpi, c->items[i].before.value_e4));
        text_table_cell(t, command_goals_value(r, g->kpi, g->value_e4));
        text_table_cell(t, str_from(tr(lang, g->locked ? "yes" : "no")));
    }
    if (shown > 0)
        text_table_print(t, r->env->out, true);
    text_table_free(t);
    if (days > 0)
        fprintf(r->env->out, tr(lang, "%zu daily targets shared anew\n"), days);
    if (c->n == 0)
        fprintf(r->env->out, "%s\n", tr(lang, "nothing changes: these targets are there already"));
    else if (c->revision == 0)
        fprintf(r->env->out, "%s\n", tr(lang, "dry run: nothing was written"));
    else
        fprintf(r->env->out,
                tr(lang, "revision #%lld; take it back with: shopvane imports undo %lld\n"),
                (long long)c->revision,
                (long long)c->revision);
}

/* ---- a split ---- */

/* What a split comes to, part by part. */
struct preview {
    const struct goals_run *run;
    struct goal_list list;
    const struct goal *root;
    bool has_level[GOAL_LEVEL_COUNT];
};

static enum status sum_for(const struct preview *p,
                           str store,
                           struct day_range days,
                           enum goal_level level,
                           i128 *out,
                           struct error *why)
{
    struct goal_sum sum;
    struct arena *a = arena_new(0);
    const struct goal_range range = { .kpi = kpi_find(p->run->catalog, p->root->kpi),
                                      .level = level,
                                      .stores = &store,
                                      .n_stores = store.len > 0 ? 1 : 0,
                                      .category = p->root->category,
                                      .currency = p->root->currency,
                                      .from = days.from,
                                      .to = days.to,
                                      .as_of = days.to };
    const enum status st = a != NULL ? goal_of_range(&p->list, &range, a, &sum, why)
                                     : error_set(why, STATUS_NO_MEMORY, "out of memory");
    arena_free(a);
    if (st == STATUS_OK)
        *out = sum.gap == GOAL_FOUND ? sum.value_e4 : -1;
    return st;
}

static enum status add_part(const struct preview *p,
                            struct text_table *t,
                            str label,
                            str store,
                            struct day_range days,
                            struct error *why)
{
    enum status st = STATUS_OK;
    i128 part = 0;
    i128 whole = 0;
    text_table_cell(t, label);
    for (unsigned l = 0; l < GOAL_LEVEL_COUNT && st == STATUS_OK; l++) {
        if (!p->has_level[l])
            continue;
        st = sum_for(p, store, days, (enum goal_level)l, &part, why);
        text_table_cell(t, part >= 0 ? command_goals_value(p->run, p->root->kpi, part) : STR("–"));
    }
    if (st == STATUS_OK)
        st = sum_for(p, store, days, p->root->level, &part, why);
    if (st == STATUS_OK)
        st = sum_for(p,
                     p->root->store,
                     (struct day_range){ p->root->from, p->root->to },
                     p->root->level,
                     &whole,
                     why);
    if (st == STATUS_OK)
        text_table_cellf(
            t, "%5.1f%%", whole > 0 && part >= 0 ? (double)part * 100.0 / (double)whole : 0.0);
    return st;
}

static struct text_table *parts_table(const struct preview *p, const char *first)
{
    size_t columns = 2;
    for (unsigned l = 0; l < GOAL_LEVEL_COUNT; l++)
        columns += p->has_level[l];
    struct text_table *t = text_table_new(columns);
    if (t == NULL)
        return NULL;
    text_table_cell(t, str_from(tr(p->run->env->lang, first)));
    for (unsigned l = 0; l < GOAL_LEVEL_COUNT; l++) {
        if (p->has_level[l])
            text_table_cell(t, str_from(goal_level_label((enum goal_level)l, p->run->env->lang)));
    }
    text_table_cell(t, str_from(tr(p->run->env->lang, "share")));
    for (size_t i = 1; i < columns; i++)
        text_table_right(t, i);
    return t;
}

/* Months of a long period, days of a short one. */
static enum status print_periods(const struct preview *p, struct error *why)
{
    const bool by_month = p->root->to - p->root->from > 62;
    const enum period_grain grain = by_month ? PERIOD_MONTH : PERIOD_DAY;
    struct text_table *t = parts_table(p, "period");
    enum status st = t != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (int32_t day = p->root->from; day <= p->root->to && st == STATUS_OK;) {
        const int32_t next = period_next(period_start(day, grain, NULL), grain, NULL);
        struct day_range days = { day, next - 1 < p->root->to ? next - 1 : p->root->to };
        const str label = command_goals_day(p->run, day);
        st = add_part(p, t, str_first(label, by_month ? 7 : 10), p->root->store, days, why);
        day = next;
    }
    if (st == STATUS_OK)
        text_table_print(t, p->run->env->out, true);
    text_table_free(t);
    return st;
}

static enum status print_stores(const struct preview *p,
                                const struct split_result *split,
                                struct error *why)
{
    size_t n = 0;
    struct text_table *t = parts_table(p, "store");
    enum status st = t != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < split->n_parts && st == STATUS_OK; i++) {
        const struct split_part *part = &split->parts[i];
        if (!str_eq(part->kpi, p->root->kpi) || part->store.len == 0 || p->root->store.len > 0)
            continue;
        n++;
        st = add_part(
            p, t, part->store, part->store, (struct day_range){ p->root->from, p->root->to }, why);
    }
    if (st == STATUS_OK && n > 0) {
        text_table_print(t, p->run->env->out, true);
        fputc('\n', p->run->env->out);
    }
    text_table_free(t);
    return st;
}

/* How each store's days were weighed. */
static void print_rules(const struct goals_run *r, const struct split_result *split, str kpi)
{
    const enum lang lang = r->env->lang;
    for (size_t i = 0; i < split->n_parts; i++) {
        const struct split_part *p = &split->parts[i];
        if (!str_eq(p->kpi, kpi))
            continue;
        const str store = store_text(r, p->store);
        fprintf(r->env->out, "%.*s: %s\n", STR_ARG(store), season_rule_text(p->season.rule, lang));
        if (p->season.rule == SEASON_LAST_YEAR)
            fprintf(
                r->env->out,
                tr(lang, "  %zu days follow a promotion or lunar feast, %zu one-offs left out\n"),
                p->season.aligned,
                p->season.one_offs);
    }
}

static void print_locked(const struct preview *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->list.n; i++) {
        const struct goal *g = &p->list.items[i];
        const bool inside =
            g->from >= p->root->from && g->to <= p->root->to &&
            (g->from > p->root->from || g->to < p->root->to || !str_eq(g->store, p->root->store));
        if (!g->locked || !inside || g->level != p->root->level || !str_eq(g->kpi, p->root->kpi) ||
            !str_eq(g->category, p->root->category))
            continue;
        const str store = store_text(p->run, g->store);
        const str period = period_text(p->run, g);
        const str value = command_goals_value(p->run, g->kpi, g->value_e4);
        if (n++ < 20)
            fprintf(p->run->env->out,
                    tr(p->run->env->lang, "locked: %.*s · %.*s · %.*s\n"),
                    STR_ARG(period),
                    STR_ARG(store),
                    STR_ARG(value));
    }
    if (n > 20)
        fprintf(p->run->env->out,
                tr(p->run->env->lang, "locked: %zu more; shopvane goals list shows all\n"),
                n - 20);
}

static bool is_first_of_kpi(const struct split_result *split, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (str_eq(split->roots[k].kpi, split->roots[i].kpi) &&
            str_eq(split->roots[k].store, split->roots[i].store))
            return false;
    }
    return true;
}

static enum status print_root(struct preview *p,
                              const struct split_result *split,
                              struct error *why)
{
    const struct goals_run *r = p->run;
    const str name = name_of(r, p->root->kpi);
    const str store = store_text(r, p->root->store);
    fprintf(r->env->out,
            "%.*s · %.*s · %.*s%s%.*s\n\n",
            STR_ARG(name),
            STR_ARG(split->period.word),
            STR_ARG(store),
            p->root->currency.len > 0 ? " · " : "",
            STR_ARG(p->root->currency));
    enum status st = print_stores(p, split, why);
    if (st == STATUS_OK)
        st = print_periods(p, why);
    fputc('\n', r->env->out);
    print_locked(p);
    print_rules(r, split, p->root->kpi);
    fputc('\n', r->env->out);
    return st;
}

enum status command_goals_split(const struct goals_run *r,
                                const struct split_result *split,
                                struct error *why)
{
    struct preview p = { .run = r };
    struct goal_list now = { .n = 0 };
    enum status st =
        goals_load(shop_writer(r->shop), &(struct goal_filter){ .n_kpis = 0 }, r->arena, &now, why);
    if (st == STATUS_OK)
        st = goals_with_changes(&now, &split->changes, r->arena, &p.list, why);
    for (size_t i = 0; i < split->n_roots && st == STATUS_OK; i++) {
        if (!is_first_of_kpi(split, i))
            continue;
        p.root = &split->roots[i];
        memset(p.has_level, 0, sizeof p.has_level);
        for (size_t k = 0; k < split->n_roots; k++) {
            if (str_eq(split->roots[k].kpi, p.root->kpi) &&
                str_eq(split->roots[k].store, p.root->store))
                p.has_level[split->roots[k].level] = true;
        }
        st = print_root(&p, split, why);
    }
    return st;
}

/* ---- list and history ---- */

static bool is_asked(const struct goals_run *r,
                     const struct goal_period *period,
                     const struct goal *g)
{
    const struct goals_options *o = r->options;
    const struct kpi *k = o->kpi != NULL ? kpi_find(r->catalog, str_from(o->kpi)) : NULL;
    if (o->kpi != NULL && (k == NULL || !str_eq(k->id, g->kpi)))
        return false;
    if (o->store != NULL && !str_is(g->store, o->store))
        return false;
    if (o->category != NULL && !str_is(g->category, o->category))
        return false;
    if (o->level != NULL && strcmp(goal_level_name(g->level), o->level) != 0)
        return false;
    return period == NULL || (g->from <= period->to && g->to >= period->from);
}

static void list_row(const struct goals_run *r, struct text_table *t, const struct goal *g)
{
    const enum lang lang = r->env->lang;
    text_table_cell(t, period_text(r, g));
    text_table_cell(t, store_text(r, g->store));
    text_table_cell(t, g->category);
    text_table_cell(t, name_of(r, g->kpi));
    text_table_cell(t, str_from(goal_level_label(g->level, lang)));
    text_table_cell(
        t, g->first_e4 != g->value_e4 ? command_goals_value(r, g->kpi, g->first_e4) : STR_EMPTY);
    text_table_cell(t, command_goals_value(r, g->kpi, g->value_e4));
    text_table_cell(t, str_from(tr(lang, g->locked ? "yes" : "no")));
    text_table_cell(t, g->owner);
    text_table_cellf(t, "#%lld", (long long)g->revision);
}

enum status command_goals_list(const struct goals_run *r,
                               const struct goal_period *period,
                               struct error *why)
{
    static const char *const names[] = {
        "period",       "store",  "category", "KPI",   "level",
        "first target", "target", "locked",   "owner", "revision"
    };
    struct goal_list list = { .n = 0 };
    size_t days = 0;
    size_t shown = 0;
    const enum status st =
        goals_load(r->conn, &(struct goal_filter){ .n_kpis = 0 }, r->arena, &list, why);
    struct text_table *t = st == STATUS_OK ? text_table_new(ARRAY_LEN(names)) : NULL;
    if (t == NULL)
        return st == STATUS_OK ? error_set(why, STATUS_NO_MEMORY, "out of memory") : st;
    heads(r, t, names, ARRAY_LEN(names));
    text_table_right(t, 5);
    text_table_right(t, 6);
    for (size_t i = 0; i < list.n; i++) {
        if (!is_asked(r, period, &list.items[i]))
            continue;
        if (is_split_day(&list.items[i]) && !r->options->days) {
            days++;
            continue;
        }
        list_row(r, t, &list.items[i]);
        shown++;
    }
    if (shown > 0)
        text_table_print(t, r->env->out, true);
    else if (days == 0)
        fprintf(r->env->out,
                "%s\n",
                tr(r->env->lang,
                   "no targets yet; bring a file: shopvane goals import FILE, or set one: shopvane "
                   "goals set 2026 --kpi net_sales --target 1200000"));
    text_table_free(t);
    if (days > 0)
        fprintf(r->env->out,
                tr(r->env->lang, "and %zu daily targets from splits (--days shows them)\n"),
                days);
    return STATUS_OK;
}

static int by_revision(const void *x, const void *y)
{
    const struct goal *const *a = x;
    const struct goal *const *b = y;
    if ((*a)->revision != (*b)->revision)
        return (*a)->revision < (*b)->revision ? -1 : 1;
    return goal_compare(*a, *b);
}

static void history_row(const struct goals_run *r, struct text_table *t, const struct goal *g)
{
    text_table_cellf(t, "#%lld", (long long)g->revision);
    text_table_cell(t, time_text(r, g->revised_at_us));
    text_table_cell(t, g->author);
    text_table_cell(t, period_text(r, g));
    text_table_cell(t, store_text(r, g->store));
    text_table_cell(t, name_of(r, g->kpi));
    text_table_cell(t, str_from(goal_level_label(g->level, r->env->lang)));
    text_table_cell(t, command_goals_value(r, g->kpi, g->value_e4));
    if (g->replaced_by != 0)
        text_table_cellf(t, "#%lld", (long long)g->replaced_by);
    else
        text_table_cell(t, STR("–"));
    text_table_cell(t, g->note);
}

enum status command_goals_history(const struct goals_run *r,
                                  const struct goal_period *period,
                                  struct error *why)
{
    static const char *const names[] = { "revision", "when",  "who",    "period",      "store",
                                         "KPI",      "level", "target", "replaced by", "note" };
    struct goal_list list = { .n = 0 };
    const struct goal_filter all = { .with_replaced = true };
    const struct goal **shown = NULL;
    size_t n = 0;
    enum status st = goals_load(r->conn, &all, r->arena, &list, why);
    if (st == STATUS_OK)
        shown = ARENA_NEW(r->arena, const struct goal *, list.n + 1);
    struct text_table *t = shown != NULL ? text_table_new(ARRAY_LEN(names)) : NULL;
    if (t == NULL)
        return st == STATUS_OK ? error_set(why, STATUS_NO_MEMORY, "out of memory") : st;
    for (size_t i = 0; i < list.n; i++) {
        if (is_asked(r, period, &list.items[i]) &&
            (r->options->days || !is_split_day(&list.items[i])))
            shown[n++] = &list.items[i];
    }
    qsort(shown, n, sizeof *shown, by_revision);
    heads(r, t, names, ARRAY_LEN(names));
    text_table_right(t, 7);
    for (size_t i = 0; i < n; i++)
        history_row(r, t, shown[i]);
    if (n > 0)
        text_table_print(t, r->env->out, true);
    else
        fprintf(r->env->out, "%s\n", tr(r->env->lang, "no targets yet"));
    text_table_free(t);
    return STATUS_OK;
}
