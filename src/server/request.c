/* What a handler asks of its request. */
#include "server/engine_priv.h"
#include "server/flight_priv.h"

#include <string.h>

str request_param(const struct request *r, const char *name)
{
    for (size_t i = 0; i < r->segment_count; i++) {
        if (str_is(r->segments[i].key, name))
            return r->segments[i].value;
    }
    const str *value = url_param_get(r->params, r->param_count, name);
    return value != NULL ? *value : STR_EMPTY;
}

bool request_flag(const struct request *r, const char *name)
{
    const str value = request_param(r, name);
    return str_is(value, "1") || str_is(value, "true");
}

int64_t request_count(const struct request *r, const char *name, int64_t otherwise)
{
    int64_t v = 0;
    return str_to_i64(request_param(r, name), &v) && v >= 0 ? v : otherwise;
}

/* All values of a name that may be given several times, each a list. */
enum status request_list(
    struct request *r, const char *name, size_t most, const str **out, size_t *n, struct error *why)
{
    str *items = ARENA_NEW(r->arena, str, most + 1);
    size_t count = 0;
    if (items == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < r->param_count; i++) {
        str rest = str_is(r->params[i].key, name) ? r->params[i].value : STR_EMPTY;
        while (rest.len > 0) {
            if (count == most)
                return error_set(
                    why, STATUS_BAD_USAGE, "more than %zu values for \"%s\"", most, name);
            items[count++] = str_trim(str_take_until(&rest, ','));
        }
    }
    *out = items;
    *n = count;
    return STATUS_OK;
}

enum status request_id(const struct request *r, int64_t *out, struct error *why)
{
    int64_t id = 0;
    if (!str_to_i64(request_param(r, "id"), &id) || id < 0)
        return error_set(why, STATUS_NOT_FOUND, "there is none with this id");
    *out = id;
    return STATUS_OK;
}

/* RFC 6265 section 5.4: "a=1; b=2". The first of a name counts. */
str request_cookie(const struct request *r, const char *name)
{
    str rest = r->headers[HEADER_COOKIE];
    while (rest.len > 0) {
        str value = str_take_until(&rest, ';');
        const str key = str_trim(str_take_until(&value, '='));
        if (str_is(key, name))
            return str_trim(value);
    }
    return STR_EMPTY;
}

enum status request_stores(struct request *r, const str **out, size_t *n, struct error *why)
{
    const str *asked = NULL;
    size_t count = 0;
    BUG_IF(r->route->scope != SCOPE_STORES);
    r->has_scoped = true;
    enum status st = request_list(r, "store", REQUEST_STORES_MAX, &asked, &count, why);
    if (st == STATUS_OK) /* before the shop is asked: who may not see a store learns nothing */
        st = principal_stores(r->who, asked, count, out, n, why);
    if (st == STATUS_OK)
        st = shop_stores_check(request_shop(r), asked, count, why);
    return st;
}

enum status request_conn(struct request *r, struct conn **out, struct error *why)
{
    enum status st = STATUS_OK;
    if (r->conn == NULL) {
        st = shop_conn_new(request_shop(r), &r->conn, why);
        if (st == STATUS_OK)
            st = flight_hold_conn(r->flight, r->conn, why);
    }
    if (st == STATUS_OK)
        *out = r->conn;
    return st;
}

enum status request_query_context(struct request *r, struct query_context *out, struct error *why)
{
    struct shop *shop = request_shop(r);
    struct conn *c = NULL;
    const enum status st = request_conn(r, &c, why);
    if (st == STATUS_OK)
        *out = (struct query_context){ .conn = c,
                                       .catalog = r->catalog,
                                       .settings = shop_settings(shop),
                                       .zone = shop_zone(shop),
                                       .cache = r->api->cache };
    return st;
}

struct shop *request_shop(const struct request *r)
{
    return r->api->shop;
}

enum status request_page(const struct request *r, struct page *out, struct error *why)
{
    const int64_t limit = request_count(r, "limit", PAGE_DEFAULT);
    int64_t offset = 0;
    const str cursor = request_param(r, "cursor");
    str sort = request_param(r, "sort");
    const bool is_descending = str_starts(sort, STR("-"));
    if (limit < 1 || limit > PAGE_MAX)
        return error_set(why, STATUS_BAD_USAGE, "limit is from 1 to %d", PAGE_MAX);
    if (cursor.len > 0 && (!str_to_i64(cursor, &offset) || offset < 0))
        return error_set(why, STATUS_BAD_USAGE, "cursor is what \"next\" of the page before said");
    *out = (struct page){ .limit = (size_t)limit,
                          .offset = (size_t)offset,
                          .q = request_param(r, "q"),
                          .sort = str_skip(sort, is_descending ? 1 : 0),
                          .is_descending = is_descending };
    return STATUS_OK;
}

void request_write_time(struct json_writer *w, int64_t at_us)
{
    struct buf text;
    buf_init(&text, 64);
    buf_add_time(&text, at_us);
    buf_addc(&text, 'Z');
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

bool request_takes_gzip(const struct request *r)
{
    str rest = r->headers[HEADER_ACCEPT_ENCODING];
    while (rest.len > 0) {
        str coding = str_take_until(&rest, ',');
        const str name = str_trim(str_take_until(&coding, ';'));
        if (str_eq_nocase(name, STR("gzip")))
            return !str_contains(coding, STR("q=0")) || str_contains(coding, STR("q=0."));
    }
    return false;
}
