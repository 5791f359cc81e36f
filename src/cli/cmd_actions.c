/* shopvane actions: who does what by when; noted, done, listed. */
#include "cli/asking_priv.h"
#include "notify/notify.h"

#include <stddef.h>
#include <string.h>

struct actions_options {
    const char *owner;
    const char *due;
    const char *kpi;
    const char *sku;
    const char *store;
    const char *note;
    const char *date;
    bool open;
};

#define AT(field) offsetof(struct actions_options, field)

static const struct option actions_option_rows[] = {
    { "owner", OPTION_TEXT, "NAME", "add: who does it; list: only this person's", AT(owner) },
    { "due", OPTION_TEXT, "DAY", "add: by when", AT(due) },
    { "kpi", OPTION_TEXT, "KPI", "add: the KPI that it shall move", AT(kpi) },
    { "sku", OPTION_TEXT, "ARTICLE", "add: the article that it is about", AT(sku) },
    { "store",
      OPTION_TEXT,
      "NAME,...",
      "only these stores; add: the store that it is about (all of them)",
      AT(store) },
    { "note", OPTION_TEXT, "TEXT", "done: what came of it", AT(note) },
    { "date", OPTION_TEXT, "DAY", "add: noted on; done: done on (today)", AT(date) },
    { "open", OPTION_FLAG, NULL, "list: not the done ones", AT(open) },
};

static int32_t today_of(const struct asking_env *a)
{
    return zone_day(a->context.zone, clock_now_us());
}

/* ---- writing ---- */

/* All that is kept of an action: a newer row replaces the one before as a whole. */
static enum status note_action(struct command_env *env,
                               struct shop *s,
                               struct arena *a,
                               const struct shop_action *item,
                               struct error *why)
{
    const str at = item->at_us != 0 ? civil_time_text(a, item->at_us) : day_text(a, item->noted);
    const struct noted_cell cells[] = {
        { "action_id", item->id },
        { "text", item->text },
        { "owner", item->owner },
        { "at", at },
        { "due_date", day_text(a, item->due) },
        { "done_date", day_text(a, item->done) },
        { "done_note", item->note },
        { "kpi", item->kpi },
        { "sku", item->sku },
        { "is_whole", item->is_whole ? STR("true") : STR("false") },
    };
    const struct noted_row row = { .target = "action",
                                   .store = arena_cstr(a, item->store),
                                   .cells = cells,
                                   .n = ARRAY_LEN(cells) };
    return at.len > 0 && row.store != NULL ? command_note(env, s, &row, why)
                                           : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

/* One more than any number that an action has or had. */
static enum status next_id(struct conn *c, struct arena *a, str *out, struct error *why)
{
    int64_t id = 0;
    const enum status st =
        conn_query_i64(c,
                       "SELECT coalesce(max(try_cast(action_id AS BIGINT)), 0) + 1 FROM (SELECT "
                       "action_id FROM action UNION ALL SELECT action_id FROM action_old)",
                       &id,
                       why);
    *out = arena_printf(a, "%lld", (long long)id);
    return st == STATUS_OK && out->len == 0 ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                                            : st;
}

static enum status check_new(const struct actions_options *o,
                             const struct arguments *args,
                             const struct text_list *stores,
                             struct error *why)
{
    if (args->count != 2 || o->owner == NULL)
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "actions: say what is to be done and who does it, such as: actions add "
                         "\"new main picture\" --owner Mei --due 2026-12-01");
    if (stores->count > 1)
        return error_set(
            why,
            STATUS_BAD_USAGE,
            "actions add: --store takes one store; without it the action is about all");
    return STATUS_OK;
}

