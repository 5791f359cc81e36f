/* Bringing a backup back. What is put in place was checked as a copy, and takes its place in one
 * step: a kill leaves the shop of before or the restored one, never a mixture. */
#include "backup/backup_priv.h"
#include "base/system_error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum status backup_check(const char *from,
                         const struct backup_options *opt,
                         struct arena *a,
                         struct backup_facts *out,
                         struct error *why)
{
    struct backup_list files = { .n = 0 };
    struct backup_facts facts = { .files = 0 };
    enum status st = backup_read_manifest(from, a, &facts, &files, why);
    if (st == STATUS_OK)
        st = backup_compare(from, &files, opt, a, why);
    mem_free(files.items);
    if (st == STATUS_OK)
        *out = facts;
    return st;
}

static enum status copy_all(const char *from,
                            const char *aside,
                            const struct backup_list *files,
                            struct arena *a,
                            struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < files->n; i++) {
        const char *name = arena_cstr(a, files->items[i].path);
        const char *source = name != NULL ? path_join(a, from, name) : NULL;
        const char *target = source != NULL ? path_join(a, aside, name) : NULL;
        st = target != NULL ? backup_copy(source, target, why)
                            : error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    return st;
}

static enum status fill(const char *from,
                        const char *aside,
                        const struct backup_options *opt,
                        struct arena *a,
                        struct error *why)
{
    struct backup_list files = { .n = 0 };
    struct backup_facts facts = { .files = 0 };
    enum status st = backup_remove(aside, why);
    if (st == STATUS_OK)
        st = backup_read_manifest(from, a, &facts, &files, why);
    if (st == STATUS_OK && mkdir(aside, 0700) != 0)
        st = error_set(why, status_from_errno(errno), "%s: %s", aside, error_system(why, errno));
    if (st == STATUS_OK)
        st = copy_all(from, aside, &files, a, why);
    if (st == STATUS_OK)
        st = backup_compare(aside, &files, opt, a, why);
    if (st == STATUS_OK)
        st = shop_make_folders(aside, why); /* those that were empty */
    if (st == STATUS_OK)
        st = backup_sync_folder(aside, why);
    mem_free(files.items);
    return st;
}

/* The two folders change names at once (renameat2), then the old shop gets the name under which it
 * is kept. On disks that cannot exchange, the old one is moved away first. */
static enum status swap(const char *aside, const char *to, const char *kept, struct error *why)
{
    if (renameat2(AT_FDCWD, aside, AT_FDCWD, to, RENAME_EXCHANGE) == 0)
        return rename(aside, kept) == 0
                   ? STATUS_OK
                   : error_set(
                         why, status_from_errno(errno), "%s: %s", kept, error_system(why, errno));
    if (rename(to, kept) != 0 || rename(aside, to) != 0)
        return error_set(why, status_from_errno(errno), "%s: %s", to, error_system(why, errno));
    return STATUS_OK;
}

static enum status check_target(const char *to, bool replace, bool *is_there, struct error *why)
{
    struct stat s;
    *is_there = lstat(to, &s) == 0;
    if (!*is_there)
        return STATUS_OK;
    if (!S_ISDIR(s.st_mode))
        return error_set(why, STATUS_CONFLICT, "%s is there and no folder", to);
    if (shop_is_locked(to))
        return error_set(why, STATUS_CONFLICT, "a program has %s open; stop the server first", to);
    if (!replace)
        return error_set(why,
                         STATUS_CONFLICT,
                         "%s is there already; --replace puts the backup in its place and keeps it "
                         "under another name",
                         to);
    return STATUS_OK;
}

enum status backup_restore(const char *from,
                           const char *to,
                           const struct backup_options *opt,
                           struct arena *a,
                           const char **kept,
                           struct error *why)
{
    bool is_there = false;
    const char *aside = arena_printf(a, "%s.restoring", to).ptr;
    const char *old = arena_printf(a, "%s.before-%lld", to, (long long)opt->now_us).ptr;
    enum status st = check_target(to, opt->replace, &is_there, why);
    if (st == STATUS_OK)
        st = fill(from, aside, opt, a, why);
    if (st == STATUS_OK && is_there)
        st = swap(aside, to, old, why);
    else if (st == STATUS_OK && rename(aside, to) != 0)
        st = error_set(why, status_from_errno(errno), "%s: %s", to, error_system(why, errno));
    if (st == STATUS_OK)
        *kept = is_there ? old : NULL;
    return st;
}
