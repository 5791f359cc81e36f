/* What people call the files that a shop brings in: each preset and target, in both languages. */
#include "ingest/ingest_priv.h"

static const struct file_name {
    const char *id;
    const char *label[2];
} presets[] = {
    { "online-retail", { "Online Retail", "Online Retail 数据集" } },
    { "shopify-orders", { "Shopify orders", "Shopify 订单" } },
    { "shopify-products", { "Shopify products", "Shopify 商品" } },
    { "amazon-orders", { "Amazon orders", "亚马逊订单" } },
    { "ebay-orders", { "eBay orders", "eBay 订单" } },
    { "etsy-order-items", { "Etsy order items", "Etsy 订单商品" } },
    { "squarespace-orders", { "Squarespace orders", "Squarespace 订单" } },
    { "square-items", { "Square items", "Square 商品明细" } },
    { "wix-orders", { "Wix orders", "Wix 订单" } },
    { "woocommerce-orders", { "WooCommerce orders", "WooCommerce 订单" } },
    { "olist-orders", { "Olist orders", "Olist 订单" } },
    { "olist-order-items", { "Olist order items", "Olist 订单明细" } },
    { "paypal-activity", { "PayPal activity", "PayPal 账户明细" } },
    { "stripe-balance", { "Stripe balance", "Stripe 账户流水" } },
    { "stripe-payments", { "Stripe payments", "Stripe 支付" } },
    { "etsy-statement", { "Etsy statement", "Etsy 月结单" } },
    { "olist-payments", { "Olist payments", "Olist 支付" } },
    { "olist-reviews", { "Olist reviews", "Olist 评价" } },
    { "olist-products", { "Olist products", "Olist 商品" } },
    { "olist-customers", { "Olist customers", "Olist 客户" } },
    { "cdnow-master", { "CDNOW orders", "CDNOW 订单" } },
    { "cdnow-sample", { "CDNOW orders, sample", "CDNOW 订单（抽样）" } },
    { "rees46", { "REES46 behaviour", "REES46 行为数据" } },
    { "taobao-behavior", { "Taobao behaviour", "淘宝行为数据集" } },
    { "taobao-orders", { "Taobao, Tmall orders", "淘宝、天猫订单" } },
    { "taobao-items", { "Taobao, Tmall order items", "淘宝、天猫宝贝明细" } },
    { "taobao-refunds", { "Taobao, Tmall refunds", "淘宝、天猫退款" } },
    { "douyin-orders", { "Douyin orders", "抖店订单" } },
    { "douyin-settlement", { "Douyin settlement", "抖店结算账单" } },
    { "pdd-orders", { "Pinduoduo orders", "拼多多订单" } },
    { "jd-orders", { "JD orders", "京东订单" } },
    { "jd-bill", { "JD bill", "京东结算账单" } },
    { "sycm-item-day", { "Sycm figures by product", "生意参谋商品数据" } },
    { "shop-day", { "back office figures by day", "店铺后台每日数据" } },
    { "alimama", { "Alimama ads", "阿里妈妈推广" } },
    { "orders-api", { "orders, pulled", "接口拉取的订单" } },
    { "refunds-api", { "refunds, pulled", "接口拉取的退款" } },
    { "products-api", { "products, pulled", "接口拉取的商品" } },
    { "customers-api", { "customers, pulled", "接口拉取的客户" } },
    { "qianchuan", { "Qianchuan ads", "巨量千川推广" } },
    { "jd-ads", { "JD ads", "京准通推广" } },
    { "google-ads", { "Google Ads", "Google Ads 推广" } },
    { "meta-ads", { "Meta Ads by day", "Meta 广告（按天）" } },
    { "meta-ads-period", { "Meta Ads, one total", "Meta 广告（汇总）" } },
    { "generic", { "by names of columns", "按列名识别" } },
};

/* Of rows that come otherwise than as a file, and of targets that are no table. */
static const struct file_name others[] = {
    { "goals", { "targets set here", "在此设定的目标" } },
    { "order_lines", { "order lines", "订单明细" } },
};

static str label_in(const struct file_name *list, size_t n, str id, enum lang lang)
{
    for (size_t i = 0; i < n; i++) {
        if (str_is(id, list[i].id))
            return str_from(list[i].label[lang == LANG_ZH ? LANG_ZH : LANG_EN]);
    }
    return STR_EMPTY;
}

const char *import_preset_name(size_t i)
{
    return i < ARRAY_LEN(presets) ? presets[i].id : NULL;
}

str import_target_label(str target, enum lang lang)
{
    const str label = label_in(others, ARRAY_LEN(others), target, lang);
    const struct table *t = label.len == 0 ? commerce_table(target) : NULL;
    if (t != NULL)
        return str_from(table_label(t, lang));
    return label.len > 0 ? label : target;
}

str import_preset_label(str preset, enum lang lang)
{
    if (str_starts(preset, STR("generic:")))
        return import_target_label(str_skip(preset, 8), lang);
    str label = label_in(presets, ARRAY_LEN(presets), preset, lang);
    if (label.len == 0)
        label = label_in(others, ARRAY_LEN(others), preset, lang);
    return label.len > 0 ? label : preset;
}
