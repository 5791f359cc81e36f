/* What small statements about the store said, kept while its data version stays: how far tables
 * reach, which cells there are. A reader whose snapshot is older than what is kept asks the store.
 *
 * Frames are shared by threads: the last reader of one that was dropped meanwhile frees it. */
#include "query/cache_priv.h"

#include <pthread.h>

#define KEPT_MAX 256 /* frames of one version; more are read each time */

struct kept {
    struct kept *next;
    str key; /* the statement with its values */
    uint64_t hash;
    struct frame *frame;
    unsigned readers;
    bool is_dropped;
};

struct query_cache {
    pthread_mutex_t lock; /* protects what follows */
    int64_t version;
    struct kept *first;
    size_t n;
};

struct query_cache *query_cache_new(void)
{
    struct query_cache *c = mem_new(1, sizeof *c);
    if (c != NULL)
        pthread_mutex_init(&c->lock, NULL);
    return c;
}

static void kept_free(struct kept *e)
{
    frame_free(e->frame);
    mem_free((void *)(uintptr_t)e->key.ptr);
    mem_free(e);
}

static void drop_all(struct query_cache *c)
{
    while (c->first != NULL) {
        struct kept *e = c->first;
        c->first = e->next;
        e->is_dropped = true;
        if (e->readers == 0)
            kept_free(e);
    }
    c->n = 0;
}

void query_cache_free(struct query_cache *c)
{
    if (c == NULL)
        return;
    drop_all(c);
    pthread_mutex_destroy(&c->lock);
    mem_free(c);
}

static struct kept *cache_take(struct query_cache *c, int64_t version, str key, uint64_t hash)
{
    struct kept *found = NULL;
    pthread_mutex_lock(&c->lock);
    for (struct kept *e = c->version == version ? c->first : NULL; e != NULL; e = e->next) {
        if (e->hash == hash && str_eq(e->key, key))
            found = e;
    }
    if (found != NULL)
        found->readers++;
    pthread_mutex_unlock(&c->lock);
    return found;
}

/* Keeps the frame if there is room for it; the caller is its first reader. */
static void cache_put(struct query_cache *c, int64_t version, struct kept *e)
{
    pthread_mutex_lock(&c->lock);
    if (version > c->version) {
        drop_all(c);
        c->version = version;
    }
    e->is_dropped = version < c->version || c->n >= KEPT_MAX;
    if (!e->is_dropped) {
        e->next = c->first;
        c->first = e;
        c->n++;
    }
    pthread_mutex_unlock(&c->lock);
}

/* The key's bytes become the entry's. */
static enum status run_kept(struct asking *k,
                            const struct sql *sql,
                            struct buf *key,
                            struct state_rows *out,
                            struct error *why)
{
    struct kept *e = mem_new(1, sizeof *e);
    if (e == NULL)
        return query_no_memory(why);
    const enum status st = conn_run(k->context->conn, sql, &e->frame, why);
    size_t len = 0;
    char *text = st == STATUS_OK ? buf_take(key, &len) : NULL;
    if (text == NULL) {
        kept_free(e);
        return st != STATUS_OK ? st : query_no_memory(why);
    }
    e->key = (str){ text, len };
    e->hash = str_hash(e->key, 0);
    e->readers = 1;
    cache_put(k->context->cache, k->data_version, e);
    *out = (struct state_rows){ .frame = e->frame, .kept = e };
    return STATUS_OK;
}

enum status state_query(struct asking *k,
                        const struct sql *sql,
                        struct state_rows *out,
                        struct error *why)
{
    *out = (struct state_rows){ .frame = NULL };
    enum status st = sql_finish(sql, why);
    if (st != STATUS_OK)
        return st;
    if (k->context->cache == NULL) {
        st = conn_run(k->context->conn, sql, &out->own, why);
        out->frame = out->own;
        return st;
    }
    struct buf key;
    buf_init(&key, (size_t)4 << 20);
    sql_describe(sql, &key);
    const uint64_t hash = str_hash(buf_str(&key), 0);
    out->kept = cache_take(k->context->cache, k->data_version, buf_str(&key), hash);
    if (out->kept != NULL)
        out->frame = out->kept->frame;
    else
        st = run_kept(k, sql, &key, out, why);
    buf_release(&key);
    return st;
}

void state_rows_drop(struct asking *k, struct state_rows *rows)
{
    struct kept *e = rows->kept;
    if (e != NULL) {
        struct query_cache *c = k->context->cache;
        pthread_mutex_lock(&c->lock);
        const bool is_last = --e->readers == 0 && e->is_dropped;
        pthread_mutex_unlock(&c->lock);
        if (is_last)
            kept_free(e);
    }
    frame_free(rows->own);
    *rows = (struct state_rows){ .frame = NULL };
}
