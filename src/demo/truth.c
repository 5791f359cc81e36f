/* truth.json: what was planted and how large it is, so that diagnosis can be scored.
 *
 * `changes` says by which factor a KPI stands off from what it would have been, within `where`;
 * `counted` what happened in this very run. */
#include "demo/demo_priv.h"

#include "format/format.h"

#include <stddef.h>
#include <string.h>

#define CHANGES_MAX 3
#define COUNTS_MAX  2

#define WHERE_BAD_SKU   "bad sku"
#define WHERE_CHEAP_SKU "cheap sku"
#define FACTOR_BAD_SKU  (-1.0)

struct planted {
    const char *id;
    const char *where; /* a filter of the KPI language; "": all */
    const char *effect;
    struct {
        const char *kpi;
        double factor;
    } changes[CHANGES_MAX];
    struct {
        const char *name;
        size_t at; /* in struct tally */
    } counts[COUNTS_MAX];
};

#define COUNT(field)                          \
    {                                         \
#field, offsetof(struct tally, field) \
    }

static void add_day(struct json_writer *j, const char *key, int32_t day)
{
    struct buf text;
    buf_init(&text, 32);
    buf_add_day(&text, day);
    json_key(j, key);
    json_str(j, buf_str(&text));
    buf_release(&text);
}

static int64_t counted(const struct world *w, size_t at)
{
    return *(const int64_t *)(const void *)((const char *)&w->tally + at);
}

/* Which article it is depends on the seed. */
static void add_where(struct json_writer *j, const struct world *w, const char *where)
{
    char text[64];
    const bool is_bad = strcmp(where, WHERE_BAD_SKU) == 0;
    const bool is_sku = is_bad || strcmp(where, WHERE_CHEAP_SKU) == 0;
    const int product = is_bad ? w->incidents.bad_sku : w->incidents.cheap_sku;
    snprintf(text, sizeof text, "sku = '%s'", w->products[product].sku);
    json_add_text(j, "where", is_sku ? text : where);
}

/* Of the bad batch: its share of returns over the article's own. */
static double factor_of(const struct world *w, double factor)
{
    return factor > 0 || factor == 0.0
               ? factor
               : 5000.0 / demo_return_rate(&w->products[w->incidents.bad_sku]);
}

static void add_planted(struct json_writer *j,
                        const struct world *w,
                        const struct planted *p,
                        const int32_t range[2])
{
    json_object_open(j);
    json_add_text(j, "id", p->id);
    add_day(j, "from", range[0]);
    add_day(j, "to", range[1]);
    add_where(j, w, p->where);
    json_add_text(j, "effect", p->effect);
    json_key(j, "changes");
    json_array_open(j);
    for (size_t i = 0; i < CHANGES_MAX && p->changes[i].kpi != NULL; i++) {
        json_object_open(j);
        json_add_text(j, "kpi", p->changes[i].kpi);
        json_key(j, "factor");
        json_double(j, factor_of(w, p->changes[i].factor));
        json_object_close(j);
    }
    json_array_close(j);
    json_key(j, "counted");
    json_object_open(j);
    for (size_t i = 0; i < COUNTS_MAX && p->counts[i].name != NULL; i++)
        json_add_i64(j, p->counts[i].name, counted(w, p->counts[i].at));
    json_object_close(j);
    json_object_close(j);
}

/* In the order of time. */
static const struct planted planted_incidents[] = {
    { "slow_week",
      "",
      "pages take twice as long; a second of LCP costs 7 % of the conversion",
      { { "lcp_p75", 2.0 }, { "session_cr", 0.846 } },
      { COUNT(slow_sessions) } },
    { "shipping_fee_rise",
      "",
      "shipping 10 -> 20 in China, 40 -> 80 abroad; one in five leaves the checkout when the "
      "article "
      "is below the free limit, known customers try again",
      { { "shipping_rev", 1.8 } },
      { COUNT(fee_orders), COUNT(fee_extra_e4) } },
    { "poor_campaign",
      "campaign = 'mega-stream'",
      "a fifth more visits, which convert at 0.15 of the usual rate of their channel",
      { { "session_cr", 0.15 } },
      { COUNT(poor_sessions), COUNT(poor_orders) } },
    { "tracking_outage",
      "",
      "two of three sessions are not recorded; orders are",
      { { "sessions", 1 / 3.0 }, { "session_cr", 3.0 }, { "track_match", 1 / 3.0 } },
      { COUNT(gap_sessions), COUNT(gap_recorded) } },
    { "bad_batch",
      WHERE_BAD_SKU,
      "half of what is sold comes back, reviews are poor",
      { { "return_rate_units", FACTOR_BAD_SKU } },
      { COUNT(bad_units), COUNT(bad_returned) } },
    { "price_mistake",
      WHERE_CHEAP_SKU,
      "sold at a tenth of its price; word gets round",
      { { "net_asp", 0.1 } },
      { COUNT(cheap_units), COUNT(cheap_loss_e4) } },
    { "checkout_fault",
      "device = 'mobile' and country = 'DE'",
      "no payment possible; a script error in each checkout",
      { { "orders", 0.0 }, { "session_cr", 0.0 } },
      { COUNT(fault_checkouts) } },
};

