/* What watches the process: alive, ready, counters, and the description of the API. */
#include "server/engine_priv.h"

#include "server/clients_priv.h"
#include "server/flight_priv.h"
#include "server/openapi_priv.h"

#include <dirent.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum status answer_health(struct request *req, struct reply *reply, struct error *why)
{
    (void)req;
    (void)why;
    buf_adds(&reply->body, "{\"status\":\"ok\"}\n");
    return STATUS_OK;
}

/* Ready = the database answers. */
static enum status answer_ready(struct request *req, struct reply *reply, struct error *why)
{
    struct conn *c = NULL;
    int64_t version = 0;
    enum status st = request_conn(req, &c, why);
    if (st == STATUS_OK)
        st = shop_data_version(c, &version, why);
    if (st == STATUS_OK)
        buf_addf(
            &reply->body, "{\"status\":\"ready\",\"data_version\":%lld}\n", (long long)version);
    else
        reply_problem(reply, 503, NULL, str_from(why->text));
    return STATUS_OK;
}

/* ---- Prometheus, text format 0.0.4. --------------------------------------------------------- */

static void add_head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_addf(b, "# HELP shopvane_%s %s\n# TYPE shopvane_%s %s\n", name, help, name, type);
}

static void add_one(struct buf *b, const char *name, const char *type, const char *help, int64_t v)
{
    add_head(b, name, type, help);
    buf_addf(b, "shopvane_%s %lld\n", name, (long long)v);
}

/* A number of /proc/self/status in kB, as bytes; 0 where there is none. */
static int64_t resident_bytes(void)
{
    char line[256];
    long long kib = 0;
    FILE *f = fopen("/proc/self/status", "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        str text = str_from(line);
        if (!str_starts(text, STR("VmRSS:")))
            continue;
        text = str_trim(str_skip(text, 6));
        int64_t n = 0;
        if (str_to_i64(str_take_until(&text, ' '), &n))
            kib = n;
    }
    if (f != NULL)
        fclose(f);
    return kib * 1024;
}

static int64_t open_descriptors(void)
{
    int64_t n = 0;
    DIR *d = opendir("/proc/self/fd");
    while (d != NULL && readdir(d) != NULL) /* NOLINT(concurrency-mt-unsafe): its own stream */
        n++;
    if (d != NULL)
        closedir(d);
    return n > 3 ? n - 3 : 0; /* ".", ".." and the folder itself */
}

static int64_t counted(const atomic_llong *v)
{
    return atomic_load((atomic_llong *)(uintptr_t)v);
}

static const struct {
    const char *name;
    const char *type;
    const char *help;
    size_t offset;
    bool is_us;
} lane_metrics[] = {
#define LANE(field) offsetof(struct lane_counts, field)
    { "lane_runs_total", "counter", "handlers that ran", LANE(runs), false },
    { "lane_joined_total",
      "counter",
      "requests answered by an equal one under way",
      LANE(joined),
      false },
    { "lane_refused_total",
      "counter",
      "requests refused because the line was full",
      LANE(refused),
      false },
    { "lane_late_total", "counter", "requests ended at their deadline", LANE(late), false },
    { "lane_deserted_total",
      "counter",
      "requests ended because the client had gone",
      LANE(deserted),
      false },
    { "lane_cancelled_total", "counter", "questions that were taken back", LANE(cancelled), false },
    { "lane_wait_seconds_total", "counter", "time spent waiting in line", LANE(wait_us), true },
    { "lane_run_seconds_total", "counter", "time spent in handlers", LANE(run_us), true },
};

