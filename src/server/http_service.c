/* HTTP over libmicrohttpd: bytes in, an exchange; a reply, bytes out. What a request may do is
 * router.c's matter, what it waits for that of lanes.c.
 *
 * The library's own decoding is switched off: path and query are read once, by head.c, from what
 * was sent. Bounded: 16 KiB a connection for the head, body limits per route, clients.c for the
 * slow. */
#include "base/system_error.h"
#include "server/clients_priv.h"
#include "server/exchange_priv.h"
#include "server/flight_priv.h"
#include "server/tls_priv.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define CONNECTION_BYTES ((size_t)16 * 1024) /* all of it is resident after the first request */
#define CONNECTIONS      4096U
#define CONNECTIONS_EACH 512U /* of one address, where addresses are those of clients */
#define FILES_BESIDE     128U /* descriptors that are no connections */
#define IDLE_SECONDS     75
#define BACKLOG          511 /* as many as the kernel and other servers take */

/* TLS 1.2 and newer (RFC 9325, 3.1.1). */
#define TLS_PRIORITIES "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct http_service {
    struct MHD_Daemon *daemon;
    struct api api;
};

/* ---- Connections and exchanges. ------------------------------------------------------------- */

static struct client *client_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

static int fd_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info != NULL ? info->connect_fd : -1;
}

static void on_connection(void *cls,
                          struct MHD_Connection *c,
                          void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http_service *h = cls;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *context = clients_add(h->api.clients, fd_of(c));
    } else {
        clients_remove(h->api.clients, *context);
        *context = NULL;
    }
}

/* Called with the request line, before the headers. */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *c)
{
    struct http_service *h = cls;
    (void)c;
    return exchange_new(&h->api, str_from(uri));
}

static void on_completed(void *cls,
                         struct MHD_Connection *c,
                         void **state,
                         enum MHD_RequestTerminationCode code)
{
    struct http_service *h = cls;
    (void)code;
    clients_state(h->api.clients, client_of(c), CLIENT_IDLE);
    exchange_free(*state);
    *state = NULL;
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
        const bool may_repeat = i == HEADER_FORWARDED_FOR || i == HEADER_ACCEPT_ENCODING;
        if (!may_repeat && ex->head.headers[i].ptr != NULL)
            ex->head.is_doubled = true;
        ex->head.headers[i] = arena_dup(ex->request.arena, str_trim(str_from(value)));
    }
    return MHD_YES;
}

static void read_head(struct exchange *ex, struct MHD_Connection *c, const char *method)
{
    struct arena *a = ex->request.arena;
    ex->connection = c;
    ex->fd = fd_of(c);
    ex->client = client_of(c);
    ex->request.address = address_of(a, c);
    ex->request.lang = shop_settings(ex->request.api->shop)->lang;
    ex->head.method = arena_dup(a, str_from(method));
    MHD_get_connection_values(c, MHD_HEADER_KIND, collect_header, ex);
    for (size_t i = 0; i < HEADER_COUNT; i++) {
        if (ex->head.headers[i].ptr == NULL)
            ex->head.headers[i] = STR_EMPTY;
    }
}

static enum MHD_Result reply_send(struct exchange *ex)
{
    struct api *api = ex->request.api;
    unsigned status = 0;
    const bool is_flight = ex->stage == EXCHANGE_FLYING;
    struct MHD_Response *out =
        is_flight ? flight_response(ex, &status) : exchange_response(ex, &status);
    if (out == NULL)
        return MHD_NO;
    clients_state(api->clients, ex->client, CLIENT_READ);
    if (status / 100 < ARRAY_LEN(api->counts.replies))
        atomic_fetch_add(&api->counts.replies[status / 100], 1);
    const enum MHD_Result sent = MHD_queue_response(ex->connection, status, out);
    if (!is_flight) /* a flight's answer goes with its last rider */
        MHD_destroy_response(out);
    ex->stage = EXCHANGE_ANSWERED;
    return sent;
}

/* The first call of a request has its head only. */
static enum MHD_Result on_head(struct exchange *ex, struct MHD_Connection *c, const char *method)
{
    read_head(ex, c, method);
    ex->stage = exchange_admit(ex) ? EXCHANGE_READING : EXCHANGE_REFUSED;
    clients_state(ex->request.api->clients, ex->client, CLIENT_BODY);
    /* An answer before the body ends the connection; without a body it goes on later. */
    return ex->stage == EXCHANGE_REFUSED && exchange_has_body(ex) ? reply_send(ex) : MHD_YES;
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
    struct exchange *ex = *state;
    (void)cls;
    (void)url;
    (void)version;
    if (ex == NULL)
        return MHD_NO;
    if (ex->stage == EXCHANGE_NEW)
        return on_head(ex, c, method);
    if (*upload_size > 0) {
        clients_took(ex->request.api->clients, ex->client, *upload_size);
        exchange_take(ex, (str){ upload, *upload_size });
        *upload_size = 0;
        return MHD_YES;
    }
    if (ex->stage == EXCHANGE_ANSWERED)
        return MHD_YES;
    if (ex->stage == EXCHANGE_READING) {
        clients_state(ex->request.api->clients, ex->client, CLIENT_WAIT);
        exchange_ask(ex);
        if (ex->stage == EXCHANGE_FLYING)
            return MHD_YES; /* suspended; called again when its flight has landed */
    }
    return reply_send(ex);
}

