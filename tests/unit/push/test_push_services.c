/* What goes over the wire: signatures by the services' own examples, limits, ways to say no. */
#include "push/push.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW_US      INT64_C(1700000000000000)
#define NOW_MS      (NOW_US / 1000)
#define NOW_S       (NOW_US / US_PER_SECOND)
#define LIMIT       ((size_t)64 * 1024)
#define SECRET      "SECtest"
#define WECOM       2048 /* bytes of text; the narrowest limit */
#define SERVICE     20000
#define WEBHOOK_HEX "a03008104ea23ae31421cf9c3c802b25dafe146e8da080a46910e44fd691d544"

static const struct {
    enum push_kind kind;
    const char *url;
} addresses[] = {
    { PUSH_DINGTALK, "https://oapi.dingtalk.com/robot/send?access_token=T0KEN" },
    { PUSH_FEISHU, "https://open.feishu.cn/open-apis/bot/v2/hook/T0KEN" },
    { PUSH_WECOM, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=T0KEN" },
    { PUSH_SLACK, "https://hooks.slack.com/services/T0KEN" },
    { PUSH_WEBHOOK, "https://example.com/T0KEN" },
};

struct rig {
    struct arena *a;
    struct push_card card;
    struct push_request r;
    struct error why;
};

static int set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    assert_non_null(r);
    r->a = arena_new(0);
    r->card = (struct push_card){ .report = STR("morning"), .shop = STR("gifts"), .to = 20417 };
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    arena_free(r->a);
    mem_free(r);
    return 0;
}

static void add(struct rig *r, const char *line)
{
    assert_int_equal(push_card_add(&r->card, r->a, str_from(line), &r->why), STATUS_OK);
}