static enum status add_action(struct command_env *env,
                              const struct actions_options *o,
                              struct asking_env *asking,
                              const struct text_list *stores,
                              const struct arguments *args,
                              struct error *why)
{
    struct arena *a = arena_new(0);
    const struct kpi *kpi = NULL;
    struct shop_action item = { .due = DAY_NONE, .done = DAY_NONE };
    enum status st = a != NULL ? check_new(o, args, stores, why)
                               : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = command_day(o->due, &item.due, why);
    if (st == STATUS_OK)
        st = command_day(o->date, &item.noted, why);
    if (st == STATUS_OK && o->kpi != NULL)
        st = kpi_lookup(asking->catalog, str_from(o->kpi), &kpi, why);
    if (st == STATUS_OK)
        st = next_id(asking->conn, a, &item.id, why);
    if (st == STATUS_OK) {
        item.text = str_from(args->items[1]);
        item.owner = str_from(o->owner);
        item.at_us = o->date == NULL ? clock_now_us() : 0;
        item.kpi = kpi != NULL ? kpi->id : STR_EMPTY;
        item.sku = str_from(o->sku);
        item.is_whole = stores->count == 0;
        item.store = stores->count > 0 ? stores->items[0] : STR("main");
        st = note_action(env, asking->shop, a, &item, why);
    }
    if (st == STATUS_OK)
        fprintf(env->out,
                tr(env->lang, "action %.*s; once it is done: shopvane actions done %.*s\n"),
                STR_ARG(item.id),
                STR_ARG(item.id));
    arena_free(a);
    return st;
}

static enum status find_action(struct asking_env *asking,
                               struct arena *a,
                               const struct actions_filter *filter,
                               struct shop_action *out,
                               struct error *why)
{
    struct shop_action *items = NULL;
    size_t n = 0;
    const enum status st = notify_actions(asking->conn, filter, a, &items, &n, why);
    if (st != STATUS_OK)
        return st;
    if (n == 0)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "there is no action %.*s; shopvane actions list shows all",
                         STR_ARG(filter->id));
    if (n > 1)
        return error_set(why,
                         STATUS_CONFLICT,
                         "%zu stores have an action %.*s: say which with --store",
                         n,
                         STR_ARG(filter->id));
    *out = items[0];
    return STATUS_OK;
}

static enum status end_action(struct command_env *env,
                              const struct actions_options *o,
                              struct asking_env *asking,
                              const struct text_list *stores,
                              const struct arguments *args,
                              struct error *why)
{
    struct arena *a = arena_new(0);
    struct shop_action item = { .due = DAY_NONE };
    const struct actions_filter filter = { .id = args->count == 2 ? str_from(args->items[1])
                                                                  : STR_EMPTY,
                                           .stores = stores->items,
                                           .store_count = stores->count };
    enum status st = a != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK && filter.id.len == 0)
        st = error_set(why, STATUS_BAD_USAGE, "actions: say which action is done: actions done 3");
    if (st == STATUS_OK)
        st = find_action(asking, a, &filter, &item, why);
    if (st == STATUS_OK && item.done != DAY_NONE)
        st = error_set(why,
                       STATUS_CONFLICT,
                       "action %.*s is done already, on %.*s; shopvane imports undo %lld opens it "
                       "again",
                       STR_ARG(item.id),
                       STR_ARG(day_text(a, item.done)),
                       (long long)item.import_id);
    item.done = today_of(asking);
    if (st == STATUS_OK)
        st = command_day(o->date, &item.done, why);
    item.note = str_from(o->note);
    if (st == STATUS_OK)
        st = note_action(env, asking->shop, a, &item, why);
    arena_free(a);
    return st;
}

/* ---- the list ---- */

static str state_of(struct command_env *env,
                    struct arena *a,
                    const struct shop_action *item,
                    int32_t today)
{
    if (item->done != DAY_NONE)
        return arena_printf(a,
                            item->note.len > 0 ? "%s %.*s: %.*s" : "%s %.*s",
                            tr(env->lang, "done"),
                            STR_ARG(day_text(a, item->done)),
                            STR_ARG(item->note));
    if (item->due == DAY_NONE || item->due >= today)
        return str_from(tr(env->lang, "open"));
    return arena_printf(a, tr(env->lang, "%d days late"), (int)(today - item->due));
}

