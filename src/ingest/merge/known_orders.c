/* Orders that the shop has already, met again under another name or by a file that knows less of
 * them.
 *
 * Names. A platform gives an order two: Shopify's #1001 and its number of 13 digits. Both stand in
 * `identity` with one key, so that any file finds the order by either. A name is never trusted
 * alone: an order of another day that carries it is refused.
 *
 * Fields. What a file has no column for stays as it is: lines that come in a file of their own do
 * not take the order's customer away. */
#include "ingest/merge/merge_orders_priv.h"

#include <string.h>

static const char *const name_fields[] = { "order_alias", "order_name" };

/* key_of_order (identity.c): the keys of all names in the file. */
enum status merge_look_up_names(struct import_job *j, struct error *why)
{
    struct buf sql;
    buf_init(&sql, (size_t)4 * 1024);
    buf_adds(&sql, "SELECT order_id FROM stage_order");
    for (size_t i = 0; i < ARRAY_LEN(name_fields); i++) {
        if (reading_has(j->reading, name_fields[i]))
            buf_addf(&sql, " UNION SELECT \"%s\" FROM stage_order", name_fields[i]);
    }
    const char *names = buf_ok(&sql) ? arena_cstr(j->arena, buf_str(&sql)) : NULL;
    buf_release(&sql);
    return names != NULL ? identity_look_up(j, "order", names, why)
                         : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

/* Orders that are new by their id but known by another name get that order's key. */
static enum status take_known_names(struct import_job *j, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(name_fields) && st == STATUS_OK; i++) {
        if (!reading_has(j->reading, name_fields[i]))
            continue;
        st = job_exec(j,
                      why,
                      "INSERT INTO key_of_order SELECT s.order_id, min(i.key), true "
                      "FROM stage_order s JOIN key_of_order i ON i.id = s.\"%s\" "
                      "LEFT JOIN orders e ON e.order_key = i.key "
                      "WHERE s.\"%s\" <> s.order_id AND abs(coalesce(e.placed_at, s.placed_at) - "
                      "  s.placed_at) <= 86400000000 "
                      "AND s.order_id NOT IN (SELECT id FROM key_of_order) "
                      "AND s.\"%s\" NOT IN (SELECT order_id FROM stage_order) "
                      "GROUP BY s.order_id HAVING min(i.key) = max(i.key)",
                      name_fields[i],
                      name_fields[i],
                      name_fields[i]);
    }
    return st;
}

/* Other names that one order of the file has, and that nothing has yet. */
static enum status take_new_names(struct import_job *j, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(name_fields) && st == STATUS_OK; i++) {
        if (!reading_has(j->reading, name_fields[i]))
            continue;
        st = job_exec(j,
                      why,
                      "INSERT INTO key_of_order SELECT s.\"%s\", min(i.key), true "
                      "FROM stage_order s JOIN key_of_order i ON i.id = s.order_id "
                      "WHERE s.\"%s\" NOT IN (SELECT id FROM key_of_order) "
                      "GROUP BY s.\"%s\" HAVING min(i.key) = max(i.key)",
                      name_fields[i],
                      name_fields[i],
                      name_fields[i]);
    }
    return st;
}

enum status merge_number_names(struct import_job *j, struct error *why)
{
    enum status st = take_known_names(j, why);
    if (st == STATUS_OK)
        st = identity_number(j, "order", "SELECT order_id AS id, first_row FROM stage_order", why);
    if (st == STATUS_OK)
        st = take_new_names(j, why);
    return st == STATUS_OK && reading_has(j->reading, "customer_id")
               ? identity_know(
                     j, "customer", "SELECT customer_id AS id, first_row FROM stage_order", why)
               : st;
}

enum status merge_write_names(struct import_job *j, struct error *why)
{
    const enum status st = identity_write(j, "order", why);
    return st == STATUS_OK && reading_has(j->reading, "customer_id")
               ? identity_write(j, "customer", why)
               : st;
}

/* An order whose number is the other name of an order of another day is another order: its rows go
 * to quarantine rather than into that one. So do rows that call an order by a second name in the
 * same file. Runs before the transaction of the facts, as it changes the stage; the names in the
 * file have been looked up. */
