/* C door to simdjson (json_simd.cpp, the only C++ file): one parser per thread. */
#ifndef SHOPVANE_FORMAT_JSON_SIMD_PRIV_H
#define SHOPVANE_FORMAT_JSON_SIMD_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define JSON_SIMD_DEPTH 64
#define JSON_SIMD_SLACK 128 /* readable bytes that must follow the text */

enum json_simd_event {
    JSON_SIMD_OBJECT_OPEN,
    JSON_SIMD_OBJECT_CLOSE,
    JSON_SIMD_ARRAY_OPEN,
    JSON_SIMD_ARRAY_CLOSE,
    JSON_SIMD_KEY,
    JSON_SIMD_STRING,
    JSON_SIMD_NUMBER, /* as written */
    JSON_SIMD_TRUE,
    JSON_SIMD_FALSE,
    JSON_SIMD_NULL
};
enum json_simd_end {
    JSON_SIMD_OK,
    JSON_SIMD_BROKEN, /* not JSON, or not UTF-8 */
    JSON_SIMD_TOO_DEEP,
    JSON_SIMD_NO_MEMORY,
    JSON_SIMD_STOPPED /* the visitor said false */
};

struct json_simd;
struct json_simd *json_simd_new(void);
void json_simd_free(struct json_simd *p);
/* Walks one document. Keys and strings live until the next walk, numbers as long as the text.
 * *at gets an offset near the fault. */
typedef bool (*json_simd_visit)(void *self, enum json_simd_event ev, const char *text, size_t len);
enum json_simd_end json_simd_walk(struct json_simd *p,
                                  const char *text,
                                  size_t len,
                                  json_simd_visit visit,
                                  void *self,
                                  size_t *at);
bool json_simd_utf8_ok(const char *text, size_t len);

#ifdef __cplusplus
}
#endif

#endif
