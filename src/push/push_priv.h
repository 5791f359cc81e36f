/* What the files of this module share. */
#ifndef SHOPVANE_PUSH_PUSH_PRIV_H
#define SHOPVANE_PUSH_PUSH_PRIV_H

#include "push/push.h"

#define PUSH_FILE       "push.yaml"
#define PUSH_SENT_FILE  "push-sent.json"
#define PUSH_FILE_BYTES ((size_t)64 * 1024)

/* What differs between services. Sources: docs/push.md. */
struct push_service {
    const char *name;
    const char *mark; /* what each of its addresses holds; NULL: nothing is known */
    bool takes_secret;
    bool needs_secret;
    const char *secret_start; /* how its secrets begin; NULL: any way */
    size_t per_minute;        /* messages that it takes */
    int64_t calm_ms;          /* how long it refuses after too many, where it does not say */
    size_t body_bytes;        /* longest request */
    void (*body)(const struct push_letter *l, struct json_writer *w);
    void (*sign_url)(const struct push_letter *l, struct buf *url); /* NULL: not there */
    void (*sign_head)(const struct push_letter *l,                  /* NULL: not there */
                      struct arena *a,
                      struct push_request *r);
    void (*read)(const struct client_reply *reply,
                 enum lang lang,
                 struct arena *a,
                 struct push_result *out);
};
const struct push_service *push_service(enum push_kind k);

/* One line that a terminal and a chat can show: no control characters, at most `bytes`, "…" where
 * it was cut. ptr == NULL: out of memory. */
str push_line(struct arena *a, str text, size_t bytes);
/* Of a target's settings as they are written: another one means that they were changed. */
str push_mark(const struct push_target *t, struct arena *a);

/* ---- push-sent.json (push_outbox.c), for push_send.c ---- */

const char *push_outbox_dir(const struct push_outbox *o);
struct arena *push_outbox_arena(struct push_outbox *o);
/* Keeps a note in place of the one of the same key, and writes the file. */
MUST_CHECK enum status push_outbox_keep(struct push_outbox *o,
                                        const struct push_note *n,
                                        struct error *why);
/* Notes a try for the limit a minute, or that the service wants to be left alone. In memory, until
 * the next push_outbox_keep(). */
MUST_CHECK enum status push_outbox_count(struct push_outbox *o,
                                         str target,
                                         int64_t now_us,
                                         struct error *why);
void push_outbox_calm(struct push_outbox *o, str target, int64_t until_us);

#endif
