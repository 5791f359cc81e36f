/* From a request's head to its row, and what is checked before the handler sees it. The order is
 * the order of what one may learn: the path, then who asks, then whether what was asked is sound.
 */
#include "server/engine_priv.h"
#include "server/flight_priv.h"
#include "server/session_priv.h"

#include <stdio.h>
#include <string.h>

#define LOGGED_MAX ((size_t)2048) /* of an address in the log */

static const struct route_table *const tables[] = {
#define X(name) &routes_##name,
    ROUTE_TABLES(X)
#undef X
};

const struct route *router_at(size_t i)
{
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        if (i < tables[t]->count)
            return &tables[t]->routes[i];
        i -= tables[t]->count;
    }
    return NULL;
}

void router_check(void)
{
    const struct route *row = NULL;
    for (size_t i = 0; (row = router_at(i)) != NULL; i++) {
        BUG_IF(row->method == NULL || row->path == NULL || row->answer == NULL);
        BUG_IF(row->scope == SCOPE_UNSAID || row->summary == NULL);
        BUG_IF((row->body == BODY_JSON) != (row->takes != NULL));
        BUG_IF(row->takes != NULL && !shape_is_valid(str_from(row->takes)));
        BUG_IF(row->gives != NULL && !shape_is_valid(str_from(row->gives)));
    }
}

/* ---- Finding. ------------------------------------------------------------------------------- */

/* "/a/{id}" against "/a/7"; the segments found go to `r`. */
static bool path_fits(struct request *r, str pattern)
{
    str path = r->path;
    r->segment_count = 0;
    while (pattern.len > 0 && path.len > 0) {
        const str want = str_take_until(&pattern, '/');
        const str have = str_take_until(&path, '/');
        if (!str_starts(want, STR("{"))) {
            if (!str_eq(want, have))
                return false;
            continue;
        }
        if (have.len == 0 || r->segment_count == ROUTE_SEGMENTS_MAX)
            return false;
        r->segments[r->segment_count++] =
            (struct url_param){ .key = str_first(str_skip(want, 1), want.len - 2), .value = have };
    }
    return pattern.len == 0 && path.len == 0 && !str_ends(r->path, STR("/"));
}

enum status router_find(struct request *r, bool *other_method, struct error *why)
{
    const str method = str_is(r->method, "HEAD") ? STR("GET") : r->method;
    const struct route *row = NULL;
    *other_method = false;
    for (size_t i = 0; (row = router_at(i)) != NULL; i++) {
        if (!path_fits(r, str_from(row->path)))
            continue;
        if (str_is(method, row->method)) {
            *other_method = false;
            r->route = row;
            return STATUS_OK;
        }
        *other_method = true;
    }
    r->segment_count = 0;
    if (*other_method)
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "%.*s is not served at %.*s",
                         STR_ARG(str_first(r->method, 20)),
                         STR_ARG(str_first(r->path, 200)));
    return error_set(why,
                     STATUS_NOT_FOUND,
                     "there is nothing at %.*s; /api/v1/openapi.json lists what there is",
                     STR_ARG(str_first(r->path, 200)));
}

/* ---- Admitting. ----------------------------------------------------------------------------- */

static bool changes_something(const struct route *row)
{
    return strcmp(row->method, "GET") != 0;
}

static enum status check_role(const struct request *r, struct error *why)
{
    const struct route *row = r->route;
    if (row->least == ROLE_NONE)
        return STATUS_OK;
    if (r->who->role == ROLE_NONE)
        return error_set(why, STATUS_UNAUTHORIZED, "log in first");
    if ((r->who->is_read_only && changes_something(row)) ||
        (row->users_only && r->who->kind == PRINCIPAL_SHARE))
        return error_set(
            why, STATUS_FORBIDDEN, "this link or token may read only; log in to change something");
    if (r->who->role < row->least)
        return error_set(why,
                         STATUS_FORBIDDEN,
                         "this needs the role %s; yours is %s",
                         role_name(row->least),
                         role_name(r->who->role));
    return STATUS_OK;
}

/* Whole-shop answers are not for those who may see some stores only. */
static enum status check_scope(const struct request *r, struct error *why)
{
    if (r->route->scope == SCOPE_WHOLE && r->route->least != ROLE_NONE && !r->who->all_stores)
        return error_set(
            why, STATUS_FORBIDDEN, "this shows all stores, and you may see some of them only");
    return STATUS_OK;
}

