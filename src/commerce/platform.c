/* The measures that platforms report. One row is one measure. */
#include "commerce/platform.h"

#define ROW(id, en, zh, kind, unit, item, feeds)                   \
    {                                                              \
#id, en, zh, PLATFORM_##kind, PLATFORM_##unit, item, feeds \
    }

/* clang-format off */
const struct platform_measure platform_measures[] = {
    /* traffic */
    ROW(visitors, "visitors", "访客数", DISTINCT, COUNT, "product_visitors", "visitor_count"),
    ROW(new_visitors, "new visitors", "新访客数", DISTINCT, COUNT, NULL, "new_visitor_count"),
    ROW(pageviews, "page views", "浏览量", ADDITIVE, COUNT, "product_views", "view_count"),
    ROW(product_visitors, "visitors of product pages", "商品访客数", DISTINCT, COUNT, NULL, "product_visitor_count"),
    ROW(product_views, "product page views", "商品浏览量", ADDITIVE, COUNT, NULL, "product_view_count"),
    ROW(stay_seconds, "seconds stayed, on average", "平均停留时长", AVERAGE, SECONDS, NULL, "stay_average"),
    ROW(visitor_bounce_rate, "visitors with one view", "跳失率", AVERAGE, FRACTION, NULL, "visitor_bounce_share"),
    ROW(product_exit_rate, "product page exits", "商品详情页跳出率", AVERAGE, FRACTION, NULL, "product_exit_share"),
    ROW(search_visitors, "visitors led by search", "搜索引导访客数", DISTINCT, COUNT, NULL, "search_led_visitors"),
    ROW(impressions, "product impressions", "商品曝光次数", ADDITIVE, COUNT, NULL, "goods_impressions"),
    ROW(impression_users, "people who saw products", "商品曝光人数", DISTINCT, COUNT, NULL, "goods_impression_users"),
    ROW(clicks, "product clicks", "商品点击次数", ADDITIVE, COUNT, NULL, "goods_clicks"),
    ROW(click_users, "people who clicked products", "商品点击人数", DISTINCT, COUNT, NULL, "goods_click_users"),
    /* interest */
    ROW(fav_users, "people adding to wishlist", "收藏人数", DISTINCT, COUNT, NULL, "favourite_visitor_count"),
    ROW(cart_users, "people adding to cart", "加购人数", DISTINCT, COUNT, NULL, "cart_visitor_count"),
    ROW(fav_cart_users, "people adding to wishlist or cart", "收藏加购人数", DISTINCT, COUNT, NULL, "fav_or_cart_visitor_count"),
    ROW(cart_units, "units added to cart", "加购件数", ADDITIVE, COUNT, NULL, "cart_unit_count"),
    /* orders */
    ROW(ordering_buyers, "buyers who ordered", "下单买家数", DISTINCT, COUNT, NULL, "ordering_buyer_count"),
    ROW(ordered_units, "units ordered", "下单件数", ADDITIVE, COUNT, NULL, "ordered_unit_count"),
    ROW(ordered_amount, "amount ordered", "下单金额", ADDITIVE, MONEY, NULL, "ordered_amount"),
    ROW(paying_buyers, "buyers who paid", "支付买家数", DISTINCT, COUNT, NULL, "paying_buyer_count"),
    ROW(paid_orders, "orders paid", "支付订单数", ADDITIVE, COUNT, NULL, "paid_order_count"),
    ROW(paid_suborders, "order lines paid", "支付子订单数", ADDITIVE, COUNT, NULL, "paid_suborder_count"),
    ROW(paid_units, "units paid", "支付件数", ADDITIVE, COUNT, NULL, "paid_units"),
    ROW(paid_amount, "amount paid", "支付金额", ADDITIVE, MONEY, NULL, "paid_amount"),
    ROW(new_buyers, "new buyers who paid", "支付新买家数", DISTINCT, COUNT, NULL, "new_buyer_count"),
    ROW(returning_buyers, "returning buyers who paid", "支付老买家数", DISTINCT, COUNT, NULL, "returning_buyer_count"),
    ROW(returning_amount, "amount of returning buyers", "老买家支付金额", ADDITIVE, MONEY, NULL, "returning_paid_amount"),
    ROW(refund_amount, "refunds paid", "成功退款金额", ADDITIVE, MONEY, NULL, "refund_paid"),
    ROW(deposit_amount, "deposits of pre-sales", "定金金额", ADDITIVE, MONEY, NULL, "deposit_paid"),
    ROW(deposit_orders, "pre-sale orders with deposit", "定金支付订单数", ADDITIVE, COUNT, NULL, "deposit_order_count"),
    ROW(balance_orders, "pre-sale orders with balance", "尾款支付订单数", ADDITIVE, COUNT, NULL, "balance_order_count"),
    /* live streams */
    ROW(live_sessions, "live streams", "直播场次", ADDITIVE, COUNT, NULL, "live_session_count"),
    ROW(live_minutes, "minutes live", "直播时长(分钟)", ADDITIVE, COUNT, NULL, "live_minute_sum"),
    ROW(live_impression_users, "people shown the stream", "直播间曝光人数", DISTINCT, COUNT, NULL, "live_impression_users"),
    ROW(live_viewers, "people who watched", "直播间观看人数", DISTINCT, COUNT, NULL, "live_viewer_count"),
    ROW(live_views, "views of streams", "直播间观看次数", ADDITIVE, COUNT, NULL, "live_view_count"),
    ROW(live_stay_seconds, "seconds watched, on average", "直播间平均停留时长", AVERAGE, SECONDS, NULL, "live_stay_average"),
    ROW(live_amount, "amount paid in streams", "直播间成交金额", ADDITIVE, MONEY, NULL, "live_paid_amount"),
    /* service */
    ROW(inquiry_users, "people asking before buying", "询单人数", DISTINCT, COUNT, NULL, "asking_customers"),
    ROW(inquiry_payers, "people who asked and paid", "询单付款人数", DISTINCT, COUNT, NULL, "asking_buyers"),
    ROW(silent_payers, "people who paid without asking", "静默付款人数", DISTINCT, COUNT, NULL, "silent_payer_count"),
    ROW(dsr_description, "score: as described", "描述相符", LAST, SCORE, NULL, "dsr_description_score"),
    ROW(dsr_service, "score: service", "服务态度", LAST, SCORE, NULL, "dsr_service_score"),
    ROW(dsr_logistics, "score: delivery", "物流服务", LAST, SCORE, NULL, "dsr_logistics_score"),
    ROW(shop_score, "shop experience score", "店铺体验分", LAST, SCORE, NULL, "shop_score_value"),
    ROW(dispute_rate, "disputes", "纠纷率", LAST, FRACTION, NULL, "dispute_share"),
    ROW(dispute_refund_rate, "refunds by dispute", "纠纷退款率", LAST, FRACTION, NULL, "dispute_refund_share"),
    ROW(quality_refund_rate, "refunds for quality", "品质退款率", LAST, FRACTION, NULL, "quality_refund_share"),
    ROW(pickup_24h_rate, "picked up within 24 hours", "24小时揽收及时率", LAST, FRACTION, NULL, "pickup_24h_share"),
    ROW(late_compensation, "paid for late shipping", "延迟发货赔付金额", ADDITIVE, MONEY, NULL, "late_compensation_paid"),
    /* the shop itself, and the market */
    ROW(team_heads, "people of the team", "团队人数", LEVEL, COUNT, NULL, "team_head_count"),
    ROW(market_amount, "amount paid in the market", "市场支付金额", AVERAGE, MONEY, NULL, "market_amount_paid"),
    ROW(keyword_rank, "place in a search", "搜索词排名", LAST, COUNT, NULL, "keyword_rank_value"),
    ROW(settled_amount, "amount settled", "结算金额", ADDITIVE, MONEY, NULL, "settled_amount"),
    ROW(due_amount, "amount due for settlement", "应结金额", ADDITIVE, MONEY, NULL, "due_amount"),
    ROW(category_rank, "rank in its category", "类目排名", LAST, COUNT, NULL, "category_rank_value"),
    ROW(industry_percentile, "percentile in its trade", "行业百分位", LAST, FRACTION, NULL, "industry_percentile_value"),
};
/* clang-format on */
const size_t platform_measure_count = ARRAY_LEN(platform_measures);

