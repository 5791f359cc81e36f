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
/* shop.yaml alone; problems go to `p`. */
enum status settings_read_shop(struct shop *s, struct problems *p, struct error *why);
enum status settings_check(const struct shop_settings *in, struct error *why);
enum status settings_write(const char *dir, const struct shop_settings *in, struct error *why);

#define STORES_FILE "stores.yaml"

/* Values with their checks, shared by shop.yaml and stores.yaml. */
void settings_read_currency(const struct yaml_node *n, str *out, struct problems *p);
void settings_read_zone(const struct yaml_node *n, str *out, struct problems *p);

/* The stores of a stores.yaml (NULL: no file): `main` first, in the arena. */
struct store_list {
    struct shop_store *items;
    size_t count;
};
enum status stores_read(const struct yaml_node *root,
                        const struct shop_settings *settings,
                        struct arena *a,
                        struct problems *p,
                        struct store_list *out,
                        struct error *why);

/* Creates or migrates the tables; refuses a newer folder. */
enum status schema_prepare(struct conn *c, struct error *why);

/* run/lock, held while open; STATUS_CONFLICT names the pid that holds it. */
enum status lock_take(const char *dir, int *out_fd, struct error *why);

#endif
