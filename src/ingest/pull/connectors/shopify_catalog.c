/* Shopify's products with what their variants cost, and customers. */
#include "ingest/pull/connectors/shopify_priv.h"

#define COSTS_ASKED 100

/* ---- Products ---- */

/* Costs stand with the inventory, a hundred variants a request. */
struct costs {
    struct map *by_item; /* inventory item: cost, 10^-4 */
    struct buf ids;      /* of those to ask for */
    size_t count;
};

static enum status ask_costs(struct pull_page *p, struct costs *c, struct error *why)
{
    const struct json_node *root = NULL;
    struct buf path;
    if (c->count == 0 || p->pull == NULL)
        return STATUS_OK;
    buf_init(&path, PULL_URL_MAX);
    shopify_add_path(pull_options_of(p->pull), "inventory_items.json?", &path);
    buf_addf(&path, "limit=%d&ids=%.*s", COSTS_ASKED, STR_ARG(buf_str(&c->ids)));
    enum status st = buf_ok(&path)
                         ? pull_ask(p->pull, "inventory items", buf_str(&path), true, &root, why)
                         : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&path);
    const struct json_node *items = json_get(root, "inventory_items");
    if (st == STATUS_OK && root == NULL)
        pull_note(p->pull,
                  tr(why->lang,
                     "the token may not read the inventory (scope read_inventory): no costs came"));
    for (size_t i = 0; st == STATUS_OK && i < json_node_len(items); i++) {
        const struct json_node *n = json_at(items, i);
        int64_t cost = 0;
        if (!pull_money(n, "cost", &cost, why))
            st = STATUS_BAD_INPUT;
        else if (cost > 0 && !map_put(c->by_item, pull_text(n, "id"), (uint64_t)cost))
            st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    buf_clear(&c->ids);
    c->count = 0;
    return st;
}

static enum status collect_costs(struct pull_page *p,
                                 const struct json_node *list,
                                 struct costs *c,
                                 struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < json_node_len(list); i++) {
        const struct json_node *variants = json_get(json_at(list, i), "variants");
        for (size_t k = 0; st == STATUS_OK && k < json_node_len(variants); k++) {
            const str id = pull_text(json_at(variants, k), "inventory_item_id");
            if (id.len == 0)
                continue;
            buf_addf(&c->ids, "%s%.*s", c->count > 0 ? "," : "", STR_ARG(id));
            if (++c->count == COSTS_ASKED)
                st = ask_costs(p, c, why);
        }
    }
    return st == STATUS_OK ? ask_costs(p, c, why) : st;
}

static bool article(struct pull_rows *r,
                    const struct json_node *product,
                    const struct json_node *n,
                    const struct costs *c,
                    struct error *why)
{
    int64_t price = 0;
    const str variant = pull_text(n, "title");
    const uint64_t *cost = map_get(c->by_item, pull_text(n, "inventory_item_id"));
    if (!pull_money(n, "price", &price, why))
        return false;
    pull_row_begin(r, PULL_PRODUCTS);
    pull_row_set(r, "sku", pull_text(n, "sku").len > 0 ? pull_text(n, "sku") : pull_text(n, "id"));
    pull_row_set(r, "product_id", pull_text(product, "handle"));
    pull_row_set(r, "title", pull_text(product, "title"));
    pull_row_set(r, "category", pull_text(product, "product_type"));
    pull_row_set(r, "brand", pull_text(product, "vendor"));
    if (!str_is(variant, "Default Title"))
        pull_row_set(r, "variant", variant);
    pull_row_money(r, "price", price);
    if (cost != NULL)
        pull_row_money(r, "cost", (int64_t)*cost);
    pull_row_set(r, "launched_date", str_first(pull_text(product, "published_at"), 10));
    pull_row_end(r);
    return true;
}

static enum status write_articles(struct pull_page *p,
                                  const struct json_node *list,
                                  const struct costs *c,
                                  struct error *why)
{
    for (size_t i = 0; i < json_node_len(list); i++) {
        const struct json_node *product = json_at(list, i);
        const struct json_node *variants = json_get(product, "variants");
        for (size_t k = 0; k < json_node_len(variants); k++) {
            if (!article(p->rows, product, json_at(variants, k), c, why))
                return STATUS_BAD_INPUT;
        }
    }
    return STATUS_OK;
}

enum status shopify_page_products(struct pull_page *p, struct error *why)
{
    const struct json_node *list = NULL;
    struct costs c = { .by_item = map_new() };
    enum status st = c.by_item != NULL ? shopify_want_list(p, "products", &list, why)
                                       : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_init(&c.ids, PULL_URL_MAX);
    if (st == STATUS_OK)
        st = collect_costs(p, list, &c, why);
    if (st == STATUS_OK)
        st = write_articles(p, list, &c, why);
    buf_release(&c.ids);
    map_free(c.by_item);
    return st == STATUS_OK ? shopify_advance(p, list, why) : st;
}

/* ---- Customers ---- */

enum status shopify_page_customers(struct pull_page *p, struct error *why)
{
    const struct json_node *list = NULL;
    const enum status st = shopify_want_list(p, "customers", &list, why);
    for (size_t i = 0; st == STATUS_OK && i < json_node_len(list); i++) {
        const struct json_node *n = json_at(list, i);
        const str mail = pull_text(n, "email");
        const str id = mail.len > 0 ? mail : pull_text(n, "id");
        if (id.len == 0)
            continue;
        pull_row_begin(p->rows, PULL_CUSTOMERS);
        pull_row_set(p->rows, "customer_id", id);
        pull_row_set(p->rows, "country", pull_text(n, "default_address.country_code"));
        pull_row_set(p->rows, "created_at", pull_text(n, "created_at"));
        pull_row_end(p->rows);
    }
    return st == STATUS_OK ? shopify_advance(p, list, why) : st;
}
