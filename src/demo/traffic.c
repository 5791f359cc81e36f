/* Visits of a day: who comes, by which way, how far they get; and customers who come back. */
#include "demo/demo_priv.h"

#include <math.h>

/* How far a visit got. */
struct funnel {
    int views, carts, favourites, searches, empty, clicks, checkouts, tries, purchases, errors,
        forms;
    bool is_unpaid;
    int64_t cart_e4;
    int duration;
};

/* Chances from step to step in 10^-4, before what lifts or lowers them. */
static const struct {
    int cart, checkout, pay_try, success, unpaid;
} rates[] = {
    [VISIT_OPEN] = { 840, 5200, 6600, 9500, 250 },
    [VISIT_BUY] = { 9400, 8600, 10000, 9900, 60 },
    [VISIT_BROWSE] = { 700, 1500, 0, 0, 0 },
};

#define BROWSE_PER_ORDER  21 /* visits without a purchase of known customers, per purchase */
#define STOCKED           98 /* per cent of the purchases that stock lets through, about */
#define SPEED_LCP_MS      2200
#define SPEED_LOSS        70 /* per mille of the conversion per second of LCP */
#define DAY_SPREAD        0.05
#define EXPERIMENT_LIFT   115
#define POOR_CAMPAIGN     15 /* per cent of the usual conversion */
#define POOR_VISITS       20 /* per cent more visits */
#define FEE_MOOD          80 /* per cent who accept the doubled fee */
#define REPEAT_PACE_SHARE 14 /* days over which the pace of repeat purchases is smoothed */

static int lcp_of(struct world *w, const struct visit *v)
{
    int base = v->device == DEVICE_DESKTOP ? 1500 : 2300;
    if (v->region >= REGION_ABROAD)
        base += 500;
    if (world_in_days(w->incidents.slow_week, v->day))
        base *= 2;
    if (v->day >= w->incidents.initiative[0])
        base = base * 80 / 100;
    return base * world_between(&w->traffic, 60, 139) / 100;
}

/* Conversion by page speed, per mille of that at the usual speed. */
static int speed_of(const struct visit *v)
{
    const int s = 1000 - (v->lcp_ms - SPEED_LCP_MS) * SPEED_LOSS / 1000;
    return s > 200 ? s : 200;
}

/* Arms of both experiments: even visitors see A; B of the first truly lifts the checkout. */
static const char *arm_of(const struct world *w, const struct visit *v, int *lift)
{
    const bool is_b = v->visitor % 2 == 1;
    if (world_in_days(w->incidents.experiment_a, v->day)) {
        *lift = is_b ? EXPERIMENT_LIFT : 100;
        return is_b ? "one-page-checkout:B" : "one-page-checkout:A";
    }
    if (world_in_days(w->incidents.experiment_b, v->day))
        return is_b ? "big-photos:B" : "big-photos:A"; /* no effect: a true null */
    return "";
}

/* Chance to put something into the cart, 10^-4. */
static int cart_rate(const struct world *w, const struct visit *v)
{
    int rate = rates[v->kind].cart;
    if (v->kind == VISIT_OPEN) {
        rate = rate * demo_channels[v->channel].quality / 100;
        rate = rate * (1000 + world_off(w, v->day, v->region) * 12) / 1000;
        if (v->channel == CHANNEL_POOR)
            rate = rate * POOR_CAMPAIGN / 100;
        if (v->product == w->incidents.cheap_sku &&
            world_in_days(w->incidents.price_mistake, v->day))
            rate *= 3;
    }
    return rate * speed_of(v) / 1000;
}

/* Small baskets feel the doubled shipping fee. */
static int fee_mood(const struct world *w, const struct visit *v)
{
    const int64_t free_from = v->region < REGION_ABROAD ? 990000 : 3990000;
    return world_in_days(w->incidents.shipping_rise, v->day) &&
                   w->products[v->product].price_e4 < free_from
               ? FEE_MOOD
               : 100;
}

static bool is_faulty(const struct world *w, const struct visit *v)
{
    return world_in_days(w->incidents.checkout_fault, v->day) && v->device == DEVICE_MOBILE &&
           v->region == REGION_GERMANY;
}

