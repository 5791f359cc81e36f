/* shopvane init: makes the shop folder. */
#include "cli/command_priv.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

struct init_options {
    const char *name;
    const char *currency;
    const char *timezone;
    const char *week_start;
    const char *calendar;
    const char *lang;
};

static const struct option init_option_rows[] = {
    { "name",
      OPTION_TEXT,
      "NAME",
      "name of the shop (default: the folder's name)",
      offsetof(struct init_options, name) },
    { "currency",
      OPTION_TEXT,
      "CODE",
      "currency of reports, ISO 4217 (default: CNY in Chinese, else EUR)",
      offsetof(struct init_options, currency) },
    { "timezone",
      OPTION_TEXT,
      "ZONE",
      "time zone, such as Europe/London (default: the machine's)",
      offsetof(struct init_options, timezone) },
    { "week-start",
      OPTION_CHOICE,
      "mon|tue|wed|thu|fri|sat|sun",
      "first day of the week (default: mon)",
      offsetof(struct init_options, week_start) },
    { "calendar",
      OPTION_CHOICE,
      "gregorian|iso|4-4-5",
      "how periods are cut (default: gregorian)",
      offsetof(struct init_options, calendar) },
    { "lang",
      OPTION_CHOICE,
      "en|zh",
      "language of reports (default: yours)",
      offsetof(struct init_options, lang) },
};

static unsigned weekday_number(const char *name)
{
    static const char names[] = "montuewedthufrisatsun";
    return name == NULL ? 1 : (unsigned)((strstr(names, name) - names) / 3 + 1);
}

/* The machine's zone: where /etc/localtime points, else UTC. */
static str machine_zone(struct arena *a)
{
    char target[512];
    const ssize_t n = readlink("/etc/localtime", target, sizeof target - 1);
    const str path = { target, n > 0 ? (size_t)n : 0 };
    const size_t at = str_find(path, STR("/zoneinfo/"));
    if (at == path.len)
        return STR("UTC");
    str name = str_skip(path, at + strlen("/zoneinfo/"));
    if (str_eq(name, STR("Etc/UTC")))
        return STR("UTC");
    name = arena_dup(a, name);
    return name.ptr != NULL ? name : STR("UTC");
}

static enum status init_run(struct command_env *env,
                            const void *options,
                            const struct arguments *args,
                            struct error *why)
{
    const struct init_options *o = options;
    const char *dir = args->count > 0 ? args->items[0] : env->dir;
    struct arena *a = arena_new(0);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const bool is_zh = o->lang != NULL ? strcmp(o->lang, "zh") == 0 : env->lang == LANG_ZH;
    str whole = str_from(strcmp(dir, ".") == 0 && env->cwd ? env->cwd : dir);
    while (whole.len > 1 && str_ends(whole, STR("/"))) /* as shells complete a folder's name */
        whole.len--;
    const str base = path_base(whole);
    struct shop_settings s = {
        .name = o->name != NULL ? str_from(o->name) : base,
        .currency = o->currency != NULL ? str_from(o->currency)
                    : is_zh             ? STR("CNY")
                                        : STR("EUR"),
        .timezone = o->timezone != NULL ? str_from(o->timezone) : machine_zone(a),
        .week_start = weekday_number(o->week_start),
        .lang = is_zh ? LANG_ZH : LANG_EN,
    };
    if (why != NULL)
        why->lang = s.lang;
    char *path = env_path(env, a, dir);
    enum status st = path == NULL ? error_set(why, STATUS_NO_MEMORY, "out of memory") : STATUS_OK;
    if (st == STATUS_OK && o->calendar != NULL)
        st = calendar_parse(str_from(o->calendar), &s.calendar, why);
    if (st == STATUS_OK)
        st = shop_init(path, &s, why);
    if (st == STATUS_OK) {
        fprintf(env->out,
                tr(s.lang, "made the shop \"%.*s\" in %s (%.*s, %.*s)\n"),
                STR_ARG(s.name),
                dir,
                STR_ARG(s.currency),
                STR_ARG(s.timezone));
        fprintf(env->out, tr(s.lang, "next: shopvane -C %s import FILE\n"), dir);
    }
    arena_free(a);
    return st;
}

const struct command command_init = {
    .name = "init",
    .summary = "make a shop folder",
    .usage = "[DIR]",
    .examples = "shopvane init myshop --currency GBP --timezone Europe/London\n"
                "shopvane init dian --name 小店 --currency CNY --timezone Asia/Shanghai --lang zh",
    .options = init_option_rows,
    .option_count = ARRAY_LEN(init_option_rows),
    .options_size = sizeof(struct init_options),
    .run = init_run,
    .most_arguments = 1,
};
