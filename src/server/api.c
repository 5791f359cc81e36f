/* What all requests share. */
#include "server/engine_priv.h"

#include "server/jobs_priv.h"

/* Teams of stores give row scope, so access must know them. */
static enum status api_take_stores(struct api *api, struct error *why)
{
    const struct shop_settings *settings = shop_settings(api->shop); /* one state of them */
    const size_t n = settings->store_count;
    struct access_store *stores = mem_new(n + 1, sizeof *stores);
    if (stores == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < n; i++) {
        const struct shop_store *one = &settings->stores[i];
        stores[i] = (struct access_store){ .name = one->name, .team = one->team };
    }
    const enum status st = access_set_stores(api->access, stores, n, why);
    mem_free(stores);
    return st;
}

/* About once a second, when no job runs. */
static void api_tick(void *self)
{
    const struct api *api = self;
    upload_sweep(api->shop, clock_now_us());
}

enum status api_init(struct api *api, struct shop *shop, struct error *why)
{
    api->shop = shop;
    api->cache = query_cache_new();
    if (api->cache == NULL || sem_init(&api->slots, 0, QUERIES_MAX) != 0)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    api->has_slots = true;
    enum status st = access_open(shop_dir(shop), &api->access, why);
    if (st == STATUS_OK)
        st = api_take_stores(api, why);
    if (st != STATUS_OK)
        return st;
    st = shop_catalog(shop_dir(shop), STR_EMPTY, NULL, &api->catalog, why);
    return st == STATUS_OK ? jobs_start(shop, api_tick, api, &api->jobs, why) : st;
}

void api_release(struct api *api)
{
    jobs_stop(api->jobs);
    kpi_catalog_free(api->catalog);
    query_cache_free(api->cache);
    access_close(api->access);
    if (api->has_slots)
        sem_destroy(&api->slots);
}
