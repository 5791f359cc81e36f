/* POSIX TZ strings: "GMT0BST,M3.5.0/1,M10.5.0", "<+0330>-3:30". */
#include "calendar/zone_priv.h"

static bool take_char(str *rest, char c)
{
    if (rest->len == 0 || rest->ptr[0] != c)
        return false;
    *rest = str_skip(*rest, 1);
    return true;
}

static bool is_digit(str s)
{
    return s.len > 0 && s.ptr[0] >= '0' && s.ptr[0] <= '9';
}

static bool take_number(str *rest, int32_t max, int32_t *out)
{
    int32_t v = 0;
    if (!is_digit(*rest))
        return false;
    while (is_digit(*rest)) {
        v = v * 10 + (rest->ptr[0] - '0');
        if (v > max)
            return false;
        *rest = str_skip(*rest, 1);
    }
    *out = v;
    return true;
}

/* A name: letters, or anything between < and >. */
static bool take_name(str *rest)
{
    if (take_char(rest, '<')) {
        while (rest->len > 0 && rest->ptr[0] != '>')
            *rest = str_skip(*rest, 1);
        return take_char(rest, '>');
    }
    size_t n = 0;
    while (n < rest->len && ((rest->ptr[n] >= 'a' && rest->ptr[n] <= 'z') ||
                             (rest->ptr[n] >= 'A' && rest->ptr[n] <= 'Z')))
        n++;
    *rest = str_skip(*rest, n);
    return n >= 3;
}

/* [+-]h[h][h][:mm[:ss]] in seconds. */
static bool take_time(str *rest, int32_t max_hours, int32_t *out)
{
    int32_t parts[3] = { 0, 0, 0 };
    const bool is_negative = take_char(rest, '-');
    if (!is_negative)
        (void)take_char(rest, '+');
    if (!take_number(rest, max_hours, &parts[0]))
        return false;
    for (int i = 1; i < 3 && take_char(rest, ':'); i++) {
        if (!take_number(rest, 59, &parts[i]))
            return false;
    }
    const int32_t seconds = parts[0] * 3600 + parts[1] * 60 + parts[2];
    *out = is_negative ? -seconds : seconds;
    return true;
}

static bool take_moment(str *rest, struct tz_moment *m)
{
    bool ok;
    *m = (struct tz_moment){ .time_s = 7200 };
    if (take_char(rest, 'M')) {
        m->kind = TZ_WEEKDAY;
        ok = take_number(rest, 12, &m->month) && m->month >= 1 && take_char(rest, '.') &&
             take_number(rest, 5, &m->week) && m->week >= 1 && take_char(rest, '.') &&
             take_number(rest, 6, &m->day);
    } else if (take_char(rest, 'J')) {
        m->kind = TZ_JULIAN_NO_LEAP;
        ok = take_number(rest, 365, &m->day) && m->day >= 1;
    } else {
        m->kind = TZ_DAY_OF_YEAR;
        ok = take_number(rest, 365, &m->day);
    }
    return ok && (!take_char(rest, '/') || take_time(rest, 167, &m->time_s));
}

bool tz_rule_parse(str text, struct tz_rule *out)
{
    struct tz_rule r = { .std_offset_s = 0 };
    int32_t west = 0;
    if (!take_name(&text) || !take_time(&text, 24, &west))
        return false;
    r.std_offset_s = -west;
    r.dst_offset_s = r.std_offset_s + 3600;
    r.has_dst = text.len > 0;
    if (r.has_dst) {
        if (!take_name(&text))
            return false;
        if (text.len > 0 && text.ptr[0] != ',') {
            if (!take_time(&text, 24, &west))
                return false;
            r.dst_offset_s = -west;
        }
        if (!take_char(&text, ',') || !take_moment(&text, &r.start) || !take_char(&text, ',') ||
            !take_moment(&text, &r.end) || text.len > 0)
            return false;
    }
    *out = r;
    return true;
}

static int32_t moment_day(const struct tz_moment *m, int32_t year)
{
    const int32_t new_year = civil_to_day((struct civil){ year, 1, 1 });
    if (m->kind == TZ_DAY_OF_YEAR)
        return new_year + m->day;
    if (m->kind == TZ_JULIAN_NO_LEAP) {
        const bool is_leap = civil_days_in_month(year, 2) == 29;
        return new_year + m->day - 1 + (is_leap && m->day >= 60);
    }
    const int32_t first = civil_to_day((struct civil){ year, m->month, 1 });
    const int32_t weekday = day_weekday(first) % 7; /* 0 Sunday */
    int32_t day = first + (m->day - weekday + 7) % 7 + (m->week - 1) * 7;
    if (day >= first + civil_days_in_month(year, m->month))
        day -= 7;
    return day;
}

int64_t tz_rule_moment(const struct tz_moment *m, int32_t year, int32_t offset_s)
{
    return (int64_t)moment_day(m, year) * 86400 + m->time_s - offset_s;
}
