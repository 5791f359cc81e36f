/* Shopify Admin REST API (shopify.dev/docs/api/admin-rest): orders with their refunds, products
 * with what their variants cost, customers.
 *
 * Pages follow the Link header, whose address holds the question itself; one that has expired is
 * given up, and the resource goes on from the newest change it has seen. Times have their offset.
 *
 * Money is the shop's own (shop_money), never what the buyer saw in another currency. With
 * taxes_included a line's price holds its tax, which is taken out here, so that amounts are without
 * tax as those of every pull. A discount of the order stands on its lines (discount_allocations).
 */
#include "ingest/pull/connectors/shopify_priv.h"

#include <string.h>

#define PER_PAGE    250
#define API_VERSION "2025-01"

/* ---- Requests ---- */

static str version_of(const struct pull_options *o)
{
    return o->source->api_version.len > 0 ? o->source->api_version : STR(API_VERSION);
}

void shopify_add_path(const struct pull_options *o, const char *path, struct buf *url)
{
    buf_addf(url, "/admin/api/%.*s/%s", STR_ARG(version_of(o)), path);
}

static void request(const struct pull_options *o,
                    const struct pull_place *place,
                    const char *path,
                    struct buf *url)
{
    shopify_add_path(o, path, url);
    buf_addf(url, "limit=%d&order=updated_at+asc", PER_PAGE);
    if (place->since[0] != '\0') {
        buf_adds(url, "&updated_at_min=");
        url_encode(str_from(place->since), url);
        if (strlen(place->since) == STR("2025-03-01T10:00:00").len)
            buf_addc(url, 'Z');
    }
}

static void request_orders(const struct pull_options *o,
                           const struct pull_place *place,
                           struct buf *url)
{
    request(o, place, "orders.json?status=any&", url);
}

static void request_products(const struct pull_options *o,
                             const struct pull_place *place,
                             struct buf *url)
{
    request(o, place, "products.json?", url);
}

static void request_customers(const struct pull_options *o,
                              const struct pull_place *place,
                              struct buf *url)
{
    request(o, place, "customers.json?", url);
}

static enum status login(const struct pull_options *o,
                         struct arena *a,
                         struct client_request *out,
                         struct error *why)
{
    struct client_header *h = ARENA_NEW(a, struct client_header, 2);
    if (h == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    h[0] = (struct client_header){ STR("X-Shopify-Access-Token"), o->secret->secret };
    h[1] = (struct client_header){ STR("Accept"), STR("application/json") };
    out->headers = h;
    out->header_count = 2;
    return STATUS_OK;
}

static const char *hint(int status)
{
    static const struct {
        int status;
        const char *hint;
    } hints[] = {
        { 401, "the access token is refused: give it anew (shopvane source keys)" },
        { 402, "the shop is frozen: its bill at Shopify is not paid" },
        { 403,
          "the token may not read this: give the app the scopes read_orders and read_all_orders, "
          "and install it again" },
        { 404,
          "no such shop or version of the API: is the url https://NAME.myshopify.com, and the "
          "api_version still served?" },
        { 423, "the shop is locked; ask Shopify" },
    };
    for (size_t i = 0; i < ARRAY_LEN(hints); i++) {
        if (hints[i].status == status)
            return hints[i].hint;
    }
    return "look at the shop, and pull again";
}

/* The bucket takes 40 requests and loses 2 a second ("32/40"); a shop of Plus has a larger one.
 * Near the rim a second is waited, so that 429 stays rare. */
static int64_t pause_ms(const struct client_reply *last)
{
    str text = client_header(last, "X-Shopify-Shop-Api-Call-Limit");
    int64_t used = 0;
    int64_t size = 0;
    const str left = str_take_until(&text, '/');
    if (!str_to_i64(left, &used) || !str_to_i64(text, &size))
        return 0;
    return used >= size - 2 ? 1000 : 0;
}

/* ---- Pages ---- */

enum status shopify_want_list(const struct pull_page *p,
                              const char *key,
                              const struct json_node **out,
                              struct error *why)
{
    *out = json_get(p->root, key);
    if (json_node_type(*out) == JSON_ARRAY)
        return STATUS_OK;
    return error_set(why,
                     STATUS_BAD_INPUT,
                     "the answer has no list \"%s\", as Shopify sends one; is the url that of the "
                     "shop (https://NAME.myshopify.com)?",
                     key);
}

/* The next page's address must be one of this shop: it gets the token. */
enum status shopify_advance(struct pull_page *p, const struct json_node *list, struct error *why)
{
    str next = STR_EMPTY;
    str newest = str_from(p->place->since);
    for (size_t i = 0; i < json_node_len(list); i++) {
        const str at = pull_text(json_at(list, i), "updated_at");
        if (at.len > 0 && at.len < sizeof p->place->since && pull_time_is_later(at, newest))
            newest = at;
    }
    if (newest.ptr != p->place->since) {
        memcpy(p->place->since, newest.ptr, newest.len);
        p->place->since[newest.len] = '\0';
    }
    const bool has_next = p->place->next[0] != '\0';
    p->is_last = p->reply == NULL || !client_link_next(client_header(p->reply, "Link"), &next);
    if (has_next && !p->is_last && str_is(next, p->place->next))
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "the page names itself as the next one; pull again, and ask Shopify if it "
                         "stays so");
    p->place->next[0] = '\0';
    if (p->is_last)
        return STATUS_OK;
    const struct pull_options *o = pull_options_of(p->pull);
    if (next.len >= sizeof p->place->next ||
        !str_eq_nocase(client_url_server(next), client_url_server(o->source->url)))
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "the next page is said to be at %.*s, another server; keys are not sent "
                         "there. Set the source's url to the shop's own name "
                         "(https://NAME.myshopify.com)",
                         STR_ARG(client_url_shown(next)));
    memcpy(p->place->next, next.ptr, next.len);
    p->place->next[next.len] = '\0';
    return STATUS_OK;
}

