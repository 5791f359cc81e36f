/* shopvane imports, quarantine and reconcile: what came in, what did not, and whether it adds up.
 */
#include "cli/command_priv.h"
#include "derive/derive.h"
#include "ingest/ingest.h"

#include <stddef.h>
#include <string.h>

struct no_options {
    char unused;
};

/* A shop and an arena for a command that lists. */
struct session_of_command {
    struct shop *shop;
    struct arena *arena;
};

static enum status begin(struct command_env *env, struct session_of_command *c, struct error *why)
{
    c->shop = NULL;
    c->arena = arena_new(0);
    return c->arena == NULL ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                            : env_shop(env, &c->shop, why);
}

static void end(struct command_env *env, struct session_of_command *c)
{
    env_shop_done(env, c->shop);
    arena_free(c->arena);
}

static void heads(struct text_table *t, const char *const *names, size_t n, enum lang lang)
{
    for (size_t i = 0; i < n; i++)
        text_table_cell(t, str_from(tr(lang, names[i])));
}

/* 3 or #3 */
static bool is_id(str text, int64_t *out)
{
    return str_to_i64(str_skip(text, str_starts(text, STR("#")) ? 1 : 0), out) && *out > 0;
}

static enum status parse_id(const struct arguments *args,
                            size_t at,
                            int64_t *out,
                            struct error *why)
{
    const str text = args->count > at ? str_from(args->items[at]) : STR_EMPTY;
    return is_id(text, out) ? STATUS_OK
                            : error_set(why, STATUS_BAD_USAGE, "say which: its number, such as 3");
}

static enum status list_imports(const struct command_env *env,
                                struct session_of_command *c,
                                struct error *why)
{
    static const char *const names[] = { "#",    "time (UTC)",    "store",      "preset",  "file",
                                         "rows", "in quarantine", "new orders", "changed", "" };
    struct import_info *items = NULL;
    size_t n = 0;
    enum status st = imports_list(c->shop, c->arena, &items, &n, why);
    struct text_table *t = st == STATUS_OK ? text_table_new(ARRAY_LEN(names)) : NULL;
    if (t == NULL)
        return st == STATUS_OK ? error_set(why, STATUS_NO_MEMORY, "out of memory") : st;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        text_table_cell(t, str_from(names[i][0] != '\0' ? tr(env->lang, names[i]) : ""));
    for (size_t i = 0; i < n; i++) {
        const struct import_info *m = &items[i];
        struct buf day;
        buf_init(&day, 64);
        buf_add_day(&day, (int32_t)i64_floor_div(m->at_us, US_PER_DAY));
        const int64_t minute =
            (m->at_us - i64_floor_div(m->at_us, US_PER_DAY) * US_PER_DAY) / 60000000;
        buf_addf(&day, " %02d:%02d", (int)(minute / 60), (int)(minute % 60));
        text_table_cellf(t, "%lld", (long long)m->import_id);
        text_table_cell(t, buf_str(&day));
        text_table_cell(t, m->store);
        text_table_cell(t, m->preset);
        text_table_cell(t, m->file);
        text_table_cellf(t, "%lld", (long long)m->rows_read);
        text_table_cellf(t, "%lld", (long long)m->rows_refused);
        text_table_cellf(t, "%lld", (long long)m->orders_new);
        text_table_cellf(t, "%lld", (long long)m->orders_changed);
        text_table_cell(t, str_from(m->is_undone ? tr(env->lang, "undone") : ""));
        buf_release(&day);
    }
    text_table_print(t, env->out, true);
    text_table_free(t);
    return STATUS_OK;
}

/* What is missing now though a later import has had it. */
static enum status tell_shared(struct command_env *env,
                               struct session_of_command *c,
                               int64_t id,
                               struct error *why)
{
    struct import_shared *items = NULL;
    size_t count = 0;
    struct arena *a = arena_new(0);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = imports_sharing(shop_writer(c->shop), id, a, &items, &count, why);
    for (size_t i = 0; st == STATUS_OK && i < count; i++)
        fprintf(env->out,
                tr(env->lang,
                   "%lld rows of import #%lld (%.*s) were left out there since #%lld had brought "
                   "them; to have them again, import that file again\n"),
                (long long)items[i].rows,
                (long long)items[i].import_id,
                STR_ARG(items[i].file),
                (long long)id);
    arena_free(a);
    return st;
}

/* 3, or 3..5 and 3-5 for those of them that are in the shop. */
static bool is_span(str text, int64_t *first, int64_t *last)
{
    const str mark = str_contains(text, STR("..")) ? STR("..") : STR("-");
    const size_t at = str_find(text, mark);
    if (at == text.len)
        *last = is_id(text, first) ? *first : 0;
    else if (!is_id(str_first(text, at), first) || !is_id(str_skip(text, at + mark.len), last))
        return false;
    return *last > 0 && *first <= *last;
}

