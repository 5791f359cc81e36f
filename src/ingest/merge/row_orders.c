/* Rows that are orders of their own, without a number. Their ids are made of their values; equal
 * rows are told apart by their number among equals, which is the same whenever the file is read.
 *
 * A figure that was corrected since gives its row another id. Where an earlier file has a row that
 * this one no longer has, and this one a new row of the same moment, buyer, article and place, the
 * new row is the old one, corrected, and takes its id. A list of buyers may be exported in parts,
 * and its first day be cut: there the new row is a correction only beside rows that are known, or
 * where the earlier file began no sooner. */
#include "ingest/merge/merge_orders_priv.h"

static enum status number_equal_rows(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE equal_row AS SELECT row_no, nth FROM (SELECT row_no, "
        "row_number() OVER (PARTITION BY order_id ORDER BY row_no) AS nth FROM stage) "
        "WHERE nth > 1;"
        "UPDATE staging.stage SET order_id = stage.order_id || '-' || e.nth FROM equal_row e "
        "WHERE e.row_no = stage.row_no");
}

/* known_row: the orders of the file's moments that the shop has of the same source. */
static const char find_known[] =
    "CREATE OR REPLACE TEMP TABLE known_row AS SELECT o.*, l.sku, l.class, f.first_day, o.order_id "
    "  IN (SELECT order_id FROM stage) AS is_here FROM orders o JOIN (SELECT order_key, "
    "  any_value(sku) AS sku, any_value(class) AS class FROM order_line WHERE store = "
    "  getvariable('store') AND order_date IN (SELECT DISTINCT placed_at_date FROM stage) GROUP BY "
    "  1 HAVING count(*) = 1) l USING (order_key) JOIN (SELECT import_id, min(local_date) AS "
    "  first_day FROM orders WHERE store = getvariable('store') GROUP BY 1) f USING (import_id) "
    "  WHERE o.store = getvariable('store') AND o.source = getvariable('source') AND o.placed_at "
    "  IN (SELECT placed_at FROM stage)";

/* What must be equal, beside the moment; those that the file has. */
static const char *const places[] = { "sku",     "class",  "channel", "medium",        "campaign",
                                      "country", "region", "city",    "payment_method" };

/* SELECT ... AS slot: the key of a row and its number among those of the key. */
static void add_slot(struct buf *sql, const struct import_job *j, const char *buyer)
{
    buf_addf(sql, "concat_ws(chr(31), placed_at, coalesce(%s::VARCHAR, '')", buyer);
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        if (i == 1 || reading_has(j->reading, places[i]))
            buf_addf(sql, ", coalesce(\"%s\", chr(30))", places[i]);
    }
    buf_adds(sql, ") AS slot");
}

static enum status find_corrected(struct import_job *j, struct error *why)
{
    const bool has_buyer = reading_has(j->reading, "customer_id");
    struct buf sql;
    buf_init(&sql, (size_t)16 * 1024);
    buf_adds(&sql, "CREATE OR REPLACE TEMP TABLE corrected_row AS WITH gone AS (SELECT order_id, ");
    add_slot(&sql, j, has_buyer ? "customer_key" : "NULL");
    buf_adds(&sql,
             ", order_key AS place, first_day FROM known_row WHERE NOT is_here), new AS (SELECT ");
    add_slot(&sql, j, has_buyer ? "buyer.key" : "NULL");
    buf_adds(&sql,
             ", row_no, placed_at_date > (SELECT min(placed_at_date) FROM stage) OR placed_at_date "
             "IN (SELECT local_date FROM known_row WHERE is_here) AS is_amid FROM stage s");
    if (has_buyer)
        buf_adds(&sql,
                 " JOIN identity buyer ON buyer.kind = 'customer' AND buyer.store = "
                 "getvariable('store') AND buyer.id = s.customer_id");
    buf_adds(&sql, " WHERE order_id NOT IN (SELECT order_id FROM known_row)");
    buf_addf(&sql,
             "), gone_nth AS (SELECT *, row_number() OVER (PARTITION BY slot ORDER BY place) AS "
             "nth FROM gone), new_nth AS (SELECT *, row_number() OVER (PARTITION BY slot ORDER BY "
             "row_no) AS nth FROM new) SELECT n.row_no, g.order_id FROM new_nth n JOIN gone_nth g "
             "USING (slot, nth) WHERE %s;"
             "UPDATE staging.stage SET order_id = c.order_id FROM corrected_row c WHERE c.row_no = "
             "stage.row_no",
             has_buyer ? "is_amid OR g.first_day >= (SELECT min(placed_at_date) FROM stage)"
                       : "true");
    return job_run(j, &sql, why);
}

enum status merge_number_rows(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    if (!j->mapping->order_per_row)
        return STATUS_OK;
    enum status st = number_equal_rows(j, why);
    if (st != STATUS_OK || j->options->repairs > 0 || j->fills > 0 ||
        (!reading_has(j->reading, "sku") && reading_has(j->reading, "title")))
        return st; /* repaired rows are a part of their file */
    st = job_exec(j, why, "%s", find_known);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM known_row WHERE NOT is_here", &n, why);
    if (st == STATUS_OK && n > 0)
        st = find_corrected(j, why);
    return st == STATUS_OK && n > 0
               ? job_tell(j,
                          "SELECT count(*) FROM corrected_row",
                          "%lld rows say other figures than rows of an earlier file that this one "
                          "no longer has: they take their place, as corrections of them\n",
                          why)
               : st;
}