static void print_actions(struct command_env *env,
                          struct arena *a,
                          const struct shop_action *items,
                          size_t n,
                          int32_t today)
{
    static const char *const heads[] = { "id",  "action",  "owner", "due on", "state",
                                         "KPI", "article", "store", "import" };
    struct text_table *t = text_table_new(ARRAY_LEN(heads));
    if (t == NULL)
        return;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        text_table_cell(t, str_from(tr(env->lang, heads[i])));
    for (size_t i = 0; i < n; i++) {
        text_table_cell(t, items[i].id);
        text_table_cell(t, items[i].text);
        text_table_cell(t, items[i].owner);
        text_table_cell(t, day_text(a, items[i].due));
        text_table_cell(t, state_of(env, a, &items[i], today));
        text_table_cell(t, items[i].kpi);
        text_table_cell(t, items[i].sku);
        text_table_cell(t,
                        items[i].is_whole ? str_from(tr(env->lang, "all stores")) : items[i].store);
        text_table_cellf(t, "%lld", (long long)items[i].import_id);
    }
    text_table_print(t, env->out, true);
    text_table_free(t);
}

static enum status list_actions(struct command_env *env,
                                const struct actions_options *o,
                                struct asking_env *asking,
                                const struct text_list *stores,
                                struct error *why)
{
    const struct actions_filter filter = { .open = o->open,
                                           .stores = stores->items,
                                           .store_count = stores->count };
    struct shop_action *items = NULL;
    struct arena *a = arena_new(0);
    size_t n = 0;
    size_t kept = 0;
    const enum status st = a != NULL ? notify_actions(asking->conn, &filter, a, &items, &n, why)
                                     : error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < n; i++) {
        if (o->owner == NULL || str_is(items[i].owner, o->owner))
            items[kept++] = items[i];
    }
    if (st == STATUS_OK && kept == 0)
        fprintf(env->out,
                "%s",
                tr(env->lang,
                   o->open ? "no open actions; note one with shopvane actions add\n"
                           : "no actions yet; note one with shopvane actions add\n"));
    else if (st == STATUS_OK)
        print_actions(env, a, items, kept, today_of(asking));
    arena_free(a);
    return st;
}

static enum status actions_run(struct command_env *env,
                               const void *options,
                               const struct arguments *args,
                               struct error *why)
{
    const struct actions_options *o = options;
    const char *verb = args->count > 0 ? args->items[0] : "list";
    struct asking_env a = { .shop = NULL };
    struct text_list stores = { .count = 0 };
    enum status st = asking_open_stores(env, o->store, &a, &stores, why);
    if (st == STATUS_OK && strcmp(verb, "list") == 0)
        st = list_actions(env, o, &a, &stores, why);
    else if (st == STATUS_OK && strcmp(verb, "add") == 0)
        st = add_action(env, o, &a, &stores, args, why);
    else if (st == STATUS_OK && strcmp(verb, "done") == 0)
        st = end_action(env, o, &a, &stores, args, why);
    else if (st == STATUS_OK)
        st = error_set(why, STATUS_BAD_USAGE, "actions: say list, add or done, not \"%s\"", verb);
    asking_close(env, &a);
    return st;
}

const struct command command_actions = {
    .name = "actions",
    .summary = "who does what by when; the morning report shows it, the week what it brought",
    .usage = "[list [--open] | add TEXT --owner NAME | done ID] [OPTIONS]",
    .examples = "shopvane actions add \"new main picture\" --owner Mei --due 2026-12-01 --kpi "
                "buy_to_view --sku SKU-1\n"
                "shopvane actions done 3 --note \"picture on a model\"\n"
                "shopvane actions list --open\n"
                "shopvane actions list --owner Mei",
    .options = actions_option_rows,
    .option_count = ARRAY_LEN(actions_option_rows),
    .options_size = sizeof(struct actions_options),
    .run = actions_run,
    .most_arguments = 2,
};
