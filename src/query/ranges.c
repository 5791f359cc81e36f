/* Which days are asked for, which they are compared with, and their periods. */
#include "query/query_priv.h"

#include <string.h>

#define BUCKETS_MAX   ((size_t)40000) /* days of a century */
#define YEAR_OF_WEEKS 364 /* a week a year ago: the one that begins nearest to its date */

static enum period_grain period_of(enum kpi_grain g)
{
    static const enum period_grain periods[] = {
        [GRAIN_HOUR] = PERIOD_DAY,    [GRAIN_DAY] = PERIOD_DAY,         [GRAIN_WEEK] = PERIOD_WEEK,
        [GRAIN_MONTH] = PERIOD_MONTH, [GRAIN_QUARTER] = PERIOD_QUARTER, [GRAIN_YEAR] = PERIOD_YEAR,
        [GRAIN_TOTAL] = PERIOD_DAY,
    };
    return periods[g];
}

enum status ranges_buckets(struct asking *k, struct window *w, struct error *why)
{
    const enum period_grain grain = period_of(k->grain);
    size_t n = 1;
    int32_t at = k->grain == GRAIN_TOTAL ? w->from : period_start(w->from, grain, &k->rules);
    if (k->grain != GRAIN_TOTAL) {
        for (int32_t next = period_next(at, grain, &k->rules); next <= w->to && n <= BUCKETS_MAX;
             n++)
            next = period_next(next, grain, &k->rules);
    }
    if (n > BUCKETS_MAX) {
        return error_set(why,
                         STATUS_TOO_LARGE,
                         "the range has more than %zu periods: ask for less",
                         BUCKETS_MAX);
    }
    w->buckets = ARENA_NEW(k->arena, struct plan_bucket, n);
    if (w->buckets == NULL)
        return query_no_memory(why);
    for (size_t i = 0; i < n; i++) {
        const int32_t next =
            k->grain == GRAIN_TOTAL ? w->to + 1 : period_next(at, grain, &k->rules);
        w->buckets[i] = (struct plan_bucket){ .from = at,
                                              .start = at < w->from ? w->from : at,
                                              .end = next - 1 > w->to ? w->to : next - 1 };
        at = next;
    }
    w->n_buckets = n;
    return STATUS_OK;
}

static enum status parse_day(str text, const char *option, int32_t *out, struct error *why)
{
    if (day_parse(str_trim(text), out))
        return STATUS_OK;
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "%s \"%.*s\" is not a date such as 2010-12-01",
                     option,
                     STR_ARG(text));
}

/* Nothing said: all that there is. */
static void whole_range(const struct asking *k, struct window *w)
{
    int32_t first = DAY_NONE;
    int32_t last = DAY_NONE;
    for (size_t i = 0; i < k->n_coverage; i++) {
        const struct coverage *c = &k->coverage[i];
        if (c->first == DAY_NONE)
            continue;
        if (first == DAY_NONE || c->first < first)
            first = c->first;
        if (last == DAY_NONE || c->last > last)
            last = c->last;
    }
    if (w->from == DAY_NONE)
        w->from = first != DAY_NONE ? first : k->today;
    if (w->to == DAY_NONE)
        w->to = last != DAY_NONE ? last : k->today;
}

