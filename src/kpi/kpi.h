/* KPI definitions: measures and formulas as text, checked and resolved to typed trees.
 *
 *   catalogue files (embedded) + the shop's own kpis folder -> load -> struct kpi_catalog
 *
 * A catalogue is immutable after loading and safe for any number of threads; everything reached
 * from it lives as long as it does. Pure: no store, no clock. The file format and both languages
 * are described in docs/kpi-language.md. */
#ifndef SHOPVANE_KPI_KPI_H
#define SHOPVANE_KPI_KPI_H

#include "commerce/platform.h"
#include "kpi/expr.h"

/* Part of every definition hash. Raise it when the same definition text would give another
 * figure, because aggregation, rounding, null or calendar rules changed. */
#define KPI_ENGINE_SEMANTICS 1

/*      id      name       kind    decimals  English     Chinese */
#define KPI_UNIT_LIST(X)                           \
    X(MONEY, "money", MONEY, 2, "", "")            \
    X(COUNT, "count", COUNT, 0, "", "")            \
    X(RATIO, "ratio", NUMBER, 4, "", "")           \
    X(PERCENT, "percent", NUMBER, 2, "%", "%")     \
    X(SCORE, "score", NUMBER, 2, "", "分")         \
    X(POINTS, "pts", NUMBER, 1, "pts", "分")       \
    X(PROBABILITY, "p", NUMBER, 4, "", "")         \
    X(MILLISECONDS, "ms", TIME, 0, "ms", "毫秒")   \
    X(SECONDS, "s", TIME, 0, "s", "秒")            \
    X(MINUTES, "min", TIME, 1, "min", "分钟")      \
    X(HOURS, "h", TIME, 1, "h", "小时")            \
    X(DAYS, "days", TIME, 1, "days", "天")         \
    X(MONTHS, "months", TIME, 1, "months", "个月") \
    X(SAME, "same", SAME, 2, "", "")

/* A PERCENT is stored as a fraction, like a RATIO, and shown x 100. SAME: the unit of the KPI
 * that a model is asked about (pace_gap). */
#define X(id, name, kind, decimals, en, zh) UNIT_##id,
enum kpi_unit { KPI_UNIT_LIST(X) UNIT_COUNT_OF };
#undef X

enum unit_kind {
    UNIT_KIND_MONEY,
    UNIT_KIND_COUNT,
    UNIT_KIND_NUMBER,
    UNIT_KIND_TIME,
    UNIT_KIND_SAME
};
const char *kpi_unit_name(enum kpi_unit u); /* "money": as in files and JSON */
enum unit_kind kpi_unit_kind(enum kpi_unit u);
unsigned kpi_unit_decimals(enum kpi_unit u);                 /* wished in a table */
const char *kpi_unit_label(enum kpi_unit u, enum lang lang); /* "h" / "小时"; may be "" */

/*      id      name */
#define KPI_GRAIN_LIST(X) \
    X(HOUR, "hour")       \
    X(DAY, "day")         \
    X(WEEK, "week")       \
    X(MONTH, "month")     \
    X(QUARTER, "quarter") \
    X(YEAR, "year")       \
    X(TOTAL, "total")

#define X(id, name) GRAIN_##id,
enum kpi_grain { KPI_GRAIN_LIST(X) GRAIN_COUNT };
#undef X
#define GRAIN_BIT(g) (1u << (g))
const char *kpi_grain_name(enum kpi_grain g);
MUST_CHECK bool kpi_grain_parse(str name, enum kpi_grain *out);

/*      id          name          what comes back from the rows of a group */
#define KPI_AGG_LIST(X)                                                       \
    X(SUM, "sum")                                                             \
    X(COUNT, "count")       /* rows; of `value`, rows where it is not null */ \
    X(DISTINCT, "distinct") /* different values, nulls not counted */         \
    X(MIN, "min")                                                             \
    X(MAX, "max")                                                             \
    X(MEDIAN, "median")         /* percentile 0.5 */                          \
    X(PERCENTILE, "percentile") /* linear interpolation (type 7) */

#define X(id, name) AGG_##id,
enum kpi_agg { KPI_AGG_LIST(X) AGG_COUNT_OF };
#undef X
const char *kpi_agg_name(enum kpi_agg a);

enum kpi_direction { DIRECTION_UP, DIRECTION_DOWN, DIRECTION_NEUTRAL };
enum kpi_basis { BASIS_ASKED, BASIS_EVENT, BASIS_ORDER }; /* ASKED: as the question says */

/* As stores_by: stores that know what some of the goods cost that they sold. */
#define KPI_STORES_COSTS "costs"

