/* What people change in the shop's folder while it is served. */
#include "server/watch_priv.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LOOK_MAX ((size_t)1024 * 1024)

static void add_file(struct buf *out, const char *dir, const char *name)
{
    char path[4096];
    struct stat info;
    const int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n <= 0 || (size_t)n >= sizeof path || stat(path, &info) != 0)
        return;
    buf_addf(out,
             "%s %lld %lld %lld\n",
             name,
             (long long)info.st_size,
             (long long)info.st_mtim.tv_sec,
             (long long)info.st_mtim.tv_nsec);
}

/* The order of a folder's entries does not change while nothing in it does. */
static void add_kpis(struct buf *out, const char *dir)
{
    char folder[4096];
    const int n = snprintf(folder, sizeof folder, "%s/kpis", dir);
    DIR *d = n > 0 && (size_t)n < sizeof folder ? opendir(folder) : NULL;
    for (struct dirent *e = d != NULL ? readdir(d) : NULL; e != NULL; e = readdir(d)) {
        if (e->d_name[0] != '.')
            add_file(out, folder, e->d_name);
    }
    if (d != NULL)
        closedir(d);
}

uint64_t watch_look(const char *dir)
{
    static const char *const settings[] = { "shop.yaml", "stores.yaml" };
    struct buf text;
    buf_init(&text, LOOK_MAX);
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        add_file(&text, dir, settings[i]);
    add_kpis(&text, dir);
    const uint64_t mark = str_hash(buf_str(&text), 1);
    buf_release(&text);
    return mark;
}
