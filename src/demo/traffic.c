/* Visits of a day: who comes, by which way, how far they get; and customers who come back. */
#include "demo/demo_priv.h"

#include <stdlib.h>

static int chance(struct random *r, int per_ten_thousand)
{
    return random_below(r, 10000) < (uint64_t)per_ten_thousand;
}

/* How far a visit got. */
struct funnel {
    int views, carts, favourites, searches, empty, clicks, checkouts, tries, purchases, errors,
        forms;
    int64_t cart_e4;
    int duration;
};

static int lcp_of(struct world *w, const struct visit *v)
{
    int base = v->device == 1 ? 1500 : 2300;
    if (v->region >= 9)
        base += 500;
    if (world_in_days(w->incidents.slow_week, v->day))
        base *= 2;
    if (v->day >= w->incidents.initiative)
        base = base * 80 / 100;
    return base * (60 + (int)random_below(&w->traffic, 80)) / 100;
}

/* Arms of both experiments: even visitors see A; B of each truly lifts the checkout. */
static const char *arm_of(const struct world *w, const struct visit *v, int *lift)
{
    const bool is_b = v->visitor % 2 == 1;
    if (world_in_days(w->incidents.experiment_a, v->day)) {
        *lift = is_b ? 108 : 100;
        return is_b ? "one-page-checkout:B" : "one-page-checkout:A";
    }
    if (world_in_days(w->incidents.experiment_b, v->day))
        return is_b ? "big-photos:B" : "big-photos:A"; /* no effect: a true null */
    return "";
}

/* Probability to get from checkout to payment and from cart to checkout, in 10^-4. */
static void walk(struct world *w, struct visit *v, int lift, struct funnel *f)
{
    struct random *r = &w->traffic;
    const int quality = demo_channels[v->channel].quality;
    const bool is_poor = v->channel == 3 && world_in_days(w->incidents.poor_campaign, v->day);
    f->views = 1 + (int)random_below(r, 4);
    f->searches = chance(r, 2200);
    f->empty = f->searches && chance(r, 900);
    f->clicks = f->searches && !f->empty && chance(r, 6500);
    f->favourites = chance(r, 500);
    f->errors = chance(r, 120);
    const int slow = v->lcp_ms > 4000 ? 75 : 100;
    f->carts =
        v->is_buying || chance(r, 820 * quality / 100 * slow / 100 * (is_poor ? 15 : 100) / 100);
    f->checkouts = f->carts && (v->is_buying || chance(r, 5200 * lift / 100));
    f->forms = f->checkouts && chance(r, 600);
    const bool is_faulty =
        world_in_days(w->incidents.checkout_fault, v->day) && v->device == 0 && v->region == 11;
    if (is_faulty && f->checkouts)
        f->errors++;
    f->tries = f->checkouts && !is_faulty && (v->is_buying || chance(r, 5000));
    f->purchases = f->tries && (v->is_buying || chance(r, 9000));
    f->duration =
        15 + f->views * 40 + f->carts * 90 + f->checkouts * 120 + (int)random_below(r, 60);
}

static void write_session(struct world *w,
                          const struct visit *v,
                          const struct funnel *f,
                          const char *arm)
{
    FILE *o = w->files[DEMO_session];
    const struct channel *c = &demo_channels[v->channel];
    const struct region *r = &demo_regions[v->region];
    put_i64(o, (int64_t)v->session);
    put_i64(o, (int64_t)v->visitor);
    if (v->customer >= 0)
        fprintf(o, "C%07lld,", (long long)v->customer);
    else
        put_str(o, "");
    put_time(o, v->day, v->second);
    const int pages = f->views + 1 + f->carts + f->checkouts;
    const int cells[] = { f->views == 1 && !f->carts ? 0 : f->duration,
                          pages + f->purchases,
                          f->views == 1 && !f->carts ? 1 : pages,
                          f->views,
                          f->carts,
                          f->favourites,
                          f->searches,
                          f->empty,
                          f->clicks,
                          f->checkouts,
                          f->tries,
                          f->purchases };
    for (size_t i = 0; i < ARRAY_LEN(cells); i++)
        put_i64(o, cells[i]);
    put_i64(o, f->cart_e4 / 10000);
    put_i64(o, f->errors);
    put_i64(o, f->forms);
    put_i64(o, v->lcp_ms);
    put_i64(o, v->lcp_ms / 14);
    put_str(o, v->lcp_ms > 3500 ? "0.14" : "0.05");
    put_i64(o, v->lcp_ms / 5);
    put_str(o, v->is_new ? "1" : "0");
    put_str(o, c->name);
    put_str(o, c->medium);
    put_str(o, c->campaign);
    put_str(o, f->searches ? "/search" : "/p");
    put_str(o, demo_devices[v->device]);
    put_str(o, v->device == 1 ? "Chrome" : "WebView");
    put_str(o, v->device == 1 ? "Windows" : "Android");
    put_str(o, r->country);
    put_str(o, r->region);
    put_str(o, r->language);
    fputs_unlocked(arm, o);
    fputc_unlocked('\n', o);
}

static void write_event(
    struct world *w, const struct visit *v, const char *name, int second, int64_t price_e4)
{
    FILE *f = w->files[DEMO_event];
    put_i64(f, (int64_t)++w->events);
    put_i64(f, (int64_t)v->visitor);
    put_i64(f, (int64_t)v->session);
    put_str(f, name);
    put_time(f, v->day, v->second + second);
    put_str(f, w->products[v->product].sku);
    put_money(f, price_e4);
    put_str(f, "1");
    put_str(f, demo_channels[v->channel].name);
    put_str(f, demo_devices[v->device]);
    fputs_unlocked(demo_regions[v->region].country, f);
    fputc_unlocked('\n', f);
}

