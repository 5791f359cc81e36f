/* Amounts that belong to an order as a whole: rows of their own, or shared among its lines. */
#include "ingest/merge/merge_orders_priv.h"
#include "shares/shares.h"

#include <string.h>

/* Nothing of what was paid back has a date of its own. */
#define PAID_BACK_HERE "ord.refunded > 0 AND ord.undated = -ord.refunded AND NOT ord.has_cancelled"

/* What the order says was refunded, less the refunds that are known with their dates. */
static enum status find_undated(struct import_job *j, struct error *why)
{
    return job_exec(j,
                    why,
                    "%s",
                    "UPDATE ord SET undated = -refunded;"
                    "UPDATE ord SET undated = -greatest(ord.refunded - r.known, 0)::BIGINT FROM "
                    "  (SELECT order_key, sum(amount_e4) AS known FROM refund WHERE order_key IN "
                    "  (SELECT order_key FROM ord) AND " REFUND_SUCCEEDED(
                        "") " GROUP BY 1) r "
                            "  WHERE r.order_key = ord.order_key");
}

/* Rows of the file that were paid back as a whole, where amounts of an order are sums of its rows.
 */
static enum status find_rows_paid_back(struct import_job *j, struct error *why)
{
    if (!reading_has(j->reading, "paid") || !reading_has(j->reading, "refunded"))
        return STATUS_OK;
    return job_exec(j,
                    why,
                    "UPDATE ord SET back_platform = b.platform, back_shipping = -b.shipping FROM "
                    "  (SELECT order_id, sum(%s)::BIGINT AS platform, sum(%s)::BIGINT AS shipping "
                    "  FROM stage WHERE paid > 0 AND refunded >= paid GROUP BY 1) b "
                    "  WHERE b.order_id = ord.order_id AND " PAID_BACK_HERE,
                    reading_has(j->reading, "discount_platform") ? "coalesce(discount_platform, 0)"
                                                                 : "0",
                    reading_has(j->reading, "shipping") ? "coalesce(shipping, 0)" : "0");
}

#define IS_PAID_BACK                                                                     \
    "WHERE coalesce(paid, order_total) > 0 AND refunded >= coalesce(paid, order_total) " \
    "AND " PAID_BACK_HERE
#define OF_CLASS(name, column) \
    ", coalesce(sum(net_e4) FILTER (class = '" name "'), 0)::BIGINT AS " column
/* Lines of the file that are no goods. */
#define LINES_BESIDE                                                                   \
    "(SELECT order_key, sum(tax_e4)::BIGINT AS tax" OF_CLASS("shipping", "shipping")   \
        OF_CLASS("tip", "tip") OF_CLASS("duty", "duty") OF_CLASS("gift_card", "gift")  \
            OF_CLASS("fee", "fee") " FROM new_line WHERE class IN " LINES_BESIDE_GOODS \
                                   " AND row_no IS NOT NULL GROUP BY 1) l "

/* Whether any part of an order tells what goes back of the whole one: all that is not goods stands
 * with the order, none with its lines. */
static bool tells_by_order(const struct import_job *j)
{
    return !j->mapping->sum_amounts && !reading_has(j->reading, "line_tax") &&
           !reading_has(j->reading, "discount_platform");
}

/* What would go back for goods is what they came to, but for a rounding of each line: then the
 * lines are all there, and so are their taxes and discounts. */
#define GOES_BACK_WHOLE                                                            \
    "abs(returned + sale_gross - sum_discount_merchant - sum_discount_creator - "  \
    "coalesce(order_discount, 0) - %d * (sum_line_tax + coalesce(order_tax, 0) - " \
    "shipping_tax)) <= 50 * line_count"

/* Of orders that may be cut. */
static enum status doubt_parts(struct import_job *j, struct error *why)
{
    return job_exec(j,
                    why,
                    "UPDATE ord SET returned = 1 WHERE returned <> undated AND NOT "
                    "(" GOES_BACK_WHOLE ")",
                    (int)job_is_tax_inclusive(j));
}

/* Postage, tips and gift cards are amounts of the order, or lines of their own; of an order that
 * may be cut those are not all there. */
