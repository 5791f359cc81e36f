/* The lunar table, for festival.c; all dates of a festival, for range.c. */
#ifndef SHOPVANE_CALENDAR_FESTIVAL_PRIV_H
#define SHOPVANE_CALENDAR_FESTIVAL_PRIV_H

#include "calendar/calendar.h"

struct lunar_year {
    int16_t new_year; /* day of the year, from 1 */
    int16_t qingming; /* day of April */
    int16_t dragon_boat;
    int16_t qixi;
    int16_t mid_autumn;
};
const struct lunar_year *lunar_year(int32_t year); /* NULL outside the table */

/* Its dates in that Gregorian year, rising: none, one or (Islamic ones) two. */
size_t festival_dates(const struct festival *f, int32_t year, int32_t out[2]);

#endif