const struct platform_measure *platform_measure(str name)
{
    for (size_t i = 0; i < platform_measure_count; i++) {
        if (str_is(name, platform_measures[i].name))
            return &platform_measures[i];
    }
    return NULL;
}

const char *platform_label(const struct platform_measure *m, enum lang lang)
{
    return lang == LANG_ZH ? m->name_zh : m->name_en;
}

const char *platform_kind_name(enum platform_kind k)
{
    static const char *const names[] = {
        [PLATFORM_ADDITIVE] = "additive", [PLATFORM_DISTINCT] = "distinct",
        [PLATFORM_AVERAGE] = "average",   [PLATFORM_LAST] = "last",
        [PLATFORM_LEVEL] = "level",
    };
    BUG_IF((unsigned)k >= ARRAY_LEN(names));
    return names[k];
}

const char *platform_unit_name(enum platform_unit u)
{
    static const char *const names[] = {
        [PLATFORM_MONEY] = "money", [PLATFORM_COUNT] = "count", [PLATFORM_FRACTION] = "percent",
        [PLATFORM_SECONDS] = "s",   [PLATFORM_SCORE] = "score",
    };
    BUG_IF((unsigned)u >= ARRAY_LEN(names));
    return names[u];
}

void platform_docs(struct buf *out)
{
    buf_adds(out,
             "\n## Measures of platform_stat\n\n"
             "What a platform counts. `additive` figures add up over days and articles; `distinct` "
             "(people) and `average` ones never do: only the row whose period is the one asked for "
             "answers; of `last` and `level` ones the newest row of the period counts, and `level` "
             "ones (people of a team) add up over stores. Rows of single articles "
             "carry visitors and page views as product_visitors and product_views.\n\n"
             "| measure | English | 中文 | kind | unit | feeds |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < platform_measure_count; i++) {
        const struct platform_measure *m = &platform_measures[i];
        buf_addf(out,
                 "| %s | %s | %s | %s | %s | %s |\n",
                 m->name,
                 m->name_en,
                 m->name_zh,
                 platform_kind_name(m->kind),
                 platform_unit_name(m->unit),
                 m->feeds);
    }
}
