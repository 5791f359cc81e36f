/* The tables of a shop. One row of a const array is one column; everything else is generated. */
#include "commerce/columns_priv.h"
#include "commerce/commerce.h"
#include "commerce/views_priv.h"

static const struct column orders_columns[] = {
    STORE,
    KEY("order_key", KEY, "dense id of (store, order_id)"),
    KEY("order_id", TEXT, "the platform's order id, as text"),
    ATTR("order_name", TEXT, "alias that people see, such as #1001"),
    KEY("customer_key", KEY, "dense id of the buyer; null: not identified"),
    DIM("status", "placed, paid, shipped, delivered, cancelled, refunded, closed"),
    TIME("placed_at", TIME, "when it was placed"),
    TIME("local_date", DAY, "local date of placed_at"),
    TIME("local_minute", MINUTE, "local minute of placed_at"),
    TIME("paid_at", TIME, "when it was fully paid; null: not paid"),
    TIME("paid_date", DAY, "local date of paid_at"),
    TIME("shipped_at", TIME, "first parcel left"),
    TIME("promised_at", TIME, "shipping promised by"),
    TIME("delivered_at", TIME, "last parcel arrived"),
    TIME("cancelled_at", TIME, "when it was cancelled; null: not cancelled"),
    TIME("cancelled_date", DAY, "local date of cancelled_at"),
    TIME("updated_at", TIME, "the source's last change"),
    ATTR("currency", TEXT, "ISO 4217 code of all amounts of the order"),
    SUM("line_count", COUNT, "merchandise lines sold"),
    SUM("units", QUANTITY, "units of its sale lines"),
    SUM("gross_e4", MONEY, "list price x quantity of sale lines, without tax"),
    SUM("discount_merchant_e4", MONEY, "discount that the shop pays"),
    SUM("discount_platform_e4", MONEY, "discount that the platform pays"),
    SUM("discount_creator_e4", MONEY, "discount that a creator pays"),
    SUM("shipping_e4", MONEY, "shipping charged, without tax"),
    SUM("tax_e4", MONEY, "all tax of the order"),
    SUM("total_e4", MONEY, "what the buyer owes: lines - discounts + shipping + tax"),
    SUM("paid_e4", MONEY, "what the buyer has paid, postage included, refunds not deducted"),
    SUM("refunded_e4", MONEY, "refunded so far, by the source's own order total"),
    SUM("receivable_e4", MONEY, "what the shop gets: paid by the buyer and by the platform"),
    SUM("deposit_e4", MONEY, "pre-sale: the deposit"),
    ATTR("is_staged", FLAG, "pre-sale: deposit first, balance later; it counts when fully paid"),
    DIM("channel", "sales or traffic channel"),
    DIM("medium", "utm medium"),
    DIM("campaign", "campaign at the time of the order"),
    DIM("landing_page", "first page of the order's session"),
    DIM("device", "mobile, desktop, tablet"),
    DIM("browser", "browser family"),
    DIM("os", "operating system family"),
    DIM("country", "country delivered to"),
    DIM("region", "province or state delivered to"),
    DIM("city", "city delivered to"),
    DIM("coupon", "coupon code"),
    DIM("payment_method", "how it was paid"),
    DIM("language", "language of the buyer"),
    ATTR("is_test", FLAG, "test or internal order: in no KPI"),
    ATTR("remark", TEXT, "the shop's note on the order"),
    ATTR("cancel_reason", TEXT, "why it was closed, in the platform's words"),
    ATTR("items_source", TEXT, "sources in two files: the preset that brings its items"),
    ATTR(
        "lines_as", TEXT, "cancelled or not paid yet: the class of all its lines; null: it counts"),
    ATTR("has_sale", FLAG, "has at least one sale line"),
    ATTR("has_placed", FLAG, "has at least one line that is sold, cancelled or not paid yet"),
    KEY("session_key", COUNT, "the session that led to it; null: not tracked"),
    ATTR("session_method", TEXT, "how the session was found"),
    DER("order_seq", COUNT, "1 for the customer's first order with a sale line; null: no customer"),
    DER("first_order_at", TIME, "the customer's first order"),
    DER("first_order_date", DAY, "local date of the customer's first order"),
    DER("prev_order_at", TIME, "the customer's order before this one; null: none"),
    DER("prev_order_date", DAY, "local date of the order before"),
    DER("next_order_date", DAY, "local date of the customer's next order; null: none yet"),
    { "customer_type", COLUMN_TEXT, ROLE_DERIVED, "new, returning or unknown at this order" },
    PROPS,
    PROVENANCE,
};

