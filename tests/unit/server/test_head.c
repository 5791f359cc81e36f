/* Addresses, names of hosts, proxies and cookies, without a socket. */
#include "server/engine_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct rig {
    struct arena *arena;
    struct api api;
    struct request request;
    struct http_head head;
    struct error why;
};

static int set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    assert_non_null(r);
    r->arena = arena_new(0);
    r->request = (struct request){ .api = &r->api, .arena = r->arena, .address = STR("127.0.0.1") };
    for (size_t i = 0; i < HEADER_COUNT; i++)
        r->head.headers[i] = STR_EMPTY;
    r->head.method = STR("GET");
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    arena_free(r->arena);
    mem_free(r);
    return 0;
}

static enum status read_uri(struct rig *r, const char *uri)
{
    r->head.uri = str_from(uri);
    return request_read_head(&r->request, &r->head, &r->why);
}

static void a_path_is_decoded_once(void **state)
{
    struct rig *r = *state;
    assert_int_equal(read_uri(r, "/kpi/%E5%87%80?q=a%20b+c&q=d&lang=zh"), STATUS_OK);
    assert_true(str_is(r->request.path, "/kpi/净"));
    assert_true(str_is(request_param(&r->request, "q"), "a b c"));
    assert_int_equal(r->request.lang, LANG_ZH);
    assert_int_equal(read_uri(r, "/a%2565"), STATUS_OK);
    assert_true(str_is(r->request.path, "/a%65"));
}

static void paths_that_lead_elsewhere_are_refused(void **state)
{
    struct rig *r = *state;
    static const char *const bad[] = { "",          "a",      "/..",    "/a/../b", "/%2e%2e/x",
                                       "/./a",      "/a%2fb", "/a%2Fb", "/a%00b",  "/a\\b",
                                       "/a%5cb",    "/%zz",   "/%",     "/\xff",   "/a%0d%0aX: y",
                                       "http://x/", "/%7f" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (read_uri(r, bad[i]) != STATUS_BAD_INPUT)
            fail_msg("%s", bad[i]);
    }
}

static void ambiguous_heads_are_refused(void **state)
{
    struct rig *r = *state;
    r->head.is_doubled = true;
    assert_int_equal(read_uri(r, "/"), STATUS_BAD_INPUT);
    r->head.is_doubled = false;
    r->head.headers[HEADER_CONTENT_LENGTH] = STR("3");
    assert_int_equal(read_uri(r, "/"), STATUS_OK);
    r->head.headers[HEADER_TRANSFER_ENCODING] = STR("chunked");
    assert_int_equal(read_uri(r, "/"), STATUS_BAD_INPUT);
}

static void cookies_are_found_by_their_whole_name(void **state)
{
    struct rig *r = *state;
    r->head.headers[HEADER_COOKIE] = STR("xs=1; s=2;s=3 ; t = 4; =5; novalue");
    assert_int_equal(read_uri(r, "/"), STATUS_OK);
    assert_true(str_is(request_cookie(&r->request, "s"), "2"));
    assert_true(str_is(request_cookie(&r->request, "t"), "4"));
    assert_int_equal(request_cookie(&r->request, "x").len, 0);
    assert_int_equal(request_cookie(&r->request, "novalue").len, 0);
}

static bool finds(struct rig *r, const char *method, const char *uri, const char *path)
{
    bool other = false;
    r->head.method = str_from(method);
    r->request.route = NULL;
    if (read_uri(r, uri) != STATUS_OK)
        return false;
    const enum status st = router_find(&r->request, &other, &r->why);
    return path == NULL ? st != STATUS_OK
                        : st == STATUS_OK && strcmp(r->request.route->path, path) == 0;
}

static void rows_are_found_by_method_and_path(void **state)
{
    struct rig *r = *state;
    assert_true(finds(r, "GET", "/api/v1/kpi?id=x", "/api/v1/kpi"));
    assert_true(finds(r, "HEAD", "/api/v1/kpi", "/api/v1/kpi"));
    assert_true(finds(r, "PATCH", "/api/v1/users/7", "/api/v1/users/{id}"));
    assert_true(str_is(request_param(&r->request, "id"), "7"));
    assert_true(finds(r, "GET", "/api/v1/kpi/", NULL));
    assert_true(finds(r, "GET", "/api/v1", NULL));
    assert_true(finds(r, "GET", "/api/v1/users//", NULL));
    assert_true(finds(r, "PATCH", "/api/v1/users/7/8", NULL));
    assert_true(finds(r, "get", "/api/v1/kpi", NULL));
    assert_true(finds(r, "BREW", "/api/v1/kpi", NULL));
}

static void rows_are_complete(void **state)
{
    (void)state;
    router_check();
}

/* A segment given in the path cannot be overruled by the query. */
static void segments_win_over_parameters(void **state)
{
    struct rig *r = *state;
    assert_true(finds(r, "PATCH", "/api/v1/users/7?id=8", "/api/v1/users/{id}"));
    assert_true(str_is(request_param(&r->request, "id"), "7"));
}

/* ---- Listening. ----------------------------------------------------------------------------- */

