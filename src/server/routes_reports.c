/* Reports of the shop's rhythm as data and as files, the month's close, and profits. */
#include "document/document.h"
#include "notify/notify.h"
#include "server/request_board_priv.h"

/* ---- reports ---- */

static const struct form {
    const char *name;
    enum document_format format;
    const char *mime;
    const char *ending;
    enum role least;
} forms[] = {
    { "html", DOCUMENT_HTML, "text/html; charset=utf-8", "html", ROLE_VIEWER },
    { "markdown", DOCUMENT_MARKDOWN, "text/markdown; charset=utf-8", "md", ROLE_VIEWER },
    { "xlsx",
      DOCUMENT_XLSX,
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      "xlsx",
      ROLE_ANALYST },
    { "pdf", DOCUMENT_PDF, "application/pdf", "pdf", ROLE_VIEWER },
};

static const struct form *find_form(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if (str_is(name, forms[i].name))
            return &forms[i];
    }
    return NULL;
}

static enum status give_file(struct request *req,
                             struct reply *reply,
                             const struct document *d,
                             const struct form *form,
                             struct error *why)
{
    const char *path = request_export_path(req, form->ending);
    if (path == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = document_save(d, form->format, path, why);
    if (st != STATUS_OK)
        return st;
    reply->mime = form->mime;
    reply_file(reply, path, true);
    reply_download(
        reply,
        arena_printf(req->arena, "%.*s.%s", STR_ARG(request_param(req, "name")), form->ending));
    return STATUS_OK;
}

static enum status answer_report(struct request *req, struct reply *reply, struct error *why)
{
    const struct form *form = find_form(request_param(req, "format"));
    struct rhythm_question q = { .date = request_param(req, "date"),
                                 .promo = request_param(req, "promo"),
                                 .lang = req->lang,
                                 .now_us = req->now_us };
    struct query_context context;
    struct document *d = NULL;
    enum status st = rhythm_parse(request_param(req, "name"), &q.rhythm, why);
    if (st == STATUS_OK && form != NULL && req->who->role < form->least)
        st = error_set(why, STATUS_FORBIDDEN, "exports are for analysts");
    if (st == STATUS_OK && q.promo.len > 0 && q.rhythm != RHYTHM_PROMO)
        st = error_set(why, STATUS_BAD_USAGE, "promo is for the report promo");
    if (st == STATUS_OK && q.date.len == 0)
        q.date = request_param(req, "period");
    if (st == STATUS_OK)
        st = request_stores(req, &q.stores, &q.store_count, why);
    if (st == STATUS_OK)
        st = request_query_context(req, &context, why);
    if (st == STATUS_OK)
        st = notify_report(&context, &q, &d, why);
    if (st == STATUS_OK)
        st = form != NULL ? give_file(req, reply, d, form, why)
                          : document_json(d, &reply->json, why);
    document_free(d);
    return st;
}

/* ---- the month's close ---- */

static enum status answer_close(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    const struct month_close q = { .month = request_body_text(req, "period"),
                                   .note = request_body_text(req, "note"),
                                   .again = request_body_flag(req, "again"),
                                   .now_us = req->now_us };
    int64_t figures = 0;
    enum status st = request_query_context(req, &context, why);
    if (st == STATUS_OK)
        st = shop_writer_take(request_shop(req), WRITER_PATIENCE_MS, why);
    if (st != STATUS_OK)
        return st;
    context.writer = shop_writer(request_shop(req));
    st = notify_close_month(&context, &q, &figures, why);
    shop_writer_give(request_shop(req));
    if (st != STATUS_OK)
        return st;
    json_object_open(&reply->json);
    json_add_i64(&reply->json, "figures", figures);
    json_object_close(&reply->json);
    return STATUS_OK;
}

/* `whole`: a close is of all stores; who sees some learns that there is one, no more. */
static void write_close(struct json_writer *w, const struct closed_month *m, bool whole)
{
    json_object_open(w);
    json_add_str(w, "month", m->month);
    json_add_i64(w, "revision", m->revision);
    json_add_i64(w, "data_version", m->data_version);
    json_key(w, "at");
    request_write_time(w, m->at_us);
    json_key(w, "figures");
    if (whole)
        json_i64(w, m->figures);
    else
        json_null(w);
    json_key(w, "note");
    if (whole)
        json_str(w, m->note);
    else
        json_null(w);
    json_object_close(w);
}

static enum status answer_closes(struct request *req, struct reply *reply, struct error *why)
{
    struct page page;
    struct conn *c = NULL;
    struct closed_month *items = NULL;
    size_t n = 0;
    size_t shown = 0;
    enum status st = request_page(req, &page, why);
    if (st == STATUS_OK)
        st = request_conn(req, &c, why);
    if (st == STATUS_OK)
        st = notify_closes(c, req->arena, &items, &n, why);
    if (st != STATUS_OK)
        return st;
    reply_list_open(reply);
    for (size_t i = page.offset; i < n && shown < page.limit; i++, shown++)
        write_close(&reply->json, &items[i], req->who->all_stores);
    reply_list_close(reply, &page, shown, (int64_t)n);
    return STATUS_OK;
}

/* ---- profit ---- */

static enum status answer_profit(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const struct board_range range = request_range(req);
    const struct board_page page = { .limit = (size_t)request_count(req, "top", 0),
                                     .sort = request_param(req, "sort") };
    const str by = request_param(req, "by");
    struct board_target to;
    enum status st = request_target(req, "profit", &to, why);
    if (st == STATUS_OK && to.path != NULL && page.limit > 0)
        st = error_set(why, STATUS_BAD_USAGE, "a file holds all rows: leave out top");
    if (st == STATUS_OK)
        st = request_board(req, &context, &ask, why);
    if (st == STATUS_OK && to.path == NULL)
        return board_profit(&ask, &range, by, &page, &reply->json, why);
    if (st == STATUS_OK)
        st = board_profit_file(&ask, &range, by, page.sort, &to, why);
    if (st == STATUS_OK)
        request_give_target(req, reply, &to, "profit");
    return st;
}

static const struct route rows[] = {
    { .method = "GET",
      .path = "/api/v1/reports/{name}",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .params = "date?:string,period?:string,promo?:string,format?:json|html|markdown|xlsx|pdf",
      .gives = "{title:text,parts:[@part]}",
      .summary = "the report morning, week, month or promo as its parts, or as a file",
      .answer = answer_report },
    { .method = "POST",
      .path = "/api/v1/reports/month/close",
      .least = ROLE_EDITOR,
      .scope = SCOPE_WHOLE,
      .lane = LANE_WORK,
      .body = BODY_JSON,
      .takes = "{period:text,note?:string,again?:boolean}",
      .gives = "{figures:count}",
      .summary = "keeps a month's figures as they are now",
      .answer = answer_close },
    { .method = "GET",
      .path = "/api/v1/closes",
      .least = ROLE_VIEWER,
      .scope = SCOPE_FREE,
      .params = "limit?:count,cursor?:string",
      .gives = GIVES_LIST("{month:text,revision:count,data_version:count,at:time,figures:count?,"
                          "note:string?}"),
      .summary = "closed months",
      .answer = answer_closes },
    { .method = "GET",
      .path = "/api/v1/profit",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .params = "by?:store|sku|category|channel|order,top?:count,sort?:string," PARAMS_FORMAT
                "," PARAMS_QUESTION,
      .gives = "{range:@range,steps:[{id:text,name:text,role:start|minus|plus|subtotal|end,"
               "value:string?,share:string?,compare:string?,change:string?,relative:string?,"
               "complete:boolean,reason:string?}],rows:[{by:string?,others:boolean,"
               "values:{*:string?},contribution_share:string?,coverage:string?,"
               "booked_share:string?,estimate_gap:string?,break_even_roas:string?}],"
               "contribution_share:string?,coverage:string?,booked_share:string?,"
               "estimate_gap:string?,break_even_roas:string?,notes:[text],data_version:count}",
      .summary = "from GMV down to contribution; as a file no row is left out",
      .answer = answer_profit },
};
ROUTES(reports, rows);
