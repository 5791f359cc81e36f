/* Which cells of a rollup can answer. A measure fits when its aggregate is a column of the cells
 * and its filter, the question's filter and its dimensions name only keys and dimensions of one
 * materialised grouping set. When in doubt: raw facts. */
#include "kpi/plan_priv.h"

#define AND_MAX ((size_t)16)

/* The conditions that a filter joins by `and`; 0 with *fits = false when there are too many. */
struct conditions {
    const struct row_expr *items[AND_MAX];
    size_t n;
    bool fits;
};

static struct conditions conditions_of(const struct row_expr *filter)
{
    struct conditions c = { .fits = true };
    if (filter == NULL)
        return c;
    if (filter->op != ROW_AND) {
        c.items[c.n++] = filter;
        return c;
    }
    for (size_t i = 0; i < filter->n_args; i++) {
        const struct conditions below = conditions_of(filter->args[i]);
        if (!below.fits || c.n + below.n > AND_MAX) {
            c.fits = false;
            return c;
        }
        for (size_t k = 0; k < below.n; k++)
            c.items[c.n++] = below.items[k];
    }
    return c;
}

static bool is_column_of(const struct row_expr *e, const char *name)
{
    return e->op == ROW_COLUMN && !e->is_joined && str_is(str_from(e->column->name), name);
}

/* `not is_test`: the cells leave those rows out already. */
static bool is_exclusion(const struct row_expr *e, const struct rollup *r)
{
    return r->exclude != NULL && e->op == ROW_NOT && is_column_of(e->args[0], r->exclude);
}

static bool is_whole_number(const struct row_expr *e, int64_t n)
{
    return e->op == ROW_LITERAL && e->type == ROW_TYPE_INTEGER && e->integer == n;
}

/* A test of a column of the fact that is no key, such as `cart_adds > 0`: cells can only answer it
 * by a measure that counts just those rows. */
static bool is_condition(const struct rollup *r,
                         const struct row_expr *e,
                         struct rollup_condition *out)
{
    const struct row_expr *column = e->n_args > 0 ? e->args[0] : e;
    if (e->op == ROW_NOT && column->op == ROW_IS_NULL) {
        column = column->args[0];
        out->test = ROLLUP_IS_KNOWN;
    } else if (e->op == ROW_GT && is_whole_number(e->args[1], 0)) {
        out->test = ROLLUP_IS_POSITIVE;
    } else if (e->op == ROW_EQ && is_whole_number(e->args[1], 0)) {
        out->test = ROLLUP_IS_ZERO;
    } else if (e->op == ROW_EQ && is_whole_number(e->args[1], 1)) {
        out->test = ROLLUP_IS_ONE;
    } else if (e->op == ROW_COLUMN && e->type == ROW_TYPE_TRUTH) {
        out->test = ROLLUP_IS_TRUE;
    } else {
        return false;
    }
    if (column->op != ROW_COLUMN || column->is_joined)
        return false;
    out->column = column->column->name;
    return rollup_key_find(r, str_from(out->column)) == NULL;
}

/* Which rows the filter wants beside what keys and dimensions tell; false: too much for a measure.
 */
static bool rows_of(const struct rollup *r, const struct conditions *c, struct rollup_rows *out)
{
    size_t n = 0;
    *out = (struct rollup_rows){ .items = { { .column = NULL } } };
    for (size_t i = 0; i < c->n; i++) {
        struct rollup_condition wanted;
        if (!is_condition(r, c->items[i], &wanted))
            continue;
        if (n == ROLLUP_CONDITIONS)
            return false;
        out->items[n++] = wanted;
    }
    return true;
}

