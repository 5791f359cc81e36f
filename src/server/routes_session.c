/* Who is logged in, and what the board needs to know before it asks for anything. */
#include "server/api_priv.h"

static void write_texts(struct json_writer *w, const char *key, const str *items, size_t n)
{
    json_key(w, key);
    json_array_open(w);
    for (size_t i = 0; i < n; i++)
        json_str(w, items[i]);
    json_array_close(w);
}

static void write_user(struct json_writer *w, const struct principal *who)
{
    json_key(w, "user");
    if (who->kind == PRINCIPAL_NOBODY || who->kind == PRINCIPAL_SHARE) {
        json_null(w);
        return;
    }
    json_object_open(w);
    json_key(w, "id");
    json_i64(w, who->user_id);
    json_key(w, "name");
    json_str(w, who->name);
    json_key(w, "role");
    json_text(w, role_name(who->role));
    write_texts(w, "stores", who->stores, who->store_count);
    write_texts(w, "teams", NULL, 0);
    json_key(w, "lang");
    json_text(w, who->has_lang ? (who->lang == LANG_ZH ? "zh" : "en") : NULL);
    json_object_close(w);
}

/* The shop's name is for those who may see something of it. */
static void write_shop(struct json_writer *w, const struct shop_settings *s, bool with_name)
{
    json_key(w, "shop");
    json_object_open(w);
    if (with_name) {
        json_key(w, "name");
        json_str(w, s->name);
    }
    json_key(w, "currency");
    json_str(w, s->currency);
    json_key(w, "timezone");
    json_str(w, s->timezone);
    json_key(w, "week_start");
    json_i64(w, s->week_start);
    json_key(w, "lang");
    json_text(w, s->lang == LANG_ZH ? "zh" : "en");
    json_key(w, "up_colour");
    json_text(w, s->lang == LANG_ZH ? "red" : "green");
    json_object_close(w);
}

static void session_write(struct request *req, struct reply *reply)
{
    struct json_writer *w = &reply->json;
    const struct principal *who = req->who;
    json_object_open(w);
    write_user(w, who);
    json_key(w, "csrf");
    json_text(w, NULL);
    json_key(w, "needs_admin");
    json_bool(w, false);
    json_key(w, "share");
    json_null(w);
    write_shop(w, shop_settings(request_shop(req)), who->role > ROLE_NONE);
    json_key(w, "version");
    json_text(w, SHOPVANE_VERSION);
    json_object_close(w);
}

static enum status answer_session(struct request *req, struct reply *reply, struct error *why)
{
    (void)why;
    session_write(req, reply);
    return STATUS_OK;
}

static const struct route rows[] = {
    { .method = "GET",
      .path = "/api/v1/session",
      .scope = SCOPE_FREE,
      .lane = LANE_HERE,
      .gives = "@session",
      .summary = "who is logged in, and the shop's basics",
      .answer = answer_session },
};
ROUTES(session, rows);
