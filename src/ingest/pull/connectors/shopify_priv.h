/* What the files of the Shopify connector share. */
#ifndef SHOPVANE_INGEST_CONNECTORS_SHOPIFY_PRIV_H
#define SHOPVANE_INGEST_CONNECTORS_SHOPIFY_PRIV_H

#include "ingest/pull/pull_priv.h"

void shopify_add_path(const struct pull_options *o, const char *path, struct buf *url);
/* The page's list of that name; an error when there is none. */
enum status shopify_want_list(const struct pull_page *p,
                              const char *key,
                              const struct json_node **out,
                              struct error *why);
/* On to the next page. */
enum status shopify_advance(struct pull_page *p, const struct json_node *list, struct error *why);
enum status shopify_page_products(struct pull_page *p, struct error *why);
enum status shopify_page_customers(struct pull_page *p, struct error *why);

/* ---- Orders and their refunds ---------------------------------------------------------------- */

/* What is read of an order before its rows are written; borrowed from the page. */
struct shopify_order {
    const struct json_node *n;
    str name;     /* #1001 */
    str currency; /* the shop's */
    str status;
    str placed_at;
    str paid_at;
    int64_t total_tax;
    int64_t line_tax;
    int64_t refunded; /* what its refunds say so far */
    bool taxes_included;
    bool has_tip_line; /* the tip is one of its lines */
    bool is_void;      /* ended without ever being paid: no sale, and nothing to return */
    size_t rows;
};

/* An amount in the shop's currency: the set's shop_money where there is one, else the plain field.
 */
MUST_CHECK bool shopify_money(const struct json_node *n,
                              const char *key,
                              int64_t *out,
                              struct error *why);
/* The same over the items of a list. */
MUST_CHECK bool shopify_sum_money(
    const struct json_node *n, const char *list, const char *key, int64_t *out, struct error *why);
/* Sets the error; false. */
MUST_CHECK bool shopify_too_large(struct error *why);
bool shopify_is_one_of(str word, const char *const *words, size_t n);
bool shopify_is_true(const struct json_node *n, const char *key);
/* A tip that the buyer gave at the checkout stands among the lines too, told by these keys, which
 * only tips have, whatever their value. */
bool shopify_is_tip(const struct json_node *line);
str shopify_sku_of(const struct json_node *line); /* else the variant's or product's number */
/* Rows of one refund of the order (shopify_refunds.c); adds what it comes to to o->refunded. */
MUST_CHECK bool shopify_refund(struct pull_rows *r,
                               struct shopify_order *o,
                               const struct json_node *n,
                               struct error *why);

/* ---- Which orders there are (shopify_listing.c) ---------------------------------------------- */

#define SHOPIFY_LISTS 1
extern const struct pull_list shopify_lists[SHOPIFY_LISTS];
enum status shopify_list_page(struct pull_page *p, struct buf *ids, struct error *why);
enum status shopify_list_days(struct pull *p, int64_t wanted, int64_t *out, struct error *why);
void shopify_order_request(const struct pull_options *o, str id, struct buf *url);
enum status shopify_order_found(const struct client_reply *reply,
                                struct arena *a,
                                const struct json_node **out,
                                struct error *why);

#endif
