/* Who is logged in, logging in and out, and what a user sets for himself. */
#include "server/session_priv.h"

#define SESSION_SECONDS (INT64_C(30) * 86400)

static void write_user(struct json_writer *w, const struct principal *who)
{
    json_key(w, "user");
    if (who->kind == PRINCIPAL_NOBODY || who->kind == PRINCIPAL_SHARE) {
        json_null(w);
        return;
    }
    json_object_open(w);
    json_add_i64(w, "id", who->user_id);
    json_add_str(w, "name", who->name);
    json_add_text(w, "role", role_name(who->role));
    write_texts(w, "stores", who->own_stores, who->own_store_count);
    write_texts(w, "teams", who->teams, who->team_count);
    json_add_text(w, "lang", !who->has_lang ? NULL : who->lang == LANG_ZH ? "zh" : "en");
    json_add_str_or_null(w, "density", who->density);
    json_add_str_or_null(w, "theme", who->theme);
    json_object_close(w);
}

static void write_share(struct json_writer *w, const struct principal *who)
{
    json_key(w, "share");
    if (who->kind != PRINCIPAL_SHARE) {
        json_null(w);
        return;
    }
    json_object_open(w);
    json_add_str(w, "path", who->share_path);
    write_time(w, "expires_at", who->expires_us);
    json_object_close(w);
}

/* The shop's name is for those who may see something of it. */
static void write_shop(struct json_writer *w, const struct shop_settings *s, bool with_name)
{
    json_key(w, "shop");
    json_object_open(w);
    if (with_name) {
        json_add_str(w, "name", s->name);
    }
    json_add_str(w, "currency", s->currency);
    json_add_str(w, "timezone", s->timezone);
    json_add_i64(w, "week_start", s->week_start);
    json_add_text(w, "lang", s->lang == LANG_ZH ? "zh" : "en");
    json_add_text(w, "up_colour", s->up_is_red ? "red" : "green");
    json_object_close(w);
}

static enum status answer_session(struct request *req, struct reply *reply, struct error *why)
{
    struct json_writer *w = &reply->json;
    const struct principal *who = req->who;
    bool needs_admin = false;
    const enum status st = access_needs_admin(request_access(req), &needs_admin, why);
    if (st != STATUS_OK)
        return st;
    json_object_open(w);
    write_user(w, who);
    json_add_str_or_null(w, "csrf", who->csrf);
    json_add_bool(w, "needs_admin", needs_admin);
    write_share(w, who);
    write_shop(w, shop_settings(request_shop(req)), who->role > ROLE_NONE);
    json_add_text(w, "version", SHOPVANE_VERSION);
    json_object_close(w);
    return STATUS_OK;
}

/* ---- Logging in. ---------------------------------------------------------------------------- */

static struct access_login login_of(const struct request *req, str name, const char *key)
{
    return (struct access_login){ .name = name,
                                  .password = request_body_text(req, key),
                                  .address = req->address,
                                  .now_us = req->now_us,
                                  .old_secret = cookie_value(req, COOKIE_SESSION) };
}

static void say_retry(const struct request *req, struct reply *reply, int64_t seconds)
{
    if (seconds > 0)
        reply_header(reply, "Retry-After", arena_printf(req->arena, "%lld", (long long)seconds));
}

