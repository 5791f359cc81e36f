/* Orders that a file holds in part (at its edge, or of repaired rows): what their lines say of
 * themselves, and the order as a whole.
 *
 * An order's discounts and tax are shared among its lines, so what a line bears depends on which
 * lines a file has. Lines are therefore compared by what they say of themselves (edge_line): what
 * they bear without their share (shared_*_e4). When all are there the order's amounts are shared
 * among them anew:
 *
 *   stored  A 10 - 0.33   B 20 - 0.67          1.00 is the order's
 *   file                  B 20 - 0.40   C 30 - 0.60
 *   then    A 10 - 0.1667 B 20 - 0.3333 C 30 - 0.50
 *
 * A stored line that bears another share stays its own import's row. A copy of it as it was lies in
 * order_line_old under the source EDGE_SHARES, which is no import's, so it is in no ledger;
 * imports_undo_shares() takes the amounts back from there. Heads: edge_heads.c. */
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/merge/order_state_priv.h"
#include "ingest/undo_priv.h"
#include "shares/shares.h"

#include <string.h>

#define EDGE_SHARES "shares-as-they-were"

static const struct part {
    const char *field;  /* of the order */
    const char *line;   /* of the line itself */
    const char *column; /* of ledger lines and heads */
    const char *shared; /* of ledger lines: the order's part of it */
    const char *name;
} parts[] = {
    { "order_discount", "discount_merchant", "discount_merchant_e4", "shared_merchant_e4", "dm" },
    { "order_discount_platform",
      "discount_platform",
      "discount_platform_e4",
      "shared_platform_e4",
      "dp" },
    { "order_tax", "line_tax", "tax_e4", "shared_tax_e4", "tax" }
};

static bool has_both(const struct import_job *j, const struct part *p)
{
    return reading_has(j->reading, p->field) && reading_has(j->reading, p->line);
}

const char *merge_raw_gross(const struct import_job *j)
{
    return job_is_tax_inclusive(j) ? "(gross_e4 + tax_e4)" : "gross_e4";
}

/* ---- What lines say of themselves ------------------------------------------------------------ */

/* Stored lines in the order of the order. Pieces that came in apart: the one that opened its file
 * stands after the others. */
static enum status list_stored(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE edge_stored AS SELECT l.*, %s AS raw, row_no = 1 AS opens, "
        "  row_no = coalesce(i.rows_read, 0) AS closes, row_number() OVER (PARTITION BY order_key "
        "  ORDER BY is_later, l.import_id, row_no) AS seq FROM (SELECT rowid AS id, * REPLACE "
        "  (CASE WHEN order_key IN (SELECT order_key FROM ord WHERE lines_as IS NULL) "
        "THEN " CLASS_BY_ITSELF(
            "") " ELSE class END AS class), "
                "  bool_or(row_no = 1) OVER (PARTITION BY order_key, import_id) AS is_later FROM "
                "  order_line WHERE row_no IS NOT NULL AND order_key IN " EDGE_ORDERS ") l "
                "LEFT JOIN (SELECT import_id, rows_read FROM import) i ON i.import_id = "
                "l.import_id "
                "WHERE NOT EXISTS (SELECT 1 FROM refund r WHERE r.import_id = l.import_id AND "
                "r.row_no = "
                "  l.row_no AND r.order_key = l.order_key)",
        merge_raw_gross(j));
}

/* edge_part: what stored lines that do not tell it (of before schema 23) bear of the order's
 * amounts, where lines have amounts of their own beside it. As the file has it: an order's amount
 * is the same in each of its parts. */
