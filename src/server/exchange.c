/* An exchange: what happens between the head of a request and its reply. */
#include "base/system_error.h"
#include "server/exchange_priv.h"
#include "server/flight_priv.h"
#include "server/session_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct exchange *exchange_new(struct api *api, str uri)
{
    struct exchange *ex = mem_new(1, sizeof *ex);
    struct arena *a = arena_new(0);
    if (ex == NULL || a == NULL) {
        mem_free(ex);
        arena_free(a);
        return NULL;
    }
    ex->body_fd = -1;
    ex->etag = STR_EMPTY;
    ex->state = STR_EMPTY;
    ex->head.uri = arena_dup(a, uri);
    ex->request.api = api;
    ex->request.arena = a;
    ex->request.who = &principal_nobody;
    buf_init(&ex->body, JSON_BODY_MAX + 1);
    reply_init(&ex->reply);
    if (ex->head.uri.ptr != NULL)
        return ex;
    exchange_free(ex);
    return NULL;
}

void exchange_free(struct exchange *ex)
{
    if (ex == NULL)
        return;
    flight_leave(ex);
    if (ex->body_fd >= 0)
        close(ex->body_fd);
    if (ex->request.body_path != NULL)
        unlink(ex->request.body_path); /* unless the handler has renamed it */
    conn_close(ex->request.conn);
    definitions_give(ex->request.api, ex->definitions);
    reply_release(&ex->reply);
    buf_release(&ex->body);
    arena_free(ex->request.arena);
    mem_free(ex);
}

static void problem(struct exchange *ex, enum status st, const struct error *why)
{
    reply_problem(&ex->reply, (unsigned)status_http(st), NULL, str_from(why->text));
}

/* ---- The head. ------------------------------------------------------------------------------ */

static enum status check_host(struct exchange *ex, struct error *why)
{
    const struct request *r = &ex->request;
    if (listen_allows_host(&r->api->listen, r->headers[HEADER_HOST]))
        return STATUS_OK;
    reply_problem(
        &ex->reply,
        421,
        NULL,
        str_from(tr(why->lang,
                    "the server does not go by the name in the Host header; start it with "
                    "--host NAME to allow it")));
    return STATUS_FORBIDDEN;
}

/* 0: go on. */
static enum status find_row(struct exchange *ex, bool *is_asset, struct error *why)
{
    struct request *r = &ex->request;
    bool other_method = false;
    const enum status st = router_find(r, &other_method, why);
    if (st == STATUS_NOT_FOUND && !str_starts(r->path, STR("/api/")))
        *is_asset = assets_answer(r, &ex->reply);
    if (other_method)
        reply_problem(&ex->reply, 405, NULL, str_from(why->text));
    return st;
}

bool exchange_admit(struct exchange *ex)
{
    struct request *r = &ex->request;
    struct error why = { .lang = r->lang };
    bool is_asset = false;
    r->now_us = clock_now_us();
    enum status st = request_read_head(r, &ex->head, &why);
    listen_forwarded(&r->api->listen, r);
    if (st == STATUS_OK)
        st = check_host(ex, &why);
    if (st == STATUS_OK)
        st = find_row(ex, &is_asset, &why);
    if (is_asset)
        return false;
    if (st == STATUS_OK)
        st = request_authenticate(r, &why);
    if (st == STATUS_OK)
        st = router_admit(r, &why);
    if (st == STATUS_OK)
        return true;
    if (ex->reply.status < 400)
        problem(ex, st, &why);
    return false;
}

/* ---- The body. ------------------------------------------------------------------------------ */

bool exchange_has_body(const struct exchange *ex)
{
    const str *h = ex->head.headers;
    return h[HEADER_TRANSFER_ENCODING].len > 0 ||
           (h[HEADER_CONTENT_LENGTH].len > 0 && !str_is(h[HEADER_CONTENT_LENGTH], "0"));
}

static enum status body_open(struct exchange *ex, struct error *why)
{
    struct request *r = &ex->request;
    const char *dir = shop_dir(r->api->shop);
    char *path = arena_cstr(r->arena, arena_printf(r->arena, "%s/run/upload-XXXXXX", dir));
    ex->body_fd = path != NULL ? mkostemp(path, O_CLOEXEC) : -1;
    if (ex->body_fd < 0)
        return error_set(why,
                         status_from_errno(errno),
                         "cannot write into %s/run: %s",
                         dir,
                         error_system(why, errno));
    r->body_path = path;
    return STATUS_OK;
}

