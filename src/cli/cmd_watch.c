/* shopvane watch: imports what is dropped into folders, by the ordinary import in a process of its
 * own, so that one that is killed or runs out of memory takes nothing with it, and the folder is
 * free for other commands in between. What lies there at one time goes in together. */
#include "cli/cmd_push_priv.h"
#include "cli/cmd_source_priv.h"
#include "ingest/inbox.h"
#include "server/server.h"

#include <dirent.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SETTLE_MS 2000
#define TRIES_MAX 3
#define BOXES_MAX 64
#define READY_MAX 64 /* files of one look; the others have the next */
#define LINKS_MAX 64 /* links that are told of, each once */
#define ARCHIVE   "archive"
#define FAILED    "failed"

struct watch_options {
    const char *store;
    int64_t every;
    bool once;
};

#define AT(field) offsetof(struct watch_options, field)

static const struct option watch_option_rows[] = {
    { "store", OPTION_TEXT, "NAME", "whose files they are (with DIR; default: main)", AT(store) },
    { "every", OPTION_COUNT, "SECONDS", "how often to look (default: 2)", AT(every) },
    { "once", OPTION_FLAG, NULL, "import what is ready now, and end", AT(once) },
};

#define RETRY_US  (INT64_C(300) * US_PER_SECOND)
#define CARD_WAIT (INT64_C(300) * US_PER_SECOND) /* the shop is opened for it */

/* A folder that is watched, and the store its files belong to. */
struct box {
    const char *dir;
    const char *store;
    int held; /* -1: not yet */
};

/* A file whose import failed, and how often; it gets further tries after the others. */
struct failure {
    char path[1024];
    int tries;
};

struct watch {
    struct command_env *env;
    const struct watch_options *options;
    struct arena *arena; /* of the boxes */
    struct box boxes[BOXES_MAX];
    size_t box_count;
    struct failure failures[READY_MAX];
    size_t failure_count;
    char links[LINKS_MAX][256]; /* that were told of */
    size_t link_count;
    size_t imported;
    bool waits;        /* for another command to end */
    bool pulls;        /* sources too: the shop's own inboxes are watched */
    int64_t failed_at; /* when a pull failed last: the next try has time */
    size_t failed;
    struct cards_watch cards;
    sigset_t signals;
};

/* ---- what is watched ---- */

static enum status add_box(struct watch *w, const char *dir, const char *store, struct error *why)
{
    if (w->box_count == BOXES_MAX)
        return error_set(why, STATUS_TOO_LARGE, "more than %d folders to watch", BOXES_MAX);
    w->boxes[w->box_count++] = (struct box){ dir, store, -1 };
    return STATUS_OK;
}

