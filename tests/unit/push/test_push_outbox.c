/* push-sent.json and sending: a card goes once, whatever happens in between. */
#include "push/push.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW INT64_C(1700000000000000)

struct rig {
    char dir[64];
    int listener;
    pthread_t thread;
    const char *answer; /* "": closed without one */
    char asked[4096];
    int asked_count;
    char url[128];
    struct arena *a;
    struct push_card card;
    struct push_target target;
    struct push_note note;
    struct error why;
};

static void *serve(void *self)
{
    struct rig *r = self;
    const int fd = accept(r->listener, NULL, NULL);
    size_t n = 0;
    if (fd < 0)
        return NULL;
    while (n + 1 < sizeof r->asked && memmem(r->asked, n, "}}", 2) == NULL) {
        const ssize_t got = recv(fd, r->asked + n, sizeof r->asked - 1 - n, 0);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    r->asked_count++;
    (void)!send(fd, r->answer, strlen(r->answer), MSG_NOSIGNAL);
    close(fd);
    return NULL;
}

/* A new one each time: one that was shut down has lost its port. */
static void listen_here(struct rig *r)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof at;
    r->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(r->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(r->listener, 4), 0);
    assert_int_equal(getsockname(r->listener, (struct sockaddr *)&at, &len), 0);
    (void)snprintf(r->url, sizeof r->url, "http://127.0.0.1:%d/send?key=T0KEN", ntohs(at.sin_port));
    r->target.url.text = str_from(r->url);
}

static int set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    assert_non_null(r);
    r->a = arena_new(0);
    (void)snprintf(r->dir, sizeof r->dir, "/tmp/shopvane-outbox.XXXXXX");
    assert_non_null(mkdtemp(r->dir));
    r->card = (struct push_card){ .report = STR("morning"), .shop = STR("s"), .to = 20000 };
    assert_int_equal(push_card_add(&r->card, r->a, STR("Morning"), &r->why), STATUS_OK);
    r->target = (struct push_target){ .name = STR("team"),
                                      .kind = PUSH_WECOM,
                                      .url = { PUSH_FROM_YAML, STR_EMPTY },
                                      .secret = { PUSH_FROM_NOWHERE, STR_EMPTY } };
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -r %s", r->dir);
    (void)!system(command); /* NOLINT: a folder of our own */
    arena_free(r->a);
    mem_free(r);
    return 0;
}