static enum status find_orders_paid_back(struct import_job *j, struct error *why)
{
    const char *orders = j->mapping->orders_complete
                             ? ""
                             : " AND ord.order_key NOT IN (SELECT order_key FROM new_line WHERE "
                               "class IN " LINES_BESIDE_GOODS " AND row_no IS NOT NULL)";
    return job_exec(j,
                    why,
                    "UPDATE ord SET back_platform = sum_discount_platform + "
                    "  coalesce(order_discount_platform, 0), back_shipping = shipping_tax - "
                    "  coalesce(shipping, 0), "
                    "  back_tip = -coalesce(tip, 0), back_duty = -coalesce(duty, 0), "
                    "  back_tax = -(sum_line_tax + coalesce(order_tax, 0)) " IS_PAID_BACK "%s;"
                    "UPDATE ord SET back_shipping = back_shipping - l.shipping, "
                    "  back_tip = back_tip - l.tip, back_duty = back_duty - l.duty, "
                    "  back_gift = -l.gift, back_fee = -l.fee, back_tax = back_tax - l.tax "
                    "  FROM " LINES_BESIDE IS_PAID_BACK " AND l.order_key = ord.order_key%s",
                    orders,
                    orders);
}

/* An order that the buyer got all the money back of undoes itself: the platform takes its part of
 * the price back, and postage, tip, duty, gift cards and tax are what goes back of theirs. So
 * nothing of it stays in any figure. `returned` is what goes back for goods; of an order paid back
 * in part all of it, for nobody says of what. A file of cut orders tells a whole one where the
 * order says all of it, or the lines come to what went back. */
static enum status find_paid_back(struct import_job *j, struct error *why)
{
    const bool is_whole = j->mapping->orders_complete;
    enum status st = STATUS_OK;
    if (is_whole && j->mapping->sum_amounts)
        st = find_rows_paid_back(j, why);
    else if (!j->mapping->sum_amounts)
        st = find_orders_paid_back(j, why);
    if (st == STATUS_OK)
        st = job_exec(j,
                      why,
                      "%s",
                      "UPDATE ord SET returned = undated - back_platform - back_shipping - "
                      "  back_tip - back_duty - back_gift - back_fee - back_tax");
    if (st == STATUS_OK && !is_whole && !tells_by_order(j))
        st = doubt_parts(j, why);
    return st == STATUS_OK
               ? job_exec(j,
                          why,
                          "%s",
                          "UPDATE ord SET returned = undated, back_shipping = 0, back_tip = 0, "
                          "  back_duty = 0, back_gift = 0, back_fee = 0, back_tax = 0 WHERE "
                          "  returned > 0")
               : st;
}

enum status merge_order_level_rows(struct import_job *j, bool has_known, struct error *why)
{
    static const struct {
        const char *field;
        const char *line_class;
        const char *amount;
        const char *held; /* of the amount: tax */
        const char *tax;
        const char *date_known;
    } rows[] = {
        { "shipping", "shipping", "shipping", "o.shipping_tax", "o.shipping_tax", "true" },
        { "tip", "tip", "tip", "0", "0", "true" },
        { "duty", "duty", "duty", "0", "0", "true" },
        { "refunded", "return", "returned", "0", "o.back_tax", "false" },
        { "refunded", "shipping", "back_shipping", "0", "0", "false" },
        { "refunded", "tip", "back_tip", "0", "0", "false" },
        { "refunded", "duty", "back_duty", "0", "0", "false" },
        { "refunded", "gift_card", "back_gift", "0", "0", "false" },
        { "refunded", "fee", "back_fee", "0", "0", "false" },
    };
    const bool has_refunds = has_known || reading_has(j->reading, "refunded");
    enum status st = has_refunds ? find_undated(j, why) : STATUS_OK;
    if (st == STATUS_OK && has_refunds)
        st = find_paid_back(j, why);
    for (size_t i = 0; i < ARRAY_LEN(rows) && st == STATUS_OK; i++) {
        if (!reading_has(j->reading, rows[i].field) && !has_known)
            continue; /* of known orders they are kept */
        st = job_exec(j,
                      why,
                      "INSERT INTO new_line SELECT job.store, o.order_key, NULL, NULL, '%s', "
                      "o.customer_key, NULL, NULL, o.placed_at, o.local_date, o.local_minute, "
                      "o.local_date, %s, o.currency, 0, NULL, o.%s - %s, 0, 0, 0, %s, o.%s - "
                      "%s, NULL, "
                      "NULL, NULL, NULL, 0, 0, 0, job.source, job.import_id, NULL, o.version "
                      "FROM ord o CROSS JOIN job WHERE o.%s <> 0 AND NOT o.is_stale "
                      "AND (o.line_count > 0 OR NOT o.has_cancelled) AND o.lines_as IS NULL",
                      rows[i].line_class,
                      rows[i].date_known,
                      rows[i].amount,
                      rows[i].held,
                      rows[i].tax,
                      rows[i].amount,
                      rows[i].held,
                      rows[i].amount);
    }
    return st == STATUS_OK && has_refunds ? merge_name_returns(j, why) : st;
}

