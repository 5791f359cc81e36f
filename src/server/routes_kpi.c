/* KPI questions and the catalogue. Every parameter of /api/v1/kpi has the name and the words of the
 * command line's option, so that there is one thing to learn. */
#include "server/api_priv.h"

#include <stddef.h>
#include <string.h>

#define LIST_MAX 32 /* KPIs or dimensions in one question */

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

static enum status question_read(struct request *req, struct kpi_question *q, struct error *why)
{
    q->now_us = req->now_us;
    q->lang = req->lang;
    q->evidence = request_flag(req, "evidence");
    q->top = (size_t)request_count(req, "top", 0);
    for (size_t i = 0; i < ARRAY_LEN(question_fields); i++) {
        const str value = request_param(req, question_fields[i].name);
        memcpy((char *)q + question_fields[i].offset, &value, sizeof value);
    }
    enum status st = request_list(req, "id", LIST_MAX, &q->kpis, &q->kpi_count, why);
    if (st == STATUS_OK)
        st = request_list(req, "by", LIST_MAX, &q->by, &q->by_count, why);
    if (st == STATUS_OK)
        st = request_stores(req, &q->stores, &q->store_count, why);
    if (st == STATUS_OK && q->kpi_count == 0)
        st = error_set(
            why, STATUS_BAD_USAGE, "say which KPI: /api/v1/kpi?id=net_sales (ids: /api/v1/kpis)");
    return st;
}

static enum status answer_kpi(struct request *req, struct reply *reply, struct error *why)
{
    struct kpi_question q = { .kpi_count = 0 };
    struct query_context context;
    struct answer *answer = NULL;
    enum status st = question_read(req, &q, why);
    if (st == STATUS_OK)
        st = request_query_context(req, &context, why);
    if (st == STATUS_OK)
        st = query_ask(&context, &q, &answer, why);
    if (st == STATUS_OK) {
        const struct answer_look look = { .evidence = q.evidence };
        st = answer_render(answer, ANSWER_JSON, &look, &reply->body, why);
    }
    answer_free(answer);
    return st;
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

static enum status answer_catalog(struct request *req, struct reply *reply, struct error *why)
{
    struct json_writer *w = &reply->json;
    (void)why;
    json_object_open(w);
    json_key(w, "version");
    json_i64(w, 1);
    json_key(w, "kpis");
    json_array_open(w);
    for (size_t i = 0; i < kpi_count(req->catalog); i++)
        add_kpi(w, kpi_at(req->catalog, i));
    json_array_close(w);
    json_object_close(w);
    buf_addc(&reply->body, '\n');
    return STATUS_OK;
}

static const struct route rows[] = {
    { .method = "GET",
      .path = "/api/v1/kpi",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .params = "id?:string,by?:string,grain?:string,top?:count,sort?:string,target?:string,"
                "evidence?:boolean," PARAMS_QUESTION,
      .gives = "@answer",
      .summary = "figures over time and by dimensions",
      .answer = answer_kpi },
    { .method = "GET",
      .path = "/api/v1/kpis",
      .least = ROLE_VIEWER,
      .scope = SCOPE_FREE,
      .lane = LANE_HERE,
      .has_etag = true,
      .gives = "{version:count,kpis:[{id:text,group:text,unit:text,name_en:text,name_zh:text,"
               "about_en:string,about_zh:string,formula:string,definition:text}]}",
      .summary = "the catalogue of KPIs",
      .answer = answer_catalog },
};
ROUTES(kpi, rows);
