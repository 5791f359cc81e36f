/* What platforms count for a shop: the values of platform_stat.measure. A preset writes a
 * platform's column under one of these names; a KPI measure that names one (`platform:`) is
 * answered from there for stores whose own facts cannot. Everything here is const and safe for any
 * thread.
 *
 * How figures of several rows become one is the measure's kind:
 *   additive  adds up over days and items
 *   distinct  people: never added; only the row whose period is the one asked for
 *   average   never added; only the row whose period is the one asked for
 *   last      a standing, such as a score: the newest row of the period
 *   level     people of a team: the newest row of the period, stores add up */
#ifndef SHOPVANE_COMMERCE_PLATFORM_H
#define SHOPVANE_COMMERCE_PLATFORM_H

#include "commerce/commerce.h"

enum platform_kind {
    PLATFORM_ADDITIVE,
    PLATFORM_DISTINCT,
    PLATFORM_AVERAGE,
    PLATFORM_LAST,
    PLATFORM_LEVEL
};

/* value_e4 holds: MONEY 10^-4 of the row's currency; the others the figure x 10^4 (a rate of 12.34
 * % is the fraction 0.1234, thus 1234). */
enum platform_unit {
    PLATFORM_MONEY,
    PLATFORM_COUNT,
    PLATFORM_FRACTION,
    PLATFORM_SECONDS,
    PLATFORM_SCORE
};

struct platform_measure {
    const char *name;
    const char *name_en;
    const char *name_zh; /* as the platforms' own reports call it */
    enum platform_kind kind;
    enum platform_unit unit;
    /* Rows of single articles carry it under this name (visitors of an article are those of its
     * page); NULL: under its own. */
    const char *of_item;
    const char *feeds; /* measure of the KPI catalogue that it answers */
};

extern const struct platform_measure platform_measures[];
extern const size_t platform_measure_count;
const struct platform_measure *platform_measure(str name); /* NULL when there is none */
/* As people call it: in English words, or as the platforms' own reports have it. */
const char *platform_label(const struct platform_measure *m, enum lang lang);
const char *platform_kind_name(enum platform_kind k); /* "additive" */
const char *platform_unit_name(enum platform_unit u); /* "money" */

/* Markdown table for docs/data-model.md. */
void platform_docs(struct buf *out);

#endif
