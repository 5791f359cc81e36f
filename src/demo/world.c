/* The world before anybody buys: products, regions, channels, incidents, seasons. */
#include "calendar/calendar.h"
#include "demo/demo_priv.h"

#include <stdlib.h>
#include <string.h>

const struct channel demo_channels[] = {
    { "search", "organic", "", 260, 110, 0 },
    { "direct", "(none)", "", 180, 130, 0 },
    { "taobao_search", "cpc", "brand-search", 150, 105, 9000 },
    { "douyin", "paid_social", "short-video", 130, 70, 6000 },
    { "live", "referral", "live-room", 80, 150, 0 },
    { "wechat", "social", "mini-program", 80, 120, 0 },
    { "crm", "sms", "members", 50, 180, 0 },
    { "newsletter", "email", "weekly", 30, 170, 0 },
    { "google", "cpc", "shopping", 40, 95, 15000 },
};
const size_t demo_channel_count = ARRAY_LEN(demo_channels);

const struct region demo_regions[] = {
    { "CN", "广东", "zh", 140 },  { "CN", "浙江", "zh", 110 }, { "CN", "江苏", "zh", 100 },
    { "CN", "上海", "zh", 80 },   { "CN", "北京", "zh", 80 },  { "CN", "四川", "zh", 70 },
    { "CN", "山东", "zh", 70 },   { "CN", "湖北", "zh", 50 },  { "CN", "福建", "zh", 50 },
    { "US", "CA", "en", 70 },     { "US", "NY", "en", 40 },    { "DE", "Bayern", "en", 70 },
    { "GB", "London", "en", 70 },
};
const size_t demo_region_count = ARRAY_LEN(demo_regions);

const char *const demo_devices[] = { "mobile", "desktop", "tablet" };
const char *const demo_categories[CATEGORIES] = { "Tea/茶叶",     "Teaware/茶具",   "Kitchen/厨房",
                                                  "Bedding/床品", "Beauty/美妆",    "Toys/玩具",
                                                  "Outdoor/户外", "Stationery/文具" };

static const char *const words_en[] = { "Jade", "Cloud", "River", "Lotus",
                                        "Pine", "Amber", "Silk",  "Moon" };
static const char *const words_zh[] = { "青玉", "云", "江", "莲", "松", "琥珀", "丝", "月" };

static int between(struct random *r, int low, int high)
{
    return low + (int)random_below(r, (uint64_t)high - (uint64_t)low + 1);
}

static void fill_product(struct world *w, int i, struct random *r)
{
    struct product *p = &w->products[i];
    p->category = i % CATEGORIES;
    p->brand = between(r, 1, 12);
    snprintf(p->sku, sizeof p->sku, "SV-%04d", i + 1);
    const int word = between(r, 0, 7);
    snprintf(
        p->title, sizeof p->title, "%s %d %s %d号", words_en[word], i + 1, words_zh[word], i + 1);
    p->price_e4 = (int64_t)between(r, 19, 399) * 10000 - 1000;
    p->cost_e4 = p->price_e4 * between(r, 35, 62) / 100;
    p->quality = between(r, 55, 98);
    p->weight = 20 + between(r, 0, 30) * between(r, 0, 30) / 4;
    p->launched = i < PRODUCTS * 3 / 4
                      ? w->from
                      : w->from + between(r, 1, w->opt.days > 30 ? w->opt.days - 30 : 1);
    p->retired = i % 17 == 5 ? p->launched + w->opt.days / 2 : INT32_MAX;
    p->lead_days = between(r, 7, 28);
    p->sold_28 = 0;
    p->on_hand = 10 + p->weight * (int64_t)w->opt.orders_per_day / 400;
    w->total_weight += p->weight;
}

static void write_product(struct world *w, const struct product *p)
{
    FILE *f = w->files[DEMO_product];
    put_str(f, p->sku);
    fprintf(f,
            "P-%s,%s,%s,Brand %02d,Supplier %02d,",
            p->sku + 3,
            p->title,
            demo_categories[p->category],
            p->brand,
            p->brand % 5 + 1);
    put_money(f, p->price_e4);
    put_money(f, p->cost_e4);
    put_day(f, p->launched);
    if (p->retired != INT32_MAX)
        put_day(f, p->retired);
    else
        fputc(',', f);
    fseek(f, -1, SEEK_CUR);
    fputc('\n', f);
}

