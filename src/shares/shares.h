/* What a whole comes to, shared among its lines so that they add up to it exactly: fees of an order
 * among its articles, a discount among what it was given on.
 *
 * Method: largest remainder (Hamilton); ties go to the line that is read first. */
#ifndef SHOPVANE_SHARES_SHARES_H
#define SHOPVANE_SHARES_SHARES_H

#include "store/store.h"

struct shares_request {
    const char *const *names; /* the amounts, at most SHARES_MAX; may be none */
    size_t count;
    /* SELECT id, then an integer for each name: the wholes, rising by id, each id once. */
    str wholes;
    /* SELECT id, line, weight: integers, rising by id, within it in the order of ties. Weights are
     * >= 0; where all of a whole are 0, its lines share alike. A whole without a line is an error,
     * a line without a whole has no share and is left out. */
    str lines;
    /* What becomes of the rows: SQL that reads rows(line BIGINT, then each name BIGINT). */
    const char *into;
    bool in_cents; /* an amount of whole cents is shared in whole cents, not in 10^-4 */
};

enum { SHARES_MAX = 32 };

/* Runs the three statements on `c`, holds all lines in memory. STATUS_BAD_INPUT when an amount is
 * beyond what can be shared or a whole has no line. For the thread that `c` belongs to. */
MUST_CHECK enum status shares_make(struct conn *c,
                                   const struct shares_request *request,
                                   struct error *why);

#endif
