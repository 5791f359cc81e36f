/* Definitions of KPIs: read, compared, changed with a preview on real data, gone back to. */
#include "server/request_board_priv.h"
#include "shop/definitions_edit.h"

/* ---- reading ---- */

static void write_version(struct json_writer *w, const struct definition_version *v)
{
    json_object_open(w);
    json_add_str(w, "hash", v->hash);
    json_key(w, "at");
    request_write_time(w, v->at_us);
    json_add_str(w, "who", v->who);
    json_add_str(w, "note", v->note);
    json_add_str(w, "text", v->text);
    json_object_close(w);
}

/* Canonical texts that have answered, with the day of the first answer. */
static enum status write_kept(struct request *req, str id, struct json_writer *w, struct error *why)
{
    struct conn *c = NULL;
    struct frame *f = NULL;
    const struct param kpi = { .type = PARAM_TEXT, .text = id };
    enum status st = request_conn(req, &c, why);
    if (st == STATUS_OK)
        st = conn_query(c,
                        STR("SELECT hash, \"at\", text FROM definition_text WHERE kpi = $1 ORDER BY"
                            " 2 DESC"),
                        &kpi,
                        1,
                        &f,
                        why);
    json_key(w, "kept");
    json_array_open(w);
    for (size_t i = 0; st == STATUS_OK && i < frame_rows(f); i++) {
        json_object_open(w);
        json_add_str(w, "hash", frame_str(f, 0, i));
        json_key(w, "at");
        request_write_time(w, frame_i64(f, 1, i));
        json_add_str(w, "canonical", frame_str(f, 2, i));
        json_object_close(w);
    }
    json_array_close(w);
    frame_free(f);
    return st;
}

static enum status write_definition(struct request *req,
                                    const struct kpi_catalog *catalog,
                                    str id,
                                    struct json_writer *w,
                                    struct error *why)
{
    const struct kpi *k = NULL;
    struct shop_definition d;
    struct definition_version *versions = NULL;
    size_t n = 0;
    const char *dir = shop_dir(request_shop(req));
    enum status st = kpi_lookup(catalog, id, &k, why);
    if (st == STATUS_OK)
        st = shop_definition_read(dir, k->id, k, req->arena, &d, why);
    if (st == STATUS_OK)
        st = shop_definition_versions(dir, k->id, req->arena, &versions, &n, why);
    if (st != STATUS_OK)
        return st;
    json_object_open(w);
    json_add_str(w, "id", k->id);
    json_add_text(w, "origin", k->is_shop ? "shop" : "built-in");
    json_add_str(w, "file", d.file);
    json_add_str(w, "yaml", d.text);
    json_add_str(w, "canonical", k->canonical);
    json_add_str(w, "hash", k->hash);
    json_key(w, "versions");
    json_array_open(w);
    for (size_t i = 0; i < n; i++)
        write_version(w, &versions[i]);
    json_array_close(w);
    st = write_kept(req, k->id, w, why);
    json_object_close(w);
    return st;
}

static enum status answer_definition(struct request *req, struct reply *reply, struct error *why)
{
    return write_definition(req, req->catalog, request_param(req, "id"), &reply->json, why);
}

/* ---- checking and changing ---- */

/* The definition that the request names, with the text of its body. */
static enum status wanted(struct request *req,
                          str id,
                          struct shop_definition *out,
                          struct error *why)
{
    const struct kpi *k = kpi_find(req->catalog, id);
    const str key = k != NULL ? k->id : id;
    const enum status st =
        shop_definition_read(shop_dir(request_shop(req)), key, k, req->arena, out, why);
    if (st == STATUS_OK)
        out->text = request_body_text(req, "yaml");
    return st;
}

/* The KPI's figures over the range of the body by that catalogue. */
static enum status write_figures(struct request *req,
                                 const struct kpi_catalog *catalog,
                                 str id,
                                 const char *key,
                                 struct json_writer *w,
                                 struct error *why)
{
    struct query_context context;
    struct answer *answer = NULL;
    const str grain = request_body_text(req, "grain");
    const bool has_range = request_body_text(req, "from").len + request_body_text(req, "to").len +
                               request_body_text(req, "period").len >
                           0;
    struct kpi_question q = { .kpis = &id,
                              .kpi_count = 1,
                              .from = request_body_text(req, "from"),
                              .to = request_body_text(req, "to"),
                              .last = request_body_text(req, "last"),
                              .period = request_body_text(req, "period"),
                              .where = request_body_text(req, "where"),
                              .grain = grain.len > 0 ? grain : STR("day"),
                              .lang = req->lang,
                              .now_us = req->now_us };
    if (!has_range && q.last.len == 0)
        q.last = STR("28d");
    json_key(w, key);
    if (kpi_find(catalog, id) == NULL) {
        json_null(w);
        return STATUS_OK;
    }
    enum status st = request_query_context(req, &context, why);
    context.catalog = catalog;
    if (st == STATUS_OK)
        st = query_ask(&context, &q, &answer, why);
    if (st == STATUS_OK) {
        struct buf text;
        buf_init(&text, REPLY_MAX);
        st = answer_render(
            answer, ANSWER_JSON, &(struct answer_look){ .evidence = false }, &text, why);
        if (st == STATUS_OK)
            json_raw(w, str_trim(buf_str(&text)));
        buf_release(&text);
    }
    answer_free(answer);
    return st;
}

