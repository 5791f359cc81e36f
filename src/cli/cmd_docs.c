/* shopvane docs: pages that are generated from the program's own tables. */
#include "cli/command_priv.h"
#include "commerce/commerce.h"

#include <string.h>

#define PAGE_MAX ((size_t)4 * 1024 * 1024)

struct docs_options {
    char unused;
};

static void man_option(FILE *out, const struct option *o)
{
    fprintf(out, ".TP\n.B \\-\\-%s %s\n%s\n", o->name, o->value != NULL ? o->value : "", o->help);
}

/* The man page: every command with its options, from the same rows as --help. */
static void print_man(FILE *out)
{
    fprintf(out, ".TH SHOPVANE 1 \"\" \"shopvane %s\" \"User Commands\"\n", SHOPVANE_VERSION);
    fputs(".SH NAME\nshopvane \\- the KPI engine of an online shop\n"
          ".SH SYNOPSIS\n.B shopvane\n[\\-C DIR] [\\-\\-lang en|zh] COMMAND ...\n.SH COMMANDS\n",
          out);
    for (size_t i = 0; command_at(i) != NULL; i++) {
        const struct command *c = command_at(i);
        fprintf(out, ".SS %s %s\n%s.\n", c->name, c->usage, c->summary);
        for (size_t k = 0; k < c->option_count; k++)
            man_option(out, &c->options[k]);
        fprintf(out, ".PP\nExamples:\n.nf\n%s\n.fi\n", c->examples);
    }
    fputs(".SH EXIT STATUS\n0 done, 1 failed, 2 wrong use, 3 done with rows in quarantine\n", out);
}

static enum status docs_run(struct command_env *env,
                            const void *options,
                            const struct arguments *args,
                            struct error *why)
{
    struct buf page;
    (void)options;
    if (strcmp(args->items[0], "man") == 0) {
        print_man(env->out);
        return STATUS_OK;
    }
    if (strcmp(args->items[0], "model") != 0)
        return error_set(
            why, STATUS_BAD_USAGE, "docs: say model or man, not \"%s\"", args->items[0]);
    buf_init(&page, PAGE_MAX);
    commerce_docs(&page);
    fwrite(page.data, 1, page.len, env->out);
    buf_release(&page);
    return STATUS_OK;
}

const struct command command_docs = {
    .name = "docs",
    .summary = "print the data model (Markdown) or the man page",
    .usage = "model | man",
    .examples = "shopvane docs model > docs/data-model.md\n"
                "shopvane docs man | man -l -",
    .options_size = sizeof(struct docs_options),
    .run = docs_run,
    .least_arguments = 1,
    .most_arguments = 1,
};