static const struct rollup_measure *measure_of(const struct rollup *r,
                                               const struct kpi_measure *m,
                                               const struct rollup_rows *rows,
                                               bool *negative)
{
    static const enum rollup_aggregate kinds[] = {
        [AGG_SUM] = ROLLUP_SUM,
        [AGG_COUNT] = ROLLUP_KNOWN,
        [AGG_DISTINCT] = ROLLUP_IDS,
    };
    static const struct rollup_rows every = { .items = { { .column = NULL } } };
    const struct row_expr *value = m->value;
    const size_t n = rollup_rows_count(rows);
    const bool is_known = n == 1 && rows->items[0].test == ROLLUP_IS_KNOWN;
    *negative = false;
    if (m->agg != AGG_SUM && m->agg != AGG_COUNT && m->agg != AGG_DISTINCT)
        return NULL;
    if (value == NULL && is_known)
        return rollup_measure_find(r, ROLLUP_KNOWN, str_from(rows->items[0].column), &every);
    if (value == NULL)
        return rollup_measure_find(r, ROLLUP_ROWS, STR_EMPTY, rows);
    if (m->agg == AGG_SUM && value->op == ROW_NEGATE) {
        *negative = true;
        value = value->args[0];
    }
    if (value->op != ROW_COLUMN || value->is_joined)
        return NULL;
    const str column = str_from(value->column->name);
    /* a null adds nothing to any aggregate */
    const bool is_own = is_known && str_is(column, rows->items[0].column);
    return rollup_measure_find(r, kinds[m->agg], column, is_own ? &every : rows);
}

const struct rollup_measure *plan_route_measure(const struct plan_route *r,
                                                const struct kpi_measure *m,
                                                bool *negative)
{
    const struct conditions c = conditions_of(m->filter);
    struct rollup_rows rows;
    *negative = false;
    return c.fits && rows_of(r->rollup, &c, &rows) ? measure_of(r->rollup, m, &rows, negative)
                                                   : NULL;
}

/* What the measure's column or the cells as a whole have taken into account already. */
static bool is_built_in(const struct plan_route *r, const struct row_expr *e)
{
    struct rollup_condition condition;
    return is_exclusion(e, r->rollup) || is_condition(r->rollup, e, &condition);
}

bool plan_route_has_filter(const struct plan_route *r, const struct kpi_measure *m)
{
    const struct conditions c = conditions_of(m->filter);
    for (size_t i = 0; i < c.n; i++) {
        if (!is_built_in(r, c.items[i]))
            return true;
    }
    return false;
}

void plan_route_add_filter(struct sql *sql, const struct plan_group *g, const struct kpi_measure *m)
{
    const struct conditions c = conditions_of(m->filter);
    bool first = true;
    for (size_t i = 0; i < c.n; i++) {
        if (is_built_in(&g->route, c.items[i]))
            continue;
        sql_add(sql, first ? "" : " AND ");
        plan_add_row(sql, g, c.items[i]);
        first = false;
    }
}

bool plan_route_dimension(const struct plan_route *r, const struct dimension *d, str *out)
{
    if (str_is(str_from(d->name), "store")) {
        *out = STR("store");
        return true;
    }
    for (size_t i = 0; r->set != NULL && i < rollup_set_dims(r->set); i++) {
        if (str_is(str_from(d->name), r->set->dims[i])) {
            *out = i == 0 ? STR("v1") : STR("v2");
            return true;
        }
    }
    const struct rollup_key *key = rollup_key_find(r->rollup, str_from(d->column));
    const bool own = key != NULL && key->kind == ROLLUP_KEY_VALUE &&
                     commerce_table(str_from(r->rollup->fact)) != NULL &&
                     table_column(commerce_table(str_from(r->rollup->fact)), str_from(d->column));
    if (own)
        *out = str_from(key->name);
    return own;
}

bool plan_route_column(const struct plan_route *r, const struct row_expr *column, str *out)
{
    if (column->dimension != NULL)
        return plan_route_dimension(r, column->dimension, out);
    if (column->is_joined)
        return false;
    if (str_is(str_from(column->column->name), "store")) {
        *out = STR("store");
        return true;
    }
    const struct rollup_key *key = rollup_key_find(r->rollup, str_from(column->column->name));
    if (key != NULL)
        *out = str_from(key->name);
    return key != NULL;
}

/* Conditions that mean the same over keys as over facts. A TRUE key stands for "is true", as a
 * flag does in a condition; a KNOWN key answers only "is null". */
