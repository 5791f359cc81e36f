/* Words of many platforms for the same thing. */
#include "ingest/ingest_priv.h"

static const struct {
    const char *word;
    const char *status;
} statuses[] = {
    { "cancelled", "cancelled" },
    { "canceled", "cancelled" },
    { "voided", "cancelled" },
    { "wc-cancelled", "cancelled" },
    { "failed", "cancelled" },
    { "wc-failed", "cancelled" },
    { "trash", "cancelled" },
    { "交易关闭", "cancelled" },
    { "已取消", "cancelled" },
    { "已关闭", "cancelled" },
    { "unavailable", "cancelled" },
    { "取消", "cancelled" },
    { "paid", "paid" },
    { "processing", "paid" },
    { "wc-processing", "paid" },
    { "authorized", "paid" },
    { "partially_paid", "paid" },
    { "approved", "paid" },
    { "买家已付款,等待卖家发货", "paid" },
    { "待发货", "paid" },
    { "已付款", "paid" },
    { "买家已付款，等待卖家发货", "paid" },
    { "invoiced", "paid" },
    { "completed", "delivered" },
    { "wc-completed", "delivered" },
    { "delivered", "delivered" },
    { "交易成功", "delivered" },
    { "已完成", "delivered" },
    { "已签收", "delivered" },
    { "shipped", "shipped" },
    { "卖家已发货,等待买家确认", "shipped" },
    { "已发货", "shipped" },
    { "卖家已发货，等待买家确认", "shipped" },
    { "refunded", "refunded" },
    { "wc-refunded", "refunded" },
    { "已退款", "refunded" },
    { "partially_refunded", "paid" },
    { "pending", "placed" },
    { "on-hold", "placed" },
    { "wc-pending", "placed" },
    { "wc-on-hold", "placed" },
    { "created", "placed" },
    { "等待买家付款", "placed" },
    { "待付款", "placed" },
    { "placed", "placed" },
    { "closed", "closed" },
    { "expired", "cancelled" },
    /* Taobao, Douyin, Pinduoduo, JD */
    { "等待卖家发货", "paid" },
    { "备货中", "paid" },
    { "待出库", "paid" },
    { "等待出库", "paid" },
    { "部分发货", "paid" },
    { "等待买家确认收货", "shipped" },
    { "已发货，待收货", "shipped" },
    { "已发货,待收货", "shipped" },
    { "待收货", "shipped" },
    { "已出库", "shipped" },
    { "等待确认收货", "shipped" },
    { "已收货", "delivered" },
    { "完成", "delivered" },
    { "交易完成", "delivered" },
    { "待支付", "placed" },
    { "等待付款", "placed" },
    { "待确认", "placed" },
    { "(删除)等待付款", "cancelled" },
    { "(删除)取消", "cancelled" },
    { "未付款，已取消", "cancelled" },
    { "已退货", "refunded" },
};

str status_canonical(str word)
{
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        if (str_eq_nocase(word, str_from(statuses[i].word)))
            return str_from(statuses[i].status);
    }
    return word;
}

static const struct {
    const char *word;
    const char *event;
} events[] = {
    { "view", "product_view" },
    { "pv", "product_view" },
    { "view_item", "product_view" },
    { "product viewed", "product_view" },
    { "cart", "add_to_cart" },
    { "product added", "add_to_cart" },
    { "fav", "favourite" },
    { "add_to_wishlist", "favourite" },
    { "buy", "purchase" },
    { "order completed", "purchase" },
    { "begin_checkout", "checkout_start" },
    { "checkout started", "checkout_start" },
    { "view_search_results", "search" },
    { "products searched", "search" },
    { "pageview", "page_view" },
};

str event_canonical(str word)
{
    for (size_t i = 0; i < ARRAY_LEN(events); i++) {
        if (str_eq_nocase(word, str_from(events[i].word)))
            return str_from(events[i].event);
    }
    return word;
}
