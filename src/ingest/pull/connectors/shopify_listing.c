/* Shopify: numbers of all orders, and whether there is one order. Only test orders, cancelled and
 * archived ones can be deleted there (help.shopify.com, "Deleting orders"), and the app may. */
#include "ingest/pull/connectors/shopify_priv.h"

#include <string.h>

#define PER_PAGE     250
#define DAYS_TO_SEE  60 /* without read_all_orders */
#define DAYS_TO_LIST (DAYS_TO_SEE - 1)

static void request_numbers(const struct pull_options *o,
                            const struct pull_place *place,
                            struct buf *url)
{
    shopify_add_path(o, "orders.json?status=any&fields=id,name,created_at", url);
    buf_addf(url, "&limit=%d&order=created_at+asc&created_at_min=", PER_PAGE);
    url_encode(str_from(place->since), url);
    buf_addc(url, 'Z');
}

const struct pull_list shopify_lists[SHOPIFY_LISTS] = {
    { .name = "numbers of orders", .request = request_numbers },
};

enum status shopify_list_page(struct pull_page *p, struct buf *ids, struct error *why)
{
    const struct json_node *list = NULL;
    const enum status st = shopify_want_list(p, "orders", &list, why);
    for (size_t i = 0; st == STATUS_OK && i < json_node_len(list); i++) {
        const struct json_node *n = json_at(list, i);
        const str id = pull_text(n, "id");
        const str name = pull_text(n, "name");
        if (id.len == 0 || name.len == 0)
            return error_set(why,
                             STATUS_BAD_INPUT,
                             "a listed order has no id or name; no order was looked for, pull "
                             "again");
        buf_addf(ids, "%.*s\t%.*s\n", STR_ARG(name), STR_ARG(id));
    }
    return st == STATUS_OK ? shopify_advance(p, list, why) : st;
}

/* A token without read_all_orders is shown the last 60 days, and told of the others that there are
 * none. */
enum status shopify_list_days(struct pull *p, int64_t wanted, int64_t *out, struct error *why)
{
    const struct json_node *root = NULL;
    const enum status st =
        pull_ask(p, "access_scopes", STR("/admin/oauth/access_scopes.json"), false, &root, why);
    const struct json_node *scopes = json_get(root, "access_scopes");
    bool sees_all = false;
    for (size_t i = 0; st == STATUS_OK && i < json_node_len(scopes); i++)
        sees_all = sees_all || str_is(pull_text(json_at(scopes, i), "handle"), "read_all_orders");
    *out = sees_all || wanted < DAYS_TO_LIST ? wanted : DAYS_TO_LIST;
    return st;
}

void shopify_order_request(const struct pull_options *o, str id, struct buf *url)
{
    shopify_add_path(o, "orders.json?status=any&limit=1&ids=", url);
    url_encode(id, url);
}

enum status shopify_order_found(const struct client_reply *reply,
                                struct arena *a,
                                const struct json_node **out,
                                struct error *why)
{
    const struct json_node *root = NULL;
    const enum status st = json_parse(reply->body, a, &root, why);
    const struct json_node *list = json_get(root, "orders");
    *out = NULL;
    if (st == STATUS_OK && (reply->status == 404 || json_node_type(list) != JSON_ARRAY))
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "whether an order is still there was answered with no list of orders; "
                         "nothing was booked, pull again");
    if (st == STATUS_OK && json_node_len(list) > 0)
        *out = root;
    return st;
}
