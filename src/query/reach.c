/* How many days of the range count for a KPI. Where its own facts end before those of another
 * source (orders came yesterday, visits today), its figure is of the days that it has, and is
 * compared with as many: a day without orders because none have come yet is not a day without
 * orders.
 *
 * Only tables that have rows each day tell how far they reach: the last refund may be a week ago,
 * and what orders have caused (refunds, payments, bookings) comes after the last of them. A ratio
 * of two such sources counts the days that both have, and a note says so. A sum stays whole, for
 * its parts are right as far as each of them goes. */
#include "query/query_priv.h"

enum source { SOURCE_ORDERS, SOURCE_VISITS, SOURCE_ADS, SOURCE_COUNT };
static const struct {
    const char *table;
    enum source source;
} daily[] = {
    { "orders", SOURCE_ORDERS },
    { "order_line", SOURCE_ORDERS },
    { "session", SOURCE_VISITS },
    { "ad_spend", SOURCE_ADS },
};

/* SOURCE_COUNT: its rows do not come each day. */
static enum source source_of(const struct table *t)
{
    const str name = str_from(t->beside != NULL ? t->beside : t->name);
    for (size_t i = 0; i < ARRAY_LEN(daily); i++) {
        if (str_is(name, daily[i].table))
            return daily[i].source;
    }
    return SOURCE_COUNT;
}

