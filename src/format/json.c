/* JSON out by a small state in the caller's hands, and small documents in as a tree. */
#include "format/json.h"

#include "format/json_simd_priv.h"

#include <string.h>

/* ---- writer ---- */

void json_writer_init(struct json_writer *w, struct buf *out)
{
    *w = (struct json_writer){ .out = out };
}

static void before_value(struct json_writer *w)
{
    const uint64_t level = UINT64_C(1) << w->depth;
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    BUG_IF(w->depth > 0 && (w->is_object & level) != 0); /* a value without a key */
    if ((w->has_item & level) != 0)
        buf_addc(w->out, ',');
    w->has_item |= level;
}

static void level_open(struct json_writer *w, char bracket, bool is_object)
{
    before_value(w);
    BUG_IF(w->depth >= JSON_WRITER_DEPTH);
    w->depth++;
    const uint64_t level = UINT64_C(1) << w->depth;
    w->has_item &= ~level;
    w->is_object = is_object ? w->is_object | level : w->is_object & ~level;
    buf_addc(w->out, bracket);
}

static void level_close(struct json_writer *w, char bracket, bool is_object)
{
    BUG_IF(w->depth == 0 || w->after_key);
    BUG_IF(((w->is_object >> w->depth) & 1) != is_object);
    w->depth--;
    buf_addc(w->out, bracket);
}

void json_object_open(struct json_writer *w)
{
    level_open(w, '{', true);
}

void json_object_close(struct json_writer *w)
{
    level_close(w, '}', true);
}

void json_array_open(struct json_writer *w)
{
    level_open(w, '[', false);
}

void json_array_close(struct json_writer *w)
{
    level_close(w, ']', false);
}

void json_key_str(struct json_writer *w, str key)
{
    const uint64_t level = UINT64_C(1) << w->depth;
    BUG_IF(w->depth == 0 || (w->is_object & level) == 0 || w->after_key);
    if ((w->has_item & level) != 0)
        buf_addc(w->out, ',');
    w->has_item |= level;
    buf_add_json_str(w->out, key);
    buf_addc(w->out, ':');
    w->after_key = true;
}

void json_key(struct json_writer *w, const char *key)
{
    json_key_str(w, str_from(key));
}

void json_str(struct json_writer *w, str s)
{
    before_value(w);
    buf_add_json_str(w->out, s);
}

void json_text(struct json_writer *w, const char *nul_terminated)
{
    if (nul_terminated == NULL)
        json_null(w);
    else
        json_str(w, str_from(nul_terminated));
}

void json_i64(struct json_writer *w, int64_t v)
{
    before_value(w);
    buf_add_i128(w->out, v);
}

void json_double(struct json_writer *w, double v)
{
    before_value(w);
    buf_add_double12(w->out, v);
}

void json_bool(struct json_writer *w, bool v)
{
    before_value(w);
    buf_adds(w->out, v ? "true" : "false");
}

void json_null(struct json_writer *w)
{
    before_value(w);
    buf_adds(w->out, "null");
}

void json_money(struct json_writer *w, i128 value_e4)
{
    before_value(w);
    buf_addc(w->out, '"');
    buf_add_money(w->out, value_e4);
    buf_addc(w->out, '"');
}

void json_raw(struct json_writer *w, str valid_json)
{
    before_value(w);
    buf_add(w->out, valid_json);
}

void json_str_or_null(struct json_writer *w, str s)
{
    if (s.len > 0)
        json_str(w, s);
    else
        json_null(w);
}

void json_add_str(struct json_writer *w, const char *key, str s)
{
    json_key(w, key);
    json_str(w, s);
}

void json_add_str_or_null(struct json_writer *w, const char *key, str s)
{
    json_key(w, key);
    json_str_or_null(w, s);
}

void json_add_text(struct json_writer *w, const char *key, const char *nul_terminated)
{
    json_key(w, key);
    json_text(w, nul_terminated);
}

void json_add_i64(struct json_writer *w, const char *key, int64_t v)
{
    json_key(w, key);
    json_i64(w, v);
}

void json_add_bool(struct json_writer *w, const char *key, bool v)
{
    json_key(w, key);
    json_bool(w, v);
}

void json_add_null(struct json_writer *w, const char *key)
{
    json_key(w, key);
    json_null(w);
}

static void add_escape(struct buf *b, unsigned char c)
{
    static const char shorts[] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
                                   ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\' };
    const char letter = c < sizeof shorts ? shorts[c] : 0;
    if (letter != 0) {
        buf_addc(b, '\\');
        buf_addc(b, letter);
    } else {
        buf_addf(b, "\\u%04x", (unsigned)c);
    }
}

static size_t utf8_length(str s)
{
    const unsigned char lead = (unsigned char)s.ptr[0];
    const size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    return n <= s.len && str_is_utf8(str_first(s, n)) ? n : 0;
}

/* Broken UTF-8: character by character. */
static void add_repaired(struct buf *b, str s)
{
    while (s.len > 0) {
        const size_t n = utf8_length(s);
        const unsigned char c = (unsigned char)s.ptr[0];
        if (n == 0)
            buf_adds(b, "\xef\xbf\xbd");
        else if (n == 1 && (c < 0x20 || c == '"' || c == '\\'))
            add_escape(b, c);
        else
            buf_add(b, str_first(s, n));
        s = str_skip(s, n == 0 ? 1 : n);
    }
}

void buf_add_json_str(struct buf *b, str s)
{
    buf_addc(b, '"');
    if (!json_simd_utf8_ok(s.ptr, s.len)) {
        add_repaired(b, s);
        buf_addc(b, '"');
        return;
    }
    size_t from = 0;
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(b, (str){ s.ptr + from, i - from });
        add_escape(b, c);
        from = i + 1;
    }
    buf_add(b, str_skip(s, from));
    buf_addc(b, '"');
}
