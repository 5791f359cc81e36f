/* Files that people send: how they would be read, which column is what, and their import as a job.
 */
#include "ingest/look.h"
#include "server/jobs_priv.h"
#include "server/request_board_priv.h"

#include <stdlib.h>

/* ---- a look at an upload, as JSON ---- */

static void write_columns(struct json_writer *w, const struct import_look *look)
{
    static const char *const uses[] = { [LOOK_FIELD] = "field",
                                        [LOOK_KEPT] = "kept",
                                        [LOOK_UNUSED] = "unused",
                                        [LOOK_PERSONAL] = "personal" };
    json_key(w, "columns");
    json_array_open(w);
    for (size_t i = 0; i < look->n_columns; i++) {
        const struct look_column *c = &look->columns[i];
        json_object_open(w);
        json_add_str(w, "name", c->name);
        json_add_str_or_null(w, "target", c->field);
        json_add_text(w, "use", uses[c->use]);
        json_key(w, "samples");
        json_array_open(w);
        for (size_t k = 0; k < c->n_samples; k++)
            json_str(w, c->samples[k]);
        json_array_close(w);
        json_object_close(w);
    }
    json_array_close(w);
}

static void write_fields(struct json_writer *w, const struct import_look *look)
{
    json_key(w, "fields");
    json_array_open(w);
    for (size_t i = 0; i < look->n_fields; i++) {
        json_object_open(w);
        json_add_str(w, "name", look->fields[i].name);
        json_add_str(w, "label", look->fields[i].label);
        json_add_text(w, "kind", look->fields[i].kind);
        json_add_bool(w, "required", look->fields[i].is_required);
        json_add_bool(w, "taken", look->fields[i].is_taken);
        json_object_close(w);
    }
    json_array_close(w);
    json_key(w, "targets");
    json_array_open(w);
    for (size_t i = 0; import_target_name(i) != NULL; i++)
        json_text(w, import_target_name(i));
    json_array_close(w);
    json_key(w, "presets");
    json_array_open(w);
    for (size_t i = 0; import_preset_name(i) != NULL; i++)
        json_text(w, import_preset_name(i));
    json_array_close(w);
}

static void write_kind(struct json_writer *w, str preset, enum lang lang)
{
    json_object_open(w);
    json_add_str(w, "preset", preset);
    json_add_str(w, "name", import_preset_label(preset, lang));
    json_object_close(w);
}

/* What the file may be read as, under the names that people know: presets, then tables. */
static void write_kinds(struct json_writer *w, enum lang lang)
{
    struct buf preset;
    buf_init(&preset, 256);
    json_key(w, "kinds");
    json_array_open(w);
    for (size_t i = 0; import_preset_name(i) != NULL; i++)
        write_kind(w, str_from(import_preset_name(i)), lang);
    for (size_t i = 0; import_target_name(i) != NULL; i++) {
        buf_clear(&preset);
        buf_addf(&preset, "generic:%s", import_target_name(i));
        write_kind(w, buf_str(&preset), lang);
    }
    json_array_close(w);
    buf_release(&preset);
}

static void write_look(struct json_writer *w, enum lang lang, const struct import_look *look)
{
    json_object_open(w);
    json_add_bool(w, "fits", look->fits);
    json_add_str_or_null(w, "problem", look->problem);
    json_add_str(w, "preset", look->preset);
    json_add_str(w, "target", look->target);
    json_key(w, "notes");
    json_array_open(w);
    for (str rest = look->notes; rest.len > 0;)
        json_str(w, str_take_until(&rest, '\n'));
    json_array_close(w);
    json_add_str(w, "format", look->format);
    json_add_str(w, "compression", look->compression);
    json_add_str(w, "encoding", look->encoding);
    json_add_str_or_null(w, "sheet", look->sheet);
    json_key(w, "sheets");
    json_array_open(w);
    for (size_t i = 0; i < look->n_sheets; i++)
        json_str(w, look->sheets[i]);
    json_array_close(w);
    json_add_i64(w, "header_line", look->header_line);
    json_add_i64(w, "title_rows", look->title_rows);
    write_columns(w, look);
    write_fields(w, look);
    write_kinds(w, lang);
    json_add_str(w, "mapping", look->mapping);
    json_object_close(w);
}

