/* Cells of the rollups as SQL text. Pure: the specification in, statements out.
 *
 * Two ways lead to a cell. The builder takes the short one: facts are first added up per order
 * (derive_cube), each grouping set is then made from that, and months from days. Sets by product go
 * straight to the facts, because an order's lines are different products. Verify takes the straight
 * way for every cell, so that the two check each other. */
#include "derive/derive_priv.h"

#include <stdio.h>

void cells_add_date(struct buf *out, int32_t day)
{
    buf_adds(out, "DATE '");
    buf_add_day(out, day);
    buf_addc(out, '\'');
}

static const struct dimension *dimension_of(const char *name)
{
    const struct dimension *d = commerce_dimension(str_from(name));
    BUG_IF(d == NULL);
    return d;
}

static char source_of(const struct rollup *r, const char *dim)
{
    const char source = rollup_dimension_source(r, dimension_of(dim));
    BUG_IF(source == 0);
    return source;
}

static bool set_has_source(const struct rollup *r, const struct rollup_set *set, char source)
{
    for (size_t i = 0; i < rollup_set_dims(set); i++) {
        if (source_of(r, set->dims[i]) == source)
            return true;
    }
    return false;
}

bool cells_have_cube(const struct rollup *r)
{
    return r->basis_count == 2;
}

bool cells_from_cube(const struct rollup *r, const struct rollup_set *set)
{
    if (!cells_have_cube(r))
        return false;
    for (size_t i = 0; i < rollup_set_dims(set); i++) {
        const bool is_of_line =
            source_of(r, set->dims[i]) == 'f' && !str_is(str_from(r->fact), "orders");
        if (is_of_line || source_of(r, set->dims[i]) == 'p')
            return false;
    }
    return set->by_day;
}

static const char *const key_tests[] = {
    [ROLLUP_KEY_VALUE] = "",
    [ROLLUP_KEY_TRUE] = " IS TRUE",
    [ROLLUP_KEY_KNOWN] = " IS NOT NULL",
};

static void add_keys(struct buf *out, const struct rollup *r)
{
    for (size_t i = 0; i < r->key_count; i++) {
        const struct rollup_key *k = &r->keys[i];
        buf_addf(out, ", (f.\"%s\"%s) AS \"%s\"", k->column, key_tests[k->kind], k->name);
    }
}

static void add_fact_key_names(struct buf *out, const struct rollup *r)
{
    for (size_t i = 0; i < r->key_count; i++)
        buf_addf(out, ", f.\"%s\"", r->keys[i].name);
}

static void add_key_names(struct buf *out, const struct rollup *r)
{
    for (size_t i = 0; i < r->key_count; i++)
        buf_addf(out, ", \"%s\"", r->keys[i].name);
}

/* A measure from the facts (alias f). */
static void add_fact_measure(struct buf *out, const struct rollup_measure *m)
{
    switch (m->aggregate) {
    case ROLLUP_ROWS:
        buf_adds(out, ", count(*)");
        break;
    case ROLLUP_KNOWN:
        buf_addf(out, ", count(f.\"%s\")", m->column);
        break;
    case ROLLUP_SUM:
        buf_addf(out, ", sum(f.\"%s\")", m->column);
        break;
    case ROLLUP_IDS:
        buf_addf(out, ", ids_build(f.\"%s\")", m->column);
        break;
    }
    const size_t n = rollup_rows_count(&m->rows);
    for (size_t i = 0; i < n; i++) {
        const struct rollup_condition *only = &m->rows.items[i];
        buf_addf(out,
                 "%sf.\"%s\"%s",
                 i == 0 ? " FILTER (WHERE " : " AND ",
                 only->column,
                 rollup_test_sql(only->test));
    }
    buf_adds(out, n > 0 ? ")" : "");
    if (m->aggregate == ROLLUP_SUM)
        buf_adds(out, "::BIGINT");
    buf_addf(out, " AS \"%s\"", m->name);
}

static void add_excluded(struct buf *out, const struct rollup *r)
{
    if (r->exclude != NULL)
        buf_addf(out, " AND f.\"%s\" IS NOT TRUE", r->exclude);
}

static void add_between(struct buf *out, const char *column, const struct cell_scope *scope)
{
    buf_addf(out, "%s BETWEEN ", column);
    cells_add_date(out, scope->from);
    buf_adds(out, " AND ");
    cells_add_date(out, scope->to);
}

static bool is_listed(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (str_is(str_from(name), names[i]))
            return true;
    }
    return false;
}

#define CUBE_DIMS 32

