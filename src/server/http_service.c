/* HTTP over libmicrohttpd: bytes in, a request; a reply, bytes out. What a request may do is
 * router.c's matter.
 *
 * An exchange lives from the request line to the last byte of the answer. The library's own
 * decoding is switched off: path and query are read once, by head.c, from what was sent.
 *
 * Bounded: 32 KiB a connection for the head, body limits per route, 30 s of silence. */
#include "server/exchange_priv.h"
#include "server/session_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONNECTION_BYTES ((size_t)32 * 1024)
#define CONNECTION_LIMIT 2048
#define IDLE_SECONDS     60

struct http_service {
    struct MHD_Daemon *daemon;
    struct api api;
};

/* ---- Sending. ------------------------------------------------------------------------------- */

/* What every answer carries; one of its own with the same name wins. */
static const struct {
    const char *name;
    const char *value;
} always[] = {
    { "X-Content-Type-Options", "nosniff" },
    { "X-Frame-Options", "DENY" },
    { "Referrer-Policy", "same-origin" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()" },
    { "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'" },
};

static bool has_header(const struct reply *r, const char *name)
{
    for (size_t i = 0; i < r->header_count; i++) {
        if (strcmp(r->headers[i].name, name) == 0)
            return true;
    }
    return false;
}

static struct MHD_Response *response_of_file(const char *path)
{
    struct stat s;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &s) != 0) {
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    return MHD_create_response_from_fd64((uint64_t)s.st_size, fd); /* closes fd */
}

static struct MHD_Response *response_of(struct reply *r)
{
    size_t len = 0;
    if (r->file != NULL)
        return response_of_file(r->file);
    if (r->fixed != NULL) /* the library only reads them */
        return MHD_create_response_from_buffer(
            r->fixed_bytes, (void *)(uintptr_t)r->fixed, MHD_RESPMEM_PERSISTENT);
    char *text = buf_take(&r->body, &len);
    if (text == NULL)
        return NULL;
    struct MHD_Response *out = MHD_create_response_from_buffer(len, text, MHD_RESPMEM_MUST_FREE);
    if (out == NULL)
        mem_free(text);
    return out;
}

static enum MHD_Result reply_send(struct exchange *ex)
{
    struct reply *r = &ex->reply;
    struct MHD_Response *out = response_of(r);
    if (out == NULL)
        return MHD_NO;
    if (r->mime != NULL)
        MHD_add_response_header(out, "Content-Type", r->mime);
    for (size_t i = 0; i < ARRAY_LEN(always); i++) {
        if (!has_header(r, always[i].name))
            MHD_add_response_header(out, always[i].name, always[i].value);
    }
    if (!r->may_cache && !has_header(r, "Cache-Control"))
        MHD_add_response_header(out, "Cache-Control", "no-store");
    for (size_t i = 0; i < r->header_count; i++)
        MHD_add_response_header(out, r->headers[i].name, r->headers[i].value);
    const enum MHD_Result sent = MHD_queue_response(ex->connection, r->status, out);
    MHD_destroy_response(out);
    ex->stage = EXCHANGE_ANSWERED;
    return sent;
}

/* ---- Exchanges. ----------------------------------------------------------------------------- */

static struct exchange *exchange_new(struct http_service *h, str uri)
{
    struct exchange *ex = mem_new(1, sizeof *ex);
    struct arena *a = arena_new(0);
    if (ex == NULL || a == NULL) {
        mem_free(ex);
        arena_free(a);
        return NULL;
    }
    ex->body_fd = -1;
    ex->head.uri = arena_dup(a, uri);
    ex->request.api = &h->api;
    ex->request.arena = a;
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
    if (ex->body_fd >= 0)
        close(ex->body_fd);
    if (ex->request.body_path != NULL)
        unlink(ex->request.body_path); /* unless the handler has renamed it */
    conn_close(ex->request.conn);
    reply_release(&ex->reply);
    buf_release(&ex->body);
    arena_free(ex->request.arena);
    mem_free(ex);
}

