/* Periods: Gregorian, weeks from any weekday, and the retail 4-4-5 calendar.
 *
 * 4-4-5: a retail year starts on the week (from rules->week_start) whose first day is nearest to
 * the first of its month; it has 52 weeks, or 53 when the next start lies that much later. A
 * quarter is 13 weeks in months of 4, 4 and 5; the 53rd week belongs to the last month. A retail
 * year is named after the Gregorian year in which it starts. */
#include "calendar/calendar.h"

static const char *const names[] = {
#define X(id, name) [CALENDAR_##id] = name,
    CALENDAR_LIST(X)
#undef X
};

const char *calendar_name(enum calendar c)
{
    return names[c];
}

enum status calendar_parse(str name, enum calendar *out, struct error *why)
{
    for (unsigned i = 0; i < CALENDAR_COUNT; i++) {
        if (str_is(name, names[i])) {
            *out = (enum calendar)i;
            return STATUS_OK;
        }
    }
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "no calendar \"%.*s\"; there are gregorian, iso and 4-4-5",
                     STR_ARG(name));
}

static unsigned week_start_of(const struct period_rules *rules)
{
    if (rules != NULL && rules->calendar == CALENDAR_ISO)
        return 1;
    return rules != NULL && rules->week_start >= 1 && rules->week_start <= 7 ? rules->week_start
                                                                             : 1;
}

static int32_t week_floor(int32_t day, unsigned week_start)
{
    return day - (day_weekday(day) - (int32_t)week_start + 7) % 7;
}

static int32_t retail_year_start(int32_t year, const struct period_rules *rules)
{
    const int32_t month = rules->retail_month != 0 ? (int32_t)rules->retail_month : 2;
    const int32_t first = civil_to_day((struct civil){ year, month, 1 });
    return week_floor(first + 3, week_start_of(rules)); /* nearest: within 3 days either side */
}

/* The retail year that holds the day: its Gregorian name. */
static int32_t retail_year_of(int32_t day, const struct period_rules *rules)
{
    int32_t year = civil_from_day(day).year + 1;
    while (retail_year_start(year, rules) > day)
        year--;
    return year;
}

/* Weeks before each retail month of a year, and the end of the twelfth. */
static const int32_t retail_weeks[] = { 0, 4, 8, 13, 17, 21, 26, 30, 34, 39, 43, 47 };

static int32_t retail_month_of(int32_t day, int32_t year, const struct period_rules *rules)
{
    const int32_t week = (day - retail_year_start(year, rules)) / 7;
    int32_t month = 11;
    while (retail_weeks[month] > week)
        month--;
    return month;
}

static int32_t retail_start(int32_t day, enum period_grain grain, const struct period_rules *rules)
{
    const int32_t year = retail_year_of(day, rules);
    const int32_t start = retail_year_start(year, rules);
    if (grain == PERIOD_YEAR)
        return start;
    const int32_t month = retail_month_of(day, year, rules);
    return start + retail_weeks[grain == PERIOD_QUARTER ? month / 3 * 3 : month] * 7;
}

static int32_t retail_next(int32_t start, enum period_grain grain, const struct period_rules *rules)
{
    const int32_t year = retail_year_of(start, rules);
    const int32_t month = retail_month_of(start, year, rules) + (grain == PERIOD_QUARTER ? 3 : 1);
    if (grain == PERIOD_YEAR || month >= 12)
        return retail_year_start(year + 1, rules);
    return retail_year_start(year, rules) + retail_weeks[month] * 7;
}

static bool is_retail(enum period_grain grain, const struct period_rules *rules)
{
    return rules != NULL && rules->calendar == CALENDAR_RETAIL && grain >= PERIOD_MONTH;
}

int32_t period_start(int32_t day, enum period_grain grain, const struct period_rules *rules)
{
    const struct civil c = civil_from_day(day);
    if (is_retail(grain, rules))
        return retail_start(day, grain, rules);
    switch (grain) {
    case PERIOD_WEEK:
        return week_floor(day, week_start_of(rules));
    case PERIOD_MONTH:
        return civil_to_day((struct civil){ c.year, c.month, 1 });
    case PERIOD_QUARTER:
        return civil_to_day((struct civil){ c.year, (c.month - 1) / 3 * 3 + 1, 1 });
    case PERIOD_YEAR:
        return civil_to_day((struct civil){ c.year, 1, 1 });
    default:
        return day;
    }
}

