/* What came in: imports and their ledgers, refused rows, sources, whether it adds up. */
#include "derive/derive.h"
#include "ingest/ingest.h"
#include "server/request_board_priv.h"

static enum status answer_imports(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const struct board_page page = request_board_page(req);
    const enum status st = request_board(req, &context, &ask, why);
    return st == STATUS_OK ? board_imports(&ask, &page, &reply->json, why) : st;
}

static enum status answer_import(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    int64_t id = 0;
    enum status st = request_id(req, &id, why);
    if (st == STATUS_OK)
        st = request_board(req, &context, &ask, why);
    return st == STATUS_OK ? board_import(&ask, id, &reply->json, why) : st;
}

static void write_count(struct reply *reply, const char *key, int64_t n)
{
    json_object_open(&reply->json);
    json_key(&reply->json, key);
    json_i64(&reply->json, n);
    json_object_close(&reply->json);
}

/* How many rows went, and the later imports whose files bring back what they shared with them. */
static void write_undone(struct reply *reply,
                         int64_t rows,
                         const struct import_shared *shared,
                         size_t count)
{
    struct json_writer *w = &reply->json;
    json_object_open(w);
    json_key(w, "rows");
    json_i64(w, rows);
    json_key(w, "again");
    json_array_open(w);
    for (size_t i = 0; i < count; i++) {
        json_object_open(w);
        json_key(w, "import");
        json_i64(w, shared[i].import_id);
        json_key(w, "file");
        json_str(w, shared[i].file);
        json_key(w, "rows");
        json_i64(w, shared[i].rows);
        json_object_close(w);
    }
    json_array_close(w);
    json_object_close(w);
}

static enum status answer_undo(struct request *req, struct reply *reply, struct error *why)
{
    struct shop *shop = request_shop(req);
    struct undone_import undone = { 0 };
    struct import_shared *shared = NULL;
    size_t count = 0;
    enum status st = request_id(req, &undone.import_id, why);
    if (st == STATUS_OK)
        st = shop_writer_take(shop, WRITER_PATIENCE_MS, why);
    if (st != STATUS_OK)
        return st;
    st = imports_undo(shop, &undone, 1, req->now_us, why);
    if (st == STATUS_OK)
        st = derive_after_import(shop, shop_writer(shop), NULL, why);
    if (st == STATUS_OK)
        st = imports_sharing(shop_writer(shop), undone.import_id, req->arena, &shared, &count, why);
    shop_writer_give(shop);
    if (st == STATUS_OK)
        write_undone(reply, undone.rows, shared, count);
    return st;
}

/* ---- quarantine ---- */

static enum status answer_quarantine(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const struct board_refused_filter filter = { .import_id = request_count(req, "import", 0),
                                                 .reason = request_param(req, "reason"),
                                                 .state = request_param(req, "state"),
                                                 .page = request_board_page(req) };
    const enum status st = request_board(req, &context, &ask, why);
    return st == STATUS_OK ? board_quarantine(&ask, &filter, &reply->json, why) : st;
}

static enum status answer_refused(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    int64_t id = 0;
    enum status st = request_id(req, &id, why);
    if (st == STATUS_OK)
        st = request_board(req, &context, &ask, why);
    return st == STATUS_OK ? board_refused(&ask, id, &reply->json, why) : st;
}

static enum status edit(struct request *req, int64_t id, struct error *why)
{
    const struct json_node *fields = json_get(req->json, "fields");
    const size_t n = json_node_len(fields);
    str raw = STR_EMPTY;
    if (json_as_str(json_get(req->json, "raw"), &raw))
        return quarantine_edit_text(request_shop(req), id, raw, why);
    struct quarantine_change *changes = ARENA_NEW(req->arena, struct quarantine_change, n + 1);
    if (changes == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < n; i++) {
        changes[i].name = json_member_key(fields, i);
        if (!json_as_str(json_at(fields, i), &changes[i].value))
            return error_set(why, STATUS_BAD_USAGE, "fields are texts by column");
    }
    if (n == 0)
        return error_set(why, STATUS_BAD_USAGE, "say what changes: fields by column, or raw");
    return quarantine_edit(request_shop(req), id, changes, n, why);
}

static enum status answer_edit(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    int64_t id = 0;
    enum status st = request_id(req, &id, why);
    if (st == STATUS_OK)
        st = shop_writer_take(request_shop(req), WRITER_PATIENCE_MS, why);
    if (st != STATUS_OK)
        return st;
    st = edit(req, id, why);
    shop_writer_give(request_shop(req));
    if (st == STATUS_OK)
        st = request_board_whole(req, &context, &ask, why);
    return st == STATUS_OK ? board_refused(&ask, id, &reply->json, why) : st;
}

static enum status answer_drop(struct request *req, struct reply *reply, struct error *why)
{
    int64_t id = 0;
    int64_t n = 0;
    enum status st = request_id(req, &id, why);
    if (st == STATUS_OK && id == 0)
        st = error_set(why, STATUS_NOT_FOUND, "there is none with this id");
    if (st == STATUS_OK)
        st = shop_writer_take(request_shop(req), WRITER_PATIENCE_MS, why);
    if (st != STATUS_OK)
        return st;
    st = quarantine_drop(request_shop(req), id, &n, why);
    shop_writer_give(request_shop(req));
    if (st == STATUS_OK)
        write_count(reply, "rows", n);
    return st;
}