/* Refunds that came before their orders learn what only the order knows. */
enum status merge_date_refunds(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "UPDATE refund SET order_date = o.local_date, \"at\" = coalesce(refund.\"at\", "
        "o.placed_at), "
        "  local_date = coalesce(refund.local_date, o.local_date), local_minute = "
        "  coalesce(refund.local_minute, o.local_minute) FROM ord o WHERE o.order_key = "
        "  refund.order_key AND o.is_written AND refund.order_date IS DISTINCT FROM o.local_date;"
        "CREATE OR REPLACE TEMP TABLE redated AS SELECT l.rowid AS id, o.local_date, o.placed_at, "
        "  o.local_minute, o.customer_key FROM order_line l JOIN ord o ON o.order_key = "
        "  l.origin_key WHERE l.origin_key = l.order_key AND o.is_written "
        "  AND l.order_date IS DISTINCT FROM o.local_date;"
        "INSERT INTO dirty SELECT DISTINCT l.store, unnest([l.local_date, l.order_date, "
        "  r.local_date]) FROM order_line l JOIN redated r ON r.id = l.rowid;"
        "UPDATE order_line SET order_date = r.local_date, customer_key = r.customer_key, "
        "  \"at\" = coalesce(order_line.\"at\", r.placed_at), local_date = "
        "  coalesce(order_line.local_date, r.local_date), local_minute = "
        "  coalesce(order_line.local_minute, r.local_minute) FROM redated r WHERE "
        "  order_line.rowid = r.id");
}

/* ---- Shares ---- */

static const struct part {
    const char *field; /* of the order */
    const char *line;  /* of the line, added to the share */
    const char *name;
    const char *shared; /* the share alone */
} parts[] = {
    { "order_discount", "discount_merchant", "discount_merchant", "shared_merchant" },
    { "order_discount_platform", "discount_platform", "discount_platform", "shared_platform" },
    { "order_tax", "line_tax", "tax", "shared_tax" }
};

#define HAS_SHARED "(o.order_discount <> 0 OR o.order_discount_platform <> 0 OR o.order_tax <> 0)"
/* Rows of the file of one part: its lines are in memory, beside the engine's limit. */
#define SHARED_AT_ONCE 500000

/* Sale lines bear an order's amounts. Of an order that holds returns only these do: its discount
 * and tax go back with the goods. Presets say what their returns are themselves. Where prices hold
 * tax, lines that do not count (yet) have it in their amounts as sale lines do: of an order that
 * has nothing else they bear the order's tax, so that what was ordered is without it, whatever
 * became of the order. */
void merge_add_bears(struct buf *sql, const struct import_job *j)
{
    buf_addf(sql,
             ", CASE WHEN o.sale_gross > 0 THEN 'sale' WHEN o.line_count = 0 AND "
             "o.return_gross < 0 AND NOT %d THEN 'return' WHEN %d AND o.open_gross > 0 THEN "
             "'open' END AS bears",
             (int)j->mapping->is_preset,
             (int)job_is_tax_inclusive(j));
}

/* Where the file itself tells an order's postage, tax and total, none a sum of its rows, and
 * nothing of the tax of single lines. */