/* Called with the request line, before the headers. */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *c)
{
    (void)c;
    return exchange_new(cls, str_from(uri));
}

static void on_completed(void *cls,
                         struct MHD_Connection *c,
                         void **state,
                         enum MHD_RequestTerminationCode code)
{
    (void)cls;
    (void)c;
    (void)code;
    exchange_free(*state);
    *state = NULL;
}

/* ---- Reading. ------------------------------------------------------------------------------- */

static const char *const header_names[] = {
    [HEADER_HOST] = "Host",
    [HEADER_COOKIE] = "Cookie",
    [HEADER_AUTHORIZATION] = "Authorization",
    [HEADER_CSRF] = "X-CSRF-Token",
    [HEADER_ORIGIN] = "Origin",
    [HEADER_FETCH_SITE] = "Sec-Fetch-Site",
    [HEADER_IF_NONE_MATCH] = "If-None-Match",
    [HEADER_CONTENT_TYPE] = "Content-Type",
    [HEADER_CONTENT_LENGTH] = "Content-Length",
    [HEADER_TRANSFER_ENCODING] = "Transfer-Encoding",
    [HEADER_ACCEPT_ENCODING] = "Accept-Encoding",
    [HEADER_FORWARDED_FOR] = "X-Forwarded-For",
    [HEADER_FORWARDED_PROTO] = "X-Forwarded-Proto",
};

static enum MHD_Result collect_header(void *cls,
                                      enum MHD_ValueKind kind,
                                      const char *key,
                                      const char *value)
{
    struct exchange *ex = cls;
    (void)kind;
    for (size_t i = 0; i < ARRAY_LEN(header_names); i++) {
        if (!str_eq_nocase(str_from(key), str_from(header_names[i])))
            continue;
        ex->head.is_doubled = ex->head.is_doubled || ex->head.headers[i].ptr != NULL;
        ex->head.headers[i] = arena_dup(ex->request.arena, str_trim(str_from(value)));
    }
    return MHD_YES;
}

static bool host_is_local(str host)
{
    if (str_starts(host, STR("[::1]")))
        return host.len == 5 || host.ptr[5] == ':';
    const str name = str_take_until(&host, ':');
    return str_is(name, "127.0.0.1") || str_is(name, "localhost");
}

static void problem(struct exchange *ex, enum status st, const struct error *why)
{
    reply_problem(&ex->reply, (unsigned)status_http(st), NULL, str_from(why->text));
}

/* The head is read: finds the row and refuses what can be refused now. False: answered. */
static bool exchange_admit(struct exchange *ex)
{
    struct request *r = &ex->request;
    struct error why = { .lang = r->lang };
    bool other_method = false;
    r->who = &principal_nobody;
    r->now_us = clock_now_us();
    enum status st = request_read_head(r, &ex->head, &why);
    if (st == STATUS_OK && !host_is_local(r->headers[HEADER_HOST]))
        st = error_set(&why, STATUS_FORBIDDEN, "the Host header must be 127.0.0.1 or localhost");
    if (st == STATUS_OK && !str_starts(r->path, STR("/api/")) &&
        router_find(r, &other_method, &why) == STATUS_NOT_FOUND && assets_answer(r, &ex->reply))
        return false;
    if (st == STATUS_OK && r->route == NULL)
        st = router_find(r, &other_method, &why);
    if (st == STATUS_OK)
        st = request_authenticate(r, &why);
    if (st == STATUS_OK)
        st = router_admit(r, &why);
    if (st == STATUS_OK)
        return true;
    problem(ex, st, &why);
    if (other_method)
        reply_problem(&ex->reply, 405, NULL, str_from(why.text));
    return false;
}

static enum status body_open(struct exchange *ex, struct error *why)
{
    struct request *r = &ex->request;
    const char *dir = shop_dir(r->api->shop);
    char *path = arena_cstr(r->arena, arena_printf(r->arena, "%s/run/upload-XXXXXX", dir));
    ex->body_fd = path != NULL ? mkostemp(path, O_CLOEXEC) : -1;
    if (ex->body_fd < 0)
        return error_set(
            why, status_from_errno(errno), "cannot write into %s/run: %s", dir, strerror(errno));
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
            return error_set(
                why, status_from_errno(errno), "the upload cannot be written: %s", strerror(errno));
        piece = str_skip(piece, (size_t)n);
    }
    return STATUS_OK;
}

