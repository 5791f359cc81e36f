/* One try of a card: noted as under way, sent, noted as what came of it. */
#include "push/push_priv.h"

#include <sodium.h>

#define CONNECT_MS   10000
#define BODY_LIMIT   ((size_t)64 * 1024)
#define BACKOFF_US   (INT64_C(60) * US_PER_SECOND) /* after the first failure, doubled each time, */
#define BACKOFF_STEP 5                             /* so many times */

/* Sends what is built. What goes wrong is a result, not an error. */
static void transmit(struct push_outbox *o,
                     const struct push_post *p,
                     const struct push_request *r,
                     enum lang lang,
                     struct push_result *out)
{
    struct error why = { .lang = lang };
    struct arena *a = push_outbox_arena(o);
    struct client *c = NULL;
    struct client_reply reply = { .status = 0 };
    bool is_uncertain = false;
    const struct client_options options = { .connect_ms = CONNECT_MS,
                                            .total_ms = (unsigned)p->timeout_s * 1000,
                                            .body_limit = BODY_LIMIT };
    const struct client_request q = { .url = r->url.ptr,
                                      .headers = r->headers,
                                      .header_count = r->header_count,
                                      .body = &r->body,
                                      .hides_path = true };
    enum status st = client_new(&options, &c, &why);
    if (st == STATUS_OK)
        st = client_post(c, &q, a, &reply, &is_uncertain, &why);
    if (st == STATUS_OK) {
        push_answer(p->target->kind, &reply, lang, a, out);
    } else {
        *out = (struct push_result){ .state = is_uncertain ? PUSH_UNCERTAIN : PUSH_FAILED,
                                     .words = arena_dup(a, str_from(why.text)) };
    }
    if (out->words.ptr == NULL)
        out->words = STR_EMPTY;
    client_free(c);
}

static int64_t next_try(const struct push_note *n, int64_t wait_ms)
{
    const int64_t step = n->tries > BACKOFF_STEP ? BACKOFF_STEP : n->tries - 1;
    const int64_t own = BACKOFF_US << (step > 0 ? step : 0);
    return n->at_us + (wait_ms * 1000 > own ? wait_ms * 1000 : own);
}

/* Builds, notes, sends, notes. */
static enum status send_now(struct push_outbox *o,
                            const struct push_post *p,
                            struct push_note *n,
                            struct error *why)
{
    struct push_keys keys = { STR_EMPTY, STR_EMPTY };
    struct push_request r = { .header_count = 0 };
    struct push_result result = { .state = PUSH_FAILED, .words = STR_EMPTY };
    struct error early = { .lang = why->lang };
    struct arena *a = push_outbox_arena(o);
    const struct push_letter letter = {
        .target = p->target, .keys = &keys, .card = p->card, .now_us = p->now_us
    };
    enum status st = push_keys_read(push_outbox_dir(o), p->target, p->variable, a, &keys, &early);
    if (st == STATUS_OK)
        st = push_request_build(&letter, a, &r, &early);
    if (st == STATUS_OK) {
        n->state = PUSH_SENDING;
        st = push_outbox_count(o, p->target->name, p->now_us, why);
        if (st == STATUS_OK)
            st = push_outbox_keep(o, n, why);
        if (st != STATUS_OK)
            return st;
        transmit(o, p, &r, why->lang, &result);
    } else {
        result.words = arena_dup(a, str_from(early.text));
    }
    n->state = result.state;
    n->words = result.words.ptr != NULL ? result.words : STR_EMPTY;
    n->next_us = n->state == PUSH_FAILED ? next_try(n, result.wait_ms) : 0;
    if (result.wait_ms > 0)
        push_outbox_calm(o, p->target->name, p->now_us + result.wait_ms * 1000);
    return push_outbox_keep(o, n, why);
}

static enum status gone_already(const struct push_note *n, struct error *why)
{
    struct buf day;
    buf_init(&day, 32);
    buf_add_day(&day, n->key.day);
    const enum status st = error_set(
        why,
        STATUS_CONFLICT,
        n->state == PUSH_SENT
            ? "%.*s: the card %.*s of %.*s has gone there already; --again sends it once more"
            : "%.*s: the card %.*s of %.*s may be there already; look, and send it once more with "
              "--again",
        STR_ARG(n->key.target),
        STR_ARG(n->key.report),
        STR_ARG(buf_str(&day)));
    buf_release(&day);
    return st;
}

/* A program ended between sending and noting what came of it: nobody sends now, we have the lock.
 */
static enum status settle(struct push_outbox *o,
                          const struct push_post *p,
                          struct push_note *n,
                          struct error *why)
{
    n->state = PUSH_UNCERTAIN;
    n->at_us = p->now_us;
    n->words = arena_dup(push_outbox_arena(o),
                         str_from(tr(why->lang, "the program ended while it was sending")));
    if (n->words.ptr == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    return push_outbox_keep(o, n, why);
}

static enum status begin(struct push_outbox *o,
                         const struct push_post *p,
                         struct push_note *out,
                         struct error *why)
{
    struct arena *a = push_outbox_arena(o);
    const int64_t pause = push_outbox_pause_ms(o, p->target, p->now_us);
    if (pause > 0)
        return error_set(
            why,
            STATUS_TOO_MANY,
            "%.*s: that were too many messages, or the service wants to be left alone; "
            "try again in %lld seconds",
            STR_ARG(p->target->name),
            (long long)((pause + 999) / 1000));
    out->key = (struct push_key){ .target = arena_dup(a, p->target->name),
                                  .report = arena_dup(a, p->card->report),
                                  .day = p->card->to,
                                  .stores = arena_dup(a, p->stores) };
    out->words = STR_EMPTY;
    out->mark = push_mark(p->target, a);
    out->at_us = p->now_us;
    const bool ok = out->key.target.ptr != NULL && out->key.report.ptr != NULL &&
                    out->key.stores.ptr != NULL && sodium_init() >= 0;
    return ok ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

enum status push_outbox_send(struct push_outbox *o,
                             const struct push_post *p,
                             struct push_note *out,
                             struct error *why)
{
    const struct push_key key = { .target = p->target->name,
                                  .report = p->card->report,
                                  .day = p->card->to,
                                  .stores = p->stores };
    const struct push_note *known = push_outbox_find(o, &key);
    struct push_note n = known != NULL ? *known : (struct push_note){ .tries = 0 };
    const bool is_left = known != NULL && known->state == PUSH_SENDING;
    enum status st = STATUS_OK;
    if (is_left && !p->again) {
        st = settle(o, p, &n, why);
    } else {
        if (known != NULL && !p->again &&
            (known->state == PUSH_SENT || known->state == PUSH_UNCERTAIN))
            return gone_already(known, why);
        st = begin(o, p, &n, why);
        n.tries++;
        if (st == STATUS_OK)
            st = send_now(o, p, &n, why);
    }
    if (st == STATUS_OK)
        *out = n;
    return st;
}
