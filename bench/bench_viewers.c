/* bench_viewers: many viewers of a running server on this machine at once, each on a connection of
 * its own that it keeps, without a pause between two requests. What they ask is a file of requests
 * as the board's pages send them (bench/pages.mjs record): lines "PAGE<tab>PATH"; a viewer takes a
 * page at random, asks all of its requests in turn, then takes the next one.
 *
 *   url=http://127.0.0.1:PORT  mix=FILE  cookie=NAME=VALUE  csrf=TOKEN  pid=PID of the server
 *   viewers=50  requests=N or seconds=S
 *   mode=board   each viewer sends the ETags that it has, as the board does (default)
 *   mode=new     no ETags: every answer is made
 *   mode=idle    fifty come a second; each opens the first page, then asks its last request again
 * each minute mode=soak    mixed requests, also log-ins (name=, password=), uploads, wrong ones;
 * samples of memory and descriptors, a table row each every=N requests
 *
 * Prints one line, or in a soak rows, of a Markdown table. Ends with status 1 when an answer is
 * missing or has a status that it should not have. */
#include "base/base.h"

#include <curl/curl.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_ROOM      2048
#define ETAG_ROOM      80
#define BODY_ROOM      4096
#define TIMES_MAX      ((size_t)4000000)
#define POLL_US        (60 * US_PER_SECOND)
#define ARRIVAL_US     (20 * (US_PER_SECOND / 1000)) /* between two idle viewers who come */
#define SETTLE_SECONDS 10
#define NOTHING        ((size_t)-1)
#define STATUS_GROUPS  6

enum mode { MODE_BOARD, MODE_NEW, MODE_IDLE, MODE_SOAK, MODE_COUNT };
static const char *const mode_names[] = { "board", "new", "idle", "soak" };

/* What a soak asks, in requests out of 10,000; the rest are the board's. */
enum kind { KIND_MIX, KIND_HEALTH, KIND_PAGE, KIND_WRONG, KIND_UPLOAD, KIND_LOG_IN, KIND_COUNT };
static const struct {
    const char *path;
    unsigned share;
    long least; /* statuses that are right */
    long most;
} kinds[] = {
    [KIND_MIX] = { "", 0, 200, 304 },
    [KIND_HEALTH] = { "/healthz", 1000, 200, 200 },
    [KIND_PAGE] = { "/kpi/net_sales", 500, 200, 304 },
    [KIND_WRONG] = { "/api/v1/kpi?id=nosuch&last=7d", 100, 404, 404 },
    [KIND_UPLOAD] = { "/api/v1/uploads?name=soak.csv", 5, 200, 201 },
    [KIND_LOG_IN] = { "/api/v1/session", 2, 200, 200 },
};

struct request_line {
    size_t page;
    char path[PATH_ROOM];
};

struct options {
    const char *url;
    const char *mix;
    const char *cookie;
    const char *csrf;
    const char *name;
    const char *password;
    const char *label;
    int64_t pid;
    int64_t viewers;
    int64_t requests;
    int64_t seconds;
    int64_t every;
    enum mode mode;
};

typedef char etag[ETAG_ROOM];

struct viewer {
    CURL *easy;
    char from[32]; /* an address of its own, so that no other viewer's connection is taken */
    struct curl_slist *headers;
    etag *etags; /* one a line of the mix */
    size_t line;
    enum kind kind;
    uint64_t random;
    int64_t began_us;
    int64_t due_us;   /* when it asks again; 0: it has a request under way */
    bool is_removing; /* of its upload */
    size_t body_len;
    char body[BODY_ROOM];
};

struct bench {
    struct options o;
    struct request_line *lines;
    size_t line_count;
    CURLM *multi;
    struct viewer *viewers;
    double *ms;
    size_t time_count;
    int64_t begun; /* requests sent */
    int64_t ended;
    int64_t wrong;
    int64_t groups[STATUS_GROUPS]; /* 2 is 2xx without those counted as 304 */
    int64_t unchanged;
    int64_t first_us;
};

static void fail(const char *what, const char *which)
{
    fprintf(stderr, "bench_viewers: %s %s\n", what, which);
    exit(2);
}

/* ---- the server's process ---- */

