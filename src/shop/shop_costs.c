/* The shop's cost files, checked against its stores. */
#include "shop/shop_priv.h"

enum status shop_costs_read(const struct shop *s,
                            struct arena *a,
                            struct problems *p,
                            struct cost_book *out,
                            struct error *why)
{
    const struct shop_settings *settings = shop_settings(s);
    struct cost_store *stores = ARENA_NEW(a, struct cost_store, settings->store_count);
    if (stores == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < settings->store_count; i++) {
        const struct shop_store *one = &settings->stores[i];
        stores[i] = (struct cost_store){ .name = one->name,
                                         .currency = one->currency,
                                         .platform_fee = one->rates.platform_fee,
                                         .commission = one->rates.commission,
                                         .payment_fee = one->rates.payment_fee };
    }
    const struct cost_world world = { .currency = settings->currency,
                                      .stores = stores,
                                      .store_count = settings->store_count };
    return costs_read(s->dir, &world, a, p, out, why);
}
