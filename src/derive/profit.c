/* cost_line: made anew for orders whose facts or costs changed; costs of no order as a whole. The
 * same reducer serves build and verify. */
#include "derive/profit_priv.h"
#include "derive/verify_priv.h"

/* Lines of one pass for each MiB that the engine may use, 288,000 with the usual 576 or more; the
 * rest waits for the next. Sharing holds each amount of each line. The lines of few orders are not
 * counted: that looks at all lines there are. */
#define PART_LINES_PER_MIB 500
#define FEW_ORDERS         8000

#define ON_DIRTY_DAY "(store, local_date) IN (SELECT store, local_date FROM dirty)"

/* Orders whose costs are booked, whatever the rules. */
static const char booked_orders_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_booked_order AS SELECT DISTINCT order_key FROM ("
    "SELECT order_key FROM fee WHERE kind IS DISTINCT FROM 'promotion'"
    " UNION ALL SELECT order_key FROM payment WHERE fee_e4 IS NOT NULL"
    " UNION ALL SELECT order_key FROM shipment WHERE cost_e4 IS NOT NULL)"
    " WHERE order_key IS NOT NULL";

#define RETURN_WITHOUT_COST  "class = 'return' AND cost_e4 IS NULL"
#define RETURN_WITHOUT_UNITS "class = 'return' AND (cost_e4 IS NULL OR quantity = 0)"

/* Without a rule only these orders can bear anything: most shops pass over nearly all lines. */
#define EVERY_ORDER "TRUE"
#define BEARS_A_COST                                                                     \
    "(class IN ('shipping', 'discount') OR (" RETURN_WITHOUT_COST " AND sku IS NULL) OR" \
    " order_key IN (FROM derive_known_order) OR order_key IN (FROM derive_booked_order))"

/* Lines of dirty days, old or new. The day is asked first and alone, so that blocks of other days
 * are passed over. */
#define ORDERED_ON_DIRTY_DAY "(store, order_date) IN (SELECT store, local_date FROM dirty)"
#define COLUMNS              "SELECT order_key, class, sku, quantity, cost_e4 FROM order_line"
#define DIRTY_LINES \
    COLUMNS " WHERE " ON_DIRTY_DAY " UNION ALL " COLUMNS " WHERE " ORDERED_ON_DIRTY_DAY

/* Returns whose goods tell no cost count as far as the cost of their order is known, and those
 * without units may bring its goods back: without a rule by its sale lines. Looked for among the
 * orders that have such a return, which are few. */
#define KNOWN_SQL(lines)                                                                           \
    "CREATE OR REPLACE TEMP TABLE derive_returned_order AS SELECT DISTINCT order_key FROM (" lines \
    ") WHERE " RETURN_WITHOUT_UNITS                                                                \
    ";CREATE OR REPLACE TEMP TABLE derive_known_order AS SELECT DISTINCT order_key FROM"           \
    " order_line WHERE class = 'sale' AND cost_e4 IS NOT NULL AND order_key IN (FROM"              \
    " derive_returned_order);"

/* Orders of those lines, and those whose booked costs changed. The few orders of dirty days are
 * looked for among the many costs, not the other way round. */
#define TOUCHED_SQL(lines, orders)                                                        \
    "CREATE OR REPLACE TEMP TABLE derive_dirty_order AS SELECT order_key FROM orders "    \
    "WHERE " ON_DIRTY_DAY ";"                                                             \
    "CREATE OR REPLACE TEMP TABLE derive_profit_todo AS SELECT DISTINCT order_key FROM (" \
    "SELECT order_key FROM (" DIRTY_LINES ") WHERE " lines " UNION ALL " orders           \
    " UNION ALL SELECT order_key FROM cost_line WHERE " ON_DIRTY_DAY                      \
    " UNION ALL SELECT order_key FROM cost_line WHERE " ORDERED_ON_DIRTY_DAY              \
    " UNION ALL SELECT order_key FROM dirty_cost) WHERE order_key IS NOT NULL"
#define DIRTY_ORDERS "SELECT order_key FROM derive_dirty_order"
#define DIRTY_ORDERS_THAT_BEAR_A_COST                                                        \
    "SELECT order_key FROM derive_booked_order WHERE order_key IN (FROM derive_dirty_order)" \
    " UNION ALL SELECT order_key FROM cost_line WHERE order_key IN (FROM derive_dirty_order)"

#define ALL_SQL(lines)                                                                    \
    "CREATE OR REPLACE TEMP TABLE derive_profit_todo AS SELECT DISTINCT order_key FROM (" \
    "SELECT order_key FROM order_line WHERE " lines                                       \
    " UNION ALL SELECT order_key FROM derive_booked_order) WHERE order_key IS NOT NULL"

/* In how many parts the orders of derive_profit_todo are made anew; 0: there is none. */
static enum status part_count(struct derive *d, int64_t *out)
{
    int64_t orders = 0;
    int64_t lines = 0;
    enum status st =
        conn_query_i64(d->c, "SELECT count(*) FROM derive_profit_todo", &orders, d->why);
    if (st == STATUS_OK && orders > FEW_ORDERS)
        st = conn_query_i64(d->c,
                            "SELECT count(*) FROM order_line WHERE order_key IN (FROM"
                            " derive_profit_todo)",
                            &lines,
                            d->why);
    *out = orders > 0 ? lines / ((int64_t)conn_memory_mib(d->c) * PART_LINES_PER_MIB) + 1 : 0;
    return st;
}

/* derive_profit_todo, and how its orders are made anew. */
static enum status list_orders(struct derive *d, bool whole, const struct profit_way **way)
{
    static const char *const statements[2][2] = {
        { KNOWN_SQL(DIRTY_LINES) TOUCHED_SQL(BEARS_A_COST, DIRTY_ORDERS_THAT_BEAR_A_COST),
          TOUCHED_SQL(EVERY_ORDER, DIRTY_ORDERS) },
        { KNOWN_SQL(COLUMNS) ALL_SQL(BEARS_A_COST), ALL_SQL(EVERY_ORDER) },
    };
    int64_t rules = 0;
    int64_t booked = 0;
    enum status st = conn_exec(d->c, booked_orders_sql, d->why);
    if (st == STATUS_OK)
        st = conn_query_i64(d->c,
                            "SELECT (SELECT count(*) FROM cost_rule WHERE kind <> 'fixed') +"
                            " (SELECT count(*) FROM cost_article WHERE cost_e4 IS NOT NULL)",
                            &rules,
                            d->why);
    if (st == STATUS_OK)
        st = conn_query_i64(d->c, "SELECT count(*) FROM derive_booked_order", &booked, d->why);
    if (st == STATUS_OK)
        st = conn_exec(d->c, statements[whole][rules > 0], d->why);
    *way = rules + booked > 0 ? &profit_by_costs : &profit_by_postage;
    return st;
}

static enum status run_steps(struct derive *d, const char *const *steps, size_t n)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        st = conn_exec(d->c, steps[i], d->why);
    return st;
}

