/* Cookies and actors, for the endpoints of accounts. */
#ifndef SHOPVANE_SERVER_SESSION_PRIV_H
#define SHOPVANE_SERVER_SESSION_PRIV_H

#include "server/api_priv.h"

extern const struct principal principal_nobody;

enum cookie { COOKIE_SESSION, COOKIE_SHARE };
str cookie_name(const struct request *r, enum cookie which);
str cookie_value(const struct request *r, enum cookie which); /* .len 0: absent */
/* HttpOnly, SameSite=Strict, Secure over TLS. Seconds 0: the cookie goes. */
void cookie_set(
    const struct request *r, struct reply *reply, enum cookie which, str secret, int64_t seconds);

/* For the log. */
struct access_actor request_actor(const struct request *r);
struct access *request_access(const struct request *r);

/* Fields of answers: "at":"2026-11-25T18:00:00Z" (null for 0), ["a","b"]. */
void write_time(struct json_writer *w, const char *key, int64_t us);
void write_texts(struct json_writer *w, const char *key, const str *items, size_t n);
/* A list of texts in the body, which its shape has checked. */
MUST_CHECK enum status body_list(
    const struct request *r, const char *key, const str **out, size_t *n, struct error *why);

#endif
