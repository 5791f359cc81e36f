/* How long stock has lain: the table stock_age of the last count of each store in the month, as KPI
 * stock_age_mix reads it. What no receipt covers cannot be dated and is said as that.
 *
 * Units and values are those of the counts, as KPIs stock_units and stock_value take them, so the
 * parts of this table sum to those. A store's values in another currency are shared out of its
 * converted value. */
#include "notify/rhythm_priv.h"

#include <stdlib.h>

#define OLDEST_MAX ((size_t)10)

static const struct age {
    const char *name;
    int64_t to; /* days; the first that fits */
} ages[] = {
    { "0–30 days", 30 },    { "31–60 days", 60 },           { "61–90 days", 90 },
    { "91–180 days", 180 }, { "over 180 days", INT64_MAX },
};
enum {
    AGE_OLD = ARRAY_LEN(ages) - 1,
    AGE_UNDATED, /* no receipt covers it */
    AGE_NOTHING, /* counts of 0 and less */
    AGE_COUNT
};

enum { LAYER_STORE, LAYER_SKU, LAYER_CURRENCY, LAYER_AGE, LAYER_UNITS, LAYER_VALUE };

/* $1, $2: the month. A row for each receipt that something is left of, for what has none (days
 * null) and for counts of nothing (days -1). */
static const char layers_sql[] =
    "WITH day AS (SELECT store, max(local_date) AS day FROM stock_level WHERE local_date BETWEEN "
    "$1::DATE AND $2::DATE@stores GROUP BY store) "
    "SELECT a.store, a.sku, a.currency, CASE WHEN a.age = 'none left' THEN -1 ELSE a.days END, "
    "a.units, a.value_e4::HUGEINT FROM stock_age a JOIN day d ON d.store = a.store AND d.day = "
    "a.local_date WHERE a.local_date BETWEEN $1::DATE AND $2::DATE ORDER BY a.sku, a.currency, "
    "a.store";

struct parts {
    i128 units[AGE_COUNT];
    i128 value_e4[AGE_COUNT];
};

struct aged_store {
    str name;
    str currency;
    bool is_mixed; /* values of several currencies: they do not add up */
    struct parts parts;
};

struct old_article {
    str sku;
    i128 units;
    i128 value_e4;
    int64_t days; /* the oldest of them */
    str currency;
};

struct ageing {
    struct aged_store *stores;
    size_t n_stores;
    struct old_article *old;
    size_t n_old;
    i128 without_value; /* units on hand whose count tells no value */
    struct parts all;
};

static size_t part_of(const struct frame *f, size_t row)
{
    if (frame_is_null(f, LAYER_AGE, row))
        return AGE_UNDATED;
    const int64_t days = frame_i64(f, LAYER_AGE, row);
    size_t i = 0;
    while (days > ages[i].to)
        i++;
    return days < 0 ? (size_t)AGE_NOTHING : i;
}

static struct aged_store *store_at(struct ageing *g, str name, str currency)
{
    for (size_t i = 0; i < g->n_stores; i++) {
        if (str_eq(g->stores[i].name, name)) {
            g->stores[i].is_mixed =
                g->stores[i].is_mixed || !str_eq(g->stores[i].currency, currency);
            return &g->stores[i];
        }
    }
    g->stores[g->n_stores] = (struct aged_store){ .name = name, .currency = currency };
    return &g->stores[g->n_stores++];
}

/* Rows of one article follow each other. */
static void add_old(struct ageing *g, const struct old_article *layer)
{
    const bool is_first = g->n_old == 0;
    struct old_article *o = &g->old[is_first ? 0 : g->n_old - 1];
    if (is_first || !str_eq(o->sku, layer->sku) || !str_eq(o->currency, layer->currency)) {
        g->old[g->n_old++] = *layer;
        return;
    }
    o->units += layer->units;
    o->value_e4 += layer->value_e4;
    o->days = o->days > layer->days ? o->days : layer->days;
}

static void read_layers(struct rhythm_run *r, const struct frame *f, struct ageing *g)
{
    for (size_t i = 0; i < frame_rows(f); i++) {
        const size_t part = part_of(f, i);
        const bool has_value = !frame_is_null(f, LAYER_VALUE, i);
        const i128 units = frame_i128(f, LAYER_UNITS, i);
        const i128 value = has_value ? frame_i128(f, LAYER_VALUE, i) : 0;
        const str currency = rhythm_cell(r, f, LAYER_CURRENCY, i);
        struct aged_store *s = store_at(g, rhythm_cell(r, f, LAYER_STORE, i), currency);
        s->parts.units[part] += units;
        s->parts.value_e4[part] += value;
        g->without_value += has_value || part == AGE_NOTHING ? 0 : units;
        if (part == AGE_OLD)
            add_old(g,
                    &(struct old_article){ rhythm_cell(r, f, LAYER_SKU, i),
                                           units,
                                           value,
                                           frame_i64(f, LAYER_AGE, i),
                                           currency });
    }
}

