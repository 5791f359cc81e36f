/* The row language: recursive descent over tokens; expr_build.c gives the nodes their types.
 *
 *   or     = and { "or" and }
 *   and    = not { "and" not }
 *   not    = "not" not | test
 *   test   = sum [ compare sum | ["not"] "in" "(" value {"," value} ")" | "is" ["not"] "null"
 *                | ["not"] ("contains" | "starts" | "ends") text ]
 *   sum    = term { ("+" | "-") term }
 *   term   = unary { ("*" | "/") unary }
 *   unary  = "-" unary | number | span | date | text | name | $setting | today | true | false
 *          | "(" or ")"
 *
 * In `having` columns stand inside what gathers rows, and a unary may also be
 *   "period_start" | "count" "(" [or] ")"
 *          | ("distinct" | "sum" | "min" | "max") "(" sum ["where" or] ")" */
#include "kpi/expr_priv.h"

static const struct row_expr *parse_or(struct row_builder *b);

static struct row_expr *row_literal(struct row_builder *b,
                                    enum row_type type,
                                    const struct token *t)
{
    struct row_expr *e = row_node(b, ROW_LITERAL, type, t->offset);
    if (e != NULL) {
        e->text = t->text;
        e->integer = t->value;
    }
    return e;
}

/* A number as written; whole ones are INTEGER, others REAL until their context says more. */
static const struct row_expr *row_number(struct row_builder *b, const struct token *t)
{
    struct row_expr *e = row_literal(b, ROW_TYPE_REAL, t);
    if (e == NULL)
        return NULL;
    const bool is_whole = !str_contains(t->text, STR("."));
    if (is_whole && str_to_i64(t->text, &e->integer)) {
        e->type = ROW_TYPE_INTEGER;
        return e;
    }
    if (!is_whole && str_to_double(t->text, &e->real))
        return e;
    expr_problem(b->scan.at,
                 t->offset,
                 "the number %.*s has too many digits",
                 STR_ARG(str_first(t->text, 60)));
    return NULL;
}

static const struct row_expr *row_setting(struct row_builder *b, const struct token *t)
{
    int64_t value;
    if (!expr_setting_value(b->scan.at, b->scope->settings, t->text, t->offset, &value))
        return NULL;
    struct row_expr *e = row_literal(b, ROW_TYPE_INTEGER, t);
    if (e == NULL)
        return NULL;
    e->integer = value;
    e->text = arena_printf(b->scan.arena, "%lld", (long long)value);
    return e;
}

static const struct row_expr *parse_sum(struct row_builder *b);

/* count(condition), sum(value where condition); the name has been read. */
static const struct row_expr *parse_gather(struct row_builder *b,
                                           enum row_gather gather,
                                           size_t offset)
{
    const struct row_expr *value = NULL;
    const struct row_expr *filter = NULL;
    bool ok = scanner_expect(&b->scan, "(");
    b->in_gather = true;
    if (ok && gather != GATHER_COUNT) {
        value = parse_sum(b);
        ok = value != NULL;
    }
    const bool has_filter =
        gather == GATHER_COUNT ? !scanner_is(&b->scan, ")") : scanner_accept(&b->scan, "where");
    if (ok && has_filter) {
        filter = row_check_truth(b, parse_or(b));
        ok = filter != NULL;
    }
    b->in_gather = false;
    return ok && scanner_expect(&b->scan, ")") ? row_build_gather(b, gather, value, filter, offset)
                                               : NULL;
}

/* A word that only `having` knows: *found tells whether it was one. */
static const struct row_expr *row_gathered_word(struct row_builder *b,
                                                const struct token *t,
                                                bool *found)
{
    *found = str_eq_nocase(t->text, STR("period_start"));
    if (*found)
        return row_node(b, ROW_PERIOD_START, ROW_TYPE_DAY, t->offset);
    for (unsigned i = 0; i < GATHER_COUNT_OF && !b->in_gather; i++) {
        *found = str_eq_nocase(t->text, str_from(row_expr_gather_name((enum row_gather)i))) &&
                 scanner_is(&b->scan, "(");
        if (*found)
            return parse_gather(b, (enum row_gather)i, t->offset);
    }
    return NULL;
}

