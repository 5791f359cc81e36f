/* A target into stores and days: which targets are meant, how each store's days were in the past,
 * and then goals_split(), which does the arithmetic. */
#include "people/people.h"

#include <string.h>

#define PAST_DAYS 800 /* before the period: two years, and the weeks around its first day */

/* One split being prepared. */
struct splitting {
    struct shop *shop;
    const struct query_context *context;
    const struct split_question *words;
    struct arena *arena;
    struct goal_list all;
    struct goal_period period;
    struct goal *roots;
    size_t n_roots;
    struct season_event *events;
    size_t n_events;
    struct split_part *parts;
    size_t n_parts;
    int64_t now_us;
    size_t days;
};

/* ---- which ---- */

static bool is_wanted(const struct splitting *p, const struct goal *g, const struct kpi *kpi)
{
    const struct split_question *q = p->words;
    return g->from == p->period.from && g->to == p->period.to && str_eq(g->category, q->category) &&
           (kpi == NULL || str_eq(g->kpi, kpi->id)) &&
           (q->level.len == 0 || str_is(q->level, goal_level_name(g->level)));
}

static bool has_whole(const struct splitting *p, const struct goal *g)
{
    for (size_t i = 0; i < p->n_roots; i++) {
        const struct goal *r = &p->roots[i];
        if (r->store.len == 0 && r->level == g->level && str_eq(r->kpi, g->kpi))
            return true;
    }
    return false;
}

/* The whole's targets first; a store's own where there is no whole. */
static void collect_roots(struct splitting *p, const struct kpi *kpi)
{
    const str store = p->words->store;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < p->all.n; i++) {
            const struct goal *g = &p->all.items[i];
            const struct kpi *k = kpi_find(p->context->catalog, g->kpi);
            const bool fits = store.len > 0 ? pass == 0 && str_eq(g->store, store)
                              : pass == 0   ? g->store.len == 0
                                            : g->store.len > 0 && !has_whole(p, g);
            if (fits && is_wanted(p, g, kpi) && k != NULL && kpi_adds_up(k))
                p->roots[p->n_roots++] = *g;
        }
    }
}

static enum status find_roots(struct splitting *p, struct error *why)
{
    const struct kpi *kpi = NULL;
    enum status st = STATUS_OK;
    if (p->words->kpi.len > 0)
        st = kpi_lookup(p->context->catalog, p->words->kpi, &kpi, why);
    if (st == STATUS_OK && kpi != NULL && !kpi_adds_up(kpi))
        st = error_set(
            why,
            STATUS_BAD_INPUT,
            "\"%.*s\" does not add up over days (a rate, an average, or people who come back): "
            "its target holds for each day of its period as it is, and is not split",
            STR_ARG(kpi->id));
    p->roots = ARENA_NEW(p->arena, struct goal, p->all.n + 1);
    if (st == STATUS_OK && p->roots == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st != STATUS_OK)
        return st;
    collect_roots(p, kpi);
    if (p->n_roots > 0)
        return STATUS_OK;
    return error_set(
        why,
        STATUS_NOT_FOUND,
        "no target of exactly %.*s that can be split%s%.*s; shopvane goals list shows what "
        "there is, shopvane goals set %.*s --kpi KPI --target N sets one",
        STR_ARG(p->period.word),
        p->words->store.len > 0 ? " · " : "",
        STR_ARG(p->words->store),
        STR_ARG(p->period.word));
}

/* ---- the past ---- */