bool ranges_is_daily(const struct table *t)
{
    return source_of(t) != SOURCE_COUNT;
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

/* What of a KPI's sources tells how far days are known. */
struct ends {
    int32_t last[SOURCE_COUNT]; /* DAY_NONE: it is none of them */
    size_t n;
    bool has_effects; /* what orders have caused counts too, and may come after the last of them */
};

/* A source ends where the first of its dates does: orders may be paid after the last was placed. */
static void take_end(struct ends *e, enum source source, int32_t newest)
{
    int32_t *last = &e->last[source];
    e->has_effects = e->has_effects || (*last != DAY_NONE && *last != newest);
    e->n += *last == DAY_NONE;
    *last = *last == DAY_NONE || newest < *last ? newest : *last;
}

/* Costs of orders stand beside their lines, and are booked after the last of them. */
static bool is_effect(const struct table *t)
{
    return source_of(t) == SOURCE_COUNT || (t->beside != NULL && t->view == NULL);
}

/* False: it cannot be cut. */
static bool ends_of(const struct asking *k, size_t kpi, struct ends *out)
{
    *out = (struct ends){ .n = 0 };
    for (size_t i = 0; i < SOURCE_COUNT; i++)
        out->last[i] = DAY_NONE;
    for (int effects = 0; effects < 2; effects++) {
        for (size_t i = 0; i < k->kpis[kpi]->n_leaves; i++) {
            const struct plan_slot *slot = &k->slots.items[k->slots.of_leaf[kpi][i]];
            const struct kpi_measure *m = slot->measure;
            const struct coverage *c = coverage_of(k, slot);
            if (slot->is_foreign || m->trailing_days > 0 || m->last_of_period ||
                (m->platform != NULL && k->n_presence > 0))
                return false;
            if (c == NULL || c->date == NULL || is_effect(c->table) != (effects != 0))
                continue;
            const enum source source = source_of(c->table);
            if (source == SOURCE_COUNT || (effects != 0 && out->n > 0)) {
                out->has_effects = true;
                continue;
            }
            if (c->newest == DAY_NONE)
                return false;
            take_end(out, source, c->newest);
        }
    }
    return out->n > 0;
}

/* The first day on which one of them ends. */
static int32_t first_end(const struct ends *e)
{
    int32_t least = INT32_MAX;
    for (size_t i = 0; i < SOURCE_COUNT; i++) {
        if (e->last[i] != DAY_NONE && e->last[i] < least)
            least = e->last[i];
    }
    return least;
}

/* Something is divided by what may have other days. */
static bool divides(const struct formula *f)
{
    if (f->op == FORMULA_DIVIDE && f->args[1]->op != FORMULA_NUMBER &&
        f->args[1]->op != FORMULA_DAYS)
        return true;
    for (size_t i = 0; i < f->n_args; i++) { /* as deep as the parser lets it be */
        if (divides(f->args[i]))
            return true;
    }
    return false;
}

/* A sum is right as far as each of its parts goes, and so is what orders have caused, whenever it
 * came: only where one source is divided by another do days count that both have. What is compared
 * with counts as many days as there are orders, visits or ads. */
static struct plan_cut days_of(const struct asking *k, size_t kpi, int *cut_by)
{
    struct plan_cut cut = { INT32_MAX, INT32_MAX };
    struct ends ends;
    if (k->kpis[kpi]->formula == NULL || !ends_of(k, kpi, &ends))
        return cut;
    const int32_t least = first_end(&ends);
    if ((ends.n > 1 && !divides(k->kpis[kpi]->formula)) || least >= ranges_elapsed_to(k) ||
        least < k->main.from)
        return cut;
    cut.other = least - k->main.from + 1;
    if (ends.n > 1 || !ends.has_effects)
        cut.main = cut.other;
    for (int i = 0; ends.n > 1 && i < SOURCE_COUNT; i++) {
        if (ends.last[i] == least)
            *cut_by = i;
    }
    return cut;
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
    k->days = ARENA_NEW(k->arena, struct plan_cut, k->n_kpis + 1);
    k->trails = ARENA_NEW(k->arena, struct plan_trail, k->n_kpis + 1);
    k->cut_by = ARENA_NEW(k->arena, int, k->n_kpis + 1);
    if (k->days == NULL || k->trails == NULL || k->cut_by == NULL)
        return query_no_memory(why);
    for (size_t i = 0; i < k->n_kpis; i++) {
        k->cut_by[i] = SOURCE_COUNT;
        k->days[i] = days_of(k, i, &k->cut_by[i]);
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

int32_t ranges_last_counted(const struct asking *k, size_t kpi, const struct window *w)
{
    const struct plan_cut *cut = &k->days[kpi];
    const int32_t days = w == &k->other ? cut->other : cut->main;
    return days == INT32_MAX ? INT32_MAX : w->from + days - 1;
}

int32_t ranges_last_compared(const struct asking *k, size_t kpi)
{
    return ranges_trail(k, kpi) ? k->trails[kpi].other : ranges_last_counted(k, kpi, &k->other);
}

/* ---- notes ---- */

/* Where the source ends that the KPI is cut by; DAY_NONE: it is not. */
static int32_t cut_by(const struct asking *k, size_t kpi, enum source source)
{
    return k->cut_by[kpi] == (int)source && k->days[kpi].main != INT32_MAX
               ? ranges_last_counted(k, kpi, &k->main)
               : DAY_NONE;
}

/* Of one source; empty: no figure is cut by it. All that are cut by it end on the same day, for a
 * source has one end. */
static str note_of(const struct asking *k, enum source source, size_t *head)
{
    static const char *const tables[] = { "orders", "session", "ad_spend" };
    struct buf names;
    str note = STR_EMPTY;
    int32_t last = DAY_NONE;
    buf_init(&names, (size_t)64 * 1024);
    for (size_t i = 0; i < k->n_kpis; i++) {
        if (cut_by(k, i, source) == DAY_NONE)
            continue;
        last = cut_by(k, i, source);
        buf_adds(&names, names.len > 0 ? ANSWER_NAMES_APART : "");
        buf_add(&names, k->kpis[i]->name[k->lang]);
    }
    if (last != DAY_NONE) {
        const str day = day_text(k->arena, last);
        note = arena_printf(k->arena,
                            tr(k->lang,
                               "partial: data on %s ends on %.*s; the days after it are not "
                               "counted in: %.*s"),
                            table_label(commerce_table(str_from(tables[source])), k->lang),
                            STR_ARG(day),
                            STR_ARG(buf_str(&names)));
        *head = note.len - names.len;
    }
    buf_release(&names);
    return note;
}

void ranges_notes(const struct asking *k, struct answer *out)
{
    for (size_t i = 0; i < SOURCE_COUNT; i++) {
        size_t head = 0;
        const str note = note_of(k, (enum source)i, &head);
        if (note.len == 0)
            continue;
        out->note_heads[out->note_count] = head;
        out->notes[out->note_count++] = note;
    }
}
