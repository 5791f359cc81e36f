/* The server's one loop: HTTP runs on its own threads, commands from the control socket here. */
#include "server/server_priv.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#define WAKE_MS 200 /* how soon a stop is noticed */
#define TICK_US 1000000
#define KEEP_US ((int64_t)60 * 1000000) /* so long freed memory is kept for the answers to come */

static void reload(const struct server_options *opt, struct http_service *http)
{
    struct error why = { .lang = shop_settings(opt->shop)->lang };
    const enum status st = http_service_reload(http, &why);
    if (opt->reloaded != NULL)
        opt->reloaded(opt->run_self, st == STATUS_OK ? NULL : why.text);
}

/* Once in a while all that is free goes back to the system, a large answer's memory too. */
static void give_back(int64_t now, int64_t *given_us)
{
    if (now - *given_us < KEEP_US && now >= *given_us)
        return;
    *given_us = now;
    mem_give_back();
}

static void serve_until_stopped(const struct server_options *opt,
                                struct http_service *http,
                                int control_fd,
                                struct cost_watch *costs)
{
    sig_atomic_t reloads = 0;
    int64_t ticked_us = 0;
    int64_t given_us = 0;
    while (__atomic_load_n(opt->stop, __ATOMIC_RELAXED) == 0) { /* any thread or signal sets it */
        struct pollfd p = { .fd = control_fd, .events = POLLIN };
        const int n = poll(&p, 1, WAKE_MS);
        if (opt->reload != NULL && *opt->reload != reloads) {
            reloads = *opt->reload;
            reload(opt, http);
        }
        cost_watch_look(costs, opt, clock_now_us());
        const int64_t now = clock_now_us();
        if (opt->tick != NULL && (now - ticked_us >= TICK_US || now < ticked_us)) {
            ticked_us = now;
            opt->tick(opt->run_self);
        }
        give_back(now, &given_us);
        if (n > 0 && (p.revents & POLLIN) != 0)
            control_serve_one(opt, control_fd);
    }
}

static enum status tell_ready(const struct server_options *opt,
                              struct http_service *http,
                              unsigned port,
                              struct error *why)
{
    str link = STR_EMPTY;
    struct arena *a = arena_new(0);
    enum status st = a != NULL ? http_service_first_link(http, a, &link, why)
                               : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK && opt->ready != NULL)
        opt->ready(opt->run_self, port, link.len > 0 ? link.ptr : NULL);
    arena_free(a);
    return st;
}

enum status server_run(const struct server_options *opt, struct error *why)
{
    struct http_service *http = NULL;
    int control_fd = -1;
    unsigned port = 0;
    struct cost_watch costs = { 0 };
    enum status st = control_listen(shop_dir(opt->shop), &control_fd, why);
    if (st == STATUS_OK)
        st = http_service_start(opt, &http, &port, why);
    if (st == STATUS_OK)
        cost_watch_look(&costs, opt, clock_now_us());
    if (st == STATUS_OK)
        st = tell_ready(opt, http, port, why);
    if (st == STATUS_OK)
        serve_until_stopped(opt, http, control_fd, &costs);
    http_service_stop(http);
    if (control_fd >= 0) {
        close(control_fd);
        control_unlink(shop_dir(opt->shop));
    }
    return st;
}
