/* What all requests share: definitions in force, the data's version, fingerprints of answers. */
#include "server/engine_priv.h"

#include "server/clients_priv.h"
#include "server/flight_priv.h"
#include "server/jobs_priv.h"
#include "server/tls_priv.h"
#include "server/watch_priv.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* A catalogue in use; freed when it is no longer in force and its last request has gone. */
struct definitions {
    struct kpi_catalog *catalog;
    uint64_t generation;
    size_t users;
    bool is_old;
};

/* ---- Definitions. --------------------------------------------------------------------------- */

struct definitions *definitions_take(struct api *api)
{
    pthread_mutex_lock(&api->lock);
    struct definitions *d = api->definitions;
    d->users++;
    pthread_mutex_unlock(&api->lock);
    return d;
}

const struct kpi_catalog *definitions_catalog(const struct definitions *d)
{
    return d->catalog;
}

static void free_unused(struct definitions *d)
{
    if (d == NULL || d->users > 0 || !d->is_old)
        return;
    kpi_catalog_free(d->catalog);
    mem_free(d);
}

void definitions_give(struct api *api, struct definitions *d)
{
    if (d == NULL)
        return;
    pthread_mutex_lock(&api->lock);
    d->users--;
    free_unused(d);
    pthread_mutex_unlock(&api->lock);
}

static enum status load_definitions(struct api *api, struct error *why)
{
    struct definitions *d = mem_new(1, sizeof *d);
    if (d == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = shop_catalog(shop_dir(api->shop), STR_EMPTY, NULL, &d->catalog, why);
    if (st != STATUS_OK) {
        mem_free(d);
        return st;
    }
    pthread_mutex_lock(&api->lock);
    struct definitions *old = api->definitions;
    d->generation = old != NULL ? old->generation + 1 : 1;
    api->definitions = d;
    if (old != NULL)
        old->is_old = true;
    free_unused(old);
    pthread_mutex_unlock(&api->lock);
    return STATUS_OK;
}

/* Teams of stores give row scope, so access must know them. */
static enum status take_stores(struct api *api, struct error *why)
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

enum status api_reload(struct api *api, struct error *why)
{
    pthread_mutex_lock(&api->reload_lock);
    enum status st = shop_settings_reload(api->shop, why);
    if (st == STATUS_OK)
        st = take_stores(api, why);
    if (st == STATUS_OK)
        st = load_definitions(api, why);
    if (st == STATUS_OK && api->tls != NULL)
        st = tls_reload(api->tls, why);
    pthread_mutex_unlock(&api->reload_lock);
    return st;
}

enum status request_reload(struct request *r, struct error *why)
{
    return api_reload(r->api, why);
}

/* ---- Fingerprints. -------------------------------------------------------------------------- */

enum status api_data_version(struct api *api, int64_t *out, struct error *why)
{
    pthread_mutex_lock(&api->version_lock);
    const enum status st = shop_data_version(api->version_conn, out, why);
    pthread_mutex_unlock(&api->version_lock);
    return st;
}

/* Everything that an answer follows from, as text: equal text, equal answer. Down to the first
 * empty line stands the state of the shop for this principal, then what was asked, how and when. */
str api_fingerprint(struct request *r, const struct definitions *d)
{
    struct buf b;
    int64_t version = 0;
    struct error why = { .lang = LANG_EN };
    const bool is_data = r->route->scope != SCOPE_FREE || r->route->has_etag;
    if (strcmp(r->route->method, "GET") != 0 || !is_data ||
        api_data_version(r->api, &version, &why) != STATUS_OK)
        return STR_EMPTY;
    buf_init(&b, (size_t)256 * 1024);
    buf_addf(&b,
             "%s\n%lld %llu %p %d %d\n",
             r->api->boot,
             (long long)version,
             (unsigned long long)d->generation,
             (const void *)shop_settings(r->api->shop),
             (int)r->who->role,
             r->who->all_stores);
    for (size_t i = 0; i < r->who->store_count; i++) {
        buf_add(&b, r->who->stores[i]);
        buf_addc(&b, '\n');
    }
    buf_addf(&b, "\n%lld %d ", (long long)(r->now_us / (60 * US_PER_SECOND)), (int)r->lang);
    buf_add(&b, r->path);
    buf_addc(&b, '?');
    buf_add(&b, r->raw_query);
    const str out = buf_ok(&b) ? arena_dup(r->arena, buf_str(&b)) : STR_EMPTY;
    buf_release(&b);
    return out.ptr != NULL ? out : STR_EMPTY;
}

static str quoted_hash(struct arena *a, str text)
{
    unsigned char hash[16];
    char hex[33];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)text.ptr, text.len, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    return arena_printf(a, "\"%s\"", hex);
}

