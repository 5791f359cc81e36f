/* What is asked now, and taking it back. */
#include "server/exchange_priv.h"
#include "server/lanes_priv.h"

#include <string.h>

/* Only reading: what changes something is brought to its end. */
static bool is_question(const struct flight *f)
{
    return f->lane == LANE_QUERY && f->end == END_NONE &&
           strcmp(f->leader->request.route->method, "GET") == 0;
}

static bool is_of(const struct exchange *ex, int64_t user_id)
{
    return !ex->has_gone && (user_id == 0 || ex->request.who->user_id == user_id);
}

static const struct exchange *first_of(const struct flight *f, int64_t user_id)
{
    const struct exchange *first = NULL; /* the list begins with the last who came */
    for (const struct exchange *ex = f->riders; ex != NULL; ex = ex->rider) {
        if (is_of(ex, user_id))
            first = ex;
    }
    return first;
}

size_t lanes_questions(
    struct lanes *l, int64_t user_id, struct arena *a, struct question *out, size_t most)
{
    size_t n = 0;
    bool fits = true;
    pthread_mutex_lock(&l->lock);
    const int64_t now = lanes_now_us();
    for (const struct flight *f = l->first; f != NULL; f = f->next) {
        const struct exchange *ex = is_question(f) ? first_of(f, user_id) : NULL;
        if (ex == NULL || n++ >= most)
            continue;
        struct question *q = &out[n - 1];
        *q = (struct question){ .id = f->id,
                                .runs = f->state == FLIGHT_RUNS,
                                .for_us = now - f->since_us,
                                .path = arena_dup(a, ex->request.path),
                                .query = arena_dup(a, ex->request.raw_query),
                                .user = arena_dup(a, ex->request.who->name) };
        fits = fits && q->path.ptr != NULL && q->query.ptr != NULL && q->user.ptr != NULL;
    }
    pthread_mutex_unlock(&l->lock);
    return fits ? n : SIZE_MAX;
}

/* Under the lock. */
static void take_back(struct lanes *l, struct flight *f, int64_t user_id)
{
    bool all = true;
    for (struct exchange *ex = f->riders; ex != NULL; ex = ex->rider) {
        ex->has_gone = ex->has_gone || is_of(ex, user_id);
        all = all && ex->has_gone;
    }
    if (!all)
        return;
    lanes_count_end(l, f, END_CANCEL);
    if (f->state == FLIGHT_WAITS)
        lanes_end_waiting(l, f, END_CANCEL);
    else
        f->end = END_CANCEL; /* the watcher interrupts it */
}

bool lanes_cancel(struct lanes *l, int64_t id, int64_t user_id)
{
    pthread_mutex_lock(&l->lock);
    struct flight *f = l->first;
    while (f != NULL && f->id != id)
        f = f->next;
    const bool found = f != NULL && is_question(f) && first_of(f, user_id) != NULL;
    if (found)
        take_back(l, f, user_id);
    pthread_mutex_unlock(&l->lock);
    return found;
}
