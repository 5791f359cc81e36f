/* Users and the log of changes: for administrators. */
#include "server/session_priv.h"

static void write_account(struct json_writer *w, const struct access_user *u)
{
    json_object_open(w);
    json_add_i64(w, "id", u->id);
    json_add_str(w, "name", u->name);
    json_add_text(w, "role", role_name(u->role));
    write_texts(w, "stores", u->stores, u->store_count);
    write_texts(w, "teams", u->teams, u->team_count);
    json_key(w, "lang");
    if (u->lang.len > 0)
        json_str(w, u->lang);
    else
        json_null(w);
    json_add_bool(w, "disabled", u->is_disabled);
    json_add_bool(w, "has_password", u->has_password);
    write_time(w, "created_at", u->created_us);
    write_time(w, "seen_at", u->seen_us);
    json_object_close(w);
}

static enum status answer_list(struct request *req, struct reply *reply, struct error *why)
{
    struct page page;
    struct access_user *users = NULL;
    size_t n = 0;
    size_t shown = 0;
    enum status st = request_page(req, &page, why);
    if (st == STATUS_OK)
        st = access_users(request_access(req), req->arena, &users, &n, why);
    if (st != STATUS_OK)
        return st;
    reply_list_open(reply);
    for (size_t i = page.offset; i < n && shown < page.limit; i++, shown++)
        write_account(&reply->json, &users[i]);
    reply_list_close(reply, &page, shown, (int64_t)n);
    return STATUS_OK;
}

/* Stores and teams must be the shop's: a misspelt one would show nothing and nobody knew why. */
static enum status check_places(const struct request *req,
                                const struct access_user *u,
                                struct error *why)
{
    const struct shop *s = request_shop(req);
    const enum status st = shop_stores_check(s, u->stores, u->store_count, why);
    return st == STATUS_OK ? shop_teams_check(s, u->teams, u->team_count, why) : st;
}

static const struct {
    const char *key;
    unsigned field;
} fields[] = { { "name", USER_NAME },         { "role", USER_ROLE },
               { "disabled", USER_DISABLED }, { "password", USER_PASSWORD },
               { "stores", USER_STORES },     { "teams", USER_TEAMS } };

static enum status read_change(const struct request *req,
                               struct access_change *c,
                               struct error *why)
{
    struct access_user *u = &c->user;
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (json_get(req->json, fields[i].key) != NULL)
            c->fields |= fields[i].field;
    }
    u->name = request_body_text(req, "name");
    u->is_disabled = request_body_flag(req, "disabled");
    c->password = request_body_text(req, "password");
    if (c->fields & USER_ROLE)
        st = role_parse(request_body_text(req, "role"), &u->role, why);
    if (st == STATUS_OK)
        st = body_list(req, "stores", &u->stores, &u->store_count, why);
    if (st == STATUS_OK)
        st = body_list(req, "teams", &u->teams, &u->team_count, why);
    return st == STATUS_OK ? check_places(req, u, why) : st;
}

static enum status show_account(struct request *req,
                                struct reply *reply,
                                int64_t id,
                                struct error *why)
{
    struct access_user u;
    const enum status st = access_user_get(request_access(req), id, req->arena, &u, why);
    if (st == STATUS_OK)
        write_account(&reply->json, &u);
    return st;
}

/* A token that leaked must not become an account, or a password that outlives it. */
static enum status check_session(const struct request *req, struct error *why)
{
    if (req->who->kind == PRINCIPAL_SESSION)
        return STATUS_OK;
    return error_set(why,
                     STATUS_FORBIDDEN,
                     "a token cannot add users or change roles and passwords; log in, or use "
                     "shopvane users");
}

/* One's own password is changed where the old one is asked for. */
static enum status check_own(const struct request *req,
                             int64_t id,
                             const struct access_change *c,
                             struct error *why)
{
    if (id != req->who->user_id || !(c->fields & USER_PASSWORD))
        return STATUS_OK;
    return error_set(why,
                     STATUS_FORBIDDEN,
                     "your own password is changed with the old one: PATCH /api/v1/me, or My "
                     "settings");
}

static enum status answer_add(struct request *req, struct reply *reply, struct error *why)
{
    const struct access_actor by = request_actor(req);
    struct access_change c = { .fields = 0 };
    int64_t id = 0;
    enum status st = read_change(req, &c, why);
    if (st == STATUS_OK)
        st = check_session(req, why);
    if (st == STATUS_OK)
        st = access_user_add(request_access(req), &c, &by, &id, why);
    if (st == STATUS_OK)
        reply->status = 201;
    return st == STATUS_OK ? show_account(req, reply, id, why) : st;
}