static bool tells_postage_tax(const struct import_job *j)
{
    static const char *const fields[] = { "shipping", "order_tax", "order_total" };
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (reading_has(j->reading, fields[i]) && merge_adds_up(j, fields[i]))
            return false;
    }
    return job_is_tax_inclusive(j) && merge_has_lines(j) && reading_has(j->reading, "shipping") &&
           reading_has(j->reading, "order_tax") && !reading_has(j->reading, "line_tax") &&
           (reading_has(j->reading, "order_total") || reading_has(j->reading, "order_subtotal"));
}

/* Postage bears the order's tax as goods do, each by its amount, where both are with tax: what the
 * order comes to holds both. Tips, duties and gift cards bear none. */
void merge_add_postage_tax(struct buf *sql, const struct import_job *j)
{
    if (j->mapping->order_tax_on_shipping && job_is_tax_inclusive(j)) {
        buf_adds(sql,
                 ", greatest(least(coalesce(o.order_tax, 0), coalesce(o.shipping, 0)), 0)::BIGINT "
                 "AS shipping_tax");
        return;
    }
    if (!tells_postage_tax(j)) {
        buf_adds(sql, ", 0::BIGINT AS shipping_tax");
        return;
    }
    buf_adds(
        sql,
        ", coalesce((SELECT CASE WHEN o.shipping > 0 AND o.shipping <= taxed THEN " TAX_AT_RATE(
            "o.shipping",
            "o.order_tax",
            "taxed") " END FROM (SELECT CASE WHEN o.order_total "
                     "> 0 THEN o.order_total - coalesce(o.tip, 0) - coalesce(o.duty, 0) - "
                     "o.untaxed_gross WHEN o.order_subtotal > 0 THEN o.order_subtotal + o.shipping "
                     "END "
                     "AS taxed)), 0)::BIGINT AS shipping_tax");
}

#define SIDE_OF_LINE "CASE WHEN s.class IN " OPEN_CLASSES " THEN 'open' ELSE s.class END"
#define SHARE_OF(field)                                                                         \
    "CASE o.bears WHEN 'sale' THEN coalesce(o." field ", 0) WHEN 'return' THEN least(coalesce(" \
    "o." field ", 0), 0) ELSE 0 END::BIGINT"
#define SHARE_OF_TAX                                                                         \
    "CASE o.bears WHEN 'sale' THEN coalesce(o.order_tax, 0) - o.shipping_tax WHEN 'return' " \
    "THEN least(coalesce(o.order_tax, 0), 0) ELSE greatest(coalesce(o.order_tax, 0), 0) - "  \
    "o.shipping_tax END::BIGINT"

