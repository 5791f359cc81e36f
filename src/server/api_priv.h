/* What a writer of endpoints needs; README.md shows one from start to end.
 *
 * An endpoint is one handler and one row of a const table in routes_*.c. The row says who may ask,
 * which data is shown, which parameters and body are taken and what the answer looks like; all of
 * that is checked and described (/api/v1/openapi.json) from the row, so a handler begins with a
 * request that is allowed and well formed. */
#ifndef SHOPVANE_SERVER_API_PRIV_H
#define SHOPVANE_SERVER_API_PRIV_H

#include "access/access.h"
#include "format/format.h"
#include "query/query.h"
#include "shop/shop.h"

struct api;
struct flight;
struct request;
struct reply;

/* ---- Rows. -------------------------------------------------------------------------------- */

/* Which data an answer shows. Each row says it; a row without it stops the program at start. */
enum route_scope {
    SCOPE_UNSAID,
    SCOPE_FREE,   /* no figures or rows of the shop */
    SCOPE_STORES, /* takes store=; the handler asks request_stores() and keeps to it */
    SCOPE_WHOLE,  /* the whole shop: refused (403) to a principal with row scope */
};

/* Where a handler runs. */
enum route_lane {
    LANE_QUERY, /* asks the engine: at most two at once, behind the waiting line, with a deadline */
    LANE_WORK,  /* files, SQLite, changes: a few at once */
    LANE_PASSWORD, /* hashes a password: 0.1 s and 64 MiB */
    LANE_HERE,     /* microseconds: on the HTTP thread */
};

enum route_body {
    BODY_NONE,
    BODY_JSON, /* checked against `takes`; at most body_max bytes, 0: 1 MiB */
    BODY_FILE, /* any bytes, written to a file while they come; at most body_max, 0: upload limit */
};

/* A reply without a text of its own explains the status in the error. */
typedef enum status (*route_handler)(struct request *req, struct reply *reply, struct error *why);

struct route {
    const char *method; /* GET also serves HEAD */
    const char *path;   /* "/api/v1/users/{id}"; a {name} is one segment */
    enum role least;    /* ROLE_NONE: without log-in */
    enum route_scope scope;
    enum route_lane lane;
    enum route_body body;
    size_t body_max;
    bool has_etag;       /* GET whose answer follows from the store's data, the definitions, the
                            settings, the principal, the query and the minute alone: 304 when same */
    bool users_only;     /* not for share links */
    bool logs_itself;    /* a changing row whose handler writes to the log of changes */
    bool without_csrf;   /* only for what a browser without a session must be able to send */
    const char *params;  /* shape of the query without braces, see shape_priv.h; lang (and store)
                            are always there */
    const char *takes;   /* shape of the JSON body */
    const char *gives;   /* shape of the JSON answer; NULL: not JSON */
    const char *summary; /* one line of English for openapi.json */
    route_handler answer;
};

struct route_table {
    const struct route *routes;
    size_t count;
};
/* Ends a routes_NAME.c: ROUTES(name, rows). */
#define ROUTES(name, rows) \
    const struct route_table routes_##name = { .routes = (rows), .count = ARRAY_LEN(rows) }

/* One line a file. */
#define ROUTE_TABLES(X) \
    X(process)          \
    X(queries)          \
    X(session)          \
    X(users)            \
    X(things)           \
    X(kpi)              \
    X(board)            \
    X(reports)          \
    X(goals)            \
    X(data)             \
    X(uploads)          \
    X(jobs)             \
    X(rows)             \
    X(definitions)      \
    X(settings)
#define X(name) extern const struct route_table routes_##name;
ROUTE_TABLES(X)
#undef X

/* Parameters that have the same meaning everywhere; join them: "id:string," PARAMS_RANGE. */
#define PARAMS_RANGE    "from?:string,to?:string,last?:string,period?:string"
#define PARAMS_QUESTION PARAMS_RANGE ",compare?:string,basis?:string,calendar?:string,where?:string"
#define PARAMS_LIST     "q?:string,limit?:count,cursor?:string,sort?:string"
/* Shape of a list's answer around the shape of one item. */
#define GIVES_LIST(item) "{items:[" item "],total:count,next:string?}"

/* ---- The request. ------------------------------------------------------------------------- */

#define REQUEST_PARAMS_MAX 64
#define ROUTE_SEGMENTS_MAX 8

enum http_header {
    HEADER_HOST,
    HEADER_COOKIE,
    HEADER_AUTHORIZATION,
    HEADER_CSRF,
    HEADER_ORIGIN,
    HEADER_FETCH_SITE,
    HEADER_IF_NONE_MATCH,
    HEADER_CONTENT_TYPE,
    HEADER_CONTENT_LENGTH,
    HEADER_TRANSFER_ENCODING,
    HEADER_ACCEPT_ENCODING,
    HEADER_FORWARDED_FOR,
    HEADER_FORWARDED_PROTO,
    HEADER_COUNT
};