static const struct column order_line_columns[] = {
    STORE,
    KEY("order_key", KEY, "the order or document that the line stands in"),
    ATTR("sub_order_id", TEXT, "the platform's id of the line"),
    KEY("origin_key", KEY, "return lines: the order it undoes, when known"),
    KEY("class", TEXT, "line class: sale, return, shipping, discount, fee, ..."),
    KEY("customer_key", KEY, "dense id of the buyer; null: not identified"),
    DIM("sku", "the shop's article number"),
    ATTR("title", TEXT, "description in the source; of sales it stands in product"),
    HAPPENED("when the event happened: sale, return, fee"),
    TIME("order_date", DAY, "local date of the order that the event belongs to (order basis)"),
    ATTR("date_known", FLAG, "false: the source gives no date; filed on the order date"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    SUM("quantity", QUANTITY, "units; negative for returns"),
    SUM("unit_price_e4", MONEY, "price of one unit as in the source"),
    SUM("gross_e4", MONEY, "amount before discount, without tax; negative for returns"),
    SUM("discount_merchant_e4", MONEY, "discount that the shop pays, positive"),
    SUM("discount_platform_e4", MONEY, "discount that the platform pays, positive"),
    SUM("discount_creator_e4", MONEY, "discount that a creator pays, positive"),
    SUM("tax_e4", MONEY, "tax of the line"),
    SUM("net_e4", MONEY, "gross - merchant and creator discounts, without tax"),
    SUM("cost_e4", MONEY, "goods cost of the line at the event; null: not known"),
    ATTR("reason", TEXT, "return or cancellation reason"),
    ATTR("matched", FLAG, "return lines: the sale it undoes was found"),
    ATTR("own_class", TEXT, "its class by itself, while the order's state gives it another"),
    ATTR("shared_merchant_e4",
         MONEY,
         "in discount_merchant_e4: its share of the order's discount; null: not known apart"),
    ATTR("shared_platform_e4",
         MONEY,
         "in discount_platform_e4: its share of the order's; null: not known apart"),
    ATTR("shared_tax_e4", MONEY, "in tax_e4: its share of the order's tax; null: not known apart"),
    PROVENANCE,
};

/* Sources that bring orders and their items in two files: the items as their file has them. The
 * ledger's lines are made of both, in whichever order they come. */
static const struct column order_item_columns[] = {
    STORE,
    KEY("order_key", KEY, "the order"),
    ATTR("sub_order_id", TEXT, "the platform's id of the line"),
    DIM("sku", "the shop's article number"),
    ATTR("title", TEXT, "name"),
    DIM("variant", "colour, size"),
    SUM("quantity", QUANTITY, "units"),
    SUM("unit_price_e4", MONEY, "price of one unit before discounts of the order"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    DIM("status", "state of the line, in the platform's words"),
    PROVENANCE,
};

static const struct column payment_columns[] = {
    STORE,
    KEY("payment_id", TEXT, "the provider's id"),
    KEY("order_key", KEY, "the order"),
    DIM("payment_method", "card, wallet, transfer ..."),
    DIM("status", "success, pending, failed, refunded, disputed, cancelled"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    SUM("amount_e4", MONEY, "amount of the attempt"),
    SUM("fee_e4", MONEY, "fee of the provider"),
    HAPPENED("when it was tried"),
    PROVENANCE,
};

static const struct column refund_columns[] = {
    STORE,
    KEY("refund_id", TEXT, "the platform's id"),
    KEY("order_key", KEY, "the order"),
    ATTR("sub_order_id", TEXT, "the platform's id of the line"),
    DIM("sku", "article; null: whole order"),
    SUM("quantity", QUANTITY, "units sent back"),
    SUM("amount_e4", MONEY, "amount refunded, positive"),
    SUM("tax_e4", MONEY, "tax in the amount; null: not told, the whole amount is merchandise"),
    ATTR("class", TEXT, "what was paid back: return (null), shipping, fee, tip, duty"),
    ATTR("is_excluded",
         FLAG,
         "its order is excluded as a whole, or cancelled and no sale: no sale, no return"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    DIM("status", "requested, pending, succeeded, refused, withdrawn, cancelled, failed"),
    DIM("stage", "pre_ship, post_ship_keep, post_ship_return"),
    DIM("reason", "why"),
    TIME("requested_at", TIME, "asked for"),
    TIME("requested_date", DAY, "local date of it"),
    HAPPENED("when it was paid back"),
    TIME("order_date", DAY, "local date of the order"),
    ATTR("date_known", FLAG, "false: the source gives no date"),
    PROPS,
    PROVENANCE,
};

static const struct column shipment_columns[] = {
    STORE,
    KEY("shipment_id", TEXT, "tracking number or the platform's id"),
    KEY("order_key", KEY, "the order"),
    DIM("carrier", "carrier"),
    HAPPENED("when the parcel left"),
    TIME("paid_at", TIME, "when its order was paid"),
    TIME("promised_at", TIME, "shipping promised by"),
    TIME("delivered_at", TIME, "arrived"),
    TIME("delivery_promised_at", TIME, "arrival promised by"),
    SUM("cost_e4", MONEY, "parcel price"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    SUM("units_shipped", QUANTITY, "units in it"),
    SUM("units_ordered", QUANTITY, "units due"),
    ATTR("is_full", FLAG, "all that was ordered"),
    PROVENANCE,
};

static const struct column product_columns[] = {
    STORE,
    KEY("sku", TEXT, "the shop's article number"),
    ATTR("product_id", TEXT, "style or SPU"),
    ATTR("title", TEXT, "name"),
    DIM("category", "category path"),
    DIM("brand", "brand"),
    DIM("supplier", "supplier"),
    DIM("variant", "colour, size"),
    ATTR("price_e4", MONEY, "list price"),
    ATTR("cost_e4", MONEY, "unit cost"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    TIME("launched_date", DAY, "on sale since"),
    TIME("retired_date", DAY, "off sale since; null: on sale"),
    TIME("valid_from", DAY, "price and cost hold from; null: always"),
    PROVENANCE,
};

static const struct column customer_columns[] = {
    KEY("customer_key", KEY, "dense id"),
    STORE,
    KEY("customer_id", TEXT, "the platform's id, as text"),
    DIM("segment", "customer segment"),
    ATTR("country", TEXT, "country"),
    ATTR("created_at", TIME, "account made"),
    DIM("acquired_channel", "channel of the first visit"),
    DIM("acquired_campaign", "its campaign"),
    PROVENANCE,
};

static const struct column stock_level_columns[] = {
    STORE,
    DIM("sku", "article"),
    TIME("local_date", DAY, "day of the count"),
    SUM("on_hand", QUANTITY, "units on hand at the day's end"),
    SUM("value_e4", MONEY, "on hand x unit cost"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    SUM("lost_units", QUANTITY, "units asked for in vain that day, when known"),
    PROVENANCE,
};

static const struct column stock_move_columns[] = {
    STORE,
    DIM("sku", "article"),
    HAPPENED("when it moved"),
    SUM("quantity", QUANTITY, "units in (+) or out (-)"),
    DIM("reason", "receipt, sale, return, count, loss"),
    SUM("cost_e4", MONEY, "value at cost"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    PROVENANCE,
};

static const struct column ad_spend_columns[] = {
    STORE,
    TIME("local_date", DAY, "day of the spend, or first day of the period"),
    TIME("end_date", DAY, "last day; later than the first: one total, of no single day"),
    DIM("channel", "advertising channel"),
    DIM("medium", "utm medium"),
    DIM("campaign", "campaign"),
    KEY("campaign_id", TEXT, "the platform's id of it"),
    ATTR("ad_group", TEXT, "ad set or unit"),
    ATTR("ad", TEXT, "ad or keyword"),
    KEY("ad_id", TEXT, "the platform's id of it"),
    SUM("spend_e4", MONEY, "spend"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    SUM("impressions", COUNT, "impressions"),
    SUM("clicks", COUNT, "clicks"),
    SUM("claimed_orders", COUNT, "orders that the platform claims"),
    SUM("claimed_e4", MONEY, "revenue that the platform claims"),
    SUM("conversions", REAL, "conversions that the platform claims; may be shares of one"),
    SUM("direct_orders", COUNT, "of the claimed orders: of the advertised article itself"),
    SUM("direct_e4", MONEY, "of the claimed revenue: of the advertised article itself"),
    SUM("net_orders", COUNT, "claimed orders less refunded ones"),
    SUM("net_claimed_e4", MONEY, "claimed revenue less refunds"),
    SUM("presale_e4", MONEY, "claimed revenue of pre-sales; in claimed_e4 as the platform says"),
    SUM("cart_adds", COUNT, "added to cart after a click"),
    SUM("favourites", COUNT, "articles and shops added to favourites after a click"),
    SUM("new_buyers", COUNT, "buyers new to the shop that the platform claims"),
    ATTR("reach", COUNT, "people who saw it; never added up"),
    ATTR("attribution", TEXT, "the platform's attribution window"),
    PROPS,
    PROVENANCE,
};

static const struct column fee_columns[] = {
    STORE,
    KEY("fee_id", TEXT, "line of the settlement"),
    KEY("settlement_id", TEXT, "settlement row that it was taken from"),
    KEY("order_key", KEY, "the order"),
    ATTR("sub_order_id", TEXT, "the platform's id of the order line"),
    ATTR("sku", TEXT, "article that it was charged for"),
    DIM("kind", "platform, payment, commission, service, promotion, freight, fixed ..."),
    SUM("amount_e4", MONEY, "cost, positive; given back, negative"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    HAPPENED("when it was booked"),
    PROVENANCE,
};

/* What a platform booked to the shop's account. gross + shipping + subsidy - refund - fees +
 * other = net, and each fee is a row of `fee`. */
static const struct column settlement_columns[] = {
    STORE,
    KEY("settlement_id", TEXT, "booking number"),
    KEY("order_key", KEY, "the order"),
    ATTR("sub_order_id", TEXT, "the platform's id of the order line"),
    ATTR("refund_id", TEXT, "the platform's refund case"),
    ATTR("sku", TEXT, "article"),
    DIM("kind", "order, refund, subsidy, transfer, or the fee's kind"),
    ATTR("scene", TEXT, "what it is, in the platform's words"),
    HAPPENED("when it was booked"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    SUM("gross_e4", MONEY, "what the buyer paid for the goods"),
    SUM("shipping_e4", MONEY, "what the buyer paid for postage"),
    SUM("subsidy_e4", MONEY, "what the platform paid in place of the buyer"),
    SUM("refund_e4", MONEY, "paid back to the buyer, positive"),
    SUM("fee_platform_e4", MONEY, "platform fee, positive"),
    SUM("fee_commission_e4", MONEY, "creators' and affiliates' commission, positive"),
    SUM("fee_service_e4", MONEY, "recruiters' and agencies' service fee, positive"),
    SUM("fee_promotion_e4", MONEY, "promotion taken from the proceeds, positive"),
    SUM("fee_payment_e4", MONEY, "payment fee, positive"),
    SUM("fee_freight_e4", MONEY, "freight and return insurance, positive"),
    SUM("fee_other_e4", MONEY, "other fees, positive"),
    SUM("net_e4", MONEY, "booked: into the shop's account positive, out of it negative"),
    ATTR("note", TEXT, "the platform's note"),
    PROPS,
    PROVENANCE,
};

static const struct column feedback_columns[] = {
    STORE,
    KEY("feedback_id", TEXT, "id"),
    DIM("kind", "review, nps, csat, ces"),
    KEY("order_key", KEY, "the order"),
    DIM("sku", "article"),
    KEY("customer_key", KEY, "who"),
    SUM("score", REAL, "stars 1-5, NPS 0-10, CSAT 1-5, CES 1-7"),
    ATTR("text", TEXT, "words"),
    DIM("language", "language of the words"),
    HAPPENED("when it was given"),
    TIME("replied_at", TIME, "the shop's answer; null: none, or the source tells none"),
    PROVENANCE,
};

static const struct column ticket_columns[] = {
    STORE,
    KEY("ticket_id", TEXT, "id"),
    KEY("order_key", KEY, "the order"),
    KEY("customer_key", KEY, "who"),
    DIM("channel", "chat, mail, phone"),
    DIM("reason", "topic"),
    DIM("agent", "who answered"),
    HAPPENED("when it was opened"),
    TIME("first_reply_at", TIME, "first answer"),
    TIME("closed_at", TIME, "solved"),
    ATTR("before_sale", FLAG, "asked before buying"),
    ATTR("ordered", FLAG, "paid afterwards"),
    PROVENANCE,
};

static const struct column benchmark_columns[] = {
    TIME("local_date", DAY, "date of the figure"),
    KEY("market", TEXT, "market"),
    KEY("metric", TEXT, "metric"),
    ATTR("percentile", REAL, "percentile"),
    SUM("value", REAL, "value"),
    DIM("competitor", "competitor"),
    ATTR("item", TEXT, "item"),
    SUM("price_e4", MONEY, "price"),
    DER("own_price_e4",
        MONEY,
        "the shop's own price of the item that day; the lowest of its stores"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    PROVENANCE,
};

static const struct column product_change_columns[] = {
    STORE,
    DIM("sku", "article"),
    HAPPENED("when it changed"),
    DIM("field", "title, price, picture ..."),
    ATTR("value_before", TEXT, "before"),
    ATTR("value_after", TEXT, "after"),
    PROVENANCE,
};

/* What somebody has undertaken to do. Done is a newer row of the same id. */
static const struct column action_columns[] = {
    STORE,
    KEY("action_id", TEXT, "id; `actions add` counts up"),
    ATTR("text", TEXT, "what is to be done"),
    ATTR("owner", TEXT, "who does it"),
    HAPPENED("when it was noted"),
    TIME("due_date", DAY, "due on; null: no day"),
    TIME("done_date", DAY, "done on; null: open"),
    ATTR("done_note", TEXT, "what came of it"),
    ATTR("kpi", TEXT, "id of the KPI that it shall move"),
    DIM("sku", "article that it is about"),
    ATTR("is_whole", FLAG, "about all stores, not only the one that it is kept under"),
    PROVENANCE,
};

static const struct column calendar_event_columns[] = {
    KEY("event_id", TEXT, "id, used as promo:NAME"),
    DIM("kind", "promo, festival, incident, note"),
    ATTR("name_en", TEXT, "English name"),
    ATTR("name_zh", TEXT, "Chinese name"),
    TIME("local_date", DAY, "first day"),
    TIME("end_date", DAY, "last day"),
    PROVENANCE,
};

static const struct column fx_rate_columns[] = {
    KEY("base", TEXT, "currency of one unit"),
    KEY("quote", TEXT, "currency of the rate"),
    TIME("local_date", DAY, "day of the rate"),
    SUM("rate_e9", COUNT, "quote per base x 10^9"),
    PROVENANCE,
};

static const struct column platform_stat_columns[] = {
    STORE,
    DIM("sku", "article; empty: whole store"),
    DIM("channel", "channel; empty: all"),
    KEY("measure", TEXT, "what was counted; see the measures below"),
    TIME("local_date", DAY, "first day of the period"),
    TIME("end_date", DAY, "last day"),
    ATTR("grain",
         TEXT,
         "day, week, month, quarter, year, 7d, 30d: the period's length, where it has no last day"),
    SUM("value_e4", MONEY, "the figure x 10^4; of a rate the fraction"),
    ATTR("currency", TEXT, "ISO 4217; null: a count"),
    PROVENANCE,
};

#define TRAFFIC_DIMS                                                                             \
    DIM("channel", "traffic channel"), DIM("medium", "utm medium"), DIM("campaign", "campaign"), \
        DIM("landing_page", "first page"), DIM("device", "mobile, desktop, tablet"),             \
        DIM("browser", "browser family"), DIM("os", "operating system family"),                  \
        DIM("country", "country"), DIM("region", "region"), DIM("city", "city"),                 \
        DIM("language", "language"), DIM("experiment_arm", "experiment:arm seen")

static const struct column event_columns[] = {
    STORE,
    KEY("event_id", TEXT, "message id; dedupes"),
    KEY("visitor_key", KEY, "dense visitor id"),
    KEY("customer_key", KEY, "dense customer id"),
    KEY("session_key", COUNT, "hash of the session"),
    DIM("name",
        "page_view, product_view, add_to_cart, favourite, checkout_start, payment_try, "
        "purchase, search, js_error, rage_click, form_error"),
    HAPPENED("when it happened"),
    DIM("sku", "article"),
    DIM("category", "category"),
    DIM("brand", "brand"),
    SUM("price_e4", MONEY, "price shown"),
    SUM("quantity", QUANTITY, "units"),
    SUM("value_e4", MONEY, "value"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    ATTR("order_id", TEXT, "order id of a purchase"),
    ATTR("page", TEXT, "path"),
    ATTR("search_term", TEXT, "words searched"),
    SUM("results", COUNT, "hits of a search"),
    DIM("channel", "traffic channel"),
    DIM("device", "mobile, desktop, tablet"),
    DIM("country", "country"),
    ATTR("props", TEXT, "other properties, JSON"),
    PROVENANCE,
};

static const struct column session_columns[] = {
    STORE,
    KEY("session_key", COUNT, "hash(visitor, start) or the source's id"),
    KEY("visitor_key", KEY, "dense visitor id"),
    KEY("customer_key", KEY, "dense customer id"),
    HAPPENED("its first event"),
    SUM("duration_s", COUNT, "seconds from first to last event"),
    SUM("events", COUNT, "events"),
    SUM("pageviews", COUNT, "page views"),
    SUM("product_views", COUNT, "product pages seen"),
    SUM("cart_adds", COUNT, "added to cart"),
    SUM("favourites", COUNT, "added to wishlist"),
    SUM("searches", COUNT, "searches"),
    SUM("empty_searches", COUNT, "searches without result"),
    SUM("search_clicks", COUNT, "clicks on a search result"),
    SUM("recommendation_clicks", COUNT, "clicks on a recommendation"),
    SUM("checkouts", COUNT, "checkouts started"),
    SUM("payment_tries", COUNT, "payment attempts"),
    SUM("purchases", COUNT, "purchases"),
    SUM("cart_value_e4", MONEY, "value of the cart at its end"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    SUM("errors", COUNT, "script errors"),
    SUM("rage_clicks", COUNT, "rage clicks"),
    SUM("form_errors", COUNT, "form errors"),
    SUM("lcp_ms", REAL, "largest contentful paint"),
    SUM("inp_ms", REAL, "interaction delay"),
    SUM("cls", REAL, "layout shift"),
    SUM("ttfb_ms", REAL, "time to first byte"),
    ATTR("is_new_visitor", FLAG, "the visitor's first session"),
    ATTR("recovered", FLAG, "its abandoned cart was ordered later"),
    TRAFFIC_DIMS,
    ATTR("is_derived", FLAG, "built from events, not imported"),
    PROVENANCE,
};

static const struct column target_columns[] = {
    STORE,
    KEY("kpi", TEXT, "KPI id"),
    KEY("level", TEXT, "base, target, stretch"),
    TIME("local_date", DAY, "first day"),
    TIME("end_date", DAY, "last day"),
    SUM("value_e4", MONEY, "target x 10^4"),
    ATTR("currency", TEXT, "ISO 4217; null: no money"),
    ATTR("note", TEXT, "why"),
    DIM("category", "category; empty: all"),
    ATTR("owner", TEXT, "who answers for it"),
    ATTR("period", TEXT, "the period as written: 2026, 2026-Q1, 2026-03, double-11"),
    ATTR("locked", FLAG, "a split leaves it as it is"),
    ATTR("revision", COUNT, "which revision of the targets it came with, from 1"),
    TIME("revised_at", TIME, "when that was"),
    ATTR("author", TEXT, "who wrote it"),
    PROVENANCE,
};

/* What an article is called in the shop itself. Only those that sku-map.csv names. */
static const struct column article_columns[] = {
    STORE,
    KEY("sku", TEXT, "the platform's article number"),
    DIM("master_sku", "the shop's own article"),
};

/* What lines of the ledger cost beside what they say themselves, and costs of no order. Each cost
 * of an order is shared among its lines to the cent; a line that bears none has no row, so revenue
 * is that of order_line alone. */
static const struct column cost_line_columns[] = {
    STORE,
    KEY("order_key", KEY, "the order; null: a cost of no order"),
    KEY("class", TEXT, "class of the ledger line; booked, ads, fixed: a cost of no line"),
    DIM("sku", "the shop's or platform's article number, as in the order"),
    DIM("channel", "of the order, or of the ad spend"),
    DIM("campaign", "of the order, or of the ad spend"),
    TIME("local_date", DAY, "day of the sale, return or cost"),
    TIME("order_date", DAY, "day of the order that it belongs to"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    SUM("shipping_e4", MONEY, "postage of the order, moved from its line to what was sold"),
    SUM("goods_e4",
        MONEY,
        "goods by costs.yaml or sku-map.csv, less what the ledger's line has; null: no rule"),
    SUM("known_net_e4",
        MONEY,
        "net value of lines whose goods cost only those files tell; of discounts and returns "
        "without a cost of their own the part of their order whose cost is known"),
    SUM("gift_e4", MONEY, "gifts by costs.yaml; goods given away as goods_e4"),
    SUM("platform_fee_e4", MONEY, "platform fee: booked, else by the rules"),
    SUM("commission_e4", MONEY, "creators and affiliates: booked, else by the rules"),
    SUM("payment_fee_e4", MONEY, "payment fee: booked, else by the rules"),
    SUM("parcel_e4", MONEY, "parcels: as shipped, else by the rules"),
    SUM("packaging_e4", MONEY, "packaging by the rules"),
    SUM("insurance_e4", MONEY, "return insurance: booked, else by the rules"),
    SUM("return_freight_e4", MONEY, "freight of returns by the rules"),
    SUM("other_e4", MONEY, "other fees that were booked"),
    SUM("ads_e4", MONEY, "ad spend"),
    SUM("fixed_e4", MONEY, "fixed costs of the day"),
    SUM("booked_e4", MONEY, "costs that were booked and replaced what the rules say"),
    SUM("replaced_e4", MONEY, "what the rules say of those"),
    SUM("replaced_fee_e4", MONEY, "of that, fees and commissions: no parcels"),
    SUM("estimated_e4", MONEY, "costs that stand by the rules alone"),
};

#define TABLE_WITH(base, rare, made, id, knd, date, order_date, money, history, is, en, zh)       \
    {                                                                                             \
        .name = #id, .about = is, .label_en = en, .label_zh = zh, .kind = TABLE_##knd,            \
        .date_column = date, .order_date_column = order_date, .currency_column = money,           \
        .columns = id##_columns, .column_count = ARRAY_LEN(id##_columns), .has_history = history, \
        .beside = base, .rare_date = rare, .made_of = made                                        \
    }
#define TABLE(...) TABLE_WITH(NULL, NULL, NULL, __VA_ARGS__)
#define VIEW(base, id, order_date, money, is, en, zh)                                           \
    {                                                                                           \
        .name = #id, .about = is, .label_en = en, .label_zh = zh, .kind = TABLE_DERIVED,        \
        .date_column = "local_date", .order_date_column = order_date, .currency_column = money, \
        .columns = id##_columns, .column_count = ARRAY_LEN(id##_columns), .beside = base,       \
        .view = id##_sql, .made_of = id##_made_of                                               \
    }

/* clang-format off */
const struct table commerce_tables[] = {
    TABLE_WITH(NULL, "cancelled_date", NULL, orders, FACT, "local_date", NULL, "currency", true, "orders, one row an order", "orders", "订单"),
    TABLE(order_line, FACT, "local_date", "order_date", "currency", true, "the ledger of sale events, one row a line", "order lines", "订单明细"),
    TABLE(order_item, ENTITY, NULL, NULL, "currency", true, "items of orders that came in a file of their own", "order items", "订单宝贝明细"),
    TABLE(payment, FACT, "local_date", NULL, "currency", true, "payment attempts", "payments", "支付"),
    TABLE(refund, FACT, "local_date", "order_date", "currency", true, "refund cases", "refunds", "退款"),
    TABLE(shipment, FACT, "local_date", NULL, "currency", true, "parcels", "parcels", "发货"),
    TABLE(product, ENTITY, NULL, NULL, "currency", true, "articles", "products", "商品"),
    TABLE(customer, ENTITY, NULL, NULL, NULL, true, "customers", "customers", "客户"),
    TABLE(stock_level, FACT, "local_date", NULL, "currency", true, "stock at the end of a day", "stock", "库存"),
    TABLE(stock_move, FACT, "local_date", NULL, "currency", true, "stock movements", "stock movements", "库存变动"),
    TABLE(ad_spend, FACT, "local_date", NULL, "currency", true, "advertising spend by day", "ad spend", "推广花费"),
    TABLE(fee, FACT, "local_date", NULL, "currency", true, "fees of platforms and providers", "fees", "费用"),
    TABLE(settlement, FACT, "local_date", NULL, "currency", true, "what platforms booked to the shop's account", "settlements", "结算账单"),
    TABLE(feedback, FACT, "local_date", NULL, NULL, true, "reviews and surveys", "reviews and surveys", "评价"),
    TABLE(ticket, FACT, "local_date", NULL, NULL, true, "service inquiries", "service inquiries", "客服咨询"),
    TABLE(benchmark, FACT, "local_date", NULL, "currency", true, "market figures", "market figures", "行业基准"),
    TABLE(product_change, FACT, "local_date", NULL, NULL, true, "changes to a product page", "product changes", "商品改动"),
    TABLE(action, FACT, "local_date", NULL, NULL, true, "actions: who does what by when", "actions", "行动事项"),
    TABLE(calendar_event, ENTITY, "local_date", NULL, NULL, true, "promotions and notes of the calendar", "calendar events", "日历事件"),
    TABLE(fx_rate, ENTITY, "local_date", NULL, NULL, true, "exchange rates by day", "exchange rates", "汇率"),
    TABLE(platform_stat, FACT, "local_date", NULL, "currency", true, "figures that a platform has aggregated", "platforms' figures", "平台汇总数据"),
    TABLE(event, FACT, "local_date", NULL, "currency", true, "behaviour events", "behaviour events", "行为事件"),
    TABLE(session, FACT, "local_date", NULL, "currency", true, "visits", "visits", "访问"),
    TABLE(article, DERIVED, NULL, NULL, NULL, false, "the shop's own names of articles", "own names of products", "商品对照"),
    TABLE_WITH("order_line", NULL, cost_line_made_of, cost_line, DERIVED, "local_date", "order_date", "currency", false, "what lines cost beside what the ledger says", "costs by line", "费用明细"),
    VIEW("stock_level", stock_age, NULL, "currency", "stock by the age of what is on hand, first in first out", "stock by age", "库龄"),
    VIEW("stock_level", stock_day, NULL, "currency", "stock day by day, a store's last count until its next one", "stock day by day", "每日库存"),
    VIEW("stock_level", stock_idle, NULL, "currency", "stock with the last sale of each article", "stock with last sale", "库存与最近销售"),
    VIEW("order_line", new_article, NULL, NULL, "articles on the days on which they are new, with what they sold", "new products by day", "新品按天"),
    VIEW("order_line", known_profit, "order_date", "currency", "goods whose cost is known, with what they cost", "goods with known cost", "成本已知的商品"),
    TABLE(target, FACT, "local_date", NULL, "currency", true, "targets", "targets", "目标"),
};
/* clang-format on */
const size_t commerce_table_count = ARRAY_LEN(commerce_tables);
