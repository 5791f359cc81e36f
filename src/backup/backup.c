/* Making a backup: the data stands still (the caller has the writer), the engine writes its log
 * into its file (CHECKPOINT), then everything is copied aside, hashed and put in place by one
 * rename. */
#include "backup/backup_priv.h"
#include "base/system_error.h"

#include "access/access.h"
#include "format/format.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATE "state.sqlite"

/* Of this process or this moment, or made by SQLite itself. What an editor's undo needs is kept. */
static bool is_left_out(str path, bool is_folder)
{
    if (is_folder)
        return str_is(path, "run") || str_is(path, "kept");
    return str_is(path, STATE) || str_is(path, STATE "-wal") || str_is(path, STATE "-shm");
}

/* Neither inside the shop (the next backup would hold this one) nor on something that is there. */
static enum status check_place(const char *shop, const char *to, struct error *why)
{
    struct stat s;
    char *root = realpath(shop, NULL);
    struct arena *a = arena_new(0);
    const str name = str_from(to);
    const size_t cut = name.len - path_base(name).len;
    const char *parent =
        a != NULL ? arena_cstr(a, cut > 0 ? str_first(name, cut) : STR(".")) : NULL;
    char *place = parent != NULL ? realpath(parent, NULL) : NULL;
    enum status st = STATUS_OK;
    if (root == NULL || place == NULL)
        st = error_set(why, STATUS_NOT_FOUND, "%s: its folder is not there", to);
    else if (lstat(to, &s) == 0)
        st = error_set(why, STATUS_CONFLICT, "%s is there already; give a new name", to);
    else if (strncmp(place, root, strlen(root)) == 0 &&
             (place[strlen(root)] == '\0' || place[strlen(root)] == '/'))
        st = error_set(
            why, STATUS_CONFLICT, "%s lies inside the shop's folder; put it beside it", to);
    free(root); /* NOLINT: realpath's own */
    free(place);
    arena_free(a);
    return st;
}

/* A reader of before may keep the log from being emptied; what is left of it is copied as well. */
static enum status checkpoint(struct shop *s, struct error *why)
{
    return conn_exec(shop_writer(s), "CHECKPOINT", why);
}

static enum status copy_files(const char *from,
                              const char *to,
                              const struct backup_list *files,
                              struct backup_step *step,
                              struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < files->n; i++) {
        struct arena *a = arena_new(0);
        const char *name = a != NULL ? arena_cstr(a, files->items[i].path) : NULL;
        const char *source = name != NULL ? path_join(a, from, name) : NULL;
        const char *target = source != NULL ? path_join(a, to, name) : NULL;
        st = target != NULL ? backup_copy(source, target, why)
                            : error_set(why, STATUS_NO_MEMORY, "out of memory");
        arena_free(a);
        backup_step(step, files->items[i].bytes);
    }
    return st;
}

static enum status copy_state(const char *from, const char *to, struct arena *a, struct error *why)
{
    struct access *state = NULL;
    const char *source = path_join(a, from, STATE);
    const char *target = path_join(a, to, STATE);
    if (source == NULL || target == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (!file_exists(source))
        return STATUS_OK;
    enum status st = access_open(from, &state, why);
    if (st == STATUS_OK)
        st = access_backup(state, target, why);
    access_close(state);
    return st;
}

/* Sizes and hashes of what the backup really holds. */
static enum status hash_files(const char *root,
                              struct backup_list *files,
                              struct backup_step *step,
                              struct arena *a,
                              struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < files->n; i++) {
        struct backup_file *f = &files->items[i];
        uint64_t bytes = 0;
        const char *name = arena_cstr(a, f->path);
        const char *path = name != NULL ? path_join(a, root, name) : NULL;
        st = path != NULL ? file_sha256(path, f->sha256, &bytes, why)
                          : error_set(why, STATUS_NO_MEMORY, "out of memory");
        f->bytes = (int64_t)bytes;
        backup_step(step, f->bytes);
    }
    return st;
}

static bool nothing_left_out(str path, bool is_folder)
{
    (void)path;
    (void)is_folder;
    return false;
}

/* Everything into `aside`, the manifest last. */
static enum status fill(struct shop *s,
                        const char *aside,
                        const struct backup_options *opt,
                        struct arena *a,
                        struct backup_facts *facts,
                        struct error *why)
{
    struct backup_list files = { .n = 0 };
    struct backup_list made = { .n = 0 };
    struct backup_step step = { .opt = opt };
    enum status st = checkpoint(s, why);
    if (st == STATUS_OK)
        st = shop_data_version(shop_writer(s), &facts->data_version, why);
    if (st == STATUS_OK)
        st = backup_walk(shop_dir(s), is_left_out, a, &files, why);
    for (size_t i = 0; i < files.n; i++)
        step.total += 2 * files.items[i].bytes; /* copied, then hashed */
    if (st == STATUS_OK)
        st = copy_files(shop_dir(s), aside, &files, &step, why);
    if (st == STATUS_OK)
        st = copy_state(shop_dir(s), aside, a, why);
    if (st == STATUS_OK)
        st = backup_walk(aside, nothing_left_out, a, &made, why);
    if (st == STATUS_OK)
        st = hash_files(aside, &made, &step, a, why);
    if (st == STATUS_OK)
        st = backup_write_manifest(aside, facts, &made, why);
    facts->files = made.n;
    for (size_t i = 0; i < made.n; i++)
        facts->bytes += made.items[i].bytes;
    mem_free(files.items);
    mem_free(made.items);
    return st;
}

enum status backup_make(struct shop *s,
                        const char *to,
                        const struct backup_options *opt,
                        struct arena *a,
                        struct backup_facts *out,
                        struct error *why)
{
    struct backup_facts facts = { .version = STR(SHOPVANE_VERSION),
                                  .made_at = civil_time_text(a, opt->now_us),
                                  .shop = arena_dup(a, shop_settings(s)->name) };
    const char *aside = arena_printf(a, "%s.partial", to).ptr;
    enum status st = check_place(shop_dir(s), to, why);
    if (st == STATUS_OK)
        st = backup_remove(aside, why); /* one that was cut off before */
    if (st == STATUS_OK && mkdir(aside, 0700) != 0)
        st = error_set(why, status_from_errno(errno), "%s: %s", aside, error_system(why, errno));
    if (st != STATUS_OK)
        return st;
    st = fill(s, aside, opt, a, &facts, why);
    if (st == STATUS_OK)
        st = backup_sync_folder(aside, why);
    if (st == STATUS_OK && rename(aside, to) != 0)
        st = error_set(why, status_from_errno(errno), "%s: %s", to, error_system(why, errno));
    if (st != STATUS_OK) {
        (void)!backup_remove(aside, NULL);
        return st;
    }
    *out = facts;
    return STATUS_OK;
}
