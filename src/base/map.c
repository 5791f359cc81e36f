/* Map from text to a 64-bit value: open addressing over an array in insertion order. */
#include "base/memory.h"

#include <string.h>

#define KEYS_BUDGET (SIZE_MAX / 2)

struct entry {
    str key;
    uint64_t hash;
    uint64_t value;
};

struct map {
    struct entry *entries;
    size_t count;
    size_t cap;
    uint32_t *slots; /* entry index + 1; 0: free. Length is a power of two, at most 3/4 full */
    size_t slot_count;
    struct arena *keys;
};

struct map *map_new(void)
{
    struct map *m = mem_new(1, sizeof *m);
    if (m == NULL)
        return NULL;
    m->slot_count = 16;
    m->slots = mem_new(m->slot_count, sizeof *m->slots);
    m->keys = arena_new(KEYS_BUDGET);
    if (m->slots == NULL || m->keys == NULL) {
        map_free(m);
        return NULL;
    }
    return m;
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t slot_of(const struct map *m, str key, uint64_t hash)
{
    size_t i = (size_t)hash & (m->slot_count - 1);
    while (m->slots[i] != 0) {
        const struct entry *e = &m->entries[m->slots[i] - 1];
        if (e->hash == hash && str_eq(e->key, key))
            return i;
        i = (i + 1) & (m->slot_count - 1);
    }
    return i;
}

static bool widen(struct map *m)
{
    uint32_t *slots = mem_new(m->slot_count * 2, sizeof *slots);
    if (slots == NULL)
        return false;
    mem_free(m->slots);
    m->slots = slots;
    m->slot_count *= 2;
    for (size_t i = 0; i < m->count; i++)
        m->slots[slot_of(m, m->entries[i].key, m->entries[i].hash)] = (uint32_t)i + 1;
    return true;
}

bool map_put(struct map *m, str key, uint64_t value)
{
    const uint64_t hash = str_hash(key, 0);
    size_t i = slot_of(m, key, hash);
    if (m->slots[i] != 0) {
        m->entries[m->slots[i] - 1].value = value;
        return true;
    }
    if (m->count >= UINT32_MAX - 1 || !MEM_GROW(m->entries, m->cap, m->count + 1))
        return false;
    if ((m->count + 1) * 4 > m->slot_count * 3) {
        if (!widen(m))
            return false;
        i = slot_of(m, key, hash);
    }
    const str copy = arena_dup(m->keys, key);
    if (copy.ptr == NULL)
        return false;
    m->entries[m->count] = (struct entry){ .key = copy, .hash = hash, .value = value };
    m->slots[i] = (uint32_t)++m->count;
    return true;
}

uint64_t *map_get(const struct map *m, str key)
{
    const size_t i = slot_of(m, key, str_hash(key, 0));
    return m->slots[i] != 0 ? &m->entries[m->slots[i] - 1].value : NULL;
}

size_t map_len(const struct map *m)
{
    return m->count;
}

bool map_next(const struct map *m, size_t *i, str *key, uint64_t *value)
{
    if (*i >= m->count)
        return false;
    *key = m->entries[*i].key;
    *value = m->entries[*i].value;
    *i += 1;
    return true;
}

void map_free(struct map *m)
{
    if (m == NULL)
        return;
    arena_free(m->keys);
    mem_free(m->entries);
    mem_free(m->slots);
    mem_free(m);
}