/* Dimensions that sets served by the cube need, each once. */
static size_t cube_dims(const struct rollup *r, const struct set_list *sets, const char **out)
{
    size_t n = 0;
    for (size_t i = 0; i < sets->count; i++) {
        if (!cells_from_cube(r, sets->items[i]))
            continue;
        for (size_t k = 0; k < rollup_set_dims(sets->items[i]); k++) {
            const char *dim = sets->items[i]->dims[k];
            if (is_listed(out, n, dim))
                continue;
            BUG_IF(n == CUBE_DIMS);
            out[n++] = dim;
        }
    }
    return n;
}

static void add_cube_dims(struct buf *out,
                          const struct rollup *r,
                          char source,
                          const struct set_list *sets)
{
    const char *dims[CUBE_DIMS];
    const size_t n = cube_dims(r, sets, dims);
    for (size_t i = 0; i < n; i++) {
        if (source_of(r, dims[i]) == source)
            buf_addf(
                out, ", %c.\"%s\" AS \"d_%s\"", source, dimension_of(dims[i])->column, dims[i]);
    }
}

static void add_cube_ids(struct buf *out, const struct rollup *r)
{
    for (size_t i = 0; i < r->measure_count; i++) {
        if (r->measures[i].aggregate == ROLLUP_IDS)
            buf_addf(out, ", f.\"%s\"", r->measures[i].column);
    }
}

/* An order is one row already: nothing to add up, its values are the measures. */
static void add_row_measures(struct buf *out, const struct rollup *r)
{
    for (size_t i = 0; i < r->measure_count; i++) {
        const struct rollup_measure *m = &r->measures[i];
        if (m->aggregate == ROLLUP_ROWS)
            buf_addf(out, ", 1::BIGINT AS \"%s\"", m->name);
        else if (m->aggregate == ROLLUP_KNOWN)
            buf_addf(out, ", (f.\"%s\" IS NOT NULL)::BIGINT AS \"%s\"", m->column, m->name);
        else if (m->aggregate == ROLLUP_SUM)
            buf_addf(out, ", f.\"%s\" AS \"%s\"", m->column, m->name);
    }
}

static bool is_row_per_order(const struct rollup *r)
{
    return str_is(str_from(r->fact), "orders");
}

/* All facts, or those with either date in a partition that waits: as a union, because the engine
 * skips blocks by a range of one date, but not by one of two. */
static void add_cube_rows(struct buf *out, const struct rollup *r, const struct cell_scope *scope)
{
    const char *first = r->bases[0].date_column;
    const char *second = r->bases[1].date_column;
    if (scope->is_whole) {
        buf_addf(out,
                 " FROM \"%s\" f WHERE (f.\"%s\" IS NOT NULL OR f.\"%s\" IS NOT NULL)",
                 r->fact,
                 first,
                 second);
        return;
    }
    buf_addf(out,
             " FROM (SELECT * FROM \"%s\" WHERE (store, \"%s\") IN (FROM derive_day) AND ",
             r->fact,
             first);
    add_between(out, first, scope);
    buf_addf(out,
             " UNION ALL SELECT * FROM \"%s\" WHERE (store, \"%s\") IN (FROM derive_day) AND ",
             r->fact,
             second);
    add_between(out, second, scope);
    buf_addf(out,
             " AND (\"%s\" IS NULL OR (store, \"%s\") NOT IN (FROM derive_day))) f WHERE TRUE",
             first,
             first);
}

static void add_cube_facts(struct buf *out,
                           const struct rollup *r,
                           const struct set_list *sets,
                           const struct cell_scope *scope)
{
    buf_adds(out, "SELECT f.store");
    for (size_t i = 0; i < r->basis_count; i++)
        buf_addf(out, ", f.\"%s\" AS \"b%zu\"", r->bases[i].date_column, i);
    add_keys(out, r);
    add_cube_ids(out, r);
    add_cube_dims(out, r, 'f', sets);
    for (size_t i = 0; !is_row_per_order(r) && i < r->measure_count; i++) {
        if (r->measures[i].aggregate != ROLLUP_IDS)
            add_fact_measure(out, &r->measures[i]);
    }
    if (is_row_per_order(r))
        add_row_measures(out, r);
    add_cube_rows(out, r, scope);
    add_excluded(out, r);
    if (!is_row_per_order(r))
        buf_adds(out, " GROUP BY ALL");
}

