/* From what the client brought to a principal: a bearer token, a session's cookie, a share link's
 * cookie, in this order.
 *
 * Cookies know no ports, so their names carry the server's: two shops on one machine do not log
 * each other out. Over TLS they have the prefix __Host- (Secure, no Domain, Path=/; RFC
 * 6265bis 4.1.3). */
#include "server/engine_priv.h"
#include "server/session_priv.h"

const struct principal principal_nobody = { .kind = PRINCIPAL_NOBODY,
                                            .role = ROLE_NONE,
                                            .name = { .ptr = "", .len = 0 },
                                            .csrf = { .ptr = "", .len = 0 },
                                            .density = { .ptr = "", .len = 0 },
                                            .theme = { .ptr = "", .len = 0 },
                                            .share_path = { .ptr = "", .len = 0 } };

str cookie_name(const struct request *r, enum cookie which)
{
    return arena_printf(r->arena,
                        "%sshopvane_%s%u",
                        r->is_tls ? "__Host-" : "",
                        which == COOKIE_SHARE ? "share_" : "",
                        r->api->port);
}

str cookie_value(const struct request *r, enum cookie which)
{
    const char *name = arena_cstr(r->arena, cookie_name(r, which));
    return name != NULL ? request_cookie(r, name) : STR_EMPTY;
}

/* A secret of ours is base64url, so it needs no quoting. Seconds 0: the cookie goes. */
void cookie_set(
    const struct request *r, struct reply *reply, enum cookie which, str secret, int64_t seconds)
{
    reply_header(reply,
                 "Set-Cookie",
                 arena_printf(r->arena,
                              "%.*s=%.*s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s",
                              STR_ARG(cookie_name(r, which)),
                              STR_ARG(secret),
                              (long long)seconds,
                              r->is_tls ? "; Secure" : ""));
}

/* "Bearer TOKEN" (RFC 6750, 2.1); another scheme is refused rather than ignored. */
static enum status by_header(struct request *r, struct principal *out, struct error *why)
{
    str rest = r->headers[HEADER_AUTHORIZATION];
    const str scheme = str_take_until(&rest, ' ');
    if (!str_eq_nocase(scheme, STR("Bearer")))
        return error_set(
            why, STATUS_UNAUTHORIZED, "the header Authorization must be: Bearer TOKEN");
    return access_by_token(r->api->access, str_trim(rest), r->now_us, r->arena, out, why);
}

static enum status by_cookie(struct request *r, struct principal *out, struct error *why)
{
    struct api *api = r->api;
    enum status st = STATUS_UNAUTHORIZED;
    const str session = cookie_value(r, COOKIE_SESSION);
    const str share = cookie_value(r, COOKIE_SHARE);
    if (session.len > 0)
        st = access_by_session(api->access, session, r->now_us, r->arena, out, why);
    if (st == STATUS_UNAUTHORIZED && share.len > 0)
        st = access_by_share(api->access, share, r->now_us, r->arena, out, why);
    if (st == STATUS_UNAUTHORIZED) { /* nobody, or somebody once: may log in */
        *out = principal_nobody;
        st = STATUS_OK;
    }
    return st;
}

enum status request_authenticate(struct request *r, struct error *why)
{
    struct principal *p = ARENA_NEW(r->arena, struct principal, 1);
    if (p == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    r->who = &principal_nobody;
    const enum status st =
        r->headers[HEADER_AUTHORIZATION].len > 0 ? by_header(r, p, why) : by_cookie(r, p, why);
    if (st != STATUS_OK)
        return st;
    r->who = p;
    if (p->has_lang && url_param_get(r->params, r->param_count, "lang") == NULL) {
        r->lang = p->lang;
        why->lang = r->lang;
    }
    return STATUS_OK;
}
