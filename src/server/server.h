/* Serves an open shop: the JSON API over HTTP, and the control socket through which other
 * processes of this machine run commands while the server has the folder open.
 *
 * HTTP: the web board and /api/v1; each address is a row of a table in routes_*.c.
 * Beyond loopback it listens only with TLS or behind a proxy.
 * Threads: HTTP runs on a pool of as many threads as cores, handlers on lanes (lanes.c); each API
 * request takes its own connection; commands from the control socket run one at a time. */
#ifndef SHOPVANE_SERVER_SERVER_H
#define SHOPVANE_SERVER_SERVER_H

#include "query/query.h"

#include "shop/shop.h"

#include <signal.h>

/* A command that arrived through run/control.sock, with the caller's own streams and folder. */
struct control_request {
    int out_fd;
    int err_fd;
    const char *cwd;
    enum lang lang;
    bool lang_given;
    bool out_is_terminal;
    unsigned width;
    int argc;
    const char *const *argv;
};

#define SERVER_DEADLINE_S     30
#define SERVER_DEADLINE_MAX_S 3600

struct server_options {
    const char *listen;   /* "127.0.0.1:8080"; port 0: a free one */
    const char *hosts;    /* names that the board goes by, "a,b"; NULL: none beside loopback */
    const char *tls_cert; /* PEM files; NULL: plain */
    const char *tls_key;
    bool behind_proxy; /* a proxy with TLS stands in front, on this machine */
    const char
        *proxies; /* addresses of proxies elsewhere, "a,b"; implies behind_proxy; NULL: none */
    int64_t deadline_s; /* how long a question may run; 0: SERVER_DEADLINE_S */
    struct shop *shop;  /* open; the server borrows it */
    void *run_self;
    int (*run)(void *self, const struct control_request *req); /* gives the exit status */
    /* Called once it listens. `first_link`: the secret of the link that makes the first
     * administrator, when there is none yet; else NULL. */
    void (*ready)(void *self, unsigned port, const char *first_link);
    volatile const sig_atomic_t *stop;   /* the loop ends soon after it is not 0 */
    volatile const sig_atomic_t *reload; /* settings are read anew when it changes; may be NULL */
    void (*reloaded)(void *self, const char *problem); /* NULL: all is well; may be NULL itself */
    void (*tick)(
        void *self); /* about once a second, on the loop's thread; must not wait; or NULL */
};

/* Runs until *stop; STATUS_CONFLICT when the address is taken. */
MUST_CHECK enum status server_run(const struct server_options *opt, struct error *why);

/* Client side: a live server has the folder open. */
bool control_is_live(const char *dir);
/* Client side: runs argv in the live server of `dir`. False when no server is there; then nothing
 * was done. */
MUST_CHECK bool control_forward(const char *dir,
                                const struct control_request *req,
                                int *exit_status);

#endif
