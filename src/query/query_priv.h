/* Between the files of this module: a question on its way to an answer.
 *
 *   ask.c       words -> struct asking: KPIs, dimensions, filter, ranges
 *   ranges.c reach.c days.c  periods of the range and of the one compared with; which days count
 *   ages.c spans.c own_ends.c  sources that begin later than others; totals of several days; stores
 *                              that end earlier
 *   state.c coverage.c  what the store has: rollup cells, dirty days; how far tables reach; kept by
 *                       cache.c
 *   fetch.c together.c  plan, run, frames into a matrix; statements that several ranges share
 *   sources.c   which stores' figures come from their own rows, which from platform_stat (stats.c)
 *   fx.c hours.c evaluate.c  other currencies; hours skipped or still to come; formulas
 *   goal_figures.c  how figures stand to their targets
 *   assemble.c  rows, order, top, others, totals -> struct answer (table_priv.h)
 */
#ifndef SHOPVANE_QUERY_QUERY_PRIV_H
#define SHOPVANE_QUERY_QUERY_PRIV_H

#include "kpi/plan.h"
#include "query/coverage_priv.h"
#include "query/number_priv.h"
#include "query/query.h"
#include "query/reach_priv.h"

#define QUERY_ROWS_MAX  ((size_t)1000000) /* more is refused, not cut */
#define QUERY_ARENA_MAX ((size_t)2 << 30)
#define QUERY_KPIS_MAX  ((size_t)256)
#define BUCKET_TOTAL    UINT32_MAX
#define BUCKET_NONE     (UINT32_MAX - 1) /* nothing to compare with */
#define NAME_ALL        ((uint32_t)0)    /* any value of a dimension */
#define SCRATCH_MAX     ((size_t)1024)   /* longer than the text of any figure */

/* One range of days that is being answered. */
struct window {
    int32_t from;
    int32_t to;
    int32_t last_minute; /* -1: all of the last day */
    struct plan_bucket *buckets;
    size_t n_buckets;
};

/* Texts of dimension values, each once; numbered from 1. */
struct names {
    struct arena *arena; /* borrowed: holds the texts */
    struct map *index;
    str *texts;
    size_t cap;
};
MUST_CHECK bool names_init(struct names *n, struct arena *a);
void names_release(struct names *n);
uint32_t names_number(struct names *n, str text); /* NAME_ALL: out of memory */
str names_text(const struct names *n, uint32_t number);

struct together; /* questions asked together (together_priv.h) */
struct fx;       /* rates, loaded when first needed */

/* Where a slot's figures come from by store; those in none of the lists answer from own rows. */
struct slot_source {
    const str *stores; /* from platform_stat */
    size_t n_stores;
    const str *refused; /* without buyer ids and without platform figures: no value */
    size_t n_refused;
    const str *own;      /* from their own rows; only filled when there is one of the others */
    const str *left_out; /* with rows, but not by stores_with or stores_without */
    size_t n_own, n_left_out;
};
/* Which figures a platform reports for a store at all. */
struct platform_presence {
    str store;
    str measure;
    int32_t first, last;
};

struct age_gap;
struct span_total;
/* Days on which some source of a KPI has not begun (ages.c). */
struct age_gaps {
    struct age_gap *items;
    size_t n;
};

