/* shopvane source: the platforms that orders are pulled from; their keys are asked for, never words
 * of a command. */
#include "cli/cmd_source_priv.h"
#include "http/http.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define KEYS_BYTES ((size_t)16 * 1024)

#define AT(field) offsetof(struct source_options, field)

static const struct option source_option_rows[] = {
    { "keys-file",
      OPTION_TEXT,
      "FILE",
      "add, keys: read them there, one a line (default: asked for; or the variables "
      "SHOPVANE_SOURCE_KEY and SHOPVANE_SOURCE_SECRET)",
      AT(keys_file) },
    { "anew",
      OPTION_FLAG,
      NULL,
      "pull: from the beginning, also what was pulled before",
      AT(anew) },
    { "fetch-only", OPTION_FLAG, NULL, "pull: fetch, and import later", AT(fetch_only) },
    { "deletions",
      OPTION_FLAG,
      NULL,
      "pull: look for deleted orders now, and book them however many they are",
      AT(deletions) },
};

/* ---- Keys ---- */

static bool takes_key(enum source_kind kind)
{
    return kind == SOURCE_WOOCOMMERCE;
}

/* One line from the terminal without showing it, or from a pipe. */
static bool ask_line(struct command_env *env, const char *what, char *out, size_t size)
{
    struct termios before;
    const bool is_terminal = isatty(STDIN_FILENO) != 0 && tcgetattr(STDIN_FILENO, &before) == 0;
    size_t n = 0;
    if (is_terminal) {
        struct termios silent = before;
        silent.c_lflag &= ~(tcflag_t)ECHO;
        fprintf(env->err, "%s: ", what);
        fflush(env->err);
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    for (char c = 0; read(STDIN_FILENO, &c, 1) == 1 && c != '\n';) {
        if (n + 1 < size)
            out[n++] = c;
    }
    out[n] = '\0';
    if (is_terminal) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fputc('\n', env->err);
    }
    return n > 0;
}

