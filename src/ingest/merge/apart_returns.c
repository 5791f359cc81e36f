/* Returns that come in another file than the sale of their order.
 *
 * Exports by day have the sale in the file of its day and each refund, under the same order number,
 * in that of its own. What the file has of such an order is not the whole of it:
 *
 *   stored  sale 50              the file has returns only: they are added, the sale stays
 *   file    return -25
 *
 *   stored  return -25           the returns came first: the order is written as the file has it,
 *   file    sale 50              and they stay beside it
 *
 *   stored  sale 50  return -25  the return's day is none of the file's days, and no return of the
 *   file    sale 49              file stands for it: the order is written anew, the return stays
 *
 *   stored  return -25           the file reaches the return's day and has it no more: it was
 *   file    return -50           corrected, and makes way
 *
 * Whichever file comes first, the order's day is that of its sale, and its returns count for that
 * day where they are counted by order day. */
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/merge/order_state_priv.h"
#include "ingest/undo_priv.h"

/* Rows that bring nothing in: a return, or a refund of something else (0 pieces for 0.00). */
#define TAKES_BACK   "(class = 'return' OR (class = 'giveaway' AND quantity <= 0))"
#define SAME_BUT_DAY "order_key, sku, quantity, gross_e4"
#define ITS_CLASS    CLASS_BY_ITSELF("")

/* apart_stored: rows of files that the shop has of orders with returns on either side; is_outside:
 * a return on a day that the file does not reach; is_apart: one that
 * came in another file than the order's sale. */
static enum status list_stored(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE apart_order AS "
        "SELECT o.order_key, o.placed_at, e.placed_at AS stored_at "
        "FROM ord o JOIN orders e ON e.order_key = o.order_key "
        "WHERE o.is_known AND NOT o.is_stale AND NOT o.is_edge AND NOT o.is_head "
        "  AND o.lines_as IS NULL AND e.items_source IS NULL AND o.order_key IN ("
        "    SELECT order_key FROM new_line WHERE row_no IS NOT NULL "
        "      AND (class = 'return' OR quantity <= 0) "
        "    UNION ALL SELECT order_key FROM order_line WHERE row_no IS NOT NULL "
        "      AND (class = 'return' OR own_class = 'return') "
        "      AND order_key IN (SELECT order_key FROM ord WHERE is_known));"

        "CREATE OR REPLACE TEMP TABLE apart_line AS "
        "SELECT rowid AS id, * REPLACE (" ITS_CLASS " AS class) FROM order_line "
        "WHERE row_no IS NOT NULL AND order_key IN (SELECT order_key FROM apart_order);"

        "CREATE OR REPLACE TEMP TABLE apart_stored AS "
        "SELECT l.id, l.order_key, l.class, l.sku, l.quantity, l.gross_e4, l.\"at\", "
        "  l.class = 'return' AND (l.local_date < d.first OR l.local_date > d.last) "
        "    AS is_outside, "
        "  l.import_id NOT IN (SELECT s.import_id FROM apart_line s "
        "    WHERE s.order_key = l.order_key AND s.class <> 'return') AS is_apart "
        "FROM apart_line l, (SELECT min(placed_at_date) AS first, max(placed_at_date) AS last "
        "  FROM stage) d WHERE l.id NOT IN (SELECT id FROM of_refund)");
}

/* apart_kept: stored returns that the file cannot tell of. One that came in the file of its sale
 * and stands in this file under another day was corrected, and is the file's; any other one is
 * another return. */
static enum status find_kept(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE apart_kept AS SELECT id, s.order_key FROM (SELECT *, "
        "  row_number() OVER (PARTITION BY " SAME_BUT_DAY ", is_outside, is_apart ORDER BY \"at\", "
        "  id) AS nth, count(*) FILTER (NOT is_outside) OVER (PARTITION BY " SAME_BUT_DAY
        ") AS inside FROM apart_stored WHERE class = 'return') s LEFT JOIN (SELECT " SAME_BUT_DAY
        ", count(*) AS n FROM new_line WHERE class = 'return' GROUP BY ALL) f ON f.order_key = "
        "  s.order_key AND f.sku IS NOT DISTINCT FROM s.sku AND f.quantity = s.quantity AND "
        "  f.gross_e4 = s.gross_e4 WHERE s.is_outside AND (s.is_apart OR s.nth > "
        "  greatest(coalesce(f.n, 0) - s.inside, 0))");
}

