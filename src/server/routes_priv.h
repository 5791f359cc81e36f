/* The JSON API: from a request to a reply text, without a socket. */
#ifndef SHOPVANE_SERVER_ROUTES_PRIV_H
#define SHOPVANE_SERVER_ROUTES_PRIV_H

#include "query/query.h"

#include <semaphore.h>

#define API_ARGUMENTS_MAX 64
#define API_REPLY_MAX     ((size_t)64 * 1024 * 1024)
#define API_QUERIES_MAX   2 /* analytic queries at once; the engine's memory limit is one for all */

struct api {
    struct shop *shop;
    struct kpi_catalog *catalog;
    struct arena *arena; /* the catalog's */
    struct query_cache *cache;
    sem_t slots;
    bool has_slots;
};

struct api_request {
    str url;
    size_t count;
    str keys[API_ARGUMENTS_MAX + 1];
    str values[API_ARGUMENTS_MAX + 1];
};

struct api_reply {
    unsigned status;
    const char *mime;
    struct buf *body;
};

enum status api_init(struct api *api, struct shop *shop, struct error *why);
void api_release(struct api *api);
/* Any thread. */
void api_answer(struct api *api, const struct api_request *req, struct api_reply *reply);
/* {"error":{"status":N,"message":"..."}} */
void api_problem(struct api_reply *reply, unsigned status, const char *message);

#endif
