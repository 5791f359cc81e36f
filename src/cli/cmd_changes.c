/* shopvane changes: what was changed about articles, a change noted by hand, and how the article
 * sold before and after. */
#include "cli/asking_priv.h"
#include "notify/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX ((size_t)16 * 1024 * 1024)

struct changes_options {
    const char *store;
    const char *sku;
    const char *from;
    const char *to;
    const char *date;
    const char *before;
    const char *format;
    const char *output;
};

#define AT(field) offsetof(struct changes_options, field)

static const struct option changes_option_rows[] = {
    { "store", OPTION_TEXT, "NAME,...", "only these stores; add: the store (main)", AT(store) },
    { "sku", OPTION_TEXT, "ARTICLE", "list: only this article", AT(sku) },
    { "from", OPTION_TEXT, "DATE", "list: first day", AT(from) },
    { "to", OPTION_TEXT, "DATE", "list: last day, included", AT(to) },
    { "date", OPTION_TEXT, "DATE", "add: day of the change (today); show: which one", AT(date) },
    { "before", OPTION_TEXT, "VALUE", "add: what stood there before", AT(before) },
    { "format", OPTION_CHOICE, "text|markdown|html|xlsx|pdf", "show: form", AT(format) },
    { "output",
      OPTION_TEXT,
      "FILE",
      "show: write to a file; its ending tells the form",
      AT(output) },
};

static enum status filter_of(const struct changes_options *o,
                             const struct text_list *stores,
                             struct changes_filter *out,
                             struct error *why)
{
    *out = (struct changes_filter){ .sku = str_from(o->sku),
                                    .stores = stores->items,
                                    .store_count = stores->count };
    int32_t from = 1;
    int32_t to = INT32_MAX / 2;
    enum status st = command_day(o->from, &from, why);
    if (st == STATUS_OK)
        st = command_day(o->to, &to, why);
    if (o->from != NULL || o->to != NULL)
        out->days = (struct day_range){ from, o->to != NULL ? to : 200000 };
    return st;
}

/* ---- list ---- */

static void print_changes(struct command_env *env, const struct article_change *items, size_t n)
{
    static const char *const heads[] = { "date", "store", "article", "name",
                                         "what", "old",   "new",     "import" };
    struct text_table *t = text_table_new(ARRAY_LEN(heads));
    if (t == NULL)
        return;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        text_table_cell(t, str_from(tr(env->lang, heads[i])));
    for (size_t i = 0; i < n; i++) {
        struct buf day;
        char field[64];
        buf_init(&day, 32);
        buf_add_day(&day, items[i].day);
        (void)snprintf(field, sizeof field, "%.*s", STR_ARG(items[i].field));
        text_table_cell(t, buf_str(&day));
        text_table_cell(t, items[i].store);
        text_table_cell(t, items[i].sku);
        text_table_cell(t, items[i].title);
        text_table_cell(t, str_from(tr(env->lang, field)));
        text_table_cell(t, items[i].before);
        text_table_cell(t, items[i].after);
        text_table_cellf(t, "%lld", (long long)items[i].import_id);
        buf_release(&day);
    }
    text_table_print(t, env->out, true);
    text_table_free(t);
}

static enum status list_changes(struct command_env *env,
                                const struct changes_options *o,
                                struct asking_env *a,
                                const struct text_list *stores,
                                struct error *why)
{
    struct changes_filter filter;
    struct article_change *items = NULL;
    size_t n = 0;
    struct arena *arena = arena_new(0);
    enum status st = arena != NULL ? filter_of(o, stores, &filter, why)
                                   : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = notify_changes(a->conn, &filter, arena, &items, &n, why);
    if (st == STATUS_OK && n == 0)
        fprintf(env->out,
                "%s",
                tr(env->lang,
                   "no changes of articles yet: later imports of articles tell them, and shopvane "
                   "changes add\n"));
    else if (st == STATUS_OK)
        print_changes(env, items, n);
    arena_free(arena);
    return st;
}

/* ---- show ---- */

