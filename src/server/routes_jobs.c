/* Background work: how far it is, cancelling it, and bringing repaired rows in. */
#include "server/engine_priv.h"
#include "server/jobs_priv.h"
#include "server/request_board_priv.h"

/* "1,2,3": the ids of the body. */
static enum status id_list(const struct request *req, struct buf *out, struct error *why)
{
    const struct json_node *ids = json_get(req->json, "ids");
    for (size_t i = 0; i < json_node_len(ids); i++) {
        int64_t id = 0;
        if (!json_as_i64(json_at(ids, i), &id))
            return error_set(why, STATUS_BAD_USAGE, "ids are numbers of refused rows");
        buf_addf(out, "%s%lld", i > 0 ? "," : "", (long long)id);
    }
    return buf_ok(out) ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

/* Rows (import, id) in that order, as one pick for each import. */
static enum status group_rows(struct request *req,
                              const struct frame *f,
                              struct quarantine_pick **out,
                              size_t *n,
                              struct error *why)
{
    const size_t rows = frame_rows(f);
    struct quarantine_pick *picks = ARENA_NEW(req->arena, struct quarantine_pick, rows + 1);
    int64_t *ids = ARENA_NEW(req->arena, int64_t, rows + 1);
    *n = 0;
    if (picks == NULL || ids == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < rows; i++) {
        ids[i] = frame_i64(f, 1, i);
        if (*n == 0 || picks[*n - 1].import_id != frame_i64(f, 0, i))
            picks[(*n)++] = (struct quarantine_pick){ frame_i64(f, 0, i), &ids[i], 0 };
        picks[*n - 1].n++;
    }
    *out = picks;
    return STATUS_OK;
}

static enum status picks_of_body(struct request *req,
                                 struct quarantine_pick **out,
                                 size_t *n,
                                 struct error *why)
{
    struct conn *c = NULL;
    struct frame *f = NULL;
    struct buf list;
    buf_init(&list, JSON_BODY_MAX);
    enum status st = id_list(req, &list, why);
    if (st == STATUS_OK)
        st = request_conn(req, &c, why);
    if (st == STATUS_OK) {
        const struct param param = { .type = PARAM_TEXT, .text = buf_str(&list) };
        st = conn_query(c,
                        STR("SELECT import_id, quarantine_id FROM quarantine WHERE quarantine_id"
                            " IN (SELECT try_cast(unnest(string_split($1, ',')) AS BIGINT)) ORDER"
                            " BY 1, 2"),
                        &param,
                        1,
                        &f,
                        why);
    }
    if (st == STATUS_OK && frame_rows(f) < json_node_len(json_get(req->json, "ids")))
        st = error_set(why, STATUS_NOT_FOUND, "some of these rows are not in quarantine");
    if (st == STATUS_OK)
        st = group_rows(req, f, out, n, why);
    frame_free(f);
    buf_release(&list);
    return st;
}

static enum status answer_retry(struct request *req, struct reply *reply, struct error *why)
{
    struct quarantine_pick *picks = NULL;
    size_t n = 0;
    int64_t id = 0;
    enum status st = picks_of_body(req, &picks, &n, why);
    struct quarantine_pick whole = { .import_id = request_body_count(req, "import", 0) };
    if (st == STATUS_OK && n == 0) {
        picks = &whole;
        n = whole.import_id > 0;
    }
    if (st == STATUS_OK && n == 0)
        st = error_set(why, STATUS_BAD_USAGE, "say which rows: ids, or all of an import");
    if (st != STATUS_OK)
        return st;
    const struct job_wish wish = { .name = STR("quarantine"),
                                   .picks = picks,
                                   .n_picks = n,
                                   .lang = req->lang,
                                   .who = req->who->name };
    st = jobs_add(request_jobs(req), &wish, req->now_us, &id, why);
    if (st == STATUS_OK)
        request_give_job(reply, id);
    return st;
}

static void write_job(struct json_writer *w, const struct job_view *v)
{
    int64_t rows = 0;
    json_object_open(w);
    json_add_i64(w, "id", v->id);
    json_add_text(w, "state", jobs_state_name(v->state));
    json_add_str(w, "name", v->name);
    json_add_str(w, "who", v->who);
    json_add_str_or_null(w, "step", v->step);
    json_add_i64(w, "done", v->done);
    json_add_i64(w, "total", v->total);
    json_key(w, "queued_at");
    request_write_time(w, v->queued_us);
    json_key(w, "ended_at");
    if (v->ended_us > 0)
        request_write_time(w, v->ended_us);
    else
        json_null(w);
    json_key(w, "imports");
    json_array_open(w);
    for (size_t i = 0; i < v->n_imports; i++) {
        const struct job_import *m = &v->imports[i];
        json_object_open(w);
        json_add_i64(w, "import_id", m->already > 0 ? m->already : m->import_id);
        json_add_bool(w, "already", m->already > 0);
        json_add_str(w, "file", m->file);
        json_add_str(w, "preset", m->preset);
        json_add_i64(w, "rows_read", m->rows_read);
        json_add_i64(w, "rows_refused", m->rows_refused);
        json_object_close(w);
        rows += m->rows_read;
    }
    json_array_close(w);
    json_add_i64(w, "rows", rows);
    json_add_str_or_null(w, "message", v->message);
    json_object_close(w);
}

/* Jobs of other stores are nobody's business here: their files and rows would be told. */
static bool may_see(const struct request *req, const struct job_view *v)
{
    return v->store.len > 0 ? principal_sees_store(req->who, v->store) : req->who->all_stores;
}

/* What may not be seen is not there. */
static enum status find_job(struct request *req, struct job_view *out, struct error *why)
{
    int64_t id = 0;
    enum status st = request_id(req, &id, why);
    if (st == STATUS_OK)
        st = jobs_view(request_jobs(req), id, req->arena, out, why);
    if (st == STATUS_OK && !may_see(req, out))
        st = error_set(why, STATUS_NOT_FOUND, "there is no job #%lld", (long long)id);
    return st;
}

static enum status answer_job(struct request *req, struct reply *reply, struct error *why)
{
    struct job_view view;
    const enum status st = find_job(req, &view, why);
    if (st == STATUS_OK)
        write_job(&reply->json, &view);
    return st;
}

static enum status answer_jobs(struct request *req, struct reply *reply, struct error *why)
{
    struct page page;
    struct job_view *items = NULL;
    size_t n = 0;
    size_t seen = 0;
    size_t shown = 0;
    enum status st = request_page(req, &page, why);
    if (st == STATUS_OK)
        st = jobs_list(request_jobs(req), req->arena, &items, &n, why);
    if (st != STATUS_OK)
        return st;
    reply_list_open(reply);
    for (size_t i = 0; i < n; i++) {
        if (!may_see(req, &items[i]))
            continue;
        if (seen++ < page.offset || shown == page.limit)
            continue;
        write_job(&reply->json, &items[i]);
        shown++;
    }
    reply_list_close(reply, &page, shown, (int64_t)seen);
    return STATUS_OK;
}

static enum status answer_cancel(struct request *req, struct reply *reply, struct error *why)
{
    struct job_view view;
    enum status st = find_job(req, &view, why);
    if (st == STATUS_OK)
        st = jobs_cancel(request_jobs(req), view.id, why);
    if (st == STATUS_OK)
        st = jobs_view(request_jobs(req), view.id, req->arena, &view, why);
    if (st == STATUS_OK)
        write_job(&reply->json, &view);
    return st;
}

static const struct route rows[] = {
    { .method = "POST",
      .path = "/api/v1/quarantine/retry",
      .least = ROLE_EDITOR,
      .scope = SCOPE_WHOLE,
      .lane = LANE_WORK,
      .body = BODY_JSON,
      .takes = "{ids?:[count],import?:count}",
      .gives = "{job:count}",
      .summary = "brings repaired rows in, in the background",
      .answer = answer_retry },
    { .method = "GET",
      .path = "/api/v1/jobs",
      .least = ROLE_EDITOR,
      .scope = SCOPE_FREE,
      .lane = LANE_HERE,
      .params = "limit?:count,cursor?:string",
      .gives = GIVES_LIST("@job"),
      .summary = "background work, newest first",
      .answer = answer_jobs },
    { .method = "GET",
      .path = "/api/v1/jobs/{id}",
      .least = ROLE_EDITOR,
      .scope = SCOPE_FREE,
      .lane = LANE_HERE,
      .gives = "@job",
      .summary = "how far a job is, and what came of it",
      .answer = answer_job },
    { .method = "DELETE",
      .path = "/api/v1/jobs/{id}",
      .least = ROLE_EDITOR,
      .scope = SCOPE_FREE,
      .lane = LANE_HERE,
      .gives = "@job",
      .summary = "cancels a job",
      .answer = answer_cancel },
};
ROUTES(jobs, rows);
