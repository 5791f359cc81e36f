/* Rows of one slot, period and store become figures: which of them may is decided for the block as
 * a whole (struct verdict), then they are added to the cells key by key. */
#include "query/stats_priv.h"

#include <string.h>

#define TILES_MAX ((size_t)64)

enum platform_kind stats_kind(const struct kpi_measure *m)
{
    return m->adds_days ? PLATFORM_ADDITIVE : m->platform->kind;
}

struct plan_bucket stats_period(const struct window *w, uint32_t bucket)
{
    return bucket == BUCKET_TOTAL ? (struct plan_bucket){ w->from, w->from, w->to }
                                  : w->buckets[bucket];
}

/* How the rows of a block become figures. */
enum way { WAY_NONE, WAY_EXACT, WAY_DAYS, WAY_TILES, WAY_LAST };
struct verdict {
    enum way way;
    bool is_partial;
    int32_t start; /* WAY_EXACT: the period */
    int32_t end;
    struct {
        int32_t from;
        int32_t to;
    } tiles[TILES_MAX];
    size_t n_tiles;
};

static bool is_exact(const struct stat_row *r, int32_t start, int32_t end)
{
    return r->from == DAY_NONE ? start == end : r->from == start && r->to == end;
}

/* Longer periods that fill start..end without a gap. */
static bool fill_by_tiles(
    const struct stat_row *rows, size_t n, int32_t start, int32_t end, struct verdict *v)
{
    int32_t at = start;
    v->n_tiles = 0;
    while (at <= end) {
        int32_t to = DAY_NONE;
        for (size_t i = 0; i < n; i++) {
            if (rows[i].from == at && rows[i].to <= end && rows[i].to > to)
                to = rows[i].to;
        }
        if (to == DAY_NONE || v->n_tiles == TILES_MAX)
            return false;
        v->tiles[v->n_tiles].from = at;
        v->tiles[v->n_tiles++].to = to;
        at = to + 1;
    }
    return v->n_tiles > 0;
}

/* Days that the block knows; by currency they come one by one. */
static int64_t days_known(const struct collecting *c, const struct stat_row *rows, size_t n)
{
    int64_t most = 0;
    int64_t seen = 0;
    int32_t day = DAY_NONE;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].from != DAY_NONE)
            continue;
        most = rows[i].days > most ? rows[i].days : most;
        seen += rows[i].rate_day != day;
        day = rows[i].rate_day;
    }
    return c->k->by_currency && seen > most ? seen : most;
}

static bool has_exact(const struct stat_row *rows, size_t n, struct plan_bucket period)
{
    for (size_t i = 0; i < n; i++) {
        if (is_exact(&rows[i], period.start, period.end))
            return true;
    }
    return false;
}

static struct verdict judge(const struct collecting *c, const struct stat_row *rows, size_t n)
{
    const struct kpi_measure *m = c->k->slots.items[rows->slot].measure;
    const enum platform_kind kind = stats_kind(m);
    const struct plan_bucket period = stats_period(c->w, rows->key.bucket);
    struct verdict v = { .way = WAY_NONE, .start = period.start, .end = period.end };
    const int32_t end = period.end < c->q.to ? period.end : c->q.to;
    const int32_t passed = end < c->k->today ? end : c->k->today - 1;
    if (kind == PLATFORM_LAST || kind == PLATFORM_LEVEL) {
        v.way = WAY_LAST;
        return v;
    }
    if (period.end <= c->q.to && (!m->adds_days || period.start == period.end) &&
        has_exact(rows, n, period)) {
        v.way = WAY_EXACT;
        return v;
    }
    if (kind != PLATFORM_ADDITIVE)
        return v;
    const int64_t days = days_known(c, rows, n);
    const bool full = days > 0 && days >= passed - period.start + 1;
    if (full)
        v.way = WAY_DAYS;
    else if (!m->adds_days && fill_by_tiles(rows, n, period.start, end, &v))
        v.way = WAY_TILES;
    else
        v.way = days > 0 ? WAY_DAYS : WAY_NONE;
    v.is_partial = v.way == WAY_DAYS && !full;
    return v;
}