struct asking {
    const struct query_context *context;
    const struct kpi_question *words;
    struct together *together; /* NULL: alone */
    struct arena *arena;
    struct buf *scratch; /* for the text of one figure */
    enum lang lang;
    const struct kpi **kpis;
    size_t n_kpis;
    const struct kpi **answerable; /* those whose tables have rows and that need no model */
    size_t n_answerable;
    size_t *place; /* of each KPI among the answerable ones; SIZE_MAX: needs something */
    const struct dimension **by;
    size_t n_by;
    size_t store_by; /* which of them is the store; SIZE_MAX: none */
    const struct row_expr *where;
    enum kpi_grain grain;
    struct period_rules rules;
    enum kpi_basis basis;
    int32_t today;
    int32_t order_day; /* "today" of filters: ranges_order_day() */
    int32_t now_minute;
    struct window main;
    struct window other; /* compared with; n_buckets == 0: nothing */
    str compare_label;
    bool per_day; /* month against month */
    struct names names;
    struct plan_cells cells;
    bool counts_values; /* plan_question.counts_values */
    bool has_strays;    /* lines without an order: plan_question.counts_joined is off */
    struct plan_slots slots;
    struct slot_source *sources; /* one of each slot */
    struct platform_presence *presence;
    size_t n_presence;
    bool any_revised;          /* some platform's figure has an older version */
    struct coverage *coverage; /* one of each (table, date) of the slots */
    size_t n_coverage;
    bool has_effects;          /* of orders, after the last of them in some store (told.c) */
    struct plan_cut *days;     /* of each KPI: so many days of the range count */
    int *cut_by;               /* of each KPI: the source that ends before another (reach.c) */
    struct own_ends *own_ends; /* of each KPI; none where the question is about one store */
    struct age_gaps *ages;     /* of each KPI */
    struct span_total *spans;  /* totals of several days of what it reads (spans.c) */
    size_t n_spans;
    struct plan_trail *trails; /* of each KPI: where its trailing windows end at the latest */
    int32_t reach;             /* the last day that any source has told of; DAY_NONE: not known */
    int64_t data_version;
    bool by_currency; /* found rows in other currencies */
    bool converted;
    struct fx *fx;
    struct answer_sql *sql; /* statements that ran */
    size_t n_sql;
    size_t sql_cap;
    const struct goal_list *goals; /* of the asked level; NULL: targets were not asked for */
    enum goal_level goal_level;
    size_t goal_stores; /* stores that have data */
    bool dry;           /* --sql: write the statements, do not run them */
};

/* ---- matrix: what the frames said, by key ---- */

enum cell_kind { CELL_ABSENT, CELL_EXACT, CELL_REAL, CELL_FAILED, CELL_FOLDED };
struct cell {
    union {
        i128 exact;
        double real;
        const char *reason; /* CELL_FAILED */
    };
    enum cell_kind kind;
    bool is_partial;  /* some days of the period are not there yet */
    bool is_of_days;  /* of a platform's rows that stand for several days each */
    bool is_restated; /* a platform has revised a figure in it */
};
struct matrix_key {
    uint32_t bucket;          /* index; BUCKET_TOTAL: no time */
    int32_t hour;             /* -1: none */
    uint32_t by[PLAN_BY_MAX]; /* numbers of names, n_by of them */
};
struct matrix {
    uint32_t *index; /* row + 1; 0: free. Length is a power of two, at most half full */
    size_t index_size;
    struct matrix_key *keys;
    struct cell *cells; /* rows x slots */
    size_t rows;
    size_t keys_cap;
    size_t cells_cap;
    size_t n_slots;
    size_t n_by;
};
MUST_CHECK bool matrix_init(struct matrix *m, size_t n_slots, size_t n_by);
void matrix_release(struct matrix *m);
/* Room for that many rows, so that adding them moves nothing. */
MUST_CHECK bool matrix_reserve(struct matrix *m, size_t rows);
/* Finds or adds the row. */
MUST_CHECK enum status matrix_row(struct matrix *m,
                                  const struct matrix_key *key,
                                  size_t *out,
                                  struct error *why);
size_t matrix_find(const struct matrix *m, const struct matrix_key *key); /* SIZE_MAX: none */
struct cell *matrix_cell(struct matrix *m, size_t row, size_t slot);

/* The matrices of one variant over one window: `whole` holds slots over all dimension values. */
struct figures {
    struct matrix rows;
    struct matrix whole;
    bool *platform_rows; /* slots x (periods + total): there are rows of platforms; may be NULL */
    size_t n_periods;
    bool is_plain; /* no cell of it has failed, is partial or restated */
};
MUST_CHECK enum status figures_init(struct figures *f,
                                    const struct asking *k,
                                    size_t n_by,
                                    struct error *why);
void figures_release(struct figures *f);

/* Where the figures of a key stand. */
struct figure_place {
    struct matrix_key key;
    size_t row; /* in figures->rows and figures->whole; SIZE_MAX: not there */
    size_t whole;
};
struct figure_place figures_place(const struct figures *f, const struct matrix_key *key);

