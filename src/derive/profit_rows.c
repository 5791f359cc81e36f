/* From what a side of an order costs (profit_sql.c) to a row for each line that bears any: the
 * amounts are shared, then lines, shares and the cost of their goods are laid out as cost_line.
 *
 *   derive_profit_share(line, ...)   shares by largest remainder, of the amounts that there are */
#include "derive/profit_priv.h"
#include "shares/shares.h"

#include <string.h>

const char *const profit_amounts[PROFIT_AMOUNTS] = {
    "platform_fee", "commission",     "payment_fee",  "parcel",   "packaging",
    "insurance",    "return_freight", "gift",         "other",    "booked",
    "replaced",     "estimated",      "replaced_fee", "shipping",
};

/* Which amounts the part has at all: a shop has few of them, and each is a column of every step. */
struct present {
    const char *names[PROFIT_AMOUNTS];
    size_t count;
};

static enum status find_present(struct derive *d, struct present *out)
{
    struct frame *f = NULL;
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_adds(&sql, "SELECT count(*)");
    for (size_t i = 0; i < PROFIT_AMOUNTS; i++)
        buf_addf(&sql, ", coalesce(bool_or(%s <> 0), false)", profit_amounts[i]);
    buf_adds(&sql, " FROM derive_profit_amount");
    const enum status st = buf_ok(&sql) ? conn_query(d->c, buf_str(&sql), NULL, 0, &f, d->why)
                                        : error_set(d->why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&sql);
    *out = (struct present){ 0 };
    for (size_t i = 0; st == STATUS_OK && i < PROFIT_AMOUNTS; i++)
        if (frame_i64(f, 1 + i, 0) != 0)
            out->names[out->count++] = profit_amounts[i];
    frame_free(f);
    return st;
}

static bool is_present(const struct present *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->names[i], name) == 0)
            return true;
    return false;
}

/* ---- Shares ------------------------------------------------------------------------------------
 */

/* Whether a side of an order has any amount: most of most shops have none. */
static void add_any(struct buf *sql, const struct present *p)
{
    buf_adds(sql, "(false");
    for (size_t i = 0; i < p->count; i++)
        buf_addf(sql, " OR a.%s <> 0", p->names[i]);
    buf_adds(sql, ")");
}

static void add_wholes(struct buf *sql, const struct present *p)
{
    buf_adds(sql, "SELECT a.rowid");
    for (size_t i = 0; i < p->count; i++)
        buf_addf(sql, ", a.%s::BIGINT", p->names[i]);
    buf_adds(sql, " FROM derive_profit_amount a WHERE ");
    add_any(sql, p);
    buf_adds(sql, " ORDER BY 1");
}

/* Weighed by what a line comes to; when all come to nothing, alike. */
static void add_lines(struct buf *sql, const struct present *p)
{
    buf_adds(sql,
             "SELECT a.rowid, l.rowid, CASE WHEN a.own > 0 THEN " PROFIT_OWN
             " ELSE 1 END::BIGINT FROM derive_profit_line l JOIN derive_profit_amount a"
             " ON a.order_key = l.order_key AND a.currency IS NOT DISTINCT FROM l.currency"
             " AND a.side = l.side WHERE l.bears AND ");
    add_any(sql, p);
    buf_adds(sql, " ORDER BY 1, 3 DESC, l.row_no, l.sku, l.local_date, l.quantity, l.import_id");
}

static enum status share_amounts(struct derive *d, const struct present *p)
{
    struct buf wholes;
    struct buf lines;
    buf_init(&wholes, SQL_MAX);
    buf_init(&lines, SQL_MAX);
    add_wholes(&wholes, p);
    add_lines(&lines, p);
    const struct shares_request request = {
        .names = p->names,
        .count = p->count,
        .wholes = buf_str(&wholes),
        .lines = buf_str(&lines),
        .into = "CREATE OR REPLACE TEMP TABLE derive_profit_share AS SELECT * FROM rows()",
        .in_cents = true,
    };
    const enum status st = buf_ok(&wholes) && buf_ok(&lines)
                               ? shares_make(d->c, &request, d->why)
                               : error_set(d->why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&wholes);
    buf_release(&lines);
    return st;
}

