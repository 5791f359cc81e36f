/* A target as people name it: by KPI, store, category and period. Threads: as goals.h. */
#ifndef SHOPVANE_GOALS_GOAL_REQUEST_H
#define SHOPVANE_GOALS_GOAL_REQUEST_H

#include "goals/goals.h"

struct goal_words {
    str kpi; /* id, alias or name */
    str store;
    str category;
    str period;
    int32_t year; /* of a period without one; 0: none */
    str owner;
    str note;
    bool unlocked;
};
struct goal_place {
    const struct shop *shop;
    const struct kpi_catalog *catalog;
    struct conn *conn;
    struct arena *arena; /* holds what comes out */
};
/* The target with its days, currency and level `target`. */
MUST_CHECK enum status goal_from_words(const struct goal_place *where,
                                       const struct goal_words *words,
                                       struct goal *out,
                                       const struct kpi **kpi,
                                       struct error *why);

#endif
