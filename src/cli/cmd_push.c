/* shopvane push: the chat rooms that cards go to, and what has gone where. */
#include "cli/cmd_push_priv.h"

#include <string.h>
#include <time.h>

#define TEXT_MAX   ((size_t)1024 * 1024)
#define MANUAL_TRY 3

struct no_options {
    char none;
};

/* ---- push.yaml ---- */

static void print_problems(const struct command_env *env, struct problems *p, const char *before)
{
    struct buf text;
    buf_init(&text, TEXT_MAX);
    problems_sort(p);
    problems_print(p, &text);
    str rest = buf_str(&text);
    while (rest.len > 0) {
        const str line = str_take_until(&rest, '\n');
        fprintf(env->err, "%s%.*s\n", before, STR_ARG(line));
    }
    buf_release(&text);
}

enum status cards_config(struct command_env *env,
                         struct arena *a,
                         struct push_config *out,
                         struct error *why)
{
    struct problems p;
    struct problems loose;
    problems_init(&p, a, env->lang);
    problems_init(&loose, a, env->lang);
    enum status st = push_read(env->dir, a, &p, out, why);
    if (st == STATUS_OK && p.n_total > 0) {
        print_problems(env, &p, "");
        st = error_set(why,
                       STATUS_BAD_INPUT,
                       "%zu problems in push.yaml; nothing is sent until they are solved",
                       p.n_total);
    }
    if (st == STATUS_OK) {
        push_warn(env->dir, out, &loose);
        print_problems(env, &loose, tr(env->lang, "note: "));
    }
    return st;
}

static enum status no_targets(const struct command_env *env)
{
    fprintf(
        env->out,
        "%s\n\ntargets:\n  team:\n    kind: dingtalk    # feishu, wecom, slack, webhook\n"
        "    url: https://oapi.dingtalk.com/robot/send?access_token=...\n"
        "    secret_env: SHOPVANE_TEAM_SECRET\nmorning: \"09:00\"\n",
        tr(env->lang, "no targets yet; write them into push.yaml of the shop's folder, such as"));
    return STATUS_OK;
}

/* ---- Sending ---- */

static void add_time(struct buf *out, const char *dir, int64_t us)
{
    int32_t day = 0;
    int32_t minute = 0;
    struct error unshown = { .lang = LANG_EN };
    if (us <= 0 || shop_local_time(dir, us, &day, &minute, &unshown) != STATUS_OK)
        return;
    buf_add_day(out, day);
    buf_addf(out, " %02d:%02d", (int)minute / 60, (int)minute % 60);
}

/* What went wrong with a card, and what comes next. */
static void tell_trouble(const struct command_env *env,
                         const struct push_note *n,
                         str day,
                         bool is_daily)
{
    struct buf next;
    buf_init(&next, 64);
    add_time(&next, env->dir, n->next_us);
    fprintf(env->err,
            n->state == PUSH_FAILED
                ? tr(env->lang, "%.*s: the card %.*s of %.*s did not go: %.*s\n")
            : n->state == PUSH_REFUSED
                ? tr(env->lang, "%.*s: the card %.*s of %.*s was refused: %.*s\n")
                : tr(env->lang, "%.*s: the card %.*s of %.*s may be there or not: %.*s\n"),
            STR_ARG(n->key.target),
            STR_ARG(n->key.report),
            STR_ARG(day),
            STR_ARG(n->words));
    if (n->state == PUSH_UNCERTAIN)
        fprintf(env->err,
                "  %s\n",
                tr(env->lang,
                   "it is not sent again by itself: look there, and use report --push with "
                   "--again"));
    else if (is_daily && n->state == PUSH_REFUSED)
        fprintf(env->err,
                "  %s\n",
                tr(env->lang, "it is tried again when push.yaml says something else"));
    else if (is_daily)
        fprintf(
            env->err, tr(env->lang, "  it is tried again from %.*s on\n"), STR_ARG(buf_str(&next)));
    buf_release(&next);
}

