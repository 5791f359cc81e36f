/* One question over several ranges: a report's yesterday, day before, same weekday, month so far.
 * Threads: as query.h. */
#ifndef SHOPVANE_QUERY_TOGETHER_H
#define SHOPVANE_QUERY_TOGETHER_H

#include "query/query.h"

/* The same question over n ranges in place of its own, from one state of the store and by the same
 * statements where they can answer several. All n answers or none. */
struct question_range {
    str from; /* all as in a question */
    str to;
    str compare;
    bool only_total;
};
MUST_CHECK enum status query_ask_ranges(const struct query_context *c,
                                        const struct kpi_question *q,
                                        const struct question_range *ranges,
                                        size_t n,
                                        struct answer **out,
                                        struct error *why);

#endif
