/* Lanes and flights; see flight_priv.h. */
#include "server/exchange_priv.h"
#include "server/lanes_priv.h"

#include <microhttpd.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#define WATCH_MS      50
#define STOP_GRACE_US (5 * US_PER_SECOND)

/* Two analytic questions at once: the engine's memory limit is one for all. One while data is being
 * written, so that the loader comes first. Passwords have a lane of their own: 64 MiB each, and a
 * flood of log-ins must not keep others waiting. */
static const struct lane_rule {
    const char *name;
    size_t threads;
    size_t line;       /* how many may wait */
    int64_t wait_us;   /* how long */
    bool has_deadline; /* of a run: the server's option */
    bool yields_to_writer;
} rules[LANE_COUNT] = {
    [LANE_QUERY] = { "query", 2, 256, 20 * US_PER_SECOND, true, true },
    [LANE_WORK] = { "work", 3, 64, 30 * US_PER_SECOND, false, false },
    [LANE_PASSWORD] = { "password", 2, 16, 10 * US_PER_SECOND, false, false },
    [LANE_HERE] = { "here", 0, 0, 0, false, false },
};

struct worker {
    struct lanes *lanes;
    enum route_lane lane;
};

int64_t lanes_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

/* ---- Under the lock. ------------------------------------------------------------------------ */

static void unlink_flight(struct lanes *l, struct flight *f)
{
    struct flight *before = NULL;
    for (struct flight *i = l->first; i != NULL && i != f; i = i->next)
        before = i;
    if (before != NULL)
        before->next = f->next;
    else
        l->first = f->next;
    if (l->last == f)
        l->last = before;
    f->next = NULL;
}

static void append_flight(struct lanes *l, struct flight *f)
{
    if (l->last != NULL)
        l->last->next = f;
    else
        l->first = f;
    l->last = f;
}

static struct flight *find_same(struct lanes *l, str key)
{
    for (struct flight *f = l->first; f != NULL; f = f->next) {
        if (f->key != NULL && f->end == END_NONE && str_eq((str){ f->key, f->key_len }, key))
            return f;
    }
    return NULL;
}

/* Everybody goes on. After that the leader's memory may go at any moment. */
static void finish(struct lanes *l, struct flight *f)
{
    struct exchange *next = NULL;
    unlink_flight(l, f);
    f->state = FLIGHT_DONE;
    for (struct exchange *ex = f->riders; ex != NULL; ex = next) {
        next = ex->rider;
        MHD_resume_connection(ex->connection);
    }
}

static void say_end(const struct flight *f, struct error *why)
{
    if (f->end == END_STOP)
        (void)error_set(why, STATUS_BUSY, "the server stops; ask again in a moment");
    else if (f->end == END_CANCEL || f->end == END_NOBODY)
        (void)error_set(why, STATUS_INTERRUPTED, "this question was cancelled");
    else if (f->state == FLIGHT_WAITS)
        (void)error_set(why, STATUS_BUSY, "too many questions are waiting; ask again in a moment");
    else
        (void)error_set(why,
                        STATUS_INTERRUPTED,
                        "this took longer than %lld s and was ended; ask for a shorter range, "
                        "fewer dimensions or a longer grain, or start the server with a longer "
                        "--deadline",
                        (long long)(f->lanes->run_us / US_PER_SECOND));
}

/* The answer of a flight that did not come to its end. */
static void answer_end(struct flight *f)
{
    struct reply *reply = &f->leader->reply;
    struct error why = { .lang = f->leader->request.lang };
    say_end(f, &why);
    if (f->end == END_CANCEL || f->end == END_NOBODY) {
        reply_problem(reply, 409, "cancelled", str_from(why.text));
        return;
    }
    reply_problem(reply, 503, f->end == END_DEADLINE ? "deadline" : NULL, str_from(why.text));
    if (!reply_has_header(reply, "Retry-After"))
        reply_header(reply, "Retry-After", STR("2"));
}

void lanes_end_waiting(struct lanes *l, struct flight *f, enum flight_end end)
{
    l->lanes[f->lane].waiting--;
    f->end = end;
    answer_end(f);
    f->response = exchange_response(f->leader, &f->status);
    finish(l, f);
}

/* ---- Workers. ------------------------------------------------------------------------------- */

