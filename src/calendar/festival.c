/* Festivals and shopping events: one row each, a rule for its date. */
#include "calendar/calendar.h"
#include "calendar/festival_priv.h"

#include <string.h>

/* How a date is found. `a` and `b` are the rule's own numbers. */
enum rule {
    RULE_FIXED,    /* month a, day b */
    RULE_NEW_YEAR, /* Chinese New Year + a days */
    RULE_QINGMING,
    RULE_DRAGON_BOAT,
    RULE_QIXI,
    RULE_MID_AUTUMN,
    RULE_WEEKDAY,      /* the b-th Sunday of month a */
    RULE_THANKSGIVING, /* fourth Thursday of November + a days */
    RULE_ISLAMIC       /* month a, day b of the tabular Islamic calendar */
};

struct dated {
    struct festival festival;
    enum rule rule;
    int a;
    int b;
};

#define FEAST FESTIVAL_FEAST
#define PROMO FESTIVAL_PROMO

/* Islamic dates follow the tabular calendar (civil epoch); where the moon is sighted they may be a
 * day earlier or later. */
static const struct dated table[] = {
    { { "spring-festival", "Chinese New Year", "春节", FEAST, 8, 21, 15 }, RULE_NEW_YEAR, 0, 0 },
    { { "new-year-goods", "New-year goods", "年货节", PROMO, 21, 0, 0 }, RULE_NEW_YEAR, -28, 0 },
    { { "lantern", "Lantern Festival", "元宵节", FEAST, 1, 2, 1 }, RULE_NEW_YEAR, 14, 0 },
    { { "valentine", "Valentine's Day", "情人节", FEAST, 1, 10, 0 }, RULE_FIXED, 2, 14 },
    { { "womens-day", "Women's Day sale", "38节", PROMO, 8, 7, 3 }, RULE_FIXED, 3, 1 },
    { { "qingming", "Qingming", "清明节", FEAST, 3, 2, 1 }, RULE_QINGMING, 0, 0 },
    { { "mothers-day", "Mother's Day", "母亲节", FEAST, 1, 10, 0 }, RULE_WEEKDAY, 5, 2 },
    { { "dragon-boat", "Dragon Boat Festival", "端午节", FEAST, 3, 7, 1 }, RULE_DRAGON_BOAT, 0, 0 },
    { { "618", "618", "618大促", PROMO, 20, 10, 7 }, RULE_FIXED, 6, 1 },
    { { "fathers-day", "Father's Day", "父亲节", FEAST, 1, 10, 0 }, RULE_WEEKDAY, 6, 3 },
    { { "qixi", "Qixi", "七夕", FEAST, 1, 10, 0 }, RULE_QIXI, 0, 0 },
    { { "99", "9.9 sale", "99划算节", PROMO, 1, 3, 2 }, RULE_FIXED, 9, 9 },
    { { "mid-autumn", "Mid-Autumn Festival", "中秋节", FEAST, 3, 14, 2 }, RULE_MID_AUTUMN, 0, 0 },
    { { "national-day", "National Day", "国庆节", FEAST, 7, 3, 3 }, RULE_FIXED, 10, 1 },
    { { "double-11", "Double 11", "双11", PROMO, 1, 21, 7 }, RULE_FIXED, 11, 11 },
    { { "black-friday", "Black Friday", "黑色星期五", PROMO, 1, 7, 2 }, RULE_THANKSGIVING, 1, 0 },
    { { "cyber-monday", "Cyber Monday", "网络星期一", PROMO, 1, 3, 2 }, RULE_THANKSGIVING, 4, 0 },
    { { "double-12", "Double 12", "双12", PROMO, 1, 5, 3 }, RULE_FIXED, 12, 12 },
    { { "christmas", "Christmas", "圣诞节", FEAST, 1, 30, 2 }, RULE_FIXED, 12, 25 },
    { { "boxing-day", "Boxing Day", "节礼日", PROMO, 1, 0, 3 }, RULE_FIXED, 12, 26 },
    { { "ramadan", "Ramadan", "斋月", FEAST, 30, 14, 0 }, RULE_ISLAMIC, 9, 1 },
    { { "eid-al-fitr", "Eid al-Fitr", "开斋节", FEAST, 3, 14, 3 }, RULE_ISLAMIC, 10, 1 },
    { { "eid-al-adha", "Eid al-Adha", "宰牲节", FEAST, 4, 14, 3 }, RULE_ISLAMIC, 12, 10 },
};

size_t festival_count(void)
{
    return ARRAY_LEN(table);
}

