/* The thread of the jobs: its queue, and what is told of each. */
#include "server/jobs_priv.h"

#include "server/job_run_priv.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#define JOBS_KEPT 200 /* older ones that are over are forgotten */

struct jobs {
    pthread_mutex_t mutex; /* protects what follows, and every job */
    pthread_cond_t changed;
    struct job *first; /* newest first */
    int64_t last_id;
    bool is_stopping;
    struct shop *shop;
    pthread_t thread;
    void (*tick)(void *self);
    void *self;
};

const char *jobs_state_name(enum job_state s)
{
    static const char *const names[] = {
#define X(id, name) [JOB_##id] = name,
        JOB_STATE_LIST(X)
#undef X
    };
    return names[s];
}

void jobs_lock(struct jobs *j)
{
    pthread_mutex_lock(&j->mutex);
}

void jobs_unlock(struct jobs *j)
{
    pthread_mutex_unlock(&j->mutex);
}

bool jobs_is_stopping(struct jobs *j)
{
    jobs_lock(j);
    const bool stopping = j->is_stopping;
    jobs_unlock(j);
    return stopping;
}

static bool is_over(const struct job *job)
{
    return job->state != JOB_QUEUED && job->state != JOB_RUNNING;
}

static void job_free(struct job *job)
{
    if (job != NULL)
        arena_free(job->arena);
}

/* Forgets the oldest ones that are over. */
static void forget_old(struct jobs *j)
{
    size_t n = 0;
    for (struct job **at = &j->first; *at != NULL;) {
        struct job *job = *at;
        if (++n > JOBS_KEPT && is_over(job)) {
            *at = job->next;
            job_free(job);
        } else {
            at = &job->next;
        }
    }
}

static struct job *oldest_queued(const struct jobs *j)
{
    struct job *found = NULL;
    for (struct job *job = j->first; job != NULL; job = job->next) {
        if (job->state == JOB_QUEUED)
            found = job;
    }
    return found;
}

/* The next job, running from now on; NULL after a second without one, or at the stop. */
static struct job *next_job(struct jobs *j)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    jobs_lock(j);
    struct job *job = oldest_queued(j);
    while (job == NULL && !j->is_stopping) {
        if (pthread_cond_timedwait(&j->changed, &j->mutex, &until) == ETIMEDOUT)
            break;
        job = oldest_queued(j);
    }
    if (j->is_stopping)
        job = NULL;
    if (job != NULL) {
        job->state = JOB_RUNNING;
        job->began_us = clock_now_us();
    }
    jobs_unlock(j);
    return job;
}

static void finish(struct jobs *j, struct job *job, enum status st, const struct error *why)
{
    jobs_lock(j);
    job->ended_us = clock_now_us();
    job->state = st == STATUS_OK || st == STATUS_QUARANTINED ? JOB_DONE
                 : job->is_cancelled                         ? JOB_CANCELLED
                                                             : JOB_FAILED;
    if (job->state == JOB_FAILED)
        job->message = arena_dup(job->arena, str_from(why->text));
    forget_old(j);
    jobs_unlock(j);
}

static void *run(void *arg)
{
    struct jobs *j = arg;
    while (!jobs_is_stopping(j)) {
        struct job *job = next_job(j);
        if (job != NULL) {
            struct error why = { .lang = job->wish.lang };
            const enum status st = jobs_run_job(j, job, j->shop, &why);
            finish(j, job, st, &why);
        }
        if (j->tick != NULL)
            j->tick(j->self);
    }
    return NULL;
}

