/* Periods of targets as people write them: calendar names, Chinese dates, promotions. */
#include "goals/goals_priv.h"

#define YEARS_MAX 10 /* of one target */

static bool small(str s, int32_t low, int32_t high, int32_t *out)
{
    int64_t v = 0;
    if (s.len == 0 || s.len > 4 || !str_to_i64(s, &v) || v < low || v > high)
        return false;
    *out = (int32_t)v;
    return true;
}

static struct day_range year_of(int32_t year)
{
    return (struct day_range){ civil_to_day((struct civil){ year, 1, 1 }),
                               civil_to_day((struct civil){ year, 12, 31 }) };
}

static struct day_range months_of(int32_t year, int32_t month, int32_t n)
{
    const int32_t from = civil_to_day((struct civil){ year, month, 1 });
    return (struct day_range){ from, day_add_months(from, n) - 1 };
}

/* "Q1", "1季度", "一季度", "第一季度". */
static bool quarter(str s, int32_t *out)
{
    static const char *const digits[] = { "一", "二", "三", "四" };
    if (s.len == 2 && (s.ptr[0] == 'Q' || s.ptr[0] == 'q'))
        return small(str_skip(s, 1), 1, 4, out);
    if (!str_ends(s, STR("季度")))
        return false;
    s = str_first(s, s.len - STR("季度").len);
    if (str_starts(s, STR("第")))
        s = str_skip(s, STR("第").len);
    for (int32_t i = 0; i < 4; i++) {
        if (str_is(s, digits[i])) {
            *out = i + 1;
            return true;
        }
    }
    return small(s, 1, 4, out);
}

/* "3月", "3月8日", "3月8号". */
static bool month_or_day(str s, int32_t year, struct day_range *out)
{
    struct civil c = { .year = year };
    const size_t at = str_find(s, STR("月"));
    if (at == s.len || !small(str_first(s, at), 1, 12, &c.month))
        return false;
    s = str_skip(s, at + STR("月").len);
    if (s.len == 0 || str_is(s, "份")) {
        *out = months_of(year, c.month, 1);
        return true;
    }
    if (!str_ends(s, STR("日")) && !str_ends(s, STR("号")))
        return false;
    if (!small(str_first(s, s.len - STR("日").len), 1, 31, &c.day) || !civil_valid(c))
        return false;
    out->from = out->to = civil_to_day(c);
    return true;
}

static bool is_year_word(str s)
{
    return s.len == 0 || str_eq_nocase(s, STR("year")) || str_is(s, "全年") || str_is(s, "年度") ||
           str_is(s, "年");
}

/* Words that need a year, which the word itself may bring: 2026年3月. */
static bool in_year(str s, int32_t year, struct day_range *out)
{
    int32_t q = 0;
    const size_t at = str_find(s, STR("年"));
    if (at == 4 && small(str_first(s, 4), 1900, 9999, &year))
        s = str_skip(s, at + STR("年").len);
    if (year == 0)
        return false;
    if (is_year_word(s)) {
        *out = year_of(year);
        return true;
    }
    if (quarter(s, &q)) {
        *out = months_of(year, q * 3 - 2, 3);
        return true;
    }
    return month_or_day(s, year, out);
}

/* "2026", "2026-Q1", "2026-03", "2026-W10", "2026-03-08" (a spreadsheet adds 00:00:00),
 * 2026/3/8, FROM..TO. */
static bool absolute(str s, struct day_range *out)
{
    const struct date_pattern ymd = { .form = DATE_FORM_YMD };
    const struct period_rules rules = { .week_start = 1 };
    struct stamp stamp;
    const size_t dots = str_find(s, STR(".."));
    if (dots < s.len)
        return day_parse(str_trim(str_first(s, dots)), &out->from) &&
               day_parse(str_trim(str_skip(s, dots + 2)), &out->to) && out->from <= out->to;
    if (s.len < 4 || s.ptr[0] < '1' || s.ptr[0] > '9')
        return false;
    if (range_named(s, 0, &rules, out, NULL) == STATUS_OK)
        return true;
    if (!date_parse(&ymd, s, &stamp) || stamp.us_of_day != 0)
        return false;
    out->from = out->to = stamp.day;
    return true;
}

