/* Where the server listens, under which names, and what a proxy in front may say. Pure. */
#ifndef SHOPVANE_SERVER_LISTEN_PRIV_H
#define SHOPVANE_SERVER_LISTEN_PRIV_H

#include "server/server.h"

#include <sys/socket.h>

#define LISTEN_HOSTS_MAX 16

struct listen {
    struct sockaddr_storage address;
    socklen_t address_len;
    bool is_loopback;
    bool is_behind_proxy;
    bool is_tls;
    str hosts[LISTEN_HOSTS_MAX]; /* names that were allowed; borrowed */
    size_t host_count;
};

/* Reads --listen, --host, --behind-proxy, --tls-*; STATUS_BAD_USAGE when they do not fit together:
 * beyond loopback there must be TLS or a proxy. */
MUST_CHECK enum status listen_read(const struct server_options *opt,
                                   struct listen *out,
                                   struct error *why);
unsigned listen_port(const struct listen *l);
/* The Host header names this server: loopback, an allowed name, or, where nothing was allowed and
 * it listens beyond loopback, an address. */
bool listen_allows_host(const struct listen *l, str host);

struct request;
/* Behind a proxy: address and scheme of the client as the nearest proxy says, when that proxy is on
 * this machine or a private network; else what the connection itself says. */
void listen_forwarded(const struct listen *l, struct request *r);

#endif
