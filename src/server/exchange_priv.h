/* One request and its reply, from the request line to the last byte. */
#ifndef SHOPVANE_SERVER_EXCHANGE_PRIV_H
#define SHOPVANE_SERVER_EXCHANGE_PRIV_H

#include "server/engine_priv.h"

struct MHD_Connection;
struct MHD_Response;
struct flight;

enum exchange_stage {
    EXCHANGE_NEW,      /* only the request line is known */
    EXCHANGE_READING,  /* admitted; the body comes */
    EXCHANGE_REFUSED,  /* the reply is ready, the rest of the body is dropped */
    EXCHANGE_FLYING,   /* suspended until its flight has landed */
    EXCHANGE_ANSWERED, /* the reply is with the library */
};

struct exchange {
    enum exchange_stage stage;
    struct MHD_Connection *connection;
    int fd; /* of the connection */
    struct client *client;
    struct http_head head;
    struct request request; /* owns the arena */
    struct reply reply;
    struct definitions *definitions; /* of request.catalog */
    struct buf body;                 /* BODY_JSON */
    int body_fd;                     /* BODY_FILE; -1: none */
    int64_t began_us;                /* when the head was there */
    str etag;                        /* .len 0: none */
    str state;                       /* beside an etag: X-Shop-State */

    /* Guarded by the lock of the lanes. */
    struct flight *flight;
    struct exchange *rider; /* the next one of the same flight */
    bool has_gone;
};

/* `uri` as it was sent; NULL: out of memory. */
struct exchange *exchange_new(struct api *api, str uri);
void exchange_free(struct exchange *ex); /* NULL is fine */
/* The head is read: finds the row and refuses what can be refused now. False: answered. */
bool exchange_admit(struct exchange *ex);
bool exchange_has_body(const struct exchange *ex);
/* A piece of the body. After a refusal the rest is dropped unread. */
void exchange_take(struct exchange *ex, str piece);
/* The body is whole: 304, the answer itself (LANE_HERE), or a flight. */
void exchange_ask(struct exchange *ex);
/* Reads the body and runs the handler; on the thread of the lane. */
void exchange_run(struct exchange *ex);
/* The reply as the library wants it, and its status; NULL: out of memory. */
struct MHD_Response *exchange_response(struct exchange *ex, unsigned *status);

#endif
