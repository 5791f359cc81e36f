/* Few ids inline, more in a list that is sorted late, many in CRoaring; one canonical blob. */
#include "numerics/ids.h"

#include "numerics/ids_priv.h"

#include <roaring/roaring.h>

#include <string.h>

enum { FIRST_CAP = 16, FEW_TO_SORT = 32, FEW_TO_INSERT = 32 };

void ids_init(struct ids *s)
{
    memset(s, 0, sizeof *s);
}

void ids_release(struct ids *s)
{
    if (s->bitmap != NULL)
        roaring_bitmap_free(s->bitmap);
    if (s->cap > 0)
        mem_free(s->few.list);
    ids_init(s);
}

static uint32_t *few_of(struct ids *s)
{
    return s->cap > 0 ? s->few.list : s->few.small;
}

/* Few: insertion. More: by digits of 8 bits from the lowest, passing over those that all ids share
 * (qsort took 90 ns an id here, this takes 6). */
static void sort_ids(uint32_t *ids, uint32_t n)
{
    if (n <= FEW_TO_SORT) {
        for (uint32_t i = 1; i < n; i++) {
            const uint32_t id = ids[i];
            uint32_t k = i;
            for (; k > 0 && ids[k - 1] > id; k--)
                ids[k] = ids[k - 1];
            ids[k] = id;
        }
        return;
    }
    uint32_t other[IDS_ARRAY_MAX];
    uint32_t differ = 0;
    for (uint32_t i = 1; i < n; i++)
        differ |= ids[i] ^ ids[0];
    uint32_t *from = ids;
    uint32_t *to = other;
    for (unsigned shift = 0; shift < 32; shift += 8) {
        if ((differ >> shift & 0xff) == 0)
            continue;
        uint32_t start[257] = { 0 };
        for (uint32_t i = 0; i < n; i++)
            start[(from[i] >> shift & 0xff) + 1]++;
        for (unsigned k = 1; k < 256; k++)
            start[k] += start[k - 1];
        for (uint32_t i = 0; i < n; i++)
            to[start[from[i] >> shift & 0xff]++] = from[i];
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != ids)
        memcpy(ids, from, n * sizeof *ids);
}

/* Makes the few ascending and distinct. */
static void tidy(struct ids *s)
{
    uint32_t *ids = few_of(s);
    uint32_t i = 1;
    while (i < s->len && ids[i - 1] < ids[i])
        i++;
    if (i >= s->len)
        return;
    sort_ids(ids, s->len);
    uint32_t kept = 1;
    for (i = 1; i < s->len; i++) {
        if (ids[i] != ids[kept - 1])
            ids[kept++] = ids[i];
    }
    s->len = kept;
}

/* From few to a bitmap. */
static bool become_bitmap(struct ids *s)
{
    roaring_bitmap_t *r = roaring_bitmap_of_ptr(s->len, few_of(s));
    if (r == NULL)
        return false;
    ids_release(s);
    s->bitmap = r;
    return true;
}

/* Makes room for one more: by tidying when that frees half, else by growing. */
static bool make_room(struct ids *s)
{
    const uint32_t have = s->cap > 0 ? s->cap : IDS_SMALL;
    tidy(s);
    if (s->len <= have / 2)
        return true;
    if (have >= IDS_ARRAY_MAX)
        return become_bitmap(s);
    const uint32_t cap = s->cap > 0 ? s->cap * 4 : FIRST_CAP;
    uint32_t *list = mem_new(cap, sizeof *list);
    if (list == NULL)
        return false;
    memcpy(list, few_of(s), s->len * sizeof *list);
    if (s->cap > 0)
        mem_free(s->few.list);
    s->few.list = list;
    s->cap = cap;
    return true;
}

bool ids_add(struct ids *s, uint32_t id)
{
    if (s->bitmap == NULL) {
        uint32_t *few = few_of(s);
        if (s->len > 0 && few[s->len - 1] == id) /* lines of an order come together */
            return true;
        if (s->len < (s->cap > 0 ? s->cap : IDS_SMALL)) {
            few[s->len++] = id;
            return true;
        }
        if (!make_room(s))
            return false;
        if (s->bitmap == NULL) {
            few_of(s)[s->len++] = id;
            return true;
        }
    }
    roaring_bitmap_add(s->bitmap, id);
    return true;
}

bool ids_add_many(struct ids *s, const uint32_t *ids, size_t n)
{
    while (s->bitmap == NULL && n > 0) {
        const size_t room = (s->cap > 0 ? s->cap : IDS_SMALL) - s->len;
        const size_t take = n < room ? n : room;
        memcpy(few_of(s) + s->len, ids, take * sizeof *ids);
        s->len += (uint32_t)take;
        ids += take;
        n -= take;
        if (n > 0 && !make_room(s))
            return false;
    }
    if (n > 0)
        roaring_bitmap_add_many(s->bitmap, n, ids);
    return true;
}