/* What became of a card. */
static void tell(const struct command_env *env, const struct push_note *n, bool is_daily)
{
    struct buf day;
    buf_init(&day, 32);
    buf_add_day(&day, n->key.day);
    if (n->state == PUSH_SENT)
        fprintf(env->out,
                tr(env->lang, "%.*s: the card %.*s of %.*s is sent\n"),
                STR_ARG(n->key.target),
                STR_ARG(n->key.report),
                STR_ARG(buf_str(&day)));
    else
        tell_trouble(env, n, buf_str(&day), is_daily);
    buf_release(&day);
    fflush(env->out);
    fflush(env->err);
}

enum status cards_send(struct command_env *env,
                       struct push_outbox *o,
                       const struct push_post *post,
                       bool *is_sent,
                       struct error *why)
{
    struct push_note n;
    const enum status st = push_outbox_send(o, post, &n, why);
    *is_sent = st == STATUS_OK && n.state == PUSH_SENT;
    if (st == STATUS_OK)
        tell(env, &n, true);
    return st;
}

/* A person waits: what surely did not arrive is tried again at once, after two and four seconds. */
static enum status send_patiently(struct command_env *env,
                                  struct push_outbox *o,
                                  struct push_post *post,
                                  bool *is_sent,
                                  struct error *why)
{
    struct push_note n;
    enum status st = STATUS_OK;
    for (int i = 1;; i++) {
        post->now_us = clock_now_us();
        st = push_outbox_send(o, post, &n, why);
        if (st != STATUS_OK || n.state != PUSH_FAILED || i == MANUAL_TRY ||
            push_outbox_pause_ms(o, post->target, clock_now_us()) > 0)
            break;
        const struct timespec t = { .tv_sec = 2L * i };
        (void)nanosleep(&t, NULL);
    }
    *is_sent = st == STATUS_OK && n.state == PUSH_SENT;
    if (st == STATUS_OK)
        tell(env, &n, false);
    return st;
}

/* To each of them; what one target lacks does not keep the others waiting. */
static enum status send_to(struct command_env *env,
                           const struct push_target *const *targets,
                           size_t n,
                           struct push_post *post,
                           struct error *why)
{
    struct push_outbox *o = NULL;
    size_t sent = 0;
    enum status st = push_outbox_open(env->dir, PUSH_TO_SEND, &o, why);
    enum status last = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < n; i++) {
        bool is_sent = false;
        post->target = targets[i];
        last = send_patiently(env, o, post, &is_sent, why);
        sent += is_sent;
        if (last != STATUS_OK && n > 1)
            fprintf(env->err, "shopvane: %s\n", why->text);
    }
    push_outbox_close(o);
    if (st != STATUS_OK || (n == 1 && last != STATUS_OK))
        return st != STATUS_OK ? st : last;
    if (n == 1 && sent == 0)
        return STATUS_IO; /* which has been told */
    return sent == n ? STATUS_OK
                     : error_set(why, STATUS_IO, "%zu of %zu cards did not go", n - sent, n);
}

/* ---- What would be sent ---- */

static enum status show_request(const struct command_env *env,
                                const struct push_post *post,
                                struct arena *a,
                                struct error *why)
{
    struct push_keys keys;
    struct push_request r;
    const struct push_letter letter = { .target = post->target,
                                        .keys = &keys,
                                        .card = post->card,
                                        .now_us = post->now_us,
                                        .is_masked = true };
    enum status st = push_keys_read(env->dir, post->target, post->variable, a, &keys, why);
    if (st == STATUS_OK)
        st = push_request_build(&letter, a, &r, why);
    if (st != STATUS_OK)
        return st;
    fprintf(env->out, "POST %.*s\n", STR_ARG(r.url));
    for (size_t i = 0; i < r.header_count; i++)
        fprintf(env->out, "%.*s: %.*s\n", STR_ARG(r.headers[i].name), STR_ARG(r.headers[i].value));
    fprintf(env->out, "\n%.*s\n", STR_ARG(r.body));
    return STATUS_OK;
}

/* ---- report --push ---- */

struct chosen {
    const struct push_target **items;
    size_t count;
};