/* ---- steps ---- */
MUST_CHECK enum status ask_resolve(struct asking *k, struct error *why);
MUST_CHECK enum status ranges_resolve(struct asking *k, struct error *why);
/* The last day of the range that can count for any KPI. */
int32_t ranges_elapsed_to(const struct asking *k);
/* Periods of [from, to] at the grain; the buckets live in the arena. */
MUST_CHECK enum status ranges_buckets(struct asking *k, struct window *w, struct error *why);
bool ranges_are_compared(const struct asking *k); /* with another range */
/* The compared window's period that belongs to a period of the main one, or BUCKET_NONE. */
uint32_t ranges_partner(const struct asking *k, uint32_t bucket);
MUST_CHECK enum status state_load(struct asking *k, struct error *why);
MUST_CHECK enum status state_stores(struct asking *k, int64_t *out, struct error *why);
MUST_CHECK enum status state_targets(struct asking *k, bool *any, struct error *why);
/* The newest day of sales, visits and platforms; DAY_NONE: there is none. */
MUST_CHECK enum status query_last_day(const struct query_context *c,
                                      int64_t now_us,
                                      int32_t *out,
                                      struct error *why);
/* sources.c: what platforms report for the stores in scope; then which slot reads what. */
MUST_CHECK enum status sources_load(struct asking *k, struct error *why);
MUST_CHECK enum status sources_settle(struct asking *k, struct error *why);
bool sources_reads(const struct slot_source *s, str store); /* from platform_stat */
/* Some store in scope has it from a platform, and the KPI lets it be read. */
bool sources_have(const struct asking *k, const struct kpi *kpi, const struct kpi_measure *m);
/* "visitors: platform_stat (tmall), events (web)", a note for each KPI that reads it. */
void sources_notes(const struct asking *k, struct answer *out); /* out->notes has room */
MUST_CHECK enum status sources_list(struct asking *k, size_t kpi, struct answer_kpi *out);

/* stats.c: adds what platforms report to a variant's cells. *foreign: some in another currency. */
MUST_CHECK enum status stats_fetch(struct asking *k,
                                   const struct window *w,
                                   const struct plan_variant *variant,
                                   struct figures *out,
                                   bool *foreign,
                                   struct error *why);
/* Revised figures behind the answer, for the evidence. */
MUST_CHECK enum status stats_restatements(struct asking *k, struct answer *out, struct error *why);

/* "needs stock_level: import ..." or "needs model ..."; empty: it can be answered. */
str query_needs_of(const struct asking *k, const struct kpi *kpi);

/* Amounts of one currency and day in the shop's; the cell takes it, or fails with the reason. */
MUST_CHECK enum status fx_add(struct asking *k,
                              struct cell *cell,
                              i128 value_e4,
                              str currency,
                              int32_t day,
                              struct error *why);
void fx_free(struct fx *fx);

struct figure_marks {
    bool is_partial;
    bool is_restated;
};
struct figure_marks figures_marks(const struct asking *k,
                                  size_t kpi,
                                  const struct figures *f,
                                  const struct figure_place *at);
/* Value of a KPI there. */
struct number figures_evaluate(const struct asking *k,
                               size_t kpi,
                               const struct window *w,
                               const struct figures *f,
                               const struct figure_place *at);
/* No value instead of 0 for an hour that there is not (yet). */
struct number hours_check(const struct asking *k, int32_t day, int32_t hour, struct number n);
/* Which hours were there twice; empty: none, or not by hour. */
str hours_note(const struct asking *k);
/* As the answer carries it. */
struct answer_value answer_value_of(const struct asking *k, enum kpi_unit unit, struct number n);

MUST_CHECK enum status query_goals_load(struct asking *k, struct error *why);
/* How a row's figure stands to its target; nothing when not asked. */
MUST_CHECK enum status query_goal_of(struct asking *k,
                                     size_t kpi,
                                     uint32_t bucket,
                                     struct number value,
                                     struct answer_row *row,
                                     struct error *why);

MUST_CHECK enum status answer_assemble(struct asking *k, struct answer *out, struct error *why);

MUST_CHECK enum status evidence_collect(struct asking *k, struct answer *out, struct error *why);
/* What stands below the figures: whose days, which sources, doubled hours, conversion. */
MUST_CHECK enum status evidence_notes(struct asking *k, struct answer *out, struct error *why);
/* Keeps the texts of the definitions used, when the context has a writer. */
void definitions_keep(const struct query_context *c, const struct answer *a, int64_t now_us);
/* A plan question of a window, for the answerable KPIs. */
struct plan_question query_plan_of(const struct asking *k, const struct window *w);
MUST_CHECK enum status query_run_sql(struct asking *k,
                                     const char *sql,
                                     struct frame **out,
                                     struct error *why);
enum status query_no_memory(struct error *why);

#endif