static enum status share_stored(struct import_job *j, struct error *why)
{
    static const char *const names[] = { "dm", "dp", "tax" };
    struct buf wholes;
    bool any = false;
    buf_init(&wholes, 4096);
    buf_adds(&wholes, "SELECT order_key::BIGINT");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        any = any || has_both(j, &parts[i]);
        buf_addf(&wholes,
                 has_both(j, &parts[i]) ? ", coalesce(%s, 0)::BIGINT" : ", 0::BIGINT",
                 parts[i].field);
    }
    buf_adds(&wholes,
             " FROM ord WHERE is_edge AND order_key IN (SELECT order_key FROM edge_stored WHERE "
             "class = 'sale' GROUP BY 1 HAVING sum(raw) > 0 AND count(*) > "
             "count(shared_merchant_e4)) ORDER BY 1");
    const struct shares_request request = {
        .names = names,
        .count = ARRAY_LEN(names),
        .wholes = buf_str(&wholes),
        .lines = STR("SELECT order_key::BIGINT, id, greatest(raw, 0)::BIGINT FROM edge_stored "
                     "WHERE class = 'sale' ORDER BY order_key, seq"),
        .into = "INSERT INTO edge_part SELECT * FROM rows()",
    };
    enum status st = job_exec(j,
                              why,
                              "%s",
                              "CREATE OR REPLACE TEMP TABLE edge_part (line BIGINT, dm BIGINT, dp "
                              "BIGINT, tax BIGINT)");
    if (st == STATUS_OK && !buf_ok(&wholes))
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK && any)
        st = shares_make(j->conn, &request, why);
    buf_release(&wholes);
    return st;
}

/* A stored line's own part of an amount. Of one that does not tell its share: all or nothing of it,
 * or by edge_part; shares that would leave less than nothing were not there, its file did not have
 * the order's amount. */
static void add_stored_own(struct buf *sql, const struct import_job *j, const struct part *p)
{
    buf_addf(sql, ", (l.%s - coalesce(l.%s, ", p->column, p->shared);
    if (has_both(j, p))
        buf_addf(sql,
                 "CASE WHEN min(l.%s - coalesce(h.%s, 0)) OVER (PARTITION BY l.order_key) >= 0 "
                 "THEN h.%s END, ",
                 p->column,
                 p->name,
                 p->name);
    else if (reading_has(j->reading, p->field))
        buf_addf(sql, "CASE WHEN l.class = 'sale' THEN l.%s END, ", p->column);
    buf_addf(sql, "0))::BIGINT AS %s", p->name);
}

static void add_new_own(struct buf *sql, const struct import_job *j, const struct part *p)
{
    buf_adds(sql, ", CASE WHEN n.class = 'sale' THEN ");
    if (reading_has(j->reading, p->line))
        buf_addf(sql, "coalesce(s.%s, 0)", p->line);
    else
        buf_adds(sql, "0");
    buf_addf(
        sql, " ELSE n.%s - coalesce(n.%s, 0) END::BIGINT AS %s", p->column, p->shared, p->name);
}

#define SAID(t)                                                                            \
    t "class, " t "sku, " t "\"at\", " t "currency, " t "quantity, " t "unit_price_e4, " t \
      "discount_creator_e4, " t "row_no, " t "import_id"

/* edge_line: the lines of both sides with their own amounts; content is a hash of all that makes
 * two of them the same line. */
static enum status list_lines(struct import_job *j, struct error *why)
{
    struct buf sql;
    buf_init(&sql, (size_t)64 * 1024);
    buf_adds(&sql,
             "CREATE OR REPLACE TEMP TABLE edge_line AS SELECT *, (hash(class, sku, \"at\", "
             "currency, quantity, unit_price_e4, raw, discount_creator_e4");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        buf_addf(&sql,
                 reading_has(j->reading, parts[i].line) ? ", %s"
                                                        : ", CASE WHEN class <> 'sale' THEN %s END",
                 parts[i].name);
    buf_adds(&sql,
             ") >> 1)::BIGINT AS content FROM (SELECT false AS is_new, l.id, l.order_key, l.raw, "
             "l.opens, l.closes, l.seq, " SAID("l."));
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        add_stored_own(&sql, j, &parts[i]);
    buf_adds(&sql,
             " FROM edge_stored l LEFT JOIN edge_part h ON h.line = l.id UNION ALL SELECT true, "
             "n.id, n.order_key, n.raw, false, false, n.row_no, " SAID("n."));
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        add_new_own(&sql, j, &parts[i]);
    buf_addf(&sql,
             " FROM (SELECT rowid AS id, *, %s AS raw FROM new_line WHERE row_no IS NOT NULL AND "
             "order_key IN " EDGE_ORDERS ") n JOIN stage s ON s.row_no = n.row_no)",
             merge_raw_gross(j));
    return job_run(j, &sql, why);
}

/* What an order's total is when no file says it. Rows of the order: postage stands in its head. */
#define TOTAL_OF_LINES(lines)                                                                   \
    "coalesce((SELECT sum(l.raw) FROM " lines " l WHERE l.order_key = o.order_key AND l.class " \
    "<> 'cancelled'), 0)"
