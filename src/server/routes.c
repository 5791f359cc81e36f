/* The routes and their answers. Every parameter of /api/v1/kpi has the name and the words of the
 * command line's option, so that there is one thing to learn. */
#include "server/routes_priv.h"

#include "format/format.h"

#include <stddef.h>
#include <string.h>

#define API_LIST_MAX 32 /* KPIs or dimensions in one question */

enum status api_init(struct api *api, struct shop *shop, struct error *why)
{
    api->shop = shop;
    api->cache = query_cache_new();
    if (api->cache == NULL || sem_init(&api->slots, 0, API_QUERIES_MAX) != 0)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    api->has_slots = true;
    return shop_catalog(shop_dir(shop), STR_EMPTY, NULL, &api->catalog, why);
}

void api_release(struct api *api)
{
    kpi_catalog_free(api->catalog);
    query_cache_free(api->cache);
    if (api->has_slots)
        sem_destroy(&api->slots);
}

void api_problem(struct api_reply *reply, unsigned status, const char *message)
{
    reply->status = status;
    buf_clear(reply->body);
    struct json_writer w;
    json_writer_init(&w, reply->body);
    json_object_open(&w);
    json_key(&w, "error");
    json_object_open(&w);
    json_key(&w, "status");
    json_i64(&w, status);
    json_key(&w, "message");
    json_text(&w, message);
    json_object_close(&w);
    json_object_close(&w);
}

static void route_health(struct api *api, const struct api_request *req, struct api_reply *reply)
{
    (void)api;
    (void)req;
    buf_adds(reply->body, "{\"status\":\"ok\"}\n");
}

/* Ready = the database answers. */
static void route_ready(struct api *api, const struct api_request *req, struct api_reply *reply)
{
    struct error why = { .lang = LANG_EN };
    struct conn *c = NULL;
    int64_t version = 0;
    (void)req;
    enum status st = shop_conn_new(api->shop, &c, &why);
    if (st == STATUS_OK)
        st = shop_data_version(c, &version, &why);
    if (st == STATUS_OK)
        buf_addf(reply->body, "{\"status\":\"ready\",\"data_version\":%lld}\n", (long long)version);
    else
        api_problem(reply, 503, why.text);
    conn_close(c);
}

/* Where a parameter with one value goes. */
static const struct {
    const char *name;
    size_t offset;
} question_fields[] = {
    { "from", offsetof(struct kpi_question, from) },
    { "to", offsetof(struct kpi_question, to) },
    { "last", offsetof(struct kpi_question, last) },
    { "period", offsetof(struct kpi_question, period) },
    { "grain", offsetof(struct kpi_question, grain) },
    { "calendar", offsetof(struct kpi_question, calendar) },
    { "where", offsetof(struct kpi_question, where) },
    { "compare", offsetof(struct kpi_question, compare) },
    { "basis", offsetof(struct kpi_question, basis) },
    { "sort", offsetof(struct kpi_question, sort) },
    { "target", offsetof(struct kpi_question, target) },
};

struct lists {
    str ids[API_LIST_MAX];
    size_t id_count;
    str by[API_LIST_MAX];
    size_t by_count;
    str stores[API_LIST_MAX];
    size_t store_count;
};

static bool list_add(str *items, size_t *count, str value)
{
    while (value.len > 0) {
        if (*count == API_LIST_MAX)
            return false;
        items[(*count)++] = str_trim(str_take_until(&value, ','));
    }
    return true;
}

static enum status unknown_parameter(str key, struct error *why)
{
    const char *names[ARRAY_LEN(question_fields) + 6] = { "id",  "by",       "store",
                                                          "top", "evidence", "lang" };
    for (size_t i = 0; i < ARRAY_LEN(question_fields); i++)
        names[i + 6] = question_fields[i].name;
    const char *near = name_nearest(key, names, ARRAY_LEN(names));
    if (near != NULL)
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "unknown parameter \"%.*s\" (did you mean \"%s\"?)",
                         STR_ARG(key),
                         near);
    return error_set(why, STATUS_BAD_USAGE, "unknown parameter \"%.*s\"", STR_ARG(key));
}

static enum status set_lang(struct kpi_question *q, str value, struct error *why)
{
    if (!str_is(value, "en") && !str_is(value, "zh"))
        return error_set(why, STATUS_BAD_USAGE, "lang is en or zh, not \"%.*s\"", STR_ARG(value));
    q->lang = str_is(value, "zh") ? LANG_ZH : LANG_EN;
    return STATUS_OK;
}