struct undone_list {
    struct undone_import *items; /* the newest first, each once */
    size_t count;
};

static void add_undone(struct undone_list *list, int64_t id)
{
    size_t at = 0;
    while (at < list->count && list->items[at].import_id > id)
        at++;
    if (at < list->count && list->items[at].import_id == id)
        return;
    memmove(&list->items[at + 1], &list->items[at], (list->count++ - at) * sizeof list->items[0]);
    list->items[at] = (struct undone_import){ .import_id = id };
}

static enum status pick_undone(struct session_of_command *c,
                               const struct arguments *args,
                               struct undone_list *out,
                               struct error *why)
{
    struct import_info *known = NULL;
    size_t n = 0;
    enum status st = imports_list(c->shop, c->arena, &known, &n, why);
    if (st == STATUS_OK)
        out->items = ARENA_NEW(c->arena, struct undone_import, n + args->count);
    if (st == STATUS_OK && out->items == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK && args->count < 2)
        st = error_set(why, STATUS_BAD_USAGE, "say which: its number, such as 3");
    for (size_t i = 1; st == STATUS_OK && i < args->count; i++) {
        int64_t first = 0;
        int64_t last = 0;
        const size_t before = out->count;
        if (!is_span(str_from(args->items[i]), &first, &last))
            return error_set(why,
                             STATUS_BAD_USAGE,
                             "imports undo: say numbers such as 3, or 3..5, not \"%s\"",
                             args->items[i]);
        if (first == last)
            add_undone(out, first);
        for (size_t k = 0; k < n && first < last; k++) {
            if (known[k].import_id >= first && known[k].import_id <= last && !known[k].is_undone)
                add_undone(out, known[k].import_id);
        }
        if (first < last && out->count == before)
            st = error_set(why, STATUS_NOT_FOUND, "no import of \"%s\" is in", args->items[i]);
    }
    return st;
}

static enum status undo_imports(struct command_env *env,
                                struct session_of_command *c,
                                const struct arguments *args,
                                struct error *why)
{
    struct undone_list list = { 0 };
    enum status st = pick_undone(c, args, &list, why);
    if (st == STATUS_OK)
        st = imports_undo(c->shop, list.items, list.count, clock_now_us(), why);
    if (st == STATUS_OK)
        st = derive_after_import(c->shop, shop_writer(c->shop), NULL, why);
    for (size_t i = 0; st == STATUS_OK && i < list.count; i++) {
        fprintf(env->out,
                tr(env->lang, "import #%lld undone: %lld rows taken out\n"),
                (long long)list.items[i].import_id,
                (long long)list.items[i].rows);
        st = tell_shared(env, c, list.items[i].import_id, why);
    }
    return st;
}

/* Yesterday by the shop's zone, unless a day is given. */
static enum status missing_day(const struct session_of_command *c,
                               const struct arguments *args,
                               int64_t now_us,
                               int32_t *out,
                               struct error *why)
{
    *out = zone_day(shop_zone(c->shop), now_us) - 1;
    return command_day(args->count > 1 ? args->items[1] : NULL, out, why);
}

static enum status list_missing(const struct command_env *env,
                                struct session_of_command *c,
                                const struct arguments *args,
                                struct error *why)
{
    const int64_t now = clock_now_us();
    struct arrivals late = { .count = 0 };
    int32_t day = 0;
    enum status st = missing_day(c, args, now, &day, why);
    if (st == STATUS_OK)
        st = arrivals_missing(shop_writer(c->shop), day, now, c->arena, &late, why);
    for (size_t i = 0; st == STATUS_OK && i < late.count; i++) {
        struct buf text;
        buf_init(&text, 64);
        buf_add_day(&text, day);
        fprintf(env->out, tr(env->lang, "not in yet for %.*s: "), STR_ARG(buf_str(&text)));
        buf_clear(&text);
        buf_add_day(&text, late.items[i].last);
        fprintf(env->out,
                tr(env->lang, "%.*s of the store %.*s (up to %.*s)\n"),
                STR_ARG(late.items[i].preset),
                STR_ARG(late.items[i].store),
                STR_ARG(buf_str(&text)));
        buf_release(&text);
    }
    if (st == STATUS_OK && late.count == 0)
        fprintf(env->out,
                "%s\n",
                late.come > 0
                    ? tr(env->lang, "nothing is missing of what usually comes")
                    : tr(env->lang,
                         "no file comes regularly yet: one does that came twice, the last time "
                         "within two weeks"));
    return st;
}