/* The shares of the orders whose first row is one of these. */
static enum status share_part(struct import_job *j, int64_t first, int64_t last, struct error *why)
{
    static const char *const names[] = { "discount_merchant", "discount_platform", "tax" };
    const str from = arena_printf(
        j->arena,
        "o.first_row BETWEEN %lld AND %lld AND o.bears IS NOT NULL AND " HAS_SHARED " ORDER BY ",
        (long long)first,
        (long long)last);
    const struct shares_request request = {
        .names = names,
        .count = ARRAY_LEN(names),
        .wholes = arena_printf(j->arena,
                               "SELECT o.first_row, " SHARE_OF("order_discount") ", " SHARE_OF(
                                   "order_discount_platform") ", " SHARE_OF_TAX
                                                              " FROM ord o WHERE %.*s 1",
                               STR_ARG(from)),
        .lines =
            arena_printf(j->arena,
                         "SELECT o.first_row, s.row_no, greatest(CASE o.bears WHEN 'return' THEN"
                         " -s.gross ELSE s.gross END, 0)::BIGINT FROM stage s JOIN ord o ON"
                         " o.order_id = s.order_id WHERE " SIDE_OF_LINE " = o.bears AND %.*s 1, 2",
                         STR_ARG(from)),
        .into = "INSERT INTO order_share SELECT * FROM rows()",
    };
    return request.wholes.len > 0 && request.lines.len > 0
               ? shares_make(j->conn, &request, why)
               : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

/* Numbers of rows lie apart where records give several rows (ROW_ITEMS). */
static int64_t numbers_a_row(int64_t last, int64_t rows)
{
    return rows > 0 && last > rows ? last / rows : 1;
}

/* order_share: what the order's lines bear of its amounts, by what they come to. */
static enum status share_amounts(struct import_job *j, struct error *why)
{
    int64_t last = 0;
    int64_t rows = 0;
    enum status st = job_exec(j,
                              why,
                              "%s",
                              "CREATE OR REPLACE TEMP TABLE order_share (line BIGINT,"
                              " discount_merchant BIGINT, discount_platform BIGINT, tax BIGINT)");
    if (st == STATUS_OK)
        st = job_count(j, "SELECT max(first_row) FROM ord", &last, why);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM stage", &rows, why);
    const int64_t step = SHARED_AT_ONCE * numbers_a_row(last, rows);
    for (int64_t first = 0; first <= last && st == STATUS_OK; first += step)
        st = share_part(j, first, first + step - 1, why);
    return st;
}

/* The order's tax is that of its sale lines. A line beside them that does not count holds tax at
 * the same rate; one above 100 % is no rate. */
#define TAX_BESIDE_SALES                                                               \
    "CASE WHEN o.bears = 'sale' AND s.class IN " OPEN_CLASSES " AND s.gross > 0 THEN " \
    "coalesce(" TAX_AT_RATE(                                                           \
        "s.gross", "(o.order_tax - o.shipping_tax)", "o.sale_gross") ", 0) ELSE 0 END"

/* What the line says of itself, and its share. */
static void add_amount(struct buf *sql,
                       const struct import_job *j,
                       const struct part *p,
                       bool any_shared)
{
    buf_adds(sql, ", (");
    if (reading_has(j->reading, p->line))
        buf_addf(sql, "coalesce(s.%s, 0)", p->line);
    else
        buf_adds(sql, "0");
    const char *rest = strcmp(p->name, "tax") == 0 ? TAX_BESIDE_SALES : "0";
    if (any_shared)
        buf_addf(sql, " + coalesce(h.%s, %s)", p->name, rest);
    buf_addf(sql, ")::BIGINT AS %s, ", p->name);
    if (any_shared)
        buf_addf(sql, "coalesce(h.%s, %s)::BIGINT AS %s", p->name, rest, p->shared);
    else
        buf_addf(sql, "0::BIGINT AS %s", p->shared);
}

static enum status make_line_share(struct import_job *j, bool any_shared, struct error *why)
{
    struct buf sql;
    buf_init(&sql, (size_t)64 * 1024);
    buf_adds(&sql, "CREATE OR REPLACE TEMP TABLE line_share AS SELECT s.row_no");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        add_amount(&sql, j, &parts[i], any_shared);
    buf_adds(&sql, " FROM stage s JOIN ord o ON o.order_id = s.order_id");
    if (any_shared)
        buf_adds(&sql, " LEFT JOIN order_share h ON h.line = s.row_no");
    buf_addf(&sql,
             " WHERE (" SIDE_OF_LINE " = o.bears) OR (%d AND s.class IN " OPEN_CLASSES ")",
             (int)job_is_tax_inclusive(j));
    return job_run(j, &sql, why);
}

/* Order-level discounts and tax are shared among the order's lines by largest remainder
 * (Hamilton), so that lines add up exactly. */
enum status merge_shares(struct import_job *j, bool *needed, struct error *why)
{
    int64_t sharing = 0;
    enum status st = job_count(j, "SELECT count(*) FROM ord o WHERE " HAS_SHARED, &sharing, why);
    *needed = sharing > 0;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        *needed = *needed || reading_has(j->reading, parts[i].field);
    if (st != STATUS_OK || !*needed)
        return st;
    if (sharing > 0)
        st = share_amounts(j, why);
    return st == STATUS_OK ? make_line_share(j, sharing > 0, why) : st;
}

str merge_borne(const struct import_job *j, bool has_shares, const char *field, const char *share)
{
    const char *own = reading_has(j->reading, field) ? field : NULL;
    if (!has_shares)
        return own == NULL ? STR("0") : arena_printf(j->arena, "coalesce(s.%s, 0)", own);
    if (own == NULL || j->mapping->is_preset)
        return arena_printf(j->arena, "coalesce(sh.%s, 0)", share);
    return arena_printf(
        j->arena, "coalesce(sh.%s, CASE WHEN s.class = 'return' THEN s.%s END, 0)", share, own);
}

const char *merge_units(const struct import_job *j)
{
    if (reading_has(j->reading, "quantity"))
        return "coalesce(s.quantity, 1)";
    return j->mapping->is_preset
               ? "1::BIGINT"
               : "CASE WHEN s.class = 'return' AND s.gross < 0 THEN -1 ELSE 1 END::BIGINT";
}

static bool is_sum(const struct mapping *m, const char *field)
{
    for (size_t i = 0; i < m->sum_count; i++) {
        if (str_is(m->sums[i].field, field))
            return true;
    }
    return false;
}

bool merge_sign_is_ours(const struct import_job *j, const char *field)
{
    const str name = str_from(field);
    return !j->mapping->is_preset && reading_has(j->reading, field) &&
           (str_is(name, "order_tax") || str_starts(name, STR("order_discount"))) &&
           !is_sum(j->mapping, field);
}

bool merge_add_order_discount(struct buf *sql,
                              const struct import_job *j,
                              const char *field,
                              str amount)
{
    const bool is_tax = str_is(str_from(field), "order_tax");
    if (!merge_sign_is_ours(j, field))
        return false;
    buf_addf(sql,
             ", CASE WHEN coalesce(sum(gross) FILTER (class = 'sale'), 0) <= 0 AND sum(gross) < 0 "
             "THEN -abs(%.*s) ELSE %s(%.*s) END AS \"%s\"",
             STR_ARG(amount),
             is_tax ? "" : "abs",
             STR_ARG(amount),
             field);
    return true;
}

/* ---- An order's amount in place of its lines' ---- */

void merge_add_repeats_sum(struct buf *sql, const struct import_job *j)
{
    const bool can_tell = !j->mapping->is_preset && reading_has(j->reading, "line_amount") &&
                          reading_has(j->reading, "quantity") &&
                          reading_has(j->reading, "unit_price");
    buf_adds(sql,
             can_tell ? ", coalesce(count(line_amount) > 1 AND count(line_amount) = count(*) "
                        "AND min(line_amount) = max(line_amount) AND min(line_amount) <> 0 "
                        "AND min(line_amount) = sum(quantity::HUGEINT * unit_price), false) "
                        "AS repeats_sum"
                      : ", false AS repeats_sum");
}

enum status merge_refuse_repeated(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    enum status st = job_count(j, "SELECT count(*) FROM stage_order WHERE repeats_sum", &n, why);
    if (st != STATUS_OK || n == 0)
        return st;
    return job_exec(j,
                    why,
                    "%s",
                    "INSERT INTO refused_later SELECT row_no, line_no, 'line_amount', NULL, "
                    "'each line repeats the sum of the order: this is no amount of a line', gross "
                    "FROM stage WHERE order_id IN "
                    "(SELECT order_id FROM stage_order WHERE repeats_sum);"
                    "DELETE FROM staging.stage WHERE order_id IN "
                    "(SELECT order_id FROM stage_order WHERE repeats_sum);"
                    "DELETE FROM stage_order WHERE repeats_sum");
}

void merge_add_returned(struct buf *sql, const struct import_job *j)
{
    static const char *const fields[] = {
        "discount_merchant", "discount_platform", "discount_creator", "line_tax"
    };
    const size_t tax = ARRAY_LEN(fields) - 1;
    buf_adds(sql, ", (0");
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (i == tax)
            buf_adds(sql, ")::BIGINT AS returned_discount, (0");
        if (!j->mapping->is_preset && reading_has(j->reading, fields[i]))
            buf_addf(sql, " + coalesce(sum(\"%s\") FILTER (class = 'return'), 0)", fields[i]);
    }
    buf_adds(sql, ")::BIGINT AS returned_tax");
}