static enum status body_add(struct exchange *ex, str piece, struct error *why)
{
    struct request *r = &ex->request;
    const size_t limit = router_body_limit(r);
    if ((uint64_t)r->body_bytes + piece.len > limit)
        return error_set(why, STATUS_TOO_LARGE, "the body is larger than %zu bytes", limit);
    r->body_bytes += (int64_t)piece.len;
    if (r->route->body == BODY_JSON)
        buf_add(&ex->body, piece);
    if (r->route->body != BODY_FILE)
        return STATUS_OK;
    const enum status st = ex->body_fd < 0 ? body_open(ex, why) : STATUS_OK;
    return st == STATUS_OK ? body_write(ex, piece, why) : st;
}

/* A piece of the body. After a refusal the rest is dropped unread. */
static void exchange_take(struct exchange *ex, str piece)
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

/* The peer's address as text, "::1". */
static str address_of(struct arena *a, struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[NI_MAXHOST];
    if (info == NULL || info->client_addr == NULL)
        return STR_EMPTY;
    const socklen_t len = info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                                   : sizeof(struct sockaddr_in);
    if (getnameinfo(info->client_addr, len, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0)
        return STR_EMPTY;
    const str out = arena_dup(a, str_from(text));
    return out.ptr != NULL ? out : STR_EMPTY;
}

static bool has_body(const struct exchange *ex)
{
    const str *h = ex->head.headers;
    return h[HEADER_TRANSFER_ENCODING].len > 0 ||
           (h[HEADER_CONTENT_LENGTH].len > 0 && !str_is(h[HEADER_CONTENT_LENGTH], "0"));
}

static void exchange_run(struct exchange *ex)
{
    struct request *r = &ex->request;
    struct error why = { .lang = r->lang };
    enum status st = STATUS_OK;
    if (r->route->body == BODY_JSON)
        st = router_take_json(r, buf_str(&ex->body), &why);
    if (r->route->body == BODY_FILE && ex->body_fd < 0)
        st = body_open(ex, &why); /* an empty body */
    if (st != STATUS_OK) {
        problem(ex, st, &why);
        return;
    }
    r->catalog = r->api->catalog;
    const bool waits = r->route->lane == LANE_QUERY;
    while (waits && sem_wait(&r->api->slots) != 0)
        ;
    router_answer(r, &ex->reply);
    if (waits)
        sem_post(&r->api->slots);
}

/* NOLINTNEXTLINE(readability-function-size): the library gives the parameters */
static enum MHD_Result on_request(void *cls,
                                  struct MHD_Connection *c,
                                  const char *url,
                                  const char *method,
                                  const char *version,
                                  const char *upload,
                                  size_t *upload_size,
                                  void **state)
{
    struct http_service *h = cls;
    struct exchange *ex = *state;
    (void)url;
    (void)version;
    if (ex == NULL)
        return MHD_NO;
    if (ex->stage == EXCHANGE_NEW) { /* the first call of a request has its head only */
        ex->connection = c;
        ex->request.address = address_of(ex->request.arena, c);
        ex->request.lang = shop_settings(h->api.shop)->lang;
        ex->head.method = arena_dup(ex->request.arena, str_from(method));
        MHD_get_connection_values(c, MHD_HEADER_KIND, collect_header, ex);
        for (size_t i = 0; i < HEADER_COUNT; i++) {
            if (ex->head.headers[i].ptr == NULL)
                ex->head.headers[i] = STR_EMPTY;
        }
        ex->stage = exchange_admit(ex) ? EXCHANGE_READING : EXCHANGE_REFUSED;
        /* An answer before the body ends the connection; without a body it goes on below. */
        return ex->stage == EXCHANGE_REFUSED && has_body(ex) ? reply_send(ex) : MHD_YES;
    }
    if (*upload_size > 0) {
        exchange_take(ex, (str){ upload, *upload_size });
        *upload_size = 0;
        return MHD_YES;
    }
    if (ex->stage == EXCHANGE_ANSWERED)
        return MHD_YES;
    if (ex->stage == EXCHANGE_READING)
        exchange_run(ex);
    return reply_send(ex);
}

/* ---- Starting and stopping. ----------------------------------------------------------------- */

/* "127.0.0.1:8080" or "localhost:8080"; only loopback. */
static enum status listen_address(const char *text, struct sockaddr_in *out, struct error *why)
{
    str rest = str_from(text);
    int64_t port = 0;
    const str host = str_take_until(&rest, ':');
    memset(out, 0, sizeof *out);
    out->sin_family = AF_INET;
    out->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!str_to_i64(rest, &port) || port < 0 || port > 65535)
        return error_set(why, STATUS_BAD_USAGE, "--listen wants ADDRESS:PORT, not \"%s\"", text);
    if (!str_is(host, "127.0.0.1") && !str_is(host, "localhost"))
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "--listen %s: only 127.0.0.1 is served until there are accounts; put a "
                         "reverse proxy with log-in in front",
                         text);
    out->sin_port = htons((uint16_t)port);
    return STATUS_OK;
}

