/* Times that stand in several columns: the day, the time of day, and the zone. */
#include "ingest/mapping/generic_priv.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Two digits behind a colon. */
static bool skip_part(str *s)
{
    if (s->len < 3 || s->ptr[0] != ':' || !is_digit(s->ptr[1]) || !is_digit(s->ptr[2]))
        return false;
    *s = str_skip(*s, 3);
    return true;
}

/* "9:05", "09:05:33.250", "9:05 PM". */
static bool is_clock(str s)
{
    static const char *const halves[] = { "am", "pm", "a.m.", "p.m." };
    size_t digits = 0;
    while (digits < s.len && digits < 2 && is_digit(s.ptr[digits]))
        digits++;
    s = str_skip(s, digits);
    if (digits == 0 || !skip_part(&s))
        return false;
    if (skip_part(&s) && s.len > 0 && s.ptr[0] == '.') {
        do
            s = str_skip(s, 1);
        while (s.len > 0 && is_digit(s.ptr[0]));
    }
    s = str_trim(s);
    for (size_t i = 0; i < ARRAY_LEN(halves) && s.len > 0; i++) {
        if (str_eq_nocase(s, str_from(halves[i])))
            s = STR_EMPTY;
    }
    return s.len == 0;
}

bool mapping_is_clock(const struct row_shape *shape, size_t column)
{
    bool some = false;
    for (size_t i = 0; i < shape->n_samples; i++) {
        const str s = value_unwrap(shape->samples[i][column]);
        if (s.len > 0 && !is_clock(s))
            return false;
        some = some || s.len > 0;
    }
    return some;
}

/* ---- A day and a time of day ----------------------------------------------------------------- */

/* "Payment time" beside "Payment date", 退款时间 beside 退款日期. */
static bool is_same_but_time(str day, str column)
{
    static const struct {
        const char *day;
        const char *time;
    } words[] = { { "date", "time" }, { "day", "time" }, { "日期", "时间" } };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        const str of_day = str_from(words[i].day);
        const str of_time = str_from(words[i].time);
        if (day.len < of_day.len || column.len < of_time.len)
            continue;
        const str before = str_first(day, day.len - of_day.len);
        if (str_eq_nocase(str_skip(day, before.len), of_day) &&
            column.len == before.len + of_time.len &&
            str_eq_nocase(str_first(column, before.len), before) &&
            str_eq_nocase(str_skip(column, before.len), of_time))
            return true;
    }
    return false;
}

static bool is_time_of(str day, str column)
{
    static const char *const names[] = {
        "time",          "time of day",  "time of sale",     "order time",   "sale time",
        "purchase time", "payment time", "transaction time", "created time", "时间",
        "时刻",          "下单时间",     "销售时间",         "交易时间",     "支付时间"
    };
    bool is = is_same_but_time(day, column);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        is = is || mapping_column_fits(str_from(names[i]), column, NULL);
    return is;
}

/* The one column of clocks that no field takes; shape->n_columns: none, or several. */
static size_t clock_of(const struct row_shape *shape, const struct mapping *m, str day)
{
    size_t found = shape->n_columns;
    for (size_t i = 0; i < shape->n_columns; i++) {
        if (mapping_uses(m, shape->columns[i]) || !is_time_of(day, shape->columns[i]) ||
            !mapping_is_clock(shape, i))
            continue;
        if (is_same_but_time(day, shape->columns[i]))
            return i;
        if (found < shape->n_columns)
            return shape->n_columns;
        found = i;
    }
    return found;
}

void mapping_join_clock(const struct row_shape *shape,
                        struct mapping *m,
                        struct mapping_column *time,
                        struct arena *a,
                        struct buf *notes,
                        enum lang lang)
{
    if (time == NULL || time->constant.ptr != NULL)
        return;
    const size_t day = mapping_column_at(shape, time->source, NULL);
    const size_t clock = day < shape->n_columns && !mapping_has_clock(shape, time->source)
                             ? clock_of(shape, m, time->source)
                             : shape->n_columns;
    if (clock == shape->n_columns)
        return;
    const str joined =
        arena_printf(a, "%.*s + %.*s", STR_ARG(time->source), STR_ARG(shape->columns[clock]));
    if (joined.len == 0)
        return;
    buf_addf(notes,
             tr(lang, "\"%.*s\" and \"%.*s\" are one time\n"),
             STR_ARG(time->source),
             STR_ARG(shape->columns[clock]));
    time->source = joined;
}

/* ---- The zone -------------------------------------------------------------------------------- */

/* Standard and summer time of a place; CST alone may be China's. */
static const struct {
    const char *word;
    const char *zone;
} zones[] = {
    { "UTC", "UTC" },
    { "GMT", "Europe/London" },
    { "BST", "Europe/London" },
    { "WET", "Europe/Lisbon" },
    { "WEST", "Europe/Lisbon" },
    { "CET", "Europe/Berlin" },
    { "CEST", "Europe/Berlin" },
    { "EET", "Europe/Helsinki" },
    { "EEST", "Europe/Helsinki" },
    { "PST", "America/Los_Angeles" },
    { "PDT", "America/Los_Angeles" },
    { "MST", "America/Denver" },
    { "MDT", "America/Denver" },
    { "CDT", "America/Chicago" },
    { "EST", "America/New_York" },
    { "EDT", "America/New_York" },
    { "JST", "Asia/Tokyo" },
    { "HKT", "Asia/Hong_Kong" },
    { "SGT", "Asia/Singapore" },
    { "AEST", "Australia/Sydney" },
    { "AEDT", "Australia/Sydney" },
    { "NZST", "Pacific/Auckland" },
    { "NZDT", "Pacific/Auckland" },
    { "北京时间", "Asia/Shanghai" },
};

/* Of a word or a name ("Europe/Paris"); empty: not known. */
static str zone_of(str s)
{
    for (size_t i = 0; i < ARRAY_LEN(zones); i++) {
        if (str_eq_nocase(s, str_from(zones[i].word)))
            return str_from(zones[i].zone);
    }
    struct zone *zone = NULL;
    struct error why = { .lang = LANG_EN };
    const bool is_name = str_contains(s, STR("/")) && zone_open(s, &zone, &why) == STATUS_OK;
    zone_close(zone);
    return is_name ? s : STR_EMPTY;
}

static str zone_of_samples(const struct row_shape *shape, size_t column)
{
    str zone = STR_EMPTY;
    for (size_t i = 0; i < shape->n_samples; i++) {
        const str s = value_unwrap(shape->samples[i][column]);
        const str own = s.len > 0 ? zone_of(s) : zone;
        if (s.len > 0 && (own.len == 0 || (zone.len > 0 && !str_eq(own, zone))))
            return STR_EMPTY;
        zone = own;
    }
    return zone;
}

void mapping_take_zone(const struct row_shape *shape,
                       struct mapping *m,
                       struct arena *a,
                       struct buf *notes,
                       enum lang lang)
{
    static const char *const names[] = { "time zone", "时区" };
    for (size_t i = 0; i < ARRAY_LEN(names) && m->timezone.len == 0; i++) {
        const str *column = mapping_column_find(shape, str_from(names[i]));
        if (column == NULL || shape->expand.len > 0)
            continue;
        const str zone = zone_of_samples(shape, (size_t)(column - shape->columns));
        if (zone.len == 0)
            continue;
        m->timezone = arena_dup(a, zone);
        buf_addf(notes,
                 tr(lang, "times are those of %.*s, as \"%.*s\" says\n"),
                 STR_ARG(zone),
                 STR_ARG(*column));
    }
}
