/* Which refunds of an order stay.
 *
 * A platform's API tells an order's refunds whole each time that it tells any. Rows of an earlier
 * pull that come no more (a difference that was one only for a while) make way for those that come:
 * all rows of such an order are written anew, so that what its total tells undated is too.
 *
 * The API counts more than a file, whose refunds have other ids: of an order that it has told
 * refunds of, a file's are left out or make way.
 *
 * An order that turns out to be none (thrown away, cancelled unpaid) has no returns: the platform
 * need not tell its refunds any more. Of a file so is a pre-sale that was closed without its
 * balance: what it pays back is a deposit. */
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/merge/merge_table_priv.h"

/* Moves the rows in `refund_gone` to refund_old; merge_derived.c lets their returns follow. */
static enum status retire(struct import_job *j, struct error *why)
{
    return job_exec(j,
                    why,
                    "%s",
                    "INSERT INTO refund_old SELECT r.*, getvariable('import_id') FROM refund r "
                    "  WHERE rowid IN (SELECT id FROM refund_gone);"
                    "DELETE FROM refund WHERE rowid IN (SELECT id FROM refund_gone)");
}

/* Rows of earlier pulls that do not come again, with the others of their orders; and what files
 * have told of the orders that the API now tells of. Repaired rows are some of an order's, whose
 * others are in already. */
static enum status rank_above(struct import_job *j, struct error *why)
{
    int64_t of_files = 0;
    enum status st = job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE refund_gone AS "
        "WITH known AS (SELECT rowid AS id, order_key, refund_id, NOT " SOURCE_IS_API(
            "source") " AS is_of_file FROM refund WHERE store = getvariable('store') AND order_key "
                      "  IN (SELECT order_key FROM incoming)) "
                      "SELECT id, is_of_file FROM known WHERE is_of_file OR (%s AND order_key IN "
                      "  (SELECT order_key FROM known WHERE NOT is_of_file AND refund_id NOT IN "
                      "  (SELECT refund_id FROM incoming WHERE refund_id IS NOT NULL)))",
        j->options->repairs > 0 ? "false" : "true");
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM refund_gone WHERE is_of_file", &of_files, why);
    if (st == STATUS_OK && of_files > 0)
        buf_addf(j->notes,
                 tr(why->lang,
                    "%lld refunds that a file had told make way for those of the platform's API, "
                    "which counts more\n"),
                 (long long)of_files);
    return st == STATUS_OK ? retire(j, why) : st;
}

/* Rows of a file, of orders whose refunds the API has told. */
static enum status rank_below(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    enum status st =
        job_exec(j,
                 why,
                 "CREATE OR REPLACE TEMP TABLE outranked AS SELECT row_no FROM incoming WHERE "
                 "  order_key IN (SELECT order_key FROM refund WHERE store = getvariable('store') "
                 "  AND order_key IS NOT NULL AND " SOURCE_IS_API("source") ")");
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM outranked", &n, why);
    if (st != STATUS_OK || n == 0)
        return st;
    buf_addf(j->notes,
             tr(why->lang,
                "%lld refunds are of orders whose refunds came from the platform's API, which "
                "counts more than a file; they are left out\n"),
             (long long)n);
    return job_exec(
        j,
        why,
        "%s",
        "INSERT INTO left_for SELECT DISTINCT i.row_no, r.import_id FROM outranked o "
        "JOIN incoming i ON i.row_no = o.row_no JOIN refund r ON r.order_key = "
        "i.order_key WHERE " SOURCE_IS_API("r.source") ";"
                                                       "INSERT INTO left_out SELECT 'stale', NULL, "
                                                       "NULL, NULL, row_no FROM outranked");
}

enum status merge_rank_refunds(struct import_job *j, struct error *why)
{
    return mapping_is_api(j->mapping) ? rank_above(j, why) : rank_below(j, why);
}

/* Refunds that came before their orders, in the store's currency because neither they nor their
 * file named one: the header tells, by the word or by the code. With the ledgers of their imports.
 */
enum status merge_refund_currencies(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    enum status st = job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE refund_in AS SELECT r.rowid AS id, r.import_id, r.row_no, "
        "  r.amount_e4, r.currency AS was, o.currency FROM refund r JOIN ord o ON o.order_key = "
        "  r.order_key JOIN import i ON i.import_id = r.import_id CROSS JOIN job WHERE "
        "  o.is_written AND r.order_date IS NULL AND r.currency <> o.currency AND r.currency = "
        "  job.store_currency AND i.preset = 'generic' AND i.header IS NOT NULL AND NOT "
        "  regexp_matches(lower(i.header), 'currency|币种|货币|币别') AND NOT "
        "  contains(upper(i.header), r.currency)");
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM refund_in", &n, why);
    if (st != STATUS_OK || n == 0)
        return st;
    return job_exec(
        j,
        why,
        "%s",
        "INSERT INTO import_ledger SELECT import_id, 'refund', was, -count(*), NULL, "
        "  -sum(amount_e4) FROM refund_in GROUP BY ALL UNION ALL SELECT import_id, 'refund', "
        "  currency, count(*), NULL, sum(amount_e4) FROM refund_in GROUP BY ALL;"
        "INSERT INTO dirty SELECT DISTINCT l.store, unnest([l.local_date, l.order_date]) FROM "
        "  order_line l JOIN refund_in n ON n.import_id = l.import_id AND n.row_no = l.row_no;"
        "UPDATE refund SET currency = n.currency FROM refund_in n WHERE n.id = refund.rowid;"
        "UPDATE order_line SET currency = n.currency FROM refund_in n WHERE n.import_id = "
        "  order_line.import_id AND n.row_no = order_line.row_no AND order_line.origin_key IS NOT "
        "  NULL");
}

enum status merge_void_refunds(struct import_job *j, struct error *why)
{
    const bool is_api = mapping_is_api(j->mapping);
    if (!is_api && !reading_has(j->reading, "is_staged"))
        return STATUS_OK;
    const enum status st = job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE refund_gone AS SELECT r.rowid AS id, r.import_id, r.row_no "
        "  FROM refund r JOIN ord ON ord.order_key = r.order_key JOIN orders o ON o.order_key = "
        "  r.order_key WHERE NOT ord.is_stale AND %s "
        "AND " REFUND_SUCCEEDED(
            "r.") ";"
                  "CREATE OR REPLACE TEMP TABLE gone AS SELECT l.rowid AS id FROM order_line l "
                  "JOIN "
                  "  refund_gone g ON g.import_id = l.import_id AND g.row_no = l.row_no;"
                  "INSERT INTO order_line_old SELECT l.*, getvariable('import_id') FROM order_line "
                  "l "
                  "  WHERE rowid IN (SELECT id FROM gone);"
                  "DELETE FROM order_line WHERE rowid IN (SELECT id FROM gone)",
        is_api ? "o.status = 'cancelled' AND o.paid_at IS NULL" : NEVER_PAID_IN_FULL);
    return st == STATUS_OK ? retire(j, why) : st;
}
