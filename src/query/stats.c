/* Figures that platforms have counted become cells. Amounts and counts of things add up over days
 * and articles; people and averages never do: only the row whose period is the one asked for
 * answers. Per slot, period and store one way is chosen (struct verdict), then its rows are folded
 * into the cells.
 *
 *   frames -> struct stat_row, sorted -> blocks (slot, period, store) -> verdict -> cells
 */
#include "query/stats_priv.h"
#include "query/together_priv.h"

#include <stdlib.h>

/* ---- slots that are asked for ---- */

struct wish {
    size_t *slots;
    size_t n_slots;
    str *stores;
    size_t n_stores;
};

static void add_stores(struct wish *w, const struct slot_source *s)
{
    for (size_t i = 0; i < s->n_stores; i++) {
        bool known = false;
        for (size_t j = 0; j < w->n_stores; j++)
            known = known || str_eq(w->stores[j], s->stores[i]);
        if (!known)
            w->stores[w->n_stores++] = s->stores[i];
    }
}

static enum status wish_of(struct asking *k, bool is_whole, struct wish *out, struct error *why)
{
    size_t most = 0;
    for (size_t i = 0; i < k->slots.n; i++)
        most += k->sources[i].n_stores;
    *out = (struct wish){ .slots = ARENA_NEW(k->arena, size_t, k->slots.n + 1),
                          .stores = ARENA_NEW(k->arena, str, most + 1) };
    if (out->slots == NULL || out->stores == NULL)
        return query_no_memory(why);
    for (size_t i = 0; i < k->slots.n; i++) {
        if (k->sources[i].n_stores == 0 || k->slots.items[i].is_whole != is_whole)
            continue;
        out->slots[out->n_slots++] = i;
        add_stores(out, &k->sources[i]);
    }
    return STATUS_OK;
}

/* ---- reading ---- */

static uint32_t bucket_at(const struct window *w, int32_t day)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < w->n_buckets && w->buckets[i].from <= day; i++)
        at = i;
    return at;
}

static bool read_key(struct collecting *c,
                     const struct plan_platform *p,
                     const struct frame *f,
                     size_t row,
                     struct stat_row *out)
{
    size_t column = p->is_windowed;
    out->key = (struct matrix_key){ .bucket = c->variant->by_time ? 0 : BUCKET_TOTAL, .hour = -1 };
    if (p->has_time)
        out->key.bucket = bucket_at(c->w, (int32_t)frame_i64(f, column++, row));
    for (size_t i = 0; i < p->n_dims; i++, column++) {
        out->key.by[i] = names_number(&c->k->names, frame_str(f, column, row));
        if (out->key.by[i] == NAME_ALL)
            return false;
    }
    out->store = names_number(&c->k->names, frame_str(f, column, row));
    if (p->is_by_store)
        out->key.by[0] = out->store;
    const bool is_days = frame_is_null(f, column + 2, row);
    out->from = is_days ? DAY_NONE : (int32_t)frame_i64(f, column + 2, row);
    out->to = is_days ? DAY_NONE : (int32_t)frame_i64(f, column + 3, row);
    out->currency = names_number(&c->k->names, frame_str(f, column + 4, row));
    column += 5;
    out->rate_day = p->has_rate_day ? (int32_t)frame_i64(f, column++, row) : c->w->to;
    out->n = frame_i64(f, column, row);
    out->days = frame_i64(f, column + 1, row);
    out->value = frame_i128(f, column + 2, row);
    out->last = frame_i128(f, column + 3, row);
    out->last_to = (int32_t)frame_i64(f, column + 4, row);
    out->is_restated = frame_i64(f, column + 5, row) > 0;
    return out->store != NAME_ALL && out->currency != NAME_ALL;
}

