/* The database as it was before a migration: one copy, beside it. */
#include "base/system_error.h"
#include "commerce/commerce.h"
#include "shop/shop_priv.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define KEPT_FOLDER "kept"

static const char *kept_path(struct arena *a, const char *dir, int64_t version)
{
    const str path =
        arena_printf(a, "%s/" KEPT_FOLDER "/shop.schema-%lld.duckdb", dir, (long long)version);
    return path.ptr;
}

static enum status fail_untouched(struct arena *a,
                                  enum status st,
                                  int64_t version,
                                  struct error *why)
{
    const str reason = arena_printf(a, "%s", why->text);
    return error_set(why,
                     st,
                     "%.*s; nothing was changed: schema %lld is brought up to date only after a "
                     "copy of the database is kept",
                     STR_ARG(reason),
                     (long long)version);
}

enum status schema_keep(const char *dir,
                        const char *database,
                        int64_t version,
                        struct arena *a,
                        const char **out,
                        struct error *why)
{
    char *folder = path_join(a, dir, KEPT_FOLDER);
    char *aside = folder != NULL ? path_join(a, folder, "part") : NULL;
    *out = kept_path(a, dir, version);
    if (aside == NULL || *out == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = dir_make(folder, why);
    (void)unlink(aside); /* of one that was killed */
    if (st == STATUS_OK)
        st = file_copy(database, aside, why);
    if (st == STATUS_OK && rename(aside, *out) != 0)
        st = error_set(why, status_from_errno(errno), "%s: %s", *out, error_system(why, errno));
    if (st != STATUS_OK) {
        (void)unlink(aside);
        return fail_untouched(a, st, version, why);
    }
    for (int64_t v = 1; v < COMMERCE_SCHEMA_VERSION; v++) {
        const char *other = v != version ? kept_path(a, dir, v) : NULL;
        if (other != NULL)
            (void)unlink(other);
    }
    return STATUS_OK;
}
