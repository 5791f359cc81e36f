/* Orders and their lines, from the stage into the facts.
 *
 *   stage (rows of the file) -> stage_order (one row an order) -> new_line (ledger rows)
 *
 * An order that the shop does not have yet goes straight in. One that it has is compared:
 *   - the same lines: duplicates, nothing changes;
 *   - an older version than the stored one: stale, nothing changes;
 *   - else its lines are replaced as a whole, the old ones kept in order_line_old.
 * An order at the file's edge may be cut (unless the source says that files hold whole orders):
 * cut_orders.c lays its lines over the stored ones, and what goes on is added. */
#include "ingest/merge/article_costs_priv.h"
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/merge/merge_table_priv.h"

/* An export never replaces what the platform's API has brought: it knows less of the order, such as
 * when its refunds were. */
static enum status tell_outranked(struct import_job *j, struct error *why)
{
    if (mapping_is_api(j->mapping))
        return STATUS_OK;
    return job_tell(j,
                    "SELECT count(*) FROM ord WHERE is_of_api",
                    "%lld orders came from the platform's API, which counts more than an export; "
                    "they stay as they are\n",
                    why);
}

/* stage_order has many columns: they are joined once, with all that goes by an order's key. */
#define ORD_FROM                                              \
    "FROM stage_order o JOIN (key_of_order i CROSS JOIN job " \
    "  LEFT JOIN orders e ON e.order_key = i.key "            \
    "  LEFT JOIN order_kept k ON k.order_key = i.key "        \
    "  LEFT JOIN bare_head b ON b.order_key = i.key) ON i.id = o.order_id"
#define OF_API "(e.source LIKE '%-api')"

/* `ord`: stage_order with dense keys, what the shop has already, version and currency. In the order
 * of the file, which is mostly that of time, since facts made of it lie in the same order: a range
 * of days then is a few row groups, not all. Made before the transaction of the facts: what a
 * transaction has made itself it reads on one thread. */
static enum status make_ord(struct import_job *j, struct error *why)
{
    const bool has_customers = reading_has(j->reading, "customer_id");
    struct buf sql;
    enum status st = merge_number_names(j, why);
    if (st == STATUS_OK)
        st = merge_find_bare_heads(j, why);
    if (st == STATUS_OK)
        st = merge_find_kept(j, why);
    if (st != STATUS_OK)
        return st;
    buf_init(&sql, (size_t)64 * 1024);
    buf_adds(&sql, "CREATE OR REPLACE TEMP TABLE ord AS SELECT o.* EXCLUDE (currency)");
    merge_add_kept_fields(&sql, j);
    merge_add_bears(&sql, j);
    merge_add_postage_tax(&sql, j);
    buf_addf(&sql,
             ", i.key AS order_key, %s AS customer_key, "
             "  coalesce(o.currency, %s job.currency) AS currency, "
             "  coalesce(o.updated_at, job.version) AS version, e.order_id AS known_id, "
             "  e.order_key IS NOT NULL AS is_known, e.version AS known_version, e.lines_as, "
             "  coalesce(%s, false) AS is_stale, e.order_key IS NULL AS is_written, "
             "  false AS is_updated, false AS is_edge, false AS is_part, false AS is_resummed, "
             "false AS is_added, false AS is_head, "
             "  coalesce(%s, false) AS is_of_api, %s" ORD_FROM
             "%s ORDER BY i.key; DROP TABLE stage_order",
             has_customers ? "c.key" : "e.customer_key",
             j->options->currency == NULL ? "e.currency," : "",
             mapping_is_api(j->mapping)
                 ? OF_API " AND coalesce(o.updated_at, job.version) < e.version"
                 : OF_API " OR coalesce(o.updated_at, job.version) < e.version",
             OF_API,
             ORD_PAID_BACK,
             has_customers ? " LEFT JOIN key_of_customer c ON c.id = o.customer_id" : "");
    st = job_run(j, &sql, why);
    if (st == STATUS_OK)
        st = merge_pay_by_state(j, why);
    if (st == STATUS_OK)
        st = merge_state_of_orders(j, why);
    if (st == STATUS_OK)
        st = merge_keep_cut_states(j, why);
    if (st == STATUS_OK)
        st = merge_tell_refunds_elsewhere(j, why);
    if (st == STATUS_OK) /* their postage is no row of the ledger yet */
        st = job_exec(j,
                      why,
                      "%s",
                      "UPDATE ord SET shipping_tax = 0 WHERE lines_as IS NOT NULL AND shipping_tax "
                      "<> 0");
    return st == STATUS_OK ? tell_outranked(j, why) : st;
}

