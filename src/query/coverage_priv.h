/* How far the data reaches that a question reads (coverage.c). */
#ifndef SHOPVANE_QUERY_COVERAGE_PRIV_H
#define SHOPVANE_QUERY_COVERAGE_PRIV_H

#include "commerce/commerce.h"

/* How far a table reaches, by one of its dates. */
struct coverage {
    const struct table *table;
    const struct column *date; /* NULL: not dated */
    bool has_rows;
    bool is_for_age; /* no figure reads it: it tells since when the shop is known (ages.c) */
    int32_t first;   /* DAY_NONE: no row */
    int32_t last;
    int32_t told;        /* last row that shows how far its source has come (told.c); else `last` */
    int32_t complete_to; /* watermark of the slowest source, else `told` */
    int32_t newest; /* watermark of the one that has told most, or a later row; else DAY_NONE */
    bool is_told;   /* there is a watermark */
    /* From where to where each store reaches: one that is not there has no data. NULL: not asked by
     * store nor about several, or the table does not tell. */
    struct store_reach {
        str store;
        int32_t first;
        int32_t last; /* of its rows that tell, or the newest day that a source has told of */
        int32_t rows_to;
        int32_t told;
        int32_t complete_to;
    } * stores;
    size_t n_stores;
};

struct asking;
struct day_range;
struct kpi_measure;
struct plan_slot;
struct window;
struct error;
struct rollup;
struct sql;
/* Lists the tables that the question reads, and how far they reach. */
MUST_CHECK enum status coverage_load(struct asking *k, struct error *why);
const struct coverage *coverage_of(const struct asking *k, const struct plan_slot *slot);
/* Whether all that the KPI reads is there up to the end of the period: in a row of one store (`by`:
 * NULL or names) what that store has. */
bool coverage_is_complete(const struct asking *k, size_t kpi, const uint32_t *by, int32_t end);
/* Whether the data of all it needs begins by that day. */
bool coverage_reaches(const struct asking *k, size_t kpi, const uint32_t *by, int32_t start);
/* The store that a row is about for the slot; empty: not one. `by`: NULL or names. */
str coverage_store_of(const struct asking *k, size_t slot, const uint32_t *by);
/* "orders", or "orders (day of payment)" where it is not the table's own date. */
str coverage_name_of(const struct asking *k, const struct coverage *c);
/* What is beside another table has days with rows and days without, as that one tells. */
const struct coverage *coverage_base(const struct asking *k, const struct coverage *c);
/* told.c: adds ", max(day)" of the rows that show how far the table's source has come, or null. */
void coverage_add_told(struct sql *sql, const struct table *t, str day);
/* Rows and sources are known: settles `told`, `complete_to` and the stores' last days. */
void coverage_settle_told(struct asking *k);
/* Watermarks are known: where no file of orders has told anything, all rows do. */
void coverage_settle_untold(struct asking *k);
/* How far the table reaches in one store; empty: in all that the question is about. DAY_NONE: the
 * store has nothing. */
struct coverage_reach {
    int32_t first;
    int32_t rows_to;
    int32_t told;
    int32_t complete_to;
};
struct coverage_reach coverage_reach_in(const struct asking *k,
                                        const struct coverage *c,
                                        str store);
/* Nothing but what orders have caused: returns in the ledger, costs beside it. */
bool coverage_is_effect(const struct kpi_measure *m);
/* Some orders have caused more after the last of them, in some store. */
bool coverage_has_effects(const struct coverage *c, str store);
/* NULL: it has no rows there. */
const struct store_reach *coverage_in_store(const struct coverage *c, str store);

/* days.c: the first and last day that is told of for some slots, in a row of `by`. */
struct days_told {
    str store; /* of the row; empty: not one */
    bool any;
    int32_t first;
    int32_t last;
};
void ranges_tell(const struct asking *k, size_t slot, const uint32_t *by, struct days_told *out);
/* How many days of the period a figure of that window is of; 0: none. */
int32_t ranges_days_counted(const struct asking *k,
                            size_t kpi,
                            const struct window *w,
                            struct day_range period,
                            const struct days_told *told);
/* The rollup whose total cells by day tell of the table by that date; NULL: none is there. Cells of
 * dirty days (k->cells.dirty) do not hold. */
const struct rollup *coverage_cells(const struct asking *k, str table, str date);
/* "rollup WHERE ..." of those cells; further conditions may follow. */
void coverage_add_cells(struct sql *sql, const struct rollup *r, str date);

#endif
