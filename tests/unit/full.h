/* How much of a product a property test goes through: all of it in the long form (`./check --full`
 * sets SHOPVANE_FULL=1), else a part that is spread over all of it. */
#ifndef SHOPVANE_TESTS_FULL_H
#define SHOPVANE_TESTS_FULL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

static inline bool is_full(void)
{
    const char *wanted = getenv("SHOPVANE_FULL");
    return wanted != NULL && wanted[0] == '1';
}

/* The step from case to case. One that shares no divisor with the numbers of choices meets each
 * choice. */
static inline size_t full_step(size_t spread)
{
    return is_full() ? 1 : spread;
}

#endif