/* Whose rows come on top of the stored ones: ord.is_added. */
static enum status find_added(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE apart_sides AS SELECT n.order_key, n.returns, n.others, "
        "  s.others AS stored_others, s.kept FROM (SELECT l.order_key, count(*) FILTER (class = "
        "  'return' OR o.placed_at > o.stored_at) AS returns, count(*) FILTER (NOT " TAKES_BACK
        ") AS others FROM new_line l JOIN apart_order o ON o.order_key = l.order_key WHERE "
        "  l.row_no IS NOT NULL GROUP BY 1) n JOIN (SELECT order_key, count(*) FILTER (class <> "
        "  'return') AS others, count(*) FILTER (id IN (SELECT id FROM apart_kept)) AS kept FROM "
        "  apart_stored GROUP BY 1) s ON s.order_key = n.order_key;"
        "UPDATE ord SET is_added = true WHERE order_key IN (SELECT order_key FROM apart_sides "
        "  WHERE others = 0 AND returns > 0 AND (stored_others > 0 OR kept > 0))");
}

/* apart_stays: stored returns that stay beside the lines of the file. */
static enum status find_stays(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    enum status st = job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE apart_stays AS SELECT s.id, s.order_key FROM apart_stored s "
        "  JOIN apart_sides a ON a.order_key = s.order_key WHERE a.others > 0 AND s.class = "
        "  'return' AND (s.id IN (SELECT id FROM apart_kept) OR (a.stored_others = 0 AND a.returns "
        "  = 0));"
        "INSERT INTO of_refund SELECT id FROM apart_stays");
    if (st == STATUS_OK)
        st =
            job_count(j,
                      "SELECT (SELECT count(*) FROM apart_stays) + (SELECT count(*) FROM ord WHERE "
                      "is_added)",
                      &n,
                      why);
    j->has_apart = n > 0;
    return st;
}

enum status merge_find_apart(struct import_job *j, struct error *why)
{
    if (mapping_is_api(j->mapping) || reading_shape(j->reading)->expand.len > 0)
        return STATUS_OK; /* records of whole orders */
    enum status st = list_stored(j, why);
    if (st == STATUS_OK)
        st = find_kept(j, why);
    if (st == STATUS_OK)
        st = find_added(j, why);
    return st == STATUS_OK ? find_stays(j, why) : st;
}

static enum status tell_added(struct import_job *j, struct error *why)
{
    return job_tell(j,
                    "SELECT count(*) FROM ord WHERE is_updated",
                    "%lld orders have only returns in this file; they were added to what the shop "
                    "has of these orders\n",
                    why);
}

/* What a line says of itself, whatever it bears of its order's amounts; %d: 1 where prices hold
 * the tax. */
#define OWN_WORDS                                                                             \
    "hash(order_key, " CLASS_BY_ITSELF(                                                       \
        "") ", sku, \"at\", currency, quantity, unit_price_e4, gross_e4 + tax_e4 * "          \
            "%d, "                                                                            \
            "discount_merchant_e4 - coalesce(shared_merchant_e4, 0), discount_platform_e4 - " \
            "coalesce(shared_platform_e4, 0), discount_creator_e4, tax_e4 - "                 \
            "coalesce(shared_tax_e4, 0)) "                                                    \
            "AS content"

/* apart_new: the file's lines; apart_same: those of them that are in already; apart_gone: what the
 * file no longer has of the days that it reaches has been corrected, and makes way. */
static enum status compare_added(struct import_job *j, struct error *why)
{
    const int held = job_is_tax_inclusive(j) ? 1 : 0;
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE apart_new AS "
        "SELECT *, row_number() OVER (PARTITION BY content ORDER BY row_no) AS nth "
        "FROM (SELECT rowid AS id, *, " OWN_WORDS " FROM new_line WHERE row_no IS NOT NULL "
        "  AND order_key IN (SELECT order_key FROM ord WHERE is_added));"

        "CREATE OR REPLACE TEMP TABLE apart_there AS "
        "SELECT *, row_number() OVER (PARTITION BY content ORDER BY id) AS nth "
        "FROM (SELECT rowid AS id, order_key, " OWN_WORDS " FROM order_line "
        "  WHERE row_no IS NOT NULL AND order_key IN (SELECT order_key FROM ord WHERE is_added));"

        "CREATE OR REPLACE TEMP TABLE apart_same AS SELECT n.id, t.id AS old_id "
        "FROM apart_new n JOIN apart_there t ON t.order_key = n.order_key "
        "  AND t.content = n.content AND t.nth = n.nth;"