static bool is_chosen(const struct verdict *v, const struct stat_row *r)
{
    if (v->way == WAY_EXACT)
        return is_exact(r, v->start, v->end);
    if (v->way == WAY_DAYS)
        return r->from == DAY_NONE;
    for (size_t i = 0; v->way == WAY_TILES && i < v->n_tiles; i++) {
        if (r->from == v->tiles[i].from && r->to == v->tiles[i].to)
            return true;
    }
    return v->way == WAY_LAST;
}

/* ---- reasons ---- */

const char *stats_missing(const struct collecting *c,
                          const struct kpi_measure *m,
                          uint32_t store,
                          struct plan_bucket period)
{
    struct asking *k = c->k;
    const str name = names_text(&k->names, store);
    const str from = day_text(k->arena, period.start);
    const str to = day_text(k->arena, period.end);
    const int days = period.end - period.start + 1;
    const char *label = platform_label(m->platform, k->lang);
    if (days == 1 || stats_kind(m) == PLATFORM_LAST || stats_kind(m) == PLATFORM_LEVEL) {
        return arena_printf(k->arena,
                            tr(k->lang, "%.*s: the platform's %s of %.*s is not there yet"),
                            STR_ARG(name),
                            label,
                            STR_ARG(to))
            .ptr;
    }
    if (stats_kind(m) == PLATFORM_ADDITIVE) {
        return arena_printf(
                   k->arena,
                   tr(k->lang, "%.*s: needs the %d-day export of %s (%.*s to %.*s) or its days"),
                   STR_ARG(name),
                   days,
                   label,
                   STR_ARG(from),
                   STR_ARG(to))
            .ptr;
    }
    return arena_printf(
               k->arena,
               tr(k->lang,
                  "%.*s: needs the %d-day export of %s (%.*s to %.*s): single days do not add up"),
               STR_ARG(name),
               days,
               label,
               STR_ARG(from),
               STR_ARG(to))
        .ptr;
}

void stats_fail(struct cell *cell, const char *reason)
{
    cell->kind = CELL_FAILED;
    cell->reason = reason != NULL ? reason : "";
}

/* ---- cells ---- */

enum status stats_cell(struct collecting *c,
                       size_t slot,
                       const struct matrix_key *key,
                       struct cell **out,
                       struct error *why)
{
    struct matrix *m = c->k->slots.items[slot].is_whole ? &c->out->whole : &c->out->rows;
    size_t at = 0;
    const enum status st = matrix_row(m, key, &at, why);
    if (st == STATUS_OK)
        *out = matrix_cell(m, at, slot);
    return st;
}

static bool is_neutral(const struct cell *cell)
{
    return cell->kind == CELL_ABSENT || (cell->kind == CELL_EXACT && cell->exact == 0);
}

/* Adds a figure that is no amount in another currency. */
static void add_figure(struct collecting *c, size_t slot, i128 value_e4, struct cell *cell)
{
    const struct kpi_measure *m = c->k->slots.items[slot].measure;
    const bool scaled = m->unit == UNIT_MONEY || m->divisor == MONEY_ONE;
    if (!scaled && value_e4 % MONEY_ONE != 0) {
        cell->real = (cell->kind == CELL_REAL    ? cell->real
                      : cell->kind == CELL_EXACT ? (double)cell->exact
                                                 : 0) +
                     (double)value_e4 / MONEY_ONE;
        cell->kind = CELL_REAL;
        return;
    }
    const i128 value = scaled ? value_e4 : value_e4 / MONEY_ONE;
    if (cell->kind == CELL_REAL) {
        cell->real += (double)value;
        return;
    }
    cell->exact = cell->kind == CELL_EXACT ? cell->exact + value : value;
    cell->kind = CELL_EXACT;
}

static enum status add_amount(struct collecting *c,
                              const struct stat_row *r,
                              i128 value_e4,
                              struct cell *cell,
                              struct error *why)
{
    const bool is_money = c->k->slots.items[r->slot].measure->unit == UNIT_MONEY;
    const str currency = names_text(&c->k->names, r->currency);
    if (is_money && c->k->by_currency)
        return fx_add(c->k, cell, value_e4, currency, r->rate_day, why);
    if (is_money && currency.len > 0 && !str_eq(currency, c->k->context->settings->currency)) {
        *c->foreign = true;
        return STATUS_OK;
    }
    add_figure(c, r->slot, value_e4, cell);
    return STATUS_OK;
}

