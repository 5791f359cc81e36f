/* Typed nodes of the row language: what goes with what, and literals that take the type of what
 * they meet. A node is NULL when a problem was reported for it; NULL passes upwards silently. */
#include "kpi/expr_priv.h"

#define X(id, text) text,
static const char *const type_texts[] = { ROW_TYPE_LIST(X) };
#undef X

static const enum row_type column_row_types[] = {
    [COLUMN_TEXT] = ROW_TYPE_TEXT,     [COLUMN_MONEY] = ROW_TYPE_MONEY,
    [COLUMN_COUNT] = ROW_TYPE_INTEGER, [COLUMN_QUANTITY] = ROW_TYPE_INTEGER,
    [COLUMN_KEY] = ROW_TYPE_INTEGER,   [COLUMN_DAY] = ROW_TYPE_DAY,
    [COLUMN_TIME] = ROW_TYPE_TIME,     [COLUMN_MINUTE] = ROW_TYPE_INTEGER,
    [COLUMN_FLAG] = ROW_TYPE_TRUTH,    [COLUMN_REAL] = ROW_TYPE_REAL,
};
_Static_assert(ARRAY_LEN(column_row_types) == COLUMN_TYPE_COUNT, "a row type per column type");

const char *row_type_text(enum row_type t)
{
    BUG_IF((unsigned)t >= ROW_TYPE_COUNT);
    return type_texts[t];
}

bool row_type_is_number(enum row_type t)
{
    return t == ROW_TYPE_INTEGER || t == ROW_TYPE_MONEY || t == ROW_TYPE_REAL ||
           t == ROW_TYPE_DURATION || t == ROW_TYPE_DAYS;
}

static const char *type_tr(const struct row_builder *b, enum row_type t)
{
    return tr(b->scan.at->problems->lang, row_type_text(t));
}

struct row_expr *row_node(struct row_builder *b, enum row_op op, enum row_type type, size_t offset)
{
    if (!scanner_node(&b->scan))
        return NULL;
    struct row_expr *e = ARENA_NEW(b->scan.arena, struct row_expr, 1);
    if (e != NULL) {
        e->op = op;
        e->type = type;
        e->offset = (unsigned)offset;
        e->text = STR_EMPTY;
    }
    return e;
}

static const struct row_expr *row_with_args(struct row_builder *b,
                                            struct row_expr *e,
                                            const struct row_expr *const *from,
                                            size_t n)
{
    if (e == NULL)
        return NULL;
    const struct row_expr **args = ARENA_NEW(b->scan.arena, const struct row_expr *, n);
    if (args == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++)
        args[i] = from[i];
    e->args = args;
    e->n_args = n;
    return e;
}

static const struct row_expr *row_pair(struct row_builder *b,
                                       struct row_expr *e,
                                       const struct row_expr *left,
                                       const struct row_expr *right)
{
    const struct row_expr *const both[2] = { left, right };
    return row_with_args(b, e, both, 2);
}

/* ---- Names ----------------------------------------------------------------------------------- */

const struct column *kpi_dimension_column(const struct table *t,
                                          const struct dimension *d,
                                          bool *is_joined)
{
    *is_joined = false;
    const struct column *own = table_column(t, str_from(d->column));
    const struct table *home = d->table == NULL ? NULL : commerce_table(str_from(d->table));
    const bool can_join = home != NULL && home != t && d->via != NULL &&
                          table_column(t, str_from(d->via)) != NULL &&
                          table_column(home, str_from(d->via)) != NULL;
    /* a note that the fact happens to keep under that name is not the dimension: titles of sold
     * articles stand in product */
    if (own != NULL && !(can_join && own->role == ROLE_ATTRIBUTE))
        return own;
    if (!can_join)
        return NULL;
    *is_joined = true;
    return table_column(home, str_from(d->column));
}

static const struct dimension *dimension_named(str name)
{
    for (size_t i = 0; i < commerce_dimension_count; i++) {
        const struct dimension *d = &commerce_dimensions[i];
        if (str_is(name, d->name) || str_is(name, d->name_zh) ||
            str_eq_nocase(name, str_from(d->name_en)))
            return d;
    }
    return NULL;
}

