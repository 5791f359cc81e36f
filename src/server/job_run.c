/* An import in the background: the writer, each part in its order, what follows from the facts. */
#include "server/job_run_priv.h"

#include "derive/derive.h"

#include <string.h>
#include <unistd.h>

#define WAIT_MS 200

/* ---- what a job holds ---- */

static bool copy_text(struct arena *a, const char **text)
{
    if (*text == NULL)
        return true;
    *text = arena_cstr(a, str_from(*text));
    return *text != NULL;
}

static bool copy_options(struct arena *a, struct import_options *o)
{
    return copy_text(a, &o->preset) && copy_text(a, &o->map_file) && copy_text(a, &o->store) &&
           copy_text(a, &o->timezone) && copy_text(a, &o->currency) &&
           copy_text(a, &o->date_order) && copy_text(a, &o->decimal_mark) &&
           copy_text(a, &o->encoding) && copy_text(a, &o->sheet) && copy_text(a, &o->name) &&
           copy_text(a, &o->as_of) && copy_text(a, &o->period);
}

static bool copy_picks(struct arena *a, struct job_wish *w)
{
    struct quarantine_pick *picks = ARENA_NEW(a, struct quarantine_pick, w->n_picks + 1);
    for (size_t i = 0; picks != NULL && i < w->n_picks; i++) {
        int64_t *ids = ARENA_NEW(a, int64_t, w->picks[i].n + 1);
        if (ids == NULL)
            return false;
        if (w->picks[i].n > 0)
            memcpy(ids, w->picks[i].ids, w->picks[i].n * sizeof *ids);
        picks[i] = (struct quarantine_pick){ w->picks[i].import_id, ids, w->picks[i].n };
    }
    w->picks = picks;
    return picks != NULL;
}

enum status jobs_job_new(const struct job_wish *wish, struct job **out, struct error *why)
{
    struct arena *a = arena_new(0);
    struct job *job = a != NULL ? ARENA_NEW(a, struct job, 1) : NULL;
    if (job == NULL) {
        arena_free(a);
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    job->arena = a;
    job->wish = *wish;
    job->wish.path = arena_dup(a, wish->path);
    job->wish.name = arena_dup(a, wish->name);
    job->wish.upload = arena_dup(a, wish->upload);
    job->wish.who = arena_dup(a, wish->who);
    job->message = STR_EMPTY;
    if (job->wish.path.ptr == NULL || job->wish.name.ptr == NULL || job->wish.upload.ptr == NULL ||
        job->wish.who.ptr == NULL || !copy_options(a, &job->wish.options) ||
        !copy_picks(a, &job->wish)) {
        arena_free(a);
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    *out = job;
    return STATUS_OK;
}

static str kept(struct arena *a, str s)
{
    const str copy = arena_dup(a, s);
    return copy.ptr != NULL ? copy : STR_EMPTY;
}

/* A file goes into one store; rows of quarantine may be of any. */
static str store_of(const struct job *job)
{
    if (job->wish.path.len == 0)
        return STR_EMPTY;
    return str_from(job->wish.options.store != NULL ? job->wish.options.store : "main");
}

enum status jobs_copy(const struct job *job,
                      struct arena *a,
                      struct job_view *out,
                      struct error *why)
{
    struct job_import *imports = ARENA_NEW(a, struct job_import, job->n_imports + 1);
    if (imports == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < job->n_imports; i++) {
        imports[i] = job->imports[i];
        imports[i].file = kept(a, imports[i].file);
        imports[i].preset = kept(a, imports[i].preset);
    }
    *out = (struct job_view){
        .id = job->id,
        .state = job->state,
        .name = kept(a, job->wish.name),
        .who = kept(a, job->wish.who),
        .store = kept(a, store_of(job)),
        .step = job->step != NULL ? str_from(tr(job->wish.lang, job->step)) : STR_EMPTY,
        .done = job->done,
        .total = job->total,
        .message = kept(a, job->message),
        .queued_us = job->queued_us,
        .began_us = job->began_us,
        .ended_us = job->ended_us,
        .imports = imports,
        .n_imports = job->n_imports,
    };
    return STATUS_OK;
}

/* ---- running ---- */

struct run {
    struct jobs *jobs;
    struct job *job;
    struct shop *shop;
    bool has_refused;
};

static bool is_cancelled(struct run *r)
{
    jobs_lock(r->jobs);
    const bool cancelled = r->job->is_cancelled;
    jobs_unlock(r->jobs);
    return cancelled;
}

/* `what` is a literal of ingest or derive. */
static void on_step(void *self, const char *what, int64_t done, int64_t total)
{
    struct run *r = self;
    jobs_lock(r->jobs);
    r->job->step = what;
    r->job->done = done;
    r->job->total = total;
    const bool cancelled = r->job->is_cancelled;
    jobs_unlock(r->jobs);
    if (cancelled)
        conn_interrupt(shop_writer(r->shop));
}

static enum status cancelled(struct error *why)
{
    return error_set(why, STATUS_INTERRUPTED, "cancelled: nothing of this file was kept");
}

static enum status note_import(struct run *r, const struct import_result *result, struct error *why)
{
    const struct job_import one = { .import_id = result->import_id,
                                    .already = result->already,
                                    .file = arena_dup(r->job->arena, result->file),
                                    .preset = arena_dup(r->job->arena, result->preset),
                                    .rows_read = result->rows_read,
                                    .rows_refused = result->rows_refused };
    enum status st = STATUS_OK;
    jobs_lock(r->jobs);
    if (one.file.ptr == NULL || one.preset.ptr == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    else if (r->job->n_imports == JOB_IMPORTS_MAX)
        st = error_set(why, STATUS_TOO_LARGE, "more than %d files in one archive", JOB_IMPORTS_MAX);
    else
        r->job->imports[r->job->n_imports++] = one;
    jobs_unlock(r->jobs);
    return st;
}

static enum status import_one(struct run *r,
                              const char *path,
                              const struct import_options *options,
                              struct error *why)
{
    struct import_result result = { .from = DAY_NONE };
    struct arena *a = arena_new(0);
    enum status st = a != NULL ? import_run(r->shop, path, options, a, &result, why)
                               : error_set(why, STATUS_NO_MEMORY, "out of memory");
    r->has_refused = r->has_refused || st == STATUS_QUARANTINED;
    if (st == STATUS_OK || st == STATUS_QUARANTINED)
        st = note_import(r, &result, why);
    arena_free(a);
    return st;
}

struct ranked {
    const struct import_part *part;
    int rank;
};

/* Parts in the order in which they refer to each other. */
static enum status rank_parts(struct run *r,
                              const struct import_parts *parts,
                              const struct import_options *options,
                              struct ranked *out,
                              struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < import_parts_count(parts) && st == STATUS_OK; i++) {
        struct ranked one = { import_parts_at(parts, i), 0 };
        const struct import_options mine = import_part_options(one.part, options);
        st = import_rank(r->shop, one.part->path, &mine, &one.rank, why);
        size_t at = i;
        for (; at > 0 && out[at - 1].rank > one.rank; at--)
            out[at] = out[at - 1];
        out[at] = one;
    }
    return st;
}

static enum status import_file(struct run *r,
                               const char *path,
                               const struct import_options *options,
                               struct error *why)
{
    struct import_parts *parts = NULL;
    enum status st = import_parts_open(r->shop, path, options, &parts, why);
    if (st != STATUS_OK)
        return st;
    const size_t n = import_parts_count(parts);
    struct ranked *items = mem_new(n + 1, sizeof *items);
    st = items != NULL ? rank_parts(r, parts, options, items, why)
                       : error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < n && st == STATUS_OK; i++) {
        struct import_options mine = import_part_options(items[i].part, options);
        st = is_cancelled(r) ? cancelled(why) : import_one(r, items[i].part->path, &mine, why);
    }
    mem_free(items);
    import_parts_close(parts);
    return st;
}

/* Rows that were repaired on the board: written as the file that people would edit, and imported.
 */
static enum status import_pick(struct run *r,
                               const struct quarantine_pick *pick,
                               const struct import_options *options,
                               struct error *why)
{
    struct quarantine_file file = { .rows = 0 };
    struct arena *a = arena_new(0);
    enum status st = a != NULL ? quarantine_retry(r->shop, pick, a, &file, why)
                               : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK) {
        st = import_one(r, file.path.ptr, options, why);
        if (st == STATUS_OK)
            (void)unlink(file.path.ptr); /* its rows are in, or wait under the new import */
    }
    arena_free(a);
    return st;
}

