/* The two small languages of KPI definitions, as typed trees.
 *
 *   row language      class = 'sale' and quantity > 0        filters, --where
 *                     delivered_at - paid_at                 what a measure aggregates
 *   formula language  net_sales / orders                     what a KPI is
 *
 * Trees are read-only, live in the catalogue's (or the caller's) arena and are safe for any
 * thread. Depth is at most EXPR_DEPTH_MAX. docs/kpi-language.md is the reference. */
#ifndef SHOPVANE_KPI_EXPR_H
#define SHOPVANE_KPI_EXPR_H

#include "commerce/commerce.h"
#include "format/format.h"

#define EXPR_DEPTH_MAX 64
#define EXPR_TEXT_MAX  4096 /* bytes of one filter, expression or formula */
#define EXPR_NODES_MAX 4096 /* of one formula with everything it refers to */

/* Type of a row expression. Literals take the type of what they are compared with, so the two
 * sides of a comparison always have the same type and scale.
 *      id        how it is called in messages           value of a literal */
#define ROW_TYPE_LIST(X)                                                      \
    X(TRUTH, "a condition")        /* integer 0 or 1; also FLAG columns */    \
    X(TEXT, "text")                /* text */                                 \
    X(INTEGER, "a whole number")   /* integer */                              \
    X(MONEY, "an amount of money") /* integer, 10^-4 of the unit */           \
    X(REAL, "a number")            /* real */                                 \
    X(DAY, "a date")               /* integer, days since 1970-01-01 */       \
    X(TIME, "a point in time")     /* integer, microseconds UTC since 1970 */ \
    X(DURATION, "a time span")     /* integer, microseconds: TIME - TIME */   \
    X(DAYS, "a number of days")    /* integer: DAY - DAY */

#define X(id, text) ROW_TYPE_##id,
enum row_type { ROW_TYPE_LIST(X) ROW_TYPE_COUNT };
#undef X

enum row_op {
    ROW_LITERAL,
    ROW_COLUMN, /* a column of the table, or a dimension that one join reaches */
    ROW_TODAY,  /* type DAY: the last local day whose data can be complete; the planner binds it */
    ROW_PERIOD_START, /* type DAY: first day of the figure's period; in `having` only */
    ROW_GATHER,       /* what the rows of one key give together; in `having` only */
    ROW_NEGATE,       /* -a */
    ROW_ADD,          /* a + b: numbers; DAY + DAYS, TIME + DURATION */
    ROW_SUBTRACT,
    ROW_MULTIPLY, /* at most one side is money; REAL by MONEY is not allowed */
    ROW_DIVIDE,   /* result is REAL; null when the divisor is 0 */
    ROW_EQ,
    ROW_NE,
    ROW_LT,
    ROW_LE,
    ROW_GT,
    ROW_GE,
    ROW_IN,       /* args[0] in (args[1..]), all of them literals */
    ROW_IS_NULL,  /* "not" is ROW_NOT around it */
    ROW_CONTAINS, /* args[0] column or dimension of text, args[1] literal; case-sensitive */
    ROW_STARTS,
    ROW_ENDS,
    ROW_NOT,
    ROW_AND, /* two or more args */
    ROW_OR
};

/*      id        name          what the rows of a key give together; args */
#define ROW_GATHER_LIST(X)                                                      \
    X(COUNT, "count")       /* rows; args[0], when there: only those like it */ \
    X(DISTINCT, "distinct") /* args[0]: the value, args[1], when there: ... */  \
    X(SUM, "sum")                                                               \
    X(MIN, "min")                                                               \
    X(MAX, "max")

#define X(id, name) GATHER_##id,
enum row_gather { ROW_GATHER_LIST(X) GATHER_COUNT_OF };
#undef X

/* Nulls: conditions know only true and false. A comparison, `in` or `contains` with a null side is
 * false; ROW_NOT turns false into true, null or not; a null flag is false. a != b means
 * not a = b, so country != 'UK' keeps rows without a country. Arithmetic with null is null. */
