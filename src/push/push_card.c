/* The card: at most eight lines, as text and as JSON. */
#include "push/push_priv.h"

#include <string.h>

static const str ellipsis = { "…", sizeof "…" - 1 };

str push_line(struct arena *a, str text, size_t bytes)
{
    const bool is_cut = text.len > bytes;
    size_t n = is_cut ? bytes - ellipsis.len : text.len;
    while (is_cut && n > 0 && ((unsigned char)text.ptr[n] & 0xC0) == 0x80)
        n--;
    char *line = ARENA_NEW(a, char, n + ellipsis.len + 1);
    if (line == NULL)
        return (str){ NULL, 0 };
    for (size_t i = 0; i < n; i++)
        line[i] = (unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f ? ' ' : text.ptr[i];
    if (is_cut)
        memcpy(line + n, ellipsis.ptr, ellipsis.len);
    return (str){ line, n + (is_cut ? ellipsis.len : 0) };
}

enum status push_card_add(struct push_card *card, struct arena *a, str line, struct error *why)
{
    BUG_IF(card->count == PUSH_LINES_MAX);
    const str one = push_line(a, line, PUSH_LINE_MAX);
    if (one.ptr == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    card->lines[card->count++] = one;
    return STATUS_OK;
}

void push_card_text(const struct push_card *card, struct buf *out)
{
    for (size_t i = 0; i < card->count; i++) {
        buf_adds(out, i > 0 ? "\n" : "");
        buf_add(out, card->lines[i]);
    }
}

static void add_day(struct json_writer *w, const char *key, int32_t day)
{
    struct buf text;
    buf_init(&text, 32);
    buf_add_day(&text, day);
    json_add_str(w, key, buf_str(&text));
    buf_release(&text);
}

void push_card_json(const struct push_card *card, struct buf *out)
{
    struct json_writer w;
    json_writer_init(&w, out);
    json_object_open(&w);
    json_add_str(&w, "report", card->report);
    json_add_str(&w, "shop", card->shop);
    add_day(&w, "from", card->from);
    add_day(&w, "to", card->to);
    json_add_bool(&w, "arrived", card->arrived);
    json_add_bool(&w, "warns", card->warns);
    json_key(&w, "lines");
    json_array_open(&w);
    for (size_t i = 0; i < card->count; i++)
        json_str(&w, card->lines[i]);
    json_array_close(&w);
    json_object_close(&w);
}

static bool take_day(const struct json_node *root, const char *key, int32_t *out)
{
    str text = STR_EMPTY;
    return json_as_str(json_get(root, key), &text) && day_parse(text, out);
}

static bool take_head(const struct json_node *root, struct push_card *card)
{
    return json_as_str(json_get(root, "report"), &card->report) &&
           json_as_str(json_get(root, "shop"), &card->shop) &&
           take_day(root, "from", &card->from) && take_day(root, "to", &card->to) &&
           json_as_bool(json_get(root, "arrived"), &card->arrived) &&
           json_as_bool(json_get(root, "warns"), &card->warns);
}

enum status push_card_parse(str json, struct arena *a, struct push_card *out, struct error *why)
{
    const struct json_node *root = NULL;
    struct push_card card = { .count = 0 };
    enum status st = json_parse(json, a, &root, why);
    if (st != STATUS_OK)
        return st;
    const struct json_node *lines = json_get(root, "lines");
    const size_t n = json_node_len(lines);
    bool ok = take_head(root, &card) && n > 0 && n <= PUSH_LINES_MAX;
    for (size_t i = 0; ok && st == STATUS_OK && i < n; i++) {
        str line = STR_EMPTY;
        ok = json_as_str(json_at(lines, i), &line);
        if (ok)
            st = push_card_add(&card, a, line, why);
    }
    if (st == STATUS_OK && !ok)
        st = error_set(why, STATUS_BAD_INPUT, "not a card of one to %d lines", PUSH_LINES_MAX);
    if (st == STATUS_OK)
        *out = card;
    return st;
}