/* ---- Starting and stopping. ----------------------------------------------------------------- */

/* The raw text is kept: head.c decodes. */
static size_t keep_escapes(void *cls, struct MHD_Connection *c, char *text)
{
    (void)cls;
    (void)c;
    return strlen(text);
}

/* As many as the system lets: its soft limit of descriptors is raised to the hard one. */
static unsigned connection_limit(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return CONNECTIONS / 8;
    if (files.rlim_cur < CONNECTIONS + FILES_BESIDE && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max < CONNECTIONS + FILES_BESIDE ? files.rlim_max
                                                                     : CONNECTIONS + FILES_BESIDE;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    if (files.rlim_cur >= CONNECTIONS + FILES_BESIDE)
        return CONNECTIONS;
    return files.rlim_cur > (rlim_t)2 * FILES_BESIDE ? (unsigned)files.rlim_cur - FILES_BESIDE
                                                     : FILES_BESIDE;
}

/* Bound before the library's threads run: the port, which names the cookies, is known before the
 * first request. -1 with errno. */
static int open_socket(const struct listen *l, unsigned *port)
{
    const int on = 1;
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    const int fd = socket(l->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        (l->address.ss_family != AF_INET6 ||
         setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
        bind(fd, (const struct sockaddr *)&l->address, l->address_len) == 0 &&
        listen(fd, BACKLOG) == 0 && getsockname(fd, (struct sockaddr *)&bound, &len) == 0) {
        *port = listen_port(&bound);
        return fd;
    }
    const int cause = errno;
    close(fd);
    errno = cause;
    return -1;
}

/* Takes the socket. */
static struct MHD_Daemon *start_daemon(struct http_service *h, int fd)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    const struct listen *l = &h->api.listen;
    const struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_CERT_CALLBACK, 0, tls_callback() },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES },
        { MHD_OPTION_END, 0, NULL },
    };
    const struct MHD_OptionItem plain[] = { { MHD_OPTION_END, 0, NULL } };
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
    if (l->is_tls)
        flags |= MHD_USE_TLS;
    if (l->address.ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    return MHD_start_daemon(flags,
                            0,
                            NULL,
                            NULL,
                            on_request,
                            h,
                            MHD_OPTION_LISTEN_SOCKET,
                            fd,
                            MHD_OPTION_THREAD_POOL_SIZE,
                            (unsigned)(cores > 1 ? cores : 2),
                            MHD_OPTION_CONNECTION_LIMIT,
                            connection_limit(),
                            MHD_OPTION_PER_IP_CONNECTION_LIMIT,
                            l->is_loopback || l->is_behind_proxy ? 0U : CONNECTIONS_EACH,
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
                            MHD_OPTION_NOTIFY_CONNECTION,
                            on_connection,
                            h,
                            MHD_OPTION_ARRAY,
                            l->is_tls ? tls : plain,
                            MHD_OPTION_END);
}

enum status http_service_start(const struct server_options *opt,
                               struct http_service **out,
                               unsigned *port,
                               struct error *why)
{
    struct http_service *h = mem_new(1, sizeof *h);
    if (h == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    router_check();
    enum status st = api_init(&h->api, opt, why);
    if (st != STATUS_OK)
        goto out;
    const int fd = open_socket(&h->api.listen, &h->api.port);
    if (fd >= 0)
        h->daemon = start_daemon(h, fd);
    if (h->daemon == NULL || !clients_watch(h->api.clients)) {
        st = error_set(why,
                       STATUS_CONFLICT,
                       "cannot listen on %s (%s); choose another with --listen 127.0.0.1:PORT",
                       opt->listen,
                       error_system(why, errno));
        goto out;
    }
    *port = h->api.port;
    *out = h;
    return STATUS_OK;
out:
    http_service_stop(h);
    return st;
}

enum status http_service_reload(struct http_service *h, struct error *why)
{
    return api_reload(&h->api, why);
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

/* No new connections, then everybody who waits gets an answer, then the end. */
void http_service_stop(struct http_service *h)
{
    if (h == NULL)
        return;
    if (h->daemon != NULL) {
        const MHD_socket fd = MHD_quiesce_daemon(h->daemon);
        if (fd >= 0)
            close(fd);
    }
    if (h->api.lanes != NULL)
        lanes_stop(h->api.lanes);
    if (h->daemon != NULL)
        MHD_stop_daemon(h->daemon);
    api_release(&h->api);
    mem_free(h);
}
