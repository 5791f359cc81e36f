/* SQL text with bound values and checked names, for two dialects. Pure: never opens a connection.
 *
 *     struct sql q;
 *     sql_init(&q, SQL_DUCKDB);
 *     sql_add(&q, "SELECT ");
 *     sql_aggregate(&q, &(struct sql_aggregate){ .kind = SQL_SUM, .filtered = true });
 *     sql_name(&q, STR("net_e4"));
 *     sql_aggregate_where(&q);
 *     sql_name(&q, STR("class")); sql_add(&q, " = "); sql_bind_text(&q, STR("sale"));
 *     sql_aggregate_end(&q);      -- sum("net_e4") FILTER (WHERE "class" = $1)
 *
 * What a caller (a person) wrote can only become a bound value or a checked name: sql_add() takes
 * literals of our own source. The first failure sticks; sql_ok() is asked once at the end. */
#ifndef SHOPVANE_SQL_SQL_H
#define SHOPVANE_SQL_SQL_H

#include "base/base.h"

#define SQL_TEXT_MAX   ((size_t)1024 * 1024)
#define SQL_VALUES_MAX ((size_t)4096)

enum sql_dialect { SQL_DUCKDB, SQL_CLICKHOUSE, SQL_DIALECT_COUNT };

enum sql_type { SQL_I64, SQL_F64, SQL_TEXT, SQL_DAY };
struct sql_value {
    enum sql_type type;
    int64_t i64; /* also SQL_DAY: days since 1970-01-01 */
    double f64;
    str text; /* owned by the statement */
};

/* An aggregate being written. */
enum sql_aggregate_kind {
    SQL_SUM,
    SQL_COUNT_ROWS, /* of rows: nothing stands between open and where */
    SQL_COUNT,      /* of values that are not null */
    SQL_COUNT_DISTINCT,
    SQL_MIN,
    SQL_MAX,
    SQL_QUANTILE,
    SQL_IDS_BUILD,       /* set of dense ids as a mergeable blob */
    SQL_IDS_UNION,       /* union of such blobs */
    SQL_IDS_UNION_COUNT, /* how many ids it has */
    SQL_ARG_MAX,         /* value, then ", " and what is largest in its row */
    SQL_AGGREGATE_COUNT
};
struct sql_aggregate {
    enum sql_aggregate_kind kind;
    unsigned permille; /* SQL_QUANTILE: 500 is the median */
    bool filtered;     /* sql_aggregate_where() and a condition follow */
};

enum sql_period {
    SQL_DAY_START,
    SQL_WEEK_START,
    SQL_MONTH_START,
    SQL_QUARTER_START,
    SQL_YEAR_START
};

struct sql {
    enum sql_dialect dialect;
    struct buf text;
    struct sql_value *values;
    size_t value_count;
    size_t values_cap;
    struct sql_aggregate open; /* one level: aggregates do not nest */
    bool in_aggregate;
    bool failed;
    char bad_name[65]; /* the first that sql_name() refused, cut; empty when all were fine */
};

void sql_init(struct sql *q, enum sql_dialect dialect);
void sql_release(struct sql *q);
/* False when out of memory, a text too long, or a bad name. */
MUST_CHECK bool sql_ok(const struct sql *q);
/* The same as a status with its reason. */
MUST_CHECK enum status sql_finish(const struct sql *q, struct error *why);
str sql_text(const struct sql *q); /* borrowed */

void sql_add(struct sql *q, const char *literal); /* text of our own, never a caller's */
void sql_add_int(struct sql *q, int64_t v);
/* "name", letters digits and _ only; anything else makes the statement fail. */
void sql_name(struct sql *q, str name);
/* "table"."name" */
void sql_column(struct sql *q, str table, str name);

/* Bound values; equal values share one parameter. */
void sql_bind_i64(struct sql *q, int64_t v);
void sql_bind_f64(struct sql *q, double v);
void sql_bind_text(struct sql *q, str v); /* copies */
void sql_bind_day(struct sql *q, int32_t day);

void sql_aggregate(struct sql *q, const struct sql_aggregate *agg);
void sql_aggregate_where(struct sql *q);
void sql_aggregate_end(struct sql *q);

/* First day of the period that holds table.column (a DATE). Week start: ISO weekday 1 to 7. */
void sql_period_start(struct sql *q, enum sql_period p, unsigned week_start, str table, str column);

/* A quantile of values that were counted, one row a value: "q_value" and "q_n", how often it is
 * there. sql_ranks() writes the columns of a statement over them that has the windows "q_up" (rows
 * up to this value, ordered by it) and "q_all" (all of them); sql_ranked_value() the aggregate over
 * that. The same number as SQL_QUANTILE gives: linear interpolation, type 7 of Hyndman and Fan
 * (1996). */
void sql_ranks(struct sql *q, unsigned permille);
void sql_ranked_value(struct sql *q);

/* Sum of the n greatest values of a group: writes the call around what `close` ends. */
void sql_top_sum_open(struct sql *q);
void sql_top_sum_close(struct sql *q, int64_t n);

/* The text with its values in place: engines plan a statement with bound values twice, once without
 * and once with them. Only values that can be nothing else there: whole numbers, days of four digit
 * years, and short texts of ASCII letters, digits, spaces and -_./:+@. False: bind them. DuckDB
 * only. */
bool sql_inline(const struct sql *q, struct buf *out);

/* For people and golden tests: the text with its values listed below, one a line. */
void sql_describe(const struct sql *q, struct buf *out);

#endif
