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

static const struct {
    const char *format;
    const char *mime;
} list_forms[] = {
    [BOARD_CSV] = { "csv", "text/csv; charset=utf-8; header=present" },
    [BOARD_XLSX] = { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
};

enum status request_target(struct request *req,
                           const char *title,
                           struct board_target *out,
                           struct error *why)
{
    const str format = request_param(req, "format");
    *out = (struct board_target){ .path = NULL };
    if (format.len == 0 || str_is(format, "json"))
        return STATUS_OK;
    if (req->who->role < ROLE_ANALYST)
        return error_set(why, STATUS_FORBIDDEN, "exports are for analysts");
    if (request_param(req, "limit").len + request_param(req, "cursor").len > 0)
        return error_set(
            why, STATUS_BAD_USAGE, "a file holds all rows: leave out limit and cursor");
    out->form = str_is(format, "csv") ? BOARD_CSV : BOARD_XLSX;
    out->title = str_from(tr(req->lang, title));
    out->path = request_export_path(req, list_forms[out->form].format);
    return out->path != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

void request_give_target(struct request *req,
                         struct reply *reply,
                         const struct board_target *to,
                         const char *name)
{
    reply->mime = list_forms[to->form].mime;
    reply_file(reply, to->path, true);
    reply_download(reply, arena_printf(req->arena, "%s.%s", name, list_forms[to->form].format));
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