/* From the cart to the payment. */
static void walk_checkout(struct world *w, const struct visit *v, int lift, struct funnel *f)
{
    struct random *r = &w->traffic;
    f->checkouts = f->carts && world_chance(r, rates[v->kind].checkout * lift / 100);
    if (!f->checkouts)
        return;
    f->forms = world_chance(r, 600);
    if (is_faulty(w, v)) {
        f->errors++;
        w->tally.fault_checkouts++;
        return;
    }
    f->tries = world_chance(r, rates[v->kind].pay_try * fee_mood(w, v) / 100);
    if (!f->tries)
        return;
    const int luck = (int)random_below(r, 10000);
    f->purchases = luck < rates[v->kind].success;
    f->is_unpaid = !f->purchases && luck < rates[v->kind].success + rates[v->kind].unpaid;
}

static int views_of(struct random *r)
{
    int views = 1;
    while (views < 20 && world_chance(r, 6200))
        views++;
    return views;
}

static void walk(struct world *w, const struct visit *v, int lift, struct funnel *f)
{
    struct random *r = &w->traffic;
    f->views = views_of(r);
    f->searches = world_chance(r, 2200);
    f->empty = f->searches && world_chance(r, 900);
    f->clicks = f->searches && !f->empty && world_chance(r, 6500);
    f->favourites = world_chance(r, 500);
    f->errors = world_chance(r, 120);
    f->carts = world_chance(r, cart_rate(w, v));
    walk_checkout(w, v, lift, f);
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void write_counts(struct out *o, const struct funnel *f)
{
    const bool is_bounce = f->views == 1 && !f->carts && !f->searches;
    const int pages = is_bounce ? 1 : f->views + 1 + f->carts + f->checkouts;
    const int cells[] = { is_bounce ? 0 : f->duration,
                          pages + f->carts + f->tries + f->purchases,
                          pages,
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
}

/* Rows of a file of visits; the next ones go into a new file. The import's stage of so many stays
 * in memory. They are two of the engine's groups of 122,880 rows and more than half of a third: a
 * checkpoint joins the broken groups of two files when they fit into one, and writes what lies
 * between anew. */
#define SESSIONS_PER_FILE 310000

static void write_session(struct world *w,
                          const struct visit *v,
                          const struct funnel *f,
                          const char *arm)
{
    world_begin_record(w, DEMO_session, SESSIONS_PER_FILE);
    struct out *o = &w->files[DEMO_session];
    const struct channel *c = &demo_channels[v->channel];
    const struct region *r = &demo_regions[v->region];
    put_i64(o, v->session);
    put_i64(o, v->visitor);
    v->customer >= 0 ? put_id(o, "C", v->customer) : put_none(o);
    put_time(o, v->day, v->second);
    write_counts(o, f);
    f->carts ? put_money(o, f->cart_e4) : put_str(o, "0");
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
    put_str(o, v->device == DEVICE_DESKTOP ? "Chrome" : "WebView");
    put_str(o, v->device == DEVICE_DESKTOP ? "Windows" : "Android");
    put_str(o, r->country);
    put_str(o, r->region);
    put_str(o, r->language);
    put_str(o, arm);
    put_end(o);
}

static void write_event(
    struct world *w, const struct visit *v, const char *name, int second, int64_t price_e4)
{
    struct out *o = &w->files[DEMO_event];
    put_i64(o, (int64_t)++w->events);
    put_i64(o, v->visitor);
    put_i64(o, v->session);
    put_str(o, name);
    put_time(o, v->day, v->second + second);
    put_str(o, w->products[v->product].sku);
    put_money(o, price_e4);
    put_str(o, "1");
    put_str(o, demo_channels[v->channel].name);
    put_str(o, demo_devices[v->device]);
    put_str(o, demo_regions[v->region].country);
    put_end(o);
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

/* ---- A visit --------------------------------------------------------------------------------- */

/* The article is sold out: some take another one, the others leave. */
static bool find_stock(struct world *w, struct visit *v)
{
    struct product *p = &w->products[v->product];
    if (p->on_hand > 0)
        return true;
    p->asked_today++;
    p->lost_today++;
    w->tally.lost_units++;
    if (!world_chance(&w->traffic, 3500))
        return false;
    v->product = world_pick_product(w);
    return w->products[v->product].on_hand > 0;
}

static void settle(struct world *w, struct visit *v, struct funnel *f)
{
    if (f->purchases && !find_stock(w, v))
        f->purchases = f->tries = f->checkouts = f->carts = 0;
    if (f->purchases && v->customer < 0)
        v->customer = world_new_customer(w, v);
    if (f->carts)
        f->cart_e4 = world_price(w, v->product, v->day);
    if (f->purchases || f->is_unpaid)
        f->cart_e4 = place_order(w, v, f->is_unpaid);
    if (f->purchases && v->customer >= 0)
        world_schedule_next(w, v->customer, v->day);
    else if (v->kind == VISIT_BUY)
        world_schedule_retry(w, v->customer, v->day);
}

static void count_visit(struct world *w, const struct visit *v, const struct funnel *f)
{
    struct tally *t = &w->tally;
    const bool is_gap = world_in_days(w->incidents.tracking_gap, v->day);
    t->sessions++;
    t->recorded_sessions += v->is_tracked;
    t->orders += f->purchases;
    t->unpaid_orders += f->is_unpaid;
    t->repeat_orders += f->purchases && v->kind == VISIT_BUY;
    t->slow_sessions += world_in_days(w->incidents.slow_week, v->day);
    t->gap_sessions += is_gap;
    t->gap_recorded += is_gap && v->is_tracked;
    t->poor_sessions += v->channel == CHANNEL_POOR;
    t->poor_orders += v->channel == CHANNEL_POOR && f->purchases;
}

/* True when it ended in a purchase. */
static bool run_visit(struct world *w, struct visit *v)
{
    struct funnel f = { 0 };
    int lift = 100;
    v->session = (int64_t)++w->sessions;
    v->lcp_ms = lcp_of(w, v);
    v->product = world_pick_product(w);
    v->is_tracked =
        !world_in_days(w->incidents.tracking_gap, v->day) || random_below(&w->traffic, 3) == 0;
    const char *arm = arm_of(w, v, &lift);
    walk(w, v, lift, &f);
    settle(w, v, &f);
    f.duration =
        10 + f.views * 35 + f.carts * 90 + f.checkouts * 120 + world_between(&w->traffic, 0, 59);
    count_visit(w, v, &f);
    if (v->is_tracked) {
        write_session(w, v, &f, arm);
        write_events(w, v, &f);
    }
    if (v->customer >= 0 && world_chance(&w->traffic, 80))
        write_ticket_before_sale(w, v, f.purchases);
    return f.purchases;
}

/* ---- A day ----------------------------------------------------------------------------------- */

struct day {
    int32_t day;
    double mood; /* of all people, around 1 */
    int shares[CHANNELS];
    int known_shares[CHANNELS];
    int64_t clicks[CHANNELS];
    int64_t orders[CHANNELS];
};

/* Some in the afternoon, some after work. */
static int second_of_day(struct random *r)
{
    return world_chance(r, 4000)
               ? 18 * 3600 + world_between(r, 0, 17999)
               : 7 * 3600 + world_between(r, 0, 21599) + world_between(r, 0, 21599);
}

static void known_visit(struct world *w, struct day *d, int32_t customer, enum visit_kind kind)
{
    const struct customer c = w->customers[customer];
    struct visit v = { .kind = kind,
                       .day = d->day,
                       .second = second_of_day(&w->traffic),
                       .channel = world_share(&w->traffic, d->known_shares, CHANNELS),
                       .region = c.region,
                       .device = c.device,
                       .visitor = c.visitor,
                       .customer = customer };
    d->clicks[v.channel]++;
    d->orders[v.channel] += run_visit(w, &v);
}

static void run_due(struct world *w, struct day *d)
{
    const struct day_plan *p = world_plan(w, d->day);
    const double season = w->group_share[GROUP_CHINA] * p->season[GROUP_CHINA] +
                          w->group_share[GROUP_WEST] * p->season[GROUP_WEST];
    const int64_t before = w->tally.repeat_orders;
    for (int32_t i = w->due[d->day - w->from]; i >= 0;) {
        const int32_t next = w->customers[i].next;
        known_visit(w, d, i, VISIT_BUY);
        i = next;
    }
    const double pace = (double)(w->tally.repeat_orders - before) / season;
    w->repeat_pace += (pace - w->repeat_pace) / REPEAT_PACE_SHARE;
}

static void run_browsing(struct world *w, struct day *d, double season)
{
    const int64_t recent = (int64_t)w->opt.orders_per_day * 90;
    const int64_t known = (int64_t)w->customer_count;
    const int64_t window = known < recent ? known : recent;
    const int64_t n = (int64_t)(w->repeat_pace * season * d->mood * BROWSE_PER_ORDER);
    for (int64_t i = 0; i < n && window > 0; i++)
        known_visit(w,
                    d,
                    (int32_t)(known - 1 - (int64_t)random_below(&w->traffic, (uint64_t)window)),
                    VISIT_BROWSE);
}

/* Purchases per visit of a stranger on a day like any other. */
static double usual_conversion(void)
{
    double quality = 0;
    double shares = 0;
    for (int i = 0; i < CHANNELS; i++) {
        quality += demo_channels[i].share * demo_channels[i].quality / 100.0;
        shares += demo_channels[i].share;
    }
    return quality / shares * rates[VISIT_OPEN].cart * rates[VISIT_OPEN].checkout *
           rates[VISIT_OPEN].pay_try * rates[VISIT_OPEN].success / 1e16 * STOCKED / 100;
}

static void open_visit(struct world *w, struct day *d, int region, int channel)
{
    static const int devices[] = { 680, 260, 60 };
    struct random *r = &w->traffic;
    const uint64_t window = (uint64_t)w->opt.orders_per_day * 450;
    struct visit v = { .kind = VISIT_OPEN,
                       .day = d->day,
                       .second = second_of_day(r),
                       .channel = channel,
                       .region = region,
                       .device = world_share(r, devices, 3),
                       .customer = -1 };
    v.is_new = w->visitors == 0 || world_chance(r, 6500);
    v.visitor =
        (int64_t)(v.is_new
                      ? ++w->visitors
                      : w->visitors - random_below(r, w->visitors < window ? w->visitors : window));
    d->clicks[channel]++;
    d->orders[channel] += run_visit(w, &v);
}

/* Strangers: as many as it takes for the day's orders, next to what known customers buy. */
static void run_open(struct world *w, struct day *d, enum group g)
{
    const struct day_plan *p = world_plan(w, d->day);
    const double missing = w->opt.orders_per_day - w->repeat_pace;
    const double least = 0.2 * w->opt.orders_per_day;
    const double off = p->promo[g] != NULL ? p->promo[g]->off : 0;
    const double orders = (missing > least ? missing : least) * w->group_share[g] * p->season[g];
    const bool is_poor = world_in_days(w->incidents.poor_campaign, d->day);
    const int first = g == GROUP_WEST ? REGION_ABROAD : 0;
    const int count = g == GROUP_WEST ? REGIONS - REGION_ABROAD : REGION_ABROAD;
    int regions[REGIONS];
    for (int i = 0; i < count; i++)
        regions[i] = demo_regions[first + i].share;
    const int64_t visits =
        (int64_t)(orders * d->mood / usual_conversion() / (1 + off * 0.012) + 0.5);
    for (int64_t i = 0; i < visits; i++) {
        open_visit(w,
                   d,
                   first + world_share(&w->traffic, regions, count),
                   world_share(&w->traffic, d->shares, CHANNELS));
        if (is_poor && world_chance(&w->traffic, POOR_VISITS * 100))
            open_visit(w, d, first + world_share(&w->traffic, regions, count), CHANNEL_POOR);
    }
}

/* Paid channels get more or less money each week, so that its effect can be learnt. */
static void open_channels(struct world *w, struct day *d)
{
    for (int i = 0; i < CHANNELS; i++) {
        const bool is_paid = demo_channels[i].cost_click > 0;
        if (w->budget[i] == 0 || day_weekday(d->day) == 1)
            w->budget[i] = is_paid ? world_between(&w->traffic, 60, 140) : 100;
        d->shares[i] = demo_channels[i].share * w->budget[i];
        d->known_shares[i] = demo_channels[i].known_share * w->budget[i];
    }
}

void day_traffic(struct world *w, int32_t day)
{
    struct day d = { .day = day, .mood = exp(DAY_SPREAD * random_normal(&w->traffic)) };
    const struct day_plan *p = world_plan(w, day);
    open_channels(w, &d);
    run_due(w, &d);
    run_browsing(w,
                 &d,
                 w->group_share[GROUP_CHINA] * p->season[GROUP_CHINA] +
                     w->group_share[GROUP_WEST] * p->season[GROUP_WEST]);
    for (int g = 0; g < GROUP_COUNT; g++)
        run_open(w, &d, (enum group)g);
    day_ads(w, day, d.clicks, d.orders);
}
