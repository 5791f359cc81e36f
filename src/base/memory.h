/* Memory: the only place that calls malloc. Allocation failure gives NULL, never an abort. */
#ifndef SHOPVANE_BASE_MEMORY_H
#define SHOPVANE_BASE_MEMORY_H

#include "base/str.h"

MUST_CHECK void *mem_new(size_t count, size_t size); /* zeroed; NULL on overflow or failure */
/* Room for at least `need` items; *items keeps its old block on failure (false). */
#define MEM_GROW(items, cap, need) mem_grow((void **)&(items), &(cap), (need), sizeof *(items))
MUST_CHECK bool mem_grow(void **items, size_t *cap, size_t need, size_t size);
void mem_free(void *p); /* NULL is fine */
/* After something large: what was freed goes back to the system, which the C library else keeps.
 * Takes milliseconds. Any thread. */
void mem_give_back(void);
/* For a process that answers many: up to so much of what was freed is kept for the next answer (of
 * each of the C library's arenas). Else each large answer's pages are asked for and cleared anew, a
 * quarter of the time of assembling it. Before other threads. */
void mem_keep_freed(int bytes);

/* Arena: one per request, query or batch; nobody frees in between. Not for two threads. */
struct arena;
MUST_CHECK struct arena *arena_new(size_t budget_bytes); /* 0: 64 MiB */
/* Zeroed, aligned for anything; NULL when the budget is used up. */
MUST_CHECK void *arena_alloc(struct arena *a, size_t count, size_t size);
#define ARENA_NEW(a, type, count) ((type *)arena_alloc((a), (count), sizeof(type)))
/* Copies live as long as the arena and end with a NUL; .ptr == NULL says out of memory. */
str arena_dup(struct arena *a, str s);
/* NUL-terminated copy, or NULL. */
MUST_CHECK char *arena_cstr(struct arena *a, str s);
/* Formatted text in the arena; an empty string when out of memory. */
str arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Runs at reset and free, last registered first. */
MUST_CHECK bool arena_at_reset(struct arena *a, void (*cleanup)(void *), void *arg);
size_t arena_used(const struct arena *a);
void arena_reset(struct arena *a);
void arena_free(struct arena *a); /* NULL is fine */

/* Growing text with a ceiling; the first overflow sticks and later adds do nothing. */
struct buf {
    char *data;
    size_t len;
    size_t cap;
    size_t limit;
    bool failed;
};
void buf_init(struct buf *b, size_t limit);
void buf_add(struct buf *b, str s);
void buf_adds(struct buf *b, const char *nul_terminated);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Spaces until the text is `width` terminal columns wide. */
void buf_pad(struct buf *b, str s, size_t width, bool right);
void buf_clear(struct buf *b);    /* empty, keeps memory, clears failure */
str buf_str(const struct buf *b); /* borrowed until the next change */
MUST_CHECK bool buf_ok(const struct buf *b);
char *buf_take(struct buf *b, size_t *out_len); /* NUL-terminated, caller frees; NULL when failed */
void buf_release(struct buf *b);

/* Map from text to 64-bit value; keys are copied. Not for two threads. */
struct map;
MUST_CHECK struct map *map_new(void);
/* False only when out of memory. */
MUST_CHECK bool map_put(struct map *m, str key, uint64_t value);
/* Pointer to the value, valid until the next put; NULL when absent. */
uint64_t *map_get(const struct map *m, str key);
size_t map_len(const struct map *m);
/* Walks in insertion order: start *i at 0; false at the end. */
bool map_next(const struct map *m, size_t *i, str *key, uint64_t *value);
void map_free(struct map *m);

#endif
