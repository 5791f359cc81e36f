/* Costs as SQL: what is known of an order, rules, and what was booked become one row a line that
 * bears any.
 *
 *   derive_profit_order(order_key)   which orders, made by the caller
 *   near_line, near_order            the facts around them (near.c)
 *   derive_profit_line               their ledger lines; side 's': what was sold, 'r': came back
 *   derive_profit_rate               the rules in force, a row for (store, channel, currency, day)
 *   derive_profit_back               orders, and articles of them, all of whose money went back
 *   derive_profit_sum                what a side of an order comes to
 *   derive_profit_booked             costs of an order that were booked
 *   derive_profit_amount             costs of a side: booked ones, else by the rules
 *
 * What follows of them for each line is in profit_rows.c.
 *
 * A percentage is rounded once an order, half to even, to the cent; shares are whole cents where
 * the amount is. A fee that comes back with a return does so at the rate of the order's day. */
#include "derive/profit_priv.h"

#include <string.h>

#define LINE_CLASSES "('sale', 'return', 'discount', 'shipping', 'giveaway')"

/* Of payments: those whose money came in, whatever became of it. */
#define PAYMENT_WENT_THROUGH "(status IS NULL OR status IN ('success', 'refunded', 'disputed'))"

/* Percentages are 10^-6 parts; an amount of them is rounded to whole cents of 10^-4. */
#define CENTS_DEN "100000000"

/* The orders' own rows first: a join with a whole table would look at each of its rows. */
static const char lines_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_profit_kept AS SELECT import_id, row_no FROM refund"
    " WHERE stage = 'post_ship_keep' AND order_key IN (FROM derive_profit_order);"
    "CREATE OR REPLACE TEMP TABLE derive_profit_unsent AS SELECT import_id, row_no FROM refund"
    " WHERE stage IN ('pre_ship', 'post_ship_keep') AND order_key IN (FROM derive_profit_order);"
    "CREATE OR REPLACE TEMP TABLE derive_profit_line AS SELECT l.store, l.order_key, l.class, "
    "l.sku,"
    " o.channel, o.campaign, l.local_date, coalesce(l.order_date, l.local_date) AS order_date,"
    " l.currency, l.quantity, l.net_e4, l.cost_e4, l.row_no, l.import_id,"
    " l.discount_platform_e4,"
    " CASE l.class WHEN 'return' THEN 'r' ELSE 's' END AS side,"
    /* what the buyer kept is no goods that came back */
    " l.class = 'return' AND (l.import_id, l.row_no) IN (FROM derive_profit_kept) AS is_kept,"
    /* and of what never left or stays with the buyer nobody pays the way back */
    " l.class = 'return' AND ((l.import_id, l.row_no) IN (FROM derive_profit_unsent)) IS NOT TRUE"
    " AS is_sent_back,"
    " l.class IN ('sale', 'return') AS bears,"
    /* postage of the order's own day is shared among what was sold */
    " l.class = 'shipping' AND l.local_date = coalesce(l.order_date, l.local_date) AS is_postage,"
    " CASE WHEN l.class IN ('sale', 'return', 'shipping', 'discount')"
    " THEN coalesce(l.net_e4, 0) + coalesce(l.tax_e4, 0) ELSE 0 END AS base_e4"
    " FROM (SELECT store, order_key, class, sku, local_date, order_date, currency, quantity,"
    " net_e4, tax_e4, cost_e4, discount_platform_e4, row_no, import_id FROM near_line"
    " WHERE class IN " LINE_CLASSES " AND order_key IN (FROM derive_profit_order)) l"
    " LEFT JOIN (SELECT order_key, channel, campaign FROM near_order"
    " WHERE order_key IN (FROM derive_profit_order)) o ON o.order_key = l.order_key";

/* The shop's own name of each article that sku-map.csv has: its newest row, that of the store
 * first. */
const char profit_articles_sql[] =
    "SELECT k.store, a.code AS sku,"
    " arg_max(a.master_sku, (a.store <> '', a.valid_from, a.master_sku)) AS master_sku FROM"
    " (SELECT store FROM orders UNION SELECT store FROM product) k"
    " JOIN cost_article a ON a.store IN ('', k.store) GROUP BY ALL";

