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

bool cells_from_cube(const struct rollup *r, const struct rollup_set *set)
{
    for (size_t i = 0; i < rollup_set_dims(set); i++) {
        const bool is_of_line = source_of(r, set->dims[i]) == 'f' && !str_is(str_from(r->fact), "orders");
        if (is_of_line || source_of(r, set->dims[i]) == 'p')
            return false;
    }
    return set->by_day;
}

static void add_keys(struct buf *out, const struct rollup *r)
{
    static const char *const tests[] = {
        [ROLLUP_KEY_VALUE] = "",
        [ROLLUP_KEY_TRUE] = " IS TRUE",
        [ROLLUP_KEY_KNOWN] = " IS NOT NULL",
    };
    for (size_t i = 0; i < r->key_count; i++) {
        const struct rollup_key *k = &r->keys[i];
        buf_addf(out, ", (f.\"%s\"%s) AS \"%s\"", k->column, tests[k->kind], k->name);
    }
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
    if (m->known != NULL)
        buf_addf(out, " FILTER (WHERE f.\"%s\" IS NOT NULL)", m->known);
    if (m->aggregate == ROLLUP_SUM)
        buf_adds(out, "::BIGINT");
    buf_addf(out, " AS \"%s\"", m->name);
}

/* The measures out of parts that are added up already: of the cube, or of day cells. */
static void add_part_measures(struct buf *out, const struct rollup *r, bool of_cube)
{
    for (size_t i = 0; i < r->measure_count; i++) {
        const struct rollup_measure *m = &r->measures[i];
        if (m->aggregate != ROLLUP_IDS)
            buf_addf(out, ", sum(\"%s\")::BIGINT", m->name);
        else if (of_cube)
            buf_addf(out, ", ids_build(\"%s\")", m->column);
        else
            buf_addf(out, ", ids_union(\"%s\")", m->name);
    }
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

static void add_cube_dims(struct buf *out, const struct rollup *r, char source,
                          const struct set_list *sets)
{
    const char *dims[CUBE_DIMS];
    const size_t n = cube_dims(r, sets, dims);
    for (size_t i = 0; i < n; i++) {
        if (source_of(r, dims[i]) == source)
            buf_addf(out, ", %c.\"%s\" AS \"d_%s\"", source, dimension_of(dims[i])->column, dims[i]);
    }
}

static void add_cube_ids(struct buf *out, const struct rollup *r)
{
    for (size_t i = 0; i < r->measure_count; i++) {
        if (r->measures[i].aggregate == ROLLUP_IDS)
            buf_addf(out, ", f.\"%s\"", r->measures[i].column);
    }
}

void cells_cube(struct buf *out, const struct rollup *r, const struct set_list *sets,
                const struct cell_scope *scope)
{
    char column[64];
    buf_adds(out, "CREATE OR REPLACE TEMP TABLE derive_cube AS SELECT f.*");
    add_cube_dims(out, r, 'o', sets);
    buf_adds(out, " FROM (SELECT f.store");
    for (size_t i = 0; i < r->basis_count; i++)
        buf_addf(out, ", f.\"%s\" AS \"b%d\"", r->bases[i].date_column, r->bases[i].id);
    add_keys(out, r);
    add_cube_ids(out, r);
    add_cube_dims(out, r, 'f', sets);
    for (size_t i = 0; i < r->measure_count; i++) {
        if (r->measures[i].aggregate != ROLLUP_IDS)
            add_fact_measure(out, &r->measures[i]);
    }
    buf_addf(out, " FROM \"%s\" f WHERE (", r->fact);
    for (size_t i = 0; i < r->basis_count; i++) {
        snprintf(column, sizeof column, "%sf.\"%s\"", i ? " OR " : "", r->bases[i].date_column);
        add_between(out, column, scope);
    }
    buf_adds(out, ")");
    add_excluded(out, r);
    buf_adds(out, " GROUP BY ALL) f LEFT JOIN orders o ON o.order_key = f.order_key");
}

static void add_set_head(struct buf *out, const char *into, int basis, int grain)
{
    buf_addf(out, "INSERT INTO \"%s\" SELECT %d, %d, f.store, ", into, basis, grain);
}

void cells_set(struct buf *out, const struct rollup *r, const struct rollup_basis *basis,
               const struct rollup_set *set, const struct cell_scope *scope, const char *into)
{
    char column[16];
    const size_t dims = rollup_set_dims(set);
    add_set_head(out, into, basis->id, ROLLUP_DAY);
    buf_addf(out, "b%d, %d", basis->id, set->id);
    for (size_t i = 0; i < ROLLUP_DIMS; i++) {
        if (i < dims)
            buf_addf(out, ", \"d_%s\"", set->dims[i]);
        else
            buf_adds(out, ", NULL::VARCHAR");
    }
    add_key_names(out, r);
    add_part_measures(out, r, true);
    buf_adds(out, " FROM derive_cube f");
    snprintf(column, sizeof column, "f.b%d", basis->id);
    if (!scope->is_whole)
        buf_addf(out, " SEMI JOIN derive_day s ON s.store = f.store AND s.date = %s", column);
    buf_adds(out, " WHERE ");
    add_between(out, column, scope);
    buf_adds(out, " GROUP BY ALL");
}

static void add_raw_joins(struct buf *out, const struct cells_raw *raw)
{
    if (set_has_source(raw->rollup, raw->set, 'o'))
        buf_adds(out, " LEFT JOIN orders o ON o.order_key = f.order_key");
    if (set_has_source(raw->rollup, raw->set, 'p'))
        buf_addf(out, " LEFT JOIN \"%s\" p ON p.store = f.store AND p.sku = f.sku", raw->product);
}

void cells_raw(struct buf *out, const struct cells_raw *raw, const struct cell_scope *scope)
{
    const struct rollup *r = raw->rollup;
    const bool by_day = raw->grain == ROLLUP_DAY;
    const size_t dims = rollup_set_dims(raw->set);
    char column[64];
    char date[128];
    snprintf(column, sizeof column, "f.\"%s\"", raw->basis->date_column);
    snprintf(date, sizeof date, by_day ? "%s" : "date_trunc('month', %s)::DATE", column);
    add_set_head(out, raw->into, raw->basis->id, (int)raw->grain);
    buf_addf(out, "%s, %d", date, raw->set->id);
    for (size_t i = 0; i < ROLLUP_DIMS; i++) {
        if (i < dims)
            buf_addf(out, ", %c.\"%s\"", source_of(r, raw->set->dims[i]),
                     dimension_of(raw->set->dims[i])->column);
        else
            buf_adds(out, ", NULL::VARCHAR");
    }
    add_keys(out, r);
    for (size_t i = 0; i < r->measure_count; i++)
        add_fact_measure(out, &r->measures[i]);
    buf_addf(out, " FROM \"%s\" f", r->fact);
    add_raw_joins(out, raw);
    if (!scope->is_whole)
        buf_addf(out, " SEMI JOIN %s s ON s.store = f.store AND s.date = %s",
                 by_day ? "derive_day" : "derive_month", date);
    buf_adds(out, " WHERE ");
    add_between(out, column, scope);
    add_excluded(out, r);
    buf_adds(out, " GROUP BY ALL");
}

void cells_months(struct buf *out, const struct rollup *r, const struct cell_scope *scope)
{
    buf_addf(out,
             "INSERT INTO \"%s\" SELECT basis, %d, f.store, date_trunc('month', f.date)::DATE, set_id,"
             " v1, v2",
             r->table, ROLLUP_MONTH);
    add_key_names(out, r);
    add_part_measures(out, r, false);
    buf_addf(out, " FROM \"%s\" f", r->table);
    if (!scope->is_whole)
        buf_adds(out, " SEMI JOIN derive_month s ON s.store = f.store"
                      " AND s.date = date_trunc('month', f.date)::DATE");
    buf_addf(out, " WHERE grain = %d AND ", ROLLUP_DAY);
    add_between(out, "f.date", scope);
    buf_adds(out, " GROUP BY ALL");
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
            buf_addf(out, " AND (store, date) IN (SELECT store, date FROM %s)", grains[i].partitions);
        buf_adds(out, ";");
    }
}