static bool may_run(const struct lanes *l, enum route_lane lane)
{
    const size_t running = l->lanes[lane].running;
    return running == 0 || !rules[lane].yields_to_writer || !shop_writer_is_taken(l->api->shop);
}

static struct flight *next_waiting(struct lanes *l, enum route_lane lane)
{
    if (!may_run(l, lane))
        return NULL;
    for (struct flight *f = l->first; f != NULL; f = f->next) {
        if (f->lane == lane && f->state == FLIGHT_WAITS)
            return f;
    }
    return NULL;
}

static void take_off(struct lanes *l, struct flight *f)
{
    struct lane *lane = &l->lanes[f->lane];
    const int64_t now = lanes_now_us();
    atomic_fetch_add(&lane->counts.wait_us, now - f->since_us);
    atomic_fetch_add(&lane->counts.runs, 1);
    lane->waiting--;
    lane->running++;
    f->state = FLIGHT_RUNS;
    f->since_us = now;
}

/* Back under the lock. */
static void land(struct lanes *l, struct flight *f)
{
    struct lane *lane = &l->lanes[f->lane];
    atomic_fetch_add(&lane->counts.run_us, lanes_now_us() - f->since_us);
    lane->running--;
    if (f->end != END_NONE && f->leader->reply.status >= 400)
        answer_end(f);
    f->response = exchange_response(f->leader, &f->status);
    finish(l, f);
    pthread_cond_broadcast(&lane->wake); /* a lane that yields may have kept others waiting */
}

