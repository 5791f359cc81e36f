/* The tables as the database makes them, against their description. */
#include "commerce/commerce.h"
#include "commerce/rollup.h"
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct rig {
    struct store *store;
    struct conn *conn;
    struct error why;
};

static int set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    const struct store_options opt = { .in_memory = true, .threads = 1, .memory_mib = 128 };
    struct buf ddl;
    assert_non_null(r);
    if (store_open(NULL, &opt, &r->store, &r->why) != STATUS_OK ||
        conn_open(r->store, &r->conn, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
    buf_init(&ddl, (size_t)1024 * 1024);
    commerce_ddl(&ddl);
    buf_addc(&ddl, '\0');
    assert_true(buf_ok(&ddl));
    if (conn_exec(r->conn, ddl.data, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
    buf_release(&ddl);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    conn_close(r->conn);
    store_close(r->store);
    mem_free(r);
    return 0;
}

static int64_t asked(struct rig *r, const char *table, const char *column, const char *type)
{
    char sql[400];
    int64_t n = -1;
    (void)snprintf(sql,
                   sizeof sql,
                   "SELECT count(*) FROM duckdb_columns() WHERE table_name = '%s' AND "
                   "(column_name = '%s' OR '%s' = '') AND (data_type = '%s' OR '%s' = '')",
                   table,
                   column,
                   column,
                   type,
                   type);
    if (conn_query_i64(r->conn, sql, &n, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
    return n;
}

static const char *const sql_types[] = {
#define X(id, sql, text) [COLUMN_##id] = sql,
    COLUMN_TYPE_LIST(X)
#undef X
};

static void every_table_is_made_with_its_columns_and_types(void **state)
{
    struct rig *r = *state;
    for (size_t i = 0; i < commerce_table_count; i++) {
        const struct table *t = &commerce_tables[i];
        assert_int_equal(asked(r, t->name, "", ""), t->column_count);
        for (size_t k = 0; k < t->column_count; k++) {
            if (asked(r, t->name, t->columns[k].name, sql_types[t->columns[k].type]) != 1)
                fail_msg("%s.%s", t->name, t->columns[k].name);
        }
    }
}

static void superseded_rows_fit_into_the_history_with_who_superseded_them(void **state)
{
    struct rig *r = *state;
    for (size_t i = 0; i < commerce_table_count; i++) {
        const struct table *t = &commerce_tables[i];
        char sql[200];
        char old[80];
        (void)snprintf(old, sizeof old, "%s_old", t->name);
        if (!t->has_history) {
            assert_int_equal(asked(r, old, "", ""), 0);
            continue;
        }
        assert_int_equal(asked(r, old, "superseded_by", "UINTEGER"), 1);
        (void)snprintf(
            sql, sizeof sql, "INSERT INTO \"%s\" SELECT *, 1::UINTEGER FROM \"%s\"", old, t->name);
        if (conn_exec(r->conn, sql, &r->why) != STATUS_OK)
            fail_msg("%s: %s", t->name, r->why.text);
    }
}

static void rollups_are_made_with_their_keys_and_measures(void **state)
{
    struct rig *r = *state;
    for (size_t i = 0; i < commerce_rollup_count; i++) {
        const struct rollup *u = &commerce_rollups[i];
        assert_int_equal(asked(r, u->table, "", ""), 7 + u->key_count + u->measure_count);
        for (size_t k = 0; k < u->key_count; k++) {
            const char *type = u->keys[k].kind == ROLLUP_KEY_VALUE ? "VARCHAR" : "BOOLEAN";
            assert_int_equal(asked(r, u->table, u->keys[k].name, type), 1);
        }
        for (size_t k = 0; k < u->measure_count; k++) {
            const char *type = u->measures[k].aggregate == ROLLUP_IDS ? "BLOB" : "BIGINT";
            assert_int_equal(asked(r, u->table, u->measures[k].name, type), 1);
        }
    }
    assert_int_equal(asked(r, "rollup_set", "", ""), 4);
}

static void add_sum(struct buf *sql, const struct rollup_measure *m)
{
    switch (m->aggregate) {
    case ROLLUP_ROWS:
        buf_adds(sql, "count(*)");
        return;
    case ROLLUP_KNOWN:
        buf_addf(sql, "count(\"%s\")", m->column);
        return;
    case ROLLUP_SUM:
        buf_addf(sql, "coalesce(sum(\"%s\"), 0)", m->column);
        return;
    default:
        buf_addf(sql, "octet_length(ids_build(\"%s\")) - octet_length(ids_build(NULL))", m->column);
    }
}

/* What derive builds cells from must run on the tables as they are. */
static void rollup_columns_can_be_summed_by_the_database(void **state)
{
    struct rig *r = *state;
    struct buf sql;
    buf_init(&sql, 1000);
    for (size_t i = 0; i < commerce_rollup_count; i++) {
        const struct rollup *u = &commerce_rollups[i];
        for (size_t k = 0; k < u->measure_count; k++) {
            int64_t n = -1;
            buf_clear(&sql);
            buf_adds(&sql, "SELECT CAST(");
            add_sum(&sql, &u->measures[k]);
            buf_addf(&sql, " AS BIGINT) FROM \"%s\"", u->fact);
            if (conn_query_i64(r->conn, sql.data, &n, &r->why) != STATUS_OK || n != 0)
                fail_msg("%s.%s: %s", u->table, u->measures[k].name, r->why.text);
        }
    }
    buf_release(&sql);
}

static void the_state_of_imports_has_its_tables(void **state)
{
    struct rig *r = *state;
    static const char *const tables[] = { "import",          "import_ledger",   "import_edge",
                                          "quarantine",      "quarantine_line", "identity",
                                          "data_version",    "watermark",       "dirty",
                                          "definition_text", "schema_version" };
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        if (asked(r, tables[i], "", "") == 0)
            fail_msg("no table %s", tables[i]);
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_table_is_made_with_its_columns_and_types),
        TEST(superseded_rows_fit_into_the_history_with_who_superseded_them),
        TEST(rollups_are_made_with_their_keys_and_measures),
        TEST(rollup_columns_can_be_summed_by_the_database),
        TEST(the_state_of_imports_has_its_tables),
    };
    return cmocka_run_group_tests_name("shop: the schema", tests, NULL, NULL);
}
