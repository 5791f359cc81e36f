/* What the files of the WooCommerce connector share. */
#ifndef SHOPVANE_INGEST_CONNECTORS_WOO_PRIV_H
#define SHOPVANE_INGEST_CONNECTORS_WOO_PRIV_H

#include "ingest/pull/pull_priv.h"

#define WOO_PER_PAGE 100

enum status woo_want_list(const struct pull_page *p, struct error *why);
/* Whether pages follow, as told, else by how full this one is. */
enum status woo_more_follows(struct pull_page *p, bool *more, struct error *why);
/* On to the next page of what is asked for by a time: date_modified_gmt, date_created_gmt. */
enum status woo_advance(struct pull_page *p, const char *time, struct error *why);
str woo_first_of(str a, str b); /* the first that is not empty */
enum status woo_page_products(struct pull_page *p, struct error *why);
enum status woo_page_customers(struct pull_page *p, struct error *why);

/* ---- Which orders there are (woo_listing.c) ---- */

#define WOO_LISTS 2
extern const struct pull_list woo_lists[WOO_LISTS];
enum status woo_list_page(struct pull_page *p, struct buf *ids, struct error *why);
void woo_order_request(const struct pull_options *o, str id, struct buf *url);
enum status woo_order_found(const struct client_reply *reply,
                            struct arena *a,
                            const struct json_node **out,
                            struct error *why);

#endif
