/* What follows an order: refunds, reviews, questions. */
#include "demo/demo_priv.h"

/* Reviews of 1 to 5 stars. */
#define VARIANTS 4
static const char *const texts_zh[5][VARIANTS] = {
    { "质量太差，和描述不符，要求退货",
      "用了两天就坏了，很失望",
      "收到就是破的，客服也不理",
      "做工差，有异味，不推荐" },
    { "一般般，做工有些粗糙", "和图片差距有点大", "包装简陋，边角有磕碰", "不太值这个价" },
    { "还可以，物流有点慢", "中规中矩，能用", "颜色和图片略有差别，凑合", "东西还行，包装一般" },
    { "不错，包装很好，会再买", "性价比高，满意", "质量不错，发货也快", "家里人都说好，推荐" },
    { "非常喜欢，质量很好，朋友都说好看",
      "第二次购买了，一如既往的好",
      "做工精致，超出预期",
      "物流快，质量好，五星好评" },
};
static const char *const texts_en[5][VARIANTS] = {
    { "Broke after two days, not as described",
      "Arrived damaged and nobody answers",
      "Terrible quality, asked for my money back",
      "Smells bad, do not buy" },
    { "Poor finish, I expected better",
      "Does not look like the pictures",
      "Cheap packaging, dented",
      "Not worth the price" },
    { "It is okay, delivery was slow",
      "Does the job, nothing special",
      "Colour differs a little",
      "Fine, but the box was open" },
    { "Good quality and nicely packed",
      "Good value, would recommend",
      "Works well, fast shipping",
      "Very nice, small flaw in the finish" },
    { "Love it, excellent quality, will buy again",
      "Second order, just as good as the first",
      "Beautifully made, better than expected",
      "Perfect gift, arrived quickly" },
};
static const char *const batch_zh = "把手一碰就断，这批货质量有问题";
static const char *const batch_en = "The handle came off at once, this batch is faulty";

static int later(struct world *w, int from, int most)
{
    return from + (int)random_below(&w->after, (uint64_t)most);
}

/* ---- Refunds --------------------------------------------------------------------------------- */

static void write_refund(
    struct world *w, const struct order *o, int k, const char *stage, const char *reason)
{
    struct out *f = &w->files[DEMO_refund];
    const struct basket *b = &o->b;
    const int from = o->is_withdrawn ? o->second + o->paid_after : o->arrived;
    const int asked = later(w, from, o->is_withdrawn ? 14400 : 777600);
    const int done = later(w, asked + (o->is_withdrawn ? 600 : 86400), 345600);
    if (!world_has_come(w, o, done))
        return;
    put_id(f, "R", (int64_t)++w->refunds);
    put_id(f, "D", o->id);
    put_str(f, w->products[b->product[k]].sku);
    put_i64(f, b->quantity[k]);
    put_money(f, b->price_e4[k] * b->quantity[k] - b->discount_e4[k] - b->platform_e4[k]);
    put_str(f, "succeeded");
    put_str(f, stage);
    put_str(f, reason);
    put_time(f, o->day, asked);
    put_time(f, o->day, done);
    put_end(f);
    if (world_is_bad(w, b->product[k], o->day))
        w->tally.bad_returned += b->quantity[k];
}

/* ---- Reviews --------------------------------------------------------------------------------- */

static int stars_of(int feeling)
{
    static const int above[] = { 38, 50, 62, 77 };
    int stars = 1;
    for (size_t i = 0; i < ARRAY_LEN(above); i++)
        stars += feeling > above[i];
    return stars;
}

static const char *review_text(struct world *w, const struct order *o, int stars, bool is_bad)
{
    const bool is_zh = o->v->region < REGION_ABROAD;
    const int i = world_between(&w->after, 0, VARIANTS - 1);
    if (is_bad && stars < 3 && i < 2)
        return is_zh ? batch_zh : batch_en;
    return is_zh ? texts_zh[stars - 1][i] : texts_en[stars - 1][i];
}

static void write_nps(struct world *w, const struct order *o, int feeling, int at)
{
    struct out *f = &w->files[DEMO_feedback];
    const int score = (feeling + 18) / 10 + world_between(&w->after, -1, 1);
    put_id(f, "V", (int64_t)++w->feedback);
    put_str(f, "nps");
    put_id(f, "D", o->id);
    put_none(f);
    put_id(f, "C", o->v->customer);
    put_i64(f, score < 0 ? 0 : score > 10 ? 10 : score);
    put_none(f);
    put_none(f);
    put_time(f, o->day, at);
    put_end(f);
}

