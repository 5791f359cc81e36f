/* Words of many platforms for the same thing. */
#include "ingest/ingest_priv.h"

#include <string.h>

/* Blanks, _ and - are the same in a word; a last * stands for any text, and what follows a first *
 * may stand anywhere. A state that is not here
 * counts as an order that was placed, and unknown_states.c tells so: only what is surely no sale
 * may stand under cancelled and unpaid. An order that was refunded was sold: its refunds take the
 * money back. */
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
    { "等待买家付款", "unpaid" },
    { "待付款", "unpaid" },
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
    { "待支付", "unpaid" },
    { "等待付款", "unpaid" },
    { "待确认", "placed" },
    { "(删除)等待付款", "cancelled" },
    { "(删除)取消", "cancelled" },
    { "未付款，已取消", "cancelled" },
    { "已退货", "refunded" },
    /* surely no sale, in the words of shops and payment providers */
    { "payment failed", "cancelled" },
    { "failed payment", "cancelled" },
    { "payment error", "cancelled" },
    { "payment declined", "cancelled" },
    { "payment rejected", "cancelled" },
    { "declined", "cancelled" },
    { "denied", "cancelled" },
    { "void", "cancelled" },
    { "abandoned", "cancelled" },
    { "abandoned cart", "cancelled" },
    { "abandoned checkout", "cancelled" },
    { "draft", "cancelled" },
    { "checkout-draft", "cancelled" },
    { "wc-checkout-draft", "cancelled" },
    { "auto-draft", "cancelled" },
    { "deleted", "cancelled" },
    { "payment expired", "cancelled" },
    { "cancelled by *", "cancelled" },
    { "canceled by *", "cancelled" },
    { "order cancelled", "cancelled" },
    { "order canceled", "cancelled" },
    { "cancelled order", "cancelled" },
    { "canceled order", "cancelled" },
    { "auto cancelled", "cancelled" },
    { "auto canceled", "cancelled" },
    { "关闭", "cancelled" },
    { "订单关闭", "cancelled" },
    { "订单已关闭", "cancelled" },
    { "交易失败", "cancelled" },
    { "付款以前*", "cancelled" },
    { "交易取消", "cancelled" },
    { "交易已取消", "cancelled" },
    { "交易已关闭", "cancelled" },
    { "订单取消", "cancelled" },
    { "订单已取消", "cancelled" },
    { "取消订单", "cancelled" },
    { "买家取消", "cancelled" },
    { "卖家取消", "cancelled" },
    { "用户取消", "cancelled" },
    { "买家已取消", "cancelled" },
    { "卖家已取消", "cancelled" },
    { "系统取消", "cancelled" },
    { "超时取消", "cancelled" },
    { "超时关闭", "cancelled" },
    { "超时未支付", "cancelled" },
    { "支付超时", "cancelled" },
    { "支付失败", "cancelled" },
    { "付款失败", "cancelled" },
    { "作废", "cancelled" },
    { "已作废", "cancelled" },
    { "已失效", "cancelled" },
    { "已删除", "cancelled" },
    { "草稿", "cancelled" },
    { "unpaid", "unpaid" },
    { "not paid", "unpaid" },
    { "awaiting payment", "unpaid" },
    { "waiting for payment", "unpaid" },
    { "awaiting bank wire payment", "unpaid" },
    { "awaiting check payment", "unpaid" },
    { "pending payment", "unpaid" },
    { "payment pending", "unpaid" },
    { "payment due", "unpaid" },
    { "未付款", "unpaid" },
    { "未支付", "unpaid" },
    { "等待支付", "unpaid" },
    { "等待买家支付", "unpaid" },
    { "待买家付款", "unpaid" },
    { "等待买家付尾款", "unpaid" },
    { "待付尾款", "unpaid" },
    { "待支付尾款", "unpaid" },
    { "定金已付", "unpaid" },
    { "已付定金", "unpaid" },
    /* sold, whatever came of it */
    { "fully refunded", "refunded" },
    { "returned", "refunded" },
    { "returned and refunded", "refunded" },
    { "退款成功", "refunded" },
    { "退款完成", "refunded" },
    { "付款以后用户退款成功*", "refunded" },
    { "全额退款", "refunded" },
    { "已全额退款", "refunded" },
    { "退货成功", "refunded" },
    { "退货退款成功", "refunded" },
    { "partially returned", "paid" },
    { "部分退款", "paid" },
    { "部分退货", "paid" },
    { "payment accepted", "paid" },
    { "paid in full", "paid" },
    { "awaiting shipment", "paid" },
    { "awaiting fulfillment", "paid" },
    { "awaiting pickup", "paid" },
    { "ready to ship", "paid" },
    { "in progress", "paid" },
    { "partially shipped", "paid" },
    { "partially fulfilled", "paid" },
    { "已支付", "paid" },
    { "待卖家发货", "paid" },
    { "发货中", "paid" },
    { "配货中", "paid" },
    { "待配货", "paid" },
    { "待自提", "paid" },
    { "退款中", "paid" },
    { "售后中", "paid" },
    { "申请退款", "paid" },
    { "已确认付款", "paid" },
    { "holded", "placed" },
    { "payment review", "placed" },
    { "new", "placed" },
    { "open", "placed" },
    { "confirmed", "placed" },
    { "fulfilled", "shipped" },
    { "dispatched", "shipped" },
    { "in transit", "shipped" },
    { "运输中", "shipped" },
    { "配送中", "shipped" },
    { "派送中", "shipped" },
    { "已揽收", "shipped" },
    { "待买家收货", "shipped" },
    { "complete", "delivered" },
    { "交易已完成", "delivered" },
    { "订单完成", "delivered" },
    { "订单已完成", "delivered" },
    { "received", "delivered" },
    { "待评价", "delivered" },
    { "已自提", "delivered" },
};