/* The raw text is kept: head.c decodes. */
static size_t keep_escapes(void *cls, struct MHD_Connection *c, char *text)
{
    (void)cls;
    (void)c;
    return strlen(text);
}

static struct MHD_Daemon *start_daemon(struct http_service *h, const struct sockaddr_in *address)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG,
                            ntohs(address->sin_port),
                            NULL,
                            NULL,
                            on_request,
                            h,
                            MHD_OPTION_SOCK_ADDR,
                            address,
                            MHD_OPTION_THREAD_POOL_SIZE,
                            (unsigned)(cores > 1 ? cores : 2),
                            MHD_OPTION_CONNECTION_LIMIT,
                            CONNECTION_LIMIT,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                            CONNECTION_BYTES,
                            MHD_OPTION_CONNECTION_TIMEOUT,
                            IDLE_SECONDS,
                            MHD_OPTION_URI_LOG_CALLBACK,
                            on_uri,
                            h,
                            MHD_OPTION_UNESCAPE_CALLBACK,
                            keep_escapes,
                            NULL,
                            MHD_OPTION_NOTIFY_COMPLETED,
                            on_completed,
                            h,
                            MHD_OPTION_END);
}

enum status http_service_start(const struct server_options *opt,
                               struct http_service **out,
                               unsigned *port,
                               struct error *why)
{
    struct sockaddr_in address;
    enum status st = listen_address(opt->listen, &address, why);
    if (st != STATUS_OK)
        return st;
    struct http_service *h = mem_new(1, sizeof *h);
    if (h == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    router_check();
    st = api_init(&h->api, opt->shop, why);
    if (st != STATUS_OK)
        goto out;
    h->daemon = start_daemon(h, &address);
    if (h->daemon == NULL) {
        st = error_set(why,
                       STATUS_CONFLICT,
                       "cannot listen on %s (%s); choose another with --listen 127.0.0.1:PORT",
                       opt->listen,
                       strerror(errno));
        goto out;
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
    h->api.port = info != NULL ? info->port : ntohs(address.sin_port);
    *port = h->api.port;
    *out = h;
    return STATUS_OK;
out:
    http_service_stop(h);
    return st;
}

enum status http_service_first_link(struct http_service *h,
                                    struct arena *a,
                                    str *out,
                                    struct error *why)
{
    bool needs = false;
    const enum status st = access_needs_admin(h->api.access, &needs, why);
    *out = STR_EMPTY;
    return st == STATUS_OK && needs ? access_first_link(h->api.access, clock_now_us(), a, out, why)
                                    : st;
}

void http_service_stop(struct http_service *h)
{
    if (h == NULL)
        return;
    if (h->daemon != NULL)
        MHD_stop_daemon(h->daemon);
    api_release(&h->api);
    mem_free(h);
}
