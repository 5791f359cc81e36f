/* What the system calls its errors, for people. Beside base.h: only who calls the system needs it.
 */
#ifndef SHOPVANE_BASE_SYSTEM_ERROR_H
#define SHOPVANE_BASE_SYSTEM_ERROR_H

#include "base/status.h"

/* The error `number` (of errno) in the language of `why` (NULL: English). A constant text. */
const char *error_system(const struct error *why, int number);

#endif
