/* Facts against each other: what imports promised, what orders say of their lines, and keys that
 * lead nowhere. One row of a const array is one check. */
#include "derive/verify_priv.h"

static const struct compared_column ledger_columns[] = {
    { "lines", false },
    { "units", false },
};

static const struct compared_column has_columns[] = {
    { "has_sale", false },
    { "has_placed", false },
};
static const struct compared_column own_price_columns[] = { { "own_price_e4", false } };
static const struct compared_column order_columns[] = {
    { "line_count", false },
    { "units", false },
    { "gross_e4", false },
};
static const struct compared_column key_columns[] = { { "rows", false } };

/* Rows whose order is not there: expected none, but returns of refunds that came before their
 * orders. */
#define ORPHANS(fact)                                                                       \
    "SELECT 1 AS one, count(*) AS \"rows\", '" fact ".order_key' AS what FROM \"" fact      \
    "\" f WHERE order_key IS NOT NULL AND NOT EXISTS (FROM orders o WHERE o.order_key = "   \
    "f.order_key) AND NOT (class = 'return' AND EXISTS (FROM refund r WHERE r.order_key = " \
    "f.order_key AND r.import_id = f.import_id))"
#define NONE(fact) "SELECT 1 AS one, 0::BIGINT AS \"rows\", '" fact ".order_key' AS what"
#define CHECK_ORPHANS(fact)                                                                        \
    {                                                                                              \
        .table = fact, .stored = ORPHANS(fact), .rebuilt = NONE(fact), .match = "s.what = r.what", \
        .key = "'keys without an order in ' || s.what", .columns = key_columns,                    \
        .column_count = ARRAY_LEN(key_columns)                                                     \
    }

/* Orders that are compared at once, so that a shop of any size fits in the engine's memory. */
#define PART_ORDERS 1000000
#define OF_PART     "order_key % getvariable('order_parts') = getvariable('order_part')"