/* ---- Orders ---- */

bool shopify_too_large(struct error *why)
{
    return error_set(why, STATUS_BAD_INPUT, "amounts of one order are too large"), false;
}

bool shopify_is_true(const struct json_node *n, const char *key)
{
    bool v = false;
    return json_as_bool(json_get(n, key), &v) && v;
}

bool shopify_is_one_of(str word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_is(word, words[i]))
            return true;
    }
    return false;
}

bool shopify_money(const struct json_node *n, const char *key, int64_t *out, struct error *why)
{
    char path[96];
    const size_t len = strlen(key);
    static const char tail[] = "_set.shop_money.amount";
    BUG_IF(len + sizeof tail > sizeof path);
    memcpy(path, key, len);
    memcpy(path + len, tail, sizeof tail);
    return pull_money(n, pull_text(n, path).len > 0 ? path : key, out, why);
}

bool shopify_sum_money(
    const struct json_node *n, const char *list, const char *key, int64_t *out, struct error *why)
{
    const struct json_node *items = json_get(n, list);
    *out = 0;
    for (size_t i = 0; i < json_node_len(items); i++) {
        int64_t one = 0;
        if (!shopify_money(json_at(items, i), key, &one, why))
            return false;
        if (!i64_add(*out, one, out))
            return shopify_too_large(why);
    }
    return true;
}

static bool read_order(const struct json_node *n, struct shopify_order *o, struct error *why)
{
    static const char *const paid[] = {
        "paid", "partially_refunded", "refunded", "partially_paid"
    };
    static const char *const ended[] = { "voided", "expired" };
    *o = (struct shopify_order){ .n = n,
                                 .name = pull_text(n, "name"),
                                 .currency = pull_text(n, "currency"),
                                 .status = pull_text(n, "financial_status"),
                                 .placed_at = pull_text(n, "created_at"),
                                 .taxes_included = shopify_is_true(n, "taxes_included") };
    if (pull_text(n, "id").len == 0 || o->name.len == 0 || o->placed_at.len == 0) {
        (void)error_set(why,
                        STATUS_BAD_INPUT,
                        "an order has no id, name or created_at; nothing of the page was kept; may "
                        "the token read orders?");
        return false;
    }
    if (shopify_is_one_of(o->status, paid, ARRAY_LEN(paid)))
        o->paid_at = pull_text(n, "processed_at");
    o->is_void = o->paid_at.len == 0 && (pull_text(n, "cancelled_at").len > 0 ||
                                         shopify_is_one_of(o->status, ended, ARRAY_LEN(ended)));
    return shopify_money(n, "total_tax", &o->total_tax, why);
}

/* The mail address, as Shopify's export calls its customers; without the right to see it the
 * platform's number. */
static str buyer_of(const struct json_node *n)
{
    const str mail = pull_text(n, "email");
    return mail.len > 0 ? mail : pull_text(n, "customer.id");
}

/* Postage without tax, and less its discounts, which the order's own total_shipping_price leaves
 * out: a coupon for free postage stands on the line of the postage alone. Lines that were taken off
 * the order are none. An order without such lines has the total. */
