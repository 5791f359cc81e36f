/* truth.json: what was planted, so that diagnosis can be scored. */
#include "demo/demo_priv.h"

#include "format/format.h"

static void add_day(struct json_writer *w, const char *key, int32_t day)
{
    struct buf text;
    buf_init(&text, 32);
    buf_add_day(&text, day);
    json_key(w, key);
    json_str(w, buf_str(&text));
    buf_release(&text);
}

static void add_incident(struct json_writer *w,
                         const char *id,
                         const int32_t range[2],
                         const char *segment,
                         const char *effect)
{
    json_object_open(w);
    json_key(w, "id");
    json_text(w, id);
    add_day(w, "from", range[0]);
    add_day(w, "to", range[1]);
    json_key(w, "segment");
    json_text(w, segment);
    json_key(w, "effect");
    json_text(w, effect);
    json_object_close(w);
}

static void add_incidents(struct json_writer *j, const struct world *w)
{
    const struct incidents *n = &w->incidents;
    json_key(j, "incidents");
    json_array_open(j);
    add_incident(j, "slow_week", n->slow_week, "all", "lcp_ms x 2");
    add_incident(j, "shipping_fee_rise", n->shipping_rise, "orders below 99", "shipping 10 -> 20");
    add_incident(
        j, "poor_campaign", n->poor_campaign, "channel douyin", "conversion x 0.15, more visits");
    add_incident(j, "tracking_outage", n->tracking_gap, "all", "2 of 3 sessions not recorded");
    add_incident(
        j, "bad_batch", n->bad_batch, w->products[n->bad_sku].sku, "half of it comes back");
    add_incident(j, "price_mistake", n->price_mistake, w->products[n->cheap_sku].sku, "price / 10");
    add_incident(j,
                 "checkout_fault",
                 n->checkout_fault,
                 "device mobile, country DE",
                 "no payment possible, a script error each");
    json_array_close(j);
    json_key(j, "experiments");
    json_array_open(j);
    add_incident(j,
                 "one-page-checkout",
                 n->experiment_a,
                 "odd visitors see B",
                 "cart to checkout x 1.08 in B");
    add_incident(j, "big-photos", n->experiment_b, "odd visitors see B", "none");
    json_array_close(j);
    json_key(j, "initiative");
    add_incident(j,
                 "faster_pages",
                 (const int32_t[2]){ n->initiative, w->opt.until },
                 "all",
                 "lcp_ms x 0.8");
}

enum status write_truth(const struct world *w, const char *folder, struct error *why)
{
    struct json_writer j;
    struct buf text;
    struct arena *a = arena_new(0);
    buf_init(&text, (size_t)1024 * 1024);
    json_writer_init(&j, &text);
    json_object_open(&j);
    json_key(&j, "seed");
    json_i64(&j, (int64_t)w->opt.seed);
    json_key(&j, "days");
    json_i64(&j, w->opt.days);
    add_day(&j, "from", w->from);
    add_day(&j, "until", w->opt.until);
    json_key(&j, "orders");
    json_i64(&j, (int64_t)w->orders);
    json_key(&j, "sessions");
    json_i64(&j, (int64_t)w->sessions);
    json_key(&j, "customers");
    json_i64(&j, (int64_t)w->customer_count);
    json_key(&j, "repeat_buying");
    json_text(&j,
              "purchase rate ~ gamma(1.2, 1/110 a day); dropout ~ beta(1.6, 2.4), loyal channels "
              "beta(1.0, 2.4)");
    add_incidents(&j, w);
    json_object_close(&j);
    buf_addc(&text, '\n');
    char *path = a != NULL ? path_join(a, folder, "truth.json") : NULL;
    const enum status st = path == NULL ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                                        : file_write_atomic(path, buf_str(&text), why);
    buf_release(&text);
    arena_free(a);
    return st;
}
