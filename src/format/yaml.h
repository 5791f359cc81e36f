/* YAML documents as nodes with positions. Refused, with position: aliases, anchors, tags,
 * duplicate keys, keys that are not scalars, several documents, more than the limits. */
#ifndef SHOPVANE_FORMAT_YAML_H
#define SHOPVANE_FORMAT_YAML_H

#include "format/problems.h"

enum yaml_type { YAML_NULL, YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_limits { /* 0: the default */
    size_t bytes;    /* 1 MiB */
    size_t nodes;    /* 200,000 */
    size_t depth;    /* 32 */
};

/* Read-only tree in the arena. Comments are not kept. */
struct yaml_node {
    enum yaml_type type;
    bool is_quoted; /* a quoted or block scalar is text, whatever it looks like */
    unsigned line;  /* from 1 */
    unsigned column;
    str file;                             /* for problem_add */
    str text;                             /* of a scalar */
    size_t n;                             /* items, or members of a map */
    const struct yaml_member *members;    /* of a map, in source order */
    const struct yaml_node *const *items; /* of a list */
};
struct yaml_member {
    str key;
    unsigned line; /* of the key */
    unsigned column;
    const struct yaml_node *value;
};

/* Parses `text`; `file` is only for positions. NULL root when the document is empty (no problem)
 * or broken (problems were added). Both live in `a`. */
const struct yaml_node *yaml_parse(
    str text, str file, const struct yaml_limits *limits, struct arena *a, struct problems *p);
/* Reads the file too; a file that cannot be read is a problem with line 0. */
const struct yaml_node *yaml_parse_file(const char *path,
                                        const struct yaml_limits *limits,
                                        struct arena *a,
                                        struct problems *p);

/* NULL map or absent key: NULL. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
bool yaml_is_null(const struct yaml_node *n); /* NULL pointer, ~, null, or nothing written */

/* Typed reading. NULL pointer or null: false without a problem, *out untouched (absent). Another
 * type: false and a problem that names what was expected. */
bool yaml_str(const struct yaml_node *n, struct problems *p, str *out);
bool yaml_i64(
    const struct yaml_node *n, int64_t min, int64_t max, struct problems *p, int64_t *out);
bool yaml_double(const struct yaml_node *n, struct problems *p, double *out);
bool yaml_bool(const struct yaml_node *n, struct problems *p, bool *out);   /* true false yes no */
bool yaml_day(const struct yaml_node *n, struct problems *p, int32_t *out); /* 2010-12-01 */
/* Index into names; a problem with "did you mean" otherwise. */
bool yaml_enum(const struct yaml_node *n,
               const char *const *names,
               size_t n_names,
               struct problems *p,
               size_t *out);
/* False and a problem when the node is there and not a map or list. */
bool yaml_want_map(const struct yaml_node *n, struct problems *p);
bool yaml_want_list(const struct yaml_node *n, struct problems *p);

/* A map's schema: one table row per key, checked in one walk. */
enum yaml_want {
    YAML_WANT_ANY,
    YAML_WANT_STR,
    YAML_WANT_INT,
    YAML_WANT_NUMBER,
    YAML_WANT_BOOL,
    YAML_WANT_DAY,
    YAML_WANT_LIST,
    YAML_WANT_MAP
};
struct yaml_field {
    const char *key;
    enum yaml_want want;
    bool is_required;
};
/* Unknown keys (with suggestion), missing keys and wrong types become problems at their places.
 * True when there were none. */
bool yaml_check_map(const struct yaml_node *map,
                    const struct yaml_field *fields,
                    size_t n,
                    struct problems *p);

/* A problem at the node's place. */
void yaml_problem(struct problems *p, const struct yaml_node *n, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* Writer for block-style maps and lists; quotes where needed. Nesting by indent level. */
/* `s` must be UTF-8. Numbers stay plain, so that they are read as numbers. */
void yaml_write_scalar(struct buf *out, str s);
void yaml_write_key(struct buf *out, unsigned indent, str key);             /* "  key:\n" */
void yaml_write_pair(struct buf *out, unsigned indent, str key, str value); /* "  key: value\n" */
void yaml_write_item(struct buf *out, unsigned indent, str value);          /* "  - value\n" */
void yaml_write_comment(struct buf *out, unsigned indent, str text);        /* "  # text\n" */

#endif