const struct festival *festival_at(size_t i)
{
    BUG_IF(i >= ARRAY_LEN(table));
    return &table[i].festival;
}

/* As people write some of them. */
static str usual_name(str name)
{
    static const struct {
        const char *name;
        const char *id;
    } names[] = {
        { "11.11", "double-11" },
        { "1111", "double-11" },
        { "双十一", "double-11" },
        { "12.12", "double-12" },
        { "1212", "double-12" },
        { "双十二", "double-12" },
        { "9.9", "99" },
        { "6.18", "618" },
        { "cny", "spring-festival" },
        { "黑五", "black-friday" },
        { "网一", "cyber-monday" },
        { "国庆", "national-day" },
        { "中秋", "mid-autumn" },
        { "端午", "dragon-boat" },
        { "清明", "qingming" },
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is(name, names[i].name))
            return str_from(names[i].id);
    }
    return name;
}

enum status festival_find(str name, const struct festival **out, struct error *why)
{
    const char *best = NULL;
    name = usual_name(name);
    /* at most three slips, and less than half of the name */
    unsigned best_distance = name.len >= 6 ? 4 : (unsigned)(name.len + 1) / 2;
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        const struct festival *f = &table[i].festival;
        if (str_is(name, f->id) || str_is(name, f->name_zh) ||
            str_eq_nocase(name, str_from(f->name_en))) {
            *out = f;
            return STATUS_OK;
        }
        const unsigned d = str_distance(name, str_from(f->id), best_distance);
        if (d < best_distance) {
            best_distance = d;
            best = f->id;
        }
    }
    if (best != NULL)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "no festival \"%.*s\" (did you mean \"%s\"?)",
                         STR_ARG(name),
                         best);
    return error_set(why,
                     STATUS_NOT_FOUND,
                     "no festival \"%.*s\"; there are spring-festival, mid-autumn, 618, double-11, "
                     "black-friday, christmas and more (docs/calendar.md)",
                     STR_ARG(name));
}

static int32_t first_of(int32_t year, int32_t month)
{
    return civil_to_day((struct civil){ year, month, 1 });
}

static int32_t nth_weekday(int32_t year, int32_t month, int32_t weekday, int32_t nth)
{
    const int32_t first = first_of(year, month);
    return first + (weekday - day_weekday(first) + 7) % 7 + (nth - 1) * 7;
}

/* Tabular Islamic calendar, civil epoch 622-07-19 (Gregorian), leap years 2 5 7 10 13 16 18 21 24
 * 26 29 of 30 (Reingold & Dershowitz, Calendrical Calculations, ch. 7). */
static int32_t islamic_day(int32_t year, int32_t month, int32_t day)
{
    const int64_t y = year;
    const int64_t days = (int64_t)day + (int64_t)29 * (month - 1) + month / 2 + (y - 1) * 354 +
                         i64_floor_div(3 + 11 * y, 30);
    return (int32_t)(days + civil_to_day((struct civil){ 622, 7, 19 }) - 1);
}

/* A lunar year is shorter: a month can fall twice into one Gregorian year. */
static size_t islamic_dates(int32_t year, int32_t month, int32_t day, int32_t out[2])
{
    const int32_t about = (int32_t)i64_floor_div((int64_t)(year - 622) * 33, 32);
    size_t n = 0;
    for (int32_t y = about - 1; y <= about + 2; y++) {
        const int32_t d = islamic_day(y, month, day);
        if (civil_from_day(d).year == year && n < 2)
            out[n++] = d;
    }
    return n;
}

static bool lunar_date(const struct dated *t, int32_t year, int32_t *out)
{
    const struct lunar_year *l = lunar_year(year);
    if (l == NULL)
        return false;
    const int32_t before = first_of(year, 1) - 1;
    switch (t->rule) {
    case RULE_NEW_YEAR:
        *out = before + l->new_year + t->a;
        return true;
    case RULE_QINGMING:
        *out = first_of(year, 4) + l->qingming - 1;
        return true;
    case RULE_DRAGON_BOAT:
        *out = before + l->dragon_boat;
        return true;
    case RULE_QIXI:
        *out = before + l->qixi;
        return true;
    default:
        *out = before + l->mid_autumn;
        return true;
    }
}