/* ---- Rows --------------------------------------------------------------------------------------
 */

/* A discount, or an amount paid back whose goods tell no cost: it belongs to what was sold, so it
 * counts as far as the cost of that is known. Without a sale in its order, when it is of no
 * article. Truncated to whole 10^-4: the parts of one line only. */
#define IS_PASSIVE                                                             \
    "(l.class = 'discount' OR (l.class = 'return' AND l.cost_e4 IS NULL AND (" \
    "l.is_kept OR g.cost_e4 * l.quantity IS NULL)))"
#define PASSIVE_NET                                                              \
    "CASE WHEN k.lines IS NULL THEN CASE WHEN l.class = 'discount' OR l.sku IS " \
    "NULL THEN coalesce(l.net_e4, 0) ELSE 0 END"                                 \
    " WHEN k.known_lines = k.lines THEN coalesce(l.net_e4, 0)"                   \
    " WHEN k.known_lines = 0 OR k.net_e4 = 0 THEN 0"                             \
    " ELSE coalesce(l.net_e4, 0)::HUGEINT * k.known_e4 // k.net_e4 END"

/* Columns of cost_line with an amount that is 0 where nothing says more; each is NAME_e4. */
static const char *const amount_columns[] = {
    "shipping", "known_net", "gift",     "platform_fee", "commission", "payment_fee",
    "parcel",   "packaging", "other",    "insurance",    "ads",        "return_freight",
    "fixed",    "booked",    "replaced", "replaced_fee", "estimated",
};

/* A row's amounts that are shares or bookings, `of` a table, and 0 for all that `said` does not
 * have (names, the last NULL). */
static void add_amount_columns(struct buf *sql,
                               const char *const *said,
                               const struct present *p,
                               const char *of)
{
    for (size_t i = 0; i < ARRAY_LEN(amount_columns); i++) {
        const char *name = amount_columns[i];
        size_t k = 0;
        while (said[k] != NULL && strcmp(said[k], name) != 0)
            k++;
        if (said[k] != NULL)
            continue;
        if (is_present(p, name))
            buf_addf(sql, ", coalesce(%s.%s, 0) AS %s_e4", of, name, name);
        else
            buf_addf(sql, ", 0 AS %s_e4", name);
    }
}

/* Goods by a rule replace what the ledger's line has, so the row holds the difference. Postage
 * moves from its own line to what was sold. */
static void add_rows(struct buf *sql, const char *into, const struct present *p)
{
    static const char *const said[] = { "shipping", "gift", "known_net", NULL };
    buf_addf(sql,
             "INSERT INTO %s BY NAME SELECT l.store, l.order_key, l.class, l.sku, l.channel,"
             " l.campaign, l.local_date, l.order_date, l.currency,"
             " CASE WHEN l.is_postage THEN -coalesce(l.net_e4, 0) ELSE %s END::BIGINT"
             " AS shipping_e4, (%s + CASE WHEN l.class = 'giveaway' THEN"
             " coalesce(g.cost_e4 * l.quantity - coalesce(l.cost_e4, 0), 0) ELSE 0 END)::BIGINT"
             " AS gift_e4",
             into,
             is_present(p, "shipping") ? "coalesce(s.shipping, 0)" : "0",
             is_present(p, "gift") ? "coalesce(s.gift, 0)" : "0");
    buf_adds(sql,
             ", CASE WHEN l.bears AND NOT l.is_kept THEN g.cost_e4 * l.quantity"
             " - coalesce(l.cost_e4, 0) END::BIGINT AS goods_e4,"
             " CASE WHEN " IS_PASSIVE " THEN " PASSIVE_NET
             " WHEN l.bears AND NOT l.is_kept AND l.cost_e4 IS NULL"
             " AND g.cost_e4 * l.quantity IS NOT NULL"
             " THEN coalesce(l.net_e4, 0) ELSE 0 END::BIGINT AS known_net_e4");
    add_amount_columns(sql, said, p, "s");
    buf_adds(sql,
             " FROM (SELECT rowid AS line, * FROM derive_profit_line) l"
             " LEFT JOIN derive_profit_share s ON s.line = l.line"
             " LEFT JOIN derive_goods g ON g.store = l.store AND g.sku = l.sku"
             " AND g.currency = l.currency AND g.order_date = l.order_date"
             " LEFT JOIN derive_profit_known k ON k.order_key = l.order_key"
             " AND k.currency = l.currency WHERE s.line IS NOT NULL OR g.cost_e4 IS NOT NULL"
             " OR (" IS_PASSIVE " AND " PASSIVE_NET " <> 0)"
             " OR (l.is_postage AND EXISTS (FROM derive_profit_sum m"
             " WHERE m.order_key = l.order_key AND m.currency = l.currency AND m.side = 's'));");
}