static const struct planted planted_checkout = {
    "one-page-checkout",
    "experiment_arm = 'one-page-checkout:B'",
    "odd visitors see B, where the step from cart to checkout works 1.15 times as often",
    { { "checkout_rate", 1.15 }, { "session_purchase_rate", 1.15 } },
    { { NULL, 0 } }
};
static const struct planted planted_photos = { "big-photos",
                                               "experiment_arm = 'big-photos:B'",
                                               "odd visitors see B, which changes nothing",
                                               { { "session_purchase_rate", 1.0 } },
                                               { { NULL, 0 } } };
static const struct planted planted_pages = {
    "faster_pages",
    "",
    "pages take a fifth less from its first day on; a second of LCP is worth 7 % of the conversion",
    { { "lcp_p75", 0.8 }, { "session_cr", 1.03 } },
    { { NULL, 0 } }
};

static void add_changes(struct json_writer *j, const struct world *w)
{
    const struct incidents *n = &w->incidents;
    const int32_t *const ranges[] = { n->slow_week,     n->shipping_rise, n->poor_campaign,
                                      n->tracking_gap,  n->bad_batch,     n->price_mistake,
                                      n->checkout_fault };
    json_key(j, "incidents");
    json_array_open(j);
    for (size_t i = 0; i < ARRAY_LEN(planted_incidents); i++)
        add_planted(j, w, &planted_incidents[i], ranges[i]);
    json_array_close(j);
    json_key(j, "experiments");
    json_array_open(j);
    add_planted(j, w, &planted_checkout, n->experiment_a);
    add_planted(j, w, &planted_photos, n->experiment_b);
    json_array_close(j);
    json_key(j, "initiative");
    add_planted(j, w, &planted_pages, n->initiative);
}

static void add_totals(struct json_writer *j, const struct world *w)
{
    const struct tally *t = &w->tally;
    json_key(j, "totals");
    json_object_open(j);
    json_add_i64(j, "orders", t->orders);
    json_add_i64(j, "unpaid_orders", t->unpaid_orders);
    json_add_i64(j, "repeat_orders", t->repeat_orders);
    json_add_i64(j, "customers", (int64_t)w->customer_count);
    json_add_i64(j, "sessions", t->sessions);
    json_add_i64(j, "recorded_sessions", t->recorded_sessions);
    json_add_i64(j, "lost_units", t->lost_units);
    json_object_close(j);
}

static void add_double(struct json_writer *j, const char *key, double v)
{
    json_key(j, key);
    json_double(j, v);
}

static void add_segments(struct json_writer *j)
{
    json_add_text(j,
                  "repeat_buying",
                  "BG/NBD per segment, in days of the season's clock: purchase rate ~ gamma(shape, "
                  "1 / (shape * days)), gone after a purchase with probability ~ beta(a, b)");
    json_key(j, "segments");
    json_array_open(j);
    for (size_t i = 0; i < demo_segment_count; i++) {
        const struct segment *s = &demo_segments[i];
        json_object_open(j);
        json_add_text(j, "segment", s->name);
        json_add_i64(j, "share", s->share);
        add_double(j, "shape", s->shape);
        add_double(j, "days", s->days);
        add_double(j, "a", s->a);
        add_double(j, "b", s->b);
        json_object_close(j);
    }
    json_array_close(j);
}

enum status write_truth(const struct world *w, const char *folder, struct error *why)
{
    struct json_writer j;
    struct buf text;
    struct arena *a = arena_new(0);
    buf_init(&text, (size_t)1024 * 1024);
    json_writer_init(&j, &text);
    json_object_open(&j);
    json_add_i64(&j, "version", 1);
    json_add_i64(&j, "seed", (int64_t)w->opt.seed);
    json_add_i64(&j, "days", w->opt.days);
    json_add_i64(&j, "orders_per_day", w->opt.orders_per_day);
    add_day(&j, "from", w->from);
    add_day(&j, "until", w->opt.until);
    add_totals(&j, w);
    add_segments(&j);
    add_changes(&j, w);
    json_object_close(&j);
    buf_addc(&text, '\n');
    char *path = a != NULL ? path_join(a, folder, "truth.json") : NULL;
    const enum status st = path == NULL ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                                        : file_write_atomic(path, buf_str(&text), why);
    buf_release(&text);
    arena_free(a);
    return st;
}
