/* WooCommerce REST API v3 (developer.woocommerce.com/docs/apis/rest-api/v3): orders with their
 * refunds, orders in the trash, products with their variations, customers.
 *
 * Pages are asked for by the time of the last change and not by number, since a page's number moves
 * when an order changes meanwhile: after a page its newest change is where the next one begins;
 * only within what changed in one second there are page numbers. Times are UTC (dates_are_gmt).
 *
 * Money. subtotal and total of a line are without tax in every shop, whatever its prices are;
 * subtotal - total is the discount, a coupon's share included. Tax of postage and fees, which has
 * no line here, is shared among the order's lines by the import. A refund has the lines it pays
 * back; what it pays beyond them is a return without an article. */
#include "ingest/pull/connectors/woo_priv.h"

#include <string.h>

/* ---- Requests ---- */

static void add_time(const struct pull_place *place, struct buf *url)
{
    struct buf text;
    if (place->since[0] == '\0')
        return;
    buf_init(&text, 64);
    pull_time_less(place->since, 1, &text); /* modified_after leaves its own second out */
    buf_addf(url, "&dates_are_gmt=true&modified_after=%.*s", STR_ARG(buf_str(&text)));
    buf_release(&text);
}

static void add_changes(const struct pull_place *place, struct buf *url)
{
    buf_addf(url,
             "per_page=%d&page=%lld&orderby=modified&order=asc",
             WOO_PER_PAGE,
             (long long)place->page);
    add_time(place, url);
}

static void request_orders(const struct pull_options *o,
                           const struct pull_place *place,
                           struct buf *url)
{
    (void)o;
    buf_adds(url, "/wp-json/wc/v3/orders?status=any&");
    add_changes(place, url);
}

static void request_trash(const struct pull_options *o,
                          const struct pull_place *place,
                          struct buf *url)
{
    (void)o;
    buf_adds(url, "/wp-json/wc/v3/orders?status=trash&");
    add_changes(place, url);
}

static void request_products(const struct pull_options *o,
                             const struct pull_place *place,
                             struct buf *url)
{
    (void)o;
    buf_adds(url, "/wp-json/wc/v3/products?");
    add_changes(place, url);
}

/* Customers cannot be asked for by their change; they come by number, and new ones have the
 * highest. */
static void request_customers(const struct pull_options *o,
                              const struct pull_place *place,
                              struct buf *url)
{
    (void)o;
    buf_addf(url,
             "/wp-json/wc/v3/customers?role=all&orderby=id&order=asc&per_page=%d&page=%lld",
             WOO_PER_PAGE,
             (long long)place->page);
}

static enum status login(const struct pull_options *o,
                         struct arena *a,
                         struct client_request *out,
                         struct error *why)
{
    if (o->secret->key.len == 0)
        return error_set(
            why,
            STATUS_BAD_INPUT,
            "source \"%.*s\": WooCommerce wants a consumer key and a secret; give both "
            "with: shopvane source keys %.*s",
            STR_ARG(o->source->name),
            STR_ARG(o->source->name));
    if (o->source->keys_in_query)
        return STATUS_OK;
    out->user = arena_cstr(a, o->secret->key);
    out->password = arena_cstr(a, o->secret->secret);
    return out->user != NULL && out->password != NULL
               ? STATUS_OK
               : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

static void sign(const struct pull_options *o, struct buf *url)
{
    if (!o->source->keys_in_query)
        return;
    buf_adds(url, "&consumer_key=");
    url_encode(o->secret->key, url);
    buf_adds(url, "&consumer_secret=");
    url_encode(o->secret->secret, url);
}

static const char *hint(int status)
{
    static const struct {
        int status;
        const char *hint;
    } hints[] = {
        { 400, "the shop does not know this request; is WooCommerce older than 5.8?" },
        { 401,
          "the keys are refused: give them anew (shopvane source keys), or, if the server "
          "drops them, set keys=query" },
        { 403,
          "the keys may not read this: make one with the right to read for an administrator, "
          "or a firewall is in the way" },
        { 404,
          "no WooCommerce there: is the url right, and are WordPress's permalinks not set to "
          "plain?" },
    };
    for (size_t i = 0; i < ARRAY_LEN(hints); i++) {
        if (hints[i].status == status)
            return hints[i].hint;
    }
    return "look at the shop, and pull again";
}

/* ---- Pages ---- */

enum status woo_want_list(const struct pull_page *p, struct error *why)
{
    if (json_node_type(p->root) == JSON_ARRAY)
        return STATUS_OK;
    return error_set(why,
                     STATUS_BAD_INPUT,
                     "the answer is no list, as WooCommerce sends one; is another program behind "
                     "the url?");
}

static int64_t pages_told(const struct pull_page *p)
{
    int64_t n = 0;
    if (p->reply == NULL || !str_to_i64(client_header(p->reply, "X-WP-TotalPages"), &n) || n < 0)
        return 0;
    return n;
}

/* Whether pages follow: as told, else by how full this one is. An empty page amid others would cut
 * the pull short without a word. */
enum status woo_more_follows(struct pull_page *p, bool *more, struct error *why)
{
    const size_t n = json_node_len(p->root);
    const int64_t pages = pages_told(p);
    const bool is_told = p->reply != NULL && client_header(p->reply, "X-WP-TotalPages").len > 0;
    p->pages_due = pages;
    *more = is_told ? pages > p->place->page : n >= WOO_PER_PAGE;
    if (*more && n == 0)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "the page is empty although the shop says that more follow; pull again");
    return STATUS_OK;
}

