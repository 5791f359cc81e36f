/* The time of day and the offset behind a date. All advance *s. */
#ifndef SHOPVANE_FORMAT_DATE_TIME_PRIV_H
#define SHOPVANE_FORMAT_DATE_TIME_PRIV_H

#include "format/dates.h"

/* min to max digits; `digits` may be NULL. */
bool time_take_number(str *s, size_t min, size_t max, int32_t *out, size_t *digits);
/* 8:26, 08:26:00, 08:26:00.123, 8:26 PM */
bool time_take_clock(str *s, struct stamp *out);
/* 0826, 082600, 082600.123 */
bool time_take_compact(str *s, struct stamp *out);
/* The whole rest: nothing, Z, UTC, GMT, +08:00, -0400, +08 */
bool time_take_offset(str s, struct stamp *out);
/* The whole rest behind a date: nothing, or (T or blanks) clock and offset. */
bool time_take_rest(str s, struct stamp *out);
/* The whole rest behind a Chinese date: 8:26, 8 shi 26 fen, with morning or afternoon before. */
bool time_take_chinese(str s, struct stamp *out);

#endif
