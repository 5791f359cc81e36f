/* Weights of days from the past. A day is weighed by its like of the year before: the same day of
 * the same promotion or lunar feast, else the same weekday 52 weeks earlier; one-offs are replaced
 * by what is usual on that weekday, and a festival's day that falls on another weekday is corrected
 * by the weekdays' usual figures. Integers throughout: weights decide where cents go. */
#include "people/people.h"

#include <stdlib.h>
#include <string.h>

#define NEAR_WEEKS    4  /* before and after, for what is usual */
#define ONE_OFF       3  /* times, or a third, of the median: a one-off */
#define WEEKDAY_LEAST 14 /* known days without which nothing is said of weekdays */

#define EFFECT 30 /* days that a followed event's effect reaches at most */

/* Lunar feasts and promotions whose days are followed. */
static const char *const followed[] = {
    "618",          "double-11",       "double-12",      "99",      "womens-day",  "black-friday",
    "cyber-monday", "boxing-day",      "new-year-goods", "lantern", "dragon-boat", "qixi",
    "mid-autumn",   "spring-festival",
};

const char *season_rule_text(enum season_rule rule, enum lang lang)
{
    switch (rule) {
    case SEASON_LAST_YEAR:
        return tr(
            lang,
            "last year's days, aligned by promotion, lunar feast and weekday, one-offs left out");
    case SEASON_WEEKDAY:
        return tr(lang, "weekday shares of the days there are (no full year before)");
    default:
        return tr(lang, "evenly: no figures of the past");
    }
}

/* The past while it is being looked at. */
struct past {
    const struct season_past *raw;
    const struct season_event *events;
    size_t n_events;
    size_t n;
    bool *is_event; /* in the days of a promotion or feast */
    bool *is_one_off;
    int64_t weekday[8]; /* usual figure, by ISO weekday; 0: none */
};

static bool is_known(const struct past *p, int32_t day)
{
    return day >= p->raw->from && day <= p->raw->to && p->raw->known[day - p->raw->from];
}

static int64_t value_at(const struct past *p, int32_t day)
{
    const int64_t v = p->raw->values_e4[day - p->raw->from];
    return v > 0 ? v : 0;
}

static bool is_usual(const struct past *p, int32_t day)
{
    return is_known(p, day) && !p->is_event[day - p->raw->from] &&
           !p->is_one_off[day - p->raw->from];
}

/* ---- promotions and feasts ---- */

/* How far a day lies from an event's own days; -1: it is beyond its effect. */
static int32_t distance(const struct festival *f, int32_t date, int32_t day)
{
    const int32_t last = date + f->length - 1;
    if (day < date)
        return date - day <= f->before_days ? date - day : -1;
    if (day > last)
        return day - last <= f->after_days ? day - last : -1;
    return 0;
}

static bool is_followed(const struct festival *f)
{
    for (size_t i = 0; i < ARRAY_LEN(followed); i++) {
        if (strcmp(f->id, followed[i]) == 0)
            return true;
    }
    return false;
}

/* The nearest built-in event of a day, and its date in that year and so many years before. */
static bool near_festival(int32_t day, int32_t years, int32_t *date, int32_t *before)
{
    struct festival_day found[64];
    const size_t n = festivals_between(day - EFFECT, day + EFFECT, found, ARRAY_LEN(found));
    int32_t best = INT32_MAX;
    for (size_t i = 0; i < n && i < ARRAY_LEN(found); i++) {
        const struct festival *f = found[i].festival;
        const int32_t d = distance(f, found[i].day, day);
        int32_t last_year = 0;
        if (!is_followed(f) || d < 0 || d >= best ||
            !festival_date(f, civil_from_day(found[i].day).year - years, &last_year))
            continue;
        best = d;
        *date = found[i].day;
        *before = last_year;
    }
    return best != INT32_MAX;
}

