/* What the store holds at this moment: how far tables reach, which cells of rollups are there,
 * which days are dirty, the data's version. All in the question's own read transaction. */
#include "query/query_priv.h"

enum status run_sql(struct asking *k, const char *sql, struct frame **out, struct error *why)
{
    return conn_query(k->context->conn, str_from(sql), NULL, 0, out, why);
}

str text_of_day(struct arena *a, int32_t day)
{
    struct buf text;
    buf_init(&text, 64);
    buf_add_day(&text, day);
    const str kept = arena_dup(a, buf_str(&text));
    buf_release(&text);
    return kept.ptr != NULL ? kept : STR_EMPTY;
}

struct param *params_of(struct arena *a, const struct sql *sql)
{
    static const enum param_type types[] = {
        [SQL_I64] = PARAM_I64, [SQL_F64] = PARAM_F64, [SQL_TEXT] = PARAM_TEXT, [SQL_DAY] = PARAM_DAY
    };
    struct param *params = ARENA_NEW(a, struct param, sql->value_count + 1);
    for (size_t i = 0; params != NULL && i < sql->value_count; i++) {
        const struct sql_value *v = &sql->values[i];
        params[i] = (struct param){
            .type = types[v->type], .i64 = v->i64, .f64 = v->f64, .text = v->text
        };
    }
    return params;
}

/* ---- coverage ---- */

static enum status add_coverage(struct asking *k, const struct table *t, const struct column *date)
{
    for (size_t i = 0; i < k->n_coverage; i++) {
        if (k->coverage[i].table == t && k->coverage[i].date == date)
            return STATUS_OK;
    }
    k->coverage[k->n_coverage++] = (struct coverage){
        .table = t, .date = date, .first = DAY_NONE, .last = DAY_NONE, .complete_to = DAY_NONE
    };
    return STATUS_OK;
}

static enum status list_tables(struct asking *k, struct error *why)
{
    size_t n = k->slots.n;
    for (size_t i = 0; i < k->n_kpis; i++)
        n += k->kpis[i]->n_needs_tables;
    k->coverage = ARENA_NEW(k->arena, struct coverage, n + 1);
    if (k->coverage == NULL)
        return no_memory(why);
    enum status st = STATUS_OK;
    for (size_t i = 0; i < k->slots.n && st == STATUS_OK; i++)
        st = add_coverage(k, k->slots.items[i].measure->table, k->slots.items[i].date);
    for (size_t i = 0; i < k->n_kpis && st == STATUS_OK; i++) {
        for (size_t t = 0; t < k->kpis[i]->n_needs_tables && st == STATUS_OK; t++)
            st = add_coverage(k, k->kpis[i]->needs_tables[t], NULL);
    }
    return st;
}

static void add_scope(const struct asking *k, struct sql *sql, const char *before)
{
    if (k->words->store_count == 0)
        return;
    sql_add(sql, before);
    sql_add(sql, "\"store\" IN (");
    for (size_t i = 0; i < k->words->store_count; i++) {
        sql_add(sql, i > 0 ? ", " : "");
        sql_bind_text(sql, k->words->stores[i]);
    }
    sql_add(sql, ")");
}

static enum status run_built(struct asking *k, const struct sql *sql, struct frame **out,
                             struct error *why)
{
    const enum status st = sql_finish(sql, why);
    if (st != STATUS_OK)
        return st;
    const struct param *params = params_of(k->arena, sql);
    if (params == NULL)
        return no_memory(why);
    return conn_query(k->context->conn, sql_text(sql), params, sql->value_count, out, why);
}

static void write_coverage(const struct asking *k, struct sql *sql)
{
    for (size_t i = 0; i < k->n_coverage; i++) {
        const struct coverage *c = &k->coverage[i];
        sql_add(sql, i > 0 ? " UNION ALL SELECT " : "SELECT ");
        sql_add_int(sql, (int64_t)i);
        if (c->date != NULL) {
            sql_add(sql, ", min(");
            sql_name(sql, str_from(c->date->name));
            sql_add(sql, "), max(");
            sql_name(sql, str_from(c->date->name));
            sql_add(sql, "), count(*)");
        } else {
            sql_add(sql, ", CAST(NULL AS DATE), CAST(NULL AS DATE), count(*)");
        }
        sql_add(sql, " FROM ");
        sql_name(sql, str_from(c->table->name));
        if (table_column(c->table, STR("store")) != NULL)
            add_scope(k, sql, " WHERE ");
    }
}

static void take_coverage(struct asking *k, const struct frame *f)
{
    for (size_t r = 0; r < frame_rows(f); r++) {
        struct coverage *c = &k->coverage[(size_t)frame_i64(f, 0, r)];
        c->has_rows = frame_i64(f, 3, r) > 0;
        if (frame_is_null(f, 1, r))
            continue;
        c->first = (int32_t)frame_i64(f, 1, r);
        c->last = (int32_t)frame_i64(f, 2, r);
        c->complete_to = c->last;
    }
}

