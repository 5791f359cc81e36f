/* HTTP as bytes in and out: a client that asks one server for what it has, and bears with it.
 *
 *     struct client *c;
 *     client_new(&(struct client_options){ 0 }, &c, why);
 *     client_get(c, &(struct client_request){ .url = "https://shop.example/x" }, a, &reply, why);
 *     client_post(c, &(struct client_request){ .url = url, .body = &body }, a, &reply, &maybe,
 * why);
 *     ... reply.status, reply.body, client_header(&reply, "Link") ...
 *     client_free(c);
 *
 * What it takes care of: certificates are checked; http:// only to this machine, since a password
 * would travel in the clear; no protocol but these two; redirects are followed to the same server
 * only, at most CLIENT_REDIRECTS_MAX of them; what went wrong in passing (no connection, a body cut
 * short, 429, 500, 502, 503, 504) is tried again with growing pauses, or after the pause that the
 * server names; a body has a limit, also unpacked. An address in an error never has its query,
 * where keys may stand.
 *
 * Threads: a client belongs to one thread; the functions on headers are pure. */
#ifndef SHOPVANE_HTTP_HTTP_H
#define SHOPVANE_HTTP_HTTP_H

#include "base/base.h"

#define CLIENT_HEADERS_MAX   64
#define CLIENT_REDIRECTS_MAX 3

struct client_options {     /* zeroes: the default */
    unsigned connect_ms;    /* 15,000 */
    unsigned total_ms;      /* of one try: 120,000 */
    unsigned tries;         /* of one request: 5 */
    int64_t pause_ms;       /* before the second try, doubled each time: 1,000 */
    int64_t pause_limit_ms; /* longest pause that a server may ask for: 300,000 */
    size_t body_limit;      /* 64 MiB */
    const char *ca_file;    /* certificates that are trusted; NULL: the system's */
    /* Pauses; NULL: sleeps. */
    void (*pause)(void *self, int64_t ms);
    /* Whether to give up now, asked while waiting for bytes; NULL: never. */
    bool (*is_stopped)(void *self);
    void *self;
};

struct client_header {
    str name;
    str value;
};

struct client_request {
    const char *url;
    const char *user; /* basic authorisation; NULL: none */
    const char *password;
    const struct client_header *headers;
    size_t header_count;
    const str *body; /* client_post(): what is sent; client_get(): NULL */
    bool hides_path; /* keys stand in the path too: errors show the server only */
};

/* Texts live in the arena of client_get(). */
struct client_reply {
    int status;
    str body;
    struct client_header
        headers[CLIENT_HEADERS_MAX]; /* of the last answer; further ones are left */
    size_t header_count;
    unsigned tries;
};

struct client;
MUST_CHECK enum status client_new(const struct client_options *o,
                                  struct client **out,
                                  struct error *why);
void client_free(struct client *c); /* NULL is fine */

/* GET. Any answer that is no reason to try again is STATUS_OK, whatever its status: 404 is the
 * caller's matter. STATUS_BAD_INPUT: the address, or a redirect that is not followed;
 * STATUS_TOO_LARGE: the body; STATUS_INTERRUPTED: is_stopped(); STATUS_IO: no good answer after all
 * tries. */
MUST_CHECK enum status client_get(struct client *c,
                                  const struct client_request *r,
                                  struct arena *a,
                                  struct client_reply *out,
                                  struct error *why);
/* POST of the request's body, once: what changes something is not tried again here, since only the
 * caller knows whether twice does harm. Any answer is STATUS_OK, also a redirect, which is not
 * followed. When there was none, *may_have_arrived says whether the request was under way. */
MUST_CHECK enum status client_post(struct client *c,
                                   const struct client_request *r,
                                   struct arena *a,
                                   struct client_reply *out,
                                   bool *may_have_arrived,
                                   struct error *why);
/* Waits as between tries: with the caller's pause, where one was given. */
void client_pause(struct client *c, int64_t ms);
/* Empty when there is none; names are compared without case. */
str client_header(const struct client_reply *r, const char *name);

/* An address that client_get() takes: https://HOST..., or http:// to this machine. The reason is
 * told without the address's query. */
MUST_CHECK enum status client_url_check(str url, struct error *why);
/* "https://host:port" of an address; empty when it is none. */
str client_url_server(str url);
/* What may be shown of an address: nothing of user, password, query and fragment. */
str client_url_shown(str url);

/* The target of rel="next" in a Link header (RFC 8288). False: none. */
MUST_CHECK bool client_link_next(str link, str *out);
/* Milliseconds of a Retry-After header (RFC 9110, 10.2.3): seconds, also with decimals as Shopify
 * writes them, or a date. False: neither. Never below 0. */
MUST_CHECK bool client_retry_after(str value, int64_t now_us, int64_t *out_ms);

#endif
