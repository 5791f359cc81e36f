/* shopvane verify and rebuild: derived tables against raw facts. */
#include "cli/command_priv.h"
#include "derive/derive.h"

struct no_options {
    char unused;
};

static void on_step(void *self, const char *what, int64_t done, int64_t total)
{
    env_progress(self, what, done, total);
}

static void print_differences(const struct command_env *env, const struct derive_report *r)
{
    struct text_table *t = text_table_new(5);
    if (t == NULL)
        return;
    text_table_cell(t, str_from(tr(env->lang, "table")));
    text_table_cell(t, str_from(tr(env->lang, "row")));
    text_table_cell(t, str_from(tr(env->lang, "column")));
    text_table_cell(t, str_from(tr(env->lang, "stored")));
    text_table_cell(t, str_from(tr(env->lang, "rebuilt")));
    for (size_t i = 0; i < r->count; i++) {
        const struct derive_difference *d = &r->items[i];
        text_table_cell(t, d->table);
        text_table_cell(t, d->key);
        text_table_cell(t, d->column);
        text_table_cell(t, d->stored);
        text_table_cell(t, d->rebuilt);
    }
    text_table_print(t, env->out, true);
    text_table_free(t);
}

static enum status verify_shop(struct command_env *env, struct shop *s, struct error *why)
{
    const struct derive_progress progress = { .step = on_step, .self = env };
    struct derive_report r = { .count = 0 };
    struct conn *c = NULL;
    struct arena *a = arena_new(0);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = shop_conn_new(s, &c, why);
    if (st == STATUS_OK)
        st = derive_verify(s, c, &progress, a, &r, why);
    env_progress_end(env);
    if (st == STATUS_OK) {
        fprintf(env->out,
                tr(env->lang,
                   "compared %lld rollup cells, %lld orders, %lld sessions; %lld further "
                   "checks; data version %lld\n"),
                (long long)r.cells,
                (long long)r.orders,
                (long long)r.sessions,
                (long long)r.checks,
                (long long)r.data_version);
        if (r.pending > 0)
            fprintf(env->out,
                    tr(env->lang, "%lld days wait to be rolled up and were not compared\n"),
                    (long long)r.pending);
        if (r.differences == 0)
            fprintf(env->out, "%s", tr(env->lang, "everything derived equals its raw facts\n"));
    }
    if (st == STATUS_OK && r.differences > 0) {
        print_differences(env, &r);
        st = error_set(why,
                       STATUS_BAD_INPUT,
                       "rows that differ: %lld (their first %zu differences are above); shopvane "
                       "rebuild derives all anew",
                       (long long)r.differences,
                       r.count);
    }
    conn_close(c);
    arena_free(a);
    return st;
}

static enum status verify_run(struct command_env *env,
                              const void *options,
                              const struct arguments *args,
                              struct error *why)
{
    struct shop *s = NULL;
    (void)options;
    (void)args;
    enum status st = env_shop(env, &s, why);
    if (st == STATUS_OK)
        st = verify_shop(env, s, why);
    env_shop_done(env, s);
    return st;
}

static enum status rebuild_run(struct command_env *env,
                               const void *options,
                               const struct arguments *args,
                               struct error *why)
{
    const struct derive_progress progress = { .step = on_step, .self = env };
    struct shop *s = NULL;
    const int64_t start = clock_now_us();
    (void)options;
    (void)args;
    enum status st = env_shop(env, &s, why);
    if (st == STATUS_OK)
        st = derive_rebuild_all(s, shop_writer(s), &progress, why);
    env_progress_end(env);
    if (st == STATUS_OK)
        fprintf(env->out,
                tr(env->lang, "rebuilt order sequences, sessions and rollups in %.1f s\n"),
                (double)(clock_now_us() - start) / 1e6);
    env_shop_done(env, s);
    return st;
}

const struct command command_verify = {
    .name = "verify",
    .summary = "prove that everything derived equals its raw facts",
    .usage = "",
    .examples = "shopvane verify",
    .options_size = sizeof(struct no_options),
    .run = verify_run,
};

const struct command command_rebuild = {
    .name = "rebuild",
    .summary = "derive sequences, sessions and rollups anew from raw facts",
    .usage = "",
    .examples = "shopvane rebuild",
    .options_size = sizeof(struct no_options),
    .run = rebuild_run,
};
