/* From a request to what board/ asks for. */
#include "server/request_board_priv.h"

enum status request_board(struct request *req,
                          struct query_context *context,
                          struct board_ask *out,
                          struct error *why)
{
    *out = (struct board_ask){ .context = context, .lang = req->lang, .now_us = req->now_us };
    enum status st = request_stores(req, &out->stores, &out->store_count, why);
    if (st == STATUS_OK)
        st = request_query_context(req, context, why);
    return st;
}

struct board_range request_range(const struct request *req)
{
    return (struct board_range){ .from = request_param(req, "from"),
                                 .to = request_param(req, "to"),
                                 .last = request_param(req, "last"),
                                 .period = request_param(req, "period"),
                                 .compare = request_param(req, "compare"),
                                 .calendar = request_param(req, "calendar"),
                                 .basis = request_param(req, "basis"),
                                 .where = request_param(req, "where") };
}

struct board_page request_board_page(const struct request *req)
{
    return (struct board_page){ .limit = (size_t)request_count(req, "limit", 0),
                                .cursor = request_param(req, "cursor"),
                                .q = request_param(req, "q"),
                                .sort = request_param(req, "sort") };
}
