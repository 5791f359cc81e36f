/* PORTABLE ROARING FORMAT, little-endian (https://github.com/RoaringBitmap/RoaringFormatSpec)
 *   no runs:  u32 12346, u32 n
 *   runs:     u16 12347, u16 n - 1, ceil(n / 8) bytes of flags: container i is a run
 *   then n x (u16 key, u16 cardinality - 1), keys ascending
 *   then n x u32 offset of the container; with runs only when n >= 4
 *   then the containers: array (u16 ascending, up to 4096), bitset (8192 bytes), or
 *        run (u16 count, then count x (u16 start, u16 length - 1))
 * CRoaring's own reader checks lengths only; unsorted arrays or overlapping runs would give wrong
 * counts without a word. So a blob is checked here, all of it, before CRoaring sees it. */
#include "numerics/ids_priv.h"

#include <string.h>

enum { COOKIE_PLAIN = 12346, COOKIE_RUN = 12347, NO_OFFSETS_BELOW = 4 };

static uint32_t le16(const char *p)
{
    return (uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8;
}

static uint32_t le32(const char *p)
{
    return le16(p) | le16(p + 2) << 16;
}

bool blob_header_read(str blob, struct blob_header *out)
{
    struct blob_header h = { .blob = blob };
    size_t at = 4;
    if (blob.len < 4)
        return false;
    const uint32_t cookie = le32(blob.ptr);
    bool offsets = true;
    if ((cookie & 0xffff) == COOKIE_RUN) {
        h.count = (cookie >> 16) + 1;
        h.flags = blob.ptr + at;
        at += (h.count + 7) / 8;
        offsets = h.count >= NO_OFFSETS_BELOW;
    } else if (cookie == COOKIE_PLAIN && blob.len >= 8) {
        h.count = le32(blob.ptr + at);
        at += 4;
    } else {
        return false;
    }
    if (h.count > IDS_CONTAINERS || at + h.count * (offsets ? 8 : 4) > blob.len)
        return false;
    h.cards = blob.ptr + at;
    at += h.count * 4;
    h.offsets = offsets ? blob.ptr + at : NULL;
    h.data = at + (offsets ? h.count * 4 : 0);
    *out = h;
    return true;
}

uint32_t blob_key(const struct blob_header *h, size_t i)
{
    return le16(h->cards + i * 4);
}

uint32_t blob_card(const struct blob_header *h, size_t i)
{
    return le16(h->cards + i * 4 + 2) + 1;
}

bool blob_is_run(const struct blob_header *h, size_t i)
{
    return h->flags != NULL && ((unsigned char)h->flags[i / 8] >> (i % 8) & 1) != 0;
}

static bool array_valid(const char *p, uint32_t card)
{
    bool ascends = true;
    for (size_t i = 1; i < card; i++) /* all of them: without a branch it is four times as fast */
        ascends &= le16(p + i * 2) > le16(p + (i - 1) * 2);
    return ascends;
}

static bool bitset_valid(const char *p, uint32_t card)
{
    uint32_t ones = 0;
    for (size_t i = 0; i < IDS_BITSET_BYTES; i += 8) {
        uint64_t word;
        memcpy(&word, p + i, sizeof word);
        ones += (uint32_t)__builtin_popcountll(word);
    }
    return ones == card;
}

/* Runs ascend, do not touch each other, and hold `card` ids. */
static bool runs_valid(const char *p, uint32_t runs, uint32_t card)
{
    uint32_t total = 0;
    uint32_t next = 0; /* first start that is allowed */
    for (size_t i = 0; i < runs; i++) {
        const uint32_t start = le16(p + i * 4);
        const uint32_t last = start + le16(p + i * 4 + 2);
        if (start < next || last > 0xffff)
            return false;
        total += last - start + 1;
        next = last + 2;
    }
    return total == card;
}

/* Checks container i at *at and steps over it. */
static bool container_valid(const struct blob_header *h, size_t i, size_t *at)
{
    const size_t left = h->blob.len - *at;
    const char *p = h->blob.ptr + *at;
    const uint32_t card = blob_card(h, i);
    if (h->offsets != NULL && le32(h->offsets + i * 4) != *at)
        return false;
    if (blob_is_run(h, i)) {
        const size_t runs = left >= 2 ? le16(p) : 0;
        if (runs == 0 || left < 2 + runs * 4)
            return false;
        *at += 2 + runs * 4;
        return runs_valid(p + 2, (uint32_t)runs, card);
    }
    const size_t bytes = card > IDS_ARRAY_MAX ? IDS_BITSET_BYTES : (size_t)card * 2;
    if (left < bytes)
        return false;
    *at += bytes;
    return card > IDS_ARRAY_MAX ? bitset_valid(p, card) : array_valid(p, card);
}

bool ids_blob_valid(str blob)
{
    struct blob_header h;
    if (!blob_header_read(blob, &h))
        return false;
    size_t at = h.data;
    for (size_t i = 0; i < h.count; i++) {
        if (i > 0 && blob_key(&h, i) <= blob_key(&h, i - 1))
            return false;
        if (!container_valid(&h, i, &at))
            return false;
    }
    return at == blob.len;
}

bool ids_blob_count(str blob, uint64_t *out)
{
    struct blob_header h;
    uint64_t total = 0;
    if (!blob_header_read(blob, &h))
        return false;
    for (size_t i = 0; i < h.count; i++)
        total += blob_card(&h, i);
    *out = total;
    return true;
}

void blob_read(const struct blob_header *h, uint32_t *out)
{
    size_t at = h->data;
    for (size_t i = 0; i < h->count; i++) {
        const uint32_t high = blob_key(h, i) << 16;
        const bool is_run = blob_is_run(h, i);
        const uint32_t items = is_run ? le16(h->blob.ptr + at) : blob_card(h, i);
        at += is_run ? 2 : 0;
        for (uint32_t k = 0; k < items; k++, at += 2) {
            const uint32_t first = le16(h->blob.ptr + at);
            uint32_t more = 0;
            if (is_run) {
                at += 2;
                more = le16(h->blob.ptr + at);
            }
            for (uint32_t id = first; id <= first + more; id++)
                *out++ = high | id;
        }
    }
}

static void put16(struct buf *out, uint32_t v)
{
    buf_addc(out, (char)(v & 0xff));
    buf_addc(out, (char)(v >> 8 & 0xff));
}

static void put32(struct buf *out, uint32_t v)
{
    put16(out, v & 0xffff);
    put16(out, v >> 16);
}

/* The ids of one container in an ascending list, and how it is best written. */
struct span {
    const uint32_t *ids;
    size_t len;
    size_t runs;
    size_t bytes;
    bool as_runs;
};

static struct span span_at(const uint32_t *ids, size_t n)
{
    struct span s = { .ids = ids, .len = 1, .runs = 1 };
    while (s.len < n && ids[s.len] >> 16 == ids[0] >> 16) {
        s.runs += ids[s.len] != ids[s.len - 1] + 1;
        s.len++;
    }
    s.as_runs = 2 + 4 * s.runs < 2 * s.len; /* CRoaring's rule, for equal bytes */
    s.bytes = s.as_runs ? 2 + 4 * s.runs : 2 * s.len;
    return s;
}

static void put_array(const struct span *s, struct buf *out)
{
    char bytes[IDS_ARRAY_MAX * 2];
    for (size_t i = 0; i < s->len; i++) {
        bytes[i * 2] = (char)(s->ids[i] & 0xff);
        bytes[i * 2 + 1] = (char)(s->ids[i] >> 8 & 0xff);
    }
    buf_add(out, (str){ .ptr = bytes, .len = s->len * 2 });
}

static void put_runs(const struct span *s, struct buf *out)
{
    put16(out, (uint32_t)s->runs);
    for (size_t i = 0; i < s->len;) {
        size_t last = i;
        while (last + 1 < s->len && s->ids[last + 1] == s->ids[last] + 1)
            last++;
        put16(out, s->ids[i] & 0xffff);
        put16(out, (uint32_t)(last - i));
        i = last + 1;
    }
}

static void put_container(const struct span *s, struct buf *out)
{
    if (s->as_runs)
        put_runs(s, out);
    else
        put_array(s, out);
}

/* The cookie of a set with runs, and a flag for each container. */
static void put_cookie(const uint32_t *ids, size_t n, size_t containers, struct buf *out)
{
    put16(out, COOKIE_RUN);
    put16(out, (uint32_t)(containers - 1));
    uint32_t flags = 0;
    size_t i = 0;
    for (size_t at = 0; at < n; i++) {
        const struct span s = span_at(ids + at, n - at);
        flags |= (uint32_t)s.as_runs << (i % 8);
        if (i % 8 == 7) {
            buf_addc(out, (char)flags);
            flags = 0;
        }
        at += s.len;
    }
    if (i % 8 != 0)
        buf_addc(out, (char)flags);
}

void blob_write(const uint32_t *ids, size_t n, struct buf *out)
{
    size_t containers = 0;
    bool runs = false;
    for (size_t at = 0; at < n; containers++) {
        const struct span s = span_at(ids + at, n - at);
        runs = runs || s.as_runs;
        at += s.len;
    }
    const bool offsets = !runs || containers >= NO_OFFSETS_BELOW;
    size_t data = (runs ? 4 + (containers + 7) / 8 : 8) + containers * (offsets ? 8 : 4);
    if (runs) {
        put_cookie(ids, n, containers, out);
    } else {
        put32(out, COOKIE_PLAIN);
        put32(out, (uint32_t)containers);
    }
    for (size_t at = 0; at < n;) {
        const struct span s = span_at(ids + at, n - at);
        put16(out, s.ids[0] >> 16);
        put16(out, (uint32_t)(s.len - 1));
        at += s.len;
    }
    for (size_t at = 0; offsets && at < n;) {
        const struct span s = span_at(ids + at, n - at);
        put32(out, (uint32_t)data);
        data += s.bytes;
        at += s.len;
    }
    for (size_t at = 0; at < n;) {
        const struct span s = span_at(ids + at, n - at);
        put_container(&s, out);
        at += s.len;
    }
}

/* A run container's ids as an array or bitset. */
static void put_run_ids(struct buf *out, const char *p, uint32_t card)
{
    unsigned char bytes[IDS_BITSET_BYTES] = { 0 }; /* as much as the longest array */
    size_t len = 0;
    const uint32_t runs = le16(p);
    for (size_t i = 0; i < runs; i++) {
        const uint32_t first = le16(p + 2 + i * 4);
        const uint32_t last = first + le16(p + 4 + i * 4);
        for (uint32_t id = first; id <= last; id++) {
            if (card <= IDS_ARRAY_MAX) {
                bytes[len++] = (unsigned char)(id & 0xff);
                bytes[len++] = (unsigned char)(id >> 8);
            } else {
                bytes[id / 8] |= (unsigned char)(1U << (id % 8));
            }
        }
    }
    if (card > IDS_ARRAY_MAX)
        len = sizeof bytes;
    buf_add(out, (str){ .ptr = (const char *)bytes, .len = len });
}

static size_t plain_bytes(uint32_t card)
{
    return card > IDS_ARRAY_MAX ? IDS_BITSET_BYTES : (size_t)card * 2;
}

void blob_without_runs(const struct blob_header *h, struct buf *out)
{
    size_t data = 8 + h->count * 8;
    size_t at = h->data;
    put32(out, COOKIE_PLAIN);
    put32(out, (uint32_t)h->count);
    buf_add(out, (str){ .ptr = h->cards, .len = h->count * 4 });
    for (size_t i = 0; i < h->count; i++) {
        put32(out, (uint32_t)data);
        data += plain_bytes(blob_card(h, i));
    }
    for (size_t i = 0; i < h->count; i++) {
        const char *p = h->blob.ptr + at;
        const uint32_t card = blob_card(h, i);
        if (blob_is_run(h, i)) {
            put_run_ids(out, p, card);
            at += 2 + (size_t)le16(p) * 4;
        } else {
            buf_add(out, (str){ .ptr = p, .len = plain_bytes(card) });
            at += plain_bytes(card);
        }
    }
}