/* Stars follow the article's quality, and a late parcel costs some. */
static void write_review(struct world *w, const struct order *o, int k, bool is_bad)
{
    struct out *f = &w->files[DEMO_feedback];
    const struct product *p = &w->products[o->b.product[k]];
    const int at = later(w, o->arrived, 518400);
    int feeling = (is_bad ? 25 : p->quality) + world_between(&w->after, -20, 20);
    if (o->arrived - o->second > (o->v->region < REGION_ABROAD ? 5 : 9) * 86400)
        feeling -= 12;
    if (!world_has_come(w, o, at))
        return;
    const int stars = stars_of(feeling);
    put_id(f, "V", (int64_t)++w->feedback);
    put_str(f, "review");
    put_id(f, "D", o->id);
    put_str(f, p->sku);
    put_id(f, "C", o->v->customer);
    put_i64(f, stars);
    put_text(f, review_text(w, o, stars, is_bad));
    put_str(f, o->v->region < REGION_ABROAD ? "zh" : "en");
    put_time(f, o->day, at);
    put_end(f);
    if (world_chance(&w->after, 1500))
        write_nps(w, o, feeling, at);
}

/* ---- Questions ------------------------------------------------------------------------------- */

struct question {
    int64_t order; /* 0: none */
    int64_t customer;
    int32_t day;
    int second;
    const char *reason;
    bool is_before;
    bool has_bought;
};

static void write_ticket(struct world *w, const struct question *q)
{
    struct out *f = &w->files[DEMO_ticket];
    const double wait = random_exponential(&w->after, 95);
    const int reply = q->second + 8 + (int)(wait < 7200 ? wait : 7200);
    const int closed = later(w, reply + 300, 14400);
    char agent[24];
    if (q->day + closed / 86400 > w->opt.until)
        return;
    put_id(f, "T", (int64_t)++w->tickets);
    q->order > 0 ? put_id(f, "D", q->order) : put_none(f);
    put_id(f, "C", q->customer);
    put_str(f, "chat");
    put_str(f, q->reason);
    snprintf(agent, sizeof agent, "agent-%d", world_between(&w->after, 1, 4));
    put_str(f, agent);
    put_time(f, q->day, q->second);
    put_time(f, q->day, reply);
    put_time(f, q->day, closed);
    put_str(f, q->is_before ? "1" : "0");
    put_str(f, q->has_bought ? "1" : "0");
    put_end(f);
}

void write_ticket_before_sale(struct world *w, const struct visit *v, bool has_bought)
{
    static const char *const reasons[] = { "size and material", "delivery time", "discount" };
    const struct question q = { .customer = v->customer,
                                .day = v->day,
                                .second = v->second + 60,
                                .reason = reasons[random_below(&w->after, ARRAY_LEN(reasons))],
                                .is_before = true,
                                .has_bought = has_bought };
    write_ticket(w, &q);
}

static void ask(struct world *w, const struct order *o, bool is_bad)
{
    const struct question q = { .order = o->id,
                                .customer = o->v->customer,
                                .day = o->day,
                                .second = is_bad ? later(w, o->arrived, 345600)
                                                 : later(w, o->second + 3600, 345600),
                                .reason = is_bad ? "quality" : "where is my order",
                                .has_bought = true };
    write_ticket(w, &q);
}

/* ---- After an order -------------------------------------------------------------------------- */

/* Poor articles come back for their quality, good ones for a change of mind. */
static const char *reason_of(struct world *w, const struct product *p)
{
    static const char *const quality[] = { "not as described", "damaged", "quality" };
    static const char *const taste[] = { "changed my mind", "size", "arrived too late" };
    const size_t i = (size_t)random_below(&w->after, 3);
    return world_chance(&w->after, (110 - p->quality) * 120) ? quality[i] : taste[i];
}

int demo_return_rate(const struct product *p)
{
    return 300 + (100 - p->quality) * 22 + (p->category == 4 ? 300 : 0);
}

static void after_line(struct world *w, const struct order *o, int k)
{
    const int product = o->b.product[k];
    const struct product *p = &w->products[product];
    const bool is_bad = world_is_bad(w, product, o->day);
    const int rate = is_bad ? 5000 : demo_return_rate(p);
    if (world_chance(&w->after, rate))
        write_refund(w, o, k, "post_ship_return", is_bad ? "quality" : reason_of(w, p));
    if (world_chance(&w->after, is_bad ? 3000 : 1600))
        write_review(w, o, k, is_bad);
    if (world_chance(&w->after, is_bad ? 2500 : 500))
        ask(w, o, is_bad);
}

void after_order(struct world *w, const struct order *o)
{
    for (int k = 0; k < o->b.count; k++) {
        if (o->is_withdrawn) {
            write_refund(w, o, k, "pre_ship", "changed my mind");
            put_back_stock(w, o, k);
        } else {
            after_line(w, o, k);
        }
    }
}