/* Another site's page can make a browser send its cookies, but cannot read the session's token, and
 * cannot send JSON without being asked first (CORS). `Origin` is checked beside it where given. */
static enum status check_origin(const struct request *r, struct error *why)
{
    const str origin = r->headers[HEADER_ORIGIN];
    const str site = r->headers[HEADER_FETCH_SITE];
    if (site.len > 0 && !str_is(site, "same-origin") && !str_is(site, "none"))
        return error_set(why, STATUS_FORBIDDEN, "another site sent this request");
    if (origin.len == 0)
        return STATUS_OK;
    const size_t at = str_find(origin, STR("://"));
    const str host = at < origin.len ? str_skip(origin, at + 3) : origin;
    if (!str_eq_nocase(host, r->headers[HEADER_HOST]))
        return error_set(why, STATUS_FORBIDDEN, "another site sent this request");
    return STATUS_OK;
}

/* Equal without telling by its time where they differ. */
static bool same_secret(str a, str b)
{
    unsigned char difference = a.len != b.len;
    for (size_t i = 0; i < a.len && i < b.len; i++)
        difference |= (unsigned char)(a.ptr[i] ^ b.ptr[i]);
    return difference == 0;
}

static enum status check_csrf(const struct request *r, struct error *why)
{
    if (!changes_something(r->route) || r->who->kind == PRINCIPAL_TOKEN)
        return STATUS_OK;
    const enum status st = check_origin(r, why);
    if (st != STATUS_OK || r->route->without_csrf || r->route->least == ROLE_NONE)
        return st;
    if (r->who->csrf.len == 0 || !same_secret(r->headers[HEADER_CSRF], r->who->csrf))
        return error_set(why,
                         STATUS_FORBIDDEN,
                         "the header X-CSRF-Token is missing or old; read it from "
                         "/api/v1/session and send again");
    return STATUS_OK;
}

static enum status check_body(const struct request *r, struct error *why)
{
    str type = r->headers[HEADER_CONTENT_TYPE];
    const uint64_t limit = router_body_limit(r);
    int64_t length = 0;
    const bool has_body = r->headers[HEADER_TRANSFER_ENCODING].len > 0 ||
                          (str_to_i64(r->headers[HEADER_CONTENT_LENGTH], &length) && length > 0);
    if (r->headers[HEADER_CONTENT_LENGTH].len > 0 &&
        (!str_to_i64(r->headers[HEADER_CONTENT_LENGTH], &length) || length < 0))
        return error_set(why, STATUS_BAD_INPUT, "Content-Length is no number");
    if (length > 0 && (uint64_t)length > limit)
        return error_set(
            why, STATUS_TOO_LARGE, "the body is larger than %llu bytes", (unsigned long long)limit);
    if (r->route->body == BODY_JSON && has_body &&
        !str_eq_nocase(str_trim(str_take_until(&type, ';')), STR("application/json")))
        return error_set(why, STATUS_MEDIA_TYPE, "the body must be application/json");
    return STATUS_OK;
}

uint64_t router_body_limit(const struct request *r)
{
    if (r->route->body_max > 0)
        return r->route->body_max;
    if (r->route->body != BODY_FILE)
        return JSON_BODY_MAX;
    const uint64_t mib = shop_settings(r->api->shop)->upload_max_mib;
    return mib > 0 ? mib * 1024 * 1024 : UPLOAD_MAX;
}

/* Only what request_list() reads may be there several times; of others one would be ignored. */
static enum status check_once(const struct request *r, struct error *why)
{
    static const char *const lists[] = { "store", "id", "by", "kpis" };
    for (size_t i = 0; i < r->param_count; i++) {
        const str key = r->params[i].key;
        bool is_list = false;
        for (size_t l = 0; l < ARRAY_LEN(lists); l++)
            is_list |= str_is(key, lists[l]);
        for (size_t k = 0; !is_list && k < i; k++) {
            if (str_eq(r->params[k].key, key))
                return error_set(why,
                                 STATUS_BAD_USAGE,
                                 "the parameter \"%.*s\" is given twice",
                                 STR_ARG(str_first(key, 80)));
        }
    }
    return STATUS_OK;
}