static const struct row_expr *row_word(struct row_builder *b, const struct token *t)
{
    bool found = false;
    const struct row_expr *gathered = b->scope->gathers ? row_gathered_word(b, t, &found) : NULL;
    if (found)
        return gathered;
    if (str_eq_nocase(t->text, STR("today")))
        return row_node(b, ROW_TODAY, ROW_TYPE_DAY, t->offset);
    const bool is_true = str_eq_nocase(t->text, STR("true"));
    if (is_true || str_eq_nocase(t->text, STR("false"))) {
        struct row_expr *e = row_literal(b, ROW_TYPE_TRUTH, t);
        if (e != NULL)
            e->integer = is_true;
        return e;
    }
    if (b->scope->gathers && !b->in_gather) {
        expr_problem(b->scan.at,
                     t->offset,
                     "\"%.*s\" is of single rows: it stands inside count(), distinct(), sum(), "
                     "min() or max()",
                     STR_ARG(t->text));
        return NULL;
    }
    return row_build_name(b, t);
}

static const struct row_expr *parse_primary(struct row_builder *b)
{
    const struct token t = b->scan.token;
    if (t.type == TOKEN_SYMBOL && scanner_accept(&b->scan, "(")) {
        const struct row_expr *inner = parse_or(b);
        return scanner_expect(&b->scan, ")") ? inner : NULL;
    }
    if (t.type == TOKEN_END || t.type == TOKEN_SYMBOL || t.type == TOKEN_BAD) {
        scanner_fail(&b->scan, "a column or a value");
        return NULL;
    }
    scanner_next(&b->scan);
    switch (t.type) {
    case TOKEN_NUMBER:
        return row_number(b, &t);
    case TOKEN_SPAN:
        return row_literal(b, ROW_TYPE_DURATION, &t);
    case TOKEN_DATE:
        return row_literal(b, ROW_TYPE_DAY, &t);
    case TOKEN_TEXT:
        return row_literal(b, ROW_TYPE_TEXT, &t);
    case TOKEN_SETTING:
        return row_setting(b, &t);
    default:
        return row_word(b, &t);
    }
}

static const struct row_expr *parse_unary(struct row_builder *b)
{
    if (!scanner_enter(&b->scan))
        return NULL;
    const struct row_expr *e;
    const size_t offset = b->scan.token.offset;
    if (scanner_accept(&b->scan, "-"))
        e = row_build_negate(b, parse_unary(b), offset);
    else
        e = parse_primary(b);
    scanner_leave(&b->scan);
    return e;
}

static bool accept_either(struct row_builder *b,
                          const char *first,
                          const char *second,
                          bool *is_second)
{
    *is_second = scanner_is(&b->scan, second);
    return scanner_accept(&b->scan, first) || scanner_accept(&b->scan, second);
}

static const struct row_expr *parse_term(struct row_builder *b)
{
    const struct row_expr *left = parse_unary(b);
    bool is_second;
    size_t offset = b->scan.token.offset;
    while (accept_either(b, "*", "/", &is_second)) {
        const struct row_expr *right = parse_unary(b);
        left = row_build_arith(b, is_second ? ROW_DIVIDE : ROW_MULTIPLY, left, right, offset);
        offset = b->scan.token.offset;
    }
    return left;
}

static const struct row_expr *parse_sum(struct row_builder *b)
{
    const struct row_expr *left = parse_term(b);
    bool is_second;
    size_t offset = b->scan.token.offset;
    while (accept_either(b, "+", "-", &is_second)) {
        const struct row_expr *right = parse_term(b);
        left = row_build_arith(b, is_second ? ROW_SUBTRACT : ROW_ADD, left, right, offset);
        offset = b->scan.token.offset;
    }
    return left;
}

static const struct row_expr *row_not(struct row_builder *b,
                                      const struct row_expr *e,
                                      size_t offset)
{
    struct node_list one = { 0 };
    if (e == NULL || !node_list_add(&one, b->scan.arena, e))
        return NULL;
    return row_build_truth(b, ROW_NOT, &one, offset);
}

static const struct row_expr *parse_in(struct row_builder *b,
                                       const struct row_expr *left,
                                       size_t offset)
{
    struct node_list values = { 0 };
    bool is_complete = node_list_add(&values, b->scan.arena, left);
    if (!scanner_expect(&b->scan, "("))
        return NULL;
    do {
        const struct row_expr *value = parse_unary(b);
        is_complete = is_complete && value != NULL && left != NULL &&
                      node_list_add(&values, b->scan.arena, value);
    } while (scanner_accept(&b->scan, ","));
    if (!scanner_expect(&b->scan, ")") || !is_complete)
        return NULL;
    return row_build_in(b, &values, offset);
}

