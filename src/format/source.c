/* Reads, hashes, unpacks and decodes. The compression is told by the magic number, so a gzip file
 * named .csv works. Bombs: what comes out is counted against the limit of the options. */
#include "base/system_error.h"
#include "format/source_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define RAW_BYTES ((size_t)256 * 1024)

struct source {
    int fd;     /* -1: memory */
    str memory; /* rest of it */
    str name;   /* for messages */
    uint64_t total;
    _Atomic uint64_t done; /* relaxed: only shown to people */
    bool raw_at_end;
    /* NULL: not asked for. GnuTLS uses the processor's own instructions: a GB takes 0.7 s, with
     * libsodium 5.7. */
    gnutls_hash_hd_t sha;
    enum row_compression compression;
    char *raw; /* packed bytes not yet unpacked: raw_pos to raw_len */
    size_t raw_pos;
    size_t raw_len;
    z_stream gz;
    bool gz_open;
    bool frame_open; /* inside a gzip member or zstd frame */
    ZSTD_DStream *zst;
    uint64_t unpacked;
    uint64_t unpacked_limit;
    char *head;
    size_t head_len;
    size_t head_pos;
    bool head_is_all;
    struct decoder *decoder; /* NULL: UTF-8 */
    char *coded;             /* unpacked, not yet decoded */
    size_t coded_len;
    bool coded_last;
};

static enum status raw_read(struct source *s, char *dst, size_t cap, size_t *got, struct error *why)
{
    size_t n;
    if (s->fd < 0) {
        n = cap < s->memory.len ? cap : s->memory.len;
        memcpy(dst, s->memory.ptr, n);
        s->memory = str_skip(s->memory, n);
    } else {
        ssize_t r;
        do
            r = read(s->fd, dst, cap);
        while (r < 0 && errno == EINTR);
        if (r < 0)
            return error_set(why,
                             status_from_errno(errno),
                             "%.*s: cannot be read: %s",
                             STR_ARG(s->name),
                             error_system(why, errno));
        n = (size_t)r;
    }
    if (s->sha != NULL && gnutls_hash(s->sha, dst, n) < 0)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    atomic_fetch_add_explicit(&s->done, n, memory_order_relaxed);
    s->raw_at_end = n == 0;
    *got = n;
    return STATUS_OK;
}

static enum status raw_refill(struct source *s, struct error *why)
{
    if (s->raw_pos < s->raw_len || s->raw_at_end)
        return STATUS_OK;
    s->raw_pos = 0;
    s->raw_len = 0;
    return raw_read(s, s->raw, RAW_BYTES, &s->raw_len, why);
}

static enum status archive_bad(const struct source *s, struct error *why)
{
    return error_set(why,
                     STATUS_BAD_INPUT,
                     "%.*s: the compressed file is damaged or cut off after %llu bytes of content",
                     STR_ARG(s->name),
                     (unsigned long long)s->unpacked);
}

/* After a member: another one, zero padding (tar and tapes add it), or the end. */
static bool gz_next_member(struct source *s)
{
    while (s->raw_pos < s->raw_len && s->raw[s->raw_pos] == 0)
        s->raw_pos++;
    s->frame_open = s->raw_pos < s->raw_len;
    return !s->frame_open || inflateReset(&s->gz) == Z_OK;
}