enum status merge_refuse_clashes(struct import_job *j, struct error *why)
{
    int64_t known = 0;
    const enum status st = job_count(j, "SELECT count(*) FROM key_of_order", &known, why);
    if (st != STATUS_OK || known == 0)
        return st;
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE clash AS SELECT s.order_id FROM stage_order s "
        "JOIN key_of_order i ON i.id = s.order_id JOIN orders e ON e.order_key = i.key "
        "WHERE e.order_id <> s.order_id AND (abs(e.placed_at - s.placed_at) > 86400000000 OR "
        "  e.order_id IN (SELECT order_id FROM stage_order));"
        "INSERT INTO refused_later SELECT row_no, line_no, 'order_id', order_id, "
        "  'another name of an order of another day, or of one in this file', gross FROM stage "
        "  WHERE order_id IN (SELECT order_id FROM clash);"
        "DELETE FROM staging.stage WHERE order_id IN (SELECT order_id FROM clash);"
        "DELETE FROM stage_order WHERE order_id IN (SELECT order_id FROM clash)");
}

/* ---- Fields ---------------------------------------------------------------------------------- */

/* A stored head that no file has brought lines of (bare_head, b); with an amount of its own where
 * its total is more than what goes with the goods: its file said so. */
#define IS_BARE "(b.order_key IS NOT NULL)"
#define HAS_OWN_TOTAL                                              \
    "((" IS_BARE " AND e.total_e4 > e.shipping_e4 + e.tax_e4) OR " \
    "coalesce(k.is_whole, false))"
/* The order's discount and tax, beside what the lines of the file tell of theirs: a row that stood
 * for the whole order says what it came to. Of lines that told their own already it is the rest. */
#define KEPT_DISCOUNT                                                                           \
    "CASE WHEN " IS_BARE " THEN beside_own(e.discount_merchant_e4, o.sum_discount_merchant, "   \
    "o.sale_gross, NULL::BIGINT, o.line_count) WHEN k.is_whole OR k.own_dm = 0 THEN "           \
    "nullif(beside_own(k.dm, o.sum_discount_merchant, o.sale_gross, CASE WHEN k.is_whole THEN " \
    "k.after_discount END, o.line_count), 0) ELSE nullif(k.dm, 0) END::BIGINT"
#define KEPT_PLATFORM                                                         \
    "CASE WHEN " IS_BARE " THEN e.discount_platform_e4 WHEN NOT (k.is_whole " \
    "AND o.sale_gross = k.after_discount) THEN nullif(k.dp, 0) END"
#define KEPT_TAX                                                                                 \
    "CASE WHEN " IS_BARE " THEN greatest(e.tax_e4 - o.sum_line_tax, 0) WHEN k.own_tax = 0 THEN " \
    "nullif(greatest(k.tax - o.sum_line_tax, 0), 0) ELSE nullif(k.tax, 0) END::BIGINT"

/* A field of stage_order and what stands in the stored order `e` for it. Figures that follow from
 * lines are kept only while the order has no lines: they came with its head. */
