/* How many days of a range count for a KPI (reach.c). */
#ifndef SHOPVANE_QUERY_REACH_PRIV_H
#define SHOPVANE_QUERY_REACH_PRIV_H

#include "kpi/plan.h"

#define RANGES_NOTES_MAX ((size_t)6)

struct answer;
struct asking;
struct window;

/* A store whose data of some source ends before that of others: in its row, the KPI counts the days
 * that it has itself. */
struct own_end {
    str store;
    int source; /* that ends (reach.c) */
    int32_t last;
    int32_t today; /* of filters: as old as the store's own orders tell */
    struct plan_cut days;
    struct plan_trail trail;
};
struct own_ends {
    struct own_end *items;
    size_t n;
};

/* reach.c: the last day that orders tell of, at most today, in that store or (empty) in any; how
 * many days count for each KPI. */
int32_t ranges_order_day(const struct asking *k, str store);
MUST_CHECK enum status ranges_settle_days(struct asking *k, struct error *why);
/* The last day of the window that counts for the KPI; INT32_MAX: all do. */
int32_t ranges_last_counted(const struct asking *k, size_t kpi, const struct window *w);
/* Of the range compared with, or where windows that look back end there at the latest; in a row of
 * that store, if it has an end of its own. */
int32_t ranges_last_compared(const struct asking *k, size_t kpi, str store);
/* They end on the same days. */
bool ranges_is_same_end(const struct own_end *a, const struct own_end *b);
/* The first KPI + 1 whose stores end on the same days as that one's; 0: none ends by itself. */
size_t ranges_apart(const struct asking *k, size_t kpi);
/* The store's own end; NULL: it ends where all do. */
const struct own_end *ranges_own_end(const struct asking *k, size_t kpi, str store);
/* Which source ends before others that it is divided by; out->notes has room for
 * RANGES_NOTES_MAX more. */
void ranges_notes(const struct asking *k, struct answer *out);
bool ranges_asks_for_today(const struct asking *k, size_t of); /* how old orders are */
bool ranges_is_daily(const struct table *t);                   /* has rows each day */
bool ranges_trail(const struct asking *k, size_t kpi);         /* some measure of it looks back */

#endif
