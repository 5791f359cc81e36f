/* Splits targets by what the shop's own past says, and tells the course of one goal.
 *
 *     struct course_question ask = { .kpi = STR("net_sales"), .store = STR("tmall"),
 *                                    .period = STR("2026-11"), .as_of = yesterday };
 *     struct course course;
 *     people_course(&context, &ask, arena, &course, &why);
 *     // course.goal.target .completion .progress .gap .needed, course.actual
 *
 * Threads: as query's: a context belongs to one thread at a time. */
#ifndef SHOPVANE_PEOPLE_PEOPLE_H
#define SHOPVANE_PEOPLE_PEOPLE_H

#include "goals/goals.h"
#include "query/query.h"

/* ---- Seasons --------------------------------------------------------------------------------- */

/* How the weights of a period's days were found. */
enum season_rule {
    SEASON_LAST_YEAR, /* the same days of the year before: see docs/targets.md */
    SEASON_WEEKDAY,   /* shares of weekdays of what there is */
    SEASON_EVEN       /* there is nothing */
};
/* "last year's days, ..." in the language. */
const char *season_rule_text(enum season_rule rule, enum lang lang);

/* Figures of days, as far as they are known. */
struct season_past {
    int32_t from;
    int32_t to;
    const int64_t *values_e4; /* (to - from + 1) of them */
    const bool *known;
};
/* A promotion of the shop's own calendar. */
struct season_event {
    str id;
    int32_t from;
    int32_t to;
};
struct season {
    enum season_rule rule;
    size_t one_offs; /* days of the past that were left out, */
    size_t aligned;  /* days that follow a promotion or feast of the year before */
    i128 total;      /* of the weights */
};
/* Weights (>= 0) of the days from `days.from` to `days.to`. Pure. */
MUST_CHECK enum status season_weights(const struct season_past *past,
                                      const struct season_event *events,
                                      size_t n_events,
                                      struct day_range days,
                                      struct arena *a,
                                      int64_t *out,
                                      struct season *about,
                                      struct error *why);

/* ---- Splitting ------------------------------------------------------------------------------- */

struct split_question {
    str kpi;   /* empty: every KPI that has a target of the period */
    str level; /* empty: every level */
    str store; /* empty: all stores */
    str category;
    str period; /* 2026, 2026-Q1, ... */
    bool whole; /* all stores stay one: do not split by store */
};
/* How one store's days were weighed. */
struct split_part {
    str kpi;
    str store;
    struct season season;
};
struct split_result {
    struct goal_changes changes;
    struct goal_period period;
    const struct goal *roots; /* what was split */
    size_t n_roots;
    struct split_part *parts;
    size_t n_parts;
};
/* Shares targets among stores, quarters, months, promotions and days; with edit->dry_run nothing is
 * written. Lives in the arena. */
MUST_CHECK enum status people_split(struct shop *s,
                                    const struct query_context *c,
                                    const struct split_question *q,
                                    const struct goal_edit *edit,
                                    struct arena *a,
                                    struct split_result *out,
                                    struct error *why);

/* ---- Course ---------------------------------------------------------------------------------- */

struct course_question {
    str kpi;
    str store;     /* empty: all stores */
    str period;    /* this-month, 2026-11, 2026-Q4, 2026 ... as `kpi --period` */
    int32_t as_of; /* figures up to the end of this day; 0: up to now */
    str level;     /* empty: target */
    enum lang lang;
    int64_t now_us;
};
struct course {
    struct answer *answer; /* holds everything; answer_free() */
    const struct answer_value *actual;
    const struct answer_goal *goal; /* ->reason says why there is none */
};
MUST_CHECK enum status people_course(const struct query_context *c,
                                     const struct course_question *q,
                                     struct course *out,
                                     struct error *why);
void people_course_done(struct course *c);

#endif
