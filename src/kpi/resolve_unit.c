/* Which units may meet in a formula, and what comes out. */
#include "kpi/load_priv.h"

static bool is_number(const struct formula *f)
{
    return f->op == FORMULA_NUMBER;
}

static enum unit_kind kind_of(const struct formula *f)
{
    return kpi_unit_kind((enum kpi_unit)f->unit);
}

static const char *unit_of(const struct formula *f)
{
    return kpi_unit_name((enum kpi_unit)f->unit);
}

/* + - min max coalesce nullif: one unit on both sides; a bare number joins any, money only as 0. */
static bool unit_alike(const struct formula *a, const struct formula *b, unsigned *out)
{
    const struct formula *other = is_number(a) ? b : a;
    const struct formula *number = is_number(a) ? a : is_number(b) ? b : NULL;
    if (number != NULL && (kind_of(other) != UNIT_KIND_MONEY || number->number == 0)) {
        *out = other->unit;
        return true;
    }
    if (a->unit == b->unit) {
        *out = a->unit;
        return true;
    }
    *out = UNIT_RATIO;
    return kind_of(a) == UNIT_KIND_NUMBER && kind_of(b) == UNIT_KIND_NUMBER;
}

struct unit_rule {
    enum unit_kind left;
    enum unit_kind right;
    int result; /* 'L' the left one's unit, 'R' the right one's, 'N' a plain ratio */
};

static const struct unit_rule products[] = {
    { UNIT_KIND_NUMBER, UNIT_KIND_NUMBER, 'N' }, { UNIT_KIND_NUMBER, UNIT_KIND_MONEY, 'R' },
    { UNIT_KIND_NUMBER, UNIT_KIND_COUNT, 'R' },  { UNIT_KIND_NUMBER, UNIT_KIND_TIME, 'R' },
    { UNIT_KIND_MONEY, UNIT_KIND_NUMBER, 'L' },  { UNIT_KIND_COUNT, UNIT_KIND_NUMBER, 'L' },
    { UNIT_KIND_TIME, UNIT_KIND_NUMBER, 'L' },   { UNIT_KIND_MONEY, UNIT_KIND_COUNT, 'L' },
    { UNIT_KIND_COUNT, UNIT_KIND_MONEY, 'R' },   { UNIT_KIND_TIME, UNIT_KIND_COUNT, 'L' },
    { UNIT_KIND_COUNT, UNIT_KIND_TIME, 'R' },
};

static const struct unit_rule quotients[] = {
    { UNIT_KIND_NUMBER, UNIT_KIND_NUMBER, 'N' }, { UNIT_KIND_NUMBER, UNIT_KIND_COUNT, 'N' },
    { UNIT_KIND_NUMBER, UNIT_KIND_TIME, 'N' },   { UNIT_KIND_MONEY, UNIT_KIND_MONEY, 'N' },
    { UNIT_KIND_MONEY, UNIT_KIND_COUNT, 'L' },   { UNIT_KIND_MONEY, UNIT_KIND_NUMBER, 'L' },
    { UNIT_KIND_MONEY, UNIT_KIND_TIME, 'L' },    { UNIT_KIND_COUNT, UNIT_KIND_COUNT, 'N' },
    { UNIT_KIND_COUNT, UNIT_KIND_NUMBER, 'L' },  { UNIT_KIND_COUNT, UNIT_KIND_TIME, 'N' },
    { UNIT_KIND_TIME, UNIT_KIND_TIME, 'N' },     { UNIT_KIND_TIME, UNIT_KIND_NUMBER, 'L' },
    { UNIT_KIND_TIME, UNIT_KIND_COUNT, 'L' },
};

static bool unit_by_rule(const struct unit_rule *rules,
                         size_t n,
                         const struct formula *a,
                         const struct formula *b,
                         unsigned *out)
{
    if (kind_of(a) == UNIT_KIND_TIME && kind_of(b) == UNIT_KIND_TIME && a->unit != b->unit)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (rules[i].left != kind_of(a) || rules[i].right != kind_of(b))
            continue;
        *out = rules[i].result == 'L'   ? a->unit
               : rules[i].result == 'R' ? b->unit
                                        : (unsigned)UNIT_RATIO;
        return true;
    }
    return false;
}

static bool unit_of_pair(enum formula_op op,
                         const struct formula *a,
                         const struct formula *b,
                         unsigned *out)
{
    if (a->unit == UNIT_COUNT_OF || b->unit == UNIT_COUNT_OF) {
        *out = UNIT_COUNT_OF; /* a problem was reported there */
        return true;
    }
    if (op == FORMULA_MULTIPLY)
        return unit_by_rule(products, ARRAY_LEN(products), a, b, out);
    if (op == FORMULA_DIVIDE)
        return unit_by_rule(quotients, ARRAY_LEN(quotients), a, b, out);
    return unit_alike(a, b, out);
}

/* What meets, and what was expected. */
static void misfit(const struct expr_place *at,
                   const struct formula *f,
                   const struct formula *left,
                   const struct formula *right)
{
    static const char *const symbols[] = {
        [FORMULA_ADD] = "+",   [FORMULA_SUBTRACT] = "-",        [FORMULA_MIN] = "min",
        [FORMULA_MAX] = "max", [FORMULA_COALESCE] = "coalesce", [FORMULA_NULLIF] = "nullif",
    };
    if (f->op == FORMULA_MULTIPLY)
        expr_problem(at,
                     f->offset,
                     "units do not fit: %s * %s; expected a number, ratio or count on one side",
                     unit_of(left),
                     unit_of(right));
    else if (f->op == FORMULA_DIVIDE)
        expr_problem(at,
                     f->offset,
                     "units do not fit: %s / %s; expected the same unit, a count or a ratio below",
                     unit_of(left),
                     unit_of(right));
    else
        expr_problem(at,
                     f->offset,
                     "units do not fit: %s %s %s; expected the same unit on both sides",
                     unit_of(left),
                     symbols[f->op],
                     unit_of(right));
}

bool formula_unit(const struct expr_place *at, struct formula *f)
{
    f->unit = f->args[0]->unit;
    const struct formula *left = f->args[0];
    for (size_t i = 1; i < f->n_args; i++) {
        const struct formula *right = f->args[i];
        if (!unit_of_pair(f->op, left, right, &f->unit)) {
            misfit(at, f, left, right);
            return false;
        }
        if (is_number(left))
            left = right;
    }
    return true;
}

bool unit_may_be_declared(enum kpi_unit found, enum kpi_unit declared)
{
    if (found == declared || found == UNIT_COUNT_OF || declared == UNIT_COUNT_OF)
        return true;
    const enum unit_kind to = kpi_unit_kind(declared);
    return kpi_unit_kind(found) == UNIT_KIND_NUMBER && to != UNIT_KIND_MONEY &&
           to != UNIT_KIND_SAME;
}
