/* An order: its basket, its lines, its payment, its parcel. */
#include "demo/demo_priv.h"

#define LINES_MAX 5

bool world_has_come(const struct world *w, const struct order *o, int second)
{
    return o->day + second / 86400 <= w->opt.until;
}

/* ---- Basket ---------------------------------------------------------------------------------- */

static void add_article(struct world *w, const struct order *o, struct basket *b, int product)
{
    const struct visit *v = o->v;
    const int off = world_off(w, v->day, v->region);
    const int most = v->customer >= 0 ? demo_segments[w->customers[v->customer].segment].units : 2;
    const bool is_cheap =
        product == w->incidents.cheap_sku && world_in_days(w->incidents.price_mistake, v->day);
    int quantity = world_chance(&w->buying, 1800) ? world_between(&w->buying, 2, most) : 1;
    if (is_cheap)
        quantity = world_between(&w->buying, 1, 4);
    if (!o->is_unpaid)
        quantity = take_stock(&w->products[product], quantity);
    if (quantity == 0)
        return;
    const int k = b->count++;
    b->product[k] = product;
    b->quantity[k] = quantity;
    b->price_e4[k] = world_price(w, product, v->day);
    const int64_t gross = b->price_e4[k] * quantity;
    b->discount_e4[k] = gross * off / 10000 * 100;
    b->platform_e4[k] = off >= 20 ? gross * 3 / 10000 * 100 : 0;
    b->goods_e4 += gross - b->discount_e4[k] - b->platform_e4[k];
    b->units += quantity;
    if (is_cheap && !o->is_unpaid) {
        w->tally.cheap_units += quantity;
        w->tally.cheap_loss_e4 += (w->products[product].price_e4 - b->price_e4[k]) * quantity;
    }
    if (world_is_bad(w, product, v->day) && !o->is_unpaid)
        w->tally.bad_units += quantity;
}

static bool is_in(const struct basket *b, int product)
{
    for (int i = 0; i < b->count; i++) {
        if (b->product[i] == product)
            return true;
    }
    return false;
}

static void fill_basket(struct world *w, struct order *o)
{
    struct basket *b = &o->b;
    const struct visit *v = o->v;
    const struct promo *p = world_plan(w, v->day)->promo[world_group(v->region)];
    const bool is_abroad = v->region >= REGION_ABROAD;
    int wish = 1 + world_chance(&w->buying, 4500) + world_chance(&w->buying, 2000);
    b->coupon = p != NULL ? p->coupon : "";
    add_article(w, o, b, v->product);
    for (; wish > 1 && b->count < LINES_MAX; wish--) {
        const int product = world_pick_product(w);
        if (!is_in(b, product))
            add_article(w, o, b, product);
    }
    int64_t fee = is_abroad ? 400000 : 100000;
    if (b->goods_e4 >= (is_abroad ? 3990000 : 990000))
        fee = 0;
    if (world_in_days(w->incidents.shipping_rise, v->day)) {
        w->tally.fee_orders += fee > 0 && !o->is_unpaid;
        w->tally.fee_extra_e4 += o->is_unpaid ? 0 : fee;
        fee *= 2;
    }
    b->shipping_e4 = fee;
}

/* ---- Files ----------------------------------------------------------------------------------- */

static const char *status_of(const struct world *w, const struct order *o)
{
    if (o->is_unpaid)
        return "cancelled";
    if (o->is_withdrawn)
        return "refunded";
    if (world_has_come(w, o, o->arrived))
        return "delivered";
    return world_has_come(w, o, o->shipped) ? "shipped" : "paid";
}

static void put_when(struct out *f, const struct world *w, const struct order *o, int second)
{
    if (world_has_come(w, o, second))
        put_time(f, o->day, second);
    else
        put_none(f);
}

static void write_times(struct out *f, const struct world *w, const struct order *o)
{
    const bool is_sent = !o->is_unpaid && !o->is_withdrawn;
    put_time(f, o->day, o->second);
    o->is_unpaid ? put_none(f) : put_time(f, o->day, o->second + o->paid_after);
    is_sent ? put_when(f, w, o, o->shipped) : put_none(f);
    put_time(f, o->day, o->second + 48 * 3600);
    is_sent ? put_when(f, w, o, o->arrived) : put_none(f);
    o->is_unpaid ? put_time(f, o->day, o->second + 1800) : put_none(f);
}

static void write_head(struct world *w, const struct order *o)
{
    struct out *f = &w->files[DEMO_order_lines];
    const struct visit *v = o->v;
    const struct channel *c = &demo_channels[v->channel];
    const struct region *r = &demo_regions[v->region];
    put_id(f, "D", o->id);
    write_times(f, w, o);
    put_str(f, status_of(w, o));
    v->customer >= 0 ? put_id(f, "C", v->customer) : put_none(f);
    put_str(f, c->name);
    put_str(f, c->medium);
    put_str(f, c->campaign);
    put_str(f, "/p");
    put_str(f, demo_devices[v->device]);
    put_str(f, v->device == DEVICE_DESKTOP ? "Chrome" : "WebView");
    put_str(f, v->device == DEVICE_DESKTOP ? "Windows" : "Android");
    put_str(f, r->country);
    put_str(f, r->region);
    put_str(f, o->b.coupon);
    put_str(f, v->region < REGION_ABROAD ? "alipay" : "card");
    put_str(f, r->language);
    v->is_tracked ? put_i64(f, v->session) : put_none(f);
}

