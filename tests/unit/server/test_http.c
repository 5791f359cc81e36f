/* The HTTP side: what is served, and what is refused how. */
#include "server_rig.h"

struct reply {
    int status; /* 0: the connection ended without an answer */
    str head;
    str body;
};

/* Sends the text as it is and reads until the end. */
static struct reply exchange(struct rig *r, str request)
{
    struct reply out = { .head = STR_EMPTY, .body = STR_EMPTY };
    struct buf all;
    char piece[8192];
    int64_t status = 0;
    const int fd = rig_connect(r);
    assert_true(fd >= 0);
    const struct timeval patience = { .tv_sec = 20 };
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    while (request.len > 0) {
        const ssize_t n = send(fd, request.ptr, request.len, MSG_NOSIGNAL);
        if (n <= 0)
            break; /* refused before it was all said */
        request = str_skip(request, (size_t)n);
    }
    buf_init(&all, (size_t)64 * 1024 * 1024);
    for (ssize_t n = recv(fd, piece, sizeof piece, 0); n > 0; n = recv(fd, piece, sizeof piece, 0))
        buf_add(&all, (str){ piece, (size_t)n });
    close(fd);
    const str text = arena_dup(r->arena, buf_str(&all));
    buf_release(&all);
    const size_t end = str_find(text, STR("\r\n\r\n"));
    if (str_starts(text, STR("HTTP/1.1 ")) &&
        str_to_i64(str_first(str_skip(text, 9), 3), &status)) {
        out.status = (int)status;
        out.head = str_first(text, end);
        out.body = str_skip(text, end + 4);
    }
    return out;
}

static struct reply ask(struct rig *r, const char *method, const char *host, const char *path)
{
    return exchange(r,
                    arena_printf(r->arena,
                                 "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"
                                 "Connection: close\r\n\r\n",
                                 method,
                                 path,
                                 host,
                                 r->token));
}

static struct reply get(struct rig *r, const char *path)
{
    return ask(r, "GET", "127.0.0.1", path);
}

static void a_live_server_says_so(void **state)
{
    struct rig *r = *state;
    const struct reply health = get(r, "/healthz");
    assert_int_equal(health.status, 200);
    assert_true(str_is(health.body, "{\"status\":\"ok\"}\n"));
    assert_true(str_contains(health.head, STR("Content-Type: application/json; charset=utf-8")));
    assert_true(str_contains(health.head, STR("X-Content-Type-Options: nosniff")));
    assert_true(str_contains(health.head, STR("Cache-Control: no-store")));
    const struct reply ready = get(r, "/readyz");
    assert_int_equal(ready.status, 200);
    assert_true(str_starts(ready.body, STR("{\"status\":\"ready\",\"data_version\":")));
}

static void the_list_of_kpis_is_served_in_both_languages(void **state)
{
    struct rig *r = *state;
    const struct reply list = get(r, "/api/v1/kpis");
    assert_int_equal(list.status, 200);
    assert_true(str_starts(list.body, STR("{\"version\":1,\"kpis\":[{")));
    assert_true(str_contains(list.body, STR("\"id\":\"net_sales\"")));
    assert_true(str_contains(list.body, STR("\"id\":\"aov\"")));
    assert_true(str_contains(list.body, STR("客单价")));
    assert_true(str_is_utf8(list.body));
}

static const struct {
    const char *path;
    int status;
    const char *message;
} refused[] = {
    { "/api/v1/nothing", 404, "there is nothing at /api/v1/nothing; /api/v1/openapi.json" },
    { "/api/v1/kpi/", 404, "there is nothing at" },
    { "/api/v1/../../etc/passwd", 400, "not well formed" },
    { "/api/v1/%2e%2e/kpi", 400, "not well formed" },
    { "/api/v1%2fkpi?id=aov", 400, "not well formed" },
    { "/api/v1/k%00pi", 400, "not well formed" },
    { "/api/v1/kpi?id=%zz", 400, "broken escape" },
    { "/api/v1/kpi", 400, "say which KPI: /api/v1/kpi?id=net_sales" },
    { "/api/v1/kpi?id=", 400, "say which KPI" },
    { "/api/v1/kpi?idd=aov", 400, "unknown parameter \\\"idd\\\" (did you mean \\\"id\\\"?)" },
    { "/api/v1/kpi?id=aov&lagn=zh", 400, "(did you mean \\\"lang\\\"?)" },
    { "/api/v1/kpi?id=aov&zzzzzz=1", 400, "unknown parameter \\\"zzzzzz\\\"\"" },
    { "/api/v1/kpi?id=aov&top=many", 400, "top wants a whole number, not \\\"many\\\"" },
    { "/api/v1/kpi?id=aov&top=-1", 400, "top wants a whole number, not \\\"-1\\\"" },
    { "/api/v1/kpi?id=aov&lang=de", 400, "lang is en or zh, not \\\"de\\\"" },
    { "/api/v1/kpi?id=net_sale&last=7d", 404, "did you mean \\\"net_sales\\\"?" },
    { "/api/v1/kpi?id=aov&last=seven", 400, "--last wants a number and d, w, m or y" },
    { "/api/v1/kpi?id=aov&period=last-decade", 400, "no period \\\"last-decade\\\"" },
    { "/api/v1/kpi?id=aov&last=7d&by=colour", 0, "colour" },
    { "/api/v1/kpi?id=aov&last=7d&store=moon", 404, "no store \\\"moon\\\"" },
    { "/api/v1/kpi?id=aov&last=7d&where=country%20=%20'", 400, "" },
    { "/api/v1/kpi?id=%ff%fe&last=7d", 0, "" },
    { "/api/v1/kpi?id=a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a",
      400,
      "more than 32 values for \\\"id\\\"" },
};

