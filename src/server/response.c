/* A reply as the library wants it, with the headers that every answer carries. */
#include "server/exchange_priv.h"

#include <fcntl.h>
#include <microhttpd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define PACKED_FROM  1400 /* bytes: what fits one packet gains nothing */
#define PACKED_LEVEL 1    /* JSON of figures shrinks to a sixth; more effort gains little */
#define GZIP_WINDOW  31   /* zlib's word for 32 KiB with a gzip head */

/* One of the reply's own with the same name wins. */
static const struct {
    const char *name;
    const char *value;
} always[] = {
    { "X-Content-Type-Options", "nosniff" },
    { "X-Frame-Options", "DENY" },
    { "Referrer-Policy", "same-origin" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()" },
    { "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'" },
};

static struct MHD_Response *of_file(const char *path)
{
    struct stat s;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &s) != 0) {
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    return MHD_create_response_from_fd64((uint64_t)s.st_size, fd); /* closes fd */
}

/* Only figures are packed: what they are cannot be guessed from their size, as a token beside words
 * of the asking site could (BREACH, 2013). */
static bool may_pack(const struct exchange *ex)
{
    const struct reply *r = &ex->reply;
    return ex->etag.len > 0 && r->status == 200 && r->file == NULL && r->fixed == NULL &&
           buf_str(&r->body).len >= PACKED_FROM && request_takes_gzip(&ex->request);
}

/* `text` by gzip in memory of its own; NULL when there is none: then it is sent as it is. */
static char *packed(const char *text, size_t len, size_t *out_len)
{
    z_stream z = { 0 };
    char *out = NULL;
    if (deflateInit2(&z, PACKED_LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    const size_t most = deflateBound(&z, (uLong)len);
    if (len <= UINT32_MAX && most <= UINT32_MAX)
        out = mem_new(1, most);
    if (out != NULL) {
        z.next_in = (Bytef *)(uintptr_t)text;
        z.avail_in = (uInt)len;
        z.next_out = (Bytef *)out;
        z.avail_out = (uInt)most;
        if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
            mem_free(out);
            out = NULL;
        }
        *out_len = z.total_out;
    }
    deflateEnd(&z);
    return out;
}

static struct MHD_Response *of_text(struct exchange *ex)
{
    struct reply *r = &ex->reply;
    const bool packs = may_pack(ex);
    size_t len = 0;
    char *text = buf_take(&r->body, &len);
    if (text == NULL)
        return NULL;
    size_t packed_len = 0;
    char *small = packs ? packed(text, len, &packed_len) : NULL;
    if (small != NULL) {
        mem_free(text);
        text = small;
        len = packed_len;
        reply_header(r, "Content-Encoding", STR("gzip"));
    }
    struct MHD_Response *out = MHD_create_response_from_buffer(len, text, MHD_RESPMEM_MUST_FREE);
    if (out == NULL)
        mem_free(text);
    return out;
}

static struct MHD_Response *of_reply(struct exchange *ex)
{
    struct reply *r = &ex->reply;
    if (r->file != NULL)
        return of_file(r->file);
    if (r->fixed != NULL) /* the library only reads them */
        return MHD_create_response_from_buffer(
            r->fixed_bytes, (void *)(uintptr_t)r->fixed, MHD_RESPMEM_PERSISTENT);
    return of_text(ex);
}

/* An answer that may be asked for again with its ETag is kept by the browser, but asked about. */
static const char *caching(const struct exchange *ex)
{
    const bool has_etag = ex->etag.len > 0 && (ex->reply.status == 200 || ex->reply.status == 304);
    return has_etag ? "private, no-cache" : "no-store";
}

/* Its name was made before the answer's snapshot was taken. What came in meanwhile may be in the
 * answer or not: then it has no name, and is asked for again. */
static void name_settle(struct exchange *ex)
{
    struct request *r = &ex->request;
    if (ex->etag.len == 0 || ex->reply.status != 200 || ex->definitions == NULL)
        return;
    const str now = api_fingerprint(r, ex->definitions);
    if (now.len == 0 || !str_eq(api_etag(r, now), ex->etag))
        ex->etag = STR_EMPTY;
}

struct MHD_Response *exchange_response(struct exchange *ex, unsigned *status)
{
    struct reply *r = &ex->reply;
    name_settle(ex);
    struct MHD_Response *out = of_reply(ex);
    *status = r->status;
    if (out == NULL)
        return NULL;
    if (r->mime != NULL)
        MHD_add_response_header(out, "Content-Type", r->mime);
    for (size_t i = 0; i < ARRAY_LEN(always); i++) {
        if (!reply_has_header(r, always[i].name))
            MHD_add_response_header(out, always[i].name, always[i].value);
    }
    if (!r->may_cache && !reply_has_header(r, "Cache-Control"))
        MHD_add_response_header(out, "Cache-Control", caching(ex));
    if (!r->may_cache && strcmp(caching(ex), "no-store") != 0) {
        MHD_add_response_header(out, "ETag", ex->etag.ptr);
        MHD_add_response_header(out, "X-Shop-State", ex->state.ptr);
        MHD_add_response_header(out, "Vary", "Cookie, Authorization, Accept-Encoding");
    }
    if (ex->request.is_tls)
        MHD_add_response_header(out, "Strict-Transport-Security", "max-age=31536000");
    for (size_t i = 0; i < r->header_count; i++)
        MHD_add_response_header(out, r->headers[i].name, r->headers[i].value);
    return out;
}
