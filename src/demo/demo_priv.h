/* The simulated world, shared by the files of this module. */
#ifndef SHOPVANE_DEMO_DEMO_PRIV_H
#define SHOPVANE_DEMO_DEMO_PRIV_H

#include "demo/demo.h"
#include "demo/demo_csv_priv.h"

/*      target          header */
#define DEMO_FILE_LIST(X)                                                                         \
    X(product,                                                                                    \
      "sku,product_id,title,category,brand,supplier,price,cost,launched_date,retired_date")       \
    X(customer, "customer_id,segment,country,created_at,acquired_channel,acquired_campaign")      \
    X(calendar_event, "event_id,kind,name_en,name_zh,date,end_date")                              \
    X(fx_rate, "base,quote,date,rate")                                                            \
    X(session,                                                                                    \
      "session_id,visitor_id,customer_id,at,duration_s,events,pageviews,product_views,cart_adds," \
      "favourites,searches,empty_searches,search_clicks,checkouts,payment_tries,purchases,"       \
      "cart_value,errors,form_errors,lcp_ms,inp_ms,cls,ttfb_ms,is_new_visitor,channel,medium,"    \
      "campaign,landing_page,device,browser,os,country,region,language,experiment_arm")           \
    X(event, "event_id,visitor_id,session_id,name,at,sku,price,quantity,channel,device,country")  \
    X(order_lines,                                                                                \
      "order_id,placed_at,paid_at,shipped_at,promised_at,delivered_at,cancelled_at,status,"       \
      "customer_id,channel,medium,campaign,landing_page,device,browser,os,country,region,coupon," \
      "payment_method,language,session_id,sku,title,quantity,unit_price,discount_merchant,"       \
      "discount_platform,shipping,order_total")                                                   \
    X(payment, "payment_id,order_id,payment_method,status,amount,fee,at")                         \
    X(shipment,                                                                                   \
      "shipment_id,order_id,carrier,at,paid_at,promised_at,delivered_at,delivery_promised_at,"    \
      "cost,units_shipped,units_ordered,is_full")                                                 \
    X(refund, "refund_id,order_id,sku,quantity,amount,status,stage,reason,requested_at,at")       \
    X(stock_level, "sku,date,on_hand,value,lost_units")                                           \
    X(stock_move, "sku,at,quantity,reason,cost")                                                  \
    X(ad_spend, "date,channel,medium,campaign,spend,impressions,clicks,claimed_orders,claimed")   \
    X(fee, "fee_id,order_id,kind,amount,at")                                                      \
    X(feedback, "feedback_id,kind,order_id,sku,customer_id,score,text,language,at")               \
    X(ticket,                                                                                     \
      "ticket_id,order_id,customer_id,channel,reason,agent,at,first_reply_at,closed_at,"          \
      "before_sale,ordered")                                                                      \
    X(product_change, "sku,at,field,value_before,value_after")                                    \
    X(benchmark, "date,market,metric,percentile,value")

#define X(id, header) DEMO_##id,
enum demo_file { DEMO_FILE_LIST(X) DEMO_FILE_COUNT };
#undef X

#define PRODUCTS   300
#define CATEGORIES 8
#define CHANNELS   10

/* ---- The world ------------------------------------------------------------------------------- */

struct product {
    char sku[16];
    char title[96];
    int category;
    int brand;
    int64_t price_e4;
    int64_t cost_e4;
    int quality; /* 1 to 100; drives stars and returns */
    int weight;  /* how often it is chosen */
    int32_t launched;
    int32_t retired; /* INT32_MAX: stays */
    int lead_days;
    int64_t on_hand;
    int64_t on_order;
    int32_t arrives;
    int64_t demand_e3; /* units a day x 1000, smoothed over four weeks; lost ones count */
    int64_t asked_today;
    int64_t lost_today;
};

/* BG/NBD (Fader, Hardie & Lee 2005): buys at a rate of his own, after each purchase may be gone
 * for good. Days are those of the season's clock, which runs faster when demand is high. */
struct customer {
    uint32_t visitor;
    uint8_t segment;
    uint8_t region;
    uint8_t device;
    float days_between; /* mean */
    float dropout;
    int32_t next; /* index of the next customer due on the same day; -1: none */
};

struct segment {
    const char *name;
    int share;    /* of new customers, per cent */
    double shape; /* purchase rate ~ gamma(shape, 1 / (shape x days)) */
    double days;
    double a, b; /* dropout after a purchase ~ beta(a, b) */
    int units;   /* most of one article */
};
extern const struct segment demo_segments[];
extern const size_t demo_segment_count;

struct incidents {
    int32_t slow_week[2];      /* pages twice as slow */
    int32_t shipping_rise[2];  /* shipping fee doubled */
    int32_t poor_campaign[2];  /* many visits, hardly a purchase */
    int32_t tracking_gap[2];   /* two sessions in three are not recorded */
    int32_t bad_batch[2];      /* one SKU comes back */
    int32_t price_mistake[2];  /* one SKU at a tenth of its price */
    int32_t experiment_a[2];   /* B lifts the step to the checkout */
    int32_t initiative[2];     /* faster pages from its first day on */
    int32_t experiment_b[2];   /* no effect */
    int32_t checkout_fault[2]; /* mobile in Germany cannot pay */
    int bad_sku;
    int cheap_sku;
};

/* What really happened, for truth.json. */
struct tally {
    int64_t sessions, orders, repeat_orders, unpaid_orders, recorded_sessions, slow_sessions;
    int64_t fee_orders, fee_extra_e4;
    int64_t poor_sessions, poor_orders;
    int64_t gap_sessions, gap_recorded;
    int64_t bad_units, bad_returned;
    int64_t cheap_units, cheap_loss_e4;
    int64_t fault_checkouts;
    int64_t lost_units;
};