static enum status gz_read(struct source *s, char *dst, size_t cap, size_t *got, struct error *why)
{
    s->gz.next_out = (unsigned char *)dst;
    s->gz.avail_out = (unsigned)(cap < RAW_BYTES * 16 ? cap : RAW_BYTES * 16);
    const unsigned room = s->gz.avail_out;
    while (s->gz.avail_out == room) {
        const enum status st = raw_refill(s, why);
        if (st != STATUS_OK)
            return st;
        if (!s->frame_open && !gz_next_member(s))
            return archive_bad(s, why);
        if (s->raw_pos == s->raw_len) {
            if (!s->raw_at_end)
                continue;
            if (s->frame_open)
                return archive_bad(s, why);
            break;
        }
        s->gz.next_in = (unsigned char *)s->raw + s->raw_pos;
        s->gz.avail_in = (unsigned)(s->raw_len - s->raw_pos);
        const int r = inflate(&s->gz, Z_NO_FLUSH);
        s->raw_pos = s->raw_len - s->gz.avail_in;
        if (r == Z_STREAM_END)
            s->frame_open = false;
        else if (r != Z_OK && r != Z_BUF_ERROR)
            return archive_bad(s, why);
    }
    *got = room - s->gz.avail_out;
    return STATUS_OK;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the library writes to it */
static enum status zst_read(struct source *s, char *dst, size_t cap, size_t *got, struct error *why)
{
    ZSTD_outBuffer out = { .dst = dst, .size = cap };
    while (out.pos == 0) {
        const enum status st = raw_refill(s, why);
        if (st != STATUS_OK)
            return st;
        if (s->raw_pos == s->raw_len && s->raw_at_end && !s->frame_open)
            break;
        ZSTD_inBuffer in = { .src = s->raw, .size = s->raw_len, .pos = s->raw_pos };
        const size_t before = in.pos;
        const size_t r = ZSTD_decompressStream(s->zst, &out, &in);
        s->raw_pos = in.pos;
        if (ZSTD_isError(r) || (s->raw_at_end && out.pos == 0 && in.pos == before))
            return archive_bad(s, why);
        s->frame_open = r != 0;
    }
    *got = out.pos;
    return STATUS_OK;
}

static enum status plain_read(
    struct source *s, char *dst, size_t cap, size_t *got, struct error *why)
{
    if (s->raw_pos == s->raw_len)
        return raw_read(s, dst, cap, got, why);
    *got = s->raw_len - s->raw_pos < cap ? s->raw_len - s->raw_pos : cap;
    memcpy(dst, s->raw + s->raw_pos, *got);
    s->raw_pos += *got;
    return STATUS_OK;
}

static enum status unpack_read(
    struct source *s, char *dst, size_t cap, size_t *got, struct error *why)
{
    static enum status (*const readers[])(
        struct source *, char *, size_t, size_t *, struct error *) = {
        [ROW_COMPRESSION_PLAIN] = plain_read,
        [ROW_COMPRESSION_GZIP] = gz_read,
        [ROW_COMPRESSION_ZSTD] = zst_read,
    };
    const enum status st = readers[s->compression](s, dst, cap, got, why);
    if (st != STATUS_OK)
        return st;
    s->unpacked += *got;
    if (s->unpacked > s->unpacked_limit)
        return error_set(why,
                         STATUS_TOO_LARGE,
                         "%.*s: unpacks to more than %llu bytes",
                         STR_ARG(s->name),
                         (unsigned long long)s->unpacked_limit);
    return STATUS_OK;
}

static enum status compression_start(struct source *s, struct error *why)
{
    const enum status st = raw_refill(s, why);
    if (st != STATUS_OK)
        return st;
    const str magic = { s->raw, s->raw_len };
    if (str_starts(magic, (str){ "\x1f\x8b\x08", 3 })) {
        s->compression = ROW_COMPRESSION_GZIP;
        s->gz_open = inflateInit2(&s->gz, 15 + 16) == Z_OK;
        s->frame_open = true;
        return s->gz_open ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    if (str_starts(magic, (str){ "\x28\xb5\x2f\xfd", 4 })) {
        s->compression = ROW_COMPRESSION_ZSTD;
        s->zst = ZSTD_createDStream();
        s->frame_open = true;
        if (s->zst == NULL || ZSTD_isError(ZSTD_DCtx_setParameter(s->zst, ZSTD_d_windowLogMax, 27)))
            return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    return STATUS_OK;
}

static enum status head_fill(struct source *s, struct error *why)
{
    while (s->head_len < SOURCE_HEAD_BYTES) {
        size_t got = 0;
        const enum status st =
            unpack_read(s, s->head + s->head_len, SOURCE_HEAD_BYTES - s->head_len, &got, why);
        if (st != STATUS_OK)
            return st;
        if (got == 0) {
            s->head_is_all = true;
            break;
        }
        s->head_len += got;
    }
    return STATUS_OK;
}

static struct source *source_new(str name, const struct row_options *opt)
{
    struct source *s = mem_new(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->fd = -1;
    s->name = name;
    s->unpacked_limit = opt->unpacked_limit != 0 ? opt->unpacked_limit : UINT64_C(1) << 40;
    s->raw = mem_new(1, RAW_BYTES);
    s->head = mem_new(1, SOURCE_HEAD_BYTES);
    const bool has_sha =
        !opt->want_sha256 || gnutls_hash_init(&s->sha, GNUTLS_DIG_SHA256) == GNUTLS_E_SUCCESS;
    if (s->raw == NULL || s->head == NULL || !has_sha) {
        source_close(s);
        return NULL;
    }
    return s;
}

static enum status source_start(struct source *s, struct source **out, struct error *why)
{
    enum status st = compression_start(s, why);
    if (st == STATUS_OK)
        st = head_fill(s, why);
    if (st == STATUS_OK)
        *out = s;
    else
        source_close(s);
    return st;
}

enum status source_open(const char *path,
                        const struct row_options *opt,
                        struct source **out,
                        struct error *why)
{
    const int fd =
        open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe would wait for a writer */
    if (fd < 0)
        return error_set(why,
                         status_from_errno(errno),
                         "%s: cannot be opened: %s",
                         path,
                         error_system(why, errno));
    struct stat info;
    if (fstat(fd, &info) != 0 || S_ISDIR(info.st_mode)) {
        close(fd);
        return error_set(why, STATUS_BAD_INPUT, "%s: is a folder, not a file", path);
    }
    if (!S_ISREG(info.st_mode)) {
        close(fd);
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "%s: a pipe or device, not a file; a file is read more than once, so save "
                         "it to the disk first",
                         path);
    }
    struct source *s = source_new(path_base(str_from(path)), opt);
    if (s == NULL) {
        close(fd);
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    s->fd = fd;
    s->total = (uint64_t)info.st_size;
    return source_start(s, out, why);
}

enum status source_open_bytes(str bytes,
                              const struct row_options *opt,
                              struct source **out,
                              struct error *why)
{
    struct source *s = source_new(STR("upload"), opt);
    if (s == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    s->memory = bytes;
    s->total = bytes.len;
    return source_start(s, out, why);
}

void source_close(struct source *s)
{
    if (s == NULL)
        return;
    if (s->gz_open)
        inflateEnd(&s->gz);
    ZSTD_freeDStream(s->zst);
    if (s->sha != NULL)
        gnutls_hash_deinit(s->sha, NULL);
    if (s->fd >= 0)
        close(s->fd);
    decoder_free(s->decoder);
    mem_free(s->coded);
    mem_free(s->head);
    mem_free(s->raw);
    mem_free(s);
}

str source_head(const struct source *s)
{
    return (str){ s->head, s->head_len };
}

bool source_head_is_all(const struct source *s)
{
    return s->head_is_all;
}

enum row_compression source_compression(const struct source *s)
{
    return s->compression;
}

enum status source_decode_as(struct source *s, enum row_encoding e, size_t skip, struct error *why)
{
    s->head_pos = skip;
    if (e == ROW_ENCODING_UTF8)
        return STATUS_OK;
    s->decoder = decoder_new(e);
    s->coded = mem_new(1, RAW_BYTES);
    if (s->decoder == NULL || s->coded == NULL)
        return error_set(why,
                         STATUS_NO_MEMORY,
                         "the encoding %s cannot be read on this system",
                         row_encoding_name(e));
    return STATUS_OK;
}

/* Unpacked bytes: the head again, then what follows. */
static enum status unpacked(struct source *s, char *dst, size_t cap, size_t *got, struct error *why)
{
    const size_t rest = s->head_len - s->head_pos;
    if (rest == 0) {
        *got = 0;
        return s->head_is_all ? STATUS_OK : unpack_read(s, dst, cap, got, why);
    }
    *got = rest < cap ? rest : cap;
    memcpy(dst, s->head + s->head_pos, *got);
    s->head_pos += *got;
    return STATUS_OK;
}

enum status source_read(struct source *s, char *dst, size_t cap, size_t *got, struct error *why)
{
    *got = 0;
    if (s->decoder == NULL)
        return unpacked(s, dst, cap, got, why);
    while (*got == 0 && !(s->coded_last && s->coded_len == 0)) {
        size_t more = 0;
        if (!s->coded_last && s->coded_len < RAW_BYTES) {
            const enum status st =
                unpacked(s, s->coded + s->coded_len, RAW_BYTES - s->coded_len, &more, why);
            if (st != STATUS_OK)
                return st;
            s->coded_len += more;
            s->coded_last = more == 0;
        }
        str rest = { s->coded, s->coded_len };
        *got = decoder_run(s->decoder, &rest, dst, cap, s->coded_last);
        memmove(s->coded, rest.ptr, rest.len);
        s->coded_len = rest.len;
    }
    return STATUS_OK;
}

uint64_t source_bytes_done(const struct source *s)
{
    return atomic_load_explicit(&s->done, memory_order_relaxed);
}

uint64_t source_bytes_total(const struct source *s)
{
    return s->total;
}

bool source_sha256(struct source *s, char hex[65])
{
    unsigned char sum[32];
    gnutls_hash_hd_t copy = s->sha != NULL && s->raw_at_end ? gnutls_hash_copy(s->sha) : NULL;
    if (copy == NULL)
        return false;
    gnutls_hash_deinit(copy, sum);
    sodium_bin2hex(hex, 65, sum, sizeof sum);
    return true;
}

enum status file_sha256(const char *path, char hex[65], uint64_t *bytes, struct error *why)
{
    const struct row_options opt = { .want_sha256 = true };
    struct source *s = source_new(path_base(str_from(path)), &opt);
    if (s == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = STATUS_OK;
    s->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (s->fd < 0)
        st = error_set(why,
                       status_from_errno(errno),
                       "%s: cannot be opened: %s",
                       path,
                       error_system(why, errno));
    while (st == STATUS_OK && !s->raw_at_end) {
        size_t got = 0;
        st = raw_read(s, s->raw, RAW_BYTES, &got, why);
    }
    if (st == STATUS_OK && bytes != NULL)
        *bytes = source_bytes_done(s);
    if (st == STATUS_OK && !source_sha256(s, hex))
        st = STATUS_IO;
    source_close(s);
    return st;
}
