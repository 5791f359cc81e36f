/* Two files that are parts of one export: the first ends with an order that the second begins with.
 * Then the order has the lines of both, and what neither of them has was taken out of it:
 *
 *   stored  A B C D         of an earlier export
 *   file    A' B            its last rows: A' replaces A, and the file may go on with C D
 *   next    N D             its first rows: of the order they are what comes after A' B,
 *                           so N is added, D is there, and C goes
 *
 * Which lines a file had of the orders at its edges, those among them that were in already, is
 * kept in import_edge. The last file that brought or repeated lines of an order claims these
 * (edge_claim), and cut_orders.c lays the next file's over them instead of over all. Files that
 * come the other way round are the same case seen in a mirror. */
#include "ingest/merge/merge_orders_priv.h"

#define S_IS_RETURN LINE_IS_RETURN_OF("s.")

/* edge_before: the file before this one, by order; ends: this one begins with what that one ended
 * with. Lines of a later import stand in the way: it was not the last then. Returns come in files
 * of their own, so neither file has them alone. */
static const char find_before[] =
    "CREATE OR REPLACE TEMP TABLE edge_before AS "
    "SELECT o.order_key, x.import_id, x.opens, x.closes, x.closes AND " OPENS_FILE " AS ends "
    "FROM ord o JOIN (SELECT order_key, max(import_id) AS import_id, "
    "    arg_max(opens, import_id) AS opens, arg_max(closes, import_id) AS closes "
    "  FROM import_edge WHERE order_key IN " EDGE_ORDERS
    "    AND import_id IN (SELECT import_id FROM import WHERE undone_at IS NULL) "
    "  GROUP BY 1) x ON x.order_key = o.order_key "
    "WHERE NOT o.is_part AND ((x.closes AND " OPENS_FILE ") OR (x.opens AND " CLOSES_FILE ")) "
    "  AND x.import_id >= (SELECT max(s.import_id) FROM edge_line s "
    "    WHERE s.order_key = o.order_key AND NOT s.is_new) "
    "  AND EXISTS (SELECT 1 FROM edge_line s "
    "    WHERE s.order_key = o.order_key AND s.is_new AND NOT " S_IS_RETURN ");"

    "CREATE OR REPLACE TEMP TABLE edge_claim AS "
    "SELECT s.order_key, s.id, x.seq, " S_IS_RETURN " AS is_back "
    "FROM edge_before b "
    "  JOIN import_edge x ON x.order_key = b.order_key AND x.import_id = b.import_id "
    "  JOIN edge_line s ON s.order_key = b.order_key AND NOT s.is_new "
    "    AND s.import_id = x.of_import AND s.row_no = x.of_row;"

    "DELETE FROM edge_before WHERE order_key NOT IN "
    "  (SELECT order_key FROM edge_claim WHERE NOT is_back);"
    "DELETE FROM edge_claim WHERE order_key NOT IN (SELECT order_key FROM edge_before)";

enum status merge_list_claims(struct import_job *j, struct error *why)
{
    return job_exec(j, why, "%s", find_before);
}

/* What the two files have together is the order: of the stored lines that the file before does not
 * claim, equal ones are this file's, others of its articles are changed, and the rest goes. Returns
 * of files of their own stay (apart_returns.c). */
static const char settle[] =
    "CREATE OR REPLACE TEMP TABLE edge_rest AS SELECT s.*, " S_IS_RETURN " AS is_back, "
    "  row_number() OVER (PARTITION BY order_key, is_new, content ORDER BY seq) AS n "
    "FROM edge_line s WHERE order_key IN (SELECT order_key FROM edge_claim) "
    "  AND order_key IN " EDGE_ORDERS " AND CASE WHEN is_new THEN id NOT IN (" EDGE_PAIRED ") "
    "  ELSE id NOT IN (SELECT id FROM edge_claim) AND id NOT IN (SELECT old_id FROM edge_same) "
    "  END;"
    "DELETE FROM edge_rest WHERE NOT is_new AND is_back AND import_id NOT IN "
    "  (SELECT s.import_id FROM edge_line s WHERE s.order_key = edge_rest.order_key "
    "    AND NOT s.is_new AND NOT " S_IS_RETURN ");"

    "CREATE OR REPLACE TEMP TABLE rest_same AS SELECT a.id AS new_id, b.id AS old_id "
    "FROM edge_rest a JOIN edge_rest b ON a.is_new AND NOT b.is_new "
    "  AND a.order_key = b.order_key AND a.content = b.content AND a.n = b.n;"
    "INSERT INTO edge_same SELECT * FROM rest_same;"
    "DELETE FROM edge_rest WHERE CASE WHEN is_new THEN id IN (SELECT new_id FROM rest_same) "
    "  ELSE id IN (SELECT old_id FROM rest_same) END;"

    "CREATE OR REPLACE TEMP TABLE rest_nth AS SELECT *, row_number() OVER "
    "  (PARTITION BY order_key, is_new, sku, is_back ORDER BY seq) AS nth FROM edge_rest;"
    "INSERT INTO edge_changed SELECT a.id, b.id "
    "FROM (SELECT * FROM rest_nth WHERE NOT is_new) b "
    "  LEFT JOIN (SELECT * FROM rest_nth WHERE is_new) a ON a.order_key = b.order_key "
    "    AND a.sku IS NOT DISTINCT FROM b.sku AND a.is_back = b.is_back AND a.nth = b.nth;"
    "DROP TABLE edge_rest; DROP TABLE rest_same; DROP TABLE rest_nth";

