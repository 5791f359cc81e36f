/* What the files of this module share. */
#ifndef SHOPVANE_SHOP_SHOP_PRIV_H
#define SHOPVANE_SHOP_SHOP_PRIV_H

#include "format/format.h"
#include "shop/shop.h"

#include <pthread.h>
#include <stdatomic.h>

/* What shop.yaml and stores.yaml said when they were read. Never changed: others may read it. */
struct shop_config {
    struct arena *arena; /* its texts */
    struct shop_settings settings;
    struct zone *zone;
    struct shop_store *stores;
    size_t store_count;
    struct shop_config *older; /* what was in force before; lives as long as the shop */
};

struct shop {
    struct arena *arena;
    const char *dir;
    struct shop_config *_Atomic config; /* pairs: shop_settings_reload() and every reader */
    int lock_fd;
    struct store *database;
    struct conn *writer;
    const char *kept; /* the copy that was made before a migration; NULL: none was needed */
    pthread_mutex_t writer_gate; /* who holds it may use `writer` */
    atomic_bool writer_taken;    /* for who only wants to know; set while the gate is held */
};

/* shop.yaml and stores.yaml of `dir` with their zones (all problems at once). */
enum status config_read(const char *dir, struct shop_config **out, struct error *why);
void config_free(struct shop_config *c); /* and all older ones; NULL is fine */
/* Both files into `c`, whose arena is there. */
enum status settings_read(const char *dir, struct shop_config *c, struct error *why);
/* shop.yaml alone; problems go to `p`. */
enum status settings_read_shop(const char *dir,
                               struct arena *a,
                               struct shop_settings *out,
                               struct problems *p,
                               struct error *why);
/* The document of a shop.yaml, checked. */
void settings_from(const struct yaml_node *root,
                   struct arena *a,
                   struct shop_settings *out,
                   struct problems *p);
enum status settings_check(const struct shop_settings *in, struct error *why);
enum status settings_write(const char *dir, const struct shop_settings *in, struct error *why);

#define SHOP_FILE   "shop.yaml"
#define STORES_FILE "stores.yaml"

/* Values with their checks, shared by shop.yaml and stores.yaml. */
void settings_read_currency(const struct yaml_node *n, str *out, struct problems *p);
void settings_read_zone(const struct yaml_node *n, str *out, struct problems *p);

/* The stores of a stores.yaml (NULL: no file): `main` first, in the arena. */
struct store_list {
    struct shop_store *items;
    size_t count;
};
/* A name that no store may have; one argument, the name. */
#define STORE_NAME_TAKEN                                                                        \
    "\"%.*s\" cannot be a store's name: inbox/archive/ and inbox/failed/ are where files that " \
    "were "                                                                                     \
    "imported, or could not be, are put away; give it another"
bool stores_name_is_taken(str name);
enum status stores_read(const struct yaml_node *root,
                        const struct shop_settings *settings,
                        struct arena *a,
                        struct problems *p,
                        struct store_list *out,
                        struct error *why);

/* ---- Files of named entries, changed by commands (list_edit.c) --------------------------------
 */

struct list_file {
    const char *file;    /* "stores.yaml" */
    const char *key;     /* the entries stand below it: "stores"; NULL: no entries but keys */
    const char *always;  /* an entry that is there, written or not; NULL: none */
    const char *command; /* that changes it, for messages */
    /* What is wrong with the file goes to `p`. */
    enum status (*check)(const char *dir,
                         const struct yaml_node *root,
                         struct arena *a,
                         struct problems *p,
                         struct error *why);
};
struct list_change {
    str entry;
    bool is_new;     /* it must not exist yet; else it must */
    bool is_removed; /* the whole entry goes */
    const struct store_change *changes;
    size_t n;
};
/* The old text is kept as FILE.old; nothing is written unless the new one passes `check`. */
enum status settings_list_edit(const char *dir,
                               const struct list_file *list,
                               const struct list_change *c,
                               struct error *why);
/* FILE and FILE.old change places. */
enum status settings_list_undo(const char *dir, const struct list_file *list, struct error *why);

/* shop_catalog() with another text in place of one file. */
enum status catalog_with(const char *dir,
                         const struct kpi_file *edited,
                         struct problems *p,
                         struct kpi_catalog **out,
                         struct error *why);

/* Number of the schema that is there, 0: none yet. STATUS_CONFLICT for one of a newer program. */
enum status schema_found(struct conn *c, int64_t *version, struct error *why);
/* Makes the tables, or brings those of `version` up to date: all of it or nothing. */
enum status schema_prepare(struct conn *c, int64_t version, struct error *why);
/* Copies the closed database of an older schema to kept/; the path is in the arena. Copies of
 * other migrations go. */
enum status schema_keep(const char *dir,
                        const char *database,
                        int64_t version,
                        struct arena *a,
                        const char **out,
                        struct error *why);

/* run/lock, held while open; STATUS_CONFLICT names the pid that holds it. */
enum status lock_take(const char *dir, int *out_fd, struct error *why);

#endif