static const struct comparison checks[] = {
    /* a ledger line of an import is what it brought: rows in force and rows superseded since */
    { .table = "import_ledger",
      .stored = "SELECT 1 AS one, l.import_id, l.class, l.currency, l.lines, coalesce(l.units, 0)"
                " AS units FROM import_ledger l JOIN \"import\" i USING (import_id)"
                " WHERE i.undone_at IS NULL AND i.target = 'order_lines' AND l.lines > 0"
                " AND l.class IN (SELECT DISTINCT class FROM order_line"
                " UNION SELECT DISTINCT class FROM order_line_old)",
      /* lines made of items are no rows of the import's file */
      .rebuilt =
          "SELECT 1 AS one, l.import_id, class, currency, count(*)::BIGINT AS lines,"
          " coalesce(sum(quantity), 0)::BIGINT AS units FROM (SELECT import_id, source, class,"
          " currency, quantity FROM order_line UNION ALL SELECT import_id, source, class,"
          " currency, quantity FROM order_line_old) l JOIN \"import\" i ON i.import_id ="
          " l.import_id AND i.preset = l.source WHERE i.undone_at IS NULL AND i.target ="
          " 'order_lines' GROUP BY ALL",
      .match = "s.import_id = r.import_id AND s.class = r.class"
               " AND s.currency IS NOT DISTINCT FROM r.currency",
      .key = "'import=' || coalesce(s.import_id, r.import_id) || ' class='"
             " || coalesce(s.class, r.class) || ' currency='"
             " || coalesce(s.currency, r.currency, 'null')",
      .columns = ledger_columns,
      .column_count = ARRAY_LEN(ledger_columns) },
    { .table = "orders",
      .stored =
          "SELECT 1 AS one, order_key, store, order_id, has_sale IS TRUE AS has_sale, has_placed"
          " IS TRUE AS has_placed FROM orders WHERE " OF_PART,
      .rebuilt =
          "SELECT 1 AS one, order_key, order_key IN (SELECT DISTINCT order_key FROM order_line"
          " WHERE class = 'sale' AND order_key IS NOT NULL AND " OF_PART
          ") AS has_sale, order_key IN (SELECT DISTINCT order_key FROM order_line WHERE class IN"
          " ('sale', 'unpaid', 'cancelled') AND order_key IS NOT NULL AND " OF_PART
          ") AS has_placed FROM orders WHERE " OF_PART,
      .match = "s.order_key = r.order_key",
      .key = "'store=' || s.store || ' order=' || s.order_id",
      .columns = has_columns,
      .column_count = ARRAY_LEN(has_columns) },
    { .table = "orders",
      .stored =
          "SELECT 1 AS one, order_key, store, order_id, line_count, units, gross_e4 FROM orders"
          " WHERE has_sale AND cancelled_at IS NULL AND " OF_PART,
      .rebuilt = "SELECT 1 AS one, order_key, count(*)::BIGINT AS line_count,"
                 " sum(l.quantity)::BIGINT AS units, sum(l.gross_e4)::BIGINT AS gross_e4"
                 " FROM order_line l JOIN (SELECT order_key FROM orders WHERE has_sale"
                 " AND cancelled_at IS NULL AND " OF_PART
                 ") o USING (order_key) WHERE l.class = 'sale' AND l." OF_PART " GROUP BY ALL",
      .match = "s.order_key = r.order_key",
      .key = "'store=' || s.store || ' order=' || s.order_id",
      .columns = order_columns,
      .column_count = ARRAY_LEN(order_columns) },
    CHECK_ORPHANS("order_line"),
    { .table = "benchmark",
      .stored = "SELECT 1 AS one, rowid AS id, item, local_date, own_price_e4 FROM benchmark WHERE "
                "price_e4 IS NOT NULL AND item IS NOT NULL",
      .rebuilt = "SELECT 1 AS one, * FROM (" COMMERCE_OWN_PRICES ")",
      .match = "s.id = r.id",
      .key = "'item=' || s.item || ' date=' || s.local_date",
      .columns = own_price_columns,
      .column_count = ARRAY_LEN(own_price_columns) },
    { .table = "orders",
      .stored = "SELECT 1 AS one, order_key FROM orders WHERE " OF_PART
                " GROUP BY ALL HAVING count(*) > 1",
      .rebuilt = "SELECT 1 AS one, NULL::UINTEGER AS order_key LIMIT 0",
      .match = "s.order_key = r.order_key",
      .key = "'order_key twice: ' || s.order_key",
      .columns = NULL,
      .column_count = 0 },
};

/* One after the other of `parts`; a check that is not of single orders sees all in the first. */
static enum status check_parts(struct verify *v, const struct comparison *k, int64_t parts)
{
    const bool is_parted = str_contains(str_from(k->stored), STR(OF_PART));
    enum status st = STATUS_OK;
    for (int64_t i = 0; st == STATUS_OK && i < (is_parted ? parts : 1); i++) {
        st = derive_execf(&v->d, "SET VARIABLE order_part = %lld", (long long)i);
        if (st == STATUS_OK)
            st = compare_rows(v, k);
    }
    return st;
}

enum status verify_facts(struct verify *v)
{
    int64_t orders = 0;
    enum status st = conn_query_i64(v->d.c, "SELECT count(*) FROM orders", &orders, v->d.why);
    const int64_t parts = orders / PART_ORDERS + 1;
    if (st == STATUS_OK)
        st = derive_execf(&v->d, "SET VARIABLE order_parts = %lld", (long long)parts);
    for (size_t i = 0; st == STATUS_OK && i < ARRAY_LEN(checks); i++) {
        derive_tell(&v->d, "facts", (int64_t)i, (int64_t)ARRAY_LEN(checks));
        st = check_parts(v, &checks[i], parts);
        v->report->checks++;
    }
    return st;
}