enum status merge_settle_claims(struct import_job *j, struct error *why)
{
    int64_t claims = 0;
    const enum status st = job_count(j, "SELECT count(*) FROM edge_claim", &claims, why);
    return st == STATUS_OK && claims > 0 ? job_exec(j, why, "%s", settle) : st;
}

#define OF_FILE "getvariable('import_id'), o.order_key, " OPENS_FILE ", " CLOSES_FILE
#define AT_EDGE \
    "NOT o.is_stale AND NOT o.is_head AND NOT o.is_part AND (" OPENS_FILE " OR " CLOSES_FILE ")"
#define STEP "1000000000000"

/* Of cut orders the lines that were in already, by the rows of this file; where it goes on from
 * another one, what that one had stands before or after them. */
static const char note_cut[] =
    "INSERT INTO import_edge SELECT " OF_FILE ", n.row_no, l.import_id, l.row_no "
    "FROM edge_same s JOIN edge_line n ON n.is_new AND n.id = s.new_id "
    "  JOIN edge_line l ON NOT l.is_new AND l.id = s.old_id "
    "  JOIN ord o ON o.order_key = n.order_key "
    "WHERE o.is_edge AND " AT_EDGE ";"

    "INSERT INTO import_edge SELECT " OF_FILE ", "
    "  c.seq + CASE WHEN b.ends THEN -" STEP " ELSE " STEP " END, l.import_id, l.row_no "
    "FROM edge_claim c JOIN edge_before b ON b.order_key = c.order_key "
    "  JOIN edge_line l ON NOT l.is_new AND l.id = c.id "
    "  JOIN ord o ON o.order_key = c.order_key "
    "WHERE o.is_edge AND c.id NOT IN (SELECT old_id FROM edge_same) "
    "  AND c.id NOT IN (SELECT old_id FROM edge_changed)";

/* Of all others the lines that they have now. */
static const char note_all[] =
    "INSERT INTO import_edge SELECT " OF_FILE ", "
    "  CASE WHEN l.import_id = getvariable('import_id') THEN l.row_no ELSE row_number() OVER "
    "    (PARTITION BY o.order_key ORDER BY l.import_id, l.row_no) END, l.import_id, l.row_no "
    "FROM ord o JOIN order_line l ON l.order_key = o.order_key "
    "WHERE " AT_EDGE " AND l.row_no IS NOT NULL AND l.origin_key IS NULL "
    "  AND (NOT o.is_edge OR l.import_id = getvariable('import_id'))";

/* Where an order as a whole begins and ends that this file goes on with. */
static const char note_whole[] =
    "UPDATE import_edge SET opens = w.opens, closes = w.closes "
    "FROM (SELECT b.order_key, CASE WHEN b.ends THEN b.opens ELSE " OPENS_FILE " END AS opens, "
    "    CASE WHEN b.ends THEN " CLOSES_FILE " ELSE b.closes END AS closes "
    "  FROM edge_before b JOIN ord o ON o.order_key = b.order_key WHERE o.is_edge) w "
    "WHERE w.order_key = import_edge.order_key "
    "  AND import_edge.import_id = getvariable('import_id')";

enum status merge_note_edges(struct import_job *j, struct error *why)
{
    const bool has_lists = reading_shape(j->reading)->expand.len > 0;
    if (has_lists || j->mapping->orders_complete || j->mapping->order_per_row ||
        j->options->repairs > 0 || !merge_has_lines(j))
        return STATUS_OK;
    enum status st = j->has_cut_orders ? job_exec(j, why, "%s", note_cut) : STATUS_OK;
    if (st == STATUS_OK)
        st = job_exec(j, why, "%s", note_all);
    return st == STATUS_OK && j->has_cut_orders ? job_exec(j, why, "%s", note_whole) : st;
}