static enum status post(struct rig *r, int64_t now_us, bool again)
{
    struct push_outbox *o = NULL;
    const struct push_post p = { .target = &r->target,
                                 .card = &r->card,
                                 .stores = STR_EMPTY,
                                 .timeout_s = 5,
                                 .now_us = now_us,
                                 .again = again };
    if (push_outbox_open(r->dir, PUSH_TO_SEND, &o, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
    const enum status st = push_outbox_send(o, &p, &r->note, &r->why);
    if (st == STATUS_OK) { /* its texts go with the outbox */
        r->note.words = arena_dup(r->a, r->note.words);
        r->note.key.target = r->target.name;
    }
    push_outbox_close(o);
    return st;
}

static enum status send_with(struct rig *r, const char *answer, int64_t now_us, bool again)
{
    r->answer = answer;
    listen_here(r);
    assert_int_equal(pthread_create(&r->thread, NULL, serve, r), 0);
    const enum status st = post(r, now_us, again);
    shutdown(r->listener, SHUT_RDWR); /* frees a server that waits for a connection */
    pthread_join(r->thread, NULL);
    close(r->listener);
    return st;
}

static bool is_due(struct rig *r, int64_t now_us)
{
    struct push_outbox *o = NULL;
    const struct push_key key = {
        .target = r->target.name, .report = r->card.report, .day = r->card.to, .stores = STR_EMPTY
    };
    assert_int_equal(push_outbox_open(r->dir, PUSH_TO_LOOK, &o, &r->why), STATUS_OK);
    const bool due = push_outbox_is_due(o, &r->target, &key, now_us);
    push_outbox_close(o);
    return due;
}

#define REPLY(n, body) "HTTP/1.1 200 OK\r\nContent-Length: " n "\r\n\r\n" body
#define YES            REPLY("13", "{\"errcode\":0}")

static void a_card_goes_once(void **state)
{
    struct rig *r = *state;
    assert_true(is_due(r, NOW));

    assert_int_equal(send_with(r, YES, NOW, false), STATUS_OK);

    assert_int_equal(r->note.state, PUSH_SENT);
    assert_non_null(strstr(r->asked, "POST /send?key=T0KEN "));
    assert_false(is_due(r, NOW + US_PER_DAY));
    assert_int_equal(post(r, NOW + 1, false), STATUS_CONFLICT);
    assert_int_equal(r->asked_count, 1);
    assert_int_equal(send_with(r, YES, NOW + 2, true), STATUS_OK); /* asked for */
    assert_int_equal(r->asked_count, 2);
}

static void a_refusal_waits_for_other_settings(void **state)
{
    struct rig *r = *state;

    assert_int_equal(
        send_with(r, REPLY("37", "{\"errcode\":93000,\"errmsg\":\"invalid\"}  "), NOW, false),
        STATUS_OK);

    assert_int_equal(r->note.state, PUSH_REFUSED);
    assert_true(str_contains(r->note.words, STR("93000 (invalid)")));
    assert_false(is_due(r, NOW + US_PER_DAY));
    r->target.url.text = STR("http://127.0.0.1:1/send?key=OTHER");
    assert_true(is_due(r, NOW + 1));
}

static void what_did_not_arrive_is_tried_again_later_and_later(void **state)
{
    struct rig *r = *state;
    int64_t now = NOW;
    r->target.url.text = STR("http://127.0.0.1:1/send?key=T0KEN");
    for (int i = 0; i < 8; i++) {
        const int64_t minutes = i < 5 ? INT64_C(1) << i : 32;

        assert_int_equal(post(r, now, false), STATUS_OK);

        assert_int_equal(r->note.state, PUSH_FAILED);
        assert_int_equal(r->note.next_us - now, minutes * 60 * US_PER_SECOND);
        assert_false(is_due(r, r->note.next_us - 1));
        assert_true(is_due(r, r->note.next_us));
        assert_false(str_contains(r->note.words, STR("T0KEN")));
        now = r->note.next_us;
    }
}

static void too_many_leaves_the_service_alone(void **state)
{
    struct rig *r = *state;

    assert_int_equal(send_with(r, REPLY("17", "{\"errcode\":45009}"), NOW, false), STATUS_OK);

    assert_int_equal(r->note.state, PUSH_FAILED);
    assert_int_equal(post(r, NOW + 30 * US_PER_SECOND, false), STATUS_TOO_MANY);
    assert_false(is_due(r, NOW + 59 * US_PER_SECOND));
    assert_true(is_due(r, NOW + 61 * US_PER_SECOND));
}

static void an_answer_that_does_not_come_is_uncertain(void **state)
{
    struct rig *r = *state;

    assert_int_equal(send_with(r, "", NOW, false), STATUS_OK);

    assert_int_equal(r->note.state, PUSH_UNCERTAIN);
    assert_false(is_due(r, NOW + US_PER_DAY));
    assert_int_equal(post(r, NOW + 1, false), STATUS_CONFLICT);
}

static void a_program_that_ended_while_sending_leaves_it_uncertain(void **state)
{
    struct rig *r = *state;
    char path[128];
    assert_int_equal(send_with(r, YES, NOW, false), STATUS_OK);
    (void)snprintf(path, sizeof path, "%s/push-sent.json", r->dir);
    str text = STR_EMPTY;
    assert_int_equal(file_read(path, 1 << 20, r->a, &text, &r->why), STATUS_OK);
    const size_t at = str_find(text, STR("\"sent\",\"words\"")); /* as it stood before the answer */
    assert_true(at < text.len);
    const str before = arena_printf(r->a,
                                    "%.*s\"sending\"%.*s",
                                    STR_ARG(str_first(text, at)),
                                    STR_ARG(str_skip(text, at + strlen("\"sent\""))));
    assert_int_equal(file_write_atomic(path, before, &r->why), STATUS_OK);
    assert_true(is_due(r, NOW + 1)); /* to be told */

    assert_int_equal(post(r, NOW + 1, false), STATUS_OK);

    assert_int_equal(r->note.state, PUSH_UNCERTAIN);
    assert_int_equal(r->asked_count, 1);
    assert_false(is_due(r, NOW + 2));
}

static void no_more_than_the_service_takes_in_a_minute(void **state)
{
    struct rig *r = *state;
    r->target.url.text = STR("http://127.0.0.1:1/send?key=T0KEN");
    for (int i = 0; i < 20; i++)
        assert_int_equal(post(r, NOW + i * US_PER_SECOND, true), STATUS_OK);

    assert_int_equal(post(r, NOW + 20 * US_PER_SECOND, true), STATUS_TOO_MANY);
    assert_non_null(strstr(r->why.text, "40 seconds"));
    assert_int_equal(post(r, NOW + 60 * US_PER_SECOND, true), STATUS_OK);
}

static void one_program_sends_at_a_time(void **state)
{
    struct rig *r = *state;
    struct push_outbox *first = NULL;
    struct push_outbox *second = NULL;

    assert_int_equal(push_outbox_open(r->dir, PUSH_TO_SEND, &first, &r->why), STATUS_OK);

    assert_int_equal(push_outbox_open(r->dir, PUSH_TO_SEND, &second, &r->why), STATUS_CONFLICT);
    assert_int_equal(push_outbox_open(r->dir, PUSH_TO_LOOK, &second, &r->why), STATUS_OK);
    push_outbox_close(second);
    push_outbox_close(first);
}

static void a_broken_file_sends_nothing(void **state)
{
    static const char *const texts[] = {
        "{", "{}", "{\"version\":2}", "{\"version\":1,\"cards\":[{\"target\":\"t\"}]}"
    };
    struct rig *r = *state;
    char path[128];
    (void)snprintf(path, sizeof path, "%s/push-sent.json", r->dir);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct push_outbox *o = NULL;
        assert_int_equal(file_write_atomic(path, str_from(texts[i]), &r->why), STATUS_OK);

        assert_int_equal(push_outbox_open(r->dir, PUSH_TO_SEND, &o, &r->why), STATUS_BAD_INPUT);
    }
}

#define RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG(a_card_goes_once),
        RIG(a_refusal_waits_for_other_settings),
        RIG(what_did_not_arrive_is_tried_again_later_and_later),
        RIG(too_many_leaves_the_service_alone),
        RIG(an_answer_that_does_not_come_is_uncertain),
        RIG(a_program_that_ended_while_sending_leaves_it_uncertain),
        RIG(no_more_than_the_service_takes_in_a_minute),
        RIG(one_program_sends_at_a_time),
        RIG(a_broken_file_sends_nothing),
    };
    return cmocka_run_group_tests_name("push outbox", tests, NULL, NULL);
}
