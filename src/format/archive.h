/* Zip archives of exports: what is in them, and each member's bytes. Everything in one is hostile:
 * names are never used as paths, sizes are counted as they come out. One thread. */
#ifndef SHOPVANE_FORMAT_ARCHIVE_H
#define SHOPVANE_FORMAT_ARCHIVE_H

#include "base/base.h"

struct archive;
struct archive_member {
    str name; /* UTF-8, for people (GBK names are decoded); lives as long as the archive */
    const char *refusal; /* why it is not read, English for tr(); NULL: it can be */
    bool is_none;        /* a folder, or what a Mac adds: nothing to say about */
};

/* A zip that is no Excel file? False when it cannot be told: reading the file says why. */
bool archive_is_one(const char *path);
MUST_CHECK enum status archive_open(const char *path, struct archive **out, struct error *why);
void archive_close(struct archive *a); /* NULL is fine */
size_t archive_count(const struct archive *a);
const struct archive_member *archive_member(const struct archive *a, size_t i);
/* Unpacks a member into a new file, for its owner only. On failure there is no file. */
MUST_CHECK enum status archive_extract(struct archive *a,
                                       size_t i,
                                       const char *to,
                                       struct error *why);

#endif
