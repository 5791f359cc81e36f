/* What watches the process: alive, ready. */
#include "server/api_priv.h"

static enum status answer_health(struct request *req, struct reply *reply, struct error *why)
{
    (void)req;
    (void)why;
    buf_adds(&reply->body, "{\"status\":\"ok\"}\n");
    return STATUS_OK;
}

/* Ready = the database answers. */
static enum status answer_ready(struct request *req, struct reply *reply, struct error *why)
{
    struct conn *c = NULL;
    int64_t version = 0;
    enum status st = request_conn(req, &c, why);
    if (st == STATUS_OK)
        st = shop_data_version(c, &version, why);
    if (st == STATUS_OK)
        buf_addf(
            &reply->body, "{\"status\":\"ready\",\"data_version\":%lld}\n", (long long)version);
    else
        reply_problem(reply, 503, NULL, str_from(why->text));
    return STATUS_OK;
}

static const struct route rows[] = {
    { .method = "GET",
      .path = "/healthz",
      .scope = SCOPE_FREE,
      .lane = LANE_HERE,
      .gives = "{status:ok|}",
      .summary = "the process is alive",
      .answer = answer_health },
    { .method = "GET",
      .path = "/readyz",
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .gives = "{status:ready|,data_version:count}",
      .summary = "the database answers",
      .answer = answer_ready },
};
ROUTES(process, rows);