static void write_problems(struct json_writer *w, const struct problems *p)
{
    json_key(w, "problems");
    json_array_open(w);
    for (size_t i = 0; i < p->n; i++) {
        json_object_open(w);
        json_add_i64(w, "line", p->items[i].line);
        json_add_i64(w, "column", p->items[i].column);
        json_add_str(w, "file", p->items[i].file);
        json_add_str(w, "message", p->items[i].text);
        json_object_close(w);
    }
    json_array_close(w);
}

static enum status answer_check(struct request *req, struct reply *reply, struct error *why)
{
    struct shop_definition d;
    struct problems p;
    struct kpi_catalog *fresh = NULL;
    struct json_writer *w = &reply->json;
    struct error cause = { .lang = req->lang };
    problems_init(&p, req->arena, req->lang);
    enum status st = wanted(req, request_body_text(req, "id"), &d, why);
    if (st != STATUS_OK)
        return st;
    const enum status checked =
        shop_definition_check(shop_dir(request_shop(req)), &d, &p, &fresh, &cause);
    if (checked != STATUS_OK && p.n == 0) {
        *why = cause;
        return checked;
    }
    json_object_open(w);
    write_problems(w, &p);
    json_add_text(
        w, "hash", fresh != NULL ? arena_cstr(req->arena, kpi_find(fresh, d.id)->hash) : NULL);
    st = write_figures(req, req->catalog, d.id, "old", w, why);
    if (st == STATUS_OK && fresh != NULL) {
        st = write_figures(req, fresh, d.id, "new", w, why);
    } else if (st == STATUS_OK) {
        json_add_null(w, "new");
    }
    json_object_close(w);
    kpi_catalog_free(fresh);
    return st;
}

/* Both texts are kept, so that figures of before can be recalled. */
static enum status keep_texts(struct request *req,
                              const struct kpi_catalog *fresh,
                              str id,
                              struct error *why)
{
    const struct kpi_catalog *const catalogs[] = { req->catalog, fresh };
    struct query_context context;
    enum status st = request_query_context(req, &context, why);
    context.writer = shop_writer(request_shop(req));
    for (size_t i = 0; i < ARRAY_LEN(catalogs) && st == STATUS_OK; i++) {
        const struct kpi_question q = {
            .kpis = &id, .kpi_count = 1, .last = STR("1d"), .lang = req->lang, .now_us = req->now_us
        };
        struct answer *answer = NULL;
        context.catalog = catalogs[i];
        if (kpi_find(catalogs[i], id) == NULL)
            continue;
        st = query_ask(&context, &q, &answer, why);
        answer_free(answer);
    }
    return st;
}

/* With the writer, so that no two changes cross. */
static enum status store(struct request *req, const struct shop_definition *d, struct error *why)
{
    struct shop *shop = request_shop(req);
    struct problems p;
    struct kpi_catalog *fresh = NULL;
    const struct definition_note note = { .who = req->who->name,
                                          .note = request_body_text(req, "note"),
                                          .at_us = req->now_us };
    problems_init(&p, req->arena, req->lang);
    enum status st = shop_writer_take(shop, WRITER_PATIENCE_MS, why);
    if (st != STATUS_OK)
        return st;
    st = shop_definition_check(shop_dir(shop), d, &p, &fresh, why);
    if (st == STATUS_OK)
        st = keep_texts(req, fresh, d->id, why);
    if (st == STATUS_OK)
        st = shop_definition_write(shop_dir(shop), d, &note, req->arena, why);
    shop_writer_give(shop);
    kpi_catalog_free(fresh);
    return st == STATUS_OK ? request_reload(req, why) : st;
}

static enum status give_stored(struct request *req, struct reply *reply, str id, struct error *why)
{
    struct kpi_catalog *now = NULL;
    enum status st = shop_catalog(shop_dir(request_shop(req)), STR_EMPTY, NULL, &now, why);
    if (st == STATUS_OK)
        st = write_definition(req, now, id, &reply->json, why);
    kpi_catalog_free(now);
    return st;
}