static enum status load_events(struct splitting *p, struct error *why)
{
    struct frame *f = NULL;
    const enum status st = conn_query(
        p->context->conn,
        STR("SELECT DISTINCT event_id, local_date, coalesce(end_date, local_date) FROM "
            "calendar_event WHERE kind = 'promo' AND event_id IS NOT NULL AND local_date IS "
            "NOT NULL ORDER BY ALL"),
        NULL,
        0,
        &f,
        why);
    if (st != STATUS_OK)
        return st;
    p->n_events = frame_rows(f);
    p->events = ARENA_NEW(p->arena, struct season_event, p->n_events + 1);
    for (size_t i = 0; p->events != NULL && i < p->n_events; i++)
        p->events[i] = (struct season_event){ .id = arena_dup(p->arena, frame_str(f, 0, i)),
                                              .from = (int32_t)frame_i64(f, 1, i),
                                              .to = (int32_t)frame_i64(f, 2, i) };
    frame_free(f);
    return p->events != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

/* Days before the first figure and after the last are unknown, not 0. */
static void trim(const struct season_past *past, bool *known)
{
    size_t first = 0;
    size_t n = (size_t)(past->to - past->from) + 1;
    while (first < n && past->values_e4[first] == 0)
        known[first++] = false;
    while (n > first && past->values_e4[n - 1] == 0)
        known[--n] = false;
}

static enum status ask_past(const struct splitting *p,
                            const struct kpi *kpi,
                            str store,
                            struct season_past *out,
                            struct error *why)
{
    struct answer *answer = NULL;
    const int32_t yesterday = zone_day(p->context->zone, p->now_us) - 1;
    const int32_t from = p->period.from - PAST_DAYS;
    const int32_t to = p->period.to < yesterday ? p->period.to : yesterday;
    *out = (struct season_past){ .from = from, .to = to };
    if (to < from)
        return STATUS_OK;
    const size_t n = (size_t)(to - from) + 1;
    int64_t *values = ARENA_NEW(p->arena, int64_t, n);
    bool *known = ARENA_NEW(p->arena, bool, n);
    if (values == NULL || known == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const struct kpi_question q = { .kpis = &kpi->id,
                                    .kpi_count = 1,
                                    .from = day_text(p->arena, from),
                                    .to = day_text(p->arena, to),
                                    .grain = STR("day"),
                                    .stores = &store,
                                    .store_count = store.len > 0 ? 1 : 0,
                                    .now_us = p->now_us };
    const enum status st = query_ask(p->context, &q, &answer, why);
    for (size_t i = 0; st == STATUS_OK && i < answer->row_count; i++) {
        const struct answer_row *row = &answer->kpis[0].rows[i];
        const i128 v =
            row->value.kind == VALUE_COUNT ? row->value.exact * MONEY_ONE : row->value.exact;
        const size_t at = (size_t)(row->time - from);
        if (row->time >= from && row->time <= to && row->value.kind != VALUE_NONE)
            known[at] = row->value.kind != VALUE_NUMBER && i128_to_i64(v, &values[at]);
    }
    answer_free(answer);
    out->values_e4 = values;
    out->known = known;
    trim(out, known);
    return st;
}

static bool is_unknown(const struct season_past *past)
{
    for (int32_t day = past->from; day <= past->to; day++) {
        if (past->known[day - past->from])
            return false;
    }
    return true;
}

/* ---- stores ---- */

static bool has_own_target(const struct splitting *p, const struct goal *root, str store)
{
    for (size_t i = 0; i < p->all.n; i++) {
        const struct goal *g = &p->all.items[i];
        if (str_eq(g->store, store) && str_eq(g->kpi, root->kpi) && g->level == root->level &&
            str_eq(g->category, root->category) && g->from == root->from && g->to == root->to)
            return true;
    }
    return false;
}

/* A split by store has parts of the same size where nothing says otherwise: a part without figures
 * gets what the others have on average. */
static void scale_even(const struct split_part *parts, size_t n, size_t days, int64_t *weights)
{
    i128 sum = 0;
    size_t n_known = 0;
    for (size_t i = 0; i < n; i++) {
        if (parts[i].season.rule == SEASON_EVEN)
            continue;
        sum += parts[i].season.total;
        n_known++;
    }
    if (n_known == 0)
        return;
    const int64_t each = (int64_t)(sum / (i128)n_known / (i128)days) + 1;
    for (size_t i = 0; i < n; i++) {
        for (size_t d = 0; parts[i].season.rule == SEASON_EVEN && d < days; d++)
            weights[i * days + d] = each;
    }
}

static enum status weigh_store(struct splitting *p,
                               const struct kpi *kpi,
                               str store,
                               const struct season_past *past,
                               int64_t *weights,
                               struct error *why)
{
    struct split_part *part = &p->parts[p->n_parts];
    *part = (struct split_part){ .kpi = kpi->id, .store = store };
    const enum status st = season_weights(past,
                                          p->events,
                                          p->n_events,
                                          (struct day_range){ p->period.from, p->period.to },
                                          p->arena,
                                          weights,
                                          &part->season,
                                          why);
    p->n_parts += st == STATUS_OK;
    return st;
}

/* Every store that has figures, or a target of its own for the period. */
/* NOLINTNEXTLINE(readability-function-size): where, what and what came of it */
static enum status weigh_stores(struct splitting *p,
                                const struct goal *root,
                                const struct kpi *kpi,
                                str *stores,
                                size_t *n,
                                int64_t *weights,
                                struct error *why)
{
    const size_t first = p->n_parts;
    enum status st = STATUS_OK;
    *n = 0;
    for (size_t i = 0; i < shop_store_count(p->shop) && st == STATUS_OK; i++) {
        struct season_past past;
        const str store = shop_store_at(p->shop, i)->name;
        st = ask_past(p, kpi, store, &past, why);
        if (st != STATUS_OK || (is_unknown(&past) && !has_own_target(p, root, store)))
            continue;
        st = weigh_store(p, kpi, store, &past, weights + *n * p->days, why);
        stores[(*n)++] = store;
    }
    if (st == STATUS_OK)
        scale_even(p->parts + first, *n, p->days, weights);
    if (*n < 2) { /* one store is the whole */
        p->n_parts = first;
        *n = 0;
    }
    return st;
}

static enum status weigh_root(struct splitting *p,
                              const struct goal *root,
                              struct goal_split *out,
                              struct error *why)
{
    const struct kpi *kpi = kpi_find(p->context->catalog, root->kpi);
    const size_t most = shop_store_count(p->shop) + 1;
    str *stores = ARENA_NEW(p->arena, str, most);
    int64_t *weights = ARENA_NEW(p->arena, int64_t, most * p->days);
    size_t n = 0;
    enum status st = STATUS_OK;
    BUG_IF(kpi == NULL);
    if (stores == NULL || weights == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (root->store.len == 0 && !p->words->whole && shop_store_count(p->shop) > 1)
        st = weigh_stores(p, root, kpi, stores, &n, weights, why);
    if (st == STATUS_OK && n == 0) {
        struct season_past past;
        st = ask_past(p, kpi, root->store, &past, why);
        if (st == STATUS_OK)
            st = weigh_store(p, kpi, root->store, &past, weights, why);
    }
    *out =
        (struct goal_split){ .root = *root, .stores = stores, .n_stores = n, .weights = weights };
    return st;
}

/* Levels of one KPI and store are weighed alike. */
static const struct goal_split *weighed_already(const struct goal_split *splits,
                                                size_t n,
                                                const struct goal *root)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(splits[i].root.kpi, root->kpi) && str_eq(splits[i].root.store, root->store))
            return &splits[i];
    }
    return NULL;
}

