/* Definitions that the shop has kept: each that ever answered. Threads: as query.h. */
#ifndef SHOPVANE_QUERY_DEFINITIONS_H
#define SHOPVANE_QUERY_DEFINITIONS_H

#include "query/query.h"

/* A catalogue of the KPI alone, by a kept definition: `hash` as answers print it, or its first
 * digits. The catalogue of the context gives id and names. */
MUST_CHECK enum status query_recall(
    const struct query_context *c, str kpi, str hash, struct kpi_catalog **out, struct error *why);

#endif
