/* One pass over the days; stock and advertising at each day's end; the truth at the end of all. */
#include "demo/demo_priv.h"

#include <errno.h>
#include <string.h>

static const struct {
    const char *target;
    const char *header;
} files[] = {
#define X(id, header) [DEMO_##id] = { #id, header },
    DEMO_FILE_LIST(X)
#undef X
};

const char *demo_target(size_t i)
{
    return i < ARRAY_LEN(files) ? files[i].target : NULL;
}

static void end_row(FILE *f)
{
    fseek(f, -1, SEEK_CUR); /* the last cell's comma */
    fputc('\n', f);
}

/* Reorders when what is there and under way covers less than the lead time and two weeks. */
static void restock(struct world *w, struct product *p, int32_t day)
{
    if (p->on_order > 0 && day >= p->arrives) {
        FILE *f = w->files[DEMO_stock_move];
        put_str(f, p->sku);
        put_time(f, day, 8 * 3600);
        put_i64(f, p->on_order);
        put_str(f, "receipt");
        put_money(f, p->on_order * p->cost_e4);
        end_row(f);
        p->on_hand += p->on_order;
        p->on_order = 0;
    }
    const int64_t daily_28 = p->sold_28;
    if (p->on_order == 0 && day < p->retired && p->on_hand * 28 < daily_28 * (p->lead_days + 5)) {
        p->on_order = daily_28 * (p->lead_days + 35) / 28 + 10;
        p->arrives = day + p->lead_days;
    }
    p->sold_28 -= p->sold_28 / 28;
}

void day_stock(struct world *w, int32_t day)
{
    for (int i = 0; i < PRODUCTS; i++) {
        struct product *p = &w->products[i];
        restock(w, p, day);
        if (day < p->launched)
            continue;
        if (day_weekday(day) == 7 || day == w->opt.until || p->on_hand == 0) {
            FILE *f = w->files[DEMO_stock_level];
            put_str(f, p->sku);
            put_day(f, day);
            put_i64(f, p->on_hand);
            put_money(f, p->on_hand * p->cost_e4);
            put_i64(f, p->lost_today);
            end_row(f);
        }
        p->lost_today = 0;
        if (i == 7 && (day - w->from) % 90 == 45) {
            fprintf(w->files[DEMO_product_change], "%s,", p->sku);
            put_time(w->files[DEMO_product_change], day, 10 * 3600);
            fprintf(w->files[DEMO_product_change], "main picture,old,new\n");
        }
    }
    if (civil_from_day(day).day == 1) {
        put_day(w->files[DEMO_benchmark], day);
        fprintf(w->files[DEMO_benchmark], "home goods,session_cr,0.5,0.031\n");
    }
}

/* Spend grows faster than clicks: the second thousand clicks of a day cost half as much again. */
void day_ads(struct world *w, int32_t day, const int64_t *clicks, const int64_t *orders)
{
    FILE *f = w->files[DEMO_ad_spend];
    for (size_t i = 0; i < demo_channel_count; i++) {
        const struct channel *c = &demo_channels[i];
        if (c->cost_click == 0 || clicks[i] == 0)
            continue;
        const int64_t spend = clicks[i] * c->cost_click * (1000 + clicks[i] / 2) / 1000;
        put_day(f, day);
        put_str(f, c->name);
        put_str(f, c->medium);
        put_str(f, c->campaign);
        put_money(f, spend);
        put_i64(f, clicks[i] * 38);
        put_i64(f, clicks[i]);
        put_i64(f, orders[i] + orders[i] / 4); /* platforms claim a quarter too much */
        put_money(f, (orders[i] + orders[i] / 4) * 1800000);
        end_row(f);
    }
}

static enum status open_files(struct world *w, const char *folder, struct error *why)
{
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s.csv", folder, files[i].target);
        w->files[i] = fopen(path, "wb");
        if (w->files[i] == NULL)
            return error_set(why, status_from_errno(errno), "%s: %s", path, strerror(errno));
        setvbuf(w->files[i], NULL, _IOFBF, (size_t)1 << 18);
        fprintf(w->files[i], "%s\n", files[i].header);
    }
    return STATUS_OK;
}

static enum status close_files(struct world *w, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        if (w->files[i] == NULL)
            continue;
        const bool bad = ferror(w->files[i]) != 0;
        errno = 0;
        if ((fclose(w->files[i]) != 0 || bad) && st == STATUS_OK)
            st = error_set(why,
                           errno == 0 ? STATUS_IO : status_from_errno(errno),
                           "%s.csv: cannot be written",
                           files[i].target);
    }
    return st;
}

/* customer.csv would say nothing that the orders do not; they bring the customers. */
static void run_days(struct world *w, const struct demo_progress *p)
{
    for (int32_t day = w->from; day <= w->opt.until; day++) {
        day_traffic(w, day);
        day_stock(w, day);
        if (p != NULL && (day - w->from) % 10 == 0)
            p->step(p->self, "simulating", day - w->from, w->opt.days);
    }
}

static enum status generate(struct world *w,
                            const char *folder,
                            const struct demo_progress *p,
                            struct error *why)
{
    enum status st = open_files(w, folder, why);
    if (st == STATUS_OK) {
        for (int32_t i = 0; i < w->opt.days; i++)
            w->due[i] = -1;
        world_fill(w);
        run_days(w, p);
    }
    struct error late = { .lang = why != NULL ? why->lang : LANG_EN };
    const enum status closed = close_files(w, &late);
    if (st == STATUS_OK && closed != STATUS_OK) {
        st = closed;
        if (why != NULL)
            *why = late;
    }
    return st == STATUS_OK ? write_truth(w, folder, why) : st;
}

enum status demo_generate(const struct demo_options *opt,
                          const char *folder,
                          const struct demo_progress *progress,
                          struct error *why)
{
    struct world *w = mem_new(1, sizeof *w);
    if (w == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    w->opt = *opt;
    w->opt.days = opt->days != 0 ? opt->days : 730;
    w->opt.orders_per_day = opt->orders_per_day != 0 ? opt->orders_per_day : 120;
    w->opt.seed = opt->seed != 0 ? opt->seed : 1;
    w->from = opt->until - w->opt.days + 1;
    w->due = mem_new((size_t)(w->opt.days > 0 ? w->opt.days : 1), sizeof *w->due);
    enum status st;
    if (w->opt.days < 7 || w->opt.days > 3660 || w->opt.orders_per_day < 1 ||
        w->opt.orders_per_day > 100000)
        st = error_set(
            why, STATUS_BAD_USAGE, "the demo takes 7 to 3660 days and 1 to 100000 orders a day");
    else if (w->due == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    else
        st = generate(w, folder, progress, why);
    mem_free(w->customers);
    mem_free(w->due);
    mem_free(w);
    return st;
}