#define LEVEL_ROWS(class_)                                                                    \
    "coalesce((SELECT sum(l.gross_e4) FROM order_line l WHERE l.order_key = o.order_key AND " \
    "l.row_no IS NULL AND l.date_known AND l.class = '" class_ "'), 0)"

/* edge_head: the stored heads as they were, with what in them is the order's own. */
static enum status list_heads(struct import_job *j, struct error *why)
{
    return job_exec(j,
                    why,
                    "CREATE OR REPLACE TEMP TABLE edge_head AS SELECT o.*, "
                    "  (o.discount_merchant_e4 - coalesce(s.dm, 0))::BIGINT AS order_dm, "
                    "  (o.discount_platform_e4 - coalesce(s.dp, 0))::BIGINT AS order_dp, "
                    "  (o.tax_e4 - coalesce(s.tax, 0))::BIGINT AS order_tax, "
                    "  " LEVEL_ROWS("tip") "::BIGINT AS tip, " LEVEL_ROWS(
                        "duty") "::BIGINT AS duty, "
                                "  (" TOTAL_OF_LINES(
                                    "edge_stored") " - o.discount_merchant_e4 - "
                                                   "o.discount_platform_e4 - "
                                                   "  o.discount_creator_e4 + o.shipping_e4 "
                                                   "+ " LEVEL_ROWS("tip") " + " LEVEL_ROWS(
                                                       "duty") "  + %s)::BIGINT AS total_of_lines "
                                                               "FROM orders o LEFT JOIN (SELECT "
                                                               "order_key, sum(dm) AS "
                                                               "  dm, sum(dp) AS dp, sum(tax) AS "
                                                               "tax FROM edge_line WHERE NOT "
                                                               "is_new AND class = 'sale' "
                                                               "  GROUP BY 1) s ON s.order_key = "
                                                               "o.order_key WHERE o.order_key "
                                                               "IN " EDGE_ORDERS,
                    job_is_tax_inclusive(j) ? "0" : "o.tax_e4");
}

enum status merge_list_edges(struct import_job *j, struct error *why)
{
    enum status st = list_stored(j, why);
    if (st == STATUS_OK)
        st = share_stored(j, why);
    if (st == STATUS_OK)
        st = list_lines(j, why);
    return st == STATUS_OK ? list_heads(j, why) : st;
}

/* ---- The order's amounts --------------------------------------------------------------------- */

/* A row that is in already may tell its refund only now. */
static const char *told_now(const struct import_job *j, const char *field)
{
    return strcmp(field, "refunded") == 0 && reading_has(j->reading, "sub_order_id")
               ? " OR (e.order_key, s.sub_order_id) IN (SELECT (order_key, sub_order_id) FROM "
                 "edge_back)"
               : "";
}

/* What comes of a field of the order: where rows are added up, the stored sum and that of the rows
 * that are new; else what the file says, unless that is nothing. */
static void add_amount(struct buf *sql,
                       const struct import_job *j,
                       const char *field,
                       const char *stored,
                       const char *name)
{
    if (!reading_has(j->reading, field))
        buf_addf(sql, ", e.%s AS %s", stored, name);
    else if (merge_adds_up(j, field))
        buf_addf(
            sql,
            ", CASE WHEN o.is_head THEN coalesce(o.%s, e.%s, 0) ELSE coalesce(e.%s, 0) + "
            "coalesce((SELECT sum(s.%s) FROM stage s JOIN edge_line n ON n.is_new AND "
            "n.row_no = s.row_no WHERE n.order_key = e.order_key AND (n.id NOT IN (" EDGE_PAIRED
            ")%s)), 0) END::BIGINT AS %s",
            field,
            stored,
            stored,
            field,
            told_now(j, field),
            name);
    else
        buf_addf(sql,
                 ", coalesce(nullif(o.%s, 0), e.%s, o.%s)::BIGINT AS %s",
                 field,
                 stored,
                 field,
                 name);
}

/* edge_side: which lines of the order bear its discounts and tax, and whether it takes back more
 * than it brings; of the whole order as merge_shares() and merge_add_order_discount() see it in a
 * file. */
