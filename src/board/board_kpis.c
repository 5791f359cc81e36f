/* The catalogue as the board needs it: what each KPI is, whether it can be answered, what drives it
 * and by what it can be broken down. */
#include "board/board_priv.h"
#include "kpi/plan.h"

#include <ctype.h>
#include <string.h>

/* Splits that formulas do not say: an amount as people x rate x value of one. Whoever looks at one
 * of a row wants to see the others. */
static const char *const trees[][6] = {
    { "net_sales", "orders", "aov", "sessions", "session_cr", "returns_amt" },
    { "paid_gmv", "visitors", "pay_cr", "atv_customer", NULL, NULL },
    { "gsv", "paid_gmv", "refund_rate_amt", NULL, NULL, NULL },
    { "gross_sales", "units", "asp", "disc_rate", NULL, NULL },
    { "buyers", "new_buyers", "ret_rate", "freq", NULL, NULL },
    { "session_cr", "atc_rate", "cart_abandon", "bounce_rate", NULL, NULL },
    { "roas", "ad_spend", "cpc", "paid_gmv", NULL, NULL },
    { "contribution", "gsv", "goods_cost", "fees_amt", "parcels_amt", "ads_amt" },
};

struct drivers {
    const struct kpi **items; /* room for all KPIs */
    size_t n;
};

