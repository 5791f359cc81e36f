/* What the files of this module share. */
#ifndef SHOPVANE_SHOP_SHOP_PRIV_H
#define SHOPVANE_SHOP_SHOP_PRIV_H

#include "format/format.h"
#include "shop/shop.h"

struct shop {
    struct arena *arena; /* texts of the settings */
    const char *dir;
    struct shop_settings settings;
    struct zone *zone;
    struct shop_store *stores;
    size_t store_count;
    int lock_fd;
    struct store *database;
    struct conn *writer;
};

/* shop.yaml and stores.yaml into `s` (all problems at once), texts in its arena. */
enum status settings_read(struct shop *s, struct error *why);
enum status settings_check(const struct shop_settings *in, struct error *why);
enum status settings_write(const char *dir, const struct shop_settings *in, struct error *why);

/* Creates or migrates the tables; refuses a newer folder. */
enum status schema_prepare(struct conn *c, struct error *why);

/* run/lock, held while open; STATUS_CONFLICT names the pid that holds it. */
enum status lock_take(const char *dir, int *out_fd, struct error *why);

#endif
