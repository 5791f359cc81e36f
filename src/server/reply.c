/* What a handler answers with. */
#include "server/engine_priv.h"

#include <string.h>
#include <unistd.h>

bool reply_init(struct reply *r)
{
    memset(r, 0, sizeof *r);
    r->status = 200;
    r->mime = "application/json; charset=utf-8";
    buf_init(&r->body, REPLY_MAX);
    json_writer_init(&r->json, &r->body);
    return true;
}

void reply_release(struct reply *r)
{
    if (r->file != NULL && r->file_is_ours)
        unlink(r->file);
    mem_free(r->file);
    for (size_t i = 0; i < r->header_count; i++)
        mem_free(r->headers[i].value);
    r->header_count = 0;
    buf_release(&r->body);
}

static char *copy(str s)
{
    char *text = mem_new(s.len + 1, 1);
    if (text != NULL)
        memcpy(text, s.ptr, s.len);
    return text;
}

bool reply_has_header(const struct reply *r, const char *name)
{
    for (size_t i = 0; i < r->header_count; i++) {
        if (strcmp(r->headers[i].name, name) == 0)
            return true;
    }
    return false;
}

/* A problem is no download, even where the answer would have been one. */
static void drop_download(struct reply *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->header_count; i++) {
        if (strcmp(r->headers[i].name, "Content-Disposition") == 0)
            mem_free(r->headers[i].value);
        else
            r->headers[kept++] = r->headers[i];
    }
    r->header_count = kept;
}

void reply_header(struct reply *r, const char *name, str value)
{
    for (size_t i = 0; i < value.len; i++)
        BUG_IF((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7f);
    BUG_IF(r->header_count == REPLY_HEADERS_MAX);
    r->headers[r->header_count].name = name;
    r->headers[r->header_count].value = copy(value);
    if (r->headers[r->header_count].value != NULL)
        r->header_count++;
}

/* RFC 6266: a plain name for old programs, the true one as RFC 5987 text. */
void reply_download(struct reply *r, str file_name)
{
    struct buf b;
    buf_init(&b, 4096);
    buf_adds(&b, "attachment; filename=\"");
    for (size_t i = 0; i < file_name.len; i++) {
        const unsigned char c = (unsigned char)file_name.ptr[i];
        buf_addc(&b, c < 0x20 || c > 0x7e || c == '"' || c == '\\' ? '_' : (char)c);
    }
    buf_adds(&b, "\"; filename*=UTF-8''");
    url_encode(file_name, &b);
    reply_header(r, "Content-Disposition", buf_str(&b));
    buf_release(&b);
}

void reply_file(struct reply *r, const char *path, bool remove_after)
{
    mem_free(r->file);
    r->file = copy(str_from(path));
    r->file_is_ours = remove_after;
}

void reply_list_open(struct reply *r)
{
    json_object_open(&r->json);
    json_key(&r->json, "items");
    json_array_open(&r->json);
}

void reply_list_close(struct reply *r, const struct page *p, size_t shown, int64_t total)
{
    json_array_close(&r->json);
    json_key(&r->json, "total");
    json_i64(&r->json, total);
    json_key(&r->json, "next");
    const int64_t next = (int64_t)(p->offset + shown);
    if (shown > 0 && next < total) {
        struct buf b;
        buf_init(&b, 32);
        buf_addf(&b, "%lld", (long long)next);
        json_str(&r->json, buf_str(&b));
        buf_release(&b);
    } else {
        json_null(&r->json);
    }
    json_object_close(&r->json);
}

void reply_done(struct reply *r)
{
    json_object_open(&r->json);
    json_key(&r->json, "done");
    json_bool(&r->json, true);
    json_object_close(&r->json);
}

static const char *code_of(unsigned status)
{
    static const struct {
        unsigned status;
        const char *code;
    } codes[] = {
        { 400, "bad_request" }, { 401, "unauthorized" }, { 403, "forbidden" },
        { 404, "not_found" },   { 405, "method" },       { 409, "conflict" },
        { 413, "too_large" },   { 415, "media_type" },   { 421, "wrong_host" },
        { 422, "invalid" },     { 429, "too_many" },     { 503, "unavailable" },
        { 507, "disk_full" },
    };
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        if (codes[i].status == status)
            return codes[i].code;
    }
    return "internal";
}

static void open_problem(struct reply *r, unsigned status, const char *code, str message)
{
    buf_clear(&r->body);
    drop_download(r);
    if (r->file != NULL && r->file_is_ours)
        unlink(r->file);
    mem_free(r->file);
    r->file = NULL;
    r->fixed = NULL;
    r->mime = "application/json; charset=utf-8";
    r->status = status;
    r->may_cache = false;
    json_writer_init(&r->json, &r->body);
    json_object_open(&r->json);
    json_key(&r->json, "error");
    json_object_open(&r->json);
    json_key(&r->json, "status");
    json_i64(&r->json, status);
    json_key(&r->json, "code");
    json_text(&r->json, code != NULL ? code : code_of(status));
    json_key(&r->json, "message");
    json_str(&r->json, message);
    json_object_close(&r->json);
}

void reply_problem(struct reply *r, unsigned status, const char *code, str message)
{
    open_problem(r, status, code, message);
    json_object_close(&r->json);
}

void reply_problems(struct reply *r, const struct problems *p, str message)
{
    open_problem(r, 422, NULL, message);
    json_key(&r->json, "problems");
    json_array_open(&r->json);
    for (size_t i = 0; i < p->n; i++) {
        json_object_open(&r->json);
        json_key(&r->json, "line");
        json_i64(&r->json, p->items[i].line);
        json_key(&r->json, "column");
        json_i64(&r->json, p->items[i].column);
        json_key(&r->json, "message");
        json_str(&r->json, p->items[i].text);
        json_object_close(&r->json);
    }
    json_array_close(&r->json);
    json_object_close(&r->json);
}
