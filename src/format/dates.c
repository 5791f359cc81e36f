/* One parser per form, in a table. Every parser advances a slice and must use it up. */
#include "format/dates.h"

#include "format/date_time_priv.h"

#include <string.h>

#define X(id, name, look) [DATE_FORM_##id] = name,
static const char *const form_names[] = { DATE_FORM_LIST(X) };
#undef X
#define X(id, name, look) [DATE_FORM_##id] = look,
static const char *const form_looks[] = { DATE_FORM_LIST(X) };
#undef X

const char *date_form_name(enum date_form f)
{
    return f < DATE_FORM_COUNT ? form_names[f] : "?";
}

const char *date_form_look(enum date_form f)
{
    return f < DATE_FORM_COUNT ? form_looks[f] : "";
}

bool date_form_parse(str name, enum date_form *out)
{
    for (unsigned i = DATE_FORM_NONE + 1; i < DATE_FORM_COUNT; i++)
        if (str_eq_nocase(name, str_from(form_names[i]))) {
            *out = (enum date_form)i;
            return true;
        }
    return false;
}

static bool set_day(int32_t year, int32_t month, int32_t day, struct stamp *out)
{
    const struct civil c = { year, month, day };
    if (year < 1 || year > 9999 || !civil_valid(c))
        return false;
    out->day = civil_to_day(c);
    return true;
}

/* 70 to 99 are the 1900s, 00 to 69 the 2000s (POSIX strptime). */
static int32_t full_year(int32_t year, size_t digits)
{
    if (digits > 2)
        return year;
    return year < 70 ? year + 2000 : year + 1900;
}

static bool is_separator(char c)
{
    return c == '-' || c == '/' || c == '.';
}

/* Three numbers with one kind of separator between them. */
static bool take_triple(str *s, int32_t v[3], size_t digits[3])
{
    char separator = 0;
    for (int i = 0; i < 3; i++) {
        if (i > 0) {
            if (s->len == 0 || !is_separator(s->ptr[0]) ||
                (separator != 0 && s->ptr[0] != separator))
                return false;
            separator = s->ptr[0];
            *s = str_skip(*s, 1);
        }
        if (!time_take_number(s, 1, 4, &v[i], &digits[i]))
            return false;
    }
    return true;
}

static bool parse_ymd(str s, struct stamp *out)
{
    int32_t v[3];
    size_t digits[3];
    return take_triple(&s, v, digits) && digits[0] == 4 && digits[1] <= 2 && digits[2] <= 2 &&
           set_day(v[0], v[1], v[2], out) && time_take_rest(s, out);
}

static bool parse_day_year(str s, bool month_first, struct stamp *out)
{
    int32_t v[3];
    size_t digits[3];
    if (!take_triple(&s, v, digits) || digits[0] > 2 || digits[1] > 2 || digits[2] % 2 != 0)
        return false;
    const int32_t month = month_first ? v[0] : v[1];
    const int32_t day = month_first ? v[1] : v[0];
    return set_day(full_year(v[2], digits[2]), month, day, out) && time_take_rest(s, out);
}

static bool parse_mdy(str s, struct stamp *out)
{
    return parse_day_year(s, true, out);
}

static bool parse_dmy(str s, struct stamp *out)
{
    return parse_day_year(s, false, out);
}

/* 20101201, 20101201T0826, 201012010826, 20101201082600 */
static bool parse_compact(str s, struct stamp *out)
{
    int32_t year;
    int32_t month;
    int32_t day;
    if (!time_take_number(&s, 4, 4, &year, NULL) || !time_take_number(&s, 2, 2, &month, NULL) ||
        !time_take_number(&s, 2, 2, &day, NULL) || !set_day(year, month, day, out))
        return false;
    if (s.len > 0 && (s.ptr[0] == 'T' || s.ptr[0] == ' ' || s.ptr[0] == '_'))
        s = str_skip(s, 1);
    return s.len == 0 || (time_take_compact(&s, out) && time_take_offset(s, out)) ||
           time_take_rest(s, out);
}

static bool take_mark(str *s, const char *mark)
{
    const str m = str_from(mark);
    if (!str_starts(*s, m))
        return false;
    *s = str_skip(*s, m.len);
    return true;
}

