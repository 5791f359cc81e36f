/* The API's description: what the rows and shapes say, as OpenAPI 3.1. */
#include "server/openapi_priv.h"

#include <string.h>

static void pair(struct json_writer *w, const char *key, const char *text)
{
    json_key(w, key);
    json_text(w, text);
}

/* ---- Parameters. ---------------------------------------------------------------------------- */

static void write_parameter(struct json_writer *w, const struct shape_member *m, const char *where)
{
    json_object_open(w);
    json_add_str(w, "name", m->key);
    pair(w, "in", where);
    json_add_bool(w, "required", !m->is_optional);
    json_key(w, "schema");
    shape_write_schema(w, m->type);
    json_object_close(w);
}

static void write_members(struct json_writer *w, str members, const char *where)
{
    struct shape_member m;
    while (shape_next(&members, &m))
        write_parameter(w, &m, where);
}

static void write_segments(struct json_writer *w, str path)
{
    while (path.len > 0) {
        const str segment = str_take_until(&path, '/');
        if (!str_starts(segment, STR("{")))
            continue;
        const struct shape_member m = { .key = str_first(str_skip(segment, 1), segment.len - 2),
                                        .type = STR("text") };
        write_parameter(w, &m, "path");
    }
}

static void write_parameters(struct json_writer *w, const struct route *row)
{
    json_key(w, "parameters");
    json_array_open(w);
    write_segments(w, str_from(row->path));
    write_members(w, STR("lang?:en|zh"), "query");
    if (row->scope == SCOPE_STORES)
        write_members(w, STR("store?:string"), "query");
    if (row->params != NULL)
        write_members(w, str_from(row->params), "query");
    json_array_close(w);
}

/* ---- Bodies and answers. -------------------------------------------------------------------- */

static void write_content(struct json_writer *w, const char *mime, const char *shape)
{
    json_key(w, "content");
    json_object_open(w);
    json_key(w, mime);
    json_object_open(w);
    if (shape != NULL) {
        json_key(w, "schema");
        shape_write_schema(w, str_from(shape));
    }
    json_object_close(w);
    json_object_close(w);
}

static void write_body(struct json_writer *w, const struct route *row)
{
    if (row->body == BODY_NONE)
        return;
    json_key(w, "requestBody");
    json_object_open(w);
    json_add_bool(w, "required", true);
    if (row->body == BODY_JSON)
        write_content(w, "application/json", row->takes);
    else
        write_content(w, "application/octet-stream", NULL);
    json_object_close(w);
}

static void write_response(struct json_writer *w,
                           const char *status,
                           const char *about,
                           const char *shape)
{
    json_key(w, status);
    json_object_open(w);
    pair(w, "description", about);
    if (shape != NULL)
        write_content(w, "application/json", shape);
    json_object_close(w);
}

static void write_responses(struct json_writer *w, const struct route *row)
{
    json_key(w, "responses");
    json_object_open(w);
    write_response(w, "2XX", row->summary, row->gives);
    if (row->has_etag)
        write_response(w, "304", "as the If-None-Match says", NULL);
    write_response(w, "4XX", "refused; the message says why and what to do", "@error");
    write_response(w, "5XX", "not now; the message says why", "@error");
    json_object_close(w);
}

/* ---- Operations. ---------------------------------------------------------------------------- */

static void write_security(struct json_writer *w, const struct route *row)
{
    static const char *const schemes[] = { "token", "session" };
    json_key(w, "security");
    json_array_open(w);
    for (size_t i = 0; row->least > ROLE_NONE && i < ARRAY_LEN(schemes); i++) {
        json_object_open(w);
        json_key(w, schemes[i]);
        json_array_open(w);
        json_array_close(w);
        json_object_close(w);
    }
    json_array_close(w);
}

static void write_operation(struct json_writer *w, const struct route *row)
{
    static const char *const scopes[] = { [SCOPE_UNSAID] = "",
                                          [SCOPE_FREE] = "free",
                                          [SCOPE_STORES] = "stores",
                                          [SCOPE_WHOLE] = "whole" };
    char method[8] = "";
    for (size_t i = 0; i + 1 < sizeof method && row->method[i] != '\0'; i++)
        method[i] = (char)(row->method[i] | 0x20);
    json_key(w, method);
    json_object_open(w);
    pair(w, "summary", row->summary);
    pair(w, "x-role", role_name(row->least));
    pair(w, "x-scope", scopes[row->scope]);
    json_add_bool(w, "x-users-only", row->users_only);
    write_security(w, row);
    write_parameters(w, row);
    write_body(w, row);
    write_responses(w, row);
    json_object_close(w);
}

/* The rows of a path stand together in the document, wherever they stand in the tables. */
static bool is_first_of_path(size_t at, const struct route *row)
{
    for (size_t i = 0; i < at; i++) {
        if (strcmp(router_at(i)->path, row->path) == 0)
            return false;
    }
    return true;
}

static void write_paths(struct json_writer *w)
{
    const struct route *row = NULL;
    const struct route *other = NULL;
    json_key(w, "paths");
    json_object_open(w);
    for (size_t i = 0; (row = router_at(i)) != NULL; i++) {
        if (!is_first_of_path(i, row))
            continue;
        json_key(w, row->path);
        json_object_open(w);
        for (size_t k = i; (other = router_at(k)) != NULL; k++) {
            if (strcmp(other->path, row->path) == 0)
                write_operation(w, other);
        }
        json_object_close(w);
    }
    json_object_close(w);
}

static void write_components(struct json_writer *w)
{
    json_key(w, "components");
    json_object_open(w);
    json_key(w, "schemas");
    json_object_open(w);
    for (size_t i = 0; i < shape_name_count; i++) {
        json_key(w, shape_names[i].name);
        shape_write_schema(w, str_from(shape_names[i].shape));
    }
    json_object_close(w);
    json_key(w, "securitySchemes");
    json_raw(w,
             STR("{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"},\"session\":{\"type\":"
                 "\"apiKey\",\"in\":\"cookie\",\"name\":\"shopvane_PORT\"}}"));
    json_object_close(w);
}

void openapi_write(struct json_writer *w)
{
    json_object_open(w);
    pair(w, "openapi", "3.1.0");
    json_key(w, "info");
    json_object_open(w);
    pair(w, "title", "Shopvane");
    pair(w, "version", SHOPVANE_VERSION);
    pair(w,
         "description",
         "Figures are decimal numbers written as strings. Changing requests of a session carry "
         "X-CSRF-Token from /api/v1/session; those with a token need none.");
    json_object_close(w);
    write_paths(w);
    write_components(w);
    json_object_close(w);
}
