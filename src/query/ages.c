/* Sources of different age: orders known for years, visits counted since last month. Over days of
 * which only one of a KPI's sources tells, its figure is not complete: a conversion would divide
 * the orders of two months by the visits of two weeks. So are totals over stores of which one has
 * but one side of a ratio.
 *
 * Only tables that have rows on most days tell when they begin. A shop without orders before its
 * first one is no gap: orders lack only what another of the KPI's own sources has. Visits, events
 * and ad spend lack the days on which the shop had orders or visits already. */
#include "query/ages_priv.h"

#include <string.h>

enum age { AGE_ORDERS, AGE_VISITS, AGE_EVENTS, AGE_ADS, AGE_COUNT };
#define AGE_NONE AGE_COUNT

static const struct {
    const char *table;
    enum age age;
} sources[] = {
    { "order_line", AGE_ORDERS }, { "orders", AGE_ORDERS }, { "session", AGE_VISITS },
    { "event", AGE_EVENTS },      { "ad_spend", AGE_ADS },
};
/* What people call each. */
static const char *const tables[AGE_COUNT] = { "orders", "session", "event", "ad_spend" };

static enum age age_of(const struct table *t)
{
    for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
        if (strcmp(t->beside != NULL ? t->beside : t->name, sources[i].table) == 0)
            return sources[i].age;
    }
    return AGE_NONE;
}

bool ages_has(const struct table *t)
{
    return age_of(t) != AGE_NONE;
}

bool ages_need_others(const struct table *t)
{
    return age_of(t) != AGE_NONE && age_of(t) != AGE_ORDERS;
}

/* From when to when a source has data. */
struct reach {
    int32_t first; /* DAY_NONE: none */
    int32_t last;
};

static void widen(struct reach *r, int32_t first, int32_t last)
{
    if (first == DAY_NONE)
        return;
    r->last = r->first == DAY_NONE || last > r->last ? last : r->last;
    r->first = r->first == DAY_NONE || first < r->first ? first : r->first;
}

/* Of a store; empty: of all that the question is about. */
static struct reach reach_of(const struct asking *k, enum age age, str store)
{
    struct reach r = { DAY_NONE, DAY_NONE };
    for (size_t i = 0; i < k->n_coverage; i++) {
        const struct coverage *c = &k->coverage[i];
        if (c->date == NULL || c->table->beside != NULL || age_of(c->table) != age)
            continue;
        if (store.len == 0)
            widen(&r, c->first, c->last);
        for (size_t s = 0; store.len > 0 && s < c->n_stores; s++) {
            if (str_eq(c->stores[s].store, store))
                widen(&r, c->stores[s].first, c->stores[s].last);
        }
    }
    return r;
}

static bool is_listed(const str *stores, size_t n, str store)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(stores[i], store))
            return true;
    }
    return false;
}

/* Stores with data; a single one, and where they are not told apart all of them as one, has no
 * name. */
static enum status list_stores(struct asking *k, str **out, size_t *n, struct error *why)
{
    size_t most = 1;
    bool apart = false;
    for (size_t i = 0; i < k->n_coverage; i++)
        most += k->coverage[i].n_stores;
    str *stores = ARENA_NEW(k->arena, str, most);
    if (stores == NULL)
        return query_no_memory(why);
    *n = 0;
    for (size_t i = 0; i < k->n_coverage; i++) {
        const struct coverage *c = &k->coverage[i];
        if (c->date == NULL || age_of(c->table) == AGE_NONE)
            continue;
        apart = apart || c->stores != NULL;
        for (size_t s = 0; c->stores != NULL && s < c->n_stores; s++) {
            if (!is_listed(stores, *n, c->stores[s].store))
                stores[(*n)++] = c->stores[s].store;
        }
    }
    if (!apart || *n == 1)
        stores[0] = STR_EMPTY;
    *n = *n > 1 ? *n : 1;
    *out = stores;
    return STATUS_OK;
}

/* The sources of a KPI. */
struct own {
    bool has[AGE_COUNT];
    size_t n;
    bool lists_stores; /* some part of it is about chosen stores only */
};

