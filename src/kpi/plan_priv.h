/* Between the files of the planner. */
#ifndef SHOPVANE_KPI_PLAN_PRIV_H
#define SHOPVANE_KPI_PLAN_PRIV_H

#include "kpi/plan.h"

/* A grouping set of a rollup that can answer; rollup == NULL: raw. */
struct plan_route {
    const struct rollup *rollup;
    const struct rollup_set *set;
    const struct rollup_basis *basis;
    int32_t open_month; /* as in plan_cells */
};

/* Whether a slot's sum is added up in the column of another one of the group. */
struct plan_part {
    bool is_folded;
    bool is_subtracted;
    size_t into; /* its place in the group */
};

/* Slots that one statement serves. */
struct plan_group {
    const struct plan_question *q;
    const struct plan_variant *variant;
    const struct plan_slots *slots;
    struct plan_route route;
    int32_t raw_from; /* a set of months has no cells of the open one: facts answer from here on */
    const struct table *fact;
    const struct column *date;
    const struct column *minute;
    const struct row_expr *where;       /* the question's, bound to the fact */
    const struct row_expr *common;      /* a filter that all its slots share; NULL */
    const struct kpi_measure *gathered; /* its only measure: rows are gathered by a key; NULL */
    const struct kpi_measure *counted;  /* its only measure: a quantile of counted values; NULL */
    bool last_of_period;
    int32_t trailing_days;
    int32_t trails_to; /* the last day that counts for it */
    bool is_whole;
    bool by_dims;
    bool by_currency;
    const str *not_stores; /* answered from platform_stat instead */
    size_t n_not_stores;
    bool is_daily;    /* for all windows of the question, by day */
    bool is_windowed; /* for all windows of the question, by window */
    size_t *slot;
    size_t n;
    struct plan_part *fold; /* of each of its slots; NULL: none is folded */
};

/* Writes a row expression over the fact's columns (group->route: over the rollup's). */
void plan_add_row(struct sql *sql, const struct plan_group *g, const struct row_expr *e);
/* A column of the table that dimension `d` lives in, else the fact's own one. */
void plan_add_joined_column(struct sql *sql,
                            const struct table *fact,
                            const struct dimension *d,
                            const struct column *column);
/* Visits every node, depth first. */
void plan_walk(const struct row_expr *e,
               void (*visit)(void *arg, const struct row_expr *e),
               void *arg);

/* The cheapest cells that can answer the slot; route->rollup stays NULL when there are none. */
struct plan_route plan_route_find(const struct plan_question *q,
                                  const struct plan_slot *slot,
                                  const struct row_expr *where,
                                  bool by_dims,
                                  bool by_time);
bool plan_routes_equal(const struct plan_route *a, const struct plan_route *b);
/* Column of the cells that carries the measure, and whether its values are subtracted. */
const struct rollup_measure *plan_route_measure(const struct plan_route *r,
                                                const struct kpi_measure *m,
                                                bool *negative);
/* The measure's filter, less what the cells have built in; NULL: nothing is left. Writes it. */
bool plan_route_has_filter(const struct plan_route *r, const struct kpi_measure *m);
void plan_route_add_filter(struct sql *sql,
                           const struct plan_group *g,
                           const struct kpi_measure *m);
/* v1 or v2 of the dimension's column in the set, a key, or "store". False: not there. */
bool plan_route_column(const struct plan_route *r, const struct row_expr *column, str *out);
bool plan_route_dimension(const struct plan_route *r, const struct dimension *d, str *out);
/* Days of the range that cells cannot answer; true when there is one. */
bool plan_has_raw_days(const struct plan_group *g);
/* The cells that are meant, then those of the range. */
void plan_add_cells_set(struct sql *sql, const struct plan_group *g);
void plan_add_cells_days(struct sql *sql, const struct plan_group *g);
void plan_add_raw_days(struct sql *sql, const struct plan_group *g);