static const char goods_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_goods AS SELECT store, sku, currency, order_date,"
    " arg_max(cost_e4, (rank, valid_from, rule_id)) AS cost_e4 FROM ("
    " SELECT k.store, k.sku, k.currency, k.order_date, r.cost_e4, r.rank, r.valid_from, r.rule_id"
    " FROM (SELECT DISTINCT l.store, l.sku, a.master_sku, l.currency, l.order_date FROM"
    " derive_profit_line l LEFT JOIN article a ON a.store = l.store AND a.sku = l.sku"
    " WHERE l.sku IS NOT NULL) k JOIN cost_rule r ON r.kind = 'goods' AND r.sku = k.sku"
    " AND r.store IN ('', k.store) AND r.currency = k.currency AND r.valid_from <= k.order_date"
    " UNION ALL SELECT k.store, k.sku, k.currency, k.order_date, r.cost_e4, r.rank, r.valid_from,"
    " r.rule_id"
    " FROM (SELECT DISTINCT l.store, l.sku, a.master_sku, l.currency, l.order_date FROM"
    " derive_profit_line l JOIN article a ON a.store = l.store AND a.sku = l.sku"
    " WHERE a.master_sku <> l.sku) k JOIN cost_rule r ON r.kind = 'goods' AND r.sku = k.master_sku"
    " AND r.store IN ('', k.store) AND r.currency = k.currency AND r.valid_from <= k.order_date"
    " UNION ALL SELECT k.store, k.sku, k.currency, k.order_date, a.cost_e4,"
    " CASE WHEN a.store = '' THEN 0 ELSE 1 END, a.valid_from, 0 FROM (SELECT DISTINCT store, sku,"
    " currency, order_date FROM derive_profit_line WHERE sku IS NOT NULL) k JOIN cost_article a"
    " ON a.code = k.sku AND a.store IN ('', k.store) AND a.currency = k.currency"
    " AND a.valid_from <= k.order_date WHERE a.cost_e4 IS NOT NULL) GROUP BY ALL";

/* How much of what an order sold has a known cost. */
static const char known_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_profit_known AS SELECT order_key, currency,"
    " count(*) AS lines, count(*) FILTER (is_known) AS known_lines, sum(net_e4)::HUGEINT AS net_e4,"
    " coalesce(sum(net_e4) FILTER (is_known), 0)::HUGEINT AS known_e4 FROM (SELECT l.order_key,"
    " l.currency, coalesce(l.net_e4, 0) AS net_e4, l.cost_e4 IS NOT NULL OR g.cost_e4 * l.quantity"
    " IS NOT NULL AS is_known FROM derive_profit_line l LEFT JOIN derive_goods g ON g.store ="
    " l.store AND g.sku = l.sku AND g.currency = l.currency AND g.order_date = l.order_date"
    " WHERE l.class = 'sale') GROUP BY ALL";

/* Platforms tell what was paid back, not which goods came back. Where that is all that the buyer
 * paid for the order, or for an article of it, its goods are the shop's again: unless the buyer
 * kept them, or the returns do tell units, which then count by themselves. sku is null for a whole
 * order. The buyer has not paid, and does not get, what the platform gave to the price. */
static const char back_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_profit_back AS SELECT order_key, currency, sku,"
    " max(local_date) FILTER (class = 'return') AS local_date FROM (SELECT *, base_e4 - CASE"
    " WHEN class = 'sale' THEN coalesce(discount_platform_e4, 0) ELSE 0 END AS paid_e4"
    " FROM derive_profit_line WHERE order_key IN"
    " (SELECT order_key FROM derive_profit_line WHERE class = 'return'))"
    " GROUP BY GROUPING SETS ((order_key, currency), (order_key, currency, sku))"
    " HAVING (grouping(sku) = 1 OR sku IS NOT NULL) AND bool_or(class = 'return')"
    " AND sum(paid_e4) FILTER (class = 'sale') > 0 AND sum(paid_e4) <= 0 AND NOT bool_or(is_kept)"
    " AND NOT bool_or(class = 'return' AND quantity <> 0)";