/* The shop's own inbox/ for the store main, and inbox/NAME/ for the others. */
static enum status shop_boxes(struct watch *w, struct error *why)
{
    const char *inbox = path_join(w->arena, w->env->dir, "inbox");
    DIR *d = inbox != NULL ? opendir(inbox) : NULL;
    if (d == NULL)
        return error_set(
            why,
            STATUS_NOT_FOUND,
            "%s/inbox: no such folder; give one to watch, or -C with the shop's folder",
            w->env->dir);
    enum status st = add_box(w, inbox, "main", why);
    for (struct dirent *e = readdir(d); e != NULL && st == STATUS_OK; e = readdir(d)) {
        const bool is_own = strcmp(e->d_name, ARCHIVE) == 0 || strcmp(e->d_name, FAILED) == 0;
        if (e->d_type != DT_DIR || e->d_name[0] == '.' || is_own)
            continue;
        const char *name = arena_cstr(w->arena, str_from(e->d_name));
        const char *dir = path_join(w->arena, inbox, e->d_name);
        st = name != NULL && dir != NULL ? add_box(w, dir, name, why)
                                         : error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    closedir(d);
    return st;
}

static enum status find_boxes(struct watch *w, const struct arguments *args, struct error *why)
{
    const char *store = w->options->store;
    if (args->count == 0 && store != NULL)
        return error_set(why, STATUS_BAD_USAGE, "--store goes with a folder");
    w->pulls = args->count == 0;
    if (w->pulls)
        return shop_boxes(w, why);
    const char *dir = env_path(w->env, w->arena, args->items[0]);
    if (dir == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    return add_box(w, dir, store != NULL ? store : "main", why);
}

static enum status hold_boxes(struct watch *w, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < w->box_count && st == STATUS_OK; i++)
        st = inbox_hold(w->boxes[i].dir, &w->boxes[i].held, why);
    return st;
}

static void leave_boxes(struct watch *w)
{
    for (size_t i = 0; i < w->box_count; i++) {
        if (w->boxes[i].held >= 0)
            close(w->boxes[i].held);
    }
}

/* ---- one import ---- */

static const char *archive_folder(struct arena *a)
{
    const struct civil c = civil_from_day((int32_t)(clock_now_us() / US_PER_DAY));
    return arena_printf(a, ARCHIVE "/%04d-%02d", (int)c.year, (int)c.month).ptr;
}

static void put_away(struct watch *w,
                     const struct box *box,
                     const struct inbox_file *f,
                     const char *folder,
                     struct arena *a)
{
    struct error why = { .lang = w->env->lang };
    const char *path = NULL;
    if (inbox_put_away(f, box->dir, folder, a, &path, &why) == STATUS_OK)
        fprintf(w->env->out, tr(w->env->lang, "moved to %s\n"), path);
    else
        fprintf(w->env->err, "shopvane: %s\n", why.text);
}

static struct failure *failure_of(struct watch *w, const char *path)
{
    for (size_t i = 0; i < w->failure_count; i++) {
        if (strcmp(w->failures[i].path, path) == 0)
            return &w->failures[i];
    }
    return NULL;
}

static void forget_failure(struct watch *w, const char *path)
{
    struct failure *f = failure_of(w, path);
    if (f != NULL)
        *f = w->failures[--w->failure_count];
}

/* Counts a failure; true when it was the last try. */
static bool was_last_try(struct watch *w, const char *path)
{
    struct failure *f = failure_of(w, path);
    if (f != NULL)
        return ++f->tries >= TRIES_MAX;
    if (w->failure_count == READY_MAX || strlen(path) >= sizeof w->failures[0].path)
        return true;
    f = &w->failures[w->failure_count++];
    memcpy(f->path, path, strlen(path) + 1);
    f->tries = 1;
    return false;
}

/* Another command has the folder open: no reason to call a file bad. A live server takes imports.
 */
static bool is_busy(const struct watch *w)
{
    return shop_is_locked(w->env->dir) && !control_is_live(w->env->dir);
}

/* A file of a box that is ready. */
struct ready {
    const struct box *box;
    const struct inbox_file *file;
};

struct ready_list {
    struct watch *watch;
    struct arena *arena;
    struct ready items[READY_MAX];
    size_t count;
};

static void import_ended(struct watch *w, const struct ready *r, int status, struct arena *a)
{
    if (status == EXIT_DONE || status == EXIT_PART) {
        w->imported++;
        forget_failure(w, r->file->path);
        put_away(w, r->box, r->file, archive_folder(a), a);
    } else if (is_busy(w)) {
        w->waits = true;
    } else if (status == EXIT_WRONG || was_last_try(w, r->file->path)) {
        w->failed++;
        forget_failure(w, r->file->path);
        put_away(w, r->box, r->file, FAILED, a);
    } else {
        fprintf(w->env->out, tr(w->env->lang, "%s: will be tried again\n"), r->file->name);
    }
}

static void batch_ended(void *self, size_t i, int status)
{
    struct ready_list *list = self;
    import_ended(list->watch, &list->items[i], status, list->arena);
}

/* By a process each. A file that is not the last leaves what follows from the facts to the next
 * one; killed between, the next import does it, and until then figures come from the facts. */
static void import_one_by_one(struct ready_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct ready *r = &list->items[i];
        const bool is_last = i + 1 == list->count;
        const char *const words[] = { "import",
                                      "--store",
                                      r->box->store,
                                      is_last ? "--" : "--later",
                                      is_last ? r->file->path : "--",
                                      r->file->path };
        if (is_busy(list->watch)) {
            list->watch->waits = true;
            return;
        }
        import_ended(list->watch,
                     r,
                     command_run_self(list->watch->env, words, ARRAY_LEN(words) - is_last),
                     list->arena);
    }
}