/* Of rows that stand for several days each. */
static bool is_of_days(const struct verdict *v)
{
    return v->way == WAY_TILES || (v->way == WAY_EXACT && v->start < v->end);
}

/* A figure that does not add up: of one row, or none. */
static enum status fold_single(struct collecting *c,
                               const struct verdict *v,
                               const struct stat_row *rows,
                               size_t n,
                               struct cell *cell,
                               struct error *why)
{
    struct asking *k = c->k;
    const bool stores_add_up = stats_kind(k->slots.items[rows->slot].measure) == PLATFORM_LEVEL;
    const struct stat_row *last = NULL;
    int64_t taken = 0;
    for (size_t i = 0; i < n; i++) {
        if (!is_chosen(v, &rows[i]))
            continue;
        taken += rows[i].n;
        last = last == NULL || rows[i].last_to > last->last_to ? &rows[i] : last;
    }
    if (last == NULL)
        return STATUS_OK;
    if (v->way == WAY_LAST)
        taken = last->n - last->days + 1; /* more than a row a day: several articles */
    const i128 value = v->way == WAY_LAST ? last->last : last->value;
    cell->is_restated = cell->is_restated || last->is_restated;
    cell->is_of_days = cell->is_of_days || is_of_days(v);
    if (taken > 1)
        stats_fail(cell, tr(k->lang, "figures of several articles or channels do not add up"));
    else if (!stores_add_up && !is_neutral(cell) && value != 0)
        stats_fail(cell, tr(k->lang, "figures of several stores do not add up: ask by store"));
    else if (stores_add_up || is_neutral(cell))
        return add_amount(c, last, value, cell, why);
    return STATUS_OK;
}

/* An export of the whole period may leave articles out that single days have: those are the sum of
 * their days, as far as they go. */
static struct verdict verdict_of_key(const struct verdict *v, const struct stat_row *rows, size_t n)
{
    struct verdict own = *v;
    const struct plan_bucket period = { v->start, v->start, v->end };
    if (v->way == WAY_EXACT && !has_exact(rows, n, period)) {
        own.way = WAY_DAYS;
        own.is_partial = true;
    }
    return own;
}

/* The rows of one key: what cannot be added fails the cell. */
static enum status fold_key(struct collecting *c,
                            const struct verdict *v,
                            const struct stat_row *rows,
                            size_t n,
                            struct error *why)
{
    const struct kpi_measure *m = c->k->slots.items[rows->slot].measure;
    struct cell *cell = NULL;
    enum status st = stats_cell(c, rows->slot, &rows->key, &cell, why);
    if (st != STATUS_OK || cell->kind == CELL_FAILED)
        return st;
    if (v->way == WAY_NONE) {
        stats_fail(cell, stats_missing(c, m, rows->store, stats_period(c->w, rows->key.bucket)));
        return STATUS_OK;
    }
    if (stats_kind(m) != PLATFORM_ADDITIVE)
        return fold_single(c, v, rows, n, cell, why);
    const struct verdict own = verdict_of_key(v, rows, n);
    for (size_t i = 0; i < n && st == STATUS_OK; i++) {
        if (!is_chosen(&own, &rows[i]))
            continue;
        cell->is_restated = cell->is_restated || rows[i].is_restated;
        st = add_amount(c, &rows[i], rows[i].value, cell, why);
    }
    cell->is_partial = cell->is_partial || own.is_partial;
    cell->is_of_days = cell->is_of_days || is_of_days(&own);
    return st;
}

enum status stats_fold(struct collecting *c,
                       const struct stat_row *rows,
                       size_t n,
                       struct error *why)
{
    const struct verdict v = judge(c, rows, n);
    const size_t period = rows->key.bucket == BUCKET_TOTAL ? c->out->n_periods : rows->key.bucket;
    enum status st = STATUS_OK;
    c->out->platform_rows[rows->slot * (c->out->n_periods + 1) + period] = true;
    for (size_t i = 0, end; i < n && st == STATUS_OK; i = end) {
        end = i + 1;
        while (end < n && memcmp(rows[end].key.by, rows[i].key.by, sizeof rows[i].key.by) == 0)
            end++;
        st = fold_key(c, &v, rows + i, end - i, why);
    }
    return st;
}
