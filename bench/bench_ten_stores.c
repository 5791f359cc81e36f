/* bench_ten_stores DIR LAST_DAY DAYS ORDERS: the exports of ten stores, as their platforms write
 * them: for each store DIR/sNN/orders.csv (Shopify's form), alimama.csv and shop-day.csv of DAYS -
 * 1 days, and DIR/day/sNN.csv, the orders of LAST_DAY. ORDERS a day and store; the same files each
 * time. */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>

#define STORES    10
#define ARTICLES  2000
#define CAMPAIGNS 8

struct shop_sim {
    struct random dice;
    int store;
    int64_t next; /* order number */
    int64_t day_units;
    int64_t day_cents;
};

static FILE *open_file(const char *dir, const char *sub, const char *name)
{
    char path[1024];
    struct error why = { .lang = LANG_EN };
    (void)snprintf(path, sizeof path, "%s/%s", dir, sub);
    if (dir_make(path, &why) != STATUS_OK) {
        fprintf(stderr, "bench_ten_stores: %s\n", why.text);
        exit(1);
    }
    (void)snprintf(path, sizeof path, "%s/%s/%s", dir, sub, name);
    FILE *f = fopen(path, "w");
    if (f == NULL) {
        perror(path);
        exit(1);
    }
    return f;
}

static void put_head(FILE *f)
{
    fputs("Name,Email,Financial Status,Paid at,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,"
          "Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,"
          "Lineitem sku,Shipping City,Shipping Country,Cancelled at,Payment Method,Refunded Amount,"
          "Id,Source\n",
          f);
}

/* One line of an order. */
struct line {
    uint64_t article;
    int64_t quantity;
    int64_t cents;
};

static int64_t make_line(struct shop_sim *s, struct line *l)
{
    const double u = random_unit(&s->dice);
    l->article = (uint64_t)(u * u * ARTICLES); /* few articles sell most */
    l->cents = 990 + (int64_t)(l->article * 37 % 9000);
    l->quantity = 1 + (int64_t)(random_below(&s->dice, 8) == 0);
    s->day_units += l->quantity;
    return l->cents * l->quantity;
}

static void put_cents(FILE *f, int64_t cents)
{
    fprintf(f, "%lld.%02d,", (long long)(cents / 100), (int)(cents % 100));
}

/* What stands before the lines on an order's first row. */
static void put_order_head(FILE *f, struct shop_sim *s, int64_t sum, bool refunded, const char *at)
{
    const int64_t off = random_below(&s->dice, 5) == 0 ? sum / 10 : 0;
    const int64_t ship = sum > 10000 ? 0 : 490;
    fprintf(f,
            "b%llu@example.com,%s,%s,%s,CNY,",
            (unsigned long long)random_below(&s->dice, 60000),
            refunded ? "partially_refunded" : "paid",
            at,
            at);
    put_cents(f, sum - off);
    put_cents(f, ship);
    put_cents(f, 0);
    put_cents(f, sum - off + ship);
    fprintf(f, "%s,", off > 0 ? "SPRING" : "");
    put_cents(f, off);
    s->day_cents += sum - off + ship;
}

/* And behind them. */
static void put_order_tail(FILE *f, struct shop_sim *s, int64_t refunded)
{
    static const char *const countries[] = { "CN", "DE", "FR", "GB", "US", "JP" };
    fprintf(f,
            "City %llu,%s,,card,",
            (unsigned long long)random_below(&s->dice, 300),
            countries[random_below(&s->dice, ARRAY_LEN(countries))]);
    put_cents(f, refunded);
    fprintf(f, "%d%09lld,web\n", s->store + 10, (long long)s->next);
}