static i128 sum_of(const i128 *parts)
{
    i128 sum = 0;
    for (size_t i = 0; i < AGE_COUNT; i++)
        sum += parts[i];
    return sum;
}

/* The store's values in the shop's currency: its converted value, shared out as its own is. */
static void convert_parts(struct parts *p, i128 own, i128 converted)
{
    i128 own_up_to = 0;
    i128 shared = 0;
    if (own == converted || own == 0)
        return;
    for (size_t i = 0; i < AGE_COUNT; i++) {
        own_up_to += p->value_e4[i];
        const i128 up_to = i128_div_half_even(converted * own_up_to, own);
        p->value_e4[i] = up_to - shared;
        shared = up_to;
    }
}

enum { STOCK_UNITS, STOCK_VALUE, STOCK_KPIS };

/* All stores. False when the value of one is not known in the shop's currency. */
static bool add_up(const struct answer *a, struct ageing *g)
{
    bool is_known = true;
    for (size_t i = 0; i < g->n_stores; i++) {
        struct aged_store *s = &g->stores[i];
        const struct answer_row *row = rhythm_row(a, &a->kpis[STOCK_VALUE], s->name);
        const i128 own = sum_of(s->parts.value_e4);
        const bool has_value = row != NULL && row->value.kind != VALUE_NONE;
        is_known = is_known && !s->is_mixed && (has_value || own == 0);
        if (has_value)
            convert_parts(&s->parts, own, row->value.exact);
        for (size_t k = 0; k < AGE_COUNT; k++) {
            g->all.units[k] += s->parts.units[k];
            g->all.value_e4[k] += s->parts.value_e4[k];
        }
    }
    return is_known;
}

/* ---- the tables ---- */

static const char *part_name(size_t part)
{
    return part < ARRAY_LEN(ages) ? ages[part].name
           : part == AGE_UNDATED  ? "no receipt known"
                                  : "counts of 0 and less";
}

static void write_parts(struct rhythm_run *r, const struct parts *p, bool has_values)
{
    static const char *const heads[] = {
        "age", "units", "share of units", "cost value", "share of value"
    };
    const i128 units = sum_of(p->units);
    const i128 value = sum_of(p->value_e4);
    const size_t columns = has_values ? ARRAY_LEN(heads) : 3;
    const str own = r->context->settings->currency;
    rhythm_table(r, heads, columns);
    for (size_t i = 0; i < AGE_COUNT; i++) {
        if (i >= AGE_UNDATED && p->units[i] == 0 && p->value_e4[i] == 0)
            continue;
        const struct figure cells[] = {
            WORDS(r, part_name(i)),
            rhythm_count(r, (int64_t)p->units[i]),
            rhythm_share(r, p->units[i], units),
            rhythm_amount(r, p->value_e4[i], own),
            rhythm_share(r, p->value_e4[i], value),
        };
        rhythm_cells(r, cells, columns);
    }
    const size_t last = document_row(r->document);
    struct figure cells[] = { WORDS(r, "all"),
                              rhythm_count(r, (int64_t)units),
                              rhythm_share(r, units, units),
                              rhythm_amount(r, value, own),
                              rhythm_share(r, value, value) };
    if (last > 0) {
        cells[1].formula = (struct live_formula){ LIVE_SUM, 0, 1, last - 1, 1 };
        cells[3].formula = (struct live_formula){ LIVE_SUM, 0, 3, last - 1, 3 };
    }
    rhythm_cells(r, cells, columns);
}

/* Values where they are known, else units. */
static void write_stores(struct rhythm_run *r, const struct ageing *g, bool has_values)
{
    str texts[AGE_COUNT + 1];
    if (g->n_stores < 2)
        return;
    texts[0] = str_from(tr(r->lang, "store"));
    for (size_t i = 0; i < AGE_NOTHING; i++)
        texts[i + 1] = str_from(tr(r->lang, part_name(i)));
    document_table(r->document, texts, AGE_NOTHING + 1);
    for (size_t s = 0; s < g->n_stores; s++) {
        const struct figure name = rhythm_words(g->stores[s].name);
        rhythm_cells(r, &name, 1);
        for (size_t i = 0; i < AGE_NOTHING; i++) {
            const struct parts *p = &g->stores[s].parts;
            const struct figure f =
                has_values ? rhythm_amount(r, p->value_e4[i], r->context->settings->currency)
                           : rhythm_count(r, (int64_t)p->units[i]);
            rhythm_cells(r, &f, 1);
        }
    }
}

