/* truth.json: what was planted and how large it is, so that diagnosis can be scored.
 *
 * `changes` says by which factor a KPI stands off from what it would have been, within `where`;
 * `counted` what happened in this very run. */
#include "demo/demo_priv.h"

#include "format/format.h"

#include <stddef.h>

#define CHANGES_MAX 3
#define COUNTS_MAX  2

struct planted {
    const char *id;
    const char *where; /* a filter of the KPI language; "SKU" stands for the article's; "": all */
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

static void add_text(struct json_writer *j, const char *key, const char *text)
{
    json_key(j, key);
    json_text(j, text);
}

static void add_i64(struct json_writer *j, const char *key, int64_t v)
{
    json_key(j, key);
    json_i64(j, v);
}

static int64_t counted(const struct world *w, size_t at)
{
    return *(const int64_t *)(const void *)((const char *)&w->tally + at);
}

/* "sku = 'SV-0001'" for "SKU". */
static void add_where(struct json_writer *j, const char *where, const char *sku)
{
    char text[64];
    snprintf(text, sizeof text, "sku = '%s'", sku != NULL ? sku : "");
    add_text(j, "where", sku != NULL ? text : where);
}

static void add_planted(struct json_writer *j,
                        const struct world *w,
                        const struct planted *p,
                        const int32_t range[2],
                        const char *sku)
{
    json_object_open(j);
    add_text(j, "id", p->id);
    add_day(j, "from", range[0]);
    add_day(j, "to", range[1]);
    add_where(j, p->where, sku);
    add_text(j, "effect", p->effect);
    json_key(j, "changes");
    json_array_open(j);
    for (size_t i = 0; i < CHANGES_MAX && p->changes[i].kpi != NULL; i++) {
        json_object_open(j);
        add_text(j, "kpi", p->changes[i].kpi);
        json_key(j, "factor");
        json_double(j, p->changes[i].factor);
        json_object_close(j);
    }
    json_array_close(j);
    json_key(j, "counted");
    json_object_open(j);
    for (size_t i = 0; i < COUNTS_MAX && p->counts[i].name != NULL; i++)
        add_i64(j, p->counts[i].name, counted(w, p->counts[i].at));
    json_object_close(j);
    json_object_close(j);
}

static void add_incidents(struct json_writer *j, const struct world *w)
{
    const struct incidents *n = &w->incidents;
    const struct {
        const int32_t *range;
        const char *sku;
        struct planted planted;
    } rows[] = {
        { n->slow_week,
          NULL,
          { "slow_week",
            "",
            "pages take twice as long; a second of LCP costs 7 % of the conversion",
            { { "lcp_p75", 2.0 }, { "session_cr", 0.846 } },
            { COUNT(slow_sessions) } } },
        { n->shipping_rise,
          NULL,
          { "shipping_fee_rise",
            "",
            "shipping 10 -> 20 in China, 40 -> 80 abroad; one in five leaves the checkout when the "
            "article is below the free limit",
            { { "shipping_rev", 1.8 } },
            { COUNT(fee_orders), COUNT(fee_extra_e4) } } },
        { n->poor_campaign,
          NULL,
          { "poor_campaign",
            "campaign = 'mega-stream'",
            "a fifth more visits, which convert at 0.15 of the usual rate of their channel",
            { { "session_cr", 0.15 } },
            { COUNT(poor_sessions), COUNT(poor_orders) } } },
        { n->tracking_gap,
          NULL,
          { "tracking_outage",
            "",
            "two of three sessions are not recorded; orders are",
            { { "sessions", 1 / 3.0 }, { "session_cr", 3.0 }, { "track_match", 1 / 3.0 } },
            { COUNT(gap_sessions), COUNT(gap_recorded) } } },
        { n->bad_batch,
          w->products[n->bad_sku].sku,
          { "bad_batch",
            "",
            "half of what is sold comes back, reviews are poor",
            { { "return_rate_units",
                0.5 / (0.03 + 0.0022 * (100 - w->products[n->bad_sku].quality)) } },
            { COUNT(bad_units), COUNT(bad_returned) } } },
        { n->price_mistake,
          w->products[n->cheap_sku].sku,
          { "price_mistake",
            "",
            "sold at a tenth of its price; word gets round",
            { { "asp", 0.1 } },
            { COUNT(cheap_units), COUNT(cheap_loss_e4) } } },
        { n->checkout_fault,
          NULL,
          { "checkout_fault",
            "device = 'mobile' and country = 'DE'",
            "no payment possible; a script error in each checkout",
            { { "orders", 0.0 }, { "session_cr", 0.0 } },
            { COUNT(fault_checkouts) } } },
    };
    json_key(j, "incidents");
    json_array_open(j);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        add_planted(j, w, &rows[i].planted, rows[i].range, rows[i].sku);
    json_array_close(j);
}

static void add_changes(struct json_writer *j, const struct world *w)
{
    static const struct planted checkout = {
        "one-page-checkout",
        "experiment_arm = 'one-page-checkout:B'",
        "odd visitors see B, where the step from cart to checkout works 1.15 times as often",
        { { "checkout_rate", 1.15 }, { "session_cr", 1.15 } },
        { { NULL, 0 } }
    };
    static const struct planted photos = { "big-photos",
                                           "experiment_arm = 'big-photos:B'",
                                           "odd visitors see B, which changes nothing",
                                           { { "session_cr", 1.0 } },
                                           { { NULL, 0 } } };
    static const struct planted pages = { "faster_pages",
                                          "",
                                          "pages take a fifth less from its first day on",
                                          { { "lcp_p75", 0.8 }, { "session_cr", 1.03 } },
                                          { { NULL, 0 } } };
    json_key(j, "experiments");
    json_array_open(j);
    add_planted(j, w, &checkout, w->incidents.experiment_a, NULL);
    add_planted(j, w, &photos, w->incidents.experiment_b, NULL);
    json_array_close(j);
    json_key(j, "initiative");
    add_planted(j, w, &pages, w->incidents.initiative, NULL);
}

static void add_totals(struct json_writer *j, const struct world *w)
{
    const struct tally *t = &w->tally;
    json_key(j, "totals");
    json_object_open(j);
    add_i64(j, "orders", t->orders);
    add_i64(j, "unpaid_orders", t->unpaid_orders);
    add_i64(j, "repeat_orders", t->repeat_orders);
    add_i64(j, "customers", (int64_t)w->customer_count);
    add_i64(j, "sessions", t->sessions);
    add_i64(j, "recorded_sessions", t->recorded_sessions);
    add_i64(j, "lost_units", t->lost_units);
    json_object_close(j);
}

static void add_double(struct json_writer *j, const char *key, double v)
{
    json_key(j, key);
    json_double(j, v);
}

static void add_segments(struct json_writer *j)
{
    add_text(j,
             "repeat_buying",
             "BG/NBD per segment, in days of the season's clock: purchase rate ~ gamma(shape, "
             "1 / (shape * days)), gone after a purchase with probability ~ beta(a, b)");
    json_key(j, "segments");
    json_array_open(j);
    for (size_t i = 0; i < demo_segment_count; i++) {
        const struct segment *s = &demo_segments[i];
        json_object_open(j);
        add_text(j, "segment", s->name);
        add_i64(j, "share", s->share);
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
    add_i64(&j, "version", 1);
    add_i64(&j, "seed", (int64_t)w->opt.seed);
    add_i64(&j, "days", w->opt.days);
    add_i64(&j, "orders_per_day", w->opt.orders_per_day);
    add_day(&j, "from", w->from);
    add_day(&j, "until", w->opt.until);
    add_totals(&j, w);
    add_segments(&j);
    add_incidents(&j, w);
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
