/* The client against a server that answers what the test says, byte by byte. */
#include "http/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define ANSWERS_MAX 8

struct rig {
    int listener;
    int port;
    pthread_t thread;
    const char *answers[ANSWERS_MAX]; /* one a connection, then it closes */
    size_t answer_count;
    char asked[ANSWERS_MAX][2048]; /* what came */
    size_t asked_count;
    int64_t paused_ms[ANSWERS_MAX];
    size_t pauses;
    bool stop;
    struct arena *arena;
    struct client *client;
    struct client_reply reply;
    struct error why;
};

static void *serve(void *self)
{
    struct rig *r = self;
    for (size_t i = 0; i < r->answer_count; i++) {
        const int fd = accept(r->listener, NULL, NULL);
        size_t n = 0;
        if (fd < 0)
            return NULL;
        while (n + 1 < sizeof r->asked[0] && strstr(r->asked[i], "\r\n\r\n") == NULL) {
            const ssize_t got = recv(fd, r->asked[i] + n, sizeof r->asked[0] - 1 - n, 0);
            if (got <= 0)
                break;
            n += (size_t)got;
        }
        r->asked_count = i + 1;
        const size_t len = strlen(r->answers[i]);
        (void)!send(fd, r->answers[i], len, MSG_NOSIGNAL);
        close(fd);
    }
    return NULL;
}

static void on_pause(void *self, int64_t ms)
{
    struct rig *r = self;
    if (r->pauses < ANSWERS_MAX)
        r->paused_ms[r->pauses++] = ms;
}

static bool is_stopped(void *self)
{
    return ((struct rig *)self)->stop;
}

static void listen_here(struct rig *r)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof at;
    r->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(r->listener >= 0);
    assert_int_equal(bind(r->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(r->listener, ANSWERS_MAX), 0);
    assert_int_equal(getsockname(r->listener, (struct sockaddr *)&at, &len), 0);
    r->port = ntohs(at.sin_port);
}

static int set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    assert_non_null(r);
    r->arena = arena_new(0);
    const struct client_options o = {
        .pause = on_pause, .is_stopped = is_stopped, .self = r, .tries = 3, .body_limit = 1000
    };
    assert_int_equal(client_new(&o, &r->client, &r->why), STATUS_OK);
    listen_here(r);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    close(r->listener);
    client_free(r->client);
    arena_free(r->arena);
    mem_free(r);
    return 0;
}

static const char *url_of(struct rig *r, const char *path)
{
    return arena_printf(r->arena, "http://127.0.0.1:%d%s", r->port, path).ptr;
}

