/* Settings of the shop and of its stores, as the files say them, and exchange rates. */
#include "server/request_board_priv.h"

static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static void write_settings(struct json_writer *w, const struct shop_settings *s)
{
    json_object_open(w);
    json_add_str(w, "name", s->name);
    json_add_str(w, "currency", s->currency);
    json_add_str(w, "timezone", s->timezone);
    json_add_str(w, "week_start", str_from(weekdays[s->week_start > 0 ? s->week_start - 1 : 0]));
    json_add_str(w, "lang", s->lang == LANG_ZH ? STR("zh") : STR("en"));
    json_add_str(w, "calendar", str_from(calendar_name(s->calendar)));
    json_add_i64(w, "retail_month", s->retail_month);
    json_add_i64(w, "fx_max_age_days", s->fx_max_age_days);
    json_add_i64(w, "returning_window_days", s->returning_window_days);
    json_add_i64(w, "cart_window_hours", s->cart_window_hours);
    json_add_i64(w, "upload_max_mib", s->upload_max_mib);
    json_add_str(w, "dialect", s->dialect);
    json_add_str(w, "up_colour", s->up_is_red ? STR("red") : STR("green"));
    json_key(w, "overview_kpis");
    json_array_open(w);
    for (size_t i = 0; i < s->overview_kpi_count; i++)
        json_str(w, s->overview_kpis[i]);
    json_array_close(w);
    json_object_close(w);
}

static enum status answer_settings(struct request *req, struct reply *reply, struct error *why)
{
    (void)why;
    write_settings(&reply->json, shop_settings(request_shop(req)));
    return STATUS_OK;
}

/* "a, b" of a list of texts. */
static enum status join_list(struct request *req,
                             const struct json_node *list,
                             str *out,
                             struct error *why)
{
    struct buf text;
    enum status st = STATUS_OK;
    buf_init(&text, 4096);
    for (size_t i = 0; i < json_node_len(list) && st == STATUS_OK; i++) {
        str one = STR_EMPTY;
        const struct kpi *k = NULL;
        if (!json_as_str(json_at(list, i), &one))
            st = error_set(why, STATUS_BAD_USAGE, "overview_kpis is a list of ids");
        else
            st = kpi_lookup(req->catalog, one, &k, why);
        if (st == STATUS_OK)
            buf_addf(&text, "%s%.*s", i > 0 ? ", " : "", STR_ARG(k->id));
    }
    if (st == STATUS_OK && !buf_ok(&text))
        st = error_set(why, STATUS_TOO_LARGE, "too many KPIs");
    if (st == STATUS_OK)
        *out = arena_dup(req->arena, buf_str(&text));
    buf_release(&text);
    return st;
}

/* Members of the body as lines of a file of settings; null and "" take the line out. */
static enum status read_changes(struct request *req,
                                struct store_change *out,
                                size_t *n,
                                struct error *why)
{
    enum status st = STATUS_OK;
    *n = 0;
    for (size_t i = 0; i < json_node_len(req->json) && st == STATUS_OK; i++) {
        const struct json_node *node = json_at(req->json, i);
        struct store_change *c = &out[*n];
        c->key = json_member_key(req->json, i);
        c->value = STR_EMPTY;
        if (str_is(c->key, "new"))
            continue;
        if (json_node_type(node) == JSON_ARRAY)
            st = join_list(req, node, &c->value, why);
        else if (!json_as_raw(node, &c->value))
            c->value = STR_EMPTY;
        (*n)++;
    }
    return st;
}

static enum status change_settings(struct request *req, struct error *why)
{
    struct shop *shop = request_shop(req);
    struct store_change *changes =
        ARENA_NEW(req->arena, struct store_change, json_node_len(req->json) + 1);
    size_t n = 0;
    enum status st = changes != NULL ? read_changes(req, changes, &n, why)
                                     : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = shop_writer_take(shop, WRITER_PATIENCE_MS, why);
    if (st != STATUS_OK)
        return st;
    st = shop_settings_edit(shop_dir(shop), changes, n, why);
    if (st == STATUS_OK)
        st = request_reload(req, why);
    shop_writer_give(shop);
    return st;
}

static enum status answer_change(struct request *req, struct reply *reply, struct error *why)
{
    const enum status st = change_settings(req, why);
    return st == STATUS_OK ? answer_settings(req, reply, why) : st;
}

static enum status undo(struct request *req,
                        enum status (*step)(const char *dir, struct error *why),
                        struct error *why)
{
    struct shop *shop = request_shop(req);
    enum status st = shop_writer_take(shop, WRITER_PATIENCE_MS, why);
    if (st != STATUS_OK)
        return st;
    st = step(shop_dir(shop), why);
    if (st == STATUS_OK)
        st = request_reload(req, why);
    shop_writer_give(shop);
    return st;
}

