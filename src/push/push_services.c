/* The services: one row each with its limits, its message, its signature and its way to say no.
 *
 * Messages are plain text wherever the service has it, so that nothing in a shop's or store's name
 * becomes a link, a mention or markup. */
#include "push/push_priv.h"

#define ANSWER_SHOWN ((size_t)160)
#define SLACK_HEADER ((size_t)150)
#define MINUTE_MS    INT64_C(60000)

/* A text of WeCom has at most 2,048 bytes, the least of all. */
_Static_assert(PUSH_LINES_MAX *(PUSH_LINE_MAX + 1) <= 2048, "a card fits into every service");

/* ---- Messages ---- */

static int64_t seconds_of(const struct push_letter *l)
{
    return l->now_us / US_PER_SECOND;
}

/* Lines from the `first` on, as one text. */
static void add_lines(const struct push_letter *l, size_t first, struct buf *out)
{
    struct push_card rest = *l->card;
    rest.count = 0;
    for (size_t i = first; i < l->card->count; i++)
        rest.lines[rest.count++] = l->card->lines[i];
    push_card_text(&rest, out);
}

static void text_member(const struct push_letter *l, struct json_writer *w, const char *key)
{
    struct buf text;
    buf_init(&text, PUSH_FILE_BYTES);
    add_lines(l, 0, &text);
    json_add_str(w, key, buf_str(&text));
    buf_release(&text);
}

static void dingtalk_body(const struct push_letter *l, struct json_writer *w)
{
    json_object_open(w);
    json_add_text(w, "msgtype", "text");
    json_key(w, "text");
    json_object_open(w);
    text_member(l, w, "content");
    json_object_close(w);
    json_object_close(w);
}

/* "<@" begins a mention even in plain text. Another bracket, not one character more: the limit. */
static void wecom_body(const struct push_letter *l, struct json_writer *w)
{
    struct buf text;
    struct buf plain;
    buf_init(&text, PUSH_FILE_BYTES);
    buf_init(&plain, PUSH_FILE_BYTES);
    add_lines(l, 0, &text);
    const str all = buf_str(&text);
    for (size_t i = 0; i < all.len; i++) {
        const bool is_mention = all.ptr[i] == '<' && i + 1 < all.len && all.ptr[i + 1] == '@';
        buf_addc(&plain, is_mention ? '(' : all.ptr[i]);
    }
    json_object_open(w);
    json_add_text(w, "msgtype", "text");
    json_key(w, "text");
    json_object_open(w);
    json_add_str(w, "content", buf_str(&plain));
    json_object_close(w);
    json_object_close(w);
    buf_release(&plain);
    buf_release(&text);
}

static void plain_text(struct json_writer *w, const char *key, str text)
{
    json_key(w, key);
    json_object_open(w);
    json_add_text(w, "tag", "plain_text");
    json_add_str(w, "content", text);
    json_object_close(w);
}

static void feishu_card(const struct push_letter *l, struct json_writer *w)
{
    struct buf text;
    buf_init(&text, PUSH_FILE_BYTES);
    add_lines(l, l->card->count > 1 ? 1 : 0, &text);
    json_object_open(w);
    json_key(w, "header");
    json_object_open(w);
    json_add_text(w, "template", l->card->warns ? "orange" : "blue");
    plain_text(w, "title", l->card->lines[0]);
    json_object_close(w);
    json_key(w, "elements");
    json_array_open(w);
    json_object_open(w);
    json_add_text(w, "tag", "div");
    plain_text(w, "text", buf_str(&text));
    json_object_close(w);
    json_array_close(w);
    json_object_close(w);
    buf_release(&text);
}

static void feishu_body(const struct push_letter *l, struct json_writer *w)
{
    struct buf part;
    buf_init(&part, PUSH_FILE_BYTES);
    json_object_open(w);
    if (l->keys->secret.len > 0) {
        buf_addf(&part, "%lld", (long long)seconds_of(l));
        json_add_str(w, "timestamp", buf_str(&part));
        buf_clear(&part);
        push_sign_feishu(l->keys->secret, seconds_of(l), &part);
        json_add_str(w, "sign", l->is_masked ? STR("***") : buf_str(&part));
    }
    json_add_text(w, "msg_type", "interactive");
    json_key(w, "card");
    feishu_card(l, w);
    json_object_close(w);
    buf_release(&part);
}

static void slack_block(struct json_writer *w, const char *type, str text)
{
    json_object_open(w);
    json_add_text(w, "type", type);
    json_key(w, "text");
    json_object_open(w);
    json_add_text(w, "type", "plain_text");
    json_add_str(w, "text", text);
    json_add_bool(w, "emoji", false);
    json_object_close(w);
    json_object_close(w);
}

