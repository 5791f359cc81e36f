/* Time zones, periods, comparison shifts and festivals. Pure arithmetic on days and microseconds
 * except zone_open(), which reads the tz database of the machine.
 *
 * Threads: everything is immutable after opening; a zone_cursor belongs to one thread. */
#ifndef SHOPVANE_CALENDAR_CALENDAR_H
#define SHOPVANE_CALENDAR_CALENDAR_H

#include "base/base.h"

/* ---- Time zones (TZif, RFC 8536) ------------------------------------------------------------- */

struct zone; /* from 2101 on it keeps standard time */

/* Opens a zone of the machine's tz database by name ("Europe/London", "UTC"). NOT_FOUND with "did
 * you mean" for an unknown one; names that could leave the database's folder are refused. */
MUST_CHECK enum status zone_open(str name, struct zone **out, struct error *why);
void zone_close(struct zone *z); /* NULL is fine */
str zone_name(const struct zone *z);
/* Parses the bytes of a TZif file; for tests and fuzzing. */
MUST_CHECK enum status zone_parse(str tzif, str name, struct zone **out, struct error *why);
/* "2026a" of the machine's database, or "unknown". In the arena. */
str zone_database_version(struct arena *a);

/* The interval that the last call fell into; zeroed at first. Makes zone_local() a compare. */
struct zone_cursor {
    int64_t from_s; /* valid while from_s <= t < until_s */
    int64_t until_s;
    int32_t offset_s;
};

/* Local day, minute of it (0 to 1439) and offset east of UTC of a moment. Any result may be NULL.
 */
void zone_local(const struct zone *z,
                struct zone_cursor *cursor,
                int64_t at_us,
                int32_t *local_day,
                int32_t *minute,
                int32_t *offset_s);

/* The local day of one moment; a NULL zone is UTC. */
int32_t zone_day(const struct zone *z, int64_t at_us);

enum zone_gap { ZONE_UNIQUE, ZONE_SKIPPED, ZONE_TWICE };
/* The moment of a local time. A time that was skipped is shifted forward by the gap; one that was
 * there twice is the first. `kind` (may be NULL) says so. */
int64_t zone_utc(const struct zone *z,
                 struct zone_cursor *cursor,
                 int32_t local_day,
                 int64_t us_of_day,
                 enum zone_gap *kind);

/* ---- Periods --------------------------------------------------------------------------------- */

/*      id       name */
#define PERIOD_GRAIN_LIST(X) \
    X(DAY, "day")            \
    X(WEEK, "week")          \
    X(MONTH, "month")        \
    X(QUARTER, "quarter")    \
    X(YEAR, "year")

#define X(id, name) PERIOD_##id,
enum period_grain { PERIOD_GRAIN_LIST(X) PERIOD_GRAIN_COUNT };
#undef X

/*      id         name          */
#define CALENDAR_LIST(X)                                                                       \
    X(GREGORIAN, "gregorian")                                                                  \
    X(ISO, "iso") /* weeks from Monday with their ISO 8601 number, whatever week_start says */ \
    X(RETAIL, "4-4-5") /* months, quarters and years are whole weeks */

#define X(id, name) CALENDAR_##id,
enum calendar { CALENDAR_LIST(X) CALENDAR_COUNT };
#undef X
const char *calendar_name(enum calendar c);
/* BAD_USAGE for a name that is none. */
MUST_CHECK enum status calendar_parse(str name, enum calendar *out, struct error *why);

struct period_rules {
    unsigned week_start; /* ISO weekday 1 to 7; 0: Monday */
    enum calendar calendar;
    unsigned retail_month; /* the retail year starts in the week nearest to the first of it; 0: 2 */
};

