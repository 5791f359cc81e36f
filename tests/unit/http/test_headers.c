/* Addresses, Link and Retry-After. */
#include "http/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void only_safe_addresses_are_taken(void **state)
{
    static const struct {
        const char *url;
        bool is_good;
    } rows[] = {
        { "https://shop.example", true },
        { "https://shop.example:8443/wp?x=1", true },
        { "http://127.0.0.1:8080/x", true },
        { "http://localhost/x", true },
        { "http://[::1]:1/x", true },
        { "http://shop.example/", false },
        { "http://localhost.evil.example/", false },
        { "http://127.0.0.1.evil.example/", false },
        { "https://user:pw@shop.example/", false },
        { "https://", false },
        { "https:///x", false },
        { "file:///etc/passwd", false },
        { "ftp://shop.example/", false },
        { "gopher://x", false },
        { "https://shop.example/a b", false },
        { "https://shop.example/\n", false },
        { "shop.example", false },
        { "", false },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error why = { .lang = LANG_EN };
        const enum status st = client_url_check(str_from(rows[i].url), &why);
        if ((st == STATUS_OK) != rows[i].is_good)
            fail_msg("%s: %s", rows[i].url, why.text);
    }
}

static void shown_addresses_have_no_query(void **state)
{
    (void)state;
    assert_true(str_is(client_url_shown(STR("https://a.b/c?key=1#d")), "https://a.b/c"));
    assert_true(str_is(client_url_shown(STR("https://u:pw@a.b/c?key=1")), "a.b/c"));
    assert_true(str_is(client_url_shown(STR("https://a.b/c@d")), "https://a.b/c@d"));
    assert_true(str_is(client_url_server(STR("https://a.b:1/c?d")), "https://a.b:1"));
    assert_int_equal(client_url_server(STR("x")).len, 0);
}

static void the_next_page_is_found_in_a_link_header(void **state)
{
    static const struct {
        const char *link;
        const char *next; /* NULL: none */
    } rows[] = {
        { "<https://s/a?page_info=x>; rel=\"next\"", "https://s/a?page_info=x" },
        { "<https://s/p>; rel=\"previous\", <https://s/n>; rel=\"next\"", "https://s/n" },
        { "<https://s/n>;rel=next , <https://s/p>;rel=prev", "https://s/n" },
        { "<https://s/a,b;c>; title=\"a, b; c\"; rel=\"last next\"", "https://s/a,b;c" },
        { "<https://s/n>; REL=\"NEXT\"", "https://s/n" },
        { "<https://s/p>; rel=\"previous\"", NULL },
        { "<https://s/p>; rel=\"nextish\"", NULL },
        { "<https://s/p>; title=\"rel=next\"", NULL },
        { "<https://s/n; rel=\"next\"", NULL },
        { "<>; rel=\"next\"", NULL },
        { "<https://s/n", NULL },
        { "<https://s/n>; rel=\"", NULL },
        { ",,,;;<", NULL },
        { "", NULL },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str next = STR_EMPTY;
        const bool has = client_link_next(str_from(rows[i].link), &next);
        if (has != (rows[i].next != NULL) || (has && !str_is(next, rows[i].next)))
            fail_msg("%s: %.*s", rows[i].link, STR_ARG(next));
    }
}

/* A NUL is a byte like any other; found by fuzzing: it was taken for the end of the stops. */
static void a_nul_in_a_link_header_ends_nothing(void **state)
{
    static const char hostile[] = "<a>; x\0=1; \0\0";
    str next = STR_EMPTY;
    (void)state;

    assert_false(client_link_next((str){ hostile, sizeof hostile - 1 }, &next));
    assert_false(client_link_next((str){ "<a>\0", 4 }, &next));
}

static void retry_after_is_seconds_or_a_date(void **state)
{
    const int64_t now = INT64_C(1445412480) * US_PER_SECOND; /* 2015-10-21 07:28:00 UTC */
    static const struct {
        const char *value;
        int64_t ms; /* -1: neither */
    } rows[] = {
        { "2", 2000 },
        { "2.0", 2000 },
        { "0.25", 250 },
        { " 10 ", 10000 },
        { "Wed, 21 Oct 2015 07:28:30 GMT", 30000 },
        { "Wed, 21 Oct 2015 07:00:00 GMT", 0 },
        { "Wednesday, 21-Oct-15 07:28:30 GMT", 30000 },
        { "Wed Oct 21 07:28:30 2015", 30000 },
        { "Wed, 21 Oct 2015 07:28:30 GMT or so", -1 },
        { "21 Oct", -1 },
        { "-1", -1 },
        { "soon", -1 },
        { "", -1 },
        { "99999999999999999999", -1 },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t ms = -1;
        const bool ok = client_retry_after(str_from(rows[i].value), now, &ms);
        if (ok != (rows[i].ms >= 0) || (ok && ms != rows[i].ms))
            fail_msg("%s: %lld", rows[i].value, (long long)ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_safe_addresses_are_taken),
        cmocka_unit_test(shown_addresses_have_no_query),
        cmocka_unit_test(the_next_page_is_found_in_a_link_header),
        cmocka_unit_test(a_nul_in_a_link_header_ends_nothing),
        cmocka_unit_test(retry_after_is_seconds_or_a_date),
    };
    return cmocka_run_group_tests_name("http headers", tests, NULL, NULL);
}