/* All names that could have been meant: columns of the table, dimensions it has. */
static str suggest_name(struct arena *a, enum lang lang, const struct table *t, str wrong)
{
    const size_t most = commerce_dimension_count + (t == NULL ? 0 : t->column_count);
    const char **names = ARENA_NEW(a, const char *, most);
    if (names == NULL)
        return STR_EMPTY;
    size_t n = 0;
    for (size_t i = 0; t != NULL && i < t->column_count; i++)
        names[n++] = t->columns[i].name;
    for (size_t i = 0; i < commerce_dimension_count; i++) {
        bool is_joined;
        if (t == NULL || kpi_dimension_column(t, &commerce_dimensions[i], &is_joined) != NULL)
            names[n++] = commerce_dimensions[i].name;
    }
    return name_suggestion(a, lang, wrong, names, n);
}

static void report_unknown(struct row_builder *b, const struct token *t)
{
    const struct table *table = b->scope->table;
    const enum lang lang = b->scan.at->problems->lang;
    const str hint = suggest_name(b->scan.arena, lang, table, t->text);
    if (table != NULL && dimension_named(t->text) != NULL)
        expr_problem(b->scan.at,
                     t->offset,
                     "table %s has no dimension \"%.*s\"",
                     table->name,
                     STR_ARG(t->text));
    else if (table != NULL)
        expr_problem(b->scan.at,
                     t->offset,
                     "table %s has no column \"%.*s\"%.*s; text stands in quotes",
                     table->name,
                     STR_ARG(t->text),
                     STR_ARG(hint));
    else
        expr_problem(b->scan.at,
                     t->offset,
                     "unknown dimension \"%.*s\"%.*s; text stands in quotes",
                     STR_ARG(t->text),
                     STR_ARG(hint));
}

const struct row_expr *row_build_name(struct row_builder *b, const struct token *t)
{
    const struct table *table = b->scope->table;
    const struct dimension *d = NULL;
    const struct column *column = table == NULL ? NULL : table_column(table, t->text);
    bool is_joined = false;
    if (column == NULL) {
        d = dimension_named(t->text);
        if (d != NULL && table != NULL)
            column = kpi_dimension_column(table, d, &is_joined);
    }
    if (column == NULL && (d == NULL || table != NULL)) {
        report_unknown(b, t);
        return NULL;
    }
    const enum row_type type = column == NULL ? ROW_TYPE_TEXT : column_row_types[column->type];
    struct row_expr *e = row_node(b, ROW_COLUMN, type, t->offset);
    if (e == NULL)
        return NULL;
    e->column = column;
    e->dimension = d;
    e->is_joined = is_joined;
    return e;
}

/* ---- Literals -------------------------------------------------------------------------------- */

static const struct row_expr *literal_misfit(struct row_builder *b,
                                             const struct row_expr *e,
                                             enum row_type wanted)
{
    expr_problem(
        b->scan.at, e->offset, "expected %s, found %s", type_tr(b, wanted), type_tr(b, e->type));
    return NULL;
}

static const struct row_expr *literal_money(struct row_builder *b,
                                            const struct row_expr *from,
                                            struct row_expr *e)
{
    bool inexact = false;
    if (from->type == ROW_TYPE_INTEGER
            ? i64_mul(from->integer, MONEY_ONE, &e->integer)
            : decimal_parse(from->text, '.', 0, 4, &e->integer, &inexact) && !inexact)
        return e;
    expr_problem(b->scan.at, from->offset, "an amount has at most 4 decimals and 15 digits before");
    return NULL;
}

static const struct row_expr *literal_day(struct row_builder *b,
                                          const struct row_expr *from,
                                          struct row_expr *e)
{
    int32_t day;
    if (!day_parse(from->text, &day)) {
        expr_problem(b->scan.at, from->offset, "expected a date such as 2010-12-01");
        return NULL;
    }
    e->integer = day;
    return e;
}