/* FROM with the joins that dimensions need; buckets first when the group is cut by them. */
void plan_add_from(struct sql *sql, const struct plan_group *g);
/* Rows are assigned to periods by a list of buckets, not by their own date. */
bool plan_is_bucketed(const struct plan_group *g);
void plan_add_bucket_list(struct sql *sql, const struct plan_group *g);
/* A dimension of the question, '' where it is not set. */
void plan_add_dimension(struct sql *sql, const struct plan_group *g, const struct dimension *d);
bool plan_has_time(const struct plan_group *g);
/* First day of the row's period, by its date column. */
void plan_add_period(struct sql *sql, const struct plan_group *g);
/* The total of the group can come along with its rows. */
bool plan_shares_total(const struct plan_group *g);
/* Its rows over the whole range, without periods, come along too. */
bool plan_shares_rank(const struct plan_group *g);
/* The slot is a sum of whole numbers, the same however its rows are cut. */
bool plan_is_exact_sum(const struct plan_slot *s);
/* The total of the slot is the sum of the group's rows. */
bool plan_adds_up(const struct plan_group *g, const struct plan_slot *s);
/* The question over that range alone. */
struct plan_question plan_window_at(const struct plan_question *q, size_t window);
/* plan_windows.c: whether one statement can answer the group for all windows, and the group that
 * does; the question and the route that it uses live in the arena. */
MUST_CHECK enum status plan_together(const struct plan_group *g,
                                     struct arena *a,
                                     bool *fits,
                                     struct plan_group *out,
                                     struct error *why);
/* Days of any of the windows. */
void plan_add_windows(struct sql *sql, const struct plan_group *g);
/* " JOIN (k_window, w_from, w_to) AS window ON ", a condition follows. */
void plan_add_window_list(struct sql *sql, const struct plan_question *q);
/* The windows joined to their rows. */
void plan_add_window_join(struct sql *sql, const struct plan_group *g);
void plan_add_range(struct sql *sql, const struct plan_group *g);

/* The group's stores and the dimension values that "others" leaves out. */
void plan_add_stores(struct sql *sql, const struct plan_group *g);
void plan_add_excluded(struct sql *sql, const struct plan_group *g);
/* Joins that the group's dimensions and filters need, after FROM and the fact. */
void plan_add_joins(struct sql *sql, const struct plan_group *g);

/* Lines are joined with their orders as if each had one, and counted (plan_query.has_check). */
bool plan_is_checked(const struct plan_group *g);
/* The same tree; both NULL: the same too. */
bool plan_same_expr(const struct row_expr *a, const struct row_expr *b);
/* plan_fold.c: sums of the group that formulas only add and subtract share a column from here on.
 * False: out of memory. */
MUST_CHECK bool plan_fold(struct plan_group *g, struct arena *a);
bool plan_has_parts(const struct plan_group *g, size_t base);
/* What the column of `base` sums up of a row. */
void plan_add_parts(struct sql *sql, const struct plan_group *g, size_t base);

/* Range, scope and filters. `raw_days`: only the days that cells cannot answer. */
void plan_add_where(struct sql *sql, const struct plan_group *g, bool raw_days);
/* The columns that tell the rows of the result apart, or only their names. */
void plan_add_keys(struct sql *sql, const struct plan_group *g, bool names_only);
bool plan_has_keys(const struct plan_group *g);
/* What its columns are named after: the fact or the rollup. */
str plan_source_table(const struct plan_group *g);
/* plan_checks.c: rows in another currency than the shop's are counted beside the values. */
bool plan_wants_foreign(const struct plan_group *g);
void plan_add_foreign(struct sql *sql, const struct plan_group *g);
/* Of plan_is_checked(): the lines and, where wanted, the foreign ones of the whole range, in each
 * row. */
void plan_add_checks(struct sql *sql, const struct plan_group *g);
/* plan_gather.c: one row for each key whose rows together count. */
void plan_write_gathered(struct sql *sql, const struct plan_group *g);
/* " AND key IN (...)": only rows of keys that count. */
void plan_add_gathered_keys(struct sql *sql, const struct plan_group *g);
/* plan_counted.c: a quantile, by counting the rows of each value. */
void plan_write_counted(struct sql *sql, const struct plan_group *g, bool with_total);
/* The statement of a group. */
void plan_write(struct sql *sql, const struct plan_group *g, struct plan_query *out);

#endif