static bool fits(const struct plan_route *r, const struct row_expr *e)
{
    str name;
    if (e->op == ROW_IS_NULL && e->args[0]->op == ROW_COLUMN && e->args[0]->dimension == NULL) {
        const struct rollup_key *key =
            rollup_key_find(r->rollup, str_from(e->args[0]->column->name));
        if (key != NULL && !e->args[0]->is_joined && key->kind == ROLLUP_KEY_KNOWN)
            return true;
    }
    if (e->op == ROW_COLUMN) {
        if (!plan_route_column(r, e, &name))
            return false;
        const struct rollup_key *key =
            e->dimension == NULL ? rollup_key_find(r->rollup, str_from(e->column->name)) : NULL;
        return key == NULL || key->kind == ROLLUP_KEY_VALUE ||
               (key->kind == ROLLUP_KEY_TRUE && e->type == ROW_TYPE_TRUTH);
    }
    for (size_t i = 0; i < e->n_args; i++) {
        if (!fits(r, e->args[i]))
            return false;
    }
    return true;
}

static bool by_fits(const struct plan_route *r, const struct plan_question *q)
{
    str name;
    for (size_t i = 0; i < q->n_by; i++) {
        if (!plan_route_dimension(r, q->by[i], &name))
            return false;
    }
    return true;
}

static bool filter_fits(const struct plan_route *r, const struct kpi_measure *m)
{
    const struct conditions c = conditions_of(m->filter);
    bool left_out = r->rollup->exclude == NULL;
    if (!c.fits)
        return false;
    for (size_t i = 0; i < c.n; i++) {
        left_out = left_out || is_exclusion(c.items[i], r->rollup);
        if (!is_built_in(r, c.items[i]) && !fits(r, c.items[i]))
            return false;
    }
    return left_out;
}

static bool is_materialised(const struct plan_cells *cells, struct plan_route *r)
{
    for (size_t i = 0; i < cells->n_sets; i++) {
        if (cells->sets[i].rollup != r->rollup || cells->sets[i].set_id != r->set->id)
            continue;
        r->open_month = cells->sets[i].open_month;
        return true;
    }
    return false;
}

static bool is_month_start(int32_t day)
{
    return civil_from_day(day).day == 1;
}

/* Cells by month only can answer whole months at grains from month up. */
static bool time_fits(const struct plan_question *q, const struct rollup_set *set, bool by_time)
{
    if (q->is_retail && by_time)
        return false;
    if (by_time && q->grain == GRAIN_HOUR)
        return false;
    if (set->by_day)
        return true;
    return q->last_minute < 0 && q->cells->n_dirty == 0 && is_month_start(q->from) &&
           is_month_start(q->to + 1) &&
           (!by_time || (q->grain >= GRAIN_MONTH && q->grain <= GRAIN_TOTAL));
}

struct plan_route plan_route_find(const struct plan_question *q,
                                  const struct plan_slot *slot,
                                  const struct row_expr *where,
                                  bool by_dims,
                                  bool by_time)
{
    const struct plan_route none = { .rollup = NULL };
    struct plan_route best = none;
    const struct kpi_measure *m = slot->measure;
    bool negative;
    if (q->cells == NULL || slot->date == NULL || m->last_of_period || m->trailing_days > 0 ||
        m->per != NULL)
        return none;
    struct plan_route r = { .rollup = commerce_rollup(str_from(m->table->name)) };
    if (r.rollup == NULL)
        return none;
    r.basis = rollup_basis_find(r.rollup, str_from(slot->date->name));
    if (r.basis == NULL || plan_route_measure(&r, m, &negative) == NULL)
        return none;
    for (size_t i = 0; i < r.rollup->set_count; i++) {
        r.set = &r.rollup->sets[i];
        const bool cheaper = best.set == NULL || rollup_set_dims(r.set) < rollup_set_dims(best.set);
        if (cheaper && is_materialised(q->cells, &r) && time_fits(q, r.set, by_time) &&
            (!by_dims || by_fits(&r, q)) && (where == NULL || fits(&r, where)) &&
            filter_fits(&r, m))
            best = r;
    }
    return best;
}

bool plan_routes_equal(const struct plan_route *a, const struct plan_route *b)
{
    return a->rollup == b->rollup && a->set == b->set && a->basis == b->basis;
}