struct part {
    int64_t nth;
    int64_t count;
    const struct profit_way *way;
};

/* The rows of one part of derive_profit_todo, into a table like cost_line. */
static enum status compute(struct derive *d, const struct part *part, const char *into)
{
    struct buf sql;
    /* Ranges of keys, not every n-th one: orders lie in the tables by key, so that a part reads its
     * own pages only. */
    enum status st = derive_execf(
        d,
        "CREATE OR REPLACE TEMP TABLE derive_profit_order AS SELECT order_key FROM"
        " derive_profit_todo, (SELECT min(order_key)::BIGINT AS low, max(order_key)::BIGINT"
        " - min(order_key)::BIGINT + 1 AS n FROM derive_profit_todo)"
        " WHERE order_key >= low + n * %lld // %lld AND order_key < low + n * %lld // %lld",
        (long long)part->nth,
        (long long)part->count,
        (long long)part->nth + 1,
        (long long)part->count);
    if (st == STATUS_OK)
        st = near_views(d, "derive_profit_order");
    if (st == STATUS_OK)
        st = run_steps(d, part->way->steps, part->way->step_count);
    if (st != STATUS_OK)
        return st;
    buf_init(&sql, SQL_MAX);
    part->way->add_amounts(&sql);
    st = derive_exec(d, &sql);
    return st == STATUS_OK ? profit_write_rows(d, into) : st;
}

