/* What the files of this module share. */
#ifndef SHOPVANE_SERVER_SERVER_PRIV_H
#define SHOPVANE_SERVER_SERVER_PRIV_H

#include "server/server.h"

/* Cost files of the folder, as they were when costs were last derived; zero: not yet. One thread.
 */
struct cost_watch {
    uint64_t mark;
    int64_t looked_us;
};
/* Derives costs anew when a file has changed; what is wrong with them goes to opt->reloaded. */
void cost_watch_look(struct cost_watch *w, const struct server_options *opt, int64_t now_us);

/* The listening end of run/control.sock, non-blocking. */
enum status control_listen(const char *dir, int *out_fd, struct error *why);
void control_unlink(const char *dir);
/* Accepts one waiting connection and runs its command to the end. */
void control_serve_one(const struct server_options *opt, int listen_fd);

/* HTTP on its own threads. */
struct http_service;
enum status http_service_start(const struct server_options *opt,
                               struct http_service **out,
                               unsigned *port,
                               struct error *why);
void http_service_stop(struct http_service *h);
/* Settings, stores, definitions and certificate are read anew. */
enum status http_service_reload(struct http_service *h, struct error *why);
/* The secret of a new first link in the arena; an empty text when there is an administrator. */
enum status http_service_first_link(struct http_service *h,
                                    struct arena *a,
                                    str *out,
                                    struct error *why);

#endif
