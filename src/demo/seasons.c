/* When people buy: weekdays, months, growth, the feasts of China and the West, promotions. */
#include "calendar/calendar.h"
#include "demo/demo_priv.h"

/* Demand around a feast, days from its date. */
static const struct {
    enum group group;
    const char *festival;
    int first, last;
    int per_mille;
} feasts[] = {
    { GROUP_CHINA, "spring-festival", -28, -8, 1150 },
    { GROUP_CHINA, "spring-festival", -3, 7, 450 },
    { GROUP_CHINA, "mid-autumn", -14, -2, 1150 },
    { GROUP_CHINA, "national-day", 0, 6, 850 },
    { GROUP_CHINA, "dragon-boat", -8, -1, 1060 },
    { GROUP_CHINA, "qixi", -8, -1, 1060 },
    { GROUP_WEST, "christmas", -24, -7, 1350 },
    { GROUP_WEST, "christmas", -3, 1, 550 },
    { GROUP_WEST, "valentine", -9, -2, 1100 },
    { GROUP_WEST, "mothers-day", -9, -2, 1120 },
};

static const struct promo promos[] = {
    { GROUP_CHINA, "new-year-goods", "new-year-goods", 3, 12, 12 },
    { GROUP_CHINA, "38", "womens-day", 4, 7, 10 },
    { GROUP_CHINA, "618", "618", 14, 17, 20 },
    { GROUP_CHINA, "99", "99", 0, 0, 10 },
    { GROUP_CHINA, "double11", "double-11", -3, 0, 25 },
    { GROUP_CHINA, "double12", "double-12", -2, 0, 15 },
    { GROUP_WEST, "blackfriday", "black-friday", 0, 3, 20 },
    { GROUP_WEST, "boxing", "boxing-day", 0, 3, 15 },
};

static const int weekdays[GROUP_COUNT][8] = { { 0, 980, 960, 960, 980, 1040, 1080, 1000 },
                                              { 0, 1040, 1000, 980, 970, 950, 980, 1080 } };
static const int months[GROUP_COUNT][13] = {
    { 0, 1000, 920, 980, 970, 1000, 1040, 950, 950, 1020, 1030, 1120, 1060 },
    { 0, 900, 920, 950, 960, 980, 960, 930, 950, 990, 1040, 1150, 1200 }
};

/* The feast's date nearest to `day`; false when its table has none. */
static bool nearest(const char *id, int32_t day, int32_t *out)
{
    const struct festival *f = NULL;
    bool found = false;
    if (festival_find(str_from(id), &f, NULL) != STATUS_OK)
        return false;
    const int32_t year = (int32_t)civil_from_day(day).year;
    for (int32_t y = year - 1; y <= year + 1; y++) {
        int32_t date = 0;
        if (!festival_date(f, y, &date))
            continue;
        const int32_t gap = date < day ? day - date : date - day;
        if (!found || gap < (*out < day ? day - *out : *out - day))
            *out = date;
        found = true;
    }
    return found;
}

static bool is_near(const char *festival, int32_t day, int first, int last)
{
    int32_t date = 0;
    return nearest(festival, day, &date) && day - date >= first && day - date <= last;
}

static const struct promo *promo_of(enum group g, int32_t day)
{
    for (size_t i = 0; i < ARRAY_LEN(promos); i++) {
        if (promos[i].group == g &&
            is_near(promos[i].festival, day, promos[i].first, promos[i].last))
            return &promos[i];
    }
    return NULL;
}

static double season_of(const struct world *w, enum group g, int32_t day, const struct promo *p)
{
    double s = weekdays[g][day_weekday(day)] * months[g][civil_from_day(day).month] / 1e6;
    s *= 0.92 + 0.16 * (double)(day - w->from) / w->opt.days; /* growth */
    for (size_t i = 0; i < ARRAY_LEN(feasts); i++) {
        if (feasts[i].group == g &&
            is_near(feasts[i].festival, day, feasts[i].first, feasts[i].last))
            s *= feasts[i].per_mille / 1000.0;
    }
    return p != NULL ? s * (1 + p->off * 0.03) : s;
}

/* Seasons with mean 1 over the run, so that the orders of a day come out as asked for. */
static void fill_plan(struct world *w)
{
    double mean = 0;
    for (int32_t i = 0; i < w->opt.days; i++) {
        struct day_plan *p = &w->plan[i];
        for (int g = 0; g < GROUP_COUNT; g++) {
            p->promo[g] = promo_of((enum group)g, w->from + i);
            p->season[g] = season_of(w, (enum group)g, w->from + i, p->promo[g]);
            mean += w->group_share[g] * p->season[g] / w->opt.days;
        }
    }
    double elapsed[GROUP_COUNT] = { 0 };
    for (int32_t i = 0; i < w->opt.days; i++) {
        for (int g = 0; g < GROUP_COUNT; g++) {
            w->plan[i].season[g] /= mean;
            elapsed[g] += w->plan[i].season[g];
            w->plan[i].elapsed[g] = elapsed[g];
        }
    }
}

static void write_promos(struct world *w)
{
    struct out *o = &w->files[DEMO_calendar_event];
    for (int g = 0; g < GROUP_COUNT; g++) {
        for (int32_t i = 0; i < w->opt.days; i++) {
            const struct promo *p = w->plan[i].promo[g];
            if (p == NULL || (i > 0 && w->plan[i - 1].promo[g] == p))
                continue;
            const struct festival *f = NULL;
            if (festival_find(str_from(p->festival), &f, NULL) != STATUS_OK)
                continue;
            int32_t last = i;
            while (last + 1 < w->opt.days && w->plan[last + 1].promo[g] == p)
                last++;
            put_str(o, p->coupon);
            put_str(o, "promo");
            put_str(o, f->name_en);
            put_str(o, f->name_zh);
            put_day(o, w->from + i);
            put_day(o, w->from + last);
            put_end(o);
        }
    }
}

/* What the shop itself knows of: the initiative. Incidents it has to find. */
static void write_initiative(struct world *w)
{
    struct out *o = &w->files[DEMO_calendar_event];
    put_str(o, "faster-pages");
    put_str(o, "note");
    put_str(o, "Initiative: faster pages");
    put_str(o, "改进项目：页面提速");
    put_day(o, w->incidents.initiative[0]);
    put_day(o, w->incidents.initiative[0]);
    put_end(o);
}

void world_fill_seasons(struct world *w)
{
    int total = 0;
    int abroad = 0;
    for (int i = 0; i < REGIONS; i++) {
        total += demo_regions[i].share;
        abroad += i >= REGION_ABROAD ? demo_regions[i].share : 0;
    }
    w->group_share[GROUP_WEST] = (double)abroad / total;
    w->group_share[GROUP_CHINA] = 1 - w->group_share[GROUP_WEST];
    fill_plan(w);
    write_promos(w);
    write_initiative(w);
}

const struct day_plan *world_plan(const struct world *w, int32_t day)
{
    return &w->plan[day - w->from];
}

int world_off(const struct world *w, int32_t day, int region)
{
    const struct promo *p = world_plan(w, day)->promo[world_group(region)];
    return p != NULL ? p->off : 0;
}
