/* API tokens, share links and saved views. */
#include "server/session_priv.h"

#include <string.h>

#define EXPIRES_DAYS 90
#define PATH_BYTES   4000
#define NAME_BYTES   200

/* Whose things are shown: one's own, or with all=1 everybody's, for administrators. */
static enum status whose(const struct request *req, int64_t *user_id, struct error *why)
{
    const bool all = request_flag(req, "all");
    if (all && req->who->role < ROLE_ADMIN)
        return error_set(why,
                         STATUS_FORBIDDEN,
                         "this needs the role %s; yours is %s",
                         role_name(ROLE_ADMIN),
                         role_name(req->who->role));
    *user_id = all ? 0 : req->who->user_id;
    return STATUS_OK;
}

static void write_token(struct json_writer *w, const struct access_thing *t)
{
    json_add_str(w, "name", t->name);
    json_key(w, "scopes");
    json_array_open(w);
    json_text(w, "read");
    if (t->is_flagged)
        json_text(w, "write");
    json_array_close(w);
    write_time(w, "expires_at", t->expires_us);
    write_time(w, "used_at", t->used_us);
}

static void write_link(struct json_writer *w, const struct access_thing *t)
{
    json_add_str(w, "path", t->path);
    write_time(w, "expires_at", t->expires_us);
    write_time(w, "used_at", t->used_us);
}

static void write_view(struct json_writer *w, const struct access_thing *t)
{
    json_add_str(w, "name", t->name);
    json_add_str(w, "path", t->path);
    json_add_bool(w, "shared", t->is_flagged);
}

static void write_thing(struct request *req,
                        struct json_writer *w,
                        enum access_kind kind,
                        const struct access_thing *t)
{
    static void (*const writers[])(struct json_writer *, const struct access_thing *) = {
        [ACCESS_TOKEN] = write_token, [ACCESS_SHARE] = write_link, [ACCESS_VIEW] = write_view
    };
    json_object_open(w);
    json_add_i64(w, "id", t->id);
    json_add_str(w, "user", t->user);
    if (kind == ACCESS_VIEW) {
        json_add_bool(w, "mine", t->user_id == req->who->user_id);
    }
    write_time(w, "created_at", t->created_us);
    writers[kind](w, t);
    json_object_close(w);
}

static enum status list_things(struct request *req,
                               struct reply *reply,
                               enum access_kind kind,
                               struct error *why)
{
    struct page page;
    struct access_things list = { .n = 0 };
    int64_t user_id = 0;
    size_t shown = 0;
    enum status st = request_page(req, &page, why);
    if (st == STATUS_OK)
        st = whose(req, &user_id, why);
    if (st == STATUS_OK)
        st = access_things(request_access(req), kind, user_id, req->arena, &list, why);
    if (st != STATUS_OK)
        return st;
    reply_list_open(reply);
    for (size_t i = page.offset; i < list.n && shown < page.limit; i++, shown++)
        write_thing(req, &reply->json, kind, &list.items[i]);
    reply_list_close(reply, &page, shown, (int64_t)list.n);
    return STATUS_OK;
}

static enum status delete_thing(struct request *req,
                                struct reply *reply,
                                enum access_kind kind,
                                struct error *why)
{
    const struct access_actor by = request_actor(req);
    const int64_t owner = req->who->role == ROLE_ADMIN ? 0 : req->who->user_id;
    int64_t id = 0;
    enum status st = request_id(req, &id, why);
    if (st == STATUS_OK)
        st = access_thing_delete(request_access(req), kind, id, owner, &by, why);
    if (st == STATUS_OK)
        reply_done(reply);
    return st;
}