/* Booked, and no line bears it: the order is unknown, cancelled, or in another currency. */
static void add_unborne(struct buf *sql, const char *into)
{
    static const char *const said[] = { NULL };
    static const struct present booked = {
        .names = { "platform_fee", "commission", "payment_fee", "parcel", "insurance", "other" },
        .count = 6,
    };
    buf_addf(sql,
             "INSERT INTO %s BY NAME SELECT b.store, b.order_key, 'booked' AS class, o.channel,"
             " o.campaign, b.local_date, b.local_date AS order_date, b.currency",
             into);
    add_amount_columns(sql, said, &booked, "b");
    buf_adds(sql,
             " FROM derive_profit_booked b LEFT JOIN orders o ON o.order_key = b.order_key"
             " WHERE NOT EXISTS (FROM derive_profit_amount m WHERE m.order_key = b.order_key"
             " AND m.currency IS NOT DISTINCT FROM b.currency AND m.side = 's');");
}

/* Goods that came back with the money: on the day of their article's last return, else of its
 * order's. */
static void add_goods_back(struct buf *sql, const char *into)
{
    static const char *const said[] = { NULL };
    static const struct present nothing = { .count = 0 };
    buf_addf(sql,
             "INSERT INTO %s BY NAME SELECT l.store, l.order_key, 'return' AS class, l.sku,"
             " l.channel, l.campaign, coalesce(a.local_date, o.local_date) AS local_date,"
             " l.order_date, l.currency,"
             " -coalesce(g.cost_e4 * l.quantity, l.cost_e4)::BIGINT AS goods_e4",
             into);
    add_amount_columns(sql, said, &nothing, "l");
    buf_adds(sql,
             " FROM derive_profit_line l LEFT JOIN derive_profit_back a"
             " ON a.order_key = l.order_key AND a.currency = l.currency AND a.sku = l.sku"
             " LEFT JOIN derive_profit_back o ON o.order_key = l.order_key"
             " AND o.currency = l.currency AND o.sku IS NULL LEFT JOIN derive_goods g"
             " ON g.store = l.store AND g.sku = l.sku AND g.currency = l.currency"
             " AND g.order_date = l.order_date"
             " WHERE l.class = 'sale' AND coalesce(a.local_date, o.local_date) IS NOT NULL"
             " AND coalesce(g.cost_e4 * l.quantity, l.cost_e4, 0) <> 0");
}

enum status profit_write_rows(struct derive *d, const char *into)
{
    struct present present = { .count = 0 };
    struct buf sql;
    enum status st = find_present(d, &present);
    if (st == STATUS_OK)
        st = share_amounts(d, &present);
    if (st != STATUS_OK)
        return st;
    buf_init(&sql, SQL_MAX);
    add_rows(&sql, into, &present);
    add_unborne(&sql, into);
    add_goods_back(&sql, into);
    return derive_exec(d, &sql);
}