static void drivers_add(struct drivers *d, const struct kpi *self, const struct kpi *other)
{
    if (other == NULL || other == self)
        return;
    for (size_t i = 0; i < d->n; i++) {
        if (d->items[i] == other)
            return;
    }
    d->items[d->n++] = other;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The formula, as written, names the KPI. */
static bool names_kpi(str formula, str id)
{
    size_t at = 0;
    while (id.len > 0 && at + id.len <= formula.len) {
        const size_t hit = at + str_find(str_skip(formula, at), id);
        if (hit + id.len > formula.len)
            return false;
        const bool starts = hit == 0 || !is_word(formula.ptr[hit - 1]);
        const size_t end = hit + id.len;
        if (starts && (end == formula.len || !is_word(formula.ptr[end])))
            return true;
        at = hit + 1;
    }
    return false;
}

/* What its formula names, what its tree has beside it, and what names it. */
static void drivers_of(const struct kpi_catalog *c, const struct kpi *k, struct drivers *out)
{
    out->n = 0;
    for (size_t i = 0; i < kpi_count(c); i++) {
        if (names_kpi(k->formula_text, kpi_at(c, i)->id))
            drivers_add(out, k, kpi_at(c, i));
    }
    for (size_t t = 0; t < ARRAY_LEN(trees); t++) {
        bool inside = false;
        for (size_t i = 0; i < ARRAY_LEN(trees[t]) && trees[t][i] != NULL; i++)
            inside = inside || str_is(k->id, trees[t][i]);
        for (size_t i = 0; inside && i < ARRAY_LEN(trees[t]) && trees[t][i] != NULL; i++)
            drivers_add(out, k, kpi_find(c, str_from(trees[t][i])));
    }
    for (size_t i = 0; i < kpi_count(c); i++) {
        if (names_kpi(kpi_at(c, i)->formula_text, k->id))
            drivers_add(out, k, kpi_at(c, i));
    }
}

bool board_kpi_has(const struct kpi *k, const struct dimension *d)
{
    bool is_joined = false;
    for (size_t i = 0; i < k->n_leaves; i++) {
        if (kpi_dimension_column(k->leaves[i].measure->table, d, &is_joined) == NULL)
            return false;
    }
    return k->n_leaves > 0;
}

static void write_lists(struct json_writer *w,
                        const struct kpi_catalog *c,
                        const struct kpi *k,
                        struct drivers *d)
{
    drivers_of(c, k, d);
    json_key(w, "drivers");
    json_array_open(w);
    for (size_t i = 0; i < d->n; i++)
        json_str(w, d->items[i]->id);
    json_array_close(w);
    json_key(w, "dimensions");
    json_array_open(w);
    for (size_t i = 0; i < commerce_dimension_count; i++) {
        if (board_kpi_has(k, &commerce_dimensions[i]))
            json_text(w, commerce_dimensions[i].name);
    }
    json_array_close(w);
    json_key(w, "adds_up_by");
    json_array_open(w);
    for (size_t i = 0; i < commerce_dimension_count; i++) {
        if (kpi_adds_up_by(k, &commerce_dimensions[i]))
            json_text(w, commerce_dimensions[i].name);
    }
    json_array_close(w);
    const unsigned grains = plan_grains(k, BASIS_EVENT);
    json_key(w, "grains");
    json_array_open(w);
    for (unsigned g = 0; g < GRAIN_COUNT; g++) {
        if ((grains & GRAIN_BIT(g)) != 0)
            json_text(w, kpi_grain_name((enum kpi_grain)g));
    }
    json_array_close(w);
    json_key(w, "aliases");
    json_array_open(w);
    for (size_t i = 0; i < k->n_aliases; i++)
        json_str(w, k->aliases[i]);
    json_array_close(w);
}

static void write_kpi(struct json_writer *w,
                      const struct kpi_catalog *c,
                      const struct kpi *k,
                      str needs,
                      struct drivers *d)
{
    static const char *const directions[] = {
        [DIRECTION_UP] = "up", [DIRECTION_DOWN] = "down", [DIRECTION_NEUTRAL] = "neutral"
    };
    const char *stage = report_stage_of(k);
    const char first = (char)tolower((unsigned char)stage[0]);
    struct buf id;
    buf_init(&id, 64);
    buf_addf(&id, "%c%s", first, stage + 1);
    json_object_open(w);
    json_add_str(w, "id", k->id);
    json_add_str(w, "group", k->group);
    json_add_str(w, "stage", buf_str(&id));
    json_add_text(w, "unit", kpi_unit_name(k->unit));
    json_add_text(w, "direction", directions[k->direction]);
    json_add_str(w, "name_en", k->name[LANG_EN]);
    json_add_str(w, "name_zh", k->name[LANG_ZH]);
    json_add_str(w, "about_en", k->about[LANG_EN]);
    json_add_str(w, "about_zh", k->about[LANG_ZH]);
    json_add_str(w, "formula", k->formula_text);
    json_add_str(w, "definition", k->hash);
    json_add_str(w, "owner", k->owner);
    json_add_text(w, "origin", k->is_shop ? "shop" : "built-in");
    json_add_bool(w, "available", needs.len == 0);
    json_add_str_or_null(w, "needs", needs);
    json_add_bool(w, "adds_up", k->formula != NULL && kpi_adds_up(k));
    write_lists(w, c, k, d);
    json_object_close(w);
    buf_release(&id);
}

enum status board_kpis(const struct board_ask *ask, struct json_writer *w, struct error *why)
{
    const struct kpi_catalog *c = ask->context->catalog;
    const struct kpi_question scope = { .stores = ask->stores,
                                        .store_count = ask->store_count,
                                        .lang = ask->lang,
                                        .now_us = ask->now_us };
    struct arena *a = arena_new(0);
    struct drivers d = { .items = a != NULL ? ARENA_NEW(a, const struct kpi *, kpi_count(c) + 1)
                                            : NULL };
    str *needs = NULL;
    const enum status st =
        d.items != NULL ? query_needs(ask->context, &scope, a, &needs, why) : board_no_memory(why);
    if (st == STATUS_OK && needs != NULL) {
        json_object_open(w);
        json_add_i64(w, "version", 1);
        json_key(w, "kpis");
        json_array_open(w);
        for (size_t i = 0; i < kpi_count(c); i++)
            write_kpi(w, c, kpi_at(c, i), needs[i], &d);
        json_array_close(w);
        json_object_close(w);
    }
    arena_free(a);
    return st;
}

/* ---- dimensions ---- */

enum status board_dimensions(const struct board_ask *ask, struct json_writer *w, struct error *why)
{
    (void)ask;
    (void)why;
    json_object_open(w);
    json_key(w, "items");
    json_array_open(w);
    for (size_t i = 0; i < commerce_dimension_count; i++) {
        const struct dimension *d = &commerce_dimensions[i];
        bool is_joined = false;
        json_object_open(w);
        json_add_text(w, "id", d->name);
        json_add_text(w, "label_en", d->name_en);
        json_add_text(w, "label_zh", d->name_zh);
        json_key(w, "facts");
        json_array_open(w);
        for (size_t t = 0; t < commerce_table_count; t++) {
            if (commerce_tables[t].date_column != NULL &&
                kpi_dimension_column(&commerce_tables[t], d, &is_joined) != NULL)
                json_text(w, commerce_tables[t].name);
        }
        json_array_close(w);
        json_object_close(w);
    }
    json_array_close(w);
    json_add_i64(w, "total", (int64_t)commerce_dimension_count);
    json_add_null(w, "next");
    json_object_close(w);
    return STATUS_OK;
}
