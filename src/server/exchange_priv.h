/* One request and its reply, from the request line to the last byte. */
#ifndef SHOPVANE_SERVER_EXCHANGE_PRIV_H
#define SHOPVANE_SERVER_EXCHANGE_PRIV_H

#include "server/engine_priv.h"

struct MHD_Connection;

enum exchange_stage {
    EXCHANGE_NEW,      /* only the request line is known */
    EXCHANGE_READING,  /* admitted; the body comes */
    EXCHANGE_REFUSED,  /* the reply is ready, the rest of the body is dropped */
    EXCHANGE_ANSWERED, /* the reply is with the library */
};

struct exchange {
    enum exchange_stage stage;
    struct MHD_Connection *connection;
    struct http_head head;
    struct request request; /* owns the arena */
    struct reply reply;
    struct buf body; /* BODY_JSON */
    int body_fd;     /* BODY_FILE; -1: none */
};

void exchange_free(struct exchange *ex); /* NULL is fine */

#endif
