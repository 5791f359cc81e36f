/* A string is (pointer, length): borrowed bytes, never NULL, not NUL-terminated. */
#ifndef SHOPVANE_BASE_STR_H
#define SHOPVANE_BASE_STR_H

#include "base/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct str {
    const char *ptr;
    size_t len;
} str;

#define STR(lit)  ((str){ .ptr = "" lit, .len = sizeof(lit) - 1 })
#define STR_EMPTY ((str){ .ptr = "", .len = 0 })
/* for "%.*s"; a longer text than INT_MAX is cut */
#define STR_ARG(s) (int)((s).len > 0x7fffffff ? 0x7fffffff : (s).len), (s).ptr

str str_from(const char *nul_terminated); /* NULL gives the empty string */
bool str_eq(str a, str b);
bool str_is(str a, const char *nul_terminated);
bool str_eq_nocase(str a, str b); /* ASCII letters only */
int str_cmp(str a, str b);        /* byte order, like memcmp */
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);
str str_trim(str s); /* ASCII white space, both ends */
str str_skip(str s, size_t n);
str str_first(str s, size_t n);

/* Parse by advancing: "a,b" with ',' returns "a" and leaves "b"; no separator: all, leaves "". */
str str_take_until(str *rest, char sep);
/* Offset of needle in s, or s.len when it is not there. */
size_t str_find(str s, str needle);
bool str_contains(str s, str needle);

/* Whole text as a decimal integer, optional sign; false when not one or out of range. */
MUST_CHECK bool str_to_i64(str s, int64_t *out);
MUST_CHECK bool str_to_double(str s, double *out); /* locale-free, finite only */

/* 64-bit hash, the same on every machine and in every release (it is stored on disk). */
uint64_t str_hash(str s, uint64_t seed);

/* Edit distance (Damerau-Levenshtein, adjacent swaps), capped at `limit` + 1; for "did you mean".
 */
unsigned str_distance(str a, str b, unsigned limit);

/* Columns a terminal needs for the UTF-8 text: wide (CJK) characters count 2, combining 0. */
size_t str_width(str s);
bool str_is_utf8(str s);

#endif