/* ---- sources, reconcile ---- */

static enum status answer_sources(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const enum status st = request_board(req, &context, &ask, why);
    return st == STATUS_OK ? board_sources(&ask, &reply->json, why) : st;
}

static enum status answer_reconcile(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const char *file = arena_cstr(req->arena, request_param(req, "file"));
    enum status st = file != NULL ? request_board_whole(req, &context, &ask, why)
                                  : error_set(why, STATUS_NO_MEMORY, "out of memory");
    return st == STATUS_OK
               ? board_reconcile(&ask, request_count(req, "import", 0), file, &reply->json, why)
               : st;
}

#define IMPORT                                                                                 \
    "id:count,at:time?,store:string?,preset:string?,target:string?,preset_name:string,target_" \
    "name:string,file:string?,bytes:count?,"                                                   \
    "rows_read:count?,rows_refused:count?,orders_new:count?,orders_changed:count?,from:day?,"  \
    "to:day?,undone_at:time?,repairs:count?"
#define REFUSED                                                                                  \
    "id:count,import:count,store:string?,file:string?,line:count?,column:string?,value:string?," \
    "reason:string,raw:string?,state:waiting|retried|resolved|dropped"

static const struct route rows[] = {
    { .method = "GET",
      .path = "/api/v1/imports",
      .least = ROLE_ANALYST,
      .scope = SCOPE_STORES,
      .params = "q?:string,limit?:count,cursor?:string",
      .gives = GIVES_LIST("{" IMPORT "}"),
      .summary = "what was imported, newest first",
      .answer = answer_imports },
    { .method = "GET",
      .path = "/api/v1/imports/{id}",
      .least = ROLE_ANALYST,
      .scope = SCOPE_STORES,
      .gives = "{" IMPORT ",notes:string?,ledger:[{class:text,label:text,currency:string?,"
               "lines:count,units:integer?,amount:figure?}],sums:{lines:count,amount:figure}}",
      .summary = "an import with its ledger by class",
      .answer = answer_import },
    { .method = "DELETE",
      .path = "/api/v1/imports/{id}",
      .least = ROLE_EDITOR,
      .scope = SCOPE_WHOLE,
      .lane = LANE_WORK,
      .gives = "{rows:count}",
      .summary = "takes an import's rows out again",
      .answer = answer_undo },
    { .method = "GET",
      .path = "/api/v1/quarantine",
      .least = ROLE_EDITOR,
      .scope = SCOPE_STORES,
      .params = "import?:count,reason?:string,state?:waiting|retried|resolved|dropped,q?:string,"
                "limit?:count,cursor?:string",
      .gives = "{items:[{" REFUSED "}],reasons:[{id:string,name:string,rows:count}],total:count,"
               "next:string?}",
      .summary = "refused rows with their reasons",
      .answer = answer_quarantine },
    { .method = "GET",
      .path = "/api/v1/quarantine/{id}",
      .least = ROLE_EDITOR,
      .scope = SCOPE_STORES,
      .gives = "{" REFUSED ",fields:[{name:string,value:string}]}",
      .summary = "a refused row by the columns of its file",
      .answer = answer_refused },
    { .method = "PATCH",
      .path = "/api/v1/quarantine/{id}",
      .least = ROLE_EDITOR,
      .scope = SCOPE_WHOLE,
      .lane = LANE_WORK,
      .body = BODY_JSON,
      .takes = "{fields?:{*:string},raw?:string}",
      .gives = "{" REFUSED ",fields:[{name:string,value:string}]}",
      .summary = "repairs a refused row; POST quarantine/retry brings it in",
      .answer = answer_edit },
    { .method = "DELETE",
      .path = "/api/v1/quarantine/{id}",
      .least = ROLE_EDITOR,
      .scope = SCOPE_WHOLE,
      .lane = LANE_WORK,
      .gives = "{rows:count}",
      .summary = "drops a refused row",
      .answer = answer_drop },
    { .method = "GET",
      .path = "/api/v1/sources",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .gives = "{items:[{store:string?,preset:string?,target:string?,preset_name:string,target_"
               "name:string,imports:count,last_at:time?,"
               "from:day?,to:day?,rows_read:count?,rows_refused:count?}],"
               "tables:[{store:string?,table:text,name:text,newest:day?,complete_until:day?}],"
               "missing:[{store:text,preset:text,preset_name:string,last:day,expected:day}]}",
      .summary = "what arrives, how far it reaches, what has not come yet",
      .answer = answer_sources },
    { .method = "GET",
      .path = "/api/v1/reconcile",
      .least = ROLE_ANALYST,
      .scope = SCOPE_WHOLE,
      .params = "file?:string,import?:count",
      .gives = "{items:[{class:text,label:text,currency:string?,lines:count,units:integer,"
               "amount:figure,recorded_lines:count,recorded_amount:figure}],difference:figure,"
               "classes_that_differ:count}",
      .summary = "facts beside the ledgers of imports",
      .answer = answer_reconcile },
};
ROUTES(data, rows);
