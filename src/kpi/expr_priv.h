/* Private to kpi: the scanner, the raw formula tree and where an expression stands in a file. */
#ifndef SHOPVANE_KPI_EXPR_PRIV_H
#define SHOPVANE_KPI_EXPR_PRIV_H

#include "kpi/kpi.h"

/* Where an expression stands, so that a problem names its own place and not the scalar's. */
struct expr_place {
    struct problems *problems;
    str file;
    str source; /* the whole file; empty: the text stands alone */
    unsigned line;
    unsigned column; /* of the scalar's first character, its quote included */
    str text;        /* the expression, as YAML decoded it */
};

/* A problem at a byte of the expression. */
void expr_problem(const struct expr_place *at, size_t offset, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* Named whole numbers that definitions refer to as $name. */
struct expr_setting {
    str name;
    int64_t value;
};
struct expr_settings {
    const struct expr_setting *items;
    size_t n;
};
/* False, with a problem, when there is no such setting. */
bool expr_setting_value(const struct expr_place *at,
                        const struct expr_settings *settings,
                        str name,
                        size_t offset,
                        int64_t *out);

enum token_type {
    TOKEN_END,
    TOKEN_NAME,    /* letters, digits, _ and anything beyond ASCII */
    TOKEN_NUMBER,  /* 12, 0.5 */
    TOKEN_SPAN,    /* 24h: value in microseconds */
    TOKEN_DATE,    /* 2010-12-01: value in days */
    TOKEN_TEXT,    /* 'UK' or "UK": text decoded */
    TOKEN_SETTING, /* $repeat_days: text without the mark */
    TOKEN_SYMBOL,  /* text is the operator or parenthesis */
    TOKEN_BAD      /* a problem was reported */
};
struct token {
    enum token_type type;
    str text;
    size_t offset;
    int64_t value;
};

struct scanner {
    const struct expr_place *at;
    struct arena *arena;
    size_t next;        /* offset behind `token` */
    struct token token; /* the current one */
    bool failed;        /* a syntax problem was reported: say no more about this text */
    unsigned depth;
    unsigned n_nodes;
};
void scanner_init(struct scanner *s, const struct expr_place *at, struct arena *arena);
void scanner_next(struct scanner *s);
bool scanner_is(const struct scanner *s, const char *symbol_or_word); /* words in any case */
bool scanner_accept(struct scanner *s, const char *symbol_or_word);
/* False, with a problem, when something else stands there. */
bool scanner_expect(struct scanner *s, const char *symbol);
/* Reports `expected ..., found ...` at the current token, once per text. */
void scanner_fail(struct scanner *s, const char *expected);
bool scanner_enter(struct scanner *s); /* one level deeper; false, with a problem, when too deep */
void scanner_leave(struct scanner *s);
/* Counts a node; false when the text has too many. */
bool scanner_node(struct scanner *s);

/* A list of children that grows in the arena. */
struct node_list {
    const void **items;
    size_t n;
    size_t cap;
};
bool node_list_add(struct node_list *l, struct arena *a, const void *node);

/* What row expressions of a text may refer to. */
struct row_scope {
    const struct table *table; /* NULL: dimensions only (--where) */
    const struct expr_settings *settings;
    bool gathers; /* of the rows of one key: columns stand inside count(), sum() ... */
};
/* NULL after problems were reported. */
const struct row_expr *row_parse(const struct expr_place *at,
                                 const struct row_scope *scope,
                                 struct arena *a);
/* Typed building of nodes; each reports what does not fit and gives NULL. */
struct row_builder {
    struct scanner scan;
    const struct row_scope *scope;
    bool in_gather;
};
const struct row_expr *row_build_gather(struct row_builder *b,
                                        enum row_gather gather,
                                        const struct row_expr *value,
                                        const struct row_expr *filter,
                                        size_t offset);
const char *row_expr_gather_name(enum row_gather g); /* "count" */
const struct row_expr *row_build_name(struct row_builder *b, const struct token *t);
const struct row_expr *row_build_arith(struct row_builder *b,
                                       enum row_op op,
                                       const struct row_expr *left,
                                       const struct row_expr *right,
                                       size_t offset);
const struct row_expr *row_build_compare(struct row_builder *b,
                                         enum row_op op,
                                         const struct row_expr *left,
                                         const struct row_expr *right,
                                         size_t offset);
const struct row_expr *row_build_in(struct row_builder *b, struct node_list *values, size_t offset);
const struct row_expr *row_build_text_match(struct row_builder *b,
                                            enum row_op op,
                                            const struct row_expr *left,
                                            const struct row_expr *right,
                                            size_t offset);
const struct row_expr *row_build_truth(struct row_builder *b,
                                       enum row_op op,
                                       struct node_list *args,
                                       size_t offset);
const struct row_expr *row_build_negate(struct row_builder *b,
                                        const struct row_expr *arg,
                                        size_t offset);
const struct row_expr *row_build_is_null(struct row_builder *b,
                                         const struct row_expr *arg,
                                         size_t offset);
struct row_expr *row_node(struct row_builder *b, enum row_op op, enum row_type type, size_t offset);
const struct row_expr *row_check_truth(struct row_builder *b, const struct row_expr *e);
bool row_type_is_number(enum row_type t); /* INTEGER, MONEY, REAL, DURATION, DAYS */
const char *row_type_text(enum row_type t);

/* A formula as written: names are not looked up yet. */
enum raw_op {
    RAW_NUMBER,
    RAW_NAME,
    RAW_CALL,
    RAW_NEGATE,
    RAW_ADD,
    RAW_SUBTRACT,
    RAW_MULTIPLY,
    RAW_DIVIDE
};
struct raw_formula {
    enum raw_op op;
    unsigned offset;
    str text; /* name or function */
    int64_t number;
    int64_t number_den;
    const struct raw_formula *const *args;
    size_t n_args;
};
/* NULL after problems were reported. */
const struct raw_formula *formula_parse(const struct expr_place *at,
                                        const struct expr_settings *settings,
                                        struct arena *a);
void raw_formula_print(const struct raw_formula *f, struct buf *out);

/*      id         name            least args  most args */
#define FORMULA_CALL_LIST(X)                \
    X(ABS, "abs", 1, 1)                     \
    X(MIN, "min", 2, 16)                    \
    X(MAX, "max", 2, 16)                    \
    X(COALESCE, "coalesce", 2, 16)          \
    X(NULLIF, "nullif", 2, 2)               \
    X(SHARE, "share", 1, 1)                 \
    X(PER_DAY, "per_day", 1, 1)             \
    X(ON_ORDER_DATE, "on_order_date", 1, 1) \
    X(ON_EVENT_DATE, "on_event_date", 1, 1)
#define X(id, name, least, most) CALL_##id,
enum formula_call { FORMULA_CALL_LIST(X) CALL_COUNT };
#undef X
bool formula_call_parse(str name, enum formula_call *out);

#endif