/* The row once for each slot that reads its measure from its store. */
static enum status take_row(struct collecting *c,
                            const struct plan_platform *p,
                            const struct wish *w,
                            const struct frame *f,
                            size_t row,
                            struct error *why)
{
    const size_t column = (size_t)p->has_time + p->is_windowed + p->n_dims;
    struct stat_row one;
    if (p->is_windowed && (size_t)frame_i64(f, 0, row) != together_find(c->k->together, c->w))
        return STATUS_OK;
    if (!read_key(c, p, f, row, &one))
        return query_no_memory(why);
    for (size_t i = 0; i < w->n_slots; i++) {
        const struct plan_slot *s = &c->k->slots.items[w->slots[i]];
        if (!str_is(frame_str(f, column + 1, row),
                    plan_platform_name(s->measure->platform, p->by_article)) ||
            !sources_reads(&c->k->sources[w->slots[i]], frame_str(f, column, row)))
            continue;
        one.slot = w->slots[i];
        if (!MEM_GROW(c->rows, c->cap, c->n + 1))
            return query_no_memory(why);
        c->rows[c->n++] = one;
    }
    return STATUS_OK;
}

static enum status note_statement(struct collecting *c,
                                  const struct plan_platform *p,
                                  int64_t elapsed_us,
                                  struct error *why)
{
    struct asking *k = c->k;
    struct buf text;
    if (!MEM_GROW(k->sql, k->sql_cap, k->n_sql + 1))
        return query_no_memory(why);
    buf_init(&text, (size_t)4 << 20);
    sql_describe(&p->sql, &text);
    k->sql[k->n_sql++] = (struct answer_sql){ .fact = STR("platform_stat"),
                                              .text = arena_dup(k->arena, buf_str(&text)),
                                              .served_by = plan_served_name(PLAN_RAW),
                                              .rows_read = -1,
                                              .from = c->w->from,
                                              .to = c->w->to,
                                              .newest = DAY_NONE,
                                              .elapsed_us = elapsed_us };
    buf_release(&text);
    return k->sql[k->n_sql - 1].text.ptr != NULL ? STATUS_OK : query_no_memory(why);
}

static enum status run_statement(struct collecting *c,
                                 const struct plan_platform *p,
                                 const struct wish *w,
                                 struct error *why)
{
    struct asking *k = c->k;
    struct together_rows rows;
    if (k->dry)
        return note_statement(c, p, 0, why);
    enum status st = together_query(k, &p->sql, &rows, why);
    if (st == STATUS_OK)
        st = note_statement(c, p, rows.elapsed_us, why);
    for (size_t r = 0; st == STATUS_OK && r < frame_rows(rows.frame); r++)
        st = take_row(c, p, w, rows.frame, r, why);
    together_drop(&rows);
    return st;
}

static enum status collect(struct collecting *c,
                           const struct wish *w,
                           bool is_whole,
                           enum plan_platform_level level,
                           struct error *why)
{
    struct plan_platform p;
    const struct plan_platform_wish wish = { .level = level,
                                             .is_whole = is_whole,
                                             .slots = w->slots,
                                             .n_slots = w->n_slots,
                                             .stores = w->stores,
                                             .n_stores = w->n_stores,
                                             .any_revised = c->k->any_revised };
    if (c->q.from > c->q.to || w->n_slots == 0)
        return STATUS_OK;
    enum status st =
        plan_platform_build(&c->q, &c->k->slots, c->variant, &wish, c->k->arena, &p, why);
    if (st != STATUS_OK)
        return st;
    st = run_statement(c, &p, w, why);
    sql_release(&p.sql);
    return st;
}

/* ---- blocks ---- */

static int compare_blocks(const struct stat_row *a, const struct stat_row *b)
{
    if (a->slot != b->slot)
        return a->slot < b->slot ? -1 : 1;
    if (a->key.bucket != b->key.bucket)
        return a->key.bucket < b->key.bucket ? -1 : 1;
    return (a->store > b->store) - (a->store < b->store);
}

