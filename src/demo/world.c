/* The world before anybody buys: products, regions, channels, incidents. */
#include "demo/demo_priv.h"

const struct channel demo_channels[CHANNELS] = {
    /* name           medium         campaign        share known quality cost */
    { "search", "organic", "", 260, 160, 110, 0 },
    { "direct", "(none)", "", 180, 300, 130, 0 },
    { "taobao_search", "cpc", "brand-search", 150, 60, 105, 25000 },
    { "douyin", "paid_social", "short-video", 130, 40, 70, 14000 },
    { "live", "referral", "live-room", 80, 90, 150, 0 },
    { "wechat", "social", "mini-program", 80, 150, 120, 0 },
    { "crm", "sms", "members", 50, 120, 180, 0 },
    { "newsletter", "email", "weekly", 30, 60, 170, 0 },
    { "google", "cpc", "shopping", 40, 20, 95, 40000 },
    { "douyin", "paid_social", "mega-stream", 0, 0, 70, 9000 },
};

const struct region demo_regions[REGIONS] = {
    { "CN", "广东", "zh", 140 },  { "CN", "浙江", "zh", 110 }, { "CN", "江苏", "zh", 100 },
    { "CN", "上海", "zh", 80 },   { "CN", "北京", "zh", 80 },  { "CN", "四川", "zh", 70 },
    { "CN", "山东", "zh", 70 },   { "CN", "湖北", "zh", 50 },  { "CN", "福建", "zh", 50 },
    { "US", "CA", "en", 70 },     { "US", "NY", "en", 40 },    { "DE", "Bayern", "en", 70 },
    { "GB", "London", "en", 70 },
};

const char *const demo_devices[] = { "mobile", "desktop", "tablet" };
const char *const demo_categories[CATEGORIES] = { "Tea/茶叶",     "Teaware/茶具",   "Kitchen/厨房",
                                                  "Bedding/床品", "Beauty/美妆",    "Toys/玩具",
                                                  "Outdoor/户外", "Stationery/文具" };

static const char *const words_en[] = { "Jade", "Cloud", "River", "Lotus",
                                        "Pine", "Amber", "Silk",  "Moon" };
static const char *const words_zh[] = { "青玉", "云", "江", "莲", "松", "琥珀", "丝", "月" };

#define FADE_DAYS 60 /* an article's last days, at a lower price */
#define RISE_DAYS 45 /* a new one's first */

bool world_in_days(const int32_t range[2], int32_t day)
{
    return day >= range[0] && day <= range[1];
}

bool world_chance(struct random *r, int per_ten_thousand)
{
    return (int)random_below(r, 10000) < per_ten_thousand;
}

int world_between(struct random *r, int low, int high)
{
    return low + (int)random_below(r, (uint64_t)high - (uint64_t)low + 1);
}

int world_share(struct random *r, const int *shares, int n)
{
    uint64_t total = 0;
    for (int i = 0; i < n; i++)
        total += (uint64_t)shares[i];
    int64_t at = (int64_t)random_below(r, total);
    for (int i = 0; i + 1 < n; i++) {
        at -= shares[i];
        if (at < 0)
            return i;
    }
    return n - 1;
}

/* ---- Products -------------------------------------------------------------------------------- */

/* Sales of a catalogue follow its ranks (Zipf): the first tenth makes half of them. */
static void fill_weights(struct world *w, struct random *r)
{
    int rank[PRODUCTS];
    for (int i = 0; i < PRODUCTS; i++)
        rank[i] = i;
    for (int i = PRODUCTS - 1; i > 0; i--) {
        const int j = world_between(r, 0, i);
        const int kept = rank[i];
        rank[i] = rank[j];
        rank[j] = kept;
    }
    for (int i = 0; i < PRODUCTS; i++)
        w->products[i].weight = 100000 / (rank[i] + 8);
}

static void fill_product(struct world *w, int i, struct random *r)
{
    struct product *p = &w->products[i];
    p->category = i % CATEGORIES;
    p->brand = world_between(r, 1, 12);
    snprintf(p->sku, sizeof p->sku, "SV-%04d", i + 1);
    const int word = world_between(r, 0, 7);
    snprintf(
        p->title, sizeof p->title, "%s %d %s %d号", words_en[word], i + 1, words_zh[word], i + 1);
    p->price_e4 = (int64_t)world_between(r, 19, 299) * 10000 - 1000;
    p->cost_e4 = p->price_e4 * world_between(r, 35, 58) / 100;
    p->quality = world_between(r, 55, 98);
    p->launched = i < PRODUCTS * 3 / 4
                      ? w->from
                      : w->from + world_between(r, 1, w->opt.days > 30 ? w->opt.days - 30 : 1);
    p->retired = i % 17 == 5 ? p->launched + w->opt.days / 2 : INT32_MAX;
    p->lead_days = world_between(r, 7, 28);
}