/* One aggregate over one table. */
struct kpi_measure {
    str id;
    const struct table *table;
    enum kpi_agg agg;
    unsigned permille;               /* of PERCENTILE and MEDIAN: 750 is 0.75 */
    const struct row_expr *value;    /* NULL: AGG_COUNT counts rows */
    const struct row_expr *filter;   /* NULL: all rows. Test orders are left out by it, visibly */
    const struct column *date;       /* event basis, type DAY; NULL: the table has no date */
    const struct column *order_date; /* order basis; the same as `date` when there is no other */
    const struct column *minute; /* local minute that goes with `date`, for hours; may be NULL */
    enum kpi_unit unit;
    int64_t divisor;       /* the aggregate / divisor is in `unit`; money is already in 10^-4 */
    bool is_real;          /* comes as a double (percentiles, measured values); else an integer */
    bool zero_if_empty;    /* no row in a group means 0, provided the table covers the time */
    bool last_of_period;   /* stock: only rows of the last day of the bucket that has any row */
    int32_t trailing_days; /* > 0: the rows of that many days up to the bucket's end instead */
    unsigned grains;       /* GRAIN_BITs that make sense */
    /* What platforms report of it, for stores whose own rows cannot tell; NULL: nothing. A measure
     * with `is_platform` has no other source: `table` is platform_stat. */
    const struct platform_measure *platform;
    bool is_platform;
    bool adds_days; /* is_platform: the figures of single days added, people who came twice too */
    bool needs_buyers; /* tells customers apart: nothing without stable buyer ids */
    /* Rows are gathered by a key first: only keys whose rows together meet `having` count, and of
     * those the `top` with the greatest sums. DISTINCT counts the keys, SUM adds up what they have.
     * NULL, NULL, 0: rows count one by one. */
    const struct row_expr *per;
    const struct row_expr *having;
    int32_t top;
    /* Only stores that have that, or only those that have it not: a table with rows, a measure of
     * platform_stat, or KPI_STORES_COSTS. NULL: all stores. */
    const char *stores_by;
    bool is_stores_without;
    str file;
    unsigned line;
};

/* A measure as one KPI needs it. */
struct kpi_leaf {
    const struct kpi_measure *measure;
    enum kpi_basis basis;
    bool is_whole; /* over all groups of --by: the denominator of share() */
};

/* Where figures come from that a platform reports too. */
enum kpi_source_rule {
    SOURCE_OWN, /* platform_stat is not among the sources */
    SOURCE_OWN_FIRST,
    SOURCE_PLATFORM_FIRST
};
/* "events" for sessions and events, "orders" for orders and their lines, else the table's name. */
const char *kpi_source_of(const struct table *t);

/* What a platform's reports mean by the KPI, where it differs. */
struct kpi_dialect {
    str name;
    str formula_text; /* empty: only said in words */
    str note[2];      /* by enum lang; may be empty */
};

struct kpi {
    str id;
    str group; /* traffic, order, ...: the catalogue's file and the report's section */
    enum kpi_unit unit;
    enum kpi_direction direction;
    str name[2]; /* by enum lang */
    str about[2];
    str without[2]; /* why there is no value where nullif() in its formula gives none; or empty */
    bool counts_unknown_costs; /* goods without a known cost count as costing nothing; said so */
    const struct formula *formula; /* resolved; NULL: only a model can answer, see needs_models */
    const struct kpi_leaf *leaves; /* distinct; formula nodes point into them */
    size_t n_leaves;
    unsigned grains;         /* own limits and those of all leaves */
    const str *needs_models; /* models that must exist (clv, forecast, goals ...) */
    size_t n_needs_models;
    const struct table *const *needs_tables; /* must have rows; leaves' tables and `needs:` */
    size_t n_needs_tables;
    const str *aliases; /* Chinese report words and older ids; kpi_find knows them */
    size_t n_aliases;
    const str *tags;
    size_t n_tags;
    const str *sources; /* order of preference: events, orders, ... platform_stat */
    size_t n_sources;
    enum kpi_source_rule source_rule; /* what that order means for its measures */
    str owner;
    str formula_text; /* as written, of the dialect in force; "" without formula */
    str dialect;      /* in force for it; "" is the catalogue's own */
    const struct kpi_dialect *dialects; /* all that differ, as in the file */
    size_t n_dialects;
    str canonical; /* what kpi_canonical_text() gives */
    str hash;      /* 16 hex digits of SHA-256(canonical): the definition's version */
    str file;
    unsigned line;
    bool is_shop; /* from the shop's own files */
};