static enum status main_range(struct asking *k, struct error *why)
{
    const struct kpi_question *q = k->words;
    struct day_range range = { DAY_NONE, DAY_NONE };
    enum status st = STATUS_OK;
    const int given = (q->last.len > 0) + (q->period.len > 0) + (q->from.len > 0 || q->to.len > 0);
    if (given > 1)
        return error_set(
            why, STATUS_BAD_USAGE, "give only one of --last, --period and --from/--to");
    if (q->last.len > 0)
        st = range_last(q->last, k->today, &range, why);
    else if (q->period.len > 0)
        st = range_named(q->period, k->today, &k->rules, &range, why);
    if (st == STATUS_OK && q->from.len > 0)
        st = parse_day(q->from, "--from", &range.from, why);
    if (st == STATUS_OK && q->to.len > 0)
        st = parse_day(q->to, "--to", &range.to, why);
    if (st == STATUS_OK && q->from.len > 0 && q->to.len == 0)
        range.to = k->today > range.from ? k->today : range.from;
    k->main = (struct window){ .from = range.from, .to = range.to, .last_minute = -1 };
    if (st == STATUS_OK)
        whole_range(k, &k->main);
    if (st == STATUS_OK && k->main.from > k->main.to)
        return error_set(why, STATUS_BAD_USAGE, "the range ends before it begins");
    return st;
}

/* The promotions of the shop's calendar by id and by name. */
static enum status load_events(struct asking *k,
                               struct moving_event **out,
                               size_t *n,
                               struct error *why)
{
    struct frame *f = NULL;
    enum status st = query_run_sql(k,
                                   "SELECT \"event_id\", \"name_en\", \"name_zh\", \"local_date\","
                                   " coalesce(\"end_date\", \"local_date\") FROM \"calendar_event\""
                                   " WHERE \"local_date\" IS NOT NULL ORDER BY \"local_date\"",
                                   &f,
                                   why);
    if (st != STATUS_OK)
        return st;
    struct moving_event *events = ARENA_NEW(k->arena, struct moving_event, 3 * frame_rows(f) + 1);
    *n = 0;
    for (size_t i = 0; events != NULL && i < frame_rows(f); i++) {
        for (size_t c = 0; c < 3; c++) {
            if (frame_is_null(f, c, i) || frame_str(f, c, i).len == 0)
                continue;
            events[(*n)++] = (struct moving_event){ .name = arena_dup(k->arena, frame_str(f, c, i)),
                                                    .first_day = (int32_t)frame_i64(f, 3, i),
                                                    .last_day = (int32_t)frame_i64(f, 4, i) };
        }
    }
    frame_free(f);
    *out = events;
    return events != NULL ? STATUS_OK : query_no_memory(why);
}

/* Month against month: whole months with as many whole months before, and as far into them as the
 * running one has come, or its data. */
static struct day_range months_before(const struct asking *k, int32_t counted_to)
{
    const struct day_range range = { k->main.from, k->main.to };
    int32_t months = 0;
    int32_t at = range.from;
    for (; at <= range.to; months++)
        at = period_next(at, PERIOD_MONTH, &k->rules);
    struct day_range then = { period_add_months(range.from, -months, &k->rules), range.from - 1 };
    if (counted_to < at - 1) {
        const int32_t end = then.from + (counted_to - range.from);
        then.to = end < then.to ? end : then.to;
    }
    return then;
}

/* Whole weeks with as many weeks before, as far as the running ones have come: Mondays stand beside
 * Mondays on every day of the week. */
static bool weeks_before(const struct asking *k, int32_t counted_to, struct day_range *out)
{
    const int32_t days = k->main.to - k->main.from + 1;
    *out = (struct day_range){ k->main.from - days, counted_to - days };
    return days % 7 == 0;
}

/* Whole months with the same months of the year before, February to the last of its days: in a leap
 * year to the 29th. */
static struct day_range months_year_before(struct day_range now)
{
    return (struct day_range){ day_add_months(now.from, -12), day_add_months(now.to + 1, -12) - 1 };
}

/* The last day of the range that can count: not after today, nor after the last day that any of the
 * shop's sources tells of (of all of them, so that a KPI is compared alike in every question). A
 * range of which nothing is known yet stays whole. */
int32_t ranges_elapsed_to(const struct asking *k)
{
    int32_t to = k->main.to;
    if (k->today >= k->main.from && k->today < to)
        to = k->today;
    return k->reach != DAY_NONE && k->reach >= k->main.from && k->reach < to ? k->reach : to;
}

