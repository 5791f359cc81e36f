/* The client on libcurl: one handle, one request at a time. Redirects are followed here and not by
 * libcurl, so that a request with a key never leaves its server. */
#include "base/late.h"
#include "http/http.h"

#define CURL_DISABLE_TYPECHECK /* set_number() and the like check */
#include <curl/curl.h>
#include <string.h>
#include <time.h>

#define CONNECT_MS  15000
#define TOTAL_MS    120000
#define TRIES       5
#define PAUSE_MS    1000
#define PAUSE_LIMIT 300000
#define BODY_LIMIT  ((size_t)64 * 1024 * 1024)
#define HEADER_MAX  ((size_t)64 * 1024)
#define SILENCE_S   60L /* without a byte: given up */
#define URL_MAX     ((size_t)8192)

#define CURL_LIBRARY "libcurl.so.4"
#define CURL_CALLS(CALL)      \
    CALL(curl_easy_cleanup)   \
    CALL(curl_easy_getinfo)   \
    CALL(curl_easy_init)      \
    CALL(curl_easy_perform)   \
    CALL(curl_easy_setopt)    \
    CALL(curl_easy_strerror)  \
    CALL(curl_free)           \
    CALL(curl_global_cleanup) \
    CALL(curl_global_init)    \
    CALL(curl_slist_append)   \
    CALL(curl_slist_free_all) \
    CALL(curl_url)            \
    CALL(curl_url_cleanup)    \
    CALL(curl_url_get)        \
    CALL(curl_url_set)

struct curl {
    CURL_CALLS(LATE_POINTER)
};
#define CURL_CALL(name) LATE_CALL(struct curl, name)
static const struct late_call curl_calls[] = { CURL_CALLS(CURL_CALL) };

struct client {
    struct curl lib;
    CURL *curl;
    struct client_options o;
    char words[CURL_ERROR_SIZE]; /* libcurl's own about the last try */
    struct buf body;
    struct buf head; /* header lines of the answer, as they came */
};

/* ---- What libcurl calls ---- */

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is libcurl's */
static size_t on_body(char *bytes, size_t one, size_t n, void *self)
{
    struct client *c = self;
    buf_add(&c->body, (str){ bytes, one * n });
    return buf_ok(&c->body) ? one * n : 0;
}

/* A new status line begins a new answer (100 Continue, a proxy's own): the last one counts. */
/* NOLINTNEXTLINE(readability-non-const-parameter): the type is libcurl's */
static size_t on_header(char *bytes, size_t one, size_t n, void *self)
{
    struct client *c = self;
    const str line = { bytes, one * n };
    if (str_starts(line, STR("HTTP/")))
        buf_clear(&c->head);
    else if (c->head.len + line.len < HEADER_MAX) /* what is beyond is left out */
        buf_add(&c->head, line);
    return one * n;
}

static int on_progress(
    void *self, curl_off_t due, curl_off_t done, curl_off_t up_due, curl_off_t up_done)
{
    const struct client *c = self;
    (void)due;
    (void)done;
    (void)up_due;
    (void)up_done;
    return c->o.is_stopped != NULL && c->o.is_stopped(c->o.self) ? 1 : 0;
}

static void sleep_ms(void *self, int64_t ms)
{
    struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000 };
    (void)self;
    (void)nanosleep(&left, NULL);
}

/* ---- Life ---- */

static struct client_options with_defaults(const struct client_options *o)
{
    struct client_options out = *o;
    out.connect_ms = o->connect_ms > 0 ? o->connect_ms : CONNECT_MS;
    out.total_ms = o->total_ms > 0 ? o->total_ms : TOTAL_MS;
    out.tries = o->tries > 0 ? o->tries : TRIES;
    out.pause_ms = o->pause_ms > 0 ? o->pause_ms : PAUSE_MS;
    out.pause_limit_ms = o->pause_limit_ms > 0 ? o->pause_limit_ms : PAUSE_LIMIT;
    out.body_limit = o->body_limit > 0 ? o->body_limit : BODY_LIMIT;
    out.pause = o->pause != NULL ? o->pause : sleep_ms;
    return out;
}

