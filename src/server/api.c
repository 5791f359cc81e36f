/* What all requests share. */
#include "server/engine_priv.h"

enum status api_init(struct api *api, struct shop *shop, struct error *why)
{
    api->shop = shop;
    api->cache = query_cache_new();
    if (api->cache == NULL || sem_init(&api->slots, 0, QUERIES_MAX) != 0)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    api->has_slots = true;
    return shop_catalog(shop_dir(shop), STR_EMPTY, NULL, &api->catalog, why);
}

void api_release(struct api *api)
{
    kpi_catalog_free(api->catalog);
    query_cache_free(api->cache);
    if (api->has_slots)
        sem_destroy(&api->slots);
}