/* An archive, or a file that cannot be read: its explanation is null, with the reason. */
static enum status write_explain(struct request *req, struct json_writer *w, const struct upload *u)
{
    struct error cause = { .lang = req->lang };
    struct import_look look;
    const struct import_options options = upload_options(u, req->now_us, req->arena);
    const enum status st =
        import_look(request_shop(req), u->path, &options, req->arena, &look, &cause);
    json_key(w, "explain");
    if (st == STATUS_OK)
        write_look(w, req->lang, &look);
    else
        json_null(w);
    json_add_str_or_null(w, "problem", str_from(st == STATUS_OK ? "" : cause.text));
    return STATUS_OK;
}

static void write_upload(struct json_writer *w, const struct upload *u)
{
    json_add_str(w, "id", u->id);
    json_add_str(w, "name", u->name);
    json_add_i64(w, "bytes", u->bytes);
    json_key(w, "at");
    request_write_time(w, u->at_us);
    json_add_str_or_null(w, "store", u->store);
    json_add_str_or_null(w, "preset", u->preset);
    json_add_str_or_null(w, "timezone", u->timezone);
    json_add_str_or_null(w, "currency", u->currency);
    json_add_str_or_null(w, "date_order", u->date_order);
    json_add_str_or_null(w, "decimal_mark", u->decimal_mark);
    json_add_str_or_null(w, "encoding", u->encoding);
    json_add_str_or_null(w, "sheet", u->sheet);
    json_add_bool(w, "has_mapping", u->map_file != NULL);
}

static enum status give_upload(struct request *req, struct reply *reply, const struct upload *u)
{
    struct json_writer *w = &reply->json;
    json_object_open(w);
    write_upload(w, u);
    const enum status st = write_explain(req, w, u);
    json_object_close(w);
    return st;
}

/* ---- handlers ---- */

static enum status answer_upload(struct request *req, struct reply *reply, struct error *why)
{
    struct upload u;
    const str store = request_param(req, "as_store");
    if (req->body_path == NULL || req->body_bytes == 0)
        return error_set(why, STATUS_BAD_INPUT, "the body is empty: send the bytes of the file");
    enum status st = request_may_change_store(req, store, why);
    if (st == STATUS_OK)
        st = upload_keep(
            request_shop(req), req->body_path, request_param(req, "name"), req->arena, &u, why);
    if (st == STATUS_OK && store.len > 0) {
        u.store = store;
        st = upload_save(request_shop(req), &u, STR_EMPTY, req->arena, why);
    }
    return st == STATUS_OK ? give_upload(req, reply, &u) : st;
}

static enum status find_upload(struct request *req, struct upload *u, struct error *why)
{
    const enum status st =
        upload_find(request_shop(req), request_param(req, "id"), req->arena, u, why);
    return st == STATUS_OK ? request_may_change_store(req, u->store, why) : st;
}

static enum status answer_one(struct request *req, struct reply *reply, struct error *why)
{
    struct upload u;
    const enum status st = find_upload(req, &u, why);
    return st == STATUS_OK ? give_upload(req, reply, &u) : st;
}

static enum status answer_list(struct request *req, struct reply *reply, struct error *why)
{
    struct page page;
    struct upload *items = NULL;
    size_t n = 0;
    size_t seen = 0;
    size_t shown = 0;
    enum status st = request_page(req, &page, why);
    if (st == STATUS_OK)
        st = upload_list(request_shop(req), req->arena, &items, &n, why);
    if (st != STATUS_OK)
        return st;
    reply_list_open(reply);
    for (size_t i = 0; i < n; i++) {
        if (request_may_change_store(req, items[i].store, NULL) != STATUS_OK)
            continue;
        if (seen++ < page.offset || shown == page.limit)
            continue;
        json_object_open(&reply->json);
        write_upload(&reply->json, &items[i]);
        json_object_close(&reply->json);
        shown++;
    }
    reply_list_close(reply, &page, shown, (int64_t)seen);
    return STATUS_OK;
}

