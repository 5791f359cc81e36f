/* What headers and addresses say. Everything here is pure and treats its text as hostile. */
#include "http/http.h"

#include <string.h>
#include <time.h>

#define SECONDS_MAX ((int64_t)10 * 365 * 86400)

/* ---- Addresses ---- */

static size_t scheme_len(str url)
{
    if (str_starts(url, STR("https://")))
        return 8;
    return str_starts(url, STR("http://")) ? 7 : 0;
}

static size_t until_any(str s, size_t from, const char *stops)
{
    size_t at = from;
    while (at < s.len && (s.ptr[at] == '\0' || strchr(stops, s.ptr[at]) == NULL))
        at++;
    return at;
}

str client_url_server(str url)
{
    const size_t start = scheme_len(url);
    const size_t end = until_any(url, start, "/?#");
    return start == 0 || end == start ? STR_EMPTY : str_first(url, end);
}

str client_url_shown(str url)
{
    const str shown = str_first(url, until_any(url, 0, "?#"));
    const str server = client_url_server(shown);
    const char *at = server.len > 0 ? memrchr(server.ptr, '@', server.len) : NULL;
    return at == NULL ? shown : str_skip(shown, (size_t)(at - shown.ptr) + 1);
}

/* Names of this machine: what is sent there does not travel. */
static bool is_this_machine(str server)
{
    static const char *const names[] = { "127.0.0.1", "localhost", "[::1]" };
    const str host = str_skip(server, STR("http://").len);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const str name = str_from(names[i]);
        if (str_eq(host, name) || (str_starts(host, name) && host.ptr[name.len] == ':'))
            return true;
    }
    return false;
}

enum status client_url_check(str url, struct error *why)
{
    const str server = client_url_server(url);
    bool is_plain = true;
    for (size_t i = 0; i < url.len; i++)
        is_plain = is_plain && (unsigned char)url.ptr[i] > 0x20 && (unsigned char)url.ptr[i] < 0x7f;
    if (server.len == 0 || !is_plain)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "\"%.*s\" is no web address; it begins with https:// and has no blanks",
                         STR_ARG(client_url_shown(url)));
    if (memchr(server.ptr, '@', server.len) != NULL)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "the web address holds a user or password before an @; leave them out "
                         "of it");
    if (str_starts(server, STR("http://")) && !is_this_machine(server))
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "%.*s: keys would travel unprotected; use https://",
                         STR_ARG(server));
    return STATUS_OK;
}

/* ---- Link ---- */

/* One parameter of a link value: name="value" or name=value; *at moves past it. */
static bool take_param(str s, size_t *at, str *name, str *value)
{
    size_t i = *at;
    while (i < s.len && (s.ptr[i] == ' ' || s.ptr[i] == '\t' || s.ptr[i] == ';'))
        i++;
    if (i >= s.len || s.ptr[i] == ',')
        return false;
    const size_t start = i;
    i = until_any(s, i, "=;,");
    *name = str_trim((str){ s.ptr + start, i - start });
    *value = STR_EMPTY;
    if (i < s.len && s.ptr[i] == '=') {
        i++;
        const bool is_quoted = i < s.len && s.ptr[i] == '"';
        const size_t from = i + is_quoted;
        i = until_any(s, from, is_quoted ? "\"" : ";,");
        *value = str_trim((str){ s.ptr + from, i - from });
        i += is_quoted && i < s.len;
    }
    *at = i;
    return true;
}

/* A relation may be several words. */
static bool has_next(str rel)
{
    while (rel.len > 0) {
        if (str_eq_nocase(str_take_until(&rel, ' '), STR("next")))
            return true;
    }
    return false;
}

bool client_link_next(str link, str *out)
{
    size_t at = 0;
    while (at < link.len) {
        const size_t open = until_any(link, at, "<");
        const size_t close = until_any(link, open, ">");
        if (close >= link.len)
            return false;
        const str target = { link.ptr + open + 1, close - open - 1 };
        str name;
        str value;
        bool is_next = false;
        at = close + 1;
        while (take_param(link, &at, &name, &value))
            is_next = is_next || (str_eq_nocase(name, STR("rel")) && has_next(value));
        if (is_next && target.len > 0) {
            *out = target;
            return true;
        }
        at = until_any(link, at, ",") + 1;
    }
    return false;
}

/* ---- Retry-After ---- */

/* In the three forms that a recipient has to know, RFC 9110 section 5.6.7. */
static bool http_date(const char *text, int64_t *seconds)
{
    static const char *const forms[] = { "%a, %d %b %Y %H:%M:%S GMT",
                                         "%A, %d-%b-%y %H:%M:%S GMT",
                                         "%a %b %e %H:%M:%S %Y" };
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        struct tm t = { 0 };
        const char *end = strptime(text, forms[i], &t);
        if (end != NULL && *end == '\0') {
            *seconds = (int64_t)timegm(&t);
            return true;
        }
    }
    return false;
}

bool client_retry_after(str value, int64_t now_us, int64_t *out_ms)
{
    int64_t seconds_e3 = 0;
    bool inexact = false;
    char text[64];
    const str s = str_trim(value);
    if (s.len == 0 || s.len >= sizeof text)
        return false;
    if (decimal_parse(s, '.', 0, 3, &seconds_e3, &inexact)) {
        if (seconds_e3 < 0 || seconds_e3 > SECONDS_MAX * 1000)
            return false;
        *out_ms = seconds_e3;
        return true;
    }
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    int64_t at = 0;
    if (!http_date(text, &at))
        return false;
    const int64_t ms = at * 1000 - now_us / 1000;
    if (ms > SECONDS_MAX * 1000)
        return false;
    *out_ms = ms > 0 ? ms : 0;
    return true;
}