/* The day that is meant: the one given, else that of the article's newest change. */
static enum status shown_day(struct asking_env *a,
                             const struct changes_options *o,
                             struct change_question *q,
                             struct error *why)
{
    struct arena *arena = arena_new(0);
    const struct changes_filter filter = {
        .sku = q->sku, .stores = q->stores, .store_count = q->store_count, .most = 1
    };
    struct article_change *items = NULL;
    size_t n = 0;
    if (arena == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = command_day(o->date, &q->day, why);
    if (st == STATUS_OK && o->date == NULL)
        st = notify_changes(a->conn, &filter, arena, &items, &n, why);
    if (st == STATUS_OK && o->date == NULL && n == 0)
        st = error_set(why,
                       STATUS_NOT_FOUND,
                       "no change of the article \"%.*s\" is known; --date DAY compares the days "
                       "before and after any day",
                       STR_ARG(q->sku));
    if (st == STATUS_OK && o->date == NULL)
        q->day = items[0].day;
    arena_free(arena);
    return st;
}

static enum status put_document(struct command_env *env,
                                const struct changes_options *o,
                                const struct document *d,
                                struct error *why)
{
    enum document_format format = DOCUMENT_TEXT;
    const struct document_look look = { .colour = env->out_is_terminal };
    struct buf out;
    enum status st = STATUS_OK;
    if (o->format != NULL)
        st = document_format_parse(str_from(o->format), &format, why);
    else if (o->output != NULL && !document_format_of_name(str_from(o->output), &format))
        st = error_set(why,
                       STATUS_BAD_USAGE,
                       "%s: its ending tells no form (.txt .md .html .xlsx .pdf); add --format",
                       o->output);
    if (st == STATUS_OK && o->output == NULL && document_format_is_binary(format))
        st = error_set(
            why, STATUS_BAD_USAGE, "%s is no text: add --output report.%s", o->format, o->format);
    if (st != STATUS_OK)
        return st;
    if (o->output != NULL)
        return env_save(env, d, format, o->output, why);
    buf_init(&out, TEXT_MAX);
    st = document_print(d, format, &look, &out, why);
    if (st == STATUS_OK)
        fwrite(out.data, 1, out.len, env->out);
    buf_release(&out);
    return st;
}

static enum status show_change(struct command_env *env,
                               const struct changes_options *o,
                               struct asking_env *a,
                               const struct text_list *stores,
                               const struct arguments *args,
                               struct error *why)
{
    struct document *d = NULL;
    if (args->count != 2)
        return error_set(why, STATUS_BAD_USAGE, "changes: say which article to show");
    struct change_question q = { .sku = str_from(args->items[1]),
                                 .stores = stores->items,
                                 .store_count = stores->count,
                                 .lang = env->lang,
                                 .now_us = clock_now_us() };
    enum status st = shown_day(a, o, &q, why);
    if (st == STATUS_OK)
        st = notify_change_effect(&a->context, &q, &d, why);
    if (st == STATUS_OK)
        st = put_document(env, o, d, why);
    document_free(d);
    return st;
}

/* ---- add ---- */

static enum status add_change(struct command_env *env,
                              const struct changes_options *o,
                              struct shop *s,
                              const struct arguments *args,
                              struct error *why)
{
    struct buf day;
    int32_t date = zone_day(shop_zone(s), clock_now_us());
    if (args->count != 4)
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "changes: say which article, what changed and what it is now, such as: "
                         "changes add SKU-1 picture \"on a model\"");
    enum status st = command_day(o->date, &date, why);
    buf_init(&day, 32);
    buf_add_day(&day, date);
    const struct noted_cell cells[] = { { "sku", str_from(args->items[1]) },
                                        { "at", buf_str(&day) },
                                        { "field", str_from(args->items[2]) },
                                        { "value_before", str_from(o->before) },
                                        { "value_after", str_from(args->items[3]) } };
    const struct noted_row row = {
        .target = "product_change", .store = o->store, .cells = cells, .n = ARRAY_LEN(cells)
    };
    if (st == STATUS_OK)
        st = command_note(env, s, &row, why);
    buf_release(&day);
    return st;
}

static enum status changes_run(struct command_env *env,
                               const void *options,
                               const struct arguments *args,
                               struct error *why)
{
    const struct changes_options *o = options;
    const char *verb = args->count > 0 ? args->items[0] : "list";
    struct asking_env a = { .shop = NULL };
    struct text_list stores = { .count = 0 };
    enum status st = asking_open_stores(env, o->store, &a, &stores, why);
    if (st == STATUS_OK && strcmp(verb, "list") == 0)
        st = list_changes(env, o, &a, &stores, why);
    else if (st == STATUS_OK && strcmp(verb, "show") == 0)
        st = show_change(env, o, &a, &stores, args, why);
    else if (st == STATUS_OK && strcmp(verb, "add") == 0)
        st = add_change(env, o, a.shop, args, why);
    else if (st == STATUS_OK)
        st = error_set(why, STATUS_BAD_USAGE, "changes: say list, show or add, not \"%s\"", verb);
    asking_close(env, &a);
    return st;
}

const struct command command_changes = {
    .name = "changes",
    .summary = "what was changed about articles, and how they sold before and after",
    .usage = "[list | show ARTICLE | add ARTICLE WHAT NOW] [OPTIONS]",
    .examples = "shopvane changes --from 2026-10-01\n"
                "shopvane changes show SKU-1\n"
                "shopvane changes show SKU-1 --date 2026-10-12 --output effect.html\n"
                "shopvane changes add SKU-1 picture \"on a model\" --date 2026-10-12\n"
                "shopvane changes add SKU-1 price 19.90 --before 24.90",
    .options = changes_option_rows,
    .option_count = ARRAY_LEN(changes_option_rows),
    .options_size = sizeof(struct changes_options),
    .run = changes_run,
    .most_arguments = 4,
};
