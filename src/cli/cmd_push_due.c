/* The daily card: whether its time has come, and sending it. `watch`, `serve` and a timer of the
 * machine ask here; what has gone is known from push-sent.json, so it does not matter who asks, and
 * how often. */
#include "cli/cmd_push_priv.h"

#define CARD_MAX ((size_t)64 * 1024)
#define LOOK_US  (INT64_C(30) * US_PER_SECOND)
#define WRONG_US (INT64_C(3600) * US_PER_SECOND) /* how often what is wrong is told */

enum status cards_make(struct command_env *env,
                       const struct card_wish *wish,
                       struct arena *a,
                       struct push_card *out,
                       struct error *why)
{
    const char *words[9] = { "report", wish->report, "--card", "--format", "json" };
    size_t n = 5;
    struct buf text;
    if (wish->date != NULL) {
        words[n++] = "--date";
        words[n++] = wish->date;
    }
    if (wish->stores != NULL) {
        words[n++] = "--store";
        words[n++] = wish->stores;
    }
    buf_init(&text, CARD_MAX);
    const int status = command_run_self_reading(env, words, n, &text);
    enum status st = STATUS_OK;
    if (status != EXIT_DONE || !buf_ok(&text))
        st = error_set(why, STATUS_IO, "there is no card to send (see above)");
    if (st == STATUS_OK)
        st = push_card_parse(buf_str(&text), a, out, why);
    buf_release(&text);
    return st;
}

/* What is due, if anything. */
struct due {
    struct push_config config;
    int32_t yesterday;
    int32_t minute; /* of today */
};

static struct push_key key_of(const struct due *d, const struct push_target *t)
{
    return (struct push_key){
        .target = t->name, .report = STR("morning"), .day = d->yesterday, .stores = STR_EMPTY
    };
}

static bool is_any_due(const struct due *d, const struct push_outbox *o, int64_t now_us)
{
    const struct push_morning *m = &d->config.morning;
    bool is_due = false;
    for (size_t i = 0; i < m->count; i++) {
        const struct push_target *t = &d->config.targets[m->to[i]];
        const struct push_key key = key_of(d, t);
        is_due = is_due || push_outbox_is_due(o, t, &key, now_us);
    }
    return is_due;
}

/* The time at which it is sent, whatever has come, or is looked for what has come. */
static bool is_time(const struct due *d)
{
    const struct push_morning *m = &d->config.morning;
    return m->is_set && (m->when_arrived || d->minute >= m->minute);
}

static enum status look(struct command_env *env, int64_t now_us, struct due *d, struct error *why)
{
    const enum status st = shop_local_time(env->dir, now_us, &d->yesterday, &d->minute, why);
    d->yesterday--;
    return st;
}

/* What small files say. */
enum sight {
    SIGHT_NOTHING, /* there is nothing to do */
    SIGHT_WAITS,   /* for files, of which only the open shop knows */
    SIGHT_DUE,
    SIGHT_WRONG, /* push.yaml or push-sent.json cannot be used: `push due` tells why */
};

static enum sight sight_of(struct command_env *env, int64_t now_us, struct arena *a)
{
    struct error unshown = { .lang = env->lang };
    struct problems p;
    struct due d = { .minute = 0 };
    struct push_outbox *o = NULL;
    problems_init(&p, a, env->lang);
    if (push_read(env->dir, a, &p, &d.config, &unshown) != STATUS_OK || p.n_total > 0)
        return SIGHT_WRONG;
    if (!d.config.morning.is_set)
        return SIGHT_NOTHING;
    if (look(env, now_us, &d, &unshown) != STATUS_OK)
        return SIGHT_WRONG;
    if (!is_time(&d))
        return SIGHT_NOTHING;
    if (push_outbox_open(env->dir, PUSH_TO_LOOK, &o, &unshown) != STATUS_OK)
        return SIGHT_WRONG;
    const bool is_due = is_any_due(&d, o, now_us);
    push_outbox_close(o);
    if (!is_due)
        return SIGHT_NOTHING;
    return d.config.morning.when_arrived && d.minute < d.config.morning.minute ? SIGHT_WAITS
                                                                               : SIGHT_DUE;
}

