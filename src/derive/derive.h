/* What follows from raw facts: order sequences, sessions, rollups; and the proof that they do.
 *
 * A rollup partition (store, local date) is clean or listed in table `dirty`. Whoever changes facts
 * lists every date that a changed row had or has (local_date, order_date, paid_date) there, in the
 * transaction of the change; derive_after_import() then brings everything up to date and empties
 * the list. Until then planners answer those days from raw facts, so an interruption costs speed
 * only.
 *
 * Threads: one caller at a time, with the writer's conn (verify: any conn). */
#ifndef SHOPVANE_DERIVE_DERIVE_H
#define SHOPVANE_DERIVE_DERIVE_H

#include "costs/costs.h"
#include "shop/shop.h"

/* Told now and then what is going on; `total` 0: not known. NULL: nobody listens. */
struct derive_progress {
    void (*step)(void *self, const char *what, int64_t done, int64_t total);
    void *self;
};

/* Order sequences of customers whose orders changed, sessions of visitor days that changed, rollups
 * of dirty partitions, profits of orders whose facts or costs changed. Runs in one transaction of
 * its own (`c` must not be in one), which also bumps the data version. Nothing to do is fine and
 * changes nothing. */
MUST_CHECK enum status derive_after_import(struct shop *s,
                                           struct conn *c,
                                           const struct derive_progress *progress,
                                           struct error *why);
/* Everything derived, from nothing. */
MUST_CHECK enum status derive_rebuild_all(struct shop *s,
                                          struct conn *c,
                                          const struct derive_progress *progress,
                                          struct error *why);
/* Derives anew what follows from costs when their files say something else than before. A file with
 * problems changes nothing: *problems says how many, and shop_costs_read() which. */
MUST_CHECK enum status derive_costs_refresh(struct shop *s,
                                            struct conn *c,
                                            const struct derive_progress *progress,
                                            size_t *problems,
                                            struct error *why);
/* How many partitions wait; after a crash more than 0 means: call derive_after_import(). */
MUST_CHECK enum status derive_pending(struct conn *c, int64_t *out, struct error *why);

/* The same without a shop folder, for whoever has only a database. */
struct derive_settings {
    unsigned returning_window_days; /* 0: ever */
    unsigned cart_window_hours;     /* 0: 24 */
    const struct cost_book *costs;  /* NULL: the rules that profits were derived with */
    int64_t cells_from;             /* facts below which a table gets no rollup: they are as fast */
};
MUST_CHECK enum status derive_run(const struct derive_settings *settings,
                                  struct conn *c,
                                  bool from_nothing,
                                  const struct derive_progress *progress,
                                  struct error *why);

/* ---- Verify --------------------------------------------------------------------------------- */

#define DERIVE_DIFFERENCES 20 /* how many a report shows */

/* One cell that is not what the facts say. Texts live as long as the report. */
struct derive_difference {
    str table;
    str key; /* "basis=event grain=d store=main date=2010-12-01 set=country v1=France ..." */
    str column;
    str stored; /* "-": no such row */
    str rebuilt;
};

struct derive_report {
    struct derive_difference *items; /* the first DERIVE_DIFFERENCES */
    size_t count;
    int64_t differences;  /* all of them */
    int64_t cells;        /* rollup cells compared */
    int64_t orders;       /* order rows compared */
    int64_t sessions;     /* session rows compared */
    int64_t checks;       /* ledger, total and key checks that ran */
    int64_t pending;      /* dirty partitions, which are not compared */
    int64_t data_version; /* of the snapshot */
};

/* Rebuilds aside from raw facts, month by month in one snapshot, and compares to the cent and bit:
 * rollups, order sequences, sessions; then import ledgers against facts, orders against their
 * lines, and keys that lead nowhere. STATUS_OK also when something differs: look at `differences`.
 * Wants a conn of its own (begins a read transaction and makes temporary tables). */
MUST_CHECK enum status derive_verify(struct shop *s,
                                     struct conn *c,
                                     const struct derive_progress *progress,
                                     struct arena *a,
                                     struct derive_report *out,
                                     struct error *why);
MUST_CHECK enum status derive_verify_run(const struct derive_settings *settings,
                                         struct conn *c,
                                         const struct derive_progress *progress,
                                         struct arena *a,
                                         struct derive_report *out,
                                         struct error *why);

#endif
