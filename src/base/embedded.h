/* Files that are part of the program: the KPI catalogue, presets, calendar tables. */
#ifndef SHOPVANE_BASE_EMBEDDED_H
#define SHOPVANE_BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* path from the repository's root, such as "kpis/catalogue/order.yaml" */
    const unsigned char *data;
    size_t size;
};
extern const struct embedded_file embedded_catalogue[];
extern const size_t embedded_catalogue_count;
/* The web board's bundle: names begin with "web/". Empty when it was not built. */
extern const struct embedded_file embedded_web[];
extern const size_t embedded_web_count;

/* By name in either table; NULL when there is none. */
const struct embedded_file *embedded_find(const char *name);

#endif
