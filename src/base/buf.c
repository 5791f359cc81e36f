/* Growing text with a ceiling and sticky failure. */
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void buf_init(struct buf *b, size_t limit)
{
    *b = (struct buf){ .limit = limit };
}

/* Room for `more` bytes and a NUL; sets failed when the ceiling or the memory is reached. */
static bool buf_room(struct buf *b, size_t more)
{
    if (b->failed)
        return false;
    if (more > b->limit || b->len > b->limit - more ||
        !MEM_GROW(b->data, b->cap, b->len + more + 1))
        b->failed = true;
    return !b->failed;
}

void buf_add(struct buf *b, str s)
{
    if (s.len == 0 || !buf_room(b, s.len))
        return;
    memcpy(b->data + b->len, s.ptr, s.len);
    b->len += s.len;
    b->data[b->len] = '\0';
}

void buf_adds(struct buf *b, const char *nul_terminated)
{
    buf_add(b, str_from(nul_terminated));
}

void buf_addc(struct buf *b, char c)
{
    buf_add(b, (str){ &c, 1 });
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_list again;
    va_start(ap, fmt);
    va_copy(again, ap);
    const int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        b->failed = true;
    else if (buf_room(b, (size_t)n)) {
        vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void buf_pad(struct buf *b, str s, size_t width, bool right)
{
    const size_t has = str_width(s);
    if (!right)
        buf_add(b, s);
    for (size_t i = has; i < width; i++)
        buf_addc(b, ' ');
    if (right)
        buf_add(b, s);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->failed = false;
    if (b->data != NULL)
        b->data[0] = '\0';
}

str buf_str(const struct buf *b)
{
    return b->data != NULL ? (str){ b->data, b->len } : STR_EMPTY;
}

bool buf_ok(const struct buf *b)
{
    return !b->failed;
}

char *buf_take(struct buf *b, size_t *out_len)
{
    char *text = NULL;
    if (buf_room(b, 0)) {
        b->data[b->len] = '\0';
        text = b->data;
        *out_len = b->len;
        b->data = NULL;
    }
    buf_release(b);
    return text;
}

void buf_release(struct buf *b)
{
    mem_free(b->data);
    buf_init(b, b->limit);
}