int32_t period_next(int32_t start, enum period_grain grain, const struct period_rules *rules)
{
    static const int32_t months[] = {
        [PERIOD_MONTH] = 1, [PERIOD_QUARTER] = 3, [PERIOD_YEAR] = 12
    };
    if (is_retail(grain, rules))
        return retail_next(start, grain, rules);
    if (grain == PERIOD_DAY)
        return start + 1;
    if (grain == PERIOD_WEEK)
        return start + 7;
    return day_add_months(start, months[grain]);
}

bool period_is_months(int32_t from, int32_t to, const struct period_rules *rules)
{
    return period_start(from, PERIOD_MONTH, rules) == from &&
           period_start(to + 1, PERIOD_MONTH, rules) == to + 1;
}

int32_t period_add_months(int32_t start, int32_t months, const struct period_rules *rules)
{
    if (!is_retail(PERIOD_MONTH, rules))
        return day_add_months(start, months);
    const int32_t year = retail_year_of(start, rules);
    const int32_t month = retail_month_of(start, year, rules) + months;
    const int32_t years = (int32_t)i64_floor_div(month, 12);
    return retail_year_start(year + years, rules) + retail_weeks[month - years * 12] * 7;
}

struct day_range range_retail_year_before(struct day_range now, const struct period_rules *rules)
{
    const int32_t from_year = retail_year_of(now.from, rules);
    const int32_t to_year = retail_year_of(now.to, rules);
    const int32_t from = now.from - retail_year_start(from_year, rules);
    const int32_t to = now.to - retail_year_start(to_year, rules);
    struct day_range then = { retail_year_start(from_year - 1, rules) + from,
                              retail_year_start(to_year - 1, rules) + to };
    const int32_t last = retail_year_start(to_year, rules) - 1;
    if (then.to > last && then.from <= last)
        then.to = last;
    return then;
}

static void label_week(struct buf *out,
                       int32_t start,
                       const struct period_rules *rules,
                       enum lang lang)
{
    int32_t year = 0;
    int32_t week = 0;
    if (week_start_of(rules) != 1) {
        buf_adds(out, tr(lang, "week of "));
        buf_add_day(out, start);
        return;
    }
    day_iso_week(start, &year, &week);
    buf_addf(out, lang == LANG_ZH ? "%d年第%d周" : "%d-W%02d", (int)year, (int)week);
}

static void label_retail(struct buf *out,
                         int32_t start,
                         enum period_grain grain,
                         const struct period_rules *rules,
                         enum lang lang)
{
    const int32_t year = retail_year_of(start, rules);
    const int month = (int)retail_month_of(start, year, rules);
    if (grain == PERIOD_YEAR)
        buf_addf(out, lang == LANG_ZH ? "%d零售年" : "FY%d", (int)year);
    else if (grain == PERIOD_QUARTER)
        buf_addf(out, lang == LANG_ZH ? "%d零售年第%d季" : "FY%d-Q%d", (int)year, month / 3 + 1);
    else
        buf_addf(out, lang == LANG_ZH ? "%d零售年第%d月" : "FY%d-P%02d", (int)year, month + 1);
}

void period_label(struct buf *out,
                  int32_t start,
                  enum period_grain grain,
                  const struct period_rules *rules,
                  enum lang lang)
{
    const struct civil c = civil_from_day(start);
    const bool zh = lang == LANG_ZH;
    if (is_retail(grain, rules)) {
        label_retail(out, start, grain, rules, lang);
        return;
    }
    switch (grain) {
    case PERIOD_WEEK:
        label_week(out, start, rules, lang);
        return;
    case PERIOD_MONTH:
        buf_addf(out, zh ? "%d年%d月" : "%d-%02d", (int)c.year, (int)c.month);
        return;
    case PERIOD_QUARTER:
        buf_addf(out, zh ? "%d年第%d季度" : "%d-Q%d", (int)c.year, (int)(c.month - 1) / 3 + 1);
        return;
    case PERIOD_YEAR:
        buf_addf(out, zh ? "%d年" : "%d", (int)c.year);
        return;
    default:
        if (zh)
            buf_addf(out, "%d年%d月%d日", (int)c.year, (int)c.month, (int)c.day);
        else
            buf_add_day(out, start);
    }
}