static enum status split(struct splitting *p,
                         const struct goal_edit *edit,
                         struct split_result *out,
                         struct error *why)
{
    struct goal_split *splits = ARENA_NEW(p->arena, struct goal_split, p->n_roots);
    p->parts = ARENA_NEW(p->arena, struct split_part, p->n_roots * (shop_store_count(p->shop) + 2));
    p->days = (size_t)(p->period.to - p->period.from) + 1;
    if (splits == NULL || p->parts == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = load_events(p, why);
    for (size_t i = 0; i < p->n_roots && st == STATUS_OK; i++) {
        const struct goal_split *like = weighed_already(splits, i, &p->roots[i]);
        if (like != NULL) {
            splits[i] = *like;
            splits[i].root = p->roots[i];
        } else {
            st = weigh_root(p, &p->roots[i], &splits[i], why);
        }
    }
    if (st == STATUS_OK)
        st = goals_split(
            p->shop, p->context->catalog, splits, p->n_roots, edit, p->arena, &out->changes, why);
    return st;
}

/* NOLINTNEXTLINE(readability-function-size): where, what and what came of it */
enum status people_split(struct shop *s,
                         const struct query_context *c,
                         const struct split_question *q,
                         const struct goal_edit *edit,
                         struct arena *a,
                         struct split_result *out,
                         struct error *why)
{
    struct splitting p = {
        .shop = s, .context = c, .words = q, .arena = a, .now_us = edit->now_us
    };
    struct split_result result = { .n_parts = 0 };
    enum status st = goal_period_parse(c->conn, q->period, 0, a, &p.period, why);
    if (st == STATUS_OK)
        st = goals_load(c->conn, &(struct goal_filter){ .n_kpis = 0 }, a, &p.all, why);
    if (st == STATUS_OK)
        st = find_roots(&p, why);
    if (st == STATUS_OK)
        st = split(&p, edit, &result, why);
    if (st != STATUS_OK)
        return st;
    result.period = p.period;
    result.roots = p.roots;
    result.n_roots = p.n_roots;
    result.parts = p.parts;
    result.n_parts = p.n_parts;
    *out = result;
    return STATUS_OK;
}
