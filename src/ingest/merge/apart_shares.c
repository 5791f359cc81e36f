/* Whose an order's discount and tax are when its returns come in another file than its sale.
 *
 * They stand on each row of the order, so a file that has returns only takes them back with these
 * (order_amounts.c). Of the whole order the sale bears them, and its returns only what they say of
 * themselves:
 *
 *   stored  sale 20 - 2.00       2.00 is the order's, and the sale bears it
 *   file    return -10 + 2.00
 *   then    return -10
 *
 * It is the same when the sale comes last. Returns of an order whose sale is not there share the
 * amount, which each of their files repeats. Files that say different amounts of an order are taken
 * at their word. */
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/merge/order_state_priv.h"
#include "shares/shares.h"

/* Lines of before schema 23 do not tell their share: a sale bears the amount if it has any, what a
 * return has stays. */
#define SUM_OF_SHARES(t)                                                                          \
    "sum(coalesce(" t "shared_merchant_e4, 0)) AS dm, sum(coalesce(" t "shared_platform_e4, 0)) " \
    "AS dp, sum(coalesce(" t "shared_tax_e4, 0)) AS tax"
#define BEARS(column, shared, name) \
    "bool_or(class = 'sale' AND coalesce(" shared ", " column ") <> 0) AS " name ", "
#define BEARS_EACH                                            \
    BEARS("discount_merchant_e4", "shared_merchant_e4", "dm") \
    BEARS("discount_platform_e4", "shared_platform_e4", "dp") \
    BEARS("tax_e4", "shared_tax_e4", "tax")

enum status merge_note_apart_amounts(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE apart_amount AS SELECT n.order_key, n.dm, n.dp, n.tax, s.dm "
        "  AS was_dm, s.dp AS was_dp, s.tax AS was_tax FROM (SELECT order_key, " SUM_OF_SHARES(
            "") "  FROM new_line WHERE row_no IS NOT NULL AND class = 'return' AND order_key IN "
                "(SELECT "
                "  order_key FROM ord WHERE is_added) GROUP BY 1) n JOIN (SELECT "
                "l.order_key, " SUM_OF_SHARES(
                    "l.") " FROM order_line l JOIN apart_stored s ON s.id = l.rowid WHERE "
                          "  s.class = 'return' GROUP BY 1) s ON s.order_key = n.order_key");
}

/* apart_line: lines of orders that now have returns of other files; raw is their amount as their
 * file had it. apart_bears: which of the order's amounts its sales bear. */
static enum status list_lines(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE apart_line AS SELECT l.rowid AS id, l.* REPLACE "
        "(" CLASS_BY_ITSELF(
            "l.") " AS class), l.gross_e4 + "
                  "  l.tax_e4 * %d AS raw, row_number() OVER (PARTITION BY l.order_key ORDER BY "
                  "l.\"at\", "
                  "  l.sku, l.quantity, l.gross_e4, l.rowid) AS seq FROM order_line l WHERE "
                  "l.row_no IS NOT "
                  "  NULL AND l.order_key IN (SELECT order_key FROM ord WHERE is_added AND "
                  "is_updated UNION "
                  "  ALL SELECT order_key FROM apart_stays WHERE order_key IN (SELECT order_key "
                  "FROM ord "
                  "  WHERE is_written)) AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.import_id = "
                  "  l.import_id AND r.row_no = l.row_no AND r.order_key = l.order_key);"
                  "CREATE OR REPLACE TEMP TABLE apart_bears AS SELECT order_key, " BEARS_EACH
                  "  bool_or(class = 'sale') AS has_sale, count(*) = count(shared_merchant_e4) AS "
                  "is_told "
                  "FROM apart_line GROUP BY 1",
        job_is_tax_inclusive(j) ? 1 : 0);
}

/* apart_share: of orders whose sale is not there, what their returns bear. The stored ones and the
 * file say the same amount, or only one of them says any. */