/* The literal in the wanted type; NULL with a problem when it cannot be. */
static const struct row_expr *literal_as(struct row_builder *b,
                                         const struct row_expr *from,
                                         enum row_type wanted)
{
    if (from == NULL || from->type == wanted)
        return from;
    struct row_expr *e = row_node(b, ROW_LITERAL, wanted, from->offset);
    if (e == NULL)
        return NULL;
    e->text = from->text;
    e->integer = from->integer;
    const bool is_number = from->type == ROW_TYPE_INTEGER || from->type == ROW_TYPE_REAL;
    if (wanted == ROW_TYPE_MONEY && is_number)
        return literal_money(b, from, e);
    if (wanted == ROW_TYPE_REAL && from->type == ROW_TYPE_INTEGER) {
        e->real = (double)from->integer;
        return e;
    }
    if (wanted == ROW_TYPE_DAYS && from->type == ROW_TYPE_INTEGER)
        return e;
    if (wanted == ROW_TYPE_DAYS && from->type == ROW_TYPE_DURATION &&
        from->integer % US_PER_DAY == 0) {
        e->integer = from->integer / US_PER_DAY;
        return e;
    }
    if (wanted == ROW_TYPE_DAY && from->type == ROW_TYPE_TEXT)
        return literal_day(b, from, e);
    return literal_misfit(b, from, wanted);
}

static bool is_literal(const struct row_expr *e)
{
    return e->op == ROW_LITERAL;
}

/* Gives both sides one type when one is a literal. */
static bool sides_meet(struct row_builder *b,
                       const struct row_expr **left,
                       const struct row_expr **right,
                       size_t offset)
{
    if (*left == NULL || *right == NULL)
        return false;
    if ((*left)->type == (*right)->type)
        return true;
    if (is_literal(*right))
        *right = literal_as(b, *right, (*left)->type);
    else if (is_literal(*left))
        *left = literal_as(b, *left, (*right)->type);
    else
        expr_problem(b->scan.at,
                     offset,
                     "%s and %s cannot be compared",
                     type_tr(b, (*left)->type),
                     type_tr(b, (*right)->type));
    return *left != NULL && *right != NULL && (*left)->type == (*right)->type;
}

/* ---- Tests ----------------------------------------------------------------------------------- */

/* The column, or where its dimension is at home. */
static const struct column *column_of(const struct row_expr *e)
{
    const struct dimension *d = e->dimension;
    const struct table *home =
        d != NULL && d->table != NULL ? commerce_table(str_from(d->table)) : NULL;
    return e->column == NULL && home != NULL ? table_column(home, str_from(d->column)) : e->column;
}

/* A column of few words is compared with one of them: any other is a slip, and would count none. */
static bool is_one_of_words(struct row_builder *b,
                            const struct row_expr *column,
                            const struct row_expr *literal)
{
    const char *const *words = NULL;
    const struct column *c =
        column->op == ROW_COLUMN && is_literal(literal) ? column_of(column) : NULL;
    const size_t n = c == NULL ? 0 : table_column_words(c, &words);
    bool found = n == 0 || literal->text.len == 0;
    for (size_t i = 0; i < n && !found; i++)
        found = str_is(literal->text, words[i]);
    if (found)
        return true;
    const str hint =
        name_suggestion(b->scan.arena, b->scan.at->problems->lang, literal->text, words, n);
    str all = STR_EMPTY;
    for (size_t i = 0; i < n; i++)
        all = arena_printf(b->scan.arena, "%.*s%s%s", STR_ARG(all), i > 0 ? ", " : "", words[i]);
    expr_problem(b->scan.at,
                 literal->offset,
                 "%s is never \"%.*s\"%.*s; it is one of %.*s",
                 c->name,
                 STR_ARG(literal->text),
                 STR_ARG(hint),
                 STR_ARG(all));
    return false;
}

