/* Targets: what each KPI shall be, by store, category, level and period; their revisions; how a
 * target is shared among days so that parts add up to the cent; what a range's target is.
 *
 *     struct goal_list list;
 *     goals_load(conn, &(struct goal_filter){ .level = STR("target") }, arena, &list, &why);
 *     struct goal_sum sum;                    // of November, all stores, seen after the 20th
 *     goal_of_range(&list, &(struct goal_range){ ... }, arena, &sum, &why);
 *
 * Where figures and targets meet (completion, progress, gap, needed a day) is the business of
 * query (`answer_row.goal`) and of people (`people_course`).
 *
 * Units: value_e4 is the target x 10^4 in the KPI's unit (money, count, fraction of a percent).
 * Ownership: everything lives in the arena that is passed. Threads: a conn's own. */
#ifndef SHOPVANE_GOALS_GOALS_H
#define SHOPVANE_GOALS_GOALS_H

#include "calendar/calendar.h"
#include "commerce/commerce.h"
#include "format/format.h"
#include "kpi/kpi.h"
#include "shop/shop.h"

/*      id       name       English    Chinese */
#define GOAL_LEVEL_LIST(X)                \
    X(BASE, "base", "base", "保底")       \
    X(TARGET, "target", "target", "目标") \
    X(STRETCH, "stretch", "stretch", "挑战")
#define X(id, name, en, zh) GOAL_##id,
enum goal_level { GOAL_LEVEL_LIST(X) GOAL_LEVEL_COUNT };
#undef X
const char *goal_level_name(enum goal_level l); /* "base": as stored */
const char *goal_level_label(enum goal_level l, enum lang lang);
/* Names and labels of both languages. */
MUST_CHECK bool goal_level_parse(str word, enum goal_level *out);

/* ---- One target ------------------------------------------------------------------------------ */

struct goal {
    str store;    /* empty: all stores */
    str category; /* empty: all */
    str kpi;      /* id */
    enum goal_level level;
    int32_t from;
    int32_t to; /* included */
    str period; /* as written: 2026, 2026-Q1, 2026-03, double-11, 2026-11-11 */
    int64_t value_e4;
    str currency;  /* empty: no money */
    bool locked;   /* a split leaves it as it is */
    bool is_split; /* computed by a split; else written by a person */
    str owner;
    str note;
    str author;
    int64_t first_e4;      /* what it was in its first revision */
    int64_t revision;      /* number of the import that it is: see `imports list` */
    int64_t revised_at_us; /* 0: unknown */
    int64_t replaced_by;   /* revision that replaced it; 0: in force */
};

struct goal_list {
    struct goal *items; /* by kpi, level, category, store, from, widest first */
    size_t n;
};

int goal_compare(const void *x, const void *y); /* that order, of two struct goal */

struct goal_filter { /* empty: any */
    const str *kpis; /* ids */
    size_t n_kpis;
    str level;          /* a level's name */
    bool with_replaced; /* also what later revisions replaced; first_e4 is not set then */
};
MUST_CHECK enum status goals_load(struct conn *c,
                                  const struct goal_filter *filter,
                                  struct arena *a,
                                  struct goal_list *out,
                                  struct error *why);
/* Ids of the KPIs that have a target in force touching the days, each once. */
MUST_CHECK enum status goals_kpis(
    struct conn *c, struct day_range days, struct arena *a, str **ids, size_t *n, struct error *w);

/* ---- Periods --------------------------------------------------------------------------------- */

/* "2026", "2026-Q1", "2026-03", "2026-11-11", "FROM..TO", a promotion or festival by name, and with
 * `year` > 0 also "year" 全年, "Q1" 一季度, "3月"; an empty word is the year. Promotions are the
 * shop's own calendar events first, then the built-in ones. STATUS_BAD_INPUT says what is known. */