static enum status answer_undo(struct request *req, struct reply *reply, struct error *why)
{
    const enum status st = undo(req, shop_settings_undo, why);
    return st == STATUS_OK ? answer_settings(req, reply, why) : st;
}

/* ---- stores ---- */

static void add_rate(struct json_writer *w, const char *key, int64_t percent_e4)
{
    json_key(w, key);
    if (percent_e4 == STORE_RATE_NONE)
        json_null(w);
    else
        json_money(w, percent_e4);
}

static void write_store(struct json_writer *w, const struct shop_store *s)
{
    json_object_open(w);
    json_add_str(w, "name", s->name);
    json_add_str(w, "platform", s->platform);
    json_add_str(w, "currency", s->currency);
    json_add_str(w, "timezone", s->timezone);
    json_add_str(w, "tax", s->tax_inclusive ? STR("inclusive") : STR("exclusive"));
    json_add_str(w, "orders_from", s->orders_from_tracker ? STR("tracker") : STR("import"));
    json_add_str(w, "owner", s->owner);
    json_add_str(w, "team", s->team);
    add_rate(w, "platform_fee", s->rates.platform_fee);
    add_rate(w, "commission", s->rates.commission);
    add_rate(w, "payment_fee", s->rates.payment_fee);
    json_add_str(w, "presale", str_from(shop_presale_name(s->presale)));
    json_add_str(w, "customer_key_quality", str_from(shop_buyers_name(s->customer_key_quality)));
    json_object_close(w);
}

static bool is_in(const str *names, size_t n, str name)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(names[i], name))
            return true;
    }
    return n == 0;
}

static enum status answer_stores(struct request *req, struct reply *reply, struct error *why)
{
    const struct shop_settings *s = shop_settings(request_shop(req));
    const str *scope = NULL;
    size_t n = 0;
    struct page page;
    size_t seen = 0;
    size_t shown = 0;
    enum status st = request_page(req, &page, why);
    if (st == STATUS_OK)
        st = request_stores(req, &scope, &n, why);
    if (st != STATUS_OK)
        return st;
    reply_list_open(reply);
    for (size_t i = 0; i < s->store_count; i++) {
        if (!is_in(scope, n, s->stores[i].name))
            continue;
        if (seen++ < page.offset || shown == page.limit)
            continue;
        write_store(&reply->json, &s->stores[i]);
        shown++;
    }
    reply_list_close(reply, &page, shown, (int64_t)seen);
    return STATUS_OK;
}

static enum status give_store(struct request *req, struct reply *reply, struct error *why)
{
    const struct shop_store *store = NULL;
    const enum status st = shop_store_get(request_shop(req), request_param(req, "id"), &store, why);
    if (st == STATUS_OK)
        write_store(&reply->json, store);
    return st;
}

static enum status answer_store(struct request *req, struct reply *reply, struct error *why)
{
    const str *scope = NULL;
    size_t n = 0;
    const enum status st = request_stores(req, &scope, &n, why);
    if (st != STATUS_OK)
        return st;
    if (!is_in(scope, n, request_param(req, "id")))
        return error_set(why, STATUS_FORBIDDEN, "this store is not among yours");
    return give_store(req, reply, why);
}

static enum status answer_change_store(struct request *req, struct reply *reply, struct error *why)
{
    struct shop *shop = request_shop(req);
    struct store_change *changes =
        ARENA_NEW(req->arena, struct store_change, json_node_len(req->json) + 1);
    size_t n = 0;
    enum status st = changes != NULL ? read_changes(req, changes, &n, why)
                                     : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = shop_writer_take(shop, WRITER_PATIENCE_MS, why);
    if (st != STATUS_OK)
        return st;
    st = shop_stores_edit(
        shop_dir(shop), request_param(req, "id"), request_body_flag(req, "new"), changes, n, why);
    if (st == STATUS_OK)
        st = request_reload(req, why);
    shop_writer_give(shop);
    return st == STATUS_OK ? give_store(req, reply, why) : st;
}

static enum status answer_undo_stores(struct request *req, struct reply *reply, struct error *why)
{
    const enum status st = undo(req, shop_stores_undo, why);
    if (st != STATUS_OK)
        return st;
    json_object_open(&reply->json);
    json_object_close(&reply->json);
    return STATUS_OK;
}

/* ---- rates ---- */