/* False: platforms answer in part, which say themselves what they lack. */
static bool own_of(const struct asking *k, size_t kpi, struct own *out)
{
    *out = (struct own){ .n = 0 };
    for (size_t i = 0; k->place[kpi] != SIZE_MAX && i < k->kpis[kpi]->n_leaves; i++) {
        const size_t index = k->slots.of_leaf[k->place[kpi]][i];
        const struct plan_slot *slot = &k->slots.items[index];
        const enum age age = age_of(slot->measure->table);
        if (slot->is_foreign || k->sources[index].n_stores > 0)
            return false;
        out->lists_stores = out->lists_stores || slot->measure->stores_by != NULL;
        if (age == AGE_NONE || slot->date == NULL || out->has[age])
            continue;
        out->has[age] = true;
        out->n++;
    }
    return out->n > 0;
}

/* Where what a source is held against has data: the KPI's other sources, and of one that is not
 * orders the shop's orders and visits (not `strictly`). */
static struct reach others_of(
    const struct asking *k, const struct own *own, enum age of, str store, bool strictly)
{
    struct reach all = { DAY_NONE, DAY_NONE };
    for (size_t i = 0; i < AGE_COUNT; i++) {
        const bool tells = !strictly && of != AGE_ORDERS &&
                           ((enum age)i == AGE_ORDERS || (enum age)i == AGE_VISITS);
        if ((enum age)i == of || (!own->has[i] && !tells))
            continue;
        const struct reach one = reach_of(k, (enum age)i, store);
        widen(&all, one.first, one.last);
    }
    return all;
}

/* False: the source lacks nothing in the store. A store without ads is one that does not advertise.
 */
static bool gap_of(const struct asking *k,
                   const struct own *own,
                   bool is_ratio,
                   enum age of,
                   str store,
                   struct age_gap *out)
{
    const struct reach it = reach_of(k, of, store);
    const bool never = it.first == DAY_NONE;
    const struct reach others = others_of(k, own, of, store, never);
    if (others.first == DAY_NONE || (!never && it.first <= others.first) ||
        (never && (!is_ratio || own->n < 2 || own->lists_stores || of == AGE_ADS)))
        return false;
    *out = (struct age_gap){ .store = store,
                             .from = others.first,
                             .to = never || others.last < it.first ? others.last : it.first - 1,
                             .first = it.first,
                             .source = (int)of };
    return true;
}

static bool names_store(const struct row_expr *e)
{
    if (e == NULL)
        return false;
    if (e->dimension != NULL && strcmp(e->dimension->name, "store") == 0)
        return true;
    for (size_t i = 0; i < e->n_args; i++) { /* as deep as the parser lets it be */
        if (names_store(e->args[i]))
            return true;
    }
    return false;
}

static enum status settle(
    struct asking *k, size_t kpi, const str *stores, size_t n_stores, struct error *why)
{
    struct own own;
    struct age_gaps *gaps = &k->ages[kpi];
    const bool is_ratio = k->kpis[kpi]->formula != NULL && !kpi_adds_up(k->kpis[kpi]);
    if (!own_of(k, kpi, &own))
        return STATUS_OK;
    gaps->items = ARENA_NEW(k->arena, struct age_gap, n_stores * AGE_COUNT + 1);
    if (gaps->items == NULL)
        return query_no_memory(why);
    for (size_t s = 0; s < n_stores; s++) {
        for (size_t i = 0; i < AGE_COUNT; i++) {
            if (own.has[i] && (i != AGE_ORDERS || own.n > 1) &&
                gap_of(k, &own, is_ratio, (enum age)i, stores[s], &gaps->items[gaps->n]))
                gaps->n++;
        }
    }
    return STATUS_OK;
}

enum status ages_settle(struct asking *k, struct error *why)
{
    str *stores = NULL;
    size_t n = 0;
    k->ages = ARENA_NEW(k->arena, struct age_gaps, k->n_kpis + 1);
    if (k->ages == NULL)
        return query_no_memory(why);
    if (names_store(k->where)) /* which stores it is about is not known here */
        return STATUS_OK;
    enum status st = list_stores(k, &stores, &n, why);
    for (size_t i = 0; st == STATUS_OK && i < k->n_kpis; i++)
        st = settle(k, i, stores, n, why);
    return st;
}

