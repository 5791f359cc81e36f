/* Settings and definitions that people change by hand while the shop is served: looked at about
 * once a second, by sizes and times of shop.yaml, stores.yaml and kpis/. Costs have cost_watch.c.
 */
#ifndef SHOPVANE_SERVER_WATCH_PRIV_H
#define SHOPVANE_SERVER_WATCH_PRIV_H

#include "shop/shop.h"

/* A number that changes with any of the files. */
uint64_t watch_look(const char *dir);

#endif
