/* Questions that differ in their ranges only: statements that answer several of them at once, and
 * what each statement has said, so that none runs twice. Lives as long as the read transaction. */
#include "query/together_priv.h"

#include <string.h>

struct said {
    struct said *next;
    str key; /* the statement with its values */
    uint64_t hash;
    struct frame *frame;
};

void together_release(struct together *t)
{
    while (t->first != NULL) {
        struct said *s = t->first;
        t->first = s->next;
        frame_free(s->frame);
        mem_free((void *)(uintptr_t)s->key.ptr);
        mem_free(s);
    }
    mem_free(t->windows);
    *t = (struct together){ .n_windows = 0 };
}

size_t together_find(const struct together *t, const struct window *w)
{
    for (size_t i = 0; t != NULL && w->last_minute < 0 && i < t->n_windows; i++) {
        if (t->windows[i].from == w->from && t->windows[i].to == w->to)
            return i;
    }
    return SIZE_MAX;
}

enum status together_add(struct together *t, const struct window *w, struct error *why)
{
    /* of a day that still runs, only rows up to a minute count */
    if (w->n_buckets == 0 || w->last_minute >= 0 || together_find(t, w) != SIZE_MAX)
        return STATUS_OK;
    if (!MEM_GROW(t->windows, t->cap, t->n_windows + 1))
        return query_no_memory(why);
    t->windows[t->n_windows++] = (struct plan_window){ w->from, w->to };
    return STATUS_OK;
}

static enum status run(struct asking *k,
                       const struct sql *sql,
                       struct frame **out,
                       int64_t *elapsed_us,
                       struct error *why)
{
    const int64_t before = clock_now_us();
    const enum status st = conn_run(k->context->conn, sql, out, why);
    *elapsed_us = clock_now_us() - before;
    return st;
}

static const struct said *find(const struct together *t, str key, uint64_t hash)
{
    for (const struct said *s = t->first; s != NULL; s = s->next) {
        if (s->hash == hash && str_eq(s->key, key))
            return s;
    }
    return NULL;
}

/* The key's bytes become the entry's. */
static enum status run_once(struct asking *k,
                            const struct sql *sql,
                            struct buf *key,
                            struct together_rows *out,
                            struct error *why)
{
    struct said *s = mem_new(1, sizeof *s);
    if (s == NULL)
        return query_no_memory(why);
    const uint64_t hash = str_hash(buf_str(key), 0);
    enum status st = run(k, sql, &s->frame, &out->elapsed_us, why);
    size_t len = 0;
    char *text = st == STATUS_OK ? buf_take(key, &len) : NULL;
    if (text == NULL) {
        frame_free(s->frame);
        mem_free(s);
        return st != STATUS_OK ? st : query_no_memory(why);
    }
    s->key = (str){ text, len };
    s->hash = hash;
    s->next = k->together->first;
    k->together->first = s;
    out->frame = s->frame;
    return STATUS_OK;
}

enum status together_query(struct asking *k,
                           const struct sql *sql,
                           struct together_rows *out,
                           struct error *why)
{
    *out = (struct together_rows){ .frame = NULL };
    if (k->together == NULL) {
        const enum status st = run(k, sql, &out->own, &out->elapsed_us, why);
        out->frame = out->own;
        return st;
    }
    struct buf key;
    enum status st = STATUS_OK;
    buf_init(&key, (size_t)4 << 20);
    sql_describe(sql, &key);
    const struct said *s = find(k->together, buf_str(&key), str_hash(buf_str(&key), 0));
    if (s != NULL)
        out->frame = s->frame;
    else
        st = run_once(k, sql, &key, out, why);
    buf_release(&key);
    return st;
}

void together_drop(struct together_rows *rows)
{
    frame_free(rows->own);
    *rows = (struct together_rows){ .frame = NULL };
}
