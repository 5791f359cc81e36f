/* Cancellations without a link to their order: each is matched to the latest earlier sale of the
 * same customer, article and quantity that no other return has taken; earlier returns choose first.
 *
 * All groups (customer, article, quantity) that the import touched are matched anew, so the result
 * does not depend on the order in which files came in. */
#include "ingest/ingest_priv.h"

#define ROUNDS_MAX 10000 /* each round pairs at least one return */

static enum status make_candidates(struct import_job *j, struct error *why)
{
    return job_exec(
        j, why, "%s",
        "CREATE OR REPLACE TEMP TABLE returned AS SELECT DISTINCT customer_key, sku, -quantity AS n "
        "  FROM order_line WHERE class = 'return' AND customer_key IS NOT NULL AND sku IS NOT NULL "
        "  AND row_no IS NOT NULL AND store = (SELECT store FROM job);"
        "CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT r.customer_key, r.sku, r.n "
        "  FROM order_line l JOIN returned r ON r.customer_key = l.customer_key AND r.sku = l.sku "
        "  AND r.n = abs(l.quantity) WHERE l.import_id = (SELECT import_id FROM job) "
        "  AND l.class IN ('sale', 'return');"
        "CREATE OR REPLACE TEMP TABLE unpaired AS SELECT l.rowid AS id, l.customer_key, l.sku, "
        "  t.n, l.at FROM order_line l JOIN touched t ON t.customer_key = l.customer_key "
        "  AND t.sku = l.sku AND t.n = -l.quantity WHERE l.class = 'return' "
        "  AND l.store = (SELECT store FROM job) AND l.row_no IS NOT NULL;"
        "CREATE OR REPLACE TEMP TABLE free_sale AS SELECT l.rowid AS id, l.customer_key, l.sku, "
        "  t.n, l.at, l.order_key, l.local_date FROM order_line l JOIN (SELECT DISTINCT customer_key, "
        "  sku, n FROM unpaired) t ON t.customer_key = l.customer_key AND t.sku = l.sku "
        "  AND t.n = l.quantity WHERE l.class = 'sale' AND l.store = (SELECT store FROM job);"
        "CREATE OR REPLACE TEMP TABLE pairing (return_id BIGINT, order_key UINTEGER, "
        "  order_date DATE)");
}

/* One round: every open return takes its latest earlier free sale; of several that want the same
 * one the earliest return gets it. */
static enum status pair_round(struct import_job *j, int64_t *paired, struct error *why)
{
    enum status st = job_exec(
        j, why, "%s",
        "CREATE OR REPLACE TEMP TABLE round AS SELECT * FROM (SELECT r.id AS return_id, "
        "  s.id AS sale_id, s.order_key, s.local_date, row_number() OVER (PARTITION BY s.id "
        "  ORDER BY r.at, r.id) AS rank FROM unpaired r ASOF JOIN free_sale s "
        "  ON r.customer_key = s.customer_key AND r.sku = s.sku AND r.n = s.n AND r.at >= s.at) "
        "WHERE rank = 1;"
        "INSERT INTO pairing SELECT return_id, order_key, local_date FROM round;"
        "DELETE FROM unpaired WHERE id IN (SELECT return_id FROM round);"
        "DELETE FROM free_sale WHERE id IN (SELECT sale_id FROM round)");
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM round", paired, why);
    return st;
}

/* Writes the pairs; days that an order date leaves or reaches are dirty. */
static enum status write_pairs(struct import_job *j, struct error *why)
{
    return job_exec(
        j, why, "%s",
        "CREATE OR REPLACE TEMP TABLE verdict AS SELECT return_id AS id, order_key, order_date, "
        "  true AS matched FROM pairing UNION ALL SELECT id, NULL, NULL, false FROM unpaired;"
        "INSERT INTO dirty SELECT DISTINCT l.store, unnest([l.order_date, "
        "  coalesce(v.order_date, l.local_date)]) FROM order_line l JOIN verdict v ON v.id = l.rowid "
        "  WHERE l.order_date IS DISTINCT FROM coalesce(v.order_date, l.local_date);"
        "UPDATE order_line SET origin_key = v.order_key, "
        "  order_date = coalesce(v.order_date, order_line.local_date), matched = v.matched "
        "FROM (SELECT * FROM verdict ORDER BY id) v WHERE order_line.rowid = v.id AND "
        "  (order_line.matched IS DISTINCT FROM v.matched OR "
        "  order_line.origin_key IS DISTINCT FROM v.order_key)");
}

enum status match_returns(struct import_job *j, struct error *why)
{
    if (!j->mapping->match_returns)
        return STATUS_OK;
    enum status st = make_candidates(j, why);
    int64_t paired = 1;
    for (int round = 0; st == STATUS_OK && paired > 0 && round < ROUNDS_MAX; round++)
        st = pair_round(j, &paired, why);
    if (st == STATUS_OK)
        st = write_pairs(j, why);
    if (st == STATUS_OK)
        st = job_exec(j, why, "%s",
                      "UPDATE order_line SET matched = false WHERE class = 'return' AND matched IS NULL "
                      "AND import_id = (SELECT import_id FROM job)");
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM order_line WHERE class = 'return' AND matched AND "
                          "import_id = (SELECT import_id FROM job)",
                       &j->result->returns_matched, why);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM order_line WHERE class = 'return' AND NOT matched "
                          "AND import_id = (SELECT import_id FROM job)",
                       &j->result->returns_unmatched, why);
    return st;
}
