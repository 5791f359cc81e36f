/* Where the server listens, under which names, and what a proxy in front may say. */
#include "server/engine_priv.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static enum status wants_address(const char *text, struct error *why)
{
    return error_set(why, STATUS_BAD_USAGE, "--listen wants ADDRESS:PORT, not \"%s\"", text);
}

/* "[::1]:80" to "::1" and "80". */
static bool split_port(str text, str *host, str *port)
{
    if (str_starts(text, STR("["))) {
        const size_t end = str_find(text, STR("]:"));
        if (end == text.len)
            return false;
        *host = str_skip(str_first(text, end), 1);
        *port = str_skip(text, end + 2);
        return true;
    }
    *port = text;
    *host = str_take_until(port, ':');
    return memchr(port->ptr, ':', port->len) == NULL;
}

static bool read_ip(str host, uint16_t port, struct listen *out)
{
    char text[64];
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)&out->address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)&out->address;
    if (str_is(host, "localhost"))
        host = STR("127.0.0.1");
    if (host.len == 0 || host.len >= sizeof text)
        return false;
    memcpy(text, host.ptr, host.len);
    text[host.len] = '\0';
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        out->address_len = sizeof *v4;
        out->is_loopback = ntohl(v4->sin_addr.s_addr) >> 24 == 127;
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6->sin6_addr) != 1)
        return false;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    out->address_len = sizeof *v6;
    out->is_loopback = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    return true;
}

/* IPv4 becomes IPv6 (::ffff:1.2.3.4), so that both ways of writing one are equal. */
static bool read_address(str name, struct in6_addr *out)
{
    char text[64];
    struct in6_addr v6 = { .s6_addr = { [10] = 0xff, [11] = 0xff } };
    if (name.len >= sizeof text)
        return false;
    memcpy(text, name.ptr, name.len);
    text[name.len] = '\0';
    if (inet_pton(AF_INET, text, &v6.s6_addr[12]) != 1 && inet_pton(AF_INET6, text, &v6) != 1)
        return false;
    *out = v6;
    return true;
}

static enum status read_proxies(const char *text, struct listen *out, struct error *why)
{
    str rest = str_from(text);
    while (rest.len > 0) {
        const str one = str_trim(str_take_until(&rest, ','));
        if (out->proxy_count == LISTEN_PROXIES_MAX)
            return error_set(
                why, STATUS_BAD_USAGE, "--proxy: more than %d addresses", LISTEN_PROXIES_MAX);
        if (!read_address(one, &out->proxies[out->proxy_count]))
            return error_set(why,
                             STATUS_BAD_USAGE,
                             "--proxy wants addresses such as 10.0.0.5, not \"%.*s\"",
                             STR_ARG(str_first(one, 80)));
        out->proxy_count++;
    }
    return STATUS_OK;
}

static enum status read_hosts(const char *text, struct listen *out, struct error *why)
{
    str rest = str_from(text);
    while (rest.len > 0) {
        if (out->host_count == LISTEN_HOSTS_MAX)
            return error_set(why, STATUS_BAD_USAGE, "--host: more than %d names", LISTEN_HOSTS_MAX);
        out->hosts[out->host_count++] = str_trim(str_take_until(&rest, ','));
    }
    return STATUS_OK;
}

enum status listen_read(const struct server_options *opt, struct listen *out, struct error *why)
{
    struct listen l = { .is_behind_proxy = opt->behind_proxy || opt->proxies != NULL,
                        .is_tls = opt->tls_cert != NULL || opt->tls_key != NULL };
    str host = STR_EMPTY;
    str port = STR_EMPTY;
    int64_t number = 0;
    if (!split_port(str_from(opt->listen), &host, &port) || !str_to_i64(port, &number) ||
        number < 0 || number > 65535 || !read_ip(host, (uint16_t)number, &l))
        return wants_address(opt->listen, why);
    if ((opt->tls_cert == NULL) != (opt->tls_key == NULL))
        return error_set(
            why, STATUS_BAD_USAGE, "--tls-cert and --tls-key belong together: give both");
    if (!l.is_loopback && !l.is_tls && !l.is_behind_proxy)
        return error_set(
            why,
            STATUS_BAD_USAGE,
            "--listen %s can be reached from other machines, so passwords would travel "
            "in the clear: give --tls-cert and --tls-key, or --behind-proxy when a proxy "
            "with TLS stands in front",
            opt->listen);
    enum status st = read_hosts(opt->hosts, &l, why);
    if (st == STATUS_OK)
        st = read_proxies(opt->proxies, &l, why);
    if (st == STATUS_OK)
        *out = l;
    return st;
}