void cells_cube(struct buf *out,
                const struct rollup *r,
                const struct set_list *sets,
                const struct cell_scope *scope)
{
    BUG_IF(!cells_have_cube(r));
    buf_adds(out, "CREATE OR REPLACE TEMP TABLE derive_cube AS SELECT f.*");
    add_cube_dims(out, r, 'o', sets);
    buf_adds(out, " FROM (");
    add_cube_facts(out, r, sets, scope);
    buf_adds(out, ") f");
    if (!is_row_per_order(r))
        buf_adds(out, " LEFT JOIN orders o ON o.order_key = f.order_key");
    buf_adds(out, ";CREATE OR REPLACE TEMP TABLE derive_split AS SELECT DISTINCT store");
    add_key_names(out, r);
    buf_adds(out, ", unnest([b0, b1]) AS date FROM derive_cube WHERE b0 IS DISTINCT FROM b1");
}

static void add_partitions(struct buf *out,
                           const struct cell_scope *scope,
                           bool by_day,
                           const char *date)
{
    if (!scope->is_whole)
        buf_addf(out,
                 " SEMI JOIN %s s ON s.store = f.store AND s.date = %s",
                 by_day ? "derive_day" : "derive_month",
                 date);
}

void cells_split_months(struct buf *out, const struct rollup *r, const struct cell_scope *scope)
{
    buf_adds(out, "CREATE OR REPLACE TEMP TABLE derive_split AS SELECT DISTINCT f.store");
    add_key_names(out, r);
    buf_addf(out, ", date_trunc('month', f.date)::DATE AS date FROM \"%s\" f", r->table);
    add_partitions(out, scope, false, "date_trunc('month', f.date)::DATE");
    buf_addf(out,
             " WHERE grain = %d AND set_id = %d AND basis <> %d AND ",
             ROLLUP_DAY,
             r->sets[0].id,
             ROLLUP_BASIS_BOTH);
    add_between(out, "f.date", scope);
}

/* The expression that dates a row of the source: the day, before it becomes a month. */
static void add_day(struct buf *out, const struct cells *c)
{
    if (c->source == CELLS_DAYS)
        buf_adds(out, "f.date");
    else if (c->source == CELLS_CUBE)
        buf_addf(out, "f.b%d", c->basis);
    else
        buf_addf(out, "f.\"%s\"", c->rollup->bases[c->basis].date_column);
}

static void add_values(struct buf *out, const struct cells *c)
{
    for (size_t i = 0; i < rollup_set_dims(c->set); i++) {
        const char *dim = c->set->dims[i];
        if (c->source == CELLS_DAYS)
            buf_addf(out, ", f.v%zu", i + 1);
        else if (c->source == CELLS_CUBE)
            buf_addf(out, ", f.\"d_%s\" AS v%zu", dim, i + 1);
        else
            buf_addf(out,
                     ", %c.\"%s\" AS v%zu",
                     source_of(c->rollup, dim),
                     dimension_of(dim)->column,
                     i + 1);
    }
}

static void add_measures(struct buf *out, const struct cells *c)
{
    const struct rollup *r = c->rollup;
    for (size_t i = 0; i < r->measure_count; i++) {
        const struct rollup_measure *m = &r->measures[i];
        if (c->source == CELLS_FACT)
            add_fact_measure(out, m);
        else if (m->aggregate != ROLLUP_IDS)
            buf_addf(out, ", sum(f.\"%s\")::BIGINT AS \"%s\"", m->name, m->name);
        else if (c->source == CELLS_CUBE)
            buf_addf(out, ", ids_build(f.\"%s\") AS \"%s\"", m->column, m->name);
        else
            buf_addf(out, ", ids_union(f.\"%s\") AS \"%s\"", m->name, m->name);
    }
}

static void add_source(struct buf *out, const struct cells *c)
{
    if (c->source == CELLS_CUBE)
        buf_adds(out, " FROM derive_cube f");
    else
        buf_addf(
            out, " FROM \"%s\" f", c->source == CELLS_DAYS ? c->rollup->table : c->rollup->fact);
    if (c->source != CELLS_FACT)
        return;
    if (set_has_source(c->rollup, c->set, 'o'))
        buf_adds(out, " LEFT JOIN orders o ON o.order_key = f.order_key");
    if (set_has_source(c->rollup, c->set, 'p'))
        buf_addf(out, " LEFT JOIN \"%s\" p ON p.store = f.store AND p.sku = f.sku", c->product);
}

