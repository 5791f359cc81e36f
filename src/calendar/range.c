/* Ranges by name and by comparison. */
#include "calendar/calendar.h"
#include "calendar/festival_priv.h"

#include <stdlib.h>
#include <string.h>

static struct day_range range_of(int32_t day,
                                 enum period_grain grain,
                                 const struct period_rules *rules)
{
    const int32_t from = period_start(day, grain, rules);
    return (struct day_range){ from, period_next(from, grain, rules) - 1 };
}

/* "this-month" and the like: the grain, and how many periods back. */
static bool named_relative(str name,
                           int32_t today,
                           const struct period_rules *rules,
                           struct day_range *out)
{
    static const char *const grains[] = {
#define X(id, text) [PERIOD_##id] = text,
        PERIOD_GRAIN_LIST(X)
#undef X
    };
    const bool is_last = str_starts(name, STR("last-"));
    if (str_is(name, "today") || str_is(name, "yesterday")) {
        out->from = out->to = today - (name.ptr[0] == 'y');
        return true;
    }
    if (!is_last && !str_starts(name, STR("this-")))
        return false;
    for (unsigned g = 0; g < PERIOD_GRAIN_COUNT; g++) {
        if (!str_is(str_skip(name, 5), grains[g]))
            continue;
        *out = range_of(today, (enum period_grain)g, rules);
        if (is_last)
            *out = range_of(out->from - 1, (enum period_grain)g, rules);
        return true;
    }
    return false;
}

static bool small_number(str s, int64_t min, int64_t max, int32_t *out)
{
    int64_t v = 0;
    const bool is_digits = s.len > 0 && s.ptr[0] >= '0' && s.ptr[0] <= '9'; /* no sign */
    if (!is_digits || !str_to_i64(s, &v) || v < min || v > max)
        return false;
    *out = (int32_t)v;
    return true;
}

#define YEAR_MAX 9999

/* Days after it have no name of ten letters. */
static bool is_named_day(int32_t day)
{
    return day <= civil_to_day((struct civil){ YEAR_MAX, 12, 31 });
}

static bool named_week(int32_t year, str number, struct day_range *out)
{
    int32_t week = 0;
    int32_t got_year = 0;
    int32_t got_week = 0;
    if (number.len > 2 || !small_number(number, 1, 53, &week))
        return false;
    const int32_t fourth = civil_to_day((struct civil){ year, 1, 4 }); /* always in week 1 */
    out->from = fourth - day_weekday(fourth) + 1 + (week - 1) * 7;
    out->to = out->from + 6;
    day_iso_week(out->from, &got_year, &got_week);
    return got_year == year && got_week == week && is_named_day(out->to);
}

/* "FY2010", "FY2010-Q1", "FY2010-P03": of the 4-4-5 calendar. */
static bool named_retail(str name, const struct period_rules *given, struct day_range *out)
{
    struct period_rules rules = { .calendar = CALENDAR_RETAIL, .retail_month = 2 };
    int32_t year = 0;
    int32_t part = 1;
    int32_t months = 12;
    if (given != NULL)
        rules.week_start = given->week_start;
    if (given != NULL && given->retail_month != 0)
        rules.retail_month = given->retail_month;
    if (!str_starts(name, STR("FY")))
        return false;
    str rest = str_skip(name, 2);
    const str digits = str_take_until(&rest, '-');
    if (digits.len != 4 || !small_number(digits, 1900, YEAR_MAX, &year))
        return false;
    if (name.len > 6 && rest.len == 2 && rest.ptr[0] == 'Q')
        months = small_number(str_skip(rest, 1), 1, 4, &part) ? 3 : 0;
    else if (name.len > 6)
        months =
            rest.len == 3 && rest.ptr[0] == 'P' && small_number(str_skip(rest, 1), 1, 12, &part);
    if (months == 0)
        return false;
    const int32_t inside =
        civil_to_day((struct civil){ year, (int32_t)rules.retail_month, 1 }) + 100;
    const int32_t start = period_start(inside, PERIOD_YEAR, &rules);
    out->from = period_add_months(start, (part - 1) * months, &rules);
    out->to = period_add_months(out->from, months, &rules) - 1;
    return is_named_day(out->to);
}

/* "2010", "2010-12", "2010-Q4", "2010-W48", "2010-12-01". */
static bool named_absolute(str name, struct day_range *out)
{
    struct civil c = { .month = 1, .day = 1 };
    int32_t day = 0;
    if (day_parse(name, &day)) {
        out->from = out->to = day;
        return true;
    }
    str rest = name;
    const str year = str_take_until(&rest, '-');
    if (year.len != 4 || !small_number(year, 1900, YEAR_MAX, &c.year))
        return false;
    if (rest.len == 0 && name.len == 4) {
        *out = range_of(civil_to_day(c), PERIOD_YEAR, NULL);
        return true;
    }
    if (rest.len >= 2 && rest.ptr[0] == 'W')
        return named_week(c.year, str_skip(rest, 1), out);
    if (rest.len == 2 && rest.ptr[0] == 'Q' && small_number(str_skip(rest, 1), 1, 4, &c.month)) {
        c.month = c.month * 3 - 2;
        *out = range_of(civil_to_day(c), PERIOD_QUARTER, NULL);
        return true;
    }
    if (rest.len != 2 || !small_number(rest, 1, 12, &c.month))
        return false;
    *out = range_of(civil_to_day(c), PERIOD_MONTH, NULL);
    return true;
}