static void build(struct rig *r, enum push_kind kind, bool is_masked)
{
    const struct push_keys keys = {
        str_from(addresses[kind].url),
        kind == PUSH_WECOM || kind == PUSH_SLACK ? STR_EMPTY : STR(SECRET),
    };
    const struct push_target t = { .name = STR("team"), .kind = kind };
    const struct push_letter l = {
        .target = &t, .keys = &keys, .card = &r->card, .now_us = NOW_US, .is_masked = is_masked
    };
    if (push_request_build(&l, r->a, &r->r, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
}

static str text_at(struct rig *r, const char *path)
{
    const struct json_node *root = NULL;
    str text = STR_EMPTY;
    assert_int_equal(json_parse(r->r.body, r->a, &root, &r->why), STATUS_OK);
    assert_true(json_as_str(json_path(root, path), &text));
    return text;
}

/* ---- signatures ---- */

static void signatures_are_those_of_the_services_examples(void **state)
{
    struct buf out;
    (void)state;
    buf_init(&out, LIMIT);

    push_sign_dingtalk(STR(SECRET), NOW_MS, &out);
    assert_true(str_is(buf_str(&out), "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g="));
    buf_clear(&out);
    push_sign_feishu(STR(SECRET), NOW_S, &out);
    assert_true(str_is(buf_str(&out), "G7XpBpG8NgG02fJOAhX6FRAObIljmFoxVReo8I62pEk="));
    buf_clear(&out);
    /* printf '1700000000.{"id":1}' | openssl dgst -sha256 -hmac SECtest */
    push_sign_webhook(STR(SECRET), NOW_S, STR("{\"id\":1}"), &out);
    assert_true(str_is(buf_str(&out), WEBHOOK_HEX));

    buf_release(&out);
}

static void dingtalk_signs_in_the_query(void **state)
{
    struct rig *r = *state;
    add(r, "one");

    build(r, PUSH_DINGTALK, false);

    assert_true(str_is(r->r.url,
                       "https://oapi.dingtalk.com/robot/send?access_token=T0KEN"
                       "&timestamp=1700000000000"
                       "&sign=aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g%3D"));
    assert_true(str_is(r->r.body, "{\"msgtype\":\"text\",\"text\":{\"content\":\"one\"}}"));
}

static void feishu_signs_in_the_body(void **state)
{
    struct rig *r = *state;
    add(r, "title");
    add(r, "one");
    add(r, "two");

    build(r, PUSH_FEISHU, false);

    assert_true(str_is(r->r.url, addresses[PUSH_FEISHU].url));
    assert_true(str_is(text_at(r, "timestamp"), "1700000000"));
    assert_true(str_is(text_at(r, "sign"), "G7XpBpG8NgG02fJOAhX6FRAObIljmFoxVReo8I62pEk="));
    assert_true(str_is(text_at(r, "msg_type"), "interactive"));
    assert_true(str_is(text_at(r, "card.header.title.content"), "title"));
    assert_true(str_is(text_at(r, "card.header.template"), "blue"));
    assert_non_null(memmem(r->r.body.ptr, r->r.body.len, "one\\ntwo", 8));
}

static void a_webhook_signs_time_and_body_in_its_head(void **state)
{
    struct rig *r = *state;
    struct buf sign;
    buf_init(&sign, LIMIT);
    add(r, "one");

    build(r, PUSH_WEBHOOK, false);

    push_sign_webhook(STR(SECRET), NOW_S, r->r.body, &sign);
    assert_int_equal(r->r.header_count, 4);
    assert_true(str_is(r->r.headers[1].name, "X-Shopvane-Timestamp"));
    assert_true(str_is(r->r.headers[1].value, "1700000000"));
    assert_true(str_starts(r->r.headers[2].value, STR("sha256=")));
    assert_true(str_eq(str_skip(r->r.headers[2].value, 7), buf_str(&sign)));
    assert_true(str_is(r->r.headers[3].value, "morning/2025-11-25"));
    assert_true(str_is(text_at(r, "card.shop"), "gifts"));
    buf_release(&sign);
}

static void what_is_shown_holds_neither_address_nor_signature(void **state)
{
    for (size_t k = 0; k < PUSH_KIND_COUNT; k++) {
        struct rig *r = *state;
        r->card.count = 0;
        add(r, "one");

        build(r, (enum push_kind)k, true);

        assert_false(str_contains(r->r.url, STR("T0KEN")));
        assert_true(str_contains(r->r.url, STR("***")));
        assert_false(str_contains(r->r.body, STR(SECRET)));
        assert_false(str_contains(r->r.body, STR("G7XpBpG8")));
        assert_false(str_contains(r->r.url, STR("aZLLrriX")));
        for (size_t i = 0; i < r->r.header_count; i++)
            assert_false(str_starts(r->r.headers[i].value, STR("sha256=0")) ||
                         r->r.headers[i].value.len > 64);
    }
}

/* ---- limits ---- */

static void a_line_is_cut_between_characters_and_has_no_breaks(void **state)
{
    struct rig *r = *state;
    char text[600];
    for (size_t i = 0; i < 199; i++)
        memcpy(text + 3 * i, "店", 3);
    text[597] = '\0';

    add(r, text);
    add(r, "a\nb\tc\033[1m");

    assert_true(r->card.lines[0].len <= PUSH_LINE_MAX);
    assert_true(str_is_utf8(r->card.lines[0]));
    assert_true(str_ends(r->card.lines[0], STR("…")));
    assert_true(str_is(r->card.lines[1], "a b c [1m"));
}

static void the_largest_card_is_within_every_services_limit(void **state)
{
    static const char *const fillings[] = { "店", "\"", "<", "<@", "&", "x" };
    for (size_t f = 0; f < ARRAY_LEN(fillings); f++) {
        char text[PUSH_LINE_MAX * 2] = "";
        const size_t len = strlen(fillings[f]);
        for (size_t n = 0; n < PUSH_LINE_MAX; n += len)
            memcpy(text + n, fillings[f], len);
        for (size_t k = 0; k < PUSH_KIND_COUNT; k++) {
            struct rig *r = *state;
            r->card.count = 0;
            for (size_t i = 0; i < PUSH_LINES_MAX; i++)
                add(r, text);

            build(r, (enum push_kind)k, false);

            assert_true(r->r.body.len <= SERVICE);
            if (k == PUSH_WECOM)
                assert_true(text_at(r, "text.content").len <= WECOM);
        }
    }
}

static void no_name_becomes_a_mention(void **state)
{
    struct rig *r = *state;
    add(r, "<@all> & <script>");

    build(r, PUSH_WECOM, false);
    assert_false(str_contains(text_at(r, "text.content"), STR("<@")));
    build(r, PUSH_SLACK, false);
    assert_true(str_is(text_at(r, "text"), "&lt;@all&gt; &amp; &lt;script&gt;"));
}

/* ---- the card as JSON ---- */

static void a_card_comes_back_as_it_was(void **state)
{
    struct rig *r = *state;
    struct push_card back;
    struct buf json;
    buf_init(&json, LIMIT);
    r->card.warns = true;
    for (size_t i = 0; i < PUSH_LINES_MAX; i++)
        add(r, "Paid \"¥1\"");

    push_card_json(&r->card, &json);

    assert_int_equal(push_card_parse(buf_str(&json), r->a, &back, &r->why), STATUS_OK);
    assert_int_equal(back.count, PUSH_LINES_MAX);
    assert_int_equal(back.to, r->card.to);
    assert_true(back.warns && !back.arrived);
    assert_true(str_eq(back.lines[7], r->card.lines[7]));
    buf_release(&json);
}

static void nine_lines_are_no_card(void **state)
{
    struct rig *r = *state;
    struct push_card back;
    const str json = STR("{\"report\":\"morning\",\"shop\":\"s\",\"from\":\"2026-01-01\",\"to\":"
                         "\"2026-01-01\",\"arrived\":true,\"warns\":false,\"lines\":["
                         "\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}");

    assert_int_equal(push_card_parse(json, r->a, &back, &r->why), STATUS_BAD_INPUT);
    assert_int_equal(push_card_parse(STR("{}"), r->a, &back, &r->why), STATUS_BAD_INPUT);
}

/* ---- answers ---- */

static void each_service_says_no_in_its_own_way(void **state)
{
    static const struct {
        enum push_kind kind;
        int status;
        const char *body;
        enum push_state state;
        int64_t wait_ms;
    } cases[] = {
        { PUSH_DINGTALK, 200, "{\"errcode\":0,\"errmsg\":\"ok\"}", PUSH_SENT, 0 },
        { PUSH_DINGTALK,
          200,
          "{\"errcode\":310000,\"errmsg\":\"sign not match\"}",
          PUSH_REFUSED,
          0 },
        { PUSH_DINGTALK, 200, "{\"errcode\":130101,\"errmsg\":\"fast\"}", PUSH_FAILED, 600000 },
        { PUSH_DINGTALK, 200, "{\"code\":0}", PUSH_UNCERTAIN, 0 },
        { PUSH_DINGTALK, 200, "<html>", PUSH_UNCERTAIN, 0 },
        { PUSH_FEISHU, 200, "{\"code\":0,\"msg\":\"success\",\"data\":{}}", PUSH_SENT, 0 },
        { PUSH_FEISHU, 200, "{\"code\":19021,\"msg\":\"sign match fail\"}", PUSH_REFUSED, 0 },
        { PUSH_FEISHU, 200, "{\"code\":11232,\"msg\":\"frequency limited\"}", PUSH_FAILED, 60000 },
        { PUSH_FEISHU, 200, "{\"errcode\":0}", PUSH_UNCERTAIN, 0 },
        { PUSH_FEISHU, 400, "{\"code\":19001,\"msg\":\"x\"}", PUSH_REFUSED, 0 },
        { PUSH_FEISHU, 400, "{\"code\":11232,\"msg\":\"x\"}", PUSH_FAILED, 60000 },
        { PUSH_FEISHU, 403, "{\"code\":0}", PUSH_REFUSED, 0 },
        { PUSH_WECOM, 200, "{\"errcode\":0,\"errmsg\":\"ok\"}", PUSH_SENT, 0 },
        { PUSH_WECOM, 200, "{\"errcode\":45009,\"errmsg\":\"api freq\"}", PUSH_FAILED, 60000 },
        { PUSH_WECOM, 200, "{\"errcode\":93000,\"errmsg\":\"invalid\"}", PUSH_REFUSED, 0 },
        { PUSH_SLACK, 200, "ok", PUSH_SENT, 0 },
        { PUSH_SLACK, 200, "", PUSH_UNCERTAIN, 0 },
        { PUSH_SLACK, 404, "no_service", PUSH_REFUSED, 0 },
        { PUSH_SLACK, 429, "rate_limited", PUSH_FAILED, 60000 },
        { PUSH_WEBHOOK, 204, "", PUSH_SENT, 0 },
        { PUSH_WEBHOOK, 307, "", PUSH_REFUSED, 0 },
        { PUSH_WEBHOOK, 401, "who?", PUSH_REFUSED, 0 },
        { PUSH_WEBHOOK, 503, "", PUSH_FAILED, 0 },
        { PUSH_WEBHOOK, 500, "oops", PUSH_UNCERTAIN, 0 },
        { PUSH_WEBHOOK, 504, "", PUSH_UNCERTAIN, 0 },
    };
    struct rig *r = *state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct client_reply reply = { .status = cases[i].status,
                                            .body = str_from(cases[i].body) };
        struct push_result result;

        push_answer(cases[i].kind, &reply, LANG_EN, r->a, &result);

        if (result.state != cases[i].state || result.wait_ms != cases[i].wait_ms)
            fail_msg("%s: %s, %lld ms",
                     cases[i].body,
                     push_state_name(result.state),
                     (long long)result.wait_ms);
        assert_true((result.state == PUSH_SENT) == (result.words.len == 0));
    }
}

static void the_pause_is_as_long_as_the_service_says(void **state)
{
    struct rig *r = *state;
    struct push_result result;
    struct client_reply reply = { .status = 429, .body = STR_EMPTY, .header_count = 1 };
    reply.headers[0] = (struct client_header){ STR("Retry-After"), STR("30") };

    push_answer(PUSH_SLACK, &reply, LANG_EN, r->a, &result);

    assert_int_equal(result.wait_ms, 30000);
}

#define RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG(signatures_are_those_of_the_services_examples),
        RIG(dingtalk_signs_in_the_query),
        RIG(feishu_signs_in_the_body),
        RIG(a_webhook_signs_time_and_body_in_its_head),
        RIG(what_is_shown_holds_neither_address_nor_signature),
        RIG(a_line_is_cut_between_characters_and_has_no_breaks),
        RIG(the_largest_card_is_within_every_services_limit),
        RIG(no_name_becomes_a_mention),
        RIG(a_card_comes_back_as_it_was),
        RIG(nine_lines_are_no_card),
        RIG(each_service_says_no_in_its_own_way),
        RIG(the_pause_is_as_long_as_the_service_says),
    };
    return cmocka_run_group_tests_name("push services", tests, NULL, NULL);
}
