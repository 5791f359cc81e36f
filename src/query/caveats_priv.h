/* What readers of a figure must know of its rows. */
#ifndef SHOPVANE_QUERY_CAVEATS_PRIV_H
#define SHOPVANE_QUERY_CAVEATS_PRIV_H

#include "query/query_priv.h"

/* Notes on refunds without a date in the figures and, with the evidence, on the stores' tax. */
MUST_CHECK enum status caveats_notes(struct asking *k, struct answer *out, struct error *why);

#endif
