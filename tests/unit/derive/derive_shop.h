/* A small shop in memory for the tests of derive: two stores, late rows, returns on other days,
 * tests, cancellations, events with and without session ids. The same rows every time. */
#ifndef SHOPVANE_TESTS_DERIVE_SHOP_H
#define SHOPVANE_TESTS_DERIVE_SHOP_H

#include "commerce/commerce.h"
#include "derive/derive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define RIG_PATH 80

struct rig {
    struct store *store;
    struct conn *c;
    struct derive_settings settings;
};

static void run_sql(struct rig *r, const char *sql)
{
    struct error why = { .lang = LANG_EN };
    if (conn_exec(r->c, sql, &why) != STATUS_OK)
        fail_msg("%s\nin %s", why.text, sql);
}

static int64_t number(struct rig *r, const char *sql)
{
    struct error why = { .lang = LANG_EN };
    int64_t out = -1;
    if (conn_query_i64(r->c, sql, &out, &why) != STATUS_OK)
        fail_msg("%s\nin %s", why.text, sql);
    return out;
}

static const char source_sql[] =
    "CREATE TEMP TABLE src_orders AS SELECT CASE WHEN h % 5 = 0 THEN 'two' ELSE 'main' END AS "
    "store,"
    " k::UINTEGER AS order_key, 'A' || k AS order_id,"
    " CASE WHEN h % 7 = 0 THEN NULL ELSE (h // 7 % 40 + 1)::UINTEGER END AS customer_key,"
    " 'paid' AS status, epoch_us(d::TIMESTAMP) + m::BIGINT * 60000000 AS placed_at, d AS "
    "local_date,"
    " m::SMALLINT AS local_minute,"
    " CASE WHEN h % 11 <> 0 THEN placed_at + (h % 3) * 86400000000 END::BIGINT AS paid_at,"
    " CASE WHEN h % 11 <> 0 THEN d + (h % 3)::INT END AS paid_date, 'GBP' AS currency,"
    " CASE WHEN h % 13 = 0 THEN placed_at END AS cancelled_at, h % 17 = 0 AS is_test,"
    " ['UK', 'FR', 'DE', NULL][h % 4 + 1] AS country, ['ads', 'mail', 'shop'][h // 4 % 3 + 1] AS"
    " channel, CASE WHEN h % 9 = 0 THEN 'TEN' END AS coupon, 2 AS line_count, h % 3 AS batch"
    " FROM (SELECT k, (hash(k * 31 + 7) // 2)::BIGINT AS h, DATE '2024-01-25' + (hash(k) % "
    "90)::INT AS d,"
    " (hash(k * 3) % 1440)::INT AS m FROM range(1, 401) t(k));"
    "CREATE TEMP TABLE src_lines AS SELECT o.store, o.order_key,"
    " CASE WHEN h % 6 = 0 THEN 'return' WHEN h % 8 = 1 THEN 'shipping' ELSE 'sale' END AS class,"
    " o.customer_key, 'S' || h % 15 AS sku, o.placed_at AS \"at\","
    " CASE WHEN h % 6 = 0 THEN o.local_date + (h // 6 % 20)::INT ELSE o.local_date END AS "
    "local_date,"
    " o.local_minute, o.local_date AS order_date, o.currency,"
    " CASE WHEN h % 6 = 0 THEN -1 ELSE 1 END * (h % 5 + 1)::BIGINT AS quantity,"
    " quantity * 12345 AS gross_e4, (h % 3)::BIGINT * 100 AS discount_merchant_e4,"
    " gross_e4 - discount_merchant_e4 AS net_e4, 0::BIGINT AS tax_e4,"
    " CASE WHEN h % 4 <> 0 THEN quantity * 7000 END AS cost_e4, o.batch"
    " FROM (SELECT l, (hash(l * 17) // 2)::BIGINT AS h FROM range(1200) t(l)) JOIN src_orders o"
    " ON o.order_key = l // 3 + 1;"
    "CREATE TEMP TABLE src_events AS SELECT 'main' AS store, 'e' || k AS event_id,"
    " (h % 12 + 1)::UINTEGER AS visitor_key, CASE WHEN h % 10 = 0 THEN 900 + h % 3 END::BIGINT AS"
    " session_key, ['page_view', 'product_view', 'add_to_cart', 'purchase', 'search'][h // 12 % 5 "
    "+ 1]"
    " AS name, epoch_us(DATE '2024-02-01'::TIMESTAMP) + (hash(k * 5) % 20000)::BIGINT * 60000000 AS"
    " \"at\", make_timestamp(\"at\")::DATE AS local_date, (\"at\" // 60000000 % 1440)::SMALLINT AS"
    " local_minute, (h % 1000)::BIGINT AS value_e4, ['ads', 'mail'][h % 2 + 1] AS channel,"
    " '/' || h % 5 AS page, h // 60 % 3 AS batch FROM (SELECT k, (hash(k * 13) // 2)::BIGINT AS h"
    " FROM range(1500) t(k));";