/* libcurl takes any argument for any option; its own checks stand around calls by name only. */
#define OF_KIND(option, kind) \
    ((option) / CURLOPTTYPE_OBJECTPOINT == (kind) / CURLOPTTYPE_OBJECTPOINT)

static CURLcode set_number(const struct client *c, CURLoption option, long value)
{
    BUG_IF(!OF_KIND(option, CURLOPTTYPE_LONG));
    return c->lib.curl_easy_setopt(c->curl, option, value);
}

static CURLcode set_text(const struct client *c, CURLoption option, const char *value)
{
    BUG_IF(!OF_KIND(option, CURLOPTTYPE_STRINGPOINT));
    return c->lib.curl_easy_setopt(c->curl, option, value);
}

static CURLcode set_data(const struct client *c, CURLoption option, void *value)
{
    BUG_IF(!OF_KIND(option, CURLOPTTYPE_CBPOINT));
    return c->lib.curl_easy_setopt(c->curl, option, value);
}

static CURLcode set_taker(const struct client *c, CURLoption option, curl_write_callback value)
{
    BUG_IF(option != CURLOPT_WRITEFUNCTION && option != CURLOPT_HEADERFUNCTION);
    return c->lib.curl_easy_setopt(c->curl, option, value);
}

/* What is the same for every request. */
static bool set_up(struct client *c)
{
    const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        { CURLOPT_FOLLOWLOCATION, 0 },
        { CURLOPT_SSL_VERIFYPEER, 1 },
        { CURLOPT_SSL_VERIFYHOST, 2 },
        { CURLOPT_NOSIGNAL, 1 },
        { CURLOPT_NOPROGRESS, 0 },
        { CURLOPT_LOW_SPEED_LIMIT, 1 },
        { CURLOPT_LOW_SPEED_TIME, SILENCE_S },
        { CURLOPT_CONNECTTIMEOUT_MS, (long)c->o.connect_ms },
        { CURLOPT_TIMEOUT_MS, (long)c->o.total_ms },
    };
    const curl_xferinfo_callback progress = on_progress;
    bool ok = set_text(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        ok = ok && set_number(c, numbers[i].option, numbers[i].value) == CURLE_OK;
    ok = ok && set_text(c, CURLOPT_ACCEPT_ENCODING, "") == CURLE_OK;
    ok = ok && set_text(c, CURLOPT_USERAGENT, "Shopvane/" SHOPVANE_VERSION) == CURLE_OK;
    ok = ok && set_data(c, CURLOPT_ERRORBUFFER, c->words) == CURLE_OK;
    ok = ok && set_taker(c, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK;
    ok = ok && set_data(c, CURLOPT_WRITEDATA, c) == CURLE_OK;
    ok = ok && set_taker(c, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK;
    ok = ok && set_data(c, CURLOPT_HEADERDATA, c) == CURLE_OK;
    ok = ok && c->lib.curl_easy_setopt(c->curl, CURLOPT_XFERINFOFUNCTION, progress) == CURLE_OK;
    ok = ok && set_data(c, CURLOPT_XFERINFODATA, c) == CURLE_OK;
    if (c->o.ca_file != NULL)
        ok = ok && set_text(c, CURLOPT_CAINFO, c->o.ca_file) == CURLE_OK;
    return ok;
}

enum status client_new(const struct client_options *o, struct client **out, struct error *why)
{
    struct client *c = mem_new(1, sizeof *c);
    if (c == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = late_open(CURL_LIBRARY, curl_calls, ARRAY_LEN(curl_calls), &c->lib, why);
    if (st != STATUS_OK) {
        mem_free(c);
        return st;
    }
    c->o = with_defaults(o);
    buf_init(&c->body, c->o.body_limit);
    buf_init(&c->head, HEADER_MAX);
    if (c->lib.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        mem_free(c);
        return error_set(why, STATUS_IO, "the HTTP library cannot start");
    }
    c->curl = c->lib.curl_easy_init();
    if (c->curl == NULL || !set_up(c)) {
        client_free(c);
        return error_set(why, STATUS_IO, "the HTTP library cannot start");
    }
    *out = c;
    return STATUS_OK;
}

void client_free(struct client *c)
{
    if (c == NULL)
        return;
    c->lib.curl_easy_cleanup(c->curl);
    c->lib.curl_global_cleanup();
    buf_release(&c->body);
    buf_release(&c->head);
    mem_free(c);
}

/* ---- One try ---- */

static struct curl_slist *header_list(const struct client *c,
                                      const struct client_request *r,
                                      bool *ok)
{
    struct curl_slist *list = NULL;
    *ok = true;
    for (size_t i = 0; i < r->header_count && *ok; i++) {
        struct buf line;
        buf_init(&line, URL_MAX);
        buf_addf(&line, "%.*s: %.*s", STR_ARG(r->headers[i].name), STR_ARG(r->headers[i].value));
        buf_addc(&line, '\0');
        struct curl_slist *longer =
            buf_ok(&line) ? c->lib.curl_slist_append(list, line.data) : NULL;
        *ok = longer != NULL;
        list = longer != NULL ? longer : list;
        buf_release(&line);
    }
    return list;
}

/* libcurl keeps what it was told for the next request. */
static CURLcode set_method(struct client *c, const struct client_request *r)
{
    if (r->body == NULL)
        return set_number(c, CURLOPT_HTTPGET, 1);
    const curl_off_t len = (curl_off_t)r->body->len;
    CURLcode code = set_number(c, CURLOPT_POST, 1);
    if (code == CURLE_OK) /* before the fields */
        code = c->lib.curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE, len);
    return code == CURLE_OK ? set_text(c, CURLOPT_POSTFIELDS, r->body->ptr) : code;
}

static CURLcode try_once(struct client *c, const char *url, const struct client_request *r)
{
    bool ok = true;
    struct curl_slist *list = header_list(c, r, &ok);
    CURLcode code = ok ? CURLE_OK : CURLE_OUT_OF_MEMORY;
    buf_clear(&c->body);
    buf_clear(&c->head);
    c->words[0] = '\0';
    if (code == CURLE_OK)
        code = set_text(c, CURLOPT_URL, url);
    if (code == CURLE_OK)
        code = set_data(c, CURLOPT_HTTPHEADER, list);
    if (code == CURLE_OK)
        code = set_method(c, r);
    if (code == CURLE_OK)
        code = set_text(c, CURLOPT_USERNAME, r->user);
    if (code == CURLE_OK)
        code = set_text(c, CURLOPT_PASSWORD, r->password);
    if (code == CURLE_OK)
        code = c->lib.curl_easy_perform(c->curl);
    (void)set_data(c, CURLOPT_HTTPHEADER, NULL);
    (void)set_text(c, CURLOPT_POSTFIELDS, NULL); /* they are the caller's */
    c->lib.curl_slist_free_all(list);
    return code;
}

/* What may pass by itself. */
static bool is_passing_code(CURLcode code)
{
    static const CURLcode passing[] = { CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
                                        CURLE_OPERATION_TIMEDOUT,   CURLE_PARTIAL_FILE,
                                        CURLE_GOT_NOTHING,          CURLE_SEND_ERROR,
                                        CURLE_RECV_ERROR,           CURLE_HTTP2,
                                        CURLE_HTTP2_STREAM,         CURLE_SSL_CONNECT_ERROR };
    for (size_t i = 0; i < ARRAY_LEN(passing); i++) {
        if (passing[i] == code)
            return true;
    }
    return false;
}

static bool is_passing_status(int status)
{
    return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

static str header_of(const struct client *c, const char *name)
{
    str rest = buf_str(&c->head);
    while (rest.len > 0) {
        str line = str_take_until(&rest, '\n');
        const str key = str_trim(str_take_until(&line, ':'));
        if (str_eq_nocase(key, str_from(name)))
            return str_trim(line);
    }
    return STR_EMPTY;
}

static const char *words_of(const struct client *c, CURLcode code)
{
    return c->words[0] != '\0' ? c->words : c->lib.curl_easy_strerror(code);
}

static bool is_certificate(CURLcode code)
{
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE;
}

static enum status not_trusted(const struct client *c, CURLcode code, str shown, struct error *why)
{
    return error_set(why,
                     STATUS_IO,
                     "%.*s: its certificate is not trusted (%s); is the address right, and "
                     "the certificate not expired?",
                     STR_ARG(shown),
                     words_of(c, code));
}

static enum status explain(
    const struct client *c, CURLcode code, const char *url, unsigned tries, struct error *why)
{
    const str shown = client_url_shown(str_from(url));
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return error_set(why, STATUS_INTERRUPTED, "stopped");
    if (code == CURLE_WRITE_ERROR || code == CURLE_FILESIZE_EXCEEDED)
        return error_set(why,
                         STATUS_TOO_LARGE,
                         "%.*s: the answer is larger than %zu MiB; ask for fewer at a time",
                         STR_ARG(shown),
                         c->o.body_limit / ((size_t)1024 * 1024));
    if (is_certificate(code))
        return not_trusted(c, code, shown, why);
    return error_set(why,
                     STATUS_IO,
                     "%.*s: no whole answer in %u tries (%s); is the address right, and the "
                     "network there?",
                     STR_ARG(shown),
                     tries,
                     words_of(c, code));
}

/* How long to pause before the next try; false: longer than a pause may be. */
static bool next_pause(const struct client *c, unsigned tries, int64_t *ms)
{
    if (!client_retry_after(header_of(c, "Retry-After"), clock_now_us(), ms))
        *ms = c->o.pause_ms << (tries - 1 < 10 ? tries - 1 : 10);
    return *ms <= c->o.pause_limit_ms;
}

static int status_of(const struct client *c)
{
    long status = 0;
    (void)c->lib.curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

/* Tries until there is an answer that counts; its status, or an error. */
static enum status try_often(struct client *c,
                             const char *url,
                             const struct client_request *r,
                             struct client_reply *out,
                             struct error *why)
{
    for (unsigned tries = 1;; tries++) {
        int64_t ms = 0;
        const CURLcode code = try_once(c, url, r);
        const int status = status_of(c);
        out->status = status;
        out->tries = tries;
        const bool is_passing =
            code == CURLE_OK ? is_passing_status(status) : is_passing_code(code);
        if (!is_passing)
            return code == CURLE_OK ? STATUS_OK : explain(c, code, url, tries, why);
        const bool is_short = next_pause(c, tries, &ms);
        if (tries < c->o.tries && is_short) {
            c->o.pause(c->o.self, ms);
            continue;
        }
        if (code != CURLE_OK)
            return explain(c, code, url, tries, why);
        if (is_short)
            return error_set(why,
                             STATUS_IO,
                             "%.*s: answered %d in %u tries; the server is busy or broken, try "
                             "again later",
                             STR_ARG(client_url_shown(str_from(url))),
                             status,
                             tries);
        return error_set(why,
                         STATUS_IO,
                         "%.*s: answered %d and wants a pause of %lld seconds; try again after "
                         "that",
                         STR_ARG(client_url_shown(str_from(url))),
                         status,
                         (long long)(ms / 1000));
    }
}

/* ---- A request ---- */

static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* libcurl writes user and password of the request into the target of its redirect. */
static char *without_user(const struct client *c, const char *url, struct arena *a)
{
    CURLU *parts = c->lib.curl_url();
    char *text = NULL;
    char *out = NULL;
    if (parts != NULL &&
        c->lib.curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
        c->lib.curl_url_set(parts, CURLUPART_USER, NULL, 0) == CURLUE_OK &&
        c->lib.curl_url_set(parts, CURLUPART_PASSWORD, NULL, 0) == CURLUE_OK &&
        c->lib.curl_url_get(parts, CURLUPART_URL, &text, 0) == CURLUE_OK)
        out = arena_cstr(a, str_from(text));
    c->lib.curl_free(text);
    c->lib.curl_url_cleanup(parts);
    return out;
}

/* The address that a redirect leads to; an error unless it is the same server. */
static enum status redirect_target(
    struct client *c, const char *url, struct arena *a, char **out, struct error *why)
{
    char *target = NULL;
    if (c->lib.curl_easy_getinfo(c->curl, CURLINFO_REDIRECT_URL, &target) != CURLE_OK ||
        target == NULL)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "%.*s: redirects to nowhere",
                         STR_ARG(client_url_shown(str_from(url))));
    target = without_user(c, target, a);
    if (target == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (!str_eq_nocase(client_url_server(str_from(target)), client_url_server(str_from(url))))
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "%.*s: redirects to %.*s, another server; keys are not sent there. If "
                         "that is the shop's address now, set it as the source's url",
                         STR_ARG(client_url_shown(str_from(url))),
                         STR_ARG(client_url_shown(str_from(target))));
    *out = target;
    return STATUS_OK;
}

static enum status keep_reply(const struct client *c,
                              struct arena *a,
                              struct client_reply *out,
                              struct error *why)
{
    str rest = arena_dup(a, buf_str(&c->head));
    out->body = arena_dup(a, buf_str(&c->body));
    out->header_count = 0;
    if (rest.ptr == NULL || out->body.ptr == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    while (rest.len > 0 && out->header_count < CLIENT_HEADERS_MAX) {
        str line = str_take_until(&rest, '\n');
        const str name = str_trim(str_take_until(&line, ':'));
        if (name.len > 0)
            out->headers[out->header_count++] = (struct client_header){ name, str_trim(line) };
    }
    return STATUS_OK;
}

enum status client_get(struct client *c,
                       const struct client_request *r,
                       struct arena *a,
                       struct client_reply *out,
                       struct error *why)
{
    struct client_reply reply = { .status = 0 };
    char *url = arena_cstr(a, str_from(r->url));
    enum status st = url != NULL ? client_url_check(str_from(url), why)
                                 : error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (unsigned i = 0; st == STATUS_OK; i++) {
        st = try_often(c, url, r, &reply, why);
        if (st != STATUS_OK || !is_redirect(reply.status))
            break;
        if (i == CLIENT_REDIRECTS_MAX)
            return error_set(why,
                             STATUS_BAD_INPUT,
                             "%.*s: redirects in circles; check the source's url",
                             STR_ARG(client_url_shown(str_from(r->url))));
        st = redirect_target(c, url, a, &url, why);
    }
    if (st == STATUS_OK)
        st = keep_reply(c, a, &reply, why);
    if (st == STATUS_OK)
        *out = reply;
    return st;
}

static enum status not_answered(const struct client *c,
                                CURLcode code,
                                const struct client_request *r,
                                bool may_have_arrived,
                                struct error *why)
{
    const str url = str_from(r->url);
    const str shown = r->hides_path ? client_url_server(url) : client_url_shown(url);
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return error_set(why, STATUS_INTERRUPTED, "stopped");
    if (is_certificate(code))
        return not_trusted(c, code, shown, why);
    if (may_have_arrived)
        return error_set(why,
                         STATUS_IO,
                         "%.*s: was sent to, and no whole answer came (%s)",
                         STR_ARG(shown),
                         words_of(c, code));
    return error_set(why,
                     STATUS_IO,
                     "%.*s: cannot be reached (%s); is the address right, and the network there?",
                     STR_ARG(shown),
                     words_of(c, code));
}

enum status client_post(struct client *c,
                        const struct client_request *r,
                        struct arena *a,
                        struct client_reply *out,
                        bool *may_have_arrived,
                        struct error *why)
{
    struct client_reply reply = { .tries = 1 };
    curl_off_t ready_us = 0; /* when the connection was ready for the first byte; 0: never */
    BUG_IF(r->body == NULL);
    *may_have_arrived = false;
    enum status st = client_url_check(str_from(r->url), why);
    if (st != STATUS_OK)
        return st;
    const CURLcode code = try_once(c, r->url, r);
    (void)c->lib.curl_easy_getinfo(c->curl, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
    *may_have_arrived = ready_us > 0;
    if (code != CURLE_OK)
        return not_answered(c, code, r, ready_us > 0, why);
    reply.status = status_of(c);
    st = keep_reply(c, a, &reply, why);
    if (st == STATUS_OK)
        *out = reply;
    return st;
}

void client_pause(struct client *c, int64_t ms)
{
    c->o.pause(c->o.self, ms);
}

str client_header(const struct client_reply *r, const char *name)
{
    for (size_t i = 0; i < r->header_count; i++) {
        if (str_eq_nocase(r->headers[i].name, str_from(name)))
            return r->headers[i].value;
    }
    return STR_EMPTY;
}