static enum status ask_keys(struct command_env *env,
                            const struct shop_source *s,
                            struct arena *a,
                            struct source_secret *out,
                            struct error *why)
{
    char line[4096];
    bool ok = true;
    *out = (struct source_secret){ STR_EMPTY, STR_EMPTY };
    if (takes_key(s->kind)) {
        ok = ask_line(env, tr(env->lang, "consumer key (ck_...)"), line, sizeof line);
        out->key = arena_dup(a, str_trim(str_from(line)));
    }
    const char *what = takes_key(s->kind) ? tr(env->lang, "consumer secret (cs_...)")
                                          : tr(env->lang, "access token (shpat_...)");
    ok = ok && ask_line(env, what, line, sizeof line);
    out->secret = arena_dup(a, str_trim(str_from(line)));
    memset(line, 0, sizeof line);
    if (out->key.ptr == NULL || out->secret.ptr == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    return ok ? STATUS_OK
              : error_set(why,
                          STATUS_BAD_USAGE,
                          "source: no keys were given; they come from the terminal, one a line "
                          "from a pipe, --keys-file FILE, or the variables SHOPVANE_SOURCE_KEY and "
                          "SHOPVANE_SOURCE_SECRET");
}

static enum status keys_of_file(struct command_env *env,
                                const struct shop_source *s,
                                const char *file,
                                struct arena *a,
                                struct source_secret *out,
                                struct error *why)
{
    str text = STR_EMPTY;
    const char *path = env_path(env, a, file);
    const enum status st = path != NULL ? file_read(path, KEYS_BYTES, a, &text, why)
                                        : error_set(why, STATUS_NO_MEMORY, "out of memory");
    *out = (struct source_secret){ STR_EMPTY, STR_EMPTY };
    if (takes_key(s->kind))
        out->key = str_trim(str_take_until(&text, '\n'));
    out->secret = str_trim(str_take_until(&text, '\n'));
    return st;
}

static str variable(const struct command_env *env, const char *name)
{
    return env->variable != NULL ? str_from(env->variable(name)) : STR_EMPTY;
}

static enum status take_keys(struct command_env *env,
                             const struct source_options *o,
                             const struct shop_source *s,
                             struct arena *a,
                             struct error *why)
{
    struct source_secret secret = { variable(env, "SHOPVANE_SOURCE_KEY"),
                                    variable(env, "SHOPVANE_SOURCE_SECRET") };
    enum status st = STATUS_OK;
    if (o->keys_file != NULL)
        st = keys_of_file(env, s, o->keys_file, a, &secret, why);
    else if (secret.secret.len == 0)
        st = ask_keys(env, s, a, &secret, why);
    if (st == STATUS_OK && takes_key(s->kind) && secret.key.len == 0)
        st = error_set(why,
                       STATUS_BAD_USAGE,
                       "source: WooCommerce has two keys, a consumer key and a consumer secret");
    if (st == STATUS_OK)
        st = shop_secret_write(env->dir, s->name, &secret, why);
    if (st == STATUS_OK)
        fprintf(env->out,
                tr(env->lang, "kept the keys of %.*s in %s/secrets, which only you can read\n"),
                STR_ARG(s->name),
                env->dir);
    return st;
}

/* ---- Verbs ---- */

static void cell_time(struct text_table *t, int64_t us)
{
    struct buf text;
    buf_init(&text, 64);
    if (us > 0) {
        const int64_t day = i64_floor_div(us, US_PER_DAY);
        const int64_t minute = (us - day * US_PER_DAY) / (60 * US_PER_SECOND);
        buf_add_day(&text, (int32_t)day);
        buf_addf(&text, " %02d:%02d", (int)(minute / 60), (int)(minute % 60));
    }
    text_table_cell(t, buf_str(&text));
    buf_release(&text);
}

static enum status add_row(struct command_env *env,
                           struct text_table *t,
                           const struct shop_source *s,
                           struct arena *a,
                           struct error *why)
{
    struct pull_state_shown state;
    const enum status st = pull_show(env->dir, s->name, a, &state, why);
    if (st != STATUS_OK)
        return st;
    text_table_cell(t, s->name);
    text_table_cell(t, str_from(shop_source_kind_name(s->kind)));
    text_table_cell(t, client_url_shown(s->url));
    text_table_cell(t, s->store);
    text_table_cell(
        t, str_from(tr(env->lang, shop_secret_exists(env->dir, s->name) ? "yes" : "missing")));
    if (s->every_minutes > 0)
        text_table_cellf(t, "%lld", (long long)s->every_minutes);
    else
        text_table_cell(t, STR_EMPTY);
    cell_time(t, state.pulled_at_us);
    text_table_cell(t, state.until);
    text_table_cell(t, str_from(state.is_under_way ? tr(env->lang, "not finished") : ""));
    return STATUS_OK;
}

static enum status list_sources(struct command_env *env, struct arena *a, struct error *why)
{
    static const char *const heads[] = { "source",       "kind",          "url",
                                         "store",        "keys",          "minutes",
                                         "pulled (UTC)", "newest change", "" };
    const struct shop_source *items = NULL;
    size_t n = 0;
    enum status st = shop_sources_read(env->dir, a, &items, &n, why);
    if (st == STATUS_OK && n == 0)
        fprintf(env->out,
                "%s",
                tr(env->lang,
                   "no sources yet; add one with: shopvane source add woocommerce "
                   "https://shop.example\n"));
    struct text_table *t = st == STATUS_OK && n > 0 ? text_table_new(ARRAY_LEN(heads)) : NULL;
    if (t == NULL)
        return st;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        text_table_cell(t, str_from(heads[i][0] != '\0' ? tr(env->lang, heads[i]) : ""));
    for (size_t i = 0; i < n && st == STATUS_OK; i++)
        st = add_row(env, t, &items[i], a, why);
    if (st == STATUS_OK)
        text_table_print(t, env->out, true);
    text_table_free(t);
    return st;
}

/* add KIND URL [NAME] [KEY=VALUE...] */
static enum status add_source(struct command_env *env,
                              const struct source_options *o,
                              const struct arguments *args,
                              struct arena *a,
                              struct error *why)
{
    struct store_change changes[CHANGES_MAX];
    size_t n = 2;
    if (args->count < 3)
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "source: say add, the kind and the url, such as: shopvane source add "
                         "woocommerce https://shop.example");
    const bool has_name = args->count > 3 && strchr(args->items[3], '=') == NULL;
    const str name = str_from(has_name ? args->items[3] : args->items[1]);
    changes[0] = (struct store_change){ STR("kind"), str_from(args->items[1]) };
    changes[1] = (struct store_change){ STR("url"), str_from(args->items[2]) };
    enum status st = client_url_check(str_from(args->items[2]), why);
    if (st == STATUS_OK)
        st = command_key_values("source", args, has_name ? 4 : 3, changes, &n, why);
    if (st == STATUS_OK)
        st = shop_sources_edit(env->dir, name, true, changes, n, why);
    struct shop_source s;
    if (st == STATUS_OK)
        st = shop_source_get(env->dir, name, a, &s, why);
    if (st != STATUS_OK)
        return st;
    fprintf(env->out, tr(env->lang, "added the source \"%.*s\" to sources.yaml\n"), STR_ARG(name));
    st = take_keys(env, o, &s, a, why);
    fprintf(env->out,
            st == STATUS_OK ? tr(env->lang, "pull it with: shopvane source pull %.*s\n")
                            : tr(env->lang, "it has no keys yet: shopvane source keys %.*s\n"),
            STR_ARG(name));
    return st;
}

