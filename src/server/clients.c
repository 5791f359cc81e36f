/* Slow clients: each state of a connection has a time in which it must be over, whatever trickles
 * in meanwhile; who takes longer is cut off. So a connection cannot be held by a byte now and then.
 *
 * The lock guards the list. A connection is removed before the library closes its descriptor, so
 * what is cut off here is the connection it was. */
#include "server/clients_priv.h"

#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

#define SWEEP_MS       1000
#define BYTES_A_SECOND 16384 /* a body comes at least so fast, after the first time */

/* Seconds. Idle is also what browsers keep open between two clicks. */
static const int64_t patience_s[] = {
    [CLIENT_IDLE] = 75, [CLIENT_BODY] = 30, [CLIENT_WAIT] = 0, [CLIENT_READ] = 600
};

struct client {
    struct client *next;
    struct client *before;
    int fd;
    enum client_state state;
    int64_t since_us;
    int64_t bytes;
};

struct clients {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t watcher;
    bool has_watcher;
    bool ends;
    struct client *first;
    size_t count;
};

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

static bool is_too_slow(const struct client *one, int64_t now)
{
    int64_t patience = patience_s[one->state];
    if (one->state == CLIENT_BODY)
        patience += one->bytes / BYTES_A_SECOND;
    return patience > 0 && now - one->since_us > patience * US_PER_SECOND;
}

static void *sweep(void *self)
{
    struct clients *c = self;
    pthread_mutex_lock(&c->lock);
    while (!c->ends) {
        const int64_t now = now_us();
        struct timespec until;
        for (struct client *one = c->first; one != NULL; one = one->next) {
            if (is_too_slow(one, now))
                shutdown(one->fd, SHUT_RDWR); /* the library sees the end and cleans up */
        }
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += SWEEP_MS / 1000;
        pthread_cond_timedwait(&c->wake, &c->lock, &until);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

struct clients *clients_new(void)
{
    struct clients *c = mem_new(1, sizeof *c);
    if (c == NULL)
        return NULL;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->wake, NULL);
    return c;
}

bool clients_watch(struct clients *c)
{
    c->has_watcher = pthread_create(&c->watcher, NULL, sweep, c) == 0;
    return c->has_watcher;
}

void clients_free(struct clients *c)
{
    if (c == NULL)
        return;
    pthread_mutex_lock(&c->lock);
    c->ends = true;
    pthread_cond_signal(&c->wake);
    pthread_mutex_unlock(&c->lock);
    if (c->has_watcher)
        pthread_join(c->watcher, NULL);
    BUG_IF(c->first != NULL);
    pthread_cond_destroy(&c->wake);
    pthread_mutex_destroy(&c->lock);
    mem_free(c);
}

struct client *clients_add(struct clients *c, int fd)
{
    struct client *one = mem_new(1, sizeof *one);
    if (one == NULL)
        return NULL;
    one->fd = fd;
    one->since_us = now_us();
    pthread_mutex_lock(&c->lock);
    one->next = c->first;
    if (c->first != NULL)
        c->first->before = one;
    c->first = one;
    c->count++;
    pthread_mutex_unlock(&c->lock);
    return one;
}

void clients_remove(struct clients *c, struct client *one)
{
    if (one == NULL)
        return;
    pthread_mutex_lock(&c->lock);
    if (one->before != NULL)
        one->before->next = one->next;
    else
        c->first = one->next;
    if (one->next != NULL)
        one->next->before = one->before;
    c->count--;
    pthread_mutex_unlock(&c->lock);
    mem_free(one);
}

void clients_state(struct clients *c, struct client *one, enum client_state state)
{
    if (one == NULL)
        return;
    pthread_mutex_lock(&c->lock);
    one->state = state;
    one->since_us = now_us();
    one->bytes = 0;
    pthread_mutex_unlock(&c->lock);
}

void clients_took(struct clients *c, struct client *one, size_t bytes)
{
    if (one == NULL)
        return;
    pthread_mutex_lock(&c->lock);
    one->bytes += (int64_t)bytes;
    pthread_mutex_unlock(&c->lock);
}

size_t clients_count(struct clients *c)
{
    pthread_mutex_lock(&c->lock);
    const size_t n = c->count;
    pthread_mutex_unlock(&c->lock);
    return n;
}