/* A promotion of the shop that holds the day, and the one of that name so many years before. */
static bool own_event(
    const struct past *p, int32_t day, int32_t years, int32_t *date, int32_t *before)
{
    for (size_t i = 0; i < p->n_events; i++) {
        const struct season_event *e = &p->events[i];
        if (day < e->from || day > e->to)
            continue;
        for (size_t k = 0; k < p->n_events; k++) {
            const int32_t gap = e->from - p->events[k].from - 365 * years;
            if (!str_eq(p->events[k].id, e->id) || gap < -95 || gap > 95 ||
                p->events[k].from + (day - e->from) > p->events[k].to)
                continue;
            *date = e->from;
            *before = p->events[k].from;
            return true;
        }
    }
    return false;
}

static bool in_event(const struct past *p, int32_t day)
{
    int32_t date;
    int32_t before;
    for (size_t i = 0; i < p->n_events; i++) {
        if (day >= p->events[i].from && day <= p->events[i].to)
            return true;
    }
    return near_festival(day, 1, &date, &before);
}

/* ---- what is usual ---- */

static int compare_values(const void *x, const void *y)
{
    const int64_t a = *(const int64_t *)x;
    const int64_t b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

/* Median of the usual days of the same weekday around; -1: fewer than `least`. */
static int64_t usual_near(const struct past *p, int32_t day, size_t least)
{
    int64_t values[2 * NEAR_WEEKS];
    size_t n = 0;
    for (int32_t w = -NEAR_WEEKS; w <= NEAR_WEEKS; w++) {
        if (w != 0 && is_usual(p, day + 7 * w))
            values[n++] = value_at(p, day + 7 * w);
    }
    if (n < least || n == 0)
        return -1;
    qsort(values, n, sizeof *values, compare_values);
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] / 2 + values[n / 2] / 2);
}

static size_t find_one_offs(struct past *p)
{
    size_t found = 0;
    bool *marks = mem_new(p->n + 1, sizeof *marks);
    if (marks == NULL)
        return SIZE_MAX;
    for (size_t i = 0; i < p->n; i++) {
        const int32_t day = p->raw->from + (int32_t)i;
        const int64_t usual = is_usual(p, day) ? usual_near(p, day, 3) : -1;
        if (usual < 0)
            continue;
        const i128 v = value_at(p, day);
        marks[i] = v > (i128)usual * ONE_OFF || v * ONE_OFF < usual || p->raw->values_e4[i] < 0;
        found += marks[i];
    }
    memcpy(p->is_one_off, marks, p->n * sizeof *marks); /* all by the same measure */
    mem_free(marks);
    return found;
}

/* By weekday, of the usual days; of all known ones when there are too few. Gives how many. */
static size_t weekday_means(struct past *p, bool only_usual)
{
    i128 sums[8] = { 0 };
    int64_t counts[8] = { 0 };
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++) {
        const int32_t day = p->raw->from + (int32_t)i;
        if (only_usual ? !is_usual(p, day) : !is_known(p, day))
            continue;
        sums[day_weekday(day)] += value_at(p, day);
        counts[day_weekday(day)]++;
        n++;
    }
    for (int w = 1; w <= 7; w++)
        p->weekday[w] = counts[w] > 0 ? (int64_t)(sums[w] / counts[w]) : 0;
    return n;
}

/* ---- weights ---- */

/* The like of a day one or two years before; false: not known. */
static bool like_of(const struct past *p, int32_t day, int32_t years, int64_t *out, bool *aligned)
{
    int32_t date = 0;
    int32_t before = 0;
    *aligned = false;
    if (own_event(p, day, years, &date, &before) || near_festival(day, years, &date, &before)) {
        const int32_t then = before + (day - date);
        const int64_t now_usual = p->weekday[day_weekday(day)];
        const int64_t then_usual = is_known(p, then) ? p->weekday[day_weekday(then)] : 0;
        if (is_known(p, then)) {
            const bool corrects = now_usual > 0 && then_usual > 0;
            const i128 v = (i128)value_at(p, then);
            const i128 weight = corrects ? v * now_usual / then_usual : v;
            *aligned = true;
            return i128_to_i64(weight, out);
        }
    }
    const int32_t then = day - 364 * years;
    if (is_usual(p, then)) {
        *out = value_at(p, then);
        return true;
    }
    const bool covered = then >= p->raw->from && then <= p->raw->to;
    *out = covered ? usual_near(p, then, 1) : -1;
    return *out >= 0;
}