static enum status load_watermarks(struct asking *k, struct error *why)
{
    struct sql sql;
    struct frame *f = NULL;
    sql_init(&sql, SQL_DUCKDB);
    sql_add(&sql, "SELECT \"table_name\", min(\"until\") FROM (SELECT \"table_name\","
                  " max(\"complete_until\") AS \"until\" FROM \"watermark\"");
    add_scope(k, &sql, " WHERE ");
    sql_add(&sql, " GROUP BY \"table_name\", \"store\", \"source\") AS \"w\""
                  " WHERE \"until\" IS NOT NULL GROUP BY \"table_name\"");
    const enum status st = run_built(k, &sql, &f, why);
    for (size_t r = 0; st == STATUS_OK && r < frame_rows(f); r++) {
        for (size_t i = 0; i < k->n_coverage; i++) {
            struct coverage *c = &k->coverage[i];
            if (str_is(frame_str(f, 0, r), c->table->name) && c->date != NULL)
                c->complete_to = (int32_t)frame_i64(f, 1, r);
        }
    }
    frame_free(f);
    sql_release(&sql);
    return st;
}

enum status coverage_load(struct asking *k, struct error *why)
{
    struct sql sql;
    struct frame *f = NULL;
    enum status st = list_tables(k, why);
    if (st != STATUS_OK || k->n_coverage == 0)
        return st;
    sql_init(&sql, SQL_DUCKDB);
    write_coverage(k, &sql);
    st = run_built(k, &sql, &f, why);
    if (st == STATUS_OK)
        take_coverage(k, f);
    frame_free(f);
    sql_release(&sql);
    return st == STATUS_OK ? load_watermarks(k, why) : st;
}

const struct coverage *coverage_of(const struct asking *k, const struct plan_slot *slot)
{
    for (size_t i = 0; i < k->n_coverage; i++) {
        if (k->coverage[i].table == slot->measure->table && k->coverage[i].date == slot->date)
            return &k->coverage[i];
    }
    return NULL;
}

static bool table_has_rows(const struct asking *k, const struct table *t)
{
    for (size_t i = 0; i < k->n_coverage; i++) {
        if (k->coverage[i].table == t)
            return k->coverage[i].has_rows;
    }
    return false;
}

str needs_of(const struct asking *k, const struct kpi *kpi)
{
    struct buf names;
    str out = STR_EMPTY;
    buf_init(&names, 4096);
    for (size_t i = 0; i < kpi->n_needs_models; i++) {
        buf_adds(&names, i > 0 ? ", " : "");
        buf_add(&names, kpi->needs_models[i]);
    }
    if (names.len > 0)
        out = arena_printf(k->arena, tr(k->lang, "needs model %.*s"), STR_ARG(buf_str(&names)));
    for (size_t i = 0; i < kpi->n_needs_tables && kpi->n_needs_models == 0; i++) {
        if (table_has_rows(k, kpi->needs_tables[i]))
            continue;
        buf_adds(&names, names.len > 0 ? ", " : "");
        buf_adds(&names, kpi->needs_tables[i]->name);
        if (k->lang == LANG_ZH)
            buf_addf(&names, "（%s）", kpi->needs_tables[i]->about_zh);
    }
    if (names.len > 0 && kpi->n_needs_models == 0) {
        out = arena_printf(k->arena,
                           tr(k->lang, "needs %.*s: import it (see shopvane import --help)"),
                           STR_ARG(buf_str(&names)));
    }
    if (names.len == 0 && kpi->formula == NULL)
        out = arena_printf(k->arena, tr(k->lang, "has no formula"));
    buf_release(&names);
    return out;
}

/* ---- rollups ---- */

static enum status load_sets(struct asking *k, struct error *why)
{
    struct frame *f = NULL;
    enum status st = conn_query(
        k->context->conn, STR("SELECT \"rollup\", \"set_id\" FROM \"rollup_set\" WHERE \"version\" = $1"),
        &(struct param){ .type = PARAM_I64, .i64 = ROLLUP_VERSION, .text = STR_EMPTY }, 1, &f, why);
    if (st != STATUS_OK)
        return st;
    k->cells.sets = ARENA_NEW(k->arena, struct plan_cell_set, frame_rows(f) + 1);
    for (size_t r = 0; k->cells.sets != NULL && r < frame_rows(f); r++) {
        for (size_t i = 0; i < commerce_rollup_count; i++) {
            if (str_is(frame_str(f, 0, r), commerce_rollups[i].table)) {
                k->cells.sets[k->cells.n_sets++] = (struct plan_cell_set){
                    &commerce_rollups[i], (int)frame_i64(f, 1, r)
                };
            }
        }
    }
    frame_free(f);
    return k->cells.sets != NULL ? STATUS_OK : no_memory(why);
}

static enum status load_dirty(struct asking *k, struct error *why)
{
    struct sql sql;
    struct frame *f = NULL;
    sql_init(&sql, SQL_DUCKDB);
    sql_add(&sql, "SELECT DISTINCT \"local_date\" FROM \"dirty\" WHERE \"local_date\" IS NOT NULL");
    add_scope(k, &sql, " AND ");
    sql_add(&sql, " ORDER BY \"local_date\"");
    enum status st = run_built(k, &sql, &f, why);
    if (st == STATUS_OK) {
        int32_t *days = ARENA_NEW(k->arena, int32_t, frame_rows(f) + 1);
        for (size_t r = 0; days != NULL && r < frame_rows(f); r++)
            days[k->cells.n_dirty++] = (int32_t)frame_i64(f, 0, r);
        k->cells.dirty = days;
        st = days != NULL ? STATUS_OK : no_memory(why);
    }
    frame_free(f);
    sql_release(&sql);
    return st;
}

enum status state_load(struct asking *k, struct error *why)
{
    enum status st = shop_data_version(k->context->conn, &k->data_version, why);
    if (st == STATUS_OK && !k->words->raw_only)
        st = load_sets(k, why);
    if (st == STATUS_OK && !k->words->raw_only)
        st = load_dirty(k, why);
    return st;
}