static enum status answer_change(struct request *req, struct reply *reply, struct error *why)
{
    const struct access_actor by = request_actor(req);
    struct access_change c = { .fields = 0 };
    int64_t id = 0;
    enum status st = request_id(req, &id, why);
    if (st == STATUS_OK)
        st = read_change(req, &c, why);
    if (st == STATUS_OK && (c.fields & (USER_PASSWORD | USER_ROLE)))
        st = check_session(req, why);
    if (st == STATUS_OK)
        st = check_own(req, id, &c, why);
    if (st == STATUS_OK)
        st = access_user_change(request_access(req), id, &c, 0, &by, why);
    return st == STATUS_OK ? show_account(req, reply, id, why) : st;
}

static enum status answer_delete(struct request *req, struct reply *reply, struct error *why)
{
    const struct access_actor by = request_actor(req);
    int64_t id = 0;
    enum status st = request_id(req, &id, why);
    if (st == STATUS_OK)
        st = access_user_delete(request_access(req), id, &by, why);
    if (st == STATUS_OK)
        reply_done(reply);
    return st;
}

static void write_event(struct json_writer *w, const struct access_event *e)
{
    const struct {
        const char *key;
        str value;
    } texts[] = {
        { "who", e->who }, { "address", e->address }, { "action", e->action }, { "what", e->what }
    };
    json_object_open(w);
    json_add_i64(w, "id", e->id);
    write_time(w, "at", e->at_us);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        json_key(w, texts[i].key);
        json_str(w, texts[i].value);
    }
    json_object_close(w);
}

static enum status answer_audit(struct request *req, struct reply *reply, struct error *why)
{
    struct page page;
    struct access_events found = { .n = 0 };
    enum status st = request_page(req, &page, why);
    if (st == STATUS_OK) {
        const struct access_search search = { .q = page.q,
                                              .limit = page.limit,
                                              .offset = page.offset };
        st = access_events(request_access(req), &search, req->arena, &found, why);
    }
    if (st != STATUS_OK)
        return st;
    reply_list_open(reply);
    for (size_t i = 0; i < found.n; i++)
        write_event(&reply->json, &found.items[i]);
    reply_list_close(reply, &page, found.n, found.total);
    return STATUS_OK;
}

#define ROLES "viewer|analyst|editor|admin"

static const struct route rows[] = {
    { .method = "GET",
      .path = "/api/v1/users",
      .least = ROLE_ADMIN,
      .scope = SCOPE_FREE,
      .lane = LANE_HERE,
      .params = "limit?:count,cursor?:string",
      .gives = GIVES_LIST("@account"),
      .summary = "all users",
      .answer = answer_list },
    { .method = "POST",
      .path = "/api/v1/users",
      .least = ROLE_ADMIN,
      .scope = SCOPE_FREE,
      .lane = LANE_PASSWORD,
      .body = BODY_JSON,
      .logs_itself = true,
      .takes = "{name:text,role:" ROLES ",password?:string,stores?:[text],teams?:[text]}",
      .gives = "@account",
      .summary = "add a user; without stores and teams he sees all stores",
      .answer = answer_add },
    { .method = "PATCH",
      .path = "/api/v1/users/{id}",
      .least = ROLE_ADMIN,
      .scope = SCOPE_FREE,
      .lane = LANE_PASSWORD,
      .body = BODY_JSON,
      .logs_itself = true,
      .takes = "{name?:text,role?:" ROLES ",disabled?:boolean,password?:string,stores?:[text],"
               "teams?:[text]}",
      .gives = "@account",
      .summary = "change a user; a new password or disabling ends the sessions",
      .answer = answer_change },
    { .method = "DELETE",
      .path = "/api/v1/users/{id}",
      .least = ROLE_ADMIN,
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .logs_itself = true,
      .gives = "{done:boolean}",
      .summary = "remove a user with sessions, tokens, links and views",
      .answer = answer_delete },
    { .method = "GET",
      .path = "/api/v1/audit",
      .least = ROLE_ADMIN,
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .params = "q?:string,limit?:count,cursor?:string",
      .gives = GIVES_LIST("{id:count,at:time,who:string,address:string,action:text,what:string}"),
      .summary = "log-ins and changes, newest first",
      .answer = answer_audit },
};
ROUTES(users, rows);
