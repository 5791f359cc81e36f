/* shopvane report: the shop's KPIs on one screen, and the reports of its rhythm as documents. */
#include "cli/asking_priv.h"
#include "cli/cmd_push_priv.h"
#include "notify/notify.h"
#include "query/report.h"

#include <stddef.h>

#define TEXT_MAX ((size_t)64 * 1024 * 1024)

struct report_options {
    struct ask_options ask;
    const char *date;
    const char *output;
    const char *note;
    bool close;
    bool again;
    bool card;
    const char *push;
    bool dry_run;
};

#define AT(field) offsetof(struct report_options, field)

static const struct option report_option_rows[] = {
    ASK_RANGE(struct report_options),
    ASK_COMPARE(struct report_options),
    ASK_CALENDAR(struct report_options),
    ASK_WHERE(struct report_options),
    ASK_STORE(struct report_options),
    { "date",
      OPTION_TEXT,
      "DAY",
      "morning, week, month: a day of it or its name (2026-W47, 2026-10); promo: the year",
      AT(date) },
    { "format",
      OPTION_CHOICE,
      "table|csv|json|markdown|text|html|xlsx|pdf",
      "form of the report; csv and json: without a name, html, xlsx and pdf: with one",
      AT(ask.format) },
    { "output", OPTION_TEXT, "FILE", "write to a file; its ending tells the form", AT(output) },
    { "close",
      OPTION_FLAG,
      NULL,
      "month: keep its figures, so that later changes show as restatements",
      AT(close) },
    { "note", OPTION_TEXT, "TEXT", "with --close: why, or who", AT(note) },
    { "again",
      OPTION_FLAG,
      NULL,
      "with --close: close a closed month once more; with --push: send what has gone already",
      AT(again) },
    { "card",
      OPTION_FLAG,
      NULL,
      "morning, week, month: in at most eight lines, as chat rooms get it",
      AT(card) },
    { "push",
      OPTION_TEXT,
      "NAME,...",
      "send the card to these targets of push.yaml, or to all",
      AT(push) },
    { "dry-run",
      OPTION_FLAG,
      NULL,
      "with --push: print what would be sent, secrets masked, and send nothing",
      AT(dry_run) },
    ASK_RAW(struct report_options),
};

/* ---- one screen ---- */

static enum status print_screen(struct command_env *env,
                                const struct report_options *o,
                                const struct asking_env *a,
                                const struct text_list *stores,
                                struct error *why)
{
    const struct report_question q = {
        .period = str_from(o->ask.period),
        .from = str_from(o->ask.from),
        .to = str_from(o->ask.to),
        .last = str_from(o->ask.last),
        .compare = str_from(o->ask.compare),
        .calendar = str_from(o->ask.calendar),
        .where = str_from(o->ask.where),
        .stores = stores->items,
        .store_count = stores->count,
        .lang = env->lang,
        .now_us = clock_now_us(),
        .raw_only = o->ask.raw,
    };
    const struct answer_look look = { .colour = env->out_is_terminal, .width = env->width };
    enum answer_format format = ANSWER_TABLE;
    struct report *report = NULL;
    struct buf out;
    buf_init(&out, TEXT_MAX);
    enum status st = STATUS_OK;
    if (o->output != NULL)
        st = error_set(why,
                       STATUS_BAD_USAGE,
                       "--output goes with a report's name: morning, week, month or promo");
    if (st == STATUS_OK && o->ask.format != NULL)
        st = answer_format_parse(str_from(o->ask.format), &format, why);
    if (st == STATUS_OK)
        st = query_report(&a->context, &q, &report, why);
    if (st == STATUS_OK)
        st = report_render(report, format, &look, &out, why);
    if (st == STATUS_OK)
        fwrite(out.data, 1, out.len, env->out);
    report_free(report);
    buf_release(&out);
    return st;
}

/* ---- documents ---- */

static enum status format_of(const struct report_options *o,
                             enum document_format *out,
                             struct error *why)
{
    *out = DOCUMENT_TEXT;
    if (o->ask.format == NULL) {
        if (o->output != NULL && !document_format_of_name(str_from(o->output), out))
            return error_set(
                why,
                STATUS_BAD_USAGE,
                "%s: its ending tells no form (.txt .md .html .xlsx .pdf); add --format",
                o->output);
        return STATUS_OK;
    }
    if (str_is(str_from(o->ask.format), "table"))
        return STATUS_OK;
    const enum status st = document_format_parse(str_from(o->ask.format), out, why);
    if (st == STATUS_OK && document_format_is_binary(*out) && o->output == NULL)
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "%s is no text: add --output report.%s",
                         o->ask.format,
                         o->ask.format);
    return st;
}

static enum status put_document(struct command_env *env,
                                const struct report_options *o,
                                const struct document *d,
                                enum document_format format,
                                struct error *why)
{
    if (o->output != NULL)
        return env_save(env, d, format, o->output, why);
    const struct document_look look = { .colour = env->out_is_terminal };
    struct buf out;
    buf_init(&out, TEXT_MAX);
    const enum status st = document_print(d, format, &look, &out, why);
    if (st == STATUS_OK)
        fwrite(out.data, 1, out.len, env->out);
    buf_release(&out);
    return st;
}

static enum status close_month(struct command_env *env,
                               const struct report_options *o,
                               const struct asking_env *a,
                               const struct text_list *stores,
                               struct error *why)
{
    const struct month_close q = { .month = str_from(o->date),
                                   .note = str_from(o->note),
                                   .again = o->again,
                                   .stores = stores->items,
                                   .store_count = stores->count,
                                   .now_us = clock_now_us() };
    int64_t figures = 0;
    if (stores->count > 0)
        return error_set(
            why, STATUS_BAD_USAGE, "a month is closed for all stores: without --store");
    const enum status st = notify_close_month(&a->context, &q, &figures, why);
    if (st == STATUS_OK)
        fprintf(env->out, tr(env->lang, "closed: %lld figures are kept\n"), (long long)figures);
    return st;
}

