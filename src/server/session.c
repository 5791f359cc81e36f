/* What the endpoints of accounts share. */
#include "server/engine_priv.h"
#include "server/session_priv.h"

struct access *request_access(const struct request *r)
{
    return r->api->access;
}

struct access_actor request_actor(const struct request *r)
{
    return (struct access_actor){
        .user_id = r->who->user_id, .who = r->who->name, .address = r->address, .now_us = r->now_us
    };
}

void write_time(struct json_writer *w, const char *key, int64_t us)
{
    json_key(w, key);
    if (us == 0)
        json_null(w);
    else
        request_write_time(w, us);
}

void write_texts(struct json_writer *w, const char *key, const str *items, size_t n)
{
    json_key(w, key);
    json_array_open(w);
    for (size_t i = 0; i < n; i++)
        json_str(w, items[i]);
    json_array_close(w);
}

enum status body_list(
    const struct request *r, const char *key, const str **out, size_t *n, struct error *why)
{
    const struct json_node *list = json_get(r->json, key);
    const size_t count = json_node_len(list);
    str *items = ARENA_NEW(r->arena, str, count + 1);
    if (items == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < count; i++) {
        if (!json_as_str(json_at(list, i), &items[i]))
            items[i] = STR_EMPTY;
    }
    *out = items;
    *n = count;
    return STATUS_OK;
}
