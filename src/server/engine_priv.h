/* What stands between the socket and the handlers; nothing here is for writers of endpoints. */
#ifndef SHOPVANE_SERVER_ENGINE_PRIV_H
#define SHOPVANE_SERVER_ENGINE_PRIV_H

#include "server/api_priv.h"
#include "server/listen_priv.h"
#include "server/server_priv.h"
#include "server/shape_priv.h"

#include <pthread.h>
#include <stdatomic.h>

#define REQUEST_STORES_MAX 1000
#define PAGE_DEFAULT       50
#define PAGE_MAX           500
#define JSON_BODY_MAX      ((size_t)1024 * 1024)
#define UPLOAD_MAX         ((uint64_t)8 * 1024 * 1024 * 1024) /* unless shop.yaml says otherwise */

struct clients;
struct jobs;
struct lanes;
struct tls;
struct definitions;

/* For /metrics. By class: 1xx (unused) to 5xx. */
struct api_counts {
    atomic_llong replies[6];
    atomic_llong not_modified;
};

/* Threads: what never changes after the start needs no lock; `lock` guards `definitions`. Order of
 * locks: reload_lock, then lock; the others are taken alone. */
struct api {
    struct shop *shop;
    struct access *access;
    struct query_cache *cache;
    struct jobs *jobs;
    uint64_t files_mark; /* of settings and definitions; of the thread of the jobs */
    struct lanes *lanes;
    struct clients *clients;
    struct tls *tls; /* NULL: plain */
    struct listen listen;
    unsigned port; /* for names of cookies */
    int64_t started_us;
    char boot[17]; /* random: answers of before a restart or restore are asked for again */
    pthread_mutex_t lock;
    struct definitions *definitions;
    pthread_mutex_t reload_lock;
    pthread_mutex_t version_lock; /* guards version_conn */
    struct conn *version_conn;
    struct api_counts counts;
};
/* api_release() in the end, after an error too. */
MUST_CHECK enum status api_init(struct api *api,
                                const struct server_options *opt,
                                struct error *why);
void api_release(struct api *api); /* the HTTP threads have ended */
/* Settings, stores, definitions, certificate anew; with a problem in one, it and what follows stay
 * as they were. Any thread. */
MUST_CHECK enum status api_reload(struct api *api, struct error *why);
MUST_CHECK enum status api_data_version(struct api *api, int64_t *out, struct error *why);

/* The definitions in force; give them back. */
struct definitions *definitions_take(struct api *api);
const struct kpi_catalog *definitions_catalog(const struct definitions *d);
void definitions_give(struct api *api, struct definitions *d); /* NULL is fine */

/* All that a GET's answer follows from, as text in the arena; empty: it cannot be said. */
str api_fingerprint(struct request *r, const struct definitions *d);
str api_etag(struct request *r, str fingerprint);
/* The same while data, definitions, settings and what the principal may see are the same: for the
 * header X-Shop-State. */
str api_state(struct request *r, str fingerprint);

bool reply_init(struct reply *r);
void reply_release(struct reply *r);
bool reply_has_header(const struct reply *r, const char *name);

/* The head of a request as it came. */
struct http_head {
    str method;
    str uri; /* as sent */
    str headers[HEADER_COUNT];
    bool is_doubled; /* a header that must stand once stood twice */
};
/* STATUS_BAD_INPUT when a header stands twice, the path or query is not well formed, or both length
 * and coding of the body are given. */
MUST_CHECK enum status request_read_head(struct request *r,
                                         const struct http_head *head,
                                         struct error *why);

/* Who asks; r->who is nobody when the client brought nothing that is valid. STATUS_UNAUTHORIZED for
 * a header Authorization that is not. Also takes the user's language unless lang= was given. */
MUST_CHECK enum status request_authenticate(struct request *r, struct error *why);

/* Finds the row. STATUS_NOT_FOUND: no such path; STATUS_BAD_USAGE with *other_method set: only with
 * another method. Fills r->route and r->segments. */
MUST_CHECK enum status router_find(struct request *r, bool *other_method, struct error *why);
/* Everything that can be refused before the body: rights, CSRF, row scope, parameters. */
MUST_CHECK enum status router_admit(struct request *r, struct error *why);
/* The most bytes that a body of this request may have. */
uint64_t router_body_limit(const struct request *r);
/* Parses a JSON body and checks it against the row's shape. */
MUST_CHECK enum status router_take_json(struct request *r, str body, struct error *why);
/* The i-th row of all tables; NULL past the end. */
const struct route *router_at(size_t i);
/* Runs the handler; the reply is complete afterwards, whatever happened. */
void router_answer(struct request *r, struct reply *reply);
/* All rows are complete and their shapes valid; BUG otherwise. Called once at start. */
void router_check(void);

/* Whether the client takes an answer packed by gzip. */
bool request_takes_gzip(const struct request *r);
/* The embedded web board: fills the reply for a path outside /api. False: there is no bundle. */
bool assets_answer(const struct request *r, struct reply *reply);

#endif
