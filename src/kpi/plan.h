/* The planner: typed question in, aggregate statements out, one per fact. Pure: no store, no clock.
 *
 *   plan_slots_collect()   the distinct measures behind the asked KPIs, one slot each
 *   plan_build()           the statements of one variant: rows, totals, "others", ranking
 *
 * A statement serves all slots that share table, date and shape, with one filtered aggregate each.
 * Where a rollup has what is asked, the statement reads it, and raw facts only for dirty days. */
#ifndef SHOPVANE_KPI_PLAN_H
#define SHOPVANE_KPI_PLAN_H

#include "commerce/rollup.h"
#include "kpi/kpi.h"
#include "sql/sql.h"

#define PLAN_BY_MAX ((size_t)8)

struct plan_bucket {
    int32_t from;  /* first day of the period: its name */
    int32_t start; /* first and last day that the question covers */
    int32_t end;
};

/* Windows within so many days lie near each other: what comes by day and store may be read once for
 * all of them. */
#define PLAN_NEAR_DAYS 62
struct plan_window {
    int32_t from;
    int32_t to;
};
/* From the first day of n windows (at least one) to the last. */
struct plan_window plan_hull(const struct plan_window *windows, size_t n);

/* What rollups hold at the moment; zeroes: there are none. */
struct plan_cells {
    struct plan_cell_set {
        const struct rollup *rollup;
        int set_id;
        int32_t open_month; /* from here on there are no cells of months; DAY_NONE: of all */
    } * sets;
    size_t n_sets;
    const int32_t *dirty; /* days to be answered from raw, ascending */
    size_t n_dirty;
};

/* The last day that counts for the windows of `trailing_days`: of the range that is asked about,
 * and of the one compared with. INT32_MAX: they end where the period does. */
struct plan_trail {
    int32_t main;
    int32_t other;
};

/* How many days of a range count, from its first: of the one that is asked about, and of the one
 * compared with. INT32_MAX: all. */
struct plan_cut {
    int32_t main;
    int32_t other;
};

struct plan_question {
    enum sql_dialect dialect;
    const struct kpi *const *kpis;
    size_t n_kpis;
    const struct plan_cut *days;     /* of each KPI; NULL: all days count */
    const size_t *apart;             /* of each KPI: it shares slots with those of the same number;
                                        0: with all that are 0. NULL: all are */
    const struct plan_trail *trails; /* of each KPI; NULL: all windows end where periods do */
    bool is_other;                   /* [from, to] is the range compared with */
    enum kpi_basis basis;            /* EVENT or ORDER, for leaves that follow the question */
    enum kpi_grain grain;
    unsigned week_start;
    bool is_retail; /* 4-4-5: buckets are no calendar periods */
    int32_t from;
    int32_t to;
    int32_t last_minute;               /* day `to` counts up to this local minute; -1: all of it */
    int32_t today;                     /* ROW_TODAY */
    const struct plan_bucket *buckets; /* all periods of the range, ascending; TOTAL: one */
    size_t n_buckets;
    /* All ranges that are asked about alike, [from, to] among them, of whole days and grain TOTAL:
     * one statement may answer them (plan_variant.windows). Less than 2: none. */
    const struct plan_window *windows;
    size_t n_windows;
    const struct dimension *const *by;
    size_t n_by;
    const struct row_expr *where; /* of kpi_where_parse(); NULL: none */
    const str *stores;            /* row scope; none: all */
    size_t n_stores;
    str currency;                   /* the shop's */
    bool by_currency;               /* split amounts by currency and rate date, for conversion */
    const struct plan_cells *cells; /* NULL: raw only */
    bool counts_joined; /* the caller looks at plan_query.has_check: lines are joined with their
                           orders as if each had one, which the engine does faster. DuckDB only */
    bool counts_values; /* quantiles are of so many rows that their values are counted;
                           DuckDB only */
};

/* One distinct measure of the question. */
struct plan_slot {
    const struct kpi_measure *measure;
    const struct column *date; /* after the basis is settled; NULL: not dated */
    bool is_whole;             /* over all dimension values */
    struct plan_cut days;      /* of the range that count */
    size_t apart_of;           /* plan_question.apart */
    struct plan_trail trail;   /* of a trailing measure */
    bool is_money;             /* has a currency */
    bool is_additive;          /* groups add up to totals */
    enum kpi_source_rule rule;
    /* Stores whose figures do not come from the measure's own table; `is_foreign`: no store's do,
     * there is no statement for it. */
    const str *not_stores;
    size_t n_not_stores;
    bool is_foreign;
};
struct plan_slots {
    struct plan_slot *items;
    size_t n;
    size_t **of_leaf; /* of_leaf[kpi][leaf] is an index of items */
};

/* Sums of days that lie near each other are read at once, day by day, and added up by the caller;
 * what does not add up is read from cells by window. */
enum plan_windows {
    PLAN_WINDOW_ALONE,     /* all that is asked, over [from, to] */
    PLAN_WINDOWS_TOGETHER, /* for all windows: plan_query.is_daily or is_windowed */
    PLAN_WINDOW_REST       /* the rest, over [from, to] */
};

