/* Names of the closed sets as arrays, for reading and for "did you mean". */
#ifndef SHOPVANE_KPI_NAMES_PRIV_H
#define SHOPVANE_KPI_NAMES_PRIV_H

#include "kpi/kpi.h"

extern const char *const kpi_unit_names[UNIT_COUNT_OF];
extern const char *const kpi_grain_names[GRAIN_COUNT];
extern const char *const kpi_agg_names[AGG_COUNT_OF];
extern const char *const kpi_direction_names[3];
extern const char *const kpi_basis_names[3];

#endif