/* A line of /proc/PID/status, in MiB. */
static double status_mib(int64_t pid, const char *name)
{
    char path[64];
    char line[256];
    long long kib = 0;
    snprintf(path, sizeof path, "/proc/%lld/status", (long long)pid);
    FILE *f = fopen(path, "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtoll(line + strlen(name), NULL, 10);
    }
    if (f != NULL)
        fclose(f);
    return (double)kib / 1024.0;
}

/* From here on the kernel counts the peak anew. */
static void forget_peak(int64_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%lld/clear_refs", (long long)pid);
    FILE *f = fopen(path, "we");
    if (f != NULL) {
        fputs("5", f);
        fclose(f);
    }
}

static int descriptors(int64_t pid)
{
    char path[64];
    int n = 0;
    snprintf(path, sizeof path, "/proc/%lld/fd", (long long)pid);
    DIR *d = opendir(path);
    while (d != NULL && readdir(d) != NULL) /* NOLINT(concurrency-mt-unsafe): one thread */
        n++;
    if (d != NULL)
        closedir(d);
    return n - 2;
}

/* ---- what is asked ---- */

static void read_mix(struct bench *b)
{
    char line[PATH_ROOM + 256];
    char page[PATH_ROOM + 256] = "";
    size_t pages = 0;
    FILE *f = fopen(b->o.mix, "re");
    if (f == NULL)
        fail("cannot read", b->o.mix);
    while (fgets(line, sizeof line, f) != NULL) {
        char *path = strchr(line, '\t');
        if (path == NULL)
            fail("no tab in a line of", b->o.mix);
        *path++ = '\0';
        path[strcspn(path, "\n")] = '\0';
        if (b->line_count == 0 || strcmp(page, line) != 0)
            pages++;
        snprintf(page, sizeof page, "%s", line);
        b->lines = realloc(b->lines, (b->line_count + 1) * sizeof *b->lines);
        if (b->lines == NULL)
            fail("no memory for", b->o.mix);
        b->lines[b->line_count].page = pages;
        snprintf(b->lines[b->line_count].path, PATH_ROOM, "%s", path);
        b->line_count++;
    }
    fclose(f);
    if (b->line_count == 0)
        fail("nothing is asked by", b->o.mix);
}

static uint64_t next_random(struct viewer *v) /* xorshift64, Marsaglia 2003 */
{
    v->random ^= v->random << 13;
    v->random ^= v->random >> 7;
    v->random ^= v->random << 17;
    return v->random;
}

/* The next request of the page, or the first one of another page. */
static size_t next_line(const struct bench *b, struct viewer *v)
{
    const size_t after = v->line + 1;
    if (v->line != NOTHING && after < b->line_count &&
        b->lines[after].page == b->lines[v->line].page)
        return after;
    size_t line = next_random(v) % b->line_count;
    while (line > 0 && b->lines[line - 1].page == b->lines[line].page)
        line--;
    return line;
}

/* Idle: through the first page once, then its last request again and again. */
static size_t next_idle(const struct bench *b, const struct viewer *v)
{
    const size_t after = v->line == NOTHING ? 0 : v->line + 1;
    return after < b->line_count && b->lines[after].page == b->lines[0].page ? after : v->line;
}

static enum kind next_kind(struct viewer *v)
{
    unsigned at = (unsigned)(next_random(v) % 10000);
    for (unsigned k = 1; k < KIND_COUNT; k++) {
        if (at < kinds[k].share)
            return (enum kind)k;
        at -= kinds[k].share;
    }
    return KIND_MIX;
}

/* ---- one request ---- */

static size_t take_body(char *data, size_t size, size_t n, void *self)
{
    struct viewer *v = self;
    const size_t room = sizeof v->body - 1 - v->body_len;
    const size_t kept = size * n < room ? size * n : room;
    memcpy(v->body + v->body_len, data, kept);
    v->body_len += kept;
    v->body[v->body_len] = '\0';
    return size * n;
}

static size_t take_header(char *data, size_t size, size_t n, void *self)
{
    struct viewer *v = self;
    const str line = str_trim((str){ data, size * n });
    if (v->kind == KIND_MIX && v->etags != NULL && line.len > 6 && line.len < ETAG_ROOM &&
        str_eq_nocase(str_first(line, 5), STR("etag:")))
        snprintf(v->etags[v->line], ETAG_ROOM, "%.*s", STR_ARG(str_trim(str_skip(line, 5))));
    return size * n;
}

