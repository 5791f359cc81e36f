/* shopvane docs: pages that are generated from the program's own tables. */
#include "cli/command_priv.h"
#include "commerce/commerce.h"

#include <string.h>

#define PAGE_MAX ((size_t)4 * 1024 * 1024)

struct docs_options {
    char unused;
};

/* Words for roff: hyphens that can be copied, no escapes, no line that looks like a request. */
static void man_text(FILE *out, str text)
{
    if (text.len > 0 && (text.ptr[0] == '.' || text.ptr[0] == '\''))
        fputs("\\&", out);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '-')
            fputs("\\-", out);
        else if (text.ptr[i] == '\\')
            fputs("\\e", out);
        else
            fputc(text.ptr[i], out);
    }
}

static void man_option(FILE *out, const struct option *o)
{
    fputs(".TP\n\\fB\\-\\-", out);
    man_text(out, str_from(o->name));
    fputs("\\fR", out);
    if (o->value != NULL) {
        fputs(" \\fI", out);
        man_text(out, str_from(o->value));
        fputs("\\fR", out);
    }
    fputc('\n', out);
    man_text(out, str_from(o->help));
    fputc('\n', out);
}

static void man_command(FILE *out, const struct command *c)
{
    fprintf(out, ".SS \"%s ", c->name);
    man_text(out, str_from(c->usage));
    fputs("\"\n", out);
    man_text(out, str_from(c->summary));
    fputs(".\n", out);
    for (size_t i = 0; i < c->option_count; i++)
        man_option(out, &c->options[i]);
    fputs(".PP\nExamples:\n.PP\n.nf\n", out);
    str rest = str_from(c->examples);
    while (rest.len > 0) {
        fputs(".RS 4\n", out);
        man_text(out, str_take_until(&rest, '\n'));
        fputs("\n.RE\n", out);
    }
    fputs(".fi\n", out);
}

static const char man_head[] =
    ".SH NAME\nshopvane \\- the KPI engine of an online shop\n"
    ".SH SYNOPSIS\n"
    "\\fBshopvane\\fR [\\fB\\-C\\fR \\fIDIR\\fR] [\\fB\\-\\-lang\\fR \\fIen|zh\\fR] "
    "\\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n.br\n"
    "\\fBshopvane\\fR \\fICOMMAND\\fR \\fB\\-\\-help\\fR\n.br\n"
    "\\fBshopvane \\-\\-version\\fR\n"
    ".SH DESCRIPTION\n"
    "Shopvane keeps a shop's orders, products, traffic and costs in one folder and answers KPI\n"
    "questions from them. An import accounts for every row of its file or changes nothing; every\n"
    "figure can show its definition, its SQL and the files that it comes from.\n"
    ".PP\nFrom nothing to a report:\n.PP\n.nf\n.RS 4\n"
    "shopvane init myshop \\-\\-currency EUR \\-\\-timezone Europe/Berlin\n"
    "shopvane \\-C myshop import orders.csv\n"
    "shopvane \\-C myshop report\n.RE\n.fi\n"
    ".PP\nWhile \\fBserve\\fR runs on a folder, other commands on it are carried out by that "
    "server.\n"
    ".SH OPTIONS\nThese stand before the command.\n"
    ".TP\n\\fB\\-C\\fR \\fIDIR\\fR\nthe shop's folder (default: where you are)\n"
    ".TP\n\\fB\\-\\-lang\\fR \\fIen|zh\\fR\n"
    "language of the output (default: the shop's; without a shop, that of the environment)\n"
    ".TP\n\\fB\\-\\-help\\fR, \\fB\\-h\\fR\nthe commands; after a command, its options and "
    "examples\n"
    ".TP\n\\fB\\-\\-version\\fR\nversion of the program and of its database\n"
    ".SH COMMANDS\n";

static const char man_tail[] =
    ".SH EXIT STATUS\n"
    ".TP\n0\ndone\n"
    ".TP\n1\nfailed; for \\fBverify\\fR and \\fBreconcile\\fR: something differs\n"
    ".TP\n2\nwrong use\n"
    ".TP\n3\nimported, and some rows are in quarantine\n"
    ".SH ENVIRONMENT\n"
    ".TP\n\\fBSHOPVANE_LANG\\fR\nlanguage of the output, \\fIen\\fR or \\fIzh\\fR; goes before the "
    "shop's\n"
    ".TP\n\\fBLC_ALL\\fR, \\fBLC_MESSAGES\\fR, \\fBLANG\\fR\n"
    "language where no shop says which, and that of a new shop\n"
    ".TP\n\\fBNO_COLOR\\fR\nif set, no colours and no progress\n"
    ".SH FILES\nIn the shop's folder:\n"
    ".TP\n\\fIshop.yaml\\fR, \\fIstores.yaml\\fR\nsettings, and further stores\n"
    ".TP\n\\fIshop.duckdb\\fR\nthe data\n"
    ".TP\n\\fIkpis/\\fR\nKPI definitions of the shop's own\n"
    ".TP\n\\fIsources/\\fR\nmappings of files\n"
    ".TP\n\\fIquarantine/\\fR\nrefused rows, written by \\fBquarantine retry\\fR\n"
    ".TP\n\\fIrun/\\fR\nlock and sockets\n";

/* The man page: every command with its options, from the same rows as --help. */
static void print_man(FILE *out)
{
    fprintf(out, ".TH SHOPVANE 1 \"\" \"shopvane %s\" \"User Commands\"\n", SHOPVANE_VERSION);
    fputs(man_head, out);
    for (size_t i = 0; command_at(i) != NULL; i++)
        man_command(out, command_at(i));
    fputs(man_tail, out);
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
