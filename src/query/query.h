/* Answers a KPI question: plan, run, merge, compare, prove, render. CLI, API, board and alerts all
 * ask here, so they cannot disagree.
 *
 *     struct query_context context = { .conn = reader, .catalog = catalog, .settings = settings,
 *                                      .zone = zone };
 *     struct kpi_question ask = { .kpis = ids, .kpi_count = n, .last = STR("28d"),
 *                                 .grain = STR("day"), .now_us = clock_now_us() };
 *     struct answer *answer = NULL;
 *     st = query_ask(&context, &ask, &answer, &why);
 *     answer_render(answer, ANSWER_TABLE, &look, &out);
 *     answer_free(answer);
 *
 * Threads: a context belongs to one thread at a time (its conn does); an answer is immutable. */
#ifndef SHOPVANE_QUERY_QUERY_H
#define SHOPVANE_QUERY_QUERY_H

#include "calendar/calendar.h"
#include "document/grid.h"
#include "goals/goals.h"
#include "kpi/kpi.h"
#include "query/missing.h"
#include "shop/shop.h"
#include "sql/sql.h"

/* What is known of a store, kept while its data version stays. One for a shop; for many threads. */
struct query_cache;
MUST_CHECK struct query_cache *query_cache_new(void); /* NULL: out of memory */
void query_cache_free(struct query_cache *c);         /* NULL is fine; nobody asks any more */

struct query_context {
    struct conn *conn; /* the reader's own connection, outside a transaction (see in_snapshot) */
    const struct kpi_catalog *catalog;
    const struct shop_settings *settings;
    const struct zone *zone;   /* of the shop; NULL: UTC */
    struct conn *writer;       /* keeps the texts of used definitions; NULL: not kept */
    struct query_cache *cache; /* NULL: none */
    bool in_snapshot;          /* conn is in a read transaction of the caller's: all that is asked
                                  there sees the same state of the store */
    int64_t data_version;      /* of that state, when the caller knows it; else 0 */
};

/* What was asked, as words; zeroes: not given. Errors name options as the CLI writes them. */
struct kpi_question {
    const str *kpis; /* ids or aliases */
    size_t kpi_count;
    str from;      /* "2010-12-01", included */
    str to;        /* included */
    str last;      /* "28d", "8w", "12m": ends today */
    str period;    /* "this-month", "2010-12", ...; see calendar.h */
    str grain;     /* hour day week month quarter year total; empty: total */
    str calendar;  /* gregorian iso 4-4-5; empty: the shop's */
    const str *by; /* dimensions */
    size_t by_count;
    str where;   /* the filter language */
    size_t top;  /* 0: all rows */
    str compare; /* prev weekday yoy festival:NAME promo:NAME FROM..TO */
    str basis;   /* event order; empty: each KPI's own */
    str sort;    /* KPI id or dimension, '-' before it: descending; empty: first KPI descending
                    when there are dimensions, else by time */
    const str *stores; /* row scope; none: all stores. Covers totals and "others" too */
    size_t store_count;
    str target; /* base target stretch: each row also says how its target stands; empty: not */
    int32_t target_to; /* the total's target runs to this day, beyond the range: figures so far
                          against the whole period; 0: both have the same range */
    enum sql_dialect dialect; /* DuckDB runs; another dialect is for --sql only */
    enum lang lang;
    int64_t now_us;
    int64_t counted_from; /* rows from which on quantiles count values; 0: half a million */
    bool raw_only;        /* answer from raw facts even where a rollup fits (verify, bench) */
    bool evidence;        /* collect rows read, newest record, source files: a little slower */
    bool only_total;      /* rows are not looked at: stores that end earlier are not asked apart */
};

/* ---- The answer. Everything in it lives as long as the answer. ------------------------------- */

enum value_kind { VALUE_NONE, VALUE_MONEY, VALUE_COUNT, VALUE_NUMBER };
struct answer_value {
    enum value_kind kind;
    i128 exact;   /* VALUE_MONEY: e4, VALUE_COUNT: whole */
    double real;  /* for charts and models; NAN for VALUE_NONE */
    str text;     /* as JSON carries it; empty for VALUE_NONE */
    str num, den; /* of a quotient, as JSON carries them; else empty */
    str reason;   /* why there is no value, in the question's language; else empty */
    enum missing missing;
};

