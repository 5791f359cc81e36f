#include "format/date_time_priv.h"

bool time_take_number(str *s, size_t min, size_t max, int32_t *out, size_t *digits)
{
    int32_t v = 0;
    size_t n = 0;
    while (n < s->len && n <= max && s->ptr[n] >= '0' && s->ptr[n] <= '9' && n < 9)
        v = v * 10 + (s->ptr[n++] - '0');
    if (min == max && n > max) { /* fixed width: the next number may follow at once */
        v /= 10;
        n = max;
    }
    if (n < min || n > max)
        return false;
    *out = v;
    if (digits != NULL)
        *digits = n;
    *s = str_skip(*s, n);
    return true;
}

static void skip_blanks(str *s)
{
    while (s->len > 0 && (s->ptr[0] == ' ' || s->ptr[0] == '\t'))
        *s = str_skip(*s, 1);
}

/* Digits behind the second's mark, cut to microseconds. */
static bool take_fraction(str *s, int64_t *us)
{
    int64_t scale = 100000;
    size_t n = 0;
    *us = 0;
    for (; n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9'; n++) {
        *us += (s->ptr[n] - '0') * scale;
        scale /= 10;
    }
    *s = str_skip(*s, n);
    return n > 0 && n <= 12;
}

struct clock {
    int32_t hour;
    int32_t minute;
    int32_t second;
    int64_t us;
};

static bool set_time(const struct clock *c, struct stamp *out)
{
    if (c->hour > 23 || c->minute > 59 || c->second > 60)
        return false;
    out->has_time = true;
    out->us_of_day = ((c->hour * 60 + c->minute) * 60 + c->second) * US_PER_SECOND + c->us;
    if (c->second == 60) /* a leap second: the day's last instant that we can hold */
        out->us_of_day = ((c->hour * 60 + c->minute) * 60 + 60) * US_PER_SECOND - 1;
    return true;
}

/* AM, PM, a.m.; false when the hour does not go with it. */
static bool take_half(str *s, struct clock *c)
{
    str rest = *s;
    skip_blanks(&rest);
    if (rest.len == 0)
        return true;
    const char half = (char)(rest.ptr[0] | 0x20);
    const size_t dots = rest.len >= 4 && rest.ptr[1] == '.' && rest.ptr[3] == '.' ? 1 : 0;
    if ((half != 'a' && half != 'p') || rest.len < 2 + dots || (rest.ptr[1 + dots] | 0x20) != 'm')
        return true;
    if (c->hour < 1 || c->hour > 12)
        return false;
    c->hour = c->hour % 12 + (half == 'p' ? 12 : 0);
    *s = str_skip(rest, 2 + 2 * dots);
    return true;
}

bool time_take_clock(str *s, struct stamp *out)
{
    struct clock c = { 0 };
    if (!time_take_number(s, 1, 2, &c.hour, NULL) || s->len == 0 || s->ptr[0] != ':')
        return false;
    *s = str_skip(*s, 1);
    size_t digits;
    if (!time_take_number(s, 1, 2, &c.minute, &digits) || digits != 2)
        return false;
    if (s->len > 0 && s->ptr[0] == ':') {
        *s = str_skip(*s, 1);
        if (!time_take_number(s, 1, 2, &c.second, &digits) || digits != 2)
            return false;
        if (s->len > 0 && (s->ptr[0] == '.' || s->ptr[0] == ',')) {
            *s = str_skip(*s, 1);
            if (!take_fraction(s, &c.us))
                return false;
        }
    }
    return take_half(s, &c) && set_time(&c, out);
}

bool time_take_compact(str *s, struct stamp *out)
{
    struct clock c = { 0 };
    str rest = *s;
    if (!time_take_number(&rest, 2, 2, &c.hour, NULL) ||
        !time_take_number(&rest, 2, 2, &c.minute, NULL))
        return false;
    if (rest.len > 0 && rest.ptr[0] >= '0' && rest.ptr[0] <= '9') {
        if (!time_take_number(&rest, 2, 2, &c.second, NULL))
            return false;
        if (rest.len > 0 && rest.ptr[0] == '.') {
            rest = str_skip(rest, 1);
            if (!take_fraction(&rest, &c.us))
                return false;
        }
    }
    if (!set_time(&c, out))
        return false;
    *s = rest;
    return true;
}

