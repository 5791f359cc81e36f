/* The places of refused lines: what the shop had of a known order stays while the file's line of it
 * is refused, and that line, once repaired, takes the stored one's place.
 *
 *   stored    D 1
 *   file      D ?       refused: D 1 stays, and quarantine_line says that it stands for this row
 *   repaired  D 3       replaces D 1
 *
 * Which stored line that is can only be told while the whole file is read: the n-th line of an
 * article that is left when equal lines are taken away (refused_lines.c). Of the rows of a repair
 * the n-th of an article is again the n-th that went out; what is left of the order follows in the
 * order of the rows, as an article may have been what was wrong. A row that is refused once more
 * takes its place along.
 *
 * A place that a later file has given to a line of its own is taken: the repaired row says what was
 * before. A return never takes the place of a sale, nor a sale that of a return. */
#include "ingest/merge/merge_orders_priv.h"

/* Rows of the repair, refused ones too, and the places that went out. */
static const char pair_places[] =
    "CREATE OR REPLACE TEMP TABLE repair_row AS SELECT s.row_no, false AS is_refused, "
    "  o.order_key, %s AS sku FROM stage s JOIN ord o ON o.order_id = s.order_id WHERE s.class IS "
    "  NOT NULL UNION ALL SELECT row_no, true, order_key, sku FROM refused_line WHERE order_key "
    "  IS NOT NULL;"

    "CREATE OR REPLACE TEMP TABLE repair_place AS SELECT DISTINCT l.row_no AS place, l.order_key, "
    "  l.sku, l.of_import, l.of_row FROM quarantine_line l JOIN quarantine q ON q.import_id = "
    "  l.import_id AND q.row_no = l.row_no WHERE l.import_id = %lld AND q.state = 'retried';"

    "CREATE OR REPLACE TEMP TABLE repair_pair AS SELECT a.row_no, a.is_refused, a.order_key, "
    "  a.sku, b.place, b.of_import, b.of_row "
    "FROM (SELECT *, row_number() OVER (PARTITION BY order_key, sku ORDER BY row_no) AS n FROM "
    "  repair_row) a "
    "JOIN (SELECT *, row_number() OVER (PARTITION BY order_key, sku ORDER BY place) AS n FROM "
    "  repair_place) b ON a.order_key = b.order_key AND a.sku = b.sku AND a.n = b.n;"

    "INSERT INTO repair_pair SELECT a.row_no, a.is_refused, a.order_key, a.sku, b.place, "
    "  b.of_import, b.of_row "
    "FROM (SELECT *, row_number() OVER (PARTITION BY order_key ORDER BY row_no) AS n, count(*) "
    "  OVER (PARTITION BY order_key) AS size FROM repair_row WHERE row_no NOT IN (SELECT row_no "
    "FROM "
    "  repair_pair)) a "
    "JOIN (SELECT *, row_number() OVER (PARTITION BY order_key ORDER BY place) AS n, count(*) "
    "  OVER (PARTITION BY order_key) AS size FROM repair_place WHERE place NOT IN (SELECT place "
    "FROM "
    "  repair_pair)) b ON a.order_key = b.order_key AND a.n = b.n AND a.size = b.size;"

    "INSERT INTO quarantine_line SELECT getvariable('import_id'), row_no, order_key, sku, "
    "  of_import, of_row FROM repair_pair WHERE is_refused;"
    "DROP TABLE repair_row; DROP TABLE repair_place";

static enum status find_places(struct import_job *j, struct error *why)
{
    return job_exec(j,
                    why,
                    pair_places,
                    reading_has(j->reading, "sku") ? "coalesce(s.sku, '')" : "''",
                    (long long)j->options->repairs);
}

/* Known orders whose lines in the file are all refused. Of the others: merge_pair_parts(). */
static const char keep_whole[] =
    "CREATE OR REPLACE TEMP TABLE place_order AS SELECT order_key FROM orders "
    "WHERE order_key IN (SELECT order_key FROM refused_line) AND items_source IS NULL "
    "  AND order_key NOT IN (SELECT order_key FROM ord);"

    "INSERT INTO quarantine_line SELECT getvariable('import_id'), a.row_no, a.order_key, a.sku, "
    "  b.import_id, b.row_no "
    "FROM (SELECT *, row_number() OVER (PARTITION BY order_key, sku ORDER BY row_no) AS n FROM "
    "  refused_line WHERE order_key IN (FROM place_order)) a "
    "LEFT JOIN (SELECT l.order_key, coalesce(l.sku, '') AS sku, l.import_id, l.row_no, "
    "    row_number() OVER (PARTITION BY l.order_key, coalesce(l.sku, '') ORDER BY l.import_id, "
    "    l.row_no) AS n FROM order_line l WHERE l.row_no IS NOT NULL AND l.order_key IN (FROM "
    "    place_order) AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.import_id = l.import_id AND "
    "    r.row_no = l.row_no AND r.order_key = l.order_key)) b "
    "  ON a.order_key = b.order_key AND a.sku = b.sku AND a.n = b.n;"
    "DROP TABLE place_order";

enum status merge_find_places(struct import_job *j, struct error *why)
{
    if (!merge_has_lines(j) || reading_shape(j->reading)->expand.len > 0)
        return STATUS_OK; /* a record of a whole order replaces it */
    if (j->options->repairs > 0)
        return find_places(j, why);
    return reading_counts(j->reading).refusal_count > 0 ? job_exec(j, why, "%s", keep_whole)
                                                        : STATUS_OK;
}

/* ---- Repaired lines -------------------------------------------------------------------------- */