/* "text" is what a notification shows; it is mrkdwn, where & < > are written as entities. */
static void slack_notice(struct json_writer *w, str title)
{
    struct buf plain;
    buf_init(&plain, PUSH_FILE_BYTES);
    for (size_t i = 0; i < title.len; i++) {
        const char c = title.ptr[i];
        if (c == '&' || c == '<' || c == '>')
            buf_adds(&plain, c == '&' ? "&amp;" : c == '<' ? "&lt;" : "&gt;");
        else
            buf_addc(&plain, c);
    }
    json_add_str(w, "text", buf_str(&plain));
    buf_release(&plain);
}

static void slack_body(const struct push_letter *l, struct json_writer *w)
{
    struct buf text;
    struct arena *a = arena_new(0);
    const str title = a != NULL ? push_line(a, l->card->lines[0], SLACK_HEADER) : STR_EMPTY;
    buf_init(&text, PUSH_FILE_BYTES);
    add_lines(l, l->card->count > 1 ? 1 : 0, &text);
    json_object_open(w);
    slack_notice(w, l->card->lines[0]);
    json_key(w, "blocks");
    json_array_open(w);
    slack_block(w, "header", title.ptr != NULL ? title : STR_EMPTY);
    slack_block(w, "section", buf_str(&text));
    json_array_close(w);
    json_object_close(w);
    buf_release(&text);
    arena_free(a);
}

static void webhook_body(const struct push_letter *l, struct json_writer *w)
{
    struct buf card;
    buf_init(&card, PUSH_FILE_BYTES);
    push_card_json(l->card, &card);
    json_object_open(w);
    json_add_str(w, "target", l->target->name);
    json_key(w, "card");
    json_raw(w, buf_str(&card));
    text_member(l, w, "text");
    json_object_close(w);
    buf_release(&card);
}

/* ---- Signatures ---- */

static void dingtalk_sign(const struct push_letter *l, struct buf *url)
{
    struct buf sign;
    const int64_t ms = l->now_us / 1000;
    buf_init(&sign, PUSH_FILE_BYTES);
    push_sign_dingtalk(l->keys->secret, ms, &sign);
    buf_addf(url, "&timestamp=%lld&sign=", (long long)ms);
    if (l->is_masked)
        buf_adds(url, "***");
    else
        url_encode(buf_str(&sign), url);
    buf_release(&sign);
}

static void add_header(struct push_request *r, str name, str value)
{
    BUG_IF(r->header_count == PUSH_HEADERS_MAX);
    r->headers[r->header_count++] = (struct client_header){ name, value };
}

/* What a receiver checks (timestamp and body are signed), and by what it knows a card again. */
static void webhook_sign(const struct push_letter *l, struct arena *a, struct push_request *r)
{
    struct buf sign;
    struct buf day;
    buf_init(&sign, PUSH_FILE_BYTES);
    buf_init(&day, 32);
    buf_add_day(&day, l->card->to);
    push_sign_webhook(l->keys->secret, seconds_of(l), r->body, &sign);
    add_header(r, STR("X-Shopvane-Timestamp"), arena_printf(a, "%lld", (long long)seconds_of(l)));
    add_header(r,
               STR("X-Shopvane-Signature"),
               l->is_masked ? STR("sha256=***")
                            : arena_printf(a, "sha256=%.*s", STR_ARG(buf_str(&sign))));
    add_header(r,
               STR("X-Shopvane-Delivery"),
               arena_printf(a, "%.*s/%.*s", STR_ARG(l->card->report), STR_ARG(buf_str(&day))));
    buf_release(&day);
    buf_release(&sign);
}

/* ---- Answers ---- */

/* What services say by number, and what helps. */
static const struct answer_code {
    enum push_kind kind;
    int64_t code;
    bool is_passing; /* the message was not taken, and may be sent again later */
    const char *hint;
} answer_codes[] = {
    { PUSH_DINGTALK, -1, true, "the service is busy" },
    { PUSH_DINGTALK, 130101, true, "too many messages in a minute" },
    { PUSH_DINGTALK, 410100, true, "too many messages in a minute" },
    { PUSH_DINGTALK,
      310000,
      false,
      "the robot's own check: is the secret right, this machine's clock and address, or the "
      "keyword "
      "a part of the card, such as the shop's name?" },
    { PUSH_DINGTALK, 300005, false, "the access_token in the url is none of a robot" },
    { PUSH_DINGTALK, 40035, false, "the url misses a part; copy it whole from the robot's page" },
    { PUSH_FEISHU, 11232, true, "too many messages; a time that is not :00 or :30 helps" },
    { PUSH_FEISHU, 19001, false, "the url is none of a robot" },
    { PUSH_FEISHU, 19021, false, "is the secret right, and this machine's clock?" },
    { PUSH_FEISHU, 19022, false, "the robot does not take messages from this machine's address" },
    { PUSH_FEISHU, 19024, false, "let the robot's keyword be a part of the card: the shop's name" },
    { PUSH_WECOM, -1, true, "the service is busy" },
    { PUSH_WECOM, 45009, true, "too many messages in a minute" },
    { PUSH_WECOM, 93000, false, "the key in the url is none of a robot, or it was taken out" },
};