static void what_cannot_be_answered_is_explained(void **state)
{
    struct rig *r = *state;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        const struct reply p = get(r, refused[i].path);
        const char *head =
            arena_printf(r->arena, "{\"error\":{\"status\":%d,\"code\":\"", p.status).ptr;
        const bool fits = refused[i].status != 0 ? p.status == refused[i].status
                                                 : p.status >= 400 && p.status < 500;
        if (!fits || !str_starts(p.body, str_from(head)) || !str_is_utf8(p.body) ||
            !str_contains(p.body, str_from(refused[i].message)))
            fail_msg("%s: %d %.*s", refused[i].path, p.status, STR_ARG(p.body));
    }
}

static void errors_come_in_the_language_asked_for(void **state)
{
    struct rig *r = *state;
    const struct reply p = get(r, "/api/v1/kpi?lang=zh&top=many");
    assert_int_equal(p.status, 400);
    const struct reply q = get(r, "/api/v1/kpi?lang=zh");
    assert_int_equal(q.status, 400);
    assert_false(str_contains(q.body, STR("say which KPI")));
    assert_true(str_contains(q.body, STR("/api/v1/kpi?id=net_sales")));
}

static void sixty_four_parameters_are_read_and_no_more(void **state)
{
    struct rig *r = *state;
    struct buf path;
    buf_init(&path, 4000);
    buf_adds(&path, "/api/v1/kpi?top=x");
    for (int i = 1; i < 64; i++)
        buf_adds(&path, "&top=x");
    struct reply p = get(r, path.data);
    assert_int_equal(p.status, 400);
    assert_true(str_contains(p.body, STR("top wants a whole number")));
    buf_adds(&path, "&top=x");
    p = get(r, path.data);
    assert_int_equal(p.status, 400);
    assert_true(str_contains(p.body, STR("more than 64 parameters")));
    buf_release(&path);
}

static void only_reading_is_served(void **state)
{
    struct rig *r = *state;
    static const char *const methods[] = { "POST", "PUT", "DELETE", "PATCH", "OPTIONS" };
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        assert_int_equal(ask(r, methods[i], "localhost", "/healthz").status, 405);
    const struct reply head = ask(r, "HEAD", "localhost", "/healthz");
    assert_int_equal(head.status, 200);
    assert_int_equal(head.body.len, 0);
    const struct reply post = exchange(r,
                                       STR("POST /api/v1/kpis HTTP/1.1\r\nHost: localhost\r\n"
                                           "Content-Length: 5\r\nConnection: close\r\n\r\nhello"));
    assert_int_equal(post.status, 405);
}

static void pages_of_other_sites_are_kept_out(void **state)
{
    struct rig *r = *state;
    static const char *const strangers[] = {
        "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "",
        "0.0.0.0",      "[::1].evil.example"
    };
    for (size_t i = 0; i < ARRAY_LEN(strangers); i++)
        assert_int_equal(ask(r, "GET", strangers[i], "/healthz").status, 421);
    assert_int_equal(ask(r, "GET", "localhost:1234", "/healthz").status, 200);
    assert_int_equal(ask(r, "GET", "127.0.0.1:80", "/healthz").status, 200);
}