static void it_listens_where_it_may(void **state)
{
    struct rig *r = *state;
    struct listen l;
    static const struct {
        struct server_options opt;
        bool fits;
    } cases[] = {
        { { .listen = "127.0.0.1:8080" }, true },
        { { .listen = "localhost:0" }, true },
        { { .listen = "[::1]:80" }, true },
        { { .listen = "127.3.4.5:80" }, true },
        { { .listen = "0.0.0.0:80" }, false },
        { { .listen = "[::]:80" }, false },
        { { .listen = "192.168.1.2:80" }, false },
        { { .listen = "0.0.0.0:80", .behind_proxy = true }, true },
        { { .listen = "0.0.0.0:443", .tls_cert = "c", .tls_key = "k" }, true },
        { { .listen = "0.0.0.0:443", .tls_cert = "c" }, false },
        { { .listen = "127.0.0.1" }, false },
        { { .listen = "127.0.0.1:65536" }, false },
        { { .listen = "::1:80" }, false },
        { { .listen = "example.com:80" }, false },
        { { .listen = ":80" }, false },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const enum status st = listen_read(&cases[i].opt, &l, &r->why);
        if ((st == STATUS_OK) != cases[i].fits)
            fail_msg("%s: %s", cases[i].opt.listen, r->why.text);
    }
}

static void names_are_allowed_or_not(void **state)
{
    struct listen local = { .is_loopback = true };
    struct listen open = { .is_loopback = false };
    struct listen named = { .hosts = { STR("kpi.example.com") }, .host_count = 1 };
    static const struct {
        const char *host;
        bool local;
        bool open;
        bool named;
    } cases[] = {
        { "127.0.0.1", true, true, true },
        { "localhost:8080", true, true, true },
        { "[::1]:8080", true, true, true },
        { "[::1]", true, true, true },
        { "KPI.example.com:443", false, false, true },
        { "kpi.example.com.", false, false, false },
        { "kpi.example.com.evil.org", false, false, false },
        { "evil.org", false, false, false },
        { "10.1.2.3:443", false, true, false },
        { "[2001:db8::1]", false, true, false },
        { "", false, false, false },
        { ":80", false, false, false },
        { "localhost:", false, false, false },
        { "localhost:99999", false, false, false },
        { "localhost:80:80", false, false, false },
        { "[::1", false, false, false },
        { "[::1].evil.org", false, false, false },
        { "127.0.0.1.evil.org", false, false, false },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const str host = str_from(cases[i].host);
        if (listen_allows_host(&local, host) != cases[i].local ||
            listen_allows_host(&open, host) != cases[i].open ||
            listen_allows_host(&named, host) != cases[i].named)
            fail_msg("%s", cases[i].host);
    }
}

/* What changes something waits for the writer: not in the lane of the questions. */
static void changes_stay_out_of_the_lane_of_questions(void **state)
{
    (void)state;
    size_t n = 0;
    for (size_t i = 0; router_at(i) != NULL; i++) {
        const struct route *row = router_at(i);
        if (strcmp(row->method, "GET") == 0)
            continue;
        n++;
        if (row->lane == LANE_QUERY && strcmp(row->path, "/api/v1/definitions/check") != 0)
            fail_msg("%s %s", row->method, row->path);
    }
    assert_true(n > 20);
}

static void only_a_near_proxy_is_believed(void **state)
{
    struct rig *r = *state;
    struct request *q = &r->request;
    struct listen l;
    const struct server_options opt = { .listen = "127.0.0.1:80", .proxies = "10.1.1.1, fd00::1" };
    assert_int_equal(listen_read(&opt, &l, &r->why), STATUS_OK);
    assert_true(l.is_behind_proxy);
    q->headers[HEADER_FORWARDED_FOR] = STR("6.6.6.6, 203.0.113.9");
    q->headers[HEADER_FORWARDED_PROTO] = STR("https");
    static const char *const near[] = { "127.0.0.1",        "127.0.0.9", "::1",
                                        "::ffff:127.0.0.1", "10.1.1.1",  "fd00::1",
                                        "::ffff:10.1.1.1" };
    static const char *const far[] = {
        "8.8.8.8", "10.1.1.2", "192.168.0.9", "172.31.0.1", "2001:db8::1", "fd00::2", ""
    };
    for (size_t i = 0; i < ARRAY_LEN(near); i++) {
        q->address = str_from(near[i]);
        q->is_tls = false;
        listen_forwarded(&l, q);
        assert_true(str_is(q->address, "203.0.113.9"));
        assert_true(q->is_tls);
        assert_false(q->is_local);
    }
    for (size_t i = 0; i < ARRAY_LEN(far); i++) {
        q->address = str_from(far[i]);
        listen_forwarded(&l, q);
        assert_true(str_is(q->address, far[i]));
        assert_false(q->is_tls);
    }
    q->headers[HEADER_FORWARDED_FOR] = STR("127.0.0.1"); /* a claim, not where it comes from */
    q->address = STR("10.1.1.1");
    listen_forwarded(&l, q);
    assert_true(str_is(q->address, "127.0.0.1"));
    assert_false(q->is_local);
    l.is_behind_proxy = false;
    q->address = STR("127.0.0.1");
    listen_forwarded(&l, q);
    assert_true(str_is(q->address, "127.0.0.1"));
    assert_false(q->is_tls);
    assert_false(q->is_local);
    q->headers[HEADER_FORWARDED_FOR] = STR_EMPTY;
    listen_forwarded(&l, q);
    assert_true(q->is_local);
    const struct server_options bad = { .listen = "127.0.0.1:80", .proxies = "10.0.0.0/8" };
    assert_int_equal(listen_read(&bad, &l, &r->why), STATUS_BAD_USAGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_path_is_decoded_once),
        TEST(paths_that_lead_elsewhere_are_refused),
        TEST(ambiguous_heads_are_refused),
        TEST(cookies_are_found_by_their_whole_name),
        TEST(rows_are_found_by_method_and_path),
        TEST(rows_are_complete),
        TEST(changes_stay_out_of_the_lane_of_questions),
        TEST(segments_win_over_parameters),
        TEST(it_listens_where_it_may),
        TEST(names_are_allowed_or_not),
        TEST(only_a_near_proxy_is_believed),
    };
    return cmocka_run_group_tests_name("server/head", tests, NULL, NULL);
}
