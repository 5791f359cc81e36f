/* Shapes: what parameters, bodies and answers look like, in one line of text each, from which they
 * are checked and described as JSON Schema.
 *
 *   type     string text count integer number boolean day time figure any object
 *            a|b|c          one of these words
 *            [type]         a list
 *            {a:type,b?:type}  an object; b may be absent
 *            {*:type}       an object with any keys
 *            @name          a named shape of shapes.c
 *   type?    may be null
 *
 * `text` is a string that is not empty, `count` a whole number >= 0, `day` 2010-12-01, `time` an
 * instant in RFC 3339, `figure` a decimal number written as a string. */
#ifndef SHOPVANE_SERVER_SHAPE_PRIV_H
#define SHOPVANE_SERVER_SHAPE_PRIV_H

#include "format/format.h"

struct shape_member {
    str key; /* "*": any */
    bool is_optional;
    str type;
};
/* Walks "a:type,b?:type"; false at the end. */
bool shape_next(str *members, struct shape_member *out);

/* STATUS_BAD_USAGE names the member, what it wants and, for an unknown one, the nearest. */
MUST_CHECK enum status shape_check_json(str shape, const struct json_node *n, struct error *why);
MUST_CHECK enum status shape_check_params(str members,
                                          const struct url_param *params,
                                          size_t n,
                                          struct error *why);
/* JSON Schema (draft 2020-12, as OpenAPI 3.1 wants it). */
void shape_write_schema(struct json_writer *w, str shape);
/* The text is a well-formed shape, all names in it are known. */
bool shape_is_valid(str shape);

struct named_shape {
    const char *name;
    const char *shape;
};
extern const struct named_shape shape_names[];
extern const size_t shape_name_count;

#endif
