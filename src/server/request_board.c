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

void request_write_time(struct json_writer *w, int64_t at_us)
{
    struct buf text;
    const int64_t day = i64_floor_div(at_us, US_PER_DAY);
    const int64_t second = (at_us - day * US_PER_DAY) / US_PER_SECOND;
    buf_init(&text, 64);
    buf_add_day(&text, (int32_t)day);
    buf_addf(&text,
             "T%02d:%02d:%02dZ",
             (int)(second / 3600),
             (int)(second / 60 % 60),
             (int)(second % 60));
    json_str(w, buf_str(&text));
    buf_release(&text);
}

str request_body_text(const struct request *req, const char *name)
{
    str out = STR_EMPTY;
    return json_as_str(json_get(req->json, name), &out) ? out : STR_EMPTY;
}

bool request_body_flag(const struct request *req, const char *name)
{
    bool out = false;
    return json_as_bool(json_get(req->json, name), &out) && out;
}

int64_t request_body_count(const struct request *req, const char *name, int64_t otherwise)
{
    int64_t out = 0;
    return json_as_i64(json_get(req->json, name), &out) ? out : otherwise;
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
    json_key(&reply->json, "job");
    json_i64(&reply->json, id);
    json_object_close(&reply->json);
}