static const char *text_or_null(const struct import_job *j, const char *field, const char *column)
{
    return reading_has(j->reading, field) ? column : "NULL";
}

/* SELECT of ledger rows for the rows of the file, in the order of order_line's columns. */
static enum status add_line_select(struct buf *sql,
                                   const struct import_job *j,
                                   bool has_shares,
                                   const char *costs,
                                   struct error *why)
{
    const bool inclusive = job_is_tax_inclusive(j);
    const str tax = merge_borne(j, has_shares, "line_tax", "tax");
    const str merchant = merge_borne(j, has_shares, "discount_merchant", "discount_merchant");
    const str platform = merge_borne(j, has_shares, "discount_platform", "discount_platform");
    const str creator = merge_borne(j, false, "discount_creator", "");
    if (tax.len == 0 || merchant.len == 0 || platform.len == 0 || creator.len == 0)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const char *sku = text_or_null(j, "sku", "s.sku");
    buf_addf(sql,
             "SELECT job.store, o.order_key, %s, NULL::UINTEGER, s.class, o.customer_key, %s, %s, "
             "s.placed_at, s.placed_at_date, s.placed_at_minute, " STAGED_ORDER_DATE
             ", true, o.currency, ",
             text_or_null(j, "sub_order_id", "s.sub_order_id"),
             sku,
             text_or_null(j, "title", "CASE WHEN s.class <> 'sale' THEN s.title END"));
    buf_addf(sql,
             "%s, %s, (s.gross - %s)::BIGINT, (%s)::BIGINT, (%s)::BIGINT, (%s)::BIGINT, "
             "(%s)::BIGINT, (s.gross - %s - %s - %s)::BIGINT, ",
             merge_units(j),
             text_or_null(j, "unit_price", "s.unit_price"),
             inclusive ? tax.ptr : "0",
             merchant.ptr,
             platform.ptr,
             creator.ptr,
             tax.ptr,
             inclusive ? tax.ptr : "0",
             merchant.ptr,
             creator.ptr);
    buf_addf(
        sql,
        "%s, NULL::VARCHAR, NULL::BOOLEAN, %s, %s, job.source, job.import_id, s.row_no, o.version "
        "FROM stage s JOIN ord o ON o.order_id = s.order_id CROSS JOIN job ",
        costs != NULL
            ? "CASE WHEN s.class IN ('sale', 'return', 'giveaway') THEN s.quantity * p.cost_e4 END"
            : "NULL::BIGINT",
        j->has_own_class ? "s.own_class" : "NULL::VARCHAR",
        has_shares ? "coalesce(sh.shared_merchant, 0), coalesce(sh.shared_platform, 0), "
                     "coalesce(sh.shared_tax, 0)"
                   : "0, 0, 0");
    if (costs != NULL)
        buf_adds(sql, costs);
    if (has_shares)
        buf_adds(sql, "LEFT JOIN line_share sh ON sh.row_no = s.row_no ");
    buf_adds(sql, "WHERE s.class IS NOT NULL AND NOT o.is_stale");
    return STATUS_OK;
}

static bool has_order_level_rows(const struct import_job *j)
{
    return reading_has(j->reading, "shipping") || reading_has(j->reading, "tip") ||
           reading_has(j->reading, "duty") || reading_has(j->reading, "refunded");
}

/* Lines go straight into the facts when nothing is known yet and no order-level row has to be made;
 * otherwise through new_line, where lines are compared first. */
static bool is_straight(const struct import_job *j)
{
    return j->known_orders == 0 && !has_order_level_rows(j);
}