str api_etag(struct request *r, str fingerprint)
{
    return quoted_hash(r->arena, fingerprint);
}

str api_state(struct request *r, str fingerprint)
{
    const size_t end = str_find(fingerprint, STR("\n\n"));
    return quoted_hash(r->arena, str_first(fingerprint, end));
}

/* ---- Starting and stopping. ----------------------------------------------------------------- */

/* About once a second, when no job runs. */
static void tick(void *self)
{
    struct api *api = self;
    struct error why = { .lang = shop_settings(api->shop)->lang };
    const uint64_t mark = watch_look(shop_dir(api->shop));
    if (mark != api->files_mark) {
        api->files_mark = mark;
        if (api_reload(api, &why) != STATUS_OK) /* all stays as it was until the files are right */
            fprintf(stderr, "shopvane: %s\n", why.text);
    }
    upload_sweep(api->shop, clock_now_us());
}

enum status api_init(struct api *api, const struct server_options *opt, struct error *why)
{
    unsigned char boot[8];
    const int64_t deadline = opt->deadline_s > 0 ? opt->deadline_s : SERVER_DEADLINE_S;
    api->shop = opt->shop;
    api->started_us = clock_now_us();
    pthread_mutex_init(&api->lock, NULL);
    pthread_mutex_init(&api->reload_lock, NULL);
    pthread_mutex_init(&api->version_lock, NULL);
    api->cache = query_cache_new();
    api->clients = clients_new();
    if (api->cache == NULL || api->clients == NULL || sodium_init() < 0)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    randombytes_buf(boot, sizeof boot);
    sodium_bin2hex(api->boot, sizeof api->boot, boot, sizeof boot);
    enum status st = listen_read(opt, &api->listen, why);
    if (st == STATUS_OK && api->listen.is_tls)
        st = tls_open(opt->tls_cert, opt->tls_key, &api->tls, why);
    if (st == STATUS_OK)
        st = access_open(shop_dir(api->shop), &api->access, why);
    if (st == STATUS_OK)
        st = take_stores(api, why);
    if (st == STATUS_OK)
        st = shop_conn_new(api->shop, &api->version_conn, why);
    if (st == STATUS_OK)
        st = load_definitions(api, why);
    api->files_mark = watch_look(shop_dir(api->shop));
    if (st == STATUS_OK)
        st = jobs_start(api->shop, tick, api, &api->jobs, why);
    return st == STATUS_OK ? lanes_start(api, deadline, &api->lanes, why) : st;
}

void api_release(struct api *api)
{
    jobs_stop(api->jobs);
    lanes_free(api->lanes);
    clients_free(api->clients);
    if (api->definitions != NULL)
        api->definitions->is_old = true;
    free_unused(api->definitions);
    conn_close(api->version_conn);
    query_cache_free(api->cache);
    access_close(api->access);
    tls_close(api->tls);
    pthread_mutex_destroy(&api->version_lock);
    pthread_mutex_destroy(&api->reload_lock);
    pthread_mutex_destroy(&api->lock);
}
