/* The report: the shop's main KPIs by stage in two questions at most. Threads: as query.h. */
#ifndef SHOPVANE_QUERY_REPORT_H
#define SHOPVANE_QUERY_REPORT_H

#include "query/query.h"

struct report_question {
    str period; /* empty and no range: the last 28 full days of the data */
    str from;
    str to;
    str last;
    str compare;  /* empty: prev */
    str calendar; /* gregorian iso 4-4-5; empty: the shop's */
    str where;
    const str *stores;
    size_t store_count;
    enum lang lang;
    int64_t now_us;
    bool raw_only;
    const str *extra; /* further KPIs: each becomes a line unless it is one already */
    size_t extra_count;
};

struct report;
struct report_line {
    const char *stage; /* English: Traffic, Conversion, Order, Customer, Product, Service; tr() */
    const struct answer *answer;
    const struct answer_kpi *kpi;
};
/* About 20 KPIs by stage (traffic, conversion, order, customer, product, service) with the period
 * before, change, sparkline and, where there are targets, how each stands to its own. */
MUST_CHECK enum status query_report(const struct query_context *c,
                                    const struct report_question *q,
                                    struct report **out,
                                    struct error *why);
MUST_CHECK enum status report_render(const struct report *r,
                                     enum answer_format format,
                                     const struct answer_look *look,
                                     struct buf *out,
                                     struct error *why);
/* The figures behind it: one answer over the whole period. Lives as long as the report. */
const struct answer *report_answer(const struct report *r);
/* Its lines, by stage as far as they are its own, then the extra ones. */
size_t report_line_count(const struct report *r);
const struct report_line *report_line_at(const struct report *r, size_t i);
/* Where a KPI belongs by its group of the catalogue; English as above. */
const char *report_stage_of(const struct kpi *k);
void report_free(struct report *r); /* NULL is fine */

#endif
