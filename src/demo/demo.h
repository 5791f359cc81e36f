/* The simulated shop: plain files as a real shop would export them, and the truth behind them.
 *
 * Pure of the store: writes CSV files into a folder, one per target of the import, named after it.
 * The same options give the same bytes. docs/demo-shop.md tells what is simulated. */
#ifndef SHOPVANE_DEMO_DEMO_H
#define SHOPVANE_DEMO_DEMO_H

#include "base/base.h"

struct demo_options {
    int32_t days;           /* 0: 730 */
    int32_t orders_per_day; /* 0: 120 */
    uint64_t seed;          /* 0: 1 */
    int32_t until;          /* last day */
};

struct demo_progress {
    void (*step)(void *self, const char *what, int64_t done, int64_t total);
    void *self;
};

#define DEMO_CURRENCY   "CNY"
#define DEMO_TIMEZONE   "Asia/Shanghai"
#define DEMO_EVENT_DAYS 60 /* full events for the last days only */

/* The last whole day of the shop, by its own clock: its pages look at that one first. */
MUST_CHECK enum status demo_yesterday(int64_t now_us, int32_t *out, struct error *why);

/* STATUS_BAD_USAGE for options out of range: before anything is made. */
MUST_CHECK enum status demo_check(const struct demo_options *opt, struct error *why);

/* About how many orders that makes. */
int64_t demo_orders(const struct demo_options *opt);

/* Writes all files and truth.json. STATUS_BAD_USAGE for options out of range. */
MUST_CHECK enum status demo_generate(const struct demo_options *opt,
                                     const char *folder,
                                     const struct demo_progress *progress,
                                     struct error *why);
/* Target of the i-th file ("product", "order_lines" ...), in the order of import. The file is
 * TARGET.csv; when it would be long it goes on in TARGET-2.csv, TARGET-3.csv and so on. NULL past
 * the end. */
const char *demo_target(size_t i);

#endif