static void absurd_requests_leave_the_server_alive(void **state)
{
    struct rig *r = *state;
    struct buf b;
    buf_init(&b, (size_t)1024 * 1024);
    buf_adds(&b, "GET /api/v1/kpi?id=");
    while (b.len < 200000)
        buf_adds(&b, "aaaaaaaaaa");
    buf_adds(&b, " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    const int status = exchange(r, buf_str(&b)).status;
    assert_true(status == 0 || status == 414 || status == 431 || status == 413);
    buf_clear(&b);
    buf_adds(&b, "GET / HTTP/1.1\r\nHost: localhost\r\n");
    for (int i = 0; i < 8000; i++)
        buf_addf(&b, "X-%d: y\r\n", i);
    buf_adds(&b, "\r\n");
    const int crowded = exchange(r, buf_str(&b)).status;
    assert_true(crowded == 0 || crowded == 431 || crowded == 413);
    buf_release(&b);
    (void)exchange(r, STR("\x16\x03\x01 this is no HTTP at all\r\n\r\n"));
    (void)exchange(r, STR("GET\r\n\r\n"));
    assert_int_equal(get(r, "/healthz").status, 200);
}

static void the_same_address_cannot_be_taken_twice(void **state)
{
    struct rig *r = *state;
    char listen[32];
    struct error why = { .lang = LANG_EN };
    volatile sig_atomic_t stop = 1;
    (void)snprintf(listen, sizeof listen, "127.0.0.1:%u", r->port);
    /* another shop, because the first one's control socket is in use */
    const struct shop_settings s = {
        .name = STR("B"), .currency = STR("GBP"), .timezone = STR("UTC"), .week_start = 1
    };
    const char *dir = path_join(r->arena, r->dir, "second");
    struct shop *second = NULL;
    assert_int_equal(shop_init(dir, &s, &why), STATUS_OK);
    assert_int_equal(shop_open(dir, &(struct shop_options){ .threads = 1 }, &second, &why),
                     STATUS_OK);
    const struct server_options opt = { .listen = listen, .shop = second, .stop = &stop };
    assert_int_equal(server_run(&opt, &why), STATUS_CONFLICT);
    assert_non_null(strstr(why.text, "choose another with --listen 127.0.0.1:PORT"));
    assert_false(file_exists(path_join(r->arena, dir, "run/control.sock")));
    shop_close(second);
    assert_int_equal(get(r, "/healthz").status, 200);
}

static void addresses_beyond_this_machine_are_refused(void **state)
{
    struct rig *r = *state;
    volatile sig_atomic_t stop = 1;
    static const char *const bad[] = {
        "0.0.0.0:8080",    "192.168.1.2:80", "example.com:80", "[::]:80", "127.0.0.1", "127.0.0.1:",
        "127.0.0.1:65536", "127.0.0.1:-1",   "127.0.0.1:http", ":8080",   ""
    };
    rig_stop(r);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct error why = { .lang = LANG_EN };
        const struct server_options opt = { .listen = bad[i], .shop = r->shop, .stop = &stop };
        if (server_run(&opt, &why) != STATUS_BAD_USAGE)
            fail_msg("%s: %s", bad[i], why.text);
    }
}

static void a_stop_is_clean_and_the_shop_can_be_served_again(void **state)
{
    struct rig *r = *state;
    const int silent = rig_connect(r); /* a client that never says anything */
    assert_int_equal(get(r, "/healthz").status, 200);
    rig_stop(r);
    assert_int_equal(r->status, STATUS_OK);
    assert_int_equal(rig_connect(r), -1);
    assert_false(file_exists(path_join(r->arena, r->dir, "run/control.sock")));
    close(silent);
    const int before = open_files();
    r->stop = 0;
    r->port = 0;
    while (sem_trywait(&r->ready) == 0)
        ;
    assert_int_equal(pthread_create(&r->thread, NULL, rig_thread, r), 0);
    r->is_running = true;
    while (sem_wait(&r->ready) != 0)
        ;
    assert_int_equal(get(r, "/healthz").status, 200);
    rig_stop(r);
    assert_int_equal(r->status, STATUS_OK);
    assert_int_equal(open_files(), before);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_live_server_says_so),
        TEST(the_list_of_kpis_is_served_in_both_languages),
        TEST(what_cannot_be_answered_is_explained),
        TEST(errors_come_in_the_language_asked_for),
        TEST(sixty_four_parameters_are_read_and_no_more),
        TEST(only_reading_is_served),
        TEST(pages_of_other_sites_are_kept_out),
        TEST(absurd_requests_leave_the_server_alive),
        TEST(the_same_address_cannot_be_taken_twice),
        TEST(addresses_beyond_this_machine_are_refused),
        TEST(a_stop_is_clean_and_the_shop_can_be_served_again),
    };
    return cmocka_run_group_tests_name("server: HTTP", tests, NULL, NULL);
}