static int compare_rows(const void *x, const void *y, void *n_by)
{
    const struct stat_row *a = x;
    const struct stat_row *b = y;
    const int order = compare_blocks(a, b);
    if (order != 0)
        return order;
    for (size_t i = 0; i < *(const size_t *)n_by; i++) {
        if (a->key.by[i] != b->key.by[i])
            return a->key.by[i] < b->key.by[i] ? -1 : 1;
    }
    return (a->from > b->from) - (a->from < b->from);
}

static bool same_block(const struct stat_row *a, const struct stat_row *b)
{
    return a->slot == b->slot && a->key.bucket == b->key.bucket && a->store == b->store;
}

/* ---- what is not there ---- */

/* Among the first n rows, which are sorted. */
static bool has_block(
    const struct collecting *c, size_t n, size_t slot, uint32_t bucket, uint32_t store)
{
    const struct stat_row wanted = { .slot = slot, .key = { .bucket = bucket }, .store = store };
    size_t low = 0;
    size_t high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare_blocks(&c->rows[middle], &wanted);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static void sort_rows(struct collecting *c, size_t n_by)
{
    if (c->n > 0)
        qsort_r(c->rows, c->n, sizeof *c->rows, compare_rows, &n_by);
}

static size_t periods_of(const struct collecting *c)
{
    return c->variant->by_time ? c->w->n_buckets : 1;
}

static uint32_t period_at(const struct collecting *c, size_t i)
{
    return c->variant->by_time ? (uint32_t)i : BUCKET_TOTAL;
}

/* The store has rows in some period that the question's filter lets through. */
static bool is_filtered_out(const struct collecting *c, uint32_t store)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->rows[i].store == store)
            return false;
    }
    return true;
}

static enum status fail_missing(
    struct collecting *c, size_t slot, uint32_t bucket, uint32_t store, struct error *why)
{
    const struct plan_slot *s = &c->k->slots.items[slot];
    const struct kpi_measure *m = s->measure;
    const struct plan_bucket period = stats_period(c->w, bucket);
    struct matrix_key key = { .bucket = bucket, .hour = -1 };
    struct cell *cell = NULL;
    if (period.start >= c->k->today || (c->need.store_filter && is_filtered_out(c, store)))
        return STATUS_OK;
    if (c->by_store && !s->is_whole)
        key.by[0] = store;
    const enum status st = stats_cell(c, slot, &key, &cell, why);
    if (st != STATUS_OK || cell->kind == CELL_FAILED)
        return st;
    if (stats_kind(m) == PLATFORM_ADDITIVE && cell->kind != CELL_ABSENT)
        cell->is_partial = true;
    else
        stats_fail(cell, stats_missing(c, m, store, period));
    return STATUS_OK;
}

/* Whole stores that have nothing in a period: their figures are missing, not 0. */
static enum status mark_missing(struct collecting *c, const struct wish *w, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < w->n_slots && c->only_whole; i++) {
        const struct slot_source *s = &c->k->sources[w->slots[i]];
        for (size_t j = 0; j < s->n_stores; j++) {
            const uint32_t store = names_number(&c->k->names, s->stores[j]);
            if (store == NAME_ALL)
                return query_no_memory(why);
            for (size_t b = 0; b < periods_of(c) && st == STATUS_OK; b++) {
                if (!has_block(c, c->n, w->slots[i], period_at(c, b), store))
                    st = fail_missing(c, w->slots[i], period_at(c, b), store, why);
            }
        }
    }
    return st;
}

