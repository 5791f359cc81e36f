/* The table of commands and the way in. */
#include "cli/command_priv.h"

#include <string.h>

static const struct command *const commands[] = {
#define X(name) &command_##name,
    COMMAND_LIST(X)
#undef X
};

const struct command *command_at(size_t i)
{
    return i < ARRAY_LEN(commands) ? commands[i] : NULL;
}

const struct command *command_find(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (str_is(name, commands[i]->name))
            return commands[i];
    }
    return NULL;
}

void program_help(FILE *out, enum lang lang)
{
    fprintf(out, "%s\n\n", tr(lang, "Shopvane: the KPI engine of an online shop."));
    fprintf(out,
            "  shopvane [-C %s] [--lang en|zh] %s\n\n%s\n",
            tr(lang, "DIR"),
            tr(lang, "COMMAND ..."),
            tr(lang, "Commands:"));
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        fprintf(out, "  %-12s %s\n", commands[i]->name, tr(lang, commands[i]->summary));
    fprintf(
        out,
        "\n%s\n%s\n",
        tr(lang, "shopvane COMMAND --help shows options and examples."),
        tr(lang, "Exit status: 0 done, 1 failed, 2 wrong use, 3 done with rows in quarantine."));
}

static enum status set_lang(struct command_env *env, const char *value, struct error *why)
{
    if (strcmp(value, "en") != 0 && strcmp(value, "zh") != 0)
        return error_set(why, STATUS_BAD_USAGE, "--lang is en or zh, not \"%s\"", value);
    env->lang = strcmp(value, "zh") == 0 ? LANG_ZH : LANG_EN;
    env->lang_given = true;
    why->lang = env->lang;
    return STATUS_OK;
}

/* --lang among the command's own words, unless the command has an option of that name. Before the
 * others are read, so that their errors and --help are in that language too. */
static enum status late_lang(struct command_env *env,
                             const struct command *c,
                             int argc,
                             const char *const *argv,
                             struct error *why)
{
    enum status st = STATUS_OK;
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0 && st == STATUS_OK; i++) {
        if (options_is_global(c, str_from(argv[i])) && argv[i][6] == '=')
            st = set_lang(env, argv[i] + 7, why);
        else if (options_is_global(c, str_from(argv[i])) && i + 1 < argc)
            st = set_lang(env, argv[i + 1], why);
    }
    return st;
}

struct command_leading command_leading(int argc, const char *const *argv)
{
    struct command_leading found = { .dir = "." };
    int i = 0;
    while (i < argc) {
        const bool has_next = i + 1 < argc;
        if (strcmp(argv[i], "-C") == 0 && has_next)
            found.dir = argv[++i];
        else if (strcmp(argv[i], "--lang") == 0 && has_next)
            found.lang = argv[++i];
        else if (strncmp(argv[i], "--lang=", 7) == 0)
            found.lang = argv[i] + 7;
        else
            break;
        i++;
    }
    found.words = i;
    return found;
}

/* The folder, and the language: as given, else the shop's own where there is one. */
static enum status read_leading(struct command_env *env,
                                const struct command_leading *found,
                                struct error *why)
{
    env->dir = found->dir;
    if (found->lang != NULL)
        return set_lang(env, found->lang, why);
    if (!env->lang_given && env->shop != NULL)
        env->lang = shop_settings(env->shop)->lang;
    else if (!env->lang_given)
        (void)shop_language(env->dir, &env->lang);
    why->lang = env->lang;
    return STATUS_OK;
}

static enum status unknown_command(const char *name, struct error *why)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (str_distance(str_from(name), str_from(commands[i]->name), 2) <= 2)
            return error_set(why,
                             STATUS_BAD_USAGE,
                             "no command \"%s\" (did you mean \"%s\"?)",
                             name,
                             commands[i]->name);
    }
    return error_set(why, STATUS_BAD_USAGE, "no command \"%s\"; shopvane --help lists them", name);
}

static bool wants_help(int argc, const char *const *argv)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0)
            return false;
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    }
    return false;
}

static enum status command_start(struct command_env *env,
                                 const struct command *c,
                                 int argc,
                                 const char *const *argv,
                                 struct error *why)
{
    struct arguments args = { 0 };
    void *options = mem_new(1, c->options_size + 1);
    if (options == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = options_parse(c, argc, argv, options, &args, why);
    if (st == STATUS_OK)
        st = c->run(env, options, &args, why);
    mem_free(options);
    return st;
}

static enum status command_dispatch(struct command_env *env,
                                    int argc,
                                    const char *const *argv,
                                    struct error *why)
{
    const struct command_leading leading = command_leading(argc, argv);
    enum status st = read_leading(env, &leading, why);
    if (st != STATUS_OK)
        return st;
    argc -= leading.words;
    argv += leading.words;
    if (argc == 0 || strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0 ||
        strcmp(argv[0], "help") == 0) {
        const struct command *asked = argc > 1 ? command_find(str_from(argv[1])) : NULL;
        if (asked != NULL)
            command_help(env->out, asked, env->lang);
        else
            program_help(env->out, env->lang);
        return argc == 0 ? STATUS_BAD_USAGE : STATUS_OK;
    }
    if (strcmp(argv[0], "--version") == 0) {
        fprintf(env->out, "shopvane %s (DuckDB %s)\n", SHOPVANE_VERSION, store_engine_version());
        return STATUS_OK;
    }
    const struct command *c = command_find(str_from(argv[0]));
    if (c == NULL)
        return unknown_command(argv[0], why);
    st = late_lang(env, c, argc - 1, argv + 1, why);
    if (st != STATUS_OK)
        return st;
    if (wants_help(argc - 1, argv + 1)) {
        command_help(env->out, c, env->lang);
        return STATUS_OK;
    }
    return command_start(env, c, argc - 1, argv + 1, why);
}

/* Whether "--NAME" or "--NAME=..." is among the words. */
static bool has_option(int argc, const char *const *argv, str name)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        str rest = str_from(argv[i]);
        if (str_starts(rest, STR("--")) && str_eq(str_skip(str_take_until(&rest, '='), 2), name))
            return true;
    }
    return false;
}

bool command_runs_here(int argc, const char *const *argv)
{
    const int i = command_leading(argc, argv).words;
    const struct command *c = i < argc ? command_find(str_from(argv[i])) : NULL;
    if (c == NULL || c->runs_here_with == NULL)
        return c != NULL && c->runs_here;
    return c->runs_here || has_option(argc - i, argv + i, str_from(c->runs_here_with));
}

static void print_error(const struct command_env *env, const struct error *why)
{
    fputs("shopvane: ", env->err);
    env_print(env->err, str_from(why->text), false);
    fputc('\n', env->err);
}

int command_run(struct command_env *env, int argc, const char *const *argv)
{
    struct error why = { .lang = env->lang };
    const enum status st = command_dispatch(env, argc, argv, &why);
    if (st != STATUS_OK && st != STATUS_QUARANTINED && why.text[0] != '\0')
        print_error(env, &why);
    fflush(env->out);
    fflush(env->err);
    if (st == STATUS_OK && ferror(env->out))
        return status_exit(STATUS_IO); /* a full disk or a closed pipe must not look like success */
    return status_exit(st);
}
