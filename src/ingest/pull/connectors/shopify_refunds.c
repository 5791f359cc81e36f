/* Refunds of Shopify's orders. A refund has lines, postage (order_adjustments) and transactions;
 * what these differ by is a return without an article, so that its rows come to what was really
 * paid back.
 *
 * A transaction says its amount in the currency that the buyer paid in, and only sometimes the
 * shop's beside it (amount_set). Where it does not, the difference is the one that the shop itself
 * has booked: adjustments of the kind refund_discrepancy, below 0 when more was paid than the
 * lines say.
 *
 * While a transaction is under way the refund's rows are `pending` and count nowhere; a later pull
 * brings them again under the same ids. Those of an order that ended unpaid are `cancelled`. */
#include "ingest/pull/connectors/shopify_priv.h"

#define SUCCEEDED "succeeded" /* the status of rows that count */

/* What its transactions say. */
struct payback {
    int64_t paid;     /* went through or is under way, in the shop's currency */
    bool any;         /* something was paid back, or was tried to */
    bool is_pending;  /* some of it is under way */
    bool has_foreign; /* some of it has no amount in the shop's currency */
};

struct refund {
    struct shopify_order *order;
    const struct json_node *n;
    struct payback back;
    str status;
    int64_t told; /* what its rows come to */
    size_t rows;
};

static void begin_refund(struct pull_rows *r, struct refund *f, const char *what, str id)
{
    const str at = pull_text(f->n, "processed_at");
    pull_row_begin(r, PULL_REFUNDS);
    pull_row_set(
        r,
        "refund_id",
        arena_printf(r->arena, "%.*s-%s%.*s", STR_ARG(pull_text(f->n, "id")), what, STR_ARG(id)));
    pull_row_set(r, "order_id", f->order->name);
    pull_row_set(r, "currency", f->order->currency);
    pull_row_set(r, "status", f->status);
    pull_row_set(r, "reason", pull_text(f->n, "note"));
    pull_row_set(r, "at", at.len > 0 ? at : pull_text(f->n, "created_at"));
    f->rows++;
}

/* The row's amount, which counts as told. */
static bool end_refund(
    struct pull_rows *r, struct refund *f, int64_t amount, int64_t tax, struct error *why)
{
    pull_row_money(r, "amount", amount);
    pull_row_money(r, "tax", tax);
    pull_row_end(r);
    return i64_add(f->told, amount, &f->told) || shopify_too_large(why);
}

static str stage_of(str restock)
{
    if (str_is(restock, "cancel"))
        return STR("pre_ship");
    return str_is(restock, "no_restock") ? STR("post_ship_keep") : STR("post_ship_return");
}

static bool refund_lines(struct pull_rows *r, struct refund *f, struct error *why)
{
    const struct json_node *items = json_get(f->n, "refund_line_items");
    for (size_t i = 0; i < json_node_len(items); i++) {
        const struct json_node *n = json_at(items, i);
        int64_t subtotal = 0;
        int64_t tax = 0;
        int64_t quantity = 0;
        if (!shopify_money(n, "subtotal", &subtotal, why) ||
            !shopify_money(n, "total_tax", &tax, why) || !pull_count(n, "quantity", &quantity, why))
            return false;
        begin_refund(r, f, "", pull_text(n, "id"));
        if (shopify_is_tip(json_get(n, "line_item")))
            pull_row_set(r, "class", STR("tip"));
        pull_row_set(r, "sub_order_id", pull_text(n, "line_item_id"));
        pull_row_set(r, "sku", shopify_sku_of(json_get(n, "line_item")));
        pull_row_count(r, "quantity", quantity);
        pull_row_set(r, "stage", stage_of(pull_text(n, "restock_type")));
        if (!f->order->taxes_included && !i64_add(subtotal, tax, &subtotal))
            return shopify_too_large(why);
        if (!end_refund(r, f, subtotal, tax, why))
            return false;
    }
    return true;
}

/* What an adjustment paid back, tax included; its own amounts are below 0 for that. */
static bool adjusted(const struct json_node *n, int64_t *paid, int64_t *tax, struct error *why)
{
    if (!shopify_money(n, "amount", paid, why) || !shopify_money(n, "tax_amount", tax, why))
        return false;
    if (!i64_add(*paid, *tax, paid))
        return shopify_too_large(why);
    *paid = -*paid;
    *tax = -*tax;
    return true;
}