/* By time: on from the newest, or within its second. */
enum status woo_advance(struct pull_page *p, const char *time, struct error *why)
{
    bool more = false;
    const enum status st = woo_more_follows(p, &more, why);
    str newest = str_from(p->place->since);
    for (size_t i = 0; i < json_node_len(p->root); i++) {
        const str at = pull_text(json_at(p->root, i), time);
        if (at.len > 0 && at.len < sizeof p->place->since && pull_time_is_later(at, newest))
            newest = at;
    }
    p->is_last = !more;
    if (st != STATUS_OK || newest.ptr == p->place->since) {
        p->place->page = more ? p->place->page + 1 : 1;
        return st;
    }
    memcpy(p->place->since, newest.ptr, newest.len);
    p->place->since[newest.len] = '\0';
    p->place->page = 1;
    return STATUS_OK;
}

/* ---- Orders ---- */

/* What is read of an order before its rows are written. */
struct order {
    const struct json_node *n;
    str id;
    str number; /* what people see, and the export calls Order # */
    str status;
    str placed_at;
    str paid_at;
    int64_t total;
    int64_t total_tax;
    int64_t line_tax;
    int64_t shipping;
    int64_t refunded; /* positive */
    bool is_trash;
    bool is_void; /* no order: thrown away, or ended unpaid; nor are its refunds returns */
    size_t rows;
};

static bool ended_unpaid(const struct order *o)
{
    static const char *const ends[] = { "trash", "cancelled", "failed" };
    for (size_t i = 0; i < ARRAY_LEN(ends) && o->paid_at.len == 0; i++) {
        if (str_is(o->status, ends[i]))
            return true;
    }
    return false;
}

static bool read_order(const struct json_node *n, struct order *o, struct error *why)
{
    *o = (struct order){ .n = n,
                         .id = pull_text(n, "id"),
                         .number = pull_text(n, "number"),
                         .status = pull_text(n, "status"),
                         .placed_at = pull_text(n, "date_created_gmt"),
                         .paid_at = pull_text(n, "date_paid_gmt") };
    int64_t refunds = 0;
    if (o->id.len == 0 || o->placed_at.len == 0 || o->status.len == 0) {
        (void)error_set(why,
                        STATUS_BAD_INPUT,
                        "an order has no id, status or date_created_gmt; nothing of the page was "
                        "kept; is a plugin changing the API's answers?");
        return false;
    }
    if (o->number.len == 0)
        o->number = o->id;
    if (!pull_money(n, "total", &o->total, why) ||
        !pull_money(n, "total_tax", &o->total_tax, why) ||
        !pull_money(n, "shipping_total", &o->shipping, why) ||
        !pull_sum(n, "line_items", "total_tax", &o->line_tax, why) ||
        !pull_sum(n, "refunds", "total", &refunds, why))
        return false;
    o->refunded = -refunds;
    o->is_trash = str_is(o->status, "trash");
    /* as WooCommerce's own reports: a cancelled or trashed order is none, even if it was paid; one
     * in the trash neither when it has refunds, which are thrown away with it */
    if (o->is_trash || (str_is(o->status, "cancelled") && refunds == 0))
        o->paid_at = STR_EMPTY;
    o->is_void = ended_unpaid(o);
    if (o->is_void)
        o->refunded = 0;
    return true;
}

