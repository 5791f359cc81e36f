/* Allocation that checks its arithmetic: the only place that calls malloc. */
#include "base/memory.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void *mem_new(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) /* sanitizers do not let calloc say no */
        return NULL;
    return calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
}

bool mem_grow(void **items, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return true;
    size_t wish;
    size_t bytes;
    if (__builtin_mul_overflow(*cap, (size_t)2, &wish))
        return false;
    wish = wish < need ? need : wish; /* who asks for many at once gets no more */
    wish = wish < 8 ? 8 : wish;
    if (__builtin_mul_overflow(wish, size, &bytes))
        return false;
    void *grown = realloc(*items, bytes);
    if (grown == NULL)
        return false;
    memset((char *)grown + *cap * size, 0, (wish - *cap) * size);
    *items = grown;
    *cap = wish;
    return true;
}

void mem_free(void *p)
{
    free(p);
}

void mem_give_back(void)
{
    (void)malloc_trim(0);
}

void mem_keep_freed(int bytes)
{
    (void)mallopt(M_TRIM_THRESHOLD, bytes);
    (void)mallopt(M_MMAP_THRESHOLD, bytes);
}