static bool is_kind(const struct json_node *n, const char *kind)
{
    return str_is(pull_text(n, "kind"), kind);
}

static bool refund_postage(struct pull_rows *r, struct refund *f, struct error *why)
{
    const struct json_node *items = json_get(f->n, "order_adjustments");
    for (size_t i = 0; i < json_node_len(items); i++) {
        const struct json_node *n = json_at(items, i);
        int64_t paid = 0;
        int64_t tax = 0;
        if (!is_kind(n, "shipping_refund"))
            continue;
        if (!adjusted(n, &paid, &tax, why))
            return false;
        begin_refund(r, f, "a", pull_text(n, "id"));
        pull_row_set(r, "class", STR("shipping"));
        if (!end_refund(r, f, paid, tax, why))
            return false;
    }
    return true;
}

/* ---- What was really paid back ---- */

/* An amount that stands only in another currency than the shop's. */
static bool is_foreign(const struct refund *f, const struct json_node *transaction)
{
    const str currency = pull_text(transaction, "currency");
    return pull_text(transaction, "amount_set.shop_money.amount").len == 0 && currency.len > 0 &&
           f->order->currency.len > 0 && !str_eq_nocase(currency, f->order->currency);
}

static bool read_transactions(const struct refund *f, struct payback *out, struct error *why)
{
    static const char *const pending[] = { "pending", "awaiting_response" };
    const struct json_node *items = json_get(f->n, "transactions");
    *out = (struct payback){ .paid = 0 };
    for (size_t i = 0; i < json_node_len(items); i++) {
        const struct json_node *n = json_at(items, i);
        const str status = pull_text(n, "status");
        const bool is_pending = shopify_is_one_of(status, pending, ARRAY_LEN(pending));
        int64_t amount = 0;
        if (!is_kind(n, "refund"))
            continue;
        out->any = true;
        out->is_pending = out->is_pending || is_pending;
        if (!is_pending && !str_is(status, "success"))
            continue;
        out->has_foreign = out->has_foreign || is_foreign(f, n);
        if (is_foreign(f, n))
            continue;
        if (!shopify_money(n, "amount", &amount, why))
            return false;
        if (!i64_add(out->paid, amount, &out->paid))
            return shopify_too_large(why);
    }
    return true;
}

/* What the shop has booked as the difference between the refund's lines and its payment. */
static bool booked_difference(const struct refund *f, int64_t *out, struct error *why)
{
    const struct json_node *items = json_get(f->n, "order_adjustments");
    *out = 0;
    for (size_t i = 0; i < json_node_len(items); i++) {
        const struct json_node *n = json_at(items, i);
        int64_t paid = 0;
        int64_t tax = 0;
        if (!is_kind(n, "refund_discrepancy"))
            continue;
        if (!adjusted(n, &paid, &tax, why))
            return false;
        if (!i64_add(*out, paid, out))
            return shopify_too_large(why);
    }
    return true;
}

/* While a payment is under way the difference is not known; a refund of an amount alone, which has
 * no other row, is told with what is awaited. */
static bool refund_rest(struct pull_rows *r, struct refund *f, struct error *why)
{
    int64_t rest = 0;
    if (f->back.is_pending && f->rows > 0)
        return true;
    if (f->back.has_foreign && !booked_difference(f, &rest, why))
        return false;
    if (f->back.any && !f->back.has_foreign && !i64_add(f->back.paid, -f->told, &rest))
        return shopify_too_large(why);
    if (rest == 0)
        return true;
    begin_refund(r, f, "rest", STR_EMPTY);
    pull_row_set(r, "stage", STR("post_ship_keep"));
    return end_refund(r, f, rest, 0, why);
}

/* An order that ended unpaid is no sale: what was taken off it is no return either. */
static str status_of(const struct refund *f)
{
    if (f->order->is_void)
        return STR("cancelled");
    return f->back.is_pending ? STR("pending") : STR(SUCCEEDED);
}

bool shopify_refund(struct pull_rows *r,
                    struct shopify_order *o,
                    const struct json_node *n,
                    struct error *why)
{
    struct refund f = { .order = o, .n = n };
    if (!read_transactions(&f, &f.back, why))
        return false;
    f.status = status_of(&f);
    if (!refund_lines(r, &f, why) || !refund_postage(r, &f, why) || !refund_rest(r, &f, why))
        return false;
    return !str_is(f.status, SUCCEEDED) || i64_add(o->refunded, f.told, &o->refunded) ||
           shopify_too_large(why);
}
