/* What people change in the shop's folder while it is served. */
#include "server/watch_priv.h"

#include "derive/derive.h"

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

void watch_look(const char *dir, struct watch *out)
{
    static const char *const settings[] = { "shop.yaml", "stores.yaml" };
    static const char *const costs[] = {
        "costs.yaml", "sku-map.csv", "exclude.yaml", "stores.yaml"
    };
    struct buf text;
    buf_init(&text, LOOK_MAX);
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        add_file(&text, dir, settings[i]);
    add_kpis(&text, dir);
    out->definitions = str_hash(buf_str(&text), 1);
    buf_clear(&text);
    for (size_t i = 0; i < ARRAY_LEN(costs); i++)
        add_file(&text, dir, costs[i]);
    out->costs = str_hash(buf_str(&text), 2);
    buf_release(&text);
}

bool watch_refresh_costs(struct shop *s)
{
    struct error why = { .lang = shop_settings(s)->lang };
    size_t problems = 0;
    if (shop_writer_take(s, 0, &why) != STATUS_OK)
        return false;
    const enum status st = derive_costs_refresh(s, shop_writer(s), NULL, &problems, &why);
    shop_writer_give(s);
    if (st != STATUS_OK)
        fprintf(stderr, "shopvane: %s\n", why.text);
    else if (problems > 0)
        fprintf(stderr,
                tr(why.lang,
                   "note: %zu problems in the cost files, costs stay as they were; see: shopvane "
                   "costs check\n"),
                problems);
    return true;
}
