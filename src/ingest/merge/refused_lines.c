/* Known orders that the file holds in part: it has lines of them that were refused, or lacks some
 * of their sub-orders. What the shop has of them stays, and their other lines in the file are laid
 * over it, article by article. Equal lines are the same line; of what is left the file's n-th line
 * of an article stands for the stored n-th, and a refused line keeps its place:
 *
 *   stored  X 2   X 3   Y 1
 *   file    X ?   X 5   Y 1   Z 1       X 5 replaces X 3, Z is added, X 2 stays */
#include "ingest/merge/merge_orders_priv.h"

/* A row source of the store: lines whose order could be read. */
struct lines_feed {
    const struct refusal *items;
    size_t count;
    size_t next;
};

static enum status feed_lines(
    void *self, void *worker, struct batch *b, size_t *rows, struct error *why)
{
    struct lines_feed *f = self;
    size_t n = 0;
    (void)worker;
    (void)why;
    for (; n < batch_capacity() && f->next < f->count; f->next++) {
        const struct refusal *r = &f->items[f->next];
        if (r->order_id.len == 0)
            continue;
        batch_set_i64(b, 0, n, r->row_no);
        batch_set_str(b, 1, n, r->order_id);
        batch_set_str(b, 2, n++, r->sku);
    }
    *rows = n;
    return STATUS_OK;
}

static enum status tell_parts(struct import_job *j, struct error *why)
{
    struct frame *f = NULL;
    const enum status st = conn_query(j->conn,
                                      STR("SELECT count(*)::BIGINT, coalesce(arg_min(order_id, "
                                          "first_row), '') FROM ord WHERE is_part"),
                                      NULL,
                                      0,
                                      &f,
                                      why);
    if (st == STATUS_OK && frame_i64(f, 0, 0) > 0)
        buf_addf(j->notes,
                 tr(why->lang,
                    "%lld orders that are in already have refused rows in this file (the first: "
                    "%.*s): what was there of them stays, and the file's other rows of them are "
                    "laid over it\n"),
                 (long long)frame_i64(f, 0, 0),
                 STR_ARG(frame_str(f, 1, 0)));
    frame_free(f);
    return st;
}

enum status merge_list_refused(struct import_job *j, struct error *why)
{
    static const struct source_column columns[] = { { "row_no", SOURCE_I64 },
                                                    { "order_id", SOURCE_TEXT },
                                                    { "sku", SOURCE_TEXT } };
    const struct reading_counts c = reading_counts(j->reading);
    struct lines_feed feed = { .items = c.refusals, .count = c.refusal_count };
    const struct row_source src = { .columns = columns,
                                    .column_count = ARRAY_LEN(columns),
                                    .threads = 1,
                                    .self = &feed,
                                    .fill = feed_lines };
    if (c.refusal_count == 0)
        return job_exec(j,
                        why,
                        "%s",
                        "CREATE OR REPLACE TEMP TABLE refused_line (row_no BIGINT, order_id "
                        "VARCHAR, sku VARCHAR, order_key UINTEGER)");
    const enum status st = conn_load(
        j->conn, "CREATE OR REPLACE TEMP TABLE refused_read AS SELECT * FROM rows()", &src, why);
    return st == STATUS_OK
               ? job_exec(j,
                          why,
                          "%s",
                          "CREATE OR REPLACE TEMP TABLE refused_line AS SELECT r.row_no, "
                          "  r.order_id, coalesce(r.sku, '') AS sku, i.key AS order_key FROM "
                          "  refused_read r LEFT JOIN identity i ON i.id = r.order_id AND i.kind = "
                          "  'order' AND i.store = getvariable('store');"
                          "DROP TABLE refused_read")
               : st;
}

static enum status mark_refused(struct import_job *j, struct error *why)
{
    const enum status st = job_exec(
        j,
        why,
        "%s",
        "UPDATE ord SET is_edge = true, is_part = true WHERE is_known AND NOT "
        "is_stale AND NOT is_head AND order_id IN (SELECT order_id FROM refused_line) "
        "AND order_key NOT IN (SELECT order_key FROM orders WHERE items_source IS NOT NULL)");
    return st == STATUS_OK ? tell_parts(j, why) : st;
}