/* All by one process. What it dies of counts as a failure of the file it was at, and from then on
 * each file has a process of its own. */
static void import_together(struct ready_list *list)
{
    struct watch *w = list->watch;
    struct batch_file files[READY_MAX];
    for (size_t i = 0; i < list->count; i++)
        files[i] = (struct batch_file){ list->items[i].box->store, list->items[i].file->path };
    const size_t n = command_run_batch(w->env, files, list->count, batch_ended, list);
    if (n < list->count)
        import_ended(w, &list->items[n], -1, list->arena);
}

/* A live server takes imports one by one; so is it done after a failure. */
static void import_ready(struct ready_list *list)
{
    struct watch *w = list->watch;
    if (list->count > 0 && is_busy(w))
        w->waits = true;
    else if (list->count < 2 || w->failure_count > 0 || control_is_live(w->env->dir))
        import_one_by_one(list);
    else
        import_together(list);
}

/* ---- the loop ---- */

/* A link is told of once, not at each look. */
static void tell_link(void *self, const char *name)
{
    struct watch *w = self;
    size_t i = 0;
    while (i < w->link_count && strcmp(w->links[i], name) != 0)
        i++;
    if (i < w->link_count || i == LINKS_MAX || strlen(name) >= sizeof w->links[i])
        return;
    memcpy(w->links[w->link_count++], name, strlen(name) + 1);
    fprintf(w->env->out,
            tr(w->env->lang, "%s is a link, which is not followed: put the file itself here\n"),
            name);
}

static enum status add_ready(struct ready_list *list, const struct box *box, struct error *why)
{
    struct inbox_file *files = NULL;
    size_t n = 0;
    enum status st = inbox_links(box->dir, tell_link, list->watch, why);
    if (st == STATUS_OK)
        st = inbox_scan(box->dir, list->arena, &files, &n, why);
    for (size_t i = 0; st == STATUS_OK && i < n && list->count < READY_MAX; i++) {
        if (inbox_is_ready(&files[i], clock_now_us(), SETTLE_MS))
            list->items[list->count++] = (struct ready){ box, &files[i] };
    }
    return st;
}

/* Imports what is ready; *busy: something was imported or is still to be tried. */
static enum status look(struct watch *w, bool *busy, struct error *why)
{
    const size_t before = w->imported;
    struct ready_list list = { .watch = w, .arena = arena_new(0) };
    enum status st =
        list.arena != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    w->waits = false;
    for (size_t b = 0; b < w->box_count && st == STATUS_OK; b++)
        st = add_ready(&list, &w->boxes[b], why);
    if (st == STATUS_OK)
        import_ready(&list);
    arena_free(list.arena);
    *busy = w->imported > before || w->failure_count > 0 || w->waits;
    return st;
}

/* Sleeps; true when a signal asks to end. */
static bool wait_for_end(const struct watch *w, int64_t seconds)
{
    const struct timespec t = { .tv_sec = seconds };
    return sigtimedwait(&w->signals, NULL, &t) > 0;
}

static void say_missing(const struct watch *w)
{
    const char *const words[] = { "imports", "missing" };
    (void)command_run_self(w->env, words, ARRAY_LEN(words));
}

/* Sources that are due (every_minutes in sources.yaml), each by a process of its own. One that
 * failed is tried again after a while; its error has been told by it. */