/* One rule of a kind is in force: the most special, then the newest. */
/* clang-format off */
static const char rates_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_profit_rate AS SELECT k.store, k.channel, k.currency,"
    " k.order_date,"
#define RATE(kind, column) " max(r." #column ") FILTER (r.kind = '" #kind "') AS " #kind "_" #column ","
#define FEE(kind)             \
    RATE(kind, percent_e4)    \
    RATE(kind, per_order_e4)  \
    " bool_or(r.is_refunded) FILTER (r.kind = '" #kind "') AS " #kind "_back,"
#define PIECE(kind) RATE(kind, per_order_e4) RATE(kind, per_unit_e4)
    FEE(platform_fee) FEE(commission) FEE(payment_fee) PIECE(parcel) PIECE(packaging)
    PIECE(return_insurance) PIECE(gift)
    " max(r.per_return_e4) FILTER (r.kind = 'return_freight') AS return_freight_per_return_e4"
    " FROM (SELECT c.store, c.channel, c.currency, c.order_date, r.kind,"
    " arg_max(r.rule_id, (r.rank, r.valid_from, r.rule_id)) AS rule_id FROM (SELECT DISTINCT store,"
    " channel, currency, order_date FROM derive_profit_line WHERE order_date IS NOT NULL) c"
    " JOIN cost_rule r ON r.store IN ('', c.store) AND r.channel IN ('', coalesce(c.channel, ''))"
    " AND r.valid_from <= c.order_date AND (r.currency = c.currency OR (r.per_order_e4 = 0"
    " AND r.per_unit_e4 = 0 AND r.per_return_e4 = 0)) WHERE r.kind NOT IN ('goods', 'fixed')"
    " GROUP BY ALL) k JOIN cost_rule r USING (rule_id) GROUP BY ALL";

/* clang-format on */
static const char sums_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_profit_sum AS SELECT order_key, currency, side,"
    " min(store) AS store, min(channel) AS channel, min(order_date) AS order_date,"
    " sum(base_e4)::HUGEINT AS base_e4,"
    " coalesce(sum(quantity) FILTER (bears), 0)::HUGEINT AS units,"
    " coalesce(sum(net_e4) FILTER (is_postage), 0)::BIGINT AS shipping,"
    " bool_or(is_sent_back) AS is_sent_back,"
    " sum(" PROFIT_OWN ") FILTER (bears)::HUGEINT AS own, count(*) FILTER (bears)::HUGEINT AS lines"
    " FROM derive_profit_line l GROUP BY ALL HAVING bool_or(bears)";

/* Promotion is counted once, as ad spend. The payment provider's fee stands where no settlement has
 * one. */
static const char booked_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_profit_booked AS SELECT order_key, currency,"
    " min(store) AS store, min(local_date) AS local_date,"
    " sum(amount_e4) FILTER (kind = 'platform')::BIGINT AS platform_fee,"
    " sum(amount_e4) FILTER (kind = 'commission')::BIGINT AS commission,"
    " coalesce(sum(amount_e4) FILTER (kind = 'payment'),"
    " sum(amount_e4) FILTER (kind = 'provider'))::BIGINT AS payment_fee,"
    " sum(amount_e4) FILTER (kind = 'parcel')::BIGINT AS parcel,"
    " sum(amount_e4) FILTER (kind = 'freight')::BIGINT AS insurance,"
    " sum(amount_e4) FILTER (kind = 'other')::BIGINT AS other FROM ("
    " SELECT order_key, currency, store, local_date, amount_e4, CASE WHEN kind IN ('platform',"
    " 'commission', 'payment', 'freight') THEN kind WHEN kind = 'service' THEN 'commission'"
    " ELSE 'other' END AS kind FROM fee WHERE kind IS DISTINCT FROM 'promotion'"
    " AND order_key IN (FROM derive_profit_order)"
    " UNION ALL SELECT order_key, currency, store, local_date, fee_e4, 'provider' FROM payment"
    " WHERE fee_e4 IS NOT NULL AND " PAYMENT_WENT_THROUGH
    " AND order_key IN (FROM derive_profit_order)"
    " UNION ALL SELECT order_key, currency, store, local_date, cost_e4, 'parcel' FROM shipment"
    " WHERE cost_e4 IS NOT NULL AND order_key IN (FROM derive_profit_order)) GROUP BY ALL";

