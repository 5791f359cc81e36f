/* An order and all that follows from it: lines, payment, parcel, refund, fee, review, ticket. */
#include "demo/demo_priv.h"

#include <stdlib.h>

#define LINES_MAX 5

struct basket {
    int count;
    int product[LINES_MAX];
    int quantity[LINES_MAX];
    int64_t price_e4[LINES_MAX];
    int64_t discount_e4[LINES_MAX];
    int64_t shipping_e4;
    int64_t total_e4;
    int64_t units;
    const char *coupon;
};

struct order {
    uint64_t id;
    const struct visit *v;
    int32_t day;
    int second; /* placed */
    int paid_after;
    int ship_hours;
    int door_hours;
    struct basket b;
};

static int chance(struct random *r, int per_ten_thousand)
{
    return random_below(r, 10000) < (uint64_t)per_ten_thousand;
}

/* Takes from stock; what is not there is lost, and another article is bought instead. */
static bool take_stock(struct product *p, int quantity)
{
    if (p->on_hand < quantity) {
        p->lost_today += quantity;
        return false;
    }
    p->on_hand -= quantity;
    p->sold_28 += quantity;
    return true;
}

static void fill_basket(struct world *w, const struct visit *v, struct basket *b)
{
    const int off = world_promotion(v->day, &b->coupon);
    const int wish =
        1 + (int)random_below(&w->buying, 100) / 55 + (int)random_below(&w->buying, 100) / 80;
    for (int i = 0; i < wish && b->count < LINES_MAX; i++) {
        const int product = i == 0 ? v->product : pick_product(w, v->day);
        const int quantity = chance(&w->buying, 1800) ? 2 : 1;
        if (!take_stock(&w->products[product], quantity))
            continue;
        const int k = b->count++;
        b->product[k] = product;
        b->quantity[k] = quantity;
        b->price_e4[k] = world_price(w, product, v->day);
        b->discount_e4[k] = b->price_e4[k] * quantity * off / 100 / 100 * 100;
        b->total_e4 += b->price_e4[k] * quantity - b->discount_e4[k];
        b->units += quantity;
    }
    const int64_t fee = world_in_days(w->incidents.shipping_rise, v->day) ? 200000 : 100000;
    b->shipping_e4 = b->total_e4 >= 990000 ? 0 : fee;
    b->total_e4 += b->shipping_e4;
}

static void write_line(struct world *w, const struct order *o, int k)
{
    FILE *f = w->files[DEMO_order_lines];
    const struct visit *v = o->v;
    const struct channel *c = &demo_channels[v->channel];
    const struct region *r = &demo_regions[v->region];
    const struct product *p = &w->products[o->b.product[k]];
    const int shipped = o->second + o->ship_hours * 3600;
    const bool has_shipped = o->day + shipped / 86400 <= w->opt.until;
    const int arrived = shipped + o->door_hours * 3600;
    const bool has_arrived = o->day + arrived / 86400 <= w->opt.until;
    fprintf(f, "D%08llu,", (unsigned long long)o->id);
    put_time(f, o->day, o->second);
    put_time(f, o->day, o->second + o->paid_after);
    has_shipped ? put_time(f, o->day, shipped) : put_str(f, "");
    put_time(f, o->day, o->second + 48 * 3600);
    has_arrived ? put_time(f, o->day, arrived) : put_str(f, "");
    fprintf(f,
            ",%s,C%07lld,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,",
            has_arrived   ? "delivered"
            : has_shipped ? "shipped"
                          : "paid",
            (long long)v->customer,
            c->name,
            c->medium,
            c->campaign,
            "/p",
            demo_devices[v->device],
            v->device == 1 ? "Chrome" : "WebView",
            v->device == 1 ? "Windows" : "Android",
            r->country,
            r->region,
            o->b.discount_e4[k] > 0 ? o->b.coupon : "",
            v->region < 9 ? "alipay" : "card",
            r->language);
    if (v->is_tracked)
        put_i64(f, (int64_t)v->session);
    else
        put_str(f, "");
    put_str(f, p->sku);
    put_str(f, p->title);
    put_i64(f, o->b.quantity[k]);
    put_money(f, o->b.price_e4[k]);
    put_money(f, o->b.discount_e4[k]);
    put_str(f, "0");
    put_money(f, o->b.shipping_e4);
    fprintf(
        f, "%lld.%02d\n", (long long)(o->b.total_e4 / 10000), (int)(o->b.total_e4 % 10000 / 100));
}

