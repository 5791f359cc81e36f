/* Row expressions as SQL. Literals become bound values; columns are names of our own tables. */
#include "kpi/plan_priv.h"

void plan_walk(const struct row_expr *e,
               void (*visit)(void *arg, const struct row_expr *e),
               void *arg)
{
    if (e == NULL)
        return;
    visit(arg, e);
    for (size_t i = 0; i < e->n_args; i++)
        plan_walk(e->args[i], visit, arg);
}

static void add_literal(struct sql *sql, const struct row_expr *e)
{
    switch (e->type) {
    case ROW_TYPE_TRUTH:
        sql_add(sql, e->integer != 0 ? "TRUE" : "FALSE");
        break;
    case ROW_TYPE_TEXT:
        sql_bind_text(sql, e->text);
        break;
    case ROW_TYPE_REAL:
        sql_bind_f64(sql, e->real);
        break;
    case ROW_TYPE_DAY:
        sql_bind_day(sql, (int32_t)e->integer);
        break;
    default:
        sql_bind_i64(sql, e->integer);
    }
}

void plan_add_joined_column(struct sql *sql,
                            const struct table *fact,
                            const struct dimension *d,
                            const struct column *column)
{
    const bool has_own = d->or_own != NULL && str_is(str_from(d->column), column->name);
    sql_add(sql, has_own ? "coalesce(" : "");
    sql_column(sql, str_from(d->table), str_from(column->name));
    if (!has_own)
        return;
    sql_add(sql, ", ");
    sql_column(sql, str_from(fact->name), str_from(d->or_own));
    sql_add(sql, ")");
}

static void add_column(struct sql *sql, const struct plan_group *g, const struct row_expr *e)
{
    str name;
    if (g->route.rollup != NULL) {
        BUG_IF(!plan_route_column(&g->route, e, &name));
        sql_column(sql, str_from(g->route.rollup->table), name);
        return;
    }
    if (e->is_joined)
        plan_add_joined_column(sql, g->fact, e->dimension, e->column);
    else
        sql_column(sql, str_from(g->fact->name), str_from(e->column->name));
}

static const char *const infix[] = {
    [ROW_ADD] = " + ", [ROW_SUBTRACT] = " - ", [ROW_MULTIPLY] = " * ", [ROW_EQ] = " = ",
    [ROW_NE] = " <> ", [ROW_LT] = " < ",       [ROW_LE] = " <= ",      [ROW_GT] = " > ",
    [ROW_GE] = " >= ", [ROW_AND] = " AND ",    [ROW_OR] = " OR ",
};

static void add_joined(struct sql *sql, const struct plan_group *g, const struct row_expr *e)
{
    sql_add(sql, "(");
    for (size_t i = 0; i < e->n_args; i++) {
        if (i > 0)
            sql_add(sql, infix[e->op]);
        /* DATE + BIGINT is no operation of the engine */
        const bool days = e->args[i]->type == ROW_TYPE_DAYS && e->type == ROW_TYPE_DAY;
        sql_add(sql, days ? "CAST(" : "");
        plan_add_row(sql, g, e->args[i]);
        sql_add(sql, days ? " AS INTEGER)" : "");
    }
    sql_add(sql, ")");
}

/* Conditions know only true and false (expr.h): where SQL would say null, we say false below a
 * `not`. At the top null and false select the same rows. */
static void add_negated(struct sql *sql, const struct plan_group *g, const struct row_expr *e)
{
    sql_add(sql, "NOT coalesce(");
    plan_add_row(sql, g, e);
    sql_add(sql, ", FALSE)");
}

static bool is_literal_test(const struct row_expr *e)
{
    return e->args[0]->op == ROW_COLUMN && e->args[1]->op == ROW_LITERAL;
}

/* country != 'UK' keeps rows without a country. */
static void add_not_equal(struct sql *sql, const struct plan_group *g, const struct row_expr *e)
{
    if (!is_literal_test(e)) {
        sql_add(sql, "NOT coalesce(");
        plan_add_row(sql, g, e->args[0]);
        sql_add(sql, " = ");
        plan_add_row(sql, g, e->args[1]);
        sql_add(sql, ", FALSE)");
        return;
    }
    sql_add(sql, "(");
    plan_add_row(sql, g, e->args[0]);
    sql_add(sql, " IS NULL OR ");
    add_joined(sql, g, e);
    sql_add(sql, ")");
}

static void add_in(struct sql *sql,
                   const struct plan_group *g,
                   const struct row_expr *e,
                   const char *word)
{
    plan_add_row(sql, g, e->args[0]);
    sql_add(sql, word);
    for (size_t i = 1; i < e->n_args; i++) {
        if (i > 1)
            sql_add(sql, ", ");
        plan_add_row(sql, g, e->args[i]);
    }
    sql_add(sql, ")");
}

static void add_is_null(struct sql *sql,
                        const struct plan_group *g,
                        const struct row_expr *e,
                        bool is_null)
{
    const struct row_expr *column = e->args[0];
    const struct rollup_key *key =
        g->route.rollup != NULL && column->op == ROW_COLUMN && column->dimension == NULL
            ? rollup_key_find(g->route.rollup, str_from(column->column->name))
            : NULL;
    if (key != NULL && key->kind == ROLLUP_KEY_KNOWN) {
        sql_add(sql, is_null ? "NOT " : "");
        plan_add_row(sql, g, column);
        return;
    }
    plan_add_row(sql, g, column);
    sql_add(sql, is_null ? " IS NULL" : " IS NOT NULL");
}