unsigned listen_port(const struct sockaddr_storage *address)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)address;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)address;
    return ntohs(address->ss_family == AF_INET6 ? v6->sin6_port : v4->sin_port);
}

/* ---- Names. --------------------------------------------------------------------------------- */

static bool is_port(str s)
{
    int64_t n = 0;
    return s.len > 0 && s.len <= 5 && str_to_i64(s, &n) && n > 0 && n <= 65535;
}

/* The name of "name", "name:80", "[::1]:80"; false when it is none of them. */
static bool host_name(str host, str *name)
{
    str rest = host;
    if (str_starts(host, STR("["))) {
        const size_t end = str_find(host, STR("]"));
        *name = str_skip(str_first(host, end), 1);
        rest = str_skip(host, end + 1);
        return end < host.len &&
               (rest.len == 0 || (rest.ptr[0] == ':' && is_port(str_skip(rest, 1))));
    }
    const bool has_port = memchr(host.ptr, ':', host.len) != NULL;
    *name = str_take_until(&rest, ':');
    return name->len > 0 && (!has_port || is_port(rest));
}

static bool is_address(str name)
{
    struct in6_addr ignored;
    return read_address(name, &ignored);
}

bool listen_allows_host(const struct listen *l, str host)
{
    str name = STR_EMPTY;
    if (!host_name(host, &name))
        return false;
    if (str_is(name, "127.0.0.1") || str_is(name, "::1") || str_eq_nocase(name, STR("localhost")))
        return true;
    for (size_t i = 0; i < l->host_count; i++) {
        if (str_eq_nocase(l->hosts[i], name))
            return true;
    }
    return !l->is_loopback && l->host_count == 0 && is_address(name);
}

/* ---- Proxies. ------------------------------------------------------------------------------- */

static bool is_loopback(const struct in6_addr *a)
{
    return IN6_IS_ADDR_LOOPBACK(a) || (IN6_IS_ADDR_V4MAPPED(a) && a->s6_addr[12] == 127);
}

/* This machine, and those that were named: others on a private network may be anybody. */
static bool is_believed(const struct listen *l, const struct in6_addr *a)
{
    for (size_t i = 0; i < l->proxy_count; i++) {
        if (memcmp(&l->proxies[i], a, sizeof *a) == 0)
            return true;
    }
    return is_loopback(a);
}

/* What stands last was written by the nearest proxy; what stands before, anybody may have sent. */
static str last_of(str list)
{
    str last = STR_EMPTY;
    while (list.len > 0)
        last = str_trim(str_take_until(&list, ','));
    return last;
}

void listen_forwarded(const struct listen *l, struct request *r)
{
    struct in6_addr peer;
    r->is_tls = l->is_tls;
    r->is_local = false;
    if (!read_address(r->address, &peer))
        return;
    r->is_local = is_loopback(&peer) && r->headers[HEADER_FORWARDED_FOR].len == 0;
    if (!l->is_behind_proxy || !is_believed(l, &peer))
        return;
    const str from = last_of(r->headers[HEADER_FORWARDED_FOR]);
    if (is_address(from) && from.len > 0)
        r->address = from;
    r->is_tls =
        r->is_tls || str_eq_nocase(last_of(r->headers[HEADER_FORWARDED_PROTO]), STR("https"));
}
