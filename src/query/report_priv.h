/* The report between asking and printing. */
#ifndef SHOPVANE_QUERY_REPORT_PRIV_H
#define SHOPVANE_QUERY_REPORT_PRIV_H

#include "query/render_priv.h"
#include "query/report.h"

#define REPORT_LINES_MAX ((size_t)64)

struct report {
    struct answer *over_time; /* KPIs that have a value by day, week or month */
    struct answer *whole;     /* those that have not; NULL: none */
    struct arena *arena;
    enum lang lang;
    struct report_line lines[REPORT_LINES_MAX];
    size_t n;
};

/* "▁▃▅█": at most `width` marks; a missing value is a blank. */
void report_sparkline(struct buf *out, const struct answer_row *rows, size_t n, size_t width);

#endif