/* Costs that may be booked, and how the rules make them. */
enum cost_rate { BY_PERCENT, BY_PIECE };
static const struct {
    const char *name; /* column of derive_profit_booked and derive_profit_amount */
    const char *rule; /* kind of rule */
    enum cost_rate rate;
} bookable[] = {
    { "platform_fee", "platform_fee", BY_PERCENT }, { "commission", "commission", BY_PERCENT },
    { "payment_fee", "payment_fee", BY_PERCENT },   { "parcel", "parcel", BY_PIECE },
    { "insurance", "return_insurance", BY_PIECE },
};

/* The share of the base in whole cents, half to even, with its sign. */
static void add_percent(struct buf *sql, const char *rule)
{
    buf_addf(sql,
             "CASE WHEN s.side = 's' OR r.%s_back THEN sign(s.base_e4)::HUGEINT * 100"
             " * ((2 * m_%s + " CENTS_DEN ") // (2 * " CENTS_DEN
             ") - CASE WHEN (2 * m_%s + " CENTS_DEN ") %% (2 * " CENTS_DEN
             ") = 0 AND ((2 * m_%s + " CENTS_DEN ") // (2 * " CENTS_DEN
             ")) %% 2 = 1 THEN 1 ELSE 0 END) ELSE 0 END",
             rule,
             rule,
             rule,
             rule);
}

static void add_piece(struct buf *sql, const char *rule)
{
    buf_addf(sql,
             "CASE WHEN s.side = 's' THEN coalesce(r.%s_per_order_e4, 0)"
             " + coalesce(r.%s_per_unit_e4, 0) * s.units ELSE 0 END",
             rule,
             rule);
}

/* What the rules say of each side of an order. */
static void add_estimates(struct buf *sql)
{
    buf_adds(sql, "(SELECT s.order_key, s.currency, s.side, s.shipping, s.own, s.lines");
    for (size_t i = 0; i < ARRAY_LEN(bookable); i++) {
        const char *rule = bookable[i].rule;
        buf_adds(sql, ", ");
        if (bookable[i].rate == BY_PERCENT) {
            buf_addf(sql, "abs(s.base_e4 * coalesce(r.%s_percent_e4, 0)) AS m_%s, (", rule, rule);
            add_percent(sql, rule);
            buf_addf(sql,
                     " + CASE WHEN s.side = 's' THEN coalesce(r.%s_per_order_e4, 0) ELSE 0 END)",
                     rule);
        } else {
            add_piece(sql, rule);
        }
        buf_addf(sql, " AS %s", bookable[i].name);
    }
    buf_adds(sql, ", ");
    add_piece(sql, "packaging");
    buf_adds(sql, " AS packaging, ");
    add_piece(sql, "gift");
    buf_adds(sql,
             " AS gift, CASE WHEN s.side = 'r' AND s.is_sent_back THEN "
             "coalesce(r.return_freight_per_return_e4, 0)"
             " ELSE 0 END AS return_freight FROM derive_profit_sum s LEFT JOIN derive_profit_rate r"
             " ON r.store = s.store AND r.channel IS NOT DISTINCT FROM s.channel"
             " AND r.currency = s.currency AND r.order_date = s.order_date) e");
}

/* A text with %s for the name, which may be without. */
static void add_named(struct buf *sql, const char *text, const char *name)
{
    str rest = str_from(text);
    const size_t at = str_find(rest, STR("%s"));
    buf_add(sql, str_first(rest, at));
    if (at < rest.len) {
        buf_adds(sql, name);
        buf_add(sql, str_skip(rest, at + 2));
    }
}

/* What was booked stands for both sides of the order; beside it, what the rules say instead. Booked
 * in another currency than the order's it replaces the rules too, and is borne by no line. */
