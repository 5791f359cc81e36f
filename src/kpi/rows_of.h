/* The rows behind a measure: the statement that the planner adds up, without adding up. Pure. */
#ifndef SHOPVANE_KPI_ROWS_OF_H
#define SHOPVANE_KPI_ROWS_OF_H

#include "kpi/plan.h"

struct plan_rows {
    const struct table *table;
    const struct kpi_measure *measure; /* of the table; NULL: all rows of the range */
    const struct column *date;         /* which date counts; NULL: not dated */
    int32_t from;
    int32_t to;
    int32_t trails_to; /* the last day that counts for a trailing measure */
    int32_t today;
    const struct row_expr *where; /* of kpi_where_parse(); NULL: none */
    const str *stores;            /* row scope; none: all */
    size_t n_stores;
    const str *not_stores; /* left out, though in scope */
    size_t n_not_stores;
};
/* The date of a leaf on a basis, as answers take it. */
const struct column *plan_rows_date(const struct kpi_leaf *leaf, enum kpi_basis asked);
/* SELECT all columns of the table, and with a measure "row_value": what each row brings (of a count
 * of rows 1). Only rows that count. NOT_FOUND when the table lacks a dimension of `where`. */
MUST_CHECK enum status plan_rows_write(const struct plan_rows *r,
                                       struct arena *a,
                                       struct sql *sql,
                                       struct error *why);

#endif