/* A member of the body, null: as it is found out; absent: as it was. */
static void take_text(const struct request *req, const char *key, str *out)
{
    const struct json_node *node = json_get(req->json, key);
    if (node == NULL)
        return;
    if (!json_as_str(node, out))
        *out = STR_EMPTY;
}

/* The same of a word that is one of two; empty is null. */
static enum status take_choice(const struct request *req,
                               const char *key,
                               const char *const words[2],
                               str *out,
                               struct error *why)
{
    take_text(req, key, out);
    if (out->len == 0 || str_is(*out, words[0]) || str_is(*out, words[1]))
        return STATUS_OK;
    return error_set(why,
                     STATUS_BAD_INPUT,
                     "%s is %s or %s, not \"%.*s\"",
                     key,
                     words[0],
                     words[1],
                     STR_ARG(*out));
}

static enum status take_choices(const struct request *req, struct upload *u, struct error *why)
{
    static const char *const orders[] = { "mdy", "dmy" };
    static const char *const marks[] = { "comma", "point" };
    const enum status st = take_choice(req, "date_order", orders, &u->date_order, why);
    return st == STATUS_OK ? take_choice(req, "decimal_mark", marks, &u->decimal_mark, why) : st;
}

/* "mapping": the YAML itself, or {"columns":{"Header":"field"|null}} over what is there. */
static enum status read_mapping(struct request *req,
                                const struct upload *u,
                                str *out,
                                struct error *why)
{
    const struct json_node *node = json_get(req->json, "mapping");
    const struct json_node *columns = json_get(node, "columns");
    struct import_look look;
    const struct import_options options = upload_options(u, req->now_us, req->arena);
    *out = STR_EMPTY;
    if (node == NULL)
        return STATUS_OK;
    if (json_as_str(node, out))
        return import_look_assign(*out, NULL, 0, req->arena, out, why);
    const size_t n = json_node_len(columns);
    struct look_assignment *changes = ARENA_NEW(req->arena, struct look_assignment, n + 1);
    if (changes == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < n; i++) {
        changes[i].column = json_member_key(columns, i);
        if (!json_as_str(json_at(columns, i), &changes[i].field))
            changes[i].field = STR_EMPTY;
    }
    const enum status st =
        import_look(request_shop(req), u->path, &options, req->arena, &look, why);
    if (st != STATUS_OK)
        return st;
    if (look.mapping.len == 0)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "nothing is known of this file: choose what its rows are first (preset "
                         "generic:TABLE)");
    return import_look_assign(look.mapping, changes, n, req->arena, out, why);
}

static enum status answer_change(struct request *req, struct reply *reply, struct error *why)
{
    struct upload u;
    str mapping = STR_EMPTY;
    enum status st = find_upload(req, &u, why);
    if (st != STATUS_OK)
        return st;
    take_text(req, "store", &u.store);
    take_text(req, "timezone", &u.timezone);
    take_text(req, "currency", &u.currency);
    take_text(req, "encoding", &u.encoding);
    take_text(req, "sheet", &u.sheet);
    if (json_get(req->json, "preset") != NULL) {
        take_text(req, "preset", &u.preset);
        u.map_file = NULL; /* another preset: what was assigned before means nothing */
    }
    st = take_choices(req, &u, why);
    if (st == STATUS_OK)
        st = request_may_change_store(req, u.store, why);
    if (st == STATUS_OK)
        st = read_mapping(req, &u, &mapping, why);
    if (st == STATUS_OK && u.map_file == NULL && mapping.len == 0)
        upload_drop_mapping(request_shop(req), &u, req->arena);
    if (st == STATUS_OK)
        st = upload_save(request_shop(req), &u, mapping, req->arena, why);
    return st == STATUS_OK ? give_upload(req, reply, &u) : st;
}

