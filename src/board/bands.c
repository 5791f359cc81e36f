/* The calendar of charts: festivals and promotions, the shop's own events, days on which a
 * definition changed; and the ranges that shops ask for. */
#include "board/board_priv.h"

#include <stdlib.h>

#define BANDS_MAX  ((size_t)4096)
#define RANGE_DAYS 7400 /* twenty years: more bands than a chart can show */

static void write_band(
    struct json_writer *w, str id, str en, str zh, str kind, struct day_range days)
{
    json_object_open(w);
    json_add_str(w, "id", id);
    json_add_str(w, "name_en", en);
    json_add_str(w, "name_zh", zh);
    json_add_str(w, "kind", kind);
    board_day(w, "from", days.from);
    board_day(w, "to", days.to);
    json_object_close(w);
}

static enum status write_festivals(struct day_range r, struct json_writer *w, struct error *why)
{
    struct festival_day *days = mem_new(BANDS_MAX, sizeof *days);
    if (days == NULL)
        return board_no_memory(why);
    const size_t n = festivals_between(r.from, r.to, days, BANDS_MAX);
    for (size_t i = 0; i < n && i < BANDS_MAX; i++) {
        const struct festival *f = days[i].festival;
        const struct day_range span = { days[i].day, days[i].day + f->length - 1 };
        if (span.to < r.from || span.from > r.to)
            continue;
        write_band(w,
                   str_from(f->id),
                   str_from(f->name_en),
                   str_from(f->name_zh),
                   f->kind == FESTIVAL_PROMO ? STR("promotion") : STR("festival"),
                   span);
    }
    mem_free(days);
    return STATUS_OK;
}

/* calendar_event.kind as bands call it. */
static str kind_of(str kind)
{
    if (str_is(kind, "promo"))
        return STR("promotion");
    return str_is(kind, "festival") || str_is(kind, "holiday") ? kind : STR("change");
}

static enum status write_events(const struct board_ask *ask,
                                struct day_range r,
                                struct json_writer *w,
                                struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    sql_init(&q, SQL_DUCKDB);
    sql_add(&q,
            "SELECT \"event_id\", coalesce(\"name_en\", \"name_zh\", \"event_id\"),"
            " coalesce(\"name_zh\", \"name_en\", \"event_id\"), coalesce(\"kind\", 'promo'),"
            " \"local_date\", coalesce(\"end_date\", \"local_date\") FROM \"calendar_event\""
            " WHERE \"local_date\" <= ");
    sql_bind_day(&q, r.to);
    sql_add(&q, " AND coalesce(\"end_date\", \"local_date\") >= ");
    sql_bind_day(&q, r.from);
    sql_add(&q, " ORDER BY \"local_date\", \"event_id\"");
    const enum status st = board_run(ask, &q, &f, why);
    for (size_t i = 0; st == STATUS_OK && i < frame_rows(f); i++)
        write_band(w,
                   frame_str(f, 0, i),
                   frame_str(f, 1, i),
                   frame_str(f, 2, i),
                   kind_of(frame_str(f, 3, i)),
                   (struct day_range){ (int32_t)frame_i64(f, 4, i), (int32_t)frame_i64(f, 5, i) });
    frame_free(f);
    return st;
}

/* Holidays of the State Council's notice, as runs of days off: for shops that sell in China. */
static void write_holidays(struct day_range r, struct json_writer *w)
{
    int32_t start = DAY_NONE;
    for (int32_t day = r.from; day <= r.to + 1; day++) {
        const bool rests = day <= r.to && china_workday(day) == WORKDAY_REST;
        if (rests && start == DAY_NONE)
            start = day;
        if (rests || start == DAY_NONE)
            continue;
        const struct day_range span = { start, day - 1 };
        start = DAY_NONE;
        if (span.to - span.from >= 2) /* more than a weekend */
            write_band(w,
                       STR("cn-holiday"),
                       STR("public holiday"),
                       STR("法定节假日"),
                       STR("holiday"),
                       span);
    }
}