static void add_lanes(struct buf *b, struct lanes *l)
{
    struct lane_look look;
    add_head(b, "lane_waiting", "gauge", "requests in line now");
    for (size_t i = 0; lanes_look(l, i, &look); i++)
        buf_addf(b, "shopvane_lane_waiting{lane=\"%s\"} %zu\n", look.name, look.waiting);
    add_head(b, "lane_running", "gauge", "handlers running now");
    for (size_t i = 0; lanes_look(l, i, &look); i++)
        buf_addf(b, "shopvane_lane_running{lane=\"%s\"} %zu\n", look.name, look.running);
    for (size_t m = 0; m < ARRAY_LEN(lane_metrics); m++) {
        add_head(b, lane_metrics[m].name, lane_metrics[m].type, lane_metrics[m].help);
        for (size_t i = 0; lanes_look(l, i, &look); i++) {
            const int64_t v =
                counted((const atomic_llong *)(const void *)((const char *)look.counts +
                                                             lane_metrics[m].offset));
            buf_addf(b, "shopvane_%s{lane=\"%s\"} ", lane_metrics[m].name, look.name);
            if (lane_metrics[m].is_us)
                buf_addf(b,
                         "%lld.%06lld\n",
                         (long long)(v / US_PER_SECOND),
                         (long long)(v % US_PER_SECOND));
            else
                buf_addf(b, "%lld\n", (long long)v);
        }
    }
}

static void add_replies(struct buf *b, const struct api_counts *counts)
{
    add_head(b, "http_replies_total", "counter", "replies by class of status");
    for (size_t i = 2; i < ARRAY_LEN(counts->replies); i++)
        buf_addf(b,
                 "shopvane_http_replies_total{class=\"%zuxx\"} %lld\n",
                 i,
                 (long long)counted(&counts->replies[i]));
    add_one(b,
            "http_not_modified_total",
            "counter",
            "answers that the client had already (304)",
            counted(&counts->not_modified));
}

/* From this machine, or an administrator: it tells how busy the shop is. */
static bool may_watch(const struct request *req)
{
    return req->is_local || req->who->role == ROLE_ADMIN;
}

static enum status answer_metrics(struct request *req, struct reply *reply, struct error *why)
{
    struct api *api = req->api;
    struct buf *b = &reply->body;
    struct access_counts people;
    int64_t version = 0;
    if (!may_watch(req))
        return error_set(
            why, STATUS_FORBIDDEN, "counters are for this machine and for administrators");
    enum status st = access_count(api->access, req->now_us, &people, why);
    if (st == STATUS_OK)
        st = api_data_version(api, &version, why);
    if (st != STATUS_OK)
        return st;
    reply->mime = "text/plain; version=0.0.4; charset=utf-8";
    add_head(b, "build_info", "gauge", "version of the program and of its engine");
    buf_addf(b,
             "shopvane_build_info{version=\"" SHOPVANE_VERSION "\",duckdb=\"%s\"} 1\n",
             store_engine_version());
    add_one(b,
            "uptime_seconds",
            "gauge",
            "time since the start",
            (req->now_us - api->started_us) / US_PER_SECOND);
    add_one(b, "data_version", "gauge", "commit counter of the data", version);
    add_one(b, "connections", "gauge", "open connections", (int64_t)clients_count(api->clients));
    add_replies(b, &api->counts);
    add_lanes(b, api->lanes);
    add_one(b, "users", "gauge", "users", people.users);
    add_one(b, "sessions", "gauge", "sessions that are valid", people.sessions);
    add_one(b, "tokens", "gauge", "API tokens that are valid", people.tokens);
    add_one(b, "shares", "gauge", "share links that are valid", people.shares);
    add_one(b, "resident_bytes", "gauge", "resident memory", resident_bytes());
    add_one(b, "open_descriptors", "gauge", "open file descriptors", open_descriptors());
    return STATUS_OK;
}

static enum status answer_openapi(struct request *req, struct reply *reply, struct error *why)
{
    (void)req;
    (void)why;
    openapi_write(&reply->json);
    return STATUS_OK;
}

static const struct route rows[] = {
    { .method = "GET",
      .path = "/healthz",
      .scope = SCOPE_FREE,
      .lane = LANE_HERE,
      .gives = "{status:ok|}",
      .summary = "the process is alive",
      .answer = answer_health },
    { .method = "GET",
      .path = "/readyz",
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .gives = "{status:ready|,data_version:count}",
      .summary = "the database answers",
      .answer = answer_ready },
    { .method = "GET",
      .path = "/metrics",
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .summary = "counters for Prometheus, as text; from this machine or for administrators",
      .answer = answer_metrics },
    { .method = "GET",
      .path = "/api/v1/openapi.json",
      .scope = SCOPE_FREE,
      .lane = LANE_HERE,
      .gives = "object",
      .summary = "this description",
      .answer = answer_openapi },
};
ROUTES(process, rows);
