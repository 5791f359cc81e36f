/* WooCommerce: numbers of all orders, and whether there is one order.
 *
 * The lists go by the time of creation, as those of changes do by theirs: an order that is deleted
 * meanwhile moves no other past the place. status=any leaves the trash out, and statuses that a
 * plugin keeps from searches; an order asked for by its id comes under any status. */
#include "ingest/pull/connectors/woo_priv.h"

static void request(const struct pull_place *place, const char *status, struct buf *url)
{
    struct buf text;
    buf_init(&text, 64);
    pull_time_less(place->since, 1, &text); /* `after` leaves its own second out */
    buf_addf(url,
             "/wp-json/wc/v3/orders?status=%s&_fields=id,number,date_created_gmt&per_page=%d&page="
             "%lld&orderby=date&order=asc&dates_are_gmt=true&after=%.*s",
             status,
             WOO_PER_PAGE,
             (long long)place->page,
             STR_ARG(buf_str(&text)));
    buf_release(&text);
}

static void request_any(const struct pull_options *o,
                        const struct pull_place *place,
                        struct buf *url)
{
    (void)o;
    request(place, "any", url);
}

static void request_trash(const struct pull_options *o,
                          const struct pull_place *place,
                          struct buf *url)
{
    (void)o;
    request(place, "trash", url);
}

const struct pull_list woo_lists[WOO_LISTS] = {
    { .name = "numbers of orders", .request = request_any },
    { .name = "numbers of orders in the trash", .request = request_trash },
};

enum status woo_list_page(struct pull_page *p, struct buf *ids, struct error *why)
{
    enum status st = woo_want_list(p, why);
    for (size_t i = 0; st == STATUS_OK && i < json_node_len(p->root); i++) {
        const struct json_node *n = json_at(p->root, i);
        const str id = pull_text(n, "id");
        if (id.len == 0 || pull_text(n, "date_created_gmt").len == 0)
            return error_set(why,
                             STATUS_BAD_INPUT,
                             "a listed order has no id or date_created_gmt; is a plugin changing "
                             "the API's answers? no order was looked for");
        buf_addf(
            ids, "%.*s\t%.*s\n", STR_ARG(woo_first_of(pull_text(n, "number"), id)), STR_ARG(id));
    }
    return st == STATUS_OK ? woo_advance(p, "date_created_gmt", why) : st;
}

void woo_order_request(const struct pull_options *o, str id, struct buf *url)
{
    (void)o;
    buf_adds(url, "/wp-json/wc/v3/orders/");
    url_encode(id, url);
    buf_addc(url, '?');
}

/* Only WooCommerce's own word counts: any other 404 may be a firewall's. */
enum status woo_order_found(const struct client_reply *reply,
                            struct arena *a,
                            const struct json_node **out,
                            struct error *why)
{
    const struct json_node *root = NULL;
    struct error unread = { .lang = LANG_EN };
    const bool is_read = json_parse(reply->body, a, &root, &unread) == STATUS_OK;
    *out = NULL;
    if (is_read && reply->status == 404 &&
        str_is(pull_text(root, "code"), "woocommerce_rest_shop_order_invalid_id"))
        return STATUS_OK;
    if (!is_read || reply->status == 404 || pull_text(root, "id").len == 0)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "whether an order is still there was answered with neither the order nor "
                         "WooCommerce's own \"no such order\"; nothing was booked, pull again");
    const str list = arena_printf(a, "[%.*s]", STR_ARG(reply->body));
    return list.len > 2 ? json_parse(list, a, out, why)
                        : error_set(why, STATUS_NO_MEMORY, "out of memory");
}