static void add_amounts(struct buf *sql)
{
    enum { TOTAL_OF_ESTIMATES = 2, TOTAL_OF_FEES }; /* rows of totals */
    static const struct {
        const char *name;
        const char *when_booked;
        const char *otherwise;
    } totals[] = { { "booked", "CASE WHEN e.side = 's' THEN e.b_%s ELSE 0 END", "0" },
                   { "replaced", "e.%s", "0" },
                   { "estimated", "0", "e.%s" },
                   { "replaced_fee", "e.%s", "0" } }; /* of those, what a settlement holds */
    buf_adds(sql,
             "CREATE OR REPLACE TEMP TABLE derive_profit_amount AS SELECT e.order_key, e.currency,"
             " e.side, e.packaging::BIGINT AS packaging, e.gift::BIGINT AS gift,"
             " e.return_freight::BIGINT AS return_freight, e.shipping, e.own, e.lines,"
             " CASE WHEN e.side = 's' THEN coalesce(e.b_other, 0) ELSE 0 END AS other");
    for (size_t i = 0; i < ARRAY_LEN(bookable); i++) {
        const char *name = bookable[i].name;
        buf_addf(sql,
                 ", (CASE WHEN e.b_%s IS NULL THEN e.%s WHEN e.side = 's' THEN e.b_%s ELSE 0 END)"
                 "::BIGINT AS %s",
                 name,
                 name,
                 name,
                 name);
    }
    for (size_t t = 0; t < ARRAY_LEN(totals); t++) {
        buf_adds(sql, ", (");
        for (size_t i = 0; i < ARRAY_LEN(bookable); i++) {
            const char *name = bookable[i].name;
            if (t == TOTAL_OF_FEES && strcmp(name, "parcel") == 0)
                continue;
            buf_addf(sql, "%sCASE WHEN e.b_%s IS NULL THEN ", i > 0 ? " + " : "", name);
            add_named(sql, totals[t].otherwise, name);
            buf_adds(sql, " ELSE ");
            add_named(sql, totals[t].when_booked, name);
            buf_adds(sql, " END");
        }
        if (t == TOTAL_OF_ESTIMATES)
            buf_adds(sql, " + e.packaging + e.gift + e.return_freight");
        buf_addf(sql, ")::BIGINT AS %s", totals[t].name);
    }
    buf_adds(sql, " FROM (SELECT e.*, b.other AS b_other");
    for (size_t i = 0; i < ARRAY_LEN(bookable); i++)
        buf_addf(sql,
                 ", coalesce(b.%s, CASE WHEN k.%s THEN 0 END) AS b_%s",
                 bookable[i].name,
                 bookable[i].name,
                 bookable[i].name);
    buf_adds(sql, " FROM ");
    add_estimates(sql);
    buf_adds(sql,
             " LEFT JOIN derive_profit_booked b ON b.order_key = e.order_key"
             " AND b.currency = e.currency LEFT JOIN (SELECT order_key");
    for (size_t i = 0; i < ARRAY_LEN(bookable); i++)
        buf_addf(sql, ", bool_or(%s IS NOT NULL) AS %s", bookable[i].name, bookable[i].name);
    buf_adds(sql, " FROM derive_profit_booked GROUP BY 1) k ON k.order_key = e.order_key) e");
}

/* Only postage is there. */
static void add_postage(struct buf *sql)
{
    buf_adds(
        sql,
        "CREATE OR REPLACE TEMP TABLE derive_profit_amount AS SELECT order_key, currency, side,"
        " own, lines");
    for (size_t i = 0; i < PROFIT_AMOUNTS; i++) {
        const char *name = profit_amounts[i];
        buf_addf(sql, strcmp(name, "shipping") == 0 ? ", %s" : ", 0::BIGINT AS %s", name);
    }
    buf_adds(sql, " FROM derive_profit_sum");
}