/* A KPI answered by another definition than before: the day on which the new one first answered. */
static enum status write_changes(const struct board_ask *ask,
                                 struct day_range r,
                                 struct json_writer *w,
                                 struct error *why)
{
    struct frame *f = NULL;
    struct zone_cursor cursor = { .from_s = 0 };
    const enum status st =
        conn_query(ask->context->conn,
                   STR("SELECT \"kpi\", \"at\" FROM (SELECT \"kpi\", \"at\", row_number() OVER"
                       " (PARTITION BY \"kpi\" ORDER BY \"at\") AS \"nth\" FROM"
                       " \"definition_text\") AS \"d\" WHERE \"nth\" > 1 ORDER BY \"at\", \"kpi\""),
                   NULL,
                   0,
                   &f,
                   why);
    json_key(w, "definition_changes");
    json_array_open(w);
    for (size_t i = 0; st == STATUS_OK && i < frame_rows(f); i++) {
        int32_t day = (int32_t)i64_floor_div(frame_i64(f, 1, i), US_PER_DAY);
        if (ask->context->zone != NULL)
            zone_local(ask->context->zone, &cursor, frame_i64(f, 1, i), &day, NULL, NULL);
        if (day < r.from || day > r.to)
            continue;
        json_object_open(w);
        board_cell_str(w, "kpi", f, 0, i);
        board_day(w, "day", day);
        json_object_close(w);
    }
    json_array_close(w);
    frame_free(f);
    return st;
}

static enum status read_days(str from, str to, struct day_range *out, struct error *why)
{
    if (!day_parse(from, &out->from) || !day_parse(to, &out->to))
        return error_set(why, STATUS_BAD_USAGE, "from and to are dates such as 2026-11-01");
    if (out->to < out->from)
        return error_set(why, STATUS_BAD_USAGE, "the range ends before it begins");
    if (out->to - out->from > RANGE_DAYS)
        return error_set(why, STATUS_BAD_USAGE, "more than %d days", RANGE_DAYS);
    return STATUS_OK;
}

enum status board_calendar(
    const struct board_ask *ask, str from, str to, struct json_writer *w, struct error *why)
{
    struct day_range r;
    enum status st = read_days(from, to, &r, why);
    if (st != STATUS_OK)
        return st;
    json_object_open(w);
    json_key(w, "bands");
    json_array_open(w);
    st = write_festivals(r, w, why);
    if (st == STATUS_OK)
        st = write_events(ask, r, w, why);
    if (str_is(ask->context->settings->currency, "CNY"))
        write_holidays(r, w);
    json_array_close(w);
    if (st == STATUS_OK)
        st = write_changes(ask, r, w, why);
    json_object_close(w);
    return st;
}

/* ---- presets --------------------------------------------------------------------------------- */

static enum status rules_of(const struct board_ask *ask,
                            str calendar,
                            struct period_rules *out,
                            struct error *why)
{
    const struct shop_settings *s = ask->context->settings;
    *out = (struct period_rules){ .week_start = s->week_start > 0 ? s->week_start : 1,
                                  .calendar = s->calendar,
                                  .retail_month = s->retail_month };
    return calendar.len > 0 ? calendar_parse(calendar, &out->calendar, why) : STATUS_OK;
}

enum preset_kind {
    PRESET_DAYS,     /* `days` days up to yesterday */
    PRESET_NAMED,    /* range_named() */
    PRESET_SO_FAR,   /* the running period, up to today */
    PRESET_FESTIVAL, /* from the festival's effect on to its last day or today */
    PRESET_SINCE,    /* from the festival's date to today */
};

static const struct preset {
    const char *id;
    const char *name;
    enum preset_kind kind;
    int days;
    const char *what;
    const char *compare;
} presets[] = {
    { "today", "today", PRESET_NAMED, 0, "today", "weekday" },
    { "yesterday", "yesterday", PRESET_NAMED, 0, "yesterday", "weekday" },
    { "last-7", "last 7 days", PRESET_DAYS, 7, NULL, "prev" },
    { "last-28", "last 28 days", PRESET_DAYS, 28, NULL, "prev" },
    { "last-90", "last 90 days", PRESET_DAYS, 90, NULL, "prev" },
    { "this-week", "this week so far", PRESET_SO_FAR, 0, "this-week", "weekday" },
    { "last-week", "last week", PRESET_NAMED, 0, "last-week", "prev" },
    { "this-month", "this month so far", PRESET_SO_FAR, 0, "this-month", "prev" },
    { "last-month", "last month", PRESET_NAMED, 0, "last-month", "prev" },
    { "this-quarter", "this quarter so far", PRESET_SO_FAR, 0, "this-quarter", "yoy" },
    { "this-year", "this year so far", PRESET_SO_FAR, 0, "this-year", "yoy" },
    { "last-year", "all of last year", PRESET_NAMED, 0, "last-year", "yoy" },
    { "since-cny",
      "since Chinese New Year",
      PRESET_SINCE,
      0,
      "spring-festival",
      "festival:spring-festival" },
    { "618", "618", PRESET_FESTIVAL, 0, "618", "festival:618" },
    { "1111", "11.11", PRESET_FESTIVAL, 0, "double-11", "festival:double-11" },
    { "black-friday", "Black Friday", PRESET_FESTIVAL, 0, "black-friday", "festival:black-friday" },
    { "1212", "12.12", PRESET_FESTIVAL, 0, "double-12", "festival:double-12" },
};