static void write_payment(struct world *w, const struct order *o, bool failed_first)
{
    FILE *f = w->files[DEMO_payment];
    for (int i = failed_first ? 0 : 1; i < 2; i++) {
        fprintf(f,
                "PAY%08llu-%d,D%08llu,%s,%s,",
                (unsigned long long)o->id,
                i,
                (unsigned long long)o->id,
                o->v->region < 9 ? "alipay" : "card",
                i == 0 ? "failed" : "success");
        put_money(f, o->b.total_e4);
        put_money(f, i == 0 ? 0 : o->b.total_e4 * 6 / 1000);
        put_time(f, o->day, o->second + (i == 0 ? o->paid_after / 2 : o->paid_after));
        fseek(f, -1, SEEK_CUR);
        fputc('\n', f);
    }
}

static void write_fee(struct world *w, const struct order *o, const char *kind, int64_t amount_e4)
{
    FILE *f = w->files[DEMO_fee];
    fprintf(f,
            "F%08llu-%s,D%08llu,%s,",
            (unsigned long long)o->id,
            kind,
            (unsigned long long)o->id,
            kind);
    put_money(f, amount_e4);
    put_time(f, o->day, o->second + o->paid_after);
    fseek(f, -1, SEEK_CUR);
    fputc('\n', f);
}

static void write_shipment(struct world *w, const struct order *o)
{
    FILE *f = w->files[DEMO_shipment];
    const int shipped = o->second + o->ship_hours * 3600;
    const int arrived = shipped + o->door_hours * 3600;
    if (o->day + shipped / 86400 > w->opt.until)
        return;
    fprintf(f,
            "S%08llu,D%08llu,%s,",
            (unsigned long long)o->id,
            (unsigned long long)o->id,
            o->v->region < 9 ? "SF" : "DHL");
    put_time(f, o->day, shipped);
    put_time(f, o->day, o->second + o->paid_after);
    put_time(f, o->day, o->second + 48 * 3600);
    o->day + arrived / 86400 <= w->opt.until ? put_time(f, o->day, arrived) : put_str(f, "");
    put_time(f, o->day, o->second + (o->v->region < 9 ? 5 : 9) * 86400);
    put_money(f, o->v->region < 9 ? 42000 : 180000);
    fprintf(f, "%lld,%lld,1\n", (long long)o->b.units, (long long)o->b.units);
}

static void write_refund(struct world *w, const struct order *o, int k, const char *reason)
{
    FILE *f = w->files[DEMO_refund];
    const int asked =
        o->second + (o->ship_hours + o->door_hours) * 3600 + (int)random_below(&w->after, 777600);
    const int done = asked + 86400 + (int)random_below(&w->after, 345600);
    if (o->day + done / 86400 > w->opt.until)
        return;
    fprintf(f,
            "R%08llu,D%08llu,%s,%d,",
            (unsigned long long)++w->refunds,
            (unsigned long long)o->id,
            w->products[o->b.product[k]].sku,
            o->b.quantity[k]);
    put_money(f, o->b.price_e4[k] * o->b.quantity[k] - o->b.discount_e4[k]);
    fprintf(f, "succeeded,post_ship_return,%s,", reason);
    put_time(f, o->day, asked);
    put_time(f, o->day, done);
    fseek(f, -1, SEEK_CUR);
    fputc('\n', f);
    w->products[o->b.product[k]].on_hand += o->b.quantity[k];
}

