/* What an import of articles changed: a row of product_change for each title, category, price and
 * cost that was another before, so that nobody has to keep a diary of them.
 *
 * A row that replaces another changed on the day of the import (its --as-of, else now); one with a
 * valid_from follows the row before it, on that day. What an order had to say of an article (its
 * title, for want of more) is no earlier state of it. */
#include "ingest/merge/merge_table_priv.h"

/* 12.50; four decimals where there are some. */
#define AMOUNT(column)                                                                           \
    "(" column " // 10000)::VARCHAR || '.' || CASE WHEN " column " % 100 = 0 THEN lpad((" column \
    " % 10000 // 100)::VARCHAR, 2, '0') ELSE lpad((" column " % 10000)::VARCHAR, 4, '0') END"

#define FIELDS    "'title', 'category', 'price', 'cost'"
#define VALUES(t) t ".title, " t ".category, " AMOUNT(t ".price_e4") ", " AMOUNT(t ".cost_e4")

/* Pairs of rows: the new one and what it follows. */
static const char pairs_sql[] =
    "CREATE OR REPLACE TEMP TABLE article_pair AS SELECT n.sku, n.valid_from, n.row_no, "
    "[" VALUES("n") "] AS now, [" VALUES(
        "o") "] AS before FROM product n JOIN product_old o "
             "  ON o.superseded_by = getvariable('import_id') AND o.store = n.store AND o.sku "
             "= n.sku "
             "  AND o.valid_from IS NOT DISTINCT FROM n.valid_from "
             "WHERE n.import_id = getvariable('import_id') AND o.import_id IN "
             "  (SELECT import_id FROM import WHERE target = 'product') "
             "UNION ALL SELECT n.sku, n.valid_from, n.row_no, [" VALUES("n") "], [" VALUES(
                 "o") "] "
                      "FROM product n JOIN product o ON o.store = n.store AND o.sku = n.sku "
                      "AND "
                      "  coalesce(o.valid_from, DATE '0001-01-01') < n.valid_from "
                      "WHERE n.import_id = getvariable('import_id') AND n.valid_from IS NOT "
                      "NULL AND NOT EXISTS "
                      "  (SELECT 1 FROM product_old x WHERE x.superseded_by = "
                      "getvariable('import_id') AND "
                      "  x.store = n.store AND x.sku = n.sku AND x.valid_from = n.valid_from) "
                      "  AND (o.import_id = getvariable('import_id') OR o.import_id IN (SELECT "
                      "import_id FROM import "
                      "  WHERE target = 'product')) "
                      "QUALIFY row_number() OVER (PARTITION BY n.sku, n.valid_from ORDER BY "
                      "o.valid_from DESC NULLS "
                      "  LAST) = 1";

/* A row without a day holds where no row with one does; what it says of such articles shows
 * nowhere. */
static enum status tell_dated(struct import_job *j, struct error *why)
{
    return job_tell(
        j,
        "SELECT count(DISTINCT n.sku) FROM product n JOIN product o ON o.store = n.store AND o.sku "
        "= n.sku AND o.valid_from IS NOT NULL AND o.import_id <> n.import_id WHERE n.import_id = "
        "getvariable('import_id') AND n.valid_from IS NULL AND n.sku NOT IN (SELECT sku FROM "
        "product WHERE import_id = getvariable('import_id') AND valid_from IS NOT NULL)",
        "%lld articles of this list have rows with valid_from in the shop; those count "
        "before the list, which says no day: give it a column valid_from with the day "
        "from which it holds\n",
        why);
}

enum status merge_product_changes(struct import_job *j, struct error *why)
{
    struct zone_cursor cursor = { .from_s = 0 };
    int32_t day = 0;
    int32_t minute = 0;
    int32_t offset_s = 0;
    zone_local(j->store->zone, &cursor, j->version, &day, &minute, &offset_s);
    enum status st = tell_dated(j, why);
    if (st == STATUS_OK)
        st = job_exec(j, why, "%s", pairs_sql);
    if (st != STATUS_OK)
        return st;
    return job_exec(
        j,
        why,
        "INSERT INTO product_change BY NAME SELECT job.store, sku, "
        "  CASE WHEN valid_from IS NULL THEN %lld ELSE epoch_us(valid_from) - %lld END AS \"at\", "
        "  coalesce(valid_from, DATE '1970-01-01' + %d) AS local_date, "
        "  (CASE WHEN valid_from IS NULL THEN %d ELSE 0 END)::SMALLINT AS local_minute, field, "
        "  value_before, value_after, job.source, job.import_id, row_no, job.version FROM ("
        "SELECT sku, valid_from, row_no, unnest([" FIELDS "]) AS field, unnest(before) AS "
        "  value_before, unnest(now) AS value_after FROM article_pair) CROSS JOIN job "
        "WHERE value_before IS NOT NULL AND value_after IS NOT NULL AND value_before <> "
        "value_after",
        (long long)j->version,
        (long long)offset_s * 1000000,
        (int)day,
        (int)minute);
}