/* A page of the board: a redirect there must not lead elsewhere, nor run an endpoint. */
static enum status check_path(str path, struct error *why)
{
    bool fits = path.len > 0 && path.len <= PATH_BYTES && path.ptr[0] == '/' &&
                !str_starts(path, STR("//")) && !str_starts(path, STR("/api/")) &&
                !str_starts(path, STR("/s/")) && str_is_utf8(path);
    for (size_t i = 0; fits && i < path.len; i++)
        fits = (unsigned char)path.ptr[i] > 0x20 && (unsigned char)path.ptr[i] < 0x7f &&
               path.ptr[i] != '\\';
    return fits
               ? STATUS_OK
               : error_set(why,
                           STATUS_INVALID,
                           "path is an address of the board, such as /kpi/net_sales?last=28d, with "
                           "other characters escaped");
}

static enum status check_name(str name, struct error *why)
{
    return name.len <= NAME_BYTES
               ? STATUS_OK
               : error_set(why, STATUS_INVALID, "a name has at most %d bytes", NAME_BYTES);
}

static enum status check_days(int64_t days, struct error *why)
{
    return days >= 1 && days <= ACCESS_EXPIRES_MAX_DAYS
               ? STATUS_OK
               : error_set(
                     why, STATUS_INVALID, "expires_days is from 1 to %d", ACCESS_EXPIRES_MAX_DAYS);
}

/* ---- Tokens. -------------------------------------------------------------------------------- */

static enum status answer_tokens(struct request *req, struct reply *reply, struct error *why)
{
    return list_things(req, reply, ACCESS_TOKEN, why);
}

static bool wants_write(const struct request *req)
{
    const struct json_node *scopes = json_get(req->json, "scopes");
    str scope = STR_EMPTY;
    for (size_t i = 0; i < json_node_len(scopes); i++) {
        if (json_as_str(json_at(scopes, i), &scope) && str_is(scope, "write"))
            return true;
    }
    return false;
}

static enum status answer_token_add(struct request *req, struct reply *reply, struct error *why)
{
    const struct access_actor by = request_actor(req);
    const int64_t days = request_body_count(req, "expires_days", EXPIRES_DAYS);
    struct access_made made = { .id = 0 };
    struct access_thing t = { .user_id = req->who->user_id,
                              .user = req->who->name,
                              .name = request_body_text(req, "name"),
                              .path = STR_EMPTY,
                              .is_flagged = wants_write(req),
                              .created_us = req->now_us };
    enum status st = check_name(t.name, why);
    if (st == STATUS_OK)
        st = check_days(days, why);
    if (st == STATUS_OK && req->who->kind != PRINCIPAL_SESSION)
        st = error_set(why,
                       STATUS_FORBIDDEN,
                       "a token cannot make tokens; log in, or use shopvane tokens add");
    t.expires_us = req->now_us + days * US_PER_DAY;
    if (st == STATUS_OK)
        st = access_thing_add(request_access(req), ACCESS_TOKEN, &t, &by, &made, why);
    if (st != STATUS_OK)
        return st;
    t.id = made.id;
    reply->status = 201;
    json_object_open(&reply->json);
    json_add_i64(&reply->json, "id", t.id);
    json_add_str(&reply->json, "user", t.user);
    write_time(&reply->json, "created_at", t.created_us);
    write_token(&reply->json, &t);
    json_add_text(&reply->json, "token", made.secret);
    json_object_close(&reply->json);
    return STATUS_OK;
}

static enum status answer_token_delete(struct request *req, struct reply *reply, struct error *why)
{
    return delete_thing(req, reply, ACCESS_TOKEN, why);
}

/* ---- Share links. --------------------------------------------------------------------------- */

static enum status answer_shares(struct request *req, struct reply *reply, struct error *why)
{
    return list_things(req, reply, ACCESS_SHARE, why);
}

