/* KPI questions and the catalogue. Every parameter of /api/v1/kpi has the name and the words of the
 * command line's option, so that there is one thing to learn. */
#include "server/request_board_priv.h"

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

/* ---- forms ---- */

static void name_download(struct request *req,
                          struct reply *reply,
                          const struct answer *a,
                          const char *ending)
{
    const str name = arena_printf(req->arena,
                                  "%.*s%s.%s",
                                  STR_ARG(a->kpis[0].id),
                                  a->kpi_count > 1 ? "-and-others" : "",
                                  ending);
    reply_download(reply, name);
}

static enum status give_json(struct request *req,
                             struct reply *reply,
                             const struct answer *a,
                             struct error *why)
{
    const struct answer_look look = { .evidence = request_flag(req, "evidence") };
    const enum status st = answer_render(a, ANSWER_JSON, &look, &reply->body, why);
    if (st == STATUS_OK && request_param(req, "format").len > 0)
        name_download(req, reply, a, "json");
    return st;
}

static enum status give_csv(struct request *req,
                            struct reply *reply,
                            const struct answer *a,
                            struct error *why)
{
    const struct answer_look look = { .evidence = false };
    reply->mime = "text/csv; charset=utf-8; header=present";
    buf_adds(&reply->body, "\xEF\xBB\xBF"); /* else Excel takes Chinese for something else */
    name_download(req, reply, a, "csv");
    return answer_render(a, ANSWER_CSV, &look, &reply->body, why);
}

static enum status give_xlsx(struct request *req,
                             struct reply *reply,
                             const struct answer *a,
                             struct error *why)
{
    const char *path = request_export_path(req, "xlsx");
    if (path == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = answer_save_xlsx(a, path, why);
    reply->mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    if (st == STATUS_OK)
        reply_file(reply, path, true);
    name_download(req, reply, a, "xlsx");
    return st;
}

static enum status give_parquet(struct request *req,
                                struct reply *reply,
                                const struct answer *a,
                                struct error *why)
{
    const char *path = request_export_path(req, "parquet");
    if (path == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = answer_save_parquet(a, req->conn, path, why);
    reply->mime = "application/vnd.apache.parquet";
    if (st == STATUS_OK)
        reply_file(reply, path, true);
    name_download(req, reply, a, "parquet");
    return st;
}

static const struct form {
    const char *name;
    enum role least;
    enum status (*give)(struct request *req,
                        struct reply *reply,
                        const struct answer *a,
                        struct error *why);
} forms[] = {
    { "json", ROLE_VIEWER, give_json },
    { "csv", ROLE_ANALYST, give_csv },
    { "xlsx", ROLE_ANALYST, give_xlsx },
    { "parquet", ROLE_ANALYST, give_parquet },
};

/* The shape of the parameter has let only these names through. */
static enum status find_form(const struct request *req, const struct form **out, struct error *why)
{
    const str name = request_param(req, "format");
    *out = &forms[0];
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if (str_is(name, forms[i].name))
            *out = &forms[i];
    }
    if (req->who->role < (*out)->least)
        return error_set(why, STATUS_FORBIDDEN, "exports are for analysts");
    return STATUS_OK;
}

static enum status answer_kpi(struct request *req, struct reply *reply, struct error *why)
{
    struct kpi_question q = { .kpi_count = 0 };
    struct query_context context;
    struct answer *answer = NULL;
    const struct form *form = NULL;
    enum status st = question_read(req, &q, why);
    if (st == STATUS_OK)
        st = find_form(req, &form, why);
    if (st == STATUS_OK)
        st = request_query_context(req, &context, why);
    if (st == STATUS_OK)
        st = query_ask(&context, &q, &answer, why);
    if (st == STATUS_OK)
        st = form->give(req, reply, answer, why);
    answer_free(answer);
    return st;
}

static enum status answer_catalog(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const enum status st = request_board(req, &context, &ask, why);
    return st == STATUS_OK ? board_kpis(&ask, &reply->json, why) : st;
}

static const struct route rows[] = {
    { .method = "GET",
      .path = "/api/v1/kpi",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .params = "id?:string,by?:string,grain?:string,top?:count,sort?:string,target?:string,"
                "evidence?:boolean,format?:json|csv|xlsx|parquet," PARAMS_QUESTION,
      .gives = "@answer",
      .summary = "figures over time and by dimensions",
      .answer = answer_kpi },
    { .method = "GET",
      .path = "/api/v1/kpis",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .gives =
          "{version:count,kpis:[{id:text,group:text,stage:text,unit:text,"
          "direction:up|down|neutral,name_en:text,name_zh:text,about_en:string,about_zh:string,"
          "formula:string,definition:text,owner:string,origin:built-in|shop,available:boolean,"
          "needs:string?,adds_up:boolean,drivers:[text],dimensions:[text],"
          "adds_up_by:[text],grains:[text],"
          "aliases:[text]}]}",
      .summary = "the catalogue of KPIs",
      .answer = answer_catalog },
};
ROUTES(kpi, rows);
