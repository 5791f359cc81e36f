/* The proleptic Gregorian calendar on integers: a day is days since 1970-01-01. No time zone
 * here (see calendar/). Algorithms: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
#ifndef SHOPVANE_BASE_CIVIL_H
#define SHOPVANE_BASE_CIVIL_H

#include "base/memory.h"
#include "base/status.h"

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_DAY    (INT64_C(86400) * US_PER_SECOND)
#define DAY_NONE      INT32_MIN /* "no date" */

struct civil {
    int32_t year;
    int32_t month; /* 1 to 12 */
    int32_t day;   /* 1 to 31 */
};

int32_t civil_to_day(struct civil c);
struct civil civil_from_day(int32_t day);
bool civil_valid(struct civil c);
int32_t civil_days_in_month(int32_t year, int32_t month);
int32_t day_weekday(int32_t day); /* ISO: 1 Monday to 7 Sunday */
void day_iso_week(int32_t day, int32_t *year, int32_t *week);
/* Adds months, clamping the day to the month's end: 31 January + 1 = 28 or 29 February. */
int32_t day_add_months(int32_t day, int32_t months);
/* "2010-12-01" */
MUST_CHECK bool day_parse(str s, int32_t *out);
void buf_add_day(struct buf *b, int32_t day);
/* "2010-12-01T08:26:00": whole seconds of a time in us since 1970; the zone is the caller's. */
void buf_add_time(struct buf *b, int64_t at_us);
/* The same, kept in the arena: a day, empty for DAY_NONE; a time of UTC, with its Z. Empty when the
 * arena is full. */
str day_text(struct arena *a, int32_t day);
str civil_time_text(struct arena *a, int64_t at_us);
int64_t i64_floor_div(int64_t a, int64_t b); /* b > 0 */

#endif