/* Read-only for handlers. All texts live as long as `arena`, that is until the reply is sent. */
struct request {
    struct api *api;
    const struct route *route;
    struct arena *arena;
    const struct principal *who;
    enum lang lang;
    int64_t now_us;
    str method;
    str path; /* decoded */
    str raw_query;
    str headers[HEADER_COUNT]; /* .len 0: absent */
    str address;               /* of the client, as the log and the throttle name it */
    bool is_tls;               /* here, or at the proxy in front */
    bool is_local;             /* from this machine, not through a proxy */
    const struct url_param *params;
    size_t param_count;
    struct url_param segments[ROUTE_SEGMENTS_MAX]; /* {name} -> text */
    size_t segment_count;
    const struct json_node *json; /* BODY_JSON */
    const char *body_path; /* BODY_FILE: the handler may rename it away; else it is removed */
    int64_t body_bytes;
    struct conn *conn;                 /* of request_conn() */
    struct flight *flight;             /* NULL: on the HTTP thread */
    const struct kpi_catalog *catalog; /* the definitions in force when it began */
    bool has_scoped;                   /* request_stores() was asked */
};

/* A query parameter or {segment} of the path; .len 0 when absent. */
str request_param(const struct request *r, const char *name);
bool request_flag(const struct request *r, const char *name); /* 1 or true */
/* A whole number >= 0, checked by the row's shape; `otherwise` when absent. */
int64_t request_count(const struct request *r, const char *name, int64_t otherwise);
/* "a, b" as items in the arena; STATUS_BAD_USAGE above `most`. */
MUST_CHECK enum status request_list(struct request *r,
                                    const char *name,
                                    size_t most,
                                    const str **out,
                                    size_t *n,
                                    struct error *why);
/* {id} as a number; STATUS_NOT_FOUND when it is none. */
MUST_CHECK enum status request_id(const struct request *r, int64_t *out, struct error *why);
str request_cookie(const struct request *r, const char *name);

/* The stores that the answer may read: store= inside the principal's scope. *n == 0: all of them.
 * STATUS_FORBIDDEN beyond the scope, STATUS_NOT_FOUND for no store of the shop. Every handler of
 * SCOPE_STORES asks here; one that forgot is answered 500 to a principal with row scope. */
MUST_CHECK enum status request_stores(struct request *r,
                                      const str **out,
                                      size_t *n,
                                      struct error *why);
/* The request's own connection, opened at the first call, interrupted at the deadline and when the
 * client goes, closed after the reply. */
MUST_CHECK enum status request_conn(struct request *r, struct conn **out, struct error *why);
/* What query_ask() and its like want: connection, catalogue, settings, zone, cache. */
MUST_CHECK enum status request_query_context(struct request *r,
                                             struct query_context *out,
                                             struct error *why);
struct shop *request_shop(const struct request *r);
/* After shop.yaml, stores.yaml or a definition was written: what follows sees it. With a problem in
 * the files all stays as it was. */
MUST_CHECK enum status request_reload(struct request *r, struct error *why);

/* limit, cursor, q and sort of a list. A cursor is the offset of the next item. */
struct page {
    size_t limit;
    size_t offset;
    str q;
    str sort; /* without its '-' */
    bool is_descending;
};
MUST_CHECK enum status request_page(const struct request *r, struct page *out, struct error *why);

/* Members of the JSON body; empty, false or `otherwise` when absent. */
str request_body_text(const struct request *req, const char *name);
bool request_body_flag(const struct request *req, const char *name);
int64_t request_body_count(const struct request *req, const char *name, int64_t otherwise);

/* ---- The reply. --------------------------------------------------------------------------- */

#define REPLY_MAX         ((size_t)64 * 1024 * 1024)
#define REPLY_HEADERS_MAX 8

struct reply {
    unsigned status;  /* 200 unless set */
    const char *mime; /* JSON unless set */
    struct buf body;
    struct json_writer json; /* writes into body */
    char *file;              /* a file to send in place of body; removed after if file_is_ours */
    bool file_is_ours;
    bool may_cache; /* no "Cache-Control: no-store" */
    struct {
        const char *name;
        char *value;
    } headers[REPLY_HEADERS_MAX];
    size_t header_count;
    const unsigned char *fixed; /* bytes that live as long as the program, in place of body */
    size_t fixed_bytes;
};

/* The value is copied; control characters in it are a BUG. */
void reply_header(struct reply *r, const char *name, str value);
/* Content-Disposition: attachment with a name that may be Chinese (RFC 6266, RFC 5987). */
void reply_download(struct reply *r, str file_name);
/* A file of the disk is the body; it must exist until the reply is sent. */
void reply_file(struct reply *r, const char *path, bool remove_after);
/* Ends a list: "],"total":N,"next":...}" after the caller opened it with reply_list_open(). */
void reply_list_open(struct reply *r);
void reply_list_close(struct reply *r, const struct page *p, size_t shown, int64_t total);
/* An instant as RFC 3339 in UTC. */
void request_write_time(struct json_writer *w, int64_t at_us);
/* {"done":true}, for what has nothing else to say. */
void reply_done(struct reply *r);
/* {"error":{...}}; drops what the body held. `code` may be NULL. */
void reply_problem(struct reply *r, unsigned status, const char *code, str message);
/* The same with "problems":[{line,column,message}] (422). */
void reply_problems(struct reply *r, const struct problems *p, str message);

#endif