static enum status answer_share_add(struct request *req, struct reply *reply, struct error *why)
{
    const struct access_actor by = request_actor(req);
    const int64_t days = request_body_count(req, "expires_days", EXPIRES_DAYS);
    struct access_made made = { .id = 0 };
    struct access_thing t = { .user_id = req->who->user_id,
                              .name = STR_EMPTY,
                              .path = request_body_text(req, "path") };
    enum status st = check_path(t.path, why);
    if (st == STATUS_OK)
        st = check_days(days, why);
    if (st == STATUS_OK && req->who->kind != PRINCIPAL_SESSION)
        st = error_set(why,
                       STATUS_FORBIDDEN,
                       "a token cannot make links, which would outlive it; log in for that");
    t.expires_us = req->now_us + days * US_PER_DAY;
    if (st == STATUS_OK)
        st = access_thing_add(request_access(req), ACCESS_SHARE, &t, &by, &made, why);
    if (st != STATUS_OK)
        return st;
    reply->status = 201;
    json_object_open(&reply->json);
    json_add_i64(&reply->json, "id", made.id);
    json_add_str(&reply->json, "url", arena_printf(req->arena, "/s/%s", made.secret));
    write_time(&reply->json, "expires_at", t.expires_us);
    json_object_close(&reply->json);
    return STATUS_OK;
}

static enum status answer_share_delete(struct request *req, struct reply *reply, struct error *why)
{
    return delete_thing(req, reply, ACCESS_SHARE, why);
}

/* Opened by a person: a link that is over leads to the board, which says so. */
static enum status answer_share_open(struct request *req, struct reply *reply, struct error *why)
{
    struct principal p;
    const str secret = request_param(req, "token");
    const enum status st =
        access_by_share(request_access(req), secret, req->now_us, req->arena, &p, why);
    if (st != STATUS_OK && st != STATUS_UNAUTHORIZED)
        return st;
    const int64_t seconds = st == STATUS_OK ? (p.expires_us - req->now_us) / US_PER_SECOND : 0;
    cookie_set(req, reply, COOKIE_SHARE, st == STATUS_OK ? secret : STR_EMPTY, seconds);
    reply_header(reply, "Location", st == STATUS_OK ? p.share_path : STR("/?notice=share-ended"));
    reply->status = 303;
    reply->mime = NULL;
    return STATUS_OK;
}

/* ---- Views. --------------------------------------------------------------------------------- */

static enum status answer_views(struct request *req, struct reply *reply, struct error *why)
{
    return list_things(req, reply, ACCESS_VIEW, why);
}

static enum status read_view(const struct request *req, struct access_thing *t, struct error *why)
{
    *t = (struct access_thing){ .user_id = req->who->user_id,
                                .user = req->who->name,
                                .name = request_body_text(req, "name"),
                                .path = request_body_text(req, "path"),
                                .is_flagged = request_body_flag(req, "shared"),
                                .created_us = req->now_us };
    enum status st = check_name(t->name, why);
    if (st == STATUS_OK)
        st = check_path(t->path, why);
    if (st == STATUS_OK && t->is_flagged && req->who->role < ROLE_ANALYST)
        st = error_set(why,
                       STATUS_FORBIDDEN,
                       "this needs the role %s; yours is %s",
                       role_name(ROLE_ANALYST),
                       role_name(req->who->role));
    return st;
}

static enum status answer_view_add(struct request *req, struct reply *reply, struct error *why)
{
    const struct access_actor by = request_actor(req);
    struct access_made made = { .id = 0 };
    struct access_thing t;
    enum status st = read_view(req, &t, why);
    if (st == STATUS_OK)
        st = access_thing_add(request_access(req), ACCESS_VIEW, &t, &by, &made, why);
    if (st != STATUS_OK)
        return st;
    t.id = made.id;
    reply->status = 201;
    write_thing(req, &reply->json, ACCESS_VIEW, &t);
    return STATUS_OK;
}

static enum status answer_view_change(struct request *req, struct reply *reply, struct error *why)
{
    const struct access_actor by = request_actor(req);
    struct access_thing t;
    int64_t id = 0;
    enum status st = request_id(req, &id, why);
    if (st == STATUS_OK)
        st = read_view(req, &t, why);
    if (st != STATUS_OK)
        return st;
    t.id = id;
    st = access_view_change(request_access(req), &t, &by, why);
    if (st == STATUS_OK)
        write_thing(req, &reply->json, ACCESS_VIEW, &t);
    return st;
}