static void *work(void *self)
{
    struct worker *w = self;
    struct lanes *l = w->lanes;
    struct lane *lane = &l->lanes[w->lane];
    const enum route_lane which = w->lane;
    struct flight *f = NULL;
    mem_free(w);
    pthread_mutex_lock(&l->lock);
    for (;;) {
        while ((f = next_waiting(l, which)) == NULL && !l->stops)
            pthread_cond_wait(&lane->wake, &l->lock);
        if (f == NULL)
            break;
        take_off(l, f);
        pthread_mutex_unlock(&l->lock);
        f->leader->request.flight = f;
        exchange_run(f->leader);
        pthread_mutex_lock(&l->lock);
        land(l, f);
    }
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

enum status flight_hold_conn(struct flight *f, struct conn *c, struct error *why)
{
    enum status st = STATUS_OK;
    if (f == NULL)
        return st;
    pthread_mutex_lock(&f->lanes->lock);
    if (f->end == END_NONE)
        f->conn = c;
    else
        st = error_set(why, STATUS_INTERRUPTED, "interrupted");
    pthread_mutex_unlock(&f->lanes->lock);
    return st;
}

void flight_drop_conn(struct flight *f)
{
    if (f == NULL)
        return;
    pthread_mutex_lock(&f->lanes->lock);
    f->conn = NULL;
    pthread_mutex_unlock(&f->lanes->lock);
}

/* ---- Joining and leaving. ------------------------------------------------------------------- */

/* Under the lock. */
static struct flight *flight_new(struct lanes *l, struct exchange *ex, str key)
{
    struct flight *f = mem_new(1, sizeof *f);
    if (f == NULL)
        return NULL;
    if (key.len > 0) {
        f->key = mem_new(key.len + 1, 1);
        if (f->key == NULL) {
            mem_free(f);
            return NULL;
        }
        memcpy(f->key, key.ptr, key.len);
        f->key_len = key.len;
    }
    f->id = ++l->last_id;
    f->lanes = l;
    f->lane = ex->request.route->lane;
    f->leader = ex;
    f->since_us = lanes_now_us();
    return f;
}

/* Under the lock. Suspended before any worker can resume it. */
static void ride(struct flight *f, struct exchange *ex)
{
    ex->flight = f;
    ex->rider = f->riders;
    ex->has_gone = false;
    f->riders = ex;
    f->refs++;
    MHD_suspend_connection(ex->connection);
}

enum status flight_start(struct lanes *l, struct exchange *ex, str key, struct error *why)
{
    struct lane *lane = &l->lanes[ex->request.route->lane];
    const struct lane_rule *rule = &rules[ex->request.route->lane];
    enum status st = STATUS_OK;
    pthread_mutex_lock(&l->lock);
    struct flight *f = key.len > 0 && !l->stops ? find_same(l, key) : NULL;
    if (f != NULL) {
        atomic_fetch_add(&lane->counts.joined, 1);
        ride(f, ex);
    } else if (l->stops || lane->waiting >= rule->line) {
        atomic_fetch_add(&lane->counts.refused, 1);
        st = l->stops ? error_set(why, STATUS_BUSY, "the server stops; ask again in a moment")
                      : error_set(why,
                                  STATUS_BUSY,
                                  "too many questions are waiting; ask again in a moment");
    } else if ((f = flight_new(l, ex, key)) == NULL) {
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    } else {
        append_flight(l, f);
        lane->waiting++;
        ride(f, ex);
        pthread_cond_signal(&lane->wake);
    }
    pthread_mutex_unlock(&l->lock);
    return st;
}

struct MHD_Response *flight_response(struct exchange *ex, unsigned *status)
{
    *status = ex->flight->status;
    return ex->flight->response;
}

void flight_leave(struct exchange *ex)
{
    struct flight *f = ex->flight;
    if (f == NULL)
        return;
    pthread_mutex_lock(&f->lanes->lock);
    const bool is_last = --f->refs == 0;
    pthread_mutex_unlock(&f->lanes->lock);
    ex->flight = NULL;
    if (!is_last)
        return;
    if (f->response != NULL)
        MHD_destroy_response(f->response);
    mem_free(f->key);
    mem_free(f);
}

/* ---- The watcher. --------------------------------------------------------------------------- */

/* The client has closed its end; what it asked for serves nobody. */
static bool has_hung_up(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLRDHUP };
    return poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

static bool is_deserted(const struct flight *f)
{
    bool all = true;
    for (struct exchange *ex = f->riders; ex != NULL; ex = ex->rider) {
        ex->has_gone = ex->has_gone || has_hung_up(ex->fd);
        all = all && ex->has_gone;
    }
    return all;
}

/* Only reading is given up; a change that was begun is brought to its end. */
static enum flight_end why_end(const struct flight *f, int64_t now)
{
    const struct lane_rule *rule = &rules[f->lane];
    const bool waits = f->state == FLIGHT_WAITS;
    const bool changes = strcmp(f->leader->request.route->method, "GET") != 0;
    const int64_t run_us = rule->has_deadline && !changes ? f->lanes->run_us : 0;
    const int64_t limit = waits ? rule->wait_us : run_us;
    if (limit > 0 && now - f->since_us > limit)
        return END_DEADLINE;
    if ((waits || (f->lane == LANE_QUERY && !changes)) && is_deserted(f))
        return END_NOBODY;
    return END_NONE;
}

void lanes_count_end(struct lanes *l, const struct flight *f, enum flight_end end)
{
    struct lane_counts *counts = &l->lanes[f->lane].counts;
    if (end == END_DEADLINE)
        atomic_fetch_add(&counts->late, 1);
    if (end == END_NOBODY)
        atomic_fetch_add(&counts->deserted, 1);
    if (end == END_CANCEL)
        atomic_fetch_add(&counts->cancelled, 1);
}

static void watch_flight(struct lanes *l, struct flight *f, int64_t now)
{
    if (f->end == END_NONE) {
        const enum flight_end end = why_end(f, now);
        lanes_count_end(l, f, end);
        if (end != END_NONE && f->state == FLIGHT_WAITS) {
            lanes_end_waiting(l, f, end);
            return;
        }
        f->end = end;
    }
    /* At each round, for an interrupt between two statements is lost. */
    if (f->end != END_NONE && f->conn != NULL)
        conn_interrupt(f->conn);
}

static void *watch(void *self)
{
    struct lanes *l = self;
    const struct timespec pause = { .tv_nsec = WATCH_MS * 1000000L };
    pthread_mutex_lock(&l->lock);
    while (!l->watch_ends) {
        const int64_t now = lanes_now_us();
        struct flight *next = NULL;
        for (struct flight *f = l->first; f != NULL; f = next) {
            next = f->next;
            watch_flight(l, f, now);
        }
        pthread_cond_signal(&l->lanes[LANE_QUERY].wake); /* the writer may be done */
        pthread_mutex_unlock(&l->lock);
        nanosleep(&pause, NULL);
        pthread_mutex_lock(&l->lock);
    }
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

/* ---- Starting and stopping. ----------------------------------------------------------------- */

static bool start_worker(struct lanes *l, enum route_lane which)
{
    struct lane *lane = &l->lanes[which];
    struct worker *w = mem_new(1, sizeof *w);
    if (w == NULL)
        return false;
    *w = (struct worker){ .lanes = l, .lane = which };
    if (pthread_create(&lane->threads[lane->thread_count], NULL, work, w) != 0) {
        mem_free(w);
        return false;
    }
    lane->thread_count++;
    return true;
}

enum status lanes_start(struct api *api, int64_t deadline_s, struct lanes **out, struct error *why)
{
    struct lanes *l = mem_new(1, sizeof *l);
    if (l == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    l->api = api;
    l->run_us = deadline_s * US_PER_SECOND;
    pthread_mutex_init(&l->lock, NULL);
    for (size_t i = 0; i < LANE_COUNT; i++)
        pthread_cond_init(&l->lanes[i].wake, NULL);
    bool ok = true;
    for (size_t i = 0; i < LANE_COUNT; i++) {
        for (size_t k = 0; ok && k < rules[i].threads; k++)
            ok = start_worker(l, (enum route_lane)i);
    }
    l->has_watcher = ok && pthread_create(&l->watcher, NULL, watch, l) == 0;
    if (!l->has_watcher) {
        lanes_stop(l);
        lanes_free(l);
        return error_set(why, STATUS_NO_MEMORY, "no thread could be started");
    }
    *out = l;
    return STATUS_OK;
}

static bool some_run(const struct lanes *l)
{
    for (size_t i = 0; i < LANE_COUNT; i++) {
        if (l->lanes[i].running > 0)
            return true;
    }
    return false;
}

/* Under the lock; it is let go while waiting. */
static void wait_for_runs(struct lanes *l, int64_t until)
{
    const struct timespec pause = { .tv_nsec = WATCH_MS * 1000000L };
    while (some_run(l) && lanes_now_us() < until) {
        pthread_mutex_unlock(&l->lock);
        nanosleep(&pause, NULL);
        pthread_mutex_lock(&l->lock);
    }
}

void lanes_stop(struct lanes *l)
{
    pthread_mutex_lock(&l->lock);
    l->stops = true;
    struct flight *next = NULL;
    for (struct flight *f = l->first; f != NULL; f = next) {
        next = f->next;
        if (f->state == FLIGHT_WAITS)
            lanes_end_waiting(l, f, END_STOP);
    }
    wait_for_runs(l, lanes_now_us() + STOP_GRACE_US);
    for (struct flight *f = l->first; f != NULL; f = f->next) { /* reading is cut short */
        const bool reads = strcmp(f->leader->request.route->method, "GET") == 0;
        f->end = reads && f->end == END_NONE ? END_STOP : f->end;
    }
    for (size_t i = 0; i < LANE_COUNT; i++)
        pthread_cond_broadcast(&l->lanes[i].wake);
    pthread_mutex_unlock(&l->lock);
    for (size_t i = 0; i < LANE_COUNT; i++) {
        for (size_t k = 0; k < l->lanes[i].thread_count; k++)
            pthread_join(l->lanes[i].threads[k], NULL);
        l->lanes[i].thread_count = 0;
    }
    pthread_mutex_lock(&l->lock);
    l->watch_ends = true;
    pthread_mutex_unlock(&l->lock);
    if (l->has_watcher)
        pthread_join(l->watcher, NULL);
    l->has_watcher = false;
}

void lanes_free(struct lanes *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; i < LANE_COUNT; i++)
        pthread_cond_destroy(&l->lanes[i].wake);
    pthread_mutex_destroy(&l->lock);
    mem_free(l);
}

bool lanes_look(struct lanes *l, size_t i, struct lane_look *out)
{
    if (i >= LANE_COUNT || rules[i].threads == 0)
        return false;
    pthread_mutex_lock(&l->lock);
    *out = (struct lane_look){ .name = rules[i].name,
                               .waiting = l->lanes[i].waiting,
                               .running = l->lanes[i].running,
                               .counts = &l->lanes[i].counts };
    pthread_mutex_unlock(&l->lock);
    return true;
}