static enum status question_set(
    struct kpi_question *q, struct lists *lists, str key, str value, struct error *why)
{
    int64_t n = 0;
    bool fits = true;
    for (size_t i = 0; i < ARRAY_LEN(question_fields); i++) {
        if (str_is(key, question_fields[i].name)) {
            memcpy((char *)q + question_fields[i].offset, &value, sizeof value);
            return STATUS_OK;
        }
    }
    if (str_is(key, "id")) {
        fits = list_add(lists->ids, &lists->id_count, value);
    } else if (str_is(key, "by")) {
        fits = list_add(lists->by, &lists->by_count, value);
    } else if (str_is(key, "store")) {
        fits = list_add(lists->stores, &lists->store_count, value);
    } else if (str_is(key, "evidence")) {
        q->evidence = str_is(value, "1") || str_is(value, "true");
    } else if (str_is(key, "top")) {
        if (!str_to_i64(value, &n) || n < 0)
            return error_set(
                why, STATUS_BAD_USAGE, "top wants a whole number, not \"%.*s\"", STR_ARG(value));
        q->top = (size_t)n;
    } else if (str_is(key, "lang")) {
        return set_lang(q, value, why);
    } else {
        return unknown_parameter(key, why);
    }
    return fits ? STATUS_OK
                : error_set(why,
                            STATUS_BAD_USAGE,
                            "more than %d values for \"%.*s\"",
                            API_LIST_MAX,
                            STR_ARG(key));
}

static enum status question_read(const struct api_request *req,
                                 struct kpi_question *q,
                                 struct lists *lists,
                                 struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < req->count && st == STATUS_OK; i++)
        st = question_set(q, lists, req->keys[i], req->values[i], why);
    why->lang = q->lang;
    if (st == STATUS_OK && lists->id_count == 0)
        st = error_set(
            why, STATUS_BAD_USAGE, "say which KPI: /api/v1/kpi?id=net_sales (ids: /api/v1/kpis)");
    q->kpis = lists->ids;
    q->kpi_count = lists->id_count;
    q->by = lists->by;
    q->by_count = lists->by_count;
    q->stores = lists->stores;
    q->store_count = lists->store_count;
    return st;
}

/* Asks on a connection of its own, at most API_QUERIES_MAX at once. */
static enum status question_answer(struct api *api,
                                   const struct kpi_question *q,
                                   struct buf *out,
                                   struct error *why)
{
    struct answer *answer = NULL;
    struct conn *c = NULL;
    enum status st = shop_conn_new(api->shop, &c, why);
    if (st != STATUS_OK)
        return st;
    const struct query_context context = { .conn = c,
                                           .catalog = api->catalog,
                                           .settings = shop_settings(api->shop),
                                           .zone = shop_zone(api->shop),
                                           .cache = api->cache };
    const struct answer_look look = { .evidence = q->evidence };
    while (sem_wait(&api->slots) != 0)
        ;
    st = query_ask(&context, q, &answer, why);
    sem_post(&api->slots);
    if (st == STATUS_OK)
        st = answer_render(answer, ANSWER_JSON, &look, out, why);
    answer_free(answer);
    conn_close(c);
    return st;
}

static void route_kpi(struct api *api, const struct api_request *req, struct api_reply *reply)
{
    struct lists lists = { 0 };
    struct kpi_question q = { .now_us = clock_now_us(), .lang = shop_settings(api->shop)->lang };
    struct error why = { .lang = q.lang };
    enum status st = question_read(req, &q, &lists, &why);
    if (st == STATUS_OK)
        st = shop_stores_check(api->shop, lists.stores, lists.store_count, &why);
    if (st == STATUS_OK)
        st = question_answer(api, &q, reply->body, &why);
    if (st != STATUS_OK)
        api_problem(reply, (unsigned)status_http(st), why.text);
}

static void add_kpi(struct json_writer *w, const struct kpi *k)
{
    const struct {
        const char *key;
        str value;
    } texts[] = {
        { "id", k->id },
        { "group", k->group },
        { "unit", str_from(kpi_unit_name(k->unit)) },
        { "name_en", k->name[LANG_EN] },
        { "name_zh", k->name[LANG_ZH] },
        { "about_en", k->about[LANG_EN] },
        { "about_zh", k->about[LANG_ZH] },
        { "formula", k->formula_text },
        { "definition", k->hash },
    };
    json_object_open(w);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        json_key(w, texts[i].key);
        json_str(w, texts[i].value);
    }
    json_object_close(w);
}

static void route_catalog(struct api *api, const struct api_request *req, struct api_reply *reply)
{
    struct json_writer w;
    (void)req;
    json_writer_init(&w, reply->body);
    json_object_open(&w);
    json_key(&w, "version");
    json_i64(&w, 1);
    json_key(&w, "kpis");
    json_array_open(&w);
    for (size_t i = 0; i < kpi_count(api->catalog); i++)
        add_kpi(&w, kpi_at(api->catalog, i));
    json_array_close(&w);
    json_object_close(&w);
    buf_addc(reply->body, '\n');
}

static const struct {
    const char *url;
    void (*answer)(struct api *api, const struct api_request *req, struct api_reply *reply);
} routes[] = {
    { "/healthz", route_health },
    { "/readyz", route_ready },
    { "/api/v1/kpi", route_kpi },
    { "/api/v1/kpis", route_catalog },
};

void api_answer(struct api *api, const struct api_request *req, struct api_reply *reply)
{
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        if (str_is(req->url, routes[i].url)) {
            routes[i].answer(api, req, reply);
            return;
        }
    }
    api_problem(
        reply, 404, "no such address; there are /healthz, /readyz, /api/v1/kpi, /api/v1/kpis");
}
