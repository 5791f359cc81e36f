/* The first rows of a generic file, for what their columns say of each other. */
#ifndef SHOPVANE_INGEST_GENERIC_SAMPLES_PRIV_H
#define SHOPVANE_INGEST_GENERIC_SAMPLES_PRIV_H

#include "ingest/mapping/generic_priv.h"

/* Columns of the file, by what they are of a line; shape->n_columns: none. */
struct sample_columns {
    const struct row_shape *shape;
    size_t order_id, figure, quantity, unit_price;
    size_t discounts[3];
    size_t rate; /* a discount as a share of the price */
    enum share_form form;
};

struct sample_columns samples_of(const struct row_shape *shape, const struct mapping *m);
/* The column that the mapping takes for the field; shape->n_columns: none. */
size_t samples_column(const struct row_shape *shape, const struct mapping *m, const char *field);
/* False: no value, or none of that kind. */
bool samples_cell(
    const struct sample_columns *c, size_t row, size_t column, enum field_kind kind, int64_t *out);
/* Quantity x price of the row, and the same less its discounts; false: it has none. */
bool samples_product(const struct sample_columns *c, size_t row, int64_t *product, int64_t *net);
bool samples_same_order(const struct sample_columns *c, size_t a, size_t b);

#endif