static bool parse_chinese(str s, struct stamp *out)
{
    int32_t year;
    int32_t month;
    int32_t day;
    if (!time_take_number(&s, 4, 4, &year, NULL) || !take_mark(&s, "\xe5\xb9\xb4"))
        return false;
    s = str_trim(s);
    if (!time_take_number(&s, 1, 2, &month, NULL) || !take_mark(&s, "\xe6\x9c\x88"))
        return false;
    s = str_trim(s);
    if (!time_take_number(&s, 1, 2, &day, NULL) ||
        (!take_mark(&s, "\xe6\x97\xa5") && !take_mark(&s, "\xe5\x8f\xb7")))
        return false;
    return set_day(year, month, day, out) && time_take_chinese(str_trim(s), out);
}

/* "Dec", "December", "Sept": at least three letters of the English name. */
static bool take_month_name(str *s, int32_t *month)
{
    static const char *const names[] = { "january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december" };
    size_t n = 0;
    while (n < s->len && ((unsigned char)s->ptr[n] | 0x20) >= 'a' &&
           ((unsigned char)s->ptr[n] | 0x20) <= 'z')
        n++;
    const str word = str_first(*s, n);
    for (int32_t i = 0; n >= 3 && i < 12; i++)
        if (str_eq_nocase(word, str_first(str_from(names[i]), n))) {
            *month = i + 1;
            *s = str_skip(*s, n);
            if (s->len > 0 && s->ptr[0] == '.')
                *s = str_skip(*s, 1);
            return true;
        }
    return false;
}

static void skip_marks(str *s)
{
    while (s->len > 0 && strchr(" ,-/", s->ptr[0]) != NULL && s->ptr[0] != 0)
        *s = str_skip(*s, 1);
}

static void skip_weekday(str *s)
{
    static const char *const names[] = { "monday", "tuesday",  "wednesday", "thursday",
                                         "friday", "saturday", "sunday" };
    str rest = *s;
    size_t n = 0;
    while (n < rest.len && ((unsigned char)rest.ptr[n] | 0x20) >= 'a' &&
           ((unsigned char)rest.ptr[n] | 0x20) <= 'z')
        n++;
    for (size_t i = 0; n >= 3 && i < ARRAY_LEN(names); i++)
        if (str_eq_nocase(str_first(rest, n), str_first(str_from(names[i]), n))) {
            *s = str_skip(rest, n);
            skip_marks(s);
            return;
        }
}

static void skip_ordinal(str *s) /* 1st 2nd 3rd 4th */
{
    static const char *const endings[] = { "st", "nd", "rd", "th" };
    for (size_t i = 0; i < ARRAY_LEN(endings); i++)
        if (s->len >= 2 && str_eq_nocase(str_first(*s, 2), str_from(endings[i]))) {
            *s = str_skip(*s, 2);
            return;
        }
}

/* 1 Dec 2010, 01-Dec-10, December 1st, 2010, Wed, 01 Dec 2010 08:26:00 +0000,
 * 10/Oct/2000:13:55:36 -0700 */
static bool parse_named(str s, struct stamp *out)
{
    int32_t month = 0;
    int32_t day = 0;
    int32_t year = 0;
    size_t digits = 0;
    skip_weekday(&s);
    const bool month_first = take_month_name(&s, &month);
    skip_marks(&s);
    if (!time_take_number(&s, 1, 2, &day, NULL))
        return false;
    skip_ordinal(&s);
    skip_marks(&s);
    if (!month_first && !take_month_name(&s, &month))
        return false;
    skip_marks(&s);
    if (!time_take_number(&s, 2, 4, &year, &digits) || digits == 3 ||
        !set_day(full_year(year, digits), month, day, out))
        return false;
    if (s.len > 0 && s.ptr[0] == ',')
        s = str_skip(s, 1);
    if (s.len > 0 && s.ptr[0] == ':') {
        s = str_skip(s, 1);
        return time_take_clock(&s, out) && time_take_offset(s, out);
    }
    return time_take_rest(s, out);
}

static bool from_unix(str s, int64_t per_second, struct stamp *out)
{
    int64_t us;
    bool inexact;
    const unsigned decimals = per_second == 1 ? 6 : per_second == 1000 ? 3 : 0;
    if (s.len > 0 && s.ptr[0] == '+')
        return false;
    if (!decimal_parse(s, '.', 0, decimals, &us, &inexact))
        return false;
    const int64_t day = i64_floor_div(us, US_PER_DAY);
    if (day < -719162 || day > 2932896) /* years 1 to 9999 */
        return false;
    *out = (struct stamp){ .day = (int32_t)day,
                           .us_of_day = us - day * US_PER_DAY,
                           .has_time = true,
                           .has_offset = true };
    return true;
}

static bool parse_unix(str s, struct stamp *out)
{
    return from_unix(s, 1, out);
}