static enum status answer_view_delete(struct request *req, struct reply *reply, struct error *why)
{
    return delete_thing(req, reply, ACCESS_VIEW, why);
}

#define PARAMS_THINGS "all?:boolean,limit?:count,cursor?:string"
#define USERS_ROW     .scope = SCOPE_FREE, .lane = LANE_WORK, .users_only = true
#define CHANGING_ROW  USERS_ROW, .logs_itself = true

static const struct route rows[] = {
    { .method = "GET",
      .path = "/api/v1/tokens",
      .least = ROLE_ANALYST,
      USERS_ROW,
      .params = PARAMS_THINGS,
      .gives = GIVES_LIST("@token"),
      .summary = "one's API tokens; all=1: everybody's, for administrators",
      .answer = answer_tokens },
    { .method = "POST",
      .path = "/api/v1/tokens",
      .least = ROLE_ANALYST,
      CHANGING_ROW,
      .body = BODY_JSON,
      .takes = "{name:text,scopes?:[read|write],expires_days?:count}",
      .gives = "{id:count,user:text,created_at:time,name:text,scopes:[read|write],expires_at:time,"
               "used_at:time?,token:text}",
      .summary = "make an API token; its text is given this once",
      .answer = answer_token_add },
    { .method = "DELETE",
      .path = "/api/v1/tokens/{id}",
      .least = ROLE_ANALYST,
      CHANGING_ROW,
      .gives = "{done:boolean}",
      .summary = "end an API token",
      .answer = answer_token_delete },
    { .method = "GET",
      .path = "/api/v1/shares",
      .least = ROLE_ANALYST,
      USERS_ROW,
      .params = PARAMS_THINGS,
      .gives = GIVES_LIST("@link"),
      .summary = "one's share links; all=1: everybody's, for administrators",
      .answer = answer_shares },
    { .method = "POST",
      .path = "/api/v1/shares",
      .least = ROLE_ANALYST,
      CHANGING_ROW,
      .body = BODY_JSON,
      .takes = "{path:text,expires_days?:count}",
      .gives = "{id:count,url:text,expires_at:time}",
      .summary = "make a link that lets read with one's own view of stores, until it expires",
      .answer = answer_share_add },
    { .method = "DELETE",
      .path = "/api/v1/shares/{id}",
      .least = ROLE_ANALYST,
      CHANGING_ROW,
      .gives = "{done:boolean}",
      .summary = "end a share link",
      .answer = answer_share_delete },
    { .method = "GET",
      .path = "/s/{token}",
      .scope = SCOPE_FREE,
      .lane = LANE_HERE,
      .summary = "open a share link: sets its cookie and leads to its page",
      .answer = answer_share_open },
    { .method = "GET",
      .path = "/api/v1/views",
      .least = ROLE_VIEWER,
      USERS_ROW,
      .params = PARAMS_THINGS,
      .gives = GIVES_LIST("@view"),
      .summary = "saved views: one's own and those that others share",
      .answer = answer_views },
    { .method = "POST",
      .path = "/api/v1/views",
      .least = ROLE_VIEWER,
      CHANGING_ROW,
      .body = BODY_JSON,
      .takes = "{name:text,path:text,shared?:boolean}",
      .gives = "@view",
      .summary = "save a view",
      .answer = answer_view_add },
    { .method = "PUT",
      .path = "/api/v1/views/{id}",
      .least = ROLE_VIEWER,
      CHANGING_ROW,
      .body = BODY_JSON,
      .takes = "{name:text,path:text,shared?:boolean}",
      .gives = "@view",
      .summary = "change one's saved view",
      .answer = answer_view_change },
    { .method = "DELETE",
      .path = "/api/v1/views/{id}",
      .least = ROLE_VIEWER,
      CHANGING_ROW,
      .gives = "{done:boolean}",
      .summary = "remove one's saved view",
      .answer = answer_view_delete },
};
ROUTES(things, rows);