static const char no_costs_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_goods (store VARCHAR, sku VARCHAR, currency VARCHAR,"
    " order_date DATE, cost_e4 BIGINT);"
    "CREATE OR REPLACE TEMP TABLE derive_profit_booked (order_key UINTEGER, currency VARCHAR,"
    " store VARCHAR, local_date DATE, platform_fee BIGINT, commission BIGINT, payment_fee BIGINT,"
    " parcel BIGINT, insurance BIGINT, other BIGINT)";

static const char *const by_costs[] = {
    lines_sql, goods_sql, known_sql, back_sql, rates_sql, sums_sql, booked_sql,
};
static const char *const by_postage[] = { lines_sql, no_costs_sql, known_sql, back_sql, sums_sql };

const struct profit_way profit_by_costs = { by_costs, ARRAY_LEN(by_costs), add_amounts };
const struct profit_way profit_by_postage = { by_postage, ARRAY_LEN(by_postage), add_postage };

/* ---- Costs of no order -------------------------------------------------------------------------
 */

/* Ad spend of several days in one row stands on its last day. */
static const char ads_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_profit_rest AS SELECT * FROM cost_line LIMIT 0;"
    "INSERT INTO derive_profit_rest BY NAME SELECT store, 'ads' AS class, channel, campaign,"
    " coalesce(end_date, local_date) AS local_date, coalesce(end_date, local_date) AS order_date,"
    " currency, sum(spend_e4)::BIGINT AS ads_e4 FROM ad_spend"
    " WHERE spend_e4 <> 0 GROUP BY ALL;"
    "INSERT INTO derive_profit_rest BY NAME SELECT store, 'booked' AS class, local_date,"
    " local_date AS order_date, currency,"
    " coalesce(sum(amount_e4) FILTER (kind = 'platform'), 0)::BIGINT AS platform_fee_e4,"
    " coalesce(sum(amount_e4) FILTER (kind IN ('commission', 'service')), 0)::BIGINT"
    " AS commission_e4,"
    " coalesce(sum(amount_e4) FILTER (kind = 'payment'), 0)::BIGINT AS payment_fee_e4,"
    " coalesce(sum(amount_e4) FILTER (kind = 'freight'), 0)::BIGINT AS insurance_e4,"
    " coalesce(sum(amount_e4) FILTER (kind = 'fixed'), 0)::BIGINT AS fixed_e4,"
    " coalesce(sum(amount_e4) FILTER (kind IS NULL OR kind NOT IN ('platform', 'commission',"
    " 'service', 'payment', 'freight', 'fixed')), 0)::BIGINT AS other_e4 FROM fee"
    " WHERE order_key IS NULL AND kind IS DISTINCT FROM 'promotion' GROUP BY ALL;"
    "INSERT INTO derive_profit_rest BY NAME SELECT store, 'booked' AS class, local_date,"
    " local_date AS order_date, currency, sum(fee_e4)::BIGINT AS payment_fee_e4 FROM payment"
    " WHERE order_key IS NULL AND fee_e4 IS NOT NULL AND " PAYMENT_WENT_THROUGH " GROUP BY ALL";

/* A month's cost, day by day: what day k adds to the floor of k / days of it, in cents. The rule of
 * the day is the newest one of its name and store. Days without data of a store have none. */
static const char fixed_days_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_fixed_span AS SELECT store, currency,"
    " min(local_date) AS first, max(local_date) AS last FROM order_line WHERE class = 'sale'"
    " GROUP BY ALL;"
    "CREATE OR REPLACE TEMP TABLE derive_fixed_day AS SELECT date, r.store, r.name, r.currency,"
    " r.share, (least(r.per_month_e4 // 100 * k // n, r.per_month_e4 // 100)"
    " - r.per_month_e4 // 100 * (k - 1) // n) * 100"
    " + CASE WHEN k = n THEN r.per_month_e4 % 100 ELSE 0 END AS amount_e4 FROM ("
    " SELECT date, day(date) AS k, day(last_day(date)) AS n, q.store, q.name, q.currency,"
    " arg_max(q.rule_id, (q.valid_from, q.rule_id)) AS rule_id FROM (SELECT unnest(generate_series("
    "(SELECT min(first) FROM derive_fixed_span), (SELECT max(last) FROM derive_fixed_span),"
    " INTERVAL 1 DAY))::DATE AS date) JOIN cost_rule q ON q.kind = 'fixed' AND q.valid_from <= date"
    " GROUP BY ALL) JOIN cost_rule r USING (rule_id)";

static const char fixed_weights_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_fixed_weight AS SELECT store, currency,"
    " date_trunc('month', local_date)::DATE AS month,"
    " greatest(sum(CASE class WHEN 'discount' THEN gross_e4 ELSE net_e4 END), 0)::HUGEINT"
    " AS net_sales, count(DISTINCT order_key) FILTER (class = 'sale')::HUGEINT AS orders"
    " FROM order_line WHERE class IN ('sale', 'return', 'discount') GROUP BY ALL";

/* Each day's cost among the stores that sell on it in its currency. */
static const char fixed_sql[] =
    "INSERT INTO derive_profit_rest BY NAME SELECT store, 'fixed' AS class, date AS local_date,"
    " date AS order_date, currency, sum(amount_e4)::BIGINT AS fixed_e4 FROM (SELECT store, date,"
    " currency, unit * (base + CASE WHEN row_number() OVER (PARTITION BY date, name, currency, rule"
    " ORDER BY rest DESC, store) <= due - sum(base) OVER (PARTITION BY date, name, currency, rule)"
    " THEN 1 ELSE 0 END) AS amount_e4 FROM (SELECT *, CASE WHEN total > 0 THEN w ELSE 1 END AS own,"
    " CASE WHEN total > 0 THEN total ELSE n END AS of_all,"
    " CASE WHEN amount_e4 % 100 = 0 THEN 100 ELSE 1 END AS unit, amount_e4::HUGEINT // unit AS due,"
    " (due * own) // of_all AS base, (due * own) % of_all AS rest FROM (SELECT d.date, d.name,"
    " d.currency, d.store AS rule, s.store, d.amount_e4, CASE d.share WHEN 'orders' THEN"
    " coalesce(w.orders, 0) WHEN 'equally' THEN 1 ELSE coalesce(w.net_sales, 0) END AS w,"
    " sum(CASE d.share WHEN 'orders' THEN coalesce(w.orders, 0) WHEN 'equally' THEN 1"
    " ELSE coalesce(w.net_sales, 0) END) OVER (PARTITION BY d.date, d.name, d.currency, d.store)"
    " AS total, count(*) OVER (PARTITION BY d.date, d.name, d.currency, d.store) AS n"
    " FROM derive_fixed_day d JOIN derive_fixed_span s ON s.currency = d.currency"
    " AND d.store IN ('', s.store) AND d.date BETWEEN s.first AND s.last"
    " LEFT JOIN derive_fixed_weight w ON w.store = s.store AND w.currency = s.currency"
    " AND w.month = date_trunc('month', d.date)::DATE))) WHERE amount_e4 <> 0 GROUP BY ALL;";

/* What was not said above is 0, so that sums know all of it. */
static const char rest_zero_sql[] =
    "UPDATE derive_profit_rest SET shipping_e4 = 0, known_net_e4 = 0, gift_e4 = 0,"
    " platform_fee_e4 = coalesce(platform_fee_e4, 0), commission_e4 = coalesce(commission_e4, 0),"
    " payment_fee_e4 = coalesce(payment_fee_e4, 0), parcel_e4 = 0, packaging_e4 = 0,"
    " insurance_e4 = coalesce(insurance_e4, 0), return_freight_e4 = 0,"
    " other_e4 = coalesce(other_e4, 0), ads_e4 = coalesce(ads_e4, 0),"
    " fixed_e4 = coalesce(fixed_e4, 0), booked_e4 = 0, replaced_e4 = 0, replaced_fee_e4 = 0,"
    " estimated_e4 = 0";

const char *const profit_rest_steps[] = { ads_sql, fixed_days_sql, fixed_weights_sql, fixed_sql };
const size_t profit_rest_step_count = ARRAY_LEN(profit_rest_steps);
const char *const profit_rest_last = rest_zero_sql;
