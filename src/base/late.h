/* Shared libraries that only some commands need, opened by the first that does. Linked to the
 * program, libcurl and pango take every process a hundredth of a second each to start: they bring
 * 25 others with them. */
#ifndef SHOPVANE_BASE_LATE_H
#define SHOPVANE_BASE_LATE_H

#include "base/status.h"

#include <stddef.h>

struct late_call {
    const char *name;
    size_t at; /* of its pointer in the table */
};

/* The addresses of the library's functions into `table`. The library, looked for where the system
 * looks, stays in the process. STATUS_IO when it or a function is not there. Any thread. */
MUST_CHECK enum status late_open(
    const char *library, const struct late_call *calls, size_t n, void *table, struct error *why);

/* A table of pointers and its calls, both made of one list:
 *
 *   #define PANGO_CALLS(CALL) CALL(cairo_arc) CALL(cairo_fill)
 *   struct pango { PANGO_CALLS(LATE_POINTER) };
 *   #define PANGO_CALL(name) LATE_CALL(struct pango, name)
 *   static const struct late_call calls[] = { PANGO_CALLS(PANGO_CALL) };
 */
#define LATE_POINTER(name)    __typeof__(name) *name;
#define LATE_CALL(type, name) { #name, offsetof(type, name) },

#endif