static enum status find_sides(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE edge_side AS SELECT order_key, CASE WHEN sold > 0 "
        "  THEN 'sale' WHEN sales = 0 AND returned < 0 AND NOT %d THEN 'return' WHEN %d AND "
        "  open > 0 THEN 'open' END AS bears, sold, sold <= 0 AND total < 0 AS is_back FROM "
        "  (SELECT order_key, coalesce(sum(raw) FILTER (class IN " OPEN_CLASSES "), 0) AS open, "
        "  coalesce(sum(raw) FILTER (class = 'sale'), 0) AS sold, count(*) FILTER "
        "  (class = 'sale') AS sales, coalesce(sum(raw) FILTER (class = 'return'), 0) "
        "  AS returned, sum(raw) AS total FROM edge_now GROUP BY 1)",
        (int)j->mapping->is_preset,
        (int)job_is_tax_inclusive(j));
}

/* One part of an order may hold its returns alone, and its discount has their sign there: it gets
 * that of the whole order. */
static enum status set_signs(struct import_job *j, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(parts) && st == STATUS_OK; i++) {
        if (!merge_sign_is_ours(j, parts[i].field))
            continue;
        st = job_exec(j,
                      why,
                      "UPDATE edge_amount SET order_%s = CASE WHEN s.is_back THEN -abs(order_%s) "
                      "ELSE abs(order_%s) END FROM edge_side s WHERE s.order_key = "
                      "edge_amount.order_key",
                      parts[i].name,
                      parts[i].name,
                      parts[i].name);
    }
    return st;
}

/* edge_amount: an order's own amounts, now. */
static enum status list_amounts(struct import_job *j, struct error *why)
{
    static const struct {
        const char *field;
        const char *stored;
        const char *name;
    } fields[] = {
        { "order_discount", "order_dm", "order_dm" },
        { "order_discount_platform", "order_dp", "order_dp" },
        { "order_tax", "order_tax", "order_tax" },
        { "shipping", "shipping_e4", "shipping" },
        { "tip", "tip", "tip" },
        { "duty", "duty", "duty" },
        { "refunded", "refunded_e4", "refunded" },
        { "receivable", "receivable_e4", "receivable" },
        { "deposit", "deposit_e4", "deposit" },
        { "order_total", "said_total", "said_total" },
        { "paid", "said_paid", "said_paid" },
    };
    struct buf sql;
    buf_init(&sql, (size_t)64 * 1024);
    buf_adds(&sql, "CREATE OR REPLACE TEMP TABLE edge_amount AS SELECT e.order_key");
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        add_amount(&sql, j, fields[i].field, fields[i].stored, fields[i].name);
    buf_addf(&sql, /* what is added to is wanted also where it is what the lines come to */
             ", coalesce((SELECT sum(l.tax_e4) FROM order_line l WHERE l.order_key = e.order_key "
             "AND " IS_POSTAGE "), o.shipping_tax)::BIGINT AS of_postage FROM (SELECT *, "
             "CASE WHEN total_e4 <> total_of_lines OR %s THEN total_e4 END AS "
             "said_total, CASE WHEN paid_e4 <> total_e4 OR %s THEN paid_e4 END AS "
             "said_paid FROM "
             "edge_head) e JOIN ord o ON o.order_key = e.order_key WHERE o.is_edge",
             reading_has(j->reading, "order_total") && merge_adds_up(j, "order_total") ? "true"
                                                                                       : "false",
             reading_has(j->reading, "paid") && merge_adds_up(j, "paid") ? "true" : "false");
    enum status st = job_run(j, &sql, why);
    if (st == STATUS_OK)
        st = merge_total_of_heads(j, why);
    if (st == STATUS_OK)
        st = merge_settle_twice(j, why);
    return st == STATUS_OK ? set_signs(j, why) : st;
}

/* edge_now: the lines that the orders have now, in their order: lines of a file's last order stand
 * before the stored ones, a changed line where the old one stood. */