bool cards_wanted(struct command_env *env, struct cards_watch *w, bool is_new, int64_t wait_us)
{
    const int64_t now = clock_now_us();
    if (!is_new && now - w->looked_us < LOOK_US && now >= w->looked_us)
        return false;
    w->looked_us = now;
    struct arena *a = arena_new(0);
    const enum sight sight = a != NULL ? sight_of(env, now, a) : SIGHT_NOTHING;
    const int64_t since = now >= w->asked_us ? now - w->asked_us : INT64_MAX;
    arena_free(a);
    if (sight == SIGHT_NOTHING || (sight == SIGHT_WAITS && !is_new && since < wait_us) ||
        (sight == SIGHT_WRONG && since < WRONG_US))
        return false;
    w->asked_us = now;
    return true;
}

/* To each target it is due for. */
static enum status send_each(struct command_env *env,
                             const struct due *d,
                             struct push_outbox *o,
                             const struct push_card *card,
                             struct error *why)
{
    const struct push_morning *m = &d->config.morning;
    enum status st = STATUS_OK;
    size_t failed = 0;
    for (size_t i = 0; st == STATUS_OK && i < m->count; i++) {
        const struct push_target *t = &d->config.targets[m->to[i]];
        const struct push_key key = key_of(d, t);
        const struct push_post post = { .target = t,
                                        .card = card,
                                        .stores = STR_EMPTY,
                                        .variable = env->variable,
                                        .timeout_s = d->config.timeout_s,
                                        .now_us = clock_now_us() };
        bool is_sent = false;
        if (!push_outbox_is_due(o, t, &key, post.now_us))
            continue;
        st = cards_send(env, o, &post, &is_sent, why);
        failed += !is_sent;
    }
    if (st == STATUS_OK && failed > 0)
        st = error_set(why, STATUS_IO, "%zu of %zu cards did not go", failed, m->count);
    return st;
}

static enum status make_and_send(struct command_env *env,
                                 const struct due *d,
                                 struct push_outbox *o,
                                 struct arena *a,
                                 struct error *why)
{
    struct push_card card;
    struct buf day;
    buf_init(&day, 32);
    buf_add_day(&day, d->yesterday);
    struct command_env own = *env; /* whatever language this is told in: the room's is the shop's */
    (void)shop_language(env->dir, &own.lang);
    const struct card_wish wish = { .report = "morning", .date = arena_cstr(a, buf_str(&day)) };
    buf_release(&day);
    enum status st = wish.date != NULL ? cards_make(&own, &wish, a, &card, why)
                                       : error_set(why, STATUS_NO_MEMORY, "out of memory");
    const bool waits = d->config.morning.when_arrived && d->minute < d->config.morning.minute;
    if (st != STATUS_OK || (waits && !card.arrived))
        return st;
    return send_each(env, d, o, &card, why);
}

enum status cards_due(struct command_env *env, struct error *why)
{
    struct due d = { .minute = 0 };
    struct push_outbox *o = NULL;
    const int64_t now = clock_now_us();
    struct arena *a = arena_new(0);
    enum status st = a != NULL ? cards_config(env, a, &d.config, why)
                               : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = look(env, now, &d, why);
    if (st != STATUS_OK || !is_time(&d)) {
        arena_free(a);
        return st;
    }
    st = push_outbox_open(env->dir, PUSH_TO_SEND, &o, why);
    if (st == STATUS_CONFLICT) { /* who sends now does it */
        why->text[0] = '\0';
        st = STATUS_OK;
    } else if (st == STATUS_OK && is_any_due(&d, o, now)) {
        st = make_and_send(env, &d, o, a, why);
    }
    push_outbox_close(o);
    arena_free(a);
    return st;
}