struct plan_variant {
    bool by_time;
    bool by_dims;
    const str *excluded; /* n_excluded x n_by values that "others" leaves out */
    size_t n_excluded;
    /* The total comes along as one more row whose keys are all null (plan_query.has_total), where
     * it is made of the same rows: a second statement would plan and read them again. DuckDB only.
     */
    bool with_total;
    /* As with_total, in the same statement: a row of each combination of dimension values over the
     * whole range, its period null (plan_query.has_rank). */
    bool with_rank;
    /* the totals that did not come along, nor add up from the rows (plan_query.adds_up): pass the
     * variant of the rows with it */
    bool skip_shared;
    enum plan_windows windows;
};

enum plan_served { PLAN_RAW, PLAN_ROLLUP, PLAN_ROLLUP_AND_RAW };
const char *plan_served_name(enum plan_served s);

/* Columns of the result: [day] [hour] dims... [currency, rate day] values... [rows, lines]
 * [foreign].
 */
struct plan_query {
    const struct table *fact;
    const struct column *date;
    struct sql sql;
    enum plan_served served;
    bool has_time;
    bool has_hour;
    size_t n_dims;
    bool has_currency;
    size_t *slots; /* which slot each value column is */
    size_t n_slots;
    /* slots without a column: they are added up in that of another slot, so that formulas come out
     * right with 0 in their place */
    struct plan_folded {
        size_t slot;
        size_t column; /* of `slots` */
    } * folded;
    size_t n_folded;
    bool *adds_up; /* of each value column: its total is the sum of the rows; no statement has it */
    bool is_daily; /* rows by day of all windows, though the grain is TOTAL */
    bool is_windowed; /* before the dims, in place of the day: which of the windows */
    /* rows behind each row of the result, and the lines of the range: when the rows do not add up
     * to the lines (or there are none at all), some line has no order and is missing in the result
     */
    bool has_check;
    bool has_total; /* a row whose keys, but for the window, are all null is the total */
    bool has_rank;  /* rows without a day are those of combinations over the whole range */
    /* rows in another currency than the shop's, so that amounts need converting */
    bool has_foreign;
};

struct plan {
    struct plan_query *queries;
    size_t n;
};

/* Checks grains and bases too: an error names KPI and grain. */
MUST_CHECK enum status plan_slots_collect(const struct plan_question *q,
                                          struct arena *a,
                                          struct plan_slots *out,
                                          struct error *why);
/* Its values of the periods of a range add up to that of the range, exactly. */
bool plan_slot_adds_up(const struct plan_slot *s);
/* NOT_FOUND naming fact, dimension and the dimensions it has, when a fact lacks one. */
MUST_CHECK enum status plan_build(const struct plan_question *q,
                                  const struct plan_slots *slots,
                                  const struct plan_variant *variant,
                                  struct arena *a,
                                  struct plan **out,
                                  struct error *why);
/* What platforms report (platform_stat), for the slots that have a platform measure.
 * Columns of the result: [day or window] dims... store measure from to currency [rate day] and
 *   n      rows
 *   days   different days they begin on
 *   value  their sum
 *   last, last_to   value of the row that ends last, and that day
 *   restated        how many of them the platform has revised
 * Rows of one day are taken together: from and to are null then. Every other period is its own. */
enum plan_platform_level {
    PLAN_PLATFORM_WHOLE,  /* rows of the whole store */
    PLAN_PLATFORM_ASKED,  /* as finely as the question's dimensions and filter need it */
    PLAN_PLATFORM_ARTICLE /* rows of single articles, for sums without rows of the whole */
};
struct plan_platform {
    struct sql sql;
    bool has_time;
    bool is_windowed; /* rows of all windows of the question */
    size_t n_dims;
    bool has_rate_day;
    bool is_by_store; /* the store is the question's only dimension: its column is not repeated */
    bool by_article;  /* the rows are those of articles */
};
struct plan_platform_wish {
    enum plan_platform_level level;
    bool is_whole; /* for the slots over all dimension values */
    const size_t *slots;
    size_t n_slots;
    const str *stores;
    size_t n_stores;
    bool any_revised; /* false: no figure has an older version, so none is looked for */
};
MUST_CHECK enum status plan_platform_build(const struct plan_question *q,
                                           const struct plan_slots *slots,
                                           const struct plan_variant *variant,
                                           const struct plan_platform_wish *wish,
                                           struct arena *a,
                                           struct plan_platform *out,
                                           struct error *why);
/* Whether dimensions (`by_dims`) or filter need rows of articles, or of channels. */
struct plan_platform_need {
    bool article;
    bool channel;
    bool store_filter; /* the filter names stores */
};
MUST_CHECK enum status plan_platform_needs(const struct plan_question *q,
                                           bool by_dims,
                                           struct arena *a,
                                           struct plan_platform_need *out,
                                           struct error *why);
/* Name under which rows of the level carry it. */
const char *plan_platform_name(const struct platform_measure *m, bool by_article);
/* Statements hold memory of their own. NULL is fine. */
void plan_release(struct plan *p);
/* GRAIN_BITs that a question on that basis may ask the KPI by: its own, and hours only where each
 * of its measures has the time of day beside the day it goes by. */
unsigned plan_grains(const struct kpi *k, enum kpi_basis asked);
/* "store, channel, country, ...": what a fact may be grouped by. */
void plan_add_dimensions(const struct table *t, struct buf *out);

#endif