static void write_product(struct world *w, const struct product *p)
{
    struct out *o = &w->files[DEMO_product];
    char text[32];
    put_str(o, p->sku);
    snprintf(text, sizeof text, "P-%s", p->sku + 3);
    put_str(o, text);
    put_str(o, p->title);
    put_str(o, demo_categories[p->category]);
    snprintf(text, sizeof text, "Brand %02d", p->brand);
    put_str(o, text);
    snprintf(text, sizeof text, "Supplier %02d", p->brand % 5 + 1);
    put_str(o, text);
    put_money(o, p->price_e4);
    put_money(o, p->cost_e4);
    put_day(o, p->launched);
    if (p->retired <= w->opt.until)
        put_day(o, p->retired);
    else
        put_none(o);
    put_end(o);
}

/* The article with the n-th most sales (0: the first) of those that are there all the time. */
static int best_seller(const struct world *w, int n)
{
    for (int i = 0; i < PRODUCTS; i++) {
        int better = 0;
        for (int j = 0; j < PRODUCTS; j++)
            better += w->products[j].weight > w->products[i].weight &&
                      w->products[j].launched == w->from && w->products[j].retired == INT32_MAX;
        if (better == n && w->products[i].launched == w->from &&
            w->products[i].retired == INT32_MAX)
            return i;
    }
    return 0;
}

static int64_t weight_on(const struct world *w, int i, int32_t day)
{
    const struct product *p = &w->products[i];
    if (day < p->launched || day >= p->retired)
        return 0;
    int64_t weight = p->weight;
    if (p->launched > w->from && day - p->launched < RISE_DAYS)
        weight = weight * (10 + day - p->launched) / (10 + RISE_DAYS);
    if (p->retired != INT32_MAX && p->retired - day < FADE_DAYS)
        weight = weight * (10 + p->retired - day) / (10 + FADE_DAYS);
    if (i == w->incidents.cheap_sku && world_in_days(w->incidents.price_mistake, day))
        weight *= 12; /* word gets round */
    return weight + 1;
}

void world_open_day(struct world *w, int32_t day)
{
    int64_t sum = 0;
    for (int i = 0; i < PRODUCTS; i++) {
        sum += weight_on(w, i, day);
        w->pick[i] = sum;
    }
}

int world_pick_product(struct world *w)
{
    const int64_t at = (int64_t)random_below(&w->traffic, (uint64_t)w->pick[PRODUCTS - 1]);
    int low = 0;
    int high = PRODUCTS - 1;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (at < w->pick[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

int64_t world_price(const struct world *w, int product, int32_t day)
{
    const struct product *p = &w->products[product];
    if (product == w->incidents.cheap_sku && world_in_days(w->incidents.price_mistake, day))
        return p->price_e4 / 10;
    if (p->retired != INT32_MAX && p->retired - day < FADE_DAYS)
        return p->price_e4 * 8 / 1000 * 100;
    return p->price_e4;
}

bool world_is_bad(const struct world *w, int product, int32_t day)
{
    return product == w->incidents.bad_sku && world_in_days(w->incidents.bad_batch, day);
}

/* ---- Incidents ------------------------------------------------------------------------------- */

/* At fixed fractions of the run, and shorter when the run is, so that short runs have them too. */
static void fill_incidents(struct world *w)
{
    struct incidents *n = &w->incidents;
    const struct {
        int32_t *range;
        int per_mille;
        int length;
    } rows[] = {
        { n->slow_week, 300, 7 },      { n->shipping_rise, 400, 30 },
        { n->poor_campaign, 450, 14 }, { n->tracking_gap, 550, 3 },
        { n->bad_batch, 600, 60 },     { n->price_mistake, 700, 2 },
        { n->experiment_a, 740, 35 },  { n->initiative, 800, 1 },
        { n->experiment_b, 860, 35 },  { n->checkout_fault, 950, 10 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const int scaled = w->opt.days < 365 ? rows[i].length * w->opt.days / 365 : rows[i].length;
        rows[i].range[0] = w->from + w->opt.days * rows[i].per_mille / 1000;
        rows[i].range[1] = rows[i].range[0] + (scaled > 1 ? scaled : 1) - 1;
    }
    n->initiative[1] = w->opt.until;
    n->bad_sku = best_seller(w, 3);
    w->products[n->bad_sku].quality = 90; /* a good article, but for the batch */
    n->cheap_sku = best_seller(w, 6);
}

void world_fill(struct world *w)
{
    struct random root;
    random_init(&root, w->opt.seed);
    struct random goods = random_fork(&root, 1);
    w->traffic = random_fork(&root, 2);
    w->buying = random_fork(&root, 3);
    w->after = random_fork(&root, 4);
    fill_weights(w, &goods);
    for (int i = 0; i < PRODUCTS; i++) {
        fill_product(w, i, &goods);
        write_product(w, &w->products[i]);
    }
    fill_incidents(w);
    world_fill_seasons(w);
    struct out *o = &w->files[DEMO_fx_rate];
    put_str(o, "USD");
    put_str(o, "CNY");
    put_day(o, w->from);
    put_str(o, "7.12");
    put_end(o);
}