static enum status make_lines(struct import_job *j, struct error *why)
{
    const bool straight = is_straight(j);
    struct buf sql;
    bool has_shares = false;
    const char *costs = NULL;
    enum status st = merge_make_costs(j, &costs, why);
    if (st == STATUS_OK)
        st = merge_shares(j, &has_shares, why);
    if (st != STATUS_OK)
        return st;
    buf_init(&sql, (size_t)64 * 1024);
    if (straight) {
        buf_adds(&sql, "INSERT INTO order_line ");
    } else {
        st = job_exec(j,
                      why,
                      "%s",
                      "CREATE OR REPLACE TEMP TABLE new_line AS SELECT * FROM order_line LIMIT 0");
        buf_adds(&sql, "INSERT INTO new_line ");
    }
    if (st == STATUS_OK)
        st = add_line_select(&sql, j, has_shares, costs, why);
    if (st == STATUS_OK)
        st = job_run(j, &sql, why);
    else
        buf_release(&sql);
    if (st == STATUS_OK && !straight)
        st = merge_order_level_rows(j, j->known_orders > 0, why);
    if (st == STATUS_OK && j->known_orders > 0)
        st = merge_keep_tips(j, why);
    return st;
}

/* Where prices hold tax, what of it stands on the sale lines: an order's tax is shared among those.
 */
#define TAX_OF_LINES                                                                \
    "(o.sum_line_tax + CASE WHEN o.sale_gross > 0 THEN coalesce(o.order_tax, 0) - " \
    "o.shipping_tax ELSE 0 END)"

/* Headers of orders that are new or changed. */
static enum status insert_orders(struct import_job *j, struct error *why)
{
    const bool inclusive = job_is_tax_inclusive(j);
    const char *paid_at =
        j->mapping->paid_when_placed
            ? "coalesce(o.paid_at, CASE WHEN o.line_count > 0 THEN o.placed_at END)"
            : "o.paid_at";
    const char *paid_date =
        j->mapping->paid_when_placed
            ? "coalesce(o.paid_at_date, CASE WHEN o.line_count > 0 THEN o.local_date END)"
            : "o.paid_at_date";
    return job_exec(
        j,
        why,
        "INSERT INTO orders BY NAME SELECT * EXCLUDE (paid_given), "
        "  CASE WHEN paid_at IS NOT NULL THEN coalesce(paid_given, total_e4) END AS paid_e4 FROM ("
        "SELECT job.store, o.order_key, coalesce(o.known_id, o.order_id) AS order_id, "
        "  coalesce(o.order_name, o.order_id) AS order_name, "
        "  o.customer_key, coalesce(o.status, CASE WHEN o.cancelled_at IS NOT NULL THEN "
        "'cancelled' "
        "    WHEN %s IS NOT NULL THEN 'paid' ELSE 'placed' END) AS status, o.placed_at, "
        "  o.local_date, o.local_minute, %s AS paid_at, %s AS paid_date, o.shipped_at, "
        "  o.promised_at, o.delivered_at, "
        "  coalesce(o.cancelled_at, CASE WHEN o.status = 'cancelled' THEN o.placed_at END) "
        "    AS cancelled_at, "
        "  coalesce(o.cancelled_at_date, CASE WHEN o.status = 'cancelled' THEN o.local_date END) "
        "    AS cancelled_date, "
        "  o.updated_at, o.currency, o.line_count, o.units, o.sale_gross - %s AS gross_e4, "
        "  o.sum_discount_merchant + coalesce(o.order_discount, 0) AS discount_merchant_e4, "
        "  o.sum_discount_platform + coalesce(o.order_discount_platform, 0) AS "
        "discount_platform_e4, "
        "  o.sum_discount_creator AS discount_creator_e4, coalesce(o.shipping, 0) AS shipping_e4, "
        "  o.sum_line_tax + coalesce(o.order_tax, 0) AS tax_e4, "
        "  coalesce(o.order_total, o.all_gross - o.sum_discount_merchant - o.sum_discount_platform "
        "    - o.sum_discount_creator - o.returned_discount - coalesce(o.order_discount, 0) "
        "    - coalesce(o.order_discount_platform, 0) + coalesce(o.shipping, 0) "
        "    + coalesce(o.tip, 0) + coalesce(o.duty, 0) + %s) AS total_e4, "
        "  o.paid AS paid_given, coalesce(o.refunded, 0) AS refunded_e4, "
        "  o.receivable AS receivable_e4, o.deposit AS deposit_e4, coalesce(o.is_staged, false) "
        "  AS is_staged, o.remark, o.cancel_reason, o.props, o.channel, o.medium, "
        "  o.campaign, o.landing_page, o.device, o.browser, o.os, o.country, o.region, o.city, "
        "  o.coupon, o.payment_method, o.language, coalesce(o.is_test, false) AS is_test, "
        "  o.line_count > 0 AS has_sale, o.has_placed, o.session_id AS session_key, "
        "  CASE WHEN o.session_id IS NOT NULL THEN 'source' END AS session_method, "
        "job.items_source, o.lines_as, "
        "  job.source, "
        "  job.import_id, o.first_row AS row_no, o.version "
        "FROM ord o CROSS JOIN job WHERE o.is_written)",
        paid_at,
        paid_at,
        paid_date,
        inclusive ? TAX_OF_LINES : "0",
        inclusive ? "0" : "o.sum_line_tax + o.returned_tax + coalesce(o.order_tax, 0)");
}