static enum status import_all(struct run *r, struct error *why)
{
    const struct job_wish *w = &r->job->wish;
    const struct import_progress progress = { .step = on_step, .self = r };
    struct import_options options = w->options;
    enum status st = STATUS_OK;
    options.progress = &progress;
    options.now_us = clock_now_us();
    if (w->path.len > 0)
        return import_file(r, w->path.ptr, &options, why);
    for (size_t i = 0; i < w->n_picks && st == STATUS_OK; i++)
        st = is_cancelled(r) ? cancelled(why) : import_pick(r, &w->picks[i], &options, why);
    return st;
}

static enum status take_writer(struct run *r, struct error *why)
{
    on_step(r, "waiting for another change", 0, 0);
    while (shop_writer_take(r->shop, WAIT_MS, why) != STATUS_OK) {
        if (is_cancelled(r))
            return cancelled(why);
    }
    jobs_lock(r->jobs);
    r->job->has_writer = true;
    jobs_unlock(r->jobs);
    return STATUS_OK;
}

static void give_writer(struct run *r)
{
    jobs_lock(r->jobs);
    r->job->has_writer = false;
    jobs_unlock(r->jobs);
    shop_writer_give(r->shop);
}

enum status jobs_run_job(struct jobs *j, struct job *job, struct shop *s, struct error *why)
{
    struct run r = { .jobs = j, .job = job, .shop = s };
    const struct derive_progress progress = { .step = on_step, .self = &r };
    enum status st = take_writer(&r, why);
    if (st != STATUS_OK)
        return st;
    st = import_all(&r, why);
    /* what came in before an error, or a cancel, is derived too */
    struct error late = { .lang = why->lang };
    jobs_lock(j);
    job->has_writer = false; /* nobody interrupts it from here on */
    jobs_unlock(j);
    conn_resume(shop_writer(s));
    const enum status derived =
        derive_after_import(s, shop_writer(s), is_cancelled(&r) ? NULL : &progress, &late);
    give_writer(&r);
    if (st == STATUS_OK && derived != STATUS_OK) {
        *why = late;
        st = derived;
    }
    if (st == STATUS_OK && job->wish.upload.len > 0)
        st = upload_remove(s, job->wish.upload, why);
    return st;
}
