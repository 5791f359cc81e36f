/* The API's description, made from the rows. */
#ifndef SHOPVANE_SERVER_OPENAPI_PRIV_H
#define SHOPVANE_SERVER_OPENAPI_PRIV_H

#include "server/engine_priv.h"

/* OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0), the whole document. Beside the standard's own
 * keys each operation says `x-role` (who may ask: none to admin), `x-scope` (free, stores, whole)
 * and `x-users-only`. */
void openapi_write(struct json_writer *w);

#endif