static enum status drop_tables(struct derive *d)
{
    return derive_execf(
        d,
        "DROP TABLE IF EXISTS derive_profit_order; DROP TABLE IF EXISTS derive_dirty_order;"
        "DROP VIEW IF EXISTS near_line; DROP VIEW IF EXISTS near_order;"
        "DROP TABLE IF EXISTS derive_profit_todo;"
        "DROP TABLE IF EXISTS derive_profit_line; DROP TABLE IF EXISTS derive_profit_kept;"
        "DROP TABLE IF EXISTS derive_profit_unsent;"
        "DROP TABLE IF EXISTS derive_booked_order; DROP TABLE IF EXISTS derive_goods;"
        "DROP TABLE IF EXISTS derive_returned_order; DROP TABLE IF EXISTS derive_known_order;"
        "DROP TABLE IF EXISTS derive_profit_known; DROP TABLE IF EXISTS derive_profit_back;"
        "DROP TABLE IF EXISTS derive_profit_rate;"
        "DROP TABLE IF EXISTS derive_profit_sum;"
        "DROP TABLE IF EXISTS derive_profit_booked;"
        "DROP TABLE IF EXISTS derive_profit_amount;"
        "DROP TABLE IF EXISTS derive_profit_share;"
        "DROP TABLE IF EXISTS derive_profit; DROP TABLE IF EXISTS derive_profit_rest;"
        "DROP TABLE IF EXISTS derive_fixed_span;"
        "DROP TABLE IF EXISTS derive_fixed_day;"
        "DROP TABLE IF EXISTS derive_fixed_weight");
}

static enum status build_orders(struct derive *d, bool whole)
{
    struct part part = { .nth = 0 };
    enum status st = list_orders(d, whole, &part.way);
    if (st == STATUS_OK)
        st = part_count(d, &part.count);
    if (st == STATUS_OK && whole)
        st = derive_execf(d, "DELETE FROM cost_line WHERE order_key IS NOT NULL");
    else if (st == STATUS_OK && part.count > 0)
        st = derive_execf(d, "DELETE FROM cost_line WHERE order_key IN (FROM derive_profit_todo)");
    for (; st == STATUS_OK && part.nth < part.count; part.nth++) {
        derive_tell(d, "profits", part.nth, part.count);
        st = compute(d, &part, "cost_line");
    }
    return st;
}

/* Costs of no order follow from bookings without one, and fixed ones from what was sold too. */
static enum status rest_differs(struct derive *d, bool *out)
{
    int64_t reasons = 0;
    const enum status st = conn_query_i64(d->c,
                                          "SELECT (SELECT count(*) FROM dirty_cost WHERE order_key"
                                          " IS NULL) + (SELECT count(*) FROM cost_rule WHERE kind"
                                          " = 'fixed')",
                                          &reasons,
                                          d->why);
    *out = reasons > 0;
    return st;
}

/* derive_profit_rest: fixed costs are shared only where a rule has some. */
static enum status compute_rest(struct derive *d)
{
    int64_t fixed = 0;
    enum status st =
        conn_query_i64(d->c, "SELECT count(*) FROM cost_rule WHERE kind = 'fixed'", &fixed, d->why);
    if (st == STATUS_OK)
        st = run_steps(d, profit_rest_steps, fixed > 0 ? profit_rest_step_count : 1);
    return st == STATUS_OK ? conn_exec(d->c, profit_rest_last, d->why) : st;
}

static enum status store_articles(struct derive *d)
{
    return derive_execf(
        d, "DELETE FROM article; INSERT INTO article BY NAME %s", profit_articles_sql);
}