static void write_review(struct world *w, const struct order *o, int product, int stars)
{
    static const char *const zh[] = { "质量太差，和描述不符，要求退货",
                                      "一般般，做工有些粗糙",
                                      "还可以，物流有点慢",
                                      "不错，包装很好，会再买",
                                      "非常喜欢，质量很好，朋友都说好看" };
    static const char *const en[] = { "Broke after two days, not as described",
                                      "Poor finish, I expected better",
                                      "It is okay, delivery was slow",
                                      "Good quality and nicely packed",
                                      "Love it, excellent quality, will buy again" };
    FILE *f = w->files[DEMO_feedback];
    const int at =
        o->second + (o->ship_hours + o->door_hours) * 3600 + (int)random_below(&w->after, 518400);
    if (o->day + at / 86400 > w->opt.until)
        return;
    const bool is_zh = o->v->region < 9;
    fprintf(f,
            "V%08llu,review,D%08llu,%s,C%07lld,%d,\"%s\",%s,",
            (unsigned long long)++w->feedback,
            (unsigned long long)o->id,
            w->products[product].sku,
            (long long)o->v->customer,
            stars,
            is_zh ? zh[stars - 1] : en[stars - 1],
            is_zh ? "zh" : "en");
    put_time(f, o->day, at);
    fseek(f, -1, SEEK_CUR);
    fputc('\n', f);
    if (chance(&w->after, 1500)) {
        fprintf(f,
                "V%08llu,nps,D%08llu,,C%07lld,%d,,,",
                (unsigned long long)++w->feedback,
                (unsigned long long)o->id,
                (long long)o->v->customer,
                stars * 2 + (stars > 3 ? 0 : -1));
        put_time(f, o->day, at);
        fseek(f, -1, SEEK_CUR);
        fputc('\n', f);
    }
}

static void write_ticket(struct world *w, const struct order *o, const char *reason)
{
    FILE *f = w->files[DEMO_ticket];
    const int at = o->second + (int)random_below(&w->after, 345600);
    const int reply = at + 20 + (int)random_below(&w->after, 1800);
    if (o->day + (reply + 7200) / 86400 > w->opt.until)
        return;
    fprintf(f,
            "T%07llu,D%08llu,C%07lld,chat,%s,agent-%d,",
            (unsigned long long)++w->tickets,
            (unsigned long long)o->id,
            (long long)o->v->customer,
            reason,
            (int)random_below(&w->after, 4) + 1);
    put_time(f, o->day, at);
    put_time(f, o->day, reply);
    put_time(f, o->day, reply + 7200);
    fprintf(f, "%d,1\n", chance(&w->after, 3000));
}

static int stars_of(int feeling)
{
    static const int above[] = { 38, 52, 68, 85 };
    int stars = 1;
    for (size_t i = 0; i < ARRAY_LEN(above); i++)
        stars += feeling > above[i];
    return stars;
}

static void after_line(struct world *w, const struct order *o, int k, bool is_bad)
{
    static const char *const reasons[] = {
        "not as described", "changed my mind", "damaged", "size"
    };
    const struct product *p = &w->products[o->b.product[k]];
    const int rate = is_bad ? 5000 : 300 + (100 - p->quality) * 22 + (p->category == 4 ? 300 : 0);
    const char *reason = is_bad ? "quality" : reasons[random_below(&w->after, 4)];
    if (chance(&w->after, rate))
        write_refund(w, o, k, reason);
    if (chance(&w->after, 1600)) {
        const int feeling = (is_bad ? 25 : p->quality) + (int)random_below(&w->after, 41) - 20;
        write_review(w, o, o->b.product[k], stars_of(feeling));
    }
    if (chance(&w->after, is_bad ? 2500 : 500))
        write_ticket(w, o, is_bad ? "quality" : "where is my order");
}

/* Returns follow quality; the bad batch comes back every second time. */
static void after_sale(struct world *w, const struct order *o)
{
    for (int k = 0; k < o->b.count; k++)
        after_line(w,
                   o,
                   k,
                   o->b.product[k] == w->incidents.bad_sku &&
                       world_in_days(w->incidents.bad_batch, o->day));
}

void place_order(struct world *w, const struct visit *v, int64_t *cart_e4)
{
    struct order o = { .v = v, .day = v->day, .second = v->second + 240 };
    o.b.coupon = "";
    fill_basket(w, v, &o.b);
    *cart_e4 = o.b.total_e4;
    if (o.b.count == 0) {
        *cart_e4 = 0;
        return;
    }
    o.id = ++w->orders;
    o.paid_after = 30 + (int)random_below(&w->buying, 600);
    o.ship_hours =
        4 + (int)random_below(&w->buying, 40) + (world_promotion(v->day, &o.b.coupon) > 0 ? 18 : 0);
    o.door_hours = (v->region < 9 ? 30 : 110) + (int)random_below(&w->buying, 60);
    for (int k = 0; k < o.b.count; k++)
        write_line(w, &o, k);
    write_payment(w, &o, chance(&w->buying, 400));
    write_fee(w, &o, "platform", o.b.total_e4 * 2 / 100);
    write_shipment(w, &o);
    after_sale(w, &o);
}