/* A checkout that was begun, or an order that a person is still writing. */
static bool is_draft(str status)
{
    return str_is(status, "checkout-draft") || str_is(status, "auto-draft") ||
           str_is(status, "draft");
}

static str meta_of(const struct json_node *n, const char *key)
{
    const struct json_node *meta = json_get(n, "meta_data");
    for (size_t i = 0; i < json_node_len(meta); i++) {
        const struct json_node *one = json_at(meta, i);
        if (str_is(pull_text(one, "key"), key))
            return pull_text(one, "value");
    }
    return STR_EMPTY;
}

str woo_first_of(str a, str b)
{
    return a.len > 0 ? a : b;
}

/* A guest is told by the mail address; that of another letter case is the same. */
static str buyer_of(const struct json_node *n, struct arena *a)
{
    const str id = pull_text(n, "customer_id");
    if (id.len > 0 && !str_is(id, "0"))
        return id;
    char *mail = arena_cstr(a, str_trim(pull_text(n, "billing.email")));
    for (size_t i = 0; mail != NULL && mail[i] != '\0'; i++) {
        if (mail[i] >= 'A' && mail[i] <= 'Z')
            mail[i] = (char)(mail[i] - 'A' + 'a');
    }
    return mail != NULL ? str_from(mail) : STR_EMPTY;
}

/* What the order says, on its first row. */
static void set_head(struct pull_rows *r, const struct order *o)
{
    const struct json_node *n = o->n;
    const str utm = meta_of(n, "_wc_order_attribution_utm_source");
    pull_row_set(r, "paid_at", o->paid_at);
    if (!str_eq(o->number, o->id)) /* a plugin numbers orders itself */
        pull_row_set(r, "order_alias", o->id);
    if (str_is(o->status, "completed"))
        pull_row_set(r, "shipped_at", pull_text(n, "date_completed_gmt"));
    pull_row_set(r, "updated_at", pull_text(n, "date_modified_gmt"));
    pull_row_set(r, "customer_id", buyer_of(n, r->arena));
    pull_row_set(r, "channel", woo_first_of(utm, pull_text(n, "created_via")));
    pull_row_set(r, "medium", meta_of(n, "_wc_order_attribution_utm_medium"));
    pull_row_set(r, "campaign", meta_of(n, "_wc_order_attribution_utm_campaign"));
    pull_row_set(r, "landing_page", meta_of(n, "_wc_order_attribution_session_entry"));
    pull_row_set(r, "device", meta_of(n, "_wc_order_attribution_device_type"));
    pull_row_set(r,
                 "country",
                 woo_first_of(pull_text(n, "shipping.country"), pull_text(n, "billing.country")));
    pull_row_set(
        r, "region", woo_first_of(pull_text(n, "shipping.state"), pull_text(n, "billing.state")));
    pull_row_set(
        r, "city", woo_first_of(pull_text(n, "shipping.city"), pull_text(n, "billing.city")));
    pull_row_set(r, "coupon", pull_join(r->arena, n, "coupon_lines", "code"));
    pull_row_set(r, "payment_method", pull_text(n, "payment_method"));
    pull_row_money(r, "shipping", o->shipping);
    pull_row_money(r, "order_total", o->total);
    pull_row_money(r, "refunded", o->refunded);
    pull_row_money(r, "order_tax", o->total_tax - o->line_tax);
}

/* What every row of the order has. */
static void begin_line(struct pull_rows *r, struct order *o)
{
    pull_row_begin(r, PULL_ORDERS);
    pull_row_set(r, "order_id", o->number);
    pull_row_set(r, "placed_at", o->placed_at);
    pull_row_set(r, "status", o->status);
    pull_row_set(r, "currency", pull_text(o->n, "currency"));
    if (str_is(o->status, "pending"))
        pull_row_set(r, "class", STR("unpaid"));
    if (o->rows++ == 0)
        set_head(r, o);
    else
        pull_row_set(r, "paid_at", o->paid_at); /* decides each line's class */
}

