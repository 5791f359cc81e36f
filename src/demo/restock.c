/* Stock, advertising and the books at a day's end. */
#include "demo/demo_priv.h"

/* ---- Stock ----------------------------------------------------------------------------------- */

static void write_move(
    struct world *w, const struct product *p, int32_t day, int64_t units, const char *reason)
{
    struct out *o = &w->files[DEMO_stock_move];
    put_str(o, p->sku);
    put_time(o, day, 8 * 3600);
    put_i64(o, units);
    put_str(o, reason);
    put_money(o, units * p->cost_e4);
    put_end(o);
}

int take_stock(struct product *p, int wanted)
{
    const int got = p->on_hand < wanted ? (int)p->on_hand : wanted;
    p->on_hand -= got;
    p->asked_today += wanted;
    p->lost_today += wanted - got;
    return got;
}

/* Before it was shipped: back on the shelf. What comes back later is not sold again. */
void put_back_stock(struct world *w, const struct order *o, int k)
{
    struct product *p = &w->products[o->b.product[k]];
    p->on_hand += o->b.quantity[k];
    write_move(w, p, o->day, o->b.quantity[k], "return");
}

/* The first delivery: what the article's rank lets expect, for the lead time and three weeks. */
static void open_product(struct world *w, struct product *p, int32_t day)
{
    const double units_per_order = 2.1;
    const double share = (double)p->weight / (double)w->pick[PRODUCTS - 1];
    p->demand_e3 = (int64_t)(w->opt.orders_per_day * units_per_order * share * 1000);
    p->on_hand = p->demand_e3 * (p->lead_days + 21) / 1000 + 8;
    write_move(w, p, day, p->on_hand, "receipt");
}

/* Reorders when what is there covers less than the lead time and some days; suppliers are late at
 * times, which is where stock-outs come from. */
static void restock(struct world *w, struct product *p, int32_t day)
{
    if (p->on_order > 0 && day >= p->arrives) {
        write_move(w, p, day, p->on_order, "receipt");
        p->on_hand += p->on_order;
        p->on_order = 0;
    }
    const bool is_ending = p->retired != INT32_MAX && p->retired - day < p->lead_days + 20;
    if (p->on_order == 0 && !is_ending &&
        p->on_hand * 1000 <= p->demand_e3 * (p->lead_days + 4) + 500) {
        p->on_order = p->demand_e3 * (p->lead_days + 25) / 1000 + 6;
        p->arrives = day + p->lead_days * world_between(&w->after, 75, 160) / 100;
    }
}

/* The day before the mistake the article is in full supply, so that nothing stops the run on it. */
static void stock_up(struct world *w, struct product *p, int32_t day)
{
    if (day + 1 != w->incidents.price_mistake[0] && day != w->incidents.price_mistake[0])
        return;
    const int64_t units = (int64_t)w->opt.orders_per_day * 3 + 20;
    write_move(w, p, day, units, "receipt");
    p->on_hand += units;
}

static void write_level(struct world *w, const struct product *p, int32_t day)
{
    struct out *o = &w->files[DEMO_stock_level];
    put_str(o, p->sku);
    put_day(o, day);
    put_i64(o, p->on_hand);
    put_money(o, p->on_hand * p->cost_e4);
    put_i64(o, p->lost_today);
    put_end(o);
}

/* ---- Prices and pictures --------------------------------------------------------------------- */

static void write_change(
    struct world *w, int product, int32_t day, const char *field, const char *const values[2])
{
    struct out *o = &w->files[DEMO_product_change];
    put_str(o, w->products[product].sku);
    put_time(o, day, 0);
    put_str(o, field);
    put_str(o, values[0]);
    put_str(o, values[1]);
    put_end(o);
}

static void note_changes(struct world *w, int product, int32_t day)
{
    static const char *const pictures[2] = { "old", "new" };
    const struct product *p = &w->products[product];
    const int64_t now = world_price(w, product, day);
    const int64_t before = world_price(w, product, day - 1);
    if (now != before && day > p->launched && day > w->from) {
        char texts[2][24];
        const int64_t prices[2] = { before, now };
        for (int i = 0; i < 2; i++)
            snprintf(texts[i],
                     sizeof texts[i],
                     "%lld.%02d",
                     (long long)(prices[i] / 10000),
                     (int)(prices[i] % 10000 / 100));
        const char *const values[2] = { texts[0], texts[1] };
        write_change(w, product, day, "price", values);
    }
    if (product % 37 == 7 && (day - w->from) % 90 == 45)
        write_change(w, product, day, "main picture", pictures);
}

void day_stock(struct world *w, int32_t day)
{
    for (int i = 0; i < PRODUCTS; i++) {
        struct product *p = &w->products[i];
        if (day < p->launched || (day >= p->retired && p->on_hand == 0))
            continue;
        note_changes(w, i, day);
        write_level(w, p, day);
        if (i != w->incidents.cheap_sku || !world_in_days(w->incidents.price_mistake, day))
            p->demand_e3 += (p->asked_today * 1000 - p->demand_e3) / 28;
        p->asked_today = 0;
        p->lost_today = 0;
    }
}

/* In the morning, before the first visit. */
static void day_deliveries(struct world *w, int32_t day)
{
    for (int i = 0; i < PRODUCTS; i++) {
        struct product *p = &w->products[i];
        if (day == p->launched)
            open_product(w, p, day);
        if (day < p->launched || day >= p->retired)
            continue;
        restock(w, p, day);
        if (i == w->incidents.cheap_sku)
            stock_up(w, p, day);
    }
}

/* ---- Books ----------------------------------------------------------------------------------- */

void day_books(struct world *w, int32_t day)
{
    const struct civil c = civil_from_day(day);
    day_deliveries(w, day);
    if (c.day != 1)
        return;
    struct out *o = &w->files[DEMO_benchmark];
    put_day(o, day);
    put_str(o, "home goods");
    put_str(o, "session_cr");
    put_str(o, "0.5");
    put_str(o, "0.031");
    put_end(o);
    o = &w->files[DEMO_fee];
    put_id(o, "FX", (int64_t)c.year * 100 + (int64_t)c.month);
    put_none(o);
    put_str(o, "fixed");
    put_money(o, (int64_t)w->opt.orders_per_day * 20000000); /* rent and pay */
    put_time(o, day, 9 * 3600);
    put_end(o);
}

/* ---- Advertising ----------------------------------------------------------------------------- */

/* Clicks get dearer the more are bought in a day. */
void day_ads(struct world *w, int32_t day, const int64_t *clicks, const int64_t *orders)
{
    struct out *o = &w->files[DEMO_ad_spend];
    for (int i = 0; i < CHANNELS; i++) {
        const struct channel *c = &demo_channels[i];
        if (c->cost_click == 0 || clicks[i] == 0)
            continue;
        const int64_t dearer = 1000 + clicks[i] * 60 / w->opt.orders_per_day;
        const int64_t claimed = orders[i] + orders[i] / 4; /* platforms claim a quarter too much */
        put_day(o, day);
        put_str(o, c->name);
        put_str(o, c->medium);
        put_str(o, c->campaign);
        put_money(o, clicks[i] * c->cost_click / 1000 * dearer);
        put_i64(o, clicks[i] * 38);
        put_i64(o, clicks[i]);
        put_i64(o, claimed);
        put_money(o, claimed * 2600000);
        put_end(o);
    }
}