/* Whose rows are sub-orders, each with amounts of its own: none of them goes, so one that the file
 * does not have was filtered out of the export. */
static bool has_sub_orders(const struct import_job *j)
{
    return j->mapping->sum_amounts && j->mapping->orders_complete && j->mapping->is_preset &&
           reading_has(j->reading, "sub_order_id");
}

static enum status mark_filtered(struct import_job *j, struct error *why)
{
    const enum status st = job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE filtered AS SELECT DISTINCT o.order_key FROM order_line l "
        "  JOIN ord o ON o.order_key = l.order_key WHERE o.is_known AND NOT o.is_stale AND "
        "  l.row_no IS NOT NULL AND l.origin_key IS NULL AND l.sub_order_id IS NOT NULL AND NOT "
        "  EXISTS (SELECT 1 FROM stage s WHERE s.order_id = o.order_id AND s.sub_order_id = "
        "  l.sub_order_id);"
        "UPDATE ord SET is_edge = true, is_part = true WHERE order_key IN (FROM filtered)");
    return st == STATUS_OK ? job_tell(j,
                                      "SELECT count(*) FROM filtered",
                                      "%lld orders have sub-orders that are in already and not in "
                                      "this file: these stay as they are\n",
                                      why)
                           : st;
}

enum status merge_mark_parts(struct import_job *j, struct error *why)
{
    const bool has_refused = reading_counts(j->reading).refusal_count > 0;
    if (j->options->repairs > 0 || (!has_refused && !has_sub_orders(j)))
        return STATUS_OK;
    const enum status st = has_refused ? mark_refused(j, why) : STATUS_OK;
    return st == STATUS_OK && has_sub_orders(j) ? mark_filtered(j, why) : st;
}

/* A sub-order is itself only, however much like another. */
#define SUB_ORDER                                                        \
    "coalesce(CASE WHEN e.is_new "                                       \
    "THEN (SELECT n.sub_order_id FROM new_line n WHERE n.rowid = e.id) " \
    "ELSE (SELECT l.sub_order_id FROM order_line l WHERE l.rowid = e.id) END, e.sku, '')"
#define BY_SUB_ORDER \
    "(hash(e.content, " SUB_ORDER ") >> 1)::BIGINT AS content, " SUB_ORDER " AS sku"

/* Equal lines of both sides, then of the rest the n-th of an article with the n-th. A return never
 * stands for a sale; a refused line is taken for a return where all other lines of the order in the
 * file are returns. Stored returns of files of their own, on days that the file does not reach,
 * have no part in it (apart_returns.c). */
