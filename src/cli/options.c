/* One loop over a table of options: parse, and print the help. */
#include "cli/command_priv.h"

#include <string.h>

static const struct option *option_find(const struct command *c, str name)
{
    for (size_t i = 0; i < c->option_count; i++) {
        if (str_is(name, c->options[i].name))
            return &c->options[i];
    }
    return NULL;
}

bool options_is_global(const struct command *c, str word)
{
    const str lang = STR("--lang");
    return option_find(c, STR("lang")) == NULL &&
           (str_eq(word, lang) || str_starts(word, STR("--lang=")));
}

static enum status unknown_option(const struct command *c, str name, struct error *why)
{
    const char *best = NULL;
    unsigned best_distance = 3;
    for (size_t i = 0; i < c->option_count; i++) {
        const unsigned d = str_distance(name, str_from(c->options[i].name), 3);
        if (d < best_distance) {
            best_distance = d;
            best = c->options[i].name;
        }
    }
    if (best == NULL)
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "%s: no option --%.*s (see shopvane %s --help)",
                         c->name,
                         STR_ARG(name),
                         c->name);
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "%s: no option --%.*s (did you mean --%s?)",
                     c->name,
                     STR_ARG(name),
                     best);
}

static bool choice_has(const char *choices, str value)
{
    str rest = str_from(choices);
    while (rest.len > 0) {
        if (str_eq(str_take_until(&rest, '|'), value))
            return true;
    }
    return false;
}

static enum status option_set(const struct command *c,
                              const struct option *o,
                              const char *value,
                              void *options,
                              struct error *why)
{
    char *at = (char *)options + o->offset;
    int64_t n = 0;
    if (o->type == OPTION_FLAG) {
        memcpy(at, &(bool){ true }, sizeof(bool));
        return STATUS_OK;
    }
    if (o->type == OPTION_COUNT) {
        if (!str_to_i64(str_from(value), &n) || n < 1)
            return error_set(why,
                             STATUS_BAD_USAGE,
                             "%s: --%s wants a whole number from 1 on, not \"%s\"",
                             c->name,
                             o->name,
                             value);
        memcpy(at, &n, sizeof n);
        return STATUS_OK;
    }
    if (o->type == OPTION_CHOICE && !choice_has(o->value, str_from(value)))
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "%s: --%s is one of %s, not \"%s\"",
                         c->name,
                         o->name,
                         o->value,
                         value);
    memcpy(at, &value, sizeof value);
    return STATUS_OK;
}

/* "--name", "--name=value" or "--name value"; *i moves past what was used. */
static enum status option_take(const struct command *c,
                               int argc,
                               const char *const *argv,
                               int *i,
                               void *options,
                               struct error *why)
{
    str rest = str_from(argv[*i] + 2);
    const bool has_value = memchr(rest.ptr, '=', rest.len) != NULL;
    const str name = str_take_until(&rest, '=');
    static const struct option lang = { "lang", OPTION_CHOICE, "en|zh", "", 0 };
    const bool is_global = options_is_global(c, str_from(argv[*i]));
    const struct option *o = is_global ? &lang : option_find(c, name);
    if (o == NULL)
        return unknown_option(c, name, why);
    if (o->type == OPTION_FLAG) {
        if (has_value)
            return error_set(why, STATUS_BAD_USAGE, "%s: --%s takes no value", c->name, o->name);
        return option_set(c, o, NULL, options, why);
    }
    const char *value = has_value ? rest.ptr : *i + 1 < argc ? argv[++*i] : NULL;
    if (value == NULL)
        return error_set(
            why, STATUS_BAD_USAGE, "%s: --%s needs a value (%s)", c->name, o->name, o->value);
    if (is_global) /* command.c has read it */
        return STATUS_OK;
    return option_set(c, o, value, options, why);
}

enum status options_parse(const struct command *c,
                          int argc,
                          const char *const *argv,
                          void *options,
                          struct arguments *args,
                          struct error *why)
{
    bool only_arguments = false;
    for (int i = 0; i < argc; i++) {
        if (!only_arguments && strcmp(argv[i], "--") == 0) {
            only_arguments = true;
            continue;
        }
        if (!only_arguments && strncmp(argv[i], "--", 2) == 0) {
            const enum status st = option_take(c, argc, argv, &i, options, why);
            if (st != STATUS_OK)
                return st;
            continue;
        }
        if (!only_arguments && strcmp(argv[i], "-C") == 0)
            return error_set(why,
                             STATUS_BAD_USAGE,
                             "-C DIR stands before the command: shopvane -C DIR %s ...",
                             c->name);
        if (args->count == ARGUMENTS_MAX)
            return error_set(
                why, STATUS_BAD_USAGE, "%s: more than %d arguments", c->name, ARGUMENTS_MAX);
        args->items[args->count++] = argv[i];
    }
    if (args->count < c->least_arguments || args->count > c->most_arguments)
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "wrong number of arguments; usage: shopvane %s %s",
                         c->name,
                         c->usage);
    return STATUS_OK;
}

void command_help(FILE *out, const struct command *c, enum lang lang)
{
    fprintf(out, "shopvane %s %s\n\n%s\n", c->name, c->usage, tr(lang, c->summary));
    if (c->option_count > 0)
        fprintf(out, "\n%s\n", tr(lang, "Options:"));
    for (size_t i = 0; i < c->option_count; i++) {
        const struct option *o = &c->options[i];
        struct buf head;
        buf_init(&head, 4096);
        buf_addf(&head, "--%s %s", o->name, o->value != NULL ? o->value : "");
        fprintf(out, "  %-28.*s ", STR_ARG(buf_str(&head)));
        if (head.len > 28) /* its meaning goes below it, in the column of the others */
            fprintf(out, "\n%31s", "");
        fprintf(out, "%s\n", tr(lang, o->help));
        buf_release(&head);
    }
    fprintf(out, "\n%s\n", tr(lang, "Examples:"));
    str rest = str_from(c->examples);
    while (rest.len > 0) {
        const str line = str_take_until(&rest, '\n');
        fprintf(out, "  %.*s\n", STR_ARG(line));
    }
}

enum status command_key_values(const char *command,
                               const struct arguments *args,
                               size_t from,
                               struct store_change *out,
                               size_t *n,
                               struct error *why)
{
    for (size_t i = from; i < args->count; i++) {
        str rest = str_from(args->items[i]);
        const bool has_value = memchr(rest.ptr, '=', rest.len) != NULL;
        const str key = str_trim(str_take_until(&rest, '='));
        if (!has_value || key.len == 0 || *n == CHANGES_MAX)
            return error_set(why,
                             STATUS_BAD_USAGE,
                             "%s: say what to write as key=value, not \"%s\"",
                             command,
                             args->items[i]);
        out[(*n)++] = (struct store_change){ key, str_trim(rest) };
    }
    return STATUS_OK;
}