static enum status choose(const struct push_config *c,
                          const char *names,
                          struct arena *a,
                          struct chosen *out,
                          struct error *why)
{
    enum status st = STATUS_OK;
    str rest = str_from(names);
    const bool is_all = str_is(rest, "all");
    out->items = ARENA_NEW(a, const struct push_target *, c->count + 1);
    if (out->items == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; is_all && i < c->count; i++)
        out->items[out->count++] = &c->targets[i];
    while (st == STATUS_OK && !is_all && rest.len > 0) {
        const struct push_target *t = NULL;
        bool is_twice = false;
        st = push_get(c, str_trim(str_take_until(&rest, ',')), a, &t, why);
        for (size_t i = 0; st == STATUS_OK && i < out->count; i++)
            is_twice = is_twice || out->items[i] == t;
        if (st == STATUS_OK && !is_twice)
            out->items[out->count++] = t;
    }
    if (st == STATUS_OK && out->count == 0)
        st = error_set(why,
                       STATUS_NOT_FOUND,
                       "push.yaml has no targets yet; shopvane push shows how they are written");
    return st;
}

enum status cards_push(struct command_env *env, const struct card_wish *wish, struct error *why)
{
    struct push_config config;
    struct push_card card;
    struct chosen to = { .count = 0 };
    struct arena *a = arena_new(0);
    enum status st = a != NULL ? cards_config(env, a, &config, why)
                               : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = choose(&config, wish->targets, a, &to, why);
    if (st == STATUS_OK)
        st = cards_make(env, wish, a, &card, why);
    struct push_post post = { .card = &card,
                              .stores = str_from(wish->stores),
                              .variable = env->variable,
                              .timeout_s = config.timeout_s,
                              .now_us = clock_now_us(),
                              .again = wish->again };
    for (size_t i = 0; st == STATUS_OK && wish->dry_run && i < to.count; i++) {
        post.target = to.items[i];
        fprintf(env->out, "%s", i > 0 ? "\n" : "");
        st = show_request(env, &post, a, why);
    }
    if (st == STATUS_OK && !wish->dry_run)
        st = send_to(env, to.items, to.count, &post, why);
    arena_free(a);
    return st;
}

/* ---- push test ---- */

static enum status test_card(struct command_env *env,
                             struct arena *a,
                             struct push_card *out,
                             struct error *why)
{
    int32_t minute = 0;
    struct push_card card = { .report = STR("test"), .arrived = true };
    enum status st = shop_local_time(env->dir, clock_now_us(), &card.to, &minute, why);
    if (st == STATUS_OK)
        st = shop_name(env->dir, a, &card.shop, why);
    card.from = card.to;
    if (st == STATUS_OK)
        st = push_card_add(
            &card,
            a,
            arena_printf(a, tr(env->lang, "Shopvane test · %.*s"), STR_ARG(card.shop)),
            why);
    if (st == STATUS_OK)
        st = push_card_add(
            &card, a, str_from(tr(env->lang, "Cards of this shop will come to this room.")), why);
    if (st == STATUS_OK)
        *out = card;
    return st;
}

static enum status test_target(struct command_env *env, const char *name, struct error *why)
{
    struct push_config config;
    struct push_card card;
    const struct push_target *t = NULL;
    struct arena *a = arena_new(0);
    enum status st = a != NULL ? cards_config(env, a, &config, why)
                               : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = push_get(&config, str_from(name), a, &t, why);
    if (st == STATUS_OK)
        st = test_card(env, a, &card, why);
    if (st == STATUS_OK) {
        struct push_post post = { .card = &card,
                                  .stores = STR_EMPTY,
                                  .variable = env->variable,
                                  .timeout_s = config.timeout_s,
                                  .again = true };
        st = send_to(env, &t, 1, &post, why);
    }
    arena_free(a);
    return st;
}

/* ---- push list ---- */

/* The server, never the rest of an address; where a secret stands, never itself. */
static str place_of(const struct command_env *env, const struct push_value *v, struct arena *a)
{
    switch (v->from) {
    case PUSH_FROM_YAML:
        return STR("push.yaml");
    case PUSH_FROM_VARIABLE:
        return arena_printf(a, "$%.*s", STR_ARG(v->text));
    case PUSH_FROM_FILE:
        return v->text;
    case PUSH_FROM_NOWHERE:
        break;
    }
    return str_from(tr(env->lang, "none"));
}