/* The shop's own calendar. `word` becomes the event's id. */
static enum status own_event(struct conn *c,
                             str s,
                             int32_t year,
                             struct arena *a,
                             struct goal_period *out,
                             struct error *why)
{
    struct frame *f = NULL;
    const struct param params[] = { { .type = PARAM_TEXT, .text = s },
                                    { .type = PARAM_I64, .i64 = year } };
    const enum status st =
        conn_query(c,
                   STR("SELECT event_id, local_date, coalesce(end_date, local_date) FROM "
                       "calendar_event WHERE (event_id = $1 OR name_en = $1 OR name_zh = $1) AND "
                       "local_date IS NOT NULL AND year(local_date) = $2 ORDER BY ALL LIMIT 1"),
                   params,
                   ARRAY_LEN(params),
                   &f,
                   why);
    if (st != STATUS_OK)
        return st;
    if (frame_rows(f) == 1)
        *out = (struct goal_period){ .from = (int32_t)frame_i64(f, 1, 0),
                                     .to = (int32_t)frame_i64(f, 2, 0),
                                     .word = arena_dup(a, frame_str(f, 0, 0)) };
    frame_free(f);
    return STATUS_OK;
}

static enum status promotion(struct conn *c,
                             str s,
                             int32_t year,
                             struct arena *a,
                             struct goal_period *out,
                             struct error *why)
{
    const struct festival *f = NULL;
    struct error unknown = { .lang = why != NULL ? why->lang : LANG_EN };
    enum status st = own_event(c, s, year, a, out, why);
    if (st != STATUS_OK || out->word.len > 0)
        return st;
    if (festival_find(s, &f, &unknown) != STATUS_OK)
        return error_set(
            why,
            STATUS_BAD_INPUT,
            "no period \"%.*s\"; write 2026, 2026-Q1, 2026-03, 2026-11-11, FROM..TO, or a "
            "promotion of the calendar such as 618 or double-11 with its year",
            STR_ARG(s));
    if (year == 0)
        return error_set(
            why, STATUS_BAD_INPUT, "\"%.*s\" of which year? fill in the year", STR_ARG(s));
    if (!festival_date(f, year, &out->from))
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "the date of \"%s\" in %d is not known; write its days as FROM..TO",
                         f->id,
                         (int)year);
    out->to = out->from + f->length - 1;
    out->word = str_from(f->id);
    return STATUS_OK;
}

/* One spelling: what the calendar calls the range. */
static str spelling(struct day_range r, struct arena *a)
{
    const struct civil from = civil_from_day(r.from);
    const struct day_range year = year_of(from.year);
    const struct day_range month = months_of(from.year, from.month, 1);
    const struct day_range three = months_of(from.year, (from.month - 1) / 3 * 3 + 1, 3);
    if (r.from == year.from && r.to == year.to)
        return arena_printf(a, "%04d", (int)from.year);
    if (r.from == three.from && r.to == three.to)
        return arena_printf(a, "%04d-Q%d", (int)from.year, (int)(from.month + 2) / 3);
    if (r.from == month.from && r.to == month.to)
        return arena_printf(a, "%04d-%02d", (int)from.year, (int)from.month);
    struct buf text;
    buf_init(&text, 64);
    buf_add_day(&text, r.from);
    if (r.to != r.from) {
        buf_adds(&text, "..");
        buf_add_day(&text, r.to);
    }
    const str word = arena_dup(a, buf_str(&text));
    buf_release(&text);
    return word.ptr != NULL ? word : STR_EMPTY;
}

enum status goal_period_parse(struct conn *c,
                              str word,
                              int32_t year,
                              struct arena *a,
                              struct goal_period *out,
                              struct error *why)
{
    struct day_range r;
    struct goal_period p = { .word = STR_EMPTY };
    const str s = str_trim(word);
    if (absolute(s, &r)) {
        const int32_t written = civil_from_day(r.from).year;
        if (year != 0 && written != year && civil_from_day(r.to).year != year)
            return error_set(why,
                             STATUS_BAD_INPUT,
                             "the year is %d, but the period \"%.*s\" is not in it",
                             (int)year,
                             STR_ARG(s));
        p = (struct goal_period){ r.from, r.to, spelling(r, a) };
    } else if (in_year(s, year, &r)) {
        p = (struct goal_period){ r.from, r.to, spelling(r, a) };
    } else if (s.len == 0) {
        return error_set(why, STATUS_BAD_INPUT, "which period? write a year or a period");
    } else {
        const enum status st = promotion(c, s, year, a, &p, why);
        if (st != STATUS_OK)
            return st;
    }
    if ((int64_t)p.to - p.from > (int64_t)YEARS_MAX * 366 || p.to < p.from)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "the period \"%.*s\" is longer than %d years",
                         STR_ARG(s),
                         YEARS_MAX);
    *out = p;
    return STATUS_OK;
}
