/* Where orders are pulled from: the platforms' APIs of a shop, in sources.yaml, and their keys,
 * each in a file of its own that nobody else can read (secrets/NAME, 0600). The shop need not be
 * open. Threads: any; no state. */
#ifndef SHOPVANE_SHOP_SOURCES_H
#define SHOPVANE_SHOP_SOURCES_H

#include "shop/shop.h"

/*      id           name in sources.yaml */
#define SOURCE_KIND_LIST(X)       \
    X(WOOCOMMERCE, "woocommerce") \
    X(SHOPIFY, "shopify")
#define X(id, name) SOURCE_##id,
enum source_kind { SOURCE_KIND_LIST(X) SOURCE_KIND_COUNT };
#undef X
const char *shop_source_kind_name(enum source_kind k);

struct shop_source {
    str name;
    enum source_kind kind;
    str url;               /* https://shop.example, without a slash at its end */
    str store;             /* whose orders they are */
    int32_t since;         /* orders changed before this day are not asked for; DAY_NONE: all */
    str api_version;       /* Shopify: 2025-01; empty: the connector's own */
    bool keys_in_query;    /* WooCommerce: servers that drop the Authorization header */
    str ca_file;           /* certificates to trust; empty: the system's */
    int64_t deleted_days;  /* orders placed so many days back are looked for; 0: none */
    int64_t every_minutes; /* how often `watch` pulls; 0: never */
};

/* All sources, in the file's order; none when there is no file. In the arena. */
MUST_CHECK enum status shop_sources_read(const char *dir,
                                         struct arena *a,
                                         const struct shop_source **out,
                                         size_t *count,
                                         struct error *why);
/* STATUS_NOT_FOUND with "did you mean" when there is none of this name. */
MUST_CHECK enum status shop_source_get(
    const char *dir, str name, struct arena *a, struct shop_source *out, struct error *why);
/* As shop_stores_edit(). */
MUST_CHECK enum status shop_sources_edit(const char *dir,
                                         str name,
                                         bool is_new,
                                         const struct store_change *changes,
                                         size_t n,
                                         struct error *why);
/* Takes the source out of the file; its keys stay until shop_secret_remove(). */
MUST_CHECK enum status shop_sources_remove(const char *dir, str name, struct error *why);
MUST_CHECK enum status shop_sources_undo(const char *dir, struct error *why);

/* WooCommerce: consumer key and secret; Shopify: `secret` is the access token. */
struct source_secret {
    str key;
    str secret;
};
MUST_CHECK enum status shop_secret_write(const char *dir,
                                         str name,
                                         const struct source_secret *s,
                                         struct error *why);
/* Refused when others can read the file. */
MUST_CHECK enum status shop_secret_read(
    const char *dir, str name, struct arena *a, struct source_secret *out, struct error *why);
bool shop_secret_exists(const char *dir, str name);
MUST_CHECK enum status shop_secret_remove(const char *dir, str name, struct error *why);

#endif