static enum status answer_change(struct request *req, struct reply *reply, struct error *why)
{
    struct shop_definition d;
    struct problems p;
    struct kpi_catalog *fresh = NULL;
    enum status st = wanted(req, request_param(req, "id"), &d, why);
    if (st != STATUS_OK)
        return st;
    problems_init(&p, req->arena, req->lang);
    st = shop_definition_check(shop_dir(request_shop(req)), &d, &p, &fresh, why);
    kpi_catalog_free(fresh);
    if (p.n > 0) {
        reply_problems(
            reply, &p, str_from(tr(req->lang, "the definition has problems; nothing was changed")));
        return STATUS_OK;
    }
    if (st == STATUS_OK)
        st = store(req, &d, why);
    return st == STATUS_OK ? give_stored(req, reply, d.id, why) : st;
}

/* A version's text becomes the definition again. */
static enum status answer_revert(struct request *req, struct reply *reply, struct error *why)
{
    struct shop_definition d;
    struct definition_version *versions = NULL;
    const str hash = request_body_text(req, "hash");
    size_t n = 0;
    size_t at = 0;
    enum status st = wanted(req, request_param(req, "id"), &d, why);
    if (st == STATUS_OK)
        st = shop_definition_versions(
            shop_dir(request_shop(req)), d.id, req->arena, &versions, &n, why);
    if (st != STATUS_OK)
        return st;
    while (at < n && !str_eq(versions[at].hash, hash))
        at++;
    if (at == n)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "\"%.*s\" has no version %.*s",
                         STR_ARG(d.id),
                         STR_ARG(str_first(hash, 40)));
    d.text = versions[at].text;
    st = store(req, &d, why);
    return st == STATUS_OK ? give_stored(req, reply, d.id, why) : st;
}

static enum status answer_remove(struct request *req, struct reply *reply, struct error *why)
{
    struct shop *shop = request_shop(req);
    struct shop_definition d;
    const struct definition_note note = { .who = req->who->name,
                                          .note = STR_EMPTY,
                                          .at_us = req->now_us };
    enum status st = wanted(req, request_param(req, "id"), &d, why);
    if (st == STATUS_OK)
        st = shop_writer_take(shop, WRITER_PATIENCE_MS, why);
    if (st != STATUS_OK)
        return st;
    st = shop_definition_remove(shop_dir(shop), &d, &note, req->arena, why);
    shop_writer_give(shop);
    if (st == STATUS_OK)
        st = request_reload(req, why);
    if (st != STATUS_OK)
        return st;
    json_object_open(&reply->json);
    json_object_close(&reply->json);
    return STATUS_OK;
}

#define GIVES_DEFINITION                                                              \
    "{id:text,origin:built-in|shop,file:text,yaml:string,canonical:string,hash:text," \
    "versions:[{hash:text,at:time,who:string,note:string,text:string}],"              \
    "kept:[{hash:text,at:time,canonical:string}]}"

static const struct route rows[] = {
    { .method = "GET",
      .path = "/api/v1/definitions/{id}",
      .least = ROLE_VIEWER,
      .scope = SCOPE_FREE,
      .gives = GIVES_DEFINITION,
      .summary = "a KPI's definition as text, with its versions",
      .answer = answer_definition },
    { .method = "POST",
      .path = "/api/v1/definitions/check",
      .least = ROLE_EDITOR,
      .scope = SCOPE_WHOLE,
      .body = BODY_JSON,
      .takes = "{id:text,yaml:string,from?:string,to?:string,last?:string,period?:string,"
               "where?:string,grain?:string}",
      .gives = "{problems:[{line:count,column:count,file:string,message:text}],hash:string?,"
               "old:@answer?,new:@answer?}",
      .summary = "problems of a definition, and its figures beside the old ones",
      .answer = answer_check },
    { .method = "PUT",
      .path = "/api/v1/definitions/{id}",
      .least = ROLE_EDITOR,
      .scope = SCOPE_WHOLE,
      .lane = LANE_WORK,
      .body = BODY_JSON,
      .takes = "{yaml:string,note?:string}",
      .gives = GIVES_DEFINITION,
      .summary = "writes a definition into the shop's folder",
      .answer = answer_change },
    { .method = "POST",
      .path = "/api/v1/definitions/{id}/revert",
      .least = ROLE_EDITOR,
      .scope = SCOPE_WHOLE,
      .lane = LANE_WORK,
      .body = BODY_JSON,
      .takes = "{hash:text,note?:string}",
      .gives = GIVES_DEFINITION,
      .summary = "goes back to a version",
      .answer = answer_revert },
    { .method = "DELETE",
      .path = "/api/v1/definitions/{id}",
      .least = ROLE_EDITOR,
      .scope = SCOPE_WHOLE,
      .lane = LANE_WORK,
      .gives = "{}",
      .summary = "goes back to the built-in definition",
      .answer = answer_remove },
};
ROUTES(definitions, rows);
