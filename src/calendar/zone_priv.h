/* The rule at the end of a TZif file: a POSIX TZ string with the extensions of RFC 8536, 3.3.1. */
#ifndef SHOPVANE_CALENDAR_ZONE_PRIV_H
#define SHOPVANE_CALENDAR_ZONE_PRIV_H

#include "base/base.h"

/* When in a year the clock changes. */
struct tz_moment {
    enum { TZ_JULIAN_NO_LEAP, TZ_DAY_OF_YEAR, TZ_WEEKDAY } kind;
    int32_t day;  /* J1-365, 0-365, or weekday 0 Sunday to 6 */
    int32_t week; /* 1 to 5 (last) */
    int32_t month;
    int32_t time_s; /* local seconds after midnight, -167 h to 167 h */
};

struct tz_rule {
    int32_t std_offset_s; /* east of UTC */
    int32_t dst_offset_s;
    bool has_dst;
    struct tz_moment start;
    struct tz_moment end;
};

MUST_CHECK bool tz_rule_parse(str text, struct tz_rule *out);
/* Seconds UTC of the moment in the year, with the offset in force before it. */
int64_t tz_rule_moment(const struct tz_moment *m, int32_t year, int32_t offset_s);

#endif