static void add_header(struct viewer *v, const char *name, const char *value)
{
    char text[512];
    snprintf(text, sizeof text, "%s: %s", name, value);
    v->headers = curl_slist_append(v->headers, text);
}

/* Method, body and headers of what is no plain GET. */
static void shape_change(const struct bench *b, struct viewer *v)
{
    static const char csv[] = "Order ID,Created At,SKU,Quantity,Unit Price\n"
                              "77,2026-01-05 10:00:00,SOAK-1,2,19.50\n";
    char body[512];
    add_header(v, "X-CSRF-Token", b->o.csrf);
    if (v->is_removing) {
        curl_easy_setopt(v->easy, CURLOPT_CUSTOMREQUEST, "DELETE");
    } else if (v->kind == KIND_UPLOAD) {
        add_header(v, "Content-Type", "application/octet-stream");
        curl_easy_setopt(v->easy, CURLOPT_COPYPOSTFIELDS, csv);
    } else if (v->kind == KIND_LOG_IN) {
        snprintf(
            body, sizeof body, "{\"name\":\"%s\",\"password\":\"%s\"}", b->o.name, b->o.password);
        add_header(v, "Content-Type", "application/json");
        curl_easy_setopt(v->easy, CURLOPT_COPYPOSTFIELDS, body);
    }
}