/* "This month so far" given as its days: from the first of a month to today; not the last so many
 * days, nor today itself. */
static bool is_month_so_far(const struct asking *k)
{
    return k->words->last.len == 0 && k->words->period.len == 0 && k->main.to == k->today &&
           period_start(k->main.from, PERIOD_MONTH, &k->rules) == k->main.from;
}

static enum status other_range(struct asking *k, struct error *why)
{
    const str compare = k->words->compare;
    const struct day_range asked = { k->main.from, k->main.to };
    struct day_range elapsed = asked;
    struct day_range then;
    struct day_range weeks;
    struct moving_event *events = NULL;
    size_t n_events = 0;
    int32_t shift = 0;
    enum status st = STATUS_OK;
    elapsed.to = ranges_elapsed_to(k);
    const bool runs = elapsed.to == k->today;
    const bool whole_months = period_is_months(asked.from, asked.to, &k->rules);
    const bool is_retail = k->rules.calendar == CALENDAR_RETAIL;
    const bool is_yoy = str_is(compare, "yoy");
    k->per_day = k->grain == GRAIN_MONTH || (k->grain == GRAIN_TOTAL && whole_months);
    if (str_starts(compare, STR("promo:")))
        st = load_events(k, &events, &n_events, why);
    if (st == STATUS_OK && str_is(compare, "prev") && (whole_months || is_month_so_far(k)))
        then = months_before(k, elapsed.to);
    else if (st == STATUS_OK && str_is(compare, "prev") && weeks_before(k, elapsed.to, &weeks))
        then = weeks;
    else if (st == STATUS_OK && is_yoy && is_retail)
        then = range_retail_year_before(elapsed, &k->rules);
    else if (st == STATUS_OK && is_yoy && k->grain == GRAIN_WEEK)
        then = (struct day_range){ elapsed.from - YEAR_OF_WEEKS, elapsed.to - YEAR_OF_WEEKS };
    else if (st == STATUS_OK && is_yoy && !runs &&
             period_is_months(elapsed.from, elapsed.to, &k->rules))
        then = months_year_before(elapsed);
    else if (st == STATUS_OK)
        st = range_compare(compare, elapsed, events, n_events, &then, &shift, why);
    if (st != STATUS_OK)
        return st;
    const bool same_length = then.to - then.from == elapsed.to - elapsed.from;
    k->other = (struct window){ .from = then.from,
                                .to = then.to,
                                .last_minute = runs && same_length ? k->now_minute : -1 };
    return STATUS_OK;
}

enum status ranges_resolve(struct asking *k, struct error *why)
{
    enum status st = main_range(k, why);
    if (st == STATUS_OK)
        st = ranges_buckets(k, &k->main, why);
    if (st != STATUS_OK || k->words->compare.len == 0)
        return st;
    st = other_range(k, why);
    return st == STATUS_OK ? ranges_buckets(k, &k->other, why) : st;
}

bool ranges_are_compared(const struct asking *k)
{
    return k->other.n_buckets > 0;
}

uint32_t ranges_partner(const struct asking *k, uint32_t bucket)
{
    if (bucket == BUCKET_TOTAL || k->grain == GRAIN_TOTAL)
        return bucket;
    const bool is_retail = k->rules.calendar == CALENDAR_RETAIL;
    if (!str_is(k->words->compare, "yoy") || (k->grain == GRAIN_WEEK && !is_retail))
        return bucket < k->other.n_buckets ? bucket : BUCKET_NONE;
    const int32_t start = k->main.buckets[bucket].start;
    const int32_t day =
        is_retail ? range_retail_year_before((struct day_range){ start, start }, &k->rules).from
                  : day_add_months(start, -12);
    for (size_t i = 0; i < k->other.n_buckets; i++) {
        if (day >= k->other.buckets[i].from && day <= k->other.buckets[i].end)
            return (uint32_t)i;
    }
    return BUCKET_NONE;
}