struct answer_compare {
    int32_t time; /* first day of the period compared with */
    int32_t end;  /* its last day that counts */
    struct answer_value value;
    struct answer_value change;           /* value - compared value, same unit */
    struct answer_value relative;         /* change / |compared value|, a ratio */
    struct answer_value per_day;          /* month against month: value a day, and */
    struct answer_value compared_per_day; /* the compared value a day; else VALUE_NONE */
    bool complete; /* false: the period begins before the data, or its data is not all there */
};

/* How a figure stands to its target (docs/targets.md). Values in the KPI's unit unless said. */
struct answer_goal {
    struct answer_value target;     /* in force; VALUE_NONE: there is none, `reason` says why */
    struct answer_value first;      /* what it was in its first revision */
    struct answer_value completion; /* a ratio: value / target, or target / value of a rate that
                                       shall be low */
    struct answer_value progress;   /* a ratio: share of the target that the days over should have
                                       brought, by the daily targets; none: a rate */
    struct answer_value expected;   /* the same as an amount; of a rate its target */
    struct answer_value gap;        /* value - expected */
    struct answer_value needed;     /* a day, to reach it (or, where low is good, what is left);
                                       none: the period is over, or a rate */
    int32_t as_of;                  /* last day that counts as over; DAY_NONE: none yet */
    int32_t days_left;
    int on_course; /* +1 yes, -1 no, 0 cannot be said */
    int64_t revision;
    str reason;
    str note; /* such as "shared evenly: not split yet"; may be empty */
};

struct answer_row {
    int32_t time;  /* first day of the period; DAY_NONE: no time */
    int32_t end;   /* last day of the period that the question covers */
    int hour;      /* 0 to 23; -1: not by hour */
    const str *by; /* answer->by_count texts; .len 0: not set (not tracked) */
    bool is_others;
    bool complete; /* false: the period still runs, or its data is not all there */
    bool restated; /* the platform has revised a figure in it since it was first reported */
    struct answer_value value;
    const struct answer_compare *compare; /* NULL: nothing compared */
    const struct answer_goal *goal;       /* NULL: targets were not asked for */
};

struct answer_kpi {
    str id;
    str name; /* in the question's language */
    str unit; /* money, count, ratio, ... */
    enum kpi_unit unit_id;
    int direction;       /* +1 higher is better, -1 lower is better, 0 neutral */
    str definition;      /* its hash */
    str definition_text; /* canonical, fully resolved */
    str needs;           /* "needs stock_level: import ..."; empty when it can be answered */
    const char *basis;   /* "event" or "order" */
    str dialect;         /* in force for it; empty: the catalogue's own */
    struct answer_origin {
        str source;        /* "orders", "events", "platform_stat", ... */
        size_t n_stores;   /* 0: all stores */
        const str *stores; /* whose figures come from there */
    } * origins;
    size_t n_origins;
    int32_t until, trails_to; /* last day that counts, where its own facts end early; of windows */
    struct answer_row *rows;  /* answer->row_count of them, the same keys for each KPI */
    struct answer_row total; /* whole range, all dimension values; its own query where it must be */
};

/* How one statement was answered. */
struct answer_sql {
    str fact;
    str text;              /* with its values listed below it */
    const char *served_by; /* "rollup", "raw", "rollup+raw" */
    int64_t rows_read;     /* rows of the fact in the range; -1: not asked for */
    int32_t from;          /* the range it answers: the asked one, or the one compared with */
    int32_t to;
    int32_t newest;      /* newest day of the fact; DAY_NONE: empty */
    int32_t complete_to; /* up to here the slowest of its sources has delivered; DAY_NONE: empty */
    int64_t elapsed_us;
};

struct answer_source {
    str file;
    str preset;
    int64_t import_id;
    int32_t from;
    int32_t to;
};

/* A figure that a platform has revised. */
struct answer_restatement {
    str store;
    str measure;
    str sku;     /* empty: the whole store */
    str channel; /* empty: all */
    int32_t from;
    int32_t to;
    str before; /* as JSON carries figures */
    str after;
    int64_t import_id; /* that brought the new figure */
    str at;            /* when */
    str file;
};