static enum status pair_parts(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE part_line AS SELECT * EXCLUDE (days), "
        "  row_number() OVER (PARTITION BY order_key, is_new, content ORDER BY seq) AS n, "
        "  NOT is_new AND (day < days.first OR day > days.last) AND bool_and(is_back) OVER "
        "    (PARTITION BY order_key, is_new, import_id) AS is_apart "
        "FROM (SELECT e.id, e.order_key, e.is_new, e.import_id, e.row_no, e.seq, e.is_back, %s, "
        "    coalesce(e.sku, '') AS article, "
        "    l.local_date AS day, (SELECT {'first': min(placed_at_date), 'last': "
        "    max(placed_at_date)} FROM stage) AS days "
        "  FROM (SELECT *, " LINE_IS_RETURN " AS is_back FROM edge_line) e "
        "  LEFT JOIN order_line l ON NOT e.is_new AND l.rowid = e.id "
        "  WHERE e.order_key IN (SELECT order_key FROM ord WHERE is_part));"

        "CREATE OR REPLACE TEMP TABLE part_same AS SELECT a.id AS new_id, b.id AS old_id "
        "FROM part_line a JOIN part_line b ON a.is_new AND NOT b.is_new "
        "  AND a.order_key = b.order_key AND a.content = b.content AND a.n = b.n;"
        "INSERT INTO edge_same SELECT * FROM part_same;"

        "CREATE OR REPLACE TEMP TABLE part_left AS SELECT *, "
        "  row_number() OVER (PARTITION BY order_key, is_new, sku, is_back ORDER BY seq) AS n, "
        "  row_number() OVER (PARTITION BY order_key, is_new, article, is_back ORDER BY seq) AS "
        "nth "
        "FROM (SELECT id, order_key, is_new, sku, article, seq, is_back, import_id, row_no "
        "  FROM part_line "
        "  WHERE NOT (is_new AND id IN (SELECT new_id FROM part_same)) "
        "    AND NOT (NOT is_new AND (is_apart OR id IN (SELECT old_id FROM part_same))) "
        "  UNION ALL SELECT NULL, o.order_key, true, r.sku, r.sku, r.row_no, o.is_back, NULL, "
        "    r.row_no "
        "  FROM refused_line r JOIN (SELECT order_key, bool_and(is_back) AS is_back "
        "    FROM part_line WHERE is_new GROUP BY 1) o ON o.order_key = r.order_key);"

        "INSERT INTO edge_changed SELECT a.id, b.id "
        "FROM part_left a JOIN part_left b ON a.is_new AND NOT b.is_new "
        "  AND a.order_key = b.order_key AND a.sku = b.sku AND a.is_back = b.is_back AND a.n = b.n "
        "WHERE a.id IS NOT NULL;"
        "DROP TABLE part_line; DROP TABLE part_same",
        has_sub_orders(j) ? BY_SUB_ORDER : "e.content, coalesce(e.sku, '') AS sku");
}

/* Which stored line a refused one stands for (refused_places.c). Of orders amid the file the lines
 * that are left stand for one another under other articles, too: the order is whole there but for
 * its refused rows. */
static const char keep_places[] =
    "CREATE OR REPLACE TEMP TABLE part_place AS SELECT a.row_no, a.order_key, a.sku, a.is_back, "
    "  b.id AS old_id, b.import_id AS of_import, b.row_no AS of_row "
    "FROM part_left a LEFT JOIN part_left b ON NOT b.is_new AND a.order_key = b.order_key "
    "  AND a.article = b.article AND a.is_back = b.is_back AND a.nth = b.nth "
    "WHERE a.id IS NULL;"

    "UPDATE part_place SET of_import = r.of_import, of_row = r.of_row "
    "FROM (SELECT a.row_no, b.import_id AS of_import, b.row_no AS of_row "
    "  FROM (SELECT *, row_number() OVER (PARTITION BY order_key, is_back ORDER BY row_no) AS n "
    "    FROM part_place WHERE old_id IS NULL AND order_key IN (SELECT order_key FROM ord "
    "    WHERE first_row > (SELECT min(first_row) FROM ord) "
    "      AND last_row < (SELECT max(last_row) FROM ord))) a "
    "  JOIN (SELECT *, row_number() OVER (PARTITION BY order_key, is_back ORDER BY seq) AS n "
    "    FROM part_left WHERE NOT is_new AND id NOT IN (SELECT old_id FROM edge_changed) "
    "      AND id NOT IN (SELECT old_id FROM part_place WHERE old_id IS NOT NULL)) b "
    "    ON a.order_key = b.order_key AND a.is_back = b.is_back AND a.n = b.n) r "
    "WHERE r.row_no = part_place.row_no;"

    "INSERT INTO quarantine_line SELECT getvariable('import_id'), row_no, order_key, sku, "
    "  of_import, of_row FROM part_place;"
    "DROP TABLE part_left; DROP TABLE part_place";

enum status merge_pair_parts(struct import_job *j, struct error *why)
{
    int64_t parts = 0;
    enum status st = job_count(j, "SELECT count(*) FROM ord WHERE is_part", &parts, why);
    if (st == STATUS_OK && parts > 0)
        st = pair_parts(j, why);
    return st == STATUS_OK && parts > 0 ? job_exec(j, why, "%s", keep_places) : st;
}