/* The latest one that has begun. False: none is known. */
static bool festival_range(const struct preset *p, int32_t today, struct day_range *out)
{
    const struct festival *f = NULL;
    const int32_t year = civil_from_day(today).year;
    if (festival_find(str_from(p->what), &f, NULL) != STATUS_OK)
        return false;
    for (int32_t y = year; y >= year - 1; y--) {
        int32_t day = 0;
        if (!festival_date(f, y, &day))
            continue;
        out->from = p->kind == PRESET_SINCE ? day : day - f->before_days;
        out->to = p->kind == PRESET_SINCE ? today : day + f->length - 1;
        if (out->from > today)
            continue;
        out->to = out->to < today ? out->to : today;
        return true;
    }
    return false;
}

static bool preset_range(const struct board_ask *ask,
                         const struct period_rules *rules,
                         const struct preset *p,
                         struct day_range *out)
{
    const int32_t today = board_today(ask);
    switch (p->kind) {
    case PRESET_DAYS:
        *out = (struct day_range){ today - p->days, today - 1 };
        return true;
    case PRESET_NAMED:
        return range_named(str_from(p->what), today, rules, out, NULL) == STATUS_OK;
    case PRESET_SO_FAR:
        if (range_named(str_from(p->what), today, rules, out, NULL) != STATUS_OK)
            return false;
        out->to = out->to < today ? out->to : today;
        return true;
    default:
        return festival_range(p, today, out);
    }
}

enum status board_periods(const struct board_ask *ask, struct json_writer *w, struct error *why)
{
    struct period_rules rules;
    const enum status st = rules_of(ask, STR_EMPTY, &rules, why);
    int64_t n = 0;
    if (st != STATUS_OK)
        return st;
    json_object_open(w);
    json_key(w, "items");
    json_array_open(w);
    for (size_t i = 0; i < ARRAY_LEN(presets); i++) {
        struct day_range r;
        if (!preset_range(ask, &rules, &presets[i], &r))
            continue;
        json_object_open(w);
        json_add_text(w, "id", presets[i].id);
        json_add_text(w, "name", tr(ask->lang, presets[i].name));
        board_day(w, "from", r.from);
        board_day(w, "to", r.to);
        json_add_text(w, "compare_default", presets[i].compare);
        json_object_close(w);
        n++;
    }
    json_array_close(w);
    json_add_i64(w, "total", n);
    json_add_null(w, "next");
    board_day(w, "today", board_today(ask));
    json_object_close(w);
    return STATUS_OK;
}

static enum status range_of_days(const struct board_range *q,
                                 int32_t today,
                                 struct day_range *out,
                                 struct error *why)
{
    *out = (struct day_range){ today - 27, today };
    if (q->to.len > 0 && !day_parse(q->to, &out->to))
        return error_set(
            why, STATUS_BAD_USAGE, "to \"%.*s\" is not a date such as 2010-12-01", STR_ARG(q->to));
    out->from = out->to - 27;
    if (q->from.len > 0 && !day_parse(q->from, &out->from))
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "from \"%.*s\" is not a date such as 2010-12-01",
                         STR_ARG(q->from));
    return out->to >= out->from
               ? STATUS_OK
               : error_set(why, STATUS_BAD_USAGE, "the range ends before it begins");
}

enum status board_range_resolve(const struct board_ask *ask,
                                const struct board_range *range,
                                struct day_range *out,
                                struct error *why)
{
    struct period_rules rules;
    const int32_t today = board_today(ask);
    const int given = (range->period.len > 0) + (range->last.len > 0) +
                      (range->from.len > 0 || range->to.len > 0);
    const enum status st = rules_of(ask, range->calendar, &rules, why);
    if (st != STATUS_OK)
        return st;
    if (given > 1)
        return error_set(
            why, STATUS_BAD_USAGE, "say the range in one way: from and to, last, or period");
    if (range->period.len > 0)
        return range_named(range->period, today, &rules, out, why);
    if (range->last.len > 0)
        return range_last(range->last, today, out, why);
    return range_of_days(range, today, out, why);
}
