/* Targets: how they stand, and changing them. A change is one revision and needs the writer. */
#include "goals/goal_request.h"
#include "people/people.h"
#include "server/request_board_priv.h"

static enum status answer_goals(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const struct board_goals_question q = { .period = request_param(req, "period"),
                                            .kpi = request_param(req, "kpi"),
                                            .level = request_param(req, "level") };
    const enum status st = request_board(req, &context, &ask, why);
    return st == STATUS_OK ? board_goals(&ask, &q, &reply->json, why) : st;
}

static enum status answer_history(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const struct board_page page = request_board_page(req);
    const enum status st = request_board(req, &context, &ask, why);
    return st == STATUS_OK ? board_goals_history(&ask, &page, &reply->json, why) : st;
}

/* ---- changing ---- */

/* What a change needs, while it has the writer. */
struct goal_change_run {
    struct request *req;
    struct query_context context;
    struct goal_edit edit;
    struct goal_changes changes;
};

/* Targets of all stores together are for those who see all stores. */
static enum status check_scope(const struct request *req, str store, struct error *why)
{
    if (req->who->all_stores || (store.len > 0 && principal_sees_store(req->who, store)))
        return STATUS_OK;
    return error_set(why, STATUS_FORBIDDEN, "this target is of stores that you do not see");
}

static void write_changes(struct request *req, struct reply *reply, const struct goal_changes *c)
{
    struct json_writer *w = &reply->json;
    json_object_open(w);
    json_add_i64(w, "revision", c->revision);
    json_key(w, "changes");
    json_array_open(w);
    for (size_t i = 0; i < c->n; i++) {
        const struct goal_change *change = &c->items[i];
        json_object_open(w);
        board_goal(w, req->catalog, &change->after, req->lang);
        json_key(w, "before");
        if (change->before.kpi.len > 0)
            json_money(w, change->before.value_e4);
        else
            json_null(w);
        json_object_close(w);
    }
    json_array_close(w);
    json_object_close(w);
}

typedef enum status (*goal_step)(struct goal_change_run *run, struct error *why);

/* Everything but the step itself: rights on the store, the writer, the answer. */
static enum status change_goals(
    struct request *req, struct reply *reply, const char *source, goal_step step, struct error *why)
{
    struct goal_change_run run = {
        .req = req,
        .edit = { .note = request_body_text(req, "note"),
                  .author = req->who->name,
                  .source = str_from(source),
                  .now_us = req->now_us,
                  .dry_run = request_body_flag(req, "dry_run") },
    };
    struct shop *shop = request_shop(req);
    enum status st = check_scope(req, request_body_text(req, "store"), why);
    if (st == STATUS_OK)
        st = request_query_context(req, &run.context, why);
    if (st == STATUS_OK)
        st = shop_writer_take(shop, WRITER_PATIENCE_MS, why);
    if (st != STATUS_OK)
        return st;
    st = step(&run, why);
    shop_writer_give(shop);
    if (st == STATUS_OK)
        write_changes(req, reply, &run.changes);
    return st;
}

static enum status goal_of_body(struct goal_change_run *run,
                                struct goal *out,
                                const struct kpi **kpi,
                                struct error *why)
{
    const struct request *req = run->req;
    const struct goal_place where = { .shop = request_shop(req),
                                      .catalog = req->catalog,
                                      .conn = run->context.conn,
                                      .arena = req->arena };
    const struct goal_words words = { .kpi = request_body_text(req, "kpi"),
                                      .store = request_body_text(req, "store"),
                                      .category = request_body_text(req, "category"),
                                      .period = request_body_text(req, "period"),
                                      .year = (int32_t)request_body_count(req, "year", 0),
                                      .owner = request_body_text(req, "owner"),
                                      .note = request_body_text(req, "note"),
                                      .unlocked = request_body_flag(req, "unlocked") };
    return goal_from_words(&where, &words, out, kpi, why);
}

