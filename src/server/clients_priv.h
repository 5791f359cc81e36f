/* Open connections, and the patience with each. */
#ifndef SHOPVANE_SERVER_CLIENTS_PRIV_H
#define SHOPVANE_SERVER_CLIENTS_PRIV_H

#include "base/base.h"

/* What a connection is doing; each has its own patience (clients.c). */
enum client_state {
    CLIENT_IDLE, /* between requests, or amid the head of one */
    CLIENT_BODY, /* its body comes */
    CLIENT_WAIT, /* for us */
    CLIENT_READ, /* it takes the answer */
};

struct client;
struct clients;

MUST_CHECK struct clients *clients_new(void);
/* The watcher's thread; the rest is called by the HTTP threads. */
MUST_CHECK bool clients_watch(struct clients *c);
void clients_free(struct clients *c); /* no connection is open any more; NULL is fine */

struct client *clients_add(struct clients *c, int fd); /* NULL: out of memory */
void clients_remove(struct clients *c, struct client *one);
void clients_state(struct clients *c, struct client *one, enum client_state state); /* NULL: fine */
void clients_took(struct clients *c, struct client *one, size_t bytes);             /* of a body */
size_t clients_count(struct clients *c);

#endif