static void send_request(struct bench *b, struct viewer *v, const char *path)
{
    char url[PATH_ROOM + 64];
    curl_slist_free_all(v->headers);
    v->headers = NULL;
    curl_easy_reset(v->easy); /* keeps the connection */
    snprintf(url, sizeof url, "%s%s", b->o.url, path);
    add_header(v, "Accept-Encoding", "gzip");
    if (v->kind == KIND_MIX && v->etags != NULL && v->etags[v->line][0] != '\0')
        add_header(v, "If-None-Match", v->etags[v->line]);
    curl_easy_setopt(v->easy, CURLOPT_URL, url);
    curl_easy_setopt(v->easy, CURLOPT_INTERFACE, v->from);
    curl_easy_setopt(v->easy, CURLOPT_TIMEOUT, 120L);
    curl_easy_setopt(v->easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(v->easy, CURLOPT_WRITEDATA, v);
    curl_easy_setopt(v->easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(v->easy, CURLOPT_HEADERDATA, v);
    curl_easy_setopt(v->easy, CURLOPT_PRIVATE, v);
    if (v->kind != KIND_LOG_IN) /* a log-in with a session would end that one */
        curl_easy_setopt(v->easy, CURLOPT_COOKIE, b->o.cookie);
    if (v->is_removing || v->kind == KIND_UPLOAD || v->kind == KIND_LOG_IN)
        shape_change(b, v);
    curl_easy_setopt(v->easy, CURLOPT_HTTPHEADER, v->headers);
    v->body_len = 0;
    v->body[0] = '\0';
    v->due_us = 0;
    v->began_us = clock_now_us();
    b->begun++;
    curl_multi_add_handle(b->multi, v->easy);
}

static void ask_next(struct bench *b, struct viewer *v)
{
    char path[PATH_ROOM];
    const char *id = strstr(v->body, "\"id\":\"");
    if (v->kind == KIND_UPLOAD && !v->is_removing && id != NULL) {
        v->is_removing = true;
        snprintf(path, sizeof path, "/api/v1/uploads/%.32s", id + 6);
        send_request(b, v, path);
        return;
    }
    v->is_removing = false;
    v->kind = b->o.mode == MODE_SOAK ? next_kind(v) : KIND_MIX;
    if (v->kind == KIND_MIX) {
        v->line = b->o.mode == MODE_IDLE ? next_idle(b, v) : next_line(b, v);
        if (b->o.mode == MODE_SOAK && next_random(v) % 20 == 0)
            v->etags[v->line][0] = '\0'; /* one in twenty has nothing yet */
    }
    send_request(b, v, v->kind == KIND_MIX ? b->lines[v->line].path : kinds[v->kind].path);
}

/* ---- what comes back ---- */

static bool is_right(const struct viewer *v, long status)
{
    return status >= kinds[v->kind].least && status <= kinds[v->kind].most;
}

static void count_answer(struct bench *b, struct viewer *v, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(v->easy, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK || !is_right(v, status)) {
        if (b->wrong++ < 5)
            fprintf(stderr,
                    "bench_viewers: %s: %ld %s %.200s\n",
                    v->kind == KIND_MIX ? b->lines[v->line].path : kinds[v->kind].path,
                    status,
                    curl_easy_strerror(code),
                    v->body);
    }
    if (status == 304)
        b->unchanged++;
    else if (status / 100 < STATUS_GROUPS)
        b->groups[status / 100]++;
    if (b->time_count < TIMES_MAX)
        b->ms[b->time_count++] = (double)(clock_now_us() - v->began_us) / 1000.0;
    b->ended++;
}

static void sample(const struct bench *b)
{
    printf("| %lld | %.0f | %.0f | %d |\n",
           (long long)b->ended,
           (double)(clock_now_us() - b->first_us) / 1e6,
           status_mib(b->o.pid, "VmRSS:"),
           descriptors(b->o.pid));
    fflush(stdout);
}

static bool is_over(const struct bench *b)
{
    if (b->o.requests > 0 && b->begun >= b->o.requests)
        return true;
    return b->o.seconds > 0 && clock_now_us() - b->first_us > b->o.seconds * US_PER_SECOND;
}

/* True: the viewer asks again at once or later; false: it is at its end. */
static bool go_on(struct bench *b, struct viewer *v)
{
    if (is_over(b))
        return false;
    const bool is_polling = b->o.mode == MODE_IDLE && next_idle(b, v) == v->line;
    if (is_polling)
        v->due_us = clock_now_us() + POLL_US;
    else
        ask_next(b, v);
    return true;
}

static size_t take_answers(struct bench *b)
{
    size_t gone = 0;
    int left = 0;
    for (CURLMsg *m; (m = curl_multi_info_read(b->multi, &left)) != NULL;) {
        struct viewer *v = NULL;
        if (m->msg != CURLMSG_DONE)
            continue;
        const CURLcode code = m->data.result;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&v);
        curl_multi_remove_handle(b->multi, v->easy);
        count_answer(b, v, code);
        if (b->o.mode == MODE_SOAK && b->o.every > 0 && b->ended % b->o.every == 0)
            sample(b);
        gone += go_on(b, v) ? 0 : 1;
    }
    return gone;
}

/* Those whose minute is over ask again; at the end they leave. */
static size_t wake(struct bench *b)
{
    size_t gone = 0;
    const int64_t now = clock_now_us();
    for (int64_t i = 0; b->o.mode == MODE_IDLE && i < b->o.viewers; i++) {
        struct viewer *v = &b->viewers[i];
        if (v->due_us == 0)
            continue;
        if (is_over(b)) {
            v->due_us = 0;
            gone++;
        } else if (v->due_us <= now) {
            ask_next(b, v);
        }
    }
    return gone;
}

static void run(struct bench *b)
{
    int64_t there = b->o.viewers;
    for (int64_t i = 0; i < b->o.viewers; i++) {
        if (b->o.mode == MODE_IDLE)
            b->viewers[i].due_us = b->first_us + (i + 1) * ARRIVAL_US;
        else
            ask_next(b, &b->viewers[i]);
    }
    while (there > 0) {
        int running = 0;
        curl_multi_perform(b->multi, &running);
        there -= (int64_t)take_answers(b);
        there -= (int64_t)wake(b);
        if (there > 0)
            curl_multi_poll(b->multi, NULL, 0, b->o.mode == MODE_IDLE ? 5 : 100, NULL);
    }
}

/* ---- the table ---- */

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Nearest rank. */
static double percentile(const struct bench *b, double p)
{
    return b->time_count == 0 ? 0 : b->ms[(size_t)ceil(p * (double)b->time_count) - 1];
}

static void print_row(struct bench *b)
{
    const double seconds = (double)(clock_now_us() - b->first_us) / 1e6;
    qsort(b->ms, b->time_count, sizeof b->ms[0], by_size);
    printf("| %s | %lld | %.0f | %.1f | %.1f | %lld | %.0f |\n",
           b->o.label,
           (long long)b->ended,
           (double)b->ended / seconds,
           percentile(b, 0.5),
           percentile(b, 0.99),
           (long long)b->unchanged,
           status_mib(b->o.pid, "VmHWM:"));
}

static void print_idle(const struct bench *b, double before)
{
    printf("| %s | %d | %.0f | %.0f | %.0f |\n",
           b->o.label,
           descriptors(b->o.pid),
           before,
           status_mib(b->o.pid, "VmRSS:"),
           status_mib(b->o.pid, "VmHWM:"));
}

/* ---- options ---- */

static void read_option(struct options *o, const char *text)
{
    const struct {
        const char *name;
        const char **text;
        int64_t *number;
    } known[] = { { "url=", &o->url, NULL },         { "mix=", &o->mix, NULL },
                  { "cookie=", &o->cookie, NULL },   { "csrf=", &o->csrf, NULL },
                  { "name=", &o->name, NULL },       { "password=", &o->password, NULL },
                  { "label=", &o->label, NULL },     { "pid=", NULL, &o->pid },
                  { "viewers=", NULL, &o->viewers }, { "requests=", NULL, &o->requests },
                  { "seconds=", NULL, &o->seconds }, { "every=", NULL, &o->every } };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        const char *value = text + strlen(known[i].name);
        if (strncmp(text, known[i].name, strlen(known[i].name)) != 0)
            continue;
        if (known[i].text != NULL)
            *known[i].text = value;
        else if (!str_to_i64(str_from(value), known[i].number))
            fail("no number:", text);
        return;
    }
    for (unsigned m = 0; m < MODE_COUNT; m++) {
        if (strncmp(text, "mode=", 5) == 0 && strcmp(text + 5, mode_names[m]) == 0) {
            o->mode = (enum mode)m;
            return;
        }
    }
    fail("unknown option", text);
}