static enum status step_set(struct goal_change_run *run, struct error *why)
{
    struct request *req = run->req;
    struct goal wanted[GOAL_LEVEL_COUNT];
    struct goal one;
    const struct kpi *kpi = NULL;
    size_t n = 0;
    enum status st = goal_of_body(run, &one, &kpi, why);
    for (unsigned i = 0; i < GOAL_LEVEL_COUNT && st == STATUS_OK; i++) {
        const str value = request_body_text(req, goal_level_name((enum goal_level)i));
        if (value.len == 0)
            continue;
        one.level = (enum goal_level)i;
        st = goal_value_parse(kpi, value, &one.value_e4, why);
        wanted[n++] = one;
    }
    if (st == STATUS_OK && n == 0)
        st = error_set(why, STATUS_BAD_USAGE, "how much? say target, and base or stretch if used");
    return st == STATUS_OK ? goals_set(request_shop(req),
                                       req->catalog,
                                       wanted,
                                       n,
                                       &run->edit,
                                       req->arena,
                                       &run->changes,
                                       why)
                           : st;
}

static enum status answer_set(struct request *req, struct reply *reply, struct error *why)
{
    return change_goals(req, reply, "goals set", step_set, why);
}

static enum status lock(struct goal_change_run *run, bool locked, struct error *why)
{
    struct request *req = run->req;
    const str level = request_body_text(req, "level");
    struct goal which;
    const struct kpi *kpi = NULL;
    enum status st = goal_of_body(run, &which, &kpi, why);
    if (st == STATUS_OK && level.len > 0 && !goal_level_parse(level, &which.level))
        st = error_set(why, STATUS_BAD_USAGE, "level is base, target or stretch");
    return st == STATUS_OK ? goals_lock(request_shop(req),
                                        req->catalog,
                                        &which,
                                        locked,
                                        &run->edit,
                                        req->arena,
                                        &run->changes,
                                        why)
                           : st;
}

static enum status step_lock(struct goal_change_run *run, struct error *why)
{
    return lock(run, true, why);
}

static enum status step_unlock(struct goal_change_run *run, struct error *why)
{
    return lock(run, false, why);
}

static enum status answer_lock(struct request *req, struct reply *reply, struct error *why)
{
    return change_goals(req, reply, "goals lock", step_lock, why);
}

static enum status answer_unlock(struct request *req, struct reply *reply, struct error *why)
{
    return change_goals(req, reply, "goals unlock", step_unlock, why);
}

static enum status step_split(struct goal_change_run *run, struct error *why)
{
    struct request *req = run->req;
    struct split_result result;
    struct goal_period p;
    const struct split_question asked = { .kpi = request_body_text(req, "kpi"),
                                          .level = request_body_text(req, "level"),
                                          .store = request_body_text(req, "store"),
                                          .category = request_body_text(req, "category"),
                                          .whole = request_body_flag(req, "whole") };
    struct buf range;
    buf_init(&range, 64);
    enum status st = goal_period_parse(run->context.conn,
                                       request_body_text(req, "period"),
                                       (int32_t)request_body_count(req, "year", 0),
                                       req->arena,
                                       &p,
                                       why);
    if (st == STATUS_OK) {
        struct split_question q = asked;
        buf_add_day(&range, p.from);
        buf_adds(&range, "..");
        buf_add_day(&range, p.to);
        q.period = buf_str(&range);
        st = people_split(
            request_shop(req), &run->context, &q, &run->edit, req->arena, &result, why);
    }
    buf_release(&range);
    if (st == STATUS_OK)
        run->changes = result.changes;
    return st;
}

static enum status answer_split(struct request *req, struct reply *reply, struct error *why)
{
    return change_goals(req, reply, "goals split", step_split, why);
}

/* ---- a file of targets ---- */