static str morning_of(const struct command_env *env,
                      const struct push_config *c,
                      size_t target,
                      struct arena *a)
{
    const struct push_morning *m = &c->morning;
    bool is_one = false;
    for (size_t i = 0; i < m->count; i++)
        is_one = is_one || m->to[i] == target;
    if (!is_one)
        return STR_EMPTY;
    return arena_printf(a,
                        "%s%02d:%02d",
                        m->when_arrived ? tr(env->lang, "arrived, at the latest ") : "",
                        (int)m->minute / 60,
                        (int)m->minute % 60);
}

static void list_row(const struct command_env *env,
                     struct text_table *t,
                     const struct push_config *c,
                     size_t at,
                     const struct push_outbox *o,
                     struct arena *a)
{
    const struct push_target *target = &c->targets[at];
    const struct push_note *n = push_outbox_newest(o, target->name);
    struct buf time;
    buf_init(&time, 64);
    text_table_cell(t, target->name);
    text_table_cell(t, str_from(push_kind_name(target->kind)));
    text_table_cell(t,
                    target->url.from == PUSH_FROM_YAML ? client_url_server(target->url.text)
                                                       : place_of(env, &target->url, a));
    text_table_cell(t, place_of(env, &target->secret, a));
    text_table_cell(t, morning_of(env, c, at, a));
    if (n != NULL) {
        add_time(&time, env->dir, n->at_us);
        text_table_cellf(t,
                         "%.*s %s %.*s",
                         STR_ARG(n->key.report),
                         tr(env->lang, push_state_name(n->state)),
                         STR_ARG(buf_str(&time)));
    } else {
        text_table_cell(t, STR_EMPTY);
    }
    buf_release(&time);
}

static enum status list_targets(struct command_env *env, struct error *why)
{
    static const char *const heads[] = { "target", "kind", "url", "secret", "morning", "newest" };
    struct push_config c;
    struct push_outbox *o = NULL;
    struct arena *a = arena_new(0);
    enum status st = a != NULL ? cards_config(env, a, &c, why)
                               : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK && c.count > 0)
        st = push_outbox_open(env->dir, PUSH_TO_LOOK, &o, why);
    if (st == STATUS_OK && c.count == 0)
        st = no_targets(env);
    struct text_table *t = o != NULL ? text_table_new(ARRAY_LEN(heads)) : NULL;
    for (size_t i = 0; t != NULL && i < ARRAY_LEN(heads); i++)
        text_table_cell(t, str_from(tr(env->lang, heads[i])));
    for (size_t i = 0; t != NULL && i < c.count; i++)
        list_row(env, t, &c, i, o, a);
    if (t != NULL)
        text_table_print(t, env->out, true);
    text_table_free(t);
    push_outbox_close(o);
    arena_free(a);
    return st;
}

static enum status push_run(struct command_env *env,
                            const void *options,
                            const struct arguments *args,
                            struct error *why)
{
    const char *verb = args->count > 0 ? args->items[0] : "list";
    int32_t day = 0;
    int32_t minute = 0;
    (void)options;
    const enum status st = shop_local_time(env->dir, clock_now_us(), &day, &minute, why);
    if (st != STATUS_OK)
        return st;
    if (strcmp(verb, "list") == 0 && args->count < 2)
        return list_targets(env, why);
    if (strcmp(verb, "due") == 0 && args->count < 2)
        return cards_due(env, why);
    if (strcmp(verb, "test") == 0 && args->count == 2)
        return test_target(env, args->items[1], why);
    return error_set(why, STATUS_BAD_USAGE, "push: say list, test NAME or due, not \"%s\"", verb);
}

const struct command command_push = {
    .name = "push",
    .summary = "chat rooms that get the morning card: list, test, or send what is due",
    .usage = "[list | test NAME | due]",
    .examples = "shopvane push\n"
                "shopvane push test team\n"
                "shopvane report morning --push team --dry-run\n"
                "shopvane report morning --push all\n"
                "shopvane push due",
    .options_size = sizeof(struct no_options),
    .run = push_run,
    .most_arguments = 2,
    .runs_here = true,
};
