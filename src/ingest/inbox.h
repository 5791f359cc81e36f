/* Folders that files are dropped into: what is ready to be read, and putting it away afterwards.
 * Threads: any; no state. */
#ifndef SHOPVANE_INGEST_INBOX_H
#define SHOPVANE_INGEST_INBOX_H

#include "base/base.h"

struct inbox_file {
    const char *path; /* in the arena */
    const char *name;
    int64_t bytes;
    int64_t changed_ns; /* its modification time */
};

/* Regular files right in the folder, by name; hidden ones and those that programs write aside
 * (.part .tmp .crdownload ~$...) are left out, so are links. STATUS_NOT_FOUND: no such folder. */
MUST_CHECK enum status inbox_scan(
    const char *dir, struct arena *a, struct inbox_file **out, size_t *count, struct error *why);

/* Links right in the folder, which are not followed: what they lead to is not the folder's, and may
 * be anything. */
MUST_CHECK enum status inbox_links(const char *dir,
                                   void (*take)(void *self, const char *name),
                                   void *self,
                                   struct error *why);

/* Keeps other watchers off the folder while *fd is open: two on one folder would import each file
 * twice at the same time. STATUS_CONFLICT: another one has it. A file system without locks tells
 * nothing, and then all get it (*fd is -1 where there is nothing to close). */
MUST_CHECK enum status inbox_hold(const char *dir, int *fd, struct error *why);

/* Nobody has the file open for writing, as far as the file system tells (a read lease, fcntl(2)
 * F_SETLEASE), and it has not changed for `settle_ms` before `now_us`. */
bool inbox_is_ready(const struct inbox_file *f, int64_t now_us, int64_t settle_ms);

/* Moves the file into dir/folder, which is made where it is missing; a name that is taken gets a
 * number: orders.csv, orders.2.csv. *out is the new path, in the arena. */
MUST_CHECK enum status inbox_put_away(const struct inbox_file *f,
                                      const char *dir,
                                      const char *folder,
                                      struct arena *a,
                                      const char **out,
                                      struct error *why);

#endif