static int by_value(const void *x, const void *y)
{
    const struct old_article *a = x;
    const struct old_article *b = y;
    if (a->value_e4 != b->value_e4)
        return a->value_e4 > b->value_e4 ? -1 : 1;
    if (a->units != b->units)
        return a->units > b->units ? -1 : 1;
    return str_cmp(a->sku, b->sku);
}

static enum status write_old(struct rhythm_run *r, struct ageing *g, struct error *why)
{
    static const char *const heads[] = { "over 180 days", "units", "cost value", "oldest" };
    const size_t shown = g->n_old < OLDEST_MAX ? g->n_old : OLDEST_MAX;
    str names[OLDEST_MAX];
    if (g->n_old == 0)
        return STATUS_OK;
    qsort(g->old, g->n_old, sizeof *g->old, by_value);
    for (size_t i = 0; i < shown; i++)
        names[i] = g->old[i].sku;
    const enum status st = rhythm_titles(r, names, shown, why);
    if (st != STATUS_OK)
        return st;
    rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t i = 0; i < shown; i++) {
        const struct old_article *o = &g->old[i];
        const struct figure cells[] = {
            rhythm_words(names[i]),
            rhythm_count(r, (int64_t)o->units),
            rhythm_amount(r, o->value_e4, o->currency),
            { .text = arena_printf(r->arena, tr(r->lang, "%lld days"), (long long)o->days) },
        };
        rhythm_cells(r, cells, ARRAY_LEN(cells));
    }
    if (g->n_old > shown)
        rhythm_sentencef(r, "%zu further articles are not shown.", g->n_old - shown);
    return STATUS_OK;
}

/* What the figures do not tell. */
static void say_gaps(struct rhythm_run *r, const struct ageing *g, bool has_values)
{
    rhythm_sentencef(r,
                     "Ages by the receipts that stock is left of, the oldest sold first; units and "
                     "value as the KPIs of stock count them.");
    if (g->all.units[AGE_UNDATED] > 0)
        rhythm_sentencef(
            r,
            "%lld units have no known receipt and no age: receipts come with a file of "
            "stock movements (sku, at, quantity, reason receipt) that reaches back far "
            "enough.",
            (long long)g->all.units[AGE_UNDATED]);
    if (g->without_value > 0)
        rhythm_sentencef(r,
                         "The counts of %lld units tell no value (value of the file of stock).",
                         (long long)g->without_value);
    if (!has_values)
        rhythm_sentencef(r,
                         "Values are left out: some are in currencies without an exchange rate, or "
                         "of several currencies in one store.");
}

static enum status write_ageing(struct rhythm_run *r, const struct frame *f, struct error *why)
{
    static const char *const kpis[] = { "stock_units", "stock_value" };
    const struct rhythm_ask ask = {
        .kpis = kpis, .kpi_count = STOCK_KPIS, .range = r->range, .by = "store"
    };
    const size_t rows = frame_rows(f);
    const struct answer *a = NULL;
    struct ageing g = { .stores = ARENA_NEW(r->arena, struct aged_store, rows + 1),
                        .old = ARENA_NEW(r->arena, struct old_article, rows + 1) };
    if (g.stores == NULL || g.old == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    read_layers(r, f, &g);
    enum status st = rhythm_ask(r, &ask, &a, why);
    if (st != STATUS_OK)
        return st;
    const bool has_values = add_up(a, &g);
    write_parts(r, &g.all, has_values);
    write_stores(r, &g, has_values);
    st = write_old(r, &g, why);
    say_gaps(r, &g, has_values);
    return st;
}

enum status stock_age_write(struct rhythm_run *r, struct error *why)
{
    const struct param params[] = { { .type = PARAM_DAY, .i64 = r->range.from },
                                    { .type = PARAM_DAY, .i64 = r->range.to } };
    struct frame *f = NULL;
    int64_t counts = 0;
    enum status st =
        conn_query_i64(r->context->conn, "SELECT count(*) FROM stock_level", &counts, why);
    if (st == STATUS_OK && counts > 0)
        st = rhythm_rows(r, layers_sql, params, ARRAY_LEN(params), &f, why);
    if (st != STATUS_OK)
        return st;
    rhythm_heading(r, "Age of stock");
    if (counts > 0 && frame_rows(f) > 0)
        st = write_ageing(r, f, why);
    else
        rhythm_sentencef(r,
                         "The age of stock needs counts in the month (a file with sku, date, "
                         "on_hand and value) and receipts (stock movements with reason receipt).");
    frame_free(f);
    return st;
}