static enum status build_rest(struct derive *d, bool whole)
{
    bool differs = whole;
    enum status st = whole ? STATUS_OK : rest_differs(d, &differs);
    if (st != STATUS_OK || !differs)
        return st;
    st = compute_rest(d);
    return st == STATUS_OK
               ? derive_execf(d,
                              "DELETE FROM cost_line WHERE order_key IS NULL;"
                              "INSERT INTO cost_line BY NAME SELECT * FROM derive_profit_rest")
               : st;
}

enum status profit_update(struct derive *d, bool from_nothing)
{
    bool changed = false;
    enum status st = profit_rules_store(d, &changed);
    if (st == STATUS_OK)
        st = store_articles(d);
    if (st == STATUS_OK)
        st = build_orders(d, from_nothing || changed);
    if (st == STATUS_OK)
        st = build_rest(d, from_nothing || changed);
    if (st == STATUS_OK)
        st = derive_execf(d, "DELETE FROM dirty_cost");
    return st == STATUS_OK ? drop_tables(d) : st;
}

/* ---- Verify ------------------------------------------------------------------------------------
 */

static const struct compared_column profit_columns[] = {
    { "rows", false },
    { "shipping_e4", false },
    { "goods_e4", false },
    { "known_net_e4", false },
    { "gift_e4", false },
    { "platform_fee_e4", false },
    { "commission_e4", false },
    { "payment_fee_e4", false },
    { "parcel_e4", false },
    { "packaging_e4", false },
    { "insurance_e4", false },
    { "return_freight_e4", false },
    { "other_e4", false },
    { "ads_e4", false },
    { "fixed_e4", false },
    { "booked_e4", false },
    { "replaced_e4", false },
    { "estimated_e4", false },
    { "replaced_fee_e4", false },
};

#define PROFIT_KEYS \
    "store, order_key, class, sku, channel, campaign, local_date, order_date, currency"

#define SAME(column)     "s." column " IS NOT DISTINCT FROM r." column
#define SAME_TOO(column) " AND " SAME(column)

/* Rows of one key are added up: equal lines of an order may change places. */
static void add_grouped(struct buf *sql, const char *from)
{
    buf_adds(sql, "SELECT 1 AS one, " PROFIT_KEYS ", count(*) AS \"rows\"");
    for (size_t i = 1; i < ARRAY_LEN(profit_columns); i++)
        buf_addf(sql, ", sum(\"%s\") AS \"%s\"", profit_columns[i].name, profit_columns[i].name);
    buf_addf(sql, " FROM %s GROUP BY ALL", from);
}

static enum status compare_profit(struct verify *v, const char *stored, const char *rebuilt)
{
    struct buf a;
    struct buf b;
    buf_init(&a, SQL_MAX);
    buf_init(&b, SQL_MAX);
    add_grouped(&a, stored);
    add_grouped(&b, rebuilt);
    const char *left = buf_ok(&a) ? arena_cstr(v->arena, buf_str(&a)) : NULL;
    const char *right = buf_ok(&b) ? arena_cstr(v->arena, buf_str(&b)) : NULL;
    buf_release(&a);
    buf_release(&b);
    if (left == NULL || right == NULL)
        return error_set(v->d.why, STATUS_NO_MEMORY, "out of memory");
    const struct comparison k = {
        .table = "cost_line",
        .stored = left,
        .rebuilt = right,
        .match = SAME("store") SAME_TOO("order_key") SAME_TOO("class") SAME_TOO("sku")
            SAME_TOO("channel") SAME_TOO("campaign") SAME_TOO("local_date") SAME_TOO("order_date")
                SAME_TOO("currency"),
        .key = "'store=' || coalesce(s.store, r.store) || ' order_key=' || coalesce(s.order_key,"
               " r.order_key, 0) || ' class=' || coalesce(s.class, r.class) || ' sku='"
               " || coalesce(s.sku, r.sku, '') || ' day='"
               " || coalesce(s.local_date, r.local_date)::VARCHAR",
        .columns = profit_columns,
        .column_count = ARRAY_LEN(profit_columns),
    };
    return compare_rows(v, &k);
}