/* An order and its lines: order fields on the first, as Shopify writes them. */
static void put_order(FILE *f, struct shop_sim *s, const char *day)
{
    const int lines = 1 + (int)random_below(&s->dice, 3);
    struct line line[3];
    int64_t sum = 0;
    for (int i = 0; i < lines; i++)
        sum += make_line(s, &line[i]);
    const bool refunded = random_below(&s->dice, 20) == 0;
    const unsigned minute = (unsigned)random_below(&s->dice, 1440);
    char at[40];
    (void)snprintf(at, sizeof at, "%s %02u:%02u:00 +0000", day, minute / 60, minute % 60);
    for (int i = 0; i < lines; i++) {
        fprintf(f, "#%d-%lld,", s->store, (long long)s->next);
        if (i == 0)
            put_order_head(f, s, sum, refunded, at);
        else
            fputs(",,,,,,,,,,,", f);
        fprintf(f,
                "%s,%lld,Article %llu,",
                at,
                (long long)line[i].quantity,
                (unsigned long long)line[i].article);
        put_cents(f, line[i].cents);
        fprintf(f, "A-%llu,", (unsigned long long)line[i].article);
        if (i == 0)
            put_order_tail(f, s, refunded ? line[0].cents : 0);
        else
            fputs(",,,,,,\n", f);
    }
    s->next++;
}

static void put_ads(FILE *f, struct shop_sim *s, const char *day)
{
    for (int c = 0; c < CAMPAIGNS; c++) {
        const int64_t clicks = 20 + (int64_t)random_below(&s->dice, 200);
        const int64_t views = clicks * 30;
        const int64_t spend = clicks * (50 + (int64_t)random_below(&s->dice, 100));
        fprintf(f, "%s,关键词推广,7001%04d,计划%d,主体%d,", day, c, c, c);
        fprintf(f, "%lld,%lld,", (long long)views, (long long)clicks);
        put_cents(f, spend);
        put_cents(f, spend * 3);
        const int64_t orders = clicks / 12;
        fprintf(f, "%lld\n", (long long)orders);
    }
}

static void put_stats(FILE *f, const struct shop_sim *s, int orders, const char *day)
{
    fprintf(f,
            "%s,%d,%d,%d,%d,%d,%lld,%lld.%02d\n",
            day,
            orders * 30,
            orders * 90,
            orders * 3,
            orders,
            orders,
            (long long)s->day_units,
            (long long)(s->day_cents / 100),
            (int)(s->day_cents % 100));
}

static void day_into(int32_t day, char out[16])
{
    const struct civil c = civil_from_day(day);
    (void)snprintf(out, 16, "%04d-%02d-%02d", (int)c.year, (int)c.month, (int)c.day);
}

static void put_store(const char *dir, int store, int32_t last, int days, int orders)
{
    struct shop_sim s = { .store = store, .next = 1001 };
    char sub[16];
    char name[32];
    char day[16];
    (void)snprintf(sub, sizeof sub, "s%02d", store);
    (void)snprintf(name, sizeof name, "s%02d.csv", store);
    random_init(&s.dice, (uint64_t)store);
    FILE *f = open_file(dir, sub, "orders.csv");
    FILE *ads = open_file(dir, sub, "alimama.csv");
    FILE *stats = open_file(dir, sub, "shop-day.csv");
    put_head(f);
    fputs("日期,场景名字,计划ID,计划名字,主体名称,展现量,点击量,花费,总成交金额,总成交笔数\n", ads);
    fputs("统计日期,访客数,浏览量,加购人数,支付买家数,支付订单数,支付件数,支付金额\n", stats);
    for (int32_t d = last - days + 1; d <= last; d++) {
        day_into(d, day);
        if (d == last) {
            fclose(f);
            f = open_file(dir, "day", name);
            put_head(f);
        }
        s.day_units = s.day_cents = 0;
        for (int i = 0; i < orders; i++)
            put_order(f, &s, day);
        if (d < last) {
            put_ads(ads, &s, day);
            put_stats(stats, &s, orders, day);
        }
    }
    fclose(f);
    fclose(ads);
    fclose(stats);
}

int main(int argc, char **argv)
{
    int32_t last = 0;
    int64_t days = 0;
    int64_t orders = 0;
    if (argc != 5 || !day_parse(str_from(argv[2]), &last) ||
        !str_to_i64(str_from(argv[3]), &days) || !str_to_i64(str_from(argv[4]), &orders) ||
        days < 2 || days > 5000 || orders < 1 || orders > 100000) {
        fprintf(stderr, "usage: bench_ten_stores DIR LAST_DAY DAYS ORDERS\n");
        return 2;
    }
    for (int store = 1; store <= STORES; store++)
        put_store(argv[1], store, last, (int)days, (int)orders);
    return 0;
}
