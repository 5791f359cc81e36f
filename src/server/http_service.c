/* HTTP over libmicrohttpd: a table of routes, each a function from a request to a reply text.
 *
 * Bounded: GET only (a body is refused), 64 KiB a connection for headers, 256 connections, 30 s of
 * silence. The Host header must be the loopback address or localhost, so that a page of another
 * site cannot reach the API through a rebound name. */
#include "server/server_priv.h"

#include "server/routes_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CONNECTION_BYTES ((size_t)64 * 1024)
#define CONNECTION_LIMIT 256
#define IDLE_SECONDS     30

struct http_service {
    struct MHD_Daemon *daemon;
    struct api api;
};

static enum MHD_Result reply_send(struct MHD_Connection *c,
                                  unsigned status,
                                  const char *mime,
                                  struct buf *body)
{
    size_t len = 0;
    char *text = buf_take(body, &len);
    if (text == NULL)
        return MHD_NO;
    struct MHD_Response *r = MHD_create_response_from_buffer(len, text, MHD_RESPMEM_MUST_COPY);
    mem_free(text);
    if (r == NULL)
        return MHD_NO;
    MHD_add_response_header(r, "Content-Type", mime);
    MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(r, "Cache-Control", "no-store");
    const enum MHD_Result sent = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return sent;
}

static bool host_is_local(struct MHD_Connection *c)
{
    const char *value = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Host");
    str host = str_from(value);
    if (str_starts(host, STR("[::1]")))
        return host.len == 5 || host.ptr[5] == ':';
    const str name = str_take_until(&host, ':');
    return str_is(name, "127.0.0.1") || str_is(name, "localhost");
}

static enum MHD_Result collect_argument(void *cls,
                                        enum MHD_ValueKind kind,
                                        const char *key,
                                        const char *value)
{
    struct api_request *req = cls;
    (void)kind;
    if (req->count > API_ARGUMENTS_MAX) /* one more than allowed tells that there were too many */
        return MHD_NO;
    req->keys[req->count] = str_from(key);
    req->values[req->count++] = str_from(value);
    return MHD_YES;
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
    static const char seen[] = "";
    struct http_service *h = cls;
    (void)version;
    (void)upload;
    if (*state == NULL) { /* the first call of a request has its headers only */
        *state = (void *)(uintptr_t)seen;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        *upload_size = 0; /* read and drop; answered below when it ends */
        return MHD_YES;
    }
    struct buf body;
    buf_init(&body, API_REPLY_MAX);
    struct api_request req = { .url = str_from(url) };
    struct api_reply reply = { .status = 200,
                               .mime = "application/json; charset=utf-8",
                               .body = &body };
    if (!host_is_local(c))
        api_problem(&reply, 403, "the Host header must be 127.0.0.1 or localhost");
    else if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        api_problem(&reply, 405, "only GET is served here");
    else if (MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, collect_argument, &req) < 0 ||
             req.count > API_ARGUMENTS_MAX)
        api_problem(&reply, 400, "more than 64 parameters");
    else
        api_answer(&h->api, &req, &reply);
    const enum MHD_Result sent = reply_send(c, reply.status, reply.mime, &body);
    buf_release(&body);
    return sent;
}

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

enum status http_service_start(const struct server_options *opt,
                               struct http_service **out,
                               unsigned *port,
                               struct error *why)
{
    struct sockaddr_in address;
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    enum status st = listen_address(opt->listen, &address, why);
    if (st != STATUS_OK)
        return st;
    struct http_service *h = mem_new(1, sizeof *h);
    if (h == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    st = api_init(&h->api, opt->shop, why);
    if (st != STATUS_OK)
        goto out;
    h->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG,
                                 ntohs(address.sin_port),
                                 NULL,
                                 NULL,
                                 on_request,
                                 h,
                                 MHD_OPTION_SOCK_ADDR,
                                 &address,
                                 MHD_OPTION_THREAD_POOL_SIZE,
                                 (unsigned)(cores > 1 ? cores : 2),
                                 MHD_OPTION_CONNECTION_LIMIT,
                                 CONNECTION_LIMIT,
                                 MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                 CONNECTION_BYTES,
                                 MHD_OPTION_CONNECTION_TIMEOUT,
                                 IDLE_SECONDS,
                                 MHD_OPTION_END);
    if (h->daemon == NULL) {
        st = error_set(why,
                       STATUS_CONFLICT,
                       "cannot listen on %s (%s); choose another with --listen 127.0.0.1:PORT",
                       opt->listen,
                       strerror(errno));
        goto out;
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
    *port = info != NULL ? info->port : ntohs(address.sin_port);
    *out = h;
    return STATUS_OK;
out:
    http_service_stop(h);
    return st;
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
