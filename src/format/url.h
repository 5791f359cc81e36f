/* URL queries and percent encoding (RFC 3986; '+' is a blank in a query). */
#ifndef SHOPVANE_FORMAT_URL_H
#define SHOPVANE_FORMAT_URL_H

#include "base/base.h"

struct url_param {
    str key;
    str value;
};
#define URL_PARAMS_MAX 256

/* "a=1&b=x%20y" decoded into the arena, in order, duplicates kept. BAD_INPUT for a broken escape,
 * a NUL, invalid UTF-8 or more than URL_PARAMS_MAX. A leading '?' is skipped. */
MUST_CHECK enum status url_query_parse(
    str query, struct arena *a, struct url_param **out, size_t *n, struct error *why);
/* First value of the key, or NULL. */
const str *url_param_get(const struct url_param *params, size_t n, const char *key);
/* Percent-decodes; false for a broken escape. */
MUST_CHECK bool url_decode(str s, bool plus_is_blank, struct buf *out);
void url_encode(str s, struct buf *out); /* all but unreserved characters */

#endif