/* Incidents stand at fixed fractions of the run, so that short runs have them too. */
static void fill_incidents(struct world *w)
{
    struct incidents *n = &w->incidents;
    const struct {
        int32_t *range;
        int per_mille;
        int length;
    } rows[] = {
        { n->slow_week, 300, 7 },     { n->shipping_rise, 400, 30 },  { n->poor_campaign, 480, 14 },
        { n->tracking_gap, 550, 3 },  { n->bad_batch, 620, 40 },      { n->price_mistake, 700, 2 },
        { n->experiment_a, 750, 28 }, { n->checkout_fault, 860, 10 }, { n->experiment_b, 900, 28 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        rows[i].range[0] = w->from + w->opt.days * rows[i].per_mille / 1000;
        rows[i].range[1] = rows[i].range[0] + rows[i].length - 1;
    }
    n->initiative = w->from + w->opt.days * 800 / 1000;
    n->bad_sku = 11;
    n->cheap_sku = 23;
}

static void write_calendar(struct world *w)
{
    FILE *f = w->files[DEMO_calendar_event];
    for (int32_t day = w->from; day <= w->opt.until; day++) {
        const char *coupon = "";
        const char *before = "";
        if (world_promotion(day, &coupon) == 0 ||
            (day > w->from && world_promotion(day - 1, &before) != 0))
            continue;
        int32_t last = day;
        while (world_promotion(last + 1, &before) != 0)
            last++;
        fprintf(f, "%s,promo,%s,%s,", coupon, coupon, coupon);
        put_day(f, day);
        put_day(f, last);
        fseek(f, -1, SEEK_CUR);
        fputc('\n', f);
    }
    fprintf(w->files[DEMO_fx_rate], "USD,CNY,");
    put_day(w->files[DEMO_fx_rate], w->from);
    fprintf(w->files[DEMO_fx_rate], "7.12\n");
}

void world_fill(struct world *w)
{
    struct random root;
    random_init(&root, w->opt.seed);
    struct random goods = random_fork(&root, 1);
    w->traffic = random_fork(&root, 2);
    w->buying = random_fork(&root, 3);
    w->after = random_fork(&root, 4);
    fill_incidents(w);
    for (int i = 0; i < PRODUCTS; i++) {
        fill_product(w, i, &goods);
        write_product(w, &w->products[i]);
    }
    write_calendar(w);
}

bool world_in_days(const int32_t range[2], int32_t day)
{
    return day >= range[0] && day <= range[1];
}

/* Days from a festival of the year, in [-60, 60]; 999: none near. */
static int from_festival(const char *id, int32_t day)
{
    const struct festival *f = NULL;
    int32_t date = 0;
    if (festival_find(str_from(id), &f, NULL) != STATUS_OK ||
        !festival_date(f, civil_from_day(day).year, &date))
        return 999;
    return day - date;
}

int world_season(const struct world *w, int32_t day)
{
    static const int weekday[] = { 0, 980, 960, 960, 980, 1040, 1080, 1000 };
    static const int month[] = { 0,   1000, 900,  980,  960,  1000, 1060,
                                 940, 940,  1020, 1040, 1200, 1120 };
    int64_t s = weekday[day_weekday(day)];
    s = s * month[civil_from_day(day).month] / 1000;
    s = s * (900 + 200 * (int64_t)(day - w->from) / w->opt.days) / 1000; /* growth */
    const int spring = from_festival("spring-festival", day);
    if (spring >= -3 && spring <= 7)
        s = s * 450 / 1000;
    else if (spring >= -28 && spring < -7)
        s = s * 1200 / 1000;
    const char *coupon = "";
    const int off = world_promotion(day, &coupon);
    return (int)(s * (1000 + off * 28) / 1000);
}

int world_promotion(int32_t day, const char **coupon)
{
    static const struct {
        int month, first, last, off;
        const char *name;
    } sales[] = { { 3, 5, 8, 10, "38" },
                  { 6, 15, 18, 20, "618" },
                  { 9, 9, 9, 10, "99" },
                  { 11, 8, 11, 25, "double11" },
                  { 12, 10, 12, 15, "double12" } };
    const struct civil c = civil_from_day(day);
    for (size_t i = 0; i < ARRAY_LEN(sales); i++) {
        if (c.month == sales[i].month && c.day >= sales[i].first && c.day <= sales[i].last) {
            *coupon = sales[i].name;
            return sales[i].off;
        }
    }
    return 0;
}

size_t pick_share(struct random *r, const int *shares, size_t stride, size_t n)
{
    int64_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += *(const int *)(const void *)((const char *)shares + i * stride);
    int64_t at = (int64_t)random_below(r, (uint64_t)total);
    for (size_t i = 0; i + 1 < n; i++) {
        at -= *(const int *)(const void *)((const char *)shares + i * stride);
        if (at < 0)
            return i;
    }
    return n - 1;
}

/* By weight among what is on sale; new articles start slowly, old ones fade. */
int pick_product(struct world *w, int32_t day)
{
    for (int tries = 0; tries < 20; tries++) {
        int64_t at = (int64_t)random_below(&w->traffic, (uint64_t)w->total_weight);
        int i = 0;
        while (i < PRODUCTS - 1 && at >= w->products[i].weight)
            at -= w->products[i++].weight;
        const struct product *p = &w->products[i];
        if (day >= p->launched && day < p->retired)
            return i;
    }
    return 0;
}

int64_t world_price(const struct world *w, int product, int32_t day)
{
    const int64_t price = w->products[product].price_e4;
    return product == w->incidents.cheap_sku && world_in_days(w->incidents.price_mistake, day)
               ? price / 10
               : price;
}
