/* Canonical text of both languages: one spelling for one tree, the fewest parentheses. */
#include "kpi/expr_priv.h"

#include <math.h>

/* ---- Row language ---------------------------------------------------------------------------- */

enum level { LEVEL_OR, LEVEL_AND, LEVEL_NOT, LEVEL_TEST, LEVEL_SUM, LEVEL_TERM, LEVEL_UNARY };

static const struct {
    enum level level;
    const char *symbol; /* between the arguments; NULL: special */
} row_looks[] = {
    [ROW_LITERAL] = { LEVEL_UNARY, NULL },
    [ROW_COLUMN] = { LEVEL_UNARY, NULL },
    [ROW_TODAY] = { LEVEL_UNARY, NULL },
    [ROW_PERIOD_START] = { LEVEL_UNARY, NULL },
    [ROW_GATHER] = { LEVEL_UNARY, NULL },
    [ROW_NEGATE] = { LEVEL_UNARY, NULL },
    [ROW_ADD] = { LEVEL_SUM, " + " },
    [ROW_SUBTRACT] = { LEVEL_SUM, " - " },
    [ROW_MULTIPLY] = { LEVEL_TERM, " * " },
    [ROW_DIVIDE] = { LEVEL_TERM, " / " },
    [ROW_EQ] = { LEVEL_TEST, " = " },
    [ROW_NE] = { LEVEL_TEST, " != " },
    [ROW_LT] = { LEVEL_TEST, " < " },
    [ROW_LE] = { LEVEL_TEST, " <= " },
    [ROW_GT] = { LEVEL_TEST, " > " },
    [ROW_GE] = { LEVEL_TEST, " >= " },
    [ROW_IN] = { LEVEL_TEST, NULL },
    [ROW_IS_NULL] = { LEVEL_TEST, NULL },
    [ROW_CONTAINS] = { LEVEL_TEST, " contains " },
    [ROW_STARTS] = { LEVEL_TEST, " starts " },
    [ROW_ENDS] = { LEVEL_TEST, " ends " },
    [ROW_NOT] = { LEVEL_NOT, NULL },
    [ROW_AND] = { LEVEL_AND, " and " },
    [ROW_OR] = { LEVEL_OR, " or " },
};

static void print_row(const struct row_expr *e, enum level least, struct buf *out);

static void print_quoted(str text, struct buf *out)
{
    buf_addc(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'')
            buf_addc(out, '\'');
        buf_addc(out, text.ptr[i]);
    }
    buf_addc(out, '\'');
}

static void print_money(int64_t e4, struct buf *out)
{
    const uint64_t size = e4 < 0 ? (uint64_t)0 - (uint64_t)e4 : (uint64_t)e4;
    buf_addf(out, "%s%llu", e4 < 0 ? "-" : "", (unsigned long long)(size / 10000));
    unsigned rest = (unsigned)(size % 10000);
    unsigned digits = 4;
    while (rest != 0 && rest % 10 == 0) {
        rest /= 10;
        digits--;
    }
    if (rest != 0)
        buf_addf(out, ".%0*u", (int)digits, rest);
}

static void print_span(int64_t us, struct buf *out)
{
    static const struct {
        const char *suffix;
        int64_t us;
    } spans[] = {
        { "d", US_PER_DAY },
        { "h", 3600 * US_PER_SECOND },
        { "min", 60 * US_PER_SECOND },
        { "s", US_PER_SECOND },
        { "ms", 1000 },
        { "us", 1 },
    };
    size_t i = 0;
    while (us % spans[i].us != 0)
        i++;
    buf_addf(out, "%lld%s", (long long)(us / spans[i].us), spans[i].suffix);
}

static void print_literal(const struct row_expr *e, struct buf *out)
{
    switch (e->type) {
    case ROW_TYPE_TEXT:
        print_quoted(e->text, out);
        break;
    case ROW_TYPE_TRUTH:
        buf_adds(out, e->integer != 0 ? "true" : "false");
        break;
    case ROW_TYPE_MONEY:
        print_money(e->integer, out);
        break;
    case ROW_TYPE_DAY:
        buf_add_day(out, (int32_t)e->integer);
        break;
    case ROW_TYPE_DURATION:
        print_span(e->integer, out);
        break;
    case ROW_TYPE_REAL:
        buf_add(out, e->text);
        break;
    default:
        buf_addf(out, "%lld", (long long)e->integer);
        break;
    }
}

static void print_in(const struct row_expr *e, struct buf *out)
{
    print_row(e->args[0], LEVEL_SUM, out);
    buf_adds(out, " in (");
    for (size_t i = 1; i < e->n_args; i++) {
        if (i > 1)
            buf_adds(out, ", ");
        print_row(e->args[i], LEVEL_UNARY, out);
    }
    buf_addc(out, ')');
}

static void print_gather(const struct row_expr *e, struct buf *out)
{
    const bool counts = e->gather == GATHER_COUNT;
    buf_addf(out, "%s(", row_expr_gather_name(e->gather));
    for (size_t i = 0; i < e->n_args; i++) {
        buf_adds(out, i > 0 ? " where " : "");
        print_row(e->args[i], counts || i > 0 ? LEVEL_OR : LEVEL_SUM, out);
    }
    buf_addc(out, ')');
}