static void add_not(struct sql *sql, const struct plan_group *g, const struct row_expr *e)
{
    const struct row_expr *what = e->args[0];
    if (what->op == ROW_IS_NULL) {
        add_is_null(sql, g, what, false);
    } else if (what->op == ROW_IN && what->args[0]->op == ROW_COLUMN) {
        sql_add(sql, "(");
        plan_add_row(sql, g, what->args[0]);
        sql_add(sql, " IS NULL OR ");
        add_in(sql, g, what, " NOT IN (");
        sql_add(sql, ")");
    } else {
        add_negated(sql, g, what);
    }
}

static void add_divide(struct sql *sql, const struct plan_group *g, const struct row_expr *e)
{
    sql_add(sql, "(CAST(");
    plan_add_row(sql, g, e->args[0]);
    sql_add(sql, " AS DOUBLE) / nullif(");
    plan_add_row(sql, g, e->args[1]);
    sql_add(sql, ", 0))");
}

/* position() and length() mean the same in both dialects; starts_with() does not exist in both. */
static void add_text_test(struct sql *sql, const struct plan_group *g, const struct row_expr *e)
{
    if (e->op == ROW_ENDS) {
        sql_add(sql, "right(");
        plan_add_row(sql, g, e->args[0]);
        sql_add(sql, ", length(");
        plan_add_row(sql, g, e->args[1]);
        sql_add(sql, ")) = ");
        plan_add_row(sql, g, e->args[1]);
        return;
    }
    sql_add(sql, "position(");
    plan_add_row(sql, g, e->args[1]);
    sql_add(sql, " IN ");
    plan_add_row(sql, g, e->args[0]);
    sql_add(sql, e->op == ROW_STARTS ? ") = 1" : ") > 0");
}

static void add_aggregate(struct sql *sql,
                          const struct plan_group *g,
                          enum sql_aggregate_kind kind,
                          const struct row_expr *value,
                          const struct row_expr *filter)
{
    const struct sql_aggregate a = { .kind = kind, .filtered = filter != NULL };
    sql_aggregate(sql, &a);
    if (value != NULL)
        plan_add_row(sql, g, value);
    if (filter != NULL) {
        sql_aggregate_where(sql);
        plan_add_row(sql, g, filter);
    }
    sql_aggregate_end(sql);
}

/* Nothing came back from who has no row of a return: 0, where the engine's sum says null. */
static void add_sum_where(struct sql *sql, const struct plan_group *g, const struct row_expr *e)
{
    sql_add(sql, "CASE WHEN ");
    add_aggregate(sql, g, SQL_COUNT_ROWS, NULL, e->args[1]);
    sql_add(sql, " = 0 THEN 0 ELSE ");
    add_aggregate(sql, g, SQL_SUM, e->args[0], e->args[1]);
    sql_add(sql, " END");
}

static void add_gather(struct sql *sql, const struct plan_group *g, const struct row_expr *e)
{
    static const enum sql_aggregate_kind kinds[GATHER_COUNT_OF] = {
        [GATHER_COUNT] = SQL_COUNT_ROWS, [GATHER_DISTINCT] = SQL_COUNT_DISTINCT,
        [GATHER_SUM] = SQL_SUM,          [GATHER_MIN] = SQL_MIN,
        [GATHER_MAX] = SQL_MAX,
    };
    const size_t n_values = e->gather == GATHER_COUNT ? 0 : 1;
    const bool filtered = e->n_args > n_values;
    if (e->gather == GATHER_SUM && filtered)
        add_sum_where(sql, g, e);
    else
        add_aggregate(sql,
                      g,
                      kinds[e->gather],
                      n_values > 0 ? e->args[0] : NULL,
                      filtered ? e->args[n_values] : NULL);
}

void plan_add_row(struct sql *sql, const struct plan_group *g, const struct row_expr *e)
{
    switch (e->op) {
    case ROW_LITERAL:
        add_literal(sql, e);
        break;
    case ROW_COLUMN:
        add_column(sql, g, e);
        break;
    case ROW_TODAY:
        sql_bind_day(sql, g->q->today);
        break;
    case ROW_PERIOD_START:
        sql_add(sql, "\"bucket\".\"b_start\"");
        break;
    case ROW_GATHER:
        add_gather(sql, g, e);
        break;
    case ROW_NEGATE:
        sql_add(sql, "(-");
        plan_add_row(sql, g, e->args[0]);
        sql_add(sql, ")");
        break;
    case ROW_DIVIDE:
        add_divide(sql, g, e);
        break;
    case ROW_NE:
        add_not_equal(sql, g, e);
        break;
    case ROW_IN:
        add_in(sql, g, e, " IN (");
        break;
    case ROW_IS_NULL:
        add_is_null(sql, g, e, true);
        break;
    case ROW_CONTAINS:
    case ROW_STARTS:
    case ROW_ENDS:
        add_text_test(sql, g, e);
        break;
    case ROW_NOT:
        add_not(sql, g, e);
        break;
    default:
        add_joined(sql, g, e);
    }
}