enum status range_named(str name,
                        int32_t today,
                        const struct period_rules *rules,
                        struct day_range *out,
                        struct error *why)
{
    struct day_range r;
    if (!named_relative(name, today, rules, &r) && !named_absolute(name, &r) &&
        !named_retail(name, rules, &r))
        return error_set(
            why,
            STATUS_BAD_USAGE,
            "no period \"%.*s\"; use today, yesterday, this-week, last-week, "
            "this-month, last-month, this-quarter, last-quarter, this-year, last-year, "
            "2010, 2010-12, 2010-Q4, 2010-W48, 2010-12-01, or of the 4-4-5 calendar FY2010, "
            "FY2010-Q1, FY2010-P03",
            STR_ARG(name));
    *out = r;
    return STATUS_OK;
}

enum status range_last(str last, int32_t today, struct day_range *out, struct error *why)
{
    int32_t n = 0;
    const char unit = last.len > 1 ? last.ptr[last.len - 1] : '\0';
    if (strchr("dwmy", unit) == NULL || unit == '\0' ||
        !small_number(str_first(last, last.len - 1), 1, 36600, &n))
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "--last wants a number and d, w, m or y, such as 28d or 12m, not \"%.*s\"",
                         STR_ARG(last));
    out->to = today;
    if (unit == 'd' || unit == 'w')
        out->from = today - n * (unit == 'w' ? 7 : 1) + 1;
    else
        out->from = day_add_months(today, -n * (unit == 'y' ? 12 : 1)) + 1;
    return STATUS_OK;
}

static enum status compare_explicit(str text, struct day_range *out, struct error *why)
{
    const size_t dots = str_find(text, STR(".."));
    if (dots < text.len && day_parse(str_first(text, dots), &out->from) &&
        day_parse(str_skip(text, dots + 2), &out->to) && out->from <= out->to)
        return STATUS_OK;
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "no comparison \"%.*s\"; use prev, weekday, yoy, festival:NAME, promo:NAME or "
                     "FROM..TO with dates such as 2010-11-01..2010-11-30",
                     STR_ARG(text));
}

/* The feast's date nearest to `day`, and the one before it; false when they are not known. */
static bool feast_pair(const struct festival *f, int32_t day, int32_t *nearest, int32_t *before)
{
    const int32_t year = civil_from_day(day).year;
    int32_t dates[8];
    size_t n = 0;
    size_t best = 0;
    if (festival_dates(f, year, dates) == 0)
        return false;
    for (int32_t y = year - 2; y <= year + 1; y++)
        n += festival_dates(f, y, dates + n);
    for (size_t i = 1; i < n; i++) {
        if (abs(dates[i] - day) < abs(dates[best] - day))
            best = i;
    }
    if (best == 0)
        return false;
    *nearest = dates[best];
    *before = dates[best - 1];
    return true;
}

static enum status compare_festival(str name,
                                    struct day_range now,
                                    int32_t *shift,
                                    struct error *why)
{
    const struct festival *f = NULL;
    const int32_t middle = now.from + (now.to - now.from) / 2;
    int32_t nearest = 0;
    int32_t before = 0;
    enum status st = festival_find(name, &f, why);
    if (st != STATUS_OK)
        return st;
    if (!feast_pair(f, middle, &nearest, &before))
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "festival \"%.*s\" has no date in %d or the year before; the table does "
                         "not reach there",
                         STR_ARG(name),
                         (int)civil_from_day(middle).year);
    *shift = nearest - before;
    return STATUS_OK;
}

/* The shop's own event nearest to the range, and the one of the same name before it. */
static enum status compare_promo(str name,
                                 struct day_range now,
                                 const struct moving_event *events,
                                 size_t n,
                                 int32_t *shift,
                                 struct error *why)
{
    const struct moving_event *best = NULL;
    const struct moving_event *before = NULL;
    for (size_t i = 0; i < n; i++) {
        if (str_eq(events[i].name, name) && events[i].first_day <= now.to &&
            (best == NULL || events[i].first_day > best->first_day))
            best = &events[i];
    }
    for (size_t i = 0; best != NULL && i < n; i++) {
        if (str_eq(events[i].name, name) && events[i].first_day < best->first_day &&
            (before == NULL || events[i].first_day > before->first_day))
            before = &events[i];
    }
    if (before == NULL)
        return error_set(
            why,
            STATUS_NOT_FOUND,
            "promotion \"%.*s\": need two of that name in calendar_event, one up to the "
            "period's end and one before it",
            STR_ARG(name));
    *shift = best->first_day - before->first_day;
    return STATUS_OK;
}

/* NOLINTNEXTLINE(readability-function-size): one question, seven facts */
enum status range_compare(str compare,
                          struct day_range now,
                          const struct moving_event *events,
                          size_t event_count,
                          struct day_range *out,
                          int32_t *shift,
                          struct error *why)
{
    const int32_t days = now.to - now.from + 1;
    enum status st = STATUS_OK;
    struct day_range r = now;
    int32_t by = 0;
    if (str_is(compare, "prev")) {
        by = days;
    } else if (str_is(compare, "weekday")) {
        by = (days + 6) / 7 * 7;
    } else if (str_is(compare, "yoy")) {
        r.from = day_add_months(now.from, -12);
        r.to = day_add_months(now.to, -12);
        by = now.from - r.from;
    } else if (str_starts(compare, STR("festival:"))) {
        st = compare_festival(str_skip(compare, 9), now, &by, why);
    } else if (str_starts(compare, STR("promo:"))) {
        st = compare_promo(str_skip(compare, 6), now, events, event_count, &by, why);
    } else {
        st = compare_explicit(compare, &r, why);
        by = now.from - r.from;
    }
    if (st != STATUS_OK)
        return st;
    if (r.from == now.from && r.to == now.to)
        r = (struct day_range){ now.from - by, now.to - by };
    *out = r;
    *shift = by;
    return STATUS_OK;
}
