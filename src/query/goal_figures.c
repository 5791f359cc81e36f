/* How figures stand to their targets: completion, time progress by the daily targets, gap, and what
 * is needed a day. Targets come from goals/; here they meet the figures. */
#include "query/query_priv.h"

enum status query_goals_load(struct asking *k, struct error *why)
{
    int64_t stores = 0;
    bool any = false;
    const str level = k->words->target;
    if (level.len == 0)
        return STATUS_OK;
    if (!goal_level_parse(level, &k->goal_level))
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "--target \"%.*s\" is none of base, target, stretch",
                         STR_ARG(level));
    str *ids = ARENA_NEW(k->arena, str, k->n_kpis);
    struct goal_list *list = ARENA_NEW(k->arena, struct goal_list, 1);
    if (ids == NULL || list == NULL)
        return query_no_memory(why);
    for (size_t i = 0; i < k->n_kpis; i++)
        ids[i] = k->kpis[i]->id;
    const struct goal_filter filter = { .kpis = ids,
                                        .n_kpis = k->n_kpis,
                                        .level = str_from(goal_level_name(k->goal_level)) };
    enum status st = state_targets(k, &any, why);
    if (st == STATUS_OK && any)
        st = goals_load(k->context->conn, &filter, k->arena, list, why);
    if (st == STATUS_OK)
        st = state_stores(k, &stores, why);
    k->goal_stores = (size_t)stores;
    k->goals = list;
    return st;
}

/* Which targets a row is about; false, with the reason, when none can be. */
struct scope {
    str store[1];
    const str *stores;
    size_t n_stores;
    str category;
};

static bool scope_of(const struct asking *k,
                     const struct answer_row *row,
                     struct scope *s,
                     const char **reason)
{
    const bool has_dims = row->by != NULL;
    *s = (struct scope){ .stores = k->words->stores, .n_stores = k->words->store_count };
    *reason = k->where != NULL ? "targets are by store and category, not by filters"
              : row->hour >= 0 ? "targets are by day, not by hour"
              : row->is_others ? "\"others\" has no target"
                               : NULL;
    for (size_t i = 0; i < k->n_by && has_dims && *reason == NULL; i++) {
        const str name = str_from(k->by[i]->name);
        if (row->by[i].len == 0)
            *reason = "no target without a name";
        else if (str_is(name, "store"))
            s->store[0] = row->by[i];
        else if (str_is(name, "category"))
            s->category = row->by[i];
        else
            *reason = "targets are by store and category only";
    }
    return *reason == NULL;
}

/* The newest day of a table that is told of, in a row of one store (else empty) by that store. */
static int32_t last_day_in(const struct asking *k,
                           const struct coverage *c,
                           str store,
                           bool is_effect)
{
    const struct coverage_reach reach = coverage_reach_in(k, c, store);
    const int32_t last = is_effect ? reach.rows_to : reach.told;
    return reach.complete_to > last ? reach.complete_to : last;
}

/* The newest day that the KPI's figures can hold. Refunds and costs that come after the last order
 * are no days of orders: they tell only where nothing else does. */
static int32_t last_day_of(const struct asking *k, size_t kpi, str store)
{
    int32_t last = DAY_NONE;
    for (int effects = 0; effects < 2 && last == DAY_NONE; effects++) {
        for (size_t i = 0; k->place[kpi] != SIZE_MAX && i < k->kpis[kpi]->n_leaves; i++) {
            const struct plan_slot *slot = &k->slots.items[k->slots.of_leaf[k->place[kpi]][i]];
            const struct coverage *c = coverage_of(k, slot);
            const bool is_effect =
                !ranges_is_daily(slot->measure->table) || coverage_is_effect(slot->measure);
            if (c == NULL || c->date == NULL || !c->has_rows || is_effect != (effects != 0))
                continue;
            const int32_t day = last_day_in(k, c, store, is_effect);
            last = day > last ? day : last;
        }
    }
    return last;
}

static const char *reason_of(enum goal_gap gap)
{
    static const char *const reasons[] = {
        [GOAL_NONE] = "no target",
        [GOAL_PARTLY] = "targets cover only a part of the period",
        [GOAL_SOME_STORES] = "not every store has a target",
        [GOAL_CURRENCY] = "the target is in another currency",
        [GOAL_OVERLAP] = "targets overlap: it cannot be said which one counts",
    };
    return reasons[gap];
}

/* x 10^-4 in the KPI's unit. */
static struct answer_value value_e4(const struct asking *k, enum kpi_unit unit, i128 v)
{
    if (kpi_unit_kind(unit) == UNIT_KIND_COUNT && v % MONEY_ONE == 0)
        return answer_value_of(k, unit, number_whole(v / MONEY_ONE));
    return answer_value_of(k, unit, number_money(v));
}

static int sign_of(struct number n)
{
    const double v = number_to_double(n);
    return n.kind == NUMBER_NONE ? 0 : v > 0 ? 1 : v < 0 ? -1 : 0;
}

static void set_gap(const struct asking *k,
                    const struct kpi *kpi,
                    struct number value,
                    struct number expected,
                    struct answer_goal *g)
{
    const struct number gap = number_subtract(value, expected);
    g->gap = answer_value_of(k, kpi->unit, number_plain(gap));
    if (gap.kind == NUMBER_NONE || kpi->direction == DIRECTION_NEUTRAL)
        return;
    const int sign = sign_of(gap) * (kpi->direction == DIRECTION_DOWN ? -1 : 1);
    g->on_course = sign >= 0 ? 1 : -1;
}

