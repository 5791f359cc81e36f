/* What stands between the socket and the handlers; nothing here is for writers of endpoints. */
#ifndef SHOPVANE_SERVER_ENGINE_PRIV_H
#define SHOPVANE_SERVER_ENGINE_PRIV_H

#include "server/api_priv.h"
#include "server/server_priv.h"
#include "server/shape_priv.h"

#include <semaphore.h>

#define REQUEST_STORES_MAX 1000
#define PAGE_DEFAULT       50
#define PAGE_MAX           500
#define QUERIES_MAX        2 /* analytic ones at once; the engine's memory limit is one for all */
#define JSON_BODY_MAX      ((size_t)1024 * 1024)
#define UPLOAD_MAX         ((size_t)8 * 1024 * 1024 * 1024)

struct api {
    struct shop *shop;
    struct access *access;
    unsigned port; /* for names of cookies */
    struct kpi_catalog *catalog;
    struct query_cache *cache;
    struct jobs *jobs;
    sem_t slots;
    bool has_slots;
};
enum status api_init(struct api *api, struct shop *shop, struct error *why);
void api_release(struct api *api);

bool reply_init(struct reply *r);
void reply_release(struct reply *r);

/* The head of a request as it came. STATUS_BAD_INPUT when a header stands twice, the path or query
 * is not well formed, or both length and coding of the body are given. */
struct http_head {
    str method;
    str uri; /* as sent */
    str headers[HEADER_COUNT];
    bool is_doubled; /* a header that must stand once stood twice */
};
MUST_CHECK enum status request_read_head(struct request *r,
                                         const struct http_head *head,
                                         struct error *why);

/* Who asks; r->who is nobody when the client brought nothing that is valid. STATUS_UNAUTHORIZED for
 * a header Authorization that is not. Also takes the user's language unless lang= was given. */
MUST_CHECK enum status request_authenticate(struct request *r, struct error *why);

/* Finds the row. STATUS_NOT_FOUND: no such path; STATUS_BAD_USAGE with *other set: only with
 * another method. Fills r->route and r->segments. */
MUST_CHECK enum status router_find(struct request *r, bool *other_method, struct error *why);
/* Everything that can be refused before the body: rights, CSRF, row scope, parameters. */
MUST_CHECK enum status router_admit(struct request *r, struct error *why);
/* The most bytes that a body of its row may have. */
size_t router_body_limit(const struct request *r);
/* Parses a JSON body and checks it against the row's shape. */
MUST_CHECK enum status router_take_json(struct request *r, str body, struct error *why);
/* The i-th row of all tables; NULL past the end. */
const struct route *router_at(size_t i);
/* Runs the handler; the reply is complete afterwards, whatever happened. */
void router_answer(struct request *r, struct reply *reply);
/* All rows are complete and their shapes valid; BUG otherwise. Called once at start. */
void router_check(void);

/* The embedded web board: fills the reply for a path outside /api. False: there is no bundle. */
bool assets_answer(const struct request *r, struct reply *reply);

#endif