static enum status verify_articles(struct verify *v)
{
    static const struct compared_column columns[] = { { "master_sku", false } };
    const struct comparison k = {
        .table = "article",
        .stored = "SELECT 1 AS one, * FROM article",
        .rebuilt = arena_printf(v->arena, "SELECT 1 AS one, * FROM (%s)", profit_articles_sql).ptr,
        .match = SAME("store") SAME_TOO("sku"),
        .key = "'store=' || coalesce(s.store, r.store) || ' sku=' || coalesce(s.sku, r.sku)",
        .columns = columns,
        .column_count = ARRAY_LEN(columns),
        .is_table = true,
    };
    return k.rebuilt != NULL ? compare_rows(v, &k)
                             : error_set(v->d.why, STATUS_NO_MEMORY, "out of memory");
}

/* Costs that an older program derived wait, all of them: the first figure that uses some derives
 * them anew (a migration has emptied cost_state). */
static enum status costs_wait(struct derive *d, bool *out)
{
    int64_t waiting = 0;
    const enum status st = conn_query_i64(d->c,
                                          "SELECT (NOT EXISTS (FROM cost_state) AND"
                                          " coalesce(max(version) FILTER (what = 'schema') >"
                                          " coalesce(max(version) FILTER (what = 'derive'), 0),"
                                          " false))::INT FROM data_version",
                                          &waiting,
                                          d->why);
    *out = waiting != 0;
    return st;
}

/* Orders that wait are left out, and so are costs of no order while anything waits. */
enum status verify_profits(struct verify *v)
{
    struct part part = { .nth = 0 };
    bool all_wait = false;
    int64_t waiting = 0;
    struct derive *d = &v->d;
    enum status st = costs_wait(d, &all_wait);
    if (st != STATUS_OK)
        return st;
    if (all_wait) {
        v->report->pending++;
        return STATUS_OK;
    }
    st = conn_query_i64(d->c,
                        "SELECT (SELECT count(*) FROM dirty_cost)"
                        " + (SELECT count(*) FROM dirty)",
                        &waiting,
                        d->why);
    if (st == STATUS_OK)
        st = list_orders(d, false, &part.way);
    if (st == STATUS_OK)
        st = derive_execf(d,
                          "CREATE OR REPLACE TEMP TABLE derive_profit_waits AS"
                          " SELECT order_key FROM derive_profit_todo");
    if (st == STATUS_OK)
        st = list_orders(d, true, &part.way);
    if (st == STATUS_OK)
        st = derive_execf(d,
                          "INSERT INTO derive_profit_todo SELECT DISTINCT order_key FROM cost_line"
                          " WHERE order_key IS NOT NULL AND order_key NOT IN (FROM"
                          " derive_profit_todo); DELETE FROM derive_profit_todo"
                          " WHERE order_key IN (FROM derive_profit_waits)");
    if (st == STATUS_OK)
        st = part_count(d, &part.count);
    for (; st == STATUS_OK && part.nth < part.count; part.nth++) {
        derive_tell(d, "profits", part.nth, part.count);
        st =
            derive_execf(d, "CREATE OR REPLACE TEMP TABLE derive_profit AS FROM cost_line LIMIT 0");
        if (st == STATUS_OK)
            st = compute(d, &part, "derive_profit");
        if (st == STATUS_OK)
            st = compare_profit(
                v, "cost_line WHERE order_key IN (FROM derive_profit_order)", "derive_profit");
    }
    if (st == STATUS_OK && waiting == 0)
        st = verify_articles(v);
    if (st == STATUS_OK && waiting == 0)
        st = compute_rest(d);
    if (st == STATUS_OK && waiting == 0)
        st = compare_profit(v, "cost_line WHERE order_key IS NULL", "derive_profit_rest");
    v->report->checks++;
    return st == STATUS_OK ? drop_tables(d) : st;
}