struct goal_period {
    int32_t from;
    int32_t to;
    str word; /* in one spelling */
};
MUST_CHECK enum status goal_period_parse(struct conn *c,
                                         str word,
                                         int32_t year,
                                         struct arena *a,
                                         struct goal_period *out,
                                         struct error *why);

/* ---- Sharing --------------------------------------------------------------------------------- */

/* A run of cells (days, or the days of several stores one after the other) with a value that stays.
 */
struct goal_span {
    size_t from;
    size_t to; /* included */
    int64_t value_e4;
};

enum goal_fault {
    GOAL_FITS,
    GOAL_LOCKS_EXCEED, /* what is locked inside is more than the whole */
    GOAL_LOCKS_LACK,   /* everything inside is locked, and is less than the whole */
    GOAL_CROSSES       /* two spans overlap and neither holds the other */
};
struct goal_misfit {
    enum goal_fault fault;
    size_t span;    /* the span that does not fit; SIZE_MAX: the whole */
    size_t other;   /* GOAL_CROSSES */
    i128 locked_e4; /* sum of what is locked directly inside */
    int64_t value_e4;
};

/* Shares `total` among cells: spans keep their values, the rest goes by weight (>= 0; all 0: even)
 * to the cells outside of spans, and a span's rest to its own, by largest remainder in steps of
 * `unit_e4` (100: cents). All sums are exact. `out` has n_cells; untouched unless it fits.
 * STATUS_BAD_INPUT with *misfit filled; the message is the caller's, who knows names. */
MUST_CHECK enum status goal_share(int64_t total_e4,
                                  const struct goal_span *spans,
                                  size_t n_spans,
                                  const int64_t *weights,
                                  size_t n_cells,
                                  int64_t unit_e4,
                                  int64_t *out,
                                  struct goal_misfit *misfit,
                                  struct error *why);
/* Step of a KPI's shares: cents, whole counts, else 10^-4. */
int64_t goal_unit_e4(const struct kpi *k);

/* ---- What the target of a range is ----------------------------------------------------------- */

struct goal_range {
    const struct kpi *kpi;
    enum goal_level level;
    const str *stores; /* none: all stores */
    size_t n_stores;
    size_t known_stores; /* stores that have data: a sum of fewer is no target of all */
    str category;
    str currency; /* of the figure; a target in another has no value */
    int32_t from;
    int32_t to;
    int32_t as_of;       /* last day that is over; before `from`: none is */
    int32_t part_minute; /* minutes of the day after as_of that have passed; 0: none */
};

enum goal_gap { /* why there is no target */
                GOAL_FOUND,
                GOAL_NONE,
                GOAL_PARTLY, /* targets cover only some days of the range */
                GOAL_SOME_STORES,
                GOAL_CURRENCY,
                GOAL_OVERLAP /* targets of an ordinary import overlap: which one counts? */
};
struct goal_sum {
    enum goal_gap gap;
    i128 value_e4; /* the target in force */
    bool has_first;
    i128 first_e4;     /* what it was in its first revision */
    bool has_progress; /* false: a rate */
    i128 expected_e4;  /* of it, by the days that are over */
    bool is_even;      /* some days have no target of their own: a wider one was shared evenly */
    bool is_off;       /* parts and whole do not add up: split again */
    int32_t days_left; /* after as_of, in the range */
    int64_t revision;  /* newest that has a part in it */
};
MUST_CHECK enum status goal_of_range(const struct goal_list *list,
                                     const struct goal_range *r,
                                     struct arena *a,
                                     struct goal_sum *out,
                                     struct error *why);

/* Targets of days of one tree (one store, category, KPI, level): out[i] for from + i, or
 * GOAL_NO_DAY. What a wider target has beyond those inside it is shared evenly among its days. */
