/* WooCommerce's products with their variations, and customers. */
#include "ingest/pull/connectors/woo_priv.h"

/* ---- Products ---- */

/* The category that stands last is the most special one, as the shop's own lists show them. */
static void set_article(struct pull_rows *r, const struct json_node *product)
{
    pull_row_set(r, "product_id", pull_text(product, "id"));
    pull_row_set(r, "title", pull_text(product, "name"));
    pull_row_set(r, "category", pull_join(r->arena, product, "categories", "name"));
    pull_row_set(r, "brand", pull_join(r->arena, product, "brands", "name"));
    pull_row_set(r, "launched_date", str_first(pull_text(product, "date_created_gmt"), 10));
}

static bool article(struct pull_rows *r,
                    const struct json_node *product,
                    const struct json_node *n, /* the product or one of its variations */
                    struct error *why)
{
    int64_t price = 0;
    int64_t cost = 0;
    const str price_text = woo_first_of(pull_text(n, "regular_price"), pull_text(n, "price"));
    if (!pull_money(n,
                    price_text.len > 0 && pull_text(n, "regular_price").len > 0 ? "regular_price"
                                                                                : "price",
                    &price,
                    why) ||
        !pull_money(n, "cost_of_goods_sold.total_value", &cost, why))
        return false;
    pull_row_begin(r, PULL_PRODUCTS);
    set_article(r, product);
    pull_row_set(r, "sku", woo_first_of(pull_text(n, "sku"), pull_text(n, "id")));
    if (n != product)
        pull_row_set(r, "variant", pull_join(r->arena, n, "attributes", "option"));
    if (price_text.len > 0)
        pull_row_money(r, "price", price);
    if (cost > 0)
        pull_row_money(r, "cost", cost);
    pull_row_end(r);
    return true;
}

static enum status ask_variations(struct pull_page *p,
                                  const struct json_node *product,
                                  struct error *why)
{
    for (int page = 1;; page++) {
        const struct json_node *list = NULL;
        const str path = arena_printf(p->rows->arena,
                                      "/wp-json/wc/v3/products/%.*s/variations?per_page=%d&page=%d",
                                      STR_ARG(pull_text(product, "id")),
                                      WOO_PER_PAGE,
                                      page);
        const enum status st = pull_ask(p->pull, "products", path, false, &list, why);
        if (st != STATUS_OK)
            return st;
        for (size_t i = 0; i < json_node_len(list); i++) {
            if (!article(p->rows, product, json_at(list, i), why))
                return STATUS_BAD_INPUT;
        }
        if (json_node_len(list) < WOO_PER_PAGE)
            return STATUS_OK;
    }
}

enum status woo_page_products(struct pull_page *p, struct error *why)
{
    enum status st = woo_want_list(p, why);
    for (size_t i = 0; st == STATUS_OK && i < json_node_len(p->root); i++) {
        const struct json_node *n = json_at(p->root, i);
        if (json_node_len(json_get(n, "variations")) > 0 && p->pull != NULL)
            st = ask_variations(p, n, why);
        else if (!article(p->rows, n, n, why))
            st = STATUS_BAD_INPUT;
    }
    return st == STATUS_OK ? woo_advance(p, "date_modified_gmt", why) : st;
}

/* ---- Customers ---- */

enum status woo_page_customers(struct pull_page *p, struct error *why)
{
    bool more = false;
    enum status st = woo_want_list(p, why);
    for (size_t i = 0; st == STATUS_OK && i < json_node_len(p->root); i++) {
        const struct json_node *n = json_at(p->root, i);
        const str id = pull_text(n, "id");
        if (id.len == 0)
            continue;
        pull_row_begin(p->rows, PULL_CUSTOMERS);
        pull_row_set(p->rows, "customer_id", id);
        pull_row_set(
            p->rows,
            "country",
            woo_first_of(pull_text(n, "shipping.country"), pull_text(n, "billing.country")));
        pull_row_set(p->rows, "created_at", pull_text(n, "date_created_gmt"));
        pull_row_set(p->rows, "segment", pull_text(n, "role"));
        pull_row_end(p->rows);
    }
    if (st == STATUS_OK)
        st = woo_more_follows(p, &more, why);
    p->is_last = !more;
    if (more)
        p->place->page++; /* the next pull begins at the last page, where new ones are added */
    return st;
}
