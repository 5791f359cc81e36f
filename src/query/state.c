/* Which cells of rollups are there, which days are dirty, the data's version. All in the question's
 * own read transaction. */
#include "query/cache_priv.h"

enum status query_run_sql(struct asking *k, const char *sql, struct frame **out, struct error *why)
{
    return conn_query(k->context->conn, str_from(sql), NULL, 0, out, why);
}

void state_add_scope(const struct asking *k, struct sql *sql, const char *before)
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

static enum status take_sets(struct asking *k, const struct frame *f, struct error *why)
{
    k->cells.sets = ARENA_NEW(k->arena, struct plan_cell_set, frame_rows(f) + 1);
    if (k->cells.sets == NULL)
        return query_no_memory(why);
    for (size_t r = 0; r < frame_rows(f); r++) {
        for (size_t i = 0; i < commerce_rollup_count; i++) {
            if (str_is(frame_str(f, 0, r), commerce_rollups[i].table)) {
                k->cells.sets[k->cells.n_sets++] =
                    (struct plan_cell_set){ &commerce_rollups[i],
                                            (int)frame_i64(f, 1, r),
                                            frame_is_null(f, 2, r) ? DAY_NONE
                                                                   : (int32_t)frame_i64(f, 2, r) };
            }
        }
    }
    return STATUS_OK;
}

static enum status load_sets(struct asking *k, struct error *why)
{
    struct sql sql;
    struct state_rows rows;
    sql_init(&sql, SQL_DUCKDB);
    sql_add(
        &sql,
        "SELECT \"rollup\", \"set_id\", \"open_month\" FROM \"rollup_set\" WHERE \"version\" = ");
    sql_add_int(&sql, ROLLUP_VERSION);
    sql_add(&sql, " AND \"set_id\" <> ");
    sql_add_int(&sql, ROLLUP_NO_SET);
    enum status st = state_query(k, &sql, &rows, why);
    if (st == STATUS_OK)
        st = take_sets(k, rows.frame, why);
    state_rows_drop(k, &rows);
    sql_release(&sql);
    return st;
}

static enum status take_dirty(struct asking *k, const struct frame *f, struct error *why)
{
    int32_t *days = ARENA_NEW(k->arena, int32_t, frame_rows(f) + 1);
    if (days == NULL)
        return query_no_memory(why);
    for (size_t r = 0; r < frame_rows(f); r++)
        days[k->cells.n_dirty++] = (int32_t)frame_i64(f, 0, r);
    k->cells.dirty = days;
    return STATUS_OK;
}

static enum status load_dirty(struct asking *k, struct error *why)
{
    struct sql sql;
    struct state_rows rows;
    sql_init(&sql, SQL_DUCKDB);
    sql_add(&sql, "SELECT DISTINCT \"local_date\" FROM \"dirty\" WHERE \"local_date\" IS NOT NULL");
    state_add_scope(k, &sql, " AND ");
    sql_add(&sql, " ORDER BY \"local_date\"");
    enum status st = state_query(k, &sql, &rows, why);
    if (st == STATUS_OK)
        st = take_dirty(k, rows.frame, why);
    state_rows_drop(k, &rows);
    sql_release(&sql);
    return st;
}

enum status state_stores(struct asking *k, int64_t *out, struct error *why)
{
    struct sql sql;
    struct state_rows rows;
    sql_init(&sql, SQL_DUCKDB);
    sql_add(&sql, "SELECT count(DISTINCT \"store\") FROM \"watermark\"");
    const enum status st = state_query(k, &sql, &rows, why);
    if (st == STATUS_OK)
        *out = frame_i64(rows.frame, 0, 0);
    state_rows_drop(k, &rows);
    sql_release(&sql);
    return st;
}

enum status state_targets(struct asking *k, bool *any, struct error *why)
{
    struct sql sql;
    struct state_rows rows;
    sql_init(&sql, SQL_DUCKDB);
    sql_add(&sql, "SELECT count(*) FROM \"target\"");
    const enum status st = state_query(k, &sql, &rows, why);
    if (st == STATUS_OK)
        *any = frame_i64(rows.frame, 0, 0) > 0;
    state_rows_drop(k, &rows);
    sql_release(&sql);
    return st;
}

enum status state_load(struct asking *k, struct error *why)
{
    enum status st = STATUS_OK;
    k->data_version = k->context->in_snapshot ? k->context->data_version : 0;
    if (k->data_version == 0)
        st = shop_data_version(k->context->conn, &k->data_version, why);
    if (st == STATUS_OK && !k->words->raw_only)
        st = load_sets(k, why);
    if (st == STATUS_OK && !k->words->raw_only)
        st = load_dirty(k, why);
    return st;
}