static void print_special(const struct row_expr *e, struct buf *out)
{
    switch (e->op) {
    case ROW_LITERAL:
        print_literal(e, out);
        break;
    case ROW_COLUMN:
        buf_adds(out, e->dimension != NULL ? e->dimension->name : e->column->name);
        break;
    case ROW_TODAY:
        buf_adds(out, "today");
        break;
    case ROW_PERIOD_START:
        buf_adds(out, "period_start");
        break;
    case ROW_GATHER:
        print_gather(e, out);
        break;
    case ROW_NEGATE:
        buf_addc(out, '-');
        print_row(e->args[0], LEVEL_UNARY, out);
        break;
    case ROW_IN:
        print_in(e, out);
        break;
    case ROW_IS_NULL:
        print_row(e->args[0], LEVEL_SUM, out);
        buf_adds(out, " is null");
        break;
    default: /* ROW_NOT */
        buf_adds(out, "not ");
        print_row(e->args[0], LEVEL_NOT, out);
        break;
    }
}

/* Both sides of a test are sums; what stands right of - or / binds tighter than the left. */
static void print_operands(const struct row_expr *e, struct buf *out)
{
    const enum level level = row_looks[e->op].level;
    enum level side = level;
    if (level == LEVEL_TEST)
        side = LEVEL_SUM;
    else if (level <= LEVEL_AND)
        side = level + 1;
    const bool is_arithmetic = level == LEVEL_SUM || level == LEVEL_TERM;
    print_row(e->args[0], side, out);
    for (size_t i = 1; i < e->n_args; i++) {
        buf_adds(out, row_looks[e->op].symbol);
        print_row(e->args[i], is_arithmetic ? level + 1 : side, out);
    }
}

/* `least`: what binds less tightly than that needs parentheses. */
static void print_row(const struct row_expr *e, enum level least, struct buf *out)
{
    const bool in_parentheses = row_looks[e->op].level < least;
    if (in_parentheses)
        buf_addc(out, '(');
    if (row_looks[e->op].symbol == NULL)
        print_special(e, out);
    else
        print_operands(e, out);
    if (in_parentheses)
        buf_addc(out, ')');
}

void row_expr_print(const struct row_expr *e, struct buf *out)
{
    print_row(e, LEVEL_OR, out);
}

bool row_expr_uses_today(const struct row_expr *e)
{
    if (e == NULL)
        return false;
    bool uses = e->op == ROW_TODAY;
    for (size_t i = 0; i < e->n_args && !uses; i++)
        uses = row_expr_uses_today(e->args[i]);
    return uses;
}

const struct row_expr *row_expr_period_start(const struct row_expr *e)
{
    const struct row_expr *found = e != NULL && e->op == ROW_PERIOD_START ? e : NULL;
    for (size_t i = 0; e != NULL && i < e->n_args && found == NULL; i++)
        found = row_expr_period_start(e->args[i]);
    return found;
}

/* ---- Formulas as written --------------------------------------------------------------------- */

static void print_number(int64_t number, int64_t den, struct buf *out)
{
    buf_addf(out, "%lld", (long long)(number / den));
    if (den == 1)
        return;
    int digits = 0;
    for (int64_t d = den; d > 1; d /= 10)
        digits++;
    buf_addf(out, ".%0*lld", digits, (long long)(number % den));
}

static enum level raw_level(enum raw_op op)
{
    if (op == RAW_ADD || op == RAW_SUBTRACT)
        return LEVEL_SUM;
    return op == RAW_MULTIPLY || op == RAW_DIVIDE ? LEVEL_TERM : LEVEL_UNARY;
}

static void print_raw(const struct raw_formula *f, enum level least, struct buf *out);

static void print_call(const struct raw_formula *f, struct buf *out)
{
    buf_add(out, f->text);
    buf_addc(out, '(');
    for (size_t i = 0; i < f->n_args; i++) {
        if (i > 0)
            buf_adds(out, ", ");
        print_raw(f->args[i], LEVEL_SUM, out);
    }
    buf_addc(out, ')');
}

static void print_operation(const struct raw_formula *f, enum level least, struct buf *out)
{
    static const char *const symbols[] = {
        [RAW_ADD] = " + ",
        [RAW_SUBTRACT] = " - ",
        [RAW_MULTIPLY] = " * ",
        [RAW_DIVIDE] = " / ",
    };
    const enum level level = raw_level(f->op);
    if (level < least)
        buf_addc(out, '(');
    print_raw(f->args[0], level, out);
    buf_adds(out, symbols[f->op]);
    print_raw(f->args[1], level + 1, out);
    if (level < least)
        buf_addc(out, ')');
}

static void print_raw(const struct raw_formula *f, enum level least, struct buf *out)
{
    switch (f->op) {
    case RAW_NUMBER:
        print_number(f->number, f->number_den, out);
        break;
    case RAW_NAME:
        buf_add(out, f->text);
        break;
    case RAW_CALL:
        print_call(f, out);
        break;
    case RAW_NEGATE:
        buf_addc(out, '-');
        print_raw(f->args[0], LEVEL_UNARY, out);
        break;
    default:
        print_operation(f, least, out);
        break;
    }
}

void raw_formula_print(const struct raw_formula *f, struct buf *out)
{
    print_raw(f, LEVEL_SUM, out);
}