size_t festival_dates(const struct festival *f, int32_t year, int32_t out[2])
{
    const struct dated *t = (const struct dated *)(const void *)f; /* its first member */
    switch (t->rule) {
    case RULE_FIXED:
        out[0] = civil_to_day((struct civil){ year, t->a, t->b });
        return 1;
    case RULE_WEEKDAY:
        out[0] = nth_weekday(year, t->a, 7, t->b);
        return 1;
    case RULE_THANKSGIVING:
        out[0] = nth_weekday(year, 11, 4, 4) + t->a;
        return 1;
    case RULE_ISLAMIC:
        return islamic_dates(year, t->a, t->b, out);
    default:
        return lunar_date(t, year, &out[0]) ? 1 : 0;
    }
}

bool festival_date(const struct festival *f, int32_t year, int32_t *out)
{
    int32_t dates[2];
    if (festival_dates(f, year, dates) == 0)
        return false;
    *out = dates[0];
    return true;
}

/* Keeps the first `cap` by day of n + 1. */
static void insert_by_day(struct festival_day *out, size_t n, size_t cap, struct festival_day one)
{
    size_t at = n;
    if (n >= cap) {
        if (cap == 0 || out[cap - 1].day <= one.day)
            return;
        at = cap - 1;
    }
    while (at > 0 && out[at - 1].day > one.day) {
        out[at] = out[at - 1];
        at--;
    }
    out[at] = one;
}

size_t festivals_between(int32_t from, int32_t to, struct festival_day *out, size_t cap)
{
    size_t n = 0;
    /* one that belongs to next year's feast can begin in this year */
    const int32_t last_year = civil_from_day(to).year + 1;
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        const struct festival *f = &table[i].festival;
        for (int32_t y = civil_from_day(from).year - 1; y <= last_year; y++) {
            int32_t days[2];
            const size_t count = festival_dates(f, y, days);
            for (size_t k = 0; k < count; k++) {
                if (days[k] <= to && days[k] + f->length - 1 >= from)
                    insert_by_day(out, n++, cap, (struct festival_day){ f, days[k] });
            }
        }
    }
    return n;
}

/* Swaps by the State Council's notices: days off outside weekends, and weekend days worked. */
struct swap {
    int32_t year;
    int32_t month;
    int32_t first;
    int32_t last;
    bool is_rest;
};

static const struct swap swaps[] = {
    { 2024, 1, 1, 1, true },     { 2024, 2, 4, 4, false },    { 2024, 2, 10, 17, true },
    { 2024, 2, 18, 18, false },  { 2024, 4, 4, 6, true },     { 2024, 4, 7, 7, false },
    { 2024, 4, 28, 28, false },  { 2024, 5, 1, 5, true },     { 2024, 5, 11, 11, false },
    { 2024, 6, 10, 10, true },   { 2024, 9, 14, 14, false },  { 2024, 9, 15, 17, true },
    { 2024, 9, 29, 29, false },  { 2024, 10, 1, 7, true },    { 2024, 10, 12, 12, false },
    { 2025, 1, 1, 1, true },     { 2025, 1, 26, 26, false },  { 2025, 1, 28, 31, true },
    { 2025, 2, 1, 4, true },     { 2025, 2, 8, 8, false },    { 2025, 4, 4, 6, true },
    { 2025, 4, 27, 27, false },  { 2025, 5, 1, 5, true },     { 2025, 5, 31, 31, true },
    { 2025, 6, 1, 2, true },     { 2025, 9, 28, 28, false },  { 2025, 10, 1, 8, true },
    { 2025, 10, 11, 11, false }, { 2026, 1, 1, 3, true },     { 2026, 1, 4, 4, false },
    { 2026, 2, 14, 14, false },  { 2026, 2, 15, 23, true },   { 2026, 2, 28, 28, false },
    { 2026, 4, 4, 6, true },     { 2026, 5, 1, 5, true },     { 2026, 5, 9, 9, false },
    { 2026, 6, 19, 21, true },   { 2026, 9, 20, 20, false },  { 2026, 9, 25, 27, true },
    { 2026, 10, 1, 7, true },    { 2026, 10, 10, 10, false },
};

enum workday china_workday(int32_t day)
{
    const struct civil c = civil_from_day(day);
    bool is_known = false;
    for (size_t i = 0; i < ARRAY_LEN(swaps); i++) {
        const struct swap *s = &swaps[i];
        is_known = is_known || s->year == c.year;
        if (s->year == c.year && s->month == c.month && c.day >= s->first && c.day <= s->last)
            return s->is_rest ? WORKDAY_REST : WORKDAY_WORK;
    }
    if (!is_known)
        return WORKDAY_UNKNOWN;
    return day_weekday(day) >= 6 ? WORKDAY_REST : WORKDAY_WORK;
}