/* Of the rows f(store, keys, date): those where the bases differ, or all with a mark. */
static void add_split_join(struct buf *out, const struct cells *c, const char *date)
{
    if (c->part == CELLS_PLAIN)
        return;
    buf_addf(out,
             " %s JOIN derive_split x ON x.store = f.store AND x.date = %s",
             c->part == CELLS_FIRST ? "LEFT" : "SEMI",
             date);
    for (size_t i = 0; i < c->rollup->key_count; i++) {
        const struct rollup_key *k = &c->rollup->keys[i];
        buf_addf(out, " AND x.\"%s\" IS NOT DISTINCT FROM ", k->name);
        if (c->source == CELLS_FACT)
            buf_addf(out, "(f.\"%s\"%s)", k->column, key_tests[k->kind]);
        else
            buf_addf(out, "f.\"%s\"", k->name);
    }
}

static void add_conditions(struct buf *out,
                           const struct cells *c,
                           const char *day,
                           const struct cell_scope *scope)
{
    buf_adds(out, " WHERE ");
    add_between(out, day, scope);
    if (c->grain == ROLLUP_MONTH && c->open_month != DAY_NONE) {
        buf_addf(out, " AND %s < ", day);
        cells_add_date(out, c->open_month);
    }
    if (c->source == CELLS_FACT)
        add_excluded(out, c->rollup);
    if (c->source == CELLS_DAYS)
        buf_addf(out,
                 " AND f.grain = %d AND f.set_id = %d AND f.basis IN (%d, %d)",
                 ROLLUP_DAY,
                 c->set->id,
                 c->rollup->bases[c->basis].id,
                 ROLLUP_BASIS_BOTH);
}

/* Grouped first, then laid out: constants would only be further keys of the group. */
static void add_layout(struct buf *out, const struct cells *c)
{
    const int id = c->rollup->bases[c->basis].id;
    const size_t dims = rollup_set_dims(c->set);
    buf_addf(out, "INSERT INTO \"%s\" SELECT ", c->into);
    if (c->part == CELLS_FIRST)
        buf_addf(out, "CASE WHEN is_split THEN %d ELSE %d END", id, ROLLUP_BASIS_BOTH);
    else
        buf_addf(out, "%d", id);
    buf_addf(out, ", %d, store, date, %d", (int)c->grain, c->set->id);
    buf_adds(out, dims > 0 ? ", v1" : ", NULL");
    buf_adds(out, dims > 1 ? ", v2" : ", NULL");
    add_key_names(out, c->rollup);
    for (size_t i = 0; i < c->rollup->measure_count; i++)
        buf_addf(out, ", \"%s\"", c->rollup->measures[i].name);
}

void cells_insert(struct buf *out, const struct cells *c, const struct cell_scope *scope)
{
    struct buf day;
    struct buf date;
    const bool truncated = c->grain == ROLLUP_MONTH;
    buf_init(&day, SQL_MAX);
    buf_init(&date, SQL_MAX);
    add_day(&day, c);
    buf_addf(&date, truncated ? "date_trunc('month', %.*s)::DATE" : "%.*s", STR_ARG(buf_str(&day)));
    buf_addc(&day, '\0');
    buf_addc(&date, '\0');
    if (buf_ok(&day) && buf_ok(&date)) {
        const char *date_sql = buf_str(&date).ptr;
        add_layout(out, c);
        buf_addf(out, " FROM (SELECT f.store, %s AS date", date_sql);
        if (c->part == CELLS_FIRST)
            buf_adds(out, ", x.date IS NOT NULL AS is_split");
        add_values(out, c);
        if (c->source == CELLS_FACT)
            add_keys(out, c->rollup);
        else
            add_fact_key_names(out, c->rollup);
        add_measures(out, c);
        add_source(out, c);
        add_partitions(out, scope, !truncated, date_sql);
        add_split_join(out, c, date_sql);
        add_conditions(out, c, buf_str(&day).ptr, scope);
        /* by date: a question reads the id sets of its own days only, not of all */
        buf_adds(out, " GROUP BY ALL) ORDER BY date");
    } else {
        out->failed = true;
    }
    buf_release(&day);
    buf_release(&date);
}

void cells_delete(struct buf *out, const struct rollup *r, const struct cell_scope *scope)
{
    static const struct {
        enum rollup_grain grain;
        const char *partitions;
    } grains[] = { { ROLLUP_DAY, "derive_day" }, { ROLLUP_MONTH, "derive_month" } };
    for (size_t i = 0; i < ARRAY_LEN(grains); i++) {
        buf_addf(out, "DELETE FROM \"%s\" WHERE grain = %d AND ", r->table, (int)grains[i].grain);
        add_between(out, "date", scope);
        if (!scope->is_whole)
            buf_addf(
                out, " AND (store, date) IN (SELECT store, date FROM %s)", grains[i].partitions);
        buf_adds(out, ";");
    }
}
