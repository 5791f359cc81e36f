/* What the files of the Shopify connector share. */
#ifndef SHOPVANE_INGEST_CONNECTORS_SHOPIFY_PRIV_H
#define SHOPVANE_INGEST_CONNECTORS_SHOPIFY_PRIV_H

#include "ingest/pull_priv.h"

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

#endif