static const struct answer_code *code_find(enum push_kind kind, int64_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(answer_codes); i++) {
        if (answer_codes[i].kind == kind && answer_codes[i].code == code)
            return &answer_codes[i];
    }
    return NULL;
}

static str shown(struct arena *a, str text)
{
    const str line = push_line(a, str_trim(text), ANSWER_SHOWN);
    return line.ptr != NULL ? line : STR_EMPTY;
}

static void say_no(enum push_kind kind,
                   int64_t code,
                   str words,
                   enum lang lang,
                   struct arena *a,
                   struct push_result *out)
{
    const struct answer_code *c = code_find(kind, code);
    const str said = shown(a, words);
    out->state = c != NULL && c->is_passing ? PUSH_FAILED : PUSH_REFUSED;
    out->wait_ms = out->state == PUSH_FAILED ? push_service(kind)->calm_ms : 0;
    out->words = arena_printf(a,
                              tr(lang, "the service says no: %lld (%.*s)%s%s"),
                              (long long)code,
                              STR_ARG(said),
                              c != NULL ? "; " : "",
                              c != NULL ? tr(lang, c->hint) : "");
}

static void cannot_tell(enum lang lang, struct arena *a, str body, struct push_result *out)
{
    out->state = PUSH_UNCERTAIN;
    out->words = arena_printf(
        a, tr(lang, "an answer that tells nothing: \"%.*s\""), STR_ARG(shown(a, body)));
}

/* {"CODE": 0, "WORDS": "..."}: 0 is yes. */
static void read_code(enum push_kind kind,
                      const char *const keys[2],
                      const struct client_reply *reply,
                      enum lang lang,
                      struct arena *a,
                      struct push_result *out)
{
    const struct json_node *root = NULL;
    struct error unread = { .lang = LANG_EN };
    int64_t code = 0;
    str words = STR_EMPTY;
    if (json_parse(reply->body, a, &root, &unread) != STATUS_OK ||
        !json_as_i64(json_get(root, keys[0]), &code)) {
        cannot_tell(lang, a, reply->body, out);
        return;
    }
    if (!json_as_str(json_get(root, keys[1]), &words))
        words = STR_EMPTY;
    if (code == 0)
        out->state = PUSH_SENT;
    else
        say_no(kind, code, words, lang, a, out);
}

static const char *const errcode_keys[] = { "errcode", "errmsg" };

static void dingtalk_read(const struct client_reply *reply,
                          enum lang lang,
                          struct arena *a,
                          struct push_result *out)
{
    read_code(PUSH_DINGTALK, errcode_keys, reply, lang, a, out);
}

static void wecom_read(const struct client_reply *reply,
                       enum lang lang,
                       struct arena *a,
                       struct push_result *out)
{
    read_code(PUSH_WECOM, errcode_keys, reply, lang, a, out);
}

static void feishu_read(const struct client_reply *reply,
                        enum lang lang,
                        struct arena *a,
                        struct push_result *out)
{
    static const char *const keys[] = { "code", "msg" };
    read_code(PUSH_FEISHU, keys, reply, lang, a, out);
}

static void slack_read(const struct client_reply *reply,
                       enum lang lang,
                       struct arena *a,
                       struct push_result *out)
{
    out->state = PUSH_SENT;
    if (!str_is(str_trim(reply->body), "ok"))
        cannot_tell(lang, a, reply->body, out);
}

static void webhook_read(const struct client_reply *reply,
                         enum lang lang,
                         struct arena *a,
                         struct push_result *out)
{
    (void)reply;
    (void)lang;
    (void)a;
    out->state = PUSH_SENT;
}

/* ---- The table ---- */

