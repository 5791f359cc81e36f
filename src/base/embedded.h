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

#endif
