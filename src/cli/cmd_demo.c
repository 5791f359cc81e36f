/* shopvane demo: a simulated shop, brought in by the ordinary import. */
#include "cli/command_priv.h"
#include "demo/demo.h"
#include "derive/derive.h"
#include "ingest/ingest.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

/* What the engine may take while it makes the demo: a file of visits and the groups of rows that
 * two threads are writing of it fit beside each other, with 8 MiB to spare. More threads want
 * more. */
#define DEMO_MEMORY_MIB 168
#define DEMO_THREADS    2
/* Orders stand in one file: of more of them it takes what is usual. */
#define DEMO_ORDERS 100000

struct demo_cli_options {
    int64_t days;
    int64_t orders_per_day;
    int64_t seed;
    const char *until;
    bool keep_files;
};

static const struct option demo_option_rows[] = {
    { "days",
      OPTION_COUNT,
      "N",
      "days to simulate (default: 730)",
      offsetof(struct demo_cli_options, days) },
    { "orders-per-day",
      OPTION_COUNT,
      "N",
      "orders a day (default: 120)",
      offsetof(struct demo_cli_options, orders_per_day) },
    { "seed",
      OPTION_COUNT,
      "N",
      "the same seed gives the same shop (default: 1)",
      offsetof(struct demo_cli_options, seed) },
    { "until",
      OPTION_TEXT,
      "DATE",
      "last day (default: yesterday)",
      offsetof(struct demo_cli_options, until) },
    { "keep-files",
      OPTION_FLAG,
      NULL,
      "keep the CSV files that were imported, in DIR/demo-files",
      offsetof(struct demo_cli_options, keep_files) },
};

static void on_step(void *self, const char *what, int64_t done, int64_t total)
{
    struct command_env *env = self;
    env_progress(env, tr(env->lang, what), done, total);
}

static enum status make_shop(struct command_env *env,
                             const char *dir,
                             const struct demo_options *d,
                             struct shop **out,
                             struct error *why)
{
    const struct shop_settings s = {
        .name = env->lang == LANG_ZH ? STR("示例店") : STR("Demo shop"),
        .currency = STR(DEMO_CURRENCY),
        .timezone = STR(DEMO_TIMEZONE),
        .week_start = 1,
        .lang = env->lang,
    };
    const struct shop_options o = {
        .memory_mib = demo_orders(d) <= DEMO_ORDERS ? DEMO_MEMORY_MIB : 0,
        .threads = DEMO_THREADS,
    };
    const enum status st = shop_init(dir, &s, why);
    return st == STATUS_OK ? shop_open(dir, &o, out, why) : st;
}

/* The part-th file of a target, in the arena; NULL when there is none. */
static const char *file_of(struct arena *a, const char *folder, const char *target, int part)
{
    const str path = part == 1 ? arena_printf(a, "%s/%s.csv", folder, target)
                               : arena_printf(a, "%s/%s-%d.csv", folder, target, part);
    return path.len > 0 && file_exists(path.ptr) ? path.ptr : NULL;
}

static enum status import_target(struct command_env *env,
                                 struct shop *s,
                                 const char *folder,
                                 const char *target,
                                 struct import_options *io,
                                 struct error *why)
{
    struct arena *a = arena_new(0);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const str preset = arena_printf(a, "generic:%s", target);
    enum status st = STATUS_OK;
    int64_t rows = 0;
    int64_t elapsed_us = 0;
    io->preset = preset.ptr;
    const char *file = file_of(a, folder, target, 1);
    for (int part = 1; file != NULL && st == STATUS_OK; file = file_of(a, folder, target, ++part)) {
        struct import_result r = { 0 };
        st = import_run(s, file, io, a, &r, why);
        mem_give_back();
        rows += r.rows_read;
        elapsed_us += r.elapsed_us;
    }
    env_progress_end(env);
    if (st == STATUS_OK)
        fprintf(env->out,
                tr(env->lang, "  %-16s %9lld rows  %5.1f s\n"),
                target,
                (long long)rows,
                (double)elapsed_us / 1e6);
    arena_free(a);
    return st;
}

