/* secrets/NAME: the keys of a source, YAML of two lines. The folder is 0700 and the file 0600 from
 * the moment it exists; it is written aside and renamed, so there is never half of it. */
#include "base/system_error.h"
#include "shop/shop_priv.h"
#include "shop/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_BYTES ((size_t)16 * 1024)

static char *secret_path(const char *dir, str name, struct arena *a)
{
    const char *file = arena_cstr(a, name);
    const char *folder = path_join(a, dir, "secrets");
    return file != NULL && folder != NULL && str_eq(path_base(name), name)
               ? path_join(a, folder, file)
               : NULL;
}

static enum status failed(struct error *why, const char *path)
{
    return error_set(why, status_from_errno(errno), "%s: %s", path, error_system(why, errno));
}

static enum status write_private(const char *path, str text, struct arena *a, struct error *why)
{
    const str aside = arena_printf(a, "%s.new", path);
    const int fd = open(aside.ptr, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return failed(why, aside.ptr);
    const bool ok = fchmod(fd, 0600) == 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len &&
                    fsync(fd) == 0;
    enum status st = ok ? STATUS_OK : failed(why, aside.ptr);
    close(fd);
    if (st == STATUS_OK && rename(aside.ptr, path) != 0)
        st = failed(why, path);
    if (st != STATUS_OK)
        (void)unlink(aside.ptr);
    return st;
}

static bool is_plain(str s)
{
    bool ok = s.len < 4096;
    for (size_t i = 0; i < s.len; i++)
        ok = ok && (unsigned char)s.ptr[i] > 0x20 && (unsigned char)s.ptr[i] < 0x7f;
    return ok;
}

enum status shop_secret_write(const char *dir,
                              str name,
                              const struct source_secret *s,
                              struct error *why)
{
    struct arena *a = arena_new(0);
    struct buf text;
    char *folder = a != NULL ? path_join(a, dir, "secrets") : NULL;
    char *path = a != NULL ? secret_path(dir, name, a) : NULL;
    enum status st = path != NULL && folder != NULL
                         ? dir_make(folder, why)
                         : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_init(&text, SECRET_BYTES);
    if (st == STATUS_OK && (s->secret.len == 0 || !is_plain(s->key) || !is_plain(s->secret)))
        st = error_set(why,
                       STATUS_BAD_INPUT,
                       "a key is empty or holds blanks; copy it anew from the platform");
    if (st == STATUS_OK && chmod(folder, 0700) != 0)
        st = failed(why, folder);
    if (st == STATUS_OK) {
        if (s->key.len > 0)
            buf_addf(&text, "key: \"%.*s\"\n", STR_ARG(s->key));
        buf_addf(&text, "secret: \"%.*s\"\n", STR_ARG(s->secret));
        st = buf_ok(&text) ? write_private(path, buf_str(&text), a, why)
                           : error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    buf_release(&text);
    arena_free(a);
    return st;
}

static enum status check_private(const char *path, str name, struct error *why)
{
    struct stat info;
    if (stat(path, &info) != 0 && errno == ENOENT)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "the source \"%.*s\" has no keys; give them with: shopvane source keys "
                         "%.*s",
                         STR_ARG(name),
                         STR_ARG(name));
    if (stat(path, &info) != 0)
        return failed(why, path);
    if ((info.st_mode & 077) != 0)
        return error_set(why,
                         STATUS_CONFLICT,
                         "%s: others can read the keys; make it private with: chmod 600 %s",
                         path,
                         path);
    return STATUS_OK;
}

enum status shop_secret_read(
    const char *dir, str name, struct arena *a, struct source_secret *out, struct error *why)
{
    struct problems p;
    str text = STR_EMPTY;
    const char *path = secret_path(dir, name, a);
    enum status st = path != NULL ? check_private(path, name, why)
                                  : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = file_read(path, SECRET_BYTES, a, &text, why);
    if (st != STATUS_OK)
        return st;
    struct source_secret s = { STR_EMPTY, STR_EMPTY };
    problems_init(&p, a, LANG_EN); /* what they say is not shown: it could quote a key */
    const struct yaml_node *root = yaml_parse(text, str_from(path), NULL, a, &p);
    (void)yaml_str(yaml_get(root, "key"), &p, &s.key);
    (void)yaml_str(yaml_get(root, "secret"), &p, &s.secret);
    if (p.n_total > 0 || s.secret.len == 0)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "%s: cannot be read as keys; give them anew with: shopvane source keys "
                         "%.*s",
                         path,
                         STR_ARG(name));
    *out = s;
    return STATUS_OK;
}

bool shop_secret_exists(const char *dir, str name)
{
    struct arena *a = arena_new(0);
    const char *path = a != NULL ? secret_path(dir, name, a) : NULL;
    const bool exists = path != NULL && file_exists(path);
    arena_free(a);
    return exists;
}

enum status shop_secret_remove(const char *dir, str name, struct error *why)
{
    struct arena *a = arena_new(0);
    const char *path = a != NULL ? secret_path(dir, name, a) : NULL;
    enum status st = path != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK && unlink(path) != 0 && errno != ENOENT)
        st = failed(why, path);
    arena_free(a);
    return st;
}
