/* Customers: who they are, when they come back, when they are gone. */
#include "demo/demo_priv.h"

const struct segment demo_segments[] = {
    /* name      share shape days a    b    units */
    { "regular", 56, 1.2, 130, 1.9, 2.2, 2 }, { "loyal", 7, 2.0, 60, 1.2, 3.4, 2 },
    { "bargain", 24, 1.0, 190, 2.4, 1.8, 3 }, { "gift", 10, 1.0, 280, 1.8, 2.0, 2 },
    { "business", 3, 2.0, 45, 1.2, 3.0, 6 },
};
const size_t demo_segment_count = ARRAY_LEN(demo_segments);

#define DAYS_BETWEEN_MAX 4000.0

static int pick_segment(struct world *w, const struct visit *v)
{
    int shares[8] = { 0 };
    for (size_t i = 0; i < demo_segment_count; i++)
        shares[i] = demo_segments[i].share;
    if (world_off(w, v->day, v->region) > 0)
        shares[2] *= 2; /* bargains draw those who look for them */
    if (demo_channels[v->channel].quality >= 150)
        shares[1] *= 2;
    return world_share(&w->buying, shares, (int)demo_segment_count);
}

static void write_customer(struct world *w, const struct visit *v, const struct customer *c)
{
    struct out *o = &w->files[DEMO_customer];
    put_id(o, "C", v->customer);
    put_str(o, demo_segments[c->segment].name);
    put_str(o, demo_regions[c->region].country);
    put_time(o, v->day, v->second);
    put_str(o, demo_channels[v->channel].name);
    put_str(o, demo_channels[v->channel].campaign);
    put_end(o);
}

int64_t world_new_customer(struct world *w, const struct visit *v)
{
    if (!MEM_GROW(w->customers, w->customer_cap, w->customer_count + 1))
        return -1;
    const int segment = pick_segment(w, v);
    const struct segment *s = &demo_segments[segment];
    const double rate = random_gamma(&w->buying, s->shape, 1 / (s->shape * s->days));
    const double days = rate * DAYS_BETWEEN_MAX > 1 ? 1 / rate : DAYS_BETWEEN_MAX;
    struct customer *c = &w->customers[w->customer_count];
    *c = (struct customer){ .visitor = (uint32_t)v->visitor,
                            .segment = (uint8_t)segment,
                            .region = (uint8_t)v->region,
                            .device = (uint8_t)v->device,
                            .days_between = (float)days,
                            .dropout = (float)random_beta(&w->buying, s->a, s->b),
                            .next = -1 };
    struct visit known = *v;
    known.customer = (int64_t)w->customer_count++;
    write_customer(w, &known, c);
    return known.customer;
}

static void put_due(struct world *w, int64_t customer, int32_t day)
{
    if (day > w->opt.until)
        return;
    w->customers[customer].next = w->due[day - w->from];
    w->due[day - w->from] = (int32_t)customer;
}

/* The first day, after `day`, by which the season's clock has gone on by `wait` mean days. */
static int32_t day_after(const struct world *w, enum group g, int32_t day, double wait)
{
    const double goal = world_plan(w, day)->elapsed[g] + wait;
    int32_t low = day - w->from + 1;
    int32_t high = w->opt.days;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        if (w->plan[middle].elapsed[g] >= goal)
            high = middle;
        else
            low = middle + 1;
    }
    return w->from + low;
}

void world_schedule_next(struct world *w, int64_t customer, int32_t day)
{
    const struct customer *c = &w->customers[customer];
    if (random_unit(&w->buying) < (double)c->dropout)
        return;
    const double wait = random_exponential(&w->buying, (double)c->days_between);
    put_due(w, customer, day_after(w, world_group(c->region), day, wait));
}

void world_schedule_retry(struct world *w, int64_t customer, int32_t day)
{
    put_due(w, customer, day + world_between(&w->buying, 1, 12));
}
