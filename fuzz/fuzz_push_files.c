/* What comes from outside: push.yaml, a service's answer, a card of another process. Never a crash;
 * what is read is within its limits, and reading again gives the same. The first byte picks. */
#include "push/push.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t read_config(str text, struct arena *a)
{
    struct problems p;
    struct push_config c;
    struct error why = { .lang = LANG_ZH };
    problems_init(&p, a, LANG_ZH);
    if (push_read_text(text, a, &p, &c, &why) != STATUS_OK)
        return SIZE_MAX;
    BUG_IF(c.morning.minute < 0 || c.morning.minute >= 24 * 60 || c.timeout_s < 1);
    for (size_t i = 0; i < c.morning.count; i++)
        BUG_IF(c.morning.to[i] >= c.count);
    for (size_t i = 0; p.n_total == 0 && i < c.count; i++)
        BUG_IF(c.targets[i].name.len == 0 || c.targets[i].url.from == PUSH_FROM_NOWHERE);
    return p.n_total;
}

static void read_answer(str text, uint8_t pick, struct arena *a)
{
    static const int statuses[] = { 200, 204, 302, 400, 429, 500, 503 };
    const struct client_reply reply = { .status = statuses[pick % ARRAY_LEN(statuses)],
                                        .body = text };
    for (size_t k = 0; k < PUSH_KIND_COUNT; k++) {
        struct push_result r;
        push_answer((enum push_kind)k, &reply, LANG_EN, a, &r);
        BUG_IF(r.state == PUSH_SENDING || r.wait_ms < 0);
        BUG_IF(r.state == PUSH_SENT && reply.status != 200 && reply.status != 204);
    }
}

static void read_card(str text, struct arena *a)
{
    struct push_card card;
    struct push_card again;
    struct error why = { .lang = LANG_EN };
    struct buf json;
    if (push_card_parse(text, a, &card, &why) != STATUS_OK)
        return;
    buf_init(&json, (size_t)1 << 20);
    BUG_IF(card.count == 0 || card.count > PUSH_LINES_MAX);
    for (size_t i = 0; i < card.count; i++)
        BUG_IF(card.lines[i].len > PUSH_LINE_MAX);
    push_card_json(&card, &json);
    BUG_IF(push_card_parse(buf_str(&json), a, &again, &why) != STATUS_OK);
    BUG_IF(again.count != card.count || again.to != card.to);
    buf_release(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = size > 1 ? arena_new(0) : NULL;
    if (a == NULL)
        return 0;
    const str text = { (const char *)data + 1, size - 1 };
    if (data[0] % 3 == 0)
        BUG_IF(read_config(text, a) != read_config(text, a));
    else if (data[0] % 3 == 1)
        read_answer(text, data[0] / 3, a);
    else
        read_card(text, a);
    arena_free(a);
    return 0;
}
