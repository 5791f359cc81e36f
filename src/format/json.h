/* JSON: a streaming writer into a buf, and small documents as a tree. */
#ifndef SHOPVANE_FORMAT_JSON_H
#define SHOPVANE_FORMAT_JSON_H

#include "base/base.h"

/* Writer: commas and escapes are its matter. Invalid UTF-8 is written as U+FFFD. Nesting up to
 * JSON_WRITER_DEPTH; wrong order of calls is a BUG. */
#define JSON_WRITER_DEPTH 63
struct json_writer {
    struct buf *out;
    uint64_t is_object; /* bit d: level d is an object */
    uint64_t has_item;  /* bit d: level d has an item already */
    unsigned depth;
    bool after_key;
};
void json_writer_init(struct json_writer *w, struct buf *out);
void json_object_open(struct json_writer *w);
void json_object_close(struct json_writer *w);
void json_array_open(struct json_writer *w);
void json_array_close(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
void json_key_str(struct json_writer *w, str key);
void json_str(struct json_writer *w, str s);
void json_text(struct json_writer *w, const char *nul_terminated); /* NULL writes null */
void json_i64(struct json_writer *w, int64_t v);
void json_double(struct json_writer *w, double v); /* 12 significant digits; NaN: null */
void json_bool(struct json_writer *w, bool v);
void json_null(struct json_writer *w);
void json_money(struct json_writer *w, i128 value_e4); /* "759706.5200", a string */
void json_raw(struct json_writer *w, str valid_json);
void json_str_or_null(struct json_writer *w, str s); /* an empty text is null */
/* A member: its key and its value. */
void json_add_str(struct json_writer *w, const char *key, str s);
void json_add_str_or_null(struct json_writer *w, const char *key, str s);
void json_add_text(struct json_writer *w, const char *key, const char *nul_terminated);
void json_add_i64(struct json_writer *w, const char *key, int64_t v);
void json_add_bool(struct json_writer *w, const char *key, bool v);
void json_add_null(struct json_writer *w, const char *key);
/* Only the escaped, quoted text. */
void buf_add_json_str(struct buf *b, str s);

/* Reader: whole document as nodes in the arena. Depth at most 64, duplicate keys refused,
 * numbers keep their text. NULL node in, "absent" out: lookups can be chained. */
enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };
struct json_node;
MUST_CHECK enum status json_parse(str text,
                                  struct arena *a,
                                  const struct json_node **out,
                                  struct error *why);
enum json_type json_node_type(const struct json_node *n);             /* NULL: JSON_NULL */
size_t json_node_len(const struct json_node *n);                      /* items or members, else 0 */
const struct json_node *json_at(const struct json_node *n, size_t i); /* NULL past the end */
str json_member_key(const struct json_node *n, size_t i);
const struct json_node *json_get(const struct json_node *n, const char *key);     /* or NULL */
const struct json_node *json_path(const struct json_node *n, const char *dotted); /* "a.b" */
/* False when the node is absent or of another type. */
MUST_CHECK bool json_as_str(const struct json_node *n, str *out);
MUST_CHECK bool json_as_bool(const struct json_node *n, bool *out);
MUST_CHECK bool json_as_i64(const struct json_node *n, int64_t *out);
MUST_CHECK bool json_as_double(const struct json_node *n, double *out);
/* The source text of a number, or a string's content: for money and ids. */
MUST_CHECK bool json_as_raw(const struct json_node *n, str *out);

#endif