static void write_line(struct world *w, const struct order *o, int k)
{
    struct out *f = &w->files[DEMO_order_lines];
    const struct basket *b = &o->b;
    write_head(w, o);
    put_str(f, w->products[b->product[k]].sku);
    put_str(f, w->products[b->product[k]].title);
    put_i64(f, b->quantity[k]);
    put_money(f, b->price_e4[k]);
    put_money(f, b->discount_e4[k]);
    put_money(f, b->platform_e4[k]);
    put_money(f, b->shipping_e4);
    put_money(f, b->goods_e4 + b->shipping_e4);
    put_end(f);
}

static void write_payment(struct world *w, const struct order *o, bool is_success)
{
    struct out *f = &w->files[DEMO_payment];
    const int64_t amount = o->b.goods_e4 + o->b.shipping_e4;
    put_id(f, is_success ? "PAY" : "TRY", o->id);
    put_id(f, "D", o->id);
    put_str(f, o->v->region < REGION_ABROAD ? "alipay" : "card");
    put_str(f, is_success ? "success" : "failed");
    put_money(f, amount);
    put_money(f, is_success ? amount * 6 / 1000 : 0);
    put_time(f, o->day, o->second + (is_success ? o->paid_after : o->paid_after / 2));
    put_end(f);
}

static void write_fee(struct world *w, const struct order *o, const char *kind, int64_t per_mille)
{
    struct out *f = &w->files[DEMO_fee];
    put_id(f, kind[0] == 'p' ? "FP" : "FC", o->id);
    put_id(f, "D", o->id);
    put_str(f, kind);
    put_money(f, (o->b.goods_e4 + o->b.shipping_e4) * per_mille / 1000);
    put_time(f, o->day, o->second + o->paid_after);
    put_end(f);
}

static void write_shipment(struct world *w, const struct order *o)
{
    struct out *f = &w->files[DEMO_shipment];
    const bool is_abroad = o->v->region >= REGION_ABROAD;
    const bool is_short = o->b.units > 1 && world_chance(&w->after, 200);
    if (!world_has_come(w, o, o->shipped))
        return;
    put_id(f, "S", o->id);
    put_id(f, "D", o->id);
    put_str(f, is_abroad ? "DHL" : "SF");
    put_time(f, o->day, o->shipped);
    put_time(f, o->day, o->second + o->paid_after);
    put_time(f, o->day, o->second + 48 * 3600);
    put_when(f, w, o, o->arrived);
    put_time(f, o->day, o->second + (is_abroad ? 9 : 5) * 86400);
    put_money(f, is_abroad ? 380000 : 62000);
    put_i64(f, o->b.units - is_short);
    put_i64(f, o->b.units);
    put_str(f, is_short ? "0" : "1");
    put_end(f);
}

/* Parcels leave later in a promotion; those abroad travel longer. */
static void plan_parcel(struct world *w, struct order *o)
{
    const bool is_abroad = o->v->region >= REGION_ABROAD;
    int hours = world_between(&w->buying, 4, 43);
    hours += world_chance(&w->buying, 300) ? world_between(&w->buying, 12, 60) : 0;
    hours += world_off(w, o->day, o->v->region) > 0 ? world_between(&w->buying, 0, 24) : 0;
    o->shipped = o->second + o->paid_after + hours * 3600;
    o->arrived = o->shipped + ((is_abroad ? 110 : 30) + world_between(&w->buying, 0, 59)) * 3600;
}

/* Orders of a file. The import puts all of a file's orders together at once, about 1 KiB each. */
#define ORDERS_PER_FILE 50000

int64_t place_order(struct world *w, const struct visit *v, bool is_unpaid)
{
    struct order o = { .v = v, .day = v->day, .second = v->second + 240, .is_unpaid = is_unpaid };
    fill_basket(w, &o);
    o.id = (int64_t)++w->orders;
    o.paid_after = world_between(&w->buying, 30, 629);
    o.is_withdrawn = !is_unpaid && world_chance(&w->buying, 120);
    plan_parcel(w, &o);
    world_begin_record(w, DEMO_order_lines, ORDERS_PER_FILE);
    for (int k = 0; k < o.b.count; k++)
        write_line(w, &o, k);
    if (is_unpaid || world_chance(&w->buying, 300))
        write_payment(w, &o, false);
    if (!is_unpaid) {
        write_payment(w, &o, true);
        write_fee(w, &o, "platform", 20);
        if (v->channel == CHANNEL_LIVE)
            write_fee(w, &o, "commission", 120);
        if (!o.is_withdrawn)
            write_shipment(w, &o);
        after_order(w, &o);
    }
    return o.b.goods_e4 + o.b.shipping_e4;
}