/* First day of the period that holds `day`, and of the one after it. */
int32_t period_start(int32_t day, enum period_grain grain, const struct period_rules *rules);
int32_t period_next(int32_t start, enum period_grain grain, const struct period_rules *rules);
/* Whether the range is whole months of that calendar. */
bool period_is_months(int32_t from, int32_t to, const struct period_rules *rules);
/* The start of the month `months` after the one that starts at `start`; negative: before. */
int32_t period_add_months(int32_t start, int32_t months, const struct period_rules *rules);
/* "2010-12-01", "2010-W48" (ISO weeks; else "week of 2010-11-28"), "2010-12", "2010-Q4", "2010";
 * 4-4-5: "FY2010-P03", "FY2010-Q1", "FY2010"; Chinese: 2010年12月1日 ... */
void period_label(struct buf *out,
                  int32_t start,
                  enum period_grain grain,
                  const struct period_rules *rules,
                  enum lang lang);

struct day_range {
    int32_t from;
    int32_t to; /* included */
};

/* A named range: today yesterday this-week last-week this-month last-month this-quarter
 * last-quarter this-year last-year, or a calendar name: 2010, 2010-12, 2010-Q4, 2010-W48,
 * 2010-12-01, and of the 4-4-5 calendar, whichever the rules have: FY2010, FY2010-Q1, FY2010-P03.
 * `today` is the shop's local date. "this-" ranges run to their last day. */
MUST_CHECK enum status range_named(str name,
                                   int32_t today,
                                   const struct period_rules *rules,
                                   struct day_range *out,
                                   struct error *why);
/* "28d" "8w" "12m" "2y": that many days, weeks or months up to `today`, which is included. */
MUST_CHECK enum status range_last(str last,
                                  int32_t today,
                                  struct day_range *out,
                                  struct error *why);

/* ---- Comparison ------------------------------------------------------------------------------ */

/* An event whose date moves from year to year. */
struct moving_event {
    str name; /* id, as in festival:NAME or promo:NAME */
    int32_t first_day;
    int32_t last_day;
};

/* The same weeks of the 4-4-5 year before; a 53rd week has none there. */
struct day_range range_retail_year_before(struct day_range now, const struct period_rules *rules);

/* The range to compare `now` with. `compare` is one of
 *   prev           the same number of days just before
 *   weekday        the same, shifted by whole weeks
 *   yoy            a year earlier; 29 February becomes the 28th
 *   festival:NAME  the same days relative to the feast of the year before
 *   promo:NAME     the same, of the shop's own `events`
 *   FROM..TO       as written
 * *shift is the day difference (now.from - then.from), by which days are matched. */
MUST_CHECK enum status range_compare(str compare,
                                     struct day_range now,
                                     const struct moving_event *events,
                                     size_t event_count,
                                     struct day_range *out,
                                     int32_t *shift,
                                     struct error *why);

/* ---- Festivals ------------------------------------------------------------------------------- */

enum festival_kind { FESTIVAL_FEAST, FESTIVAL_PROMO };

struct festival {
    const char *id; /* "spring-festival", "618", "black-friday" */
    const char *name_en;
    const char *name_zh;
    enum festival_kind kind;
    int32_t length;      /* days from its date on */
    int32_t before_days; /* its effect starts that many days before, */
    int32_t after_days;  /* and lasts that many after its last day */
};

size_t festival_count(void);
const struct festival *festival_at(size_t i);
/* By id, English or Chinese name; NOT_FOUND with "did you mean". */
MUST_CHECK enum status festival_find(str name, const struct festival **out, struct error *why);
/* Its date in that Gregorian year; false when it has none there (tables end, or none that year). */
MUST_CHECK bool festival_date(const struct festival *f, int32_t year, int32_t *out);

struct festival_day {
    const struct festival *festival;
    int32_t day;
};
/* Those whose days touch the range, by date; at most `cap`, the return value counts all. */
size_t festivals_between(int32_t from, int32_t to, struct festival_day *out, size_t cap);

/* Working day by the State Council's notice: swaps of weekends around holidays. */
enum workday { WORKDAY_WORK, WORKDAY_REST, WORKDAY_UNKNOWN };
enum workday china_workday(int32_t day); /* UNKNOWN: no notice for that year is known */

#endif