/* What must still come, or may still go, each day that is left. */
static void set_needed(const struct asking *k,
                       const struct kpi *kpi,
                       struct number value,
                       struct number target,
                       int32_t to,
                       struct answer_goal *g)
{
    struct number rest = number_subtract(target, value);
    struct number none = number_none(str_from(tr(k->lang, "the period is over")));
    if (sign_of(rest) < 0)
        rest = kpi_unit_kind(kpi->unit) == UNIT_KIND_MONEY ? number_money(0) : number_whole(0);
    if (to >= k->today && g->days_left > 0)
        none = number_plain(number_divide(rest, number_whole(g->days_left), STR_EMPTY));
    g->needed = answer_value_of(k, kpi->unit, none);
}

static void set_course(const struct asking *k,
                       const struct kpi *kpi,
                       struct number value,
                       const struct goal_sum *sum,
                       int32_t to,
                       struct answer_goal *g)
{
    const struct number target = number_money(sum->value_e4);
    const struct number expected = sum->has_progress ? number_money(sum->expected_e4) : target;
    const str zero = str_from(tr(k->lang, "the value is 0"));
    const bool low_rate = !sum->has_progress && kpi->direction == DIRECTION_DOWN;
    const struct number done =
        low_rate ? number_divide(target, value, zero) : number_divide(value, target, zero);
    const str rate = str_from(tr(k->lang, "a rate's target holds for each day as it is"));
    const struct number no_rate = number_none(rate);
    g->target = value_e4(k, kpi->unit, sum->value_e4);
    if (sum->has_first)
        g->first = value_e4(k, kpi->unit, sum->first_e4);
    g->completion = answer_value_of(k, UNIT_RATIO, number_plain(done));
    g->expected = sum->has_progress ? value_e4(k, kpi->unit, sum->expected_e4) : g->target;
    g->progress = answer_value_of(
        k,
        UNIT_RATIO,
        sum->has_progress ? number_plain(number_divide(expected, target, STR_EMPTY)) : no_rate);
    set_gap(k, kpi, value, expected, g);
    if (sum->has_progress)
        set_needed(k, kpi, value, target, to, g);
    else
        g->needed = answer_value_of(k, kpi->unit, no_rate);
    if (sum->is_off)
        g->note =
            str_from(tr(k->lang, "parts and whole of a target do not add up; split it again"));
    else if (sum->is_even)
        g->note = str_from(tr(
            k->lang, "a target without daily targets counts evenly by day; shopvane goals split"));
}

static struct answer_goal no_goal(const struct asking *k, const char *reason)
{
    const struct answer_value none =
        answer_value_of(k, UNIT_RATIO, number_none(str_from(tr(k->lang, reason))));
    return (struct answer_goal){ .target = none,
                                 .first = none,
                                 .completion = none,
                                 .progress = none,
                                 .expected = none,
                                 .gap = none,
                                 .needed = none,
                                 .as_of = DAY_NONE,
                                 .reason = none.reason };
}

/* The days that are over as far as the figures reach; today by its minutes. */
static void set_days(
    const struct asking *k, size_t kpi, str store, int32_t from, int32_t end, struct goal_range *r)
{
    const bool is_total = from == k->main.from && end == k->main.to;
    const int32_t to = is_total && k->words->target_to > end ? k->words->target_to : end;
    const int32_t last = last_day_of(k, kpi, store);
    const int32_t yesterday = k->today - 1;
    r->from = from;
    r->to = to;
    r->as_of = last != DAY_NONE && last < yesterday ? last : yesterday;
    if (r->as_of > end)
        r->as_of = end;
    r->part_minute = last >= k->today && end >= k->today && from <= k->today ? k->now_minute : 0;
}

enum status query_goal_of(struct asking *k,
                          size_t kpi,
                          uint32_t bucket,
                          struct number value,
                          struct answer_row *row,
                          struct error *why)
{
    struct scope scope;
    struct goal_sum sum = { .gap = GOAL_NONE };
    const char *reason = NULL;
    const int32_t from = bucket == BUCKET_TOTAL ? k->main.from : k->main.buckets[bucket].start;
    const struct kpi *definition = k->kpis[kpi];
    if (k->goals == NULL)
        return STATUS_OK;
    struct answer_goal *g = ARENA_NEW(k->arena, struct answer_goal, 1);
    if (g == NULL)
        return query_no_memory(why);
    row->goal = g;
    struct goal_range r = { .kpi = definition,
                            .level = k->goal_level,
                            .known_stores = k->goal_stores,
                            .currency = k->context->settings->currency };
    const bool is_found = scope_of(k, row, &scope, &reason);
    set_days(k, kpi, scope.store[0], from, row->end, &r);
    if (is_found) {
        r.stores = scope.store[0].len > 0 ? scope.store : scope.stores;
        r.n_stores = scope.store[0].len > 0 ? 1 : scope.n_stores;
        r.category = scope.category;
        struct arena *scratch = arena_new(0);
        const enum status st = scratch != NULL ? goal_of_range(k->goals, &r, scratch, &sum, why)
                                               : query_no_memory(why);
        arena_free(scratch);
        if (st != STATUS_OK)
            return st;
        reason = sum.gap != GOAL_FOUND ? reason_of(sum.gap) : NULL;
    }
    *g = no_goal(k, reason != NULL ? reason : "no target");
    if (reason != NULL)
        return STATUS_OK;
    g->reason = STR_EMPTY;
    g->as_of = r.as_of < from ? DAY_NONE : r.as_of;
    g->days_left = sum.days_left;
    g->revision = sum.revision;
    set_course(k, definition, value, &sum, r.to, g);
    return STATUS_OK;
}
