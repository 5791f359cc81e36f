/* Changed cost files reach the figures of a running server: the files are looked at each second,
 * and when one is another, costs are derived anew before the loop goes on. Also once at the start,
 * for what changed while no server ran. */
#include "derive/derive.h"
#include "server/server_priv.h"

#include <stdio.h>
#include <sys/stat.h>

#define LOOK_US   1000000
#define PATIENCE  0 /* a busy writer: the next look tries again */
#define PATH_SIZE 4096

static const char *const cost_files[] = {
    "costs.yaml", "sku-map.csv", "exclude.yaml", "stores.yaml"
};

/* A number that changes with any of the files. */
static uint64_t files_mark(const char *dir)
{
    uint64_t mark = 1;
    for (size_t i = 0; i < ARRAY_LEN(cost_files); i++) {
        struct stat info;
        char path[PATH_SIZE];
        const int n = snprintf(path, sizeof path, "%s/%s", dir, cost_files[i]);
        if (n < 0 || (size_t)n >= sizeof path || stat(path, &info) != 0)
            continue;
        const int64_t seen[] = { (int64_t)i,
                                 (int64_t)info.st_mtim.tv_sec,
                                 (int64_t)info.st_mtim.tv_nsec,
                                 (int64_t)info.st_size,
                                 (int64_t)info.st_ino };
        mark = str_hash((str){ (const char *)seen, sizeof seen }, mark);
    }
    return mark;
}

/* Takes the writer, derives, gives it back. */
static enum status refresh(struct shop *s, size_t *problems, struct error *why)
{
    enum status st = shop_writer_take(s, PATIENCE, why);
    if (st != STATUS_OK)
        return st;
    st = derive_costs_refresh(s, shop_writer(s), NULL, problems, why);
    shop_writer_give(s);
    return st;
}

void cost_watch_look(struct cost_watch *w, const struct server_options *opt, int64_t now_us)
{
    size_t problems = 0;
    struct error why = { .lang = shop_settings(opt->shop)->lang };
    if (now_us - w->looked_us < LOOK_US && w->mark != 0)
        return;
    w->looked_us = now_us;
    const uint64_t mark = files_mark(shop_dir(opt->shop));
    if (mark == w->mark)
        return;
    const enum status st = refresh(opt->shop, &problems, &why);
    if (st == STATUS_CONFLICT)
        return;
    w->mark = mark;
    if (st == STATUS_OK && problems > 0)
        (void)error_set(&why,
                        STATUS_BAD_INPUT,
                        "%zu problems in the cost files, costs stay as they were; see: shopvane "
                        "costs check",
                        problems);
    if ((st != STATUS_OK || problems > 0) && opt->reloaded != NULL)
        opt->reloaded(opt->run_self, why.text);
}