/* Derived amounts of an order agree with its lines, as an import would have them. */
static const char orders_of_batch_sql[] =
    "INSERT INTO orders BY NAME SELECT o.* EXCLUDE (batch, line_count), coalesce(n, 0) > 0 AS "
    "has_sale, order_key IN (SELECT order_key FROM src_lines WHERE class IN ('sale', 'unpaid', "
    "'cancelled')) AS has_placed,"
    " coalesce(n, 0) AS line_count, coalesce(q, 0) AS units, coalesce(g, 0) AS gross_e4 FROM "
    "src_orders"
    " o LEFT JOIN (SELECT order_key, count(*) AS n, sum(quantity)::BIGINT AS q, "
    "sum(gross_e4)::BIGINT"
    " AS g FROM src_lines WHERE class = 'sale' GROUP BY 1) USING (order_key) WHERE batch = %d;"
    "INSERT INTO order_line BY NAME SELECT * EXCLUDE (batch) FROM src_lines WHERE batch = %d;"
    "INSERT INTO event BY NAME SELECT * EXCLUDE (batch) FROM src_events WHERE batch = %d;"
    "INSERT INTO dirty SELECT DISTINCT store, unnest([local_date, paid_date]) FROM src_orders"
    " WHERE batch = %d;"
    "INSERT INTO dirty SELECT DISTINCT store, unnest([local_date, order_date]) FROM src_lines"
    " WHERE batch = %d;"
    "INSERT INTO dirty SELECT DISTINCT store, local_date FROM src_events WHERE batch = %d;";

static void add_batch(struct rig *r, int batch)
{
    char sql[8192];
    snprintf(sql, sizeof sql, orders_of_batch_sql, batch, batch, batch, batch, batch, batch);
    run_sql(r, sql);
}

static void derive(struct rig *r, bool from_nothing)
{
    struct error why = { .lang = LANG_EN };
    if (derive_run(&r->settings, r->c, from_nothing, NULL, &why) != STATUS_OK)
        fail_msg("%s", why.text);
}

static void rig_paths(char made[RIG_PATH], char copy[RIG_PATH])
{
    const int pid = (int)getpid();
    (void)snprintf(made, RIG_PATH, "/tmp/shopvane-derive.%d.duckdb", pid);
    (void)snprintf(copy, RIG_PATH, "/tmp/shopvane-derive-copy.%d.duckdb", pid);
}

/* Opens a database file; NULL: one in memory. */
static int rig_connect(void **state, const char *path)
{
    static struct rig r;
    struct error why = { .lang = LANG_EN };
    const struct store_options options = { .in_memory = path == NULL, .threads = 1 };
    r = (struct rig){ .settings = { .returning_window_days = 0 } };
    if (store_open(path, &options, &r.store, &why) != STATUS_OK ||
        conn_open(r.store, &r.c, &why) != STATUS_OK) {
        print_error("%s\n", why.text);
        return -1;
    }
    *state = &r;
    return 0;
}

/* The shop without orders. */
static int rig_make(void **state, const char *path)
{
    struct buf ddl;
    if (rig_connect(state, path) != 0)
        return -1;
    buf_init(&ddl, (size_t)1024 * 1024);
    commerce_ddl(&ddl);
    run_sql(*state, ddl.data);
    buf_release(&ddl);
    run_sql(*state, source_sql);
    run_sql(
        *state,
        "INSERT INTO product BY NAME SELECT s AS store, 'S' || k AS sku, 'C' || k % 4 AS category"
        " FROM range(15) t(k), (VALUES ('main'), ('two')) v(s)");
    return 0;
}

static inline int rig_open(void **state)
{
    return rig_make(state, NULL);
}

static int rig_close(void **state)
{
    struct rig *r = *state;
    conn_close(r->c);
    store_close(r->store);
    return 0;
}

/* Once for all tests: all three batches, each followed by its derivation. */
static inline int rig_fill(void **state)
{
    char made[RIG_PATH];
    char copy[RIG_PATH];
    rig_paths(made, copy);
    (void)remove(made);
    if (rig_make(state, made) != 0)
        return -1;
    for (int batch = 0; batch < 3; batch++) {
        add_batch(*state, batch);
        derive(*state, false);
    }
    return rig_close(state);
}

static inline int rig_remove(void **state)
{
    char made[RIG_PATH];
    char copy[RIG_PATH];
    (void)state;
    rig_paths(made, copy);
    (void)remove(copy);
    return remove(made);
}

/* The filled shop, a copy for each test. */
static inline int rig_filled(void **state)
{
    char made[RIG_PATH];
    char copy[RIG_PATH];
    char block[1 << 16];
    rig_paths(made, copy);
    (void)remove(copy);
    FILE *from = fopen(made, "rb");
    FILE *to = fopen(copy, "wb");
    assert_non_null(from);
    assert_non_null(to);
    for (size_t n = 0; (n = fread(block, 1, sizeof block, from)) > 0;)
        assert_int_equal(fwrite(block, 1, n, to), n);
    fclose(from);
    assert_int_equal(fclose(to), 0);
    return rig_connect(state, copy);
}

#endif
