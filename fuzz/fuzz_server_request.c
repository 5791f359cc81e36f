/* Any bytes as a request: address, Host, cookies, forwarded address and JSON body, a line each.
 * Never a crash; a path that was read stays below its root; what a row admits fits the row's
 * shapes. */
#include "server/engine_priv.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct principal everybody = {
    .kind = PRINCIPAL_TOKEN, .role = ROLE_ADMIN, .all_stores = true, .name = { .ptr = "", .len = 0 }
};

static const char *const methods[] = { "GET", "POST", "PATCH", "PUT", "DELETE", "HEAD" };

static void check_path(const struct request *r)
{
    str rest = r->path;
    if (r->path.len == 0 || r->path.ptr[0] != '/' || !str_is_utf8(r->path))
        abort();
    while (rest.len > 0) {
        if (str_is(str_take_until(&rest, '/'), ".."))
            abort();
    }
    for (size_t i = 0; i < r->segment_count; i++) {
        if (r->segments[i].value.len == 0 ||
            memchr(r->segments[i].value.ptr, '/', r->segments[i].value.len) != NULL)
            abort();
    }
}

static void use(struct request *r, str body)
{
    struct error why = { .lang = LANG_ZH };
    bool other_method = false;
    if (router_find(r, &other_method, &why) != STATUS_OK)
        return;
    check_path(r);
    if (r->route->body == BODY_FILE || router_admit(r, &why) != STATUS_OK)
        return; /* the limit of a file is the shop's, and there is no shop here */
    if (r->route->body == BODY_JSON && router_take_json(r, body, &why) == STATUS_OK &&
        shape_check_json(str_from(r->route->takes), r->json, &why) != STATUS_OK)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct api *api = mem_new(1, sizeof *api);
    struct error why = { .lang = LANG_EN };
    str rest = { (const char *)data + (size > 0), size > 0 ? size - 1 : 0 };
    struct http_head head = { .method = str_from(
                                  methods[(size > 0 ? data[0] : 0) % ARRAY_LEN(methods)]) };
    for (size_t i = 0; i < HEADER_COUNT; i++)
        head.headers[i] = STR_EMPTY;
    head.uri = str_take_until(&rest, '\n');
    head.headers[HEADER_HOST] = str_take_until(&rest, '\n');
    head.headers[HEADER_COOKIE] = str_take_until(&rest, '\n');
    head.headers[HEADER_FORWARDED_FOR] = str_take_until(&rest, '\n');
    if (rest.len > 0)
        head.headers[HEADER_CONTENT_TYPE] = STR("application/json");
    if (a == NULL || api == NULL)
        abort();
    api->listen.is_behind_proxy = true;
    struct request r = { .api = api, .arena = a, .who = &everybody, .address = STR("127.0.0.1") };
    if (request_read_head(&r, &head, &why) == STATUS_OK) {
        (void)listen_allows_host(&api->listen, head.headers[HEADER_HOST]);
        listen_forwarded(&api->listen, &r);
        (void)request_cookie(&r, "shopvane_8080");
        use(&r, rest);
    }
    mem_free(api);
    arena_free(a);
    return 0;
}
