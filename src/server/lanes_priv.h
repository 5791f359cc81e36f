/* Lanes from inside, for lanes.c and questions.c. */
#ifndef SHOPVANE_SERVER_LANES_PRIV_H
#define SHOPVANE_SERVER_LANES_PRIV_H

#include "server/flight_priv.h"

#include <pthread.h>

#define LANE_COUNT  4
#define THREADS_MAX 4

enum flight_state { FLIGHT_WAITS, FLIGHT_RUNS, FLIGHT_DONE };

struct flight {
    int64_t id;
    struct flight *next; /* of all flights that are not done */
    struct lanes *lanes;
    enum route_lane lane;
    enum flight_state state;
    enum flight_end end;
    char *key; /* NULL: never shared */
    size_t key_len;
    struct exchange *leader; /* its request and reply are what the handler works on */
    struct exchange *riders; /* everybody, the leader too; linked by ->rider */
    size_t refs;             /* riders that have not left yet */
    int64_t since_us;        /* waits or runs since */
    struct conn *conn;
    struct MHD_Response *response;
    unsigned status;
};

struct lane {
    pthread_cond_t wake;
    pthread_t threads[THREADS_MAX];
    size_t thread_count;
    size_t waiting;
    size_t running;
    struct lane_counts counts;
};

struct lanes {
    struct api *api;
    pthread_mutex_t lock;
    struct lane lanes[LANE_COUNT];
    struct flight *first; /* in order of arrival */
    struct flight *last;
    int64_t last_id;
    int64_t run_us; /* how long a question may run */
    pthread_t watcher;
    bool has_watcher;
    bool stops;
    bool watch_ends;
};

int64_t lanes_now_us(void); /* of the steady clock */
/* Under the lock. */
void lanes_end_waiting(struct lanes *l, struct flight *f, enum flight_end end);
void lanes_count_end(struct lanes *l, const struct flight *f, enum flight_end end);

#endif
