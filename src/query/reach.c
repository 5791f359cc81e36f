/* How many days of the range count for a KPI. Where its own facts end before those of another
 * source (orders came yesterday, visits today), its figure is of the days that it has, and is
 * compared with as many: a day without orders because none have come yet is not a day without
 * orders.
 *
 * Only tables that have rows each day tell how far they reach: the last refund may be a week ago.
 * A ratio of two such tables counts the days that both have. A sum over several stays whole, for
 * its parts are right as far as each of them goes. */
#include "query/query_priv.h"

static const char *const daily[] = { "order_line", "orders", "session", "ad_spend" };

bool ranges_is_daily(const struct table *t)
{
    for (size_t i = 0; i < ARRAY_LEN(daily); i++) {
        if (str_is(str_from(t->name), daily[i]) ||
            (t->beside != NULL && str_is(str_from(t->beside), daily[i])))
            return true;
    }
    return false;
}

/* An order is as old as the orders that came after it tell, not as the clock does: where they end
 * last year, none of its last month has had the time to come back or to be repeated. */
int32_t ranges_order_day(const struct asking *k)
{
    int32_t day = DAY_NONE;
    for (size_t i = 0; i < k->n_coverage; i++) {
        const struct coverage *c = &k->coverage[i];
        const bool is_of_orders = str_is(str_from(c->table->name), "orders") ||
                                  str_is(str_from(c->table->name), "order_line");
        if (is_of_orders && !c->is_for_age && c->date != NULL && c->newest > day)
            day = c->newest;
    }
    return day != DAY_NONE && day < k->today ? day : k->today;
}

/* False: it cannot be cut. */
static bool reach_of(const struct asking *k, size_t kpi, int32_t *least, int32_t *most)
{
    for (size_t i = 0; i < k->kpis[kpi]->n_leaves; i++) {
        const struct plan_slot *slot = &k->slots.items[k->slots.of_leaf[kpi][i]];
        const struct coverage *c = coverage_of(k, slot);
        if (slot->is_foreign || slot->measure->trailing_days > 0 || slot->measure->last_of_period ||
            (slot->measure->platform != NULL && k->n_presence > 0))
            return false;
        if (c == NULL || c->date == NULL || !ranges_is_daily(c->table))
            continue;
        if (c->newest == DAY_NONE)
            return false;
        *least = c->newest < *least ? c->newest : *least;
        *most = c->newest > *most ? c->newest : *most;
    }
    return *least <= *most;
}

static int32_t days_of(const struct asking *k, size_t kpi)
{
    int32_t least = INT32_MAX;
    int32_t most = INT32_MIN;
    if (k->kpis[kpi]->formula == NULL || !reach_of(k, kpi, &least, &most) ||
        (least < most && kpi_adds_up(k->kpis[kpi])) || least >= ranges_elapsed_to(k) ||
        least < k->main.from)
        return INT32_MAX;
    return least - k->main.from + 1;
}

/* The last day of a range from `from` on that anybody has told of. */
static int32_t told_to(const struct asking *k, int32_t from)
{
    int32_t to = k->today >= from ? k->today : INT32_MAX;
    if (k->reach != DAY_NONE && k->reach < to)
        to = k->reach;
    return to;
}

/* The last day up to which the daily facts that the KPI looks back over are there. */
static int32_t trailing_reach(const struct asking *k, size_t kpi)
{
    int32_t least = INT32_MAX;
    for (size_t i = 0; i < k->kpis[kpi]->n_leaves; i++) {
        const struct plan_slot *slot = &k->slots.items[k->slots.of_leaf[kpi][i]];
        const struct coverage *c = coverage_of(k, slot);
        const bool is_own = slot->measure->platform == NULL || k->n_presence == 0;
        if (slot->measure->trailing_days > 0 && is_own && c != NULL && c->date != NULL &&
            ranges_is_daily(c->table) && c->newest != DAY_NONE && c->newest < least)
            least = c->newest;
    }
    return least;
}

/* "The last 7 days" end on the last day that is known, not with the period: days to come, and days
 * of which no orders are there yet, are no days without sales. The range compared with is cut by as
 * many days, where it is not as short already. */
static struct plan_trail trail_of(const struct asking *k, size_t kpi)
{
    const int32_t own = k->kpis[kpi]->formula != NULL ? trailing_reach(k, kpi) : INT32_MAX;
    struct plan_trail trail = { told_to(k, k->main.from), told_to(k, k->other.from) };
    if (own < trail.main)
        trail.main = own;
    if (own < ranges_elapsed_to(k) && own >= k->main.from &&
        k->other.from + (own - k->main.from) < trail.other)
        trail.other = k->other.from + (own - k->main.from);
    return trail;
}

enum status ranges_settle_days(struct asking *k, struct error *why)
{
    k->order_day = ranges_order_day(k);
    k->days = ARENA_NEW(k->arena, int32_t, k->n_kpis + 1);
    k->trails = ARENA_NEW(k->arena, struct plan_trail, k->n_kpis + 1);
    if (k->days == NULL || k->trails == NULL)
        return query_no_memory(why);
    for (size_t i = 0; i < k->n_kpis; i++) {
        k->days[i] = days_of(k, i);
        k->trails[i] = trail_of(k, i);
    }
    return STATUS_OK;
}

bool ranges_trail(const struct asking *k, size_t kpi)
{
    for (size_t i = 0; i < k->kpis[kpi]->n_leaves; i++) {
        if (k->kpis[kpi]->leaves[i].measure->trailing_days > 0)
            return true;
    }
    return false;
}

int32_t ranges_last_counted(const struct asking *k, size_t kpi)
{
    if (ranges_trail(k, kpi))
        return k->trails[kpi].other;
    return k->days[kpi] == INT32_MAX ? INT32_MAX : k->other.from + k->days[kpi] - 1;
}