#define GOAL_NO_DAY INT64_MIN
struct goal_days {
    bool is_whole; /* each day has one */
    bool is_any;
    bool is_even;
    bool is_off;
    bool is_overlap; /* nothing else is said then */
    bool has_first;  /* each day has a target of its own */
    i128 first_e4;
    int64_t revision;
};
MUST_CHECK enum status goal_days_of(const struct goal *items,
                                    size_t n,
                                    int64_t unit_e4,
                                    struct day_range range,
                                    struct arena *a,
                                    int64_t *out,
                                    struct goal_days *about,
                                    struct error *why);

/* ---- Changing -------------------------------------------------------------------------------- */

struct goal_edit {
    str note;
    str author;
    str source; /* shown in the list of imports: "goals set", a file's name */
    int64_t now_us;
    bool dry_run; /* everything but the commit */
};

/* What a change did, for previews. Lives in the arena. */
struct goal_change {
    struct goal before; /* .kpi.len 0: new */
    struct goal after;
};
struct goal_changes {
    struct goal_change *items;
    size_t n;
    int64_t revision; /* 0: dry run, or nothing changed */
    int64_t import_id;
};

/* Brings hand-written targets in, as one revision: checks them (level order, overlap, locks against
 * the whole) with all that is there, and shares what is around them anew, so that split targets
 * still add up. A target that is there already is revised and needs a note. On an error nothing is
 * changed. */
MUST_CHECK enum status goals_set(struct shop *s,
                                 const struct kpi_catalog *catalog,
                                 const struct goal *wanted,
                                 size_t n,
                                 const struct goal_edit *edit,
                                 struct arena *a,
                                 struct goal_changes *out,
                                 struct error *why);

/* Locks or unlocks a target; a period that was only split is locked at what its days add up to. */
MUST_CHECK enum status goals_lock(struct shop *s,
                                  const struct kpi_catalog *catalog,
                                  const struct goal *which,
                                  bool locked,
                                  const struct goal_edit *edit,
                                  struct arena *a,
                                  struct goal_changes *out,
                                  struct error *why);

/* A target to be shared among its days, or among stores and their days, by given weights. */
struct goal_split {
    struct goal root;  /* store, category, kpi, level, from, to: it must be there */
    const str *stores; /* its parts; none: the days of its own tree */
    size_t n_stores;
    const int64_t *weights; /* of each day, store by store; >= 0 */
};
/* Locked targets keep their values, the rest is shared anew; all as one revision, or nothing. */
MUST_CHECK enum status goals_split(struct shop *s,
                                   const struct kpi_catalog *catalog,
                                   const struct goal_split *splits,
                                   size_t n,
                                   const struct goal_edit *edit,
                                   struct arena *a,
                                   struct goal_changes *out,
                                   struct error *why);

/* What is in force once the changes are: for previews. */
MUST_CHECK enum status goals_with_changes(const struct goal_list *list,
                                          const struct goal_changes *changes,
                                          struct arena *a,
                                          struct goal_list *out,
                                          struct error *why);

/* Writes targets as one revision; those of the same store, category, KPI, level and days move to
 * history, equal ones stay. No checks: for the functions above. */
MUST_CHECK enum status goals_write(struct shop *s,
                                   const struct goal *items,
                                   size_t n,
                                   const struct goal_edit *edit,
                                   struct arena *a,
                                   struct goal_changes *out,
                                   struct error *why);

/* ---- Files ----------------------------------------------------------------------------------- */

/* Reads a file of targets (docs/targets.md) into checked rows; every problem of every line goes to
 * `p` with line and column (of the cell), and the result is BAD_INPUT then. */
MUST_CHECK enum status goals_read(struct shop *s,
                                  const struct kpi_catalog *catalog,
                                  const char *path,
                                  struct arena *a,
                                  struct goal_list *out,
                                  struct problems *p,
                                  struct error *why);
/* A target as people write it: 1,200,000  120万  ¥1.2亿  4.5%; checked against the KPI's unit. */
MUST_CHECK enum status goal_value_parse(const struct kpi *k,
                                        str text,
                                        int64_t *out_e4,
                                        struct error *why);

#endif
