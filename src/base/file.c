/* Files: read whole, written aside and renamed. */
#include "base/file.h"
#include "base/system_error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum status status_from_errno(int err)
{
    switch (err) {
    case ENOSPC:
    case EDQUOT:
        return STATUS_DISK_FULL;
    case ENOENT:
    case ENOTDIR:
        return STATUS_NOT_FOUND;
    case ENOMEM:
        return STATUS_NO_MEMORY;
    case EINTR:
        return STATUS_INTERRUPTED;
    default:
        return STATUS_IO;
    }
}

static enum status fail(struct error *why, const char *path)
{
    const int err = errno;
    return error_set(why, status_from_errno(err), "%s: %s", path, error_system(why, err));
}

static enum status read_all(
    int fd, const char *path, size_t limit, struct buf *text, struct error *why)
{
    char piece[65536];
    ssize_t n;
    while ((n = read(fd, piece, sizeof piece)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(why, path);
        buf_add(text, (str){ piece, (size_t)n });
        if (!buf_ok(text))
            return error_set(why, STATUS_TOO_LARGE, "%s: larger than %zu bytes", path, limit);
    }
    return STATUS_OK;
}

enum status file_read(const char *path, size_t limit, struct arena *a, str *out, struct error *why)
{
    struct buf text;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(why, path);
    buf_init(&text, limit);
    enum status st = read_all(fd, path, limit, &text, why);
    close(fd);
    if (st == STATUS_OK) {
        const str copy = arena_dup(a, buf_str(&text));
        if (copy.ptr == NULL)
            st = error_set(why, STATUS_NO_MEMORY, "out of memory");
        else
            *out = copy;
    }
    buf_release(&text);
    return st;
}

static bool write_all(int fd, str content)
{
    while (content.len > 0) {
        const ssize_t n = write(fd, content.ptr, content.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        content = str_skip(content, (size_t)n);
    }
    return fsync(fd) == 0;
}

/* Makes a rename in the file's folder durable. */
static void sync_folder(struct arena *a, const char *path)
{
    const str whole = str_from(path);
    const size_t dir_len = whole.len - path_base(whole).len;
    const char *dir = dir_len == 0 ? "." : arena_cstr(a, str_first(whole, dir_len));
    const int fd = dir != NULL ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

enum status file_write_atomic(const char *path, str content, struct error *why)
{
    struct arena *a = arena_new(0);
    const str aside = a != NULL ? arena_printf(a, "%s.%ld.tmp", path, (long)getpid()) : STR_EMPTY;
    enum status st = STATUS_OK;
    if (aside.len == 0) {
        arena_free(a);
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    struct stat old;
    const bool replaces = stat(path, &old) == 0 && S_ISREG(old.st_mode);
    const int fd =
        open(aside.ptr, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, replaces ? 0600 : 0644);
    if (fd < 0 || (replaces && fchmod(fd, old.st_mode & 0777) != 0) || !write_all(fd, content))
        st = fail(why, path);
    if (fd >= 0 && close(fd) != 0 && st == STATUS_OK)
        st = fail(why, path);
    if (st == STATUS_OK && rename(aside.ptr, path) != 0)
        st = fail(why, path);
    if (st == STATUS_OK)
        sync_folder(a, path);
    else if (fd >= 0)
        unlink(aside.ptr);
    arena_free(a);
    return st;
}

enum status dir_make(const char *path, struct error *why)
{
    struct arena *a = arena_new(0);
    char *copy = a != NULL ? arena_cstr(a, str_from(path)) : NULL;
    enum status st = copy != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (char *p = copy; st == STATUS_OK && p != NULL;) {
        p = strchr(p == copy && *p != '\0' ? p + 1 : p, '/');
        if (p != NULL)
            *p = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST)
            st = fail(why, copy);
        if (p != NULL)
            *p++ = '/';
    }
    struct stat info;
    if (st == STATUS_OK && (stat(path, &info) != 0 || !S_ISDIR(info.st_mode)))
        st = error_set(why, STATUS_IO, "%s: not a folder", path);
    arena_free(a);
    return st;
}

bool file_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

char *path_join(struct arena *a, const char *dir, const char *name)
{
    const str joined = arena_printf(a, "%s/%s", dir, name);
    return joined.len > 0 ? (char *)(uintptr_t)joined.ptr : NULL;
}

str path_base(str path)
{
    size_t at = path.len;
    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    return str_skip(path, at);
}

int64_t clock_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
