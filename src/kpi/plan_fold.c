/* Sums that a formula only adds and subtracts are added up by the engine in one column: a net sale
 * of five sums is one aggregate over raw facts in place of five, and one figure a row. */
#include "kpi/plan_priv.h"

/* Amounts of a line that an import bounds by MONEY_MAX_E4, and how many of that size they may be.
 * What follows from others, as a cost does, has no such bound. */
static const struct {
    const char *column;
    size_t amounts;
} bounded[] = {
    { "gross_e4", 1 },
    { "discount_merchant_e4", 1 },
    { "discount_platform_e4", 1 },
    { "discount_creator_e4", 1 },
    { "tax_e4", 1 },
    { "net_e4", 3 }, /* gross less two discounts */
};

#define AMOUNTS_MAX ((size_t)9) /* of one line, added up: they fit 64 bits */
_Static_assert(MONEY_MAX_E4 <= INT64_MAX / (int64_t)AMOUNTS_MAX, "the sum of a line must fit");

struct folding {
    struct plan_group *g;
    const size_t *uses;    /* of each slot: how often the formulas name it */
    const size_t *of_leaf; /* of the KPI at hand */
    size_t base;           /* place in the group that takes the others; SIZE_MAX: none yet */
    int base_sign;
    size_t amounts; /* of the sum so far */
};

static void count_uses(const struct formula *f, const size_t *of_leaf, size_t *uses)
{
    if (f->op == FORMULA_LEAF)
        uses[of_leaf[f->leaf]]++;
    for (size_t i = 0; i < f->n_args; i++)
        count_uses(f->args[i], of_leaf, uses);
}

static size_t amounts_of(const struct kpi_measure *m)
{
    const struct row_expr *e = m->value;
    if (!str_is(STR("order_line"), m->table->name) || e == NULL || e->op != ROW_COLUMN ||
        e->is_joined)
        return SIZE_MAX;
    for (size_t i = 0; i < ARRAY_LEN(bounded); i++) {
        if (str_is(str_from(e->column->name), bounded[i].column))
            return bounded[i].amounts;
    }
    return SIZE_MAX;
}

static bool can_fold(const struct folding *fold, const struct plan_slot *s)
{
    const struct kpi_measure *m = s->measure;
    const size_t amounts = amounts_of(m);
    return plan_is_exact_sum(s) && m->agg == AGG_SUM && m->zero_if_empty && m->unit == UNIT_MONEY &&
           m->divisor <= 1 && !m->needs_buyers && amounts <= AMOUNTS_MAX - fold->amounts;
}

static size_t place_in(const struct plan_group *g, size_t slot)
{
    for (size_t i = 0; i < g->n; i++) {
        if (g->slot[i] == slot)
            return i;
    }
    return SIZE_MAX;
}

static void fold_leaf(struct folding *fold, size_t leaf, int sign)
{
    struct plan_group *g = fold->g;
    const size_t slot = fold->of_leaf[leaf];
    const size_t at = place_in(g, slot);
    if (at == SIZE_MAX || fold->uses[slot] != 1 || !can_fold(fold, &g->slots->items[slot]))
        return;
    fold->amounts += amounts_of(g->slots->items[slot].measure);
    if (fold->base == SIZE_MAX) {
        fold->base = at;
        fold->base_sign = sign;
        return;
    }
    g->fold[at] = (struct plan_part){ .is_folded = true,
                                      .into = fold->base,
                                      .is_subtracted = sign != fold->base_sign };
}

/* Arguments of sums and differences, and of theirs. */
static void fold_formula(struct folding *fold, const struct formula *f, int sign)
{
    if (f->op == FORMULA_LEAF)
        fold_leaf(fold, f->leaf, sign);
    if (f->op != FORMULA_ADD && f->op != FORMULA_SUBTRACT && f->op != FORMULA_NEGATE)
        return;
    for (size_t i = 0; i < f->n_args; i++) {
        const bool is_less = f->op == FORMULA_NEGATE || (f->op == FORMULA_SUBTRACT && i > 0);
        fold_formula(fold, f->args[i], is_less ? -sign : sign);
    }
}

static bool is_foldable(const struct plan_group *g)
{
    return g->q->dialect == SQL_DUCKDB && g->route.rollup == NULL && g->gathered == NULL &&
           g->counted == NULL && !g->q->by_currency && !g->last_of_period &&
           g->trailing_days == 0 && g->n_not_stores == 0 && !g->is_daily && !g->is_windowed &&
           g->n > 1;
}