/* What the repair of an earlier file has brought since, to an order that had no line there: the
 * same row as this one, and older. */
#define BROUGHT_SINCE                                                                         \
    "NOT is_new AND import_id NOT IN (SELECT id FROM repair_family) AND import_id > (SELECT " \
    "min(id) FROM repair_family) AND id NOT IN (SELECT old_id FROM edge_same UNION ALL "      \
    "SELECT old_id FROM edge_changed) AND NOT " REPAIR_HAS_PLACE

static const char take_places[] =
    "CREATE OR REPLACE TEMP TABLE repair_line AS SELECT n.id, n.order_key, n.content, "
    "  coalesce(n.sku, '') AS sku, n.seq, n.is_back, p.of_import, p.of_row, o.id AS old_id, "
    "  o.content AS old_content, o.is_back AS old_back "
    "FROM repair_pair p "
    "JOIN (SELECT *, " LINE_IS_RETURN " AS is_back FROM edge_line) n "
    "  ON n.is_new AND n.row_no = p.row_no AND n.order_key = p.order_key "
    "LEFT JOIN (SELECT *, " LINE_IS_RETURN " AS is_back FROM edge_line) o ON NOT o.is_new "
    "  AND o.import_id = p.of_import AND o.row_no = p.of_row AND o.order_key = p.order_key "
    "WHERE NOT p.is_refused;"

    "INSERT INTO edge_same SELECT id, old_id FROM repair_line WHERE content = old_content;"
    "INSERT INTO edge_changed SELECT id, old_id FROM repair_line WHERE content <> old_content "
    "  AND is_back = old_back;"

    /* taken by a later file */
    "INSERT INTO edge_same SELECT r.id, -1 FROM repair_line r WHERE r.of_import IS NOT NULL AND "
    "  r.old_id IS NULL AND EXISTS (SELECT 1 FROM order_line_old l JOIN import i ON i.import_id = "
    "  l.import_id AND i.preset = l.source WHERE l.import_id = r.of_import AND l.row_no = "
    "  r.of_row AND l.order_key = r.order_key AND l.superseded_by NOT IN (SELECT id FROM "
    "  repair_family));"

    /* without a place */
    "CREATE OR REPLACE TEMP TABLE repair_since AS SELECT id, order_key, content, coalesce(sku, "
    "  '') AS sku, " LINE_IS_RETURN " AS is_back, import_id, row_number() OVER (PARTITION BY "
    "  order_key, content ORDER BY seq) AS n FROM edge_line WHERE " BROUGHT_SINCE ";"
    "INSERT INTO edge_same SELECT a.id, b.id FROM (SELECT *, row_number() OVER (PARTITION BY "
    "  order_key, content ORDER BY seq) AS n FROM repair_line WHERE of_import IS NULL) a JOIN "
    "  repair_since b ON a.order_key = b.order_key AND a.content = b.content AND a.n = b.n;"
    "INSERT INTO edge_changed SELECT a.id, b.id FROM (SELECT *, row_number() OVER (PARTITION BY "
    "  order_key, sku, is_back ORDER BY seq) AS n FROM repair_line WHERE of_import IS NULL AND id "
    "  NOT IN (SELECT new_id FROM edge_same)) a JOIN (SELECT *, row_number() OVER (PARTITION BY "
    "  order_key, sku, is_back ORDER BY id) AS nth FROM repair_since WHERE id NOT IN (SELECT "
    "  old_id FROM edge_same) AND import_id IN (SELECT import_id FROM import WHERE repairs > 0)) "
    "  b ON a.order_key = b.order_key AND a.sku = b.sku AND a.is_back = b.is_back AND a.n = b.nth;"
    "DROP TABLE repair_line; DROP TABLE repair_since";

enum status merge_take_places(struct import_job *j, struct error *why)
{
    return job_exec(j, why, "%s", take_places);
}

/* An order that both files had new: the row of the later one was repaired first. */
static const char leave_older[] =
    "INSERT INTO edge_same SELECT a.id, -1 FROM (SELECT id, order_key, coalesce(sku, '') AS sku, "
    "    " LINE_IS_RETURN " AS is_back, row_number() OVER (PARTITION BY order_key, coalesce(sku, "
    "    ''), " LINE_IS_RETURN " ORDER BY seq) AS n FROM edge_line WHERE is_new AND id NOT IN "
    "    (" EDGE_PAIRED ")) a JOIN (SELECT order_key, coalesce(sku, '') AS sku, " LINE_IS_RETURN
    "    AS is_back, row_number() OVER (PARTITION BY order_key, coalesce(sku, ''), " LINE_IS_RETURN
    "    ORDER BY seq) AS n FROM edge_line WHERE NOT is_new AND import_id IN (SELECT import_id "
    "    FROM import WHERE repairs > (SELECT min(id) FROM repair_family) AND repairs NOT IN "
    "    (SELECT id FROM repair_family)) AND id NOT IN (SELECT old_id FROM edge_same UNION ALL "
    "    SELECT old_id FROM edge_changed)) b ON a.order_key = b.order_key AND a.sku = b.sku AND "
    "    a.is_back = b.is_back AND a.n = b.n";

enum status merge_leave_older(struct import_job *j, struct error *why)
{
    const enum status st = job_exec(j, why, "%s", leave_older);
    return st == STATUS_OK ? job_tell(j,
                                      "SELECT count(*) FROM edge_same WHERE old_id < 0",
                                      "%lld repaired rows are left out: a later file has brought "
                                      "their lines since\n",
                                      why)
                           : st;
}