static const struct push_service services[] = {
    [PUSH_DINGTALK] = { .name = "dingtalk",
                        .mark = "access_token=",
                        .takes_secret = true,
                        .secret_start = "SEC",
                        .per_minute = 20,
                        .calm_ms = 10 * MINUTE_MS,
                        .body_bytes = 20000,
                        .body = dingtalk_body,
                        .sign_url = dingtalk_sign,
                        .read = dingtalk_read },
    [PUSH_FEISHU] = { .name = "feishu",
                      .mark = "/hook/",
                      .takes_secret = true,
                      .per_minute = 100,
                      .calm_ms = MINUTE_MS,
                      .body_bytes = 20000,
                      .body = feishu_body,
                      .read = feishu_read },
    [PUSH_WECOM] = { .name = "wecom",
                     .mark = "key=",
                     .per_minute = 20,
                     .calm_ms = MINUTE_MS,
                     .body_bytes = 20000,
                     .body = wecom_body,
                     .read = wecom_read },
    [PUSH_SLACK] = { .name = "slack",
                     .per_minute = 60,
                     .calm_ms = MINUTE_MS,
                     .body_bytes = 20000,
                     .body = slack_body,
                     .read = slack_read },
    [PUSH_WEBHOOK] = { .name = "webhook",
                       .takes_secret = true,
                       .needs_secret = true,
                       .per_minute = 60,
                       .calm_ms = MINUTE_MS,
                       .body_bytes = 20000,
                       .body = webhook_body,
                       .sign_head = webhook_sign,
                       .read = webhook_read },
};

const struct push_service *push_service(enum push_kind k)
{
    BUG_IF((size_t)k >= ARRAY_LEN(services));
    return &services[k];
}

/* ---- A request, and what came back ---- */

enum status push_request_build(const struct push_letter *l,
                               struct arena *a,
                               struct push_request *out,
                               struct error *why)
{
    const struct push_service *s = push_service(l->target->kind);
    struct push_request r = { .header_count = 0 };
    struct json_writer w;
    struct buf body;
    struct buf url;
    buf_init(&body, s->body_bytes);
    buf_init(&url, PUSH_FILE_BYTES);
    json_writer_init(&w, &body);
    s->body(l, &w);
    buf_add(&url, l->is_masked ? client_url_server(l->keys->url) : l->keys->url);
    buf_adds(&url, l->is_masked ? "/***" : "");
    if (s->sign_url != NULL && l->keys->secret.len > 0)
        s->sign_url(l, &url);
    r.url = arena_dup(a, buf_str(&url));
    r.body = arena_dup(a, buf_str(&body));
    add_header(&r, STR("Content-Type"), STR("application/json; charset=utf-8"));
    const bool ok = buf_ok(&body) && buf_ok(&url) && r.url.ptr != NULL && r.body.ptr != NULL;
    buf_release(&url);
    buf_release(&body);
    if (!ok)
        return error_set(why,
                         STATUS_TOO_LARGE,
                         "the card is larger than %s takes (%zu bytes)",
                         s->name,
                         s->body_bytes);
    if (s->sign_head != NULL)
        s->sign_head(l, a, &r);
    *out = r;
    return STATUS_OK;
}

/* Statuses that say no whatever the service is. 500, 502 and 504 tell of trouble behind the door:
 * the message may have gone through it. */
static void read_status(enum push_kind kind,
                        const struct client_reply *reply,
                        enum lang lang,
                        struct arena *a,
                        struct push_result *out)
{
    const str said = shown(a, reply->body);
    const bool is_passing = reply->status == 429 || reply->status == 503;
    if (reply->status >= 300 && reply->status < 400) {
        out->state = PUSH_REFUSED;
        out->words = arena_printf(
            a,
            tr(lang, "answered %d: a redirect, which cards do not follow; give the address itself"),
            reply->status);
        return;
    }
    if (reply->status < 500 && !is_passing) { /* some give their own number beside it */
        push_service(kind)->read(reply, lang, a, out);
        if (out->state == PUSH_REFUSED || out->state == PUSH_FAILED)
            return;
    }
    out->state = is_passing ? PUSH_FAILED : reply->status >= 500 ? PUSH_UNCERTAIN : PUSH_REFUSED;
    if (is_passing &&
        !client_retry_after(client_header(reply, "Retry-After"), clock_now_us(), &out->wait_ms))
        out->wait_ms = reply->status == 429 ? push_service(kind)->calm_ms : 0;
    out->words = arena_printf(a, tr(lang, "answered %d: \"%.*s\""), reply->status, STR_ARG(said));
}

void push_answer(enum push_kind kind,
                 const struct client_reply *reply,
                 enum lang lang,
                 struct arena *a,
                 struct push_result *out)
{
    *out = (struct push_result){ .words = STR_EMPTY };
    if (reply->status < 200 || reply->status > 299)
        read_status(kind, reply, lang, a, out);
    else
        push_service(kind)->read(reply, lang, a, out);
}