#define ANSWER_NAMES_APART "; " /* between names of KPIs in a note; they have commas */
struct answer {
    str currency;
    str timezone;
    int32_t from;
    int32_t to;
    str grain;
    str compare; /* empty: nothing compared */
    int32_t compare_from;
    int32_t compare_to;
    str dialect;
    str where;
    str target; /* level of the targets; empty: not asked for */
    size_t by_count;
    const str *by;       /* dimension names */
    const str *by_label; /* in the question's language */
    size_t kpi_count;
    struct answer_kpi *kpis;
    size_t row_count;
    int64_t data_version;
    bool converted; /* some amounts were converted from other currencies */
    bool evidence;
    size_t sql_count;
    struct answer_sql *sql;
    size_t source_count;
    struct answer_source *sources;
    bool sources_known;    /* told by the rows; else by the days that files cover */
    int64_t other_sources; /* files in scope of which no row can be in it */
    size_t restatement_count;
    struct answer_restatement *restatements;
    int64_t more_restatements; /* that are not listed */
    size_t note_count;         /* such as "all stores: each store's own local date" */
    str *notes;
    size_t *note_heads; /* length before the names of KPIs that a note ends with; 0: none */
    str tzdata_version;
    enum lang lang;
    struct period_rules rules; /* how periods are cut and named */
    int64_t elapsed_us;
    struct arena *arena;
};

MUST_CHECK enum status query_ask(const struct query_context *c,
                                 const struct kpi_question *q,
                                 struct answer **out,
                                 struct error *why);
void answer_free(struct answer *a); /* NULL is fine */

/* Which KPIs of the catalogue can be answered for these stores (none: all): out[i] belongs to
 * kpi_at(catalog, i), empty when it can, else what it needs, in the language. In the arena. */
MUST_CHECK enum status query_needs(const struct query_context *c,
                                   const struct kpi_question *scope,
                                   struct arena *a,
                                   str **out,
                                   struct error *why);
/* ---- Rendering. ------------------------------------------------------------------------------ */

enum answer_format { ANSWER_TABLE, ANSWER_CSV, ANSWER_JSON, ANSWER_MARKDOWN };
/* "table" "csv" "json" "markdown"; STATUS_BAD_USAGE otherwise */
MUST_CHECK enum status answer_format_parse(str s, enum answer_format *out, struct error *why);

struct answer_look {
    bool colour;   /* the output is a terminal that wants colour */
    size_t width;  /* columns of the terminal; 0: no limit */
    bool evidence; /* print the proof after the figures */
};
/* Appends; the language is the answer's. Fails only when the buffer is full. */
MUST_CHECK enum status answer_render(const struct answer *a,
                                     enum answer_format format,
                                     const struct answer_look *look,
                                     struct buf *out,
                                     struct error *why);
/* The answer as a file. Excel: a table with its total, figures as numbers. Parquet: exact values
 * (DECIMAL(38,4), BIGINT; ratios DOUBLE), by the engine through `c`; `path`.csv on the way. */
MUST_CHECK enum status answer_save_xlsx(const struct answer *a,
                                        const char *path,
                                        struct error *why);
MUST_CHECK enum status answer_save_parquet(const struct answer *a,
                                           struct conn *c,
                                           const char *path,
                                           struct error *why);
/* Figures for people: 1,234.50, 12.34 %, 3.2 h; "+4.2%"; the name of a row's period. */
void show_value(struct buf *out,
                const struct answer *a,
                const struct answer_kpi *kpi,
                const struct answer_value *v);
/* In running text, where no head of a column says the currency: money with its sign, "-£12.00". */
void show_value_signed(struct buf *out,
                       const struct answer *a,
                       const struct answer_kpi *kpi,
                       const struct answer_value *v);
unsigned show_money_decimals(const struct answer *a); /* of money that show_value() writes */
void show_relative(struct buf *out, const struct answer_value *v);
void show_period(struct buf *out, const struct answer *a, const struct answer_row *row);
/* Colour of a change, by the KPI's direction. */
enum grid_tone tone_of(const struct answer_kpi *k, const struct answer_value *change);
/* Only how the figures stand to their targets, as a table; the answer was asked with `target`. */
MUST_CHECK enum status answer_render_goals(const struct answer *a,
                                           const struct answer_look *look,
                                           struct buf *out,
                                           struct error *why);
/* "goal": {...} as docs/json-api.md has it, null for NULL; into an open object. */
struct json_writer;
void answer_json_goal(struct json_writer *w, const struct answer *a, const struct answer_goal *g);
/* The statements with their values, for --sql. */
void answer_add_sql(const struct answer *a, struct buf *out);
/* Plans and prints the statements without running the question's figures (--sql). */
MUST_CHECK enum status query_sql(const struct query_context *c,
                                 const struct kpi_question *q,
                                 struct buf *out,
                                 struct error *why);

#endif