static enum status answer_fx(struct request *req, struct reply *reply, struct error *why)
{
    struct page page;
    struct conn *c = NULL;
    struct frame *f = NULL;
    enum status st = request_page(req, &page, why);
    if (st == STATUS_OK)
        st = request_conn(req, &c, why);
    const struct param params[] = { { .type = PARAM_I64, .i64 = (int64_t)page.limit },
                                    { .type = PARAM_I64, .i64 = (int64_t)page.offset } };
    if (st == STATUS_OK)
        st = conn_query(c,
                        STR("SELECT base, quote, local_date, rate_e9, count(*) OVER () FROM"
                            " fx_rate WHERE rate_e9 > 0 ORDER BY local_date DESC, base, quote"
                            " LIMIT $1 OFFSET $2"),
                        params,
                        ARRAY_LEN(params),
                        &f,
                        why);
    if (st != STATUS_OK)
        return st;
    reply_list_open(reply);
    for (size_t i = 0; i < frame_rows(f); i++) {
        struct json_writer *w = &reply->json;
        struct buf text;
        buf_init(&text, 64);
        json_object_open(w);
        json_add_str(w, "base", frame_str(f, 0, i));
        json_add_str(w, "quote", frame_str(f, 1, i));
        buf_add_day(&text, (int32_t)frame_i64(f, 2, i));
        json_add_str(w, "day", buf_str(&text));
        buf_clear(&text);
        buf_add_ratio(&text, frame_i64(f, 3, i), 1000000000);
        json_add_str(w, "rate", buf_str(&text));
        json_object_close(w);
        buf_release(&text);
    }
    reply_list_close(reply, &page, frame_rows(f), frame_rows(f) > 0 ? frame_i64(f, 4, 0) : 0);
    frame_free(f);
    return STATUS_OK;
}

#define GIVES_SETTINGS                                                                 \
    "{name:text,currency:text,timezone:text,week_start:text,lang:en|zh,calendar:text," \
    "retail_month:count,fx_max_age_days:count,returning_window_days:count,"            \
    "cart_window_hours:count,upload_max_mib:count,dialect:string,up_colour:red|green," \
    "overview_kpis:[text]}"
#define STORE                                                                               \
    "{name:text,platform:string,currency:string,timezone:string,tax:text,orders_from:text," \
    "owner:string,team:string,platform_fee:figure?,commission:figure?,payment_fee:figure?," \
    "presale:text,customer_key_quality:text}"

static const struct route rows[] = {
    { .method = "GET",
      .path = "/api/v1/settings",
      .least = ROLE_VIEWER,
      .scope = SCOPE_FREE,
      .lane = LANE_HERE,
      .gives = GIVES_SETTINGS,
      .summary = "settings of the shop",
      .answer = answer_settings },
    { .method = "PUT",
      .path = "/api/v1/settings",
      .least = ROLE_EDITOR,
      .scope = SCOPE_WHOLE,
      .lane = LANE_WORK,
      .body = BODY_JSON,
      .takes = "{name?:text,currency?:text,timezone?:text,week_start?:string?,lang?:string?,"
               "calendar?:string?,retail_month?:count?,fx_max_age_days?:count?,"
               "returning_window_days?:count?,cart_window_hours?:count?,upload_max_mib?:count?,"
               "dialect?:string?,up_colour?:string?,overview_kpis?:[text]}",
      .gives = GIVES_SETTINGS,
      .summary = "changes settings; the file keeps its comments",
      .answer = answer_change },
    { .method = "POST",
      .path = "/api/v1/settings/undo",
      .least = ROLE_EDITOR,
      .scope = SCOPE_WHOLE,
      .lane = LANE_WORK,
      .gives = GIVES_SETTINGS,
      .summary = "takes the last change of settings back",
      .answer = answer_undo },
    { .method = "GET",
      .path = "/api/v1/stores",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .lane = LANE_HERE,
      .params = "limit?:count,cursor?:string",
      .gives = GIVES_LIST(STORE),
      .summary = "the shop's stores",
      .answer = answer_stores },
    { .method = "GET",
      .path = "/api/v1/stores/{id}",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .lane = LANE_HERE,
      .gives = STORE,
      .summary = "one store",
      .answer = answer_store },
    { .method = "PUT",
      .path = "/api/v1/stores/{id}",
      .least = ROLE_EDITOR,
      .scope = SCOPE_WHOLE,
      .lane = LANE_WORK,
      .body = BODY_JSON,
      .takes = "{new?:boolean,platform?:string?,currency?:string?,timezone?:string?,tax?:string?,"
               "orders_from?:string?,owner?:string?,team?:string?,platform_fee?:string?,"
               "commission?:string?,payment_fee?:string?,presale?:string?,"
               "customer_key_quality?:string?}",
      .gives = STORE,
      .summary = "adds or changes a store",
      .answer = answer_change_store },
    { .method = "POST",
      .path = "/api/v1/stores/undo",
      .least = ROLE_EDITOR,
      .scope = SCOPE_WHOLE,
      .lane = LANE_WORK,
      .gives = "{}",
      .summary = "takes the last change of stores back",
      .answer = answer_undo_stores },
    { .method = "GET",
      .path = "/api/v1/fx",
      .least = ROLE_VIEWER,
      .scope = SCOPE_FREE,
      .params = "limit?:count,cursor?:string",
      .gives = GIVES_LIST("{base:text,quote:text,day:day,rate:figure}"),
      .summary = "exchange rates, newest first",
      .answer = answer_fx },
};
ROUTES(settings, rows);