static enum status answer_remove(struct request *req, struct reply *reply, struct error *why)
{
    struct upload u;
    enum status st = find_upload(req, &u, why);
    if (st == STATUS_OK)
        st = upload_remove(request_shop(req), u.id, why);
    if (st != STATUS_OK)
        return st;
    json_object_open(&reply->json);
    json_object_close(&reply->json);
    return STATUS_OK;
}

/* ---- importing ---- */

static enum status answer_start(struct request *req, struct reply *reply, struct error *why)
{
    struct upload u;
    int64_t id = 0;
    enum status st = find_upload(req, &u, why);
    if (st != STATUS_OK)
        return st;
    struct job_wish wish = { .path = str_from(u.path),
                             .name = u.name,
                             .upload = u.id,
                             .options = upload_options(&u, req->now_us, req->arena),
                             .lang = req->lang,
                             .who = req->who->name };
    wish.options.one_store = !req->who->all_stores;
    wish.options.again = request_body_flag(req, "again");
    wish.options.as_of = arena_cstr(req->arena, request_body_text(req, "as_of"));
    wish.options.period = arena_cstr(req->arena, request_body_text(req, "period"));
    if (wish.options.as_of == NULL || wish.options.period == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (wish.options.as_of[0] == '\0')
        wish.options.as_of = NULL;
    if (wish.options.period[0] == '\0')
        wish.options.period = NULL;
    st = jobs_add(request_jobs(req), &wish, req->now_us, &id, why);
    if (st == STATUS_OK)
        request_give_job(reply, id);
    return st;
}

#define UPLOAD                                                                                 \
    "id:text,name:text,bytes:count,at:time,store:string?,preset:string?,timezone:string?,"     \
    "currency:string?,date_order:string?,decimal_mark:string?,encoding:string?,sheet:string?," \
    "has_mapping:boolean"
#define GIVES_UPLOAD "{" UPLOAD ",explain:@look?,problem:string?}"

static const struct route rows[] = {
    { .method = "GET",
      .path = "/api/v1/uploads",
      .least = ROLE_EDITOR,
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .params = "limit?:count,cursor?:string",
      .gives = GIVES_LIST("{" UPLOAD "}"),
      .summary = "files that wait for their import",
      .answer = answer_list },
    { .method = "POST",
      .path = "/api/v1/uploads",
      .least = ROLE_EDITOR,
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .body = BODY_FILE,
      .params = "name:text,as_store?:string",
      .gives = GIVES_UPLOAD,
      .summary = "sends a file; the answer says how it would be read",
      .answer = answer_upload },
    { .method = "GET",
      .path = "/api/v1/uploads/{id}",
      .least = ROLE_EDITOR,
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .gives = GIVES_UPLOAD,
      .summary = "an upload and how it would be read",
      .answer = answer_one },
    { .method = "PATCH",
      .path = "/api/v1/uploads/{id}",
      .least = ROLE_EDITOR,
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .body = BODY_JSON,
      .takes = "{store?:string?,preset?:string?,timezone?:string?,currency?:string?,"
               "date_order?:string?,decimal_mark?:string?,encoding?:string?,sheet?:string?,"
               "mapping?:any}",
      .gives = GIVES_UPLOAD,
      .summary = "decides store, preset and which column is what",
      .answer = answer_change },
    { .method = "DELETE",
      .path = "/api/v1/uploads/{id}",
      .least = ROLE_EDITOR,
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .gives = "{}",
      .summary = "removes an upload",
      .answer = answer_remove },
    { .method = "POST",
      .path = "/api/v1/uploads/{id}/import",
      .least = ROLE_EDITOR,
      .scope = SCOPE_FREE,
      .lane = LANE_WORK,
      .body = BODY_JSON,
      .takes = "{again?:boolean,as_of?:string,period?:string}",
      .gives = "{job:count}",
      .summary = "imports an upload in the background",
      .answer = answer_start },
};
ROUTES(uploads, rows);