const struct row_expr *row_build_compare(struct row_builder *b,
                                         enum row_op op,
                                         const struct row_expr *left,
                                         const struct row_expr *right,
                                         size_t offset)
{
    if (!sides_meet(b, &left, &right, offset))
        return NULL;
    if (left->type == ROW_TYPE_TRUTH && op != ROW_EQ && op != ROW_NE) {
        expr_problem(b->scan.at, offset, "conditions have no order: use = or !=");
        return NULL;
    }
    if (!is_one_of_words(b, left, right) || !is_one_of_words(b, right, left))
        return NULL;
    return row_pair(b, row_node(b, op, ROW_TYPE_TRUTH, offset), left, right);
}

const struct row_expr *row_build_in(struct row_builder *b, struct node_list *values, size_t offset)
{
    const struct row_expr **args = ARENA_NEW(b->scan.arena, const struct row_expr *, values->n);
    if (args == NULL)
        return NULL;
    args[0] = values->items[0];
    bool fits = true;
    for (size_t i = 1; i < values->n; i++) {
        args[i] = values->items[i];
        if (!is_literal(args[i])) {
            expr_problem(b->scan.at, args[i]->offset, "expected a value, not a column");
            fits = false;
        } else {
            args[i] = literal_as(b, args[i], args[0]->type);
            fits = fits && args[i] != NULL && is_one_of_words(b, args[0], args[i]);
        }
    }
    struct row_expr *e = fits ? row_node(b, ROW_IN, ROW_TYPE_TRUTH, offset) : NULL;
    return row_with_args(b, e, args, values->n);
}

const struct row_expr *row_build_text_match(struct row_builder *b,
                                            enum row_op op,
                                            const struct row_expr *left,
                                            const struct row_expr *right,
                                            size_t offset)
{
    if (left == NULL || right == NULL)
        return NULL;
    const struct row_expr *const sides[2] = { left, right };
    for (size_t i = 0; i < 2; i++) {
        if (sides[i]->type != ROW_TYPE_TEXT)
            return literal_misfit(b, sides[i], ROW_TYPE_TEXT);
    }
    if (!is_literal(right)) {
        expr_problem(b->scan.at, right->offset, "expected text in quotes, not a column");
        return NULL;
    }
    return row_pair(b, row_node(b, op, ROW_TYPE_TRUTH, offset), left, right);
}

const struct row_expr *row_build_is_null(struct row_builder *b,
                                         const struct row_expr *arg,
                                         size_t offset)
{
    if (arg == NULL)
        return NULL;
    return row_with_args(b, row_node(b, ROW_IS_NULL, ROW_TYPE_TRUTH, offset), &arg, 1);
}

const struct row_expr *row_check_truth(struct row_builder *b, const struct row_expr *e)
{
    if (e == NULL || e->type == ROW_TYPE_TRUTH)
        return e;
    expr_problem(b->scan.at,
                 e->offset,
                 "expected a condition such as %s, found %s",
                 "status = 'paid'",
                 type_tr(b, e->type));
    return NULL;
}

/* and, or: lists inside lists of the same kind become one; not: one argument. */
const struct row_expr *row_build_truth(struct row_builder *b,
                                       enum row_op op,
                                       struct node_list *args,
                                       size_t offset)
{
    size_t n = 0;
    for (size_t i = 0; i < args->n; i++) {
        const struct row_expr *e = row_check_truth(b, args->items[i]);
        if (e == NULL)
            return NULL;
        n += e->op == op && op != ROW_NOT ? e->n_args : 1;
    }
    const struct row_expr **flat = ARENA_NEW(b->scan.arena, const struct row_expr *, n);
    if (flat == NULL)
        return NULL;
    n = 0;
    for (size_t i = 0; i < args->n; i++) {
        const struct row_expr *e = args->items[i];
        if (e->op != op || op == ROW_NOT) {
            flat[n++] = e;
            continue;
        }
        for (size_t j = 0; j < e->n_args; j++)
            flat[n++] = e->args[j];
    }
    return row_with_args(b, row_node(b, op, ROW_TYPE_TRUTH, offset), flat, n);
}

