/* Over how many days a figure is, for values a day: days that have passed, on which something was
 * told of it. Not before its data begins (a shop that opened on the 23rd has nine days of October),
 * and not after the last day that counts for the KPI. In a row of one store both are that store's.
 *
 * Of several tables the days are from the first of the earliest to the last of the latest: a sum of
 * them is right as far as each goes. Only tables that have rows each day tell (reach.c). */
#include "query/query_priv.h"

str coverage_store_of(const struct asking *k, size_t slot, const uint32_t *by)
{
    const size_t d = k->store_by;
    if (d == SIZE_MAX || by == NULL || k->slots.items[slot].is_whole || by[d] == NAME_ALL)
        return STR_EMPTY;
    return names_text(&k->names, by[d]);
}

const struct store_reach *coverage_in_store(const struct coverage *c, str store)
{
    for (size_t i = 0; c->stores != NULL && i < c->n_stores; i++) {
        if (str_eq(c->stores[i].store, store))
            return &c->stores[i];
    }
    return NULL;
}

const struct coverage *coverage_base(const struct asking *k, const struct coverage *c)
{
    for (size_t i = 0; c->table->beside != NULL && i < k->n_coverage; i++) {
        const struct coverage *base = &k->coverage[i];
        if (str_is(str_from(c->table->beside), base->table->name) && base->date != NULL &&
            str_is(str_from(base->date->name), c->date->name))
            return base;
    }
    return c;
}

static void take(struct days_told *out, int32_t first, int32_t last)
{
    if (first == DAY_NONE || last == DAY_NONE)
        return;
    out->first = !out->any || first < out->first ? first : out->first;
    out->last = !out->any || last > out->last ? last : out->last;
    out->any = true;
}

/* Platforms tell of the stores whose figures come from them. */
static void take_platforms(const struct asking *k, size_t slot, str store, struct days_told *out)
{
    const struct platform_measure *p = k->slots.items[slot].measure->platform;
    for (size_t i = 0; p != NULL && i < k->n_presence; i++) {
        const struct platform_presence *at = &k->presence[i];
        const bool is_named =
            str_is(at->measure, p->name) || (p->of_item != NULL && str_is(at->measure, p->of_item));
        if (is_named && (store.len == 0 || str_eq(store, at->store)) &&
            sources_reads(&k->sources[slot], at->store))
            take(out, at->first, at->last);
    }
}

void ranges_tell(const struct asking *k, size_t slot, const uint32_t *by, struct days_told *out)
{
    const struct plan_slot *s = &k->slots.items[slot];
    const struct coverage *c = coverage_of(k, s);
    const str store = coverage_store_of(k, slot, by);
    out->store = store;
    take_platforms(k, slot, store, out);
    if (s->is_foreign || (store.len > 0 && sources_reads(&k->sources[slot], store)) || c == NULL ||
        c->date == NULL || !ranges_is_daily(c->table))
        return;
    c = coverage_base(k, c);
    const struct store_reach *of = store.len > 0 ? coverage_in_store(c, store) : NULL;
    if (of != NULL)
        take(out, of->first, c->is_told ? of->last : INT32_MAX);
    else
        take(out, c->first, c->newest != DAY_NONE ? c->newest : INT32_MAX);
}

int32_t ranges_days_counted(const struct asking *k,
                            size_t kpi,
                            const struct window *w,
                            struct day_range period,
                            const struct days_told *told)
{
    const int32_t last_of[] = {
        k->today,
        k->reach != DAY_NONE ? k->reach : INT32_MAX,
        w == &k->other ? ranges_last_compared(k, kpi, told->store) : ranges_last_counted(k, kpi, w),
        told->any ? told->last : INT32_MAX,
    };
    int32_t from = period.from;
    int32_t to = period.to;
    if (told->any && told->first > from)
        from = told->first;
    for (size_t i = 0; i < ARRAY_LEN(last_of); i++)
        to = last_of[i] < to ? last_of[i] : to;
    return to >= from ? to - from + 1 : 0;
}