static enum status list_now(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE edge_now AS SELECT e.* EXCLUDE (id, seq, opens, closes), "
        "  e.id, e.seq FROM edge_line e WHERE NOT is_new AND id NOT IN (SELECT old_id FROM "
        "  edge_changed) AND order_key IN " EDGE_ORDERS " UNION ALL SELECT e.* EXCLUDE (id, seq, "
        "  opens, closes), l.rowid, coalesce(was.seq, CASE WHEN o.first_row > (SELECT "
        "  min(first_row) FROM ord) AND %d = 0 THEN -1000000000000 ELSE 1000000000000 END + "
        "  e.row_no) FROM edge_line e JOIN ord o ON o.order_key = e.order_key AND o.is_edge JOIN "
        "  order_line l ON l.import_id = getvariable('import_id') AND l.row_no = e.row_no AND "
        "  l.order_key = e.order_key LEFT JOIN edge_changed c ON c.new_id = e.id LEFT JOIN (SELECT "
        "  id AS old_id, seq FROM edge_line WHERE NOT is_new) was ON was.old_id = c.old_id "
        "  WHERE e.is_new AND e.id NOT IN (SELECT new_id FROM edge_same)",
        (int)(j->options->repairs > 0));
}

/* As TAX_BESIDE_SALES (order_amounts.c) has it of a file. */
static enum status tax_beside_sales(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "INSERT INTO edge_share SELECT id, 0, 0, tax::BIGINT FROM (SELECT e.id, "
        "  " TAX_AT_RATE(
            "e.raw",
            "(a.order_tax - a.of_postage)",
            "s.sold") " AS tax FROM edge_now e "
                      "  JOIN edge_side s USING (order_key) JOIN edge_amount a USING (order_key) "
                      "  WHERE s.bears = 'sale' AND e.class IN " OPEN_CLASSES " AND e.raw > 0) "
                      "WHERE tax <> 0");
}

static enum status share_now(struct import_job *j, struct error *why)
{
    static const char *const names[] = { "dm", "dp", "tax" };
    const struct shares_request request = {
        .names = names,
        .count = ARRAY_LEN(names),
        .wholes = STR("SELECT order_key::BIGINT, CASE WHEN s.bears = 'open' THEN 0 ELSE order_dm "
                      "END, CASE WHEN s.bears = 'open' THEN 0 ELSE order_dp END, order_tax - "
                      "of_postage FROM "
                      "edge_amount JOIN edge_side s USING (order_key) WHERE (order_dm <> 0 OR "
                      "order_dp <> 0 OR order_tax <> 0) AND s.bears IS NOT NULL ORDER BY 1"),
        .lines = STR("SELECT order_key::BIGINT, id, greatest(CASE s.bears WHEN 'return' THEN -raw "
                     "ELSE raw END, 0)::BIGINT FROM edge_now JOIN edge_side s USING (order_key) "
                     "WHERE CASE WHEN class IN " OPEN_CLASSES " THEN 'open' ELSE class END = "
                     "s.bears ORDER BY order_key, seq"),
        .into = "INSERT INTO edge_share SELECT * FROM rows()",
    };
    enum status st = job_exec(j,
                              why,
                              "%s",
                              "CREATE OR REPLACE TEMP TABLE edge_share (line BIGINT, dm "
                              "BIGINT, dp BIGINT, tax BIGINT)");
    if (st == STATUS_OK)
        st = shares_make(j->conn, &request, why);
    return st == STATUS_OK && job_is_tax_inclusive(j) ? tax_beside_sales(j, why) : st;
}

/* edge_book: lines that bear other shares than they did, or learn who bought. */
static enum status list_booked(struct import_job *j, struct error *why)
{
    const int held = job_is_tax_inclusive(j) ? 1 : 0;
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE edge_book AS SELECT l.rowid AS id, l.order_key, n.dm, n.dp, "
        "  n.tax, n.raw - n.tax * %d AS gross, n.raw - n.tax * %d - n.dm - l.discount_creator_e4 "
        "  AS net, n.sm, n.sp, n.st, "
        "  coalesce(l.customer_key, h.customer_key, o.customer_key) AS customer_key, "
        "  l.gross_e4 AS was FROM (SELECT e.id, e.order_key, e.raw, coalesce(s.dm, 0) AS sm, "
        "  coalesce(s.dp, 0) AS sp, coalesce(s.tax, 0) AS st, e.dm + sm AS dm, e.dp + sp AS dp, "
        "  e.tax + st AS tax FROM edge_now e LEFT JOIN edge_share s ON s.line = e.id) n JOIN "
        "  order_line l ON l.rowid = n.id JOIN ord o ON o.order_key = n.order_key JOIN edge_head h "
        "ON h.order_key "
        "  = n.order_key WHERE (l.discount_merchant_e4, l.discount_platform_e4, l.tax_e4, "
        "  l.customer_key, coalesce(l.shared_merchant_e4, n.sm), coalesce(l.shared_platform_e4, "
        "  n.sp), coalesce(l.shared_tax_e4, n.st)) IS DISTINCT FROM (n.dm, n.dp, n.tax, "
        "  coalesce(l.customer_key, h.customer_key, o.customer_key), n.sm, n.sp, n.st)",
        held,
        held);
}