        "CREATE OR REPLACE TEMP TABLE apart_gone AS SELECT id, order_key FROM apart_there "
        "WHERE id NOT IN (SELECT old_id FROM apart_same) AND id IN ("
        "  SELECT id FROM apart_stored WHERE class = 'return' AND NOT is_outside)",
        held,
        held);
}

/* Rows that are in already are duplicates. The head stays as its own file has it; it becomes this
 * import's, so that an undo takes the later one first. */
static enum status add_lines(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "INSERT INTO order_line_old SELECT l.*, getvariable('import_id') FROM order_line l WHERE "
        "  rowid IN (SELECT id FROM apart_gone);"
        "DELETE FROM order_line WHERE rowid IN (SELECT id FROM apart_gone);"
        "INSERT INTO left_out SELECT 'duplicate', currency, quantity, gross_e4%s, row_no FROM "
        "  apart_new WHERE id IN (SELECT id FROM apart_same);"
        "INSERT INTO order_line SELECT * EXCLUDE (id, content, nth) FROM apart_new WHERE id NOT IN "
        "  (SELECT id FROM apart_same);"
        "UPDATE ord SET is_updated = true WHERE is_added AND order_key IN (SELECT order_key FROM "
        "  apart_new WHERE id NOT IN (SELECT id FROM apart_same) UNION ALL SELECT order_key FROM "
        "  apart_gone);"
        "INSERT INTO orders_old SELECT e.*, getvariable('import_id') FROM orders e WHERE order_key "
        "  IN (SELECT order_key FROM ord WHERE is_added AND is_updated);"
        "UPDATE orders SET import_id = getvariable('import_id'), version = o.version, placed_at = "
        "  CASE WHEN o.is_first THEN o.placed_at ELSE orders.placed_at END, local_date = CASE WHEN "
        "  o.is_first THEN o.local_date ELSE orders.local_date END, local_minute = CASE WHEN "
        "  o.is_first THEN o.local_minute ELSE orders.local_minute END FROM (SELECT n.*, "
        "  n.placed_at < e.placed_at AND s.stored_others = 0 AS is_first FROM ord n JOIN orders e "
        "  ON e.order_key = n.order_key JOIN apart_sides s ON s.order_key = n.order_key WHERE "
        "  n.is_added AND n.is_updated) o WHERE o.order_key = orders.order_key",
        job_is_tax_inclusive(j) ? " + tax_e4" : "");
}

enum status merge_add_apart(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    if (!j->has_apart)
        return STATUS_OK;
    enum status st = merge_note_apart_amounts(j, why);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM ord WHERE is_added", &n, why);
    if (st != STATUS_OK || n == 0)
        return st;
    st = compare_added(j, why);
    if (st == STATUS_OK)
        st = add_lines(j, why);
    return st == STATUS_OK ? tell_added(j, why) : st;
}

#define OWN_RETURN                                                                                \
    "l.class IN ('return', 'void_return') AND l.row_no IS NOT NULL AND l.origin_key IS NULL AND " \
    "l.matched IS NULL "                                                                          \
    "AND l.date_known AND l.order_date IS DISTINCT FROM o.local_date"

enum status merge_date_returns(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE apart_dated AS SELECT l.rowid AS id, l.store, "
        "  l.local_date, l.order_date AS was, o.local_date AS day FROM order_line l JOIN orders o "
        "  ON o.order_key = l.order_key WHERE l.order_key IN (SELECT order_key FROM ord WHERE "
        "  is_known AND (is_written OR is_updated)) AND " OWN_RETURN ";"
        "INSERT INTO dirty SELECT DISTINCT store, unnest([local_date, was, day]) FROM apart_dated;"
        "UPDATE order_line SET order_date = d.day FROM apart_dated d WHERE d.id = "
        "  order_line.rowid");
}

enum status imports_undo_return_days(struct conn *c, struct error *why)
{
    return conn_exec(c,
                     "CREATE OR REPLACE TEMP TABLE apart_dated AS SELECT l.rowid AS id, "
                     "  o.local_date AS day FROM order_line l JOIN orders o ON o.order_key = "
                     "  l.order_key WHERE l.order_key IN (FROM undo_order) AND " OWN_RETURN ";"
                     "UPDATE order_line SET order_date = d.day FROM apart_dated d WHERE d.id = "
                     "  order_line.rowid;"
                     "DROP TABLE apart_dated",
                     why);
}
