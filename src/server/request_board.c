/* From a request to what board/ asks for. */
#include "server/request_board_priv.h"

#include "server/engine_priv.h"

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

enum status request_board_whole(struct request *req,
                                struct query_context *context,
                                struct board_ask *out,
                                struct error *why)
{
    BUG_IF(req->route->scope != SCOPE_WHOLE);
    *out = (struct board_ask){ .context = context, .lang = req->lang, .now_us = req->now_us };
    return request_query_context(req, context, why);
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

const char *request_export_path(struct request *req, const char *ending)
{
    const str path = arena_printf(req->arena,
                                  "%s/run/export-%lld-%zx.%s",
                                  shop_dir(request_shop(req)),
                                  (long long)clock_now_us(),
                                  (size_t)(uintptr_t)req,
                                  ending);
    return path.len > 0 ? path.ptr : NULL;
}

enum status request_may_change_store(const struct request *req, str store, struct error *why)
{
    const str name = store.len > 0 ? store : STR("main");
    if (!req->who->all_stores && !principal_sees_store(req->who, name))
        return error_set(why, STATUS_FORBIDDEN, "this store is not among yours");
    return shop_stores_check(request_shop(req), &name, 1, why);
}

struct jobs *request_jobs(const struct request *req)
{
    return req->api->jobs;
}

void request_give_job(struct reply *reply, int64_t id)
{
    reply->status = 202;
    json_object_open(&reply->json);
    json_add_i64(&reply->json, "job", id);
    json_object_close(&reply->json);
}
