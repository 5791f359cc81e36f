/* The head of a request: path, query, language. Works on texts alone, so that it can be fuzzed. */
#include "server/engine_priv.h"

#include <string.h>

#define PATH_MAX_BYTES 2048

/* Decodes the path once. Refused: broken escapes, controls, a NUL, "." and ".." segments, an
 * escaped '/', since another program in front may read those in another way. */
static enum status read_path(struct request *r, str raw, struct error *why)
{
    struct buf text;
    buf_init(&text, PATH_MAX_BYTES + 1);
    bool fits = raw.len > 0 && raw.ptr[0] == '/' && raw.len <= PATH_MAX_BYTES &&
                str_find(raw, STR("%2f")) == raw.len && str_find(raw, STR("%2F")) == raw.len &&
                url_decode(raw, false, &text) && str_is_utf8(buf_str(&text));
    for (size_t i = 0; fits && i < text.len; i++)
        fits = (unsigned char)text.data[i] >= 0x20 && text.data[i] != 0x7f && text.data[i] != '\\';
    for (str rest = buf_str(&text); fits && rest.len > 0;) {
        const str segment = str_take_until(&rest, '/');
        fits = !str_is(segment, ".") && !str_is(segment, "..");
    }
    if (fits)
        r->path = arena_dup(r->arena, buf_str(&text));
    buf_release(&text);
    if (!fits)
        return error_set(why, STATUS_BAD_INPUT, "the path of the address is not well formed");
    return r->path.ptr != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

static enum status read_query(struct request *r, str raw, struct error *why)
{
    struct url_param *params = NULL;
    size_t n = 0;
    const enum status st = url_query_parse(raw, r->arena, &params, &n, why);
    if (st != STATUS_OK)
        return st;
    if (n > REQUEST_PARAMS_MAX)
        return error_set(why, STATUS_BAD_INPUT, "more than %d parameters", REQUEST_PARAMS_MAX);
    r->params = params;
    r->param_count = n;
    r->raw_query = raw;
    return STATUS_OK;
}

static enum status read_lang(struct request *r, struct error *why)
{
    const str *lang = url_param_get(r->params, r->param_count, "lang");
    if (lang == NULL)
        return STATUS_OK;
    if (!str_is(*lang, "en") && !str_is(*lang, "zh"))
        return error_set(
            why, STATUS_BAD_USAGE, "lang is en or zh, not \"%.*s\"", STR_ARG(str_first(*lang, 40)));
    r->lang = str_is(*lang, "zh") ? LANG_ZH : LANG_EN;
    why->lang = r->lang;
    return STATUS_OK;
}

enum status request_read_head(struct request *r, const struct http_head *head, struct error *why)
{
    str query = head->uri;
    const str path = str_take_until(&query, '?');
    memcpy(r->headers, head->headers, sizeof r->headers);
    r->method = head->method;
    r->path = STR("/");
    if (head->is_doubled)
        return error_set(why, STATUS_BAD_INPUT, "a header that must stand once stands twice");
    if (r->headers[HEADER_TRANSFER_ENCODING].len > 0 && r->headers[HEADER_CONTENT_LENGTH].len > 0)
        return error_set(
            why, STATUS_BAD_INPUT, "Content-Length and Transfer-Encoding exclude each other");
    enum status st = read_path(r, path, why);
    if (st == STATUS_OK)
        st = read_query(r, query, why);
    if (st == STATUS_OK)
        st = read_lang(r, why);
    return st;
}
