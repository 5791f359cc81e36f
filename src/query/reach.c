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

#include <stdlib.h>

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

/* Costs of orders stand beside their lines and are booked after the last of them; returns come in
 * files of refunds. */
static bool is_effect(const struct kpi_measure *m)
{
    return source_of(m->table) == SOURCE_COUNT || coverage_is_effect(m);
}

/* The newest day of the table that is told of, in that store or (empty) in any; DAY_NONE: none. */
static int32_t newest_in(const struct asking *k, const struct coverage *c, str store)
{
    if (store.len == 0)
        return c->newest;
    const struct coverage *base = coverage_base(k, c);
    const struct store_reach *of = coverage_in_store(base, store);
    return of != NULL && base->is_told ? of->last : DAY_NONE;
}

/* An order is as old as the orders that came after it tell, not as the clock does: where they end
 * last year, none of its last month has had the time to come back or to be repeated. */
int32_t ranges_order_day(const struct asking *k, str store)
{
    int32_t day = DAY_NONE;
    for (size_t i = 0; i < k->n_coverage; i++) {
        const struct coverage *c = &k->coverage[i];
        const bool is_of_orders = str_is(str_from(c->table->name), "orders") ||
                                  str_is(str_from(c->table->name), "order_line");
        const int32_t newest = c->date != NULL ? newest_in(k, c, store) : DAY_NONE;
        if (is_of_orders && !c->is_for_age && newest > day)
            day = newest;
    }
    return day != DAY_NONE && day < k->today ? day : k->today;
}

/* Returns reach to the last of them, where orders end before. */
static int32_t newest_of(const struct asking *k,
                         const struct kpi_measure *m,
                         const struct coverage *c,
                         str store)
{
    const int32_t newest = newest_in(k, c, store);
    const struct store_reach *of = store.len > 0 ? coverage_in_store(c, store) : NULL;
    const int32_t last = store.len == 0 ? c->last : of != NULL ? of->rows_to : DAY_NONE;
    return newest != DAY_NONE && coverage_is_effect(m) && last > newest ? last : newest;
}

