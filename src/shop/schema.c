/* The tables of the database: made once, migrated forward, never opened when newer. */
#include "commerce/rollup.h"
#include "shop/shop_priv.h"

#define DDL_MAX ((size_t)256 * 1024)

static enum status schema_create(struct conn *c, struct error *why)
{
    struct buf ddl;
    buf_init(&ddl, DDL_MAX);
    buf_adds(&ddl, "BEGIN TRANSACTION;\n");
    commerce_ddl(&ddl);
    buf_addf(&ddl,
             "INSERT INTO schema_version VALUES (%d, %lld);\nCOMMIT;\n",
             COMMERCE_SCHEMA_VERSION,
             (long long)clock_now_us());
    size_t len = 0;
    char *sql = buf_take(&ddl, &len);
    if (sql == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = conn_exec(c, sql, why);
    mem_free(sql);
    return st;
}

#define REFUNDED_BEFORE "('refunded', 'success', 'completed', '退款成功')"
#define RECEIVED_BEFORE                                                                         \
    "('success', 'succeeded', 'successful', 'paid', 'completed', 'captured', 'trade_success', " \
    "'trade_finished', '成功', '支付成功', '付款成功', '交易成功', '已支付', '已付款', '已收款')"

#define PLACED "('sale', 'unpaid', 'cancelled')"

/* What leads from one version to the next, oldest first, beside new tables and columns of the
 * description: schema_align() makes those. */
static const struct {
    int version;
    const char *sql;   /* before the tables are aligned; NULL: nothing */
    const char *after; /* and after */
} migrations[] = {
    { 2,
      "ALTER TABLE import ADD COLUMN header VARCHAR;"
      "ALTER TABLE import ADD COLUMN repairs UINTEGER;",
      NULL },
    { 3,
      NULL,
      "UPDATE ad_spend SET end_date = local_date; UPDATE ad_spend_old SET end_date = local_date" },
    { 4,
      "CREATE TABLE month_close (month VARCHAR, revision BIGINT, store VARCHAR, kpi VARCHAR,"
      " value VARCHAR, definition VARCHAR, data_version BIGINT, \"at\" BIGINT, note VARCHAR);",
      NULL },
    { 5, NULL, NULL }, /* targets have revisions, owners and locks */
    { 6, COMMERCE_COST_DDL, NULL },
    { 7, NULL, NULL }, /* columns of exports that have no field: props */
    /* cost_line in place of profit_line: without a state of costs it is derived before it is shown
     */
    { 8, "DROP TABLE IF EXISTS profit_line; DELETE FROM cost_state;", NULL },
    { 9, NULL, NULL },  /* refunds tell their tax and what they are for */
    { 10, NULL, NULL }, /* a rollup of visits */
    { 11, NULL, NULL }, /* actions; reviews tell when they were answered */
    { 12, NULL, NULL }, /* rollups by medium */
    { 13, NULL, COMMERCE_SET_OWN_PRICES },
    { 14, "DELETE FROM cost_state;", NULL }, /* cost_line tells replaced fees from parcels */
    { 15, "DELETE FROM cost_state;", NULL }, /* and what is known of discounts and returns */
    { 16, NULL, NULL },                      /* views: age of stock, idle stock, new articles */
    { 17, NULL, NULL },                      /* view: goods whose cost is known */
    /* what an excluded refund was of stays its class */
    { 18,
      NULL,
      "UPDATE refund SET is_excluded = true, class = NULL WHERE class = 'excluded'; UPDATE "
      "refund_old SET is_excluded = true, class = NULL WHERE class = 'excluded'" },
    { 19, "DELETE FROM cost_state;", NULL }, /* goods come back with all of their money */
    /* the running month has no month cells; those that older programs made are taken away when
     * they are next looked at */
    { 20, "ALTER TABLE rollup_set ADD COLUMN IF NOT EXISTS open_month DATE;", NULL },
    { 21, NULL, NULL }, /* lines of a file of their own follow their order's state */
    /* orders of one customer and one moment are numbered by their ids, no more by who came first;
     * imports tell whose rows they left theirs out for */
    { 22,
      "CREATE TABLE IF NOT EXISTS import_overlap (import_id UINTEGER, of_import UINTEGER, lines"
      " BIGINT);",
      "INSERT INTO dirty SELECT DISTINCT store, local_date FROM orders WHERE (customer_key,"
      " placed_at) IN (SELECT (customer_key, placed_at) FROM orders WHERE customer_key IS NOT NULL"
      " GROUP BY customer_key, placed_at HAVING count(*) > 1)" },
    { 23, NULL, NULL }, /* lines tell their shares of the order's amounts from their own */
    /* refunds and payments are kept by one word for a state: of refunds those that the ledger has
     * as returns already. Costs are derived anew: goods that never left have no way back */
    { 24,
      "DELETE FROM cost_state;",
      "UPDATE refund SET status = 'succeeded' WHERE status IN " REFUNDED_BEFORE ";"
      "UPDATE refund_old SET status = 'succeeded' WHERE status IN " REFUNDED_BEFORE ";"
      "UPDATE payment SET status = 'success' WHERE lower(status) IN " RECEIVED_BEFORE ";"
      "UPDATE payment_old SET status = 'success' WHERE lower(status) IN " RECEIVED_BEFORE },
    /* orders say whether they have placed lines; those that an undo would put back, by the lines
     * that were theirs then */
    { 25,
      NULL,
      "UPDATE orders SET has_placed = order_key IN (SELECT order_key FROM order_line WHERE "
      "order_key IS NOT NULL AND class IN " PLACED ");"
      "UPDATE orders_old SET has_placed = rowid IN (SELECT o.rowid FROM orders_old o JOIN (SELECT "
      "order_key, import_id, 4294967295 AS until FROM order_line WHERE class IN " PLACED
      " UNION ALL SELECT order_key, import_id, superseded_by FROM order_line_old WHERE class "
      "IN " PLACED
      ") l ON l.order_key = o.order_key AND l.import_id < o.superseded_by AND l.until >= "
      "o.superseded_by)" },
    /* refused lines tell whose place they take when they are repaired */
    { 26,
      "CREATE TABLE IF NOT EXISTS quarantine_line (import_id UINTEGER, row_no BIGINT, order_key"
      " UINTEGER, sku VARCHAR, of_import UINTEGER, of_row BIGINT);",
      NULL },
    /* imports tell which lines of an order stood at their file's edge, and which amounts of orders
     * were their lines' own */
    { 27,
      "CREATE TABLE IF NOT EXISTS import_edge (import_id UINTEGER, order_key UINTEGER, opens"
      " BOOLEAN, closes BOOLEAN, seq BIGINT, of_import UINTEGER, of_row BIGINT);"
      "ALTER TABLE import ADD COLUMN IF NOT EXISTS line_amounts VARCHAR;",
      NULL },
    /* figures of months and weeks that told no last day stood on their first one */
    { 28, NULL, COMMERCE_SET_PERIODS("platform_stat") COMMERCE_SET_PERIODS("platform_stat_old") },
};

/* Each table's name, and its columns as text, in their order. Asked once: the engine lists the
 * columns of all tables to tell those of one. */
static enum status tables_there(struct conn *c, struct frame **out, struct error *why)
{
    return conn_query(c,
                      STR("SELECT table_name, string_agg(column_name, ',' ORDER BY column_index)"
                          " FROM duckdb_columns() WHERE NOT internal GROUP BY 1"),
                      NULL,
                      0,
                      out,
                      why);
}

/* Empty when there is no such table. */
static str columns_there(const struct frame *tables, const char *name)
{
    for (size_t i = 0; i < frame_rows(tables); i++) {
        if (str_is(frame_str(tables, 0, i), name))
            return frame_str(tables, 1, i);
    }
    return str_from("");
}

static void columns_wanted(const struct table *t, bool is_old, struct buf *out)
{
    for (size_t i = 0; i < t->column_count; i++)
        buf_addf(out, "%s%s", i > 0 ? "," : "", t->columns[i].name);
    if (is_old)
        buf_adds(out, ",superseded_by");
}

/* Rows move between a table and its history by position, so a new column stands where the
 * description has it: the table is made anew and filled by name. */
static enum status align_table(struct conn *c,
                               const struct frame *tables,
                               const struct table *t,
                               bool is_old,
                               struct error *why)
{
    const char *suffix = is_old ? "_old" : "";
    struct buf name;
    struct buf wanted;
    struct buf sql;
    buf_init(&name, 128);
    buf_init(&wanted, DDL_MAX);
    buf_init(&sql, DDL_MAX);
    buf_addf(&name, "%s%s", t->name, suffix);
    buf_addc(&name, '\0');
    columns_wanted(t, is_old, &wanted);
    enum status st = buf_ok(&name) ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    const str there = st == STATUS_OK ? columns_there(tables, name.data) : str_from("");
    const bool is_new = there.len == 0;
    if (st == STATUS_OK && !str_eq(there, buf_str(&wanted))) {
        commerce_table_ddl(&sql, t, is_old, is_new ? name.data : "table_made_anew");
        if (!is_new)
            buf_addf(&sql,
                     "INSERT INTO table_made_anew BY NAME SELECT * FROM \"%s\"; DROP TABLE "
                     "\"%s\"; ALTER TABLE table_made_anew RENAME TO \"%s\";",
                     name.data,
                     name.data,
                     name.data);
        buf_addc(&sql, '\0');
        st = buf_ok(&sql) ? conn_exec(c, sql.data, why)
                          : error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    buf_release(&name);
    buf_release(&wanted);
    buf_release(&sql);
    return st;
}

static void rollup_columns_wanted(const struct rollup *r, struct buf *out)
{
    buf_adds(out, "basis,grain,store,date,set_id,v1,v2");
    for (size_t i = 0; i < r->key_count; i++)
        buf_addf(out, ",%s", r->keys[i].name);
    for (size_t i = 0; i < r->measure_count; i++)
        buf_addf(out, ",%s", r->measures[i].name);
}

/* A rollup of other columns is made anew, empty: until its cells are derived, facts answer. */
static enum status align_rollup(struct conn *c,
                                const struct frame *tables,
                                const struct rollup *r,
                                struct error *why)
{
    enum status st = STATUS_OK;
    struct buf wanted;
    struct buf sql;
    buf_init(&wanted, DDL_MAX);
    buf_init(&sql, DDL_MAX);
    rollup_columns_wanted(r, &wanted);
    if (!str_eq(columns_there(tables, r->table), buf_str(&wanted))) {
        buf_addf(&sql,
                 "DROP TABLE IF EXISTS \"%s\"; DELETE FROM rollup_set WHERE rollup = '%s';",
                 r->table,
                 r->table);
        rollup_table_ddl(&sql, r);
        buf_addc(&sql, '\0');
        st = buf_ok(&sql) ? conn_exec(c, sql.data, why)
                          : error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    buf_release(&wanted);
    buf_release(&sql);
    return st;
}

/* Views keep nothing, so they are all made anew over the tables as these are now. */
static enum status align_views(struct conn *c, struct error *why)
{
    struct buf sql;
    buf_init(&sql, DDL_MAX);
    commerce_views_ddl(&sql);
    buf_addc(&sql, '\0');
    const enum status st = buf_ok(&sql) ? conn_exec(c, sql.data, why)
                                        : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&sql);
    return st;
}

static enum status schema_align(struct conn *c, struct error *why)
{
    int64_t version = 0;
    struct frame *tables = NULL;
    enum status st = tables_there(c, &tables, why);
    for (size_t i = 0; i < commerce_table_count && st == STATUS_OK; i++) {
        if (commerce_tables[i].view != NULL)
            continue;
        st = align_table(c, tables, &commerce_tables[i], false, why);
        if (st == STATUS_OK && commerce_tables[i].has_history)
            st = align_table(c, tables, &commerce_tables[i], true, why);
    }
    for (size_t i = 0; i < commerce_rollup_count && st == STATUS_OK; i++)
        st = align_rollup(c, tables, &commerce_rollups[i], why);
    if (st == STATUS_OK)
        st = align_views(c, why);
    frame_free(tables);
    return st == STATUS_OK ? shop_bump_version(c, "schema", &version, why) : st;
}

/* All steps in one transaction: their texts before, the tables once, their texts after. */
static enum status run_steps(struct conn *c, int64_t from, bool after, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(migrations) && st == STATUS_OK; i++) {
        const char *sql = after ? migrations[i].after : migrations[i].sql;
        if (migrations[i].version > from && sql != NULL)
            st = conn_exec(c, sql, why);
    }
    return st;
}

static enum status schema_migrate(struct conn *c, int64_t from, struct error *why)
{
    const struct param params[] = { { .type = PARAM_I64, .i64 = COMMERCE_SCHEMA_VERSION },
                                    { .type = PARAM_I64, .i64 = clock_now_us() } };
    if (from == COMMERCE_SCHEMA_VERSION)
        return STATUS_OK;
    enum status st = conn_begin(c, why);
    if (st == STATUS_OK)
        st = run_steps(c, from, false, why);
    if (st == STATUS_OK)
        st = schema_align(c, why);
    if (st == STATUS_OK)
        st = run_steps(c, from, true, why);
    if (st == STATUS_OK)
        st = conn_query(c, STR("INSERT INTO schema_version VALUES ($1, $2)"), params, 2, NULL, why);
    if (st == STATUS_OK)
        st = conn_commit(c, why);
    conn_rollback(c);
    return st;
}

/* Whether the table of versions is there. Listing the engine's own catalogue takes longer than a
 * figure, so it is done only when asking the table failed. */
static enum status is_made(struct conn *c, int64_t *tables, struct error *why)
{
    return conn_query_i64(
        c, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_version'", tables, why);
}

enum status schema_found(struct conn *c, int64_t *version, struct error *why)
{
    struct error unused = { .lang = LANG_EN };
    int64_t tables = 0;
    enum status st = conn_query_i64(c, "SELECT max(version) FROM schema_version", version, &unused);
    if (st != STATUS_OK) {
        *version = 0;
        st = is_made(c, &tables, why);
        if (st == STATUS_OK && tables > 0)
            st = conn_query_i64(c, "SELECT max(version) FROM schema_version", version, why);
    }
    if (st == STATUS_OK && *version > COMMERCE_SCHEMA_VERSION)
        return error_set(
            why,
            STATUS_CONFLICT,
            "the folder has schema %lld and this program knows %d; use a newer Shopvane",
            (long long)*version,
            COMMERCE_SCHEMA_VERSION);
    return st;
}

enum status schema_prepare(struct conn *c, int64_t version, struct error *why)
{
    return version == 0 ? schema_create(c, why) : schema_migrate(c, version, why);
}