/* Ascending ids into a set that may have become a bitmap: one by one each would move those above
 * it, so many become a bitmap of their own. */
static bool add_ascending(struct ids *s, const uint32_t *ids, size_t n)
{
    if (s->bitmap == NULL || n < FEW_TO_INSERT)
        return ids_add_many(s, ids, n);
    roaring_bitmap_t *r = roaring_bitmap_of_ptr(n, ids);
    if (r == NULL)
        return false;
    roaring_bitmap_or_inplace(s->bitmap, r);
    roaring_bitmap_free(r);
    return true;
}

bool ids_merge(struct ids *into, struct ids *from)
{
    if (from->bitmap == NULL) {
        tidy(from);
        return add_ascending(into, few_of(from), from->len);
    }
    if (into->bitmap == NULL && !become_bitmap(into))
        return false;
    roaring_bitmap_or_inplace(into->bitmap, from->bitmap);
    return true;
}

uint64_t ids_count(struct ids *s)
{
    if (s->bitmap != NULL)
        return roaring_bitmap_get_cardinality(s->bitmap);
    tidy(s);
    return s->len;
}

bool ids_has(const struct ids *s, uint32_t id)
{
    if (s->bitmap != NULL)
        return roaring_bitmap_contains(s->bitmap, id);
    const uint32_t *few = s->cap > 0 ? s->few.list : s->few.small;
    for (uint32_t i = 0; i < s->len; i++) {
        if (few[i] == id)
            return true;
    }
    return false;
}

void ids_each(struct ids *s, bool (*visit)(uint32_t id, void *self), void *self)
{
    if (s->bitmap != NULL) {
        roaring_iterate(s->bitmap, visit, self);
        return;
    }
    tidy(s);
    const uint32_t *few = few_of(s);
    for (uint32_t i = 0; i < s->len; i++) {
        if (!visit(few[i], self))
            return;
    }
}

/* Canonical: arrays and bitsets by cardinality, then runs where they are shorter. No bitmap in
 * memory holds runs, ever: two ways to one set would give two forms, and CRoaring 0.2.66 writes
 * past its memory when it turns a run that ends at 65535 back into an array. */
void ids_write(struct ids *s, struct buf *out)
{
    if (s->bitmap == NULL) {
        tidy(s);
        blob_write(few_of(s), s->len, out);
        return;
    }
    roaring_bitmap_t *copy = roaring_bitmap_copy(s->bitmap);
    if (copy == NULL) {
        out->failed = true;
        return;
    }
    roaring_bitmap_run_optimize(copy);
    const size_t size = roaring_bitmap_portable_size_in_bytes(copy);
    char *bytes = mem_new(1, size);
    if (bytes != NULL) {
        roaring_bitmap_portable_serialize(copy, bytes);
        buf_add(out, (str){ .ptr = bytes, .len = size });
    } else {
        out->failed = true;
    }
    mem_free(bytes);
    roaring_bitmap_free(copy);
}

/* A bitmap without runs from a valid blob; NULL when out of memory. */
static roaring_bitmap_t *bitmap_of(const struct blob_header *h)
{
    struct buf plain;
    buf_init(&plain, SIZE_MAX / 2);
    str blob = h->blob;
    if (h->flags != NULL) {
        blob_without_runs(h, &plain);
        blob = buf_str(&plain);
    }
    roaring_bitmap_t *r = NULL;
    if (buf_ok(&plain))
        r = roaring_bitmap_portable_deserialize_safe(blob.ptr, blob.len);
    buf_release(&plain);
    return r;
}

static enum status merge_few(struct ids *into, const struct blob_header *h, uint64_t count)
{
    uint32_t ids[IDS_ARRAY_MAX];
    blob_read(h, ids);
    return add_ascending(into, ids, (size_t)count) ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status ids_merge_blob(struct ids *into, str blob)
{
    struct blob_header h;
    uint64_t count = 0;
    if (!ids_blob_valid(blob) || !blob_header_read(blob, &h) || !ids_blob_count(blob, &count))
        return STATUS_BAD_INPUT;
    if (count <= IDS_ARRAY_MAX) /* so there is no bitset container */
        return merge_few(into, &h, count);
    roaring_bitmap_t *r = bitmap_of(&h);
    if (r == NULL)
        return STATUS_NO_MEMORY;
    if (into->bitmap == NULL) {
        roaring_bitmap_add_many(r, into->len, few_of(into));
        ids_release(into);
        into->bitmap = r;
        return STATUS_OK;
    }
    roaring_bitmap_or_inplace(into->bitmap, r);
    roaring_bitmap_free(r);
    return STATUS_OK;
}
