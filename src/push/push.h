/* Cards of at most eight lines to chat rooms: DingTalk, Feishu, WeCom, Slack, and any server by a
 * signed webhook. The shop says in push.yaml where to; what has gone where is kept in
 * push-sent.json, so that a card goes once, whatever happens in between.
 *
 *     push_read(dir, a, &problems, &config, &why);
 *     push_outbox_open(dir, PUSH_TO_SEND, &outbox, &why);
 *     push_outbox_send(outbox, &(struct push_post){ .target = t, .card = &card, ... }, &note,
 * &why); push_outbox_close(outbox);
 *
 * It knows nothing of figures: a card is lines of text. Addresses and secrets are in no message.
 *
 * Ownership: what is read lives in the caller's arena. Threads: an outbox belongs to one thread;
 * one process has it open for sending, others wait; the rest is pure or only reads files. */
#ifndef SHOPVANE_PUSH_PUSH_H
#define SHOPVANE_PUSH_PUSH_H

#include "format/format.h"
#include "http/http.h"

/* ---- The card (push_card.c) ------------------------------------------------------------------ */

#define PUSH_LINES_MAX 8
#define PUSH_LINE_MAX  ((size_t)240) /* bytes; eight of them fit into every service's limit */

struct push_card {
    str report;   /* "morning" "week" "month"; "test" */
    str shop;     /* its name */
    int32_t from; /* days that it is about */
    int32_t to;
    bool arrived; /* all that comes regularly is in for its last day, and no line is late */
    bool warns;   /* something is late or behind: another colour, where there are colours */
    str lines[PUSH_LINES_MAX]; /* the first is the title */
    size_t count;
};
/* One line more: without line breaks, cut with "…" at PUSH_LINE_MAX. A ninth is a BUG. */
MUST_CHECK enum status push_card_add(struct push_card *card,
                                     struct arena *a,
                                     str line,
                                     struct error *why);
void push_card_text(const struct push_card *card, struct buf *out); /* lines, without a last "\n" */
/* As one JSON object, and back; what is not one of ours is BAD_INPUT. */
void push_card_json(const struct push_card *card, struct buf *out);
MUST_CHECK enum status push_card_parse(str json,
                                       struct arena *a,
                                       struct push_card *out,
                                       struct error *why);

/* ---- push.yaml (push_config.c) --------------------------------------------------------------- */

/*      id         name in push.yaml */
#define PUSH_KIND_LIST(X)   \
    X(DINGTALK, "dingtalk") \
    X(FEISHU, "feishu")     \
    X(WECOM, "wecom")       \
    X(SLACK, "slack")       \
    X(WEBHOOK, "webhook")
#define X(id, name) PUSH_##id,
enum push_kind { PUSH_KIND_LIST(X) PUSH_KIND_COUNT };
#undef X
const char *push_kind_name(enum push_kind k);

/* Where an address or a secret stands. */
enum push_from { PUSH_FROM_NOWHERE, PUSH_FROM_YAML, PUSH_FROM_VARIABLE, PUSH_FROM_FILE };
struct push_value {
    enum push_from from;
    str text; /* itself, or the name of the variable or file */
};

struct push_target {
    str name;
    enum push_kind kind;
    struct push_value url;
    struct push_value secret;
};

/* The daily card of the day before. */
struct push_morning {
    bool is_set;
    bool when_arrived; /* as soon as the day's files are in, at the latest at `minute`; */
    int32_t minute;    /* else at this minute of the shop's day */
    const size_t *to;  /* targets */
    size_t count;
};

struct push_config {
    const struct push_target *targets; /* in the file's order */
    size_t count;
    struct push_morning morning;
    int64_t timeout_s; /* of one try */
};

/* Reads push.yaml of the shop's folder; without the file there are no targets. Problems go to `p`,
 * none of which shows an address or a secret. */
MUST_CHECK enum status push_read(const char *dir,
                                 struct arena *a,
                                 struct problems *p,
                                 struct push_config *out,
                                 struct error *why);
/* The same on a text; for tests and fuzzing. */
MUST_CHECK enum status push_read_text(
    str yaml, struct arena *a, struct problems *p, struct push_config *out, struct error *why);
/* STATUS_NOT_FOUND with "did you mean" when there is none. */
MUST_CHECK enum status push_get(const struct push_config *c,
                                str name,
                                struct arena *a,
                                const struct push_target **out,
                                struct error *why);

/* ---- Addresses and secrets themselves (push_keys.c) ------------------------------------------ */

struct push_keys {
    str url;
    str secret; /* empty: none */
};
/* From push.yaml, the environment or a file, checked. `variable` may be NULL: there is none. */
MUST_CHECK enum status push_keys_read(const char *dir,
                                      const struct push_target *t,
                                      const char *(*variable)(const char *name),
                                      struct arena *a,
                                      struct push_keys *out,
                                      struct error *why);