static enum status set_source(struct command_env *env,
                              const struct arguments *args,
                              struct error *why)
{
    struct store_change changes[CHANGES_MAX];
    size_t n = 0;
    enum status st = command_key_values("source", args, 2, changes, &n, why);
    for (size_t i = 0; st == STATUS_OK && i < n; i++) {
        if (str_is(changes[i].key, "url"))
            st = client_url_check(changes[i].value, why);
    }
    if (st == STATUS_OK && n == 0)
        st = error_set(why, STATUS_BAD_USAGE, "source: say what to change, such as store=main");
    if (st == STATUS_OK)
        st = shop_sources_edit(env->dir, str_from(args->items[1]), false, changes, n, why);
    if (st == STATUS_OK)
        fprintf(
            env->out,
            tr(env->lang,
               "changed the source \"%s\" in sources.yaml; shopvane source undo takes it back\n"),
            args->items[1]);
    return st;
}

static enum status remove_source(struct command_env *env, const char *name, struct error *why)
{
    enum status st = shop_sources_remove(env->dir, str_from(name), why);
    if (st == STATUS_OK)
        st = shop_secret_remove(env->dir, str_from(name), why);
    if (st == STATUS_OK)
        st = pull_forget(env->dir, str_from(name), why);
    if (st == STATUS_OK)
        fprintf(env->out,
                tr(env->lang,
                   "took out the source \"%s\" with its keys; what it brought stays (imports undo "
                   "takes it back)\n"),
                name);
    return st;
}

static enum status run_named(struct command_env *env,
                             const struct source_options *o,
                             const struct arguments *args,
                             struct arena *a,
                             struct error *why)
{
    const char *verb = args->items[0];
    struct shop_source s;
    if (args->count < 2)
        return error_set(why, STATUS_BAD_USAGE, "source: say which source");
    if (strcmp(verb, "set") == 0)
        return set_source(env, args, why);
    const enum status st = shop_source_get(env->dir, str_from(args->items[1]), a, &s, why);
    if (st != STATUS_OK)
        return st;
    return strcmp(verb, "keys") == 0 ? take_keys(env, o, &s, a, why)
                                     : remove_source(env, args->items[1], why);
}

static enum status undo(struct command_env *env, struct error *why)
{
    const enum status st = shop_sources_undo(env->dir, why);
    if (st == STATUS_OK)
        fprintf(env->out, "%s", tr(env->lang, "sources.yaml is as it was before\n"));
    return st;
}

/* The shop's language, as long as nobody asks for another: its folder is not opened here. */
static enum status source_run(struct command_env *env,
                              const void *options,
                              const struct arguments *args,
                              struct error *why)
{
    const char *verb = args->count > 0 ? args->items[0] : "list";
    struct arena *a = arena_new(0);
    enum status st = a != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st != STATUS_OK)
        return st;
    if (strcmp(verb, "list") == 0)
        st = list_sources(env, a, why);
    else if (strcmp(verb, "add") == 0)
        st = add_source(env, options, args, a, why);
    else if (strcmp(verb, "pull") == 0)
        st = source_pull(env, options, args, a, why);
    else if (strcmp(verb, "undo") == 0)
        st = undo(env, why);
    else if (strcmp(verb, "set") == 0 || strcmp(verb, "keys") == 0 || strcmp(verb, "remove") == 0)
        st = run_named(env, options, args, a, why);
    else
        st = error_set(why,
                       STATUS_BAD_USAGE,
                       "source: say list, add, pull, set, keys, remove or undo, not \"%s\"",
                       verb);
    arena_free(a);
    return st;
}

const struct command command_source = {
    .name = "source",
    .summary = "pull orders, refunds, products and customers from WooCommerce and Shopify",
    .usage =
        "[list | add woocommerce|shopify URL [NAME] [KEY=VALUE...] | pull [NAME...] | set NAME "
        "KEY=VALUE... | keys NAME | remove NAME | undo] [OPTIONS]",
    .examples = "shopvane source add woocommerce https://shop.example woo store=eu\n"
                "shopvane source add shopify https://name.myshopify.com since=2024-01-01\n"
                "shopvane source pull\n"
                "shopvane source set woo every_minutes=15\n"
                "shopvane source keys woo --keys-file keys.txt\n"
                "shopvane source",
    .options = source_option_rows,
    .option_count = ARRAY_LEN(source_option_rows),
    .options_size = sizeof(struct source_options),
    .run = source_run,
    .most_arguments = ARGUMENTS_MAX,
    .runs_here = true,
};