enum status merge_book_shares(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "INSERT INTO order_line_old SELECT l.* REPLACE ('" EDGE_SHARES "' AS source), "
        "  getvariable('import_id') FROM order_line l WHERE rowid IN (SELECT id FROM edge_book) "
        "  AND import_id <> getvariable('import_id');"
        "INSERT INTO import_ledger SELECT l.import_id, l.class, l.currency, 0, 0, sum(b.gross - "
        "  b.was) FROM order_line l JOIN edge_book b ON b.id = l.rowid WHERE b.gross <> b.was AND "
        "  l.import_id <> getvariable('import_id') GROUP BY ALL;"
        "INSERT INTO dirty SELECT DISTINCT l.store, unnest([l.local_date, l.order_date]) FROM "
        "  order_line l JOIN edge_book b ON b.id = l.rowid;"
        "UPDATE order_line SET discount_merchant_e4 = b.dm, discount_platform_e4 = b.dp, tax_e4 = "
        "  b.tax, gross_e4 = b.gross, net_e4 = b.net, customer_key = b.customer_key, "
        "  shared_merchant_e4 = b.sm, shared_platform_e4 = b.sp, shared_tax_e4 = b.st FROM "
        "  edge_book b WHERE b.id = order_line.rowid");
}

/* ---- All of it ------------------------------------------------------------------------------- */

enum status merge_settle_edges(struct import_job *j, struct error *why)
{
    if (!j->has_cut_orders)
        return STATUS_OK;
    enum status st = list_now(j, why);
    if (st == STATUS_OK)
        st = find_sides(j, why);
    if (st == STATUS_OK)
        st = list_amounts(j, why);
    if (st == STATUS_OK)
        st = share_now(j, why);
    if (st == STATUS_OK)
        st = list_booked(j, why);
    if (st == STATUS_OK)
        st = merge_book_shares(j, why);
    return st == STATUS_OK ? merge_edge_heads(j, why) : st;
}

/* ---- Undo ------------------------------------------------------------------------------------ */

enum status imports_undo_shares(struct conn *c, int64_t id, struct arena *a, struct error *why)
{
    const str sql = arena_printf(
        a,
        "CREATE OR REPLACE TEMP TABLE share_undone AS SELECT l.rowid AS id, o.* FROM order_line l "
        "  JOIN order_line_old o ON o.import_id = l.import_id AND o.row_no = l.row_no AND "
        "  o.order_key = l.order_key WHERE o.superseded_by = %lld AND o.source = '" EDGE_SHARES "';"
        "INSERT INTO import_ledger SELECT l.import_id, l.class, l.currency, 0, 0, sum(u.gross_e4 "
        "  - l.gross_e4) FROM order_line l JOIN share_undone u ON u.id = l.rowid WHERE u.gross_e4 "
        "  <> l.gross_e4 GROUP BY ALL;"
        "UPDATE order_line SET gross_e4 = u.gross_e4, discount_merchant_e4 = "
        "  u.discount_merchant_e4, discount_platform_e4 = u.discount_platform_e4, tax_e4 = "
        "  u.tax_e4, net_e4 = u.net_e4, customer_key = u.customer_key, shared_merchant_e4 = "
        "  u.shared_merchant_e4, shared_platform_e4 = u.shared_platform_e4, shared_tax_e4 = "
        "  u.shared_tax_e4 FROM share_undone u WHERE u.id = order_line.rowid;"
        "DELETE FROM order_line_old WHERE superseded_by = %lld AND source = '" EDGE_SHARES "';"
        "DROP TABLE share_undone",
        (long long)id,
        (long long)id);
    return sql.len > 0 ? conn_exec(c, sql.ptr, why)
                       : error_set(why, STATUS_NO_MEMORY, "out of memory");
}