static enum status import_files(
    struct command_env *env, struct shop *s, const char *folder, int32_t until, struct error *why)
{
    const struct import_progress progress = { .step = on_step, .self = env };
    struct buf as_of;
    enum status st = STATUS_OK;
    buf_init(&as_of, 32);
    buf_add_day(&as_of, until);
    struct import_options io = { .as_of = as_of.data,
                                 .now_us = clock_now_us(),
                                 .progress = &progress };
    for (size_t i = 0; demo_target(i) != NULL && st == STATUS_OK; i++)
        st = import_target(env, s, folder, demo_target(i), &io, why);
    buf_release(&as_of);
    return st;
}

static void remove_files(const char *folder)
{
    struct arena *a = arena_new(0);
    for (size_t i = 0; a != NULL && demo_target(i) != NULL; i++) {
        const char *file = file_of(a, folder, demo_target(i), 1);
        for (int part = 1; file != NULL; file = file_of(a, folder, demo_target(i), ++part))
            unlink(file);
    }
    arena_free(a);
    rmdir(folder);
}

/* truth.json moves up into the shop's folder. */
static void keep_truth(struct arena *a, const char *dir, const char *folder)
{
    const str from = arena_printf(a, "%s/truth.json", folder);
    const str to = arena_printf(a, "%s/truth.json", dir);
    if (from.len > 0 && to.len > 0)
        (void)rename(from.ptr, to.ptr);
}

static enum status fill_shop(struct command_env *env,
                             const char *dir,
                             struct arena *a,
                             const struct demo_options *d,
                             bool keep,
                             struct error *why)
{
    const struct demo_progress dp = { .step = on_step, .self = env };
    const struct derive_progress rp = { .step = on_step, .self = env };
    struct shop *s = NULL;
    const char *folder = path_join(a, dir, "demo-files");
    if (folder == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = make_shop(env, dir, d, &s, why);
    if (st == STATUS_OK)
        st = dir_make(folder, why);
    const int64_t start = clock_now_us();
    if (st == STATUS_OK)
        st = demo_generate(d, folder, &dp, why);
    env_progress_end(env);
    if (st == STATUS_OK)
        fprintf(env->out,
                tr(env->lang, "simulated in %.1f s; importing\n"),
                (double)(clock_now_us() - start) / 1e6);
    if (st == STATUS_OK)
        st = import_files(env, s, folder, d->until, why);
    if (st == STATUS_OK)
        st = derive_after_import(s, shop_writer(s), &rp, why);
    env_progress_end(env);
    if (st == STATUS_OK)
        keep_truth(a, dir, folder);
    if (!keep)
        remove_files(folder);
    shop_close(s);
    if (st == STATUS_OK)
        fprintf(env->out,
                tr(env->lang, "the demo shop is in %s (%.1f s); look: shopvane -C %s report\n"),
                dir,
                (double)(clock_now_us() - start) / 1e6,
                dir);
    return st;
}

static enum status demo_run(struct command_env *env,
                            const void *options,
                            const struct arguments *args,
                            struct error *why)
{
    const struct demo_cli_options *o = options;
    struct arena *a = arena_new(0);
    const char *dir = args->count > 0 ? args->items[0] : "demo-shop";
    struct demo_options d = {
        .days = (int32_t)(o->days < 100000 ? o->days : 100000),
        .orders_per_day = (int32_t)(o->orders_per_day < 1000000 ? o->orders_per_day : 1000000),
        .seed = (uint64_t)o->seed,
    };
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = demo_yesterday(clock_now_us(), &d.until, why);
    if (st == STATUS_OK && o->until != NULL && !day_parse(str_from(o->until), &d.until))
        st = error_set(
            why, STATUS_BAD_USAGE, "--until wants a date such as 2026-01-31, not \"%s\"", o->until);
    char *path = env_path(env, a, dir);
    if (st == STATUS_OK)
        st = demo_check(&d, why);
    if (st == STATUS_OK)
        st = path == NULL ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                          : fill_shop(env, path, a, &d, o->keep_files, why);
    arena_free(a);
    return st;
}

const struct command command_demo = {
    .name = "demo",
    .summary = "make a simulated shop to look around in",
    .usage = "[DIR]",
    .examples = "shopvane demo\n"
                "shopvane demo myshop --days 90 --orders-per-day 40 --seed 7",
    .options = demo_option_rows,
    .option_count = ARRAY_LEN(demo_option_rows),
    .options_size = sizeof(struct demo_cli_options),
    .run = demo_run,
    .most_arguments = 1,
};