static bool touches(const struct age_gap *g, int32_t start, int32_t end)
{
    return start <= g->to && end >= g->from;
}

bool ages_agree(const struct asking *k, size_t kpi, str store, int32_t start, int32_t end)
{
    const struct age_gaps *gaps = &k->ages[kpi];
    for (size_t i = 0; i < gaps->n; i++) {
        const struct age_gap *g = &gaps->items[i];
        if (touches(g, start, end) &&
            (store.len == 0 || g->store.len == 0 || str_eq(store, g->store)))
            return false;
    }
    return true;
}

/* ---- notes ---- */

static bool is_shown(const struct asking *k, const struct age_gap *g)
{
    return touches(g, k->main.from, k->main.to) ||
           (ranges_are_compared(k) && touches(g, k->other.from, k->other.to));
}

static void add_once(struct buf *names, const char *apart, str *seen, size_t *n, str name)
{
    if (is_listed(seen, *n, name))
        return;
    seen[(*n)++] = name;
    buf_adds(names, names->len > 0 ? apart : "");
    buf_add(names, name);
}

/* "2026-02-15", or "2026-02-15 (b)" where stores are told apart and there are several. */
static str begin_text(const struct asking *k, const struct age_gap *g, bool never)
{
    if (never)
        return g->store;
    const str day = day_text(k->arena, g->first);
    return g->store.len == 0
               ? day
               : arena_printf(k->arena, "%.*s (%.*s)", STR_ARG(day), STR_ARG(g->store));
}

/* Of one source: since when it is known, or the stores that do not have it, and for which KPIs
 * that matters. */
static str note_of(const struct asking *k, enum age source, bool never, size_t *head)
{
    struct buf begins;
    struct buf names;
    size_t most = 0;
    size_t n_begins = 0;
    size_t n_names = 0;
    for (size_t i = 0; i < k->n_kpis; i++)
        most += k->ages[i].n + 1;
    str *seen = ARENA_NEW(k->arena, str, most * 2 + 1);
    if (seen == NULL)
        return STR_EMPTY;
    buf_init(&begins, (size_t)64 * 1024);
    buf_init(&names, (size_t)64 * 1024);
    for (size_t i = 0; i < k->n_kpis; i++) {
        for (size_t j = 0; j < k->ages[i].n; j++) {
            const struct age_gap *g = &k->ages[i].items[j];
            if (g->source != (int)source || (g->first == DAY_NONE) != never || !is_shown(k, g))
                continue;
            add_once(&begins, ", ", seen, &n_begins, begin_text(k, g, never));
            add_once(&names, ANSWER_NAMES_APART, seen + most, &n_names, k->kpis[i]->name[k->lang]);
        }
    }
    str note = STR_EMPTY;
    if (n_names > 0)
        note = arena_printf(
            k->arena,
            never
                ? tr(k->lang,
                     "partial: no data on %s of these stores: %.*s; they are on one side only of: "
                     "%.*s")
                : tr(k->lang,
                     "partial: data on %s begins on %.*s; the days before are not all in: %.*s"),
            table_label(commerce_table(str_from(tables[source])), k->lang),
            STR_ARG(buf_str(&begins)),
            STR_ARG(buf_str(&names)));
    *head = note.len - (note.len > 0 ? names.len : 0);
    buf_release(&begins);
    buf_release(&names);
    return note;
}

void ages_notes(const struct asking *k, struct answer *out)
{
    for (size_t i = 0; i < AGE_COUNT; i++) {
        for (int never = 0; never < 2; never++) {
            size_t head = 0;
            const str note = note_of(k, (enum age)i, never != 0, &head);
            if (note.len == 0)
                continue;
            out->note_heads[out->note_count] = head;
            out->notes[out->note_count++] = note;
        }
    }
}
