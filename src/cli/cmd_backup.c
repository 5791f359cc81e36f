/* shopvane backup, shopvane restore. */
#include "backup/backup.h"
#include "cli/command_priv.h"

#include <stddef.h>
#include <string.h>

struct backup_words {
    bool check;
};

static const struct option backup_option_rows[] = {
    { "check",
      OPTION_FLAG,
      NULL,
      "make none: hold the backup against its hashes",
      offsetof(struct backup_words, check) },
};

/* For progress lines. */
struct showing {
    struct command_env *env;
    const char *what;
};

static void show_progress(void *self, int64_t done, int64_t total)
{
    const struct showing *s = self;
    env_progress(s->env, s->what, done, total);
}

static void print_facts(const struct command_env *env, const struct backup_facts *f)
{
    struct buf size;
    buf_init(&size, 64);
    buf_add_i128_grouped(&size, f->bytes);
    fprintf(env->out,
            tr(env->lang,
               "%.*s, made %.*s by Shopvane %.*s: %zu files, %.*s bytes, data version %lld\n"),
            STR_ARG(f->shop),
            STR_ARG(f->made_at),
            STR_ARG(f->version),
            f->files,
            STR_ARG(buf_str(&size)),
            (long long)f->data_version);
    buf_release(&size);
}

static enum status make(struct command_env *env,
                        const char *to,
                        struct arena *a,
                        struct backup_facts *facts,
                        struct error *why)
{
    struct shop *s = NULL;
    struct showing showing = { .env = env, .what = tr(env->lang, "backing up") };
    const struct backup_options opt = { .now_us = clock_now_us(),
                                        .progress = show_progress,
                                        .self = &showing };
    enum status st = env_shop(env, &s, why);
    if (st == STATUS_OK)
        st = backup_make(s, to, &opt, a, facts, why);
    env_progress_end(env);
    env_shop_done(env, s);
    return st;
}

static enum status backup_run(struct command_env *env,
                              const void *options,
                              const struct arguments *args,
                              struct error *why)
{
    const struct backup_words *o = options;
    struct backup_facts facts = { .files = 0 };
    struct showing showing = { .env = env, .what = tr(env->lang, "checking") };
    const struct backup_options opt = { .now_us = clock_now_us(),
                                        .progress = show_progress,
                                        .self = &showing };
    struct arena *a = arena_new((size_t)1024 * 1024 * 1024);
    const char *place = a != NULL ? env_path(env, a, args->items[0]) : NULL;
    enum status st = place != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st =
            o->check ? backup_check(place, &opt, a, &facts, why) : make(env, place, a, &facts, why);
    env_progress_end(env);
    if (st == STATUS_OK)
        fprintf(env->out,
                o->check ? tr(env->lang, "%s is whole\n") : tr(env->lang, "backup in %s\n"),
                args->items[0]);
    if (st == STATUS_OK)
        print_facts(env, &facts);
    arena_free(a);
    return st;
}

const struct command command_backup = {
    .name = "backup",
    .summary = "copy the shop, with its proof, while it is used",
    .usage = "FOLDER [--check]",
    .examples = "shopvane -C myshop backup /backups/myshop-2026-11-25\n"
                "shopvane backup /backups/myshop-2026-11-25 --check",
    .options = backup_option_rows,
    .option_count = ARRAY_LEN(backup_option_rows),
    .options_size = sizeof(struct backup_words),
    .run = backup_run,
    .least_arguments = 1,
    .most_arguments = 1,
};

/* ---- Restore. ------------------------------------------------------------------------------- */

struct restore_words {
    bool replace;
};

static const struct option restore_option_rows[] = {
    { "replace",
      OPTION_FLAG,
      NULL,
      "put it in place of the shop that is there; that one is kept under another name",
      offsetof(struct restore_words, replace) },
};

/* The folder's name without what would make a sibling land inside it: "." and a '/' at the end. */
static const char *target_of(struct command_env *env, struct arena *a)
{
    str dir = str_from(env->dir);
    while (dir.len > 1 && str_ends(dir, STR("/")))
        dir = str_first(dir, dir.len - 1);
    if (str_is(dir, "."))
        dir = str_from(env->cwd);
    const char *name = arena_cstr(a, dir);
    return name != NULL ? env_path(env, a, name) : NULL;
}

static enum status restore_run(struct command_env *env,
                               const void *options,
                               const struct arguments *args,
                               struct error *why)
{
    const struct restore_words *o = options;
    const char *kept = NULL;
    struct backup_facts facts = { .files = 0 };
    struct showing showing = { .env = env, .what = tr(env->lang, "restoring") };
    const struct backup_options opt = {
        .now_us = clock_now_us(), .progress = show_progress, .self = &showing, .replace = o->replace
    };
    struct arena *a = arena_new((size_t)1024 * 1024 * 1024);
    const char *from = a != NULL ? env_path(env, a, args->items[0]) : NULL;
    const char *to = from != NULL ? target_of(env, a) : NULL;
    enum status st = to != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = backup_check(from, &opt, a, &facts, why);
    if (st == STATUS_OK)
        st = backup_restore(from, to, &opt, a, &kept, why);
    env_progress_end(env);
    if (st == STATUS_OK) {
        fprintf(env->out, tr(env->lang, "restored into %s\n"), to);
        print_facts(env, &facts);
        if (kept != NULL)
            fprintf(env->out, tr(env->lang, "what was there is kept in %s\n"), kept);
    }
    arena_free(a);
    return st;
}

const struct command command_restore = {
    .name = "restore",
    .summary = "bring a backup back",
    .usage = "BACKUP [--replace]",
    .examples = "shopvane -C myshop restore /backups/myshop-2026-11-25\n"
                "shopvane -C myshop restore /backups/myshop-2026-11-25 --replace",
    .options = restore_option_rows,
    .option_count = ARRAY_LEN(restore_option_rows),
    .options_size = sizeof(struct restore_words),
    .run = restore_run,
    .least_arguments = 1,
    .most_arguments = 1,
    .runs_here = true,
};