static enum status body_write(struct exchange *ex, str piece, struct error *why)
{
    while (piece.len > 0) {
        const ssize_t n = write(ex->body_fd, piece.ptr, piece.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return error_set(why,
                             status_from_errno(errno),
                             "the upload cannot be written: %s",
                             error_system(why, errno));
        piece = str_skip(piece, (size_t)n);
    }
    return STATUS_OK;
}

static enum status body_add(struct exchange *ex, str piece, struct error *why)
{
    struct request *r = &ex->request;
    const uint64_t limit = router_body_limit(r);
    if ((uint64_t)r->body_bytes + piece.len > limit)
        return error_set(
            why, STATUS_TOO_LARGE, "the body is larger than %llu bytes", (unsigned long long)limit);
    r->body_bytes += (int64_t)piece.len;
    if (r->route->body == BODY_JSON)
        buf_add(&ex->body, piece);
    if (r->route->body != BODY_FILE)
        return STATUS_OK;
    const enum status st = ex->body_fd < 0 ? body_open(ex, why) : STATUS_OK;
    return st == STATUS_OK ? body_write(ex, piece, why) : st;
}

void exchange_take(struct exchange *ex, str piece)
{
    struct error why = { .lang = ex->request.lang };
    if (ex->stage != EXCHANGE_READING)
        return;
    const enum status st = body_add(ex, piece, &why);
    if (st == STATUS_OK)
        return;
    problem(ex, st, &why);
    ex->stage = EXCHANGE_REFUSED;
}

/* ---- The answer. ---------------------------------------------------------------------------- */

/* A question's answer is the same for all whose scope, language and words are the same. */
/* A file is made for each who asks: each is in the log of changes. */
static bool wants_file(const struct request *r)
{
    const str format = request_param(r, "format");
    return format.len > 0 && !str_is(format, "json");
}

static str share_key(const struct exchange *ex, str fingerprint)
{
    const struct request *r = &ex->request;
    const bool is_question = strcmp(r->route->method, "GET") == 0 && r->route->lane == LANE_QUERY &&
                             r->route->scope == SCOPE_STORES;
    return is_question && !wants_file(r) && fingerprint.len > 0 ? fingerprint : STR_EMPTY;
}

static bool is_known(const struct exchange *ex)
{
    const str known = ex->request.headers[HEADER_IF_NONE_MATCH];
    return ex->etag.len > 0 && str_contains(known, ex->etag);
}

static void not_modified(struct exchange *ex)
{
    ex->reply.status = 304;
    ex->reply.mime = NULL;
    atomic_fetch_add(&ex->request.api->counts.not_modified, 1);
}

void exchange_ask(struct exchange *ex)
{
    struct request *r = &ex->request;
    struct error why = { .lang = r->lang };
    ex->definitions = definitions_take(r->api);
    r->catalog = definitions_catalog(ex->definitions);
    const str fingerprint = api_fingerprint(r, ex->definitions);
    if (r->route->has_etag && fingerprint.len > 0) {
        ex->etag = api_etag(r, fingerprint);
        ex->state = api_state(r, fingerprint);
    }
    if (is_known(ex)) {
        not_modified(ex);
        return;
    }
    if (r->route->lane == LANE_HERE) {
        exchange_run(ex);
        return;
    }
    const enum status st = flight_start(r->api->lanes, ex, share_key(ex, fingerprint), &why);
    if (st == STATUS_OK) {
        ex->stage = EXCHANGE_FLYING;
        return;
    }
    reply_header(&ex->reply, "Retry-After", STR("2"));
    problem(ex, st, &why);
}

void exchange_run(struct exchange *ex)
{
    struct request *r = &ex->request;
    struct error why = { .lang = r->lang };
    enum status st = STATUS_OK;
    if (r->route->body == BODY_JSON)
        st = router_take_json(r, buf_str(&ex->body), &why);
    if (r->route->body == BODY_FILE && ex->body_fd < 0)
        st = body_open(ex, &why); /* an empty body */
    if (st == STATUS_OK)
        router_answer(r, &ex->reply);
    else
        problem(ex, st, &why);
}