/* Files with secrets that others than the owner may read, as problems of the whole file. */
void push_warn(const char *dir, const struct push_config *c, struct problems *p);

/* ---- What goes over the wire (push_services.c, push_sign.c); pure ---------------------------- */

#define PUSH_HEADERS_MAX 4
struct push_request {
    str url;
    struct client_header headers[PUSH_HEADERS_MAX];
    size_t header_count;
    str body;
};
struct push_letter {
    const struct push_target *target;
    const struct push_keys *keys;
    const struct push_card *card;
    int64_t now_us;
    bool is_masked; /* for showing: *** in place of the address's path and of the signature */
};
MUST_CHECK enum status push_request_build(const struct push_letter *l,
                                          struct arena *a,
                                          struct push_request *out,
                                          struct error *why);

/*      id          name in push-sent.json */
#define PUSH_STATE_LIST(X)                                                \
    X(SENDING, "sending") /* under way; or the program ended meanwhile */ \
    X(SENT, "sent")                                                       \
    X(FAILED, "failed")       /* surely not there; may be tried again */  \
    X(REFUSED, "refused")     /* the service said no */                   \
    X(UNCERTAIN, "uncertain") /* may be there or not: never sent again by itself */
#define X(id, name) PUSH_##id,
enum push_state { PUSH_STATE_LIST(X) PUSH_STATE_COUNT };
#undef X
const char *push_state_name(enum push_state s);

struct push_result {
    enum push_state state;
    str words;       /* why, in the reader's language; empty: sent */
    int64_t wait_ms; /* FAILED: how long the service wants to be left alone; 0: it did not say */
};
/* What the answer of a service says; some say no in an answer 200. In the arena. */
void push_answer(enum push_kind kind,
                 const struct client_reply *reply,
                 enum lang lang,
                 struct arena *a,
                 struct push_result *out);

/* Signatures as the services check them, base64; and ours for webhooks, hexadecimal. */
void push_sign_dingtalk(str secret, int64_t timestamp_ms, struct buf *out);
void push_sign_feishu(str secret, int64_t timestamp_s, struct buf *out);
void push_sign_webhook(str secret, int64_t timestamp_s, str body, struct buf *out);

/* ---- What has gone where (push_outbox.c, push_send.c) ---------------------------------------- */

struct push_key {
    str target;
    str report;
    int32_t day; /* last day of the card */
    str stores;  /* "a,b"; empty: all */
};
struct push_note {
    struct push_key key;
    enum push_state state;
    str words;
    int64_t at_us;
    int64_t tries;
    int64_t next_us; /* FAILED: not tried by itself before */
    str mark;        /* of the target's settings when it was tried */
};

enum push_use { PUSH_TO_LOOK, PUSH_TO_SEND };
struct push_outbox;
/* PUSH_TO_SEND: STATUS_CONFLICT while another program sends. STATUS_BAD_INPUT: the file cannot be
 * read, and nothing is sent, since nobody knows what has gone. */
MUST_CHECK enum status push_outbox_open(const char *dir,
                                        enum push_use use,
                                        struct push_outbox **out,
                                        struct error *why);
void push_outbox_close(struct push_outbox *o); /* NULL is fine */
/* NULL: never tried. Valid until the outbox is closed or sends. */
const struct push_note *push_outbox_find(const struct push_outbox *o, const struct push_key *k);
const struct push_note *push_outbox_newest(const struct push_outbox *o, str target);
/* Whether a program should try by itself now: never tried, or due again after a failure, or refused
 * under other settings. Also what was left under way: push_outbox_send() tells that. */
bool push_outbox_is_due(const struct push_outbox *o,
                        const struct push_target *t,
                        const struct push_key *k,
                        int64_t now_us);

/* For how many milliseconds nothing is sent to the target, by its service's limit or wish; 0: it
 * may be. */
int64_t push_outbox_pause_ms(const struct push_outbox *o,
                             const struct push_target *t,
                             int64_t now_us);

struct push_post {
    const struct push_target *target;
    const struct push_card *card;
    str stores; /* of the card */
    const char *(*variable)(const char *name);
    int64_t timeout_s;
    int64_t now_us;
    bool again; /* also what has gone, or may have gone, already */
};
/* One try. First notes durably that it is under way, then sends, then notes what came of it: that
 * is *out, whatever it is. What an earlier program left under way becomes UNCERTAIN and is not
 * sent. STATUS_CONFLICT: it has gone already; STATUS_TOO_MANY: the service's limit; other errors:
 * nothing could be noted, so nothing was sent. */
MUST_CHECK enum status push_outbox_send(struct push_outbox *o,
                                        const struct push_post *p,
                                        struct push_note *out,
                                        struct error *why);

#endif