static bool parse_unix_ms(str s, struct stamp *out)
{
    return from_unix(s, 1000, out);
}

static bool parse_unix_us(str s, struct stamp *out)
{
    return from_unix(s, 1000000, out);
}

/* Days since `epoch`, the fraction is the time of day, rounded to the millisecond (that is what a
 * double of this size can hold). Serial 60 of the 1900 system is its 29 February 1900 that never
 * was; serials from 1 to 60 are one day off, as in every spreadsheet. */
static bool from_serial(str s, int32_t epoch, struct stamp *out)
{
    int64_t e9;
    bool inexact;
    if (!decimal_parse(s, '.', 0, 9, &e9, &inexact) || e9 < 0)
        return false;
    int64_t day = e9 / 1000000000;
    const int64_t part = e9 % 1000000000;
    if (day > 2958465)
        return false;
    int64_t ms = (part * 86400000 + 500000000) / 1000000000;
    if (ms % 1000 == 999 || ms % 1000 == 1) /* 0.351388889 is 08:26:00, not 08:26:00.001 */
        ms = (ms + 500) / 1000 * 1000;
    if (ms >= 86400000) {
        day++;
        ms -= 86400000;
    }
    *out = (struct stamp){ .day = epoch + (int32_t)day,
                           .us_of_day = ms * 1000,
                           .has_time = part != 0 };
    return true;
}

static bool parse_excel(str s, struct stamp *out)
{
    return from_serial(s, -25569, out); /* 1899-12-30 */
}

static bool parse_excel_1904(str s, struct stamp *out)
{
    return from_serial(s, -24107, out); /* 1904-01-01 */
}

static bool (*const parsers[DATE_FORM_COUNT])(str s, struct stamp *out) = {
    [DATE_FORM_YMD] = parse_ymd,
    [DATE_FORM_MDY] = parse_mdy,
    [DATE_FORM_DMY] = parse_dmy,
    [DATE_FORM_COMPACT] = parse_compact,
    [DATE_FORM_CHINESE] = parse_chinese,
    [DATE_FORM_NAMED] = parse_named,
    [DATE_FORM_UNIX_S] = parse_unix,
    [DATE_FORM_UNIX_MS] = parse_unix_ms,
    [DATE_FORM_UNIX_US] = parse_unix_us,
    [DATE_FORM_EXCEL] = parse_excel,
    [DATE_FORM_EXCEL_1904] = parse_excel_1904,
};

static inline int32_t pair(const char *p)
{
    return (p[0] - '0') * 10 + (p[1] - '0');
}

/* 2010-12-01 08:26:00: all 19 bytes checked at once, no branches per digit. */
static bool parse_fixed(str s, struct stamp *out)
{
    static const char mask[] = "0000-00-00 00:00:00";
    unsigned bad = 0;
    for (unsigned i = 0; i < 19; i++) {
        const unsigned c = (unsigned char)s.ptr[i];
        bad |= mask[i] == '0' ? (c - '0' > 9) : (c != (unsigned char)mask[i]);
    }
    if (bad != 0)
        return false;
    const int32_t hour = pair(s.ptr + 11);
    const int32_t minute = pair(s.ptr + 14);
    const int32_t second = pair(s.ptr + 17);
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    *out = (struct stamp){ .us_of_day = ((hour * 60 + minute) * 60 + second) * US_PER_SECOND,
                           .has_time = true };
    return set_day(pair(s.ptr) * 100 + pair(s.ptr + 2), pair(s.ptr + 5), pair(s.ptr + 8), out);
}

bool date_parse(const struct date_pattern *p, str s, struct stamp *out)
{
    struct stamp found = { 0 };
    if (p->form == DATE_FORM_YMD && s.len == 19 && parse_fixed(s, &found)) {
        *out = found;
        return true;
    }
    found = (struct stamp){ 0 };
    s = str_trim(s);
    if (p->form >= DATE_FORM_COUNT || parsers[p->form] == NULL || s.len == 0 || s.len > 64 ||
        !parsers[p->form](s, &found))
        return false;
    *out = found;
    return true;
}

int64_t stamp_us(const struct stamp *s)
{
    return s->day * US_PER_DAY + s->us_of_day;
}

bool stamp_is_plausible(const struct stamp *s, int64_t now_us)
{
    const struct civil first = { 1990, 1, 1 };
    const int64_t us = stamp_us(s) - s->offset_s * US_PER_SECOND;
    return s->day >= civil_to_day(first) && us <= now_us + 2 * US_PER_DAY;
}
