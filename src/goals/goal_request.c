/* A target as people name it: by KPI, store, category and period. */
#include "goals/goal_request.h"

#include "goals/goals_priv.h"

enum status goal_from_words(const struct goal_place *where,
                            const struct goal_words *words,
                            struct goal *out,
                            const struct kpi **kpi,
                            struct error *why)
{
    const struct shop_store *store = NULL;
    struct goal_period p;
    enum status st = kpi_lookup(where->catalog, words->kpi, kpi, why);
    if (st == STATUS_OK && words->store.len > 0)
        st = shop_store_get(where->shop, words->store, &store, why);
    if (st == STATUS_OK)
        st = goal_period_parse(where->conn, words->period, words->year, where->arena, &p, why);
    if (st != STATUS_OK)
        return st;
    const bool money = kpi_unit_kind((*kpi)->unit) == UNIT_KIND_MONEY;
    *out = (struct goal){ .store = store != NULL ? store->name : STR_EMPTY,
                          .category = words->category,
                          .kpi = (*kpi)->id,
                          .level = GOAL_TARGET,
                          .from = p.from,
                          .to = p.to,
                          .period = p.word,
                          .currency = !money          ? STR_EMPTY
                                      : store != NULL ? store->currency
                                                      : shop_settings(where->shop)->currency,
                          .locked = !words->unlocked,
                          .owner = words->owner,
                          .note = words->note };
    return STATUS_OK;
}