static enum status imports_run(struct command_env *env,
                               const void *options,
                               const struct arguments *args,
                               struct error *why)
{
    struct session_of_command c;
    const char *verb = args->count > 0 ? args->items[0] : "list";
    (void)options;
    const bool is_undo = strcmp(verb, "undo") == 0;
    enum status st = begin(env, &c, why);
    if (st == STATUS_OK && args->count > 2 && !is_undo)
        st = error_set(why, STATUS_BAD_USAGE, "imports %s: too many arguments", verb);
    if (st == STATUS_OK && strcmp(verb, "list") == 0)
        st = list_imports(env, &c, why);
    else if (st == STATUS_OK && is_undo)
        st = undo_imports(env, &c, args, why);
    else if (st == STATUS_OK && strcmp(verb, "missing") == 0)
        st = list_missing(env, &c, args, why);
    else if (st == STATUS_OK)
        st = error_set(
            why, STATUS_BAD_USAGE, "imports: say list, undo ID... or missing, not \"%s\"", verb);
    end(env, &c);
    return st;
}

static enum status list_quarantine(const struct command_env *env,
                                   struct session_of_command *c,
                                   int64_t import_id,
                                   struct error *why)
{
    static const char *const names[] = { "#",      "import", "file",   "line",
                                         "column", "value",  "reason", "state" };
    struct quarantine_row *rows = NULL;
    size_t n = 0;
    bool is_waiting = false;
    enum status st = quarantine_list(c->shop, 0, c->arena, &rows, &n, why);
    struct text_table *t = st == STATUS_OK ? text_table_new(ARRAY_LEN(names)) : NULL;
    if (t == NULL)
        return st == STATUS_OK ? error_set(why, STATUS_NO_MEMORY, "out of memory") : st;
    heads(t, names, ARRAY_LEN(names), env->lang);
    for (size_t i = 0; i < n; i++) {
        if (import_id != 0 && rows[i].import_id != import_id)
            continue;
        is_waiting = is_waiting || str_is(rows[i].state, "waiting");
        text_table_cellf(t, "%lld", (long long)rows[i].id);
        text_table_cellf(t, "%lld", (long long)rows[i].import_id);
        text_table_cell(t, rows[i].file);
        text_table_cellf(t, "%lld", (long long)rows[i].line_no);
        text_table_cell(t, rows[i].column);
        text_table_cell(t, str_first(rows[i].value, 40));
        text_table_cell(t, str_from(tr(env->lang, rows[i].reason.ptr)));
        text_table_cell(t, str_from(tr(env->lang, rows[i].state.ptr)));
    }
    text_table_print(t, env->out, true);
    text_table_free(t);
    if (is_waiting)
        fputs(tr(env->lang,
                 "shopvane quarantine retry IMPORT writes its waiting rows to a file for repair; "
                 "show ID tells all of a row\n"),
              env->out);
    return STATUS_OK;
}

static enum status show_quarantine(const struct command_env *env,
                                   struct session_of_command *c,
                                   int64_t id,
                                   struct error *why)
{
    struct quarantine_row *rows = NULL;
    size_t n = 0;
    const enum status st = quarantine_list(c->shop, id, c->arena, &rows, &n, why);
    if (st != STATUS_OK)
        return st;
    if (n == 0)
        return error_set(why, STATUS_NOT_FOUND, "no row #%lld in quarantine", (long long)id);
    fprintf(env->out,
            "%.*s:%lld\n%.*s = \"%.*s\"\n%s\n\n",
            STR_ARG(rows->file),
            (long long)rows->line_no,
            STR_ARG(rows->column),
            STR_ARG(rows->value),
            tr(env->lang, rows->reason.ptr));
    env_print(env->out, rows->raw, false);
    fputc('\n', env->out);
    return STATUS_OK;
}

static enum status drop_quarantine(const struct command_env *env,
                                   struct session_of_command *c,
                                   int64_t id,
                                   struct error *why)
{
    int64_t n = 0;
    const enum status st = quarantine_drop(c->shop, id, &n, why);
    if (st == STATUS_OK)
        fprintf(env->out, tr(env->lang, "%lld rows dropped\n"), (long long)n);
    return st;
}

static enum status retry_quarantine(const struct command_env *env,
                                    struct session_of_command *c,
                                    int64_t id,
                                    struct error *why)
{
    struct quarantine_file file = { 0 };
    const enum status st = quarantine_retry(
        c->shop, &(struct quarantine_pick){ .import_id = id }, c->arena, &file, why);
    if (st != STATUS_OK)
        return st;
    fprintf(env->out,
            tr(env->lang,
               "%lld rows written to %s: repair them there, then run\n  shopvane import %s\nThey "
               "join their orders; rows that you delete from the file are settled too\n"),
            (long long)file.rows,
            file.path.ptr,
            file.path.ptr);
    if (file.textless > 0)
        fprintf(env->out,
                tr(env->lang,
                   "%lld more rows are right by themselves: when what they lack is there, import "
                   "their file once more with --again\n"),
                (long long)file.textless);
    return st;
}