/* ---- Rows of a key --------------------------------------------------------------------------- */

#define X(id, name) name,
static const char *const gather_names[GATHER_COUNT_OF] = { ROW_GATHER_LIST(X) };
#undef X

const char *row_expr_gather_name(enum row_gather g)
{
    BUG_IF((unsigned)g >= GATHER_COUNT_OF);
    return gather_names[g];
}

static bool may_gather(enum row_gather gather, enum row_type t)
{
    const bool has_order = t == ROW_TYPE_DAY || t == ROW_TYPE_TIME;
    return gather == GATHER_DISTINCT || row_type_is_number(t) ||
           (has_order && (gather == GATHER_MIN || gather == GATHER_MAX));
}

const struct row_expr *row_build_gather(struct row_builder *b,
                                        enum row_gather gather,
                                        const struct row_expr *value,
                                        const struct row_expr *filter,
                                        size_t offset)
{
    const struct row_expr *args[2];
    size_t n = 0;
    if (value != NULL && !may_gather(gather, value->type)) {
        expr_problem(b->scan.at,
                     value->offset,
                     "%s of %s is not possible: expected a number or an amount",
                     gather_names[gather],
                     type_tr(b, value->type));
        return NULL;
    }
    const bool counts = gather == GATHER_COUNT || gather == GATHER_DISTINCT;
    const enum row_type type = counts || value == NULL ? ROW_TYPE_INTEGER : value->type;
    struct row_expr *e = row_node(b, ROW_GATHER, type, offset);
    if (e != NULL)
        e->gather = gather;
    if (value != NULL)
        args[n++] = value;
    if (filter != NULL)
        args[n++] = filter;
    return row_with_args(b, e, args, n);
}

/* ---- Arithmetic ------------------------------------------------------------------------------ */