static bool line_item(struct pull_rows *r,
                      struct order *o,
                      const struct json_node *n,
                      struct error *why)
{
    int64_t subtotal = 0;
    int64_t total = 0;
    int64_t tax = 0;
    int64_t quantity = 0;
    if (!pull_money(n, "subtotal", &subtotal, why) || !pull_money(n, "total", &total, why) ||
        !pull_money(n, "total_tax", &tax, why) || !pull_count(n, "quantity", &quantity, why))
        return false;
    if (quantity == 0 && subtotal == 0)
        return true; /* taken off the order by hand */
    const str variation = pull_text(n, "variation_id");
    const bool has_variation = variation.len > 0 && !str_is(variation, "0");
    begin_line(r, o);
    pull_row_set(r, "sub_order_id", pull_text(n, "id"));
    pull_row_set(
        r,
        "sku",
        woo_first_of(pull_text(n, "sku"), has_variation ? variation : pull_text(n, "product_id")));
    pull_row_set(r, "title", pull_text(n, "name"));
    pull_row_count(r, "quantity", quantity == 0 ? 1 : quantity);
    pull_row_money(r, "line_amount", subtotal);
    if (quantity > 0)
        pull_row_money(r, "unit_price", (int64_t)i128_div_half_even(subtotal, quantity));
    pull_row_money(r, "discount_merchant", subtotal - total);
    pull_row_money(r, "line_tax", tax);
    pull_row_end(r);
    return true;
}

/* Gift wrapping, a surcharge of the payment; below 0: a discount that somebody gave by hand. */
static bool fee_line(struct pull_rows *r,
                     struct order *o,
                     const struct json_node *n,
                     struct error *why)
{
    int64_t total = 0;
    if (!pull_money(n, "total", &total, why))
        return false;
    if (total == 0)
        return true;
    begin_line(r, o);
    if (!str_is(o->status, "pending"))
        pull_row_set(r, "class", total < 0 ? STR("discount") : STR("fee"));
    pull_row_set(r, "sub_order_id", pull_text(n, "id"));
    pull_row_set(r, "title", pull_text(n, "name"));
    pull_row_count(r, "quantity", 1);
    pull_row_money(r, "line_amount", total);
    pull_row_end(r);
    return true;
}

typedef bool line_function(struct pull_rows *r,
                           struct order *o,
                           const struct json_node *n,
                           struct error *why);

static bool each_line(
    struct pull_rows *r, struct order *o, const char *list, line_function *f, struct error *why)
{
    const struct json_node *items = json_get(o->n, list);
    for (size_t i = 0; i < json_node_len(items); i++) {
        if (!f(r, o, json_at(items, i), why))
            return false;
    }
    return true;
}

/* ---- Refunds ---- */

struct refund {
    const struct order *order;
    const struct json_node *n;
    int64_t told; /* of the amount: what its lines say */
};

static void begin_refund(struct pull_rows *r, const struct refund *f, str line)
{
    pull_row_begin(r, PULL_REFUNDS);
    pull_row_set(
        r,
        "refund_id",
        arena_printf(r->arena, "%.*s-%.*s", STR_ARG(pull_text(f->n, "id")), STR_ARG(line)));
    pull_row_set(r, "order_id", f->order->number);
    pull_row_set(r, "currency", pull_text(f->order->n, "currency"));
    pull_row_set(r, "status", f->order->is_void ? STR("cancelled") : STR("succeeded"));
    pull_row_set(r, "reason", pull_text(f->n, "reason"));
    pull_row_set(r, "at", pull_text(f->n, "date_created_gmt"));
}

/* Lines of a refund have negative amounts. */
static bool refund_lines(struct pull_rows *r,
                         struct refund *f,
                         const char *list,
                         const char *line_class,
                         struct error *why)
{
    const struct json_node *items = json_get(f->n, list);
    for (size_t i = 0; i < json_node_len(items); i++) {
        const struct json_node *n = json_at(items, i);
        int64_t total = 0;
        int64_t tax = 0;
        int64_t quantity = 0;
        if (!pull_money(n, "total", &total, why) || !pull_money(n, "total_tax", &tax, why) ||
            !pull_count(n, "quantity", &quantity, why))
            return false;
        if (total == 0 && tax == 0 && quantity == 0)
            continue;
        const bool is_goods = line_class == NULL;
        const str variation = pull_text(n, "variation_id");
        const bool has_variation = variation.len > 0 && !str_is(variation, "0");
        begin_refund(r, f, pull_text(n, "id"));
        pull_row_set(r, "class", str_from(line_class));
        if (is_goods) {
            pull_row_set(r,
                         "sku",
                         woo_first_of(pull_text(n, "sku"),
                                      has_variation ? variation : pull_text(n, "product_id")));
            pull_row_count(r, "quantity", -quantity);
            pull_row_set(
                r, "stage", quantity == 0 ? STR("post_ship_keep") : STR("post_ship_return"));
        }
        pull_row_money(r, "amount", -(total + tax));
        pull_row_money(r, "tax", -tax);
        pull_row_end(r);
        f->told -= total + tax;
    }
    return true;
}