static const struct row_expr *parse_is(struct row_builder *b,
                                       const struct row_expr *left,
                                       size_t offset)
{
    const bool negated = scanner_accept(&b->scan, "not");
    if (!scanner_accept(&b->scan, "null")) {
        scanner_fail(&b->scan, "\"null\"");
        return NULL;
    }
    const struct row_expr *e = row_build_is_null(b, left, offset);
    return negated ? row_not(b, e, offset) : e;
}

static const struct {
    const char *symbol;
    enum row_op op;
} compares[] = {
    { "=", ROW_EQ }, { "==", ROW_EQ }, { "!=", ROW_NE }, { "<>", ROW_NE },
    { "<", ROW_LT }, { "<=", ROW_LE }, { ">", ROW_GT },  { ">=", ROW_GE },
};

static const struct {
    const char *word;
    enum row_op op;
} matches[] = {
    { "contains", ROW_CONTAINS },
    { "starts", ROW_STARTS },
    { "ends", ROW_ENDS },
};

static const struct row_expr *parse_match(struct row_builder *b,
                                          const struct row_expr *left,
                                          size_t offset)
{
    if (scanner_accept(&b->scan, "in"))
        return parse_in(b, left, offset);
    for (size_t i = 0; i < ARRAY_LEN(matches); i++) {
        if (scanner_accept(&b->scan, matches[i].word))
            return row_build_text_match(b, matches[i].op, left, parse_unary(b), offset);
    }
    scanner_fail(&b->scan, "\"in\", \"contains\", \"starts\" or \"ends\"");
    return NULL;
}

static bool is_match_word(const struct row_builder *b)
{
    return scanner_is(&b->scan, "in") || scanner_is(&b->scan, "contains") ||
           scanner_is(&b->scan, "starts") || scanner_is(&b->scan, "ends");
}

static const struct row_expr *parse_test(struct row_builder *b)
{
    const struct row_expr *left = parse_sum(b);
    const size_t offset = b->scan.token.offset;
    for (size_t i = 0; i < ARRAY_LEN(compares); i++) {
        if (scanner_accept(&b->scan, compares[i].symbol))
            return row_build_compare(b, compares[i].op, left, parse_sum(b), offset);
    }
    if (scanner_accept(&b->scan, "is"))
        return parse_is(b, left, offset);
    if (scanner_accept(&b->scan, "not"))
        return row_not(b, parse_match(b, left, offset), offset);
    return is_match_word(b) ? parse_match(b, left, offset) : left;
}

static const struct row_expr *parse_not(struct row_builder *b)
{
    const size_t offset = b->scan.token.offset;
    if (!scanner_is(&b->scan, "not"))
        return parse_test(b);
    if (!scanner_enter(&b->scan))
        return NULL;
    scanner_next(&b->scan);
    const struct row_expr *e = row_not(b, parse_not(b), offset);
    scanner_leave(&b->scan);
    return e;
}

/* `word` joins what `part` reads: the two levels of the grammar that make lists. */
static const struct row_expr *parse_joined(struct row_builder *b,
                                           const char *word,
                                           enum row_op op,
                                           const struct row_expr *(*part)(struct row_builder *))
{
    const size_t offset = b->scan.token.offset;
    const struct row_expr *first = part(b);
    if (!scanner_is(&b->scan, word))
        return first;
    struct node_list args = { 0 };
    bool is_complete = first != NULL && node_list_add(&args, b->scan.arena, first);
    while (scanner_accept(&b->scan, word)) {
        const struct row_expr *next = part(b);
        is_complete = is_complete && next != NULL && node_list_add(&args, b->scan.arena, next);
    }
    return is_complete ? row_build_truth(b, op, &args, offset) : NULL;
}

static const struct row_expr *parse_and(struct row_builder *b)
{
    return parse_joined(b, "and", ROW_AND, parse_not);
}

static const struct row_expr *parse_or(struct row_builder *b)
{
    if (!scanner_enter(&b->scan))
        return NULL;
    const struct row_expr *e = parse_joined(b, "or", ROW_OR, parse_and);
    scanner_leave(&b->scan);
    return e;
}

const struct row_expr *row_parse(const struct expr_place *at,
                                 const struct row_scope *scope,
                                 struct arena *a)
{
    if (at->text.len > EXPR_TEXT_MAX) {
        expr_problem(at, 0, "longer than %d bytes", EXPR_TEXT_MAX);
        return NULL;
    }
    struct row_builder b = { .scope = scope };
    scanner_init(&b.scan, at, a);
    const struct row_expr *e = parse_or(&b);
    if (b.scan.token.type != TOKEN_END)
        scanner_fail(&b.scan, "the end, \"and\" or \"or\"");
    return b.scan.failed ? NULL : e;
}