static char folded(char c)
{
    if (c == '_' || c == '-')
        return ' ';
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool word_fits(const char *known, str word)
{
    if (known[0] == '*')
        return str_contains(word, str_from(known + 1));
    for (size_t i = 0; i < word.len; i++) {
        if (known[i] == '*')
            return true;
        if (folded(known[i]) != folded(word.ptr[i]) || known[i] == '\0')
            return false;
    }
    return known[word.len] == '\0';
}

str status_canonical(str word)
{
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        if (word_fits(statuses[i].word, word))
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

struct money_word {
    const char *word;
    const char *state;
};

/* Only money that surely went back may stand under succeeded: what is not here does not count, and
 * unknown_states.c tells so. Parts of words come last, those that say no before those that say yes.
 */
static const struct money_word refund_words[] = {
    { "succeeded", "succeeded" },
    { "success", "succeeded" },
    { "successful", "succeeded" },
    { "succeed", "succeeded" },
    { "refunded", "succeeded" },
    { "fully refunded", "succeeded" },
    { "partially refunded", "succeeded" },
    { "refund succeeded", "succeeded" },
    { "refund success", "succeeded" },
    { "refund successful", "succeeded" },
    { "refund complete", "succeeded" },
    { "refund completed", "succeeded" },
    { "refund issued", "succeeded" },
    { "complete", "succeeded" },
    { "completed", "succeeded" },
    { "done", "succeeded" },
    { "paid", "succeeded" },
    { "processed", "succeeded" },
    { "成功", "succeeded" },
    { "已成功", "succeeded" },
    { "完成", "succeeded" },
    { "已完成", "succeeded" },
    { "已退款", "succeeded" },
    { "已全额退款", "succeeded" },
    { "已部分退款", "succeeded" },
    { "全额退款", "succeeded" },
    { "部分退款", "succeeded" },
    { "退款已完成", "succeeded" },
    { "退款已到账", "succeeded" },
    { "退款到账", "succeeded" },
    { "已到账", "succeeded" },
    { "售后成功", "succeeded" },
    { "退货成功", "succeeded" },
    { "pending", "pending" },
    { "processing", "pending" },
    { "in progress", "pending" },
    { "approved", "pending" },
    { "accepted", "pending" },
    { "wait *", "pending" },
    { "waiting *", "pending" },
    { "awaiting *", "pending" },
    { "requires action", "pending" },
    { "处理中", "pending" },
    { "审核中", "pending" },
    { "打款中", "pending" },
    { "进行中", "pending" },
    { "未退款", "pending" },
    { "requested", "requested" },
    { "refund requested", "requested" },
    { "return requested", "requested" },
    { "submitted", "requested" },
    { "new", "requested" },
    { "refused", "refused" },
    { "rejected", "refused" },
    { "declined", "refused" },
    { "denied", "refused" },
    { "seller refuse buyer", "refused" },
    { "withdrawn", "withdrawn" },
    { "closed by buyer", "withdrawn" },
    { "cancelled", "cancelled" },
    { "canceled", "cancelled" },
    { "void", "cancelled" },
    { "voided", "cancelled" },
    { "failed", "failed" },
    { "failure", "failed" },
    { "error", "failed" },
    { "refund failed", "failed" },
    { "abnormal", "failed" },
    { "*拒绝", "refused" },
    { "*驳回", "refused" },
    { "*撤销", "withdrawn" },
    { "*关闭", "withdrawn" },
    { "*取消", "cancelled" },
    { "*失败", "failed" },
    { "*异常", "failed" },
    { "*申请", "requested" },
    { "*等待", "requested" },
    { "*退款中", "pending" },
    { "*处理中", "pending" },
    { "*待", "pending" },
    { "*退款成功", "succeeded" },
    { "*退款完成", "succeeded" },
    { "*同意", "pending" },
};

/* A payment that was refunded was received: its refunds take the money back. */
static const struct money_word payment_words[] = {
    { "success", "success" },
    { "successful", "success" },
    { "succeeded", "success" },
    { "succeed", "success" },
    { "trade success", "success" },
    { "trade finished", "success" },
    { "paid", "success" },
    { "paid in full", "success" },
    { "payment success", "success" },
    { "payment successful", "success" },
    { "payment succeeded", "success" },
    { "payment accepted", "success" },
    { "payment received", "success" },
    { "captured", "success" },
    { "settled", "success" },
    { "complete", "success" },
    { "completed", "success" },
    { "成功", "success" },
    { "已成功", "success" },
    { "已支付", "success" },
    { "已付款", "success" },
    { "支付成功", "success" },
    { "付款成功", "success" },
    { "支付完成", "success" },
    { "付款完成", "success" },
    { "交易成功", "success" },
    { "交易完成", "success" },
    { "收款成功", "success" },
    { "已收款", "success" },
    { "已到账", "success" },
    { "已完成", "success" },
    { "完成", "success" },
    { "refunded", "refunded" },
    { "fully refunded", "refunded" },
    { "partially refunded", "refunded" },
    { "已退款", "refunded" },
    { "已全额退款", "refunded" },
    { "全额退款", "refunded" },
    { "已部分退款", "refunded" },
    { "部分退款", "refunded" },
    { "退款成功", "refunded" },
    { "转入退款", "refunded" },
    { "disputed", "disputed" },
    { "chargeback", "disputed" },
    { "charged back", "disputed" },
    { "pending", "pending" },
    { "processing", "pending" },
    { "in progress", "pending" },
    { "authorized", "pending" },
    { "authorised", "pending" },
    { "unpaid", "pending" },
    { "not paid", "pending" },
    { "notpay", "pending" },
    { "userpaying", "pending" },
    { "wait buyer pay", "pending" },
    { "awaiting payment", "pending" },
    { "requires *", "pending" },
    { "待支付", "pending" },
    { "待付款", "pending" },
    { "未支付", "pending" },
    { "未付款", "pending" },
    { "支付中", "pending" },
    { "处理中", "pending" },
    { "等待付款", "pending" },
    { "等待支付", "pending" },
    { "等待买家付款", "pending" },
    { "failed", "failed" },
    { "failure", "failed" },
    { "fail", "failed" },
    { "error", "failed" },
    { "payment failed", "failed" },
    { "payerror", "failed" },
    { "declined", "failed" },
    { "rejected", "failed" },
    { "denied", "failed" },
    { "expired", "failed" },
    { "失败", "failed" },
    { "支付失败", "failed" },
    { "付款失败", "failed" },
    { "cancelled", "cancelled" },
    { "canceled", "cancelled" },
    { "voided", "cancelled" },
    { "void", "cancelled" },
    { "revoked", "cancelled" },
    { "已取消", "cancelled" },
    { "已撤销", "cancelled" },
    { "transfer", "transfer" },
};

static str money_state(const struct money_word *words, size_t n, str word)
{
    for (size_t i = 0; i < n; i++) {
        if (word_fits(words[i].word, word))
            return str_from(words[i].state);
    }
    return word;
}

str value_refund_state(str word)
{
    return money_state(refund_words, ARRAY_LEN(refund_words), word);
}

str value_payment_state(str word)
{
    return money_state(payment_words, ARRAY_LEN(payment_words), word);
}

/* What a fee is, and what else stands in a settlement. */
static const struct money_word booking_words[] = {
    { "order", "order" },
    { "orders", "order" },
    { "order payment", "order" },
    { "sale", "order" },
    { "charge", "order" },
    { "payment received", "order" },
    { "订单", "order" },
    { "订单收入", "order" },
    { "货款", "order" },
    { "销售", "order" },
    { "refund", "refund" },
    { "refunds", "refund" },
    { "payment refund", "refund" },
    { "退款", "refund" },
    { "订单退款", "refund" },
    { "subsidy", "subsidy" },
    { "补贴", "subsidy" },
    { "平台补贴", "subsidy" },
    { "transfer", "transfer" },
    { "payout", "transfer" },
    { "withdrawal", "transfer" },
    { "提现", "transfer" },
    { "转账", "transfer" },
    { "platform", "platform" },
    { "platform fee", "platform" },
    { "platform fees", "platform" },
    { "marketplace fee", "platform" },
    { "referral fee", "platform" },
    { "selling fee", "platform" },
    { "final value fee", "platform" },
    { "平台", "platform" },
    { "平台扣点", "platform" },
    { "平台服务费", "platform" },
    { "技术服务费", "platform" },
    { "软件服务费", "platform" },
    { "commission", "commission" },
    { "commissions", "commission" },
    { "commission fee", "commission" },
    { "affiliate commission", "commission" },
    { "佣金", "commission" },
    { "达人佣金", "commission" },
    { "service", "service" },
    { "service fee", "service" },
    { "服务费", "service" },
    { "招商服务费", "service" },
    { "promotion", "promotion" },
    { "promotion fee", "promotion" },
    { "推广费", "promotion" },
    { "推广费用", "promotion" },
    { "payment", "payment" },
    { "payment fee", "payment" },
    { "payment processing fee", "payment" },
    { "processing fee", "payment" },
    { "stripe fee", "payment" },
    { "手续费", "payment" },
    { "支付手续费", "payment" },
    { "freight", "freight" },
    { "shipping", "freight" },
    { "运费", "freight" },
    { "运费险", "freight" },
    { "fixed", "fixed" },
    { "fixed fee", "fixed" },
    { "固定费用", "fixed" },
    { "other", "other" },
    { "其他", "other" },
    { "其它", "other" },
};

str value_booking(str word)
{
    return money_state(booking_words, ARRAY_LEN(booking_words), word);
}

static const struct money_word grain_words[] = {
    { "day", "day" },         { "daily", "day" },
    { "date", "day" },        { "日", "day" },
    { "天", "day" },          { "自然日", "day" },
    { "week", "week" },       { "weekly", "week" },
    { "周", "week" },         { "自然周", "week" },
    { "month", "month" },     { "monthly", "month" },
    { "月", "month" },        { "自然月", "month" },
    { "quarter", "quarter" }, { "quarterly", "quarter" },
    { "季", "quarter" },      { "季度", "quarter" },
    { "year", "year" },       { "yearly", "year" },
    { "年", "year" },
};

/* 7d, 7 days and 7天 are one period. */
static str days_of(str word, char kept[4])
{
    static const char *const days[] = { "d", "day", "days", "天", "日" };
    size_t digits = 0;
    while (digits < word.len && word.ptr[digits] >= '0' && word.ptr[digits] <= '9')
        digits++;
    if (digits == 0 || digits > 3 || word.ptr[0] == '0')
        return STR_EMPTY;
    for (size_t i = 0; i < ARRAY_LEN(days); i++) {
        if (!word_fits(days[i], str_trim(str_skip(word, digits))))
            continue;
        memcpy(kept, word.ptr, digits);
        kept[digits] = 'd';
        return (str){ kept, digits + 1 };
    }
    return STR_EMPTY;
}

str value_grain(str word, char kept[4])
{
    for (size_t i = 0; i < ARRAY_LEN(grain_words); i++) {
        if (word_fits(grain_words[i].word, word))
            return str_from(grain_words[i].state);
    }
    return days_of(word, kept);
}