enum status jobs_start(
    struct shop *s, void (*tick)(void *self), void *self, struct jobs **out, struct error *why)
{
    struct jobs *j = mem_new(1, sizeof *j);
    if (j == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    j->shop = s;
    j->tick = tick;
    j->self = self;
    pthread_mutex_init(&j->mutex, NULL);
    pthread_cond_init(&j->changed, NULL);
    if (pthread_create(&j->thread, NULL, run, j) != 0) {
        pthread_cond_destroy(&j->changed);
        pthread_mutex_destroy(&j->mutex);
        mem_free(j);
        return error_set(why, STATUS_NO_MEMORY, "no thread can be made");
    }
    *out = j;
    return STATUS_OK;
}

/* The statement of a job that has the writer ends; one between two statements sees is_cancelled at
 * its next step. */
static void interrupt_running(struct jobs *j)
{
    for (struct job *job = j->first; job != NULL; job = job->next) {
        if (job->state == JOB_RUNNING && job->is_cancelled && job->has_writer)
            conn_interrupt(shop_writer(j->shop));
    }
}

void jobs_stop(struct jobs *j)
{
    if (j == NULL)
        return;
    jobs_lock(j);
    j->is_stopping = true;
    for (struct job *job = j->first; job != NULL; job = job->next)
        job->is_cancelled = job->is_cancelled || !is_over(job);
    interrupt_running(j);
    pthread_cond_broadcast(&j->changed);
    jobs_unlock(j);
    pthread_join(j->thread, NULL);
    while (j->first != NULL) {
        struct job *job = j->first;
        j->first = job->next;
        job_free(job);
    }
    pthread_cond_destroy(&j->changed);
    pthread_mutex_destroy(&j->mutex);
    mem_free(j);
}

enum status jobs_add(
    struct jobs *j, const struct job_wish *wish, int64_t now_us, int64_t *out_id, struct error *why)
{
    struct job *job = NULL;
    enum status st = jobs_job_new(wish, &job, why);
    if (st != STATUS_OK)
        return st;
    jobs_lock(j);
    job->id = ++j->last_id;
    job->queued_us = now_us;
    job->next = j->first;
    j->first = job;
    *out_id = job->id;
    pthread_cond_broadcast(&j->changed);
    jobs_unlock(j);
    return STATUS_OK;
}

static struct job *find(const struct jobs *j, int64_t id)
{
    struct job *job = j->first;
    while (job != NULL && job->id != id)
        job = job->next;
    return job;
}

static enum status unknown(int64_t id, struct error *why)
{
    return error_set(why, STATUS_NOT_FOUND, "there is no job #%lld", (long long)id);
}

enum status jobs_view(
    struct jobs *j, int64_t id, struct arena *a, struct job_view *out, struct error *why)
{
    jobs_lock(j);
    const struct job *job = find(j, id);
    const enum status st = job != NULL ? jobs_copy(job, a, out, why) : unknown(id, why);
    jobs_unlock(j);
    return st;
}

enum status jobs_list(
    struct jobs *j, struct arena *a, struct job_view **out, size_t *n, struct error *why)
{
    size_t count = 0;
    enum status st = STATUS_OK;
    jobs_lock(j);
    for (const struct job *job = j->first; job != NULL; job = job->next)
        count++;
    struct job_view *items = ARENA_NEW(a, struct job_view, count + 1);
    if (items == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    *n = 0;
    for (const struct job *job = j->first; job != NULL && st == STATUS_OK; job = job->next)
        st = jobs_copy(job, a, &items[(*n)++], why);
    jobs_unlock(j);
    if (st == STATUS_OK)
        *out = items;
    return st;
}

enum status jobs_cancel(struct jobs *j, int64_t id, struct error *why)
{
    enum status st = STATUS_OK;
    jobs_lock(j);
    struct job *job = find(j, id);
    if (job == NULL) {
        st = unknown(id, why);
    } else if (is_over(job)) {
        st = error_set(why, STATUS_CONFLICT, "job #%lld is over already", (long long)id);
    } else {
        job->is_cancelled = true;
        if (job->state == JOB_QUEUED) {
            job->state = JOB_CANCELLED;
            job->ended_us = clock_now_us();
        }
        interrupt_running(j);
    }
    jobs_unlock(j);
    return st;
}