/* Asks /x?key=SECRET while the server gives the answers in turn. */
static enum status ask(struct rig *r, const char *const *answers, size_t n)
{
    const struct client_header headers[] = { { STR("X-Key"), STR("k1") } };
    const struct client_request q = { .url = url_of(r, "/x?key=SECRET"),
                                      .user = "ck",
                                      .password = "cs",
                                      .headers = headers,
                                      .header_count = 1 };
    for (size_t i = 0; i < n; i++)
        r->answers[i] = answers[i];
    r->answer_count = n;
    assert_int_equal(pthread_create(&r->thread, NULL, serve, r), 0);
    const enum status st = client_get(r->client, &q, r->arena, &r->reply, &r->why);
    shutdown(r->listener, SHUT_RDWR); /* frees a server that waits for a connection */
    pthread_join(r->thread, NULL);
    return st;
}
#define ASK(r, ...)                           \
    ask(r,                                    \
        (const char *const[]){ __VA_ARGS__ }, \
        sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

#define OK_BODY(n, body) \
    "HTTP/1.1 200 OK\r\nContent-Length: " n "\r\nX-WP-TotalPages: 3\r\n\r\n" body

static void body_and_headers_arrive(void **state)
{
    struct rig *r = *state;

    assert_int_equal(ASK(r, OK_BODY("5", "hello")), STATUS_OK);

    assert_int_equal(r->reply.status, 200);
    assert_true(str_is(r->reply.body, "hello"));
    assert_true(str_is(client_header(&r->reply, "x-wp-totalpages"), "3"));
    assert_int_equal(client_header(&r->reply, "none").len, 0);
    assert_non_null(strstr(r->asked[0], "Authorization: Basic Y2s6Y3M="));
    assert_non_null(strstr(r->asked[0], "X-Key: k1"));
}

static void other_statuses_are_the_callers(void **state)
{
    struct rig *r = *state;

    assert_int_equal(ASK(r, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"), STATUS_OK);

    assert_int_equal(r->reply.status, 404);
    assert_int_equal(r->pauses, 0);
}

static void passing_trouble_is_tried_again_with_growing_pauses(void **state)
{
    struct rig *r = *state;

    assert_int_equal(ASK(r,
                         "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
                         "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
                         OK_BODY("2", "ok")),
                     STATUS_OK);

    assert_true(str_is(r->reply.body, "ok"));
    assert_int_equal(r->reply.tries, 3);
    assert_int_equal(r->pauses, 2);
    assert_int_equal(r->paused_ms[0], 1000);
    assert_int_equal(r->paused_ms[1], 2000);
}

static void a_pause_is_as_long_as_the_server_says(void **state)
{
    struct rig *r = *state;

    assert_int_equal(ASK(r,
                         "HTTP/1.1 429 Slow\r\nRetry-After: 2.5\r\nContent-Length: 0\r\n\r\n",
                         OK_BODY("2", "ok")),
                     STATUS_OK);

    assert_int_equal(r->pauses, 1);
    assert_int_equal(r->paused_ms[0], 2500);
}

static void a_very_long_pause_is_an_error_that_says_so(void **state)
{
    struct rig *r = *state;

    assert_int_equal(ASK(r, "HTTP/1.1 429 Slow\r\nRetry-After: 7200\r\nContent-Length: 0\r\n\r\n"),
                     STATUS_IO);

    assert_non_null(strstr(r->why.text, "7200 seconds"));
    assert_int_equal(r->pauses, 0);
}

static void after_all_tries_the_error_has_no_query(void **state)
{
    struct rig *r = *state;
    const char *busy = "HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n";

    assert_int_equal(ASK(r, busy, busy, busy), STATUS_IO);

    assert_non_null(strstr(r->why.text, "answered 502 in 3 tries"));
    assert_null(strstr(r->why.text, "SECRET"));
}

static void a_redirect_on_the_same_server_is_followed(void **state)
{
    struct rig *r = *state;

    assert_int_equal(ASK(r,
                         "HTTP/1.1 301 Moved\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n",
                         OK_BODY("2", "ok")),
                     STATUS_OK);

    assert_true(str_is(r->reply.body, "ok"));
    assert_non_null(strstr(r->asked[1], "GET /y "));
}

static void no_key_goes_to_another_server(void **state)
{
    static const char *const targets[] = {
        "http://127.0.0.1:1/",
        "https://127.0.0.1/",
        "file:///etc/passwd",
        "http://example.com/",
    };
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        struct rig *r = *state;
        char answer[256];
        (void)snprintf(answer,
                       sizeof answer,
                       "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
                       targets[i]);

        assert_int_equal(ASK(r, answer), STATUS_BAD_INPUT);

        assert_non_null(strstr(r->why.text, "redirects to"));
        assert_null(strstr(r->why.text, "SECRET"));
        assert_null(strstr(r->why.text, "cs@"));
        tear_down(state);
        set_up(state);
    }
}

static void redirects_in_circles_end(void **state)
{
    struct rig *r = *state;
    const char *round = "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n";

    assert_int_equal(ASK(r, round, round, round, round), STATUS_BAD_INPUT);

    assert_non_null(strstr(r->why.text, "circles"));
}

static void a_body_beyond_the_limit_is_refused(void **state)
{
    struct rig *r = *state;
    char answer[2200] = "HTTP/1.1 200 OK\r\n\r\n";
    memset(answer + strlen(answer), 'x', 2000);

    assert_int_equal(ASK(r, answer), STATUS_TOO_LARGE);

    assert_int_equal(r->pauses, 0);
}

static void no_server_is_an_error_after_all_tries(void **state)
{
    struct rig *r = *state;
    const struct client_request q = { .url = "http://127.0.0.1:1/x" };

    assert_int_equal(client_get(r->client, &q, r->arena, &r->reply, &r->why), STATUS_IO);

    assert_int_equal(r->pauses, 2);
    assert_non_null(strstr(r->why.text, "http://127.0.0.1:1/x: no whole answer in 3 tries"));
}

/* ---- POST ---- */

static enum status post(struct rig *r, const char *answer, bool *may_have_arrived)
{
    const str body = STR("{\"a\":1}");
    const struct client_request q = { .url = url_of(r, "/hook/SECRET?key=SECRET"),
                                      .body = &body,
                                      .hides_path = true };
    r->answers[0] = answer;
    r->answer_count = 1;
    assert_int_equal(pthread_create(&r->thread, NULL, serve, r), 0);
    const enum status st =
        client_post(r->client, &q, r->arena, &r->reply, may_have_arrived, &r->why);
    shutdown(r->listener, SHUT_RDWR);
    pthread_join(r->thread, NULL);
    return st;
}

static void a_post_brings_its_body_and_any_answer_once(void **state)
{
    static const char *const answers[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 429 Slow\r\nRetry-After: 2\r\nContent-Length: 2\r\n\r\nno",
        "HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno",
        "HTTP/1.1 307 Moved\r\nLocation: /y\r\nContent-Length: 2\r\n\r\nno",
    };
    static const int statuses[] = { 200, 429, 503, 307 };
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        struct rig *r = *state;
        bool maybe = false;

        assert_int_equal(post(r, answers[i], &maybe), STATUS_OK);

        assert_int_equal(r->reply.status, statuses[i]);
        assert_int_equal(r->asked_count, 1);
        assert_int_equal(r->pauses, 0);
        assert_non_null(strstr(r->asked[0], "POST /hook/SECRET?key=SECRET "));
        assert_non_null(strstr(r->asked[0], "Content-Length: 7\r\n"));
        tear_down(state);
        set_up(state);
    }
}

static void a_post_without_an_answer_may_have_arrived(void **state)
{
    struct rig *r = *state;
    bool maybe = false;

    assert_int_equal(post(r, "", &maybe), STATUS_IO);

    assert_true(maybe);
    assert_null(strstr(r->why.text, "SECRET"));
    assert_non_null(strstr(r->why.text, "no whole answer came"));
}

static void a_post_that_found_nobody_has_not_arrived(void **state)
{
    struct rig *r = *state;
    const str body = STR("{}");
    bool maybe = true;
    const struct client_request q = { .url = "http://127.0.0.1:1/hook/SECRET",
                                      .body = &body,
                                      .hides_path = true };

    assert_int_equal(client_post(r->client, &q, r->arena, &r->reply, &maybe, &r->why), STATUS_IO);

    assert_false(maybe);
    assert_int_equal(r->pauses, 0);
    assert_non_null(strstr(r->why.text, "http://127.0.0.1:1: cannot be reached"));
    assert_null(strstr(r->why.text, "SECRET"));
}

static void a_get_after_a_post_is_a_get(void **state)
{
    struct rig *r = *state;
    bool maybe = false;
    assert_int_equal(post(r, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", &maybe), STATUS_OK);
    close(r->listener);
    listen_here(r);
    memset(r->asked, 0, sizeof r->asked);

    assert_int_equal(ASK(r, OK_BODY("5", "hello")), STATUS_OK);

    assert_non_null(strstr(r->asked[0], "GET /x?key=SECRET "));
}

static void a_stop_is_heard(void **state)
{
    struct rig *r = *state;
    r->stop = true;

    assert_int_equal(ASK(r, OK_BODY("2", "ok")), STATUS_INTERRUPTED);
}

#define RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG(body_and_headers_arrive),
        RIG(other_statuses_are_the_callers),
        RIG(passing_trouble_is_tried_again_with_growing_pauses),
        RIG(a_pause_is_as_long_as_the_server_says),
        RIG(a_very_long_pause_is_an_error_that_says_so),
        RIG(after_all_tries_the_error_has_no_query),
        RIG(a_redirect_on_the_same_server_is_followed),
        RIG(no_key_goes_to_another_server),
        RIG(redirects_in_circles_end),
        RIG(a_body_beyond_the_limit_is_refused),
        RIG(no_server_is_an_error_after_all_tries),
        RIG(a_post_brings_its_body_and_any_answer_once),
        RIG(a_post_without_an_answer_may_have_arrived),
        RIG(a_post_that_found_nobody_has_not_arrived),
        RIG(a_get_after_a_post_is_a_get),
        RIG(a_stop_is_heard),
    };
    return cmocka_run_group_tests_name("http client", tests, NULL, NULL);
}
