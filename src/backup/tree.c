/* Folders: walking, copying, removing. Nothing here follows a symbolic link. */
#include "backup/backup_priv.h"
#include "base/system_error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status failed(const char *path, int err, struct error *why)
{
    return error_set(why, status_from_errno(err), "%s: %s", path, error_system(why, err));
}

/* ---- Walking. ------------------------------------------------------------------------------- */

struct walk {
    const char *root;
    bool (*skip)(str path, bool is_folder);
    struct arena *arena;
    struct backup_list *out;
};

static enum status walk_folder(struct walk *w, str below, unsigned depth, struct error *why);

static enum status add_file(struct walk *w, str path, int64_t bytes, struct error *why)
{
    struct backup_list *l = w->out;
    if (l->n == BACKUP_FILES || !MEM_GROW(l->items, l->cap, l->n + 1))
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    l->items[l->n++] = (struct backup_file){ .path = path, .bytes = bytes };
    return STATUS_OK;
}

static enum status walk_entry(
    struct walk *w, str below, const char *name, unsigned depth, struct error *why)
{
    struct stat s;
    const str path = below.len > 0 ? arena_printf(w->arena, "%.*s/%s", STR_ARG(below), name)
                                   : arena_dup(w->arena, str_from(name));
    char *full = path.ptr != NULL ? path_join(w->arena, w->root, path.ptr) : NULL;
    if (full == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (lstat(full, &s) != 0)
        return failed(full, errno, why);
    if (w->skip(path, S_ISDIR(s.st_mode)))
        return STATUS_OK;
    if (S_ISDIR(s.st_mode))
        return walk_folder(w, path, depth + 1, why);
    if (!S_ISREG(s.st_mode))
        return error_set(
            why,
            STATUS_BAD_INPUT,
            "%s is no plain file (a link or a device); take it out of the folder first",
            full);
    return add_file(w, path, (int64_t)s.st_size, why);
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded */
static enum status walk_folder(struct walk *w, str below, unsigned depth, struct error *why)
{
    const char *path = below.len > 0 ? path_join(w->arena, w->root, below.ptr) : w->root;
    DIR *d = path != NULL ? opendir(path) : NULL;
    enum status st = STATUS_OK;
    if (d == NULL)
        return path != NULL ? failed(path, errno, why)
                            : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (depth > BACKUP_DEPTH)
        st = error_set(why, STATUS_TOO_LARGE, "%s: more than %d folders deep", path, BACKUP_DEPTH);
    const struct dirent *e = NULL;
    while (st == STATUS_OK && (e = readdir(d)) != NULL) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            st = walk_entry(w, below, e->d_name, depth, why);
    }
    closedir(d);
    return st;
}

enum status backup_walk(const char *root,
                        bool (*skip)(str path, bool is_folder),
                        struct arena *a,
                        struct backup_list *out,
                        struct error *why)
{
    struct walk w = { .root = root, .skip = skip, .arena = a, .out = out };
    return walk_folder(&w, STR_EMPTY, 0, why);
}

/* ---- Copying. ------------------------------------------------------------------------------- */

static enum status make_parents(const char *path, struct error *why)
{
    const char *last = strrchr(path, '/');
    struct arena *a = arena_new(0);
    char *dir =
        a != NULL && last != NULL ? arena_cstr(a, (str){ path, (size_t)(last - path) }) : NULL;
    enum status st = STATUS_OK;
    if (dir != NULL && dir[0] != '\0')
        st = dir_make(dir, why);
    else if (last != NULL && last != path)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    arena_free(a);
    return st;
}

enum status backup_copy(const char *from, const char *to, struct error *why)
{
    const enum status st = make_parents(to, why);
    return st == STATUS_OK ? file_copy(from, to, why) : st;
}

enum status backup_sync_folder(const char *path, struct error *why)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum status st = STATUS_OK;
    if (fd < 0 || fsync(fd) != 0)
        st = failed(path, errno, why);
    if (fd >= 0)
        close(fd);
    return st;
}

/* ---- Removing. ------------------------------------------------------------------------------ */

static enum status remove_entry(const char *full, unsigned depth, struct error *why);

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded */
static enum status remove_inside(const char *path, unsigned depth, struct error *why)
{
    struct arena *a = arena_new(0);
    DIR *d = opendir(path);
    enum status st = STATUS_OK;
    if (d == NULL)
        st = failed(path, errno, why);
    else if (a == NULL || depth > BACKUP_DEPTH)
        st = failed(path, ENOMEM, why);
    const struct dirent *e = NULL;
    while (st == STATUS_OK && d != NULL && (e = readdir(d)) != NULL) {
        const char *full = path_join(a, path, e->d_name);
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        st = full != NULL ? remove_entry(full, depth, why)
                          : error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    if (d != NULL)
        closedir(d);
    arena_free(a);
    return st;
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded */
static enum status remove_entry(const char *full, unsigned depth, struct error *why)
{
    struct stat s;
    if (lstat(full, &s) != 0)
        return errno == ENOENT ? STATUS_OK : failed(full, errno, why);
    if (!S_ISDIR(s.st_mode))
        return unlink(full) == 0 ? STATUS_OK : failed(full, errno, why);
    const enum status st = remove_inside(full, depth + 1, why);
    if (st != STATUS_OK)
        return st;
    return rmdir(full) == 0 ? STATUS_OK : failed(full, errno, why);
}

enum status backup_remove(const char *path, struct error *why)
{
    return remove_entry(path, 0, why);
}
