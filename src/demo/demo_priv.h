/* The simulated world, shared by the files of this module. */
#ifndef SHOPVANE_DEMO_DEMO_PRIV_H
#define SHOPVANE_DEMO_DEMO_PRIV_H

#include "demo/demo.h"

#include <stdio.h>

/*      target          header */
#define DEMO_FILE_LIST(X)                                                                         \
    X(product,                                                                                    \
      "sku,product_id,title,category,brand,supplier,price,cost,launched_date,retired_date")       \
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
    int32_t retired;
    int64_t on_hand;
    int64_t on_order;
    int32_t arrives;
    int lead_days;
    int64_t sold_28; /* decayed daily demand x 28 */
    int64_t lost_today;
};

/* BG/NBD: buys at a rate of his own, after each purchase may be gone for good. */
struct customer {
    uint32_t id;
    uint16_t region;
    uint8_t channel;
    uint8_t device;
    float days_between; /* mean */
    float dropout;
    int32_t next; /* index of the next customer due on the same day; -1: none */
};

struct incidents {
    int32_t checkout_fault[2]; /* first and last day: mobile in Germany cannot pay */
    int32_t shipping_rise[2];  /* shipping fee doubled */
    int32_t slow_week[2];      /* pages twice as slow */
    int32_t bad_batch[2];      /* one SKU comes back */
    int32_t tracking_gap[2];   /* two sessions in three are not recorded */
    int32_t poor_campaign[2];  /* many visits, hardly a purchase */
    int32_t price_mistake[2];  /* one SKU at a tenth of its price */
    int32_t experiment_a[2];
    int32_t experiment_b[2];
    int32_t initiative; /* faster pages from this day on */
    int bad_sku;
    int cheap_sku;
};

struct world {
    struct demo_options opt;
    int32_t from;
    FILE *files[DEMO_FILE_COUNT];
    struct random traffic;
    struct random buying;
    struct random after;
    struct product products[PRODUCTS];
    int64_t total_weight;
    struct customer *customers;
    size_t customer_count;
    size_t customer_cap;
    int32_t *due; /* per day of the run: first customer due, -1: none */
    struct incidents incidents;
    uint64_t sessions, visitors, orders, refunds, tickets, events, feedback;
};

/* One visit while it happens. */
struct visit {
    uint64_t session;
    uint64_t visitor;
    int32_t day;
    int second;
    int channel;
    int region;
    int device;
    bool is_new;
    bool is_tracked;
    bool is_buying;
    int lcp_ms;
    int product;
    int64_t customer; /* -1: unknown */
};

struct channel {
    const char *name, *medium, *campaign;
    int share;      /* of the visits, per mille */
    int quality;    /* relative conversion, per cent */
    int cost_click; /* 10^-4 CNY; 0: free */
};
extern const struct channel demo_channels[];
extern const size_t demo_channel_count;

struct region {
    const char *country, *region, *language;
    int share; /* per mille */
};
extern const struct region demo_regions[];
extern const size_t demo_region_count;

extern const char *const demo_devices[];
extern const char *const demo_categories[CATEGORIES];

void world_fill(struct world *w);
bool world_in_days(const int32_t range[2], int32_t day);
/* Demand of the day relative to 1000: weekday, season, festivals, growth. */
int world_season(const struct world *w, int32_t day);
/* Discount of the day's promotion in per cent, 0: none. */
int world_promotion(int32_t day, const char **coupon);
size_t pick_share(struct random *r, const int *shares, size_t stride, size_t n);
int pick_product(struct world *w, int32_t day);
int64_t world_price(const struct world *w, int product, int32_t day);

void put_time(FILE *f, int32_t day, int second); /* "2026-01-31 08:00:00," */
void put_day(FILE *f, int32_t day);
void put_money(FILE *f, int64_t e4);
void put_i64(FILE *f, int64_t v);
void put_str(FILE *f, const char *s);

void day_traffic(struct world *w, int32_t day);
void place_order(struct world *w, const struct visit *v, int64_t *cart_e4);
void day_stock(struct world *w, int32_t day);
void day_ads(struct world *w, int32_t day, const int64_t *clicks, const int64_t *orders);
enum status write_truth(const struct world *w, const char *folder, struct error *why);

#endif