static enum status quarantine_run(struct command_env *env,
                                  const void *options,
                                  const struct arguments *args,
                                  struct error *why)
{
    static const struct {
        const char *verb;
        bool needs_id;
        enum status (*run)(const struct command_env *env,
                           struct session_of_command *c,
                           int64_t id,
                           struct error *why);
    } verbs[] = { { "list", false, list_quarantine },
                  { "show", true, show_quarantine },
                  { "drop", true, drop_quarantine },
                  { "retry", true, retry_quarantine } };
    struct session_of_command c;
    const char *verb = args->count > 0 ? args->items[0] : "list";
    int64_t id = 0;
    (void)options;
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        if (strcmp(verb, verbs[i].verb) != 0)
            continue;
        enum status st =
            verbs[i].needs_id || args->count > 1 ? parse_id(args, 1, &id, why) : STATUS_OK;
        if (st != STATUS_OK)
            return st;
        st = begin(env, &c, why);
        if (st == STATUS_OK)
            st = verbs[i].run(env, &c, id, why);
        end(env, &c);
        return st;
    }
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "quarantine: say list [IMPORT], show ID, drop ID or retry IMPORT, not \"%s\"",
                     verb);
}

static void add_money(struct text_table *t, i128 amount_e4)
{
    struct buf text;
    buf_init(&text, 64);
    buf_add_money_grouped(&text, amount_e4, 4);
    text_table_cell(t, buf_str(&text));
    buf_release(&text);
}

static enum status reconcile_run(struct command_env *env,
                                 const void *options,
                                 const struct arguments *args,
                                 struct error *why)
{
    static const char *const names[] = { "class",          "",      "lines",
                                         "amount",         "units", "recorded lines",
                                         "recorded amount" };
    struct session_of_command c;
    struct reconciliation found = { 0 };
    (void)options;
    enum status st = begin(env, &c, why);
    if (st == STATUS_OK)
        st = reconcile(
            shop_writer(c.shop), 0, args->count > 0 ? args->items[0] : "", c.arena, &found, why);
    struct text_table *t = st == STATUS_OK ? text_table_new(ARRAY_LEN(names)) : NULL;
    if (t != NULL) {
        i128 total = 0;
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
            text_table_cell(t, str_from(names[i][0] != '\0' ? tr(env->lang, names[i]) : ""));
            if (i >= 2)
                text_table_right(t, i);
        }
        for (size_t i = 0; i < found.count; i++) {
            const struct reconcile_line *line = &found.lines[i];
            text_table_cell(t, command_class_label(line->class_name, env->lang));
            text_table_cell(t, line->currency);
            text_table_count(t, line->lines);
            add_money(t, line->amount_e4);
            text_table_count(t, line->units);
            text_table_count(t, line->recorded_lines);
            add_money(t, line->recorded_e4);
            total += line->amount_e4 - line->recorded_e4;
        }
        text_table_print(t, env->out, true);
        struct buf text;
        buf_init(&text, 64);
        buf_add_money(&text, total);
        fprintf(env->out,
                tr(env->lang, "difference between facts and ledgers: %.*s\n"),
                STR_ARG(buf_str(&text)));
        buf_release(&text);
        text_table_free(t);
        if (found.differences > 0)
            st = error_set(
                why, STATUS_BAD_INPUT, "%lld classes do not add up", (long long)found.differences);
    }
    end(env, &c);
    return st;
}

const struct command command_imports = {
    .name = "imports",
    .summary = "list what was imported, undo an import, or say what has not come yet",
    .usage = "[list | undo ID... | missing [DATE]]",
    .examples = "shopvane imports list\nshopvane imports undo 3\nshopvane imports undo 3 5..7\n"
                "shopvane imports missing",
    .options_size = sizeof(struct no_options),
    .run = imports_run,
    .most_arguments = ARGUMENTS_MAX,
};

const struct command command_quarantine = {
    .name = "quarantine",
    .summary = "rows that were refused: list, show, drop, or write them out for repair",
    .usage = "[list [IMPORT] | show ID | drop ID | retry IMPORT]",
    .examples =
        "shopvane quarantine list\nshopvane quarantine show 17\nshopvane quarantine retry 3",
    .options_size = sizeof(struct no_options),
    .run = quarantine_run,
    .most_arguments = 2,
};

const struct command command_reconcile = {
    .name = "reconcile",
    .summary = "sum the ledger anew from the facts and compare it with what imports recorded",
    .usage = "[FILE]",
    .examples = "shopvane reconcile\nshopvane reconcile Online_Retail.csv",
    .options_size = sizeof(struct no_options),
    .run = reconcile_run,
    .most_arguments = 1,
};
