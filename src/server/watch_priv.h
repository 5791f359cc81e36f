/* Files of the shop's folder that people change by hand while it is served: settings, definitions,
 * costs. Looked at about once a second by their sizes and times. */
#ifndef SHOPVANE_SERVER_WATCH_PRIV_H
#define SHOPVANE_SERVER_WATCH_PRIV_H

#include "shop/shop.h"

struct watch {
    uint64_t definitions; /* shop.yaml, stores.yaml, kpis/ */
    uint64_t costs;       /* costs.yaml, sku-map.csv, exclude.yaml, and the stores' own rates */
};
/* What the folder looks like now. */
void watch_look(const char *dir, struct watch *out);
/* Costs as the files say them. False: another change has the writer, to be tried again. */
bool watch_refresh_costs(struct shop *s);

#endif
