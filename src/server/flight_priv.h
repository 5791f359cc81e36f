/* Lanes and flights: where handlers run, how many at once, and who waits for what.
 *
 * A flight is one run of a handler with those who wait for its answer. Equal questions that arrive
 * while one is under way join it (single flight). A lane has a waiting line and a few threads. The
 * watcher ends flights that are too late, or that nobody waits for any more.
 *
 *     exchange --flight_start()--> line of its lane --> worker: handler --> everybody resumes
 *
 * Threads: `lanes->lock` guards lines and flights; no handler runs and nothing is called out of it
 * but conn_interrupt() and MHD_resume_connection(), which do not call back. */
#ifndef SHOPVANE_SERVER_FLIGHT_PRIV_H
#define SHOPVANE_SERVER_FLIGHT_PRIV_H

#include "server/engine_priv.h"

#include <stdatomic.h>

struct exchange;
struct flight;
struct lanes;
struct MHD_Response;

/* Why a flight was ended before its handler was done. */
enum flight_end { END_NONE, END_DEADLINE, END_NOBODY, END_STOP, END_CANCEL };

/* Counted for /metrics; any thread. */
struct lane_counts {
    atomic_llong runs;
    atomic_llong joined;    /* answered by a flight that was under way */
    atomic_llong refused;   /* the line was full */
    atomic_llong late;      /* waited or ran too long */
    atomic_llong deserted;  /* everybody who asked has gone */
    atomic_llong cancelled; /* everybody who asked has taken it back */
    atomic_llong wait_us;
    atomic_llong run_us;
};

/* `deadline_s`: how many seconds a question may run. */
MUST_CHECK enum status lanes_start(struct api *api,
                                   int64_t deadline_s,
                                   struct lanes **out,
                                   struct error *why);
/* Refuses new flights, gives running ones some seconds, ends them, answers everybody. Afterwards no
 * exchange is suspended. */
void lanes_stop(struct lanes *l);
void lanes_free(struct lanes *l); /* after the HTTP threads have ended; NULL is fine */

/* The exchange will be resumed; it is suspended when this returns STATUS_OK. STATUS_BUSY: the line
 * is full or the server stops. `key` .len 0: never shared. */
MUST_CHECK enum status flight_start(struct lanes *l,
                                    struct exchange *ex,
                                    str key,
                                    struct error *why);
/* The answer, for an exchange that was resumed: one call each. */
struct MHD_Response *flight_response(struct exchange *ex, unsigned *status);
void flight_leave(struct exchange *ex);

/* For the handler's thread: the connection that is interrupted when the flight shall end. */
MUST_CHECK enum status flight_hold_conn(struct flight *f, struct conn *c, struct error *why);
void flight_drop_conn(struct flight *f);

/* Numbers of a lane: waiting, running, counts. */
struct lane_look {
    const char *name;
    size_t waiting;
    size_t running;
    const struct lane_counts *counts;
};
bool lanes_look(struct lanes *l, size_t i, struct lane_look *out); /* false past the end */

/* A question that waits or runs. */
struct question {
    int64_t id;
    bool runs;
    int64_t for_us; /* how long it has waited, or run */
    str path;
    str query;
    str user; /* the one who asked first */
};
/* Questions of a user (0: of everybody), oldest first, with texts in the arena: how many there are;
 * at most `most` are written. SIZE_MAX: out of memory. */
size_t lanes_questions(
    struct lanes *l, int64_t user_id, struct arena *a, struct question *out, size_t most);
/* The user (0: everybody) takes a question back. It ends when nobody else waits for it. False:
 * there is none of his with this id. */
bool lanes_cancel(struct lanes *l, int64_t id, int64_t user_id);

#endif
