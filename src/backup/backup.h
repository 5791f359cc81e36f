/* Backups of a shop while it is open, and bringing one back.
 *
 * A backup is a folder: the shop's own files in their places, state.sqlite copied by SQLite, and
 * manifest.json, written last, with the size and SHA-256 of each. It is made as NAME.partial and
 * takes its name when it is whole and on the disk, so a kill leaves either no backup or a whole
 * one. It holds everything that the shop folder holds, secrets of sources included: 0700. */
#ifndef SHOPVANE_BACKUP_BACKUP_H
#define SHOPVANE_BACKUP_BACKUP_H

#include "shop/shop.h"

struct backup_facts {
    str version; /* of the program that made it */
    str made_at; /* UTC, RFC 3339 */
    int64_t data_version;
    size_t files;
    int64_t bytes;
    str shop; /* its name */
};

struct backup_options {
    int64_t now_us;
    /* Called now and then; may be NULL. */
    void (*progress)(void *self, int64_t done_bytes, int64_t total_bytes);
    void *self;
    bool replace; /* of backup_restore() */
};

/* The caller has the writer (shop_writer_take) or is alone, so the data stands still; readers go
 * on. STATUS_CONFLICT when `to` exists or lies inside the shop. *out lives in `a`. */
MUST_CHECK enum status backup_make(struct shop *s,
                                   const char *to,
                                   const struct backup_options *opt,
                                   struct arena *a,
                                   struct backup_facts *out,
                                   struct error *why);

/* Reads the manifest and holds every file against it; STATUS_BAD_INPUT names the first that
 * differs, is missing or is not listed. */
MUST_CHECK enum status backup_check(const char *from,
                                    const struct backup_options *opt,
                                    struct arena *a,
                                    struct backup_facts *out,
                                    struct error *why);

/* Checks the backup, copies it beside `to`, checks the copy and puts it in place in one step. A
 * shop that stood there is kept: *kept is its new name (NULL: there was none). Without opt->replace
 * STATUS_CONFLICT when something stands there; always when a program has that shop open. */
MUST_CHECK enum status backup_restore(const char *from,
                                      const char *to,
                                      const struct backup_options *opt,
                                      struct arena *a,
                                      const char **kept,
                                      struct error *why);

#endif