static bool postage_of(const struct shopify_order *o, int64_t *out, struct error *why)
{
    const struct json_node *lines = json_get(o->n, "shipping_lines");
    if (json_node_len(lines) == 0)
        return shopify_money(o->n, "total_shipping_price", out, why);
    *out = 0;
    for (size_t i = 0; i < json_node_len(lines); i++) {
        const struct json_node *n = json_at(lines, i);
        int64_t price = 0;
        int64_t discount = 0;
        int64_t tax = 0;
        if (shopify_is_true(n, "is_removed"))
            continue;
        if (!shopify_money(n, "price", &price, why) ||
            !shopify_sum_money(n, "discount_allocations", "amount", &discount, why) ||
            !shopify_sum_money(n, "tax_lines", "price", &tax, why))
            return false;
        if (!i64_add(price, -discount, &price) ||
            !i64_add(price, o->taxes_included ? -tax : 0, &price) || !i64_add(*out, price, out))
            return shopify_too_large(why);
    }
    return true;
}

static bool set_amounts(struct pull_rows *r, const struct shopify_order *o, struct error *why)
{
    int64_t shipping = 0;
    int64_t total = 0;
    int64_t tip = 0;
    int64_t duty = 0;
    int64_t due = 0;
    if (!postage_of(o, &shipping, why) || !shopify_money(o->n, "total_price", &total, why) ||
        !pull_money(o->n, "total_tip_received", &tip, why) ||
        !pull_money(o->n, "original_total_duties_set.shop_money.amount", &duty, why) ||
        !pull_money(o->n, "total_outstanding", &due, why))
        return false;
    pull_row_money(r, "shipping", shipping);
    pull_row_money(r, "order_total", total);
    pull_row_money(r, "order_tax", o->total_tax - o->line_tax);
    pull_row_money(r, "refunded", o->refunded);
    if (tip != 0 && !o->has_tip_line)
        pull_row_money(r, "tip", tip);
    if (duty != 0)
        pull_row_money(r, "duty", duty);
    if (str_is(o->status, "partially_paid"))
        pull_row_money(r, "paid", total - due);
    return true;
}

static bool set_head(struct pull_rows *r, const struct shopify_order *o, struct error *why)
{
    const struct json_node *n = o->n;
    const struct json_node *place = json_get(n, "shipping_address");
    const struct json_node *parcels = json_get(n, "fulfillments");
    pull_row_set(r, "shipped_at", pull_text(json_at(parcels, 0), "created_at"));
    pull_row_set(r, "cancelled_at", pull_text(n, "cancelled_at"));
    pull_row_set(r, "cancel_reason", pull_text(n, "cancel_reason"));
    pull_row_set(r, "updated_at", pull_text(n, "updated_at"));
    pull_row_set(r, "order_alias", pull_text(n, "id"));
    pull_row_set(r, "customer_id", buyer_of(n));
    pull_row_set(r, "channel", pull_text(n, "source_name"));
    pull_row_set(r, "landing_page", pull_text(n, "landing_site"));
    pull_row_set(r, "language", pull_text(n, "customer_locale"));
    if (place == NULL || json_node_type(place) != JSON_OBJECT)
        place = json_get(n, "billing_address");
    pull_row_set(r, "country", pull_text(place, "country_code"));
    pull_row_set(r, "region", pull_text(place, "province_code"));
    pull_row_set(r, "city", pull_text(place, "city"));
    pull_row_set(r, "coupon", pull_join(r->arena, n, "discount_codes", "code"));
    pull_row_set(r, "payment_method", pull_join(r->arena, n, "payment_gateway_names", NULL));
    if (shopify_is_true(n, "test"))
        pull_row_set(r, "is_test", STR("true"));
    return set_amounts(r, o, why);
}

static bool begin_line(struct pull_rows *r, struct shopify_order *o, struct error *why)
{
    pull_row_begin(r, PULL_ORDERS);
    pull_row_set(r, "order_id", o->name);
    pull_row_set(r, "placed_at", o->placed_at);
    pull_row_set(r, "paid_at", o->paid_at);
    pull_row_set(r, "status", o->is_void ? STR("cancelled") : o->status);
    pull_row_set(r, "currency", o->currency);
    return o->rows++ > 0 || set_head(r, o, why);
}

bool shopify_is_tip(const struct json_node *line)
{
    return json_get(line, "tip") != NULL || json_get(line, "tip_payment_gateway") != NULL;
}

