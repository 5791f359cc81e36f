/* What is asked at this moment, and taking a question back. */
#include "server/engine_priv.h"
#include "server/flight_priv.h"

#define SHOWN_MAX 512 /* more than fit into the lane's line and threads */

/* One's own questions; of everybody for administrators. */
static int64_t whose(const struct request *req)
{
    return req->who->role == ROLE_ADMIN ? 0 : req->who->user_id;
}

static enum status answer_queries(struct request *req, struct reply *reply, struct error *why)
{
    struct page page;
    size_t shown = 0;
    struct question *all = ARENA_NEW(req->arena, struct question, SHOWN_MAX);
    const enum status st = request_page(req, &page, why);
    if (st != STATUS_OK)
        return st;
    const size_t n = all != NULL
                         ? lanes_questions(req->api->lanes, whose(req), req->arena, all, SHOWN_MAX)
                         : SIZE_MAX;
    if (n == SIZE_MAX)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    reply_list_open(reply);
    for (size_t i = page.offset; i < n && i < SHOWN_MAX && shown < page.limit; i++, shown++) {
        json_object_open(&reply->json);
        json_add_i64(&reply->json, "id", all[i].id);
        json_add_text(&reply->json, "state", all[i].runs ? "running" : "waiting");
        json_add_i64(&reply->json, "for_ms", all[i].for_us / 1000);
        json_add_str(&reply->json, "path", all[i].path);
        json_add_str(&reply->json, "query", all[i].query);
        json_add_str(&reply->json, "user", all[i].user);
        json_object_close(&reply->json);
    }
    reply_list_close(reply, &page, shown, (int64_t)n);
    return STATUS_OK;
}

static enum status answer_cancel(struct request *req, struct reply *reply, struct error *why)
{
    int64_t id = 0;
    const enum status st = request_id(req, &id, why);
    if (st != STATUS_OK)
        return st;
    if (!lanes_cancel(req->api->lanes, id, whose(req)))
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "there is no such question; it may have been answered meanwhile");
    reply_done(reply);
    return STATUS_OK;
}

static const struct route rows[] = {
    { .method = "GET",
      .path = "/api/v1/queries",
      .least = ROLE_VIEWER,
      .scope = SCOPE_FREE,
      .lane = LANE_HERE,
      .users_only = true,
      .params = "limit?:count,cursor?:string",
      .gives = GIVES_LIST("{id:count,state:waiting|running,for_ms:count,path:text,query:string,"
                          "user:text}"),
      .summary = "questions that wait or run now: your own, for administrators everybody's",
      .answer = answer_queries },
    { .method = "DELETE",
      .path = "/api/v1/queries/{id}",
      .least = ROLE_VIEWER,
      .scope = SCOPE_FREE,
      .lane = LANE_HERE,
      .users_only = true,
      .logs_itself = true, /* nothing of the shop changes */
      .gives = "{done:boolean}",
      .summary =
          "takes a question back: who asked is answered 409; one that others wait for goes on",
      .answer = answer_cancel },
};
ROUTES(queries, rows);
