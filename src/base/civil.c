/* The Gregorian calendar on integers (Hinnant's algorithms, see civil.h). */
#include "base/civil.h"

int64_t i64_floor_div(int64_t a, int64_t b)
{
    const int64_t q = a / b;
    return a % b < 0 ? q - 1 : q;
}

int32_t civil_to_day(struct civil c)
{
    const int64_t y = (int64_t)c.year - (c.month <= 2);
    const int64_t era = i64_floor_div(y, 400);
    const int64_t yoe = y - era * 400;
    const int64_t doy = (153 * (c.month > 2 ? c.month - 3 : c.month + 9) + 2) / 5 + c.day - 1;
    const int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return (int32_t)(era * 146097 + doe - 719468);
}

struct civil civil_from_day(int32_t day)
{
    const int64_t z = (int64_t)day + 719468;
    const int64_t era = i64_floor_div(z, 146097);
    const int64_t doe = z - era * 146097;
    const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const int64_t mp = (5 * doy + 2) / 153;
    const int64_t month = mp < 10 ? mp + 3 : mp - 9;
    return (struct civil){ .year = (int32_t)(yoe + era * 400 + (month <= 2)),
                           .month = (int32_t)month,
                           .day = (int32_t)(doy - (153 * mp + 2) / 5 + 1) };
}

static bool is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int32_t civil_days_in_month(int32_t year, int32_t month)
{
    static const int32_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    BUG_IF(month < 1 || month > 12);
    return days[month - 1] + (month == 2 && is_leap(year));
}

bool civil_valid(struct civil c)
{
    return c.year >= -9999 && c.year <= 9999 && c.month >= 1 && c.month <= 12 && c.day >= 1 &&
           c.day <= civil_days_in_month(c.year, c.month);
}

int32_t day_weekday(int32_t day)
{
    const int64_t since_monday = (int64_t)day + 3; /* 1970-01-01 was a Thursday */
    return (int32_t)(since_monday - i64_floor_div(since_monday, 7) * 7 + 1);
}

void day_iso_week(int32_t day, int32_t *year, int32_t *week)
{
    const int32_t thursday = day - day_weekday(day) + 4;
    const int32_t y = civil_from_day(thursday).year;
    *year = y;
    *week = (thursday - civil_to_day((struct civil){ y, 1, 1 })) / 7 + 1;
}

int32_t day_add_months(int32_t day, int32_t months)
{
    struct civil c = civil_from_day(day);
    const int64_t index = (int64_t)c.year * 12 + c.month - 1 + months;
    c.year = (int32_t)i64_floor_div(index, 12);
    c.month = (int32_t)(index - (int64_t)c.year * 12) + 1;
    const int32_t last = civil_days_in_month(c.year, c.month);
    c.day = c.day < last ? c.day : last;
    return civil_to_day(c);
}

static bool digits(str s, size_t at, size_t n, int32_t *out)
{
    int32_t v = 0;
    for (size_t i = at; i < at + n; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        v = v * 10 + (s.ptr[i] - '0');
    }
    *out = v;
    return true;
}

bool day_parse(str s, int32_t *out)
{
    struct civil c;
    if (s.len != 10 || s.ptr[4] != '-' || s.ptr[7] != '-' || !digits(s, 0, 4, &c.year) ||
        !digits(s, 5, 2, &c.month) || !digits(s, 8, 2, &c.day) || !civil_valid(c))
        return false;
    *out = civil_to_day(c);
    return true;
}

void buf_add_day(struct buf *b, int32_t day)
{
    const struct civil c = civil_from_day(day);
    const int width = c.year < 0 ? 5 : 4; /* the sign is one */
    buf_addf(b, "%0*d-%02d-%02d", width, (int)c.year, (int)c.month, (int)c.day);
}

void buf_add_time(struct buf *b, int64_t at_us)
{
    const int64_t day = i64_floor_div(at_us, US_PER_DAY);
    const int second = (int)((at_us - day * US_PER_DAY) / US_PER_SECOND);
    buf_add_day(b, (int32_t)day);
    buf_addf(b, "T%02d:%02d:%02d", second / 3600, second / 60 % 60, second % 60);
}

static str keep(struct arena *a, struct buf *text)
{
    const str kept = arena_dup(a, buf_str(text));
    buf_release(text);
    return kept.ptr != NULL ? kept : STR_EMPTY;
}

str day_text(struct arena *a, int32_t day)
{
    struct buf text;
    buf_init(&text, 32);
    if (day != DAY_NONE)
        buf_add_day(&text, day);
    return keep(a, &text);
}

str civil_time_text(struct arena *a, int64_t at_us)
{
    struct buf text;
    buf_init(&text, 64);
    buf_add_time(&text, at_us);
    buf_addc(&text, 'Z');
    return keep(a, &text);
}