str shopify_sku_of(const struct json_node *line)
{
    static const char *const places[] = { "sku", "variant_id", "product_id" };
    str out = STR_EMPTY;
    for (size_t i = 0; i < ARRAY_LEN(places) && out.len == 0; i++)
        out = pull_text(line, places[i]);
    return out;
}

static bool line_item(struct pull_rows *r,
                      struct shopify_order *o,
                      const struct json_node *n,
                      struct error *why)
{
    int64_t price = 0;
    int64_t quantity = 0;
    int64_t amount = 0;
    int64_t discount = 0;
    int64_t tax = 0;
    if (!shopify_money(n, "price", &price, why) || !pull_count(n, "quantity", &quantity, why) ||
        !shopify_sum_money(n, "discount_allocations", "amount", &discount, why) ||
        !shopify_sum_money(n, "tax_lines", "price", &tax, why))
        return false;
    if (!i64_mul(price, quantity, &amount) || amount > MONEY_MAX_E4 || amount < -MONEY_MAX_E4)
        return shopify_too_large(why);
    if (quantity == 0)
        return true;
    if (!begin_line(r, o, why))
        return false;
    if (shopify_is_true(n, "gift_card"))
        pull_row_set(r, "class", STR("gift_card"));
    if (shopify_is_tip(n))
        pull_row_set(r, "class", STR("tip"));
    pull_row_set(r, "sub_order_id", pull_text(n, "id"));
    pull_row_set(r, "sku", shopify_sku_of(n));
    pull_row_set(r, "title", pull_text(n, "title"));
    pull_row_count(r, "quantity", quantity);
    pull_row_money(r, "unit_price", price);
    pull_row_money(r, "line_amount", amount - (o->taxes_included ? tax : 0));
    pull_row_money(r, "discount_merchant", discount);
    pull_row_money(r, "line_tax", tax);
    pull_row_end(r);
    return true;
}

static bool one_order(struct pull_rows *r, const struct json_node *n, struct error *why)
{
    struct shopify_order o;
    const struct json_node *lines = json_get(n, "line_items");
    const struct json_node *refunds = json_get(n, "refunds");
    if (!read_order(n, &o, why))
        return false;
    for (size_t i = 0; i < json_node_len(lines); i++) {
        int64_t tax = 0;
        if (!shopify_sum_money(json_at(lines, i), "tax_lines", "price", &tax, why))
            return false;
        if (!i64_add(o.line_tax, tax, &o.line_tax))
            return shopify_too_large(why);
        o.has_tip_line = o.has_tip_line || shopify_is_tip(json_at(lines, i));
    }
    for (size_t i = 0; i < json_node_len(refunds); i++) {
        if (!shopify_refund(r, &o, json_at(refunds, i), why))
            return false;
    }
    for (size_t i = 0; i < json_node_len(lines); i++) {
        if (!line_item(r, &o, json_at(lines, i), why))
            return false;
    }
    if (o.rows > 0)
        return true;
    if (!begin_line(r, &o, why)) /* postage or a tip alone */
        return false;
    pull_row_end(r);
    return true;
}

static enum status page_orders(struct pull_page *p, struct error *why)
{
    const struct json_node *list = NULL;
    struct map *latest = NULL;
    enum status st = shopify_want_list(p, "orders", &list, why);
    if (st == STATUS_OK && (latest = pull_latest(list, "updated_at")) == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; st == STATUS_OK && i < json_node_len(list); i++) {
        if (pull_is_latest(latest, list, i) && !one_order(p->rows, json_at(list, i), why))
            st = STATUS_BAD_INPUT;
    }
    map_free(latest);
    return st == STATUS_OK ? shopify_advance(p, list, why) : st;
}

static const struct pull_resource resources[] = {
    { .name = "orders", .request = request_orders, .page = page_orders },
    { .name = "products",
      .request = request_products,
      .page = shopify_page_products,
      .is_optional = true,
      .without = "the token may not read products (scope read_products): articles have the names "
                 "that orders give them" },
    { .name = "customers",
      .request = request_customers,
      .page = shopify_page_customers,
      .is_optional = true,
      .without = "the token may not read customers (scope read_customers): only buyers are known" },
};

const struct connector connector_shopify = {
    .resources = resources,
    .count = ARRAY_LEN(resources),
    .lists = shopify_lists,
    .list_count = SHOPIFY_LISTS,
    .list_page = shopify_list_page,
    .list_days = shopify_list_days,
    .order_request = shopify_order_request,
    .order_found = shopify_order_found,
    .login = login,
    .hint = hint,
    .pause_ms = pause_ms,
};