/* Every date that a changed row had or has, so that rollups of those days are made anew. */
enum status merge_mark_dirty(struct import_job *j, struct error *why)
{
    return job_exec(j,
                    why,
                    "%s",
                    "INSERT INTO dirty SELECT DISTINCT getvariable('store'), day FROM ("
                    "  SELECT DISTINCT local_date AS day FROM order_line "
                    "    WHERE import_id = getvariable('import_id') UNION ALL "
                    "  SELECT DISTINCT order_date FROM order_line "
                    "    WHERE import_id = getvariable('import_id') UNION ALL "
                    "  SELECT unnest([local_date, order_date]) FROM order_line_old "
                    "    WHERE superseded_by = getvariable('import_id') UNION ALL "
                    "  SELECT unnest([local_date, paid_date, cancelled_date]) FROM orders "
                    "    WHERE import_id = getvariable('import_id') UNION ALL "
                    "  SELECT unnest([local_date, paid_date, cancelled_date]) FROM orders_old "
                    "    WHERE superseded_by = getvariable('import_id')) WHERE day IS NOT NULL");
}

static enum status count_orders(struct import_job *j, struct error *why)
{
    struct import_result *r = j->result;
    enum status st =
        job_count(j, "SELECT count(*) FROM ord WHERE NOT is_known", &r->orders_new, why);
    if (st == STATUS_OK)
        st = job_count(j,
                       "SELECT count(*) FROM ord WHERE is_known AND (is_written OR is_updated)",
                       &r->orders_changed,
                       why);
    if (st == STATUS_OK && r->orders_changed > 0 && reading_has(j->reading, "updated_at"))
        st = job_count(j,
                       "SELECT count(*) FROM ord WHERE is_known AND is_written AND version = "
                       "known_version",
                       &r->orders_corrected,
                       why);
    if (st == STATUS_OK)
        st = job_count(
            j,
            "SELECT count(*) FROM ord WHERE is_known AND NOT is_written AND NOT is_updated",
            &r->orders_same,
            why);
    return st;
}

#define OWN_LINES " FROM order_line WHERE import_id = getvariable('import_id')"

/* Sums of a month stay within 64 bits, so that every figure is exact and none overflows. Looked at
 * are the months that the import wrote to; what a double rounds is far below the margin. */
