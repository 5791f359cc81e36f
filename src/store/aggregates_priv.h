/* Distinct counts as SQL functions of the engine. Never included from outside. */
#ifndef SHOPVANE_STORE_AGGREGATES_PRIV_H
#define SHOPVANE_STORE_AGGREGATES_PRIV_H

#include "base/base.h"

#include <duckdb.h>

/* Registers ids_build, ids_union and ids_union_count in the database of `con`. */
MUST_CHECK enum status aggregates_register(duckdb_connection con, struct error *why);

#endif
