/* Where the server listens, under which names, and what a proxy in front may say. Pure. */
#ifndef SHOPVANE_SERVER_LISTEN_PRIV_H
#define SHOPVANE_SERVER_LISTEN_PRIV_H

#include "server/server.h"

#include <netinet/in.h>
#include <sys/socket.h>

#define LISTEN_HOSTS_MAX   16
#define LISTEN_PROXIES_MAX 16

struct listen {
    struct sockaddr_storage address;
    socklen_t address_len;
    bool is_loopback;
    bool is_behind_proxy;
    bool is_tls;
    str hosts[LISTEN_HOSTS_MAX]; /* names that were allowed; borrowed */
    size_t host_count;
    struct in6_addr proxies[LISTEN_PROXIES_MAX]; /* that are believed beside loopback */
    size_t proxy_count;
};

/* Reads --listen, --host, --behind-proxy, --proxy, --tls-*; STATUS_BAD_USAGE when they do not fit
 * together: beyond loopback there must be TLS or a proxy. */
MUST_CHECK enum status listen_read(const struct server_options *opt,
                                   struct listen *out,
                                   struct error *why);
unsigned listen_port(const struct sockaddr_storage *address);
/* The Host header names this server: loopback, an allowed name, or, where nothing was allowed and
 * it listens beyond loopback, an address. */
bool listen_allows_host(const struct listen *l, str host);

struct request;
/* Behind a proxy: address and scheme of the client as the nearest proxy says, when that proxy is on
 * this machine or was named; else what the connection itself says. r->is_local: from this machine,
 * and not on behalf of somebody else. */
void listen_forwarded(const struct listen *l, struct request *r);

#endif