static enum status check_params(const struct request *r, struct error *why)
{
    struct buf members;
    buf_init(&members, 4096);
    buf_adds(&members, "lang?:en|zh");
    if (r->route->scope == SCOPE_STORES)
        buf_adds(&members, ",store?:string");
    if (r->route->params != NULL)
        buf_addf(&members, ",%s", r->route->params);
    const enum status st =
        buf_ok(&members) ? shape_check_params(buf_str(&members), r->params, r->param_count, why)
                         : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&members);
    return st == STATUS_OK ? check_once(r, why) : st;
}

enum status router_admit(struct request *r, struct error *why)
{
    enum status st = check_role(r, why);
    if (st == STATUS_OK)
        st = check_csrf(r, why);
    if (st == STATUS_OK)
        st = check_scope(r, why);
    if (st == STATUS_OK)
        st = check_params(r, why);
    if (st == STATUS_OK)
        st = check_body(r, why);
    return st;
}

enum status router_take_json(struct request *r, str body, struct error *why)
{
    enum status st = json_parse(body, r->arena, &r->json, why);
    if (st == STATUS_OK)
        st = shape_check_json(str_from(r->route->takes), r->json, why);
    return st;
}

/* ---- Answering. ----------------------------------------------------------------------------- */

static bool forgot_scope(const struct request *r, const struct reply *reply)
{
    return r->route->scope == SCOPE_STORES && !r->has_scoped && reply->status < 400 &&
           !r->who->all_stores;
}

/* What was changed, for the log: the address says it, the body may hold secrets. A change that is
 * done stays done when the log cannot be written; then the disk is full and the next one fails. */
static void log_change(const struct request *r, const struct reply *reply)
{
    const struct access_actor by = request_actor(r);
    struct error why = { .lang = LANG_EN };
    if (!changes_something(r->route) || r->route->logs_itself || reply->status >= 400)
        return;
    if (access_log(r->api->access, &by, r->route->method, r->path, &why) != STATUS_OK)
        fprintf(stderr, "shopvane: %s\n", why.text);
}

/* What a question was too much for, and what to do about it. */
static enum status explain_limits(const struct request *r,
                                  const struct reply *reply,
                                  enum status st,
                                  struct error *why)
{
    const bool full = !buf_ok(&reply->body);
    if (full && (st == STATUS_OK || st == STATUS_NO_MEMORY))
        return error_set(why,
                         STATUS_TOO_LARGE,
                         "the answer is larger than 64 MiB; ask for a shorter range or fewer rows");
    if (st == STATUS_ENGINE_LIMIT && strcmp(r->route->method, "GET") == 0)
        return error_set(
            why,
            st,
            "this needs more memory than the engine may use; ask for a shorter range, "
            "fewer dimensions or a longer grain, or start the server with more --memory");
    if (st == STATUS_NO_MEMORY && r->route->lane == LANE_QUERY)
        return error_set(
            why,
            st,
            "this needs more memory than one question may use; ask for a shorter range, "
            "fewer dimensions or a longer grain");
    return st;
}

/* Whose figures or rows left as a file, and which. */
static void log_export(const struct request *r, const struct reply *reply)
{
    const struct access_actor by = request_actor(r);
    struct error why = { .lang = LANG_EN };
    struct buf what;
    if (changes_something(r->route) || !reply_has_header(reply, "Content-Disposition"))
        return;
    buf_init(&what, LOGGED_MAX);
    buf_add(&what, r->path);
    if (r->raw_query.len > 0) {
        buf_addc(&what, '?');
        buf_add(&what, str_first(r->raw_query, LOGGED_MAX - 512));
    }
    if (access_log(r->api->access, &by, "export", buf_str(&what), &why) != STATUS_OK)
        fprintf(stderr, "shopvane: %s\n", why.text);
    buf_release(&what);
}

void router_answer(struct request *r, struct reply *reply)
{
    struct error why = { .lang = r->lang };
    enum status st = r->route->answer(r, reply, &why);
    st = explain_limits(r, reply, st, &why);
    if (st == STATUS_OK && forgot_scope(r, reply))
        st = error_set(&why, STATUS_IO, "this answer does not keep to stores; it is not shown");
    if (st != STATUS_OK && reply->status < 400)
        reply_problem(reply,
                      (unsigned)status_http(st),
                      st == STATUS_ENGINE_LIMIT ? "memory" : NULL,
                      str_from(why.text));
    flight_drop_conn(r->flight);
    conn_close(r->conn);
    r->conn = NULL;
    log_change(r, reply);
    log_export(r, reply);
}