bool time_take_offset(str s, struct stamp *out)
{
    skip_blanks(&s);
    if (s.len == 0)
        return true;
    const bool is_zulu = s.ptr[0] == 'Z' || s.ptr[0] == 'z';
    const bool is_named = s.len >= 3 && (str_eq_nocase(str_first(s, 3), STR("UTC")) ||
                                         str_eq_nocase(str_first(s, 3), STR("GMT")));
    if (is_zulu || is_named) {
        s = str_skip(s, is_zulu ? 1 : 3);
        out->has_offset = true;
        out->offset_s = 0;
        if (s.len == 0 || is_zulu)
            return s.len == 0;
    }
    if (s.ptr[0] != '+' && s.ptr[0] != '-')
        return false;
    const int32_t sign = s.ptr[0] == '-' ? -1 : 1;
    int32_t hours;
    int32_t minutes = 0;
    size_t digits;
    s = str_skip(s, 1);
    if (!(s.len == 4 ? time_take_number(&s, 2, 2, &hours, &digits)
                     : time_take_number(&s, 1, 2, &hours, &digits)))
        return false;
    if (s.len > 0 && s.ptr[0] == ':')
        s = str_skip(s, 1);
    if (s.len > 0 && !time_take_number(&s, 2, 2, &minutes, NULL))
        return false;
    out->has_offset = true;
    out->offset_s = sign * (hours * 3600 + minutes * 60);
    return s.len == 0 && hours <= 15 && minutes <= 59;
}

bool time_take_rest(str s, struct stamp *out)
{
    if (s.len == 0)
        return true;
    if (s.ptr[0] == 'T' || s.ptr[0] == 't')
        s = str_skip(s, 1);
    else if (s.ptr[0] == ' ' || s.ptr[0] == '\t')
        skip_blanks(&s);
    else
        return false;
    return time_take_clock(&s, out) && time_take_offset(s, out);
}

static bool take_mark(str *s, const char *mark)
{
    const str m = str_from(mark);
    if (!str_starts(*s, m))
        return false;
    *s = str_skip(*s, m.len);
    return true;
}

/* 8 shi 26 fen [0 miao], the hour also with dian */
static bool take_spoken(str *s, struct clock *c)
{
    if (!time_take_number(s, 1, 2, &c->hour, NULL) ||
        (!take_mark(s, "\xe6\x97\xb6") && !take_mark(s, "\xe7\x82\xb9")))
        return false;
    if (s->len == 0)
        return true;
    if (!time_take_number(s, 1, 2, &c->minute, NULL) || !take_mark(s, "\xe5\x88\x86"))
        return false;
    return s->len == 0 ||
           (time_take_number(s, 1, 2, &c->second, NULL) && take_mark(s, "\xe7\xa7\x92"));
}

bool time_take_chinese(str s, struct stamp *out)
{
    if (s.len == 0)
        return true;
    const bool is_morning = take_mark(&s, "\xe4\xb8\x8a\xe5\x8d\x88");
    const bool is_afternoon = !is_morning && take_mark(&s, "\xe4\xb8\x8b\xe5\x8d\x88");
    skip_blanks(&s);
    str spoken = s;
    struct clock c = { 0 };
    if (take_spoken(&spoken, &c)) {
        s = spoken;
        if (!set_time(&c, out))
            return false;
    } else if (!time_take_clock(&s, out)) {
        return false;
    }
    const int64_t hour_us = 3600 * US_PER_SECOND;
    const int64_t hour = out->us_of_day / hour_us;
    if ((is_morning || is_afternoon) && hour == 12)
        out->us_of_day -= 12 * hour_us;
    if (is_afternoon && hour <= 12)
        out->us_of_day += 12 * hour_us;
    return time_take_offset(s, out);
}