static enum status log_in(struct request *req,
                          struct reply *reply,
                          const struct access_login *in,
                          struct error *why)
{
    int64_t retry = 0;
    str secret = STR_EMPTY;
    struct principal *p = ARENA_NEW(req->arena, struct principal, 1);
    if (p == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = access_log_in(request_access(req), in, req->arena, &secret, &retry, why);
    say_retry(req, reply, retry);
    if (st == STATUS_OK)
        st = access_by_session(request_access(req), secret, req->now_us, req->arena, p, why);
    if (st != STATUS_OK)
        return st;
    req->who = p;
    cookie_set(req, reply, COOKIE_SESSION, secret, SESSION_SECONDS);
    return answer_session(req, reply, why);
}

static enum status answer_log_in(struct request *req, struct reply *reply, struct error *why)
{
    const struct access_login in = login_of(req, request_body_text(req, "name"), "password");
    return log_in(req, reply, &in, why);
}

static enum status answer_log_out(struct request *req, struct reply *reply, struct error *why)
{
    const enum status st =
        access_log_out(request_access(req), cookie_value(req, COOKIE_SESSION), why);
    if (st != STATUS_OK)
        return st;
    req->who = &principal_nobody;
    cookie_set(req, reply, COOKIE_SESSION, STR_EMPTY, 0);
    cookie_set(req, reply, COOKIE_SHARE, STR_EMPTY, 0);
    return answer_session(req, reply, why);
}

static enum status answer_first_admin(struct request *req, struct reply *reply, struct error *why)
{
    const struct access_actor by = { .who = request_body_text(req, "name"),
                                     .address = req->address,
                                     .now_us = req->now_us };
    const enum status st = access_first_admin(request_access(req),
                                              request_body_text(req, "token"),
                                              request_body_text(req, "name"),
                                              request_body_text(req, "password"),
                                              &by,
                                              why);
    return st == STATUS_OK ? answer_log_in(req, reply, why) : st;
}

/* ---- Oneself. ------------------------------------------------------------------------------- */

/* A stolen cookie must not become a stolen account: the old password is asked for. */
static enum status check_old_password(struct request *req, struct reply *reply, struct error *why)
{
    int64_t retry = 0;
    const struct access_login in = login_of(req, req->who->name, "old_password");
    if (req->who->kind != PRINCIPAL_SESSION)
        return error_set(
            why, STATUS_FORBIDDEN, "a password is changed by its user, logged in, not by a token");
    const enum status st = access_check_password(request_access(req), &in, &retry, why);
    say_retry(req, reply, retry);
    if (st == STATUS_UNAUTHORIZED)
        return error_set(why, STATUS_FORBIDDEN, "the old password is not right");
    return st;
}

static const struct {
    const char *key;
    unsigned field;
} me_fields[] = { { "lang", USER_LANG },
                  { "density", USER_DENSITY },
                  { "theme", USER_THEME },
                  { "password", USER_PASSWORD } };

static enum status answer_me(struct request *req, struct reply *reply, struct error *why)
{
    const struct access_actor by = request_actor(req);
    struct access_change c = { .user = { .lang = request_body_text(req, "lang"),
                                         .density = request_body_text(req, "density"),
                                         .theme = request_body_text(req, "theme") },
                               .password = request_body_text(req, "password") };
    struct principal *p = ARENA_NEW(req->arena, struct principal, 1);
    enum status st = p != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < ARRAY_LEN(me_fields); i++) {
        if (json_get(req->json, me_fields[i].key) != NULL)
            c.fields |= me_fields[i].field;
    }
    if (st == STATUS_OK && (c.fields & USER_PASSWORD))
        st = check_old_password(req, reply, why);
    if (st == STATUS_OK)
        st = access_user_change(
            request_access(req), req->who->user_id, &c, req->who->credential, &by, why);
    if (st != STATUS_OK || req->who->kind != PRINCIPAL_SESSION)
        return st == STATUS_OK ? answer_session(req, reply, why) : st;
    st = access_by_session(
        request_access(req), cookie_value(req, COOKIE_SESSION), req->now_us, req->arena, p, why);
    if (st != STATUS_OK)
        return st;
    req->who = p;
    return answer_session(req, reply, why);
}

/* Anybody may send these, as often as he likes. */
#define BEFORE_LOG_IN_MAX ((size_t)8192)

static const struct route rows[] = {
    { .method = "GET",
      .path = "/api/v1/session",
      .scope = SCOPE_FREE,
      .lane = LANE_HERE,
      .gives = "@session",
      .summary = "who is logged in, and the shop's basics",
      .answer = answer_session },
    { .method = "POST",
      .path = "/api/v1/session",
      .scope = SCOPE_FREE,
      .lane = LANE_PASSWORD,
      .body = BODY_JSON,
      .body_max = BEFORE_LOG_IN_MAX,
      .logs_itself = true,
      .without_csrf = true,
      .takes = "{name:text,password:string}",
      .gives = "@session",
      .summary = "log in; sets the session's cookie",
      .answer = answer_log_in },
    { .method = "DELETE",
      .path = "/api/v1/session",
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .logs_itself = true,
      .without_csrf = true,
      .gives = "@session",
      .summary = "log out",
      .answer = answer_log_out },
    { .method = "POST",
      .path = "/api/v1/first-admin",
      .scope = SCOPE_FREE,
      .lane = LANE_PASSWORD,
      .body = BODY_JSON,
      .body_max = BEFORE_LOG_IN_MAX,
      .logs_itself = true,
      .without_csrf = true,
      .takes = "{token:text,name:text,password:string}",
      .gives = "@session",
      .summary = "make the first administrator with the link's token, and log in",
      .answer = answer_first_admin },
    { .method = "PATCH",
      .path = "/api/v1/me",
      .least = ROLE_VIEWER,
      .scope = SCOPE_FREE,
      .lane = LANE_PASSWORD,
      .users_only = true,
      .body = BODY_JSON,
      .logs_itself = true,
      .takes = "{lang?:en|zh,password?:string,old_password?:string,density?:calm|dense,"
               "theme?:auto|light|dark}",
      .gives = "@session",
      .summary = "change one's own language, looks or password",
      .answer = answer_me },
};
ROUTES(session, rows);