static const struct {
    const char *field; /* of the file */
    const char *column;
    const char *kept;
} kept_fields[] = {
    { "order_name", "order_name", "e.order_name" },
    { "status", "status", "e.status" },
    { "channel", "channel", "e.channel" },
    { "medium", "medium", "e.medium" },
    { "campaign", "campaign", "e.campaign" },
    { "landing_page", "landing_page", "e.landing_page" },
    { "device", "device", "e.device" },
    { "browser", "browser", "e.browser" },
    { "os", "os", "e.os" },
    { "country", "country", "e.country" },
    { "region", "region", "e.region" },
    { "city", "city", "e.city" },
    { "coupon", "coupon", "e.coupon" },
    { "payment_method", "payment_method", "e.payment_method" },
    { "language", "language", "e.language" },
    { "paid_at", "paid_at", "e.paid_at" },
    { "paid_at", "paid_at_date", "e.paid_date" },
    { "shipped_at", "shipped_at", "e.shipped_at" },
    { "promised_at", "promised_at", "e.promised_at" },
    { "delivered_at", "delivered_at", "e.delivered_at" },
    { "updated_at", "updated_at", "e.updated_at" },
    { "remark", "remark", "e.remark" },
    { "cancel_reason", "cancel_reason", "e.cancel_reason" },
    { "props", "props", "e.props" },
    { "is_staged", "is_staged", "e.is_staged" },
    { "receivable", "receivable", "e.receivable_e4" },
    { "deposit", "deposit", "e.deposit_e4" },
    { "is_test", "is_test", "e.is_test" },
    { "session_id", "session_id", "e.session_key" },
    { "shipping", "shipping", "e.shipping_e4" },
    { "refunded", "refunded", "e.refunded_e4" },
    { "order_discount", "order_discount", KEPT_DISCOUNT },
    { "order_discount_platform", "order_discount_platform", KEPT_PLATFORM },
    { "order_tax", "order_tax", KEPT_TAX },
    { "order_total", "order_total", "CASE WHEN " HAS_OWN_TOTAL " THEN e.total_e4 END" },
    { "paid", "paid", "CASE WHEN e.paid_e4 <> e.total_e4 OR " HAS_OWN_TOTAL " THEN e.paid_e4 END" },
};

/* Lines that are not sold (cancelled, unpaid) are lines, too; returns that refunds made are not. */
enum status merge_find_bare_heads(struct import_job *j, struct error *why)
{
    return job_exec(j,
                    why,
                    "%s",
                    "CREATE OR REPLACE TEMP TABLE bare_head AS SELECT order_key FROM orders "
                    "WHERE line_count = 0 AND order_key IN (SELECT key FROM key_of_order);"
                    "DELETE FROM bare_head WHERE order_key IN (SELECT l.order_key FROM order_line "
                    "  l LEFT JOIN refund r ON r.order_key = l.order_key AND r.import_id = "
                    "  l.import_id AND r.row_no = l.row_no WHERE l.row_no IS NOT NULL AND "
                    "  r.row_no IS NULL AND l.order_key IN (SELECT order_key FROM bare_head))");
}

void merge_add_kept_fields(struct buf *sql, const struct import_job *j)
{
    const char *separator = " REPLACE (";
    bool has_state = reading_has(j->reading, "status");
    for (size_t i = 0; i < ARRAY_LEN(kept_fields); i++) {
        if (reading_has(j->reading, kept_fields[i].field))
            continue;
        buf_addf(sql, "%s%s AS \"%s\"", separator, kept_fields[i].kept, kept_fields[i].column);
        separator = ", ";
    }
    if (!has_state && !reading_has(j->reading, "cancelled_at")) {
        buf_addf(sql, "%se.cancelled_at AS cancelled_at", separator);
        buf_adds(sql, ", e.cancelled_date AS cancelled_at_date");
        separator = ", ";
    }
    if (separator[0] == ',')
        buf_addc(sql, ')');
}

/* Tips and duties have no column in orders: their ledger rows are carried over as they are; what of
 * them went back follows from what the order says was paid back, where the file says so. */
enum status merge_keep_tips(struct import_job *j, struct error *why)
{
    static const char *const classes[] = { "tip", "duty" };
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(classes) && st == STATUS_OK; i++) {
        if (reading_has(j->reading, classes[i]))
            continue;
        st = job_exec(j,
                      why,
                      "INSERT INTO new_line SELECT l.* REPLACE (getvariable('import_id') AS "
                      "import_id, o.version AS version) FROM order_line l JOIN ord o ON "
                      "o.order_key = l.order_key WHERE l.class = '%s' AND l.row_no IS NULL AND "
                      "o.is_known AND NOT o.is_stale AND (l.date_known OR (%s AND NOT "
                      "EXISTS (SELECT 1 FROM new_line n WHERE n.order_key = l.order_key AND "
                      "n.class = l.class AND n.row_no IS NULL AND NOT n.date_known)))",
                      classes[i],
                      reading_has(j->reading, "refunded") ? "false" : "true");
    }
    return st;
}