static enum status share_returns(struct import_job *j, struct error *why)
{
#define SAME(name)  "(a." name " = 0 OR a.was_" name " = 0 OR a." name " = a.was_" name ")"
#define WHOLE(name) "(CASE WHEN a." name " = 0 THEN a.was_" name " ELSE a." name " END)::BIGINT"
    static const char *const names[] = { "dm", "dp", "tax" };
    const struct shares_request request = {
        .names = names,
        .count = ARRAY_LEN(names),
        .wholes = STR("SELECT order_key::BIGINT, dm, dp, tax FROM apart_whole ORDER BY 1"),
        .lines =
            STR("SELECT order_key::BIGINT, id, greatest(-raw, 0)::BIGINT FROM apart_line WHERE "
                "order_key IN (SELECT order_key FROM apart_whole) AND class = 'return' ORDER BY "
                "order_key, seq"),
        .into = "INSERT INTO apart_share SELECT * FROM rows()",
    };
    int64_t n = 0;
    enum status st = job_exec(j,
                              why,
                              "%s",
                              "CREATE OR REPLACE TEMP TABLE apart_share (line BIGINT, dm BIGINT, "
                              "dp BIGINT, tax BIGINT);"
                              "CREATE OR REPLACE TEMP TABLE apart_whole AS SELECT "
                              "order_key, " WHOLE("dm") " AS dm, " WHOLE("dp") " AS dp, " WHOLE(
                                  "tax") " AS tax FROM apart_amount a JOIN apart_bears b USING "
                                         "(order_key) WHERE "
                                         "  NOT b.has_sale AND b.is_told AND " SAME(
                                             "dm") " AND " SAME("dp") " AND " SAME("tax"));
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM apart_whole", &n, why);
    return st == STATUS_OK && n > 0 ? shares_make(j->conn, &request, why) : st;
}
#undef SAME
#undef WHOLE

/* What returns bear now. */
static enum status book_returns(struct import_job *j, struct error *why)
{
    const int held = job_is_tax_inclusive(j) ? 1 : 0;
    const enum status st = job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE edge_book AS SELECT id, order_key, dm, dp, tax, raw - tax * "
        "  %d AS gross, raw - tax * %d - dm - discount_creator_e4 AS net, sm, sp, st, "
        "customer_key, "
        "  gross_e4 AS was FROM (SELECT l.*, CASE WHEN b.dm AND b.has_sale THEN 0 ELSE "
        "  coalesce(s.dm, l.shared_merchant_e4) END AS sm, CASE WHEN b.dp AND b.has_sale THEN 0 "
        "  ELSE coalesce(s.dp, l.shared_platform_e4) END AS sp, CASE WHEN b.tax AND b.has_sale "
        "  THEN 0 ELSE coalesce(s.tax, l.shared_tax_e4) END AS st, l.discount_merchant_e4 - "
        "  l.shared_merchant_e4 + sm AS dm, l.discount_platform_e4 - l.shared_platform_e4 + sp AS "
        "  dp, l.tax_e4 - l.shared_tax_e4 + st AS tax FROM apart_line l JOIN apart_bears b ON "
        "  b.order_key = l.order_key LEFT JOIN apart_share s ON s.line = l.id WHERE l.class = "
        "  'return' AND l.shared_merchant_e4 IS NOT NULL) WHERE (sm, sp, st) IS DISTINCT FROM "
        "  (shared_merchant_e4, shared_platform_e4, shared_tax_e4)",
        held,
        held);
    return st == STATUS_OK ? merge_book_shares(j, why) : st;
}

enum status merge_share_apart(struct import_job *j, struct error *why)
{
    if (!j->has_apart)
        return STATUS_OK;
    enum status st = list_lines(j, why);
    if (st == STATUS_OK)
        st = share_returns(j, why);
    return st == STATUS_OK ? book_returns(j, why) : st;
}