static enum status pull_due(struct watch *w, struct error *why)
{
    const struct shop_source *items = NULL;
    size_t n = 0;
    const int64_t now = clock_now_us();
    struct arena *a = arena_new(0);
    enum status st = a != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK && w->pulls && now - w->failed_at >= RETRY_US)
        st = shop_sources_read(w->env->dir, a, &items, &n, why);
    for (size_t i = 0; st == STATUS_OK && i < n; i++) {
        const char *const words[] = { "source", "pull", arena_cstr(a, items[i].name) };
        if (!source_is_due(w->env, &items[i], now) || words[2] == NULL || is_busy(w))
            continue;
        const int status = command_run_self(w->env, words, ARRAY_LEN(words));
        if (status == EXIT_DONE || status == EXIT_PART)
            w->imported++;
        else
            w->failed_at = now;
    }
    arena_free(a);
    return st;
}

/* The daily card, by a process of its own, which tells what came of it. */
static void push_card(struct watch *w, bool is_new)
{
    static const char *const words[] = { "push", "due" };
    if (!is_busy(w) && cards_wanted(w->env, &w->cards, is_new, CARD_WAIT))
        (void)command_run_self(w->env, words, ARRAY_LEN(words));
}

/* Seconds until the next look. With --once only what could not be done is waited for; what came in
 * meanwhile is looked for at once. */
static int64_t pause_after_look(const struct watch *w)
{
    if (w->options->once)
        return w->failure_count > 0 || w->waits;
    return w->options->every > 0 ? w->options->every : 2;
}

static enum status watch_loop(struct watch *w, struct error *why)
{
    for (size_t i = 0; i < w->box_count && !w->options->once; i++)
        fprintf(w->env->out,
                tr(w->env->lang, "watching %s for the store %s (Ctrl-C ends)\n"),
                w->boxes[i].dir,
                w->boxes[i].store);
    for (;;) {
        bool busy = false;
        const size_t before = w->imported;
        enum status st = look(w, &busy, why);
        if (st == STATUS_OK)
            st = pull_due(w, why);
        if (st != STATUS_OK)
            return st;
        const bool is_told = w->options->once ? !busy : w->imported > before;
        if (is_told)
            say_missing(w);
        push_card(w, is_told);
        fflush(w->env->out);
        if ((w->options->once && !busy) || wait_for_end(w, pause_after_look(w)))
            return STATUS_OK;
    }
}

static enum status watch_run(struct command_env *env,
                             const void *options,
                             const struct arguments *args,
                             struct error *why)
{
    struct watch *w = mem_new(1, sizeof *w);
    sigset_t before;
    if (w == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    w->env = env;
    w->options = options;
    w->arena = arena_new(0);
    sigemptyset(&w->signals);
    sigaddset(&w->signals, SIGINT);
    sigaddset(&w->signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &w->signals, &before);
    enum status st = w->arena != NULL ? find_boxes(w, args, why)
                                      : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = hold_boxes(w, why);
    if (st == STATUS_OK)
        st = watch_loop(w, why);
    if (st == STATUS_OK && w->failed > 0)
        st = error_set(why,
                       STATUS_BAD_INPUT,
                       "%zu files could not be imported; they are in the folder %s",
                       w->failed,
                       FAILED);
    leave_boxes(w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    arena_free(w->arena);
    mem_free(w);
    return st;
}

const struct command command_watch = {
    .name = "watch",
    .summary = "import what is dropped into a folder, once, and put it away",
    .usage = "[DIR [--store NAME]] [OPTIONS]",
    .examples = "shopvane -C myshop watch\n"
                "shopvane -C myshop watch ~/Downloads/tmall --store tmall\n"
                "shopvane -C myshop watch --once",
    .options = watch_option_rows,
    .option_count = ARRAY_LEN(watch_option_rows),
    .options_size = sizeof(struct watch_options),
    .run = watch_run,
    .most_arguments = 1,
    .runs_here = true,
};