/* One definition file: `text` is borrowed during loading only. */
struct kpi_file {
    str name; /* as in messages */
    str text;
};

struct kpi_load_options {
    const struct kpi_file *shop_files; /* add and override; a definition is replaced as a whole */
    size_t n_shop_files;
    const char *const *shop_paths; /* the same, read by the loader */
    size_t n_shop_paths;
    str dialect;          /* one of kpi_dialects; empty: the catalogue's own */
    bool without_builtin; /* tests */
};

/* What no table gives: a model that later parts bring, named by `needs:`. */
struct kpi_model {
    str id;
    str about[2]; /* by enum lang: "customer value model" */
};

struct kpi_catalog;

/* Loads the embedded catalogue and the shop's files. All problems of all files are added to `p`
 * (sorted); the result is BAD_INPUT then, and *out is untouched. `p` may be NULL. */
MUST_CHECK enum status kpi_catalog_load(const struct kpi_load_options *opt,
                                        struct problems *p,
                                        struct kpi_catalog **out,
                                        struct error *why);
void kpi_catalog_free(struct kpi_catalog *c); /* NULL is fine */

/* All in catalogue order: groups as in the files, the shop's additions last. */
size_t kpi_count(const struct kpi_catalog *c);
const struct kpi *kpi_at(const struct kpi_catalog *c, size_t i);
size_t kpi_measure_count(const struct kpi_catalog *c);
const struct kpi_measure *kpi_measure_at(const struct kpi_catalog *c, size_t i);

/* Told of other KPIs only: each that has a target has it. */
bool kpi_is_of_targets(const struct kpi *k);

/* By id, alias, English or Chinese name. */
const struct kpi *kpi_find(const struct kpi_catalog *c, str name); /* NULL when there is none */
/* The same with an error: `unknown KPI "aovv" (did you mean "aov"?)`, NOT_FOUND. */
MUST_CHECK enum status kpi_lookup(const struct kpi_catalog *c,
                                  str name,
                                  const struct kpi **out,
                                  struct error *why);
const struct kpi_model *kpi_model_find(const struct kpi_catalog *c, str id);
const struct kpi_measure *kpi_measure_find(const struct kpi_catalog *c, str id);

/* Its filter lets rows of the ledger's classes through that are named, and no others. */
bool kpi_measure_is_of(const struct kpi_measure *m, const char *const *classes, size_t n);
/* Figures of days add up to that of their range: sums, counts of rows, and counts of orders on the
 * order's own day, added, subtracted and multiplied by numbers. Not rates, averages, stock, counts
 * of people, who come back, nor orders by the days of their refunds, of which they may have
 * several.
 */
bool kpi_adds_up(const struct kpi *k);
/* And so do the figures of a dimension's values: each row, and each order that is counted, has one
 * of them. Not orders by article: one with two of them counts at both. */
bool kpi_adds_up_by(const struct kpi *k, const struct dimension *d);

/* The fully resolved definition as text: formula, every measure below it, settings in force and
 * the engine's semantics. Equal text, equal figure. It can be kept and read back by people. */
str kpi_canonical_text(const struct kpi *k);

/* A catalogue of the one KPI that a canonical text defines, for answers by an older definition.
 * Names are those of `like` (may be NULL). BAD_INPUT when it rests on a model, or cannot be read
 * back to the very same text. */
MUST_CHECK enum status kpi_recall(str canonical,
                                  const struct kpi *like,
                                  struct kpi_catalog **out,
                                  struct error *why);

/* What a dialect may be called: "shopify", "woo", ... */
bool kpi_dialect_is_known(str name);

/* `shopvane kpis show`: YAML-like lines of one definition in the language. */
void kpi_show(const struct kpi_catalog *c, const struct kpi *k, enum lang lang, struct buf *out);

/* What changed between two catalogues, in the new one's order, removed ones last. */
enum kpi_change_kind {
    KPI_ADDED,
    KPI_REMOVED,
    KPI_FIGURE_CHANGED, /* another hash: figures may differ */
    KPI_TEXT_CHANGED    /* same hash; names, descriptions, tags, direction ... differ */
};
struct kpi_change {
    enum kpi_change_kind kind;
    str id;
    const struct kpi *before; /* NULL when added */
    const struct kpi *after;  /* NULL when removed */
    str what;                 /* lines "- old" and "+ new" of the canonical texts or fields */
};
MUST_CHECK enum status kpi_diff(const struct kpi_catalog *before,
                                const struct kpi_catalog *after,
                                struct arena *a,
                                const struct kpi_change **out,
                                size_t *n,
                                struct error *why);

#endif