struct row_expr {
    enum row_op op;
    enum row_type type;
    unsigned offset;                   /* byte in the source text, for messages */
    str text;                          /* literal of type TEXT */
    int64_t integer;                   /* literal of the integer types; see ROW_TYPE_LIST */
    double real;                       /* literal of type REAL */
    const struct column *column;       /* ROW_COLUMN: in the fact, or in dimension->table */
    const struct dimension *dimension; /* ROW_COLUMN: set when it is one; NULL: a plain column */
    enum row_gather gather;            /* ROW_GATHER */
    bool is_joined;                    /* ROW_COLUMN: fact.via = dimension->table.via */
    const struct row_expr *const *args;
    size_t n_args;
};

/* Canonical text: one spelling for one tree; parses back to the same tree. */
void row_expr_print(const struct row_expr *e, struct buf *out);
/* True when the tree has a ROW_TODAY. */
bool row_expr_uses_today(const struct row_expr *e);
/* The first ROW_PERIOD_START of the tree; NULL: it has none. */
const struct row_expr *row_expr_period_start(const struct row_expr *e);

/* --where: a condition over dimensions, before it is known which facts it meets. Its ROW_COLUMN
 * nodes have `dimension` only. Problems get file "--where", line 1 and the column. */
MUST_CHECK enum status kpi_where_parse(str text,
                                       struct arena *a,
                                       const struct row_expr **out,
                                       struct error *why);
/* The condition on one table: columns resolved, joins marked. NOT_FOUND, naming table and
 * dimension, when the table lacks one. */
MUST_CHECK enum status kpi_where_bind(const struct row_expr *where,
                                      const struct table *t,
                                      struct arena *a,
                                      const struct row_expr **out,
                                      struct error *why);
/* How a table has a dimension: its own column (false in *is_joined) or by one join. NULL: it has
 * it not. */
const struct column *kpi_dimension_column(const struct table *t,
                                          const struct dimension *d,
                                          bool *is_joined);
/* A dimension by id, English or Chinese name; NULL and "did you mean" in `why` when unknown. */
const struct dimension *kpi_dimension_find(str name, struct error *why);

/* Formulas. What a resolved KPI consists of: other KPIs are replaced by their own formulas,
 * share(x) is x / whole x, per_day(x) is x / days, bases are settled at the leaves. Every node
 * carries its unit, checked. Evaluate exactly: a node is a rational of 128-bit integers until
 * the last step, except below leaves that are REAL. */
enum formula_op {
    FORMULA_NUMBER, /* number / number_den */
    FORMULA_LEAF,   /* leaves[leaf] of the KPI */
    FORMULA_DAYS,   /* days of the bucket that count for what is divided by them */
    FORMULA_NEGATE,
    FORMULA_ADD,
    FORMULA_SUBTRACT,
    FORMULA_MULTIPLY,
    FORMULA_DIVIDE, /* divisor 0: no value ("division by zero"), or 0 when zero_when_empty */
    FORMULA_ABS,
    FORMULA_MIN, /* two or more; no value if one has none */
    FORMULA_MAX,
    FORMULA_COALESCE, /* the first that has a value */
    FORMULA_NULLIF    /* no value when args[0] = args[1] */
};

struct formula {
    enum formula_op op;
    unsigned unit;        /* enum kpi_unit */
    unsigned grains;      /* bits, what the KPI that it was allows; 0: what its parts allow */
    bool zero_when_empty; /* FORMULA_DIVIDE, from `on_zero: zero` */
    unsigned offset;
    int64_t number; /* exact: number / number_den, the latter a power of ten */
    int64_t number_den;
    size_t leaf;
    const str *without; /* FORMULA_NULLIF: why there is no value, by language; NULL: not said */
    const struct formula *const *args;
    size_t n_args;
};

#endif
