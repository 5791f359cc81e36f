/* shopvane source pull: fetches without the shop open, so that other commands go on meanwhile, and
 * imports in a process of its own, through a live server where there is one. */
#include "cli/cmd_source_priv.h"

#include <signal.h>
#include <string.h>
#include <time.h>

/* Whether a signal asks to end: those that are blocked wait to be seen. */
static bool is_stopped(void *self)
{
    sigset_t waiting;
    (void)self;
    return sigpending(&waiting) == 0 &&
           (sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1);
}

/* Waits in slices, so that a stop is heard. */
static void pause_for(void *self, int64_t ms)
{
    for (int64_t done = 0; done < ms && !is_stopped(self); done += 100) {
        const struct timespec t = { .tv_nsec = (ms - done < 100 ? ms - done : 100) * 1000000 };
        (void)nanosleep(&t, NULL);
    }
}

static void on_page(void *self, const char *what, int64_t done, int64_t due)
{
    (void)due; /* of a window that moves with each page: no share of the whole */
    env_progress(self, what, done, 0);
}

static enum status import_landed(struct command_env *env,
                                 const char *name,
                                 bool *has_refused,
                                 struct error *why)
{
    const char *const words[] = { "import", "--source", name };
    const int status = command_run_self(env, words, ARRAY_LEN(words));
    *has_refused = *has_refused || status == EXIT_PART;
    if (status == EXIT_DONE || status == EXIT_PART)
        return STATUS_OK;
    return error_set(why,
                     STATUS_IO,
                     "source \"%s\": what was fetched could not be imported (see above); it waits "
                     "for the next pull",
                     name);
}

static void print_pull(struct command_env *env, const char *name, const struct pull_result *all)
{
    fprintf(env->out,
            tr(env->lang, "%s: %lld pages, %lld rows, %lld requests\n"),
            name,
            (long long)all->pages,
            (long long)all->rows,
            (long long)all->requests);
}

/* What is left of an earlier pull goes in first, then a batch at a time. */
static enum status fetch_all(struct command_env *env,
                             struct pull_options *po,
                             const char *name,
                             bool fetch_only,
                             struct error *why)
{
    struct pull_result all = { .is_done = false };
    bool has_refused = false;
    struct arena *a = arena_new(0);
    enum status st = a != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK && !fetch_only)
        st = import_landed(env, name, &has_refused, why);
    while (st == STATUS_OK && !all.is_done) {
        struct pull_result one = { .notes = STR_EMPTY };
        st = pull_fetch(po, a, &one, why);
        env_progress_end(env);
        all.pages += one.pages;
        all.rows += one.rows;
        all.requests += one.requests;
        all.is_done = one.is_done;
        fprintf(env->out, "%.*s", STR_ARG(one.notes));
        struct error late = { .lang = env->lang };
        const enum status imported =
            fetch_only || one.rows == 0 ? STATUS_OK : import_landed(env, name, &has_refused, &late);
        if (st == STATUS_OK && imported != STATUS_OK) {
            *why = late;
            st = imported;
        }
        po->anew = false; /* the state knows that it began anew */
        arena_reset(a);
    }
    if (st == STATUS_OK)
        print_pull(env, name, &all);
    arena_free(a);
    return st == STATUS_OK && has_refused ? STATUS_QUARANTINED : st;
}

/* One step against the platform and, where it found something, the import of it. */
static enum status step_and_import(struct command_env *env,
                                   const struct pull_options *po,
                                   enum status (*step)(const struct pull_options *o,
                                                       struct arena *a,
                                                       struct pull_result *out,
                                                       struct error *why),
                                   const char *name,
                                   struct error *why)
{
    struct arena *a = arena_new(0);
    struct pull_result r = { .notes = STR_EMPTY };
    bool has_refused = false;
    enum status st =
        a != NULL ? step(po, a, &r, why) : error_set(why, STATUS_NO_MEMORY, "out of memory");
    env_progress_end(env);
    if (st == STATUS_OK && r.is_listed)
        st = import_landed(env, name, &has_refused, why);
    arena_free(a);
    return st == STATUS_OK && has_refused ? STATUS_QUARANTINED : st;
}

