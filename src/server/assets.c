/* The web board, embedded: files of the bundle, and its page for every other address. */
#include "server/engine_priv.h"

#include "base/embedded.h"

#define PAGE "web/index.html"

/* Scripts and styles only from here, none inline: charts are drawn on a canvas, and their hovers
 * are nodes whose style a script sets. */
#define POLICY                                                                      \
    "default-src 'none'; script-src 'self'; style-src 'self'; "                     \
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "             \
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; " \
    "frame-ancestors 'none'"

static const struct {
    const char *suffix;
    const char *mime;
} mimes[] = {
    { ".html", "text/html; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".svg", "image/svg+xml" },
    { ".png", "image/png" },
    { ".ico", "image/x-icon" },
    { ".webp", "image/webp" },
    { ".json", "application/json; charset=utf-8" },
    { ".webmanifest", "application/manifest+json; charset=utf-8" },
    { ".woff2", "font/woff2" },
    { ".txt", "text/plain; charset=utf-8" },
};

static const char *mime_of(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(mimes); i++) {
        if (str_ends(name, str_from(mimes[i].suffix)))
            return mimes[i].mime;
    }
    return "application/octet-stream";
}

/* A hash in the name means that its content never changes: "app-3f9c2b1a.js", "app.3f9c2b1a.js". */
static bool name_has_hash(str name)
{
    size_t run = 0;
    bool has_digit = false;
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        const bool is_digit = c >= '0' && c <= '9';
        const bool is_letter = ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
        if (c == '.' && run >= 8 && has_digit)
            return true;
        run = is_digit || is_letter ? run + 1 : 0;
        has_digit = run > 0 && (has_digit || is_digit);
    }
    return false;
}

/* The bytes by which two builds differ; FNV-like and stable, not a secret. */
static uint64_t content_hash(const struct embedded_file *f)
{
    return str_hash((str){ (const char *)f->data, f->size }, 0);
}

static const struct embedded_file *find(struct arena *a, str name)
{
    const char *text = arena_cstr(a, name);
    return text != NULL ? embedded_find(text) : NULL;
}

bool assets_answer(const struct request *r, struct reply *reply)
{
    const str name = arena_printf(r->arena, "web%.*s", STR_ARG(r->path));
    const struct embedded_file *page = embedded_find(PAGE);
    const struct embedded_file *file = find(r->arena, name);
    const bool is_read = str_is(r->method, "GET") || str_is(r->method, "HEAD");
    const bool is_part = str_starts(r->path, STR("/assets/")); /* of a bundle: there or not */
    if (page == NULL || !is_read || (is_part && file == NULL))
        return false;
    const bool is_page = file == NULL || file == page;
    if (is_page)
        file = page;
    const struct embedded_file *packed =
        find(r->arena, arena_printf(r->arena, "%s.gz", file->name));
    const bool is_packed = packed != NULL && request_takes_gzip(r);
    if (is_packed)
        file = packed;
    const str etag = arena_printf(r->arena, "\"%016llx\"", (unsigned long long)content_hash(file));
    reply->mime = is_page ? mimes[0].mime : mime_of(name);
    reply->may_cache = true;
    reply_header(reply, "ETag", etag);
    reply_header(reply, "Vary", STR("Accept-Encoding"));
    reply_header(reply,
                 "Cache-Control",
                 !is_page && name_has_hash(path_base(name))
                     ? STR("public, max-age=31536000, immutable")
                     : STR("no-cache"));
    reply_header(reply, "Content-Security-Policy", STR(POLICY));
    if (str_contains(r->headers[HEADER_IF_NONE_MATCH], etag)) {
        reply->status = 304;
        reply->mime = NULL;
        return true;
    }
    if (is_packed)
        reply_header(reply, "Content-Encoding", STR("gzip"));
    reply->fixed = file->data;
    reply->fixed_bytes = file->size;
    return true;
}
