/* stores.yaml and shop.yaml, changed by commands. */
#include "shop/shop_priv.h"

static enum status check_stores(const char *dir,
                                const struct yaml_node *root,
                                struct arena *a,
                                struct problems *p,
                                struct error *why)
{
    struct shop_settings settings = { .name = STR_EMPTY };
    struct store_list list = { .items = NULL };
    const enum status st = settings_read_shop(dir, a, &settings, p, why);
    return st == STATUS_OK ? stores_read(root, &settings, a, p, &list, why) : st;
}

static enum status check_shop(const char *dir,
                              const struct yaml_node *root,
                              struct arena *a,
                              struct problems *p,
                              struct error *why)
{
    struct shop_settings settings = { .name = STR_EMPTY };
    (void)dir;
    (void)why;
    settings_from(root, a, &settings, p);
    return STATUS_OK;
}

static const struct list_file stores_file = { .file = STORES_FILE,
                                              .key = "stores",
                                              .always = "main",
                                              .command = "stores",
                                              .check = check_stores };
static const struct list_file shop_file = { .file = SHOP_FILE, .check = check_shop };

enum status shop_stores_edit(const char *dir,
                             str store,
                             bool is_new,
                             const struct store_change *changes,
                             size_t n,
                             struct error *why)
{
    const struct list_change c = { .entry = store, .is_new = is_new, .changes = changes, .n = n };
    return settings_list_edit(dir, &stores_file, &c, why);
}

enum status shop_stores_undo(const char *dir, struct error *why)
{
    return settings_list_undo(dir, &stores_file, why);
}

enum status shop_settings_edit(const char *dir,
                               const struct store_change *changes,
                               size_t n,
                               struct error *why)
{
    const struct list_change c = { .changes = changes, .n = n };
    return settings_list_edit(dir, &shop_file, &c, why);
}

enum status shop_settings_undo(const char *dir, struct error *why)
{
    return settings_list_undo(dir, &shop_file, why);
}