enum group { GROUP_CHINA, GROUP_WEST, GROUP_COUNT };

struct promo {
    enum group group;
    const char *coupon;
    const char *festival; /* whose date it moves with, */
    int first, last;      /* days from there */
    int off;              /* per cent */
};

struct day_plan {
    double season[GROUP_COUNT];  /* demand relative to the mean of the run */
    double elapsed[GROUP_COUNT]; /* sum of the seasons up to this day: the season's clock */
    const struct promo *promo[GROUP_COUNT];
};

struct world {
    struct demo_options opt;
    int32_t from;
    struct out *files; /* one per demo_file */
    const char *folder;
    enum status st; /* of files that are begun on the way; looked at once a day */
    struct error *why;
    struct random traffic;
    struct random buying;
    struct random after;
    struct product products[PRODUCTS];
    int64_t pick[PRODUCTS]; /* today's weights, summed */
    struct day_plan *plan;  /* per day of the run */
    double group_share[GROUP_COUNT];
    struct customer *customers;
    size_t customer_count;
    size_t customer_cap;
    int32_t *due;         /* per day of the run: first customer due, -1: none */
    double repeat_pace;   /* smoothed purchases of known customers on a mean day */
    int budget[CHANNELS]; /* of the week, per cent of the usual */
    struct incidents incidents;
    struct tally tally;
    uint64_t sessions, visitors, orders, refunds, tickets, events, feedback;
};

enum visit_kind {
    VISIT_OPEN,  /* may buy */
    VISIT_BUY,   /* a known customer for whom it is time */
    VISIT_BROWSE /* a known customer who looks around */
};

/* One visit while it happens. */
struct visit {
    enum visit_kind kind;
    int64_t session;
    int64_t visitor;
    int32_t day;
    int second;
    int channel;
    int region;
    int device;
    bool is_new;
    bool is_tracked;
    int lcp_ms;
    int product;
    int64_t customer; /* -1: unknown */
};

struct channel {
    const char *name, *medium, *campaign;
    int share;       /* of the visits of strangers, per mille */
    int known_share; /* of known customers */
    int quality;     /* relative conversion, per cent */
    int cost_click;  /* 10^-4 CNY for the first; 0: free */
};
extern const struct channel demo_channels[CHANNELS];
#define CHANNEL_LIVE 4
#define CHANNEL_POOR 9 /* the campaign of poor traffic; no share of its own */

struct region {
    const char *country, *region, *language;
    int share; /* per mille */
};
#define REGIONS        13
#define REGION_ABROAD  9 /* the first outside China */
#define REGION_GERMANY 11
extern const struct region demo_regions[REGIONS];

#define DEVICE_MOBILE  0
#define DEVICE_DESKTOP 1
extern const char *const demo_devices[];
extern const char *const demo_categories[CATEGORIES];

static inline enum group world_group(int region)
{
    return region >= REGION_ABROAD ? GROUP_WEST : GROUP_CHINA;
}

void world_fill(struct world *w);
bool world_in_days(const int32_t range[2], int32_t day);
bool world_chance(struct random *r, int per_ten_thousand);
int world_between(struct random *r, int low, int high);
int world_share(struct random *r, const int *shares, int n);
/* Weights of the day's articles: new ones start slowly, old ones fade. */
void world_open_day(struct world *w, int32_t day);
/* To call before each visit or order of a file: after so many of them it goes on in TARGET-2.csv.
 */
void world_begin_record(struct world *w, int file, int64_t most);
int world_pick_product(struct world *w);
int64_t world_price(const struct world *w, int product, int32_t day);
bool world_is_bad(const struct world *w, int product, int32_t day);

void world_fill_seasons(struct world *w);
const struct day_plan *world_plan(const struct world *w, int32_t day);
int world_off(const struct world *w, int32_t day, int region); /* of the day's promotion */

/* A new buyer; -1 without memory. */
int64_t world_new_customer(struct world *w, const struct visit *v);
/* After a purchase: gone for good, or due again. */
void world_schedule_next(struct world *w, int64_t customer, int32_t day);
/* It did not work out: tries again within days. */
void world_schedule_retry(struct world *w, int64_t customer, int32_t day);

struct basket {
    int count;
    int product[5];
    int quantity[5];
    int64_t price_e4[5];
    int64_t discount_e4[5];
    int64_t platform_e4[5];
    int64_t goods_e4; /* after discounts */
    int64_t shipping_e4;
    int64_t units;
    const char *coupon;
};

struct order {
    int64_t id;
    const struct visit *v;
    int32_t day;
    int second; /* placed */
    int paid_after;
    int shipped; /* seconds from the day's start, like `second` */
    int arrived;
    bool is_unpaid;
    bool is_withdrawn; /* paid, and refunded before it was shipped */
    struct basket b;
};

bool world_has_come(const struct world *w, const struct order *o, int second);

void day_traffic(struct world *w, int32_t day);
/* Returns what the buyer pays; the first article is in stock unless the order is never paid. */
int64_t place_order(struct world *w, const struct visit *v, bool is_unpaid);
void after_order(struct world *w, const struct order *o);
int demo_return_rate(const struct product *p); /* per line, 10^-4 */
void write_ticket_before_sale(struct world *w, const struct visit *v, bool has_bought);
/* Takes up to `wanted` units; returns how many there were. */
int take_stock(struct product *p, int wanted);
void put_back_stock(struct world *w, const struct order *o, int k);
void day_stock(struct world *w, int32_t day);
void day_ads(struct world *w, int32_t day, const int64_t *clicks, const int64_t *orders);
void day_books(struct world *w, int32_t day);
MUST_CHECK enum status write_truth(const struct world *w, const char *folder, struct error *why);

#endif