static void write_events(struct world *w, const struct visit *v, const struct funnel *f)
{
    const int64_t price = world_price(w, v->product, v->day);
    if (v->day <= w->opt.until - DEMO_EVENT_DAYS)
        return;
    for (int i = 0; i < f->views; i++)
        write_event(w, v, "product_view", i * 35, price);
    const struct {
        int count;
        const char *name;
        int second;
    } steps[] = { { f->searches, "search", 2 },     { f->favourites, "favourite", 100 },
                  { f->carts, "add_to_cart", 120 }, { f->checkouts, "checkout_start", 180 },
                  { f->tries, "payment_try", 220 }, { f->purchases, "purchase", 240 },
                  { f->errors, "js_error", 60 } };
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        if (steps[i].count > 0)
            write_event(w, v, steps[i].name, steps[i].second, price);
    }
}

/* After each purchase: gone for good, or due again after an exponential time (BG/NBD). */
static void schedule_next(struct world *w, int32_t customer, int32_t day)
{
    struct customer *c = &w->customers[customer];
    if (random_unit(&w->buying) < (double)c->dropout)
        return;
    const double wait = random_exponential(&w->buying, (double)c->days_between);
    const int32_t at = day + 1 + (int32_t)(wait < 4000 ? wait : 4000);
    if (at > w->opt.until)
        return;
    c->next = w->due[at - w->from];
    w->due[at - w->from] = customer;
}

static int64_t new_customer(struct world *w, const struct visit *v)
{
    if (!MEM_GROW(w->customers, w->customer_cap, w->customer_count + 1))
        return -1;
    const double rate = random_gamma(&w->buying, 1.2, 1.0 / 110);
    const bool is_loyal = v->channel == 6 || v->channel == 4;
    w->customers[w->customer_count] = (struct customer){
        .id = (uint32_t)w->customer_count,
        .region = (uint16_t)v->region,
        .channel = (uint8_t)v->channel,
        .device = (uint8_t)v->device,
        .days_between = (float)(1 / (rate > 0.0005 ? rate : 0.0005)),
        .dropout = (float)random_beta(&w->buying, is_loyal ? 1.0 : 1.6, 2.4),
        .next = -1,
    };
    return (int64_t)w->customer_count++;
}

static void run_visit(struct world *w, struct visit *v)
{
    struct funnel f = { 0 };
    int lift = 100;
    v->session = ++w->sessions;
    v->lcp_ms = lcp_of(w, v);
    v->product = pick_product(w, v->day);
    const char *arm = arm_of(w, v, &lift);
    walk(w, v, lift, &f);
    if (f.carts)
        f.cart_e4 = world_price(w, v->product, v->day);
    v->is_tracked =
        !world_in_days(w->incidents.tracking_gap, v->day) || random_below(&w->after, 3) == 0;
    if (f.purchases) {
        if (v->customer < 0)
            v->customer = new_customer(w, v);
        place_order(w, v, &f.cart_e4);
        if (f.cart_e4 == 0) /* all sold out */
            f.purchases = f.tries = 0;
        else if (v->customer >= 0)
            schedule_next(w, (int32_t)v->customer, v->day);
    }
    if (v->is_tracked) {
        write_session(w, v, &f, arm);
        write_events(w, v, &f);
    }
}

static int second_of_day(struct random *r)
{
    return 6 * 3600 + (int)random_below(r, 32400) + (int)random_below(r, 28800);
}

static void come_back(struct world *w, int32_t day, int64_t *orders)
{
    for (int32_t i = w->due[day - w->from]; i >= 0;) {
        const struct customer c = w->customers[i];
        struct visit v = { .day = day,
                           .second = second_of_day(&w->traffic),
                           .channel = c.channel,
                           .region = c.region,
                           .device = c.device,
                           .visitor = 1000000000u + c.id,
                           .is_buying = true,
                           .customer = i };
        orders[v.channel]++;
        run_visit(w, &v);
        i = c.next;
    }
}

void day_traffic(struct world *w, int32_t day)
{
    int64_t clicks[16] = { 0 };
    int64_t orders[16] = { 0 };
    static const int devices[] = { 680, 260, 60 };
    come_back(w, day, orders);
    const int64_t visits = (int64_t)w->opt.orders_per_day * world_season(w, day) / 1000 * 1000 / 36;
    for (int64_t i = 0; i < visits; i++) {
        struct random *r = &w->traffic;
        struct visit v = { .day = day, .second = second_of_day(r), .customer = -1 };
        v.channel = (int)pick_share(
            r, &demo_channels[0].share, sizeof demo_channels[0], demo_channel_count);
        if (world_in_days(w->incidents.poor_campaign, day) && chance(r, 2500))
            v.channel = 3;
        v.region =
            (int)pick_share(r, &demo_regions[0].share, sizeof demo_regions[0], demo_region_count);
        v.device = (int)pick_share(r, devices, sizeof devices[0], 3);
        v.is_new = w->visitors == 0 || chance(r, 6000);
        v.visitor = v.is_new ? ++w->visitors : 1 + random_below(r, w->visitors);
        const uint64_t before = w->orders;
        run_visit(w, &v);
        clicks[v.channel]++;
        orders[v.channel] += w->orders != before;
    }
    day_ads(w, day, clicks, orders);
}
