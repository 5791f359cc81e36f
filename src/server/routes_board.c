/* What the board's pages show: the overview, dimensions, calendar and presets of ranges. */
#include "server/request_board_priv.h"

static enum status answer_overview(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const str *chosen = NULL;
    size_t chosen_count = 0;
    const struct board_range range = request_range(req);
    enum status st = request_board(req, &context, &ask, why);
    if (st == STATUS_OK)
        st = request_list(req, "kpis", OVERVIEW_KPIS_MAX, &chosen, &chosen_count, why);
    if (st != STATUS_OK)
        return st;
    if (chosen_count == 0) {
        chosen = context.settings->overview_kpis;
        chosen_count = context.settings->overview_kpi_count;
    }
    return board_overview(&ask, &range, chosen, chosen_count, &reply->json, why);
}

static enum status answer_dimensions(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const enum status st = request_board(req, &context, &ask, why);
    return st == STATUS_OK ? board_dimensions(&ask, &reply->json, why) : st;
}

static enum status answer_values(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const struct board_page page = request_board_page(req);
    const enum status st = request_board(req, &context, &ask, why);
    return st == STATUS_OK
               ? board_dimension_values(&ask, request_param(req, "id"), &page, &reply->json, why)
               : st;
}

static enum status answer_calendar(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const enum status st = request_board(req, &context, &ask, why);
    return st == STATUS_OK
               ? board_calendar(
                     &ask, request_param(req, "from"), request_param(req, "to"), &reply->json, why)
               : st;
}

static enum status answer_periods(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const enum status st = request_board(req, &context, &ask, why);
    return st == STATUS_OK ? board_periods(&ask, &reply->json, why) : st;
}

static const struct route rows[] = {
    { .method = "GET",
      .path = "/api/v1/overview",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .params = "kpis?:string," PARAMS_QUESTION,
      .gives =
          "{range:@range,sentence:string,cards:[@card],"
          "stores:[{store:text,name:text,platform:string?,values:{*:{value:string?,"
          "compare:string?,change:string?,relative:string?,complete:boolean,reason:string?}}}],"
          "freshness:[{table:text,name:text,newest:day?,complete_until:day?}],notes:[text],"
          "data_version:count}",
      .summary = "the shop at a glance: cards by stage, stores, one sentence",
      .answer = answer_overview },
    { .method = "GET",
      .path = "/api/v1/dimensions",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .gives = GIVES_LIST("{id:text,label_en:text,label_zh:text,facts:[text]}"),
      .summary = "by what figures can be broken down",
      .answer = answer_dimensions },
    { .method = "GET",
      .path = "/api/v1/dimensions/{id}/values",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .params = "q?:string,limit?:count,cursor?:string",
      .gives = GIVES_LIST("{value:text,label:text,rows:count}"),
      .summary = "values of a dimension, those with most rows first",
      .answer = answer_values },
    { .method = "GET",
      .path = "/api/v1/calendar",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .params = "from:day,to:day",
      .gives = "{bands:[{id:text,name_en:text,name_zh:text,kind:festival|promotion|holiday|change,"
               "from:day,to:day}],definition_changes:[{kpi:text,day:day}]}",
      .summary = "festivals, promotions and changed definitions of a range of days",
      .answer = answer_calendar },
    { .method = "GET",
      .path = "/api/v1/periods",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .gives = "{items:[{id:text,name:text,from:day,to:day,compare_default:text}],total:count,"
               "next:string?,today:day}",
      .summary = "ranges that shops ask for, by today's date of the shop",
      .answer = answer_periods },
};
ROUTES(board, rows);
