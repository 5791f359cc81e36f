/* The settings in force: read whole, swapped whole, and the writer's gate. */
#include "shop/shop_priv.h"

#include <errno.h>
#include <time.h>

/* Stores of one zone share it; the first store is `main`, whose zone is the shop's. */
static enum status open_zones(struct shop_config *c, struct error *why)
{
    enum status st = zone_open(c->settings.timezone, &c->zone, why);
    for (size_t i = 0; st == STATUS_OK && i < c->store_count; i++) {
        struct shop_store *one = &c->stores[i];
        one->zone = str_eq(one->timezone, c->settings.timezone) ? c->zone : NULL;
        for (size_t k = 0; one->zone == NULL && k < i; k++) {
            if (str_eq(c->stores[k].timezone, one->timezone))
                one->zone = c->stores[k].zone;
        }
        if (one->zone != NULL)
            continue;
        struct zone *own = NULL;
        st = zone_open(one->timezone, &own, why);
        one->zone = own;
    }
    return st;
}

static void close_zones(struct shop_config *c)
{
    for (size_t i = 0; i < c->store_count; i++) {
        const struct zone *z = c->stores[i].zone;
        bool is_last = z != NULL && z != c->zone;
        for (size_t k = i + 1; is_last && k < c->store_count; k++)
            is_last = c->stores[k].zone != z;
        if (is_last)
            zone_close((struct zone *)(uintptr_t)z);
    }
    zone_close(c->zone);
}

void config_free(struct shop_config *c)
{
    while (c != NULL) {
        struct shop_config *older = c->older;
        close_zones(c);
        arena_free(c->arena);
        mem_free(c);
        c = older;
    }
}

enum status config_read(const char *dir, struct shop_config **out, struct error *why)
{
    struct shop_config *c = mem_new(1, sizeof *c);
    if (c == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    c->arena = arena_new(0);
    enum status st = c->arena != NULL ? settings_read(dir, c, why)
                                      : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = open_zones(c, why);
    if (st != STATUS_OK) {
        config_free(c);
        return st;
    }
    *out = c;
    return STATUS_OK;
}

enum status shop_settings_reload(struct shop *s, struct error *why)
{
    struct shop_config *fresh = NULL;
    const enum status st = config_read(s->dir, &fresh, why);
    if (st != STATUS_OK)
        return st;
    fresh->older = atomic_load(&s->config);
    while (!atomic_compare_exchange_weak(&s->config, &fresh->older, fresh))
        ; /* another thread reloads as well: its config is older now */
    return STATUS_OK;
}

enum status shop_writer_take(struct shop *s, int64_t patience_ms, struct error *why)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += patience_ms / 1000;
    until.tv_nsec += patience_ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    if (pthread_mutex_timedlock(&s->writer_gate, &until) == 0) {
        atomic_store(&s->writer_taken, true);
        return STATUS_OK;
    }
    return error_set(why,
                     STATUS_CONFLICT,
                     "another change of the data is running, such as an import; try again when it "
                     "is done");
}

bool shop_writer_is_taken(const struct shop *s)
{
    return atomic_load(&s->writer_taken);
}

void shop_writer_give(struct shop *s)
{
    atomic_store(&s->writer_taken, false);
    pthread_mutex_unlock(&s->writer_gate);
}

enum status shop_local_time(
    const char *dir, int64_t now_us, int32_t *day, int32_t *minute, struct error *why)
{
    struct shop_config *c = NULL;
    struct zone_cursor cursor = { .from_s = 0 };
    const enum status st = config_read(dir, &c, why);
    if (st == STATUS_OK)
        zone_local(c->zone, &cursor, now_us, day, minute, NULL);
    config_free(c);
    return st;
}

enum status shop_name(const char *dir, struct arena *a, str *out, struct error *why)
{
    struct shop_config *c = NULL;
    enum status st = config_read(dir, &c, why);
    const str name = st == STATUS_OK ? arena_dup(a, c->settings.name) : STR_EMPTY;
    config_free(c);
    if (st == STATUS_OK && name.ptr == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        *out = name;
    return st;
}