static enum status answer_import(struct request *req, struct reply *reply, struct error *why)
{
    struct problems problems;
    struct goal_list rows = { .n = 0 };
    struct goal_changes changes = { .n = 0 };
    struct shop *shop = request_shop(req);
    const struct goal_edit edit = { .note = request_param(req, "note"),
                                    .author = req->who->name,
                                    .source = request_param(req, "name").len > 0
                                                  ? request_param(req, "name")
                                                  : STR("goals import"),
                                    .now_us = req->now_us,
                                    .dry_run = request_flag(req, "dry_run") };
    problems_init(&problems, req->arena, req->lang);
    enum status st = shop_writer_take(shop, WRITER_PATIENCE_MS, why);
    if (st != STATUS_OK)
        return st;
    st = goals_read(shop, req->catalog, req->body_path, req->arena, &rows, &problems, why);
    if (st == STATUS_OK && problems.n == 0)
        st = goals_set(shop, req->catalog, rows.items, rows.n, &edit, req->arena, &changes, why);
    shop_writer_give(shop);
    if (problems.n > 0) {
        reply_problems(reply,
                       &problems,
                       str_from(tr(req->lang, "the file has problems; nothing was changed")));
        return STATUS_OK;
    }
    if (st == STATUS_OK)
        write_changes(req, reply, &changes);
    return st;
}

#define GOAL                                                                                       \
    "kpi:text,name:text,unit:text,store:string?,category:string?,period:string,from:day,to:day,"   \
    "level:base|target|stretch,target:figure,first_target:figure,currency:string?,locked:boolean," \
    "split:boolean,owner:string?,note:string?,author:string?,revision:integer,revised_at:time?"
#define GIVES_CHANGES "{revision:count,changes:[{" GOAL ",before:figure?}]}"
#define TAKES_GOAL                                                                     \
    "kpi:text,store?:string?,category?:string?,period:text,year?:count,note?:string?," \
    "dry_run?:boolean"

static const struct route rows[] = {
    { .method = "GET",
      .path = "/api/v1/goals",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .params = "period?:string,kpi?:string,level?:base|target|stretch",
      .gives = "{period:{word:string,from:day,to:day},items:[{" GOAL
               ",actual:string?,goal:any,reason?:string}],days:[{day:day,target:string?,"
               "actual:string?,complete:boolean,locked:boolean}],total:count,revision:integer}",
      .summary = "targets of a period and how they stand; days of one KPI",
      .answer = answer_goals },
    { .method = "GET",
      .path = "/api/v1/goals/history",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .params = "limit?:count,cursor?:string",
      .gives = GIVES_LIST("{" GOAL ",replaced_by:integer}"),
      .summary = "all revisions of targets",
      .answer = answer_history },
    { .method = "POST",
      .path = "/api/v1/goals",
      .least = ROLE_EDITOR,
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .body = BODY_JSON,
      .takes = "{" TAKES_GOAL ",target?:string,base?:string,stretch?:string,owner?:string?,"
               "unlocked?:boolean}",
      .gives = GIVES_CHANGES,
      .summary = "sets a target",
      .answer = answer_set },
    { .method = "POST",
      .path = "/api/v1/goals/split",
      .least = ROLE_EDITOR,
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .body = BODY_JSON,
      .takes = "{kpi?:string,level?:string,store?:string?,category?:string?,period:text,"
               "year?:count,whole?:boolean,note?:string?,dry_run?:boolean}",
      .gives = GIVES_CHANGES,
      .summary = "shares targets among stores, months and days by last year's pattern",
      .answer = answer_split },
    { .method = "POST",
      .path = "/api/v1/goals/lock",
      .least = ROLE_EDITOR,
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .body = BODY_JSON,
      .takes = "{" TAKES_GOAL ",level?:string}",
      .gives = GIVES_CHANGES,
      .summary = "locks a target: splits leave it as it is",
      .answer = answer_lock },
    { .method = "POST",
      .path = "/api/v1/goals/unlock",
      .least = ROLE_EDITOR,
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .body = BODY_JSON,
      .takes = "{" TAKES_GOAL ",level?:string}",
      .gives = GIVES_CHANGES,
      .summary = "unlocks a target",
      .answer = answer_unlock },
    { .method = "POST",
      .path = "/api/v1/goals/import",
      .least = ROLE_EDITOR,
      .scope = SCOPE_WHOLE,
      .lane = LANE_WORK,
      .body = BODY_FILE,
      .body_max = (size_t)64 * 1024 * 1024,
      .params = "name?:string,note?:string,dry_run?:boolean",
      .gives = GIVES_CHANGES,
      .summary = "brings in a file of targets (CSV or Excel)",
      .answer = answer_import },
};
ROUTES(goals, rows);
