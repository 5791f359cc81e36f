/* Arena: blocks in a list, handed out by advancing. Freed parts are poisoned under ASan, so a use
 * after reset is found. */
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifdef HAS_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n)   ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

#define ARENA_BUDGET ((size_t)64 * 1024 * 1024)
#define BLOCK_BYTES  ((size_t)16 * 1024)   /* of the first block; later ones grow with the arena, */
#define BLOCK_MAX    ((size_t)1024 * 1024) /* up to this */
#define ALIGNMENT    ((size_t)16)

struct block {
    struct block *next;
    size_t cap;
    size_t used;
    size_t pad; /* keeps data[] aligned to 16 */
    unsigned char data[];
};

struct cleanup {
    struct cleanup *next;
    void (*run)(void *);
    void *arg;
};

struct arena {
    struct block *blocks;
    struct cleanup *cleanups;
    size_t budget;
    size_t used;
};

struct arena *arena_new(size_t budget_bytes)
{
    struct arena *a = mem_new(1, sizeof *a);
    if (a != NULL)
        a->budget = budget_bytes != 0 ? budget_bytes : ARENA_BUDGET;
    return a;
}

static struct block *block_new(size_t bytes, size_t used)
{
    const size_t usual = used < BLOCK_BYTES ? BLOCK_BYTES : used < BLOCK_MAX ? used : BLOCK_MAX;
    const size_t cap = bytes > usual ? bytes : usual;
    struct block *b = cap > SIZE_MAX - sizeof *b ? NULL : malloc(sizeof *b + cap);
    if (b == NULL)
        return NULL;
    b->next = NULL;
    b->cap = cap;
    b->used = 0;
    ASAN_POISON_MEMORY_REGION(b->data, cap);
    return b;
}

/* As arena_alloc(), not zeroed. */
static void *take(struct arena *a, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > a->budget)
        return NULL;
    const size_t rounded = bytes == 0 ? ALIGNMENT : (bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    if (rounded > a->budget - a->used)
        return NULL;
    struct block *b = a->blocks;
    if (b == NULL || b->cap - b->used < rounded) {
        b = block_new(rounded, a->used);
        if (b == NULL)
            return NULL;
        b->next = a->blocks;
        a->blocks = b;
    }
    void *p = b->data + b->used;
    b->used += rounded;
    a->used += rounded;
    ASAN_UNPOISON_MEMORY_REGION(p, rounded);
    return p;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    void *p = take(a, count, size);
    if (p != NULL)
        memset(p, 0, count * size);
    return p;
}

str arena_dup(struct arena *a, str s)
{
    char *p = s.len == SIZE_MAX ? NULL : take(a, s.len + 1, 1);
    if (p == NULL)
        return (str){ NULL, 0 };
    if (s.len > 0)
        memcpy(p, s.ptr, s.len);
    p[s.len] = '\0';
    return (str){ p, s.len };
}

char *arena_cstr(struct arena *a, str s)
{
    char *p = s.len == SIZE_MAX ? NULL : arena_alloc(a, s.len + 1, 1);
    if (p != NULL && s.len > 0)
        memcpy(p, s.ptr, s.len);
    return p;
}

str arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    const int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1, 1);
    if (p != NULL)
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p != NULL ? (str){ p, (size_t)n } : STR_EMPTY;
}

bool arena_at_reset(struct arena *a, void (*cleanup)(void *), void *arg)
{
    struct cleanup *c = ARENA_NEW(a, struct cleanup, 1);
    if (c == NULL)
        return false;
    *c = (struct cleanup){ .next = a->cleanups, .run = cleanup, .arg = arg };
    a->cleanups = c;
    return true;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

static void run_cleanups(struct arena *a)
{
    while (a->cleanups != NULL) {
        const struct cleanup *c = a->cleanups;
        a->cleanups = c->next;
        c->run(c->arg);
    }
}

static void free_blocks(struct block *b)
{
    while (b != NULL) {
        struct block *next = b->next;
        ASAN_UNPOISON_MEMORY_REGION(b->data, b->cap);
        free(b);
        b = next;
    }
}

void arena_reset(struct arena *a)
{
    run_cleanups(a);
    struct block *keep = a->blocks;
    if (keep != NULL) {
        free_blocks(keep->next);
        keep->next = NULL;
        keep->used = 0;
        ASAN_POISON_MEMORY_REGION(keep->data, keep->cap);
    }
    a->used = 0;
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    run_cleanups(a);
    free_blocks(a->blocks);
    free(a);
}
