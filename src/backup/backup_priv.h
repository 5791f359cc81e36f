/* What the files of this module share. */
#ifndef SHOPVANE_BACKUP_BACKUP_PRIV_H
#define SHOPVANE_BACKUP_BACKUP_PRIV_H

#include "backup/backup.h"

#define BACKUP_MANIFEST "manifest.json"
#define BACKUP_FORMAT   1
#define BACKUP_FILES    1000000
#define BACKUP_DEPTH    16

struct backup_file {
    str path; /* from the folder's root, with '/' */
    int64_t bytes;
    char sha256[65];
};
struct backup_list {
    struct backup_file *items;
    size_t n;
    size_t cap;
};

/* All regular files below `root` but those that `skip` says; links are refused. In the arena; the
 * caller frees `items`. */
MUST_CHECK enum status backup_walk(const char *root,
                                   bool (*skip)(str path, bool is_folder),
                                   struct arena *a,
                                   struct backup_list *out,
                                   struct error *why);

/* Copies a file (0600) and makes the folders on the way; as a reflink where the disk can, else byte
 * by byte. On the disk when it returns. */
MUST_CHECK enum status backup_copy(const char *from, const char *to, struct error *why);
/* Makes the folder's entries durable. */
MUST_CHECK enum status backup_sync_folder(const char *path, struct error *why);
/* Removes the folder and what is in it, if it is there; never follows links. */
MUST_CHECK enum status backup_remove(const char *path, struct error *why);

MUST_CHECK enum status backup_write_manifest(const char *root,
                                             const struct backup_facts *facts,
                                             const struct backup_list *files,
                                             struct error *why);
/* STATUS_NOT_FOUND: no backup; STATUS_CONFLICT: of a newer program. Paths are checked: none leaves
 * the folder. */
MUST_CHECK enum status backup_read_manifest(const char *root,
                                            struct arena *a,
                                            struct backup_facts *facts,
                                            struct backup_list *files,
                                            struct error *why);
/* Every file of the list is there with its size and hash, and no other file. */
MUST_CHECK enum status backup_compare(const char *root,
                                      const struct backup_list *files,
                                      const struct backup_options *opt,
                                      struct arena *a,
                                      struct error *why);

struct backup_step {
    const struct backup_options *opt;
    int64_t done;
    int64_t total;
};
void backup_step(struct backup_step *s, int64_t bytes);

#endif