/* How the year before compares with the one before it, by the days known of both. */
struct growth {
    i128 last;
    i128 before;
};

static struct growth growth_of(const struct past *p, struct day_range days)
{
    struct growth g = { 0, 0 };
    for (int32_t day = days.from; day <= days.to; day++) {
        int64_t last = 0;
        int64_t before = 0;
        bool aligned;
        if (like_of(p, day, 1, &last, &aligned) && like_of(p, day, 2, &before, &aligned)) {
            g.last += last;
            g.before += before;
        }
    }
    return g;
}

/* Of the year before; where that has not come yet, of two years before, at today's level. */
static bool weigh_day(
    const struct past *p, const struct growth *g, int32_t day, int64_t *out, bool *aligned)
{
    if (like_of(p, day, 1, out, aligned))
        return true;
    if (!like_of(p, day, 2, out, aligned))
        return false;
    return g->last <= 0 || g->before <= 0 || g->last >= INT64_MAX || *out == 0 ||
           i128_to_i64((i128)*out * g->last / g->before, out);
}

static void weigh(const struct past *p,
                  struct day_range days,
                  size_t usual_days,
                  int64_t *out,
                  struct season *about)
{
    const size_t n = (size_t)(days.to - days.from) + 1;
    const struct growth growth = growth_of(p, days);
    size_t liked = 0;
    for (int32_t day = days.from; day <= days.to; day++) {
        bool aligned = false;
        int64_t *w = &out[day - days.from];
        if (weigh_day(p, &growth, day, w, &aligned)) {
            liked++;
            about->aligned += aligned;
        } else {
            *w = p->weekday[day_weekday(day)];
        }
    }
    about->rule = SEASON_LAST_YEAR;
    if (liked * 5 < n * 4) {
        about->rule = usual_days >= WEEKDAY_LEAST ? SEASON_WEEKDAY : SEASON_EVEN;
        about->aligned = 0;
        for (int32_t day = days.from; day <= days.to; day++)
            out[day - days.from] = p->weekday[day_weekday(day)];
    }
    for (size_t i = 0; i < n; i++)
        about->total += about->rule == SEASON_EVEN ? 0 : out[i];
    if (about->total > 0)
        return;
    *about = (struct season){ .rule = SEASON_EVEN, .total = (i128)n };
    for (size_t i = 0; i < n; i++)
        out[i] = 1;
}

/* NOLINTNEXTLINE(readability-function-size): arrays and their lengths */
enum status season_weights(const struct season_past *past,
                           const struct season_event *events,
                           size_t n_events,
                           struct day_range days,
                           struct arena *a,
                           int64_t *out,
                           struct season *about,
                           struct error *why)
{
    struct past p = { .raw = past, .events = events, .n_events = n_events };
    p.n = past->to >= past->from ? (size_t)(past->to - past->from) + 1 : 0;
    p.is_event = ARENA_NEW(a, bool, p.n + 1);
    p.is_one_off = ARENA_NEW(a, bool, p.n + 1);
    *about = (struct season){ .rule = SEASON_EVEN };
    if (p.is_event == NULL || p.is_one_off == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < p.n; i++)
        p.is_event[i] = in_event(&p, past->from + (int32_t)i);
    const size_t one_offs = find_one_offs(&p);
    if (one_offs == SIZE_MAX)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    size_t usual_days = weekday_means(&p, true);
    if (usual_days < WEEKDAY_LEAST)
        usual_days = weekday_means(&p, false);
    weigh(&p, days, usual_days, out, about);
    about->one_offs = about->rule == SEASON_EVEN ? 0 : one_offs;
    return STATUS_OK;
}
