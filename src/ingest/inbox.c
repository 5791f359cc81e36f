/* Files are told ready by two signs: they stay as they are for a while, and nobody has them open
 * for writing. A copy that stalls keeps its file open, so it is not taken half. */
#include "ingest/inbox.h"
#include "base/system_error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX  ((size_t)10000)
#define SAME_NAMES 1000
#define ENDING_MAX ((size_t)12)

static bool is_passing(str name)
{
    static const char *const endings[] = { ".part",     ".partial", ".tmp", ".crdownload",
                                           ".download", ".swp",     "~" };
    if (name.len == 0 || name.ptr[0] == '.' || str_starts(name, STR("~$")))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        if (str_ends(name, str_from(endings[i])))
            return true;
    }
    return false;
}

static int by_name(const void *x, const void *y)
{
    const struct inbox_file *a = x;
    const struct inbox_file *b = y;
    return strcmp(a->name, b->name);
}

/* STATUS_OK with *added false: it is none. */
static enum status add_file(const char *dir,
                            const char *name,
                            struct arena *a,
                            struct inbox_file *out,
                            bool *added,
                            struct error *why)
{
    struct stat s;
    const char *path = path_join(a, dir, name);
    const char *kept = arena_cstr(a, str_from(name));
    *added = false;
    if (path == NULL || kept == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (lstat(path, &s) != 0 || !S_ISREG(s.st_mode))
        return STATUS_OK; /* gone meanwhile, a folder, a link */
    *out = (struct inbox_file){ .path = path,
                                .name = kept,
                                .bytes = s.st_size,
                                .changed_ns =
                                    (int64_t)s.st_mtim.tv_sec * 1000000000 + s.st_mtim.tv_nsec };
    *added = true;
    return STATUS_OK;
}

enum status inbox_scan(
    const char *dir, struct arena *a, struct inbox_file **out, size_t *count, struct error *why)
{
    DIR *d = opendir(dir);
    if (d == NULL)
        return error_set(why, status_from_errno(errno), "%s: %s", dir, error_system(why, errno));
    struct inbox_file *found = NULL;
    size_t n = 0;
    size_t cap = 0;
    enum status st = STATUS_OK;
    for (struct dirent *e = readdir(d); e != NULL && st == STATUS_OK; e = readdir(d)) {
        bool added = false;
        if (is_passing(str_from(e->d_name)))
            continue;
        if (n == FILES_MAX)
            st = error_set(why, STATUS_TOO_LARGE, "%s: more than %zu files", dir, FILES_MAX);
        else if (!MEM_GROW(found, cap, n + 1))
            st = error_set(why, STATUS_NO_MEMORY, "out of memory");
        else
            st = add_file(dir, e->d_name, a, &found[n], &added, why);
        n += added;
    }
    closedir(d);
    struct inbox_file *kept = st == STATUS_OK ? ARENA_NEW(a, struct inbox_file, n + 1) : NULL;
    if (st == STATUS_OK && kept == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK && n > 0) {
        memcpy(kept, found, n * sizeof *kept);
        qsort(kept, n, sizeof *kept, by_name);
    }
    mem_free(found);
    if (st != STATUS_OK)
        return st;
    *out = kept;
    *count = n;
    return STATUS_OK;
}

enum status inbox_links(const char *dir,
                        void (*take)(void *self, const char *name),
                        void *self,
                        struct error *why)
{
    struct stat s;
    DIR *d = opendir(dir);
    if (d == NULL)
        return error_set(why, status_from_errno(errno), "%s: %s", dir, error_system(why, errno));
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (!is_passing(str_from(e->d_name)) &&
            fstatat(dirfd(d), e->d_name, &s, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(s.st_mode))
            take(self, e->d_name);
    }
    closedir(d);
    return STATUS_OK;
}

enum status inbox_hold(const char *dir, int *fd, struct error *why)
{
    *fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0)
        return error_set(why, status_from_errno(errno), "%s: %s", dir, error_system(why, errno));
    if (flock(*fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return STATUS_OK;
    close(*fd);
    *fd = -1;
    return error_set(why,
                     STATUS_CONFLICT,
                     "%s is watched already; one folder wants one shopvane watch, so end the other "
                     "or give this one another folder",
                     dir);
}

/* A lease is refused while anybody has the file open for writing; a file system without leases
 * tells nothing, and then it is the time that decides. */
static bool is_written(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0)
        return true;
    const bool busy = fcntl(fd, F_SETLEASE, F_RDLCK) != 0 && errno == EAGAIN;
    if (!busy)
        (void)fcntl(fd, F_SETLEASE, F_UNLCK);
    close(fd);
    return busy;
}

bool inbox_is_ready(const struct inbox_file *f, int64_t now_us, int64_t settle_ms)
{
    const int64_t age_ms = now_us / 1000 - f->changed_ns / 1000000;
    const bool from_future = age_ms < 0; /* a clock ahead: its time tells nothing */
    return (from_future || age_ms >= settle_ms) && !is_written(f->path);
}

/* "orders.csv", "orders.2.csv"; what follows the last dot stays at the end when it is short. */
static const char *numbered(struct arena *a, const char *name, int number)
{
    const char *dot = strrchr(name, '.');
    if (number == 1)
        return name;
    if (dot == NULL || dot == name || strlen(dot) > ENDING_MAX)
        return arena_printf(a, "%s.%d", name, number).ptr;
    return arena_printf(a, "%.*s.%d%s", (int)(dot - name), name, number, dot).ptr;
}

enum status inbox_put_away(const struct inbox_file *f,
                           const char *dir,
                           const char *folder,
                           struct arena *a,
                           const char **out,
                           struct error *why)
{
    const char *into = path_join(a, dir, folder);
    if (into == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = dir_make(into, why);
    if (st != STATUS_OK)
        return st;
    for (int number = 1; number <= SAME_NAMES; number++) {
        const char *path = path_join(a, into, numbered(a, f->name, number));
        if (path == NULL)
            return error_set(why, STATUS_NO_MEMORY, "out of memory");
        if (renameat2(AT_FDCWD, f->path, AT_FDCWD, path, RENAME_NOREPLACE) == 0) {
            *out = path;
            return STATUS_OK;
        }
        if (errno != EEXIST)
            return error_set(why,
                             status_from_errno(errno),
                             "%s to %s: %s",
                             f->path,
                             into,
                             error_system(why, errno));
    }
    return error_set(why, STATUS_CONFLICT, "%s: %d files of that name are there", into, SAME_NAMES);
}
