/* Slices of text. See str.h. */
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

str str_from(const char *nul_terminated)
{
    if (nul_terminated == NULL)
        return STR_EMPTY;
    return (str){ nul_terminated, strlen(nul_terminated) };
}

bool str_eq(str a, str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_is(str a, const char *nul_terminated)
{
    return str_eq(a, str_from(nul_terminated));
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool str_eq_nocase(str a, str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    }
    return true;
}

int str_cmp(str a, str b)
{
    const size_t n = a.len < b.len ? a.len : b.len;
    const int order = n == 0 ? 0 : memcmp(a.ptr, b.ptr, n);
    if (order != 0)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

bool str_starts(str s, str prefix)
{
    return s.len >= prefix.len && str_eq(str_first(s, prefix.len), prefix);
}

bool str_ends(str s, str suffix)
{
    return s.len >= suffix.len && str_eq(str_skip(s, s.len - suffix.len), suffix);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

str str_trim(str s)
{
    while (s.len > 0 && is_space(s.ptr[0]))
        s = str_skip(s, 1);
    while (s.len > 0 && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

str str_skip(str s, size_t n)
{
    const size_t k = n < s.len ? n : s.len;
    return k > 0 ? (str){ s.ptr + k, s.len - k } : s; /* an empty one may have no place */
}

str str_first(str s, size_t n)
{
    return (str){ s.ptr, n < s.len ? n : s.len };
}

str str_take_until(str *rest, char sep)
{
    const char *hit = rest->len > 0 ? memchr(rest->ptr, sep, rest->len) : NULL;
    const str head = { rest->ptr, hit ? (size_t)(hit - rest->ptr) : rest->len };
    *rest = str_skip(*rest, head.len + (hit != NULL));
    return head;
}

size_t str_find(str s, str needle)
{
    if (needle.len == 0)
        return 0;
    const char *hit = s.len >= needle.len ? memmem(s.ptr, s.len, needle.ptr, needle.len) : NULL;
    return hit != NULL ? (size_t)(hit - s.ptr) : s.len;
}

bool str_contains(str s, str needle)
{
    return needle.len == 0 || str_find(s, needle) < s.len;
}

bool str_to_i64(str s, int64_t *out)
{
    const bool is_negative = s.len > 0 && s.ptr[0] == '-';
    if (s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+'))
        s = str_skip(s, 1);
    if (s.len == 0)
        return false;
    int64_t v = 0;
    for (size_t i = 0; i < s.len; i++) {
        const int digit = s.ptr[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(v, 10, &v) ||
            __builtin_add_overflow(v, is_negative ? -digit : digit, &v))
            return false;
    }
    *out = v;
    return true;
}

/* Up to 15 digits with or without a decimal point. Both they as an integer and the power of ten are
 * exact doubles, so one division rounds as strtod() does (Clinger 1990), and costs less. */
static bool plain_to_double(str s, double *out)
{
    static const double tens[] = { 1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
    const bool is_negative = s.len > 0 && s.ptr[0] == '-';
    int64_t digits = 0;
    size_t count = 0;
    size_t after = 0; /* the point */
    bool has_point = false;
    if (s.len > 17)
        return false;
    for (size_t i = is_negative; i < s.len; i++) {
        const char c = s.ptr[i];
        if (c == '.' && !has_point) {
            has_point = true;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        digits = digits * 10 + (c - '0');
        count++;
        after += has_point;
    }
    if (count == 0 || count > 15)
        return false;
    const double v = (double)digits / tens[after];
    *out = is_negative ? -v : v;
    return true;
}

bool str_to_double(str s, double *out)
{
    char text[64];
    char *end = NULL;
    if (plain_to_double(s, out))
        return true;
    if (s.len == 0 || s.len >= sizeof text)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (!(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E')
            return false;
    }
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    const double v = strtod(text, &end); /* the process never leaves the C locale */
    if (end != text + s.len || !(v - v == 0.0))
        return false;
    *out = v;
    return true;
}

static uint64_t mix(uint64_t h)
{
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    return h ^ h >> 32;
}

uint64_t str_hash(str s, uint64_t seed)
{
    uint64_t h = mix(seed ^ (s.len * UINT64_C(0x9e3779b97f4a7c15)));
    while (s.len >= 8) {
        uint64_t word;
        memcpy(&word, s.ptr, 8);
        h = mix(h ^ word) + UINT64_C(0x9e3779b97f4a7c15);
        s = str_skip(s, 8);
    }
    uint64_t tail = 0;
    for (size_t i = 0; i < s.len; i++)
        tail |= (uint64_t)(unsigned char)s.ptr[i] << (8 * i);
    return mix(h ^ tail);
}

#define DISTANCE_LEN 64

unsigned str_distance(str a, str b, unsigned limit)
{
    unsigned row[3][DISTANCE_LEN + 1];
    const size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;
    if (a.len > DISTANCE_LEN || b.len > DISTANCE_LEN || gap > limit)
        return limit + 1;
    for (size_t k = 0; k <= b.len; k++)
        row[0][k] = (unsigned)k;
    for (size_t i = 1; i <= a.len; i++) {
        unsigned *now = row[i % 3];
        const unsigned *last = row[(i + 2) % 3];
        const unsigned *before = row[(i + 1) % 3];
        now[0] = (unsigned)i;
        for (size_t k = 1; k <= b.len; k++) {
            const bool same = a.ptr[i - 1] == b.ptr[k - 1];
            unsigned best = last[k - 1] + (same ? 0 : 1);
            best = last[k] + 1 < best ? last[k] + 1 : best;
            best = now[k - 1] + 1 < best ? now[k - 1] + 1 : best;
            if (i > 1 && k > 1 && a.ptr[i - 1] == b.ptr[k - 2] && a.ptr[i - 2] == b.ptr[k - 1] &&
                before[k - 2] + 1 < best)
                best = before[k - 2] + 1;
            now[k] = best;
        }
    }
    const unsigned d = row[a.len % 3][b.len];
    return d > limit ? limit + 1 : d;
}
