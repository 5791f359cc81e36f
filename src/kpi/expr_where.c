/* --where: the row language over dimensions, first without a table, then on each fact asked. */
#include "kpi/expr_priv.h"

enum status kpi_where_parse(str text,
                            struct arena *a,
                            const struct row_expr **out,
                            struct error *why)
{
    struct problems problems;
    problems_init(&problems, a, why == NULL ? LANG_EN : why->lang);
    const struct expr_place at = { .problems = &problems,
                                   .file = STR("--where"),
                                   .line = 1,
                                   .column = 1,
                                   .text = arena_dup(a, text) };
    if (at.text.ptr == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const struct row_scope scope = { .table = NULL };
    const struct row_expr *e = row_parse(&at, &scope, a);
    if (e != NULL && e->type != ROW_TYPE_TRUTH)
        expr_problem(&at,
                     e->offset,
                     "expected a condition such as %s, found %s",
                     "country = 'UK'",
                     tr(problems.lang, row_type_text(e->type)));
    const enum status st = problems_status(&problems, why);
    if (st != STATUS_OK)
        return st;
    if (e == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    *out = e;
    return STATUS_OK;
}

/* Copies with columns; depth is limited by the parser. */
static enum status bind(const struct row_expr *e,
                        const struct table *t,
                        struct arena *a,
                        const struct row_expr **out,
                        struct error *why)
{
    struct row_expr *copy = ARENA_NEW(a, struct row_expr, 1);
    const struct row_expr **args = ARENA_NEW(a, const struct row_expr *, e->n_args + 1);
    if (copy == NULL || args == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    *copy = *e;
    copy->args = args;
    if (e->op == ROW_COLUMN && e->dimension != NULL) {
        copy->column = kpi_dimension_column(t, e->dimension, &copy->is_joined);
        if (copy->column == NULL || copy->column->type != COLUMN_TEXT)
            return error_set(why,
                             STATUS_NOT_FOUND,
                             "table %s (%s) has no dimension \"%s\": leave out the filter or the "
                             "KPIs that need this table",
                             t->name,
                             tr(why == NULL ? LANG_EN : why->lang, t->about),
                             e->dimension->name);
    }
    for (size_t i = 0; i < e->n_args; i++) {
        const enum status st = bind(e->args[i], t, a, &args[i], why);
        if (st != STATUS_OK)
            return st;
    }
    *out = copy;
    return STATUS_OK;
}

enum status kpi_where_bind(const struct row_expr *where,
                           const struct table *t,
                           struct arena *a,
                           const struct row_expr **out,
                           struct error *why)
{
    return bind(where, t, a, out, why);
}

/* With all there are. */
static void no_such_dimension(str name, struct error *why)
{
    struct buf all;
    buf_init(&all, 4096);
    for (size_t i = 0; i < commerce_dimension_count; i++)
        buf_addf(&all, "%s%s", i > 0 ? ", " : "", commerce_dimensions[i].name);
    (void)error_set(why,
                    STATUS_NOT_FOUND,
                    "unknown dimension \"%.*s\"; there are %.*s",
                    STR_ARG(name),
                    STR_ARG(buf_str(&all)));
    buf_release(&all);
}

const struct dimension *kpi_dimension_find(str name, struct error *why)
{
    const char *nearest = NULL;
    unsigned nearest_distance = 3;
    for (size_t i = 0; i < commerce_dimension_count; i++) {
        const struct dimension *d = &commerce_dimensions[i];
        if (str_is(name, d->name) || str_is(name, d->name_zh) ||
            str_eq_nocase(name, str_from(d->name_en)))
            return d;
        const unsigned distance = str_distance(name, str_from(d->name), 2);
        if (distance < nearest_distance) {
            nearest_distance = distance;
            nearest = d->name;
        }
    }
    if (nearest != NULL)
        (void)error_set(why,
                        STATUS_NOT_FOUND,
                        "unknown dimension \"%.*s\" (did you mean \"%s\"?)",
                        STR_ARG(name),
                        nearest);
    else
        no_such_dimension(name, why);
    return NULL;
}