/* Orders that were deleted at the platform: listed once a day, then asked for one by one. */
static enum status look_for_deleted(struct command_env *env,
                                    const struct pull_options *po,
                                    const char *name,
                                    struct error *why)
{
    const enum status st = step_and_import(env, po, pull_list_orders, name, why);
    return st == STATUS_OK || st == STATUS_QUARANTINED
               ? step_and_import(env, po, pull_ask_missing, name, why)
               : st;
}

static enum status pull_one(struct command_env *env,
                            const struct source_options *o,
                            const struct shop_source *s,
                            struct arena *a,
                            struct error *why)
{
    struct source_secret secret;
    struct pull_options po = { .dir = env->dir,
                               .source = s,
                               .secret = &secret,
                               .client = { .is_stopped = is_stopped, .pause = pause_for },
                               .anew = o->anew,
                               .may_book_all = o->deletions,
                               .on_page = on_page,
                               .self = env };
    const char *name = arena_cstr(a, s->name);
    enum status st = name != NULL ? shop_secret_read(env->dir, s->name, a, &secret, why)
                                  : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = fetch_all(env, &po, name, o->fetch_only, why);
    if ((st != STATUS_OK && st != STATUS_QUARANTINED) || o->fetch_only)
        return st;
    const enum status late = look_for_deleted(env, &po, name, why);
    return late == STATUS_OK ? st : late;
}

static bool is_named(const struct arguments *args, str name)
{
    for (size_t i = 1; i < args->count; i++) {
        if (str_is(name, args->items[i]))
            return true;
    }
    return args->count == 1;
}

static enum status check_names(struct command_env *env,
                               const struct arguments *args,
                               struct arena *a,
                               struct error *why)
{
    enum status st = STATUS_OK;
    struct shop_source s;
    for (size_t i = 1; st == STATUS_OK && i < args->count; i++)
        st = shop_source_get(env->dir, str_from(args->items[i]), a, &s, why);
    return st;
}

/* One that fails does not keep the others from being pulled; its error is told at once, and the
 * last one is the command's. */
static enum status pull_each(struct command_env *env,
                             const struct source_options *o,
                             const struct arguments *args,
                             struct arena *a,
                             struct error *why)
{
    const struct shop_source *items = NULL;
    size_t n = 0;
    enum status st = shop_sources_read(env->dir, a, &items, &n, why);
    enum status all = st;
    if (st == STATUS_OK && n == 0)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "no sources yet; add one with: shopvane source add woocommerce "
                         "https://shop.example");
    for (size_t i = 0; i < n && all != STATUS_INTERRUPTED; i++) {
        if (!is_named(args, items[i].name))
            continue;
        if (all != STATUS_OK && all != STATUS_QUARANTINED)
            fprintf(env->err, "shopvane: %s\n", why->text);
        st = pull_one(env, o, &items[i], a, why);
        if (st != STATUS_OK && (all == STATUS_OK || st != STATUS_QUARANTINED))
            all = st;
    }
    return all;
}

enum status source_pull(struct command_env *env,
                        const struct source_options *o,
                        const struct arguments *args,
                        struct arena *a,
                        struct error *why)
{
    sigset_t signals;
    sigset_t before;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    enum status st = check_names(env, args, a, why);
    if (st != STATUS_OK)
        return st;
    pthread_sigmask(SIG_BLOCK, &signals, &before);
    st = pull_each(env, o, args, a, why);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return st;
}

bool source_is_due(struct command_env *env, const struct shop_source *s, int64_t now_us)
{
    struct arena *a = arena_new(0);
    struct error why = { .lang = env->lang };
    struct pull_state_shown state;
    bool is_due = false;
    if (s->every_minutes > 0 && a != NULL &&
        pull_show(env->dir, s->name, a, &state, &why) == STATUS_OK)
        is_due = state.pulled_at_us + s->every_minutes * 60 * US_PER_SECOND <= now_us;
    arena_free(a);
    return is_due;
}