static enum status check_sums(struct import_job *j, struct error *why)
{
    int64_t first = 0;
    int64_t last = 0;
    int64_t months = 0;
    enum status st = job_count(
        j, "SELECT coalesce(min(local_date) - DATE '1970-01-01', 0)" OWN_LINES, &first, why);
    if (st == STATUS_OK)
        st = job_count(
            j, "SELECT coalesce(max(local_date) - DATE '1970-01-01', 0)" OWN_LINES, &last, why);
    const str sql = arena_printf(
        j->arena,
        "SELECT count(*) FROM (SELECT sum(abs(gross_e4::DOUBLE) + abs(tax_e4::DOUBLE) +"
        " abs(discount_merchant_e4::DOUBLE) + abs(discount_platform_e4::DOUBLE)) AS money,"
        " sum(abs(quantity::DOUBLE)) AS units FROM order_line WHERE store = getvariable('store')"
        " AND local_date BETWEEN date_trunc('month', DATE '1970-01-01' + %lld)"
        " AND last_day(DATE '1970-01-01' + %lld)"
        " GROUP BY currency, year(local_date), month(local_date))"
        " WHERE greatest(money, units) > %lld",
        (long long)first,
        (long long)last,
        (long long)MONEY_MONTH_MAX_E4);
    if (st == STATUS_OK && sql.ptr == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = job_count(j, sql.ptr, &months, why);
    return st == STATUS_OK && months > 0
               ? error_set(why,
                           STATUS_BAD_INPUT,
                           "the amounts of one month add up to more than 920,000,000,000,000 "
                           "units; are amounts or quantities of this file in the wrong column?")
               : st;
}

static enum status count_known(struct import_job *j, struct error *why)
{
    return job_count(j, "SELECT count(*) FROM ord WHERE is_known", &j->known_orders, why);
}

static enum status insert_lines(struct import_job *j, struct error *why)
{
    return job_exec(j,
                    why,
                    "%s",
                    "INSERT INTO order_line SELECT l.* FROM new_line l JOIN ord o "
                    "ON o.order_key = l.order_key WHERE o.is_written ORDER BY l.order_key");
}

enum when {
    ALWAYS,
    IF_KNOWN,    /* the shop has some of the orders */
    IF_STRAIGHT, /* is_straight() */
    IF_COMPARED
};

struct step {
    enum when when;
    enum status (*run)(struct import_job *j, struct error *why);
};

static bool applies(const struct import_job *j, enum when when)
{
    switch (when) {
    case IF_KNOWN:
        return j->known_orders > 0;
    case IF_STRAIGHT:
        return is_straight(j);
    case IF_COMPARED:
        return !is_straight(j);
    default:
        return true;
    }
}

static enum status run_steps(struct import_job *j,
                             const struct step *steps,
                             size_t n,
                             struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < n && st == STATUS_OK; i++) {
        if (applies(j, steps[i].when))
            st = steps[i].run(j, why);
    }
    return st;
}

enum status prepare_order_lines(struct import_job *j, struct error *why)
{
    static const struct step steps[] = {
        /* what the rows mean */
        { ALWAYS, merge_number_rows },
        { ALWAYS, merge_fill_down },
        { ALWAYS, merge_spread_state },
        { ALWAYS, merge_ask_cut_orders },
        { ALWAYS, merge_ask_orders },
        { ALWAYS, stage_view },
        { ALWAYS, merge_ask_figures },
        /* stage_order */
        { ALWAYS, merge_stage_orders },
        { ALWAYS, merge_ask_twice },
        { ALWAYS, merge_check_subtotals },
        { ALWAYS, merge_discount_of_totals },
        { ALWAYS, merge_take_out },
        { ALWAYS, merge_check_totals },
        { ALWAYS, merge_look_up_names },
        { ALWAYS, merge_refuse_clashes },
        { ALWAYS, merge_tell_differing },
        { ALWAYS, merge_tell_states },
        { ALWAYS, merge_refuse_currencies },
        { ALWAYS, merge_refuse_repeated },
        /* ord */
        { ALWAYS, make_ord },
        { ALWAYS, count_known },
        { IF_COMPARED, make_lines },
    };
    return run_steps(j, steps, ARRAY_LEN(steps), why);
}

enum status merge_order_lines(struct import_job *j, struct error *why)
{
    static const struct step steps[] = {
        { ALWAYS, merge_write_names },
        { ALWAYS, merge_list_refused },
        { ALWAYS, merge_find_places },
        /* lines and heads */
        { IF_STRAIGHT, make_lines },
        { IF_KNOWN, replace_known_orders },
        { IF_COMPARED, insert_lines },
        { ALWAYS, insert_orders },
        { IF_KNOWN, merge_settle_edges },
        { ALWAYS, merge_note_edges },
        { ALWAYS, merge_share_apart },
        { ALWAYS, merge_void_returns },
        { ALWAYS, exclude_reasons },
        { ALWAYS, merge_compose_orders },
        /* what follows for refunds, customers, articles */
        { ALWAYS, merge_refund_currencies },
        { ALWAYS, merge_date_refunds },
        { IF_KNOWN, merge_date_returns },
        { ALWAYS, merge_void_refunds },
        { ALWAYS, merge_order_customers },
        { ALWAYS, merge_order_products },
        { ALWAYS, check_sums },
        { ALWAYS, match_returns },
        { ALWAYS, merge_cost_returns },
        { ALWAYS, merge_tell_foreign_costs },
        { ALWAYS, merge_mark_dirty },
        { ALWAYS, count_orders },
    };
    return run_steps(j, steps, ARRAY_LEN(steps), why);
}