/* What may be combined, in the order that is tried; nothing else is. */
static const struct {
    enum row_op op;
    enum row_type left;
    enum row_type right;
    enum row_type result;
} arith[] = {
#define SAME_TYPE(t)                                           \
    { ROW_ADD, ROW_TYPE_##t, ROW_TYPE_##t, ROW_TYPE_##t },     \
    {                                                          \
        ROW_SUBTRACT, ROW_TYPE_##t, ROW_TYPE_##t, ROW_TYPE_##t \
    }
    SAME_TYPE(INTEGER),
    SAME_TYPE(MONEY),
    SAME_TYPE(REAL),
    SAME_TYPE(DURATION),
    SAME_TYPE(DAYS),
#undef SAME_TYPE
    { ROW_SUBTRACT, ROW_TYPE_TIME, ROW_TYPE_TIME, ROW_TYPE_DURATION },
    { ROW_SUBTRACT, ROW_TYPE_DAY, ROW_TYPE_DAY, ROW_TYPE_DAYS },
    { ROW_ADD, ROW_TYPE_DAY, ROW_TYPE_DAYS, ROW_TYPE_DAY },
    { ROW_SUBTRACT, ROW_TYPE_DAY, ROW_TYPE_DAYS, ROW_TYPE_DAY },
    { ROW_ADD, ROW_TYPE_TIME, ROW_TYPE_DURATION, ROW_TYPE_TIME },
    { ROW_SUBTRACT, ROW_TYPE_TIME, ROW_TYPE_DURATION, ROW_TYPE_TIME },
    { ROW_MULTIPLY, ROW_TYPE_INTEGER, ROW_TYPE_INTEGER, ROW_TYPE_INTEGER },
    { ROW_MULTIPLY, ROW_TYPE_MONEY, ROW_TYPE_INTEGER, ROW_TYPE_MONEY },
    { ROW_MULTIPLY, ROW_TYPE_INTEGER, ROW_TYPE_MONEY, ROW_TYPE_MONEY },
    { ROW_MULTIPLY, ROW_TYPE_REAL, ROW_TYPE_REAL, ROW_TYPE_REAL },
    { ROW_MULTIPLY, ROW_TYPE_REAL, ROW_TYPE_INTEGER, ROW_TYPE_REAL },
    { ROW_MULTIPLY, ROW_TYPE_INTEGER, ROW_TYPE_REAL, ROW_TYPE_REAL },
    { ROW_DIVIDE, ROW_TYPE_INTEGER, ROW_TYPE_INTEGER, ROW_TYPE_REAL },
    { ROW_DIVIDE, ROW_TYPE_MONEY, ROW_TYPE_MONEY, ROW_TYPE_REAL },
    { ROW_DIVIDE, ROW_TYPE_DURATION, ROW_TYPE_DURATION, ROW_TYPE_REAL },
    { ROW_DIVIDE, ROW_TYPE_REAL, ROW_TYPE_REAL, ROW_TYPE_REAL },
    { ROW_DIVIDE, ROW_TYPE_REAL, ROW_TYPE_INTEGER, ROW_TYPE_REAL },
    { ROW_DIVIDE, ROW_TYPE_INTEGER, ROW_TYPE_REAL, ROW_TYPE_REAL },
};

static bool arith_result(enum row_op op,
                         enum row_type left,
                         enum row_type right,
                         enum row_type *out)
{
    for (size_t i = 0; i < ARRAY_LEN(arith); i++) {
        if (arith[i].op == op && arith[i].left == left && arith[i].right == right) {
            *out = arith[i].result;
            return true;
        }
    }
    return false;
}

/* 7 next to days is days; 5 next to money is money where adding, a factor where multiplying. */
static const struct row_expr *arith_literal(struct row_builder *b,
                                            enum row_op op,
                                            const struct row_expr *e,
                                            enum row_type other)
{
    if (!is_literal(e) || op == ROW_MULTIPLY)
        return e;
    if (other == ROW_TYPE_DAY && e->type != ROW_TYPE_TEXT && e->type != ROW_TYPE_DAY)
        return literal_as(b, e, ROW_TYPE_DAYS);
    if (other == ROW_TYPE_TIME || op == ROW_DIVIDE)
        return e;
    return literal_as(b, e, other);
}

const struct row_expr *row_build_arith(struct row_builder *b,
                                       enum row_op op,
                                       const struct row_expr *left,
                                       const struct row_expr *right,
                                       size_t offset)
{
    if (left == NULL || right == NULL)
        return NULL;
    enum row_type result = ROW_TYPE_COUNT;
    if (!arith_result(op, left->type, right->type, &result)) {
        if (is_literal(right))
            right = arith_literal(b, op, right, left->type);
        else
            left = arith_literal(b, op, left, right->type);
        if (left == NULL || right == NULL)
            return NULL;
    }
    if (arith_result(op, left->type, right->type, &result))
        return row_pair(b, row_node(b, op, result, offset), left, right);
    static const char symbols[] = { '+', '-', '*', '/' };
    expr_problem(b->scan.at,
                 offset,
                 "%s %c %s is not possible",
                 type_tr(b, left->type),
                 symbols[op - ROW_ADD],
                 type_tr(b, right->type));
    return NULL;
}

const struct row_expr *row_build_negate(struct row_builder *b,
                                        const struct row_expr *arg,
                                        size_t offset)
{
    if (arg == NULL)
        return NULL;
    if (!row_type_is_number(arg->type)) {
        expr_problem(
            b->scan.at, offset, "expected a number behind -, found %s", type_tr(b, arg->type));
        return NULL;
    }
    if (!is_literal(arg))
        return row_with_args(b, row_node(b, ROW_NEGATE, arg->type, offset), &arg, 1);
    struct row_expr *e = row_node(b, ROW_LITERAL, arg->type, offset);
    if (e == NULL)
        return NULL;
    const bool was_negative = str_starts(arg->text, STR("-"));
    e->integer = -arg->integer;
    e->real = -arg->real;
    e->text = was_negative ? str_skip(arg->text, 1)
                           : arena_printf(b->scan.arena, "-%.*s", STR_ARG(arg->text));
    return e;
}