/* ---- cards ---- */

static enum status put_card(struct command_env *env,
                            const struct report_options *o,
                            const struct asking_env *a,
                            const struct rhythm_question *q,
                            struct error *why)
{
    struct push_card card;
    struct buf out;
    struct arena *arena = arena_new(0);
    const bool is_json = o->ask.format != NULL && str_is(str_from(o->ask.format), "json");
    enum status st = arena != NULL ? notify_card(&a->context, q, arena, &card, why)
                                   : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_init(&out, TEXT_MAX);
    if (st == STATUS_OK) {
        if (is_json)
            push_card_json(&card, &out);
        else
            push_card_text(&card, &out);
        fprintf(env->out, "%.*s\n", STR_ARG(buf_str(&out)));
    }
    buf_release(&out);
    arena_free(arena);
    return st;
}

/* Options that do not go together. */
static enum status check_card(const struct report_options *o,
                              const struct arguments *args,
                              struct error *why)
{
    const bool is_card = o->card || o->push != NULL;
    if (o->dry_run && o->push == NULL)
        return error_set(why, STATUS_BAD_USAGE, "--dry-run goes with --push");
    if (is_card && args->count != 1)
        return error_set(
            why, STATUS_BAD_USAGE, "a card is made of a report: morning, week or month");
    if (is_card && (o->close || o->output != NULL))
        return error_set(why, STATUS_BAD_USAGE, "a card goes without --output and --close");
    if (o->push != NULL && (o->card || o->ask.format != NULL))
        return error_set(why, STATUS_BAD_USAGE, "--push goes without --card and --format");
    return STATUS_OK;
}

static enum status push_the_card(struct command_env *env,
                                 const struct report_options *o,
                                 const struct arguments *args,
                                 struct error *why)
{
    const struct card_wish wish = { .report = args->items[0],
                                    .date = o->date,
                                    .stores = o->ask.store,
                                    .targets = o->push,
                                    .dry_run = o->dry_run,
                                    .again = o->again };
    enum rhythm rhythm = RHYTHM_MORNING;
    const enum status st = rhythm_parse(str_from(args->items[0]), &rhythm, why);
    return st == STATUS_OK ? cards_push(env, &wish, why) : st;
}

static enum status write_rhythm(struct command_env *env,
                                const struct report_options *o,
                                const struct arguments *args,
                                const struct asking_env *a,
                                const struct text_list *stores,
                                struct error *why)
{
    struct rhythm_question q = { .date = str_from(o->date),
                                 .promo = str_from(args->count > 1 ? args->items[1] : NULL),
                                 .stores = stores->items,
                                 .store_count = stores->count,
                                 .lang = env->lang,
                                 .now_us = clock_now_us() };
    enum document_format format = DOCUMENT_TEXT;
    struct document *d = NULL;
    enum status st = rhythm_parse(str_from(args->items[0]), &q.rhythm, why);
    if (st == STATUS_OK && args->count > 1 && q.rhythm != RHYTHM_PROMO)
        st = error_set(why,
                       STATUS_BAD_USAGE,
                       "%s takes no further name; its days are given by --date",
                       args->items[0]);
    if (st == STATUS_OK && o->card)
        return put_card(env, o, a, &q, why);
    if (st == STATUS_OK && (o->close || o->again) && q.rhythm != RHYTHM_MONTH)
        st = error_set(why, STATUS_BAD_USAGE, "--close goes with: report month");
    if (st == STATUS_OK)
        st = format_of(o, &format, why);
    if (st == STATUS_OK && o->close)
        st = close_month(env, o, a, stores, why);
    if (st == STATUS_OK)
        st = notify_report(&a->context, &q, &d, why);
    if (st == STATUS_OK)
        st = put_document(env, o, d, format, why);
    document_free(d);
    return st;
}

static enum status report_run(struct command_env *env,
                              const void *options,
                              const struct arguments *args,
                              struct error *why)
{
    const struct report_options *o = options;
    struct text_list stores = { .count = 0 };
    struct asking_env a = { 0 };
    enum status st = check_card(o, args, why);
    if (st == STATUS_OK && o->push != NULL)
        return push_the_card(env, o, args, why);
    if (st == STATUS_OK)
        st = asking_open_stores(env, o->ask.store, &a, &stores, why);
    if (st == STATUS_OK)
        st = args->count == 0 ? print_screen(env, o, &a, &stores, why)
                              : write_rhythm(env, o, args, &a, &stores, why);
    asking_close(env, &a);
    return st;
}

const struct command command_report = {
    .name = "report",
    .summary = "the shop's main KPIs on one screen; morning, week, month and promotion reports",
    .usage = "[morning | week | month | promo NAME] [OPTIONS]",
    .examples = "shopvane report\n"
                "shopvane report --period last-month --compare yoy\n"
                "shopvane --lang zh report morning\n"
                "shopvane report week --output week.pdf\n"
                "shopvane report morning --push team,boss --dry-run\n"
                "shopvane report month --date 2026-10 --close --output 2026-10.xlsx\n"
                "shopvane report promo 11.11 --output double11.html",
    .options = report_option_rows,
    .option_count = ARRAY_LEN(report_option_rows),
    .options_size = sizeof(struct report_options),
    .run = report_run,
    .most_arguments = 2,
    .runs_here_with = "push",
};
