/* Files and folders. Paths are NUL-terminated: they go to system calls. */
#ifndef SHOPVANE_BASE_FILE_H
#define SHOPVANE_BASE_FILE_H

#include "base/memory.h"
#include "base/status.h"

/* Whole file into the arena; STATUS_TOO_LARGE above `limit`. */
MUST_CHECK enum status file_read(
    const char *path, size_t limit, struct arena *a, str *out, struct error *why);
/* Writes aside, fsyncs, renames, fsyncs the folder: the old file or the new, never half. */
MUST_CHECK enum status file_write_atomic(const char *path, str content, struct error *why);
/* A new file `to` (0600) with the bytes of `from`, on the disk when this returns. Fails when `to`
 * is there or `from` is a symbolic link; what was begun of `to` stays. Closing `from` gives up the
 * process's own locks on it (fcntl). */
MUST_CHECK enum status file_copy(const char *from, const char *to, struct error *why);
MUST_CHECK enum status dir_make(const char *path, struct error *why); /* like mkdir -p */
bool file_exists(const char *path);
/* "dir/name" in the arena; NULL when out of memory. */
MUST_CHECK char *path_join(struct arena *a, const char *dir, const char *name);
str path_base(str path); /* what follows the last '/' */
/* STATUS for an errno: ENOSPC and EDQUOT are DISK_FULL, ENOENT is NOT_FOUND, others IO. */
enum status status_from_errno(int err);
int64_t clock_now_us(void); /* wall clock, microseconds UTC; only programs pass it down */

#endif
