/* URL queries: RFC 3986 percent encoding, HTML form rules for '+' and '&'. */
#include "format/url.h"

#include <string.h>

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char low = (char)(c | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

bool url_decode(str s, bool plus_is_blank, struct buf *out)
{
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (c == '%') {
            const int high = i + 2 < s.len ? hex_value(s.ptr[i + 1]) : -1;
            const int low = i + 2 < s.len ? hex_value(s.ptr[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            buf_addc(out, (char)(high << 4 | low));
            i += 2;
        } else {
            buf_addc(out, c == '+' && plus_is_blank ? ' ' : c);
        }
    }
    return buf_ok(out);
}

void url_encode(str s, struct buf *out)
{
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        const bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z' && c < 0x80;
        if (is_letter || (c >= '0' && c <= '9') || (c != 0 && strchr("-._~", c) != NULL))
            buf_addc(out, (char)c);
        else
            buf_addf(out, "%%%02X", (unsigned)c);
    }
}

/* One side of a parameter, decoded and checked. */
static enum status decode_part(str s, struct arena *a, str *out, struct error *why)
{
    struct buf text;
    enum status st = STATUS_OK;
    buf_init(&text, s.len + 16);
    if (!url_decode(s, true, &text))
        st = error_set(why,
                       STATUS_BAD_INPUT,
                       "the query has a broken escape in \"%.*s\"",
                       STR_ARG(str_first(s, 80)));
    const str plain = buf_str(&text);
    if (st == STATUS_OK && (!str_is_utf8(plain) || memchr(plain.ptr, 0, plain.len) != NULL))
        st = error_set(why,
                       STATUS_BAD_INPUT,
                       "the query is not valid UTF-8 text in \"%.*s\"",
                       STR_ARG(str_first(s, 80)));
    if (st == STATUS_OK) {
        const str copy = arena_dup(a, plain);
        if (copy.ptr == NULL)
            st = error_set(why, STATUS_NO_MEMORY, "out of memory");
        else
            *out = copy;
    }
    buf_release(&text);
    return st;
}

enum status url_query_parse(
    str query, struct arena *a, struct url_param **out, size_t *n, struct error *why)
{
    struct url_param *params = ARENA_NEW(a, struct url_param, URL_PARAMS_MAX);
    size_t count = 0;
    if (params == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (query.len > 0 && query.ptr[0] == '?')
        query = str_skip(query, 1);
    while (query.len > 0) {
        str value = str_take_until(&query, '&');
        if (value.len == 0)
            continue;
        if (count == URL_PARAMS_MAX)
            return error_set(
                why, STATUS_BAD_INPUT, "the query has more than %d parameters", URL_PARAMS_MAX);
        const str key = str_take_until(&value, '=');
        enum status st = decode_part(key, a, &params[count].key, why);
        if (st == STATUS_OK)
            st = decode_part(value, a, &params[count].value, why);
        if (st != STATUS_OK)
            return st;
        count++;
    }
    *out = params;
    *n = count;
    return STATUS_OK;
}

const str *url_param_get(const struct url_param *params, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(params[i].key, key))
            return &params[i].value;
    return NULL;
}
