/* The tables of the database: made once, migrated forward, never opened when newer. */
#include "commerce/commerce.h"
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

/* What leads from one version to the next, oldest first. */
static const struct {
    int version;
    const char *sql;
} migrations[] = {
    { 2,
      "ALTER TABLE import ADD COLUMN header VARCHAR;"
      "ALTER TABLE import ADD COLUMN repairs UINTEGER;" },
};

static enum status schema_migrate(struct conn *c, int64_t from, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(migrations) && st == STATUS_OK; i++) {
        if (migrations[i].version <= from)
            continue;
        const struct param params[] = { { .type = PARAM_I64, .i64 = migrations[i].version },
                                        { .type = PARAM_I64, .i64 = clock_now_us() } };
        st = conn_begin(c, why);
        if (st == STATUS_OK)
            st = conn_exec(c, migrations[i].sql, why);
        if (st == STATUS_OK)
            st = conn_query(
                c, STR("INSERT INTO schema_version VALUES ($1, $2)"), params, 2, NULL, why);
        if (st == STATUS_OK)
            st = conn_commit(c, why);
        conn_rollback(c);
    }
    return st;
}

enum status schema_prepare(struct conn *c, struct error *why)
{
    int64_t tables = 0;
    int64_t version = 0;
    enum status st =
        conn_query_i64(c,
                       "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_version'",
                       &tables,
                       why);
    if (st != STATUS_OK)
        return st;
    if (tables == 0)
        return schema_create(c, why);
    st = conn_query_i64(c, "SELECT max(version) FROM schema_version", &version, why);
    if (st == STATUS_OK && version > COMMERCE_SCHEMA_VERSION)
        return error_set(
            why,
            STATUS_CONFLICT,
            "the folder has schema %lld and this program knows %d; use a newer Shopvane",
            (long long)version,
            COMMERCE_SCHEMA_VERSION);
    return st == STATUS_OK ? schema_migrate(c, version, why) : st;
}
