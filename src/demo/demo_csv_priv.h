/* A CSV file that is being written, cell by cell. */
#ifndef SHOPVANE_DEMO_DEMO_CSV_PRIV_H
#define SHOPVANE_DEMO_DEMO_CSV_PRIV_H

#include "base/base.h"

#include <stdio.h>

struct out {
    FILE *file;
    int part;     /* of the target's files; the first is 1 */
    int64_t done; /* visits or orders in it */
    size_t len;
    int32_t day; /* the one in day_text */
    char day_text[10];
    char text[(size_t)1 << 16];
};
/* A cell and the comma after it; put_end() turns the last comma into the line's end. */
void put_i64(struct out *o, int64_t v);
void put_id(struct out *o, const char *prefix, int64_t n); /* at least 7 digits */
void put_str(struct out *o, const char *s);
void put_text(struct out *o, const char *s); /* quoted; without quotes in it */
void put_none(struct out *o);
void put_day(struct out *o, int32_t day);
void put_time(struct out *o, int32_t day, int second); /* "2026-01-31 08:00:00" */
void put_money(struct out *o, int64_t e4);             /* two decimals */
void put_end(struct out *o);
void put_flush(struct out *o); /* drops what is in it without a file */

#endif