/* Sums without a row of the whole store are those of its articles. */
static enum status collect_articles(struct collecting *c,
                                    const struct wish *all,
                                    bool is_whole,
                                    struct error *why)
{
    struct wish w = *all;
    const size_t before = c->n;
    w.n_slots = 0;
    w.slots = ARENA_NEW(c->k->arena, size_t, all->n_slots + 1);
    if (w.slots == NULL)
        return query_no_memory(why);
    for (size_t i = 0; i < all->n_slots; i++) {
        const size_t slot = all->slots[i];
        const struct slot_source *s = &c->k->sources[slot];
        bool lacks = false;
        if (c->k->slots.items[slot].measure->platform->kind != PLATFORM_ADDITIVE)
            continue;
        for (size_t j = 0; j < s->n_stores && !lacks; j++) {
            const uint32_t store = names_number(&c->k->names, s->stores[j]);
            for (size_t b = 0; b < periods_of(c) && !lacks; b++)
                lacks = !has_block(c, before, slot, period_at(c, b), store);
        }
        if (lacks)
            w.slots[w.n_slots++] = slot;
    }
    const enum status st = collect(c, &w, is_whole, PLAN_PLATFORM_ARTICLE, why);
    size_t kept = before;
    for (size_t i = before; st == STATUS_OK && i < c->n; i++) {
        const struct stat_row r = c->rows[i];
        if (!has_block(c, before, r.slot, r.key.bucket, r.store))
            c->rows[kept++] = r;
    }
    c->n = kept;
    return st;
}

static enum status fetch_slots(struct collecting *c, bool is_whole, struct error *why)
{
    struct wish w;
    size_t n_by = is_whole ? 0 : c->variant->by_dims ? c->k->n_by : 0;
    const bool by_dims = !is_whole && (c->variant->by_dims || c->variant->n_excluded > 0);
    enum status st = wish_of(c->k, is_whole, &w, why);
    if (st != STATUS_OK || w.n_slots == 0)
        return st;
    st = plan_platform_needs(&c->q, by_dims, c->k->arena, &c->need, why);
    const bool fine = c->need.article || c->need.channel;
    c->by_store = n_by == 1 && str_is(str_from(c->k->by[0]->name), "store");
    c->only_whole = !fine && (n_by == 0 || c->by_store) && c->variant->n_excluded == 0;
    c->n = 0;
    if (st == STATUS_OK)
        st = collect(c, &w, is_whole, fine ? PLAN_PLATFORM_ASKED : PLAN_PLATFORM_WHOLE, why);
    sort_rows(c, n_by);
    if (st == STATUS_OK && !fine)
        st = collect_articles(c, &w, is_whole, why);
    if (st != STATUS_OK || c->k->dry)
        return st;
    sort_rows(c, n_by);
    for (size_t i = 0, end; i < c->n && st == STATUS_OK && !*c->foreign; i = end) {
        end = i + 1;
        while (end < c->n && same_block(&c->rows[i], &c->rows[end]))
            end++;
        st = stats_fold(c, c->rows + i, end - i, why);
    }
    return st == STATUS_OK && !*c->foreign ? mark_missing(c, &w, why) : st;
}

enum status stats_fetch(struct asking *k,
                        const struct window *w,
                        const struct plan_variant *variant,
                        struct figures *out,
                        bool *foreign, /* NOLINT(readability-non-const-parameter): steps set it */
                        struct error *why)
{
    bool any = false;
    for (size_t i = 0; i < k->slots.n; i++)
        any = any || k->sources[i].n_stores > 0;
    if (!any)
        return STATUS_OK;
    struct collecting c = {
        .k = k, .w = w, .variant = variant, .out = out, .q = query_plan_of(k, w), .foreign = foreign
    };
    /* a day that still runs has no figure of a platform */
    if (w->last_minute >= 0)
        c.q.to = w->to - 1;
    out->n_periods = w->n_buckets;
    if (out->platform_rows == NULL)
        out->platform_rows = mem_new(k->slots.n * (w->n_buckets + 1), sizeof(bool));
    enum status st = out->platform_rows != NULL ? STATUS_OK : query_no_memory(why);
    if (st == STATUS_OK)
        st = fetch_slots(&c, false, why);
    if (st == STATUS_OK && !*foreign)
        st = fetch_slots(&c, true, why);
    mem_free(c.rows);
    return st;
}