static void make_viewers(struct bench *b)
{
    etag *shared = calloc(b->line_count, sizeof *shared);
    b->ms = calloc(TIMES_MAX, sizeof *b->ms);
    b->viewers = calloc((size_t)b->o.viewers, sizeof *b->viewers);
    if (shared == NULL || b->ms == NULL || b->viewers == NULL)
        fail("no memory for", "viewers");
    for (int64_t i = 0; i < b->o.viewers; i++) {
        struct viewer *v = &b->viewers[i];
        v->easy = curl_easy_init();
        snprintf(v->from, sizeof v->from, "host!127.1.%d.%d", (int)(i / 250), (int)(i % 250) + 1);
        v->line = NOTHING;
        v->random = 0x9e3779b97f4a7c15U * (uint64_t)(i + 1);
        if (b->o.mode == MODE_BOARD)
            v->etags = calloc(b->line_count, sizeof *v->etags);
        else if (b->o.mode != MODE_NEW)
            v->etags = shared; /* as if all had one browser: most of what is asked is unchanged */
    }
}

int main(int argc, char **argv)
{
    struct bench b = { .o = { .viewers = 50, .label = "", .csrf = "", .cookie = "" } };
    for (int i = 1; i < argc; i++)
        read_option(&b.o, argv[i]);
    if (b.o.url == NULL || b.o.mix == NULL || (b.o.requests == 0 && b.o.seconds == 0))
        fail("wants", "url= mix= and requests= or seconds=");
    if (b.o.mode == MODE_SOAK && (b.o.name == NULL || b.o.password == NULL))
        fail("a soak wants", "name= and password=");
    read_mix(&b);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    b.multi = curl_multi_init();
    curl_multi_setopt(b.multi, CURLMOPT_MAXCONNECTS, (long)b.o.viewers);
    make_viewers(&b);
    forget_peak(b.o.pid);
    if (b.o.mode == MODE_IDLE) /* what earlier answers took is given back by then */
        sleep(SETTLE_SECONDS);
    const double before = status_mib(b.o.pid, "VmRSS:");
    b.first_us = clock_now_us();
    if (b.o.mode == MODE_SOAK)
        sample(&b);
    run(&b);
    if (b.o.mode == MODE_IDLE)
        print_idle(&b, before);
    else if (b.o.mode != MODE_SOAK)
        print_row(&b);
    else if (b.o.every == 0 || b.ended % b.o.every != 0)
        sample(&b);
    if (b.wrong > 0)
        fprintf(stderr, "bench_viewers: %lld wrong answers\n", (long long)b.wrong);
    return b.wrong > 0 ? 1 : 0; /* the process ends: nothing is freed */
}