static bool one_refund(struct pull_rows *r,
                       const struct order *o,
                       const struct json_node *n,
                       struct error *why)
{
    struct refund f = { .order = o, .n = n };
    int64_t amount = 0;
    if (!pull_money(n, "amount", &amount, why) || !refund_lines(r, &f, "line_items", NULL, why) ||
        !refund_lines(r, &f, "shipping_lines", "shipping", why) ||
        !refund_lines(r, &f, "fee_lines", "fee", why))
        return false;
    if (amount == f.told)
        return true;
    begin_refund(r, &f, STR("rest"));
    pull_row_set(r, "stage", STR("post_ship_keep"));
    pull_row_money(r, "amount", amount - f.told);
    pull_row_money(r, "tax", 0);
    pull_row_end(r);
    return true;
}

/* An order only says what its refunds come to; when and of what they were is asked for. */
static enum status ask_refunds(struct pull_page *p, const struct order *o, struct error *why)
{
    const size_t due = json_node_len(json_get(o->n, "refunds"));
    size_t seen = 0;
    for (int page = 1; seen < due; page++) {
        const struct json_node *list = NULL;
        const str path = arena_printf(p->rows->arena,
                                      "/wp-json/wc/v3/orders/%.*s/refunds?per_page=%d&page=%d",
                                      STR_ARG(o->id),
                                      WOO_PER_PAGE,
                                      page);
        const enum status st = pull_ask(p->pull, "refunds", path, false, &list, why);
        if (st != STATUS_OK)
            return st;
        for (size_t i = 0; i < json_node_len(list); i++, seen++) {
            if (!one_refund(p->rows, o, json_at(list, i), why))
                return STATUS_BAD_INPUT;
        }
        if (json_node_len(list) == 0)
            return error_set(why,
                             STATUS_BAD_INPUT,
                             "order %.*s has %zu refunds, and %zu of them came; pull again",
                             STR_ARG(o->number),
                             due,
                             seen);
    }
    return STATUS_OK;
}

static enum status one_order(struct pull_page *p, const struct json_node *n, struct error *why)
{
    struct order o;
    if (!read_order(n, &o, why))
        return STATUS_BAD_INPUT;
    if (is_draft(o.status))
        return STATUS_OK;
    if (!each_line(p->rows, &o, "line_items", line_item, why) ||
        !each_line(p->rows, &o, "fee_lines", fee_line, why))
        return STATUS_BAD_INPUT;
    if (o.rows == 0) { /* an order of postage alone */
        begin_line(p->rows, &o);
        pull_row_set(p->rows, "class", STR_EMPTY);
        pull_row_end(p->rows);
    }
    return p->pull != NULL && !o.is_trash ? ask_refunds(p, &o, why) : STATUS_OK;
}

static enum status page_orders(struct pull_page *p, struct error *why)
{
    struct map *latest = NULL;
    enum status st = woo_want_list(p, why);
    if (st == STATUS_OK && (latest = pull_latest(p->root, "date_modified_gmt")) == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; st == STATUS_OK && i < json_node_len(p->root); i++) {
        if (pull_is_latest(latest, p->root, i))
            st = one_order(p, json_at(p->root, i), why);
    }
    map_free(latest);
    return st == STATUS_OK ? woo_advance(p, "date_modified_gmt", why) : st;
}

static const struct pull_resource resources[] = {
    { .name = "orders", .request = request_orders, .page = page_orders },
    { .name = "orders in the trash", .request = request_trash, .page = page_orders },
    { .name = "products",
      .request = request_products,
      .page = woo_page_products,
      .is_optional = true,
      .without = "the keys may not read products: articles have the names that orders give them" },
    { .name = "customers",
      .request = request_customers,
      .page = woo_page_customers,
      .is_optional = true,
      .without = "the keys may not read customers: only buyers are known" },
};

const struct connector connector_woocommerce = {
    .resources = resources,
    .count = ARRAY_LEN(resources),
    .lists = woo_lists,
    .list_count = WOO_LISTS,
    .list_page = woo_list_page,
    .order_request = woo_order_request,
    .order_found = woo_order_found,
    .login = login,
    .sign = sign,
    .hint = hint,
};