/* False: it cannot be cut. */
static bool ends_of(const struct asking *k, size_t kpi, str store, struct ends *out)
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
            if (c == NULL || c->date == NULL || is_effect(m) != (effects != 0))
                continue;
            const enum source source = source_of(c->table);
            if (source == SOURCE_COUNT || (effects != 0 && out->n > 0)) {
                out->has_effects = true;
                continue;
            }
            const int32_t newest = newest_of(k, m, c, store);
            if (newest == DAY_NONE)
                return false;
            take_end(out, source, newest);
            out->has_effects = out->has_effects || coverage_has_effects(c, store);
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
static struct plan_cut days_of(const struct asking *k, size_t kpi, str store, int *cut_by)
{
    struct plan_cut cut = { INT32_MAX, INT32_MAX };
    struct ends ends;
    if (k->kpis[kpi]->formula == NULL || !ends_of(k, kpi, store, &ends))
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
static int32_t trailing_reach(const struct asking *k, size_t kpi, str store)
{
    int32_t least = INT32_MAX;
    for (size_t i = 0; i < k->kpis[kpi]->n_leaves; i++) {
        const struct plan_slot *slot = &k->slots.items[k->slots.of_leaf[kpi][i]];
        const struct coverage *c = coverage_of(k, slot);
        const bool is_own = slot->measure->platform == NULL || k->n_presence == 0;
        if (slot->measure->trailing_days == 0 || !is_own || c == NULL || c->date == NULL ||
            !ranges_is_daily(c->table))
            continue;
        const int32_t newest = newest_of(k, slot->measure, c, store);
        if (newest != DAY_NONE && newest < least)
            least = newest;
    }
    return least;
}

/* "The last 7 days" end on the last day that is known, not with the period: days to come, and days
 * of which no orders are there yet, are no days without sales. The range compared with is cut by as
 * many days, where it is not as short already. */
static struct plan_trail trail_of(const struct asking *k, size_t kpi, str store)
{
    const int32_t own = k->kpis[kpi]->formula != NULL ? trailing_reach(k, kpi, store) : INT32_MAX;
    struct plan_trail trail = { told_to(k, k->main.from), told_to(k, k->other.from) };
    if (own < trail.main)
        trail.main = own;
    if (own < ranges_elapsed_to(k) && own >= k->main.from &&
        k->other.from + (own - k->main.from) < trail.other)
        trail.other = k->other.from + (own - k->main.from);
    return trail;
}

/* The days of a KPI that is of one source, in a row of one store: what the store has of the range
 * ends by itself; what it is compared with is cut, as it would be alone. */
static bool ends_alone(const struct asking *k, size_t kpi, str store, struct own_end *end)
{
    struct ends ends;
    if (k->kpis[kpi]->formula == NULL || !ends_of(k, kpi, store, &ends) || ends.n != 1)
        return false;
    end->days.main = k->days[kpi].main;
    for (int i = 0; i < SOURCE_COUNT; i++) {
        if (ends.last[i] != DAY_NONE) {
            end->source = i;
            end->last = ends.last[i];
        }
    }
    return end->days.other < k->days[kpi].other && end->last < ranges_elapsed_to(k) &&
           end->last >= k->main.from;
}

/* Some measure of it looks at how old orders are. */
bool ranges_asks_for_today(const struct asking *k, size_t of)
{
    const struct kpi *kpi = k->kpis[of];
    for (size_t i = 0; i < kpi->n_leaves; i++) {
        const struct kpi_measure *m = kpi->leaves[i].measure;
        const struct row_expr *const parts[] = { m->filter, m->value, m->having };
        for (size_t p = 0; p < ARRAY_LEN(parts); p++) {
            if (parts[p] != NULL && row_expr_uses_today(parts[p]))
                return true;
        }
    }
    return false;
}

/* Where the KPI's figure of one store ends before that of all, as it would alone. */
static void add_own_end(const struct asking *k, size_t kpi, str store, struct own_ends *out)
{
    struct own_end end = { .store = store,
                           .source = SOURCE_COUNT,
                           .today = ranges_order_day(k, store) };
    end.days = days_of(k, kpi, store, &end.source);
    end.trail = trail_of(k, kpi, store);
    const bool trails = ranges_trail(k, kpi);
    const bool is_cut = end.source != SOURCE_COUNT && end.days.main != k->days[kpi].main;
    if (trails && end.trail.main < k->trails[kpi].main) {
        end.source = SOURCE_ORDERS;
        end.last = end.trail.main;
    } else if (!trails && is_cut) {
        end.last = k->main.from + end.days.main - 1;
    } else if (trails || !ends_alone(k, kpi, store, &end)) {
        if (end.today >= k->order_day || !ranges_asks_for_today(k, kpi))
            return;
        end.source = SOURCE_ORDERS;
        end.last = end.today;
        end.days = k->days[kpi];
        end.trail = k->trails[kpi];
    }
    out->items[out->n++] = end;
}

static bool is_there(const struct own_ends *ends, str store)
{
    for (size_t i = 0; i < ends->n; i++) {
        if (str_eq(ends->items[i].store, store))
            return true;
    }
    return false;
}

static int by_store(const void *a, const void *b)
{
    return str_cmp(((const struct own_end *)a)->store, ((const struct own_end *)b)->store);
}

static enum status settle_own_ends(const struct asking *k,
                                   size_t kpi,
                                   struct own_ends *out,
                                   struct error *why)
{
    size_t most = 0;
    for (size_t c = 0; c < k->n_coverage; c++)
        most += k->coverage[c].n_stores;
    out->items = ARENA_NEW(k->arena, struct own_end, most + 1);
    if (out->items == NULL)
        return query_no_memory(why);
    for (size_t c = 0; k->words->store_count != 1 && c < k->n_coverage; c++) {
        const struct coverage *of = &k->coverage[c];
        for (size_t s = 0; of->stores != NULL && s < of->n_stores; s++) {
            if (!is_there(out, of->stores[s].store))
                add_own_end(k, kpi, of->stores[s].store, out);
        }
    }
    if (out->n > 1) /* groups of a statement come in any order */
        qsort(out->items, out->n, sizeof *out->items, by_store);
    return STATUS_OK;
}

const struct own_end *ranges_own_end(const struct asking *k, size_t kpi, str store)
{
    for (size_t i = 0; store.len > 0 && i < k->own_ends[kpi].n; i++) {
        if (str_eq(k->own_ends[kpi].items[i].store, store))
            return &k->own_ends[kpi].items[i];
    }
    return NULL;
}

bool ranges_is_same_end(const struct own_end *a, const struct own_end *b)
{
    return a->today == b->today && a->days.main == b->days.main && a->days.other == b->days.other &&
           a->trail.main == b->trail.main && a->trail.other == b->trail.other;
}

size_t ranges_apart(const struct asking *k, size_t kpi)
{
    const struct own_ends *own = &k->own_ends[kpi];
    for (size_t i = 0; own->n > 0 && i < kpi; i++) {
        size_t same = 0;
        while (same < own->n && own->n == k->own_ends[i].n &&
               str_eq(own->items[same].store, k->own_ends[i].items[same].store) &&
               ranges_is_same_end(&own->items[same], &k->own_ends[i].items[same]))
            same++;
        if (same == own->n)
            return i + 1;
    }
    return own->n > 0 ? kpi + 1 : 0;
}

enum status ranges_settle_days(struct asking *k, struct error *why)
{
    k->order_day = ranges_order_day(k, STR_EMPTY);
    k->days = ARENA_NEW(k->arena, struct plan_cut, k->n_kpis + 1);
    k->trails = ARENA_NEW(k->arena, struct plan_trail, k->n_kpis + 1);
    k->cut_by = ARENA_NEW(k->arena, int, k->n_kpis + 1);
    k->own_ends = ARENA_NEW(k->arena, struct own_ends, k->n_kpis + 1);
    if (k->days == NULL || k->trails == NULL || k->cut_by == NULL || k->own_ends == NULL)
        return query_no_memory(why);
    enum status st = STATUS_OK;
    for (size_t i = 0; i < k->n_kpis && st == STATUS_OK; i++) {
        k->cut_by[i] = SOURCE_COUNT;
        k->days[i] = days_of(k, i, STR_EMPTY, &k->cut_by[i]);
        k->trails[i] = trail_of(k, i, STR_EMPTY);
        st = settle_own_ends(k, i, &k->own_ends[i], why);
    }
    return st;
}

bool ranges_trail(const struct asking *k, size_t kpi)
{
    for (size_t i = 0; i < k->kpis[kpi]->n_leaves; i++) {
        if (k->kpis[kpi]->leaves[i].measure->trailing_days > 0)
            return true;
    }
    return false;
}

/* INT32_MAX: all of them count. */
static int32_t last_of_days(const struct window *w, int32_t days)
{
    return days == INT32_MAX ? INT32_MAX : w->from + days - 1;
}

int32_t ranges_last_counted(const struct asking *k, size_t kpi, const struct window *w)
{
    const struct plan_cut *cut = &k->days[kpi];
    return last_of_days(w, w == &k->other ? cut->other : cut->main);
}

int32_t ranges_last_compared(const struct asking *k, size_t kpi, str store)
{
    const struct own_end *own = ranges_own_end(k, kpi, store);
    if (ranges_trail(k, kpi))
        return own != NULL ? own->trail.other : k->trails[kpi].other;
    return last_of_days(&k->other, own != NULL ? own->days.other : k->days[kpi].other);
}

/* ---- notes ---- */

static const char *const source_tables[] = { "orders", "session", "ad_spend" };

static void add_name(struct buf *names, const char *apart, str name)
{
    buf_adds(names, names->len > 0 ? apart : "");
    buf_add(names, name);
}

static str ends_note(const struct asking *k, enum source source, bool is_own, str days, str names)
{
    return arena_printf(
        k->arena,
        is_own
            ? tr(k->lang,
                 "partial: data on %s ends on %.*s; a row of one store ends where its data does, "
                 "a total of several stores lacks the days after it: %.*s")
            : tr(k->lang,
                 "partial: data on %s ends on %.*s; the days after it are not counted in: %.*s"),
        table_label(commerce_table(str_from(source_tables[source])), k->lang),
        STR_ARG(days),
        STR_ARG(names));
}

/* Of one source; empty: no figure is cut by it. All that are cut by it end on the same day, for a
 * source has one end. */
static str cut_note(const struct asking *k, enum source source, struct buf *names)
{
    int32_t last = DAY_NONE;
    for (size_t i = 0; i < k->n_kpis; i++) {
        if (k->cut_by[i] != (int)source || k->days[i].main == INT32_MAX)
            continue;
        last = ranges_last_counted(k, i, &k->main);
        add_name(names, ANSWER_NAMES_APART, k->kpis[i]->name[k->lang]);
    }
    return last == DAY_NONE ? STR_EMPTY
                            : ends_note(k, source, false, day_text(k->arena, last), buf_str(names));
}

/* The same of stores that end before others: "2026-10-10 (b)". */
static str own_note(const struct asking *k, enum source source, struct buf *names)
{
    struct own_ends told = { .n = 0 };
    struct buf days;
    size_t most = 0;
    for (size_t i = 0; i < k->n_kpis; i++)
        most += k->own_ends[i].n;
    told.items = most > 0 ? ARENA_NEW(k->arena, struct own_end, most) : NULL;
    if (told.items == NULL)
        return STR_EMPTY;
    buf_init(&days, (size_t)64 * 1024);
    for (size_t i = 0; i < k->n_kpis; i++) {
        bool any = false;
        for (size_t j = 0; j < k->own_ends[i].n; j++) {
            const struct own_end *e = &k->own_ends[i].items[j];
            any = any || e->source == (int)source;
            if (e->source != (int)source || is_there(&told, e->store))
                continue;
            told.items[told.n++] = *e;
            const str day = day_text(k->arena, e->last);
            add_name(&days,
                     ", ",
                     arena_printf(k->arena, "%.*s (%.*s)", STR_ARG(day), STR_ARG(e->store)));
        }
        if (any)
            add_name(names, ANSWER_NAMES_APART, k->kpis[i]->name[k->lang]);
    }
    const str note =
        told.n == 0 ? STR_EMPTY : ends_note(k, source, true, buf_str(&days), buf_str(names));
    buf_release(&days);
    return note;
}

void ranges_notes(const struct asking *k, struct answer *out)
{
    static str (*const notes[])(const struct asking *, enum source, struct buf *) = { cut_note,
                                                                                      own_note };
    for (size_t i = 0; i < SOURCE_COUNT * ARRAY_LEN(notes); i++) {
        struct buf names;
        buf_init(&names, (size_t)64 * 1024);
        const str note =
            notes[i % ARRAY_LEN(notes)](k, (enum source)(i / ARRAY_LEN(notes)), &names);
        if (note.len > 0) {
            out->note_heads[out->note_count] = note.len - names.len;
            out->notes[out->note_count++] = note;
        }
        buf_release(&names);
    }
}