bool plan_fold(struct plan_group *g, struct arena *a)
{
    const struct plan_question *q = g->q;
    size_t *uses = ARENA_NEW(a, size_t, g->slots->n + 1);
    g->fold = ARENA_NEW(a, struct plan_part, g->n);
    if (uses == NULL || g->fold == NULL)
        return false;
    for (size_t k = 0; k < q->n_kpis; k++) {
        if (q->kpis[k]->formula != NULL)
            count_uses(q->kpis[k]->formula, g->slots->of_leaf[k], uses);
    }
    for (size_t k = 0; k < q->n_kpis && is_foldable(g); k++) {
        struct folding fold = {
            .g = g, .uses = uses, .of_leaf = g->slots->of_leaf[k], .base = SIZE_MAX
        };
        if (q->kpis[k]->formula != NULL)
            fold_formula(&fold, q->kpis[k]->formula, 1);
    }
    return true;
}

/* ---- its SQL ---- */

static bool same_filter(const struct plan_group *g, size_t a, size_t b)
{
    return plan_same_expr(g->slots->items[g->slot[a]].measure->filter,
                          g->slots->items[g->slot[b]].measure->filter);
}

static bool is_part_of(const struct plan_group *g, size_t i, size_t base)
{
    return i == base || (g->fold[i].is_folded && g->fold[i].into == base);
}

/* Whether a part before it has its filter, and took it along. */
static bool is_written(const struct plan_group *g, size_t base, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (is_part_of(g, j, base) && same_filter(g, i, j))
            return true;
    }
    return false;
}

/* The amounts of one filter. */
static void add_parts(struct sql *sql, const struct plan_group *g, size_t base, size_t first)
{
    for (size_t i = first; i < g->n; i++) {
        if (!is_part_of(g, i, base) || !same_filter(g, i, first))
            continue;
        const bool is_less = i != base && g->fold[i].is_subtracted;
        const bool is_first = i == first;
        sql_add(sql, is_less ? is_first ? "-" : " - " : is_first ? "" : " + ");
        sql_add(sql, "coalesce(");
        plan_add_row(sql, g, g->slots->items[g->slot[i]].measure->value);
        sql_add(sql, ", 0)");
    }
}

bool plan_has_parts(const struct plan_group *g, size_t base)
{
    for (size_t i = 0; g->fold != NULL && i < g->n; i++) {
        if (g->fold[i].is_folded && g->fold[i].into == base)
            return true;
    }
    return false;
}

/* `column = 'text'`, of a column of the fact. */
static bool is_value_of_column(const struct row_expr *filter)
{
    return filter != NULL && filter->op == ROW_EQ && filter->n_args == 2 &&
           filter->args[0]->op == ROW_COLUMN && !filter->args[0]->is_joined &&
           filter->args[1]->op == ROW_LITERAL && filter->args[1]->type == ROW_TYPE_TEXT;
}

/* No row meets two of the filters: the engine looks for the next one only where none was met. */
static bool excludes_each_other(const struct plan_group *g, size_t base)
{
    const struct row_expr *first = g->slots->items[g->slot[base]].measure->filter;
    for (size_t i = 0; i < g->n; i++) {
        const struct row_expr *filter = g->slots->items[g->slot[i]].measure->filter;
        if (is_part_of(g, i, base) && !(is_value_of_column(filter) && is_value_of_column(first) &&
                                        plan_same_expr(filter->args[0], first->args[0])))
            return false;
    }
    return g->common == NULL;
}

void plan_add_parts(struct sql *sql, const struct plan_group *g, size_t base)
{
    const bool is_chain = excludes_each_other(g, base);
    const char *next = is_chain ? "CASE" : "";
    for (size_t i = 0; i < g->n; i++) {
        if (!is_part_of(g, i, base) || is_written(g, base, i))
            continue;
        const struct row_expr *filter = g->slots->items[g->slot[i]].measure->filter;
        const bool is_case = filter != NULL && g->common == NULL;
        sql_add(sql, next);
        next = is_chain ? "" : " + ";
        if (is_case) {
            sql_add(sql, is_chain ? " WHEN " : "CASE WHEN ");
            plan_add_row(sql, g, filter);
            sql_add(sql, " THEN ");
        }
        add_parts(sql, g, base, i);
        if (is_case && !is_chain)
            sql_add(sql, " ELSE 0 END");
    }
    if (is_chain)
        sql_add(sql, " ELSE 0 END");
}
